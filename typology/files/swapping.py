"""Replace a folder as a whole: one writer at a time, no moment without it, and nothing left of a run that was killed.

What is made lies beside its target until it is complete, under a name that begins with a point:
``.demo.building-…`` while it grows, ``.demo.old-…`` what it replaced, ``.demo.made-…`` what was finished but could not
take its place. Linux swaps two folders in one step. Elsewhere there are two moves; between them, a reader waits for the
lock, and a run that is killed there is repaired by whoever comes next. The lock is an empty file ``.demo.lock`` that
stays; the system lets go of it when its holder ends, however that happens.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from typology.errors import StudyError, system_message
from typology.files.places import folder_beside
from typology.writing import Said

Progress = Callable[[str], None]
UNFINISHED = ("building", "old", "aside")
MARKS = (*UNFINISHED, "made")
TRIES, PAUSE = 20, 0.25
"""On Windows a folder in which a reader has a file open cannot be moved: so often, so many seconds apart."""


def quiet(step: str) -> None:
    """No progress."""


@contextmanager
def locked(target: Path, progress: Progress = quiet) -> Iterator[None]:
    """Hold the lock of a folder that is to be replaced; whoever holds it already may hold it once more.

    Waits while another process holds it, and says since when that one runs. What an earlier run left behind is
    repaired and removed first.

    Raises
    ------
    StudyError : the remains of a run that was killed cannot be removed.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(_beside(target, "lock"), is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(_who_runs(target))
        lock.acquire()
    try:
        if lock.lock_counter > 1:
            yield
            return
        told = {"process": os.getpid(), "host": socket.gethostname(), "since": datetime.now().isoformat(" ", "seconds")}
        _beside(target, "running").write_text(json.dumps(told), encoding="utf-8", newline="\n")
        repair(target)
        remove_remains(target)
        yield
    finally:
        if lock.lock_counter == 1:
            _beside(target, "running").unlink(missing_ok=True)
        lock.release()


def _beside(target: Path, mark: str) -> Path:
    return target.parent / f".{target.name}.{mark}"


def _who_runs(target: Path) -> Said:
    try:
        told = json.loads(_beside(target, "running").read_text(encoding="utf-8"))
        return Said("files.another_runs", name=target.name, **{key: told[key] for key in ("process", "host", "since")})
    except (OSError, ValueError, KeyError, TypeError):  # it has just begun, or ended
        return Said("files.another_runs_now", name=target.name)


def remains(target: Path, marks: tuple[str, ...] = MARKS) -> list[Path]:
    """What runs that were killed, or could not finish, left beside a folder."""
    found = []
    for path in target.parent.glob(f".{_literal(target.name)}.*-*"):
        mark, _, rest = path.name.removeprefix(f".{target.name}.").partition("-")
        if mark in marks and len(rest) == 8 and set(rest) <= set("0123456789abcdef"):
            found.append(path)
    return sorted(found)


def _literal(name: str) -> str:
    """A name as a pattern that finds only itself."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def repair(target: Path) -> None:
    """Put a folder back that was moved aside when its run was killed; the caller holds the lock.

    Versions before called what is moved aside ``.demo.old``.
    """
    if os.path.lexists(target):
        return
    aside = [path for path in (_beside(target, "old"), *remains(target, ("old", "aside"))) if path.is_dir()]
    if aside:
        os.rename(max(aside, key=lambda path: path.stat().st_mtime), target)


def remove_remains(target: Path, *, finished: bool = False) -> None:
    """Remove what runs left behind; ``finished``: also what was complete and could not take its place.

    Raises
    ------
    StudyError : something cannot be removed; it holds answers of municipalities, so that somebody must see to it.
    """
    left = remains(target, MARKS if finished else UNFINISHED)
    before = _beside(target, "old")
    if before.is_dir() and not before.is_symlink() and (before / "internal").is_dir():  # of a version before
        left.append(before)
    for path in left:
        try:
            _remove(path)
        except OSError as error:
            raise StudyError(Said("files.remains_stay", path=path, reason=system_message(error))) from None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def check_replaceable(target: Path) -> None:
    """Find out before anything is computed whether what is there can be removed afterwards.

    Raises
    ------
    PermissionError : a folder in it does not let its files be removed.
    """
    for place, _, _ in os.walk(target):
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13), place)


@contextmanager
def swap_in(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place when the block ends well, and vanishes when it does not.

    A link is followed: what it leads to is replaced, and the link stays.

    Raises
    ------
    StudyError : ``target`` cannot be replaced; what was made stays beside it, and its place is said.
    """
    target = target.resolve()
    with locked(target):
        building = folder_beside(target, "building")
        whole = False
        try:
            yield building
            whole = True
        finally:
            if not whole:
                shutil.rmtree(building)
        old = target.parent / f".{target.name}.old-{secrets.token_hex(4)}"
        try:
            _take_the_place(building, target, old)
        except OSError as error:
            kept = target.parent / f".{target.name}.made-{secrets.token_hex(4)}"
            os.rename(building, kept)
            reason = system_message(error)
            raise StudyError(Said("study.kept_beside", name=target.name, path=kept, reason=reason)) from None
        remove_remains(target, finished=True)


def _take_the_place(building: Path, target: Path, old: Path) -> None:
    if not target.exists():
        os.rename(building, target)
    elif _exchange(building, target):
        os.rename(building, old)
    else:
        _patiently(target, old)
        try:
            _patiently(building, target)
        except OSError:
            os.rename(old, target)
            raise


def _patiently(one: Path, other: Path) -> None:
    """Move a folder; on Windows again and again while a reader has a file in it open."""
    for left in reversed(range(TRIES if sys.platform == "win32" else 1)):
        try:
            os.rename(one, other)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(PAUSE)


@cache
def _renameat2() -> Callable[..., int] | None:
    """The call of Linux that can swap two names in one step, where the system's library has it."""
    if sys.platform != "linux":
        return None
    with suppress(OSError, AttributeError):
        call: Callable[..., int] = ctypes.CDLL(None, use_errno=True).renameat2
        return call
    return None


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where system or file system cannot, so that nothing has changed."""
    call = _renameat2()
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return call is not None and call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
