"""What each single changed answer would do, reckoned anew from the typology: the self-check is held against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from typology.types.short_form import with_limit
from typology.types.typology import Typology


def type_probabilities(typology: Typology, answers: Mapping[str, str]) -> np.ndarray:
    """The types given these answers; what the limit implies is taken into account."""
    known = with_limit(typology, dict(answers))
    row = pd.DataFrame([known], index=["90101003"], columns=list(typology.goal_keys), dtype=object)
    return typology.posterior(row).to_numpy()[0]


def one_answer_changed(typology: Typology, answers: Mapping[str, str]) -> pd.DataFrame:
    """What each single changed answer would do: ``goal, answer, type, probability, changes``.

    One row per other possible answer to a question that was answered. Under a pick limit an exchange is not looked
    at: an additional goal beyond the limit is left out.
    """
    given = dict(answers)
    before = int(type_probabilities(typology, given).argmax())
    limit = typology.question.limit if typology.question.kind in ("pick", "ranking") else None
    rows = []
    for goal in typology.goals:
        for answer in goal.answers if goal.key in given else ():
            other = given | {goal.key: answer}
            chosen = sum(other.get(item.key) == item.answers[-1] for item in typology.goals)
            if answer == given[goal.key] or (limit is not None and chosen > limit):
                continue
            posterior = type_probabilities(typology, other)
            best = int(posterior.argmax())
            rows.append((goal.key, answer, typology.type_keys[best], float(posterior[best]), best != before))
    return pd.DataFrame(rows, columns=["goal", "answer", "type", "probability", "changes"])
