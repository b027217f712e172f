"""What else distinguishes the types: answers by type, corrected for wrong assignment.

Taking the assigned type at face value mixes the types and pulls their means together. The three-step correction of
Bolck, Croon and Hagenaars (2004, Political Analysis 12:3-27; Vermunt 2010, Political Analysis 18:450-469) weights each
municipality by the inverse of the classification errors that the posteriors themselves imply. That holds for answers
the types were not made from. The goals themselves sort the municipalities into types, so that the correction would push
their shares too far apart; for them every municipality counts in each type with its probability, as in maximum
likelihood. Intervals repeat all steps (types, assignment, correction) on resampled municipalities: model uncertainty,
no projection.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.engine.spread import spread
from typology.clustering.permutation import best_permutation
from typology.errors import EstimationError
from typology.writing import Said

DISTAL_COLUMNS = ("type", "item", "level", "n", "naive", "estimate", "se", "low", "high")
Weighting = Literal["modal", "proportional"]
# Below this the classification errors can no longer be undone: one type is nearly a mixture of the others.
LARGEST_CONDITION = 1e3


@dataclass(frozen=True, eq=False)
class Replicate:
    """One resampled data set: which rows (positions), and their posteriors from its own fit, in the types' order."""

    rows: np.ndarray
    posteriors: np.ndarray


def describe_types(
    answers: pd.DataFrame,
    posteriors: pd.DataFrame,
    *,
    weighting: Weighting = "proportional",
    replicates: Sequence[Replicate] = (),
    confidence: float = 0.95,
    indicators: Collection[str] = (),
) -> pd.DataFrame:
    """Means and shares by type, corrected for classification error.

    Parameters
    ----------
    answers : index ``key``; numeric columns give means, categorical ones a share per level.
    posteriors : key × type, rows add up to 1; a row without any (NaN) takes no part.
    weighting : ``proportional`` assigns a row to all types by probability (smaller error, see
        ``benchmarks/distal.py``), ``modal`` to its most probable type.
    replicates : from :func:`refit_replicates`, for the interval; without them it is missing.
    indicators : the columns that the types were made from; each row counts in them by its probabilities.

    Returns
    -------
    Long table ``type, item, level, n, naive, estimate, se, low, high``; ``n`` counts rows assigned to the type (most
    probable) with an answer, ``naive`` takes the most probable type at face value, ``se`` is the standard deviation of
    the replicates. Negative weights can lead beyond the answers that were given: a mean then ends at the smallest or
    largest of them, and the shares of an item's levels become the nearest ones that are not negative and add up to 1.
    With less than half of the replicates, because their types overlap too much, standard error and interval are
    missing.

    Raises
    ------
    EstimationError : the keys differ, or the types overlap too much for a correction.

    Examples
    --------
    >>> answers = pd.DataFrame({"stand": [1.0, 3.0, 4.0, 2.0]})
    >>> posteriors = pd.DataFrame({"x": [0.8, 0.8, 0.2, 0.2], "y": [0.2, 0.2, 0.8, 0.8]})
    >>> describe_types(answers, posteriors)[["type", "item", "n", "naive", "estimate"]].round(2)
      type   item  n  naive  estimate
    0    x  stand  2    2.0      1.67
    1    y  stand  2    3.0      3.33
    """
    if not answers.index.equals(posteriors.index):
        raise EstimationError(Said("types.keys_in_same_order"))
    columns = _columns(answers)
    values = np.column_stack([column for _, _, column in columns])
    matrix = posteriors.to_numpy(float)
    known = ~np.isnan(matrix).any(axis=1)
    naive = _means(values[known], _assigned(matrix[known], "modal"))
    made = np.array([item in indicators for item, _, _ in columns])
    estimate = _corrected(values[known], matrix[known], weighting, made)
    counts = (_assigned(matrix[known], "modal").T @ ~np.isnan(values[known])).astype(int)
    limits, blocks = _range(values[known]), _blocks(columns)
    estimate = _admissible(estimate, limits, blocks)
    draws = np.empty((len(replicates), *estimate.shape))
    for number, replicate in enumerate(replicates):
        draws[number] = _admissible(_replicated(values, replicate, weighting, made), limits, blocks)
    se, low, high = _spread(draws, confidence)
    rows = []
    for place, (item, level, _) in enumerate(columns):
        for group, name in enumerate(posteriors.columns):
            numbers = [part[group, place] for part in (naive, estimate, se, low, high)]
            rows.append((name, item, level, counts[group, place], *numbers))
    return pd.DataFrame(rows, columns=list(DISTAL_COLUMNS))


