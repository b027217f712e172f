"""Work is spread by joblib: the same bytes one after the other, in threads, in processes and on a Dask cluster."""

from __future__ import annotations

import ast
import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
import pytest
import views
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_info

import typology
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import at_work, spread
from typology.content.catalogue import load_content
from typology.errors import EstimationError, Findings
from typology.publishing.sheets import render
from typology.simulation.survey import simulate_goals
from typology.types.profiles.bch import refit_replicates
from typology.types.threshold import null_naming_scores

FINDINGS = ["antworten.csv, Zeile 7, Spalte A: keine Zahl"]


@contextmanager
def dask_cluster(folder: Path) -> Iterator[None]:
    """A scheduler, and one worker process with two threads, reached through the loopback interface alone."""
    from distributed import Client, LocalCluster

    cluster = LocalCluster(
        n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address=None, local_directory=str(folder)
    )
    with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
        yield


def results(folder: Path) -> dict[str, bytes]:
    """A little of everything that is spread, as bytes."""
    drawn = simulate_goals(40, target=0.8, random_state=3)
    goals, question = drawn.goals, GoalQuestion("pick", 3)
    found = typology.cluster(goals, 2, question=question, n_init=4)
    named = typology.name_types(found, load_content(), question=question)
    selected = typology.select_classes(goals, range(1, 3), question=question, n_replicates=4, n_init=2, n_resamples=2)
    stable = typology.stability(found, goals, n_replicates=4, n_init=1)
    replicates = refit_replicates(goals, found, n_replicates=4, n_init=1)
    short = typology.evaluate_short_form(goals, named, load_content(), sizes=[1], n_folds=2, n_init=1)
    nulls = null_naming_scores({"a": ["x"], "b": ["y"]}, ["x", "y", "z"], 40, limit=2, n_classes=2, n_fits=2, n_init=1)
    tables = {
        "selection": selected.table,
        "stable types": stable.types,
        "stable municipalities": stable.municipalities,
        "methods": typology.compare_methods(goals, 2, question=question, n_resamples=1).table,
        "reliability": typology.reliability(named, 40, n_fits=2, fresh=50, n_init=1),
        "short form": short.agreement,
        "null scores": nulls,
    }
    sheets = [views.municipality(key=f"9010100{place}", random_state=place, n_partners=place) for place in range(2)]
    paths = render.render_sheets(sheets, folder, progress=False)
    return (
        {name: table.to_csv(float_format="%.17g").encode() for name, table in tables.items()}
        | {f"replicate {place}": part.posteriors.tobytes() for place, part in enumerate(replicates)}
        | {path.name: path.read_bytes() for path in paths}
    )


@pytest.mark.long
def test_the_same_bytes_wherever_the_work_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "WORTH_A_PROCESS", 2)
    with joblib.parallel_config(n_jobs=1):
        here = results(tmp_path / "here")
        assert {pid for pid, _ in spread(where, range(4))} == {os.getpid()}
    assert len(here) == 7 + 4 + 2 and all(here.values())
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert results(tmp_path / "threads") == here
    # arrays of more than a kilobyte reach such a process as a file that it cannot write
    with joblib.parallel_config(backend="loky", n_jobs=2, max_nbytes="1K"):
        assert results(tmp_path / "processes") == here
        assert os.getpid() not in {pid for pid, _ in spread(where, range(4))}
        assert say_what_comes_back() == FINDINGS
    with dask_cluster(tmp_path):
        assert results(tmp_path / "cluster") == here
        elsewhere = spread(where, range(8))
        assert say_what_comes_back() == FINDINGS
    assert os.getpid() not in {pid for pid, _ in elsewhere}
    assert {threads for _, threads in elsewhere} == {1}


def where(_: int) -> tuple[int, int]:
    """The process of a task, and how many threads its matrix products may take."""
    return os.getpid(), max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")


def asked_for() -> int | None:
    """The number of workers that a computation here would have."""
    return get_active_backend()[1]


def within(_: int) -> tuple[int | None, int]:
    """What a study has that is itself somebody's task, and how many workers it then takes."""
    with at_work():
        return asked_for(), joblib.Parallel().n_jobs


def test_who_says_how_many_workers_there_are() -> None:
    assert asked_for() is None
    with at_work():
        assert asked_for() == -1
    with at_work(3):
        assert asked_for() == 3
        with at_work():
            assert asked_for() == 3
    with joblib.parallel_config(backend="threading", n_jobs=2):
        with at_work():
            assert asked_for() == 2
        with at_work(1):
            assert asked_for() == 1
            assert joblib.parallel.get_active_backend()[0].uses_threads
        assert spread(within, [0, 1]) == [(None, 1)] * 2


def fails(order: int) -> int:
    """Fails as an estimation does, with findings."""
    if order:
        found = Findings("antworten.csv")
        found.error("wert", "keine Zahl", row=order, column="A")
        found.raise_if_failed(EstimationError, "register.errors")
    return order


def say_what_comes_back() -> list[str]:
    """The findings of a task that fails among others."""
    with pytest.raises(EstimationError, match=r"antworten\.csv: das Register hat 1 Fehler") as caught:
        spread(fails, [0, 7])
    return [problem.line() for problem in caught.value.problems]


def test_an_error_comes_back_with_its_findings() -> None:
    """From this process; the test above asks others."""
    with joblib.parallel_config(n_jobs=1):
        assert say_what_comes_back() == FINDINGS


ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "pages" / "scaling.md").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = re.findall(r"```py\n(.*?)```", PAGE, flags=re.S)
    assert len(examples) == 2
    names: dict[str, Any] = {}
    exec("\n".join(examples), names)
    assert len(names["again"].types) == 4


def test_the_tables_of_the_page_are_those_of_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    scaling = importlib.import_module("scaling")
    assert set(re.findall(r"<!-- table: (\w+) -->", PAGE)) == {"scaling", "amdahl", "site"}
    assert scaling.fit_page(PAGE) == PAGE, "results changed: run python benchmarks/scaling.py"


def test_no_answers_are_laid_down_in_a_folder_that_processes_share():
    """A map of memory is a file in a folder of all users; of a run that is killed it stays there."""
    package = Path(typology.__file__).parent
    calls = [
        (path.name, node)
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Parallel"
    ]
    assert len(calls) >= 5
    for name, call in calls:
        given = {one.arg: one.value for one in call.keywords}
        assert "max_nbytes" in given and ast.unparse(given["max_nbytes"]) == "None", (name, call.lineno)
