"""A share is written as its language writes it: 80% in English, 80 % with a blank that does not break in German."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from test_one_term import all_said

#: A sign of per cent behind a number or a placeholder, with what must not stand between the two.
WRONG = {
    "de": re.compile(r"[\d}](?:[^\S\u00a0\u202f]+)?%(?!\})"),
    "en": re.compile(r"[\d}]\s+%(?!\})"),
}
#: Code, addresses and style sheets in the documentation write no sentences.
CODE = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+|\{%.*?%\}|\A---.*?---", re.DOTALL)


#: A number that its unit may leave behind at the end of a line.
UNIT = re.compile(r"\d[^\S\u00a0\u202f]+km\b")


def shares_in(text: str, language: str) -> list[str]:
    """What is written wrongly, with what stands before it."""
    return [text[max(0, hit.start() - 20) : hit.end()] for hit in WRONG[language].finditer(text)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_all_that_is_read_writes_shares_as_its_language_does(language: str) -> None:
    said = [
        (place, CODE.sub(" ", text))
        for place, spoken, text in all_said()
        if spoken == language and ("yaml: " in place or place.startswith("table ") or place.endswith(".md"))
    ]
    with_shares = [place for place, text in said if "%" in text]
    assert len(with_shares) > 15
    assert {place: found for place, text in said if (found := shares_in(text, language))} == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_write_shares_as_their_language_does(demo_processed: Path, language: str) -> None:
    public = demo_processed / "public" / ("" if language == "de" else language)
    pages = [*public.glob("*.html"), *public.glob("typ/*.html"), *sorted(public.glob("gemeinde/*.html"))[:40]]
    found = {}
    for page in pages:
        text = unescape(re.sub(r"<[^>]*>", " ", page.read_text(encoding="utf-8")))
        found[page.name] = shares_in(text, language) + UNIT.findall(text)
    assert len(pages) > 60
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_wrong_ones_would_be_found() -> None:
    assert shares_in("about 80 % of them", "en") and shares_in("about 80\u00a0% of them", "en")
    assert shares_in("etwa 80 % davon", "de") and shares_in("etwa 80% davon", "de") and shares_in("{low} %", "de")
    assert not shares_in("about 80% of them", "en") and not shares_in("etwa 80\u00a0% davon", "de")
