"""Exports of Nextcloud Forms from version 2.0 to the coming one with a row for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from typology.content.questionnaire.form import Filled, Part, Question, State
from typology.content.reading import Language, Text
from typology.simulation.export.layout import (
    Cell,
    Column,
    Export,
    Write,
    chosen_texts,
    csv_text,
    given,
    moments,
    one_file,
    sent,
    step_texts,
    workbook,
)

USER, NAME, STAMP = (
    Text(de="Benutzer-ID", en="User ID"),
    Text(de="Anzeigename des Nutzers", en="User display name"),
    Text(de="Zeitstempel", en="Timestamp"),
)
ANONYMOUS = Text(de="Anonymer Benutzer", en="Anonymous user")
FILE = Text(de="{title} (Antworten)", en="{title} (responses)")
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")  # fmt: skip
GUARDED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Block:
    """The columns of one question: headings, names for programs, and whether a matrix that nobody touched shrinks."""

    headings: Sequence[str]
    machine: Sequence[str]
    columns: Sequence[Column]
    grid: bool = False


def blocks(filled: Filled, language: Language, *, grids: bool) -> list[Block]:
    """One block per question; before grids came, each row of a matrix was a question of its own.

    How such questions were worded is assumed: ``question: row``.
    """
    found = []
    for number, question in enumerate(filled.questionnaire.questions, start=1):
        asked, name = question.text.of(language), f"question-id-{40 + number}"
        if question.asked == "multiple":
            cells = ["; ".join(texts) if texts else "" for texts in chosen_texts(filled, question, language)]
            found.append(Block([asked], [name], [cells]))
            continue
        wide = question.asked in ("matrix", "ranking")
        columns = [_cells(filled, question, item, language) for item in question.items]
        form = f"{asked} ({{}})" if grids else f"{asked}: {{}}"
        headings = [form.format(item.text.of(language)) if wide else asked for item in question.items]
        machine = [f"{name}-{place}" if wide else name for place, _ in enumerate(question.items, start=1)]
        found.append(Block(headings, machine, columns, grid=grids and wide))
    return found


def _cells(filled: Filled, question: Question, item: Part, language: Language) -> Column:
    if question.asked != "ranking":
        return step_texts(filled, question, item, language)
    values = given(filled, question, item)
    return ["" if value is None or isinstance(value, State) else str(value) for value in values]


def iso(moment: dt.datetime) -> str:
    """Since 3.2."""
    return moment.isoformat()


def in_words(moment: dt.datetime) -> str:
    """Until 3.1, in the words of the language; only German is known."""
    day = f"{DAYS[moment.weekday()]}, {moment.day}. {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} um {moment:%H:%M:%S} Mitteleuropäische Normalzeit"


def short(moment: dt.datetime) -> str:
    """Until 2.1, as the browser of the reader writes it."""
    return f"{moment:%d.%m.%Y, %H:%M}"


def table_of(
    filled: Filled,
    own: Sequence[str],
    stamp: Callable[[dt.datetime], str],
    *,
    language: Language = "de",
    grids: bool = False,
    machine: bool = False,
) -> list[list[Cell]]:
    """Heading, a row for programs in the coming version, one row per submission.

    A matrix that somebody left out altogether takes one cell instead of one per row (since 5.3), so that whatever
    follows stands too far to the left.
    """
    filled = sent(filled)
    n = len(filled.answers)
    columns: dict[str, Column] = {
        "submission": [str(300 + 2 * place) for place in range(n)],
        "user": [""] * n,
        "name": [ANONYMOUS.of(language)] * n,
        "stamp": [stamp(moment) for moment in moments(filled.stamps)],
    }
    names = ("user", "name", "stamp")[-len(own) :] if not machine else ("submission", "user", "name", "stamp")
    found = blocks(filled, language, grids=grids)
    heading = [*own, *(text for block in found for text in block.headings)]
    rows: list[list[Cell]] = [[*row] for row in zip(*(columns[name] for name in names), strict=True)]
    for place, row in enumerate(rows):
        for block in found:
            cells = [column[place] for column in block.columns]
            row += [""] if block.grid and not any(cells) else cells
        row += [""] * (len(heading) - len(row))
    ids = ["submission_id", "user_id", "user_display_name", "timestamp"]
    hidden: list[Cell] = [*ids, *(text for block in found for text in block.machine)]
    return [[*heading], *([hidden] if machine else []), *rows]


def write_old(filled: Filled) -> Export:
    """2.0 and 2.1: names of fields in English, commas, UTF-8 without BOM; that all is quoted is assumed."""
    rows = table_of(filled, ("userDisplayName", "timestamp"), short)
    return one_file(f"{filled.questionnaire.title.de}.csv", csv_text(rows, ",", end="\n").encode("utf-8"))


def write_csv(
    filled: Filled,
    *,
    language: Language = "de",
    stamp: Callable[[dt.datetime], str] = iso,
    user: bool = True,
    grids: bool = False,
    machine: bool = False,
    guard: bool = False,
) -> Export:
    """UTF-8 with BOM, commas, every cell quoted; LF is assumed. ``guard`` puts ``'`` before formulas (since 5.1.2)."""
    own = [text.of(language) for text in (USER, NAME, STAMP)][0 if user else 1 :]
    own = ["Submission ID", *own] if machine else own
    rows = table_of(filled, own, stamp, language=language, grids=grids, machine=machine)
    if guard:
        rows = [[f"'{cell}" if str(cell).startswith(GUARDED) else cell for cell in row] for row in rows]
    data = ("\ufeff" + csv_text(rows, ",", end="\n")).encode("utf-8")
    return one_file(f"{_name(filled, language)}.csv", data)


def write_xlsx(filled: Filled, *, grids: bool = True, machine: bool = False) -> Export:
    """Since 4.1; what looks like a number is one since 5.3, unless a zero stands in front (assumed)."""
    own = [text.de for text in (USER, NAME, STAMP)]
    rows = table_of(filled, ["Submission ID", *own] if machine else own, iso, grids=grids, machine=machine)
    head = 2 if machine else 1
    numbers = [[_number(cell) for cell in row] for row in rows[head:]]
    return one_file(f"{_name(filled, 'de')}.xlsx", workbook([*rows[:head], *numbers], "Worksheet"))


def _number(cell: Cell) -> Cell:
    text = str(cell)
    return int(text) if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") else cell


def _name(filled: Filled, language: Language) -> str:
    return FILE.of(language).format(title=filled.questionnaire.title.of(language))


VARIANTS: dict[str, Write] = {
    "5.3": partial(write_csv, grids=True, guard=True),
    "5.3-english": partial(write_csv, grids=True, guard=True, language="en"),
    "5.3-xlsx": write_xlsx,
    "4.1": write_csv,
    "2.5": partial(write_csv, stamp=in_words, user=False),
    "2.0": write_old,
    "machine-row": partial(write_csv, grids=True, guard=True, machine=True),
    "machine-row-xlsx": partial(write_xlsx, machine=True),
}
