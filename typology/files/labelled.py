"""Read SPSS and Stata files: values as text, with the labels and missing values that the file declares."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import FileFormatError
from typology.files.sav_dictionary import dictionary_damage
from typology.files.table import Table, build_table

UNLABELLED_REASON = "als fehlend vereinbart"


def read_labelled(raw: bytes, file: str, kind: str) -> Table:
    """Read an SPSS (``sav``) or Stata (``dta``) file as a table of text; rows count as in the program, from 1.

    Raises
    ------
    FileFormatError : damaged, truncated, or another format.
    """
    import pyreadstat

    reader, name = (pyreadstat.read_dta, "Stata") if kind == "dta" else (pyreadstat.read_sav, "SPSS")
    damage = dictionary_damage(raw) if kind == "sav" else ""
    if damage:
        raise FileFormatError(f"Die Datei {file} lässt sich nicht als SPSS-Datei lesen; sie ist beschädigt ({damage}).")
    try:
        frame, meta = _load(reader, raw)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileFormatError(
            f"Die Datei {file} lässt sich nicht als {name}-Datei lesen; "
            f"sie ist beschädigt oder abgeschnitten ({reason})."
        ) from None
    columns = [_column_text(frame.iloc[:, i]) for i in range(frame.shape[1])]
    records = [[str(column) for column in frame.columns], *map(list, zip(*columns, strict=True))]
    taken = {"Format": f"{name}-Datei", "Zeichensatz": str(meta.file_encoding or "nicht angegeben")}
    table = build_table(records, range(len(records)), file, taken, keep_empty=True)
    names = {str(old): new for old, new in zip(frame.columns, table.frame.columns, strict=True)}
    value_labels = {
        names[column]: {value_text(value): str(text).strip() for value, text in labels.items()}
        for column, labels in meta.variable_value_labels.items()
        if column in names
    }
    questions = {
        names[column]: str(text).strip()
        for column, text in meta.column_names_to_labels.items()
        if column in names and text
    }
    missing = {}
    for column, new in names.items():
        declared = _declared_missing(column, meta, table.frame[new], value_labels.get(new, {}))
        if declared:
            missing[new] = declared
    return replace(table, labels=questions, value_labels=value_labels, missing=missing)


def _load(reader: Any, raw: bytes) -> tuple[pd.DataFrame, Any]:
    """Read with dates; a date beyond the calendar makes the whole file come without them."""
    try:
        result: tuple[pd.DataFrame, Any] = reader(io.BytesIO(raw), user_missing=True)
        return result
    except OverflowError:
        result = reader(io.BytesIO(raw), user_missing=True, disable_datetime_conversion=True)
        return result


def value_text(value: object) -> str:
    """One value as text: 1.0 → "1", dates in ISO form, missing → ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _column_text(column: pd.Series) -> list[str]:
    codes, uniques = pd.factorize(column, use_na_sentinel=True)
    texts = np.array([*(value_text(value) for value in uniques), ""], dtype=object)
    return list(texts[codes])


def _declared_missing(column: str, meta: Any, values: pd.Series, labels: Mapping[str, str]) -> dict[str, str]:
    """Value → reason for every value of the column, or of its labels, that the file declares missing."""
    ranges = (meta.missing_ranges or {}).get(column, [])
    single = {value_text(value) for value in (meta.missing_user_values or {}).get(column, [])}
    if not ranges and not single:
        return {}
    result = {}
    for text in dict.fromkeys([*labels, *values.unique()]):
        if text and (text in single or any(_inside(text, item) for item in ranges)):
            result[text] = labels.get(text) or UNLABELLED_REASON
    return result


def _inside(text: str, bounds: Mapping[str, Any]) -> bool:
    low, high = bounds["lo"], bounds["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return text in (low, high)
    try:
        return bool(low <= float(text) <= high)
    except ValueError:
        return False
