"""Which goal may load on which trait, and how loadings are made unique.

Turning normal traits changes loadings and no probability. What is reported is turned to principal axes: loadings of
different traits are orthogonal, the first trait explains most, and each trait points where its loadings add up to
more than 0. Skewed and confirmatory traits have axes of their own; they are only ordered and pointed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NONE = -1


@dataclass(frozen=True, eq=False)
class Loadings:
    """``which`` (n_goals × n_traits): number of the coefficient that is the loading, −1 where the goal has none."""

    which: np.ndarray

    @classmethod
    def free(cls, n_goals: int, n_traits: int) -> Loadings:
        """Every goal loads on every trait."""
        return cls(np.arange(n_goals * n_traits).reshape(n_goals, n_traits))

    @classmethod
    def equal(cls, n_goals: int) -> Loadings:
        """One trait that moves all goals alike: a style of answering."""
        return cls(np.zeros((n_goals, 1), dtype=int))

    @classmethod
    def of_groups(cls, n_goals: int, groups: Sequence[Sequence[int]], *, alike: bool = False) -> Loadings:
        """One trait per group of goals; ``alike``: the goals of a group share one loading, as doubled goals do."""
        which = np.full((n_goals, len(groups)), NONE)
        number = 0
        for trait, group in enumerate(groups):
            for goal in group:
                which[goal, trait] = number
                number += not alike
            number += alike
        return cls(which)

    @classmethod
    def of_classes(cls, n_goals: int, n_classes: int, pairs: Sequence[Sequence[int]]) -> Loadings:
        """Free levels of classes, and one loading for each pair of goals that hangs together within them."""
        free = cls.free(n_goals, n_classes - 1)
        within = cls.of_groups(n_goals, pairs, alike=True).which
        return cls(np.concatenate([free.which, np.where(within >= 0, within + free.n_coefficients, NONE)], axis=1))

    @property
    def n_traits(self) -> int:
        """Columns."""
        return int(self.which.shape[1])

    @property
    def n_coefficients(self) -> int:
        """Distinct loadings."""
        return int(self.which.max(initial=NONE)) + 1

    @property
    def is_free(self) -> bool:
        """Whether every goal has a loading of its own on every trait."""
        return self.n_coefficients == self.which.size

    def spread_out(self, coefficients: np.ndarray) -> np.ndarray:
        """Loadings (n_goals × n_traits)."""
        result: np.ndarray = np.append(coefficients, 0.0)[self.which]
        return result

    def gathered(self, loadings: np.ndarray) -> np.ndarray:
        """Sum over the places of each coefficient."""
        kept = self.which >= 0
        return np.asarray(np.bincount(self.which[kept], loadings[kept], minlength=self.n_coefficients))

    def averaged(self, loadings: np.ndarray) -> np.ndarray:
        """Coefficients nearest to these loadings."""
        return np.asarray(self.gathered(loadings) / np.maximum(self.gathered(np.ones(self.which.shape)), 1))

    def n_free(self, *, shifts: bool, rotates: bool) -> int:
        """Coefficients that the data identify.

        ``shifts``: adding the same to all loadings of a trait changes nothing, as where the number of ticks is given
        and every goal has a loading of its own; ``rotates``: neither does turning free traits.
        """
        turns = self.n_traits * (self.n_traits - 1) // 2 if rotates and self.is_free else 0
        moved = sum(len(set(column)) == len(column) and NONE not in column for column in self.which.T.tolist())
        return self.n_coefficients - turns - (moved if shifts else 0)


def principal_axes(loadings: np.ndarray) -> np.ndarray:
    """The rotation (n_traits × n_traits) to principal axes, most important first, each pointing upwards.

    >>> loadings = np.array([[0.0, -2.0], [1.0, 0.0]])
    >>> np.abs(loadings @ principal_axes(loadings)).round(3).tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    _, vectors = np.linalg.eigh(loadings.T @ loadings)
    return pointed(loadings, vectors[:, ::-1])


def own_axes(loadings: np.ndarray) -> np.ndarray:
    """Traits ordered by the sum of their squared loadings, each pointing upwards, but not turned."""
    return pointed(loadings, np.eye(loadings.shape[1])[:, np.argsort(-(loadings**2).sum(axis=0), kind="stable")])


def pointed(loadings: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """The rotation with each trait's loadings adding up to more than 0 (equal sums: the largest one is positive)."""
    turned = loadings @ turn
    sums = turned.sum(axis=0)
    largest = turned[np.abs(turned).argmax(axis=0), np.arange(turned.shape[1])] if len(turned) else sums
    return np.asarray(turn * np.where(np.where(np.abs(sums) > 1e-9, sums, largest) < 0, -1.0, 1.0))


def simple_axes(loadings: np.ndarray, steps: int = 50) -> np.ndarray:
    """The varimax rotation (Kaiser 1958): few large loadings per trait, a start for skewed traits."""
    turn = np.eye(loadings.shape[1])
    for _ in range(steps):
        turned = loadings @ turn
        left, _, right = np.linalg.svd(loadings.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        turn = left @ right
    return turn
