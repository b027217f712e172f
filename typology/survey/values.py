"""Turn the text of answers into typed columns, each missing cell with its reason, each strange one with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import Findings, nearest
from typology.files.formulas import unmask
from typology.writing import Said

UNANSWERED = "nicht_beantwortet"
NOT_SHOWN = "nicht_gefragt"
NEVER_SHOWN = (NOT_SHOWN, "ausgeblendet")  # the reasons of a respondent who never saw the question
MAX_CELLS = 25  # cells listed one by one per column and value; the others are counted in one line
MAX_VALUES = 50  # distinct strange values listed per column
REMEMBERED = 1 << 16  # texts whose meaning is remembered from column to column
#: Signs that have no width, and the blank that does not break.
UNSEEN = {**dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")), 0xA0: " "}
#: What spreadsheets show where a formula failed; as a file may hold it as text, no answer can be such a word.
FAILED = re.compile(
    r"#(?:N/A|NV|DIV/0!|REF!|BEZUG!|NAME\?|VALUE!|WERT!|NUM!|ZAHL!|NULL!|SPILL!|CALC!)|(?:Err|Fehler):5\d\d"
)
WHOLE = re.compile(r"([+-]?\d+)[.,]0+")


@dataclass(frozen=True)
class Column:
    """One column of the file, read: ``values`` (objects, None where missing), ``reasons`` ("" where answered)."""

    values: pd.Series
    reasons: pd.Series


@dataclass
class Reader:
    """Reads columns of one file; what is wrong in them goes to ``found``.

    keys : key per row number, for the findings. missing : value → reason for the whole file. labels : column →
    value → text that the file carries. declared : column → value → reason that the file itself declares. unseen :
    column → row numbers of empty cells whose question was never shown.
    """

    found: Findings
    keys: pd.Series
    missing: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unseen: Mapping[str, np.ndarray] = field(default_factory=dict)
    n_respelled: int = 0

    def read(
        self,
        column: pd.Series,
        meaning: Mapping[str, object] | Callable[[str], object],
        expected: str,
        missing: Mapping[str, str] | None = None,
        *,
        other: object = None,
        dtype: Any = object,
    ) -> Column:
        """Read one column.

        Parameters
        ----------
        meaning : value → what it means; or a function that raises ValueError with a message for what it does not take.
        missing : value → reason, before the file's own and the whole survey's codes.
        other : what any undeclared text means; None makes it an error.
        dtype : type of the values; only the distinct ones are converted.
        """
        name = str(column.name)
        codes, uniques = pd.factorize(column.to_numpy(), sort=False)
        reasons_of = _also_bare({**self.missing, **self.declared.get(name, {}), **(missing or {})})
        if name in self.unseen:  # these cells have a code of their own, the last one
            codes = np.where(column.index.isin(self.unseen[name]), len(uniques), codes)
        values = np.empty(len(uniques) + 1, dtype=object)
        reasons = np.full(len(uniques) + 1, "", dtype=object)
        reasons[-1] = NOT_SHOWN
        counts = np.bincount(codes, minlength=len(uniques))
        n_bad = 0
        known, convert = (_also_bare(meaning), None) if isinstance(meaning, Mapping) else ({}, meaning)
        for i, text in enumerate(uniques):
            value, reason, problem = self._one(text, name, known, convert, reasons_of, other)
            values[i], reasons[i] = value, reason
            if problem:
                n_bad += 1
                if n_bad <= MAX_VALUES:
                    self._report(column, codes == i, text, problem, self._expected(text, meaning, reasons_of, expected))
            elif text != text.strip() or WHOLE.fullmatch(text):
                self.n_respelled += int(counts[i])
        if n_bad > MAX_VALUES:
            message = Said("survey.more_values", n=n_bad - MAX_VALUES)
            self.found.error("wert", message, column=name, expected=expected)
        return Column(
            pd.Series(pd.array(values, dtype=dtype).take(codes), index=column.index, name=name),
            pd.Series(reasons.take(codes), index=column.index, name=name, dtype=object),
        )

    def _one(
        self,
        text: str,
        name: str,
        meaning: Mapping[str, object],
        convert: Callable[[str], object] | None,
        missing: Mapping[str, str],
        other: object,
    ) -> tuple[object, str, str]:
        """Value, reason, problem of one distinct text."""
        spellings = spelled(text)
        for spelling in spellings:
            if spelling in meaning:
                return meaning[spelling], "", ""
        for spelling in spellings:
            if spelling in missing:
                return None, missing[spelling], ""
        if spellings[-1] == "":
            return None, UNANSWERED, ""
        if FAILED.fullmatch(spellings[-1]):
            return None, "ungueltig", Said("survey.failed_formula")
        if convert is not None:
            try:
                return convert(spellings[1]), "", ""
            except ValueError as error:
                return None, "ungueltig", error.args[0]
        label = bare(self.labels.get(name, {}).get(spellings[-1], self.labels.get(name, {}).get(text, "")))
        if label and label in meaning:
            return meaning[label], "", ""
        if re.fullmatch(r"-\d+", spellings[-1]):
            return None, "ungueltig", Said("files.undeclared_negative")
        if other is not None:
            close = nearest(text, [code for code in missing if len(code) > 2], n=1)
            if close:
                return None, "ungueltig", Said("survey.like_missing")
            return other, "", ""
        return None, "ungueltig", Said("survey.unexplained")

    def _expected(
        self,
        text: str,
        meaning: Mapping[str, object] | Callable[[str], object],
        missing: Mapping[str, str],
        expected: str,
    ) -> str:
        known = [*(meaning if isinstance(meaning, Mapping) else ()), *missing]
        hits = nearest(text, [item for item in known if item], n=1) if len(text) > 1 else []
        hits = hits or [item for item in known if item and item.casefold() == text.strip().casefold()]
        return Said("survey.expected_or_meant", expected=expected, word=hits[0]) if hits else expected

    def _report(self, column: pd.Series, mask: np.ndarray, text: str, message: str, expected: str) -> None:
        rows = column.index[mask]
        name, value = str(column.name), text[:120]
        for row in rows[:MAX_CELLS]:
            key = str(self.keys.get(row, ""))
            self.found.error("wert", message, row=int(row), key=key, column=name, value=value, expected=expected)
        if len(rows) > MAX_CELLS:
            rest = Said("survey.same_in_rows", message=message, n=len(rows) - MAX_CELLS)
            self.found.error("wert", rest, column=name, value=value, expected=expected)


def _also_bare(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a codebook as they stand there, and as they look."""
    return {**{bare(word): meant for word, meant in words.items()}, **words}


def bare(text: str) -> str:
    """A value without what cannot be seen in it: blanks around it, signs of no width, and umlauts in two parts.

    >>> bare(" Ko\u0308ln\u200b\xa0") == "Köln"
    True
    """
    return unicodedata.normalize("NFC", text).translate(UNSEEN).strip()


@lru_cache(maxsize=REMEMBERED)
def spelled(text: str) -> tuple[str, ...]:
    """A value as written, bare and unmasked, and as a whole number: ``" 3.0"`` → ``" 3.0"``, ``"3.0"``, ``"3"``."""
    trimmed = unmask(bare(text))
    whole = WHOLE.fullmatch(trimmed)
    return (text, trimmed, whole[1]) if whole else (text, trimmed)
