"""The figures of a study's quality record, each a function of the internal tables, so that it can be recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.clustering.engine.question import ANSWERS
from typology.clustering.selection import spread_of_ticks
from typology.content.vocabulary import NOT_ASSIGNED, TypeStatus, memberships
from typology.survey.weighting import design_effect
from typology.tables.package import DIGITS
from typology.tables.study_tables import StudyTables
from typology.types.certainty import mean_certainty, relative_entropy
from typology.types.profiles.weighted import largest_change

if TYPE_CHECKING:
    from typology.clustering.degrees.comparison import Comparison
    from typology.clustering.selection import Verdict
    from typology.types.typology import Typology

LEAST_STABILITY = 0.75
"""Below this mean Jaccard index of the types the structure counts as too weak, see ``benchmarks/README.md``."""


Compute = Callable[[StudyTables, "Typology"], float]
QUALITY_COLUMNS = ("name", "label", "label_en", "value", "digits", "table")


@dataclass(frozen=True)
class Figure:
    """One quality number: how it is printed, from which table, and how it is computed."""

    label: str
    label_en: str
    digits: int
    table: str
    compute: Compute


def probabilities(tables: StudyTables) -> pd.DataFrame:
    """Membership probabilities of everybody who answered at least one goal."""
    answered = tables.assignments["answered"].astype(float) > 0
    return memberships(tables.assignments.loc[answered])


def share_of(status: str) -> Compute:
    """Share of municipalities with that status."""
    return lambda tables, _: float((tables.assignments["status"] == status).mean())


def estimation_goals(tables: StudyTables, typology: Typology) -> pd.DataFrame:
    """The goals of those who took part in the estimation: not flagged, at least one answer."""
    goals = tables.goals[list(typology.goal_keys)]
    flagged = set(tables.flags["key"]) if "key" in tables.flags else set()
    return goals[~goals.index.isin(flagged) & (goals != "").any(axis=1)]


def first(table: str, column: str) -> Compute:
    """The figure that the first row of a table holds."""
    return lambda tables, _: float(tables.get(table)[column].iloc[0]) if len(tables.get(table)) else float("nan")


def least(table: str, column: str) -> Compute:
    """The smallest value in a column."""
    return lambda tables, _: float(tables.get(table)[column].min()) if len(tables.get(table)) else float("nan")


def mean(table: str, column: str) -> Compute:
    """The mean of a column."""
    return lambda tables, _: float(tables.get(table)[column].mean()) if len(tables.get(table)) else float("nan")


def log_likelihood(tables: StudyTables, typology: Typology) -> float:
    """Log-likelihood of the answers used for the estimation, from the frozen typology and the goals."""
    return typology.model.log_likelihood(_estimation_codes(tables, typology))


def log_likelihood_maximum(tables: StudyTables, typology: Typology) -> float:
    """The same where the likelihood is largest, uphill from the typology without its prior."""
    from typology.clustering.engine.maximum import maximum_log_likelihood

    sizes = [len(goal.answers) for goal in typology.goals]
    return maximum_log_likelihood(typology.model, _estimation_codes(tables, typology), sizes)


def _estimation_codes(tables: StudyTables, typology: Typology) -> np.ndarray:
    """Numbers of the answers used for the estimation."""
    goals = estimation_goals(tables, typology)
    return np.column_stack(
        [
            pd.Index(goal.answers, dtype=object).get_indexer(pd.Index(goals[goal.key].astype(object)))
            for goal in typology.goals
        ]
    )


def selection_verdict(tables: StudyTables, typology: Typology) -> Verdict | None:
    """What the criteria in the table of class numbers say; None without such a table."""
    from typology.clustering.selection import verdict_of

    if not len(tables.selection):
        return None
    return verdict_of(tables.selection, len(typology.types), kind=typology.question.kind)


def compared_models(tables: StudyTables, typology: Typology) -> Comparison | None:
    """What the table of classes and graded models says; None without such a table."""
    from typology.clustering.degrees.comparison import Comparison

    return Comparison.of(tables.degrees, typology.question.kind) if len(tables.degrees) else None


def number_verdict(tables: StudyTables, typology: Typology) -> Verdict | None:
    """What the criteria say of the number of types; None where the answers speak for degrees: there is no number."""
    from typology.clustering.degrees.verdict import DEGREES

    compared = compared_models(tables, typology)
    if compared is not None and compared.verdict == DEGREES:
        return None
    return selection_verdict(tables, typology)


def supported_types(tables: StudyTables, typology: Typology) -> float:
    """How many types the criteria support."""
    verdict = number_verdict(tables, typology)
    return float("nan") if verdict is None else float(verdict.n_types)


def types_p_value(tables: StudyTables, typology: Typology) -> float:
    """p-value of two types against none."""
    verdict = number_verdict(tables, typology)
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


def weighted(compute: Callable[[pd.Series], float]) -> Compute:
    """A figure of the weights of those who have one."""
    return lambda tables, _: compute(tables.weights["weight"].dropna()) if len(tables.weights) else float("nan")


def effective_n(weights: pd.Series) -> float:
    """How many unweighted answers are as precise as the weighted ones."""
    return len(weights) / design_effect(weights)


def weighted_change(tables: StudyTables, _: Typology) -> float:
    """The largest change of a type's share under weights."""
    return largest_change(probabilities(tables), tables.weights["weight"]) if len(tables.weights) else float("nan")


