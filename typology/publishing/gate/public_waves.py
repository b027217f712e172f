"""What may be published of a former survey: single municipalities by consent, counts of enough of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import WaveChange
from typology.publishing.gate.rules import Rules
from typology.tables.schema import TABLES
from typology.tables.study_tables import StudyTables

WAVE_TABLES = tuple(name for name, table in TABLES.items() if table.public and name.startswith("wave"))
OF_ANSWERS = (WaveChange.MOVED, WaveChange.CHANCE)
"""What follows from the answers of a municipality, and not from its two published types alone."""


def public_waves(tables: StudyTables, listed: pd.Index, open_: pd.Index, *, rules: Rules) -> dict[str, pd.DataFrame]:
    """The tables of a former survey as they may be published.

    They are computed from both public editions (:mod:`typology.study.waves`), so that consent in both stands behind
    them. Here the consent of today is asked once more, and counts below the minimum are left empty.

    Parameters
    ----------
    listed, open_ : keys of those that are listed, and of those whose answers are open.
    """
    found = {name: tables.get(name) for name in WAVE_TABLES if tables.is_made(name)}
    if "wave_moves" in found:
        moves = found["wave_moves"]
        moves = moves[moves["key"].isin(listed)].reset_index(drop=True)
        closed = ~moves["key"].isin(open_) & moves["change"].isin(OF_ANSWERS)
        moves["change"] = moves["change"].mask(closed, WaveChange.UNCLEAR.value)
        moves["cause"] = moves["cause"].mask(closed, "")
        inside = [column.name for column in TABLES["wave_moves"].columns if column.inside]
        found["wave_moves"] = moves.drop(columns=inside, errors="ignore")
    if "wave_types" in found:
        found["wave_types"] = found["wave_types"].drop(columns="difference", errors="ignore")
    if "wave_movement" in found:
        found["wave_movement"] = _without_few(found["wave_movement"], ("n", "moved"), ("share",), rules)
    if "wave_flows" in found:
        found["wave_flows"] = _without_few(found["wave_flows"], ("n",), (), rules)
    return found


def _without_few(
    table: pd.DataFrame, counts: tuple[str, ...], with_them: tuple[str, ...], rules: Rules
) -> pd.DataFrame:
    """A table without counts of one up to the minimum, and without what would tell them."""
    out = table.copy()
    few = np.zeros(len(table), dtype=bool)
    for name in counts:  # a count goes with all that stand behind it in the row
        few |= rules.few(table[name].to_numpy(dtype=float, na_value=0.0))
        out[name] = table[name].astype(float).mask(few)
    for name in with_them:
        out[name] = table[name].mask(few)
    return out
