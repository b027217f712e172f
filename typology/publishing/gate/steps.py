"""How finely the shares and means of a question may be shown, so that no closed answer can be worked out.

Groups stand in rows, answers in columns; that a listed municipality belongs to a group is public. So a remainder of
closed answers tells when it is nothing or all, as much as when it is small. Each shown cell stands at the finest of
several steps at which, beside everything else that is shown, its remainder might be at least ``enough`` and might leave
at least ``enough`` others; the last step is an empty cell. A coarse figure is a range of counts to the reader, an exact
one a single count.

Those who tell each other their answers take at most one count each from what the other rows can give, so the flow must
exceed the need by their number; what their own row can give is theirs and no secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from typology.publishing.gate.network import Cell, Network
from typology.publishing.gate.rules import Rules

FREE = 10**6
# Steps of shares: to whole per cent with an interval (a single count to the reader), nearest 5 %, in tens (5, 15, …).
SHARE_STEPS = (0.01, 0.05, 0.1)
MEAN_STEPS = (0.1,)


def on_step(values: np.ndarray, step: float) -> np.ndarray:
    """Shares at a step: the nearest per cent or 5 %, the middle of its ten.

    >>> on_step(np.array([0.034, 0.12, 1.0]), 0.1)
    array([0.05, 0.15, 0.95])
    """
    if step < SHARE_STEPS[-1]:
        return (np.round(values / step) * step).round(2)
    return ((np.minimum(np.floor(values / step + 1e-9), 1 / step - 1) + 0.5) * step).round(2)


def share_ranges(counts: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest count that give the same figure, at every step and last where the cell is empty.

    Parameters
    ----------
    counts : rows × columns. bases : how many answered, by row.

    Returns
    -------
    Two arrays steps + 1 × rows × columns.
    """
    low = np.repeat(counts[None], len(SHARE_STEPS) + 1, axis=0)
    high = low.copy()
    for row, base in enumerate(bases):
        every = np.arange(base + 1) / max(1, base)
        for level, step in enumerate(SHARE_STEPS[1:], 1):
            shown = on_step(every, step)
            for column, count in enumerate(counts[row]):
                same = np.flatnonzero(shown == shown[count])
                low[level, row, column], high[level, row, column] = same[0], same[-1]
        low[-1, row], high[-1, row] = 0, base
    return low, high


@dataclass(frozen=True)
class Remainder:
    """What one kind of reader does not know: counts with margins, and at every step the range that the figure leaves.

    ``rest``: (rows + 1) × (columns + 1), the last row being all, the last column the closed answers of the row.
    ``low``, ``high``: steps + 1 of them. ``units``: how much one municipality adds at most (a rating: its range).
    """

    rest: np.ndarray
    low: np.ndarray
    high: np.ndarray
    units: int = 1

    @classmethod
    def of(cls, counts: np.ndarray, rest: np.ndarray, low: np.ndarray, high: np.ndarray, units: int = 1) -> Remainder:
        """Ranges of the counts less what the reader knows; rows know how many they are.

        ``counts``, ``rest``: with margins. ``low``, ``high``: of the counts, without the last column.
        """
        known, size = (counts - rest)[None, :, :-1], rest[None, :, -1:]
        exact = np.repeat(size, len(low), axis=0)
        least, most = np.clip(low - known, 0, size), np.clip(high - known, 0, size)
        return cls(rest, np.concatenate([least, exact], axis=2), np.concatenate([most, exact], axis=2), units)

    @classmethod
    def of_lost(
        cls, counts: np.ndarray, rest: np.ndarray, low: np.ndarray, high: np.ndarray, units: int = 1
    ) -> Remainder:
        """What an earlier, exact figure less this one leaves of those who were in that one only; they are ``rest``."""
        return cls.of(counts, rest, 2 * counts[None, :, :-1] - high, 2 * counts[None, :, :-1] - low, units)


