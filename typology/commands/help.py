"""Help in the language of the program: what verbs and options are for, and click's own words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from typology.commands.words import say
from typology.writing import CONTENT, Said, added_texts, language_called, languages, program_language, read_texts

#: Modules of click that say something.
SPEAKING = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types,
)  # fmt: skip


class Verb(click.Command):
    """A verb whose help stands in the catalogue: ``help_<verb>``, ``summary_<verb>``, ``option_<verb>_<name>``.

    What several verbs share is ``option_<name>``; the words for what is to be named are ``argument_<name>``.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        fill_in(self, context)
        return super().parse_args(context, args)


class VerbGroup(click.Group):
    """A verb of several parts; their names follow its own in the catalogue: ``help_competences_check``."""

    command_class = Verb

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        fill_in(self, context)
        return super().parse_args(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("help_commands")):
            name = catalogue_name(context)
            formatter.write_dl([(part, say(f"summary_{name}_{part}")) for part in self.list_commands(context)])


def catalogue_name(context: click.Context) -> str:
    """The verb as the catalogue names it: ``competences_check``."""
    names: list[str] = []
    here: click.Context | None = context
    while here is not None and here.parent is not None:
        names.insert(0, str(here.command.name))
        here = here.parent
    return "_".join(names)


def fill_in(command: click.Command, context: click.Context) -> None:
    """Give a verb and its options their help in the language of the program."""
    name = catalogue_name(context)
    command.help = say(f"help_{name}" if name else "help")
    command.options_metavar = say("help_options")
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("help_subcommand")
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Argument):
            word = say(f"argument_{parameter.name}")
            parameter.metavar = word if parameter.required or parameter.nargs != 1 else f"[{word}]"
        elif isinstance(parameter.type, click.IntRange):
            parameter.metavar = say("help_number")
        if isinstance(parameter, click.Option) and parameter.name:
            plain = parameter.name.removeprefix("_click_default_")
            own, shared = f"option_{name or 'program'}_{plain}", f"option_{plain}"
            parameter.help = say(own if f"commands.{own}" in known() else shared)


@cache
def known() -> frozenset[str]:
    """The keys of the messages of the command line."""
    return frozenset(f"commands.{name}" for name in read_texts(CONTENT / "messages" / "commands.yaml"))


def speak_like_us() -> None:
    """Let click say its own words (usage, options, what is missing or wrong) in the language of the program.

    click asks ``gettext`` for every sentence, which reads compiled catalogues of the system only; here the same
    sentences are asked for in ``content/messages/click.yaml``. One that stands not there is said in English.
    """
    for module in SPEAKING:
        if hasattr(module, "_"):
            module._ = _translated  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = _counted  # type: ignore[attr-defined]


def _translated(english: str) -> str:
    language = program_language()
    name = _by_english().get(english)
    if name is None or language == "en":
        return english
    texts: dict[str, Any] = read_texts(CONTENT / "messages" / "click.yaml")[name]
    return str(texts.get(language) or added_texts(language).get(f"messages.click.{name}") or english)


def _counted(one: str, many: str, n: int) -> str:
    return _translated(one if n == 1 else many)


@cache
def _by_english() -> dict[str, str]:
    return {texts["en"]: name for name, texts in read_texts(CONTENT / "messages" / "click.yaml").items()}


class LanguageType(click.ParamType[str]):
    """A language that there is."""

    name = "language"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(languages())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        language = language_called(str(value))
        if language is None:
            self.fail(Said("writing.no_language", code=value, known=", ".join(languages())), param, ctx)
        return language


LANGUAGE: click.ParamType[str] = LanguageType()
Decorator = Callable[[Callable[..., Any]], click.Command]


def verb() -> Decorator:
    """Declare a verb; its help is found by its name."""
    return click.command(cls=Verb)
