"""One class after the other: the solution with a class split in two is a good start for one class more."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from typology.clustering.engine.climb import TOL, Climb, climb_in_stages
from typology.clustering.engine.plain import Batch, random_states

SPLITS = 2
TILT = 0.5
"""Spread of the random factors (on the scale of logarithms) that set the halves of a split class apart."""


def split_starts(state: np.ndarray, rng: np.random.Generator, splits: int = SPLITS) -> np.ndarray:
    """Every class of a solution in two halves that differ at random, ``splits`` times.

    Parameters
    ----------
    state : n_classes × 1 + n_answers: class weight, then parameters.

    Returns
    -------
    array (n_classes + 1 × n_classes · splits × 1 + n_answers), not normalised.
    """
    starts = []
    for _ in range(splits):
        for place in range(len(state)):
            first, second = state[place].copy(), state[place].copy()
            first[0] = second[0] = state[place, 0] / 2
            tilt = np.exp(rng.normal(0.0, TILT, state.shape[1] - 1))
            first[1:] *= tilt
            second[1:] /= tilt
            starts.append(np.concatenate([np.delete(state, place, axis=0), [first, second]]))
    return np.stack(starts, axis=1)


def climb_sequence(
    batch: Batch, classes: Iterable[int], *, n_init: int, rng: np.random.Generator, tol: float = TOL
) -> dict[int, Climb]:
    """Fit rising numbers of classes: random starts each, and splits of the smaller solution if there is one.

    Returns
    -------
    Number of classes → where every start ended (splits first), as in
    :func:`typology.clustering.engine.climb.climb_in_stages`.
    """
    result: dict[int, Climb] = {}
    for n_classes in sorted(set(classes)):
        state = random_states(batch, n_classes, n_init if n_classes > 1 else 1, rng)
        if n_classes - 1 in result:
            smaller = result[n_classes - 1]
            best = smaller.state[:, int(np.argmax(smaller.objective))]
            state = np.concatenate([batch.normalise(np.sqrt(split_starts(best, rng))), state], axis=1)
        result[n_classes] = climb_in_stages(batch, state, tol=tol)
    return result
