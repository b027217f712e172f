"""The four tables that matching reads, brought into arrays once: one row per body, sorted by key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from typology.content.vocabulary import PainState, Purpose, Standing, TypeStatus, membership_column, membership_types
from typology.errors import Findings, MatchingError
from typology.matching import numbers
from typology.matching.distance import OTHER_POOL, POOLS, sphere_points
from typology.matching.similarity import Scale, fit_scale
from typology.writing import Said

URBANISATION = {"1": 1.0, "2": 2.0, "3": 3.0, "d": 1.0, "m": 2.0, "g": 3.0}  # code, or first letter of the word
HIGHEST_IMPORTANCE = 5.0  # the end of the scale of the question
NO_SPREAD = 1e-12  # instead of nothing, where all lie at one place
SETTING = ("density_log", "urbanisation", "kind", "structure")


@dataclass(frozen=True, eq=False)
class Bodies:
    """All respondents as arrays; unknown numbers are NaN, unknown texts empty."""

    keys: np.ndarray
    pool: np.ndarray
    partner: np.ndarray  # consents to stand on others' lists and takes requests
    full: np.ndarray  # consents to that and takes no requests
    open_answers: np.ndarray  # consents that its answers are told
    log_population: np.ndarray
    parents: np.ndarray  # (n, 2) positions of the own Verband and the own Kreis, -1 where not among the bodies
    land: np.ndarray  # a number per Land, -1 unknown
    texts: pd.DataFrame  # kind, land, land_name, size_class, urbanisation
    points: np.ndarray  # (n, 3) kilometres, centred, NaN where no coordinates
    embedding: np.ndarray  # weighted z-scores of all features
    setting: np.ndarray  # the columns of the embedding that are neither size nor place, root mean square scale
    scale: Scale
    features: tuple[str, ...]
    types: tuple[str, ...]
    type: np.ndarray  # position in types, -1 without a type
    second: np.ndarray  # the same of the type that a headline names beside it
    memberships: np.ndarray  # (n, types), 0 where unknown
    places: np.ndarray | None  # (n, leanings), NaN where unknown; None where there are types and no leanings
    goals: pd.DataFrame  # bool, one column per chosen answer ("effizienz", or "effizienz=hoch")
    goal_silent: pd.DataFrame  # bool, the same columns: the goal was not answered
    strong: pd.DataFrame  # bool, one column per field
    weak: pd.DataFrame
    behind: pd.DataFrame  # bool, "field=level": the stand is exactly that level
    ahead: pd.DataFrame  # bool, "field=level": the stand is at least ``AHEAD_SHARE`` of the scale above that level
    important: pd.DataFrame  # importance 0..1
    pain_now: pd.DataFrame
    pain_past: pd.DataFrame
    field_silent: pd.DataFrame  # no level was given
    pain_silent: pd.DataFrame  # nothing was said on the pain point

    @property
    def n(self) -> int:
        """Number of bodies."""
        return len(self.keys)

    @property
    def placed(self) -> np.ndarray:
        """(n,): who has a type, or a place among the leanings; everybody where there are neither."""
        has_type: np.ndarray = self.type >= 0
        if self.places is None:
            return has_type
        result: np.ndarray = has_type | np.isfinite(self.places).all(axis=1)
        return result

    @cached_property
    def typical_distance(self) -> float:
        """Root mean square of the distances between all places; 1 where there are none."""
        if self.places is None or not np.isfinite(self.places).any():
            return 1.0
        return float(np.sqrt(2 * np.nanvar(self.places, axis=0).sum())) or 1.0

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each key."""
        return {key: place for place, key in enumerate(self.keys)}


