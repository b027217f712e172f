"""The nationwide world: sixteen invented Länder in the proportions of the real ones, and who takes part there.

A Land key is the official one plus 80 (81 to 96): the official register gives none above 16, and ten keys from 90
would not do for sixteen Länder. The map has the distances of the real one; names and places are invented.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.simulation.laender import CLASS_FROM, LAENDER, LandNumbers
from typology.simulation.model import apportioned
from typology.simulation.place_names import LAENDER as LAND_NAMES
from typology.simulation.place_names import MORE_LAENDER
from typology.simulation.register import (
    DENSE_FROM,
    KM_PER_DEGREE,
    UNINHABITED,
    Land,
    assemble,
    districts,
    name_places,
    settle,
)

FIRST_KEY = 80  # is added to the official key of a Land
CELLS_PER_PLACE = 16
REACH = 2.03  # radius of a Land in standard deviations of its places; a full ellipse has 2, borders cut some off
TOP_OF_CLASS = (4_000_000, *CLASS_FROM[:-1])
SMALLEST = 20  # inhabitants; few municipalities of the official register have less
LARGE = 25_000  # inhabitants; one municipality in twenty has more
SPARE = 1.05  # bodies in the register per respondent, at least
PLACE_KINDS = ("gemeinde", "kreisfrei")


def nationwide_register(n: int = 0, *, content: Content, random_state: int = 0) -> pd.DataFrame:
    """An invented register of a country like Germany, in its true size, or larger where ``n`` bodies need it.

    Returns
    -------
    DataFrame, index ``key``, columns ``BODY_COLUMNS``, as ``simulate_register`` gives it: 10,752 municipalities and
    kreisfreie Städte, their Kreise and Verbände, and gemeindefreie Gebiete.
    """
    rng = np.random.default_rng([random_state, 29])
    bodies = sum(sum(facts.municipalities) + facts.kreise + facts.verbaende for facts in LAENDER.values())
    scale = max(1.0, SPARE * n / bodies)
    tables, offset = [], 0
    for number, facts in enumerate(LAENDER.values()):
        table = _places_of(facts, scale if facts.kreise else 1.0, rng).assign(land=number)
        table["kreis_number"] = np.where(table["kreis_number"] < 0, -1, table["kreis_number"] + offset)
        offset += int(table["kreis_number"].max()) + 1 if facts.kreise else 0
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    table["name"] = name_places(table, rng)
    free = table["kind"] == UNINHABITED
    table.loc[free, "name"] = table.loc[free, "name"].str.split(",").str[0] + " (gemeindefreies Gebiet)"
    return assemble(table, _laender(table), content, rng)


def nationwide_respondents(register: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """``n`` bodies from all over the map: each kind, large municipalities and Länder in their true proportions.

    Every Land is there, those of one city too; for their sake another Land with several has one less.
    """
    bodies = register[register["kind"].isin([*PLACE_KINDS, "kreis", "verband"])].sort_index()
    places = bodies["kind"].isin(PLACE_KINDS)
    large = bodies["population"] >= LARGE
    groups = [bodies[places & ~large], bodies[places & large]]
    groups += [bodies[bodies["kind"] == kind] for kind in ("kreis", "verband")]
    counts = apportioned([len(group) for group in groups], n)
    chosen = [group.iloc[_evenly(len(group), count, rng)] for group, count in zip(groups, counts, strict=True)]
    for land in sorted(set(bodies["land"])):
        if not any((part["land"] == land).any() for part in chosen[:2]):
            number = 1 if (large & places & (bodies["land"] == land)).any() and len(chosen[1]) > 1 else 0
            own = groups[number] if (groups[number]["land"] == land).any() else bodies[places]
            comes = own[own["land"] == land].iloc[[0]]
            most = chosen[number]["land"].value_counts(sort=False).idxmax()
            goes = chosen[number].index[(chosen[number]["land"] == most).to_numpy().argmax()]
            chosen[number] = pd.concat([chosen[number].drop(index=goes), comes])
    return pd.concat(chosen).sample(frac=1, random_state=rng)


def _places_of(facts: LandNumbers, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """The places of one Land: where they lie, how many live there, which are kreisfrei, and to which Kreis they belong.

    ``kreis_number`` counts from 0 within the Land, -1 for kreisfreie Städte.
    """
    counts = [round(count * scale) for count in facts.municipalities]
    population = _inhabitants(facts, counts)
    cities = [round(count * scale) for count in facts.kreisfrei]
    city = np.concatenate([np.arange(count) < free for count, free in zip(counts, cities, strict=True)])
    empty = round(facts.gemeindefrei * scale)
    population, city = np.append(population, np.zeros(empty, int)), np.append(city, np.zeros(empty, bool))
    cells = _land(facts, CELLS_PER_PLACE * len(city), rng)
    order = rng.permutation(len(city))
    population, city = population[order], city[order]
    places, area = settle(cells[rng.permutation(len(cells))[: len(city)]], cells, rng)
    area = area * np.sqrt(np.maximum(population, DENSE_FROM) / DENSE_FROM)
    kreis = np.full(len(city), -1)
    if facts.kreise:
        kreis = districts(places, np.flatnonzero(~city), round(facts.kreise * scale), rng)
    longitude, latitude = _degrees(facts, places)
    return pd.DataFrame({
        "kreis_number": kreis, "city": city, "population": population.astype(float),
        "area_km2": np.round(facts.area * area / area[population > 0].sum(), 2), "x": places[:, 0], "y": places[:, 1],
        "longitude": np.round(longitude, 5), "latitude": np.round(latitude, 5),
        "kind": np.where(city, "kreisfrei", np.where(population == 0, UNINHABITED, "gemeinde")),
    })  # fmt: skip


def _inhabitants(facts: LandNumbers, counts: Sequence[int]) -> np.ndarray:
    """So many numbers of inhabitants in each size class, the largest first, with the mean of the Land's class.

    In the smallest class they are log-normal, cut off at its upper border; in the others their logarithms lie between
    the borders as the powers of equal steps. What decides the mean, median or power, is sought by halving.
    """
    parts = []
    for count, lower, upper, mean in zip(counts, CLASS_FROM, TOP_OF_CLASS, facts.inhabitants, strict=True):
        steps, low, high = (np.arange(count) + 0.5) / max(count, 1), 0.0, 1.0
        for _ in range(40 if count > 1 else 0):
            middle = (low + high) / 2
            numbers = _class_numbers(middle, steps, lower, upper, facts.small_spread)
            low, high = (low, middle) if numbers.mean() > mean else (middle, high)
        numbers = _class_numbers(low, steps, lower, upper, facts.small_spread) if count > 1 else np.full(count, mean)
        parts.append(np.floor(numbers[::-1]).astype(int))
    return np.concatenate(parts)


def _class_numbers(place: float, steps: np.ndarray, lower: int, upper: int, spread: float) -> np.ndarray:
    """Inhabitants of a size class at equal steps, in ascending order; more the nearer ``place`` (0 to 1) is to 1."""
    from scipy.special import ndtr, ndtri

    if lower:
        result: np.ndarray = lower * (upper / lower) ** (steps ** (20 ** (1 - 2 * place)))
        return result
    median = np.log(SMALLEST) + place * np.log(2 * upper / SMALLEST)
    numbers = np.exp(median + spread * ndtri(steps * ndtr((np.log(upper) - median) / spread)))
    result = np.maximum(SMALLEST, numbers)
    return result


def _land(facts: LandNumbers, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` points of a Land, shape (n, 2), in kilometres from its middle.

    A Land is what lies nearer to its own middle than to another's, measured in its own spread; a city is one point
    inside of another Land, or several on a line.
    """
    if not facts.kreise:
        along = np.linspace(-1, 1, sum(facts.municipalities)) if sum(facts.municipalities) > 1 else np.zeros(1)
        return np.repeat(along[:, None] * np.array(facts.spread), n // len(along), axis=0)
    found, wanted = [np.zeros((0, 2))], n
    root = np.linalg.cholesky(_covariance(facts))
    while wanted > 0:
        radius, angle = REACH * np.sqrt(rng.random(2 * n)), rng.random(2 * n) * 2 * np.pi
        points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) @ root.T
        far = np.stack([_distance(other, *_degrees(facts, points)) for other in LAENDER.values() if other.kreise])
        own = [other for other in LAENDER.values() if other.kreise].index(facts)
        found.append(points[far.argmin(axis=0) == own][:wanted])
        wanted -= len(found[-1])
    return np.concatenate(found)


