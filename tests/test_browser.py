"""The site in a real browser: search, comparison, keyboard, narrow pages, axe, its own policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import site_views
from site_browser import KINDS

from typology.content.catalogue import load_content

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
SAME_TEMPLATE = {"gemeinde/90102001.html", "gemeinde/91000000.html"}
# Scripts write these, or their parts stand in another order than in German; elsewhere only the words differ, which
# ``test_website.py`` says of every page.
OWN_IN_ENGLISH = (
    "gemeinde/90101004.html", "compare.html#90101003&90101004", "glossary.html", "not-published.html#09162000",
    "pain-points.html",
)  # fmt: skip


def names(page: Any) -> list[str]:
    return page.locator("#results a").all_inner_texts()


# ---- search


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ahrf", "90101003"), ("AHRFELDE", "90101003"),
        ("gross luessow", "91000000"), ("Groß Lüßow", "91000000"), ("Gross Lüssow", "91000000"), ("Grosz", ""),
        ("Sankt Wendelin", "91201002"), ("St.Wendelin", "91201002"), ("st wendelin", "91201002"),
        ("Sankt Wendel", "10046117"),
        ("Muenchen", "09162000"), ("Munchen", "09162000"), ("München", "09162000"), ("Mu\u0308nchen", "09162000"),
        ("Neustadt an der Aisch", "09575153"), ("Neustadt a. d. Aisch", "09575153"),
        ("Schluesselfeld", "09471185"), ("Schlüselfeld", "09471185"),
        ("90101003", "90101003"), ("09162000", "09162000"), ("9162000", "09162000"), ("091620000000", "09162000"),
        ("5562", "05562"), ("912010001", "912010001"), ("09 1 62 000", "09162000"),
        ("Neuenkirchen Steinfurt", "05566068"), ("Neuenkirchen Niedersachsen", "03357035"),
        ("Neuenkirchen Wümme", "03357035"),
        ("Kreis Recklinghausen", "05562"), ("Landkreis Recklinghausen", "05562"), ("LK Reklinghausen", "05562"),
        ("Stadtverwaltung Schlüsselfeld", "09471185"), ("Gemeinde Grünndau", "06435014"), ("Mnchen", "09162000"),
        ("xyzxyzxyz", ""),
    ],
)  # fmt: skip
def test_search_finds(searching: dict[str, Any], language: str, query: str, found: str) -> None:
    page = searching[language]
    page.fill("#q", query)
    links = page.locator("#results a")
    if not found:
        assert links.count() == 0
        assert query in page.inner_text("#search-status")
    else:
        assert found in (links.first.get_attribute("href") or ""), names(page)


def test_homonyms_stand_with_kreis_and_land(searching: dict[str, Any]) -> None:
    page = searching[""]
    page.fill("#q", "Neuenkirchen")
    lines = page.locator("#results li").all_inner_texts()
    assert len(lines) == 5 and len(set(lines)) == 5
    assert "5 Treffer" in page.inner_text("#search-status")
    assert any("Steinfurt" in line and "Nordrhein-Westfalen" in line for line in lines)
    assert sum("Ergebnis veröffentlicht" in line for line in lines) == 1


def test_search_of_a_kreis_lists_the_kreis_and_its_members(searching: dict[str, Any]) -> None:
    page = searching[""]
    page.fill("#q", "Übungskreis Sankt Wendelin")
    assert set(names(page)) == {"Übungskreis Sankt Wendelin", "Amt Au", "Au", "St. Wendelin"}
    assert names(page)[0] == "Übungskreis Sankt Wendelin"


def test_search_with_the_kind_of_body_puts_the_body_of_that_kind_first(searching: dict[str, Any]) -> None:
    page = searching[""]
    for query, found in (("Stadt Sankt Wendelin", "St. Wendelin"), ("Landratsamt St. Wendelin", "Übungskreis Sankt")):
        page.fill("#q", query)
        assert names(page)[0].startswith(found), query


def test_search_text_may_stand_after_the_hash_and_survives_the_language_switch(visit: Any) -> None:
    tab = visit()
    page = tab.go("index.html#q=Gro%C3%9F")
    assert names(page) == ["Groß Lüßow"]
    page.fill("#q", "Ahrfelde")
    page.wait_for_url("**/index.html#q=Ahrfelde")
    page.click("text=English")
    page.wait_for_url("**/en/index.html#q=Ahrfelde")
    assert names(page) == ["Ahrfelde"] and page.evaluate("document.documentElement.lang") == "en"
    page.click("#results a")
    assert page.inner_text("h1") == "Ahrfelde"
    page.click("text=Deutsch")
    assert page.url.endswith("/gemeinde/90101003.html") and "/en/" not in page.url


def test_unlisted_body_gets_the_same_sentence_and_the_way_to_the_self_check(visit: Any) -> None:
    page = visit().go("index.html")
    said = set()
    for key in ("09162000", "90101005"):
        page.goto(page.url.split("/index.html")[0].split("/not-published")[0] + "/not-published.html#" + key)
        page.reload()
        said.add(page.inner_text("main .lead"))
        page.click("#to-check")
        page.wait_for_url("**/self-check.html#" + key)
        page.wait_for_selector(".chosen-own")
        assert page.locator(".chosen-own").count() == 1
        page.go_back()
    assert said == {"Für diese Kommune ist kein Ergebnis veröffentlicht."}


@pytest.mark.parametrize("language", ["", "en/"])
def test_every_body_of_the_register_has_a_page_of_what_is_known_of_it(
    visit: Any, build_sample: Any, tmp_path: Path, language: str
) -> None:
    rows = site_views.register().assign(population=9000, area_km2=12.34, longitude=10.0, latitude=50.0)
    rows["size_class"] = ["GK7" if len(key) == 8 else "LK2" for key in rows["key"]]
    rows.loc[rows["key"] == "91000000", "longitude"] = 10.2
    build_sample(tmp_path / "public", site_views.typology(), register_rows=rows)
    page = visit(base=(tmp_path / "public").as_uri() + "/").go(language + "not-published.html#90101005")
    own, small = page.inner_text("#facts"), rows[rows["size_class"] == "GK7"]
    counts = f"{len(small)} im Register, {small['listed'].sum()} mit Ergebnis"
    english = f"{len(small)} in the register, {small['listed'].sum()} with a result"
    german, area = ("9.000", "12,3\u00a0km²", counts, "Gemeinde"), "12.3\u00a0km²"
    known = german if not language else ("9,000", area, english, "Municipality")
    assert [text for text in ("90101005", "Übungskreis Nordheide", *known) if text not in own] == []
    keys = [link.split("/")[-1] for link in page.eval_on_selector_all("#near a", "nodes => nodes.map(n => n.href)")]
    listed = sorted(key for key in site_views.LISTED if len(key) == 8 and key != "91000000")
    assert keys == [f"{key}.html" for key in [*listed, "91000000"][:5]]
    main = page.inner_text("main")
    for kind in load_content().types:
        portrait = kind.portrait.of("en" if language else "de").split(". ")[0]
        assert " ".join(portrait.split()) in main, kind.key
    page.click("#to-check")
    page.wait_for_selector(".chosen-own")
    assert "Neuenkirchen" in page.inner_text(".chosen-own")


def test_names_in_any_direction_of_writing_and_with_signs_stand_for_themselves(
    visit: Any, build_sample: Any, tmp_path: Path
) -> None:
    names = {"90101005": "#Hof", "90101003": "\u202eKrof\u202c", "06431002": "Bad 🏛 Biblis"}
    rows, views = site_views.register(), site_views.municipality_views()
    rows["name"] = [names.get(key, name) for key, name in zip(rows["key"], rows["name"], strict=True)]
    views[0] = {**views[0], "name": names["90101003"], "name_long": names["90101003"]}
    build_sample(tmp_path / "public", site_views.typology(), register_rows=rows, municipality_views=views)
    page = visit(base=(tmp_path / "public").as_uri() + "/").go("index.html")
    for text, key in (("#Hof", "90101005"), ("krof", "90101003"), ("🏛 biblis", "06431002")):
        page.fill("#q", text)
        assert key in (page.locator("#results a").first.get_attribute("href") or ""), text
        assert page.locator("#results a bdi").first.inner_text() == names[key]
    page.fill("#q", "#Hof")
    page.click("#results a")
    page.wait_for_url("**/not-published.html#90101005")
    assert page.inner_text("h1") == "#Hof"


def test_register_with_other_keys_than_official_ones_can_be_searched(
    visit: Any, build_sample: Any, tmp_path: Path
) -> None:
    rows = site_views.register().assign(listed=False, partner=False)
    rows["key"] = [f"org-{number}" for number in range(len(rows))]
    build_sample(tmp_path / "public", None, municipality_views=[], register_rows=rows)
    page = visit(base=(tmp_path / "public").as_uri() + "/").go("index.html")
    page.fill("#q", "schluesselfeld")
    assert names(page) == ["Schlüsselfeld"]
    assert page.inner_text("#results .meta") == "Stadt · Bamberg · Bayern · org-19"
    page.click("#results a")
    page.wait_for_url("**/not-published.html#org-19")
    assert page.inner_text("h1") == "Schlüsselfeld"


# ---- for everybody


def test_whole_path_by_keyboard_with_visible_focus(visit: Any) -> None:
    page = visit().go("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    assert focus_shows(page)
    page.keyboard.type("Ahrf")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ahrfelde" and focus_shows(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gemeinde/90101003.html")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        assert focus_shows(page), seen[-1]
        if seen[-1] == "Selbst-Check":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/self-check.html")
    press_until(page, "Mit der Übungskommune Ahrfelde ausprobieren")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1" and focus_shows(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox" and focus_shows(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(".result")
    assert page.evaluate("document.activeElement.tagName") == "H1" and focus_shows(page)
    press_until(page, "Neu beginnen")
    page.keyboard.press("Enter")
    assert page.locator("#own").count() == 1


def focus_shows(page: Any) -> bool:
    return bool(page.evaluate(
        "(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)(getComputedStyle(document.activeElement))"
    ))  # fmt: skip


def press_until(page: Any, text: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    pytest.fail(f"{text!r} cannot be reached by keyboard")


def test_tab_order_follows_the_page(visit: Any) -> None:
    page = visit().go("gemeinde/90101003.html")
    tops = []
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        tops.append(page.evaluate("Math.round(document.activeElement.getBoundingClientRect().top + scrollY)"))
    columns = page.evaluate(
        "[...document.querySelectorAll('.two')].map(node => node.getBoundingClientRect())"
        ".map(box => [box.top + scrollY, box.bottom + scrollY])"
    )
    outside = [top for top in tops[1:] if not any(start <= top <= end for start, end in columns)]
    assert len(tops) > 20 and outside == sorted(outside)


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", KINDS)
def test_narrow_pages_do_not_scroll_sideways(narrow: Any, language: str, path: str) -> None:
    """And no page of any kind offends against its own policy, in one language read as a file, in the other over HTTP:
    no message, no error, no request outside, which the tab is asked when it closes; scripts and styles run.
    """
    page = narrow[(KINDS.index(path) + len(language)) % 2].go(language + path)
    assert_scripts_and_styles_run(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    hidden = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main th, main td')].filter(node =>"
        " !node.closest('.scroll, thead, details:not([open])') && node.getBoundingClientRect().right > 321)"
        ".map(node => node.textContent)"
    )
    assert hidden == []


def test_results_of_the_self_check_fit_a_narrow_page(visit: Any) -> None:
    tab = visit(viewport={"width": 320, "height": 640})
    page = tab.go("self-check.html")
    page.click("text=Mit der Übungskommune")
    page.check("#goal-effizienz")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("button[type=submit]")
    page.wait_for_selector(".result")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["", "en/"])
def test_axe_finds_nothing_on_any_kind_of_page(visit: Any, served: str, language: str) -> None:
    """The policy is bypassed so that axe can be put into the page; another test runs without that.

    Colours are looked at in German: they are the same in both languages, and by far the most work. Of a template, the
    page that shows most of it stands for the others.
    """
    tab = visit(base=served, bypass_csp=True)
    found, looks, without = {}, set(), ("color-contrast",) if language else ()
    for path in OWN_IN_ENGLISH if language else [path for path in KINDS if path not in SAME_TEMPLATE]:
        page = tab.go(language + path)
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
        found[path] = violations(page, looks, without=without)
    found |= self_check_violations(tab, language, looks, without)
    assert {path: issues for path, issues in found.items() if issues} == {}
    assert len(looks) > 30


def test_axe_finds_enough_contrast_in_the_dark(visit: Any, served: str) -> None:
    tab = visit(base=served, bypass_csp=True, color_scheme="dark")
    looks: set[str] = set()
    found = {
        path: violations(tab.go(path), looks, "color-contrast")
        for path in ("gemeinde/90101004.html", "index.html#q=neu")
    }
    page = tab.go("self-check.html#90101003")
    page.click("#check .button:not(.quiet)")
    found["question"] = violations(page, looks, "color-contrast")
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    found["result"] = violations(page, looks, "color-contrast")
    assert {path: issues for path, issues in found.items() if issues} == {}


def self_check_violations(tab: Any, language: str, looks: set[str], without: tuple[str, ...]) -> dict[str, list[str]]:
    """Search results, and every step of both self-checks."""
    found = {"results": violations(tab.go(language + "index.html#q=neu"), looks, without=without)}
    page = tab.go(language + "self-check.html#90101003")
    page.click("#check .button:not(.quiet)")
    found["question"] = violations(page, looks, without=without)
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    found["result"] = violations(page, looks, without=without)
    page = tab.go(language + "self-check.html#09162000")
    page.click("#check .button:not(.quiet)")
    page.click("button[type=submit]")
    found["orientation, nothing chosen"] = violations(page, looks, without=without)
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    found["orientation result"] = violations(page, looks, without=without)
    return found


# Marks every text whose ink, ground, size and weight no text before it has: rows of a table look alike, pages, too.
LOOKS = """known => {
    const grounds = new Map(), seen = new Set(known);
    const ground = node => {
        if (!node) { return ""; }
        if (!grounds.has(node)) {
            const style = getComputedStyle(node);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter];
            const above = ground(node.parentElement), all = own.join(" ");
            grounds.set(node, all === "rgba(0, 0, 0, 0) none 1 static none" ? above : above + "|" + all);
        }
        return grounds.get(node);
    };
    for (const node of document.querySelectorAll("body, body *")) {
        const style = getComputedStyle(node);
        const texts = [...node.childNodes].filter(child => child.nodeType === 3 && child.data.trim());
        const own = [style.color, style.fontSize, style.fontWeight, style.textShadow].join(" ");
        const shown = style.visibility === "visible" && node.getClientRects().length > 0;
        if (!node.matches("input, select, textarea, button")) {
            const look = own + ground(node), fresh = shown && texts.length > 0 && !seen.has(look);
            if (fresh) { seen.add(look); }
            node.toggleAttribute("data-look", fresh);
        } else {
            node.dataset.look = "";
        }
    }
    return [...seen];
}"""
CONTRAST_OF_LOOKS = "\naxe.configure({rules: [{id: 'color-contrast', selector: '[data-look]'}]});"


def violations(page: Any, looks: set[str], *rules: str, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds, as one line each; with ``rules`` only those are run, else all but ``without``.

    The contrast of all that looks alike is looked at once: what is among ``looks`` no more, what is new joins them.
    """
    from axe_playwright_python.sync_playwright import Axe

    options: dict[str, Any] = (
        {"runOnly": list(rules)} if rules else {"rules": {key: {"enabled": False} for key in without}}
    )
    looks |= set(page.evaluate(LOOKS, sorted(looks)))
    axe = Axe(Axe().axe_script + CONTRAST_OF_LOOKS)
    results = axe.run(page, options={"resultTypes": ["violations"]} | options)
    return [
        f"{item['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for item in results.response["violations"]
        for node in item["nodes"]
    ]


