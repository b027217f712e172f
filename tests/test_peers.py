"""Partner lists: capacity, floor, parts that add up, reasons that tell something, consent, wishes."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matching_data import Tables, invent
from scipy.optimize import Bounds, LinearConstraint, milp

from typology.content.catalogue import load_content
from typology.errors import MatchingError
from typology.matching.peers import peers
from typology.matching.peers.allocation import Pool, allocate
from typology.matching.peers.peers import PEER_COLUMNS, PeerResult, recommend_peers
from typology.matching.peers.reasons import render_reason, reveals_answers
from typology.matching.teams.teams import form_teams
from typology.matching.wishes import parse_wishes

LISTS = ("similar", "complementary")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(130, seed=3)


@pytest.fixture(scope="module")
def result(tables: Tables) -> PeerResult:
    return recommend_peers(*tables)


@pytest.mark.parametrize("name", LISTS)
def test_columns_and_order(result: PeerResult, name: str) -> None:
    table = getattr(result, name)
    assert tuple(table.columns) == PEER_COLUMNS[name]
    assert not table.duplicated(["key", "partner"]).any()
    assert table.groupby("key")["rank"].apply(lambda rank: list(rank) == list(range(1, len(rank) + 1))).all()
    assert table.groupby("key")["score"].apply(lambda score: score.is_monotonic_decreasing).all()


@pytest.mark.parametrize("name", LISTS)
def test_parts_add_up_exactly(result: PeerResult, name: str) -> None:
    table = getattr(result, name)
    parts = [column for column in table if column.startswith("part_")]
    micro = (table[parts] * 1e6).round().astype(int)
    assert np.allclose(micro / 1e6, table[parts], rtol=0, atol=1e-12)  # six digits, nothing behind
    assert (micro.sum(axis=1) == (table["score"] * 1e6).round().astype(int)).all()
    assert "part_other" not in parts


@pytest.mark.parametrize("name", LISTS)
def test_every_reason_becomes_a_sentence(result: PeerResult, name: str) -> None:
    content = load_content()
    assert len(getattr(result, name)) > 100
    for column in ("topic", "likeness", "difference"):
        for reason in getattr(result, name)[column].unique():
            for language in ("de", "en"):
                sentence = render_reason(reason, content, language)
                assert bool(sentence) == bool(reason) and "{" not in sentence
    assert (getattr(result, name)["topic"] != "").all()


def test_nobody_stands_on_more_lists_than_the_cap(result: PeerResult) -> None:
    for name in LISTS:
        listed = getattr(result, name)["partner"].value_counts()
        assert listed.max() == result.record["lists"][name]["cap"]  # it binds, too


def test_only_consenting_bodies_are_listed(tables: Tables, result: PeerResult) -> None:
    agreed = set(tables.consent.index[tables.consent["partner"]])
    for table in (result.similar, result.complementary, result.uncapped):
        assert set(table["partner"]) <= agreed


def test_a_kreis_is_never_recommended_to_a_municipality(tables: Tables, result: PeerResult) -> None:
    is_kreis = tables.municipalities["kind"] == "kreis"
    for name in LISTS:
        table: pd.DataFrame = getattr(result, name)
        assert (is_kreis.loc[table["key"]].to_numpy() == is_kreis.loc[table["partner"]].to_numpy()).all()
        assert (table["key"] != table["partner"]).all()


@lru_cache(maxsize=1)
def _indexed(number: int) -> dict[str, dict[tuple[str, str, str], object]]:
    table = _TABLES[number].set_index(["key", "measure", "item"])
    return {column: table[column].to_dict() for column in ("own", "standing")}


def answers_of(profiles: pd.DataFrame) -> dict[str, dict[tuple[str, str, str], object]]:
    """Answers and standing by (key, measure, item)."""
    _TABLES[id(profiles)] = profiles
    return _indexed(id(profiles))


_TABLES: dict[int, pd.DataFrame] = {}


def holds(tables: Tables, reason: str, key: str, partner: str) -> bool | None:
    """Whether a reason is true of a pair, read from the tables alone; None for reasons not checked here."""
    name, _, argument = reason.partition(":")
    own = answers_of(tables.profiles)
    body = tables.municipalities

    def said(who: str, measure: str, item: str, value: str, column: str = "own") -> bool:
        return own[column].get((who, measure, item), "") == value

    rules = {
        "like_goal": lambda: all(said(who, "goal", argument, "ja") for who in (key, partner)),
        "topic_shared_goal": lambda: all(said(who, "goal", argument, "ja") for who in (key, partner)),
        "like_goals": lambda: all(
            said(who, "goal", item, "ja") for who in (key, partner) for item in argument.split("+")
        ),
        "diff_goal": lambda: said(partner, "goal", argument, "ja") and not said(key, "goal", argument, "ja"),
        "topic_field": lambda: (
            said(key, "stand", argument, "schwach", "standing")
            and said(partner, "stand", argument, "stark", "standing")
        ),
        "topic_shared_field": lambda: all(
            said(who, "stand", argument, "schwach", "standing") for who in (key, partner)
        ),
        "topic_pain": lambda: (
            said(key, "pain_point", argument, "aktuell") and said(partner, "pain_point", argument, "geloest")
        ),
        "topic_shared_pain": lambda: all(said(who, "pain_point", argument, "aktuell") for who in (key, partner)),
        "diff_type": lambda: tables.assignments.loc[partner, "type"] == argument != tables.assignments.loc[key, "type"],
        "like_type": lambda: all(tables.assignments.loc[who, "type"] == argument for who in (key, partner)),
        "like_land": lambda: all(body.loc[who, "land"] == argument for who in (key, partner)),
    }
    return rules[name]() if name in rules else None


def test_reasons_are_true_and_likeness_and_difference_tell_something(tables: Tables, result: PeerResult) -> None:
    checked = 0
    for key, rows in result.similar.groupby("key"):
        for row in rows.itertuples():
            for reason in (row.topic, row.likeness, row.difference):
                true = holds(tables, reason, key, row.partner)
                if true is None:
                    continue
                checked += 1
                assert true, (key, row.partner, reason)
    assert checked > 500


def test_a_reason_that_holds_for_most_others_is_not_given() -> None:
    # Everybody lies in one Land and shares one goal: neither tells why this partner and not another.
    tables = invent(60, seed=5, partner_share=1.0)
    goals = tables.profiles["measure"] == "goal"
    shared = goals & (tables.profiles["item"] == "offenheit")
    profiles = tables.profiles.assign(own=tables.profiles["own"].where(~shared, "ja"))
    given_ = (tables.assignments.assign(type=""), profiles, tables.municipalities.assign(land="90"), tables.consent)
    result, everybody = (recommend_peers(*given_, m=m, cap=1000) for m in (2, 60))
    could = everybody.similar.groupby("key").size()
    said = result.similar[result.similar["key"].map(could) > 2]  # with nobody else to compare with, everything tells
    assert len(said) > 50 and (said["likeness"] != "").mean() > 0.5
    assert not said["likeness"].isin(["like_land:90", "like_goal:offenheit"]).any()


def test_closed_answers_are_not_told(tables: Tables, result: PeerResult) -> None:
    closed = result.similar[~result.similar["partner"].map(tables.consent["answers"]).astype(bool)]
    assert len(closed) > 20
    assert (closed["topic"] == "topic_open").all() and (closed["part_need"] == 0).all()
    assert not closed["likeness"].map(reveals_answers).any() and not closed["difference"].map(reveals_answers).any()
    assert render_reason("topic_open", load_content()) == "Die Antworten sind nicht freigegeben."
    # to stand on the complementary list would tell a strength or a solved pain point
    assert result.complementary["partner"].map(tables.consent["answers"]).all() and len(result.complementary) > 100


def test_levels_and_pain_points_that_are_closed_bring_nobody_nearer(tables: Tables) -> None:
    closed = tables.consent.index[tables.consent["partner"] & ~tables.consent["answers"]]
    alone = tables.consent.assign(partner=tables.consent.index.isin(closed))
    mine = tables.profiles["key"].isin(closed)
    other = tables.profiles.copy()
    other.loc[mine & (other["measure"] == "pain_point"), "own"] = "geloest"
    other.loc[mine & (other["measure"] == "stand"), "standing"] = "stark"
    lists = []
    for profiles in (tables.profiles, other):
        result = recommend_peers(tables.assignments, profiles, tables.municipalities, alone)
        assert result.complementary.empty
        lists.append(result.uncapped[~result.uncapped["key"].isin(closed)].reset_index(drop=True))
    assert len(lists[0]) > 100
    pd.testing.assert_frame_equal(*lists)


def test_mutual_is_what_it_says(result: PeerResult) -> None:
    for name in LISTS:
        table = getattr(result, name)
        pairs = set(zip(table["key"], table["partner"], strict=True))
        back = [(row.partner, row.key) in pairs for row in table.itertuples()]
        assert back == table["mutual"].tolist()
        weight = result.record["lists"][name]["mutual_weight"]
        assert (table["part_mutual"] == np.where(table["mutual"], weight, 0)).all()


def test_a_higher_mutual_weight_gives_more_mutual_pairs(tables: Tables) -> None:
    shares = []
    for weight in ("0", "0.2"):
        wishes = parse_wishes({"weights": {"similar": {"mutual": weight}}})
        hub = recommend_peers(*tables, wishes=wishes).hub.set_index(["list", "stage"])
        shares.append(hub.loc[("similar", "nachher"), "returned"])
    assert shares[1] > shares[0] + 0.05


def test_withdrawn_consent_removes_the_body_from_everything(tables: Tables, result: PeerResult) -> None:
    star = result.similar["partner"].value_counts().index[0]
    consent = tables.consent.copy()
    consent.loc[star, "partner"] = False
    again = recommend_peers(tables.assignments, tables.profiles, tables.municipalities, consent)
    for table in (again.similar, again.complementary, again.uncapped):
        assert star not in set(table["partner"])
        assert star in set(table["key"])  # it may still seek
    assert star not in str(again.record)
    teams = form_teams(tables.assignments, tables.profiles, tables.municipalities, consent)
    assert star not in teams.members.to_csv() + teams.teams.to_csv() + teams.without.to_csv() + str(teams.record)


def test_nobody_comparable_is_said(tables: Tables) -> None:
    giant = tables.municipalities.index[tables.municipalities["kind"] == "gemeinde"][0]
    municipalities = tables.municipalities.copy()
    municipalities.loc[giant, "population"] = 90_000_000
    result = recommend_peers(tables.assignments, tables.profiles, municipalities, tables.consent)
    assert giant not in set(result.similar["key"])
    row = result.missing[(result.missing["key"] == giant) & (result.missing["list"] == "similar")].iloc[0]
    assert (row["found"], row["reason"]) == (0, "no_size:3")


def test_without_a_type_there_is_a_similar_list_only(tables: Tables, result: PeerResult) -> None:
    blank = set(tables.assignments.index[tables.assignments["type"] == ""])
    assert blank & set(result.similar["key"])
    assert not blank & (set(result.complementary["key"]) | set(result.complementary["partner"]))
    reasons = result.missing[result.missing["key"].isin(blank) & (result.missing["list"] == "complementary")]
    assert set(reasons["reason"]) == {"no_own_type"}
    kinds = tables.assignments["type"]
    pairs = result.complementary
    assert (kinds.loc[pairs["key"]].to_numpy() != kinds.loc[pairs["partner"]].to_numpy()).all()


def test_nobody_consents() -> None:
    tables = invent(20, partner_share=0.0)
    result = recommend_peers(*tables)
    assert result.similar.empty and result.complementary.empty
    assert set(result.missing.loc[result.missing["list"] == "similar", "reason"]) == {"no_consent"}


def test_a_member_never_gets_its_own_verband(tables: Tables) -> None:
    municipalities = tables.municipalities.copy()
    a, b = municipalities.index[municipalities["kind"] == "gemeinde"][:2]
    municipalities.loc[b, "kind"] = "verband"
    municipalities.loc[a, "verband"] = b
    municipalities.loc[b, "population"] = municipalities.loc[a, "population"]
    consent = tables.consent.assign(partner=True, answers=True)
    result = recommend_peers(tables.assignments, tables.profiles, municipalities, consent, m=100, cap=1000)
    both = pd.concat([result.similar, result.complementary])
    assert b in set(both["partner"])
    assert not any({row.key, row.partner} == {a, b} for row in both.itertuples())


def test_register_without_numbers_still_gives_lists(tables: Tables) -> None:
    bare = tables.municipalities[["name"]].assign(kind="andere")
    result = recommend_peers(tables.assignments, tables.profiles, bare, tables.consent)
    assert result.similar["key"].nunique() == len(tables.assignments)
    assert (result.similar["part_size"] == 0).all()


def test_wrong_tables_report_everything_at_once(tables: Tables) -> None:
    with pytest.raises(MatchingError) as caught:
        recommend_peers(
            tables.assignments.drop(columns="type"),
            tables.profiles,
            tables.municipalities,
            pd.concat([tables.consent, tables.consent.iloc[:1]]),
        )
    assert {problem.kind for problem in caught.value.problems} == {"spalte", "schluessel"}
    with pytest.raises(MatchingError, match="cap muss"):
        recommend_peers(*tables, cap=0)


@pytest.mark.long
@given(st.integers(4, 24), st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5), st.floats(0.1, 1.0))
@settings(max_examples=15, deadline=None)
def test_limits_hold_for_any_study(n: int, seed: int, m: int, cap: int, share: float) -> None:
    tables = invent(n, seed, partner_share=share, kreise=0.2)
    result = recommend_peers(*tables, m=m, cap=cap)
    agreed = set(tables.consent.index[tables.consent["partner"]])
    for name in LISTS:
        table = getattr(result, name)
        assert set(table["partner"]) <= agreed
        assert (table.groupby("key").size() <= m).all()
        assert (table.groupby("partner").size() <= cap).all()
        # everybody who seeks stands either on a full list or among the missing
        short = result.missing[result.missing["list"] == name]
        full = table.groupby("key").size()
        assert set(short["key"]) | set(full.index[full == m]) == set(tables.assignments.index)


@given(
    st.integers(4, 14), st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 4), st.sampled_from([0.0, 0.05, 0.3])
)
@example(n=12, seed=177, m=1, cap=1, mutual=0.3)
@settings(max_examples=40, deadline=None)
def test_the_allocation_is_the_best_there_is(n: int, seed: int, m: int, cap: int, mutual: float) -> None:
    """The same problem as one plain integer programme over all pairs, the floor first by a maximal flow."""
    rng = np.random.default_rng(seed)
    i, j = np.nonzero((rng.random((n, n)) < 0.5) & ~np.eye(n, dtype=bool))
    if not len(i):
        return
    score = rng.random(len(i)).round(3)
    floor = np.unique(j)
    pool = Pool(i=i, j=j, score=score, pinned=np.zeros(len(i), bool), floor=floor, n=n, m=m, cap=cap, mutual=mutual)
    result = allocate(pool)
    place = {(a, b): k for k, (a, b) in enumerate(zip(i, j, strict=True))}
    pairs = [(k, place[b, a]) for (a, b), k in place.items() if a < b and (b, a) in place]
    width = len(i) + len(pairs) + len(floor)
    rows, low, high = [], [], []
    for body in range(n):
        for side, limit in ((i, m), (j, cap)):
            rows.append(np.r_[(side == body).astype(float), np.zeros(width - len(i))])
            low.append(0)
            high.append(limit)
    for number, (a, b) in enumerate(pairs):
        for end in (a, b):
            row = np.zeros(width)
            row[len(i) + number], row[end] = 1, -1
            rows.append(row), low.append(-np.inf), high.append(0)
    for number, body in enumerate(floor):
        row = np.r_[(j == body).astype(float), np.zeros(width - len(i))]
        row[len(i) + len(pairs) + number] = 1
        rows.append(row), low.append(1), high.append(np.inf)
    cost = np.r_[-score, np.full(len(pairs), -2 * mutual), np.full(len(floor), 100.0)]
    best = milp(cost, constraints=LinearConstraint(np.array(rows), low, high), integrality=np.ones(width),
                bounds=Bounds(0, 1), options={"mip_rel_gap": 0})  # fmt: skip
    assert np.bincount(i[result.chosen], minlength=n).max() <= m
    assert np.bincount(j[result.chosen], minlength=n).max() <= cap
    plain = -best.fun
    assert result.objective - 100 * result.unlisted <= plain + 1e-6  # never better than the best
    assert result.objective - 100 * result.unlisted >= plain - 0.02 * abs(plain) - 0.1 * mutual  # and hardly worse
    assert result.bound - 100 * result.unlisted >= plain - 1e-6  # the bound is one
    if mutual == 0:
        assert result.objective - 100 * result.unlisted == pytest.approx(plain, abs=1e-6)
    assert result.unlisted == round(best.x[len(i) + len(pairs) :].sum())


def test_every_missing_and_unmet_reason_has_a_sentence() -> None:
    """Reason words that the code may hand out, read from its source, so that a new one cannot be forgotten."""
    content = load_content()
    matching = Path(peers.__file__).parents[1]
    files = [path for room in ("peers", "teams") for path in sorted((matching / room).glob("*.py"))]
    source = "".join(path.read_text("utf-8") for path in files)
    words = set(
        re.findall(
            r'return f?"((?:no|all|own|other|too|team|same|unknown|closed)_\w+|excluded|not_complementary)[":]', source
        )
    )
    words |= {"list_full", "partner_full", "no_team"}
    assert len(words) > 12
    for word in words:
        found = [f"peers_missing_{word}" in content.sentences, f"peers_unmet_{word}" in content.sentences]
        assert any(found), word


def test_the_order_of_the_rows_does_not_matter(tables: Tables, result: PeerResult) -> None:
    mixed = [table.sample(frac=1, random_state=4) for table in tables]
    again = recommend_peers(*mixed)
    for name in (*LISTS, "uncapped", "missing", "hub"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))
    assert result.record == again.record


def test_a_number_is_never_read_as_the_key_of_a_land() -> None:
    content, names = load_content(), {"10": "Saarland", "12": "Brandenburg", "10041": "Saarbrücken"}
    sentence = render_reason("missing_no_reach:10+12.5", content, "de", names)
    assert "10\u00a0km" in sentence and "12,5\u00a0km" in sentence and "Saarland" not in sentence
    assert "Saarland" in render_reason("diff_land:10", content, "de", names)
    assert "Saarbrücken" in render_reason("diff_kreis:10041", content, "de", names)
