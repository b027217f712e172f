"""Tables for spreadsheets: one XLSX with filters and formats, in which text is never a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from typology.errors import PublishingError
from typology.writing import Said

Format = Literal["text", "whole", "number", "share", "date"]
NUMBER_FORMATS: dict[str, str] = {
    "text": "@",
    "whole": "#,##0",
    "number": "0.00",
    "share": "0.0%",
    "date": "yyyy-mm-dd",
}
FORBIDDEN_IN_NAMES = "[]:*?/\\"
NAME_LENGTH = 31
LONGEST_CELL = 32767
WIDEST = 48


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet of the workbook.

    Parameters
    ----------
    name : at most 31 characters, none of ``[]:*?/\\``, unlike the other names (capitals do not count).
    table : the rows; the index is not written.
    title : one line above the table that says what it shows.
    formats : column → ``text``, ``whole``, ``number``, ``share`` or ``date``; the rest follows from the type.
    labels : column → printed heading; the column's name where there is none.
    notes : lines below the title: source, date, what the figures do not say.
    """

    name: str
    table: pd.DataFrame
    title: str = ""
    formats: dict[str, Format] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def write_workbook(path: Path | str, sheets: Sequence[WorkbookSheet], *, title: str = "", created: date) -> Path:
    """Write the sheets as one XLSX file: heading row with filters, frozen, columns as wide as their content.

    Text is always text: nothing in the data becomes a formula or a link. ``created`` is the survey's date and
    the only date in the file, so that the same tables give the same bytes.

    Raises
    ------
    PublishingError : no sheet, a name that spreadsheets refuse, or a format for a column that is not there.
    OSError : the file cannot be written.
    """
    import xlsxwriter
    import xlsxwriter.exceptions

    _check(sheets)
    path = Path(path)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "in_memory": True, "remove_timezone": True}  # fmt: skip
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"title": title, "created": datetime(created.year, created.month, created.day)})
            looks = _looks(book)
            for sheet in sheets:
                _write_sheet(book.add_worksheet(sheet.name), sheet, looks)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] from None  # what the system said, for example that Excel holds the file open
    return path


def _check(sheets: Sequence[WorkbookSheet]) -> None:
    if not sheets:
        raise PublishingError(Said("publishing.no_sheet"))
    seen: set[str] = set()
    for sheet in sheets:
        name = sheet.name
        wrong = not name or len(name) > NAME_LENGTH or any(sign in FORBIDDEN_IN_NAMES for sign in name)
        if wrong or name.startswith("'") or name.endswith("'") or name.casefold() in seen:
            raise PublishingError(Said("publishing.sheet_name", name=name, most=NAME_LENGTH, signs=FORBIDDEN_IN_NAMES))
        seen.add(name.casefold())
        unknown = [column for column in (*sheet.formats, *sheet.labels) if column not in sheet.table.columns]
        if unknown:
            raise PublishingError(Said("publishing.no_such_columns", name=name, columns=", ".join(unknown)))


def _looks(book: Any) -> dict[str, Any]:
    looks = {
        name: book.add_format({"num_format": pattern, "valign": "top", "text_wrap": name == "text"})
        for name, pattern in NUMBER_FORMATS.items()
    }
    looks["head"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    looks["title"] = book.add_format({"bold": True, "font_size": 14})
    looks["note"] = book.add_format({"font_color": "#4D4D4D"})
    return looks


def _write_sheet(page: Any, sheet: WorkbookSheet, looks: dict[str, Any]) -> None:
    row = 0
    if sheet.title:
        page.write_string(row, 0, sheet.title, looks["title"])
        row += 1
    for note in sheet.notes:
        page.write_string(row, 0, note, looks["note"])
        row += 1
    if row:
        row += 1
    table, last = sheet.table, max(len(sheet.table.columns) - 1, 0)
    for position, name in enumerate(table.columns):
        heading = sheet.labels.get(name, str(name))
        form = sheet.formats.get(name) or _format(table.iloc[:, position])
        cells = [_cell(value) for value in table.iloc[:, position].tolist()]
        page.write_string(row, position, heading, looks["head"])
        page.set_column(position, position, _width(heading, cells, form))
        for offset, value in enumerate(cells, start=row + 1):
            _write_cell(page, offset, position, value, looks[form], looks["text"])
    page.autofilter(row, 0, row + max(len(table), 1), last)
    page.freeze_panes(row + 1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(row)


def _write_cell(page: Any, row: int, column: int, value: Any, look: Any, text_look: Any) -> None:
    if value is None:
        page.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, look)
    else:
        page.write_string(row, column, str(value)[:LONGEST_CELL], text_look)


def _cell(value: Any) -> Any:
    """A plain Python value; None for everything that is missing or infinite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value


def _format(column: pd.Series) -> Format:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "text"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "whole"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "text"


def _width(heading: str, cells: Sequence[Any], form: Format) -> float:
    """Wide enough for the longest word-wrapped content, within bounds."""
    if form != "text":
        return float(max(10, min(len(heading), 18) + 2))
    longest = max((len(str(value)) for value in cells if value is not None), default=0)
    return float(min(WIDEST, max(longest, min(len(heading), 18), 8) + 2))
