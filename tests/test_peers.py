"""Partner lists: capacity, floor, parts that add up, reasons that tell something, consent, wishes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matching_data import Tables, invent

from typology.content.catalogue import load_content
from typology.matching.peers import PEER_COLUMNS, PeerResult, recommend_peers
from typology.matching.reasons import render_reason

LISTS = ("similar", "complementary")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(200, seed=3)


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
    for column in ("topic", "likeness", "difference"):
        for reason in getattr(result, name)[column].unique():
            for language in ("de", "en"):
                sentence = render_reason(reason, content, language)
                assert sentence and "{" not in sentence


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
