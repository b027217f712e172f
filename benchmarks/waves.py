"""Two waves: does the observed movement lie in the interval that ``compare_waves`` expects if nobody moved?

Run ``python benchmarks/waves.py [draws]``; it writes ``benchmarks/results/waves.csv``, one row per setting.
Types are drawn once, answers twice. ``frozen``: the typology of the first wave types both; ``again``: the second wave
gets one of its own. ``moved``: as ``frozen``, but one in five has another type. ``unrelated``: the second wave is
answered by types with other goals, so that no group is the same.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.goals import question_of
from typology.content.catalogue import load_content
from typology.simulation.survey import simulate_goals
from typology.types.naming import name_types
from typology.types.waves import compare_waves

RESULTS = Path(__file__).parent / "results"
KINDS = ("pick", "yes_no")
TARGETS = (0.45, 0.75)
SIZES = (170, 412)
SECONDS = ("frozen", "again", "moved", "unrelated")
MOVERS = 0.2
CONTENT = load_content()


def one_pair(kind: Any, n_rows: int, target: float, second: str, seed: int) -> dict[str, object]:
    """Observed and expected movement of one pair of waves."""
    drawn = simulate_goals(n_rows, kind=kind, target=target, random_state=seed * 7 + 1)
    model, question = drawn.model, question_of(drawn.model)
    rng = np.random.default_rng([seed, 2])
    places = np.array([model.types.index(name) for name in drawn.truth])
    weights = model.weights
    if second == "unrelated":  # every type is lifted by other goals
        weights = weights[:, rng.permutation(len(model.goals))]
    later = replace(model, weights=weights)
    if second == "moved":
        movers = rng.random(n_rows) < MOVERS
        places = np.where(movers, (places + rng.integers(1, 4, n_rows)) % 4, places)
    codes = later._answers(later.weights, places, rng)
    first, now = drawn.goals, model.frame(codes, list(drawn.goals.index))
    old = name_types(cluster(first, 4, question=question, n_init=20), CONTENT, question=question, synthetisch=True)
    new = old
    if second in ("again", "unrelated"):
        new = name_types(cluster(now, 4, question=question, n_init=20), CONTENT, question=question, synthetisch=True)
    waves = compare_waves(old, new, first, now, random_state=seed)
    total = waves.movement.iloc[0]
    return {
        "kind": kind, "n_rows": n_rows, "target": target, "second": second, "seed": seed,
        "matched": int(waves.alignment["same"].sum()), "overlap": waves.alignment["overlap"].mean(),
        "limit": waves.alignment["limit"].mean(), "moved": total["share"], "expected": total["expected"],
        "low": total["low"], "high": total["high"], "beyond": bool(total["beyond"]),
    }  # fmt: skip


def main() -> None:
    """Draw, compare, write the means of each setting, and print them."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    rows = [
        one_pair(kind, n_rows, target, second, seed)
        for kind in KINDS
        for n_rows in SIZES
        for target in TARGETS
        for second in SECONDS
        for seed in range(draws)
    ]
    table = summarised(pd.DataFrame(rows))
    table.to_csv(RESULTS / "waves.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


def summarised(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per setting: how many groups matched, the shares, and how often they lie within or beyond."""
    pairs = pairs.assign(within=pairs["moved"].between(pairs["low"], pairs["high"]).where(pairs["moved"].notna()))
    groups = pairs.groupby(["kind", "n_rows", "target", "second"])
    means = groups[["matched", "overlap", "moved", "expected", "low", "high", "within", "beyond"]].mean()
    return groups.size().rename("draws").to_frame().join(means.astype(float).round(2)).reset_index()


if __name__ == "__main__":
    main()
