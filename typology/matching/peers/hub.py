"""How evenly a list of recommendations is spread over those who are recommended."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from typology.errors import MatchingError
from typology.writing import Said

HUB_COLUMNS = ("seekers", "partners", "listings", "maximum", "never_listed", "gini", "returned")


EDGE = ["key", "partner"]


def hub_report(edges: pd.DataFrame, partners: Iterable[str] | None = None) -> pd.DataFrame:
    """One row that says how often partners are listed.

    Parameters
    ----------
    edges : one row per listing, with the columns ``key`` (who seeks) and ``partner``.
    partners : everybody who may be listed; without it, everybody who occurs in either column.

    Returns
    -------
    ``seekers, partners, listings``; ``maximum``: most listings of one partner; ``never_listed``: partners on no list;
    ``gini`` of the listings per partner (0 all alike, towards 1 all on one); ``returned``: share of listings whose
    reverse is listed too.

    Raises
    ------
    MatchingError : a column is missing, or a listing stands twice.

    Examples
    --------
    >>> hub_report(pd.DataFrame({"key": ["1", "2", "3"], "partner": ["2", "1", "1"]})).loc[0, "maximum"]
    np.int64(2)
    """
    missing = [name for name in EDGE if name not in edges.columns]
    if missing:
        present = ", ".join(map(str, edges.columns))
        raise MatchingError(Said("matching.list_lacks_column", columns=", ".join(missing), present=present))
    pairs = edges[EDGE].astype(str)
    if pairs.duplicated().any():
        row = pairs[pairs.duplicated()].iloc[0]
        raise MatchingError(Said("matching.proposal_twice", seeker=row["key"], partner=row["partner"]))
    if partners is None:
        everybody = sorted(set(pairs["key"]) | set(pairs["partner"]))
    else:
        everybody = sorted({str(key) for key in partners})
    counts = pairs["partner"].value_counts().reindex(everybody, fill_value=0).to_numpy()
    there = set(zip(pairs["key"], pairs["partner"], strict=True))
    returned = sum((b, a) in there for a, b in there)
    return pd.DataFrame(
        [
            {
                "seekers": pairs["key"].nunique(),
                "partners": len(everybody),
                "listings": len(pairs),
                "maximum": counts.max() if counts.size else 0,
                "never_listed": int((counts == 0).sum()),
                "gini": gini(counts),
                "returned": round(returned / len(pairs), 6) if len(pairs) else np.nan,
            }
        ],
        columns=list(HUB_COLUMNS),
    )


def gini(counts: np.ndarray) -> float:
    """Gini coefficient of non-negative counts: mean absolute difference over twice the mean; 0 for no listings."""
    values = np.sort(np.asarray(counts, dtype=float))
    total = values.sum()
    if not total:
        return 0.0
    n = values.size
    return round(float((2 * np.arange(1, n + 1) - n - 1) @ values / (n * total)), 6)
