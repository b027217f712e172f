"""Values that look the same are the same; error values of spreadsheets are no answers."""

from __future__ import annotations

import copy
import re
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from miniature import CODEBOOK, HEADING, ROWS, write_folder

from typology.files.formats import read_table
from typology.register.keys import read_digits
from typology.survey.codebook import Completed, Rows
from typology.survey.columns import plain
from typology.survey.rows import completed_rows, rows_matching
from typology.survey.survey import check_survey, read_survey
from typology.survey.values import bare, spelled

NFD = "Lo\u0308sung"


@pytest.mark.parametrize(
    "text", [NFD, "Lösung\u200b", "\ufeffLösung", "Lö\u00adsung", "\u200eLösung\u200f", "\xa0Lösung\u2060 "]
)
def test_a_value_is_read_as_it_looks(text: str) -> None:
    assert bare(text) == plain(text) == spelled(text)[-1] == "Lösung"


def choices(place: Path, code: str, value: str) -> Path:
    """The miniature in which one choice is declared in one spelling and answered in another."""
    book = copy.deepcopy(CODEBOOK)
    book["blocks"][1]["codes"] = {code: "geloest", "offen": "aktuell"}
    rows = [list(row) for row in ROWS]
    for number, row in enumerate(rows):
        row[HEADING.index("P1")] = value if number < 2 else "offen"
    return write_folder(place, codebook=book, rows=rows)


@pytest.mark.parametrize(
    ("code", "value"), [("Lösung", NFD), (NFD, "Lösung"), ("Lösung", "Lö\u200bsung"), ("Lösung\u200b", "Lösung")]
)
def test_codes_and_values_meet_in_whatever_spelling(tmp_path: Path, code: str, value: str) -> None:
    survey = read_survey(choices(tmp_path, code, value))
    assert survey.responses["pain_point_ressourcen"].tolist() == ["geloest"] * 2 + ["aktuell"] * 4
    assert survey.report.clean


def test_missing_codes_and_lists_in_one_cell_are_read_as_they_look(tmp_path: Path) -> None:
    book = copy.deepcopy(CODEBOOK)
    book["missing"]["codes"]["möchte ich nicht sagen"] = "verweigert"
    book["goals"] = {
        "kind": "pick", "question": {"de": "q", "en": "q"}, "list_column": "Z[1]", "separator": ";",
        "codes": {"Bürgernähe": "buergernaehe", "Öffnung": "effizienz"},
    }  # fmt: skip
    book["drop"] += ["Z[2]", "Z[3]", "Z[4]", "Z[5]"]
    rows = [list(row) for row in ROWS]
    for row, text in zip(rows, ["Bürgernähe;Öffnung", "Öffnung\u200b", *["Bürgernähe"] * 4], strict=True):
        row[HEADING.index("Z[1]")] = unicodedata.normalize("NFD", text)
        row[HEADING.index("P1")] = "möchte ich nicht\xa0sagen\u200b" if row[0] == "1" else ""
    survey = read_survey(write_folder(tmp_path, codebook=book, rows=rows))
    assert survey.responses["goal_effizienz"].tolist() == ["ja", "ja", "nein", "nein", "nein", "nein"]
    assert survey.reasons.at["03101001", "pain_point_ressourcen"] == "verweigert"


def test_rules_for_rows_and_keys_see_what_a_person_sees() -> None:
    frame = pd.DataFrame({"q": [NFD, "Lösung\u200b", "\u200b"]})
    headings = {"q": "q"}
    for rule in (Rows(column="q", **{"in": ["Lösung"]}), Rows(column="q", pattern="L.sung")):
        assert rows_matching(frame, rule, headings).tolist() == [True, True, False]
    assert completed_rows(frame, Completed(column="q", rule="not_empty"), headings).tolist() == [True, True, False]
    assert completed_rows(frame, Completed(column="q", **{"in": ["Lösung"]}), headings).tolist() == [True, True, False]
    assert read_digits("\u200e05315\u200b000\u2060") == ("05315000", "", "")


# -- error values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#N/A", "#NV", "#DIV/0!", "#BEZUG!", "#NAME?", "Err:508"])
@pytest.mark.parametrize("column", ["Z[1]", "P1", "C5", "S9", "F[1]"])
def test_an_error_value_is_an_answer_in_no_kind_of_column(tmp_path: Path, column: str, word: str) -> None:
    book = copy.deepcopy(CODEBOOK)
    book["goals"]["chosen_any"] = "true"
    rows = [list(row) for row in ROWS]
    rows[1][HEADING.index(column)] = word
    findings = check_survey(write_folder(tmp_path, codebook=book, rows=rows)).findings
    said = findings[findings["severity"] == "fehler"]
    assert said[["row", "key", "column", "value"]].to_numpy().tolist() == [[3, "03101002", column, word]]


@pytest.mark.parametrize(
    ("pattern", "by"),
    [(rb"<f>[^<]*</f>", b""), (rb't="e"', b"t='e'"), (rb't="e"', b't = "e"'), (rb't="e"', b"t=\n'e'")],
    ids=["pasted as values", "other quotation marks", "blanks", "lines"],
)
def test_failed_cells_of_other_programs_are_no_empty_cells(tmp_path: Path, pattern: bytes, by: bytes) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for i, cells in enumerate((["id", "q"], ["a", ""], ["b", "Y"], ["c", ""])):
            sheet.write_row(i, 0, cells)
        sheet.write_formula(1, 1, "=A9", None, "#REF!")
        sheet.write_formula(3, 1, "=X()", None, "#NAME?")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    changed = re.sub(pattern, by, parts[name])
    assert changed != parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in (parts | {name: changed}).items():
            archive.writestr(part, data)
    assert read_table(path).frame["q"].tolist() == ["#REF!", "Y", "#NAME?"]
