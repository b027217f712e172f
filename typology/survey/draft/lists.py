"""Columns that hold several answers in one cell: which separator, and which answers can be given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

SEPARATORS = (";", "|", "\n", ",", "/", " ")
MOST_OPTIONS, LONGEST_OPTION = 40, 160
SEVERAL = 0.15  # share of the answers that must name more than one option
KNOWN = 0.85  # share of all that is named that must be named twice or more; the rest is free text
CODE = re.compile(r"[\w.-]+")
NUMBERED = re.compile(r"\d{1,2}[.)] ?(?=\D)")  # how people number what they list in a cell
SHORT_NUMBER = re.compile(r"\d{1,2}")
Span = tuple[int, int]


@dataclass(frozen=True)
class Options:
    """The answers that a column of lists knows, and texts in it that are rather none of them, both by the alphabet."""

    separator: str
    values: tuple[str, ...]
    others: tuple[str, ...]


def options_of(cells: Mapping[str, int]) -> Options | None:
    """The options of a column, given each text and how often it stands there; None where it holds no lists.

    >>> cells = {"Bus, Linie 4": 3, "Bus, Linie 4, Bad": 4, "Bad": 5, "Markt": 2, "Bad, Markt": 3}
    >>> options_of(cells)
    Options(separator=',', values=('Bad', 'Bus, Linie 4', 'Markt'), others=())
    """
    if len([text for text in cells if text]) < 2:
        return None  # one text that everybody repeats is one option
    for separator in SEPARATORS:
        found = _with_separator(cells, separator)
        if found is not None:
            return found
    return None


def _with_separator(cells: Mapping[str, int], separator: str) -> Options | None:
    spans = {text: _cut(text, separator) for text in cells}
    if sum(n for text, n in cells.items() if len(spans[text]) > 1) < SEVERAL * sum(cells.values()):
        return None
    if separator != " ":
        _join(cells, spans)
    parts = {text: [" ".join(text[start:end].split()) for start, end in places] for text, places in spans.items()}
    named = Counter[str]()
    for text, n in cells.items():
        named.update(dict.fromkeys(parts[text], n) if text else {})
    options = sorted(part for part, n in named.items() if n > 1)
    # tools put free text behind the options, so what stands before one is an option, though chosen only once
    early = {part for items in parts.values() for part, later in pairwise(items) if named[later] > 1}
    options = sorted({*options, *early})
    # what is always followed by free text is its beginning
    followed = {part: set[bool]() for part in options}
    for items in parts.values():
        for part, later in zip(items, [*items[1:], ""], strict=False):
            if part in followed:
                followed[part].add(bool(later) and later not in followed)
    options = [part for part in options if followed[part] != {True}]
    several = sum(n for text, n in cells.items() if len(parts[text]) > 1)
    if (
        several < SEVERAL * sum(cells.values())
        or any(len(set(items)) < len(items) for items in parts.values())
        or not 2 <= len(options) <= MOST_OPTIONS
        or max(map(len, options)) > LONGEST_OPTION
        or sum(named[part] for part in options) < KNOWN * sum(named.values())
    ):
        return None
    # options are combined; the words of a few phrases are not
    if separator in ",/ " and len(cells) <= len(options) * (2 if separator == " " else 1):
        return None
    if separator == " " and not all(map(CODE.fullmatch, named)):
        return None
    # "3. Netz" is an option where "1. Netz" is one, though chosen only once
    known = {NUMBERED.sub("", part) for part in options if NUMBERED.match(part)}
    options = sorted({*options, *(part for part in named if NUMBERED.match(part) and NUMBERED.sub("", part) in known)})
    numbers = all(map(SHORT_NUMBER.fullmatch, options))
    if numbers and separator == "," and max(map(len, parts.values())) < 3:
        return None  # 1,3 may be a decimal number
    if any(re.fullmatch(r"[\d.,:-]+", part) for part in options) and not numbers:
        return None  # dates, times, thousands
    return Options(separator, tuple(options), tuple(sorted(set(named) - set(options))))


def _cut(text: str, separator: str) -> list[Span]:
    """Where the parts of a text begin and end; a separator in brackets cuts nothing."""
    spans, start, depth = [], 0, 0
    for place, sign in enumerate(f"{text}{separator}"):
        depth += (sign in "([") - (sign in ")]" and depth > 0)
        if sign == separator and (depth == 0 or place == len(text)):
            part = text[start:place]
            if part.strip():
                spans.append((start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
            start = place + 1
    return spans


def _join(cells: Mapping[str, int], spans: dict[str, list[Span]]) -> None:
    """Put together what only occurs together: the two halves of an option that holds the separator itself."""
    while True:
        before: dict[str, set[str]] = {}
        after: dict[str, set[str]] = {}
        times = Counter[str]()
        for text, places in spans.items():
            parts = [text[start:end] for start, end in places]
            for previous, part, following in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
                before.setdefault(part, set()).add(previous)
                after.setdefault(part, set()).add(following)
                times[part] += cells[text]
        pairs = set()
        for part, left in before.items():
            first = next(iter(left))
            if len(left) > 1 or not first or first == part:
                continue
            # "digital" after "Service" begins like no option of its own
            always = all(before.get(right, set()) == {first} for right in after[first])
            if part[0].islower() or (always and (times[first] > 2 or times[part] == times[first])):
                pairs.add((first, part))
        if not pairs:
            return
        for text, places in spans.items():
            joined: list[Span] = []
            for start, end in places:
                if joined and (text[slice(*joined[-1])], text[start:end]) in pairs:
                    joined[-1] = (joined[-1][0], end)
                else:
                    joined.append((start, end))
            spans[text] = joined
