"""The order of the steps, once: from a survey folder to a frozen study on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from typology.content.catalogue import load_content
from typology.errors import Problem, Severity, StudyError
from typology.study.describe import correct_types, describe_all, describe_leanings, study_info, words_of
from typology.study.estimate import estimate, settings_of
from typology.study.match import match_tables
from typology.study.record import Study
from typology.study.store import check_writable, fingerprint, swap_in, write_study
from typology.study.weighting import weigh_study
from typology.tables.figures import QUALITY_COLUMNS
from typology.tables.info import StudyInfo, check_record
from typology.tables.package import read_json, read_tables
from typology.tables.settings import Settings
from typology.writing import Said

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.degrees.comparison import Comparison
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
    CodebookError : a place of the codebook is open. EstimationError : the answers cannot carry the model.
    """
    from typology.clustering.degrees.verdict import DEGREES
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.matching.action.competence_file import merge_competences
    from typology.study.quality import measure_quality
    from typology.survey.open_places import refuse_open

    refuse_open(survey.report.problems)
    settings = settings or settings_of(survey)
    goals, question = goals_matrix(survey), goal_question(survey)
    rows = estimation_rows(survey, goals)
    progress(Said("study.estimating"))
    clustering: Clustering | None = None
    compared: Comparison | None = None
    if frozen is None:
        clustering, typology, compared = estimate(survey, goals.loc[rows], question, settings)
    else:
        typology = frozen
        typology.check_allowed(goals.index)
        typology.check_survey(survey)
        goals = goals[[key for key in typology.goal_keys if key in goals]]
    progress(Said("study.profiling"))
    tables, content = describe_all(survey, typology, goals), survey.content
    if compared is not None and compared.verdict == DEGREES:
        tables = describe_leanings(tables, survey, goals, rows, compared, settings)
        content = words_of(content, tables)
    else:
        tables = correct_types(tables, survey, typology, goals.loc[rows], clustering, settings)
    tables, weighting = weigh_study(tables, survey, goals, settings, content)
    if levels is not None:
        tables = tables.having(competences=merge_competences(tables.competences, levels))
    if clustering is not None:
        progress(Said("study.checking"))
        tables = measure_quality(
            tables, clustering, goals.loc[rows], question, typology, settings, survey.content, compared
        )
    else:
        tables = tables.having(quality=pd.DataFrame(columns=list(QUALITY_COLUMNS)))
    progress(Said("study.matching"))
    tables = match_tables(tables, content, m=settings.m, random_state=settings.random_state, wishes=wishes)
    info = study_info(survey, typology, tables, len(tables.assignments), content, weighting)
    run = {
        "settings": vars(settings),
        "wishes": wishes.model_dump(mode="json", exclude_defaults=True) if wishes else {},
    }
    return Study(info=info, typology=typology, tables=tables, content=content, run=run)


def run_study(
    folder: str | Path,
    target: str | Path,
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

    Parameters
    ----------
    folder : a survey folder with ``codebook.yaml``; what :func:`typology.read_survey` takes.
    target : the study's folder, with ``internal/`` (everything) and ``public/`` (what may be published) afterwards.
    settings : what to compute; by default what the codebook declares.
    frozen : an existing typology to apply; nothing is estimated then.
    sheets, site : whether the PDF sheets and the web site are made.
    jobs : computations at the same time; by default what an outer ``joblib.parallel_config`` says, else one per
        processor. The results are the same for any number.
    force : compute also where nothing has changed.
    progress : is told which step begins.

    Raises
    ------
    TypologyError : with all problems; ``target`` stays as it was.
    PermissionError : a file in ``target`` is open in another program; nothing is computed then.

    Examples
    --------
    >>> quick = typology.Settings(
    ...     n_init=10, max_classes=2, replicates=19, resamples=5, margins=(), degrees=False
    ... )
    >>> study = typology.run_study(folder, target, quick, sheets=False, site=False, progress=lambda step: None)
    >>> study.info.n
    60
    """
    from typology.clustering.engine.spread import at_work
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competence_folder
    from typology.matching.wishes import read_wishes
    from typology.survey.survey import read_survey

    folder, target = Path(folder), Path(target)
    mark = fingerprint(folder, (settings, frozen.version if frozen else "", sheets, site))
    if not force and _unchanged(target, mark):
        progress(Said("study.nothing_changed"))
        return read_study(target)
    check_writable(target)
    progress(Said("study.reading"))
    survey = read_survey(folder)
    families = load_job_families(survey.content.folder)
    levels = read_competence_folder(folder / "competences", survey.municipalities.index, families)
    wishes = read_wishes(folder / WISHES) if (folder / WISHES).is_file() else None
    with at_work(jobs):
        study = fit_study(survey, settings, frozen=frozen, levels=levels, wishes=wishes, progress=progress)
        with swap_in(target) as building:
            run = write_study(study, survey, folder, building, mark, sheets=sheets, site=site, progress=progress)
    return replace(study, run=run, folder=target)


def _unchanged(target: Path, mark: str) -> bool:
    record = target / "internal" / "run.json"
    if not record.is_file():
        return False
    try:
        return check_record(read_json(record)).get("fingerprint") == mark
    except StudyError:  # a record that cannot be read tells nothing: computing anew is the way out that it names
        return False


def read_study(folder: str | Path, *, only: tuple[str, ...] | None = None) -> Study:
    """Read a study that :func:`run_study` wrote.

    Parameters
    ----------
    folder : the ``target`` of :func:`run_study`, with ``internal/`` in it.
    only : names of the tables to read, the others stay empty; by default all.

    Raises
    ------
    StudyError : there is no study, or it is incomplete or of another version.

    Examples
    --------
    >>> study = typology.read_study(target, only=("municipalities", "assignments"))
    >>> study.tables.assignments.shape[0] == study.info.n
    True
    """
    from typology.types.typology import load_typology

    folder = Path(folder)
    internal = folder / "internal"
    if not internal.is_dir():
        raise StudyError(
            Said("study.no_study", name=folder.name),
            [Problem(Severity.ERROR, "studie", Said("study.folder_missing"), file=f"{folder.name}/internal")],
        )
    run = check_record(read_json(internal / "run.json"))
    overlay = internal / "content"
    info = StudyInfo.from_json(run.get("info"))
    if info.leans and only is not None:
        only = (*only, *(name for name in ("leanings", "leaning_goals") if name not in only))
    tables, content = read_tables(internal, only), load_content(overlay if overlay.is_dir() else None)
    return Study(
        info=info,
        typology=load_typology(internal / "typology.json"),
        tables=tables,
        content=words_of(content, tables) if info.leans else content,
        run=run,
        folder=folder,
    )
