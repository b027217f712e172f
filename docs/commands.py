"""The page of the command line, made from click: ``python docs/commands.py en`` prints it.

A process of its own, because the language of the commands is fixed when they are imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

WORDS = {
    "en": {"head": "| given | as | means |", "needed": "needed", "may": "may be left out", "default": "Without it",
           "flag": "switch", "file": "file", "folder": "folder", "number": "number", "text": "text"},
    "de": {"head": "| Angabe | als | bedeutet |", "needed": "nötig", "may": "kann fehlen", "default": "Ohne Angabe",
           "flag": "Schalter", "file": "Datei", "folder": "Ordner", "number": "Zahl", "text": "Text"},
}  # fmt: skip


def command_page(group: click.Group, language: str) -> str:
    """One section per verb, in the order of a user's work."""
    return "\n".join(_group(group, click.Context(group, info_name="typology"), language))


def _group(group: click.Group, context: click.Context, language: str) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            raise LookupError(name)
        inner = click.Context(command, parent=context, info_name=name)
        yield from _command(command, inner, language)
        if isinstance(command, click.Group):
            yield from _group(command, inner, language)


def _command(command: click.Command, context: click.Context, language: str) -> Iterator[str]:
    from typology.commands.help import fill_in

    fill_in(command, context)
    words = WORDS[language]
    text, examples = _help(command)
    path = context.command_path
    yield f"{'#' * len(path.split())} {path}"
    yield ""
    yield _plain(text)
    yield ""
    if examples:
        yield from ["```sh", *examples, "```", ""]
    shown = [item for item in command.params if not getattr(item, "hidden", False)]
    if shown:
        yield words["head"]
        yield "|---|---|---|"
        yield from (_parameter(item, context, words) for item in shown)
        yield ""


def _help(command: click.Command) -> tuple[str, list[str]]:
    """The text of the help, and the commands of its example."""
    lines = [line.strip() for line in (command.help or "").replace("\b", "").splitlines()]
    examples = [line for line in lines if line.startswith("typology ")]
    text = [line for line in lines if line not in examples and not line.startswith(("Beispiel", "Example"))]
    paragraphs = "\n".join(text).strip().split("\n\n")
    return "\n\n".join(part.replace("\n", " ").strip() for part in paragraphs if part.strip()), examples


def _parameter(item: click.Parameter, context: click.Context, words: dict[str, str]) -> str:
    if not isinstance(item, click.Option):
        name = item.make_metavar(context).strip("[].")
        return f"| `{name}` | {_kind(item.type, words)} | {words['needed'] if item.required else words['may']} |"
    name = ", ".join(f"`{text}`" for text in [*item.opts, *item.secondary_opts])
    about = [item.help.rstrip(".") + "."] if item.help else []
    if item.show_default and not item.is_flag:
        about.append(f"{words['default']}: `{item.default}`.")
    return f"| {name} | {words['flag'] if item.is_flag else _kind(item.type, words)} | {_plain(' '.join(about))} |"


def _plain(text: str) -> str:
    """Text that Markdown does not read as a tag."""
    return text.replace("<", "&lt;")


def _kind(given: click.ParamType, words: dict[str, str]) -> str:
    if isinstance(given, click.Choice):
        return ", ".join(f"`{value}`" for value in given.choices)
    if isinstance(given, click.Path):
        return words["file" if given.file_okay else "folder"]
    if isinstance(given, click.IntRange):
        return f"{words['number']}, {given.min}–{given.max}" if given.max else f"{words['number']}, ≥ {given.min}"
    return words["text"]


if __name__ == "__main__":
    os.environ["TYPOLOGY_LANGUAGE"] = sys.argv[1]
    from typology.commands.verbs import main

    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(command_page(main, sys.argv[1]))
