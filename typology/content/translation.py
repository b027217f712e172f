"""What a translator needs for another language: one file with every text of the program, ready to be filled.

``python -m typology.content.translation nl > nl.yaml`` prints it: each text by its place, the English to be translated
and the German as a comment above. The finished file stands in ``typology/content/languages`` or in the folder that
``TYPOLOGY_LANGUAGES`` names, and its name is the code of the language. Tools for translators read such files (YAML,
one language to a file); what is missing in it is said in English.
"""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from typology.content.reading import FOLDER, places, read_yaml
from typology.errors import ContentError, Findings
from typology.writing import BUILT_IN, Language, Said, added_texts, read_texts

SHOWN = 20  # findings of one file; what is wrong is mostly wrong everywhere
#: The name of a language file: two or three letters, and a region where it matters.
CODE = r"[a-z]{2,3}([_-][A-Za-z]{2})?"


@cache
def all_texts() -> dict[str, dict[Language, Any]]:
    """Every text by its place, in German and English: what is printed, and what the program says.

    >>> all_texts()["types.bedaechtige.short"]
    {'de': 'Bedächtige', 'en': 'Thoughtful'}
    """
    found: dict[str, dict[Language, Any]] = {}
    for path in sorted(FOLDER.rglob("*.yaml")):
        where = path.relative_to(FOLDER)
        if where.parts[0] == "messages":
            found |= places(read_yaml(path), f"messages.{path.stem}")
        elif where.parts[0] != "languages":
            found |= places(read_yaml(path), where.as_posix())
    return found


def template(language: Language) -> Iterator[str]:
    """The lines of a file for one language: what it has already, else the English."""
    done = added_texts(language)
    for place, texts in all_texts().items():
        said = done.get(place, texts["en"])
        yield f"# {_plain(texts['de'])}"
        yield f"{place}: {_plain(said)}"


def missing(language: Language) -> list[str]:
    """The places that the file of an added language lacks.

    >>> missing("en")
    []
    """
    done = added_texts(language)
    return [place for place in all_texts() if place not in done] if done else []


def check(path: Path) -> None:
    """Whether the program can speak by the file of a language: texts and lists where they belong, known placeholders.

    Raises
    ------
    ContentError : with every place that is wrong; also where the file is no YAML, or its name no code of a language.
    """
    found = Findings(path.name)
    if not re.fullmatch(CODE, path.stem) or path.stem in BUILT_IN:
        expected = Said("content.language_code", built_in=", ".join(BUILT_IN))
        found.error("inhalt", Said("content.language_name"), value=path.stem, expected=expected)
    try:
        said = read_texts(path)  # the quick reader, because every command checks; the other one says what is wrong
    except (UnicodeDecodeError, yaml.YAMLError):
        said = read_yaml(path)
    texts = all_texts()
    known = [place for place in texts if place in said] if isinstance(said, dict) else []
    if said is not None and not known:
        found.error("inhalt", Said("content.entries_here"), expected="messages.writing.and:")
    for place in known:
        _check_text(said[place], texts[place]["en"], place, found)
    found.raise_if_failed(ContentError, "content.entries_not_allowed", most=SHOWN)


def _check_text(said: Any, english: Any, place: str, found: Findings) -> None:
    """What is wrong with one text or list of texts beside the English."""
    if isinstance(english, list):
        if not isinstance(said, list) or not all(isinstance(item, str) for item in said):
            found.error("inhalt", Said("content.list_here"), column=place)
        return
    if not isinstance(said, str):
        found.error("inhalt", Said("content.single_value"), column=place)
        return
    known = _placeholders(english)
    try:
        unknown = _placeholders(said) - known
    except ValueError:
        unknown = {said[:80]}
    if unknown:
        expected = ", ".join(f"{{{name}}}" for name in sorted(known))
        value = ", ".join(sorted(unknown))
        found.error("inhalt", Said("content.braces_name_nothing"), column=place, value=value, expected=expected)


def _placeholders(text: str) -> set[str]:
    """The names in braces that the program fills in."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _plain(text: Any) -> str:
    """A text or a list of texts on one line of YAML."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    print("\n".join(template(sys.argv[1])))
