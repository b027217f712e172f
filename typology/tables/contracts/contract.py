"""One table: its columns, its key, where it is shown, and the check of a table against all that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from typology.errors import Findings
from typology.tables.contracts.columns import Column, Words
from typology.writing import Said


@dataclass(frozen=True)
class TableContract:
    """What a table must hold.

    ``key``: the columns that name a row; together they stand once. ``index``: the first of them is the table's index.
    ``sheet``: its sheet in the workbook, or None. ``always``: every study has it.
    """

    name: str
    title: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    index: bool = False
    public: bool = False
    sheet: Words | None = None
    always: bool = False

    @property
    def file(self) -> str:
        """The name of the table's file."""
        return f"{self.name}.csv"

    @property
    def index_name(self) -> str:
        """The name of the table's index, or empty text."""
        return self.key[0] if self.index else ""

    def find(self, name: str) -> tuple[Column, str] | None:
        """The declaration of a column and, in a family, what names it; None where the table has no such column."""
        if name in self._named:
            return self._named[name], ""
        for column in self._families:
            part = column.part(name)
            if part is not None:
                return column, part
        return None

    @property
    def told_elsewhere(self) -> list[str]:
        """The columns whose figures another public table tells; the public file leaves them out."""
        return [column.name for column in self.columns if column.told_in]

    @cached_property
    def _named(self) -> dict[str, Column]:
        return {column.name: column for column in reversed(self.columns) if not column.is_family}

    @cached_property
    def _families(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_family)

    def heading(self, name: str, language: str = "de", part: str | None = None) -> str:
        """The printed heading of a column; ``part`` is the label of what names it in a family.

        Raises
        ------
        KeyError : the table has no such column.
        """
        found = self.find(name)
        if found is None:
            raise KeyError(f"{self.name}.{name}")
        column, own = found
        return column.heading(language, own if part is None else part)

    def empty(self) -> pd.DataFrame:
        """The table without rows."""
        table = pd.DataFrame({column.name: pd.Series(dtype=object) for column in self.columns if not column.is_family})
        return table.set_index(self.index_name) if self.index else table

    def check(
        self, table: pd.DataFrame, found: Findings, *, public: bool = False, municipalities: pd.Index | None = None
    ) -> None:
        """Collect all that is wrong with a table: columns first, then keys, then cells.

        Parameters
        ----------
        table : as it is made or read, the index where the contract has one.
        found : takes what is found, under the name of the table's file.
        public : whether it is for ``public/``, where cells may be held back and inner columns may not stand.
        municipalities : keys that the table may refer to; None where they are not known.
        """
        flat = table.reset_index() if table.index.name else table
        names = [str(name) for name in flat.columns]
        self._check_columns(names, str(table.index.name or ""), found.at(self.file), public)
        if len(flat) == 0:
            return
        if self.key and set(self.key) <= set(names):
            twice = flat.duplicated(list(self.key)).to_numpy()
            self.tell(found, flat, self.key[-1], twice, Said("tables.key_twice"), Said("tables.each_once"))
        for name, declared in ((name, self.find(name)) for name in names):
            if declared is None or names.count(name) > 1:
                continue
            for mask, message, expected in declared[0].failures(flat[name], public=public):
                self.tell(found, flat, name, mask, message, expected)
            if declared[0].refers and municipalities is not None:
                mask = _strangers(flat[name], declared[0], municipalities)
                message, expected = Said("tables.not_in_municipalities"), Said("tables.key_in_municipalities")
                self.tell(found, flat, name, mask, message, expected)

    def _check_columns(self, names: list[str], index: str, found: Findings, public: bool) -> None:
        known = ", ".join(column.name for column in self.columns)
        if index != self.index_name:
            message, expected = Said("tables.other_index"), self.index_name or Said("tables.no_index")
            found.error("tabelle", message, column=self.index_name, value=index, expected=expected)
        for column in self.columns:
            elsewhere = column.inside or column.held_back or column.told_in
            absent = column.is_family or column.optional or (public and elsewhere)
            if not absent and column.name not in names:
                found.error("tabelle", Said("tables.column_missing"), column=column.name, expected=known)
        for name in names:
            declared = self.find(name)
            if declared is None:
                found.error("tabelle", Said("tables.column_not_foreseen"), column=name, expected=known)
            elif public and declared[0].inside:
                found.error("tabelle", Said("tables.column_stays_inside"), column=name)
        for name in sorted({name for name in names if names.count(name) > 1}):
            found.error("tabelle", Said("tables.column_twice"), column=name)

    def tell(
        self, found: Findings, flat: pd.DataFrame, column: str, wrong: np.ndarray, message: str, expected: str
    ) -> None:
        """Collect every wrong value of a column once, at its first row, with the number of rows that hold it.

        ``flat`` is the table without an index; the row counts as a spreadsheet shows it, the heading is row 1.
        """
        rows: dict[str, list[int]] = {}
        for place in np.flatnonzero(wrong):
            value = flat[column].iloc[place]
            rows.setdefault("" if pd.isna(value) else str(value), []).append(int(place))
        for value, held in rows.items():
            said = Said("tables.in_rows", what=message, n=len(held)) if len(held) > 1 else message
            key = " | ".join(str(flat[name].iloc[held[0]]) for name in self.key if name in flat.columns)
            found.at(self.file).error(
                "tabelle", said, row=held[0] + 2, key=key, column=column, value=value, expected=expected
            )


def _strangers(cells: pd.Series, column: Column, municipalities: pd.Index) -> np.ndarray:
    """Cells that name somebody who is not among the municipalities."""
    if not column.joined:
        result: np.ndarray = ~cells.isin(municipalities).to_numpy(dtype=bool) & cells.fillna("").ne("").to_numpy(
            dtype=bool
        )
        return result
    known = frozenset(municipalities)
    keys = (key.split(column.joined) for key in cells.fillna("").astype(str))
    return np.array([any(key and key not in known for key in found) for found in keys], dtype=bool)


def by_name(*contracts: TableContract) -> Mapping[str, TableContract]:
    """The contracts by the names of their tables, in their order."""
    return {contract.name: contract for contract in contracts}
