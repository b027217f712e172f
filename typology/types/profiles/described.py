"""What else distinguishes the types, in one step: other answers by type, corrected for wrong assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.types.profiles.bch import describe_types, refit_replicates
from typology.types.profiles.corrected import correctable

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.types.typology import Typology


def compare_types(
    answers: pd.DataFrame,
    goals: pd.DataFrame,
    clustering: Clustering,
    typology: Typology,
    *,
    n_replicates: int = 200,
    random_state: int = 0,
) -> pd.DataFrame:
    """Means and shares of other answers by type, corrected for wrong assignment (BCH).

    Taking the most probable type at face value mixes the types. Where they overlap too much for a correction, exactly
    that is returned, without intervals, and ``corrected`` says so.

    Parameters
    ----------
    answers : index as ``goals``; numeric columns give means, categorical ones a share per level. In columns of
        ``goals`` a municipality counts by its probabilities, as they made the types.
    goals : the table that was clustered, index ``key``.
    clustering, typology : the groups of ``goals`` and their names, see :func:`typology.name_types`.
    n_replicates : resampled surveys for standard error and interval; 0 leaves both missing.

    Returns
    -------
    Long table ``type, item, level`` ("" for means), ``n`` (municipalities of the type that answered), ``naive`` (most
    probable type at face value), ``estimate, se, low, high`` (in the unit of the answers; 95 %, model uncertainty and
    no projection), ``corrected`` (bool, the same in all rows).

    Raises
    ------
    EstimationError : the keys of ``answers`` and ``goals`` differ.

    Notes
    -----
    Bolck, Croon and Hagenaars (2004), Political Analysis 12:3-27; Vermunt (2010), Political Analysis 18:450-469.

    Examples
    --------
    >>> goals = typology.goals_matrix(survey)
    >>> groups = typology.cluster(goals, 2, question=typology.goal_question(survey), n_init=10)
    >>> named = typology.name_types(groups, survey.content, survey=survey)
    >>> table = typology.compare_types(survey.block("stand"), goals, groups, named, n_replicates=0)
    >>> table["level"].unique().tolist(), bool(table["estimate"].between(1, 5).all())
    ([''], True)
    """
    posteriors = clustering.memberships.loc[goals.index].rename(columns=typology.naming.permutation)
    if correctable(posteriors.dropna()):
        replicates = (
            refit_replicates(goals, clustering, n_replicates=n_replicates, random_state=random_state)
            if n_replicates
            else ()
        )
        # A field may have the name of a goal; only the goal's own answers made the types.
        made = {str(name) for name in answers if name in goals and answers[name].equals(goals[name])}
        return describe_types(answers, posteriors, replicates=replicates, indicators=made).assign(corrected=True)
    modal = posteriors.eq(posteriors.max(axis=1), axis=0).astype(float).where(posteriors.notna())
    return describe_types(answers, modal.loc[:, modal.sum() > 0]).assign(corrected=False)
