"""How far 3, 5 and 7 goals agree with the full form, per type, by question kind and strength.

Run ``python benchmarks/short_form.py [draws]``; it writes ``benchmarks/results/short_form.csv``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.question import GoalQuestion
from typology.content.catalogue import load_content
from typology.simulation.model import Kind, build_model, related_goals
from typology.types.naming import name_types
from typology.types.short_form import evaluate_short_form

RESULTS = Path(__file__).parent / "results" / "short_form.csv"
QUESTIONS: dict[Kind, GoalQuestion] = {
    "pick": GoalQuestion("pick", 3), "yes_no": GoalQuestion("yes_no"), "rating": GoalQuestion("rating"),
}  # fmt: skip


def main() -> None:
    """Run all cells and write the mean agreement over the draws."""
    import numpy as np

    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    content = load_content()
    signatures = {item.key: item.signature for item in content.types}
    names = [goal.key for goal in content.goals]
    tables = []
    for kind, question in QUESTIONS.items():
        for target in (0.5, 0.675):
            model = build_model(signatures, names, kind=kind, target=target, related=related_goals(content))
            for draw in range(draws):
                codes, _ = model.draw(412, np.random.default_rng(draw))
                goals = model.frame(codes, [f"9{row:07d}" for row in range(412)])
                typology = name_types(cluster(goals, 4, question=question, n_init=50), content, question=question)
                found = evaluate_short_form(goals, typology, content, question=question, random_state=draw)
                tables.append(found.agreement.assign(kind=kind, true_ari=target, draw=draw))
    every = pd.concat(tables)
    mean = every.groupby(["kind", "true_ari", "size", "type"], sort=False)["agreement"].agg(["mean", "min"]).round(4)
    RESULTS.parent.mkdir(exist_ok=True)
    mean.reset_index().assign(draws=draws).to_csv(RESULTS, index=False, lineterminator="\n")
    print(mean.to_string())


if __name__ == "__main__":
    main()
