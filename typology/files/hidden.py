"""Rows and columns that a workbook hides from whoever looks at it, and that are read all the same.

calamine does not tell; the parts of XLSX and OpenDocument files do. They are looked through in a child process
(:mod:`typology.files.child`), block by block and only as far as marks go. Of the old XLS format nothing is known.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from xml.sax.saxutils import unescape

from typology.errors import Findings
from typology.files.child import run_reader
from typology.writing import Number, Said

BLOCK = 1 << 20
MOST = 100_000  # numbers that one mark may stand for, as a column of an XLSX file may hide all to the right
MOST_SHOWN = 12
#: Of an XLSX file the start of a row, or a stretch of columns; of an OpenDocument those and the start of a sheet.
XLSX_TAG = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
ODS_TAG = re.compile(rb"<table:(table-row|table-column|table)(?=[\s/>])([^<>]*)>")
ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
Record = tuple[int, Sequence[str]]
QUOTES = {"&quot;": '"', "&apos;": "'"}


@dataclass
class Hidden:
    """The hidden rows and columns of a sheet, counted from one, and which of them turn out to hold something."""

    rows: frozenset[int] = frozenset()
    columns: tuple[int, ...] = ()
    filled: list[int] = field(default_factory=list)
    wide: set[int] = field(default_factory=set)

    def watched(self, records: Iterable[Record]) -> Iterable[Record]:
        """The same records, each looked at as it passes."""
        return self._watched(records) if self.rows or self.columns else records

    def _watched(self, records: Iterable[Record]) -> Iterator[Record]:
        for number, record in records:
            if number in self.rows and any(record):
                self.filled.append(number)
            self.wide.update(column for column in self.columns if column <= len(record) and record[column - 1])
            yield number, record

    def note(self, found: Findings) -> None:
        """Find those that hold something, once all records have passed."""
        if self.filled:
            expected = Said("files.hidden_expected")
            message = Said("files.hidden_rows", n=Number(len(self.filled)))
            found.warning("verborgen", message, row=self.filled[0], value=spans(self.filled), expected=expected)
        if self.wide:
            wide = sorted(self.wide)
            more = " …" if len(wide) > MOST_SHOWN else ""
            letters = ", ".join(letter(column) for column in wide[:MOST_SHOWN]) + more
            found.note("verborgen", Said("files.hidden_columns", n=Number(len(wide))), value=letters)


def hidden_in(raw: bytes, file: str, sheet: str) -> Hidden:
    """What a packed workbook says of the hidden rows and columns of a sheet."""
    (rows, columns), *_ = run_reader(hidden_parts, raw, file, sheet=sheet)
    return Hidden(frozenset(rows), tuple(columns))


def spans(numbers: Sequence[int]) -> str:
    """Rising numbers with stretches joined, the first ones.

    >>> spans([3, 7, 8, 9, 12])
    '3, 7–9, 12'
    """
    stretches = [[n for _, n in part] for _, part in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    texts = [f"{part[0]}–{part[-1]}" if len(part) > 1 else str(part[0]) for part in stretches]
    return ", ".join(texts[:MOST_SHOWN]) + (" …" if len(texts) > MOST_SHOWN else "")


def letter(column: int) -> str:
    """The letters by which spreadsheets name a column.

    >>> letter(1), letter(27), letter(703)
    ('A', 'AA', 'AAA')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


# --- in the child -------------------------------------------------------------------------------------------------


def hidden_parts(raw: bytes, file: str, sheet: str) -> Iterator[tuple[list[int], list[int]]]:
    """The numbers of the hidden rows and columns of one sheet, counted from one."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            yield _of_ods(archive, sheet)
        else:
            part = _part_of(archive, sheet)
            yield _of_xlsx(archive, part) if part in names else ([], [])


def _of_xlsx(archive: zipfile.ZipFile, part: str) -> tuple[list[int], list[int]]:
    rows: list[int] = []
    columns: list[int] = []
    last = 0
    for kind, given in _tags(archive, part, XLSX_TAG, b"hidden"):
        hidden = given.get("hidden") in ("1", "true")
        if kind == b"row":
            last = _whole(given, "r", last + 1)
            rows += [last] if hidden else []
        elif hidden:
            first = _whole(given, "min", 1)
            columns += range(first, min(_whole(given, "max", first), first + MOST) + 1)
    return rows, columns


def _of_ods(archive: zipfile.ZipFile, sheet: str) -> tuple[list[int], list[int]]:
    """Hidden are what is collapsed, and what a filter leaves out."""
    rows: list[int] = []
    columns: list[int] = []
    inside, row, column = False, 0, 0
    for kind, given in _tags(archive, "content.xml", ODS_TAG, b"table:visibility"):
        if kind == b"table":
            inside, row, column = given.get("table:name") == sheet, 0, 0
            continue
        hidden = inside and given.get("table:visibility") in ("collapse", "filter")
        n = _whole(given, f"table:number-{'rows' if kind == b'table-row' else 'columns'}-repeated", 1)
        if kind == b"table-row":
            rows += range(row + 1, row + min(n, MOST) + 1) if hidden else ()
            row += n
        else:
            columns += range(column + 1, column + min(n, MOST) + 1) if hidden else ()
            column += n
    return rows, columns


def _tags(archive: zipfile.ZipFile, part: str, tag: re.Pattern[bytes], mark: bytes) -> Iterator[tuple[bytes, Any]]:
    """The tags of a part with their attributes; none where the mark stands nowhere, which is quickly seen."""
    if not any(mark in block for block in _blocks(archive, part, len(mark))):
        return
    for block in _blocks(archive, part, 0):
        for found in tag.finditer(block):
            yield found[1], _attributes(found[2])


def _blocks(archive: zipfile.ZipFile, part: str, overlap: int) -> Iterator[bytes]:
    """The bytes of a part in blocks; without an overlap each ends with a whole tag."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            block = rest + block
            cut = len(block) - overlap if overlap else block.rfind(b">") + 1
            yield block if overlap else block[:cut]
            rest = block[cut:]


def _attributes(text: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape((one or two).decode("utf-8", "replace"), QUOTES)
        for name, one, two in ATTRIBUTE.findall(text)
    }


def _whole(given: dict[str, str], name: str, otherwise: int) -> int:
    """An attribute as a whole number; one that is none is as one that is missing."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet, "" when it does not say."""
    try:
        book, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    targets = {given.get("Id", ""): given.get("Target", "") for given in map(_attributes, RELATION.findall(relations))}
    for given in map(_attributes, SHEET.findall(book)):
        if given.get("name") == sheet:
            name = next((value for key, value in given.items() if key.endswith(":id")), "")
            target = targets.get(name, "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""
