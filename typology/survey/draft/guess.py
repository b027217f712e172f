"""What a column of an unknown export probably is, told by its heading, its neighbours and its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from typology.files.table import Table
from typology.survey.columns import EMAIL, plain
from typology.survey.draft.lists import options_of
from typology.survey.draft.missing import NUMBER, far_codes
from typology.survey.draft.neighbours import RUNNING, counts_of_ticks, runs
from typology.survey.draft.own_columns import is_completion, own_names
from typology.survey.draft.questions import question_of
from typology.survey.draft.ranks import are_ranks
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
from typology.survey.draft.wording import worded_questions
from typology.survey.draft.words import ATTRIBUTES, RANK, REMARK, TECHNICAL, agrees
from typology.survey.times import are_times

ENOUGH_TICKS = 3  # options ticked alike that make a question
FEW_STRAYS, FEWEST_STRAYS = 0.25, 0.1  # share of the filled cells of an option that may hold something else


@dataclass
class Guess:
    """One column.

    ``kind`` is ticks, rating, choice, number, ranking (a column per rank), ranks (a column per option, with its rank),
    list (several answers in one cell), id, name, attribute,
    completed, technical, date, text, empty or consent; ``several`` are the answers in one cell of a consent. ``gone``
    are values that the question itself explains as no answer, each with its reason. ``name`` is what a tool calls a
    column of its own, in small letters.
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
    name: str = ""


def guess_columns(table: Table, missing: Iterable[str], unticked: Sequence[str]) -> list[Guess]:
    """One guess per column, neighbours of one question treated alike."""
    skip = {*missing, ""}
    names = own_names(table)
    guesses = []
    for heading in table.frame.columns:
        far = far_codes({text.strip() for text in table.frame[heading].unique()} - skip)
        guess = _one(table, heading, names[heading], {*skip, *far}, unticked)
        guess.name, guess.gone = names[heading], {**guess.gone, **dict.fromkeys(far, "TODO_grund")}
        guesses.append(guess)
    _group(table, guesses)
    groups: dict[str, list[Guess]] = {}
    for guess in guesses:
        groups.setdefault(guess.group, []).append(guess)
    for members in groups.values():
        if len(members) > 1:
            _settle(table, members, skip)
    _join_strays(table, guesses, skip)
    _share_points(guesses)
    _share_scales(guesses)
    _settle_counted(table, guesses)
    _leave_summaries(guesses)
    if {"dispcode", "lfdn"} & set(names.values()):  # EFS writes 0 where a question was seen and not answered
        for guess in guesses:
            if guess.kind == "rating" and not guess.codes and guess.scale[0] == 0:
                guess.scale = (1, guess.scale[1])
            guess.gone = {value: reason for value, reason in guess.gone.items() if value != "0"}
    return guesses


def _leave_summaries(guesses: Sequence[Guess]) -> None:
    """A column that repeats in one cell which options of its question are ticked says nothing of its own."""
    details = Counter(guess.group for guess in guesses if guess.kind == "ticks" and "/" in guess.heading)
    for guess in guesses:
        if details[plain(guess.heading)] > 1:
            guess.kind = "technical"


