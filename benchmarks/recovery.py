"""What is recovered: groups, names, number of types and honest probabilities, over sizes, strengths, goals and gaps.

Run ``python benchmarks/recovery.py [draws] [seeds of the gap]``; it writes ``recovery.csv`` (one row per cell) and
``recovery_gap.csv`` (one row per seed) to ``benchmarks/results``. ``ari_share``: adjusted Rand index of the groups as a
share of what the generating model's own assignment reaches. ``names_right``: share of types that bear the name of the
type most of their municipalities were drawn from. ``calibration``: expected calibration error of the most probable
type in ten bins. ``bic_right``: share of draws in which the BIC given the question's form names four types.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.selection import select_classes
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.simulation.agreement import adjusted_rand
from typology.simulation.model import TARGET_ARI
from typology.simulation.survey import SimulatedGoals, oracle_ari, simulate_goals
from typology.types.naming import match_types

RESULTS = Path(__file__).parent / "results"
STRENGTHS = {"none": 0.0, "weak": 0.3, "medium": 0.5, "strong": 0.8}
SIZES = (100, 412, 2000, 11_000)
GOALS = (10, 13, 25)
GAPS = (0.0, 0.1, 0.2)
QUESTIONS = {
    "pick": GoalQuestion("pick", 3),
    "free": GoalQuestion("pick"),
    "yes_no": GoalQuestion("yes_no"),
    "rating": GoalQuestion("rating"),
}
STARTS = 50
BINS = 10


def draw(kind: str, strength: str, n_rows: int, n_goals: int, missing: float, seed: int) -> SimulatedGoals:
    """Goals of the four types of the catalogue, with as many further goals as are wanted."""
    content = load_content()
    types = {item.key: item.signature for item in content.types}
    signed = list(dict.fromkeys(goal for signature in types.values() for goal in signature))
    others = [goal.key for goal in content.goals if goal.key not in signed] + [f"weiteres_{j}" for j in range(20)]
    target = STRENGTHS[strength]
    return simulate_goals(
        n_rows, types=types, goals=(signed + others)[:n_goals], kind=kind, target=target or TARGET_ARI,
        strength=None if target else 0.0, missing=missing, random_state=seed,
    )  # fmt: skip


def measures(drawn: SimulatedGoals, kind: str, seed: int, count: bool) -> dict[str, float]:
    """What one draw tells."""
    found = cluster(drawn.goals, len(drawn.model.types), question=QUESTIONS[kind], n_init=STARTS, random_state=seed)
    answered = (found.labels != "").to_numpy()
    truth, labels = drawn.truth[answered], found.labels[answered]
    naming = match_types(found, load_content())
    named = labels.map(naming.permutation)
    earned = len(naming.named) == found.n_classes
    row = {
        "reachable_ari": oracle_ari(drawn), "ari": adjusted_rand(truth, labels), "all_named": float(earned),
        "any_named": float(bool(naming.named)), "calibration": calibration_error(found, truth, answered),
    }  # fmt: skip
    if naming.named:
        right = [(truth[named == kind_].mode().iat[0] == kind_) for kind_ in naming.named if (named == kind_).any()]
        row["names_right"] = float(np.mean(right)) if right else float("nan")
    if count:
        chosen = select_classes(
            drawn.goals, range(1, 7), question=QUESTIONS[kind], n_init=10, n_replicates=0, n_resamples=0
        )
        row["bic_right"] = float(chosen.verdict.bic == len(drawn.model.types))
        row["bic_one"] = float(chosen.verdict.bic == 1)
    return row


def calibration_error(found: Clustering, truth: pd.Series, answered: np.ndarray) -> float:
    """Mean distance of stated probability and share right, over the most probable types; groups matched by overlap."""
    from scipy.optimize import linear_sum_assignment

    probability = found.memberships[answered]
    table = pd.crosstab(probability.idxmax(axis=1), truth).reindex(index=list(found.classes), fill_value=0)
    rows, columns = linear_sum_assignment(-table.to_numpy())
    match = {table.index[i]: table.columns[j] for i, j in zip(rows, columns, strict=True)}
    stated = probability.max(axis=1).to_numpy()
    right = (probability.idxmax(axis=1).map(match) == truth).to_numpy()
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    gaps = [abs(stated[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)]
    return float(np.sum(gaps) / len(stated))


def cells() -> list[tuple[str, str, int, int, float]]:
    """Question form, strength, rows, goals, gaps: everything for thirteen goals without gaps, then one at a time."""
    full = [(kind, strength, n, 13, 0.0) for kind in QUESTIONS for strength in STRENGTHS for n in SIZES]
    goals = [(kind, strength, 412, n, 0.0) for kind in QUESTIONS for strength in STRENGTHS for n in GOALS if n != 13]
    gaps = [(kind, strength, 412, 13, gap) for kind in QUESTIONS for strength in STRENGTHS for gap in GAPS if gap]
    return sorted(full + goals + gaps, key=lambda cell: cell[2])


def gap_to_truth(seed: int) -> dict[str, float]:
    """The demo's kind of survey: how far our groups stay behind the generating model's own assignment."""
    drawn = simulate_goals(412, random_state=seed)
    found = cluster(drawn.goals, 4, question=QUESTIONS["pick"], n_init=STARTS)
    own, best = adjusted_rand(drawn.truth, found.labels), oracle_ari(drawn)
    return {"seed": seed, "reachable_ari": best, "ari": own, "gap": best - own}


def main(draws: int = 20, seeds: int = 100) -> None:
    """Both tables; large surveys are drawn less often."""
    RESULTS.mkdir(exist_ok=True)
    options = {"index": False, "float_format": "%.3f", "lineterminator": "\n"}
    pd.DataFrame([gap_to_truth(seed) for seed in range(seeds)]).to_csv(RESULTS / "recovery_gap.csv", **options)
    rows = []
    for kind, strength, n_rows, n_goals, missing in cells():
        n_draws = max(draws if n_rows <= 2000 else draws // 5, 2)
        try:
            drawn = [draw(kind, strength, n_rows, n_goals, missing, seed) for seed in range(n_draws)]
        except EstimationError as error:
            # Ten goals of a free list cannot carry the strongest structure.
            print(f"{kind}, {strength}, {n_goals} goals: {error}", file=sys.stderr, flush=True)
            continue
        count = n_rows <= 2000
        found = pd.DataFrame([measures(one, kind, seed, count and seed < 5) for seed, one in enumerate(drawn)])
        mean = found.mean()
        row = {"kind": kind, "strength": strength, "n_rows": n_rows, "n_goals": n_goals, "missing": missing,
               "draws": n_draws, **mean}  # fmt: skip
        row["ari_share"] = mean["ari"] / mean["reachable_ari"] if strength != "none" else float("nan")
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
        pd.DataFrame(rows).to_csv(RESULTS / "recovery.csv", **options)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:3]))
