"""Plain latent classes: within a class every goal is answered on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from typology.clustering.engine.climb import TOL
from typology.clustering.engine.model import (
    Answers,
    ClassEntry,
    FormName,
    blocks_of,
    class_entries,
    draw_classes,
    free_answers,
    row_levels,
    written,
)
from typology.clustering.engine.patterns import MISSING, Patterns, distinct
from typology.clustering.engine.plain import FLOOR, Batch, Design, design_of_codes, memberships
from typology.clustering.engine.standard_errors import standard_errors
from typology.clustering.engine.ticks import draw_ticks, suffix_sums
from typology.writing import Said

TINY = 1e-300
SURE = 1e-6
"""Probabilities are kept this far from 0 and 1 when they become odds."""


@dataclass(frozen=True, eq=False)
class PlainClasses:
    """``shares`` (n_classes) and ``probabilities``, one array n_classes × answers per goal."""

    shares: np.ndarray
    probabilities: tuple[np.ndarray, ...]

    @property
    def form(self) -> PlainForm:
        """The form of these models."""
        return PLAIN

    def logs(self, codes: np.ndarray) -> np.ndarray:
        """Log probability of the answers in each class: the sum over the answered goals (n_rows × n_classes)."""
        logs = np.zeros((len(codes), len(self.shares)))
        for place in range(codes.shape[1]):
            logs += self._goal_logs(codes, place)
        return logs

    def part_logs(self, codes: np.ndarray, parts: np.ndarray) -> np.ndarray:
        """The same for many parts of the goals (n_parts × n_rows × n_classes)."""
        logs = np.stack([self._goal_logs(codes, place).ravel() for place in range(codes.shape[1])])
        result: np.ndarray = (parts.astype(float) @ logs).reshape(len(parts), len(codes), -1)
        return result

    def _goal_logs(self, codes: np.ndarray, place: int) -> np.ndarray:
        """Log probability of the answer to one goal; the last row of the table stands for no answer."""
        table = np.log(np.maximum(self.probabilities[place], FLOOR)).T
        result: np.ndarray = np.vstack([table, np.zeros(len(self.shares))])[codes[:, place]]
        return result

    def log_likelihood(self, codes: np.ndarray) -> float:
        """Log-likelihood of rows; a row without an answer adds nothing."""
        return float(row_levels(self, codes).sum())

    def rates(self) -> np.ndarray:
        """Share that gave the last answer to each goal (n_classes × n_goals)."""
        return np.column_stack([table[:, -1] for table in self.probabilities])

    def redraw(self, codes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Every answered goal on its own."""
        drawn = np.full_like(codes, MISSING)
        uniform = rng.random(codes.shape)
        for goal, table in enumerate(self.probabilities):
            cumulative = np.cumsum(table, axis=1)[classes, :-1]
            drawn[:, goal] = (uniform[:, goal, None] > cumulative).sum(axis=1)
        return np.where(codes == MISSING, MISSING, drawn)

    def state(self) -> np.ndarray:
        """Class weight, then the answer probabilities of all goals."""
        return np.concatenate([self.shares[:, None], *self.probabilities], axis=1)

    def drawing(self, limit: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Log-odds of choosing each goal; with a limit exactly as many goals are chosen."""
        chosen = self.rates()
        totals = np.zeros(0) if limit is None else np.eye(limit + 1)[limit]
        return np.log(chosen) - np.log1p(-chosen), totals

    def to_json(self, goals: Sequence[str], order: Sequence[int]) -> dict[str, Any]:
        """``types``: share and probabilities of each class."""
        return {"types": class_entries(self, goals, order)}


@dataclass(frozen=True)
class PlainRows:
    """Patterns as a design matrix."""

    design: Design

    def batch(self, weights: np.ndarray, prior: float = 0.0, blend: float = 0.0) -> Batch:
        """The weighted patterns for the climb."""
        return Batch(self.design, weights, prior, blend)

    def memberships(self, state: np.ndarray) -> np.ndarray:
        """Membership probabilities (n_patterns × n_classes)."""
        return memberships(self.design, state)

    def share_errors(
        self,
        counts: np.ndarray,
        state: np.ndarray,
        prior: float | np.ndarray = 0.0,
        squares: np.ndarray | None = None,
    ) -> np.ndarray:
        """Standard errors of the class weights (n_classes)."""
        errors: np.ndarray = standard_errors(self.design, counts, state, prior=prior, squares=squares)[:, 0]
        return errors


@dataclass(frozen=True)
class PlainForm:
    """How plain latent classes are fitted, drawn from and read."""

    name: ClassVar[FormName] = "plain"
    notes: ClassVar[tuple[str, ...]] = ()
    record: ClassVar[Mapping[str, Any]] = MappingProxyType({"given_ticks": False})
    tol: ClassVar[float] = TOL

    def takes_part(self, answered: np.ndarray) -> np.ndarray:
        """Rows with at least one answer."""
        return np.asarray(answered.any(axis=1))

    def rows(self, codes: np.ndarray, n_categories: tuple[int, ...]) -> PlainRows:
        """The design of the patterns."""
        return PlainRows(design_of_codes(codes, n_categories))

    def free_parameters(self, codes: np.ndarray, n_classes: int) -> int:
        """Class weights, and per class the answers to every goal."""
        return n_classes - 1 + n_classes * free_answers(codes)

    def fitted(
        self,
        state: np.ndarray,
        patterns: Patterns,
        *,
        weight: np.ndarray | None = None,
        prior: float = 0.0,
        limit: int | None = None,
    ) -> PlainClasses:
        """The state itself, goal by goal."""
        return PlainClasses(state[:, 0].copy(), blocks_of(state, patterns.n_categories))

    def draw(self, answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Answers with the observed gaps and, for ticked goals, the observed number of ticks."""
        return _draw_ticked(answers, state, rng) if answers.ticked else _draw_answers(answers, state, rng)

    def from_json(
        self, types: Sequence[ClassEntry], ticks: Sequence[float] | None, answers: Mapping[str, int]
    ) -> PlainClasses:
        """The model of a typology file without numbers of ticks."""
        for item in types:
            if item.odds:
                raise ValueError(Said("clustering.weights_given_ticks", name=item.key))
        return PlainClasses(*written(types, list(answers)))


PLAIN = PlainForm()


def _draw_answers(answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n_rows = len(answers.codes)
    seen = answers.codes != MISSING
    own = draw_classes(np.tile(state[:, 0], (n_rows, 1)), rng)
    codes = np.full_like(answers.codes, MISSING)
    for goal, table in enumerate(blocks_of(state, answers.n_categories)):
        cumulative: np.ndarray = np.cumsum(table, axis=1)[own]
        drawn = (rng.random((n_rows, 1)) > cumulative[:, :-1]).sum(axis=1)
        codes[seen[:, goal], goal] = drawn[seen[:, goal]]
    return codes


def _draw_ticked(answers: Answers, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n_rows, n_goals = answers.codes.shape
    seen = answers.codes != MISSING
    chances = _tick_chances(answers, state)
    odds: np.ndarray = chances / (1.0 - chances)
    masks, _, which = distinct(seen.astype(np.int64), (2,) * n_goals)
    totals = answers.totals
    logs = np.empty((n_rows, len(state)))
    for k in range(len(state)):
        sums = suffix_sums((masks * odds[k]).T, int(totals.max(initial=0)))[0]
        nobody = np.log1p(-chances[k]) @ masks.T
        logs[:, k] = np.log(np.maximum(state[k, 0] * sums[totals, which], TINY)) + nobody[which]
    own = draw_classes(np.exp(logs - logs.max(axis=1, keepdims=True)), rng)
    codes = draw_ticks(odds[own] * seen, totals, rng).astype(answers.codes.dtype)
    codes[~seen] = MISSING
    return codes


def _tick_chances(answers: Answers, state: np.ndarray) -> np.ndarray:
    """Probability of a tick (n_classes × n_goals); a goal with a single answer is never ticked."""
    columns = [
        table[:, 1] if table.shape[1] > 1 else np.zeros(len(state)) for table in blocks_of(state, answers.n_categories)
    ]
    result: np.ndarray = np.clip(np.stack(columns, axis=1), SURE, 1.0 - SURE)
    return result