def _one(table: Table, heading: str, short: str, skip: set[str], unticked: Sequence[str]) -> Guess:
    column = table.frame[heading]
    counts = Counter(text.strip() for text in column)
    declared = set(table.missing.get(heading, {}))
    values = [text for text in counts if text not in skip and text not in declared and text not in unticked]
    name = plain(heading).casefold()
    if values and is_completion(short, values):
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
    bare_zero = "0" in values and "0" not in labels and len(said) > 1 and set(values) - {"0"} <= set(said)
    if bare_zero:
        values.remove("0")  # an answer would have a text as all others have
    explained = labels or legend(f"{plain(heading)} {table.labels.get(heading, '')}")
    gone = {value: no_answer(explained[value]) for value in values if no_answer(explained.get(value, ""))}
    gone |= {"0": "TODO_grund"} if bare_zero else {}
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
    if REMARK.search(f"{plain(heading)} {table.labels.get(heading, '')}") and not labels:
        return Guess(heading, "text", tuple(values[:50]))
    listed = None if labels else options_of({text: counts[text] for text in counts if text.strip() in values})
    if listed:
        return Guess(heading, "list", listed.values, separator=listed.separator, others=listed.others)
    points = {} if labels else even_steps(values, filled)
    if points:
        return Guess(heading, "rating", tuple(values), codes=points, scale=(1, len(points)))
    if re.match(r"\d", values[0]) and _dates(values):
        return Guess(heading, "date", tuple(values))
    if len(numbers) == len(values):
        whole = [int(value) for value in values if re.fullmatch(r"\d{1,2}", value)]
        if len(whole) == len(values) and max(whole) <= 10 and min(whole) >= 0 and (labels or len(values) >= 3):
            kind = "choice" if labels and not ordered(labels) else "rating"
            return Guess(heading, kind, tuple(values), scale=(min(min(whole), 1), max(whole)), codes=labels)
        if set(values) == {"1", "2"}:
            return Guess(heading, "choice", tuple(sorted(values)), codes=labels)
        return Guess(heading, "number", tuple(values))
    answers = re.compile(r"(?:A|AO)\d{1,2}")
    if all(answers.fullmatch(value) for value in values):
        kind = "rating" if labels and ordered(labels) else "choice"
        return Guess(heading, kind, tuple(values), codes=labels)
    if any(EMAIL.search(value) for value in values):
        return Guess(heading, "text", tuple(values[:50]))
    if all(value.endswith(";") for value in values) and any(";" in value[:-1] for value in values):
        parts = {part.strip() for value in values for part in value.split(";")} - {""}  # Microsoft Forms ends each so
        return Guess(heading, "list", tuple(sorted(parts)))
    if len(values) == 1 and not labels:
        return Guess(heading, "text", tuple(values))
    if len(values) <= 12 and max(map(len, values)) <= 120 and "\n" not in "".join(values) and filled >= 3 * len(values):
        return Guess(heading, "choice", tuple(values), codes=labels)
    if labels and set(values) <= set(labels):
        return Guess(heading, "choice", tuple(values), codes=labels)
    return Guess(heading, "text", tuple(values[:50]))


def _group(table: Table, guesses: Sequence[Guess]) -> None:
    """Name the question of each column; where variables only have running numbers, by their neighbours."""
    spelt = {plain(guess.heading) for guess in guesses}
    questions = worded_questions(list(table.frame.columns))
    for guess in guesses:
        guess.group = questions.get(guess.heading) or question_of(guess.heading)
        if guess.group in spelt and plain(guess.heading).removeprefix(guess.group).isdigit():
            guess.group = plain(guess.heading)  # "Schulen2" beside "Schulen": the same text once more
    numbered = [guess for guess in guesses if RUNNING.fullmatch(plain(guess.heading)) and guess.kind != "technical"]
    by_heading = {guess.heading: guess for guess in numbered}
    if len({guess.group for guess in numbered}) != 1 or len({_form(guess) for guess in numbered}) < 2:
        return
    number_of = runs(
        list(by_heading),
        lambda heading: table.labels.get(heading, ""),
        lambda heading: _form(by_heading[heading]),
        lambda heading: max(map(int, filter(str.isdigit, by_heading[heading].values)), default=0),
    )
    for heading, number in number_of.items():
        by_heading[heading].group += f" {number}"


def _form(guess: Guess) -> str:
    """Whether a column holds ticks, digits that may be steps, words that may be, or anything else."""
    if guess.kind == "ticks" or set(guess.values) <= {"0", "1"}:
        return "ticks"
    if guess.kind in ("rating", "choice", "number") and all(re.fullmatch(r"\d{1,2}", value) for value in guess.values):
        return "digits"
    return guess.kind if guess.kind in ("rating", "choice") else "other"


