"""Read XLSX, XLS and ODS through calamine: cells as text, the way a person would type them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from typology.errors import FileFormatError, Problem
from typology.survey.table import Table, build_table


def read_spreadsheet(raw: bytes, path: Path, *, sheet: str = "", skip_rows: int = 0, header_rows: int = 1) -> Table:
    """Read one sheet as a table of text; without a name the first visible sheet that holds something.

    Raises
    ------
    FileFormatError : password, damage, no such sheet, nothing in it.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    file = path.name
    if raw.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in raw:
        raise FileFormatError(_password(file))
    try:
        workbook = CalamineWorkbook.from_path(path)
        name, others, rows = _choose(workbook, file, sheet)
    except PasswordError:
        raise FileFormatError(_password(file)) from None
    except _breakages() as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileFormatError(
            f"Die Datei {file} ist beschädigt, abgeschnitten oder keine Tabellendatei ({reason})."
        ) from None
    problems = []
    if others:
        problems.append(
            Problem(
                "hinweis",
                "tabellenblatt",
                f"Gelesen wurde das Blatt „{name}“; weitere Blätter enthalten Werte",
                file=file,
                value=", ".join(others)[:200],
                expected="files.sheet im Codebuch nennt das Blatt",
            )
        )
    numbered = [
        (i, [cell if type(cell) is str else cell_text(cell) for cell in row]) for i, row in enumerate(rows, start=1)
    ][skip_rows:]
    first = next((i for i, (_, record) in enumerate(numbered) if any(record)), None)
    if first is None or len(numbered) - first < header_rows:
        raise FileFormatError(f"Die Datei {file} ist leer: Auf dem Blatt „{name}“ steht nichts Lesbares.")
    numbered = numbered[first:]
    taken = {"Format": "Tabellendatei", "Blatt": name}
    return build_table(
        [record for _, record in numbered],
        [i for i, _ in numbered],
        file,
        taken,
        header_rows=header_rows,
        problems=problems,
    )


def _choose(workbook: Any, file: str, sheet: str) -> tuple[str, list[str], list[list[Any]]]:
    """The sheet to read, the other visible sheets with values, and the rows."""
    names = list(workbook.sheet_names)
    if sheet:
        if sheet not in names:
            there = ", ".join(f"„{name}“" for name in names)
            raise FileFormatError(f"Die Datei {file} hat kein Blatt „{sheet}“; vorhanden sind: {there}.")
        return sheet, [], workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    visible = [
        item.name
        for item in workbook.sheets_metadata
        if str(item.visible).endswith(".Visible") and str(item.typ).endswith(".WorkSheet")
    ]
    filled = []
    for name in visible or names:
        found = workbook.get_sheet_by_name(name)
        if found.height and found.width:
            filled.append(name)
    if not filled:
        raise FileFormatError(f"Die Datei {file} ist leer: Kein Blatt enthält Werte.")
    return filled[0], filled[1:], workbook.get_sheet_by_name(filled[0]).to_python(skip_empty_area=False)


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


def _breakages() -> tuple[type[BaseException], ...]:
    """All that calamine raises on a damaged file.

    A failure inside its Rust code arrives as ``PanicException``, a class that has no importable name.
    """
    from python_calamine import CalamineError, XmlError, ZipError

    panics = tuple(kind for kind in BaseException.__subclasses__() if kind.__name__ == "PanicException")
    return (CalamineError, XmlError, ZipError, OSError, *panics)


def _password(file: str) -> str:
    return f"Die Datei {file} ist mit einem Kennwort geschützt; bitte ohne Kennwort speichern."
