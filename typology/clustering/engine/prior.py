"""The caution of an estimation: pseudo-answers keep few answers from saying too much, whatever the size of a class.

Classes get pseudo-answers in proportion to their size, so that all are drawn towards the mean row alike. The same
number for each would draw a class of twenty far more than one of two hundred, and the class that is drawn attracts
rows: types of 55, 25, 15 and 5 % came out as 41, 27, 19 and 12 % (``benchmarks/prior.py``).
"""

from __future__ import annotations

import numpy as np

from typology.clustering.engine.model import Rows
from typology.clustering.engine.plain import Batch

STEPS = 500
STILL = 1e-9


def cautious_batch(rows: Rows, weights: np.ndarray, n_classes: int, prior: float) -> Batch:
    """Weighted patterns with ``prior`` pseudo-answers per class and goal, as the mean over the classes.

    They are a part of every row that answers as all rows do, so that they go wherever the row goes.
    """
    pseudo = prior * n_classes
    return rows.batch(weights, blend=pseudo / (pseudo + weights.sum()))


def pseudo_answers(sizes: np.ndarray, prior: float) -> np.ndarray:
    """Pseudo-answers per goal of classes with these sizes (n_classes).

    >>> pseudo_answers(np.array([300.0, 100.0]), 6.0)
    array([9., 3.])
    """
    result: np.ndarray = prior * len(sizes) * sizes / sizes.sum()
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
