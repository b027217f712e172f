"""Types or only degrees: textbook sets, answers made by classes and by traits, and the steps between."""

import importlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from typology.clustering.degrees import verdict
from typology.clustering.degrees.asked import compared_answers, graded_answers
from typology.clustering.degrees.classes import best_of, draw_shrunken, fit_classes
from typology.clustering.degrees.comparison import COMPARISON_COLUMNS, Comparison, compare_degrees
from typology.clustering.degrees.dependent import dependent_classes
from typology.clustering.degrees.replicates import FEWEST, MOST, Cox, cox_test, shrunken
from typology.clustering.degrees.rivals import most_alike, ordered_rivals, rivals_for
from typology.clustering.engine.model import posteriors
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.clustering.graded.fitting import fit_graded
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals
from typology.study.verdicts import say_fewer

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
YES_NO, RATING, LIST = GoalQuestion("yes_no"), GoalQuestion("rating"), GoalQuestion("pick", 3)
# counts of the patterns 00000 … 11111 (Bock and Lieberman 1970), as in test_graded.py
LSAT6 = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
LSAT7 = (
    12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
    7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308,
)  # fmt: skip


def goals_of(codes: np.ndarray, levels: tuple[str, ...] = ("nein", "ja")) -> pd.DataFrame:
    columns = {
        f"ziel_{place:02d}": pd.Categorical.from_codes(column, list(levels), ordered=len(levels) > 2)
        for place, column in enumerate(codes.T)
    }
    return pd.DataFrame(columns, index=[f"9{row:07d}" for row in range(len(codes))])


def lsat(counts: tuple[int, ...]) -> pd.DataFrame:
    return goals_of(np.repeat(np.array(list(itertools.product((0, 1), repeat=5))), counts, axis=0))


def bakk_kuha(n: int, high: float, seed: int) -> pd.DataFrame:
    """Three classes on six items, the class by a covariate (Bakk and Kuha 2018, Psychometrika 83, 871–892)."""
    rng = np.random.default_rng(seed)
    z = rng.integers(1, 6, n)
    odds = np.exp(np.column_stack([np.zeros(n), 2.3445911086 - z, -3.6553700529 + z]))
    own = (rng.random(n)[:, None] > (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)[:, :2]).sum(axis=1)
    chances = np.where(np.array([[1] * 6, [1, 1, 1, 0, 0, 0], [0] * 6]), high, 1 - high)[own]
    return goals_of((rng.random((n, 6)) < chances).astype(int))


