"""What all commands share: where surveys and studies lie, and errors as one line with an exit code."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
import warnings
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from typology.commands.words import echo, say
from typology.errors import Problem, StudyError, TypologyError, system_message
from typology.files.places import check_files
from typology.writing import DASH, MINUS, NBSP, Said, in_language, program_language

Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 20
# Signs that encodings of consoles lack, and what stands for them there.
LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
PLAIN = {
    MINUS: "-", DASH: "-", NBSP: " ", "…": "...", "„": '"', "“": '"', "”": '"', "‚": "'", "‘": "'", "’": "'",
    "→": "->", "·": "-", "•": "-", "×": "x", "≥": ">=", "≤": "<=", "≈": "~", "€": "EUR",
}  # fmt: skip


def data_option(command: Command) -> Command:
    """``--data``: the folder that holds ``raw/`` and ``processed/``."""
    decorated: Command = click.option(
        "--data",
        default="data",
        show_default=True,
        type=click.Path(path_type=Path, file_okay=False),
    )(command)
    return decorated


def survey_argument(command: Command) -> Command:
    """``SURVEY``: the name of a folder in ``data/raw``, or a path."""
    decorated: Command = click.argument("survey")(command)
    return decorated


def raw_folder(survey: str, data: Path) -> Path:
    """The folder of a survey by name or path.

    Raises
    ------
    StudyError : there is none; the message lists what is there.
    """
    for folder in (data / "raw" / survey, Path(survey)):
        if (folder / "codebook.yaml").is_file():
            return folder
    known = sorted(path.parent.name for path in (data / "raw").glob("*/codebook.yaml"))
    place = data / "raw" / survey / "codebook.yaml"
    if known:
        raise StudyError(Said("commands.no_survey", survey=survey, place=place, known=", ".join(known)))
    raise StudyError(Said("commands.no_survey_at_all", survey=survey, place=place))


def processed_folder(survey: str, data: Path) -> Path:
    """The folder of a processed study by the survey's name or path."""
    # resolved, because "." and ".." would otherwise take the folder of all studies, or more, for one study
    return data / "processed" / Path(survey).resolve().name


def plain_errors(command: Command) -> Command:
    """Print a library error as its lines on standard error and leave with its exit code; a warning is its sentence."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            with warnings.catch_warnings():
                warnings.showwarning = partial(_warn, warnings.showwarning)
                return command(*args, **options)
        except TypologyError as error:
            echo("error", err=True, message=in_language(error.message, program_language()))
            echo_problems(error.problems)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except OSError as error:
            name = Path(str(error.filename)).name if error.filename else say("file")
            if isinstance(error, PermissionError):  # so Windows answers, too, where another program holds a file open
                echo("error_of_locked_file", err=True, name=name)
            else:
                echo("error_of_file", err=True, name=name, message=system_message(error))
            sys.exit(2)

    return cast(Command, run)


def _warn(others: Callable[..., None], message: Warning | str, *place: Any, **more: Any) -> None:
    """Our own warnings without the place in the code; those of other libraries as Python writes them."""
    said = message.args[0] if isinstance(message, Warning) and message.args else message
    if isinstance(said, Said):
        click.echo(str(said), err=True)
    else:
        others(message, *place, **more)


def echo_problems(problems: tuple[Problem, ...]) -> None:
    """The findings, one line each, the first ones only."""
    for problem in problems[:SHOWN]:
        click.echo(f"  {problem.line()}", err=True)
    if len(problems) > SHOWN:
        echo("more_problems", err=True, n=len(problems) - SHOWN)


def check_out(path: Path | None, *, new: bool = False) -> None:
    """Refuse before the work what could not be written after it.

    Parameters
    ----------
    path : the file to be written, None for none. new : whether a file that is there stays, as for ``write_new``.

    Raises
    ------
    StudyError : there is such a file. OSError : it or its folder cannot be written, or is open in another program.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if new and path.exists():
            raise StudyError(Said("commands.file_there", path=path))
        check_files([path])


def write_new(path: Path, text: str | bytes) -> None:
    """Write a draft that people go on writing in; one that is there already may hold their work and stays.

    Raises
    ------
    StudyError : there is such a file.
    """
    try:
        with path.open("xb") as file:
            file.write(text.encode("utf-8") if isinstance(text, str) else text)
    except FileExistsError:
        raise StudyError(Said("commands.file_there", path=path)) from None


def write_what_fits() -> None:
    """Let standard output and standard error write every text in their own encoding.

    A console, or a file that Windows redirects to, may not know a minus sign, a dash or a quotation mark; they are
    written as the nearest plain signs instead of ending the command (an ä as ae), anything else as a question mark.
    """
    codecs.register_error("plain", _plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain_signs(error: UnicodeError) -> tuple[str, int]:
    """What is written for signs that an encoding does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_plain(sign) for sign in signs), error.end


def _plain(sign: str) -> str:
    """The nearest signs that every encoding has."""
    if sign in PLAIN:
        return PLAIN[sign]
    letters = LETTERS.get(sign.lower(), unicodedata.normalize("NFKD", sign)[0])
    return (letters.capitalize() if sign.isupper() else letters) if letters.isascii() else "?"
