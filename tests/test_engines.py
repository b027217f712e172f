"""The site in three engines: search, self-check, history, comparison, map, tables to take away, scripts that fail."""

from __future__ import annotations

import csv
import io
import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import engines
import pytest
import site_browser
import site_views
from engines import ENGINES, PlaywrightTab, WebKitTab
from PIL import Image

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
NAMES = {"90101005": "#Hof", "90101003": "\u202eKrof\u202c", "06431002": "Bad 🏛 Biblis"}
"""Names that begin with the sign of an address, turn the direction of writing, and hold a sign of four bytes."""


@pytest.fixture(scope="module", params=ENGINES)
def tab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    programs = engines.programs_of(request.param)
    if request.param == "webkit":
        with engines.webkit(programs) as driver:
            yield WebKitTab(driver)
        return
    downloads = tmp_path_factory.mktemp("downloads") if request.param == "firefox" else None
    options = engines.firefox_options(programs, downloads) if downloads else {}
    page = site_browser.open_tab(site_browser.RUNNING.launch(request.param, **options))
    yield PlaywrightTab(page, downloads)
    page.context.close()


@pytest.fixture(scope="session")
def signs(once: Callable[..., Path]) -> Path:
    """A site with names that a page could take for something else."""

    def make(folder: Path) -> None:
        rows, views = site_views.register(), site_views.municipality_views()
        rows["name"] = [NAMES.get(key, name) for key, name in zip(rows["key"], rows["name"], strict=True)]
        views[0] = {**views[0], "name": NAMES["90101003"], "name_long": NAMES["90101003"]}
        site_browser.build(folder, site_views.typology(), register_rows=rows, municipality_views=views)

    return once("site-signs", make)


def results(tab: Any) -> list[str]:
    """The addresses of what the search has found; the register loads with the first letter."""
    tab.until("() => document.querySelectorAll('#results a').length > 0")
    return list(tab.run("() => [...document.querySelectorAll('#results a')].map(node => node.getAttribute('href'))"))


def arrive(tab: Any, end: str) -> None:
    """Wait for the page whose address ends so, with all its scripts run."""
    tab.until("end => location.href.endsWith(end) && document.readyState === 'complete'", end)


# ---- search and history


def test_search_is_kept_by_back_and_by_the_language_switch(tab: Any, served: str) -> None:
    tab.go(served + "index.html")
    tab.write("#q", "ahrf")
    assert results(tab) == ["gemeinde/90101003.html"]
    tab.until("() => location.hash === '#q=ahrf'")
    tab.click("#results a")
    arrive(tab, "/gemeinde/90101003.html")
    assert tab.text("h1") == "Ahrfelde"
    tab.back()
    arrive(tab, "/index.html#q=ahrf")
    tab.until("() => document.querySelectorAll('#results a').length && document.getElementById('q').value === 'ahrf'")
    tab.click(".language a")
    arrive(tab, "/en/index.html#q=ahrf")
    assert tab.run("() => document.documentElement.lang") == "en"
    assert results(tab) == ["gemeinde/90101003.html"]


def test_names_stand_for_themselves(tab: Any, signs: Path) -> None:
    tab.go(signs.as_uri() + "/index.html")
    for text, key in (("#Hof", "90101005"), ("krof", "90101003"), ("🏛 biblis", "06431002")):
        tab.run(
            "text => { const field = document.getElementById('q'); field.value = text;"
            " field.dispatchEvent(new Event('input')); }",
            text,
        )
        tab.until("() => document.querySelector('#results a') !== null")  # the register is loaded when it is needed
        assert key in results(tab)[0], text
        assert tab.run("() => document.querySelector('#results bdi').textContent") == NAMES[key]
    tab.go(signs.as_uri() + "/self-check.html#90101005")
    assert "#Hof" in tab.text(".chosen-own")


# ---- self-check


def check(tab: Any, *goals: str) -> str:
    """The result of the practice municipality after clicks on these goals in this order."""
    tab.click("#check .actions button")
    tab.until("() => document.querySelector('fieldset') !== null")
    for goal in goals:
        tab.click(f"#goal-{goal}")
    tab.click("button[type=submit]")
    tab.until("() => document.querySelector('.result') !== null")
    return str(tab.text(".result"))


