"""The site as people read it in a real browser: large letters, wide spacing, screen readers, high contrast, paper."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
from pypdf import PdfReader

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
WITH_TABLES = (
    "gemeinde/90101003.html", "typ/bedaechtige.html", "compare.html#90101003&90101004", "partners.html", "method.html",
    "pain-points.html",
)  # fmt: skip
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
ROLES = ("table", "row", "rowheader", "columnheader", "cell")
IN_PAGE = ("table", "tr", "tbody th", "thead th", "td")


READERS = {
    "letters of 200 %": (1280, "html { font-size: 200% }"), "table in blocks": (800, ""), "table": (830, ""),
    "spacing": (1280, SPACING), "spacing, narrow": (320, SPACING),
}  # fmt: skip


@pytest.mark.parametrize("path", WITH_TABLES)
def test_large_letters_and_wide_spacing_do_not_scroll_sideways(visit: Any, path: str) -> None:
    """The policy is bypassed as a reader's own style sheet bypasses it."""
    page = visit(bypass_csp=True).go(path)
    found = {}
    for reader, (width, style) in READERS.items():
        page.set_viewport_size({"width": width, "height": 640})
        added = page.add_style_tag(content=style or "html {}")
        found[reader] = page.evaluate("document.documentElement.scrollWidth") - width
        added.evaluate("node => node.remove()")
    page.set_viewport_size({"width": 1200, "height": 900})
    assert {reader: over for reader, over in found.items() if over > 0} == {}


@pytest.mark.parametrize("path", WITH_TABLES)
def test_tables_stay_tables_for_screen_readers_on_narrow_pages(visit: Any, path: str) -> None:
    """Rows drawn as blocks keep every row, cell and header, so that a cell is read with its own header."""
    page = visit(viewport={"width": 320, "height": 640}).go(path)
    page.wait_for_selector("table")
    page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
    told = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in told if not node["ignored"])
    assert [roles[role] for role in ROLES] == [page.locator(name).count() for name in IN_PAGE]
    assert page.locator("thead th:not([scope=col]), tbody th:not([scope])").count() == 0


def test_high_contrast_marks_the_page_one_is_on(visit: Any) -> None:
    page = visit(forced_colors="active").go("compare.html")
    colours = page.evaluate(
        "[...document.querySelectorAll('.site-header nav a')].map(node => getComputedStyle(node).borderBottomColor)"
    )
    own = page.evaluate("getComputedStyle(document.querySelector('nav [aria-current]')).borderBottomColor")
    assert colours.count(own) == 1


def test_the_comparison_on_paper_is_the_table_without_the_form(visit: Any) -> None:
    page = visit().go("compare.html#90101003&90101004")
    page.wait_for_selector("table.compare")
    page.emulate_media(media="print")
    assert page.locator("table.compare").is_visible()
    assert page.locator("#compare").is_hidden() and page.locator("#compare-status").is_hidden()


def test_what_has_the_focus_stands_in_view_at_once_at_400_percent(visit: Any) -> None:
    """No scrolling in slow motion: after each Tab the focus is inside 320 by 256 pixels and nothing covers it."""
    page = visit(viewport={"width": 320, "height": 256}).go("gemeinde/90101003.html")
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(node => { const box = node.getClientRects()[0];"
                " const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);"
                " return [node.textContent.trim(), top !== null && (node.contains(top) || top.contains(node))]; })"
                "(document.activeElement)"
            )
        )
    assert len({text for text, _ in seen}) > 10
    assert [text for text, in_view in seen if not in_view] == []


@pytest.mark.parametrize("key", ["90101003", "09162000"])
def test_the_result_of_the_self_check_takes_one_sheet_of_paper(visit: Any, key: str) -> None:
    """Of the practice model with partners, and of the orientation."""
    page = visit().go("self-check.html#" + key)
    page.click("text=Beginnen")
    for goal in ("effizienz", "buergernaehe", "wirtschaft"):
        page.check(f"#goal-{goal}")
    page.click("button[type=submit]")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    text = pages[0].extract_text()
    assert len(pages) == 1 and "Nächste Schritte" in text and "Kein Angebot von ÖFIT oder KGSt" in text


def test_a_clerk_reads_type_steps_and_partners_on_the_first_screens_of_a_phone(visit: Any) -> None:
    """At most seven screens before the details, and every part is one jump away."""
    page = visit(viewport={"width": 390, "height": 844}).go("gemeinde/90101004.html")
    top = "document.querySelector('.jump').getBoundingClientRect().top + scrollY"
    assert page.evaluate(top) < 3 * 844
    brief = page.inner_text(".brief")
    assert "Ziele festlegen" in brief and page.locator(".brief .partners li").count() == 3
    assert "42 km" in brief
    targets = page.eval_on_selector_all(".jump a", "nodes => nodes.map(node => node.getAttribute('href').slice(1))")
    assert len(targets) >= 8 and len(set(targets)) == len(targets)
    assert page.evaluate("ids => ids.filter(id => !document.getElementById(id))", targets) == []
    without = visit().go("gemeinde/91000000.html")
    heads = without.locator("#goals ~ table thead th").all_inner_texts()
    assert heads == ["Ziel", "eigene Antwort", "Größenklasse", "alle"], "no column for a type that there is not"


def test_no_heading_stands_alone_at_the_foot_of_a_printed_page(visit: Any) -> None:
    page = visit().go("gemeinde/90101004.html")
    headings = {" ".join(text.split()) for text in page.locator("h2, h3, h4").all_inner_texts()}
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    last = [" ".join(part.extract_text().strip().splitlines()[-1].split()) for part in pages]
    assert len(pages) > 2 and len(headings) > 8
    assert [line for line in last if line in headings] == []
