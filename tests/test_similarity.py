"""Nearest neighbours on any numeric table: what must hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from typology.errors import MatchingError
from typology.matching.similarity import fit_scale, nearest_neighbours


def table(values: list[list[float]] | np.ndarray) -> pd.DataFrame:
    values = np.array(values, dtype=float)
    return pd.DataFrame(
        values, index=[f"{n:08d}" for n in range(len(values))], columns=[f"f{n}" for n in range(values.shape[1])]
    )


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows, columns = draw(st.integers(2, 12)), draw(st.integers(1, 4))
    cell = st.integers(-20, 20).map(float)
    return table(draw(st.lists(st.lists(cell, min_size=columns, max_size=columns), min_size=rows, max_size=rows)))


def test_three_and_four_give_five() -> None:
    # the weights are the squared deviations, so that the distance is the one of the raw numbers
    features = table([[0, 0], [3, 4], [30, 40]])
    scale = fit_scale(features).table.set_index("feature")
    weights = dict(scale["deviation"] ** 2)
    result = nearest_neighbours(features, 1, weights=weights).table
    assert result.loc[0, "neighbour"] == "00000001"
    assert result.loc[0, "distance"] == pytest.approx(5.0, abs=1e-9)


def test_more_rows_than_one_block_each_find_their_neighbour_once() -> None:
    result = nearest_neighbours(table([[float(2 * place + place % 2)] for place in range(600)]), 1).table
    # pairs at 0 and 3, 4 and 7, …: the nearest of an odd one is the next even one, one apart
    assert result["key"].tolist() == sorted(result["key"]) and len(result) == 600
    assert result.loc[1, "neighbour"] == result.loc[2, "key"] and result.loc[599, "neighbour"] == result.loc[598, "key"]


def test_weight_multiplies_the_squared_difference() -> None:
    features = table([[0.0], [1.0], [5.0]])
    plain = nearest_neighbours(features, 2).table["distance"]
    fourfold = nearest_neighbours(features, 2, weights={"f0": 4.0}).table["distance"]
    assert np.allclose(fourfold, 2 * plain, atol=1e-8)


def test_scale_is_the_population_deviation_and_is_kept() -> None:
    row = fit_scale(table([[2], [4], [4], [4], [5], [5], [7], [9]])).table.iloc[0]
    assert (row["mean"], row["deviation"]) == (5.0, 2.0)  # textbook example


def test_gaps_are_filled_with_the_median_and_counted() -> None:
    features = table([[1.0, 1.0], [2.0, np.nan], [9.0, 3.0], [4.0, 8.0]])
    result = nearest_neighbours(features, 1)
    counted = result.scale.table.set_index("feature")["n_filled"]
    assert counted.to_dict() == {"f0": 0, "f1": 1}
    filled = features.fillna({"f1": 3.0})
    pd.testing.assert_frame_equal(result.table, nearest_neighbours(filled, 1).table)


def test_a_row_without_any_value_has_no_neighbours() -> None:
    features = table([[1.0, 1.0], [np.nan, np.nan], [2.0, 1.5]])
    result = nearest_neighbours(features, 2)
    assert result.left_out == ("00000001",)
    assert "00000001" not in set(result.table["key"]) | set(result.table["neighbour"])


def test_excluded_pairs_go_before_the_nearest_are_taken() -> None:
    features = table([[0], [1], [2], [9]])
    result = nearest_neighbours(features, 1, exclude=[("00000000", "00000001")]).table
    assert result["neighbour"].tolist() == ["00000002", "00000002", "00000001", "00000002"]
    pairs = pd.DataFrame({"a": ["00000001"], "b": ["00000000"]})  # as a table, and the other way round
    pd.testing.assert_frame_equal(result, nearest_neighbours(features, 1, exclude=pairs).table)


def test_ties_go_to_the_smaller_key() -> None:
    result = nearest_neighbours(table([[0], [1], [-1]]), 1).table
    assert result["neighbour"].tolist() == ["00000001", "00000000", "00000000"]


def test_wrong_input_reports_everything_at_once() -> None:
    features = table([[1.0], [2.0]]).assign(text=["a", "b"])
    with pytest.raises(MatchingError) as caught:
        nearest_neighbours(features, 1, weights={"f0": -1.0, "nowhere": 1.0})
    assert {problem.column for problem in caught.value.problems} == {"text", "f0", "nowhere"}
    with pytest.raises(MatchingError, match="mindestens 1"):
        nearest_neighbours(table([[1.0], [2.0]]), 0)
    twice = table([[1.0], [2.0]]).set_axis(["01", "01"])
    with pytest.raises(MatchingError, match="nur einmal"):
        nearest_neighbours(twice, 1)


@given(tables(), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_same_as_the_full_distance_matrix(features: pd.DataFrame, n: int) -> None:
    result = nearest_neighbours(features, n).table
    assert set(result["key"]) == set(features.index)
    points = fit_scale(features).transform(features).to_numpy()
    matrix = cdist(points, points)
    np.fill_diagonal(matrix, np.inf)
    for place, key in enumerate(features.index):
        expected = np.sort(matrix[place])[: min(n, len(features) - 1)]
        found = result.loc[result["key"] == key, "distance"].to_numpy()
        assert np.allclose(found, expected, atol=1e-7)
        assert key not in set(result.loc[result["key"] == key, "neighbour"])


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_and_columns_and_names_do_not_matter(features: pd.DataFrame, random: object) -> None:
    rows, columns = list(features.index), list(features.columns)
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    result = nearest_neighbours(features, 2).table
    pd.testing.assert_frame_equal(result, nearest_neighbours(features.loc[rows, columns], 2).table)
    renamed = nearest_neighbours(features.rename(index=lambda key: "9" + key), 2).table
    assert ("9" + result["neighbour"]).tolist() == renamed["neighbour"].tolist()
    assert result["distance"].tolist() == renamed["distance"].tolist()


@given(tables())
@settings(max_examples=40, deadline=None)
def test_two_identical_rows_keep_each_other(features: pd.DataFrame) -> None:
    twin = features.iloc[[0]].set_axis(["00000000a"])
    others = features.iloc[1:].add(100.0)  # far from the twins
    result = nearest_neighbours(pd.concat([features.iloc[[0]], twin, others]), 1).table.set_index("key")
    assert result.loc["00000000", "neighbour"] == "00000000a"
    assert result.loc["00000000a", "neighbour"] == "00000000"
