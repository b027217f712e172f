"""The order of the steps, once: from a survey folder to a frozen study on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.vocabulary import NOT_ASSIGNED, TypeStatus
from typology.errors import EstimationError, Problem, StudyError
from typology.study.record import Settings, Study
from typology.study.store import fingerprint, swap_in, write_study
from typology.study.weighting import BLANK, weigh_study
from typology.tables.package import StudyInfo, StudyTables, read_json, read_tables

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.matching.wishes import Wishes
    from typology.survey.survey import Survey
    from typology.types.typology import Typology

Progress = Callable[[str], None]
WISHES = "wishes.yaml"


def fit_study(
    survey: Survey,
    settings: Settings | None = None,
    *,
    frozen: Typology | None = None,
    levels: pd.DataFrame | None = None,
    wishes: Wishes | None = None,
    progress: Progress = print,
) -> Study:
    """Everything that is computed: classes, names, assignments, profiles, matches, quality.

    Parameters
    ----------
    survey : checked answers.
    frozen : an existing typology to apply; nothing is estimated then.
    levels : competences from files of single municipalities (key, family, area, soll, ist).
    wishes : partners and teams that somebody wished.
    progress : is told which step begins.

    Raises
    ------
    EstimationError : the answers cannot carry the model.
    """
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.matching.action.competence_file import merge_competences
    from typology.study.describe import correct_types
    from typology.study.quality import measure_quality

    settings = settings or settings_of(survey)
    goals, question = goals_matrix(survey), goal_question(survey)
    rows = estimation_rows(survey, goals)
    progress("Klassen werden geschätzt")
    clustering: Clustering | None = None
    if frozen is None:
        clustering, typology = _estimate(survey, goals.loc[rows], question, settings)
    else:
        typology = frozen
        typology.check_allowed(goals.index)
        typology.check_survey(survey)
        goals = goals[[key for key in typology.goal_keys if key in goals]]
    progress("Profile werden gerechnet")
    tables = describe_all(survey, typology, goals)
    tables = correct_types(tables, survey, typology, goals.loc[rows], clustering, settings)
    tables, weighting = weigh_study(tables, survey, goals, settings)
    if levels is not None:
        tables = tables.having(competences=merge_competences(tables.competences, levels))
    if clustering is not None:
        progress("Güte wird geprüft")
        tables = measure_quality(tables, clustering, goals.loc[rows], question, typology, settings, survey.content)
    else:
        tables = tables.having(quality=pd.DataFrame(columns=["name", "value", "note"]))
    progress("Lernpartner werden gesucht")
    tables = match(tables, settings, survey.content, wishes)
    info = describe(survey, typology, tables, len(tables.assignments), weighting)
    run = {
        "settings": vars(settings),
        "wishes": wishes.model_dump(mode="json", exclude_defaults=True) if wishes else {},
    }
    return Study(info=info, typology=typology, tables=tables, content=survey.content, run=run)


def describe_all(survey: Survey, typology: Typology, goals: pd.DataFrame) -> StudyTables:
    """Assignments and profiles of everybody under a frozen typology: all tables but quality and matches."""
    from typology.content.instruments import load_instruments
    from typology.types.profiles.instruments import instrument_shares
    from typology.types.profiles.profiles import profile_municipalities, profile_types

    assignments = typology.assign(goals, flags=survey.flags)
    profiles = profile_types(survey, goals, assignments)
    return StudyTables(
        municipalities=_with_shared_names(survey),
        consent=survey.consent,
        goals=_words(goals),
        stand=_numbers(survey.block("stand")),
        wichtig=_numbers(survey.block("wichtig")),
        pain_points=_words(survey.block("pain_point")),
        structure=_words(survey.block("structure")),
        competences=_competences(survey),
        flags=survey.flags,
        assignments=assignments,
        types=type_table(typology, assignments),
        type_sizes=size_table(assignments, survey),
        type_profiles=profiles,
        instruments=instrument_shares(profiles, load_instruments(survey.content.folder)),
        municipality_profiles=profile_municipalities(survey, goals, assignments, profiles),
        naming=naming_table(typology),
        findings=survey.report.findings,
        counts=survey.report.counts,
    )


def _with_shared_names(survey: Survey) -> pd.DataFrame:
    """Register rows of the respondents; ``shared_name`` is "ja" where another body of the register has the name too."""
    table = survey.municipalities
    if survey.register is None:
        return table
    often = survey.register.bodies["base_name"].value_counts()
    return table.assign(shared_name=["ja" if often.get(name, 0) > 1 else "" for name in table["base_name"]])


def fit_typology(survey: Survey, settings: Settings | None = None) -> Typology:
    """Only the frozen typology: classes, names, nothing else.

    Raises
    ------
    EstimationError : the answers cannot carry the model.
    """
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix

    goals = goals_matrix(survey)
    rows = estimation_rows(survey, goals)
    return _estimate(survey, goals.loc[rows], goal_question(survey), settings or settings_of(survey))[1]


def _estimate(survey: Survey, goals: pd.DataFrame, question: Any, settings: Settings) -> tuple[Clustering, Typology]:
    from typology.clustering.clustering import cluster
    from typology.types.naming import name_types

    answered = goals.notna().sum(axis=1)
    if len(goals) < 2 * settings.n_classes or not answered.gt(0).any():
        raise EstimationError(
            f"Für {settings.n_classes} Klassen braucht es mindestens {2 * settings.n_classes} verwertbare Antworten, "
            f"vorhanden sind {int(answered.gt(0).sum())}. Mehr Antworten erheben oder n_classes im Codebuch senken."
        )
    clustering = cluster(
        goals,
        settings.n_classes,
        question=question,
        prior=settings.prior,
        n_init=settings.n_init,
        random_state=settings.random_state,
    )
    return clustering, name_types(
        clustering,
        survey.content,
        survey=survey,
        min_answered=survey.codebook.respondent.min_answered,
        provenance={"random_state": settings.random_state, "n_init": settings.n_init},
    )


def settings_of(survey: Survey) -> Settings:
    """The settings that the codebook declares, defaults for the rest."""
    declared = survey.codebook.typology
    weighting = survey.codebook.weighting
    settings = replace(
        Settings(),
        n_classes=declared.n_classes,
        random_state=declared.random_state,
        margins=weighting.margins if weighting else (),
        trim=weighting.trim if weighting else None,
    )
    return settings if declared.prior == "auto" else replace(settings, prior=float(declared.prior))


def match(tables: StudyTables, settings: Settings, content: Content, wishes: Wishes | None = None) -> StudyTables:
    """Partners, teams, cooperation, trainings and agenda from whatever rows these tables hold."""
    from typology.study.match import match_tables

    return match_tables(tables, content, m=settings.m, random_state=settings.random_state, wishes=wishes)


def describe(
    survey: Survey, typology: Typology, tables: StudyTables, n: int, weighting: dict[str, str] = BLANK
) -> StudyInfo:
    """What every output says about its source."""
    about = survey.codebook.survey
    goals = survey.codebook.goals
    from typology.study.figures import selection_verdict

    verdict = selection_verdict(tables, typology)
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
        verdict={
            "de": verdict.sentence(survey.content, "de") if verdict else "",
            "en": verdict.sentence(survey.content, "en") if verdict else "",
        },
        weighting=weighting,
    )


def type_table(typology: Typology, assignments: pd.DataFrame) -> pd.DataFrame:
    """Types with model share, counts of assigned and how sure: ``type, label, named, share, n, clear, mixed``."""
    kinds, status = assignments["type"], assignments["status"]
    rows = [
        (
            item.key,
            item.label.de,
            item.named,
            item.share,
            int((kinds == item.key).sum()),
            int(((kinds == item.key) & (status == TypeStatus.CLEAR)).sum()),
            int(((kinds == item.key) & (status == TypeStatus.MIXED)).sum()),
        )
        for item in typology.types
    ]
    rows.append((NOT_ASSIGNED, "nicht zuzuordnen", False, float("nan"), int((kinds == "").sum()), 0, 0))
    return pd.DataFrame(rows, columns=["type", "label", "named", "share", "n", "clear", "mixed"])


def size_table(assignments: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Assigned municipalities by type and size class (``type, band, n``); ``band`` is empty without a size class."""
    kinds = assignments["type"].replace("", NOT_ASSIGNED)
    bands = survey.municipalities["size_class"].reindex(kinds.index)
    cross = pd.crosstab(kinds, bands)
    order = [item.key for item in survey.content.size_classes if item.key in cross.columns]
    cross = cross[[*order, *(band for band in cross.columns if band not in order)]]
    return cross.rename_axis("type").reset_index().melt("type", var_name="band", value_name="n")


