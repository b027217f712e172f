"""Latent classes of ticked lists given how many goals a row ticked: response style cannot pass for a type.

Within a class the ticked set follows the conditional Bernoulli distribution: given t ticks its probability is the
product of the ticked goals' weights over the elementary symmetric sum of order t (Chen, Dempster and Liu 1994,
Biometrika 81, 457–469). One class is then exactly "all goals chosen independently, the number of ticks given".
"""

from __future__ import annotations

import numpy as np

from typology.clustering.em import CHUNK_CELLS, FLOOR, Batch, Design

LEAST_WEIGHT = 1e-10
"""Smallest weight of a goal, relative to the mean weight of its class."""


class TickBatch(Batch):
    """The same interface as :class:`Batch`, so that the same climb serves: a state holds the class weight, then the
    goals' weights of the class, adding up to 1.

    Parameters
    ----------
    chosen : n_patterns × n_goals, 1 where ticked.
    weights : n_patterns, ≥ 0.
    """

    def __init__(self, chosen: np.ndarray, weights: np.ndarray) -> None:
        kept = weights > 0
        chosen = np.ascontiguousarray(chosen[kept], dtype=float)
        n_goals = chosen.shape[1]
        self.design = Design(chosen, np.eye(1 + n_goals), (n_goals,), chosen.astype(int))
        self.weights = np.ascontiguousarray(weights[kept], dtype=float)
        self.n_rows = float(self.weights.sum())
        self.blocks = np.zeros((1 + n_goals,) * 2)
        self.blocks[1:, 1:] = 1.0
        ticks = self.weights @ chosen + 0.5
        self.marginals = ticks / ticks.sum()
        self.prior, self.pseudo = 0.0, np.zeros(1 + n_goals)
        totals = chosen.sum(axis=1).astype(int)
        self.most = int(totals.max(initial=0))
        # Columns: ticked goals, then which number of ticks.
        self.facts = np.concatenate([chosen, np.eye(self.most + 1)[totals]], axis=1)

    def expect(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log-likelihood (n_runs) and, shaped as ``state``, expected rows per class and the goals' next weights.

        The next weight is the old one times observed over expected ticks, which never lowers the likelihood near
        its fixed point; one such step per call is enough for the climb.
        """
        n_classes, n_runs, n_columns = state.shape
        flat = state.reshape(-1, n_columns)
        weights = np.maximum(flat[:, 1:] * (n_columns - 1), LEAST_WEIGHT)
        tables = suffix_sums(weights.T, self.most)
        sums = tables[0]
        link = np.concatenate([np.log(weights), -np.log(sums.T)], axis=1)
        base = np.log(np.maximum(flat[:, :1], FLOOR))
        counts = np.zeros_like(link)
        log_likelihood = np.zeros(n_runs)
        width = max(64, CHUNK_CELLS // len(flat))
        for start in range(0, len(self.facts), width):
            part, weight = self.facts[start : start + width], self.weights[start : start + width]
            logs = (link @ part.T + base).reshape(n_classes, n_runs, -1)
            top = logs.max(axis=0)
            logs -= top
            np.exp(logs, out=logs)
            total = logs.sum(axis=0)
            log_likelihood += (top + np.log(total)) @ weight
            logs *= weight / total
            counts += logs.reshape(len(flat), -1) @ part
        ticked, by_total = counts[:, : n_columns - 1], counts[:, n_columns - 1 :]
        result = np.empty_like(flat)
        result[:, 0] = by_total.sum(axis=1)
        adjoint = by_total.T / sums
        for goal in range(n_columns - 1):
            expected = np.einsum("tr,tr->r", adjoint[1:], tables[goal + 1, :-1])
            seen = expected > 0
            result[:, 1 + goal] = np.where(seen, ticked[:, goal] / np.where(seen, expected, 1.0), weights[:, goal])
            adjoint[:-1] += weights[:, goal] * adjoint[1:]
        return log_likelihood, result.reshape(state.shape)

    def memberships(self, state: np.ndarray) -> np.ndarray:
        """Membership probabilities of the kept patterns for one run (n_patterns × n_classes)."""
        return tick_memberships(self.design.matrix, state)


def suffix_sums(weights: np.ndarray, most: int) -> np.ndarray:
    """Elementary symmetric sums of the goals from j on.

    Parameters
    ----------
    weights : n_goals × n_vectors; ``most``: highest order.

    Returns
    -------
    array (n_goals + 1 × most + 1 × n_vectors): entry [j, t] sums, over all sets of t goals among j, j+1 …, the
    products of their weights.
    """
    n_goals, n_vectors = weights.shape
    tables = np.zeros((n_goals + 1, most + 1, n_vectors))
    tables[:, 0] = 1.0
    for goal in range(n_goals - 1, -1, -1):
        np.multiply(tables[goal + 1, :-1], weights[goal], out=tables[goal, 1:])
        tables[goal, 1:] += tables[goal + 1, 1:]
    return tables


def tick_memberships(chosen: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Membership probabilities (n_rows × n_classes) of ticked rows under a state (n_classes × 1 + n_goals)."""
    weights = np.maximum(state[:, 1:] * chosen.shape[1], LEAST_WEIGHT)
    totals = chosen.sum(axis=1).astype(int)
    sums = suffix_sums(weights.T, int(totals.max(initial=0)))[0]
    logs = chosen @ np.log(weights).T - np.log(sums)[totals] + np.log(np.maximum(state[:, 0], FLOOR))
    logs = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: np.ndarray = logs / logs.sum(axis=1, keepdims=True)
    return result


def draw_ticks(odds: np.ndarray, totals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw which goals are ticked, the number of ticks given.

    Parameters
    ----------
    odds : n_rows × n_goals, the weight of each goal; 0 where the goal cannot be ticked.
    totals : n_rows; more than the goals with a weight > 0 is cut to their number.

    Returns
    -------
    bool array n_rows × n_goals with exactly ``totals`` ticks per row.
    """
    n_rows, n_goals = odds.shape
    left = np.minimum(totals, (odds > 0).sum(axis=1)).astype(int)
    tables = suffix_sums(odds.T, int(left.max(initial=0)))
    chosen = np.zeros((n_rows, n_goals), dtype=bool)
    rows = np.arange(n_rows)
    uniform = rng.random((n_goals, n_rows))
    for goal in range(n_goals):
        with_goal = odds[:, goal] * tables[goal + 1, np.maximum(left - 1, 0), rows]
        chosen[:, goal] = (left > 0) & (uniform[goal] * tables[goal, left, rows] < with_goal)
        left = left - chosen[:, goal]
    return chosen
