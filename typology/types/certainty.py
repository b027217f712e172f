"""Is a stated probability kept? Calibration on fresh rows, and when the structure is too weak to speak of types.

A probability of 0.9 is calibrated if nine of ten such municipalities really are of that type. Only simulation knows the
real type: answers are drawn from the frozen typology, types are fitted again, and fresh rows are assigned.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering import criteria
from typology.clustering.clustering import cluster
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.prior import PRIOR
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import spread
from typology.clustering.permutation import best_permutation
from typology.content.vocabulary import ALL
from typology.simulation.model import GoalModel, Kind

if TYPE_CHECKING:
    from typology.types.typology import Typology

# Relative entropy of the memberships, from benchmarks/results/calibration.csv: types that the true model itself
# recovers with an adjusted Rand index of 0.5 lie above it, those of 0.35 below it, ratings from 1,000 rows on.
# Where small surveys look clearer than they are the types are unstable, which the study asks separately.
WEAK_ENTROPY = 0.5
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RELIABILITY_COLUMNS = ("type", "low", "high", "n", "stated", "right")


def relative_entropy(memberships: pd.DataFrame | np.ndarray) -> float:
    """1 − mean entropy of the memberships (rows × types) / entropy of their mean; 1 is certain, 0 is guessing.

    Measured by the shares and not by equal ones: who guesses the type that nearly all have is not certain of it. NaN
    for a single type, and without any row; 0 where all rows are of one type.

    Examples
    --------
    >>> round(abs(relative_entropy(np.array([[0.9, 0.1]] * 10))), 9)
    0.0
    """
    values = np.asarray(memberships, float)
    values = values[~np.isnan(values).any(axis=1)]
    if not len(values) or values.shape[1] < 2:
        return float("nan")
    guessed = criteria.membership_entropy(values.mean(axis=0)[None])
    left = criteria.membership_entropy(values) / len(values)
    return float(1.0 - left / guessed) if guessed > 0 else 0.0


def mean_certainty(memberships: pd.DataFrame | np.ndarray) -> float:
    """Mean probability of the most probable type; NaN without any row."""
    values = np.asarray(memberships, float)
    return float(values.max(axis=1).mean()) if len(values) else float("nan")


def structure_too_weak(memberships: pd.DataFrame | np.ndarray) -> bool:
    """Whether the memberships are so blurred that stated probabilities cannot be relied on.

    One single type has no structure to be weak.

    Examples
    --------
    >>> clear, blurred = np.array([[0.9, 0.1], [0.05, 0.95]]), np.array([[0.6, 0.4], [0.5, 0.5]])
    >>> structure_too_weak(clear), structure_too_weak(blurred)
    (False, True)
    """
    return relative_entropy(memberships) < WEAK_ENTROPY


def calibration_error(stated: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Mean distance between stated probability and share of right ones over equal bins, weighted by rows.

    Source: Guo et al. (2017), On calibration of modern neural networks, ICML, equation 3.
    """
    place = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(place, stated, bins) - np.bincount(place, right, bins))
    return float(gaps.sum() / len(stated))


def reliability(
    typology: Typology,
    n_rows: int,
    *,
    n_fits: int = 20,
    fresh: int = 1000,
    prior: float = PRIOR,
    n_init: int = 10,
    random_state: int = 0,
) -> pd.DataFrame:
    """Stated against true probabilities if the frozen typology were the truth.

    Parameters
    ----------
    n_rows : respondents that each fit sees. ``fresh``: new rows that each fit assigns.
    n_fits : they run where ``joblib.parallel_config`` sends them, one after the other without it.

    Returns
    -------
    ``type`` (the assigned one, ``alle`` for all), ``low, high`` (bin of the stated probability), ``n``, ``stated``
    (mean), ``right`` (share that truly are of that type); bins without rows are left out.

    Examples
    --------
    >>> from typology.content.catalogue import load_content
    >>> from typology.types.naming import name_types
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> reliability(typology, 50, n_fits=2, fresh=100, n_init=3).query("type == 'alle'").round(2)
       type  low  high    n  stated  right
    6  alle  0.5   0.6    6    0.55   0.33
    7  alle  0.6   0.7    2    0.69   0.50
    8  alle  0.8   0.9   10    0.89   1.00
    9  alle  0.9   1.0  182    0.98   1.00
    """
    model = generating_model(typology)
    rng = np.random.default_rng(random_state)
    draws = [
        _Draw(model.draw(n_rows, rng)[0], *model.draw(fresh, rng), int(rng.integers(2**31))) for _ in range(n_fits)
    ]
    parts = spread(partial(_stated_and_right, typology, model, prior, n_init), draws)
    rows = pd.concat(parts, ignore_index=True)
    rows["type"] = np.array(model.types, dtype=object)[rows["type"]]
    rows["bin"] = np.clip(np.searchsorted(EDGES, rows["stated"], side="right") - 1, 0, len(EDGES) - 2)
    lines = []
    for name in (*model.types, ALL):
        part = rows if name == ALL else rows[rows["type"] == name]
        for number, group in part.groupby("bin"):
            place = int(str(number))
            lines.append(
                (name, EDGES[place], EDGES[place + 1], len(group), group["stated"].mean(), group["right"].mean())
            )
    return pd.DataFrame(lines, columns=list(RELIABILITY_COLUMNS))


class _Draw(NamedTuple):
    """Answers to fit, fresh ones with their true types, and the seed of the starts."""

    codes: np.ndarray
    fresh: np.ndarray
    truth: np.ndarray
    seed: int


def _stated_and_right(typology: Typology, model: GoalModel, prior: float, n_init: int, draw: _Draw) -> pd.DataFrame:
    """What a fit says of fresh rows: ``type`` (its place), ``stated`` probability, ``right``."""
    fitted = cluster(
        model.frame(draw.codes, [str(row) for row in range(len(draw.codes))]), len(model.types),
        question=GoalQuestion(typology.question.kind, typology.question.limit), prior=prior, n_init=n_init,
        random_state=draw.seed, form=typology.model.form,
    )  # fmt: skip
    stated = posteriors(fitted.model, draw.fresh)
    pairs = dict(best_permutation(stated.T @ np.eye(len(model.types))[draw.truth]).pairs)
    found = np.array([pairs[group] for group in range(len(model.types))])[stated.argmax(axis=1)]
    return pd.DataFrame({"type": found, "stated": stated.max(axis=1), "right": found == draw.truth})


def generating_model(typology: Typology) -> GoalModel:
    """A model that draws answers like those of the typology, in the form of its question.

    Given the number of ticks it is the typology's own model. A plain typology of a list with a limit is drawn with
    exactly as many goals; ratings count as chosen or not.
    """
    limit = typology.question.limit if typology.question.kind in ("pick", "ranking") else None
    shares = typology.model.shares
    weights, totals = typology.model.drawing(limit)
    kind: Kind = "yes_no" if not len(totals) else "free" if limit is None else "pick"
    return GoalModel(
        kind, limit, typology.goal_keys, typology.type_keys, shares / shares.sum(), weights, totals / totals.sum(), 0.0
    )
