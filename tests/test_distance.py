"""Kilometres: one Earth, one way to measure, the same number for partners, teams, cooperation and courses."""

from __future__ import annotations

import numpy as np
import pytest
from matching_data import invent

from typology.matching.bodies import prepare_bodies
from typology.matching.distance import EARTH_KM, along_surface, places_of, sphere_points
from typology.matching.peers.candidates import Pairs


def angle(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Kilometres by the spherical law of cosines, another formula than the program's."""
    (x, a), (y, b) = (tuple(map(np.radians, place)) for place in (first, second))
    return float(EARTH_KM * np.arccos(np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(x - y)))


def test_a_degree_of_latitude_and_half_the_earth() -> None:
    points = sphere_points(np.array([10.0, 10.0, 0.0, 180.0]), np.array([50.0, 51.0, 0.0, 0.0]))
    straight = np.linalg.norm(points[[0, 2]] - points[[1, 3]], axis=1)
    assert along_surface(straight) == pytest.approx([np.pi * EARTH_KM / 180, np.pi * EARTH_KM])
    assert np.isnan(along_surface(np.array([np.nan]))).all()


def test_partners_and_groups_measure_the_same_kilometres() -> None:
    tables = invent(60, seed=3)
    tables.municipalities["latitude"] = 48 + 3 * (tables.municipalities["latitude"] - 50)  # from the Alps to the sea
    bodies, places = prepare_bodies(*tables), places_of(tables.municipalities, tables.municipalities.index)
    assert list(bodies.keys) == list(places.keys)
    i, j = np.triu_indices(bodies.n, 1)
    found = Pairs(bodies, i, j, grid=False).km
    assert found == pytest.approx(places.km[i, j], abs=1e-6)
    rows = tables.municipalities.loc[list(places.keys), ["longitude", "latitude"]].astype(float).to_numpy()
    farthest = int(np.nanargmax(found))
    assert found[farthest] > 400, "far enough for a straight line through the Earth to be shorter"
    assert found[farthest] == pytest.approx(angle(tuple(rows[i[farthest]]), tuple(rows[j[farthest]])), abs=1e-6)


@pytest.mark.parametrize("unknown", [0, 25, 60])
@pytest.mark.parametrize("km", [0.0, 40.0, 30_000.0])
def test_pairs_that_are_near_are_those_of_the_whole_table_in_its_order(km: float, unknown: int) -> None:
    register = invent(60, seed=4).municipalities
    register.loc[register.index[:unknown], ["longitude", "latitude"]] = np.nan
    places = places_of(register, register.index)
    assert np.array_equal(np.stack(places.near_pairs(km)), np.stack(np.nonzero(places.near(km))))
    assert km == 0 or len(places.near_pairs(km)[0]) > 0
