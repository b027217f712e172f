"""Folders to write in: one beside another that takes its place later, and paths that are too long for Windows."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

MAY_BE_HELD = sys.platform == "win32"
"""Whether a folder cannot be moved while another program has a file in it open."""
MOST_SIGNS = 259
"""Of a path on Windows, unless long paths are switched on."""


def folder_beside(target: Path, mark: str) -> Path:
    """A new, empty folder beside ``target``; who may read it is decided by the folder that holds both.

    ``tempfile.mkdtemp`` would let nobody but its owner read it, on Windows also after it has taken its place.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     folder_beside(Path(place) / "demo", "building").name[:15]
    '.demo.building-'
    """
    folder = target.parent / f".{target.name}.{mark}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def check_files(paths: Iterable[Path]) -> None:
    """Find out before anything is computed whether these files can be written, and nothing else about them.

    A file that is there is moved onto itself: Windows refuses that while another program holds it open, as it would
    refuse to replace it.

    Raises
    ------
    PermissionError : one cannot be written or replaced.
    """
    for path in paths:
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        if path.exists():
            path.replace(path)


def check_folder(target: Path) -> None:
    """Find out before anything is computed whether a folder can be replaced: on Windows it is moved aside and back.

    Windows refuses that while another program holds open a file in it; other systems never do.

    Raises
    ------
    PermissionError : it cannot be replaced.
    """
    if MAY_BE_HELD and target.is_dir():
        aside = target.parent / f".{target.name}.aside-{secrets.token_hex(4)}"
        target.rename(aside)
        aside.rename(target)


def long_paths_allowed() -> bool:
    """Whether this system opens files by paths of more than 259 signs, as all but Windows always do."""
    if sys.platform != "win32":
        return True
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except FileNotFoundError:  # Windows before 10.1607 does not know the setting
        return False
