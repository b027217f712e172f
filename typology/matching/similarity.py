"""Similarity on any numeric table: z-scores fitted once, a weighted distance, the nearest neighbours.

The distance of two rows is ``sqrt(sum_f weight_f * ((x_f - y_f) / deviation_f) ** 2)``: the weight multiplies
the squared difference. Mean and deviation (population standard deviation) are fitted once and kept with the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.content.shown import Shown
from typology.errors import Findings, MatchingError
from typology.writing import Said

NEIGHBOUR_COLUMNS = ("key", "neighbour", "rank", "distance")
SCALE_COLUMNS = ("feature", "mean", "deviation", "median", "n_filled", "weight")
BLOCK = 256  # rows at once, so that a table of all pairs never stands in memory
DIGITS = 9  # of a distance: what is written is the same on every processor
SHOWN_ROWS = 10  # when the table is printed
SLACK = 1e-9  # what a product of matrices may lose, as a share of the largest square


@dataclass(frozen=True, eq=False)
class Scale:
    """The scale a table was brought to: one row per feature, in the order of the feature names.

    ``table`` has the columns ``feature, mean, deviation, median, n_filled, weight``; ``n_filled`` counts the gaps
    that the median filled. A constant feature has deviation 0 and does not count.
    """

    table: pd.DataFrame

    def transform(self, features: pd.DataFrame) -> pd.DataFrame:
        """Weighted z-scores (rows as given, columns by name); plain Euclidean distance between them is the distance."""
        parts = self.table.set_index("feature")
        values = features[list(parts.index)].astype(float)
        values = values.fillna(parts["median"])
        spread = parts["deviation"].where(parts["deviation"] > 0, np.inf)
        return (values - parts["mean"]) / spread * np.sqrt(parts["weight"])


@dataclass(frozen=True, eq=False, repr=False)
class Neighbours(Shown):
    """Nearest neighbours with the scale they were measured on.

    ``table``: ``key, neighbour, rank`` (1 is nearest), ``distance`` (weighted standard deviations);
    ``left_out``: keys without a single value, which have no neighbours and are nobody's.
    """

    table: pd.DataFrame
    scale: Scale
    left_out: tuple[str, ...]

    def _lines(self) -> tuple[str, ...]:
        features = ", ".join(self.scale.table["feature"])
        return (
            Said("matching.nearest_neighbours", n=self.table["key"].nunique()),
            "  " + Said("matching.distance_over", features=features),
            "  " + Said("matching.left_out", n=len(self.left_out)),
        )

    def _overview(self) -> pd.DataFrame:
        titles = {
            "key": Said("matching.key"), "neighbour": Said("matching.neighbour"),
            "rank": Said("matching.rank"), "distance": Said("matching.distance"),
        }  # fmt: skip
        return self.table.head(SHOWN_ROWS)[list(titles)].rename(columns=titles)


def fit_scale(features: pd.DataFrame, weights: Mapping[str, float] | None = None) -> Scale:
    """Mean, population standard deviation and median of each feature.

    Parameters
    ----------
    features : numeric table, index key; NaN is a gap.
    weights : feature -> weight >= 0; features that are not named weigh 1.

    Raises
    ------
    MatchingError : a column is not numeric, or a weight is negative or names no column.
    """
    weights = dict(weights or {})
    found = Findings()
    for column, dtype in features.dtypes.items():
        if not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype)):
            found.error("merkmal", Said("matching.feature_is_a_number"), column=str(column), value=str(dtype))
    for name in weights:
        if name not in features.columns:
            expected = ", ".join(map(str, features.columns))
            found.error("gewicht", Said("matching.weight_names_no_feature"), column=name, expected=expected)
    for name, value in weights.items():
        if not (np.isfinite(value) and value >= 0):
            found.error("gewicht", Said("matching.weight_from_zero"), column=name, value=str(value))
    found.raise_if_failed(MatchingError, "matching.no_similarity")
    rows = []
    for name in sorted(features.columns):
        column = features[name].to_numpy(dtype=float, na_value=np.nan)
        # sorted before summing, so that the order of rows cannot change the last digit
        known = np.sort(column[np.isfinite(column)])
        median = float(np.median(known)) if known.size else 0.0
        filled = np.sort(np.concatenate([known, np.full(column.size - known.size, median)]))
        mean = float(filled.mean()) if filled.size else 0.0
        constant = not filled.size or filled[0] == filled[-1]
        deviation = 0.0 if constant else float(np.sqrt(np.mean((filled - mean) ** 2)))
        rows.append((name, mean, deviation, median, column.size - known.size, float(weights.get(name, 1.0))))
    return Scale(pd.DataFrame(rows, columns=list(SCALE_COLUMNS)))


def nearest_neighbours(
    features: pd.DataFrame,
    n: int,
    *,
    weights: Mapping[str, float] | None = None,
    exclude: Iterable[tuple[str, str]] | pd.DataFrame | None = None,
) -> Neighbours:
    """The n nearest other rows of every row; ties go to the smaller key.

    Parameters
    ----------
    features : numeric table, index key (unique text); single gaps are filled with the median and counted.
    n : neighbours per row; fewer when there are not as many.
    weights : feature -> weight of its squared difference, 1 where not named.
    exclude : pairs of keys (or a table whose first two columns are keys) that are never neighbours, in either
        direction; left out before the n nearest are taken.

    Returns
    -------
    Neighbours; ``distance`` counts weighted standard deviations of the features.

    Raises
    ------
    MatchingError : n below 1, keys given twice, wrong features, weights or pairs.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [0.0, 3.0, 9.0]}, index=["01", "02", "03"])
    >>> nearest_neighbours(table, 1).table["neighbour"].tolist()
    ['02', '01', '02']
    """
    if n < 1:
        raise MatchingError(Said("matching.n_too_small", n=n))
    keys = features.index.astype(str)
    found = Findings()
    for key in keys[keys.duplicated()].unique():
        found.error("schluessel", Said("matching.key_twice"), key=key)
    found.raise_if_failed(MatchingError, "matching.keys_once")
    scale = fit_scale(features, weights)
    empty = features.isna().all(axis=1).to_numpy() if features.shape[1] else np.zeros(len(keys), dtype=bool)
    order = np.argsort(keys.to_numpy(dtype=object), kind="stable")
    order = order[~empty[order]]
    names = keys.to_numpy(dtype=object)[order]
    points = scale.transform(features).to_numpy(dtype=float)[order]
    table = _nearest(points, names, n, _pairs(exclude, names))
    return Neighbours(table, scale, tuple(sorted(keys[empty])))


def _pairs(exclude: Iterable[tuple[str, str]] | pd.DataFrame | None, names: np.ndarray) -> dict[int, list[int]]:
    """Excluded positions per row, both directions; pairs with a key that is not in the table change nothing."""
    if exclude is None:
        return {}
    if isinstance(exclude, pd.DataFrame):
        if exclude.shape[1] < 2:
            raise MatchingError(Said("matching.exclude_columns"))
        exclude = exclude.iloc[:, :2].itertuples(index=False, name=None)
    place = {name: position for position, name in enumerate(names)}
    out: dict[int, list[int]] = {}
    for pair in exclude:
        if len(pair) != 2 or isinstance(pair, str):
            found = Findings()
            found.error("ausschluss", Said("matching.no_pair"), value=str(pair))
            found.raise_if_failed(MatchingError, "matching.exclude_pairs")
        left, right = (place.get(str(key)) for key in pair)
        if left is not None and right is not None:
            out.setdefault(left, []).append(right)
            out.setdefault(right, []).append(left)
    return out


def _nearest(points: np.ndarray, names: np.ndarray, n: int, excluded: dict[int, list[int]]) -> pd.DataFrame:
    """Exact search in blocks: matrix products find the candidates, differences measure them."""
    total = len(names)
    squares = np.einsum("ij,ij->i", points, points)
    slack = SLACK * (1.0 + float(squares.max(initial=0.0)))
    columns: tuple[list[np.ndarray], ...] = ([], [], [], [])
    for start in range(0, total, BLOCK):
        stop = min(start + BLOCK, total)
        square = squares[start:stop, None] + squares[None, :] - 2.0 * (points[start:stop] @ points.T)
        for row in range(start, stop):
            square[row - start, [row, *excluded.get(row, [])]] = np.inf
        kth = min(n, total) - 1
        limit = np.partition(square, kth, axis=1)[:, kth] + 2 * slack
        for row in range(start, stop):
            line = square[row - start]
            near = np.flatnonzero((line <= limit[row - start]) & np.isfinite(line))
            distance = np.sqrt(((points[near] - points[row]) ** 2).sum(axis=1)).round(DIGITS)
            best = np.argsort(distance, kind="stable")[:n]
            columns[0].append(np.full(best.size, row))
            columns[1].append(near[best])
            columns[2].append(np.arange(1, best.size + 1))
            columns[3].append(distance[best])
    row_of, neighbour, rank, distance = (
        np.concatenate(part) if part else np.empty(0, dtype=kind)
        for part, kind in zip(columns, (int, int, int, float), strict=True)
    )
    return pd.DataFrame({"key": names[row_of], "neighbour": names[neighbour], "rank": rank, "distance": distance})
