"""The tables of a study on disk: UTF-8 CSV with a ``datapackage.json`` of types, titles, units and hashes.

A double click on a table opens it in a German spreadsheet as it is: mark of UTF-8, semicolons, decimal commas. The
package declares the last two, so that it stays a standard Data Package. Numbers are rounded to six digits, so that the
same input gives the same bytes. A text cell that a spreadsheet would run as a formula is written with an apostrophe
before it, which reading removes. Tables are checked against their declaration before they are written and after they
are read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from typology import __version__
from typology.errors import Findings, StudyError, file_bytes, system_message
from typology.files.formulas import neutralise, restore
from typology.files.seals import file_hash
from typology.tables.contracts.columns import Kind
from typology.tables.contracts.contract import TableContract
from typology.tables.schema import TABLES, check_tables, table_findings, tables_in
from typology.tables.study_tables import StudyTables
from typology.writing import Said

if TYPE_CHECKING:
    from typology.content.catalogue import Content

DIGITS = 6
#: How tables are written; a package that declares nothing (of versions before) has commas and points.
DELIMITER, DECIMAL = ";", ","
OLD_DELIMITER, OLD_DECIMAL = ",", "."
MOST_WHOLE = 2**53
"""Whole numbers beyond it are not told apart; no table counts so far."""
KINDS = {"boolean": "tables.true_or_false", "integer": "tables.a_whole_number", "number": "tables.a_number"}


def frictionless_type(column: pd.Series) -> str:
    """The Table Schema type of a column: ``boolean``, ``integer``, ``number`` or ``string``."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(column.dtype):
        return "number"
    return "string"


def _as_text(column: pd.Series) -> list[str]:
    """One column as the text that stands in the file."""
    kind = frictionless_type(column)
    if kind == "number":
        rounded = np.round(column.to_numpy(dtype=float, na_value=np.nan), DIGITS) + 0.0
        return ["" if value != value else format(value, ".10g").replace(".", DECIMAL) for value in rounded.tolist()]
    missing = column.isna().to_numpy().tolist()
    cells = zip(column.tolist(), missing, strict=True)
    if kind == "boolean":
        return ["" if gone else "true" if value else "false" for value, gone in cells]
    if kind == "integer":
        return ["" if gone else str(int(value)) for value, gone in cells]
    texts = ["" if gone else str(value) for value, gone in cells]
    safe = {text: neutralise(text) for text in set(texts)}  # most stand in many rows
    return [safe[text] for text in texts]


