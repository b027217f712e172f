"""Latent classes: what must not change, what must be refused, and what happens at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.utils.estimator_checks import parametrize_with_checks

from typology.clustering.clustering import gap_to_second
from typology.clustering.criteria import adjusted_bic, aic, bic, icl, relative_entropy
from typology.clustering.engine.climb import climb, climb_in_stages, fit_batch
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain import (
    Batch,
    design_of_codes,
    make_design,
    memberships,
    pattern_logs,
    random_states,
)
from typology.clustering.engine.standard_errors import standard_errors
from typology.clustering.latent_class import LatentClass
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals

NOT_APPLICABLE = {
    "check_sample_weight_equivalence_on_dense_data": (
        "every continuous value is a category of its own; values seen only in left-out rows are unknown to one of the "
        "two models (weighting equals repetition is tested below)"
    ),
}


@parametrize_with_checks(
    [LatentClass(n_classes=2, n_init=3, max_iter=200)], expected_failed_checks=lambda estimator: NOT_APPLICABLE
)
def test_manners_of_scikit_learn(estimator, check):
    check(estimator)


def planted(n_rows=300, n_items=8, n_classes=3, n_categories=2, missing=0.0, seed=0):
    """Rows of known classes, as numbers with NaN."""
    rng = np.random.default_rng(seed)
    rates = rng.dirichlet(np.ones(n_categories), size=(n_classes, n_items))
    group = rng.integers(0, n_classes, n_rows)
    data = (rng.random((n_rows, n_items, 1)) > rates[group].cumsum(axis=2)).sum(axis=2).astype(float)
    data[rng.random(data.shape) < missing] = np.nan
    return data


def naive_log_likelihood(data, weights, probabilities):
    """Sum over rows of the log of the mixture, row by row and item by item."""
    total = 0.0
    for row in data:
        classes = weights.copy()
        for j, value in enumerate(row):
            if not np.isnan(value):
                classes = classes * probabilities[j][:, int(value)]
        total += np.log(classes.sum())
    return total


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("n_categories", [2, 4])
def test_log_likelihood_is_the_mixture(n_categories, missing):
    data = planted(n_categories=n_categories, missing=missing)
    model = LatentClass(3, n_init=5).fit(data)
    by_hand = naive_log_likelihood(data, model.class_weights_, model.item_probabilities_)
    assert model.log_likelihood_ == pytest.approx(by_hand, abs=1e-8)
    assert model.score_samples(data).sum() == pytest.approx(by_hand, abs=1e-8)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_maximum_is_stationary(missing):
    """One plain EM step, written out, leads from the solution to itself."""
    data = planted(missing=missing)
    model = LatentClass(3, n_init=20).fit(data)
    member = model.predict_proba(data)
    assert member.mean(axis=0) == pytest.approx(model.class_weights_, abs=1e-6)
    for j, probabilities in enumerate(model.item_probabilities_):
        seen = ~np.isnan(data[:, j])
        rates = (member[seen] * data[seen, j][:, None]).sum(axis=0) / member[seen].sum(axis=0)
        assert rates == pytest.approx(probabilities[:, 1], abs=1e-5)


@pytest.mark.parametrize("prior", [0.0, 1.0])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_likelihood_never_falls(prior, missing):
    patterns = collapse(planted(n_rows=150, missing=missing, seed=3))
    batch = Batch(make_design(patterns), patterns.weights, prior)
    trace: list = []
    climb(batch, random_states(batch, 4, 30, np.random.default_rng(1)), trace=trace)
    height = np.full(30, -np.inf)
    assert len(trace) > 20
    for runs, levels in trace:
        assert (levels >= height[runs] - 1e-9).all()
        height[runs] = levels


def test_acceleration_ends_where_plain_em_ends():
    patterns = collapse(planted(n_rows=200, n_classes=2, seed=5))
    batch = Batch(make_design(patterns), patterns.weights)
    start = random_states(batch, 2, 1, np.random.default_rng(0))
    quick = climb(batch, start, tol=1e-13).state[:, 0]
    state = start
    for _ in range(5000):
        state = batch.maximise(batch.expect(state)[1])
    assert quick == pytest.approx(state[:, 0], abs=1e-5)


def test_weight_equals_repetition():
    data = planted(n_rows=120)
    weights = np.random.default_rng(1).integers(0, 4, 120)
    weighted = LatentClass(2, n_init=10).fit(data, sample_weight=weights)
    repeated = LatentClass(2, n_init=10).fit(np.repeat(data, weights, axis=0))
    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_, abs=1e-8)
    assert weighted.n_rows_ == repeated.n_rows_ == weights.sum()
    assert weighted.predict_proba(data) == pytest.approx(repeated.predict_proba(data), abs=1e-6)


def test_collapsed_equals_uncollapsed():
    data = planted(n_rows=200, n_items=4)
    patterns = collapse(data)
    assert len(patterns.weights) < 20
    codes = data.astype(int)
    whole = fit_batch(design_of_codes(codes, (2,) * 4), np.ones(200), 2, n_init=10, rng=np.random.default_rng(0))
    small = fit_batch(make_design(patterns), patterns.weights, 2, n_init=10, rng=np.random.default_rng(0))
    assert whole.log_likelihoods == pytest.approx(small.log_likelihoods, abs=1e-8)
    assert whole.states == pytest.approx(small.states, abs=1e-5)


def test_coding_for_gaps_equals_coding_without():
    """One gap switches an item to the other coding; with weight 0 on that row the fit must stay the same."""
    data = planted(n_rows=100)
    gap = np.vstack([data, data[:1]])
    gap[-1, :4] = np.nan
    plain = LatentClass(2, n_init=10).fit(data)
    coded = LatentClass(2, n_init=10).fit(gap, sample_weight=[1] * 100 + [0])
    assert coded.log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-8)


def test_relabelling_and_order_change_nothing():
    data = planted(n_categories=3)
    names = np.array(["z", "a", "m"], dtype=object)[data.astype(int)]
    order = np.random.default_rng(0).permutation(len(data))
    one = LatentClass(3, n_init=40).fit(data)
    other = LatentClass(3, n_init=40).fit(pd.DataFrame(names[order][:, ::-1]))
    assert other.log_likelihood_ == pytest.approx(one.log_likelihood_, abs=1e-7)
    assert other.class_weights_ == pytest.approx(one.class_weights_, abs=1e-5)
    assert (np.diff(one.class_weights_) <= 0).all()
    assert (other.predict(pd.DataFrame(names[:, ::-1])) == one.predict(data)).mean() > 0.99


def test_same_seed_same_result_and_other_seed_same_maximum():
    data = planted()
    first, again, other = (LatentClass(3, n_init=30, random_state=seed).fit(data) for seed in (1, 1, 2))
    assert (first.state_ == again.state_).all()
    assert other.log_likelihood_ == pytest.approx(first.log_likelihood_, abs=1e-6)
    assert first.n_replicated_ >= 3 and first.n_starts_ == 30


def test_row_without_answer_is_not_assignable():
    data = planted(missing=0.1)
    data[7] = np.nan
    model = LatentClass(3, n_init=10).fit(data)
    without = LatentClass(3, n_init=10).fit(np.delete(data, 7, axis=0))
    assert model.log_likelihood_ == pytest.approx(without.log_likelihood_, abs=1e-8)
    assert model.predict(data)[7] == -1
    assert np.isnan(model.predict_proba(data)[7]).all()
    assert (np.delete(model.predict(data), 7) >= 0).all()
    assert model.bic(data) == pytest.approx(without.bic(np.delete(data, 7, axis=0)))


def test_fit_predict_is_fit_and_predict():
    data = planted(80, missing=0.1, seed=6)
    data[3] = np.nan
    weights = np.linspace(0.5, 2, len(data))
    found = LatentClass(3, n_init=5).fit_predict(data, sample_weight=weights)
    assert found.tolist() == LatentClass(3, n_init=5).fit(data, sample_weight=weights).predict(data).tolist()
    assert found[3] == -1 and set(found) == {-1, 0, 1, 2}


def test_the_best_solution_counts_itself_however_far_it_was_carried_on():
    # Many classes rise slowly: a start ends a little below the top that only the best ones are carried on to.
    goals = simulate_goals(300, kind="yes_no", target=0.6, random_state=8).goals
    patterns = collapse(goals)
    fit = fit_batch(
        make_design(patterns), patterns.weights, 8, n_init=100, rng=np.random.default_rng(0), staged=False
    )  # fmt: skip
    assert fit.objectives[0] - fit.reached[0] > 1e-3
    assert fit.reached[0] in fit.start_objectives[0]
    assert fit.replicated[0] == (fit.start_objectives[0] > fit.reached[0] - 0.1).sum() == 2
    assert gap_to_second(fit) == pytest.approx(0.2, abs=0.05)


def test_criteria_of_a_weighted_fit_are_those_of_repeated_rows():
    data = planted(60, seed=4)
    times = np.random.default_rng(4).integers(1, 4, len(data))
    repeated = np.repeat(data, times, axis=0)
    weighted = LatentClass(2, n_init=5).fit(data, sample_weight=times)
    for name in ("aic", "bic", "adjusted_bic"):
        of_repeated = getattr(weighted, name)(repeated, sample_weight=np.ones(len(repeated)))
        assert getattr(weighted, name)(data, sample_weight=times) == pytest.approx(of_repeated)
        with pytest.raises(ValueError, match="sample_weight"):
            getattr(weighted, name)(data)
    by_hand = -2 * weighted.log_likelihood_ + np.log(times.sum()) * weighted.n_parameters_
    assert weighted.bic(data, sample_weight=times) == pytest.approx(by_hand)
    unweighted = LatentClass(2, n_init=5).fit(data, sample_weight=np.ones(len(data)))
    assert unweighted.bic(data) == pytest.approx(LatentClass(2, n_init=5).fit(data).bic(data))


def test_missing_values_of_every_kind_are_the_same():
    values = pd.DataFrame({"a": ["x", "y", None, "x"], "b": ["u", None, "u", "v"]})
    variants = [values, values.fillna(np.nan), values.astype("category"), values.astype("string")]
    for variant in variants:
        patterns = collapse(variant)
        assert patterns.codes[patterns.inverse].tolist() == [[0, 0], [1, -1], [-1, 0], [0, 1]]


def test_unknown_answer_names_row_and_column():
    model = LatentClass(1, n_init=1).fit(pd.DataFrame({"a": ["x", "y"], "b": ["u", "v"]}))
    with pytest.raises(EstimationError, match="unbekannt") as caught:
        model.predict(pd.DataFrame({"a": ["x", "q"], "b": ["u", "v"]}))
    problem = caught.value.problems[0]
    assert (problem.row, problem.column, problem.value) == (1, "a", "q")


def test_prior_is_pseudo_answers():
    """One class: rates are (count + prior · share) / (n + prior), the shares with half an answer per category."""
    data = pd.DataFrame({"a": ["x"] * 8 + ["y"] * 2})
    model = LatentClass(1, n_init=1, prior=5.0).fit(data)
    share = 8.5 / 11
    assert model.item_probabilities_[0][0, 0] == pytest.approx((8 + 5 * share) / 15, abs=1e-9)


def test_prior_keeps_off_the_boundary_and_lowers_certainty():
    data = planted(n_rows=60, n_items=10, seed=2)
    plain = LatentClass(3, n_init=40).fit(data)
    held = LatentClass(3, n_init=40, prior=2.0).fit(data)
    assert min(p.min() for p in plain.item_probabilities_) < 1e-6
    assert min(p.min() for p in held.item_probabilities_) > 1e-3
    assert held.log_likelihood_ < plain.log_likelihood_
    assert held.predict_proba(data).max(axis=1).mean() < plain.predict_proba(data).max(axis=1).mean()


def test_all_equal_column_adds_no_parameter():
    data = planted()
    wide = np.column_stack([data, np.ones(len(data))])
    plain, more = LatentClass(2, n_init=20).fit(data), LatentClass(2, n_init=20).fit(wide)
    assert more.n_parameters_ == plain.n_parameters_ == 1 + 2 * 8
    assert more.log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-7)
    declared = pd.DataFrame({"a": pd.Categorical(["ja"] * 4, ["nein", "ja"]), "b": list("xyxy")})
    assert LatentClass(1, n_init=1).fit(declared).n_parameters_ == 1


def test_fewer_patterns_or_rows_than_classes():
    few = np.array([[0, 0], [1, 1]] * 5)
    with pytest.warns(ConvergenceWarning, match="2 verschiedene"):
        model = LatentClass(3, n_init=5).fit(few)
    assert model.log_likelihood_ == pytest.approx(10 * np.log(0.5), abs=1e-6)
    assert model.class_weights_.sum() == pytest.approx(1.0)
    with pytest.warns(ConvergenceWarning):
        model = LatentClass(4, n_init=5).fit(few[:2])
    assert np.isfinite(model.log_likelihood_)


def test_stops_at_max_iter_with_a_message():
    with pytest.warns(ConvergenceWarning, match="konvergiert"):
        LatentClass(4, n_init=2, max_iter=3, tol=0.0).fit(planted())


@pytest.mark.parametrize(
    ("name", "value"), [("n_classes", 0), ("n_init", 0), ("prior", -1.0), ("tol", float("nan")), ("max_iter", 1)]
)
def test_wrong_parameters_are_named(name, value):
    with pytest.raises(ValueError, match=name):
        LatentClass(**{name: value}).fit(planted(n_rows=20))


def test_a_column_of_identifiers_is_refused():
    with pytest.raises(EstimationError, match="Spalte 2 allein hat 6000"):
        LatentClass(2, n_init=1).fit(pd.DataFrame({"a": ["x", "y"] * 3000, "id": [f"k{i}" for i in range(6000)]}))


def test_nothing_to_estimate():
    with pytest.raises(ValueError, match="sample_weight"):
        LatentClass(2, n_init=2).fit(np.array([[np.nan, np.nan], [0.0, 1.0]]), sample_weight=[1, 0])


def test_overflowing_odds_take_the_careful_way():
    """Sixty items at the boundary: odds between classes beyond the range of numbers."""
    rows = np.vstack([np.zeros((30, 60)), np.ones((30, 60))])
    rows[0, 0] = 1
    model = LatentClass(2, n_init=10).fit(rows)
    assert model.log_likelihood_ == pytest.approx(60 * np.log(0.5) + np.log(1 / 30) + 29 * np.log(29 / 30), abs=1e-6)


def test_staged_starts_reach_the_same_maximum():
    data = planted(n_rows=400, n_items=10, n_classes=4, seed=8)
    full = LatentClass(4, n_init=60).fit(data)
    staged = LatentClass(4, n_init=60, staged=True).fit(data)
    assert staged.log_likelihood_ == pytest.approx(full.log_likelihood_, abs=1e-5)
    assert 1 <= staged.n_replicated_ <= full.n_replicated_


def test_starts_that_meet_share_their_end():
    """Merging starts after some steps changes neither the ends nor the number of replications."""
    patterns = collapse(planted(n_rows=300, n_items=8, n_classes=3, seed=11))
    batch = Batch(make_design(patterns), patterns.weights)
    start = random_states(batch, 3, 80, np.random.default_rng(2))
    alone, merged = climb(batch, start), climb_in_stages(batch, start, staged=False)
    assert merged.converged.all()
    assert merged.objective == pytest.approx(alone.objective, abs=1e-2)
    best = alone.objective.max()
    assert (merged.objective > best - 1e-3).sum() == (alone.objective > best - 1e-3).sum()


def test_a_start_that_falls_behind_gives_up():
    patterns = collapse(planted(n_rows=600, n_items=10, n_classes=4, seed=12))
    batch = Batch(make_design(patterns), patterns.weights)
    start = random_states(batch, 4, 60, np.random.default_rng(2))
    staged, full = climb_in_stages(batch, start), climb_in_stages(batch, start, staged=False)
    assert not staged.converged.all() and full.converged.all()
    assert staged.n_iter.sum() < 0.9 * full.n_iter.sum()
    assert staged.converged[np.argmax(staged.objective)]
    assert staged.objective.max() == pytest.approx(full.objective.max(), abs=1e-2)


def test_batch_of_weights_equals_single_fits():
    patterns = collapse(planted(n_rows=150))
    design = make_design(patterns)
    weights = np.random.default_rng(0).multinomial(150, patterns.weights / 150, size=3).astype(float)
    together = fit_batch(design, weights, 2, n_init=30, rng=np.random.default_rng(0))
    assert together.states.shape == (3, 2, 1 + 16)
    for number, row in enumerate(weights):
        alone = fit_batch(design, row, 2, n_init=30, rng=np.random.default_rng(9))
        assert together.log_likelihoods[number] == pytest.approx(alone.log_likelihoods[0], abs=1e-5)
    own = fit_batch(
        [design, design.subset(weights[1] > 0)],
        [weights[0], weights[1][weights[1] > 0]],
        2,
        n_init=30,
        rng=np.random.default_rng(1),
    )
    assert own.log_likelihoods == pytest.approx(together.log_likelihoods[:2], abs=1e-5)


def test_warm_start_is_taken():
    patterns = collapse(planted(n_rows=150))
    design = make_design(patterns)
    best = fit_batch(design, patterns.weights, 3, n_init=50, rng=np.random.default_rng(0))
    warm = fit_batch(design, patterns.weights, 3, n_init=0, rng=np.random.default_rng(0), warm=best.states[0])
    assert warm.log_likelihoods == pytest.approx(best.log_likelihoods, abs=1e-7)
    assert warm.start_log_likelihoods.shape == (1, 1)


def numeric_information(design, weights, state):
    """Observed information by central differences of the log-likelihood, on free probabilities (binary items)."""
    free = [(0, 0)] + [(k, 2 + 2 * j) for k in range(len(state)) for j in range(len(design.n_categories))]

    def level(step):
        moved = state.copy()
        for (k, m), change in zip(free, step, strict=True):
            moved[k, m] += change
            if m == 0:
                moved[1, 0] -= change
            else:
                moved[k, m - 1] -= change
        return pattern_logs(design, moved) @ weights

    size, h = len(free), 1e-4
    unit = np.eye(size) * h
    result = np.empty((size, size))
    for a in range(size):
        for b in range(size):
            result[a, b] = -(
                level(unit[a] + unit[b])
                - level(unit[a] - unit[b])
                - level(unit[b] - unit[a])
                + level(-unit[a] - unit[b])
            ) / (4 * h * h)
    return result, free


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_observed_information_against_differences(missing):
    rng = np.random.default_rng(0)
    rates = np.array([[0.8] * 5, [0.25] * 5])
    data = (rng.random((400, 5)) < rates[rng.integers(0, 2, 400)]).astype(float)
    data[rng.random(data.shape) < missing] = np.nan
    patterns = collapse(data)
    used = patterns.answered
    design, weights = design_of_codes(patterns.codes[used], patterns.n_categories), patterns.weights[used]
    state = fit_batch(design, weights, 2, n_init=10, rng=rng).states[0]
    information, free = numeric_information(design, weights, state)
    by_differences = np.sqrt(np.diag(np.linalg.inv(information)))
    errors = standard_errors(design, weights, state, kind="observed")
    assert [errors[k, m] for k, m in free] == pytest.approx(by_differences, rel=1e-3)


def test_standard_errors_at_the_boundary_are_not_given():
    data = planted(n_rows=200, n_classes=2, seed=1)
    data[:, 0] = np.where(LatentClass(2, n_init=10).fit(data).predict(data) == 0, 1, data[:, 0])
    model = LatentClass(2, n_init=20).fit(data)
    table = model.standard_errors(data)
    edge = table["estimate"].lt(1e-5)
    assert edge.any()
    assert table.loc[edge, "standard_error"].isna().all()
    with pytest.raises(EstimationError, match="sandwich"):
        model.standard_errors(data, kind="robust")


def test_standard_errors_of_one_class_are_binomial():
    data = pd.DataFrame({"a": ["x"] * 30 + ["y"] * 70})
    for kind in ("sandwich", "observed"):
        table = LatentClass(1, n_init=1).fit(data).standard_errors(data, kind=kind)
        assert table["standard_error"].tolist() == pytest.approx([0.0, *[np.sqrt(0.3 * 0.7 / 100)] * 2], abs=1e-9)


RAKED = np.random.default_rng(5).gamma(2.0, 0.5, 400)


def two_classes(n_rows=400):
    rng = np.random.default_rng(0)
    rates = np.array([[0.85] * 5, [0.2] * 5])
    return (rng.random((n_rows, 5)) < rates[(rng.random(n_rows) < 0.3).astype(int)]).astype(float)


def test_sampling_weights_of_one_class_have_the_linearised_error():
    """The textbook formula of a weighted share: √(Σ w² (x − p)²) / Σ w."""
    x = two_classes()[:, 0]
    model = LatentClass(1, n_init=1).fit(x[:, None], sample_weight=RAKED)
    table = model.standard_errors(x[:, None], sample_weight=RAKED)
    p = np.average(x, weights=RAKED)
    by_hand = np.sqrt((RAKED**2 * (x - p) ** 2).sum()) / RAKED.sum()
    assert table.query("item != ''")["standard_error"].tolist() == pytest.approx([by_hand] * 2)
    assert model.effective_n_ == pytest.approx(RAKED.sum() ** 2 / (RAKED**2).sum()) and model.effective_n_ < 300


def test_sampling_weights_against_the_jackknife():
    """Leaving out one row at a time, all steps repeated: an estimate of the error that knows nothing of scores."""
    data, weights = two_classes()[:150], RAKED[:150]
    full = LatentClass(2, n_init=10).fit(data, sample_weight=weights)
    patterns = collapse(data)
    design = make_design(patterns)
    own = np.bincount(patterns.inverse, weights, len(patterns.weights))
    left = np.tile(own, (150, 1))
    left[np.arange(150), patterns.inverse] -= weights
    rng = np.random.default_rng(0)
    states = fit_batch(design, np.maximum(left, 0), 2, n_init=0, rng=rng, warm=full.state_, polish=False).states
    deviations = states - states.mean(axis=0)
    jackknife = np.sqrt(149 / 150 * (deviations**2).sum(axis=0))
    table = full.standard_errors(data, sample_weight=weights)
    assert table["standard_error"].to_numpy() == pytest.approx(jackknife.ravel(), rel=0.15)
    as_frequencies = full.standard_errors(data, sample_weight=np.round(weights))["standard_error"].to_numpy()
    assert np.median(as_frequencies / jackknife.ravel()) < 0.9


def test_whole_weights_are_frequencies_and_the_scale_of_others_is_of_no_account():
    data = two_classes()
    times = np.random.default_rng(1).integers(0, 4, len(data)).astype(float)
    repeated = np.repeat(data, times.astype(int), axis=0)
    weighted, plain = LatentClass(2, n_init=5).fit(data, sample_weight=times), LatentClass(2, n_init=5).fit(repeated)
    for kind in ("sandwich", "observed"):
        errors = weighted.standard_errors(data, sample_weight=times, kind=kind)["standard_error"]
        assert errors.to_numpy() == pytest.approx(
            plain.standard_errors(repeated, kind=kind)["standard_error"], rel=1e-4
        )
    assert weighted.effective_n_ == weighted.n_rows_ == times.sum()
    raked = LatentClass(2, n_init=5).fit(data, sample_weight=RAKED)
    once, tenfold = (raked.standard_errors(data, sample_weight=f * RAKED)["standard_error"] for f in (1.0, 10.03))
    assert once.to_numpy() == pytest.approx(tenfold.to_numpy())


def test_sampling_weights_are_not_taken_for_frequencies_in_silence():
    data = two_classes()
    model = LatentClass(2, n_init=5).fit(data, sample_weight=RAKED)
    with pytest.raises(ValueError, match="sample_weight"):
        model.standard_errors(data)
    with pytest.raises(ValueError, match="Häufigkeiten"):
        model.standard_errors(data, sample_weight=RAKED, kind="observed")
    for name in ("aic", "bic", "adjusted_bic"):
        with pytest.warns(UserWarning, match="Pseudo-Likelihood"):
            getattr(model, name)(data, sample_weight=RAKED)


def rare_answers(n_rows=240, named=True):
    """Three items of which one has an answer that a single row gave."""
    rng = np.random.default_rng(3)
    group = rng.random(n_rows) < 0.5
    table = pd.DataFrame(
        {f"q{j}": np.where(rng.random(n_rows) < np.where(group, 0.9, 0.1), "ja", "nein") for j in range(5)}
    )
    table.loc[7, "q2"] = "teils"
    return table if named else table.astype(pd.CategoricalDtype(["ja", "nein", "teils"]))


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.filterwarnings("ignore:.*Zeilen enthalten Antworten")
def test_a_rare_answer_does_not_choose_one_class(named):
    """In the part that holds it, nobody else gave the answer: no number of classes has a probability for it."""
    search = GridSearchCV(LatentClass(n_init=5), {"n_classes": [1, 2, 3]}, cv=KFold(4), error_score="raise")
    search.fit(rare_answers(named=named))
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_params_ == {"n_classes": 2}


def test_an_answer_not_seen_counts_as_missing_in_the_score_alone():
    table = rare_answers()
    model = LatentClass(2, n_init=5).fit(table.drop(index=7))
    gap = table.copy()
    gap.loc[7, "q2"] = None
    with pytest.warns(UserWarning, match="^1 Zeilen"):
        score = model.score(table)
    assert score == pytest.approx(model.score(gap))
    with pytest.raises(EstimationError, match="unbekannt"):
        model.predict(table)
    weights = np.ones(len(table))
    weights[7] = 0
    assert model.score(gap, sample_weight=weights) == pytest.approx(model.score(gap.drop(index=7)))


def test_memberships_come_as_a_table_where_asked():
    data = rare_answers()
    model = LatentClass(2, n_init=5).set_output(transform="pandas")
    table = model.fit_transform(data)
    assert table.columns.tolist() == ["latentclass0", "latentclass1"] and table.index.equals(data.index)
    assert table.to_numpy() == pytest.approx(model.predict_proba(data))


def test_a_best_solution_found_once_is_said():
    """Structureless answers have many maxima, of which eight classes from three starts find one each."""
    data = np.random.default_rng(1).integers(0, 2, (300, 12))
    with pytest.warns(ConvergenceWarning, match="Nur einer von 3 Starts"):
        model = LatentClass(8, n_init=3).fit(data)
    assert model.n_replicated_ == 1
    more = LatentClass(11, n_init=40, max_iter=300).fit(data)
    assert more.n_replicated_ >= 1


def test_unidentified_classes_have_no_standard_errors():
    data = pd.DataFrame({"a": list("xxyy"), "b": list("xyxy")})
    table = LatentClass(2, n_init=3).fit(data).standard_errors(data)
    assert table["standard_error"].isna().all()


def test_criteria_by_hand():
    assert aic(-100.0, 5) == 210.0
    assert bic(-100.0, 5, np.e**2) == pytest.approx(210.0)
    assert adjusted_bic(-100.0, 5, 22) == pytest.approx(200.0)
    sure, unsure = np.array([[1.0, 0.0], [0.0, 1.0]]), np.full((2, 2), 0.5)
    assert relative_entropy(sure) == 1.0 and relative_entropy(unsure) == pytest.approx(0.0)
    assert icl(-100.0, 5, np.e**2, sure) == pytest.approx(210.0)
    assert icl(-100.0, 5, np.e**2, unsure) == pytest.approx(210.0 + 4 * np.log(2))
    assert relative_entropy(unsure, np.array([3.0, 1.0])) == pytest.approx(0.0)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), min_size=1, max_size=30),
    st.integers(1, 3),
)
def test_any_table_gives_probabilities(rows, n_classes):
    """Whatever the gaps: memberships sum to one and the collapsed table leads back to the rows."""
    table = pd.DataFrame(rows, dtype=object)
    patterns = collapse(table)
    assert patterns.weights.sum() == len(rows)
    for j, values in enumerate(patterns.categories):
        lookup = [*values.tolist(), None]
        assert [lookup[code] for code in patterns.codes[patterns.inverse, j]] == [row[j] for row in rows]
    used = patterns.answered
    if not used.any():
        return
    design = design_of_codes(patterns.codes[used], patterns.n_categories)
    fit = fit_batch(design, patterns.weights[used], n_classes, n_init=3, prior=0.5, rng=np.random.default_rng(0))
    member = memberships(design, fit.states[0])
    assert np.isfinite(fit.log_likelihoods).all()
    assert member.sum(axis=1) == pytest.approx(np.ones(len(member)))


def test_collapse_beyond_the_integers():
    """Forty items of five levels: more cells than a 64-bit key can number."""
    data = np.random.default_rng(0).integers(0, 5, (200, 40))
    data[100:] = data[:100]
    patterns = collapse(data)
    assert len(patterns.weights) == 100 and (patterns.weights == 2).all()
    assert (patterns.codes[patterns.inverse] == data).all()


def test_collapse_reads_every_kind_of_number():
    wanted = [[0, 0], [1, 1], [2, 0]]
    for dtype in (np.int8, np.uint8, np.int64, float, object):
        patterns = collapse(
            np.array([[-3, 0], [0, 1], [5, 0]], dtype=np.int64).astype(dtype)
            if dtype != np.uint8
            else np.array([[3, 0], [200, 1], [205, 0]], dtype=np.uint8)
        )
        assert patterns.codes[patterns.inverse].tolist() == wanted
    assert collapse(np.array([[0.5], [0.25], [0.5]])).codes.tolist() == [[0], [1]]
    assert collapse(np.array([[True], [False]])).categories[0].tolist() == [False, True]
    assert collapse(np.array([[-128], [127]], dtype=np.int8)).categories[0].tolist() == [-128, 127]
