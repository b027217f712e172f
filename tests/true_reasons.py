"""Whether what is said about two municipalities is true, found from the raw tables, not by the code that says it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from typology.tables.study_tables import StudyTables

APART = 2.0
"""Scale points that a level called clearly higher is above another: half of the scale from 1 to 5."""


class Facts:
    """The raw answers and places of a study, asked for one municipality at a time."""

    def __init__(self, tables: StudyTables) -> None:
        self.tables = tables
        self.bodies = tables.municipalities
        self.stand = tables.stand.apply(pd.to_numeric, errors="coerce")
        self.types = tables.assignments["type"]
        means = {
            kind: self.stand.reindex(self.types.index[self.types == kind]).mean()
            for kind in self.types.unique()
            if kind
        }
        overall = self.stand.mean()
        rows = {key: self.stand.loc[key] - overall for key in self.stand.index}
        within = {
            key: self.stand.loc[key] - means[self.types[key]] if self.types.get(key, "") in means else rows[key]
            for key in self.stand.index
        }
        over, inside = pd.DataFrame(rows).T, pd.DataFrame(within).T
        step = 1 - 1e-9
        self.strong, self.weak = (over >= step) & (inside >= step), (over <= -step) & (inside <= -step)

    def text(self, key: str, column: str) -> str:
        value = self.bodies.at[key, column]
        text = "" if pd.isna(value) else str(value)
        return text[:1].lower() if column == "urbanisation" else text  # told by its code or first letter

    def chose(self, key: str, goal: str) -> bool:
        name, _, level = goal.partition("=")
        answer = str(self.tables.goals.at[key, name])
        return answer == (level or "ja")

    def answered(self, key: str, goal: str) -> bool:
        return str(self.tables.goals.at[key, goal.partition("=")[0]]) != ""

    def second(self, key: str) -> str:
        """The other type that its headline names."""
        row = self.tables.assignments.loc[key]
        return str(row["second_type"]) if row["status"] == "mischtyp" else ""

    def pain(self, key: str, point: str) -> str:
        return str(self.tables.pain_points.at[key, point])

    def level(self, key: str, field: str) -> float:
        return float(self.stand.at[key, field])

    def ratio(self, key: str, partner: str) -> float:
        """How many times the inhabitants of the seeker the partner has."""
        return float(self.bodies.at[partner, "population"]) / float(self.bodies.at[key, "population"])

    def km(self, key: str, partner: str) -> float:
        """Great circle in kilometres by the haversine formula."""
        (lon1, lat1), (lon2, lat2) = (
            np.radians(self.bodies.loc[body, ["longitude", "latitude"]].to_numpy(float)) for body in (key, partner)
        )
        half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        return 2 * 6371.0 * math.asin(math.sqrt(half))


Rule = Callable[[Facts, str, str, list[str]], bool]


def _both(test: Callable[[Facts, str, str], bool]) -> Rule:
    """Every item holds for both."""
    return lambda facts, key, partner, items: all(test(facts, body, item) for body in (key, partner) for item in items)


def _same(column: str) -> Rule:
    return lambda facts, key, partner, items: facts.text(key, column) == facts.text(partner, column) == items[0]


def _other(column: str) -> Rule:
    return lambda facts, key, partner, items: facts.text(partner, column) == items[0] != facts.text(key, column)


def _structure(facts: Facts, body: str, item: str) -> bool:
    name, _, level = item.partition("=")
    return str(facts.tables.structure.at[body, name]) == (level or "ja")


def _current(facts: Facts, body: str, item: str) -> bool:
    return facts.pain(body, item) == "aktuell"


def _solved_there(facts: Facts, key: str, partner: str, item: str) -> bool:
    return facts.pain(key, item) == "aktuell" and facts.pain(partner, item) == "geloest"


def _strong_there(facts: Facts, key: str, partner: str, item: str) -> bool:
    return bool(facts.weak.at[key, item]) and bool(facts.strong.at[partner, item])


def _by(test: Callable[[float, float], bool], measure: str) -> Rule:
    return lambda facts, key, partner, items: test(getattr(facts, measure)(key, partner), float(items[0]))


SURFACE = 0.25
"""Kilometres by which two formulas for the way along the surface may differ where a limit is met."""
RULES: dict[str, Rule] = {
    "topic_too_field": lambda f, i, j, items: _strong_there(f, i, j, items[0]),
    "topic_too_ahead": lambda f, i, j, items: f.level(j, items[0]) >= f.level(i, items[0]) + APART,
    "topic_too_pain": lambda f, i, j, items: _solved_there(f, i, j, items[0]),
    "topic_offer_field": lambda f, i, j, items: bool(f.strong.at[j, items[0]]) and math.isnan(f.level(i, items[0])),
    "topic_offer_pain": lambda f, i, j, items: f.pain(j, items[0]) == "geloest" and f.pain(i, items[0]) == "",
    "topic_field": lambda f, i, j, items: _strong_there(f, i, j, items[0]),
    "topic_fields": lambda f, i, j, items: all(_strong_there(f, i, j, item) for item in items),
    "topic_ahead": lambda f, i, j, items: f.level(j, items[0]) >= f.level(i, items[0]) + APART,
    "topic_pain": lambda f, i, j, items: _solved_there(f, i, j, items[0]),
    "topic_field_pain": lambda f, i, j, items: _strong_there(f, i, j, items[0]) and _solved_there(f, i, j, items[1]),
    "topic_shared_pain": _both(_current),
    "topic_shared_field": _both(lambda f, body, item: bool(f.weak.at[body, item])),
    "topic_shared_strength": _both(lambda f, body, item: bool(f.strong.at[body, item])),
    "topic_shared_goal": _both(Facts.chose),
    "topic_shared_goals": _both(Facts.chose),
    "topic_type": lambda f, i, j, items: f.types[j] == items[0],
    "topic_same_type": lambda f, i, j, items: f.types[i] == f.types[j] == items[0],
    "like_goal": _both(Facts.chose),
    "like_goals": _both(Facts.chose),
    "like_type": lambda f, i, j, items: f.types[i] == f.types[j] == items[0],
    "like_pain": _both(_current),
    "like_strong": _both(lambda f, body, item: bool(f.strong.at[body, item])),
    "like_structure": _both(_structure),
    "like_kreis": _same("kreis"),
    "like_land": _same("land"),
    "like_kind": _same("kind"),
    "like_size_class": _same("size_class"),
    "like_urbanisation": _same("urbanisation"),
    "like_land_size": lambda f, i, j, items: _same("land")(f, i, j, items) and _same("size_class")(f, i, j, items[1:]),
    "like_settlement_size": lambda f, i, j, items: (
        _same("urbanisation")(f, i, j, items) and _same("size_class")(f, i, j, items[1:])
    ),
    "like_population": _by(lambda ratio, step: max(ratio, 1 / ratio) <= 1 + step / 100 + 1e-9, "ratio"),
    "like_distance": _by(lambda km, step: km <= step + SURFACE, "km"),
    "diff_type": lambda f, i, j, items: f.types[j] == items[0] and items[0] not in (f.types[i], f.second(i)),
    "diff_goal": lambda f, i, j, items: f.chose(j, items[0]) and f.answered(i, items[0]) and not f.chose(i, items[0]),
    "diff_strong": lambda f, i, j, items: (
        bool(f.strong.at[j, items[0]]) and not math.isnan(f.level(i, items[0])) and not f.strong.at[i, items[0]]
    ),
    "diff_structure": lambda f, i, j, items: _structure(f, j, items[0]) and not _structure(f, i, items[0]),
    "diff_land": _other("land"),
    "diff_kreis": _other("kreis"),
    "diff_kind": _other("kind"),
    "diff_urbanisation": _other("urbanisation"),
    "diff_larger": _by(lambda ratio, step: ratio >= 1 + step / 100 - 1e-9, "ratio"),
    "diff_smaller": _by(lambda ratio, step: 1 / ratio >= 1 + step / 100 - 1e-9, "ratio"),
    "diff_distance": _by(lambda km, step: km >= step - SURFACE, "km"),
}


def holds(reason: str, facts: Facts, key: str, partner: str) -> bool:
    """Whether the reason is true of the two; one of a kind that is not known here is not."""
    kind, _, argument = reason.partition(":")
    return kind in RULES and RULES[kind](facts, key, partner, argument.split("+"))
