"""The profiles of the types corrected for wrong assignment, from everything a study has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.tables.package import StudyTables

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.study.record import Settings
    from typology.survey.survey import Survey
    from typology.types.typology import Typology


def correct_types(
    tables: StudyTables,
    survey: Survey,
    typology: Typology,
    goals: pd.DataFrame,
    clustering: Clustering | None,
    settings: Settings,
) -> StudyTables:
    """Tables whose type profiles also hold what is corrected for wrong assignment.

    Without a clustering, when a frozen typology is applied, nothing can be fitted again, and there are no intervals.
    """
    from typology.types.profiles.bch import refit_replicates
    from typology.types.profiles.corrected import correct_profiles

    names = typology.type_keys
    if clustering is not None:
        names = tuple(typology.naming.permutation[group] for group in clustering.classes)
    posteriors = tables.assignments.loc[goals.index, [f"p_{name}" for name in names]].astype(float)
    posteriors.columns = pd.Index(names)
    replicates = (
        refit_replicates(goals, clustering, n_replicates=settings.resamples, random_state=settings.random_state)
        if clustering is not None
        else ()
    )
    return tables.having(type_profiles=correct_profiles(tables.type_profiles, survey, goals, posteriors, replicates))