def prepare_bodies(
    assignments: pd.DataFrame,
    profiles: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    leanings: pd.DataFrame | None = None,
    full: Collection[str] = (),
) -> Bodies:
    """Bring the tables into arrays.

    ``full``: keys of those that consent and take no further requests; they are proposed to nobody.

    ``leanings``: ``key, leaning, place`` where the answers speak for degrees. Likeness is then nearness of the places
    and no longer of the probabilities, and a type is only who clearly has a nearest leaning.

    Raises
    ------
    MatchingError : a key stands twice, or a column is missing; with all problems.
    """
    _check(assignments, profiles, municipalities, consent)
    keys = np.array(sorted(assignments.index.astype(str)), dtype=object)
    table = assignments.set_axis(assignments.index.astype(str)).reindex(keys)
    register = municipalities.set_axis(municipalities.index.astype(str)).reindex(keys)
    texts = pd.DataFrame(
        {
            name: _text(register, name)
            for name in ("kind", "land", "land_name", "size_class", "urbanisation", "verband", "kreis")
        },
        index=keys,
    )
    texts["urbanisation"] = texts["urbanisation"].str.lower().str.lstrip("0").str[:1]
    pool = texts["kind"].map(POOLS).fillna(OTHER_POOL).to_numpy(dtype=np.int8)
    agreed = (
        consent.set_axis(consent.index.astype(str)).reindex(keys).reindex(columns=[Purpose.PARTNER, Purpose.ANSWERS])
    )
    types = tuple(membership_types(table.columns))
    code = {name: place for place, name in enumerate(types)}
    memberships = table[[membership_column(name) for name in types]].astype(float).fillna(0.0).to_numpy()
    places = None if leanings is None else _places(leanings, keys, types)
    stated = table["type"] if places is None else table["type"].where(table["status"] == TypeStatus.CLEAR)
    own = _Answers(profiles, keys)
    goals = own.one_hot("goal")
    unanswered = own.text("goal") == ""
    goal_silent = pd.DataFrame({name: unanswered[name.split("=")[0]] for name in goals}, index=keys, dtype=bool)
    mixed = table.reindex(columns=["status", "second_type"])
    second = mixed["second_type"].where(mixed["status"] == TypeStatus.MIXED)
    structure_numbers, structure = own.mixed("structure")
    features, weights = _features(register, texts, structure_numbers, structure)
    scale = fit_scale(features, weights)
    embedding = scale.transform(features)
    setting = [name for name in embedding.columns if name.split(":")[0] in SETTING]
    total = sum(numbers.FEATURE_WEIGHTS[part] for part in {name.split(":")[0] for name in setting}) or 1.0
    place = {key: position for position, key in enumerate(keys)}
    parents = np.column_stack([texts[name].map(place).fillna(-1).astype(int) for name in ("verband", "kreis")])
    stand = own.number("stand")
    behind, ahead = _levels(stand)
    important = (own.number("wichtig") / HIGHEST_IMPORTANCE).clip(0, 1).reindex(columns=stand.columns)
    pains = own.text("pain_point")
    standing = own.standing()
    return Bodies(
        keys=keys,
        pool=pool,
        partner=_yes(agreed[Purpose.PARTNER]) & ~np.isin(keys, list(full)),
        full=_yes(agreed[Purpose.PARTNER]) & np.isin(keys, list(full)),
        open_answers=_yes(agreed[Purpose.ANSWERS]),
        log_population=features["population_log"].to_numpy()
        if "population_log" in features
        else np.full(len(keys), np.nan),
        parents=parents,
        land=np.where(texts["land"] == "", -1, texts["land"].astype("category").cat.codes),
        texts=texts,
        points=_points(register),
        embedding=embedding.to_numpy(),
        setting=embedding[setting].to_numpy() / np.sqrt(total),
        scale=scale,
        features=tuple(sorted({name.split(":")[0] for name in features.columns})),
        types=types,
        type=stated.map(code).fillna(-1).to_numpy(dtype=int),
        second=second.map(code).fillna(-1).to_numpy(dtype=int),
        memberships=memberships,
        places=places,
        goals=goals,
        goal_silent=goal_silent,
        strong=standing == Standing.STRONG,
        weak=standing == Standing.WEAK,
        behind=behind,
        ahead=ahead,
        important=important.fillna(numbers.IMPORTANCE_UNKNOWN),
        pain_now=pains == PainState.CURRENT,
        pain_past=pains == PainState.SOLVED,
        field_silent=stand.isna(),
        pain_silent=pains == "",
    )


