"""Nothing is inferred that publishes: drafts leave consent open, check and run refuse what is open, wherever it is."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import yaml
from click.testing import CliRunner
from filled import Readings, fill
from miniature import CODEBOOK, QUICK, write_folder
from proofs import every_third

import typology
from typology.commands.verbs import main
from typology.content.reading import is_open
from typology.content.site import load_site_config
from typology.errors import CodebookError
from typology.study.estimate import fit_typology
from typology.study.store import site_gaps
from typology.study.workflow import fit_study
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.open_places import KIND, KIND_OF_SITE, refuse_open
from typology.survey.report import Report, report_html, report_text
from typology.survey.survey import check_survey, read_survey

KEYS = [f"{5315000 + 4 * i:08d}" for i in range(40)]
YES = {key for i, key in enumerate(KEYS) if i % 5 < 3}  # 24 agree, 16 refuse


def answers(yes: str, no: str) -> list[str]:
    return [yes if key in YES else no for key in KEYS]


def goal(place: int, yes: str, no: str) -> list[str]:
    return [yes if (i >> place) % 2 else no for i in range(len(KEYS))]


def export(path: Path, heads: Sequence[Sequence[str]], columns: Sequence[Sequence[str]], sign: str = ";") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [*heads, *zip(*columns, strict=True)]
    text = "\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def sosci_selection(folder: Path) -> Path:
    names = ["CASE", "REF", "QUESTNNR", "ZI01_01", "ZI01_02", "ZI01_03", "EI01", "FINISHED"]
    texts = [
        "Interview-Nummer",
        "Referenz",
        "Fragebogen",
        "Ziele: Recht",
        "Ziele: Daten veröffentlichen",
        "Ziele: Nähe",
    ]
    texts += ["Einwilligung: Dürfen wir Ihre Kommune nennen?", "abgeschlossen"]
    numbers = [str(i) for i in range(40)]
    goals = [goal(place, "2", "1") for place in range(3)]
    columns = [numbers, KEYS, ["base"] * 40, *goals, answers("1", "2"), ["1"] * 40]
    return export(folder / "e.csv", [names, texts], columns, "\t")


def sosci_ticks(folder: Path) -> Path:
    names = ["CASE", "REF", "QUESTNNR", "ZI01_01", "ZI01_02", "ZI01_03", "EI01", "EI01_01", "EI01_02", "FINISHED"]
    texts = ["Interview-Nummer", "Referenz", "Fragebogen", "Ziele: Recht", "Ziele: Nähe", "Ziele: Daten"]
    texts += ["Einwilligung: Ausweichoption (negativ) oder Anzahl ausgewählter Optionen"]
    texts += ["Einwilligung: Kommune nennen", "Einwilligung: Antworten zeigen", "abgeschlossen"]
    numbers = [str(i) for i in range(40)]
    goals = [goal(place, "2", "1") for place in range(3)]
    ticked, shown = answers("2", "1"), goal(2, "2", "1")
    total = [str((a == "2") + (b == "2")) for a, b in zip(ticked, shown, strict=True)]
    columns = [numbers, KEYS, ["base"] * 40, *goals, total, ticked, shown, ["1"] * 40]
    return export(folder / "e.csv", [names, texts], columns, "\t")


def words(folder: Path) -> Path:
    names = ["Schlüssel", *(f"Welche Ziele? [{name}]" for name in ("Recht", "Nähe", "Daten"))]
    names += ["Darf Ihre Kommune öffentlich genannt werden?"]
    columns = [KEYS, *(goal(place, "Ja", "Nein") for place in range(3)), answers("Ja, gerne", "Nein, lieber nicht")]
    return export(folder / "e.csv", [names], columns)


def refusal(folder: Path) -> Path:
    names = ["Schlüssel", *(f"Welche Ziele? [{name}]" for name in ("Recht", "Nähe", "Daten"))]
    names += ["Ich möchte nicht genannt werden"]
    columns = [KEYS, *(goal(place, "Ja", "Nein") for place in range(3)), answers("Nein", "Ja")]
    return export(folder / "e.csv", [names], columns)


def efs(folder: Path) -> Path:
    """Codes 1 and 2 with their labels, 0 for seen and not answered."""
    frame = pd.DataFrame({"lfdn": range(40), "ags": KEYS, "dispcode": [31] * 40})
    for place in range(3):
        frame[f"v_{place + 1}"] = [float(x) for x in goal(place, "1", "0")]
    frame["v_20"] = [float(x) for x in answers("1", "2")]
    frame.loc[frame.index[:2], "v_20"] = 0.0
    labels: dict[str, dict[float | int, str]] = {f"v_{i}": {0.0: "not quoted", 1.0: "quoted"} for i in (1, 2, 3)}
    labels["v_20"] = {1.0: "Ja", 2.0: "Nein"}
    names: dict[str, str | None] = {f"v_{i}": f"Ziele: {name}" for i, name in enumerate(("Recht", "Nähe", "Daten"), 1)}
    names["v_20"] = "Sind Sie mit der Nennung Ihrer Kommune einverstanden?"
    folder.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_sav(frame, folder / "e.sav", column_labels=names, variable_value_labels=labels)
    return folder / "e.sav"


def limesurvey(folder: Path) -> Path:
    names = ["id", "submitdate", "ags", *(f"Z1[SQ00{i}]. Welche Ziele? [{i}]" for i in (1, 2, 3))]
    names += ["E1. Einwilligung: Dürfen wir die Kommune nennen?"]
    goals = [goal(place, "Y", "") for place in range(3)]
    times = [f"2026-06-01 10:{i:02d}:00" for i in range(40)]
    columns = [[str(i) for i in range(40)], times, KEYS, *goals, answers("Y", "N")]
    return export(folder / "e.csv", [names], columns)


def one_cell(folder: Path) -> Path:
    names = ["ID", "Startzeit", "Schlüssel", "Welche Ziele?", "Einwilligung"]
    chosen = [";".join(["Recht", *(["Nähe"] if i % 2 else []), *(["Daten"] if i % 3 else []), ""]) for i in range(40)]
    agreed = answers("Kommune nennen;Antworten zeigen;", "Antworten zeigen;")
    columns = [[str(i) for i in range(40)], ["6.1.26 10:00:00"] * 40, KEYS, chosen, agreed]
    return export(folder / "e.csv", [names], columns)


BOTH = "Kommune nennen;Antworten zeigen;"
# Export → what is asked, in the order of the draft, and the right reading of it.
CASES: list[tuple[Any, list[str], Readings]] = [
    (sosci_selection, ['"1" → listed?', '"2" → listed?'], {"EI01": (["1"], ["2"])}),
    (sosci_ticks, ['"1" → listed, answers?', '"2" → listed, answers?'], {"EI01_01": (["2"], ["1"])}),
    (
        words,
        ['"Ja, gerne" → listed?', '"Nein, lieber nicht" → listed?'],
        {"Darf Ihre Kommune öffentlich genannt werden?": (["Ja, gerne"], ["Nein, lieber nicht"])},
    ),
    (
        refusal,
        ['"Ja" → listed?', '"Nein" → listed?'],
        {"Ich möchte nicht genannt werden": (["Nein"], ["Ja"])},
    ),
    (efs, ['"0" → listed?', '"1" = Ja → listed?', '"2" = Nein → listed?'], {"v_20": (["1"], ["2"])}),
    (
        limesurvey,
        ['"N" → listed?', '"Y" → listed?'],
        {"E1. Einwilligung: Dürfen wir die Kommune nennen?": (["Y"], ["N"])},
    ),
    (
        one_cell,
        [f'"Antworten zeigen;" → {purpose}?' for purpose in ("listed", "answers")],
        {"Einwilligung": ([BOTH], ["Antworten zeigen;"])},
    ),
]


def figures(report: Report) -> dict[str, Any]:
    """The mirror: what → value."""
    return {line.what: getattr(line.value, "value", line.value) for line in report.mirror}


@pytest.mark.parametrize(("make", "asked", "readings"), every_third(CASES), ids=[case[0].__name__ for case in CASES])
def test_a_draft_asks_what_each_answer_means_and_lists_nobody_before(
    make: Any, asked: list[str], readings: Readings, tmp_path: Path
) -> None:
    path = make(tmp_path / "a")
    text = draft_codebook(path)
    (path.parent / "codebook.yaml").write_text(text, encoding="utf-8")
    assert [line.strip("# ") for line in text.splitlines() if line.strip("# ") in asked] == asked
    book = read_codebook(path.parent / "codebook.yaml")
    blocks = [block for block in book.blocks if block.role == "consent"]
    assert blocks and all(all(map(is_open, block.chosen)) for block in blocks if block.kind == "yes_no")
    assert not any(set(block.columns.values()) & set(book.goals.sources) for block in blocks)
    # unedited: refused, nobody would be listed, and everything else is read
    report = check_survey(path.parent)
    errors = [problem for problem in report.problems if problem.severity == "fehler"]
    assert errors and {problem.kind for problem in errors} == {KIND}
    lines = text.splitlines()
    assert all("TODO" in lines[(problem.row or 0) - 1] for problem in errors)
    seen = figures(report)
    assert (seen["listed"], seen["refused"], seen["unknown"], seen["bodies"], seen["goals"]) == (0, 0, 40, 40, 3)
    assert seen["yes_listed"] == "noch offen"
    with pytest.raises(CodebookError, match=r"codebook\.yaml"):
        read_survey(path.parent)
    # filled with the right reading: those who agreed, and nobody else
    (path.parent / "codebook.yaml").write_text(fill(text, readings), encoding="utf-8")
    survey = read_survey(path.parent)
    answered = set(KEYS[2:] if make is efs else KEYS)
    assert set(survey.consent.index[survey.consent["listed"]]) == YES & answered
    seen = figures(survey.report)
    assert seen["listed"] == len(YES & answered)
    assert seen["unknown"] == len(KEYS) - len(answered)
    assert seen["refused"] == len(answered - YES)
    # filled with the wrong one: the mirror shows it
    if make is not one_cell:
        wrong = {column: (no, yes) for column, (yes, no) in readings.items()}
        (path.parent / "codebook.yaml").write_text(fill(text, wrong), encoding="utf-8")
        assert figures(check_survey(path.parent))["listed"] == len(answered - YES)


def test_a_question_that_sounds_like_a_refusal_is_marked_and_stands_alone(tmp_path: Path) -> None:
    assert "klingt nach einer Ablehnung" in draft_codebook(refusal(tmp_path / "a"))
    assert "klingt nach einer Ablehnung" not in draft_codebook(words(tmp_path / "b"))


def test_consent_to_taking_part_is_no_purpose(tmp_path: Path) -> None:
    names = ["Schlüssel", "Welche Ziele? [Recht]", "Welche Ziele? [Nähe]"]
    names += ["Ich habe die Hinweise zum Datenschutz gelesen und bin einverstanden"]
    columns = [KEYS, goal(0, "Ja", "Nein"), goal(1, "Ja", "Nein"), ["Ja"] * 40]
    text = draft_codebook(export(tmp_path / "a" / "e.csv", [names], columns))
    assert "role: consent" not in text
    assert names[-1] in yaml.safe_load(text)["drop"]


def test_a_goal_that_speaks_of_publishing_stays_a_goal(tmp_path: Path) -> None:
    goals = ["Recht", "Daten veröffentlichen", "Nähe"]
    names = ["Schlüssel", *(f"Welche Ziele verfolgen Sie? [{name}]" for name in goals)]
    path = export(tmp_path / "a" / "e.csv", [names], [KEYS, *(goal(place, "Ja", "Nein") for place in range(3))])
    assert list(yaml.safe_load(draft_codebook(path))["goals"]["columns"].values()) == names[1:]


# -- where a place is open -------------------------------------------------------------------------------------------

DECIDE = [
    (("goals", "columns", "effizienz"), "TODO"),
    (("goals", "chosen"), ["TODO"]),
    (("respondent", "id"), "TODO Spalte"),
    (("respondent", "completed", "column"), "TODO"),
    (("missing", "codes", "-99"), "TODO_grund"),
    (("files", "responses"), "TODO Datei"),
    (("blocks", 3, "chosen"), ["TODO"]),
    (("blocks", 3, "not_chosen"), ["N", "TODO"]),
    (("blocks", 3, "columns", "listed"), "TODO"),
    (("blocks", 0, "columns", "prozesse"), "TODO"),
]
PRINTED = [
    (("survey", "title", "de"), "TODO Titel"),
    (("survey", "title", "en"), "Practice (TODO)"),
    (("survey", "date"), "TODO Datum"),
    (("survey", "source"), "TODO"),
    (("survey", "retention", "en"), "until TODO"),
    (("goals", "question", "de"), "TODO Wortlaut"),
]


def book_with(place: Sequence[str | int], value: object) -> dict[str, Any]:
    book: Any = copy.deepcopy(CODEBOOK)
    part = book
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    return book  # type: ignore[no-any-return]


@pytest.mark.parametrize(("place", "value"), DECIDE, ids=str)
def test_what_decides_refuses_while_it_is_open(place: Sequence[str | int], value: object, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini", codebook=book_with(place, value))
    report = check_survey(folder)
    errors = [problem for problem in report.problems if problem.severity == "fehler"]
    assert [problem.kind for problem in errors] == [KIND]
    line = (folder / "codebook.yaml").read_text(encoding="utf-8").splitlines()[(errors[0].row or 0) - 1]
    assert "TODO" in line and errors[0].column.startswith(".".join(map(str, place)))
    with pytest.raises(CodebookError):
        read_survey(folder)
    with pytest.raises(CodebookError):
        typology.run_study(folder, tmp_path / "out", QUICK, progress=lambda _: None)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("place", "value"), PRINTED, ids=str)
def test_what_is_only_printed_is_listed_and_never_computed_with(
    place: Sequence[str | int], value: object, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "mini", codebook=book_with(place, value))
    survey = read_survey(folder)
    (found,) = [problem for problem in survey.report.problems if problem.kind == KIND]
    assert (found.severity, found.column) == ("warnung", ".".join(map(str, place)))
    line = (folder / "codebook.yaml").read_text(encoding="utf-8").splitlines()[(found.row or 0) - 1]
    assert "TODO" in line
    assert f"codebook.yaml, Zeile {found.row}" in report_text(survey.report)
    assert repr(survey) and "0001" not in repr(survey)
    for compute in (fit_study, fit_typology):
        with pytest.raises(CodebookError, match=r"Offene Stellen \(TODO\): 1"):
            compute(survey)
    with pytest.raises(CodebookError, match="Offene Stellen"):
        typology.run_study(folder, tmp_path / "out", QUICK, progress=lambda _: None)
    assert not (tmp_path / "out").exists()


MARKS = ("TODO Text", "[bitte eintragen: Text]", "[Please fill in]", "[bitte ergänzen]", "Name: [ Bitte prüfen …]")


@pytest.mark.parametrize("mark", MARKS)
def test_an_open_place_in_the_words_of_the_survey_stops_the_run_too(tmp_path: Path, mark: str) -> None:
    folder = write_folder(tmp_path / "mini")
    (folder / "content").mkdir()
    text = shipped("types.yaml").splitlines()
    line = next(number for number, words in enumerate(text) if words.strip().startswith("label:"))
    text[line] = text[line].replace("Die Bedächtigen", f'"{mark}"')
    (folder / "content" / "types.yaml").write_text("\n".join(text), encoding="utf-8")
    (found,) = [problem for problem in check_survey(folder).problems if problem.kind == KIND]
    assert (found.file, found.row, found.value) == ("types.yaml", line + 1, mark)
    with pytest.raises(CodebookError, match="Offene Stellen"):
        typology.run_study(folder, tmp_path / "out", QUICK, progress=lambda _: None)


@pytest.mark.parametrize("mark", MARKS)
def test_an_open_place_beside_the_survey_is_told_before_the_run(tmp_path: Path, mark: str) -> None:
    folder = write_folder(tmp_path / "raw" / "mini")
    (folder / "wishes.yaml").write_text(f'wishes:\n  - key: "1"\n    pin: ["{mark}"]\n', encoding="utf-8")
    (folder / "competences").mkdir()
    (folder / "competences" / "1.csv").write_text(f"berufsgruppe;soll\na;1\nb;{mark}\n", encoding="utf-8")
    report = check_survey(folder)
    found = [problem for problem in report.problems if problem.kind == KIND]
    assert [(problem.file, problem.row) for problem in found] == [("1.csv", 3), ("wishes.yaml", 3)]
    assert report.n_open == 2 and read_survey(folder)
    said = CliRunner().invoke(main, ["check", "mini", "--data", str(tmp_path)])
    assert said.exit_code == 0 and "„typology run“ rechnet noch nicht: Offene Stellen: 2." in said.stdout
    assert "rechnet noch nicht" in report_html(report) and "rechnet noch nicht" not in report_html(EMPTY)


EMPTY = Report(pd.DataFrame({"severity": []}), pd.DataFrame())


def test_a_file_beside_the_survey_that_cannot_be_read_is_told_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini")
    (folder / "wishes.yaml").write_bytes("wishes: [ä]".encode("cp1252"))
    (found,) = [problem for problem in check_survey(folder).problems if problem.kind == "datei"]
    assert (found.file, found.severity) == ("wishes.yaml", "warnung") and "UTF-8" in found.message


def test_what_a_publisher_has_not_said_yet_is_listed_and_stops_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini")
    (folder / "content").mkdir()
    text = shipped("website.yaml").replace('publisher: ""', 'publisher: "TODO"')
    (folder / "content" / "website.yaml").write_text(text, encoding="utf-8")
    survey = read_survey(folder)
    found = [problem for problem in survey.report.problems if problem.kind == KIND_OF_SITE]
    lines = text.splitlines()
    assert len(found) == 27 and {problem.severity for problem in found} == {"hinweis"}
    assert all(problem.value[:10] in lines[(problem.row or 0) - 1] for problem in found)
    assert survey.report.n_open == 0 and "rechnet noch nicht" not in report_text(survey.report)
    refuse_open(survey.report.problems)
    opened = load_site_config(folder / "content").open_data
    assert (opened.publisher, opened.stated().publisher) == ("TODO", "")


def test_who_builds_a_site_is_told_what_its_pages_leave_out(practice_processed: Path) -> None:
    practice_study = typology.read_study(practice_processed, only=())
    assert site_gaps(practice_study) == []
    real = dataclasses.replace(practice_study, info=dataclasses.replace(practice_study.info, synthetic=False))
    (said,) = site_gaps(real)
    assert "Vorschau: In content/website.yaml fehlen 14 Angaben (publisher, feedback" in said and "imprint" in said


def shipped(name: str) -> str:
    from typology.content.reading import FOLDER

    return (FOLDER / name).read_text(encoding="utf-8")


def test_check_and_run_end_with_two_and_name_each_place(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "raw" / "mini", codebook=book_with(("survey", "source"), "TODO Quelle"))
    checked = CliRunner().invoke(main, ["check", "mini", "--data", str(tmp_path)])
    assert checked.exit_code == 0 and "(gefunden: 'TODO Quelle')" in checked.stdout
    run = CliRunner().invoke(main, ["run", "mini", "--data", str(tmp_path)])
    assert run.exit_code == 2 and "Spalte survey.source" in run.stderr
    (folder / "codebook.yaml").write_text(
        yaml.safe_dump(book_with(("blocks", 3, "chosen"), ["TODO"])), encoding="utf-8"
    )
    assert CliRunner().invoke(main, ["check", "mini", "--data", str(tmp_path)]).exit_code == 2


def test_columns_of_the_tool_under_drop_are_never_open(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini", codebook=book_with(("drop",), ["id", "note", "TODO list"]))
    assert not [problem for problem in check_survey(folder).problems if problem.kind == KIND]
