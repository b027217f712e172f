"""Other methods beside latent classes: do they find the same groups, and how stable is each by itself?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.model import Answers
from typology.clustering.engine.patterns import MISSING
from typology.clustering.engine.prior import PRIOR
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import spread
from typology.errors import EstimationError
from typology.simulation.agreement import adjusted_rand
from typology.writing import Said

RESAMPLES = 10
ROWS = 3000
"""From this many rows on the methods that need all pairwise distances work on a random part of the rows."""
STARTS = 20
MIXTURE_STARTS = 5
SWAPS = 200
FULL_RANK = 1e-8
DIGITS, MOVED = 9, 1e-6


@dataclass(frozen=True, eq=False)
class MethodComparison:
    """``table``: one row per method with ``method``, ``stability`` (mean adjusted Rand index of the method with
    itself on resampled municipalities), ``smallest`` (share of its smallest group) and one column per method with the
    adjusted Rand index between the two. ``labels``: key × method, numbers of groups without meaning.
    """

    table: pd.DataFrame
    labels: pd.DataFrame
    n_classes: int

    def clustering(self, goals: pd.DataFrame, method: str) -> Clustering:
        """The groups of one method described in the terms of a clustering."""
        return Clustering.from_labels(goals, self.labels[method], method=method)


def compare_methods(
    goals: pd.DataFrame,
    n_classes: int,
    *,
    question: GoalQuestion | None = None,
    n_resamples: int = RESAMPLES,
    prior: float = PRIOR,
    random_state: int = 0,
) -> MethodComparison:
    """Group the same municipalities by several methods.

    ``latent_class``; ``kmeans`` and ``ward`` on ipsatised goals (each answer minus the row's mean); ``mca_ward``:
    multiple correspondence analysis, Ward, then k-means from Ward's centres; ``kmedoids``: partitioning around
    medoids with simple matching (Kaufman and Rousseeuw 1990); ``gaussian``: mixture with diagonal covariances on
    ipsatised ratings, only for goals with more than two answers.

    Parameters
    ----------
    goals : one row per municipality, one categorical column per goal; rows without an answer are left out.
    n_classes : groups of every method.
    question : how the goals were asked; decides on the form of the latent classes only.
    n_resamples : they run where ``joblib.parallel_config`` sends them, one after the other without it.

    Raises
    ------
    EstimationError : fewer different rows than groups.

    Examples
    --------
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> compare_methods(goals, 2, n_resamples=2).table[["method", "stability", "latent_class"]]
             method  stability  latent_class
    0  latent_class        1.0           1.0
    1        kmeans        1.0           1.0
    2          ward        1.0           1.0
    3      mca_ward        1.0           1.0
    4      kmedoids        1.0           1.0
    """
    goals = goals[goals.notna().any(axis=1)]
    answers = coded_answers(goals, None)
    if len(np.unique(answers.codes, axis=0)) < n_classes:
        raise EstimationError(Said("clustering.too_few_patterns", n=n_classes))
    rng = np.random.default_rng([random_state, 79])
    n_rows = len(answers.codes)
    samples = [np.arange(n_rows), *(np.unique(rng.integers(n_rows, size=n_rows)) for _ in range(n_resamples))]
    methods = ["latent_class", *METHODS, *(RATED if max(answers.n_categories) > 2 else {})]
    group = partial(_labels, answers, question, prior, n_classes, random_state)
    groups = iter(spread(group, [(name, rows) for name in methods for rows in samples]))
    found, again = {}, {}
    for name in methods:
        found[name], *others = (next(groups) for _ in samples)
        again[name] = [
            adjusted_rand(found[name][rows], labels) for rows, labels in zip(samples[1:], others, strict=True)
        ]
    table = pd.DataFrame(
        [
            {
                "method": name,
                "stability": float(np.mean(again[name])) if n_resamples else float("nan"),
                "smallest": float(np.bincount(labels, minlength=n_classes).min() / n_rows),
                **{other: adjusted_rand(labels, others) for other, others in found.items()},
            }
            for name, labels in found.items()
        ]
    )
    return MethodComparison(table, pd.DataFrame(found, index=goals.index), n_classes)


def _labels(
    answers: Answers,
    question: GoalQuestion | None,
    prior: float,
    n_classes: int,
    random_state: int,
    order: tuple[str, np.ndarray],
) -> np.ndarray:
    """Labels from 0 on of one method on some of the rows."""
    name, rows = order
    part = replace(answers, codes=answers.codes[rows])
    with _threads().limit(limits=1):  # k-means has threads of another kind than matrix products
        if name == "latent_class":
            return latent_class(part, question, prior, n_classes, random_state)
        return {**METHODS, **RATED}[name](part, n_classes, random_state)


@lru_cache(maxsize=1)
def _threads() -> Any:
    """All libraries of this process that start threads; looking for them takes longer than a small k-means."""
    import sklearn.cluster  # noqa: F401  # loads them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def latent_class(
    answers: Answers, question: GoalQuestion | None, prior: float, n_classes: int, random_state: int
) -> np.ndarray:
    """Labels of latent classes, with fewer starts than a typology has."""
    codes = pd.DataFrame(answers.codes)
    frame = pd.DataFrame(
        {j: pd.Categorical.from_codes(codes[j], categories=range(answers.n_categories[j])) for j in codes}
    )
    fit = cluster(
        frame, n_classes, question=question, prior=prior, n_init=STARTS, random_state=random_state, form=answers.form
    )
    labels: np.ndarray = fit.memberships.to_numpy().argmax(axis=1)
    return labels


def ipsatised(answers: Answers) -> np.ndarray:
    """Each answer minus the mean of its row's answers (n_rows × n_goals); 0, the row's mean, where none is given."""
    values = np.where(answers.codes == MISSING, np.nan, answers.codes.astype(float))
    centred: np.ndarray = np.nan_to_num(values - np.nanmean(values, axis=1, keepdims=True))
    return centred


def indicators(answers: Answers) -> np.ndarray:
    """One column per answer of each goal, 1 where given (n_rows × n_answers)."""
    blocks = [
        answers.codes[:, [j]] == np.arange(size)[None, :] for j, size in enumerate(answers.n_categories) if size > 1
    ]
    return np.concatenate(blocks, axis=1).astype(float)


def apart(points: np.ndarray) -> np.ndarray:
    """The points, each pattern moved by about a millionth; rows that are equal stay equal.

    Answers lie on a grid, where many are as far from one centre as from another. Which is nearer would then hang on the
    last digit of a matrix product, and that on the processor.
    """
    patterns, inverse = np.unique(points.round(DIGITS), axis=0, return_inverse=True)
    moved: np.ndarray = patterns + np.random.default_rng(0).normal(scale=MOVED, size=patterns.shape)
    return moved[inverse.reshape(-1)]


def kmeans(points: np.ndarray, n_classes: int, random_state: int, start: np.ndarray | None = None) -> np.ndarray:
    """Labels of k-means: the best of several starts, or of the given centres."""
    from sklearn.cluster import KMeans

    init, n_init = ("k-means++", STARTS) if start is None else (start, 1)
    labels: np.ndarray = KMeans(n_classes, init=init, n_init=n_init, random_state=random_state).fit_predict(
        apart(points)
    )
    return labels


def ward(points: np.ndarray, n_classes: int, random_state: int) -> np.ndarray:
    """Labels of Ward's hierarchy; of many rows a part is grouped and the others join the nearest centre."""
    from sklearn.cluster import AgglomerativeClustering

    part = _part(len(points), random_state)
    labels = AgglomerativeClustering(n_classes, linkage="ward").fit_predict(points[part])
    if len(part) == len(points):
        return np.asarray(labels)
    return _nearest(points, _centres(points[part], labels, n_classes))


def mca_ward(indicator: np.ndarray, n_classes: int, random_state: int) -> np.ndarray:
    """Ward on the axes of a multiple correspondence analysis, consolidated by k-means from Ward's centres."""
    points = correspondence(indicator)
    start = _centres(points, ward(points, n_classes, random_state), n_classes)
    return kmeans(points, n_classes, random_state, start)


def correspondence(indicator: np.ndarray) -> np.ndarray:
    """Principal coordinates of the rows (n_rows × axes) with an inertia above the mean (Greenacre 2017, ch. 18)."""
    used = indicator[:, indicator.sum(axis=0) > 0]
    table = used / used.sum()
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    residual = (table - np.outer(rows, columns)) / np.sqrt(np.outer(rows, columns))
    left, values, _ = np.linalg.svd(residual, full_matrices=False)
    real = values > FULL_RANK
    kept = real & (values**2 >= (values[real] ** 2).mean()) if real.any() else np.arange(len(values)) == 0
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])])
    coordinates: np.ndarray = (left * signs * values / np.sqrt(rows)[:, None])[:, kept]
    return coordinates


