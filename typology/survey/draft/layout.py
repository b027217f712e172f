"""Which rows of an export are heading, which are answers, and which are notes below them.

A title may stand above the names, question texts or more below them; sums and legends follow the last respondent, as
official tables carry them. A row is taken for something else than an answer only by what no answer can hold, so that
the same respondents come out in whatever order they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from typology.files.table import Table
from typology.survey.columns import EMAIL, plain
from typology.survey.draft.words import IDENTIFIER, MISSING, TOOL_WORDS
from typology.survey.foreign_rows import is_machine_row, odd_text

MOST_TITLES, MOST_HEADINGS = 10, 3
ENOUGH_COLUMNS = 3  # that must speak for a row being a heading
MANY_ROWS = 5000  # that are enough to tell what answers look like
FEW_ROWS = 5  # below that many answers nothing can be told
UNNAMED = "(Spalte "
KEY_FORMS = (r"\d{4,12}", r"[A-Z]{3}", r"[A-Z]{2}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
ENOUGH_KEYS = 20  # of one form before the rest of a column is judged by it
# What nearly all answers of a column look like; a heading never does.
FORMS = (
    re.compile(r"-?\d+(?:[.,:\s-]\d+)*"),
    re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*"),
    EMAIL,
)


@dataclass(frozen=True)
class Footer:
    """Rows from ``first`` (row number of the file) to the end; ``column`` has a key of the form ``pattern`` above."""

    column: str
    pattern: str
    first: int
    n_rows: int


@dataclass(frozen=True)
class OddRow:
    """A row that is no answer: its number in the file, and the cell by which it can be told from all others."""

    row: int
    column: str
    text: str


def title_rows(table: Table) -> int:
    """How many rows stand above the heading: a title in one cell, as people write it above a table in Excel.

    The heading is then the first row whose cells are nearly all filled, each with its own words.
    """
    headings = list(table.frame.columns)
    if len(headings) < ENOUGH_COLUMNS or sum(not heading.startswith(UNNAMED) for heading in headings) > 1:
        return 0
    top = table.frame.head(MOST_TITLES)
    for place, (number, row) in enumerate(top.iterrows()):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) > 1:
            named = row != ""
            if place + 1 < len(top):  # options below a question that stands once over all of them
                below = top.iloc[place + 1]
                named |= (below != "") if _words([cell for cell in below if cell.strip()]) else False
            own = len(set(cells)) == len(cells) >= ENOUGH_COLUMNS and named.mean() >= 0.8
            return int(str(number)) - 1 if _words(cells) and own else 0
    return 0


def _words(cells: Sequence[str]) -> bool:
    return not any(cell.replace(".", "").replace(",", "").strip().isdigit() for cell in cells)


def heading_rows(table: Table) -> int:
    """1, or more where the first rows of the table can be no answers.

    Such a row names the columns for a program (Nextcloud, Qualtrics), has words of its own where all answers are
    numbers or dates (SoSci, Qualtrics), or names the options of columns that have no name of their own (SurveyMonkey,
    cells merged by hand).
    """
    frame = table.frame.head(MANY_ROWS)
    frame = frame.apply(lambda column: column.str.strip()) if len(frame) else frame
    answers = frame.iloc[MOST_HEADINGS - 1 :]  # whatever the first rows are, these are answers
    n = 0
    while n < MOST_HEADINGS - 1 and len(frame) > n + 1:
        row, below = frame.iloc[n], frame.iloc[n + 1 :]
        machine = is_machine_row(list(row), below)
        enough = len(frame) - n > FEW_ROWS
        if not machine and not (enough and (_speaks(row, below, answers) or (n == 0 and _names_options(row, below)))):
            break
        n += 1
    return 1 + n


def _form_of(column: pd.Series) -> re.Pattern[str] | None:
    """The form that most answers of a column have, None for words or no answers."""
    filled = column[column != ""]
    return next((form for form in FORMS if len(filled) and filled.str.fullmatch(form.pattern).mean() > 0.8), None)


def _speaks(row: pd.Series, below: pd.DataFrame, answers: pd.DataFrame) -> bool:
    """Whether the row has words wherever answers are numbers or dates, words of its own that nobody answers."""
    if all(cell.casefold() in TOOL_WORDS for cell in row if cell) and row.astype(bool).sum() > 1:
        return True
    words = []
    for heading in answers.columns:
        cell, form = row[heading], _form_of(answers[heading])
        if not cell or form is None:
            continue
        if form.fullmatch(cell):
            return False
        if len(cell) > 3 and cell.casefold() not in MISSING and not (below[heading] == cell).any():
            words.append(cell)
    return len(set(words)) >= ENOUGH_COLUMNS


def _names_options(row: pd.Series, below: pd.DataFrame) -> bool:
    """Whether the row names every column that has no name, and is silent or different where respondents always speak.

    A respondent who ticks everything carries the same texts, but is known by a name, a number or a time.
    """
    headings = list(below.columns)
    unnamed = [heading for heading in headings if heading.startswith(UNNAMED)]
    if len(unnamed) < 2 or not all(row[heading] for heading in unnamed):
        return False
    runs: list[list[str]] = []
    for heading in headings:
        if heading.startswith(UNNAMED) and runs:
            runs[-1].append(heading)
        else:
            runs.append([heading])
    options = [heading for run in runs if len(run) > 1 for heading in run]
    for run in runs:
        texts = [row[heading] for heading in run if row[heading]]
        if len(run) > 1 and (len(set(texts)) < len(texts) or any(map(NUMBER.fullmatch, texts))):
            return False
    silent = False
    for heading in headings:
        cell, column = row[heading], below[heading]
        form = _form_of(column)
        if cell and (
            (form is not None and form.fullmatch(cell)) or (heading not in options and (column == cell).any())
        ):
            return False
        silent |= (column != "").mean() > 0.95 and (not cell or form is not None)
    marks = [below[heading][below[heading] != ""] for heading in options]
    apart = all(not (mark == row[heading]).any() for mark, heading in zip(marks, options, strict=True))
    few = all(2 * mark.nunique() <= max(len(mark), 2) for mark in marks)
    return silent or (apart and few)


def cut_footer(table: Table) -> tuple[Table, Footer | None]:
    """The table without its footer, and the footer; the table itself where there is none.

    A footer begins with a row that has no key, or the word of a sum or note instead, and is mostly empty, or has a
    number where codes of letters belong, and no key follows it. A respondent who left the key out has filled the
    other columns, and so is none. Nor is there one where a key above is missing or written in another form
    ("AGS 01001000"), as the form would leave that respondent out too.
    """
    frame = table.frame
    for heading in frame.columns:
        if not IDENTIFIER.search(plain(heading)):
            continue
        column = frame[heading].str.strip()
        for form in KEY_FORMS:
            keys = column.str.fullmatch(form).to_numpy(dtype=bool)
            n_body = int(keys.nonzero()[0][-1]) + 1 if keys.any() else 0
            if keys.sum() < ENOUGH_KEYS or n_body == len(frame) or not keys[:n_body].all():
                continue
            filled = (frame != "").to_numpy().mean(axis=1)
            first, usual = column.iloc[n_body], float(sorted(filled[:n_body])[n_body // 2])
            number = bool(NUMBER.fullmatch(first)) and form != KEY_FORMS[0]
            if number or odd_text(first) or (first == "" and filled[n_body] <= 0.5 * usual):
                footer = Footer(heading, form, int(frame.index[n_body]), len(frame) - n_body)
                return replace(table, frame=frame.iloc[:n_body]), footer
    return table, None


def cut_odd_rows(table: Table) -> tuple[Table, list[OddRow]]:
    """The table without its rows that are no answers, and these rows, each with a cell that no other row has.

    A sum or note is known by its word wherever it stands. At the end, a row is none of a respondent if it lacks
    everything that all rows above it have, as no tool lets a respondent do.
    """
    frame = table.frame.apply(lambda column: column.str.strip()) if len(table.frame) else table.frame
    names = [heading for heading in frame.columns if IDENTIFIER.search(plain(heading))]
    # a word of its own row only: somebody may well answer "Hinweis: …" to a question
    odd = {row for heading in [*names, *frame.columns[:1]] for row in frame.index[frame[heading].map(odd_text) != ""]}
    headings = [plain(heading) for heading in frame.columns]
    said_again = frame.map(plain).eq(headings).sum(axis=1) > 0.5 * (frame != "").sum(axis=1) if len(frame) else frame
    odd |= set(frame.index[said_again]) if len(frame) else set()  # tables pasted below each other
    body = list(frame.index)
    while len(body) > FEW_ROWS:
        last, above = frame.loc[body[-1]], frame.loc[[row for row in body[:-1] if row not in odd]]
        always = [heading for heading in frame.columns if len(above) and (above[heading] != "").all()]
        if body[-1] not in odd and not _lacks_all(last, above, always):
            break
        odd.add(body.pop())
    kept = frame.drop(index=list(odd))
    rows = []
    for row in sorted(odd):
        cells = [(heading, text) for heading, text in frame.loc[row].items() if text]
        own = [(heading, text) for heading, text in cells if not (kept[heading] == text).any()]
        if own:
            rows.append(OddRow(int(row), *own[0]))
    return replace(table, frame=table.frame.drop(index=[item.row for item in rows])), rows


def _lacks_all(row: pd.Series, above: pd.DataFrame, always: Sequence[str]) -> bool:
    """Whether the row is empty, but for one remark, where all rows above are filled."""
    if not always or sum(bool(cell) for cell in row) > 0.5 * (above != "").sum(axis=1).median():
        return False
    filled = [heading for heading in always if row[heading]]
    if not filled:
        return any(IDENTIFIER.search(plain(heading)) or _form_of(above[heading]) for heading in always)
    if len(filled) > 1 or sum(bool(cell) for cell in row) > 1:
        return False
    text, form = row[filled[0]], _form_of(above[filled[0]])
    if form is not None:
        return not form.fullmatch(text)
    # a name alone may be a respondent who answered nothing; a sentence is none
    return len(text) > int(above[filled[0]].str.len().max()) and (len(text.split()) > 3 or text.endswith("."))
