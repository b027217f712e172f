"""The correction for wrong assignment: exact by hand, and better than naive where types are planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted import TYPES, draw_answers, planted_typology
from scipy.optimize import minimize

from typology.clustering.clustering import cluster
from typology.errors import EstimationError
from typology.types.profiles.bch import (
    DISTAL_COLUMNS,
    bch_weights,
    classification_errors,
    describe_types,
    nearest_shares,
    refit_replicates,
)


def test_errors_by_hand() -> None:
    # Three rows; modal assignment a, a, b. True a weighs 0.9 + 0.6 + 0.2 = 1.7, of which 1.5 is assigned to a.
    posteriors = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    errors = classification_errors(posteriors, "modal")
    assert errors == pytest.approx(np.array([[1.5 / 1.7, 0.2 / 1.7], [0.5 / 1.3, 0.8 / 1.3]]))
    assert bch_weights(posteriors, "modal") @ errors == pytest.approx(np.array([[1, 0], [1, 0], [0, 1]]))


def test_certain_posteriors_change_nothing() -> None:
    posteriors = pd.DataFrame({"a": [1.0, 1, 0, 0], "b": [0.0, 0, 1, 1]})
    table = describe_types(pd.DataFrame({"x": [1.0, 3, 4, 8]}), posteriors).set_index("type")
    assert table["naive"].to_dict() == pytest.approx({"a": 2.0, "b": 6.0})
    assert table["estimate"].to_dict() == pytest.approx({"a": 2.0, "b": 6.0})
    assert table["n"].to_dict() == {"a": 2, "b": 2}


def test_categories_give_shares_and_missing_answers_are_left_out() -> None:
    answers = pd.DataFrame({"x": pd.Categorical(["u", "v", None, "v"], ["u", "v"])})
    posteriors = pd.DataFrame({"a": [1.0, 1, 0, 0], "b": [0.0, 0, 1, 1]})
    table = describe_types(answers, posteriors)
    assert tuple(table.columns) == DISTAL_COLUMNS
    assert table.set_index(["type", "level"])["estimate"].to_dict() == pytest.approx(
        {("a", "u"): 0.5, ("a", "v"): 0.5, ("b", "u"): 0.0, ("b", "v"): 1.0}
    )
    assert table.set_index(["type", "level"]).at[("b", "v"), "n"] == 1


@pytest.mark.parametrize("weighting", ["modal", "proportional"])
def test_known_posteriors_remove_the_bias(weighting: str) -> None:
    typology = planted_typology(high=0.6, low=0.15)
    drawn = draw_answers(typology, 30_000, random_state=5)
    posteriors = typology.posterior(drawn.drop(columns="truth"))
    means = dict(zip(TYPES, (1.0, 2.0, 3.0, 4.0), strict=True))
    noise = np.random.default_rng(5).normal(size=len(drawn))
    answers = pd.DataFrame({"x": drawn["truth"].map(means).astype(float) + noise})
    table = describe_types(answers, posteriors, weighting=weighting).set_index("type")
    truth = pd.Series(means)
    assert (table["estimate"] - truth).abs().max() < 0.1 < 0.25 < (table["naive"] - truth).abs().max()


def test_intervals_repeat_all_steps_and_are_the_same_again() -> None:
    typology = planted_typology()
    drawn = draw_answers(typology, 300, random_state=2)
    goals = drawn.drop(columns="truth")
    fitted = cluster(goals, 4, n_init=20)
    answers = pd.DataFrame({"x": (drawn["truth"] == "optimierer").astype(float)})
    replicates = refit_replicates(goals, fitted, n_replicates=20, n_init=3, random_state=1)
    table = describe_types(answers, fitted.memberships, replicates=replicates)
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()
    # Classes are aligned: the one class of optimierer keeps its mean in every replicate.
    assert (table["estimate"] > 0.8).sum() == 1
    assert table.loc[table["estimate"].idxmax(), "low"] > 0.5
    again = refit_replicates(goals, fitted, n_replicates=20, n_init=3, random_state=1)
    pd.testing.assert_frame_equal(table, describe_types(answers, fitted.memberships, replicates=again))


def test_levels_of_an_item_stay_shares_of_one_whole() -> None:
    # Ten rows at 0.8/0.2, ten at 0.2/0.8; undone, type a has 0.8 + 0.53 - 0.33 of the three levels.
    posteriors = pd.DataFrame({"a": [0.8] * 10 + [0.2] * 10, "b": [0.2] * 10 + [0.8] * 10})
    levels = ["u"] * 6 + ["v"] * 4 + ["u"] * 1 + ["v"] * 3 + ["w"] * 6
    answers = pd.DataFrame({"x": pd.Categorical(levels, ["u", "v", "w"]), "y": np.arange(20.0)})
    table = describe_types(answers, posteriors, weighting="modal").set_index(["item", "type", "level"])["estimate"]
    shares = table.loc["x"].unstack("level")
    raw = _means_by_hand(levels, posteriors.to_numpy())
    assert raw.min() < -0.01
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (shares >= 0).all(axis=None)
    # nothing else that adds up to 1 lies nearer
    for row, own in zip(raw, shares.to_numpy(), strict=True):
        others = np.random.default_rng(0).dirichlet(np.ones(3), 2_000)
        assert ((others - row) ** 2).sum(axis=1).min() >= ((own - row) ** 2).sum() - 1e-12
    assert table.loc["y"].between(0, 19).all()


def _means_by_hand(levels: list[str], posteriors: np.ndarray) -> np.ndarray:
    weights = bch_weights(posteriors, "modal")
    hits = (np.array(levels)[:, None] == np.array(["u", "v", "w"])[None, :]).astype(float)
    return (weights.T @ hits) / weights.sum(axis=0)[:, None]


def test_nearest_shares_by_hand() -> None:
    given = np.array([[0.8, 0.5, -0.3], [1.4, -0.2, -0.2], [0.2, 0.3, 0.5], [np.nan, np.nan, np.nan]])
    found = nearest_shares(given)
    assert found[:3] == pytest.approx(np.array([[0.65, 0.35, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]))
    assert np.isnan(found[3]).all()
    assert nearest_shares(np.array([[1.0], [np.nan]]))[0].tolist() == [1.0]


def test_nearest_shares_against_another_solver() -> None:
    """Least squares on the simplex by scipy's sequential quadratic programme."""
    rng = np.random.default_rng(4)
    given = rng.normal(0.25, 0.4, (40, 4))
    found = nearest_shares(given)
    adds_up = {"type": "eq", "fun": lambda shares: shares.sum() - 1.0}
    for row, own in zip(given, found, strict=True):
        solved = minimize(
            lambda shares, row=row: ((shares - row) ** 2).sum(), np.full(4, 0.25), bounds=[(0, 1)] * 4,
            constraints=adds_up, method="SLSQP", options={"ftol": 1e-14},
        )  # fmt: skip
        assert own == pytest.approx(solved.x, abs=1e-6)
    assert (found == 0).any(axis=1).sum() > 10, "else no bound is ever met"


def test_types_that_cannot_be_told_apart_are_refused() -> None:
    posteriors = pd.DataFrame({"a": [0.5, 0.5], "b": [0.5, 0.5]})
    with pytest.raises(EstimationError, match="überschneiden"):
        describe_types(pd.DataFrame({"x": [1.0, 2.0]}), posteriors)
    with pytest.raises(EstimationError, match="Schlüssel"):
        describe_types(pd.DataFrame({"x": [1.0, 2.0]}, index=["k", "l"]), posteriors)
