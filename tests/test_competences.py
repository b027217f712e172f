"""Gaps by hand, the template, and every problem of a filled file in one report."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from typology.commands.verbs import main
from typology.content.catalogue import load_content
from typology.content.competences import load_competence_levels
from typology.content.trainings import load_job_families
from typology.errors import ContentError, Findings
from typology.matching.action.competence_file import (
    competence_template,
    merge_competences,
    read_competence_folder,
    read_competences,
)
from typology.matching.action.competences import competence_gaps, summarise_gaps
from typology.survey.codebook import read_codebook
from typology.survey.families import note_unknown_families, note_unknown_items

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
    rows = list(csv.DictReader(lines, delimiter=";"))
    assert rows[0]["beispiele"].startswith("Entwicklung eines Kindes dokumentieren, Eltern informieren und")
    told = [row["anleitung"] for row in rows if row["anleitung"]]
    assert len(told) == 12 and "von 1 bis 8" in told[0] and told[5].startswith("5 (Fortgeschritten)")
    assert "91053014.csv" in told[9] and "competences" in told[10]
    assert read_competences(path, "90101001", FAMILIES).empty


def test_a_filled_template_reads_as_written_whatever_the_spreadsheet_does(tmp_path):
    text = competence_template(FAMILIES).replace("Sicherheit;;", "Sicherheit;5;3", 1)
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


@pytest.mark.long
def test_a_file_of_levels_enters_the_study_and_goes_with_the_municipality(
    practice_folder, practice_processed, tmp_path
):
    from typology.study.workflow import read_study, run_study
    from typology.survey.removal import forget_key

    folder = Path(shutil.copytree(practice_folder, tmp_path / "raw" / "klein"))
    typology = read_study(practice_processed, only=()).typology
    found = pd.read_csv(folder / "truth" / "truth.csv", dtype=str)["key"]
    (folder / "competences").mkdir()
    path = folder / "competences" / f"{found[0]}.csv"
    path.write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;7;2\n", encoding="utf-8")
    study = run_study(folder, tmp_path / "out", frozen=typology, sheets=False, site=False, progress=lambda _: None)
    mine = study.tables.competence_gaps[study.tables.competence_gaps["key"] == found[0]]
    assert mine[["family", "gap"]].values.tolist() == [["kita", 5.0]]
    text = (tmp_path / "out" / "internal" / "agenda" / f"{found[0]}.md").read_text(encoding="utf-8")
    assert "Erzieher*innen, Erstellen digitaler Inhalte (Soll 7, Ist 2)" in text
    forget_key(folder, found[0])
    assert not path.exists()


# -- levels in words and families of one's own ---------------------------------------------------------------------


def test_every_level_is_described_with_an_example_for_every_area():
    levels, areas = load_competence_levels(), [area.key for area in FAMILIES.areas]
    assert [item.level for item in levels.levels] == list(range(1, 9)) and len(levels.workshop) == 8
    for item in levels.levels:
        assert [example.key for example in item.examples] == areas
    said = [levels.says(level, "en") for level in range(1, 9)]
    assert len(set(said)) == 8 and said[1] == "2 (Foundation): simple tasks; alone, with help only where needed"
    assert "DigComp" in levels.quelle and levels.herkunft == "redaktionell"


def test_each_of_the_five_towns_of_the_guide_looked_at_two_families():
    towns = [town for family in FAMILIES.families for town in family.towns]
    assert {town: towns.count(town) for town in towns} == dict.fromkeys(
        ("Wetzlar", "Limburg", "Marburg", "Fulda", "Offenbach"), 2
    )
    assert all(family.tasks and len(family.tasks.de) == 3 for family in FAMILIES.families)
    assert all(town in FAMILIES.quelle for town in towns)
    assert [family.key for family in FAMILIES.families if not family.towns] == ["verwaltung"]


@pytest.fixture
def harbour(tmp_path):
    """A survey folder whose content has a job family of its own; the commands need no more of it."""
    folder = tmp_path / "raw" / "mein"
    (folder / "content").mkdir(parents=True)
    (folder / "competences").mkdir()
    (folder / "codebook.yaml").write_text("", encoding="utf-8")
    text = "families:\n  - {key: hafen, label: {de: Hafen}, missed: true, tasks: {de: [Kräne bedienen]}}\n"
    (folder / "content" / "job_families.yaml").write_text(text, encoding="utf-8")
    return folder


def test_families_of_ones_own_are_honoured_by_every_command(harbour, tmp_path):
    data = ["--data", str(tmp_path)]
    text = CliRunner().invoke(main, ["competences", "template", "mein", *data])
    assert text.exit_code == 0 and text.stdout.count("\nhafen;") == 5 and "Kräne bedienen" in text.stdout
    guide = CliRunner().invoke(main, ["competences", "guide", "mein", *data])
    assert guide.exit_code == 0 and "Hafen\n    Kräne bedienen" in guide.stdout
    assert "Hafen" not in CliRunner().invoke(main, ["competences", "guide"]).stdout
    levels = "berufsgruppe;bereich;soll;ist\nhafen;inhalte;4;2\n"
    inside, outside = harbour / "competences" / "90101001.csv", tmp_path / "90101001.csv"
    for path, more in ((inside, []), (outside, ["--survey", "mein", *data])):
        path.write_text(levels, encoding="utf-8")
        done = CliRunner().invoke(main, ["competences", "check", str(path), *more])
        assert done.exit_code == 0 and "Hafen, Erstellen digitaler Inhalte: Soll 4, Ist 2" in done.stdout
    refused = CliRunner().invoke(main, ["competences", "check", str(outside)])
    assert refused.exit_code == 2 and "'hafen'" in refused.stderr


def test_the_guide_says_where_its_words_come_from():
    for language, word in (("de", "redaktionell"), ("en", "editorial")):
        done = CliRunner().invoke(main, ["--language", language, "competences", "guide"])
        assert done.exit_code == 0 and done.stdout.count("JRC, DigComp 2.1") == 2
        assert done.stdout.count("Wetzlar, Limburg, Marburg, Fulda und Offenbach") == 2 and f"({word})" in done.stdout
        assert "Wetzlar, Fulda)" in done.stdout and "8 (" in done.stdout


def test_a_family_that_no_content_names_is_told_at_the_door():
    codebook = read_codebook(Path(__file__).parents[1] / "data" / "raw" / "demo" / "codebook.yaml")
    found = Findings("codebook.yaml")
    note_unknown_families(codebook, load_content(), found)
    assert found.problems == []
    blocks = [
        block.model_copy(update={"columns": {"kiat.inhalte": "a", "kita.technik": "b", "kiat.sicherheit": "c"}})
        for block in codebook.blocks
        if block.role == "competence_soll"
    ]
    note_unknown_families(codebook.model_copy(update={"blocks": tuple(blocks)}), load_content(), found)
    told = [(str(problem.severity), problem.column, problem.value) for problem in found]
    assert told == [
        ("warnung", "blocks.0.columns.kiat.inhalte", "kiat"),
        ("warnung", "blocks.0.columns.kita.technik", "technik"),
    ]
    assert found.problems[0].expected == "gemeint ist vielleicht: kita"


def test_a_field_a_pain_point_and_a_project_that_no_content_names_are_told_at_the_door():
    codebook = read_codebook(Path(__file__).parents[1] / "data" / "raw" / "demo" / "codebook.yaml")
    found = Findings("codebook.yaml")
    note_unknown_items(codebook, load_content(), found)
    assert found.problems == []
    wrong = {"wichtig": "prozess", "pain_point": "gelt", "project": "e_akte"}
    blocks = [
        block.model_copy(update={"columns": {**block.columns, wrong[block.role]: "x"}})
        for block in codebook.blocks
        if block.role in wrong
    ]
    note_unknown_items(codebook.model_copy(update={"blocks": tuple(blocks)}), load_content(), found)
    told = [(str(problem.severity), problem.value, str(problem.expected)) for problem in found]
    assert told == [
        ("warnung", "prozess", "gemeint ist vielleicht: prozesse"),
        ("warnung", "gelt", "gemeint ist vielleicht: geld"),
        ("warnung", "e_akte", "gemeint ist vielleicht: eakte"),
    ]
