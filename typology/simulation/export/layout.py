"""What the writers of exports have in common: files, tables as CSV and XLSX, columns of answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from typology.content.questionnaire.form import Filled, Part, Question, State
from typology.content.reading import Language, Text

#: A cell of a table; None is a cell that is not there, "" one that is empty.
Cell = str | int | float | dt.datetime | None
Column = Sequence[Cell]
YES, NO = "ja", "nein"
CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""When workbooks say that they were made: the clock would make every one another."""
OTHER = Text(de="Sonstiges", en="Other")


@dataclass(frozen=True)
class Export:
    """The files that somebody gets who exports a survey; ``responses`` is the name of the one with the answers."""

    responses: str
    files: Mapping[str, bytes]


#: Writes an export in one variant of one tool.
Write = Callable[[Filled], Export]


def one_file(name: str, data: bytes) -> Export:
    """An export of a single file."""
    return Export(name, {name: data})


def sent(filled: Filled) -> Filled:
    """Only the copies that were sent, for tools that know no others."""
    done = filled.completed.astype(bool)
    return replace(
        filled,
        answers=filled.answers[done],
        completed=filled.completed[done],
        stamps=filled.stamps[done],
    )


def given(filled: Filled, question: Question, item: Part) -> list[object]:
    """The answers to one item in the order of the respondents."""
    return list(filled.answers[f"{question.code}.{item.key}"])


def free_texts(filled: Filled, question: Question) -> list[str]:
    """What each respondent wrote as an option of their own, "" for nothing or where there is no such option."""
    column = f"{question.code}.other"
    if column not in filled.answers:
        return [""] * len(filled.answers)
    return [text if isinstance(text, str) and not isinstance(text, State) else "" for text in filled.answers[column]]


def coded(answers: Iterable[object], codes: Mapping[object, Cell], *, gone: Cell = "", silent: Cell = "") -> Column:
    """Answers by their codes; ``gone`` stands where the question was not shown, ``silent`` where nobody answered.

    >>> coded([True, State.NOT_SHOWN, False], {True: "Y", False: ""}, gone=None)
    ['Y', None, '']
    """
    states = {State.NOT_SHOWN: gone, State.NOT_ANSWERED: silent}
    return [states[answer] if isinstance(answer, State) else codes[answer] for answer in answers]


def step_codes(question: Question, by: Callable[[Part, int], Cell]) -> dict[object, Cell]:
    """Key of each step → its cell, made of the step and its number from 1."""
    return {step.key: by(step, number) for number, step in enumerate(question.steps, start=1)}


def chosen_texts(filled: Filled, question: Question, language: Language) -> list[list[str] | None]:
    """The texts of the options that each respondent ticked or ranked, in their order; None for one who was not asked.

    What somebody wrote as an option of their own stands last.
    """
    columns = [given(filled, question, item) for item in question.items]
    free = free_texts(filled, question)
    result: list[list[str] | None] = []
    for answers, own in zip(zip(*columns, strict=True), free, strict=True):
        if any(answer is State.NOT_SHOWN for answer in answers):
            result.append(None)
            continue
        named = [
            (answer if question.asked == "ranking" else 1, place)
            for place, answer in enumerate(answers)
            if answer is not None and answer is not False and not isinstance(answer, State)
        ]
        texts = [question.items[place].text.of(language) for _, place in sorted(named, key=lambda pair: pair)]
        result.append([*texts, *([own] if own else [])])
    return result


def moments(stamps: pd.Series) -> list[dt.datetime]:
    """When each copy was sent, with its distance to UTC."""
    return [dt.datetime.fromisoformat(text) for text in stamps]


def table(headings: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[list[Cell]]:
    """Rows of a table: ``headings`` holds one or more headings for each column."""
    head = [list(row) for row in zip(*headings, strict=True)]
    return [*head, *(list(row) for row in zip(*columns, strict=True))]


def csv_text(rows: Iterable[Sequence[Cell]], delimiter: str = ",", *, quote_all: bool = True, end: str = "\r\n") -> str:
    """A table as CSV. With ``quote_all`` an empty cell is ``""`` and one that is not there nothing at all.

    >>> csv_text([["a", "", None]], ";", end=".")
    '"a";"";.'
    """
    if quote_all:
        lines = (delimiter.join(_quoted(cell) for cell in row) for row in rows)
        return "".join(line + end for line in lines)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return buffer.getvalue()


def _quoted(cell: Cell) -> str:
    return "" if cell is None else '"' + str(cell).replace('"', '""') + '"'


def workbook(rows: Iterable[Sequence[Cell]], sheet: str = "Sheet1") -> bytes:
    """A table as the one sheet of a workbook: numbers as numbers, moments as dates, "" and None as no cell."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell:
                    page.write_string(number, place, cell)
                elif isinstance(cell, dt.datetime):
                    page.write_datetime(number, place, cell)
                elif isinstance(cell, bool):
                    page.write_boolean(number, place, cell)
                elif cell is not None and cell != "":
                    page.write_number(number, place, float(cell))
    return buffer.getvalue()


def in_one_cell(
    filled: Filled,
    language: Language,
    join: Callable[[list[str]], str],
    heading: Callable[[Question, Part], str],
) -> tuple[list[str], list[Column]]:
    """Headings and columns as form tools write them: all chosen options in one cell, a column per row of a matrix.

    Answers are texts; what was not shown and what was not answered are both "". ``heading`` names the row of a matrix.
    """
    headings: list[str] = []
    columns: list[Column] = []
    for question in filled.questionnaire.questions:
        if question.asked in ("multiple", "ranking"):
            headings.append(question.text.of(language))
            columns.append([join(texts) if texts else "" for texts in chosen_texts(filled, question, language)])
            continue
        for item in question.items:
            headings.append(heading(question, item) if question.asked == "matrix" else question.text.of(language))
            columns.append(step_texts(filled, question, item, language))
    return headings, columns


def step_texts(filled: Filled, question: Question, item: Part, language: Language) -> Column:
    """The answers to one item as texts, "" where there is none."""
    texts = {step.key: step.text.of(language) for step in question.steps}
    values = given(filled, question, item)
    return ["" if isinstance(value, State) else texts.get(str(value), str(value)) for value in values]
