"""Scales among the answers of one column: words, numbered ends, even steps, and which end is the high one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from typology.survey.draft.words import HIGH, LOW, WORDS

PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
NUMBERED = re.compile(r"(?:[^\d]*[^\d\s.,-])?\s*(\d{1,2})\s*(?:[^\d\s.,-][^\d]*)?")
ENOUGH = 20  # answers in a column before its few values are taken for all steps of a scale


def ordered(labels: Mapping[str, str]) -> bool:
    """The answer texts read like the steps of a scale, from one end to the other."""
    texts = list(labels.values())
    return len(texts) >= 4 and any(map(LOW.search, texts)) and any(map(HIGH.search, texts))


def scale_words(values: Sequence[str]) -> dict[str, str]:
    """Answer text → step 1 to 5, when the texts are one of the known scales."""
    folded = {value: value.casefold() for value in values}
    if len(values) < 3 or len(values) > 5:
        return {}
    for words in WORDS:
        scale = [word.casefold() for word in words]
        if "" in scale:
            stems = {text.split(" ", 1)[-1] for text in folded.values()}
            if len(stems) != 1:
                continue
            stem = stems.pop()
            steps = {f"{word} {stem}".strip(): str(i) for i, word in enumerate(scale, start=1)}
        else:
            steps = {word: str(i) for i, word in enumerate(scale, start=1)}
        if all(text in steps for text in folded.values()):
            return {value: steps[text] for value, text in folded.items()}
    return {}


def descending(labels: Mapping[str, str]) -> bool:
    """Whether the texts of the codes, in the order of the codes, go from high to low.

    >>> descending({"1": "Auf jeden Fall", "2": "Vielleicht", "3": "Auf keinen Fall"})
    True
    """
    texts = [labels[code] for code in sorted(labels, key=lambda code: (len(code), code))]
    if len(texts) < 2:
        return False
    first, last = texts[0], texts[-1]
    return bool(not LOW.search(first) and HIGH.search(first) and LOW.search(last))


def numbered_ends(values: Sequence[str]) -> dict[str, str]:
    """Answer → number where most answers are plain numbers and the ends of the scale carry their words.

    >>> numbered_ends(["2", "3", "4", "sehr hilfreich 5"])
    {'2': '2', '3': '3', '4': '4', 'sehr hilfreich 5': '5'}
    """
    plain = [value for value in values if re.fullmatch(r"\d{1,2}", value)]
    found = {value: NUMBERED.fullmatch(value) for value in values}
    steps = {value: match[1] for value, match in found.items() if match}
    worded = [int(steps[value]) for value in steps if value not in plain]
    if len(steps) < len(values) or len(plain) < 3 or not 1 <= len(worded) <= 2 or len(set(steps.values())) < len(steps):
        return {}
    inner = [int(value) for value in plain]
    outside = all(number < min(inner) or number > max(inner) for number in worded)
    return steps if outside and max(map(int, steps.values())) <= 11 else {}


def even_steps(values: Sequence[str], n_answers: int) -> dict[str, str]:
    """Value → step where a column of points knows only three to five values at equal distances, such as 0, 4.5 and 9.

    Whole numbers one apart are an ordinary scale and none of these.
    """
    if not 3 <= len(values) <= 5 or n_answers < ENOUGH or not all(map(PLAIN.fullmatch, values)):
        return {}
    numbers = {float(value.replace(",", ".")): value for value in values}
    order = sorted(numbers)
    gaps = {round(high - low, 9) for low, high in pairwise(order)}
    if len(numbers) < len(values) or len(gaps) != 1 or order[0] != 0 or gaps == {1.0}:
        return {}
    return {numbers[number]: str(step) for step, number in enumerate(order, start=1)}


def shared_steps(scales: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One coding for several columns of equally many steps, {} where a value would stand for two steps."""
    together: dict[str, str] = {}
    for scale in scales:
        for value, step in scale.items():
            if together.setdefault(value, step) != step:
                return {}
    return together if len({len(scale) for scale in scales}) == 1 else {}
