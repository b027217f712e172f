"""Gaps by hand, the template, and every problem of a filled file in one report."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from typology.commands.verbs import main
from typology.content.trainings import load_job_families
from typology.errors import ContentError
from typology.matching.action.competence_file import (
    competence_template,
    merge_competences,
    read_competence_folder,
    read_competences,
)
from typology.matching.action.competences import competence_gaps, summarise_gaps

FAMILIES = load_job_families()
COLUMNS = ["key", "family", "area", "soll", "ist"]


def levels(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"soll": float, "ist": float})


def test_gaps_by_hand():
    gaps = competence_gaps(
        levels(
            ("90101001", "kita", "sicherheit", 5, 3),
            ("90101001", "verwaltung", "inhalte", 3, 4),
            ("90101001", "reinigung", "kommunikation", 2, np.nan),
            ("90101001", "baeder", "kommunikation", np.nan, 2),
        ),
        FAMILIES,
    ).set_index("family")
    assert gaps["gap"].to_dict()["kita"] == 2 and gaps.loc["verwaltung", "gap"] == -1
    assert gaps["state"].to_dict() == {
        "kita": "luecke", "verwaltung": "erfuellt", "reinigung": "nicht_getestet", "baeder": "soll_fehlt",
    }  # fmt: skip
    assert gaps["missed"].to_dict() == {"kita": True, "verwaltung": False, "reinigung": True, "baeder": True}


def test_the_summary_weighs_every_municipality_once():
    gaps = competence_gaps(
        levels(("90101001", "kita", "sicherheit", 5, 3), ("90101002", "kita", "sicherheit", 4, 4),
               ("90101003", "kita", "sicherheit", 6, np.nan), ("90101001", "baeder", "inhalte", 2, 1)),
        FAMILIES,
    )  # fmt: skip
    table = summarise_gaps(gaps)
    assert table["family"].tolist() == ["baeder", "kita"]  # one whole level before a mean of one, by name
    kita = table[table["family"] == "kita"].iloc[0]
    assert (kita["n"], kita["soll"], kita["ist"], kita["gap"], kita["share_large"]) == (2, 4.5, 3.5, 1.0, 0.5)
    assert summarise_gaps(competence_gaps(levels(), FAMILIES)).empty


def test_the_template_holds_every_family_and_area_and_reads_back_empty(tmp_path):
    path = tmp_path / "90101001.csv"
    path.write_bytes(competence_template(FAMILIES).encode("utf-8"))
    lines = competence_template(FAMILIES).lstrip("\ufeff").splitlines()
    assert len(lines) == 1 + len(FAMILIES.families) * len(FAMILIES.areas) == 51
    assert read_competences(path, "90101001", FAMILIES).empty


def test_a_filled_template_reads_as_written_whatever_the_spreadsheet_does(tmp_path):
    text = competence_template(FAMILIES).replace("Sicherheit;;\r\n", "Sicherheit;5;3\r\n", 1)
    for encoding, body in (("utf-8", text), ("cp1252", text.lstrip("\ufeff"))):
        path = tmp_path / "90101001.csv"
        path.write_bytes(body.encode(encoding))
        table = read_competences(path, "90101001", FAMILIES)
        assert table.values.tolist() == [["90101001", "kita", "sicherheit", 5.0, 3.0]]


def test_all_problems_stand_in_one_report(tmp_path):
    path = tmp_path / "90101001.csv"
    path.write_text(
        "berufsgruppe;bereich;soll;ist\n"
        "kita;sicherheit;9;3\n"
        "gaertner;sicherheit;4;2\n"
        "kita;sicherheit;4;zwei\n"
        "feuerwehr;technik;4,5;-1\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        read_competences(path, "90101001", FAMILIES)
    found = [(problem.row, problem.column, problem.value) for problem in caught.value.problems]
    assert found == [
        (2, "soll", "9"),
        (3, "berufsgruppe", "gaertner"),
        (4, "ist", "zwei"),
        (4, "", "kita / sicherheit"),
        (5, "soll", "4,5"),
        (5, "ist", "-1"),
        (5, "bereich", "technik"),
    ]
    assert all(problem.file == "90101001.csv" for problem in caught.value.problems)


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "90101001.csv"
    path.write_text("berufsgruppe;bereich;ziel\nkita;sicherheit;4\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_competences(path, "90101001", FAMILIES)
    assert {problem.column for problem in caught.value.problems} == {"soll", "ist"}


def test_a_folder_of_files_goes_before_the_survey_and_unknown_keys_are_refused(tmp_path):
    keys = pd.Index(["01001000", "90101002"])
    (tmp_path / "01001000.csv").write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;4;2\n", encoding="utf-8")
    files = read_competence_folder(tmp_path, keys, FAMILIES)
    survey = levels(("01001000", "kita", "sicherheit", 5, 3), ("90101002", "baeder", "inhalte", 2, 1))
    merged = merge_competences(survey, files)
    assert merged[["key", "area"]].values.tolist() == [["01001000", "inhalte"], ["90101002", "inhalte"]]
    assert read_competence_folder(tmp_path / "fehlt", keys, FAMILIES).empty
    (tmp_path / "1001000.csv").write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;40;2\n", encoding="utf-8")
    (tmp_path / "90101002.csv").write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;40;2\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_competence_folder(tmp_path, keys, FAMILIES)
    assert [problem.file for problem in caught.value.problems] == ["1001000.csv", "90101002.csv"]


def test_the_commands_write_and_check_the_template(tmp_path):
    path = tmp_path / "90101001.csv"
    assert CliRunner().invoke(main, ["competences", "template", "--out", str(path)]).exit_code == 0
    body = path.read_text(encoding="utf-8-sig").replace("Sicherheit;;", "Sicherheit;5;3", 1)
    path.write_text(body, encoding="utf-8")
    done = CliRunner().invoke(main, ["competences", "check", str(path)])
    assert done.exit_code == 0 and "Erzieher*innen, Sicherheit: Soll 5, Ist 3" in done.stdout
    path.write_text(body.replace("5;3", "5;30"), encoding="utf-8")
    failed = CliRunner().invoke(main, ["competences", "check", str(path)])
    assert failed.exit_code == 2 and "'30'" in failed.stderr and failed.stderr.count("\n") == 2
    gone = CliRunner().invoke(main, ["competences", "check", str(tmp_path / "fehlt.csv")])
    assert gone.exit_code == 2 and "fehlt.csv" in gone.stderr


def test_a_file_of_levels_enters_the_study_and_goes_with_the_municipality(tmp_path):
    from typology.simulation.survey import simulate_survey
    from typology.study.workflow import run_study
    from typology.survey.removal import forget_key
    from typology.tables.settings import Settings

    folder = tmp_path / "raw" / "klein"
    simulate_survey(folder, n=60, random_state=1, key="klein")
    quick = Settings(n_init=10, resamples=5, replicates=9, max_classes=4)
    found = pd.read_csv(folder / "truth" / "truth.csv", dtype=str)["key"]
    (folder / "competences").mkdir()
    path = folder / "competences" / f"{found[0]}.csv"
    path.write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;7;2\n", encoding="utf-8")
    study = run_study(folder, tmp_path / "out", quick, sheets=False, site=False, progress=lambda _: None)
    mine = study.tables.competence_gaps[study.tables.competence_gaps["key"] == found[0]]
    assert mine[["family", "gap"]].values.tolist() == [["kita", 5.0]]
    text = (tmp_path / "out" / "internal" / "agenda" / f"{found[0]}.md").read_text(encoding="utf-8")
    assert "Erzieher*innen, Erstellen digitaler Inhalte (Soll 7, Ist 2)" in text
    forget_key(folder, found[0])
    assert not path.exists()
