"""Steps follow from answers and from nothing else; unlike municipalities get unlike steps; everyone named agreed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from typology.commands.show import municipality_text
from typology.content.agenda import AgendaFile, load_agenda
from typology.content.catalogue import load_content
from typology.content.reading import validate
from typology.errors import ContentError
from typology.matching.action.agenda import PARTS, propose_steps, value_questions
from typology.matching.action.agenda_partners import add_partners
from typology.matching.numbers import MOST_STEPS
from typology.publishing.gate.privacy import public_tables
from typology.publishing.views.action import Actions
from typology.publishing.views.agenda_text import agenda_text, escape
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.partners import Partners
from typology.study.match import match_actions
from typology.tables.study_tables import StudyTables

CATALOGUE, CONTENT = load_agenda(), load_content()
EMPTY = pd.DataFrame()


def table(rows: dict[str, dict]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("key")


def steps(key: str = "1", **answers: dict) -> pd.DataFrame:
    """Steps of one municipality from its answers."""
    names = ("goals", "stand", "wichtig", "pain_points", "structure")
    tables = [table({key: answers[name]}) if name in answers else EMPTY for name in names]
    bodies = table({key: {"kind": "gemeinde", "size_class": "GK7", **answers.get("body", {})}})
    projects = table({key: answers["projects"]}) if "projects" in answers else None
    return propose_steps(
        *tables, answers.get("gaps", EMPTY), CATALOGUE, CONTENT, municipalities=bodies, projects=projects
    )


def test_three_unlike_municipalities_get_different_first_steps():
    small = steps(pain_points={"ressourcen": "aktuell", "vorgehen": "nie"}, goals={"effizienz": "ja"})
    city = steps(
        stand={"daten": 1.0, "prozesse": 4.0}, wichtig={"daten": 5.0}, goals={"wirtschaft": "ja"},
        body={"kind": "kreisfrei", "size_class": "GK2"},
    )  # fmt: skip
    service = steps(
        stand={"buergerservices": 1.0}, wichtig={"buergerservices": 5.0}, goals={"buergernaehe": "ja"},
        structure=dict.fromkeys(("servicekonto", "eid", "portal", "formulare"), "keine"),
    )  # fmt: skip
    first = [found.iloc[0]["step"] for found in (small, city, service)]
    assert first == ["aufgabe_buendeln", "datenvertrag", "komponenten_nachnutzen"]


def test_of_rated_goals_the_last_level_chooses_whatever_it_is_called():
    levels = ("spaeter", "bald", "sofort")
    profiles = pd.DataFrame(
        [(kind, "goal", "informationssicherheit", level) for kind in ("optimierer", "alle") for level in levels],
        columns=["type", "measure", "item", "level"],
    )
    tables = StudyTables(
        municipalities=pd.DataFrame({"kind": "gemeinde", "name": "Au"}, index=pd.Index(["1", "2"], name="key")),
        consent=pd.DataFrame({"partner": False, "answers": False}, index=pd.Index(["1", "2"], name="key")),
        goals=table({"1": {"informationssicherheit": "sofort"}, "2": {"informationssicherheit": "bald"}}),
        stand=table({key: {"informationssicherheit": 1.0} for key in "12"}),
        type_profiles=profiles,
    )
    agenda = match_actions(tables, CONTENT).agenda
    first = agenda.drop_duplicates("key").set_index("key")
    assert "goal:informationssicherheit=sofort" in first.loc["1", "trigger"].split(";")
    assert first.loc["2", "trigger"] == "stand:informationssicherheit=1"  # weak, but no goal draws on it
    assert first["part_goal"].to_dict() == {"1": 0.2, "2": 0.0}
    shown = Actions(tables, CONTENT, Partners(tables, CONTENT), public=False)
    of_goal = [question.text.de for question in CATALOGUE.questions if "informationssicherheit" in question.goals]
    asked = [{row["text"]["de"] for row in shown.questions(key)} for key in "12"]
    assert of_goal and asked[0] & set(of_goal) and not asked[1] & set(of_goal)


def test_the_parts_are_what_the_answers_say_and_add_up():
    row = steps(
        stand={"informationssicherheit": 1.0},
        wichtig={"informationssicherheit": 4.0},
        goals={"rechtliche_vorgaben": "ja"},
    ).iloc[0]  # fmt: skip
    # weakest level 0.4; importance 4 of 5 is three quarters of 0.4; a chosen goal 0.2, which this step serves: 0.05
    assert row[list(PARTS)].tolist() == [0.4, 0.3, 0.2, 0.0, 0.05]
    assert row["score"] == pytest.approx(0.95) and row["step"] == "wiba"
    assert row["trigger"].split(";") == [
        "stand:informationssicherheit=1",
        "wichtig:informationssicherheit=4",
        "goal:rechtliche_vorgaben=ja",
    ]


@pytest.mark.parametrize(
    ("stand", "wichtig", "goals", "parts"),
    [
        (2.0, 4.0, {}, (0.3, 0.3, 0.0)),
        (3.0, 5.0, {}, (0.2, 0.4, 0.0)),
        (1.0, 3.0, {"informationssicherheit": "ja"}, (0.4, 0.2, 0.2)),  # a goal draws on it
        # not in need; the gap counts half
        (1.0, 3.0, {}, (0.2, 0.0, 0.0)),  # weak, and does not matter
        (4.0, 5.0, {}, (0.05, 0.0, 0.0)),  # matters, and is further on
        (1.0, np.nan, {"informationssicherheit": "nein"}, (0.2, 0.0, 0.0)),
        (np.nan, 5.0, {"informationssicherheit": "ja"}, (0.0, 0.4, 0.2)),  # nothing known about the level
    ],
)
def test_a_field_is_in_need_if_it_is_weak_and_matters(stand, wichtig, goals, parts):
    found = steps(stand={"informationssicherheit": stand}, wichtig={"informationssicherheit": wichtig}, goals=goals)
    row = found[found["field"] == "informationssicherheit"].iloc[0]
    assert row[["part_gap", "part_important", "part_goal"]].tolist() == pytest.approx(list(parts))
    levels = CATALOGUE.step(row["step"]).stand
    assert np.isnan(stand) or min(stand, 3.0) in levels


def test_who_answered_anything_gets_something_and_who_is_strong_can_share():
    fields = [item.key for item in CONTENT.fields]
    assert steps(pain_points={"geld": "nie"})["step"].tolist() == ["standort_bestimmen"]
    best = steps(stand=dict.fromkeys(fields, 5.0), wichtig=dict.fromkeys(fields, 5.0))
    assert best["step"].tolist() == ["erfahrung_weitergeben"] and best["trigger"].tolist() == [
        "stand:buergerservices=5"
    ]
    only_goals = steps(goals={"offenheit": "ja", "wirtschaft": "nein"})
    assert len(only_goals) >= 1 and only_goals["trigger"].str.startswith("goal:offenheit=ja").all()


def test_who_names_every_goal_has_told_none_apart():
    every = [goal.key for goal in CONTENT.goals]
    need = {"stand": {"daten": 2.0}, "wichtig": {"daten": 4.0}}
    none, all_but_one = (
        steps(**need, goals=dict.fromkeys(every, "ja") | change) for change in ({}, {"offenheit": "nein"})
    )
    assert none["part_goal"].tolist() == [0.0] and not none["trigger"].str.contains("goal:").any()
    assert all_but_one["part_goal"].iloc[0] == 0.2


def test_a_step_is_proposed_to_those_it_is_meant_for():
    need = {
        "stand": {"buergerservices": 1.0},
        "wichtig": {"buergerservices": 5.0},
        "goals": {"rechtliche_vorgaben": "ja"},
    }
    of_kreis = steps(**need, body={"kind": "kreis", "size_class": "LK2"})
    assert of_kreis["step"].tolist()[0] == "efa_buendeln"
    assert steps(**need)["step"].tolist()[0] == "efa_nachnutzen"
    for kind, size in (
        ("gemeinde", "GK7"),
        ("gemeinde", "GK5"),
        ("kreisfrei", "GK1"),
        ("kreis", "LK3"),
        ("verband", ""),
    ):
        everything = steps(
            stand=dict.fromkeys([item.key for item in CONTENT.fields], 2.0), wichtig={},
            goals=dict.fromkeys([goal.key for goal in CONTENT.goals], "ja") | {"offenheit": "nein"},
            pain_points=dict.fromkeys(("geld", "personal", "vorgehen"), "aktuell"),
            body={"kind": kind, "size_class": size},
        )  # fmt: skip
        assert len(everything) == MOST_STEPS
        assert all(CATALOGUE.step(name).gilt_fuer.holds(kind, size) for name in everything["step"])


def test_the_same_step_takes_more_days_and_other_words_where_the_body_is_larger():
    step = CATALOGUE.step("isb_benennen")
    small, large, kreis = (
        step.for_body("gemeinde", "GK7"),
        step.for_body("kreisfrei", "GK1"),
        step.for_body("kreis", "LK1"),
    )
    assert len({small.title.de, large.title.de, kreis.title.de}) == 3
    assert (small.days, large.days, small.effort, large.effort) == ((2, 4), (5, 12), "S", "M")
    assert step.for_body("gemeinde", "").days == (2, 12)  # inhabitants unknown: from the least to the most


def test_what_a_body_has_done_is_not_proposed_and_what_it_plans_is():
    need = {"stand": {"prozesse": 3.0}, "wichtig": {"prozesse": 5.0}}
    assert steps(**need)["step"].tolist() == ["durchlaufzeit"]
    planned = steps(**need, projects={"erechnung": "geplant"}).iloc[0]
    assert planned["step"] == "erechnung" and planned["trigger"].endswith("project:erechnung=geplant")
    for state in ("laeuft", "abgeschlossen"):
        found = steps(**need, goals={"rechtliche_vorgaben": "ja"}, projects={"erechnung": state})
        assert "erechnung" not in set(found["step"])
    assert "erechnung" in set(
        steps(**need, goals={"rechtliche_vorgaben": "ja"}, projects={"erechnung": "keins"})["step"]
    )


FOUR = ("servicekonto", "eid", "portal", "formulare")


def test_the_more_specific_answer_gives_the_step_of_a_field():
    base = {"stand": {"prozesse": 2.0}, "wichtig": {"prozesse": 5.0}}
    assert steps(**base)["step"].tolist() == ["ablauf_aufnehmen"]
    assert steps(**base, structure={"fim_bekannt": "nein"})["step"].tolist() == ["fim"]
    assert steps(**base, structure={"fim_bekannt": "ja"})["step"].tolist() == ["ablauf_aufnehmen"]
    services = {"stand": {"buergerservices": 2.0}, "wichtig": {"buergerservices": 5.0}}
    assert steps(**services)["step"].tolist() == ["leistung_durchgehen"]
    assert steps(**services, structure={"portal": "keine"})["step"].tolist() == ["leistung_durchgehen"]
    found = steps(**services, structure={"formulare": "keine"}).iloc[0]  # speaks for reusing what others made
    assert found["step"] == "efa_nachnutzen" and found["trigger"].endswith(";structure:formulare=keine")
    assert steps(**services, structure=dict.fromkeys(FOUR, "keine"))["step"].tolist() == ["komponenten_nachnutzen"]


def test_the_largest_gap_of_a_missed_group_asks_for_training():
    gaps = pd.DataFrame(
        [("1", "kita", "sicherheit", 5.0, 3.0, 2.0, True), ("1", "verwaltung", "inhalte", 6.0, 4.0, 2.0, False)],
        columns=["key", "family", "area", "soll", "ist", "gap", "missed"],
    )
    found = steps(gaps=gaps)
    assert found["step"].tolist() == ["soll_niveau"] and found["trigger"].tolist() == ["competence:kita.sicherheit=5/3"]
    assert steps(gaps=gaps.assign(gap=1.0)).empty


def test_no_answers_no_steps_and_never_more_than_the_limit():
    assert steps().empty and steps(stand={"daten": np.nan}, goals={"wirtschaft": ""}).empty
    fields = [field.key for field in CONTENT.fields]
    everything = steps(
        stand=dict.fromkeys(fields, 1.0), wichtig=dict.fromkeys(fields, 5.0),
        pain_points=dict.fromkeys(("ressourcen", "vorgehen", "veraenderungsbereitschaft"), "aktuell"),
    )  # fmt: skip
    assert len(everything) == MOST_STEPS and everything["score"].is_monotonic_decreasing
    assert everything["rank"].tolist() == list(range(1, MOST_STEPS + 1))


def test_questions_follow_the_goals_and_end_with_the_one_for_everyone():
    found = [
        item.key for item in value_questions(["foerdermittel", "effizienz", "effektivitaet", "offenheit"], CATALOGUE)
    ]
    assert found == ["foerderung", "zeit", "merken"]
    assert [item.key for item in value_questions([], CATALOGUE)] == ["merken"]


@pytest.fixture(scope="module")
def partners_case() -> tuple[pd.DataFrame, ...]:
    keys = pd.Index([f"9010{i}001" for i in range(6)], name="key")
    municipalities = pd.DataFrame(
        {"kind": "gemeinde", "kreis": "90101", "verband": "", "population": 5e3,
         "longitude": [9.0, 9.1, 9.2, 9.3, 9.4, 9.5], "latitude": 50.0}, index=keys,
    )  # fmt: skip
    consent = pd.DataFrame(
        {"partner": [False, True, True, False, True, True], "answers": [False, True, False, True, True, True]},
        index=keys,
    )
    stand = pd.DataFrame({"daten": [1.0, 5.0, 5.0, 5.0, 3.0, 4.0]}, index=keys)
    agenda = propose_steps(EMPTY, stand, stand * 0 + 5, EMPTY, EMPTY, EMPTY, CATALOGUE, CONTENT)
    agenda = agenda[agenda["key"] == "90100001"].reset_index(drop=True)
    return agenda, stand, municipalities, consent


def test_only_who_agreed_and_is_strong_is_named_the_nearest_first(partners_case):
    agenda, stand, municipalities, consent = partners_case
    out = add_partners(agenda, stand, EMPTY, municipalities, consent)
    assert out["key"].tolist() == ["90100001"]
    assert out["partners"].tolist() == ["90101001;90105001"]  # 2 and 3 did not agree to both, 4 is no further
    assert out["partner_reason"].tolist() == ["stark"]
    nobody = add_partners(agenda, stand, EMPTY, municipalities, consent.assign(partner=False))
    assert nobody["partners"].tolist() == [""] and nobody["partner_reason"].tolist() == [""]


def test_learning_partners_go_first_and_nobody_is_asked_by_all(partners_case):
    agenda, stand, municipalities, consent = partners_case
    known = pd.DataFrame({"key": ["90100001"], "partner": ["90105001"]})
    out = add_partners(agenda, stand, EMPTY, municipalities, consent, learning=known)
    assert out["partners"].iloc[0].startswith("90105001")
    many = pd.concat([agenda.assign(key=key) for key in ("90100001", "90102001", "90103001", "90104001")])
    weak = stand.assign(daten=[1.0, 5.0, 1.0, 1.0, 1.0, 5.0])
    both = consent.assign(answers=True, partner=[False, True, False, False, False, True])
    crowded = add_partners(many.reset_index(drop=True), weak, EMPTY, municipalities, both, shown=1)
    asked = crowded["partners"].value_counts()
    assert set(asked) <= {1, 2, 3} and len(asked) == 2  # 4 steps, 2 partners: at most 3 each, not 4


def test_a_pain_point_asks_the_own_group_or_who_is_past_it(partners_case):
    _, stand, municipalities, consent = partners_case
    both = consent.assign(partner=True, answers=True)
    pains = pd.DataFrame({"vorgehen": ["aktuell", "aktuell", "aktuell", "geloest", "nie", "nie"]}, index=stand.index)
    agenda = propose_steps(EMPTY, EMPTY, EMPTY, pains, EMPTY, EMPTY, CATALOGUE, CONTENT)
    agenda = agenda[agenda["trigger"].str.startswith("pain_point:")].reset_index(drop=True)
    assert len(agenda) == 3
    alone = add_partners(agenda, stand, pains, municipalities, both)
    assert alone["partners"].tolist() == ["90103001"] * 3 and set(alone["partner_reason"]) == {"geloest"}
    groups = pd.DataFrame(
        {"key": stand.index[:3], "topic": "vorgehen", "group": "vorgehen-01", "host": [False, True, False],
         "distance_km": [7.0, 0.0, 7.0]}
    )  # fmt: skip
    grouped = add_partners(agenda, stand, pains, municipalities, both, groups=groups)
    assert grouped["partners"].iloc[0] == "90101001;90102001" and set(grouped["partner_reason"]) == {"gruppe"}


def test_every_step_has_a_source_and_a_field_and_a_question_has_one_too():
    fields = {item.key for item in CONTENT.fields}
    assert all(step.quelle.keys and step.field in fields and step.when for step in CATALOGUE.steps)
    assert CATALOGUE.questions and all(item.quelle.keys for item in CATALOGUE.questions)


def test_a_step_without_source_or_trigger_is_refused_with_all_problems():
    data = CATALOGUE.model_dump(mode="json")
    step = data["steps"][0]
    data["steps"] = [{**step, "when": []}, {**step, "quelle": "", "herkunft": ""}]
    data["steps"].append({**step, "when": [{"measure": "structure", "items": ["eid"]}]})
    with pytest.raises(ContentError) as caught:
        validate(AgendaFile, data, "agenda.yaml")
    assert {problem.column for problem in caught.value.problems} == {"steps.0.when", "steps.1", "steps.2.when.0"}


def test_unknown_keys_of_an_own_agenda_are_found_together(tmp_path):
    text = (
        "steps:\n"
        "  - {key: eins, field: mars, when: [{measure: pain_point, items: [hunger]}], title: {de: x, en: x},"
        " how: {de: x, en: x}, quelle: typen}\n"
    )
    (tmp_path / "agenda.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_agenda(tmp_path)
    assert [problem.value for problem in caught.value.problems] == ["mars", "hunger"]


@pytest.fixture(scope="module")
def demo(demo_study):
    """The demo with all actions, for itself and behind the gate."""
    tables = match_actions(demo_study.tables, demo_study.content)
    public = match_actions(public_tables(tables), demo_study.content)
    return demo_study, tables, public


@pytest.mark.long
def test_on_the_demo_every_step_is_true_and_everyone_named_agreed(demo):
    _, tables, public = demo
    answers = {"stand": tables.stand, "wichtig": tables.wichtig, "goal": tables.goals, "structure": tables.structure,
               "pain_point": tables.pain_points, "project": tables.projects}  # fmt: skip
    assert len(tables.agenda) > 1000
    for row in tables.agenda.itertuples():
        for part in row.trigger.split(";"):
            name, value = part.split("=")
            measure, item = name.split(":")
            if measure != "competence":
                given = answers[measure].loc[row.key, item]
                assert given == (float(value) if measure in ("stand", "wichtig") else value)
    parts = tables.agenda[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(parts, tables.agenda["score"], atol=1e-6)
    for shown in (tables, public):
        agreed = shown.consent.index[shown.consent["partner"] & shown.consent["answers"]]
        named = set(shown.agenda["partners"].str.split(";").explode()) - {""}
        assert named and named <= set(agreed)
    opened = tables.consent.index[tables.consent["listed"] & tables.consent["answers"]]
    assert set(public.agenda["key"]) <= set(opened)
    assert not public.agenda["trigger"].str.contains("structure:|competence:").any()
    first = tables.agenda[tables.agenda["rank"] == 1]["step"].value_counts(normalize=True)
    assert len(first) >= 10 and first.iloc[0] < 0.4


@pytest.mark.long
def test_on_the_demo_views_say_the_same_in_both_languages_and_as_text(demo):
    study, tables, public = demo
    maker = ViewMaker(tables, study.info, study.content)
    sizes = tables.municipalities["size_class"]
    for key in (sizes.index[sizes == name][0] for name in ("GK7", "GK6", "GK4", "LK3")):
        view = maker.municipality(key)
        json.dumps(view, allow_nan=False)
        for language in ("de", "en"):
            text = agenda_text(view, study.content, language)
            assert "{" not in text and text.endswith("\n") and "None" not in text and "nan" not in text.split()
            for step in view["agenda"]:
                assert (
                    step["title"][language] in text
                    and step["trigger"][language] in text
                    and step["source"][language] in text
                )
            assert study.content.say("synthetic_banner", language) in text
    closed = ViewMaker(public, study.info, study.content, "public")
    hidden = set(tables.consent.index[~tables.consent["listed"]])
    for view in closed.municipalities():
        for group in view["cooperation"]:
            assert group["state"] not in ("moeglich", "nicht_genannt")
        named = [item for step in view["agenda"] for item in step["partners"]]
        named += [item for group in view["cooperation"] for item in (*group["members"], *group["past"])]
        assert not {item["key"] for item in named} & hidden
        assert view["gaps"] == [] and view["trainings"] == []


def test_names_stay_text_in_markdown():
    assert escape("Bad [x](y) *Ort*_|") == r"Bad \[x\](y) \*Ort\*\_\|"


def test_a_goal_rated_low_is_not_called_chosen(demo_study):
    tables = demo_study.tables
    rated = tables.municipality_profiles.replace({"own": {"ja": "wichtig", "nein": "unwichtig"}})
    high = tables.type_profiles[tables.type_profiles["measure"] == "goal"].assign(level="wichtig")
    others = tables.type_profiles[tables.type_profiles["measure"] != "goal"]
    levels = pd.concat([high.assign(level="unwichtig"), high, others])
    maker = ViewMaker(
        tables.having(municipality_profiles=rated, type_profiles=levels), demo_study.info, demo_study.content
    )
    key = rated.loc[rated["own"] == "wichtig", "key"].iloc[0]
    before, view = ViewMaker(tables, demo_study.info, demo_study.content).municipality(key), maker.municipality(key)
    chosen = [goal["label"]["de"] for goal in view["goals"] if goal["chosen"]]
    assert chosen == [goal["label"]["de"] for goal in before["goals"] if goal["own"] == "ja"] and len(chosen) <= 3
    assert f"Genannte Ziele: {'; '.join(chosen)}\n" in municipality_text(view)
    listed = agenda_text(view, demo_study.content).split("## 2")[1].split("###")[0]
    assert [line[2:] for line in listed.splitlines() if line.startswith("- ")] == chosen


@pytest.mark.parametrize("state", ["", "geloest"])
def test_pain_points_nobody_was_asked_about_are_not_called_past(demo_study, state):
    view = ViewMaker(demo_study.tables, demo_study.info, demo_study.content).municipality("90001000")
    for pain in view["pain_points"]:
        pain["state"] = state
    text = agenda_text({**view, "cooperation": []}, demo_study.content)
    assert ("Zu Schmerzpunkten liegen keine Antworten vor." in text) == (state == "")
    assert ("Kein Schmerzpunkt ist aktuell." in text) == (state != "")
