"""The best permutation of two sets of groups: labels carry no order, so nothing is compared without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Permutation:
    """The best pairs (row, column) and the distance of their mean score to the next-best set; None if there is none."""

    pairs: tuple[tuple[int, int], ...]
    margin: float | None


def best_pairs(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and their columns, one to one, with the highest sum of scores.

    >>> best_pairs(np.array([[1.0, 5.0], [0.0, 2.0]]))[1].tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(scores, maximize=True)
    return rows, columns


def best_permutation(scores: np.ndarray) -> Permutation:
    """The pairs with the highest mean score, for any number of rows and columns.

    The next-best set misses at least one pair of the best, so it is found by forbidding each pair in turn.

    >>> best_permutation(np.array([[1.0, 0.0], [0.25, 0.75]]))
    Permutation(pairs=((0, 0), (1, 1)), margin=0.75)
    """
    rows, columns = best_pairs(scores)
    best = float(scores[rows, columns].mean())
    forbidden = -1e6
    others = []
    for row, column in zip(rows, columns, strict=True):
        trial = scores.copy()
        trial[row, column] = forbidden
        again = trial[best_pairs(trial)]
        if again.min() > forbidden:
            others.append(float(again.mean()))
    pairs = tuple((int(row), int(column)) for row, column in zip(rows, columns, strict=True))
    return Permutation(pairs, max(best - max(others), 0.0) if others else None)
