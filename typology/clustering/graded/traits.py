"""How the traits of a graded model are spread: normal, skewed with one hump, or a few free places on one trait.

Every spread is a grid: places on the traits and a weight for each. Up to three traits the places are those of
Gauss and Hermite; from four on they are quasi-random (the additive sequence of the generalised golden ratio, made
normal and given mean 0 and unit covariance), because a product grid grows too fast. A finished fit of three traits
and more is measured again on a finer grid.

A skewed trait is a shifted lognormal, (exp(g z − g²/2) − 1) / √(exp(g²) − 1) for z normal: mean 0, variance 1, one
hump whatever g is, and normal as g goes to 0. A density that may have two humps would absorb types.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

HERMITE = {1: (41, 1e-9), 2: (15, 1e-9), 3: (9, 1e-5)}
"""Gauss–Hermite nodes per trait, and the weight below which a node is left out (three traits keep 251)."""
QUASI_RANDOM, FINE = 512, 2_048
"""Quasi-random nodes: for four traits and more while fitting, and for three and more when a fit is measured again.
With 64 nodes three traits gain 2 to 4 units of log-likelihood that are none."""
SKEWEST = 0.4
"""Largest shape g: a skewness of 1.3. With more, one-sided traits become switches and stand for types."""
LEAST_SHAPE = 1e-3
"""Below this a shape is taken as this small, where the formula would divide by zero."""


@dataclass(frozen=True, eq=False)
class Places:
    """``nodes`` (n_nodes × n_traits) and ``logs``, the logs of their weights (n_nodes)."""

    nodes: np.ndarray
    logs: np.ndarray


class Spread(Protocol):
    """A family of spreads with parameters of its own."""

    @property
    def n_traits(self) -> int:
        """Number of traits."""
        ...

    @property
    def n_free(self) -> int:
        """Parameters that the data identify."""
        ...

    @property
    def rotates(self) -> bool:
        """Whether turning the traits leaves the answers as probable as they were."""
        ...

    def start(self) -> np.ndarray:
        """Parameters to start from."""
        ...

    def places(self, values: np.ndarray) -> Places:
        """The grid under these parameters."""
        ...

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Slopes by the parameters, from slopes by the ``nodes`` and by the ``logs``."""
        ...

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Traits of ``n`` rows (n × n_traits)."""
        ...

    def finer(self) -> Spread:
        """The same on the grid that measures a finished fit."""
        ...


@lru_cache(maxsize=32)
def normal_grid(n_traits: int, n_nodes: int | None = None) -> Places:
    """Places of independent standard normal traits; ``n_nodes`` asks for so many quasi-random ones.

    >>> grid = normal_grid(2)
    >>> bool(abs(np.exp(grid.logs) @ grid.nodes[:, 0] ** 2 - 1) < 1e-6)
    True
    """
    if n_traits in HERMITE and n_nodes is None:
        n_points, least = HERMITE[n_traits]
        points, weights = np.polynomial.hermite_e.hermegauss(n_points)
        mesh = np.meshgrid(*[points] * n_traits, indexing="ij")
        shares = np.prod(np.meshgrid(*[weights / weights.sum()] * n_traits, indexing="ij"), axis=0).ravel()
        kept = shares > least
        nodes = np.stack([axis.ravel() for axis in mesh], axis=1)[kept]
        return Places(nodes, np.log(shares[kept] / shares[kept].sum()))
    if not n_traits:
        return Places(np.zeros((1, 0)), np.zeros(1))
    from scipy.special import ndtri

    n_nodes = n_nodes or QUASI_RANDOM
    golden = 2.0
    for _ in range(60):
        golden = (1 + golden) ** (1 / (n_traits + 1))
    steps = golden ** -np.arange(1.0, n_traits + 1)
    nodes = ndtri((0.5 + np.arange(1, n_nodes + 1)[:, None] * steps) % 1)
    nodes -= nodes.mean(axis=0)
    root = np.linalg.cholesky(nodes.T @ nodes / n_nodes)
    return Places(np.linalg.solve(root, nodes.T).T, np.full(n_nodes, -np.log(n_nodes)))


@dataclass(frozen=True)
class NormalTraits:
    """Independent standard normal traits."""

    n_traits: int
    n_nodes: int | None = None
    n_free: int = 0

    @property
    def rotates(self) -> bool:
        """Normal traits have no axes of their own."""
        return True

    def start(self) -> np.ndarray:
        """No parameters."""
        return np.zeros(0)

    def places(self, values: np.ndarray) -> Places:
        """The fixed grid."""
        return normal_grid(self.n_traits, self.n_nodes)

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Nothing moves."""
        return np.zeros(0)

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Standard normal numbers."""
        return rng.standard_normal((n, self.n_traits))

    def finer(self) -> NormalTraits:
        """More nodes, from three traits on."""
        return NormalTraits(self.n_traits, FINE) if self.n_traits > 2 else self


@dataclass(frozen=True)
class SkewedTraits:
    """Independent skewed traits, one shape each; their skewness tells the axes, so that nothing turns freely."""

    n_traits: int
    n_nodes: int | None = None

    @property
    def n_free(self) -> int:
        """One shape per trait."""
        return self.n_traits

    @property
    def rotates(self) -> bool:
        """Only normal traits do."""
        return False

    def start(self) -> np.ndarray:
        """Nearly normal."""
        return np.zeros(self.n_traits)

    def places(self, values: np.ndarray) -> Places:
        """The normal grid, bent."""
        grid = normal_grid(self.n_traits, self.n_nodes)
        return Places(_bent(grid.nodes, shapes(values)), grid.logs)

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """By the chain rule through the bent places."""
        plain = normal_grid(self.n_traits, self.n_nodes).nodes
        shape = shapes(values)
        raised = np.exp(shape * plain - shape**2 / 2)
        below = np.sign(shape) * np.sqrt(np.expm1(shape**2))
        moved = raised * (plain - shape) / below - places.nodes * shape * np.exp(shape**2) / below**2
        return np.asarray((nodes * moved).sum(axis=0) * SKEWEST * (1 - np.tanh(values) ** 2))

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Normal numbers, bent."""
        return _bent(rng.standard_normal((n, self.n_traits)), shapes(values))

    def finer(self) -> SkewedTraits:
        """More nodes, from three traits on."""
        return SkewedTraits(self.n_traits, FINE) if self.n_traits > 2 else self


