"""SoSci Survey's exports: codes or texts, four kinds of file, a second heading row of descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from typology.content.questionnaire.form import Filled, Question, State
from typology.content.reading import Language, Text
from typology.simulation.export.layout import (
    OTHER,
    Cell,
    Column,
    Export,
    Write,
    coded,
    csv_text,
    free_texts,
    given,
    moments,
    one_file,
    step_codes,
    table,
    workbook,
)

PROJECT = "digitaleziele_2026-06-30_12-00"
SECTION = "DK"
COUNT = Text(
    de="Ausweichoption (negativ) oder Anzahl ausgewählter Optionen",
    en="Residual option (negative) or number of selected options",
)
BEFORE = {
    "CASE": "Interview-Nummer (fortlaufend)",
    "SERIAL": "Personenkennung oder Teilnahmecode (sofern verwendet)",
    "REF": "Referenz (sofern im Link angegeben)",
    "QUESTNNR": "Fragebogen, der im Interview verwendet wurde",
    "MODE": "Interview-Modus",
    "STARTED": "Zeitpunkt zu dem das Interview begonnen hat (Europe/Berlin)",
}
# Of these descriptions only the tool's names are sure; the words are assumed.
AFTER = {
    "TIME001": "Verweildauer Seite 1",
    "TIME002": "Verweildauer Seite 2",
    "TIME_SUM": "Verweildauer gesamt (ohne Ausreißer)",
    "MAILSENT": "Versandzeitpunkt der Einladungsmail (nur für nicht-anonyme Adressaten)",
    "LASTDATA": "Zeitpunkt als der Datensatz das letzte Mal geändert wurde",
    "STATUS": "Status des Interviews (Markierung)",
    "FINISHED": "Wurde die Befragung abgeschlossen (letzte Seite erreicht)?",
    "Q_VIEWER": "Hat der Teilnehmer den Fragebogen nur angesehen, ohne die Pflichtfragen zu beantworten?",
    "LASTPAGE": "Seite, die der Teilnehmer zuletzt bearbeitet hat",
    "MAXPAGE": "Letzte Seite, die im Fragebogen bearbeitet wurde",
    "MISSING": "Anteil fehlender Antworten in Prozent",
    "MISSREL": "Anteil fehlender Antworten (gewichtet nach Relevanz)",
    "TIME_RSI": "Ausfüll-Geschwindigkeit (relativ)",
}


@dataclass(frozen=True)
class Variable:
    """One variable: its name, its description in the second heading row, and its cells."""

    name: str
    description: str
    cells: Column


def variables(filled: Filled, *, texts: bool, for_r: bool, language: Language) -> Iterator[Variable]:
    """The variables of all questions: 1 is not chosen and 2 chosen for ticks, 1 … n for steps, -9 not answered.

    For R ticks are TRUE and FALSE and what is missing is nothing. The words that stand for codes are assumed.
    """
    for number, question in enumerate(filled.questionnaire.questions, start=1):
        name, label = f"{SECTION}{number:02}", question.text.of(language).split("?")[0].split(" (")[0]
        silent: Cell = "" if for_r else "[NA] nicht beantwortet" if texts else -9
        if question.asked == "multiple":
            yield from _ticks(filled, question, name, label, texts=texts, for_r=for_r, language=language)
        elif question.asked in ("matrix", "single"):
            codes = step_codes(question, lambda step, n: step.text.of(language) if texts else n)
            for place, item in enumerate(question.items, start=1):
                cells = coded(given(filled, question, item), codes, gone="", silent=silent)
                matrix = question.asked == "matrix"
                described = f"{label}: {item.text.of(language)}" if matrix else label
                yield Variable(f"{name}_{place:02}" if matrix else name, described, cells)
        else:
            for place, item in enumerate(question.items, start=1):
                values = given(filled, question, item)
                cells = ["" if value is None or isinstance(value, State) else str(value) for value in values]
                described = f"{label}: {item.text.of(language)}" if len(question.items) > 1 else label
                yield Variable(f"{name}_{place:02}", described, cells)


def _ticks(
    filled: Filled, question: Question, name: str, label: str, *, texts: bool, for_r: bool, language: Language
) -> Iterator[Variable]:
    """How many were ticked, one variable per option, and the free text of the last one."""
    columns = [given(filled, question, item) for item in question.items]
    shown = [row[0] is not State.NOT_SHOWN for row in zip(*columns, strict=True)]
    free = free_texts(filled, question)
    ticks = [sum(value is True for value in row) for row in zip(*columns, strict=True)]
    counts = [n + bool(text) if seen else "" for n, text, seen in zip(ticks, free, shown, strict=True)]
    yield Variable(name, f"{label}: {COUNT.of(language)}", counts)
    codes: dict[object, Cell] = {True: 2, False: 1}
    if texts:
        codes = {True: "ausgewählt", False: "nicht gewählt"}
    if for_r:
        codes = {True: "TRUE", False: "FALSE"}
    for place, (item, column) in enumerate(zip(question.items, columns, strict=True), start=1):
        yield Variable(f"{name}_{place:02}", f"{label}: {item.text.of(language)}", coded(column, codes))
    if question.other:
        place = len(question.items) + 1
        own = [codes[bool(text)] if seen else "" for text, seen in zip(free, shown, strict=True)]
        other = OTHER.of(language)
        yield Variable(f"{name}_{place:02}", f"{label}: {other}", own)
        yield Variable(f"{name}_{place:02}a", f"{label}: {other} (offene Eingabe)", free)


def table_of(
    filled: Filled,
    *,
    texts: bool = False,
    for_r: bool = False,
    descriptions: bool = True,
    decimal: str = ".",
    language: Language = "de",
) -> list[list[Cell]]:
    """Names, descriptions unless they are switched off, and one row per interview that was begun."""
    n = len(filled.answers)
    done = [bool(value) for value in filled.completed]
    begun = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments(filled.stamps)]
    before: dict[str, Column] = {
        "CASE": [120 + 3 * place for place in range(n)],
        "SERIAL": [""] * n,
        "REF": [""] * n,
        "QUESTNNR": ["base"] * n,
        "MODE": ["interview"] * n,
        "STARTED": begun,
    }
    yes, no = ("TRUE", "FALSE") if for_r else (1, 0)
    pages = [4 if sent else 2 for sent in done]
    after: dict[str, Column] = {
        "TIME001": [20 + place % 40 for place in range(n)],
        "TIME002": [60 + place * 7 % 90 for place in range(n)],
        "TIME_SUM": [300 + place * 13 % 400 for place in range(n)],
        "MAILSENT": [""] * n,
        "LASTDATA": begun,
        "STATUS": ["complete" if sent else "" for sent in done],
        "FINISHED": [yes if sent else no for sent in done],
        "Q_VIEWER": [no] * n,
        "LASTPAGE": pages,
        "MAXPAGE": pages,
        "MISSING": [place % 9 for place in range(n)],
        "MISSREL": [place % 7 for place in range(n)],
        "TIME_RSI": [f"{1 + place % 80 / 100:.2f}".replace(".", decimal) for place in range(n)],
    }
    found = [
        *(Variable(name, BEFORE[name], cells) for name, cells in before.items()),
        *variables(filled, texts=texts, for_r=for_r, language=language),
        *(Variable(name, AFTER[name], cells) for name, cells in after.items()),
    ]
    headings = [[one.name, one.description] if descriptions else [one.name] for one in found]
    return table(headings, [one.cells for one in found])


def write_csv(
    filled: Filled,
    *,
    texts: bool = False,
    descriptions: bool = True,
    delimiter: str = ";",
    encoding: str = "iso-8859-1",
) -> Export:
    """For German Excel: semicolons, ISO-8859-1, decimal comma; or tabs in UTF-16 with a decimal point."""
    decimal = "," if delimiter == ";" else "."
    rows = table_of(filled, texts=texts, descriptions=descriptions, decimal=decimal)
    rows = [[_bare(cell) for cell in row] for row in rows]
    data = csv_text(rows, delimiter).encode(encoding, "replace")
    return one_file(f"data_{PROJECT}.csv", data)


def _bare(cell: Cell) -> Cell:
    """Cells that are not there are empty in quotes, as are all others."""
    return "" if cell is None else cell


def write_r(filled: Filled) -> Export:
    """For R: UTF-8, tabs, names alone; the script beside it that R needs is left out."""
    rows = table_of(filled, for_r=True, descriptions=False)
    return one_file(f"rdata_{PROJECT}.csv", csv_text(rows, "\t").encode("utf-8"))


def write_xlsx(filled: Filled, *, texts: bool = False) -> Export:
    """One sheet, data from the third row."""
    rows = table_of(filled, texts=texts)
    return one_file(f"data_{PROJECT}.xlsx", workbook(rows, "Data"))


VARIANTS: dict[str, Write] = {
    "codes": write_csv,
    "codes-names-only": partial(write_csv, descriptions=False),
    "codes-unicode": partial(write_csv, delimiter="\t", encoding="utf-16"),
    "codes-xlsx": write_xlsx,
    "texts": partial(write_csv, texts=True),
    "texts-xlsx": partial(write_xlsx, texts=True),
    "r": write_r,
}
