"""Other methods: the known ones do what they should, and agree with latent classes on clear types."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from typology.clustering.alternatives import compare_methods, correspondence, indicators, ipsatised, kmedoids
from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.model import Answers
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals


@pytest.fixture(scope="module")
def compared():
    drawn = simulate_goals(250, target=0.8, random_state=1)
    return drawn, compare_methods(drawn.goals, 4, n_resamples=3)


def test_methods_agree_on_clear_types(compared):
    drawn, result = compared
    table = result.table.set_index("method")
    assert list(table.index) == ["latent_class", "kmeans", "ward", "mca_ward", "kmedoids"]
    square = table[list(table.index)]
    assert np.allclose(square, square.T) and np.allclose(np.diag(square), 1)
    assert square.at["latent_class", "kmeans"] > 0.6
    assert adjusted_rand_score(drawn.truth, result.labels["latent_class"]) > 0.6
    assert table["stability"].between(-0.1, 1).all() and table["smallest"].between(0, 0.25).all()


def test_ratings_have_a_gaussian_mixture_too():
    goals = simulate_goals(150, kind="rating", target=0.8, missing=0.05, random_state=1).goals
    result = compare_methods(goals, 3, n_resamples=1)
    assert "gaussian" in result.table["method"].tolist()


def test_rows_without_an_answer_are_left_out(compared):
    drawn, _ = compared
    goals = drawn.goals.copy()
    goals.iloc[:3] = None
    result = compare_methods(goals, 2, n_resamples=0)
    assert result.labels.index.tolist() == goals.index[3:].tolist()
    again = result.clustering(goals[3:], "kmeans")
    assert again.n_classes == 2 and again.method == "kmeans"


def test_same_seed_same_labels(compared):
    drawn, result = compared
    assert compare_methods(drawn.goals, 4, n_resamples=0).labels.equals(result.labels)


def test_ipsatised_rows_have_mean_zero():
    answers = Answers(np.array([[0, 1, 2], [2, -1, 0]]), (3, 3, 3), "rating", False, False)
    assert ipsatised(answers).tolist() == [[-1, 0, 1], [1, 0, -1]]


def test_medoids_reach_the_best_of_all_pairs():
    codes = np.random.default_rng(3).integers(0, 2, (14, 6))
    distance = (codes[:, None] != codes[None]).mean(axis=2)

    def cost(medoids):
        return distance[:, medoids].min(axis=1).sum()

    labels = kmedoids(codes, 2, 0)
    best = min(cost(list(pair)) for pair in itertools.combinations(range(14), 2))
    reached = min(
        distance[np.ix_(labels == 0, [a])].sum() + distance[np.ix_(labels == 1, [b])].sum()
        for a in np.flatnonzero(labels == 0) for b in np.flatnonzero(labels == 1)
    )  # fmt: skip
    assert reached == pytest.approx(best)


def test_correspondence_keeps_chi_square_distances():
    # all axes of a full analysis reproduce the chi-square distances between row profiles
    answers = coded_answers(simulate_goals(60, kind="yes_no", random_state=1).goals, None)
    table = indicators(answers)
    profile = table / table.sum(axis=1, keepdims=True)
    mass = table.sum(axis=0) / table.sum()
    points = correspondence(table)
    chi = (((profile[:, None] - profile[None]) ** 2) / mass).sum(axis=2)
    own = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    assert points.shape[1] < table.shape[1]
    assert (own <= chi + 1e-9).all() and np.corrcoef(own.ravel(), chi.ravel())[0, 1] > 0.8


def test_too_few_different_rows_are_refused():
    goals = pd.DataFrame({"a": ["ja", "nein"] * 5, "b": ["ja", "nein"] * 5})
    with pytest.raises(EstimationError, match="Antwortmuster"):
        compare_methods(goals, 4)
