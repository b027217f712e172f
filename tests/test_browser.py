"""The site in a real browser: Debian's chromium, from the folder (``file://``) and over HTTP."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import site_views

from typology.content.catalogue import load_content
from typology.publishing.site_config import load_site_config
from typology.publishing.website import build_site

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# One page of every kind.
KINDS = (
    "index.html", "gemeinde/90101004.html", "gemeinde/90102001.html", "gemeinde/91000000.html", "typ/bedaechtige.html",
    "self-check.html", "compare.html#90101003&90101004", "partners.html", "teams.html", "method.html", "glossary.html",
    "easy-language.html", "accessibility.html", "imprint.html", "privacy.html", "register.html", "register-91.html",
    "not-published.html#09162000",
)  # fmt: skip


def build(folder: Path, model: dict[str, Any] | None) -> Path:
    shown = model or site_views.typology()
    build_site(
        folder,
        municipality_views=site_views.municipality_views(shown),
        type_views=site_views.type_views(shown),
        overview={**site_views.overview(shown), "synthetic": bool(shown["synthetisch"])},
        register_rows=site_views.register(),
        typology=model,
        config=load_site_config(),
        content=load_content(),
        tables=site_views.tables(),
    )
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sites of a practice typology, of a typology from a survey, of yes-or-no and rated goals, and of none."""
    root = tmp_path_factory.mktemp("sites")
    models = {
        "practice": site_views.typology(),
        "survey": site_views.typology(synthetic=False),
        "yes_no": site_views.typology(synthetic=False, kind="yes_no"),
        "rating": site_views.typology(synthetic=False, kind="rating"),
        "none": None,
    }
    return {name: build(root / name, model) for name, model in models.items()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()


class Visit:
    """A tab that remembers every console message, page error and request."""

    def __init__(self, browser: Any, base: str, **options: Any) -> None:
        self.base = base
        self.context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}} | options)
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.troubles.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def go(self, path: str) -> Any:
        self.page.goto("about:blank")
        self.page.goto(self.base + path)
        return self.page

    def check(self) -> None:
        """Nothing went wrong and nothing was asked of anybody else."""
        assert self.troubles == []
        assert [url for url in self.requests if not url.startswith((self.base, "about:blank"))] == []


@pytest.fixture
def visit(browser: Any, folders: dict[str, Path]) -> Iterator[Any]:
    """Opens tabs: ``visit("practice")``; each is checked for troubles at the end."""
    opened: list[Visit] = []

    def make(name: str = "practice", base: str = "", **options: Any) -> Visit:
        opened.append(Visit(browser, base or folders[name].as_uri() + "/", **options))
        return opened[-1]

    yield make
    for tab in opened:
        tab.context.close()
        tab.check()