def by_traits(n: int, seed: int, n_goals: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    loadings = np.zeros((n_goals, 2))
    loadings[: n_goals // 2, 0] = loadings[n_goals // 2 :, 1] = 1.6
    utilities: np.ndarray = rng.normal(0, 0.4, n_goals) + rng.normal(size=(n, 2)) @ loadings.T
    return utilities


def by_classes(n: int, seed: int, n_goals: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    levels = np.full((3, n_goals), -1.4)
    for place in range(n_goals):
        levels[place % 3, place] = 1.8
    utilities: np.ndarray = levels[rng.integers(0, 3, n)]
    return utilities


def answered(utilities: np.ndarray, question: GoalQuestion, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 1])
    noise = rng.logistic(size=utilities.shape)
    if question is YES_NO:
        return goals_of((utilities + noise > 0).astype(int))
    if question is RATING:
        value = utilities + noise
        return goals_of((value > -0.8).astype(int) + (value > 0.8), ("niedrig", "mittel", "hoch"))
    order = (-(utilities + rng.gumbel(size=utilities.shape))).argsort(axis=1).argsort(axis=1)
    return goals_of((order < rng.integers(2, 4, (len(utilities), 1))).astype(int))


def test_lsat6_is_degrees_and_lsat7_is_never_types():
    # one ability made both; see the table of BICs in test_graded.py
    six = compare_degrees(lsat(LSAT6), question=YES_NO)
    assert (six.verdict, six.rival) == ("degrees", "style")
    table = six.table.set_index("model")
    assert table.loc["style", "bic"] == pytest.approx(4975.32, abs=6e-3)
    assert table.loc["classes_2", "bic"] == pytest.approx(5010.80, abs=6e-3)
    assert compare_degrees(lsat(LSAT7), question=YES_NO).verdict in ("degrees", "undecided")


@pytest.mark.parametrize(("n", "high"), [(1000, 0.8), (500, 0.9)])
def test_three_classes_that_break_one_ordering_are_types(n, high):
    found = compare_degrees(bakk_kuha(n, high, 20), question=YES_NO)
    assert (found.verdict, found.n_classes) == ("types", 3)
    tested = found.table[found.table["replicates"] > 0]
    assert len(tested) >= 1
    assert (tested["z"] > 2).all()


@pytest.mark.long
@pytest.mark.parametrize(
    ("question", "utilities", "wanted"),
    [
        (YES_NO, by_traits(300, 3), "degrees"),
        (YES_NO, by_classes(150, 3), "types"),
        (RATING, by_traits(150, 3), "degrees"),
        (RATING, by_classes(100, 3, 7), "types"),
    ],
)
def test_clear_cases_of_each_form(question, utilities, wanted):
    found = compare_degrees(answered(utilities, question, 4), question=question)
    assert found.verdict == wanted
    assert repr(found).startswith(f"Comparison({wanted}: {found.text['de']})")
    said = {"types": "für 3 Typen", "degrees": "Die Unterschiede sind fließend"}[wanted]
    assert said in found.text["de"]


@pytest.mark.long
def test_clear_types_in_a_list():
    goals = simulate_goals(120, kind="pick", target=0.97, random_state=3).goals.iloc[:, :9]
    found = compare_degrees(goals, question=LIST)
    assert (found.verdict, found.n_classes) == ("types", 4)


@pytest.mark.long
def test_gaps_do_not_make_types():
    goals = answered(by_traits(400, 5), YES_NO, 6)
    gaps = np.random.default_rng(7).random(goals.shape) < 0.2
    assert compare_degrees(goals.mask(gaps), question=YES_NO).verdict == "degrees"


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (0, ("degrees", "traits_2", 2)),
        (1, ("types", "traits_1_skewed", 3)),
        (2, ("undecided", "traits_1", 2)),
    ],
)
def test_answers_of_others_as_the_method_report_says(external, monkeypatch, place, wanted):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    surveys = importlib.import_module("degrees_surveys")
    asked = list(surveys.SURVEYS.values())[place]
    goals = surveys.read_answers(external(asked.file), asked)
    found = compare_degrees(goals, question=GoalQuestion(asked.kind))
    assert (found.verdict, found.rival, found.n_classes) == wanted
    table = found.table.set_index("model")
    bic, level, folds = table["bic"], table["log_likelihood"], table["cross_validated"].dropna()
    if place == 0:
        ahead, error = folds.iloc[-1] - folds.iloc[0], table.loc[found.rival, "cross_validated_error"]
        said = f"two traits lead by {bic['classes_2'] - bic['traits_2']:.0f} BIC and by {ahead:.0f} ± {error:.0f} in "
        said += f"cross-validation, one alone by {bic['classes_2'] - bic['traits_1']:.0f} BIC"
    elif place == 1:
        said = "one trait is rejected, normal and skewed (z > 3)"
        assert table.loc[["traits_1", "traits_1_skewed"], "z"].min() > 3
    else:
        said = f"one trait and two classes differ by {level['classes_2'] - level['traits_1']:.1f} in log-likelihood"
    assert said in " ".join((BENCHMARKS.parent / "docs" / "pages" / "method.md").read_text(encoding="utf-8").split())


def test_a_survey_that_is_not_there_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    importlib.import_module("degrees_surveys").main(tmp_path)
    said = capsys.readouterr().out
    assert said.count("left out") == 3


