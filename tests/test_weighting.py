"""Raking to the margins of the register: numbers by hand, invariants, and clear errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typology.errors import EstimationError
from typology.register.register import read_register
from typology.survey.weighting import MARGIN_COLUMNS, rake, weigh_by_register

SQUARE = pd.DataFrame({"a": ["x", "x", "y", "y"], "b": ["p", "q", "p", "q"]}, index=list("klmn"))


def test_one_margin_by_hand() -> None:
    # three x and one y to halves: 0.5/0.75 = 2/3 and 0.5/0.25 = 2; Σw² = 3·4/9 + 4 = 16/3, so Kish 4·(16/3)/16 = 4/3
    sample = pd.DataFrame({"a": ["x", "x", "x", "y"]})
    result = rake(sample, {"a": pd.Series({"x": 10, "y": 10})})
    assert result.weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert result.design_effect == pytest.approx(4 / 3) and result.effective_n == pytest.approx(3)
    assert result.converged and result.largest_gap < 1e-9


def test_two_margins_by_hand() -> None:
    # a full square starts independent, so raking gives 4 · share(a) · share(b)
    result = rake(SQUARE, {"a": pd.Series({"x": 75, "y": 25}), "b": pd.Series({"p": 6, "q": 4})})
    assert result.weights.to_dict() == pytest.approx({"k": 1.8, "l": 1.2, "m": 0.6, "n": 0.4})
    assert tuple(result.margins.columns) == MARGIN_COLUMNS
    assert result.margins["weighted_share"].tolist() == pytest.approx([0.75, 0.25, 0.6, 0.4])
    assert result.margins["sample_share"].tolist() == [0.5] * 4


def test_a_combined_margin_is_met_cell_by_cell() -> None:
    target = pd.Series({("x", "p"): 4, ("x", "q"): 3, ("y", "p"): 2, ("y", "q"): 1})
    assert rake(SQUARE, {("a", "b"): target}).weights.tolist() == pytest.approx([1.6, 1.2, 0.8, 0.4])


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(1, 8), min_size=4, max_size=4),
    a=st.floats(0.1, 0.9),
    b=st.floats(0.1, 0.9),
    scale=st.floats(0.5, 1000),
)
def test_what_raking_keeps(counts: list[int], a: float, b: float, scale: float) -> None:
    sample = SQUARE.loc[np.repeat(SQUARE.index, counts)].reset_index(drop=True)
    margins = {"a": pd.Series({"x": a, "y": 1 - a}), "b": pd.Series({"p": b, "q": 1 - b})}
    result = rake(sample, margins)
    assert result.converged
    assert result.weights.sum() == pytest.approx(len(sample)) and (result.weights > 0).all()
    assert result.design_effect + 1e-12 >= 1 and result.effective_n <= len(sample) + 1e-9
    # the association among the respondents stays (Deming and Stephan): equal weights had an odds ratio of 1
    cell = result.weights.groupby([sample["a"], sample["b"]]).first()
    assert cell["x", "p"] * cell["y", "q"] == pytest.approx(cell["x", "q"] * cell["y", "p"])
    # only shares matter, and neither does the order of rows
    scaled = rake(sample.iloc[::-1], {name: target * scale for name, target in margins.items()}).weights.sort_index()
    assert scaled.tolist() == pytest.approx(result.weights.tolist())


def test_a_sample_that_already_fits_keeps_weight_one() -> None:
    result = rake(SQUARE, {"a": pd.Series({"x": 2, "y": 2})})
    assert result.weights.tolist() == [1, 1, 1, 1] and result.n_iterations == 1


def test_margins_that_contradict_the_empty_cells_do_not_converge() -> None:
    # x only with p and y only with q: the two margins must agree, and they do not
    sample = pd.DataFrame({"a": ["x", "y"], "b": ["p", "q"]})
    result = rake(sample, {"a": pd.Series({"x": 1, "y": 1}), "b": pd.Series({"p": 3, "q": 1})}, max_iter=50)
    assert not result.converged and result.largest_gap == pytest.approx(0.25) and result.n_iterations == 50


def test_trimming_holds_the_largest_weight_and_says_what_it_costs() -> None:
    sample = pd.DataFrame({"a": ["x"] * 19 + ["y"]})
    margins = {"a": pd.Series({"x": 1, "y": 1})}
    free, held = rake(sample, margins), rake(sample, margins, trim=5)
    assert free.weights.max() == pytest.approx(10) and free.trimmed == 0
    # held at five times the mean, y stands for 5/20 instead of a half; the 19 others share the remaining 15
    assert held.converged and held.trimmed == 1
    assert held.weights.iloc[-1] == pytest.approx(5) and held.weights.iloc[0] == pytest.approx(15 / 19)
    assert held.largest_gap == pytest.approx(0.25) and held.effective_n > free.effective_n


def test_all_that_keeps_a_sample_from_being_weighted_is_named_at_once() -> None:
    sample = pd.DataFrame({"a": ["x", "z", ""], "b": ["p", "p", "p"]})
    with pytest.raises(EstimationError) as caught:
        rake(sample, {"a": pd.Series({"x": 1, "y": 5}), "b": pd.Series({"p": 1, "q": -1})})
    found = {(problem.column, problem.value) for problem in caught.value.problems}
    assert found == {("a", "y"), ("a", "z"), ("a", ""), ("b", "q")}
    with pytest.raises(EstimationError, match="fehlen"):
        rake(sample, {"c": pd.Series({"x": 1})})
    with pytest.raises(EstimationError, match="mindestens einen Rand"):
        rake(sample, {})
    with pytest.raises(EstimationError, match="Kappungsgrenze"):
        rake(sample, {"b": pd.Series({"p": 1})}, trim=0.5)


def test_the_margins_of_the_real_register(external: Callable[[str], Path]) -> None:
    register = read_register(external("register/GV100AD_301123.txt"))
    bodies = register.bodies[register.bodies["kind"].isin(["gemeinde", "kreisfrei", "kreis"])]
    assert bodies["kind"].value_counts().to_dict() == {"gemeinde": 10667, "kreis": 294, "kreisfrei": 106}
    # every tenth body answers and all large ones: the weights bring the margins back
    sample = pd.concat([bodies.iloc[::10], bodies[bodies["size_class"].isin(["GK1", "GK2", "GK3"])]])
    result = weigh_by_register(sample, register)
    assert result is not None and set(result.margins["margin"]) == {"size_class", "kind"}
    gap = result.margins["weighted_share"] - result.margins["target_share"]
    assert result.converged and gap.abs().max() < 1e-9
    assert 1 < result.design_effect < 2
