"""How far a cell of a table with margins may move beside what is shown of the others.

Cells are the arcs of a network whose nodes are the lines: a row gives what its column takes, margins the other way
round. Whatever one cell loses must then flow from its giving line to its taking line through other cells, as far as
these may move. The table is whole, so the flow says exactly which whole numbers are possible.
"""

from __future__ import annotations

import numpy as np

Cell = tuple[int, int]


class Network:
    """The lines of a table of (rows + 1) × (columns + 1), margins last."""

    def __init__(self, shape: tuple[int, int]) -> None:
        rows, columns = shape
        self.n_lines = rows + columns
        row, column = np.indices(shape)
        turned = (row == rows - 1) ^ (column == columns - 1)
        self.gives, self.takes = np.where(turned, column + rows, row), np.where(turned, row, column + rows)

    def reach(self, cell: Cell, up: np.ndarray, down: np.ndarray) -> tuple[int, int]:
        """How much a cell may lose and gain if every other cell may gain ``up`` and lose ``down``."""
        others = np.ones(up.shape, dtype=bool)
        others[cell] = False
        room = np.zeros((self.n_lines, self.n_lines), dtype=int)
        room[self.gives[others], self.takes[others]] = up[others]
        room[self.takes[others], self.gives[others]] = down[others]
        start, end, rows = int(self.gives[cell]), int(self.takes[cell]), room.tolist()
        return greatest_flow([list(row) for row in rows], start, end), greatest_flow(rows, end, start)


def greatest_flow(room: list[list[int]], start: int, end: int) -> int:
    """The greatest flow by shortest ways that are still open; uses up ``room``.

    For the twenty lines of a table a library spends ten times as long on preparing its arrays.

    >>> greatest_flow([[0, 3, 2], [0, 0, 2], [0, 0, 0]], 0, 2)
    4
    """
    total = 0
    while True:
        before = {start: start}
        line = [start]
        for node in line:
            if end in before:
                break
            for other, free in enumerate(room[node]):
                if free > 0 and other not in before:
                    before[other] = node
                    line.append(other)
        if end not in before:
            return total
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        steps = list(zip(way[1:], way, strict=False))
        amount = min(room[one][other] for one, other in steps)
        for one, other in steps:
            room[one][other] -= amount
            room[other][one] += amount
        total += amount