@dataclass(frozen=True)
class FreePlaces:
    """Some places anywhere on one trait: classes that differ by degree only, in one order for all goals.

    Source: located latent classes, Lindsay, Clogg and Grego (1991), JASA 86, 96–107.
    """

    n_places: int
    n_traits: int = 1

    @property
    def n_free(self) -> int:
        """Places and weights; two places only set the origin and the unit of the trait."""
        return 2 * self.n_places - 3

    @property
    def rotates(self) -> bool:
        """One trait cannot turn."""
        return False

    def start(self) -> np.ndarray:
        """Evenly spread, with equal weights."""
        return np.concatenate([np.linspace(-1.3, 1.3, self.n_places), np.zeros(self.n_places)])

    def places(self, values: np.ndarray) -> Places:
        """The places and their weights."""
        nodes, raised = values[: self.n_places, None], values[self.n_places :]
        return Places(nodes, raised - np.logaddexp.reduce(raised))

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Places move by themselves, weights add up to 1."""
        return np.concatenate([nodes[:, 0], logs - np.exp(places.logs) * logs.sum()])

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """One of the places by its weight."""
        places = self.places(values)
        return places.nodes[rng.choice(self.n_places, size=n, p=np.exp(places.logs))]

    def finer(self) -> FreePlaces:
        """Nothing is approximated here."""
        return self


@dataclass(frozen=True)
class Corners:
    """Classes as the corners of a simplex: one at the origin and one at unit distance along each axis, with free
    weights. With free loadings every class has a level of its own on every goal."""

    n_classes: int

    @property
    def n_traits(self) -> int:
        """One axis less than classes."""
        return self.n_classes - 1

    @property
    def n_free(self) -> int:
        """Class weights."""
        return self.n_classes - 1

    @property
    def rotates(self) -> bool:
        """Corners stay where they are."""
        return False

    def start(self) -> np.ndarray:
        """Equal weights."""
        return np.zeros(self.n_classes)

    def places(self, values: np.ndarray) -> Places:
        """The corners and their weights."""
        return Places(np.eye(self.n_classes)[:, 1:], values - np.logaddexp.reduce(values))

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Weights add up to 1."""
        return np.asarray(logs - np.exp(places.logs) * logs.sum())

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """One of the corners by its weight."""
        places = self.places(values)
        return places.nodes[rng.choice(self.n_classes, size=n, p=np.exp(places.logs))]

    def finer(self) -> Corners:
        """Nothing is approximated here."""
        return self


