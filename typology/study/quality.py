"""How good the study is: every stated number is a function of the internal tables, so it can be recomputed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.tables.figures import quality_table
from typology.tables.study_tables import StudyTables

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.degrees.comparison import Comparison
    from typology.content.catalogue import Content
    from typology.tables.settings import Settings
    from typology.types.typology import Typology

LEAST_ROWS = 100
"""Below this number of municipalities neither the reliability table nor the short form is estimated."""


def measure_quality(
    tables: StudyTables,
    clustering: Clustering,
    goals: pd.DataFrame,
    question: Any,
    typology: Typology,
    settings: Settings,
    content: Content,
    compared: Comparison | None = None,
) -> StudyTables:
    """Class profiles, number of classes, other methods, stability and the figures drawn from them.

    Where the answers speak for degrees, only how the verdict came about: how stable or clear types were is no question.
    """
    from typology.clustering.alternatives import RESAMPLES, compare_methods
    from typology.clustering.degrees.verdict import DEGREES
    from typology.clustering.residuals import N_REPLICATES, bivariate_residuals, without_worst
    from typology.clustering.selection import N_RESAMPLES, select_classes
    from typology.clustering.stability import stability
    from typology.types.certainty import reliability
    from typology.types.intervals import printed_intervals
    from typology.types.short_form import SIZES, evaluate_short_form

    seed = settings.random_state
    tried = None if settings.max_classes is None else range(1, settings.max_classes + 1)
    selected = select_classes(
        goals, tried, question=question, asked=settings.n_classes, n_replicates=settings.replicates,
        n_resamples=min(settings.resamples, N_RESAMPLES), random_state=seed,
    )  # fmt: skip
    tables = tables.having(selection=selected.table)
    if compared is not None:
        tables = tables.having(degrees=compared.table)
        if compared.verdict == DEGREES:
            return tables.having(quality=quality_table(tables, typology))
    stable = stability(clustering, goals, n_replicates=settings.resamples, random_state=seed)
    methods = compare_methods(
        goals, clustering.n_classes, question=question, n_resamples=min(settings.resamples, RESAMPLES),
        prior=clustering.prior, random_state=seed,
    )  # fmt: skip
    names = dict(typology.naming.permutation)
    shares = printed_intervals(clustering, stable, goals, question, typology.model).rename(index=names)
    order = {key: place for place, key in enumerate(typology.type_keys)}
    types = stable.types.assign(type=stable.types["type"].map(names))
    if goals.shape[1] > 1:
        pairs = bivariate_residuals(
            goals, clustering.n_classes, question=question, n_replicates=min(settings.replicates, N_REPLICATES),
            random_state=seed,
        )  # fmt: skip
        tables = tables.having(residuals=without_worst(pairs, goals, question, int(selected.table["k"].max())))
    tables = tables.having(
        types=tables.types.join(shares, on="type"),
        classes=clustering.profiles,
        stability_types=types.sort_values("type", key=lambda keys: keys.map(order), ignore_index=True),
        stability_municipalities=stable.municipalities,
        methods=methods.table,
    )
    if len(goals) >= LEAST_ROWS:
        tables = tables.having(calibration=reliability(typology, len(goals), prior=clustering.prior, random_state=seed))
        sizes = [size for size in SIZES if size < len(typology.goals)]
        if sizes:  # with two or three goals, no form is shorter
            short = evaluate_short_form(
                goals, typology, content, question=question, sizes=sizes, prior=clustering.prior, random_state=seed
            )
            tables = tables.having(short_form=short.agreement)
    return tables.having(quality=quality_table(tables, typology))