def classification_errors(posteriors: np.ndarray, weighting: Weighting = "proportional") -> np.ndarray:
    """Probability of being assigned to a type (column) given the true type (row), as the posteriors imply it."""
    joint = posteriors.T @ _assigned(posteriors, weighting)
    errors: np.ndarray = joint / posteriors.sum(axis=0)[:, None]
    return errors


def bch_weights(posteriors: np.ndarray, weighting: Weighting = "proportional") -> np.ndarray:
    """Weights rows × types whose weighted means undo the classification errors; some are negative.

    Raises
    ------
    EstimationError : the error matrix cannot be inverted, as the types overlap too much.
    """
    errors = classification_errors(posteriors, weighting)
    if not np.isfinite(errors).all() or np.linalg.cond(errors) > LARGEST_CONDITION:
        raise EstimationError(Said("types.types_overlap"))
    weights: np.ndarray = _assigned(posteriors, weighting) @ np.linalg.inv(errors)
    return weights


def refit_replicates(
    goals: pd.DataFrame,
    clustering: Clustering,
    *,
    n_replicates: int = 200,
    n_init: int = 10,
    random_state: int = 0,
) -> list[Replicate]:
    """Resample the municipalities and fit again, each time with fresh starts besides the known solution.

    The classes of a replicate are matched with the original ones by the overlap of their posteriors. Replicates run
    where ``joblib.parallel_config`` sends them, one after the other without it.
    """
    rng = np.random.default_rng(random_state)
    original = clustering.memberships.reindex(goals.index).to_numpy()
    answered = np.flatnonzero(~np.isnan(original).any(axis=1))
    draws = [(rng.choice(answered, len(answered)), int(rng.integers(2**31))) for _ in range(n_replicates)]
    return spread(partial(_refit, goals, clustering, original, n_init), draws)


def _refit(
    goals: pd.DataFrame, clustering: Clustering, original: np.ndarray, n_init: int, draw: tuple[np.ndarray, int]
) -> Replicate:
    """One replicate: the rows that were drawn, and the seed of its starts."""
    rows, seed = draw
    fitted = cluster(
        goals.iloc[rows].reset_index(drop=True), clustering.n_classes, question=clustering.question,
        prior=clustering.prior, n_init=n_init, warm=clustering.state(), random_state=seed, form=clustering.model.form,
    )  # fmt: skip
    again = fitted.memberships.to_numpy()
    pairs = best_permutation(original[rows].T @ again).pairs
    return Replicate(rows, again[:, [column for _, column in sorted(pairs)]])


def _columns(answers: pd.DataFrame) -> list[tuple[str, str, np.ndarray]]:
    """Item, level ("" for numbers) and a column of numbers, NaN where there is no answer."""
    columns = []
    for item in answers.columns:
        series = answers[item]
        if isinstance(series.dtype, pd.CategoricalDtype):
            for level in series.cat.categories:
                hits = (series == level).to_numpy(float)
                columns.append((str(item), str(level), np.where(series.isna(), np.nan, hits)))
        else:
            columns.append((str(item), "", series.astype("Float64").to_numpy(float, na_value=np.nan)))
    return columns


