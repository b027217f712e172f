"""Graded models: published estimates, other programs, classes as a special case, and known truth."""

import itertools
import shutil
import subprocess
from functools import partial

import numpy as np
import pandas as pd
import pytest

from typology.clustering.engine.climb import fit_batches
from typology.clustering.engine.patterns import distinct
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.clustering.engine.ticks import draw_ticks
from typology.clustering.graded.fitting import GradedAnswers, draw, fit_graded
from typology.clustering.graded.likelihood import Marginal, Structure
from typology.clustering.graded.loadings import Loadings, principal_axes
from typology.clustering.graded.model import GradedModel
from typology.clustering.graded.ordered import OrderedRows
from typology.clustering.graded.ticked import TickedRows
from typology.clustering.graded.traits import (
    Corners,
    CornersAndTraits,
    FreePlaces,
    NormalTraits,
    SkewedTraits,
    normal_grid,
)
from typology.clustering.latent_class import LatentClass
from typology.errors import EstimationError

# Bock and Lieberman (1970): five items of the Law School Admission Test, sections 6 and 7, 1,000 persons each; counts
# of the 32 patterns 00000 … 11111, the first item slowest.
PATTERNS = np.array(list(itertools.product((0, 1), repeat=5)))
COUNTS = {
    "LSAT6": (
        3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
        10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
    ),
    "LSAT7": (
        12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
        7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308,
    ),
}  # fmt: skip
ITEMS = list("abcde")


def lsat(name: str, **settings: object) -> GradedModel:
    return GradedModel(1, **settings).fit(pd.DataFrame(PATTERNS, columns=ITEMS), COUNTS[name])


def test_one_slope_on_lsat6_as_published():
    # Rizopoulos (2006), Journal of Statistical Software 17(5), p. 8: rasch() of the R package ltm
    model = lsat("LSAT6", equal=True)
    assert model.log_likelihood_ == pytest.approx(-2466.938, abs=5e-4)
    assert (model.aic_, model.bic_) == pytest.approx((4945.875, 4975.322), abs=1e-3)
    assert model.loadings_["trait_1"].to_numpy() == pytest.approx(np.full(5, 0.7551), abs=1e-4)
    difficulties = -model.thresholds_["value"] / model.loadings_["trait_1"].to_numpy()
    assert difficulties.to_numpy() == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=2e-4)


def test_two_parameter_model_on_lsat7_as_published():
    # help page of mirt() in the R package mirt, the same data
    model = lsat("LSAT7")
    assert model.log_likelihood_ == pytest.approx(-2658.805, abs=5e-4)
    assert model.bic_ == pytest.approx(5386.688, abs=1e-3)
    assert model.loadings_["trait_1"].to_numpy() == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=2e-3)
    assert model.thresholds_["value"].to_numpy() == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=2e-3)


@pytest.mark.parametrize(
    ("name", "equal", "classes"),
    [
        ("LSAT6", (-2466.938, 4975.32), (-2467.406, 5010.80)),
        ("LSAT7", (-2664.901, 5371.25), (-2660.297, 5396.58)),
    ],
)
def test_two_classes_lose_on_lsat_by_bic(name, equal, classes):
    graded = lsat(name, equal=True)
    assert (graded.log_likelihood_, graded.bic_) == pytest.approx(equal, abs=6e-3)
    table = pd.DataFrame(PATTERNS, columns=ITEMS)
    latent = LatentClass(2, n_init=20).fit(table, sample_weight=COUNTS[name])
    assert latent.log_likelihood_ == pytest.approx(classes[0], abs=6e-4)
    assert latent.bic(table, sample_weight=COUNTS[name]) == pytest.approx(classes[1], abs=6e-3)


@pytest.mark.parametrize(
    ("name", "equal", "free", "classes"),
    [
        ("values", (-508.527, 1043.93), (-507.403, 1057.81), (-504.468, 1057.31)),
        ("cheating", (-447.431, 923.69), (-440.231, 926.58), (-440.027, 931.94)),
    ],
)
def test_textbook_examples_of_classes(external, name, equal, free, classes):
    table = pd.read_csv(external(f"latent_class/{name}.csv")).iloc[:, :4]
    for settings, wanted in (({"equal": True}, equal), ({"equal": False}, free)):
        model = GradedModel(1, **settings).fit(table)
        assert (model.log_likelihood_, model.bic_) == pytest.approx(wanted, abs=6e-3)
    latent = LatentClass(2, n_init=20).fit(table)
    assert (latent.log_likelihood_, latent.bic(table)) == pytest.approx(classes, abs=6e-3)


