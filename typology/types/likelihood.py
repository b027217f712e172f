"""How probable answers are in each type of a frozen typology: all goals, or any part of them."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from typology.clustering.engine.ticks import tick_logs
from typology.types.typology_file import GoalEntry, TypeEntry


class Model(Protocol):
    """The part of a typology that answers are judged by."""

    @property
    def goals(self) -> tuple[GoalEntry, ...]:
        """Goals with their answers."""
        ...

    @property
    def types(self) -> tuple[TypeEntry, ...]:
        """Types with their shares and parameters."""
        ...

    @property
    def ticks(self) -> tuple[float, ...] | None:
        """Probability of 0, 1 … ticks, or None."""
        ...

    def probabilities(self, goal: str) -> np.ndarray:
        """Types × answers of one goal."""
        ...


def answer_logs(typology: Model, codes: np.ndarray) -> np.ndarray:
    """Log probability of the answers in each type.

    Parameters
    ----------
    codes : n_rows × n_goals, number of the answer, -1 = none.

    Returns
    -------
    array (n_rows × n_types). Plain classes: the sum over the answered goals. Given the number of ticks: the probability
    of the ticked goals, with the numbers of ticks of the survey for what was not asked.
    """
    if typology.ticks is not None:
        return tick_logs(codes, tick_weights(typology), np.array(typology.ticks))
    logs = np.zeros((len(codes), len(typology.types)))
    for place, goal in enumerate(typology.goals):
        table = np.vstack([np.log(typology.probabilities(goal.key)).T, np.zeros(len(typology.types))])
        logs += table[codes[:, place]]
    return logs


def type_posteriors(typology: Model, codes: np.ndarray) -> np.ndarray:
    """Probability of each type given the answers (n_rows × n_types); the shares where there is no answer."""
    logs = answer_logs(typology, codes) + np.log([item.share for item in typology.types])
    logs -= logs.max(axis=1, keepdims=True)
    weights = np.exp(logs)
    posteriors: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return posteriors


def log_likelihood(typology: Model, codes: np.ndarray) -> float:
    """Log-likelihood of rows; where classes are given the number of ticks, of their whole lists given that number."""
    if typology.ticks is not None:
        codes = codes[(codes >= 0).all(axis=1)]
    logs = answer_logs(typology, codes) + np.log([item.share for item in typology.types])
    top = logs.max(axis=1, keepdims=True)
    levels = top[:, 0] + np.log(np.exp(logs - top).sum(axis=1))
    if typology.ticks is not None:
        levels -= np.log(np.array(typology.ticks))[(codes == 1).sum(axis=1)]
    return float(levels.sum())


def tick_weights(typology: Model) -> np.ndarray:
    """The weights of the goals (n_types × n_goals) of a typology given the number of ticks."""
    return np.array([[item.odds[goal.key] for goal in typology.goals] for item in typology.types])
