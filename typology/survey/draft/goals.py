"""The goals of a drafted codebook, and how its lines are written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from typology.files.table import Table
from typology.survey.columns import plain
from typology.survey.draft.guess import Guess
from typology.survey.draft.lists import NUMBERED
from typology.survey.draft.scales import descending
from typology.survey.draft.wording import option_of, without_tool_words
from typology.survey.draft.words import GOAL, GOAL_QUESTION, LIMIT, MOTIVE, NUMBERS, UNRANKED
from typology.survey.rows import plain_key
from typology.writing import Said

TODO = "TODO"
# Kinds of columns in which goals are asked, and how likely they are.
KINDS = {"ticks": 4, "ranking": 3, "ranks": 3, "list": 2, "rating": 1}
LEAST_UNNAMED = 3  # options of a question that nothing but its form makes one about goals
MOST_RIVALS = 6  # questions that a comment lists
AS_LONG = 0.75  # share of the length of the longest question from which another one is as likely
SHOWN = 160  # signs of a question that a comment repeats
# REDCap's headings of boxes; it writes 0 also where the question was never shown.
ALWAYS_WRITTEN = re.compile(r"\w___\w+$|\(choice=.*\)$", flags=re.DOTALL)
MOST_OTHERS = 12  # texts beside the goals that a comment lists


def text_of(guess: Guess, table: Table) -> str:
    return f"{without_tool_words(plain(guess.heading))} {table.labels.get(guess.heading, '')}"


@dataclass(frozen=True)
class Chosen:
    """The block of goals, None where it stays open; ``rivals`` name the questions that are as likely."""

    block: list[Guess] | None
    rivals: tuple[str, ...] = ()


def choose_goals(blocks: list[list[Guess]], guesses: Sequence[Guess], table: Table) -> Chosen:
    """The block that most looks like the goals: the one that asks "Welche Ziele", or is named so.

    Else the longest list of ticks, else ranks, else several answers in one cell, else ratings, else a choice. Nothing
    is chosen where two questions are equally likely, or where the one that asks for goals cannot be read as them.
    """

    def score(block: list[Guess]) -> tuple[bool, bool, int, bool]:
        texts = " ".join(text_of(guess, table) for guess in block[:3])
        kind, long = KINDS["ticks" if is_coded(block) else block[0].kind], _size(block) > 2
        asked = bool(GOAL_QUESTION.search(texts)) and kind > 1
        return asked and long, bool(GOAL.search(texts)) and long, kind, bool(MOTIVE.search(texts)) and long

    usable = [
        block
        for block in blocks
        if (block[0].kind in KINDS or is_coded(block))
        and (len(block) >= 2 or block[0].kind == "list")
        and not (block[0].kind == "rating" and len(_steps(block[0])) < 2)
    ]
    asking = [guess for guess in guesses if GOAL_QUESTION.search(text_of(guess, table)) and guess.kind != "empty"]
    if usable:
        best = max(usable, key=lambda block: (*score(block), _size(block)))
        read = {id(guess) for block in usable if block[0].kind != "rating" for guess in block}
        unread = asking if not any(id(guess) in read for guess in asking) else []
        top = score(best)
        worded = any(top[:2])
        alike = [
            block
            for block in usable
            if _size(block) >= AS_LONG * _size(best)
            and (score(block) == top if worded else block[0].kind != "rating" and score(block)[3] >= top[3])
        ]
        spoken = any(GOAL.search(text_of(guess, table)) for guess in best)
        if _size(best) < LEAST_UNNAMED and not spoken:  # a filter question or two: nobody asks for goals like that
            alike = sorted(usable, key=_size, reverse=True)[:MOST_RIVALS]
        if unread or len(alike) > 1:
            rivals = [*(question_in(guess, table) for guess in unread), *(_named(block, table) for block in alike)]
            return Chosen(None, tuple(dict.fromkeys(rivals)))
        return Chosen(best)
    choices = [block for block in blocks if block[0].kind == "choice" and len(block[0].values) > 1]
    named = [(block, guess) for block in choices for guess in block if GOAL.search(text_of(guess, table))]
    several = asking if asking and not named else [guess for _, guess in named] if len(named) > 1 else []
    if not choices or several:  # one of several questions with three answers or more is not all of the goals
        return Chosen(None, tuple(dict.fromkeys(question_in(guess, table) for guess in several or asking)))
    choice, first = named[0] if named else (choices[0], choices[0][0])
    choice.remove(first)
    if not choice:
        blocks.remove(choice)
    return Chosen([first])


def is_coded(block: Sequence[Guess]) -> bool:
    """Several options with the same two values, neither of which says whether it means chosen: 1 and 2."""
    first = block[0]
    return len(block) > 2 and first.kind == "choice" and len(first.values) == 2 and not first.codes


def _size(block: Sequence[Guess]) -> int:
    return len(block[0].values) if block[0].kind == "list" else len(block)


def question_in(guess: Guess, table: Table) -> str:
    """The column and its text as a comment names them."""
    text = comment(table.labels.get(guess.heading, ""))
    return comment(f"{plain(guess.heading)} {text}")[:SHOWN]


def _named(block: Sequence[Guess], table: Table) -> str:
    """A block by its first column, and by its last where it has several."""
    first, last = question_in(block[0], table), question_in(block[-1], table)
    return first if len(block) == 1 else f"{first} … {last}"


def goal_lines(chosen: Chosen, table: Table) -> list[str]:
    lines = [f"# {Said('draft.goals')}", "goals:"]
    goals = chosen.block
    question = f'  question: {{de: "{TODO} Wortlaut der Frage", en: "{TODO} wording of the question"}}'
    if goals is None:
        return [
            *([f"# {Said('draft.rival_goals')}"] if chosen.rivals else []),
            *(f"#   {rival}" for rival in chosen.rivals),
            *lines,
            "  kind: pick",
            question,
            f'  chosen: ["{TODO}"]',
            f'  columns: {{ziel_1: "{TODO} {Said("draft.column")}", ziel_2: "{TODO} {Said("draft.other_column")}"}}',
        ]
    lines += missing_lines(goals, "  ")
    first = goals[0]
    if first.kind == "ranking":
        lines += [
            f"  kind: {'pick' if UNRANKED.search(plain(first.heading)) else 'ranking'}",
            question,
            "  rank_columns:",
            *(f"    - {quote(guess.heading)}" for guess in goals),
            "  codes:",
        ]
        return lines + [f"    {quote(value)}: {key}" for value, key in answer_keys(first.values).items()]
    if first.kind == "ranks":
        return [*lines, "  kind: ranking", question, "  columns:", *column_lines(goals, table, "    ")]
    if is_coded(goals):
        cells = table.frame[[guess.heading for guess in goals]].apply(lambda column: column.str.strip())
        times = [f"{json.dumps(value)}: {int((cells == value).to_numpy().sum())}" for value in first.values]
        chosen_value = _within_limit(cells, first.values, " ".join(text_of(guess, table) for guess in goals[:2]))
        reading = [f"  # {Said('draft.coded_goals', times=', '.join(times))}"]
        if chosen_value:
            others = [value for value in first.values if value != chosen_value]
            reading += [f"  chosen: {json.dumps([chosen_value])}", f"  not_chosen: {json.dumps(others)}"]
        else:
            reading += [f'  chosen: ["{TODO}"]', f'  not_chosen: ["{TODO}"]']
        reading = [*limit_lines(goals, table), *reading]
        return [*lines, "  kind: pick", question, *reading, "  columns:", *column_lines(goals, table, "    ")]
    if first.kind in ("choice", "list"):
        text = comment(table.labels.get(first.heading, ""))
        lines += ["  kind: pick", *limit_lines(goals, table)]
        lines += [question, f"  list_column: {quote(first.heading)}" + (f"  # {text}" if text else "")]
        keys = answer_keys([first.codes.get(value, value) for value in first.values])
        pairs = (
            zip(first.values, keys.values(), strict=True)
            if len(keys) == len(first.values)
            else answer_keys(first.values).items()
        )
        lines.append(f"  separator: {json.dumps(first.separator)}")
        if first.others:
            lines.append(f"  other: drop  # {Said('draft.free_text')}")
            lines += [f"  # - {comment(text)[:120]}" for text in first.others[:MOST_OTHERS]]
        return [*lines, "  codes:", *(f"    {quote(value)}: {key}" for value, key in pairs)]
    if first.kind == "rating":
        lines += ["  kind: rating", question, f"  # {Said('draft.levels')}", "  levels:"]
        lines += [
            f"    - {{key: {name}, values: {json.dumps(part, ensure_ascii=False)}}}"
            for name, part in _levels(first, table.value_labels.get(first.heading, {})).items()
        ]
    else:
        limit = limit_lines(goals, table)
        lines += [
            f"  kind: {'yes_no' if _says_no(goals) and not limit else 'pick'}",
            *(limit or [f"  # {Said('draft.limit')}"]),
            question,
            *tick_lines(first, "  "),
        ]
    return [*lines, "  columns:", *column_lines(goals, table, "    ")]


def _says_no(goals: Sequence[Guess]) -> bool:
    """Whether a value means "not chosen" and is no more than what a tool writes for boxes that nobody saw."""
    unseen = all(ALWAYS_WRITTEN.search(plain(guess.heading)) for guess in goals)
    return bool(set(goals[0].not_chosen) - {""}) and not goals[0].chosen_any and not unseen


def _said_limit(text: str) -> int:
    """How many options may be chosen at most by the words of a question, 0 where they say nothing of it."""
    found = LIMIT.search(text)
    return NUMBERS.get(found[1].casefold(), 0) if found else 0


def limit_lines(goals: Sequence[Guess], table: Table) -> list[str]:
    """The limit that the question states, if it is one for so many goals."""
    most = _said_limit(" ".join(text_of(guess, table) for guess in goals[:2]))
    return [f"  limit: {most}  # {Said('draft.limit_said')}"] if 0 < most < _size(goals) else []


def _within_limit(cells: pd.DataFrame, values: Sequence[str], text: str) -> str:
    """The one of two values that everybody gave to at most as many options as the question allows, "" if not one."""
    most = _said_limit(text)
    fits = [value for value in values if most and int((cells == value).sum(axis=1).max()) <= most]
    return fits[0] if len(fits) == 1 else ""


def missing_lines(block: Sequence[Guess], indent: str) -> list[str]:
    """What its own columns explain as no answer, or is far beyond their steps."""
    gone = {value: reason for guess in block for value, reason in guess.gone.items()}
    pairs = ", ".join(f"{quote(value)}: {reason}" for value, reason in gone.items())
    return [f"{indent}missing: {{{pairs}}}"] if gone else []


def _levels(guess: Guess, labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Two or three levels from low to high: the middle step of an odd number stands alone."""
    steps = _steps(guess)
    of = {value: guess.codes.get(value, value) for value in steps}
    order = list(dict.fromkeys(of.values()))
    stepped = bool(guess.codes) and all(re.fullmatch(r"\d+", step) for step in guess.codes.values())
    if not stepped and descending({value: labels[value] for value in steps if value in labels}):
        order.reverse()
    half = len(order) // 2
    parts = {"niedrig": order[:half], "mittel": order[half : len(order) - half], "hoch": order[len(order) - half :]}
    return {name: [value for value in steps if of[value] in part] for name, part in parts.items() if part}


