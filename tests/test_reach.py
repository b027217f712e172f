"""Who is within reach: each limit at its border by hand, and what every output keeps in both worlds."""

from __future__ import annotations

import ast
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matching_data import invent

from typology.commands.action import _consent_lines
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.action.agenda_partners import add_partners
from typology.matching.action.cooperation import form_cooperation
from typology.matching.numbers import declared
from typology.matching.peers.peers import recommend_peers
from typology.matching.peers.reasons import render_reason
from typology.matching.reach import Reach
from typology.matching.record import record_rows
from typology.matching.wishes import Limits, Wishes, parse_wishes
from typology.study.match import match_tables
from typology.tables.settings import Settings

REACH = Reach.of()


def accepted(km: float, ratio: float, *, need: bool, same_land: bool = True, reach: Reach = REACH) -> bool:
    one = [np.array([value]) for value in (km, np.log(ratio), same_land, need)]
    return bool(reach.accepts(*one)[0])


# Each limit at its border --------------------------------------------------------------------------------------------


def test_near_is_up_to_100_kilometres_without_a_need() -> None:
    assert accepted(100.0, 1.0, need=False)
    assert not accepted(100.001, 1.0, need=False)


def test_with_a_need_one_goes_up_to_200_kilometres() -> None:
    assert accepted(200.0, 1.0, need=True)
    assert not accepted(200.001, 1.0, need=True)


def test_comparable_is_up_to_three_times_the_inhabitants() -> None:
    assert accepted(0.0, 3.0, need=False) and accepted(0.0, 1 / 3, need=False)
    assert not accepted(0.0, 3.001, need=False)


def test_with_a_need_up_to_five_times_the_inhabitants() -> None:
    assert accepted(150.0, 5.0, need=True) and accepted(150.0, 0.2, need=True)
    assert not accepted(150.0, 5.001, need=True)


def test_a_need_stretches_the_way_or_the_size_and_not_both() -> None:
    assert accepted(150.001, 2.0, need=True) and accepted(200.0, 0.5, need=True)
    assert not accepted(150.001, 2.001, need=True) and not accepted(196.0, 0.499, need=True)
    own = Reach.of(Limits(far_km=120, far_size_ratio=1.5))
    assert accepted(121.0, 1.5, need=True, reach=own) and not accepted(121.0, 1.6, need=True, reach=own)
    narrow = Reach.of(Limits(need_size_ratio=1.5))  # what a study allows for a need is never exceeded
    assert not accepted(180.0, 1.9, need=True, reach=narrow)


def test_an_unknown_place_is_near_in_the_same_land_and_an_unknown_size_decides_nothing() -> None:
    assert accepted(np.nan, 1.0, need=False) and accepted(10.0, np.nan, need=False)
    assert not accepted(np.nan, 1.0, need=True, same_land=False)


def test_limits_of_a_study_replace_the_defaults_one_by_one() -> None:
    own = Reach.of(parse_wishes({"limits": {"near_km": "60", "need_size_ratio": "2"}}).limits)
    assert (own.near_km, own.need_km, own.size_ratio, own.need_size_ratio) == (60.0, 200.0, 3.0, 2.0)
    assert not accepted(60.1, 1.0, need=False, reach=own)


@pytest.mark.parametrize(
    ("limit", "value"), [("near_km", "0"), ("size_ratio", "0.5"), ("far_mile", "10"), ("far_size_ratio", "0.9")]
)
def test_a_limit_that_makes_no_sense_is_refused(limit: str, value: str) -> None:
    with pytest.raises(MatchingError) as caught:
        parse_wishes({"limits": {limit: value}})
    assert [problem.column for problem in caught.value.problems] == [f"limits.{limit}"]


def test_limits_hold_for_the_published_lists_too() -> None:
    wishes = parse_wishes({"limits": {"near_km": "60"}, "wishes": [{"key": "1", "partner": "voll"}, {"key": "2"}]})
    assert wishes.among(["2"]).limits == wishes.limits and wishes.among(["2"]).full == frozenset()
    record = record_rows({"peers": {"limits": asdict(Reach.of(wishes.limits))}})
    assert Reach.of_record(record) == Reach.of(wishes.limits) != Reach.of()
    assert Reach.of_record(record.iloc[:0]) == Reach.of()


