"""Latent class analysis for categorical answers, with the manners of scikit-learn."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, DensityMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from typology.clustering import criteria
from typology.clustering.engine.climb import MAX_ITER, TOL, fit_batch, warn_unconverged
from typology.clustering.engine.patterns import MISSING, Patterns, collapse, effective_rows, sampling_squares
from typology.clustering.engine.plain import Design, design_of_codes, make_design, memberships, pattern_logs
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.standard_errors import standard_errors
from typology.writing import Said

NEVER = 1e-12
"""An answer less probable than this in every class was not given in ``fit``."""
ERROR_COLUMNS = ("class", "item", "answer", "estimate", "standard_error")


class LatentClass(ClassNamePrefixFeaturesOutMixin, TransformerMixin, DensityMixin, BaseEstimator):
    """Latent class analysis by maximum likelihood (or maximum a posteriori), missing answers allowed.

    Parameters
    ----------
    n_classes : number of classes.
    n_init : random starts; all climb as one batch.
    prior : pseudo-answers per class and item, spread as the item's answers are; 0 is maximum likelihood.
    tol : a start has converged when an EM step raises the log-likelihood per row by less; the best start goes on.
    max_iter : EM steps per start.
    staged : all starts take a few steps and only the best go on: faster with many starts, but fewer replications.
    random_state : seed, Generator or RandomState.

    Attributes
    ----------
    class_weights_ : (n_classes,) shares of the classes, falling.
    item_probabilities_ : one array (n_classes × categories of the item) per item.
    categories_ : per item its categories in the order of the columns of ``item_probabilities_``.
    log_likelihood_ : of the best solution; ``objective_`` adds the log prior. Without a prior it is the maximum, as in
        poLCA and StepMix; with one it lies below.
    n_parameters_ : free parameters; a declared category that nobody chose is none.
    n_rows_, n_patterns_ : weight of the rows with an answer, and their distinct patterns.
    effective_n_ : how many rows of equal weight tell as much (Kish); ``n_rows_`` where weights are whole numbers.
    weighted_ : whether ``fit`` was given weights other than 1.
    start_log_likelihoods_, start_converged_ : one per start.
    n_replicated_, n_starts_ : the best solution was found by ``n_replicated_`` of ``n_starts_`` starts.
    n_iter_, converged_ : EM steps of the best start, and whether it converged before ``max_iter``.

    Notes
    -----
    Missing answers are integrated out (full-information maximum likelihood). A row without any answer takes no part
    in the estimation; ``predict_proba`` gives it NaN and ``predict`` gives it -1. Values that were not present in
    ``fit`` raise an error, but for ``score``. With ``set_output`` the memberships of ``transform`` come as a table.
    Source: Goodman (1974), Biometrika 61(2), 215-231.

    Examples
    --------
    >>> table = pd.DataFrame({"a": list("yyyynnnn"), "b": list("yyynnnny"), "c": list("yyyynnnn")})
    >>> model = LatentClass(n_classes=2, n_init=5).fit(table)
    >>> model.predict(table).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1]
    """

    def __init__(
        self,
        n_classes: int = 4,
        *,
        n_init: int = 500,
        prior: float = 0.0,
        tol: float = TOL,
        max_iter: int = MAX_ITER,
        staged: bool = False,
        random_state: int | np.random.Generator | np.random.RandomState | None = 0,
    ) -> None:
        self.n_classes = n_classes
        self.n_init = n_init
        self.prior = prior
        self.tol = tol
        self.max_iter = max_iter
        self.staged = staged
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Estimate the classes.

        Parameters
        ----------
        X : (n_rows × n_items) categorical answers; None, NaN and pd.NA are missing.
        y : ignored.
        sample_weight : (n_rows,) ≥ 0; weighting equals repetition. With sampling or raking weights the estimates are
            those of the pseudo-likelihood; what they say of the standard errors see :meth:`standard_errors`.
        """
        self._check_parameters()
        table = self._table(X, reset=True)
        weight = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        patterns = collapse(table, sample_weight=weight)
        self.categories_ = patterns.categories
        used = patterns.answered & (patterns.weights > 0)
        if not used.any():
            raise ValueError(Said("clustering.nothing_to_estimate"))
        design = design_of_codes(patterns.codes[used], patterns.n_categories)
        weights = patterns.weights[used]
        self._warn_of_few(patterns, weights)
        rng = self._generator()
        fit = fit_batch(
            design,
            weights,
            self.n_classes,
            n_init=self.n_init,
            prior=self.prior,
            tol=self.tol,
            max_iter=self.max_iter,
            rng=rng,
            staged=self.staged,
        )
        self.n_categories_ = patterns.n_categories
        self.state_ = fit.states[0]
        self.class_weights_ = self.state_[:, 0].copy()
        edges = 1 + np.cumsum((0, *patterns.n_categories))
        self.item_probabilities_ = [self.state_[:, a:b].copy() for a, b in pairwise(edges)]
        self.log_likelihood_ = float(fit.log_likelihoods[0])
        self.objective_ = float(fit.objectives[0])
        self.n_parameters_ = PLAIN.free_parameters(design.codes, self.n_classes)
        self.n_rows_ = float(weights.sum())
        sampled = weight is not None and sampling_squares(patterns, weight) is not None
        self.effective_n_ = (
            effective_rows(weight[patterns.answered[patterns.inverse]])
            if sampled and weight is not None
            else self.n_rows_
        )
        self.weighted_ = weight is not None and bool((weight != 1).any())
        self.n_patterns_ = len(weights)
        self.start_log_likelihoods_ = fit.start_log_likelihoods[0]
        self.start_converged_ = fit.start_converged[0]
        self.n_replicated_ = int(fit.replicated[0])
        self.n_starts_ = len(self.start_log_likelihoods_)
        self.n_iter_ = int(fit.n_iter[0])
        self.converged_ = bool(fit.converged[0])
        if not self.converged_:
            warn_unconverged(self.max_iter)
        elif self.n_replicated_ < 2 <= self.n_starts_ and self.n_classes > 1:
            warnings.warn(
                Said("clustering.found_once", n_starts=self.n_starts_, name="n_init"), ConvergenceWarning, stacklevel=2
            )
        return self

    @property
    def _n_features_out(self) -> int:
        return self.n_classes

    def fit_predict(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> np.ndarray:
        """Estimate the classes and give the most probable one of each row (n_rows), -1 without any answer."""
        return self.fit(X, sample_weight=sample_weight).predict(X)

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Membership probabilities as :meth:`predict_proba` gives them, for pipelines and ``set_output``."""
        return self.predict_proba(X)

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Membership probabilities (n_rows × n_classes); NaN for a row without any answer."""
        patterns, design = self._design(X)
        result = memberships(design, self.state_)
        result[~patterns.answered] = np.nan
        found: np.ndarray = result[patterns.inverse]
        return found

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The most probable class (n_rows), -1 for a row without any answer."""
        patterns, design = self._design(X)
        result = memberships(design, self.state_).argmax(axis=1)
        result[~patterns.answered] = -1
        found: np.ndarray = result[patterns.inverse]
        return found

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Log-likelihood of each row (n_rows); 0 for a row without any answer."""
        patterns, design = self._design(X)
        result = pattern_logs(design, self.state_)
        result[~patterns.answered] = 0.0
        found: np.ndarray = result[patterns.inverse]
        return found

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """Mean log-likelihood of the rows with an answer, weighted by ``sample_weight`` where it is given.

        Answers that nobody gave in ``fit`` have no probability under any number of classes. Here they count as missing,
        so that a rare answer in a held-out part does not turn the comparison of models into NaN; a warning says how
        many there were.

        Warns
        -----
        UserWarning : some answers were not seen in ``fit``.
        """
        check_is_fitted(self)
        weight = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        table = self._table(X, reset=False)
        patterns = collapse(table, categories=self.categories_, sample_weight=weight, strict=False)
        codes = patterns.codes.copy()
        for column, probabilities in zip(codes.T, self.item_probabilities_, strict=True):
            column[np.isin(column, np.flatnonzero((probabilities < NEVER).all(axis=0)))] = MISSING
        unseen = (codes == MISSING)[patterns.inverse] & ~pd.isna(pd.DataFrame(table)).to_numpy()
        if unseen.any():
            n_rows = int(unseen.any(axis=1).sum())
            warnings.warn(Said("clustering.unseen_answers", n_rows=n_rows), UserWarning, stacklevel=2)
        used = (codes != MISSING).any(axis=1) & (patterns.weights > 0)
        if not used.any():
            return float("nan")
        design = design_of_codes(codes[used], patterns.n_categories)
        return float(np.average(pattern_logs(design, self.state_), weights=patterns.weights[used]))

    def aic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Akaike's criterion on X; a model that was fitted with weights needs those of X."""
        return criteria.aic(*self._fit_on(X, sample_weight)[:2])

    def bic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Schwarz's criterion on X; n is the weight of the rows with an answer, see :meth:`aic` for weights."""
        return criteria.bic(*self._fit_on(X, sample_weight))

    def adjusted_bic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """BIC with n replaced by (n + 2) / 24 on X, see :meth:`aic` for weights."""
        return criteria.adjusted_bic(*self._fit_on(X, sample_weight))

    def standard_errors(
        self, X: ArrayLike, *, sample_weight: ArrayLike | None = None, kind: str = "sandwich"
    ) -> pd.DataFrame:
        """Standard errors of the class weights and answer probabilities, computed on the data of the fit.

        Parameters
        ----------
        sample_weight : weights of the rows as in ``fit``. Whole numbers say how often a row occurs. Any others are
            sampling or raking weights: a row counts once, however much it stands for, and the sandwich is that of the
            pseudo-likelihood (squared weights), as in Latent GOLD and Stata's svy. It takes the weights as known.
        kind : ``sandwich`` (robust) or ``observed`` information, which sampling weights do not have.

        Returns
        -------
        Columns class (0 …), item (empty text for the class weight), answer, estimate, standard_error; NaN where a
        probability lies at the boundary, or everywhere where the classes are not identified.

        Raises
        ------
        ValueError : the model was fitted with weights and none are given, or ``kind`` is ``observed`` with sampling
            weights. EstimationError : an unknown kind.

        Notes
        -----
        Skinner (1989), in Analysis of Complex Surveys, 80-87: pseudo-likelihood and its linearised variance.
        """
        check_is_fitted(self)
        weight = self._weight_of(X, sample_weight)
        patterns = collapse(self._table(X, reset=False), categories=self.categories_, sample_weight=weight)
        squares = sampling_squares(patterns, weight)
        if squares is not None and kind == "observed":
            raise ValueError(Said("clustering.observed_needs_frequencies"))
        used = patterns.answered & (patterns.weights > 0)
        design = design_of_codes(patterns.codes[used], patterns.n_categories)
        errors = standard_errors(
            design, patterns.weights[used], self.state_, prior=self.prior, kind=kind,
            squares=None if squares is None else squares[used],
        )  # fmt: skip
        answers = zip(patterns.items, self.categories_, strict=True)
        names = [("", ""), *((item, answer) for item, own in answers for answer in own)]
        rows = [
            (k, *names[m], float(self.state_[k, m]), float(errors[k, m]))
            for k in range(self.n_classes)
            for m in range(len(names))
        ]
        return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags

    def _fit_on(self, X: ArrayLike, sample_weight: ArrayLike | None) -> tuple[float, int, float]:
        check_is_fitted(self)
        weight = self._weight_of(X, sample_weight)
        patterns = collapse(self._table(X, reset=False), categories=self.categories_, sample_weight=weight)
        used = patterns.answered & (patterns.weights > 0)
        design = design_of_codes(patterns.codes[used], patterns.n_categories)
        level = float(pattern_logs(design, self.state_) @ patterns.weights[used])
        n_rows = float(patterns.weights[used].sum())
        if weight is not None and sampling_squares(patterns, weight) is not None:
            effective = effective_rows(weight[patterns.answered[patterns.inverse]])
            warnings.warn(
                Said("clustering.criterion_of_pseudo", total=round(n_rows, 1), effective=round(effective, 1)),
                UserWarning, stacklevel=3,
            )  # fmt: skip
        return level, self.n_parameters_, n_rows

    def _weight_of(self, X: ArrayLike, sample_weight: ArrayLike | None) -> np.ndarray | None:
        """The weights of the rows; a model that was fitted with weights needs them."""
        if sample_weight is None and self.weighted_:
            raise ValueError(Said("clustering.criterion_needs_weights"))
        if sample_weight is None:
            return None
        weight: np.ndarray = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        return weight

    def _table(self, X: ArrayLike, *, reset: bool) -> Any:
        if isinstance(X, pd.DataFrame) and len(X) and X.shape[1]:
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X
        return validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")

    def _design(self, X: ArrayLike) -> tuple[Patterns, Design]:
        check_is_fitted(self)
        patterns = collapse(self._table(X, reset=False), categories=self.categories_)
        return patterns, make_design(patterns)

    def _generator(self) -> np.random.Generator:
        if isinstance(self.random_state, np.random.Generator):
            return self.random_state
        if self.random_state is None or isinstance(self.random_state, np.random.RandomState):
            return np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        return np.random.default_rng(self.random_state)

    def _check_parameters(self) -> None:
        for name, low in (("n_classes", 1), ("n_init", 1), ("max_iter", 2)):
            value = getattr(self, name)
            if not isinstance(value, (int, np.integer)) or value < low:
                raise ValueError(Said("clustering.whole_number_from", name=name, low=low, value=value))
        for name in ("prior", "tol"):
            value = getattr(self, name)
            if not (isinstance(value, (int, float, np.number)) and np.isfinite(value) and value >= 0):
                raise ValueError(Said("clustering.number_from_zero", name=name, value=value))

    def _warn_of_few(self, patterns: Patterns, weights: np.ndarray) -> None:
        if self.n_classes > 1 and len(weights) < self.n_classes:
            warnings.warn(
                Said("clustering.fewer_patterns_than_classes", n_patterns=len(weights), n_classes=self.n_classes),
                ConvergenceWarning,
                stacklevel=3,
            )
