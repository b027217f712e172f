"""A whole country in parts of bounded size: what always holds, and how much is lost against all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_data import Tables, invent

from typology.content.trainings import load_trainings
from typology.matching.action import agenda_partners, cooperation, courses
from typology.matching.distance import regions
from typology.matching.peers import eligible, peers, reasons
from typology.matching.peers.peers import PeerResult, recommend_peers
from typology.matching.teams import pairs
from typology.matching.teams.teams import form_teams
from typology.matching.wishes import parse_wishes

LISTS = ("similar", "complementary")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(150, seed=4)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=40),
    st.integers(1, 12),
)
@settings(max_examples=60)
def test_regions_hold_everybody_once_and_no_more_than_they_may(rows: list[tuple[int, int, int]], most: int) -> None:
    points, weight = np.array([row[:2] for row in rows], dtype=float), np.array([row[2] for row in rows], dtype=float)
    points[::7] = np.nan
    parts = regions(points, weight, most)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(rows)))
    assert all(weight[part].sum() <= most or len(part) == 1 for part in parts)


@pytest.fixture(scope="module")
def whole(tables: Tables) -> PeerResult:
    return recommend_peers(*tables)


@pytest.fixture(scope="module")
def in_parts(tables: Tables) -> PeerResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "MOST_SEEKERS", 60)
        patch.setattr(peers, "SEEKERS_OF_A_PART", 40)
        return recommend_peers(*tables)


@pytest.mark.parametrize("name", LISTS)
def test_lists_made_in_parts_keep_all_limits_and_nearly_the_best_total(
    tables: Tables, whole: PeerResult, in_parts: PeerResult, name: str
) -> None:
    found, record, best = getattr(in_parts, name), in_parts.record["lists"][name], whole.record["lists"][name]
    assert found["partner"].value_counts().max() <= record["cap"] == best["cap"]
    assert found.groupby("key").size().max() == 5
    assert set(found["partner"]) <= set(tables.consent.index[tables.consent["partner"]])
    assert record["objective"] <= best["bound"] + 1e-6
    assert record["bound"] >= best["objective"] - 1e-6  # what is proven for the parts holds for the whole
    assert record["objective"] >= 0.98 * best["objective"]
    assert record["gap"] < 0.03
    assert len(record["unlisted"]) <= len(best["unlisted"]) + 1


def test_wishes_are_kept_in_every_part(tables: Tables, whole: PeerResult, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("MOST_SEEKERS", 60), ("SEEKERS_OF_A_PART", 40)):
        monkeypatch.setattr(peers, name, most)
    rare = whole.similar.groupby("key").tail(1).head(30)
    pins = [{"key": row.key, "list": "similar", "pin": [row.partner]} for row in rare.itertuples()]
    wished = recommend_peers(*tables, wishes=parse_wishes({"wishes": pins}))
    kept = set(zip(wished.similar["key"], wished.similar["partner"], strict=True))
    assert len(rare) == 30 and set(zip(rare["key"], rare["partner"], strict=True)) <= kept


def test_portions_of_reasons_and_windows_of_size_change_nothing(
    tables: Tables, whole: PeerResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reasons, "MOST_ROWS", 40)
    monkeypatch.setattr(eligible, "ALL_SIZES", 0)
    monkeypatch.setattr(eligible, "BLOCK", 16)
    again = recommend_peers(*tables)
    for name in LISTS:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(whole, name))


def test_teams_of_portions_are_teams_and_their_bound_holds_for_the_whole(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = form_teams(*tables)
    monkeypatch.setattr(pairs, "MOST_MEMBERS", 40)
    monkeypatch.setattr(pairs, "MEMBERS_OF_A_PORTION", 30)
    found = form_teams(*tables)
    assert not found.members["key"].duplicated().any()
    assert (
        found.members.groupby("team")["type"].nunique() == best.members.groupby("team")["type"].nunique().max()
    ).all()
    assert len(found.teams) >= 0.9 * len(best.teams)
    assert found.record["bound"] >= best.record["score"] - 1e-6
    assert found.record["score"] >= 0.9 * best.record["score"]
    pd.testing.assert_frame_equal(found.bounds, best.bounds)


def everywhere(n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Pain points, register rows and consent of places on a square of 200 km."""
    rng = np.random.default_rng(seed)
    keys = pd.Index([f"90{number:06d}" for number in range(n)], name="key")
    register = pd.DataFrame(
        {
            "kind": "gemeinde", "kreis": [f"90{number % 9:03d}" for number in range(n)], "verband": "",
            "population": np.exp(rng.normal(8.5, 1, n)).round(),
            "longitude": 9 + rng.uniform(0, 3, n), "latitude": 50 + rng.uniform(0, 2, n),
        },
        index=keys,
    )  # fmt: skip
    pains = pd.DataFrame(rng.choice(["aktuell", "geloest", "nie"], (n, 2)), index=keys, columns=["eins", "zwei"])
    return pains, register, pd.DataFrame({"partner": True, "answers": True}, index=keys)


