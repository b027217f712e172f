"""Exports of Google Forms: the download with answers as CSV, and the linked sheet as CSV or workbook."""

from __future__ import annotations

import datetime as dt
from functools import partial

from typology.content.questionnaire.form import Filled
from typology.content.reading import Language, Text
from typology.simulation.export.layout import (
    Cell,
    Export,
    Write,
    csv_text,
    in_one_cell,
    moments,
    one_file,
    sent,
    table,
    workbook,
)

STAMP = Text(de="Zeitstempel", en="Timestamp")
SHEET = Text(de="Formularantworten 1", en="Form Responses 1")
HALVES = {"de": ("vorm.", "nachm."), "en": ("AM", "PM")}


def table_of(filled: Filled, stamps: list[Cell], language: Language, separator: str) -> list[list[Cell]]:
    """One heading row; the rows of a matrix as ``question [row]``, chosen options in one cell."""
    headings, columns = in_one_cell(
        filled,
        language,
        separator.join,
        lambda question, item: f"{question.text.of(language)} [{item.text.of(language)}]",
    )
    return table([[heading] for heading in (STAMP.of(language), *headings)], [stamps, *columns])


def write_download(filled: Filled, *, language: Language = "de") -> Export:
    """Commas, every cell quoted, ``2026/03/02 9:15:07 AM MEZ``.

    Assumed: UTF-8 without BOM, ``;`` between the options of a cell, German words for the halves of the day and CRLF.
    """
    filled = sent(filled)
    zone = "MEZ" if language == "de" else "CET"
    stamps: list[Cell] = [
        f"{when:%Y/%m/%d} {(when.hour - 1) % 12 + 1}:{when:%M:%S} {HALVES[language][when.hour > 11]} {zone}"
        for when in moments(filled.stamps)
    ]
    text = csv_text(table_of(filled, stamps, language, ";"), ",")
    return one_file(f"{filled.questionnaire.title.of(language)}.csv", text.encode("utf-8"))


def sheet_table(filled: Filled, language: Language) -> tuple[list[list[Cell]], list[dt.datetime]]:
    """The linked sheet with ``, `` between the options of a cell, and its times."""
    filled = sent(filled)
    when = [moment.replace(tzinfo=None) for moment in moments(filled.stamps)]
    return table_of(filled, list(when), language, ", "), when


def write_sheet(filled: Filled, *, language: Language = "de") -> Export:
    """The sheet as CSV: commas, quotes only where they are needed (assumed), time in the notation of its country."""
    rows, _ = sheet_table(filled, language)
    form = "{:%d.%m.%Y %H:%M:%S}" if language == "de" else "{0.month}/{0.day}/{0:%Y} {0.hour}:{0:%M:%S}"
    rows = [[form.format(cell) if isinstance(cell, dt.datetime) else cell for cell in row] for row in rows]
    name = f"{filled.questionnaire.title.of(language)} (Antworten) - {SHEET.of(language)}.csv"
    return one_file(name, csv_text(rows, ",", quote_all=False).encode("utf-8"))


def write_xlsx(filled: Filled) -> Export:
    """The sheet as a workbook, times as dates."""
    rows, _ = sheet_table(filled, "de")
    return one_file(f"{filled.questionnaire.title.de} (Antworten).xlsx", workbook(rows, SHEET.de))


VARIANTS: dict[str, Write] = {
    "download": write_download,
    "download-english": partial(write_download, language="en"),
    "sheet": write_sheet,
    "sheet-english": partial(write_sheet, language="en"),
    "sheet-xlsx": write_xlsx,
}
