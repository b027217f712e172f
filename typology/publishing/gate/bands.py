"""The two size bands of public counts, Kreise apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import SizeBand

BANDS = tuple(band.value for band in SizeBand)


def size_band(municipalities: pd.DataFrame) -> pd.Series:
    """The size band of each row: below or from 25,000 inhabitants, Kreise apart, empty where unknown."""
    population = municipalities["population"].astype(float)
    band = np.where(population < 25_000, BANDS[0], BANDS[1]).astype(object)
    band[municipalities["kind"].isin(["kreis", "verband"]).to_numpy()] = BANDS[2]
    band[population.isna().to_numpy()] = ""
    return pd.Series(band, index=municipalities.index)