def _steps(guess: Guess) -> list[str]:
    if guess.codes and all(re.fullmatch(r"\d+", step) for step in guess.codes.values()):
        return sorted(guess.codes, key=lambda value: int(guess.codes[value]))
    return list(guess.codes) if guess.codes else [str(step) for step in range(guess.scale[0], guess.scale[1] + 1)]


def tick_lines(guess: Guess, indent: str) -> list[str]:
    lines = [f"{indent}chosen_any: true"] if guess.chosen_any else []
    if guess.chosen:
        lines.append(f"{indent}chosen: {json.dumps(list(guess.chosen), ensure_ascii=False)}")
    return [*lines, f"{indent}not_chosen: {json.dumps(list(guess.not_chosen), ensure_ascii=False)}"]


def rating_codes(guess: Guess) -> dict[str, int]:
    """Value → step where the values are not the steps themselves."""
    steps = _steps(guess)
    if all(re.fullmatch(r"\d+", value) and guess.codes.get(value, value) in (value, "") for value in steps):
        return {}
    if all(re.fullmatch(r"\d+", value) and not re.fullmatch(r"\d+", guess.codes.get(value, "")) for value in steps):
        return {}  # numbers with the texts that they stand for
    return {
        value: int(guess.codes[value]) if re.fullmatch(r"\d+", guess.codes.get(value, "")) else i
        for i, value in enumerate(steps, start=1)
    }


