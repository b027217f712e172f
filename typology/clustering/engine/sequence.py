"""One class after the other: the solution with a class split in two is a good start for one class more."""

from __future__ import annotations

import numpy as np

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
