"""Open an export of which nothing is known: its sheet, the rows above the heading, the rows of the heading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typology.errors import FileFormatError
from typology.files.formats import read_table
from typology.files.spreadsheet import read_sheets
from typology.files.table import Table
from typology.survey.columns import plain
from typology.survey.draft.layout import MOST_TITLES, heading_rows, title_rows
from typology.survey.draft.respondent import MUNICIPALITY
from typology.writing import Said

OTHER_SHEETS, UNEVEN = "tabellenblatt", "zeilenlaenge"  # kinds of problems while reading
ENOUGH_KEYS = 5  # headings that are keys of municipalities
FEW_COLUMNS = 3


@dataclass(frozen=True)
class Opened:
    """The table, its sheet ("" where there is no choice), rows above the heading and rows of it."""

    table: Table
    sheet: str
    n_title: int
    n_heading: int


def open_export(path: Path) -> Opened:
    """The table as it can be read with nothing declared.

    Raises
    ------
    FileFormatError : the file cannot be read, or has its respondents side by side.
    """
    table = read_table(path)
    if table.frame.columns.empty:
        raise FileFormatError(Said("files.empty", file=path.name))
    sheet = _fullest_sheet(path) if any(problem.kind == OTHER_SHEETS for problem in table.problems) else ""
    table = read_table(path, sheet=sheet) if sheet else table
    n_title = title_rows(table) or _uneven_rows(path, sheet, table)
    if n_title:
        table = read_table(path, sheet=sheet, skip_rows=n_title)
    n_heading = heading_rows(table)
    if n_heading > 1:
        table = read_table(path, sheet=sheet, skip_rows=n_title, header_rows=n_heading)
    if _lies_on_its_side(table):
        raise FileFormatError(Said("draft.on_its_side", file=path.name, first=table.frame.columns[0]))
    return Opened(table, sheet, n_title, n_heading)


def _fullest_sheet(path: Path) -> str:
    """The sheet with the most filled cells: notes and legends are shorter than answers."""
    sheets = read_sheets(path.read_bytes(), path.name)
    filled = {name: sum(cell != "" for row in rows for cell in row) for name, rows in sheets}
    return max(filled, key=lambda name: filled[name])


def _uneven_rows(path: Path, sheet: str, table: Table) -> int:
    """How many lines stand above the heading of a file in which they are shorter than all others."""
    if not any(problem.kind == UNEVEN for problem in table.problems):
        return 0
    for n in range(1, MOST_TITLES + 1):
        try:
            below = read_table(path, sheet=sheet, skip_rows=n)
        except FileFormatError:
            return 0
        if below.frame.shape[1] >= FEW_COLUMNS and not any(problem.kind == UNEVEN for problem in below.problems):
            return n
    return 0


def _lies_on_its_side(table: Table) -> bool:
    """Whether each column is a respondent: the headings are keys, or the first column holds the questions."""
    headings = [plain(heading) for heading in table.frame.columns]
    keys = table.frame.columns.str.fullmatch(MUNICIPALITY).sum()
    if keys >= ENOUGH_KEYS and keys > 0.5 * len(headings):
        return True
    first = [text for text in table.frame.iloc[:, 0].map(plain) if text]
    asked = sum("?" in text or " [" in text for text in first)
    return len(first) > ENOUGH_KEYS and asked > 0.5 * len(first)