@pytest.fixture(scope="module")
def served(folders: dict[str, Path]) -> Iterator[str]:
    """The practice site over HTTP on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            return

    handler = functools.partial(Quiet, directory=str(folders["practice"]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


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
        ("Kreis Recklinghausen", "05562"), ("xyzxyzxyz", ""),
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


@pytest.fixture(scope="module")
def searching(browser: Any, folders: dict[str, Path]) -> Iterator[dict[str, Any]]:
    """The first page in both languages, kept open for many searches."""
    tabs = {language: Visit(browser, folders["practice"].as_uri() + "/") for language in ("", "en/")}
    yield {language: tab.go(language + "index.html") for language, tab in tabs.items()}
    for tab in tabs.values():
        tab.context.close()
        tab.check()


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
        assert page.url.endswith("self-check.html#" + key)
        assert page.locator(".chosen-own").count() == 1
        page.go_back()
    assert said == {"Für diese Kommune ist kein Ergebnis veröffentlicht."}


# ---- side by side


@pytest.mark.parametrize("way", ["file", "http"])
def test_two_municipalities_side_by_side(visit: Any, served: str, way: str) -> None:
    page = visit(base=served if way == "http" else "").go("compare.html#90101003")
    page.select_option("#compare-b", "90101004")
    page.click("button[type=submit]")
    table = page.locator("table.compare")
    table.wait_for()
    assert page.url.endswith("#90101003&90101004")
    head = table.locator("thead th").all_inner_texts()
    assert head[0] == "Ahrfelde" and head[1].startswith("Sankt Hellschen")
    first, second = site_views.municipality_views()[:2]
    for one, two in zip(first["goals"], second["goals"], strict=True):
        header = page.get_by_role("rowheader", name=one["label"]["de"], exact=True)
        cells = table.locator("tr", has=header).first.locator("td")
        assert cells.all_inner_texts() == [one["own_label"]["de"], two["own_label"]["de"]]
    page.select_option("#compare-b", "90101003")
    page.click("button[type=submit]")
    assert "zwei verschiedene" in page.inner_text("#compare-status") and table.count() == 0


# ---- self-check


def answer(page: Any, label: str) -> None:
    page.get_by_label(label, exact=True).check()
    page.click("button[type=submit]")


def test_self_check_of_practice_data_is_no_finding(visit: Any) -> None:
    tab = visit()
    page = tab.go("self-check.html")
    address = page.url
    page.click("text=Mit der Übungskommune Ahrfelde ausprobieren")
    assert "Auswahl 1 von höchstens 3" in page.inner_text("h2")
    page.click("button[type=submit]")
    assert page.inner_text("#error") == "Bitte wählen Sie eine Antwort."
    answer(page, "Effizienz der Verwaltung")
    assert "Bisher am ehesten: Die Optimierer" in page.inner_text("#clarity")
    page.click("text=Zurück")
    assert "Auswahl 1" in page.inner_text("h2") and page.get_by_label("Effizienz der Verwaltung").count() == 1
    answer(page, "Effizienz der Verwaltung")
    answer(page, "Effektivität der Verwaltung")
    # Clear after two of three: it stops.
    assert page.inner_text(".result h2") == "Übungsdaten – kein Befund"
    assert "Die Optimierer" in page.inner_text(".verdict h3")
    text = page.inner_text(".result")
    assert "Zweiter Typ:" in text and "statt" in text and "Anderer Typ" in text
    assert "Weiter antworten" in text
    page.click("text=Weiter antworten")
    answer(page, "Bürgernähe")
    assert page.inner_text(".result h2") == "Übungsdaten – kein Befund" and "Weiter antworten" not in page.inner_text(
        ".result"
    )
    assert page.url == address
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.reload()
    assert page.locator(".result").count() == 0


def test_practice_typology_never_types_a_real_municipality(visit: Any) -> None:
    page = visit().go("self-check.html#09162000")
    assert "München" in page.inner_text(".chosen-own") and "ordnet keine echte Kommune zu" in page.inner_text("#mode")
    page.click("text=Beginnen")
    for goal in ("effizienz", "effektivitaet", "daseinsvorsorge"):
        page.check(f"#goal-{goal}")
    assert page.inner_text("#count") == "3 von 3 gewählt"
    page.locator("#goal-buergernaehe").click()
    assert not page.is_checked("#goal-buergernaehe") and "Höchstens 3" in page.inner_text("#count")
    page.click("text=Orientierung ansehen")
    assert page.inner_text(".result h2") == "Orientierung – keine statistische Zuordnung"
    rows = [row.replace("\n", " ") for row in page.locator(".result tbody tr").all_inner_texts()]
    counts = [page.locator(".result tbody tr").nth(place).locator(".num").inner_text() for place in range(4)]
    assert counts == ["0 von 2", "2 von 2", "0 von 2", "1 von 2"], rows
    assert "%" not in page.inner_text(".result")
    assert "#09162000" in page.url and "effizienz" not in page.url


@pytest.mark.parametrize("chosen", ["", "#09162000"])
def test_without_a_typology_there_is_the_orientation_only(visit: Any, chosen: str) -> None:
    page = visit("none").go("en/self-check.html" + chosen)
    page.click("text=Begin")
    page.check("#goal-buergernaehe")
    page.click("text=Show the orientation")
    assert page.inner_text(".result h2") == "Orientation – not a statistical assignment"
    page.click("text=Start again")
    assert page.locator("#own").count() == 1


def test_typology_of_a_survey_assigns_and_names_partners(visit: Any) -> None:
    page = visit("survey").go("self-check.html")
    page.fill("#own", "münchen")
    page.click("text=München, Landeshauptstadt")
    page.click("text=Beginnen")
    answer(page, "Bürgernähe")
    answer(page, "Attraktivität der Kommune")
    assert page.inner_text(".result h2") == "Ergebnis"
    text = page.inner_text(".result")
    assert "Die Serviceorientierten" in text and "Übungsdaten" not in text
    # Practice municipalities are no partners of a real one.
    assert text.count("Noch keine passende Kommune.") == 2


def test_do_not_know_ends_a_choice_without_turning_the_rest_into_no(visit: Any) -> None:
    page = visit("survey").go("self-check.html")
    page.click("text=Beginnen")
    answer(page, "Weiß nicht")
    assert "keinem Typ sicher genug" in page.inner_text(".result") and "Kein Ziel gewählt." in page.inner_text(
        ".result"
    )
    page.click("text=Neu beginnen")
    page.click("text=Beginnen")
    answer(page, "Zufriedenheit der Beschäftigten")
    answer(page, "Kein weiteres Ziel")
    assert page.locator(".result li", has_text="Zufriedenheit der Beschäftigten").count() >= 1


@pytest.mark.parametrize(("name", "labels"), [("yes_no", ("ja", "nein")), ("rating", ("niedrig", "mittel", "hoch"))])
def test_other_kinds_of_questions_are_asked_in_their_own_way(visit: Any, name: str, labels: tuple[str, ...]) -> None:
    page = visit(name).go("self-check.html")
    page.click("text=Beginnen")
    assert page.locator("fieldset label").all_inner_texts() == [*labels, "Weiß nicht"]
    first = page.inner_text("legend")
    answer(page, "Weiß nicht")
    assert "Frage 2 von 13" in page.inner_text("h2") and page.inner_text("legend") != first
    steps = 0
    while page.locator(".result").count() == 0 and steps < 13:
        answer(page, labels[steps % len(labels)])
        steps += 1
    assert page.locator(".result").count() == 1
    assert "beantwortet" in page.inner_text(".result") or "Keine einzelne andere Antwort" in page.inner_text(".result")


def reference(model: dict[str, Any], codes: np.ndarray) -> np.ndarray:
    """Posterior by Bayes' rule, written out with plain products."""
    rows = []
    for pattern in codes:
        weights = []
        for item in model["types"]:
            weight = item["share"]
            for goal, code in zip(model["goals"], pattern, strict=True):
                if code >= 0:
                    weight *= item["probabilities"][goal["key"]][code]
            weights.append(weight)
        rows.append(np.array(weights) / sum(weights))
    return np.array(rows)


