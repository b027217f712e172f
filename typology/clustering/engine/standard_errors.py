"""Standard errors of class weights and answer probabilities, from the observed information or as a sandwich."""

from __future__ import annotations

import numpy as np

from typology.clustering.engine.plain import FLOOR, Design, memberships
from typology.clustering.engine.ticks import TickBatch, relative, suffix_sums, tick_memberships
from typology.errors import EstimationError
from typology.writing import Said

KINDS = ("sandwich", "observed")
BOUNDARY = 1e-5
"""Probabilities closer than this to 0 count as fixed there."""
SINGULAR = 1e-9
EDGE = 1e-4
"""Goals' weights below, relative to the mean of their class, count as fixed."""
STEP = 1e-4


def standard_errors(
    design: Design,
    weights: np.ndarray,
    state: np.ndarray,
    *,
    prior: float | np.ndarray = 0.0,
    kind: str = "sandwich",
    squares: np.ndarray | None = None,
) -> np.ndarray:
    """Standard errors of one solution, in the shape of its state (n_classes × 1 + n_answers).

    The information is taken on the scale of logits (Louis 1982: complete-data information less the variance of the
    complete-data scores) and carried to probabilities by the delta method. A probability at the boundary is treated
    as fixed and gets NaN, so does everything where the information is singular (the classes are not identified).

    Parameters
    ----------
    weights : n_patterns, how often each pattern occurred, or the sum of the sampling weights of its rows.
    squares : n_patterns, for sampling weights the sum of their squares (the sandwich of the pseudo-likelihood); None
        for frequencies.
    state : class weight, then answer probabilities.
    prior : pseudo-answers per item of the fit, of each class or of all alike.
    kind : ``sandwich`` (robust, as Mplus prints with MLR) or ``observed``.

    Raises
    ------
    EstimationError : an unknown kind.
    """
    if kind not in KINDS:
        kinds = Said("content.either", others=KINDS[0], last=KINDS[1])
        raise EstimationError(Said("clustering.wrong_kind_of_errors", kinds=kinds, kind=kind))
    n_classes = len(state)
    pseudo = np.broadcast_to(np.asarray(prior, float), n_classes)
    member = memberships(design, state)
    blocks = _free_blocks(design, state)
    n_free = n_classes - 1 + sum(len(columns) for _, _, columns, _ in blocks)
    information = np.zeros((n_free, n_free))
    shares, head = state[:, 0], slice(0, n_classes - 1)
    information[head, head] = weights.sum() * (np.diag(shares) - np.outer(shares, shares))[1:, 1:]
    mean_score = np.zeros((len(weights), n_free))
    mean_score[:, head] = (member - shares)[:, 1:]
    position = n_classes - 1
    places: list[slice] = []
    for k, j, columns, probabilities in blocks:
        place = slice(position, position + len(columns))
        position = place.stop
        places.append(place)
        answered = design.codes[:, j] >= 0
        mass = weights @ (member[:, k] * answered) + pseudo[k]
        information[place, place] = mass * (np.diag(probabilities) - np.outer(probabilities, probabilities))
        mean_score[:, place] = member[:, k, None] * _item_scores(design.codes[:, j], columns, probabilities)
    for k in range(n_classes):
        own = [n for n, block in enumerate(blocks) if block[0] == k]
        index = np.concatenate([np.arange(n_classes - 1), *(np.arange(places[n].start, places[n].stop) for n in own)])
        score = np.concatenate(
            [
                np.broadcast_to((np.eye(n_classes)[k] - shares)[1:], (len(weights), n_classes - 1)),
                *(_item_scores(design.codes[:, blocks[n][1]], blocks[n][2], blocks[n][3]) for n in own),
            ],
            axis=1,
        )
        index = index.astype(int)
        information[np.ix_(index, index)] -= score.T @ (score * (weights * member[:, k])[:, None])
    outer = mean_score.T @ (mean_score * weights[:, None])
    information += outer
    result = np.full(state.shape, np.nan)
    covariance = _invert(information)
    if covariance is None:
        return result
    if kind == "sandwich":
        meat = outer if squares is None else mean_score.T @ (mean_score * squares[:, None])
        covariance = covariance @ meat @ covariance
    if n_classes > 1:
        slope = (np.diag(shares) - np.outer(shares, shares))[:, 1:]
        result[:, 0] = _deviations(slope, covariance[head, head])
    else:
        result[:, 0] = 0.0
    starts = 1 + design.starts
    for (k, j, columns, probabilities), place in zip(blocks, places, strict=True):
        slope = np.diag(probabilities) - np.outer(probabilities, probabilities)
        result[k, starts[j] + columns] = _deviations(slope, covariance[place, place])
        reference = _reference(design, state, k, j)
        result[k, starts[j] + reference] = _deviations(
            -state[k, starts[j] + reference] * probabilities[None, :], covariance[place, place]
        )[0]
    return result


