"""Columns that survey tools write about the interview: their names, and which one tells who reached the end."""

from __future__ import annotations

from collections.abc import Iterable

from typology.files.table import Table
from typology.survey.columns import CODE_AND_TEXT, plain
from typology.survey.draft.wording import without_tool_words
from typology.survey.draft.words import COMPLETED, DONE, STATUS, TECHNICAL

ENOUGH_NAMES = 5  # names of a tool's own columns below the headings that are no chance


def own_names(table: Table) -> dict[str, str]:
    """Heading → code or text by which a tool's own columns are known, in small letters.

    Where the tool writes its own names below others (``V10``, ``Finished``), the names below count.
    """
    labels = {heading: plain(table.labels.get(heading, "")).casefold() for heading in table.frame.columns}
    below = {heading for heading, label in labels.items() if label in COMPLETED or TECHNICAL.fullmatch(label)}
    names = {}
    for heading in table.frame.columns:
        code = CODE_AND_TEXT.match(plain(heading))
        own = code[1] if code else without_tool_words(plain(heading))
        names[heading] = labels[heading] if len(below) >= ENOUGH_NAMES and heading in below else own.casefold()
    return names


def is_completion(name: str, values: Iterable[str]) -> bool:
    """Whether a column says who reached the end, by its name and, where it says so in words, by its answers."""
    return name in COMPLETED or bool(STATUS.fullmatch(name) and any(map(DONE.fullmatch, values)))
