"""The symbols of types as the site draws them: in drawings as SVG, before a name as the outline of a style sheet."""

from __future__ import annotations

import numpy as np

from typology.types.signs import HOLLOW

HALF = 8.0
"""From the middle of a symbol to the edge of its square."""
CIRCLE, RING, PEN, RING_PEN = 6, 4.6, 2.0, 3.0
"""Radius of a filled circle and of a ring; width of the line of a hollow shape and of a ring."""
STAR = "0 -7 2 -2.4 7 -2 3.2 1.3 4.4 6 0 3.4 -4.4 6 -3.2 1.3 -7 -2 -2 -2.4"
CROSS = "-2 -6 2 -6 2 -2 6 -2 6 2 2 2 2 6 -2 6 -2 2 -6 2 -6 -2 -2 -2"
CORNERS = {
    "square": "-5.4 -5.4 5.4 -5.4 5.4 5.4 -5.4 5.4",
    "triangle": "0 -6.6 6.6 5.4 -6.6 5.4",
    "diamond": "0 -7.2 7.2 0 0 7.2 -7.2 0",
    "cross": CROSS,
    "star": STAR,
    "bar": "-2.4 -7 2.4 -7 2.4 7 -2.4 7",
    "open-square": "-4.6 -4.6 4.6 -4.6 4.6 4.6 -4.6 4.6",
    "open-triangle": "0 -5.4 5.4 4.6 -5.4 4.6",
    "open-diamond": "0 -6 6 0 0 6 -6 0",
    "open-pentagon": "0 -5.6 5.3 -1.7 3.3 4.6 -3.3 4.6 -5.3 -1.7",
    "open-down": "0 5.4 5.4 -4.6 -5.4 -4.6",
    "open-hexagon": "0 -5.8 5 -2.9 5 2.9 0 5.8 -5 2.9 -5 -2.9",
    "open-left": "-5.4 0 4.6 -5.4 4.6 5.4",
    "open-right": "5.4 0 -4.6 -5.4 -4.6 5.4",
    "open-cross": CROSS,
    "open-star": STAR,
    "open-x": "-3 -6 0 -3 3 -6 6 -3 3 0 6 3 3 6 0 3 -3 6 -6 3 -3 0 -6 -3",
    "open-octagon": "-2.3 -5.5 2.3 -5.5 5.5 -2.3 5.5 2.3 2.3 5.5 -2.3 5.5 -5.5 2.3 -5.5 -2.3",
}
"""Symbol → x and y of its corners around its middle; circle and ring have none, a ring stands for what is unknown."""


def drawn_shape(symbol: str) -> str:
    """The symbol as an SVG element around 0, 0.

    >>> drawn_shape("diamond"), drawn_shape("circle")
    ('<path d="M0 -7.2 7.2 0 0 7.2 -7.2 0z"/>', '<circle r="6"/>')
    """
    if symbol in CORNERS:
        outline = ' class="outline"' if symbol in HOLLOW else ""
        return f'<path d="M{CORNERS[symbol]}z"{outline}/>'
    return f'<circle r="{CIRCLE}"/>' if symbol == "circle" else f'<circle r="{RING}" class="ring"/>'


def cut_shape(symbol: str) -> str:
    """The symbol as the outline to which CSS cuts a square (``clip-path``); of a hollow one, both edges of its line.

    >>> cut_shape("bar")
    'polygon(35% 6.2%,65% 6.2%,65% 93.8%,35% 93.8%)'
    """
    if symbol == "circle":
        return f"circle({_share(CIRCLE - HALF)})"
    if symbol not in CORNERS:
        angles = np.linspace(0, 2 * np.pi, 25)[:-1]
        edges = [
            radius * np.column_stack([np.cos(angles), np.sin(angles)])
            for radius in (RING + RING_PEN / 2, RING - RING_PEN / 2)
        ]
        return _polygon(edges)
    corners = np.array(CORNERS[symbol].split(), dtype=float).reshape(-1, 2)
    return _polygon([_moved(corners, PEN / 2), _moved(corners, -PEN / 2)] if symbol in HOLLOW else [corners])


def _moved(corners: np.ndarray, by: float) -> np.ndarray:
    """The corners of the outline at a distance outside; its tips end at the edge of the square."""
    along = np.roll(corners, -1, axis=0) - corners
    turn = np.sign((corners[:, 0] * along[:, 1] - corners[:, 1] * along[:, 0]).sum())
    outward = turn * np.column_stack([along[:, 1], -along[:, 0]]) / np.linalg.norm(along, axis=1, keepdims=True)
    both = outward + np.roll(outward, 1, axis=0)
    moved: np.ndarray = corners + 2 * by * both / (both**2).sum(axis=1, keepdims=True)
    return moved.clip(-HALF, HALF)


def _polygon(edges: list[np.ndarray]) -> str:
    """One line along all edges: each is closed before the next, so the way between them, walked twice, cuts nothing."""
    corners = edges[0] if len(edges) == 1 else np.concatenate([np.vstack([edge, edge[:1]]) for edge in edges])
    rule = "evenodd," if len(edges) > 1 else ""
    return f"polygon({rule}{','.join(' '.join(_share(side) for side in corner) for corner in corners)})"


def _share(place: float) -> str:
    """A place in the square as CSS writes it, in tenths of a percent."""
    return str(round(50 + 50 * place / HALF, 1)).removesuffix(".0") + "%"
