"""The clustering result: order, names, weights, other partitions, and the goals it is made from."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from typology.clustering.clustering import Clustering, class_names, cluster
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.goals import estimation_rows, goal_question, goals_matrix, question_of
from typology.clustering.latent_class import LatentClass
from typology.clustering.stability import stability
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals
from typology.types.intervals import printed_intervals, scatter_intervals, share_intervals
from typology.writing import number


def planted_goals(n_rows=240, seed=0):
    """Three clear groups of 120, 80, 40 on nine yes/no goals; the first row has no answer, the second has gaps."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [n_rows // 2, n_rows // 3, n_rows - n_rows // 2 - n_rows // 3])
    rates = np.full((3, 9), 0.1)
    for k in range(3):
        rates[k, 3 * k : 3 * k + 3] = 0.9
    chosen = rng.random((n_rows, 9)) < rates[group]
    goals = pd.DataFrame(
        {f"ziel_{j}": pd.Categorical.from_codes(chosen[:, j].astype(int), ["nein", "ja"]) for j in range(9)},
        index=pd.Index([f"{i:08d}" for i in range(1, n_rows + 1)], name="key"),
    )
    goals.iloc[0] = None
    goals.iloc[1, :3] = None
    return goals, group


def test_groups_are_found_ordered_and_named():
    goals, group = planted_goals()
    result = cluster(goals, 3, n_init=20, prior=0.0)
    assert result.classes == ("gruppe_a", "gruppe_b", "gruppe_c")
    assert result.shares.tolist() == sorted(result.shares, reverse=True)
    assert result.shares.tolist() == pytest.approx([0.5, 1 / 3, 1 / 6], abs=0.05)
    assert result.labels.iloc[0] == "" and result.memberships.iloc[0].isna().all()
    agree = result.labels.iloc[1:].to_numpy() == np.array(result.classes)[group[1:]]
    assert agree.mean() > 0.95
    assert result.memberships.iloc[1:].sum(axis=1).to_numpy() == pytest.approx(np.ones(239))
    assert result.memberships.index.equals(goals.index)
    assert result.n_rows == 239 and result.n_starts == 20 and result.replicated >= 3
    assert result.n_parameters == 2 + 3 * 9
    assert result.categories["ziel_0"] == ("nein", "ja")


def test_profiles_are_probabilities():
    goals, _ = planted_goals()
    result = cluster(goals, 3, n_init=10)
    assert list(result.profiles.columns) == ["class", "goal", "answer", "probability"]
    sums = result.profiles.groupby(["class", "goal"])["probability"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(27))
    assert result.probabilities("ziel_0").loc["gruppe_a", "ja"] > 0.8
    assert result.state().shape == (3, 1 + 18)


def test_posterior_follows_from_shares_and_profiles():
    """What the typology file holds is enough to assign: the product over the answered goals."""
    goals, _ = planted_goals()
    result = cluster(goals, 3, n_init=10)
    for key in (goals.index[1], goals.index[100]):
        weight = result.shares.to_numpy().copy()
        for goal in goals:
            answer = goals.loc[key, goal]
            if not pd.isna(answer):
                weight = weight * result.probabilities(goal)[answer].to_numpy()
        assert (weight / weight.sum()) == pytest.approx(result.memberships.loc[key].to_numpy(), abs=1e-12)


def test_same_seed_same_result_and_row_order_does_not_matter():
    goals, _ = planted_goals()
    one, again = cluster(goals, 3, n_init=10), cluster(goals, 3, n_init=10)
    pd.testing.assert_frame_equal(one.memberships, again.memberships, check_exact=True)
    shuffled = cluster(goals.sample(frac=1, random_state=1), 3, n_init=10)
    pd.testing.assert_frame_equal(shuffled.memberships.loc[goals.index], one.memberships, atol=1e-6)


def test_warm_start_from_an_earlier_result():
    goals, _ = planted_goals()
    first = cluster(goals, 3, n_init=20)
    warm = cluster(goals, 3, n_init=1, warm=first.state())
    assert warm.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-6)
    assert warm.n_starts == 2


