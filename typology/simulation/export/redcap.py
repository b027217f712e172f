"""REDCap's exports as CSV: raw codes under the names of fields, or labels under the texts of the questions.

That a box is 0 also where its question was never shown, and the order of names and times, are assumed.
"""

from __future__ import annotations

from functools import partial

from typology.content.questionnaire.form import Filled
from typology.simulation.export.cells import By, item_cells, number, options, text_in
from typology.simulation.export.layout import (
    OTHER,
    Cell,
    Column,
    Export,
    Write,
    csv_text,
    free_texts,
    given,
    moments,
    one_file,
    table,
)

FORM = "befragung"
OPEN = "[not completed]"
STATES = {True: ("2", "Complete"), False: ("0", "Incomplete")}


def write(filled: Filled, *, labels: bool = False, headings: bool | None = None, bom: bool = False) -> Export:
    """``labels`` are those of the answers, ``headings`` (as ``labels`` unless said) those of the fields."""
    worded = labels if headings is None else headings
    by: By = text_in("de") if labels else number
    done = [bool(value) for value in filled.completed]
    when = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments(filled.stamps)]
    n = len(done)
    found: list[tuple[str, Column]] = [
        ("Record ID" if worded else "record_id", list(range(1, n + 1))),
        ("Survey Identifier" if worded else "redcap_survey_identifier", [""] * n),
        (
            "Survey Timestamp" if worded else f"{FORM}_timestamp",
            [text if sent else OPEN for text, sent in zip(when, done, strict=True)],
        ),
    ]
    ticks: dict[bool, Cell] = {True: "Checked", False: "Unchecked"} if labels else {True: 1, False: 0}
    for question in filled.questionnaire.questions:
        field, asked = question.code.lower(), question.text.de
        for place, item in options(filled, question):
            if question.asked == "multiple":
                heading = f"{asked} (choice={item.text.de})" if worded else f"{field}___{place}"
                ticked = [ticks[answer is True] for answer in given(filled, question, item)]
                found.append((heading, ticked))
                continue
            several = question.asked in ("matrix", "ranking")
            name = f"{field}_{place}" if several else field
            found.append(
                ((item.text.de if several else asked) if worded else name, item_cells(filled, question, item, by))
            )
        if question.other:
            place = len(question.items) + 1
            free = free_texts(filled, question)
            heading = f"{asked} (choice={OTHER.de})" if worded else f"{field}___{place}"
            found.append((heading, [ticks[bool(text)] for text in free]))
            found.append((f"{OTHER.de}:" if worded else f"{field}_text", free))
    found.append(("Complete?" if worded else f"{FORM}_complete", [STATES[sent][labels] for sent in done]))
    rows = table([[heading] for heading, _ in found], [cells for _, cells in found])
    file = f"DigitaleZiele_DATA{'_LABELS' if worded else ''}_2026-06-30_0915.csv"
    text = csv_text(rows, quote_all=False, end="\n")
    return one_file(file, text.encode("utf-8-sig" if bom else "utf-8"))


VARIANTS: dict[str, Write] = {
    "raw": partial(write),
    "labels": partial(write, labels=True, bom=True),
    "labels-raw-headings": partial(write, labels=True, headings=False),
}
