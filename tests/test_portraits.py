"""The page on each type: whole, sourced, without the word type, on site and sheet; of one's own types, too."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from typology.content.catalogue import load_content
from typology.content.own_files import FOLDER
from typology.content.reading import read_yaml
from typology.content.site import load_site_config
from typology.errors import ContentError
from typology.publishing.sheets.render import render_sheet
from typology.publishing.site.pages import ASSETS, environment
from typology.publishing.views.portrait import portrait_page

sys.path.insert(0, str(Path(__file__).parent))
from views import type_view

LANGUAGES = ("de", "en")
OF_TYPES = re.compile(r"\b(?:Misch)?[Tt]yp(?:en?|s|isch\w*)?\b|\b[Tt]yp(?:es?|ical\w*)\b")
CONTENT = load_content()


def words_of(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, (list, tuple)) else ()
    return [text for part in parts for text in words_of(part)]


def test_every_type_has_a_page_and_each_other_type_a_lesson_on_it() -> None:
    keys = [item.key for item in CONTENT.types]
    assert [item.key for item in CONTENT.portraits] == keys and len(keys) == 4
    for item in CONTENT.portraits:
        assert [lesson.key for lesson in item.lessons] == [key for key in keys if key != item.key]
        assert item.quelle and item.herkunft == "redaktionell"
        for part in (item.strengths, item.risks, item.next_steps, item.questions):
            assert 3 <= len(part.de) == len(part.en) <= 5
        assert all(text.endswith("?") for texts in (item.questions.de, item.questions.en) for text in texts)
        assert all(text.endswith(".") for part in (item.risks, item.next_steps) for text in (*part.de, *part.en))


@pytest.mark.parametrize("key", [item.key for item in CONTENT.types])
def test_the_same_words_stand_where_answers_speak_for_degrees(key: str) -> None:
    page, leaning = portrait_page(CONTENT, key), portrait_page(CONTENT.of_leanings({}), key)
    assert page is not None and leaning is not None
    said = words_of({name: part for name, part in leaning.items() if name != "origin"})
    assert len(said) > 40
    assert [text for text in said if OF_TYPES.search(text)] == []
    assert page["means"] == leaning["means"]
    assert [part["items"] for part in page["parts"][:4]] == [part["items"] for part in leaning["parts"][:4]]
    assert [part["key"] for part in page["parts"]] == ["strengths", "risks", "next_steps", "questions", "lessons"]
    assert "Alles Übrige ist redaktionell" in page["origin"]["de"] and "Eine Typfrage?“, 2020" in page["origin"]["en"]


def test_a_page_of_ones_own_and_a_type_of_ones_own_without_one(tmp_path: Path) -> None:
    types = read_yaml(FOLDER / "types.yaml")["types"]
    types[1]["signature"] = ["wirtschaft", "offenheit"]  # another type of the same name
    types[2]["key"] = "eigene"
    (tmp_path / "types.yaml").write_text(json.dumps({"types": types}), encoding="utf-8")
    content = load_content(tmp_path)
    assert [item.key for item in content.portraits] == ["bedaechtige", "community_manager"]
    assert portrait_page(content, "eigene") is None and portrait_page(content, "gruppe_a") is None
    page = portrait_page(content, "bedaechtige")
    assert page is not None and len(page["parts"][-1]["items"]) == 2

    text = {"de": "a"}
    mine = {
        "key": "eigene",
        "means": text,
        "herkunft": "redaktionell",
        "lessons": [{"key": "optimierer", "text": text}],
    }
    mine |= {name: {"de": ["a"]} for name in ("strengths", "risks", "next_steps", "questions")}
    (tmp_path / "portraits.yaml").write_text(yaml.safe_dump({"portraits": [mine]}), encoding="utf-8")
    own = portrait_page(load_content(tmp_path), "eigene")
    assert own is not None and own["origin"]["de"] == "Redaktioneller Text."
    (tmp_path / "portraits.yaml").write_text(
        yaml.safe_dump({"portraits": [mine | {"key": "fehlt", "lessons": [{"key": "auch", "text": text}]}]}), "utf-8"
    )
    with pytest.raises(ContentError) as caught:
        load_content(tmp_path)
    assert [problem.value for problem in caught.value.problems] == ["fehlt", "auch"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_a_type_has_the_page(language: Any) -> None:
    pages = [len(re.findall(rb"/Type\s*/Page\b", render_sheet(view, kind="full", language=language)))
             for view in (type_view(0), type_view(0) | {"page": None})]  # fmt: skip
    assert pages == [3, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_site_has_it(language: Any) -> None:
    content = load_content()
    template = environment(content, load_site_config(), language).get_template("portrait.html")
    for portrait in content.portraits:
        page = template.render(view={"page": portrait_page(content, portrait.key)})
        texts = [*portrait.strengths.of(language), *portrait.questions.of(language)]
        assert [text for text in texts if f"<li>{text}</li>" not in page] == []
        assert page.count("<h3 id=") == 5 and page.count("<h2 id=") == 1
    assert '{% include "portrait.html" %}' in (ASSETS / "templates" / "type.html").read_text(encoding="utf-8")
