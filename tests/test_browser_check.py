"""The self-check in a real browser, and its numbers against the program's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import site_views

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser


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
    assert "Mit der Antwort" in page.inner_text(".result") or "Keine einzelne andere Antwort" in page.inner_text(
        ".result"
    )


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
    assert page.inner_text("h2") == "Auswahl 1"
    page.get_by_label("Informationssicherheit").check()
    page.click("button[type=submit]")
    assert page.inner_text("h2") == "Auswahl 2"
    answer(page, "Kein weiteres Ziel")
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
