"""Long work: a bar on a terminal, and an end in words when somebody stops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from typology.commands import frame, verbs
from typology.commands.verbs import main
from typology.files.swapping import swap_in
from typology.study import workflow
from typology.writing import Said


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_stopping_is_said_and_has_the_exit_code_of_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "run_study", stop)
    german = CliRunner().invoke(main, ["run", "demo", "--data", str(Path(__file__).parents[1] / "data")])
    assert (german.exit_code, german.stderr) == (130, "Abgebrochen.\n")
    english = CliRunner().invoke(
        main, ["--language", "en", "run", "demo", "--data", str(Path(__file__).parents[1] / "data")]
    )
    assert (english.exit_code, english.stderr) == (130, "Stopped.\n")


def test_stopping_leaves_the_study_that_was_there_and_nothing_half_written(tmp_path: Path) -> None:
    target = tmp_path / "study"
    target.mkdir()
    (target / "old").write_text("old", encoding="utf-8")

    def half_a_study() -> None:
        with swap_in(target) as building:
            (building / "new").write_text("new", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_a_study()
    left = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))]
    assert [path for path in left if not path.endswith(".lock")] == ["study", "study/old"]  # the lock belongs to both


def test_a_bar_stands_on_standard_error_of_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with frame.steps(2) as progress:
        progress("eins")
    assert capsys.readouterr() == ("· eins\n", "")
    monkeypatch.setenv("FORCE_COLOR", "1")  # to rich, a terminal
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with frame.steps(3) as progress:
        progress(Said("study.matching"))
        progress(Said("study.setting_sheets_inside", n=3))  # has a bar of its own
        progress(Said("study.building_site"))
        progress("Bemerkung")
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "· Lernpartner werden gesucht" and out.count("\n") == 4
    assert "0/3" in err and "1/3" not in err and "2/3" in err and "3/3" not in err


def test_stopping_while_the_program_is_loaded_leaves_no_trace_of_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = (
        "import runpy, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typology.commands.verbs':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "runpy.run_module('typology', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", stopped], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    monkeypatch.setattr(verbs, "import_module", stop)  # what a verb needs
    german = CliRunner().invoke(main, ["run", "demo"])
    assert (german.exit_code, german.stderr) == (130, "Abgebrochen.\n")


WITH_WORKERS = """
import numpy as np
from joblib import Parallel, delayed
from typology.commands.frame import plain_errors

@plain_errors
def verb():
    table = np.zeros((2000, 2000))  # so large that it is shared in a file
    Parallel(n_jobs=2)(delayed(np.sum)(table) for _ in range(2))
    raise KeyboardInterrupt

verb()
"""


@pytest.mark.long
def test_stopping_says_so_and_nothing_else_also_where_workers_shared_files() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITH_WORKERS], capture_output=True, text=True, check=False,
        env={**os.environ, "TYPOLOGY_LANGUAGE": "de"},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Abgebrochen.\n")
