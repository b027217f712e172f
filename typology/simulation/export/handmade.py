"""Tables typed by hand in a spreadsheet: merged headings, marks of all kinds, a title above, a sum and a note below.

No tool writes them, so all of it is assumed: what people do who type the answers of a paper form.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from typology.content.questionnaire.form import Filled, Question
from typology.simulation.export.cells import in_one_cell, item_cells, options, text_in
from typology.simulation.export.layout import (
    CREATED,
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
)

Heading = Literal["merged", "joined"]


@dataclass(frozen=True)
class Style:
    """How one person types: the marks for ticked and not, one cell for all ticks, rows around the table.

    ``separator`` parts the options in one cell, "" gives each a column of its own. ``words`` are typed for steps, else
    their numbers.
    """

    ticked: Cell = "x"
    unticked: Cell = ""
    separator: str = ""
    heading: Heading = "merged"
    words: bool = True
    title: bool = False
    below: bool = False


def rows_of(filled: Filled, style: Style) -> tuple[list[list[Cell]], list[tuple[int, int]]]:
    """All rows of the sheet, and from which to which column a question is merged; only whole copies are typed."""
    filled = sent(filled)
    when = [moment.strftime("%d.%m.%Y") for moment in moments(filled.stamps)]
    headings: list[list[str]] = [["Eingang", ""]]
    columns: list[Column] = [when]
    merged: list[tuple[int, int]] = []
    for question in filled.questionnaire.questions:
        if question.asked == "multiple" and style.separator:
            headings.append([question.text.de, ""])
            columns.append(in_one_cell(filled, question, text_in("de"), style.separator))
            continue
        start = len(columns)
        for text, cells in _typed(filled, question, style):
            headings.append([question.text.de, text])
            columns.append(cells)
        if len(columns) - start > 1:
            merged.append((start, len(columns) - 1))
    if style.heading == "merged":
        inner = {place for first, last in merged for place in range(first + 1, last + 1)}
        names = [["" if place in inner else pair[0], pair[1]] for place, pair in enumerate(headings)]
    else:
        names = [[f"{asked}: {text}" if text else asked] for asked, text in headings]
    rows = table(names, columns)
    above: list[list[Cell]] = [[filled.questionnaire.title.de], []] if style.title else []
    below = _below(columns, style) if style.below else []
    return [*above, *rows, *below], merged


def _typed(filled: Filled, question: Question, style: Style) -> list[tuple[str, Column]]:
    """Text below the question and cells of each column."""
    several = question.asked in ("multiple", "matrix", "ranking")
    by = text_in("de") if style.words or question.asked == "single" else (lambda part, place: place)
    found = [
        (
            item.text.de if several else "",
            item_cells(filled, question, item, by, ticked=style.ticked, unticked=style.unticked),
        )
        for _, item in options(filled, question)
    ]
    return [*found, (OTHER.de, free_texts(filled, question))] if question.other else found


def _below(columns: Sequence[Column], style: Style) -> list[list[Cell]]:
    """How often each option was ticked, a blank row, and where the answers come from."""
    counts = [sum(cell == style.ticked for cell in cells) for cells in columns]
    sums: list[Cell] = ["Summe", *(count if count else "" for count in counts[1:])]
    return [sums, [], ["Quelle: Rücklauf der Papierbögen, eigene Erfassung"]]


def write_xlsx(filled: Filled, style: Style = Style()) -> Export:
    """A workbook of one sheet; the question stands once over its columns, merged, where the style says so."""
    import xlsxwriter

    rows, merged = rows_of(filled, style)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet("Tabelle1")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell not in ("", None):
                    page.write(number, place, cell)
        if style.heading == "merged":
            top = 2 * style.title
            for first, last in merged:
                page.merge_range(top, first, top, last, str(rows[top][first]))
    return one_file("Rücklauf Umfrage.xlsx", buffer.getvalue())


def write_csv(filled: Filled, style: Style = Style()) -> Export:
    """Saved as CSV by a German Excel: semicolons, Windows-1252, quotes only where needed, keys without their zero."""
    rows, _ = rows_of(filled, style)
    width = max(map(len, rows))
    rows = [[_as_excel(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    return one_file("Rücklauf Umfrage.csv", csv_text(rows, ";", quote_all=False).encode("cp1252", errors="replace"))


def _as_excel(cell: Cell) -> Cell:
    """What Excel makes of a cell: numbers lose their zero in front, truth values are German words."""
    if isinstance(cell, bool):
        return "WAHR" if cell else "FALSCH"
    return cell.lstrip("0") if isinstance(cell, str) and cell.isdigit() else cell


X = Style()
VARIANTS: dict[str, Write] = {
    "merged-x": partial(write_xlsx, style=X),
    "merged-1-2": partial(write_xlsx, style=Style(1, 2, words=False)),
    "merged-1-0-title": partial(write_xlsx, style=Style(1, 0, title=True, below=True)),
    "joined-true-false": partial(write_xlsx, style=Style(True, False, heading="joined")),
    "joined-applies": partial(write_xlsx, style=Style("trifft zu", "trifft nicht zu", heading="joined", title=True)),
    "joined-yes-no": partial(write_xlsx, style=Style("ja", "nein", heading="joined", below=True)),
    "one-cell-comma": partial(write_xlsx, style=Style(separator=", ", heading="joined")),
    "one-cell-lines": partial(write_xlsx, style=Style(separator="\n", heading="joined", title=True)),
    "excel-csv-x": partial(write_csv, style=Style(heading="joined")),
    "excel-csv-true-false": partial(write_csv, style=Style(True, False, heading="joined")),
    "excel-csv-one-cell": partial(write_csv, style=Style(separator=", ", heading="joined", words=False)),
    "excel-csv-merged-title": partial(write_csv, style=Style(title=True, below=True)),
}