def test_a_group_meets_within_50_kilometres_and_five_times_the_inhabitants() -> None:
    def groups(north: float, population: float) -> int:
        keys = pd.Index(["90101001", "90102001", "90103001"], name="key")
        register = pd.DataFrame(
            {"kind": "gemeinde", "kreis": ["90101", "90102", "90103"], "verband": "", "longitude": 9.0,
             "population": [5000.0, population, population],
             "latitude": [np.degrees(km / 6371.0) for km in (0, north, -north)]}, index=keys,
        )  # fmt: skip
        pains = pd.DataFrame({"vorgehen": "aktuell"}, index=keys)
        consent = pd.DataFrame({"partner": True, "answers": True}, index=keys)
        return len(form_cooperation(pains, register, consent).groups)

    assert (groups(49.9, 25_000), groups(50.1, 25_000), groups(49.9, 25_010)) == (1, 0, 0)


def test_a_level_that_was_not_given_declares_no_need() -> None:
    keys = pd.Index(["90101001", "90102001"], name="key")
    register = pd.DataFrame(
        {"kind": "gemeinde", "kreis": ["90101", "90102"], "verband": "", "population": 5e3, "longitude": 9.0,
         "latitude": [50.0, 50.0 + np.degrees(150 / 6371.0)]}, index=keys,
    )  # fmt: skip
    consent = pd.DataFrame({"partner": True, "answers": True}, index=keys)
    agenda = pd.DataFrame({"key": keys[:1], "field": "daten", "trigger": "structure:dms=nein"})
    named = [
        add_partners(agenda, pd.DataFrame({"daten": [own, 5.0]}, keys), pd.DataFrame(), register, consent)["partners"][
            0
        ]
        for own in (1.0, np.nan)
    ]
    assert named == [keys[1], ""]


# Who takes no further requests -----------------------------------------------------------------------------------


def test_who_is_full_is_proposed_to_nobody_and_still_seeks_and_agrees() -> None:
    tables = invent(90, seed=2)
    star = recommend_peers(*tables).similar["partner"].value_counts().index[0]
    wishes = parse_wishes({"wishes": [{"key": star, "partner": "voll"}]})
    result = recommend_peers(*tables, wishes=wishes)
    for table in (result.similar, result.complementary, result.uncapped):
        assert star not in set(table["partner"])
    assert star in set(result.similar["key"])
    assert result.record["full"] == [star] and tables.consent.loc[star, "partner"]
    again = parse_wishes({"wishes": [{"key": star, "partner": "voll"}, {"key": star, "partner": "offen"}]})
    assert wishes.full == {star} and again.full == frozenset() and Wishes().full == frozenset()


# Both worlds -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["demo_study", "nationwide_study"])
def matched(request: pytest.FixtureRequest):
    study = request.getfixturevalue(request.param)
    return study.tables, study.content


