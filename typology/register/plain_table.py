"""A register as a plain table: one CSV row per body, as the demo survey brings its own."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.errors import Findings, RegisterError
from typology.files.numbers import UNCLEAR, has_sign, number_reader
from typology.register.bodies import (
    BODY_COLUMNS,
    DEGREES,
    KINDS,
    NUMBER_COLUMNS,
    base_name,
    complete_bodies,
    decimal_sign,
)
from typology.register.gv100 import decode
from typology.register.official_keys import GEMEINDE, KREIS, VERBAND, kind_of, kreis_of, land_of
from typology.writing import Said

MOST = 20  # findings that a refusal lists
LENGTHS = {"kreis": KREIS, "verband": VERBAND, "gemeinde": GEMEINDE, "kreisfrei": GEMEINDE, "gemeindefrei": GEMEINDE}


def read_table(data: bytes, file: str, content: Content) -> pd.DataFrame:
    """The bodies of a CSV with the columns ``key``, ``name``, ``kind`` and any of ``BODY_COLUMNS``.

    What is missing follows from the rest (base name, sums, density, size class) or stays unknown. Numbers
    are German or English, whatever the delimiter.

    Raises
    ------
    RegisterError : every wrong cell with its row.
    """
    text = decode(data, file)
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as error:
        raise RegisterError(Said("register.no_table", file=file, error=str(error))) from None
    head = [name.strip() for name in rows[0]] if rows else []
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice:
        raise RegisterError(Said("register.double_columns", file=file, columns=", ".join(twice)))
    found = Findings(file)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(head):
            value, expected = str(len(row)), str(len(head))
            found.error("register", Said("register.other_row_length"), row=number, value=value, expected=expected)
    found.raise_if_failed(RegisterError, "register.row_lengths", most=MOST)
    table = pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=head, dtype=object)
    missing = [name for name in ("key", "name", "kind") if name not in table.columns]
    if missing:
        there = ", ".join(table.columns)
        raise RegisterError(Said("register.columns_missing", file=file, missing=", ".join(missing), columns=there))
    _check_table(table, found)
    for name in NUMBER_COLUMNS:
        table[name] = _numbers(table, name, found) if name in table else np.nan
    found.raise_if_failed(RegisterError, "register.errors", most=MOST)
    for name in BODY_COLUMNS:
        if name not in table:
            table[name] = ""
    bases = [base_name(name, kind) for name, kind in zip(table["name"], table["kind"], strict=True)]
    table["base_name"] = table["base_name"].where(table["base_name"] != "", pd.Series(bases, index=table.index))
    table["land"] = table["land"].where(table["land"] != "", table["key"].map(land_of))
    table["kreis"] = table["kreis"].where(table["kreis"] != "", table["key"].map(kreis_of))
    kreis_names = dict(zip(table["key"], table["name"], strict=True))
    table["kreis_name"] = table["kreis_name"].where(
        table["kreis_name"] != "", table["kreis"].map(kreis_names).fillna("")
    )
    return complete_bodies(table.set_index("key").sort_index(kind="stable"), content)


def _numbers(table: pd.DataFrame, name: str, found: Findings) -> pd.Series:
    """A column as numbers, "" as NaN; a cell that is no number, or could be two, is found."""
    written, expected = table[name], Said("register.number_or_empty")
    decimal = decimal_sign(name, list(written))
    if decimal == "unclear":
        row = int(written.map(has_sign).to_numpy().argmax())
        _wrong_cell(found, Said(UNCLEAR), table, row, name, expected)
    convert = number_reader(decimal, negative=name in DEGREES)
    numbers = np.full(len(written), np.nan)
    for row, text in enumerate(written):
        try:
            numbers[row] = convert(text) if text else np.nan
        except ValueError as error:
            _wrong_cell(found, error.args[0], table, row, name, expected)
        if name == "population" and numbers[row] % 1 > 0:
            _wrong_cell(found, Said("register.no_number_here"), table, row, name, expected)
    return pd.Series(numbers, index=table.index)


def _check_table(table: pd.DataFrame, found: Findings) -> None:
    twice = table["key"].duplicated(keep="first")
    for row, (key, kind) in enumerate(zip(table["key"], table["kind"], strict=True)):
        if kind not in KINDS:
            _wrong_cell(found, Said("register.unknown_kind"), table, row, "kind", ", ".join(KINDS))
        elif not kind_of(key) or len(key) != LENGTHS.get(kind, len(key)):
            _wrong_cell(found, Said("register.key_of_other_kind"), table, row, "key", _digits(kind))
        elif twice[row]:
            _wrong_cell(found, Said("register.key_further_up"), table, row, "key", Said("register.each_once"))
        if not table.at[row, "name"]:
            _wrong_cell(found, Said("register.name_missing"), table, row, "name", Said("register.a_name"))


def _digits(kind: str) -> Said:
    """How many digits the key of a body of this kind has."""
    if kind in LENGTHS:
        return Said("register.digits", n=LENGTHS[kind])
    return Said("register.digits_of_any_kind", kreis=KREIS, gemeinde=GEMEINDE, verband=VERBAND)


def _wrong_cell(found: Findings, message: str, table: pd.DataFrame, row: int, column: str, expected: str) -> None:
    key, value = table.at[row, "key"], str(table.at[row, column])
    found.error("register", message, row=row + 2, key=key, column=column, value=value, expected=expected)
