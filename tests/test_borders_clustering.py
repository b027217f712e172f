"""Groups and their number at the borders: what just counts as evidence, as answered, as found again, by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from typology.clustering import alternatives, criteria
from typology.clustering import stability as stability_module
from typology.clustering.alternatives import kmedoids
from typology.clustering.clustering import cluster
from typology.clustering.engine import bootstrap
from typology.clustering.engine.forms import coded_answers, form_of
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.clustering.goals import goal_question, goals_matrix
from typology.clustering.permutation import best_pairs
from typology.clustering.selection import tick_spread, verdict_of
from typology.clustering.stability import stability
from typology.errors import EstimationError
from typology.simulation.agreement import cross_table
from typology.study.estimate import estimate, settings_of


def table(rows: list[str]) -> pd.DataFrame:
    """Ticks written as one word per row: 1 ja, 0 nein, - no answer."""
    words = {"1": "ja", "0": "nein", "-": None}
    goals = pd.DataFrame(
        [[words[sign] for sign in row] for row in rows], pd.Index(map(str, range(len(rows))), name="key")
    )
    return goals.add_prefix("z").astype(pd.CategoricalDtype(["nein", "ja"]))


def test_criteria_by_hand() -> None:
    # LL −100 with 5 parameters: −2 LL is 200, AIC adds 10; ln 1 = 0, so that one row adds nothing, nor do 22 rows to
    # the adjusted BIC: (22 + 2) / 24 = 1.
    assert criteria.aic(-100, 5) == 210
    assert criteria.bic(-100, 5, 1) == 200 and criteria.bic(-100, 5, np.e) == pytest.approx(205)
    assert criteria.adjusted_bic(-100, 5, 22) == 200
    # One certain row and one that is even between two classes: entropy ln 2 of 2 ln 2.
    memberships = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert criteria.membership_entropy(memberships) == pytest.approx(np.log(2))
    assert criteria.relative_entropy(memberships) == pytest.approx(0.5)
    assert criteria.relative_entropy(memberships, np.array([3.0, 1.0])) == pytest.approx(0.75)
    assert np.isnan(criteria.relative_entropy(np.ones((2, 1))))
    assert criteria.icl(-100, 5, 1, memberships) == pytest.approx(200 + 2 * np.log(2))


def verdict(p_values: list[float], exceedances: list[int], bic: list[float]) -> tuple[str, int]:
    numbers = range(1, len(bic) + 1)
    found = verdict_of(
        pd.DataFrame(
            {"k": numbers, "bic": bic, "adjusted_bic": bic, "blrt_p": [np.nan, *p_values],
             "blrt_exceedances": [0, *exceedances]}
        )
    )  # fmt: skip
    return found.key, found.n_types


def test_one_percent_is_no_evidence_below_it_is() -> None:
    assert verdict([0.0099], [1], [2.0, 1.0]) == ("selection_edge", 2)
    assert verdict([0.01], [1], [2.0, 1.0]) == ("selection_one_test", 1)
    assert verdict([0.0099, 0.0099], [1, 1], [3.0, 2.0, 1.0]) == ("selection_edge", 3)
    assert verdict([0.0099, 0.01], [1, 1], [3.0, 1.0, 2.0]) == ("selection_agree", 2)
    assert verdict([0.0099, 0.01], [1, 1], [3.0, 2.0, 1.0]) == ("selection_differ", 2)


def test_without_one_exceedance_a_large_p_says_only_that_there_were_too_few_replicates() -> None:
    assert verdict([0.05], [0], [2.0, 1.0])[0] == "selection_undecided"
    assert verdict([0.05], [1], [2.0, 1.0])[0] == "selection_one_test"
    assert verdict([0.05], [1], [1.0, 2.0])[0] == "selection_one"
    assert verdict([0.005], [1], [1.0, 2.0])[0] == "selection_one_bic"


@pytest.mark.parametrize(
    ("found", "starts", "ratio"),
    [
        (5.0, [5, 5], 5.0),  # half of the observed ratio of 10: it stays far below
        (5.1, [5, 5, 20], 9.0),  # nearer than that: more starts, and the better end counts
        (9.5, [5, 5, 20], 9.5),
        (10.0, [5, 5], 10.0),  # reached: nothing more to look for
    ],
)
def test_a_replicate_gets_more_starts_only_where_they_might_decide(
    found: float, starts: list[int], ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fit(_: Any, n_classes: int, *, n_init: int, **__: Any) -> Any:
        asked.append(n_init)
        rise = 0.0 if n_classes == 1 else (found, 9.0)[len(asked) > 2]
        return SimpleNamespace(log_likelihood=-100 + rise / 2, state=np.full((n_classes, 3), 0.5))

    monkeypatch.setattr(bootstrap, "fit_model", fit)
    monkeypatch.setattr(bootstrap, "draw_replicate", lambda *_: None)
    one: Any = SimpleNamespace(state=np.full((1, 3), 0.5), form=PLAIN)
    answers: Any = None
    assert bootstrap.ratio_of_replicate(answers, one, one, 10.0, n_init=20, seed=(0, 1, 2)) == pytest.approx(ratio)
    assert asked == starts
    asked.clear()
    bootstrap.ratio_of_replicate(answers, one, one, 10.0, n_init=3, seed=(0, 1, 2))
    assert asked == [3, 3]


@pytest.mark.parametrize(("partly", "given"), [(1, True), (2, False), (10, False)])
def test_up_to_a_tenth_of_the_rows_may_have_answered_a_part_of_the_list(partly: int, given: bool) -> None:
    goals = table(["10-"] * partly + ["110", "011"] * ((10 - partly) // 2) + ["110"] * (partly % 2))
    question = GoalQuestion("pick", 2)
    assert (form_of(collapse(goals), question) is GIVEN_TICKS) is given
    assert len(coded_answers(goals, question).codes) == (10 - partly if given else 10)
    assert form_of(collapse(goals), GoalQuestion("yes_no")) is PLAIN


def test_rows_without_any_answer_are_not_among_those_who_answered_a_part() -> None:
    rows = ["1-0", *["110", "011"] * 4, "110"]
    assert form_of(collapse(table([*rows, "---"])), GoalQuestion("pick", 2)) is GIVEN_TICKS
    assert form_of(collapse(table([*rows[:-1], "---", "---"])), GoalQuestion("pick", 2)) is PLAIN  # 1 of 9


def test_the_number_of_ticks_by_hand() -> None:
    # Two, one, one and no goal of two ticked: mean 1, variance 1/2; each goal is ticked by half: 2 · 1/2 · 1/2.
    spread = tick_spread(table(["11", "10", "01", "00"]), GoalQuestion("pick", 2))
    assert spread == pytest.approx({"mean": 1.0, "sd": np.sqrt(0.5), "expected_sd": np.sqrt(0.5)})


THREE = table(["111000000"] * 10 + ["000111000"] * 12 + ["000000111"] * 14)


def test_who_stays_together_under_other_labels_keeps_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cluster(THREE, 3, n_init=10, prior=1.0)
    turned = np.roll(found.state(), 1, axis=0)  # class 0 is called 1, 1 is called 2, 2 is called 0
    monkeypatch.setattr(stability_module, "fit_one", lambda *_, **__: (turned,))
    result = stability(found, THREE, n_replicates=3)
    assert (result.municipalities["agreement"] == 1).all()
    assert (result.types[["jaccard", "low", "high", "recovered"]] == 1).all(axis=None) and result.rand == 1


def test_a_type_of_which_three_quarters_are_found_again_is_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three rows leave the largest group for the second: 9 of 12 stay (3/4), the second has 10 of then 13.
    found = cluster(THREE, 3, n_init=10, prior=1.0)
    labels = found.labels.to_numpy()
    again = labels.copy()
    large, other = labels[10], labels[0]
    again[np.flatnonzero(labels == large)[:3]] = other
    crossed = cross_table(*(np.unique(part, return_inverse=True)[1] for part in (labels, again)))
    indices = stability_module.jaccard_indices(crossed, best_pairs(crossed)[1])
    assert sorted(indices) == pytest.approx([9 / 12, 10 / 13, 1.0])
    monkeypatch.setattr(stability_module, "cross_table", lambda *_: crossed)
    state = found.state()
    monkeypatch.setattr(stability_module, "fit_one", lambda *_, **__: (state,))
    assert (stability(found, THREE, n_replicates=1).types["recovered"] == 1).all()


def test_best_match_takes_the_largest_overlap_in_all_not_row_by_row() -> None:
    # Row by row both would take column 0 (5 and 4); together 3 + 4 is more than 5 + 1.
    assert best_pairs(np.array([[5.0, 3.0], [4.0, 1.0]]))[1].tolist() == [1, 0]


def test_everybody_belongs_to_the_nearest_medoid() -> None:
    rows = ["000000", "000000", "000001", "110000", "110000", "110001", "111111", "111111", "111110"]
    labels = kmedoids(np.array([[int(sign) for sign in row] for row in rows]), 3, 0)
    assert [len(set(labels[start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1] and len(set(labels)) == 3


@pytest.mark.parametrize(("rows", "fits"), [(8, True), (7, False)])
def test_two_answers_per_class_are_the_least(rows: int, fits: bool, demo_survey: Any) -> None:
    settings = replace(settings_of(demo_survey), n_classes=4, n_init=2, degrees=False)
    goals = goals_matrix(demo_survey).iloc[:rows]
    question = goal_question(demo_survey)
    if fits:
        assert estimate(demo_survey, goals, question, settings)[0].n_classes == 4
    else:
        with pytest.raises(EstimationError, match="mindestens 8"):
            estimate(demo_survey, goals, question, settings)
    with pytest.raises(EstimationError, match="vorhanden sind 0"):
        estimate(demo_survey, goals.assign(**dict.fromkeys(goals, None)), question, settings)


def test_beyond_the_rows_that_ward_groups_everybody_joins_the_nearest_centre(monkeypatch: pytest.MonkeyPatch) -> None:
    # Far from the origin, so that the nearest centre is not the one with the largest or smallest product.
    points = np.array([[10.0, 0], [11, 0], [12, 0], [20, 0], [21, 0], [22, 0]])
    centres = alternatives._centres(points, np.array([0, 0, 0, 1, 1, 1]), 2)
    assert centres.tolist() == [[11, 0], [21, 0]]
    assert alternatives._nearest(np.array([[1.0, 0], [15.9, 9], [16.1, 9], [99, 0]]), centres).tolist() == [0, 0, 1, 1]
    monkeypatch.setattr(alternatives, "ROWS", 5)
    labels = alternatives.ward(points, 2, 0)
    assert len(set(labels[:3])) == len(set(labels[3:])) == 1 and labels[0] != labels[5]


def test_answers_differ_by_their_share_among_what_both_answered() -> None:
    first, second = np.array([[0, 1, -1, 2]]), np.array([[0, 1, 1, 2], [0, 0, 1, -1], [-1, -1, 1, -1]])
    assert alternatives._mismatch(first, second).tolist() == [[0.0, 0.5, 1.0]]  # nothing in common: as far as can be
