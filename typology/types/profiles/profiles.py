"""What the municipalities of a type answered, and how one municipality stands beside its type and beside all.

A profile describes those who were assigned, by their assigned type. Intervals are Wilson's for shares and Student's for
means: model uncertainty, no projection to all municipalities. ``corrected`` puts beside them what is corrected for
wrong assignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, Measure, Standing, membership_column, membership_types
from typology.errors import StudyError
from typology.types.intervals import CONFIDENCE, wilson_interval
from typology.writing import Said

if TYPE_CHECKING:
    from typology.survey.survey import Survey

MEASURES = tuple(measure.value for measure in Measure if measure is not Measure.TYPE)
PROFILE_COLUMNS = ("type", "measure", "item", "level", "n", "estimate", "low", "high")
OWN_COLUMNS = ("key", "measure", "item", "own", "type_value", "all_value", "n_type", "n_all", "standing")
# A difference on the five-step scale that counts as strong or weak, against the type and against all.
STANDING_STEP = 1.0


@dataclass(frozen=True)
class MunicipalityProfile:
    """One municipality: its type, how sure, and its answers beside those of its type and of all.

    ``answers``: its rows of :func:`profile_municipalities`. ``strong``, ``weak``: fields by the standing rule.
    ``important``: fields it rates important with at least 4 of 5, the highest first.
    """

    key: str
    type: str
    second_type: str
    status: str
    reason: str
    probabilities: dict[str, float]
    answers: pd.DataFrame
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    important: tuple[str, ...]


def profile_types(
    survey: Survey, goals: pd.DataFrame, assignments: pd.DataFrame, *, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Answers of every type and of all (``alle``: every respondent, also those without a type).

    Parameters
    ----------
    goals : goals matrix, index ``key``.
    assignments : as :meth:`Typology.assign` returns them.

    Returns
    -------
    Long table ``type, measure, item, level, n, estimate, low, high``. Categories: a row per level with its share; a
    goal answered yes or no only has the level ``ja``. Ratings and numbers: level "" and the mean. ``n`` counts answers
    to this item in the group; without any answer the estimate is missing.

    Examples
    --------
    >>> profiles = typology.profile_types(survey, typology.goals_matrix(survey), study.tables.assignments)
    >>> bool(profiles.query("measure == 'goal'")["estimate"].dropna().between(0, 1).all())
    True
    """
    types = assignments["type"]
    groups = {key: types.index[types == key] for key in _type_keys(assignments)} | {ALL: types.index}
    rows = [
        (group, measure, item, *line)
        for measure, item, answers in profile_items(survey, goals)
        for group, keys in groups.items()
        for line in _summary(answers.reindex(keys).dropna(), measure, confidence)
    ]
    return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))


