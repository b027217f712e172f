"""Drawings show the tables' numbers, in the types' own colours and shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.publishing import figures

mpl.use("agg")
CONTENT = load_content()
KEYS = [kind.key for kind in CONTENT.types]
MARKS = figures.type_marks(KEYS, CONTENT)


@pytest.fixture
def ax() -> Iterator[Any]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 5))
    yield axes
    figure.canvas.draw()
    plt.close(figure)


def goal_table(keys: list[str]) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    labels = [goal.label.de for goal in CONTENT.goals]
    return pd.DataFrame(rng.uniform(0, 1, (len(labels), len(keys) + 1)), index=labels, columns=[*keys, "alle"])


def test_marks_come_from_content_and_groups_are_grey_with_their_own_shape() -> None:
    assert [(mark["letter"], mark["colour"]) for mark in MARKS] == [
        (kind.letter, kind.colour) for kind in CONTENT.types
    ]
    groups = figures.type_marks([f"gruppe_{letter}" for letter in "abcdefghijkl"], CONTENT)
    assert {mark["colour"] for mark in groups} == {figures.NEUTRAL}
    assert not {mark["symbol"] for mark in groups} & {mark["symbol"] for mark in MARKS}
    assert len({figures.MARKERS[mark["symbol"]] for mark in groups}) == 12
    assert [mark["short"] for mark in groups[:2]] == ["Gruppe A", "Gruppe B"]
    assert figures.type_marks(["gruppe_a"], CONTENT, "en")[0]["short"] == "Group A"


def test_dots_stand_where_the_table_says(ax: Any) -> None:
    table = goal_table(KEYS)
    figures.draw_goal_rows(table, MARKS, ax)
    drawn = {line.get_label(): line for line in ax.get_lines()}
    for mark in MARKS:
        line = drawn[f"{mark['letter']} {mark['short']}"]
        assert line.get_xdata().tolist() == table[mark["key"]].tolist()
        assert line.get_color() == mark["colour"]
    assert drawn["alle"].get_xdata().tolist() == table["alle"].tolist()
    assert not ax.get_legend().get_frame_on()
    assert ax.get_xlim()[0] <= 0 and ax.get_xlim()[1] >= 1  # no dot falls off the edge
    assert [label.get_text() for label in ax.get_yticklabels()] == list(table.index)


def test_every_type_has_its_own_shape(ax: Any) -> None:
    figures.draw_goal_rows(goal_table(KEYS), MARKS, ax)
    shapes = [line.get_marker() for line in ax.get_lines()]
    assert len(set(shapes)) == len(KEYS) + 1


def test_share_bars_are_as_long_as_the_shares(ax: Any) -> None:
    table = pd.DataFrame({"share": [0.4, 0.3, 0.2, 0.1], "low": [0.3, 0.2, 0.1, np.nan],
                          "high": [0.5, 0.4, 0.3, np.nan]}, index=KEYS)  # fmt: skip
    figures.draw_share_bars(table, MARKS, ax)
    assert [bar.get_width() for bar in ax.patches] == [0.4, 0.3, 0.2, 0.1]
    assert len({bar.get_hatch() for bar in ax.patches}) == 4, "readable without colour"
    assert [text.get_text() for text in ax.texts] == ["40\u00a0%", "30\u00a0%", "20\u00a0%", "10\u00a0%"]
    assert [label.get_color() for label in ax.get_yticklabels()] == [mark["colour"] for mark in MARKS]
    assert len(ax.get_lines()) == 6, "two strokes for each of the three known intervals"


def test_curves_follow_the_table(ax: Any) -> None:
    table = pd.DataFrame({"bic": [0.9, 0.8, 0.7]}, index=[1, 2, 3])
    figures.draw_selection(table, ax, measures=("bic",))
    (line,) = ax.get_lines()
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata().tolist() == [0.9, 0.8, 0.7]
    assert ax.get_xlabel() == "Zahl der Typen"


def test_memberships_keep_the_order_of_the_table(ax: Any) -> None:
    table = pd.DataFrame(np.random.default_rng(1).dirichlet(np.ones(4), 30), columns=KEYS[::-1])
    figures.draw_memberships(table, MARKS, ax)
    assert np.array_equal(np.asarray(ax.images[0].get_array()), table[KEYS].to_numpy().T)
    assert ax.get_xlabel() == "30 Kommunen"


def test_one_line_per_recommendation(ax: Any) -> None:
    pairs = pd.DataFrame({"key": ["a", "a", "b"], "partner": ["b", "c", "a"], "mutual": [True, False, True]})
    types = pd.Series({"a": KEYS[0], "b": KEYS[1], "c": ""})
    figures.draw_peers(pairs, types, MARKS, ax, language="en")
    links = [line for line in ax.get_lines() if list(line.get_xdata()) == [0, 1]]
    assert len(links) == 3
    assert len({line.get_linewidth() for line in links}) == 2
    # two seekers beside three partners: the last partner stands as low as the last seeker
    assert [list(line.get_ydata()) for line in links] == [[0, 0], [0, 0.5], [1, 1]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["seeks", "is recommended"]


def test_the_heat_table_of_methods_writes_every_index_and_the_own_stability(ax: Any) -> None:
    names = ["Latente Klassen", "k-Means"]
    table = pd.DataFrame([[1, 0.4, 0.8], [0.4, 1, -0.1]], index=names, columns=[*names, "eigene Stabilität"])
    figures.draw_methods(table, ax, stability="eigene Stabilität")
    assert [text.get_text() for text in ax.texts] == ["1,00", "0,40", "0,80", "0,40", "1,00", "\u22120,10"]
    assert [label.get_text() for label in ax.get_xticklabels()] == [*names, "eigene Stabilität"]
    assert [label.get_text() for label in ax.get_yticklabels()] == names
    # the own stability stands apart from the square of pairs
    assert ax.texts[2].get_position()[0] - ax.texts[1].get_position()[0] > 1


def test_the_own_stability_is_one_field_wide_and_a_quarter_apart_from_the_square_of_methods(ax: Any) -> None:
    names = ["Latente Klassen", "k-Means"]
    table = pd.DataFrame([[1, 0.4, 0.8], [0.4, 1, -0.1]], index=names, columns=[*names, "eigene Stabilität"])
    figures.draw_methods(table, ax, stability="eigene Stabilität")
    # Fields stand half to the left and right of their number: 0 and 1, and 2.25 for the column apart.
    assert [tuple(image.get_extent()) for image in ax.images] == [(-0.5, 1.5, 1.5, -0.5), (1.75, 2.75, 1.5, -0.5)]
    assert ax.get_xlim() == (-0.5, 2.75) and ax.get_ylim() == (1.5, -0.5)
