"""Lists to choose from: plain latent classes beside classes given the number of ticks, on seven generators.

Run ``python benchmarks/tick_models.py [draws]`` (minutes); it writes ``results/tick_models.csv``. Every draw fits both
models with the prior of a typology and assigns 2,000 fresh rows. ``pick``: at most three goals, ``free``: any number.

``conditional``   the list follows the model given the number of ticks (the generator of :mod:`typology.survey`)
``utilities``     the goals with the highest random utilities, one in five respondents names fewer than three
``cut``           goals are wanted independently, and of more than three wanted ones three at random are named
``independent``   goals are ticked independently, types tick about equally much
``level``         the same, and types also differ in how much they tick: what only the plain model can see
``habit``         the same as independent, and each respondent has a habit of ticking much or little
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.permutation import best_permutation
from typology.content.catalogue import load_content
from typology.simulation.agreement import adjusted_rand
from typology.simulation.model import build_model
from typology.types.certainty import calibration_error

RESULTS = Path(__file__).parent / "results" / "tick_models.csv"
GENERATORS = (
    ("pick", "conditional"), ("pick", "utilities"), ("pick", "cut"),
    ("free", "conditional"), ("free", "independent"), ("free", "level"), ("free", "habit"),
)  # fmt: skip
STRENGTHS = {"weak": (0.3, 1.6), "medium": (0.5, 2.2), "strong": (0.8, 3.2)}
SIZES = (412, 2000)
FRESH = 2000
LIMIT = 3
LEVELS = (-1.0, -0.3, 0.3, 1.0)
QUESTIONS = {"pick": GoalQuestion("pick", LIMIT), "free": GoalQuestion("pick")}


def draw(kind: str, generator: str, strength: str, n_rows: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Ticks (n_rows × n_goals) and the number of the true type of each row."""
    content = load_content()
    signatures = {item.key: item.signature for item in content.types}
    names = [goal.key for goal in content.goals]
    target, effect = STRENGTHS[strength]
    if generator == "conditional":
        seed = int(rng.integers(2**31))
        model = build_model(signatures, names, kind=kind, limit=LIMIT, target=target, random_state=seed)  # type: ignore[arg-type]
        return model.draw(n_rows, rng)
    signed = np.array([[goal in signature for goal in names] for signature in signatures.values()])
    appeal = rng.normal(0, 0.7, len(names)) + effect * (signed - 0.25)
    group = rng.integers(len(appeal), size=n_rows)
    shape = (n_rows, len(names))
    if generator == "utilities":
        rank = (-(appeal[group] + rng.gumbel(size=shape))).argsort(axis=1).argsort(axis=1)
        named = np.where(rng.random(n_rows) < 0.8, LIMIT, rng.integers(1, LIMIT, n_rows))
        return (rank < named[:, None]).astype(int), group
    level = np.zeros((n_rows, 1))
    if generator == "level":
        level = np.array(LEVELS)[group][:, None]
    elif generator == "habit":
        level = rng.normal(0, 1.1, (n_rows, 1))
    wanted = rng.logistic(appeal[group] + level - 0.8) > 0
    if generator == "cut":
        lot = np.where(wanted, rng.random(shape), 2.0).argsort(axis=1).argsort(axis=1)
        wanted &= lot < LIMIT
    return wanted.astype(int), group


def one_draw(kind: str, generator: str, strength: str, n_rows: int, seed: int) -> list[dict[str, object]]:
    """Adjusted Rand index with the truth and calibration error of fresh rows, for both models."""
    rng = np.random.default_rng([seed, n_rows, int(STRENGTHS[strength][0] * 100)])
    codes, group = draw(kind, generator, strength, n_rows + FRESH, rng)
    names = [f"ziel_{j}" for j in range(codes.shape[1])]
    rows = codes[:n_rows][codes[:n_rows].any(axis=1)]
    goals = pd.DataFrame({name: pd.Categorical.from_codes(rows[:, j], ["nein", "ja"]) for j, name in enumerate(names)})
    result: list[dict[str, object]] = []
    for model, question in (("plain", None), ("given ticks", QUESTIONS[kind])):
        found = cluster(goals, 4, question=question, n_init=100, random_state=seed)
        stated = posteriors(found.model, codes[n_rows:])
        truth = group[n_rows:]
        pairs = dict(best_permutation(stated.T @ np.eye(4)[truth]).pairs)
        named = np.array([pairs[place] for place in range(4)])[stated.argmax(axis=1)]
        result.append(
            {
                "kind": kind, "generator": generator, "structure": strength, "n_rows": n_rows, "model": model,
                "ari": adjusted_rand(truth, named),
                "calibration_error": calibration_error(stated.max(axis=1), (named == truth).astype(float)),
            }
        )  # fmt: skip
    return result


def main() -> None:
    """Run all cells, write and print the means."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    rows = [
        row
        for kind, generator in GENERATORS
        for strength in STRENGTHS
        for n_rows in SIZES
        for seed in range(draws)
        for row in one_draw(kind, generator, strength, n_rows, seed)
    ]
    cells = ["kind", "generator", "structure", "n_rows"]
    wide = pd.DataFrame(rows).groupby([*cells, "model"], sort=False).mean().unstack("model").round(3)
    wide.columns = [f"{measure}_{model.replace(' ', '_')}" for measure, model in wide.columns]
    wide = wide.assign(draws=draws).reset_index()
    wide.to_csv(RESULTS, index=False, lineterminator="\n")
    print(wide.to_string(index=False))


if __name__ == "__main__":
    main()
