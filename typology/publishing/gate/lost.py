"""Those who left or answered otherwise since a release: sums of what they had said then, and no row of them.

Whoever kept a release can take a later one off it, and what remains are the answers of those who are no longer in it.
So a later figure must leave room for these as for any answers that nobody knows. Their rows are gone by then; what is
kept are sums, and only of ``enough`` or more who left or changed at once. Of fewer a sum would be a row with another
name: of them nothing is kept, and they count for nothing that others could hide among
(:meth:`.releases.Release.hides`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from typology.content.vocabulary import NOT_ASSIGNED
from typology.publishing.gate.bands import size_band
from typology.publishing.gate.rules import Rules
from typology.tables.study_tables import StudyTables

ANSWERS = ("goals", "stand", "wichtig", "pain_points", "structure")
COLUMNS = ("who", "by", "group", "block", "item", "answer")
TYPE, SIZE_CLASS = "type", "size_class"
BODY, BAND, STATUS = "municipality", "band", "status"


class Who(StrEnum):
    """Whose sums: answers were closed, the municipality was not listed, or everybody (what is open of nobody)."""

    CLOSED = "closed"
    UNLISTED = "unlisted"
    EVERYBODY = "everybody"


def no_sums() -> pd.DataFrame:
    """Sums of nobody."""
    return pd.DataFrame(columns=[*COLUMNS, "n"]).astype({"n": int})


@dataclass(frozen=True)
class Lost:
    """Sums of what those had said in a release who have left or answered otherwise since.

    ``sums``: columns ``who, by, group, block, item, answer, n``; ``group`` is a type or a size class. ``alone``: how
    many there are of whom nothing is kept, by whose they are.
    """

    sums: pd.DataFrame = field(default_factory=no_sums)
    alone: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, then: StudyTables, keys: dict[Who, pd.Index], rules: Rules) -> Lost:
        """Sums over those who are lost at once; where fewer than ``enough`` of them are closed there are none.

        Parameters
        ----------
        then : the tables with their answers.
        keys : by whose they are; of who was not listed only type, size band and status are counted.
        """
        if len(keys[Who.CLOSED]) < rules.enough:
            return cls(alone={who.value: len(mine) for who, mine in keys.items() if len(mine)})
        return cls.over(then, keys)

    @classmethod
    def over(cls, then: StudyTables, keys: dict[Who, pd.Index]) -> Lost:
        """Sums over all of these, however few: for what is not written down."""
        parts = [_sums(then, mine, () if who is Who.UNLISTED else ANSWERS).assign(who=who.value)
                 for who, mine in keys.items()]  # fmt: skip
        return cls(pd.concat(parts, ignore_index=True)[[*COLUMNS, "n"]])

    def with_more(self, other: Lost) -> Lost:
        """The sums of both."""
        both = pd.concat([self.sums, other.sums], ignore_index=True)
        sums = both.groupby(list(COLUMNS), as_index=False, sort=True)["n"].sum() if len(both) else self.sums
        names = sorted({*self.alone, *other.alone})
        return Lost(sums, {who: self.alone.get(who, 0) + other.alone.get(who, 0) for who in names})

    def n(self, who: Who = Who.CLOSED) -> int:
        """How many there are whose sums are kept."""
        mine = self.sums
        return int(mine.loc[(mine["who"] == who) & (mine["block"] == BODY) & (mine["item"] == STATUS), "n"].sum())

    def said(self, who: Who, by: str, block: str, item: str) -> pd.DataFrame:
        """``group, answer, n`` of one question."""
        mine = self.sums
        same = (mine["who"] == who) & (mine["by"] == by) & (mine["block"] == block) & (mine["item"] == item)
        return mine.loc[same, ["group", "answer", "n"]]


def _sums(then: StudyTables, keys: pd.Index, blocks: tuple[str, ...]) -> pd.DataFrame:
    kinds = then.assignments["type"].reindex(keys).replace("", NOT_ASSIGNED)
    bodies = then.municipalities.reindex(keys)
    sizes = bodies["size_class"].fillna("").astype(str)
    bands = size_band(bodies).to_frame(BAND)
    status = then.assignments[["status"]].reindex(keys).set_axis([STATUS], axis=1)
    parts = [
        _count(kinds, status, TYPE, BODY),
        _count(kinds, bands, TYPE, BODY),
        _count(sizes, bands, SIZE_CLASS, BODY),
    ]
    for block in blocks:
        table = then.get(block)
        if len(table.columns) and len(table):
            answers = pd.DataFrame({str(name): words(table[name]) for name in table}, index=table.index).reindex(keys)
            parts.append(_count(kinds, answers, TYPE, block))
            if block == "pain_points":
                parts.append(_count(sizes, answers, SIZE_CLASS, block))
    return pd.concat(parts, ignore_index=True)


def _count(groups: pd.Series, answers: pd.DataFrame, by: str, block: str) -> pd.DataFrame:
    long = answers.fillna("").assign(group=groups).melt("group", var_name="item", value_name="answer")
    if block in ANSWERS:
        long = long[long["answer"] != ""]
    n = long.groupby(["group", "item", "answer"]).size().rename("n").reset_index()
    return n.assign(by=by, block=block)


def words(values: pd.Series) -> pd.Series:
    """Answers as text, the same for the same answer; empty where there is none."""
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values.astype(float).map(lambda value: "" if pd.isna(value) else format(value, ".6g"))
    return values.astype(object).where(values.notna(), "").astype(str)
