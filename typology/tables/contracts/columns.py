"""One column of a table: its name, type, unit, headings in German and English, and what its cells may hold.

The checks are our own and not pandera's: they run whenever a study is read, also by ``typology show``, which pandera
would slow down by a fifth of a second, and a text that is missing is "" here. Columns named by the survey (a goal, a
type) are one declaration with a placeholder in its name and its headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from typology.writing import Said

TOLERANCE = 1e-6
"""Bounds are kept up to the digits that a file holds."""


class Words(NamedTuple):
    """A heading, title or unit in both languages."""

    de: str
    en: str

    def of(self, language: str) -> str:
        """The words in German or English; English for a language that a file adds."""
        return self.de if language == "de" else self.en


class Kind(StrEnum):
    """What the cells of a column are, in the words of Frictionless Table Schema."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    ANY = "any"


EXPECTED = {
    Kind.TEXT: "tables.text",
    Kind.WHOLE: "tables.whole_numbers",
    Kind.NUMBER: "tables.numbers",
    Kind.FLAG: "tables.yes_or_no",
}
NO_UNIT = Words("", "")


@dataclass(frozen=True)
class Column:
    """One column, or a family of columns that are named by the survey.

    ``gaps``: a cell may be empty. ``held_back``: the public edition may leave it empty, or leave out the column.
    ``inside``: the column stands in ``internal/`` only. ``told_in``: the public table in which the same figure stands
    for all rows at once; the public file does not repeat it. ``optional``: it may be missing as a whole. ``values``:
    all that it may hold. ``low`` and ``high``: bounds, both allowed. ``refers``: its cells are keys of municipalities,
    joined by ``joined`` where that is not empty. ``of``: the kind of catalogue entry that names a family.
    """

    name: str
    kind: Kind
    title: Words
    unit: Words = NO_UNIT
    gaps: bool = False
    held_back: bool = False
    inside: bool = False
    told_in: str = ""
    optional: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    refers: bool = False
    joined: str = ""
    of: str = ""

    @property
    def is_family(self) -> bool:
        """Whether the declaration stands for any number of columns that the survey names."""
        return "{" in self.name

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.+)".join(re.escape(part) for part in re.split(r"\{\w+\}", self.name)))

    def part(self, name: str) -> str | None:
        """What a column's name says beyond the declared one: the type in ``p_optimierer``; None where it is not it."""
        found = self._pattern.fullmatch(name)
        if found is None:
            return None
        return found[1] if self.is_family else ""

    def heading(self, language: str, part: str = "") -> str:
        """The printed heading; ``part`` is the label of what names a column of a family."""
        return re.sub(r"\{\w+\}", lambda _: part, self.title.of(language))

    def constraints(self) -> dict[str, Any]:
        """What the cells may hold, in the words of Frictionless Table Schema."""
        found: dict[str, Any] = {} if self.gaps or self.held_back else {"required": True}
        if self.values:
            found["enum"] = list(self.values)
        if self.low is not None:
            found["minimum"] = self.low
        if self.high is not None:
            found["maximum"] = self.high
        return found

    def failures(self, cells: pd.Series, *, public: bool = False) -> Iterable[tuple[np.ndarray, str, str]]:
        """Where cells break the declaration, what is wrong, and what must hold instead.

        A type that is wrong as a whole is told once, at the first cell.
        """
        missing = cells.isna().to_numpy(dtype=bool)
        if self.kind in (Kind.TEXT, Kind.ANY):
            missing |= cells.eq("").fillna(False).to_numpy(dtype=bool)
        if missing.any() and not self.gaps and not (public and self.held_back):
            yield missing, Said("tables.value_missing"), Said("tables.value_in_every_row")
        wrong = self._wrong_kind(cells, missing)
        if wrong.any():
            yield wrong, Said("tables.value_of_wrong_kind"), Said(EXPECTED[self.kind])
            return
        if self.values:
            unknown = ~missing & ~cells.isin(list(self.values)).to_numpy(dtype=bool)
            if unknown.any():
                yield unknown, Said("tables.no_such_value"), ", ".join(self.values)
        if self.kind in (Kind.WHOLE, Kind.NUMBER) and not missing.all():
            numbers = cells.to_numpy(dtype=float, na_value=np.nan)
            outside = np.isinf(numbers)
            outside |= (numbers < self.low - TOLERANCE) if self.low is not None else False
            outside |= (numbers > self.high + TOLERANCE) if self.high is not None else False
            outside &= ~missing
            if outside.any():
                yield outside, Said("tables.value_outside"), self.bounds() or Said("tables.finite_number")
            broken = ~missing & ~outside & (np.round(numbers) != numbers)
            if broken.any() and self.kind is Kind.WHOLE:
                yield broken, Said("tables.no_whole_number"), Said("tables.whole_numbers")

    def _wrong_kind(self, cells: pd.Series, missing: np.ndarray) -> np.ndarray:
        """Cells that are not of the declared kind."""
        if missing.all() or self.kind is Kind.ANY:
            return np.zeros(len(cells), dtype=bool)
        if self.kind is Kind.TEXT:
            if pd.api.types.infer_dtype(cells, skipna=True) in ("string", "empty"):
                return np.zeros(len(cells), dtype=bool)
            result: np.ndarray = ~missing & ~np.array([isinstance(value, str) for value in cells], dtype=bool)
            return result
        logical = pd.api.types.is_bool_dtype(cells.dtype)
        fits = logical if self.kind is Kind.FLAG else pd.api.types.is_numeric_dtype(cells.dtype) and not logical
        return np.zeros(len(cells), dtype=bool) if fits else ~missing

    def bounds(self) -> str:
        """The bounds of a number as a message, empty text where there are none.

        >>> share("share", "Anteil", "Share").bounds(), whole("n", "Zahl", "Number").bounds().of("en")
        ('0 bis 1', 'at least 0')
        """
        low, high = ("" if bound is None else f"{bound:g}" for bound in (self.low, self.high))
        if low and high:
            return Said("tables.between", low=low, high=high)
        if low:
            return Said("tables.at_least", low=low)
        return Said("tables.at_most", high=high) if high else ""


