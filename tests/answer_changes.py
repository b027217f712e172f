"""What each single changed answer would do, reckoned anew from the typology: the self-check is held against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from typology.types.short_form import with_limit
from typology.types.typology import Typology


def type_probabilities(typology: Typology, *answers: Mapping[str, str]) -> np.ndarray:
    """The types given each of these answers; what the limit implies is taken into account."""
    known = [with_limit(typology, dict(each)) for each in answers]
    keys = [f"9{row:07d}" for row in range(len(known))]
    rows = pd.DataFrame(known, index=keys, columns=list(typology.goal_keys), dtype=object)
    return typology.posterior(rows).to_numpy()


def one_answer_changed(typology: Typology, answers: Mapping[str, str]) -> pd.DataFrame:
    """What each single changed answer would do: ``goal, answer, type, probability, changes``.

    One row per other possible answer to a question that was answered. Under a pick limit an exchange is not looked
    at: an additional goal beyond the limit is left out.
    """
    given = dict(answers)
    limit = typology.question.limit if typology.question.kind in ("pick", "ranking") else None
    changed = [
        (goal.key, answer, given | {goal.key: answer})
        for goal in typology.goals
        for answer in (goal.answers if goal.key in given else ())
        if answer != given[goal.key]
    ]
    if limit is not None:
        yes = {goal.key: goal.answers[-1] for goal in typology.goals}
        changed = [one for one in changed if sum(one[2].get(key) == last for key, last in yes.items()) <= limit]
    posteriors = type_probabilities(typology, given, *(other for _, _, other in changed))
    best = posteriors.argmax(axis=1)
    rows = [
        (goal, answer, typology.type_keys[best[place]], float(posteriors[place, best[place]]), best[place] != best[0])
        for place, (goal, answer, _) in enumerate(changed, start=1)
    ]
    return pd.DataFrame(rows, columns=["goal", "answer", "type", "probability", "changes"])
