"""What can be said about two municipalities: statements that hold or do not, by families.

A statement is a key such as ``like_goal:effizienz``. Most follow from what is known of each body alone (facts);
some need a measure of both (population, kilometres).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Pairs
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

POPULATION = (5, 10, 20, 30, 50, 100, 200)
APART = (5, 10, 25, 50, 100)
DISTANCE = (25, 50, 100)
FAR = (5, 10, 25, 50, 100, 200, 400)
# Reasons that say something about the partner's own answers (for the consent gate).
ANSWERS = (
    "topic_",
    "like_goal",
    "like_pain",
    "like_structure",
    "like_strong",
    "diff_goal",
    "diff_structure",
    "diff_strong",
)


@dataclass(frozen=True)
class Family:
    """One kind of reason: it holds when the seeker has fact ``mine`` and the partner has fact ``theirs``.

    An empty ``mine`` asks nothing of the seeker; ``not_mine`` asks that the seeker lacks the partner's fact.
    """

    reason: str
    mine: str
    theirs: str
    value: float
    not_mine: bool = False


TOPICS = {
    SIMILAR: (
        Family("topic_shared_pain", "pain_now", "pain_now", 0.9),
        Family("topic_shared_field", "weak", "weak", 1.0),
        Family("topic_pain", "pain_now", "pain_past", 0.75),
        Family("topic_field", "weak", "strong", 0.8),
        Family("topic_ahead", "behind", "ahead", 0.5),
        Family("topic_shared_goal", "goal", "goal", 0.6),
        Family("topic_shared_goals", "goals", "goals", 0.55),
        Family("topic_shared_strength", "strong", "strong", 0.4),
        Family("topic_type", "", "type", 0.05, not_mine=True),
        Family("topic_same_type", "type", "type", 0.1),
    ),
    COMPLEMENTARY: (
        Family("topic_field", "weak", "strong", 1.0),
        Family("topic_pain", "pain_now", "pain_past", 0.9),
        Family("topic_ahead", "behind", "ahead", 0.8),
        Family("topic_fields", "weak2", "strong2", 0.5),
        Family("topic_field_pain", "weak_now", "strong_past", 0.5),
        Family("topic_type", "", "type", 0.05),
    ),
}
LIKENESS = (
    Family("like_goal", "goal", "goal", 0.8),
    Family("like_goals", "goals", "goals", 0.85),
    Family("like_type", "type", "type", 0.55),
    Family("like_pain", "pain_now", "pain_now", 0.6),
    Family("like_strong", "strong", "strong", 0.45),
    Family("like_kreis", "kreis", "kreis", 0.75),
    Family("like_land", "land", "land", 0.5),
    Family("like_land_size", "land_band", "land_band", 0.5),
    Family("like_settlement_size", "urban_band", "urban_band", 0.4),
    Family("like_size_class", "band", "band", 0.35),
    Family("like_urbanisation", "urban", "urban", 0.3),
    Family("like_kind", "kind", "kind", 0.3),
    Family("like_structure", "structure", "structure", 0.25),
)
DIFFERENCE = (
    Family("diff_type", "", "type", 0.7, not_mine=True),
    Family("diff_goal", "", "goal", 0.6, not_mine=True),
    Family("diff_strong", "", "strong", 0.55, not_mine=True),
    Family("diff_land", "", "land", 0.35, not_mine=True),
    Family("diff_kreis", "", "kreis", 0.3, not_mine=True),
    Family("diff_kind", "", "kind", 0.4, not_mine=True),
    Family("diff_urbanisation", "", "urban", 0.4, not_mine=True),
    Family("diff_structure", "", "structure", 0.2, not_mine=True),
)


def facts_of(bodies: Bodies) -> pd.DataFrame:
    """Everything that can be said about one body alone: bool, columns ``family:argument``."""
    columns: dict[str, np.ndarray] = {}
    tables = {
        "goal": bodies.goals,
        "strong": bodies.strong,
        "weak": bodies.weak,
        "behind": bodies.behind,
        "ahead": bodies.ahead,
        "pain_now": bodies.pain_now,
        "pain_past": bodies.pain_past,
        "structure": bodies.structure,
    }
    for family, table in tables.items():
        columns |= {f"{family}:{name}": table[name].to_numpy(dtype=bool) for name in table}
    texts = {"land": "land", "band": "size_class", "urban": "urbanisation", "kind": "kind", "kreis": "kreis"}
    for family, name in texts.items():
        values = bodies.texts[name]
        common = values[values != ""].value_counts()
        columns |= {f"{family}:{value}": (values == value).to_numpy() for value in sorted(common.index[common > 1])}
    columns |= {f"type:{name}": bodies.type == place for place, name in enumerate(bodies.types)}
    land, band, urban = (bodies.texts[name] for name in ("land", "size_class", "urbanisation"))
    for family, left in (("land_band", land), ("urban_band", urban)):
        both = (left + "+" + band)[(left != "") & (band != "")]
        columns |= {f"{family}:{value}": (left + "+" + band == value).to_numpy() for value in sorted(set(both))}
    columns |= _joint("goals", "goal", "goal", bodies.goals, bodies.goals)
    columns |= _joint("weak2", "weak", "weak", bodies.weak, bodies.weak)
    columns |= _joint("strong2", "strong", "strong", bodies.strong, bodies.strong)
    columns |= _joint("weak_now", "weak", "pain_now", bodies.weak, bodies.pain_now)
    columns |= _joint("strong_past", "strong", "pain_past", bodies.strong, bodies.pain_past)
    return pd.DataFrame(columns, index=bodies.keys, dtype=bool)


def told_facts(facts: pd.DataFrame, list_name: str) -> np.ndarray:
    """Places of the facts about a partner that a reason in this list may tell."""
    families = {family.theirs for family in (*TOPICS[list_name], *LIKENESS, *DIFFERENCE)}
    told = [name.split(":")[0] in families for name in facts.columns]
    return np.flatnonzero(np.array(told, dtype=bool) & facts.to_numpy().any(axis=0))


def _joint(
    name: str, left_name: str, right_name: str, left: pd.DataFrame, right: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Two facts at once, argument ``a+b``."""
    pairs = combinations(left, 2) if left_name == right_name else ((a, b) for a in left for b in right)
    return {f"{name}:{a}+{b}": (left[a] & right[b]).to_numpy() for a, b in pairs}