def column_lines(block: Sequence[Guess], table: Table, indent: str, used: set[str] | None = None) -> list[str]:
    used = set() if used is None else used
    lines = []
    for guess in block:
        option = option_of(guess.heading, guess.group)
        label = re.search(r"\[([^\]]+)\]", table.labels.get(guess.heading, ""))
        worded = len(option) > 5 or re.fullmatch(r"[^\W\d_]{3,}", option)  # a word, no number of an option
        base = _item(label[1] if label and len(block) > 1 else option if worded else plain(guess.heading))
        key, n = base, 1
        while key in used:
            n += 1
            key = f"{base}_{n}"
        used.add(key)
        text = table.labels.get(guess.heading, "")
        lines.append(f"{indent}{key}: {quote(guess.heading)}" + (f"  # {comment(text)[:100]}" if text else ""))
    return lines


def _item(text: str) -> str:
    key = plain_key(text)[:40].strip("_") or "spalte"
    return key if re.match(r"[a-z]", key) else f"s_{key}"


def answer_keys(values: Sequence[str]) -> dict[str, str]:
    """Value → name of its own; one name for an option that stands behind several numbers: "1. Netz", "2. Netz"."""
    bare = {value: NUMBERED.sub("", value) for value in values}
    again = all(map(NUMBERED.match, values)) and len(set(bare.values())) < len(bare)
    result: dict[str, str] = {}
    for value in values:
        base = _item(bare[value] if again else value)
        if again and base in result.values():
            result[value] = base
            continue
        key, n = base, 1
        while key in result.values():
            n += 1
            key = f"{base}_{n}"
        result[value] = key
    return result


def quote(text: str) -> str:
    """A YAML scalar that reads back as this text."""
    if re.fullmatch(r"[A-Za-z][\w.-]*", text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda sign: f"\\u{ord(sign[0]):04x}", quoted)


def comment(text: str) -> str:
    return " ".join(text.split())
