"""The best permutation of two sets of groups: labels carry no order, so nothing is compared without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Permutation:
    """The best pairs (row, column) and the distance of their mean score to the next-best set; None if there is none."""

    pairs: tuple[tuple[int, int], ...]
    margin: float | None


def best_permutation(scores: np.ndarray) -> Permutation:
    """The pairs with the highest mean score, for any number of rows and columns.

    The next-best set misses at least one pair of the best, so it is found by forbidding each pair in turn.
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(scores, maximize=True)
    best = float(scores[rows, columns].mean())
    forbidden = -1e6
    others = []
    for row, column in zip(rows, columns, strict=True):
        trial = scores.copy()
        trial[row, column] = forbidden
        again = trial[linear_sum_assignment(trial, maximize=True)]
        if again.min() > forbidden:
            others.append(float(again.mean()))
    pairs = tuple((int(row), int(column)) for row, column in zip(rows, columns, strict=True))
    return Permutation(pairs, max(best - max(others), 0.0) if others else None)
