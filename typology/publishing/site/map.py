"""The map: all places of the register as one pale shape of cells, and where each of them lies on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from typology.publishing.projection import projected

#: Cells along the longer side of the map.
CELLS = 200
#: A place covers the cells within this many times the radius of a circle of its area.
REACH = 1.3
NEIGHBOURS = 12
FEWEST = 3
MARGIN = 4


@dataclass(frozen=True)
class CountryMap:
    """A drawn register: ``width`` and ``height`` in cells, the ``shape`` as an SVG path, and every place on it.

    ``points``: index ``key``, columns ``x`` and ``y`` in cells from the upper left corner.
    """

    width: int
    height: int
    shape: str
    points: pd.DataFrame

    def at(self, key: str) -> tuple[float, float] | None:
        """Where a body lies, None if the register does not know."""
        return self._places.get(key)

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        columns = (self.points[side].tolist() for side in ("x", "y"))
        return {str(key): (round(x, 1), round(y, 1)) for key, x, y in zip(self.points.index, *columns, strict=True)}

    def svg(self) -> str:
        """The shape as a file of its own, which every page shows below its marks; one grey for light and dark."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}">{self.ground()}</svg>\n'
        )

    def ground(self) -> str:
        """The shape alone, for the page of the map, from which it can be saved as one picture."""
        return "<path " + " ".join(f'{name}="{value}"' for name, value in self.attributes.items()) + "/>"

    @property
    def attributes(self) -> dict[str, str]:
        """Line and colour of the shape, as SVG names them; ``assets/ground.js`` has them for drawings to take away.

        The lines overlap, and only all together are pale: on paper none would stand apart from the next.
        """
        return {"stroke": "#8996a2", "opacity": ".3", "stroke-width": "1.3", "d": self.shape}


def draw_map(table: pd.DataFrame) -> CountryMap | None:
    """The map of a register, from coordinates and areas; None where fewer than three places have coordinates.

    Parameters
    ----------
    table : as :func:`typology.publishing.site.search.register_table` returns it, degrees in WGS 84.

    Examples
    --------
    >>> from typology.publishing.site.search import register_table
    >>> rows = pd.DataFrame({"key": ["90101001", "90101002", "90101003"], "name": ["Au", "Ohl", "Zell"]})
    >>> rows = rows.assign(kind_label="Stadt", kreis_name="N", land_name="L", listed=False, area_km2=400.0)
    >>> drawn = draw_map(register_table(rows.assign(longitude=[10.0, 10.1, 10.0], latitude=[50.0, 50.0, 50.2])))
    >>> drawn.at("90101001")[1] > drawn.at("90101003")[1], drawn.at("90101009")
    (True, None)
    """
    from scipy.ndimage import binary_closing, binary_fill_holes
    from scipy.spatial import cKDTree

    located = table[table["longitude"].notna() & table["latitude"].notna()].set_index("key")
    places = located[~located["kind"].isin(["kreis", "verband"])]
    if len(places) < FEWEST:
        return None
    flat = projected(located)
    inside = flat.index.isin(places.index)
    corner = flat[inside].min()
    cell = (float((flat[inside].max() - corner).max()) or 1.0) / (CELLS - 2 * MARGIN)
    points = (flat - corner) / cell + MARGIN
    own = points[inside]
    width, height = (int(np.ceil(own[side].max())) + MARGIN for side in ("x", "y"))
    area = places["area_km2"].where(places["area_km2"] > 0, 0.0).to_numpy(dtype=float)
    radius = np.maximum(REACH * np.sqrt(np.nan_to_num(area) / np.pi) / cell, 0.75)
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    centres = np.column_stack([columns.ravel(), rows.ravel()])
    distance, nearest = cKDTree(own.to_numpy()).query(centres, k=min(NEIGHBOURS, len(own)))
    covered = (distance <= radius[nearest]).any(axis=1).reshape(height, width)
    filled = binary_fill_holes(binary_closing(np.pad(covered, 2), iterations=2))[2:-2, 2:-2]
    return CountryMap(width, height, _path(filled | covered), points)


def _path(cells: np.ndarray) -> str:
    """The covered cells of each row as a line one cell wide."""
    lines = []
    for row, line in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(np.int8), [0]])))
        lines += [f"M{start} {row}.5h{end - start}" for start, end in edges.reshape(-1, 2).tolist()]
    return "".join(lines)
