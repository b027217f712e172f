"""The caution of an estimation: pseudo-answers keep few answers from saying too much, whatever the size of a class.

Classes get pseudo-answers in proportion to their size, so that all are drawn towards the mean row alike. The same
number for each would draw a class of twenty far more than one of two hundred, and the class that is drawn attracts
rows: types of 55, 25, 15 and 5 % came out as 42, 27, 19 and 13 % ("up to three", 412 rows). In small
surveys some come on top for every class alike: without them a class that loses rows loses its caution with them, and
where few answers show weak types, one class grows and the others state far more than is true (both in
``benchmarks/results/prior.csv``).
"""

from __future__ import annotations

import numpy as np

from typology.clustering.engine.model import Rows
from typology.clustering.engine.plain import Batch

PRIOR = 5.0
"""Pseudo-answers per class and goal of a typology, chosen by ``benchmarks/prior.py``."""
ALIKE, MOST = 36.0, 0.25
"""Pseudo-answers that every class gets whatever its size: ``ALIKE`` by the number of rows, as a part of those by size
and at most ``MOST``."""
STEPS = 500
STILL = 1e-9


def cautious_batch(rows: Rows, weights: np.ndarray, n_classes: int, prior: float) -> Batch:
    """Weighted patterns with ``prior`` pseudo-answers per class and goal, as the mean over the classes, and those that
    every class gets in a small survey.

    Those by size are a part of every row that answers as all rows do, so that they go wherever the row goes.
    """
    pseudo, n_rows = prior * n_classes, float(weights.sum())
    return rows.batch(weights, prior=prior * alike(n_rows), blend=pseudo / (pseudo + n_rows))


def alike(n_rows: float) -> float:
    """What every class gets whatever its size, as a part of the pseudo-answers by size.

    >>> [alike(n_rows) for n_rows in (0, 90, 360, 3_600)]
    [0.25, 0.25, 0.1, 0.01]
    """
    return min(MOST, ALIKE / n_rows) if n_rows else MOST


def pseudo_answers(sizes: np.ndarray, prior: float) -> np.ndarray:
    """Pseudo-answers per goal of classes with these sizes (n_classes).

    >>> pseudo_answers(np.array([270.0, 90.0]), 5.0)
    array([8., 3.])
    """
    result: np.ndarray = prior * (len(sizes) * sizes / sizes.sum() + alike(float(sizes.sum())))
    return result


def settled(rows: Rows, weights: np.ndarray, state: np.ndarray) -> np.ndarray:
    """The state (n_classes × 1 + columns) with the most probable class weights for its answer probabilities.

    A row is of one class with the answers it gave, not with those that caution mixed into it.
    """
    shares = state[:, 0].copy()
    odds = np.divide(rows.memberships(state), shares, out=np.zeros((len(weights), len(state))), where=shares > 0)
    part = weights / weights.sum()
    for _ in range(STEPS):
        joint = odds * shares
        following = part @ (joint / joint.sum(axis=1, keepdims=True))
        change = float(np.abs(following - shares).max())
        shares = following
        if change < STILL:
            break
    return np.column_stack([shares, state[:, 1:]])
