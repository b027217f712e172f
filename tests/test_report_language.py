"""What reading a survey finds, said in either language: the same whenever it was found, and stored alike."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from miniature import CODEBOOK, HEADING, ROWS, changed, write_folder

from typology.errors import TypologyError
from typology.files.formats import read_table
from typology.survey.flags import stored_flags
from typology.survey.kinds import KINDS
from typology.survey.report import Report, report_html, report_table, report_text, write_report_table
from typology.survey.survey import check_survey, read_survey

# Letters and words of German that no text of the miniature survey and no name of a setting holds.
GERMAN = re.compile(r"[äöüßÄÖÜ„]|\b(?:der|die|das|und|oder|nicht|wird|keine?|eine?[ms]?|Zeilen?|Werte?|Datei|ist)\b")


def broken(tmp_path: Path) -> Path:
    """Values, keys, headings and mailboxes that do not fit."""
    rows = changed(1, Z_1="<b>", S9="=1+1", ags="3101002", P1="A7", F_1="-5")
    rows[0][4:9] = ["Y"] * 5
    rows[3][-1], rows[2][-1] = "anna.amsel@stadt.example", "nobody"
    rows[2][1] = "Bergdorf"
    rows.append(["9", "03101777", *ROWS[0][2:]])
    heading = [*["Z[9]" if name == "Z[2]" else name for name in HEADING], "Telefon", "neu"]
    return write_folder(tmp_path, rows=[[*row, "0221 123456", "x"] for row in rows], heading=heading)


def answered_twice(tmp_path: Path) -> Path:
    rows = [*ROWS, [*ROWS[0][:2], "soon", *ROWS[0][3:]], [*ROWS[1][:3], "TEST", *ROWS[1][4:]]]
    return write_folder(tmp_path, rows=rows)


def wrong_book(tmp_path: Path) -> Path:
    book = copy.deepcopy(CODEBOOK)
    book["goals"]["limit"] = "9"
    book["blocks"][0]["scale"] = ["5", "1"]
    return write_folder(tmp_path, codebook=book)


def without_register(tmp_path: Path) -> Path:
    book: dict[str, Any] = copy.deepcopy(CODEBOOK)
    book["register"] = "none"
    book["missing"] = {"presets": ["limesurvey"], "codes": {"-99": "verweigert"}}
    book["respondent"]["attributes"] = {"area_km2": "S9"}
    book["blocks"] = book["blocks"][:2]
    rows = changed(0, S9="many")
    rows[2][1] = "3101001"
    return write_folder(tmp_path, rows=rows, codebook=book)


def no_register_file(tmp_path: Path) -> Path:
    book = copy.deepcopy(CODEBOOK)
    book["register"]["file"] = "gone.csv"
    return write_folder(tmp_path, codebook=book)


FOLDERS = [broken, answered_twice, wrong_book, without_register, no_register_file]


def reports(make: Callable[[Path], Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Report]:
    """The report of a folder, found by a program that speaks German and by one that speaks English."""
    place = make(folder / "mini")
    found = {}
    for language in ("de", "en"):
        monkeypatch.setenv("TYPOLOGY_LANGUAGE", language)
        found[language] = check_survey(place)
    return found


@pytest.mark.parametrize("make", FOLDERS)
def test_a_report_is_the_same_in_whatever_language_it_was_found(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reports(make, tmp_path, monkeypatch)
    for language in ("de", "en"):
        monkeypatch.setenv("TYPOLOGY_LANGUAGE", language)
        assert report_text(found["de"], language) == report_text(found["en"], language) == report_text(found[language])
        assert report_html(found["de"], language) == report_html(found["en"], language) == report_html(found[language])
        tables = [report_table(found[of], language) for of in ("de", "en")] + [report_table(found[language])]
        pd.testing.assert_frame_equal(tables[0], tables[1])
        pd.testing.assert_frame_equal(tables[0], tables[2])


@pytest.mark.parametrize("make", FOLDERS)
def test_an_english_report_says_nothing_in_german(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reports(make, tmp_path, monkeypatch)["de"]
    english = report_text(report, "en") + report_html(report, "en") + report_table(report, "en").to_csv()
    assert not GERMAN.search(english.replace("Übung", ""))
    assert GERMAN.search(report_text(report, "de"))
    assert "Practice" in english or "mini" in english


@pytest.mark.parametrize("make", FOLDERS)
def test_findings_and_counts_are_stored_alike_in_either_language(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reports(make, tmp_path, monkeypatch)
    first, second = ((report.stored_findings(), report.stored_counts()) for report in (found["de"], found["en"]))
    for one, other in zip(first, second, strict=True):
        assert one.to_csv() == other.to_csv()
    findings, counts = first
    assert len(findings) and all(findings["message"] != findings["message_en"])
    assert not findings["message_en"].str.contains(GERMAN.pattern).any()
    assert not counts["why_en"].str.contains(GERMAN.pattern).any()


def test_flags_are_stored_alike_in_either_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = changed(0)
    rows[0][4:9] = ["Y"] * 5
    folder = write_folder(tmp_path / "mini", rows=rows)
    details = {}
    for language in ("de", "en"):
        monkeypatch.setenv("TYPOLOGY_LANGUAGE", language)
        survey = read_survey(folder)
        stored = stored_flags(survey.flags)
        details[language] = (survey.flags["detail"].tolist(), stored["detail"].tolist(), stored["detail_en"].tolist())
        assert survey.source["taken_Zeichensatz"] == "UTF-8 mit Kennung"
        assert survey.source["register"] == "Register register.csv, Gebietsstand 01.01.2026"
    german, english = ["5 statt höchstens 2", "5 von 5"], ["5 instead of at most 2", "5 of 5"]
    assert details == {"de": (german, german, english), "en": (english, german, english)}


def test_a_table_of_findings_and_a_survey_speak_the_language_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    write_report_table(check_survey(broken(tmp_path / "mini")), tmp_path / "findings.csv")
    table = read_table(tmp_path / "findings.csv")
    assert table.taken["Delimiter"] == "semicolon"
    assert set(table.frame["Severity"]) == {"error", "warning", "note"}
    assert {"value", "key", "column"} <= set(table.frame["Kind"]) <= set(words_of(KINDS))
    survey = read_survey(write_folder(tmp_path / "clean"))
    assert repr(survey).splitlines()[0] == "Survey mini: Practice (synthetic – practice data)"
    assert "<th>Answered</th>" in survey._repr_html_()


def words_of(kinds: dict[str, str]) -> list[str]:
    from typology.writing import message

    return [message(key, "en") for key in kinds.values()]


def test_a_refused_survey_is_refused_in_any_language(tmp_path: Path) -> None:
    with pytest.raises(TypologyError) as caught:
        read_survey(broken(tmp_path / "mini"))
    german, english = caught.value.lines("de"), caught.value.lines("en")
    assert german[0].startswith("Übung: ") and english[0].startswith("Practice: errors in the answers")
    assert len(german) == len(english) > 3 and not GERMAN.search("".join(english))
