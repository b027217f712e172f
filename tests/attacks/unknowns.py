"""Unknown whole numbers with linear constraints: what a sum of them can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import coo_matrix

SMALL = (1, 2)
SLACK = 1e-6
Sum = dict[Any, float]


@dataclass
class Unknowns:
    """Variables ≥ 0 by name, with linear constraints on them."""

    names: dict[Any, int] = field(default_factory=dict)
    lines: list[tuple[Sum, float]] = field(default_factory=list)  # at most
    _system: tuple[int, Any] = (-1, None)
    _solved: dict[Any, tuple[float, float]] = field(default_factory=dict)  # by the number of lines and the sum
    _examples: dict[int, list[np.ndarray]] = field(default_factory=dict)  # solutions found, by the number of lines

    def copy(self) -> Unknowns:
        return Unknowns(dict(self.names), list(self.lines))

    def between(self, of: Sum, low: float, high: float) -> None:
        for name in of:
            self.names.setdefault(name, len(self.names))
        if np.isfinite(high):
            self.lines.append((of, high + SLACK))
        if np.isfinite(low):
            self.lines.append(({name: -weight for name, weight in of.items()}, -low + SLACK))

    def solve(self, aim: Sum) -> tuple[float, float]:
        """The least and the greatest value of a sum."""
        asked = len(self.lines), tuple(aim.items())
        if asked not in self._solved:
            self._solved[asked] = self._solve(aim)
        return self._solved[asked]

    def _solve(self, aim: Sum) -> tuple[float, float]:
        matrix, bound = self._matrix()
        cost = np.zeros(len(self.names))
        for name, weight in aim.items():
            cost[self.names[name]] = weight
        least = linprog(cost, A_ub=matrix, b_ub=bound, method="highs")
        greatest = linprog(-cost, A_ub=matrix, b_ub=bound, method="highs")
        assert least.status == 0, f"the public numbers contradict each other: {least.message}"
        found = self._examples.setdefault(len(self.lines), [])
        found += [solved.x for solved in (least, greatest) if solved.status == 0]
        return float(least.fun), float(-greatest.fun) if greatest.status == 0 else np.inf

    def seen(self, aim: Sum) -> tuple[float, float]:
        """The least and the greatest value among the solutions found so far: as far apart at least is the answer."""
        found = self._examples.get(len(self.lines), [])
        places, weights = [self.names[name] for name in aim], np.array(list(aim.values()))
        values = [float(solution[places] @ weights) for solution in found]
        return (min(values), max(values)) if values else (np.inf, -np.inf)

    def possible(self, aim: Sum, low: float, high: float) -> bool:
        """Whether whole numbers fit everything with the sum between two values."""
        matrix, bound = self._matrix()
        line = np.zeros(len(self.names))
        for name, weight in aim.items():
            line[self.names[name]] = weight
        found = milp(
            np.zeros(len(line)),
            integrality=np.ones(len(line)),
            constraints=[LinearConstraint(matrix, -np.inf, bound), LinearConstraint(line, low, high)],
        )
        assert found.status in (0, 2), found.message  # solved, or no solution
        return found.status == 0

    def told(self, aim: Sum, *, whole: bool = False) -> tuple[float, float] | None:
        """The least and the greatest value where they leave nothing but one or two, else None."""
        least, greatest = self.solve(aim)
        if least > 0.5 and greatest < SMALL[-1] + 0.5:
            return least, greatest
        if not whole or least > SMALL[-1] + 0.5 or greatest < 0.5:
            return None
        beyond = self.possible(aim, SMALL[-1] + 0.5, np.inf) or self.possible(aim, -np.inf, 0.5)
        return None if beyond else (float(SMALL[0]), float(SMALL[-1]))

    def _matrix(self) -> Any:
        if self._system[0] != len(self.lines):
            places = [(row, self.names[name]) for row, (of, _) in enumerate(self.lines) for name in of]
            weights = [weight for of, _ in self.lines for weight in of.values()]
            shape = (len(self.lines), len(self.names))
            matrix = coo_matrix((weights, np.array(places).T), shape=shape).tocsr()
            self._system = len(self.lines), (matrix, np.array([limit for _, limit in self.lines]))
        return self._system[1]
