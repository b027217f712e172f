"""Lists of recommendations as publishers print them: one row per seeker, one column per partner."""

from __future__ import annotations

import numpy as np
import pandas as pd


def edges_from_wide(table: pd.DataFrame, key: str, prefix: str) -> pd.DataFrame:
    """A list of recommendations from a wide table: one row per seeker, one column per partner.

    Partner columns are those whose heading is ``prefix`` and a number (``SN1, SN2 …``); other columns are not read,
    also where headings repeat. Rows without a key or a partner are skipped.

    Returns
    -------
    ``key, partner, rank`` with the rank from the heading.

    """
    heading = [str(name) for name in table.columns]
    ranks = {
        place: int(name.removeprefix(prefix))
        for place, name in enumerate(heading)
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit()
    }
    if key not in heading or not ranks:
        raise KeyError(f"{key}, {prefix}1")
    keys = table.iloc[:, heading.index(key)]
    parts = [
        pd.DataFrame({"key": keys, "partner": table.iloc[:, place], "rank": rank}) for place, rank in ranks.items()
    ]
    edges = pd.concat(parts, ignore_index=True)
    edges = edges.replace({"key": {"": np.nan}, "partner": {"": np.nan}}).dropna()
    return edges.sort_values(["key", "rank"], kind="stable", ignore_index=True)
