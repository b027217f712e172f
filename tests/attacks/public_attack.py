"""Somebody who knows all listed municipalities and every public number, and works out what the rest must be.

The unknown is what the unlisted answered: whole numbers by type, size and answer. Every public figure is a linear
constraint on them (a share lies within its rounding, an interval leaves only some pairs of count and base, the exact
model adds up to the number who chose a goal). For every remainder of one or two the least and the greatest value that
fit everything are computed; if both are one or two, the remainder is told. ``whole`` counts in whole numbers: count and
base of a share must fit together, and a remainder is told if no whole solution has 0, or 3 and more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from unknowns import SMALL, Sum, Unknowns

from typology.clustering.engine.prior import alike
from typology.publishing.gate.privacy import BANDS, size_band
from typology.publishing.gate.public_model import LEAST
from typology.tables.study_tables import StudyTables
from typology.types.intervals import wilson_interval
from typology.types.typology import Typology

NEAR = 1e-2  # so far a sum of six-digit shares and probabilities may be from a count
NONE, ALL, MISSING, REST = "nicht_zuzuordnen", "alle", "", "sonst"


@dataclass
class Told:
    """One remainder that the public numbers tell."""

    what: tuple[Any, ...]
    true: int
    least: float
    greatest: float


class Attack:
    """All remainders that can be worked out from what is public.

    Parameters
    ----------
    public, typology : the published tables and the published typology file.
    tables : the truth, only to say which remainders are small. whole : reason in whole numbers; slower.
    colluding : municipalities with closed answers that tell the reader theirs.
    """

    def __init__(
        self,
        public: StudyTables,
        typology: Typology,
        tables: StudyTables,
        *,
        whole: bool = False,
        colluding: pd.Index | None = None,
    ) -> None:
        self.public, self.typology, self.tables, self.whole = public, typology, tables, whole
        self.n = len(tables.assignments)
        self.types = [str(key) for key in public.types["type"] if key != ALL]
        self.places = _places(tables.municipalities)
        self.cells = sorted(set(self.places))
        self.kinds = tables.assignments["type"].replace("", NONE)
        self.open, self.named = public.goals.index, public.assignments.index
        self.listed, self.told_each_other = self.named, self.open[:0] if colluding is None else colluding
        if colluding is not None:
            self.listed, self.open = self.listed.union(colluding), self.open.union(colluding)
        self.told: list[Told] = []
        self.base = Unknowns()
        self._counts()

    # -- numbers of municipalities -----------------------------------------------------------------------------

    def unlisted(self, kind: str | None = None, cells: list[Any] | None = None) -> Sum:
        kinds = self.types if kind is None else [kind]
        return {("u", one, cell): 1.0 for one in kinds for cell in (self.cells if cells is None else cells)}

    def _known(self, mask: pd.Series) -> int:
        return int(mask.loc[self.listed].sum())

    def _counts(self) -> None:
        base, public = self.base, self.public
        self._exactly(self.unlisted(), self.n - len(self.listed))
        for row in public.types.itertuples():
            if row.type != ALL and not np.isnan(row.n):
                self._exactly(self.unlisted(row.type), row.n - self._known(self.kinds == row.type))
        for row in public.type_sizes.itertuples():
            if not np.isnan(row.n):
                inside = [cell for cell in self.cells if cell[0] == row.band]
                mask = (self.kinds == row.type) & self.places.isin(inside)
                self._exactly(self.unlisted(row.type, inside), row.n - self._known(mask))
        self.by_size = public.pain_shares
        if len(self.by_size):
            self.by_size = self.by_size[self.by_size["grouping"] == "groessenklasse"]
        for row in self.by_size.drop_duplicates("group").itertuples() if len(self.by_size) else ():
            if not np.isnan(row.n):
                inside = [cell for cell in self.cells if cell[1] == row.group]
                self._exactly(self.unlisted(None, inside), row.n - self._known(self.places.isin(inside)))
        self._statuses()
        base.between(self.unlisted(), 0, np.inf)

    def _exactly(self, of: Sum, value: float) -> None:
        self.base.between(of, value, value)

    def _statuses(self) -> None:
        """How many are clear or mixed; whoever has no type is neither."""
        status = self.tables.assignments["status"]
        quality = self.public.quality.set_index("name") if "name" in self.public.quality else pd.DataFrame()
        self.base.between(
            {("status", "klar"): 1.0, ("status", "mischtyp"): 1.0} | dict.fromkeys(self.unlisted(NONE), 1.0),
            *(2 * [self.n - len(self.listed)]),
        )
        for name, key in (("share_clear", "klar"), ("share_mixed", "mischtyp"), ("share_none", NONE)):
            if name not in quality.index:
                continue
            value = float(quality.loc[name, "value"])
            half = 0.5 * 10.0 ** -_decimals(value, int(quality.loc[name, "digits"])) * self.n
            seen = self._known(status == key)
            of = self.unlisted(NONE) if key == NONE else {("status", key): 1.0}
            self.base.between(of, value * self.n - seen - half, value * self.n - seen + half)

    def counts_told(self) -> list[Told]:
        """Small numbers of unlisted municipalities by type, band and size class that are told."""
        hidden = ~self.kinds.index.isin(self.listed)
        questions: dict[Any, tuple[Sum, pd.Series]] = {}
        for kind in self.types:
            questions["type", kind] = self.unlisted(kind), self.kinds == kind
            for band in BANDS:
                inside = [cell for cell in self.cells if cell[0] == band]
                questions["type and band", kind, band] = (
                    self.unlisted(kind, inside),
                    (self.kinds == kind) & self.places.isin(inside),
                )
        gaps = self.public.type_sizes[self.public.type_sizes["n"].isna()]
        for kind, part in gaps.groupby("type"):
            inside = [cell for cell in self.cells if cell[0] in set(part["band"])]
            mask = (self.kinds == kind) & self.places.isin(inside)
            questions["hidden bands", kind] = self.unlisted(str(kind), inside), mask
        for band, part in gaps.groupby("band"):
            inside = [cell for cell in self.cells if cell[0] == band]
            of = {name: 1.0 for kind in part["type"] for name in self.unlisted(kind, inside)}
            questions["hidden types", band] = of, self.kinds.isin(part["type"]) & self.places.isin(inside)
        for place in (0, 1):
            for name in sorted({cell[place] for cell in self.cells}):
                inside = [cell for cell in self.cells if cell[place] == name]
                questions["band or class", name] = self.unlisted(None, inside), self.places.isin(inside)
        for name in ("klar", "mischtyp"):
            questions["status", name] = {("status", name): 1.0}, self.tables.assignments["status"] == name
        for what, (of, mask) in questions.items():
            self._ask(self.base, what, of, int((mask & hidden).sum()))
        return self.told

    def _ask(self, unknowns: Unknowns, what: tuple[Any, ...], of: Sum, true: int, size: int = 0) -> None:
        """``size``: how many closed ones there are, where it is public that some of them stand behind the figure."""
        low, high = unknowns.seen(of)
        if size and true in (0, size) and not (low <= size - 0.5 and high >= 0.5):
            least, greatest = unknowns.solve(of)
            if least > size - 0.5 or greatest < 0.5:
                self.told.append(Told(what, true, least, greatest))
        if true not in SMALL or (not self.whole and (low <= 0.5 or high >= SMALL[-1] + 0.5)):
            return  # not so small, or a solution is at hand in which it is not
        least, greatest = unknowns.solve(of)
        assert least - 1e-3 <= true <= greatest + 1e-3, (what, least, true, greatest)
        if (found := unknowns.told(of, whole=self.whole)) is not None:
            self.told.append(Told(what, true, *found))

    # -- answers -------------------------------------------------------------------------------------------------

    def answers_told(self) -> list[Told]:
        """Small numbers of closed answers by type, size class and answer that are told."""
        blocks = {"goal": self.tables.goals, "pain_point": self.tables.pain_points, "structure": self.tables.structure}
        profiles = pd.concat([self.public.type_profiles, self.public.instruments.assign(measure="structure")])
        for (measure, item), part in profiles.groupby(["measure", "item"], sort=False):
            if measure in blocks and item in blocks[measure]:
                self._item(str(measure), str(item), part, _words(blocks[measure][item], str(measure), part))
            elif measure in ("stand", "wichtig"):
                self._ratings(str(measure), str(item), part, self.tables.get(str(measure))[item])
        return self.told

    def ticks_told(self) -> list[Told]:
        """Small numbers of closed ones who chose so many goals, from the shares of each number in the typology."""
        ticks, record = self.typology.ticks, self.typology.provenance
        if ticks is None:
            return self.told
        goals = self.tables.goals
        chosen = goals.eq("ja").sum(axis=1)
        used = ~goals.index.isin(list(self.tables.flags["key"])) & goals.ne("").any(axis=1)
        limit = self.typology.question.limit or len(self.typology.goals)
        most = len(goals) if "n_rows" not in record else int(record["n_rows"])
        least = most if "n_rows" in record else int((used & goals.index.isin(self.open)).sum())
        half = record.get("ticks_rounded_to", 1e-6) / 2 + 1e-6
        for number in range(1, limit + 1):
            mine = used & (chosen == number)
            true, known = (
                int((mine & ~goals.index.isin(self.open)).sum()),
                int((mine & goals.index.isin(self.open)).sum()),
            )
            low = (ticks[number] - half) * (least + 0.5 * limit) - 0.5 - known
            high = (ticks[number] + half) * (most + 0.5 * limit) - 0.5 - known
            assert low - 0.1 <= true <= high + 0.1, (number, low, true, high)
            if true in SMALL and low > 0.2 and high < SMALL[-1] + 0.8:
                self.told.append(Told(("ticks", number), true, low, high))
        return self.told

    def sums_told(self) -> list[Told]:
        """Hidden totals of goals, from how many goals are ticked on average and the totals of all other goals.

        The reader guesses that everybody whose answers are closed answered the whole list and took part in the
        estimation; tried where that is so.
        """
        quality, goals = self.public.quality.set_index("name"), self.tables.goals
        used = ~goals.index.isin(list(self.tables.flags["key"])) & goals.ne("").any(axis=1)
        hidden = ~goals.index.isin(self.open)
        if "ticks_mean" not in quality.index or not used[hidden].all() or (goals[hidden] == MISSING).any(axis=None):
            return self.told
        mean = float(quality.at["ticks_mean", "value"])
        half = 0.5 * 10.0 ** -_decimals(mean, int(quality.at["ticks_mean", "digits"]))
        profiles = self.public.type_profiles
        totals = profiles[(profiles["type"] == ALL) & (profiles["measure"] == "goal")].set_index("item")
        joint, sum_ = Unknowns(), {("x", goal): 1.0 for goal in totals.index}
        for goal, row in totals.iterrows():
            own = {("x", goal): 1.0}
            joint.between(own, 0, int(hidden.sum()))
            if np.isnan(row.low) and not np.isnan(row.estimate):  # in tens at the coarsest
                size, known = int((goals[goal] != MISSING).sum()), int((goals.loc[self.open, goal] == "ja").sum())
                joint.between(own, (row.estimate - 0.05) * size - known, (row.estimate + 0.05) * size - known)
            elif not np.isnan(row.estimate):
                fits, size = _fitting(row.estimate, row.low, row.high, int(row.n)), int((goals[goal] != MISSING).sum())
                counts = [count for count, base in fits if base == size]
                known = int((goals.loc[self.open, goal] == "ja").sum())
                joint.between(own, min(counts) - known, max(counts) - known)
        rows, known = int(used.sum()), int((goals[used & ~hidden] == "ja").sum().sum())
        joint.between(sum_, (mean - half) * rows - known, (mean + half) * rows - known)
        for goal in totals.index:
            self._ask(joint, ("sum of goals", goal), {("x", goal): 1.0}, int((goals.loc[hidden, goal] == "ja").sum()))
        return self.told

    def _item(self, measure: str, item: str, part: pd.DataFrame, answers: pd.Series) -> None:
        levels = sorted(set(answers) - {MISSING} | ({"ja", "nein"} if measure != "pain_point" else set()))
        open_ = self.open if measure != "structure" else self.told_each_other  # those answers stand in no public table
        sheet = self._closed(answers, levels, open_)
        seen = answers.loc[open_]
        kinds = self.kinds.loc[open_]

        def closed(kind: str | None, wanted: list[str], cells: list[Any] | None = None) -> Sum:
            kinds = self.types if kind is None else [kind]
            where = self.cells if cells is None else cells
            return {("c", one, cell, level): 1.0 for one in kinds for cell in where for level in wanted}

        for row in part.itertuples():
            kind = None if row.type == ALL else row.type
            mine = seen if kind is None else seen[kinds == kind]
            level = row.level if measure != "structure" else "ja"
            self._share(sheet, closed(kind, [level]), closed(kind, levels), mine, level, row)
        if measure == "pain_point":
            for row in self.by_size[self.by_size["item"] == item].itertuples():
                inside = [cell for cell in self.cells if cell[1] == row.group]
                mine = seen[self.places.loc[open_].isin(inside)]
                self._share(
                    sheet, closed(None, [row.level], inside), closed(None, levels, inside), mine, row.level, row
                )
        if measure == "goal":
            self._model(sheet, item, closed(None, ["ja"]), seen)
        hidden = ~answers.index.isin(open_)
        for level in levels:
            mask = hidden & (answers == level)
            for kind in self.types:
                mine = self.kinds == kind
                of = closed(kind, [level])
                self._ask(
                    sheet, (measure, item, kind, level), of, int((mask & mine).sum()), self._named(answers, mine, open_)
                )
            everybody = pd.Series(True, index=answers.index)
            of = closed(None, [level])
            self._ask(sheet, (measure, item, ALL, level), of, int(mask.sum()), self._named(answers, everybody, open_))
            shown = set(part.loc[part["estimate"].notna(), "type"])
            rest = [kind for kind in self.types if kind not in shown]
            together = {name: 1.0 for kind in rest for name in closed(kind, [level])}
            self._ask(
                sheet, (measure, item, "hidden types", level), together, int((mask & self.kinds.isin(rest)).sum())
            )
        for level, rows in (
            self.by_size[self.by_size["item"] == item].groupby("level") if measure == "pain_point" else ()
        ):
            shown = set(rows.loc[rows["estimate"].notna(), "group"])
            inside = [cell for cell in self.cells if cell[1] not in shown]
            true = int((hidden & (answers == level) & self.places.isin(inside)).sum())
            self._ask(sheet, (measure, item, "hidden classes", level), closed(None, [str(level)], inside), true)
        if measure == "pain_point":
            for group in sorted({cell[1] for cell in self.cells}):
                inside = [cell for cell in self.cells if cell[1] == group]
                size = self._named(answers, self.places.isin(inside), open_)
                for level in levels:
                    true = int((hidden & (answers == level) & self.places.isin(inside)).sum())
                    self._ask(sheet, (measure, item, group, level), closed(None, [level], inside), true, size)

    def _named(self, answers: pd.Series, mine: pd.Series, open_: pd.Index) -> int:
        """How many closed ones answered, if all of them did and one of them at least is listed; else 0."""
        mine = mine & ~answers.index.isin(open_)
        whole = bool((answers[mine] != MISSING).all()) and bool(mine.reindex(self.named).any())
        return int(mine.sum()) if whole else 0

    def _closed(self, answers: pd.Series, levels: list[str], open_: pd.Index) -> Unknowns:
        """Closed answers by type, place and level; with the answers left out they are all closed respondents."""
        sheet = self.base.copy()
        missing = pd.Series(answers == MISSING, answers.index)
        listed = self.listed.difference(open_)
        for kind in self.types:
            # a municipality with a type ticked something, and in a list of goals every box is then an answer
            left = [] if not bool((missing & (self.kinds == kind)).any()) else [MISSING]
            for cell in self.cells:
                of = {("c", kind, cell, level): 1.0 for level in [*levels, *left]} | {("u", kind, cell): -1.0}
                known = int(
                    ((self.kinds.loc[listed] == kind) & self.places.loc[listed].map(lambda p, c=cell: p == c)).sum()
                )
                sheet.between(of, known, known)
        return sheet

    def _share(self, sheet: Unknowns, of: Sum, base: Sum, seen: pd.Series, level: str, row: Any) -> None:
        """One shown share, with its rounding and its interval."""
        if np.isnan(row.estimate):
            return
        chosen, answered = int((seen == level).sum()), int((seen != MISSING).sum())
        half = self._half(row)
        for sign in (1, -1):
            edge = row.estimate + sign * half
            line = dict.fromkeys(base, -sign * edge)
            for name, weight in of.items():
                line[name] = line.get(name, 0.0) + sign * weight
            sheet.between(line, -np.inf, sign * (edge * answered - chosen))
        if not np.isnan(row.low):
            fits = _fitting(row.estimate, row.low, row.high, self.n if np.isnan(row.n) else int(row.n))
            counts, bases = [count for count, _ in fits], [size for _, size in fits]
            sheet.between(of, min(counts) - chosen, max(counts) - chosen)
            sheet.between(base, min(bases) - answered, max(bases) - answered)
            if self.whole:  # one of the pairs, as a whole
                which: Sum = {("fits", row.Index, len(sheet.lines), pair): 1.0 for pair in fits}
                sheet.between(which, 1, 1)
                sheet.between(which, 0, np.inf)
                for sum_, place, known in ((of, 0, chosen), (base, 1, answered)):
                    line = sum_ | {name: -float(name[3][place]) for name in which}
                    sheet.between(line, -known, -known)

    def _half(self, row: Any) -> float:
        """Half a step of a shown share: of a coarse one the reader is told it (the gate's record stands for that)."""
        record = self.public.gate
        if not len(record):
            return 0.005
        measure = getattr(row, "measure", "pain_point")
        if "grouping" in row._fields:
            table, name, what = "pain_shares", row.group, f"{row.item} {row.level}"
        elif measure == "structure":
            table, name, what = "instruments", row.type, f"{row.item} {row.level}"
        else:
            table, name, what = "type_profiles", row.type, f"{measure} {row.item} {row.level}"
        step = record[(record["table"] == table) & (record["row"] == name) & (record["column"] == what)]["step"]
        return float(step.iloc[0]) / 2 if len(step) else 0.005

    def _ratings(self, measure: str, item: str, part: pd.DataFrame, values: pd.Series) -> None:
        """Means: told is a sum of one or two closed ratings, known to less than a step."""
        levels = [str(step) for step in range(1, 6)]
        answers = values.map(lambda value: "" if np.isnan(value) else str(round(value))).astype(object)
        sheet = self._closed(answers, levels, self.open)
        kinds, seen = self.kinds.loc[self.open], values.loc[self.open]

        def ratings(kind: str | None, weight: bool) -> Sum:
            kinds = self.types if kind is None else [kind]
            return {
                ("c", one, cell, level): float(level) if weight else 1.0
                for one in kinds for cell in self.cells for level in levels
            }  # fmt: skip

        for row in part.dropna(subset=["estimate"]).itertuples():
            kind = None if row.type == ALL else row.type
            mine = (seen if kind is None else seen[kinds == kind]).dropna()
            for sign in (1, -1):
                edge = row.estimate + sign * 0.05
                line = {name: sign * (float(name[3]) - edge) for name in ratings(kind, False)}
                sheet.between(line, -np.inf, sign * (edge * len(mine) - float(mine.sum())))
        hidden = ~values.index.isin(self.open)
        for kind in [*self.types, None]:
            given = values[hidden & ((self.kinds == kind) if kind else True)].dropna()
            if len(given) in SMALL:
                number = sheet.solve(ratings(kind, False))
                least, greatest = sheet.solve(ratings(kind, True))
                if number[0] > 0.5 and number[1] < SMALL[-1] + 0.5 and greatest - least < 1:
                    self.told.append(Told((measure, item, kind or ALL), int(given.sum()), least, greatest))

    def _model(self, sheet: Unknowns, goal: str, of: Sum, seen: pd.Series) -> None:
        """How many chose a goal among the rows of the estimation, from shares and probabilities of the classes.

        Pseudo-answers answer as all rows do. Those that go to classes by their size leave the sum as it is; those that
        every class gets alike weigh small classes more, and the reader, who knows the rule, takes them out again.
        """
        record = self.typology.provenance
        step = float(record.get("rounded_to", 1e-6))
        out = self.public.assignments["reason"].isin(["ticks_everything", "over_limit", "no_answer"])
        aside = set(out.index[out])
        closed = self.n - len(self.open)
        shares = np.array([item.share for item in self.typology.types])
        chances = self.typology.probabilities(goal)[:, -1]
        # on a grid nothing is 0, and the largest share makes up for the rest
        off = max(step / 2, LEAST) if "rounded_to" in record else step / 2
        off_share = np.where(np.arange(len(shares)) == shares.argmax(), (len(shares) - 1) * off, off)

        prior, n_classes = float(record["prior"]), len(shares)

        def count(sign: int, rows: float) -> float:
            by_size = 1 + (prior * n_classes / rows if self.typology.ticks is not None else 0.0)
            beside = prior * alike(rows) / rows
            sizes = np.maximum(shares + sign * off_share, 0) * by_size + beside
            parts = np.maximum(chances + sign * off, 0) * sizes / (by_size + n_classes * beside)
            return float(parts.sum() * rows)

        known = int((seen[~seen.index.isin(aside)] == "ja").sum())
        rows = record.get("n_rows")
        least, most = (rows, rows) if rows else (self.n - len(aside) - closed, self.n - len(aside))
        beside = closed if not rows else self.n - rows - len(aside & set(self.open))
        line = of | {("aside", goal): -1.0}
        sheet.between({("aside", goal): 1.0}, 0, beside)
        sheet.between(line, count(-1, least) - known - NEAR, count(1, most) - known + NEAR)


def _places(municipalities: pd.DataFrame) -> pd.Series:
    bands = size_band(municipalities)
    sizes = municipalities["size_class"].fillna("").astype(str)
    return pd.Series(list(zip(bands, sizes, strict=True)), index=municipalities.index)


def _words(answers: pd.Series, measure: str, part: pd.DataFrame) -> pd.Series:
    """Answers as the profile counts them: an instrument is there or not."""
    given = answers.astype(object).where(answers.notna(), MISSING).astype(str)
    if measure != "structure":
        return given
    has = given.eq(part["level"].iloc[0]) ^ bool(part["negated"].iloc[0])
    return has.map({True: "ja", False: "nein"}).where(given != MISSING, MISSING)


def _decimals(value: float, digits: int) -> int:
    """With how many decimals a figure is written: the printed ones, or all six."""
    return digits if abs(value - round(value, digits)) < 1e-9 else 6


def _fitting(estimate: float, low: float, high: float, n: int) -> list[tuple[int, int]]:
    """The counts and bases up to ``n`` that give this share and this interval when rounded."""
    return [
        (count, base)
        for base in range(1, n + 1)
        for count in range(int(np.floor((estimate - 0.006) * base)), int(np.ceil((estimate + 0.006) * base)) + 1)
        if 0 <= count <= base and abs(count / base - estimate) < 0.00501 and _close(count, base, low, high)
    ]


def _close(count: int, base: int, low: float, high: float) -> bool:
    if np.isnan(low):
        return True
    least, most = wilson_interval(count, base)
    return abs(least - low) < 0.00501 and abs(most - high) < 0.00501