def test_no_order_of_clicks_changes_the_result(tab: Any, served: str) -> None:
    told = set()
    for order in list(itertools.permutations(("effizienz", "buergernaehe", "offenheit")))[::2]:
        tab.go(served + "self-check.html#90101003")
        told.add(check(tab, *order))
    assert len(told) == 1 and "Nächste Schritte" in told.pop()


@pytest.mark.parametrize("way", ["file", "http"])
def test_answers_are_kept_by_reload_back_forward_and_language(
    tab: Any, folders: dict[str, Path], served: str, way: str
) -> None:
    base = served if way == "http" else folders["practice"].as_uri() + "/"
    tab.go(base + "self-check.html#90101003")
    told = check(tab, "effizienz", "buergernaehe")
    tab.reload()
    tab.until("() => document.querySelector('.result') !== null")
    assert tab.text(".result") == told and tab.text("h1") == "Übungsdaten – kein Befund"
    tab.back()
    tab.until("() => document.querySelector('#goal-effizienz') !== null")
    chosen = "() => [...document.querySelectorAll('fieldset input:checked')].map(node => node.id)"
    assert sorted(tab.run(chosen)) == ["goal-buergernaehe", "goal-effizienz"]
    tab.reload()
    tab.until("() => document.querySelector('#goal-effizienz') !== null")
    assert sorted(tab.run(chosen)) == ["goal-buergernaehe", "goal-effizienz"]
    tab.forward()
    tab.until("() => document.querySelector('.result') !== null")
    assert tab.text(".result") == told
    tab.click(".language a")
    arrive(tab, "/en/self-check.html#90101003")
    if not (way == "file" and isinstance(tab, WebKitTab)):  # which hands nothing on from one file to another
        tab.until("() => document.querySelector('.result') !== null")
        assert tab.text("h1") == "Practice data – not a finding"
        tab.back()
        # an entry of the history that no click made may be passed over
        began = "document.querySelector('.result') === null ? 'start' : ''"
        if tab.until(f"() => location.pathname.includes('/en/') ? {began} : 'German'") == "start":
            tab.back()
    else:
        tab.back()
    arrive(tab, "self-check.html#90101003")
    tab.until("() => document.documentElement.lang === 'de' && document.querySelector('.result') !== null")
    assert tab.text(".result") == told and "effizienz" not in tab.address()


# ---- comparison, map, lists


def test_comparison_by_name_and_by_address(tab: Any, served: str) -> None:
    tab.go(served + "compare.html#90101003")
    tab.write("#compare-name", "hellschen")
    tab.click("#compare-offers button")
    tab.until("() => document.querySelector('table.compare') !== null")
    assert tab.address().endswith("#90101003&90101004")
    made = tab.text("table.compare")
    tab.go(tab.address())
    tab.until("() => document.querySelector('table.compare') !== null")
    assert tab.text("table.compare") == made
    tab.click("#compare-chosen button")
    tab.until("() => document.querySelector('table.compare') === null")
    assert tab.address().endswith("#90101004")


