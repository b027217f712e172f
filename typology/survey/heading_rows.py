"""How many rows of an export are heading: some tools write the question texts, or more, below the names."""

from __future__ import annotations

import pandas as pd

from typology.survey.columns import code_of
from typology.survey.table import Table

MOST = 3
ENOUGH = 3  # columns that must speak for a row being a heading
FEW_ROWS = 5  # below that many answers nothing can be told


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
        if heading.startswith("(Spalte "):
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
