"""D-Teams: as good as brute force where that is possible, bounded where it is not, honest about wishes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_data import TYPES, Tables, invent

from typology.content.catalogue import load_content
from typology.errors import MatchingError
from typology.matching.peers.reasons import render_reason
from typology.matching.teams import search as team_search
from typology.matching.teams.pairs import Group, most_served, most_teams, score_bound
from typology.matching.teams.teams import MEMBER_COLUMNS, TEAM_COLUMNS, TeamResult, form_teams, say_bounds, team_bounds
from typology.matching.wishes import parse_wishes


def random_group(
    seed: int, counts: tuple[int, ...], *, size: int = 4, capacity: int = 1, density: float = 0.9
) -> Group:
    rng = np.random.default_rng(seed)
    n = sum(counts)
    fit = rng.random((n, n)).round(4)
    fit = np.triu(fit, 1) + np.triu(fit, 1).T
    allowed = np.triu(rng.random((n, n)) < density, 1)
    kinds = np.repeat(np.arange(len(counts)), counts)
    return Group(
        members=np.arange(n), type=kinds, capacity=np.where(kinds == np.argmin(counts), capacity, 1),
        parts=fit[None], allowed=allowed | allowed.T, together=(), n_types=len(counts), size=size,
    )  # fmt: skip


def brute_force(group: Group) -> float:
    """The highest total over all sets of disjoint teams, by trying everything (capacity 1)."""
    members = range(len(group.members))
    teams = [
        (sum(1 << member for member in team), group.team_score(team))
        for team in combinations(members, group.size)
        if len({int(group.type[member]) for member in team}) == group.n_types
        and all(group.allowed[a, b] for a, b in combinations(team, 2))
    ]
    # teams by their smallest member, which either sits in one of them or in none
    by_first: dict[int, list[tuple[int, float]]] = {}
    for mask, score in teams:
        by_first.setdefault((mask & -mask).bit_length() - 1, []).append((mask, score))

    @cache
    def best(first: int, used: int) -> float:
        if first == len(members):
            return 0.0
        out = best(first + 1, used & ~((2 << first) - 1))
        for mask, score in by_first.get(first, []):
            if not mask & used:
                out = max(out, score + best(first + 1, (used | mask) & ~((2 << first) - 1)))
        return out

    return best(0, 0)


def total(group: Group, teams: list[tuple[int, ...]]) -> float:
    return sum(group.team_score(team) for team in teams)


def disjoint(group: Group, teams: list[tuple[int, ...]]) -> bool:
    seats = np.bincount(np.array(teams, dtype=int).ravel(), minlength=len(group.members))
    return bool((seats <= group.capacity).all()) and len(set(teams)) == len(teams)


@pytest.mark.parametrize(
    ("counts", "size"),
    [((5, 5, 5, 5), 4), ((8, 5, 4, 3), 4), ((4, 3, 3, 2), 5), ((4, 3, 3, 3), 6), ((7, 7, 6), 3), ((2, 9, 4, 5), 4)],
)
@pytest.mark.parametrize("density", [1.0, 0.6])
def test_equal_to_brute_force_up_to_twenty_members(counts: tuple[int, ...], size: int, density: float) -> None:
    group = random_group(sum(counts) + size, counts, size=size, density=density)
    found = team_search.find_teams(group, np.random.default_rng(0))
    assert found.exact
    assert all(map(group.valid, found.teams)) and disjoint(group, found.teams)
    assert total(group, found.teams) == pytest.approx(brute_force(group), abs=1e-9)
    assert total(group, found.teams) <= score_bound(group) + 1e-9


@given(st.integers(0, 10**6), st.tuples(*[st.integers(1, 4)] * 4), st.floats(0.3, 1.0))
@settings(max_examples=25, deadline=None)
def test_equal_to_brute_force_for_any_small_group(seed: int, counts: tuple[int, ...], density: float) -> None:
    group = random_group(seed, counts, density=density)
    found = team_search.find_teams(group, np.random.default_rng(0))
    assert total(group, found.teams) == pytest.approx(brute_force(group), abs=1e-9)
    assert len(found.teams) <= most_teams(group)


@given(
    st.integers(0, 10**6), st.tuples(*[st.integers(1, 4)] * 4), st.integers(4, 5), st.integers(1, 2),
    st.floats(0.3, 1.0), st.booleans(),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_few_teams_formed_anew_are_the_best_there_are(
    seed: int, counts: tuple[int, ...], size: int, capacity: int, density: float, wished: bool
) -> None:
    group = random_group(seed, counts, size=size, capacity=capacity, density=density)
    group = replace(group, together=((0, sum(counts) - 1),) if wished else ())
    best = team_search._exact(group)
    assert best is not None and disjoint(group, best) and all(map(group.valid, best))
    value = team_search._value(group, best)
    found = team_search._better(group, -1.0)
    assert disjoint(group, found) and all(map(group.valid, found))
    assert team_search._value(group, found) == pytest.approx(value, abs=1e-6)
    assert team_search._better(group, team_search._value(group, found)) == []


@pytest.mark.parametrize(("size", "density"), [(4, 1.0), (4, 0.7), (5, 1.0), (5, 0.85), (6, 1.0), (6, 0.9)])
def test_search_comes_close_and_keeps_the_rules(size: int, density: float, monkeypatch: pytest.MonkeyPatch) -> None:
    group = random_group(size, (5, 5, 4, 4) if size == 4 else (3, 4, 3, 3), size=size, density=density)
    exact = total(group, team_search.find_teams(group, np.random.default_rng(0)).teams)
    monkeypatch.setattr(team_search, "EXACT_MEMBERS", 0)
    found = team_search.find_teams(group, np.random.default_rng(0))
    assert not found.exact
    assert all(map(group.valid, found.teams)) and disjoint(group, found.teams)
    assert 0.9 * exact <= total(group, found.teams) <= exact + 1e-9


def test_where_the_programme_reaches_its_limit_the_search_finds_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    group = random_group(4, (5, 5, 4, 4))
    exact = total(group, team_search.find_teams(group, np.random.default_rng(0)).teams)
    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: SimpleNamespace(status=1, x=np.zeros(9999)))
    found = team_search.find_teams(group, np.random.default_rng(0))
    assert not found.exact and found.teams and disjoint(group, found.teams)
    assert 0.9 * exact <= total(group, found.teams) <= exact + 1e-9


def test_capacity_of_the_rare_type_serves_more() -> None:
    served = []
    for capacity in (1, 2):
        group = random_group(7, (10, 9, 8, 3), capacity=capacity, density=1.0)
        found = team_search.find_teams(group, np.random.default_rng(0))
        assert all(map(group.valid, found.teams)) and disjoint(group, found.teams)
        assert len(found.teams) == most_teams(group) == 3 * capacity
        served.append(len({member for team in found.teams for member in team}))
        assert served[-1] == most_served(group)
    assert served == [12, 21]  # 4 * 3, then 3 * 6 + 3


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(110, seed=5, partner_share=0.8, unassigned=0.05)


@pytest.fixture(scope="module")
def result(tables: Tables) -> TeamResult:
    return form_teams(*tables)


def test_every_type_once_nobody_twice_only_who_consents(tables: Tables, result: TeamResult) -> None:
    assert tuple(result.teams.columns) == TEAM_COLUMNS
    assert tuple(result.members.columns) == MEMBER_COLUMNS
    assert not result.members["key"].duplicated().any()
    assert result.members.groupby("team")["type"].apply(lambda kinds: sorted(kinds) == sorted(TYPES)).all()
    assert tables.consent.loc[result.members["key"], "partner"].all()
    assert (result.members.groupby("team")["host"].sum() == 1).all()
    kreis = tables.municipalities["kind"].loc[result.members["key"]].to_numpy() == "kreis"
    assert pd.Series(kreis).groupby(result.members["team"]).nunique().max() == 1


def test_parts_add_up_and_sizes_stay_comparable(tables: Tables, result: TeamResult) -> None:
    parts = result.teams[["part_size", "part_place", "part_help"]]
    assert ((parts * 1e6).round().astype(int).sum(axis=1) == (result.teams["score"] * 1e6).round().astype(int)).all()
    assert (result.teams["population_high"] <= 4 * result.teams["population_low"] + 4).all()
    assert result.record["score"] <= result.record["bound"]
    assert result.record["served"] <= result.record["served_bound"] < result.record["members"]


def test_everybody_who_consents_is_in_a_team_or_told_why(tables: Tables, result: TeamResult) -> None:
    agreed = set(tables.consent.index[tables.consent["partner"]])
    assert set(result.members["key"]) | set(result.without["key"]) == agreed
    assert not set(result.members["key"]) & set(result.without["key"])


def test_texts_of_teams_exist(tables: Tables, result: TeamResult) -> None:
    content = load_content()
    for reason in {*result.teams["topic"], *result.members["brings"]}:
        for language in ("de", "en"):
            assert "{" not in render_reason(reason, content, language)
    for reason in result.without["reason"].str.split(":").str[0].unique():
        assert content.say(f"teams_without_{reason}", a="x")
    first = say_bounds(team_bounds(*tables), content)[0]
    assert str(int(result.bounds.loc[0, "served"])) in first


def test_bounds_by_hand() -> None:
    tables = invent(40, seed=1, partner_share=1.0, kreise=0.0, unassigned=0.0)
    kinds = ["bedaechtige"] * 3 + ["optimierer"] * 12 + ["serviceorientierte"] * 11 + ["community_manager"] * 14
    tables.assignments["type"] = kinds
    row = team_bounds(*tables).iloc[0]
    assert (row["members"], row["rarest_type"], row["teams"], row["served"]) == (40, "bedaechtige", 3, 12)
    row = team_bounds(*tables, capacity=2).iloc[0]
    assert (row["teams"], row["served"]) == (6, 3 + 18)
    row = team_bounds(*tables, capacity={"bedaechtige": 4}).iloc[0]
    assert (row["teams"], row["served"]) == (11, 3 + 33)


def test_same_seed_same_teams(tables: Tables, result: TeamResult) -> None:
    shuffled = tables.assignments.sample(frac=1, random_state=1)
    again = form_teams(shuffled, tables.profiles, tables.municipalities, tables.consent)
    pd.testing.assert_frame_equal(result.members, again.members)


def same_team(result: TeamResult, keys: list[str]) -> bool:
    return result.members.loc[result.members["key"].isin(keys), "team"].value_counts().max() == len(keys)


def test_wishes_for_together_and_apart_are_met(result: TeamResult, tables: Tables) -> None:
    teams = result.members.groupby("team")["key"].apply(list)
    apart = teams.iloc[0][:2]
    population = tables.municipalities["population"]
    a = teams.iloc[1][0]
    kind = tables.assignments["type"]
    others = result.members[(result.members["team"] != teams.index[1]) & (result.members["type"] != kind[a])]
    b = next(key for key in others["key"] if 0.7 < population[key] / population[a] < 1.4 and len(key) == len(a))
    wishes = parse_wishes({"teams": {"together": [[a, b]], "apart": [apart]}})
    again = form_teams(*tables, wishes=wishes)
    assert same_team(again, [a, b]) and not same_team(again, apart)
    assert again.unmet.empty


def test_wishes_that_cannot_be_met_are_refused_with_the_reason(tables: Tables) -> None:
    kinds, agreed = tables.assignments["type"], tables.consent["partner"]
    body = tables.municipalities
    town = body["kind"] == "gemeinde"
    usable = body.index[town & agreed & (kinds != "")]
    first = usable[0]
    same = next(key for key in usable if key != first and kinds[key] == kinds[first])
    closed = body.index[town & ~agreed][0]
    blank = body.index[agreed & (kinds == "")][0]
    kreis = body.index[(body["kind"] == "kreis") & agreed & (kinds != "") & (kinds != kinds[first])][0]
    by_size = body.loc[usable, "population"].sort_values()
    small = by_size.index[0]
    large = next(key for key in reversed(by_size.index) if kinds[key] != kinds[small])
    groups = {
        (first, same): "same_type", (first, closed): "no_consent", (first, blank): "no_own_type",
        (first, kreis): "other_kind", (small, large): "too_different", (first, "nowhere"): "unknown_key",
    }  # fmt: skip
    unmet = form_teams(*tables, wishes=parse_wishes({"teams": {"together": [list(keys) for keys in groups]}})).unmet
    assert dict(zip(unmet["keys"], unmet["reason"], strict=True)) == {"+".join(k): v for k, v in groups.items()}


@pytest.mark.parametrize(("n_types", "size"), [(1, 3), (2, 4), (4, 4), (5, 5), (7, 7)])
def test_teams_are_as_large_as_the_number_of_types_needs(n_types: int, size: int) -> None:
    tables = invent(84, seed=3, partner_share=1.0)
    names = [f"gruppe_{place}" for place in range(n_types)]
    kinds = np.arange(len(tables.assignments)) % n_types
    assignments = pd.DataFrame(
        {"type": np.array(names, dtype=object)[kinds], "second_type": names[0], "status": "klar"}
        | {f"p_{name}": (kinds == place).astype(float) for place, name in enumerate(names)},
        index=tables.assignments.index,
    )
    result = form_teams(assignments, *tables[1:])
    assert len(result.teams) > 0 and set(result.members.groupby("team").size()) == {size}
    assert (result.members.groupby("team")["type"].nunique() == n_types).all()
    assert result.record["size"] == size
    assert team_bounds(assignments, *tables[1:])["teams"].sum() >= len(result.teams)


@pytest.mark.parametrize(
    ("wrong", "word"), [({"size": 3}, "size"), ({"size": 7}, "size"), ({"capacity": 0}, "capacity"),
                        ({"capacity": {"neulinge": 2}}, "neulinge")],
)  # fmt: skip
def test_impossible_settings_are_one_clear_message(tables: Tables, wrong: dict[str, object], word: str) -> None:
    with pytest.raises(MatchingError, match=word):
        form_teams(*tables, **wrong)  # type: ignore[arg-type]


def test_a_missing_type_means_no_team() -> None:
    tables = invent(30, seed=2, partner_share=1.0, kreise=0.0, unassigned=0.0)
    tables.assignments.loc[tables.assignments["type"] == "optimierer", "type"] = "bedaechtige"
    result = form_teams(*tables)
    assert result.teams.empty and result.record["served_bound"] == 0
    assert set(result.without["reason"]) == {"type_used_up:optimierer"}


def test_teams_do_not_wait_for_a_type_that_nobody_has() -> None:
    tables = invent(30, seed=2, partner_share=1.0, kreise=0.0, unassigned=0.0)
    tables.assignments.loc[tables.assignments["type"] == "optimierer", "type"] = "bedaechtige"
    others = [name for name in TYPES if name != "optimierer"]
    result = form_teams(*tables, types=others)
    assert len(result.teams) > 0 and set(result.members.groupby("team")["type"].nunique()) == {3}
    assert set(result.members.groupby("team").size()) == {4}
    bounds = team_bounds(*tables, types=others)
    assert bounds.equals(result.bounds) and set(bounds["rarest_type"]) <= set(others)
    assert form_teams(*tables, types=others[:1]).members["type"].unique().tolist() == others[:1]
