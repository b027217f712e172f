"""Qualtrics' exports as CSV: three heading rows, numbers or texts, several answers split into columns or in one cell.

How a ticked option is written (1, or its text), the values 0 and -99 for "not ticked" and "seen and not answered", and
the words "Ausgewählte Option" between question and option are assumed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from typology.content.questionnaire.form import Filled
from typology.content.reading import Language, Text
from typology.simulation.export.cells import in_one_cell, item_cells, number, options, own_option, text_in
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
)

SELECTED, FREE = Text(de="Ausgewählte Option", en="Selected Choice"), Text(de="Text", en="Text")
# Own columns: name, and description in the language of the account.
OWN = {
    "StartDate": Text(de="Anfangsdatum", en="Start Date"),
    "EndDate": Text(de="Enddatum", en="End Date"),
    "Status": Text(de="Antworttyp", en="Response Type"),
    "IPAddress": Text(de="IP-Adresse", en="IP Address"),
    "Progress": Text(de="Aktueller Stand", en="Progress"),
    "Duration (in seconds)": Text(de="Dauer (in Sekunden)", en="Duration (in seconds)"),
    "Finished": Text(de="Beendet", en="Finished"),
    "RecordedDate": Text(de="Erfassungsdatum", en="Recorded Date"),
    "ResponseId": Text(de="Antwort-ID", en="Response ID"),
    "RecipientLastName": Text(de="Nachname des Empfängers", en="Recipient Last Name"),
    "RecipientFirstName": Text(de="Vorname des Empfängers", en="Recipient First Name"),
    "RecipientEmail": Text(de="E-Mail des Empfängers", en="Recipient Email"),
    "ExternalReference": Text(de="Externe Datenreferenz", en="External Data Reference"),
    "LocationLatitude": Text(de="Breitengrad des Standorts", en="Location Latitude"),
    "LocationLongitude": Text(de="Längengrad des Standorts", en="Location Longitude"),
    "DistributionChannel": Text(de="Verteilungskanal", en="Distribution Channel"),
    "UserLanguage": Text(de="Benutzersprache", en="User Language"),
}
LEGACY = (
    "ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status", "StartDate",
    "EndDate", "Finished",
)  # fmt: skip
TIMES = ("StartDate", "EndDate", "RecordedDate")


@dataclass(frozen=True)
class Variable:
    """One column: its name, its description, its identifier for an import, and the cells."""

    name: str
    description: str
    import_id: str
    cells: Column


def own_columns(filled: Filled, *, texts: bool) -> dict[str, Column]:
    """What Qualtrics writes about each response, by name."""
    when = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments(filled.stamps)]
    done = [bool(value) for value in filled.completed]
    n = len(when)
    nothing = [""] * n
    finished: list[Cell] = [str(sent) if texts else int(sent) for sent in done]
    return {
        "StartDate": when,
        "EndDate": when,
        "Status": ["IP Address" if texts else 0] * n,
        "IPAddress": nothing,
        "Progress": [100 if sent else 10 + place % 80 for place, sent in enumerate(done)],
        "Duration (in seconds)": [300 + 17 * place % 900 for place in range(n)],
        "Finished": finished,
        "RecordedDate": when,
        "ResponseId": [f"R_{place * 7_919_173 % 10**9:09d}aBcD" for place in range(1, n + 1)],
        "RecipientLastName": nothing,
        "RecipientFirstName": nothing,
        "RecipientEmail": nothing,
        "ExternalReference": nothing,
        "LocationLatitude": nothing,
        "LocationLongitude": nothing,
        "DistributionChannel": ["anonymous"] * n,
        "UserLanguage": ["DE"] * n,
    }


def variables(filled: Filled, *, texts: bool, split: bool, coded: bool, language: Language) -> list[Variable]:
    """The columns of all questions; ``coded`` writes 0 for "not ticked" and -99 for "seen and not answered"."""
    found = []
    by = text_in(language) if texts else number
    none, silent = ("0", "-99") if coded else ("", "")
    for place, question in enumerate(filled.questionnaire.questions, start=1):
        name, qid, asked = f"Q{place}", f"QID{place}", question.text.of(language)
        own = len(question.items) + 1
        if question.asked == "multiple":
            stem = f"{asked} - {SELECTED.of(language)}"
            other = OTHER.of(language) if texts else str(own)
            if split:
                for n, item in options(filled, question):
                    cells = item_cells(filled, question, item, by, ticked=by(item, n), unticked=none, silent=silent)
                    text = f"{stem} - {item.text.of(language)}"
                    found.append(Variable(f"{name}_{n}", text, f"{qid}_{n}", _ones(cells, texts, str(n))))
                if question.other:
                    cells = own_option(filled, question, other if texts else 1, none)
                    found.append(Variable(f"{name}_{own}", f"{stem} - {OTHER.of(language)}", f"{qid}_{own}", cells))
            else:
                found.append(Variable(name, stem, qid, in_one_cell(filled, question, by, ",", free=other)))
            if question.other:
                text = f"{asked} - {OTHER.of(language)} - {FREE.of(language)}"
                found.append(Variable(f"{name}_{own}_TEXT", text, f"{qid}_{own}_TEXT", free_texts(filled, question)))
        else:
            several = question.asked in ("matrix", "ranking")
            for n, item in options(filled, question):
                cells = item_cells(filled, question, item, by, silent=silent if question.steps else "")
                text = f"{asked} - {item.text.of(language)}" if several else asked
                suffix = f"_{n}" if several else ""
                found.append(Variable(name + suffix, text, qid + suffix, cells))
    return found


def _ones(cells: Column, texts: bool, place: str) -> Column:
    """1 for a tick where numbers are exported."""
    return cells if texts else [1 if str(cell) == place else cell for cell in cells]


def write_csv(
    filled: Filled,
    *,
    texts: bool = False,
    split: bool = True,
    coded: bool = False,
    language: Language = "en",
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Export:
    """Rows of names, descriptions in the language of the account, and identifiers; then the responses."""
    found = [
        Variable(name, OWN[name].of(language), name[0].lower() + name[1:], cells)
        for name, cells in own_columns(filled, texts=texts).items()
    ]
    found += variables(filled, texts=texts, split=split, coded=coded, language="de")
    headings = []
    for item in found:
        identifier: dict[str, str] = {"ImportId": item.import_id}
        if item.name in TIMES:
            identifier["timeZone"] = "Europe/Berlin"
        headings.append([item.name, item.description, json.dumps(identifier, separators=(",", ":"))])
    rows = table(headings, [item.cells for item in found])
    ending = "tsv" if delimiter == "\t" else "csv"
    text = csv_text(rows, delimiter, quote_all=False, end="\n")
    return one_file(f"Digitale Ziele_30. Juni 2026_09.15.{ending}", text.encode(encoding))


def write_legacy(filled: Filled, *, texts: bool = False) -> Export:
    """Two heading rows, own columns ``V1`` to ``V10``, a byte order mark, and a comma at the end of every line."""
    own = own_columns(filled, texts=texts)
    nothing = [""] * len(filled.answers)
    given = {
        "ResponseID": own["ResponseId"],
        "ResponseSet": ["Default Response Set"] * len(nothing),
        "Name": ["Anonymous"] * len(nothing),
        **{name: own[name] for name in ("IPAddress", "Status", "StartDate", "EndDate", "Finished")},
    }
    headings: list[list[str]] = [[f"V{place}", name] for place, name in enumerate(LEGACY, start=1)]
    columns: list[Column] = [given.get(name, nothing) for name in LEGACY]
    for item in variables(filled, texts=texts, split=True, coded=False, language="de"):
        headings.append([item.name, item.description])
        columns.append(item.cells)
    rows = table([*headings, ["", ""]], [*columns, nothing])
    return one_file("Digitale_Ziele.csv", csv_text(rows, quote_all=False, end="\n").encode("utf-8-sig"))


VARIANTS: dict[str, Write] = {
    "numbers": partial(write_csv),
    "numbers-one-cell": partial(write_csv, split=False),
    "numbers-recoded": partial(write_csv, coded=True),
    "texts": partial(write_csv, texts=True),
    "texts-one-cell": partial(write_csv, texts=True, split=False),
    "texts-german": partial(write_csv, texts=True, language="de"),
    "numbers-german": partial(write_csv, language="de"),
    "tsv": partial(write_csv, texts=True, delimiter="\t", encoding="utf-16"),
    "legacy": write_legacy,
    "legacy-texts": partial(write_legacy, texts=True),
}