@pytest.mark.parametrize(
    "limits",
    [{"SEATS_OF_A_REGION": 100}, {"MANY_SEATS": 100, "MANY_SEATS_OF_A_REGION": 100, "MANY_HOSTS": 4}],
    ids=["seats", "many"],
)
def test_cooperation_in_regions_keeps_all_rules_and_its_bound_holds_for_the_whole(
    monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    given_ = everywhere(70, 1)
    best = cooperation.form_cooperation(*given_)
    for name, value in ({"MOST_SEATS": 100} | limits).items():
        monkeypatch.setattr(cooperation, name, value)
    found = cooperation.form_cooperation(*given_)
    seated = found.members[found.members["group"] != ""]
    assert not seated.duplicated(["key", "topic"]).any() and len(seated) > 20
    assert seated.groupby("group").size().between(3, 8).all()
    assert not found.groups["host"].duplicated().any()
    assert seated["distance_km"].max() <= 50
    assert 0.8 * best.record["objective"] <= found.record["objective"] <= best.record["bound"] + 1e-6
    assert found.record["bound"] >= best.record["objective"] - 1e-6


@pytest.mark.parametrize(
    "limits",
    [{"MOST_SEATS": 60, "SEATS_OF_A_REGION": 120}, {"MANY": 35, "MANY_SEATS": 120, "HOSTS": 5}],
    ids=["seats", "many"],
)
def test_courses_in_regions_keep_all_rules_and_their_bound_holds_for_the_whole(
    monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    _, register, consent = everywhere(36, 2)
    catalogue = load_trainings()
    offer = next(offer.key for offer in catalogue.offers if offer.seats is not None)
    wanted = pd.DataFrame(
        {"key": register.index, "family": "kita", "offer": offer, "step": 1, "closes": np.arange(36) % 3 + 1.0}
    )
    best = courses.plan_courses(wanted, register, consent, catalogue)
    for name, value in limits.items():
        monkeypatch.setattr(courses, name, value)
    found = courses.plan_courses(wanted, register, consent, catalogue)
    members = found.courses["participants"].str.split(";").explode()
    assert len(members) > 10 and not members.duplicated().any()
    assert 0.7 * best.record["objective"] <= found.record["objective"] <= best.record["bound"] + 1e-6
    assert found.record["bound"] >= best.record["objective"] - 1e-6


def test_of_very_many_only_those_who_suit_best_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    _, register, consent = everywhere(40, 3)
    stand = pd.DataFrame({"daten": [1.0, 2.0] + [5.0] * 38}, index=register.index)
    steps = pd.DataFrame({"key": register.index[:2], "field": "daten", "trigger": "stand:daten=1"})
    everybody = agenda_partners.add_partners(steps, stand, pd.DataFrame(), register, consent)
    monkeypatch.setattr(agenda_partners, "EVERYBODY", 20)
    monkeypatch.setattr(agenda_partners, "MOST_ASKED", 6)
    some = agenda_partners.add_partners(steps, stand, pd.DataFrame(), register, consent)
    assert everybody["partners"].str.count(";").tolist() == [1, 1]
    pd.testing.assert_frame_equal(some, everybody)
