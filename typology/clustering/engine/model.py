"""What an answer model is: how probable answers are in each class, however the model says so.

Whoever needs probabilities of answers asks the model and never which one it is. Which model fits a question is decided
in :mod:`typology.clustering.engine.forms` alone; :mod:`typology.clustering.engine.plain_classes` and
:mod:`typology.clustering.engine.tick_classes` hold the two there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np

from typology.clustering.engine.patterns import MISSING, Patterns
from typology.clustering.engine.plain import FLOOR, Batch

FormName = Literal["plain", "conditional"]
DIGITS = 6
SMALLEST = 10.0**-DIGITS
"""Parameters are written with six digits, and none is written as 0: no single answer rules a class out for good."""


@dataclass(frozen=True)
class Answers:
    """Coded answers and the form of the question.

    ``codes`` (n_rows × n_goals): number of the answer, -1 = none; rows that the form of the model cannot be estimated
    with are left out. ``kind``: pick, free, yes_no, ranking or rating. ``ticked``: answers are "not chosen" (0) and
    "chosen" (1), so that a row has a number of ticks. ``form``: the model that fits the question.
    """

    codes: np.ndarray
    n_categories: tuple[int, ...]
    kind: str
    ticked: bool
    form: ModelForm

    @property
    def totals(self) -> np.ndarray:
        """Number of ticks per row."""
        totals: np.ndarray = (self.codes == 1).sum(axis=1)
        return totals

    def having(self, codes: np.ndarray) -> Answers:
        """Other answers of the same form."""
        return replace(self, codes=codes)


class ClassEntry(Protocol):
    """One class as the typology file holds it."""

    @property
    def key(self) -> str:
        """Its name."""
        ...

    @property
    def share(self) -> float:
        """Its share."""
        ...

    @property
    def probabilities(self) -> Mapping[str, tuple[float, ...]]:
        """Goal → probability of each answer."""
        ...

    @property
    def odds(self) -> Mapping[str, float]:
        """Goal → weight, where the model has any."""
        ...


class AnswerModel(Protocol):
    """Classes with their shares, and how probable answers are in each."""

    @property
    def form(self) -> ModelForm:
        """How such models are fitted, written and read."""
        ...

    @property
    def shares(self) -> np.ndarray:
        """Class weights (n_classes), adding up to 1."""
        ...

    @property
    def probabilities(self) -> tuple[np.ndarray, ...]:
        """Per goal the probability of its answers (n_classes × answers)."""
        ...

    def logs(self, codes: np.ndarray) -> np.ndarray:
        """Log probability of the answers in each class (n_rows × n_classes).

        ``codes`` (n_rows × n_goals): number of the answer, -1 = none. Any part of the goals may be answered; without
        an answer it is 0.
        """
        ...

    def part_logs(self, codes: np.ndarray, parts: np.ndarray) -> np.ndarray:
        """The same for many parts of the goals (n_parts × n_goals, bool), the others taken as not asked.

        Returns n_parts × n_rows × n_classes.
        """
        ...

    def log_likelihood(self, codes: np.ndarray) -> float:
        """Log-likelihood of rows as the estimation reckons it; rows it cannot be estimated with are left out."""
        ...

    def rates(self) -> np.ndarray:
        """Share that chose each goal, that is gave its last answer (n_classes × n_goals)."""
        ...

    def redraw(self, codes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Other answers of rows whose class is known (``classes``, n_rows), in the shape of ``codes``.

        Gaps stay; where the model takes the number of ticks as given, that of the row stays, too.
        """
        ...

    def state(self) -> np.ndarray:
        """The parameters as the climb moves them, for a warm start (n_classes × 1 + columns)."""
        ...

    def drawing(self, limit: int | None) -> tuple[np.ndarray, np.ndarray]:
        """What draws answers like these, with at most ``limit`` goals chosen.

        Returns the log-odds of each goal (n_classes × n_goals), and the probability of 0, 1 … chosen goals; empty where
        each goal is answered on its own.
        """
        ...

    def to_json(self, goals: Sequence[str], order: Sequence[int]) -> dict[str, Any]:
        """The model's part of the typology file: ``types`` (share, probabilities … of the classes in this order),
        and what holds for all of them.
        """
        ...


class Rows(Protocol):
    """Distinct answer patterns in the shape that one form of model needs."""

    def batch(self, weights: np.ndarray, prior: float = 0.0, blend: float = 0.0) -> Batch:
        """The weighted patterns (n_patterns, ≥ 0), ready for the climb; ``prior`` and ``blend`` as in ``Batch``."""
        ...

    def memberships(self, state: np.ndarray) -> np.ndarray:
        """Membership probabilities (n_patterns × n_classes) under a state."""
        ...

    def share_errors(
        self,
        counts: np.ndarray,
        state: np.ndarray,
        prior: float | np.ndarray = 0.0,
        squares: np.ndarray | None = None,
    ) -> np.ndarray:
        """Sandwich standard errors of the class weights (n_classes); NaN where the classes are not identified.

        ``counts``: how often each pattern occurred, or the sum of its sampling weights, of which ``squares`` then is
        the sum of the squares.
        """
        ...


