"""The short form: information by hand, the limit of the question, subsets that are best, and honest agreement."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from answer_changes import one_answer_changed
from planted import GOALS, TYPES, draw_answers, planted_typology

from typology.content.catalogue import load_content
from typology.errors import EstimationError, ResponseError
from typology.types import short_form
from typology.types.orientation import orientation
from typology.types.short_form import (
    best_subset,
    evaluate_short_form,
    information_gain,
    next_questions,
    with_limit,
)

CONTENT = load_content()
TYPOLOGY = planted_typology()
PICK: Any = SimpleNamespace(kind="pick", limit=3)
PICKED = planted_typology(question=PICK)


def test_information_by_hand() -> None:
    # Two equally likely types: an answer that tells them apart for sure carries one bit, one that does not, none.
    half = np.array([0.5, 0.5])
    assert information_gain(half, np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx(1.0)
    assert information_gain(half, np.array([[0.3, 0.7], [0.3, 0.7]])) == pytest.approx(0.0)
    # 0.9 against 0.1: 1 - H(0.1) = 1 - 0.468996 bits.
    assert information_gain(half, np.array([[0.9, 0.1], [0.1, 0.9]])) == pytest.approx(0.531004, abs=1e-6)


def test_a_question_tells_what_the_posterior_of_the_typology_leaves_open() -> None:
    answers = {"effizienz": "ja", "offenheit": "nein"}
    posterior = TYPOLOGY.posterior(pd.DataFrame([answers], index=["90101003"])).to_numpy()[0]
    asked = next_questions(TYPOLOGY, answers).set_index("goal")["gain"]
    assert len(asked) == len(GOALS) - 2
    for goal, gain in asked.items():
        assert gain == pytest.approx(information_gain(posterior, TYPOLOGY.probabilities(goal)), abs=1e-12)


def test_next_question_tells_most_and_is_never_asked_twice() -> None:
    first = next_questions(TYPOLOGY)
    assert len(first) == len(GOALS) and first["gain"].is_monotonic_decreasing
    assert first["goal"].iloc[-1] in ("offenheit", "beschaeftigte")  # the same in every type
    assert first["gain"].iloc[-1] == pytest.approx(0, abs=1e-9)
    second = next_questions(TYPOLOGY, {"effizienz": "ja"})
    assert "effizienz" not in set(second["goal"])
    assert second["goal"].iloc[0] == "effektivitaet"


def test_the_limit_answers_the_rest_with_nein() -> None:
    three = {"effizienz": "ja", "effektivitaet": "ja", "offenheit": "ja"}
    assert next_questions(PICKED, three).empty
    full = with_limit(PICKED, three)
    assert set(full) == set(GOALS) and sum(answer == "ja" for answer in full.values()) == 3
    assert len(next_questions(TYPOLOGY, three)) == len(GOALS) - 3


def test_unknown_goals_and_answers_are_refused() -> None:
    with pytest.raises(EstimationError, match="wlan"):
        next_questions(TYPOLOGY, {"wlan": "ja"})
    with pytest.raises(EstimationError, match="vielleicht"):
        next_questions(TYPOLOGY, {"effizienz": "vielleicht"})


def test_one_answer_changed() -> None:
    answers = dict.fromkeys(GOALS, "nein") | {"effizienz": "ja", "buergernaehe": "ja", "attraktivitaet": "ja"}
    table = one_answer_changed(PICKED, answers).set_index("goal")
    # A fourth goal would break the limit, so only the three chosen ones can change.
    assert set(table.index) == {"effizienz", "buergernaehe", "attraktivitaet"}
    free = one_answer_changed(TYPOLOGY, answers).set_index("goal")
    assert set(free.index) == set(GOALS)
    assert not free.at["effizienz", "changes"] and free.at["effizienz", "type"] == "serviceorientierte"
    other = one_answer_changed(TYPOLOGY, {"effizienz": "ja"})
    assert other["changes"].tolist() == [True] and other["answer"].tolist() == ["nein"]


def test_best_subset_of_two_is_that_of_a_full_search() -> None:
    goals = draw_answers(TYPOLOGY, 300, random_state=4).drop(columns="truth")
    full = TYPOLOGY.posterior(goals).to_numpy().argmax(axis=1)

    def agreement(subset: tuple[str, ...]) -> float:
        return float((TYPOLOGY.posterior(goals[list(subset)]).to_numpy().argmax(axis=1) == full).mean())

    best = max(agreement(subset) for subset in combinations(GOALS, 2))
    assert agreement(best_subset(TYPOLOGY, goals, 2)) == pytest.approx(best)


def test_with_many_goals_the_search_by_growing_comes_close(monkeypatch: pytest.MonkeyPatch) -> None:
    goals = draw_answers(TYPOLOGY, 300, random_state=4).drop(columns="truth")
    full = TYPOLOGY.posterior(goals).to_numpy().argmax(axis=1)

    def agreement(subset: tuple[str, ...]) -> float:
        return float((TYPOLOGY.posterior(goals[list(subset)]).to_numpy().argmax(axis=1) == full).mean())

    best = agreement(best_subset(TYPOLOGY, goals, 4))
    monkeypatch.setattr(short_form, "FULL_SEARCH", 0)
    assert best - 0.02 <= agreement(best_subset(TYPOLOGY, goals, 4)) <= best


def test_all_goals_agree_fully_and_wrong_sizes_are_refused() -> None:
    goals = draw_answers(TYPOLOGY, 100).drop(columns="truth")
    assert best_subset(TYPOLOGY, goals, len(GOALS)) == GOALS
    with pytest.raises(EstimationError, match="1 bis 10"):
        best_subset(TYPOLOGY, goals, 11)


@pytest.fixture(scope="module")
def evaluated() -> Any:
    goals = draw_answers(TYPOLOGY, 300, random_state=8).drop(columns="truth")
    return evaluate_short_form(goals, TYPOLOGY, CONTENT, sizes=(3, 7, 10), n_folds=3, n_init=5)


@pytest.mark.parametrize("settings", [{"sizes": (99,)}, {"n_folds": 0}, {"n_folds": 1}])
def test_sizes_and_folds_that_leave_nothing_are_refused(settings: dict[str, Any]) -> None:
    goals = draw_answers(TYPOLOGY, 40, random_state=3).drop(columns="truth")
    with pytest.raises(EstimationError, match="Die Kurzform braucht"):
        evaluate_short_form(goals, TYPOLOGY, CONTENT, n_init=1, **settings)


def test_agreement_rises_with_the_number_of_goals(evaluated: Any) -> None:
    overall = evaluated.agreement[evaluated.agreement["type"] == "alle"].set_index("size")["agreement"]
    assert overall[3] < overall[7] < overall[10] == 1.0
    assert overall[7] > 0.75
    assert {"offenheit", "beschaeftigte"}.isdisjoint(evaluated.subsets[7])


def test_agreement_is_the_diagonal_of_the_confusion_and_every_row_is_left_out_once(evaluated: Any) -> None:
    confusion = evaluated.confusion
    assert (confusion.groupby("size")["n"].sum() == 300).all()
    same = confusion[confusion["full"] == confusion["short"]].groupby("size")["n"].sum() / 300
    overall = evaluated.agreement[evaluated.agreement["type"] == "alle"].set_index("size")["agreement"]
    assert same.to_numpy() == pytest.approx(overall.to_numpy())
    assert set(evaluated.agreement["type"]) == {*TYPES, "alle"}
    assert (evaluated.chosen["folds"] <= 3).all()


def test_orientation_counts_signature_goals_in_neutral_order() -> None:
    table = orientation({"effizienz", "effektivitaet", "buergernaehe", "wirtschaft"}, CONTENT)
    assert table["type"].tolist() == list(TYPES)
    assert table["n_chosen"].tolist() == [0, 2, 1, 0]
    assert table["not_chosen"].iloc[2] == ("attraktivitaet",)
    with pytest.raises(ResponseError, match="wlan"):
        orientation({"wlan"}, CONTENT)
    assert "keine statistische Zuordnung" in CONTENT.say("orientation_note")
