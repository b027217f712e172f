"""A run that ends at any of its writes, by a full disk or killed: the study before is whole, the next run is good.

The process of the run stops itself at the n-th file it opens for writing, folder it makes or name it moves or removes.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from typology.commands.verbs import main
from typology.errors import TypologyError
from typology.files.seals import SEAL, changes
from typology.files.swapping import locked, remains, remove_remains
from typology.study import store, workflow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

MOVES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
DONE, REFUSED = 0, 3
ASKED = os.environ.get("TYPOLOGY_EVERY_WRITE", "")
EVERY = int(ASKED or 14)
"""Of all writes so many make one that is tried; where a study asks for them, those of the site too."""
Run = Callable[[bool], object]


def quiet(_: str) -> None:
    """No progress."""


def writes(event: str, given: tuple[Any, ...], inside: str) -> bool:
    """Whether an audit event of Python is a step of writing below a folder."""
    if event == "open":
        path, _, flags = given
        return (
            isinstance(path, str) and path.startswith(inside) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        )
    return event in MOVES and str(os.fspath(given[0]) if given else "").startswith(inside)


def in_a_child(work: Callable[[], object], inside: Path, step: int, stop: Callable[[], None]) -> tuple[int, int]:
    """Exit status of a process that does the work and stops at one step, and how many steps it came to."""
    seen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        n, armed = 0, True

        def watch(event: str, given: tuple[Any, ...]) -> None:
            nonlocal n
            if armed and writes(event, given, str(inside)):
                n += 1
                os.write(tell, b".")
                if n == step:
                    stop()

        sys.addaudithook(watch)
        status = 1
        try:
            work()
            status = DONE
        except (TypologyError, OSError, KeyboardInterrupt):
            status = REFUSED
        except SystemExit as ended:  # a verb
            status = int(ended.code or DONE)
        finally:
            armed = False
            os._exit(status)
    os.close(tell)
    with os.fdopen(seen, "rb") as steps:
        n_steps = len(steps.read())
    _, status = os.waitpid(child, 0)
    return status, n_steps


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stopped() -> None:
    raise KeyboardInterrupt


@pytest.fixture
def run(tmp_path: Path, tiny: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a small survey over its own study; only the writing takes time."""
    shutil.copytree(tiny.folder, tmp_path / "raw" / "tiny")
    shutil.copytree(tiny.target, tmp_path / "processed" / "tiny")
    (tmp_path / "temporary").mkdir()
    shown = store.public_study(tiny.study)
    monkeypatch.setattr(workflow, "fit_study", lambda *_, **__: tiny.study)
    monkeypatch.setattr(store, "public_study", lambda *_: shown)
    monkeypatch.setattr("typology.tables.package.check_tables", lambda *_, **__: None)  # they were checked before
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return lambda site: workflow.run_study(
        tmp_path / "raw" / "tiny", tmp_path / "processed" / "tiny", tiny.settings,
        sheets=False, site=site, jobs=1, force=True, progress=quiet,
    )  # fmt: skip


VERBS = [(verb, stop) for verb in ("site", "export", "sheet") for stop in (stopped, full, killed)]
CODES = {stopped: 130, full: 2, killed: -signal.SIGKILL}


def stand(folder: Path) -> list[str]:
    """Names of all files of a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.long
@pytest.mark.parametrize("stop", [killed, full] if ASKED else [killed, full, stopped])
def test_a_run_that_ends_at_a_write_leaves_a_whole_study_and_the_next_one_nothing_else(
    run: Run, tmp_path: Path, stop: Callable[[], None], record_property: Callable[[str, object], None]
) -> None:
    target = tmp_path / "processed" / "tiny"
    status, n_steps = in_a_child(lambda: run(bool(ASKED)), tmp_path, 0, stop)
    assert status == DONE and n_steps > 200
    before, wrong, tried = stand(target), {}, range(1, n_steps + 1, EVERY)
    record_property("steps", len(tried))
    for step in tried:
        status, came = in_a_child(lambda: run(bool(ASKED)), tmp_path, step, stop)
        ended = os.waitstatus_to_exitcode(status)
        over = ended == DONE and came < step  # this run had a write less than the first
        if stop is killed:
            found = [] if over or (ended == -signal.SIGKILL and came == step) else [f"ended with {ended} after {came}"]
        else:
            found = [] if ended in (DONE, REFUSED) else [f"ended with {ended}"]
        with locked(target):
            found += [f"changed: {one}" for one in changes(target)]
            for finished in remains(target, ("made",)):  # what was complete and could not take its place
                if stop is killed or stand(finished) != before:
                    found.append(f"not whole: {finished.name}")
            remove_remains(target, finished=True)
        if stand(target) != before:
            found.append("other files")
        found += [f"left: {path.name}" for path in [*remains(target), *(tmp_path / "temporary").iterdir()]]
        if sorted(path.name for path in target.parent.iterdir()) != [".tiny.lock", "tiny"]:
            found.append("left beside the study")
        if found:
            wrong[step] = found
    assert wrong == {}
    assert in_a_child(lambda: run(False), tmp_path, 0, stop)[0] == DONE and not changes(target)


@pytest.mark.long
@pytest.mark.parametrize(("verb", "stop"), VERBS if ASKED else VERBS[::4])
def test_what_was_asked_for_elsewhere_is_whole_or_not_there(
    run: Run, tmp_path: Path, verb: str, stop: Callable[[], None]
) -> None:
    """A folder as a whole, once more over the one that is there and once where none is; of sheets every file."""
    key = next((tmp_path / "processed" / "tiny" / "internal" / "agenda").glob("*.md")).stem
    target, again = tmp_path / "out" / "new", "--force" if verb == "sheet" else "--replace"
    target.parent.mkdir()
    words = [verb, "tiny", *([key] if verb == "sheet" else []), "--out", str(target), "--data", str(tmp_path), again]
    status, n_steps = in_a_child(partial(main, words), target.parent, 0, stop)
    assert status == DONE and n_steps > 3
    before, wrong = files(target), {}
    for step in sorted({1, n_steps // 2, n_steps}):
        if step > n_steps // 2:
            shutil.rmtree(target)
        there = target.exists()
        status, _ = in_a_child(partial(main, words), target.parent, step, stop)
        ended = os.waitstatus_to_exitcode(status)
        found = [] if ended in (CODES[stop], DONE) else [f"ended with {ended}"]
        with locked(target):
            now = files(target)
        found += [f"other: {name}" for name in now if name not in before or now[name] != before[name]]
        if (there or (now and verb != "sheet")) and now.keys() != before.keys():
            found.append("not whole")
        found += [f"left: {path.name}" for path in target.parent.rglob(".*") if path.name not in (".new.lock", SEAL)]
        if found:
            wrong[step] = found
    assert wrong == {}
    assert in_a_child(partial(main, words), target.parent, 0, stop)[0] == DONE and files(target) == before


def files(folder: Path) -> dict[str, bytes]:
    """The visible files of a folder."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
