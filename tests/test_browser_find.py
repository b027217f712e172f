"""Finding and comparing in a real browser: side by side, own groups, map, filters, tables to take away, failures."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import site_views
from site_browser import build

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
    (size,) = {view["size_class"]["label"]["de"] for view in (first, second)}
    assert head[2:] == ["alle", *(view["type"]["short"]["de"] for view in (first, second)), size]
    for one, two in zip(first["goals"], second["goals"], strict=True):
        header = page.get_by_role("rowheader", name=one["label"]["de"], exact=True)
        cells = table.locator("tr", has=header).first.locator("td")
        shares = [percent(row[part], "de") for row, part in ((one, "all"), (one, "type"), (two, "type"), (one, "size"))]
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
    offered = page.locator(".table-foot").all_inner_texts()
    assert len(offered) == page.locator("main table").count() > 2
    assert all("Tabelle als CSV speichern" in text for text in offered)
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


@pytest.mark.parametrize(("path", "shapes"), [("typ/bedaechtige.html", 13), ("map.html", 7)])
def test_what_is_drawn_can_be_saved_as_a_picture_that_needs_no_style_sheet(
    visit: Any, tmp_path: Path, path: str, shapes: int
) -> None:
    page = visit().go(path)
    with page.expect_download() as caught:
        page.get_by_text("Abbildung als SVG speichern").first.click()
    caught.value.save_as(tmp_path / "figure.svg")
    picture = ElementTree.parse(tmp_path / "figure.svg").getroot()
    names = [node.tag.rpartition("}")[2] for node in picture.iter()]
    assert names[0] == "svg" and not {"use", "image", "style", "script"} & set(names)
    colours = {view["key"]: view["colour"] for view in site_views.type_views()}
    red, green, blue = (int(colours["bedaechtige"][place : place + 2], 16) for place in (1, 3, 5))
    painted = [node.get("fill") for node in picture.iter() if node.tag.endswith("}g")]
    assert f"rgb({red}, {green}, {blue})" in painted and len(painted) >= shapes
    said = "".join(picture.itertext())
    assert page.inner_text("h1").split()[-1] in said and "Stand: " in said and "Quelle: " in said


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
    page.locator("#results a").first.wait_for()  # the register loads with the first letter
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


def test_a_postcode_is_found_wherever_a_place_is_asked_for(visit: Any, tmp_path: Path) -> None:
    codes = {"90101003": "24937", "90101005": "24937"}
    tab = visit(base=build(tmp_path / "public", site_views.typology(), postcodes=codes).as_uri() + "/")
    for path, field, offers in (
        ("index.html", "#q", "#results a"), ("self-check.html", "#own", "#check .results button"),
        ("not-published.html#90101005", "#q", "#results a"),
        ("compare.html", "#compare-name", "#compare-offers button"),
    ):  # fmt: skip
        page = tab.go(path)
        page.fill(field, "24937")
        page.locator(offers, has_text="Ahrfelde").wait_for()
        assert "Verwaltungssitz" in page.inner_text("#own-postcodes, #q-hint, #compare-hint"), path


def test_the_page_of_a_place_without_a_result_leads_to_any_other(visit: Any) -> None:
    page = visit().go("not-published.html#90101005")
    page.fill("#q", "recklinghausen")
    page.click("#results a")
    page.wait_for_url("**/not-published.html#05562")
    assert page.inner_text("h1") == "Recklinghausen" and page.locator("#results").is_hidden()


def test_the_first_page_loads_the_register_when_somebody_searches_and_says_when_it_cannot(
    visit: Any, tmp_path: Path
) -> None:
    folder = build(tmp_path / "public", site_views.typology())
    tab = visit(base=folder.as_uri() + "/")
    page = tab.go("index.html")
    assert page.evaluate("typeof window.REGISTER") == "undefined"
    page.fill("#q", "au")
    page.locator("#results a").first.wait_for()
    (folder / "assets" / "register.js").unlink()
    page = tab.go("index.html")
    page.fill("#q", "au")
    page.get_by_text("konnte nicht geladen werden").wait_for()
    tab.troubles.clear()


# ---- map


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_map_and_its_table_go_together_and_are_reached_by_keyboard(visit: Any, language: str) -> None:
    page = visit().go(language + "map.html")
    kinds = [(view["type"] or {}).get("key", "none") for view in site_views.municipality_views()]
    groups = page.eval_on_selector_all("svg.map a", "nodes => nodes.map(node => node.parentNode.dataset.type)")
    badges = page.eval_on_selector_all(
        "tbody tr", "rows => rows.map(row => (row.querySelector('.badge') || {className: 'none'}).className)"
    )
    assert sorted(groups) == sorted(kind.removeprefix("badge type-") for kind in badges) == sorted(kinds)
    marks = page.eval_on_selector_all(
        "svg.map a", "nodes => nodes.map(node => [node.textContent, node.getAttribute('href')])"
    )
    links = page.eval_on_selector_all(
        "tbody a", "nodes => nodes.map(node => [node.textContent, node.getAttribute('href')])"
    )
    assert sorted(marks) == sorted(links)
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
