"""Remove a municipality's answers from a survey's file; everything that follows is then computed anew."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from typology.errors import Findings, StudyError
from typology.files.table import Table
from typology.files.text import decode
from typology.survey.columns import match_columns
from typology.survey.opening import open_codebook, open_content, open_register, open_responses
from typology.survey.report import Journal
from typology.survey.rows import bare_spelling, own_keys, plain_key
from typology.writing import Said


def rows_of(folder: Path, key: str) -> tuple[str, list[int]]:
    """The file of answers and the numbers of all rows of one municipality, dropped ones included.

    Row numbers count as a spreadsheet shows them. Keys count as they are understood, so that a key without its
    leading zero is found too.
    """
    codebook = open_codebook(folder)
    person = codebook.respondent
    table, _ = open_responses(folder, codebook)
    found = Journal(folder.name).at(table.file)
    headings = match_columns(codebook.columns(), table.frame.columns, found)
    register = open_register(folder, codebook, open_content(folder), found)
    if register is None:
        keys = own_keys(table.frame, person, headings, found)
        return table.file, _own_rows(keys, key, table, headings.get(person.id or person.name))
    if person.id not in headings:
        found.refuse_if_failed()
    column = table.frame[headings[person.id]]
    meant = {text: register.normalise_key(text).key or text.strip() for text in column.unique()}
    wanted = register.normalise_key(key).key or key
    return table.file, [int(row) for row in column.index[column.map(meant) == wanted]]


def _own_rows(keys: pd.Series, key: str, table: Table, heading: str | None) -> list[int]:
    """Rows of a key that no register knows; refused where names too much alike got their keys by their order."""
    if not (keys == key).any():  # rows that the study left out may have another spelling
        keys = keys.where(keys.map(bare_spelling) != bare_spelling(key), key)
    rows = [int(row) for row in keys.index[keys == key]]
    if heading and rows:
        column = table.frame[heading].str.strip()
        alike = column[column.map(plain_key) == plain_key(column.loc[rows[0]])]
        found = Findings(table.file)
        for row, name in alike.items() if keys.loc[alike.index].nunique() > 1 else ():
            found.error("vergessen", Said("survey.similar_name"), row=int(row), value=name)
        found.raise_if_failed(StudyError, "survey.similar_names", key=key)
    return rows


def forget_key(folder: Path, key: str) -> int:
    """Delete every row of a municipality from the survey's text file, and its file of competences; returns how many.

    All other bytes of the file stay as they are.

    Raises
    ------
    StudyError : the key has no row, or the file is no text file (the rows to delete by hand are listed).
    """
    file, rows = rows_of(folder, key)
    if not rows:
        raise StudyError(Said("survey.no_answer_of_key", key=key, file=file))
    path = folder / file
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        found = Findings(file)
        for row in rows:
            found.error("vergessen", Said("survey.delete_row"), row=row, key=key)
        found.raise_if_failed(StudyError, "survey.delete_by_hand")
    raw = path.read_bytes()
    codec, mark = _codec(raw, file)
    text = raw[len(mark) :].decode(codec)
    wanted = set(rows)
    kept = [
        part for number, part in enumerate(_records(text, _delimiter(folder, text)), start=1) if number not in wanted
    ]
    _replace(path, mark + "".join(kept).encode(codec))
    (folder / "competences" / f"{key}.csv").unlink(missing_ok=True)
    return len(rows)


def _codec(raw: bytes, file: str) -> tuple[str, bytes]:
    """Codec and byte-order mark of a text file."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return codec, mark
    _, name, _ = decode(raw, file)
    return ("utf-8" if name.startswith("UTF-8") else "cp1252"), b""


def _delimiter(folder: Path, text: str) -> str:
    from typology.files.text import sniff_delimiter

    files = open_codebook(folder).files
    if files.delimiter != "auto":
        return "\t" if files.delimiter == "tab" else files.delimiter
    return sniff_delimiter(text, files.skip_rows)


def _records(text: str, delimiter: str) -> Iterator[str]:
    """The text of each record with its line end; line feeds inside quoted fields stay inside their record."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in _lines(text):
            taken.append(line)
            yield line

    for _ in csv.reader(lines(), delimiter=delimiter):
        yield "".join(taken)
        taken.clear()
    if taken:
        yield "".join(taken)


def _lines(text: str) -> Iterator[str]:
    parts = text.split("\n")
    yield from (part + "\n" for part in parts[:-1])
    if parts[-1]:
        yield parts[-1]


def _replace(path: Path, data: bytes) -> None:
    """Write beside the file, then take its place, so that a crash leaves the old file whole."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    finally:
        if os.path.exists(name):
            os.unlink(name)