@pytest.mark.long
def test_the_table_names_every_rival_once_and_says_what_was_measured():
    signatures = {"a": ["ziel_00", "ziel_03"], "b": ["ziel_01", "ziel_04"], "c": ["ziel_02"]}
    goals = answered(by_classes(70, 8, 7), LIST, 9)
    found = compare_degrees(goals, question=LIST, signatures=signatures)
    table = found.table.set_index("model")
    assert tuple(found.table.columns) == COMPARISON_COLUMNS
    assert table.index.is_unique
    wanted = {"classes_1", "traits_1", "traits_3_skewed", "signatures", "pairs_1", "ordered_3"}
    assert wanted <= set(table.index)
    assert not {"style", "spread"} & set(table.index)  # a habit of ticking much is given with the ticks
    best = table.loc[f"classes_{found.n_classes}"]
    assert best["bic"] == table.loc[table["kind"] == "classes", "bic"].min()
    # the adjusted BIC takes (n + 2) / 24 for n; the grid of one trait is its finest
    penalty = np.log((len(goals) + 2) / 24) / 2
    heights = table["log_likelihood"] - penalty * table["n_parameters"]
    lead = heights[table["kind"] == "classes"].max() - heights["traits_1"]
    assert table.loc["traits_1", "lead"] == pytest.approx(lead, abs=1e-6)
    assert table.loc["signatures", "n_parameters"] == 6 + 4  # the one-goal leaning has no trait of its own
    measured = table.index[table["cross_validated"].notna()]
    assert len(measured) == 2 and table.loc[measured, "cross_validated"].lt(table.loc[measured, "log_likelihood"]).all()


