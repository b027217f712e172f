"""A register as a plain table: one CSV row per body, as the demo survey brings its own."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.errors import Problem, RegisterError
from typology.register.bodies import BODY_COLUMNS, KINDS, NUMBER_COLUMNS, base_name, complete_bodies
from typology.register.gv100 import decode

LENGTHS = {"kreis": (5,), "verband": (9,), "gemeinde": (8,), "kreisfrei": (8,), "gemeindefrei": (8,)}


def read_table(data: bytes, file: str, content: Content) -> pd.DataFrame:
    """The bodies of a CSV with the columns ``key``, ``name``, ``kind`` and any of ``BODY_COLUMNS``.

    What is missing follows from the rest (base name, sums, density, size class) or stays unknown. A semicolon
    as delimiter allows decimal commas.

    Raises
    ------
    RegisterError : every wrong cell with its row.
    """
    text = decode(data, file)
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as error:
        raise RegisterError(f"{file} ist keine lesbare CSV-Tabelle: {error}") from None
    head = [name.strip() for name in rows[0]] if rows else []
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice:
        raise RegisterError(f"{file}: die Spalten {', '.join(twice)} stehen doppelt.")
    uneven = [number for number, row in enumerate(rows, start=1) if len(row) != len(head)]
    if uneven:
        raise RegisterError(
            f"{file}: Zeilen haben nicht so viele Felder wie der Kopf.",
            [
                Problem("fehler", "register", "Zahl der Felder weicht ab", file=file, row=number,
                        value=str(len(rows[number - 1])), expected=str(len(head)))
                for number in uneven[:20]
            ],
        )  # fmt: skip
    table = pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=head, dtype=object)
    missing = [name for name in ("key", "name", "kind") if name not in table.columns]
    if missing:
        raise RegisterError(f"{file}: die Spalten {', '.join(missing)} fehlen; vorhanden: {', '.join(table.columns)}.")
    problems = _check_table(table, file)
    for name in NUMBER_COLUMNS:
        written = table[name] if name in table else pd.Series("", index=table.index)
        plain = written.str.replace(",", ".", regex=False) if delimiter == ";" else written
        number = pd.to_numeric(plain.where(plain != "", None), errors="coerce")
        for row in table.index[(number.isna() & (written != "")) | np.isinf(number) | (number < 0)]:
            if name in ("longitude", "latitude") and number[row] < 0:
                continue
            problems.append(
                _table_problem("Keine Zahl, wie sie hier stehen kann", file, table, row, name, "Zahl oder leer")
            )
        table[name] = number.astype(float)
    if problems:
        raise RegisterError(f"{file}: das Register hat {len(problems)} Fehler.", problems[:20])
    for name in BODY_COLUMNS:
        if name not in table:
            table[name] = ""
    bases = [base_name(name, kind) for name, kind in zip(table["name"], table["kind"], strict=True)]
    table["base_name"] = table["base_name"].where(table["base_name"] != "", pd.Series(bases, index=table.index))
    table["land"] = table["land"].where(table["land"] != "", table["key"].str[:2])
    table["kreis"] = table["kreis"].where(table["kreis"] != "", table["key"].str[:5])
    kreis_names = dict(zip(table["key"], table["name"], strict=True))
    table["kreis_name"] = table["kreis_name"].where(
        table["kreis_name"] != "", table["kreis"].map(kreis_names).fillna("")
    )
    return complete_bodies(table.set_index("key").sort_index(kind="stable"), content)


def _check_table(table: pd.DataFrame, file: str) -> list[Problem]:
    problems = []
    twice = table["key"].duplicated(keep="first")
    for row, (key, kind) in enumerate(zip(table["key"], table["kind"], strict=True)):
        if kind not in KINDS:
            problems.append(_table_problem("Art ist nicht bekannt", file, table, row, "kind", ", ".join(KINDS)))
        elif not (key.isascii() and key.isdigit()) or len(key) not in LENGTHS.get(kind, (5, 8, 9)):
            digits = " oder ".join(str(length) for length in LENGTHS.get(kind, (5, 8, 9)))
            problems.append(
                _table_problem("Schlüssel passt nicht zur Art", file, table, row, "key", f"{digits} Ziffern")
            )
        elif twice[row]:
            problems.append(
                _table_problem("Schlüssel steht schon weiter oben", file, table, row, "key", "jeder einmal")
            )
        if not table.at[row, "name"]:
            problems.append(_table_problem("Name fehlt", file, table, row, "name", "ein Name"))
    return problems


def _table_problem(message: str, file: str, table: pd.DataFrame, row: int, column: str, expected: str) -> Problem:
    return Problem(
        "fehler",
        "register",
        message,
        file=file,
        row=row + 2,
        key=table.at[row, "key"],
        column=column,
        value=str(table.at[row, column]),
        expected=expected,
    )