def assert_scripts_and_styles_run(page: Any) -> None:
    assert page.evaluate("typeof window.say") == "function"
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"


@pytest.mark.parametrize("way", ["file", "http"])
def test_the_policy_keeps_requests_to_others_back(visit: Any, served: str, way: str) -> None:
    tab = visit(base=served if way == "http" else "")
    page = tab.go("index.html")
    assert page.evaluate(
        "new Promise(done => {"
        " document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective));"
        " const node = document.createElement('img'); node.src = 'https://example.invalid/x.png';"
        " document.body.append(node); })"
    ).startswith("img-src")
    tab.troubles.clear()
    tab.requests[:] = [url for url in tab.requests if "example.invalid" not in url]


def test_without_javascript_everything_but_search_and_self_check_is_there(visit: Any) -> None:
    tab = visit(java_script_enabled=False)
    page = tab.go("index.html")
    assert page.locator("#search").is_hidden()
    assert "Die Suche braucht JavaScript" in page.inner_text("main")
    page.click("text=Verzeichnis mit 21")
    page.click("text=Übungsland Süd")
    page.click("summary >> text=Übungskreis Sankt Wendelin")
    page.locator("details").get_by_role("link", name="Au", exact=True).click()
    assert page.inner_text("h1") == "Au"
    assert page.locator("table tbody tr").count() > 20
    page.click("text=English")
    assert "/en/gemeinde/91201001.html" in page.url


