"""Time, memory and lost maxima of the latent class estimator, beside StepMix.

Run ``python benchmarks/latent_class_speed.py`` (some minutes, nearly all of them StepMix; ``--quick`` leaves StepMix
out). One thread throughout, seconds of processor time. It prints a table and writes ``latent_class_speed.csv``, the
time against the number of rows as ``latent_class_curve.csv`` and the picture of it as ``latent_class_curve.png`` to
``results``. Both programs stop at the same tolerance: one EM step raises the log-likelihood per row by less than 1e-8.

"One class after the other" starts, besides the random starts, from the solution with one class less: each of its
classes split in two, twice.
``below``: share of fits that end more than 0.01 below the log-likelihood of the best of 500 starts run to the end.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from typology.clustering.engine.climb import TOL, Climb, climb_in_stages, fit_batch
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.plain import Batch, Design, design_of_codes, make_design, random_states
from typology.clustering.engine.sequence import split_starts

RESULTS = Path(__file__).parent / "results"
CLASSES = range(1, 9)
BELOW = 0.01
ROW_COUNTS = (400, 1_000, 4_000, 10_000, 40_000, 100_000, 400_000, 1_000_000)
COLUMNS = ("task", "program", "starts", "runs", "median_s", "ratio", "below", "note")


def draw(n_rows: int, n_items: int, n_classes: int, n_categories: int, seed: int) -> np.ndarray:
    """Rows of known classes: rates of yes/no items logistic-normal (spread 1.5), of others uniform on the simplex."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, n_classes, n_rows)
    if n_categories == 2:
        rates = 1 / (1 + np.exp(-rng.normal(0, 1.5, (n_classes, n_items))))
        return (rng.random((n_rows, n_items)) < rates[group]).astype(np.int8)
    edges = rng.dirichlet(np.ones(n_categories), (n_classes, n_items)).cumsum(axis=2)[:, :, :-1]
    data = np.zeros((n_rows, n_items), dtype=np.int8)
    for start in range(0, n_rows, 50_000):
        part = slice(start, start + 50_000)
        data[part] = (rng.random((len(group[part]), n_items, 1)) > edges[group[part]]).sum(axis=2)
    return data


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time and result; with one thread that is the time on an idle machine."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def all_classes(data: np.ndarray, n_init: int, seed: int, *, staged: bool) -> np.ndarray:
    """Log-likelihoods of one to eight classes, everything from the raw table, at the common tolerance (no polish)."""
    patterns = collapse(data)
    design = make_design(patterns)
    rng = np.random.default_rng(seed)
    levels = [
        fit_batch(design, patterns.weights, k, n_init=n_init, rng=rng, staged=staged, polish=False).log_likelihoods[0]
        for k in CLASSES
    ]
    return np.array(levels)


def climb_sequence(
    batch: Batch, classes: Iterable[int], *, n_init: int, rng: np.random.Generator, tol: float = TOL
) -> dict[int, Climb]:
    """Fit rising numbers of classes: random starts each, and splits of the smaller solution if there is one.

    Returns
    -------
    Number of classes → where every start ended (splits first), as in
    :func:`typology.clustering.engine.climb.climb_in_stages`.
    """
    result: dict[int, Climb] = {}
    for n_classes in sorted(set(classes)):
        state = random_states(batch, n_classes, n_init if n_classes > 1 else 1, rng)
        if n_classes - 1 in result:
            smaller = result[n_classes - 1]
            best = smaller.state[:, int(np.argmax(smaller.objective))]
            state = np.concatenate([batch.normalise(np.sqrt(split_starts(best, rng))), state], axis=1)
        result[n_classes] = climb_in_stages(batch, state, tol=tol)
    return result


def all_classes_in_sequence(data: np.ndarray, n_init: int, seed: int) -> np.ndarray:
    """The same with splits of each smaller solution as further starts."""
    patterns = collapse(data)
    batch = Batch(make_design(patterns), patterns.weights)
    ends = climb_sequence(batch, CLASSES, n_init=n_init, rng=np.random.default_rng(seed))
    return np.array([ends[k].log_likelihood[np.argmax(ends[k].objective)] for k in CLASSES])


def stepmix_all_classes(data: np.ndarray, n_init: int, seed: int) -> np.ndarray:
    """The same by StepMix."""
    from stepmix import StepMix

    levels = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in CLASSES:
            model = StepMix(
                n_components=k,
                measurement="binary",
                n_init=n_init,
                abs_tol=TOL,
                max_iter=5000,
                random_state=seed,
                progress_bar=0,
                verbose=0,
            ).fit(data)
            levels.append(model.score(data) * len(data))
    return np.array(levels)


