"""Distinct answer patterns: a table of categorical answers, each different row kept once with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import EstimationError, Findings
from typology.writing import Said

MISSING = -1
BINCOUNT_CELLS = 1 << 20
KEY_CELLS = 1 << 62
LOOKUP_RANGE = 1 << 15


@dataclass(frozen=True)
class Patterns:
    """The distinct rows of a table and where each row went.

    ``codes`` (n_patterns × n_items, -1 = no answer) number the categories of each item,
    ``weights`` (n_patterns) sum the weights of the rows, ``inverse`` (n_rows) leads from row to pattern.
    """

    codes: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray
    categories: tuple[np.ndarray, ...]
    items: tuple[Any, ...]

    @property
    def n_categories(self) -> tuple[int, ...]:
        """How many categories each item has."""
        return tuple(len(values) for values in self.categories)

    @property
    def answered(self) -> np.ndarray:
        """Patterns with at least one answer (n_patterns, bool)."""
        result: np.ndarray = (self.codes != MISSING).any(axis=1)
        return result


def collapse(
    table: Any, *, categories: Sequence[Any] | None = None, sample_weight: Any = None, strict: bool = True
) -> Patterns:
    """Collapse a table of categorical answers to its distinct patterns.

    Parameters
    ----------
    table : DataFrame or 2-d array; any values, None, NaN and pd.NA are missing answers.
    categories : per item the values in order; None takes the declared ones of a Categorical, else those found, sorted.
    sample_weight : one number ≥ 0 per row; None counts every row once.
    strict : a value that ``categories`` does not list is an error; else it counts as missing.

    Raises
    ------
    EstimationError : a value that ``categories`` does not list, with row and column, where ``strict``.

    Examples
    --------
    >>> collapse([["a", "x"], ["b", "x"], ["a", "x"]]).weights
    array([2., 1.])
    """
    columns, items = _columns(table)
    encoded = [
        _encode(column, None if categories is None else categories[j], items[j], strict)
        for j, column in enumerate(columns)
    ]
    codes = [code for code, _ in encoded]
    inverse, n_patterns = _number_rows(codes, [len(values) for _, values in encoded])
    first = np.empty(n_patterns, dtype=np.intp)
    first[inverse[::-1]] = np.arange(len(inverse) - 1, -1, -1)
    distinct = np.empty((n_patterns, len(codes)), dtype=np.int32)
    for j, code in enumerate(codes):
        distinct[:, j] = code[first]
    if sample_weight is None:
        weights = np.bincount(inverse, minlength=n_patterns).astype(float)
    else:
        weights = np.bincount(inverse, weights=np.asarray(sample_weight, dtype=float), minlength=n_patterns)
    return Patterns(distinct, weights, inverse, tuple(values for _, values in encoded), items)


def distinct(codes: np.ndarray, n_categories: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct rows, how often each occurs, and which one each row is."""
    cells = 1
    key = np.zeros(len(codes), dtype=np.int64)
    for column, size in zip(codes.T, n_categories, strict=True):
        if cells * (size + 1) >= 2**62:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            cells = len(codes)
        key = key * (size + 1) + column + 1
        cells *= size + 1
    _, first, inverse, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return codes[first], counts.astype(float), inverse


def sampling_squares(patterns: Patterns, weights: np.ndarray | None) -> np.ndarray | None:
    """Sum of the squares of sampling weights per pattern; None where the weights say how often a row occurs.

    Frequencies are whole numbers; any other weight says how many a row stands for, and then counts once.
    """
    if weights is None or not (weights % 1).any():
        return None
    return np.bincount(patterns.inverse, weights**2, len(patterns.weights))


