"""What the command line prints: messages, texts and numbers in the language of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, SupportsFloat

import click

from typology import writing
from typology.writing import message, program_language

if TYPE_CHECKING:
    from typology.content.catalogue import Content


def say(key: str, /, **values: object) -> str:
    """A message of the command line: an entry of ``content/messages/commands.yaml``."""
    return message(f"commands.{key}", program_language(), **values)


def echo(key: str, /, *, err: bool = False, **values: Any) -> None:
    """Print a message of the command line."""
    click.echo(say(key, **values), err=err)


def confirm(key: str, /, **values: object) -> None:
    """Ask, and end the command unless the answer is yes, in the language of the program or in English.

    Raises
    ------
    click.Abort : another answer, or none.
    """
    question = f"{say(key, **values)} [{say('confirm_choice')}]"
    answer = click.prompt(question, default="", show_default=False).strip().casefold()
    if answer not in {*say("confirm_yes").split(), *message("commands.confirm_yes", "en").split()}:
        raise click.Abort


def sentence(content: Content, key: str, /, **values: object) -> str:
    """A sentence of the catalogue."""
    return content.say(key, program_language(), **values)


def label(content: Content, kind: str, key: str, *, short: bool = False) -> str:
    """The printed name of an entry of the catalogue."""
    return content.label(kind, key, program_language(), short=short)


def here(text: Mapping[str, str]) -> str:
    """A text that a view carries in every language; English where it lacks one."""
    return text.get(program_language(), text["en"])


def number(value: SupportsFloat | None, digits: int | None = 0) -> str:
    """A number."""
    return writing.number(value, program_language(), digits)


def percent(share: SupportsFloat | None) -> str:
    """A share in per cent."""
    return writing.percent(share, program_language())


def chance(probability: SupportsFloat | None) -> str:
    """A probability in per cent, none of them certain."""
    return writing.chance(probability, program_language())


def points(change: SupportsFloat | None) -> str:
    """A change in percentage points."""
    return writing.points(change, program_language())


def kilometres(value: SupportsFloat | None) -> str:
    """A distance."""
    return writing.kilometres(value, program_language())


def day(written: str) -> str:
    """A date."""
    return writing.day(written, program_language())
