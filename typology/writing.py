"""How numbers, shares, dates, lists and distances are written, in German and in English.

Everything that a person reads is written here and nowhere else, so that a sheet, a page and the console cannot print
the same number in two ways. A number is rounded once, half away from zero, as it stands in decimals (12.5 → 13,
4.35 → 4.4); the templates of the sheets and the scripts of the site round by the same rule. What is not known is a
dash.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal, SupportsFloat

Language = Literal["de", "en"]
NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "–"
MONTHS: dict[Language, tuple[str, ...]] = {
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip
EVERY_FLOAT = Context(prec=330)  # of decimals: the largest float has 309 digits before the point
MOST_DIGITS = 6  # of a number that is written as short as it is
AND: dict[Language, str] = {"de": "und", "en": "and"}


def number(value: SupportsFloat | None, language: Language = "de", digits: int | None = 0) -> str:
    """A number with the separators of the language and a real minus sign; with ``digits=None`` as short as it is.

    >>> number(1234.5, "de", 1), number(1234.5, "en", 1), number(-0.04, "de", 1), number(None)
    ('1.234,5', '1,234.5', '0,0', '–')
    >>> number(2.50, "de", None), number(-8.0, "en", None)
    ('2,5', '−8')
    """
    if missing(value):
        return DASH
    found = round_half_up(_decimal(value), MOST_DIGITS if digits is None else digits)
    plain = f"{abs(found):,f}"
    if digits is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if language == "de":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return MINUS + plain if found < 0 else plain


def percent(share: SupportsFloat | None, language: Language = "de", digits: int = 0) -> str:
    """A share from 0 to 1 in per cent; one that is not quite nothing or all is not printed as if it were.

    >>> percent(0.614), percent(0.614, "en"), percent(0.125), percent(0.997), percent(0.001), percent(1)
    ('61\\xa0%', '61%', '13\\xa0%', '> 99\\xa0%', '< 1\\xa0%', '100\\xa0%')
    """
    if missing(share):
        return DASH
    value = _decimal(share)
    return _short_of(value, language, digits, nothing=value <= 0, everything=value >= 1)


def chance(probability: SupportsFloat | None, language: Language = "de") -> str:
    """A probability in whole per cent; none is printed as impossible or certain, not even 0 or 1.

    >>> chance(0.614, "en"), chance(0.0), chance(0.999), chance(None)
    ('61%', '< 1\\xa0%', '> 99\\xa0%', '–')
    """
    if missing(probability):
        return DASH
    return _short_of(_decimal(probability), language, 0, nothing=False, everything=False)


def points(change: SupportsFloat | None, language: Language = "de", digits: int = 1) -> str:
    """A change of a share in percentage points, with its sign.

    >>> points(0.0234), points(-0.0234, "en"), points(0.0)
    ('+2,3', '−2.3', '0,0')
    """
    if missing(change):
        return DASH
    hundredfold = _decimal(change) * 100
    return ("+" if round_half_up(hundredfold, digits) > 0 else "") + number(hundredfold, language, digits)


def kilometres(value: SupportsFloat | None, language: Language = "de", digits: int = 0) -> str:
    """A distance.

    >>> kilometres(12.5), kilometres(1234.56, "en", 1), kilometres(float("nan"))
    ('13 km', '1,234.6 km', '–')
    """
    return DASH if missing(value) else f"{number(value, language, digits)} km"


def span(low: str, high: str) -> str:
    """Two finished texts as from–to; one where they are the same.

    >>> span("3", "5"), span("3", "3")
    ('3–5', '3')
    """
    return low if low == high else f"{low}–{high}"


def listed(items: Sequence[str], language: Language = "de") -> str:
    """Items as a sentence lists them.

    >>> listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"]), listed(["A", "B", "C"], "en")
    ('A', 'A und B', 'A, B und C', 'A, B and C')
    """
    return f" {AND[language]} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def day(written: str, language: Language = "de", *, words: bool = False) -> str:
    """An ISO date as the language writes it, in figures or with the month in words; other text stays as it is.

    >>> day("2026-01-31"), day("2026-01-31", "en"), day("2026-01-01", words=True), day("2026-01-01", "en", words=True)
    ('31.01.2026', '2026-01-31', '1. Januar 2026', '1 January 2026')
    """
    try:
        value = date.fromisoformat(written)
    except ValueError:
        return written
    if words:
        return f"{value.day}{'.' if language == 'de' else ''} {MONTHS[language][value.month - 1]} {value.year}"
    return f"{value:%d.%m.}{value.year}" if language == "de" else value.isoformat()


def missing(value: SupportsFloat | None) -> bool:
    """Whether there is no number to write: nothing, NaN, infinity.

    >>> missing(None), missing(float("nan")), missing(0)
    (True, True, False)
    """
    return value is None or not math.isfinite(value)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """A decimal at so many digits, half away from zero, never minus zero.

    First at six digits more, which takes away what computing with binary fractions leaves behind.

    >>> round_half_up(Decimal("2.5"), 0), round_half_up(Decimal("-2.5"), 0), round_half_up(Decimal("-0.04"), 1)
    (Decimal('3'), Decimal('-3'), Decimal('0.0'))
    """
    for places in (digits + 6, digits):
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EVERY_FLOAT)
    return abs(value) if value == 0 else value


def _decimal(value: SupportsFloat | None) -> Decimal:
    """A number as it stands in decimals: the shortest text that means the same float."""
    if isinstance(value, Decimal):
        return value
    return Decimal(repr(float(value or 0)))


def _short_of(share: Decimal, language: Language, digits: int, *, nothing: bool, everything: bool) -> str:
    """Per cent with "< 1" and "> 99" where rounding would say 0 or 100 and that is not so."""
    step = Decimal(1).scaleb(-digits)
    value = round_half_up(share * 100, digits)
    text = number(value, language, digits)
    if value == 0 and not nothing:
        text = f"< {number(step, language, digits)}"
    if value == 100 and not everything:
        text = f"> {number(100 - step, language, digits)}"
    return text + (f"{NBSP}%" if language == "de" else "%")
