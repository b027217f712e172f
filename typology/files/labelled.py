"""Read SPSS and Stata files: values as text, with the labels and missing values that the file declares.

pyreadstat runs in a child process (:mod:`typology.files.child`), which does not load pandas.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typology.errors import FileFormatError
from typology.files.child import run_reader
from typology.files.spreadsheet import cell_text
from typology.writing import Said

if TYPE_CHECKING:
    from typology.files.table import Table

UNLABELLED_REASON = "als fehlend vereinbart"


def read_labelled(raw: bytes, file: str, kind: str) -> Table:
    """Read an SPSS (``sav``) or Stata (``dta``) file as a table of text; rows count as in the program, from 1.

    Raises
    ------
    FileFormatError : damaged, truncated, or another format.
    """
    from typology.files.table import build_table

    head, *columns = run_reader(labels_and_columns, raw, file, kind=kind)
    records = [[column["name"] for column in head["columns"]], *map(list, zip(*columns, strict=True))]
    name = "Stata" if kind == "dta" else "SPSS"
    taken: dict[str, str] = {
        Said("files.format"): Said("files.program_file", program=name),
        Said("files.encoding"): head["encoding"] or Said("files.not_stated"),
    }
    table = build_table(enumerate(records), file, taken, most_rows=len(records), keep_empty=True)
    labels, value_labels, missing = {}, {}, {}
    for heading, column, values in zip(table.frame.columns, head["columns"], columns, strict=True):
        if column["label"]:
            labels[heading] = column["label"]
        if column["labels"]:
            value_labels[heading] = column["labels"]
        declared = _declared_missing(column, values)
        if declared:
            missing[heading] = declared
    return replace(table, labels=labels, value_labels=value_labels, missing=missing)


def _declared_missing(column: Mapping[str, Any], values: Sequence[str]) -> dict[str, str]:
    """Value → reason for every value of the column, or of its labels, that the file declares missing."""
    if not column["ranges"] and not column["missing"]:
        return {}
    labels = column["labels"]
    return {
        text: labels.get(text) or UNLABELLED_REASON
        for text in dict.fromkeys([*labels, *values])
        if text and (text in column["missing"] or any(_inside(text, *bounds) for bounds in column["ranges"]))
    }


def _inside(text: str, low: float | str, high: float | str) -> bool:
    if isinstance(low, str) or isinstance(high, str):
        return text in (low, high)
    try:
        return low <= float(text) <= high
    except ValueError:
        return False


# --- in the child -------------------------------------------------------------------------------------------------


def labels_and_columns(raw: bytes, file: str, kind: str) -> Iterator[Any]:
    """What the file says about its columns, then the values of each column as text."""
    import pyreadstat

    values, meta = _load(pyreadstat.read_dta if kind == "dta" else pyreadstat.read_sav, raw)
    if list(values) != meta.column_names:
        raise FileFormatError(Said("files.same_names", file=file))
    yield {
        "encoding": str(meta.file_encoding or ""),
        "columns": [_described(name, meta) for name in values],
    }
    for name in list(values):
        texts = _Texts()
        yield [texts[value] for value in values.pop(name)]


def _load(reader: Any, raw: bytes) -> tuple[dict[str, Sequence[Any]], Any]:
    """Read with dates; a date beyond the calendar makes the whole file come without them."""
    options = {"user_missing": True, "output_format": "dict"}
    try:
        result: tuple[dict[str, Sequence[Any]], Any] = reader(io.BytesIO(raw), **options)
    except OverflowError:
        result = reader(io.BytesIO(raw), **options, disable_datetime_conversion=True)
    return result


def _described(name: str, meta: Any) -> dict[str, Any]:
    labels = meta.variable_value_labels.get(name, {})
    return {
        "name": name,
        "label": str(meta.column_names_to_labels.get(name) or "").strip(),
        "labels": {value_text(value): str(text).strip() for value, text in labels.items()},
        "ranges": [(bounds["lo"], bounds["hi"]) for bounds in (meta.missing_ranges or {}).get(name, [])],
        "missing": [value_text(value) for value in (meta.missing_user_values or {}).get(name, [])],
    }


class _Texts(dict[Any, str]):
    """Value → text, each made once."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = value_text(value)
        return text


def value_text(value: Any) -> str:
    """One value as text: 1.0 → "1", dates in ISO form, missing → "".

    >>> value_text(1.0), value_text(float("nan")), value_text("a")
    ('1', '', 'a')
    """
    return "" if value is None or value != value else cell_text(value)
