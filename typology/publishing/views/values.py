"""Plain values for views: texts in both languages, numbers that may be missing, marks of types."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.types.signs import type_signs
from typology.writing import languages
from typology.writing import number as written

Both = dict[str, str]
Mark = dict[str, Any]


def both(make: Callable[[Language], str]) -> Both:
    """A text in German, in English, and in each language that a file adds."""
    return {language: make(language) for language in languages()}


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


def type_marks(content: Content, keys: Iterable[str]) -> dict[str, Mark]:
    """Label, letter, symbol and colour of every type of one study, by key."""

    def name(key: str, *, short: bool = False) -> Both:
        return both(lambda lang: content.label("type", key, lang, short=short))

    return {
        key: {
            "key": key, "label": name(key), "short": name(key, short=True), **vars(sign),
            "named": content.type(key) is not None,
        }
        for key, sign in type_signs(keys, content).items()
    }  # fmt: skip


def say(content: Content, key: str, **values: Any) -> Both:
    """One sentence in both languages; a value may be a text or a text in both languages."""

    def one(lang: Language) -> str:
        return content.say(key, lang, **{name: _in(value, lang) for name, value in values.items()})

    return both(one)


class Words:
    """Labels and sentences of one content in all languages; what many views say is put together once and shared.

    Examples
    --------
    >>> from typology.content.catalogue import load_content
    >>> Words(load_content()).label("goal", "effizienz")["de"]
    'Effizienz der Verwaltung'
    """

    def __init__(self, content: Content) -> None:
        self._content, self._languages = content, languages()
        self._sentence = cache(lambda key: say(content, key))
        self._label = cache(
            lambda kind, key, short: self.both(lambda lang: content.label(kind, key, lang, short=short))
        )

    def both(self, make: Callable[[Language], str]) -> Both:
        """As :func:`both`, in the languages that there were at first."""
        return {language: make(language) for language in self._languages}

    def say(self, key: str, **values: Any) -> Both:
        """One sentence; a value may be a text or a text in every language."""
        if not values:
            return self._sentence(key)
        content = self._content
        return {
            language: content.say(key, language, **{name: _in(value, language) for name, value in values.items()})
            for language in self._languages
        }

    def label(self, kind: str, key: str, *, short: bool = False) -> Both:
        """The printed name of a catalogue entry."""
        return self._label(kind, key, short)


def _in(value: Any, language: Language) -> Any:
    return value.get(language, value["en"]) if isinstance(value, dict) else value


def printed(value: float | None, digits: int | None = None) -> Both:
    """A number as it is written in both languages; without ``digits`` as short as it is.

    >>> printed(-2.5, 1), printed(8.0)
    ({'de': '−2,5', 'en': '−2.5'}, {'de': '8', 'en': '8'})
    """
    return both(lambda lang: written(value, lang, digits))


def stripped(value: Both) -> Both:
    """Both texts without blanks at their ends."""
    return {lang: sentence.strip() for lang, sentence in value.items()}


def pairs(value: dict[str, Any]) -> list[Both]:
    """A list in every language as a list of texts in every language; one that is short of them has the English."""
    return [
        {language: texts[n] if n < len(texts) else value["en"][n] for language, texts in value.items()}
        for n in range(len(value["en"]))
    ]


Row = dict[str, Any]


def names_in_lists(bodies: Mapping[str, Row]) -> dict[str, str]:
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


def names_elsewhere(names: Mapping[str, str], bodies: Mapping[str, Row], content: Content) -> dict[str, Both]:
    """Of names that say the kind of a body as their place, how they are said in the languages other than German.

    The word is that of the register's designation, or else of the kind: ``Altau (district)``.
    """
    designations = {text.de: key for key, text in content.sentences.items() if key.startswith("body_")}
    found: dict[str, Both] = {}
    for key, name in names.items():
        label = text(bodies[key].get("kind_label"))
        if label and name.endswith(f" ({label})") and text(bodies[key].get("kreis_name")) != label:
            kind = designations.get(label, f"view_kind_{text(bodies[key].get('kind')) or 'andere'}")
            plain = name.removesuffix(f" ({label})")
            found[key] = {
                code: f"{plain} ({word[:1].lower()}{word[1:]})"
                for code, word in say(content, kind).items() if code != "de"
            }  # fmt: skip
    return found


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


def rows_by_key(table: pd.DataFrame) -> Mapping[str, Row]:
    """Every row of a table indexed by key as a plain dictionary; empty for a table that the study does not have."""
    return Rows(table)


class Rows(Mapping[str, Row]):
    """The rows of a table by its index, as plain dictionaries, each made when it is first asked for."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._places = {str(key): place for place, key in enumerate(table.index)}
        self._columns = {
            name: cells.tolist() if cells.dtype != object else _plain(cells.to_numpy()) for name, cells in table.items()
        }
        self._made: dict[str, Row] = {}

    def __getitem__(self, key: str) -> Row:
        row = self._made.get(key)
        if row is None:
            place = self._places[key]
            row = self._made[key] = {str(name): cells[place] for name, cells in self._columns.items()}
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Grouped(Mapping[str, list[Row]]):
    """The rows of a long table by one column, as plain dictionaries in their order, made when they are asked for."""

    def __init__(self, table: pd.DataFrame, column: str) -> None:
        # a whole number that may be missing is no number of numpy
        own = {name: None if isinstance(table[name].dtype, np.dtype) else object for name in table}
        self._columns = {} if table.empty else {str(name): table[name].to_numpy(own[name]) for name in table}
        codes, names = pd.factorize(self._columns.get(column, np.empty(0)), use_na_sentinel=False)
        self._order = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[self._order], np.arange(len(names) + 1)).tolist()
        self._places = {str(name): place for name, place in zip(names, pairwise(edges), strict=True)}

    def __getitem__(self, key: str) -> list[Row]:
        first, after = self._places[key]
        rows = self._order[first:after]
        cells = zip(*(_plain(values[rows]) for values in self._columns.values()), strict=True)
        return [dict(zip(self._columns, row, strict=True)) for row in cells]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _plain(values: np.ndarray) -> list[Any]:
    """Values as plain Python has them."""
    cells: list[Any] = values.tolist()
    if values.dtype != object:
        return cells
    return [value.item() if isinstance(value, np.generic) else value for value in cells]
