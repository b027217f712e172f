"""From which score on a class earns a name: fits to answers without structure say how high chance alone reaches.

The threshold is such that at most 5 % of fits to structureless answers of the same form earn all names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from typology.assignment.signatures import Signatures, best_permutation, chosen_rates, naming_scores
from typology.errors import EstimationError

if TYPE_CHECKING:
    from typology.clustering.goals import GoalQuestion

# 95 % quantile of the lowest of the four scores in fits of four classes to structureless answers, by question kind and
# number of respondents: benchmarks/results/naming.csv, worst over 8, 13 and 20 goals.
THRESHOLD_ROWS = (100, 200, 412, 1000, 2000)
THRESHOLDS: dict[str, tuple[float, ...]] = {
    "pick": (0.60, 0.60, 0.60, 0.60, 0.60),
    "ranking": (0.60, 0.60, 0.60, 0.60, 0.60),
    "yes_no": (0.60, 0.60, 0.60, 0.60, 0.60),
    "rating": (0.60, 0.60, 0.60, 0.60, 0.60),
}


def default_threshold(kind: str, n_rows: int) -> float:
    """The shipped threshold for a question kind, between the simulated sizes on a logarithmic scale of n."""
    if kind not in THRESHOLDS:
        raise EstimationError(f"Fragetyp {kind!r} ist unbekannt; möglich sind {', '.join(THRESHOLDS)}.")
    return round(float(np.interp(np.log(max(n_rows, 1)), np.log(THRESHOLD_ROWS), THRESHOLDS[kind])), 3)


def calibrate_naming_threshold(null_scores: pd.DataFrame, *, error: float = 0.05) -> float:
    """The threshold that at most ``error`` of the fits in :func:`null_naming_scores` pass with all names."""
    return float(np.quantile(null_scores["lowest"], 1 - error, method="higher"))


def null_naming_scores(
    question: GoalQuestion,
    n_rows: int,
    signatures: Signatures,
    rates: Mapping[str, float],
    *,
    n_classes: int = 4,
    n_fits: int = 200,
    style: float = 0.0,
    random_state: int = 0,
    **fit: Any,
) -> pd.DataFrame:
    """Scores of the best permutation in fits to structureless answers of this form.

    Parameters
    ----------
    rates : goal → share that chooses it. ``style``: see :func:`structureless_goals`.
    fit : passed on to ``cluster`` (``prior``, ``n_init``).

    Returns
    -------
    One row per fit: ``fit, lowest, mean, highest, margin``.
    """
    from typology.clustering.clustering import cluster

    rng = np.random.default_rng(random_state)
    rows = []
    for number in range(n_fits):
        answers = structureless_goals(question, n_rows, rates, style=style, random_state=rng)
        fitted = cluster(answers, n_classes, question=question, random_state=int(rng.integers(2**31)), **fit)
        by_class = chosen_rates(fitted.profiles, fitted.categories).loc[list(fitted.shares.index)]
        scores = naming_scores(by_class, fitted.shares, signatures).to_numpy()
        best = best_permutation(scores)
        found = [scores[pair] for pair in best.pairs]
        rows.append((number, min(found), float(np.mean(found)), max(found), best.margin))
    return pd.DataFrame(rows, columns=["fit", "lowest", "mean", "highest", "margin"])


def structureless_goals(
    question: GoalQuestion,
    n_rows: int,
    rates: Mapping[str, float],
    *,
    style: float = 0.0,
    random_state: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Answers of one single type that keep the form of the question.

    pick and ranking: exactly ``limit`` goals, popular ones more often. yes_no: independent; ``style`` is the spread of
    a common tendency to tick (log-odds). rating: three levels from one independent latent value per goal.
    """
    rng = np.random.default_rng(random_state)
    popularity = np.asarray(list(rates.values()), float)
    logit = np.log(popularity) - np.log1p(-popularity)
    size = (n_rows, len(popularity))
    if question.kind in ("pick", "ranking"):
        appeal = logit + rng.gumbel(size=size)
        order = np.argsort(-appeal, axis=1)
        codes = np.zeros(size, int)
        np.put_along_axis(codes, order[:, : question.limit or 3], 1, axis=1)
    else:
        chance = rng.logistic(size=size) + logit + style * rng.normal(size=(n_rows, 1))
        codes = (chance > 0).astype(int)
        if question.kind == "rating":
            codes += chance > -1.5
    answers = ["niedrig", "mittel", "hoch"] if question.kind == "rating" else ["nein", "ja"]
    return pd.DataFrame(
        {
            goal: pd.Categorical.from_codes(codes[:, column], answers, ordered=question.kind == "rating")
            for column, goal in enumerate(rates)
        },
        index=pd.Index([f"S{number:06d}" for number in range(n_rows)], name="key"),
    )
