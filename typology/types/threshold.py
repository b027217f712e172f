"""From which score on a class earns a name: fits to answers without types say how high those reach.

Two kinds of such answers: without any structure, once and for all, so that at most 5 % of fits earn all names; and,
where types were held against degrees, as the graded rival of this very survey makes them. Leanings cut into classes
reach scores that chance never does.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.degrees.comparison import Comparison
from typology.clustering.degrees.verdict import UNDECIDED
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import spread
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.content.vocabulary import MOST_GOALS
from typology.simulation.model import Kind, build_model
from typology.types.signatures import Signatures, chosen_rates, naming_scores

# Just above the 95 % quantiles in fits to structureless answers, the largest over question kinds, 100 to 2,000
# respondents, 8 to 20 goals and 2 to 6 classes (0.29 and 0.35: benchmarks/results/naming.csv). Fitted with one
# pseudo-answer only, as a stronger prior keeps chance lower. Size and question kind hardly matter, so one number does.
THRESHOLD = 0.32  # of the lowest score in the match: who reaches it with every class earns all names
GATE = 0.40  # of the mean score: below it no class earns a name, so chance rarely earns even one

RIVAL_DRAWS, RIVAL_STARTS, RIVAL_QUANTILE = 20, 10, 0.95
"""Draws of the graded rival, random starts on each, and how often classes cut from it must stay below an earned score
where the BIC does not even find that many classes."""


class Limits(NamedTuple):
    """``threshold``: lowest score that earns a name; ``gate``: lowest mean score of the match with which any is."""

    threshold: float = THRESHOLD
    gate: float = GATE


def limits_under_degrees(compared: Comparison, clustering: Clustering, signatures: Signatures) -> Limits:
    """Limits that classes cut from the nearest graded rival reach on average, never below the usual ones.

    Where the BIC finds fewer classes than are named, what they seldom reach: one draw in twenty.

    They hold where it cannot be told whether there are types: then names stay, beside the sentence that says so, where
    they fit better than leanings would make them fit. Where the verdict is types, every rival was rejected, and what it
    would earn says nothing of these answers; where it is degrees, the names are those of leanings.

    Parameters
    ----------
    compared : of the same answers, freshly computed: a comparison from a file draws nothing.
    clustering : the classes that are to be named; classes of the draws are found with its number, prior and question.
    signatures : type → its signature goals, all among the goals.
    """
    if compared.verdict != UNDECIDED or compared.redrawn is None or len(signatures) == 0 or clustering.n_classes < 2:
        return Limits()
    draws = [_Draw(compared.redrawn(number), clustering.question, number) for number in range(RIVAL_DRAWS)]
    fit = {"prior": clustering.prior, "n_init": RIVAL_STARTS, "form": clustering.model.form}
    found = np.array(spread(partial(_null_scores, signatures, clustering.n_classes, fit), draws), dtype=float)[:, :2]
    supported = compared.n_classes >= clustering.n_classes
    lowest, mean = found.mean(axis=0) if supported else np.quantile(found, RIVAL_QUANTILE, axis=0)
    return Limits(max(THRESHOLD, float(lowest)), max(GATE, float(mean)))


def null_naming_scores(
    signatures: Signatures,
    goals: Sequence[str],
    n_rows: int,
    *,
    kind: Kind = "pick",
    limit: int = MOST_GOALS,
    n_classes: int = 4,
    n_fits: int = 200,
    random_state: int = 0,
    **fit: Any,
) -> pd.DataFrame:
    """Scores of the best permutation in fits to answers of one single type that keep the form of the question.

    Parameters
    ----------
    signatures : type key → its signature goals, all among ``goals``.
    kind : pick, free (freely ticked lists of very different length), yes_no or rating.
    n_fits : they run where ``joblib.parallel_config`` sends them, one after the other without it.
    fit : passed on to ``cluster`` (``prior``, ``n_init``).

    Returns
    -------
    One row per fit: ``fit, lowest, mean, highest, margin``.
    """
    rng = np.random.default_rng(random_state)
    draws = []
    for _ in range(n_fits):
        seed = int(rng.integers(2**31))
        model = build_model(signatures, goals, kind=kind, limit=limit, strength=0.0, random_state=seed)
        codes, _ = model.draw(n_rows, rng)
        draws.append(_Draw(model.frame(codes, [str(row) for row in range(n_rows)]), question_of(model), seed))
    rows = spread(partial(_null_scores, signatures, n_classes, fit), draws)
    table = pd.DataFrame(rows, columns=["lowest", "mean", "highest", "margin"])
    table.insert(0, "fit", range(n_fits))
    return table


class _Draw(NamedTuple):
    """Answers without types, how they were asked, and the seed of the starts."""

    goals: pd.DataFrame
    question: GoalQuestion | None
    seed: int


def _null_scores(
    signatures: Signatures, n_classes: int, fit: dict[str, Any], draw: _Draw
) -> tuple[float, float, float, float | None]:
    with warnings.catch_warnings():
        # a fit without types may well leave a class empty or find its best solution once: that is what is measured
        warnings.simplefilter("ignore", UserWarning)
        fitted = cluster(draw.goals, n_classes, question=draw.question, random_state=draw.seed, **fit)
    by_class = chosen_rates(fitted.profiles, fitted.categories).loc[list(fitted.shares.index)]
    scores = naming_scores(by_class, fitted.shares, signatures).to_numpy()
    best = best_permutation(scores)
    found = [scores[pair] for pair in best.pairs]
    return min(found), float(np.mean(found)), max(found), best.margin
