"""Fitting a graded model to coded answers, and drawing answers from the fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from typology.clustering import criteria
from typology.clustering.engine.patterns import MISSING, distinct
from typology.clustering.graded.climb import RISE, best_climb, climb, starting_points
from typology.clustering.graded.likelihood import Marginal, Parameters, Rows, Structure
from typology.clustering.graded.ordered import OrderedRows
from typology.clustering.graded.ticked import TickedRows


@dataclass(frozen=True, eq=False)
class GradedAnswers:
    """Distinct patterns in the shape that a graded model needs.

    ``used``: goals of which more than one answer occurs; ``values``: per used goal the codes of its answers in order;
    ``codes`` (n_patterns × used goals) number these; ``inverse`` leads from row to pattern; ``ticked``: lists given
    their number of ticks.
    """

    codes: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray
    used: np.ndarray
    values: tuple[np.ndarray, ...]
    n_goals: int
    ticked: bool

    @classmethod
    def of(cls, codes: np.ndarray, *, ticked: bool, counts: np.ndarray | None = None) -> GradedAnswers:
        """From codes (n_rows × n_goals, −1 = no answer); ``counts`` weights the rows."""
        found = [np.unique(column[column != MISSING]) for column in codes.T]
        used = np.array([place for place, own in enumerate(found) if len(own) > 1], dtype=int)
        values = tuple(found[place] for place in used)
        return cls._numbered(codes, used, values, codes.shape[1], ticked, counts)

    def same_for(self, codes: np.ndarray, counts: np.ndarray | None = None) -> GradedAnswers:
        """Other rows numbered alike; an answer that did not occur counts as none."""
        return self._numbered(codes, self.used, self.values, self.n_goals, self.ticked, counts)

    @classmethod
    def _numbered(
        cls, codes: np.ndarray, used: np.ndarray, values: tuple[np.ndarray, ...], n_goals: int, ticked: bool,
        counts: np.ndarray | None,
    ) -> GradedAnswers:  # fmt: skip
        own = np.full((len(codes), len(used)), MISSING)
        for number, (place, known) in enumerate(zip(used, values, strict=True)):
            column = codes[:, place]
            at = np.minimum(np.searchsorted(known, column), len(known) - 1)
            own[:, number] = np.where(known[at] == column, at, MISSING)
        patterns, weights, inverse = distinct(own, tuple(len(known) for known in values))
        if counts is not None:
            weights = np.bincount(inverse, weights=counts, minlength=len(patterns))
        return cls(patterns, weights, inverse, used, values, n_goals, ticked)

    @property
    def n_categories(self) -> tuple[int, ...]:
        """Answers of the used goals."""
        return tuple(len(known) for known in self.values)

    def rows(self, weights: np.ndarray | None = None) -> Rows:
        """The form of the question around the patterns."""
        weights = self.weights if weights is None else weights
        if self.ticked:
            return TickedRows(self.codes, weights)
        return OrderedRows(self.codes, self.n_categories, weights)

    def restored(self, drawn: np.ndarray) -> np.ndarray:
        """Codes as they came, from codes of the used goals; what always is answered alike is put back by
        :func:`draw`."""
        codes = np.empty_like(drawn)
        for number, known in enumerate(self.values):
            codes[:, number] = np.where(drawn[:, number] == MISSING, MISSING, known[np.maximum(drawn[:, number], 0)])
        return codes


@dataclass(frozen=True, eq=False)
class GradedFit:
    """The highest point found. ``log_likelihood`` is measured on the fine grid, ``starts`` holds where every start
    ended on the grid of the climb."""

    answers: GradedAnswers
    structure: Structure
    vector: np.ndarray
    log_likelihood: float
    n_parameters: int
    converged: bool
    starts: np.ndarray

    @property
    def point(self) -> Parameters:
        """The parameters."""
        return Marginal(self.answers.rows(), self.structure).split(self.vector)

    @property
    def n_rows(self) -> float:
        """Weight of the rows."""
        return float(self.answers.weights.sum())

    @property
    def bic(self) -> float:
        """Schwarz's criterion, by the fine grid."""
        return criteria.bic(self.log_likelihood, self.n_parameters, self.n_rows)

    @property
    def adjusted_bic(self) -> float:
        """Sclove's, by the fine grid."""
        return criteria.adjusted_bic(self.log_likelihood, self.n_parameters, self.n_rows)


def fit_graded(
    answers: GradedAnswers,
    structure: Structure,
    *,
    n_init: int = 2,
    rng: np.random.Generator,
    rise: float = RISE,
    weights: np.ndarray | None = None,
    warm: np.ndarray | None = None,
    fine: bool = True,
    polish: bool = False,
) -> GradedFit:
    """Climb from ``n_init`` starts (the principal axes first, then random ones).

    Parameters
    ----------
    weights : of the patterns, instead of their own.
    warm : a vector to start from instead.
    fine : measure the end on the finer grid; ``polish``: and climb on there.
    """
    rows = answers.rows(weights)
    marginal = Marginal(rows, structure)
    starts = starting_points(marginal, answers.codes, n_init, rng) if warm is None else [warm]
    best, levels = best_climb(marginal, starts, rise=rise)
    vector, level, converged = best.vector, best.log_likelihood, best.converged
    finer = structure.spread.finer()
    if fine and finer is not structure.spread:
        again = Marginal(rows, replace(structure, spread=finer))
        if polish:
            last = climb(again, vector, rise=rise)
            vector, converged = last.vector, last.converged
        level = again.value(vector)
    return GradedFit(answers, structure, vector, level, structure.n_parameters(rows), converged, levels)


def draw(fit: GradedFit, codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Answers of new rows under the fit; gaps, and where goals are ticked numbers of ticks, are those of ``codes``."""
    answers, point = fit.answers, fit.point
    traits = fit.structure.spread.draw(point.spread, len(codes), rng)
    widths = point.widths(traits, fit.structure.widens)
    own = codes[:, answers.used]
    drawn = answers.rows().draw(point.predictors(traits).T, widths, point.extra, own, rng)
    result = codes.copy()
    result[:, answers.used] = answers.restored(drawn)
    return result
