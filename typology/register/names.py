"""Find bodies by how people write their names: umlauts, suffixes, brackets, abbreviations, typing errors.

Every name is folded to plain words (``folded``). An index over the folded names answers in steps, from the
full official name to the nearest names; each step says how it matched, and none of them joins anything.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np

#: How a name matched, best first: official name, name without suffix, name without addition ("Halle" for
#: "Halle (Saale)"), all words begin words of the name, nearest names by shared letters.
MATCHES = ("name", "base_name", "short_name", "words", "similar")
SMALL_WORDS = frozenset(
    {
        "a", "am", "an", "auf", "b", "bei", "beim", "d", "dem", "den", "der", "des", "i", "im", "in", "o", "ob", "od",
        "oberhalb", "u", "und", "unter", "unterm", "v", "vom", "von", "vor", "z", "zu", "zum", "zur",
    }
)  # fmt: skip
#: Suffixes that the register of Bavaria abbreviates.
SUFFIXES = {"st": "stadt", "m": "markt", "gkst": "grosse kreisstadt", "krst": "kreisstadt"}
#: Words that people put before a name, and the kinds of body they mean.
TITLES = {
    word: kinds
    for kinds, words in {
        ("kreis",): "landkreis lkr lk kreis region regionalverband staedteregion",
        ("kreisfrei",): "kreisfreie stadtkreis sk",
        ("gemeinde",): "gemeinde markt marktgemeinde flecken grosse kreisstadt kreisangehoerige",
        ("gemeinde", "kreisfrei"): "stadt landeshauptstadt hansestadt universitaetsstadt",
        ("verband",): "amt samtgemeinde sg verbandsgemeinde vg verwaltungsgemeinschaft vgem verwaltungsverband vvg gvv",
    }.items()
    for word in words.split()
}
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l"})
ADDITION = re.compile(r"\(.*|\s*/.*|\s+(?:(?:a|i|b|v|o|u|am|an|im|in|bei|vor|ob|unter|auf)\b\.?).*", re.IGNORECASE)
SIMILAR_SHARE = 0.34
SIMILAR_RATIO = 0.6


def folded(text: str) -> tuple[str, ...]:
    """The words of a name in plain small letters, without the small words between them.

    >>> folded("St. Georgen i. Schwarzwald"), folded("Sankt Georgen im Schwarzwald")
    (('sankt', 'georgen', 'schwarzwald'), ('sankt', 'georgen', 'schwarzwald'))
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+", plain)
    words = ["sankt" if word in ("st", "skt") and place + 1 < len(words) else word for place, word in enumerate(words)]
    kept = [word for word in words if word not in SMALL_WORDS]
    return tuple(kept or words)


def spelt_out(name: str) -> str:
    """The name with Bavaria's short suffixes in full ("Grafing b.München, St" → "… , stadt")."""
    first, *suffixes = name.split(",")
    return ",".join([first, *(" " + SUFFIXES.get(part.strip().casefold(), part) for part in suffixes)])


def name_forms(name: str, base: str, kind: str = "") -> tuple[str, str, str]:
    """The folded official name, the name without suffix, and the name without its addition, each as one word."""
    short = ADDITION.sub("", base).strip() or base
    if kind == "kreis":  # "Region Hannover" is what people may mean by Hannover
        short = " ".join(word for word in base.split() if "".join(folded(word)) not in TITLES) or base
    return "".join(folded(spelt_out(name))), "".join(folded(base)), "".join(folded(short))


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
        return (found or self._similar("".join(words)))[:limit]

    def exact(self, words: Iterable[str]) -> list[tuple[int, str]]:
        """Positions that these folded words name: in full, without suffix, or without addition."""
        hits = self._forms.get("".join(words), [])
        best: dict[int, int] = {}
        for rank, position in hits:
            best[position] = min(rank, best.get(position, rank))
        return self._ordered(best)

    def _titled(self, words: tuple[str, ...]) -> list[tuple[int, str]]:
        """The name after words such as "Landkreis" or "Stadt"; bodies of that kind only, if there are any."""
        kinds: set[str] = set()
        start = 0
        while start < len(words) - 1 and words[start] in TITLES:
            kinds.update(TITLES[words[start]])
            start += 1
        if not start:
            return []
        found = self.exact(words[start:])
        same = [item for item in found if self._kinds[item[0]] in kinds]
        return same or found

    def placed(self, text: str) -> list[tuple[int, str]]:
        """The name before a comma or bracket, kept where the rest names its Kreis or Land."""
        before, _, after = re.sub(r"[(\[;|]", ",", text).partition(",")
        name, place = folded(before), [word for word in folded(after) if word not in TITLES]
        if not name or not place:
            return []
        found = self.exact(name) or self._titled(name)
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
        order = sorted(ranks, key=lambda position: (ranks[position], -self._sizes[position], position))
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