@pytest.mark.parametrize("kind", ["pick", "rating"])
def test_script_and_program_agree_on_ten_thousand_patterns(visit: Any, kind: str) -> None:
    name = "practice" if kind == "pick" else "rating"
    model = site_views.typology(synthetic=kind == "pick", kind=kind)
    generator = np.random.default_rng(11)
    levels = [goal["answers"] for goal in model["goals"]]
    codes = np.column_stack([generator.integers(-1, len(answers), 10_000) for answers in levels])
    codes[:3] = [[-1] * len(levels), [0] * len(levels), [len(levels[0]) - 1] * len(levels)]
    page = visit(name).go("self-check.html")
    result = page.evaluate(
        """codes => codes.map(row => {
            const answers = {};
            window.TYPOLOGY.goals.forEach((goal, at) => {
                if (row[at] >= 0) { answers[goal.key] = goal.answers[row[at]]; }
            });
            const found = window.Posterior.assign(window.TYPOLOGY, answers);
            return [found.probabilities, found.status, found.answered];
        })""",
        codes.tolist(),
    )
    script = np.array([row[0] for row in result])
    assert np.abs(script - reference(model, codes)).max() < 1e-9
    typology = typology_of(model)
    answers = pd.DataFrame(
        {
            goal["key"]: [None if code < 0 else goal["answers"][code] for code in codes[:, at]]
            for at, goal in enumerate(model["goals"])
        },
        index=pd.Index([f"9{row:07d}" for row in range(len(codes))], name="key"),
    )
    program = typology.assign(answers)
    columns = [f"p_{item['key']}" for item in model["types"]]
    assert np.abs(script - program[columns].to_numpy(dtype=float)).max() < 1e-9
    assert [row[1] for row in result] == program["status"].tolist()
    assert [row[2] for row in result] == program["answered"].tolist()


