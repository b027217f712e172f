"""What the neighbours of a column tell of it: where a question ends, and which column counts the ticks of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

import pandas as pd

from typology.survey.columns import plain
from typology.survey.draft.questions import question_of, stem_of_text

RUNNING = re.compile(r"[A-Za-z]{1,3}_?\d{1,4}")  # v_12: numbers that run through the survey, not through a question
LONG_RUN = 3  # columns that tell a question of a scale of its own


def runs(
    headings: Sequence[str], label: Callable[[str], str], form: Callable[[str], str], most: Callable[[str], int]
) -> dict[str, int]:
    """Column → number of its question where variables are numbered through the whole survey, in the order of the file.

    A question ends where its text ends, where another form of answer begins, or, among digits without texts, where
    the highest digit is another one for several columns.
    """
    numbers: dict[str, int] = {}
    n = 0
    keyed = [(heading, (stem_of_text(label(heading)) if label(heading) else "", form(heading))) for heading in headings]
    for (stem, kind), group in groupby(keyed, key=lambda pair: pair[1]):
        members = [heading for heading, _ in group]
        for part in _scales(members, most) if kind == "digits" and not stem else [members]:
            n += 1
            numbers |= dict.fromkeys(part, n)
    return numbers


def _scales(members: list[str], most: Callable[[str], int]) -> list[list[str]]:
    """Columns with the same highest digit together, unless that leaves too few for a question."""
    same = [list(part) for _, part in groupby(members, key=most)]
    parts = [
        [member for part in together for member in part]
        for short, group in groupby(same, key=lambda part: len(part) < LONG_RUN)
        for together in ([list(group)] if short else [[part] for part in group])
    ]
    return parts if all(len(part) >= LONG_RUN for part in parts) else [members]


def counts_of_ticks(frame: pd.DataFrame) -> dict[str, tuple[list[str], str]]:
    """Column that counts the options chosen of a question → the columns of these options, and the value of a tick.

    SoSci Survey writes such a column before its tick boxes: ``AN01`` before ``AN01_01``, where 2 is a tick.
    """
    found: dict[str, tuple[list[str], str]] = {}
    members: dict[str, list[str]] = {}
    for heading in frame.columns:
        members.setdefault(question_of(heading), []).append(heading)
    for heading in frame.columns:
        items = [item for item in members.get(plain(heading), []) if item != heading]
        if len(items) < 2:
            continue
        count = pd.to_numeric(frame[heading].str.strip().where(lambda cells: cells.str.fullmatch(r"\d{1,2}")))
        if count.dropna().nunique() < 2:
            continue
        cells = frame[items].apply(lambda column: column.str.strip())
        boxes = [item for item in items if cells[item][cells[item] != ""].nunique() <= 2]
        for value in sorted({text for item in boxes for text in cells[item].unique()} - {""}):
            ticks = (cells[boxes] == value).sum(axis=1)
            if len(boxes) > 1 and (ticks == count)[count.notna()].all():
                found[heading] = (boxes, value)
    return found
