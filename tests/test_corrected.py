"""Corrected means in the profiles of the types: right where types are planted, and nowhere in public."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from typology.clustering.goals import estimation_rows, goals_matrix
from typology.publishing.gate.privacy import public_tables
from typology.publishing.views.maker import ViewMaker
from typology.types.profiles.bch import Replicate, bch_weights, describe_types
from typology.types.profiles.corrected import CORRECTED_COLUMNS, correct_profiles, correctable


def test_every_answer_but_the_goals_is_corrected(demo_study) -> None:
    profiles = demo_study.tables.type_profiles
    others = profiles[(profiles["measure"] != "goal") & (profiles["type"] != "alle")]
    assert {"stand", "wichtig", "pain_point", "structure"} == set(others["measure"])
    assert others[list(CORRECTED_COLUMNS)].notna().all().all()
    assert profiles.loc[profiles["measure"] == "goal", list(CORRECTED_COLUMNS)].isna().all().all()
    assert profiles.loc[profiles["type"] == "alle", "corrected"].isna().all()
    assert (others["se"] > 0).mean() > 0.95 and (others["corrected_low"] <= others["corrected_high"]).all()
    within = (others["corrected"] >= others["corrected_low"]) & (others["corrected"] <= others["corrected_high"])
    assert within.mean() > 0.95
    rated = others[others["measure"] == "stand"]
    assert rated[["corrected", "corrected_low", "corrected_high"]].stack().between(1, 5).all()


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
    assert not set(CORRECTED_COLUMNS) & set(public.tables.type_profiles.columns)
    inside = ViewMaker(demo_study.tables, demo_study.info, demo_study.content).types()[0]["fields"]
    outside = ViewMaker(public.tables, public.info, public.content, "public").types()[0]["fields"]
    assert all(field["corrected"] is not None for field in inside)
    assert not any("corrected" in field for field in outside)
