"""How clearly two colours stand out from one another, as WCAG 2.2 measures it."""

from __future__ import annotations

READABLE = 4.5
"""Least contrast of text with its ground (WCAG 2.2, level AA)."""

Channels = tuple[int, ...]


def channels(colour: str) -> Channels:
    """Red, green and blue from 0 to 255.

    >>> channels("#0B4F9E")
    (11, 79, 158)
    """
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def luminance(colour: Channels) -> float:
    """Relative luminance."""
    parts = [channel / 255 for channel in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Channels, second: Channels) -> float:
    """1 for the same colour, 21 for black on white.

    >>> round(contrast((0, 0, 0), (255, 255, 255)))
    21
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
