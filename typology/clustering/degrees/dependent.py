"""Classes within which named pairs of goals may hang together: how many classes are needed once they may.

Latent classes take the answers within a class as independent. Two goals that say nearly the same break that, and the
classes make up for it by one class more. Here a pair shares a normal trait that is spread alike in every class, so that
its two goals hang together within the classes too (local dependence by a random effect: Qu, Tan and Kutner 1996,
Biometrics 52, 797–810). The pairs are those with the largest bivariate residuals that are answered alike more than the
classes say. That they were chosen among all pairs is charged for as in the extended BIC (Chen and Chen 2008, Biometrika
95, 759–771): without it a pair takes the place of any type of two goals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb, factorial, log

import numpy as np

from typology.clustering.degrees.classes import RISE, ClassFit, best_of, level_start
from typology.clustering.engine.model import Answers
from typology.clustering.graded.fitting import GradedAnswers, GradedFit, fit_graded
from typology.clustering.graded.likelihood import Marginal, Structure
from typology.clustering.graded.loadings import Loadings
from typology.clustering.graded.traits import CornersAndTraits
from typology.clustering.residuals import most_dependent

MOST_PAIRS = 2
TOGETHER = 1.0
"""Loading of the goals of a pair to start from."""


@dataclass(frozen=True, eq=False)
class DependentClasses:
    """``pairs``: numbers of the goals that hang together within the ``n_classes`` classes."""

    n_classes: int
    pairs: tuple[tuple[int, int], ...]
    fit: GradedFit

    @property
    def bic(self) -> float:
        """Schwarz's criterion and twice the log of how many such sets of pairs there are."""
        n_goals, n_pairs = len(self.fit.answers.used), len(self.pairs)
        sets = comb(n_goals, 2 * n_pairs) * factorial(2 * n_pairs) // (2**n_pairs * factorial(n_pairs))
        return self.fit.bic + 2 * log(sets)

    @property
    def name(self) -> str:
        """As in the table of results."""
        return f"classes_{self.n_classes}_pairs_{len(self.pairs)}"


def dependent_classes(
    answers: Answers, graded: GradedAnswers, classes: list[ClassFit], rng: np.random.Generator
) -> list[DependentClasses]:
    """With one and with two pairs: from the best number of classes downwards, until the extended BIC rises.

    Parameters
    ----------
    classes : without dependence, from one class upwards; ratings by the classes that shift them.
    """
    own = [fit for fit in classes if (fit.shifted is not None) == any(one.shifted is not None for one in classes)]
    by_number = {fit.n_classes: fit for fit in own}
    found: list[DependentClasses] = []
    for n_pairs in range(1, MOST_PAIRS + 1):
        before = np.inf
        for n_classes in range(best_of(classes).n_classes, 1, -1):
            one = _fit(answers, graded, by_number[n_classes], n_pairs, rng)
            if one is None:
                break
            found.append(one)
            if one.bic > before:
                break
            before = one.bic
    return found


def _fit(
    answers: Answers, graded: GradedAnswers, classes: ClassFit, n_pairs: int, rng: np.random.Generator
) -> DependentClasses | None:
    """From where the classes without dependence ended; None where no so many pairs hang together."""
    place = {int(goal): number for number, goal in enumerate(graded.used)}
    pairs = [pair for pair in most_dependent(answers, classes.state, n_pairs, rng) if set(pair) <= set(place)]
    if len(pairs) < n_pairs:
        return None
    n_goals, n_classes = len(graded.used), classes.n_classes
    loadings = Loadings.of_classes(n_goals, n_classes, [[place[goal] for goal in pair] for pair in pairs])
    structure = Structure(loadings, CornersAndTraits(n_classes, n_pairs))
    start = classes.shifted.point if classes.shifted is not None else level_start(answers, graded, classes)
    within = np.full((n_goals, n_pairs), TOGETHER)
    warm = Marginal(graded.rows(), structure).join(
        replace(start, loadings=np.concatenate([start.loadings, within], axis=1))
    )
    fit = fit_graded(graded, structure, rng=rng, warm=warm, rise=RISE)
    return DependentClasses(n_classes, tuple(pairs), fit)