class ModelForm(Protocol):
    """One kind of model. A *state* (n_classes × 1 + columns) is its parameters as the climb moves them, the class
    weight first."""

    def __hash__(self) -> int:
        """Equal forms are one key."""
        ...

    @property
    def name(self) -> FormName:
        """What results call it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that the description of the method owes to it (``overview_method_…``)."""
        ...

    @property
    def record(self) -> Mapping[str, Any]:
        """What the settings of a fit say of it."""
        ...

    @property
    def tol(self) -> float:
        """Smallest rise of the log-likelihood per row that goes on climbing where numbers of classes are compared."""
        ...

    def takes_part(self, answered: np.ndarray) -> np.ndarray:
        """Which rows the estimation can use (n_rows, bool); ``answered``: n_rows × n_goals, bool."""
        ...

    def rows(self, codes: np.ndarray, n_categories: tuple[int, ...]) -> Rows:
        """Patterns (n_patterns × n_goals, -1 = no answer) in the shape that the estimation needs."""
        ...

    def free_parameters(self, codes: np.ndarray, n_classes: int) -> int:
        """How many parameters are free on these answers; an answer that nobody gave has none."""
        ...

    def fitted(
        self,
        state: np.ndarray,
        patterns: Patterns,
        *,
        weight: np.ndarray | None = None,
        prior: float = 0.0,
        limit: int | None = None,
    ) -> AnswerModel:
        """The model at the end of a climb over these patterns.

        ``weight``: one per row, None counts every row once; ``prior`` of the fit; ``limit``: most goals to choose.
        """
        ...

    def draw(self, answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Codes drawn under a state; the gaps of ``answers`` stay, and where goals are ticked the numbers of ticks."""
        ...

    def from_json(
        self, types: Sequence[ClassEntry], ticks: Sequence[float] | None, answers: Mapping[str, int]
    ) -> AnswerModel:
        """The model of a typology file; ``answers``: goal → number of its answers.

        Raises
        ------
        ValueError : the entries do not make such a model.
        """
        ...


def posteriors(model: AnswerModel, codes: np.ndarray) -> np.ndarray:
    """Probability of each class given the answers (n_rows × n_classes); the shares where there is no answer."""
    joint = model.logs(codes) + log_shares(model)
    joint -= joint.max(axis=1, keepdims=True)
    weights = np.exp(joint)
    result: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return result


def row_levels(model: AnswerModel, codes: np.ndarray) -> np.ndarray:
    """Log probability of each row over all classes (n_rows)."""
    joint = model.logs(codes) + log_shares(model)
    top = joint.max(axis=1, keepdims=True)
    levels: np.ndarray = top[:, 0] + np.log(np.exp(joint - top).sum(axis=1))
    return levels


def log_shares(model: AnswerModel) -> np.ndarray:
    """Logs of the class weights (n_classes); that of an empty class is very small."""
    logs: np.ndarray = np.log(np.maximum(model.shares, FLOOR))
    return logs


def rates_within(
    patterns: Patterns, rows: np.ndarray, weight: np.ndarray | None = None, pseudo: np.ndarray | None = None
) -> np.ndarray:
    """Weights of given groups and answer rates within them (n_groups × 1 + answers).

    Parameters
    ----------
    rows : n_rows × n_groups, memberships; NaN is none.
    weight : one per row.
    pseudo : n_groups, pseudo-answers per goal, spread as all answers to the goal are; a group without any answer gets
        even rates.
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
        if pseudo is not None and counts.sum():
            counts = counts + pseudo[:, None] * counts.sum(axis=0) / counts.sum()
        totals = counts.sum(axis=1, keepdims=True)
        blocks.append(np.where(totals > 0, counts / np.where(totals > 0, totals, 1.0), 1.0 / max(size, 1)))
    return np.concatenate(blocks, axis=1)


def draw_classes(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A class for each row by its probabilities (n_rows × n_classes)."""
    cumulative = np.cumsum(shares, axis=1)
    drawn: np.ndarray = (rng.random(len(shares))[:, None] * cumulative[:, -1:] > cumulative[:, :-1]).sum(axis=1)
    return drawn


def blocks_of(state: np.ndarray, n_categories: Sequence[int]) -> tuple[np.ndarray, ...]:
    """The columns of a state behind the class weight, goal by goal (n_classes × answers each)."""
    edges = 1 + np.cumsum((0, *n_categories))
    return tuple(state[:, low:high].copy() for low, high in pairwise(edges))


def free_answers(codes: np.ndarray) -> int:
    """Sum over the goals of the answers that somebody gave, less one each."""
    return sum(max(len(np.unique(column[column != MISSING])) - 1, 0) for column in codes.T)


def rounded_to_one(values: Sequence[float]) -> tuple[float, ...]:
    """At six digits, each at least 0.000001, adding up to 1.

    >>> rounded_to_one([0.25, 0.75, 0.0])
    (0.25, 0.749999, 1e-06)
    """
    parts = np.maximum(np.round(np.asarray(values, float), DIGITS), SMALLEST)
    largest = int(parts.argmax())
    if len(parts) > 1:
        parts[largest] = round(1.0 - float(np.delete(parts, largest).sum()), DIGITS)
    return tuple(round(float(part), DIGITS) for part in parts)


def class_entries(model: AnswerModel, goals: Sequence[str], order: Sequence[int]) -> list[dict[str, Any]]:
    """Share and probabilities of the classes in this order, as the typology file holds them."""
    shares = rounded_to_one([float(model.shares[place]) for place in order])
    return [
        {
            "share": share,
            "probabilities": {
                goal: rounded_to_one(table[place].tolist())
                for goal, table in zip(goals, model.probabilities, strict=True)
            },
        }
        for place, share in zip(order, shares, strict=True)
    ]


def written(types: Sequence[ClassEntry], goals: Sequence[str]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Shares and probabilities of the classes of a typology file."""
    shares = np.array([item.share for item in types])
    return shares, tuple(np.array([item.probabilities[goal] for item in types]) for goal in goals)
