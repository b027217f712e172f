"""How far two groupings of the same rows agree: the adjusted Rand index, exact and expected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def adjusted_rand(
    first: Sequence[object] | np.ndarray | pd.Series,
    second: Sequence[object] | np.ndarray | pd.Series,
) -> float:
    """Adjusted Rand index of two labellings of the same rows: 1 is the same partition, 0 is chance.

    >>> adjusted_rand(["x", "x", "y", "y"], [1, 1, 0, 0])
    1.0
    """
    rows, columns = (pd.factorize(np.asarray(labels), use_na_sentinel=False)[0] for labels in (first, second))
    return rand_of_table(cross_table(rows, columns))


def cross_table(
    first: np.ndarray, second: np.ndarray, weights: np.ndarray | None = None, n_classes: int = 0
) -> np.ndarray:
    """Cross table of two labellings (numbers from 0 on) of the same rows, weighted.

    ``n_classes``: least number of rows and columns, where a group may be empty.
    """
    n_rows, n_columns = (max(int(labels.max(initial=-1)) + 1, n_classes) for labels in (first, second))
    weights = np.ones(len(first)) if weights is None else weights
    table: np.ndarray = np.bincount(first * n_columns + second, weights=weights, minlength=n_rows * n_columns)
    return table.reshape(n_rows, n_columns)


def rand_of_table(table: np.ndarray) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985, Journal of Classification 2:193) of two labellings from their cross
    table, whose entries count rows or sum their weights.

    >>> round(rand_of_table(np.array([[3.0, 1.0], [0.0, 2.0]])), 4)
    0.3243
    """
    pairs, rows, columns, every = (
        float((part * (part - 1)).sum() / 2)
        for part in (table, table.sum(axis=1), table.sum(axis=0), np.array([table.sum()]))
    )
    expected, largest = rows * columns / every, (rows + columns) / 2
    return 1.0 if largest == expected else (pairs - expected) / (largest - expected)


def expected_rand(posterior: np.ndarray) -> float:
    """Adjusted Rand index of the most probable types, the truth being known only with these probabilities.

    The cross table of truth and assignment is replaced by its expectation, which scatters less than a drawn one.

    Parameters
    ----------
    posterior : n_rows × n_types.
    """
    table = np.eye(posterior.shape[1])[posterior.argmax(axis=1)].T @ posterior
    pairs, rows, columns = ((part**2).sum() for part in (table, table.sum(axis=1), table.sum(axis=0)))
    chance = rows * columns / len(posterior) ** 2
    return float((pairs - chance) / ((rows + columns) / 2 - chance))
