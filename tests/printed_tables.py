"""The numbers of the public tables by their meaning, and printed ones beside them.

A meaning is a tuple that begins with the name of a table, or of what can be counted in public files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from printed_numbers import Between

from typology.publishing.views.answers import FEWEST
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables

Meaning = tuple[Any, ...]


@dataclass(frozen=True)
class Figure:
    """A printed number (None for a gap) and what it means."""

    meaning: Meaning
    shown: Between | None
    where: str


@dataclass
class Reading:
    """All that was read: figures, and printed numbers whose meaning nobody knows."""

    figures: list[Figure] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)


class Published:
    """The numbers of the public tables by their meaning.

    Parameters
    ----------
    tables : the public tables as they stand on disk.
    record : provenance of the public typology and other settings that pages print.
    bodies : the register, which is public anyway.
    """

    def __init__(self, tables: StudyTables, info: StudyInfo, record: Mapping[str, Any], bodies: pd.DataFrame) -> None:
        self.tables, self.info, self.record, self.bodies = tables, info, record, bodies
        profiles = tables.type_profiles.drop_duplicates(["type", "measure", "item"], keep="last")
        self._indexed = {
            "types": tables.types.set_index("type"),
            "type_sizes": tables.type_sizes.set_index(["type", "band"]),
            "profile": profiles.set_index(["measure", "type", "item"]).sort_index(),
            "instrument": tables.instruments.set_index(["type", "item"]) if len(tables.instruments) else None,
            "pain": tables.pain_shares.set_index(["grouping", "group", "item", "level"]),
            "quality": tables.quality.set_index("name"),
            "stability": tables.stability_types.set_index("type"),
            "naming": tables.naming.drop_duplicates("type").set_index("type"),
            "method": tables.methods.set_index("method"),
            "agenda": tables.agenda.set_index(["key", "step"]) if len(tables.agenda) else None,
            "similar": tables.similar.set_index(["key", "partner"]) if len(tables.similar) else None,
            "complementary": tables.complementary.set_index(["key", "partner"]) if len(tables.complementary) else None,
            "cooperation": tables.cooperation.set_index("group") if len(tables.cooperation) else None,
            "team_members": tables.team_members.set_index("key") if len(tables.team_members) else None,
            "members": tables.cooperation_members.set_index(["key", "topic"])
            if len(tables.cooperation_members) else None,
        }  # fmt: skip

    def value(self, meaning: Meaning) -> float | list[float]:
        """The number, NaN where the tables are empty; several where any of them may be meant."""
        name, *place = meaning
        if name == "n":
            return float(self.info.n)
        if name == "nothing":
            return float("nan")
        if name == "record":
            return float(self.record[place[0]])
        if name == "one of":
            return [float(value) for value in place[0]]
        if name == "extreme":
            measure, kind, which = place
            if measure == "own size":  # the sentence stands above the goals and above the fields
                blocks = {"goal": self.tables.goals, "stand": self.tables.stand}
                counts = [
                    pd.Series([self.own_size(kind, name, item, "n") for item in block])
                    for name, block in blocks.items()
                ]
                return [float(found.min() if which == "low" else found.max()) for found in counts]
            part = self._indexed["profile"]["n"].loc[(measure, kind)].dropna()
            return float("nan") if part.empty else float(part.min() if which == "low" else part.max())
        if name == "own size":
            return self.own_size(*place)
        if name in ("municipalities", "stand", "wichtig", "assignments"):
            table = self.tables.get(name)
            return _number(table.at[place[0], place[1]]) if place[0] in table.index else float("nan")
        table, column = self._indexed[name], place.pop()
        where = place[0] if len(place) == 1 else tuple(place)
        if table is None or where not in table.index:
            return float("nan")
        return _number(table.at[where, column])

    def own_size(self, key: str, measure: str, item: str, part: str) -> float:
        """Of the size class of a municipality what those say together whose answers are public; NaN of too few."""
        classes = self.tables.municipalities["size_class"]
        mine = classes.index[classes == classes[key]]
        block = self.tables.goals if measure == "goal" else self.tables.stand
        answers = block.loc[block.index.intersection(mine), item].replace("", np.nan).dropna()
        values = (answers == "ja") if measure == "goal" else answers.astype(float)
        if len(values) < FEWEST or not classes[key]:
            return float("nan")
        return float(len(values)) if part == "n" else float(values.mean())


def _number(value: Any) -> float:
    return float("nan") if pd.isna(value) else float(value)


def wrong(reading: Reading, published: Published) -> list[tuple[Figure, Any]]:
    """Figures that are not the numbers of the tables: another value, or a value where the tables have a gap."""
    found = []
    for figure in reading.figures:
        value = published.value(figure.meaning)
        values = value if isinstance(value, list) else [value]
        if figure.shown is None:
            right = all(np.isnan(one) for one in values)
        else:
            right = any(figure.shown.holds(one) for one in values if not np.isnan(one))
        if not right:
            found.append((figure, value))
    return found


def filled(tables: StudyTables, figures: Iterable[Figure]) -> StudyTables:
    """The public tables of a reader who fills gaps, and replaces coarser numbers, by what is printed anywhere."""
    types, sizes, profiles = tables.types.copy(), tables.type_sizes.copy(), tables.type_profiles.copy()
    instruments, pains = tables.instruments.copy(), tables.pain_shares.copy()
    keys_of = {
        "types": (types, ["type"]),
        "type_sizes": (sizes, ["type", "band"]),
        "profile": (profiles, ["measure", "type", "item"]),
        "instrument": (instruments, ["type", "item"]),
        "pain": (pains, ["grouping", "group", "item", "level"]),
    }
    rows: dict[str, dict[tuple[Any, ...], list[int]]] = {name: {} for name in keys_of}
    for name, (table, keys) in keys_of.items():
        for row, place in enumerate(table[keys].itertuples(index=False, name=None)):
            rows[name].setdefault(place, []).append(row)
    for figure in figures:
        name, *place = figure.meaning
        if figure.shown is None or name not in keys_of:
            continue
        column, table = place.pop(), keys_of[name][0]
        mine = rows[name].get(tuple(place), [])
        column_at = table.columns.get_loc(column)
        for row in mine[-1:] if name == "profile" else mine:  # of a goal's levels the last is printed
            if not figure.shown.holds(float(table.iat[row, column_at])):
                table.iat[row, column_at] = figure.shown.middle
    return tables.having(
        types=types, type_sizes=sizes, type_profiles=profiles, instruments=instruments, pain_shares=pains
    )
