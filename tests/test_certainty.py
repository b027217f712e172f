"""Stated probabilities are kept on fresh rows, and blurred memberships are called too weak."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planted import TYPES, draw_answers, planted_typology

from typology.clustering.clustering import cluster
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.prior import PRIOR
from typology.types.certainty import (
    RELIABILITY_COLUMNS,
    WEAK_ENTROPY,
    calibration_error,
    generating_model,
    reliability,
    structure_too_weak,
)

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results" / "calibration.csv"
PICK: Any = SimpleNamespace(kind="pick", limit=3)


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.75 stated, 2 of 4 right (gap 0.25); 0.95 stated, 4 of 4 right (gap 0.05): mean 0.15.
    stated = np.array([0.75] * 4 + [0.95] * 4)
    right = np.array([1.0, 1, 0, 0, 1, 1, 1, 1])
    assert calibration_error(stated, right) == pytest.approx(0.15)
    assert calibration_error(np.array([1.0, 1.0]), np.array([1.0, 1.0])) == 0


def test_blurred_memberships_are_too_weak() -> None:
    assert structure_too_weak(np.full((10, 4), 0.25))
    assert not structure_too_weak(np.eye(4))
    assert not structure_too_weak(np.ones((5, 1)))
    with_gap = pd.DataFrame(np.vstack([np.eye(4), np.full((1, 4), np.nan)]))
    assert not structure_too_weak(with_gap)


@pytest.mark.parametrize(("high", "low", "weak"), [(0.85, 0.1, False), (0.35, 0.2, True)])
def test_the_rule_tells_planted_types_from_faint_ones(high: float, low: float, weak: bool) -> None:
    goals = draw_answers(planted_typology(high, low), 400, random_state=3).drop(columns="truth")
    assert structure_too_weak(cluster(goals, 4, n_init=20).memberships) is weak


def test_the_rule_and_the_prior_follow_from_the_recorded_study() -> None:
    study = pd.read_csv(RESULTS)
    assert (study["fresh_rows"] >= 20_000).all()
    used = study[study["prior"] == PRIOR]
    assert set(used["kind"]) == {"pick", "free", "yes_no", "rating"}
    # The limit lies between structure that reaches 0.5 and weaker one; small ratings look clearer than they are.
    assert used.loc[used["true_ari"] >= 0.5, "entropy"].min() > WEAK_ENTROPY
    weak = used[used["true_ari"] < 0.5]
    assert weak.loc[(weak["kind"] != "rating") | (weak["n_rows"] > 412), "entropy"].max() < WEAK_ENTROPY
    # What it lets pass is kept within 0.03, is unstable as well, or states too little.
    missed = used[(used["entropy"] >= WEAK_ENTROPY) & (used["calibration_error"] > 0.03)]
    assert ((missed["repeat_ari"] < 0.5) | (missed["stated"] < missed["right"])).all()
    large = used[used["n_rows"] >= 412]
    assert (large.loc[large["true_ari"] >= 0.5, "calibration_error"] <= 0.03).mean() > 0.95
    assert study.groupby("prior")["calibration_error"].agg(lambda error: (error <= 0.03).sum()).idxmax() == PRIOR


def test_posteriors_of_the_model_are_the_memberships() -> None:
    goals = draw_answers(planted_typology(), 200).drop(columns="truth")
    fitted = cluster(goals, 4, n_init=10)
    codes = np.column_stack([goals[goal].cat.codes for goal in fitted.items])
    assert posteriors(fitted.model, codes) == pytest.approx(fitted.memberships.to_numpy(), abs=1e-6)


def test_answers_of_the_typology_keep_the_form_of_the_question() -> None:
    codes, _ = generating_model(planted_typology(question=PICK)).draw(200, np.random.default_rng(0))
    assert (codes.sum(axis=1) == 3).all()
    typology = planted_typology()
    codes, types = generating_model(typology).draw(20_000, np.random.default_rng(0))
    rates = codes[types == 1].mean(axis=0)
    assert rates == pytest.approx(
        np.array([typology.types[1].probabilities[goal][-1] for goal in typology.goal_keys]), abs=0.03
    )


def test_reliability_per_type() -> None:
    table = reliability(planted_typology(0.8, 0.1), 400, n_fits=3, fresh=1500)
    assert tuple(table.columns) == RELIABILITY_COLUMNS
    assert set(table["type"]) == {*TYPES, "alle"}
    everyone = table[table["type"] == "alle"]
    assert everyone["n"].sum() == 4500
    assert table.loc[table["type"] != "alle", "n"].sum() == 4500
    gap = ((everyone["stated"] - everyone["right"]).abs() * everyone["n"]).sum() / 4500
    assert gap < 0.05
    assert everyone["right"].iloc[0] < 0.7 < 0.9 < everyone["right"].iloc[-1]
