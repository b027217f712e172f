"""Shipped entries beside a survey's own catalogue: they name nothing that it took away, its own are left to be checked.

A survey that brings fields, goals, pain points, size classes, areas or job families of its own does not rewrite every
other file for that. What was shipped gives way; what its own files name and nobody has is an error of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from typology.content.own_files import NAMES, names_of
from typology.content.reading import FOLDER, find_file, read_yaml

Entry = TypeVar("Entry", bound=BaseModel)


def own_entries(name: str, overlay: Path | None) -> frozenset[str]:
    """The names of the entries in a survey's own file; none if it has no such file."""
    path = find_file(name, overlay)
    return frozenset() if path.parent == FOLDER else names_of(read_yaml(path))


def fitted(
    entries: Iterable[Entry], name: str, overlay: Path | None, fit: Callable[[Entry], Entry | None]
) -> tuple[Entry, ...]:
    """The entries of a file, the shipped ones as ``fit`` leaves them; those that it makes None are left out.

    Without a content folder of a survey everything stays: what is shipped fits together.
    """
    if overlay is None:
        return tuple(entries)
    own = own_entries(name, overlay)
    kept = (entry if _name(entry) in own else fit(entry) for entry in entries)
    return tuple(entry for entry in kept if entry is not None)


def naming(entry: Entry, **known: Collection[str]) -> Entry:
    """The entry with only those keys in its lists that are known, list by list.

    >>> from typology.content.valid_for import ValidFor
    >>> naming(ValidFor(size_classes=("GK1", "S")), size_classes=["S", "M"]).size_classes
    ('S',)
    """
    lists = {part: tuple(key for key in getattr(entry, part) if key in keys) for part, keys in known.items()}
    return entry.model_copy(update=lists)


def _name(entry: BaseModel) -> str:
    return next((str(getattr(entry, name)) for name in NAMES if hasattr(entry, name)), "")
