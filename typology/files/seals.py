"""The seal of an output folder: which command made it, of which survey, and the hash of every file in it.

By its seal a folder is known as one that may be replaced, and a file in it as one that nobody has touched since. A
folder in a sealed folder may carry a seal of its own; its files are then not those of the outer one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from typology.errors import Findings, StudyError
from typology.writing import Said

SEAL = ".typology.json"
FORMAT = "seal/1"
RECORD = "internal/run.json"
"""What stands in the folder of every study, also of one that was made before there were seals."""
# What systems and spreadsheets leave in a folder without being asked.
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", "~$", ".~lock.", ".nfs", ".ipynb_checkpoints", "__pycache__")
# What the replacing of a folder in this one leaves or leaves for a while.
SWAPPING = re.compile(r"\..+\.(?:lock|running|(?:building|old|made|aside)-[0-9a-f]{8})")
LATER = 2.0
"""Seconds after which a file is later than the record of a study without a seal; some systems count in twos."""


class Maker(StrEnum):
    """Which command makes a folder."""

    STUDY = "study"
    SITE = "site"
    EXPORT = "export"
    NOTEBOOKS = "notebooks"


class Change(StrEnum):
    """What became of a file since the folder was sealed."""

    CHANGED = "changed"
    ADDED = "added"
    MISSING = "missing"


@dataclass(frozen=True)
class Seal:
    """What the seal of a folder says; ``source`` leads from the folder to that of its survey, where that matters."""

    made: str
    survey: str
    source: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def seal(folder: Path, made: Maker, survey: str, *, source: str = "", kept: Mapping[str, str] | None = None) -> None:
    """Write the seal over all files that are now in the folder, without those of sealed folders in it.

    ``kept``: files that a person changed and that stay → the hash of what the program had written there, "" where it
    wrote nothing, so that they count as changed also the next time.
    """
    files = {name: file_hash(folder / name) for name in own_files(folder)}
    files |= {name: mark for name, mark in (kept or {}).items() if mark}
    for name in (name for name, mark in (kept or {}).items() if not mark):
        files.pop(name, None)
    told = {"format": FORMAT, "made": made.value, "survey": survey, **({"source": source} if source else {})}
    text = json.dumps({**told, "files": dict(sorted(files.items()))}, ensure_ascii=False, indent=1) + "\n"
    (folder / SEAL).write_text(text, encoding="utf-8", newline="\n")


def read_seal(folder: Path) -> Seal | None:
    """The seal of a folder; None where it has none, or none that can be read."""
    try:
        data = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("files"), dict):
        return None
    texts = {name: str(data.get(name, "")) for name in ("made", "survey", "source")}
    return Seal(**texts, files={str(name): str(mark) for name, mark in data["files"].items()})


def own_files(folder: Path) -> list[str]:
    """The files of a folder, sorted, by their path in it: without seals, litter, and folders with their own seal."""
    return sorted(_walk(os.fspath(folder), ""))


def _walk(folder: str, inside: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.startswith(LITTER) or entry.name == SEAL or SWAPPING.fullmatch(entry.name):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield inside + entry.name
        elif not os.path.isfile(os.path.join(entry.path, SEAL)):
            yield from _walk(entry.path, f"{inside}{entry.name}/")


def sealed_folders(folder: Path) -> list[Path]:
    """The folder itself and all sealed ones in it."""
    return [folder, *sorted(path.parent for path in folder.rglob(SEAL) if path.parent != folder)]


def changes(folder: Path, *, within: str = "") -> dict[str, Change]:
    """What became of each file of a folder, sealed ones in it included, since it was sealed; nothing of the others.

    ``within``: only files whose path in the folder begins so; only these are read.

    In the folder of a study without a seal, as earlier versions wrote it, a file that is later than the study's record
    counts as changed; in any other folder without a seal every file counts as added.
    """
    found: dict[str, Change] = {}
    for place in sealed_folders(folder):
        about, files = read_seal(place), own_files(place)
        inside = "" if place == folder else f"{place.relative_to(folder).as_posix()}/"
        for name in files:
            if not (inside + name).startswith(within):
                continue
            if about is None:
                change = _change_without_seal(place, place / name)
            elif name not in about.files:
                change = Change.ADDED
            else:
                change = None if file_hash(place / name) == about.files[name] else Change.CHANGED
            if change is not None:
                found[inside + name] = change
        for name in about.files.keys() - set(files) if about is not None else ():
            if (inside + name).startswith(within) and not os.path.lexists(place / name):
                found[inside + name] = Change.MISSING
    return dict(sorted(found.items()))


def _change_without_seal(folder: Path, path: Path) -> Change | None:
    record = folder / RECORD
    if not record.is_file():
        return Change.ADDED
    later = path.lstat().st_mtime > record.stat().st_mtime + LATER
    return Change.CHANGED if later else None


def refuse_others(folder: Path, made: Maker, survey: str, *, free: tuple[str, ...] = ()) -> None:
    """Refuse to replace a folder that is not ours, or that holds what we did not put there.

    Parameters
    ----------
    folder : what is to be replaced; a new or an empty one may always be.
    made, survey : what its seal must say.
    free : folders in it whose files stay whoever changed them.

    Raises
    ------
    StudyError : it is a file, another command or nobody we know made it, or of another survey; or somebody has changed
        files in it or added some; these are named.
    """
    if folder.exists() and not folder.is_dir():
        raise StudyError(Said("files.no_folder_to_replace", path=folder))
    if not folder.is_dir() or not any(not item.name.startswith(LITTER) for item in folder.iterdir()):
        return
    about = read_seal(folder)
    old_study = about is None and made is Maker.STUDY and (folder / RECORD).is_file()
    if not old_study and (about is None or about.made != made):
        raise StudyError(Said("files.folder_of_others", path=folder))
    if about is not None and about.survey != survey and made is not Maker.STUDY:
        raise StudyError(Said("files.folder_of_another_survey", path=folder, survey=about.survey))
    touched = {name: change for name, change in changes(folder).items() if change is not Change.MISSING}
    problems = change_findings({name: change for name, change in touched.items() if not name.startswith(free)})
    problems.raise_if_failed(StudyError, "files.folder_was_changed", path=folder)


def change_findings(found: Mapping[str, Change]) -> Findings:
    """The files that were changed, as findings."""
    words = {
        Change.CHANGED: Said("files.was_changed"),
        Change.ADDED: Said("files.was_added"),
        Change.MISSING: Said("files.was_removed"),
    }
    findings = Findings()
    for name, change in found.items():
        findings.at(name).error("veraendert", words[change])
    return findings


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes as hexadecimal text; of a link, a pipe or a device that of where it leads, or of none.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = (Path(place) / "a").write_bytes(b"abc")
    ...     file_hash(Path(place) / "a")[:8]
    'ba7816bf'
    """
    kind = os.lstat(path).st_mode if os.path.lexists(path) else 0
    if stat.S_ISLNK(kind):
        return hashlib.sha256(b"link " + os.fsencode(os.readlink(path))).hexdigest()
    if not stat.S_ISREG(kind):
        return ""
    with open(path, "rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