def test_weights_count_and_zero_is_assigned_only():
    goals, _ = planted_goals()
    weights = pd.Series(1.0, index=goals.index[::-1])
    weights.iloc[:40] = 0.0
    weighted = cluster(goals, 2, n_init=20, weights=weights)
    kept = cluster(goals.iloc[:200], 2, n_init=20)
    assert weighted.log_likelihood == pytest.approx(kept.log_likelihood, abs=1e-5)
    assert weighted.n_rows == 199
    assert (weighted.labels.iloc[200:] != "").all()
    with pytest.raises(EstimationError, match="Gewichte") as caught:
        cluster(goals, 2, weights=weights.replace(0.0, -1.0))
    assert caught.value.problems[0].key == goals.index[200]


@pytest.mark.parametrize("settings", [{"n_classes": 0}, {"n_init": 0}, {"prior": -1.0}])
def test_wrong_settings(settings):
    with pytest.raises(EstimationError, match="mindestens"):
        cluster(planted_goals()[0], **settings)


def test_too_few_rows_are_an_error():
    goals, _ = planted_goals()
    with pytest.raises(EstimationError, match="mit Antworten als 3"):
        cluster(goals.iloc[:4], 4, n_init=2)


def test_a_climb_that_was_cut_short_warns():
    goals, _ = planted_goals()
    with pytest.warns(ConvergenceWarning, match="Nach 3 EM-Schritten") as caught:
        found = cluster(goals, 3, n_init=5, max_iter=3)
    assert caught[0].filename == __file__
    assert found.settings["converged"] is False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cluster(goals, 3, n_init=5).settings["converged"] is True


def test_gap_to_second():
    rng = np.random.default_rng(0)
    noise = pd.DataFrame(rng.integers(0, 2, (150, 8)).astype(str)).astype("category")
    assert cluster(noise, 3, n_init=60, prior=0.0).gap_to_second > 0
    assert np.isnan(cluster(noise, 1, n_init=5).gap_to_second)


def test_from_labels_gives_rates_within_groups():
    goals, group = planted_goals()
    labels = pd.Series(np.array(["x", "y", "z"], dtype=object)[group], index=goals.index).sample(frac=1, random_state=2)
    labels[goals.index[5]] = ""
    result = Clustering.from_labels(goals, labels, method="ward")
    assert result.method == "ward" and result.n_starts == 0 and result.classes == tuple(class_names(3))
    assert result.labels[goals.index[5]] == "" and result.memberships.loc[goals.index[5]].isna().all()
    by_hand = (goals.loc[labels[labels == "z"].index, "ziel_6"] == "ja").mean()
    assert result.probabilities("ziel_6").loc["gruppe_c", "ja"] == pytest.approx(by_hand)
    assert result.shares.sum() == pytest.approx(1.0)
    assert np.isfinite(result.log_likelihood)


def test_from_labels_refuses_what_does_not_fit():
    goals, group = planted_goals()
    with pytest.raises(EstimationError, match="Gruppe je Zeile"):
        Clustering.from_labels(goals, group[:-1])
    with pytest.raises(EstimationError, match="ohne Angabe der Gruppe: 1"):
        Clustering.from_labels(goals, pd.Series(1, index=goals.index[1:]))
    with pytest.raises(EstimationError, match="Keine Kommune"):
        Clustering.from_labels(goals, [None] * len(goals))


def test_latent_classes_and_their_own_labels_agree():
    goals, _ = planted_goals()
    result = cluster(goals, 3, n_init=20)
    again = Clustering.from_labels(goals, result.labels)
    assert (again.labels == result.labels).all()


def test_repr_says_what_it_is_in_three_lines():
    goals, _ = planted_goals()
    goals = goals.rename(columns={"ziel_0": "A & <B>"})
    found = cluster(goals, 3, question=GoalQuestion("yes_no"), n_init=20, prior=0.0)
    first, second, third = repr(found).splitlines()
    assert first == "Clustering: 3 Gruppen (latente Klassen) aus 239 Zeilen und 9 Zielen, yes_no"
    assert second.startswith("  gruppe_a 5") and second.count("%") == 3
    assert (
        third
        == f"  Log-Likelihood {number(found.log_likelihood, digits=2)}, gefunden von {found.replicated} der 20 Starts"
    )
    summary = found.summary()
    assert summary["n"].sum() == 239 and summary["n"].tolist() == sorted(summary["n"], reverse=True)
    assert summary.loc["gruppe_a", "chosen"].count("%") == 3
    html = found._repr_html_()
    assert "A &amp; &lt;B&gt;" in html and "<B>" not in html and html.count("<tr") == 5
    other = Clustering.from_labels(goals, found.labels, method="ward")
    assert "(ward)" in repr(other) and "Starts" not in repr(other)


