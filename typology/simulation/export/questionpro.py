"""QuestionPro's raw data: some rows above the heading, then the responses as a workbook or CSV.

How several answers and matrices are laid out (one column per option, the options in a second heading row or behind the
question), and the columns between status and time, are assumed.
"""

from __future__ import annotations

from functools import partial

from typology.content.questionnaire.form import Filled
from typology.simulation.export.cells import item_cells, number, options, text_in
from typology.simulation.export.layout import (
    OTHER,
    Cell,
    Column,
    Export,
    Write,
    csv_text,
    free_texts,
    moments,
    one_file,
    table,
    workbook,
)

OWN = (
    "Response ID", "Response Status", "IP Address", "Timestamp (mm/dd/yyyy)", "Duplicate",
    "Time Taken to Complete (Seconds)", "Seq. Number", "External Reference", "Respondent Email", "Country Code",
)  # fmt: skip


def write(filled: Filled, *, texts: bool = False, two_rows: bool = False, xlsx: bool = True) -> Export:
    """Three rows of preamble; heading cells carry a blank at their end, times stand in American order."""
    n = len(filled.answers)
    nothing: Column = [""] * n
    own: list[Column] = [
        [f"{58_300_100 + 13 * place}" for place in range(n)],
        ["Completed" if sent else "Started" for sent in filled.completed],
        nothing,
        [moment.strftime("%m/%d/%Y %H:%M:%S") for moment in moments(filled.stamps)],
        [0] * n,
        [240 + 31 * place % 700 for place in range(n)],
        list(range(1, n + 1)),
        nothing,
        nothing,
        ["DE"] * n,
    ]
    headings = [[f"{name} ", ""] for name in OWN]
    columns = own
    by = text_in("de") if texts else number
    for question in filled.questionnaire.questions:
        asked = question.text.de
        several = question.asked in ("multiple", "matrix", "ranking")
        for place, item in options(filled, question):
            below = item.text.de if several else ""
            one = f"{asked} - {below}" if several else asked
            headings.append([asked if place == 1 else "", below] if two_rows else [f"{one} ", ""])
            columns.append(item_cells(filled, question, item, by, ticked=by(item, place) if texts else 1))
        if question.other:
            headings.append(["", OTHER.de] if two_rows else [f"{asked} - {OTHER.de} ", ""])
            columns.append(free_texts(filled, question))
    rows = table([pair if two_rows else pair[:1] for pair in headings], columns)
    width = len(columns)
    preamble: list[list[Cell]] = [
        [text, *[""] * (width - 1)]
        for text in (filled.questionnaire.title.de, "Raw Data Export", f"Total Responses: {n}")
    ]
    file = "20260630-QuestionPro-SR-RawData-9183021-06-30-2026-T0915"
    if xlsx:
        return one_file(f"{file}.xlsx", workbook([*preamble, *rows], "Raw Data"))
    return one_file(f"{file}.csv", csv_text([*preamble, *rows], quote_all=False).encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "xlsx": partial(write),
    "xlsx-texts": partial(write, texts=True),
    "xlsx-two-rows": partial(write, two_rows=True),
    "csv": partial(write, xlsx=False),
    "csv-texts-two-rows": partial(write, texts=True, two_rows=True, xlsx=False),
}
