"""Drawings of quality: each shows exactly the numbers of its table, a mark per type."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from typology import figures
from typology.content.catalogue import load_content

KEYS = ["bedaechtige", "optimierer"]
MARKS = figures.type_marks(KEYS, load_content())


@pytest.fixture
def ax():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


def test_kept_counts_municipalities_per_twentieth(ax):
    figures.draw_kept(pd.Series([0.51, 0.52, 0.97, 1.0]), ax)
    heights = [bar.get_height() for bar in ax.patches]
    assert len(heights) == 20
    assert (heights[10], heights[19], sum(heights)) == (2, 2, 4)
    assert ax.get_ylabel() == "Kommunen"


def test_reliability_draws_a_line_per_type_beside_the_diagonal(ax):
    table = pd.DataFrame(
        {"type": [*KEYS, *KEYS, "alle"], "stated": [0.6, 0.7, 0.8, 0.9, 0.5], "right": [0.5, 0.6, 0.9, 0.8, 0.4]}
    )
    figures.draw_reliability(table, MARKS, ax)
    diagonal, first, second = ax.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata())
    assert (list(first.get_xdata()), list(first.get_ydata())) == ([0.6, 0.8], [0.5, 0.9])
    assert (list(second.get_xdata()), list(second.get_ydata())) == ([0.7, 0.9], [0.6, 0.8])
    assert [line.get_label() for line in (first, second)] == ["Bedächtige", "Optimierer"]


def test_intervals_keep_the_types_of_an_item_together(ax):
    table = pd.DataFrame({"type": np.repeat(KEYS, 2), "item": ["Daten", "Netz"] * 2, "estimate": [2.0, 3.0, 4.0, 5.0]})
    table["low"], table["high"] = table["estimate"] - 0.5, table["estimate"] + 0.5
    figures.draw_intervals(table, MARKS, ax, label="Stand")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Daten", "Netz"]
    first, second = ax.lines
    assert (list(first.get_xdata()), list(second.get_xdata())) == ([2.0, 3.0], [4.0, 5.0])
    assert np.round(first.get_ydata()).tolist() == np.round(second.get_ydata()).tolist() == [0.0, 1.0]
    assert (np.asarray(first.get_ydata()) < np.asarray(second.get_ydata())).all()
    spans = [line[:, 0].tolist() for lines in ax.collections for line in lines.get_segments()]
    assert spans == [[1.5, 2.5], [2.5, 3.5], [3.5, 4.5], [4.5, 5.5]]


def test_agreement_draws_all_and_every_type(ax):
    table = pd.DataFrame({"alle": [0.7, 0.9], "bedaechtige": [0.6, 0.8], "optimierer": [0.75, 0.95]}, index=[3, 5])
    figures.draw_agreement(table, MARKS, ax, language="en")
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.7, 0.9], [0.6, 0.8], [0.75, 0.95]]
    assert list(ax.get_xticks()) == [3, 5]
    assert ax.get_xlabel() == "Number of goals"
