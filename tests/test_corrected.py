"""Corrected means in the profiles of the types: right where types are planted, and nowhere in public."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from typology.clustering.clustering import cluster
from typology.clustering.goals import estimation_rows, goals_matrix, question_of
from typology.clustering.permutation import best_permutation
from typology.publishing.gate.privacy import public_tables
from typology.publishing.views.maker import ViewMaker
from typology.simulation.survey import simulate_goals
from typology.tables.schema import TABLES
from typology.types.profiles.bch import Replicate, bch_weights, describe_types
from typology.types.profiles.corrected import CORRECTED_COLUMNS, MODEL_COLUMN, correct_profiles, correctable


def test_every_answer_is_corrected_goals_too(demo_study) -> None:
    profiles = demo_study.tables.type_profiles
    own = profiles[profiles["type"] != "alle"]
    assert {"goal", "stand", "wichtig", "pain_point", "structure"} == set(own["measure"])
    assert own[list(CORRECTED_COLUMNS)].notna().all().all()
    assert profiles.loc[profiles["type"] == "alle", [MODEL_COLUMN, "corrected"]].isna().all().all()
    assert (own["se"] > 0).mean() > 0.95 and (own["corrected_low"] <= own["corrected_high"]).all()
    within = (own["corrected"] >= own["corrected_low"]) & (own["corrected"] <= own["corrected_high"])
    assert within.mean() > 0.95
    rated = own[own["measure"] == "stand"]
    assert rated[["corrected", "corrected_low", "corrected_high"]].stack().between(1, 5).all()
    shares = own[own["measure"].isin(["pain_point", "structure"]) & (own["level"] != "")].groupby(
        ["type", "measure", "item"]
    )
    assert shares["corrected"].sum().to_numpy() == pytest.approx(1, abs=1e-5)  # six digits on disk


def test_the_three_shares_of_a_goal_stand_side_by_side(demo_study) -> None:
    """What the model holds, what the assigned municipalities answered, and the same with wrong assignment undone."""
    profiles, typology = demo_study.tables.type_profiles, demo_study.typology
    goals = profiles[(profiles["measure"] == "goal") & (profiles["type"] != "alle")]
    assert goals[["estimate", MODEL_COLUMN, "corrected"]].stack().between(0, 1).all()
    for row in goals.iloc[::7].itertuples():
        chosen = typology.probabilities(row.item)[typology.type_keys.index(row.type), -1]
        assert row.model == pytest.approx(chosen, abs=1e-6)
    assert profiles.loc[profiles["measure"] != "goal", MODEL_COLUMN].isna().all()
    # The assigned are sorted by these very answers, so that they lie further apart than the model says.
    spread = goals.groupby("item")[["estimate", MODEL_COLUMN, "corrected"]].std().mean()
    assert spread["estimate"] > spread["corrected"] > spread[MODEL_COLUMN]


def test_goals_are_corrected_by_probability_as_the_usual_weights_push_them_apart() -> None:
    """Slope of the estimated on the true differences between types: 1 would be right."""
    drawn = simulate_goals(1500, kind="yes_no", target=0.5, random_state=0)
    question = question_of(drawn.model)
    found = cluster(drawn.goals, 4, question=question, n_init=20)
    posteriors = found.memberships
    true = 1 / (1 + np.exp(-drawn.model.weights))
    truth = np.eye(4)[[drawn.model.types.index(name) for name in drawn.truth]]
    order = [column for _, column in best_permutation(truth.T @ posteriors.to_numpy()).pairs]
    slopes = []
    for made in ((), tuple(drawn.goals)):
        table = describe_types(drawn.goals, posteriors, indicators=made).query("level == 'ja'")
        wide = table.pivot(index="type", columns="item", values="estimate")
        rates = wide.loc[posteriors.columns[order], list(drawn.goals)].to_numpy()
        apart = true - true.mean(axis=0)
        slopes.append((rates * apart).sum() / (apart**2).sum())
    assert slopes[0] > 1.4 and slopes[1] == pytest.approx(1, abs=0.1)


def test_each_share_has_one_name_and_no_two_share_one() -> None:
    for language in ("de", "en"):
        names = [TABLES["type_profiles"].heading(name, language) for name in ("estimate", MODEL_COLUMN, "corrected")]
        assert len(set(names)) == 3
        assert TABLES["classes"].heading("probability", language) == names[1]
        assert ("zugeordneten" if language == "de" else "assigned") in names[0]


def test_the_corrected_means_are_those_of_the_described_types(demo_study, demo_survey) -> None:
    tables = demo_study.tables
    rows = estimation_rows(demo_survey, goals_matrix(demo_survey))
    posteriors = tables.assignments.loc[rows].filter(regex="^p_").rename(columns=lambda name: name[2:])
    table = describe_types(tables.stand.loc[rows], posteriors)
    expected = table.set_index(["type", "item"])["estimate"]
    mine = tables.type_profiles.query("measure == 'stand' and type != 'alle'").set_index(["type", "item"])["corrected"]
    assert mine.to_dict() == pytest.approx(expected.to_dict(), abs=1e-5)  # six digits on disk
    # the correction pulls the types apart
    plain = tables.type_profiles.query("measure == 'stand' and type != 'alle'").groupby("item")["estimate"].std()
    assert mine.groupby("item").std().mean() > plain.mean()


def test_types_that_overlap_too_much_have_no_corrected_values(demo_study, demo_survey) -> None:
    profiles = demo_study.tables.type_profiles.drop(columns=list(CORRECTED_COLUMNS))
    goals = goals_matrix(demo_survey)
    same = pd.DataFrame(0.25, index=goals.index, columns=list(demo_study.typology.type_keys))
    assert not correctable(same)
    table = correct_profiles(profiles, demo_survey, goals, same)
    assert table[list(CORRECTED_COLUMNS)].isna().all().all() and len(table) == len(profiles)


def test_corrected_means_never_leave_the_answers_that_were_given() -> None:
    rng = np.random.default_rng(2)
    p = rng.dirichlet([0.9, 0.9], 40)
    posteriors = pd.DataFrame(p, columns=["a", "b"])
    answers = pd.DataFrame({"x": np.where(p[:, 0] > 0.5, 5.0, 1.0)})
    replicates = [Replicate(rows, p[rows]) for rows in (rng.choice(40, 40) for _ in range(30))]
    table = describe_types(answers, posteriors, replicates=replicates)
    assert table[["estimate", "low", "high"]].to_numpy().min() >= 1
    assert table[["estimate", "low", "high"]].to_numpy().max() <= 5
    weights = bch_weights(p)
    beyond = (weights.T @ answers["x"].to_numpy()) / weights.sum(axis=0)
    assert beyond.max() > 5 or beyond.min() < 1, "else this test could not fail"


def test_replicates_that_fail_leave_no_interval() -> None:
    p = np.random.default_rng(3).dirichlet([0.5, 0.5], 30)
    answers = pd.DataFrame({"x": np.arange(30.0)})
    good, bad = Replicate(np.arange(30), p), Replicate(np.arange(30), np.full((30, 2), 0.5))
    frame = pd.DataFrame(p, columns=["a", "b"])
    assert describe_types(answers, frame, replicates=[good, good, bad])["se"].tolist() == pytest.approx([0, 0])
    assert describe_types(answers, frame, replicates=[good, bad, bad])[["se", "low", "high"]].isna().all().all()


def test_no_corrected_value_is_public(demo_study) -> None:
    public = replace(demo_study, tables=public_tables(demo_study.tables))
    assert not {MODEL_COLUMN, *CORRECTED_COLUMNS} & set(public.tables.type_profiles.columns)
    inside = ViewMaker(demo_study.tables, demo_study.info, demo_study.content).types()[0]["fields"]
    outside = ViewMaker(public.tables, public.info, public.content, "public").types()[0]["fields"]
    assert all(field["corrected"] is not None for field in inside)
    assert not any("corrected" in field for field in outside)
