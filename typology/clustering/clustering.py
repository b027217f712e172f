"""Groups of municipalities by their goals: one result object for latent classes and for any other partition."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.engine.climb import MAX_ITER, TOL, BatchFit, fit_batches, same_solution
from typology.clustering.engine.nulls import given_ticks
from typology.clustering.engine.patterns import Patterns, collapse
from typology.clustering.engine.plain import Batch, design_of_codes, memberships, pattern_logs
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.ticks import TickBatch, relative, share_of_totals, tick_logs
from typology.errors import EstimationError, Findings

PRIOR = 8.0
"""Pseudo-answers per class and goal of a typology, chosen by ``benchmarks/calibration.py``."""
PROFILE_COLUMNS = ("class", "goal", "answer", "probability")


@dataclass(frozen=True, eq=False)
class Clustering:
    """Groups, ordered by falling share and named ``gruppe_a``, ``gruppe_b`` … without any meaning.

    ``memberships`` (key × group) holds probabilities, NaN for a row without any answer; ``labels`` the most probable
    group, "" without any answer; ``shares`` the group weights; ``profiles`` has the columns class, goal, answer,
    probability. ``replicated`` of ``n_starts`` starts came to the best solution, ``gap_to_second`` is how far below
    it the next one lies (NaN where there is none). For other partitions than latent classes ``n_starts`` is 0.

    Lists to choose from have latent classes given the number of ticks (:mod:`typology.clustering.engine.ticks`): their
    parameters are ``odds`` (group × goal, mean 1 in each group), ``ticks`` is the probability of 0, 1 … ticks, and
    ``profiles`` are the rates that follow. For plain latent classes both are None.
    """

    method: str
    n_classes: int
    items: tuple[str, ...]
    categories: Mapping[str, tuple[Any, ...]]
    memberships: pd.DataFrame
    labels: pd.Series
    shares: pd.Series
    profiles: pd.DataFrame
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
    odds: pd.DataFrame | None = None
    ticks: tuple[float, ...] | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the groups in order."""
        return tuple(self.shares.index)

    def probabilities(self, goal: str) -> pd.DataFrame:
        """Answer probabilities of one goal: groups × answers."""
        part = self.profiles[self.profiles["goal"] == goal]
        table = part.pivot(index="class", columns="answer", values="probability")
        return table.reindex(index=list(self.classes), columns=list(self.categories[goal]))

    def state(self) -> np.ndarray:
        """The parameters as the estimator takes them for a warm start: n_classes × 1 + answers (or goals)."""
        if self.odds is not None:
            odds = self.odds.to_numpy()
            return np.column_stack([self.shares.to_numpy(), odds / odds.sum(axis=1, keepdims=True)])
        blocks = [self.shares.to_numpy()[:, None], *(self.probabilities(goal).to_numpy() for goal in self.items)]
        return np.concatenate(blocks, axis=1)

    @classmethod
    def from_labels(
        cls,
        goals: pd.DataFrame,
        labels: Any,
        *,
        method: str = "labels",
        weights: Any = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Clustering:
        """Describe any partition in the same terms: memberships are 0 or 1, profiles are the rates within groups.

        Parameters
        ----------
        labels : one per row of ``goals`` (a Series is matched by key); None, NaN, "" and -1 mean no group.

        Raises
        ------
        EstimationError : the length or keys do not fit, or nobody has a group.
        """
        if isinstance(labels, pd.Series):
            missing = goals.index.difference(labels.index)
            if len(missing):
                raise EstimationError(f"Für {len(missing)} Kommune(n) fehlt die Gruppe, z. B. {missing[0]}.")
            values = labels.reindex(goals.index).to_numpy(dtype=object)
        else:
            values = np.asarray(labels, dtype=object)
        if len(values) != len(goals):
            raise EstimationError(f"Es braucht eine Gruppe je Zeile: {len(goals)} Zeilen, {len(values)} Gruppen.")
        none = pd.isna(values) | np.isin(values.astype(str), ["", "-1"])
        if none.all():
            raise EstimationError("Keine Kommune hat eine Gruppe.")
        weight = _weights(goals, weights)
        patterns = collapse(goals, sample_weight=weight)
        codes, found = pd.factorize(values[~none], sort=True)
        ones = np.zeros((len(goals), len(found)))
        ones[np.flatnonzero(~none), codes] = 1.0
        state = _rates(patterns, ones, weight)
        order = np.argsort(-state[:, 0], kind="stable")
        ones, state = ones[:, order], state[order]
        ones[none] = np.nan
        used = patterns.answered & (patterns.weights > 0)
        design = design_of_codes(patterns.codes[used], patterns.n_categories)
        level = float(pattern_logs(design, state) @ patterns.weights[used]) if used.any() else float("nan")
        return cls(
            method=method,
            replicated=0,
            n_starts=0,
            gap_to_second=float("nan"),
            prior=0.0,
            settings=dict(settings or {}),
            **_described(goals, patterns, state, ones, level),
        )


def cluster(
    goals: pd.DataFrame,
    n_classes: int = 4,
    *,
    question: GoalQuestion | None = None,
    prior: float = PRIOR,
    n_init: int = 500,
    weights: Any = None,
    random_state: int = 0,
    tol: float = TOL,
    max_iter: int = MAX_ITER,
    warm: np.ndarray | None = None,
) -> Clustering:
    """Find latent classes in the goals.

    Parameters
    ----------
    goals : one row per municipality (index = key), one categorical column per goal; missing answers allowed.
    question : how the goals were asked. Lists to choose from get classes given the number of ticks, in which rows
        that answered only a part of the list are assigned but not estimated with (see ``nulls.given_ticks``).
    prior : pseudo-answers per class and goal; 0 is maximum likelihood.
    weights : one number ≥ 0 per row (a Series is matched by key); weight 0 is assigned but not estimated with.
    warm : parameters of an earlier solution as one more start.

    Raises
    ------
    EstimationError : no row with an answer, fewer rows with an answer than classes, or a wrong setting.

    Examples
    --------
    >>> goals = pd.DataFrame({"a": list("jjjjnnnn"), "b": list("jjjnnnnj"), "c": list("jjjjnnnn")})
    >>> cluster(goals, 2, n_init=5).labels.tolist()[2:6]
    ['gruppe_b', 'gruppe_b', 'gruppe_a', 'gruppe_a']
    """
    if n_classes < 1 or n_init < 1 or prior < 0:
        raise EstimationError(
            f"n_classes und n_init müssen mindestens 1 sein, prior mindestens 0 "
            f"(gegeben: {n_classes}, {n_init}, {prior})."
        )
    weight = _weights(goals, weights)
    patterns = collapse(goals, sample_weight=weight)
    ticked = given_ticks(patterns, question)
    used = patterns.answered & (patterns.weights > 0)
    if ticked:
        used &= (patterns.codes >= 0).all(axis=1)
    answered = int((used[patterns.inverse] & (weight > 0 if weight is not None else True)).sum())
    if answered < n_classes:
        raise EstimationError(
            f"{answered} Kommune(n) mit Antworten reichen nicht für {n_classes} Gruppen; weniger Gruppen wählen."
        )
    codes, counts = patterns.codes[used], patterns.weights[used]
    batch = (
        TickBatch(codes == 1, counts, prior)
        if ticked
        else Batch(design_of_codes(codes, patterns.n_categories), counts, prior)
    )
    fit = fit_batches(
        [batch], n_classes, n_init=n_init, tol=tol, max_iter=max_iter, rng=np.random.default_rng(random_state),
        warm=warm, staged=False,
    )  # fmt: skip
    state = fit.states[0]
    parameters: dict[str, Any] = {}
    if ticked:
        odds = relative(state[:, 1:])
        limit = question.limit if question is not None else None
        ticks = share_of_totals((codes == 1).sum(axis=1), counts, codes.shape[1], limit)
        logs = tick_logs(patterns.codes, odds, ticks) + np.log(state[:, 0])
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        rates = _rates(patterns, shares[patterns.inverse], weight, prior)
        state = np.column_stack([state[:, :1], rates[:, 1:]])
        names = class_names(n_classes)
        parameters = {
            "odds": pd.DataFrame(odds, index=names, columns=[str(column) for column in goals.columns]),
            "ticks": tuple(ticks.tolist()),
        }
    else:
        shares = memberships(design_of_codes(patterns.codes, patterns.n_categories), state)
    shares[~patterns.answered] = np.nan
    described = _described(goals, patterns, state, shares[patterns.inverse], float(fit.log_likelihoods[0]))
    if ticked:
        described |= {"n_parameters": described["n_parameters"] - n_classes, "n_rows": float(counts.sum())}
    return Clustering(
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
            "given_ticks": ticked,
        },
        **parameters,
        **described,
    )