def test_filters_show_what_their_fields_say_also_when_one_comes_back(tab: Any, served: str) -> None:
    kinds = [(view["type"] or {}).get("key", "none") for view in site_views.municipality_views()]
    others = sorted(kind for kind in kinds if kind != "optimierer")
    tab.go(served + "map.html")
    tab.click("#show-optimierer")
    tab.until("() => document.getElementById('map-status').textContent !== ''")
    shown = "place => [...document.querySelectorAll(place + ':not(.off)')].map(node => node.dataset.type)"
    assert [sorted(tab.run(shown, place)) for place in ("svg.map a", "tbody tr")] == [others, others]
    assert len(tab.texts("tbody tr")) == len(others)
    tab.click("tbody tr:not(.off) a")
    tab.until("() => location.pathname.includes('/gemeinde/') && document.readyState === 'complete'")
    tab.back()
    arrive(tab, "/map.html")
    assert consistent(tab)
    tab.reload()
    arrive(tab, "/map.html")
    assert consistent(tab)
    tab.go(served + "partners.html")
    choose = (
        "value => { const field = document.getElementById('list-type'); field.value = value;"
        " field.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    tab.run(choose, "optimierer")
    narrowed = tab.run("() => document.querySelectorAll('[data-search].off').length")
    tab.reload()
    arrive(tab, "/partners.html")
    kept = tab.run("() => document.getElementById('list-type').value") == "optimierer"
    assert tab.run("() => document.querySelectorAll('[data-search].off').length") == (narrowed if kept else 0)
    assert narrowed > 0


def test_the_mark_of_those_without_a_type_is_an_open_circle(tab: Any, served: str) -> None:
    """It is drawn as a copy of one mark: Firefox styles such copies by selectors of the mark's own classes alone."""
    tab.go(served + "map.html")
    for kind, open_inside in (("none", True), ("optimierer", False)):
        middle = tab.run(engines.MIDDLE, f"svg.map a[data-type={kind}]")
        for _ in range(20 * engines.WAIT):  # a picture can be older than what the page has just scrolled to
            left, inside, right = drawn_across(tab, middle)
            if left and right and inside is not open_inside:
                break
            time.sleep(0.05)
        assert left and right and inside is not open_inside, kind


def drawn_across(tab: Any, middle: list[float], reach: int = 9) -> tuple[bool, bool, bool]:
    """Of the pixels left of a point, at it and right of it: is one of another colour than the page?"""
    picture = Image.open(io.BytesIO(tab.picture())).convert("RGB")
    scale = picture.width / tab.run("() => innerWidth")
    x, y = (round(scale * place) for place in middle)
    ground = picture.getpixel((5, picture.height - 5))
    across = [picture.getpixel((at, y)) != ground for at in range(x - reach, x + reach + 1)]
    return any(across[:reach]), across[reach], any(across[reach + 1 :])


def consistent(tab: Any) -> bool:
    """The rows of the map's table are those whose box is ticked, whether the browser kept the ticks or not."""
    return bool(
        tab.until(
            "() => [...document.querySelectorAll('tbody tr')].every(row =>"
            " row.classList.contains('off') !== document.getElementById('show-' + row.dataset.type).checked)"
        )
    )


def test_a_table_is_taken_away_as_it_stands(tab: Any, served: str) -> None:
    tab.go(served + "typ/bedaechtige.html")
    name, text = tab.saved(".table-foot button")
    assert name == "ziele-der-digitalisierung.csv"
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert rows[0] == ["Ziel", "Bedächtige", "Intervall", "alle"] and len(rows) == 14
    assert len(tab.texts("table tbody tr")) >= 13 and rows[1][0] in tab.texts("table tbody tr")[0]


# ---- scripts that fail


@pytest.mark.parametrize("page", ["index.html", "self-check.html", "map.html"])
def test_a_sentence_stands_whichever_script_is_missing(tab: Any, signs: Path, tmp_path: Path, page: str) -> None:
    """Of each page every script in turn; where the one is missing that says it, the style sheet does after a while."""
    site = tmp_path / "whole"
    shutil.copytree(signs, site, ignore=shutil.ignore_patterns("en", "gemeinde", "typ", "tables"))
    sentence = "node => node.hidden ? '' : getComputedStyle(node).visibility"
    said = f"() => ({sentence})(document.getElementById('script-failed'))"
    tab.go(f"{site.as_uri()}/{page}")
    assert tab.run(said) == ""
    scripts = tab.run("() => [...document.scripts].map(node => node.src.split('/').pop())")
    assert len(scripts) > 4
    silent = []
    for script in scripts:
        site = site.rename(tmp_path / script)  # another address, so that no engine takes what it has kept
        (site / "assets" / script).rename(site / "hidden.js")
        tab.go(f"{site.as_uri()}/{page}")
        late = "() => getComputedStyle(document.getElementById('script-failed')).animationDelay"
        if tab.run(said) != "visible" and not (script in ("common.js", "started.js") and tab.run(late) == "8s"):
            silent.append(script)
        (site / "hidden.js").rename(site / "assets" / script)
    assert silent == []
    tab.go(f"{site.as_uri()}/{page}")
    tab.run("() => { window.setTimeout(() => { throw new Error('later'); }, 0); }")
    assert tab.until(f"() => ({said})() === 'visible'")
