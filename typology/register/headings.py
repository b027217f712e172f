"""Find the columns of an official spreadsheet by what its heading rows say, not by where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from typology.errors import FileFormatError, RegisterError
from typology.files import spreadsheet

DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d{2})")
WRITTEN_DAY = re.compile(r"(\d{1,2})\.\s*([A-Za-zä]+)\s+((?:19|20)\d{2})")
MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
FOOTNOTE = re.compile(r"\s*\d\)")


@dataclass(frozen=True)
class Column:
    """One column: the words of its heading cells from top to bottom, and of the heading it stands under.

    Words are small letters without blanks, hyphens and footnote signs ("Satz-art" → ``satzart``).
    """

    place: int
    cells: tuple[str, ...]
    group: str
    raw: str

    def says(self, *words: str) -> bool:
        """Whether one heading cell is exactly one of these words."""
        return any(cell in words for cell in self.cells)

    def begins(self, *words: str) -> bool:
        """Whether one heading cell begins with one of these words."""
        return any(cell.startswith(words) for cell in self.cells)


def read_sheets(data: bytes, file: str) -> list[tuple[str, list[list[Any]]]]:
    """All sheets of a workbook (xlsx, xls, ods) as rows of cells.

    Raises
    ------
    RegisterError : no workbook, damaged, or protected by a password.
    """
    try:
        return spreadsheet.read_sheets(data, file)
    except FileFormatError as error:
        raise RegisterError(error.message) from None


def heading_columns(rows: Sequence[Sequence[Any]], start: int, stop: int) -> list[Column]:
    """The columns of the heading rows ``start`` to ``stop``; the first of them holds the groups."""
    width = max((len(row) for row in rows[start:stop]), default=0)
    columns = []
    group = ""
    for place in range(width):
        raw = [cell_text(row[place]) if place < len(row) else "" for row in rows[start:stop]]
        if raw[0]:
            group = heading_word(raw[0])
        cells = tuple(heading_word(text) for text in raw if text)
        columns.append(Column(place, cells, group, " ".join(raw)))
    return columns


def find_column(columns: Sequence[Column], *tests: Callable[[Column], bool]) -> int | None:
    """The place of the first column that passes the first test that any passes."""
    for test in tests:
        for column in columns:
            if test(column):
                return column.place
    return None


def heading_word(text: str) -> str:
    """A heading cell in small letters without blanks, hyphens, line ends and footnote signs."""
    return re.sub(r"[\s\-\u00ad.:]", "", FOOTNOTE.sub("", text)).casefold()


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without decimals, blanks at the ends removed."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def cell_number(value: Any) -> float | None:
    """A cell as a number, ``nan`` for the signs of official tables for "nothing", None when it is no number.

    >>> cell_number("1 234,5"), cell_number("91.113"), cell_number("56.73")
    (1234.5, 91113.0, 56.73)
    """
    if isinstance(value, (int, float)):
        return None if value < 0 else float(value)
    text = re.sub(r"\s", "", str(value or ""))
    if text in ("", "-", "–", ".", "...", "…", "x", "X", "/", "·"):
        return float("nan")
    if "," in text or re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def iso_day(text: str) -> str:
    """The first date in a text (31.12.2021, 31. Dezember 2021 or ISO) as ISO, or "" when there is none."""
    iso = re.search(r"\d{4}-\d{2}-\d{2}", text)
    if iso:
        return iso[0]
    for found in WRITTEN_DAY.finditer(text):
        if found[2].casefold() in MONTHS and 1 <= int(found[1]) <= 31:
            return f"{found[3]}-{MONTHS.index(found[2].casefold()) + 1:02d}-{int(found[1]):02d}"
    for found in DAY.finditer(text):
        day, month, year = (int(part) for part in found.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year:04d}-{month:02d}-{day:02d}"
    return ""
