"""What is published, at its borders: cells just too small, steps just fine enough, numbers as they are printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.content.trainings import load_job_families, load_trainings
from typology.matching.action.competences import competence_gaps
from typology.matching.action.trainings import match_trainings
from typology.publishing.gate.privacy import size_band
from typology.publishing.gate.public_model import grid_of
from typology.publishing.gate.suppression import few, suppress
from typology.publishing.site.search import register_data
from typology.publishing.views.action import Actions
from typology.publishing.views.partners import Partners
from typology.publishing.views.workshop import SMALL
from typology.study.export import with_names
from typology.tables.package import StudyTables
from typology.writing import chance

CONTENT = load_content()


def test_one_and_two_are_few_none_and_three_are_not() -> None:
    assert few(np.array([0, 1, 2, 3, 4])).tolist() == [False, True, True, False, False]
    assert few(np.array([0, 1, 2, 3, 4]), 2).tolist() == [False, True, False, False, False]


def test_a_table_without_small_cells_hides_nothing_and_one_with_them_hides_more_than_these() -> None:
    def hidden(cells: list[list[int]]) -> list[list[bool]]:
        whole = np.array(cells)
        whole = np.vstack([whole, whole.sum(axis=0)])
        whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
        return suppress(whole, whole).tolist()

    assert not np.any(hidden([[3, 4], [5, 0]]))
    # The 2 alone would follow from its margins: a rectangle with it goes.
    assert hidden([[2, 4], [5, 6]]) == [[True, True, False], [True, True, False], [False, False, False]]
    assert np.array(hidden([[2, 4, 9], [5, 6, 9], [9, 9, 9]]))[:2, :2].all()


@pytest.mark.parametrize(
    ("n", "minimum", "step"),
    [(300, 3, 0.01), (299, 3, 0.02), (150, 3, 0.02), (149, 3, 0.05), (60, 3, 0.05), (59, 3, 0.1), (5, 3, 0.1),
     (500, 5, 0.01), (499, 5, 0.02)],
)  # fmt: skip
def test_a_step_leaves_as_many_open_as_a_small_cell_would_have(n: int, minimum: int, step: float) -> None:
    assert grid_of(n, minimum) == step


def test_25_000_inhabitants_begin_the_upper_band() -> None:
    bodies = pd.DataFrame(
        [("gemeinde", 24_999), ("gemeinde", 25_000), ("kreisfrei", 25_000), ("kreis", 24_999), ("verband", 24_999),
         ("gemeinde", None)],
        columns=["kind", "population"],
    )  # fmt: skip
    assert size_band(bodies).tolist() == ["unter_25000", "ab_25000", "ab_25000", "kreise", "kreise", ""]


def test_the_workshop_is_for_the_size_classes_below_25_000() -> None:
    below = [item.key for item in CONTENT.size_classes if item.scale == "gemeinde" and (item.upper or 1e9) <= 25_000]
    assert sorted(SMALL) == sorted(below)
    assert "25.000" in CONTENT.say("action_workshop_lead")


@pytest.mark.parametrize(
    ("probability", "printed"),
    [
        (0.0, "< 1"),
        (0.0049, "< 1"),
        (0.005, "1"),
        (0.01, "1"),
        (0.99, "99"),
        (0.9949, "99"),
        (0.995, "> 99"),
        (1.0, "> 99"),
    ],
)
def test_no_probability_is_printed_as_impossible_or_certain(probability: float, printed: str) -> None:
    assert chance(probability, "en") == f"{printed}%"
    assert chance(probability, "de") == f"{printed}\u00a0%"


def test_the_packed_register_says_nothing_for_a_step_of_one() -> None:
    rows = [("01051001", True), ("01051002", False), ("01051038", True), ("01053001", False), ("zeile_7", False)]
    table = pd.DataFrame(rows, columns=["key", "partner"]).assign(
        name="Au", kind_label="Gemeinde", size_class="GK7", kreis_name="Kreis", land_name="Land", listed=True
    )
    packed = register_data(table)
    # 1001 − 0 = 1001 is rt in base 36, then 1, then 36 = 10; every Kreis begins anew; other keys stand in raw.
    assert packed["keys"] == ";rt,,10;rt" and packed["groups"] == ",01051,01053"
    assert packed["raw"] == "zeile_7\tKreis\tLand" and packed["laender"] == {"00": "Land", "01": "Land"}
    assert packed["listed"] == [0, 1, 2, 3, 4] and packed["partners"] == [1, 3]


def test_a_name_stands_right_of_its_key_and_never_alone() -> None:
    names = pd.DataFrame({"name": ["Au", "Bad Au"]}, index=["1", "2"])
    table = pd.DataFrame({"rank": [1, 2], "key": ["1", "2"], "partner": ["2", "9"], "score": [0.5, 0.4]})
    named = with_names(table, names)
    assert list(named) == ["rank", "key", "name", "partner", "partner_name", "score"]
    assert named["name"].tolist() == ["Au", "Bad Au"] and named["partner_name"].tolist() == ["Bad Au", ""]


def test_the_largest_gap_comes_first_and_its_path_says_what_stays_open() -> None:
    levels = [("verwaltung", "sicherheit", 5.0, 1.0), ("kita", "sicherheit", 8.0, 2.0), ("kita", "inhalte", 4.0, 3.0)]
    table = pd.DataFrame([("1", *row) for row in levels], columns=["key", "family", "area", "soll", "ist"])
    gaps = competence_gaps(table, load_job_families())
    tables = StudyTables(
        municipalities=pd.DataFrame({"kind": "gemeinde", "name": "Au"}, index=pd.Index(["1"], name="key")),
        competence_gaps=gaps,
        trainings=match_trainings(gaps, load_trainings()),
    )
    shown = Actions(tables, CONTENT, Partners(tables, CONTENT))
    paths = shown.trainings("1")
    assert [path["gap"] for path in paths] == [row["gap"] for row in shown.gaps("1")] == [6.0, 4.0, 1.0]
    # One course leads from 2 to 4 of 8; two lead from 1 over 3 to 5, and nothing is left.
    assert [len(path["steps"]) for path in paths] == [1, 2, 1]
    assert paths[0]["closing"] == {
        lang: CONTENT.say("action_training_rest", lang, start="4", end="8") for lang in ("de", "en")
    }
    assert paths[1]["closing"] is None and (paths[1]["ist"], paths[1]["soll"]) == (1.0, 5.0)