@dataclass(frozen=True, eq=False)
class CornersAndTraits:
    """Classes as corners, and normal traits beside them that are spread alike in every class: what goals have in common
    within the classes."""

    n_classes: int
    n_within: int

    @property
    def n_traits(self) -> int:
        """The axes of the corners first."""
        return self.n_classes - 1 + self.n_within

    @property
    def n_free(self) -> int:
        """Class weights."""
        return self.n_classes - 1

    @property
    def rotates(self) -> bool:
        """Corners stay where they are."""
        return False

    def start(self) -> np.ndarray:
        """Equal weights."""
        return np.zeros(self.n_classes)

    def places(self, values: np.ndarray) -> Places:
        """Every corner with the whole grid of the traits, corner by corner."""
        grid = within_grid(self.n_within)
        corners = np.repeat(np.eye(self.n_classes)[:, 1:], len(grid.logs), axis=0)
        nodes = np.concatenate([corners, np.tile(grid.nodes, (self.n_classes, 1))], axis=1)
        weights = values - np.logaddexp.reduce(values)
        return Places(nodes, (weights[:, None] + grid.logs).ravel())

    def pull(self, values: np.ndarray, places: Places, nodes: np.ndarray, logs: np.ndarray) -> np.ndarray:
        """Weights add up to 1."""
        own = logs.reshape(self.n_classes, -1).sum(axis=1)
        return np.asarray(own - np.exp(values - np.logaddexp.reduce(values)) * logs.sum())

    def draw(self, values: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """One of the corners by its weight, and standard normal numbers."""
        corners = Corners(self.n_classes).draw(values, n, rng)
        return np.concatenate([corners, rng.standard_normal((n, self.n_within))], axis=1)

    def finer(self) -> CornersAndTraits:
        """The grid is fine enough for the loadings of two goals."""
        return self


@lru_cache(maxsize=4)
def within_grid(n_traits: int) -> Places:
    """Gauss–Hermite places of traits of two goals each: 15 for one, 9 each for more."""
    points, weights = np.polynomial.hermite_e.hermegauss(15 if n_traits == 1 else 9)
    mesh = np.meshgrid(*[points] * n_traits, indexing="ij")
    shares = np.prod(np.meshgrid(*[weights / weights.sum()] * n_traits, indexing="ij"), axis=0).ravel()
    return Places(np.stack([axis.ravel() for axis in mesh], axis=1), np.log(shares))


def shapes(values: np.ndarray) -> np.ndarray:
    """Shapes between −``SKEWEST`` and ``SKEWEST``, never 0."""
    shape = SKEWEST * np.tanh(values)
    return np.where(np.abs(shape) < LEAST_SHAPE, np.where(shape < 0, -LEAST_SHAPE, LEAST_SHAPE), shape)


def _bent(normal: np.ndarray, shape: np.ndarray) -> np.ndarray:
    bent: np.ndarray = np.expm1(shape * normal - shape**2 / 2) / (np.sign(shape) * np.sqrt(np.expm1(shape**2)))
    return bent
