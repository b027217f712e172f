"""The order of the steps, once: from a survey folder to a frozen study on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.catalogue import load_content
from typology.errors import Findings, Problem, Severity, StudyError
from typology.files.seals import file_hash, read_seal
from typology.files.swapping import UNFINISHED, locked, remains, repair
from typology.study.inputs import fingerprint, input_hashes, is_touched, refuse_changed_inputs
from typology.study.record import Study
from typology.tables.info import StudyInfo, check_record
from typology.tables.package import read_json, read_tables
from typology.tables.settings import Settings
from typology.writing import Said, program_language

if TYPE_CHECKING:
    import pandas as pd

    from typology.clustering.clustering import Clustering
    from typology.clustering.degrees.comparison import Comparison
    from typology.matching.wishes import Wishes
    from typology.survey.survey import Survey
    from typology.types.typology import Typology

Progress = Callable[[str], None]
WISHES = "wishes.yaml"
READINGS = 5
"""So often at most a study is read again that is replaced while it is read."""


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
    import pandas as pd

    from typology.clustering.degrees.verdict import DEGREES
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.matching.action.competence_file import merge_competences
    from typology.study.describe import correct_types, describe_all, describe_leanings, study_info, words_of
    from typology.study.estimate import estimate, publication_of, settings_of
    from typology.study.match import match_tables
    from typology.study.quality import measure_quality
    from typology.study.weighting import weigh_study
    from typology.survey.open_places import refuse_open
    from typology.tables.figures import QUALITY_COLUMNS

    refuse_open(survey.report.problems)
    settings = publication_of(survey, settings or settings_of(survey))
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
        "wishes": wishes.model_dump(mode="json", exclude_unset=True) if wishes else {},
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
    replace: bool = False,
    only: tuple[str, ...] | None = None,
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
    replace : replace ``target`` also where this program did not make it, where another survey folder did, or where
        files in it were changed by hand. Drafts of agendas that were changed stay in any case.
    only : names of the tables to read where nothing has changed, the others stay empty; by default all.
    progress : is told which step begins.

    Raises
    ------
    TypologyError : with all problems; ``target`` stays as it was. Also where a file of ``folder`` changes meanwhile.
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
    folder, target = Path(folder), Path(target)
    asked = Asked(settings, frozen, sheets, site)
    for place in (folder, target):  # copies of answers that a run left which was killed
        if remains(place.resolve(), UNFINISHED):
            with locked(place, progress):
                pass
    if not force and _unchanged(target, fingerprint(folder, _mark(asked, folder, target))):
        progress(Said("study.nothing_changed"))
        return read_study(target, only=only)
    from typology.study.store import refuse_target

    with locked(target, progress):
        if not replace:
            refuse_target(target, folder)
        return compute_study(folder, target, asked, jobs=jobs, force=force, progress=progress)


@dataclass(frozen=True)
class Asked:
    """What a study is made with, besides its files."""

    settings: Settings | None = None
    frozen: Typology | None = None
    sheets: bool = True
    site: bool = True

    def mark(self) -> tuple[object, ...]:
        """What of it decides whether a study would be another; sheets and drafts speak the language of the program."""
        frozen = self.frozen.version if self.frozen else ""
        return (self.settings, frozen, self.sheets, self.site, program_language())

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``run.json``; the typology and the settings themselves stand in the study."""
        return {
            "typology": self.frozen.version if self.frozen else "",
            "settings": self.settings is not None,
            "sheets": self.sheets,
            "site": self.site,
        }


def asked_before(target: Path) -> Asked | None:
    """What the study in a folder was made with, so that it can be made so again; None where it does not say.

    Raises
    ------
    StudyError : the study cannot be read.
    """
    from typology.types.typology import load_typology

    path = target / "internal" / "run.json"
    record = check_record(read_json(path)) if path.is_file() else {}
    told = record.get("asked")
    if not isinstance(told, dict):
        return None
    return Asked(
        settings=Settings.from_json(record["settings"]) if told["settings"] else None,
        frozen=load_typology(target / "internal" / "typology.json") if told["typology"] else None,
        sheets=bool(told["sheets"]),
        site=bool(told["site"]),
    )


