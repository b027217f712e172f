"""Up to how many types is worth looking: what the answers can carry, by their number and by the goals."""

from __future__ import annotations

import math

import numpy as np

from typology.clustering.engine.model import Answers

MOST = 12
ROWS_PER_PARAMETER = 4
"""With fewer rows for each free parameter a solution describes single rows."""


def classes_to_try(answers: Answers, asked: int | None = None) -> int:
    """The largest number of types worth trying, at least one more than was ``asked`` for, so that it is no edge.

    A model needs four rows for each of its free parameters and no more parameters than the answers have degrees of
    freedom; beyond that many classes fit equally well. One class can always be tried, twelve at most.
    """
    n_rows, form = len(answers.codes), answers.form
    free = _degrees_of_freedom(answers)
    numbers = range(2, MOST + 1)
    identified = [k for k in numbers if form.free_parameters(answers.codes, k) <= free]
    carried = [k for k in identified if form.free_parameters(answers.codes, k) * ROWS_PER_PARAMETER <= n_rows]
    wanted = max([1, *carried, min(MOST, (asked or 1) + 1)])
    return min(wanted, max([1, *identified]))


def _degrees_of_freedom(answers: Answers) -> float:
    """How many patterns can occur, less what the form of the model takes as given."""
    given = [len(np.unique(column[column >= 0])) for column in answers.codes.T]
    varied = [size for size in given if size > 1]
    if not answers.form.record["given_ticks"]:
        return float(math.prod(varied)) - 1.0
    totals = np.unique(answers.totals)
    return float(sum(math.comb(len(varied), int(total)) - 1 for total in totals if total <= len(varied)))
