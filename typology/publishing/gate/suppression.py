"""Which cells of a table of counts stay empty, so that no small one can be read or worked out.

A remainder of unlisted members of 1 … ``minimum`` − 1 is small. It is protected if everything shown still leaves it
room: it might be 0, or it might be ``minimum`` or more. Whoever knows all listed members knows the shown remainders
exactly; the room is the least and the greatest value of the hidden one that fit them. What the gaps of one line hold
together follows from its margin, so that must not be small either.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

MINIMUM = 3
INNER, MARGIN, KEPT = 1.0, 6.0, np.inf
TOTAL_COST = 3.0


def suppress(
    counts: np.ndarray,
    remainder: np.ndarray,
    *,
    minimum: int = MINIMUM,
    also: np.ndarray | None = None,
    cost: np.ndarray | None = None,
) -> np.ndarray:
    """Which cells of a table with margins must stay empty.

    Primary: a count, or a remainder of unlisted members, of 1 … ``minimum`` − 1. Secondary: for every small remainder
    that the rest would tell, the cheapest rectangle of cells that gives it room; in the end every secondary cell that
    is not needed is shown again, the dearest first.

    Parameters
    ----------
    counts, remainder : (rows + 1) × (columns + 1) whole numbers, the last row and column being the margins.
    also : cells that are not shown anyway.
    cost : what an empty cell costs the reader; infinite where a cell stays as ``also`` says. Without it a margin is
        dearer than a cell. The grand total is never hidden.

    Returns
    -------
    Boolean array of the same shape; True is hidden.
    """
    given = np.zeros(counts.shape, dtype=bool) if also is None else also.copy()
    price = _usual_cost(counts.shape) if cost is None else cost.astype(float).copy()
    price[-1, -1] = KEPT
    needed = given | ((few(counts, minimum) | few(remainder, minimum)) & np.isfinite(price))
    needed[-1, -1] = False
    hidden: np.ndarray = needed.copy()
    room = Room(remainder, minimum)
    small = [cell for cell in room.small if hidden[cell]]
    for cell in small:
        if not room.has(cell, hidden):
            hidden = _give_room(cell, hidden, price, room)
    _fill_lines(remainder, hidden, price, minimum)
    secondary = sorted(zip(*np.nonzero(hidden & ~needed), strict=True), key=lambda cell: -price[cell])
    for cell in secondary:
        shown = hidden.copy()
        shown[cell] = False
        if not _short_lines(remainder, shown, minimum) and all(room.has(other, shown) for other in small):
            hidden = shown
    return hidden


def _short_lines(remainder: np.ndarray, hidden: np.ndarray, minimum: int) -> list[np.ndarray]:
    """Rows and columns (as places) with a shown margin whose gaps hold few together."""
    rows, columns = hidden.shape
    places = np.arange(rows * columns).reshape(rows, columns)
    rest, gone = remainder.ravel(), hidden.ravel()
    lines = [*places, *places.T]
    return [line for line in lines if not gone[line[-1]] and few(rest[line[:-1]][gone[line[:-1]]].sum(), minimum)]


def _fill_lines(remainder: np.ndarray, hidden: np.ndarray, price: np.ndarray, minimum: int) -> None:
    """Hide the cheapest further cells of lines whose gaps hold few together, in place."""
    rest, gone, cost = remainder.ravel(), hidden.ravel(), price.ravel()  # views
    while lines := _short_lines(remainder, hidden, minimum):
        # a cell with enough behind it; else whatever there is, the margin among it
        free = [[cell for cell in line if not gone[cell] and np.isfinite(cost[cell])] for line in lines]
        first = next((cells for cells in free if cells), None)
        if first is None:
            return
        enough = [cell for cell in first if rest[cell] >= minimum]
        gone[min(enough or first, key=lambda cell: (cost[cell], cell))] = True


def _usual_cost(shape: tuple[int, ...]) -> np.ndarray:
    cost = np.full(shape, INNER)
    cost[-1, :] = cost[:, -1] = MARGIN
    return cost


def few(values: np.ndarray | int, minimum: int = MINIMUM) -> np.ndarray:
    """Counts of 1 … ``minimum`` − 1."""
    counts = np.asarray(values)
    return np.asarray((counts > 0) & (counts < minimum))


def _give_room(cell: tuple[int, int], hidden: np.ndarray, price: np.ndarray, room: Room) -> np.ndarray:
    """The cheapest further cells that protect one cell: a rectangle with it in a corner, two of them, or all that may.

    One rectangle lets the cell change by what its other corners can take; where that is too little, two together do.
    """
    rows, columns = hidden.shape
    i, j = cell
    rectangles: list[tuple[float, tuple[tuple[int, int], ...]]] = []
    for other_row in range(rows):
        for other_column in range(columns):
            corners = [(i, other_column), (other_row, j), (other_row, other_column)]
            if other_row == i or other_column == j:
                continue
            more = tuple(corner for corner in corners if not hidden[corner])
            if all(np.isfinite(price[corner]) for corner in more):
                rectangles.append((float(sum(price[corner] for corner in more)), more))
    rectangles.sort()
    pairs = [(first[0] + second[0], first[1] + second[1]) for first, second in combinations(rectangles, 2)]
    for _, new in [*rectangles, *sorted(pairs)]:
        trial = hidden.copy()
        for corner in new:
            trial[corner] = True
        if room.has(cell, trial):
            return trial
    result: np.ndarray = hidden | np.isfinite(price)
    return result


class Room:
    """Whether hidden cells of a table with margins have room, given the shown ones.

    Cells are the arcs of a network whose nodes are the lines: a row gives what its column takes, margins the other way
    round. Whatever one cell loses must then flow from its giving line to its taking line through other hidden cells.
    """

    def __init__(self, values: np.ndarray, minimum: int = MINIMUM) -> None:
        self.values, self.minimum = np.asarray(values, dtype=np.int32), minimum
        rows, columns = values.shape
        self.n_lines = rows + columns
        row, column = np.indices(values.shape)
        turned = (row == rows - 1) ^ (column == columns - 1)
        self.gives, self.takes = np.where(turned, column + rows, row), np.where(turned, row, column + rows)
        self.small = [(int(i), int(j)) for i, j in np.argwhere(few(values, minimum))]

    def has(self, cell: tuple[int, int], hidden: np.ndarray) -> bool:
        """Whether a small cell might be 0, or ``minimum`` or more, beside the same shown cells."""
        if not hidden[cell]:
            return False
        others = hidden.copy()
        others[cell] = False
        gives, takes, held = self.gives[others], self.takes[others], self.values[others]
        room = np.zeros((self.n_lines, self.n_lines), dtype=np.int32)
        room[gives, takes] = self.minimum  # more is not asked for
        room[takes, gives] = np.minimum(held, self.minimum)
        start, end, value = int(self.gives[cell]), int(self.takes[cell]), int(self.values[cell])
        return _flow(room, start, end) >= value or _flow(room, end, start) >= self.minimum - value


def _flow(room: np.ndarray, start: int, end: int) -> int:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    return int(maximum_flow(csr_array(room), start, end).flow_value)


def hide_rows(
    remainders: Sequence[np.ndarray],
    primary: np.ndarray,
    cost: np.ndarray,
    *,
    minimum: int = MINIMUM,
) -> tuple[np.ndarray, bool]:
    """Which rows of answers of one question stay empty, and whether their total does.

    Groups stand in rows, answers in columns; a row is shown as a whole or not at all, and how many members a row has
    is known. With one column the answers are numbers of which a row shows the mean.

    Parameters
    ----------
    remainders : unlisted members by row and answer; several where readers may know more or less of the listed.
    primary : rows that may not be shown.
    cost : per row what hiding costs the reader; 0 for rows that are not shown anyway. The row over all costs
        ``TOTAL_COST``.

    Returns
    -------
    Hidden rows and whether the total is hidden: the cheapest choice that leaves every small remainder room.
    """
    total_small = any(bool(few(rest.sum(axis=0), minimum).any()) for rest in remainders)
    forced = primary | (cost == 0)
    free = np.flatnonzero(~forced)
    choices = [
        (float(cost[list(more)].sum()) + (TOTAL_COST if total else 0.0), total, more)
        for size in range(len(free) + 1)
        for more in combinations(free.tolist(), size)
        for total in ((True,) if total_small else (False, True))
    ]
    for _, total, more in sorted(choices):
        hidden = forced.copy()
        hidden[list(more)] = True
        if all(_rows_have_room(rest, hidden, total, minimum) for rest in remainders):
            return hidden, total
    return np.ones_like(primary), True


def _rows_have_room(remainder: np.ndarray, hidden: np.ndarray, total: bool, minimum: int) -> bool:
    """Whether every small remainder may be 0 or at least ``minimum`` (Fréchet bounds of the hidden rows)."""
    sizes = remainder.sum(axis=1)
    together = int(sizes[hidden].sum())
    if total:
        shown = remainder[~hidden].sum(axis=0)
        small = few(remainder.sum(axis=0), minimum)
        return bool(((shown == 0) | (shown + together >= minimum))[small].all())
    if remainder.shape[1] == 1:
        return not few(sizes[hidden], minimum).any() or together >= minimum
    sums = remainder[hidden].sum(axis=0)
    if few(sums, minimum).any():
        return False
    least = np.maximum(0, sizes[hidden][:, None] + sums - together)
    greatest = np.minimum(sizes[hidden][:, None], sums)
    small = few(remainder[hidden], minimum)
    return bool(((least == 0) | (greatest >= minimum))[small].all())
