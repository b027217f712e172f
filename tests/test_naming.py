"""Names are earned by signature goals, whatever the order of classes, and not by chance."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted import GOALS, TYPES, planted_clustering, planted_rates

from typology.clustering.clustering import cluster
from typology.clustering.degrees.comparison import Comparison, compare_degrees
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.goals import goal_question, goals_matrix
from typology.clustering.permutation import best_permutation
from typology.content.catalogue import load_content
from typology.errors import ContentError, EstimationError
from typology.study.estimate import estimate
from typology.survey.survey import Survey
from typology.tables.settings import Settings
from typology.types.naming import match_types, name_types
from typology.types.signatures import chosen_rates, naming_scores
from typology.types.threshold import (
    GATE,
    THRESHOLD,
    Limits,
    limits_under_degrees,
    null_naming_scores,
)

CONTENT = load_content()
RESULTS = Path(__file__).parents[1] / "benchmarks" / "results" / "naming.csv"


def test_score_by_hand() -> None:
    # Two classes of 60 and 40 %: 0.8 against 0.3 and 0.5 against 0.4 give 0.5 and 0.1, mean 0.3.
    rates = pd.DataFrame({"x": [0.8, 0.3], "y": [0.5, 0.4]}, index=["a", "b"])
    scores = naming_scores(rates, pd.Series({"a": 0.6, "b": 0.4}), {"t": ("x", "y")})
    assert scores.at["a", "t"] == pytest.approx(0.3)
    assert scores.at["b", "t"] == pytest.approx(-0.3)


def test_other_classes_count_by_their_size() -> None:
    # Others of class a: (0.3 * 0.2 + 0.1 * 0.6) / 0.9 with shares 0.3 and 0.6 = 0.1333…
    rates = pd.DataFrame({"x": [0.5, 0.2, 0.1]}, index=["a", "b", "c"])
    scores = naming_scores(rates, pd.Series({"a": 0.1, "b": 0.3, "c": 0.6}), {"t": ("x",)})
    assert scores.at["a", "t"] == pytest.approx(0.5 - 0.12 / 0.9)


def test_rating_counts_the_highest_level() -> None:
    clustering = planted_clustering(planted_rates(), answers=("niedrig", "mittel", "hoch"))
    assert chosen_rates(clustering.profiles, clustering.categories).at["gruppe_a", "foerdermittel"] == 0.75


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_names_do_not_depend_on_the_order_of_classes(order: tuple[int, ...]) -> None:
    rates = planted_rates().iloc[list(order)]
    naming = match_types(planted_clustering(rates), CONTENT, threshold=0.3)
    assert list(naming.permutation.values()) == [TYPES[place] for place in order]
    assert naming.explanation == "naming_all"
    assert naming.score == pytest.approx(dict.fromkeys(TYPES, 0.63))


def test_margin_is_the_distance_to_the_next_best_by_full_search() -> None:
    rng = np.random.default_rng(3)
    for shape in ((4, 4), (5, 4), (3, 4), (2, 2)):
        scores = rng.normal(size=shape)
        small = scores if shape[0] <= shape[1] else scores.T
        totals = sorted(
            (np.mean([small[row, column] for row, column in enumerate(choice)])
             for choice in permutations(range(small.shape[1]), small.shape[0])), reverse=True,
        )  # fmt: skip
        best = best_permutation(scores)
        assert np.mean([scores[pair] for pair in best.pairs]) == pytest.approx(totals[0])
        assert best.margin == pytest.approx(totals[0] - totals[1])


def test_one_class_one_type_has_no_margin() -> None:
    assert best_permutation(np.array([[0.4]])).margin is None


def test_too_low_a_score_keeps_the_class_unnamed() -> None:
    rates = planted_rates()
    rates.loc["optimierer", ["effizienz", "effektivitaet"]] = 0.2
    naming = match_types(planted_clustering(rates), CONTENT, threshold=0.3)
    assert naming.permutation["gruppe_b"] == "gruppe_b"
    assert naming.candidate["gruppe_b"] == "optimierer"
    assert naming.reasons["gruppe_b"] == "naming_below_threshold"
    assert naming.explanation == "naming_some"
    assert set(naming.named) == {"bedaechtige", "serviceorientierte", "community_manager"}


def test_a_match_that_is_weak_on_the_whole_earns_no_name_at_all() -> None:
    rates = planted_rates(high=0.12)
    rates.loc["optimierer", ["effizienz", "effektivitaet"]] = 0.8
    naming = match_types(planted_clustering(rates), CONTENT)
    assert naming.score["optimierer"] > naming.threshold
    assert naming.named == () and naming.explanation == "naming_none"
    assert set(naming.reasons.values()) == {"naming_below_gate"}


def leanings_in_lists(n: int) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Up to three of ten goals by four continuous leanings, and the goals that each lifts."""
    rng = np.random.default_rng(31)
    utilities = rng.gumbel(size=(n, 10))
    groups = [[0, 1], [2, 3], [4, 5], [6, 7]]
    for group in groups:
        utilities[:, group] += 2.0 * rng.normal(size=(n, 1))
    chosen = (-utilities).argsort(axis=1).argsort(axis=1) < 3
    names = [f"ziel_{number}" for number in range(10)]
    goals = pd.DataFrame(np.where(chosen, "ja", "nein"), columns=names).astype(pd.CategoricalDtype(["nein", "ja"]))
    return goals, {f"typ_{number}": [names[goal] for goal in own] for number, own in enumerate(groups)}


