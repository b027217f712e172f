"""The road from a folder to its survey: what it notes, in which order, and where it ends."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from miniature import CODEBOOK, HEADING, ROWS, changed, write_folder

from typology.errors import (
    CodebookError,
    EstimationError,
    FileFormatError,
    RegisterError,
    ResponseError,
    Severity,
    TypologyError,
)
from typology.survey.report import COUNTS, Journal
from typology.survey.survey import check_survey, read_survey


def test_counts_stand_in_their_order_whenever_they_were_noted() -> None:
    journal = Journal("Übung")
    for what in ("behalten", "mehrfach", "gelesen", "mehrfach"):
        journal.count(what, len(what), "warum")
    assert journal.report().counts.to_numpy().tolist() == [
        ["gelesen", 7, "warum"],
        ["mehrfach", 8, "warum"],
        ["behalten", 8, "warum"],
    ]
    assert len(set(COUNTS)) == len(COUNTS)


def test_findings_stand_worst_first_and_once() -> None:
    journal = Journal("Übung")
    found = journal.at("a.csv")
    found.note("b", "Hinweis")
    found.warning("b", "Warnung", row=9)
    found.warning("b", "Warnung", row=2)
    found.error("c", "Fehler")
    found.error("a", "Fehler")
    found.error("a", "Fehler")
    table = journal.report().findings
    assert table["severity"].tolist() == ["fehler", "fehler", "warnung", "warnung", "hinweis"]
    assert table["kind"].tolist() == ["a", "c", "b", "b", "b"]
    assert table["row"].fillna(0).tolist() == [0, 0, 2, 9, 0]
    assert {type(word) for word in table["severity"]} == {str}


@pytest.mark.parametrize(
    ("kinds", "error_class"),
    [(["wert"], ResponseError), (["wert", "spalte"], CodebookError), (["inhalt"], CodebookError)],
)
def test_a_refusal_lists_errors_then_warnings(kinds: list[str], error_class: type[TypologyError]) -> None:
    journal = Journal("Übung")
    journal.warning("postfach", "seltsam")
    journal.note("testzeile", "gut zu wissen")
    journal.refuse_if_failed()
    for kind in kinds:
        journal.error(kind, "falsch")
    with pytest.raises(error_class) as caught:
        journal.refuse_if_failed()
    assert type(caught.value) is error_class
    assert caught.value.message == f"Übung: {len(kinds)} Fehler in den Antworten oder im Codebuch."
    assert [problem.kind for problem in caught.value.problems] == [*kinds, "postfach"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [(FileFormatError("x"), "datei"), (RegisterError("x"), "register"), (CodebookError("x"), "inhalt"),
     (EstimationError("x"), "inhalt")],
)  # fmt: skip
def test_an_end_without_findings_becomes_one(error: TypologyError, kind: str) -> None:
    journal = Journal("Übung")
    journal.add_refusal(error)
    assert [(p.severity, p.kind, p.message) for p in journal] == [(Severity.ERROR, kind, "x")]


def test_an_end_with_findings_adds_only_the_new_ones() -> None:
    journal = Journal("Übung")
    journal.error("wert", "falsch")
    other = Journal("Übung")
    other.error("wert", "falsch")
    other.error("wert", "neu")
    journal.add_refusal(ResponseError("x", other))
    assert [problem.message for problem in journal] == ["falsch", "neu"]


def test_a_lost_goal_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    rows = changed(0, F_1="9")
    heading = ["Z[9]" if name == "Z[2]" else name for name in HEADING]
    report = check_survey(write_folder(tmp_path / "mini", rows=rows, heading=heading))
    errors = report.findings[report.findings["severity"] == "fehler"]
    assert set(zip(errors["kind"], errors["column"], strict=True)) == {("spalte", "Z[2]"), ("wert", "F[1]")}


def test_without_the_column_of_keys_the_road_ends_at_once(tmp_path: Path) -> None:
    rows = changed(0, F_1="9")
    heading = ["gkz" if name == "ags" else name for name in HEADING]
    folder = write_folder(tmp_path / "mini", rows=rows, heading=heading)
    report = check_survey(folder)
    assert report.findings.loc[report.findings["severity"] == "fehler", "column"].tolist() == ["ags"]
    assert report.counts.empty
    with pytest.raises(CodebookError, match=r"respondent\.id"):
        read_survey(folder)


def test_reading_and_checking_find_the_same(tmp_path: Path) -> None:
    rows = [*changed(1, P1="A7"), ["9", "03101777", *ROWS[0][2:]]]
    folder = write_folder(tmp_path / "mini", rows=rows)
    report = check_survey(folder)
    with pytest.raises(ResponseError) as caught:
        read_survey(folder)
    noted = {problem for problem in report.problems if problem.severity != Severity.NOTE}
    assert len(noted) == 2 and set(caught.value.problems) == noted


def test_the_report_is_named_after_the_survey_once_its_codebook_is_read(tmp_path: Path) -> None:
    assert check_survey(tmp_path / "nirgends").survey == "nirgends"
    assert check_survey(write_folder(tmp_path / "mini")).survey == "Übung"
    book = copy.deepcopy(CODEBOOK)
    book["register"]["file"] = "fehlt.csv"
    report = check_survey(write_folder(tmp_path / "mini", codebook=book))
    assert (report.survey, report.findings["kind"].tolist()) == ("Übung", ["register"])
    assert next(iter(report.reading)) == "Datei"
