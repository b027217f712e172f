"""Profiles of types and instruments in public: every share and mean as fine as the closed answers behind it allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, NOT_ASSIGNED, Rule
from typology.publishing.gate.lost import TYPE, Lost, Who
from typology.publishing.gate.rules import RULES, Record, Rules
from typology.publishing.gate.steps import (
    MEAN_STEPS,
    SHARE_STEPS,
    Levels,
    Remainder,
    on_step,
    share_ranges,
    with_margins,
)
from typology.tables.study_tables import StudyTables
from typology.types.profiles.corrected import CORRECTED_COLUMNS, MODEL_COLUMN
from typology.types.profiles.profiles import standing_of

OPENED = ("goal", "stand", "wichtig", "pain_point")
MEANS = ("stand", "wichtig")
BLOCKS = {"goal": "goals", "stand": "stand", "wichtig": "wichtig", "pain_point": "pain_points"}
REST = "\0rest"  # all answers of a question that no table shows
# What an empty row costs the reader: of all most; rows that no table shows cannot be moved.
COST_ALL, COST_ROW = 3.0, 1.0
# Of a type whose number is hidden, shares in whole per cent tell the number if it is small: coarser, or not at all.
FEWEST, COARSE_BELOW = 20, 100
Totals = dict[tuple[str, str], list[tuple[int, int]]]


@dataclass(frozen=True)
class Unknown:
    """Whose answers somebody does not know.

    ``closed``: all whose answers are not open. ``changed``: by release before, those among them that came or answered
    otherwise since, whom a reader of both can tell apart; ``everybody``: the same with those whose answers are open.
    ``lost``: by release before, what those had said in it who have left or answered otherwise since.
    """

    closed: pd.Index
    changed: tuple[pd.Index, ...] = ()
    lost: tuple[Lost, ...] = ()
    everybody: tuple[pd.Index, ...] = ()

    def sets(self, everybody: pd.Index, *, secret: bool = False) -> list[pd.Index]:
        """The keys that different readers do not know; ``secret``: not even the open ones stand in a public table."""
        sets = [self.closed, *self.changed, *((everybody, *self.everybody) if secret else ())]
        return [keys.intersection(everybody) for keys in sets]

    def said(self, block: str, item: str, *, by: str = TYPE, secret: bool = False) -> list[pd.DataFrame]:
        """What those who are lost had answered to one question (``group, answer, n``), as :meth:`sets` for the others.

        Nobody is left out for whom there is none: each kind of reader has its place.
        """
        whose = (Who.CLOSED, Who.EVERYBODY) if secret else (Who.CLOSED,)
        return [lost.said(who, by, block, item) for lost in self.lost for who in whose]


def public_type_profiles(
    tables: StudyTables, types: pd.DataFrame, unknown: Unknown, *, rules: Rules = RULES, record: Record | None = None
) -> tuple[pd.DataFrame, Totals]:
    """Type profiles whose figures stand as finely as the closed answers behind them allow.

    ``n`` becomes the number of municipalities of the type (already safe), so that single missing answers do not show.
    Shares stand in whole per cent with their interval, else to 5 or 10 per cent without one, else not at all; means to
    one decimal. A type whose number is hidden has no intervals, which would tell it, and coarser shares.

    Returns
    -------
    The profiles, and of each state of a pain point the least and greatest number that they leave every kind of reader.
    """
    profiles, record = tables.type_profiles, Record() if record is None else record
    if profiles.empty:
        return profiles, {}
    blocks = {measure: tables.get(name) for measure, name in BLOCKS.items()}
    # A corrected mean draws on the answers of all types, so no count of one cell could make it safe; it stays inside.
    inside = [MODEL_COLUMN, *CORRECTED_COLUMNS]
    out = profiles[profiles["measure"].isin(list(blocks))].drop(columns=inside, errors="ignore")
    out, totals = out.reset_index(drop=True), Totals()
    level = np.zeros(len(out), dtype=int)
    numbers = Numbers.of(tables, types)
    for (measure, item), part in out.groupby(["measure", "item"], sort=False):
        block = blocks[str(measure)]
        if item not in block:
            continue
        answers = block[item].astype(object).where(block[item].notna(), "").astype(str)
        lost = unknown.said(BLOCKS[str(measure)], str(item))
        if measure in MEANS:
            question = Question.rated(block[item], numbers.kinds, part, unknown, lost)
        else:
            question = Question.chosen(answers, numbers.kinds, part, unknown, lost)
        question.choose(numbers, rules)
        level[part.index] = question.levels_of(part)
        if measure == "pain_point":
            totals |= {(str(item), state): reach for state, reach in question.totals().items()}
    mean = out["measure"].isin(MEANS).to_numpy()
    return _shown(out, level, mean, numbers, "type_profiles", record), totals


def public_instruments(
    tables: StudyTables, types: pd.DataFrame, unknown: Unknown, *, rules: Rules = RULES, record: Record | None = None
) -> pd.DataFrame:
    """Shares that have an instrument, by type, as finely as the answers behind them allow.

    Only having and not having count as answers here. The single answers of the block ``structure`` stand in no public
    table, so a row needs room for a reader who knows those of the listed and for one who knows none.
    """
    out, record = tables.instruments.reset_index(drop=True), Record() if record is None else record
    if out.empty:
        return out
    level = np.zeros(len(out), dtype=int)
    numbers = Numbers.of(tables, types)
    for item, part in out.groupby("item", sort=False):
        word, negated = str(part["level"].iloc[0]), bool(part["negated"].iloc[0])
        given = tables.structure[item].astype(str)
        answers = (given.eq(word) ^ negated).map({True: "ja", False: "nein"}).where(given != "", "")
        lost = [
            said.assign(answer=(said["answer"].eq(word) ^ negated).map({True: "ja", False: "nein"}))
            for said in unknown.said("structure", str(item), secret=True)
        ]
        question = Question.chosen(answers, numbers.kinds, part.assign(level="ja"), unknown, lost, secret=True)
        question.choose(numbers, rules)
        level[part.index] = question.levels_of(part.assign(level="ja"))
    return _shown(out, level, np.zeros(len(out), dtype=bool), numbers, "instruments", record)


@dataclass(frozen=True)
class Numbers:
    """The type of every respondent, how many each type has, and how many are published."""

    kinds: pd.Series
    sizes: dict[str, int]
    shown: dict[str, float]

    @classmethod
    def of(cls, tables: StudyTables, types: pd.DataFrame) -> Numbers:
        kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
        sizes = {str(kind): int(n) for kind, n in kinds.value_counts().items()} | {ALL: len(kinds)}
        return cls(kinds, sizes, types.set_index("type")["n"].astype(float).to_dict())

    def first(self, kind: str, last: int) -> int:
        """The finest step that a row of this type may have by its number."""
        if not np.isnan(self.shown.get(kind, np.nan)):
            return 0
        size = self.sizes.get(kind, 0)
        return last if size < FEWEST else 1 if size < COARSE_BELOW else 0


class Question:
    """One question by type: counts, what is unknown of them, and the steps of the figures that are shown."""

    def __init__(
        self,
        rows: list[str],
        columns: list[str],
        counts: np.ndarray,
        rests: Sequence[np.ndarray],
        gone: Sequence[np.ndarray],
        ranges: tuple[np.ndarray, np.ndarray],
        part: pd.DataFrame,
        units: int = 1,
    ) -> None:
        """``rests``: what of the counts some reader does not know. ``gone``: what stood in an earlier figure only."""
        self.rows, self.columns, self.counts = rows, columns, counts
        self.remainders = [Remainder.of(counts, rest, *ranges, units=units) for rest in rests]
        self.remainders += [Remainder.of_lost(counts, rest, *ranges, units=units) for rest in gone]
        self.ranges, self.last = ranges, len(ranges[0]) - 1
        self.place = {
            (kind, level): (rows.index(kind), columns.index(level))
            for kind, level in zip(part["type"], part["level"], strict=True)
            if kind in rows and level in columns
        }

    @classmethod
    def chosen(
        cls,
        answers: pd.Series,
        kinds: pd.Series,
        part: pd.DataFrame,
        unknown: Unknown,
        lost: Sequence[pd.DataFrame] = (),
        *,
        secret: bool = False,
    ) -> Question:
        """A question with answers to choose from; those without any stay out, as they do in the shares."""
        given = answers[answers != ""]
        shown = list(dict.fromkeys(part["level"]))
        rows = [*(str(kind) for kind in dict.fromkeys(kinds.loc[given.index])), ALL]
        words = given.where(given.isin(shown), REST)
        others = (words == REST).any() or any((~said["answer"].isin(shown)).any() for said in lost)
        columns = [*shown, *([REST] if len(shown) == 1 or others else [])]

        def cross(keys: pd.Index) -> np.ndarray:
            mine = np.zeros((len(rows) - 1, len(columns)), dtype=int)
            where = pd.Index(rows[:-1]).get_indexer(kinds.loc[keys]), pd.Index(columns).get_indexer(words.loc[keys])
            np.add.at(mine, where, 1)
            return with_margins(mine)

        counts = cross(given.index)
        rests = [cross(keys) for keys in unknown.sets(given.index, secret=secret)]
        gone = [counted(said, rows[:-1], columns) for said in lost]
        return cls(rows, columns, counts, rests, gone, share_ranges(counts[:, :-1], counts[:, -1]), part)

    @classmethod
    def rated(
        cls,
        ratings: pd.Series,
        kinds: pd.Series,
        part: pd.DataFrame,
        unknown: Unknown,
        lost: Sequence[pd.DataFrame] = (),
    ) -> Question:
        """A rating: how far above the lowest one all stand together, and how far below the highest."""
        given = ratings.dropna().astype(float)
        lowest, units = int(np.floor(given.min())), max(1, int(np.ceil(given.max()) - np.floor(given.min())))
        rows = [*(str(kind) for kind in dict.fromkeys(kinds.loc[given.index])), ALL]
        above = (given - lowest).round().astype(int)

        def cross(keys: pd.Index) -> np.ndarray:
            mine, where = np.zeros((len(rows) - 1, 2), dtype=int), pd.Index(rows[:-1]).get_indexer(kinds.loc[keys])
            np.add.at(mine[:, 0], where, above.loc[keys])
            np.add.at(mine[:, 1], where, units - above.loc[keys])
            return with_margins(mine)

        counts = cross(given.index)
        exact = counts[:, :-1]
        most = np.repeat(counts[:, -1:], 2, axis=1)
        ranges = np.stack([exact, np.zeros_like(exact)]), np.stack([exact, most])
        rests = [cross(keys) for keys in unknown.sets(given.index)]
        gone = []
        for said in lost:
            steps = (said["answer"].astype(float) - lowest).round().clip(0, units).astype(int)
            sides = [
                said.assign(answer="", n=said["n"] * steps),
                said.assign(answer=REST, n=said["n"] * (units - steps)),
            ]
            gone.append(counted(pd.concat(sides), rows[:-1], ["", REST]))
        return cls(rows, ["", REST], counts, rests, gone, ranges, part, units)

    def choose(self, numbers: Numbers, rules: Rules) -> None:
        """Find the steps of everything that is shown."""
        first = np.full(self.counts.shape, self.last)
        first[:, -1] = 0
        cost = np.full(self.counts.shape, np.inf)
        for (kind, _), (row, column) in self.place.items():
            level = numbers.first(kind, self.last)
            while level < self.last and self._few(row, column, level, rules):
                level += 1
            first[row, column] = level
            share = self.counts[row, -1] / max(1, self.counts[-1, -1])
            cost[row, column] = COST_ALL if kind == ALL else COST_ROW + share
        self.first, self.made = first, Levels(self.remainders, first, rules)
        self.made.choose(cost)

    def _few(self, row: int, column: int, level: int, rules: Rules) -> bool:
        """Whether a figure tells that few gave an answer at all, or all but few."""
        if self.last == len(MEAN_STEPS):
            return bool(rules.few(int(self.counts[row, -1])) and level == 0)
        least, most = (int(side[level, row, column]) for side in self.ranges)
        size = int(self.counts[row, -1])
        return bool((least > 0 and most < rules.minimum) or (least > size - rules.minimum and most < size))

    def levels_of(self, part: pd.DataFrame) -> list[int]:
        """The step of each row of the table; ``last`` is an empty one."""
        keys = zip(part["type"], part["level"], strict=True)
        found = [int(self.made.level[self.place[key]]) if key in self.place else self.last for key in keys]
        return [len(SHARE_STEPS) if level == self.last else level for level in found]

    def totals(self) -> dict[str, list[tuple[int, int]]]:
        """Of each answer the least and greatest number over all types that the figures leave, by kind of reader."""
        return {
            answer: [self.made.range_of((len(self.rows) - 1, column), place) for place in range(len(self.remainders))]
            for column, answer in enumerate(self.columns)
            if answer != REST
        }


def counted(said: pd.DataFrame, rows: list[str], columns: list[str]) -> np.ndarray:
    """``group, answer, n`` as a table with margins.

    A group that there is no more – a type of an earlier model – counts in the first row: its own figures can no longer
    be compared, those over all can. An answer without a column counts in the last one.
    """
    mine = np.zeros((len(rows), len(columns)), dtype=int)
    row, column = pd.Index(rows).get_indexer(said["group"]), pd.Index(columns).get_indexer(said["answer"])
    np.add.at(
        mine, (np.where(row < 0, 0, row), np.where(column < 0, len(columns) - 1, column)), said["n"].to_numpy(int)
    )
    return with_margins(mine)


def _shown(
    out: pd.DataFrame, level: np.ndarray, mean: np.ndarray, numbers: Numbers, table: str, record: Record
) -> pd.DataFrame:
    """Estimates and intervals as they may be shown, with the published numbers of the types as ``n``."""
    n = out["type"].map(numbers.shown).astype(float)
    unknown = n.isna().to_numpy()
    exact = out["estimate"].astype(float).to_numpy()
    steps = [MEAN_STEPS[0], *SHARE_STEPS]
    values = np.where(mean, exact.round(1), exact.round(2))
    for coarser, step in enumerate(SHARE_STEPS[1:], 1):
        values = np.where(~mean & (level == coarser), on_step(exact, step), values)
    gone = level == len(SHARE_STEPS)
    for column in ("low", "high"):
        side = out[column].astype(float)
        fine = np.where(mean, side.round(1), side.round(2))
        out[column] = np.where(gone | (level > 0) | unknown, np.nan, fine)
    out["estimate"] = np.where(gone, np.nan, values)
    for place in np.flatnonzero((level > 0) & ~np.isnan(exact)).tolist():
        row = out.iloc[place]
        what = " ".join(str(row[name]) for name in ("measure", "item", "level") if name in out and row[name] != "")
        rule = Rule.NUMBER if unknown[place] else Rule.FEW
        record.note(table, str(row["type"]), what, rule, np.nan if gone[place] else steps[1 + int(level[place])])
    return out.assign(n=n)


def public_profiles(
    profiles: pd.DataFrame, public: pd.DataFrame, assignments: pd.DataFrame, open_: pd.Index
) -> pd.DataFrame:
    """Own values of municipalities that open their answers, beside the type values that may be shown."""
    if profiles.empty:
        return profiles
    # Consent to ``answers`` opens goals, fields and pain points; further questions stay inside.
    out = profiles[profiles["key"].isin(open_) & profiles["measure"].isin(OPENED)].copy()
    if public.empty:
        return out.iloc[0:0]
    table = public.set_index(["type", "measure", "item", "level"])
    level = pd.Series("", index=out.index).where(out["measure"].isin(MEANS), out["own"])
    binary = public.loc[(public["measure"] == "goal") & (public["level"] == "ja"), "item"].unique()
    level = level.where(~((out["measure"] == "goal") & out["item"].isin(binary)), "ja")
    kinds = out["key"].map(assignments["type"])
    for target, source, who in (
        ("type_value", "estimate", kinds),
        ("n_type", "n", kinds),
        ("all_value", "estimate", pd.Series(ALL, index=out.index)),
        ("n_all", "n", pd.Series(ALL, index=out.index)),
    ):
        wanted = pd.MultiIndex.from_arrays([who, out["measure"], out["item"], level])
        out[target] = table[source].reindex(wanted).to_numpy(dtype=float)
    # Strong and weak follow from the published means; from the exact ones they could tell a hidden answer.
    stand = out["measure"] == "stand"
    rated = out[stand]
    out.loc[stand, "standing"] = standing_of(
        pd.to_numeric(rated["own"], errors="coerce"), rated["type_value"], rated["all_value"]
    )
    return out.reset_index(drop=True)
