"""Exports of Microsoft Forms: a workbook, and what German Excel makes of it as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from typology.content.questionnaire.form import Filled
from typology.content.reading import Language, Text
from typology.simulation.export.layout import (
    Cell,
    Column,
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

OWN = ("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name")
OWN_ENGLISH = ("ID", "Start time", "Completion time", "Email", "Name")
SHEET = Text(de="Tabelle1", en="Sheet1")


def table_of(filled: Filled, language: Language) -> list[list[Cell]]:
    """One heading row; chosen options in one cell, each with ``;`` behind it, also the last.

    The rows of a matrix are headed by their own text alone, and a text that occurs again gets a number. That options
    stand in the order of the list, and steps as texts, is assumed; so is what stands for anonymous people.
    """
    filled = sent(filled)
    n = len(filled.answers)
    done = [moment.replace(tzinfo=None) for moment in moments(filled.stamps)]
    own: list[Column] = [
        list(range(1, n + 1)),
        [moment - dt.timedelta(minutes=11) for moment in done],
        done,
        ["anonymous"] * n,
        [""] * n,
    ]
    headings, columns = in_one_cell(
        filled, language, lambda texts: "".join(f"{text};" for text in texts), lambda _, item: item.text.of(language)
    )
    names = OWN if language == "de" else OWN_ENGLISH
    return table([[heading] for heading in numbered([*names, *headings])], [*own, *columns])


def numbered(headings: Sequence[str]) -> list[str]:
    """Headings with 2, 3 … behind what occurs again.

    >>> numbered(["Schulen", "Wege", "Schulen", "Schulen"])
    ['Schulen', 'Wege', 'Schulen2', 'Schulen3']
    """
    seen: dict[str, int] = {}
    result = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        result.append(heading if seen[heading] == 1 else f"{heading}{seen[heading]}")
    return result


def write_xlsx(filled: Filled, *, language: Language = "de") -> Export:
    """As "In Excel öffnen" gives it; the name of file and sheet are assumed."""
    title = filled.questionnaire.title.of(language)
    return one_file(
        f"{title}(1-{len(sent(filled).answers)}).xlsx", workbook(table_of(filled, language), SHEET.of(language))
    )


def write_csv(filled: Filled) -> Export:
    """Saved again as CSV by German Excel: semicolons, Windows-1252, days before months, no seconds."""
    rows = [
        [f"{cell:%d.%m.%Y %H:%M}" if isinstance(cell, dt.datetime) else cell for cell in row]
        for row in table_of(filled, "de")
    ]
    text = csv_text(rows, ";", quote_all=False)
    return one_file(f"{filled.questionnaire.title.de}.csv", text.encode("cp1252", "replace"))


VARIANTS: dict[str, Write] = {
    "german": write_xlsx,
    "english": partial(write_xlsx, language="en"),
    "csv": write_csv,
}