@pytest.mark.long
def test_leanings_cut_into_classes_raise_the_limits_where_nothing_is_decided() -> None:
    question = GoalQuestion("pick", 3)
    goals, signatures = leanings_in_lists(160)
    compared = compare_degrees(goals, question=question, signatures=signatures)
    groups = cluster(goals, 4, question=question, n_init=20)
    limits = {
        verdict: limits_under_degrees(replace(compared, verdict=verdict), groups, signatures)
        for verdict in ("types", "degrees", "undecided")
    }
    assert limits["types"] == limits["degrees"] == (THRESHOLD, GATE)
    assert limits["undecided"].gate > GATE + 0.05 and limits["undecided"].threshold > THRESHOLD + 0.05
    rates = chosen_rates(groups.profiles, groups.categories).loc[list(groups.shares.index)]
    scores = naming_scores(rates, groups.shares, signatures).to_numpy()
    own = [scores[pair] for pair in best_permutation(scores).pairs]
    # these classes are cut from leanings, too: what the fitted leanings earn lies where they lie
    assert limits["undecided"].gate == pytest.approx(np.mean(own), abs=0.1)
    # where the BIC finds fewer classes than are named, more is asked than leanings seldom earn
    fewer, enough = (
        limits_under_degrees(replace(compared, verdict="undecided", n_classes=n), groups, signatures) for n in (3, 4)
    )
    assert fewer.gate > enough.gate and fewer.threshold > enough.threshold
    assert min(own) < fewer.threshold or np.mean(own) < fewer.gate
    stored = Comparison.of(compared.table, compared.kind)
    assert limits_under_degrees(replace(stored, verdict="undecided"), groups, signatures) == Limits()