def test_the_same_seed_gives_the_same_comparison():
    goals = answered(by_traits(100, 10, 6), YES_NO, 11)
    one, other = (compare_degrees(goals, question=YES_NO, random_state=5) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert (one.verdict, one.reason, one.rival) == (other.verdict, other.reason, other.rival)


def test_answers_without_structure_are_one_class_and_no_types():
    codes = (np.random.default_rng(12).random((250, 8)) < 0.4).astype(int)
    found = compare_degrees(goals_of(codes), question=YES_NO)
    assert (found.verdict, found.reason, found.n_classes) == ("undecided", "one_class", 1)
    assert found.text["en"] == "The answers hang together too little to tell types from degrees."


def test_two_goals_are_too_few_to_tell_and_no_answer_is_an_error():
    goals = goals_of((np.random.default_rng(13).random((60, 2)) < 0.5).astype(int))
    assert compare_degrees(goals, question=YES_NO).reason == "too_few"
    with pytest.raises(EstimationError):
        compare_degrees(goals.mask(np.ones(goals.shape, bool)), question=YES_NO)


@pytest.mark.parametrize("question", [YES_NO, RATING, LIST])
def test_few_rows_or_goals_answered_alike_are_not_compared(question):
    levels = ("niedrig", "mittel", "hoch") if question is RATING else ("nein", "ja")
    codes = np.random.default_rng(32).integers(0, len(levels), (19, 6))
    for rows in (codes[:1], codes[:2], codes, np.ones_like(codes)[[0] * 40]):
        found = compare_degrees(goals_of(rows, levels), question=question)
        assert (found.verdict, found.reason) == ("undecided", "too_few")
        assert found.redrawn is None


def test_lists_with_gaps_leave_the_comparison_and_keep_their_form():
    goals = answered(by_classes(120, 14), LIST, 15)
    goals.iloc[:40, 0] = None  # a third, so that the typology itself would fall back to plain classes
    answers = compared_answers(goals, LIST)
    assert answers.form is GIVEN_TICKS
    assert len(answers.codes) == 80


def test_classes_of_the_comparison_are_those_of_the_estimator():
    goals = answered(by_classes(300, 16), YES_NO, 17)
    answers = compared_answers(goals, YES_NO)
    best = best_of(fit_classes(answers, rng=np.random.default_rng(0)))
    model = answers.form.fitted(best.state, collapse(goals))
    assert best.n_classes == 3
    assert model.log_likelihood(answers.codes) == pytest.approx(best.log_likelihood, abs=1e-6)
    assert posteriors(model, answers.codes).max(axis=1).mean() > 0.85


def test_shifted_classes_of_ratings_cost_one_parameter_per_class_and_goal():
    answers = compared_answers(answered(by_classes(300, 18), RATING, 19), RATING)
    fits = fit_classes(answers, rng=np.random.default_rng(0))
    best = best_of(fits)
    assert (best.name, best.n_classes) == ("classes_3_shifted", 3)
    assert best.n_parameters == 2 + 3 * 9 + 9  # weights, levels, one distance between the two thresholds of each goal
    plain = next(fit for fit in fits if fit.name == "classes_3")
    assert plain.n_parameters == 2 + 3 * 18
    assert best.log_likelihood < plain.log_likelihood


def test_replicates_of_classes_are_drawn_closer_together_than_the_classes_are():
    for question in (YES_NO, RATING, LIST):
        answers = compared_answers(answered(by_classes(300, 21), question, 22), question)
        best = best_of(fit_classes(answers, rng=np.random.default_rng(0)))
        spreads = []
        for prior in (1e-9, 80.0):
            drawn = draw_shrunken(answers, best, prior)
            codes = np.concatenate([drawn(np.random.default_rng([23, number])) for number in range(6)])
            assert codes.shape == (1800, 9)
            spreads.append(np.abs(np.corrcoef(codes.T)).sum())
        assert spreads[1] < spreads[0]


def test_doubled_goals_are_found():
    rng = np.random.default_rng(24)
    codes = (rng.random((300, 8)) < 0.5).astype(int)
    codes[:, 6] = np.where(rng.random(300) < 0.9, codes[:, 1], codes[:, 6])
    codes[:, 7] = np.where(rng.random(300) < 0.7, codes[:, 2], codes[:, 7])
    answers = graded_answers(compared_answers(goals_of(codes), YES_NO))
    assert most_alike(answers, 2) == [(1, 6), (2, 7)]
    names = {rival.name: rival for rival in [*rivals_for(answers), *ordered_rivals(answers)]}
    levels = {
        name: fit_graded(answers, names[name].structure(answers), rng=rng).bic
        for name in ("pairs_1", "pairs_2", "style")
    }
    assert min(levels, key=levels.get) == "pairs_2"


def test_a_test_ends_as_soon_as_it_is_clear_and_not_before():
    far = cox_test(80.0, lambda rng: float(rng.normal(0, 5)), seed=(1,), limit=2.5)
    assert far.replicates == FEWEST and far.z > 10
    near = cox_test(12.0, lambda rng: float(rng.normal(0, 5)), seed=(2,), limit=2.5)
    assert FEWEST < near.replicates <= MOST
    assert abs(near.z - 2.5) < 2.0


def test_replicates_that_lie_close_together_by_chance_do_not_make_a_lead_large():
    # four replicates of variance 25 are thought besides: (4 · 25 + 0) / (4 + 5 − 1) by hand
    alike = Cox.of(3.0, [0.0] * 5)
    assert alike.deviation == pytest.approx(np.sqrt(100 / 8))
    many = Cox.of(3.0, list(np.random.default_rng(3).normal(1, 2, 5_000)))
    assert (many.mean, many.deviation) == pytest.approx((1, 2), abs=0.1)


def test_replicates_of_a_rival_hang_together_no_more_than_it_can_be_trusted_with():
    # where nothing hangs together, what was fitted is chance, and much of it goes
    rng = np.random.default_rng(33)
    for utilities, low, high in ((np.zeros((250, 8)), 0.0, 0.75), (by_traits(250, 34, 8), 0.85, 1.0)):
        answers = compared_answers(answered(utilities, YES_NO, 35), YES_NO)
        graded = graded_answers(answers)
        rival = next(rival for rival in rivals_for(graded) if rival.name == "traits_2")
        fit = fit_graded(graded, rival.structure(graded), rng=rng)
        kept = shrunken(fit, fit_classes(answers, rng=rng)[0])
        share = np.abs(kept.point.loadings).sum() / np.abs(fit.point.loadings).sum()
        assert low < share < high
        assert kept.point.intercepts == pytest.approx(fit.point.intercepts)


def test_every_verdict_has_its_sentence_in_both_languages():
    content = load_content()
    table = pd.DataFrame(
        [("traits_1", "traits", 1), ("traits_3", "traits", 3), ("style", "style", 1), ("signatures", "signatures", 4),
         ("pairs_2", "pairs", 2)],
        columns=["model", "kind", "n_traits"],
    ).assign(log_likelihood=-1000.0)  # fmt: skip
    found = [Comparison("types", "every_rival_rejected", table, 4, "traits_3", np.nan, "pick")]
    found += [Comparison("degrees", "bic_clear", table, 4, name, np.nan, "pick") for name in table["model"]]
    source = (Path(verdict.__file__)).read_text(encoding="utf-8")
    reasons = sorted(set(re.findall(r'UNDECIDED, "(\w+)"', source)))
    assert len(reasons) == 6
    found += [Comparison("undecided", reason, table, 4, "traits_3", np.nan, "pick") for reason in reasons]
    for language in ("de", "en"):
        said = [one.sentence(content, language) for one in found]
        assert len(set(said)) == len(found) == 12


def doubled(question: GoalQuestion, seed: int, together: float) -> pd.DataFrame:
    """Two clear groups of nine goals; two goals of different groups have something in common beside them."""
    rng = np.random.default_rng([seed, 2])
    levels = np.full((2, 9), -1.2)
    levels[0, ::2], levels[1, 1::2] = 1.4, 1.4
    utilities = levels[rng.integers(0, 2, 700)]
    utilities[:, [0, 1]] += together * rng.normal(size=(700, 1))
    return answered(utilities, question, seed)


@pytest.mark.parametrize("question", [YES_NO, RATING])
def test_a_pair_that_hangs_together_within_groups_makes_no_group_more(question):
    goals = doubled(question, 41, 4.0)
    answers = compared_answers(goals, question)
    classes = fit_classes(answers, rng=np.random.default_rng(1))
    assert best_of(classes).n_classes > 2
    found = dependent_classes(answers, graded_answers(answers), classes, np.random.default_rng(2))
    one = min(found, key=lambda classes: classes.bic)
    assert (one.n_classes, one.pairs, one.name) == (2, ((0, 1),), "classes_2_pairs_1")
    assert one.bic < best_of(classes).bic - 10
    # 36 pairs of nine goals to choose from are charged for, and 378 sets of two
    assert one.bic == pytest.approx(one.fit.bic + 2 * np.log(36))
    two = next(classes for classes in found if len(classes.pairs) == 2)
    assert two.bic == pytest.approx(two.fit.bic + 2 * np.log(378))


def test_where_nothing_hangs_together_within_groups_a_pair_gains_nothing():
    answers = compared_answers(doubled(YES_NO, 42, 0.0), YES_NO)
    classes = fit_classes(answers, rng=np.random.default_rng(1))
    found = dependent_classes(answers, graded_answers(answers), classes, np.random.default_rng(2))
    assert best_of(classes).n_classes == 2 and found
    assert min(one.bic for one in found) > best_of(classes).bic


def test_fewer_groups_are_told_where_the_extended_bic_clearly_prefers_them():
    goals = list(load_content().goals)[:4]
    pairs = f"{goals[0].key}+{goals[1].key} {goals[2].key}+{goals[3].key}"
    rows = {"model": ["classes_4", "traits_3", "classes_3_pairs_2", "classes_4_pairs_1"],
            "kind": ["classes", "traits", "dependent", "dependent"], "n_classes": [4, 0, 3, 4],
            "bic": [4000.0, 4100.0, 3989.9, 3900.0], "pairs": ["", "", pairs, "x+y"]}  # fmt: skip
    table = pd.DataFrame(rows)
    content = load_content()
    found = Comparison("types", "every_rival_rejected", table, 4, "traits_3", np.nan, "pick")
    said = say_fewer(found, content)
    assert all(content.label("goal", goal.key, "de") in said["de"] for goal in goals)
    assert "schon 3 Gruppen" in said["de"] and "prefers 3 groups" in said["en"]
    blank = {"de": "", "en": ""}
    for other in (
        replace(found, table=table.assign(bic=[4000.0, 4100.0, 3990.0, 3900.0])),  # not clearly
        replace(found, n_classes=3),  # not fewer
        replace(found, verdict="degrees"),
    ):
        assert say_fewer(other, content) == blank
    assert say_fewer(None, content) == blank


@pytest.mark.parametrize(("steps", "said"), [(-1004.9, "Ob sie stufenlos verläuft"), (-1005.1, "Eine einzige Neigung")])
def test_one_ordering_is_not_the_same_as_no_groups(steps, said):
    table = pd.DataFrame(
        [("traits_1", "traits", 1, -1000.0), ("ordered_3", "ordered", 1, -1020.0), ("ordered_4", "ordered", 1, steps)],
        columns=["model", "kind", "n_traits", "log_likelihood"],
    )
    found = Comparison("degrees", "bic_clear", table, 3, "traits_1", np.nan, "yes_no")
    assert said in found.text["de"]


def test_the_committed_study_is_counted_from_its_draws_and_keeps_its_promises(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    study = importlib.import_module("degrees")
    draws = pd.read_csv(BENCHMARKS / "results" / "degrees_draws.csv")
    table = pd.read_csv(BENCHMARKS / "results" / "degrees.csv")
    counted = study.summary(draws).reset_index(drop=True)
    pd.testing.assert_frame_equal(counted, table, check_names=False)
    by_degrees = table[table["made_by"] == "degrees"]
    assert set(by_degrees["kind"]) <= {"yes_no", "pick", "free", "ranking", "rating"}
    assert set(table["cell"]) <= {cell.name for cell in study.CELLS}
    without = draws[draws["made_by"] == "degrees"]
    assert (without["verdict"] == "types").mean() <= 0.05
    assert (without["named"] == 1).mean() <= 0.05
    # what is wanted stands in the method report beside what was reached; of few draws nothing is asked
    targets = importlib.import_module("method_tables").degrees_targets()
    asked = targets[targets["wanted"].ne("–") & (targets["draws"].astype(int) >= 20)]
    assert len(asked) >= 10 and set(asked["n"]) == {"412", "1,500"}
    missed = [
        row.what
        for row in asked.rename(columns={"per cent": "per_cent"}).itertuples()
        if (row.wanted[0] == "≤") != (int(row.per_cent) <= int(row.wanted[2:])) and row.per_cent != row.wanted[2:]
    ]
    assert missed == []
    assert not draws.duplicated(["cell", "n", "draw"]).any()


def test_the_committed_study_of_the_practice_worlds_is_counted_from_its_draws(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    study = importlib.import_module("degrees_worlds")
    draws = pd.read_csv(BENCHMARKS / "results" / study.DRAWS)
    table = pd.read_csv(BENCHMARKS / "results" / study.SUMMARY)
    pd.testing.assert_frame_equal(study.summary(draws), table, check_names=False)
    assert not draws.duplicated(["world", "made_by", "draw"]).any() and (table["draws"] >= 15).all()
    leanings = draws[draws["made_by"] == "degrees"]
    assert (leanings["verdict"] == "types").mean() <= 0.05 and leanings["named"].mean() <= 0.05
    types = draws[draws["made_by"] == "types"]
    assert (types["verdict"] == "degrees").mean() <= 0.1