def test_an_english_program_describes_and_refuses_in_english(monkeypatch):
    goals, group = planted_goals()
    found = Clustering.from_labels(goals, [str(one) for one in group], method="ward")
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    first, second, third = repr(found).splitlines()
    assert first == "Clustering: 3 groups (ward) from 239 rows and 9 goals"
    assert second.startswith("  gruppe_a 50%, ")
    assert third == f"  log-likelihood {number(found.log_likelihood, 'en', 2)}"
    assert repr(Clustering.from_labels(goals, [1] * 240)).startswith("Clustering: 1 group (labels) from ")
    assert "\u00a0%" not in found.summary().loc["gruppe_a", "chosen"]
    with pytest.raises(EstimationError, match="choose fewer groups") as few:
        cluster(goals, 300)
    assert few.value.lines("de") == [
        "Für 300 Gruppen braucht es mehr Kommunen mit Antworten als 239; weniger Gruppen wählen."
    ]
    with pytest.raises(EstimationError, match=r"row 2, column ziel_0: the model does not know this answer"):
        LatentClass(2, n_init=1).fit(goals.iloc[2:]).predict(goals.astype(object).iloc[2:].replace("ja", "yes"))
    with pytest.raises(ValueError, match="n_init must be a whole number from 1 up, not 0"):
        LatentClass(2, n_init=0).fit(goals)
    with pytest.warns(ConvergenceWarning, match="Not converged after 2 EM steps"):
        LatentClass(2, n_init=1, max_iter=2).fit(goals)


def test_class_names():
    assert class_names(28)[::9] == ["gruppe_a", "gruppe_j", "gruppe_s", "gruppe_ab"]


def fake_survey(block, kind, limit=None, flags=()):
    return SimpleNamespace(
        block=lambda role: block,
        codebook=SimpleNamespace(goals=SimpleNamespace(kind=kind, limit=limit)),
        flags=pd.DataFrame([(key, "ticks_everything", "") for key in flags], columns=["key", "flag", "detail"]),
    )


def test_goals_of_a_pick_question():
    goals, _ = planted_goals()
    survey = fake_survey(goals, "pick", 3, flags=[goals.index[3]])
    assert goal_question(survey) == GoalQuestion("pick", 3)
    assert goal_question(survey).counted
    matrix = goals_matrix(survey)
    pd.testing.assert_frame_equal(matrix, goals)
    rows = estimation_rows(survey, matrix)
    assert len(rows) == len(goals) - 2
    assert goals.index[0] not in rows and goals.index[3] not in rows


def test_goals_of_a_ranking():
    block = pd.DataFrame(
        {"a": pd.array([1, 3, None], dtype="Int64"), "b": pd.array([2, None, None], dtype="Int64")},
        index=["00000001", "00000002", "00000003"],
    )
    matrix = goals_matrix(fake_survey(block, "ranking", 2))
    assert matrix["a"].tolist()[:2] == ["ja", "nein"] and matrix["b"].tolist()[:2] == ["ja", "nein"]
    assert matrix.iloc[2].isna().all()
    assert list(matrix["a"].cat.categories) == ["nein", "ja"]


@pytest.mark.parametrize("wrong", [("choose", 3), ("pick", 0)])
def test_wrong_questions(wrong):
    with pytest.raises(EstimationError):
        GoalQuestion(*wrong)


def test_estimation_rows_without_any_flag_are_all_who_answered():
    from types import SimpleNamespace

    from typology.clustering.goals import estimation_rows

    goals = pd.DataFrame({"a": ["ja", None, "nein"], "b": ["nein", None, None]}, index=["x", "y", "z"])
    none = SimpleNamespace(flags=pd.DataFrame(columns=["key", "flag", "detail"]))
    some = SimpleNamespace(flags=pd.DataFrame({"key": ["z"], "flag": ["over_limit"], "detail": [""]}))
    assert list(estimation_rows(none, goals)) == ["x", "z"]
    assert list(estimation_rows(some, goals)) == ["x"]


