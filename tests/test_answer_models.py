"""Two answer models behind one protocol: what they say agrees with sums by hand, and nobody asks which one it is."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from typology.clustering.clustering import cluster
from typology.clustering.engine.forms import FORMS, form_of, model_of_file
from typology.clustering.engine.model import AnswerModel, posteriors, row_levels
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain_classes import PLAIN, PlainClasses
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.tick_classes import GIVEN_TICKS, TickClasses
from typology.content.catalogue import load_content
from typology.simulation.survey import simulate_goals
from typology.types.naming import name_types
from typology.types.profiles.bch import refit_replicates

PACKAGE = Path(__file__).parents[1] / "typology"
MODEL_MODULES = {"plain_classes.py", "tick_classes.py", "forms.py"}
ASKS = re.compile(
    r"odds is\b|ticks is (not )?None|if (self|typology|clustering)\.(ticks|odds)\b|given_ticks\b(?!\")"
    r"|isinstance\([^)]*(PlainClasses|TickClasses)|form (is|==|!=) (PLAIN|GIVEN_TICKS)"
    r"|\.name == \"(plain|conditional)\""
)
# What the published file states of the numbers of ticks may have to be coarser: a question to the file.
# And which graded rivals a model of classes has: those of its own form.
STATED = {
    "typology.ticks and (closed or few_ticks)", "not typology.ticks", "ticked=answers.form == GIVEN_TICKS",
}  # fmt: skip


def plain_model() -> PlainClasses:
    return PlainClasses(
        np.array([0.7, 0.3]),
        (np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]), np.array([[0.4, 0.6]] * 2)),
    )


def tick_model() -> TickClasses:
    odds = np.array([[0.4, 1.6, 1.0], [1.5, 0.5, 1.0]])
    half = tuple(np.full((2, 2), 0.5) for _ in range(3))
    return TickClasses(np.array([0.7, 0.3]), half, odds, np.array([0.1, 0.4, 0.3, 0.2]))


def whole_rows(model: AnswerModel) -> np.ndarray:
    return np.array(list(itertools.product(*(range(table.shape[1]) for table in model.probabilities))))


def test_nobody_asks_which_model_it_is() -> None:
    files = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name not in MODEL_MODULES]
    lines = [(path, line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(files) > 100 and len(lines) > 10_000
    asked = [f"{path.name}: {line.strip()}" for path, line in lines if ASKS.search(line)]
    assert [line for line in asked if not any(part in line for part in STATED)] == []


@pytest.mark.parametrize(
    "line",
    ["if clustering.odds is not None:", "whole = typology.ticks is not None", "if self.ticks:", "if form is PLAIN:",
     "if isinstance(model, TickClasses):", "if given_ticks(patterns, question):"],
)  # fmt: skip
def test_such_a_question_would_be_found(line: str) -> None:
    assert ASKS.search(line)


@pytest.mark.parametrize("make", [plain_model, tick_model])
def test_probabilities_of_whole_rows_add_up_and_parts_are_their_sums(make) -> None:
    model = make()
    every = whole_rows(model)
    whole = np.exp(model.logs(every))
    assert whole.sum(axis=0) == pytest.approx([1, 1], abs=1e-12)
    for part in ([1, -1, 0], [-1, 1, -1], [-1, -1, -1], [0, 1, 1]):
        code = np.array(part)
        fits = ((every == code) | (code < 0)).all(axis=1)
        assert np.exp(model.logs(code[None]))[0] == pytest.approx(whole[fits].sum(axis=0), abs=1e-12)
    joint = whole * model.shares
    assert posteriors(model, every) == pytest.approx(joint / joint.sum(axis=1, keepdims=True), abs=1e-12)
    assert np.exp(row_levels(model, every)).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("make", [plain_model, tick_model])
def test_many_parts_at_once_are_the_parts_one_by_one(make) -> None:
    model = make()
    every = whole_rows(model)
    parts = np.array(list(itertools.product([False, True], repeat=3)))
    found = model.part_logs(every, parts)
    one_by_one = np.stack([model.logs(np.where(part, every, -1)) for part in parts])
    assert found == pytest.approx(one_by_one, abs=1e-12)


def test_log_likelihood_of_ticks_is_given_their_number() -> None:
    model = tick_model()
    rows = np.array([[1, 0, 0], [0, 1, 1], [1, -1, 0]])
    # one tick: 0.4, 1.6, 1.0 of 3; two: products 0.64, 0.4, 1.6 of 2.64; second class 1.5, 0.5, 1.0 and 0.75, 1.5, 0.5
    one = 0.7 * 0.4 / 3.0 + 0.3 * 1.5 / 3.0
    two = 0.7 * 1.6 / 2.64 + 0.3 * 0.5 / 2.75
    assert model.log_likelihood(rows) == pytest.approx(np.log(one) + np.log(two))
    plain = plain_model()
    answered = np.array([[1, 2, 0], [-1, 0, -1], [-1, -1, -1]])
    by_hand = np.log(0.7 * 0.8 * 0.2 * 0.4 + 0.3 * 0.1 * 0.8 * 0.4) + np.log(0.7 * 0.5 + 0.3 * 0.1)
    assert plain.log_likelihood(answered) == pytest.approx(by_hand)


@pytest.mark.parametrize("make", [plain_model, tick_model])
def test_rows_answer_again_as_their_class_does(make) -> None:
    """Answers drawn with the class known have the probabilities that the model gives them; gaps stay."""
    model = make()
    assert len(model.shares) == 2
    one = np.full((1, model.rates().shape[1]), 0)
    one[0, 0], one[0, -1] = 1, -1
    rng = np.random.default_rng(0)
    for place in range(len(model.shares)):
        drawn = model.redraw(np.repeat(one, 20_000, axis=0), np.full(20_000, place), rng)
        assert drawn.dtype == one.dtype and (drawn[:, -1] == -1).all() and (drawn[:, :-1] >= 0).all()
        patterns, counts = np.unique(drawn, axis=0, return_counts=True)
        if isinstance(model, TickClasses):
            assert (patterns == 1).sum(axis=1).tolist() == [1, 1]
        chance = np.exp(model.logs(patterns)[:, place])
        assert counts / 20_000 == pytest.approx(chance / chance.sum(), abs=0.012)


def test_free_parameters_by_hand() -> None:
    codes = np.array([[0, 1, 2], [1, 1, 0], [-1, 1, 1]])
    assert PLAIN.free_parameters(codes, 2) == 1 + 2 * (1 + 0 + 2)
    ticked = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 1]])
    assert PLAIN.free_parameters(ticked, 3) == 2 + 3 * 2
    assert GIVEN_TICKS.free_parameters(ticked, 3) == 2 + 3 * 1
    assert GIVEN_TICKS.free_parameters(np.ones((4, 3), int), 2) == 1


def test_a_state_starts_where_the_model_stands() -> None:
    for model in (plain_model(), tick_model()):
        state = model.state()
        assert state[:, 0].tolist() == [0.7, 0.3]
        rows = model.form.rows(whole_rows(model), tuple(table.shape[1] for table in model.probabilities))
        assert rows.memberships(state) == pytest.approx(posteriors(model, whole_rows(model)), abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "question", "name"),
    [("pick", GoalQuestion("pick", 3), "conditional"), ("free", GoalQuestion("pick"), "conditional"),
     ("pick", GoalQuestion("ranking", 3), "conditional"), ("yes_no", GoalQuestion("yes_no"), "plain"),
     ("rating", GoalQuestion("rating"), "plain"), ("pick", None, "plain")],
)  # fmt: skip
def test_the_model_follows_from_the_question_and_comes_back_from_the_file(kind, question, name) -> None:
    goals = simulate_goals(150, kind=kind, target=0.6, random_state=3).goals
    assert form_of(collapse(goals), question) is FORMS[name]
    found = cluster(goals, 3, question=question, n_init=5)
    assert found.model.form is FORMS[name] and found.settings["given_ticks"] is (name == "conditional")
    typology = name_types(found, load_content(), question=question)
    assert typology.model.form is FORMS[name]
    order = [typology.type_keys.index(typology.naming.permutation[group]) for group in found.classes]
    codes = typology.answer_codes(goals)
    assert posteriors(typology.model, codes)[:, order] == pytest.approx(posteriors(found.model, codes), abs=1e-4)


def test_more_than_a_tenth_of_partly_answered_lists_means_plain_classes() -> None:
    goals = simulate_goals(100, random_state=1).goals
    question = GoalQuestion("pick", 3)
    for partly, form in ((10, GIVEN_TICKS), (11, PLAIN)):
        part = goals.copy()
        part.iloc[:partly, 5:] = None
        assert form_of(collapse(part), question) is form


def test_replicates_keep_the_model_of_the_result() -> None:
    # a tenth of partly answered lists in the survey is sometimes more in a resampled one
    goals = simulate_goals(100, random_state=1).goals
    goals.iloc[:10, 5:] = None
    found = cluster(goals, 2, question=GoalQuestion("pick", 3), n_init=5)
    assert found.model.form is GIVEN_TICKS
    replicates = refit_replicates(goals, found, n_replicates=8, n_init=2)
    partly = [int((replicate.rows < 10).sum()) for replicate in replicates]
    assert max(partly) > 10
    assert all(np.isfinite(replicate.posteriors).all() for replicate in replicates)


def test_a_file_whose_parts_do_not_make_a_model_is_refused() -> None:
    goals = simulate_goals(100, random_state=1).goals
    question = GoalQuestion("pick", 3)
    typology = name_types(cluster(goals, 2, question=question, n_init=5), load_content(), question=question)
    answers = {goal.key: len(goal.answers) for goal in typology.goals}
    bare = [item.model_copy(update={"odds": {}}) for item in typology.types]
    wrong = [
        (typology.types, None, answers),
        (bare, typology.ticks, answers),
        (typology.types, typology.ticks[:-1], answers),
        (typology.types, typology.ticks, answers | {"effizienz": 3}),
    ]
    assert "effizienz" in answers
    for parts in wrong:
        with pytest.raises(ValueError, match=r"Gewichte|Kreuze"):
            model_of_file(*parts)
    assert isinstance(model_of_file(bare, None, answers), PlainClasses)
    assert model_of_file(typology.types, typology.ticks, answers).totals.tolist() == list(typology.ticks)
