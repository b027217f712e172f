"""Where answers speak for degrees nothing that is printed calls a leaning a type: glossary and every other content."""

from __future__ import annotations

import re
from typing import Any

import pytest

from typology.content.catalogue import load_content
from typology.content.own_files import FOLDER
from typology.content.reading import Text, read_yaml
from typology.content.site import load_glossary, load_site_config
from typology.publishing.site.pages import ASSETS, environment

LANGUAGES = ("de", "en")
OF_TYPES = re.compile(r"\b(?:Misch|Grund)?[Tt]yp(?:en?|s|isch\w*|anteils?)?\b|\b[Tt]yp(?:es?|ology|ical\w*)\b")
SURE = ("klar", "mischtyp", "nicht_zuzuordnen", "typ")
#: Content that is not printed there, that is asked before anybody knows, that another test looks at, or without texts.
ELSEWHERE = {
    "types.yaml",
    "leichte_sprache.yaml",
    "questionnaire.yaml",
    "glossary.yaml",
    "exonyms.yaml",
    "sources.yaml",
}
#: Title and subtitle of the site, which sentences replace there.
REPLACED = (".title.de", ".title.en", ".subtitle.de", ".subtitle.en")
#: What may name types there: the title of the study, and that the answers speak for none.
ALLOWED = ("Eine Typfrage?", "keine Typen")


def texts_of(data: Any, path: str = "") -> list[tuple[str, str]]:
    """Every German and English text of a file with its place."""
    if isinstance(data, dict):
        return [found for key, part in data.items() for found in texts_of(part, f"{path}.{key}")]
    if isinstance(data, list):
        return [found for part in data for found in texts_of(part, path)]
    return [(path, data)] if path.endswith((".de", ".en")) and isinstance(data, str) else []


def spoken(text: str) -> bool:
    for words in ALLOWED:
        text = text.replace(words, "")
    return bool(OF_TYPES.search(text))


def test_the_pattern_finds_what_it_is_for() -> None:
    assert all(map(spoken, ("Welcher Typ?", "ein Mischtyp", "mixed type", "two types", "typische Ziele", "typical")))
    assert not any(map(spoken, ("Typografie", "Prototyp", "Digitale Kommune: Eine Typfrage?", "typed", "prototype")))


def test_no_word_of_the_glossary_calls_a_leaning_a_type() -> None:
    terms = load_glossary(leanings=True)
    assert len(terms) > 40 and not {term.key for term in terms} & set(SURE)
    said = [
        (term.key, text.of(language)) for term in terms for text in (term.term, term.meaning) for language in LANGUAGES
    ]
    assert [found for found in said if spoken(found[1])] == []
    of_types = {term.key: term for term in load_glossary()}
    assert set(SURE) <= set(of_types) and "schwerpunkt" not in of_types
    other = [term.key for term in terms if term.key in of_types and term.meaning != of_types[term.key].meaning]
    assert other == ["kennzeichnende_ziele", "latente_klassenanalyse", "orientierung", "d_team"]


@pytest.mark.parametrize("name", sorted({path.name for path in FOLDER.glob("*.yaml")} - ELSEWHERE))
def test_no_other_content_calls_a_leaning_a_type(name: str) -> None:
    texts = texts_of(read_yaml(FOLDER / name))
    assert texts
    assert [(path, text) for path, text in texts if spoken(text) and path not in REPLACED] == []
    assert {"as_leaning_site_name", "as_leaning_site_headline"} <= load_content().sentences.keys()


@pytest.mark.parametrize("leanings", [False, True])
def test_the_page_explains_each_word_once_and_says_where_a_text_comes_from(leanings: bool) -> None:
    content = load_content().of_leanings({}) if leanings else load_content()
    terms = load_glossary(leanings=leanings)
    common = {"terms": terms, "root": "", "home": "", "path": "glossary.html", "others": {}}
    template = environment(content, load_site_config(), "de").from_string(
        "{% set terms = rows %}" + _body("glossary.html")
    )
    page = template.render(rows=terms, **common)
    assert [f'id="{term.key}"' for term in terms if page.count(f'id="{term.key}"') != 1] == []
    assert page.count('class="textsource"') == sum(bool(term.quelle) for term in terms) > 8


def _body(name: str) -> str:
    text = (ASSETS / "templates" / name).read_text(encoding="utf-8")
    return re.sub(r"{% (?:extends|block|endblock).*?%}", "", text)


def test_a_term_without_its_own_source_is_ours_and_the_file_says_so() -> None:
    data = read_yaml(FOLDER / "glossary.yaml")
    assert data["herkunft"] == "redaktionell"
    keys = [term["key"] for term in data["terms"]]
    assert len(keys) == len(set(keys)) and all(isinstance(term.meaning, Text) for term in load_glossary())
