"""Read XLSX, XLS and ODS files through calamine: cells as text, the way a person would type them.

calamine runs in a child process (:mod:`typology.files.child`), which loads neither pandas nor numpy.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.errors import FileFormatError, Findings
from typology.files.child import Reader, run_reader
from typology.files.hidden import Hidden, hidden_in
from typology.writing import Said

if TYPE_CHECKING:
    from typology.files.table import Table

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A formula that failed has a value such as #N/A. calamine makes it an empty cell, and that would be an answer of its
# own; so the cell is made one of text before. First the cell of an XLSX file, then that of an OpenDocument.
FAILED_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*)(["'])e\2""")
FAILED_VALUE = re.compile(rb"""<[^<>]*\bcalcext:value-type=["']error["'][^<>]*>""")
STATED_VALUE = re.compile(rb"""\soffice:(?:string-)?value=(?:"[^"]*"|'[^']*')""")
STATED_TYPE = re.compile(rb"""\boffice:value-type=(?:"[^"]*"|'[^']*')""")
HINTS = {"t.xlsx": (b'"e"', b"'e'"), "t.ods": (b'"error"', b"'error'")}
HIDING = {"t.xlsx": b"hidden=", "t.ods": b"table:visibility"}
HINT = re.compile(rb"""=\s?["']e(?:rror)?["']""")
BLOCK = 1 << 20
MOST_UNPACKED = 1_000_000_000
"""Bytes of all parts of a workbook; 11,000 rows × 400 columns are half of it as OpenDocument, a fifth as XLSX."""
REMEMBERED = 1 << 16  # cells whose text is remembered


def read_spreadsheet(raw: bytes, file: str, *, sheet: str = "", skip_rows: int = 0, header_rows: int = 1) -> Table:
    """Read one sheet as a table of text; without a name the first visible sheet that holds something.

    Raises
    ------
    FileFormatError : password, damage, no such sheet, nothing in it.
    """
    from typology.files.table import build_table

    items = _run(text_of_sheet, raw, file, sheet=sheet)
    name, others, height, hiding = next(items)
    found = Findings(file)
    if others:
        found.note(
            "tabellenblatt",
            Said("files.other_sheets", sheet=name),
            value=", ".join(others)[:200],
            expected=Said("files.sheet_in_codebook"),
        )
    hidden = hidden_in(raw, file, name) if hiding else Hidden()
    numbered = islice(hidden.watched(enumerate(items, start=1)), skip_rows, None)
    records = dropwhile(lambda record: not any(record[1]), numbered)
    heading = list(islice(records, max(header_rows, 1)))
    if not heading or len(heading) < header_rows:
        raise FileFormatError(Said("files.empty_sheet", file=file, sheet=name))
    taken: dict[str, str] = {Said("files.format"): Said("files.spreadsheet_file"), Said("files.sheet"): name}
    table = build_table(chain(heading, records), file, taken, most_rows=height, header_rows=header_rows)
    hidden.note(found)
    return replace(table, problems=(*found, *table.problems))


def read_sheets(raw: bytes, file: str) -> list[tuple[str, list[list[Any]]]]:
    """All sheets of a workbook: the name and the rows, numbers as numbers, truth values and dates as text.

    Raises
    ------
    FileFormatError : password or damage.
    """
    sheets: list[tuple[str, list[list[Any]]]] = []
    for item in _run(cells_of_sheets, raw, file):
        if isinstance(item, str):
            sheets.append((item, []))
        else:
            sheets[-1][1].append(item)
    return sheets


def _run(reader: Reader, raw: bytes, file: str, **options: str) -> Iterator[Any]:
    """Run one of the readers below; its folder goes, however it ends."""
    with tempfile.TemporaryDirectory() as folder:
        return run_reader(reader, raw, file, folder=folder, **options)


# --- in the child -------------------------------------------------------------------------------------------------


def text_of_sheet(raw: bytes, file: str, folder: str, sheet: str) -> Iterator[Any]:
    """The sheet that is read, the others with values, its most rows, whether parts may be hidden; then rows as text."""
    book, hiding = _open(raw, file, folder)
    names = list(book.sheet_names)
    if sheet and sheet not in names:
        there = [Said("files.quoted", name=name) for name in names]
        raise FileFormatError(Said("files.no_such_sheet", file=file, sheet=sheet, sheets=there))
    filled: list[str] = []
    chosen = None
    for name in [sheet] if sheet else _visible(book) or names:
        found = book.get_sheet_by_name(name)
        if sheet or (found.height and found.width):
            filled.append(name)
            chosen = chosen or found
    if chosen is None:
        raise FileFormatError(Said("files.empty_workbook", file=file))
    yield filled[0], filled[1:], chosen.total_height + 1, hiding
    yield from text_rows(_rows(chosen))


