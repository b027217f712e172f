"""KoboToolbox' exports: names or labels, several answers as one summary, as details, or both, with or without groups.

A matrix is a group with one question per row, as XLSForm writes it. The columns ``start`` and ``end`` in front are
assumed.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Literal

from typology.content.questionnaire.form import Filled, Part, Question
from typology.simulation.export.cells import By, in_one_cell, item_cells, options, text_in
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
    sent,
    table,
    workbook,
)

OWN_OPTION = "sonstiges"
Several = Literal["both", "summary", "details"]


def name(part: Part, place: int) -> Cell:
    """The name of a choice inside the form."""
    return part.code.lower()


def own_columns(filled: Filled) -> tuple[dict[str, Column], dict[str, Column]]:
    """What stands before and behind the questions; times of sending in UTC without saying so."""
    here = moments(filled.stamps)
    n = len(here)
    utc = [moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S") for moment in here]
    local = [moment.isoformat(timespec="milliseconds") for moment in here]
    number = 519_003
    uuids = [f"{place * 2_654_435_761 % 16**8:08x}-4c1e-4f0a-9b7d-{place:012x}" for place in range(1, n + 1)]
    nothing: Column = [""] * n
    return {"start": local, "end": local}, {
        "_id": [number + 3 * place for place in range(n)],
        "_uuid": uuids,
        "_submission_time": utc,
        "_validation_status": nothing,
        "_notes": nothing,
        "_status": ["submitted_via_web"] * n,
        "_submitted_by": nothing,
        "__version__": ["vH7xkq2Lm"] * n,
        "_tags": nothing,
        "_index": list(range(1, n + 1)),
    }


def asked_columns(
    filled: Filled, question: Question, *, labels: bool, several: Several, groups: bool
) -> list[tuple[str, Column]]:
    """Heading and cells of one question."""
    by: By = text_in("de") if labels else name
    asked = question.text.de if labels else question.code.lower()
    path = f"{'Fragen' if labels else 'fragen'}/" if groups else ""
    if question.asked == "multiple":
        found: list[tuple[str, Column]] = []
        own = OTHER.de if labels else OWN_OPTION
        summary = in_one_cell(filled, question, by, " ", free=own)
        answered = [bool(cell) for cell in summary]
        if several != "details":
            found.append((path + asked, summary))
        if several != "summary":
            details: list[tuple[str, Column]] = [
                (str(by(item, n)), item_cells(filled, question, item, by, ticked="1", unticked="0"))
                for n, item in options(filled, question)
            ]
            if question.other:
                details.append((own, ["1" if text else "0" for text in free_texts(filled, question)]))
            for option, cells in details:  # a question without an answer has no details
                shown = ["" if not known else str(cell) for cell, known in zip(cells, answered, strict=True)]
                found.append((f"{path}{asked}/{option}", shown))
        if question.other:
            free = f"{asked}: {OTHER.de}" if labels else f"{asked}_{OWN_OPTION}"
            found.append((path + free, free_texts(filled, question)))
        return found
    result = []
    for _, item in options(filled, question):
        heading = path + asked
        if question.asked in ("matrix", "ranking"):
            row = item.text.de if labels else f"{asked}_{item.code.lower()}"
            heading = f"{path}{asked}/{row}" if groups or labels else row
        result.append((heading, item_cells(filled, question, item, by)))
    return result


def rows_of(filled: Filled, *, labels: bool, several: Several, groups: bool) -> list[list[Cell]]:
    """Heading and rows; only what was sent exists."""
    filled = sent(filled)
    before, behind = own_columns(filled)
    found = list(before.items())
    for question in filled.questionnaire.questions:
        found += asked_columns(filled, question, labels=labels, several=several, groups=groups)
    found += list(behind.items())
    return table([[heading] for heading, _ in found], [cells for _, cells in found])


def write(
    filled: Filled, *, labels: bool = False, several: Several = "both", groups: bool = False, xlsx: bool = False
) -> Export:
    """CSV with semicolons, every cell quoted, no byte order mark; or a workbook of one sheet, numbers as text."""
    rows = rows_of(filled, labels=labels, several=several, groups=groups)
    file = f"Digitale Ziele - all versions - {'labels' if labels else 'False'} - 2026-06-30-07-15-00"
    if xlsx:
        texts = [[str(cell) for cell in row] for row in rows]
        return one_file(f"{file}.xlsx", workbook(texts, "Digitale Ziele"))
    return one_file(f"{file}.csv", csv_text(rows, ";").encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "names": partial(write),
    "names-summary": partial(write, several="summary"),
    "names-details": partial(write, several="details"),
    "names-groups": partial(write, groups=True),
    "labels": partial(write, labels=True),
    "labels-details": partial(write, labels=True, several="details"),
    "labels-groups": partial(write, labels=True, groups=True),
    "labels-summary": partial(write, labels=True, several="summary"),
    "xlsx": partial(write, xlsx=True),
}