def test_a_study_names_its_types_under_the_limits_of_its_own_comparison(
    demo_survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = goals_matrix(demo_survey).iloc[:60]
    settings = Settings(n_init=3)
    table = pd.DataFrame({"kind": ["classes", "signatures"], "bic": [1000.0, 980.0]})
    found = Comparison("undecided", "both_possible", table, 4, "traits_1", 0.0, "pick")
    monkeypatch.setattr("typology.clustering.degrees.comparison.compare_degrees", lambda *_, **__: found)
    monkeypatch.setattr("typology.types.threshold.limits_under_degrees", lambda *_: Limits(0.97, 0.98))
    estimated = estimate(demo_survey, answers, goal_question(demo_survey), settings)
    assert (estimated.typology.naming.threshold, estimated.typology.naming.gate) == (0.97, 0.98)
    assert estimated.typology.naming.explanation == "naming_none"
    assert estimated.compared is found
    # the catalogue's leanings are so far ahead that the names are theirs
    ahead = replace(found, table=table.assign(bic=[1000.0, 920.0]))
    monkeypatch.setattr("typology.clustering.degrees.comparison.compare_degrees", lambda *_, **__: ahead)
    monkeypatch.setattr("typology.types.threshold.limits_under_degrees", lambda *_: Limits(-1.0, -1.0))
    leaning = estimate(demo_survey, answers, goal_question(demo_survey), settings).typology
    assert leaning.naming.explanation == "naming_leanings" and not any(item.named for item in leaning.types)
    assert "deutlich besser als 4 Gruppen" in CONTENT.say(leaning.naming.explanation, "de", classes=4)
    without = estimate(demo_survey, answers, goal_question(demo_survey), replace(settings, degrees=False))
    assert without.compared is None
    assert without.typology.naming.threshold == THRESHOLD


def test_more_classes_than_types_leaves_one_without_a_name() -> None:
    rates = planted_rates()
    rates.loc["extra"] = 0.12
    naming = match_types(planted_clustering(rates), CONTENT, threshold=0.3)
    assert naming.permutation["gruppe_e"] == "gruppe_e"
    assert naming.reasons["gruppe_e"] == "naming_no_type_left"
    assert len(naming.named) == 4


def test_fewer_classes_than_types() -> None:
    naming = match_types(planted_clustering(planted_rates().iloc[[3, 1]]), CONTENT, threshold=0.3)
    assert naming.permutation == {"gruppe_a": "community_manager", "gruppe_b": "optimierer"}
    assert naming.explanation == "naming_all"


def test_a_survey_without_signature_goals_says_so() -> None:
    rates = planted_rates().rename(columns={goal: f"p3_{place}" for place, goal in enumerate(GOALS)})
    clustering = planted_clustering(rates)
    naming = match_types(clustering, CONTENT)
    assert naming.explanation == "naming_no_signature" and naming.named == () and naming.margin is None
    assert set(naming.reasons.values()) == {"naming_no_signature"}
    typology = name_types(clustering, CONTENT)
    assert typology.type_keys == ("gruppe_a", "gruppe_b", "gruppe_c", "gruppe_d")
    assert "Kennziele der Typen nicht" in typology.naming_sentence(CONTENT)


def test_a_type_with_a_signature_goal_that_was_not_asked_takes_no_part() -> None:
    naming = match_types(planted_clustering(planted_rates().drop(columns="effizienz")), CONTENT, threshold=0.3)
    assert "optimierer" not in naming.scores.columns
    assert naming.permutation["gruppe_b"] == "gruppe_b"


def test_one_class_has_nobody_to_differ_from() -> None:
    naming = match_types(planted_clustering(planted_rates().iloc[:1]), CONTENT)
    assert naming.explanation == "naming_one_class"


def test_every_explanation_is_a_sentence_in_both_languages() -> None:
    for key in ("naming_all", "naming_some", "naming_none", "naming_no_signature", "naming_one_class"):
        for language in ("de", "en"):
            assert CONTENT.say(key, language, classes=4, named=2, threshold="0,30")
    for key in ("naming_below_threshold", "naming_below_gate", "naming_no_type_left"):
        assert CONTENT.say(key)


def test_the_defaults_are_what_the_benchmark_found() -> None:
    table = pd.read_csv(RESULTS)
    null = table[table["data"] == "strukturlos"]
    assert set(null["kind"]) == {"pick", "free", "yes_no", "rating"}
    assert THRESHOLD - 0.05 < null["lowest_q95"].max() <= THRESHOLD
    assert GATE - 0.05 < null["mean_q95"].max() <= GATE
    assert null[["share_all_names", "share_any_name"]].max().max() <= 0.05


@pytest.mark.long
def test_structureless_fits_reach_only_low_scores() -> None:
    signatures = {item.key: item.signature for item in CONTENT.types}
    null = null_naming_scores(signatures, GOALS, 300, kind="pick", n_fits=6, n_init=10, prior=1.0)
    assert (null["lowest"] <= null["mean"]).all() and (null["mean"] <= null["highest"]).all()
    assert null["lowest"].max() < 0.63  # what planted types reach
    again = null_naming_scores(signatures, GOALS, 300, kind="pick", n_fits=6, n_init=10, prior=1.0)
    pd.testing.assert_frame_equal(null, again)


def test_no_sentence_counts_the_types_for_a_survey_may_bring_others() -> None:
    counted = re.compile(r"\b(?:vier|four)\b[^.]*\b(?:Typ|type)", flags=re.IGNORECASE)
    assert counted.search("Die vier Typen.") and counted.search("All four types.")
    for key, sentence in load_content().sentences.items():
        assert not counted.search(sentence.de) and not counted.search(sentence.en), key


def test_own_goals_without_own_types_are_told_what_is_missing(tmp_path: Path) -> None:
    goal = "- {key: eigenes, label: {de: Eigenes, en: Own}, short: {de: Eigenes, en: Own}, fields: [daten]}"
    (tmp_path / "goals.yaml").write_text(f"herkunft: redaktionell\ngoals:\n  {goal}\n", encoding="utf-8")
    with pytest.raises(ContentError) as found:
        load_content(tmp_path)
    assert {problem.file for problem in found.value.problems} == {"types.yaml"}
    assert all("auch eine eigene types.yaml" in problem.message for problem in found.value.problems)


def test_goals_that_cannot_stand_in_the_file_are_all_named() -> None:
    rng = np.random.default_rng(0)
    goals = pd.DataFrame(
        {name: pd.Categorical(np.where(rng.random(60) < 0.5, *answers), answers)
         for name, answers in {"Bürger & Service": ("nein", "ja"), "2. Ziel": ("nein", "ja"), "gut": (0, 1)}.items()}
    )  # fmt: skip
    with pytest.raises(EstimationError, match="keine Typologie-Datei") as caught:
        name_types(cluster(goals, 2, n_init=3), CONTENT)
    found = [(problem.column, problem.kind, problem.expected) for problem in caught.value.problems]
    assert [row[:2] for row in found] == [("Bürger & Service", "ziel"), ("2. Ziel", "ziel"), ("gut", "antwort")]
    assert "buerger_service" in found[0][2] and "ziel_2_ziel" in found[1][2]
    assert caught.value.problems[2].value == "0, 1"
    keys = {"Bürger & Service": "buerger_service", "2. Ziel": "ziel_2_ziel"}
    renamed = goals.rename(columns=keys).assign(gut=goals["gut"].cat.rename_categories({0: "nein", 1: "ja"}))
    assert name_types(cluster(renamed, 2, n_init=3), CONTENT).goal_keys == ("buerger_service", "ziel_2_ziel", "gut")