def kmedoids(codes: np.ndarray, n_classes: int, random_state: int) -> np.ndarray:
    """Labels of partitioning around medoids; distance: share of differing answers among goals that both answered."""
    part = _part(len(codes), random_state)
    medoids = part[_medoids(_mismatch(codes[part], codes[part]), n_classes)]
    labels: np.ndarray = _mismatch(codes, codes[medoids]).argmin(axis=1)
    return labels


def gaussian(points: np.ndarray, n_classes: int, random_state: int) -> np.ndarray:
    """Labels of a Gaussian mixture with diagonal covariances."""
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        n_classes, covariance_type="diag", n_init=MIXTURE_STARTS, reg_covar=1e-3, max_iter=500, tol=1e-4,
        random_state=random_state,
    )  # fmt: skip
    labels: np.ndarray = model.fit_predict(apart(points))
    return labels


METHODS: Mapping[str, Callable[[Answers, int, int], np.ndarray]] = {
    "kmeans": lambda answers, n, seed: kmeans(ipsatised(answers), n, seed),
    "ward": lambda answers, n, seed: ward(ipsatised(answers), n, seed),
    "mca_ward": lambda answers, n, seed: mca_ward(indicators(answers), n, seed),
    "kmedoids": lambda answers, n, seed: kmedoids(answers.codes, n, seed),
}
RATED: Mapping[str, Callable[[Answers, int, int], np.ndarray]] = {
    "gaussian": lambda answers, n, seed: gaussian(ipsatised(answers), n, seed),
}
"""Methods for goals with more than two answers."""


