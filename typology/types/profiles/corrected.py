"""Corrected means and shares beside the plain ones in the profiles of the types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from typology.errors import EstimationError
from typology.types.profiles.bch import Replicate, bch_weights, describe_types
from typology.types.profiles.profiles import profile_items

if TYPE_CHECKING:
    from typology.survey.survey import Survey

#: The corrected value, its standard error and its interval; missing where a correction is not possible.
CORRECTED_COLUMNS = ("corrected", "se", "corrected_low", "corrected_high")


def correct_profiles(
    profiles: pd.DataFrame,
    survey: Survey,
    goals: pd.DataFrame,
    posteriors: pd.DataFrame,
    replicates: Sequence[Replicate] = (),
) -> pd.DataFrame:
    """The profiles with ``CORRECTED_COLUMNS`` for everything but the goals.

    The goals made the types, so the model itself says what a type answers to them. For other answers the mean of the
    assigned municipalities mixes the types; :func:`typology.types.profiles.bch.describe_types` undoes that.

    Parameters
    ----------
    profiles : as :func:`typology.types.profiles.profiles.profile_types` returns them.
    posteriors : key × type, the rows that took part in the estimation.
    replicates : from :func:`typology.types.profiles.bch.refit_replicates`, rows and types in the order of
        ``posteriors``; without them standard errors and intervals are missing.
    """
    answers = {
        f"{measure}.{item}": series.reindex(posteriors.index)
        for measure, item, series in profile_items(survey, goals)
        if measure != "goal"
    }
    if not answers or not correctable(posteriors):
        return profiles.assign(**dict.fromkeys(CORRECTED_COLUMNS, float("nan")))
    table = describe_types(pd.DataFrame(answers), posteriors, replicates=replicates)
    table[["measure", "item"]] = table["item"].str.split(".", n=1, expand=True)
    names = {"estimate": "corrected", "se": "se", "low": "corrected_low", "high": "corrected_high"}
    places = ["type", "measure", "item", "level"]
    corrected = table.set_index(places)[list(names)].rename(columns=names)
    return profiles.join(corrected, on=places)


def correctable(posteriors: pd.DataFrame) -> bool:
    """Whether the types keep apart far enough to undo the classification errors."""
    try:
        bch_weights(posteriors.to_numpy(float))
    except EstimationError:
        return False
    return True
