"""The self-check in a real browser, and its numbers against the program's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import site_views

from typology.content.catalogue import load_content
from typology.publishing.site.shared import read_view

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser


def answer(page: Any, label: str) -> None:
    page.get_by_label(label, exact=True).check()
    page.click("button[type=submit]")


def choose(page: Any, *goals: str) -> None:
    for goal in goals:
        page.check(f"#goal-{goal}")


def test_the_question_is_asked_as_in_the_survey_and_says_nothing_before_the_end(visit: Any) -> None:
    page = visit().go("self-check.html")
    address, model = page.url, site_views.typology()
    page.click("text=Mit der Übungskommune Ahrfelde ausprobieren")
    assert page.inner_text("h1") == "Ihre Ziele" and page.title().startswith("Ihre Ziele – ")
    labels = page.locator("fieldset label").all_inner_texts()
    assert labels == [goal["label"]["de"] for goal in model["goals"]]
    page.click("button[type=submit]")
    assert page.inner_text("#error") == "Bitte wählen Sie mindestens eine Antwort."
    assert page.locator("[aria-invalid=true]").count() == len(labels)
    choose(page, "effizienz", "effektivitaet")
    assert page.inner_text("#count") == "2 von 3 gewählt"
    assert "Optimierer" not in page.inner_text("main") and "%" not in page.inner_text("main")
    choose(page, "buergernaehe")
    page.locator("#goal-offenheit").click()
    assert not page.is_checked("#goal-offenheit") and "Höchstens 3" in page.inner_text("#count")
    page.click("text=Ergebnis ansehen")
    assert page.inner_text("h1") == "Übungsdaten – kein Befund"
    text = page.inner_text(".result")
    assert "Die Optimierer" in page.inner_text(".verdict-type")
    portrait = " ".join(load_content().type("optimierer").portrait.de.split())
    for part in (portrait, "Zweiter Typ:", "Nächste Schritte", "Anderer Typ", "statt"):
        assert part in text, part
    assert page.url == address
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_every_step_is_an_entry_of_the_history_and_keeps_the_answers(visit: Any, served: str) -> None:
    page = visit(base=served).go("self-check.html#90101003")
    page.click("text=Beginnen")
    choose(page, "effizienz", "buergernaehe")
    page.reload()
    assert page.is_checked("#goal-effizienz") and page.inner_text("#count") == "2 von 3 gewählt"
    page.click("text=English")
    page.wait_for_url("**/en/self-check.html#90101003")
    assert page.inner_text("h1") == "Your goals" and page.is_checked("#goal-buergernaehe")
    assert page.evaluate("window.name") == "" and page.inner_text("#count") == "2 of 3 chosen"
    page.click("text=See the result")
    assert page.inner_text("h1") == "Practice data – not a finding"
    page.reload()
    assert page.inner_text("h1") == "Practice data – not a finding"
    page.click("text=Deutsch")
    page.wait_for_url("**/self-check.html#90101003")
    assert page.inner_text("h1") == "Übungsdaten – kein Befund" and "Bürgernähe" in page.inner_text(".result")
    page.go_back()
    assert page.inner_text("h1") == "Welcher Typ sind wir?"
    page.go_forward()
    page.click(".partners p:first-child a")
    page.wait_for_url("**/gemeinde/*")
    page.go_back()
    assert page.inner_text("h1") == "Übungsdaten – kein Befund"
    assert "effizienz" not in page.url


def test_practice_typology_never_types_a_real_municipality(visit: Any) -> None:
    page = visit().go("self-check.html#09162000")
    assert "München" in page.inner_text(".chosen-own") and "ordnet keine echte Kommune zu" in page.inner_text("#mode")
    page.click("text=Beginnen")
    choose(page, "effizienz", "effektivitaet", "daseinsvorsorge")
    page.click("text=Orientierung ansehen")
    assert page.inner_text("h1") == "Orientierung – keine statistische Zuordnung"
    rows = [row.replace("\n", " ") for row in page.locator(".result tbody tr").all_inner_texts()]
    counts = [page.locator(".result tbody tr").nth(place).locator(".num").inner_text() for place in range(4)]
    assert counts == ["0 von 2", "2 von 2", "0 von 2", "1 von 2"], rows
    text = page.inner_text(".result")
    # It ends as helpfully as an assignment: steps of the fields of the goals, and places nearby if there are any.
    assert "%" not in text and "Nächste Schritte" in text and page.locator(".agenda li").count() == 3
    assert "Noch keine passende Kommune." in text, "practice municipalities are no partners of a real one"
    assert "#09162000" in page.url and "effizienz" not in page.url


@pytest.mark.parametrize("chosen", ["", "#09162000", "#90101005"])
def test_without_a_typology_there_is_the_orientation_only(visit: Any, chosen: str) -> None:
    page = visit("none").go("en/self-check.html" + chosen)
    page.click("text=Begin")
    page.click("text=Show the orientation")
    assert page.inner_text("#error") == "Please choose at least one answer."
    choose(page, "buergernaehe")
    page.click("text=Show the orientation")
    assert page.inner_text("h1") == "Orientation – not a statistical assignment"
    assert page.locator(".partners li").count() == (3 if chosen == "#90101005" else 0)
    page.click("text=Start again")
    assert page.locator("#own").count() == 1


def test_a_result_names_listed_partners_of_the_same_kind_by_size_class_and_distance(
    visit: Any, build_sample: Any, tmp_path: Path
) -> None:
    rows = site_views.register().assign(longitude=10.0, latitude=50.0, population=9000, size_class="GK7")
    rows.loc[rows["key"].isin(["91201", "91201001"]), "partner"] = True
    for key, size, east in (("90102001", "GK7", 10.5), ("91000000", "GK6", 10.1), ("91201001", "GK7", 10.3)):
        rows.loc[rows["key"] == key, ["size_class", "longitude"]] = [size, east]
    build_sample(tmp_path / "public", site_views.typology(synthetic=False), register_rows=rows)
    page = visit(base=(tmp_path / "public").as_uri() + "/").go("self-check.html#90101005")
    found = page.evaluate(
        "window.Near.find(window.Register.find('90101005'), 9, item => item.partner)"
        ".map(found => [found.item.key, found.km === null ? null : Math.round(found.km)])"
    )
    # The sixth and seventh are as far as it; a Kreis is no partner of a municipality.
    assert [key for key, _ in found] == ["90101004", "91201002", "91201001", "90102001", "91000000"]
    points = rows.set_index("key").loc[[key for key, _ in found], ["longitude", "latitude"]].to_numpy()
    assert [km for _, km in found] == [round(km) for km in kilometres(points, np.array([10.0, 50.0]))]
    page.click("text=Beginnen")
    choose(page, "effizienz", "offenheit", "wirtschaft")
    page.click("text=Ergebnis ansehen")
    assert "Bevölkerung 9.000" in page.inner_text(".partners >> nth=0") and "\u00a0km" in page.inner_text(
        ".partners >> nth=1"
    )


def kilometres(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Along the great circle, by the angle between two unit vectors: written apart from the script."""
    rad = np.radians(np.vstack([points, to]))
    unit = np.column_stack(
        [np.cos(rad[:, 1]) * np.cos(rad[:, 0]), np.cos(rad[:, 1]) * np.sin(rad[:, 0]), np.sin(rad[:, 1])]
    )
    return 6371.0 * np.arccos(np.clip(unit[:-1] @ unit[-1], -1, 1))


