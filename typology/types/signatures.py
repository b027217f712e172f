"""How well classes carry the signature goals of the types.

A class's score for a type is the mean, over the type's signature goals, of the share that chose the goal in this class
minus the share among everybody else (the other classes weighted by their size). It lies between -1 and 1; 0 means that
the class chooses these goals no more often than others. "Chosen" is the last answer of a goal: ``ja``, or the highest
level of a rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

Signatures = Mapping[str, Sequence[str]]


def chosen_rates(profiles: pd.DataFrame, categories: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Share that chose each goal: classes × goals, from the long class profiles (class, goal, answer, probability)."""
    highest = pd.Series({goal: answers[-1] for goal, answers in categories.items()})
    rows = profiles[profiles["answer"].astype(str) == profiles["goal"].map(highest).astype(str)]
    return rows.pivot(index="class", columns="goal", values="probability")[list(categories)]


def naming_scores(rates: pd.DataFrame, shares: pd.Series, signatures: Signatures) -> pd.DataFrame:
    """Score of every class for every type: classes × types, between -1 and 1."""
    values = rates.to_numpy(float)
    weights = shares.reindex(rates.index).to_numpy(float)
    rest = weights.sum() - weights
    others = (weights @ values - weights[:, None] * values) / np.where(rest > 0, rest, 1.0)[:, None]
    lift = pd.DataFrame(np.where(rest[:, None] > 0, values - others, 0.0), rates.index, rates.columns)
    return pd.DataFrame({key: lift[list(goals)].mean(axis=1) for key, goals in signatures.items()}, index=rates.index)
