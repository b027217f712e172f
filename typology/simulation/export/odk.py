"""ODK Central's export as CSV: names of choices, groups joined by "-", several answers in one cell or split.

That split columns are headed ``question/choice``, and the columns behind ``KEY``, are assumed.
"""

from __future__ import annotations

from functools import partial

from typology.content.questionnaire.form import Filled
from typology.simulation.export.cells import in_one_cell, item_cells, options
from typology.simulation.export.kobo import OWN_OPTION, name
from typology.simulation.export.layout import (
    Column,
    Export,
    Write,
    csv_text,
    free_texts,
    moments,
    one_file,
    sent,
    table,
)


def write(filled: Filled, *, split: bool = False, groups: bool = True) -> Export:
    """One table; ``split`` adds a column of 0 and 1 for each choice."""
    filled = sent(filled)
    n = len(filled.answers)
    when = [moment.isoformat(timespec="milliseconds") for moment in moments(filled.stamps)]
    keys = [f"uuid:{place * 2_654_435_761 % 16**8:08x}-77aa-4d2c-8f31-{place:012x}" for place in range(1, n + 1)]
    path = "fragen-" if groups else ""
    found: list[tuple[str, Column]] = [("SubmissionDate", when)]
    for question in filled.questionnaire.questions:
        asked = question.code.lower()
        if question.asked == "multiple":
            found.append((path + asked, in_one_cell(filled, question, name, " ", free=OWN_OPTION)))
            if split:
                for _, item in options(filled, question):
                    cells = item_cells(filled, question, item, name, ticked="1", unticked="0")
                    found.append((f"{path}{asked}/{name(item, 0)}", cells))
            if question.other:
                found.append((f"{path}{asked}_{OWN_OPTION}", free_texts(filled, question)))
            continue
        for _, item in options(filled, question):
            inner = f"{asked}-{item.code.lower()}" if groups else item.code.lower()
            heading = path + (inner if question.asked in ("matrix", "ranking") else asked)
            found.append((heading, item_cells(filled, question, item, name)))
    nothing: Column = [""] * n
    found += [
        ("meta-instanceID" if groups else "instanceID", keys),
        ("KEY", keys),
        ("SubmitterID", ["12"] * n),
        ("SubmitterName", ["Web-Formular"] * n),
        ("AttachmentsPresent", ["0"] * n),
        ("AttachmentsExpected", ["0"] * n),
        ("Status", nothing),
        ("ReviewState", nothing),
        ("DeviceID", nothing),
        ("Edits", ["0"] * n),
        ("FormVersion", ["2026053101"] * n),
    ]
    rows = table([[heading] for heading, _ in found], [cells for _, cells in found])
    return one_file("digitale_ziele.csv", csv_text(rows, quote_all=False, end="\n").encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "names": partial(write),
    "names-split": partial(write, split=True),
    "names-no-groups": partial(write, groups=False),
}
