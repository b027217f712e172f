"""Types of a list to choose from: latent classes given the number of ticks, from the fit to the frozen typology."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from typology.clustering.clustering import cluster
from typology.clustering.engine.climb import climb
from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.patterns import distinct
from typology.clustering.engine.plain import random_states
from typology.clustering.engine.plain_classes import PlainClasses
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.standard_errors import inclusion, tick_share_errors
from typology.clustering.engine.tick_classes import TickClasses
from typology.clustering.engine.ticks import TickBatch, open_factors, share_of_totals, tick_logs, tick_memberships
from typology.clustering.stability import stability
from typology.content.catalogue import load_content
from typology.errors import ResponseError, StudyError
from typology.simulation.agreement import adjusted_rand
from typology.simulation.model import build_model
from typology.simulation.survey import oracle_ari, simulate_goals
from typology.types.naming import name_types
from typology.types.short_form import best_subset, next_questions
from typology.types.typology import load_typology
from typology.types.typology_file import TypologyFile, dump

FREE = GoalQuestion("pick")
PICK = GoalQuestion("pick", 3)


def lists_of_habit(n_rows: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Three types on nine goals; how much a respondent ticks is a habit that has nothing to do with the type."""
    rng = np.random.default_rng(seed)
    group = rng.integers(3, size=n_rows)
    appeal = np.full((3, 9), -1.5)
    for k in range(3):
        appeal[k, 3 * k : 3 * k + 3] = 1.2
    chosen = rng.logistic(appeal[group] + rng.normal(0, 1.5, (n_rows, 1))) > 0
    chosen[~chosen.any(axis=1), 0] = True
    keys = pd.Index([f"9{i:07d}" for i in range(n_rows)], name="key")
    codes = {
        f"ziel_{j}": pd.Categorical.from_codes(column.astype(int), ["nein", "ja"]) for j, column in enumerate(chosen.T)
    }
    return pd.DataFrame(codes, index=keys), group


def test_habit_of_ticking_does_not_pass_for_a_type() -> None:
    goals, group = lists_of_habit()
    plain = cluster(goals, 3, n_init=50)
    given = cluster(goals, 3, question=FREE, n_init=50)
    assert isinstance(plain.model, PlainClasses) and isinstance(given.model, TickClasses)
    assert given.model.odds.mean(axis=1) == pytest.approx(np.ones(3))
    assert adjusted_rand(given.labels, group) > 0.45
    assert adjusted_rand(plain.labels, group) < 0.25
    assert given.n_parameters == 2 + 3 * 8
    assert given.settings["given_ticks"] and not plain.settings["given_ticks"]


def test_profiles_are_the_rates_of_the_groups() -> None:
    goals, _ = lists_of_habit()
    found = cluster(goals, 3, question=FREE, n_init=20, prior=0.0)
    chosen = (goals == "ja").astype(float)
    assert len(found.classes) == 3
    for group in found.classes:
        weight = found.memberships[group]
        expected = chosen.mul(weight, axis=0).sum() / weight.sum()
        rates = [found.probabilities(goal).loc[group, "ja"] for goal in goals]
        assert rates == pytest.approx(expected.tolist(), abs=1e-6)


def test_climb_never_falls_and_the_prior_draws_towards_all() -> None:
    goals, _ = lists_of_habit(300)
    chosen = (goals == "ja").to_numpy(float)
    for prior in (0.0, 8.0):
        batch = TickBatch(chosen, np.ones(len(chosen)), prior)
        trace: list = []
        climb(batch, random_states(batch, 3, 5, np.random.default_rng(1)), trace=trace)
        heights = np.full(5, -np.inf)
        for runs, values in trace:
            assert (values >= heights[runs] - 1e-7).all()
            heights[runs] = values
    free = cluster(goals, 3, question=FREE, n_init=20, prior=0.0).model.odds
    drawn = cluster(goals, 3, question=FREE, n_init=20, prior=50.0).model.odds
    assert np.log(drawn).std() < np.log(free).std()


