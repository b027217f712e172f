"""Replicates of a survey under a model with fewer types, in the form in which the question was asked.

What the question or the respondent fixes stays as observed in every replicate: which answers are missing, and for
ticked goals how many each row ticked. "Choose up to three" makes independent goals look dependent, and lists of very
different length make them look like types; neither happens to replicates that are drawn this way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.clustering.engine.patterns import MISSING, Patterns, collapse
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.ticks import draw_ticks, suffix_sums
from typology.errors import EstimationError

TINY = 1e-300
PARTLY = 0.1
"""Up to this share of rows may have answered only a part of a list to be chosen from; they are then left out."""
SURE = 1e-6
"""Plain probabilities are kept this far from 0 and 1 when they become odds."""


@dataclass(frozen=True)
class Answers:
    """Coded answers and the form of the question.

    ``codes`` (n_rows × n_goals): number of the answer, -1 = none; rows without any answer are left out.
    ``ticked``: answers are "not chosen" (0) and "chosen" (1), so that a row has a number of ticks.
    ``whole``: no row has only some of its goals answered; a few such rows of a list are left out.
    ``kind``: pick, free, yes_no, ranking or rating.
    """

    codes: np.ndarray
    n_categories: tuple[int, ...]
    kind: str
    ticked: bool
    whole: bool

    @property
    def totals(self) -> np.ndarray:
        """Number of ticks per row."""
        totals: np.ndarray = (self.codes == 1).sum(axis=1)
        return totals

    def having(self, codes: np.ndarray) -> Answers:
        """Other answers of the same form."""
        return Answers(codes, self.n_categories, self.kind, self.ticked, self.whole)


def coded_answers(goals: pd.DataFrame, question: GoalQuestion | None) -> Answers:
    """The answers in codes; without a declared question, two answers per goal mean yes/no and more a rating.

    Raises
    ------
    EstimationError : no row has an answer, or a ticked goal has more than two answers.
    """
    patterns = collapse(goals)
    codes = patterns.codes[patterns.inverse]
    codes = codes[(codes != MISSING).any(axis=1)]
    if not len(codes):
        raise EstimationError("Keine Kommune hat eine Antwort zu den Zielen.")
    sizes = patterns.n_categories
    kind = question.kind if question is not None else ("rating" if max(sizes) > 2 else "yes_no")
    if kind == "pick" and question is not None and not question.counted:
        kind = "free"
    if given_ticks(patterns, question):
        codes = codes[(codes != MISSING).all(axis=1)]
    if kind != "rating" and max(sizes) > 2:
        goal = patterns.items[int(np.argmax(sizes))]
        raise EstimationError(f"Ziel {goal!r} hat {max(sizes)} Antworten; bei {kind!r} sind es höchstens zwei.")
    return Answers(codes, sizes, kind, kind != "rating", not (codes == MISSING).any())


def given_ticks(patterns: Patterns, question: GoalQuestion | None) -> bool:
    """Whether classes are sought given the number of ticks: goals chosen from a list that nearly everybody answered.

    How much a respondent ticks is a habit or set by the question; it must not pass for a type. Yes/no and ratings,
    where every goal has an answer of its own, keep plain classes. See ``benchmarks/README.md`` for the numbers.
    """
    if question is None or question.kind not in ("pick", "ranking") or max(patterns.n_categories, default=0) != 2:
        return False
    rows = patterns.weights * patterns.answered
    whole = (patterns.codes != MISSING).all(axis=1)
    return bool(rows[~whole].sum() <= PARTLY * rows.sum() and rows[whole].sum() > 0)


def distinct(codes: np.ndarray, n_categories: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct rows, how often each occurs, and which one each row is."""
    cells = 1
    key = np.zeros(len(codes), dtype=np.int64)
    for column, size in zip(codes.T, n_categories, strict=True):
        if cells * (size + 1) >= 2**62:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            cells = len(codes)
        key = key * (size + 1) + column + 1
        cells *= size + 1
    _, first, inverse, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return codes[first], counts.astype(float), inverse


def draw_conditional(answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw ticks from conditional classes: the class by its weight, the ticks by its goals and the row's total.

    ``state`` (n_classes × 1 + n_goals) as :class:`~typology.clustering.engine.ticks.TickBatch` has it.
    """
    own = _draw_classes(np.tile(state[:, 0], (len(answers.codes), 1)), rng)
    odds = np.maximum(state[:, 1:] * answers.codes.shape[1], SURE)
    return draw_ticks(odds[own], answers.totals, rng).astype(answers.codes.dtype)


def draw_plain(answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw from plain latent classes with the observed gaps and, for ticked goals, the observed number of ticks.

    ``state`` (n_classes × 1 + n_answers): class weight, then answer probabilities.
    """
    n_rows, n_goals = answers.codes.shape
    seen = answers.codes != MISSING
    if not answers.ticked:
        own = _draw_classes(np.tile(state[:, 0], (n_rows, 1)), rng)
        codes = np.full_like(answers.codes, MISSING)
        start = 1
        for goal, size in enumerate(answers.n_categories):
            cumulative: np.ndarray = np.cumsum(state[:, start : start + size], axis=1)
            cumulative = cumulative[own]
            drawn = (rng.random((n_rows, 1)) > cumulative[:, :-1]).sum(axis=1)
            codes[seen[:, goal], goal] = drawn[seen[:, goal]]
            start += size
        return codes
    chances = _tick_chances(answers, state)
    odds: np.ndarray = chances / (1.0 - chances)
    masks, _, which = distinct(seen.astype(np.int64), (2,) * n_goals)
    totals = answers.totals
    logs = np.empty((n_rows, len(state)))
    for k in range(len(state)):
        sums = suffix_sums((masks * odds[k]).T, int(totals.max(initial=0)))[0]
        nobody = np.log1p(-chances[k]) @ masks.T
        logs[:, k] = np.log(np.maximum(state[k, 0] * sums[totals, which], TINY)) + nobody[which]
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    own = _draw_classes(shares, rng)
    codes = draw_ticks(odds[own] * seen, totals, rng).astype(answers.codes.dtype)
    codes[~seen] = MISSING
    return codes


def _tick_chances(answers: Answers, state: np.ndarray) -> np.ndarray:
    """Probability of a tick (n_classes × n_goals); a goal with a single answer is never ticked."""
    starts = 1 + np.concatenate([[0], np.cumsum(answers.n_categories)[:-1]]).astype(int)
    columns = [
        state[:, start + 1] if size > 1 else np.zeros(len(state))
        for start, size in zip(starts, answers.n_categories, strict=True)
    ]
    return np.clip(np.stack(columns, axis=1), SURE, 1.0 - SURE)


def _draw_classes(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    cumulative = np.cumsum(shares, axis=1)
    drawn: np.ndarray = (rng.random(len(shares))[:, None] * cumulative[:, -1:] > cumulative[:, :-1]).sum(axis=1)
    return drawn
