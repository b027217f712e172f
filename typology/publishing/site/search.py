"""The register as a small script file: every name findable, a few bytes a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import groupby
from typing import Any

import pandas as pd

from typology.errors import Findings, PublishingError
from typology.register.bodies import base_name
from typology.register.folding import folded, folding_table, name_forms
from typology.register.keys import LABEL, LABEL_BEHIND
from typology.register.official_keys import kind_of, kreis_of, land_of
from typology.writing import Said

# What the site needs of every body of the register.
REGISTER_COLUMNS = ("key", "name", "kind_label", "kreis_name", "land_name", "listed")
# Used when the table has them: kind, size class, what is counted or measured, the consent to appear in others' lists.
NUMBERS = ("population", "area_km2", "longitude", "latitude")
OPTIONAL_COLUMNS = ("kind", "size_class", *NUMBERS, "partner")
# Characters that point to a pair begin behind the signs that JSON has to escape.
FIRST_CHARACTER = 93
MOST_PAIRS = 1000

#: Bavaria's short suffixes in full, as ``register/folding.py`` reads them.
SUFFIXES_SHOWN = {"st": "Stadt", "m": "Markt", "gkst": "Große Kreisstadt", "krst": "Kreisstadt"}

#: An old key, the keys of today, and the names it had.
Former = tuple[str, Sequence[str], Sequence[str]]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def register_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The register rows checked, complete and in the order of their keys.

    Returns columns ``REGISTER_COLUMNS`` and ``OPTIONAL_COLUMNS``, all text but ``listed``, ``partner`` and the
    ``NUMBERS``: inhabitants, square kilometres and degrees (WGS 84), NaN where unknown.

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
    table["kind"] = rows["kind"].fillna("").astype(str) if "kind" in rows.columns else table["key"].map(kind_of)
    table["size_class"] = rows["size_class"].fillna("").astype(str) if "size_class" in rows.columns else ""
    for column in NUMBERS:
        table[column] = pd.to_numeric(rows[column]).astype(float) if column in rows.columns else float("nan")
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


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The rows as the site counts them: by Kreis, there Kreis, municipalities, Verbände, each by its key."""
    order = [(kreis_of(key), len(key), key) for key in table["key"]]
    return table.iloc[sorted(range(len(table)), key=order.__getitem__)]


def land_code(key: str) -> str:
    """The two digits of the Land, or ``00`` for a key that is not official.

    >>> land_code("01051044"), land_code("abc")
    ('01', '00')
    """
    return land_of(key) or "00"


def shown_name(name: str) -> str:
    """A name of the register as it is shown: Bavaria's short suffixes in full.

    >>> shown_name("Bad Abbach, M"), shown_name("Ulm, Universitätsstadt")
    ('Bad Abbach, Markt', 'Ulm, Universitätsstadt')
    """
    head, comma, suffix = name.rpartition(", ")
    return f"{head}, {SUFFIXES_SHOWN[suffix.lower()]}" if comma and suffix.lower() in SUFFIXES_SHOWN else name