def _mismatch(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    both = (first != MISSING).astype(float) @ (second != MISSING).astype(float).T
    equal = np.zeros_like(both)
    for value in range(int(max(first.max(), second.max())) + 1):
        equal += (first == value).astype(float) @ (second == value).astype(float).T
    result: np.ndarray = np.divide(both - equal, both, out=np.ones_like(both), where=both > 0)
    return result


def _medoids(distance: np.ndarray, n_classes: int) -> np.ndarray:
    """Build greedily, then swap a medoid for another row as long as the sum of distances falls."""
    medoids = [int(distance.sum(axis=0).argmin())]
    nearest = distance[:, medoids[0]]
    while len(medoids) < n_classes:
        gain = np.minimum(distance - nearest[:, None], 0.0).sum(axis=0)
        gain[medoids] = np.inf
        medoids.append(int(gain.argmin()))
        nearest = np.minimum(nearest, distance[:, medoids[-1]])
    for _ in range(SWAPS):
        to_medoids = distance[:, medoids]
        own = to_medoids.argmin(axis=1)
        ordered = np.sort(to_medoids, axis=1)
        nearest, second = ordered[:, 0], ordered[:, 1] if n_classes > 1 else np.full(len(distance), np.inf)
        joined = np.minimum(distance - nearest[:, None], 0.0)
        best, place, row = -1e-9, -1, -1
        for number in range(n_classes):
            mine = own == number
            left = np.minimum(distance[mine], second[mine, None]) - nearest[mine, None] - joined[mine]
            change = joined.sum(axis=0) + left.sum(axis=0)
            candidate = int(change.argmin())
            if change[candidate] < best:
                best, place, row = float(change[candidate]), number, candidate
        if place < 0:
            break
        medoids[place] = row
    return np.array(medoids)


def _part(n_rows: int, random_state: int) -> np.ndarray:
    if n_rows <= ROWS:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng([random_state, 83]).choice(n_rows, ROWS, replace=False))


def _centres(points: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    return np.stack([points[labels == number].mean(axis=0) for number in range(n_classes)])


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    squares = (points**2).sum(axis=1)[:, None] - 2 * points @ centres.T + (centres**2).sum(axis=1)
    labels: np.ndarray = squares.argmin(axis=1)
    return labels
