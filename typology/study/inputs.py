"""What a study is made from: the files of its survey and the code, and whether they are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typology.errors import StudyError
from typology.files.seals import SEAL, changes, file_hash
from typology.writing import Said

PACKAGE = Path(__file__).parents[1]
DRAFTS = "internal/agenda/"
"""Where the drafts of agendas stand in a study; people may change them."""
# Only tests may read the truth of a simulated survey.
HIDDEN = ("truth", "__pycache__")


def input_files(folder: Path) -> list[Path]:
    """The files of a survey folder that a study depends on, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(HIDDEN) and not path.name.startswith(".")
    )


def linked_files(folder: Path) -> list[Path]:
    """Files outside the survey folder that its codebook names (register, successor tables)."""
    from typology.survey.codebook import read_codebook

    register = read_codebook(folder / "codebook.yaml").register_file
    names = [] if register is None else [register.file, *register.successors]
    paths = [(folder / name).resolve() for name in names]
    return [path for path in paths if path.is_file() and not path.is_relative_to(folder.resolve())]


def input_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that a study of this survey depends on, those outside its folder as ``linked/…``."""
    inputs = [(path.relative_to(folder).as_posix(), path) for path in input_files(folder)]
    inputs += [(f"linked/{path.name}", path) for path in linked_files(folder)]
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in inputs}


def fingerprint(folder: Path, more: Any, inputs: Mapping[str, str] | None = None) -> str:
    """Hash of inputs, content, code and settings; equal means that nothing would change.

    ``inputs``: the hashes of the files of the survey, where they are known.
    """
    total = hashlib.sha256(repr(more).encode())
    code = {
        f"package/{path.relative_to(PACKAGE).as_posix()}": file_hash(path)
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    for name, mark in {**(input_hashes(folder) if inputs is None else inputs), **code}.items():
        total.update(f"{name} {mark}\n".encode())
    return total.hexdigest()


def refuse_changed_inputs(folder: Path, inputs: Mapping[str, str]) -> None:
    """Refuse a study whose files were changed while it was computed: nobody could say what it was made from.

    Raises
    ------
    StudyError : a file is another than at the start, has come or has gone; the files are named.
    """
    now = input_hashes(folder)
    other = [name for name in sorted({*inputs, *now}) if inputs.get(name) != now.get(name)]
    if other:
        raise StudyError(Said("study.inputs_changed", files=", ".join(other)))


def is_touched(target: Path) -> bool:
    """Whether a file of a study was changed, added or removed since it was written, drafts of agendas aside."""
    return not (target / SEAL).is_file() or any(not name.startswith(DRAFTS) for name in changes(target))
