"""Turn the text of answers into typed columns, each missing cell with its reason, each strange one with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import Findings, nearest
from typology.files.formulas import unmask
from typology.writing import Said

UNANSWERED = "nicht_beantwortet"
UNCLEAR = "survey.unclear_decimal"  # the message
MAX_CELLS = 25  # cells listed one by one per column and value; the others are counted in one line
MAX_VALUES = 50  # distinct strange values listed per column
REMEMBERED = 1 << 16  # texts whose meaning is remembered from column to column
WHOLE = re.compile(r"([+-]?\d+)[.,]0+")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
GERMAN = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
THOUSANDS = re.compile(r"(?<=\d)[\s\u202f'](?=\d{3}\b)")
POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Column:
    """One column of the file, read: ``values`` (objects, None where missing), ``reasons`` ("" where answered)."""

    values: pd.Series
    reasons: pd.Series


@dataclass
class Reader:
    """Reads columns of one file; what is wrong in them goes to ``found``.

    keys : key per row number, for the findings. missing : value → reason for the whole file. labels : column →
    value → text that the file carries. declared : column → value → reason that the file itself declares.
    """

    found: Findings
    keys: pd.Series
    missing: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
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
        reasons_of = {**self.missing, **self.declared.get(name, {}), **(missing or {})}
        values = np.empty(len(uniques), dtype=object)
        reasons = np.full(len(uniques), "", dtype=object)
        counts = np.bincount(codes, minlength=len(uniques))
        n_bad = 0
        known, convert = (meaning, None) if isinstance(meaning, Mapping) else ({}, meaning)
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
        if convert is not None:
            try:
                return convert(spellings[1]), "", ""
            except ValueError as error:
                return None, "ungueltig", error.args[0]
        label = self.labels.get(name, {}).get(spellings[-1], self.labels.get(name, {}).get(text, ""))
        if label and label in meaning:
            return meaning[label], "", ""
        if re.fullmatch(r"-\d+", spellings[-1]):
            return None, "ungueltig", Said("survey.undeclared_negative")
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


@lru_cache(maxsize=REMEMBERED)
def spelled(text: str) -> tuple[str, ...]:
    """A value as written, trimmed and unmasked, and as a whole number: ``" 3.0"`` → ``" 3.0"``, ``"3.0"``, ``"3"``."""
    trimmed = unmask(text.replace("\xa0", " ").strip())
    whole = WHOLE.fullmatch(trimmed)
    return (text, trimmed, whole[1]) if whole else (text, trimmed)


def decimal_of(values: Sequence[str]) -> str:
    """Which decimal sign a column of numbers uses: ``comma``, ``point``, ``none`` or ``unclear``.

    ``unclear`` is a column whose every separator could also group thousands (1.234).
    """
    marked = [text for text in values if NUMBER.fullmatch(text) and ("," in text or "." in text)]
    comma = [text for text in marked if "," in text and (text.rfind(",") > text.rfind("."))]
    point = [text for text in marked if "." in text and (text.rfind(".") > text.rfind(","))]

    def surely(items: list[str], sign: str) -> bool:
        other = "." if sign == "," else ","
        return any(
            other in item or len(item) - item.rfind(sign) != 4 or item.lstrip("+-").startswith("0")
            for item in items
            if item.count(sign) == 1
        )

    if not marked:
        return "none"
    if surely(comma, ",") or any(item.count(".") > 1 for item in marked):
        return "comma"
    if surely(point, ".") or any(item.count(",") > 1 for item in marked):
        return "point"
    return "unclear"


@lru_cache
def number_reader(decimal: str, negative: bool) -> Callable[[str], object]:
    """A function from text to float for one decimal sign; raises ValueError with the message that says why not."""

    @lru_cache(maxsize=REMEMBERED)
    def convert(text: str) -> object:
        compact = THOUSANDS.sub("", text)
        if decimal == "comma" and GERMAN.fullmatch(compact):
            number = float(compact.replace(".", "").replace(",", "."))
        elif decimal != "comma" and POINT.fullmatch(compact):
            number = float(compact.replace(",", ""))
        else:
            raise ValueError(Said("survey.no_number"))
        if not math.isfinite(number):
            raise ValueError(Said("survey.number_too_large"))
        if number < 0 and not negative:
            raise ValueError(Said("survey.undeclared_negative"))
        return number

    return convert
