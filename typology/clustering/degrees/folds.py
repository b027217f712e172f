"""Cross-validated log-likelihood: ten folds, each measured by the model that was fitted without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from typology.clustering.degrees.classes import CLASS_TOL, RISE, ClassFit
from typology.clustering.engine.climb import climb_in_stages
from typology.clustering.engine.model import Answers
from typology.clustering.engine.patterns import distinct
from typology.clustering.graded.fitting import GradedAnswers, GradedFit, fit_graded
from typology.clustering.graded.likelihood import Marginal

N_FOLDS = 10
FOLD_PRIOR = 1.0
"""Pseudo-answers per class and goal: an answer that a small class did not give in nine folds is not impossible."""


@dataclass(frozen=True, eq=False)
class Folds:
    """Log-likelihood of every fold (n_folds)."""

    levels: np.ndarray

    @property
    def total(self) -> float:
        """Log-likelihood of all rows, each from a fit without it."""
        return float(self.levels.sum())

    def error_of_difference(self, other: Folds) -> float:
        """Standard error of the difference of the totals, from the folds."""
        return float(np.std(self.levels - other.levels, ddof=1) * np.sqrt(len(self.levels)))


def fold_numbers(n_rows: int, random_state: int) -> np.ndarray:
    """The fold of each row."""
    return np.random.default_rng([random_state, 3]).permutation(n_rows) % N_FOLDS


def class_folds(answers: Answers, fit: ClassFit, *, random_state: int) -> Folds:
    """Classes of the same number; every climb starts where that on all rows ended."""
    patterns, _, inverse = distinct(answers.codes, answers.n_categories)
    rows = answers.form.rows(patterns, answers.n_categories)
    folds = fold_numbers(len(inverse), random_state)
    levels = []
    for fold in range(N_FOLDS):
        counts = np.bincount(inverse[folds != fold], minlength=len(patterns)).astype(float)
        left_out = np.bincount(inverse[folds == fold], minlength=len(patterns)).astype(float)
        batch = rows.batch(counts, FOLD_PRIOR)
        end = climb_in_stages(batch, batch.normalise(np.sqrt(fit.state[:, None, :])), tol=CLASS_TOL)
        levels.append(float(rows.batch(left_out).expect(end.state)[0][0]))
    return Folds(np.array(levels))


def graded_folds(answers: GradedAnswers, fit: GradedFit, *, random_state: int) -> Folds:
    """The same for a graded model."""
    folds = fold_numbers(len(answers.inverse), random_state)
    n_patterns = len(answers.codes)
    measured = replace(fit.structure, spread=fit.structure.spread.finer())
    levels = []
    for fold in range(N_FOLDS):
        counts = np.bincount(answers.inverse[folds != fold], minlength=n_patterns).astype(float)
        left_out = np.bincount(answers.inverse[folds == fold], minlength=n_patterns).astype(float)
        rng = np.random.default_rng(random_state)
        end = fit_graded(answers, fit.structure, weights=counts, warm=fit.vector, rng=rng, rise=RISE, fine=False)
        levels.append(Marginal(answers.rows(left_out), measured).value(end.vector))
    return Folds(np.array(levels))
