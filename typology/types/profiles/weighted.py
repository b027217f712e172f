"""How shares and means change when the respondents are weighted to a register: a reading beside the results.

Types are estimated without weights, so nothing here moves a type or an assignment. Both columns speak of the same
respondents, those with a weight and an answer; the difference is what their composition does, and no projection.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

WEIGHTED_COLUMNS = ("measure", "item", "n", "unweighted", "weighted", "difference")
TYPE = "type"


def weighted_shares(
    weights: pd.Series, probabilities: pd.DataFrame, answers: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Shares of the types and means of the answers without and with weights.

    Parameters
    ----------
    weights : one per respondent, missing for whoever has none.
    probabilities : key × type, membership probabilities; a row of NaN takes no part.
    answers : measure → key × item, numbers (0 and 1 for a share), NaN where there is no answer.

    Returns
    -------
    ``measure`` (``type`` or the given name), ``item``, ``n`` (respondents with both), ``unweighted``, ``weighted``,
    ``difference`` = weighted − unweighted.

    >>> weights = pd.Series([0.5, 1.5], index=["a", "b"])
    >>> types = pd.DataFrame({"x": [1.0, 0.0], "y": [0.0, 1.0]}, index=["a", "b"])
    >>> weighted_shares(weights, types, {})[["item", "unweighted", "weighted"]].values.tolist()
    [['x', 0.5, 0.25], ['y', 0.5, 0.75]]
    """
    rows = []
    for measure, table in {TYPE: probabilities, **answers}.items():
        for item in table.columns:
            values = table[item].reindex(weights.index).to_numpy(float, na_value=np.nan)
            used = ~np.isnan(values) & weights.notna().to_numpy()
            if used.any():
                plain = float(values[used].mean())
                weighted = float(np.average(values[used], weights=weights.to_numpy(float)[used]))
                rows.append((measure, str(item), int(used.sum()), plain, weighted, weighted - plain))
    return pd.DataFrame(rows, columns=list(WEIGHTED_COLUMNS))


def largest_change(memberships: pd.DataFrame, weights: pd.Series) -> float:
    """The largest change of a type's share under weights, to whole percent: a single weight must not show.

    Parameters
    ----------
    memberships : key × type. weights : by key, missing for whoever has none.
    """
    weights = weights.reindex(memberships.index)
    known, weights = memberships[weights.notna()], weights.dropna()
    change = (known.multiply(weights, axis=0).sum() / weights.sum() - known.mean()).abs().max()
    return round(float(change), 2)
