"""How good the study is: every stated number is a function of the internal tables, so it can be recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from typology.publishing.records import DIGITS, StudyTables

if TYPE_CHECKING:
    from typology.assignment.typology import Typology
    from typology.clustering.clustering import Clustering
    from typology.study_record import Settings, Study

QUALITY_COLUMNS = ("name", "label", "label_en", "value", "digits", "table")


@dataclass(frozen=True)
class Figure:
    """One quality number: how it is printed, from which table, and how it is computed."""

    label: str
    label_en: str
    digits: int
    table: str
    compute: Callable[[StudyTables, Typology], float]


def probabilities(tables: StudyTables) -> pd.DataFrame:
    """Membership probabilities of everybody who answered at least one goal."""
    answered = tables.assignments["answered"].astype(float) > 0
    return tables.assignments.loc[answered].filter(regex="^p_").astype(float)


def share_of(status: str) -> Callable[[StudyTables, Typology], float]:
    """Share of municipalities with that status."""
    return lambda tables, _: float((tables.assignments["status"] == status).mean())


def relative_entropy(tables: StudyTables, _: Typology) -> float:
    """1 − mean entropy of the memberships / log(number of types); 1 is certain, 0 is guessing."""
    p = probabilities(tables).to_numpy()
    if p.shape[1] < 2 or not len(p):
        return float("nan")
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0)
    return float(1 + terms.sum(axis=1).mean() / np.log(p.shape[1]))


def mean_certainty(tables: StudyTables, _: Typology) -> float:
    """Mean probability of the most probable type."""
    p = probabilities(tables)
    return float(p.max(axis=1).mean()) if len(p) else float("nan")


def log_likelihood(tables: StudyTables, typology: Typology) -> float:
    """Log-likelihood of the answers used for the estimation, from the frozen typology and the goals."""
    goals = tables.goals[list(typology.goal_keys)]
    flagged = set(tables.flags["key"]) if "key" in tables.flags else set()
    goals = goals[~goals.index.isin(flagged) & (goals != "").any(axis=1)]
    logs = np.tile(np.log([item.share for item in typology.types]), (len(goals), 1))
    for goal in typology.goals:
        table = np.log(typology.probabilities(goal.key))
        codes = pd.Index(goal.answers, dtype=object).get_indexer(pd.Index(goals[goal.key].astype(object)))
        logs += np.where(codes[:, None] >= 0, table.T[np.maximum(codes, 0)], 0.0)
    top = logs.max(axis=1, keepdims=True)
    return float((top[:, 0] + np.log(np.exp(logs - top).sum(axis=1))).sum())


def naming_margin(tables: StudyTables, _: Typology) -> float:
    """Distance of the naming to the next-best one."""
    return float(tables.naming["margin"].iloc[0]) if len(tables.naming) else float("nan")


def lowest_naming_score(tables: StudyTables, _: Typology) -> float:
    """Score of the weakest name."""
    return float(tables.naming["score"].min()) if len(tables.naming) else float("nan")


def smallest_stability(tables: StudyTables, _: Typology) -> float:
    """Jaccard index of the least stable type."""
    return float(tables.stability_types["jaccard"].min()) if len(tables.stability_types) else float("nan")


def mean_agreement(tables: StudyTables, _: Typology) -> float:
    """Mean share of replicates in which a municipality keeps its type."""
    table = tables.stability_municipalities
    return float(table["agreement"].mean()) if len(table) else float("nan")


FIGURES: dict[str, Figure] = {
    "share_clear": Figure("Anteil klar zugeordnet", "Share assigned clearly", 2, "assignments", share_of("klar")),
    "share_mixed": Figure(
        "Anteil zwischen zwei Typen", "Share between two types", 2, "assignments", share_of("mischtyp")
    ),
    "share_none": Figure(
        "Anteil nicht zuzuordnen", "Share not assignable", 2, "assignments", share_of("nicht_zuzuordnen")
    ),
    "mean_certainty": Figure(
        "Mittlere Wahrscheinlichkeit des zugeordneten Typs", "Mean probability of the assigned type", 2, "assignments",
        mean_certainty,
    ),
    "relative_entropy": Figure(
        "Trennschärfe (relative Entropie)", "Relative entropy", 2, "assignments", relative_entropy
    ),
    "log_likelihood": Figure("Log-Likelihood der Schätzung", "Log-likelihood", 1, "goals", log_likelihood),
    "naming_lowest": Figure(
        "Niedrigster Punktwert der Benennung", "Lowest naming score", 2, "naming", lowest_naming_score
    ),
    "naming_margin": Figure(
        "Abstand zur nächstbesten Benennung", "Margin to the next-best naming", 2, "naming", naming_margin
    ),
    "stability_lowest": Figure(
        "Stabilität des unsichersten Typs (Jaccard)", "Stability of the least stable type (Jaccard)", 2,
        "stability_types", smallest_stability,
    ),
    "stability_mean": Figure(
        "Anteil der Wiederholungen mit gleichem Typ", "Share of replicates with the same type", 2,
        "stability_municipalities", mean_agreement,
    ),
}  # fmt: skip


def quality_table(tables: StudyTables, typology: Typology) -> pd.DataFrame:
    """All figures that these tables can carry, columns ``QUALITY_COLUMNS``."""
    rows = [
        (name, figure.label, figure.label_en, round(value, DIGITS), figure.digits, figure.table)
        for name, figure in FIGURES.items()
        if not np.isnan(value := figure.compute(tables, typology))
    ]
    return pd.DataFrame(rows, columns=list(QUALITY_COLUMNS))


def measure_quality(
    tables: StudyTables,
    clustering: Clustering,
    goals: pd.DataFrame,
    question: Any,
    typology: Typology,
    settings: Settings,
) -> StudyTables:
    """Class profiles, number of classes, other methods, stability and the figures drawn from them."""
    tables = tables.having(classes=clustering.profiles)
    return tables.having(quality=quality_table(tables, typology))


def recompute(study: Study) -> pd.DataFrame:
    """Every stated figure beside what the tables give now: ``name, stated, recomputed, equal``."""
    tables, typology = study.tables, study.typology
    rows = []
    for row in tables.quality.itertuples():
        figure = FIGURES.get(str(row.name))
        value = figure.compute(tables, typology) if figure else float("nan")
        # The typology file and the tables hold six digits, so a sum over hundreds of rows may differ a little.
        equal = bool(abs(value - row.value) <= 1e-4 * max(1.0, abs(row.value)))
        rows.append((row.name, float(row.value), value, equal))
    return pd.DataFrame(rows, columns=["name", "stated", "recomputed", "equal"])
