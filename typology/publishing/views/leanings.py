"""Where the answers speak for degrees: the place of a municipality on every leaning, and the sentence on it."""

from __future__ import annotations

from typing import Any

from typology.content.catalogue import Content
from typology.content.vocabulary import membership_column
from typology.publishing.views.values import Both, Grouped, Mark, Row, number, say, text
from typology.tables.study_tables import StudyTables
from typology.types.leanings import sentence_of

NEAR = 0.25
"""A place that is no further from the mean of all than this, in standard deviations, is called as on average."""


def side_of(place: float, error: float) -> str:
    """Where a place lies against the mean of all, 0; only rather so where its error reaches across.

    >>> side_of(0.2, 0.1), side_of(0.5, 0.6), side_of(0.7, 0.6), side_of(-0.7, 0.6)
    ('average', 'rather_above', 'above', 'below')
    """
    if abs(place) <= NEAR:
        return "average"
    side = "above" if place > 0 else "below"
    return f"rather_{side}" if abs(place) <= error else side


class LeaningViews:
    """Places and sentences of one study; ``marks``: how each leaning is shown."""

    def __init__(self, tables: StudyTables, content: Content, marks: dict[str, Mark]) -> None:
        self.content, self.marks = content, marks
        self._rows = Grouped(tables.leanings, "key")

    def places(self, key: str) -> list[dict[str, Any]]:
        """The place on every leaning with its error, and whether that is above or below the mean of all.

        Nothing where there is none or it is not to be shown.
        """
        found = []
        for row in self._rows.get(key, []):
            place, error = (round(float(row[name]), 2) for name in ("place", "error"))
            standing = say(self.content, f"leaning_place_{side_of(place, error)}")
            found.append({**self.marks[row["leaning"]], "place": place, "error": error, "standing": standing})
        return found

    def parts(self, key: str, mark: Mark | None, second: Mark | None) -> dict[str, Any]:
        """What only these views have: the places, and the heading where a municipality stands between two leanings."""
        if mark is None or second is None:
            return {"leanings": self.places(key)}
        heading = say(self.content, "leaning_heading_between", type=mark["short"], second=second["short"])
        return {"leanings": self.places(key), "heading": heading}

    def sentence(self, name: str, key: str, row: Row, mark: Mark | None, second: Mark | None) -> Both:
        """Where the municipality stands; ``row`` is its assignment, ``mark`` and ``second`` the leanings it names."""
        strongest = [number(row[membership_column(leaning)], 6) for leaning in self.marks]
        places = {item["key"]: (item["place"], item["error"]) for item in self.places(key)}
        said = sentence_of(text(row["status"]), strongest, places, mark["key"] if mark else "")
        first = mark or next(iter(self.marks.values()), None)
        values = {"type": first["short"] if first else "", "second": second["short"] if second else ""}
        return say(self.content, said, name=name, **values)
