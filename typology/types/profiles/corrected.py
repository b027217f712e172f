"""What the model and the correction say, beside the assigned municipalities, in the profiles of the types.

A share of a type means one of three things, and each has its column: ``estimate`` (of the municipalities assigned, who
are in part of other types), ``corrected`` (wrong assignment undone) and ``model`` (of the goals only: the
probability that the model holds, drawn towards the mean of all by its prior).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from typology.content.vocabulary import Measure
from typology.errors import EstimationError
from typology.types.profiles.bch import Replicate, bch_weights, describe_types
from typology.types.profiles.profiles import profile_items

if TYPE_CHECKING:
    from typology.survey.survey import Survey
    from typology.types.typology import Typology

#: The probability in the model, goals only.
MODEL_COLUMN = "model"
#: The corrected value, its standard error and its interval; missing where a correction is not possible.
CORRECTED_COLUMNS = ("corrected", "se", "corrected_low", "corrected_high")


def correct_profiles(
    profiles: pd.DataFrame,
    survey: Survey,
    goals: pd.DataFrame,
    posteriors: pd.DataFrame,
    replicates: Sequence[Replicate] = (),
) -> pd.DataFrame:
    """The profiles with ``CORRECTED_COLUMNS``.

    The mean of the assigned municipalities mixes the types; :func:`typology.types.profiles.bch.describe_types` undoes
    that, and for the goals, which made the types, lets every municipality count by its probabilities. The shares of
    all answers to a goal or question add up to 1.

    Parameters
    ----------
    profiles : as :func:`typology.types.profiles.profiles.profile_types` returns them.
    posteriors : key × type, the rows that took part in the estimation.
    replicates : from :func:`typology.types.profiles.bch.refit_replicates`, rows and types in the order of
        ``posteriors``; without them standard errors and intervals are missing.
    """
    answers = {
        f"{measure}.{item}": series.reindex(posteriors.index) for measure, item, series in profile_items(survey, goals)
    }
    if not answers or not correctable(posteriors):
        return profiles.assign(**dict.fromkeys(CORRECTED_COLUMNS, float("nan")))
    goal_names = [name for name in answers if name.startswith(f"{Measure.GOAL.value}.")]
    table = describe_types(pd.DataFrame(answers), posteriors, replicates=replicates, indicators=goal_names)
    table[["measure", "item"]] = table["item"].str.split(".", n=1, expand=True)
    names = {"estimate": "corrected", "se": "se", "low": "corrected_low", "high": "corrected_high"}
    places = ["type", "measure", "item", "level"]
    corrected = table.set_index(places)[list(names)].rename(columns=names)
    return profiles.join(corrected, on=places)


def model_profiles(profiles: pd.DataFrame, typology: Typology) -> pd.DataFrame:
    """The profiles with ``MODEL_COLUMN``: how probable the typology holds each answer to a goal; else missing."""
    known = {
        (item.key, Measure.GOAL.value, goal.key, answer): float(value)
        for item in typology.types
        for goal in typology.goals
        for answer, value in zip(goal.answers, item.probabilities[goal.key], strict=True)
    }
    places = zip(*(profiles[name] for name in ("type", "measure", "item", "level")), strict=True)
    return profiles.assign(**{MODEL_COLUMN: [known.get(place, float("nan")) for place in places]})


def correctable(posteriors: pd.DataFrame) -> bool:
    """Whether the types keep apart far enough to undo the classification errors."""
    try:
        bch_weights(posteriors.to_numpy(float))
    except EstimationError:
        return False
    return True
