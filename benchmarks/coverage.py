"""How often an interval of a type's share holds the truth: unequal types, types of one goal, rows that tick everything.

Run ``python benchmarks/coverage.py [draws per cell]``; it writes ``benchmarks/results/coverage.csv``, with seeds
that no other study uses. The intervals are those that a study prints (the scatter of the whole estimation over
resampled municipalities) and, beside them, those of sandwich standard errors. ``everything``: one row in twenty says
yes to every goal, or rates it highest; the truth are the shares among the others. ``printed``: share of draws for which
a study prints the intervals, and ``coverage_printed`` that of these draws alone; ``width``: of the interval, in
percentage points.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.goals import question_of
from typology.clustering.permutation import best_permutation
from typology.clustering.stability import stability
from typology.content.catalogue import load_content
from typology.simulation.model import GoalModel, Kind, build_model, related_goals
from typology.types.intervals import printed_intervals, scatter_intervals, share_intervals

RESULTS = Path(__file__).parent / "results" / "coverage.csv"
UNEQUAL = (0.55, 0.25, 0.15, 0.05)
WORLDS = ("equal", "unequal", "everything", "one_goal")
KINDS: tuple[Kind, ...] = ("pick", "free", "yes_no", "rating")
SIZES = (412, 1_500)
TARGET = 0.75
STARTS, REPLICATES = 20, 60
EVERYTHING = 0.05
SEED = 11_290_411


def build(world: str, kind: Kind) -> GoalModel:
    """Four types of reachable ARI 0.75 on 13 goals."""
    content = load_content()
    every = {item.key: item.signature for item in content.types}
    signatures = {key: goals[:1] for key, goals in every.items()} if world == "one_goal" else every
    near = None if world == "one_goal" else related_goals(content)
    shares = UNEQUAL if world == "unequal" else None
    goals = [goal.key for goal in content.goals]
    return build_model(signatures, goals, kind=kind, target=TARGET, shares=shares, related=near)


def one_draw(world: str, model: GoalModel, n_rows: int, draw: int) -> dict[str, float]:
    """Whether each of the four shares lies in its intervals."""
    rng = np.random.default_rng([SEED, n_rows, draw])
    codes, truth = model.draw(n_rows, rng)
    if world == "everything":
        every = rng.random(n_rows) < EVERYTHING
        codes[every] = codes.max()
        truth = np.where(every, -1, truth)
    goals = model.frame(codes, [str(row) for row in range(n_rows)])
    found = cluster(goals, 4, question=question_of(model), n_init=STARTS, random_state=draw)
    stable = stability(found, goals, n_replicates=REPLICATES, random_state=draw)
    place = {group: number for number, group in enumerate(found.shares.index)}
    own = found.labels.map(place)
    rows = [int(key) for key, group in own.items() if pd.notna(group) and truth[int(key)] >= 0]
    table = np.zeros((4, 4))
    np.add.at(table, (own.loc[[str(row) for row in rows]].astype(int).to_numpy(), truth[rows]), 1)
    wanted = np.empty(4)
    for group, own_type in best_permutation(table).pairs:
        wanted[group] = model.shares[own_type]
    scatter, sandwich = scatter_intervals(found, stable), share_intervals(found, goals)
    shown = printed_intervals(found, stable, goals, question_of(model))
    held = (scatter["low"] <= wanted) & (wanted <= scatter["high"])
    return {
        "coverage": held.mean(),
        "coverage_printed": held.mean() if shown["low"].notna().all() else np.nan,
        "coverage_sandwich": ((sandwich["low"] <= wanted) & (wanted <= sandwich["high"])).mean(),
        "printed": float(shown["low"].notna().all()),
        "width": 100 * (scatter["high"] - scatter["low"]).mean(),
        "largest_error": 100 * np.abs(found.shares.to_numpy() - wanted).max(),
    }


def main(draws: int = 20) -> None:
    """All cells, written after each. Everything cannot be ticked where the question sets a limit."""
    cells = []
    for n_rows in SIZES:
        for world in WORLDS:
            for kind in KINDS:
                if world == "everything" and kind == "pick":
                    continue
                model = build(world, kind)
                mean = pd.DataFrame([one_draw(world, model, n_rows, draw) for draw in range(draws)]).mean()
                cells.append({"world": world, "kind": kind, "n_rows": n_rows, "draws": draws, **mean})
                pd.DataFrame(cells).to_csv(RESULTS, index=False, float_format="%.3f", lineterminator="\n")
                print(cells[-1], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
