"""How a result shows itself: a few lines of text, a table where a notebook can draw one, plain data."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd


Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""Plain data as it stands in a JSON file."""


class Shown:
    """A result that says what it is; a dataclass that is shown so is declared with ``repr=False``."""

    def _lines(self) -> tuple[str, ...]:
        """Three lines: what this is, how much of it, what to know about it."""
        raise NotImplementedError

    def _overview(self) -> pd.DataFrame:
        """The same for a notebook; its columns are headings for people."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return table_html(self, self._overview(), index=False)


def table_html(result: object, table: pd.DataFrame, *, index: bool = True) -> str:
    """How a notebook shows a result: the lines of its text, and a table."""
    lines = "<br>".join(escape(line.strip()) for line in repr(result).splitlines())
    cells: str = table.to_html(index=index, border=0, na_rep="–", float_format="{:.2f}".format, escape=True)
    return f"<p>{lines}</p>\n{cells}"
