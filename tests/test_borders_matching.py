"""Partners, teams and groups at their borders: who is just still eligible and who just no longer, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from typology.content.agenda import load_agenda, load_cooperation
from typology.content.catalogue import load_content
from typology.content.reading import FOLDER, read_yaml
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.action.agenda import need_of, propose_steps, value_questions
from typology.matching.action.agenda_partners import add_partners
from typology.matching.action.competences import competence_gaps, competence_levels, summarise_gaps
from typology.matching.action.cooperation import form_cooperation
from typology.matching.bodies import prepare_bodies
from typology.matching.distance import places_of
from typology.matching.peers import eligible
from typology.matching.peers.allocation import Pool, _best_for_partner
from typology.matching.peers.candidates import find_candidates, make_rules
from typology.matching.peers.peers import PeerResult, recommend_peers
from typology.matching.peers.reasons import _Choices, render_reason
from typology.matching.peers.statements import facts_of, told_facts
from typology.matching.reach import Reach
from typology.matching.teams.pairs import Group, _pairs
from typology.matching.teams.search import _every_team
from typology.matching.teams.teams import TeamResult, form_teams
from typology.matching.wishes import Wishes, parse_wishes

RADIUS = 6371.0  # kilometres


def world(*bodies: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The four tables of matching; a body says what differs: type, population, north (km), stand, pains, partner …"""
    keys = [f"9{place % 10}10{1 + place // 10}001" for place in range(len(bodies))]
    types = sorted({body.get("type", "a") for body in bodies} - {""})
    index = pd.Index(keys, name="key")
    assignments = pd.DataFrame({"type": [body.get("type", "a") for body in bodies]}, index)
    for name in types:
        assignments[f"p_{name}"] = (assignments["type"] == name).astype(float)
    rows = []
    for key, body in zip(keys, bodies, strict=True):
        for measure in ("stand", "wichtig", "pain_point"):
            for item, value in body.get(measure, {}).items():
                rows.append((key, measure, item, value, body.get("standing", {}).get(item, "")))
    profiles = pd.DataFrame(rows, columns=["key", "measure", "item", "own", "standing"])
    municipalities = pd.DataFrame(
        {
            "kind": "gemeinde",
            "land": [body.get("land", key[:2]) for key, body in zip(keys, bodies, strict=True)],
            "kreis": [key[:5] for key in keys],
            "verband": "",
            "population": [float(body.get("population", 5000)) for body in bodies],
            "longitude": 9.0,
            "latitude": [np.degrees(body.get("north", 0.0) / RADIUS) for body in bodies],
        },
        index,
    )
    consent = pd.DataFrame(
        {"partner": [body.get("partner", True) for body in bodies], "answers": True, "listed": True}, index
    )
    return assignments, profiles, municipalities, consent


def pairs_of(result: PeerResult, name: str = "complementary") -> set[tuple[str, str]]:
    table = getattr(result, name)
    return {(key[1], partner[1]) for key, partner in zip(table["key"], table["partner"], strict=True)}


