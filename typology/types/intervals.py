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
    from typology.clustering.stability import Stability

CONFIDENCE = 0.95


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
