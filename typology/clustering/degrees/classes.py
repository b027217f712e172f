"""The best classes, from one class upwards: the side of the types.

The *number* of classes is that of the smallest BIC. What is set against the graded models are the classes of the
smallest *adjusted* BIC: how far they lead is judged by replicates, not by the penalty, and where types are weak the BIC
merges them until a trait explains them as well.

Ratings have two kinds of classes: plain ones with any answers to each goal, and *shifted* ones, which move the answers
to a goal up or down on the scale (one level per class and goal, the same distances between the categories). Plain
classes alone would lose to every trait for their number of parameters, whatever made the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from typology.clustering import criteria
from typology.clustering.degrees.asked import graded_answers
from typology.clustering.engine.climb import climb_in_stages
from typology.clustering.engine.model import Answers, blocks_of
from typology.clustering.engine.patterns import distinct
from typology.clustering.engine.plain import random_states
from typology.clustering.engine.sequence import split_starts
from typology.clustering.graded.fitting import GradedAnswers, GradedFit, draw, fit_graded
from typology.clustering.graded.likelihood import Marginal, Parameters, Structure
from typology.clustering.graded.loadings import Loadings
from typology.clustering.graded.traits import Corners

MOST_CLASSES = 6
CLASS_STARTS = 10
"""Random starts per number of classes, besides two splits of every class of the smaller solution."""
ENOUGH = 2
"""So many numbers of classes in a row without a better BIC, and one without a better adjusted BIC, end the search."""
CLASS_TOL = 1e-6
RISE = 1e-3
"""Climbs end when a step raises the log-likelihood by less."""
LEAST_ODDS = 1e-4
"""Odds of a goal in a class, of all its odds, below which it is taken as this rare, to start from."""
STRETCH = 1.3
"""Log-odds of the mean answer become levels of a class by this factor, to start from."""


@dataclass(frozen=True, eq=False)
class ClassFit:
    """Latent classes of one number; ``shifted`` where they move ratings up and down."""

    n_classes: int
    log_likelihood: float
    n_parameters: int
    bic: float
    adjusted: float
    state: np.ndarray
    shifted: GradedFit | None = None

    @property
    def name(self) -> str:
        """As in the table of results."""
        return f"classes_{self.n_classes}" + ("_shifted" if self.shifted is not None else "")


def fit_classes(
    answers: Answers,
    *,
    rng: np.random.Generator,
    counts: np.ndarray | None = None,
) -> list[ClassFit]:
    """One class, two, three … until the BIC has not improved for two numbers nor the adjusted one for one; ``counts``
    weights the rows."""
    patterns, weights, inverse = distinct(answers.codes, answers.n_categories)
    if counts is not None:
        weights = np.bincount(inverse, weights=counts, minlength=len(patterns))
    form, n_rows = answers.form, float(weights.sum())
    batch = form.rows(patterns, answers.n_categories).batch(weights)
    graded = graded_answers(answers, counts) if max(answers.n_categories) > 2 else None
    if graded is not None and not len(graded.used):
        graded = None
    fits: list[ClassFit] = []
    for n_classes in range(1, MOST_CLASSES + 1):
        state = random_states(batch, n_classes, CLASS_STARTS if n_classes > 1 else 1, rng)
        if fits:
            state = np.concatenate([batch.normalise(np.sqrt(split_starts(fits[-1].state, rng))), state], axis=1)
        ends = climb_in_stages(batch, state, tol=CLASS_TOL)
        top = int(np.argmax(ends.objective))
        level, free = float(ends.objective[top]), form.free_parameters(answers.codes, n_classes)
        bic, adjusted = criteria.bic(level, free, n_rows), criteria.adjusted_bic(level, free, n_rows)
        fits.append(ClassFit(n_classes, level, free, bic, adjusted, ends.state[:, top]))
        if graded is not None:
            fits.append(_shifted(answers, graded, fits[-1], rng))
        if n_classes - best_of(fits).n_classes >= ENOUGH and leading(fits).n_classes < n_classes:
            break
    return fits


def best_of(fits: list[ClassFit]) -> ClassFit:
    """The number of classes with the smallest BIC."""
    return min(fits, key=lambda fit: fit.bic)


def leading(fits: list[ClassFit]) -> ClassFit:
    """The number of classes with the smallest adjusted BIC."""
    return min(fits, key=lambda fit: fit.adjusted)


def possible(fits: list[ClassFit]) -> list[ClassFit]:
    """The classes that could have made the answers, most first: from the number by BIC to that by adjusted BIC, which
    finds weak ones; of the same kind as the best."""
    best = best_of(fits)
    alike = [fit for fit in fits if (fit.shifted is None) == (best.shifted is None)]
    most = leading(alike).n_classes
    return [fit for fit in reversed(alike) if best.n_classes <= fit.n_classes <= most] or [best]


def level_start(answers: Answers, graded: GradedAnswers, plain: ClassFit) -> Parameters:
    """Levels of classes on the used goals, near those that the plain classes have: one class at the origin, the others
    by their distances from it."""
    _, extra = graded.rows().start()
    if graded.ticked:
        logs = np.log(np.maximum(plain.state[:, 1:][:, graded.used], LEAST_ODDS)).T
        levels = logs - logs.mean(axis=0)
    else:
        blocks = blocks_of(plain.state, answers.n_categories)
        levels = np.empty((len(graded.used), plain.n_classes))
        for number, (place, known) in enumerate(zip(graded.used, graded.values, strict=True)):
            mean = blocks[place][:, known] @ np.arange(len(known)) / (len(known) - 1)
            mean = np.clip(mean, 0.02, 0.98)
            levels[number] = (np.log(mean) - np.log1p(-mean)) * STRETCH
    weights = np.log(np.maximum(plain.state[:, 0], 1e-6))
    return Parameters(levels[:, 0], levels[:, 1:] - levels[:, :1], extra, 0.0, weights)


def _shifted(answers: Answers, graded: GradedAnswers, plain: ClassFit, rng: np.random.Generator) -> ClassFit:
    """Shifted classes, from where the plain ones ended."""
    structure = Structure(Loadings.free(len(graded.used), plain.n_classes - 1), Corners(plain.n_classes))
    warm = Marginal(graded.rows(), structure).join(level_start(answers, graded, plain))
    fit = fit_graded(graded, structure, rng=rng, warm=warm, rise=RISE)
    return ClassFit(plain.n_classes, fit.log_likelihood, fit.n_parameters, fit.bic, fit.adjusted_bic, plain.state, fit)


def draw_shrunken(answers: Answers, fit: ClassFit, prior: float) -> Callable[[np.random.Generator], np.ndarray]:
    """Draws codes from the classes with pseudo-answers: replicates of the fitted classes themselves would be set
    further apart than the classes are. Shifted classes are drawn towards their mean in the same proportion."""
    if fit.shifted is not None:
        marginal = Marginal(fit.shifted.answers.rows(), fit.shifted.structure)
        point = fit.shifted.point
        shares = np.exp(point.spread - np.logaddexp.reduce(point.spread))
        levels = point.intercepts[:, None] + np.column_stack([np.zeros(len(point.intercepts)), point.loadings])
        centre = (levels @ shares)[:, None]
        kept = shares * fit.shifted.n_rows / (shares * fit.shifted.n_rows + prior)
        levels = centre + (levels - centre) * kept
        moved = replace(point, intercepts=levels[:, 0], loadings=levels[:, 1:] - levels[:, :1])
        drawn_from = replace(fit.shifted, vector=marginal.join(moved))
        return lambda rng: draw(drawn_from, answers.codes, rng)
    patterns, weights, _ = distinct(answers.codes, answers.n_categories)
    batch = answers.form.rows(patterns, answers.n_categories).batch(weights, prior)
    start = batch.normalise(np.sqrt(fit.state[:, None, :]))
    state = climb_in_stages(batch, start, tol=CLASS_TOL).state[:, 0]
    return lambda rng: answers.form.draw(answers, state, rng)
