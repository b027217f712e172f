"""Expectation maximisation for latent classes: all starts of one data set advance as one batch of matrix products.

A state holds the parameters of a batch as an array of shape (n_classes, n_runs, 1 + n_answers): first the class
weight, then the answer probabilities of all items side by side. ``n_answers`` is the sum of the items' categories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from typology.clustering.engine.patterns import MISSING, Patterns
from typology.errors import EstimationError
from typology.writing import Said

FLOOR = 1e-20
"""Smallest probability whose logarithm is taken; states themselves may hold zeros."""
MAX_ANSWERS = 5_000
CHUNK_CELLS = 48_000
"""Cells (class × run × pattern) of one chunk: a few hundred kB, so that a chunk stays in the cache."""


@dataclass(frozen=True)
class Design:
    """The patterns as a matrix, with the link that leads from log parameters to log probabilities.

    ``matrix`` (n_patterns × n_columns) codes complete items against their first category and items with gaps by
    all their categories; ``link`` (1 + n_answers × n_columns) carries log parameters there, its transpose carries
    expected counts back. ``starts`` are the first columns of the items among the answers.
    """

    matrix: np.ndarray
    link: np.ndarray
    n_categories: tuple[int, ...]
    codes: np.ndarray

    @property
    def n_answers(self) -> int:
        """Sum of the items' categories."""
        return int(sum(self.n_categories))

    @property
    def starts(self) -> np.ndarray:
        """First column of each item among the answers."""
        return np.concatenate([[0], np.cumsum(self.n_categories)[:-1]]).astype(int)

    def subset(self, rows: np.ndarray) -> Design:
        """The same coding for some of the patterns."""
        return Design(self.matrix[rows], self.link, self.n_categories, self.codes[rows])


def make_design(patterns: Patterns) -> Design:
    """Build the design of a table's patterns."""
    return design_of_codes(patterns.codes, patterns.n_categories)


def design_of_codes(codes: np.ndarray, n_categories: tuple[int, ...]) -> Design:
    """Build the design of patterns given as codes (n_patterns × n_items, -1 = no answer).

    Raises
    ------
    EstimationError : so many categories that a column must be something else than an answer, such as an identifier.
    """
    n_patterns, n_items = codes.shape
    n_answers = int(sum(n_categories))
    if n_answers > MAX_ANSWERS:
        widest = int(np.argmax(n_categories))
        raise EstimationError(
            Said(
                "clustering.too_many_categories",
                n=n_answers,
                most=MAX_ANSWERS,
                column=widest + 1,
                widest=n_categories[widest],
            )
        )
    columns = [np.ones(n_patterns)]
    links = [np.zeros(1 + n_answers)]
    links[0][0] = 1.0
    start = 1
    for j in range(n_items):
        gaps = bool((codes[:, j] == MISSING).any())
        if not gaps and n_categories[j]:
            links[0][start] = 1.0
        for c in range(0 if gaps else 1, n_categories[j]):
            link = np.zeros(1 + n_answers)
            link[start + c] = 1.0
            if not gaps:
                link[start] = -1.0
            links.append(link)
            columns.append((codes[:, j] == c).astype(float))
        start += n_categories[j]
    return Design(np.column_stack(columns), np.column_stack(links), tuple(n_categories), codes)