def test_no_type_is_no_dead_end(visit: Any) -> None:
    page = visit("survey").go("self-check.html#90101005")
    page.evaluate("window.TYPOLOGY.thresholds = { clear: 1, mixed: 1, min_answered: 1 }")
    page.click("text=Beginnen")
    choose(page, "effizienz", "buergernaehe")
    page.click("text=Ergebnis ansehen")
    text = page.inner_text(".result")
    assert "Kein Typ" in page.inner_text(".verdict-type")
    assert "Am nächsten liegen diese beiden: " in text and page.locator(".agenda li").count() == 3
    assert page.locator(".partners li").count() == 3


@pytest.mark.parametrize(("name", "labels"), [("yes_no", ("ja", "nein")), ("rating", ("niedrig", "mittel", "hoch"))])
def test_other_kinds_of_questions_are_asked_in_their_own_way(visit: Any, name: str, labels: tuple[str, ...]) -> None:
    page = visit(name).go("self-check.html")
    page.click("text=Beginnen")
    assert page.locator("fieldset").count() == 13
    assert page.locator("fieldset >> nth=0 >> label").all_inner_texts() == [*labels, "Weiß nicht"]
    page.click("button[type=submit]")
    assert page.inner_text("#error") != ""
    for row in range(0, 13, 2):
        page.locator("fieldset").nth(row).get_by_label(labels[row % len(labels)], exact=True).check()
    page.click("text=Ergebnis ansehen")
    said = page.inner_text(".result")
    assert "Mit der Antwort" in said or "Keine einzelne andere Antwort" in said
    page.go_back()
    assert page.locator("input:checked").count() == 13


