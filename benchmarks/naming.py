"""How often chance alone earns names: scores in fits to answers without structure, and in fits to planted types.

Run ``python benchmarks/naming.py``; it writes ``benchmarks/results/naming.csv``. The thresholds in
``typology/types/threshold.py`` are the largest 95 % quantiles of its structureless part.
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
from typology.simulation.model import Kind, build_model, related_goals
from typology.types.signatures import chosen_rates, naming_scores
from typology.types.threshold import GATE, THRESHOLD, null_naming_scores

RESULTS = Path(__file__).parent / "results" / "naming.csv"
KINDS: tuple[Kind, ...] = ("pick", "free", "yes_no", "rating")
SIZES = (100, 412)
LARGER = (2000,)
VARIANTS = ((13, 4, 3), (8, 4, 3), (20, 4, 3), (13, 2, 3), (13, 6, 3), (13, 4, 5))
STARTS = 10
PRIOR = 1.0  # weaker than the one typologies use, so that chance reaches higher


def catalogue(n_goals: int) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Signatures of the four types, and that many goals: the signature goals first, further ones last."""
    content = load_content()
    signatures = {item.key: tuple(item.signature) for item in content.types}
    signed = [goal for goals in signatures.values() for goal in goals]
    others = [goal.key for goal in content.goals if goal.key not in signed]
    others += [f"weiteres_{number}" for number in range(1, 21)]
    return signatures, (signed + others)[:n_goals]


def structureless(n_fits: int) -> pd.DataFrame:
    """One row per kind, size and variant."""
    cells = [(n, variant) for n in SIZES for variant in VARIANTS] + [(n, VARIANTS[0]) for n in LARGER]
    rows = []
    for kind in KINDS:
        for n_rows, (n_goals, n_classes, limit) in cells:
            if limit != 3 and kind != "pick":
                continue
            signatures, goals = catalogue(n_goals)
            scores = null_naming_scores(
                signatures, goals, n_rows, kind=kind, limit=limit, n_classes=n_classes, n_init=STARTS, prior=PRIOR,
                n_fits=n_fits if n_rows <= max(SIZES) else n_fits // 4, random_state=n_rows + n_goals + n_classes,
            )  # fmt: skip
            rows.append(summary("strukturlos", kind, n_rows, n_goals, n_classes, limit, scores))
            print(rows[-1], file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def planted(n_fits: int) -> pd.DataFrame:
    """Four types of a given strength (adjusted Rand index of the true model's own assignment), 412 rows."""
    content = load_content()
    signatures, goals = catalogue(13)
    rows = []
    for kind in KINDS:
        for target in (0.2, 0.35, 0.5, 0.675):
            model = build_model(signatures, goals, kind=kind, target=target, related=related_goals(content))
            rng = np.random.default_rng(int(target * 1000))
            found = []
            for _ in range(n_fits):
                codes, types = model.draw(412, rng)
                goals_table = model.frame(codes, [str(row) for row in range(412)])
                fitted = cluster(goals_table, 4, question=question_of(model), n_init=STARTS * 5)
                rates = chosen_rates(fitted.profiles, fitted.categories).loc[list(fitted.shares.index)]
                scores = naming_scores(rates, fitted.shares, signatures)
                best = best_permutation(scores.to_numpy())
                values = [scores.iat[pair] for pair in best.pairs]
                found.append((min(values), np.mean(values), max(values), right_names(best.pairs, fitted, types)))
            table = pd.DataFrame(found, columns=["lowest", "mean", "highest", "right"])
            row = summary(f"geplant {target}", kind, 412, 13, 4, 3, table)
            rows.append(row | {"share_right": float(table["right"].mean())})
            print(rows[-1], file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def right_names(pairs, fitted, types) -> bool:  # type: ignore[no-untyped-def]
    """Whether every class got the name of the type that most of its members come from."""
    labels = fitted.labels.to_numpy()
    return all(
        np.bincount(types[labels == fitted.classes[group]], minlength=4).argmax() == kind for group, kind in pairs
    )


def summary(data: str, kind: str, n_rows: int, n_goals: int, n_classes: int, limit: int, scores: pd.DataFrame) -> dict:
    """Quantiles of the scores, and how many fits earn all or any names with the shipped thresholds."""
    opened = scores["mean"] >= GATE
    return {
        "data": data, "kind": kind, "n_rows": n_rows, "n_goals": n_goals, "n_classes": n_classes,
        "limit": limit if kind == "pick" else "", "n_fits": len(scores),
        **{f"{name}_q50": round(float(scores[name].median()), 4) for name in ("lowest", "mean", "highest")},
        **{f"{name}_q95": round(float(scores[name].quantile(0.95)), 4) for name in ("lowest", "mean", "highest")},
        "share_all_names": round(float((opened & (scores["lowest"] >= THRESHOLD)).mean()), 4),
        "share_any_name": round(float((opened & (scores["highest"] >= THRESHOLD)).mean()), 4),
    }  # fmt: skip


def main() -> None:
    """Run both parts and write the table."""
    n_fits = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    table = pd.concat([structureless(n_fits), planted(max(n_fits // 4, 2))], ignore_index=True)
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
