"""How numbers, shares, dates, lists and distances are written, and in which language the program speaks.

Everything that a person reads is written here and nowhere else, so that a sheet, a page and the console cannot print
the same number in two ways. A number is rounded once, half away from zero, as it stands in decimals (12.5 → 13,
4.35 → 4.4); the templates of the sheets and the scripts of the site round by the same rule. What is not known is a
dash. English writes a decimal point; German, and every language that a file adds, a comma.

What the program says of itself (findings, errors, the command line) are messages: texts by key in
``content/messages``, in German and English, and in a third language where a file in ``content/languages`` brings it.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, SupportsFloat, runtime_checkable

Language = str
#: Both are complete; a file ``content/languages/<code>.yaml`` adds another one.
BUILT_IN: Final[tuple[Language, ...]] = ("de", "en")
#: Where a language stands that the command line is asked for; else the locale decides.
VARIABLE = "TYPOLOGY_LANGUAGE"
#: A folder of further language files, beside the shipped ones.
MORE = "TYPOLOGY_LANGUAGES"
CONTENT = Path(__file__).parent / "content"
NBSP, MINUS, DASH = "\u00a0", "\u2212", "–"
EVERY_FLOAT = Context(prec=330)  # of decimals: the largest float has 309 digits before the point
MOST_DIGITS = 6  # of a number that is written as short as it is
EVERYWHERE_ELSE = str.maketrans(",.", ".,")  # than in English
REMEMBERED = 65_536  # numbers and shares that are written again and again


def number(value: SupportsFloat | None, language: Language = "de", digits: int | None = 0) -> str:
    """A number with the separators of the language and a real minus sign; with ``digits=None`` as short as it is.

    >>> number(1234.5, "de", 1), number(1234.5, "en", 1), number(-0.04, "de", 1), number(None)
    ('1.234,5', '1,234.5', '0,0', '–')
    >>> number(2.50, "de", None), number(-8.0, "en", None)
    ('2,5', '−8')
    """
    return DASH if missing(value) else _written(_exact(value), language, digits)


@lru_cache(REMEMBERED)
def _written(value: Decimal | float, language: Language, digits: int | None) -> str:
    found = round_half_up(_decimal(value), MOST_DIGITS if digits is None else digits)
    plain = f"{abs(found):,f}"
    if digits is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if language != "en":
        plain = plain.translate(EVERYWHERE_ELSE)
    return MINUS + plain if found < 0 else plain


def percent(share: SupportsFloat | None, language: Language = "de", digits: int = 0) -> str:
    """A share from 0 to 1 in per cent; one that is not quite nothing or all is not printed as if it were.

    >>> percent(0.614), percent(0.614, "en"), percent(0.125), percent(0.997), percent(0.001), percent(1)
    ('61\\xa0%', '61%', '13\\xa0%', '> 99\\xa0%', '< 1\\xa0%', '100\\xa0%')
    """
    if missing(share):
        return DASH
    value = _exact(share)
    return _short_of(value, language, digits, nothing=value <= 0, everything=value >= 1)


def at_most(share: SupportsFloat, language: Language = "de") -> str:
    """A share in per cent, rounded up to tenths: at most so much. ``at_most(0.0304)`` is ``3,1 %``."""
    tenths = (_decimal(_exact(share)) * 1000).to_integral_value(ROUND_CEILING)
    return number(tenths / 10, language, 1) + ("%" if language == "en" else f"{NBSP}%")


def chance(probability: SupportsFloat | None, language: Language = "de") -> str:
    """A probability in whole per cent; none is printed as impossible or certain, not even 0 or 1.

    >>> chance(0.614, "en"), chance(0.0), chance(0.999), chance(None)
    ('61%', '< 1\\xa0%', '> 99\\xa0%', '–')
    """
    if missing(probability):
        return DASH
    return _short_of(_exact(probability), language, 0, nothing=False, everything=False)


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
    word = message("writing.and", language)
    return f" {word} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


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
        month = message("writing.months", language).split()[value.month - 1]
        return f"{value.day}{'' if language == 'en' else '.'} {month} {value.year}"
    return value.isoformat() if language == "en" else f"{value:%d.%m.}{value.year}"


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


def _exact(value: SupportsFloat | None) -> Decimal | float:
    """A number that equals another one only if both are written alike, so that what was written can be looked up."""
    return value if isinstance(value, Decimal) else float(value or 0)


@lru_cache(REMEMBERED)
def _short_of(share: Decimal | float, language: Language, digits: int, *, nothing: bool, everything: bool) -> str:
    """Per cent with "< 1" and "> 99" where rounding would say 0 or 100 and that is not so."""
    step = Decimal(1).scaleb(-digits)
    value = round_half_up(_decimal(share) * 100, digits)
    text = number(value, language, digits)
    if value == 0 and not nothing:
        text = f"< {number(step, language, digits)}"
    if value == 100 and not everything:
        text = f"> {number(100 - step, language, digits)}"
    return text + ("%" if language == "en" else f"{NBSP}%")


# -- the language of the program -------------------------------------------------------------------------------------

_chosen: list[Language] = []


def languages() -> tuple[Language, ...]:
    """The languages there are: German, English, and one per file in ``content/languages`` or the folder of ``MORE``."""
    return _codes(language_files())


@cache
def _codes(files: tuple[Path, ...]) -> tuple[Language, ...]:
    return tuple(dict.fromkeys([*BUILT_IN, *(path.stem for path in files)]))


def language_called(name: str) -> Language | None:
    """The language that a code or a locale means, with its region where there is such a file; None without it.

    >>> language_called("de_AT.UTF-8"), language_called("EN"), language_called("xx")
    ('de', 'en', None)
    """
    wanted = re.split("[.@]", name.replace("-", "_").lower())[0]
    there = {code.replace("-", "_").lower(): code for code in languages()}
    return there.get(wanted) or there.get(wanted.split("_")[0])


def set_language(language: Language | None) -> None:
    """Choose the language in which findings, errors and the command line speak; ``None``: the surroundings decide.

    Sheets, pages and workbooks are not touched: they name their language themselves.

    Raises
    ------
    ValueError : there is no such language.

    Examples
    --------
    >>> typology.set_language("en")
    >>> try:
    ...     study.find("Nirgendwo")
    ... except typology.TypologyError as error:
    ...     print(error.message)
    'Nirgendwo' did not take part in this survey or is spelled differently.
    >>> typology.set_language(None)
    """
    if language is not None and language not in languages():
        raise ValueError(Said("writing.no_language", code=language, known=", ".join(languages())))
    _chosen[:] = [] if language is None else [language]


def program_language() -> Language:
    """The language chosen; else that of ``TYPOLOGY_LANGUAGE``, else of the locale, if there is it; else English."""
    return _chosen[0] if _chosen else _language_of_surroundings()


def _language_of_surroundings() -> Language:
    wanted = [os.environ.get(name, "") for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")]
    found = next((code for code in wanted if code), "") or _language_of_windows()
    return language_called(found) or "en"


def _language_of_windows() -> str:
    """The language of the desktop, where the environment says nothing of it."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")


