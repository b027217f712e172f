"""Workbooks that calamine does not survive: endless, endlessly large, or failing inside its Rust code."""

from __future__ import annotations

import copy
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from miniature import CODEBOOK, HEADING, ROWS, write_folder

from typology.errors import FileFormatError, RegisterError
from typology.files import child, spreadsheet
from typology.files.child import Limits
from typology.files.formats import read_table
from typology.files.spreadsheet import read_sheets, text_of_sheet, text_rows
from typology.register.register import read_register
from typology.survey.survey import check_survey

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def sheet_with(path: Path, row: int, column: int) -> Path:
    """A small table and one value at (row, column), both from 0."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for i, cells in enumerate((["id", "q"], ["a", "1"], ["b", "2"])):
        sheet.write_row(i, 0, cells)
    sheet.write_string(row, column, "x")
    book.close()
    return path


def open_document(path: Path, table: str) -> Path:
    """An OpenDocument spreadsheet whose ``table`` element holds this."""
    spaces = ("office", "table", "text")
    names = " ".join(f'xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for space in spaces)
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Daten">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
    return path


def text_cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def row_of(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def old_workbook(table: list[int], n_table: int = 1, start: int = 2, length: int = 600) -> bytes:
    """A compound file of Excel 97: header, table of sectors, directory with one stream "Workbook" of zeros."""

    def entry(name: str, kind: int, first: int, size: int) -> bytes:
        spelt = name.encode("utf-16-le")
        head = spelt.ljust(64, b"\0") + struct.pack("<HBB", len(spelt) + 2, kind, 1) + b"\xff" * 12
        return head + bytes(36) + struct.pack("<II", first, size) + bytes(4)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, n_table, 1, 0, 512, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    sectors = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    directory = entry("Root Entry", 5, END, 0) + entry("Workbook", 2, start, length) + bytes(256)
    return header + sectors + directory + bytes(1024)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "limits_for", lambda size: Limits(seconds=5, memory=500_000_000))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_one_value_in_the_last_cell_of_a_sheet_is_named(tmp_path: Path, limited: None) -> None:
    with pytest.raises(FileFormatError, match=r"mehr als 0,5 GB Speicher; .* weit außerhalb der Tabelle"):
        read_table(sheet_with(tmp_path / "t.xlsx", 1_048_575, 16_383))


def test_a_value_far_to_the_right_of_a_short_table_is_read(tmp_path: Path) -> None:
    table = read_table(sheet_with(tmp_path / "t.xlsx", 1, 16_383))
    assert table.frame.iloc[0].tolist() == ["a", "1", "x"]
    assert any(problem.kind == "ueberschrift" for problem in table.problems)


def test_far_values_of_an_open_document_are_refused(tmp_path: Path, limited: None) -> None:
    rows = row_of(text_cell("id"), text_cell("q")) + row_of("<table:table-cell/>", repeated=1_000_000)
    far = rows + row_of('<table:table-cell table:number-columns-repeated="16000"/>', text_cell("x"))
    with pytest.raises(FileFormatError, match=r"weit außerhalb|nicht lesen .*16001016001 cells"):
        read_table(open_document(tmp_path / "t.ods", far))
    near = row_of(text_cell("id"), text_cell("q")) + row_of(text_cell("a"), text_cell("1"))
    tail = row_of('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_574)
    assert read_table(open_document(tmp_path / "u.ods", near + tail)).frame.to_numpy().tolist() == [["a", "1"]]


def test_an_open_document_that_breaks_off_ends(tmp_path: Path, limited: None) -> None:
    with pytest.raises(FileFormatError, match=r"^Die Datei t\.ods .* CSV"):
        read_table(open_document(tmp_path / "t.ods", row_of(text_cell("id")) + "<table:table-row>"))
    with pytest.raises(RegisterError, match=r"^Die Datei t\.ods .* CSV"):
        read_register(open_document(tmp_path / "t.ods", row_of(text_cell("AGS")) + "<table:table-row>"))


@pytest.mark.parametrize(
    "data",
    [
        old_workbook([TABLE, END, 3, 2], length=1024),
        old_workbook([TABLE, 1, END]),
        old_workbook([TABLE, END, END], length=0xFFFF_FF00),
        old_workbook([TABLE, END, END], n_table=0xFFFF_FFFF),
        old_workbook([TABLE, END, END])[:700],
    ],
    ids=["two sectors in a circle", "the table in a circle", "a long stream", "a large table", "cut off"],
)
def test_old_workbooks_without_end(tmp_path: Path, data: bytes, limited: None) -> None:
    (tmp_path / "t.xls").write_bytes(data)
    with pytest.raises(FileFormatError, match=r"^Die Datei t\.xls .*(beschädigt|Speicher|Kein Blatt enthält Werte)"):
        read_table(tmp_path / "t.xls")


def test_a_broken_old_workbook_writes_nothing_to_the_console(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.xls").write_bytes(old_workbook([TABLE, END, END])[:-1124])
    with pytest.raises(FileFormatError, match="beschädigt"):
        read_table(tmp_path / "t.xls")
    assert capfd.readouterr() == ("", "")


def failed(shown: str, stated: str) -> str:
    """A cell of an OpenDocument whose formula failed, as LibreOffice writes it."""
    return (
        f'<table:table-cell table:formula="of:=X" {stated} calcext:value-type="error">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def excel_failures(path: Path, prefix: str = "") -> Path:
    """Two formulas that failed, one of them in a part whose elements carry a prefix."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for i, cells in enumerate((["id", "q"], ["a", "Y"], ["b", ""], ["=", '"e"'])):
            sheet.write_row(i, 0, cells)
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(2, 1, '=IF(A1="e",1/0,2)', None, "#DIV/0!")
    if prefix:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = "xl/worksheets/sheet1.xml"
        part = re.sub(rb"<(/?)(?=\w)", rf"<\1{prefix}:".encode(), parts[name])
        parts[name] = part.replace(b' xmlns="', f' xmlns:{prefix}="'.encode())
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
    return path


