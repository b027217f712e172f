"""Forget a municipality: its answers, and everything that was computed from them; all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typology.errors import StudyError, TypologyError, system_message
from typology.files.places import folder_beside
from typology.files.seals import changes
from typology.files.swapping import locked
from typology.files.traces import Closed, holds
from typology.study.inputs import DRAFTS, HIDDEN, linked_files
from typology.study.store import refuse_target
from typology.study.workflow import Asked, asked_before, compute_study, read_study
from typology.survey.removal import Removal, plan_removal
from typology.writing import Said

if TYPE_CHECKING:
    from typology.study.record import Study

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Forgotten:
    """What became of it: the new study if there is one, and the files that still tell of the municipality, and why."""

    study: Study | None
    left: dict[Path, str]


def forget_municipality(
    folder: Path, target: Path, removal: Removal, *, without_study: bool = False, progress: Progress = print
) -> Forgotten:
    """Compute the study anew without a municipality; only when it is complete, the answers go and it takes its place.

    The study is made with what it was made with before: the same typology where one was applied, the same settings,
    sheets and site as then. Where there is no study, only the answers go.

    Parameters
    ----------
    folder : the survey folder. target : the folder of its study.
    removal : what :func:`typology.survey.removal.plan_removal` found.
    without_study : the study goes as a whole and nothing is computed, for a survey that could not be computed without
        this municipality.

    Raises
    ------
    StudyError : something stands in the way; answers and study are as they were.
    """
    folder, target = folder.resolve(), target.resolve()
    with locked(folder, progress), locked(target, progress):
        if not (target / "internal" / "run.json").is_file():
            removal.carry_out()
            return Forgotten(None, dict(_left(folder, target, removal, "")))
        refuse_target(target, folder)
        if without_study:
            removal.carry_out()
            shutil.rmtree(target)
            return Forgotten(None, dict(_left(folder, target, removal, "")))
        name = _name(target, removal.key)
        study = _without(folder, target, removal, progress)
        return Forgotten(study, dict(_left(folder, target, removal, name)))


def _without(folder: Path, target: Path, removal: Removal, progress: Progress) -> Study:
    """The study of a copy of the folder without the municipality, in its place together with the answers."""
    beside = folder_beside(folder, "building")  # beside, so that paths to a register outside lead there, too
    done = False
    record = target / "internal" / "run.json"
    before = record.read_bytes()

    def delete() -> None:
        nonlocal done
        removal.carry_out()
        done = True

    try:
        shutil.copytree(folder, beside, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*HIDDEN))
        plan_removal(beside, removal.key).carry_out()
        asked = asked_before(target) or Asked()
        return compute_study(
            beside, target, asked, home=folder, without=removal.key, force=True, progress=progress, before_swap=delete
        )
    except (TypologyError, OSError) as error:
        if done and record.is_file() and record.read_bytes() != before:
            raise  # all is done but for something that is left over, which the error names
        if isinstance(error, OSError):
            reason = system_message(error)
            raise StudyError(Said("study.nothing_forgotten_system", key=removal.key, reason=reason)) from None
        message = Said("study.nothing_forgotten", key=removal.key, reason=error.message)
        raise StudyError(message, error.problems) from None
    finally:
        if done and record.is_file() and record.read_bytes() == before:
            removal.undo()
        shutil.rmtree(beside)


def _name(target: Path, key: str) -> str:
    """What the municipality is called in the study; empty where it is not in it."""
    bodies = read_study(target, only=("municipalities",)).tables.municipalities
    return str(bodies.loc[key, "name"]) if key in bodies.index else ""


def _left(folder: Path, target: Path, removal: Removal, name: str) -> Iterator[tuple[Path, str]]:
    """Files that a person has to look at, and why."""
    if removal.path.stat().st_nlink > 1:
        yield removal.path, Said("study.left_second_name")
    register = set(linked_files(folder)) | {path.resolve() for path in _register(folder)}
    for path in sorted(folder.rglob("*")):
        inside = path.is_file() and not set(path.relative_to(folder).parts) & set(HIDDEN)
        if inside and path.resolve() not in register and (why := _tells(path, removal.key, Said("study.left_key"))):
            yield path, why
    for draft in changes(target, within=DRAFTS) if target.is_dir() else ():
        path = target / draft
        if path.is_file() and any(_tells(path, word, "draft") for word in (removal.key, name) if word):
            yield path, Said("study.left_draft")


def _tells(path: Path, word: str, why: str) -> str:
    """``why`` where a file holds a word, that it cannot be opened where nobody can say, else nothing."""
    try:
        return why if holds(path, word) else ""
    except Closed:
        return Said("study.left_packed")


def _register(folder: Path) -> list[Path]:
    from typology.survey.codebook import FILE, read_codebook

    entry = read_codebook(folder / FILE).register_file
    return [] if entry is None else [folder / name for name in (entry.file, *entry.successors)]
