"""The figures of a study's quality record, each a function of the internal tables, so that it can be recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.clustering.engine.question import ANSWERS
from typology.content.vocabulary import NOT_ASSIGNED, TypeStatus
from typology.tables.package import StudyTables

if TYPE_CHECKING:
    from typology.clustering.selection import Verdict
    from typology.types.typology import Typology

LEAST_STABILITY = 0.75
"""Below this mean Jaccard index of the types the structure counts as too weak, see ``benchmarks/README.md``."""


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


def estimation_goals(tables: StudyTables, typology: Typology) -> pd.DataFrame:
    """The goals of those who took part in the estimation: not flagged, at least one answer."""
    goals = tables.goals[list(typology.goal_keys)]
    flagged = set(tables.flags["key"]) if "key" in tables.flags else set()
    return goals[~goals.index.isin(flagged) & (goals != "").any(axis=1)]


def log_likelihood(tables: StudyTables, typology: Typology) -> float:
    """Log-likelihood of the answers used for the estimation, from the frozen typology and the goals."""
    from typology.types.likelihood import log_likelihood as likelihood_of

    goals = estimation_goals(tables, typology)
    codes = np.column_stack(
        [
            pd.Index(goal.answers, dtype=object).get_indexer(pd.Index(goals[goal.key].astype(object)))
            for goal in typology.goals
        ]
    )
    return likelihood_of(typology, codes)


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


def selection_verdict(tables: StudyTables, typology: Typology) -> Verdict | None:
    """What the criteria in the table of class numbers say; None without such a table."""
    from typology.clustering.selection import verdict_of

    if not len(tables.selection):
        return None
    return verdict_of(tables.selection, len(typology.types), kind=typology.question.kind)


def supported_types(tables: StudyTables, typology: Typology) -> float:
    """How many types the criteria support."""
    verdict = selection_verdict(tables, typology)
    return float("nan") if verdict is None else float(verdict.n_types)


def types_p_value(tables: StudyTables, typology: Typology) -> float:
    """p-value of two types against none."""
    verdict = selection_verdict(tables, typology)
    return float("nan") if verdict is None else verdict.p_value


def mean_stability(tables: StudyTables, _: Typology) -> float:
    """Mean Jaccard index of the types, weighted by their shares."""
    table = tables.stability_types
    return float((table["jaccard"] * table["share"]).sum() / table["share"].sum()) if len(table) else float("nan")


def structure_weak(tables: StudyTables, typology: Typology) -> float:
    """1 where no criterion supports types, or they are too unstable or too blurred for honest probabilities, else 0."""
    from typology.types.certainty import structure_too_weak

    verdict, stable = selection_verdict(tables, typology), mean_stability(tables, typology)
    if verdict is None or np.isnan(stable):
        return float("nan")
    unsupported = verdict.n_types == 1 and verdict.key != "selection_undecided"
    return float(unsupported or stable < LEAST_STABILITY or structure_too_weak(probabilities(tables)))


def design_effect(tables: StudyTables, _: Typology) -> float:
    """What weighting to the register costs: n·Σw² / (Σw)² (Kish 1965)."""
    if not len(tables.weights):
        return float("nan")
    weights = tables.weights["weight"].dropna()
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def effective_n(tables: StudyTables, typology: Typology) -> float:
    """How many unweighted answers are as precise as the weighted ones."""
    if not len(tables.weights):
        return float("nan")
    return float(tables.weights["weight"].notna().sum()) / design_effect(tables, typology)


def weighted_change(tables: StudyTables, _: Typology) -> float:
    """The largest change of a type's share under weights, to whole percent: a single weight must not show."""
    if not len(tables.weights):
        return float("nan")
    p = probabilities(tables)
    weights = tables.weights["weight"].reindex(p.index)
    p, weights = p[weights.notna()], weights.dropna()
    change = (p.multiply(weights, axis=0).sum() / weights.sum() - p.mean()).abs().max()
    return round(float(change), 2)


def unrepresented(tables: StudyTables, _: Typology) -> float:
    """Share of the register's bodies in categories without respondents, to whole percent; none where there is none."""
    share = float(tables.weight_margins["unrepresented"].iloc[0]) if len(tables.weight_margins) else 0.0
    return round(share, 2) if share > 0 else float("nan")