def register_data(
    table: pd.DataFrame, former: Iterable[Former] = (), exonyms: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The register packed by Kreis; ``assets/search.js`` unpacks it.

    ``kreise`` holds one line per Kreis, ``sizes`` its number of bodies, ``names`` one line per body; ``keys`` the
    part of the key after the five digits of the Kreis, as difference to the one before, in base 36, a ``;``
    after each Kreis (nothing stands for a difference of one); ``kinds`` one character per body, pointing into
    ``pairs`` of label, size class and kind; ``listed`` and ``partners`` positions. Other keys than official ones stand
    in ``raw``. ``larger`` are the positions of bodies that share a name, the larger first; ``former`` the old keys with
    what became of them and the old names; ``exonyms`` folded English names and the German ones; ``folding`` how names
    are folded.

    Parameters
    ----------
    former : old key, keys of today, old names, as :meth:`Register.former` gives them.
    exonyms : English name → name in the register.
    """
    rows = table.assign(group=[kreis_of(key) for key in table["key"]])
    combined = list(zip(rows["kind_label"], rows["size_class"], rows["kind"], strict=True))
    frequency = Counter(combined)
    # The most frequent pairs come first: they get the shorter characters.
    pairs = sorted(set(combined), key=lambda pair: (-frequency[pair], pair))
    if len(pairs) > MOST_PAIRS:
        raise PublishingError(Said("publishing.too_many_pairs", n=len(pairs), most=MOST_PAIRS))
    names: list[str] = []
    kreise: list[str] = []
    sizes: list[int] = []
    keys: list[str] = []
    groups: list[str] = []
    raw: list[str] = []
    kinds: list[str] = []
    marks: dict[str, list[int]] = {"listed": [], "partner": []}
    position = 0
    records = list(in_order(rows).itertuples(index=False))
    for group, part in groupby(records, key=lambda row: str(row.group)):
        members = list(part)
        groups.append(group)
        kreise.append(_kreis_name(members))
        sizes.append(len(members))
        last = 0
        deltas = []
        for row in members:
            names.append(" ".join(row.name.split()))
            if group:
                number = int("1" + row.key.removeprefix(group))
                deltas.append("" if number - last == 1 else base36(number - last))
                last = number
            else:
                raw.append(f"{row.key}\t{row.kreis_name}\t{row.land_name}")
            kinds.append(chr(FIRST_CHARACTER + pairs.index((row.kind_label, row.size_class, row.kind))))
            for name, positions in marks.items():
                if getattr(row, name):
                    positions.append(position)
            position += 1
        keys.append(",".join(deltas))
    return {
        "format": "register/2",
        "laender": {land_code(row.key): row.land_name for row in records},
        "pairs": [list(pair) for pair in pairs],
        "size_classes": sorted(rows["size_class"].unique()),
        "groups": ",".join(groups),
        "kreise": "\n".join(kreise),
        "sizes": sizes,
        "names": "\n".join(names),
        "keys": ";".join(keys),
        "raw": "\n".join(raw),
        "kinds": "".join(kinds),
        "listed": marks["listed"],
        "partners": marks["partner"],
        "larger": _larger(records),
        "exonyms": {" ".join(folded(english)): german for english, german in (exonyms or {}).items()},
        "former": _former(former, set(table["key"])),
        "suffixes": SUFFIXES_SHOWN,
        "folding": {**folding_table(), "label": LABEL.pattern, "label_behind": LABEL_BEHIND.pattern},
    }


def postcode_data(table: pd.DataFrame, postcodes: Mapping[str, str]) -> str:
    """The postcodes of the bodies in the order in which ``assets/search.js`` counts them, packed.

    Each as the difference to the one before in base 36, nothing where the body has none; a ``,`` between them.
    """
    last, found = 0, []
    for key in in_order(table)["key"]:
        code = postcodes.get(key, "")
        found.append(base36(int(code) - last) if code else "")
        last = int(code) if code else last
    return ",".join(found)


def _larger(records: Sequence[Any]) -> list[int]:
    """The positions of bodies that share one form of their name, by falling number of inhabitants."""
    forms = [set(name_forms(row.name, base_name(row.name, row.kind), row.kind)) for row in records]
    often = Counter(form for mine in forms for form in mine)
    shared = [place for place, mine in enumerate(forms) if any(often[form] > 1 for form in mine)]
    return sorted(
        shared, key=lambda place: (-records[place].population if records[place].population >= 0 else 1, place)
    )


def _former(former: Iterable[Former], known: Set[str]) -> str:
    """One line per old key: it, what became of it, and its old names."""
    lines = []
    for old, keys, names in former:
        if set(keys) <= known:
            lines.append("\t".join([old, ",".join(keys), *(" ".join(name.split()) for name in names)]))
    return "\n".join(lines)


def _kreis_name(members: list[Any]) -> str:
    """The name of the Kreis that most members state."""
    stated = [row.kreis_name for row in members if row.kreis_name]
    return max(sorted(set(stated)), key=stated.count) if stated else ""


def base36(number: int) -> str:
    """A whole number with the digits 0 to 9 and a to z.

    >>> base36(36), base36(-7)
    ('10', '-7')
    """
    if number < 0:
        return "-" + base36(-number)
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text


def register_rows(listed: pd.DataFrame, consent: pd.DataFrame, register: pd.DataFrame | None) -> pd.DataFrame:
    """Every body that the site's search knows: the register where there is one, else the listed respondents."""
    source = listed if register is None else register
    columns = ["name", "kind_label", "kreis_name", "land_name", "size_class", "kind"]
    rows = (
        source.reindex(columns=columns)
        .fillna("")
        .assign(**{column: source.get(column) for column in NUMBERS})
        .rename_axis("key")
        .reset_index()
    )
    rows["listed"] = rows["key"].isin(listed.index)
    rows["partner"] = rows["key"].map(consent["partner"]).eq(True) & rows["listed"]
    return rows
