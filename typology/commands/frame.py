"""What all commands share: where surveys and studies lie, and errors as one line with an exit code."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from typology.errors import Problem, StudyError, TypologyError
from typology.writing import DASH, MINUS, NBSP

Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 20
# Signs that encodings of consoles lack, and what stands for them there.
PLAIN = {
    MINUS: "-", DASH: "-", NBSP: " ", "…": "...", "„": '"', "“": '"', "”": '"', "‚": "'", "‘": "'", "’": "'",
    "→": "->", "·": "-", "×": "x",
}  # fmt: skip


def data_option(command: Command) -> Command:
    """``--data``: the folder that holds ``raw/`` and ``processed/``."""
    decorated: Command = click.option(
        "--data",
        default="data",
        show_default=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="Ordner mit raw/ und processed/.",
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
    raise StudyError(
        f"Die Befragung {survey!r} gibt es nicht (gesucht: {data / 'raw' / survey / 'codebook.yaml'}). "
        + (f"Vorhanden: {', '.join(known)}." if known else "Es ist noch keine Befragung angelegt.")
    )


def processed_folder(survey: str, data: Path) -> Path:
    """The folder of a processed study by the survey's name or path."""
    # resolved, because "." and ".." would otherwise take the folder of all studies, or more, for one study
    return data / "processed" / Path(survey).resolve().name


def plain_errors(command: Command) -> Command:
    """Print a library error as its lines on standard error and leave with its exit code."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except TypologyError as error:
            click.echo(f"Fehler: {error.message}", err=True)
            echo_problems(error.problems)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except OSError as error:
            name = Path(str(error.filename)).name if error.filename else ""
            click.echo(f"Fehler: {name or 'Datei'}: {error.strerror or error}", err=True)
            sys.exit(2)

    return cast(Command, run)


def echo_problems(problems: tuple[Problem, ...]) -> None:
    """The findings, one line each, the first ones only."""
    for problem in problems[:SHOWN]:
        click.echo(f"  {problem.line()}", err=True)
    if len(problems) > SHOWN:
        click.echo(f"  … und {len(problems) - SHOWN} weitere (typology check zeigt alle)", err=True)


def write_what_fits() -> None:
    """Let standard output and standard error write every text in their own encoding.

    A console, or a file that Windows redirects to, may not know a minus sign, a dash or a quotation mark; they are
    written as the nearest plain signs instead of ending the command, anything else as a question mark.
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
    return "".join(PLAIN.get(sign, "?") for sign in signs), error.end
