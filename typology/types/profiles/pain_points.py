"""How many municipalities report a pain point: shares by size class and by type, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, NOT_ASSIGNED, Grouping, PainState, membership_types
from typology.types.intervals import wilson_interval

LEVELS = tuple(state.value for state in PainState)
SHARE_COLUMNS = ("grouping", "group", "item", "level", "n", "count", "estimate", "low", "high")


def pain_shares(
    pain_points: pd.DataFrame, assignments: pd.DataFrame, municipalities: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Shares of each state of each pain point, for all, by size class and by type.

    Parameters
    ----------
    pain_points : index ``key``, values ``aktuell``, ``geloest``, ``nie`` or "" (no answer).
    assignments : column ``type``, index ``key``.
    municipalities : column ``size_class``, index ``key``; municipalities and Kreise have classes of their own.

    Returns
    -------
    Table ``SHARE_COLUMNS``. ``grouping``: ``alle``, ``groessenklasse`` or ``typ``. ``n`` counts answers to the item in
    the group, ``count`` those with this state, ``estimate`` = count / n with Wilson's interval (model uncertainty, no
    projection); missing without any answer. Every type and size class that occurs has its rows.
    """
    keys = pain_points.index
    sizes = (
        municipalities["size_class"].reindex(keys).fillna("").astype(str) if "size_class" in municipalities else None
    )
    types = assignments["type"].reindex(keys).fillna("").astype(str).replace("", NOT_ASSIGNED)
    groups: list[tuple[str, str, pd.Index]] = [(ALL, ALL, keys)]
    if sizes is not None:
        groups += [(Grouping.SIZE_CLASS.value, name, keys[sizes == name]) for name in sorted(set(sizes) - {""})]
    groups += [(Grouping.TYPE.value, name, keys[types == name]) for name in _types(assignments, types)]
    rows = []
    for grouping, group, members in groups:
        for item in pain_points:
            answers = pain_points.loc[members, item].astype(object)
            n = int(answers.isin(LEVELS).sum())
            for level in LEVELS:
                count = int((answers == level).sum())
                low, high = wilson_interval(count, n, confidence)
                rows.append((grouping, group, str(item), level, n, count, count / n if n else np.nan, low, high))
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))


def _types(assignments: pd.DataFrame, types: pd.Series) -> list[str]:
    """The types in the neutral order of the model, then whoever has none."""
    named = membership_types(assignments.columns)
    found = set(types)
    return [name for name in [*named, *sorted(found - set(named) - {NOT_ASSIGNED}), NOT_ASSIGNED] if name in found]
