"""Scales among the answers of one column: words, numbered ends, even steps, and which end is the high one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from typology.survey.draft.known_scales import LEAST, MOST, Scale, descends, folded, known_scale, number_of
from typology.survey.draft.words import HIGH, LOW, WORDS

PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
NO_ANSWER = re.compile(
    r"\bkeine angabe|\bk\.? ?a\.?$|\bweiß (?:ich )?nicht|\bweiss (?:ich )?nicht|\bkeine antwort|beurteilen|beurteilbar"
    r"|\bno answer|\bdon['’]t know|\bdo not know|\bnot applicable|\bprefer not to",
    flags=re.IGNORECASE,
)
# "1 = sehr gut", "5: sehr schlecht", "von 1 (gar nicht) bis 4 (sehr)" in the text of a question.
LEGEND = re.compile(
    r"(?<![\w.,])(\d{1,2})\s*(?:[=:(„]|[–-]\s)\s*([^\W\d_][^\d=;,/()…“”]*?)\s*(?=[;,/()…“”\d]|bis\b|to\b|\.\.|$)"
)
SCHOOL = re.compile(r"\bschulnoten?\b|\bnoten?\b.{0,20}\b1\s*(?:bis|[–-])\s*6\b", flags=re.IGNORECASE)
ENOUGH = 20  # answers in a column before its few values are taken for all steps of a scale


def ordered(labels: Mapping[str, str]) -> bool:
    """The answer texts read like the steps of a scale, from one end to the other."""
    texts = list(labels.values())
    return len(texts) >= 4 and any(map(LOW.search, texts)) and any(map(HIGH.search, texts))


def no_answer(text: str) -> str:
    """The reason that a text names for not answering, "" where it is an answer.

    >>> no_answer("Weiß ich nicht"), no_answer("keine Angabe"), no_answer("keine")
    ('weiss_nicht', 'keine_angabe', '')
    """
    found = NO_ANSWER.search(text)
    return (
        ""
        if not found
        else "weiss_nicht"
        if re.search(r"wei(?:ß|ss)|know|beurteil", found[0], re.I)
        else "keine_angabe"
    )


def text_scale(values: Sequence[str]) -> Scale | None:
    """The scale of answers in words, in words with numbers, or in numbers with words at the ends; None for no scale.

    Words tell which end is the high one; numbers alone rise.

    >>> text_scale(["1 - sehr gut", "2 - gut", "6 - ungenügend"]).codes
    {'1 - sehr gut': '6', '2 - gut': '5', '6 - ungenügend': '1'}
    """
    numbers = {value: number_of(value) for value in values}
    if values and None not in numbers.values():
        return _numbered(numbered_ends(values) or _all_numbered(values))
    codes = scale_words(values)
    if codes:
        found = known_scale(values)
        return found if found is not None and found.codes == codes else Scale(codes, 5)
    return None


def scale_words(values: Sequence[str]) -> dict[str, str]:
    """Answer text → step from 1, when the texts are one of the known scales."""
    whole = known_scale(values)
    folded = {value: value.casefold() for value in values}
    if len(values) < 3 or len(values) > 5:
        return dict(whole.codes) if whole else {}
    for words in WORDS:
        scale = [word.casefold() for word in words]
        stems = {text.split(" ", 1)[-1] for text in folded.values()}
        if len(stems) != 1:
            continue
        stem = stems.pop()
        steps = {f"{word} {stem}".strip(): str(i) for i, word in enumerate(scale, start=1)}
        if all(text in steps for text in folded.values()):
            return {value: steps[text] for value, text in folded.items()}
    return dict(whole.codes) if whole else {}


def _all_numbered(values: Sequence[str]) -> dict[str, str]:
    """Answer → number where each answer has a number and words of its own that are those of a scale."""
    steps = {value: str(number_of(value)) for value in values}
    texts = {folded(value) for value in values}
    if len(set(steps.values())) < len(steps) or not 3 <= len(steps) <= 11 or len(texts) < len(steps) or "" in texts:
        return {}
    known = known_scale(values) is not None
    return steps if known or (any(map(LOW.search, texts)) and any(map(HIGH.search, texts))) else {}


def _numbered(steps: Mapping[str, str]) -> Scale | None:
    """The scale of numbered answers, turned round where the words at its ends say so."""
    if not steps:
        return None
    order = sorted(steps, key=lambda value: int(steps[value]))
    low, high = min(1, int(steps[order[0]])), int(steps[order[-1]])
    worded = {value: value for value in order if folded(value)}
    known = known_scale(list(worded))
    ends = list(worded)
    falls = descending({str(place): folded(value) for place, value in enumerate(ends)})
    if known is not None:
        falls = int(known.codes[ends[0]]) > int(known.codes[ends[-1]])
    elif len(ends) == 2:
        falls = falls or descends(*map(folded, ends))
    return Scale({value: str(low + high - int(step)) if falls else step for value, step in steps.items()}, high)


def labelled_steps(labels: Mapping[str, str]) -> dict[str, str]:
    """Code → step where the texts of the codes are those of a scale; the steps rise, whatever the codes do.

    >>> labelled_steps({"1": "sehr wichtig", "2": "wichtig", "3": "unwichtig", "9": "keine Angabe"})
    {'1': '3', '2': '2', '3': '1'}
    """
    known = {code: text for code, text in labels.items() if not no_answer(text)}
    order = sorted(known, key=lambda code: (len(code), code))
    if not LEAST <= len(order) <= MOST:
        return {}
    numbers = [int(code) for code in order] if all(code.isdigit() for code in order) else list(range(1, len(order) + 1))
    found = known_scale(list(known.values()))
    steps = [int(found.codes[known[code]]) for code in order] if found is not None else []
    falls = steps == sorted(steps, reverse=True) if steps else descending(known)
    even = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    if not even or not (falls or steps == sorted(steps)) or not (steps or ordered(known)):
        return {}
    return {code: str(numbers[0] + numbers[-1] - n if falls else n) for code, n in zip(order, numbers, strict=True)}


def legend(text: str) -> dict[str, str]:
    """Number → words, where the text of a question says what its numbers mean.

    >>> legend("1 = nie, 5 = immer, 9 = keine Angabe")
    {'1': 'nie', '5': 'immer', '9': 'keine Angabe'}
    """
    return {found[1]: found[2].strip() for found in LEGEND.finditer(text)}


def legend_steps(text: str) -> dict[str, str]:
    """Number → step of a scale that a question explains by its ends, {} where it explains none.

    >>> legend_steps("Wie gut ist das Netz? (1 = sehr gut, 5 = sehr schlecht)")
    {'1': '5', '2': '4', '3': '3', '4': '2', '5': '1'}
    >>> legend_steps("Bitte in Schulnoten von 1 bis 6")["1"], legend_steps("Von 1 (gar nicht) bis 4 (sehr)")["1"]
    ('6', '1')
    """
    ends = {int(number): words for number, words in legend(text).items() if not no_answer(words)}
    if len(ends) >= 2:
        low, high = min(ends), max(ends)
        first, last = ends[low], ends[high]
        falls = descends(first, last) or descending({"1": first, "2": last})
        rises = descends(last, first) or descending({"1": last, "2": first})
        if falls == rises:
            return {}
    elif SCHOOL.search(text):
        low, high, falls = 1, 6, True
    else:
        return {}
    if low > 1 or not LEAST <= high - low + 1 <= MOST:
        return {}
    return {str(step): str(low + high - step if falls else step) for step in range(low, high + 1)}


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
    found = {value: number_of(value) for value in values}
    steps = {value: str(number) for value, number in found.items() if number is not None}
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
