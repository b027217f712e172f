"""LimeSurvey's exports as CSV, workbook and VV file: codes or texts, headings as codes, texts or both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from typology.content.questionnaire.form import Filled, Question, State
from typology.content.reading import Language, Text
from typology.simulation.export.layout import (
    NO,
    OTHER,
    YES,
    Cell,
    Column,
    Export,
    Write,
    coded,
    csv_text,
    free_texts,
    given,
    moments,
    one_file,
    step_codes,
    table,
    workbook,
)

SURVEY = 482915
LAST_PAGE = 6
# Own columns: code, and heading where the user asks for texts (the English ones are assumed).
OWN = {
    "id": Text(de="Antwort ID", en="Response ID"),
    "submitdate": Text(de="Datum Abgeschickt", en="Date submitted"),
    "lastpage": Text(de="Letzte Seite", en="Last page"),
    "startlanguage": Text(de="Start-Sprache", en="Start language"),
    "seed": Text(de="Zufallsstartwert", en="Seed"),
}
YES_TEXT, NO_TEXT, GONE_TEXT = Text(de="Ja", en="Yes"), Text(de="Nein", en="No"), "N/A"
Heading = Literal["codes", "texts", "both"]


@dataclass(frozen=True)
class Answered:
    """One column: its code ``Q[item]``, its text, and the answers with None where the question was not shown."""

    code: str
    text: str
    cells: Column


def is_yes_no(question: Question) -> bool:
    """Whether the question is asked as LimeSurvey's own yes/no."""
    return question.asked == "single" and {step.key for step in question.steps} == {YES, NO}


