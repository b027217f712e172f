"""What a study says of its municipalities and types once a typology stands: assignments, profiles, its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.content.vocabulary import memberships
from typology.study.verdicts import say_dependence, say_fewer, say_verdicts
from typology.tables.answers import numbers, words
from typology.tables.figures import compared_models, selection_verdict
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.degrees.comparison import Comparison
    from typology.content.catalogue import Content
    from typology.survey.survey import Survey
    from typology.tables.settings import Settings
    from typology.types.typology import Typology

BLANK = {"de": "", "en": ""}


def describe_all(survey: Survey, typology: Typology, goals: pd.DataFrame) -> StudyTables:
    """Assignments and profiles of everybody under a frozen typology: all tables but quality and matches."""
    from typology.content.instruments import load_instruments
    from typology.matching.action.competences import competence_levels
    from typology.register.register import mark_shared_names
    from typology.survey.flags import stored_flags
    from typology.types.profiles.instruments import instrument_shares
    from typology.types.profiles.profiles import profile_municipalities, profile_types
    from typology.types.type_tables import naming_table, size_table, type_table

    assignments = typology.assign(goals, flags=survey.flags)
    profiles = profile_types(survey, goals, assignments)
    return StudyTables(
        municipalities=mark_shared_names(survey.municipalities, survey.register),
        consent=survey.consent,
        goals=words(goals),
        stand=numbers(survey.block("stand")),
        wichtig=numbers(survey.block("wichtig")),
        pain_points=words(survey.block("pain_point")),
        projects=words(survey.block("project")),
        capacity=words(survey.block("capacity")),
        structure=words(survey.block("structure")),
        competences=competence_levels(survey.block("competence_soll"), survey.block("competence_ist")),
        flags=stored_flags(survey.flags),
        assignments=assignments,
        types=type_table(typology, assignments),
        type_sizes=size_table(assignments, survey),
        type_profiles=profiles,
        instruments=instrument_shares(profiles, load_instruments(survey.content.folder)),
        municipality_profiles=profile_municipalities(survey, goals, assignments, profiles),
        naming=naming_table(typology),
        findings=survey.report.stored_findings(),
        counts=survey.report.stored_counts(),
    )


def describe_leanings(
    tables: StudyTables,
    survey: Survey,
    goals: pd.DataFrame,
    estimation: pd.Index,
    compared: Comparison,
    settings: Settings,
) -> StudyTables:
    """Tables of answers that speak for degrees: places on leanings, and all that stood by type by nearest leaning.

    How many are nearest to a leaning follows from a rule and not from groups that there are; so no leaning has a share.
    """
    from typology.clustering.goals import goal_question
    from typology.content.instruments import load_instruments
    from typology.types.leanings import assign_leanings, find_leanings
    from typology.types.profiles.instruments import instrument_shares
    from typology.types.profiles.profiles import profile_municipalities, profile_types
    from typology.types.type_tables import leaning_table, size_table

    signatures = {item.key: item.signature for item in survey.content.types}
    found = find_leanings(
        goals, estimation, goal_question(survey), signatures, compared, random_state=settings.random_state
    )
    assignments = assign_leanings(found, tables.assignments)
    profiles = profile_types(survey, goals, assignments)
    return tables.having(
        leanings=found.table(),
        leaning_goals=found.goals,
        assignments=assignments,
        types=leaning_table(found.names, assignments, survey.content),
        type_sizes=size_table(assignments, survey),
        type_profiles=profiles,
        instruments=instrument_shares(profiles, load_instruments(survey.content.folder)),
        municipality_profiles=profile_municipalities(survey, goals, assignments, profiles),
        naming=tables.naming.iloc[:0],
    )


def correct_types(
    tables: StudyTables,
    survey: Survey,
    typology: Typology,
    goals: pd.DataFrame,
    clustering: Clustering | None,
    settings: Settings,
) -> StudyTables:
    """Tables whose type profiles also hold what the model says of the goals, and what is corrected.

    Without a clustering, when a frozen typology is applied, nothing can be fitted again, and there are no intervals.
    """
    from typology.types.profiles.bch import refit_replicates
    from typology.types.profiles.corrected import correct_profiles, model_profiles

    names = typology.type_keys
    if clustering is not None:
        names = tuple(typology.naming.permutation[group] for group in clustering.classes)
    posteriors = memberships(tables.assignments.loc[goals.index])[list(names)]
    replicates = (
        refit_replicates(goals, clustering, n_replicates=settings.resamples, random_state=settings.random_state)
        if clustering is not None
        else ()
    )
    profiles = model_profiles(tables.type_profiles, typology)
    return tables.having(type_profiles=correct_profiles(profiles, survey, goals, posteriors, replicates))


def words_of(content: Content, tables: StudyTables) -> Content:
    """The words for tables of leanings."""
    from typology.types.leanings import naming_goals

    return content.of_leanings(naming_goals(tables.leaning_goals), found=len(tables.leaning_goals) > 0)


def study_info(
    survey: Survey,
    typology: Typology,
    tables: StudyTables,
    n: int,
    content: Content,
    weighting: dict[str, str] = BLANK,
) -> StudyInfo:
    """What every output says about its source."""
    about = survey.codebook.survey
    goals = survey.codebook.goals
    compared = compared_models(tables, typology)
    said = say_verdicts(compared, selection_verdict(tables, typology), content)
    if said.number["de"]:
        beside = say_dependence(tables, content), say_fewer(compared, content)
        number = {
            code: " ".join(part for part in (text, *(other[code] for other in beside)) if part)
            for code, text in said.number.items()
        }
        said = said._replace(number=number)
    quality = tables.quality.set_index("name")["value"] if "name" in tables.quality else pd.Series(dtype=float)
    return StudyInfo(
        survey=about.key,
        title=about.title.model_dump(),
        date=str(about.date),
        synthetic=about.synthetic,
        source=about.source,
        licence=about.licence,
        sample=about.sample.model_dump(),
        retention=about.retention.model_dump(),
        model=typology.version,
        n=n,
        question_kind=goals.kind,
        question_limit=goals.limit,
        question=goals.question.model_dump(),
        weak=bool(quality.get("structure_weak", 0.0) > 0),
        verdict=said.number,
        weighting=weighting,
        types_or_degrees=compared.verdict if compared else "",
        degrees=said.degrees,
    )
