"""Stability: found again on resampled municipalities, low where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.permutation import best_pairs
from typology.clustering.stability import (
    MUNICIPALITY_COLUMNS,
    TYPE_COLUMNS,
    jaccard_indices,
    stability,
)  # fmt: skip
from typology.errors import EstimationError
from typology.simulation.agreement import adjusted_rand, cross_table, rand_of_table
from typology.simulation.survey import simulate_goals


@pytest.fixture(scope="module")
def strong():
    goals = simulate_goals(300, target=0.8, random_state=1).goals
    found = cluster(goals, 4, n_init=30)
    return goals, found, stability(found, goals, n_replicates=40)


def test_clear_types_are_found_again(strong):
    goals, found, result = strong
    assert tuple(result.types.columns) == TYPE_COLUMNS
    assert tuple(result.municipalities.columns) == MUNICIPALITY_COLUMNS
    assert result.types["type"].tolist() == list(found.classes)
    assert result.types["jaccard"].min() > 0.8
    assert result.municipalities["key"].tolist() == goals.index.tolist()
    assert result.municipalities["agreement"].between(0, 1).all()
    assert result.types["share"].sum() == pytest.approx(1)
    # who is certain keeps the type more often than who is not
    agreement = result.municipalities.set_index("key")["agreement"]
    certain = found.memberships.max(axis=1) > 0.9
    assert agreement[certain].mean() > agreement[~certain].mean() + 0.1


@pytest.mark.long
@pytest.mark.parametrize("kind", ["pick", "yes_no", "rating"])
def test_nothing_to_find_comes_out_low(kind):
    goals = simulate_goals(300, kind=kind, strength=0.0, random_state=2).goals
    result = stability(cluster(goals, 4, n_init=50), goals, n_replicates=30)
    assert (result.types["jaccard"] * result.types["share"]).sum() < 0.6
    assert result.rand < 0.5
    assert result.municipalities["agreement"].mean() < 0.75


def test_same_seed_same_result(strong):
    goals, found, _ = strong
    one, two = (stability(found, goals, n_replicates=4, random_state=5) for _ in range(2))
    assert one.types.equals(two.types) and one.municipalities.equals(two.municipalities)
    assert not one.types.equals(stability(found, goals, n_replicates=4, random_state=6).types)


def test_label_order_does_not_matter():
    rng = np.random.default_rng(0)
    labels = rng.integers(4, size=200)
    renamed = np.array([2, 0, 3, 1])[labels]
    table = cross_table(labels, renamed)
    assert jaccard_indices(table, best_pairs(table)[1]) == pytest.approx([1, 1, 1, 1])
    assert rand_of_table(table) == 1.0
    other = rng.integers(4, size=200)
    assert rand_of_table(cross_table(labels, other)) == pytest.approx(adjusted_rand_score(labels, other), abs=1e-12)


def test_rand_of_labels_of_any_kind_as_scikit_learn_reckons_it():
    rng = np.random.default_rng(4)
    for n_first, n_second in ((2, 5), (4, 4), (7, 3)):
        first, second = rng.integers(n_first, size=80), rng.integers(n_second, size=80)
        names = np.array(list("zyxwvut"), dtype=object)[first]
        assert adjusted_rand(names, second) == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)
    assert adjusted_rand(["a", None, None], [1, 2, 2]) == 1.0
    assert adjusted_rand([0, 0, 0], [0, 0, 0]) == 1.0


def test_a_weighted_cross_table_counts_like_repeated_rows():
    first, second, times = np.array([0, 1, 1, 0]), np.array([1, 1, 0, 1]), np.array([3, 1, 2, 1])
    repeated = cross_table(np.repeat(first, times), np.repeat(second, times), n_classes=3)
    assert repeated.shape == (3, 3)
    assert cross_table(first, second, times.astype(float), 3).tolist() == repeated.tolist()


def test_jaccard_by_hand():
    # groups {0,1,2} and {3,4}; found {0,1} and {2,3,4}: 2 of 3 in common, twice
    table = cross_table(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1]))
    assert jaccard_indices(table, best_pairs(table)[1]) == pytest.approx([2 / 3, 2 / 3])


def test_only_latent_classes_of_the_same_goals(strong):
    goals, found, _ = strong
    with pytest.raises(EstimationError, match="passen nicht"):
        stability(found, goals.iloc[::-1], n_replicates=1)
    labelled = Clustering.from_labels(goals, found.labels, method="ward")
    with pytest.raises(EstimationError, match="ward"):
        stability(labelled, goals, n_replicates=1)
