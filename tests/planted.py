"""Planted classes with known probabilities, and answers drawn from them, for the tests of assignment."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.engine.plain_classes import PlainClasses
from typology.content.catalogue import load_content
from typology.types.naming import name_types

TYPES = ("bedaechtige", "optimierer", "serviceorientierte", "community_manager")
GOALS = (
    "rechtliche_vorgaben", "foerdermittel", "effizienz", "effektivitaet", "attraktivitaet", "buergernaehe",
    "daseinsvorsorge", "oertliche_gemeinschaft", "offenheit", "beschaeftigte",
)  # fmt: skip


def planted_rates(high: float = 0.75, low: float = 0.12) -> pd.DataFrame:
    """Types × goals: the two signature goals of each type high, all else low."""
    signatures = {item.key: item.signature for item in load_content().types}
    return pd.DataFrame(
        [[high if goal in signatures[key] else low for goal in GOALS] for key in TYPES], list(TYPES), list(GOALS)
    )


def planted_clustering(
    rates: pd.DataFrame,
    shares: Mapping[str, float] | None = None,
    answers: tuple[str, ...] = ("nein", "ja"),
    **fields: Any,
) -> Any:
    """What a clustering hands over, with these rates; rows of ``rates`` become gruppe_a, gruppe_b …"""
    groups = [f"gruppe_{letter}" for letter in "abcdefgh"[: len(rates)]]
    weights = list((shares or dict.fromkeys(rates.index, 1 / len(rates))).values())
    rest = len(answers) - 1
    profiles = pd.DataFrame(
        [
            (group, goal, answer, float(value) if answer == answers[-1] else (1 - float(value)) / rest)
            for group, (_, row) in zip(groups, rates.iterrows(), strict=True)
            for goal, value in row.items()
            for answer in answers
        ],
        columns=["class", "goal", "answer", "probability"],
    )
    known = {
        "method": "latent_class", "n_classes": len(groups), "items": tuple(rates.columns),
        "categories": dict.fromkeys(rates.columns, answers), "shares": pd.Series(weights, index=groups),
        "profiles": profiles, "log_likelihood": -1234.5678912, "n_parameters": 43, "n_rows": 412, "n_patterns": 200,
        "replicated": 40, "n_starts": 100, "gap_to_second": 0.5, "prior": 1.0, "settings": {"random_state": 0},
        "model": PlainClasses(np.array(weights), tuple(_answer_table(rates[goal], rest) for goal in rates)),
    }  # fmt: skip
    return SimpleNamespace(**known | fields)


def _answer_table(chosen: pd.Series, rest: int) -> np.ndarray:
    """Classes × answers: the last one as often as given, the others share what is left."""
    values = chosen.to_numpy(float)[:, None]
    return np.hstack([np.repeat((1 - values) / rest, rest, axis=1), values])


def planted_typology(high: float = 0.75, low: float = 0.12, **settings: Any) -> Any:
    """A frozen typology with the four known types."""
    return name_types(planted_clustering(planted_rates(high, low)), load_content(), threshold=0.3, **settings)


def draw_answers(typology: Any, n_rows: int, random_state: int = 0) -> pd.DataFrame:
    """Complete yes/no answers from a typology; column ``truth`` holds the type they come from."""
    rng = np.random.default_rng(random_state)
    truth = rng.choice(len(typology.types), n_rows, p=[item.share for item in typology.types])
    table = pd.DataFrame(index=pd.Index([f"9{number:07d}" for number in range(n_rows)], name="key"))
    for goal in typology.goals:
        chance = typology.probabilities(goal.key)[truth, -1]
        table[goal.key] = pd.Categorical.from_codes((rng.random(n_rows) < chance).astype(int), ["nein", "ja"])
    table["truth"] = np.array(typology.type_keys, dtype=object)[truth]
    return table
