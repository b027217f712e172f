"""Many random starts, many weighted data sets: climb all at once, keep the best, count how often it came back."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from typology.clustering.engine.plain import Batch, Design, random_states
from typology.clustering.engine.spread import one_thread
from typology.errors import EstimationError
from typology.writing import Said

TOL = 1e-8
MAX_ITER = 5000
POLISH_TOL = 1e-13
POLISHED = 3
SAME_SOLUTION = 1e-3
SHORT_STEPS = 30
"""EM steps that every start takes before the best go on; with the shares below from the share of lost maxima."""
KEPT_SHARE = 0.1
MIN_KEPT = 10
MERGE_DISTANCE = 1e-4
MERGE_BACK = 50
HOPE = 20.0
"""A run gives up when this many further cycles like the last would not bring it to the highest point known."""


@dataclass(frozen=True)
class BatchFit:
    """The best solution of each data set and what every start came to.

    ``states`` (n_sets × n_classes × 1 + n_answers): class weight, then answer probabilities, classes by falling
    weight. ``log_likelihoods`` and ``objectives`` (with the log prior) have one value per set,
    ``start_log_likelihoods``, ``start_objectives`` and ``start_converged`` one per set and
    start (warm starts come first). ``reached``: the objective at which the best start of a set ended, before it alone
    was carried on to the last digits; other starts are measured by it.
    """

    states: np.ndarray
    log_likelihoods: np.ndarray
    objectives: np.ndarray
    start_log_likelihoods: np.ndarray
    start_objectives: np.ndarray
    start_converged: np.ndarray
    n_iter: np.ndarray
    converged: np.ndarray
    reached: np.ndarray

    @property
    def replicated(self) -> np.ndarray:
        """How many starts of each set reached its best solution (n_sets); starts left behind count as not."""
        close = self.start_objectives >= self.reached[:, None] - same_solution(self.reached)[:, None]
        return np.asarray(close.sum(axis=1))


def same_solution(objective: Any) -> Any:
    """How far below the best a start may end and still count as the same solution."""
    return SAME_SOLUTION + 1e-7 * np.abs(objective)


@dataclass(frozen=True)
class Climb:
    """Where each run of a batch ended."""

    state: np.ndarray
    log_likelihood: np.ndarray
    objective: np.ndarray
    converged: np.ndarray
    n_iter: np.ndarray


def climb(
    batch: Batch,
    state: np.ndarray,
    *,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    rivals: Climb | None = None,
    aim: float = -np.inf,
    trace: list[Any] | None = None,
) -> Climb:
    """Run accelerated EM from each state of a batch until it stops rising.

    Two EM steps span an extrapolation on the scale of square roots (Varadhan and Roland 2008, scheme S3); it is kept
    only where the objective did not fall, otherwise the run goes on from the EM steps. Finished runs leave the batch.

    Parameters
    ----------
    tol : a run has converged when one EM step raises the objective by less than ``tol`` per row.
    max_iter : EM steps per run.
    rivals : runs finished earlier; where they are given, a run gives up once it lies below the highest point known
        by more than ``HOPE`` times the rise of its last cycle; with ``aim`` likewise below that height.
    trace : collects (run numbers, objectives) of every accepted point.
    """
    n_runs = state.shape[1]
    result = np.empty_like(state)
    log_likelihood, objective = np.full(n_runs, -np.inf), np.full(n_runs, -np.inf)
    converged, n_iter = np.zeros(n_runs, dtype=bool), np.zeros(n_runs, dtype=int)
    if not n_runs:
        return Climb(result, log_likelihood, objective, converged, n_iter)
    runs = np.arange(n_runs)
    threshold = tol * batch.n_rows
    here = state
    level, counts = batch.expect(here)
    height = batch.objective(level, here)
    first = batch.maximise(counts)
    steps = 1
    top, before = -np.inf if rivals is None else rivals.objective.max(), height
    gives_up = rivals is not None or np.isfinite(aim)
    if trace is not None:
        trace.append((runs.copy(), height.copy()))
    while True:
        level, counts = batch.expect(first)
        steps += 1
        risen = batch.objective(level, first)
        if trace is not None:
            trace.append((runs.copy(), risen.copy()))
        done = risen - height < threshold
        ended = np.ones(len(runs), dtype=bool) if steps >= max_iter else done
        if gives_up and steps > 3:
            top = -np.inf if rivals is None else max(top, risen.max())
            bar = max(top - same_solution(top) if np.isfinite(top) else top, aim)
            ended = ended | (risen + HOPE * (risen - before) < bar)
            before = risen
        if ended.any():
            where = runs[ended]
            result[:, where], log_likelihood[where], objective[where] = first[:, ended], level[ended], risen[ended]
            converged[where], n_iter[where] = done[ended], steps
            kept = ~ended
            runs, here, first, counts, risen = runs[kept], here[:, kept], first[:, kept], counts[:, kept], risen[kept]
            before = before[kept]
            if not runs.size:
                break
        second = batch.maximise(counts)
        root, change = np.sqrt(here), np.sqrt(first)
        change -= root
        bend = np.sqrt(second)
        bend -= root
        bend -= 2 * change
        squares, bends = np.einsum("krm,krm->r", change, change), np.einsum("krm,krm->r", bend, bend)
        length = np.clip(np.sqrt(squares / np.maximum(bends, 1e-300)), 1.0, 1e6)[:, None]
        bend *= length * length
        change *= 2 * length
        root += change
        root += bend
        jump = batch.normalise(root)
        level, counts = batch.expect(jump)
        steps += 1
        landed = batch.objective(level, jump)
        good = landed >= risen
        onward = batch.maximise(counts)
        if good.all():
            height, here, first = landed, jump, onward
        else:
            height = np.where(good, landed, risen)
            here, first = np.where(good[:, None], jump, first), np.where(good[:, None], onward, second)
        if trace is not None:
            trace.append((runs.copy(), height.copy()))
    return Climb(result, log_likelihood, objective, converged, n_iter)


def climb_in_stages(
    batch: Batch,
    state: np.ndarray,
    *,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    staged: bool = True,
    aim: float = -np.inf,
) -> Climb:
    """All starts take some steps; starts that met at one point go on as one and share their end.

    With ``staged`` only the best of them go on, and give up when they fall behind: a start left behind keeps the
    height where it stopped and is not converged. Runs that will not reach ``aim`` end early as well.
    """
    early = climb(batch, state, tol=tol, max_iter=min(SHORT_STEPS, max_iter))
    if early.converged.all() or max_iter <= SHORT_STEPS:
        return early
    leader = _meeting_points(early, batch.n_rows)
    ahead = np.unique(leader)
    ahead = ahead[np.argsort(-early.objective[ahead], kind="stable")]
    if staged:
        ahead = ahead[: max(MIN_KEPT, math.ceil(KEPT_SHARE * len(leader)))]
    ahead = ahead[~early.converged[ahead]]
    late = climb(
        batch,
        early.state[:, ahead],
        tol=tol,
        max_iter=max_iter - SHORT_STEPS,
        rivals=early if staged else None,
        aim=aim,
    )
    place = np.full(len(leader), -1)
    place[ahead] = np.arange(len(ahead))
    place = place[leader]
    moved = place >= 0
    ends = [early.state[:, leader], early.log_likelihood[leader], early.objective[leader], early.converged[leader]]
    ends[0][:, moved] = late.state[:, place[moved]]
    for mine, theirs in zip(ends[1:], (late.log_likelihood, late.objective, late.converged), strict=True):
        mine[moved] = theirs[place[moved]]
    n_iter = early.n_iter.copy()
    n_iter[moved] += late.n_iter[place[moved]]
    return Climb(ends[0], ends[1], ends[2], ends[3], n_iter)


def _meeting_points(ends: Climb, n_rows: float) -> np.ndarray:
    """For each run the best run at the same point: equal height and equal class weights, whatever their order."""
    order = np.argsort(-ends.objective, kind="stable")
    marks = np.concatenate([ends.objective[None] / n_rows * 1e2, np.sort(ends.state[:, :, 0], axis=0)])[:, order]
    link = np.arange(len(order))
    for back in range(1, min(MERGE_BACK, len(order))):
        near = (np.abs(marks[:, back:] - marks[:, :-back]) < MERGE_DISTANCE).all(axis=0)
        own = link[back:] == np.arange(back, len(order))
        link[back:][near & own] -= back
    for place, earlier in enumerate(link.tolist()):
        link[place] = link[earlier]
    leader = np.empty(len(order), dtype=int)
    leader[order] = order[link]
    return leader


def fit_batch(
    design: Design | Sequence[Design],
    weights: np.ndarray,
    n_classes: int,
    *,
    n_init: int = 20,
    prior: float = 0.0,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    rng: np.random.Generator,
    warm: np.ndarray | None = None,
    staged: bool = True,
    polish: bool = True,
) -> BatchFit:
    """Fit many weighted data sets from many random starts each.

    Parameters
    ----------
    design : one design that all sets share, or one per set.
    weights : n_sets × n_patterns (a single row may come flat); with one design per set a sequence of rows.
    n_init : random starts per set; ``warm`` (n_classes × 1 + n_answers, or one such array per set) adds one more.
    staged : after a few steps only the best starts go on; else all climb to the end, so that ``replicated`` is exact.
    polish : carry the best starts on to the last digits.

    Raises
    ------
    EstimationError : a data set without any weight, or a number of classes or starts below 1.
    """
    if n_classes < 1 or n_init + (warm is not None) < 1:
        raise EstimationError(Said("clustering.class_and_start"))
    rows: Any = np.atleast_2d(weights) if isinstance(design, Design) else weights
    designs = [design] * len(rows) if isinstance(design, Design) else design
    batches = (Batch(own, np.asarray(row, dtype=float), prior) for own, row in zip(designs, rows, strict=True))
    return fit_batches(
        batches, n_classes, n_init=n_init, tol=tol, max_iter=max_iter, rng=rng, warm=warm, staged=staged, polish=polish
    )


def fit_batches(
    batches: Iterable[Batch],
    n_classes: int,
    *,
    n_init: int = 20,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    rng: np.random.Generator,
    warm: np.ndarray | None = None,
    staged: bool = True,
    polish: bool = True,
) -> BatchFit:
    """The same for data sets that are batches already, see :func:`fit_batch`."""
    fits = []
    with one_thread():
        for number, batch in enumerate(batches):
            first = None if warm is None else (warm if warm.ndim == 2 else warm[number])
            starts = starting_points(batch, n_classes, n_init, rng, first)
            fits.append(fit_one(batch, starts, tol=tol, max_iter=max_iter, staged=staged, polish=polish))
    return BatchFit(*(np.stack(part) for part in zip(*fits, strict=True)))


def starting_points(
    batch: Batch, n_classes: int, n_init: int, rng: np.random.Generator, warm: np.ndarray | None = None
) -> np.ndarray:
    """The ``warm`` start (n_classes × 1 + n_answers), then random ones; one class has one solution, so one start."""
    state = random_states(batch, n_classes, n_init if n_classes > 1 else min(n_init, 1), rng)
    return state if warm is None else np.concatenate([warm[:, None, :], state], axis=1)


def fit_one(
    batch: Batch,
    starts: np.ndarray,
    *,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    staged: bool = True,
    polish: bool = True,
) -> tuple[Any, ...]:
    """One data set from its ``starts`` (n_classes × n_starts × 1 + n_answers): the fields of :class:`BatchFit`
    without the first axis."""
    if not batch.n_rows > 0:
        raise EstimationError(Said("clustering.no_weight_at_all"))
    ends = climb_in_stages(batch, starts, tol=tol, max_iter=max_iter, staged=staged)
    best = int(np.argmax(ends.objective))
    state, level, height = ends.state[:, best], ends.log_likelihood[best], ends.objective[best]
    converged, n_iter, reached = ends.converged[best], ends.n_iter[best], height
    if polish:
        order = np.argsort(-ends.objective, kind="stable")[:POLISHED]
        order = order[ends.objective[order] >= height - 0.01]
        last = climb(batch, ends.state[:, order], tol=POLISH_TOL, max_iter=max_iter)
        best = int(np.argmax(last.objective))
        state, level, height = last.state[:, best], last.log_likelihood[best], last.objective[best]
        start = order[best]
        converged, n_iter, reached = (
            ends.converged[start], ends.n_iter[start] + last.n_iter[best], ends.objective[start],
        )  # fmt: skip
    return (
        state[class_order(state)],
        level,
        height,
        ends.log_likelihood,
        ends.objective,
        ends.converged,
        n_iter,
        converged,
        reached,
    )


def warn_unconverged(max_iter: int) -> None:
    """Say that the best start did not converge, on behalf of the caller's caller."""
    from sklearn.exceptions import ConvergenceWarning

    warnings.warn(Said("clustering.not_converged", n=max_iter), ConvergenceWarning, stacklevel=3)


def class_order(state: np.ndarray) -> np.ndarray:
    """Classes by falling weight, equal ones by their answer probabilities."""
    return np.array(sorted(range(len(state)), key=lambda k: (-round(float(state[k, 0]), 9), *state[k, 1:].tolist())))