def write_table(table: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Write one table as CSV and return its resource description (dialect, fields, bytes, hash)."""
    flat = table.reset_index() if table.index.name else table
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\n")
    writer.writerow([str(name) for name in flat.columns])
    writer.writerows(zip(*(_as_text(flat[name]) for name in flat.columns), strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.getvalue().encode("utf-8-sig")
    path.write_bytes(data)
    return {
        "name": path.stem.replace("_", "-"),
        "path": f"{path.parent.name}/{path.name}",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": DELIMITER},
        "bytes": len(data),
        "hash": "sha256:" + sha256(data).hexdigest(),
        "schema": {
            "fields": [_field(str(name), frictionless_type(flat[name])) for name in flat.columns],
            **({"primaryKey": [str(table.index.name)]} if table.index.name else {}),
        },
    }


def _field(name: str, kind: str) -> dict[str, Any]:
    """Name and type of a column, of numbers also the decimal sign."""
    return {"name": name, "type": kind, **({"decimalChar": DECIMAL} if kind == "number" else {})}


def _described(resource: dict[str, Any], contract: TableContract, content: Content | None) -> dict[str, Any]:
    """The resource with its title, key, and title, unit and constraints of every field."""
    for field in resource["schema"]["fields"]:
        declared = contract.find(field["name"])
        if declared is None:
            message = Said("tables.column_of_table_not_foreseen", column=field["name"], table=contract.name)
            raise StudyError(message)
        column, part = declared
        if content is not None and column.of:
            part = content.label(column.of, part, "de")
        if field["type"] == "string" and column.kind is not Kind.ANY:
            field |= _field(field["name"], column.kind.value)  # a table without rows has no types of its own
        field["title"] = column.heading("de", part)
        if column.unit.de:
            field["unit"] = column.unit.de
        if constraints := column.constraints():
            field["constraints"] = constraints
    if contract.key:
        resource["schema"]["primaryKey"] = list(contract.key)
    return {**resource, "title": contract.title.de}


def write_package(
    tables: StudyTables,
    folder: Path,
    *,
    name: str,
    title: str,
    date: str,
    source: str,
    licence: str,
    public: bool = False,
    content: Content | None = None,
    catalogue: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write all tables that were made to ``folder/tables`` and ``folder/datapackage.json`` beside them.

    Parameters
    ----------
    public : only the public tables, without the columns that stay inside or whose figures another table tells.
    content : the words for columns that are named by the survey; without it their keys are printed.
    catalogue : what the package says besides, for data catalogues; see :mod:`typology.tables.open_data`.

    Returns
    -------
    The paths written.

    Raises
    ------
    StudyError : a table is not as it is declared, with every failure; nothing is written then.
    """
    check_tables(tables, public=public)
    resources, paths = [], []
    for table_name, contract in TABLES.items():
        if not tables.is_made(table_name) or (public and not contract.public):
            continue
        path = folder / "tables" / f"{table_name}.csv"
        table = tables.get(table_name)
        if public:
            table = table.drop(columns=contract.told_elsewhere, errors="ignore")
        resources.append(_described(write_table(table, path), tables_in(content)[table_name], content))
        paths.append(path)
    package = {
        "profile": "tabular-data-package",
        "name": name.replace("_", "-"),
        "title": title,
        "created": f"{date}T00:00:00Z",
        "generator": f"typology {__version__}",
        "sources": [{"title": source}],
        **({"licenses": [{"title": licence, "name": licence.replace(" ", "-")}]} if licence else {}),
        **(catalogue or {}),
        "resources": resources,
    }
    path = folder / "datapackage.json"
    write_json(package, path)
    return [*paths, path]


def write_json(data: Any, path: Path) -> None:
    """Write JSON that is the same for the same data: sorted nowhere, rounded by the caller, one final newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of a study.

    Raises
    ------
    StudyError : the file is missing or no JSON.
    """
    try:
        return json.loads(file_bytes(path).decode("utf-8"))
    except FileNotFoundError:
        raise StudyError(Said("tables.file_missing", name=path.name, folder=path.parent.name)) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StudyError(Said("tables.file_damaged", name=path.name, error=str(error))) from None


def read_tables(
    folder: Path,
    only: Iterable[str] | None = None,
    *,
    of: str = "",
    public: bool = False,
    unverified: bool = False,
) -> StudyTables:
    """Read the tables that :func:`write_package` wrote, and check them against their declaration.

    Parameters
    ----------
    folder : ``internal/`` or ``public/`` of a study.
    only : names of tables; without it all.
    of : the key of one municipality: of tables with several rows for each only its own are read, where that can be
        told without reading the others.
    public : whether these are the tables of ``public/``.
    unverified : files that were changed since they were written are read all the same.

    Raises
    ------
    StudyError : a table is missing, or not as it is declared, with every failure; or a file is no longer the one that
        was written, as its hash says.
    """
    wanted = None if only is None else set(only)
    if unknown := (wanted or set()) - set(TABLES):
        raise StudyError(Said("tables.no_such_table", names=", ".join(sorted(unknown)), known=", ".join(TABLES)))
    found: dict[str, pd.DataFrame] = {}
    problems, changed = Findings(), Findings()
    for path, fields, delimiter, stated in _resources(folder / "datapackage.json"):
        if path.stem not in TABLES:
            raise StudyError(Said("tables.table_of_another_version", name=path.name))
        if wanted is not None and path.stem not in wanted:
            continue
        data, contract = _table_bytes(path), TABLES[path.stem]
        if stated and "sha256:" + (file_hash(path) if path.is_symlink() else sha256(data).hexdigest()) != stated:
            changed.at(path.name).error("veraendert", Said("tables.table_was_changed"))
        if of and not contract.index:
            data = _rows_of(of, data, delimiter, fields)
        table = _read_typed(data, delimiter, fields)
        if table is None:
            table = _read_by_cells(path, data, delimiter, fields, problems)
        found[path.stem] = table.set_index(contract.index_name) if contract.index else table
    tables = StudyTables(**found)
    told = {(problem.file, problem.column) for problem in problems}
    problems.add(
        problem
        for problem in table_findings(tables, wanted, public=public)
        if problem.value or (problem.file, problem.column) not in told  # a cell emptied above is told already
    )
    problems.raise_if_failed(StudyError, "tables.not_as_described")
    if not unverified:
        changed.raise_if_failed(StudyError, "tables.were_changed")
    return tables


def _resources(path: Path) -> list[tuple[Path, dict[str, dict[str, str]], str, str]]:
    """Of each table in ``datapackage.json`` its file, its fields by name in their order, its delimiter and its hash."""
    try:
        return [
            (
                path.parent / "tables" / Path(item["path"]).name,
                {str(field["name"]): _kind_and_decimal(field) for field in item["schema"]["fields"]},
                str(item.get("dialect", {}).get("delimiter", OLD_DELIMITER))[:1],
                str(item.get("hash", "")),
            )
            for item in read_json(path)["resources"]
        ]
    except (AttributeError, KeyError, TypeError):
        raise StudyError(Said("tables.describes_no_tables", name=path.name)) from None


def _kind_and_decimal(field: dict[str, Any]) -> dict[str, str]:
    return {"type": str(field["type"]), "decimal": str(field.get("decimalChar", OLD_DECIMAL))}


def _table_bytes(path: Path) -> bytes:
    try:
        return file_bytes(path)
    except FileNotFoundError:
        raise StudyError(Said("tables.no_table", name=path.name)) from None
    except OSError as error:
        raise StudyError(Said("tables.table_damaged", name=path.name, reason=system_message(error))) from None


def _rows_of(key: str, data: bytes, delimiter: str, fields: Mapping[str, Mapping[str, str]]) -> bytes:
    """The heading and the lines of one key; all where the key does not come first, or a cell may go over lines."""
    if next(iter(fields), "") != "key" or b'"' in data:
        return data
    heading, *lines = data.splitlines(keepends=True)
    begin = f"{key}{delimiter}".encode()
    return b"".join([heading, *(line for line in lines if line.startswith(begin))])


def _read_typed(data: bytes, delimiter: str, fields: Mapping[str, Mapping[str, str]]) -> pd.DataFrame | None:
    """One table read at once; None where a cell is not what ``fields`` say, so that it can be told which."""
    kinds = {name: field["type"] for name, field in fields.items()}
    numbers = [name for name, kind in kinds.items() if kind in ("integer", "number")]
    signs = {fields[name]["decimal"] for name, kind in kinds.items() if kind == "number"} or {DECIMAL}
    if len(signs) > 1:
        return None
    try:
        read = pd.read_csv(
            io.BytesIO(data), sep=delimiter, decimal=signs.pop(), encoding="utf-8-sig", keep_default_na=False,
            dtype={name: float if name in numbers else str for name in kinds}, na_values=dict.fromkeys(numbers, ""),
            float_precision="high",
        )  # fmt: skip
    except ValueError:
        return None
    if list(read.columns) != list(kinds):
        return None
    table: dict[str, pd.Series] = {}
    for name, kind in kinds.items():
        cells = read[name]
        if kind == "integer":
            gone, values = cells.isna(), cells.to_numpy()
            if not (gone | ((np.abs(values) <= MOST_WHOLE) & (np.round(values) == values))).all():
                return None
            table[name] = cells.astype("Int64" if gone.any() else "int64")
        elif kind == "boolean":
            if not cells.isin(["true", "false"]).all():
                return None
            table[name] = cells == "true"
        else:
            table[name] = cells if kind == "number" else _typed(cells, kind)
    return pd.DataFrame(table)


def _read_by_cells(
    path: Path, data: bytes, delimiter: str, fields: Mapping[str, Mapping[str, str]], problems: Findings
) -> pd.DataFrame:
    """The same cell by cell; what is not readable is told and left empty, so that the rest can be checked, too."""
    try:
        text = pd.read_csv(io.BytesIO(data), sep=delimiter, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except ValueError as error:  # pandas' own errors of empty and ragged files are ValueErrors, too
        raise StudyError(Said("tables.table_damaged", name=path.name, reason=" ".join(str(error).split()))) from None
    kinds = {name: field["type"] for name, field in fields.items()}
    if list(text.columns) != list(kinds):
        raise StudyError(Said("tables.columns_do_not_fit", name=path.name))
    for name, kind in kinds.items():
        decimal = fields[name]["decimal"] if kind == "number" else "."
        plain = text[name] if decimal == "." else text[name].str.replace(decimal, ".", regex=False)
        wrong = _unreadable(plain, kind)
        if wrong.any():
            message, expected = Said("tables.value_of_wrong_kind"), Said(KINDS[kind])
            TABLES[path.stem].tell(problems, text, name, wrong, message, expected)
        text[name] = plain
        text.loc[wrong, name] = ""
    return pd.DataFrame({name: _typed(text[name], kind) for name, kind in kinds.items()})


def _unreadable(column: pd.Series, kind: str) -> np.ndarray:
    """Cells that are not what ``datapackage.json`` says."""
    if kind == "boolean":
        result: np.ndarray = ~column.isin(["true", "false"]).to_numpy(dtype=bool)
        return result
    if kind in ("integer", "number"):
        numbers = pd.to_numeric(column.where(column != "", None), errors="coerce").to_numpy(dtype=float)
        broken = ~(np.abs(numbers) <= MOST_WHOLE) | (np.round(numbers) != numbers) if kind == "integer" else False
        result = (column != "").to_numpy(dtype=bool) & (broken | np.isnan(numbers))
        return result
    return np.zeros(len(column), dtype=bool)


def _typed(column: pd.Series, kind: str) -> pd.Series:
    if kind == "boolean":
        return column == "true"
    if kind == "integer":
        return column.where(column != "", None).astype("Int64") if (column == "").any() else column.astype("int64")
    if kind == "number":
        return pd.to_numeric(column.where(column != "", None)).astype(float)
    written = {cell: restored for cell in column.unique() if (restored := restore(cell)) != cell}
    return (column.replace(written) if written else column).astype(object)
