"""What a column of an unknown export probably is, told by its heading, its neighbours and its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from typology.files.table import Table
from typology.register.official_keys import LIKE_A_KEY
from typology.survey.columns import CODE_AND_TEXT, EMAIL, plain
from typology.survey.draft.lists import options_of
from typology.survey.draft.missing import NUMBER
from typology.survey.draft.scales import (
    ENOUGH,
    even_steps,
    labelled_steps,
    legend,
    legend_steps,
    no_answer,
    ordered,
    shared_steps,
    text_scale,
)
from typology.survey.draft.words import ATTRIBUTES, COMPLETED, IDENTIFIER, RANK, TECHNICAL, agrees
from typology.survey.times import are_times

MOST_HEADING = 2000  # signs of a heading that are looked at
MUNICIPALITY = r"(?:0[1-9]|1[0-6])\d{6}|[1-9]\d{6}"  # 8 digits that begin with a Land, or 7 where the zero was lost
# How the heading of an option begins with its question: KoboToolbox writes the option after a stroke, REDCap and
# Nextcloud in brackets.
QUESTIONS = (
    r"^(.+) \| .*$",
    r"^(.+[^\s/])/[^/]+$",
    r"^(.+) \((?:choice=)?[^()]+\)$",
    r"^(.*?)\s*\[.*\]$",
    r"^(.+)[_.](?:SQ)?\w{1,10}$",
    r"^([A-Za-z]+)\d{1,3}$",
)


@dataclass
class Guess:
    """One column.

    ``kind`` is ticks, rating, choice, number, ranking, list (several answers in one cell), id, name, attribute,
    completed, technical, date, text, empty or consent; ``several`` are the answers in one cell of a consent. ``gone``
    are values that the question itself explains as no answer, each with its reason.
    """

    heading: str
    kind: str
    values: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    not_chosen: tuple[str, ...] = ()
    chosen_any: bool = False
    scale: tuple[int, int] = (1, 5)
    codes: Mapping[str, str] = field(default_factory=dict)
    attribute: str = ""
    group: str = ""
    several: tuple[str, ...] = ()
    separator: str = ";"
    others: tuple[str, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)


def guess_columns(table: Table, missing: Iterable[str], unticked: Sequence[str]) -> list[Guess]:
    """One guess per column, neighbours of one question treated alike."""
    skip = {*missing, ""}
    guesses = [_one(table, heading, skip, unticked) for heading in table.frame.columns]
    groups: dict[str, list[Guess]] = {}
    for guess in guesses:
        guess.group = question_of(guess.heading)
        groups.setdefault(guess.group, []).append(guess)
    for members in groups.values():
        if len(members) > 1:
            _settle(table, members, skip)
    _share_points(guesses)
    _share_scales(guesses)
    names = {plain(heading).casefold() for heading in table.frame.columns}
    if {"case", "questnnr"} <= names:  # SoSci writes 2 for a tick and 1 for none
        for guess in guesses:
            if set(guess.values) <= {"1", "2"} and guess.values and guess.kind in ("choice", "ticks", "number"):
                guess.kind, guess.chosen, guess.not_chosen = "ticks", ("2",), ("1",)
    if {"dispcode", "lfdn"} & names:  # EFS writes 0 where a question was seen and not answered
        for guess in guesses:
            if guess.kind == "rating" and not guess.codes and guess.scale[0] == 0:
                guess.scale = (1, guess.scale[1])
    _identify(table, guesses)
    return guesses


def question_of(heading: str) -> str:
    """What columns of one question share: the code or text before the bracket, underscore or last number.

    >>> question_of("Z1[SQ001]"), question_of("v_12"), question_of("P10.5.3"), question_of("Welche? [A]")
    ('Z1', 'v', 'P10.5', 'Welche?')
    """
    text = plain(heading)[:MOST_HEADING]
    match = CODE_AND_TEXT.match(text)
    text = match[1] if match else text
    scale = re.search(r"#\d+$|_\d$(?<=\w_\d_\d)", text)
    suffix = scale[0] if scale else ""
    text = text[: len(text) - len(suffix)] if suffix else text
    for pattern in QUESTIONS:
        found = re.match(pattern, text, flags=re.DOTALL)
        if found and found[1]:
            return found[1] + suffix
    return text + suffix


def _one(table: Table, heading: str, skip: set[str], unticked: Sequence[str]) -> Guess:
    column = table.frame[heading]
    counts = Counter(text.strip() for text in column)
    declared = set(table.missing.get(heading, {}))
    values = [text for text in counts if text not in skip and text not in declared and text not in unticked]
    name = plain(heading).casefold()
    code = CODE_AND_TEXT.match(plain(heading))
    short = code[1].casefold() if code else name
    if short in COMPLETED and values:
        return Guess(heading, "completed")
    if not values:
        return Guess(heading, "empty")
    if TECHNICAL.fullmatch(short):
        return Guess(heading, "technical")
    for attribute, pattern in ATTRIBUTES.items():
        if re.search(pattern, name, flags=re.IGNORECASE) and len(name) < 30:
            return Guess(heading, "attribute", attribute=attribute)
    labels = table.value_labels.get(heading, {})
    ticked = tuple(value for value in values if agrees(value) is True)
    denied = tuple(value for value in values if agrees(value) is False)
    answers_known = [value for value in labels if value not in declared and value not in skip]
    said = {value: labels[value].strip() for value in answers_known}
    if len(said) == 2 and set(values) <= set(said) and sum(agrees(text) is True for text in said.values()) == 1:
        yes, no = sorted(said, key=lambda value: agrees(said[value]) is not True)
        if agrees(said[no]) is False:  # 1 = ja, 2 = nein, as SPSS files say it
            return Guess(heading, "ticks", tuple(values), (yes,), (no,), codes=said)
    if ticked and len(ticked) + len(denied) == len(values) and len(values) <= 2 and len(answers_known) <= 2:
        blank = ("",) if not denied and not unticked and counts.get("", 0) else ()
        return Guess(heading, "ticks", tuple(values), ticked, (*denied, *unticked, *blank))
    if len(values) == 1 and any(token in counts for token in unticked):
        return Guess(heading, "ticks", tuple(values), (), tuple(unticked), chosen_any=True)
    explained = labels or legend(f"{plain(heading)} {table.labels.get(heading, '')}")
    gone = {value: no_answer(explained[value]) for value in values if no_answer(explained.get(value, ""))}
    numbered = labelled_steps(labels) or legend_steps(f"{plain(heading)} {table.labels.get(heading, '')}")
    if numbered and set(values) - set(gone) <= set(numbered):
        ends = sorted(map(int, numbered.values()))
        return Guess(heading, "rating", tuple(values), codes=numbered, scale=(ends[0], ends[-1]), gone=gone)
    numbers = [value for value in values if NUMBER.fullmatch(value)]
    scale = None if labels else text_scale(values)
    if scale is not None:
        lowest = min(1, *map(int, scale.codes.values()))
        return Guess(heading, "rating", tuple(values), codes=scale.codes, scale=(lowest, scale.n_steps))
    filled = sum(n for text, n in counts.items() if text in values)
    listed = None if labels else options_of({text: counts[text] for text in counts if text.strip() in values})
    if listed:
        return Guess(heading, "list", listed.values, separator=listed.separator, others=listed.others)
    points = {} if labels else even_steps(values, filled)
    if points:
        return Guess(heading, "rating", tuple(values), codes=points, scale=(1, len(points)))
    if len(numbers) == len(values):
        whole = [int(value) for value in values if re.fullmatch(r"\d{1,2}", value)]
        if len(whole) == len(values) and max(whole) <= 10 and min(whole) >= 0 and (labels or len(values) >= 3):
            kind = "choice" if labels and not ordered(labels) else "rating"
            return Guess(heading, kind, tuple(values), scale=(min(min(whole), 1), max(whole)), codes=labels)
        if set(values) == {"1", "2"}:
            return Guess(heading, "choice", tuple(sorted(values)), codes=labels)
        return Guess(heading, "number", tuple(values))
    if re.match(r"\d", values[0]) and _dates(values):
        return Guess(heading, "date", tuple(values))
    answers = re.compile(r"(?:A|AO)\d{1,2}")
    if all(answers.fullmatch(value) for value in values):
        kind = "rating" if labels and ordered(labels) else "choice"
        return Guess(heading, kind, tuple(values), codes=labels)
    if any(EMAIL.search(value) for value in values):
        return Guess(heading, "text", tuple(values[:50]))
    parts = [part.strip() for value in values for part in value.split(";") if part.strip()]
    if sum(";" in value for value in values) > 0.3 * len(values) and 2 <= len(set(parts)) <= 30:
        return Guess(heading, "list", tuple(sorted(set(parts))))
    if len(values) == 1 and not labels:
        return Guess(heading, "text", tuple(values))
    if len(values) <= 12 and max(map(len, values)) <= 120 and "\n" not in "".join(values) and filled >= 3 * len(values):
        return Guess(heading, "choice", tuple(values), codes=labels)
    if labels and set(values) <= set(labels):
        return Guess(heading, "choice", tuple(values), codes=labels)
    return Guess(heading, "text", tuple(values[:50]))


def _denies(guess: Guess) -> bool:
    return all(agrees(value) is False for value in guess.values)


def _says_no(guess: Guess) -> bool:
    return any(agrees(value) is False for value in guess.values)


def _dates(values: Sequence[str]) -> bool:
    return are_times(values[:50])


def _settle(table: Table, members: list[Guess], skip: set[str]) -> None:
    """Columns of one question share one coding, whatever answers happen to occur in each."""
    places = [RANK.search(plain(guess.heading)) for guess in members]
    texts = [guess for guess in members if guess.kind in ("choice", "rating", "text")]
    if all(places) and len(texts) == len(members) and len(members) >= 2:
        answers = {value for guess in members for value in guess.values}
        frame = table.frame[[guess.heading for guess in members]]
        filled = frame.where(~frame.isin(list(skip)))
        if (
            len(answers) <= 30
            and len(answers) >= len(members)
            and filled.apply(lambda row: row.dropna().is_unique, axis=1).all()
        ):
            for guess in members:
                guess.kind, guess.values, guess.codes = "ranking", tuple(sorted(answers)), {}
            return
    own = [
        guess
        for guess in members
        if len(guess.values) == 1 and (guess.kind == "text" or NUMBER.fullmatch(guess.values[0])) and not guess.codes
    ]
    if len(own) > 1 and len({guess.values for guess in own}) == len(own) and not any(map(_says_no, members)):
        for guess in own:  # an option that is ticked carries its own text
            guess.kind, guess.chosen_any, guess.not_chosen = "ticks", True, ("",)
    _settle_words(table, members)
    ticks = [guess for guess in members if guess.kind == "ticks"]
    codings = list(dict.fromkeys(tuple(sorted(guess.codes.items())) for guess in ticks))
    alike = [[guess for guess in ticks if tuple(sorted(guess.codes.items())) == coding] for coding in codings]
    for kind, same in [
        *(("ticks", part) for part in alike),  # labelled 1 and 2 here, 0 and 1 there: two codings
        *((kind, [guess for guess in members if guess.kind == kind]) for kind in ("rating", "choice")),
    ]:
        if not same:
            continue
        if kind == "ticks":
            chosen = tuple(dict.fromkeys(value for guess in same for value in guess.chosen))
            denied = tuple(dict.fromkeys(value for guess in same for value in guess.not_chosen))
            never = [g for g in members if g.kind in ("text", "choice") and g.values and _denies(g)]
            denied = tuple(dict.fromkeys([*denied, *(value for guess in never for value in guess.values)]))
            blank = [g for g in members if g.kind == "empty"] if len(same) > 1 else []
            for guess in [*same, *never, *blank]:
                guess.kind, guess.chosen, guess.chosen_any = "ticks", chosen, any(item.chosen_any for item in same)
                guess.not_chosen = denied
        elif kind == "rating":
            scale = (min(guess.scale[0] for guess in same), max(guess.scale[1] for guess in same))
            codes = {value: step for guess in same for value, step in guess.codes.items()}
            gone = {value: reason for guess in same for value, reason in guess.gone.items()}
            for guess in same:
                guess.scale, guess.codes, guess.gone = scale, codes, gone
        else:
            ratings = [guess for guess in members if guess.kind == "rating" and not guess.codes]
            values = tuple(dict.fromkeys(value for guess in same for value in guess.values))
            steps = [f"A{i}" for i in range(1, len(values) + 1)]
            if (
                len(same) > 2
                and sorted(values) == steps
                and len(values) >= 5
                and not any(guess.codes for guess in same)
            ):
                for guess in same:  # five coded answers to several items: an array with a scale
                    guess.kind, guess.scale = "rating", (1, len(values))
                    guess.codes = {value: str(i) for i, value in enumerate(steps, start=1)}
            elif len(same) > 1 and not ratings and len(values) <= 15:
                for guess in same:
                    guess.values = values
    few = [
        guess
        for guess in members
        if guess.kind == "number" and all(re.fullmatch(r"\d", value) for value in guess.values)
    ]
    rated = [guess for guess in members if guess.kind == "rating" and not guess.codes]
    for guess in few if rated else []:  # an item of a scale where only one or two steps were used
        guess.kind, guess.scale = "rating", rated[0].scale


def _settle_words(table: Table, members: Sequence[Guess]) -> None:
    """Items of one question have one scale, whichever of its words were chosen for each."""
    kinds = ("rating", "choice", "ticks", "text")
    worded = [guess for guess in members if guess.kind in kinds and not table.value_labels.get(guess.heading)]
    texts = dict.fromkeys(value for guess in worded for value in guess.values)
    scale = text_scale(list(texts)) if len(worded) > 1 else None
    if scale is None:
        return
    for guess in worded:
        guess.kind, guess.codes, guess.chosen, guess.not_chosen = "rating", scale.codes, (), ()
        guess.scale = (min(1, *map(int, scale.codes.values())), scale.n_steps)


def _share_scales(guesses: Sequence[Guess]) -> None:
    """A column where only some words of a scale were chosen takes the scale of one that holds them all."""
    scales = [guess for guess in guesses if guess.kind == "rating" and guess.codes and text_scale(list(guess.codes))]
    for guess in guesses:
        single = guess.kind == "choice" or (guess.kind == "text" and len(guess.values) == 1)
        if not guess.values or (guess not in scales and (guess.codes or not single)):
            continue
        wider = [other for other in scales if set(guess.values) <= set(other.codes)]
        best = max(wider, key=lambda other: len(other.codes), default=guess)
        if best is not guess:
            guess.kind, guess.codes, guess.scale = "rating", best.codes, best.scale


def _share_points(guesses: Sequence[Guess]) -> None:
    """Columns of points with equally many steps share one coding, so that they can stand in one block."""
    by_steps: dict[int, list[Guess]] = {}
    for guess in guesses:
        if guess.kind == "rating" and guess.codes and even_steps(list(guess.codes), ENOUGH) == guess.codes:
            by_steps.setdefault(len(guess.codes), []).append(guess)
    for same in by_steps.values():
        codes = shared_steps([guess.codes for guess in same])
        for guess in same if codes else ():
            guess.codes = codes


def _identify(table: Table, guesses: list[Guess]) -> None:
    """The column that names the respondent: unique, short, and called like a municipality or its key."""
    best, best_score = None, 0.0
    for position, guess in enumerate(guesses):
        column = table.frame[guess.heading].str.strip()
        filled = column[column != ""]
        if (
            len(filled) < 0.9 * len(column)
            or not len(filled)
            or guess.kind in ("completed", "ticks", "ranking", "date")
        ):
            continue
        unique = filled.nunique() / len(filled)
        name = plain(guess.heading)
        municipal = filled.str.fullmatch(MUNICIPALITY).mean() > 0.9
        named = bool(IDENTIFIER.search(name)) and (len(name) < 60 or municipal)
        key_like = filled.str.fullmatch(LIKE_A_KEY).mean() > 0.9 and guess.kind in ("number", "text")
        # a tool's own column (an address parameter, an access code) that holds keys of municipalities
        key_like |= guess.kind == "technical" and municipal
        numbered = name.casefold() in ("id", "lfdn", "case", "response id", "antwort-id")
        if not (unique > 0.95 or (named and unique > 0.25)):
            continue
        textual = (
            guess.kind in ("text", "choice") and filled.str.len().mean() < 80 and not filled.str.contains(EMAIL).any()
        )
        score = (
            3.0 * named
            + 2.0 * key_like
            + 1.5 * (textual and unique > 0.95)
            + 1.0 * numbered
            + unique
            - 0.001 * position
        )
        if (named or key_like or textual or numbered) and score > best_score:
            best, best_score = guess, score
    if best is None:
        return
    best.kind = "id"
    for guess in guesses:
        name = plain(guess.heading)
        called = re.search(r"name|commune|kommune|gemeinde", name, flags=re.IGNORECASE)
        if (
            guess.kind == "text"
            and called
            and len(name) < 40
            and table.frame[guess.heading].nunique() > 0.25 * len(table.frame)
        ):
            guess.kind = "name"
            return
