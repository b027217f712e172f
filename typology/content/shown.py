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
        lines = "<br>".join(escape(line) for line in self._lines())
        table: str = self._overview().to_html(index=False, border=0, na_rep="–", escape=True)
        return f"<p>{lines}</p>\n{table}"
