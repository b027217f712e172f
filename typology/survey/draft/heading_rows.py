"""Which rows of an export are heading: a title may stand above the names, question texts or more below them."""

from __future__ import annotations

import pandas as pd

from typology.files.table import Table
from typology.survey.columns import code_of

MOST = 3
ENOUGH = 3  # columns that must speak for a row being a heading
FEW_ROWS = 5  # below that many answers nothing can be told
MOST_TITLES = 10
UNNAMED = "(Spalte "


def title_rows(table: Table) -> int:
    """How many rows stand above the heading: a title in one cell, as people write it above a table in Excel.

    The heading is then the first row whose cells are nearly all filled, each with its own words.
    """
    headings = list(table.frame.columns)
    if len(headings) < ENOUGH or sum(not heading.startswith(UNNAMED) for heading in headings) > 1:
        return 0
    for number, row in table.frame.head(MOST_TITLES).iterrows():
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) > 1:
            words = not any(cell.replace(".", "").replace(",", "").isdigit() for cell in cells)
            own = len(set(cells)) == len(cells) >= max(ENOUGH, 0.8 * len(headings))
            return int(str(number)) - 1 if words and own else 0
    return 0


def heading_rows(table: Table) -> int:
    """1, or more where the first rows of the table read like further headings.

    Such a row has words where the answers below are numbers (SoSci, Qualtrics), or the names of the options in
    columns that have no name of their own (SurveyMonkey).
    """
    frame = table.frame
    n = 0
    while n < MOST - 1 and len(frame) - n > FEW_ROWS and _is_heading(frame.iloc[n:]):
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
    return (spoken >= ENOUGH and spoken > 3 * against) or options >= 2
