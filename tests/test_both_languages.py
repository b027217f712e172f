"""Every text of the content stands in German and in English: none is left out, copied over, or said in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from typology.content.own_files import FOLDER
from typology.content.reading import read_yaml

FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml"))
#: Files that hold names in one language by what they are: German titles of sources, German names and their English.
NAMES = {"sources.yaml", "exonyms.yaml"}
#: Fields that hold no text of one language: a source with a place in it, a pattern, and a place with both languages.
NEUTRAL = {"quelle", "workshop_quelle", "pattern", "feedback", "accessibility_date"}
#: Texts that are the same in both languages: names, units, and signs around what is filled in.
SAME = {
    "D-Team {team}", "MCA + Ward", "Register {file}", "Site: {path}", "{code} = {reason}",
    "{discriminator}: {expected_tags}", "{item}: {answer}", "{km} km", "{n} km", "{n} km²", "{names}: {reason}",
    "{need}: {titles}", "{type}: {lesson}",
}  # fmt: skip


def pairs(data: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text that stands in German or in English, by its place."""
    if isinstance(data, dict):
        if data.keys() & {"de", "en"}:
            yield place, data
            return
        for key, value in data.items():
            yield from pairs(value, f"{place}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from pairs(value, f"{place}.{number}")


def plain(data: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text that stands without a language, by the name of its field."""
    if isinstance(data, dict) and not data.keys() & {"de", "en"}:
        for key, value in data.items():
            yield from plain(value, str(key))
    elif isinstance(data, list):
        for value in data:
            yield from plain(value, field)
    elif isinstance(data, str):
        yield field, data


def one_sided(text: dict[str, Any]) -> bool:
    """Whether one language lacks what the other says, as a whole or an item of a list."""
    both = [said if isinstance(said, list) else [said] for said in (text.get("de"), text.get("en"))]
    return len(both[0]) != len(both[1]) or any(bool(de) != bool(en) for de, en in zip(*both, strict=False))


@pytest.mark.parametrize("name", FILES)
def test_every_text_stands_in_both_languages(name: str) -> None:
    data = read_yaml(FOLDER / name)
    texts = dict(pairs(data))
    assert texts or name in NAMES
    assert [place for place, text in texts.items() if one_sided(text)] == []


@pytest.mark.parametrize("name", FILES)
def test_no_text_is_the_other_language_copied_over(name: str) -> None:
    copied = {
        str(text["de"]).replace("\u00a0", " ")
        for _, text in pairs(read_yaml(FOLDER / name))
        if text["de"] == text["en"] and len(str(text["de"]).split()) > 1
    }
    assert copied - SAME == set()


@pytest.mark.parametrize("name", sorted(set(FILES) - NAMES))
def test_no_sentence_stands_without_a_language(name: str) -> None:
    """A key has neither blanks nor umlauts; whatever has is a text that somebody reads."""
    found = {(field, text) for field, text in plain(read_yaml(FOLDER / name)) if re.search(r"\s|[äöüß]", text)}
    assert {(field, text) for field, text in found if field not in NEUTRAL} == set()


def test_what_is_missing_would_be_found() -> None:
    data = {
        "a": {"de": "Ziel"},
        "b": [{"de": ["x", "y"], "en": ["x"]}],
        "c": {"de": "", "en": "goal"},
        "d": {"de": "", "en": ""},
    }
    assert [place for place, text in pairs(data) if one_sided(text)] == [".a", ".b.0", ".c"]
    assert list(plain({"title": "Kurse für alle", "label": {"de": "x y", "en": "x y"}})) == [
        ("title", "Kurse für alle")
    ]


def test_what_is_the_same_in_both_languages_is_still_said() -> None:
    texts = {
        str(text["de"]).replace("\u00a0", " ") for name in FILES for _, text in pairs(read_yaml(FOLDER / name))
        if text["de"] == text["en"]
    }  # fmt: skip
    assert SAME - texts == set()