class Levels:
    """The choice of steps for one question."""

    def __init__(
        self,
        remainders: Sequence[Remainder],
        first: np.ndarray,
        rules: Rules,
        kept: Mapping[tuple[int, Cell], tuple[int, int]] | None = None,
    ) -> None:
        """``kept``: by place of the reader, ranges of cells that other tables leave and this one must not narrow."""
        self.remainders, self.rules, self.level, self.kept = remainders, rules, first.copy(), kept or {}
        self.last = len(remainders[0].low) - 1
        self.network = Network(first.shape)
        self.rows, self.columns = np.indices(first.shape)
        self.asked = [(i, j) for i in range(first.shape[0]) for j in range(first.shape[1] - 1)]
        if first.shape[1] == 3:  # of two answers one is the rest of the other
            self.asked = [cell for cell in self.asked if cell[1] == 0]

    def own(self, cell: Cell, level: int) -> bool:
        """Whether the figure of a cell alone leaves room at a step."""
        for one in self.remainders:
            size, enough = int(one.rest[cell[0], -1]), self.rules.minimum + one.units * self.rules.colluding
            least, most = one.low[level][cell], one.high[level][cell]
            if size and (most < min(enough, size) or least > max(size - enough, 0)):
                return False
        return True

    def room(self, cell: Cell, level: np.ndarray) -> bool:
        """Whether a cell has room beside all that is shown at these steps."""
        return all(self.missing(place, cell, level) == 0 for place in range(len(self.remainders)))

    def missing(self, place: int, cell: Cell, level: np.ndarray) -> int:
        """How much more the other rows would have to give for one kind of reader; 0 where there is room."""
        one = self.remainders[place]
        if (place, cell) in self.kept:
            loses, gains = self._reach(one, cell, level)
            low, high = self.kept[place, cell]
            return max(0, int(one.rest[cell]) - low - loses) + max(0, high - int(one.rest[cell]) - gains)
        size, value = int(one.rest[cell[0], -1]), int(one.rest[cell])
        collude = one.units * self.rules.colluding
        need = collude + min(self.rules.minimum, size)
        if not size or (value >= need and size - value >= need):
            return 0
        if not self.own(cell, int(level[cell])):
            return FREE
        # where nothing of the row is shown, the others must give enough without those who collude
        loses, gains = self._reach(one, cell, level, lift=size < collude + self.rules.minimum)
        return max(0, need - value - gains) + max(0, need - (size - value) - loses)

    def _reach(self, one: Remainder, cell: Cell, level: np.ndarray, *, lift: bool = False) -> tuple[int, int]:
        low, high = one.low[level, self.rows, self.columns], one.high[level, self.rows, self.columns]
        down, up = one.rest - low, high - one.rest
        if lift:
            down[cell[0], :-1][down[cell[0], :-1] == one.rest[cell[0], :-1]] = FREE
            up[cell[0], :-1][up[cell[0], :-1] == one.rest[cell[0], -1] - one.rest[cell[0], :-1]] = FREE
        return _two_answers(cell[0], up, down) if level.shape[1] == 3 else self.network.reach(cell, up, down)

    def range_of(self, cell: Cell, place: int = 0) -> tuple[int, int]:
        """Least and greatest value of a cell for one kind of reader, beside all that is shown."""
        one, level = self.remainders[place], int(self.level[cell])
        value = int(one.rest[cell])
        loses, gains = self._reach(one, cell, self.level)
        return max(int(one.low[level][cell]), value - loses), min(int(one.high[level][cell]), value + gains)

    def choose(self, cost: np.ndarray) -> np.ndarray:
        """The steps: what a cell's own figure asks, then the cheapest further ones until every cell has room.

        Parameters
        ----------
        cost : what an empty cell costs the reader; infinite where a cell stays as it is.
        """
        movable = [(int(i), int(j)) for i, j in np.argwhere(np.isfinite(cost))]
        for cell in movable:
            while self.level[cell] < self.last and not self.own(cell, int(self.level[cell])):
                self.level[cell] += 1
        needed = self.level.copy()
        for cell in self.asked:
            while not self.room(cell, self.level) and self._raise(cell, movable, cost):
                pass
        self._lower(needed, movable, cost)
        return self.level

    def _raise(self, cell: Cell, movable: list[Cell], cost: np.ndarray) -> bool:
        """Coarsen the cheapest cell that gives room, or the one that gives most; False where none is left."""
        choices = []
        for other in movable:
            for level in range(int(self.level[other]) + 1, self.last + 1):
                trial = self.level.copy()
                trial[other] = level
                missing = sum(self.missing(place, cell, trial) for place in range(len(self.remainders)))
                price = cost[other] * (level - self.level[other]) / self.last
                choices.append((missing, price, other, level))
        if not choices:
            return False
        enough = [choice for choice in choices if choice[0] == 0]
        best = min(enough, key=_by_price) if enough else min(choices)
        self.level[best[2]] = best[3]
        return True

    def _lower(self, needed: np.ndarray, movable: list[Cell], cost: np.ndarray) -> None:
        """Show more finely what has become coarser than its own figure asks and need not be, the dearest first."""
        for cell in sorted(movable, key=lambda cell: -cost[cell]):
            for level in range(int(needed[cell]), int(self.level[cell])):
                trial = self.level.copy()
                trial[cell] = level
                if all(self.room(other, trial) for other in self.asked):
                    self.level = trial
                    break


def _by_price(choice: tuple[int, float, Cell, int]) -> tuple[float, Cell]:
    return choice[1], choice[2]


def _two_answers(row: int, up: np.ndarray, down: np.ndarray) -> tuple[int, int]:
    """The same as the flow where there are two answers and all rows are known: sums."""
    more, less = np.minimum(up[:, 0], down[:, 1]), np.minimum(down[:, 0], up[:, 1])
    if row == len(up) - 1:
        loses, gains = less[:-1].sum(), more[:-1].sum()
    else:
        loses = more[:-1].sum() - more[row] + less[-1]
        gains = less[:-1].sum() - less[row] + more[-1]
    return int(min(loses, up[row, 1])), int(min(gains, down[row, 1]))


def with_margins(cells: np.ndarray) -> np.ndarray:
    """A table with its sums: a last row over all groups, a last column over all answers."""
    cells = np.vstack([cells, cells.sum(axis=0, keepdims=True)])
    return np.hstack([cells, cells.sum(axis=1, keepdims=True)])
