"""Invented municipalities for the tests of matching: the four tables, drawn from a seed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

TYPES = ("bedaechtige", "optimierer", "serviceorientierte", "community_manager")
GOALS = (
    "rechtliche_vorgaben",
    "foerdermittel",
    "effizienz",
    "effektivitaet",
    "attraktivitaet",
    "buergernaehe",
    "daseinsvorsorge",
    "oertliche_gemeinschaft",
    "offenheit",
    "beschaeftigte",
    "buergerzufriedenheit",
    "wirtschaft",
    "informationssicherheit",
)
FIELDS = (
    "buergerservices",
    "technologien",
    "it_steuerung",
    "informationssicherheit",
    "prozesse",
    "daten",
    "wissen",
    "open_government",
    "kompetenzen",
    "infrastruktur",
)
PAINS = ("ressourcen", "veraenderungsbereitschaft", "vorgehen")


class Tables(NamedTuple):
    """What the matching functions take."""

    assignments: pd.DataFrame
    profiles: pd.DataFrame
    municipalities: pd.DataFrame
    consent: pd.DataFrame


def invent(
    n: int,
    seed: int = 0,
    *,
    partner_share: float = 0.6,
    kreise: float = 0.08,
    unassigned: float = 0.04,
    sizes: tuple[float, float] = (9.2, 1.1),
) -> Tables:
    """Tables for n bodies; sizes are mean and deviation of the logarithm of the population."""
    rng = np.random.default_rng(seed)
    kinds = np.where(rng.random(n) < kreise, "kreis", np.where(rng.random(n) < 0.1, "kreisfrei", "gemeinde"))
    land = rng.choice([f"{90 + k}" for k in range(8)], n)
    kreis = np.array([f"{code}1{k:02d}" for code, k in zip(land, rng.integers(0, 20, n), strict=True)])
    keys = []
    for place in range(n):
        keys.append(f"{land[place]}9{place:02d}"[:5] if kinds[place] == "kreis" else f"{kreis[place]}{place:05d}"[-8:])
    keys = _unique(keys, kinds, land)
    population = np.exp(rng.normal(*sizes, n)).round().clip(300) * np.where(kinds == "kreis", 8, 1)
    density = np.exp(rng.normal(5, 0.8, n))
    type_of = rng.choice(4, n, p=[0.3, 0.28, 0.25, 0.17])
    p = rng.dirichlet([0.15] * 4, n) * 0.35
    p[np.arange(n), type_of] += 0.65
    blank = rng.random(n) < unassigned
    assignments = pd.DataFrame(
        {f"p_{name}": p[:, place].round(6) for place, name in enumerate(TYPES)}, index=pd.Index(keys, name="key")
    )
    order = np.argsort(-p, axis=1)
    assignments.insert(0, "type", np.where(blank, "", np.array(TYPES, dtype=object)[type_of]))
    assignments["second_type"] = np.array(TYPES, dtype=object)[order[:, 1]]
    assignments["status"] = np.where(blank, "nicht_zuzuordnen", "klar")
    urban = np.where(density > 400, "1", np.where(density > 100, "2", "3"))
    municipalities = pd.DataFrame(
        {
            "name": [f"Musterort {key}" for key in keys],
            "kind": kinds,
            "land": land,
            "land_name": [f"Land {code}" for code in land],
            "kreis": np.where(kinds == "kreis", "", kreis),
            "kreis_name": [f"Kreis {code}" for code in kreis],
            "verband": "",
            "population": population,
            "density": density,
            "longitude": 8 + 3 * rng.random(n),  # a square of 220 km
            "latitude": 50 + 2 * rng.random(n),
            "urbanisation": urban,
            "size_class": [_size_class(value, kind) for value, kind in zip(population, kinds, strict=True)],
        },
        index=assignments.index,
    )
    consent = pd.DataFrame(
        {name: rng.random(n) < partner_share for name in ("listed", "answers", "partner", "contact")},
        index=assignments.index,
    )
    return Tables(assignments, _profiles(keys, type_of, rng), municipalities, consent)


def _unique(keys: list[str], kinds: np.ndarray, land: np.ndarray) -> list[str]:
    seen: set[str] = set()
    out = []
    for place, key in enumerate(keys):
        width = 5 if kinds[place] == "kreis" else 8
        count = 0
        while key in seen:
            count += 1
            key = f"{land[place]}{count:0{width - 2}d}"
        seen.add(key)
        out.append(key)
    return out


def _size_class(population: float, kind: str) -> str:
    if kind == "kreis":
        return "LK1" if population >= 250_000 else "LK2" if population >= 150_000 else "LK3"
    bounds = (400_000, 200_000, 100_000, 50_000, 25_000, 10_000)
    return next((f"GK{place + 1}" for place, bound in enumerate(bounds) if population >= bound), "GK7")


def _profiles(keys: list[str], type_of: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n = len(keys)
    liking = np.ones((4, len(GOALS)))
    for place in range(4):
        liking[place, 2 * place : 2 * place + 2] = 5
    picks = np.argsort(np.log(liking[type_of]) + rng.gumbel(size=(n, len(GOALS))), axis=1)[:, -3:]
    goals = np.zeros((n, len(GOALS)), dtype=bool)
    np.put_along_axis(goals, picks, True, axis=1)
    stand = rng.integers(1, 6, (n, len(FIELDS)))
    standing = np.where(stand >= 5, "stark", np.where(stand <= 1, "schwach", ""))
    wichtig = rng.integers(1, 6, (n, len(FIELDS)))
    pains = rng.choice(["nie", "geloest", "aktuell"], (n, len(PAINS)), p=[0.25, 0.25, 0.5])
    parts = [
        _long(keys, "goal", GOALS, np.where(goals, "ja", "nein")),
        _long(keys, "stand", FIELDS, stand, standing),
        _long(keys, "wichtig", FIELDS, wichtig),
        _long(keys, "pain_point", PAINS, pains),
    ]
    return pd.concat(parts, ignore_index=True)


def _long(
    keys: list[str], measure: str, items: tuple[str, ...], own: np.ndarray, standing: np.ndarray | None = None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": np.repeat(np.array(keys, dtype=object), len(items)),
            "measure": measure,
            "item": np.tile(np.array(items, dtype=object), len(keys)),
            "own": own.ravel().astype(object),
            "type_value": np.nan,
            "all_value": np.nan,
            "n_type": 0,
            "n_all": 0,
            "standing": "" if standing is None else standing.ravel(),
        }
    )
