"""Notes, sums and legends below the last respondent, as official tables carry them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from typology.files.table import Table
from typology.survey.columns import plain
from typology.survey.draft.words import IDENTIFIER

FORMS = (r"\d{4,12}", r"[A-Z]{3}", r"[A-Z]{2}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
ENOUGH = 20  # keys of one form before the rest of a column is judged by it


@dataclass(frozen=True)
class Footer:
    """Rows from ``first`` (row number of the file) to the end; ``column`` has a key of the form ``pattern`` above."""

    column: str
    pattern: str
    first: int
    n_rows: int


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
        for form in FORMS:
            keys = column.str.fullmatch(form).to_numpy(dtype=bool)
            n_body = int(keys.nonzero()[0][-1]) + 1 if keys.any() else 0
            if keys.sum() < ENOUGH or n_body == len(frame) or keys[:n_body].mean() < 0.9:
                continue
            filled = (frame != "").to_numpy().mean(axis=1)
            first, usual = column.iloc[n_body], float(sorted(filled[:n_body])[n_body // 2])
            number = bool(NUMBER.fullmatch(first)) and form != FORMS[0]
            if number or (first == "" and filled[n_body] <= 0.5 * usual):
                footer = Footer(heading, form, int(frame.index[n_body]), len(frame) - n_body)
                return replace(table, frame=frame.iloc[:n_body]), footer
    return table, None