def _places(leanings: pd.DataFrame, keys: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """(n, leanings): the places, in the order of the names."""
    wide = leanings.astype({"key": str}).pivot(index="key", columns="leaning", values="place")
    result: np.ndarray = wide.reindex(index=keys, columns=list(names)).to_numpy(dtype=float)
    return result


def _check(
    assignments: pd.DataFrame, profiles: pd.DataFrame, municipalities: pd.DataFrame, consent: pd.DataFrame
) -> None:
    needed = (
        ("assignments", assignments, ("type",)),
        ("profiles", profiles, ("key", "measure", "item", "own")),
        ("municipalities", municipalities, ("kind",)),
        ("consent", consent, ("partner",)),
    )
    found = Findings()
    for name, table, columns in needed:
        for column in columns:
            if column not in table.columns:
                expected = ", ".join(map(str, table.columns))
                found.at(name).error("spalte", Said("matching.column_missing"), column=column, expected=expected)
    for name, table, _ in (needed[0], *needed[2:]):
        for key in table.index[table.index.duplicated()].unique():
            found.at(name).error("schluessel", Said("matching.key_twice"), key=str(key))
    found.raise_if_failed(MatchingError, "matching.tables_do_not_fit")


def _yes(column: pd.Series) -> np.ndarray:
    """Only a recorded yes is a yes."""
    return np.array([not pd.isna(value) and value in (True, 1) for value in column], dtype=bool)


def _text(register: pd.DataFrame, name: str) -> pd.Series:
    if name not in register:
        return pd.Series("", index=register.index, dtype=object)
    return register[name].map(lambda value: "" if pd.isna(value) else str(value)).astype(object)


def _number(register: pd.DataFrame, name: str) -> pd.Series:
    if name not in register:
        return pd.Series(np.nan, index=register.index, dtype=float)
    return pd.to_numeric(register[name], errors="coerce").astype(float)


def _features(
    register: pd.DataFrame, texts: pd.DataFrame, measured: pd.DataFrame, structure: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float]]:
    """The columns of the distance and their weights; a column without two different values is left out."""
    population = _number(register, "population")
    density = _number(register, "density")
    columns: dict[str, pd.Series] = {
        "population_log": np.log(population.where(population > 0)),
        "density_log": np.log(density.where(density > 0)),
        "urbanisation": texts["urbanisation"].map(URBANISATION).astype(float),
        "size_band": pd.to_numeric(texts["size_class"].str.extract(r"(\d+)$")[0], errors="coerce").astype(float),
    }
    weights = {name: numbers.FEATURE_WEIGHTS[name] for name in columns}
    points = _points(register)
    if np.isfinite(points).any():
        spread = np.sqrt(np.nansum(np.nanvar(points, axis=0)))
        for axis, values in zip("xyz", points.T, strict=True):
            columns[f"place:{axis}"] = pd.Series(values, index=register.index)
            # the same kilometre counts the same in every direction
            weights[f"place:{axis}"] = (
                numbers.FEATURE_WEIGHTS["place"] * float(np.nanvar(values)) / max(spread**2, NO_SPREAD)
            )
    for name in ("land", "kind"):
        known = texts[name] != ""
        for value in sorted(set(texts.loc[known, name])):
            columns[f"{name}:{value}"] = (texts[name] == value).astype(float).where(known)
            # a differing pair differs in two columns: halves, and the weight undoes the z-score
            weights[f"{name}:{value}"] = numbers.FEATURE_WEIGHTS[name] / 2 * _variance(columns[f"{name}:{value}"])
    items = len(measured.columns) + len({name.split("=")[0] for name in structure.columns})
    for name in measured:
        columns[f"structure:{name}"] = measured[name]
        weights[f"structure:{name}"] = numbers.FEATURE_WEIGHTS["structure"] / items
    for name in structure:
        columns[f"structure:{name}"] = structure[name].astype(float)
        weights[f"structure:{name}"] = numbers.FEATURE_WEIGHTS["structure"] / items / 2 * _variance(structure[name])
    kept = {name: column for name, column in columns.items() if column.nunique() > 1 or name == "population_log"}
    return pd.DataFrame(kept, index=register.index), {name: weights[name] for name in kept}


