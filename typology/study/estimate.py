"""The step from answers to a frozen typology: classes, then names, under the settings of the codebook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from typology.errors import EstimationError
from typology.tables.settings import Settings
from typology.writing import Said

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.degrees.comparison import Comparison
    from typology.survey.survey import Survey
    from typology.types.typology import Typology


def settings_of(survey: Survey) -> Settings:
    """The settings that the codebook declares, defaults for the rest."""
    declared = survey.codebook.typology
    weighting = survey.codebook.weighting
    settings = replace(
        Settings(),
        n_classes=declared.n_classes,
        max_classes=None if declared.max_classes == "auto" else declared.max_classes,
        n_init=declared.starts,
        replicates=declared.replicates,
        random_state=declared.random_state,
        margins=weighting.margins if weighting else (),
        trim=weighting.trim if weighting else None,
    )
    settings = publication_of(survey, settings)
    return settings if declared.prior == "auto" else replace(settings, prior=float(declared.prior))


def publication_of(survey: Survey, settings: Settings) -> Settings:
    """The settings with the rules of publication that the codebook declares, whatever they said before."""
    return replace(settings, **survey.codebook.publication.model_dump())


class Estimated(NamedTuple):
    """``compared``: types held against degrees, None where the settings leave that out."""

    clustering: Clustering
    typology: Typology
    compared: Comparison | None


def estimate(survey: Survey, goals: pd.DataFrame, question: Any, settings: Settings) -> Estimated:
    """Classes of the goals and the typology that they are named as.

    Raises
    ------
    EstimationError : the answers cannot carry that many classes.
    """
    from typology.clustering.clustering import cluster
    from typology.clustering.degrees.comparison import compare_degrees
    from typology.clustering.degrees.verdict import DEGREES
    from typology.types.leanings import NAMING_OF_LEANINGS, without_names
    from typology.types.naming import name_types, signatures_asked
    from typology.types.threshold import Limits, limits_under_degrees

    answered = goals.notna().sum(axis=1)
    if len(goals) < 2 * settings.n_classes or not answered.gt(0).any():
        n_classes, found = settings.n_classes, int(answered.gt(0).sum())
        raise EstimationError(Said("study.too_few_answers", n_classes=n_classes, least=2 * n_classes, found=found))
    clustering = cluster(
        goals,
        settings.n_classes,
        question=question,
        prior=settings.prior,
        n_init=settings.n_init,
        random_state=settings.random_state,
    )
    compared, limits = None, Limits()
    if settings.degrees:
        every = {item.key: item.signature for item in survey.content.types}
        compared = compare_degrees(goals, question=question, signatures=every, random_state=settings.random_state)
        limits = limits_under_degrees(compared, clustering, signatures_asked(clustering, survey.content))
    typology = name_types(
        clustering,
        survey.content,
        survey=survey,
        threshold=limits.threshold,
        gate=limits.gate,
        min_answered=survey.codebook.respondent.min_answered,
        provenance={"random_state": settings.random_state, "n_init": settings.n_init},
    )
    if compared is not None and compared.verdict == DEGREES:
        typology = without_names(typology, survey.content)
    elif compared is not None and compared.names_are_leanings:
        typology = without_names(typology, survey.content, NAMING_OF_LEANINGS)
    return Estimated(clustering, typology, compared)


def fit_typology(survey: Survey, settings: Settings | None = None) -> Typology:
    """Only the frozen typology: classes, names, nothing else.

    Raises
    ------
    CodebookError : a place of the codebook is open. EstimationError : the answers cannot carry the model.
    """
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.survey.open_places import refuse_open

    refuse_open(survey.report.problems)
    goals = goals_matrix(survey)
    rows = estimation_rows(survey, goals)
    return estimate(survey, goals.loc[rows], goal_question(survey), settings or settings_of(survey)).typology