def test_part_of_a_list_has_the_sum_over_what_it_leaves_open() -> None:
    rng = np.random.default_rng(3)
    weights, totals = rng.gamma(1.0, size=(2, 6)) + 0.1, rng.dirichlet(np.ones(7))
    lists = np.array(list(product((0, 1), repeat=6)))
    whole = np.exp(tick_logs(lists, weights, totals))
    assert whole.sum(axis=0) == pytest.approx(np.ones(2))
    for part in ([1, -1, 0, -1, -1, 1], [-1] * 6, [0, 0, 0, 0, 0, -1], [1, 1, 1, 1, 1, 1]):
        code = np.array(part)
        fits = ((lists == code) | (code < 0)).all(axis=1)
        assert np.exp(tick_logs(code[None], weights, totals))[0] == pytest.approx(whole[fits].sum(axis=0))
    assert open_factors(weights, totals, np.ones((1, 6), bool)).shape == (1, 7, 2)


def test_share_of_totals_keeps_to_the_limit() -> None:
    share = share_of_totals(np.array([3, 3, 2]), np.array([5.0, 2.0, 1.0]), 6, 3)
    assert share.sum() == pytest.approx(1.0) and share[3] == pytest.approx(7.5 / 9.5, abs=1e-4)
    assert (share[4:] < 1e-5).all() and share[0] < 1e-5
    assert (share_of_totals(np.array([2]), np.array([4.0]), 4)[1:] > 0.05).all()


def test_inclusion_follows_from_all_lists() -> None:
    weights = np.array([[0.5, 2.0, 1.0, 0.2], [1.0, 1.0, 1.0, 1.0]])
    found = inclusion(weights, 4)
    lists = np.array(list(product((0, 1), repeat=4)))
    for k, own in enumerate(weights):
        chances = np.where(lists == 1, own, 1.0).prod(axis=1)
        for ticks in range(5):
            fits = lists.sum(axis=1) == ticks
            expected = (lists[fits] * chances[fits, None]).sum(axis=0) / chances[fits].sum()
            assert found[k, ticks] == pytest.approx(expected)


@pytest.mark.long
def test_standard_errors_match_the_scatter_of_repeated_surveys() -> None:
    types = {"x": ("a", "b", "c"), "y": ("d", "e", "f")}
    model = build_model(types, list("abcdefgh"), kind="free", strength=2.0)
    truth = np.exp(model.weights)
    state = np.column_stack([model.shares, truth / truth.sum(axis=1, keepdims=True)])
    rng = np.random.default_rng(2)
    shares, errors = [], []
    for _ in range(200):
        rows, counts, _ = distinct(model.draw(800, rng)[0].astype(int), (2,) * 8)
        batch = TickBatch(rows.astype(float), counts)
        end = climb(batch, state[:, None, :], tol=1e-6).state[:, 0]
        shares.append(end[0, 0])
        errors.append(tick_share_errors(rows == 1, counts, end)[0])
    assert np.median(errors) == pytest.approx(np.std(shares), rel=0.2)
    assert tick_share_errors(rows == 1, counts, end[:1]).tolist() == [0.0]


def test_rows_with_a_part_of_the_list_are_assigned_but_not_estimated_with() -> None:
    goals, _ = lists_of_habit(200)
    whole = cluster(goals.iloc[5:], 3, question=FREE, n_init=20)
    goals.iloc[:5, 3:] = None
    found = cluster(goals, 3, question=FREE, n_init=20)
    assert found.n_rows == 195 and found.log_likelihood == pytest.approx(whole.log_likelihood)
    assert found.memberships.iloc[:5].sum(axis=1).to_numpy() == pytest.approx(np.ones(5))
    assert len(coded_answers(goals, FREE).codes) == 195
    kept = stability(found, goals, n_replicates=3, n_init=5).municipalities
    assert kept["key"].tolist() == goals.index[5:].tolist()
    goals.iloc[:60, 3:] = None
    assert isinstance(cluster(goals, 3, question=FREE, n_init=5).model, PlainClasses)


@pytest.mark.parametrize("limit", [3, None])
def test_frozen_typology_gives_what_the_clustering_gave(limit: int | None) -> None:
    drawn = simulate_goals(300, kind="pick" if limit else "free", limit=3, target=0.6, random_state=3)
    question = GoalQuestion("pick", limit)
    found = cluster(drawn.goals, 4, question=question, n_init=30)
    typology = name_types(found, load_content(), question=question)
    expected = found.memberships.rename(columns=typology.naming.permutation)[list(typology.type_keys)]
    assert typology.posterior(drawn.goals).to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)
    codes = typology.answer_codes(drawn.goals)
    assert typology.model.log_likelihood(codes) == pytest.approx(found.log_likelihood, abs=0.05)
    assert posteriors(typology.model, codes).argmax(axis=1).tolist() == expected.to_numpy().argmax(axis=1).tolist()
    own = adjusted_rand(drawn.truth, found.labels)
    assert own > 0.7 * oracle_ari(drawn)


