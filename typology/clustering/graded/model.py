"""Answers made by degrees: item response models for yes/no, ratings and lists, with the manners of scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from typology.clustering import criteria
from typology.clustering.engine.forms import FORMS
from typology.clustering.engine.model import FormName
from typology.clustering.engine.patterns import MISSING, Patterns, collapse
from typology.clustering.graded.fitting import GradedAnswers, fit_graded
from typology.clustering.graded.likelihood import Marginal, Structure
from typology.clustering.graded.loadings import Loadings, own_axes, principal_axes
from typology.clustering.graded.traits import NormalTraits, SkewedTraits, shapes
from typology.errors import EstimationError
from typology.writing import Said


class GradedModel(BaseEstimator):
    """Continuous traits behind categorical answers, by marginal maximum likelihood, missing answers allowed.

    Parameters
    ----------
    n_traits : 0 to 4; 0 is independence.
    form : ``plain``: every goal is answered on its own. Two answers follow the two-parameter logistic model, more than
        two the graded response model, in the order of the categories. ``conditional``: lists given their number of
        ticks; the second category is "ticked", rows with gaps take no part.
    skewed : traits are skewed with one hump (see :mod:`typology.clustering.graded.traits`) and not normal.
    equal : one trait that moves all goals alike: a style of answering, or the Rasch model with a free slope.
    n_init : starts, the first from the principal axes of the answers' correlations.
    random_state : of the other starts.

    Attributes
    ----------
    log_likelihood_ : for three traits and more on 2,048 quasi-random nodes, otherwise on Gauss–Hermite nodes.
    n_parameters_ : that the data identify.
    aic_, bic_ : criteria, smaller is better.
    thresholds_ : columns goal, answer, value: log-odds of this answer or a higher one at the mean of the traits; for
        lists the log-weight of the goal, with mean 0.
    loadings_ : goals × traits, in units of log-odds per standard deviation of the trait. Normal traits are turned to
        principal axes (loadings of different traits are orthogonal, most important first), skewed ones keep their own;
        each points where its loadings add up to more than 0. Lists: loadings of a trait have mean 0. A goal that all
        answered alike has NaN.
    shapes_ : per trait the shape of its spread, 0 where it is normal.
    n_rows_, converged_ : weight of the rows, and whether the climb came to an end.
    start_log_likelihoods_ : where every start ended (on the grid of the climb).

    Notes
    -----
    Sources: Bock and Aitkin (1981), Psychometrika 46, 443–459; Samejima (1969), Psychometrika Monograph 17.

    Examples
    --------
    >>> table = pd.DataFrame({"a": list("yyyynnnn"), "b": list("yyynnnny"), "c": list("yyynnnnn")})
    >>> model = GradedModel(n_traits=1, equal=True).fit(table)
    >>> model.n_parameters_
    4
    >>> bool(model.scores(table).loc[0, "trait_1"] > model.scores(table).loc[5, "trait_1"])
    True
    """

    def __init__(
        self,
        n_traits: int = 1,
        *,
        form: FormName = "plain",
        skewed: bool = False,
        equal: bool = False,
        n_init: int = 3,
        random_state: int = 0,
    ) -> None:
        self.n_traits = n_traits
        self.form = form
        self.skewed = skewed
        self.equal = equal
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, goals: pd.DataFrame, weights: Sequence[float] | np.ndarray | None = None) -> Self:
        """Estimate the model.

        Parameters
        ----------
        goals : one row per respondent, one categorical column per goal.
        weights : one number ≥ 0 per row; weighting equals repetition.

        Raises
        ------
        EstimationError : a parameter out of range, no row to estimate with, lists with more than two answers, or not
            more goals than traits.
        """
        self._check_parameters()
        patterns = collapse(goals, sample_weight=weights)
        used = FORMS[self.form].takes_part(patterns.codes != MISSING) & (patterns.weights > 0)
        if not used.any():
            raise EstimationError(Said("clustering.no_answers"))
        ticked = self.form == "conditional"
        if ticked and max(patterns.n_categories) > 2:
            goal = patterns.items[int(np.argmax(patterns.n_categories))]
            raise EstimationError(
                Said("clustering.too_many_answers", goal=goal, n=max(patterns.n_categories), kind=self.form)
            )
        answers = GradedAnswers.of(patterns.codes[used], ticked=ticked, counts=patterns.weights[used])
        if len(answers.used) <= self.n_traits:
            raise EstimationError(
                Said("clustering.more_goals_than_traits", n_goals=len(answers.used), n_traits=self.n_traits)
            )
        n_goals = len(answers.used)
        loadings = Loadings.equal(n_goals) if self.equal else Loadings.free(n_goals, self.n_traits)
        spread = SkewedTraits(self.n_traits) if self.skewed and self.n_traits else NormalTraits(self.n_traits)
        fit = fit_graded(
            answers, Structure(loadings, spread), n_init=self.n_init if self.n_traits else 1,
            rng=np.random.default_rng(self.random_state), polish=True,
        )  # fmt: skip
        self.fit_ = fit
        self.items_ = patterns.items
        self.categories_ = patterns.categories
        self.log_likelihood_ = fit.log_likelihood
        self.n_parameters_ = fit.n_parameters
        self.n_rows_ = fit.n_rows
        self.aic_ = criteria.aic(fit.log_likelihood, fit.n_parameters)
        self.bic_ = fit.bic
        self.converged_ = fit.converged
        self.start_log_likelihoods_ = fit.starts
        self._describe(patterns)
        return self

    def scores(self, goals: pd.DataFrame) -> pd.DataFrame:
        """The place of each row on the traits: mean and standard deviation given its answers (EAP).

        Returns
        -------
        Index of ``goals``, columns ``trait_1``, ``trait_1_error`` …; a row that the form of the model cannot use
        (without an answer, a list with gaps) has NaN.

        Raises
        ------
        EstimationError : an answer that was not there when the model was fitted.
        """
        check_is_fitted(self)
        patterns = collapse(goals, categories=self.categories_)
        answers = self.fit_.answers.same_for(patterns.codes)
        weights, places = Marginal(answers.rows(), self.fit_.structure).posteriors(self.fit_.vector)
        turned = places.nodes @ self.turn_
        means = weights @ turned
        errors = np.sqrt(np.maximum(weights @ turned**2 - means**2, 0.0))
        found = np.stack([means, errors], axis=2).reshape(len(means), -1)[answers.inverse]
        found[~FORMS[self.form].takes_part(patterns.codes != MISSING)] = np.nan
        columns = [name for trait in self.loadings_.columns for name in (trait, f"{trait}_error")]
        return pd.DataFrame(found[patterns.inverse], index=goals.index, columns=columns)

    def score_samples(self, goals: pd.DataFrame) -> pd.Series:
        """Log-likelihood of each row, for lists given its number of ticks; NaN where :meth:`scores` has NaN."""
        check_is_fitted(self)
        patterns = collapse(goals, categories=self.categories_)
        answers = self.fit_.answers.same_for(patterns.codes)
        levels = Marginal(answers.rows(), self.fit_.structure).levels(self.fit_.vector)[answers.inverse]
        levels[~FORMS[self.form].takes_part(patterns.codes != MISSING)] = np.nan
        return pd.Series(levels[patterns.inverse], index=goals.index, name="log_likelihood")

    def _describe(self, patterns: Patterns) -> None:
        fit, point = self.fit_, self.fit_.point
        own = point.loadings - (point.loadings.mean(axis=0) if self.form == "conditional" else 0.0)
        turning = fit.structure.spread.rotates and self.n_traits > 0
        self.turn_ = principal_axes(own) if turning else own_axes(own)
        traits = [f"trait_{number + 1}" for number in range(own.shape[1])]
        goals = [patterns.items[place] for place in fit.answers.used]
        loadings = pd.DataFrame(own @ self.turn_, index=pd.Index(goals, name="goal"), columns=traits)
        self.loadings_ = loadings.reindex(pd.Index(list(patterns.items), name="goal"))
        shape = shapes(point.spread) @ np.abs(self.turn_) if self.skewed and self.n_traits else np.zeros(len(traits))
        signs = self.turn_.sum(axis=0) if self.skewed and self.n_traits else np.ones(len(traits))
        self.shapes_ = pd.Series(shape * signs, index=traits)
        answers = fit.answers
        found = zip(answers.used, answers.values, strict=True)
        names = [patterns.categories[place][known[1:]] for place, known in found]
        self.thresholds_ = pd.DataFrame(
            [(goal, answer) for goal, own_names in zip(goals, names, strict=True) for answer in own_names],
            columns=["goal", "answer"],
        ).assign(value=answers.rows().thresholds(point.intercepts, point.extra))

    def _check_parameters(self) -> None:
        whole = isinstance(self.n_traits, (int, np.integer)) and 0 <= self.n_traits <= 4
        if not whole or (self.equal and self.n_traits != 1):
            raise EstimationError(Said("clustering.number_of_traits", value=self.n_traits))
        if self.form not in FORMS or (self.equal and self.form == "conditional"):
            raise EstimationError(Said("clustering.form_of_graded_model", forms=", ".join(FORMS), value=self.form))
        if self.n_init < 1:
            raise EstimationError(Said("clustering.whole_number_from", name="n_init", low=1, value=self.n_init))
