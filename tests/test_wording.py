"""Words that nobody is to meet again in what is printed or said: translated English, and what says something else."""

from __future__ import annotations

import re

import pytest

from typology.content.own_files import FOLDER
from typology.content.reading import read_yaml

#: What is not written, what it is about.
NEVER = {
    "de": {
        r"ist nichts verzeichnet": "nothing was found, which is no statement on a register",
        r"finden einen Platz": "a place is that on a leaning",
        r"gedachte[nr]? Antworten": "answers that a model assumes",
        r"können? \w+ mit „typology": "a command on a public page",
        r"\.,|,,|\.\.(?!\.)": "two signs in a row",
        r"\w\((?:e|n|en|er|s|es|ies|innen)\)": "an ending in brackets: a number stands behind a colon instead",
    },
    "en": {
        r"\b[Tt]he own\b": "own needs an owner",
        r"\bbasis are\b": "one basis is",
        r"\bis no complement\b": "translated",
        r"\bcan be seated\b": "translated",
        r"\bNothing is registered\b": "nothing was found",
        r"\.,|,,|\.\.(?!\.)": "two signs in a row",
        r"\w\((?:e|n|en|er|s|es|ies|innen)\)": "an ending in brackets: a number stands behind a colon instead",
    },
}
#: All files with texts; one of names has none.
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml") if path.name != "exonyms.yaml")


def texts_of(data: object, language: str) -> list[str]:
    if isinstance(data, list):
        return [text for part in data for text in texts_of(part, language)]
    if isinstance(data, dict):
        if isinstance(data.get(language), str):
            return [data[language]]
        if isinstance(data.get(language), list):
            return [text for text in data[language] if isinstance(text, str)]
        return [text for part in data.values() for text in texts_of(part, language)]
    return []


@pytest.mark.parametrize("language", sorted(NEVER))
@pytest.mark.parametrize("name", FILES)
def test_nothing_is_said_in_words_that_were_mended(name: str, language: str) -> None:
    texts = texts_of(read_yaml(FOLDER / name), language)
    assert texts
    found = [(pattern, text) for text in texts for pattern in NEVER[language] if re.search(pattern, text)]
    assert found == []


def test_the_patterns_would_find_what_they_are_for() -> None:
    said = {
        "de": "Zu „x“ ist nichts verzeichnet.,"
        " Alle finden einen Platz, gedachte Antworten. Sie können sie mit „typology verify“ nachrechnen: 1 Zeile(n).",
        "en": "the own type; the basis are; is no complement; can be seated; Nothing is registered., 1 row(s)",
    }
    for language, patterns in NEVER.items():
        assert [pattern for pattern in patterns if not re.search(pattern, said[language])] == []
