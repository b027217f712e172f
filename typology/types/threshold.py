"""From which score on a class earns a name: fits to answers without structure say how high chance alone reaches.

The threshold is such that at most 5 % of fits to structureless answers of the same form earn all names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import spread
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.simulation.model import Kind, build_model
from typology.types.signatures import Signatures, chosen_rates, naming_scores

# Just above the 95 % quantiles in fits to structureless answers, the largest over question kinds, 100 to 2,000
# respondents, 8 to 20 goals and 2 to 6 classes (0.29 and 0.35: benchmarks/results/naming.csv). Fitted with one
# pseudo-answer only, as a stronger prior keeps chance lower. Size and question kind hardly matter, so one number does.
THRESHOLD = 0.32  # of the lowest score in the match: who reaches it with every class earns all names
GATE = 0.40  # of the mean score: below it no class earns a name, so chance rarely earns even one


def null_naming_scores(
    signatures: Signatures,
    goals: Sequence[str],
    n_rows: int,
    *,
    kind: Kind = "pick",
    limit: int = 3,
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
    """Answers without structure, how they were asked, and the seed of the starts."""

    goals: pd.DataFrame
    question: GoalQuestion
    seed: int


def _null_scores(
    signatures: Signatures, n_classes: int, fit: dict[str, Any], draw: _Draw
) -> tuple[float, float, float, float | None]:
    fitted = cluster(draw.goals, n_classes, question=draw.question, random_state=draw.seed, **fit)
    by_class = chosen_rates(fitted.profiles, fitted.categories).loc[list(fitted.shares.index)]
    scores = naming_scores(by_class, fitted.shares, signatures).to_numpy()
    best = best_permutation(scores)
    found = [scores[pair] for pair in best.pairs]
    return min(found), float(np.mean(found)), max(found), best.margin
