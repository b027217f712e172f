"""The site as people read it in a real browser: large letters, wide spacing, screen readers, high contrast, paper."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engines
import pypdfium2
import pytest
import site_browser
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
    assert "42\u00a0km" in brief
    targets = page.eval_on_selector_all(".jump a", "nodes => nodes.map(node => node.getAttribute('href').slice(1))")
    assert len(targets) >= 8 and len(set(targets)) == len(targets)
    assert page.evaluate("ids => ids.filter(id => !document.getElementById(id))", targets) == []
    without = visit().go("gemeinde/91000000.html")
    heads = without.locator("#goals ~ table thead th").all_inner_texts()
    assert heads == ["Ziel", "eigene Antwort", "Größenklasse", "alle"], "no column for a type that there is not"


PRINTED = (
    "gemeinde/90101004.html", "gemeinde/90102001.html", "typ/bedaechtige.html", "method.html", "pain-points.html",
    "compare.html#90101003&90101004&90102001&91000000&91201002",
)  # fmt: skip
SIDES = {"top": "13mm", "bottom": "13mm", "left": "15mm", "right": "15mm"}
"""The margins of the style sheet, which Firefox takes from its print dialogue."""
STARTS = (0, 50, 75, 100, 150)
"""Millimetres that the page begins further down, so that other parts come to the foot of a sheet."""
# What must not be the last line of a sheet: headings, heads of tables, and what leads over to a table or cards.
LEADING = """more => [...document.querySelectorAll("h2, h3, h4, thead tr, p:has(+ table), p:has(+ .legend)" + more)]
    .filter(node => node.getClientRects().length).map(node => node.innerText)"""


MORE = {"chromium": ", .part th", "firefox": ""}
"""Rows that begin a part of a table: Firefox knows no way to keep a row with the next."""


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def printer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page of an engine that prints into a file."""
    downloads = tmp_path_factory.mktemp("downloads")
    programs = engines.programs_of(request.param)
    options = engines.firefox_options(programs, downloads) if request.param == "firefox" else {}
    page = site_browser.open_tab(site_browser.RUNNING.launch(request.param, **options))
    yield page
    page.context.close()


def lines_of(sheet: Any) -> list[str]:
    """The lines of a printed sheet from top to bottom, without the blanks, which engines set differently."""
    return ["".join(line.split()) for line in sheet.get_textpage().get_text_range().splitlines() if line.strip()]


@pytest.mark.parametrize("path", PRINTED)
def test_nothing_that_leads_to_something_stands_alone_at_the_foot_of_a_sheet(
    printer: Any, folders: dict[str, Path], path: str
) -> None:
    printer.goto("about:blank")
    printer.goto(f"{folders['practice'].as_uri()}/{path}")
    printer.locator("main h1").wait_for()
    if "#" in path:
        printer.locator("table.compare").wait_for()
    printer.emulate_media(media="print")
    leading = {
        line
        for text in printer.evaluate(LEADING, MORE[printer.context.browser.browser_type.name])
        for line in ["".join(text.splitlines()[-1].split())]
        if line
    }
    printer.emulate_media(media="null")
    assert len(leading) >= 1
    alone = {}
    for start in STARTS:
        printer.evaluate("start => { document.querySelector('main').style.paddingTop = start + 'mm'; }", start)
        book = pypdfium2.PdfDocument(printer.pdf(prefer_css_page_size=True, margin=SIDES))
        sheets = [lines_of(sheet) for sheet in book]
        wide = [sheet.get_width() > sheet.get_height() for sheet in book]
        assert wide == [path.startswith("compare")] * len(sheets), "many columns take the sheet across"
        alone[start] = [lines[-1] for lines in sheets if lines[-1] in leading]
    assert {start: lines for start, lines in alone.items() if lines} == {}


def test_all_columns_of_a_comparison_are_on_the_paper(visit: Any) -> None:
    """The sheet across is 273 mm wide within its margins; on paper nobody scrolls."""
    page = visit(viewport={"width": 1031, "height": 700}).go(PRINTED[-1])
    page.locator("table.compare").wait_for()
    page.emulate_media(media="print")
    assert page.locator("table.compare thead th").count() >= 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 1031
    cut = page.evaluate(
        "[...document.querySelectorAll('.compare th, .compare td')]"
        ".filter(node => node.getBoundingClientRect().right > 1031).map(node => node.innerText)"
    )
    assert cut == []