def test_girth_finds_the_same_slopes():
    girth = pytest.importorskip("girth", reason="girth is not installed: no second opinion on item response models")
    rows = np.repeat(PATTERNS, COUNTS["LSAT7"], axis=0)
    theirs = girth.twopl_mml(rows.T)
    model = lsat("LSAT7")
    assert model.loadings_["trait_1"].to_numpy() == pytest.approx(theirs["Discrimination"], abs=1e-3)
    intercepts = -theirs["Difficulty"] * theirs["Discrimination"]
    assert model.thresholds_["value"].to_numpy() == pytest.approx(intercepts, abs=1e-3)


def test_no_graded_response_estimate_of_girth_is_more_probable():
    girth = pytest.importorskip("girth", reason="girth is not installed: no second opinion on graded responses")
    codes = rated(400, 0)
    theirs = girth.grm_mml(codes.T + 1)
    model = GradedModel(1).fit(pd.DataFrame(codes))
    slopes = theirs["Discrimination"]
    assert model.loadings_["trait_1"].to_numpy() == pytest.approx(slopes, abs=0.02)
    cuts = -theirs["Difficulty"] * slopes[:, None]
    fit = model.fit_
    marginal = Marginal(fit.answers.rows(), fit.structure)
    at_theirs = np.concatenate([cuts.mean(axis=1), slopes, np.log(-np.diff(cuts, axis=1)[:, 0])])
    assert -1.0 < marginal.value(at_theirs) - fit.log_likelihood <= 1e-6


@pytest.mark.long
def test_lme4_fits_the_same_rasch_model():
    rscript = shutil.which("Rscript")
    counts = [round(count / 5) for count in COUNTS["LSAT6"]]
    program = f"""
        if (!requireNamespace("lme4", quietly = TRUE)) quit(status = 9)
        patterns <- as.matrix(expand.grid(e=0:1, d=0:1, c=0:1, b=0:1, a=0:1))[, 5:1]
        rows <- patterns[rep(1:32, c({", ".join(map(str, counts))})), ]
        n <- nrow(rows)
        long <- data.frame(y=as.vector(rows), item=factor(rep(1:5, each=n)), person=factor(rep(1:n, 5)))
        fit <- lme4::glmer(y ~ 0 + item + (1 | person), long, family=binomial, nAGQ=15)
        cat(lme4::fixef(fit), attr(lme4::VarCorr(fit)$person, "stddev"), logLik(fit))
    """
    run = rscript and subprocess.run([rscript, "-e", program], capture_output=True, text=True, check=False)
    if not run or run.returncode == 9:
        pytest.skip("R with lme4 is not here (apt-get install r-cran-lme4)")
    assert run.returncode == 0, run.stderr
    *intercepts, slope, level = map(float, run.stdout.split())
    model = GradedModel(1, equal=True).fit(pd.DataFrame(PATTERNS, columns=ITEMS), counts)
    assert model.log_likelihood_ == pytest.approx(level, abs=2e-3)
    assert model.loadings_.loc["a", "trait_1"] == pytest.approx(slope, abs=2e-3)
    assert model.thresholds_["value"].to_numpy() == pytest.approx(intercepts, abs=2e-3)


