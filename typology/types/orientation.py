"""Orientation without statistics: which signature goals of the published type descriptions were chosen."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from typology.errors import Findings, ResponseError
from typology.writing import Said

if TYPE_CHECKING:
    from typology.content.catalogue import Content

ORIENTATION_COLUMNS = ("type", "signature", "chosen", "not_chosen", "n_chosen", "n_signature")


def orientation(chosen_goals: Collection[str], content: Content) -> pd.DataFrame:
    """Signature goals of each type that were chosen, types in neutral order and never ranked.

    Returns
    -------
    ``type, signature, chosen, not_chosen`` (tuples of goal keys), ``n_chosen, n_signature``.

    Raises
    ------
    ResponseError : a goal that the catalogue does not know.

    Examples
    --------
    >>> from typology.content.catalogue import load_content
    >>> orientation({"effizienz"}, load_content())["n_chosen"].tolist()
    [0, 1, 0, 0]
    """
    known = {goal.key for goal in content.goals} | {goal for item in content.types for goal in item.signature}
    unknown = sorted(set(chosen_goals) - known)
    found = Findings()
    for goal in unknown:
        found.error("ziel", Said("types.unknown_goal"), value=goal)
    found.raise_if_failed(ResponseError, "types.goals_not_in_catalogue")
    picked = set(chosen_goals)
    rows = []
    for item in content.types:
        chosen = tuple(goal for goal in item.signature if goal in picked)
        rest = tuple(goal for goal in item.signature if goal not in picked)
        rows.append((item.key, item.signature, chosen, rest, len(chosen), len(item.signature)))
    return pd.DataFrame(rows, columns=list(ORIENTATION_COLUMNS))


def orientation_of_all(goals: pd.DataFrame, content: Content) -> pd.DataFrame:
    """The orientation of every row of a goals matrix that answered anything; ``key`` and ``ORIENTATION_COLUMNS``.

    Chosen is a goal with its highest answer. Goals outside the catalogue are left aside.

    Raises
    ------
    ResponseError : the survey asks none of the signature goals.
    """
    signature = {goal for item in content.types for goal in item.signature}
    if not signature & set(goals.columns):
        raise ResponseError(Said("types.no_signature_goal"))
    asked = [goal for goal in goals if goal in signature | {goal.key for goal in content.goals}]
    answered = goals.loc[goals.notna().any(axis=1), asked]
    chosen = answered.apply(lambda column: column == column.cat.categories[-1])
    parts = [
        orientation({str(goal) for goal in chosen.columns[chosen.loc[key]]}, content).assign(key=key)
        for key in answered.index
    ]
    columns = ["key", *ORIENTATION_COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
