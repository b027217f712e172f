"""The register as a small script file: every name findable, a few bytes a name."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any

import pandas as pd

from typology.errors import Findings, PublishingError
from typology.register.official_keys import kreis_of, land_of
from typology.writing import Said

# What the site needs of every body of the register.
REGISTER_COLUMNS = ("key", "name", "kind_label", "kreis_name", "land_name", "listed")
# Used when the table has them: the size class key, and the consent to appear in others' lists.
OPTIONAL_COLUMNS = ("size_class", "partner")
# Characters that point to a pair begin behind the signs that JSON has to escape.
FIRST_CHARACTER = 93
MOST_PAIRS = 1000

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def register_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The register rows checked, complete and in the order of their keys.

    Returns columns ``REGISTER_COLUMNS`` and ``OPTIONAL_COLUMNS``, all text but ``listed`` and ``partner``.

    Raises
    ------
    PublishingError : a column is missing, a key stands twice or cannot be a file name.
    """
    if "key" not in rows.columns and rows.index.name == "key":
        rows = rows.reset_index()
    missing = [column for column in REGISTER_COLUMNS if column not in rows.columns]
    if missing:
        raise PublishingError(Said("publishing.register_lacks_columns", columns=", ".join(missing)))
    table = pd.DataFrame({column: rows[column].fillna("").astype(str) for column in REGISTER_COLUMNS[:-1]})
    table["listed"] = rows["listed"].fillna(False).astype(bool)
    table["size_class"] = rows["size_class"].fillna("").astype(str) if "size_class" in rows.columns else ""
    table["partner"] = rows["partner"].fillna(False).astype(bool) if "partner" in rows.columns else False
    found = Findings()
    for key in table["key"]:
        if not _SAFE.fullmatch(key):
            message, expected = Said("publishing.key_no_file_name"), Said("publishing.digits_and_letters")
            found.error("schluessel", message, key=key, expected=expected)
    for key in table.loc[table["key"].duplicated(), "key"]:
        found.error("schluessel", Said("publishing.key_twice_in_register"), key=key)
    found.raise_if_failed(PublishingError, "publishing.register_not_published")
    return table.sort_values("key", kind="stable").reset_index(drop=True)


def land_code(key: str) -> str:
    """The two digits of the Land, or ``00`` for a key that is not official.

    >>> land_code("01051044"), land_code("abc")
    ('01', '00')
    """
    return land_of(key) or "00"


def register_data(table: pd.DataFrame) -> dict[str, object]:
    """The register packed by Kreis; ``assets/search.js`` unpacks it.

    ``names`` holds one line per Kreis (``#`` and its name) followed by one line per body; ``keys`` the
    part of the key after the five digits of the Kreis, as difference to the one before, in base 36, a ``;``
    after each Kreis (nothing stands for a difference of one); ``kinds`` one character per body, pointing into
    ``pairs`` of kind and size class; ``listed`` and ``partners`` positions. Other keys than official ones stand
    in ``raw``.
    """
    rows = table.assign(group=[kreis_of(key) for key in table["key"]])
    combined = list(zip(rows["kind_label"], rows["size_class"], strict=True))
    frequency = Counter(combined)
    # The most frequent pairs come first: they get the shorter characters.
    pairs = sorted(set(combined), key=lambda pair: (-frequency[pair], pair))
    if len(pairs) > MOST_PAIRS:
        raise PublishingError(Said("publishing.too_many_pairs", n=len(pairs), most=MOST_PAIRS))
    names: list[str] = []
    keys: list[str] = []
    groups: list[str] = []
    raw: list[str] = []
    kinds: list[str] = []
    marks: dict[str, list[int]] = {"listed": [], "partner": []}
    position = 0
    records = sorted(rows.itertuples(index=False), key=lambda row: (row.group, len(row.key), row.key))
    for group, part in groupby(records, key=lambda row: str(row.group)):
        members = list(part)
        groups.append(group)
        names.append("#" + _kreis_name(members))
        last = 0
        deltas = []
        for row in members:
            names.append(" ".join(row.name.split()))
            if group:
                number = int("1" + row.key.removeprefix(group))
                deltas.append("" if number - last == 1 else _base36(number - last))
                last = number
            else:
                raw.append(f"{row.key}\t{row.kreis_name}\t{row.land_name}")
            kinds.append(chr(FIRST_CHARACTER + pairs.index((row.kind_label, row.size_class))))
            for name, positions in marks.items():
                if getattr(row, name):
                    positions.append(position)
            position += 1
        keys.append(",".join(deltas))
    return {
        "format": "register/1",
        "laender": {land_code(row.key): row.land_name for row in records},
        "pairs": [list(pair) for pair in pairs],
        "size_classes": sorted(rows["size_class"].unique()),
        "groups": ",".join(groups),
        "names": "\n".join(names),
        "keys": ";".join(keys),
        "raw": "\n".join(raw),
        "kinds": "".join(kinds),
        "listed": marks["listed"],
        "partners": marks["partner"],
    }


def _kreis_name(members: list[Any]) -> str:
    """The name of the Kreis that most members state."""
    stated = [row.kreis_name for row in members if row.kreis_name]
    return max(sorted(set(stated)), key=stated.count) if stated else ""


def _base36(number: int) -> str:
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text


def register_rows(listed: pd.DataFrame, consent: pd.DataFrame, register: pd.DataFrame | None) -> pd.DataFrame:
    """Every body that the site's search knows: the register where there is one, else the listed respondents."""
    source = listed if register is None else register
    columns = ["name", "kind_label", "kreis_name", "land_name", "size_class"]
    rows = source.reindex(columns=columns).fillna("").rename_axis("key").reset_index()
    rows["listed"] = rows["key"].isin(listed.index)
    rows["partner"] = rows["key"].map(consent["partner"]).eq(True) & rows["listed"]
    return rows