def naming_table(typology: Typology) -> pd.DataFrame:
    """How classes got their names: ``group, candidate, type, score, threshold, margin, reason``."""
    record = typology.naming
    return pd.DataFrame(
        [
            (
                group,
                record.candidate.get(group, ""),
                name,
                record.score.get(record.candidate.get(group, "")),
                record.threshold,
                record.margin,
                record.reasons.get(group, ""),
            )
            for group, name in record.permutation.items()
        ],
        columns=["group", "candidate", "type", "score", "threshold", "margin", "reason"],
    ).astype({"score": float, "threshold": float, "margin": float})


def _words(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as plain text, missing as empty text; numbers stay numbers."""
    out = {}
    for name in table:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            out[name] = column.astype(float)
        else:
            out[name] = column.astype(object).where(column.notna(), "").astype(str)
    return pd.DataFrame(out, index=table.index)


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(float)


def _competences(survey: Survey) -> pd.DataFrame:
    """Long table ``key, family, area, soll, ist`` of all competence answers."""
    parts = {}
    for role, name in (("competence_soll", "soll"), ("competence_ist", "ist")):
        block = survey.block(role).astype(float)
        long = block.rename_axis("key").reset_index().melt("key", var_name="item", value_name=name)
        parts[name] = long.dropna(subset=[name]).set_index(["key", "item"])[name] if len(long) else None
    found = [part for part in parts.values() if part is not None]
    columns = ["key", "family", "area", "soll", "ist"]
    if not found:
        return pd.DataFrame(columns=columns)
    table = pd.concat(found, axis=1).reindex(columns=["soll", "ist"]).reset_index()
    split = table["item"].str.split(".", n=1, expand=True).reindex(columns=[0, 1])
    return table.assign(family=split[0], area=split[1])[columns].sort_values(columns[:3]).reset_index(drop=True)


def run_study(
    folder: Path,
    target: Path,
    settings: Settings | None = None,
    *,
    frozen: Typology | None = None,
    sheets: bool = True,
    site: bool = True,
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = print,
) -> Study:
    """Read, compute, write: the whole study of ``folder`` into ``target``, swapped in only when it is complete.

    Nothing is computed if inputs, content, code and settings are those of the study that is already there.

    Raises
    ------
    TypologyError : with all problems; ``target`` stays as it was.
    """
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competence_folder
    from typology.matching.wishes import read_wishes
    from typology.survey.survey import read_survey

    mark = fingerprint(folder, (settings, frozen.version if frozen else "", sheets, site))
    if not force and _unchanged(target, mark):
        progress("Nichts hat sich geändert; die vorhandene Studie gilt.")
        return read_study(target)
    progress("Antworten werden gelesen und geprüft")
    survey = read_survey(folder)
    families = load_job_families(survey.content.folder)
    levels = read_competence_folder(folder / "competences", survey.municipalities.index, families)
    wishes = read_wishes(folder / WISHES) if (folder / WISHES).is_file() else None
    study = fit_study(survey, settings, frozen=frozen, levels=levels, wishes=wishes, progress=progress)
    with swap_in(target) as building:
        run = write_study(study, survey, folder, building, mark, sheets=sheets, site=site, jobs=jobs, progress=progress)
    return replace(study, run=run, folder=target)


def _unchanged(target: Path, mark: str) -> bool:
    record = target / "internal" / "run.json"
    return record.is_file() and read_json(record).get("fingerprint") == mark


def read_study(folder: Path, *, only: tuple[str, ...] | None = None) -> Study:
    """Read a study that :func:`run_study` wrote; ``only`` limits the tables by name.

    Raises
    ------
    StudyError : there is no study, or it is incomplete or of another version.
    """
    from typology.types.typology import load_typology

    internal = folder / "internal"
    if not internal.is_dir():
        raise StudyError(
            f"Zu {folder.name!r} gibt es keine gerechnete Studie. Zuerst: typology run {folder.name}",
            [Problem("fehler", "studie", "Ordner fehlt", file=f"{folder.name}/internal")],
        )
    run = read_json(internal / "run.json")
    overlay = internal / "content"
    return Study(
        info=StudyInfo.from_json(run["info"]),
        typology=load_typology(internal / "typology.json"),
        tables=read_tables(internal, only),
        content=load_content(overlay if overlay.is_dir() else None),
        run=run,
        folder=folder,
    )
