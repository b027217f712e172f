"""Cox's test of models that are not nested, by replicates: how far do the classes lead where they are not true?

The lead of the classes over a rival is half the difference of their adjusted BICs, the number of classes chosen anew
each time. (With the BIC itself, whose penalty is twice as large, weak types merge and hide in two skewed traits; what
the milder penalty gives away the replicates take back.)
It is compared with its distribution on answers drawn from the fitted rival, and in turn on answers drawn from the
fitted classes (Cox 1961, Proceedings of the Fourth Berkeley Symposium 1, 105–123; by simulation Williams 1970,
Biometrics 26, 23–32). Replicates are fitted as the answers were, from the same number of starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from typology.clustering.degrees.asked import graded_answers
from typology.clustering.degrees.classes import RISE, ClassFit, fit_classes, leading
from typology.clustering.degrees.rivals import Rival
from typology.clustering.engine.model import Answers
from typology.clustering.engine.spread import spread
from typology.clustering.graded.fitting import GradedFit, draw, fit_graded
from typology.clustering.graded.likelihood import Marginal

REJECTED = 2.0
"""A rival is rejected where the lead lies so many standard deviations beyond those of its replicates."""
CLASSES_REJECTED = 2.5
"""And the classes where it lies so far below: their replicates come from a fit, which true classes never equal."""
FEWEST, MOST = 5, 20
"""Replicates of a rival before it is asked whether the test has ended, and at most."""
FEWEST_CLASSES = 8
"""The same of the classes."""
SURE = 1.3
"""The test ends where the lead lies so many standard errors of z on one side of the limit."""
FAR = 50.0
"""A lead beyond this rejects a rival without replicates."""
LEAST_KEPT = 0.1
"""Smallest share of a rival's association that is kept in its replicates."""
USUAL_DEVIATION, USUAL_COUNT = 5.0, 4
"""Leads vary about so much, in units of log-likelihood, and that counts as so many replicates: five alone may by chance
lie close together."""


@dataclass(frozen=True)
class Cox:
    """``lead`` of the classes, ``mean`` and ``deviation`` of the leads of the ``replicates``."""

    lead: float
    mean: float
    deviation: float
    replicates: int

    @classmethod
    def of(cls, lead: float, leads: Sequence[float]) -> Cox:
        """From the leads of the replicates; their variance is moderated by the usual one (Smyth 2004, Statistical
        Applications in Genetics and Molecular Biology 3, article 3).

        >>> Cox.of(6.0, [0.0, 0.0, 0.0, 0.0, 0.0]).deviation.__round__(2)
        3.54
        """
        squares = float(np.var(leads)) * len(leads) + USUAL_COUNT * USUAL_DEVIATION**2
        return cls(lead, float(np.mean(leads)), float(np.sqrt(squares / (len(leads) - 1 + USUAL_COUNT))), len(leads))

    @property
    def z(self) -> float:
        """How many deviations the lead lies above that of the replicates."""
        return (self.lead - self.mean) / self.deviation

    @property
    def error(self) -> float:
        """Standard error of ``z`` from the number of replicates."""
        return float(np.sqrt((1 + self.z**2 / 2) / self.replicates))


def cox_test(
    lead: float, replicate: Callable[[np.random.Generator], float], *, seed: Sequence[int], limit: float,
    fewest: int = FEWEST,
) -> Cox:  # fmt: skip
    """Draw replicates until z is clearly on one side of the limit.

    As many at once as there are workers; those drawn beyond the end are not counted, so that the number of workers
    changes nothing.
    """
    from joblib import effective_n_jobs

    leads: list[float] = []
    while True:
        at_once = effective_n_jobs(None) if leads else fewest
        orders = [(*seed, len(leads) + place) for place in range(at_once)]
        for found in spread(partial(_seeded, replicate), orders):
            leads.append(found)
            if len(leads) < fewest:
                continue
            test = Cox.of(lead, leads)
            if len(leads) >= MOST or abs(test.z - limit) > SURE * test.error:
                return test


def _seeded(replicate: Callable[[np.random.Generator], float], seed: Sequence[int]) -> float:
    return replicate(np.random.default_rng(seed))


def lead_of(classes: list[ClassFit], fit: GradedFit) -> float:
    """How far the best classes by adjusted BIC lie above a graded fit, in units of log-likelihood.

    The fit is measured on the fine grid, in replicates too: on a coarse one steep loadings make classes of the nodes.
    """
    return (fit.adjusted_bic - leading(classes).adjusted) / 2


def lead_on(answers: Answers, codes: np.ndarray, rival: Rival, rng: np.random.Generator) -> float:
    """The lead on one replicate."""
    drawn = answers.having(codes)
    graded = graded_answers(drawn)
    fit = fit_graded(graded, rival.structure(graded), n_init=rival.n_init, rng=rng, rise=RISE)
    return lead_of(fit_classes(drawn, rng=rng), fit)


def rival_seed(random_state: int, number: int) -> tuple[int, ...]:
    """Where the replicates of the rival of this number begin."""
    return random_state, 1, number


def shrunken(fit: GradedFit, independent: ClassFit) -> GradedFit:
    """A graded fit to draw replicates from: with as much association as it can be trusted with.

    Fitted loadings are too large as much as they follow chance, and answers drawn from them favour the rival more
    than the answers that it was fitted to. The association, square of the loadings, is multiplied by 1 − p / χ² with χ²
    twice the gain in log-likelihood over ``independent`` answers and p its parameters (van Houwelingen and le Cessie
    1990, Statistics in Medicine 9, 1303–1325).
    """
    gain = 2 * (fit.log_likelihood - independent.log_likelihood)
    kept = np.sqrt(max(1 - (fit.n_parameters - independent.n_parameters) / max(gain, 1e-9), LEAST_KEPT))
    point, marginal = fit.point, Marginal(fit.answers.rows(), fit.structure)
    moved = replace(point, loadings=point.loadings * kept, width=point.width * kept)
    return replace(fit, vector=marginal.join(moved))


def under_rival(answers: Answers, rival: Rival, fit: GradedFit, lead: float, *, random_state: int, number: int) -> Cox:
    """Are the classes further ahead than where the rival is true? ``fit``: what replicates are drawn from."""

    def replicate(rng: np.random.Generator) -> float:
        return lead_on(answers, draw(fit, answers.codes, rng), rival, rng)

    return cox_test(lead, replicate, seed=rival_seed(random_state, number), limit=REJECTED)


def under_classes(
    answers: Answers,
    drawn: Callable[[np.random.Generator], np.ndarray],
    rival: Rival,
    lead: float,
    *,
    random_state: int,
) -> Cox:
    """Are the classes less far ahead than where they are true? ``drawn``: codes drawn from the classes."""

    def replicate(rng: np.random.Generator) -> float:
        return lead_on(answers, drawn(rng), rival, rng)

    return cox_test(lead, replicate, seed=(random_state, 2), limit=-CLASSES_REJECTED, fewest=FEWEST_CLASSES)