def tick_share_errors(
    chosen: np.ndarray,
    counts: np.ndarray,
    state: np.ndarray,
    prior: float | np.ndarray = 0.0,
    squares: np.ndarray | None = None,
) -> np.ndarray:
    """Sandwich standard errors of the class weights (n_classes); NaN where the classes are not identified.

    The gradient of the log-likelihood is exact, its slope comes from central differences.

    Parameters
    ----------
    chosen : n_patterns × n_goals, 1 where ticked; ``counts``: how often each pattern occurred.
    state : n_classes × 1 + n_goals; ``prior``: pseudo-rows of the fit, of each class or of all alike.
    squares : for sampling weights the sum of their squares per pattern, see :func:`standard_errors`.
    """
    n_classes = len(state)
    if n_classes == 1:
        return np.zeros(1)
    batch = TickBatch(chosen, counts, prior=1.0)
    caution = np.broadcast_to(np.asarray(prior, float), n_classes)[:, None]
    logits = np.log(np.maximum(state[1:, 0], FLOOR) / max(state[0, 0], FLOOR))
    weights = relative(state[:, 1:])
    # The largest weight of each class is the reference, one at the edge is fixed there.
    free = weights > EDGE
    free[np.arange(n_classes), weights.argmax(axis=1)] = False
    here = np.concatenate([logits, np.log(weights)[free]])

    def scores(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shares = np.exp(np.concatenate([[0.0], values[: n_classes - 1]]))
        shares /= shares.sum()
        own = weights.copy()
        own[free] = np.exp(values[n_classes - 1 :])
        expected = inclusion(own, batch.most)
        member = tick_memberships(batch.design.matrix, np.column_stack([shares, own / own.sum(axis=1, keepdims=True)]))
        totals = batch.design.codes.sum(axis=1)
        gaps = batch.design.matrix[:, None, :] - expected.transpose(1, 0, 2)[totals]
        rows = np.concatenate([(member - shares)[:, 1:], (member[:, :, None] * gaps)[:, free]], axis=1)
        pseudo = (caution * (batch.pseudo_ticks - np.einsum("t,ctg->cg", batch.pseudo_totals, expected)))[free]
        return rows, rows.T @ batch.weights + np.concatenate([np.zeros(n_classes - 1), pseudo])

    slopes = np.empty((len(here), len(here)))
    for place in range(len(here)):
        shift = np.zeros(len(here))
        shift[place] = STEP
        slopes[place] = (scores(here + shift)[1] - scores(here - shift)[1]) / (2 * STEP)
    information = -(slopes + slopes.T) / 2
    inverse = _invert(information)
    if inverse is None:
        return np.full(n_classes, np.nan)
    rows = scores(here)[0]
    meat = batch.weights if squares is None else squares[counts > 0]
    covariance = inverse @ (rows.T @ (rows * meat[:, None])) @ inverse
    shares = state[:, 0]
    slope = (np.diag(shares) - np.outer(shares, shares))[:, 1:]
    head = covariance[: n_classes - 1, : n_classes - 1]
    return _deviations(slope, head)


def inclusion(weights: np.ndarray, most: int) -> np.ndarray:
    """Probability of a tick at each goal given 0 … ``most`` ticks (n_classes × most + 1 × n_goals)."""
    n_classes, n_goals = weights.shape
    others = (~np.eye(n_goals, dtype=bool)[None] * weights[:, None, :]).reshape(-1, n_goals)
    without = suffix_sums(others.T, most)[0].reshape(most + 1, n_classes, n_goals)
    sums = suffix_sums(weights.T, most)[0]
    result = np.zeros((most + 1, n_classes, n_goals))
    result[1:] = weights * without[:-1] / sums[1:, :, None]
    return result.transpose(1, 0, 2)


def _reference(design: Design, state: np.ndarray, k: int, j: int) -> int:
    start = 1 + design.starts[j]
    return int(np.argmax(state[k, start : start + design.n_categories[j]]))


def _free_blocks(design: Design, state: np.ndarray) -> list[tuple[int, int, np.ndarray, np.ndarray]]:
    """Class, item, free categories and their probabilities; the likeliest category of each is the reference."""
    blocks = []
    for k in range(len(state)):
        for j, size in enumerate(design.n_categories):
            if size < 2:
                continue
            start = 1 + design.starts[j]
            own = state[k, start : start + size]
            free = np.flatnonzero((own > BOUNDARY) & (np.arange(size) != _reference(design, state, k, j)))
            if len(free):
                blocks.append((k, j, free, own[free]))
    return blocks


def _item_scores(codes: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Score of an item's logits given the class (n_patterns × free categories); 0 where the answer is missing."""
    result: np.ndarray = ((codes[:, None] == columns[None, :]) - probabilities) * (codes >= 0)[:, None]
    return result


def _invert(information: np.ndarray) -> np.ndarray | None:
    if not len(information):
        return information
    values, vectors = np.linalg.eigh(information)
    if values[0] <= SINGULAR * values[-1]:
        return None
    result: np.ndarray = (vectors / values) @ vectors.T
    return result


def _deviations(slope: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", slope, covariance, slope), 0.0))
    return result
