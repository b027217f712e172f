"""Wishes: a strict file, and a result that says which wishes could not be met."""

from __future__ import annotations

from pathlib import Path

import pytest
from matching_data import Tables, invent

from typology.errors import MatchingError
from typology.matching.numbers import LIST_WEIGHTS
from typology.matching.peers.peers import recommend_peers
from typology.matching.wishes import Wishes, parse_wishes, read_wishes


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(80, seed=11, unassigned=0.1)


def same_kind(tables: Tables, key: str, *, partner: bool) -> list[str]:
    kinds = tables.municipalities["kind"]
    rows = (kinds == kinds[key]) & (tables.consent["partner"] == partner)
    return [other for other in rows.index[rows] if other != key]


def seeker(tables: Tables) -> str:
    return tables.municipalities.index[tables.municipalities["kind"] == "gemeinde"][0]


def test_a_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "wishes.yaml"
    path.write_text(
        "weights: {similar: {size: 0.5}}\n"
        "wishes:\n  - {key: 01001000, list: similar, pin: [01002000], exclude: [01003000]}\n"
        "teams: {together: [[01001000, 01002000]]}\n",
        encoding="utf-8",
    )
    wishes = read_wishes(path)
    assert wishes.pins("similar") == [("01001000", "01002000")]
    assert wishes.pins("complementary") == []
    assert wishes.common_weights("similar") == {"size": 0.5}
    assert wishes.teams.together == (("01001000", "01002000"),)


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(MatchingError) as caught:
        parse_wishes(
            {
                "weights": {"similar": {"size": "-1", "beauty": "1"}},
                "wishes": [{"key": "1", "list": "all", "pin": ["2"]}, {"key": "1", "pin": ["3"], "exclude": ["3"]}],
                "teams": {"together": [["1"]]},
                "colour": "red",
            }
        )
    places = {problem.column for problem in caught.value.problems}
    assert places == {
        "weights.similar.size", "weights.similar.beauty", "wishes.0.list", "wishes.1", "teams.together.0", "colour",
    }  # fmt: skip


@pytest.mark.parametrize("part", ["pin", "exclude"])
def test_nobody_wishes_or_excludes_oneself(part: str) -> None:
    with pytest.raises(MatchingError) as caught:
        parse_wishes({"wishes": [{"key": "1", part: ["2", "1"]}]})
    assert [problem.column for problem in caught.value.problems] == ["wishes.0"]
    assert parse_wishes({"wishes": [{"key": "1", part: ["2"]}]}).wishes[0].key == "1"


def test_all_weights_zero_is_refused() -> None:
    zero = dict.fromkeys(LIST_WEIGHTS["similar"], "0")
    with pytest.raises(MatchingError, match="nicht zulässig") as caught:
        parse_wishes({"weights": {"similar": zero}})
    assert caught.value.problems[0].column == "weights.similar"


def test_missing_file_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(MatchingError, match=r"none\.yaml"):
        read_wishes(tmp_path / "none.yaml")


def test_empty_file_wishes_nothing() -> None:
    assert parse_wishes(None) == Wishes()


def test_pins_are_met_where_they_can_be(tables: Tables) -> None:
    key = seeker(tables)
    partner = same_kind(tables, key, partner=True)[-1]
    result = recommend_peers(
        *tables, wishes=parse_wishes({"wishes": [{"key": key, "list": "similar", "pin": [partner]}]})
    )
    row = result.similar[(result.similar["key"] == key) & (result.similar["partner"] == partner)]
    assert row["pinned"].tolist() == [True]
    assert result.unmet.empty


def test_exclusions_hold_in_both_directions(tables: Tables) -> None:
    plain = recommend_peers(*tables).similar
    first = plain[plain["mutual"]].iloc[0]
    wish = {"wishes": [{"key": first["key"], "exclude": [first["partner"]]}]}
    result = recommend_peers(*tables, wishes=parse_wishes(wish))
    pair = {first["key"], first["partner"]}
    for table in (result.similar, result.complementary):
        assert not any({row.key, row.partner} == pair for row in table.itertuples())


def test_each_refusal_has_its_reason(tables: Tables) -> None:
    key = seeker(tables)
    closed = same_kind(tables, key, partner=False)[0]
    is_kreis = (tables.municipalities["kind"] == "kreis") & tables.consent["partner"]
    kreis = is_kreis.index[is_kreis][0]
    same_type = next(
        other for other in same_kind(tables, key, partner=True)
        if tables.assignments.loc[other, "type"] == tables.assignments.loc[key, "type"]
    )  # fmt: skip
    left_out = same_kind(tables, key, partner=True)[0]
    wishes = parse_wishes(
        {
            "wishes": [
                {"key": key, "list": "similar", "pin": [closed, kreis, "nowhere"]},
                {"key": key, "list": "complementary", "pin": [same_type]},
                {"key": left_out, "list": "similar", "exclude": [key]},
                {"key": key, "list": "similar", "pin": [left_out]},
            ]
        }
    )
    unmet = recommend_peers(*tables, wishes=wishes).unmet
    found = {(row.list, row.partner): row.reason for row in unmet.itertuples()}
    assert found == {
        ("similar", closed): "no_consent",
        ("similar", kreis): "other_kind",
        ("similar", "nowhere"): "unknown_key",
        ("complementary", same_type): "not_complementary",
        ("similar", left_out): "excluded",
    }


def test_too_many_pins_fill_the_list_and_the_partner(tables: Tables) -> None:
    key = seeker(tables)
    partners = same_kind(tables, key, partner=True)[:3]
    wish = {"wishes": [{"key": key, "list": "similar", "pin": partners}]}
    unmet = recommend_peers(*tables, m=2, wishes=parse_wishes(wish)).unmet
    assert unmet[["partner", "reason"]].to_numpy().tolist() == [[partners[2], "list_full"]]
    seekers = same_kind(tables, partners[0], partner=True)[:3]
    wish = {"wishes": [{"key": other, "list": "similar", "pin": [partners[0]]} for other in seekers]}
    result = recommend_peers(*tables, m=1, cap=2, wishes=parse_wishes(wish))
    assert (result.unmet["reason"] == "partner_full").sum() == 1
    assert (result.similar["partner"] == partners[0]).sum() == 2


def test_own_weights_change_only_the_own_scores(tables: Tables) -> None:
    key = seeker(tables)
    only_size = {name: "0" for name in LIST_WEIGHTS["similar"] if name not in ("mutual", "size")}
    wish = {"wishes": [{"key": key, "weights": {"similar": {**only_size, "size": "1"}}}]}
    table = recommend_peers(*tables, wishes=parse_wishes(wish)).similar
    own = table["key"] == key
    assert (table.loc[own, ["part_goals", "part_type", "part_place", "part_setting"]] == 0).all(axis=None)
    assert (table.loc[~own, "part_goals"] > 0).any()
