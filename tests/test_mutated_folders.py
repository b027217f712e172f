"""A survey folder with one or two things changed: still a survey, or a report that says where it is not.

The folders are the same in every run; ``TYPOLOGY_EXAMPLES=5000`` tries that many.
"""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from miniature import CODEBOOK, HEADING, ROWS, write_folder

from typology.errors import TypologyError
from typology.survey.report import report_html, report_table, report_text
from typology.survey.survey import check_survey, read_survey

N_FOLDERS = int(os.environ.get("TYPOLOGY_EXAMPLES", "40"))
PER_TEST = 40
Rows = list[list[str]]
# What people and tools leave in a cell.
ODD = (
    "", "Y", "N", "-99", "-1", "0", "9", "A1", "A9", "N/A", "nan", "1.0", "1,5", "1.234", "1e5", "'=1+1", "TEST",
    "Herr Müller", "x@y.example", "\xa0", "a\nb", "3101001", "03101", "99999999", "²", "١", " 1 ", "2026-06-30",
)  # fmt: skip
WORDS = (
    "",
    "x",
    "0",
    "2",
    "pick",
    "yes_no",
    "rating",
    "latest",
    "most_complete",
    "labels",
    "structure",
    "efs",
    "99",
    ".*",
)


def other_cell(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    """A cell takes the value of another one of its column."""
    row, column = draw.randrange(1, len(table)), draw.randrange(len(HEADING))
    if len(table[row]) > column:
        table[row][column] = draw.choice(ROWS)[column]


def odd_cell(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    row = draw.randrange(1, len(table))
    if table[row]:
        table[row][draw.randrange(len(table[row]))] = draw.choice(ODD)


def other_heading(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    """Another spelling of the same heading, most of them the same to a reader."""
    place = draw.randrange(len(table[0]))
    name = table[0][place]
    plain = name.replace("[", "_").replace("]", "")
    table[0][place] = draw.choice([plain, f"{name} ", f" {name}", f"{name}. Frage?", name.upper(), name[:-1], ""])


def other_row(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    row = draw.randrange(1, len(table))
    kind = draw.choice(["twice", "gone", "empty", "short", "moved"])
    if kind == "twice":
        table.insert(row, list(table[row]))
    elif kind == "gone" and len(table) > 2:
        del table[row]
    elif kind == "empty":
        table[row] = [""] * len(table[row])
    elif kind == "short":
        table[row] = table[row][: draw.randrange(len(table[row]) + 1)]
    else:
        table.append(table.pop(row))


def other_column(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    place = draw.randrange(len(table[0]))
    kind = draw.choice(["gone", "twice", "empty", "last"])
    for row in table:
        if place >= len(row):
            continue
        if kind == "gone" and len(table[0]) > 2:
            del row[place]
        elif kind == "twice":
            row.append(row[place])
        elif kind == "empty" and row is not table[0]:
            row[place] = ""
        elif kind == "last":
            row.append(row.pop(place))


def other_rule(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    """A rule of the codebook that could as well be so."""
    part, key, value = draw.choice(
        [
            ("respondent", "duplicates", "most_complete"),
            ("respondent", "min_answered", "2"),
            ("respondent", "completed", {"column": "submitdate", "in": ["2026-06-01 10:00:00"]}),
            ("goals", "limit", "3"),
            ("goals", "empty_block", "chosen_none"),
            ("goals", "kind", "yes_no"),
            ("files", "delimiter", ";"),
            ("files", "encoding", "utf-8"),
            ("missing", "presets", ["limesurvey"]),
        ]
    )
    book[part][key] = value


def other_entry(draw: random.Random, book: dict[str, Any], table: Rows) -> None:
    """Any entry of the codebook, gone, doubled or with another word."""
    holder, key = draw.choice(list(entries(book)))
    kind = draw.choice(["gone", "word", "twice"])
    if kind == "gone":
        del holder[key]
    elif kind == "word":
        holder[key] = draw.choice(WORDS)
    elif isinstance(holder, dict):
        holder[f"{key}_2"] = copy.deepcopy(holder[key])
    else:
        holder.append(copy.deepcopy(holder[key]))


def entries(data: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from entries(data[key])


CHANGES: tuple[Callable[[random.Random, dict[str, Any], Rows], None], ...] = (
    other_cell, other_cell, odd_cell, other_heading, other_row, other_column, other_rule, other_entry,
)  # fmt: skip


def is_survey(folder: Path) -> bool:
    """Whether the folder is read; the report and the survey must agree about it."""
    report = check_survey(folder)
    assert report_text(report) and report_html(report)
    assert len(report_table(report)) == len(report.findings)
    if report.n_errors:
        with pytest.raises(TypologyError):
            read_survey(folder)
        return False
    survey = read_survey(folder)
    assert survey.responses.index.is_unique
    assert survey.responses.index.equals(survey.municipalities.index)
    missing = survey.responses[survey.reasons.columns].isna()
    assert (missing == survey.reasons.ne("")).to_numpy().all()
    return True


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, N_FOLDERS, PER_TEST))
def test_a_folder_with_a_few_changes(tmp_path: Path, first: int) -> None:
    n_read = 0
    for number in range(first, first + PER_TEST):
        draw = random.Random(number)
        book, table = copy.deepcopy(CODEBOOK), [list(HEADING), *map(list, ROWS)]
        changes = draw.choices(CHANGES, k=draw.choice([1, 1, 2]))
        for change in changes:
            change(draw, book, table)
        folder = write_folder(tmp_path / "f", rows=table[1:], heading=table[0], codebook=book)
        n_read += is_survey(folder)
    assert PER_TEST * 0.3 < n_read < PER_TEST  # most changes are small, and some must be noticed


def test_a_block_without_columns_is_named(tmp_path: Path) -> None:
    book = copy.deepcopy(CODEBOOK)
    assert len(book["blocks"]) == 5
    for place, block in enumerate(book["blocks"]):
        columns, block["columns"] = block["columns"], {}
        report = check_survey(write_folder(tmp_path / "f", codebook=book))
        assert report.n_errors == 1
        assert report.findings["column"].iloc[0] == f"blocks.{place}.columns"
        block["columns"] = columns