@pytest.mark.parametrize("name", ["survey", "yes_no", "rating"])
def test_the_short_way_says_its_agreement_and_asks_one_after_the_other(visit: Any, name: str) -> None:
    page = visit(name).go("self-check.html")
    if name == "survey":
        # Two goals that decide whatever is chosen as the third.
        page.evaluate(
            "window.TYPOLOGY.types.forEach((type, at) => {"
            " type.odds.effizienz = at === 1 ? 500 : 1e-4; type.odds.effektivitaet = at === 1 ? 500 : 1e-4; })"
        )
        page.evaluate("window.CHECK.published = {}; history.replaceState(null, '')")
        page.fill("#own", "Au")
        page.click("#start .results button")
    said = page.inner_text("#agreement")
    assert "zu 100\u00a0% dasselbe Ergebnis" in said
    for item in load_content().types:
        assert item.short.de in said
    page.click("text=Schritt für Schritt antworten")
    page.click("button[type=submit]")
    assert page.inner_text("#error") == "Bitte wählen Sie eine Antwort."
    if name == "survey":
        assert page.inner_text("h1") == "Auswahl 1 von höchstens 3"
        answer(page, "Effizienz der Verwaltung")
        assert page.inner_text("h1") == "Auswahl 2 von höchstens 3"
        answer(page, "Effektivität der Verwaltung")
        assert "deshalb endet die Frage hier" in page.inner_text(".verdict") and "%" not in page.inner_text(".verdict")
        return
    steps = 0
    while page.locator(".result").count() == 0 and steps < 13:
        assert page.inner_text("h1") == f"Frage {steps + 1} von 13"
        page.locator("#answer-0").check()
        page.click("button[type=submit]")
        steps += 1
    assert page.locator(".result").count() == 1
    page.go_back()
    assert page.inner_text("h1") == f"Frage {steps} von 13"


SHORT_WAY = """() => {
    const model = window.TYPOLOGY, keys = model.goals.map(goal => goal.key), limit = model.question.limit;
    const P = window.Posterior, decided = new Map(), sets = [];
    const answers = chosen => Object.fromEntries(chosen.map(key => [key, "ja"]));
    const whole = chosen => P.told(model, P.complete(model, answers(chosen)));
    const ends = chosen => {
        const name = [...chosen].sort().join();
        if (!decided.has(name)) { decided.set(name, P.decided(model, answers(chosen)) ? whole(chosen) : ""); }
        return decided.get(name);
    };
    const grow = (chosen, from) => {
        if (chosen.length) { sets.push(chosen); }
        for (let at = from; at < keys.length && chosen.length < limit; at += 1) { grow([...chosen, keys[at]], at + 1); }
    };
    grow([], 0);
    const without = (list, key) => list.filter(other => other !== key);
    const orders = list => list.length < 2 ? [list]
        : list.flatMap(key => orders(without(list, key)).map(rest => [key, ...rest]));
    const wrong = [];
    let early = 0, tried = 0;
    for (const set of sets) {
        for (const order of orders(set)) {
            let said = "";
            for (let end = 1; end < order.length && !said; end += 1) { said = ends(order.slice(0, end)); }
            early += said ? 1 : 0;
            tried += 1;
            if (said && said !== whole(set)) { wrong.push([order, said, whole(set)]); }
        }
    }
    return [sets.map(set => [set, whole(set)]), wrong, early, tried, P.canEndEarly(model)];
}"""