def task_small(runs: int, stepmix_runs: int) -> list[dict[str, Any]]:
    """412 × 15, one to eight classes."""
    data = draw(412, 15, 4, 2, seed=1)
    reference = all_classes(data, 500, 99, staged=False)
    plans: list[tuple[str, int, int, Callable[[int], np.ndarray]]] = [
        ("typology, all starts to the end", 20, runs, lambda seed: all_classes(data, 20, seed, staged=False)),
        ("typology, one class after the other", 20, runs, lambda seed: all_classes_in_sequence(data, 20, seed)),
        ("typology, in stages", 40, runs, lambda seed: all_classes(data, 40, seed, staged=True)),
        ("typology, in stages", 60, runs, lambda seed: all_classes(data, 60, seed, staged=True)),
        ("typology, in stages", 100, runs, lambda seed: all_classes(data, 100, seed, staged=True)),
        ("StepMix 3", 20, stepmix_runs, lambda seed: stepmix_all_classes(data, 20, seed)),
    ]
    rows: list[dict[str, Any]] = []
    for program, starts, count, action in plans:
        if not count:
            continue
        results = [timed(lambda seed=seed, action=action: action(seed)) for seed in range(count)]
        levels = np.stack([levels for _, levels in results])
        short = reference - levels
        rows.append(
            {
                "task": "412 x 15, k = 1..8",
                "program": program,
                "starts": starts,
                "runs": count,
                "median_s": float(np.median([seconds for seconds, _ in results])),
                "below": float((short > BELOW).mean()),
                "note": "below by k: "
                + " ".join(f"{share:.2f}" for share in (short > BELOW).mean(axis=0))
                + f"; mean log-likelihood {levels.sum(axis=1).mean():.3f} (reference {reference.sum():.3f})",
            }
        )
    slowest = [row["median_s"] for row in rows if row["program"].startswith("StepMix")]
    for row in rows:
        row["ratio"] = slowest[0] / row["median_s"] if slowest else float("nan")
    return rows


def bootstrap_ratios(data: np.ndarray, replicates: int, n_init: int, seed: int) -> np.ndarray:
    """Likelihood ratios of three against four classes on data simulated under three: both fits, random starts only."""
    patterns = collapse(data)
    rng = np.random.default_rng(seed)
    null = fit_batch(make_design(patterns), patterns.weights, 3, n_init=100, rng=rng).states[0]
    n_rows, n_items = data.shape
    designs: list[Design] = []
    weights = []
    for _ in range(replicates):
        group = rng.choice(3, size=n_rows, p=null[:, 0])
        drawn = collapse((rng.random((n_rows, n_items)) < null[group, 2::2]).astype(np.int8))
        designs.append(design_of_codes(drawn.codes, drawn.n_categories))
        weights.append(drawn.weights)
    fits = [fit_batch(designs, weights, k, n_init=n_init, rng=rng, polish=False) for k in (3, 4)]  # type: ignore[arg-type]
    return 2 * (fits[1].log_likelihoods - fits[0].log_likelihoods)


def task_bootstrap(runs: int) -> list[dict[str, Any]]:
    """100 replicates of the likelihood-ratio test, and how far more starts lift its null distribution."""
    data = draw(412, 15, 3, 2, seed=2)
    rows = []
    full = bootstrap_ratios(data, 100, 200, seed=5)
    for n_init in (20, 60):
        results = [timed(lambda n_init=n_init: bootstrap_ratios(data, 100, n_init, seed=5)) for _ in range(runs)]
        ratios = results[0][1]
        rows.append(
            {
                "task": "likelihood-ratio test 3:4, 412 x 15, 100 replicates",
                "program": "typology, in stages",
                "starts": n_init,
                "runs": runs,
                "median_s": float(np.median([seconds for seconds, _ in results])),
                "note": f"mean ratio {ratios.mean():.2f}, 95 % point {np.quantile(ratios, 0.95):.2f} "
                f"(200 starts: {full.mean():.2f}, {np.quantile(full, 0.95):.2f})",
            }
        )
    return rows


