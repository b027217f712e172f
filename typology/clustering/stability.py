"""How stable the types are: the same estimation on resampled municipalities, compared by best permutation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from typology.clustering.clustering import Clustering
from typology.clustering.engine.bootstrap import REPLICATE_TOL, ModelFit, fit_model
from typology.clustering.engine.climb import fit_one, starting_points
from typology.clustering.engine.model import Answers, Rows
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.prior import cautious_batch, settled
from typology.clustering.engine.spread import spread
from typology.clustering.permutation import best_pairs
from typology.errors import EstimationError
from typology.simulation.agreement import cross_table, rand_of_table
from typology.writing import Said

STARTS = 20
RESAMPLE_STARTS = 10  # beside the solution of the whole sample
RECOVERED = 0.75
"""A type counts as found again from this Jaccard index on (Hennig 2007, Computational Statistics & Data Analysis)."""
TYPE_COLUMNS = ("type", "jaccard", "low", "high", "recovered", "share")
MUNICIPALITY_COLUMNS = ("key", "agreement")


@dataclass(frozen=True, eq=False)
class Stability:
    """``types``: per type the mean Jaccard index with its group in the replicates, the middle 95 % of them
    (``low``, ``high``), the share of replicates that found it again (``recovered``, index ≥ 0.75) and the type's
    share of municipalities. ``municipalities``: key, and the share of replicates in which it kept its type
    (``agreement``). ``rand``: mean adjusted Rand index of replicates and result. ``shares``: replicate × type, the
    class weight of the group that the type is matched with.
    """

    types: pd.DataFrame
    municipalities: pd.DataFrame
    rand: float
    n_replicates: int
    shares: pd.DataFrame


def stability(
    clustering: Clustering,
    goals: pd.DataFrame,
    *,
    n_replicates: int = 200,
    n_init: int = STARTS,
    random_state: int = 0,
) -> Stability:
    """Fit latent classes anew on resampled municipalities and see who stays together.

    Every replicate draws as many municipalities with replacement, starts from ``n_init`` fresh random points besides
    the result itself (a warm start alone would stay near it), and assigns all municipalities. Its groups are matched
    with the types by the permutation with the largest overlap. Replicates run where ``joblib.parallel_config`` sends
    them, one after the other without it.

    Parameters
    ----------
    clustering : latent classes of ``goals``.
    goals : the table that was clustered; rows without an answer are left out.

    Raises
    ------
    EstimationError : the goals or keys are not those of the clustering, or the clustering is no latent class model.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> stability(cluster(goals, 2, n_init=5), goals, n_replicates=10, n_init=2).types.round(2)
           type  jaccard  low  high  recovered  share
    0  gruppe_a      1.0  1.0   1.0        1.0    0.6
    1  gruppe_b      1.0  1.0   1.0        1.0    0.4
    """
    if clustering.method != "latent_class":
        raise EstimationError(Said("clustering.stability_needs_classes", method=clustering.method))
    if list(clustering.items) != [str(column) for column in goals.columns] or not goals.index.equals(
        clustering.labels.index
    ):
        raise EstimationError(Said("clustering.goals_do_not_fit"))
    form = clustering.model.form
    answered = form.takes_part(goals.notna().to_numpy())
    patterns = collapse(goals[answered])
    rows = form.rows(patterns.codes, patterns.n_categories)
    n_rows, n_patterns = int(answered.sum()), len(patterns.codes)
    rng = np.random.default_rng([random_state, 71])
    draws = rng.multinomial(n_rows, patterns.weights / patterns.weights.sum(), size=n_replicates).astype(float)
    n_classes = clustering.n_classes
    whole = cautious_batch(rows, patterns.weights, n_classes, clustering.prior)
    starts = [starting_points(whole, n_classes, n_init, rng, clustering.state()) for _ in draws]
    states = spread(partial(_fitted_again, rows, clustering.prior), zip(draws, starts, strict=True))

    def types_of(state: np.ndarray) -> np.ndarray:
        types: np.ndarray = rows.memberships(state).argmax(axis=1)
        return types

    result = types_of(clustering.state())
    jaccard = np.empty((n_replicates, clustering.n_classes))
    weights = np.empty_like(jaccard)
    kept = np.zeros(n_patterns)
    rand = 0.0
    for number, state in enumerate(states):
        again = types_of(state)
        table = cross_table(result, again, patterns.weights, clustering.n_classes)
        order = best_pairs(table)[1]
        jaccard[number] = jaccard_indices(table, order)
        weights[number] = state[order, 0]
        kept += np.argsort(order)[again] == result
        rand += rand_of_table(table) / n_replicates
    sizes = np.bincount(result, weights=patterns.weights, minlength=clustering.n_classes)
    types = pd.DataFrame(
        {
            "type": list(clustering.classes),
            "jaccard": jaccard.mean(axis=0),
            "low": np.quantile(jaccard, 0.025, axis=0),
            "high": np.quantile(jaccard, 0.975, axis=0),
            "recovered": (jaccard >= RECOVERED).mean(axis=0),
            "share": sizes / sizes.sum(),
        }
    )
    municipalities = pd.DataFrame(
        {"key": goals.index[answered].to_numpy(), "agreement": (kept / n_replicates)[patterns.inverse]}
    )
    shares = pd.DataFrame(weights, columns=list(clustering.classes))
    return Stability(types, municipalities, rand, n_replicates, shares)


def _fitted_again(rows: Rows, prior: float, replicate: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The state of one replicate: how often each pattern was drawn, and the starts."""
    draw, starts = replicate
    batch = cautious_batch(rows, draw, len(starts), prior)
    return settled(rows, draw, fit_one(batch, starts, tol=REPLICATE_TOL, polish=False)[0])


def jaccard_indices(table: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Jaccard index of each row's group with its match: common members over members of either; 0 if both are empty."""
    common = table[np.arange(len(table)), order]
    either = table.sum(axis=1) + table.sum(axis=0)[order] - common
    result: np.ndarray = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
    return result


def resampled_agreement(
    answers: Answers,
    fit: ModelFit,
    *,
    n_resamples: int,
    random_state: int = 0,
    jobs: int | None = None,
) -> float:
    """Mean adjusted Rand index between the classes of a fit and those found on resampled rows."""
    seeds = [(random_state, fit.memberships.shape[1], number, 73) for number in range(n_resamples)]
    return sum(spread(partial(_agreement_again, answers, fit), seeds, jobs=jobs)) / n_resamples


def _agreement_again(answers: Answers, fit: ModelFit, seed: tuple[int, ...]) -> float:
    n_rows, n_classes = fit.memberships.shape
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n_rows, np.full(n_rows, 1 / n_rows)).astype(float)
    again = fit_model(
        answers,
        n_classes,
        form=fit.form,
        n_init=RESAMPLE_STARTS,
        rng=rng,
        tol=REPLICATE_TOL,
        warm=fit.state,
        counts=counts,
    )
    return rand_of_table(cross_table(fit.memberships.argmax(axis=1), again.memberships.argmax(axis=1)))
