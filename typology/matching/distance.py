"""Who is near whom: distances, comparable bodies, own Verband and Kreis, from the register rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# A Kreis is never compared with a municipality. Municipalities, kreisfreie Städte and Verbände share one scale
# of size classes and do comparable work; whatever else there is stays among itself.
POOLS = {"gemeinde": 0, "kreisfrei": 0, "verband": 0, "kreis": 1}
OTHER_POOL = 2
# Mean radius of the Earth in kilometres (6371.0088 for the ellipsoid GRS 80: H. Moritz, Geodetic Reference System
# 1980, Journal of Geodesy 74, 2000), to the kilometre: on a sphere more digits would say nothing.
EARTH_KM = 6371.0


@dataclass(frozen=True, eq=False)
class Places:
    """Bodies in the order of their keys.

    ``km``: (n, n) distances as the crow flies, NaN where a place is unknown. ``same_kreis``, ``kin`` (a member and its
    own Verband or Kreis), ``comparable`` (both municipal, or both Kreise; never oneself): (n, n) bool.
    ``log_population``: (n,), NaN where unknown.
    """

    keys: tuple[str, ...]
    km: np.ndarray
    same_kreis: np.ndarray
    kin: np.ndarray
    comparable: np.ndarray
    log_population: np.ndarray

    def near(self, km: float) -> np.ndarray:
        """(n, n): comparable, not kin, and at most ``km`` apart or, without coordinates, in the same Kreis."""
        close = np.where(np.isnan(self.km), self.same_kreis, self.km <= km)
        return np.asarray(close & self.comparable & ~self.kin)

    def likeness(self, factor: float) -> np.ndarray:
        """(n, n): 1 for equal population, falling to 0 at ``factor`` times as many; 0 where unknown."""
        gap = np.abs(self.log_population[:, None] - self.log_population[None, :])
        result: np.ndarray = np.nan_to_num(np.clip(1 - gap / np.log(factor), 0, 1))
        return result


def places_of(municipalities: pd.DataFrame, keys: pd.Index | list[str]) -> Places:
    """Places of the named bodies, from register rows (index ``key``)."""
    names = sorted(str(key) for key in keys)
    rows = municipalities.set_axis(municipalities.index.astype(str)).reindex(names)
    kreis, verband = _text(rows, "kreis"), _text(rows, "verband")
    pool = np.array([POOLS.get(kind, OTHER_POOL) for kind in _text(rows, "kind")])
    own = np.array(names, dtype=object)
    kin = np.zeros((len(names), len(names)), dtype=bool)
    for parent in (kreis, verband):
        kin |= (parent[:, None] == own[None, :]) & (own[:, None] != own[None, :])
    kin |= kin.T
    population = _number(rows, "population")
    with np.errstate(invalid="ignore", divide="ignore"):
        log_population = np.where(population > 0, np.log(population), np.nan)
    return Places(
        keys=tuple(names),
        km=_distances(_number(rows, "longitude"), _number(rows, "latitude")),
        same_kreis=(kreis[:, None] == kreis[None, :]) & (kreis[:, None] != ""),
        kin=kin,
        comparable=(pool[:, None] == pool[None, :]) & ~np.eye(len(names), dtype=bool),
        log_population=log_population,
    )


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


def _distances(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """(n, n): kilometres between every two places."""
    squares = sum((axis[:, None] - axis[None, :]) ** 2 for axis in sphere_points(longitude, latitude).T)
    return along_surface(np.sqrt(squares))


def _text(rows: pd.DataFrame, name: str) -> np.ndarray:
    if name not in rows:
        return np.full(len(rows), "", dtype=object)
    return np.array(["" if pd.isna(value) else str(value) for value in rows[name]], dtype=object)


def _number(rows: pd.DataFrame, name: str) -> np.ndarray:
    if name not in rows:
        return np.full(len(rows), np.nan)
    return np.asarray(pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan))
