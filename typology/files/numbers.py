"""Numbers as people and programs write them: German or English, with blanks between the thousands or without."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from typology.writing import Said

UNCLEAR = "files.unclear_decimal"  # the message
REMEMBERED = 1 << 16  # texts whose meaning is remembered from column to column
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
GERMAN = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?")
# Blanks of every width and Swiss apostrophes, if all thousands are grouped by them: "12 34" is no number.
GROUPED = re.compile(r"([+-]?\d{1,3}(?:[\s'’]\d{3})+)((?:[.,]\d+)?)")
WITH_UNIT = re.compile(r"([+-]?\d[\d.,\s'’]*?)\s*([^\d\s.,'’+-].*)", re.DOTALL)
LONGEST_UNIT = 20  # signs of a unit that a message repeats


def _compact(text: str) -> str:
    """A number without the blanks between its thousands; other texts without blanks around them only."""
    text = text.strip()
    grouped = GROUPED.fullmatch(text)
    return re.sub(r"[\s'’]", "", grouped[1]) + grouped[2] if grouped else text


def has_sign(text: str) -> bool:
    """Whether a number is written with points or commas, whatever they separate.

    >>> has_sign("1.234"), has_sign("k.A."), has_sign("12")
    (True, False, False)
    """
    compact = _compact(text)
    return bool(NUMBER.fullmatch(compact)) and ("," in compact or "." in compact)


def decimal_of(values: Sequence[str]) -> str:
    """Which decimal sign a column of numbers uses: ``comma``, ``point``, ``none`` or ``unclear``.

    ``unclear`` is a column whose every separator could also group thousands (1.234).

    >>> decimal_of(["1.234", "12,5"]), decimal_of(["12 345,500"]), decimal_of(["1.234"]), decimal_of(["12"])
    ('comma', 'comma', 'unclear', 'none')
    """
    texts: dict[str, bool] = {}  # without blanks → whether blanks grouped the thousands
    for text in filter(has_sign, values):
        texts[_compact(text)] = texts.get(_compact(text), False) or bool(GROUPED.fullmatch(text.strip()))
    marked = list(texts)
    comma = [text for text in marked if "," in text and (text.rfind(",") > text.rfind("."))]
    point = [text for text in marked if "." in text and (text.rfind(".") > text.rfind(","))]

    def surely(items: list[str], sign: str) -> bool:
        other = "." if sign == "," else ","
        return any(
            texts[item] or other in item or len(item) - item.rfind(sign) != 4 or item.lstrip("+-").startswith("0")
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
    """A function from text to float for one decimal sign; raises ValueError with the message that says why not.

    >>> number_reader("comma", negative=False)("12 345,50")
    12345.5
    """

    @lru_cache(maxsize=REMEMBERED)
    def convert(text: str) -> object:
        compact = _compact(text)
        if decimal == "comma" and GERMAN.fullmatch(compact):
            number = float(compact.replace(".", "").replace(",", "."))
        elif decimal != "comma" and POINT.fullmatch(compact):
            number = float(compact.replace(",", ""))
        elif unit := WITH_UNIT.fullmatch(compact):
            raise ValueError(Said("files.number_with_unit", unit=unit[2][:LONGEST_UNIT]))
        else:
            raise ValueError(Said("files.no_number"))
        if not math.isfinite(number):
            raise ValueError(Said("files.number_too_large"))
        if number < 0 and not negative:
            raise ValueError(Said("files.undeclared_negative"))
        return number

    return convert
