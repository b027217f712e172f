"""Types described by other answers in one step: corrected where they keep apart, at face value where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import typology
from typology.clustering.clustering import cluster
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals
from typology.types.naming import name_types
from typology.types.profiles.bch import bch_weights, describe_types, refit_replicates
from typology.types.profiles.described import compare_types


@pytest.fixture(scope="module")
def grouped(tiny):
    """Goals, groups and names of the small study, two groups."""
    goals = typology.goals_matrix(tiny.survey)
    goals = goals.loc[typology.estimation_rows(tiny.survey, goals)]
    groups = typology.cluster(goals, 2, question=typology.goal_question(tiny.survey), n_init=10)
    return goals, groups, typology.name_types(groups, tiny.survey.content, survey=tiny.survey)


def test_one_step_gives_what_the_steps_give(tiny, grouped):
    goals, groups, named = grouped
    answers = tiny.survey.block("stand").loc[goals.index]
    table = typology.compare_types(answers, goals, groups, named, n_replicates=4, random_state=3)
    posteriors = groups.memberships.loc[goals.index].rename(columns=named.naming.permutation)
    replicates = refit_replicates(goals, groups, n_replicates=4, random_state=3)
    steps = describe_types(answers, posteriors, replicates=replicates)
    pd.testing.assert_frame_equal(table.drop(columns="corrected"), steps)
    assert table["corrected"].all() and len(table) == 2 * answers.shape[1]
    assert set(table["type"]) == set(named.type_keys)


def test_types_that_overlap_are_shown_at_face_value_and_the_table_says_so(tiny, grouped):
    goals, groups, named = grouped
    answers = tiny.survey.block("stand").loc[goals.index]
    # everybody belongs to both groups alike but for a hair, which still says who would be assigned where
    blurred = 0.5 + (groups.memberships - 0.5) * 1e-4
    table = typology.compare_types(answers, goals, replace(groups, memberships=blurred), named)
    assert not table["corrected"].any()
    assert table["low"].isna().all() and table["se"].isna().all()
    modal = groups.memberships.rename(columns=named.naming.permutation).loc[goals.index].idxmax(axis=1)
    rows = table.set_index(["type", "item"])["estimate"]
    assert len(rows) == 2 * answers.shape[1]
    for (kind, item), value in rows.items():
        assert value == pytest.approx(answers.loc[modal == kind, item].astype(float).mean())


def test_answers_of_others_are_refused(tiny, grouped):
    goals, groups, named = grouped
    with pytest.raises(EstimationError, match="dieselben Schlüssel"):
        typology.compare_types(tiny.survey.block("stand").iloc[:5], goals, groups, named, n_replicates=1)


def test_the_goals_themselves_count_by_probability() -> None:
    """They made the types; whatever else has the name of a goal did not."""
    drawn = simulate_goals(120, kind="yes_no", random_state=1)
    groups = cluster(drawn.goals, 2, n_init=5)
    named = name_types(groups, load_content(), synthetisch=True)
    first = drawn.goals.columns[0]
    goal = drawn.goals[[first]]
    own = compare_types(goal, drawn.goals, groups, named, n_replicates=0).query("level == 'ja'")["estimate"]
    weights = groups.memberships.to_numpy()
    chosen = goal[first].eq("ja").to_numpy(float)
    assert own.tolist() == pytest.approx((weights.T @ chosen / weights.sum(axis=0)).tolist())
    other = goal.iloc[::-1].set_axis(goal.index)
    by_weights = compare_types(other, drawn.goals, groups, named, n_replicates=0).query("level == 'ja'")["estimate"]
    corrected = bch_weights(weights)
    expected = corrected.T @ chosen[::-1] / corrected.sum(axis=0)
    assert by_weights.tolist() == pytest.approx(np.clip(expected, 0, 1).tolist())
