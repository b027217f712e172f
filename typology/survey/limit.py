"""A list of goals that was asked with a limit which the codebook does not state: the answers show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.survey.blocks import Goals
from typology.survey.report import Journal
from typology.writing import Number, Said

FEWEST = 30  # rows with a goal chosen
MOST_ABOVE = 0.05  # share of rows above the limit: slips, and who ticks everything
LEAST_AT = 0.5  # share of rows that choose exactly as many as the limit


def unsaid_limit(ticked: np.ndarray) -> int:
    """The limit that the numbers of ticks show, 0 where they show none.

    Hardly anybody chooses more, at least half choose exactly so many, and it is at most half of the goals: whoever may
    tick freely does not stop where half of the others stop.

    Parameters
    ----------
    ticked : rows × goals.

    >>> three = np.tile([True] * 3 + [False] * 7, (40, 1))
    >>> unsaid_limit(three), unsaid_limit(np.eye(10, dtype=bool).repeat(4, axis=0)), unsaid_limit(three[:20])
    (3, 1, 0)
    """
    totals = ticked.sum(axis=1)
    totals = totals[totals > 0]
    if len(totals) < FEWEST:
        return 0
    limit = int(np.quantile(totals, 1 - MOST_ABOVE, method="inverted_cdf"))
    shown = (totals == limit).mean() >= LEAST_AT and 2 * limit <= ticked.shape[1]
    return limit if shown else 0


def note_unsaid_limit(question: Goals, values: pd.DataFrame, found: Journal) -> None:
    """Warn where goals to be ticked look as if only so many could be chosen, and the codebook does not say so."""
    if question.kind not in ("yes_no", "pick") or question.limit is not None:
        return
    limit = unsaid_limit((values == "ja").to_numpy(dtype=bool, na_value=False))
    if limit:
        found.warning(
            "over_limit",
            Said("survey.unsaid_limit", limit=Number(limit), n=Number(values.shape[1])),
            column=question.sources[0],
            expected=Said("survey.unsaid_limit_expected", limit=Number(limit)),
        )
