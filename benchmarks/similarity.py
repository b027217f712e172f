"""Nearest neighbours of 11,000 bodies by 30 features: time and memory, and agreement with all distances.

Run ``python benchmarks/similarity.py [bodies]``; it writes ``benchmarks/results/similarity.csv``. The agreement is
checked on 300 rows against the full distances of ``scipy.spatial.distance.cdist``.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from typology.matching.similarity import nearest_neighbours

RESULTS = Path(__file__).parent / "results" / "similarity.csv"
FEATURES = 30
CHECKED = 300


def main(bodies: int = 11_000) -> None:
    """Measure once and write one row."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        rng.normal(size=(bodies, FEATURES)),
        index=[f"{row:08d}" for row in range(bodies)],
        columns=[f"feature_{column:02d}" for column in range(FEATURES)],
    )
    start, computing = time.perf_counter(), time.process_time()
    result = nearest_neighbours(table, 5)
    seconds, cpu = time.perf_counter() - start, time.process_time() - computing
    points = result.scale.transform(table).to_numpy()
    distance = cdist(points[:CHECKED], points)
    distance[np.arange(CHECKED), np.arange(CHECKED)] = np.inf
    expected = np.sort(distance, axis=1)[:, :5]
    found = result.table["distance"].to_numpy()[: CHECKED * 5].reshape(CHECKED, 5)
    row = pd.DataFrame(
        [
            {
                "bodies": bodies,
                "features": FEATURES,
                "seconds": round(seconds, 1),
                "cpu_seconds": round(cpu, 1),
                "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
                "largest_deviation": float(np.abs(expected - found).max()),
            }
        ]
    )
    RESULTS.parent.mkdir(exist_ok=True)
    row.to_csv(RESULTS, index=False)
    print(row.to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
