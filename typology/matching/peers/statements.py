"""What can be said about two municipalities: statements that hold or do not, by families.

A statement is a key such as ``like_goal:effizienz``. All follow from what is known of each body alone (facts).
Inhabitants and kilometres are no statements: they stand as numbers beside every partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from typology.matching.bodies import Bodies
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

# Reasons that say something about the partner's own answers (for the consent gate).
ANSWERS = (
    "topic_",
    "like_goal",
    "like_pain",
    "like_strong",
    "diff_goal",
    "diff_strong",
)


# Topics that tell nothing: the partner keeps its answers closed, or nothing is known that would serve the seeker.
CLOSED_TOPIC, TALK_TOPIC = SILENT = ("topic_open", "topic_talk")


@dataclass(frozen=True)
class Family:
    """One kind of reason: it holds when the seeker has fact ``mine`` and the partner has fact ``theirs``.

    An empty ``mine`` asks nothing of the seeker; ``not_mine`` asks that the seeker lacks the partner's fact, and has no
    fact ``unless``: who gave no answer lacks nothing, and a type that its own headline names is no other.
    """

    reason: str
    mine: str
    theirs: str
    not_mine: bool = False
    unless: str = ""


# Every topic serves a need of the seeker, or an aim of both; where nothing is known of the seeker, it is what the
# partner could tell anybody. ``topic_too_…`` is the second opinion on what another partner of the list can tell. What
# each is worth stands in ``numbers``.
TOPICS = {
    SIMILAR: (
        Family("topic_shared_pain", "pain_now", "pain_now"),
        Family("topic_shared_field", "weak", "weak"),
        Family("topic_pain", "pain_now", "pain_past"),
        Family("topic_field", "weak", "strong"),
        Family("topic_ahead", "behind", "ahead"),
        Family("topic_too_pain", "pain_now", "pain_past"),
        Family("topic_too_field", "weak", "strong"),
        Family("topic_too_ahead", "behind", "ahead"),
        Family("topic_shared_goal", "goal", "goal"),
        Family("topic_shared_goals", "goals", "goals"),
        Family("topic_shared_strength", "strong", "strong"),
        Family("topic_offer_pain", "pain_silent", "pain_past"),
        Family("topic_offer_field", "field_silent", "strong"),
    ),
    COMPLEMENTARY: (
        Family("topic_field", "weak", "strong"),
        Family("topic_pain", "pain_now", "pain_past"),
        Family("topic_ahead", "behind", "ahead"),
        Family("topic_fields", "weak2", "strong2"),
        Family("topic_field_pain", "weak_now", "strong_past"),
        Family("topic_too_field", "weak", "strong"),
        Family("topic_too_pain", "pain_now", "pain_past"),
        Family("topic_too_ahead", "behind", "ahead"),
        Family("topic_shared_field", "weak", "weak"),
        Family("topic_shared_pain", "pain_now", "pain_now"),
        Family("topic_shared_goals", "goals", "goals"),
        Family("topic_shared_goal", "goal", "goal"),
    ),
}
LIKENESS = (
    Family("like_goal", "goal", "goal"),
    Family("like_goals", "goals", "goals"),
    Family("like_type", "type", "type"),
    Family("like_pain", "pain_now", "pain_now"),
    Family("like_strong", "strong", "strong"),
    Family("like_kreis", "kreis", "kreis"),
    Family("like_land", "land", "land"),
    Family("like_urbanisation", "urban", "urban"),
    Family("like_kind", "kind", "kind"),
)
DIFFERENCE = (
    Family("diff_type", "", "type", not_mine=True, unless="second"),
    Family("diff_goal", "", "goal", not_mine=True, unless="goal_silent"),
    Family("diff_strong", "", "strong", not_mine=True, unless="field_silent"),
    Family("diff_land", "", "land", not_mine=True),
    Family("diff_kreis", "", "kreis", not_mine=True),
    Family("diff_kind", "", "kind", not_mine=True),
    Family("diff_urbanisation", "", "urban", not_mine=True),
)


def facts_of(bodies: Bodies) -> pd.DataFrame:
    """Everything that can be said about one body alone: bool, columns ``family:argument``."""
    columns: dict[str, np.ndarray] = {}
    tables = {
        "goal": bodies.goals,
        "goal_silent": bodies.goal_silent,
        "strong": bodies.strong,
        "weak": bodies.weak,
        "behind": bodies.behind,
        "ahead": bodies.ahead,
        "pain_now": bodies.pain_now,
        "pain_past": bodies.pain_past,
        "pain_silent": bodies.pain_silent,
        "field_silent": bodies.field_silent,
    }
    for family, table in tables.items():
        columns |= {f"{family}:{name}": table[name].to_numpy(dtype=bool) for name in table}
    texts = {"land": "land", "urban": "urbanisation", "kind": "kind", "kreis": "kreis"}
    for family, name in texts.items():
        values = bodies.texts[name]
        common = values[values != ""].value_counts()
        columns |= {f"{family}:{value}": (values == value).to_numpy() for value in sorted(common.index[common > 1])}
    for family, own in (("type", bodies.type), ("second", bodies.second)):
        columns |= {f"{family}:{name}": own == place for place, name in enumerate(bodies.types)}
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


def reveals_answers(reason: str) -> bool:
    """Whether the reason says something about the partner's own answers (goals, fields, pain points)."""
    return reason.startswith(ANSWERS) and not reason.startswith(("topic_type", "topic_same_type", *SILENT))
