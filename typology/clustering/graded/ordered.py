"""Ordered answers under traits: the graded response model, with yes and no as its smallest case.

The chance of answering at least category c is logistic in a_j + Σ_f b_jf θ_f − o_jc, where the offsets o_jc rise with
c and have mean 0 per goal (Samejima 1969, Psychometrika Monograph 17). Two categories are the two-parameter logistic
model (Birnbaum 1968). A trait of *spread* multiplies the offsets: a habit of answering at the ends or in the middle.
Missing answers add nothing, which is full-information maximum likelihood.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from typology.clustering.engine.patterns import MISSING
from typology.clustering.engine.plain import design_of_codes

WIDEST = 30.0
"""Linear predictors are kept within ± this; beyond it nothing differs in double precision."""


class OrderedRows:
    """Distinct patterns of ordered answers and their weights.

    Parameters
    ----------
    codes : n_patterns × n_goals, −1 = no answer; every category of a goal occurs.
    n_categories : per goal.
    weights : n_patterns.
    """

    shifts = False

    def __init__(self, codes: np.ndarray, n_categories: tuple[int, ...], weights: np.ndarray) -> None:
        self.weights = weights
        self.sizes = np.asarray(n_categories)
        self.n_goals = len(n_categories)
        design = design_of_codes(codes, n_categories)
        self.matrix, self.link = design.matrix, design.link
        self.first = 1 + np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(int)
        most = int(self.sizes.max(initial=2))
        self.levels = [np.flatnonzero(self.sizes > level) for level in range(1, most)]
        self.gap_goals = np.repeat(np.arange(self.n_goals), np.maximum(self.sizes - 2, 0))
        self.n_extra = len(self.gap_goals)
        self.has_spread = bool((self.sizes > 2).any())
        # how the gaps between the boundaries of a goal add up to its offsets, which have mean 0
        place = np.concatenate([np.arange(size - 2) for size in self.sizes if size > 2] or [np.zeros(0, int)])
        boundaries = [(goal, level) for level, goals in enumerate(self.levels) for goal in goals.tolist()]
        self.boundary_goals = np.array([goal for goal, _ in boundaries], dtype=int)
        self.boundary_levels = np.array([level for _, level in boundaries], dtype=int)
        same = self.boundary_goals[:, None] == self.gap_goals[None, :]
        above = same & (self.boundary_levels[:, None] > place[None, :])
        mean = np.zeros((len(boundaries), self.n_extra))
        for gap, goal in enumerate(self.gap_goals.tolist()):
            mean[:, gap] = above[self.boundary_goals == goal, gap].mean()
        self.offsets = above - np.where(same, mean, 0.0)
        self.row_of = {pair: number for number, pair in enumerate(boundaries)}
        self.pairs = np.array(
            [(self.row_of[goal, level], self.row_of[goal, level + 1])
             for goal, level in boundaries if (goal, level + 1) in self.row_of], dtype=int,
        ).reshape(-1, 2)  # fmt: skip
        self.lowest = np.array([self.row_of[goal, 0] for goal in range(self.n_goals)], dtype=int)
        self.highest = np.array([self.row_of[goal, self.sizes[goal] - 2] for goal in range(self.n_goals)], dtype=int)
        self.codes = codes

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """Intercepts and logs of the gaps that fit the frequencies."""
        intercepts, gaps = np.zeros(self.n_goals), []
        for goal, size in enumerate(self.sizes.tolist()):
            own = self.codes[:, goal]
            counts = np.bincount(own[own != MISSING], self.weights[own != MISSING], minlength=size) + 0.5
            least = counts[::-1].cumsum()[::-1][1:] / counts.sum()
            cuts = np.log(least) - np.log1p(-least)
            intercepts[goal] = cuts.mean()
            gaps.extend(np.log(np.maximum(-np.diff(cuts), 0.05)).tolist())
        return intercepts, np.array(gaps)

    def thresholds(self, intercepts: np.ndarray, extra: np.ndarray) -> np.ndarray:
        """Log-odds of each answer but the lowest, or a higher one, goal by goal."""
        values = intercepts[self.boundary_goals] - self.offsets @ np.exp(extra)
        return np.asarray(values[np.lexsort((self.boundary_levels, self.boundary_goals))])

    def table(self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray) -> tuple[np.ndarray, Any]:
        """Log probability of every answer at every node (1 + answers × n_nodes; the first row is free), and what
        :meth:`pull` needs.

        ``predictors`` (n_goals × n_nodes), ``widths`` (n_nodes) multiply the offsets, ``extra``: logs of the gaps.
        """
        table = np.zeros((1 + int(self.sizes.sum()), predictors.shape[1]))
        offsets = self.offsets @ np.exp(extra)
        spread = offsets[:, None] * (1.0 if widths is None else widths)
        at = np.clip(predictors[self.boundary_goals] - spread, -WIDEST, WIDEST)
        above = -np.logaddexp(0.0, -at)
        below = above - at
        table[self.first] = below[self.lowest]
        table[self.first + self.sizes - 1] = above[self.highest]
        low, high = self.pairs.T
        gap = np.maximum(at[low] - at[high], 1e-9)
        table[self.first[self.boundary_goals[low]] + self.boundary_levels[high]] = (
            above[low] + below[high] + np.log(-np.expm1(-gap))
        )
        return table, (offsets, widths, above, below, gap, extra)

    def pull(self, counts: np.ndarray, kept: Any) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Slopes by predictors, widths and gaps from expected counts of the answers (shaped as the table)."""
        offsets, widths, above, below, gap, extra = kept
        upper = counts[self.first[self.boundary_goals] + self.boundary_levels + 1]
        lower = counts[self.first[self.boundary_goals] + self.boundary_levels]
        slopes = upper * np.exp(below) - lower * np.exp(above)
        low, high = self.pairs.T
        if len(low):
            between = upper[low] / np.expm1(gap)
            slopes[low] += between  # every boundary is the lower one of a pair at most once, and the upper one
            slopes[high] -= between
        predictors = slopes[self.lowest].copy()
        for level, goals in enumerate(self.levels[1:], 1):
            predictors[goals] += slopes[[self.row_of[goal, level] for goal in goals.tolist()]]
        wide = slopes if widths is None else slopes * widths
        extras = -(self.offsets.T @ wide.sum(axis=1)) * np.exp(extra)
        return predictors, None if widths is None else -(offsets @ slopes), extras

    def curvature(self, counts: np.ndarray, kept: Any) -> np.ndarray:
        """About how much the complete log-likelihood bends with each predictor (n_goals × n_nodes)."""
        _, _, above, below, *_ = kept
        ends = np.add.reduceat(counts[1:], self.first - 1, axis=0)
        return np.asarray(ends * np.exp(above[self.lowest] + below[self.lowest]))

    def draw(
        self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray, codes: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:  # fmt: skip
        """Answers (n_rows × n_goals) for predictors (n_rows × n_goals) and widths (n_rows), with the gaps of
        ``codes``."""
        offsets = self.offsets @ np.exp(extra)
        spread = offsets[None, :] * (1.0 if widths is None else widths[:, None])
        at = predictors[:, self.boundary_goals] - spread
        noise = rng.logistic(size=predictors.shape)
        passed = at > noise[:, self.boundary_goals]
        drawn = np.zeros(predictors.shape, dtype=int)
        for boundary, goal in enumerate(self.boundary_goals.tolist()):
            drawn[:, goal] += passed[:, boundary]
        return np.where(codes == MISSING, MISSING, drawn)