class Said(str):
    """A message of the program: a text in the language spoken when it was made, and the same in any other.

    Parameters
    ----------
    key : the message, as ``file.name``: the entry ``name`` of ``content/messages/file.yaml``.
    values : what its placeholders stand for. Another message among them, a :class:`Number`, a :class:`Day` or a list
        of such is said in the same language.

    Raises
    ------
    KeyError : there is no such message, or a placeholder has no value.

    >>> found = Said("writing.no_language", code="fr", known="de, en")
    >>> found.of("en")
    "There is no language 'fr'; there are: de, en."
    """

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, /, **values: Any) -> Said:
        made = super().__new__(cls, message(key, program_language(), **values))
        made.key, made.values = key, values
        return made

    def of(self, language: Language) -> str:
        """The message in one language."""
        return message(self.key, language, **self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _say_again, (self.key, self.values)


def _say_again(key: str, values: dict[str, Any]) -> Said:
    return Said(key, **values)


@runtime_checkable
class Spoken(Protocol):
    """What each language says or writes its own way: a message, a number, a day, a text of the survey."""

    def of(self, language: Language) -> str:
        """The text in one language."""
        ...


@dataclass(frozen=True)
class Number:
    """A number inside a message, written as :func:`number` writes it in the language of the message.

    >>> Number(2.5, 1).of("de"), Number(2.5, 1).of("en")
    ('2,5', '2.5')
    """

    value: float
    digits: int | None = 0

    def of(self, language: Language) -> str:
        """The number in one language."""
        return number(self.value, language, self.digits)


@dataclass(frozen=True)
class Day:
    """An ISO date inside a message, written as :func:`day` writes it in the language of the message."""

    written: str

    def of(self, language: Language) -> str:
        """The day in one language."""
        return day(self.written, language)


def in_language(text: str, language: Language) -> str:
    """A message in one language; any other text as it is."""
    return text.of(language) if isinstance(text, Said) else text


def _spoken(value: Any, language: Language) -> Any:
    """A value of a message in one language; the items of a list with commas between them."""
    if type(value) in (str, int, float):  # most of them, and to ask whether a value can speak takes long
        return value
    if isinstance(value, list):
        return ", ".join(str(_spoken(item, language)) for item in value)
    return value.of(language) if isinstance(value, Spoken) else value


def message(key: str, language: Language, /, **values: Any) -> str:
    """One message of the program in one language, its placeholders filled.

    Raises
    ------
    KeyError : there is no such message, or a placeholder has no value.
    """
    file, _, name = key.partition(".")
    texts = read_texts(CONTENT / "messages" / f"{file}.yaml")[name]
    text: str = texts.get(language) or added_texts(language).get(f"messages.{key}") or texts["en"]
    return text.format(**{name: _spoken(value, language) for name, value in values.items()}) if values else text


def added_texts(language: Language) -> dict[str, Any]:
    """The texts of an added language by their place, such as ``messages.writing.and``; none of German or English."""
    if language in BUILT_IN:
        return {}
    return _texts_of(tuple(path for path in language_files() if path.stem == language))


@cache
def _texts_of(files: tuple[Path, ...]) -> dict[str, Any]:
    return {place: text for path in files for place, text in (read_texts(path) or {}).items()}


def language_files() -> tuple[Path, ...]:
    """The files of the added languages."""
    return _files_in(os.environ.get(MORE, ""))


@cache
def _files_in(more: str) -> tuple[Path, ...]:
    folders = [CONTENT / "languages", *([Path(more)] if more else [])]
    return tuple(path for folder in folders for path in sorted(folder.glob("*.yaml")))


@cache
def read_texts(path: Path) -> Any:
    """A YAML file as text, nothing else is made of it. The C parser is used where it is there, for quick commands."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(path.read_text(encoding="utf-8-sig"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