def gap_to_second(fit: BatchFit, number: int = 0) -> float:
    """How far the next solution lies below the best one of a data set; NaN where every start found the best."""
    best = fit.objectives[number]
    others = fit.start_objectives[number]
    others = others[fit.start_converged[number] & (others < best - same_solution(best))]
    return float(best - others.max()) if len(others) else float("nan")


def class_names(n_classes: int) -> list[str]:
    """``gruppe_a``, ``gruppe_b`` … ``gruppe_z``, ``gruppe_aa`` …"""
    letters = string.ascii_lowercase
    return [f"gruppe_{(letters[k // 26 - 1] if k >= 26 else '') + letters[k % 26]}" for k in range(n_classes)]


def _described(
    goals: pd.DataFrame, patterns: Patterns, state: np.ndarray, rows: np.ndarray, level: float
) -> dict[str, Any]:
    """The fields that latent classes and other partitions share."""
    n_classes = len(state)
    names = class_names(n_classes)
    items = tuple(str(column) for column in goals.columns)
    table = pd.DataFrame(rows, index=goals.index, columns=names)
    assigned = ~np.isnan(rows[:, 0])
    winners = np.array(names, dtype=object)[np.where(assigned, np.nan_to_num(rows).argmax(axis=1), 0)]
    lines = []
    start = 1
    for item, values in zip(items, patterns.categories, strict=True):
        for k, name in enumerate(names):
            lines += [(name, item, value, float(state[k, start + c])) for c, value in enumerate(values)]
        start += len(values)
    used = patterns.answered & (patterns.weights > 0)
    free = sum(max(len(np.unique(column[column >= 0])) - 1, 0) for column in patterns.codes[used].T)
    return {
        "n_classes": n_classes,
        "items": items,
        "categories": {item: tuple(values.tolist()) for item, values in zip(items, patterns.categories, strict=True)},
        "memberships": table,
        "labels": pd.Series(np.where(assigned, winners, ""), index=goals.index, name="class", dtype=object),
        "shares": pd.Series(state[:, 0], index=names, name="share"),
        "profiles": pd.DataFrame(lines, columns=list(PROFILE_COLUMNS)),
        "log_likelihood": level,
        "n_parameters": n_classes - 1 + n_classes * free,
        "n_rows": float(patterns.weights[used].sum()),
        "n_patterns": int(used.sum()),
    }