def compute_study(
    folder: Path,
    target: Path,
    asked: Asked,
    *,
    home: Path | None = None,
    without: str = "",
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = print,
    before_swap: Callable[[], None] = lambda: None,
) -> Study:
    """What :func:`run_study` does once ``target`` is locked and may be replaced.

    Parameters
    ----------
    home : the survey folder that the study belongs to, where ``folder`` is a copy of it.
    without : the key of a municipality that is left out of ``folder``.
    before_swap : called when all is computed and written, before it takes its place; if it fails, nothing does.
    """
    from typology.clustering.engine.spread import at_work
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competence_folder
    from typology.matching.wishes import read_wishes
    from typology.study.store import check_writable, keep_drafts, seal_study, swap_in, write_study
    from typology.study.waves import read_former
    from typology.survey.survey import read_survey

    inputs = input_hashes(folder)
    mark = fingerprint(folder, _mark(asked, folder, target), inputs)
    if not force and _unchanged(target, mark):  # another process has computed it meanwhile
        progress(Said("study.nothing_changed"))
        return read_study(target)
    check_writable(target)
    progress(Said("study.reading"))
    survey = read_survey(folder)
    former = read_former(survey.codebook.survey, target)
    families = load_job_families(survey.content.folder)
    levels = read_competence_folder(folder / "competences", survey.municipalities.index, families)
    wishes = read_wishes(folder / WISHES) if (folder / WISHES).is_file() else None
    record = {"fingerprint": mark, "inputs": inputs, "asked": asked.as_json()}
    with at_work(jobs):
        study = fit_study(survey, asked.settings, frozen=asked.frozen, levels=levels, wishes=wishes, progress=progress)
        with swap_in(target) as building:
            run = write_study(
                study, survey, building, record, sheets=asked.sheets, site=asked.site, progress=progress, before=target,
                former=former,
            )  # fmt: skip
            kept = keep_drafts(target, building, without=without)
            if kept:
                progress(Said("study.drafts_kept", n=len(kept), folder=target / "internal" / "agenda"))
            seal_study(study, building, target, home or folder, kept)
            refuse_changed_inputs(folder, inputs)
            before_swap()
    return replace_fields(study, run=run, folder=target)


def _mark(asked: Asked, folder: Path, target: Path) -> tuple[object, ...]:
    """What decides besides the files of the survey: what was asked for, and what a former study has published."""
    from typology.study.waves import former_mark
    from typology.survey.codebook import FILE, read_codebook

    return (*asked.mark(), former_mark(read_codebook(folder / FILE).survey, target))


def _unchanged(target: Path, mark: str) -> bool:
    record = target / "internal" / "run.json"
    if not record.is_file():
        return False
    try:
        same = check_record(read_json(record)).get("fingerprint") == mark
    except StudyError:  # a record that cannot be read tells nothing: computing anew is the way out that it names
        return False
    return same and not is_touched(target)


def read_study(
    folder: str | Path, *, only: tuple[str, ...] | None = None, of: str = "", unverified: bool = False
) -> Study:
    """Read a study that :func:`run_study` wrote.

    Parameters
    ----------
    folder : the ``target`` of :func:`run_study`, with ``internal/`` in it.
    only : names of the tables to read, the others stay empty; by default all.
    of : the key of a municipality that alone is looked at: other rows of long tables may be left out.
    unverified : read it also where its files are no longer as they were written; all that is printed of it says so.

    Raises
    ------
    StudyError : there is no study, or it is incomplete or of another version.

    Examples
    --------
    >>> study = typology.read_study(target, only=("municipalities", "assignments"))
    >>> study.tables.assignments.shape[0] == study.info.n
    True
    """
    folder = Path(folder)
    for _ in range(READINGS):
        seen = _seen(folder)
        try:
            study = _read_once(folder, only, of, unverified)
        except StudyError:
            if _seen(folder) == seen and not _put_back(folder):
                raise
        else:
            if _seen(folder) == seen:
                return study
    return _read_once(folder, only, of, unverified)


def _seen(folder: Path) -> tuple[int, int]:
    """What tells one study in a folder from another that took its place."""
    try:
        found = (folder / "internal").stat()
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def _put_back(folder: Path) -> bool:
    """Whether the study was missing because it is just being replaced, or because that was interrupted."""
    if folder.exists() or not (remains(folder.resolve(), ("old", "aside"))):
        return False
    with locked(folder):
        repair(folder.resolve())
    return folder.exists()


def _read_once(folder: Path, only: tuple[str, ...] | None, of: str, unverified: bool) -> Study:
    from typology.types.typology import load_typology

    internal = folder / "internal"
    if not internal.is_dir():
        raise StudyError(
            Said("study.no_study", name=folder.name),
            [Problem(Severity.ERROR, "studie", Said("study.folder_missing"), file=f"{folder.name}/internal")],
        )
    run = check_record(read_json(internal / "run.json"))
    if not unverified:
        _refuse_changed(folder)
    overlay = internal / "content"
    info = StudyInfo.from_json(run.get("info"))
    if unverified and is_touched(folder):
        info = replace_fields(info, unverified=True)
    if info.leans and only is not None:
        only = (*only, *(name for name in ("leanings", "leaning_goals") if name not in only))
    tables, content = (
        read_tables(internal, only, of=of, unverified=unverified),
        load_content(overlay if overlay.is_dir() else None),
    )
    if info.leans:
        from typology.study.describe import words_of

        content = words_of(content, tables)
    return Study(
        info=info,
        typology=load_typology(internal / "typology.json"),
        tables=tables,
        content=content,
        run=run,
        folder=folder,
    )


def _refuse_changed(folder: Path) -> None:
    """Refuse a study whose record, typology, words or list of tables are others than were written."""
    about = read_seal(folder)
    if about is None:
        return
    found = Findings()
    for name, mark in about.files.items():
        inside = name.startswith("internal/content/") or (name.startswith("internal/") and name.endswith(".json"))
        if inside and file_hash(folder / name) != mark:
            found.at(name).error("veraendert", Said("tables.table_was_changed"))
    found.raise_if_failed(StudyError, "tables.were_changed")
