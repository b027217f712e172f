"""The command that writes a questionnaire and the codebook of its export: questionnaire."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from typology.commands.frame import data_option, force_option, plain_errors, raw_folder, write_new
from typology.commands.help import LANGUAGE, verb
from typology.commands.words import echo
from typology.errors import StudyError
from typology.writing import BUILT_IN, Said, program_language

if TYPE_CHECKING:
    from typology.content.questionnaire.codebook import About
    from typology.content.reading import Text

SUFFIXES = {"limesurvey": ".lss", "xlsform": ".xlsx", "word": ".docx"}
LIMIT = 3  # goals that may be chosen where nobody says otherwise
NO_NAME = "befragung"  # key of a survey that has no folder of its own yet
Form = Literal["limesurvey", "xlsform", "word"]


@dataclass(frozen=True)
class _Plan:
    """What a survey folder, a content folder or the shipped catalogue says of the questionnaire to be made."""

    content: Path | None
    folder: Path | None
    limit: int | None
    about: About
    title: Text | None = None
    key: str = ""


@verb()
@click.argument("survey", required=False)
@click.option("--tool", required=True, type=click.Choice(list(SUFFIXES)))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--limit", type=click.IntRange(0))
@click.option("--title")
@click.option("--date", "day")
@click.option("--language", type=LANGUAGE)
@data_option
@force_option
@plain_errors
def questionnaire(
    survey: str | None,
    tool: Form,
    out: Path | None,
    limit: int | None,
    title: str | None,
    day: str | None,
    language: str | None,
    data: Path,
    force: bool,
) -> None:
    from typology.content.questionnaire.build import build_questionnaire
    from typology.content.questionnaire.codebook import codebook_text
    from typology.content.reading import Text, read_yaml
    from typology.survey.codebook import FILE as CODEBOOK
    from typology.survey.open_places import open_places

    plan = _plan(survey, data)
    spoken = language or program_language()
    spoken = spoken if spoken in BUILT_IN else "en"
    target = out or (plan.folder or Path()) / f"questionnaire{SUFFIXES[tool]}"
    about = replace(plan.about, date=_checked(day)) if day else plan.about
    asked = build_questionnaire(
        plan.content,
        limit=plan.limit if limit is None else limit or None,
        key=plan.key or _key(target),
        title=Text(de=title, en=title) if title else plan.title,
    )
    known = target.parent / CODEBOOK
    book = target.parent / f"codebook.{tool}.yaml" if known.exists() else known
    for path in (target, *([book] if tool != "word" else [])):
        if path.exists() and not force:  # before the other one is written
            raise StudyError(Said("commands.file_there", path=path))
    target.parent.mkdir(parents=True, exist_ok=True)
    if tool == "word":
        from typology.content.questionnaire.word import word_bytes

        write_new(target, word_bytes(asked, spoken), force=force)
        echo("written", path=target)
        return
    if tool == "xlsform":
        from typology.content.questionnaire.xlsform import xlsform_bytes

        write_new(target, xlsform_bytes(asked, spoken), force=force)
    else:
        from typology.content.questionnaire.limesurvey import limesurvey_text

        write_new(target, limesurvey_text(asked, spoken), force=force)
    text = codebook_text(asked, tool, about, structure=target.name if tool == "limesurvey" else "")
    write_new(book, text, force=force)
    echo("written", path=target)
    echo("questionnaire_codebook", path=book, n=len(open_places(read_yaml(book))))
    if book != known:
        echo("questionnaire_instead", path=known)


def _plan(survey: str | None, data: Path) -> _Plan:
    """What is known before the first question: content, limit, and what the codebook of the survey says already."""
    from typology.content.catalogue import load_content
    from typology.content.questionnaire.codebook import About
    from typology.survey.codebook import FILE as CODEBOOK

    content, folder = None, None
    if survey is not None:
        given = Path(survey)
        if given.is_dir() and not (given / CODEBOOK).is_file() and any(given.glob("*.yaml")):
            content = given
        else:
            folder = raw_folder(survey, data)
            content = folder / "content" if (folder / "content").is_dir() else None
    n_types = len(load_content(content).types)
    if folder is None:
        return _Plan(content, None, LIMIT, About(n_classes=n_types))
    return _plan_of(folder, content)


def _plan_of(folder: Path, content: Path | None) -> _Plan:
    """What the codebook of a survey says already; places that are open in it stay open."""
    from typology.content.questionnaire.codebook import About
    from typology.content.reading import is_open
    from typology.survey.codebook import FILE, NO_DAY, read_codebook

    def closed(text: Text) -> Text | None:
        return None if is_open(text.de) or is_open(text.en) else text

    book = read_codebook(folder / FILE)
    info, register = book.survey, book.register_file
    about = About(
        date="" if info.date == NO_DAY else info.date.isoformat(),
        source="" if is_open(info.source) else info.source,
        licence="" if is_open(info.licence) else info.licence,
        sample=closed(info.sample),
        retention=closed(info.retention),
        register=register.model_dump(mode="json", exclude_defaults=True) if register is not None else None,
        kinds=book.respondent.kinds,
        n_classes=book.typology.n_classes,
    )
    return _Plan(content, folder, book.goals.limit, about, closed(info.title), info.key)


def _key(target: Path) -> str:
    """The key of a survey by the folder in which its questionnaire lies."""
    from typology.content.reading import KEY

    name = target.resolve().parent.name
    return name if re.fullmatch(KEY, name) else NO_NAME


def _checked(day: str) -> str:
    """A day as codebooks write it.

    Raises
    ------
    StudyError : it is none.
    """
    try:
        return dt.datetime.strptime(day, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise StudyError(Said("commands.questionnaire_no_day", day=day)) from None