def small_typology() -> object:
    drawn = simulate_goals(200, target=0.6, random_state=4)
    return name_types(cluster(drawn.goals, 4, question=PICK, n_init=20), load_content(), question=PICK)


def test_file_keeps_the_model_and_refuses_half_of_it(tmp_path) -> None:
    typology = small_typology()
    typology.save(tmp_path / "typology.json")
    again = load_typology(tmp_path / "typology.json")
    assert again.ticks == typology.ticks and again.types == typology.types
    data = typology.to_dict()
    for wrong in (
        data | {"ticks": data["ticks"][:-1]},
        {key: value for key, value in data.items() if key != "ticks"},
        data | {"types": [{**item, "odds": {}} for item in data["types"]]},
    ):
        with pytest.raises(ValueError, match=r"Gewichte|Kreuze"):
            TypologyFile.model_validate(wrong)
    (tmp_path / "typology.json").write_text(dump(data | {"ticks": data["ticks"][::-1]}), encoding="utf-8")
    with pytest.raises(StudyError, match="verändert"):
        load_typology(tmp_path / "typology.json")


def test_plain_typologies_do_not_carry_it() -> None:
    drawn = simulate_goals(200, kind="yes_no", target=0.6, random_state=4)
    question = GoalQuestion("yes_no")
    data = name_types(
        cluster(drawn.goals, 4, question=question, n_init=20), load_content(), question=question
    ).to_dict()
    assert "ticks" not in data and all("odds" not in item for item in data["types"])


def test_questions_and_short_form_follow_the_same_model() -> None:
    typology = small_typology()
    first = next_questions(typology)
    assert first["gain"].iloc[0] > 0.05 and len(first) == 13
    goal = first["goal"].iloc[0]
    shares = np.array([item.share for item in typology.types])
    nothing = pd.DataFrame(index=["90101003"], columns=list(typology.goal_keys), dtype=object)
    assert typology.posterior(nothing).to_numpy()[0] == pytest.approx(shares)
    # What is expected of the answers gives the shares back.
    codes = np.full((3, 13), -1)
    codes[1:, typology.goal_keys.index(goal)] = [0, 1]
    chances = np.exp(typology.model.logs(codes[1:])) @ shares
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ posteriors(typology.model, codes[1:]) == pytest.approx(shares)
    # Once three are chosen the rest is known.
    assert next_questions(typology, dict.fromkeys(typology.goal_keys[:3], "ja")).empty
    drawn = simulate_goals(150, target=0.6, random_state=5).goals
    subset = best_subset(typology, drawn, 5)
    full = typology.posterior(drawn).to_numpy().argmax(axis=1)
    agreement = (typology.posterior(drawn[list(subset)]).to_numpy().argmax(axis=1) == full).mean()
    others = [list(part) for part in (typology.goal_keys[:5], typology.goal_keys[5:10], typology.goal_keys[8:])]
    assert all(agreement >= (typology.posterior(drawn[o]).to_numpy().argmax(axis=1) == full).mean() for o in others)


def test_more_ticks_than_the_limit_still_get_an_assignment() -> None:
    typology = small_typology()
    row = pd.DataFrame([dict.fromkeys(typology.goal_keys, "ja")], index=pd.Index(["90000001"], name="key"))
    found = typology.assign(row).iloc[0]
    shares = [item.share for item in typology.types]
    assert found.filter(like="p_").astype(float).tolist() == pytest.approx(shares, abs=1e-6)
    assert found["reason"] == "ticks_everything" or found["status"] == "nicht_zuzuordnen"
    with pytest.raises(ResponseError):
        typology.assign(row.replace("ja", "vielleicht"))


def test_memberships_of_whole_lists_do_not_depend_on_how_many_tick_how_much() -> None:
    rng = np.random.default_rng(8)
    state = np.column_stack([[0.6, 0.4], rng.dirichlet(np.ones(6), 2)])
    lists = np.array(list(product((0, 1), repeat=6)))
    weights = state[:, 1:] * 6
    for totals in (np.full(7, 1 / 7), rng.dirichlet(np.ones(7))):
        logs = tick_logs(lists, weights, totals) + np.log(state[:, 0])
        shares = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
        assert shares == pytest.approx(tick_memberships(lists.astype(float), state))
