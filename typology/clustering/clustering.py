"""Groups of municipalities by their goals: one result object for latent classes and for any other partition."""

from __future__ import annotations

import string
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.engine.climb import (
    MAX_ITER,
    TOL,
    BatchFit,
    class_order,
    fit_batches,
    same_solution,
    warn_unconverged,
)
from typology.clustering.engine.forms import form_of
from typology.clustering.engine.model import AnswerModel, ModelForm, posteriors, rates_within, row_levels
from typology.clustering.engine.patterns import MISSING, Patterns, collapse
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.prior import PRIOR, cautious_batch, settled
from typology.clustering.engine.question import GoalQuestion
from typology.content.shown import table_html
from typology.errors import EstimationError, Findings
from typology.writing import Said, number, percent, program_language

PROFILE_COLUMNS = ("class", "goal", "answer", "probability")


@dataclass(frozen=True, eq=False, repr=False)
class Clustering:
    """Groups, ordered by falling share and named ``gruppe_a``, ``gruppe_b`` … without any meaning.

    ``memberships`` (key × group) holds probabilities, NaN for a row without any answer; ``labels`` the most probable
    group, "" without any answer; ``model`` says how probable answers are in each group, from which follow ``shares``,
    the group weights, and ``profiles`` with the columns class, goal, answer, probability. With a ``prior`` all of these
    are drawn towards the mean of all, and ``log_likelihood`` lies below the maximum that other programs print.
    ``replicated`` of ``n_starts`` starts came to the best solution, ``gap_to_second`` is how far below it the next one
    lies (NaN where there is none). For other partitions than latent classes ``n_starts`` is 0.

    Examples
    --------
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> found = cluster(goals, 2, n_init=5)
    >>> found.summary().reset_index()[["class", "share", "n"]].round(2)
          class  share   n
    0  gruppe_a    0.6  30
    1  gruppe_b    0.4  20
    >>> found.probabilities("effizienz")["ja"].round(2).to_dict()
    {'gruppe_a': 0.92, 'gruppe_b': 0.13}
    """

    method: str
    n_classes: int
    items: tuple[str, ...]
    categories: Mapping[str, tuple[Any, ...]]
    memberships: pd.DataFrame
    labels: pd.Series
    model: AnswerModel
    log_likelihood: float
    n_parameters: int
    n_rows: float
    n_patterns: int
    replicated: int
    n_starts: int
    gap_to_second: float
    prior: float
    question: GoalQuestion | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the groups in order."""
        return tuple(class_names(self.n_classes))

    @property
    def empty(self) -> tuple[str, ...]:
        """The groups that are nobody's most probable one."""
        found = set(self.labels)
        return tuple(name for name in self.classes if name not in found)

    @cached_property
    def shares(self) -> pd.Series:
        """Group weights, index: group."""
        return pd.Series(self.model.shares, index=list(self.classes), name="share")

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Long table ``class, goal, answer, probability``."""
        rows = [
            (name, item, answer, float(table[k, c]))
            for item, table in zip(self.items, self.model.probabilities, strict=True)
            for k, name in enumerate(self.classes)
            for c, answer in enumerate(self.categories[item])
        ]
        return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))

    def probabilities(self, goal: str) -> pd.DataFrame:
        """Answer probabilities of one goal: groups × answers."""
        table = self.model.probabilities[self.items.index(goal)]
        frame = pd.DataFrame(table, index=list(self.classes), columns=list(self.categories[goal]))
        return frame.rename_axis(index="class", columns="answer")

    def state(self) -> np.ndarray:
        """The parameters as the estimator takes them for a warm start: n_classes × 1 + columns of the model."""
        return self.model.state()

    def summary(self) -> pd.DataFrame:
        """One row per group: ``share``, ``n`` (rows whose most probable group it is), ``chosen`` (its most probable
        goals by the model, with a prior drawn towards the mean of all)."""
        names = list(self.classes)
        rates = pd.DataFrame(self.model.rates(), index=names, columns=list(self.items))
        n = self.labels.value_counts().reindex(names, fill_value=0)
        index = pd.Index(names, name="class")
        return pd.DataFrame({"share": self.shares, "n": n, "chosen": most_chosen(rates)}, index=index)

    def __repr__(self) -> str:
        spoken = program_language()
        first: list[str] = [
            Said(
                "clustering.one_group" if self.n_classes == 1 else "clustering.groups",
                n=self.n_classes,
                method=Said("clustering.latent_classes") if self.method == "latent_class" else self.method,
                n_rows=number(self.n_rows, spoken),
                n_goals=len(self.items),
            )
        ]
        if self.question is not None:
            first.append(str(self.question))
        level, prior = number(self.log_likelihood, spoken, 2), number(self.prior, spoken, None)
        said = "clustering.log_likelihood_with_prior" if self.prior else "clustering.log_likelihood"
        last: list[str] = [Said(said, value=level, prior=prior)]
        if self.n_starts:
            last.append(Said("clustering.found_by_starts", replicated=self.replicated, n_starts=self.n_starts))
        shares = [f"{name} {percent(share, spoken)}" for name, share in self.shares.items()]
        return "\n  ".join(", ".join(parts) for parts in (first, shares, last))

    def _repr_html_(self) -> str:
        return table_html(self, self.summary())

    @classmethod
    def from_labels(
        cls,
        goals: pd.DataFrame,
        labels: pd.Series | np.ndarray | Sequence[object],
        *,
        method: str = "labels",
        weights: pd.Series | np.ndarray | Sequence[float] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> Clustering:
        """Describe any partition in the same terms: memberships are 0 or 1, profiles are the rates within groups.

        Parameters
        ----------
        labels : one per row of ``goals`` (a Series is matched by key); None, NaN, "" and -1 mean no group.

        Raises
        ------
        EstimationError : the length or keys do not fit, or nobody has a group.

        Examples
        --------
        >>> goals = pd.DataFrame({"a": ["ja", "ja", "nein"]}, dtype=pd.CategoricalDtype(["nein", "ja"]))
        >>> Clustering.from_labels(goals, ["x", "x", "y"], method="von Hand").profiles
              class goal answer  probability
        0  gruppe_a    a   nein          0.0
        1  gruppe_a    a     ja          1.0
        2  gruppe_b    a   nein          1.0
        3  gruppe_b    a     ja          0.0
        """
        if isinstance(labels, pd.Series):
            missing = goals.index.difference(labels.index)
            if len(missing):
                raise EstimationError(Said("clustering.group_missing", n=len(missing), name=missing[0]))
            values = labels.reindex(goals.index).to_numpy(dtype=object)
        else:
            values = np.asarray(labels, dtype=object)
        if len(values) != len(goals):
            raise EstimationError(Said("clustering.group_per_row", n_rows=len(goals), n_groups=len(values)))
        none = pd.isna(values) | np.isin(values.astype(str), ["", "-1"])
        if none.all():
            raise EstimationError(Said("clustering.nobody_has_a_group"))
        weight = _weights(goals, weights)
        patterns = collapse(goals, sample_weight=weight)
        codes, found = pd.factorize(values[~none], sort=True)
        ones = np.zeros((len(goals), len(found)))
        ones[np.flatnonzero(~none), codes] = 1.0
        state = rates_within(patterns, ones, weight)
        order = np.argsort(-state[:, 0], kind="stable")
        ones, state = ones[:, order], state[order]
        ones[none] = np.nan
        model = PLAIN.fitted(state, patterns)
        used = patterns.answered & (patterns.weights > 0)
        level = float(row_levels(model, patterns.codes[used]) @ patterns.weights[used]) if used.any() else float("nan")
        return cls(
            method=method,
            replicated=0,
            n_starts=0,
            gap_to_second=float("nan"),
            prior=0.0,
            settings=dict(settings or {}),
            **_described(goals, patterns, used, model, ones, level),
        )


def cluster(
    goals: pd.DataFrame,
    n_classes: int = 4,
    *,
    question: GoalQuestion | None = None,
    prior: float = PRIOR,
    n_init: int = 500,
    weights: pd.Series | np.ndarray | Sequence[float] | None = None,
    random_state: int = 0,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    warm: np.ndarray | None = None,
    form: ModelForm | None = None,
) -> Clustering:
    """Find latent classes in the goals.

    Parameters
    ----------
    goals : one row per municipality (index = key), one categorical column per goal; missing answers allowed.
    question : how the goals were asked. Lists to choose from get classes given the number of ticks, in which rows
        that answered only a part of the list are assigned but not estimated with (see
        :func:`typology.clustering.engine.forms.form_of`).
    prior : pseudo-answers per class and goal, as the mean over the classes: each gets them in proportion to its size,
        and in small surveys some on top whatever its size (see :mod:`typology.clustering.engine.prior`); 0 is
        maximum likelihood.
    weights : one number ≥ 0 per row (a Series is matched by key); weight 0 is assigned but not estimated with.
    warm : parameters of an earlier solution as one more start; how many starts met the best one is not counted then
        to the last, as those that fall behind give up.
    form : the kind of model, as in ``clustering.model.form`` of an earlier solution; None lets the question decide.

    Raises
    ------
    EstimationError : no row with an answer, fewer rows with an answer than classes, or a wrong setting.

    Warns
    -----
    ConvergenceWarning (scikit-learn) : the best start did not converge within ``max_iter`` EM steps, or no other start
        came to its solution. UserWarning : nobody belongs most probably to one of the groups.

    Examples
    --------
    >>> goals = pd.DataFrame({"a": list("jjjjjnnn"), "b": list("jjjjnnnn"), "c": list("jjjjjnnj")})
    >>> cluster(pd.concat([goals] * 10, ignore_index=True), 2, n_init=5).labels.tolist()[2:7]
    ['gruppe_a', 'gruppe_a', 'gruppe_a', 'gruppe_b', 'gruppe_b']

    The default prior is chosen for surveys. Against five pseudo-answers per class and goal eight rows have no say, so
    that all classes are alike; that few rows need less of it.

    >>> with warnings.catch_warnings(action="ignore"):  # one of the two is said to be empty
    ...     [cluster(goals, 2, n_init=5, prior=prior).empty for prior in (PRIOR, 0.5)]
    [('gruppe_b',), ()]
    """
    if n_classes < 1 or n_init < 1 or prior < 0:
        raise EstimationError(Said("clustering.numbers_too_small", n_classes=n_classes, n_init=n_init, prior=prior))
    weight = _weights(goals, weights)
    patterns = collapse(goals, sample_weight=weight)
    form_asked, form = form, form_of(patterns, question) if form is None else form
    used = form.takes_part(patterns.codes != MISSING) & (patterns.weights > 0)
    answered = int((used[patterns.inverse] & (weight > 0 if weight is not None else True)).sum())
    if answered < n_classes:
        raise EstimationError(Said("clustering.too_few_municipalities", answered=answered, n_classes=n_classes))
    rows, counts = form.rows(patterns.codes[used], patterns.n_categories), patterns.weights[used]
    batch = cautious_batch(rows, counts, n_classes, prior)
    fit = fit_batches(
        [batch], n_classes, n_init=n_init, tol=tol, max_iter=max_iter, rng=np.random.default_rng(random_state),
        warm=warm, staged=warm is not None,
    )  # fmt: skip
    if not fit.converged[0]:
        warn_unconverged(max_iter)
    limit = None if question is None else question.limit
    state = settled(rows, counts, fit.states[0])
    state = state[class_order(state)]
    model = form.fitted(state, patterns, weight=weight, prior=prior, limit=limit)
    level = float(rows.batch(counts).expect(state[:, None])[0][0])
    shares = posteriors(model, patterns.codes)
    shares[~patterns.answered] = np.nan
    found = Clustering(
        method="latent_class",
        replicated=int(fit.replicated[0]),
        n_starts=fit.start_objectives.shape[1],
        gap_to_second=gap_to_second(fit),
        prior=float(prior),
        question=question,
        settings={
            "n_init": n_init,
            "tol": tol,
            "max_iter": max_iter,
            "random_state": random_state,
            "weighted": weights is not None,
            "converged": bool(fit.converged[0]),
            "n_iter": int(fit.n_iter[0]),
            **form.record,
        },
        **_described(goals, patterns, used, model, shares[patterns.inverse], level),
    )
    if warm is None and form_asked is None:  # else somebody repeats an earlier solution and knows it
        _warn_of_weak(found)
    return found


def most_chosen(rates: pd.DataFrame) -> list[str]:
    """For each row of a table groups × goals its three most probable goals in words.

    >>> most_chosen(pd.DataFrame({"a": [0.25], "b": [0.5]}))[0].split()
    ['b', '50', '%,', 'a', '25', '%']
    """
    spoken = program_language()
    return [
        ", ".join(f"{goal} {percent(rate, spoken)}" for goal, rate in row.nlargest(3).items())
        for _, row in rates.iterrows()
    ]


def _warn_of_weak(found: Clustering) -> None:
    """Say what a reader of the groups must know, on behalf of the caller of ``cluster``."""
    from sklearn.exceptions import ConvergenceWarning

    if found.empty:
        names = ", ".join(found.empty)
        warnings.warn(
            Said("clustering.empty_groups", names=names, n_classes=found.n_classes), UserWarning, stacklevel=3
        )
    if found.replicated < 2 <= found.n_starts and found.n_classes > 1:
        message = Said("clustering.found_once", n_starts=found.n_starts, name="n_init")
        warnings.warn(message, ConvergenceWarning, stacklevel=3)


def gap_to_second(fit: BatchFit) -> float:
    """How far the next solution lies below the best one of the first data set; NaN where every start found the best."""
    best, reached = fit.objectives[0], fit.reached[0]
    others = fit.start_objectives[0]
    others = others[fit.start_converged[0] & (others < reached - same_solution(reached))]
    return float(best - others.max()) if len(others) else float("nan")


def class_names(n_classes: int) -> list[str]:
    """``gruppe_a``, ``gruppe_b`` … ``gruppe_z``, ``gruppe_aa`` …"""
    letters = string.ascii_lowercase
    return [f"gruppe_{(letters[k // 26 - 1] if k >= 26 else '') + letters[k % 26]}" for k in range(n_classes)]


def _described(
    goals: pd.DataFrame, patterns: Patterns, used: np.ndarray, model: AnswerModel, rows: np.ndarray, level: float
) -> dict[str, Any]:
    """The fields that latent classes and other partitions share; ``used``: patterns that were estimated with."""
    names = class_names(len(model.shares))
    items = tuple(str(column) for column in goals.columns)
    assigned = ~np.isnan(rows[:, 0])
    winners = np.array(names, dtype=object)[np.where(assigned, np.nan_to_num(rows).argmax(axis=1), 0)]
    return {
        "n_classes": len(names),
        "items": items,
        "categories": {item: tuple(values.tolist()) for item, values in zip(items, patterns.categories, strict=True)},
        "memberships": pd.DataFrame(rows, index=goals.index, columns=names),
        "labels": pd.Series(np.where(assigned, winners, ""), index=goals.index, name="class", dtype=object),
        "model": model,
        "log_likelihood": level,
        "n_parameters": model.form.free_parameters(patterns.codes[used], len(names)),
        "n_rows": float(patterns.weights[used].sum()),
        "n_patterns": int(used.sum()),
    }


def _weights(goals: pd.DataFrame, weights: pd.Series | np.ndarray | Sequence[float] | None) -> np.ndarray | None:
    if weights is None:
        return None
    values = weights.reindex(goals.index) if isinstance(weights, pd.Series) else pd.Series(weights, index=goals.index)
    values = values.astype(float)
    bad = values[~(np.isfinite(values) & (values >= 0))]
    found = Findings()
    for key, value in bad.items():
        found.error("gewicht", Said("clustering.no_weight"), key=str(key), value=str(value))
    found.raise_if_failed(EstimationError, "clustering.weights_are_numbers", most=20)
    result: np.ndarray = values.to_numpy()
    return result
