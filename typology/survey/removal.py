"""Remove a municipality's answers from a survey's file; everything that follows is then computed anew."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    return _rows_and_key(folder, key)[:2]


def _rows_and_key(folder: Path, key: str) -> tuple[str, list[int], str]:
    """The same, and the key as the study has it."""
    codebook = open_codebook(folder)
    person = codebook.respondent
    table, _ = open_responses(folder, codebook)
    found = Journal(folder.name).at(table.file)
    headings = match_columns(codebook.columns(), table.frame.columns, found)
    register = open_register(folder, codebook, open_content(folder), found)
    if register is None:
        keys = own_keys(table.frame, person, headings, found)
        rows = _own_rows(keys, key, table, headings.get(person.id or person.name))
        return table.file, rows, str(keys[rows[0]]) if rows else key
    if person.id not in headings:
        found.refuse_if_failed()
    column = table.frame[headings[person.id]]
    meant = {text: register.normalise_key(text).key or text.strip() for text in column.unique()}
    wanted = register.normalise_key(key).key or key
    return table.file, [int(row) for row in column.index[column.map(meant) == wanted]], wanted


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


@dataclass(frozen=True)
class Removal:
    """What is to be done so that a survey folder holds nothing of a municipality; nothing is done yet.

    ``path``: the file of answers itself, links followed; ``n``: rows that go; ``before``, ``after``: its bytes;
    ``files``: files of competences that go, with their bytes.
    """

    key: str
    path: Path
    n: int
    before: bytes
    after: bytes
    files: Mapping[Path, bytes]

    def carry_out(self) -> None:
        """Delete the rows and the files of competences: all of it or, where that fails, nothing.

        Raises
        ------
        StudyError : the file of answers was changed meanwhile. OSError : a file cannot be replaced or deleted.
        """
        if self.path.read_bytes() != self.before:
            raise StudyError(Said("survey.changed_meanwhile", file=self.path.name))
        try:
            for path in self.files:
                path.unlink()
            _replace(self.path, self.after)
        except OSError:
            self.undo()
            raise

    def undo(self) -> None:
        """Put everything back as it was."""
        if self.path.read_bytes() != self.before:
            _replace(self.path, self.before)
        for path, data in self.files.items():
            if not path.exists():
                path.write_bytes(data)


def forget_key(folder: Path, key: str) -> int:
    """Delete every row of a municipality from the survey's text file, and its file of competences; returns how many.

    All other bytes of the file stay as they are, and so does who may read it.

    Raises
    ------
    StudyError : as :func:`plan_removal`.
    """
    removal = plan_removal(folder, key)
    removal.carry_out()
    return removal.n


def plan_removal(folder: Path, key: str) -> Removal:
    """What :func:`forget_key` would do, once it is clear that it can.

    Raises
    ------
    StudyError : the key has no row, the file is no text file (the rows to delete by hand are listed), or it does not
        lie in the survey folder, so that nothing outside is written over.
    """
    file, rows, key = _rows_and_key(folder, key)
    if not rows:
        raise StudyError(Said("survey.no_answer_of_key", key=key, file=file))
    path = _inside(folder, folder / open_codebook(folder).files.responses)
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
    files: dict[Path, bytes] = {}
    for own in sorted((folder / "competences").glob("*.csv")):
        if own.stem == key:
            files |= {link: link.read_bytes() for link in {own.absolute(), _inside(folder, own)}}
    return Removal(key, path, len(rows), raw, mark + "".join(kept).encode(codec), files)


def _inside(folder: Path, path: Path) -> Path:
    """The file that a path leads to.

    Raises
    ------
    StudyError : it does not lie in the folder.
    """
    real = path.resolve()
    if not real.is_relative_to(folder.resolve()):
        raise StudyError(Said("survey.lies_elsewhere", file=path.name, path=real, folder=folder.name))
    return real


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
        shutil.copymode(path, name)
        os.replace(name, path)
    finally:
        if os.path.exists(name):
            os.unlink(name)
