"""Intervals of shares and means; model uncertainty, no projection to all municipalities."""

from __future__ import annotations

import numpy as np

CONFIDENCE = 0.95


def wilson_interval(successes: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927, JASA 22:209)."""
    from scipy.special import ndtri

    if n == 0:
        return np.nan, np.nan
    z = float(ndtri(0.5 + confidence / 2))
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
