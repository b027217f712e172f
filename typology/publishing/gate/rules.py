"""The rules of publication, the adversary they are made for, and the record of what they held back.

**The adversary** has every file that was ever published (all releases, languages, sheets, data files, the model), the
official register, the complete answers of all who opened theirs, and up to ``colluding`` municipalities with closed
answers that tell it theirs. It reasons with linear and integer programmes over all of these numbers together.

**The promise**: of no single municipality with closed answers does it learn with certainty an answer, the number of its
ticks, or – where it is not listed – that it took part. So whatever remains of a figure after everything known is taken
off might be nothing or all, or it is at least ``minimum`` and leaves at least ``minimum`` others, whichever closed
municipalities tell each other.

**The bound**: with a remainder of ``minimum + colluding`` at the least, a guess about one of the rest is right as often
as the published share says, and for none of them more often; the model stands on a grid (:mod:`.public_model`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from typology.content.vocabulary import Rule


@dataclass(frozen=True)
class Rules:
    """How much stands behind a figure that is published.

    ``minimum``: least count shown, and least number of municipalities behind a figure that nobody else knows.
    ``colluding``: so many closed municipalities may tell each other their answers.

    Examples
    --------
    >>> Rules().enough, Rules(minimum=10).enough
    (6, 13)
    """

    minimum: int = 3
    colluding: int = 3

    @property
    def enough(self) -> int:
        """The least remainder that stays large when all who collude are taken off."""
        return self.minimum + self.colluding

    def small(self, values: np.ndarray | int) -> np.ndarray:
        """Remainders of 1 … ``enough`` − 1; for those of whom nobody knows that they took part, 0 tells nothing."""
        counts = np.asarray(values)
        return np.asarray((counts > 0) & (counts < self.enough))

    def few(self, values: np.ndarray | int) -> np.ndarray:
        """Counts of 1 … ``minimum`` − 1, whoever they are."""
        counts = np.asarray(values)
        return np.asarray((counts > 0) & (counts < self.minimum))


RULES = Rules()
COLUMNS = ("table", "row", "column", "rule", "step")


@dataclass
class Record:
    """Every figure that is left out or made coarser: table, row, column, the rule, and the step if it still stands."""

    lines: list[tuple[str, str, str, str, float]] = field(default_factory=list)

    def note(self, table: str, row: str, column: str, rule: Rule, step: float = np.nan) -> None:
        self.lines.append((table, row, column, rule.value, step))

    def note_all(self, table: str, rows: Iterable[str], column: str, rule: Rule, step: float = np.nan) -> None:
        for row in rows:
            self.note(table, row, column, rule, step)

    def table(self) -> pd.DataFrame:
        """``table, row, column, rule, step``; an empty step means left out."""
        frame = pd.DataFrame(self.lines, columns=list(COLUMNS)).astype({"step": float})
        return frame.drop_duplicates(["table", "row", "column"], ignore_index=True)
