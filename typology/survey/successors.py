"""Which key a body has after names and borders changed (Destatis, "Gebietsänderungen")."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

import pandas as pd

#: One row per change of a body: the part of the old body that went to ``successor``. ``change`` is one of
#: ``aufgeloest``, ``teil`` (a part was handed over, the body goes on), ``schluessel``, ``name``; ``date`` is
#: the day from which statistics count it (ISO); ``population`` the inhabitants who moved (NaN unknown).
SUCCESSOR_COLUMNS = (
    "date", "key", "name", "change", "successor", "successor_name", "population", "reference",
)  # fmt: skip


@dataclass(frozen=True)
class Succession:
    """Where a key went: ``keys`` holds one key, or several after a split, or none; ``path`` all keys on the way."""

    keys: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Successors:
    """The changes of one or several years."""

    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SUCCESSOR_COLUMNS)))

    def follow(self, key: str, known: Container[str]) -> Succession:
        """Follow an old key over all years to keys that ``known`` holds.

        A body that was dissolved into several is a split: all its parts are returned and nobody guesses.
        When the parts meet again later, the one key they meet in is returned.
        """
        ends: dict[str, None] = {}
        path: dict[str, None] = {}
        waiting = [key]
        while waiting:
            current = waiting.pop(0)
            if current in path:
                continue
            path[current] = None
            if current in known and current != key:
                ends[current] = None
                continue
            waiting += self._next(current)
        return Succession(tuple(ends), tuple(path))

    def _next(self, key: str) -> list[str]:
        return self._moves.get(key, [])

    @property
    def _moves(self) -> dict[str, list[str]]:
        gone = self.table[self.table["change"].isin(["aufgeloest", "schluessel"])]
        gone = gone[gone["successor"] != gone["key"]]
        if not len(gone):
            return {}
        last = gone["date"] == gone.groupby("key")["date"].transform("max")
        return {key: list(dict.fromkeys(group)) for key, group in gone[last].groupby("key")["successor"]}
