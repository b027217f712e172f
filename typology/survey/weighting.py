"""Weight respondents to the margins of the register (raking), when a result shall speak of more than the sample.

A membership sample is no random sample: weights make it resemble the register in the margins that were named,
and in nothing else. Whoever uses them says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.errors import EstimationError, Findings
from typology.register.register import Register
from typology.writing import Said

Margin = str | tuple[str, ...]
#: One row per category of a margin; the three shares sum to 1 over the categories of one margin.
MARGIN_COLUMNS = ("margin", "category", "n", "target_share", "sample_share", "weighted_share")
KIND = "gewichtung"  # of the findings
RESPONDING_KINDS = ("gemeinde", "kreisfrei", "kreis")
#: The margins of a register; a category without respondents has no shares.
REGISTER_COLUMNS = ("margin", "category", "bodies", "n", "target_share", "sample_share", "weighted_share")


@dataclass(frozen=True, eq=False)
class RakeResult:
    """Weights and what they cost.

    weights : one per respondent, mean 1. margins : ``MARGIN_COLUMNS``. design_effect : Kish, n·Σw² / (Σw)².
    effective_n : n / design_effect. largest_gap : the largest distance between a weighted share and its target.
    converged : all shares meet their targets within ``tol``; with ``trim``, the weights no longer change.
    trimmed : respondents whose weight was held at the limit.
    """

    weights: pd.Series
    margins: pd.DataFrame
    design_effect: float
    effective_n: float
    n_iterations: int
    converged: bool
    largest_gap: float
    trimmed: int


@dataclass(frozen=True, eq=False)
class RegisterWeights:
    """Weights from a register, and what the register holds that nobody answered for.

    weights : one per respondent, mean 1; missing for whoever has no category or is of a kind without a target.
    margins : ``REGISTER_COLUMNS``. unrepresented : share of the register's bodies in categories without respondents.
    The rest as in :class:`RakeResult`.
    """

    weights: pd.Series
    margins: pd.DataFrame
    design_effect: float
    effective_n: float
    converged: bool
    largest_gap: float
    unrepresented: float


def weigh_by_register(
    respondents: pd.DataFrame,
    register: Register,
    margins: Sequence[Margin] = ("size_class", "kind"),
    *,
    trim: float | None = None,
    kinds: Sequence[str] = (),
) -> RegisterWeights | None:
    """Weights that give the respondents the margins of the register, as far as somebody answered.

    ``kinds``: the kinds of bodies that were asked, which alone are the margins then; empty where all could answer.
    Bodies in a category without any respondent leave all margins together, so that the margins still agree with one
    another; ``unrepresented`` is their share. Respondents without a category have no weight. None where nobody stands
    in a category of the register.

    Raises
    ------
    EstimationError : a margin is no column of the register.
    """
    asked = [kind for kind in RESPONDING_KINDS if not kinds or kind in kinds]
    bodies = register.bodies[register.bodies["kind"].isin(asked)]
    theirs = {margin: _categories(bodies, margin) for margin in margins}
    ours = {margin: _categories(respondents, margin) for margin in margins}
    kept = pd.Series(True, index=bodies.index)
    known = respondents["kind"].isin(asked)
    for margin in margins:
        kept, known = kept & (theirs[margin] != ""), known & (ours[margin] != "")
    before = -1
    while before != (before := int(kept.sum()) + int(known.sum())):
        for margin in margins:
            kept &= theirs[margin].isin(set(ours[margin][known]))
            known &= ours[margin].isin(set(theirs[margin][kept]))
    if not known.any():
        return None
    raked = rake(respondents[known], {m: theirs[m][kept].value_counts().sort_index() for m in margins}, trim=trim)
    parts = []
    for margin in margins:
        held = theirs[margin][theirs[margin] != ""].value_counts().sort_index()
        n = ours[margin].value_counts().reindex(held.index, fill_value=0)
        parts.append(pd.DataFrame({"margin": margin_name(margin), "category": held.index, "bodies": held.to_numpy(),
                                   "n": n.to_numpy()}))  # fmt: skip
    shares = raked.margins.drop(columns="n")
    return RegisterWeights(
        weights=raked.weights.reindex(respondents.index),
        margins=pd.concat(parts, ignore_index=True).merge(shares, how="left", on=["margin", "category"]),
        design_effect=raked.design_effect,
        effective_n=raked.effective_n,
        converged=raked.converged,
        largest_gap=raked.largest_gap,
        unrepresented=1 - float(kept.mean()),
    )


def rake(
    sample: pd.DataFrame,
    margins: Mapping[Margin, pd.Series],
    *,
    max_iter: int = 500,
    tol: float = 1e-9,
    trim: float | None = None,
) -> RakeResult:
    """Weight the rows of ``sample`` until every margin has the shares of its target (Deming and Stephan 1940).

    Parameters
    ----------
    sample : one row per respondent, with the columns that the margins name, as text.
    margins : column (or tuple of columns; categories are then joined by " | ") → target counts or shares per
        category. Only their shares matter.
    trim : no weight exceeds ``trim`` times the mean; the targets are then met as closely as that allows.

    Raises
    ------
    EstimationError : a category of the target without respondents, respondents without a target, a missing
        category, or no margin at all. All are named together.

    >>> sample = pd.DataFrame({"kind": ["kreis", "kreis", "kreis", "gemeinde"]})
    >>> rake(sample, {"kind": pd.Series({"kreis": 50, "gemeinde": 50})}).weights.round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    if not margins or not len(sample):
        raise EstimationError(Said("survey.nothing_to_weight"))
    if trim is not None and trim <= 1:
        raise EstimationError(Said("survey.low_trim", trim=trim))
    codes, targets, labels = _encode(sample, margins)
    weights = np.ones(len(sample))
    converged = False
    n_iterations = 0
    while not converged and n_iterations < max_iter:
        n_iterations += 1
        before = weights
        for code, target in zip(codes, targets, strict=True):
            reached = np.bincount(code, weights=weights, minlength=len(target)) / weights.sum()
            weights = weights * (target / reached)[code]
        weights = weights / weights.mean()
        if trim is not None:
            weights = _held(weights, trim)
            converged = bool(np.abs(weights - before).max() <= tol)
        else:
            converged = _gap(codes, targets, weights) <= tol
    trimmed = 0 if trim is None else int((weights >= trim * (1 - 1e-9)).sum())
    cost = design_effect(weights)
    return RakeResult(
        weights=pd.Series(weights, index=sample.index, name="weight"),
        margins=_margin_table(codes, targets, labels, weights),
        design_effect=cost,
        effective_n=len(weights) / cost,
        n_iterations=n_iterations,
        converged=converged,
        largest_gap=_gap(codes, targets, weights),
        trimmed=trimmed,
    )


