"""Climbing the marginal likelihood of a graded model from several starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from typology.clustering.graded.likelihood import Marginal, Parameters
from typology.clustering.graded.loadings import simple_axes

RISE = 1e-6
"""A climb ends when a step raises the log-likelihood by less."""
MAX_STEPS = 400
MEMORY = 12
START_SPREAD = 0.8
"""Spread of random loadings to start from."""


@dataclass(frozen=True, eq=False)
class Summit:
    """Where a climb ended: ``vector`` of parameters, ``log_likelihood``, and whether it had ``converged``."""

    vector: np.ndarray
    log_likelihood: float
    converged: bool


def climb(marginal: Marginal, vector: np.ndarray, *, rise: float = RISE) -> Summit:
    """Limited-memory BFGS (Liu and Nocedal 1989) on parameters evened out by the complete information."""
    from scipy.optimize import minimize

    scales = marginal.scales(vector)

    def falls(moved: np.ndarray) -> tuple[float, np.ndarray]:
        level, slopes = marginal.rises(vector + scales @ moved)
        return -level, -(scales.T @ slopes)

    level = abs(marginal.value(vector)) or 1.0
    found = minimize(
        falls, np.zeros(marginal.n), jac=True, method="L-BFGS-B",
        options={"maxiter": MAX_STEPS, "maxfun": 2 * MAX_STEPS, "maxcor": MEMORY, "ftol": rise / level, "gtol": 1e-6},
    )  # fmt: skip
    return Summit(vector + scales @ found.x, -float(found.fun), bool(found.success))


def starting_points(marginal: Marginal, codes: np.ndarray, n_init: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Loadings from the principal axes of the answers' correlations, then random ones.

    ``codes``: the patterns of the marginal, −1 = no answer.
    """
    rows, structure = marginal.rows, marginal.structure
    intercepts, extra = rows.start()
    spread, n_traits = structure.spread.start(), structure.loadings.n_traits
    first = principal_loadings(codes, rows.weights, n_traits)
    if structure.loadings.is_free and not structure.spread.rotates and n_traits > 1:
        first = first @ simple_axes(first)
    if not structure.loadings.is_free:
        # a trait of a few goals starts where they go together, whatever the axes of all goals say
        first = np.ones_like(first)
    tries = [first, *(rng.normal(0.0, START_SPREAD, first.shape) for _ in range(n_init - 1))]
    return [marginal.join(Parameters(intercepts, one, extra, 0.3, spread)) for one in tries]


def principal_loadings(codes: np.ndarray, weights: np.ndarray, n_traits: int) -> np.ndarray:
    """Rough loadings (n_goals × n_traits) from the correlations of the answers."""
    heights, axes = np.linalg.eigh(correlations(codes, weights))
    top = np.argsort(-heights, kind="stable")[:n_traits]
    loadings = np.zeros((codes.shape[1], n_traits))
    loadings[:, : len(top)] = 2.0 * axes[:, top] * np.sqrt(np.maximum(heights[top] - 1.0, 0.1))
    return loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)


def correlations(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Correlations of the answers (n_goals × n_goals), gaps filled with the mean of the goal."""
    values = np.where(codes >= 0, codes, 0).astype(float)
    seen = (codes >= 0) * (weights / weights.sum())[:, None]
    mean = (values * seen).sum(axis=0) / np.maximum(seen.sum(axis=0), 1e-12)
    centred = np.where(codes >= 0, values - mean, 0.0)
    covariance = (centred * seen).T @ centred
    deviation = np.sqrt(np.maximum(np.diag(covariance), 1e-9))
    result: np.ndarray = covariance / np.outer(deviation, deviation)
    return result


def best_climb(marginal: Marginal, starts: list[np.ndarray], *, rise: float = RISE) -> tuple[Summit, np.ndarray]:
    """The highest of the climbs, and the log-likelihoods of all."""
    ends = [climb(marginal, start, rise=rise) for start in starts]
    levels = np.array([end.log_likelihood for end in ends])
    return ends[int(np.argmax(levels))], levels