def task_large(runs: int) -> list[dict[str, Any]]:
    """A million yes/no rows, and rating data that hardly collapses: from the raw table to four classes."""
    rows = []
    for task, data in (
        ("1,000,000 x 15 yes/no, k = 4", draw(1_000_000, 15, 4, 2, seed=3)),
        ("11,000 x 15 five levels, k = 4", draw(11_000, 15, 4, 5, seed=3)),
    ):

        def fit(seed: int, n_init: int = 20, data: np.ndarray = data) -> tuple[float, int]:
            patterns = collapse(data)
            fitted = fit_batch(
                make_design(patterns), patterns.weights, 4, n_init=n_init, rng=np.random.default_rng(seed), staged=False
            )
            return float(fitted.log_likelihoods[0]), len(patterns.weights)

        reference = fit(99, 500 if len(data) < 100_000 else 100)[0]
        results = [timed(lambda seed=seed, fit=fit: fit(seed)) for seed in range(runs)]
        tracemalloc.start()
        fit(0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        rows.append(
            {
                "task": task,
                "program": "typology, all starts to the end",
                "starts": 20,
                "runs": runs,
                "median_s": float(np.median([seconds for seconds, _ in results])),
                "below": float(np.mean([reference - level > BELOW for _, (level, _) in results])),
                "note": f"{results[0][1][1]} patterns; peak memory beside the table "
                f"{peak / data.nbytes:.2f} x its {data.nbytes / 1e6:.1f} MB",
            }
        )
    return rows


def curve() -> pd.DataFrame:
    """Seconds to collapse and to fit (four classes, 20 starts) against the number of rows."""
    lines = []
    for n_rows in ROW_COUNTS:
        data = draw(n_rows, 15, 4, 2, seed=3)
        collapsing, fitting = [], []
        for seed in range(3):
            seconds, patterns = timed(lambda data=data: collapse(data))
            collapsing.append(seconds)
            design = make_design(patterns)
            rng = np.random.default_rng(seed)
            fitting.append(
                timed(lambda d=design, p=patterns, r=rng: fit_batch(d, p.weights, 4, n_init=20, rng=r, staged=False))[0]
            )
        lines.append((n_rows, len(patterns.weights), float(np.median(collapsing)), float(np.median(fitting))))
    return pd.DataFrame(lines, columns=["n_rows", "n_patterns", "collapse_s", "fit_s"])


def plot(table: pd.DataFrame, path: Path) -> None:
    """Time and patterns against rows, both scales logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    total = table["collapse_s"] + table["fit_s"]
    axis.loglog(table["n_rows"], total, "o-", color="#1b4f72", label="collapse and fit")
    axis.loglog(table["n_rows"], table["collapse_s"], "s--", color="#7f8c8d", label="collapse only")
    axis.set_xlabel("rows")
    axis.set_ylabel("seconds")
    other = axis.twinx()
    other.loglog(table["n_rows"], table["n_patterns"], "^:", color="#b9770e", label="distinct patterns")
    other.set_ylabel("distinct patterns")
    lines = [*axis.get_lines(), *other.get_lines()]
    axis.legend(lines, [str(line.get_label()) for line in lines], loc="upper left", frameon=False)
    axis.set_title("15 yes/no items, four classes, 20 starts, one thread")
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def main() -> None:
    """Run all tasks, print and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without StepMix, fewer runs")
    parser.add_argument("--runs", type=int, default=15, help="runs of each of our tasks")
    parser.add_argument("--stepmix-runs", type=int, default=3, help="runs of StepMix")
    options = parser.parse_args()
    runs = 3 if options.quick else options.runs
    with threadpool_limits(limits=1):
        rows = task_small(runs, 0 if options.quick else options.stepmix_runs)
        rows += task_bootstrap(min(runs, 3))
        rows += task_large(min(runs, 5))
        points = curve()
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    RESULTS.mkdir(exist_ok=True)
    table.round(4).to_csv(RESULTS / "latent_class_speed.csv", index=False)
    for row in table.itertuples():
        ratio = "" if np.isnan(row.ratio) else f"  {row.ratio:7.1f} x"
        below = "" if np.isnan(row.below) else f"  below {row.below:.2f}"
        print(
            f"{row.task:55} {row.program:33} {row.starts:4d} starts {row.median_s:9.3f} s{ratio}{below}\n    {row.note}"
        )
    points.round(5).to_csv(RESULTS / "latent_class_curve.csv", index=False)
    plot(points, RESULTS / "latent_class_curve.png")
    print(points.round(4).to_string(index=False))


if __name__ == "__main__":
    main()
