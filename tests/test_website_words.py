"""The words of the site: their order, and the statements that the law asks for."""

from __future__ import annotations

import re
from pathlib import Path

import site_views
from test_website import build, pages

from typology.publishing.site import pages as site_pages


def test_names_and_words_stand_in_alphabetical_order_with_umlauts(tmp_path: Path) -> None:
    rows = site_views.register()
    rows.loc[rows["key"].isin(["90101003", "90101005"]), "name"] = ["Überau", "Zell"]
    rows["listed"] = rows["partner"] = False
    folder = build(tmp_path / "public", municipality_views=[], register_rows=rows)
    text = (folder / "register-90.html").read_text(encoding="utf-8")
    assert text.index("Sankt Hellschen") < text.index("Überau") < text.index("Zell")
    for path in ("glossary.html", "en/glossary.html"):
        words = re.findall(r'<div id="\w+"><dt>([^<]+)</dt>', (folder / path).read_text(encoding="utf-8"))
        assert len(words) > 15 and words == sorted(words, key=site_pages.alphabetical)
    words = re.findall(r'<div id="\w+"><dt>([^<]+)</dt>', (folder / "glossary.html").read_text(encoding="utf-8"))
    assert words[0] == "ähnliche Kommunen"


def test_accessibility_statement_follows_the_european_model(tmp_path: Path) -> None:
    """Implementing Decision (EU) 2018/1523: status, content, preparation, feedback, enforcement, in this order."""
    parsed = pages(build(tmp_path / "public"))
    headings = {
        "accessibility.html": ("Stand der Vereinbarkeit", "Nicht barrierefreie Inhalte", "Erstellung dieser Erklärung",
                               "Barrieren melden", "Durchsetzungsverfahren"),
        "en/accessibility.html": ("Compliance status", "Content that is not accessible", "Preparation of this",
                                  "Report barriers", "Enforcement procedure"),
    }  # fmt: skip
    for path, expected in headings.items():
        places = [parsed[path].text.index(heading) for heading in expected]
        assert places == sorted(places)
    for path, page in parsed.items():
        assert any("accessibility.html" in link for link in page.values("href")), path


def test_german_sources_are_marked_as_german_on_english_pages(tmp_path: Path) -> None:
    folder = build(tmp_path / "public")
    marked = '<span lang="de">Erfundene Antworten, typology</span>'
    for path in ("index.html", "gemeinde/90101003.html", "method.html"):
        assert marked in (folder / "en" / path).read_text(encoding="utf-8")
        assert "<span lang" not in (folder / path).read_text(encoding="utf-8")
    assert site_pages.german_part("Source: A & B", {"de": "A & B", "en": "A & B"}, "en") == (
        'Source: <span lang="de">A &amp; B</span>'
    )
    assert site_pages.german_part("Source: C", {"de": "D", "en": "C"}, "en") == "Source: C"