def _assigned(posteriors: np.ndarray, weighting: Weighting) -> np.ndarray:
    """Rows × types: 1 for the most probable type, or the probabilities themselves."""
    if weighting == "proportional":
        return posteriors
    result: np.ndarray = np.eye(posteriors.shape[1])[posteriors.argmax(axis=1)]
    return result


def _means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means of every column, types × columns, over the rows with an answer."""
    given = ~np.isnan(values)
    totals = weights.T @ given
    with np.errstate(divide="ignore", invalid="ignore"):
        means: np.ndarray = (weights.T @ np.where(given, values, 0.0)) / totals
    return np.where(np.abs(totals) > 1e-9, means, np.nan)


def _range(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest answer of every column; no limit where nobody answered."""
    gone = np.isnan(values)
    low = np.where(gone, np.inf, values).min(axis=0, initial=np.inf)
    high = np.where(gone, -np.inf, values).max(axis=0, initial=-np.inf)
    none = low > high
    return np.where(none, -np.inf, low), np.where(none, np.inf, high)


def _blocks(columns: Sequence[tuple[str, str, np.ndarray]]) -> list[list[int]]:
    """The places of each item's levels; a number is none."""
    places: dict[str, list[int]] = {}
    for place, (item, level, _) in enumerate(columns):
        if level:
            places.setdefault(item, []).append(place)
    return list(places.values())


def _admissible(means: np.ndarray, limits: tuple[np.ndarray, np.ndarray], blocks: Sequence[list[int]]) -> np.ndarray:
    """Means within the given answers, shares of levels on their simplex (types × columns)."""
    result: np.ndarray = np.clip(means, *limits)
    for block in blocks:
        result[:, block] = nearest_shares(means[:, block])
    return result


def nearest_shares(values: np.ndarray) -> np.ndarray:
    """The nearest rows (least squares) that are not negative and add up to 1; a row with NaN stays.

    Each is lowered by the same amount and cut at 0 (Michelot 1986, Journal of Optimization Theory and Applications
    50:195-200). The true shares lie on the simplex, so this never takes an estimate further away from them.

    >>> nearest_shares(np.array([[0.8, 0.5, -0.3]])).round(2).tolist()
    [[0.65, 0.35, 0.0]]
    """
    falling = -np.sort(-values, axis=1)
    excess = (np.cumsum(falling, axis=1) - 1.0) / np.arange(1, values.shape[1] + 1)
    last = np.maximum((falling > excess).sum(axis=1) - 1, 0)
    result: np.ndarray = np.maximum(values - excess[np.arange(len(values)), last][:, None], 0.0)
    return np.where(np.isnan(values).any(axis=1, keepdims=True), values, result)


def _spread(draws: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Standard deviation and interval over the first axis, missing where less than half of the draws are there."""
    known = ~np.isnan(draws)
    enough = known.sum(axis=0) >= max(len(draws) / 2, 2)
    se, low, high = (np.full(enough.shape, np.nan) for _ in range(3))
    for place in zip(*enough.nonzero(), strict=True):
        column = draws[(slice(None), *place)]
        column = column[~np.isnan(column)]
        se[place] = column.std(ddof=1)
        low[place], high[place] = np.quantile(column, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return se, low, high


def _corrected(values: np.ndarray, posteriors: np.ndarray, weighting: Weighting, made: np.ndarray) -> np.ndarray:
    """Corrected means, types × columns; ``made``: columns that the types were made from."""
    weights = bch_weights(posteriors, weighting)
    result = np.empty((posteriors.shape[1], values.shape[1]))
    result[:, ~made] = _means(values[:, ~made], weights)
    result[:, made] = _means(values[:, made], posteriors)
    return result


def _replicated(values: np.ndarray, replicate: Replicate, weighting: Weighting, made: np.ndarray) -> np.ndarray:
    """Corrected means of one replicate; missing where its types overlap too much."""
    try:
        return _corrected(values[replicate.rows], replicate.posteriors, weighting, made)
    except EstimationError:
        return np.full((replicate.posteriors.shape[1], values.shape[1]), np.nan)
