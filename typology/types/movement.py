"""What chance alone does between two waves: how much the same groups overlap, and how many seem to move.

A type is read off a few answers. Whoever is asked again answers a little differently and may be assigned otherwise,
with nothing behind it. So observed movement says something only beside the movement to be expected if nobody moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.climb import fit_batches
from typology.clustering.engine.model import AnswerModel, log_shares, posteriors
from typology.clustering.engine.patterns import MISSING, collapse
from typology.clustering.engine.prior import PRIOR
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import spread
from typology.clustering.permutation import best_permutation

if TYPE_CHECKING:
    from typology.types.typology import Typology

LEAST_OVERLAP = 0.5
"""A group that shares no more than this with its counterpart is dissolved (Hennig 2007, Computational Statistics and
Data Analysis 52:258-271)."""
N_HALVES = 19
"""Pairs of halves: a group like those of before lies below all of them once in twenty."""
N_DRAWS = 400
CONFIDENCE = 0.95
MOST_STEPS, SETTLED = 100, 1e-4
SMALLEST = 1e-9
"""Weight of a pattern that a class does not have."""


class Redrawn(NamedTuple):
    """The same municipalities asked again with nobody having moved.

    ``types`` (n_draws × n_rows): place of the type they are assigned to then, -1 without any. ``shares`` (n_draws ×
    n_types): mean probability of every type.
    """

    types: np.ndarray
    shares: np.ndarray


def overlap(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """What two sets of groups have in common (groups × groups): the smaller memberships over the larger ones.

    For memberships of 0 and 1 it is Jaccard's index; for any memberships it is 1 where they are equal.

    >>> overlap(np.array([[1.0, 0.0], [0.6, 0.4]]), np.array([[1.0, 0.0], [0.6, 0.4]])).diagonal().tolist()
    [1.0, 1.0]
    """
    smaller = np.array([[np.minimum(a, b).sum() for b in theirs.T] for a in mine.T])
    larger = mine.sum(axis=0)[:, None] + theirs.sum(axis=0) - smaller
    shared: np.ndarray = np.divide(smaller, larger, out=np.zeros_like(smaller), where=larger > 0)
    return shared


def overlap_limits(
    typology: Typology, codes: np.ndarray, *, n_halves: int = N_HALVES, n_init: int = 10, random_state: int = 0
) -> np.ndarray:
    """Below which overlap a group of another wave is no longer the same as one of this typology (n_types).

    The municipalities are divided at random into halves, types are found in each, and all are assigned by both: what a
    type found twice has in common is what sampling leaves of it. The limit is the smallest overlap of all divisions,
    and never below ``LEAST_OVERLAP``. Halves are smaller than the waves, so it errs on the side of a match.

    Parameters
    ----------
    codes : answers as :meth:`Typology.answer_codes` numbers them.
    n_halves : divisions; they run where ``joblib.parallel_config`` sends them.
    """
    n_types = len(typology.types)
    limits = np.full(n_types, LEAST_OVERLAP)
    rows = np.flatnonzero((codes != MISSING).any(axis=1))
    if n_types == 1 or len(rows) < 4 * n_types:
        return limits
    rng = np.random.default_rng(random_state)
    draws = [(rng.permutation(rows), int(rng.integers(2**31))) for _ in range(n_halves)]
    found = spread(partial(_halves, typology, codes, n_init), draws)
    lowest: np.ndarray = np.maximum(np.min(found, axis=0), limits)
    return lowest


def nobody_moved(typology: Typology, waves: Sequence[np.ndarray]) -> AnswerModel:
    """The model under which every municipality kept its class: one class for the answers of both waves.

    It starts from the typology and follows both waves to the highest likelihood. The typology itself is no such model:
    its probabilities are drawn towards the mean of all, so that too many would seem to move, and its classes are those
    of one wave, in which chance looks like structure.

    Parameters
    ----------
    waves : the answers of the same municipalities in each wave (n_rows × n_goals), as
        :meth:`Typology.answer_codes` numbers them.
    """
    model, form = typology.model, typology.model.form
    patterns = collapse(_frame(typology, np.vstack(waves)))
    used = form.takes_part(patterns.codes != MISSING)
    if not used.any():  # a list of which each wave asked only a part
        return model
    rows = form.rows(patterns.codes[used], patterns.n_categories)
    for _ in range(MOST_STEPS):
        logs = sum(model.logs(codes) for codes in waves) + log_shares(model)
        classes = np.exp(logs - logs.max(axis=1, keepdims=True))
        classes /= classes.sum(axis=1, keepdims=True)
        state = model.state()
        steps = []
        for place, own in enumerate(classes.T):
            weights = np.bincount(patterns.inverse, np.tile(own, len(waves)), len(used))[used]
            batch = rows.batch(np.maximum(weights, SMALLEST))
            fitted = fit_batches(
                [batch], 1, n_init=0, warm=state[place : place + 1], rng=np.random.default_rng(0), polish=False
            )
            steps.append(np.concatenate([[own.mean()], fitted.states[0, 0, 1:]]))
        model = form.fitted(np.array(steps), patterns)
        if np.abs(model.state() - state).max() < SETTLED:
            break
    return model


def asked_again(
    typology: Typology, waves: Sequence[np.ndarray], *, n_draws: int = N_DRAWS, random_state: int = 0
) -> Redrawn:
    """Ask the same municipalities again, nobody having moved.

    Each time every municipality gets a class by its answers of the first wave and answers by that class, with the gaps
    and, where the model takes it as given, the number of ticks of its answers in the last; then the typology assigns
    it.
    """
    rng = np.random.default_rng(random_state)
    model = nobody_moved(typology, waves)
    classes, codes = posteriors(model, waves[0]), waves[-1]
    cumulative = np.cumsum(classes, axis=1)
    places = {key: place for place, key in enumerate(typology.type_keys)} | {"": -1}
    types = np.empty((n_draws, len(codes)), int)
    shares = np.empty((n_draws, len(typology.types)))
    for draw in range(n_draws):
        own = (rng.random(len(codes))[:, None] * cumulative[:, -1:] > cumulative[:, :-1]).sum(axis=1)
        again = model.redraw(codes, own, rng)
        probabilities = posteriors(typology.model, again)
        types[draw] = [places[key] for key in typology.types_of(again, probabilities)]
        shares[draw] = probabilities.mean(axis=0)
    return Redrawn(types, shares)


def interval(draws: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """Where what was observed lies if nobody moved, over the first axis of the draws (2 × …).

    The draws scatter about a mean that was itself estimated from as many municipalities, so that what is observed
    scatters about it √2 times as far (see ``benchmarks/results/waves.csv``).
    """
    middle = draws.mean(axis=0)
    ends = np.quantile(draws, [0.5 - confidence / 2, 0.5 + confidence / 2], axis=0)
    wider: np.ndarray = middle + np.sqrt(2.0) * (ends - middle)
    return wider


def _halves(typology: Typology, codes: np.ndarray, n_init: int, draw: tuple[np.ndarray, int]) -> np.ndarray:
    """Overlap of every type as found in two halves (n_types)."""
    order, seed = draw
    question = GoalQuestion(typology.question.kind, typology.question.limit)
    prior = float(typology.provenance.get("prior", PRIOR))
    everybody = posteriors(typology.model, codes)
    found = []
    for rows in np.array_split(order, 2):
        fitted = cluster(
            _frame(typology, codes[rows]), len(typology.types), question=question, prior=prior, n_init=n_init,
            warm=typology.model.state(), random_state=seed, form=typology.model.form,
        )  # fmt: skip
        theirs = posteriors(fitted.model, codes)
        pairs = dict(best_permutation(overlap(everybody, theirs)).pairs)
        found.append(theirs[:, [pairs[place] for place in range(len(typology.types))]])
    shared: np.ndarray = overlap(*found).diagonal()
    return shared


def _frame(typology: Typology, codes: np.ndarray) -> pd.DataFrame:
    """Numbered answers as a goals matrix."""
    goals = enumerate(typology.goals)
    return pd.DataFrame(
        {goal.key: pd.Categorical.from_codes(codes[:, place], list(goal.answers)) for place, goal in goals}
    )
