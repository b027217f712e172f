"""The largest likelihood near a solution that was found with a prior, for comparison with other programs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from typology.clustering.engine.climb import fit_batches
from typology.clustering.engine.model import AnswerModel
from typology.clustering.engine.patterns import MISSING, distinct


def maximum_log_likelihood(model: AnswerModel, codes: np.ndarray, n_categories: Sequence[int]) -> float:
    """Log-likelihood of the answers at the maximum that lies uphill from the model when no prior holds it back.

    Parameters
    ----------
    codes : n_rows × n_goals, -1 = no answer; rows that the model cannot be estimated with are left out.
    n_categories : answers of each goal.

    Examples
    --------
    >>> from typology.clustering.engine.plain_classes import PlainClasses
    >>> shrunk = PlainClasses(np.array([1.0]), (np.array([[0.5, 0.5]]),))
    >>> round(maximum_log_likelihood(shrunk, np.array([[0], [0], [0], [1]]), [2]), 4)  # 3 ln 0.75 + ln 0.25
    -2.2493
    """
    sizes, form = tuple(n_categories), model.form
    rows, counts, _ = distinct(codes[form.takes_part(codes != MISSING)], sizes)
    batch = form.rows(rows, sizes).batch(counts)
    fit = fit_batches([batch], len(model.shares), n_init=0, rng=np.random.default_rng(0), warm=model.state())
    return float(fit.log_likelihoods[0])
