"""How stable are types: time of 200 replicates, and stability against the best reachable recovery.

Run ``python benchmarks/stability.py [draws]``; it writes ``benchmarks/results/stability.csv``, one row per drawn
survey, and ``stability_time.csv``. ``LEAST_STABILITY`` in ``typology/study/figures.py`` is read off the first table.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.criteria import relative_entropy
from typology.clustering.goals import estimation_rows, goal_question, goals_matrix, question_of
from typology.clustering.stability import stability
from typology.simulation.agreement import adjusted_rand
from typology.simulation.survey import oracle_ari, simulate_goals
from typology.survey.survey import read_survey

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
KINDS = ("pick", "free", "yes_no", "rating")
TARGETS = (0.0, 0.2, 0.35, 0.45, 0.55, 0.65, 0.8)
SIZES = (200, 412, 1500)


def one_draw(kind: str, n_rows: int, target: float, seed: int) -> dict[str, object]:
    """Stability of four classes on one drawn survey; target 0 has no types."""
    strength = 0.0 if target == 0 else None
    drawn = simulate_goals(n_rows, kind=kind, strength=strength, target=target or 0.5, random_state=seed * 7 + 1)
    found = cluster(drawn.goals, 4, question=question_of(drawn.model), n_init=100)
    result = stability(found, drawn.goals, n_replicates=30)
    types = result.types
    return {
        "kind": kind, "n_rows": n_rows, "target": target, "seed": seed, "reachable_ari": oracle_ari(drawn),
        "ari": adjusted_rand(drawn.truth, found.labels),
        "mean_jaccard": (types["jaccard"] * types["share"]).sum(), "lowest_jaccard": types["jaccard"].min(),
        "entropy": relative_entropy(found.memberships[found.labels != ""].to_numpy()), "rand": result.rand,
        "agreement": result.municipalities["agreement"].mean(),
    }  # fmt: skip


def demo_time() -> pd.DataFrame:
    """Seconds for 200 replicates of the demo."""
    survey = read_survey(ROOT / "data" / "raw" / "demo")
    goals = goals_matrix(survey)
    goals = goals.loc[estimation_rows(survey, goals)]
    found = cluster(goals, 4, question=goal_question(survey))
    clock, own = time.perf_counter(), time.process_time()
    result = stability(found, goals, n_replicates=200)
    return pd.DataFrame(
        [
            {
                "rows": len(goals), "replicates": 200, "seconds": time.perf_counter() - clock,
                "processor_seconds": time.process_time() - own, "lowest_jaccard": result.types["jaccard"].min(),
                "agreement": result.municipalities["agreement"].mean(),
            }
        ]
    )  # fmt: skip


def main(draws: int = 3) -> None:
    """Both tables."""
    RESULTS.mkdir(exist_ok=True)
    options = {"index": False, "float_format": "%.3f", "lineterminator": "\n"}
    demo_time().to_csv(RESULTS / "stability_time.csv", **options)
    rows = [
        one_draw(kind, n_rows, target, seed)
        for seed in range(draws) for kind in KINDS for n_rows in SIZES for target in TARGETS
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(RESULTS / "stability.csv", **options)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
