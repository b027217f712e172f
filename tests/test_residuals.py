"""Goals that hang together more than the groups explain: residuals, their p-values, and what is said of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from typology.clustering.clustering import cluster
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.residuals import bivariate_residuals, dependent, without_worst
from typology.content.catalogue import load_content
from typology.errors import EstimationError, Findings
from typology.simulation.survey import simulate_goals
from typology.study.verdicts import say_dependence
from typology.survey.blocks import Goals
from typology.survey.flags import note_double_goals
from typology.tables.schema import check_tables
from typology.tables.study_tables import StudyTables

YES_NO = GoalQuestion("yes_no")


@pytest.fixture(scope="module")
def doubled() -> pd.DataFrame:
    """One group, whose second goal repeats the first in nine of ten rows."""
    rng = np.random.default_rng(11)
    codes = rng.integers(0, 2, (300, 6))
    copied = rng.random(300) < 0.9
    codes[copied, 1] = codes[copied, 0]
    names = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe", "offenheit", "foerdermittel"]
    return pd.DataFrame(np.array(["nein", "ja"])[codes], columns=names).astype(pd.CategoricalDtype(["nein", "ja"]))


def test_the_residual_of_one_class_is_pearsons_over_its_degrees_of_freedom(doubled) -> None:
    found = bivariate_residuals(doubled, 1, question=YES_NO, n_replicates=0).set_index(["first", "second"])
    assert len(found) == 15 and found.index[0] == ("effizienz", "effektivitaet")
    for first, second in combinations(doubled.columns, 2):
        seen = pd.crosstab(doubled[first], doubled[second]).to_numpy()
        expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
        row = found.loc[(first, second)]
        assert row["residual"] == pytest.approx(((seen - expected) ** 2 / expected).sum(), rel=1e-6)
        assert (row["alike"], row["n"]) == (np.trace(seen), 300)
        assert row["expected_alike"] == pytest.approx(np.trace(expected), rel=1e-6)


def test_a_class_model_expects_what_its_profiles_say() -> None:
    goals = simulate_goals(300, kind="yes_no", target=0.7, random_state=3).goals
    found = bivariate_residuals(goals, 3, question=YES_NO, n_replicates=0)
    fit = cluster(goals, 3, question=YES_NO, prior=0.0, n_init=30)
    rates, shares = fit.model.rates(), fit.shares.to_numpy()
    assert len(found) > 5
    for row in found.head(5).itertuples():
        a, b = (rates[:, list(goals.columns).index(goal)] for goal in (row.first, row.second))
        assert row.expected_alike == pytest.approx(300 * shares @ (a * b + (1 - a) * (1 - b)), rel=1e-3)


def test_three_levels_have_four_degrees_of_freedom() -> None:
    goals = simulate_goals(200, kind="rating", strength=0.0, random_state=2).goals.iloc[:, :3]
    found = bivariate_residuals(goals, 1, question=GoalQuestion("rating"), n_replicates=0)
    first, second = found["first"].iloc[0], found["second"].iloc[0]
    seen = pd.crosstab(goals[first], goals[second]).to_numpy()
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    assert found["residual"].iloc[0] == pytest.approx(((seen - expected) ** 2 / expected).sum() / 4, rel=1e-6)


def test_a_doubled_pair_is_found_and_independence_is_not(doubled) -> None:
    found = bivariate_residuals(doubled, 1, question=YES_NO, n_replicates=19)
    assert found["pair_p"].iloc[0] == 0.05 and found["pair_p"].iloc[1] > 0.1 and dependent(found) == "pair"
    nothing = simulate_goals(300, kind="yes_no", strength=0.0, random_state=5).goals
    assert dependent(bivariate_residuals(nothing, 1, question=YES_NO, n_replicates=19)) == ""
    assert dependent(bivariate_residuals(nothing, 1, question=YES_NO, n_replicates=0)) == ""


def test_given_the_number_of_ticks_a_doubled_pair_stands_out() -> None:
    goals = simulate_goals(300, kind="pick", limit=3, strength=0.0, random_state=9).goals
    question = GoalQuestion("pick", 3)
    assert dependent(bivariate_residuals(goals, 1, question=question, n_replicates=19)) == ""
    pair = goals.columns[:2]
    ticked = goals.index[(goals == "ja").sum(axis=1) >= 2][:60]
    goals.loc[ticked] = "nein"
    goals.loc[ticked, pair] = "ja"
    found = bivariate_residuals(goals, 1, question=question, n_replicates=19)
    assert set(found.loc[0, ["first", "second"]]) == set(pair) and dependent(found) == "pair"


def test_the_same_seed_gives_the_same_table_and_one_goal_has_no_pair(doubled) -> None:
    one, two = (bivariate_residuals(doubled, 2, n_replicates=3, random_state=8) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    with pytest.raises(EstimationError, match="zwei"):
        bivariate_residuals(doubled[["effizienz"]], 1)


def test_without_the_pair_the_number_of_groups_is_said_beside_the_verdict(doubled) -> None:
    found = without_worst(bivariate_residuals(doubled, 1, question=YES_NO, n_replicates=19), doubled, YES_NO, 3)
    assert found["types_without"].iloc[0] == 1 and found["types_without"].iloc[1:].isna().all()

    check_tables(StudyTables().having(residuals=found), ["residuals"])
    content = load_content()
    said = say_dependence(StudyTables().having(residuals=found), content)
    assert content.label("goal", "effizienz", "de") in said["de"] and "eher überschätzt" in said["de"]
    assert said["de"].endswith("nennt das BIC 1 als Zahl der Gruppen.") and "too high" in said["en"]
    calm = found.assign(pair_p=0.5, all_p=0.5)
    assert say_dependence(StudyTables().having(residuals=calm), content) == {"de": "", "en": ""}
    together = found.assign(pair_p=0.5, all_p=0.05, types_without=pd.NA)
    assert say_dependence(StudyTables().having(residuals=together), content)["de"].startswith("Innerhalb der Gruppen")


@pytest.mark.parametrize(
    ("both", "only_first", "neither", "double"), [(34, 1, 153, True), (34, 20, 134, False), (2, 1, 185, False)]
)
def test_check_names_two_goals_that_are_answered_almost_alike(both, only_first, neither, double) -> None:
    # 34 / 1 / 0 / 153: kappa 0.98; with 20 differing rows 0.72; of rare goals agreement is mostly chance, 0.80
    values = pd.DataFrame(
        {"a": ["ja"] * (both + only_first) + ["nein"] * neither,
         "b": ["ja"] * both + ["nein"] * (only_first + neither)}
    )  # fmt: skip
    found = Findings()
    note_double_goals(values, Goals.model_construct(kind="yes_no", limit=None, columns={"a": "A", "b": "B"}), found)
    said = [problem.message for problem in found]
    assert len(said) == double
    if double:
        assert "187 von 188" in said[0]
