"""The groups come close to what the generating model's own assignment reaches; a small part of the recovery study."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))


@pytest.fixture(scope="module")
def recovery():
    import recovery

    return recovery


def test_groups_stay_close_to_the_best_reachable(recovery):
    gaps = pd.DataFrame([recovery.gap_to_truth(seed) for seed in range(10)])
    assert gaps["reachable_ari"].between(0.55, 0.8).all()
    assert gaps["gap"].mean() <= 0.05


@pytest.mark.long
def test_strong_structure_is_recovered_and_none_earns_no_names(recovery):
    strong = recovery.measures(recovery.draw("pick", "strong", 412, 13, 0.0, 1), "pick", 1, False)
    assert strong["ari"] > 0.9 * strong["reachable_ari"]
    assert strong["all_named"] == 1 and strong["names_right"] == 1
    assert strong["calibration"] < 0.06
    nothing = [recovery.measures(recovery.draw("pick", "none", 412, 13, 0.0, s), "pick", s, False) for s in range(3)]
    assert not any(row["all_named"] for row in nothing)
    assert max(abs(row["ari"]) for row in nothing) < 0.05


def test_calibration_error_by_hand(recovery):
    # two groups, stated 0.75 each, three of four right in both: no error; all right: 0.25
    table = pd.DataFrame({"gruppe_a": [0.75] * 4 + [0.25] * 4, "gruppe_b": [0.25] * 4 + [0.75] * 4})
    found = type("Found", (), {"memberships": table, "classes": ("gruppe_a", "gruppe_b")})()
    everybody = np.ones(8, dtype=bool)
    mixed = pd.Series(["x", "x", "x", "y", "y", "y", "y", "x"])
    assert recovery.calibration_error(found, mixed, everybody) == pytest.approx(0.0)
    clear = pd.Series(["x"] * 4 + ["y"] * 4)
    assert recovery.calibration_error(found, clear, everybody) == pytest.approx(0.25)
