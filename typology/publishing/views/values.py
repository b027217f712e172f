"""Plain values for views: texts in both languages, numbers that may be missing, marks of types."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language

Both = dict[str, str]
# Unnamed classes are grey and told apart by symbol and letter alone.
GREY = "#4A4A4A"
SYMBOLS = ("circle", "square", "triangle", "diamond", "cross", "ring", "star", "bar")


def both(make: Callable[[Language], str]) -> Both:
    """A text in both languages."""
    return {"de": make("de"), "en": make("en")}


def number(value: Any, digits: int = 4) -> float | None:
    """A number for JSON: rounded, ``None`` where it is missing."""
    if value is None or value is pd.NA or value == "":
        return None
    out = float(value)
    return None if math.isnan(out) else round(out, digits) + 0.0


def whole(value: Any) -> int | None:
    """A whole number for JSON, ``None`` where it is missing."""
    out = number(value)
    return None if out is None else round(out)


def text(value: Any) -> str:
    """Text for JSON, empty where it is missing."""
    return "" if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else str(value)


def type_mark(content: Content, key: str) -> dict[str, Any] | None:
    """Label, letter, symbol and colour of a type; neutral grey for an unnamed class, None for no type."""
    if not key:
        return None
    found = content.type(key)
    if found is not None:
        return {
            "key": key, "label": found.label.model_dump(), "short": found.short.model_dump(),
            "letter": found.letter, "symbol": found.symbol, "colour": found.colour, "named": True,
        }  # fmt: skip
    letter = key.removeprefix("gruppe_").upper()[:1]
    place = (ord(letter) - ord("A")) % len(SYMBOLS) if letter else 0
    label = both(lambda lang: content.label("type", key, lang))
    return {
        "key": key, "label": label, "short": label, "letter": letter, "symbol": SYMBOLS[place], "colour": GREY,
        "named": False,
    }  # fmt: skip


def say(content: Content, key: str, **values: Any) -> Both:
    """One sentence in both languages; a value may be a text or a text in both languages."""

    def one(lang: Language) -> str:
        plain = {name: value[lang] if isinstance(value, dict) else value for name, value in values.items()}
        return content.say(key, lang, **plain)

    return both(one)


def printed(value: float, digits: int | None = None) -> Both:
    """A number as it is written in both languages, with a real minus sign; without ``digits`` as short as it is.

    >>> printed(-2.5, 1), printed(8.0)
    ({'de': '−2,5', 'en': '−2.5'}, {'de': '8', 'en': '8'})
    """
    plain = f"{value:g}" if digits is None else f"{value:.{digits}f}"
    if float(plain) == 0:
        plain = plain.removeprefix("-")
    plain = plain.replace("-", "−")
    return {"de": plain.replace(".", ","), "en": plain}


def chance(probability: float | None, language: Language) -> str:
    """A probability in whole per cent; after rounding, too, none is printed as impossible or certain.

    >>> chance(0.614, "en"), chance(0.0, "de"), chance(0.999, "de"), chance(None, "de")
    ('61%', '< 1\xa0%', '> 99\xa0%', '–')
    """
    if probability is None:
        return "–"
    whole = round(probability * 100)
    text = "< 1" if whole < 1 else "> 99" if whole > 99 else str(whole)
    return text + ("\u00a0%" if language == "de" else "%")


def german_date(date: str) -> str:
    """An ISO date as it is written in German."""
    parts = date.split("-")
    return ".".join(reversed(parts)) if len(parts) == 3 else date


def stripped(value: Both) -> Both:
    """Both texts without blanks at their ends."""
    return {lang: sentence.strip() for lang, sentence in value.items()}


def pairs(value: dict[str, Any]) -> list[Both]:
    """A list in both languages as a list of texts in both languages."""
    return [{"de": german, "en": english} for german, english in zip(value["de"], value["en"], strict=True)]


Row = dict[str, Any]


def names_in_lists(bodies: dict[str, Row]) -> dict[str, str]:
    """How each body is named where its Kreis and Land do not stand beside it; a name that others share says its place.

    Shared are names that stand twice in these rows or, where ``shared_name`` says so, in the register.
    """
    plain = {key: text(body.get("base_name")) or text(body["name"]) for key, body in bodies.items()}
    often = Counter(plain.values())
    return {
        key: f"{name} ({place})"
        if (often[name] > 1 or text(bodies[key].get("shared_name")) == "ja") and (place := _place(bodies[key], name))
        else name
        for key, name in plain.items()
    }


def with_key(name: str, key: str) -> str:
    """A name with its key behind it; without a register a body may have no other name than its key.

    >>> with_key("Au", "91201001"), with_key("zeile_100", "zeile_100")
    ('Au (91201001)', 'zeile_100')
    """
    return name if name == key else f"{name} ({key})"


def _place(body: Row, name: str) -> str:
    """The Kreis; what kind of body it is where the Kreis is named like it."""
    kreis = text(body.get("kreis_name")).split(",", 1)[0]
    return kreis if kreis and kreis != name else text(body.get("kind_label"))


def rows_by_key(table: pd.DataFrame) -> dict[str, Row]:
    """Every row of a table indexed by key as a plain dictionary; empty for a table that the study does not have."""
    rows: list[Row] = table.to_dict("records") if len(table.columns) else [{} for _ in table.index]
    return {str(key): row for key, row in zip(table.index, rows, strict=True)}


def grouped(table: pd.DataFrame, column: str) -> dict[str, list[Row]]:
    """The rows of a long table by one column, as plain dictionaries in their order."""
    out: dict[str, list[Row]] = {}
    if not table.empty:
        for row in table.to_dict("records"):
            out.setdefault(str(row[column]), []).append(row)
    return out
