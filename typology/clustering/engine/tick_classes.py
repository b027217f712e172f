"""Latent classes of a list to choose from, given how many goals a row ticked (see :mod:`.ticks` for the model)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from typology.clustering.engine.model import (
    DIGITS,
    SMALLEST,
    Answers,
    ClassEntry,
    FormName,
    blocks_of,
    class_entries,
    draw_classes,
    free_answers,
    posteriors,
    rates_within,
    rounded_to_one,
    row_levels,
    written,
)
from typology.clustering.engine.patterns import MISSING, Patterns
from typology.clustering.engine.prior import pseudo_answers
from typology.clustering.engine.standard_errors import tick_share_errors
from typology.clustering.engine.ticks import (
    TickBatch,
    draw_ticks,
    open_factors,
    relative,
    share_of_totals,
    tick_logs,
    tick_memberships,
)
from typology.writing import Said

LEAST_ODDS = 1e-6
"""Smallest weight of a goal, relative to the mean of its class, that replicates are drawn with."""


@dataclass(frozen=True, eq=False)
class TickClasses:
    """``odds`` (n_classes × n_goals, mean 1 in each class): the goals' weights; ``totals`` (n_goals + 1): probability
    of 0, 1 … ticks, the same in all classes; ``probabilities``: the rates of the answers that follow for each class,
    per goal n_classes × 2.
    """

    shares: np.ndarray
    probabilities: tuple[np.ndarray, ...]
    odds: np.ndarray
    totals: np.ndarray

    @property
    def form(self) -> TickForm:
        """The form of these models."""
        return GIVEN_TICKS

    def logs(self, codes: np.ndarray) -> np.ndarray:
        """Log probability of the ticked goals, with the numbers of ticks of the survey for what was not asked."""
        return tick_logs(codes, self.odds, self.totals)

    def part_logs(self, codes: np.ndarray, parts: np.ndarray) -> np.ndarray:
        """The same for many parts of the goals (n_parts × n_rows × n_classes)."""
        used = parts.astype(float)
        n_goals, n_classes = self.odds.shape[1], len(self.shares)
        ticked_logs = (codes == 1).T[:, :, None] * np.log(self.odds).T[:, None, :]
        logs = (used @ ticked_logs.reshape(n_goals, -1)).reshape(len(parts), len(codes), n_classes)
        factors = np.log(open_factors(self.odds, self.totals, parts.astype(bool)))
        ticked = (used @ (codes == 1).T).astype(int)
        result: np.ndarray = logs + factors[np.arange(len(parts))[:, None], ticked]
        return result

    def log_likelihood(self, codes: np.ndarray) -> float:
        """Log-likelihood of the whole lists given their number of ticks."""
        whole = codes[self.form.takes_part(codes != MISSING)]
        return float((row_levels(self, whole) - np.log(self.totals)[(whole == 1).sum(axis=1)]).sum())

    def rates(self) -> np.ndarray:
        """Share that ticked each goal (n_classes × n_goals)."""
        return np.column_stack([table[:, -1] for table in self.probabilities])

    def redraw(self, codes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """As many ticks among the answered goals as the row has."""
        seen = codes != MISSING
        ticks = draw_ticks(self.odds[classes] * seen, (codes == 1).sum(axis=1), rng)
        return np.where(seen, ticks, MISSING).astype(codes.dtype)

    def state(self) -> np.ndarray:
        """Class weight, then the goals' weights, adding up to 1."""
        return np.column_stack([self.shares, self.odds / self.odds.sum(axis=1, keepdims=True)])

    def drawing(self, limit: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Log weights of the goals, and the model's own numbers of ticks."""
        return np.log(self.odds), self.totals

    def to_json(self, goals: Sequence[str], order: Sequence[int]) -> dict[str, Any]:
        """``types``: share, probabilities and odds of each class; ``ticks``: probability of 0, 1 … ticks."""
        types = class_entries(self, goals, order)
        for entry, place in zip(types, order, strict=True):
            weights = zip(goals, self.odds[place].tolist(), strict=True)
            entry["odds"] = {goal: max(round(weight, DIGITS), SMALLEST) for goal, weight in weights}
        return {"types": types, "ticks": rounded_to_one(self.totals.tolist())}


@dataclass(frozen=True, eq=False)
class TickRows:
    """Patterns as ticks (n_patterns × n_goals, 1 where ticked)."""

    chosen: np.ndarray

    def batch(self, weights: np.ndarray, prior: float = 0.0, blend: float = 0.0) -> TickBatch:
        """The weighted patterns for the climb."""
        return TickBatch(self.chosen, weights, prior, blend)

    def memberships(self, state: np.ndarray) -> np.ndarray:
        """Membership probabilities (n_patterns × n_classes)."""
        return tick_memberships(self.chosen, state)

    def share_errors(
        self,
        counts: np.ndarray,
        state: np.ndarray,
        prior: float | np.ndarray = 0.0,
        squares: np.ndarray | None = None,
    ) -> np.ndarray:
        """Standard errors of the class weights (n_classes)."""
        return tick_share_errors(self.chosen, counts, state, prior, squares)


@dataclass(frozen=True)
class TickForm:
    """How classes given the number of ticks are fitted, drawn from and read."""

    name: ClassVar[FormName] = "conditional"
    notes: ClassVar[tuple[str, ...]] = ("given_ticks",)
    record: ClassVar[Mapping[str, Any]] = MappingProxyType({"given_ticks": True})
    tol: ClassVar[float] = 1e-6

    def takes_part(self, answered: np.ndarray) -> np.ndarray:
        """Whole lists: the number of ticks of a part is not that of the list."""
        return np.asarray(answered.all(axis=1))

    def rows(self, codes: np.ndarray, n_categories: tuple[int, ...]) -> TickRows:
        """The ticks of the patterns."""
        return TickRows((codes == 1).astype(float))

    def free_parameters(self, codes: np.ndarray, n_classes: int) -> int:
        """Class weights, and per class the goals' weights, of which one is not free."""
        return n_classes - 1 + n_classes * max(free_answers(codes) - 1, 0)

    def fitted(
        self,
        state: np.ndarray,
        patterns: Patterns,
        *,
        weight: np.ndarray | None = None,
        prior: float = 0.0,
        limit: int | None = None,
    ) -> TickClasses:
        """Odds from the state, numbers of ticks from the whole lists, and the rates of the groups that follow."""
        used = self.takes_part(patterns.codes != MISSING) & (patterns.weights > 0)
        codes, counts = patterns.codes[used], patterns.weights[used]
        odds = relative(state[:, 1:])
        totals = share_of_totals((codes == 1).sum(axis=1), counts, codes.shape[1], limit)
        bare = TickClasses(state[:, 0].copy(), (), odds, totals)
        rows = posteriors(bare, patterns.codes)
        rows[~patterns.answered] = np.nan
        sizes = np.nansum(rows * patterns.weights[:, None], axis=0)
        rates = rates_within(patterns, rows[patterns.inverse], weight, pseudo_answers(sizes, prior))
        return TickClasses(bare.shares, blocks_of(rates, patterns.n_categories), odds, totals)

    def draw(self, answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The class by its weight, the ticks by its goals and the row's number of ticks."""
        own = draw_classes(np.tile(state[:, 0], (len(answers.codes), 1)), rng)
        odds = np.maximum(state[:, 1:] * answers.codes.shape[1], LEAST_ODDS)
        return draw_ticks(odds[own], answers.totals, rng).astype(answers.codes.dtype)

    def from_json(
        self, types: Sequence[ClassEntry], ticks: Sequence[float] | None, answers: Mapping[str, int]
    ) -> TickClasses:
        """The model of a typology file with the numbers of ticks."""
        for item in types:
            if item.odds.keys() != answers.keys():
                raise ValueError(Said("clustering.weights_given_ticks", name=item.key))
        totals = np.array(ticks or ())
        if len(totals) != len(answers) + 1 or abs(totals.sum() - 1) > 1e-4:
            raise ValueError(Said("clustering.shares_of_ticks"))
        if set(answers.values()) != {2}:
            raise ValueError(Said("clustering.two_answers_given_ticks"))
        odds = np.array([[item.odds[goal] for goal in answers] for item in types])
        return TickClasses(*written(types, list(answers)), odds, totals)


GIVEN_TICKS = TickForm()
