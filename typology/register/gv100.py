"""The fixed-width text of the official register: GV100AD (Destatis), any year since 2007.

Record description: "Gemeindeverzeichnis, Datensatzbeschreibung", Destatis, valid from 14 June 2000. A record
has 220 characters, so decoded text is cut, never bytes. Files up to about 2019 are Latin-1, later ones UTF-8.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import Findings, RegisterError
from typology.register.bodies import RECORD_COLUMNS, SATZARTEN, note_left_out
from typology.register.official_keys import LAENDER, PARTS, are_digits
from typology.writing import Said

RECORD_LENGTH = 220
#: 1-based first and last character of each field, as the record description counts them.
FIELDS = {
    "satzart": (1, 2), "stand": (3, 10), "land": (11, 12), "rb": (13, 13), "kreis": (14, 15), "gem": (16, 18),
    "vb": (19, 22), "name": (23, 72), "textkennzeichen": (123, 124), "area": (129, 139), "population": (140, 150),
    "postcode": (166, 170),
}  # fmt: skip
#: The parts of the key that a record of each kind must fill; a Region fills only the first digit of ``kreis``.
KEY_PARTS = {
    "10": ("land",), "20": ("land", "rb"), "30": ("land", "rb"), "40": ("land", "rb", "kreis"),
    "50": ("land", "rb", "kreis", "vb"), "60": ("land", "rb", "kreis", "gem", "vb"),
}  # fmt: skip
MOST_PROBLEMS = 20
MOST_BYTES = 100_000_000  # a register has 4 million
GV100_NAME = re.compile(r"(?:^|/)gv100[^/]*\.(?:txt|asc)$", flags=re.IGNORECASE)


def read_gv100(data: bytes, found: Findings) -> tuple[pd.DataFrame, str]:
    """The records of a GV100AD file (columns ``RECORD_COLUMNS``) and its Gebietsstand (ISO).

    Area is turned from hectares into square kilometres; the file holds neither coordinates nor the degree
    of urbanisation, and cuts names after 50 characters.

    Raises
    ------
    RegisterError : lines that are no such record, each named with its number and what is wrong.
    """
    text = decode(data, found.file)
    rows: list[tuple[Any, ...]] = []
    stands: dict[str, int] = {}
    strange: list[tuple[int, str]] = []
    slices = {name: slice(first - 1, last) for name, (first, last) in FIELDS.items()}
    for number, raw in enumerate(record_lines(text), start=1):
        line = raw.rstrip("\r\x1a\x00 ")
        if not line:
            continue
        cells = {name: line[where].strip() for name, where in slices.items()}
        if _is_above(cells):
            strange.append((number, f"{cells['satzart']} {cells['name']}".strip()))
            continue
        if not _is_record(line, cells, number, found):
            continue
        stands.setdefault(cells["stand"], number)
        satzart = cells["satzart"]
        keys = {part: cells[part] if part in KEY_PARTS[satzart] else "" for part in PARTS}
        ours = satzart == "60"
        rows.append(
            (
                number,
                satzart,
                cells["textkennzeichen"],
                keys["land"],
                keys["rb"],
                keys["kreis"],
                keys["vb"],
                keys["gem"],
                cells["name"],
                "",
                int(cells["area"]) / 100 if ours and cells["area"] else np.nan,
                float(cells["population"]) if ours and cells["population"] else np.nan,
                np.nan,
                np.nan,
                cells["postcode"] if ours else "",
            )
        )
    note_left_out(strange, found)
    _check_file(rows, stands, found)
    if len(found.errors) > MOST_PROBLEMS:
        found.raise_if_failed(RegisterError, "register.unreadable_gv100_first", most=MOST_PROBLEMS)
    found.raise_if_failed(RegisterError, "register.unreadable_gv100")
    day = next(iter(stands))
    return pd.DataFrame(rows, columns=list(RECORD_COLUMNS)), f"{day[:4]}-{day[4:6]}-{day[6:]}"


def unpacked(data: bytes, file: str) -> bytes:
    """The register text inside an archive as Destatis hands it out (text and description); other data as they are.

    Raises
    ------
    RegisterError : an archive that is no workbook and holds no register, several, or one that cannot be unpacked.
    """
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            found = [item for item in archive.infolist() if GV100_NAME.search(item.filename)]
            if len(found) == 1 and found[0].file_size <= MOST_BYTES:
                return archive.read(found[0])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise RegisterError(Said("register.damaged_archive", file=file, error=str(error))) from None
    if any(name in ("[Content_Types].xml", "mimetype", "content.xml") for name in names):
        return data
    inside = ", ".join(names[:5]) or Said("register.nothing")
    raise RegisterError(Said("register.archive_without_register", file=file, inside=inside))


def decode(data: bytes, file: str) -> str:
    """Text by a fixed ladder: byte order mark, strict UTF-8, then Windows-1252 (which holds Latin-1's letters)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            where = error.start
    raise RegisterError(Said("register.unknown_encoding", file=file, byte=where))


def record_lines(text: str) -> list[str]:
    """The records: one per line, whatever ends a line, or end to end in a file without lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = text.rstrip("\n\x1a\x00")
    if "\n" not in whole and len(whole) > RECORD_LENGTH and len(whole) % RECORD_LENGTH == 0:
        return [whole[start : start + RECORD_LENGTH] for start in range(0, len(whole), RECORD_LENGTH)]
    return text.split("\n")


def looks_like_gv100(text: str) -> bool:
    """Whether the first filled line begins like a record: Satzart and Gebietsstand."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    return line[:2] in SATZARTEN and line[2:10].isdigit() and line[10:12].isdigit()


def _is_above(cells: Mapping[str, str]) -> bool:
    """Whether a line is a record of a kind that is not known and stands above a municipality: it does not answer."""
    dated = are_digits(cells["satzart"]) and _is_date(cells["stand"])
    return dated and cells["satzart"] not in SATZARTEN and not cells["gem"] and not cells["vb"]


def _is_record(line: str, cells: Mapping[str, str], number: int, found: Findings) -> bool:
    """Whether a line is a record; what keeps it from being one is found."""
    before = len(found)

    def wrong(message: str, column: str, value: str, expected: str) -> None:
        found.error("register", message, row=number, column=column, value=value[:60], expected=expected)

    satzart = cells["satzart"]
    if satzart not in SATZARTEN:
        wrong(Said("register.unknown_satzart"), _place("satzart"), satzart, Said("register.known_satzarten"))
        return False
    if len(line) > RECORD_LENGTH:
        most = Said("register.record_length", most=RECORD_LENGTH)
        wrong(Said("register.long_record"), "", str(len(line)), most)
        return False
    if not _is_date(cells["stand"]):
        wrong(Said("register.no_stand"), _place("stand"), cells["stand"], Said("register.stand_form"))
    for part in KEY_PARTS[satzart]:
        if len(cells[part]) != PARTS[part] or not are_digits(cells[part]):
            digits = Said("register.digits_of_part", n=PARTS[part])
            wrong(Said("register.no_key_part"), _place(part), cells[part], digits)
    if not cells["name"]:
        wrong(Said("register.no_label"), _place("name"), "", Said("register.a_name"))
    sign = cells["textkennzeichen"]
    if satzart in ("40", "50", "60") and not (len(sign) == 2 and are_digits(sign)):
        wrong(Said("register.no_sign"), _place("textkennzeichen"), sign, Said("register.two_digits"))
    for part in ("area", "population") if satzart == "60" else ():
        if cells[part] and (len(line) < FIELDS[part][1] or not are_digits(cells[part])):
            wrong(Said("register.cut_number"), _place(part), cells[part], Said("register.digits_or_empty"))
    return len(found) == before


def _place(part: str) -> Said:
    """Where a field stands in the record."""
    first, last = FIELDS[part]
    return Said("register.place", first=first, last=last)


def _check_file(rows: list[tuple[Any, ...]], stands: dict[str, int], found: Findings) -> None:
    """What is wrong with the file as a whole."""
    if not rows:
        found.error("register", Said("register.no_record"))
        return
    if len(stands) > 1:
        row, value = max(stands.values()), ", ".join(sorted(stands))
        found.error("register", Said("register.several_stands"), row=row, column=_place("stand"), value=value)
    if not any(row[1] == "60" for row in rows):
        found.error("register", Said("register.no_municipality"))
    missing = sorted(set(LAENDER) - {row[3] for row in rows})
    if missing:
        value = Said("register.missing_laender", keys=", ".join(missing))
        found.note("register", Said("register.not_all_laender"), value=value)


def _is_date(text: str) -> bool:
    if len(text) != 8 or not are_digits(text):
        return False
    try:
        datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