def rated(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    tendency = rng.normal(size=(n, 1)) * [0.8, 1.2, 1.6, 2.0, 1.0] + rng.logistic(size=(n, 5))
    codes: np.ndarray = (tendency > -1).astype(int) + (tendency > 0.8)
    return codes


def with_gaps(codes: np.ndarray, share: float, seed: int) -> np.ndarray:
    return np.where(np.random.default_rng(seed).random(codes.shape) < share, -1, codes)


def ticked_rows() -> TickedRows:
    codes = (np.random.default_rng(1).random((60, 6)) < 0.4).astype(int)
    return TickedRows(codes, np.random.default_rng(2).uniform(0.5, 3, 60))


def ordered_rows() -> OrderedRows:
    codes = with_gaps(np.column_stack([rated(60, 3), rated(60, 4)[:, 0] > 0]), 0.1, 5)
    return OrderedRows(codes, (3, 3, 3, 3, 3, 2), np.random.default_rng(2).uniform(0.5, 3, 60))


@pytest.mark.parametrize(
    ("rows", "loadings", "spread", "widens"),
    [
        (ordered_rows, Loadings.free(6, 3), NormalTraits(3), False),
        (ordered_rows, Loadings.free(6, 2), SkewedTraits(2), False),
        (ordered_rows, Loadings.equal(6), NormalTraits(2), True),
        (ordered_rows, Loadings.free(6, 1), FreePlaces(3), False),
        (ordered_rows, Loadings.of_groups(6, [[0, 1], [2, 5]], alike=True), SkewedTraits(2), False),
        (ticked_rows, Loadings.free(6, 2), SkewedTraits(2), False),
        (ticked_rows, Loadings.of_groups(6, [[0, 1], [2, 3, 4]]), NormalTraits(2), False),
        (ticked_rows, Loadings.free(6, 2), Corners(3), False),
        (ticked_rows, Loadings.of_classes(6, 3, [[0, 4]]), CornersAndTraits(3, 1), False),
        (ordered_rows, Loadings.of_classes(6, 2, [[1, 5], [0, 2]]), CornersAndTraits(2, 2), False),
    ],
)
def test_slopes_are_those_of_finite_differences(rows, loadings, spread, widens):
    marginal = Marginal(rows(), Structure(loadings, spread, widens))
    at = np.random.default_rng(9).normal(0, 0.6, marginal.n)
    step = 1e-5
    axes = step * np.eye(marginal.n)
    numeric = [(marginal.rises(at + axis)[0] - marginal.rises(at - axis)[0]) / (2 * step) for axis in axes]
    assert marginal.rises(at)[1] == pytest.approx(np.array(numeric), abs=1e-5)


def test_loadings_beyond_six_are_held_back():
    marginal = Marginal(ordered_rows(), Structure(Loadings.free(6, 1), NormalTraits(1)))
    at = np.zeros(marginal.n)
    at[6] = 7.0  # one above the limit: half of 0.5 · 1² is taken off
    assert marginal.rises(at)[0] == pytest.approx(marginal.value(at) - 0.25, abs=1e-9)


def test_probabilities_of_all_lists_with_two_ticks_add_up_to_one():
    codes = np.array([row for row in itertools.product((0, 1), repeat=6) if sum(row) == 2])
    marginal = Marginal(TickedRows(codes, np.ones(len(codes))), Structure(Loadings.free(6, 2), SkewedTraits(2)))
    at = np.random.default_rng(3).normal(0, 1, marginal.n)
    assert np.exp(marginal.levels(at)).sum() == pytest.approx(1.0, abs=1e-12)


def test_probabilities_of_all_ratings_add_up_to_one():
    codes = np.array(list(itertools.product((0, 1, 2), (0, 1), (0, 1, 2, 3))))
    rows = OrderedRows(codes, (3, 2, 4), np.ones(len(codes)))
    marginal = Marginal(rows, Structure(Loadings.equal(3), NormalTraits(2), widens=True))
    at = np.random.default_rng(3).normal(0, 1, marginal.n)
    assert np.exp(marginal.levels(at)).sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("form", "ticked"), [(PLAIN, False), (GIVEN_TICKS, True)])
def test_classes_are_traits_that_sit_in_corners(form, ticked):
    rng = np.random.default_rng(6)
    high = np.array([[2, 2, -1, -1, 0, 0], [-1, -1, 2, 2, 0, 0]])[rng.integers(0, 2, 300)]
    codes = (rng.logistic(size=high.shape) < high - 0.3).astype(int)
    patterns, weights, _ = distinct(codes, (2,) * 6)
    theirs = fit_batches([form.rows(patterns, (2,) * 6).batch(weights)], 2, n_init=10, rng=rng)
    answers = GradedAnswers.of(codes, ticked=ticked)
    fit = fit_graded(answers, Structure(Loadings.free(6, 1), Corners(2)), n_init=4, rng=rng, rise=1e-9)
    assert fit.log_likelihood == pytest.approx(float(theirs.log_likelihoods[0]), abs=2e-3)
    assert fit.n_parameters == form.free_parameters(codes, 2)


def test_no_trait_is_one_class():
    codes = pd.DataFrame(with_gaps(rated(200, 1), 0.1, 2)).replace(-1, None)
    model = GradedModel(0).fit(codes)
    one = LatentClass(1).fit(codes)
    assert model.log_likelihood_ == pytest.approx(one.log_likelihood_, abs=1e-6)
    assert model.n_parameters_ == one.n_parameters_ == 10


