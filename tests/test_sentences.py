"""Every printed sentence has the function that decides it, and says what the tables say: drawn from two worlds."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from fixed_numbers import texts
from true_reasons import Facts, holds

from typology.content.catalogue import load_content
from typology.content.reading import read_yaml
from typology.publishing.views.maker import ViewMaker

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "typology"
DRAWN = 30
"""Municipalities of each world whose every sentence is looked at, besides the unusual ones."""


# The table ----------------------------------------------------------------------------------------------------------


@cache
def bindings() -> dict[str, dict[str, Any]]:
    return read_yaml(TESTS / "sentence_rules.yaml")  # refuses a key that stands twice


def listed_in(part: str) -> list[str]:
    table = bindings()[part]
    return [key for keys in table["decided"].values() for key in keys] + table["names"]


#: Of the other texts that a reader sees, those that may state something: no names, headings, questions.
STATING = re.compile(
    r"glossary\..*\.(meaning|leanings)|(leichte_sprache\w*|website)\..*\.paragraphs\..*"
    r"|questionnaire\.(welcome|thanks|.*\.(intro|help|limit_help|wrong|hint))"
)


def paragraphs() -> list[tuple[str, str]]:
    """Number of a notebook and what one of its paragraphs says, without headings."""
    found = []
    for path in sorted((TESTS.parent / "notebooks").glob("[0-9]*.py")):
        for cell in re.findall(r"# %% \[markdown\]\n((?:#.*\n)+)", path.read_text(encoding="utf-8")):
            text = re.sub(r"^#+ .*$" if cell.startswith("##") else r"^# #+ .*$", "", cell, flags=re.M)
            parts = re.split(r"\n#?\s*\n", re.sub(r"^# ?", "", text, flags=re.M))
            found += [(path.name[:2], part.strip()) for part in parts if part.strip()]
    return found


def said_in(part: str) -> set[str]:
    if part == "texts":
        return {place for place, _ in texts() if STATING.fullmatch(place)}
    if part == "notebooks":
        return {" ".join([number, *text.split()[:2]]).rstrip(".,:") for number, text in paragraphs()}
    if part == "sentences":
        return {re.sub(r"^as_(leaning|none)_", "", key) for key in load_content().sentences}
    keys = yaml.safe_load((PACKAGE / "content" / "messages" / "commands.yaml").read_text(encoding="utf-8"))
    return {key for key in keys if not key.startswith(("help", "summary_", "option_", "argument_"))}


@pytest.mark.parametrize("part", ["sentences", "messages", "texts", "notebooks"])
def test_every_sentence_is_bound_to_its_rule_or_said_to_state_nothing(part: str) -> None:
    told, said = listed_in(part), said_in(part)
    assert sorted(said - set(told)) == [], "in tests/sentence_rules.yaml: which function decides these?"
    assert sorted(set(told) - said) == [], "in tests/sentence_rules.yaml: nobody says these any more"
    assert [key for key, n in Counter(told).items() if n > 1] == []


@pytest.mark.parametrize("path", sorted({path for part in bindings().values() for path in part["decided"]}))
def test_what_decides_a_sentence_is_there(path: str) -> None:
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            found = getattr(found, name)
        assert found is not None
        return
    pytest.fail(path)


#: Explained by statistics and not by this program.
DEFINED = {f"glossary.terms.{term}.meaning" for term in ("bic", "rand_index", "standardfehler")}


def test_what_only_names_compares_nothing() -> None:
    """Words of comparison, reason and quantity in a sentence that is said to state nothing."""
    telling = re.compile(
        r"\b(mindestens|höchstens|mehr als|weniger|weil|deshalb|umgekehrt|gleiche Art|über Typ|unter Typ|besser)\b"
    )
    sentences = load_content().sentences
    words = {key: sentences[key].de for key in bindings()["sentences"]["names"] if key in sentences}
    others = {place: text["de"] for place, text in texts()}
    words |= {place: others[place] for place in bindings()["texts"]["names"]}
    assert len(words) > 300
    assert {key for key, text in words.items() if telling.search(text)} == DEFINED


# What is said, in two worlds ------------------------------------------------------------------------------------------


class World:
    """A study, the views of some of its municipalities, and its raw tables."""

    def __init__(self, study: Any) -> None:
        self.study, self.tables, self.content = study, study.tables, study.content
        self.facts = Facts(study.tables)
        keys = sorted(study.tables.municipalities.index)
        drawn = np.random.default_rng(17).choice(keys, DRAWN, replace=False).tolist()
        reasons = study.tables.assignments["reason"]
        unusual = [reasons.index[reasons == reason][0] for reason in sorted(set(reasons))]
        self.keys = sorted({*drawn, *unusual})
        maker = ViewMaker(study.tables, study.info, study.content)
        self.views = {key: maker.municipality(key) for key in self.keys}

    def say(self, key: str, **values: Any) -> str:
        return self.content.say(key, "de", **values)


@pytest.fixture(scope="module", params=["demo_study", "nationwide_study"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.getfixturevalue(request.param))


def test_the_type_is_said_as_its_probabilities_say(world: World) -> None:
    seen = Counter()
    for key, view in world.views.items():
        row = world.tables.assignments.loc[key]
        chances = sorted((float(row[name]) for name in row.index if name.startswith("p_")), reverse=True)
        reason, said = str(row["reason"]), view["status"]["sentence"]["de"]
        if reason not in ("", "spread") and not row["type"]:
            expected, sure = world.say(f"view_reason_{reason}"), None
            assert view["probabilities"] == [], "without answers they are only how frequent the types are"
        elif chances[0] >= 0.8:
            expected = f"klar zu einem Typ: „{view['type']['label']['de']}“"
            sure = "summary_sure_very" if chances[0] >= 0.95 else "summary_sure_clear"
        elif chances[0] + chances[1] >= 0.8:
            expected, sure = f"am nächsten bei „{view['type']['label']['de']}“", "summary_sure_two"
        else:
            expected, sure = world.say("view_reason_spread"), "summary_sure_none"
        if world.study.info.weak:  # then no probability is relied on
            expected, sure = (world.say("view_status_weak"), None) if row["type"] else (expected, None)
        seen[sure, expected] += 1
        assert expected in said, key
        assert view["summary"]["sure"] == (None if sure is None else {
            lang: world.content.say(sure, lang) for lang in ("de", "en")
        }), key  # fmt: skip
    assert len(seen) >= 3


def test_strong_and_weak_are_what_the_sentence_on_them_says(world: World) -> None:
    seen = Counter()
    for key, view in world.views.items():
        rule = "standing_rule" if view["type"] else "standing_rule_all"
        assert view["standing_rule"]["de"] == world.say(rule)
        for field in view["fields"]:
            if field["own"] is None:
                assert field["standing"] == ""
                continue
            beside = [field["all"]] + ([field["type"]] if view["type"] else [])
            above = all(round(field["own"] - mean, 4) >= 1 for mean in beside)
            below = all(round(mean - field["own"], 4) >= 1 for mean in beside)
            assert field["standing"] == ("stark" if above else "schwach" if below else ""), (key, field["key"])
            assert (field["standing"] == "stark") == bool(world.facts.strong.at[key, field["key"]])
            seen[rule, field["standing"]] += 1
    assert seen["standing_rule", "stark"] and seen["standing_rule", "schwach"] and seen["standing_rule_all", ""]


def test_a_share_and_the_number_beside_it_are_of_the_same_municipalities(world: World) -> None:
    tables, sizes = world.tables, world.tables.municipalities["size_class"]
    types, checked = tables.assignments["type"], 0
    for key, view in world.views.items():
        groups = {"all": types.index, "size": sizes.index[sizes == sizes[key]]}
        if view["type"]:
            groups["type"] = types.index[types == types[key]]
        for row, block in [(row, tables.goals) for row in view["goals"]] + [
            (row, tables.stand) for row in view["fields"]
        ]:
            answers = block[row["key"]].reindex
            for group, members in groups.items():
                part = answers(members).replace("", np.nan).dropna()
                n = row[f"n_{group}"]
                if group == "size" and (len(part) < 6 or not sizes[key]):
                    assert row["size"] is None and n is None, "no class, or too few to be shown to others"
                    continue
                figure = (part == "ja").mean() if block is tables.goals else pd.to_numeric(part).mean()
                assert n == len(part) and row[group] == pytest.approx(figure, abs=1e-4), (key, row["key"], group)
                checked += 1
    assert checked > 1000


def test_what_the_type_means_here_and_the_situation_are_the_own_answers(world: World) -> None:
    seen = Counter()
    for key, view in world.views.items():
        goals = world.tables.goals.loc[key]
        told = " ".join(part["de"] for part in view["summary"]["meaning"])
        for goal in goals.index:
            label = world.content.label("goal", goal, "de")
            if told and goals[goal] != "ja":
                named = re.search(rf"(?<![\w„]){re.escape(label)}(?=[,.]| und )", told)
                longer = [other for other in goals.index if goals[other] == "ja"
                          and label in world.content.label("goal", other, "de")]  # fmt: skip
                assert not named or longer, (key, label)
            if told and goals[goal] == "ja":
                assert label in told, (key, label)
        said = view["summary"]["situation"]["de"]
        weak = [name for name in world.tables.stand if bool(world.facts.weak.at[key, name])]
        current = [name for name in world.tables.pain_points if world.tables.pain_points.at[key, name] == "aktuell"]
        assert ("schwach in:" in said) == bool(weak)
        assert ("chmerzpunkt " in said) == (len(current) == 1) and ("chmerzpunkte " in said) == (len(current) > 1)
        if not weak and world.facts.stand.loc[key].notna().any():
            assert "in keinem Handlungsfeld schwach" in said
        for name in weak[:3]:
            assert world.content.label("field", name, "de") in said
        seen[bool(weak), bool(current)] += 1
    assert len(seen) == 4


def test_every_reason_for_a_partner_is_true_and_nobody_stands_there_with_closed_answers_told(world: World) -> None:
    tables, seen = world.tables, Counter()
    for which in ("similar", "complementary"):
        table = tables.get(which)
        for row in table[table["key"].isin(world.keys)].itertuples():
            cards = {card["key"]: card for card in world.views[row.key][which]}
            card = cards[row.partner]
            assert card["population"] == tables.municipalities.at[row.partner, "population"]
            if not np.isnan(row.distance_km):
                assert card["distance_km"] == pytest.approx(world.facts.km(row.key, row.partner), abs=1)
            open_ = bool(tables.consent.at[row.partner, "answers"])
            for name in ("topic", "likeness", "difference"):
                reason = getattr(row, name)
                if reason in ("", "topic_open", "topic_talk"):
                    continue
                assert holds(reason, world.facts, row.key, row.partner), (row.key, row.partner, reason)
                seen[reason.split(":")[0]] += 1
            if not open_:
                assert card["levels"] == [] and card["ask"]["de"] == world.say("summary_ask_open")
                if not row.topic.startswith(("topic_type", "topic_same_type", "topic_talk")):
                    assert card["topic"]["de"] == "Die Antworten sind nicht freigegeben."
            for line in card["levels"]:
                for field in tables.stand:
                    label = world.content.label("field", field, "de")
                    if line["de"].startswith(f"{label}: dort"):
                        numbers = [float(number) for number in re.findall(r"dort (\d) von 5, hier (\d)", line["de"])[0]]
                        assert numbers == [world.facts.level(row.partner, field), world.facts.level(row.key, field)]
    assert len(seen) >= 15 and sum(seen.values()) > 200


def test_a_complement_is_further_where_there_is_a_need(world: World) -> None:
    facts, found = world.facts, 0
    table = world.tables.complementary
    for row in table[table["key"].isin(world.keys)].itertuples():
        assert facts.types[row.key] != facts.types[row.partner]
        further = any(
            (facts.weak.at[row.key, field] and facts.strong.at[row.partner, field])
            or facts.level(row.partner, field) >= facts.level(row.key, field) + 2
            for field in world.tables.stand
        )
        solved = any(
            facts.pain(row.key, point) == "aktuell" and facts.pain(row.partner, point) == "geloest"
            for point in world.tables.pain_points
        )
        assert further or solved, (row.key, row.partner)
        found += 1
    assert found > 50


def test_who_stands_beside_a_step_is_as_far_as_the_sentence_says(world: World) -> None:
    seen = Counter()
    for key, view in world.views.items():
        for step in view["agenda"]:
            if not step["partners"]:
                assert step["partner_reason"] is None
                continue
            kind, said = step["partner_key"], step["partner_reason"]["de"]
            names = [world.content.label("pain_point", point, "de") for point in world.tables.pain_points]
            point = next(
                (p for p, name in zip(world.tables.pain_points, names, strict=True) if f"„{name}“" in said), ""
            )
            for partner in step["partners"]:
                if kind == "stark":
                    own, theirs = (world.facts.level(body, step["field"]["key"]) for body in (key, partner["key"]))
                    assert theirs >= 4 and (np.isnan(own) or theirs >= own + 2)
                    assert ("zwei Stufen" in said) == (not np.isnan(own))
                else:
                    state = world.facts.pain(partner["key"], point)
                    assert state == {"geloest": "geloest", "gruppe": "aktuell"}[kind]
                    assert world.facts.pain(key, point) == "aktuell"
            assert step["partner_lead"]["de"] == ("Gemeinsam mit:" if kind == "gruppe" else "Nachfragen bei:")
            seen[kind] += 1
    assert seen["stark"] > 10 and sum(seen.values()) > seen["stark"]


def test_the_draft_decision_names_steps_and_partners_only_where_there_are_some(world: World) -> None:
    seen = Counter()
    bodies = {"kreis": "Der Kreistag", "verband": "Die Vertretung", "gemeinde": "Der Rat", "kreisfrei": "Der Rat"}
    for key, view in world.views.items():
        said = [sentence["de"] for sentence in view["summary"]["decision"]]
        ordered = [sentence for sentence in said if "beauftragt" in sentence]
        noted = [sentence for sentence in said if "nimmt" in sentence and "Kenntnis" in sentence]
        body = bodies[world.tables.municipalities.at[key, "kind"]] + " "
        assert all(sentence.startswith(body) for sentence in (*ordered, *noted))
        steps = view["agenda"][:3]
        own = [step for step in steps if step.get("elected") is not False]
        assert len(ordered) == bool(own) and len(noted) == bool(len(own) < len(steps) or not steps)
        for sentences, part in ((ordered, own), (noted, [step for step in steps if step not in own])):
            assert all(("Schritte" in sentence) == (len(part) > 1) for sentence in sentences if part)
        talk = [sentence for sentence in said if sentence not in (*ordered, *noted)]
        asked = [step for step in steps if step["partners"] and step["partner_key"] != "gruppe"]
        partners = any(step["partners"] for step in asked) if steps else bool(view["similar"] or view["complementary"])
        assert len(talk) == partners
        seen[bool(ordered), bool(talk)] += 1
    assert seen[True, True] > 10


def test_a_name_is_never_doubled_by_its_place(world: World) -> None:
    cards = [card for view in world.views.values() for which in ("similar", "complementary") for card in view[which]]
    named = [card for card in cards if "(" in card["name"]]
    assert named
    for card in named:
        assert not card["kreis_name"] or f"({card['kreis_name']})" not in card["name"]
