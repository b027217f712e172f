"""One table of text as it stands in a file, before anything is believed about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

import numpy as np
import pandas as pd

from typology.errors import Findings, Problem
from typology.writing import Said


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
    problems : what was noticed while reading.
    """

    frame: pd.DataFrame
    file: str
    taken: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def build_table(
    records: Sequence[Sequence[str]],
    row_numbers: Sequence[int],
    file: str,
    taken: dict[str, str],
    *,
    header_rows: int = 1,
    problems: Sequence[Problem] = (),
    keep_empty: bool = False,
) -> Table:
    """Turn records of text into a :class:`Table`; the first ``header_rows`` of them are the heading.

    Short records are filled with empty cells, empty records are left out unless
    ``keep_empty``, both on record. Headings are made
    unique, so that no column hides behind another of the same name.
    """
    found = Findings(file, problems)
    heading = list(records[:header_rows])
    body, numbers = records[header_rows:], row_numbers[header_rows:]
    width = max((len(record) for record in heading), default=0)
    names, labels = _headings([[*record, *[""] * (width - len(record))] for record in heading])
    kept: list[Sequence[str]] = []
    kept_numbers: list[int] = []
    n_empty = 0
    for record, number in zip(body, numbers, strict=True):
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
        kept.append(record)
        kept_numbers.append(number)
    columns = list(zip(*kept, strict=True)) if kept else [()] * width
    used = [i for i in range(width) if names[i] or any(columns[i])]
    final = _unique([names[i] or f"(Spalte {i + 1})" for i in used], found)
    # One array for all cells: made column by column it takes three times as long on a large file.
    flat = np.fromiter(chain.from_iterable(columns[i] for i in used), dtype=object, count=len(used) * len(kept))
    frame = pd.DataFrame(flat.reshape(len(used), len(kept)).T, columns=pd.Index(final, dtype=object))
    frame.index = pd.Index(kept_numbers, dtype="int64", name="zeile")
    for i in used:
        if not names[i]:
            found.note("ueberschrift", Said("files.no_heading"), column=f"(Spalte {i + 1})")
    taken = {**taken, Said("files.rows"): str(len(frame)), Said("files.columns"): str(frame.shape[1])}
    if n_empty:
        taken[Said("files.empty_rows")] = str(n_empty)
    texts = {name: labels[i] for name, i in zip(final, used, strict=True) if labels[i]}
    return Table(frame, file, MappingProxyType(taken), labels=texts, problems=tuple(found))


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
