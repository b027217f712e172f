"""The same groups on every processor: each kind ends matrix products in other digits, and no label may hang on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from typology.clustering.alternatives import apart

GROUPS = """
import json
import numpy as np
from typology.clustering.alternatives import kmeans, mca_ward
rng = np.random.default_rng(5)
points = np.zeros((240, 8))
np.put_along_axis(points, rng.permuted(np.tile(np.arange(8), (240, 1)), axis=1)[:, :3], 1.0, axis=1)
samples = [points[np.unique(rng.integers(240, size=240))] for _ in range(4)]
print(json.dumps([
    *(kmeans(part - 3 / 8, 4, 0).tolist() for part in samples),
    *(mca_ward(np.hstack([part, 1 - part]), 4, 0).tolist() for part in samples),
]))
"""


def groups_on(processor: str) -> list[list[int]]:
    told = subprocess.run(
        [sys.executable, "-c", GROUPS],
        env={**os.environ, "OPENBLAS_CORETYPE": processor, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(told.stdout)


@pytest.mark.long
def test_other_methods_group_alike_on_processors_of_two_kinds() -> None:
    old, new = groups_on("Nehalem"), groups_on("Haswell")
    assert len(old) == 8 and all(len(set(labels)) == 4 for labels in old)
    assert old == new


def test_points_that_are_equal_stay_equal_and_others_move_by_a_millionth() -> None:
    grid = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0 + 1e-13], [0.0, 1.0]])
    moved = apart(grid)
    assert (moved[[2, 3]] == moved[0]).all() and (moved[0] != moved[1]).all()
    assert 0 < np.abs(moved - grid).max() < 1e-5
