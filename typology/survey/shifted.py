"""Rows whose answers have slid into other columns: they fit their neighbours' options and not their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

import numpy as np
import pandas as pd

from typology.files.numbers import NUMBER
from typology.survey.blocks import Block, ChoiceBlock, Goals, NumberBlock, RatingBlock, TextBlock
from typology.survey.cells import split_cell
from typology.survey.report import Journal
from typology.survey.values import MAX_CELLS, Reader, bare, spelled
from typology.writing import Said

FEWEST = 2  # answers that must be strange where they stand, and fit elsewhere
FARTHEST = 40  # columns by which a row may have slid: a matrix left out by the export is as wide as its rows
STRANGE = ("wert", "zahl")  # kinds of findings about values
LEAST_LEFT_OUT = 3  # rows that end early by as much as a matrix is wide; one or two may be chance
OF_NEXTCLOUD = {"user id", "benutzer-id"}

Fits = Callable[[str], bool]


def note_shifted_rows(
    frame: pd.DataFrame,
    goals: Goals,
    blocks: Sequence[Block],
    headings: Mapping[str, str],
    reader: Reader,
    found: Journal,
) -> None:
    """Name the rows in which all answers from one column on belong some columns further right, or left.

    Nextcloud Forms writes one empty cell for a whole matrix that was left out, so that every later answer of that
    respondent slides; a separator inside a cell does the same the other way round. Only rows with strange values can
    be such ones, and where most rows are strange the codebook is wrong, not the rows.
    """
    if not any(problem.kind in STRANGE for problem in found.errors):
        return
    place = {heading: i for i, heading in enumerate(frame.columns)}
    fits = {place[heading]: test for heading, test in _tests(goals, blocks, headings, reader) if heading in place}
    n_strange = np.zeros(len(frame), dtype=int)
    for position, test in fits.items():
        column = frame.iloc[:, position]
        n_strange += column.isin([text for text in column.unique() if not test(text)]).to_numpy()
    candidates = np.flatnonzero(n_strange >= FEWEST)
    if len(candidates) > len(frame) / 2:
        return
    shifted = []
    for i in candidates:
        cells = list(frame.iloc[i])
        first, by = _slid(cells, fits)
        if by:
            shifted.append((int(frame.index[i]), first, by, cells[first]))
    for row, first, by, text in shifted[:MAX_CELLS]:
        found.error(
            "verschoben",
            Said("survey.row_slid_left" if by > 0 else "survey.row_slid_right", n=abs(by)),
            row=row,
            key=str(reader.keys.get(row, "")),
            column=frame.columns[first],
            value=text[:60],
            expected=Said("survey.belongs_in", column=frame.columns[first + by]),
        )
    if len(shifted) > MAX_CELLS:
        found.error("verschoben", Said("survey.more_rows_slid", n=len(shifted) - MAX_CELLS))


def note_left_out_matrices(frame: pd.DataFrame, keys: pd.Series, found: Journal) -> None:
    """Name the rows of Nextcloud Forms in which a matrix was left out, even where most rows have slid by it.

    Such a row has nothing in the first column of the matrix, later answers from the second one on, and ends early by
    one column less than the matrix has.
    """
    if not len(frame.columns) or str(frame.columns[0]).strip().casefold() not in OF_NEXTCLOUD:
        return
    filled = frame.ne("").to_numpy(dtype=bool)
    n_behind = np.where(filled.any(axis=1), filled[:, ::-1].argmax(axis=1), filled.shape[1])
    for first, width in _matrices([str(name) for name in frame.columns]):
        within = filled[:, first + 1 : first + width].any(axis=1)
        rows = np.flatnonzero(~filled[:, first] & within & (n_behind >= width - 1))
        if len(rows) < LEAST_LEFT_OUT:
            continue
        for i in rows[:MAX_CELLS]:
            found.error(
                "verschoben",
                Said("survey.matrix_left_out", n=width - 1),
                row=int(frame.index[i]),
                key=str(keys.get(frame.index[i], "")),
                column=frame.columns[first],
                value=str(frame.iloc[i, first + 1])[:60],
                expected=Said("survey.matrix_left_out_expected"),
            )
        if len(rows) > MAX_CELLS:
            found.error("verschoben", Said("survey.more_rows_slid", n=len(rows) - MAX_CELLS))
        return  # what comes behind has slid itself


def _matrices(headings: Sequence[str]) -> Iterable[tuple[int, int]]:
    """First column and width of every matrix: columns beside each other, a row of one question in brackets."""
    asked = [name.split(" (")[0] if name.endswith(")") and " (" in name else "" for name in headings]
    for question, columns in groupby(range(len(asked)), key=asked.__getitem__):
        places = list(columns)
        if question and len(places) > 1:
            yield places[0], len(places)


def _slid(cells: list[str], fits: Mapping[int, Fits]) -> tuple[int, int]:
    """The first answer that has slid, and by how many columns it and all after it stand too far left.

    Too far right is negative: then what stands before the first one has come in between. 0: nothing has slid.
    """
    strange = [i for i in sorted(fits) if not fits[i](cells[i])]
    for by in (by for size in range(1, FARTHEST + 1) for by in (size, -size)):
        start = strange[0] + max(-by, 0)
        moved = [i for i in range(start, len(cells)) if cells[i].strip()]
        if sum(i in strange and i + by in fits for i in moved) < FEWEST or max(moved) + by >= len(cells):
            continue
        if all(i + by not in fits or fits[i + by](cells[i]) for i in moved):
            return start, by
    return strange[0], 0


def _tests(
    goals: Goals, blocks: Sequence[Block], headings: Mapping[str, str], reader: Reader
) -> Iterable[tuple[str, Fits]]:
    """Heading and test, for every column whose possible answers are known; what is missing always fits."""
    if goals.list_column:
        yield headings[goals.list_column], _parts_of(goals, {*reader.missing, *goals.missing})
    for column in (*goals.columns.values(), *goals.rank_columns):
        if not goals.chosen_any:
            yield headings[column], _one_of(_words_of_goals(goals), headings[column], goals.missing, reader)
    for block in blocks:
        for column in block.columns.values():
            heading = headings.get(column, "")
            words = _words_of(block, reader.labels.get(heading, {}))
            if words is not None:
                yield heading, _one_of(words, heading, block.missing, reader)
            elif isinstance(block, NumberBlock):
                yield heading, _number(_one_of((), heading, block.missing, reader))


def _words_of_goals(goals: Goals) -> Iterable[str]:
    if goals.kind == "rating":
        return [value for level in goals.levels for value in level.values]
    if goals.kind == "ranking" and goals.columns:
        return [*map(str, range(1, len(goals.columns) + 1)), *goals.not_chosen]
    return [*goals.codes, *goals.chosen, *goals.not_chosen]


def _words_of(block: Block, labels: Mapping[str, str]) -> Iterable[str] | None:
    """The answers that a column of this block can hold; None where it can hold anything, or any number."""
    if isinstance(block, RatingBlock):
        return block.codes or [str(value) for value in range(block.scale[0], block.scale[1] + 1)]
    if isinstance(block, ChoiceBlock):
        return [*labels, *labels.values()] if block.codes == "labels" else block.codes
    if isinstance(block, (NumberBlock, TextBlock)) or block.chosen_any:
        return None
    return [*block.chosen, *block.not_chosen]


def _one_of(words: Iterable[str], heading: str, missing: Mapping[str, str], reader: Reader) -> Fits:
    listed = set(words)
    listed |= {code for code, label in reader.labels.get(heading, {}).items() if label in listed}
    known = {*listed, *reader.missing, *reader.declared.get(heading, {}), *missing}
    known |= {bare(word) for word in known}

    @cache
    def fits(text: str) -> bool:
        spellings = spelled(text)
        return spellings[-1] == "" or not known.isdisjoint(spellings)

    return fits


def _number(missing: Fits) -> Fits:
    return lambda text: missing(text) or bool(NUMBER.fullmatch(spelled(text)[-1]))


def _parts_of(goals: Goals, missing: set[str]) -> Fits:
    known = [bare(code) for code in goals.codes]

    @cache
    def fits(text: str) -> bool:
        spellings = spelled(text)
        found, other = split_cell(spellings[1], known, goals.separator)
        return not missing.isdisjoint(spellings) or not other or (goals.other == "drop" and bool(found))

    return fits