def own_columns(filled: Filled, language: Language) -> dict[str, Column]:
    """Id with gaps, time of sending ("" for whoever broke off), last page, language, a number for random order."""
    n = len(filled.answers)
    when = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments(filled.stamps)]
    done = [bool(value) for value in filled.completed]
    return {
        "id": [2 * place + place // 3 + 1 for place in range(n)],
        "submitdate": [text if sent else None for text, sent in zip(when, done, strict=True)],
        "lastpage": [LAST_PAGE if sent else 1 + place % (LAST_PAGE - 1) for place, sent in enumerate(done)],
        "startlanguage": [language] * n,
        "seed": [10**8 + 7_919_173 * place % (9 * 10**8) for place in range(n)],
    }


def answered(filled: Filled, *, texts: bool, language: Language) -> Iterator[Answered]:
    """The columns of all questions in the order of the survey."""
    for question in filled.questionnaire.questions:
        asked = question.text.of(language)
        if question.asked == "multiple":
            ticks: dict[object, Cell] = {True: "Y", False: ""}
            if texts:
                ticks = {True: YES_TEXT.of(language), False: NO_TEXT.of(language)}
            for item in question.items:
                cells = coded(given(filled, question, item), ticks, gone=GONE_TEXT if texts else None)
                yield Answered(f"{question.code}[{item.code}]", f"{asked} [{item.text.of(language)}]", cells)
            if question.other:
                shown = given(filled, question, question.items[0])
                free = free_texts(filled, question)
                own = [None if first is State.NOT_SHOWN else text for first, text in zip(shown, free, strict=True)]
                yield Answered(f"{question.code}[other]", f"{asked} [{OTHER.of(language)}]", own)
        elif question.asked == "ranking":
            yield from _ranked(filled, question, texts=texts, language=language)
        else:
            codes = _codes(question, texts=texts, language=language)
            # a yes/no says "N/A" for both states, an array in texts nothing for both
            absent: Cell = GONE_TEXT if texts and is_yes_no(question) else "" if texts and codes else None
            silent = GONE_TEXT if texts and is_yes_no(question) else ""
            for item in question.items:
                values = given(filled, question, item)
                known = codes or {value: str(value) for value in values if not isinstance(value, State)}
                cells = coded(values, known, gone=absent, silent=silent)
                matrix = question.asked == "matrix"
                code = f"{question.code}[{item.code}]" if matrix else question.code
                yield Answered(code, f"{asked} [{item.text.of(language)}]" if matrix else asked, cells)


def _codes(question: Question, *, texts: bool, language: Language) -> dict[object, Cell]:
    if is_yes_no(question):
        yes, no = (YES_TEXT.of(language), NO_TEXT.of(language)) if texts else ("Y", "N")
        return {YES: yes, NO: no}
    if texts:
        return step_codes(question, lambda step, _: step.text.of(language))
    return step_codes(question, lambda step, _: step.code)


def _ranked(filled: Filled, question: Question, *, texts: bool, language: Language) -> Iterator[Answered]:
    columns = [given(filled, question, item) for item in question.items]
    rows = list(zip(*columns, strict=True))
    for rank in range(1, len(question.items) + 1):
        cells: list[Cell] = []
        for row in rows:
            at = [place for place, value in enumerate(row) if value == rank]
            named = question.items[at[0]] if at else None
            cell: Cell = "" if named is None else named.text.of(language) if texts else named.code
            cells.append(None if State.NOT_SHOWN in row else cell)
        yield Answered(f"{question.code}[{rank}]", f"{question.text.of(language)} [{rank}]", cells)


def table_of(
    filled: Filled, *, heading: Heading, texts: bool, language: Language, convert: bool = False
) -> list[list[Cell]]:
    """Heading and rows; ``convert`` writes 1 for ``Y`` and 0 for ``N`` and for a box that was not ticked."""
    headings: list[list[str]] = []
    columns: list[Column] = []
    for code, cells in own_columns(filled, language).items():
        headings.append([code if heading == "codes" else OWN[code].of(language)])
        columns.append(cells)
    turned: dict[Cell, Cell] = {"Y": "1", "N": "0", "": "0"}
    kinds = {question.code: question for question in filled.questionnaire.questions}
    for column in answered(filled, texts=texts, language=language):
        words = {"codes": column.code, "texts": column.text, "both": f"{column.code}. {column.text}"}
        headings.append([words[heading]])
        question = kinds[column.code.split("[")[0]]
        ticks = question.asked == "multiple" and not column.code.endswith("[other]")
        turn = convert and (ticks or is_yes_no(question))
        columns.append([turned.get(cell, cell) for cell in column.cells] if turn else column.cells)
    return table(headings, columns)


def write_csv(
    filled: Filled,
    *,
    heading: Heading = "codes",
    texts: bool = False,
    language: Language = "de",
    delimiter: str = ";",
    null: bool = True,
    convert: bool = False,
) -> Export:
    """UTF-8 with BOM, CRLF, every cell quoted.

    With ``null`` (since the end of 2023) what was not shown is nothing at all between two separators; before, it was
    ``""`` like a question without an answer, and an empty line ended the file.
    """
    rows = table_of(filled, heading=heading, texts=texts, language=language, convert=convert)
    if not null:
        rows = [["" if cell is None else cell for cell in row] for row in rows]
    text = csv_text(rows, delimiter) + ("" if null else "\r\n")
    return one_file(f"results-survey{SURVEY}.csv", ("\ufeff" + text).encode("utf-8"))


def write_xlsx(filled: Filled, *, heading: Heading = "codes", texts: bool = False, language: Language = "de") -> Export:
    """One sheet with the title of the survey; that digits become numbers is assumed."""
    rows = table_of(filled, heading=heading, texts=texts, language=language)
    rows = [rows[0], *([_number(cell) for cell in row] for row in rows[1:])]
    title = re.sub(r"[*:/\\?\[\]]", "_", filled.questionnaire.title.of(language))[:31]
    return one_file(f"results-survey{SURVEY}.xlsx", workbook(rows, title.strip() or f"survey_{SURVEY}"))


def _number(cell: Cell) -> Cell:
    """A number for digits without a zero in front, which a key of a municipality may have."""
    return int(cell) if isinstance(cell, str) and re.fullmatch(r"0|[1-9]\d{0,14}", cell) else cell


SIGNS = {"{": "{lbrace}", "\r": "{cr}", "\n": "{newline}", "\t": "{tab}", '"': "{quote}"}


def write_vv(filled: Filled, *, language: Language = "de") -> Export:
    """Tabs, texts and then codes as headings, a word for what was not shown."""

    def shown(value: Cell) -> str:
        return "{question_not_shown}" if value is None else "".join(SIGNS.get(sign, sign) for sign in str(value))

    codes = table_of(filled, heading="codes", texts=False, language=language)
    words = table_of(filled, heading="texts", texts=False, language=language)[0]
    head = ["\t".join(str(word) for word in row) for row in (words, codes[0])]
    lines = [*head, *("\t".join(shown(value) for value in row) for row in codes[1:])]
    return one_file(f"vvexport_{SURVEY}.csv", ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "codes": partial(write_csv),
    "codes-comma": partial(write_csv, delimiter=","),
    "codes-tab": partial(write_csv, delimiter="\t"),
    "codes-before-2023": partial(write_csv, null=False),
    "codes-1-0": partial(write_csv, convert=True),
    "texts": partial(write_csv, heading="texts", texts=True),
    "texts-english": partial(write_csv, heading="texts", texts=True, language="en", delimiter=","),
    "codes-texts": partial(write_csv, heading="texts"),
    "both": partial(write_csv, heading="both"),
    "both-texts": partial(write_csv, heading="both", texts=True, null=False),
    "xlsx": partial(write_xlsx),
    "xlsx-texts": partial(write_xlsx, heading="texts", texts=True),
    "vv": write_vv,
}
