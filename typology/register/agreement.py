"""Whether a written name and a key mean the same body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import pandas as pd

from typology.register.folding import PLACES, folded, name_forms, spelt_out
from typology.register.register import Register

PLACE = "place"
TELLING = 3  # letters from which on a word says something
TYPING_ERROR = 0.8  # share of letters that a name written with an error has in common with the right one

Verdict = Literal["agrees", "former", "other", "unknown"]


@dataclass(frozen=True)
class Agreement:
    """What a name says of the body that a key names.

    ``agrees``: the same body. ``former``: a name that the body, or one that became part of it, had before.
    ``other``: ``keys`` are the bodies of this name. ``unknown``: no body has it.
    """

    verdict: Verdict
    keys: tuple[str, ...] = ()


def compare(register: Register, key: str, name: str, written_key: str = "") -> Agreement:
    """Whether a written name means the body with this key of the register.

    Spelling, suffixes, abbreviations, words such as "Stadtverwaltung" and typing errors do not matter; a word for
    another kind of body ("Landkreis") does, where the register has such a body of the name. ``written_key`` is the key
    as the digits stood there, which may be one of a body that exists no more.

    >>> from typology.register.register import read_register
    >>> register = read_register(f"{folder}/register.csv")
    >>> first, second = register.bodies.index[:2]
    >>> name = register.table.at[first, "base_name"]
    >>> compare(register, first, f"Stadtverwaltung {name}").verdict, compare(register, second, name).keys == (first,)
    ('agrees', True)
    """
    names = _Names(register)
    named = names.exact(name) or names.placed(key, name)
    if key in named:
        return Agreement("agrees")
    rivals = tuple(other for other in named if names.like(other) == names.like(key))
    strange = bool(rivals) or (bool(named) and names.says_kind(name))
    if names.former(key, name, written_key):
        return Agreement("former")
    if not strange and names.resembles(register.table.loc[key], name):
        return Agreement("agrees")
    others = rivals or named or names.nearest(name)
    if key in others:
        return Agreement("agrees")
    return Agreement("other", others) if others else Agreement("unknown")


@dataclass(frozen=True)
class _Names:
    """What the register says of the words of a name."""

    register: Register

    def like(self, key: str) -> str:
        """What a name without a word for the kind of body stands for: one place, one Kreis, one Verband."""
        kind = str(self.register.table.at[key, "kind"])
        return PLACE if kind in PLACES else kind

    def says_kind(self, name: str) -> bool:
        return any(self.register.names.kinds(word) for word in folded(name))

    def exact(self, name: str) -> tuple[str, ...]:
        """The bodies of exactly this name, also with words of the office around it."""
        words = folded(spelt_out(name))
        hits: dict[int, None] = {}
        for start, stop in self.register.names.parts(words):
            found = [position for position, _ in self.register.names.exact(words[start:stop])]
            hits |= dict.fromkeys(self._of_kind(found, (*words[:start], *words[stop:])))
        return self._keys(hits)

    def placed(self, key: str, name: str) -> tuple[str, ...]:
        """The bodies of this name with the addition of their Kreis or Land; the body itself if it is one of them."""
        words = folded(spelt_out(name))
        said = [
            word for word in words if self.register.names.kinds(word) != ("kreis",)
        ]  # of a village it may say "Kreis Steinfurt"
        own = folded(self.register.table.at[key, "base_name"])
        # a Verband that bears the name of its town, suffix and all
        itself = (key,) if self.like(key) == "verband" and words[: len(own)] == own else ()
        return itself or self._keys(self._of_kind([place for place, _ in self.register.names.placed(name)], said))

    def _of_kind(self, positions: Sequence[int], words: Sequence[str]) -> list[int]:
        """The bodies of the kinds that these words mean; all where they mean none."""
        kinds = {kind for word in words for kind in self.register.names.kinds(word) or ()}
        if kinds & {*PLACES}:
            kinds |= {*PLACES}  # offices say "Gemeinde" or "Stadt" whatever the register says
        kind_of = self.register.table["kind"].iloc
        return [position for position in positions if not kinds or kind_of[position] in kinds]

    def _keys(self, positions: Iterable[int]) -> tuple[str, ...]:
        return tuple(str(self.register.table.index[position]) for position in positions)

    def former(self, key: str, name: str, written_key: str) -> bool:
        """Whether the successor table leads from this name to the body, or from the body to this name."""
        changes = self.register.successors
        words = folded(name)
        written = ["".join(words[start:stop]) for start, stop in self.register.names.parts(words)]
        for old in (old for form in written for old in changes.by_name(form)):
            match = self.register.normalise_key(old)
            if old in (key, written_key) or key in (match.key, *match.candidates):
                return True
        table = changes.table
        later = table.loc[(table["key"] == key) & (table["change"] != "teil"), "successor_name"]
        return any(form in written for text in later for form in name_forms(text, text.split(",")[0]))

    def resembles(self, row: pd.Series, name: str) -> bool:
        """Whether a name that no body has as it is written is one of this body's: abbreviated, extended, misspelt."""
        words = folded(spelt_out(name))
        forms = name_forms(row["name"], row["base_name"], row["kind"])
        own = folded(row["base_name"])
        around = [*own, *folded(row["name"]), *folded(row["kreis_name"]), *folded(row["land_name"])]
        for part in (words[start:stop] for start, stop in self.register.names.parts(words)):
            telling = [word for word in part if len(word) >= TELLING]
            if any(_begins(word, own) for word in telling) and all(_begins(word, around) for word in part):
                return True
            if any(_alike("".join(part), form) for form in forms):
                return True
        core = [word for word in own if self.register.names.kinds(word) is None and word in forms[2]] or list(own)
        return all(_begins(word, words) for word in core) and any(len(word) >= TELLING for word in core)

    def nearest(self, name: str) -> tuple[str, ...]:
        """The bodies that a name written with an error can mean; none for what is no name."""
        words = folded(name)
        if not words:
            return ()
        start, stop = self.register.names.parts(words)[-1]
        word = "".join(words[start:stop])
        found = self.register.find(" ".join(words[start:stop]))["key"]
        names = self.register.table.loc[list(found), ["name", "base_name", "kind"]]
        return tuple(
            str(row[0]) for row in names.itertuples() if any(_alike(word, form) for form in name_forms(*row[1:]))
        )


def _begins(word: str, others: Sequence[str]) -> bool:
    """Whether a word is the beginning of one of the others, or the other way round ("Weinstr", "Weinstrasse")."""
    return any(other.startswith(word) or (len(other) >= TELLING and word.startswith(other)) for other in others)


def _alike(left: str, right: str) -> bool:
    """Whether two folded names differ by a typing error at most."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.quick_ratio() >= TYPING_ERROR and matcher.ratio() >= TYPING_ERROR
