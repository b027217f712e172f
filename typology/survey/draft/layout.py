"""Which rows of an export are heading, which are answers, and which are notes below them.

A title may stand above the names, question texts or more below them; sums and legends follow the last respondent, as
official tables carry them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from typology.files.table import Table
from typology.survey.columns import code_of, plain
from typology.survey.draft.words import IDENTIFIER

MOST_TITLES, MOST_HEADINGS = 10, 3
ENOUGH_COLUMNS = 3  # that must speak for a row being a heading
FEW_ROWS = 5  # below that many answers nothing can be told
UNNAMED = "(Spalte "
KEY_FORMS = (r"\d{4,12}", r"[A-Z]{3}", r"[A-Z]{2}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
ENOUGH_KEYS = 20  # of one form before the rest of a column is judged by it


@dataclass(frozen=True)
class Footer:
    """Rows from ``first`` (row number of the file) to the end; ``column`` has a key of the form ``pattern`` above."""

    column: str
    pattern: str
    first: int
    n_rows: int


def title_rows(table: Table) -> int:
    """How many rows stand above the heading: a title in one cell, as people write it above a table in Excel.

    The heading is then the first row whose cells are nearly all filled, each with its own words.
    """
    headings = list(table.frame.columns)
    if len(headings) < ENOUGH_COLUMNS or sum(not heading.startswith(UNNAMED) for heading in headings) > 1:
        return 0
    for number, row in table.frame.head(MOST_TITLES).iterrows():
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) > 1:
            words = not any(cell.replace(".", "").replace(",", "").isdigit() for cell in cells)
            own = len(set(cells)) == len(cells) >= max(ENOUGH_COLUMNS, 0.8 * len(headings))
            return int(str(number)) - 1 if words and own else 0
    return 0


def heading_rows(table: Table) -> int:
    """1, or more where the first rows of the table read like further headings.

    Such a row has words where the answers below are numbers (SoSci, Qualtrics), or the names of the options in
    columns that have no name of their own (SurveyMonkey).
    """
    frame = table.frame
    n = 0
    while n < MOST_HEADINGS - 1 and len(frame) - n > FEW_ROWS and _is_heading(frame.iloc[n:]):
        n += 1
    return 1 + n


def _is_heading(frame: pd.DataFrame) -> bool:
    row, rest = frame.iloc[0], frame.iloc[1:]
    spoken = against = options = 0
    for heading in frame.columns:
        cell, answers = row[heading].strip(), rest[heading].str.strip()
        answers = answers[answers != ""]
        if heading.startswith(UNNAMED):
            options += bool(cell) and set(answers) <= {cell}
        if answers.empty:
            continue
        # the second row of a heading is itself no answer: most must be numbers, not all
        numbers = answers.str.fullmatch(r"-?\d+(?:[.,:\s-]\d+)*").mean() > 0.8
        if numbers and cell and not cell[0].isdigit() and not cell.startswith("-") and not code_of(cell)[:1].isdigit():
            spoken += len(cell) > 3
        elif numbers and cell:
            against += 1
    return (spoken >= ENOUGH_COLUMNS and spoken > 3 * against) or options >= 2


def cut_footer(table: Table) -> tuple[Table, Footer | None]:
    """The table without its footer, and the footer; the table itself where there is none.

    A footer begins with a row that has no key and is mostly empty, or has a number where codes of letters belong, and
    no key follows it. A respondent who left the key out has filled the other columns, and so is none.
    """
    frame = table.frame
    for heading in frame.columns:
        if not IDENTIFIER.search(plain(heading)):
            continue
        column = frame[heading].str.strip()
        for form in KEY_FORMS:
            keys = column.str.fullmatch(form).to_numpy(dtype=bool)
            n_body = int(keys.nonzero()[0][-1]) + 1 if keys.any() else 0
            if keys.sum() < ENOUGH_KEYS or n_body == len(frame) or keys[:n_body].mean() < 0.9:
                continue
            filled = (frame != "").to_numpy().mean(axis=1)
            first, usual = column.iloc[n_body], float(sorted(filled[:n_body])[n_body // 2])
            number = bool(NUMBER.fullmatch(first)) and form != KEY_FORMS[0]
            if number or (first == "" and filled[n_body] <= 0.5 * usual):
                footer = Footer(heading, form, int(frame.index[n_body]), len(frame) - n_body)
                return replace(table, frame=frame.iloc[:n_body]), footer
    return table, None