def effective_rows(weights: np.ndarray) -> float:
    """How many rows of equal weight tell as much (Kish 1965, Survey Sampling, 427): (Σ w)² / Σ w².

    >>> effective_rows(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def _columns(table: Any) -> tuple[list[Any], tuple[Any, ...]]:
    if isinstance(table, pd.DataFrame):
        return [table.iloc[:, j] for j in range(table.shape[1])], tuple(table.columns)
    array = np.asarray(table)
    if array.ndim != 2:
        raise EstimationError(Said("clustering.no_table", ndim=array.ndim))
    return [array[:, j] for j in range(array.shape[1])], tuple(range(array.shape[1]))


def _encode(column: Any, categories: Any, item: Any, strict: bool) -> tuple[np.ndarray, np.ndarray]:
    """Codes of one column (-1 = missing) and its categories in order."""
    if isinstance(column, pd.Series) and isinstance(column.dtype, pd.CategoricalDtype):
        codes, found = column.cat.codes.to_numpy(), np.asarray(column.cat.categories)
        found = found.astype(object) if found.dtype.kind in "US" else found
    else:
        codes, found = _encode_numbers(column) or _encode_values(column)
    if categories is None:
        return codes, found
    known = np.asarray(categories)
    if len(known) == len(found) and all(a == b for a, b in zip(known, found, strict=True)):
        return codes, known
    position = {value: number for number, value in enumerate(known.tolist())}
    recode = np.array([position.get(value, -2) for value in found.tolist()] + [MISSING], dtype=np.int32)
    moved = recode[codes]
    if strict and (moved == -2).any():
        _unknown_values(moved, codes, found, known, item)
    return np.where(moved == -2, MISSING, moved), known


def _unknown_values(moved: np.ndarray, codes: np.ndarray, found: np.ndarray, known: np.ndarray, item: Any) -> None:
    rows = np.flatnonzero(moved == -2)
    found_at = Findings()
    expected = ", ".join(str(value) for value in known[:12])
    for row in rows[:20]:
        value = str(found[codes[row]])
        message = Said("clustering.unknown_answer")
        found_at.error("unbekannte_antwort", message, row=int(row), column=str(item), value=value, expected=expected)
    raise EstimationError(Said("clustering.answers_not_estimated", n=len(rows), item=item), found_at)


def _encode_numbers(column: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """The quick way for whole numbers (also stored as floats) in a narrow range; None where it does not apply."""
    values = np.ascontiguousarray(column.to_numpy() if isinstance(column, pd.Series) else column)
    if values.dtype.kind not in "iufb" or not len(values):
        return None
    if values.dtype.kind == "b":
        codes, present = _shift(values.astype(np.int8), int(values.min()), int(values.max()), None)
        return codes, present.astype(bool)
    missing = None
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        missing = missing if missing.any() else None
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    if not (np.isfinite(low) and np.isfinite(high)) or float(high) - float(low) >= LOOKUP_RANGE:
        return None
    if abs(float(low)) > LOOKUP_RANGE:
        return None
    if values.dtype.kind == "f":
        if missing is not None:
            values = np.where(missing, low, values)
        whole = values.astype(np.int32)
        if not np.array_equal(whole, values):
            return None
    else:
        whole = values
    codes, present = _shift(whole, int(low), int(high), missing)
    return codes, present.astype(values.dtype)


def _shift(whole: np.ndarray, base: int, top: int, missing: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Codes 0, 1, … of whole numbers from ``base`` to ``top`` (both occur), and the numbers that occur."""
    if base:
        whole = (whole.astype(np.int32) if whole.itemsize < 4 else whole) - base
    if top - base <= 1:
        present = np.arange(top - base + 1)
    else:
        present = np.flatnonzero(np.bincount(whole if missing is None else whole[~missing]))
    dtype = np.int8 if len(present) < 127 else np.int16
    if len(present) == top - base + 1:
        codes = whole.astype(dtype)
    else:
        lookup = np.zeros(top - base + 1, dtype=dtype)
        lookup[present] = np.arange(len(present))
        codes = lookup[whole]
    if missing is not None:
        codes[missing] = MISSING
    return codes, present + base


def _encode_values(column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Any values: by hash, then in sorted order (by their text where they cannot be compared)."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "US":
        column = column.astype(object)
    try:
        codes, found = pd.factorize(column)
    except TypeError as error:
        raise TypeError(
            f"Every answer must be a string or a number: argument must be a string or a number ({error})"
        ) from None
    found = np.asarray(found)
    try:
        order = np.argsort(found, kind="stable")
    except TypeError:
        order = np.array(
            sorted(range(len(found)), key=lambda i: (type(found[i]).__name__, str(found[i]))), dtype=np.intp
        )
    rank = np.empty(len(order) + 1, dtype=np.int32)
    rank[order] = np.arange(len(order))
    rank[-1] = MISSING
    return rank[codes], found[order]


def _number_rows(codes: list[np.ndarray], n_categories: list[int]) -> tuple[np.ndarray, int]:
    """Number the distinct rows: one integer key per row, counted where the key space is small, else sorted."""
    gaps = [int(code.size > 0 and code.min() < 0) for code in codes]
    sizes = [size + gap for size, gap in zip(n_categories, gaps, strict=True)]
    total = 1
    for size in sizes:
        total *= size
    key: np.ndarray = np.zeros(len(codes[0]), dtype=np.int32 if total < 2**31 else np.int64)
    cells = 1
    for code, size, gap in zip(codes, sizes, gaps, strict=True):
        if cells * size >= KEY_CELLS:
            key, cells = _compress(key, cells)
        key *= size
        key += code
        if gap:
            key += 1
        cells *= size
    return _compress(key, cells)


def _compress(key: np.ndarray, cells: int) -> tuple[np.ndarray, int]:
    if cells <= max(BINCOUNT_CELLS, 8 * len(key)):
        seen = np.zeros(cells, dtype=bool)
        seen[key] = True
        lookup = np.cumsum(seen, dtype=np.int32)
        lookup -= 1
        return lookup[key], int(lookup[-1]) + 1 if len(key) else 0
    distinct, inverse = np.unique(key, return_inverse=True)
    return inverse.astype(key.dtype, copy=False), len(distinct)
