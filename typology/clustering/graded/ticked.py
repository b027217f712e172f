"""Lists to choose from under traits, the number of ticks given: the graded twin of classes given the ticks.

The log-weight of a goal is a_j + Σ_f b_jf θ_f; given t ticks the chance of a set is the product of its weights over
the elementary symmetric sum of order t (conditional Bernoulli, Chen, Dempster and Liu 1994, Biometrika 81, 457–469).
What moves all goals alike drops out, so a style of ticking much is no rival here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from typology.clustering.engine.ticks import draw_ticks, expected_ticks, suffix_sums

STEEPEST_LOG = 12.0
"""Log-weights are kept within ± this of their mean over the goals."""


class TickedRows:
    """Distinct patterns of whole lists and their weights.

    Parameters
    ----------
    codes : n_patterns × n_goals, 1 where ticked; every goal was ticked by somebody.
    weights : n_patterns.
    """

    shifts = True
    n_extra = 0
    has_spread = False

    def __init__(self, codes: np.ndarray, weights: np.ndarray) -> None:
        self.codes = codes
        self.weights = weights
        self.n_goals = codes.shape[1]
        self.totals = codes.sum(axis=1).astype(int)
        self.most = int(self.totals.max(initial=0))
        ticked = codes.astype(float)
        self.matrix = np.concatenate([np.ones((len(codes), 1)), ticked, np.eye(self.most + 1)[self.totals]], axis=1)
        self.link = np.eye(self.matrix.shape[1])

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """Log-weights that nearly fit the frequencies."""
        rate = (self.weights @ (self.codes == 1) + 0.5) / (self.weights.sum() + 1.0)
        logs = np.log(rate) - np.log1p(-rate)
        return logs - logs.mean(), np.zeros(0)

    def thresholds(self, intercepts: np.ndarray, extra: np.ndarray) -> np.ndarray:
        """Log-weights of the goals, with mean 0."""
        return np.asarray(intercepts - intercepts.mean())

    def table(self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray) -> tuple[np.ndarray, Any]:
        """Rows: free, then log-weights of the goals, then minus the logs of the symmetric sums by number of ticks."""
        logs = np.clip(predictors - predictors.mean(axis=0), -STEEPEST_LOG, STEEPEST_LOG)
        weights = np.exp(logs)
        tables = suffix_sums(weights, self.most)
        return np.concatenate([np.zeros((1, logs.shape[1])), logs, -np.log(tables[0])]), (weights, tables)

    def pull(self, counts: np.ndarray, kept: Any) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Ticks less those expected from the numbers of ticks."""
        weights, tables = kept
        by_total = counts[1 + self.n_goals :]
        return counts[1 : 1 + self.n_goals] - expected_ticks(weights.T, tables, by_total.T).T, None, np.zeros(0)

    def curvature(self, counts: np.ndarray, kept: Any) -> np.ndarray:
        """About how much the complete log-likelihood bends with each predictor (n_goals × n_nodes)."""
        weights, tables = kept
        by_total = counts[1 + self.n_goals :]
        expected = expected_ticks(weights.T, tables, by_total.T).T
        return np.asarray(expected * np.maximum(1 - expected / np.maximum(by_total.sum(axis=0), 1e-12), 0.05))

    def draw(
        self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray, codes: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:  # fmt: skip
        """Ticked goals (n_rows × n_goals) with the numbers of ticks of ``codes``."""
        totals = (codes == 1).sum(axis=1)
        logs = np.clip(predictors - predictors.mean(axis=1, keepdims=True), -STEEPEST_LOG, STEEPEST_LOG)
        return draw_ticks(np.exp(logs), totals, rng).astype(int)
