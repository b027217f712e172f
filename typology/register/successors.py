"""Which key a body has after names and borders changed (Destatis, "Gebietsänderungen", one file per year)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from typology.errors import Findings, Problem, RegisterError, file_bytes, system_message
from typology.register.folding import folded
from typology.register.headings import (
    Column,
    cell_number,
    cell_text,
    heading_columns,
    heading_word,
    iso_day,
    read_sheets,
)
from typology.register.official_keys import ARS, GEMEINDE, KREIS, VERBAND, ags_of, with_zero
from typology.writing import Said

#: One row per part of a body that a change touched: it went from ``key`` to ``successor``. ``change`` is
#: ``aufgeloest``, ``teil`` (a part was handed over, the body goes on), ``schluessel`` or ``name``; ``date`` is the
#: day from which statistics count it (ISO); ``population`` the inhabitants of the part (NaN unknown).
SUCCESSOR_COLUMNS = (
    "date", "key", "name", "change", "successor", "successor_name", "population", "reference",
)  # fmt: skip
CHANGES = {"1": "aufgeloest", "2": "teil", "3": "schluessel", "4": "name"}
#: The words of "Regionaleinheit" and how many digits the key of such a body has.
UNITS = {
    "gemeinde": GEMEINDE, "gemeindeverband": VERBAND, "kreis": KREIS, "landkreis": KREIS, "kreisfreiestadt": KREIS,
    "stadtkreis": KREIS,
}  # fmt: skip
MOST_HEADING_ROWS = 40


@dataclass(frozen=True)
class Succession:
    """Where a key went: ``keys`` holds one key, or several after a split, or none.

    ``lost`` holds parts whose trail ends at a key that is not known; ``path`` all keys on the way.
    """

    keys: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Successors:
    """The changes of one or several years, columns ``SUCCESSOR_COLUMNS``.

    ``problems`` names the rows that were left out because nobody can follow them.
    """

    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SUCCESSOR_COLUMNS)))
    problems: tuple[Problem, ...] = ()

    def follow(self, key: str, known: Container[str]) -> Succession:
        """Follow an old key over all years to the keys that ``known`` holds.

        A body that was dissolved into several is a split: all its parts are returned and nobody guesses.
        When all parts meet again in one body later, that body is returned.
        """
        ends: dict[str, None] = {}
        lost: list[str] = []
        path: dict[str, None] = {}
        waiting = [key]
        while waiting:
            current = waiting.pop(0)
            if current in path:
                continue
            path[current] = None
            if current != key and current in known:
                ends[current] = None
            else:
                following = self._moves.get(current, [])
                waiting += following
                if not following:
                    lost.append(current)
        return Succession(tuple(ends), tuple(lost), tuple(path))

    def by_name(self, folded_name: str) -> list[str]:
        """The keys of bodies that once had this name (folded, see ``names.folded``), with or without suffix."""
        return self._old_names.get(folded_name, [])

    @cached_property
    def _moves(self) -> dict[str, list[str]]:
        """Old key → the keys its parts went to, by its latest dissolution or change of key."""
        gone = self.table[self.table["change"].isin(["aufgeloest", "schluessel"])]
        gone = gone[gone["successor"] != gone["key"]]
        last = gone["date"] == gone.groupby("key")["date"].transform("max")
        return {key: list(dict.fromkeys(group)) for key, group in gone[last].groupby("key")["successor"]}

    @cached_property
    def _old_names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        changed = self.table[self.table["change"] != "teil"]
        for key, name in zip(changed["key"], changed["name"], strict=True):
            for form in {"".join(folded(name)), "".join(folded(name.split(",")[0]))}:
                if key not in names.setdefault(form, []):
                    names[form].append(key)
        return names


def read_successors(paths: Iterable[Path | str]) -> Successors:
    """Read the files "Gebietsaenderungen_<year>" of any years into one table.

    Raises
    ------
    RegisterError : a file is missing, has no such sheet, or rows do not fit; each is named with its row.
    """
    noted: list[Problem] = []
    tables = [_read_file(Path(path), noted) for path in paths]
    if not tables:
        return Successors()
    table = pd.concat(tables, ignore_index=True).drop_duplicates()
    return Successors(table.sort_values("date", kind="stable").reset_index(drop=True), tuple(noted))


def read_bytes(path: Path) -> bytes:
    """The bytes of a register file, or one clear sentence."""
    try:
        data = file_bytes(path)
    except FileNotFoundError:
        raise RegisterError(Said("register.file_missing", file=path.name)) from None
    except IsADirectoryError:
        raise RegisterError(Said("register.is_folder", file=path.name)) from None
    except OSError as error:
        raise RegisterError(Said("register.cannot_open", file=path.name, why=system_message(error))) from None
    if not data.strip():
        raise RegisterError(Said("register.empty_file", file=path.name))
    return data


def _read_file(path: Path, noted: list[Problem]) -> pd.DataFrame:
    for _, rows in read_sheets(read_bytes(path), path.name):
        for start, row in enumerate(rows[:MOST_HEADING_ROWS]):
            words = [heading_word(cell_text(cell)) for cell in row]
            if any(word.startswith("abgebende") for word in words):
                return _read_rows(rows, start, path.name, noted)
    raise RegisterError(Said("register.no_changes", file=path.name))


def _read_rows(rows: Sequence[Sequence[Any]], start: int, file: str, noted: list[Problem]) -> pd.DataFrame:
    columns = heading_columns(rows, start, min(start + 3, len(rows)))
    places = _places(columns)
    missing = [name for name in ("unit", "old_key", "old_name", "change", "new_key", "new_name") if name not in places]
    if missing:
        heads = "; ".join(column.raw.strip() for column in columns)[:300]
        raise RegisterError(Said("register.no_columns", file=file, missing=", ".join(missing), found=heads))
    found = Findings(file)
    ended: list[tuple[int, str]] = []
    unread: list[tuple[int, str]] = []
    result = []
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {name: cell_text(row[place]) if place < len(row) else "" for name, place in places.items()}
        width = UNITS.get(heading_word(cells["unit"]))
        if width is None:
            continue  # headings, blank rows, notes below the table, and units above the Kreis
        old = _key(cells.get("old_ags", ""), cells["old_key"], width)
        new = _key(cells.get("new_ags", ""), cells["new_key"], width)
        codes = re.findall(r"\d", cells["change"].removesuffix(".0"))
        if (
            width == VERBAND
            and old
            and codes == ["1"]
            and not (cells["new_key"] + cells.get("new_ags", "")).strip("-– ")
        ):
            ended.append((number, f"{old} {cells['old_name']}"))
            continue
        if not old or not new or not codes or not set(codes) <= set(CHANGES):
            value = " | ".join((cells["old_key"], cells["change"], cells["new_key"]))
            unread.append((number, value[:60]))
            continue
        people = cell_number(cells.get("people", ""))
        dates = [iso_day(cells.get(name, "")) for name in ("statistical", "legal")]
        for code in codes:
            result.append((
                next((day for day in dates if day), ""), old, cells["old_name"], CHANGES[code], new, cells["new_name"],
                float("nan") if people is None else people, cells.get("reference", ""),
            ))  # fmt: skip
    # one row that nobody can read says nothing of the others, and who wrote its key hears that nobody knows it
    whole = len(unread) <= len({row[1] for row in result})
    for number, value in unread:
        if whole:
            found.warning("register_ausgelassen", Said("register.unreadable_change_left_out"), row=number, value=value)
        else:
            found.error("register", Said("register.unreadable_change"), row=number, value=value)
    found.raise_if_failed(RegisterError, "register.unreadable_changes", most=20)
    if ended:
        names = ", ".join(name for _, name in ended)
        found.note(
            "register_ausgelassen", Said("register.no_successor", n=len(ended)), row=ended[0][0], value=names[:200]
        )
    noted += found
    return pd.DataFrame(result, columns=list(SUCCESSOR_COLUMNS))


def _places(columns: list[Column]) -> dict[str, int]:
    """Where each thing stands; the old body's columns stand under "Abgebende", the new one's under "Aufnehmende"."""
    places: dict[str, int] = {}

    def take(name: str, column: Column, *begins: str) -> None:
        if name not in places and column.begins(*begins):
            places[name] = column.place

    for column in columns:
        side = "new" if column.group.startswith(("aufnehmende", "neugebildete")) else "old"
        take("reference", column, "kennziffer", "lfdnr")
        take("unit", column, "regionaleinheit")
        take(f"{side}_key", column, "amtlicherregionalschl", "regionalschl", "ars")
        take(f"{side}_ags", column, "amtlichergemeindeschl", "gemeindeschl", "ags")
        if "wirksam" not in column.group:
            take(f"{side}_name", column, "name", "gemeindename")
        take("change", column, "änderungsart")
        take("people", column, "einwohner", "bevölkerung")
        take("statistical", column, "statistisch")
        take("legal", column, "juristisch", "rechtlich", "wirksamkeit")
    return places


def _key(ags: str, ars: str, width: int) -> str:
    """The key of a body from its two written keys, "" when neither fits; Excel's lost zeros are put back."""
    ags, ars = re.sub(r"\s", "", ags), re.sub(r"\s", "", ars)
    if not re.fullmatch(r"\d*", ags + ars):
        return ""
    if width == GEMEINDE:
        ags, ars = with_zero(ags), with_zero(ars)
        if len(ags) == GEMEINDE:
            return ags
        return ags_of(ars) if len(ars) == ARS else ""
    full = with_zero(ars, width)
    return full if len(full) == width else ""