def _levels(stand: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who stands at a level, and who stands at least ``AHEAD_SHARE`` of the observed scale above it."""
    values = np.unique(stand.to_numpy(dtype=float))
    values = values[np.isfinite(values)]
    behind: dict[str, pd.Series] = {}
    ahead: dict[str, pd.Series] = {}
    if values.size > 1:
        step = (values[-1] - values[0]) * numbers.AHEAD_SHARE
        for field in stand:
            for level in values[values + step <= values[-1]]:
                behind[f"{field}={level:g}"] = stand[field] == level
                ahead[f"{field}={level:g}"] = stand[field] >= level + step
    return pd.DataFrame(behind, index=stand.index, dtype=bool), pd.DataFrame(ahead, index=stand.index, dtype=bool)


def _variance(column: pd.Series) -> float:
    return float(np.nanvar(column.to_numpy(dtype=float)))


def _points(register: pd.DataFrame) -> np.ndarray:
    """Places on the sphere in kilometres, centred, so that small numbers are exact to the metre."""
    points = sphere_points(_number(register, "longitude").to_numpy(), _number(register, "latitude").to_numpy())
    known = np.isfinite(points).all(axis=1)
    points[~known] = np.nan
    return points - points[known].mean(axis=0) if known.any() else points


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text, empty where there is nothing."""
    return table.map(str).astype(object).mask(table.isna(), "")


class _Answers:
    """The long profile table as one wide table per measure."""

    def __init__(self, profiles: pd.DataFrame, keys: np.ndarray) -> None:
        self.profiles = profiles.assign(key=profiles["key"].astype(str))
        self.keys = keys

    def _wide(self, measure: str, column: str = "own") -> pd.DataFrame:
        part = self.profiles.loc[self.profiles["measure"] == measure]
        if column not in part.columns or part.empty:
            return pd.DataFrame(index=self.keys)
        wide = part.drop_duplicates(["key", "item"]).pivot(index="key", columns="item", values=column)
        wide = wide.reindex(index=self.keys, columns=sorted(wide.columns))
        wide.columns.name = None
        return wide

    def text(self, measure: str) -> pd.DataFrame:
        """Answers as text, empty where there is none."""
        return _as_text(self._wide(measure))

    def number(self, measure: str) -> pd.DataFrame:
        """Answers as numbers, NaN where there is none."""
        return self._wide(measure).apply(pd.to_numeric, errors="coerce").astype(float)

    def standing(self) -> pd.DataFrame:
        """``stark``, ``schwach`` or empty per field."""
        return _as_text(self._wide("stand", "standing"))

    def one_hot(self, measure: str) -> pd.DataFrame:
        """True where an answer was given: yes/no items by their key, others as ``item=answer``."""
        wide = self.text(measure)
        columns = {}
        for item in wide:
            values = sorted(set(wide[item]) - {""})
            if set(values) <= {"ja", "nein"}:
                columns[item] = wide[item] == "ja"
            else:
                columns |= {f"{item}={value}": wide[item] == value for value in values}
        return pd.DataFrame(columns, index=self.keys, dtype=bool)

    def mixed(self, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Number items as numbers, the others as true or false per ``item=answer``."""
        wide = self.text(measure)
        numbers: dict[str, pd.Series] = {}
        choices: dict[str, pd.Series] = {}
        for item in wide:
            known = wide[item] != ""
            value = pd.to_numeric(wide[item].where(known), errors="coerce")
            if known.any() and value[known].notna().all():
                # counts of staff or money differ by factors, not by sums
                numbers[item] = np.log1p(value) if value.min() >= 0 else value.astype(float)
            else:
                choices |= {f"{item}={text}": wide[item] == text for text in sorted(set(wide.loc[known, item]))}
        return pd.DataFrame(numbers, index=self.keys), pd.DataFrame(choices, index=self.keys, dtype=bool)


def highest_leanings(bodies: Bodies) -> Bodies:
    """The bodies with the leaning on which each stands highest as its type, so that a team can hold one of each."""
    if bodies.places is None or not bodies.places.shape[1]:
        return bodies
    known = np.isfinite(bodies.places).all(axis=1)
    highest = np.where(known[:, None], bodies.places, 0.0).argmax(axis=1)
    return replace(bodies, type=np.where(known, highest, bodies.type))


def types_with_members(types: pd.DataFrame, assignments: pd.DataFrame) -> set[str]:
    """Types of the model but those that are known to have no member; a number that is not shown may be any.

    ``types``: table ``type, n`` or empty. ``assignments``: with a column ``p_<type>`` for each type.
    """
    sizes = types.set_index("type")["n"] if "n" in types else pd.Series(dtype=float)
    empty = set(sizes.index[sizes == 0])
    return set(membership_types(assignments.columns)) - empty