@pytest.mark.parametrize("kind", ["yes_no", "pick"])
def test_intervals_of_weighted_groups(kind):
    """Whole weights are repetition; others count a row once, whatever their scale; none are no way out."""
    drawn = simulate_goals(200, kind=kind, random_state=3)
    question = question_of(drawn.model)
    times = np.random.default_rng(1).integers(1, 4, 200)
    repeated = drawn.goals.loc[drawn.goals.index.repeat(times)].reset_index(drop=True)
    once = cluster(repeated, 2, question=question, n_init=5)
    weighted = cluster(drawn.goals, 2, question=question, n_init=5, weights=times)
    expected = share_intervals(once, repeated).to_numpy()
    assert share_intervals(weighted, drawn.goals, weights=times).to_numpy() == pytest.approx(expected, abs=1e-4)
    with pytest.raises(EstimationError, match="Gewichten"):
        share_intervals(weighted, drawn.goals)
    plain = cluster(drawn.goals, 2, question=question, n_init=5, prior=0.0)
    narrow = share_intervals(plain, drawn.goals).to_numpy()
    for scale in (0.5, 7.5):
        same = share_intervals(plain, drawn.goals, weights=np.full(200, scale)).to_numpy()
        assert same == pytest.approx(narrow, abs=1e-6)


def test_a_group_of_nobody_is_said():
    """Eight rows have no say against eight pseudo-answers per class and goal: both classes are alike."""
    goals = pd.DataFrame({"a": list("jjjjjnnn"), "b": list("jjjjnnnn"), "c": list("jjjjjnnj")})
    with pytest.warns(UserWarning, match="Keine Kommune gehört am ehesten zu gruppe_b: 2 Gruppen"):
        found = cluster(goals, 2, n_init=5, prior=8.0)
    assert found.empty == ("gruppe_b",) and found.summary().loc["gruppe_b", "n"] == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cluster(goals, 2, n_init=5, prior=0.5).empty == ()


def test_a_best_solution_found_once_is_said():
    drawn = simulate_goals(150, kind="yes_no", strength=0.0, random_state=2)
    with pytest.warns(ConvergenceWarning, match="Nur einer von 3 Starts"):
        found = cluster(drawn.goals, 8, prior=0.0, n_init=3)
    assert found.replicated == 1


@pytest.mark.parametrize(("every", "printed"), [(0, True), (3, False)])
def test_shares_have_no_interval_where_many_agree_to_everything(every: int, printed: bool) -> None:
    rows = [("ja",) * 3 + ("nein",) * 3] * 30 + [("nein",) * 3 + ("ja",) * 3] * 30 + [("ja",) * 6] * every
    goals = pd.DataFrame(rows, columns=list("abcdef"), dtype=pd.CategoricalDtype(["nein", "ja"]))
    question = GoalQuestion("yes_no")
    found = cluster(goals, 2, question=question, n_init=3)
    shown = printed_intervals(found, stability(found, goals, n_replicates=4, n_init=2), goals, question)
    assert shown.notna().to_numpy().all() == printed and shown.isna().to_numpy().all() != printed


@pytest.mark.parametrize(("differ", "prior", "printed"), [(6, 5.0, True), (1, 20.0, False)])
def test_shares_have_no_interval_where_the_prior_decides_them(differ: int, prior: float, printed: bool) -> None:
    first, second = np.full(6, 0.2), np.full(6, 0.2)
    first[:differ], second[:differ] = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1][:differ], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9][:differ]
    rates = np.where(np.arange(160)[:, None] < 110, first, second)
    answers = np.where(np.random.default_rng(3).random(rates.shape) < rates, "ja", "nein")
    goals = pd.DataFrame(answers, columns=list("abcdef"), dtype=pd.CategoricalDtype(["nein", "ja"]))
    question = GoalQuestion("yes_no")
    found = cluster(goals, 2, question=question, n_init=5, prior=prior)
    stable = stability(found, goals, n_replicates=20, n_init=2)
    assert scatter_intervals(found, stable).notna().to_numpy().all()
    shown = printed_intervals(found, stable, goals, question)
    assert shown.notna().to_numpy().all() == printed and shown.isna().to_numpy().all() != printed
