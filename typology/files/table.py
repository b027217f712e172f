"""One table of text as it stands in a file, before anything is believed about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType

import numpy as np
import pandas as pd

from typology.errors import Findings, Problem
from typology.writing import Said

BLOCK = 1 << 20  # cells gathered before their equal texts become one: the rows are never in memory as a whole
TURNED = 32  # rows turned into columns at once: their cells should fit into the processor's cache
SAMPLE, MOSTLY_SIGNS = 64, 1.1  # cells looked at to see whether a column holds texts, and their mean length


@dataclass(frozen=True)
class Table:
    """A file's content as text.

    Attributes
    ----------
    frame : all cells as text, ``""`` for empty; columns are the headings, the index is the row number that a
        spreadsheet (or SPSS, Stata) shows for the record.
    file : name of the file without its folder.
    taken : label → text, what was decided while reading (format, encoding, delimiter, sheet …), ready to print.
    labels : heading → question text, where the file carries one.
    value_labels : heading → value → answer text, where the file carries them.
    missing : heading → value → reason, for values that the file itself declares as missing.
    not_shown : heading → row numbers whose cell is empty because the respondent never saw the question; only where
        the file says so in words.
    unquoted : heading → row numbers whose empty cell has no quotes, in a text file that quotes every other cell.
    problems : what was noticed while reading.
    """

    frame: pd.DataFrame
    file: str
    taken: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    not_shown: Mapping[str, np.ndarray] = field(default_factory=dict)
    unquoted: Mapping[str, np.ndarray] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def build_table(
    records: Iterable[tuple[int, Sequence[str]]],
    file: str,
    taken: dict[str, str],
    *,
    most_rows: int,
    header_rows: int = 1,
    problems: Sequence[Problem] = (),
    keep_empty: bool = False,
    unquoted: Mapping[int, np.ndarray] | None = None,
) -> Table:
    """Turn records of text, each with its row number, into a :class:`Table`; the first ``header_rows`` are the heading.

    Short records are filled with empty cells, empty records are left out unless
    ``keep_empty``, both on record. Headings are made
    unique, so that no column hides behind another of the same name. There are not more than ``most_rows`` records.
    ``unquoted``: place in the record → row numbers, for :attr:`Table.unquoted`.
    """
    found = Findings(file, problems)
    records = iter(records)
    heading = [record for _, record in islice(records, header_rows)]
    width = max((len(record) for record in heading), default=0)
    names, labels = _headings([[*record, *[""] * (width - len(record))] for record in heading])
    cells = _Columns(width, most_rows)
    kept_numbers: list[int] = []
    n_empty = 0
    for number, record in records:
        if not keep_empty and not any(record):
            n_empty += 1
            continue
        if len(record) != width:
            longer = len(record) > width and any(cell.strip() for cell in record[width:])
            if longer or len(record) < width:
                found.error(
                    "zeilenlaenge",
                    Said("files.row_length"),
                    row=number,
                    value=str(len(record)),
                    expected=Said("files.fields", n=width),
                )
            record = [*record[:width], *[""] * (width - len(record))]
        cells.add(record)
        kept_numbers.append(number)
    columns = cells.gathered()
    used = [i for i in range(width) if names[i] or any(columns[i])]
    final = _unique([names[i] or f"(Spalte {i + 1})" for i in used], found)
    columns = columns if len(used) == width else columns[used]
    frame = pd.DataFrame(columns.T, columns=pd.Index(final, dtype=object), dtype=object)
    frame.index = pd.Index(kept_numbers, dtype="int64", name="zeile")
    for i in used:
        if not names[i]:
            found.note("ueberschrift", Said("files.no_heading"), column=f"(Spalte {i + 1})")
    taken = {**taken, Said("files.rows"): str(len(frame)), Said("files.columns"): str(frame.shape[1])}
    if n_empty:
        taken[Said("files.empty_rows")] = str(n_empty)
    texts = {name: labels[i] for name, i in zip(final, used, strict=True) if labels[i]}
    numbers = frame.index.to_numpy()
    places = {name: unquoted[i] for name, i in zip(final, used, strict=True) if i in unquoted} if unquoted else {}
    places = {name: rows[np.isin(rows, numbers)] for name, rows in places.items()}
    bare = {name: rows for name, rows in places.items() if len(rows)}
    return Table(frame, file, MappingProxyType(taken), labels=texts, unquoted=bare, problems=tuple(found))


class _Columns:
    """Rows of cells that become columns a few at a time, so that they are never in memory as rows."""

    def __init__(self, width: int, most_rows: int) -> None:
        self.rows: list[Sequence[str]] = []
        self.cells = np.empty((width, most_rows), dtype=object)  # takes memory only where it is filled
        self.filled = self.settled = 0

    def add(self, row: Sequence[str]) -> None:
        self.rows.append(row)
        if len(self.rows) == TURNED:
            self._turn()
            if (self.filled - self.settled) * len(self.cells) >= BLOCK:
                self._settle()

    def gathered(self) -> np.ndarray:
        """All columns (width × rows), after which nothing may be added."""
        self._turn()
        self._settle()
        return self.cells[:, : self.filled]

    def _turn(self) -> None:
        n, width = len(self.rows), len(self.cells)
        flat = np.fromiter(chain.from_iterable(self.rows), dtype=object, count=n * width)
        self.cells[:, self.filled : self.filled + n] = flat.reshape(n, width).T
        self.filled += n
        self.rows.clear()

    def _settle(self) -> None:
        _make_equal_texts_one(self.cells[:, self.settled : self.filled])
        self.settled = self.filled


def _make_equal_texts_one(columns: np.ndarray) -> None:
    """Let equal texts of a column be one object, as in what pandas reads."""
    for column in columns:
        sample = column[:: max(len(column) // SAMPLE, 1)]
        # Python keeps each single sign only once by itself, and where nearly all texts differ nothing is gained.
        if sum(map(len, sample)) > MOSTLY_SIGNS * len(sample) and 2 * len(set(sample)) < len(sample):
            codes, texts = pd.factorize(column)
            texts.take(codes, out=column, mode="clip")


def _headings(rows: list[list[str]]) -> tuple[list[str], list[str]]:
    """One name per column; of several heading rows the one that names every column, the others are labels."""
    rows = [[cell.strip().strip("\ufeff").strip() for cell in row] for row in rows]
    if not rows:
        return [], []
    if len(rows) == 1:
        return rows[0], [""] * len(rows[0])
    headed = [place for place, parts in enumerate(zip(*rows, strict=True)) if any(parts)]
    for position in (0, len(rows) - 1):
        names = rows[position]
        own = {names[place] for place in headed}
        if "" not in own and len(own) == len(headed):
            others = [row for i, row in enumerate(rows) if i != position]
            return names, [" – ".join(filter(None, parts)) for parts in zip(*others, strict=True)]
    filled = []
    for row in rows[:-1]:
        last, line = "", []
        for cell in row:
            last = cell or last
            line.append(last)
        filled.append(line)
    filled.append(rows[-1])
    return [" | ".join(filter(None, parts)) for parts in zip(*filled, strict=True)], [""] * len(rows[0])


def _unique(names: list[str], found: Findings) -> list[str]:
    """Number repeated names: ``a``, ``a (2)`` …"""
    seen: dict[str, int] = {}
    taken = set(names)
    result = []
    for name in names:
        count = seen.get(name, 0) + 1
        fresh = name
        if count > 1:
            fresh = f"{name} ({count})"
            while fresh in taken:
                count += 1
                fresh = f"{name} ({count})"
            taken.add(fresh)
            found.note(
                "ueberschrift",
                Said("files.heading_numbered"),
                column=name[:120],
                value=f"({count})",
            )
        seen[name] = count
        result.append(fresh)
    return result
