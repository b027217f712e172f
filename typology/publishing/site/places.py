"""What the register knows of every body, as a small script file beside the names: inhabitants, area, coordinates."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from typology.publishing.site.search import base36, in_order

#: Parts of a degree that are kept: a thousandth is about a hundred metres.
SCALE = 1000
FACTS = ("population", "area_km2", "longitude", "latitude")


def places_data(table: pd.DataFrame) -> dict[str, object]:
    """The facts of all bodies in the order of :func:`register_data`; ``assets/near.js`` unpacks them.

    One number a body in base 36, nothing where the register knows none: inhabitants, tenths of a square kilometre, and
    of the coordinates in thousandths of a degree the difference to the body before.

    Parameters
    ----------
    table : as :func:`typology.publishing.site.search.register_table` returns it.

    Examples
    --------
    >>> from typology.publishing.site.search import register_table
    >>> rows = pd.DataFrame({"key": ["90101001", "90101002"], "name": ["Au", "Ohl"], "longitude": [10.0, 10.02]})
    >>> table = register_table(rows.assign(kind_label="Stadt", kreis_name="N", land_name="L", listed=False))
    >>> places_data(table)["longitude"]
    '7ps,k'
    """
    rows = in_order(table)
    return {
        "scale": SCALE,
        "population": packed(rows["population"]),
        "area": packed(rows["area_km2"] * 10),
        "longitude": packed(rows["longitude"] * SCALE, differences=True),
        "latitude": packed(rows["latitude"] * SCALE, differences=True),
    }


def packed(values: Iterable[float], *, differences: bool = False) -> str:
    """Numbers rounded to whole ones, in base 36, with commas between them; nothing stands for an unknown one."""
    texts, last = [], 0
    for value in values:
        if pd.isna(value):
            texts.append("")
            continue
        number = round(value)
        texts.append(base36(number - last if differences else number))
        last = number
    return ",".join(texts) if any(texts) else ""
