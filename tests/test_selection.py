"""How many types: the model given the number of ticks, replicates in the form of the question, the verdict."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from typology.clustering.engine.bootstrap import fit_model, ratio_test
from typology.clustering.engine.climb import climb, fit_batch
from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain import Batch, make_design, random_states
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.sequence import split_starts
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.clustering.engine.ticks import TickBatch, draw_ticks, suffix_sums, tick_memberships
from typology.clustering.selection import SELECTION_COLUMNS, select_classes, verdict_of
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals

PICK = GoalQuestion("pick", 3)

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))


def symmetric(weights, order):
    """Elementary symmetric sum by going through all subsets."""
    return sum(np.prod([weights[i] for i in part]) for part in itertools.combinations(range(len(weights)), order))


def test_symmetric_sums_by_all_subsets():
    weights = np.random.default_rng(0).gamma(1.0, size=6)
    sums = suffix_sums(weights[:, None], 4)[0, :, 0]
    assert sums == pytest.approx([symmetric(weights, order) for order in range(5)], rel=1e-12)


def test_conditional_likelihood_by_all_subsets_and_no_step_down():
    rng = np.random.default_rng(1)
    chosen = rng.random((40, 6)) < 0.4
    batch = TickBatch(chosen, np.ones(40))
    states = random_states(batch, 2, 3, rng)
    level = batch.expect(states)[0][1]
    state = states[:, 1]
    by_hand = sum(
        np.log(sum(row[0] * np.prod(row[1:][ticks]) / symmetric(row[1:], int(ticks.sum())) for row in state))
        for ticks in chosen
    )
    assert level == pytest.approx(by_hand, rel=1e-10)
    seen: dict[int, float] = {}
    trace: list = []
    end = climb(batch, states, trace=trace)
    for runs, heights in trace:
        for run, height in zip(runs, heights, strict=True):
            assert height >= seen.get(run, -np.inf) - 1e-9
            seen[run] = height
    assert end.converged.all()


def test_one_conditional_class_meets_the_margins():
    # the likelihood equations of an exponential family: expected ticks per goal equal the observed ones
    goals = simulate_goals(300, kind="free", strength=0.0, random_state=5).goals
    answers = coded_answers(goals, GoalQuestion("pick"))
    fit = fit_model(answers, 1, form=GIVEN_TICKS, n_init=1, rng=np.random.default_rng(0), tol=1e-13)
    weights, totals = fit.state[0, 1:] * 13, answers.totals
    expected = np.zeros(13)
    for goal in range(13):
        rest = np.delete(weights, goal)
        with_goal = weights[goal] * suffix_sums(rest[:, None], 13)[0, :, 0]
        every = suffix_sums(weights[:, None], 13)[0, :, 0]
        expected[goal] = sum(with_goal[t - 1] / every[t] for t in totals if t)
    assert expected == pytest.approx((answers.codes == 1).sum(axis=0), rel=1e-4)


def test_drawn_ticks_have_the_given_totals_and_the_right_chances():
    odds, total, n = np.array([4.0, 1.0, 1.0, 0.5, 0.0]), 2, 20_000
    drawn = draw_ticks(np.tile(odds, (n, 1)), np.full(n, total), np.random.default_rng(2))
    assert (drawn.sum(axis=1) == total).all()
    chance = [odds[j] * symmetric(np.delete(odds, j), 1) / symmetric(odds, 2) for j in range(5)]
    assert drawn.mean(axis=0) == pytest.approx(chance, abs=0.015)  # four standard errors
    assert not drawn[:, 4].any()


@pytest.mark.parametrize(
    ("kind", "question"),
    [("pick", PICK), ("free", GoalQuestion("pick")), ("yes_no", GoalQuestion("yes_no")),
     ("rating", GoalQuestion("rating"))],
)  # fmt: skip
def test_replicates_keep_the_form(kind, question):
    drawn = simulate_goals(150, kind=kind, missing=0.1, random_state=4).goals
    answers = coded_answers(drawn, question)
    assert answers.form == (GIVEN_TICKS if kind in ("pick", "free") else PLAIN)
    fit = fit_model(answers, 2, form=answers.form, n_init=5, rng=np.random.default_rng(0))
    codes = answers.form.draw(answers, fit.state, np.random.default_rng(1))
    assert ((codes < 0) == (answers.codes < 0)).all()
    assert (codes != answers.codes).any()
    if answers.ticked:
        assert ((codes == 1).sum(axis=1) == answers.totals).all()
    else:
        assert codes.max() == 2


def test_ticks_given_their_number_have_one_parameter_less_per_class():
    answers = coded_answers(simulate_goals(80, random_state=1).goals, PICK)
    assert PLAIN.free_parameters(answers.codes, 3) == 2 + 3 * 13
    assert GIVEN_TICKS.free_parameters(answers.codes, 3) == 2 + 3 * 12


def test_memberships_follow_the_true_posterior_of_ticks():
    drawn = simulate_goals(200, target=0.6, random_state=2)
    model = drawn.model
    state = np.column_stack([model.shares, np.exp(model.weights)])
    state[:, 1:] /= state[:, 1:].sum(axis=1, keepdims=True)
    chosen = (coded_answers(drawn.goals, PICK).codes == 1).astype(float)
    assert tick_memberships(chosen, state) == pytest.approx(drawn.posterior.to_numpy(), abs=1e-9)


@pytest.fixture(scope="module")
def clear():
    drawn = simulate_goals(300, target=0.8, random_state=3)
    return select_classes(drawn.goals, range(1, 6), question=PICK, n_init=20, n_resamples=2)


def test_clear_types_are_counted_right(clear):
    assert clear.n_types == 4
    assert tuple(clear.table.columns) == SELECTION_COLUMNS
    rows = clear.table.set_index("k")
    assert (rows["blrt_p"].loc[2:4] == 1 / 200).all()  # (0 + 1) / (199 + 1)
    assert rows["blrt_p"].loc[5] >= 0.01
    assert rows["log_likelihood"].is_monotonic_increasing
    assert rows["stability"].loc[2:].between(0.3, 1).all()
    assert rows["bic"].loc[4] == pytest.approx(
        -2 * rows["log_likelihood"].loc[4] + np.log(300) * rows["n_parameters"].loc[4]
    )
    assert "4 Typen" in clear.text["de"] and "4 types" in clear.text["en"]


def test_the_verdict_follows_from_the_table_alone(clear):
    assert verdict_of(clear.table, 4) == clear.verdict
    other = clear.table.assign(blrt_p=[np.nan, 0.4, 0.5, np.nan, np.nan], blrt_exceedances=[0, 5, 5, 0, 0])
    changed = verdict_of(other, 4)
    assert (changed.key, changed.n_types) == ("selection_one_test", 1)
    said = changed.sentence(load_content())
    assert "Keine Evidenz für mehr als einen Typ" in said and "Keine Evidenz für 4 Typen" in said


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "question"),
    [("pick", PICK), ("free", GoalQuestion("pick")), ("free", GoalQuestion("yes_no")),
     ("yes_no", GoalQuestion("yes_no")), ("rating", GoalQuestion("rating"))],
)  # fmt: skip
def test_no_types_where_there_are_none(kind, question):
    goals = simulate_goals(200, kind=kind, strength=0.0, random_state=8).goals
    found = select_classes(goals, range(1, 3), question=question, n_init=10, n_resamples=0)
    assert found.n_types == 1
    assert found.verdict.key in ("selection_one", "selection_one_test", "selection_one_bic")
    if kind == "free":
        assert found.ticks["sd"] > 1.3 * found.ticks["expected_sd"]


def test_plain_classes_would_take_the_number_of_ticks_for_types():
    goals = simulate_goals(412, kind="free", strength=0.0, random_state=8).goals
    answers = coded_answers(goals, GoalQuestion("pick"))
    fits = [fit_model(answers, k, form=PLAIN, n_init=10, rng=np.random.default_rng(0)) for k in (1, 2)]
    bic = [-2 * fit.log_likelihood + np.log(412) * fit.n_parameters for fit in fits]
    assert bic[1] < bic[0]
    found = select_classes(goals, (1, 2), question=GoalQuestion("pick"), n_init=10, n_replicates=0, n_resamples=0)
    assert found.verdict.bic == 1


def test_the_test_ends_early_with_a_valid_p_value():
    answers = coded_answers(simulate_goals(150, strength=0.0, random_state=2).goals, PICK)
    one, two = (fit_model(answers, k, form=PLAIN, n_init=10, rng=np.random.default_rng(0)) for k in (1, 2))
    null = fit_model(answers, 1, form=GIVEN_TICKS, n_init=1, rng=np.random.default_rng(0))
    options = {"n_replicates": 60, "n_init": 5}
    test = ratio_test(answers, null, one, two, **options)
    assert test.exceedances == 5 and test.p_value == 5 / test.replicates
    assert test == ratio_test(answers, null, one, two, **options)


def test_too_few_replicates_decide_nothing():
    goals = simulate_goals(200, target=0.8, random_state=3).goals
    found = select_classes(goals, range(1, 3), question=PICK, n_replicates=19, n_init=10, n_resamples=0)
    assert found.verdict.key == "selection_undecided"
    assert found.table["blrt_p"].iloc[1] == 1 / 20


def test_wrong_questions_are_refused():
    goals = pd.DataFrame({"a": ["1", "2", "3"] * 10, "b": ["1", "2", "1"] * 10})
    with pytest.raises(EstimationError, match="höchstens zwei"):
        select_classes(goals, (1, 2), question=PICK)
    with pytest.raises(EstimationError, match="lückenlos"):
        select_classes(goals, (2, 3))


def test_ratings_ask_the_adjusted_bic():
    table = pd.DataFrame(
        {"k": [1, 2, 3], "bic": [10.0, 11.0, 12.0], "adjusted_bic": [10.0, 9.0, 8.0],
         "blrt_p": [np.nan, 0.005, 0.005], "blrt_exceedances": [0, 0, 0]}
    )  # fmt: skip
    assert verdict_of(table, kind="rating").n_types == 3
    other = verdict_of(table, 3, kind="pick")
    assert (other.n_types, other.key) == (1, "selection_one_bic")


def test_splits_of_the_smaller_solution_never_end_below_it() -> None:
    from latent_class_speed import climb_sequence

    drawn = simulate_goals(200, kind="yes_no", target=0.6, random_state=9)
    patterns = collapse(drawn.goals)
    batch = Batch(make_design(patterns), patterns.weights)
    ends = climb_sequence(batch, range(1, 6), n_init=1, rng=np.random.default_rng(0))
    heights = [ends[k].objective.max() for k in range(1, 6)]
    assert (np.diff(heights) > 0).all()
    starts = split_starts(ends[3].state[:, 0], np.random.default_rng(1), splits=2)
    assert starts.shape == (4, 6, 1 + 26)
    assert starts[:, :, 0].sum(axis=0) == pytest.approx(np.ones(6))
    reference = fit_batch(make_design(patterns), patterns.weights, 4, n_init=200, rng=np.random.default_rng(2))
    assert heights[3] == pytest.approx(reference.log_likelihoods[0], abs=1.5)
