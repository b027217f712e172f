"""How many types does the program find? Answers without types, clear types and what lies between, four question forms.

Run ``python benchmarks/selection_study.py [draws] [draws between]``; it writes ``selection.csv`` (one row per
question form and strength) and ``selection_draws.csv`` to ``benchmarks/results``. The rules were set on
``simulate_goals`` with the goals of the catalogue. The draws here come from other generators: structureless lists are
picked goal after goal without replacement, free lists get their length from a propensity of the respondent, answers
have gaps; the planted types have made-up goals, other sizes and other shares.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import at_work, spread
from typology.clustering.selection import select_classes
from typology.errors import EstimationError
from typology.simulation.survey import oracle_ari, simulate_goals

RESULTS = Path(__file__).parent / "results"
QUESTIONS = {
    "pick": GoalQuestion("pick", 3),
    "free": GoalQuestion("pick"),
    "yes_no": GoalQuestion("yes_no"),
    "rating": GoalQuestion("rating"),
}
CLEAR = 0.8
BETWEEN = (0.3, 0.5, 0.65)
SIZES = (200, 300, 412)
STARTS = 20


def without_types(kind: str, seed: int) -> pd.DataFrame:
    """Goals that nobody chooses for a type's sake, in the given form of question."""
    rng = np.random.default_rng([seed, 5])
    n_rows, n_goals = int(rng.choice(SIZES)), int(rng.integers(10, 17))
    appeal = rng.normal(0, 0.7, n_goals)
    if kind == "rating":
        cuts = np.sort(rng.normal(0, 0.8, (n_goals, 2)), axis=1)
        values = rng.logistic(appeal, 1.0, (n_rows, n_goals))
        codes = (values[:, :, None] > cuts).sum(axis=2)
    elif kind == "pick":
        picks = np.where(rng.random(n_rows) < 0.85, 3, rng.integers(1, 3, n_rows))
        order = (-(appeal + rng.gumbel(size=(n_rows, n_goals)))).argsort(axis=1).argsort(axis=1)
        codes = (order < picks[:, None]).astype(int)
    else:
        level = rng.normal(0, 1.1, (n_rows, 1)) if kind == "free" else 0.0
        codes = (rng.logistic(appeal + level - 0.4, 1.0, (n_rows, n_goals)) > 0).astype(int)
    codes = codes.astype(float)
    if kind in ("yes_no", "rating"):
        codes[rng.random(codes.shape) < 0.05] = np.nan
    return as_goals(codes, 3 if kind == "rating" else 2)


def as_goals(codes: np.ndarray, n_answers: int) -> pd.DataFrame:
    """Codes as a goals table."""
    columns = {
        f"ziel_{j}": pd.Categorical.from_codes(
            np.nan_to_num(column, nan=-1).astype(int), categories=[str(c) for c in range(n_answers)]
        )
        for j, column in enumerate(codes.T)
    }
    return pd.DataFrame(columns, index=pd.Index([f"{90_000_001 + i}" for i in range(len(codes))], name="key"))


def with_types(kind: str, target: float, seed: int) -> tuple[pd.DataFrame, int, float]:
    """Goals drawn from three to five made-up types, their number, and the best reachable adjusted Rand index."""
    rng = np.random.default_rng([seed, 7])
    n_types = int(rng.integers(3, 6))
    goals = [f"ziel_{j}" for j in range(int(rng.integers(3 * n_types, 3 * n_types + 4)))]
    types = {f"typ_{k}": goals[3 * k : 3 * k + 3] for k in range(n_types)}
    drawn = simulate_goals(
        int(rng.choice(SIZES[1:])), types=types, goals=goals, kind=kind, limit=3, target=target,
        missing=0.05 if kind in ("yes_no", "rating") else 0.0, shares=rng.uniform(0.7, 1.3, n_types),
        random_state=seed + 1000,
    )  # fmt: skip
    return drawn.goals, n_types, oracle_ari(drawn)


def one_draw(task: tuple[str, float, int]) -> dict[str, object] | None:
    """Select on one draw; ``target`` 0 means no types. None where the drawn goals cannot carry types that clear."""
    kind, target, seed = task
    if target == 0:
        goals, n_types, reachable = without_types(kind, seed), 1, float("nan")
    else:
        try:
            goals, n_types, reachable = with_types(kind, target, seed)
        except EstimationError as error:
            print(f"{kind}, {target}, {seed}: {error}", file=sys.stderr, flush=True)
            return None
    numbers = range(1, n_types + 3)
    found = select_classes(goals, numbers, question=QUESTIONS[kind], n_init=STARTS, n_resamples=0, random_state=seed)
    verdict = found.verdict
    row = {
        "kind": kind, "target": target, "seed": seed, "n_rows": len(goals), "n_goals": goals.shape[1],
        "reachable_ari": reachable, "true": n_types, "found": verdict.n_types, "bic": verdict.bic,
        "adjusted_bic": verdict.adjusted_bic, "test": verdict.test, "p_value": verdict.p_value,
    }  # fmt: skip
    if found.model == "conditional":
        plain = select_classes(
            goals, numbers, question=QUESTIONS[kind], n_init=STARTS, n_resamples=0, n_replicates=0,
            models=("plain", "plain"), random_state=seed,
        )  # fmt: skip
        row |= {
            "plain_bic": int(plain.table.set_index("k")["bic"].idxmin()),
            "plain_adjusted_bic": int(plain.table.set_index("k")["adjusted_bic"].idxmin()),
        }
    print(row, file=sys.stderr, flush=True)
    return row


def summary(draws: pd.DataFrame) -> pd.DataFrame:
    """Shares per form of question and strength: more than one type, the right number by each criterion."""
    rows = []
    for (kind, target), part in draws.groupby(["kind", "target"], sort=False):
        rows.append(
            {
                "kind": kind, "target": target, "draws": len(part), "reachable_ari": part["reachable_ari"].mean(),
                "more_than_one": (part["found"] > 1).mean(),
                **{
                    f"right_{name}": (part[name] == part["true"]).mean()
                    for name in ("found", "bic", "adjusted_bic", "test", "plain_bic", "plain_adjusted_bic")
                    if part[name].notna().all()
                },
                "one_too_many": (part["found"] > part["true"]).mean(),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def main(draws: int = 100, between: int = 25) -> None:
    """All draws, as many at the same time as there are processors or ``joblib.parallel_config`` says."""
    tasks = [(kind, target, seed) for target, n in ((0.0, draws), (CLEAR, draws), *((t, between) for t in BETWEEN))
             for seed in range(n) for kind in QUESTIONS]  # fmt: skip
    with at_work():
        rows = pd.DataFrame([row for row in spread(one_draw, tasks) if row is not None])
    RESULTS.mkdir(exist_ok=True)
    rows.to_csv(RESULTS / "selection_draws.csv", index=False, float_format="%.4f", lineterminator="\n")
    summary(rows).to_csv(RESULTS / "selection.csv", index=False, float_format="%.3f", lineterminator="\n")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:3]))