def design_effect(weights: np.ndarray | pd.Series) -> float:
    """What unequal weights cost: n·Σw² / (Σw)² (Kish 1965); 1 for equal weights."""
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def margin_name(margin: Margin) -> str:
    """The printed name of a margin: its column, or its columns joined."""
    return margin if isinstance(margin, str) else " | ".join(margin)


def _categories(table: pd.DataFrame, margin: Margin) -> pd.Series:
    """The category of each row; "" where a column is empty."""
    columns = [margin] if isinstance(margin, str) else list(margin)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        there = ", ".join(map(str, table.columns))
        raise EstimationError(Said("survey.columns_missing", missing=", ".join(missing), columns=there))
    texts = table[columns].astype(object).where(table[columns].notna(), "").astype(str)
    joined = texts[columns[0]]
    for column in columns[1:]:
        joined = joined + " | " + texts[column]
    return joined.where((texts != "").all(axis=1), "")


def _encode(
    sample: pd.DataFrame, margins: Mapping[Margin, pd.Series]
) -> tuple[list[np.ndarray], list[np.ndarray], list[tuple[str, list[str]]]]:
    """Category numbers of each respondent, target shares and labels of each margin; all problems at once."""
    found = Findings()
    codes, targets, labels = [], [], []
    for margin, given in margins.items():
        name = margin_name(margin)
        target = pd.Series(given, dtype=float)
        target.index = [" | ".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in target.index]
        wrong = target.index[~np.isfinite(target) | (target < 0) | target.index.duplicated()]
        for label in wrong:
            message, expected = Said("survey.target_no_number"), Said("survey.number_once")
            found.error(KIND, message, column=name, value=label, expected=expected)
        categories = _categories(sample, margin)
        counts = categories.value_counts()
        for label in target.index.difference(wrong):
            if target[label] > 0 and label not in counts:
                message = Said("survey.category_without_answer", target=target[label])
                expected = Said("survey.one_answer_of_category")
                found.error(KIND, message, column=name, value=str(label), expected=expected)
        for label, n in counts.sort_index().items():
            if label == "":
                message = Said("survey.without_category", n=n)
                found.error(KIND, message, column=name, expected=Said("survey.a_category"))
            elif label not in target.index or not target[[label]].gt(0).any():
                message = Said("survey.without_target", n=n)
                known = ", ".join(target.index[:10])
                found.error(KIND, message, column=name, value=str(label), expected=known)
        if not found.failed:
            order = [label for label in target.index if target[label] > 0]
            codes.append(pd.Index(order).get_indexer(categories))
            targets.append((target[order] / target[order].sum()).to_numpy())
            labels.append((name, order))
    found.raise_if_failed(EstimationError, "survey.cannot_weight")
    return codes, targets, labels


def _held(weights: np.ndarray, limit: float) -> np.ndarray:
    """Weights of mean 1 of which none exceeds ``limit``: the excess goes to all others in proportion."""
    while weights.max() > limit * (1 + 1e-12):
        weights = np.minimum(weights, limit * weights.mean())
        weights = weights / weights.mean()
    return weights


def _gap(codes: list[np.ndarray], targets: list[np.ndarray], weights: np.ndarray) -> float:
    """The largest distance between a weighted share and its target."""
    total = weights.sum()
    return max(
        float(np.abs(np.bincount(code, weights=weights, minlength=len(target)) / total - target).max())
        for code, target in zip(codes, targets, strict=True)
    )


def _margin_table(
    codes: list[np.ndarray], targets: list[np.ndarray], labels: list[tuple[str, list[str]]], weights: np.ndarray
) -> pd.DataFrame:
    parts = []
    for code, target, (name, categories) in zip(codes, targets, labels, strict=True):
        n = np.bincount(code, minlength=len(target))
        weighted = np.bincount(code, weights=weights, minlength=len(target)) / weights.sum()
        values = (name, categories, n, target, n / n.sum(), weighted)
        parts.append(pd.DataFrame(dict(zip(MARGIN_COLUMNS, values, strict=True))))
    return pd.concat(parts, ignore_index=True)