def measures_of(pairs: Pairs, among: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """Statements about two bodies that need a measure, in the order of :func:`measure_names`; only ``among`` some."""
    ratio, km = pairs.log_ratio, pairs.km
    if among is not None:
        ratio, km = np.where(among, ratio, np.nan), np.where(among, km, np.nan)
    gap = np.abs(ratio)
    for step in POPULATION:
        yield gap <= np.log(1 + step / 100)
    for step in APART:
        yield ratio >= np.log(1 + step / 100)
    for step in APART:
        yield ratio <= -np.log(1 + step / 100)
    for step in DISTANCE:
        yield km <= step
    for step in FAR:
        yield km >= step


def measure_names() -> list[str]:
    """The reasons that :func:`measures_of` decides."""
    return (
        [f"like_population:{step}" for step in POPULATION]
        + [f"diff_larger:{step}" for step in APART]
        + [f"diff_smaller:{step}" for step in APART]
        + [f"like_distance:{step}" for step in DISTANCE]
        + [f"diff_distance:{step}" for step in FAR]
    )


MEASURE_VALUE = {
    "like_population": 0.7,
    "like_distance": 0.65,
    "diff_larger": 0.5,
    "diff_smaller": 0.5,
    "diff_distance": 0.3,
}


def reveals_answers(reason: str) -> bool:
    """Whether the reason says something about the partner's own answers (goals, fields, pain points, structure)."""
    return reason.startswith(ANSWERS) and not reason.startswith(("topic_type", "topic_same_type", "topic_open"))
