"""The command line: one verb, one job. Libraries are loaded by the verb that needs them."""

from __future__ import annotations

import atexit
import gc
import os
from functools import cache
from importlib import import_module
from typing import Any

import click

from typology import __version__
from typology.commands.frame import plain_errors, write_what_fits
from typology.commands.help import LANGUAGE, fill_in, speak_like_us
from typology.commands.words import echo, say
from typology.writing import VARIABLE, language_called, language_files, languages, set_language

# Verb → module that holds it as ``command``-decorated function of the same name; order of a user's work.
VERBS = {
    "demo": "start",
    "new": "start",
    "questionnaire": "questionnaire",
    "run": "study",
    "check": "survey",
    "codebook": "survey",
    "fit": "study",
    "assign": "study",
    "show": "show",
    "peers": "show",
    "teams": "show",
    "compare": "compare",
    "orientation": "compare",
    "agenda": "action",
    "cooperation": "action",
    "competences": "action",
    "trainings": "action",
    "sheet": "publish",
    "site": "publish",
    "export": "publish",
    "serve": "publish",
    "notebooks": "publish",
    "gate": "gate",
    "verify": "study",
    "forget": "study",
    "simulate": "survey",
    "doctor": "doctor",
}


NEW_OBJECTS = 200_000
"""So many more objects there may be before Python looks for those that only hold one another."""


class Verbs(click.Group):
    """Commands that are imported when they are called; the list of them needs no import."""

    def main(self, *args: Any, **options: Any) -> Any:
        write_what_fits()
        collect_seldom()
        if language_files():
            check_languages()
        speak_like_us()
        return super().main(*args, **options)

    @plain_errors
    def invoke(self, context: click.Context) -> Any:
        return super().invoke(context)  # a verb may be stopped while what it needs is loaded, too

    def list_commands(self, context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command: click.Command = getattr(import_module(f"typology.commands.{VERBS[name]}"), name)
        return command

    def collect_usage_pieces(self, context: click.Context) -> list[str]:
        fill_in(self, context)  # also where an error shows the usage, before any verb is known
        return super().collect_usage_pieces(context)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        fill_in(self, context)  # after --language was read
        super().format_help(context, formatter)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            formatter.write_dl([(name, say(f"summary_{name}")) for name in VERBS])


@cache
def collect_seldom() -> None:
    """Search for unused objects seldom, and not at the end: of a short command that is a fifth of the time."""
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)


@plain_errors
def check_languages() -> None:
    """End with the findings where the file of an added language is damaged; they are said in English."""
    from typology.content.translation import check

    set_language("en")
    for path in language_files():
        check(path)
    set_language(None)


def _speak(context: click.Context, parameter: click.Parameter, language: str | None) -> None:
    set_language(language)
    wanted = os.environ.get(VARIABLE, "")
    if language is None and wanted and language_called(wanted) is None:
        echo("language_unknown", err=True, variable=VARIABLE, wanted=wanted, known=", ".join(languages()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--language", type=LANGUAGE, is_eager=True, expose_value=False, callback=_speak)
@click.version_option(__version__, prog_name="typology")
def main() -> None:
    """Four types of the digital municipality."""


if __name__ == "__main__":
    main()
