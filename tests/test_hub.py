"""The hub report: numbers that a person can check by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from wide_lists import edges_from_wide

from typology.errors import MatchingError
from typology.matching.peers.hub import gini, hub_report


def test_small_list_by_hand() -> None:
    edges = pd.DataFrame({"key": ["a", "a", "b", "c", "d"], "partner": ["b", "c", "a", "a", "a"]})
    row = hub_report(edges).iloc[0]
    # a stands on three lists, b and c on one, d on none; a-b and a-c are returned: 4 of 5 listings
    assert row[["seekers", "partners", "listings", "maximum", "never_listed"]].tolist() == [4, 4, 5, 3, 1]
    assert row["returned"] == 0.8
    # counts 0 1 1 3: mean absolute difference (1+1+3+0+2+2)*2/16 = 1.125, over twice the mean 1.25
    assert row["gini"] == pytest.approx(0.45)


def test_partners_who_are_on_no_list_count() -> None:
    edges = pd.DataFrame({"key": ["a"], "partner": ["b"]})
    assert hub_report(edges, ["b", "c", "d"]).loc[0, "never_listed"] == 2


def test_gini_of_equal_and_of_one() -> None:
    assert gini(np.array([4, 4, 4])) == 0.0
    assert gini(np.array([0, 0, 0, 12])) == 0.75  # (n - 1) / n
    assert gini(np.array([0, 0])) == 0.0


def test_shares_are_kept_at_six_digits() -> None:
    edges = pd.DataFrame({"key": ["a", "a", "b"], "partner": ["b", "c", "a"]})
    assert hub_report(edges).loc[0, "returned"] == 0.666667  # a-b is returned, a-c is not: 2 of 3 listings
    assert gini(np.array([1, 2])) == 0.166667  # mean absolute difference 1/2, over twice the mean 3


def test_wrong_lists_are_refused() -> None:
    with pytest.raises(MatchingError, match="partner"):
        hub_report(pd.DataFrame({"key": ["a"]}))
    with pytest.raises(MatchingError, match="doppelt"):
        hub_report(pd.DataFrame({"key": ["a", "a"], "partner": ["b", "b"]}))


def test_wide_table_with_repeated_headings() -> None:
    wide = pd.DataFrame(
        [["1", "2", "close", "3", "far"], ["2", "1", "close", "", ""], [np.nan, "9", "", "", ""]],
        columns=["id", "SN1", "SNP", "SN2", "SNP"],
    )
    edges = edges_from_wide(wide, "id", "SN")
    assert edges.to_numpy().tolist() == [["1", "2", 1], ["1", "3", 2], ["2", "1", 1]]


def test_published_list_of_english_authorities(external: Callable[[str], Path]) -> None:
    """Three heading rows, headings repeated, former authorities below the list after a line of their own."""
    path = external("neighbours/sn_may_2025.xlsx")
    raw = pd.read_excel(path, header=None, dtype=str, engine="calamine")
    table = raw.iloc[3:].set_axis(raw.iloc[2], axis=1)
    current = table.iloc[: table["LA num"].isna().to_numpy().argmax()]
    edges = edges_from_wide(current, "LA num", "SN")
    row = hub_report(edges, current["LA num"]).iloc[0]
    # an independent count with the spreadsheet's own cells
    cells = current.to_numpy()[:, 5::2]
    listed = pd.Series(cells.ravel()).value_counts()
    own = {key: set(line) for key, line in zip(current["LA num"], cells, strict=True)}
    back = sum(key in own.get(other, set()) for key, line in own.items() for other in line)
    assert row["listings"] == cells.size == 1530
    assert row["maximum"] == listed.max() == 25
    assert row["never_listed"] == len(set(current["LA num"]) - set(listed.index)) == 4
    assert row["returned"] == pytest.approx(back / cells.size, abs=1e-6)
