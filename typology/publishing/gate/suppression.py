"""Which cells of a table of counts stay empty, so that no small one can be read or worked out.

Here the counts are of municipalities of which nobody knows that they took part: a remainder of none tells of nobody. A
remainder of 1 … ``enough`` − 1 is small. It is protected if everything shown still leaves it room: it might be 0, or it
might be ``enough`` or more, and further by as many as may tell each other that they took part. Whoever knows all listed
members knows the shown remainders exactly; the room is the least and the greatest value of the hidden one that fit
them. What the gaps of one line hold together follows from its margin, so that must not be small either.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from typology.publishing.gate.network import Cell, Network
from typology.publishing.gate.rules import RULES, Rules

INNER, MARGIN, KEPT = 1.0, 6.0, np.inf


def suppress(
    counts: np.ndarray,
    remainder: np.ndarray,
    *,
    rules: Rules = RULES,
    also: np.ndarray | None = None,
    cost: np.ndarray | None = None,
) -> np.ndarray:
    """Which cells of a table with margins must stay empty.

    Primary: a count of 1 … ``minimum`` − 1, or a small remainder of unlisted members. Secondary: for every small
    remainder that the rest would tell, the cheapest rectangle of cells that gives it room; in the end every secondary
    cell that is not needed is shown again, the dearest first.

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
    needed = given | ((rules.few(counts) | rules.small(remainder)) & np.isfinite(price))
    needed[-1, -1] = False
    hidden: np.ndarray = needed.copy()
    room = Room(remainder, rules)
    small = [cell for cell in room.small if hidden[cell]]
    for cell in small:
        if not room.has(cell, hidden):
            hidden = _give_room(cell, hidden, price, room)
    _fill_lines(remainder, hidden, price, rules)
    secondary = sorted(zip(*np.nonzero(hidden & ~needed), strict=True), key=lambda cell: -price[cell])
    for cell in secondary:
        shown = hidden.copy()
        shown[cell] = False
        if not _short_lines(remainder, shown, rules) and all(room.has(other, shown) for other in small):
            hidden = shown
    return hidden


def _short_lines(remainder: np.ndarray, hidden: np.ndarray, rules: Rules) -> list[np.ndarray]:
    """Rows and columns (as places) with a shown margin whose gaps hold few together."""
    rows, columns = hidden.shape
    places = np.arange(rows * columns).reshape(rows, columns)
    rest, gone = remainder.ravel(), hidden.ravel()
    lines = [*places, *places.T]
    return [line for line in lines if not gone[line[-1]] and rules.small(rest[line[:-1]][gone[line[:-1]]].sum())]


def _fill_lines(remainder: np.ndarray, hidden: np.ndarray, price: np.ndarray, rules: Rules) -> None:
    """Hide the cheapest further cells of lines whose gaps hold few together, in place."""
    rest, gone, cost = remainder.ravel(), hidden.ravel(), price.ravel()  # views
    while lines := _short_lines(remainder, hidden, rules):
        # a cell with enough behind it; else whatever there is, the margin among it
        free = [[cell for cell in line if not gone[cell] and np.isfinite(cost[cell])] for line in lines]
        first = next((cells for cells in free if cells), None)
        if first is None:
            return
        enough = [cell for cell in first if rest[cell] >= rules.enough]
        gone[min(enough or first, key=lambda cell: (cost[cell], cell))] = True


def _usual_cost(shape: tuple[int, ...]) -> np.ndarray:
    cost = np.full(shape, INNER)
    cost[-1, :] = cost[:, -1] = MARGIN
    return cost


def _give_room(cell: Cell, hidden: np.ndarray, price: np.ndarray, room: Room) -> np.ndarray:
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
    """Whether hidden cells of a table with margins have room, given the shown ones."""

    def __init__(self, values: np.ndarray, rules: Rules = RULES) -> None:
        self.values, self.rules = np.asarray(values, dtype=np.int32), rules
        self.network = Network(values.shape)
        self.small = [(int(i), int(j)) for i, j in np.argwhere(rules.small(values))]

    def has(self, cell: Cell, hidden: np.ndarray) -> bool:
        """Whether a small cell might be 0, or ``enough`` or more, beside the same shown cells.

        One of those who tell each other takes one from its cell, and one more where its margins are hidden as well.
        """
        if not hidden[cell]:
            return False
        value, most = int(self.values[cell]), 4 * self.rules.enough  # more is not asked for
        loses, gains = self.network.reach(
            cell, np.where(hidden, most, 0), np.where(hidden, np.minimum(self.values, most), 0)
        )
        margins = bool(hidden[:-1, -1].any() and hidden[-1, :-1].any())
        spill = self.rules.colluding if margins else 0
        return loses >= value + self.rules.colluding + spill or gains >= self.rules.enough - value + spill
