"""How people answer outside of demonstrations: gaps, refusals, empty copies, and answers that stay closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.simulation.answers import CONSENT, consent_columns

REFUSED = "va"  # "verweigert" as the export writes it
BLOCKS = ("stand", "wichtig", "pain_point", "structure")
SINGLE_SHARE = 0.06  # of the answers, beside those that are missing in every world
BLOCK_SHARE = 0.07  # of the bodies, for each of the blocks
REFUSED_SHARE, REFUSED_BLOCK_SHARE = 0.01, 0.02
EMPTY_SHARE = 0.5  # of those who name no goal: they answer nothing else either
CLOSED_SHARE = 1 / 3  # of all
UNLISTED_SHARE = 0.5  # of the closed: they gave no consent at all


def with_gaps(answers: pd.DataFrame, goals: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The answers as nationwide respondents leave them: single ones and whole blocks missing or refused.

    Parameters
    ----------
    answers : columns ``<role>.<item>``, index ``key``, as ``simulate_answers`` gives them.
    goals : the goals of the same bodies, ``ja`` where one is ticked.

    Returns
    -------
    DataFrame like ``answers``; exactly a third of the bodies keeps its answers closed.
    """
    result = answers.copy()
    n = len(result)
    # Who does not know FIM, or has no strategy, was not asked on: nothing to refuse there.
    asked = (answers != "").to_numpy()
    for role in BLOCKS:
        places = np.flatnonzero(result.columns.str.startswith(f"{role}."))
        shape = (n, len(places))
        gone = (rng.random(shape) < SINGLE_SHARE) | (rng.random((n, 1)) < BLOCK_SHARE)
        refused = (rng.random(shape) < REFUSED_SHARE) | (rng.random((n, 1)) < REFUSED_BLOCK_SHARE)
        refused &= asked[:, places]
        block = result.iloc[:, places].to_numpy(dtype=object)
        result.iloc[:, places] = np.where(refused, REFUSED, np.where(gone, "", block))
    silent = rng.permutation(np.flatnonzero(~(goals == "ja").any(axis=1)))
    empty = silent[: max(1, round(EMPTY_SHARE * len(silent)))]
    kept = result.columns.str.startswith(("consent.", "mailbox."))
    result.iloc[empty, np.flatnonzero(~kept)] = ""
    return result.assign(**_consent(result.index, rng).set_index(result.index))


def _consent(keys: pd.Index, rng: np.random.Generator) -> pd.DataFrame:
    """A third with closed answers: half of them not even listed. The others are listed and open."""
    n = len(keys)
    order, closed = rng.permutation(n), round(CLOSED_SHARE * n)
    listed = order >= round(UNLISTED_SHARE * closed)
    wishes = {purpose: listed & (rng.random(n) < CONSENT[purpose]) for purpose in ("partner", "contact")}
    return consent_columns(keys, {"listed": listed, "answers": order >= closed, **wishes}, rng)
