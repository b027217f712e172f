"""Stability: found again on resampled municipalities, low where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.stability import (
    MUNICIPALITY_COLUMNS,
    TYPE_COLUMNS,
    best_match,
    jaccard_indices,
    overlap,
    rand_of_table,
    stability,
)  # fmt: skip
from typology.errors import EstimationError
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
    table = overlap(labels, renamed, 4)
    assert jaccard_indices(table, best_match(table)) == pytest.approx([1, 1, 1, 1])
    assert rand_of_table(table) == 1.0
    other = rng.integers(4, size=200)
    assert rand_of_table(overlap(labels, other, 4)) == pytest.approx(adjusted_rand_score(labels, other), abs=1e-12)


def test_jaccard_by_hand():
    # groups {0,1,2} and {3,4}; found {0,1} and {2,3,4}: 2 of 3 in common, twice
    table = overlap(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1]), 2)
    assert jaccard_indices(table, best_match(table)) == pytest.approx([2 / 3, 2 / 3])


def test_only_latent_classes_of_the_same_goals(strong):
    goals, found, _ = strong
    with pytest.raises(EstimationError, match="passen nicht"):
        stability(found, goals.iloc[::-1], n_replicates=1)
    labelled = Clustering.from_labels(goals, found.labels, method="ward")
    with pytest.raises(EstimationError, match="ward"):
        stability(labelled, goals, n_replicates=1)
