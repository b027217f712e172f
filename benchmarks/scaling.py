"""How much faster a whole study gets with more workers: ``python benchmarks/scaling.py [respondents] [runs]``.

A practice survey is computed, all sheets and the site included, with one worker and with two, in turns and each in a
process of its own. ``scaling.csv`` holds the median seconds by step, on the clock and of all processors together, and
for one worker the seconds in tasks which joblib may send elsewhere; the tables of ``docs/pages/scaling.md``
are made from it. Needs psutil, which Dask brings. On a machine that others use, too, the seconds on the clock say
little.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from method_tables import BLOCK, markdown, number

from typology.simulation.survey import simulate_survey
from typology.study.workflow import run_study

RESULTS = Path(__file__).parent / "results" / "scaling.csv"
PAGE = Path(__file__).parents[1] / "docs" / "pages" / "scaling.md"
BEYOND = (2, 4, 8, 16, 64, 1024)
WORKERS = (1, 2)
STEPS = (
    "read and check", "estimate and name", "profiles and intervals", "quality", "partners and teams",
    "tables and public part", "tables and public part", "sheets and agendas", "sheets and agendas", "site",
)  # fmt: skip
"""In the order in which a study reports them; sheets twice, for the internal and the public edition."""
in_tasks = 0.0


class Timed(joblib.Parallel):  # type: ignore[misc]  # joblib ships no types
    """Adds up the time that tasks of this process take."""

    def __call__(self, tasks: Iterable[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]) -> Any:
        return super().__call__((timed, (task, given), named) for task, given, named in tasks)


def timed(task: Callable[..., Any], given: tuple[Any, ...], **named: Any) -> Any:
    """The task's result; its processor time is added up here, where it is computed."""
    global in_tasks
    begun = time.process_time()
    try:
        return task(*given, **named)
    finally:
        in_tasks += time.process_time() - begun


def processor_seconds() -> float:
    """Of this process and of its workers, which stay alive between the steps."""
    import psutil

    here = psutil.Process()
    spent = 0.0
    for process in (here, *here.children(recursive=True)):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += used.user + used.system
    return spent


def one_run(folder: Path, workers: int) -> list[dict[str, Any]]:
    """Seconds of each step of one study."""
    if workers == 1:
        joblib.Parallel = Timed
    marks: list[tuple[float, float, float]] = []

    def mark(_: str) -> None:
        marks.append((time.perf_counter(), processor_seconds(), in_tasks))

    with tempfile.TemporaryDirectory() as target:
        run_study(folder, Path(target) / "study", jobs=workers, progress=mark)
    mark("end")
    return [
        {
            "step": step, "workers": workers, "seconds": after[0] - clock, "processor_seconds": after[1] - spent,
            "in_tasks": after[2] - tasks if workers == 1 else float("nan"),
        }
        for step, ((clock, spent, tasks), after) in zip(STEPS, pairwise(marks), strict=True)
    ]  # fmt: skip


def fit_page(page: str) -> str:
    """The page with its tables made anew from the results."""
    tables = {"scaling": measured, "amdahl": beyond}

    def made(match: re.Match[str]) -> str:
        """A block of these results; those of other scripts stay as they are."""
        return f"{match[1]}{markdown(tables[match[2]]())}\n{match[3]}" if match[2] in tables else match[0]

    return BLOCK.sub(made, page)


def measured() -> pd.DataFrame:
    """Seconds of each step with one worker and with two."""
    results = pd.read_csv(RESULTS)
    one, two = (results[results["workers"] == workers].set_index("step") for workers in WORKERS)
    return pd.DataFrame(
        {
            "step": one.index,
            "processor seconds, 1 worker": [number(value, 1) for value in one["processor_seconds"]],
            "of these in tasks": [number(value, 1) for value in one["in_tasks"]],
            "processor seconds, 2 workers": [number(value, 1) for value in two.loc[one.index, "processor_seconds"]],
            "on the clock, 1 worker": [number(value, 1) for value in one["seconds"]],
            "on the clock, 2 workers": [number(value, 1) for value in two.loc[one.index, "seconds"]],
        }
    )


def serial_share() -> float:
    """The share of processor time outside the tasks, with one worker."""
    results = pd.read_csv(RESULTS)
    whole = results[(results["step"] == "all") & (results["workers"] == 1)].iloc[0]
    return float(1 - whole["in_tasks"] / whole["processor_seconds"])


def beyond() -> pd.DataFrame:
    """Amdahl's bound for more workers than were measured."""
    share = serial_share()
    bounds = [1 / (share + (1 - share) / workers) for workers in BEYOND]
    return pd.DataFrame(
        {
            "workers": [str(workers) for workers in BEYOND],
            "serial share": [number(share)] * len(BEYOND),
            "at most so many times as fast": [number(bound, 1) for bound in bounds],
        }
    )


def main(respondents: int = 120, runs: int = 3) -> None:
    """Runs in turns, medians over them."""
    rows = []
    with tempfile.TemporaryDirectory() as base:
        folder = simulate_survey(Path(base) / "scaling", n=respondents)
        for number in range(runs):
            for workers in WORKERS:
                command = [sys.executable, __file__, "--run", str(folder), str(workers)]
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                rows += [{"run": number, **row} for row in json.loads(said)]
                print(f"run {number + 1}, {workers} worker(s): {sum(row['seconds'] for row in json.loads(said)):.1f} s")
    table = pd.DataFrame(rows)
    values = ["seconds", "processor_seconds", "in_tasks"]
    by_run = table.groupby(["run", "workers", "step"], sort=False)[values].sum(min_count=1).reset_index()
    whole = by_run.groupby(["run", "workers"], sort=False)[values].sum(min_count=1).reset_index().assign(step="all")
    both = pd.concat([by_run, whole])
    medians = both.groupby(["step", "workers"], sort=False)[values].median().reset_index()
    medians.insert(0, "respondents", respondents)
    medians.assign(runs=runs).to_csv(RESULTS, index=False, float_format="%.1f", lineterminator="\n")
    PAGE.write_text(fit_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(medians.round(1).to_string())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(one_run(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main(*(int(value) for value in sys.argv[1:3]))