def test_high_contrast_keeps_marks_and_borders(visit: Any) -> None:
    page = visit(forced_colors="active").go("gemeinde/90101003.html")
    fill = page.evaluate("getComputedStyle(document.querySelector('.verdict .badge'), '::before').backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert fill == ink


def test_print_shows_the_result_and_leaves_out_the_buttons(visit: Any) -> None:
    page = visit(color_scheme="dark").go("self-check.html#90101003")
    page.click("text=Beginnen")
    page.check("#goal-effizienz")
    page.click("button[type=submit]")
    page.emulate_media(media="print")
    assert page.locator(".verdict-type").is_visible() and page.locator(".source").is_visible()
    assert page.locator("text=Ergebnis drucken").is_hidden() and page.locator(".site-header nav").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_survey_without_a_register_still_has_search_and_self_check(
    visit: Any, build_sample: Any, tmp_path: Path
) -> None:
    rows = site_views.register().iloc[:0]
    build_sample(tmp_path / "public", site_views.typology(synthetic=False), municipality_views=[], register_rows=rows)
    page = visit(base=(tmp_path / "public").as_uri() + "/").go("index.html")
    page.fill("#q", "Neuenkirchen")
    page.locator("#search-status:not(:empty)").wait_for()
    assert names(page) == []
    page = visit(base=(tmp_path / "public").as_uri() + "/").go("self-check.html")
    page.click("text=Beginnen")
    assert page.locator("fieldset").count() == 1
