"""Information criteria and how clear-cut the classes are."""

from __future__ import annotations

import numpy as np


def aic(log_likelihood: float, n_parameters: int) -> float:
    """Akaike's criterion: −2 LL + 2 parameters; smaller is better."""
    return -2.0 * log_likelihood + 2.0 * n_parameters


def bic(log_likelihood: float, n_parameters: int, n_rows: float) -> float:
    """Schwarz's criterion: −2 LL + ln(n) · parameters; smaller is better."""
    return float(-2.0 * log_likelihood + np.log(n_rows) * n_parameters)


def adjusted_bic(log_likelihood: float, n_parameters: int, n_rows: float) -> float:
    """Sample-size adjusted BIC (Sclove 1987): the BIC with n replaced by (n + 2) / 24."""
    return bic(log_likelihood, n_parameters, (n_rows + 2.0) / 24.0)


def membership_entropy(memberships: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Sum over rows of −Σ p ln p; 0 when every row belongs to one class for certain."""
    weights = np.ones(len(memberships)) if weights is None else weights
    logs = np.log(np.where(memberships > 0, memberships, 1.0))
    return float(-(memberships * logs).sum(axis=1) @ weights)


def relative_entropy(memberships: np.ndarray, weights: np.ndarray | None = None) -> float:
    """1 − entropy / (n ln K): 1 means clear-cut classes, 0 means none; NaN for one class."""
    n_rows = len(memberships) if weights is None else float(weights.sum())
    n_classes = memberships.shape[1]
    if n_classes < 2:
        return float("nan")
    return float(1.0 - membership_entropy(memberships, weights) / (n_rows * np.log(n_classes)))


def icl(log_likelihood: float, n_parameters: int, n_rows: float, memberships: np.ndarray) -> float:
    """Integrated classification likelihood (Biernacki et al. 2000): the BIC plus twice the membership entropy."""
    return bic(log_likelihood, n_parameters, n_rows) + 2.0 * membership_entropy(memberships)
