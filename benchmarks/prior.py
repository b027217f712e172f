"""How cautious, and cautious how: shares, recovery and calibration under ways to spread the pseudo-answers.

Run ``python benchmarks/prior.py [draws per cell]``; it writes ``benchmarks/results/prior.csv``. Surveys are
drawn with equal shares and with 55, 25, 15 and 5 %, and small ones of weak types, with seeds that no other study uses.
``spread``: each class gets ``prior`` pseudo-answers per goal alike, as the mean over the classes by its size, or by its
size and some on top for every class of a small survey (``both``, what a study does).
``largest_error``: of the four shares the one that lies furthest from the truth, mean over the draws; ``bias``: how far
the mean of a share over the draws lies from the truth, the largest of the four; ``empty``: share of draws in which a
class is nobody's most probable one. Recovery and calibration are those of 2,000 fresh rows a draw.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering import clustering
from typology.clustering.engine.model import Rows, posteriors
from typology.clustering.engine.plain import Batch
from typology.clustering.engine.prior import PRIOR, cautious_batch
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.content.catalogue import load_content
from typology.simulation.agreement import adjusted_rand
from typology.simulation.model import GoalModel, Kind, build_model, related_goals
from typology.types.certainty import calibration_error

RESULTS = Path(__file__).parent / "results" / "prior.csv"
KINDS: tuple[Kind, ...] = ("pick", "free", "yes_no", "rating")
SHARES = {"equal": (0.25, 0.25, 0.25, 0.25), "unequal": (0.55, 0.25, 0.15, 0.05)}
CELLS = (("equal", 0.675, 412), ("unequal", 0.675, 412), ("unequal", 0.8, 412), ("equal", 0.5, 200))
"""Shares, best reachable ARI, rows."""
SPREADS = (("alike", 8.0), ("size", 6.0), ("both", PRIOR))
FRESH, STARTS = 2_000, 10
SEED = 6_128_411


def alike(rows: Rows, weights: np.ndarray, n_classes: int, prior: float) -> Batch:
    """As many pseudo-answers for each class."""
    return rows.batch(weights, prior)


def by_size(rows: Rows, weights: np.ndarray, n_classes: int, prior: float) -> Batch:
    """Pseudo-answers in proportion to the size of a class, and none besides."""
    pseudo = prior * n_classes
    return rows.batch(weights, blend=pseudo / (pseudo + weights.sum()))


CAUTIOUS = {"alike": alike, "size": by_size, "both": cautious_batch}


def one_draw(model: GoalModel, n_rows: int, draw: int) -> list[dict[str, float]]:
    """What every way to spread the pseudo-answers makes of one survey."""
    rng = np.random.default_rng([SEED, draw])
    codes, _ = model.draw(n_rows, rng)
    fresh, truth = model.draw(FRESH, rng)
    goals = model.frame(codes, [str(row) for row in range(n_rows)])
    rows = []
    for spread, prior in SPREADS:
        setattr(clustering, "cautious_batch", CAUTIOUS[spread])  # noqa: B010
        found = clustering.cluster(goals, 4, question=question_of(model), prior=prior, n_init=STARTS, random_state=draw)
        stated = posteriors(found.model, fresh)
        pairs = dict(best_permutation(stated.T @ np.eye(4)[truth]).pairs)
        top = stated.argmax(axis=1)
        right = np.array([pairs[group] for group in top]) == truth
        shares = np.empty(4)
        shares[[pairs[group] for group in range(4)]] = found.shares
        rows.append(
            {
                "spread": spread, "prior": prior, **{f"share_{place + 1}": share for place, share in enumerate(shares)},
                "largest_error": np.abs(shares - model.shares).max(), "ari": adjusted_rand(truth, top),
                "calibration_error": calibration_error(stated.max(axis=1), right.astype(float)),
                "empty": float(found.labels.nunique() < 4),
            }
        )  # fmt: skip
    return rows


def main(draws: int = 20) -> None:
    """All cells, written after each."""
    content = load_content()
    signatures = {item.key: item.signature for item in content.types}
    goals, near = [goal.key for goal in content.goals], related_goals(content)
    cells = []
    for name, target, n_rows in CELLS:
        for kind in KINDS:
            model = build_model(signatures, goals, kind=kind, target=target, shares=SHARES[name], related=near)
            found = pd.DataFrame([row for draw in range(draws) for row in one_draw(model, n_rows, draw)])
            for (spread, prior), part in found.groupby(["spread", "prior"], sort=False):
                mean = part.drop(columns=["spread", "prior"]).mean()
                bias = max(abs(mean[f"share_{place + 1}"] - model.shares[place]) for place in range(4))
                cells.append({"kind": kind, "shares": name, "true_ari": target, "n_rows": n_rows, "draws": draws,
                              "spread": spread, "prior": prior, "bias": bias, **mean})  # fmt: skip
            pd.DataFrame(cells).to_csv(RESULTS, index=False, float_format="%.4f", lineterminator="\n")
            print(kind, name, target, n_rows, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
