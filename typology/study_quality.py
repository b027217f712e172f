"""How good the study is: every stated number is a function of the internal tables, so it can be recomputed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from typology.publishing.records import DIGITS, StudyTables

if TYPE_CHECKING:
    from typology.assignment.typology import Typology
    from typology.clustering.clustering import Clustering
    from typology.clustering.selection import Verdict
    from typology.content.catalogue import Content
    from typology.study_record import Settings, Study

LEAST_STABILITY = 0.75
"""Below this mean Jaccard index of the types the structure counts as too weak, see ``benchmarks/README.md``."""
MOST_JOBS = 2
LEAST_ROWS = 100
"""Below this number of municipalities neither the reliability table nor the short form is estimated."""
Z = 1.959964  # 97.5 % point of the normal distribution
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
    from typology.assignment.certainty import structure_too_weak

    verdict, stable = selection_verdict(tables, typology), mean_stability(tables, typology)
    if verdict is None or np.isnan(stable):
        return float("nan")
    unsupported = verdict.n_types == 1 and verdict.key != "selection_undecided"
    return float(unsupported or stable < LEAST_STABILITY or structure_too_weak(probabilities(tables)))


def method_agreement(method: str) -> Callable[[StudyTables, Typology], float]:
    """Adjusted Rand index between latent classes and another method."""

    def agreement(tables: StudyTables, _: Typology) -> float:
        table = tables.methods
        return float(table.set_index("method")[method]["latent_class"]) if method in table else float("nan")

    return agreement


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
    "structure_weak": Figure(
        "Struktur zu schwach (1 = ja, 0 = nein)", "Structure too weak (1 = yes, 0 = no)", 0, "selection",
        structure_weak,
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
    content: Content,
) -> StudyTables:
    """Class profiles, number of classes, other methods, stability and the figures drawn from them."""
    from typology.assignment.certainty import reliability
    from typology.assignment.short_form import SIZES, evaluate_short_form
    from typology.clustering.alternatives import compare_methods
    from typology.clustering.selection import select_classes
    from typology.clustering.stability import stability

    seed = settings.random_state
    selected = select_classes(
        goals, range(1, settings.max_classes + 1), question=question, n_replicates=settings.replicates,
        random_state=seed, jobs=min(os.cpu_count() or 1, MOST_JOBS),
    )  # fmt: skip
    stable = stability(clustering, goals, n_replicates=settings.resamples, random_state=seed)
    methods = compare_methods(goals, clustering.n_classes, prior=clustering.prior, random_state=seed)
    names = dict(typology.naming.permutation)
    shares = share_intervals(clustering, goals).rename(index=names)
    order = {key: place for place, key in enumerate(typology.type_keys)}
    types = stable.types.assign(type=stable.types["type"].map(names))
    tables = tables.having(
        types=tables.types.join(shares, on="type"),
        classes=clustering.profiles,
        selection=selected.table,
        stability_types=types.sort_values("type", key=lambda keys: keys.map(order), ignore_index=True),
        stability_municipalities=stable.municipalities,
        methods=methods.table,
    )
    if len(goals) >= LEAST_ROWS:
        sizes = [size for size in SIZES if size < len(typology.goals)]
        short = evaluate_short_form(
            goals, typology, content, question=question, sizes=sizes, prior=clustering.prior, random_state=seed
        )
        tables = tables.having(
            calibration=reliability(typology, len(goals), prior=clustering.prior, random_state=seed),
            short_form=short.agreement,
        )
    return tables.having(quality=quality_table(tables, typology))


def share_intervals(clustering: Clustering, goals: pd.DataFrame) -> pd.DataFrame:
    """95 % intervals of the class shares (``low``, ``high``, index: group) from sandwich standard errors."""
    from typology.clustering.em import design_of_codes
    from typology.clustering.patterns import collapse
    from typology.clustering.standard_errors import standard_errors

    patterns = collapse(goals)
    used = patterns.answered & (patterns.weights > 0)
    design = design_of_codes(patterns.codes[used], patterns.n_categories)
    errors = standard_errors(design, patterns.weights[used], clustering.state(), prior=clustering.prior)[:, 0]
    half = Z * errors
    shares = clustering.shares.to_numpy()
    return pd.DataFrame(
        {"low": np.maximum(shares - half, 0.0), "high": np.minimum(shares + half, 1.0)}, index=clustering.shares.index
    )


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