@pytest.mark.parametrize("world", ["demo", "nationwide"])
def test_no_order_of_clicks_changes_a_result_and_every_answer_set_is_told_as_the_program_and_the_pages_tell_it(
    request: pytest.FixtureRequest, visit: Any, world: str
) -> None:
    """Of every list of goals in every order: the short way ends with what the whole question says.

    The rule: where the page of a municipality shows these answers, the result is what stands there; else it is what the
    published, rounded model says of the whole list.
    """
    public = request.getfixturevalue(f"{world}_processed") / "public"
    page = visit(base=public.as_uri() + "/").go("self-check.html")
    sets, wrong, early, tried, offered = page.evaluate(SHORT_WAY)
    assert wrong == [] and tried > 1_800 and len(sets) == 377 and offered == (early > 0)
    model = page.evaluate("window.TYPOLOGY")
    typology, kinds = typology_of(model), [item["key"] for item in model["types"]]
    answers = pd.DataFrame(
        [{key: "ja" if key in chosen else "nein" for key in typology.goal_keys} for chosen, _ in sets],
        index=pd.Index([f"9{row:07d}" for row in range(len(sets))], name="key"),
    )
    shown = pages_of(public)
    expected, on_pages = [], 0
    for (_, row), (chosen, _) in zip(typology.assign(answers).iterrows(), sets, strict=True):
        said = shown.get(frozenset(chosen), {(row["status"], row["type"], row["second_type"])})
        on_pages += len(shown.get(frozenset(chosen), ())) == 1
        status, first, second = next(iter(said)) if len(said) == 1 else (row["status"], row["type"], row["second_type"])
        parts = {"klar": [first], "mischtyp": [first, second]}.get(status, [])
        expected.append(" ".join([status, *(str(kinds.index(kind)) for kind in parts)]))
    assert [told for _, told in sets] == expected
    assert on_pages > 40


def pages_of(public: Path) -> dict[frozenset[str], set[tuple[str, str, str]]]:
    """The chosen goals of every page with open answers, and what the pages say of them."""
    shown: dict[frozenset[str], set[tuple[str, str, str]]] = {}
    for path in sorted((public / "gemeinde").glob("*.json")):
        view = read_view(path)
        if view["goals"] and view["probabilities"]:
            chosen = frozenset(row["key"] for row in view["goals"] if row["chosen"])
            kinds = [(view[part] or {}).get("key", "") for part in ("type", "second_type")]
            shown.setdefault(chosen, set()).add((view["status"]["key"], *kinds))
    return shown


def reference(model: dict[str, Any], codes: np.ndarray) -> np.ndarray:
    """Posterior by Bayes' rule, written out: plain products, or sums over all lists that the answers leave open."""
    if "ticks" in model:
        return reference_of_ticks(model, codes)
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


def reference_of_ticks(model: dict[str, Any], codes: np.ndarray) -> np.ndarray:
    """Every list of ticks has a probability in each type; a part of a list has the sum over what it leaves open."""
    n_goals = len(model["goals"])
    lists = (np.arange(2**n_goals)[:, None] >> np.arange(n_goals)) & 1
    numbers = lists.sum(axis=1)
    joint = []
    for item in model["types"]:
        weights = np.array([item["odds"][goal["key"]] for goal in model["goals"]])
        products = np.where(lists == 1, weights, 1.0).prod(axis=1)
        sums = np.bincount(numbers, products)
        joint.append(item["share"] * np.array(model["ticks"])[numbers] * products / sums[numbers])
    table = np.array(joint).T
    powers = 1 << np.arange(n_goals)
    asked, ticked = (codes >= 0) @ powers, (codes == 1) @ powers
    everything = np.arange(2**n_goals)
    rows = np.array([table[(everything & mask) == tick].sum(axis=0) for mask, tick in zip(asked, ticked, strict=True)])
    return rows / rows.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["pick", "rating"])
def test_script_and_program_agree_on_thousands_of_patterns(visit: Any, kind: str) -> None:
    name = "practice" if kind == "pick" else "rating"
    model = site_views.typology(synthetic=kind == "pick", kind=kind)
    generator = np.random.default_rng(11)
    levels = [goal["answers"] for goal in model["goals"]]
    codes = np.column_stack([generator.integers(-1, len(answers), 3_000) for answers in levels])
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
    from typology.types.typology import Typology
    from typology.types.typology_file import TypologyFile

    file = TypologyFile.model_validate(model)
    return Typology(**{name: getattr(file, name) for name in Typology.__dataclass_fields__})


