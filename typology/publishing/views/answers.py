"""What a municipality answered, beside its type, its size class and all: goals, fields and pain points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from typology.content.catalogue import Content, PainPoint
from typology.matching.action.agenda import chosen_goals
from typology.publishing.views.values import Both, Grouped, Row, Words, number, rows_by_key, text, whole
from typology.tables.study_tables import StudyTables

WayOut = Callable[[PainPoint, str], dict[str, Any]]
FEWEST = 6
"""Answers of a size class from which its figures are shown; the gate shows no remainder that is smaller."""


class Answers:
    """Own answers of the municipalities of one study.

    The figures of a size class are of those whose answers stand in ``tables``: in public views of the open ones alone,
    so that they tell nobody more than the public tables of answers do.

    Parameters
    ----------
    highest : the answer to each goal that means that it comes first.
    way_out : of a pain point and a key, the way out that is printed.
    """

    def __init__(self, tables: StudyTables, content: Content, highest: dict[str, str], way_out: WayOut) -> None:
        self.content, self.highest, self._way_out = content, highest, way_out
        self.words = Words(content)
        self._profiles = Grouped(tables.municipality_profiles, "key")
        self._pains = rows_by_key(tables.pain_points)
        self._size = _size_classes(tables).to_dict()
        self._of_size = figures_of_size_classes(tables, highest)

    def _compared(self, key: str, measure: str, row: Row) -> dict[str, Any]:
        """The figures beside an own answer, each with the number of answers that it rests on."""
        size, n_size = self._of_size.get((self._size.get(key, ""), measure, str(row["item"])), (None, None))
        return {
            "type": number(row["type_value"]),
            "all": number(row["all_value"]),
            "n_type": whole(row["n_type"]),
            "n_all": whole(row["n_all"]),
            **({} if not self._of_size else {"size": number(size), "n_size": whole(n_size)}),
        }

    def goals(self, key: str) -> list[dict[str, Any]]:
        """One row per goal, in the order of the survey."""
        rows = []
        for row in self._profiles.get(key, []):
            if row["measure"] != "goal":
                continue
            item, own = str(row["item"]), text(row["own"])
            rows.append(
                {
                    "key": item,
                    "label": self.words.label("goal", item),
                    "short": self.words.label("goal", item, short=True),
                    "own": own,
                    "own_label": self._own_label(own),
                    "chosen": bool(chosen_goals({item: own}, self.highest)),
                    **self._compared(key, "goal", row),
                }
            )
        return rows

    def _own_label(self, own: str) -> Both:
        if own in ("ja", "nein"):
            return self.words.say(f"view_own_{own}")
        return self.words.both(lambda _: own) if own else self.words.say("view_own_missing")

    def fields(self, key: str) -> list[dict[str, Any]]:
        """One row per field of action: its level, and how important it is."""
        rows = self._profiles.get(key, [])
        important = {row["item"]: number(row["own"]) for row in rows if row["measure"] == "wichtig"}
        return [
            {
                "key": row["item"],
                "label": self.words.label("field", row["item"]),
                "short": self.words.label("field", row["item"], short=True),
                "own": number(row["own"]),
                **self._compared(key, "stand", row),
                "standing": text(row["standing"]),
                "wichtig": important.get(row["item"]),
            }
            for row in rows
            if row["measure"] == "stand"
        ]

    def pain_points(self, key: str) -> list[dict[str, Any]]:
        """One entry per pain point that was answered."""
        states = self._pains.get(key, {})
        return [
            {
                "key": pain.key,
                "label": pain.label.model_dump(),
                "description": pain.description.model_dump(),
                "state": state,
                "state_label": self.words.say(f"view_pain_{state}"),
                **self._way_out(pain, key),
            }
            for pain in self.content.pain_points
            if (state := text(states.get(pain.key)))
        ]


def figures_of_size_classes(
    tables: StudyTables, highest: dict[str, str]
) -> dict[tuple[str, str, str], tuple[float, int]]:
    """Size class, measure and item → its figure and the number of answers that it rests on.

    Of a goal (``goal``) the share that put it first, of a field (``stand``) the mean level; only what at least
    ``FEWEST`` municipalities of the class answered.
    """
    classes = _size_classes(tables)
    blocks = {
        "goal": _chosen(tables.goals, highest),
        "stand": tables.stand.apply(pd.to_numeric, errors="coerce"),
    }
    found = {}
    for measure, block in blocks.items():
        groups = block.astype(float).groupby(classes.reindex(block.index).fillna(""))
        means, counts = groups.mean(), groups.count()
        for size in means.index:
            for item in means.columns:
                if size and (n := int(counts.at[size, item])) >= FEWEST:
                    found[str(size), measure, str(item)] = (float(means.at[size, item]), n)
    return found


def _size_classes(tables: StudyTables) -> pd.Series:
    """The size class of every municipality; none in a study without a table of them."""
    return tables.municipalities.reindex(columns=["size_class"])["size_class"].fillna("").astype(str)


def _chosen(goals: pd.DataFrame, highest: dict[str, str]) -> pd.DataFrame:
    """1 where a goal comes first, 0 where it does not, missing without an answer."""
    texts = goals.astype(object).where(goals.notna(), "").astype(str)
    first = pd.DataFrame({item: texts[item] == highest.get(item, "ja") for item in texts}, index=texts.index)
    return first.astype(float).where(texts != "")
