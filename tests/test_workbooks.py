"""Workbooks that calamine does not survive: endless, endlessly large, or failing inside its Rust code."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from typology.errors import FileFormatError, RegisterError
from typology.files import workbooks
from typology.files.formats import read_table
from typology.files.spreadsheet import text_rows
from typology.register.register import read_register

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


def test_one_value_in_the_last_cell_of_a_sheet_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"weit außerhalb .* Zeile 1048576, Spalte 16384"):
        read_table(sheet_with(tmp_path / "t.xlsx", 1_048_575, 16_383))


def test_a_value_far_to_the_right_of_a_short_table_is_read(tmp_path: Path) -> None:
    table = read_table(sheet_with(tmp_path / "t.xlsx", 1, 16_383))
    assert table.frame.iloc[0].tolist() == ["a", "1", "x"]
    assert any(problem.kind == "ueberschrift" for problem in table.problems)


def test_far_values_of_an_open_document_are_named(tmp_path: Path) -> None:
    rows = row_of(text_cell("id"), text_cell("q")) + row_of("<table:table-cell/>", repeated=1_000_000)
    far = rows + row_of('<table:table-cell table:number-columns-repeated="16000"/>', text_cell("x"))
    with pytest.raises(FileFormatError, match="weit außerhalb"):
        read_table(open_document(tmp_path / "t.ods", far))
    near = row_of(text_cell("id"), text_cell("q")) + row_of(text_cell("a"), text_cell("1"))
    tail = row_of('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_574)
    assert read_table(open_document(tmp_path / "u.ods", near + tail)).frame.to_numpy().tolist() == [["a", "1"]]


def test_an_open_document_that_breaks_off_ends(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="kein lesbares XML"):
        read_table(open_document(tmp_path / "t.ods", row_of(text_cell("id")) + "<table:table-row>"))
    with pytest.raises(RegisterError, match="kein lesbares XML"):
        read_register(open_document(tmp_path / "t.ods", row_of(text_cell("AGS")) + "<table:table-row>"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (old_workbook([TABLE, END, 3, 2], length=1024), "Kette"),
        (old_workbook([TABLE, 1, END]), "Kette"),
        (old_workbook([TABLE, END, END], length=0xFFFF_FF00), "größer als die Datei"),
        (old_workbook([TABLE, END, END], n_table=0xFFFF_FFFF), "größer als die Datei"),
        (old_workbook([TABLE, END, END])[:700], "abgeschnitten"),
    ],
)
def test_old_workbooks_without_end(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "t.xls").write_bytes(data)
    with pytest.raises(FileFormatError, match=words):
        read_table(tmp_path / "t.xls")


def test_a_broken_old_workbook_writes_nothing_to_the_console(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.xls").write_bytes(old_workbook([TABLE, END, END])[:-1124])
    with pytest.raises(FileFormatError, match="beschädigt"):
        read_table(tmp_path / "t.xls")
    assert capfd.readouterr() == ("", "")


def test_other_lines_still_reach_the_console(capfd: pytest.CaptureFixture[str]) -> None:
    with workbooks._without_panic_lines():
        os.write(2, b"a real error\n")
    with workbooks._without_panic_lines():
        os.write(2, b"before\nthread '<unnamed>' (7) panicked at cfb.rs:1:2:\nout of range\nstack backtrace:\n  0: x\n")
    assert capfd.readouterr().err == "a real error\nbefore"


def test_the_sheet_that_is_read_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    for name in ("Leer", "Daten", "Mehr"):
        sheet = book.add_worksheet(name)
        if name != "Leer":
            sheet.write_row(0, 0, ["a"])
            sheet.write_row(1, 0, ["1"])
    book.close()
    opened: list[str] = []
    sheet_of = workbooks.Workbook.sheet

    def counted(self: workbooks.Workbook, name: str) -> object:
        opened.append(name)
        return sheet_of(self, name)

    monkeypatch.setattr(workbooks.Workbook, "sheet", counted)
    table = read_table(tmp_path / "t.xlsx")
    assert table.taken["Blatt"] == "Daten"
    assert opened == ["Leer", "Daten", "Mehr"]


def test_numbers_and_truth_values_are_not_confused() -> None:
    assert text_rows([[1.0, 0.0, "1"], [True, 1.0, False], ["a", "", "b"]]) == [
        ["1", "0", "1"],
        ["TRUE", "1", "FALSE"],
        ["a", "", "b"],
    ]
