"""Umfrage Online's exports as CSV: comma since 2022, semicolon before.

Only the columns before the questions are known; one column per option and row, headed by question and option, with
texts or numbers, is assumed.
"""

from __future__ import annotations

from functools import partial

from typology.content.questionnaire.form import Filled
from typology.simulation.export.cells import item_cells, number, options, text_in
from typology.simulation.export.layout import (
    OTHER,
    Column,
    Export,
    Write,
    csv_text,
    free_texts,
    moments,
    one_file,
    table,
)

OWN = (
    "ID", "Gestartet am", "Zuletzt aktualisiert am", "Status", "Collector", "Sprache", "IP-Adresse", "Gerät",
)  # fmt: skip


def write(filled: Filled, *, texts: bool = True, old: bool = False) -> Export:
    """``old`` is the layout before 2022; unfinished responses are in the file with a status of their own."""
    n = len(filled.answers)
    when = [moment.strftime("%d.%m.%Y %H:%M") for moment in moments(filled.stamps)]
    own: list[Column] = [
        [str(71_230_011 + 7 * place) for place in range(n)],
        when,
        when,
        ["Abgeschlossen" if sent else "Teilweise abgeschlossen" for sent in filled.completed],
        ["Link"] * n,
        ["de"] * n,
        [""] * n,
        ["Desktop"] * n,
    ]
    headings = [[name] for name in OWN]
    columns = own
    by = text_in("de") if texts else number
    for question in filled.questionnaire.questions:
        asked = question.text.de
        several = question.asked in ("multiple", "matrix", "ranking")
        for place, item in options(filled, question):
            headings.append([f"{asked}: {item.text.de}" if several else asked])
            columns.append(item_cells(filled, question, item, by, ticked=by(item, place) if texts else 1))
        if question.other:
            headings.append([f"{asked}: {OTHER.de}"])
            columns.append(free_texts(filled, question))
    rows = table(headings, columns)
    file = "umfrageonline-1920331.csv" if old else "UmfrageOnline-Beantwortungen-1920331-2026-06-30.csv"
    return one_file(file, csv_text(rows, ";" if old else ",", quote_all=old).encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "texts": partial(write),
    "numbers": partial(write, texts=False),
    "old": partial(write, old=True),
    "old-numbers": partial(write, texts=False, old=True),
}