COUNT = Words("Anzahl", "count")
SHARE = Words("Anteil von 0 bis 1", "share from 0 to 1")
KILOMETRES = Words("km", "km")
LEVEL = Words("Stufe der Frage, meist 1 bis 8", "level of the question, mostly 1 to 8")
POINTS = Words("Punkte", "points")


def text(name: str, de: str, en: str, *, values: Iterable[str] = (), **more: Any) -> Column:
    """A column of text; missing is ""."""
    return Column(name, Kind.TEXT, Words(de, en), values=tuple(str(value) for value in values), **more)


def number(name: str, de: str, en: str, unit: Words = NO_UNIT, **more: Any) -> Column:
    """A column of numbers; missing is NaN."""
    return Column(name, Kind.NUMBER, Words(de, en), unit, **more)


def share(name: str, de: str, en: str, **more: Any) -> Column:
    """A share or probability between 0 and 1."""
    return Column(name, Kind.NUMBER, Words(de, en), SHARE, low=0, high=1, **more)


def points(name: str, de: str, en: str, **more: Any) -> Column:
    """Points: a score, or what one part adds to it."""
    return Column(name, Kind.NUMBER, Words(de, en), POINTS, **more)


def whole(name: str, de: str, en: str, unit: Words = COUNT, **more: Any) -> Column:
    """A column of whole numbers from 0 on, unless ``low`` says otherwise."""
    return Column(name, Kind.WHOLE, Words(de, en), unit, **({"low": 0} | more))


def flag(name: str, de: str, en: str, **more: Any) -> Column:
    """A column of true and false."""
    return Column(name, Kind.FLAG, Words(de, en), **more)