def _distance(facts: LandNumbers, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """How far each place is from the middle of a Land, in standard deviations (Mahalanobis)."""
    north = (latitude - facts.centre[1]) * KM_PER_DEGREE
    east = (longitude - facts.centre[0]) * KM_PER_DEGREE * np.cos(np.radians(facts.centre[1]))
    away = np.stack([east, north], axis=1)
    result: np.ndarray = np.sqrt(np.einsum("ij,jk,ik->i", away, np.linalg.inv(_covariance(facts)), away))
    return result


def _covariance(facts: LandNumbers) -> np.ndarray:
    east, north = facts.spread
    return np.array([[east**2, facts.slant * east * north], [facts.slant * east * north, north**2]], dtype=float)


def _degrees(facts: LandNumbers, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of points in kilometres from the middle of a Land."""
    east = KM_PER_DEGREE * np.cos(np.radians(facts.centre[1]))
    return facts.centre[0] + places[:, 0] / east, facts.centre[1] + places[:, 1] / KM_PER_DEGREE


def _laender(table: pd.DataFrame) -> list[Land]:
    """The invented Länder: keys, names, and which municipalities join Verbände, in number as in the real Land."""
    names = iter([*LAND_NAMES, *MORE_LAENDER])
    result = []
    for number, (key, facts) in enumerate(LAENDER.items()):
        own = table[table["land"] == number]
        inhabited = np.sort(own.loc[own["kind"] == "gemeinde", "population"].to_numpy())
        joins = round(facts.members * len(inhabited) / max(1, sum(facts.municipalities) - sum(facts.kreisfrei)))
        result.append(Land(
            key=str(FIRST_KEY + int(key)),
            name=next(names) if facts.kreise else str(own.loc[own["population"].idxmax(), "name"]).split(",")[0],
            kreis_label=facts.kreis_label, verband_label=facts.verband_label,
            joins_below=float(inhabited[joins - 1]) + 1 if joins else 0.0,
            verband_size=max(1.0, facts.members / max(1, facts.verbaende)), even=True,
        ))  # fmt: skip
    return result


def _evenly(size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """``count`` positions of ``size`` at equal steps from a start drawn at random: the order decides what is even."""
    return np.floor((np.arange(count) + rng.random()) * size / max(count, 1)).astype(int)