def typology_of(model: dict[str, Any]) -> Any:
    """The program's own typology with the numbers of the sample."""
    from typology.assignment.schema import TypologyFile
    from typology.assignment.typology import Typology

    file = TypologyFile.model_validate(model)
    return Typology(**{name: getattr(file, name) for name in Typology.__dataclass_fields__})


@pytest.mark.parametrize("kind", ["yes_no", "rating"])
def test_script_and_program_ask_alike_and_tell_alike_what_would_change(visit: Any, kind: str) -> None:
    from typology.assignment.short_form import next_questions, one_answer_changed

    typology = typology_of(site_views.typology(synthetic=False, kind=kind))
    page = visit(kind).go("self-check.html")
    generator = np.random.default_rng(5)
    for _ in range(20):
        answers = {
            goal.key: goal.answers[int(generator.integers(len(goal.answers)))]
            for goal in typology.goals if generator.random() < 0.5
        }  # fmt: skip
        asked = page.evaluate("a => window.Posterior.open(window.TYPOLOGY, a).map(goal => goal.key)", answers)
        gains = page.evaluate(
            "a => window.Posterior.open(window.TYPOLOGY, a)"
            ".map(goal => window.Posterior.information(window.TYPOLOGY, a, goal))",
            answers,
        )
        program = next_questions(typology, answers)
        assert asked == program["goal"].tolist()
        # The program counts in bits, the script in nats.
        assert gains == pytest.approx((program["gain"] * np.log(2)).tolist(), abs=1e-12)
        changes = page.evaluate(
            "a => window.Posterior.changes(window.TYPOLOGY, a)"
            ".map(change => [change.to.key, change.answer, window.TYPOLOGY.types[change.type].key])",
            answers,
        )
        table = one_answer_changed(typology, answers)
        expected = table.loc[table["changes"], ["goal", "answer", "type"]].to_numpy().tolist()
        assert sorted(changes) == sorted(expected)


def test_exchange_of_one_choice_keeps_the_limit(visit: Any) -> None:
    typology = typology_of(site_views.typology())
    page = visit().go("self-check.html")
    taken_goals = ("effizienz", "beschaeftigte", "offenheit")
    answers = dict.fromkeys(typology.goal_keys, "nein") | dict.fromkeys(taken_goals, "ja")
    before = typology.assign(pd.DataFrame([answers], index=pd.Index(["90101003"], name="key"))).iloc[0]["type"]
    found = page.evaluate(
        "a => window.Posterior.changes(window.TYPOLOGY, a)"
        ".map(change => [change.from.key, change.to.key, window.TYPOLOGY.types[change.type].key])",
        answers,
    )
    expected = []
    for taken in taken_goals:
        for other in typology.goal_keys:
            if answers[other] == "nein":
                row = pd.DataFrame([answers | {taken: "nein", other: "ja"}], index=pd.Index(["90101003"], name="key"))
                columns = [f"p_{key}" for key in typology.type_keys]
                first = str(typology.assign(row)[columns].iloc[0].astype(float).idxmax()).removeprefix("p_")
                if first != before:
                    expected.append([taken, other, first])
    assert before == "optimierer" and expected
    assert sorted(found) == sorted(expected)


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
    for _ in range(2):
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "radio" and focus_shows(page)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        if page.locator(".result").count():
            break
    assert page.evaluate("document.activeElement.tagName") == "H2"
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
    two_columns = page.evaluate(
        "(r => [r.top + scrollY, r.bottom + scrollY])(document.querySelector('.two').getBoundingClientRect())"
    )
    outside = [top for top in tops[1:] if not two_columns[0] <= top <= two_columns[1]]
    assert len(tops) > 20 and outside == sorted(outside)


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", KINDS)
def test_narrow_pages_do_not_scroll_sideways(narrow: Visit, language: str, path: str) -> None:
    page = narrow.go(language + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    hidden = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main th, main td')].filter(node =>"
        " !node.closest('.scroll, thead, details:not([open])') && node.getBoundingClientRect().right > 321)"
        ".map(node => node.textContent)"
    )
    assert hidden == []


