"""What the matching of a study keeps besides its lists: what is missing, wishes, bounds, the record."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from matching_data import invent
from planted import planted_typology

from typology.commands.study import unmet_lines
from typology.content.catalogue import load_content
from typology.matching.peers.reasons import render_reason
from typology.matching.record import record_rows
from typology.matching.wishes import parse_wishes
from typology.publishing.views.partners import Partners
from typology.study.match import match_tables
from typology.study.record import Study
from typology.study.store import public_study
from typology.tables.info import StudyInfo
from typology.tables.schema import PUBLIC_TABLES
from typology.tables.study_tables import StudyTables

CONTENT = load_content()


@pytest.fixture(scope="module")
def tables() -> StudyTables:
    made = invent(60, seed=4, unassigned=0.1)
    return StudyTables(
        municipalities=made.municipalities,
        consent=made.consent,
        assignments=made.assignments,
        municipality_profiles=made.profiles,
    )


@pytest.fixture(scope="module")
def matched(tables: StudyTables) -> StudyTables:
    return match_tables(tables, CONTENT, wishes=wishes_of(tables))


def wishes_of(tables: StudyTables):
    """One wish that cannot be met, one team of an unknown key, one wish of somebody who is not listed."""
    first, second, third = tables.municipalities.index[:3]
    return parse_wishes(
        {
            "wishes": [{"key": first, "list": "similar", "pin": ["99999999"]}, {"key": second, "exclude": [third]}],
            "teams": {"together": [[first, "99999998"]]},
        }
    )


def test_every_list_that_is_short_says_what_is_missing(matched: StudyTables) -> None:
    for which in ("similar", "complementary"):
        found = matched.get(which).groupby("key").size().reindex(matched.municipalities.index, fill_value=0)
        short = matched.missing_partners[matched.missing_partners["list"] == which].set_index("key")
        assert set(short.index) == set(found.index[found < 5])
        assert (short["found"] == found[short.index]).all()
    assert set(matched.missing_partners["found"]) >= {0}


def test_the_card_says_what_is_missing_and_not_only_that_nobody_fits(matched: StudyTables) -> None:
    partners = Partners(matched, CONTENT)
    for row in matched.missing_partners.itertuples():
        sentence = partners.missing(row.list, row.key)
        assert sentence is not None
        for language in ("de", "en"):
            assert render_reason(f"missing_{row.reason}", CONTENT, language) in sentence[language]
        assert sentence["de"].startswith("Mehr passende" if row.found else "Noch keine passende Kommune.")
    full = matched.similar.groupby("key").size().eq(5)
    assert partners.missing("similar", full.index[full][0]) is None


def test_unmet_wishes_of_lists_and_teams_stand_in_one_table_and_in_words(matched: StudyTables) -> None:
    unmet, first = matched.unmet_wishes, matched.municipalities.index[0]
    assert set(unmet["list"]) == {"similar", "team"}
    lines = unmet_lines(study_of(matched))
    assert lines[1] == "Nicht erfüllte Wünsche:" and len(lines) == 2 + len(unmet)
    assert any(line.startswith(f"  {first} → 99999999 (ähnliche Partner): ") for line in lines)
    assert any(line.startswith(f"  {first} + 99999998 (D-Team): ") for line in lines)
    assert unmet_lines(study_of(matched.having(unmet_wishes=unmet.iloc[0:0]))) == []


def study_of(tables: StudyTables, **run: object) -> Study:
    info = StudyInfo("x", {}, "2026-06-30", True, "", "", {}, {}, "", len(tables.assignments), "pick", 3, {})
    return Study(info=info, typology=planted_typology(), tables=tables, content=CONTENT, run=dict(run))


def test_the_record_keeps_cap_and_bound_as_text(matched: StudyTables) -> None:
    record = matched.matching_record.set_index("name")["value"]
    most = matched.similar["partner"].value_counts().max()
    assert int(record["peers.lists.similar.cap"]) >= most
    assert float(record["peers.lists.similar.bound"]) >= float(record["peers.lists.similar.objective"]) - 1e-6
    assert int(record["teams.teams"]) == len(matched.teams) <= matched.team_bounds["teams"].sum()
    agreed = set(matched.consent.index[matched.consent["partner"]])
    assert set(json.loads(record["peers.lists.similar.unlisted"])) == agreed - set(matched.similar["partner"])
    assert record_rows({"a": {"b": {}, "c": "x"}, "d": None}).values.tolist() == [
        ["a.b", "{}"],
        ["a.c", "x"],
        ["d", "null"],
    ]


def test_who_sits_in_no_team_has_a_reason(matched: StudyTables) -> None:
    agreed = set(matched.consent.index[matched.consent["partner"]])
    assert set(matched.without_team["key"]) | set(matched.team_members["key"]) == agreed
    for reason in matched.without_team["reason"]:
        assert f"teams_without_{reason.split(':')[0]}" in CONTENT.sentences


def test_only_wishes_among_the_listed_reach_the_public_lists(tables: StudyTables) -> None:
    first, second = tables.municipalities.index[:2]
    pair = {"key": first, "exclude": [second]}
    wishes = parse_wishes(
        {"weights": {"similar": {"size": 1.0}}, "wishes": [pair], "teams": {"apart": [[first, second]]}}
    )
    assert wishes.among([first, second]) == wishes
    left = wishes.among([first])
    assert left.wishes == () and left.teams.apart == () and left.weights == wishes.weights
    consent = tables.consent.assign(listed=True, answers=True, mailbox="", contact=False)
    wanted = tables.having(
        consent=consent, types=pd.DataFrame({"type": ["optimierer"], "share": [0.2], "low": [0.1], "high": [0.3]})
    )
    plain = public_study(study_of(wanted)).tables
    row = plain.similar.iloc[0]
    said = {"wishes": [{"key": row["key"], "list": "similar", "exclude": [row["partner"]]}]}
    shown = public_study(study_of(wanted, wishes=said)).tables.similar
    assert not ((shown["key"] == row["key"]) & (shown["partner"] == row["partner"])).any()
    consent = consent.assign(listed=consent.index != row["partner"])
    closed = wanted.having(consent=consent)
    same = [public_study(study_of(closed, **run)).tables.similar for run in ({}, {"wishes": said})]
    pd.testing.assert_frame_equal(*same)


def test_what_is_kept_besides_the_lists_is_not_published() -> None:
    kept = {"uncapped", "missing_partners", "unmet_wishes", "without_team", "matching_record"}
    assert kept <= set(StudyTables.names())
    assert not kept & set(PUBLIC_TABLES)


def test_a_list_with_the_same_type_twice_names_another_thing_to_learn(matched: StudyTables) -> None:
    rows = matched.similar[matched.similar["partner"].map(matched.consent["answers"]).astype(bool)]
    key = rows["key"].value_counts().index[0]
    topic, own = "topic_same_type:optimierer", matched.similar["key"] == key
    matched = matched.having(similar=matched.similar.assign(topic=matched.similar["topic"].where(~own, topic)))
    kind = CONTENT.type(topic.partition(":")[2])
    assert kind is not None
    lessons = kind.learn_from.de
    with_boxes = matched.having(consent=matched.consent.assign(mailbox=""))
    said = [card["topic"]["de"] for card in Partners(with_boxes, CONTENT).of("similar", key)]
    named = [lesson for text in said for lesson in lessons if text.endswith(f"zum Beispiel: {lesson}.")]
    assert named[:2] == list(lessons[:2])
    # after the last it begins anew
    assert render_reason(topic, CONTENT, example=len(lessons)) == render_reason(topic, CONTENT)


@pytest.mark.parametrize(("n", "teams"), [(0.0, True), (float("nan"), False)])
def test_an_empty_type_blocks_no_teams_and_a_hidden_number_is_not_guessed(
    tables: StudyTables, n: float, teams: bool
) -> None:
    assignments = tables.assignments.copy()
    assignments.loc[assignments["type"] == "optimierer", "type"] = "bedaechtige"
    names = [column[2:] for column in assignments if column.startswith("p_")]
    types = pd.DataFrame({"type": names, "n": [n if name == "optimierer" else 20.0 for name in names]})
    found = match_tables(tables.having(assignments=assignments, types=types), CONTENT)
    assert (len(found.teams) > 0) is teams
