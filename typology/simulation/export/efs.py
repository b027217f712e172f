"""Exports of EFS Survey, Unipark and Tivian: ``v_1`` … with codes, alone or with a row of labels, and for SPSS."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from typology.content.questionnaire.form import Filled, State
from typology.content.reading import Language
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
from typology.simulation.export.limesurvey_spss import Variable, sav

FILE = "data_project_735210_2026_06_30"
# A closed question that was not answered or not seen, a text field likewise.
SILENT, UNSEEN, NO_TEXT, HIDDEN = 0, -77, -99, -66
COMPLETED, BROKEN_OFF = 31, 22


def variables(filled: Filled, language: Language) -> Iterator[Variable]:
    """One variable per item, numbered through the survey; labels ``question: item`` and those of ticks are assumed."""
    number = 0
    for question in filled.questionnaire.questions:
        asked = question.text.of(language)
        open_ended = question.asked in ("text", "number")
        codes = step_codes(question, lambda _, place: place)
        meanings: dict[Cell, str] = {n: step.text.of(language) for n, step in enumerate(question.steps, start=1)}
        if question.asked == "multiple":
            codes, meanings = {True: 1, False: 0}, {0: "not quoted", 1: "quoted"}
        for item in question.items:
            number += 1
            values = given(filled, question, item)
            label = f"{asked}: {item.text.of(language)}" if len(question.items) > 1 else asked
            if open_ended or question.asked == "ranking":
                known: dict[object, Cell] = {v: "" if v is None else str(v) for v in values if not isinstance(v, State)}
                cells = coded(values, known, gone=str(HIDDEN), silent=str(NO_TEXT))
                yield Variable(f"v_{number}", label, False, {}, cells)
            else:
                cells = coded(values, codes, gone=UNSEEN, silent=SILENT)
                yield Variable(f"v_{number}", label, True, meanings, cells)
        if question.other:
            free = free_texts(filled, question)
            first = given(filled, question, question.items[0])
            unseen = [value is State.NOT_SHOWN for value in first]
            ticked: Column = [UNSEEN if gone else int(bool(text)) for gone, text in zip(unseen, free, strict=True)]
            own = [str(HIDDEN if gone else text or NO_TEXT) for gone, text in zip(unseen, free, strict=True)]
            other = f"{asked}: {OTHER.of(language)}"
            yield Variable(f"v_{number + 1}", other, True, meanings, ticked)
            yield Variable(f"v_{number + 2}", f"{other} (Text)", False, {}, own)
            number += 2


def all_variables(filled: Filled, language: Language = "de", *, dispcode: bool = True) -> list[Variable]:
    """With the tool's own variables before and after; ``dispcode`` only stands there for users who may see it."""
    n = len(filled.answers)
    done = [bool(value) for value in filled.completed]
    when = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments(filled.stamps)]
    before: dict[str, Column] = {
        "lfdn": [place + 1 for place in range(n)],
        "external_lfdn": [0] * n,
        "tester": [0] * n,
        **({"dispcode": [COMPLETED if sent else BROKEN_OFF for sent in done]} if dispcode else {}),
        "lastpage": [5310274 if sent else 5310270 for sent in done],
        "quality": [-77] * n,
        "duration": [240 + place * 17 % 600 if sent else -1 for place, sent in enumerate(done)],
    }
    after: dict[str, Column] = {
        "browser": ["Mozilla/5.0"] * n,
        "referer": [""] * n,
        "device_type": [1 + place % 3 for place in range(n)],
        "quota": [""] * n,
        "page_history": ["5310269,5310270"] * n,
        "output_mode": [0] * n,
        "language": [1] * n,
        "cleaned": [0] * n,
        "datetime": when,
        "date_of_last_access": when,
        "date_of_first_mail": ["0000-00-00 00:00:00"] * n,
        "rts5310270": [30 + place % 60 for place in range(n)],
    }
    words = ("browser", "referer", "quota", "page_history", "datetime", "date_of_last_access", "date_of_first_mail")
    own = {
        name: Variable(name, name, name not in words, {}, cells)  # what the labels row says of them is assumed
        for name, cells in {**before, **after}.items()
    }
    return [*(own[name] for name in before), *variables(filled, language), *(own[name] for name in after)]


def table_of(filled: Filled, *, labels: bool, language: Language = "de", dispcode: bool = True) -> list[list[Cell]]:
    """Names, a row of labels if it is on, one row per start."""
    found = all_variables(filled, language, dispcode=dispcode)
    return table([[one.name, one.label] if labels else [one.name] for one in found], [one.cells for one in found])


def write_csv(filled: Filled, *, labels: bool = False, encoding: str = "utf-8", dispcode: bool = True) -> Export:
    """Semicolons; quotes around every cell and CRLF are assumed."""
    text = csv_text(table_of(filled, labels=labels, dispcode=dispcode), ";")
    return one_file(f"{FILE}.csv", text.encode(encoding, "replace"))


def write_xlsx(filled: Filled, *, labels: bool = False) -> Export:
    """The sheet is called so by the tool; open answers of digits stay text."""
    return one_file(f"{FILE}.xlsx", workbook(table_of(filled, labels=labels), "Export 1.1"))


def write_sav(filled: Filled) -> Export:
    """With the labels of variables and values."""
    return one_file(f"{FILE}.sav", sav(all_variables(filled)))


VARIANTS: dict[str, Write] = {
    "csv-labels": partial(write_csv, labels=True),
    "csv": write_csv,
    "csv-iso": partial(write_csv, labels=True, encoding="iso-8859-1"),
    "xlsx-labels": partial(write_xlsx, labels=True),
    "xlsx": write_xlsx,
    "sav": write_sav,
}
