"""Latent classes against printed results and against another program."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from typology.clustering.clustering import cluster
from typology.clustering.engine.maximum import maximum_log_likelihood
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain import make_design, pattern_logs
from typology.clustering.latent_class import LatentClass


def expand(text: str) -> pd.DataFrame:
    """Rows from "pattern:count" pairs."""
    rows = [list(pattern) for pattern, count in (part.split(":") for part in text.split()) for _ in range(int(count))]
    return pd.DataFrame(rows, columns=[chr(65 + j) for j in range(len(rows[0]))])


# Agresti 2002, p. 543 (carcinoma); Goodman 2002 after Stouffer and Toby 1951 (values); Dayton 1998, p. 32 (cheating);
# McCutcheon 1987 (General Social Survey 1982).
CARCINOMA = expand(
    "1111111:34 1111211:2 1211111:6 1211112:1 1211211:4 1211212:5 2111111:2 2121212:1 2211111:2 2211112:1 2211211:2 "
    "2211212:7 2211222:1 2212112:1 2212212:2 2212222:3 2221212:13 2221222:5 2222212:10 2222222:16"
)
VALUES = expand(
    "1111:20 1112:2 1121:9 1122:2 1211:6 1212:1 1221:4 1222:1 2111:38 2112:7 2121:24 2122:6 2211:25 2212:6 2221:23 "
    "2222:42"
)
CHEATING = expand(
    "1111:207 1112:46 1121:7 1122:5 1211:13 1212:4 1221:1 1222:2 2111:10 2112:3 2121:1 2122:2 2211:11 2212:4 2221:1 "
    "2222:2"
)
GSS82 = expand(
    "1111:419 1112:35 1113:2 1121:71 1122:25 1123:5 1211:270 1212:25 1213:4 1221:42 1222:16 1223:5 2111:23 2112:4 "
    "2113:1 2121:6 2122:2 2211:43 2212:9 2213:2 2221:9 2222:3 2223:2 3111:26 3112:3 3121:1 3122:2 3211:85 3212:23 "
    "3213:6 3221:13 3222:12 3223:8"
)
TABLES = {"carcinoma": CARCINOMA, "values": VALUES, "cheating": CHEATING, "gss82": GSS82}

# name, classes, log-likelihood, {criterion: value}, shares; sources: manual and help of poLCA, Goodman 2002,
# Dayton 1998, output of Mplus 4.2.
PUBLISHED = [
    ("carcinoma", 2, -317.2568, {"aic": 664.5, "bic": 706.1}, None),
    ("carcinoma", 3, -293.705, {"bic": 697.1357}, (0.4447, 0.3736, 0.1817)),
    ("carcinoma", 4, -289.2858, {}, None),
    ("cheating", 2, -440.0271, {}, (0.8386, 0.1614)),
    ("values", 1, -543.6498, {}, None),
    ("values", 2, -504.4677, {}, (0.72075, 0.27925)),
    ("values", 3, -503.3011, {}, None),
    ("gss82", 1, -2872.230, {"aic": 5756.459, "bic": 5787.010, "adjusted_bic": 5767.951}, None),
    ("gss82", 2, -2783.268, {"bic": 5658.729}, None),
    ("gss82", 3, -2754.545, {}, None),
    ("gss82", 4, -2746.621, {}, None),
]


@pytest.mark.parametrize(("name", "n_classes", "level", "criteria", "shares"), PUBLISHED)
def test_published_solutions(name, n_classes, level, criteria, shares):
    table = TABLES[name]
    model = LatentClass(n_classes, n_init=100).fit(table)
    assert model.log_likelihood_ == pytest.approx(level, abs=1e-3)
    for criterion, value in criteria.items():
        digits = 0.05 if value == round(value, 1) else 0.01
        assert getattr(model, criterion)(table) == pytest.approx(value, abs=digits)
    if shares is not None:
        # Dayton's fourth decimals belong to a looser stop: his log-likelihood is reached to four decimals.
        assert model.class_weights_ == pytest.approx(shares, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "n_classes", "level"), [("carcinoma", 2, -317.2568), ("carcinoma", 3, -293.705), ("values", 2, -504.4677)]
)
def test_the_published_maximum_from_a_solution_with_prior(name, n_classes, level):
    """What other programs print lies uphill from the estimate with a prior, which is clearly below it."""
    found = cluster(TABLES[name], n_classes, prior=2.0, n_init=50)
    assert found.log_likelihood < level - 0.05
    patterns = collapse(TABLES[name])
    highest = maximum_log_likelihood(found.model, patterns.codes[patterns.inverse], patterns.n_categories)
    assert highest == pytest.approx(level, abs=1e-3)


def test_five_local_maxima_of_gss82():
    """Manual of poLCA 1.4, section 5.7."""
    model = LatentClass(3, n_init=300).fit(GSS82)
    ends = model.start_log_likelihoods_[model.start_converged_]
    for maximum in (-2754.545, -2755.617, -2755.739, -2762.005, -2762.231):
        assert (np.abs(ends - maximum) < 2e-3).any(), maximum
    others = ends[(ends > -2762.231 - 1e-3) & (ends < -2754.545 - 0.02)]
    known = np.array([-2755.617, -2755.739, -2762.005, -2762.231])
    assert (np.abs(others[:, None] - known).min(axis=1) < 0.02).all()


def test_robust_standard_errors_of_values():
    """Mplus output (MLR), UCLA "Applied Latent Class Analysis", chapter 2."""
    model = LatentClass(2, n_init=20).fit(VALUES)
    table = model.standard_errors(VALUES)
    first = table[table["answer"] == "1"].set_index(["class", "item"])
    assert len(first) == 8
    published = {
        0: {"A": (0.286, 0.042), "B": (0.670, 0.051), "C": (0.646, 0.049), "D": (0.868, 0.039)},
        1: {"A": (0.007, 0.025), "B": (0.060, 0.067), "C": (0.073, 0.068), "D": (0.231, 0.098)},
    }
    for k, items in published.items():
        for item, (estimate, error) in items.items():
            assert first.loc[(k, item), "estimate"] == pytest.approx(estimate, abs=1e-3)
            assert first.loc[(k, item), "standard_error"] == pytest.approx(error, abs=1e-3)


def fit_statistics(counts: np.ndarray, logs: np.ndarray, n_cells: int) -> tuple[float, float]:
    """G² and X² of complete patterns against the model.

    Parameters
    ----------
    counts : answers observed per pattern; ``logs``: log probability of the same patterns under the model;
    n_cells : number of possible patterns (those not observed add their expectation to X²).
    """
    n_rows = counts.sum()
    expected = n_rows * np.exp(logs)
    deviance = 2.0 * float((counts * np.log(counts / expected)).sum())
    pearson = float(((counts - expected) ** 2 / expected).sum())
    if len(counts) < n_cells:
        pearson += float(n_rows - expected.sum())
    return deviance, pearson


@pytest.mark.parametrize(
    ("name", "n_classes", "deviance", "pearson"),
    [("carcinoma", 3, 15.26171, 20.50336), ("gss82", 1, 257.260, 368.666)],
)
def test_published_fit_statistics(name, n_classes, deviance, pearson):
    """G² and X²: manual of poLCA p. 24; output of Mplus 4.2."""
    patterns = collapse(TABLES[name])
    model = LatentClass(n_classes, n_init=50).fit(TABLES[name])
    logs = pattern_logs(make_design(patterns), model.state_)
    found = fit_statistics(patterns.weights, logs, int(np.prod(patterns.n_categories)))
    assert found == pytest.approx((deviance, pearson), abs=1e-3)


def test_files_hold_the_printed_rows(external):
    """The CSV files give the same likelihood as the printed patterns; the labels of gss82 sort differently."""
    gss = pd.read_csv(external("latent_class/gss82.csv"))
    assert LatentClass(2, n_init=20).fit(gss).log_likelihood_ == pytest.approx(-2783.268, abs=1e-3)
    cheating = pd.read_csv(external("latent_class/cheating.csv")).drop(columns="GPA")
    assert LatentClass(2, n_init=20).fit(cheating).log_likelihood_ == pytest.approx(-440.0271, abs=1e-3)


@pytest.mark.long
@pytest.mark.parametrize("missing", [0.0, 0.15])
@pytest.mark.parametrize("kind", ["binary", "categorical"])
def test_equals_stepmix(kind, missing):
    """StepMix 3 at the same maximum, complete and with gaps, binary and with several categories."""
    stepmix = pytest.importorskip("stepmix")
    rng = np.random.default_rng(4)
    n_categories = 2 if kind == "binary" else 3
    rates = rng.dirichlet(np.ones(n_categories), size=(3, 8))
    group = rng.choice(3, size=300, p=[0.5, 0.3, 0.2])
    data = (rng.random((300, 8, 1)) > rates[group].cumsum(axis=2)).sum(axis=2).astype(float)
    data[rng.random(data.shape) < missing] = np.nan
    measurement = kind + ("_nan" if missing else "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = stepmix.StepMix(
            n_components=3,
            measurement=measurement,
            n_init=5,
            max_iter=10000,
            abs_tol=1e-11,
            random_state=0,
            progress_bar=0,
            verbose=0,
        ).fit(data)
    model = LatentClass(3, n_init=50).fit(data)
    theirs = other.score(data)
    assert model.score(data) >= theirs - 1e-9
    assert model.score(data) == pytest.approx(theirs, abs=1e-6)
    assert model.class_weights_ == pytest.approx(np.sort(other.weights_)[::-1], abs=1e-4)
    ours = np.sort(model.predict_proba(data), axis=1)
    assert ours == pytest.approx(np.sort(other.predict_proba(data), axis=1), abs=1e-3)
