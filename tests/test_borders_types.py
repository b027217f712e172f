"""Types at their borders: the last answer that still counts and the first that does not, each worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planted import GOALS, planted_clustering, planted_rates, planted_typology
from test_profiles import ASSIGNMENTS, KEYS, SURVEY
from test_profiles import GOALS as ANSWERED

from typology.clustering.engine.question import GoalQuestion
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.register.official_keys import is_real
from typology.types.certainty import structure_too_weak
from typology.types.naming import match_types, name_types
from typology.types.orientation import orientation_of_all
from typology.types.profiles.bch import _spread, bch_weights
from typology.types.profiles.corrected import correct_profiles
from typology.types.profiles.profiles import profile_municipality, profile_types, standing_of
from typology.types.typology_file import rounded
from typology.types.waves import _causes, compare_waves

CONTENT = load_content()
KEY = pd.Index(["90101003"], name="key")


def typology(*rates: tuple[float, ...], kind: str = "yes_no") -> Any:
    """Types of equal share, a row of chances per type, one goal per column."""
    table = pd.DataFrame(rates, index=[f"t{place}" for place in range(len(rates))])
    clustering = planted_clustering(table.set_axis(list(GOALS[: table.shape[1]]), axis=1))
    return name_types(clustering, CONTENT, question=GoalQuestion(kind))


def row(model: Any, *answers: str | None) -> pd.Series:
    return model.assign(pd.DataFrame([answers], KEY, columns=list(model.goal_keys[: len(answers)]))).iloc[0]


@pytest.mark.parametrize(
    ("rates", "status"),
    [
        # With equal shares and one goal, the probabilities of "ja" are the chances divided by their sum.
        ((0.8, 0.2), "klar"),
        ((0.79, 0.21), "mischtyp"),
        ((0.4, 0.4, 0.1, 0.1), "mischtyp"),
        ((0.39, 0.4, 0.105, 0.105), "nicht_zuzuordnen"),
    ],
)
def test_eighty_percent_is_enough_for_clear_and_for_two_together(rates: tuple[float, ...], status: str) -> None:
    found = row(typology(*((rate,) for rate in rates)), "ja")
    assert found["status"] == status
    assert (found["second_type"] != "") == (status == "mischtyp")
    assert (found["type"] == "") == (status == "nicht_zuzuordnen")


def test_exactly_as_many_answers_as_asked_for_are_enough() -> None:
    strict = planted_typology(min_answered=2)
    assert row(strict, None, None, "ja", "ja")["reason"] == ""
    assert row(strict, None, None, "ja", None)["reason"] == "too_few_answers"


def test_with_two_goals_ticking_both_is_no_habit_with_three_of_a_list_it_is() -> None:
    assert row(typology((0.9, 0.9), (0.1, 0.1), kind="pick"), "ja", "ja")["reason"] == ""
    assert row(typology((0.9,) * 3, (0.1,) * 3, kind="pick"), "ja", "ja", "ja")["reason"] == "ticks_everything"
    assert row(typology((0.9,) * 3, (0.1,) * 3, kind="yes_no"), "ja", "ja", "ja")["reason"] == ""


def test_a_score_at_the_threshold_earns_its_name_and_a_mean_at_the_gate_opens() -> None:
    groups = planted_clustering(planted_rates())
    scores = list(match_types(groups, CONTENT).score.values())
    lowest, mean = min(scores), float(np.mean(scores))
    above = np.nextafter(lowest, 1)
    assert match_types(groups, CONTENT, threshold=lowest, gate=0).explanation == "naming_all"
    assert match_types(groups, CONTENT, threshold=above, gate=0).explanation != "naming_all"
    assert match_types(groups, CONTENT, threshold=0, gate=mean).explanation == "naming_all"
    assert match_types(groups, CONTENT, threshold=0, gate=np.nextafter(mean, 1)).explanation == "naming_none"


def test_a_whole_step_from_both_means_is_strong_or_weak_less_is_not() -> None:
    own = pd.Series([4.0, 3.9, 2.0, 2.1, 5.0, 5.0])
    of_type = pd.Series([3.0, 3.0, 3.0, 3.0, 4.5, np.nan])
    of_all = pd.Series([3.0, 3.0, 3.0, 3.0, 3.0, 3.0])
    assert standing_of(own, of_type, of_all).tolist() == ["stark", "", "schwach", "", "", "stark"]


def test_four_of_five_is_important_and_three_is_not() -> None:
    answers = [("daten", 3), ("wissen", 4), ("prozesse", 5)]
    own = pd.DataFrame([(KEY[0], "wichtig", item, value, "") for item, value in answers],
                       columns=["key", "measure", "item", "own", "standing"])  # fmt: skip
    assigned = pd.DataFrame({"type": "", "second_type": "", "status": "", "reason": ""}, KEY)
    assert profile_municipality(KEY[0], own, assigned).important == ("prozesse", "wissen")


@pytest.mark.parametrize(("certain", "weak"), [(14, False), (12, True)])
def test_half_of_all_certain_and_half_guessing_is_just_clear_enough(certain: int, weak: bool) -> None:
    # Certain rows, equally many of each type, have entropy 0, even ones log(4), the entropy of the equal shares: half
    # of them certain leave 1 - 0.5 = 0.5, the limit; 56 of 104 are more, 48 fewer.
    rows = [*np.eye(4).tolist()] * certain + [[0.25] * 4] * (104 - 4 * certain)
    assert structure_too_weak(np.array(rows)) is weak


def test_a_change_of_five_points_counts_beside_a_larger_one() -> None:
    moves = pd.DataFrame({"own_change": [0.4, 0.4, 0.04, 0.2], "model_change": [0.05, 0.0499, 0.3, 0.2]})
    assert _causes(moves).tolist() == ["both", "own", "model", "both"]
    assert _causes(pd.DataFrame({"own_change": [0.02, 0.02], "model_change": [0.02, 0.03]})).tolist() == [
        "own",
        "model",
    ]


def test_a_group_is_the_same_from_the_limit_on_and_never_at_one_half() -> None:
    model, answers = typology((0.9, 0.9), (0.1, 0.1)), pd.DataFrame([("ja", "ja")], KEY, columns=list(GOALS[:2]))
    for least, same in ((0.5, True), (1.0, False)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("typology.types.waves.LEAST_OVERLAP", least)
            waves = compare_waves(model, model, answers, answers, n_draws=2)
        assert waves.alignment["same"].tolist() == [same, same] and waves.alignment["overlap"].tolist() == [1.0, 1.0]


def test_the_middle_of_the_draws_is_the_interval_and_half_of_them_must_be_there() -> None:
    # Draws 0 to 100: the middle half lies between 25 and 75; their standard deviation is that of 0 … 100.
    draws = np.arange(101.0)[:, None]
    se, low, high = (float(part[0]) for part in _spread(draws, 0.5))
    assert (low, high) == (25, 75) and se == pytest.approx(draws.std(ddof=1))
    for missing, known in ((50, True), (51, False)):
        part = np.where(np.arange(101)[:, None] < missing, np.nan, draws)
        assert bool(np.isfinite(_spread(part, 0.5)[0]).all()) is known
    assert np.isnan(_spread(np.array([[1.0]]), 0.5)[0]).all()  # one draw has no spread


def test_goals_are_corrected_as_all_answers_are() -> None:
    # Everybody is of a type for certain, so that there is nothing to correct: the means of 5, 3 and of 1.
    sure = pd.DataFrame({"a": [1.0, 1.0, 0.0], "b": [0.0, 0.0, 1.0]}, KEYS[:3])
    found = correct_profiles(profile_types(SURVEY, ANSWERED, ASSIGNMENTS), SURVEY, ANSWERED, sure)
    rows = found.set_index(["type", "measure", "item"])["corrected"].sort_index()
    assert rows["a", "stand", "daten"].tolist() == pytest.approx([4.0])
    assert rows["b", "stand", "daten"].tolist() == pytest.approx([1.0])
    goals = found[(found["measure"] == "goal") & found["type"].isin(["a", "b"])]
    assert len(goals) and goals["corrected"].tolist() == pytest.approx(goals["estimate"].tolist())


def test_a_type_that_nobody_can_have_cannot_be_corrected() -> None:
    with pytest.raises(EstimationError, match="überschneiden"), np.errstate(invalid="ignore"):
        bch_weights(np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0]]))
    assert bch_weights(np.eye(2)) == pytest.approx(np.eye(2))


def test_the_highest_answer_chooses_a_goal_for_the_orientation_of_all() -> None:
    steps = pd.CategoricalDtype(["niedrig", "mittel", "hoch"], ordered=True)
    goals = pd.DataFrame({"effizienz": ["hoch", "niedrig", None], "eigenes": ["hoch"] * 3}, KEYS[:3]).astype(steps)
    found = orientation_of_all(goals, CONTENT).set_index(["key", "type"])["n_chosen"]
    assert found.loc[:, "optimierer"].tolist() == [1, 0, 0]
    assert orientation_of_all(goals[["effizienz"]], CONTENT)["key"].unique().tolist() == list(KEYS[:2])


def test_official_keys_belong_to_the_laender_01_to_16() -> None:
    for real in ("01001000", "16077056", "16077", "160770056", "160770056056"):
        assert is_real(real)
    for invented in ("00001000", "17001000", "90101003", "1600", "16A77056"):
        assert not is_real(invented)


def test_a_typology_file_holds_six_digits_no_minus_zero_and_no_infinite_number() -> None:
    values = {"a": [-0.0, -4e-7, 1 / 3, np.float64(2 / 3), np.array([1e-7, 5e-6])], 1: (np.inf, np.nan, True, None, 3)}
    assert json.dumps(rounded(values)) == (
        '{"a": [0.0, 0.0, 0.333333, 0.666667, [0.0, 5e-06]], "1": [null, null, true, null, 3]}'
    )
