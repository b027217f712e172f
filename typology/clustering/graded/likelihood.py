"""The marginal likelihood of a graded model: traits are summed out over a grid, all patterns and nodes at once.

The slope needs no more than the expected answers of an EM step (Bock and Aitkin 1981, Psychometrika 46, 443–459;
Louis 1982): it is the slope of the complete log-likelihood at the posterior weights of the nodes. So every evaluation
costs two matrix products, whatever the number of parameters, and a quasi-Newton climb takes the place of EM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from typology.clustering.graded.loadings import Loadings
from typology.clustering.graded.traits import Places, Spread

CHUNK_CELLS = 100_000
"""Cells (pattern × node) that are held at once."""
STEEPEST = 6.0
"""Loadings beyond this are held back; there a trait answers like a switch and the likelihood is flat."""
HOLD = 0.5
"""How hard: half this times the squared excess is taken off."""


class Rows(Protocol):
    """Distinct patterns in the shape of one form of question; see :mod:`.ordered` and :mod:`.ticked`."""

    weights: np.ndarray
    matrix: np.ndarray
    link: np.ndarray
    n_goals: int
    n_extra: int
    shifts: bool
    has_spread: bool

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """Intercepts and the form's own parameters that fit the frequencies."""
        ...

    def thresholds(self, intercepts: np.ndarray, extra: np.ndarray) -> np.ndarray:
        """The levels of the answers where all traits are 0."""
        ...

    def table(self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray) -> tuple[np.ndarray, Any]:
        """Log probability of every answer at every node, and what :meth:`pull` needs."""
        ...

    def pull(self, counts: np.ndarray, kept: Any) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Slopes by predictors, widths and the form's own parameters."""
        ...

    def curvature(self, counts: np.ndarray, kept: Any) -> np.ndarray:
        """About how much the complete log-likelihood bends with each predictor."""
        ...

    def draw(
        self, predictors: np.ndarray, widths: np.ndarray | None, extra: np.ndarray, codes: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:  # fmt: skip
        """Answers for predictors (n_rows × n_goals); gaps and numbers of ticks are those of ``codes``."""
        ...


@dataclass(frozen=True, eq=False)
class Structure:
    """Which goals load on which traits, how the traits are spread, and whether one more trait, the last one, widens
    the offsets of ordered answers."""

    loadings: Loadings
    spread: Spread
    widens: bool = False

    def n_parameters(self, rows: Rows) -> int:
        """Parameters that the data identify: (J − 1)(1 + d) − d(d − 1)/2 for d normal traits given the ticks."""
        coefficients = self.loadings.n_free(shifts=rows.shifts, rotates=self.spread.rotates)
        return rows.n_goals - rows.shifts + rows.n_extra + coefficients + self.widens + self.spread.n_free


@dataclass(frozen=True, eq=False)
class Parameters:
    """One point of the likelihood: ``intercepts`` (n_goals), ``loadings`` (n_goals × n_traits), ``extra`` of the form,
    ``width`` (the loading of the widening trait) and ``spread`` of the traits."""

    intercepts: np.ndarray
    loadings: np.ndarray
    extra: np.ndarray
    width: float
    spread: np.ndarray

    def predictors(self, nodes: np.ndarray) -> np.ndarray:
        """Linear predictors (n_goals × n_nodes) at traits (n_nodes × n_traits)."""
        used = nodes[:, : self.loadings.shape[1]]
        result: np.ndarray = self.intercepts[:, None] + self.loadings @ used.T
        return result

    def widths(self, nodes: np.ndarray, widens: bool) -> np.ndarray | None:
        """Factors of the offsets (n_nodes), None where nothing widens them."""
        return np.exp(np.clip(self.width * nodes[:, -1], -4, 4)) if widens else None


class Marginal:
    """The log-likelihood of one set of patterns under one structure, as a function of a vector of parameters."""

    def __init__(self, rows: Rows, structure: Structure) -> None:
        self.rows, self.structure = rows, structure
        self.total = rows.weights.sum()
        edges = np.cumsum(
            [rows.n_goals, structure.loadings.n_coefficients, rows.n_extra, structure.widens,
             len(structure.spread.start())]
        )  # fmt: skip
        self.n, self.edges = int(edges[-1]), edges[:-1]

    def split(self, vector: np.ndarray) -> Parameters:
        """The parts of a vector of parameters."""
        intercepts, coefficients, extra, width, spread = np.split(vector, self.edges)
        loadings = self.structure.loadings.spread_out(coefficients)
        return Parameters(intercepts, loadings, extra, float(width[0]) if len(width) else 0.0, spread)

    def join(self, point: Parameters) -> np.ndarray:
        """The vector of these parts; loadings that the structure does not allow are lost."""
        width = [point.width] if self.structure.widens else []
        coefficients = self.structure.loadings.averaged(point.loadings)
        return np.concatenate([point.intercepts, coefficients, point.extra, width, point.spread])

    def value(self, vector: np.ndarray) -> float:
        """The log-likelihood alone."""
        return self._expected(self.split(vector), slopes=False)[0]

    def rises(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """The log-likelihood, less what holds steep loadings back, and its slopes."""
        point = self.split(vector)
        level, counts, places, kept = self._expected(point)
        predictors, widths, extra = self.rows.pull(counts, kept)
        used = places.nodes[:, : point.loadings.shape[1]]
        excess = np.maximum(np.abs(point.loadings) - STEEPEST, 0.0) * np.sign(point.loadings)
        nodes = np.zeros_like(places.nodes)
        nodes[:, : used.shape[1]] = predictors.T @ point.loadings
        width = np.zeros(0)
        if widths is not None:
            factor = point.widths(places.nodes, widens=True)
            nodes[:, -1] += widths * factor * point.width
            width = np.array([widths * factor @ places.nodes[:, -1]]).ravel()
        spread = self.structure.spread.pull(point.spread, places, nodes, counts[0])
        loads = self.structure.loadings.gathered(predictors @ used - HOLD * excess)
        slopes = np.concatenate([predictors.sum(axis=1), loads, extra, width, spread])
        return level - HOLD / 2 * float((excess**2).sum()), slopes

    def scales(self, vector: np.ndarray) -> np.ndarray:
        """A triangular matrix that evens out the parameters: the inverse root of the complete information."""
        point = self.split(vector)
        _, counts, places, kept = self._expected(point)
        bends = self.rows.curvature(counts, kept)
        used = places.nodes[:, : point.loadings.shape[1]]
        n_goals, n_traits = point.loadings.shape
        column = np.zeros((n_goals, 1 + n_traits), dtype=int)
        column[:, 0] = np.arange(n_goals)
        column[:, 1:] = np.where(self.structure.loadings.which >= 0, n_goals + self.structure.loadings.which, -1)
        design = np.column_stack([np.ones(len(used)), used])
        blocks = np.einsum("jq,qa,qb->jab", bends, design, design)
        information = np.zeros((self.n + 1, self.n + 1))
        np.add.at(information, (column[:, :, None], column[:, None, :]), blocks)
        information = information[:-1, :-1]
        rest = np.arange(n_goals + self.structure.loadings.n_coefficients, self.n)
        information[rest, rest] = self.total / 4
        information[np.diag_indices(self.n)] += 0.01 * self.total
        return np.asarray(np.linalg.inv(np.linalg.cholesky(information)).T)

    def posteriors(self, vector: np.ndarray) -> tuple[np.ndarray, Places]:
        """Weights of the nodes for each pattern (n_patterns × n_nodes), and the nodes."""
        point = self.split(vector)
        places = self.structure.spread.places(point.spread)
        table, _ = self._table(point, places)
        joint = self.rows.matrix @ (self.rows.link.T @ table)
        joint = np.exp(joint - joint.max(axis=1, keepdims=True))
        return joint / joint.sum(axis=1, keepdims=True), places

    def levels(self, vector: np.ndarray) -> np.ndarray:
        """Log probability of each pattern (n_patterns)."""
        point = self.split(vector)
        places = self.structure.spread.places(point.spread)
        joint = self.rows.matrix @ (self.rows.link.T @ self._table(point, places)[0])
        top = joint.max(axis=1)
        result: np.ndarray = top + np.log(np.exp(joint - top[:, None]).sum(axis=1))
        return result

    def _table(self, point: Parameters, places: Places) -> tuple[np.ndarray, Any]:
        widths = point.widths(places.nodes, self.structure.widens)
        table, kept = self.rows.table(point.predictors(places.nodes), widths, point.extra)
        table[0] = places.logs
        return table, kept

    def _expected(self, point: Parameters, *, slopes: bool = True) -> tuple[float, np.ndarray, Places, Any]:
        places = self.structure.spread.places(point.spread)
        table, kept = self._table(point, places)
        logs = self.rows.link.T @ table
        level, counts = 0.0, np.zeros_like(logs)
        width = max(64, CHUNK_CELLS // logs.shape[1])
        for start in range(0, len(self.rows.matrix), width):
            part, weights = self.rows.matrix[start : start + width], self.rows.weights[start : start + width]
            joint = part @ logs
            np.exp(joint, out=joint)
            sums = joint.sum(axis=1)
            if sums.min() < 1e-280:
                joint = part @ logs
                top = joint.max(axis=1)
                joint = np.exp(joint - top[:, None])
                sums = joint.sum(axis=1)
                level += float(weights @ top)
            level += float(weights @ np.log(sums))
            if slopes:
                joint *= (weights / sums)[:, None]
                counts += part.T @ joint
        return level, self.rows.link @ counts if slopes else counts, places, kept
