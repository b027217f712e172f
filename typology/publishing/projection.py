"""Places on a flat map: where longitude and latitude lie in kilometres, the same for every map that is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd

KM_PER_DEGREE = 111.2
COORDINATES = ("longitude", "latitude")


def projected(places: pd.DataFrame) -> pd.DataFrame:
    """Columns ``x`` (eastward) and ``y`` (southward) in kilometres from the north-western corner of the places.

    Degrees of longitude are as long as in the middle of the map (equirectangular); a country of the size of Germany
    is up to a tenth too wide in its north and too narrow in its south.

    Parameters
    ----------
    places : ``longitude`` and ``latitude`` in degrees (WGS 84); rows that lack one are left out.

    Examples
    --------
    >>> places = pd.DataFrame({"longitude": [7.0, 8.0], "latitude": [51.0, 52.0]}, index=["a", "b"])
    >>> projected(places).round(1)
          x      y
    a   0.0  111.2
    b  69.2    0.0
    """
    known = places.reindex(columns=list(COORDINATES)).apply(pd.to_numeric, errors="coerce").dropna()
    north = known["latitude"]
    middle = float(north.min() + north.max()) / 2 if len(known) else 0.0
    x = known["longitude"] * KM_PER_DEGREE * np.cos(np.radians(middle))
    y = -north * KM_PER_DEGREE
    return pd.DataFrame({"x": x - x.min(), "y": y - y.min()})
