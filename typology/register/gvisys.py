"""The Excel extracts of the official register (Destatis, GV-ISys, "Auszug_GV"), whatever the year's layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from typology.content.catalogue import Content
from typology.errors import Findings, RegisterError
from typology.register.bodies import KIND_OF_MUNICIPALITY, RECORD_COLUMNS, SATZARTEN, UNINCORPORATED, note_left_out
from typology.register.gv100 import MOST_PROBLEMS
from typology.register.headings import (
    Column,
    cell_number,
    cell_text,
    find_column,
    heading_columns,
    heading_word,
    iso_day,
    read_sheets,
)
from typology.register.official_keys import LEVELS, PARTS, are_digits, split, with_zero
from typology.writing import Said

KEY_WORDS = (
    "ags", "ars", "rs", "regionalschlüssel", "amtlicherregionalschlüssel", "gemeindeschlüssel", "schlüsselnummer",
    "amtlichergemeindeschlüssel", "amtlgemeindeschlüssel", "schlüssel", "gemeindekennziffer",
)  # fmt: skip
AGS_WORDS = ("amtlichergemeindeschl", "amtlgemeindeschl", "gemeindeschl", "schlüsselnummer", "gemeindekennziffer")
MOST_HEADING_ROWS = 60
#: What a place in Germany can have, in degrees.
RANGES = {"longitude": (5.5, 15.6), "latitude": (47.0, 55.3)}
AXES = {"longitude": ("Längengrad", "EO"), "latitude": ("Breitengrad", "N")}
PLAIN_DEGREES = re.compile(r"\d+(?:[.,]\d+)?\s*°?")
DEGREES = re.compile(
    r"""([NSEOW])?\s*(\d{1,2})(?:\s*[°º]\s*|[\s:]+)(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’´]?\s*)?"""
    r"""(?::?\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|''|′′)?\s*)?([NSEOW])?""",
    re.IGNORECASE,
)
NUMBERS = ("area_km2", "population", "longitude", "latitude")
NOTHING = ("", "0", "-", "–", "x", ".")


def read_gvisys(data: bytes, found: Findings, content: Content) -> tuple[pd.DataFrame, str]:
    """The records of an extract (columns ``RECORD_COLUMNS``) and its Gebietsstand (ISO, "" unknown).

    The sheet, the heading rows and the columns are found by their words. The key may stand in five columns
    (Land, RB, Kreis, VB, Gem) or in one; coordinates may be numbers, text with a decimal comma, or degrees
    with minutes and seconds. A coordinate outside Germany is left out, with a warning.

    Raises
    ------
    RegisterError : no sheet has such a heading, or rows do not fit it; each is named with its row.
    """
    seen = []
    file = found.file
    for name, rows in read_sheets(data, file):
        start, stop = _heading_rows(rows)
        seen.append(name)
        if stop > start:
            columns = heading_columns(rows, start, stop)
            places = _places(columns)
            _require(places, columns, file, name)
            area_in_ha = places["area_km2"] is not None and bool(
                re.search(r"\bha\b", columns[places["area_km2"]].raw, re.IGNORECASE)
            )
            records = _records(rows, stop, places, found, content, 0.01 if area_in_ha else 1.0)
            return records, _reference_date(rows[:stop], file)
    raise RegisterError(Said("register.no_extract", file=file, sheets=", ".join(seen) or Said("register.no_sheets")))


def _heading_rows(rows: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """First heading row and first data row; (0, 0) when the sheet has none."""
    for start, row in enumerate(rows[:MOST_HEADING_ROWS]):
        words = [heading_word(cell_text(cell)) for cell in row]
        if "satzart" in words:
            place = words.index("satzart")
            wanted = re.compile("|".join(SATZARTEN))
        elif sum(bool(word) for word in words) > 1 and any(word in KEY_WORDS for word in words):
            place = next(place for place, word in enumerate(words) if word in KEY_WORDS)
            wanted = re.compile(r"\d[\d ]*")
        else:
            continue
        for stop, data in enumerate(rows[start + 1 : start + 1 + MOST_HEADING_ROWS], start=start + 1):
            if place < len(data) and wanted.fullmatch(cell_text(data[place])):
                return start, stop
    return 0, 0


def _places(columns: list[Column]) -> dict[str, int | None]:
    """Where each thing stands, None when it is not there."""

    def key_group(column: Column) -> bool:
        return any(word in column.group for word in ("regionalschlüssel", "gemeindeschlüssel")) or column.group in (
            "ars", "rs", "ags",
        )  # fmt: skip

    def place_group(column: Column) -> bool:
        return not any(word in column.group for word in ("reisegebiet", "verstädterung")) and not key_group(column)

    def people(column: Column) -> bool:
        return "bevölkerung" in column.group or "einwohner" in column.group

    urban = [column for column in columns if "verstädterung" in column.group or column.begins("gradderverstädterung")]
    places = {
        "satzart": find_column(columns, lambda c: c.says("satzart")),
        "textkennzeichen": find_column(columns, lambda c: c.begins("textkenn") or c.says("textk", "tk")),
        "land": find_column(columns, lambda c: c.says("land", "bl", "bundesland")),
        "rb": find_column(columns, lambda c: c.says("rb", "regbez", "regierungsbezirk")),
        "kreis": find_column(columns, lambda c: c.says("kreis", "kr", "krs")),
        "vb": find_column(columns, lambda c: c.says("vb", "gvb", "vg", "verband", "gemeindeverband")),
        "gem": find_column(columns, lambda c: c.says("gem"), lambda c: key_group(c) and c.says("gemeinde")),
        "ars": find_column(columns, lambda c: c.says("ars", "rs") or c.begins("amtlicherregionalschl", "regionalschl")),
        "ags": find_column(
            columns,
            lambda c: c.says("ags") or c.begins(*AGS_WORDS),
            lambda c: place_group(c) and c.says("schlüssel"),
        ),
        "name": find_column(
            columns,
            lambda c: c.begins("gemeindename", "gemeindebezeichnung"),
            lambda c: place_group(c) and (c.begins("name") or c.says("bezeichnung", "gemeinde", "gemeinden")),
        ),
        "area_km2": find_column(columns, lambda c: c.begins("fläche")),
        "population": find_column(
            columns, lambda c: people(c) and c.says("insgesamt"),
            lambda c: c.begins("bevölkerung", "einwohner") and not c.begins("bevölkerungsdichte"),
        ),
        "longitude": find_column(columns, lambda c: c.begins("längengrad", "geografischelänge", "geographischelänge")
                                 or c.says("länge", "lon", "longitude")),
        "latitude": find_column(columns, lambda c: c.begins("breitengrad", "geografischebreite", "geographischebreite")
                                or c.says("breite", "lat", "latitude")),
        "postcode": find_column(columns, lambda c: c.begins("postleitzahl") or c.says("plz")),
        "urbanisation": find_column(urban, lambda c: c.says("schlüssel"), lambda c: True),
        "urbanisation_label": find_column(urban, lambda c: c.says("bezeichnung")),
    }  # fmt: skip
    if places["land"] is not None:
        places["ars"] = places["ags"] = None
    return places


def _require(places: dict[str, int | None], columns: list[Column], file: str, sheet: str) -> None:
    missing: list[str] = [] if places["name"] is not None else ["Gemeindename"]
    if places["land"] is not None:
        wanted = {"rb": "RB", "kreis": "Kreis", "gem": "Gem"}
        missing += [word for part, word in wanted.items() if places[part] is None]
    elif places["ags"] is None and places["ars"] is None:
        missing.append(Said("register.columns_of_key"))
    if missing:
        found = "; ".join(column.raw.strip() for column in columns if column.raw.strip())[:400]
        raise RegisterError(Said("register.no_columns_in_sheet", file=file, sheet=sheet, missing=missing, found=found))


def _records(
    rows: Sequence[Sequence[Any]],
    start: int,
    places: dict[str, int | None],
    found: Findings,
    content: Content,
    scale: float,
) -> pd.DataFrame:
    strange: dict[str, list[tuple[int, str]]] = {axis: [] for axis in RANGES}
    labels = {str(code): content.say(f"urbanisation_{code}", "de") for code in (1, 2, 3)}
    raw = {part: _cells(rows[start:], place) for part, place in places.items()}
    texts = {part: [cell_text(cell) for cell in raw[part]] for part in places if part not in NUMBERS}
    wanted = [*PARTS] if places["vb"] is not None else ["land", "rb", "kreis", "gem"]
    left_out: list[tuple[int, str]] = []
    result = []
    for at in range(len(rows) - start):
        stated, whole, name = texts["satzart"][at], texts["ars"][at] or texts["ags"][at], texts["name"][at]
        written = {part: texts[part][at] for part in PARTS}
        if stated not in SATZARTEN and not whole.replace(" ", "").isdigit() and not _any_digits(written):
            continue  # blank rows, notes and the copyright line below the table
        parts, wrong = _split_key(whole) if whole else _full_key(written)
        satzart = stated or _satzart(parts)
        area, people = cell_number(raw["area_km2"][at]), cell_number(raw["population"][at])
        value = whole or " ".join(text for text in written.values() if text)
        if satzart not in SATZARTEN:
            wrong, value = Said("register.unknown_satzart"), satzart
        elif not wrong and not whole and satzart == "60" and not all(parts[part] for part in wanted):
            wrong = Said("register.part_missing")
        elif not wrong and not name:
            wrong = Said("register.name_missing")
        elif not wrong and (area is None or people is None):
            wrong, value = Said("register.no_numbers"), f"{raw['area_km2'][at]} | {raw['population'][at]}"
        if wrong and not _concerns(_satzart(parts), texts["textkennzeichen"][at], name):
            left_out.append((start + at + 1, name or value))
            continue
        if wrong:
            found.error("register", wrong, row=start + at + 1, value=value[:60])
            continue
        record = [start + at + 1, satzart, texts["textkennzeichen"][at], *parts.values(), name]
        if satzart == "60":
            degrees = {axis: parse_degrees(raw[axis][at], axis) for axis in RANGES}
            for axis, degree in degrees.items():
                if degree != degree and cell_text(raw[axis][at]) not in NOTHING:
                    strange[axis].append((start + at + 1, cell_text(raw[axis][at])))
            urban = texts["urbanisation"][at]
            label = labels.get(urban.lstrip("0"), texts["urbanisation_label"][at] or urban)
            record += [label, area, people, degrees["longitude"], degrees["latitude"], texts["postcode"][at]]
        else:
            record += ["", *[float("nan")] * 4, ""]
        result.append(record)
    for axis, places_of_axis in strange.items():
        if places_of_axis:
            (row, value), (low, high) = places_of_axis[0], RANGES[axis]
            message = Said("register.no_degrees", n=len(places_of_axis))
            expected = Said("register.degrees", low=low, high=high)
            found.warning("register", message, row=row, column=AXES[axis][0], value=value, expected=expected)
    note_left_out(left_out, found)
    if len(found.errors) > MOST_PROBLEMS:
        found.raise_if_failed(RegisterError, "register.unreadable_extract_first", most=MOST_PROBLEMS)
    found.raise_if_failed(RegisterError, "register.unreadable_extract")
    if not any(record[1] == "60" for record in result):
        raise RegisterError(Said("register.extract_without_municipality", file=found.file))
    records = pd.DataFrame(result, columns=list(RECORD_COLUMNS))
    records["area_km2"] = (records["area_km2"] * scale).round(6)
    return records


def _concerns(level: str, sign: str, name: str) -> bool:
    """Whether a record can be that of a body that answers: no Land, Bezirk or Region, and no gemeindefreies Gebiet.

    ``level`` is told by its key, "" where that cannot be read.
    """
    free = KIND_OF_MUNICIPALITY.get(sign) == "gemeindefrei" or bool(re.search(UNINCORPORATED, name, re.IGNORECASE))
    return level in ("", "40", "50", "60") and not free


def _cells(rows: Sequence[Sequence[Any]], place: int | None) -> list[Any]:
    if place is None:
        return [""] * len(rows)
    return [row[place] if place < len(row) else "" for row in rows]


def _any_digits(parts: dict[str, str]) -> bool:
    """Whether a row fills the first parts of the key with digits; a note in a key column does not."""
    return parts["land"].isdigit() and len(parts["land"]) <= PARTS["land"]


def _split_key(written: str) -> tuple[dict[str, str], str]:
    """The parts of a key that stands in one column, and what is wrong with it or ""."""
    whole = written.replace(" ", "")
    whole = with_zero(whole, PARTS["land"] if len(whole) == 1 else None)
    if not are_digits(whole) or len(whole) not in LEVELS:
        return dict.fromkeys(PARTS, ""), Said("register.digits_of_key")
    return split(whole), ""


def _full_key(parts: dict[str, str]) -> tuple[dict[str, str], str]:
    """The parts of the key in full width (Excel eats leading zeros), and what is wrong with them or ""."""
    for part, text in parts.items():
        if text and not (are_digits(text) and len(text) <= PARTS[part]):
            return parts, Said("register.no_part", part=part, most=PARTS[part])
    return {part: text.zfill(PARTS[part]) if text else "" for part, text in parts.items()}, ""


def _satzart(parts: dict[str, str]) -> str:
    """What a record is, by the last part of the key that it fills."""
    for part, satzart in (("gem", "60"), ("vb", "50"), ("kreis", "40"), ("rb", "20"), ("land", "10")):
        if parts[part]:
            return satzart
    return ""


def parse_degrees(value: Any, axis: str) -> float:
    """Degrees from a number, text with comma or point, or degrees with minutes and seconds; NaN outside Germany.

    >>> parse_degrees("9,43751", "longitude"), parse_degrees("9° 30' 36\\" O", "longitude")
    (9.43751, 9.51)
    """
    if isinstance(value, (int, float)):
        degrees = float(value)
    else:
        text = str(value or "").strip()
        if PLAIN_DEGREES.fullmatch(text):
            degrees = float(text.rstrip("° ").replace(",", "."))
        elif (found := DEGREES.fullmatch(text)) and all(
            sign.upper() in AXES[axis][1] for sign in (found[1], found[5]) if sign
        ):
            whole, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.group(2, 3, 4))
            degrees = round(whole + minutes / 60 + seconds / 3600, 6)
        else:
            return float("nan")
    low, high = RANGES[axis]
    return degrees if low <= degrees <= high else float("nan")


def _reference_date(head: Sequence[Sequence[Any]], file: str) -> str:
    """The Gebietsstand that the heading states, else the date in the title, else the one in the file's name."""
    texts = [cell_text(cell) for row in head for cell in row if cell_text(cell)]
    for wanted in ("gebietsstand", ""):
        for text in texts:  # "… am 31.12.1990 (Jahr) zum Gebietsstand 01.01.1991"
            _, found, after = text.casefold().partition(wanted) if wanted else ("", "", text)
            day = iso_day(after) or iso_day(text) if found or not wanted else ""
            if day:
                return day
    in_name = re.search(r"(\d{2})(\d{2})((?:19|20)\d{2})", file)
    return iso_day(".".join(in_name.groups())) if in_name else ""
