"""Read one sheet of an XLSX, XLS or ODS file: cells as text, the way a person would type them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from typology.errors import FileFormatError, Problem, Severity
from typology.files.table import Table, build_table
from typology.files.workbooks import Workbook, sheet_rows


def read_spreadsheet(raw: bytes, file: str, *, sheet: str = "", skip_rows: int = 0, header_rows: int = 1) -> Table:
    """Read one sheet as a table of text; without a name the first visible sheet that holds something.

    Raises
    ------
    FileFormatError : password, damage, no such sheet, nothing in it.
    """
    name, others, rows = _choose(Workbook(raw, file), file, sheet)
    problems = []
    if others:
        problems.append(
            Problem(
                Severity.NOTE,
                "tabellenblatt",
                f"Gelesen wurde das Blatt „{name}“; weitere Blätter enthalten Werte",
                file=file,
                value=", ".join(others)[:200],
                expected="files.sheet im Codebuch nennt das Blatt",
            )
        )
    records = text_rows(rows)
    first = next((i for i in range(skip_rows, len(records)) if any(records[i])), None)
    if first is None or len(records) - first < header_rows:
        raise FileFormatError(f"Die Datei {file} ist leer: Auf dem Blatt „{name}“ steht nichts Lesbares.")
    taken = {"Format": "Tabellendatei", "Blatt": name}
    return build_table(
        records[first:],
        range(first + 1, len(records) + 1),
        file,
        taken,
        header_rows=header_rows,
        problems=problems,
    )


def _choose(workbook: Workbook, file: str, sheet: str) -> tuple[str, list[str], list[list[Any]]]:
    """The sheet to read, the other visible sheets with values, and the rows."""
    if sheet:
        if sheet not in workbook.names:
            there = ", ".join(f"„{name}“" for name in workbook.names)
            raise FileFormatError(f"Die Datei {file} hat kein Blatt „{sheet}“; vorhanden sind: {there}.")
        return sheet, [], sheet_rows(workbook.sheet(sheet))
    filled: list[str] = []
    rows: list[list[Any]] = []
    for name in workbook.visible:
        found = workbook.sheet(name)
        if found.height and found.width:
            rows = rows if filled else sheet_rows(found)
            filled.append(name)
    if not filled:
        raise FileFormatError(f"Die Datei {file} ist leer: Kein Blatt enthält Werte.")
    return filled[0], filled[1:], rows


def text_rows(rows: Sequence[Sequence[Any]]) -> list[Sequence[str]]:
    """Rows of cells as rows of text; a row of text stays the list it is, as most rows of a survey are."""
    numbers = _Texts()
    result: list[Sequence[str]] = []
    for row in rows:
        kinds = set(map(type, row))
        if kinds == {str}:
            result.append(row)
        elif kinds <= {str, float}:
            result.append([cell if type(cell) is str else numbers[cell] for cell in row])
        else:
            result.append([cell_text(cell) for cell in row])
    return result


class _Texts(dict[float, str]):
    """Number → text, each made once."""

    def __missing__(self, number: float) -> str:
        text = self[number] = cell_text(number)
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
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)