@pytest.fixture
def all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that differ in one thing alone are as far apart as can be: here that does not count."""
    monkeypatch.setitem(numbers.CLOSENESS, "nah", 9.0)


WEAK, STRONG = {"standing": {"daten": "schwach"}}, {"standing": {"daten": "stark"}}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (WEAK | {"stand": {"daten": 2.0}}, STRONG | {"stand": {"daten": 3.0}}),  # a step apart, no half scale
        ({"stand": {"daten": 1.0}}, {"stand": {"daten": 3.0}}),  # half of the scale from 1 to 5 above it
        ({"pain_point": {"vorgehen": "aktuell"}}, {"pain_point": {"vorgehen": "geloest"}}),
    ],
)
def test_the_weak_one_gets_the_strong_one_and_not_the_other_way_round(first: dict, second: dict) -> None:
    scale = ({"stand": {"wissen": 1.0}}, {"stand": {"wissen": 5.0}})  # two of the own type, so that the scale is known
    bodies = [{"type": "a"} | first, {"type": "b"} | second, *({"type": "c", "partner": False} | end for end in scale)]
    assert pairs_of(recommend_peers(*world(*bodies), m=1)) == {("0", "1")}


def test_less_than_half_of_the_scale_above_is_not_ahead() -> None:
    bodies = prepare_bodies(*world(*({"stand": {"daten": level}} for level in (1.0, 2.0, 3.0, 5.0))))
    # The scale goes from 1 to 5, half of it is 2: from level 1 on 3 and 5 are ahead, from 3 on 5 alone.
    assert bodies.ahead["daten=1"].tolist() == [False, False, True, True]
    assert bodies.ahead["daten=3"].tolist() == [False, False, False, True]
    assert bodies.behind["daten=3"].tolist() == [False, False, True, False]
    assert "daten=5" not in bodies.behind


def test_every_item_of_structure_shares_the_weight_of_structure() -> None:
    tables = world({}, {}, {})
    rows = [(key, "structure", item, str(10 * place), "") for place, key in enumerate(tables[0].index)
            for item in ("beschaeftigte", "haushalt")]  # fmt: skip
    profiles = pd.DataFrame(rows, columns=["key", "measure", "item", "own", "standing"])
    weights = prepare_bodies(tables[0], profiles, *tables[2:]).scale.table.set_index("feature")["weight"]
    assert weights[["structure:beschaeftigte", "structure:haushalt"]].tolist() == [0.5, 0.5]


@pytest.mark.usefixtures("all_alike")
def test_the_best_seekers_of_a_partner_stay_though_it_is_the_first_choice_of_nobody() -> None:
    # Six of about the same size, the first one nearest in size to the seventh, which is nobody's first choice.
    sizes = [5000.0, 4990.0, 4980.0, 4970.0, 4960.0, 4950.0, 9000.0]
    bodies = prepare_bodies(*world(*({"population": size, "land": "90"} for size in sizes)))
    facts = facts_of(bodies)
    found = find_candidates(
        bodies, make_rules(bodies, "similar", Wishes()), facts.to_numpy(), counted=told_facts(facts, "similar"), keep=1
    )
    pairs = set(zip(found.edges["i"], found.edges["j"], strict=True))
    assert {(0, 6), (1, 6)} <= pairs and (5, 6) not in pairs
    assert found.n_eligible.tolist() == [6] * 7 and len(found.pairs.partner) == 42


@pytest.mark.usefixtures("all_alike")
@pytest.mark.parametrize("order", [1, -1])
def test_over_several_blocks_the_four_best_seekers_of_a_partner_stay(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eligible, "BLOCK", 2)
    sizes = [5000.0, 4990.0, 4980.0, 4970.0, 4960.0, 4950.0][::order]
    bodies = prepare_bodies(*world(*({"population": size, "land": "90"} for size in [*sizes, 9000.0])))
    facts = facts_of(bodies)
    found = find_candidates(
        bodies, make_rules(bodies, "similar", Wishes()), facts.to_numpy(), counted=told_facts(facts, "similar"), keep=1
    )
    seekers = found.edges.loc[found.edges["j"] == 6, "i"]
    assert sorted((sizes[i] for i in seekers), reverse=True) == [5000.0, 4990.0, 4980.0, 4970.0]


def test_of_every_partner_the_two_best_seekers_stay_in_the_programme() -> None:
    pairs = [(0, 3, 0.1), (1, 3, 0.3), (2, 3, 0.2), (0, 4, 0.5), (3, 4, 0.5), (4, 3, 0.2)]
    i, j, score = (np.array(part) for part in zip(*pairs, strict=True))
    pool = Pool(i, j, score, np.zeros(6, bool), np.array([3, 4]), n=5, m=1, cap=1, mutual=0.0)
    # Partner 3: 0.3, then 0.2 of the smaller seeker; partner 4 has two seekers.
    assert _best_for_partner(pool).tolist() == [False, True, True, True, True, False]


def test_half_a_place_is_no_place_and_items_stand_in_their_order() -> None:
    told = {"stand": {"wissen": 1.0, "daten": 2.0}, "pain_point": {"vorgehen": "nie", "ressourcen": "aktuell"}}
    tables = world(told, told, told)
    tables[2]["longitude"] = [9.0, np.nan, 9.0]
    bodies = prepare_bodies(*tables)
    assert np.isnan(bodies.points).all(axis=1).tolist() == [False, True, False]
    assert list(bodies.weak) == ["daten", "wissen"] and list(bodies.pain_now) == ["ressourcen", "vorgehen"]


@pytest.mark.parametrize(("partners", "cap"), [(4, 8), (5, 6), (10, 3), (1, 30)])
def test_nobody_stands_on_more_than_one_and_a_half_times_the_even_share_of_lists(partners: int, cap: int) -> None:
    # Ten seekers with two places each: 20 / 4 = 5 lists per partner, times 1.5 = 7.5, rounded up 8; 20 / 5 × 1.5 = 6 …
    bodies = [{"partner": place < partners} for place in range(10)]
    assert recommend_peers(*world(*bodies), m=2).record["lists"]["similar"]["cap"] == cap


@pytest.mark.usefixtures("all_alike")
@pytest.mark.parametrize(("population", "found"), [(15_000, {("0", "1"), ("1", "0")}), (15_001, set())])
def test_three_times_the_inhabitants_is_comparable_more_is_not(population: int, found: set) -> None:
    result = recommend_peers(*world({"population": 5000}, {"population": population}), m=1)
    assert pairs_of(result, "similar") == found
    assert set(result.missing.loc[result.missing["list"] == "similar", "reason"]) == (set() if found else {"no_size:3"})


@pytest.mark.usefixtures("all_alike")
def test_parts_for_size_and_place_by_hand() -> None:
    # √3 times the inhabitants is half of the way to 3 times; 75 km is half of the way to 150 km, in another Land.
    result = recommend_peers(*world({"population": 5000}, {"population": 5000 * np.sqrt(3), "north": 75.0}), m=1)
    row, weights = result.similar.iloc[0], result.record["lists"]["similar"]["weights"]
    assert row["part_size"] == pytest.approx(0.5 * weights["size"], abs=1e-5)
    assert row["part_place"] == pytest.approx(0.5 * 0.5 * weights["place"], abs=1e-4)
    assert row["distance_km"] == 75.0


def test_closeness_is_the_difference_in_standard_deviations_and_who_is_far_is_not_similar() -> None:
    # Population is the only feature that differs, so the distance of two is that of their z-scores.
    logs = np.array([0.0, 0.12, 0.36, 1.0])
    table = recommend_peers(*world(*({"population": 5000 * np.exp(log), "land": "90"} for log in logs)), m=3).similar
    words = {(int(row.key[1]), int(row.partner[1])): row.closeness for row in table.itertuples()}
    apart = {(i, j): abs(logs[i] - logs[j]) / logs.std() for i in range(4) for j in range(4) if i != j}
    assert words == {pair: "sehr_nah" if gap <= 0.4 else "nah" for pair, gap in apart.items() if gap <= 0.7}
    assert set(words.values()) == {"sehr_nah", "nah"} and len(words) == 4


@pytest.mark.parametrize(
    ("value", "share", "best"),
    [
        ((0.6, 0.5), (0.5, 0.1), 1),  # 0.6 + 0.3 · 0.5 = 0.75 against 0.5 + 0.3 · 0.9 = 0.77
        ((0.6, 0.5), (0.5, 0.2), 0),  # … against 0.5 + 0.3 · 0.8 = 0.74
        ((0.9, 0.1), (0.51, 0.5), 1),  # what holds for more than half of the others tells nothing
        ((0.9, 0.1), (0.7, 0.6), -1),  # where nothing tells, nothing is said
    ],
)
def test_the_likeness_that_weighs_more_by_worth_and_rarity(value: tuple, share: tuple, best: int) -> None:
    choices = _Choices(["a", "b"], np.array([[True, True]]), np.array([share]), np.array([value]))
    nothing = np.zeros((1, 2), dtype=bool)
    assert choices.pick(np.array([0]), nothing).tolist() == [best]
    assert choices.pick(np.array([0]), ~nothing).tolist() == [-1]


def test_a_reason_of_two_parts_names_each_in_its_place() -> None:
    content = load_content()
    both = render_reason("topic_field_pain:daten+ressourcen", content)
    assert content.label("field", "daten") in both and content.label("pain_point", "ressourcen") in both


def team(*bodies: dict[str, Any], **settings: Any) -> TeamResult:
    return form_teams(*world(*bodies), **settings)


@pytest.mark.parametrize(
    ("first", "second", "topic"),
    [
        (WEAK, STRONG, "topic_team_field:daten"),
        (WEAK, WEAK, "topic_team_shared_field:daten"),  # nobody can teach it: it is not said that somebody does
        (WEAK, {}, "topic_team_open"),  # one alone is no shared topic
        ({}, STRONG, "topic_team_open"),  # nobody has to learn it
        ({"pain_point": {"vorgehen": "aktuell"}}, {"pain_point": {"vorgehen": "geloest"}}, "topic_team_pain:vorgehen"),
        ({"pain_point": {"vorgehen": "aktuell"}},) * 2 + ("topic_team_shared_pain:vorgehen",),
        ({"pain_point": {"vorgehen": "aktuell"}}, {"pain_point": {"vorgehen": "nie"}}, "topic_team_open"),
    ],
)
def test_a_topic_that_nobody_can_teach_is_only_shared(first: dict, second: dict, topic: str) -> None:
    stand = {"stand": {"daten": 3.0}}
    found = team({"type": "a"} | stand | first, {"type": "b"} | stand | second, size=2)
    assert found.teams["topic"].tolist() == [topic]


def test_who_can_teach_invites_the_team() -> None:
    stand = {"stand": {"daten": 3.0, "wissen": 3.0}}
    for places in ((WEAK, STRONG), (STRONG, WEAK)):
        found = team(*({"type": kind} | stand | more for kind, more in zip("ab", places, strict=True)), size=2)
        teacher = found.members.loc[found.members["host"], "key"].iloc[0]
        assert places[int(teacher[1])] is STRONG
        assert dict(zip(found.members["key"], found.members["brings"], strict=True))[teacher] == "brings_field:daten"


@pytest.mark.parametrize(("population", "teams"), [(20_000, 1), (20_001, 0)])
def test_four_times_the_inhabitants_may_sit_in_one_team(population: int, teams: int) -> None:
    found = team({"type": "a"}, {"type": "b", "population": population}, size=2)
    assert len(found.teams) == teams
    assert found.without["reason"].tolist() == ([] if teams else ["nobody_close"] * 2)


def test_twice_the_inhabitants_is_half_of_the_way_to_four_times() -> None:
    found = team({"type": "a"}, {"type": "b", "population": 10_000}, size=2).teams.iloc[0]
    assert found["part_size"] == pytest.approx(0.2 * 0.5)
    assert found["part_place"] == pytest.approx(0.4)  # the same place
    assert found["part_help"] == 0


@pytest.mark.parametrize(("capacity", "teams"), [(1, 1), (2, 2), (3, 3), ({"a": 2}, 2), ({"b": 2}, 1)])
def test_capacity_lets_the_rare_type_sit_in_more_teams(capacity: Any, teams: int) -> None:
    # One of type a, three of type b, two seats: a sits in every team.
    found = team({"type": "a"}, *({"type": "b"} for _ in range(3)), size=2, capacity=capacity)
    assert len(found.teams) == teams == found.record["teams_bound"]
    assert found.members.loc[found.members["type"] == "a", "key"].nunique() == 1


def test_capacity_does_nothing_where_no_type_is_rarer_than_the_average() -> None:
    found = team({"type": "a"}, {"type": "a"}, {"type": "b"}, {"type": "b"}, size=2, capacity=2)
    assert found.record["served_bound"] == 4 and len(found.teams) == 2
    for wrong in (0, {"a": 0}):
        with pytest.raises(MatchingError, match="capacity"):
            team({"type": "a"}, {"type": "b"}, size=2, capacity=wrong)


@pytest.mark.parametrize(("size", "fine"), [(1, False), (2, True), (4, True), (5, False)])
def test_a_team_has_each_type_once_and_at_most_two_more(size: int, fine: bool) -> None:
    bodies = [{"type": kind} for kind in "aabb"]
    if fine:
        assert team(*bodies, size=size).members.groupby("team").size().eq(size).all()
    else:
        with pytest.raises(MatchingError, match="zwischen 2 und 4"):
            team(*bodies, size=size)


@pytest.mark.parametrize(("n", "exact"), [(20, True), (21, False)])
def test_up_to_twenty_members_the_teams_are_proven_the_best(n: int, exact: bool) -> None:
    found = team(*({"type": "ab"[place % 2]} for place in range(n)), size=2)
    assert found.record["exact"] is exact and len(found.teams) == 10


def test_of_two_wishes_that_exclude_each_other_the_last_is_given_up() -> None:
    # Four bodies, three seats: one team, which cannot hold two pairs; nor may it tear one apart.
    keys = ["90101001", "91101001", "92101001", "93101001"]
    wishes = parse_wishes({"teams": {"together": [[keys[0], keys[2]], [keys[3], keys[1]]]}})
    found = team({"type": "a"}, {"type": "a"}, {"type": "b"}, {"type": "b"}, size=3, wishes=wishes)
    assert found.unmet[["wish", "keys", "reason"]].to_numpy().tolist() == [
        ["together", f"{keys[1]}+{keys[3]}", "no_team"]
    ]
    assert {keys[0], keys[2]} < set(found.members["key"])


def groups(*bodies: dict[str, Any], **settings: Any) -> pd.DataFrame:
    """Cooperation groups of bodies that all have the same pain point."""
    _, _, municipalities, consent = world(*bodies)
    pains = pd.DataFrame({"vorgehen": [body.get("pain", "aktuell") for body in bodies]}, municipalities.index)
    return form_cooperation(pains, municipalities, consent, **settings).groups


@pytest.mark.parametrize(("north", "found"), [(49.99, 1), (50.01, 0)])
def test_fifty_kilometres_are_near(north: float, found: int) -> None:
    assert len(groups({}, {"north": north}, {"north": -north})) == found


@pytest.mark.parametrize(("n", "groups_found"), [(2, 0), (3, 1), (8, 1), (9, 2)])
def test_a_group_has_three_to_eight_members(n: int, groups_found: int) -> None:
    sizes = groups(*({} for _ in range(n)))["n"]
    assert len(sizes) == groups_found and sizes.sum() == (n if groups_found else 0)


def test_the_score_of_a_group_by_hand() -> None:
    # Three joined (3 × 1); near: the host 0.5, twice half of it at 25 km; size: the host 0.25, √5 times the
    # inhabitants is half of the way to five times (0.125), the same number 0.25; the host costs 0.5.
    found = groups({}, {"north": 25.0, "population": 5000 * np.sqrt(5)}, {"north": -25.0}).iloc[0]
    parts = found[["part_joined", "part_near", "part_size", "part_host"]].astype(float).tolist()
    assert found["host"] == "90101001"
    assert parts == pytest.approx([3.0, 1.0, 0.625, -0.5], abs=1e-5)
    assert (found["mean_km"], found["max_km"]) == (25.0, 25.0)


def test_the_three_nearest_that_are_past_it_are_named() -> None:
    past = [{"north": north, "pain": "geloest"} for north in (40.0, 10.0, 30.0, 20.0)]
    assert groups({}, {}, {}, *past)["past"].tolist() == ["94101001;96101001;95101001"]


def test_in_need_up_to_level_three_and_from_importance_four() -> None:
    from typology.matching.action.agenda import Answers

    def need(stand: float, wichtig: float | None, goal: bool) -> Any:
        rated = {} if wichtig is None else {"daten": wichtig}
        own = Answers({"wirtschaft": "ja"} if goal else {}, {"daten": stand}, rated, {}, {}, None, 2)
        found = need_of("daten", own, {"daten": {"wirtschaft"}})
        return None if found is None else (found.gap, found.important, found.goal, set(found.levels))

    # How weak 0.4 · (5 − level) / 4, how important 0.4 · (importance − 1) / 4, and 0.2 for a goal.
    # Steps for a level between two are those for the one above.
    for asked, parts, levels in (
        ((2.0, 4.0, False), (0.3, 0.3, 0.0), {2}),
        ((1.0, 5.0, True), (0.4, 0.4, 0.2), {1}),
        ((2.01, None, True), (0.299, 0.0, 0.2), {3}),
    ):
        *found, of_level = need(*asked)
        assert found == pytest.approx(parts) and of_level == levels
    assert need(3.01, 5.0, True) is None and need(2.0, 3.99, False) is None and need(2.0, None, False) is None


@pytest.mark.parametrize(
    ("gap", "state", "large"), [(2.0, "luecke", 1.0), (1.9, "luecke", 0.0), (0.0, "erfuellt", 0.0)]
)
def test_two_levels_are_a_large_gap(gap: float, state: str, large: float) -> None:
    from typology.content.trainings import load_job_families

    row = ("90101003", "kita", "sicherheit", 3.0 + gap, 3.0)
    gaps = competence_gaps(pd.DataFrame([row], columns=["key", "family", "area", "soll", "ist"]), load_job_families())
    assert gaps["state"].tolist() == [state]
    assert summarise_gaps(gaps)["share_large"].tolist() == [large]


def test_levels_stand_by_municipality_family_and_area_in_order() -> None:
    wide = pd.DataFrame({"kita.sicherheit": [3, 4], "kita.inhalte": [5, None]}, index=["2", "1"])
    table = competence_levels(wide, wide - 1)
    assert table[["key", "family", "area", "soll", "ist"]].to_numpy().tolist() == [
        ["1", "kita", "sicherheit", 4.0, 3.0],
        ["2", "kita", "inhalte", 5.0, 4.0],
        ["2", "kita", "sicherheit", 3.0, 2.0],
    ]


@pytest.mark.parametrize(("gap", "steps"), [(2.0, ["soll_niveau"]), (1.9, [])])
def test_two_levels_call_for_training(gap: float, steps: list[str]) -> None:
    none = pd.DataFrame()
    gaps = pd.DataFrame(
        [("1", "kita", "sicherheit", 3.0 + gap, 3.0, gap, True)],
        columns=["key", "family", "area", "soll", "ist", "gap", "missed"],
    )
    assert propose_steps(none, none, none, none, none, gaps, load_agenda(), load_content())["step"].tolist() == steps


def test_three_questions_the_last_one_for_everyone() -> None:
    asked = value_questions(["foerdermittel", "effizienz", "effektivitaet", "offenheit"], load_agenda())
    assert len(asked) == 3 and not asked[-1].goals and all(question.goals for question in asked[:-1])


@pytest.mark.parametrize(
    ("own", "other", "named"),
    [(1.0, 4.0, True), (1.0, 3.9, False), (2.0, 4.0, True), (3.0, 5.0, True), (3.0, 4.9, False)],
)
def test_who_is_asked_has_level_four_and_stands_two_above(own: float, other: float, named: bool) -> None:
    _, _, municipalities, consent = world({}, {})
    stand = pd.DataFrame({"daten": [own, other]}, municipalities.index)
    agenda = pd.DataFrame({"key": [municipalities.index[0]], "field": "daten", "trigger": "stand:daten"})
    found = add_partners(agenda, stand, pd.DataFrame(), municipalities, consent)
    assert found["partners"].tolist() == ([municipalities.index[1]] if named else [""])


@pytest.mark.parametrize(("steps", "most"), [(4, 4), (8, 8), (2, 2)])
def test_who_is_asked_is_asked_at_most_one_and_a_half_times_the_even_share(steps: int, most: int) -> None:
    # Two able partners that agreed, one named per step: an even share is steps / 2, times 1.5 = 3, 6, or at least 3.
    bodies = [{"north": float(place)} for place in range(steps)] + [{"north": -1.0}, {"north": -140.0}]
    _, _, municipalities, consent = world(*bodies)
    consent["partner"] = [False] * steps + [True, True]
    stand = pd.DataFrame({"daten": [1.0] * steps + [5.0, 5.0]}, municipalities.index)
    agenda = pd.DataFrame({"key": municipalities.index[:steps], "field": "daten", "trigger": "stand:daten"})
    found = add_partners(agenda, stand, pd.DataFrame(), municipalities, consent, shown=1)["partners"].value_counts()
    assert found.max() == {4: 3, 8: 6, 2: 2}[steps] and found.sum() == most


def test_beyond_150_kilometres_nobody_is_less_near_than_another() -> None:
    # The second is 190 km away and as large, the third 160 km away and larger: distance counts for neither.
    _, _, municipalities, consent = world({}, {"north": 190.0}, {"north": -160.0, "population": 6000})
    stand = pd.DataFrame({"daten": [1.0, 5.0, 5.0]}, municipalities.index)
    agenda = pd.DataFrame({"key": municipalities.index[:1], "field": "daten", "trigger": "stand:daten"})
    found = add_partners(agenda, stand, pd.DataFrame(), municipalities, consent, shown=1)
    assert found["partners"].tolist() == [municipalities.index[1]]


def test_near_without_coordinates_is_the_own_kreis_and_nobody_is_near_oneself() -> None:
    _, _, municipalities, _ = world({}, {"north": 10.0}, {"north": 10.1})
    places = places_of(municipalities, municipalities.index)
    assert places.km[0, 1] == pytest.approx(10.0) and not places.near(50.0).diagonal().any()
    assert places.near(10.0 + 1e-9)[0].tolist() == [False, True, False]
    blank = municipalities.assign(longitude=np.nan, kreis=["90101", "90101", "91101"])
    assert places_of(blank, blank.index).near(50.0)[0].tolist() == [False, True, False]


KEPT = "vorgehen"


def test_a_survey_with_its_own_pain_points_keeps_every_step_that_asks_for_no_other(tmp_path: Path) -> None:
    own = {
        "ersetzt": True,
        "herkunft": "redaktionell",
        "pain_points": [
            point for point in read_yaml(FOLDER / "pain_points.yaml")["pain_points"] if point["key"] == KEPT
        ],
    }
    (tmp_path / "pain_points.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    shipped, fitting = load_agenda(), load_agenda(tmp_path)
    needed = {
        step.key: {item for condition in step.when if condition.measure == "pain_point" for item in condition.items}
        for step in shipped.steps
    }
    assert {KEPT} in needed.values() and any(items - {KEPT} for items in needed.values())
    assert [step.key for step in fitting.steps] == [name for name, items in needed.items() if items <= {KEPT}]
    assert {item for step in fitting.steps for item in (*step.asks, *step.suits.pains)} == {KEPT}
    assert [topic.pain_point for topic in load_cooperation(tmp_path).topics] == [KEPT]


def test_parts_of_a_team_pair_by_hand() -> None:
    now, past = {"pain_point": {"vorgehen": "aktuell"}}, {"pain_point": {"vorgehen": "geloest"}}
    bodies = prepare_bodies(*world(
        {"population": 1000, "land": "90"} | now, {"population": 2000, "land": "90"} | past, {"population": 4000},
        {"population": 4001} | now,
    ))  # fmt: skip
    (size, place, help_), allowed = _pairs(bodies, np.arange(4), Reach.of())
    # Twice as large is half the way to four times, where size ends; one of two can help the other: half of help.
    assert size[0, :3].tolist() == [0, 0.1, 0] and size[2, :2].tolist() == [0, 0.1]
    assert place[0].tolist() == [0, 0.4, 0.4, 0.4]  # all at one place
    assert help_.tolist() == [[0, 0.2, 0, 0], [0.2, 0, 0, 0.2], [0, 0, 0, 0], [0, 0.2, 0, 0]]
    assert allowed[0].tolist() == [False, True, True, False]


def test_every_team_stands_once_with_its_members_in_order() -> None:
    def teams(size: int, **rest: Any) -> list[tuple[int, ...]]:
        allowed = np.array([[0, 1, 1, 1], [1, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 0]], dtype=bool)  # 1 and 2 never meet
        group = Group(
            members=np.arange(4), type=np.array([1, 0, 0, 0]), capacity=np.ones(4), parts=np.zeros((1, 4, 4)),
            allowed=allowed, n_types=2, size=size, **rest,
        )  # fmt: skip
        return [tuple(team) for team in _every_team(group).tolist()]

    assert teams(2, together=()) == [(0, 1), (0, 2), (0, 3)]
    assert teams(3, together=()) == [(0, 1, 3), (0, 2, 3)]
    assert teams(3, together=((1, 3),)) == [(0, 1, 3)]
