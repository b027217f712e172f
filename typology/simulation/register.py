"""A fictional register: Länder 90–99, Kreise, Verbände and municipalities with invented names and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.errors import RegisterError
from typology.register.bodies import BODY_COLUMNS, complete_bodies
from typology.simulation.place_names import LAENDER, city_name, draw_names, kreis_name
from typology.writing import Said

MOST_PLACES = 23_500
MUNICIPALITIES_PER_KREIS = 19
KREISE_PER_LAND = 10
FIRST_LAND = 90
KM2_PER_MUNICIPALITY = 42.0
CENTRE = (9.6, 51.3)  # degrees; an invented country of that size has no other meaning
KM_PER_DEGREE = 111.2
GRID = 480  # cells per side, for areas
# Share of municipalities with at least so many inhabitants; 5 % above 25,000 as in the official register.
TOP_SHARES = ((400_000, 900_000, 0.0018), (200_000, 400_000, 0.003), (100_000, 200_000, 0.006),
              (50_000, 100_000, 0.012), (25_000, 50_000, 0.027), (10_000, 25_000, 0.125))  # fmt: skip
SMALL_MEDIAN, SMALL_SPREAD = 3_000, 0.9
DENSE_FROM = 50_000  # inhabitants above which the area grows with the city
HOMONYM_SHARE = 0.04
FIRST_RURAL_KREIS = 51  # smaller numbers are kreisfreie Städte
VERBAND_BELOW = 7_000  # inhabitants up to which a municipality joins a Verband where its Land has them
VERBAND_SIZE = 5
# What the Verbände of a Land are called, and its Kreise; "" means that the Land has no Verbände.
VERBAND_LABELS = ("", "Samtgemeinde", "Verbandsgemeinde", "Amt", "Verwaltungsgemeinschaft", "")
KREIS_LABELS = ("Kreis", "Landkreis", "Landkreis", "Kreis", "Landkreis", "Kreis")
URBANISATION = ("gering besiedelt", "mittlere Besiedlungsdichte", "dicht besiedelt")
UNINHABITED = "gemeindefrei"
CHUNK = 4096  # places whose distances to all centres are reckoned at a time


@dataclass(frozen=True)
class Land:
    """One invented Land: its key of two digits, and what its Kreise and Verbände are called and made of.

    ``joins_below``: inhabitants below which a municipality joins a Verband. ``even`` : Verbände of a Kreis are about
    equally large; else all but the last have ``verband_size`` members.
    """

    key: str
    name: str
    kreis_label: str
    verband_label: str
    joins_below: float = VERBAND_BELOW
    verband_size: float = VERBAND_SIZE
    even: bool = False

    def neighbours(self, order: Sequence[Any]) -> list[Sequence[Any]]:
        """Which of the small municipalities of a Kreis, in their order, form a Verband together."""
        if self.even:
            parts = max(1, round(len(order) / self.verband_size))
            return [order[part[0] : part[-1] + 1] for part in np.array_split(np.arange(len(order)), parts) if len(part)]
        size = int(self.verband_size)
        return [order[start : start + size] for start in range(0, len(order) - 1, size)]


def simulate_register(n: int = 1150, *, content: Content, random_state: int = 0) -> pd.DataFrame:
    """An invented register with ``n`` municipalities and kreisfreie Städte, and their Kreise and Verbände.

    Returns
    -------
    DataFrame, index ``key``, columns ``BODY_COLUMNS``: kilometres squared, inhabitants per square kilometre,
    degrees. Places of a Kreis lie together, areas are those of the places' neighbourhoods.

    Raises
    ------
    RegisterError : fewer than 60 municipalities, or more than keys and names allow.
    """
    if not 60 <= n <= MOST_PLACES:
        raise RegisterError(Said("simulation.size_of_register", most=MOST_PLACES, n=n))
    rng = np.random.default_rng([random_state, 23])
    side = np.sqrt(n * KM2_PER_MUNICIPALITY)
    places, areas = _places(n, side, rng)
    population = _population(areas, places / side, rng)
    areas = np.where(population > DENSE_FROM, areas * np.sqrt(population / DENSE_FROM), areas)
    city = _independent_cities(population)
    kreis = districts(places, np.flatnonzero(~city), max(3, round(n / MUNICIPALITIES_PER_KREIS)), rng)
    n_laender = int(np.clip(round(kreis.max() / KREISE_PER_LAND), 2, len(LAENDER)))
    centres = np.array([places[kreis == number].mean(axis=0) for number in range(kreis.max() + 1)])
    land_centres = _relaxed(centres, n_laender, rng)
    land_of_kreis = _nearest(centres, land_centres)
    land = np.where(city, _nearest(places, land_centres), land_of_kreis[np.maximum(kreis, 0)])
    table = pd.DataFrame({
        "land": land, "kreis_number": kreis, "city": city, "population": population.astype(float),
        "area_km2": np.round(areas, 2), "x": places[:, 0], "y": places[:, 1],
    })  # fmt: skip
    table["longitude"] = np.round(
        CENTRE[0] + (table["x"] - side / 2) / (KM_PER_DEGREE * np.cos(np.radians(CENTRE[1]))), 5
    )
    table["latitude"] = np.round(CENTRE[1] + (table["y"] - side / 2) / KM_PER_DEGREE, 5)
    table["kind"] = np.where(city, "kreisfrei", "gemeinde")
    table["name"] = name_places(table, rng)
    laender = [
        Land(str(FIRST_LAND + number), name, KREIS_LABELS[number % len(KREIS_LABELS)],
             VERBAND_LABELS[number % len(VERBAND_LABELS)])
        for number, name in enumerate(LAENDER)
    ]  # fmt: skip
    return assemble(table, laender, content, rng)


def _places(n: int, side: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places spread over a square of ``side`` kilometres, shape (n, 2), and the area around each in km²."""
    ticks = (np.arange(GRID) + 0.5) * side / GRID
    cells = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    places, count = settle(rng.random((n, 2)) * side, cells, rng)
    return places, count * (side / GRID) ** 2


