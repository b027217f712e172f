"""Which cells of a table of counts stay empty, so that no small one can be read or worked out."""

from __future__ import annotations

import numpy as np

MINIMUM = 3


def suppress(
    counts: np.ndarray, remainder: np.ndarray, *, minimum: int = MINIMUM, also: np.ndarray | None = None
) -> np.ndarray:
    """Which cells of a table with margins must stay empty.

    Primary: a count, or a remainder of unlisted members, of 1 … ``minimum`` − 1. Complementary: every row and
    every column (its margin among its cells) has no gap or at least two whose remainders together reach
    ``minimum``; the cell with the smallest sufficient remainder goes first. Then no small cell may follow from
    longer sums either (:func:`revealed`). The grand total is never hidden.

    Parameters
    ----------
    counts, remainder : (rows + 1) × (columns + 1) whole numbers, the last row and column being the margins.
    also : cells that are empty in another table with the same margins.

    Returns
    -------
    Boolean array of the same shape; True is hidden.
    """
    hidden = _few(counts, minimum) | _few(remainder, minimum)
    if also is not None:
        hidden |= also
    hidden[-1, -1] = False
    while True:
        _close_lines(counts, remainder, hidden, minimum)
        told = revealed(counts, hidden, minimum) | revealed(remainder, hidden, minimum)
        free = ~hidden
        free[-1, -1] = False
        if not told.any() or not free.any():
            return hidden
        # a gap more beside the one that longer sums would fill: in its row or column if there is any left
        i, j = np.argwhere(told)[0]
        near = np.zeros_like(free)
        near[i, :] = near[:, j] = True
        among = free & near if (free & near).any() else free
        rest = np.where(among, np.where(remainder >= minimum, remainder, remainder.max() + minimum), np.inf)
        hidden[np.unravel_index(int(rest.argmin()), rest.shape)] = True


def _few(values: np.ndarray, minimum: int) -> np.ndarray:
    return np.asarray((values > 0) & (values < minimum))


def revealed(values: np.ndarray, hidden: np.ndarray, minimum: int = MINIMUM) -> np.ndarray:
    """Hidden cells of 1 … ``minimum`` − 1 that follow from the shown cells and the margins.

    For each such cell the least and the greatest value that fit everything shown are computed (linear programmes
    over non-negative tables); the cell is revealed where both agree.
    """
    from scipy.optimize import linprog

    out = np.zeros_like(hidden)
    cells = np.argwhere(hidden & _few(values, minimum))
    if not len(cells):
        return out
    rows, columns = values.shape
    places = np.arange(rows * columns).reshape(rows, columns)
    equations = np.zeros((rows + columns, rows * columns))
    for i in range(rows):
        equations[i, places[i, :-1]], equations[i, places[i, -1]] = 1, -1
    for j in range(columns):
        equations[rows + j, places[:-1, j]], equations[rows + j, places[-1, j]] = 1, -1
    bounds = [(0, None) if gap else (value, value) for value, gap in zip(values.ravel(), hidden.ravel(), strict=True)]
    for i, j in cells:
        aim = np.zeros(rows * columns)
        aim[places[i, j]] = 1
        least = linprog(aim, A_eq=equations, b_eq=np.zeros(rows + columns), bounds=bounds)
        most = linprog(-aim, A_eq=equations, b_eq=np.zeros(rows + columns), bounds=bounds)
        # an unbounded programme has no greatest value
        out[i, j] = most.status == 0 and -most.fun - least.fun < 0.5
    return out


def _close_lines(counts: np.ndarray, remainder: np.ndarray, hidden: np.ndarray, minimum: int) -> None:
    """Hide a second cell wherever a row or column with its margin would fill a gap; changes ``hidden``."""
    changed = True
    while changed:
        changed = False
        for line, rest, gaps in _lines(counts, remainder, hidden):
            if not gaps.any() or (gaps.sum() >= 2 and rest[gaps].sum() >= minimum):
                continue
            free = np.flatnonzero(~gaps & line)
            if len(free) == 0:
                continue
            enough = [cell for cell in free if rest[cell] >= minimum]
            chosen = min(enough, key=lambda cell: rest[cell]) if enough else max(free, key=lambda cell: rest[cell])
            gaps[chosen] = True  # a view into ``hidden``
            changed = True


def _lines(
    counts: np.ndarray, remainder: np.ndarray, hidden: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Every row and column as (cells that may be hidden, remainders, gaps); gaps are views into ``hidden``."""
    rows, columns = counts.shape
    allowed = np.ones_like(hidden)
    allowed[-1, -1] = False
    return [(allowed[i], remainder[i], hidden[i]) for i in range(rows)] + [
        (allowed[:, j], remainder[:, j], hidden[:, j]) for j in range(columns)
    ]