class Batch:
    """Expected counts and log-likelihood of many runs over the same weighted patterns.

    Parameters
    ----------
    design : the patterns.
    weights : n_patterns, ≥ 0.
    prior : pseudo-answers per class and item, spread over the categories as the item's answers are.
    blend : part of every row, 0 to below 1, that answers as all rows together do.
    """

    def __init__(self, design: Design, weights: np.ndarray, prior: float = 0.0, blend: float = 0.0) -> None:
        kept = weights > 0
        self.design = design if kept.all() else design.subset(kept)
        self.weights = np.ascontiguousarray(weights[kept], dtype=float)
        self.total = self.design.matrix.T @ self.weights
        self.n_rows = float(self.weights.sum())
        if blend:
            self.design = replace(self.design, matrix=blended(self.design.matrix, self.weights, blend))
        answers = design.link @ self.total
        sizes = np.asarray(design.n_categories)
        items = np.repeat(np.arange(len(sizes)), sizes)
        self.blocks = np.zeros((1 + design.n_answers,) * 2)
        self.blocks[1:, 1:] = items[:, None] == items[None, :]
        smoothed = np.maximum(answers[1:], 0.0) + 0.5
        self.marginals = smoothed / np.bincount(items, smoothed, minlength=len(sizes))[items]
        self.prior = prior
        self.pseudo = np.concatenate([[0.0], prior * self.marginals])
        self._buffer = np.empty(0)

    def expect(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Expectation step: log-likelihood (n_runs) and expected counts (the shape of ``state``)."""
        n_classes, n_runs, n_columns = state.shape
        matrix, weights = self.design.matrix, self.weights
        logs = np.log(np.maximum(state, FLOOR)).reshape(-1, n_columns) @ self.design.link
        logs = logs.reshape(n_classes, n_runs, -1)
        base = logs[0]
        log_likelihood = base @ self.total
        counts = np.empty_like(logs)
        counts[0] = self.total
        if n_classes == 1:
            return log_likelihood, (counts.reshape(n_runs, -1) @ self.design.link.T).reshape(state.shape)
        relative = (logs[1:] - base).reshape((n_classes - 1) * n_runs, -1)
        width = max(64, CHUNK_CELLS // len(relative))
        if self._buffer.size < len(relative) * min(width, len(matrix)):
            self._buffer = np.empty(len(relative) * min(width, len(matrix)))
        sums = np.zeros_like(relative)
        for start in range(0, len(matrix), width):
            part = matrix[start : start + width]
            odds = self._buffer[: len(relative) * len(part)].reshape(len(relative), len(part))
            np.matmul(relative, part.T, out=odds)
            with np.errstate(over="ignore"):
                np.exp(odds, out=odds)
            by_class = odds.reshape(n_classes - 1, n_runs, len(part))
            total = np.add.reduce(by_class, axis=0)
            total += 1.0
            weight = weights[start : start + width]
            if np.isfinite(total.max()):
                scale = weight / total
                np.log(total, out=total)
                log_likelihood += total @ weight
                by_class *= scale
            else:
                log_likelihood += self._carefully(relative, part, weight, by_class)
            sums += odds @ part
        counts[1:] = sums.reshape(n_classes - 1, n_runs, -1)
        counts[0] -= counts[1:].sum(axis=0)
        full = (counts.reshape(n_classes * n_runs, -1) @ self.design.link.T).reshape(state.shape)
        return log_likelihood, np.maximum(full, 0.0, out=full)

    @staticmethod
    def _carefully(relative: np.ndarray, part: np.ndarray, weight: np.ndarray, by_class: np.ndarray) -> np.ndarray:
        """The same for odds that overflow: scale by the largest; writes the weighted memberships to ``by_class``."""
        logs = (relative @ part.T).reshape(by_class.shape)
        top = np.maximum(logs.max(axis=0), 0.0)
        np.exp(logs - top, out=by_class)
        total = by_class.sum(axis=0) + np.exp(-top)
        by_class *= weight / total
        return np.asarray((top + np.log(total)) @ weight)

    def objective(self, log_likelihood: np.ndarray, state: np.ndarray) -> np.ndarray:
        """Log-likelihood plus the log of the prior (n_runs)."""
        if not self.prior:
            return log_likelihood
        result: np.ndarray = log_likelihood + (np.log(np.maximum(state, FLOOR)) @ self.pseudo).sum(axis=0)
        return result

    def maximise(self, counts: np.ndarray) -> np.ndarray:
        """Maximisation step: the state that expected counts (and the prior) lead to."""
        state: np.ndarray = counts + self.pseudo
        sums = state @ self.blocks
        sums[:, :, 0] = self.n_rows
        if not sums.all():
            empty = sums == 0
            state = np.where(empty, np.concatenate([[0.0], self.marginals]), state)
            sums = np.where(empty, 1.0, sums)
        state /= sums
        return state

    def normalise(self, roots: np.ndarray) -> np.ndarray:
        """The state whose square roots are proportional to ``roots``, within each item and over the classes."""
        state: np.ndarray = roots * roots
        sums = state @ self.blocks
        sums[:, :, 0] = state[:, :, 0].sum(axis=0)
        state /= np.where(sums > 0, sums, 1.0)
        return state


def blended(facts: np.ndarray, weights: np.ndarray, blend: float) -> np.ndarray:
    """Every row of ``facts`` (n_patterns × n_columns) with a part of it replaced by the weighted mean row."""
    result: np.ndarray = (1.0 - blend) * facts + blend * (weights @ facts) / weights.sum()
    return result


def memberships(design: Design, state: np.ndarray) -> np.ndarray:
    """Membership probabilities (n_patterns × n_classes) under a state of shape (n_classes, 1 + n_answers)."""
    logs = class_logs(design, state)
    logs -= logs.max(axis=1, keepdims=True)
    np.exp(logs, out=logs)
    logs /= logs.sum(axis=1, keepdims=True)
    return logs


def pattern_logs(design: Design, state: np.ndarray) -> np.ndarray:
    """Log probability of each pattern (n_patterns) under a state of shape (n_classes, 1 + n_answers)."""
    logs = class_logs(design, state)
    top = logs.max(axis=1)
    result: np.ndarray = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
    return result


def class_logs(design: Design, state: np.ndarray) -> np.ndarray:
    """Log of class weight times probability of the pattern in the class (n_patterns × n_classes)."""
    result: np.ndarray = design.matrix @ (np.log(np.maximum(state, FLOOR)) @ design.link).T
    return result


def random_states(batch: Batch, n_classes: int, n_runs: int, rng: np.random.Generator) -> np.ndarray:
    """Random parameters: answer probabilities uniform on their simplex, class weights of Dirichlet(4)."""
    state = rng.standard_exponential((n_classes, n_runs, 1 + batch.design.n_answers))
    state[:, :, 0] = rng.standard_gamma(4.0, (n_classes, n_runs))
    return batch.normalise(np.sqrt(state))
