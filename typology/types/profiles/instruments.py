"""Which share of each type has an instrument, from the profiles of the types."""

from __future__ import annotations

import pandas as pd

from typology.content.instruments import InstrumentsFile

INSTRUMENT_COLUMNS = ("type", "item", "level", "negated", "n", "estimate", "low", "high")


def instrument_shares(type_profiles: pd.DataFrame, file: InstrumentsFile) -> pd.DataFrame:
    """Share of each type and of all that has an instrument, in the order of the file.

    Parameters
    ----------
    type_profiles : as ``profile_types`` returns them; the measure ``structure`` is read.
    file : which answer means that a municipality has the instrument.

    Returns
    -------
    ``type, item, level, negated, n, estimate, low, high``; ``negated``: ``level`` is the answer of those without it.
    Items that the survey did not ask, or asked with other answers, have no row.
    """
    parts = []
    known = type_profiles[type_profiles["measure"] == "structure"] if len(type_profiles) else pd.DataFrame()
    for item in file.instruments if len(known) else ():
        level, negated = item.level or item.without, bool(item.without)
        part = known[(known["item"] == item.key) & (known["level"] == level)].assign(negated=negated)
        if negated:
            part = part.assign(estimate=1 - part["estimate"], low=1 - part["high"], high=1 - part["low"])
        parts.append(part[list(INSTRUMENT_COLUMNS)])
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(INSTRUMENT_COLUMNS))