def _settle_counted(table: Table, guesses: Sequence[Guess]) -> None:
    """Options whose ticks are counted in a column of their own are ticked as that column says."""
    by_heading = {guess.heading: guess for guess in guesses}
    counted = counts_of_ticks(table.frame[[guess.heading for guess in guesses if guess.kind != "completed"]])
    for count, (items, tick) in counted.items():
        by_heading[count].kind = "technical"
        others = {value for item in items for value in by_heading[item].values} - {tick}
        for item in items:
            guess = by_heading[item]
            guess.kind, guess.chosen, guess.not_chosen = "ticks", (tick,), tuple(sorted(others))
            guess.chosen_any, guess.codes = False, {}
    names = {plain(guess.heading).casefold() for guess in guesses}
    if not {"case", "questnnr"} <= names:
        return
    # SoSci Survey without those columns: still 2 for a tick and 1 for none, in questions of several options
    done = {item for items, _ in counted.values() for item in items}
    boxes = [
        guess for guess in guesses if guess.values and set(guess.values) <= {"1", "2"} and guess.heading not in done
    ]
    several = Counter(guess.group for guess in boxes)
    for guess in boxes:
        if several[guess.group] > 1 and guess.kind in ("choice", "ticks", "number"):
            guess.kind, guess.chosen, guess.not_chosen = "ticks", ("2",), ("1",)


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
    digits = [guess for guess in members if guess.values and all(map(str.isdigit, guess.values))]
    if are_ranks(table.frame[[guess.heading for guess in digits]], skip):
        for guess in digits:
            guess.kind, guess.chosen, guess.not_chosen, guess.codes = "ranks", (), (), {}
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
    if few and rated:  # items of a scale where only one or two steps were used, perhaps its last one
        low, high = rated[0].scale
        used = {int(value) for guess in (*few, *rated) for value in guess.values if value.isdecimal()}
        high = next(step for step in range(high, 11) if step + 1 not in used)
        for guess in (*few, *rated):
            guess.kind, guess.scale = "rating", (low, high)


def _join_strays(table: Table, guesses: Sequence[Guess], skip: set[str]) -> None:
    """A few cells with something else take no option out of its question: they are found when the answers are read.

    Columns without a question in common need neighbours that are ticked alike, and fewer of such cells where the
    answers are words that a question of its own may have, too.
    """
    ticked = [guess for guess in guesses if guess.kind == "ticks" and not guess.codes and not guess.chosen_any]
    alike = Counter((guess.group, guess.chosen, guess.not_chosen) for guess in ticked)
    alone = Counter(guess.group for guess in guesses)
    codings = Counter((guess.chosen, guess.not_chosen) for guess in ticked if alone[guess.group] == 1)
    for order in (list(guesses), list(reversed(guesses))):
        for before, guess in pairwise(order):
            labelled = guess.codes or table.value_labels.get(guess.heading)
            if guess.kind not in ("choice", "text") or labelled or before not in ticked:
                continue
            coding = (before.chosen, before.not_chosen)
            in_one = before.group == guess.group and alike[guess.group, *coding] >= ENOUGH_TICKS
            side_by_side = alone[before.group] == alone[guess.group] == 1 and codings[coding] >= ENOUGH_TICKS
            most = FEW_STRAYS if in_one or "" in before.not_chosen else FEWEST_STRAYS
            cells = table.frame[guess.heading].str.strip()
            cells = cells[~cells.isin(list(skip))]
            others = int((~cells.isin([*before.chosen, *before.not_chosen])).sum())
            if (in_one or side_by_side) and others <= most * len(cells):
                guess.kind, (guess.chosen, guess.not_chosen), guess.codes = "ticks", coding, {}
                ticked.append(guess)


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
