"""Ranks that respondents gave to the options of a question, one column per option."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

SEVERAL = 0.5  # share of the respondents that must have ranked more than one option


def are_ranks(cells: pd.DataFrame, skip: Collection[str] = ()) -> bool:
    """Whether everybody gave the ranks 1, 2, 3 … to some of the options, each rank once.

    Ratings repeat a step or leave one out for somebody; ranks never do.

    >>> are_ranks(pd.DataFrame({"a": ["1", "2", ""], "b": ["2", "", "1"], "c": ["", "1", "2"]}))
    True
    """
    texts = cells.apply(lambda column: column.str.strip())
    texts = texts.where(~texts.isin(list(skip)), "")
    numbers = texts.apply(lambda column: pd.to_numeric(column.where(column.str.fullmatch(r"\d{1,2}"))))
    if cells.shape[1] < 3 or ((texts != "") & numbers.isna()).to_numpy().any():
        return False
    given = numbers.notna().sum(axis=1)
    ranked = given > 0
    whole = numbers.sum(axis=1) == given * (given + 1) / 2
    return bool(
        ranked.any()
        and (given[ranked] > 1).mean() > SEVERAL
        and (numbers.max(axis=1) == given)[ranked].all()
        and whole[ranked].all()
        and (numbers.nunique(axis=1) == given)[ranked].all()
    )