def unrepresented(tables: StudyTables, typology: Typology) -> float:
    """Share of the register's bodies in categories without respondents, to whole percent; none where there is none."""
    share = first("weight_margins", "unrepresented")(tables, typology)
    return round(share, 2) if share > 0 else float("nan")


def tick_figure(name: str) -> Compute:
    """How many goals are ticked (``mean``), how that varies (``sd``), and would with independent goals."""

    def figure(tables: StudyTables, typology: Typology) -> float:
        goals = estimation_goals(tables, typology)
        if typology.question.kind == "rating" or not len(goals):
            return float("nan")
        return spread_of_ticks(goals.eq(ANSWERS[1]).to_numpy(), goals.ne("").to_numpy())[name]

    return figure


def method_agreement(method: str) -> Compute:
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
        lambda tables, _: mean_certainty(probabilities(tables)),
    ),
    "relative_entropy": Figure(
        "Trennschärfe (relative Entropie)", "Relative entropy", 2, "assignments",
        lambda tables, _: relative_entropy(probabilities(tables)),
    ),
    "log_likelihood": Figure(
        "Log-Likelihood der Schätzung mit Prior", "Log-likelihood of the estimate with prior", 1, "goals",
        log_likelihood,
    ),
    "log_likelihood_maximum": Figure(
        "Größte Log-Likelihood ohne Prior, von dieser Lösung aus",
        "Largest log-likelihood without prior, from this solution on", 1, "goals", log_likelihood_maximum,
    ),
    "naming_lowest": Figure(
        "Niedrigster Punktwert der Benennung", "Lowest naming score", 2, "naming", least("naming", "score")
    ),
    "naming_margin": Figure(
        "Abstand zur nächstbesten Benennung", "Margin to the next-best naming", 2, "naming", first("naming", "margin")
    ),
    "stability_lowest": Figure(
        "Stabilität des unsichersten Typs (Jaccard)", "Stability of the least stable type (Jaccard)", 2,
        "stability_types", least("stability_types", "jaccard"),
    ),
    "stability_mean": Figure(
        "Anteil der Wiederholungen mit gleichem Typ", "Share of replicates with the same type", 2,
        "stability_municipalities", mean("stability_municipalities", "agreement"),
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
        weighted(design_effect),
    ),
    "effective_n": Figure(
        "Antworten, die ungewichtet so genau wären wie gewichtet", "Unweighted answers as precise as the weighted ones",
        0, "weights", weighted(effective_n),
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


OF_TYPES = frozenset(FIGURES) - {
    "ticks_mean", "ticks_sd", "ticks_expected_sd", "design_effect", "effective_n", "unrepresented",
}  # fmt: skip
"""Figures that say something of types; where the answers speak for degrees, they are not stated."""


def quality_table(tables: StudyTables, typology: Typology) -> pd.DataFrame:
    """All figures that these tables can carry, columns ``QUALITY_COLUMNS``."""
    rows = [
        (name, figure.label, figure.label_en, round(value, DIGITS), figure.digits, figure.table)
        for name, figure in FIGURES.items()
        if not (name in OF_TYPES and tables.is_made("leanings"))
        if not np.isnan(value := figure.compute(tables, typology))
    ]
    return pd.DataFrame(rows, columns=list(QUALITY_COLUMNS))


def recompute(tables: StudyTables, typology: Typology) -> pd.DataFrame:
    """Every stated figure beside what the tables give now: ``name, stated, recomputed, equal``."""
    rows = []
    for row in tables.quality.itertuples():
        figure = FIGURES.get(str(row.name))
        value = figure.compute(tables, typology) if figure else float("nan")
        # The typology file and the tables hold six digits, so a sum over hundreds of rows may differ a little.
        equal = bool(abs(value - row.value) <= 1e-4 * max(1.0, abs(row.value)))
        rows.append((row.name, float(row.value), value, equal))
    return pd.DataFrame(rows, columns=["name", "stated", "recomputed", "equal"])