@pytest.mark.parametrize("prefix", ["", "x"])
def test_failed_formulas_of_excel_are_no_empty_cells(tmp_path: Path, prefix: str) -> None:
    frame = read_table(excel_failures(tmp_path / "t.xlsx", prefix)).frame
    assert frame["q"].tolist() == ["#N/A", "#DIV/0!", '"e"']


def test_failed_formulas_of_an_open_document_are_no_empty_cells(tmp_path: Path) -> None:
    rows = row_of(text_cell("id"), text_cell("q"), text_cell("r")) + row_of(
        text_cell("a"),
        failed("#NV", 'office:value-type="string" office:string-value=""'),
        failed("#DIV/0!", 'office:value-type="float" office:value="0"'),
    )
    path = open_document(tmp_path / "t.ods", rows + row_of(text_cell("b"), text_cell("Y"), text_cell("N")))
    assert read_table(path).frame.to_numpy().tolist() == [["a", "#NV", "#DIV/0!"], ["b", "Y", "N"]]


def test_a_failed_formula_is_refused_as_in_a_text_file(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    column = HEADING.index("Z[1]")
    rows[1][column] = "#N/A"
    as_text = check_survey(write_folder(tmp_path / "a", rows=rows)).findings
    book = copy.deepcopy(CODEBOOK)
    book["files"] = {"responses": "t.xlsx"}
    folder = write_folder(tmp_path / "b", codebook=book)
    with xlsxwriter.Workbook(folder / "t.xlsx") as workbook:
        sheet = workbook.add_worksheet()
        for i, row in enumerate([HEADING, *rows]):
            sheet.write_row(i, 0, row)
        sheet.write_formula(2, column, "=NA()", None, "#N/A")
    as_workbook = check_survey(folder).findings
    place = ["severity", "row", "column", "value"]
    assert as_workbook[place].to_numpy().tolist() == as_text[place].to_numpy().tolist()
    assert ["fehler", 3, "Z[1]", "#N/A"] in as_workbook[place].to_numpy().tolist()


def test_the_first_cell_may_stand_anywhere(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 3, ["a", "b"])
        sheet.write_row(3, 3, ["1", "2"])
    table = read_table(tmp_path / "t.xlsx")
    assert (table.frame.columns.tolist(), table.frame.index.tolist()) == (["a", "b"], [4])
    (_, rows), *others = read_sheets((tmp_path / "t.xlsx").read_bytes(), "t.xlsx")
    assert rows == [[""] * 5, [""] * 5, ["", "", "", "a", "b"], ["", "", "", "1", "2"]] and others == []


def test_only_the_sheet_that_is_read_is_made_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        for name in ("Leer", "Daten", "Mehr"):
            sheet = book.add_worksheet(name)
            if name != "Leer":
                sheet.write_row(0, 0, ["a"])
                sheet.write_row(1, 0, [name])
    read: list[str] = []
    rows_of = spreadsheet._rows

    def counted(sheet: Any) -> Iterator[list[Any]]:
        read.append(sheet.name)
        return rows_of(sheet)

    monkeypatch.setattr(spreadsheet, "_rows", counted)
    head, *rows = text_of_sheet((tmp_path / "t.xlsx").read_bytes(), "t.xlsx", str(tmp_path), "")
    assert (head[:2], rows, read) == (("Daten", ["Mehr"]), [["a"], ["Daten"]], ["Daten"])
    assert head[2] >= len(rows)


def test_numbers_and_truth_values_are_not_confused() -> None:
    assert list(text_rows([[1.0, 0.0, "1"], [True, 1.0, False], ["a", "", "b"]])) == [
        ["1", "0", "1"],
        ["TRUE", "1", "FALSE"],
        ["a", "", "b"],
    ]
