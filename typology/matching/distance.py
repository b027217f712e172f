"""Who is near whom: distances, comparable bodies, own Verband and Kreis, from the register rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from typology.matching.reach import Reach

# A Kreis is never compared with a municipality. Municipalities, kreisfreie Städte and Verbände share one scale
# of size classes and do comparable work; whatever else there is stays among itself.
POOLS = {"gemeinde": 0, "kreisfrei": 0, "verband": 0, "kreis": 1}
OTHER_POOL = 2
# Mean radius of the Earth in kilometres (6371.0088 for the ellipsoid GRS 80: H. Moritz, Geodetic Reference System
# 1980, Journal of Geodesy 74, 2000), to the kilometre: on a sphere more digits would say nothing.
EARTH_KM = 6371.0
BLOCK = 256  # rows at once, so that a table of all pairs never stands in memory
MARGIN = 1e-6
"""So much farther than asked for pairs are looked up, so that rounding loses none of them."""


@dataclass(frozen=True, eq=False)
class Places:
    """Bodies in the order of their keys, asked pair by pair (``…_between``) or all at once.

    ``points``: (n, 3) kilometres from the centre of the Earth, NaN where a place is unknown. ``kreis``: (n,) a number
    per Kreis, -1 unknown; ``land``: the same per Land. ``parents``: (n, 2) positions of the own Kreis and Verband, -1
    where not among the bodies. ``pool``: (n,). ``log_population``: (n,), NaN where unknown.
    """

    keys: tuple[str, ...]
    points: np.ndarray
    kreis: np.ndarray
    land: np.ndarray
    parents: np.ndarray
    pool: np.ndarray
    log_population: np.ndarray

    def km_between(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Distances as the crow flies, NaN where a place is unknown."""
        squares = sum((axis[i] - axis[j]) ** 2 for axis in self.points.T)
        return along_surface(np.sqrt(squares))

    def kin_between(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Whether one is the Verband or Kreis of the other."""
        found = [(parent[i] == j) | (parent[j] == i) for parent in self.parents.T]
        return np.asarray(np.logical_or(*found) & (i != j))

    def comparable_between(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Whether both are municipal, or both Kreise; never oneself."""
        return np.asarray((self.pool[i] == self.pool[j]) & (i != j))

    def reached_between(
        self, i: np.ndarray, j: np.ndarray, need: np.ndarray, reach: Reach, *, together_km: float | None = None
    ) -> np.ndarray:
        """Comparable, not kin, and within reach; ``together_km``: for those who share a need and meet for it."""
        km, gap = self.km_between(i, j), self.log_population[i] - self.log_population[j]
        if together_km is not None:
            near = self.near_between(i, j, together_km)
            return np.asarray(near & reach.accepts(km, gap, near, need))
        land = (self.land[i] == self.land[j]) | (self.land[i] < 0) | (self.land[j] < 0)
        fits = self.comparable_between(i, j) & ~self.kin_between(i, j)
        return np.asarray(fits & reach.accepts(km, gap, land, need))

    def near_between(self, i: np.ndarray, j: np.ndarray, km: float) -> np.ndarray:
        """Comparable, not kin, and at most ``km`` apart or, without coordinates, in the same Kreis."""
        apart = self.km_between(i, j)
        close = np.where(np.isnan(apart), (self.kreis[i] == self.kreis[j]) & (self.kreis[i] >= 0), apart <= km)
        return np.asarray(close & self.comparable_between(i, j) & ~self.kin_between(i, j))

    def likeness_between(self, i: np.ndarray, j: np.ndarray, factor: float) -> np.ndarray:
        """1 for equal population, falling to 0 at ``factor`` times as many; 0 where unknown."""
        gap = np.abs(self.log_population[i] - self.log_population[j])
        result: np.ndarray = np.nan_to_num(np.clip(1 - gap / np.log(factor), 0, 1))
        return result

    @cached_property
    def km(self) -> np.ndarray:
        """(n, n): distances as the crow flies, NaN where a place is unknown."""
        return self.km_between(*self._grid())

    def near(self, km: float) -> np.ndarray:
        """(n, n): who is near whom, as :meth:`near_between`."""
        return self.near_between(*self._grid(), km)

    def pairs_together(self, km: float, reach: Reach) -> tuple[np.ndarray, np.ndarray]:
        """All pairs that can meet for a need they share, in the order of the first and then of the second."""
        i, j = self.near_pairs(km)
        fits = self.reached_between(i, j, np.ones(len(i), dtype=bool), reach, together_km=km)
        return i[fits], j[fits]

    def near_pairs(self, km: float) -> tuple[np.ndarray, np.ndarray]:
        """All pairs that are near, in the order of the first and then of the second."""
        i, j = self._candidates(km)
        near = self.near_between(i, j, km)
        i, j = i[near], j[near]
        order = np.lexsort((j, i))
        return i[order], j[order]

    def _candidates(self, km: float) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of which some are near: not much farther apart than that, or in one Kreis and one place unknown."""
        from scipy.spatial import KDTree

        known = np.isfinite(self.points).all(axis=1)
        places = np.flatnonzero(known)
        straight = 2 * EARTH_KM * np.sin(min(km / (2 * EARTH_KM), np.pi / 2))
        close = places[KDTree(self.points[places]).query_pairs(straight * (1 + MARGIN) + MARGIN, output_type="ndarray")]
        found = [close, close[:, ::-1]]
        for number in np.unique(self.kreis[~known & (self.kreis >= 0)]):
            mine = np.flatnonzero(self.kreis == number)
            pairs = np.stack(np.meshgrid(mine, mine), axis=-1).reshape(-1, 2)
            found.append(pairs[~known[pairs].all(axis=1)])
        first, second = np.concatenate(found).T
        return first, second

    def _grid(self) -> tuple[np.ndarray, np.ndarray]:
        everybody = np.arange(len(self.keys))
        return everybody[:, None], everybody[None, :]


def blocks_of(n: int) -> Iterator[np.ndarray]:
    """The numbers from 0 to ``n`` - 1 in blocks, so that pairs with everybody fit into memory."""
    for start in range(0, n, BLOCK):
        yield np.arange(start, min(start + BLOCK, n))


def places_of(municipalities: pd.DataFrame, keys: pd.Index | list[str]) -> Places:
    """Places of the named bodies, from register rows (index ``key``)."""
    names = sorted(str(key) for key in keys)
    rows = municipalities.set_axis(municipalities.index.astype(str)).reindex(names)
    kreis, verband, land = (_text(rows, name) for name in ("kreis", "verband", "land"))
    position = {key: place for place, key in enumerate(names)}
    population = _number(rows, "population")
    with np.errstate(invalid="ignore", divide="ignore"):
        log_population = np.where(population > 0, np.log(population), np.nan)
    return Places(
        keys=tuple(names),
        points=sphere_points(_number(rows, "longitude"), _number(rows, "latitude")),
        kreis=np.where(kreis == "", -1, pd.factorize(kreis)[0]),
        land=np.where(land == "", -1, pd.factorize(land)[0]),
        parents=np.array(
            [[position.get(key, -1) for key in parent] for parent in (kreis, verband)], dtype=int
        ).T.reshape(-1, 2),
        pool=np.array([POOLS.get(kind, OTHER_POOL) for kind in _text(rows, "kind")]),
        log_population=log_population,
    )


def regions(points: np.ndarray, weight: np.ndarray, most: float) -> list[np.ndarray]:
    """Everybody's position in parts that lie together, each with a total weight of at most ``most``.

    A part that weighs more is cut across its longest side, the first half just lighter than the other; rows of which
    nothing is known come last. One alone stays one part whatever it weighs.

    >>> regions(np.array([[0.0, 0.0], [9.0, 1.0], [8.0, 0.0], [1.0, 1.0], [2.0, 0.0]]), np.ones(5), 3)
    [array([0, 3]), array([1, 2, 4])]
    """
    parts, todo = [], [np.arange(len(points))]
    while todo:
        part = todo.pop()
        total = np.cumsum(weight[part])
        if len(part) < 2 or total[-1] <= most:
            parts.append(np.sort(part))
            continue
        known = points[part][np.isfinite(points[part]).all(axis=1)]
        if len(known):
            part = part[np.argsort(points[part, np.ptp(known, axis=0).argmax()], kind="stable")]
        half = np.searchsorted(np.cumsum(weight[part]), total[-1] / 2)
        half = int(min(max(half, 1), len(part) - 1))
        todo += [part[half:], part[:half]]
    return parts


def sphere_points(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """(n, 3): places in kilometres from the centre of the Earth, from degrees; NaN where one is unknown."""
    lon, lat = np.radians(longitude), np.radians(latitude)
    return EARTH_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def along_surface(straight: np.ndarray) -> np.ndarray:
    """Kilometres as the crow flies between places, from those of the straight line through the Earth.

    >>> along_surface(np.array([0.0, 100.0, 2 * EARTH_KM])).round(3).tolist()
    [0.0, 100.001, 20015.087]
    """
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(straight / (2 * EARTH_KM), 1)))


def _text(rows: pd.DataFrame, name: str) -> np.ndarray:
    if name not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.array(["" if pd.isna(value) else str(value) for value in rows[name]], dtype=object)


def _number(rows: pd.DataFrame, name: str) -> np.ndarray:
    if name not in rows:
        return np.full(len(rows), np.nan)
    return np.asarray(pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan))
