"""A Kreis and a kreisfreie Stadt are called one thing each, as the glossary has it, in everything that is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from typology.content.catalogue import load_content
from typology.content.own_files import FOLDER
from typology.content.reading import read_yaml
from typology.tables.schema import TABLES

HERE = Path(__file__).parents[1]

#: What else such a body is called. A German word before a name is part of the name: "Landkreis Gießen".
VARIANTS = {
    "de": {
        "kreis": r"\bLandkreis(?:e[ns]?|es|s)?\b(?! [A-ZÄÖÜ])",
        "kreisfreie_stadt": r"\b[Ss]tadtkreis\w*|\b[Kk]reisunabhängig\w*",
    },
    "en": {
        "kreis": r"\b[Cc]ount(?:y|ies)\b|\b[Rr]ural districts?\b|\b(?:K|[Ll]andk)reis(?:e[ns]?|es|s)?\b(?! [A-ZÄÖÜ])",
        "kreisfreie_stadt": r"\b[Uu]rban districts?\b|\b[Dd]istrict-free\b|\b[Kk]reisfreien?\b|\b[Ss]tadtkreis\w*",
    },
}

#: Where another word is meant or has to stand, and the word.
EXCEPTIONS = {
    # what the official register prints: its kinds of bodies, and the columns of its file
    ("sentences/register.yaml: sentences.body_42", "de"): "Stadtkreis",
    ("sentences/register.yaml: sentences.body_44", "de"): "Landkreis",
    ("sentences/register.yaml: sentences.body_62", "de"): "Stadtkreis",
    ("messages/register.yaml: columns_of_key", "en"): "Kreis",
    # where the glossary says what else the body is called
    ("glossary.yaml: kreis", "de"): "Landkreis",
    ("glossary.yaml: kreis", "en"): "Kreis Landkreis",
    ("glossary.yaml: kreisfreie_stadt", "de"): "Stadtkreis",
    ("glossary.yaml: kreisfreie_stadt", "en"): "kreisfreie Stadtkreis",
}
#: Pages made of what is looked at itself, in both languages at once: the glossary, the headings of tables, the sources.
PRINTED = {
    f"docs/pages/{name}.md" for name in ("glossary", "de/glossar", "tables", "de/tabellen", "sources", "de/quellen")
}


def texts_in(data: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Place, language and text of all texts in a file of the content; a term of the glossary is one place."""
    if isinstance(data, dict):
        for language in VARIANTS:
            said = data.get(language)
            yield from ((place, language, text) for text in ([said] if isinstance(said, str) else said or []))
        for key, value in data.items():
            if key not in VARIANTS:
                yield from texts_in(value, place if place.startswith("glossary.yaml: ") else f"{place}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            named = value.get("key", number) if isinstance(value, dict) else number
            yield from texts_in(value, f"glossary.yaml: {named}" if "glossary" in place else f"{place}.{named}")


@cache
def all_said() -> list[tuple[str, str, str]]:
    """Place, language and text of everything that is read: content, documentation, what a survey folder begins with.

    Not the code: its names and comments follow the keys of the register (kreis, kreisfrei, verband). Nor the changelog,
    which says what was once printed.
    """
    found = []
    for path in sorted(FOLDER.rglob("*.yaml")):
        name = path.relative_to(FOLDER).as_posix()
        found += [(re.sub(r": \.", ": ", place), *rest) for place, *rest in texts_in(read_yaml(path), f"{name}: ")]
    found += texts_in(read_yaml(HERE / "docs" / "glossary.yaml"), "docs/glossary.yaml: ")
    for name, table in TABLES.items():
        for words in (table.title, table.sheet, *(column.title for column in table.columns)):
            found += [(f"table {name}", language, words.of(language)) for language in VARIANTS if words]
    files = [
        *HERE.glob("*.md"),
        *HERE.glob("docs/**/*.md"),
        *HERE.glob("docs/example/*"),
        HERE / "docs" / "fields.de.yaml",
    ]
    files += [
        *HERE.glob("data/*/*.md"),  # what comes with the project, not what a study wrote below processed/
        *HERE.glob("data/raw/demo/*.md"),
        *HERE.glob("notebooks/**/*.py"),
        *HERE.glob("typology/commands/templates/**/*.*"),
    ]
    for path in sorted(files):
        name = path.relative_to(HERE).as_posix()
        if name in PRINTED or path.name.startswith("CHANGELOG"):
            continue
        german = ".de." in path.name or "/de/" in name or "notebooks/0" in name or "data/raw/demo" in name
        found.append((name, "de" if german else "en", path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", sorted(VARIANTS))
@pytest.mark.parametrize("term", ["kreis", "kreisfreie_stadt"])
def test_one_term_stands_everywhere(term: str, language: str) -> None:
    said = [(place, text) for place, spoken, text in all_said() if spoken == language]
    assert len(said) > 2000
    hits = {(place, hit) for place, text in said for hit in re.findall(VARIANTS[language][term], text)}
    assert {(place, hit) for place, hit in hits if hit not in EXCEPTIONS.get((place, language), "").split()} == set()


@pytest.mark.parametrize("language", sorted(VARIANTS))
def test_no_exception_stands_without_need(language: str) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for place, spoken, text in all_said():
        if (place, spoken) in EXCEPTIONS and spoken == language:
            hits = [hit for pattern in VARIANTS[spoken].values() for hit in re.findall(pattern, text)]
            found[place, spoken] = found.get((place, spoken), set()) | set(hits)
    expected = {place: set(words.split()) for place, words in EXCEPTIONS.items() if place[1] == language}
    assert found == expected


@pytest.mark.parametrize("language", sorted(VARIANTS))
def test_the_kinds_of_bodies_bear_the_terms_of_the_glossary(language: str) -> None:
    content = load_content()
    terms = {entry["key"]: entry["term"][language] for entry in read_yaml(FOLDER / "glossary.yaml")["terms"]}
    kinds = {
        "kreis": ("view_kind_kreis", "js_kind_kreis", "js_fact_kreis", "peers_kind_kreis", "body_43"),
        "kreisfreie_stadt": ("view_kind_kreisfrei", "js_kind_kreisfrei", "body_41", "body_61"),
    }
    for term, keys in kinds.items():
        assert not re.search(VARIANTS[language][term], terms[term])
        assert {content.say(key, language).casefold() for key in keys} == {terms[term].casefold()}


def test_the_variants_would_be_found() -> None:
    said = {
        "de": {"kreis": "der Landkreis und seine Gemeinden", "kreisfreie_stadt": "alle Stadtkreise"},
        "en": {"kreis": "the rural district, a Kreis, two counties", "kreisfreie_stadt": "a district-free city"},
    }
    for language, terms in said.items():
        for term, text in terms.items():
            assert re.findall(VARIANTS[language][term], text)
    assert re.findall(VARIANTS["en"]["kreis"], "as the Landkreis Traunstein and Kreis Coesfeld do") == []