def tick_figure(name: str) -> Callable[[StudyTables, Typology], float]:
    """How many goals are ticked (``mean``), how that varies (``sd``), and would with independent goals."""

    def figure(tables: StudyTables, typology: Typology) -> float:
        goals = estimation_goals(tables, typology)
        if typology.question.kind == "rating" or not len(goals):
            return float("nan")
        ticks = goals.eq(ANSWERS[1])
        rates = ticks.sum() / goals.ne("").sum().clip(lower=1)
        values = {
            "mean": ticks.sum(axis=1).mean(),
            "sd": ticks.sum(axis=1).std(ddof=0),
            "expected_sd": np.sqrt((rates * (1 - rates)).sum()),
        }
        return float(values[name])

    return figure


def method_agreement(method: str) -> Callable[[StudyTables, Typology], float]:
    """Adjusted Rand index between latent classes and another method."""

    def agreement(tables: StudyTables, _: Typology) -> float:
        table = tables.methods
        return float(table.set_index("method")[method]["latent_class"]) if method in table else float("nan")

    return agreement


FIGURES: dict[str, Figure] = {
    "ticks_mean": Figure("Gewählte Ziele je Kommune, Mittel", "Goals chosen, mean", 2, "goals", tick_figure("mean")),
    "ticks_sd": Figure(
        "Gewählte Ziele je Kommune, Streuung", "Goals chosen, standard deviation", 2, "goals", tick_figure("sd")
    ),
    "ticks_expected_sd": Figure(
        "Streuung, wenn die Ziele unabhängig gewählt würden", "Standard deviation if goals were chosen independently",
        2, "goals", tick_figure("expected_sd"),
    ),
    "share_clear": Figure(
        "Anteil klar zugeordnet", "Share assigned clearly", 2, "assignments", share_of(TypeStatus.CLEAR)
    ),
    "share_mixed": Figure(
        "Anteil zwischen zwei Typen", "Share between two types", 2, "assignments", share_of(TypeStatus.MIXED)
    ),
    "share_none": Figure(
        "Anteil nicht zuzuordnen", "Share not assignable", 2, "assignments", share_of(NOT_ASSIGNED)
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
    "stability_types": Figure(
        "Stabilität der Typen im Mittel (Jaccard)", "Mean stability of the types (Jaccard)", 2, "stability_types",
        mean_stability,
    ),
    "types_supported": Figure(
        "Zahl der Typen, für die es Evidenz gibt", "Number of types with evidence", 0, "selection", supported_types
    ),
    "types_p_value": Figure(
        "Test gegen Antworten ohne Typen (p)", "Test against answers without types (p)", 3, "selection", types_p_value
    ),
    "methods_kmeans": Figure(
        "Übereinstimmung mit k-Means (bereinigter Rand-Index)", "Agreement with k-means (adjusted Rand index)", 2,
        "methods", method_agreement("kmeans"),
    ),
    "methods_mca_ward": Figure(
        "Übereinstimmung mit Korrespondenzanalyse und Ward (bereinigter Rand-Index)",
        "Agreement with correspondence analysis and Ward (adjusted Rand index)", 2, "methods",
        method_agreement("mca_ward"),
    ),
    "design_effect": Figure(
        "Designeffekt der Gewichtung auf das Register", "Design effect of weighting to the register", 2, "weights",
        design_effect,
    ),
    "effective_n": Figure(
        "Antworten, die ungewichtet so genau wären wie gewichtet", "Unweighted answers as precise as the weighted ones",
        0, "weights", effective_n,
    ),
    "weighted_change": Figure(
        "Größte Änderung eines Typanteils durch die Gewichtung", "Largest change of a type's share under weights", 2,
        "weights", weighted_change,
    ),
    "unrepresented": Figure(
        "Anteil der Kommunen des Registers in Kategorien ohne Antwort",
        "Share of the register's bodies in categories without respondents", 2, "weight_margins", unrepresented,
    ),
    "structure_weak": Figure(
        "Struktur zu schwach (1 = ja, 0 = nein)", "Structure too weak (1 = yes, 0 = no)", 0, "selection",
        structure_weak,
    ),
}  # fmt: skip