def profile_municipalities(
    survey: Survey, goals: pd.DataFrame, assignments: pd.DataFrame, profiles: pd.DataFrame
) -> pd.DataFrame:
    """Every municipality's own answers beside its type and all.

    Returns
    -------
    Long table ``key, measure, item, own, type_value, all_value, n_type, n_all, standing``. ``own``: the answer, "" if
    there is none. Values are means for ratings and numbers; for goals the share that chose the goal (of the type: of
    those assigned to it); for other categories the share that gave the same answer. ``standing`` (fields, measure
    ``stand``): "stark" if at least one step above the mean of the own type and of all, "schwach" if at least one below
    both, else "". Without a type only the mean of all counts.

    Examples
    --------
    >>> goals, assigned = typology.goals_matrix(survey), study.tables.assignments
    >>> profiles = typology.profile_types(survey, goals, assigned)
    >>> own = typology.profile_municipalities(survey, goals, assigned, profiles)
    >>> own["key"].nunique()
    60
    """
    values = profiles.set_index(["type", "measure", "item", "level"])[["estimate", "n"]]
    parts = []
    for measure, item, answers in profile_items(survey, goals):
        own = answers.reindex(assignments.index)
        level = _levels(own, measure)
        mine = values.reindex(_places(assignments["type"], measure, item, level))
        everyone = values.reindex(_places(pd.Series(ALL, assignments.index), measure, item, level))
        part = pd.DataFrame(
            {
                "key": assignments.index,
                "measure": measure,
                "item": item,
                "own": own.astype(object).where(own.notna(), "").to_numpy(),
                "type_value": mine["estimate"].to_numpy(),
                "all_value": everyone["estimate"].to_numpy(),
                "n_type": mine["n"].fillna(0).astype(int).to_numpy(),
                "n_all": everyone["n"].fillna(0).astype(int).to_numpy(),
                "standing": "",
            }
        )
        if measure == "stand":
            part["standing"] = standing_of(own, part["type_value"], part["all_value"])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(OWN_COLUMNS))
    place = {key: number for number, key in enumerate(assignments.index)}
    order = np.argsort(table["key"].map(place).to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def profile_municipality(key: str, own_profiles: pd.DataFrame, assignments: pd.DataFrame) -> MunicipalityProfile:
    """The profile of one municipality, from the table of all.

    Raises
    ------
    StudyError : nobody of that key answered.
    """
    if key not in assignments.index:
        raise StudyError(Said("types.no_answer_of_key", name=key))
    row = assignments.loc[key]
    answers = own_profiles[own_profiles["key"] == key].drop(columns="key").reset_index(drop=True)
    rated = answers[(answers["measure"] == "wichtig") & (answers["own"] != "")]
    rated = rated.assign(own=pd.to_numeric(rated["own"])).sort_values("own", ascending=False, kind="stable")
    return MunicipalityProfile(
        key=key,
        type=str(row["type"]),
        second_type=str(row["second_type"]),
        status=str(row["status"]),
        reason=str(row["reason"]),
        probabilities={name: float(row[membership_column(name)]) for name in _type_keys(assignments)},
        answers=answers,
        strong=tuple(answers.loc[answers["standing"] == Standing.STRONG, "item"]),
        weak=tuple(answers.loc[answers["standing"] == Standing.WEAK, "item"]),
        important=tuple(rated.loc[rated["own"] >= 4, "item"]),
    )


def profile_items(survey: Survey, goals: pd.DataFrame) -> Iterator[tuple[str, str, pd.Series]]:
    """Measure, item and answers of everything a profile shows."""
    for measure in MEASURES:
        block = goals if measure == "goal" else survey.block(measure)
        for item in block.columns:
            yield measure, str(item), _typed(block[item])


def _typed(answers: pd.Series) -> pd.Series:
    """Numbers stay; everything else becomes categories, truth values ``nein`` and ``ja``."""
    if answers.dtype in (bool, "boolean"):
        answers = answers.map({True: "ja", False: "nein"}).astype(pd.CategoricalDtype(["nein", "ja"]))
    elif answers.dtype in (object, "string"):
        answers = answers.astype("category")
    return answers


def _type_keys(assignments: pd.DataFrame) -> list[str]:
    return membership_types(assignments.columns)


def _is_category(answers: pd.Series) -> bool:
    return isinstance(answers.dtype, pd.CategoricalDtype)


def _summary(answers: pd.Series, measure: str, confidence: float) -> list[tuple[str, int, float, float, float]]:
    """Level, n, estimate, low, high of one item in one group."""
    n = len(answers)
    if not _is_category(answers):
        numbers = answers.to_numpy(float)
        if n == 0:
            return [("", 0, np.nan, np.nan, np.nan)]
        mean = float(numbers.mean())
        if n == 1:
            return [("", 1, mean, np.nan, np.nan)]
        from scipy.special import stdtrit

        half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * float(numbers.std(ddof=1)) / np.sqrt(n)
        return [("", n, mean, mean - half, mean + half)]
    levels = [str(level) for level in answers.cat.categories]
    if measure == "goal" and levels == ["nein", "ja"]:
        levels = ["ja"]
    found = answers.astype(str).value_counts()
    lines = []
    for level in levels:
        count = int(found.get(level, 0))
        low, high = wilson_interval(count, n, confidence)
        lines.append((level, n, count / n if n else np.nan, low, high))
    return lines


def _levels(own: pd.Series, measure: str) -> pd.Series:
    """The level whose share stands beside the own answer."""
    if not _is_category(own):
        return pd.Series("", own.index)
    if measure == "goal":
        return pd.Series(str(own.cat.categories[-1]), own.index)
    return own.astype(object)


def _places(types: pd.Series, measure: str, item: str, level: pd.Series) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([types, [measure] * len(types), [item] * len(types), level])


def standing_of(own: pd.Series, type_value: pd.Series, all_value: pd.Series) -> np.ndarray:
    """``stark``, ``schwach`` or empty by the rule of :func:`profile_municipalities`."""
    mine = own.to_numpy(float, na_value=np.nan)
    overall = mine - all_value.to_numpy()
    within = mine - type_value.to_numpy()
    within = np.where(np.isnan(within), overall, within)
    step = STANDING_STEP - 1e-9
    return np.select(
        [(overall >= step) & (within >= step), (overall <= -step) & (within <= -step)],
        [Standing.STRONG.value, Standing.WEAK.value],
        "",
    ).astype(object)
