"""How far is searched for types, what the edge of the search means, and what is said of the number asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.searched import MOST, classes_to_try
from typology.clustering.selection import Verdict, verdict_of
from typology.content.catalogue import load_content
from typology.survey.codebook import TypologySettings

CONTENT = load_content()


def answers(n_rows: int, n_goals: int, kind: str = "yes_no", levels: int = 2) -> Any:
    codes = np.random.default_rng(n_goals).integers(0, levels, (n_rows, n_goals))
    return coded_answers(pd.DataFrame(codes).astype("category"), GoalQuestion(kind))


@pytest.mark.parametrize(
    ("n_rows", "n_goals", "kind", "levels", "most"),
    [
        # k yes/no classes of 13 goals have 14 k - 1 parameters, each needs four rows: 4 x 97 = 388, 4 x 111 = 444
        (412, 13, "yes_no", 2, 7), (444, 13, "yes_no", 2, 8), (443, 13, "yes_no", 2, 7),
        (5_000, 13, "yes_no", 2, MOST),
        # three levels, 12 goals: 25 k - 1 parameters
        (1_196, 12, "rating", 3, 12), (1_195, 12, "rating", 3, 11),
        # three yes/no goals have 7 degrees of freedom, two classes take them all, however many answer
        (5_000, 3, "yes_no", 2, 2),
    ],
)  # fmt: skip
def test_the_range_follows_rows_goals_and_degrees_of_freedom(n_rows, n_goals, kind, levels, most) -> None:
    assert classes_to_try(answers(n_rows, n_goals, kind, levels)) == most


def test_one_more_than_asked_is_tried_even_where_few_rows_carry_it() -> None:
    assert classes_to_try(answers(60, 13)) == 2
    assert classes_to_try(answers(60, 13), asked=4) == 5
    assert classes_to_try(answers(60, 3), asked=4) == 2  # more are not identified


def table(bic: list[float], p_values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"k": range(1, len(bic) + 1), "bic": bic, "adjusted_bic": bic, "blrt_p": [np.nan, *p_values],
         "blrt_exceedances": 1}
    )  # fmt: skip


def test_a_minimum_at_the_edge_is_at_least_and_no_agreement() -> None:
    falling = verdict_of(table([5.0, 4.0, 3.0, 2.0], [0.005] * 3), 4)
    assert (falling.key, falling.n_types, falling.searched) == ("selection_edge", 4, 4)
    assert falling.sentence(CONTENT).startswith("Mindestens 4 Typen: Bis 4 wurde gesucht")
    inside = verdict_of(table([5.0, 4.0, 2.0, 3.0], [0.005, 0.005, 0.5]), 3)
    assert inside.key == "selection_agree" and "indestens" not in inside.sentence(CONTENT)


def test_one_criterion_at_the_edge_is_said_where_they_differ() -> None:
    said = verdict_of(table([5.0, 4.0, 3.0, 2.0], [0.005, 0.5, np.nan]), None).sentence(CONTENT)
    assert "BIC mindestens 4, korrigiertes BIC mindestens 4, Folge der Tests 2" in said
    assert said.endswith("Gesucht wurde bis 4.")


@pytest.mark.parametrize(
    ("bic", "adjusted", "test", "asked", "ends"),
    [
        (4, 4, 4, 4, "Folge der Tests."),
        (4, 4, 4, 3, "3 Typen sind weniger, als die Kriterien nennen."),
        (4, 4, 4, 5, "Keine Evidenz für 5 Typen."),
        (2, 5, 4, 4, "Für 4 Typen: Folge der Tests."),
        (2, 5, 4, 3, "3 Typen nennt keines der Kriterien, das eine weniger, das andere mehr."),
        (2, 5, 4, 6, "Keine Evidenz für 6 Typen."),
        (3, 5, 4, 2, "2 Typen sind weniger, als die Kriterien nennen."),
        (4, 4, 4, 9, "Ob es 9 Typen gibt, wurde nicht geprüft; gesucht wurde bis 8."),
    ],
)  # fmt: skip
def test_no_evidence_is_said_only_of_more_types_than_any_criterion_names(bic, adjusted, test, asked, ends) -> None:
    key = "selection_agree" if bic == adjusted == test else "selection_differ"
    assert Verdict(key, test, bic, adjusted, test, 0.005, asked, 8).sentence(CONTENT).endswith(ends)


def test_the_codebook_sets_range_starts_and_replicates() -> None:
    book = TypologySettings.model_validate({"max_classes": 6, "starts": 50, "replicates": 499})
    assert (book.max_classes, book.starts, book.replicates) == (6, 50, 499)
    assert TypologySettings().max_classes == "auto"
    for wrong in ({"max_classes": 3}, {"max_classes": "viele"}, {"starts": 5}, {"replicates": 50}, {"alpha": 1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            TypologySettings.model_validate(wrong)