@pytest.fixture(scope="module")
def narrow(browser: Any, folders: dict[str, Path]) -> Iterator[Visit]:
    """320 CSS pixels: what 1280 pixels are at 400 % zoom."""
    tab = Visit(browser, folders["practice"].as_uri() + "/", viewport={"width": 320, "height": 640})
    yield tab
    tab.context.close()
    tab.check()


def test_results_of_the_self_check_fit_a_narrow_page(visit: Any) -> None:
    tab = visit(viewport={"width": 320, "height": 640})
    page = tab.go("self-check.html")
    page.click("text=Mit der Übungskommune")
    page.check("#answer-0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    while page.locator(".result").count() == 0:
        page.check("#answer-0")
        page.click("button[type=submit]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["", "en/"])
def test_axe_finds_nothing_on_any_kind_of_page(visit: Any, served: str, language: str) -> None:
    """The policy is bypassed so that axe can be put into the page; another test runs without that."""
    tab = visit(base=served, bypass_csp=True)
    found = {}
    for path in KINDS:
        page = tab.go(language + path)
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
        found[path] = violations(page)
    found |= self_check_violations(tab, language)
    assert {path: issues for path, issues in found.items() if issues} == {}


def test_axe_finds_enough_contrast_in_the_dark(visit: Any, served: str) -> None:
    tab = visit(base=served, bypass_csp=True, color_scheme="dark")
    found = {
        path: violations(tab.go(path), "color-contrast") for path in ("gemeinde/90101004.html", "index.html#q=neu")
    }
    found |= self_check_violations(tab, "", "color-contrast")
    assert {path: issues for path, issues in found.items() if issues} == {}


def self_check_violations(tab: Visit, language: str, *rules: str) -> dict[str, list[str]]:
    """Search results, and every step of both self-checks."""
    found = {"results": violations(tab.go(language + "index.html#q=neu"), *rules)}
    page = tab.go(language + "self-check.html#90101003")
    page.click("#check .button:not(.quiet)")
    found["question"] = violations(page, *rules)
    while page.locator(".result").count() == 0:
        page.check("#answer-0")
        page.click("button[type=submit]")
    found["result"] = violations(page, *rules)
    page = tab.go(language + "self-check.html#09162000")
    page.click("#check .button:not(.quiet)")
    found["orientation"] = violations(page, *rules)
    page.click("button[type=submit]")
    found["orientation result"] = violations(page, *rules)
    return found


def violations(page: Any, *rules: str) -> list[str]:
    """What axe finds, as one line each; with ``rules`` only those are run."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"runOnly": list(rules)} if rules else {"resultTypes": ["violations"]})
    return [
        f"{item['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for item in results.response["violations"]
        for node in item["nodes"]
    ]


@pytest.mark.parametrize("way", ["file", "http"])
def test_every_kind_of_page_obeys_its_own_policy(visit: Any, served: str, way: str) -> None:
    """Without bypassing the policy: no message, no error, no request outside; scripts and styles run."""
    tab = visit(base=served if way == "http" else "")
    for language in ("", "en/"):
        for path in KINDS:
            page = tab.go(language + path)
            assert page.evaluate("typeof window.say") == "function"
            assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
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
    fill = page.evaluate("getComputedStyle(document.querySelector('.verdict .symbol')).fill")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert fill == ink


def test_print_shows_the_result_and_leaves_out_the_buttons(visit: Any) -> None:
    page = visit(color_scheme="dark").go("self-check.html#90101003")
    page.click("text=Beginnen")
    while page.locator(".result").count() == 0:
        page.check("#answer-0")
        page.click("button[type=submit]")
    page.emulate_media(media="print")
    assert page.locator(".result h2").is_visible() and page.locator(".source").is_visible()
    assert page.locator("text=Ergebnis drucken").is_hidden() and page.locator(".site-header nav").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
