"""From the records of the official register to one table of bodies: municipalities, Kreise and Verbände."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.errors import Findings
from typology.files.numbers import decimal_of
from typology.writing import Said

#: One row per record of the register, whatever file it came from; all text but the four numbers of
#: area, people and place. ``postcode`` is that of the administration's seat.
RECORD_COLUMNS = (
    "line", "satzart", "textkennzeichen", "land", "rb", "kreis", "vb", "gem", "name",
    "urbanisation", "area_km2", "population", "longitude", "latitude", "postcode",
)  # fmt: skip
#: One row per body. ``area_km2`` in square kilometres, ``density`` in inhabitants per square kilometre,
#: ``longitude`` and ``latitude`` in degrees (WGS 84); numbers are NaN and text is empty where unknown.
BODY_COLUMNS = (
    "ars", "name", "base_name", "kind", "kind_label", "land", "land_name", "kreis", "kreis_name", "verband",
    "verband_name", "population", "area_km2", "density", "longitude", "latitude", "urbanisation", "size_class",
)  # fmt: skip
DEGREES = ("longitude", "latitude")
NUMBER_COLUMNS = ("population", "area_km2", "density", "longitude", "latitude")
KINDS = ("gemeinde", "kreisfrei", "kreis", "verband", "gemeindefrei", "andere")
#: The part of the key that a record of each kind fills, and what the record is called.
SATZARTEN = {
    "10": "Land", "20": "Regierungsbezirk", "30": "Region", "40": "Kreis", "50": "Gemeindeverband", "60": "Gemeinde",
}  # fmt: skip
#: Textkennzeichen of Satzart 60 (record description GV100AD, sheet 6).
KIND_OF_MUNICIPALITY = {
    "60": "gemeinde", "61": "kreisfrei", "62": "kreisfrei", "63": "gemeinde", "64": "gemeinde", "65": "gemeindefrei",
    "66": "gemeindefrei", "67": "gemeinde",
}  # fmt: skip
CITY_KREISE = ("41", "42")
NO_ASSOCIATION = "50"
#: First digit of the four for the Verband: 0 without Verband, 9 gemeindefrei, 5 to 8 member of one.
MEMBER_DIGITS = ("5", "6", "7", "8")
UNINCORPORATED = r"gemfr|gemeindefrei|gemeindefr\."


def note_left_out(rows: Sequence[tuple[int, str]], found: Findings) -> None:
    """Note the rows of an official file that were left out as no respondent can be meant by them."""
    if rows:
        names = ", ".join(name for _, name in rows)
        found.note("register_ausgelassen", Said("register.left_out", n=len(rows)), row=rows[0][0], value=names[:200])


def base_name(name: str, kind: str) -> str:
    """The name without what the register appends after a comma ("Flensburg, Stadt" → "Flensburg").

    The commas of a Verband separate its members and stay.

    >>> base_name("Grafing b.München, St", "gemeinde")
    'Grafing b.München'
    """
    return name if kind == "verband" else name.split(",", 1)[0].strip()


def decimal_sign(column: str, texts: Sequence[str]) -> str:
    """Which decimal sign one of ``NUMBER_COLUMNS`` uses, as ``numbers.decimal_of`` says it.

    No degree has thousands, and nobody counts thousandths of an inhabitant: what is unclear elsewhere is clear there.

    >>> [decimal_sign(column, ["9.437"]) for column in ("population", "longitude", "area_km2")]
    ['comma', 'point', 'unclear']
    """
    decimal = decimal_of(texts)
    signs = {sign for text in texts for sign in text if sign in ",."}
    if decimal != "unclear" or len(signs) > 1 or column not in (*DEGREES, "population"):
        return decimal
    return "comma" if ("," in signs) == (column in DEGREES) else "point"


def size_classes(population: pd.Series, kind: pd.Series, content: Content) -> pd.Series:
    """The size class of each body: ``lower <= inhabitants < upper`` on the scale of its kind.

    Municipalities and kreisfreie Städte share one scale, Kreise have their own; everything else, and a
    body whose inhabitants are unknown, gets "" (KGSt-Größenklassen, borders see ``size_classes.yaml``).
    """
    scale = kind.map({"gemeinde": "gemeinde", "kreisfrei": "gemeinde", "kreis": "kreis"}).to_numpy()
    inhabitants = population.to_numpy(dtype=float)
    result = np.full(len(population), "", dtype=object)
    for item in content.size_classes:
        inside = (scale == item.scale) & (inhabitants >= item.lower)
        if item.upper is not None:
            inside &= inhabitants < item.upper
        result[inside] = item.key
    return pd.Series(result, index=population.index)


def build_bodies(records: pd.DataFrame, content: Content, found: Findings) -> pd.DataFrame:
    """The table of bodies, index ``key``, columns ``BODY_COLUMNS``; what the records say wrongly is found.

    A municipality has 8 digits, a Verband 9, a Kreis 5. A kreisfreie Stadt is one body with the key of
    its municipality; a Verband "without association" is no body of its own. Inhabitants and area of a
    Kreis or Verband are the sums over its municipalities (unknown if one of them is), its coordinates
    are the mean of theirs weighted by inhabitants. ``records`` has the columns ``RECORD_COLUMNS``.
    """
    records = records.reset_index(drop=True)
    kreis = records["land"] + records["rb"] + records["kreis"]
    by_kind = {code: records["satzart"] == code for code in SATZARTEN}
    land_names = dict(zip(records["land"][by_kind["10"]], records["name"][by_kind["10"]], strict=True))
    kreis_names = dict(zip(kreis[by_kind["40"]], records["name"][by_kind["40"]], strict=True))
    verband_key = kreis + records["vb"]
    signs = records["textkennzeichen"]
    unsigned = signs == ""
    real = by_kind["50"] & np.where(unsigned, records["vb"].str[:1].isin(MEMBER_DIGITS), signs != NO_ASSOCIATION)
    verband_names = dict(zip(verband_key[real], records["name"][real], strict=True))
    cities = set(kreis[by_kind["60"] & (records["gem"] == "000")])

    is_kreis = by_kind["40"] & ~np.where(unsigned, kreis.isin(cities), signs.isin(CITY_KREISE))
    chosen = by_kind["60"] | is_kreis | real
    table = records[chosen].copy()
    satzart = table["satzart"]
    table["kreis"] = kreis[chosen]
    nine = verband_key[chosen]
    twelve = (nine + table["gem"]).where(table["vb"] != "", "")
    table["ars"] = np.where(satzart == "60", twelve, np.where(satzart == "50", nine, table["kreis"]))
    table["key"] = np.where(satzart == "60", table["kreis"] + table["gem"], table["ars"])
    table["kind"] = satzart.map({"40": "kreis", "50": "verband"}).fillna("")
    ours = satzart == "60"
    table.loc[ours, "kind"] = table.loc[ours, "textkennzeichen"].map(KIND_OF_MUNICIPALITY).fillna("")
    unknown = ours & (table["kind"] == "")
    table.loc[unknown, "kind"] = _kind_without_sign(table[unknown])
    for row in table[unknown & (table["textkennzeichen"] != "")].itertuples():
        found.warning(
            "register",
            Said("register.unknown_sign", name=row.name),
            row=int(row.line),
            key=row.key,
            column="Textkennzeichen",
            value=row.textkennzeichen,
        )
    codes = [code for code in table["textkennzeichen"].unique() if _known(code, content)]
    labels = {code: content.say(f"body_{code}", "de") for code in codes}
    table["kind_label"] = table["textkennzeichen"].map(labels).fillna("")
    table["base_name"] = [base_name(name, kind) for name, kind in zip(table["name"], table["kind"], strict=True)]
    table["land_name"] = table["land"].map(land_names).fillna("")
    table["kreis_name"] = table["kreis"].map(kreis_names).fillna("")
    table["verband_name"] = nine.map(verband_names).fillna("")
    table["verband"] = nine.where(nine.isin(list(verband_names)) & (satzart != "40"), "")
    table.loc[satzart == "40", "verband_name"] = ""
    table = _without_doubles(table, found)
    _find_orphans(table, found)
    table = table.set_index("key").sort_index(kind="stable")
    return complete_bodies(table, content)


def seat_postcodes(records: pd.DataFrame) -> dict[str, str]:
    """Key of every municipality → postcode of the seat of its administration, where the register has one.

    A spreadsheet may have lost its first zero.
    """
    ours = records[(records["satzart"] == "60") & records["postcode"].str.fullmatch(r"\d{4,5}")]
    keys = ours["land"] + ours["rb"] + ours["kreis"] + ours["gem"]
    return dict(zip(keys, ours["postcode"].str.zfill(5), strict=True))


def complete_bodies(table: pd.DataFrame, content: Content) -> pd.DataFrame:
    """Fill what follows from the rest: sums of Kreise and Verbände, density, size class."""
    table = sum_members(table)
    area = table["area_km2"].where(table["area_km2"] > 0)
    table["density"] = table.get("density", np.nan)
    table["density"] = table["density"].fillna(table["population"] / area)
    table["size_class"] = size_classes(table["population"], table["kind"], content)
    table = table.loc[:, list(BODY_COLUMNS)]
    table.index.name = "key"
    return table


def sum_members(table: pd.DataFrame) -> pd.DataFrame:
    """Inhabitants, area and mean place of each Kreis and Verband from its municipalities, where not given."""
    table = table.copy()
    summed = ["population", "area_km2", "longitude", "latitude"]
    members = table[table["kind"].isin(["gemeinde", "kreisfrei", "gemeindefrei"])]
    for kind in ("kreis", "verband"):
        rows = (table["kind"] == kind).to_numpy()
        if not rows.any():
            continue
        group = members[members[kind] != ""]
        weight = group["population"].where(group["longitude"].notna() & group["latitude"].notna())
        values = group[summed].assign(weight=weight)
        for name in ("longitude", "latitude"):
            values[name] *= weight
        by = values.groupby(group[kind])
        sums = by.sum(min_count=1)
        known, size = by[["population", "area_km2"]].count(), by.size()
        for name in ("population", "area_km2"):
            sums[name] = sums[name].where(known[name] == size)
        for name in ("longitude", "latitude"):
            sums[name] /= sums["weight"].where(sums["weight"] > 0)
        given = table.loc[rows, summed].to_numpy(dtype=float)
        follows = sums[summed].reindex(table.index[rows]).to_numpy()
        table.loc[rows, summed] = np.where(np.isnan(given), follows, given)
    return table


def _kind_without_sign(table: pd.DataFrame) -> np.ndarray:
    """The kind of municipalities whose record has no (known) Textkennzeichen, by key, name and inhabitants.

    A municipality part "000" is a kreisfreie Stadt; a gemeindefreies Gebiet has 9 as first digit of its
    Verband, says so in its name, or has no inhabitants.
    """
    empty = table["name"].str.contains(UNINCORPORATED, case=False) | (table["population"] == 0)
    free = (table["vb"].str[:1] == "9") | ((table["vb"] == "") & empty)
    return np.where(table["gem"] == "000", "kreisfrei", np.where(free, "gemeindefrei", "gemeinde"))


def _known(code: str, content: Content) -> bool:
    return f"body_{code}" in content.sentences


def _without_doubles(table: pd.DataFrame, found: Findings) -> pd.DataFrame:
    """The bodies, each once. A gemeindefreies Gebiet may stand there once for each Verband around it.

    Nobody answers for it, so that its further records are left out: with a note if they say the same, else a warning.
    """
    again = table["key"].duplicated(keep="first")
    free = table["kind"] == "gemeindefrei"
    beside = again & free & ~table["key"].isin(table.loc[~free, "key"])
    for row in table[again & ~beside].itertuples():
        message, expected = Said("register.double_body", name=row.name), Said("register.each_key_once")
        found.error("register", message, row=int(row.line), key=row.key, expected=expected)
    same = table.duplicated(["key", "name", "population", "area_km2"], keep="first")
    for found_as, words, rows in (
        (found.note, "register.again", table[beside & same]),
        (found.warning, "register.again_otherwise", table[beside & ~same]),
    ):
        if len(rows):
            value = ", ".join(dict.fromkeys(rows["key"] + " " + rows["name"]))[:200]
            found_as("register_ausgelassen", Said(words, n=len(rows)), row=int(rows["line"].iloc[0]), value=value)
    return table[~beside]


def _find_orphans(table: pd.DataFrame, found: Findings) -> None:
    ours = (table["kreis_name"] == "") & (table["kind"] != "gemeindefrei")  # seas and shared waters have no Kreis
    missing = sorted(set(table.loc[ours, "kreis"]))
    if missing:
        value = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
        found.warning("register", Said("register.no_kreis"), value=value)
