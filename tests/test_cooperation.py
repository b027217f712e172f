"""Cooperation groups against every possible division of small cases, and the rules that always hold."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matching_data import invent

from typology.content.agenda import CooperationFile, load_cooperation
from typology.content.catalogue import load_content
from typology.content.reading import validate
from typology.errors import ContentError, MatchingError
from typology.matching.action.cooperation import form_cooperation
from typology.matching.action.outside import OpenGroups, consent_wanted
from typology.matching.distance import places_of
from typology.matching.numbers import GROUP_KM, HOST_COST, JOINED, NEAR, NEED_SIZE_RATIO, SIZE

KM_PER_DEGREE = 6371.0 * np.pi / 180


def bodies(places: list[tuple[float, float]], population: list[float] | None = None, **more: list[str]) -> pd.DataFrame:
    """Municipalities at (east, north) in kilometres, near the equator so that a degree is a degree."""
    n = len(places)
    return pd.DataFrame(
        {
            "kind": more.get("kind", ["gemeinde"] * n),
            "kreis": more.get("kreis", [f"9010{i}" for i in range(n)]),
            "verband": more.get("verband", [""] * n),
            "population": population or [5_000.0] * n,
            "longitude": [east / KM_PER_DEGREE for east, _ in places],
            "latitude": [north / KM_PER_DEGREE for _, north in places],
        },
        index=pd.Index(more.get("keys", [f"9010{i}001" for i in range(n)]), name="key"),
    )


def agreed(keys: pd.Index, partner: list[bool] | None = None) -> pd.DataFrame:
    partner = partner or [True] * len(keys)
    return pd.DataFrame({"partner": partner, "answers": True, "listed": True}, index=keys)


def pains(keys: pd.Index, **topics: list[str]) -> pd.DataFrame:
    return pd.DataFrame(topics, index=keys)


def best_by_hand(table: pd.DataFrame, answers: pd.DataFrame, smallest: int, largest: int) -> float:
    """The highest score over all ways to divide the municipalities: everything is tried."""
    keys = sorted(table.index)
    places = places_of(table, keys)
    alike = np.abs(places.log_population[:, None] - places.log_population[None, :]) <= np.log(NEED_SIZE_RATIO)
    near = places.near(GROUP_KM) & alike
    groups = []
    for topic in answers:
        current = [i for i, key in enumerate(keys) if answers.loc[key, topic] == "aktuell"]
        for host in current:
            others = [i for i in current if i != host and near[i, host]]
            for size in range(smallest - 1, min(largest, len(others) + 1)):
                for chosen in combinations(others, size):
                    if any(places.kin_between(np.array(a), b) for a, b in combinations(chosen, 2)):
                        continue
                    score = JOINED + NEAR + SIZE + HOST_COST
                    for i in chosen:
                        like = float(places.likeness_between(np.array(i), host, NEED_SIZE_RATIO))
                        score += JOINED + NEAR * (1 - places.km[i, host] / GROUP_KM) + SIZE * like
                    groups.append((topic, host, frozenset((host, *chosen)), score))

    def best(start: int, taken: frozenset, hosting: frozenset) -> float:
        top = 0.0
        for place in range(start, len(groups)):
            topic, host, members, score = groups[place]
            used = {(topic, i) for i in members}
            if used & taken or host in hosting:
                continue
            top = max(top, score + best(place + 1, taken | used, hosting | {host}))
        return top

    return best(0, frozenset(), frozenset())


@pytest.mark.parametrize("seed", range(6))
def test_groups_are_the_best_of_all_divisions(seed):
    rng = np.random.default_rng(seed)
    n = 7
    table = bodies([tuple(place) for place in rng.uniform(0, 70, (n, 2))], list(rng.uniform(2e3, 4e4, n)))
    answers = pains(
        table.index,
        ressourcen=list(rng.choice(["aktuell", "geloest"], n, p=[0.8, 0.2])),
        vorgehen=list(rng.choice(["aktuell", "nie"], n, p=[0.5, 0.5])),
    )
    result = form_cooperation(answers, table, agreed(table.index), largest=4)
    assert result.record["objective"] == pytest.approx(best_by_hand(table, answers, 3, 4), abs=1e-4)
    assert result.record["gap"] == pytest.approx(0, abs=1e-6)
    assert result.groups["score"].sum() == pytest.approx(result.record["objective"], abs=1e-5)


def test_one_may_invite_only_once_though_two_topics_would_like_it():
    # Three in a row, 30 km apart: only the middle one can invite, and it cannot do so twice.
    table = bodies([(0, 0), (30, 0), (60, 0)])
    answers = pains(table.index, ressourcen=["aktuell"] * 3, vorgehen=["aktuell"] * 3)
    result = form_cooperation(answers, table, agreed(table.index))
    assert len(result.groups) == 1
    left = result.members[result.members["group"] == ""]
    assert len(left) == 3 and set(left["reason"]) == {"nicht_eingeteilt"}


def test_rules_hold_on_a_large_case():
    tables = invent(300, seed=3)
    wide = tables.profiles[tables.profiles["measure"] == "pain_point"].pivot(index="key", columns="item", values="own")
    result = form_cooperation(wide, tables.municipalities, tables.consent)
    joined = result.members[result.members["group"] != ""]
    willing = tables.consent.index[tables.consent["partner"] & tables.consent["answers"]]
    assert len(joined) > 30
    assert set(result.members["key"]) <= set(willing)
    assert not joined.duplicated(["key", "topic"]).any()
    assert joined["host"].groupby(joined["group"]).sum().eq(1).all()
    assert joined.loc[joined["host"], "key"].is_unique
    assert joined.groupby("group").size().between(3, 8).all()
    assert joined["distance_km"].max() <= GROUP_KM
    for row in joined.itertuples():
        assert wide.loc[row.key, row.topic] == "aktuell"
    kinds = tables.municipalities["kind"].reindex(joined["key"]).eq("kreis").to_numpy()
    assert joined.assign(kreis=kinds).groupby("group")["kreis"].nunique().eq(1).all()
    parts = [name for name in joined if name.startswith("part_")]
    np.testing.assert_allclose(joined[parts].sum(axis=1), joined["score"], atol=1e-6)
    np.testing.assert_allclose(result.groups[parts].sum(axis=1), result.groups["score"], atol=1e-6)
    for group in result.groups.itertuples():
        past = [key for key in group.past.split(";") if key]
        assert all(wide.loc[key, group.topic] == "geloest" and key in willing for key in past)
    everyone = {
        (key, topic) for topic in wide for key in willing.intersection(wide.index) if wide.loc[key, topic] == "aktuell"
    }
    assert {(row.key, row.topic) for row in result.members.itertuples()} == everyone


def test_same_input_in_another_order_gives_the_same_groups():
    tables = invent(150, seed=5)
    wide = tables.profiles[tables.profiles["measure"] == "pain_point"].pivot(index="key", columns="item", values="own")
    one = form_cooperation(wide, tables.municipalities, tables.consent)
    two = form_cooperation(wide.iloc[::-1], tables.municipalities.iloc[::-1], tables.consent.iloc[::-1])
    pd.testing.assert_frame_equal(one.members, two.members)


def test_nobody_is_named_without_consent_to_both():
    table = bodies([(0, 0), (5, 0), (0, 5), (5, 5)])
    answers = pains(table.index, ressourcen=["aktuell"] * 4)
    partner = [True, True, True, False]
    result = form_cooperation(answers, table, agreed(table.index, partner))
    assert result.groups["n"].tolist() == [3]
    closed = agreed(table.index).assign(answers=[True, True, False, False])
    assert form_cooperation(answers, table, closed).groups.empty


def test_a_member_is_never_in_a_group_with_its_own_verband():
    keys = ["901010001", "90101001", "90101002", "90101003"]
    table = bodies(
        [(0, 0), (1, 0), (0, 1), (1, 1)], keys=keys, kind=["verband", "gemeinde", "gemeinde", "gemeinde"],
        verband=["", "901010001", "", ""], kreis=["90101"] * 4,
    )  # fmt: skip
    result = form_cooperation(pains(table.index, vorgehen=["aktuell"] * 4), table, agreed(table.index))
    members = set(result.members.loc[result.members["group"] != "", "key"])
    assert len(members) == 3 and not {"901010001", "90101001"} <= members


def test_kreise_and_far_municipalities_stay_apart_and_are_told_why():
    table = bodies(
        [(0, 0), (5, 0), (400, 0), (0, 5)], keys=["90101001", "90101002", "90102001", "90101"],
        kind=["gemeinde", "gemeinde", "gemeinde", "kreis"], kreis=["90101", "90101", "90102", "90101"],
    )  # fmt: skip
    result = form_cooperation(pains(table.index, ressourcen=["aktuell"] * 4), table, agreed(table.index))
    assert result.groups.empty
    reasons = result.members.set_index("key")["reason"].to_dict()
    assert reasons == {
        "90101001": "zu_wenige_in_der_naehe",
        "90101002": "zu_wenige_in_der_naehe",
        "90102001": "niemand_in_der_naehe",
        "90101": "niemand_in_der_naehe",
    }


def test_without_coordinates_the_same_kreis_counts_as_near():
    table = bodies([(0, 0)] * 4, kreis=["90101", "90101", "90101", "90109"]).assign(longitude=np.nan)
    result = form_cooperation(pains(table.index, ressourcen=["aktuell"] * 4), table, agreed(table.index))
    assert result.groups["n"].tolist() == [3]
    assert result.groups["mean_km"].isna().all()


def test_tables_without_rows_give_tables_without_rows():
    empty = pd.DataFrame()
    table = bodies([(0, 0)])
    consent = agreed(table.index)
    for answers in (empty, pd.DataFrame(index=table.index), pains(table.index, ressourcen=["nie"])):
        result = form_cooperation(answers, table, consent)
        assert result.groups.empty and result.members.empty and "group" in result.members


def test_a_municipality_outside_sees_near_groups_with_room():
    table = bodies([(0, 0), (5, 0), (0, 5), (8, 8), (300, 0)])
    answers = pains(table.index, ressourcen=["aktuell"] * 5)
    result = form_cooperation(answers, table, agreed(table.index, [True] * 3 + [False] * 2))
    open_ = OpenGroups(result.groups, table)
    assert open_.of(table.index[3], "ressourcen") == ["ressourcen-01"]
    assert open_.of(table.index[4], "ressourcen") == []
    assert open_.of(table.index[3], "vorgehen") == []


def test_who_lacks_a_group_for_lack_of_consent_is_told_whom_to_ask():
    # Four near one another, two agreed; one far away has nobody whom any consent would bring.
    table = bodies([(0, 0), (5, 0), (0, 6), (8, 0), (300, 0)])
    answers = pains(table.index, ressourcen=["aktuell"] * 4 + ["aktuell"], vorgehen=["nie"] * 5)
    consent = agreed(table.index, [True, True, False, False, True])
    members = form_cooperation(answers, table, consent).members
    wanted = consent_wanted(answers, table, consent, members).set_index("key")
    first, second, third, fourth, _ = table.index
    assert wanted["ask"].to_dict() == {
        first: f"{third};{fourth}", second: f"{fourth};{third}", third: fourth, fourth: third
    }  # fmt: skip
    assert wanted["own"].to_dict() == {first: False, second: False, third: True, fourth: True}
    assert set(wanted["near"]) == {3} and set(wanted["topic"]) == {"ressourcen"}
    everybody = agreed(table.index)
    members = form_cooperation(answers, table, everybody).members
    assert consent_wanted(answers, table, everybody, members).empty


def test_impossible_sizes_are_refused():
    table = bodies([(0, 0)])
    with pytest.raises(MatchingError, match="smallest"):
        form_cooperation(pains(table.index, ressourcen=["nie"]), table, agreed(table.index), smallest=5, largest=4)


def test_every_pain_point_has_a_way_to_work_together_with_a_source():
    file, content = load_cooperation(), load_content()
    for pain in content.pain_points:
        topic = file.topic(pain.key)
        assert topic is not None and topic.quelle.keys
    topics = file.model_dump(mode="json")["topics"]
    unsourced = file.model_dump(mode="json") | {"topics": [{**topics[0], "quelle": "", "herkunft": ""}, *topics[1:]]}
    with pytest.raises(ContentError, match=r"topics\.0: quelle oder herkunft"):
        validate(CooperationFile, unsourced, "cooperation.yaml")
