"""No page escapes the tests in a browser: every template, every part that only some studies have, every focus."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import site_views
from site_browser import KINDS, serve
from test_browser import violations

from typology.publishing.site.pages import ASSETS, Pages

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
UNBROKEN = "Oberunterschweinsgrubenhammerschmiedhausen" * 3
"""A name without a place to break it, longer than any page at 400 % is wide."""
WIDTHS = (1280, 780, 320)
# What stands out of the page to the right, but for what a table in its own scroller holds.
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter(node => {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    return box.width > 1 && box.right > innerWidth + 1 && style.visibility === "visible"
        && !node.closest(".scroll, .skip, svg *, option, thead");
}).map(node => node.outerHTML.slice(0, 120))"""
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
# Links, buttons and fields that stand above one that comes before them, but for columns and lists side by side.
BACKWARDS = """() => {
    const nodes = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
    const shown = nodes.filter(node => node.getClientRects().length && !node.closest("svg, .skip"))
        .filter(node => !node.classList.contains("skip"));
    const lost = shown.filter(node => node.tabIndex < 0);
    const beside = ".two, .columns, .cards, .site-header, .compare-form, .lists, thead";
    const flow = shown.filter(node => !node.closest(beside));
    const top = node => node.getClientRects()[0].top + scrollY;
    const back = flow.filter((node, at) => at > 0 && top(node) < top(flow[at - 1]) - 24);
    return lost.concat(back).map(node => node.outerHTML.slice(0, 90));
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


@pytest.mark.parametrize("language", ["", "en/"])
def test_whatever_can_have_the_focus_shows_it_on_every_page(visit: Any, language: str) -> None:
    tab = visit()
    found = {}
    for path in KINDS:
        page = tab.go(language + path)
        page.keyboard.press("Tab")  # a person at the keyboard: the focus is to be seen
        found[path] = page.evaluate(UNSEEN)
        assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0, "order of the page"
    assert {path: nodes for path, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_keyboard_goes_through_every_page_from_top_to_bottom(visit: Any, language: str) -> None:
    """In the order of the page, and to everything that can be clicked; columns side by side go one after the other."""
    tab = visit()
    found = {}
    for path in KINDS:
        page = tab.go(language + path)
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
        found[path] = page.evaluate(BACKWARDS)
    assert {path: nodes for path, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize("language", ["", "en/"])
def test_what_a_finger_touches_is_large_enough_on_every_page(visit: Any, served: str, language: str) -> None:
    """24 by 24 pixels, or as much room around it, as WCAG 2.2 asks; links within a sentence are as high as its lines.

    Axe looks at it when told to. With titles, descriptions and languages (``test_website_words.py``), contrast
    (``test_browser.py``), a silent console (every visit) and addresses for search engines this is what Lighthouse asks.
    """
    tab = visit(base=served, bypass_csp=True, viewport={"width": 375, "height": 812})
    found = {path: violations(tab.go(language + path), set(), "target-size") for path in KINDS}
    page = tab.go(language + "self-check.html#90101003")
    page.click("#check .button:not(.quiet)")
    found["question"] = violations(page, set(), "target-size")
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    page.locator(".result").wait_for()
    found["result"] = violations(page, set(), "target-size")
    assert {path: issues for path, issues in found.items() if issues} == {}


def test_only_what_must_stand_before_the_page_keeps_it_waiting(folders: dict[str, Path]) -> None:
    """Two style sheets and the one short script that says whether scripts run; all others wait for the page. Nothing
    tells search engines to stay away.
    """
    for path in (folders["practice"]).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        scripts = re.findall(r"<script [^>]*>", page)
        assert [tag for tag in scripts if " defer" not in tag] == scripts[:1] and "/common.js" in scripts[0], path
        assert page.count('<link rel="stylesheet"') - page.count("<noscript><link") == 2, path
        assert 'name="robots"' not in page and "<title>" in page and 'name="description"' in page, path
    assert (folders["practice"] / "assets" / "common.js").stat().st_size < 2500


def test_marks_stand_out_in_forced_colours_on_every_page(visit: Any) -> None:
    tab = visit(forced_colors="active")
    found = {path: tab.go(path).evaluate(PALE) for path in KINDS}
    assert {path: nodes for path, nodes in found.items() if nodes} == {}


def unbroken(data: Any) -> Any:
    """The same data in which the first municipality, its Kreis and its Land are called by one unbroken name each."""
    text = json.dumps(data, ensure_ascii=False)
    for name, longer in (
        (site_views.LONG, UNBROKEN), ("Übungskreis Nordheide", "Kreis" + UNBROKEN.lower()),
        ("Übungsland Nord", "Land" + UNBROKEN.lower()),
    ):  # fmt: skip
        text = text.replace(json.dumps(name, ensure_ascii=False)[1:-1], longer)
    return json.loads(text)


@pytest.fixture(scope="module")
def of_long_names(build_sample: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model, rows = site_views.typology(), site_views.register()
    words = ("name", "kreis_name", "land_name")
    rows[list(words)] = pd.DataFrame(unbroken(rows[list(words)].to_dict("list")))
    whole = {"municipality_views": unbroken(site_views.municipality_views(model)), "register_rows": rows}
    whole |= {"workshop": unbroken(site_views.workshop()), "overview": unbroken(site_views.overview(model))}
    folder: Path = tmp_path_factory.mktemp("long")
    return Path(build_sample(folder / "public", model, **whole))


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_name_that_cannot_be_broken_widens_no_page(visit: Any, of_long_names: Path, language: str) -> None:
    tab = visit(base=of_long_names.as_uri() + "/", viewport={"width": 320, "height": 640})
    found: dict[str, list[Any]] = {}

    def look(state: str) -> None:
        page = tab.page
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
        found[state] = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 640})
            wide = page.evaluate("document.documentElement.scrollWidth")
            found[state] += ([f"{wide} of {width}"] if wide > width else []) + page.evaluate(OUTSIDE)

    shown = 0
    for path in KINDS:
        page = tab.go(language + path)
        shown += UNBROKEN.lower() in page.inner_text("body").lower()
        look(path)
    for key in ("90101004", "90101005"):
        page = tab.go(f"{language}not-published.html#{key}")
        look(f"page of {key}")
    page = tab.go(f"{language}index.html#q={UNBROKEN[:20]}")
    page.locator("#results a").first.wait_for()
    look("results of a search")
    page = tab.go(f"{language}compare.html#90101004&90101003&90102001&91000000&91201002")
    page.locator("table.compare").wait_for()
    page.fill("#compare-name", UNBROKEN[:20])
    look("five beside one another")
    page = tab.go(f"{language}self-check.html#90101004")
    look("place of the self-check")
    page.click("#check .button:not(.quiet)")
    look("question of the self-check")
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    page.locator(".result").wait_for()
    look("result of the self-check")
    assert shown >= 9
    assert {state: nodes for state, nodes in found.items() if nodes} == {}
