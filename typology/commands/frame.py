"""What all commands share: where surveys and studies lie, and errors as one line with an exit code."""

from __future__ import annotations

import codecs
import io
import os
import secrets
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
BROKEN_PIPE = 141
"""Exit code of a command whose reader went away, as shells report it of any other program."""
STOPPED = 130  # as shells call a programme that Ctrl-C ended: 128 and the number of the signal
OWN_BAR = ("study.setting_sheets_inside", "study.setting_sheets_public")
STEPS = (
    "study.reading", "study.estimating", "study.profiling", "study.checking", "study.matching", "study.publishing",
    "study.writing_tables", *OWN_BAR, "study.building_site",
)  # fmt: skip
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
    for folder in () if "\0" in survey else (data / "raw" / survey, Path(survey)):
        if (folder / "codebook.yaml").is_file():
            return folder
    known = sorted(path.parent.name for path in (data / "raw").glob("*/codebook.yaml"))
    place = data / "raw" / survey / "codebook.yaml"
    if known:
        raise StudyError(Said("commands.no_survey", survey=survey, place=place, known=", ".join(known)))
    raise StudyError(Said("commands.no_survey_at_all", survey=survey, place=place))


def processed_folder(survey: str, data: Path) -> Path:
    """The folder of a processed study by the survey's name or path.

    Raises
    ------
    StudyError : no folder can have such a name.
    """
    if "\0" in survey:
        raise StudyError(Said("commands.no_survey_at_all", survey=survey, place=data / "raw"))
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
        except BrokenPipeError:  # whoever read along has gone: what was asked for was not said to its end
            no_more_output()
            sys.exit(BROKEN_PIPE)
        except KeyboardInterrupt:
            stop_workers()
            echo("stopped", err=True)
            sys.exit(STOPPED)
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


def no_more_output() -> None:
    """Send what is still printed to nowhere, as nobody reads it; errors only where they went the same way."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):  # a stream that is no file, as in tests, has no number
        out, errors = sys.stdout.fileno(), sys.stderr.fileno()
        if os.path.sameopenfile(out, errors):
            os.dup2(nowhere, errors)
        os.dup2(nowhere, out)
    os.close(nowhere)


def tell(step: str) -> None:
    """Print which step begins; a computation goes on also when nobody reads along any more."""
    try:
        click.echo(f"· {step}")
    except BrokenPipeError:
        no_more_output()


def stop_workers() -> None:
    """End the processes that compute beside this one, without waiting for what they are at."""
    if "joblib.externals.loky.reusable_executor" in sys.modules:
        from joblib.externals.loky.reusable_executor import _executor

        if _executor is not None:
            # joblib's own way, which removes what the workers shared as well; else it is named at the end as left over
            end = getattr(_executor, "terminate", _executor.shutdown)
            end(kill_workers=True)


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """Prints each step of a study as it begins, and remarks; on a terminal a bar says how many of ``total`` are done.

    The bar stands on standard error, and is gone when the work ends, is interrupted, or a step shows a bar of its own.
    """
    if not sys.stderr.isatty():
        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    task = bar.add_task("", total=total, completed=-1)

    def say_and_show(text: str) -> None:
        bar.stop()
        tell(text)
        key = getattr(text, "key", "")
        bar.advance(task, key in STEPS)
        if key not in OWN_BAR:
            bar.start()

    try:
        yield say_and_show
    finally:
        bar.stop()


def echo_problems(problems: tuple[Problem, ...]) -> None:
    """The findings, one line each, the first ones only."""
    for problem in problems[:SHOWN]:
        click.echo(f"  {problem.line()}", err=True)
    if len(problems) > SHOWN:
        echo("more_problems", err=True, n=len(problems) - SHOWN)


def force_option(command: Command) -> Command:
    """``--force``: a file that is there may be written over."""
    decorated: Command = click.option("--force", is_flag=True)(command)
    return decorated


def replace_option(command: Command) -> Command:
    """``--replace``: a folder that the command did not make may be replaced."""
    decorated: Command = click.option("--replace", is_flag=True)(command)
    return decorated


def unverified_option(command: Command) -> Command:
    """``--unverified``: a study whose files were changed is printed all the same, and every page says so."""
    decorated: Command = click.option("--unverified", is_flag=True)(command)
    return decorated


def check_out(path: Path | None, *, force: bool) -> None:
    """Refuse before the work what could not be written after it.

    Parameters
    ----------
    path : the file to be written, None for none. force : whether one that is there may be written over.

    Raises
    ------
    StudyError : there is such a file. OSError : it or its folder cannot be written, or is open in another program.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not force and os.path.lexists(path):
            raise StudyError(Said("commands.file_there", path=path))
        check_files([path])


def write_new(path: Path, text: str | bytes, *, force: bool = False) -> None:
    """Write a file as a whole or not at all; one that is there already may hold somebody's work and stays.

    Parameters
    ----------
    force : whether one that is there may be written over.

    Raises
    ------
    StudyError : there is such a file. OSError : it cannot be written.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    path.parent.mkdir(parents=True, exist_ok=True)
    if not force:
        try:
            path.open("xb").close()
        except FileExistsError:
            raise StudyError(Said("commands.file_there", path=path)) from None
    new = path.parent / f".{path.name[:200]}.{secrets.token_hex(4)}"
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        if not force:
            path.unlink(missing_ok=True)
        raise


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