def settle(places: np.ndarray, cells: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The places, shape (n, 2), moved apart over the land that ``cells`` cover, and the number of cells around each."""
    from scipy.spatial import cKDTree

    n = len(places)
    for _ in range(2):  # moving each place to the middle of its area keeps neighbours apart
        owner = cKDTree(places).query(cells)[1]
        count = np.bincount(owner, minlength=n)
        sums = np.stack([np.bincount(owner, weights=cells[:, axis], minlength=n) for axis in (0, 1)], axis=1)
        places = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], places)
        places += rng.normal(0, 0.4, places.shape)
    owner = cKDTree(places).query(cells)[1]
    return places, np.maximum(np.bincount(owner, minlength=n), 1)


def _population(areas: np.ndarray, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Inhabitants: fixed shares of the larger size classes, log-uniform inside; log-normal below 10,000.

    More people live in larger areas and near one point of the country; ``places`` lie in the unit square.
    """
    n = len(areas)
    counts = [max(1, round(share * n)) for *_, share in TOP_SHARES]
    top = [
        np.exp(rng.uniform(np.log(lower), np.log(upper), count))
        for (lower, upper, _), count in zip(TOP_SHARES, counts, strict=True)
    ]
    small = np.exp(rng.normal(np.log(SMALL_MEDIAN), SMALL_SPREAD, 3 * n))
    small = small[(small >= 120) & (small < 10_000)][: n - sum(counts)]
    inhabitants = np.sort(np.floor(np.concatenate([*top, small])).astype(int))
    distance = np.hypot(*(places - rng.uniform(0.25, 0.75, 2)).T)
    rank = np.argsort(np.argsort(np.log(areas) - 2.5 * distance + rng.normal(0, 0.5, n)))
    return inhabitants[rank]


def _independent_cities(population: np.ndarray) -> np.ndarray:
    """Kreisfrei is every place of 100,000 and more, and every second one between 50,000 and 100,000."""
    order = np.argsort(-population, kind="stable")
    middle = [number for number in order if 50_000 <= population[number] < 100_000]
    city = population >= 100_000
    city[middle[::2]] = True
    return city


def districts(places: np.ndarray, members: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """The Kreis number of each place (-1 for kreisfreie Städte): places nearest to the same centre belong together."""
    numbers = np.full(len(places), -1)
    numbers[members] = _nearest(places[members], _relaxed(places[members], count, rng))
    numbers[members] = np.unique(numbers[members], return_inverse=True)[1]
    return numbers


def _relaxed(points: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Centres spread over the points, moved a few times to the middle of what is nearest to them."""
    centres = points[rng.choice(len(points), size=min(count, len(points)), replace=False)].copy()
    for _ in range(3):
        owner = _nearest(points, centres)
        for number in np.unique(owner):
            centres[number] = points[owner == number].mean(axis=0)
    return centres


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    parts = [points[start : start + CHUNK] for start in range(0, max(len(points), 1), CHUNK)]
    nearest = [((part[:, None, :] - centres[None, :, :]) ** 2).sum(axis=-1).argmin(axis=1) for part in parts]
    return np.concatenate(nearest)


def name_places(table: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """Different names, except that a few small places in different Kreise share theirs."""
    names = draw_names(len(table), rng)
    population = table["population"].to_numpy()
    chance = np.where(
        population >= 50_000, 1.0, np.where(population >= 10_000, 0.9, np.where(population >= 4_000, 0.25, 0.02))
    )
    is_city = rng.random(len(names)) < chance
    names = [city_name(name, rng) if city else name for name, city in zip(names, is_city, strict=True)]
    small = [number for number in np.flatnonzero(population < 4_000) if names[number].isalpha()]
    kreis_number = table["kreis_number"].to_numpy()
    pool = list(rng.permutation(small)[: max(4, round(HOMONYM_SHARE * len(table)))])
    while len(pool) > 1:
        first, size = pool.pop(), int(rng.integers(2, 6))
        kreise = {kreis_number[first]}
        for other in pool[-(size - 1) :]:
            if kreis_number[other] not in kreise:
                kreise.add(kreis_number[other])
                names[other] = names[first]
        del pool[-(size - 1) :]
    return names


def assemble(table: pd.DataFrame, laender: Sequence[Land], content: Content, rng: np.random.Generator) -> pd.DataFrame:
    """Give keys, Verbände and Kreise; a key is Land, one digit, Kreis (two digits), municipality (three).

    ``table`` : one row per place, with ``land`` (its number in ``laender``), ``kreis_number``, ``city`` (kreisfrei),
    ``kind``, ``name``, ``population``, ``area_km2``, ``x``, ``y`` (kilometres), ``longitude`` and ``latitude``.
    """
    rows: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number_of_land in sorted(table["land"].unique()):
        land = laender[number_of_land]
        state = {"land": land.key, "land_name": land.name}
        here = list(table[table["land"] == number_of_land].itertuples())
        cities = sorted((place for place in here if place.city), key=lambda place: -place.population)
        for number, place in enumerate(cities, start=1):
            kreis = _kreis_key(state["land"], number)
            where = state | {"kreis": kreis, "kreis_name": place.name}
            rows.append(_body(place, kreis + "000", kreis + "0000000", "Kreisfreie Stadt") | where)
        groups: dict[int, list[Any]] = {}
        for place in here:
            if not place.city:
                groups.setdefault(place.kreis_number, []).append(place)
        for number, group in enumerate(sorted(groups), start=max(FIRST_RURAL_KREIS, len(cities) + 1)):
            members = groups[group]
            kreis = _kreis_key(state["land"], number)
            name = kreis_name(_largest(members).name, taken, rng)
            taken.add(name)
            where = state | {"kreis": kreis, "kreis_name": name}
            body = {"key": kreis, "ars": kreis, "name": name, "kind": "kreis", "kind_label": land.kreis_label}
            rows.append(body | where)
            rows += _members(members, where, land)
    bodies = pd.DataFrame(rows)
    for column in ("verband", "verband_name"):
        bodies[column] = bodies[column].fillna("")
    bodies["base_name"] = bodies["name"].str.split(",").str[0]
    bodies["urbanisation"] = ""
    bodies = complete_bodies(bodies.set_index("key").sort_index(), content)
    dense = (bodies["density"] >= 1000) & (bodies["population"] >= 50_000)
    middle = (bodies["density"] >= 250) & (bodies["population"] >= 5_000)
    level = np.where(dense, 2, np.where(middle, 1, 0))
    place = bodies["kind"].isin(["gemeinde", "kreisfrei"])
    bodies["urbanisation"] = np.where(place, np.array(URBANISATION)[level], "")
    bodies["population"] = bodies["population"].astype(int)
    return bodies.round({"area_km2": 2, "density": 1, "longitude": 5, "latitude": 5})[list(BODY_COLUMNS)]


def _members(members: Sequence[Any], where: dict[str, str], land: Land) -> list[dict[str, Any]]:
    """The municipalities of one Kreis, neighbours of small size joined to Verbände."""
    kreis = where["kreis"]
    small = [
        place
        for place in members
        if land.verband_label and place.population < land.joins_below and place.kind == "gemeinde"
    ]
    order = sorted(small, key=lambda place: (place.x, place.y))
    joined: dict[Any, dict[str, str]] = {}
    rows: list[dict[str, Any]] = []
    for number, group in enumerate(land.neighbours(order), start=5001):
        name = str(_largest(group).name).split(",")[0]
        verband = {"verband": f"{kreis}{number}", "verband_name": name}
        joined |= dict.fromkeys((place.Index for place in group), verband)
        key = verband["verband"]
        body = {"key": key, "ars": key, "name": name, "kind": "verband", "kind_label": land.verband_label}
        rows.append(body | where | verband)
    for number, place in enumerate(sorted(members, key=lambda place: str(place.name)), start=1):
        part = f"{number:03d}"
        verband = joined.get(place.Index, {"verband": "", "verband_name": ""})
        if place.kind == UNINHABITED:
            ars, label = f"{kreis}9{part}{part}", "Gemeindefreies Gebiet"
        else:
            ars = (verband["verband"] or f"{kreis}0{part}") + part
            label = "Stadt" if "," in str(place.name) else "Gemeinde"
        rows.append(_body(place, kreis + part, ars, label) | where | verband)
    return rows


def _largest(places: Sequence[Any]) -> Any:
    """The place with the most inhabitants, the first of them."""
    return max(places, key=lambda place: place.population)


def _body(place: Any, key: str, ars: str, label: str) -> dict[str, object]:
    own = ("name", "kind", "population", "area_km2", "longitude", "latitude")
    return {"key": key, "ars": ars, "kind_label": label} | {column: getattr(place, column) for column in own}


def _kreis_key(land: str, number: int) -> str:
    """Land, the hundred (as the digit of the Regierungsbezirk) and the number within it."""
    return f"{land}{number // 100}{number % 100:02d}"