@pytest.mark.parametrize(
    ("rows", "structure", "wanted"),
    [
        (ticked_rows, Structure(Loadings.free(6, 1), NormalTraits(1)), 5 * 2),
        (ticked_rows, Structure(Loadings.free(6, 3), NormalTraits(3)), 5 * 4 - 3),
        (ticked_rows, Structure(Loadings.free(6, 2), SkewedTraits(2)), 5 * 3 + 2),
        (ticked_rows, Structure(Loadings.of_groups(6, [[0, 1], [2, 3]]), NormalTraits(2)), 5 + 4),
        (ordered_rows, Structure(Loadings.free(6, 2), NormalTraits(2)), 11 + 12 - 1),
        (ordered_rows, Structure(Loadings.equal(6), NormalTraits(2), widens=True), 11 + 2),
        (ordered_rows, Structure(Loadings.free(6, 1), FreePlaces(3)), 11 + 6 + 3),
        (ticked_rows, Structure(Loadings.of_classes(6, 3, [[0, 4]]), CornersAndTraits(3, 1)), 3 * 5 + 2 + 1),
        (ordered_rows, Structure(Loadings.of_classes(6, 3, [[0, 4]]), CornersAndTraits(3, 1)), 11 + 12 + 2 + 1),
    ],
)
def test_parameters_are_counted_once_each(rows, structure, wanted):
    # (J − 1)(1 + d) − d(d − 1)/2 given the ticks; 11 thresholds of five ratings with three levels and one yes/no
    assert structure.n_parameters(rows()) == wanted


def test_count_of_parameters_is_the_rank_of_the_information():
    rows = ticked_rows()
    structure = Structure(Loadings.free(6, 2), SkewedTraits(2))
    marginal = Marginal(rows, structure)
    at = np.random.default_rng(4).normal(0, 0.7, marginal.n)
    whole = np.array([row for row in itertools.product((0, 1), repeat=6) if 0 < sum(row) < 6])
    every = Marginal(TickedRows(whole, np.ones(len(whole))), structure)
    steps = 1e-4 * np.eye(every.n)
    scores = np.array([(every.levels(at + step) - every.levels(at - step)) / 2e-4 for step in steps]).T
    heights = np.linalg.eigvalsh(scores.T @ scores)
    assert (heights > 1e-5 * heights.max()).sum() == structure.n_parameters(rows)


def test_yes_no_answers_of_two_traits_are_found_again():
    rng = np.random.default_rng(11)
    true = np.array([[1.8, 0], [1.5, 0], [1.2, 0.4], [1.6, 0], [0, 1.7], [0, 1.4], [0.3, 1.2], [0, 1.6]])
    codes = (rng.normal(size=(3000, 2)) @ true.T + 0.3 > rng.logistic(size=(3000, 8))).astype(int)
    found = GradedModel(2, n_init=2).fit(pd.DataFrame(codes)).loadings_.to_numpy()
    assert found @ found.T == pytest.approx(true @ true.T, abs=0.75)
    turned = true @ principal_axes(true)
    assert found == pytest.approx(turned, abs=0.3)


def test_lists_of_one_skewed_trait_are_found_again_with_gaps_left_out():
    rng = np.random.default_rng(12)
    loadings = np.array([1.5, 1.0, 0.5, 0.0, 0.0, -0.5, -1.0, -1.5])
    trait = (rng.gamma(2.0, 1.0, (4000, 1)) - 2) / np.sqrt(2)
    ticked = draw_ticks(np.exp(trait * loadings), rng.integers(1, 5, 4000), rng)
    goals = pd.DataFrame(np.where(ticked, "ja", "nein")).astype(pd.CategoricalDtype(["nein", "ja"]))
    goals.iloc[:50, 0] = None
    model = GradedModel(1, form="conditional", skewed=True, n_init=1).fit(goals)
    assert model.n_rows_ == 3950
    sign = np.sign(model.loadings_["trait_1"].iloc[0])
    assert sign * model.loadings_["trait_1"].to_numpy() == pytest.approx(loadings, abs=0.3)
    assert sign * model.shapes_["trait_1"] > 0.15
    normal = GradedModel(1, form="conditional", n_init=1).fit(goals)
    assert model.log_likelihood_ > normal.log_likelihood_ + 2
    assert model.scores(goals).iloc[:50].isna().all(axis=None)
    assert model.score_samples(goals).isna().sum() == 50


