"""Latent classes of ticked lists given how many goals a row ticked: response style cannot pass for a type.

Within a class the ticked set follows the conditional Bernoulli distribution: given t ticks its probability is the
product of the ticked goals' weights over the elementary symmetric sum of order t (Chen, Dempster and Liu 1994,
Biometrika 81, 457–469). One class is then exactly "all goals chosen independently, the number of ticks given".
"""

from __future__ import annotations

import numpy as np

from typology.clustering.engine.plain import CHUNK_CELLS, FLOOR, Batch, Design, blended

LEAST_WEIGHT = 1e-7
"""Smallest weight of a goal, relative to the mean weight of its class."""
LEAST_SHARE = 1e-6
"""Smallest probability of a number of ticks."""
CAREFUL = 0.1
"""Newton-like steps below this relative size cannot overshoot (ticks given their number are not that dependent)."""
SMALL = 1e-9
"""Rows without a tick below which their odds are left alone."""


class TickBatch(Batch):
    """The same interface as :class:`Batch`, so that the same climb serves: a state holds the class weight, then the
    goals' weights of the class, adding up to 1.

    Parameters
    ----------
    chosen : n_patterns × n_goals, 1 where ticked.
    weights : n_patterns, ≥ 0.
    prior : pseudo-rows per class, with numbers of ticks and ticks spread as in the whole table.
    blend : part of every row, 0 to below 1, that has the numbers of ticks and the ticks of all rows together.
    """

    def __init__(self, chosen: np.ndarray, weights: np.ndarray, prior: float = 0.0, blend: float = 0.0) -> None:
        kept = weights > 0
        chosen = np.ascontiguousarray(chosen[kept], dtype=float)
        n_goals = chosen.shape[1]
        self.design = Design(chosen, np.eye(1 + n_goals), (n_goals,), chosen.astype(int))
        self.weights = np.ascontiguousarray(weights[kept], dtype=float)
        self.n_rows = float(self.weights.sum())
        self.blocks = np.zeros((1 + n_goals,) * 2)
        self.blocks[1:, 1:] = 1.0
        ticks = self.weights @ chosen
        self.marginals = (ticks + 0.5) / (ticks + 0.5).sum()
        totals = chosen.sum(axis=1).astype(int)
        self.most = int(totals.max(initial=0))
        # Columns: ticked goals, then which number of ticks.
        self.facts = np.concatenate([chosen, np.eye(self.most + 1)[totals]], axis=1)
        if blend:
            self.facts = blended(self.facts, self.weights, blend)
        self.prior, self.pseudo = prior, np.zeros(1 + n_goals)
        self.pseudo_ticks = prior * ticks / max(self.n_rows, 1.0)
        self.pseudo_totals = prior * np.bincount(totals, self.weights, self.most + 1) / max(self.n_rows, 1.0)
        # The state seen last with the logs of its weights and of their sums: the climb asks for its height next.
        self._last: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    def expect(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log-likelihood (n_runs) and, shaped as ``state``, expected rows per class and the goals' next weights.

        The goals' weights have no closed maximum; one step towards it per call is enough for the climb.
        """
        n_classes, n_runs, n_columns = state.shape
        flat = state.reshape(-1, n_columns)
        weights = relative(flat[:, 1:])
        tables = suffix_sums(weights.T, self.most)
        logs_of = np.log(weights), np.log(tables[0].T)
        self._last = (state, *logs_of)
        link = np.concatenate([logs_of[0], -logs_of[1]], axis=1)
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
        n_goals = n_columns - 1
        result = np.empty_like(flat)
        result[:, 0] = counts[:, n_goals:].sum(axis=1)
        ticked = counts[:, :n_goals] + self.pseudo_ticks
        by_total = counts[:, n_goals:] + self.pseudo_totals
        result[:, 1:] = _risen(weights, tables, logs_of, ticked, by_total)
        return log_likelihood, result.reshape(state.shape)

    def objective(self, log_likelihood: np.ndarray, state: np.ndarray) -> np.ndarray:
        """Log-likelihood plus the log-likelihood of the pseudo-rows in every class (n_runs)."""
        if not self.prior:
            return log_likelihood
        if self._last is not None and self._last[0] is state:
            _, weights, sums = self._last
        else:
            weights, sums = _logs(relative(state.reshape(-1, state.shape[2])[:, 1:]), self.most)
        heights = _height(weights, sums, self.pseudo_ticks, self.pseudo_totals)
        result: np.ndarray = log_likelihood + heights.reshape(state.shape[:2]).sum(axis=0)
        return result


def relative(weights: np.ndarray) -> np.ndarray:
    """Goals' weights (n_vectors × n_goals) relative to the mean of their vector, never 0."""
    result: np.ndarray = weights * (weights.shape[1] / weights.sum(axis=1, keepdims=True))
    found: np.ndarray = np.maximum(result, LEAST_WEIGHT, out=result)
    return found


def _logs(weights: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Logs of the weights (n_vectors × n_goals) and of their symmetric sums (n_vectors × orders)."""
    return np.log(weights), np.log(suffix_sums(weights.T, most)[0].T)


def _height(weights: np.ndarray, sums: np.ndarray, ticked: np.ndarray, by_total: np.ndarray) -> np.ndarray:
    """Log-likelihood of ticks per goal, given how often each number of ticks occurs, one per vector.

    ``weights`` and ``sums``: the logs of both, see :func:`_logs`.
    """
    result: np.ndarray = (weights * ticked).sum(axis=1) - (sums * by_total).sum(axis=1)
    return result


def _risen(
    weights: np.ndarray,
    tables: np.ndarray,
    logs: tuple[np.ndarray, np.ndarray],
    ticked: np.ndarray,
    by_total: np.ndarray,
) -> np.ndarray:
    """The next weights of each class, with which its ticks are more probable.

    Multiplying by observed over expected odds of a tick is nearly Newton's step, as the covariance of the ticks is
    nearly diagonal beside their fixed sum, but it may overshoot. Multiplying by observed over expected ticks (Chen,
    Dempster and Liu 1994) is slow and never falls; it takes the place of the first step where that would fall.
    ``logs``: of the weights and their sums, see :func:`_logs`.
    """
    rows = by_total.sum(axis=1, keepdims=True)
    expected = expected_ticks(weights, tables, by_total)
    seen = expected > 0
    ratio = ticked / expected if seen.all() else np.where(seen, ticked / np.where(seen, expected, 1.0), 1.0)
    left, missed = rows - ticked, rows - expected
    open_ = (left > SMALL) & (missed > SMALL)
    odds = (
        ratio * (missed / left)
        if open_.all()
        else np.where(open_, ratio * (missed / np.where(open_, left, 1.0)), ratio)
    )
    fast = relative(weights * odds)
    if odds.max() < 1 + CAREFUL and odds.min() > 1 - CAREFUL:
        return fast
    good = _height(*_logs(fast, tables.shape[1] - 1), ticked, by_total) >= _height(*logs, ticked, by_total)
    return fast if good.all() else np.where(good[:, None], fast, relative(weights * ratio))


def expected_ticks(weights: np.ndarray, tables: np.ndarray, by_total: np.ndarray) -> np.ndarray:
    """How often each goal is ticked (n_vectors × n_goals) when so many rows have each number of ticks.

    ``weights`` (n_vectors × n_goals), ``tables`` their :func:`suffix_sums`, ``by_total`` (n_vectors × orders).
    """
    n_goals, sums = weights.shape[1], tables[0]
    adjoints = np.empty((n_goals, *sums.shape))
    adjoints[0] = by_total.T / sums
    if _by_orders(n_goals, *sums.shape):
        adjoints[1:, -1] = adjoints[0, -1]
        for order in range(len(sums) - 2, -1, -1):
            np.multiply(adjoints[:-1, order + 1], weights.T[:-1], out=adjoints[1:, order])
            np.add.accumulate(adjoints[:, order], axis=0, out=adjoints[:, order])
    else:
        for goal in range(n_goals - 1):
            np.multiply(adjoints[goal, 1:], weights[:, goal], out=adjoints[goal + 1, :-1])
            adjoints[goal + 1, -1] = 0.0
            adjoints[goal + 1] += adjoints[goal]
    result: np.ndarray = np.einsum("gtr,gtr->rg", adjoints[:, 1:], tables[1:, :-1]) * weights
    return result


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
    if _by_orders(n_goals, most + 1, n_vectors):
        for order in range(most):
            np.add.accumulate((weights * tables[1:, order])[::-1], axis=0, out=tables[-2::-1, order + 1])
    else:
        for goal in range(n_goals - 1, -1, -1):
            np.multiply(tables[goal + 1, :-1], weights[goal], out=tables[goal, 1:])
            tables[goal, 1:] += tables[goal + 1, 1:]
    return tables


def _by_orders(n_goals: int, n_orders: int, n_vectors: int) -> bool:
    """Whether a table of sums is sooner made order by order than goal by goal; the sums are the same to the last digit.

    Few long steps are better than many short ones, until adding up along the goals costs more than starting a step.
    """
    return (n_orders - 1) * n_vectors <= 16 * n_goals


def tick_memberships(chosen: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Membership probabilities (n_rows × n_classes) of ticked rows under a state (n_classes × 1 + n_goals)."""
    weights = relative(state[:, 1:])
    totals = chosen.sum(axis=1).astype(int)
    sums = suffix_sums(weights.T, int(totals.max(initial=0)))[0]
    logs = chosen @ np.log(weights).T - np.log(sums)[totals] + np.log(np.maximum(state[:, 0], FLOOR))
    logs = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: np.ndarray = logs / logs.sum(axis=1, keepdims=True)
    return result


def open_factors(weights: np.ndarray, totals: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """What the goals not asked leave open, so that any part of a list has its probability.

    Parameters
    ----------
    weights : n_classes × n_goals, the goals' weights.
    totals : n_goals + 1, probability of 0, 1 … ticks on the whole list, the same in all classes.
    asked : n_parts × n_goals, which goals were answered.

    Returns
    -------
    array (n_parts × n_goals + 1 × n_classes): times the weights of the ticked goals, entry [part, t] is the
    probability of an answered part with t ticks. For a whole list it is totals[t] over the symmetric sum of order t.
    """
    n_classes, n_goals = weights.shape
    per_total = totals[:, None] / suffix_sums(weights.T, n_goals)[0]
    odds = (~asked[:, None, :] * weights).reshape(-1, n_goals)
    rest = suffix_sums(odds.T, n_goals)[0].reshape(n_goals + 1, len(asked), n_classes)
    factors = np.empty((n_goals + 1, len(asked), n_classes))
    for ticks in range(n_goals + 1):
        factors[ticks] = np.einsum("tc,tmc->mc", per_total[ticks:], rest[: n_goals + 1 - ticks])
    return factors.transpose(1, 0, 2)


def tick_logs(codes: np.ndarray, weights: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Log probability of the answers in each class (n_rows × n_classes), whole lists or parts of them.

    Parameters
    ----------
    codes : n_rows × n_goals, 1 ticked, 0 not, -1 no answer.
    weights, totals : see :func:`open_factors`.
    """
    seen, chosen = codes >= 0, codes == 1
    parts, which = np.unique(seen, axis=0, return_inverse=True)
    factors = open_factors(weights, totals, parts)
    result: np.ndarray = chosen @ np.log(weights).T + np.log(factors[which, chosen.sum(axis=1)])
    return result


def share_of_totals(numbers: np.ndarray, counts: np.ndarray, n_goals: int, limit: int | None = None) -> np.ndarray:
    """Probability of 0, 1 … ticks (n_goals + 1): observed rows plus half a row, next to nothing beyond the limit.

    ``numbers`` of ticks and how many rows have them (``counts``); nobody ticking nothing stays nearly impossible.
    """
    rows = np.bincount(numbers, counts, minlength=n_goals + 1).astype(float)
    rows[1 : 1 + (limit or n_goals)] += 0.5
    share = np.maximum(rows / rows.sum(), LEAST_SHARE)
    result: np.ndarray = share / share.sum()
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
