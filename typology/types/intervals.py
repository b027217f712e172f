"""Intervals of shares and means; model uncertainty, no projection to all municipalities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.errors import EstimationError
from typology.writing import Said

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.engine.model import AnswerModel
    from typology.clustering.engine.question import GoalQuestion
    from typology.clustering.stability import Stability

CONFIDENCE = 0.95
PRIOR_DECIDES = 0.4
"""Of half an interval. With it nearly every interval of types that differ in many goals is printed, and of types of one
goal at 1,500 rows few of those that miss (``printed`` and ``coverage`` in ``benchmarks/results/coverage.csv``)."""


def normal_point(confidence: float = CONFIDENCE) -> float:
    """How many standard errors an interval reaches to either side of an estimate that scatters normally.

    >>> round(normal_point(), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def wilson_interval(successes: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927, JASA 22:209); NaN where there is nobody.

    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    if n == 0:
        return np.nan, np.nan
    z = normal_point(confidence)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def share_intervals(
    clustering: Clustering,
    goals: pd.DataFrame,
    confidence: float = CONFIDENCE,
    *,
    weights: np.ndarray | pd.Series | None = None,
) -> pd.DataFrame:
    """Intervals of the class shares from sandwich standard errors.

    Parameters
    ----------
    goals : the table that was clustered.
    weights : those of the clustering, one per row. Whole numbers say how often a row occurs; with any others a row
        counts once (see :meth:`typology.LatentClass.standard_errors`).

    Returns
    -------
    ``low, high``, index: group; NaN where the classes are not identified.

    Raises
    ------
    EstimationError : the clustering was weighted and no weights are given.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> share_intervals(cluster(goals, 2, n_init=5), goals).round(2)
               low  high
    gruppe_a  0.46  0.74
    gruppe_b  0.26  0.54
    """
    from typology.clustering.engine.patterns import MISSING, collapse, sampling_squares
    from typology.clustering.engine.prior import pseudo_answers

    if weights is None and clustering.settings.get("weighted"):
        raise EstimationError(Said("types.intervals_need_weights"))
    own = None if weights is None else np.asarray(weights, float)
    form, patterns = clustering.model.form, collapse(goals, sample_weight=own)
    squares = sampling_squares(patterns, own)
    used = form.takes_part(patterns.codes != MISSING) & (patterns.weights > 0)
    rows = form.rows(patterns.codes[used], patterns.n_categories)
    counts, state = patterns.weights[used], clustering.state()
    caution = pseudo_answers(state[:, 0] * counts.sum(), clustering.prior)
    errors = rows.share_errors(counts, state, caution, None if squares is None else squares[used])
    half = normal_point(confidence) * errors
    shares = clustering.shares.to_numpy()
    return pd.DataFrame(
        {"low": np.maximum(shares - half, 0.0), "high": np.minimum(shares + half, 1.0)}, index=clustering.shares.index
    )


def shares_are_blurred(goals: pd.DataFrame, question: GoalQuestion | None) -> bool:
    """Whether so many agree to everything that an interval of a type's share would rarely hold the truth.

    Where one row in twenty does, 95 % intervals of yes/no answers and ratings hold it in less than seven of ten cases:
    such rows take the place of a type (``benchmarks/results/coverage.csv``). Lists are not touched by it, for their
    classes are those given the number of ticks.

    Parameters
    ----------
    goals : the table that was clustered.
    """
    from typology.survey.flags import MANY, agrees_to_everything

    if question is None or question.kind not in ("yes_no", "rating") or goals.empty:
        return False
    top = str(goals.iloc[:, 0].cat.categories[-1])
    return bool(agrees_to_everything(goals.astype(str), question.kind, top).mean() >= MANY)


def printed_intervals(
    clustering: Clustering,
    stable: Stability,
    goals: pd.DataFrame,
    question: GoalQuestion | None,
    model: AnswerModel | None = None,
) -> pd.DataFrame:
    """The intervals of :func:`scatter_intervals`, NaN where they would rarely hold the truth.

    That is where many agree to everything, and where the prior decides how large the types are: refits with the same
    prior scatter around the same wrong point, as with types that differ from the others in one goal.

    Parameters
    ----------
    model : the classes as a typology keeps them, with fewer digits; else those of the clustering.
    """
    found = scatter_intervals(clustering, stable)
    hidden = shares_are_blurred(goals, question) or prior_decides(clustering, goals, found, model)
    return found * np.nan if hidden else found


def prior_decides(
    clustering: Clustering, goals: pd.DataFrame, intervals: pd.DataFrame, model: AnswerModel | None = None
) -> bool:
    """Whether a share, the largest against the largest and so on, moves by more than ``PRIOR_DECIDES`` of half its
    interval when the prior is let go."""
    from typology.clustering.engine.maximum import shares_without_prior
    from typology.clustering.engine.patterns import collapse

    patterns = collapse(goals)
    free = shares_without_prior(model or clustering.model, patterns.codes[patterns.inverse], patterns.n_categories)
    order = np.argsort(-clustering.shares.to_numpy(), kind="stable")
    half = (intervals["high"] - intervals["low"]).to_numpy()[order] / 2
    moved = np.abs(clustering.shares.to_numpy()[order] - np.sort(free)[::-1])
    return bool((moved > PRIOR_DECIDES * half).any())


def scatter_intervals(clustering: Clustering, stable: Stability, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Intervals of the class shares from the scatter of the whole estimation over resampled municipalities.

    Parameters
    ----------
    stable : the stability of the clustering.

    Returns
    -------
    ``low, high``, index: group.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> from typology.clustering.stability import stability
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> found = cluster(goals, 2, n_init=5)
    >>> scatter_intervals(found, stability(found, goals, n_replicates=50, n_init=2)).round(1)
               low  high
    gruppe_a  0.5  0.7
    gruppe_b  0.3  0.5
    """
    half = normal_point(confidence) * stable.shares.std(ddof=1)
    shares = clustering.shares
    return pd.DataFrame({"low": (shares - half).clip(lower=0.0), "high": (shares + half).clip(upper=1.0)})
