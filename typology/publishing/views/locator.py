"""Where a municipality and its partners lie: a small drawing from the coordinates of the register, no borders in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from typology.publishing.projection import projected

WIDTH = 100.0
"""Units of the drawing from west to east."""
CELLS = 26
"""Cells from west to east: so wide that a few hundred municipalities still make a country."""
PALE, INK, WHITE = "#d9d9d4", "#1a1a1a", "#ffffff"


class Locator:
    """The pale cells in which anybody lies, and how a place is put on them.

    Parameters
    ----------
    places : ``longitude`` and ``latitude`` by key; rows without coordinates are left out.

    Examples
    --------
    >>> places = pd.DataFrame({"longitude": [7.0, 9.0], "latitude": [51.0, 52.0]}, index=["a", "b"])
    >>> Locator(places).draw("a", ["b"]).count("<circle")
    2
    """

    def __init__(self, places: pd.DataFrame) -> None:
        found = projected(places)
        self._points: dict[str, tuple[float, float]] = {}
        self._height, self._ground = 0.0, ""
        if len(found) < 2:
            return
        span = max(float(found["x"].max()), float(found["y"].max()) / 1.6, 1e-6)
        cell = WIDTH / CELLS
        x, y = (found[side].to_numpy() / span * (WIDTH - cell) + cell / 2 for side in ("x", "y"))
        self._height = float(y.max() + cell / 2)
        self._points = {str(key): (float(a), float(b)) for key, a, b in zip(found.index, x, y, strict=True)}
        squares = sorted({(int(a // cell), int(b // cell)) for a, b in self._points.values()})
        path = "".join(f"M{_at(a * cell)} {_at(b * cell)}h{_at(cell)}v{_at(cell)}h-{_at(cell)}z" for a, b in squares)
        self._ground = f'<path fill="{PALE}" d="{path}"/>'

    def draw(self, key: str, partners: Sequence[str]) -> str:
        """The drawing as SVG; empty where the place of the municipality is not known."""
        if key not in self._points:
            return ""
        # full and hollow, in no colour: those of the types mean something else
        marks = [self._mark(self._points[name], WHITE, INK, 2.6) for name in partners if name in self._points]
        marks.append(self._mark(self._points[key], INK, WHITE, 3.4))
        box = f"0 0 {_at(WIDTH)} {_at(self._height)}"
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{self._ground}{"".join(marks)}</svg>'

    @staticmethod
    def _mark(point: tuple[float, float], fill: str, edge: str, size: float) -> str:
        x, y = point
        return f'<circle cx="{_at(x)}" cy="{_at(y)}" r="{size}" fill="{fill}" stroke="{edge}" stroke-width="1.1"/>'


def _at(units: float) -> str:
    """A place on the drawing as it is written in SVG."""
    return repr(round(units, 2))
