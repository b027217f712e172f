"""Rows and columns that a workbook hides are read, and said."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from typology.errors import Problem
from typology.files.formats import read_table

N_ROWS, N_COLUMNS = 9, 6


def book(path: Path, rows: set[int], columns: set[int], sheet: str = "Antworten & „mehr“") -> Path:
    """An XLSX file whose second sheet holds the table; rows and columns counted from one, an empty row at its end."""
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Leer").set_row(1, None, None, {"hidden": True})
        page = made.add_worksheet(sheet)
        for row in range(N_ROWS):
            page.write_row(row, 0, [f"{row}.{column}" for column in range(N_COLUMNS)])
        for row in (*rows, N_ROWS + 3):
            page.set_row(row - 1, None, None, {"hidden": row in rows or row > N_ROWS})
        for column in (*columns, N_COLUMNS + 2):
            page.set_column(column - 1, column - 1, None, None, {"hidden": True})
    return path


def said(path: Path) -> list[tuple[str, int | None, str]]:
    found: list[Problem] = [problem for problem in read_table(path).problems if problem.kind == "verborgen"]
    return [(str(problem.severity), problem.row, problem.value) for problem in found]


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        (set(), set(), []),
        ({4}, set(), [("warnung", 4, "4")]),
        ({2, 5, 6, 7}, {2, 6}, [("warnung", 2, "2, 5–7"), ("hinweis", None, "B, F")]),
        (set(), {1}, [("hinweis", None, "A")]),
    ],
)
def test_hidden_rows_and_columns_with_content_are_said(tmp_path: Path, rows: set, columns: set, expected: list) -> None:
    path = book(tmp_path / "a.xlsx", rows, columns)
    assert said(path) == expected
    assert read_table(path).frame.shape == (N_ROWS - 1, N_COLUMNS)


def test_a_wide_stretch_of_hidden_columns_ends_where_the_table_does(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        page = made.add_worksheet("a")
        page.write_row(0, 0, ["a", "b", "c"])
        page.write_row(1, 0, ["1", "2", "3"])
        page.set_column("B:XFD", None, None, {"hidden": True})
    assert said(tmp_path / "a.xlsx") == [("hinweis", None, "B, C")]


SPACE = 'xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
NAMES = " ".join(map(SPACE.format, ("office", "table", "text")))
CONTENT = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="T"><table:table-column table:number-columns-repeated="2"/>'
    '<table:table-column table:visibility="collapse"/>ROWS</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
CELLS = "".join(map(CELL.format, "abc"))
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def test_an_opendocument_says_so_too(tmp_path: Path) -> None:
    rows = ["", "", ' table:visibility="filter"', ' table:visibility="collapse" table:number-rows-repeated="2"', ""]
    text = CONTENT.replace("ROWS", "".join(f"<table:table-row{mark}>{CELLS}</table:table-row>" for mark in rows))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", text)
    (tmp_path / "a.ods").write_bytes(data.getvalue())
    assert said(tmp_path / "a.ods") == [("warnung", 3, "3–5"), ("hinweis", None, "C")]


def test_what_a_check_says_of_hidden_rows(tmp_path: Path) -> None:
    from miniature import HEADING, ROWS, write_folder

    from typology.survey.survey import check_survey

    folder = write_folder(tmp_path / "mini")
    text = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "codebook.yaml").write_text(text.replace("responses.csv", "responses.xlsx"), encoding="utf-8")
    with xlsxwriter.Workbook(folder / "responses.xlsx") as made:
        page = made.add_worksheet("a")
        for number, row in enumerate([HEADING, *ROWS]):
            page.write_row(number, 0, row)
        page.set_row(3, None, None, {"hidden": True})
    (found,) = [problem for problem in check_survey(folder).problems if problem.kind == "verborgen"]
    assert (found.file, found.row) == ("responses.xlsx", 4) and "exclude" in found.expected
