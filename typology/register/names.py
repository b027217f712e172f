"""Find bodies by how people write their names: umlauts, suffixes, brackets, abbreviations, offices, typing errors.

Every name is folded to plain words (``folding.folded``). An index over the folded names answers in steps, from the
full official name to the nearest names; each step says how it matched, and none of them joins anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np

from typology.register.folding import PLACES, TITLES, folded, kinds_meant, name_forms, spelt_out

#: How a name matched, best first: official name, name without suffix, name without addition ("Halle" for
#: "Halle (Saale)"), all words begin words of the name, a name inside ("Stadtwerke Halle") or one of another kind of
#: body than was said, nearest names by shared letters.
MATCHES = ("name", "base_name", "short_name", "words", "inside", "similar")
#: Matches that are an offer and no answer.
OFFERS = ("inside", "similar")
#: Without a word for the kind of body a name is that of a place before that of a Kreis, and of a Verband, even where
#: the register calls the place by more than its everyday name: "Oldenburg" is the city "Oldenburg (Oldenburg)".
KIND_ORDER = {"kreis": 1, "verband": 2}
SIMILAR_SHARE = 0.34
SIMILAR_RATIO = 0.6


class NameIndex:
    """Positions of names, found by how people write them.

    Parameters
    ----------
    names, base_names : the official names and those without suffix, one per body.
    kinds : the kind of each body, for words such as "Landkreis" before the name.
    places : Kreis and Land of each body, for additions such as "Neuenkirchen (Steinfurt)".
    sizes : what decides the order among equal matches, larger first.
    """

    def __init__(
        self,
        names: Sequence[str],
        base_names: Sequence[str],
        kinds: Sequence[str],
        places: Sequence[str],
        sizes: Sequence[float],
    ) -> None:
        self._kinds, self._places, self._names = kinds, places, names
        self._sizes = np.nan_to_num(np.asarray(sizes, dtype=float), nan=-1.0)
        self._forms: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._bases: dict[str, list[int]] = defaultdict(list)
        words: dict[str, list[int]] = defaultdict(list)
        self._first: list[str] = []
        for position, (name, base, kind) in enumerate(zip(names, base_names, kinds, strict=True)):
            forms = name_forms(name, base, kind)
            for rank, form in enumerate(forms):
                if form not in forms[:rank]:
                    self._forms[form].append((rank, position))
            self._bases[forms[1]].append(position)
            parts = folded(name)
            self._first.append(parts[0] if parts else "")
            for word in dict.fromkeys(parts):
                words[word].append(position)
        self._words = sorted(words)
        self._word_positions = [np.array(words[word]) for word in self._words]
        self._spellings = list(self._bases)
        self._trigrams = _TrigramIndex(self._spellings)

    def find(self, text: str, limit: int = 40) -> list[tuple[int, str]]:
        """Positions and how they matched (one of ``MATCHES``), best first; empty when nothing is near."""
        words = folded(spelt_out(text))
        if not words:
            return []
        found = self.exact(words) or self._titled(words) or self.placed(text) or self._beginning(words)
        found = found or self._before_place(words) or self._titled_beginning(words)
        return (found or self._other_kind(words) or self._inside(words) or self._similar("".join(words)))[:limit]

    def exact(self, words: Iterable[str]) -> list[tuple[int, str]]:
        """Positions that these folded words name: in full, without suffix, or without addition."""
        hits = self._forms.get("".join(words), [])
        best: dict[int, int] = {}
        for rank, position in hits:
            best[position] = min(rank, best.get(position, rank))
        return self._ordered(best)

    def kinds(self, word: str) -> tuple[str, ...] | None:
        """``kinds_meant``, but of a word such as "Bergneustadt" that is a name."""
        known = kinds_meant(word)
        return None if known == PLACES and word not in TITLES and word in self._forms else known

    def parts(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """First word and end of the parts of a name without words of the office around them, longest first."""
        starts = [0]
        while starts[-1] < len(words) - 1 and self.kinds(words[starts[-1]]) is not None:
            starts.append(starts[-1] + 1)
        stops = [len(words)]
        while stops[-1] > 1 and self.kinds(words[stops[-1] - 1]) is not None:
            stops.append(stops[-1] - 1)
        parts = [(start, stop) for start in starts for stop in stops if start < stop]
        return sorted(parts, key=lambda part: (part[0] - part[1], part[0]))

    def _titled(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """The name between words such as "Landkreis" and "Stadtverwaltung", of a body of that kind.

        A body whose official name has the word, too, goes first: the city of "Stadt Münster" is "Münster, Stadt".
        """
        for start, stop in self.parts(words)[1:]:
            around = {*words[:start], *words[stop:]}
            kinds = {kind for word in around for kind in self.kinds(word) or ()}
            found = [item for item in self.exact(words[start:stop]) if not kinds or self._kinds[item[0]] in kinds]
            if found:
                return sorted(found, key=lambda item: not around & set(folded(spelt_out(self._names[item[0]]))))
        return []

    def _titled_beginning(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """Bodies of the kind that is said, every word of the rest begins a word of their name; the shorter name first.

        "Landratsamt Neustadt Aisch" is that of the Kreis Neustadt a.d.Aisch-Bad Windsheim.
        """
        for start, stop in self.parts(words)[1:]:
            kinds = {kind for word in (*words[:start], *words[stop:]) for kind in self.kinds(word) or ()}
            found = [item for item in self._beginning(words[start:stop]) if self._kinds[item[0]] in kinds]
            if found:
                return sorted(found, key=lambda item: (len("".join(folded(self._names[item[0]]))), item[0]))
        return []

    def _other_kind(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """As ``_titled`` where the body is of another kind: a Verbandsgemeinde that is no more leads to its town."""
        for start, stop in self.parts(words)[1:]:
            found = self.exact(words[start:stop])
            if found:
                return [(position, "inside") for position, _ in found]
        return []

    def _inside(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """The longest name inside an office's ("Jobcenter Kreis Steinfurt"), of several the last."""
        for length in range(len(words) - 1, 0, -1):
            for start in range(len(words) - length, -1, -1):
                part = words[start : start + length]
                if length > 1 or self.kinds(part[0]) is None:
                    found = self.exact(part) or self._titled(part)
                    if found:
                        return [(position, "inside") for position, _ in found]
        return []

    def placed(self, text: str) -> list[tuple[int, str]]:
        """The name before a comma or bracket, kept where the rest names its Kreis or Land."""
        before, _, after = re.sub(r"[(\[;|]", ",", text).partition(",")
        name, place = folded(before), [word for word in folded(after) if word not in TITLES]
        if not name or not place:
            return []
        return self._in_place(self.exact(name) or self._titled(name) or self._other_kind(name), place)

    def _before_place(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """As ``placed`` without a comma: "Neuenkirchen Steinfurt"."""
        for stop in range(len(words) - 1, 0, -1):
            place = [word for word in words[stop:] if word not in TITLES]
            found = self._in_place(self.exact(words[:stop]) or self._titled(words[:stop]), place) if place else []
            if found:
                return found
        return []

    def _in_place(self, found: list[tuple[int, str]], place: Sequence[str]) -> list[tuple[int, str]]:
        """Those of the bodies in whose Kreis or Land, or name, every word of the place begins a word."""
        return [
            item
            for item in found
            if all(any(known.startswith(word) for known in folded(self._places[item[0]])) for word in place)
        ]

    def _beginning(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """Bodies in whose name every written word begins a word."""
        common: np.ndarray | None = None
        for word in words:
            start = bisect_left(self._words, word)
            stop = bisect_left(self._words, word + "\U0010ffff")
            lists = self._word_positions[start:stop]
            here = np.unique(np.concatenate(lists)) if lists else np.array([], dtype=int)
            common = here if common is None else np.intersect1d(common, here, assume_unique=True)
            if not len(common):
                return []
        assert common is not None
        starts = np.array([self._first[position].startswith(words[0]) for position in common])
        order = np.lexsort((common, -self._sizes[common], ~starts))
        return [(int(position), "words") for position in common[order]]

    def _similar(self, word: str) -> list[tuple[int, str]]:
        """The nearest names: most shared letter triples, then the longest common parts."""
        scored = []
        for spelling in (self._spellings[number] for number in self._trigrams.nearest(word)):
            ratio = SequenceMatcher(None, word, spelling, autojunk=False).ratio()
            if ratio >= SIMILAR_RATIO:
                scored.append((-ratio, spelling))
        found = []
        for _, spelling in sorted(scored)[:6]:
            found += [(position, "similar") for position in self._by_size(self._bases[spelling])]
        return found

    def _ordered(self, ranks: dict[int, int]) -> list[tuple[int, str]]:
        def order_of(position: int) -> tuple[int, bool, float, int]:
            kind = KIND_ORDER.get(self._kinds[position], 0)
            return kind, MATCHES[ranks[position]] == "short_name", -self._sizes[position], position

        order = sorted(ranks, key=order_of)
        return [(position, MATCHES[ranks[position]]) for position in order]

    def _by_size(self, positions: list[int]) -> list[int]:
        return sorted(positions, key=lambda position: (-self._sizes[position], position))


class _TrigramIndex:
    """Which of many words share the most letter triples with a given one."""

    def __init__(self, words: Sequence[str]) -> None:
        postings: dict[str, list[int]] = defaultdict(list)
        counts = []
        for number, word in enumerate(words):
            triples = _triples(word)
            counts.append(len(triples))
            for triple in triples:
                postings[triple].append(number)
        self._postings = {triple: np.array(numbers) for triple, numbers in postings.items()}
        self._counts = np.array(counts)

    def nearest(self, word: str, n: int = 20) -> list[int]:
        """The numbers of at most ``n`` words, most shared triples (Dice) first."""
        triples = _triples(word)
        lists = [self._postings[triple] for triple in triples if triple in self._postings]
        if not lists:
            return []
        shared = np.bincount(np.concatenate(lists), minlength=len(self._counts))
        dice = 2 * shared / (self._counts + len(triples))
        near = np.flatnonzero(dice >= SIMILAR_SHARE)
        return [int(number) for number in near[np.lexsort((near, -dice[near]))][:n]]


def _triples(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