def cells_of_sheets(raw: bytes, file: str, folder: str) -> Iterator[Any]:
    """Of each sheet the name, then its rows."""
    book, _ = _open(raw, file, folder)
    for name in book.sheet_names:
        yield name
        for row in _rows(book.get_sheet_by_name(name)):
            yield [cell if isinstance(cell, (str, float)) else cell_text(cell) for cell in row]


def _open(raw: bytes, file: str, folder: str) -> tuple[Any, bool]:
    """The workbook, from a file in this folder: only for a path does calamine say what is wrong.

    And whether rows or columns may be hidden.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    if raw.startswith(b"PK"):
        name, raw, hiding = _with_failures_as_text(raw, file)
    elif ENCRYPTED in raw:
        raise FileFormatError(Said("files.password", file=file))
    else:
        name, hiding = "t.xls", False
    path = Path(folder) / name
    path.write_bytes(raw)
    try:
        return CalamineWorkbook.from_path(path), hiding
    except PasswordError:
        raise FileFormatError(Said("files.password", file=file)) from None


def _visible(book: Any) -> list[str]:
    """The worksheets that a reader sees; none where the file does not say."""
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if str(sheet.visible).endswith(".Visible") and str(sheet.typ).endswith(".WorkSheet")
    ]


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """All rows from the first row and column of the sheet on, all equally long; never all of them in memory."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + row


def _with_failures_as_text(raw: bytes, file: str) -> tuple[str, bytes, bool]:
    """The ending that a packed workbook deserves, its bytes with failed cells as text, and whether it may hide some."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise FileFormatError(Said("files.password", file=file))
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise FileFormatError(Said("files.unpacks_to", file=file, most=MOST_UNPACKED // 10**9))
        name = "t.ods" if any(part.filename == "content.xml" for part in parts) else "t.xlsx"
        sheets = [part for part in parts if part.filename == "content.xml" or "worksheets/" in part.filename]
        marks = {part.filename: _marks(archive, part, name) for part in sheets if part.filename.endswith(".xml")}
        failed = {part for part, (fails, _) in marks.items() if fails}
        hiding = any(hides for _, hides in marks.values())
        if not failed:
            return name, raw, hiding
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w") as changed:
            for part in parts:
                data = archive.read(part)
                changed.writestr(part.filename, _as_text(data) if part.filename in failed else data)
    return name, result.getvalue(), hiding


def _marks(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> tuple[bool, bool]:
    """Whether a part may have failed cells, and whether it may hide rows or columns; both in one reading of it."""
    hints, hiding = HINTS[name], HIDING[name]
    fails = hides = False
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            block = rest + block
            # A search for words comes first: every cell has a sign of equality, which a pattern begins with.
            fails = fails or (any(hint[:1] in block and hint in block for hint in hints) and bool(HINT.search(block)))
            hides = hides or hiding in block
            rest = block[-len(HIDING["t.ods"]) :]
    return fails, hides


def _as_text(part: bytes) -> bytes:
    return FAILED_VALUE.sub(_shown_value, FAILED_CELL.sub(rb"\1\2str\2", part))


def _shown_value(cell: re.Match[bytes]) -> bytes:
    return STATED_TYPE.sub(b'office:value-type="string"', STATED_VALUE.sub(b"", cell[0]))


def text_rows(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[str]]:
    """Rows of cells as rows of text; a row of text stays the list it is, as most rows of a survey are."""
    texts = _Texts()
    for row in rows:
        kinds = set(map(type, row))
        if kinds == {str}:
            yield row
        elif kinds <= {str, float}:
            yield list(map(texts.__getitem__, row))
        else:
            yield [cell_text(cell) for cell in row]


class _Texts(dict[str | float, str]):
    """Cell → text, each made once as long as there are not too many."""

    def __missing__(self, cell: str | float) -> str:
        text = cell_text(cell)
        if len(self) < REMEMBERED:
            self[cell] = text
        return text


def cell_text(cell: Any) -> str:
    """One cell as text: 1.0 → "1", dates in ISO form, empty → "".

    >>> cell_text(9162000.0), cell_text(2.5), cell_text(dt.date(2026, 6, 30))
    ('9162000', '2.5', '2026-06-30')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(float(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)