@pytest.mark.parametrize("kind", ["yes_no", "rating"])
def test_script_and_program_ask_alike_and_tell_alike_what_would_change(visit: Any, kind: str) -> None:
    from answer_changes import one_answer_changed

    from typology.types.short_form import next_questions

    typology = typology_of(site_views.typology(synthetic=False, kind=kind))
    page = visit(kind).go("self-check.html")
    page.evaluate("window.CHECK.published = {}")  # what pages say is another matter
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


def test_script_and_program_ask_alike_of_a_list(visit: Any) -> None:
    from typology.types.short_form import next_questions

    typology = typology_of(site_views.typology())
    page = visit().go("self-check.html")
    generator = np.random.default_rng(6)
    for chosen in (0, 0, 1, 1, 1, 2, 2, 2):
        goals = generator.permutation(typology.goal_keys)[: chosen + int(generator.integers(1, 5))]
        answers = {str(goal): "ja" if place < chosen else "nein" for place, goal in enumerate(goals)}
        asked = page.evaluate(
            "a => window.Posterior.open(window.TYPOLOGY, a)"
            ".map(goal => [goal.key, window.Posterior.information(window.TYPOLOGY, a, goal)])",
            answers,
        )
        program = next_questions(typology, answers)
        assert [key for key, _ in asked] == program["goal"].tolist()
        assert [gain for _, gain in asked] == pytest.approx((program["gain"] * np.log(2)).tolist(), abs=1e-9)
        assert program["gain"].iloc[0] > 0.01


def test_a_list_without_limit_counts_no_choice_against_one(visit: Any) -> None:
    page = visit("survey").go("self-check.html")
    page.evaluate("window.TYPOLOGY.question.limit = null")
    page.click("text=Beginnen")
    choose(page, "informationssicherheit", "offenheit", "wirtschaft", "effizienz")
    assert page.inner_text("#count") == "4 gewählt"
    page.click("text=Ergebnis ansehen")
    assert page.locator(".result").count() == 1


def test_choosing_a_municipality_says_how_many_are_shown_and_what_is_chosen(visit: Any) -> None:
    page = visit("survey").go("self-check.html")
    page.fill("#own", "sank")
    assert "6 Treffer" in page.inner_text("#start .status")
    page.fill("#own", "muncehn")
    assert "Ähnlich geschrieben" in page.inner_text("#start .status")
    page.fill("#own", "ue")
    assert "die ersten 8 stehen hier" in page.inner_text("#start .status")
    page.fill("#own", "münchen")
    page.click("#start .results button")
    assert page.evaluate("document.activeElement.textContent").startswith("München, Landeshauptstadt")


def test_one_more_or_one_fewer_choice_is_told_as_the_program_tells_it(visit: Any) -> None:
    from answer_changes import one_answer_changed

    typology = typology_of(site_views.typology())
    page = visit().go("self-check.html")
    page.evaluate("window.CHECK.published = {}")
    generator = np.random.default_rng(7)
    told = 0
    for chosen in (1, 2, 3, 2, 3, 1):
        goals = [str(goal) for goal in generator.permutation(typology.goal_keys)[:chosen]]
        answers = dict.fromkeys(typology.goal_keys, "nein") | dict.fromkeys(goals, "ja")
        found = page.evaluate(
            "a => window.Posterior.changes(window.TYPOLOGY, a).filter(change => !change.from || !change.to)"
            ".map(change => [(change.from || change.to).key, window.TYPOLOGY.types[change.type].key])",
            answers,
        )
        table = one_answer_changed(typology, answers)
        expected = table.loc[table["changes"], ["goal", "type"]].to_numpy().tolist()
        assert sorted(found) == sorted(expected)
        told += len(found)
    assert told > 5


def test_exchange_of_one_choice_keeps_the_limit(visit: Any) -> None:
    typology = typology_of(site_views.typology())
    page = visit().go("self-check.html")
    taken_goals = ("effizienz", "beschaeftigte", "offenheit")
    answers = dict.fromkeys(typology.goal_keys, "nein") | dict.fromkeys(taken_goals, "ja")
    before = typology.assign(pd.DataFrame([answers], index=pd.Index(["90101003"], name="key"))).iloc[0]["type"]
    page.evaluate("window.CHECK.published = {}")
    found = page.evaluate(
        "a => window.Posterior.changes(window.TYPOLOGY, a)"
        ".filter(change => change.from && change.to)"
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
