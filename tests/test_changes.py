"""The list of changes and the notes in the data folders say the same in both languages, block by block."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("CHANGELOG.md", "data/raw/README.md", "data/processed/README.md")
HEADS = {
    "Results.": "Ergebnis.",
    "Languages, set-up, contributing": "Sprachen, Einrichten, Mitarbeit",
    "Survey": "Befragung",
    "Types": "Typen",
    "Partners and next steps": "Partner und nächste Schritte",
    "Output": "Ausgabe",
    "Library": "Bibliothek",
}


def both(page: str) -> tuple[str, str]:
    """A page in English and in German."""
    english, german = ROOT / page, (ROOT / page).with_suffix(".de.md")
    return english.read_text(encoding="utf-8"), german.read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """Headings, bold heads, entries, rows of tables, edges of code and paragraphs, in their order."""
    parts = re.split(r"\n(?=\n|#+ |- |\d+\. |\||\*\*|```)", text)
    return [" ".join(part.split()) for part in parts if part.strip()]


def facts(block: str) -> tuple[str | list[str], ...]:
    """What no translation changes: kind of the block, code, targets of links, numbers without point and comma."""
    mark = re.match(r"#+|-|\d+\.|\||\*\*|```|", block)
    return (
        mark.group() if mark else "",
        sorted(words.replace("<befragung>", "<survey>") for words in re.findall(r"(?<!`)`([^`]+)`(?!`)", block)),
        sorted(link.replace(".de.md", ".md") for link in re.findall(r"\]\((\S+?)\)", block)),
        sorted(re.sub(r"[.,]", "", number) for number in re.findall(r"\d[\d.,]*", block)),
    )


def differences(english: str, german: str) -> list[tuple[str, str]]:
    """Blocks at the same place that do not agree in their facts."""
    pairs = zip_longest(blocks(english), blocks(german), fillvalue="")
    return [(one, other) for one, other in pairs if facts(one) != facts(other)]


@pytest.mark.parametrize(("page", "least"), list(zip(PAGES, (60, 20, 5), strict=True)))
def test_both_languages_have_the_same_blocks_with_the_same_facts(page: str, least: int) -> None:
    english, german = both(page)
    assert differences(english, german) == []
    assert len(blocks(english)) >= least
    assert f"({Path(page).stem}.de.md)" in blocks(english)[1] and f"({Path(page).name})" in blocks(german)[1]


def test_the_sections_of_a_version_have_the_same_heads() -> None:
    english, german = (re.findall(r"^\*\*(.+?)\*\*", text, flags=re.M) for text in both("CHANGELOG.md"))
    assert [HEADS[head] for head in english] == german
    assert english[0] == "Results." and set(english) == set(HEADS)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("\n- pandera is no longer a dependency.", ""),
        ("\n**Types**", ""),
        ("`typology doctor`", "the doctor"),
        ("12.5 %", "12.4 %"),
        ("(docs/pages/tables.md)", "(docs/pages/faq.md)"),
        ("\n- The same number is", " The same number is"),
    ],
)
def test_what_only_one_language_says_is_noticed(said: str, instead: str) -> None:
    english, german = both("CHANGELOG.md")
    assert english.count(said) == 1
    assert len(differences(english.replace(said, instead), german)) > 0
