"""Finding and comparing in a real browser: side by side, own groups, map, filters, tables to take away, failures."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import site_views

from typology.files.formulas import neutralise
from typology.writing import percent

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser


# ---- side by side


@pytest.mark.parametrize("way", ["file", "http"])
def test_municipalities_side_by_side_with_reference_values(visit: Any, served: str, way: str) -> None:
    page = visit(base=served if way == "http" else "").go("compare.html#90101003")
    assert "noch eine" in page.inner_text("#compare-status")
    page.fill("#compare-name", "hellschen")
    page.click("#compare-offers button")
    table = page.locator("table.compare")
    table.wait_for()
    assert page.url.endswith("#90101003&90101004")
    first, second = site_views.municipality_views()[:2]
    head = table.locator("thead th").all_inner_texts()
    assert head[0] == "Ahrfelde" and head[1].startswith("Sankt Hellschen")
    assert head[2:] == ["alle", *(view["type"]["short"]["de"] for view in (first, second))]
    for one, two in zip(first["goals"], second["goals"], strict=True):
        header = page.get_by_role("rowheader", name=one["label"]["de"], exact=True)
        cells = table.locator("tr", has=header).first.locator("td")
        shares = [percent(row[part], "de") for row, part in ((one, "all"), (one, "type"), (two, "type"))]
        assert cells.all_inner_texts() == [one["own_label"]["de"], two["own_label"]["de"], *shares]
    page.get_by_label("herausnehmen").last.click()
    assert page.url.endswith("#90101003") and table.count() == 0


def test_a_comparison_group_of_ones_own_and_back_to_the_proposed_one(visit: Any) -> None:
    page = visit().go("compare.html#90101003")
    proposed = [row["key"] for row in site_views.municipality_views()[0]["similar"]]
    page.click("text=Vorgeschlagene Gruppe zu Ahrfelde")
    page.wait_for_selector("table.compare")
    assert page.url.endswith("#" + "&".join(["90101003", *proposed]))
    page.select_option("#compare-land", "Übungsland Süd")
    offered = page.locator("#compare-offers button").all_inner_texts()
    assert offered == ["Groß Lüßow", "Au", "St. Wendelin"][-len(offered) :] and offered
    page.locator("#compare-offers button").first.click()
    page.locator("#compare-chosen bdi").nth(4).wait_for()
    page.select_option("#compare-land", "")
    page.fill("#compare-name", "wendelin")
    assert "Mehr als 5" in page.inner_text("#compare-said")
    page.locator("#compare-offers button").first.click()
    assert len(page.url.split("#")[1].split("&")) == 5, "a sixth is not taken"
    page.click("text=Vorgeschlagene Gruppe zu Ahrfelde")
    assert page.url.endswith("#" + "&".join(["90101003", *proposed]))


def test_every_table_can_be_saved_as_it_stands(visit: Any, tmp_path: Path) -> None:
    page = visit().go("typ/bedaechtige.html")
    assert page.locator(".table-foot button").count() == page.locator("main table").count() > 2
    with page.expect_download() as caught:
        page.locator(".table-foot button").first.click()
    caught.value.save_as(tmp_path / "goals.csv")
    assert caught.value.suggested_filename == "ziele-der-digitalisierung.csv"
    with (tmp_path / "goals.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0] == ["Ziel", "Bedächtige", "Intervall", "alle"]
    cells = page.locator("table >> nth=0 >> tbody tr").all_inner_texts()
    assert len(rows) == len(cells) + 1 == 14
    assert rows[1][0] in cells[0] and rows[1][1].replace(" ", "\u00a0") in cells[0].replace(" ", "\u00a0")
    page.evaluate("document.querySelector('tbody th').textContent = '=1+1;x'")
    assert page.evaluate("window.Tables.lines(document.querySelector('table'))[1]").startswith('"\'=1+1;x";')
    # the page and the files of the program know the same formulas: full-width signs, an apostrophe of one's own
    texts = ["=1", "+1", "-1", "@A1", "＝1", "＋1", "－1", "＠A1", "'s Gravenhage", "'=1", "1+1", "−1", "Übach"]
    blank = ["", " ", "\u00a0", "\ufeff"]
    written = page.evaluate("texts => texts.map(window.Tables.cell)", [sign + text for text in texts for sign in blank])
    assert written == [neutralise(text) for text in texts for _ in blank]


@pytest.mark.parametrize("path", ["partners.html", "teams.html"])
def test_lists_of_partners_and_teams_can_be_narrowed_down(visit: Any, path: str) -> None:
    page = visit().go("en/" + path)
    every = page.locator("[data-search]").count()
    for text in ("NEUENKIRCHEN", "xyz"):
        page.fill("#list-text", text)
        some = page.locator("[data-search]:visible").count()
        assert page.inner_text("#list-status") == f"{some} of {every}" and (some > 0) == (text != "xyz")
    page.fill("#list-text", "")
    page.select_option("#list-type", "optimierer")
    shown = page.eval_on_selector_all("[data-search]:not(.off)", "nodes => nodes.map(node => node.dataset.type)")
    assert shown and all("optimierer" in kinds for kinds in shown)


def test_of_equal_beginnings_the_larger_place_comes_first_and_english_names_are_known(visit: Any) -> None:
    page = visit().go("en/index.html")
    page.fill("#q", "neu")
    found = "window.Register.search('neu').entries"
    sizes = page.evaluate(found + ".map(entry => [entry.text.indexOf(' neu'), entry.size])")
    begin = [size for place, size in sizes if place == 0]
    assert len(begin) > 4 and begin == sorted(begin)
    for text, key in (("Munich", "09162000"), ("munich", "09162000"), ("Lower Saxony", "03151025")):
        page.fill("#q", text)
        links = page.eval_on_selector_all("#results a", "nodes => nodes.map(node => node.href)")
        assert any(link.endswith(key) for link in links), text


@pytest.mark.parametrize("missing", ["search.js", "texts-search-de.js", "common.js"])
def test_where_a_script_fails_a_sentence_says_so(visit: Any, build_sample: Any, tmp_path: Path, missing: str) -> None:
    build_sample(tmp_path / "public", site_views.typology())
    tab = visit(base=(tmp_path / "public").as_uri() + "/")
    page = tab.go("index.html")
    assert page.locator("#script-failed").is_hidden()
    (tmp_path / "public" / "assets" / missing).unlink()
    page.reload()
    if missing == "common.js":  # what says it at once is missing itself: then the style sheet does, after a while
        styles = "(s => [s.animationName, s.animationDelay, s.animationFillMode])"
        found = page.evaluate(styles + "(getComputedStyle(document.getElementById('script-failed')))")
        assert found == ["say-failed", "8s", "forwards"]
    else:
        said = page.locator("#script-failed")
        assert said.is_visible() and "funktioniert gerade nicht" in said.inner_text()
    tab.troubles.clear()


# ---- map


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_map_and_its_table_go_together_and_are_reached_by_keyboard(visit: Any, language: str) -> None:
    page = visit().go(language + "map.html")
    kinds = [(view["type"] or {}).get("key", "none") for view in site_views.municipality_views()]
    for selector in ("svg.map a", "tbody tr"):
        shown = page.eval_on_selector_all(selector, "nodes => nodes.map(node => node.dataset.type)")
        assert sorted(shown) == sorted(kinds)
    page.uncheck("#show-optimierer")
    assert page.locator("tbody tr:visible").count() == len(kinds) - kinds.count("optimierer")
    assert page.locator("svg.map a:visible").count() == len(kinds) - kinds.count("optimierer")
    assert str(len(kinds) - kinds.count("optimierer")) in page.inner_text("#map-status")
    page.focus("#show-none")
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gemeinde/*.html")
    assert name and name in page.inner_text("h1")
