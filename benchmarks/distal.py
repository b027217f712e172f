"""Field means by type: bias and coverage of the correction against naive assignment.

Run ``python benchmarks/distal.py [draws]``; it writes ``benchmarks/results/distal.csv``. A field with means 2, 3, 3.5
and 4 in the true types and standard deviation 1 is described by fitted types, naively and corrected.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.content.catalogue import load_content
from typology.simulation.model import GoalModel, Kind, build_model, related_goals
from typology.types.profiles.bch import describe_types, refit_replicates

RESULTS = Path(__file__).parent / "results" / "distal.csv"
MEANS = np.array([2.0, 3.0, 3.5, 4.0])
# kind, adjusted Rand index of the true model's own assignment, rows, draws for the bias, draws with an interval
CELLS: tuple[tuple[Kind, float, int, float, float], ...] = (
    ("pick", 0.5, 412, 1.0, 0.2), ("pick", 0.675, 412, 1.0, 0.2), ("pick", 0.5, 10_000, 0.1, 0.1),
    ("pick", 0.675, 10_000, 0.1, 0.1), ("yes_no", 0.5, 412, 1.0, 0.2), ("yes_no", 0.675, 412, 1.0, 0.2),
    ("yes_no", 0.5, 10_000, 0.1, 0.0), ("yes_no", 0.675, 10_000, 0.1, 0.0),
)  # fmt: skip
REPLICATES = 50


def one_draw(model: GoalModel, n_rows: int, seed: int, *, interval: bool) -> pd.DataFrame:
    """Naive and corrected means of one draw, types in the order of the truth."""
    rng = np.random.default_rng(seed)
    codes, types = model.draw(n_rows, rng)
    keys = pd.Index([f"9{row:07d}" for row in range(n_rows)], name="key")
    goals = model.frame(codes, list(keys))
    fitted = cluster(goals, 4, question=question_of(model), n_init=20, random_state=seed)
    field = pd.DataFrame({"feld": MEANS[types] + rng.normal(size=n_rows)}, index=keys)
    pairs = best_permutation(np.eye(4)[types].T @ fitted.memberships.to_numpy()).pairs
    replicates = refit_replicates(goals, fitted, n_replicates=REPLICATES, n_init=5) if interval else []
    table = describe_types(field, fitted.memberships, replicates=replicates)
    return table.iloc[[group for _, group in sorted(pairs)]].reset_index(drop=True)


def naive_coverage(tables: list[pd.DataFrame]) -> float:
    """How often the naive interval (mean ± 2 standard errors of the field within a type) holds the truth."""
    half = np.stack([2.0 / np.sqrt(table["n"]) * np.sqrt(1.0 + 0.25) for table in tables])
    return float((np.abs(np.stack([table["naive"] for table in tables]) - MEANS) <= half).mean())


def main() -> None:
    """Run all cells and write the table."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    content = load_content()
    signatures = {item.key: item.signature for item in content.types}
    names = [goal.key for goal in content.goals]
    rows = []
    for kind, target, n_rows, part, with_interval in CELLS:
        model = build_model(signatures, names, kind=kind, target=target, related=related_goals(content))
        many, few = max(int(draws * part), 2), int(draws * with_interval)
        tables = [one_draw(model, n_rows, seed, interval=seed < few) for seed in range(many)]
        naive, corrected = (np.stack([table[name] for table in tables]) - MEANS for name in ("naive", "estimate"))
        held = [((table["low"] <= MEANS) & (table["high"] >= MEANS)).mean() for table in tables[:few]]
        bias = [float(np.abs(errors.mean(axis=0)).mean()) for errors in (naive, corrected)]
        rows.append(
            {
                "kind": kind, "true_ari": target, "n_rows": n_rows, "draws": many, "draws_with_interval": few,
                "bias_naive": round(bias[0], 4), "bias_corrected": round(bias[1], 4),
                "bias_ratio": round(bias[1] / bias[0], 3),
                "rmse_naive": round(float(np.sqrt((naive**2).mean())), 4),
                "rmse_corrected": round(float(np.sqrt((corrected**2).mean())), 4),
                "coverage_naive": round(naive_coverage(tables), 3),
                "coverage_corrected": round(float(np.mean(held)), 3) if few else "",
            }
        )  # fmt: skip
        print(rows[-1], file=sys.stderr, flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
