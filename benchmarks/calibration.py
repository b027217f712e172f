"""How sure is sure? Stated against true probabilities on fresh rows, without and with the prior of a typology.

Run ``python benchmarks/calibration.py [fits per cell]``; it writes ``benchmarks/results/calibration.csv``. Every cell
pools at least 20,000 fresh rows over independent draws. Expected calibration error: ten bins of the highest
probability, mean distance between stated and true share, weighted by rows (Guo et al. 2017, ICML).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.prior import PRIOR
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.content.catalogue import load_content
from typology.simulation.agreement import adjusted_rand
from typology.simulation.model import GoalModel, Kind, build_model, related_goals
from typology.types.certainty import calibration_error, relative_entropy

RESULTS = Path(__file__).parent / "results" / "calibration.csv"
KINDS: tuple[Kind, ...] = ("pick", "free", "yes_no", "rating")
TARGETS = (0.35, 0.5, 0.675, 0.8)
SIZES = (200, 412, 1000, 2000)
PRIORS = (0.0, PRIOR)
FRESH_ROWS = 20_000


def one_fit(model: GoalModel, n_rows: int, prior: float, seed: int, fresh: int) -> pd.DataFrame:
    """Stated probability and truth of fresh rows under one fit; ``entropy`` and ``repeat`` describe the fit."""
    rng = np.random.default_rng(seed)
    codes, _ = model.draw(n_rows, rng)
    new, truth = model.draw(fresh, rng)
    goals = model.frame(codes, [str(row) for row in range(n_rows)])
    question = question_of(model)
    fitted = cluster(goals, len(model.types), question=question, prior=prior, n_init=10, random_state=seed)
    stated = posteriors(fitted.model, new)
    pairs = dict(best_permutation(stated.T @ np.eye(len(model.types))[truth]).pairs)
    top = stated.argmax(axis=1)
    entropy = relative_entropy(fitted.memberships)
    repeat = np.nan
    if prior == PRIOR:
        again = goals.iloc[rng.integers(0, n_rows, n_rows)].reset_index(drop=True)
        refit = cluster(again, len(model.types), question=question, prior=prior, n_init=10, random_state=seed)
        repeat = adjusted_rand(top, posteriors(refit.model, new).argmax(axis=1))
    return pd.DataFrame(
        {
            "stated": stated.max(axis=1), "right": np.array([pairs[group] for group in top]) == truth,
            "entropy": entropy, "repeat": repeat,
            "ari": adjusted_rand(truth, top),
        }
    )  # fmt: skip


def main() -> None:
    """Run all cells and write the table."""
    fits = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    content = load_content()
    signatures = {item.key: item.signature for item in content.types}
    names = [goal.key for goal in content.goals]
    rows = []
    for kind in KINDS:
        for target in TARGETS:
            model = build_model(signatures, names, kind=kind, target=target, related=related_goals(content))
            for n_rows in SIZES:
                for prior in PRIORS:
                    parts = [one_fit(model, n_rows, prior, seed, -(-FRESH_ROWS // fits)) for seed in range(fits)]
                    table = pd.concat(parts, ignore_index=True)
                    sure = table["stated"] >= 0.8
                    each = pd.DataFrame([part.iloc[0][["entropy", "repeat", "ari"]].astype(float) for part in parts])
                    rows.append(
                        {
                            "kind": kind, "true_ari": target, "n_rows": n_rows, "prior": prior, "fits": fits,
                            "fresh_rows": len(table),
                            "calibration_error": round(
                                calibration_error(table["stated"].to_numpy(), table["right"].to_numpy(float)), 4
                            ),
                            "stated": round(float(table["stated"].mean()), 4),
                            "right": round(float(table["right"].mean()), 4),
                            "share_clear": round(float(sure.mean()), 4),
                            "right_if_clear": round(float(table.loc[sure, "right"].mean()), 4),
                            "ari": round(float(each["ari"].mean()), 4),
                            "entropy": round(float(each["entropy"].mean()), 4),
                            "repeat_ari": round(float(each["repeat"].mean()), 4),
                            "repeat_ari_q10": round(float(each["repeat"].quantile(0.1)), 4),
                        }
                    )  # fmt: skip
                    print(rows[-1], file=sys.stderr, flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