def _rates(patterns: Patterns, rows: np.ndarray, weight: np.ndarray | None, prior: float = 0.0) -> np.ndarray:
    """Group weights and answer rates within given groups, as a state; a group without answers gets even rates.

    ``prior``: pseudo-answers per group and goal, spread as all answers to the goal are.
    """
    rows = np.nan_to_num(rows)
    weighted = rows if weight is None else rows * weight[:, None]
    shares = weighted.sum(axis=0)
    blocks = [(shares / shares.sum())[:, None]]
    for codes, size in zip(patterns.codes.T, patterns.n_categories, strict=True):
        own = codes[patterns.inverse]
        counts = (
            np.stack([weighted[own == c].sum(axis=0) for c in range(size)], axis=1)
            if size
            else np.empty((len(shares), 0))
        )
        if prior and counts.sum():
            counts = counts + prior * counts.sum(axis=0) / counts.sum()
        totals = counts.sum(axis=1, keepdims=True)
        blocks.append(np.where(totals > 0, counts / np.where(totals > 0, totals, 1.0), 1.0 / max(size, 1)))
    return np.concatenate(blocks, axis=1)


def _weights(goals: pd.DataFrame, weights: Any) -> np.ndarray | None:
    if weights is None:
        return None
    values = weights.reindex(goals.index) if isinstance(weights, pd.Series) else pd.Series(weights, index=goals.index)
    values = values.astype(float)
    bad = values[~(np.isfinite(values) & (values >= 0))]
    found = Findings()
    for key, value in bad.items():
        found.error("gewicht", "kein Gewicht", key=str(key), value=str(value))
    found.raise_if_failed(EstimationError, "Gewichte müssen Zahlen ab 0 sein.", most=20)
    return values.to_numpy()