def test_missing_answers_and_weights_do_what_they_should():
    codes = pd.DataFrame(with_gaps(rated(300, 7), 0.2, 8)).replace(-1, None)
    model = GradedModel(1).fit(codes)
    twice = GradedModel(1).fit(pd.concat([codes, codes, codes.iloc[:5].map(lambda _: None)], ignore_index=True))
    weighted = GradedModel(1).fit(codes, np.full(300, 2.0))
    assert model.score_samples(codes).sum() == pytest.approx(model.log_likelihood_, abs=1e-6)
    assert twice.log_likelihood_ == pytest.approx(2 * model.log_likelihood_, abs=1e-4)
    assert weighted.log_likelihood_ == pytest.approx(2 * model.log_likelihood_, abs=1e-4)
    assert weighted.bic_ == pytest.approx(twice.bic_, abs=1e-3)
    assert model.loadings_.to_numpy() == pytest.approx(weighted.loadings_.to_numpy(), abs=5e-3)


def test_scores_and_their_errors_add_up_to_the_spread_of_the_trait():
    codes = pd.DataFrame(rated(800, 13))
    scores = GradedModel(1).fit(codes).scores(codes)
    assert scores["trait_1"].mean() == pytest.approx(0, abs=0.02)
    assert (scores["trait_1"] ** 2 + scores["trait_1_error"] ** 2).mean() == pytest.approx(1, abs=0.05)
    part = codes.astype(object)
    part.iloc[:, 2:] = None
    wider = GradedModel(1).fit(codes).scores(part)
    assert (wider["trait_1_error"].mean() > scores["trait_1_error"].mean() + 0.1) and wider["trait_1"].notna().all()


def test_drawn_answers_keep_gaps_and_numbers_of_ticks():
    rng = np.random.default_rng(14)
    codes = with_gaps(rated(200, 15), 0.2, 16)
    fit = fit_graded(GradedAnswers.of(codes, ticked=False), Structure(Loadings.free(5, 1), NormalTraits(1)), rng=rng)
    drawn = draw(fit, codes, rng)
    assert ((drawn < 0) == (codes < 0)).all() and set(np.unique(drawn)) == {-1, 0, 1, 2}
    lists = (rng.random((200, 7)) < 0.4).astype(int)
    lists[:, 3] = 0
    structure = Structure(Loadings.free(6, 1), NormalTraits(1))
    fit = fit_graded(GradedAnswers.of(lists, ticked=True), structure, rng=rng)
    drawn = draw(fit, lists, rng)
    assert (drawn.sum(axis=1) == lists.sum(axis=1)).all() and not drawn[:, 3].any() and (drawn != lists).any()


def test_a_skewed_trait_has_mean_0_variance_1_and_the_skewness_it_says():
    spread = SkewedTraits(1)
    places = spread.places(np.array([5.0]))  # the largest shape, 0.4
    weights, nodes = np.exp(places.logs), places.nodes[:, 0]
    moments = [float(weights @ nodes**power) for power in (1, 2, 3)]
    wide = np.exp(0.16)  # shape² = 0.16; skewness of a lognormal: (e^g² + 2) √(e^g² − 1)
    assert moments == pytest.approx([0, 1, (wide + 2) * np.sqrt(wide - 1)], abs=2e-3)


@pytest.mark.parametrize(("n_traits", "n_nodes"), [(3, 2048), (4, None)])
def test_quasi_random_nodes_have_the_moments_of_normal_traits(n_traits, n_nodes):
    grid = normal_grid(n_traits, n_nodes)
    weights = np.exp(grid.logs)
    assert weights @ grid.nodes == pytest.approx(np.zeros(n_traits), abs=1e-12)
    assert (grid.nodes * weights[:, None]).T @ grid.nodes == pytest.approx(np.eye(n_traits), abs=1e-12)
    assert weights @ grid.nodes**4 == pytest.approx(np.full(n_traits, 3.0), abs=0.3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_traits": 5}, "n_traits"),
        ({"n_traits": 2, "equal": True}, "n_traits"),
        ({"form": "conditional", "equal": True}, "form"),
        ({"form": "lists"}, "form"),
        ({"n_traits": 4}, r"so viele Merkmale \(4\)"),
        ({"form": "conditional"}, "Antworten"),
        ({"n_init": 0}, "n_init"),
    ],
)
def test_what_cannot_be_fitted_is_refused(settings, message):
    table = pd.DataFrame(rated(50, 1)[:, :4])
    with pytest.raises(EstimationError, match=message):
        GradedModel(**settings).fit(table)


def test_the_same_fit_whatever_the_order_of_rows():
    codes = pd.DataFrame(rated(150, 17))
    fitted = partial(GradedModel(2, n_init=2).fit)
    one = fitted(codes).loadings_.to_numpy().copy()
    other = fitted(codes.iloc[::-1].reset_index(drop=True)).loadings_.to_numpy()
    assert one == pytest.approx(other, abs=1e-2)
