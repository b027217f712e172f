"""SurveyMonkey's exports: the question over the first of its columns, options below it, texts or numbers.

The German headings, that a number is the place of the option, and the form of the times are assumed.
"""

from __future__ import annotations

from functools import partial

from typology.content.questionnaire.form import Filled
from typology.content.reading import Language, Text
from typology.simulation.export.cells import item_cells, number, options, text_in
from typology.simulation.export.layout import (
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
    Text(de="Befragten-ID", en="Respondent ID"),
    Text(de="Collector-ID", en="Collector ID"),
    Text(de="Startdatum", en="Start Date"),
    Text(de="Enddatum", en="End Date"),
    Text(de="IP-Adresse", en="IP Address"),
    Text(de="E-Mail-Adresse", en="Email Address"),
    Text(de="Vorname", en="First Name"),
    Text(de="Nachname", en="Last Name"),
    Text(de="Benutzerdefinierte Daten 1", en="Custom Data 1"),
)
RESPONSE, OPEN = Text(de="Antwort", en="Response"), Text(de="Offene Antwort", en="Open-Ended Response")
OTHER = Text(de="Sonstiges (bitte angeben)", en="Other (please specify)")


def write(filled: Filled, *, texts: bool = True, language: Language = "en", xlsx: bool = False) -> Export:
    """Two heading rows; unfinished responses are in the file and nothing tells them apart."""
    when = [moment.strftime("%m/%d/%Y %I:%M:%S %p") for moment in moments(filled.stamps)]
    n = len(when)
    nothing = [""] * n
    ids = [f"1189{place * 7_919 % 10**7:07d}" for place in range(1, n + 1)]
    own: list[Column] = [ids, ["431902217"] * n, when, when, *[nothing] * 5]
    headings = [[name.of(language), ""] for name in OWN]
    columns: list[Column] = [*own]
    by = text_in("de") if texts else number
    for question in filled.questionnaire.questions:
        below = [item.text.de for item in question.items]
        if question.asked in ("text", "number"):
            below = [OPEN.of(language)]
        elif question.asked == "single":
            below = [RESPONSE.of(language)]
        for place, item in options(filled, question):
            headings.append([question.text.de if place == 1 else "", below[place - 1]])
            columns.append(item_cells(filled, question, item, by, ticked=by(item, place)))
        if question.other:
            headings.append(["", OTHER.of(language)])
            columns.append(free_texts(filled, question))
    rows = table(headings, columns)
    if xlsx:
        return one_file("Digitale Ziele.xlsx", workbook(rows, "Sheet"))
    return one_file("Digitale Ziele.csv", csv_text(rows, quote_all=False).encode("utf-8"))


VARIANTS: dict[str, Write] = {
    "texts": partial(write),
    "numbers": partial(write, texts=False),
    "texts-german": partial(write, language="de"),
    "xlsx": partial(write, xlsx=True),
    "xlsx-numbers": partial(write, texts=False, xlsx=True),
}
