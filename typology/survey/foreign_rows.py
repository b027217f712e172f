"""Rows of an export that are no answers, told by what no respondent's row can hold: sums, notes, rows of a program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from typology.survey.codebook import Respondent
from typology.survey.columns import plain
from typology.survey.report import Journal
from typology.writing import Said

# No body is called so, whatever follows the word: "Gesamt (n = 40)", not "Gesamtgemeinde".
SUM = re.compile(
    r"(?:(?:gesamt|zwischen|teil|end|spalten)?summen?|(?:ins)?gesamt|(?:sub|grand )?totals?|mittelwerte?|durchschnitt"
    r"|median|minimum|maximum|standardabweichung|anzahl|sum|average|mean|count|[øσΣ]|n ?=)(?:[^\w-].*|\d+)?",
    flags=re.IGNORECASE | re.DOTALL,
)
NOTE = re.compile(
    r"(?:(?:quellen?|stand|datenstand|hinweise?|anmerkung(?:en)?|legende|erl(?:ä|ae)uterung(?:en)?|fu(?:ß|ss)noten?"
    r"|bemerkung(?:en)?|notiz|redaktion|sources?|notes?|legend|remarks?|as of)\b[^:]{0,30}(?::|\s\d).*"
    r"|(?:erstellt|exportiert|erzeugt|abgerufen|generated|exported|created)\s(?:am|mit|von|on|by|at|with)\b.*"
    r"|[*©¹²³†].*)",
    flags=re.IGNORECASE | re.DOTALL,
)
# What survey tools write below a heading for programs: names of questions, tags (HXL), identifiers of an import.
TOOL_CELL = re.compile(r'\{"ImportId":.*|question[-_]id[-_]\d.*|#[a-z]\w*(?:\s*\+\w+)*', flags=re.DOTALL)
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.:/-][A-Za-z0-9]+|\[[^\]\s]*\])*")
FEW_CELLS = 3  # fewer cells than these tell no row of a program


def odd_text(text: str) -> str:
    """The message that says why a cell with this text names no body, "" where it may.

    >>> odd_text("Summe:"), odd_text("Quelle: eigene Erhebung"), odd_text("Gesamtgemeinde Summerau")
    ('survey.sum_row', 'survey.note_row', '')
    """
    text = plain(text)
    if SUM.fullmatch(text):
        return "survey.sum_row"
    return "survey.note_row" if NOTE.fullmatch(text) else ""


def is_machine_row(cells: Sequence[str], below: pd.DataFrame) -> bool:
    """Whether the row names the columns for a program; ``below`` holds the rows after it, with the same columns.

    Either the cells are of a kind that only tools write, or every column has a code of its own, most of them with a
    number or a joining sign, and none of them is an answer further down.
    """
    filled = [cell for cell in cells if cell]
    if sum(bool(TOOL_CELL.fullmatch(cell)) for cell in filled) >= min(2, max(1, len(filled))):
        return all(TOOL_CELL.fullmatch(cell) or CODE.fullmatch(cell) for cell in filled)
    if len(filled) < max(FEW_CELLS, len(cells)) or len(set(filled)) < len(filled) or len(below) < FEW_CELLS:
        return False
    joined = sum(bool(re.search(r"[\d_.:/\[-]", cell)) for cell in filled)
    if not all(map(CODE.fullmatch, filled)) or 2 * joined < len(filled):
        return False
    columns = [below.iloc[:, place].str.strip() for place in range(below.shape[1])]
    again = any((column == cell).any() for column, cell in zip(columns, cells, strict=True))
    repeated = sum(column[column != ""].duplicated().any() for column in columns)
    return not again and repeated > 0


def note_foreign_rows(frame: pd.DataFrame, person: Respondent, headings: Mapping[str, str], found: Journal) -> None:
    """An error for each row that would count as an answer and is none: it must be left out by the codebook."""
    if frame.empty:
        return
    if is_machine_row([text.strip() for text in frame.iloc[0]], frame.iloc[1:]):
        found.error(
            "zeilen", Said("survey.machine_row"), row=int(frame.index[0]), expected=Said("survey.more_headings")
        )
    for name in dict.fromkeys(filter(None, (person.id, person.name))):
        column = frame[headings[name]]
        for text in column.unique():
            message = odd_text(text)
            for row in column.index[column == text] if message else ():
                expected = Said("survey.leave_row_out")
                found.error("zeilen", Said(message), row=int(row), column=name, value=text[:60], expected=expected)
