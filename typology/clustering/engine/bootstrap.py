"""Likelihood-ratio tests between numbers of classes by replicates of the null model, stopped where that is valid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from typology.clustering.engine.climb import TOL, climb_in_stages, same_solution
from typology.clustering.engine.model import Answers, ModelForm
from typology.clustering.engine.patterns import distinct
from typology.clustering.engine.plain import random_states
from typology.clustering.engine.spread import spread

REPLICATE_STARTS = 20
FEW_STARTS = 5
NEAR = 0.5
"""A replicate whose ratio stays below this share of the observed one after a few starts gets no more of them."""
REPLICATE_TOL = 1e-6
EXCEEDANCES = 5
"""After so many replicates at or above the observed ratio a test ends with p = exceedances / replicates, which is a
valid p-value (Besag and Clifford 1991, Biometrika 78, 301–304); p < 0.01 is out of reach by then."""
CHUNK = 20
"""So many replicates per worker are begun before it is asked whether the test has ended."""


@dataclass(frozen=True)
class ModelFit:
    """The best of several starts: its log-likelihood, state, memberships of the rows, and how many starts met it."""

    form: ModelForm
    log_likelihood: float
    state: np.ndarray
    memberships: np.ndarray
    n_parameters: int
    replicated: int
    n_starts: int


@dataclass(frozen=True)
class RatioTest:
    """``ratio``: twice the rise of the log-likelihood; ``exceedances``: how many of the ``replicates`` reached it."""

    ratio: float
    p_value: float
    replicates: int
    exceedances: int


def fit_model(
    answers: Answers,
    n_classes: int,
    *,
    form: ModelForm,
    n_init: int,
    rng: np.random.Generator,
    tol: float = TOL,
    warm: np.ndarray | None = None,
    counts: np.ndarray | None = None,
    aim: float = -np.inf,
) -> ModelFit:
    """Fit by maximum likelihood; ``counts`` (one per row) weights the rows, ``warm`` adds a start, or several
    (n_classes × n_starts × 1 + n_answers).

    ``aim``: only whether the log-likelihood reaches this height matters, so what falls short of it may end early.
    """
    codes, weights, inverse = distinct(answers.codes, answers.n_categories)
    if counts is not None:
        weights = np.bincount(inverse, weights=counts, minlength=len(codes))
    rows = form.rows(codes, answers.n_categories)
    batch = rows.batch(weights)
    state = random_states(batch, n_classes, n_init if n_classes > 1 else 1, rng)
    if warm is not None:
        warm = warm if warm.ndim == 3 else warm[:, None, :]
        state = np.concatenate([batch.normalise(np.sqrt(warm)), state], axis=1)
    ends = climb_in_stages(batch, state, tol=tol, aim=aim)
    best = int(np.argmax(ends.objective))
    found = ends.state[:, best]
    found = found[np.argsort(-found[:, 0], kind="stable")]
    top = float(ends.objective[best])
    return ModelFit(
        form=form,
        log_likelihood=top,
        state=found,
        memberships=rows.memberships(found)[inverse],
        n_parameters=form.free_parameters(answers.codes, n_classes),
        replicated=int((ends.objective >= top - same_solution(top)).sum()),
        n_starts=len(ends.objective),
    )


def draw_replicate(answers: Answers, null: ModelFit, rng: np.random.Generator) -> Answers:
    """Answers of the same form drawn from a fitted model."""
    return answers.having(null.form.draw(answers, null.state, rng))


def ratio_of_replicate(
    answers: Answers,
    null: ModelFit,
    smaller: ModelFit,
    observed: float,
    seed: tuple[int, int, int],
    *,
    n_init: int,
) -> float:
    """Draw one replicate of ``null`` and test one class more on it, with the model form of ``smaller``.

    The smaller model starts at the truth, so a few more starts do; where it misses its maximum the test only becomes
    more cautious. The larger one starts at the smaller one's solution with a class split and at a few random points;
    where its ratio comes near the ``observed`` one without reaching it, at ``n_init`` more. As only reaching counts, a
    climb that stays far below ends early, and so does the ratio.
    """
    rng = np.random.default_rng(seed)
    drawn = draw_replicate(answers, null, rng)
    n_classes, form = len(smaller.state), smaller.form
    few = min(FEW_STARTS, n_init)
    low = fit_model(drawn, n_classes, form=form, n_init=few, rng=rng, tol=REPLICATE_TOL, warm=smaller.state)
    warm = _split(low.state)
    aim = low.log_likelihood + NEAR * observed / 2
    high = fit_model(drawn, n_classes + 1, form=form, n_init=few, rng=rng, tol=REPLICATE_TOL, warm=warm, aim=aim)
    ratio = 2.0 * (high.log_likelihood - low.log_likelihood)
    if n_init > few and NEAR * observed < ratio < observed:
        aim = low.log_likelihood + observed / 2 - same_solution(low.log_likelihood)
        more = fit_model(drawn, n_classes + 1, form=form, n_init=n_init, rng=rng, tol=REPLICATE_TOL, aim=aim)
        ratio = max(ratio, 2.0 * (more.log_likelihood - low.log_likelihood))
    return ratio


def ratio_test(
    answers: Answers,
    null: ModelFit,
    smaller: ModelFit,
    larger: ModelFit,
    *,
    n_replicates: int,
    n_init: int = REPLICATE_STARTS,
    random_state: int = 0,
    exceedances: int = EXCEEDANCES,
    jobs: int | None = None,
) -> RatioTest:
    """Does one class more fit better than it would on replicates of ``null``?

    ``null`` is what replicates are drawn from, ``smaller`` and ``larger`` give the observed ratio; all three are
    fits to ``answers``, the first two with the same number of classes. p = (b + 1) / (B + 1) over all replicates, or
    b / replicates where the test ended early with b ``exceedances``. ``jobs``: replicates at the same time, see
    :func:`typology.clustering.engine.spread.spread`.
    """
    from joblib import effective_n_jobs

    ratio = 2.0 * (larger.log_likelihood - smaller.log_likelihood)
    reached, done = 0, 0
    replicate = partial(ratio_of_replicate, answers, null, smaller, ratio, n_init=n_init)
    chunk = CHUNK * effective_n_jobs(jobs)
    while done < n_replicates:
        numbers = range(done, min(done + chunk, n_replicates))
        for value in spread(replicate, [(random_state, len(smaller.state), number) for number in numbers], jobs=jobs):
            done += 1
            reached += value >= ratio - same_solution(larger.log_likelihood)
            if reached >= exceedances:
                return RatioTest(ratio, reached / done, done, reached)
    return RatioTest(ratio, (reached + 1) / (done + 1), done, reached)


def _split(state: np.ndarray) -> np.ndarray:
    """The largest class in two halves that differ a little: a start for one class more that is no worse."""
    largest = int(np.argmax(state[:, 0]))
    tilt = 1.0 + 0.2 * np.cos(np.arange(state.shape[1] - 1))
    first, second = state[largest].copy(), state[largest].copy()
    first[0], second[0] = state[largest, 0] / 2, state[largest, 0] / 2
    first[1:], second[1:] = first[1:] * tilt, second[1:] / tilt
    return np.concatenate([np.delete(state, largest, axis=0), [first, second]])
