"""No page escapes the tests in a browser: every template, every part that only some studies have, every focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import site_views
from site_browser import KINDS, serve
from test_browser import violations

from typology.publishing.site.pages import ASSETS, Pages

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
RARE = ("index.html", "gemeinde/90101003.html", "gemeinde/90101004.html", "typ/bedaechtige.html", "method.html")
# Every link, button and field in turn: those whose outline cannot be seen while they have the focus.
UNSEEN = """() => {
    document.querySelectorAll("details").forEach(node => { node.open = true; });
    const nodes = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    return nodes.filter(node => node.getClientRects().length && !node.closest("svg")).filter(node => {
        node.focus({ preventScroll: true, focusVisible: true });
        const style = getComputedStyle(node);
        return document.activeElement !== node || style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2;
    }).map(node => node.outerHTML.slice(0, 90));
}"""
# Marks of types, in forced colours: those that are neither filled nor drawn in the colour of the text.
PALE = """() => {
    const ink = getComputedStyle(document.querySelector("h1")).color;
    const pale = [...document.querySelectorAll("main .symbol *, main td > svg > *, main .map use")].filter(node => {
        const style = getComputedStyle(node);
        return node.getClientRects().length && style.fill !== ink && style.stroke !== ink;
    });
    return pale.concat([...document.querySelectorAll("main .badge")].filter(
        node => getComputedStyle(node, "::before").backgroundColor !== ink
    )).map(node => node.outerHTML.slice(0, 90));
}"""


@pytest.fixture(scope="module")
def rare_served(folders: dict[str, Path]) -> Iterator[str]:
    with serve(folders["rare"]) as address:
        yield address


def test_every_template_has_a_page_among_those_that_are_tried(
    build_sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, str] = {}
    write = Pages.write

    def note(self: Pages, path: str, template: str, **data: Any) -> None:
        written[path] = template
        write(self, path, template, **data)

    monkeypatch.setattr(Pages, "write", note)
    build_sample(tmp_path / "public", site_views.typology())
    tried = {written[path.partition("#")[0]] for path in KINDS}
    pages = {path.name for path in (ASSETS / "templates").glob("*.html") if "{% extends" in path.read_text("utf-8")}
    assert tried == set(written.values()) == pages and len(pages) > 15


@pytest.mark.parametrize("language", ["", "en/"])
def test_parts_of_some_studies_only_fit_narrow_pages_and_axe_finds_nothing(
    visit: Any, rare_served: str, language: str
) -> None:
    tab = visit(base=rare_served, viewport={"width": 320, "height": 640}, bypass_csp=True)
    found, wide = {}, []
    for path in RARE:
        page = tab.go(language + path)
        found[path] = violations(page, set(), without=("color-contrast",) if language else ())
        wide += [path] if page.evaluate("document.documentElement.scrollWidth") > 320 else []
    assert {path: issues for path, issues in found.items() if issues} == {} and wide == []
    assert tab.go(language + RARE[-1]).locator("table[aria-labelledby=wave-causes] tbody tr").count() == 4
    assert tab.go(language + RARE[2]).locator("table[aria-labelledby=sure] tbody tr").count() == 4


def test_whatever_can_have_the_focus_shows_it_on_every_page(visit: Any) -> None:
    tab = visit()
    found = {}
    for path in KINDS:
        page = tab.go(path)
        page.keyboard.press("Tab")  # a person at the keyboard: the focus is to be seen
        found[path] = page.evaluate(UNSEEN)
        assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0, "order of the page"
    assert {path: nodes for path, nodes in found.items() if nodes} == {}


def test_marks_stand_out_in_forced_colours_on_every_page(visit: Any) -> None:
    tab = visit(forced_colors="active")
    found = {path: tab.go(path).evaluate(PALE) for path in KINDS}
    assert {path: nodes for path, nodes in found.items() if nodes} == {}