def apart(tables, keys, partners) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres and size ratio of pairs, from the register rows alone."""
    body = tables.municipalities.loc[:, ["longitude", "latitude", "population"]].astype(float)
    one, other = body.loc[list(keys)].to_numpy(), body.loc[list(partners)].to_numpy()
    lon, lat, lon_2, lat_2 = map(np.radians, (one[:, 0], one[:, 1], other[:, 0], other[:, 1]))
    half = np.sin((lat_2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat_2) * np.sin((lon_2 - lon) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(half)), np.maximum(one[:, 2] / other[:, 2], other[:, 2] / one[:, 2])


def named_pairs(table: pd.DataFrame, column: str) -> pd.DataFrame:
    pairs = table.assign(partner=table[column].str.split(";")).explode("partner")
    return pairs[pairs["partner"] != ""]


def test_every_output_keeps_the_limits(matched) -> None:
    tables, _ = matched
    members = tables.cooperation_members[tables.cooperation_members["group"] != ""]
    hosts = tables.cooperation.set_index("group")["host"]
    courses = named_pairs(tables.courses[tables.courses["host"] != ""], "participants")
    team = tables.team_members.merge(tables.team_members, on="team")
    pairs = {
        "similar": (tables.similar["key"], tables.similar["partner"], numbers.NEED_KM, numbers.SIZE_RATIO),
        "complementary": (
            tables.complementary["key"], tables.complementary["partner"], numbers.NEED_KM, numbers.NEED_SIZE_RATIO,
        ),
        "agenda": (*named_pairs(tables.agenda, "partners")[["key", "partner"]].T.to_numpy(), numbers.NEED_KM,
                   numbers.NEED_SIZE_RATIO),
        "cooperation": (members["key"], members["group"].map(hosts), numbers.GROUP_KM, numbers.NEED_SIZE_RATIO),
        "past": (*named_pairs(tables.cooperation, "past")[["host", "partner"]].T.to_numpy(), numbers.NEED_KM,
                 numbers.NEED_SIZE_RATIO),
        "courses": (courses["host"], courses["partner"], numbers.COURSE_KM, numbers.NEED_SIZE_RATIO),
        "teams": (team["key_x"], team["key_y"], numbers.NEED_KM, numbers.TEAM_RATIO),
    }  # fmt: skip
    for name, (keys, partners, most_km, most_ratio) in pairs.items():
        km, ratio = apart(tables, keys, partners)
        assert len(km) > 2, name
        assert km.max() <= most_km + 1e-6 and ratio.max() <= most_ratio + 1e-6, name


def test_who_is_beyond_nearness_has_something_to_say_on_a_need(matched) -> None:
    """Read from the answers alone: beyond 100 km or three times the inhabitants there is a need that both or the
    partner know."""
    tables, _ = matched
    standing = tables.municipality_profiles.query("measure == 'stand'").set_index(["key", "item"])["standing"].to_dict()
    stand, pains, fields = tables.stand, tables.pain_points, list(tables.stand.columns)
    rows = pd.concat([tables.similar.assign(own=True), tables.complementary.assign(own=False)])
    km, ratio = apart(tables, rows["key"], rows["partner"])
    far = rows[(km > numbers.NEAR_KM + 0.01) | (ratio > numbers.SIZE_RATIO + 0.001)]
    assert len(far) > 100
    assert tables.consent.loc[list(far["partner"]), "answers"].all()
    for row in far.itertuples():
        here, there = ([standing.get((key, item), "") for item in fields] for key in (row.key, row.partner))
        now = pains.loc[row.key] == "aktuell"
        helps = any(a == "schwach" and b == "stark" for a, b in zip(here, there, strict=True))
        helps |= bool((stand.loc[row.partner] - stand.loc[row.key] >= numbers.LEVELS_AHEAD).any())
        helps |= bool((now & (pains.loc[row.partner] == "geloest")).any())
        shares = any(a == b == "schwach" for a, b in zip(here, there, strict=True))
        shares |= bool((now & (pains.loc[row.partner] == "aktuell")).any())
        assert helps or (row.own and shares), row


def test_who_is_asked_is_further_and_who_joins_has_it_too(matched) -> None:
    tables, _ = matched
    pairs = named_pairs(tables.agenda, "partners")
    assert {"stark", "geloest", "gruppe"} == set(pairs["partner_reason"])
    for row in pairs.itertuples():
        pain = row.trigger.removeprefix("pain_point:").split("=")[0] if row.trigger.startswith("pain_point:") else ""
        own, theirs = (tables.stand.loc[key, row.field] for key in (row.key, row.partner))
        if row.partner_reason == "stark":
            assert theirs >= 4 and not theirs < own + 2
        else:
            state = "geloest" if row.partner_reason == "geloest" else "aktuell"
            assert tables.pain_points.loc[row.partner, pain] == state
            assert tables.pain_points.loc[row.key, pain] == "aktuell"


def test_lists_are_apart_alike_and_say_nothing_twice(matched) -> None:
    tables, content = matched
    lists = {"similar": tables.similar, "complementary": tables.complementary}
    pairs = [set(zip(table["key"], table["partner"], strict=True)) for table in lists.values()]
    assert not set.intersection(*pairs)
    assert set(tables.similar["closeness"]) <= {"sehr_nah", "nah"}
    opened = tables.consent["answers"].astype(bool)
    for table in lists.values():
        is_open = opened.loc[list(table["partner"])].to_numpy()
        generic = table["topic"].str.startswith(("topic_type", "topic_same_type", "topic_talk")).to_numpy()
        assert (
            generic[is_open].mean() <= 0.05
            and (table["topic"].to_numpy() == "topic_open").tolist() == (~is_open).tolist()
        )
        for _, rows in table[is_open & ~generic].groupby("key"):
            said = [
                render_reason(key, content) for part in ("topic", "likeness", "difference") for key in rows[part] if key
            ]
            assert len(said) == len(set(said))


def test_a_team_says_who_helps_and_who_seeks(matched) -> None:
    tables, _ = matched
    members = tables.team_members.merge(tables.teams[["team", "topic", "host"]], on="team", suffixes=("", "_key"))
    members = members[members["role"] != ""]
    opened = tables.consent["answers"].astype(bool)
    assert len(members) > 10 and opened.loc[list(members["key"])].all()
    pain = members[members["topic"].str.startswith("topic_team_pain:")]
    for row in pain.itertuples():
        state = tables.pain_points.loc[row.key, row.topic.split(":")[1]]
        assert state == {"hilft": "geloest", "sucht": "aktuell"}[row.role]
    assert set(pain["role"]) == {"hilft", "sucht"}
    km, _ = apart(
        tables, tables.team_members["key"], tables.team_members["team"].map(tables.teams.set_index("team")["host"])
    )
    np.testing.assert_allclose(tables.team_members["distance_km"], km, atol=0.06)


def test_the_consultant_reads_whose_consent_would_make_a_group_possible(demo_study) -> None:
    tables = demo_study.tables
    topic = next(iter(tables.pain_points))
    lines = _consent_lines(tables, topic)
    heading, rows = lines[0], lines[1:]
    assert f"({len(rows)}; nur für die Auswertung, nicht weitergeben)" in heading and len(rows) > 20
    agreed = set(tables.consent.index[tables.consent["partner"] & tables.consent["answers"]])
    seated = set(tables.cooperation_members.query("group != '' and topic == @topic")["key"])
    for row in rows:
        key, told = row.split()[0], row.split(" – ")[1]
        assert key not in seated and ("eigene Einwilligung" in told) == (key not in agreed)
        asked = set(re.findall(r"\b\d{5,9}\b", told))
        assert not asked & agreed and all(tables.pain_points.loc[other, topic] == "aktuell" for other in asked)
        assert asked or key not in agreed


def test_narrower_limits_narrow_everything(nationwide_study) -> None:
    wishes = Wishes(limits=Limits(near_km=40, need_km=80, size_ratio=2, need_size_ratio=2))
    tables = match_tables(nationwide_study.tables, nationwide_study.content, wishes=wishes)
    for pairs in (tables.similar, tables.complementary, named_pairs(tables.agenda, "partners")):
        km, ratio = apart(tables, pairs["key"], pairs["partner"])
        assert len(km) > 5 and km.max() <= 80 + 1e-6 and ratio.max() <= 2 + 1e-6
    record = tables.matching_record.set_index("name")["value"]
    assert (record["peers.limits.near_km"], record["peers.limits.need_km"]) == ("40.0", "80.0")
    nobody = tables.missing_partners.query("found == 0 and list == 'similar'")
    assert "no_reach:40+80" in set(nobody["reason"])


# The numbers ---------------------------------------------------------------------------------------------------------


def test_every_number_has_a_unit_and_a_reason() -> None:
    page = list(declared())
    assert len(page) > 60 and len({number.name for number in page}) == len(page)
    for number in page:
        assert number.unit and len(number.why) > 20, number.name


PLAIN = {0, 1, 2}  # counts of nothing, of one and of two sides; 1 is also the whole of a share
HALFWAY = 0.5
ROUNDED = {"round", "full", "zeros"}  # digits kept, and how many rows an array has


def unexplained(source: str) -> list[tuple[int, object]]:
    """Numbers in the code without a line of comment that says why: line and value.

    A constant of the module may have one beside it, above it or below it; in a function only plain ones stand.
    """
    lines, tree = source.splitlines(), ast.parse(source)
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):  # what a programme answers is nought or one but for rounding
            told |= {id(part) for part in node.comparators if getattr(part, "value", None) == HALFWAY}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            above, below = node.lineno - 2, node.end_lineno or node.lineno
            around = [lines[above] if above >= 0 else "", lines[below] if below < len(lines) else ""]
            within = [line for line in lines[node.lineno - 1 : below] if "#" in line.replace("# fmt: skip", "")]
            if within or around[0].startswith("#") or around[1].startswith('"""'):
                told |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ROUNDED:
            told |= {id(part) for part in ast.walk(node) if isinstance(part, ast.Constant)}
        if isinstance(node, ast.Subscript):  # a place in a tuple
            told |= {id(part) for part in ast.walk(node.slice)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        and node.value not in PLAIN and id(node) not in told
    ]  # fmt: skip


def test_an_unexplained_number_is_seen() -> None:
    assert (
        unexplained('A = 3  # why\n# why\nB = {1: 0.5}\nC = 7\n"""Why."""\ndef f(x):\n    return x[3] + x.round(6) - 1')
        == []
    )
    assert unexplained("A = 3\ndef f(x, m=5):\n    return 0.5 * x if x > 0.5 else m  # no constant of the module") == [
        (1, 3), (2, 5), (3, 0.5),
    ]  # fmt: skip


def test_no_part_of_matching_keeps_a_number_of_its_own() -> None:
    """What was judged stands in ``numbers``; elsewhere only what a line of comment explains beside the constant."""
    folder = Path(numbers.__file__).parent
    files = [path for path in sorted(folder.rglob("*.py")) if path.name != "numbers.py"]
    found = {path.name: unexplained(path.read_text("utf-8")) for path in files}
    assert len(files) > 25 and {name: values for name, values in found.items() if values} == {}


def test_a_study_gives_as_many_partners_as_the_lists_hold() -> None:
    assert Settings().m == numbers.LIST_LENGTH
