"""The signs of types: letter, symbol and colour, for types with a name and for groups without one.

This is the only table of them; typology file, self-check, page, sheet, drawings and workbook take them from here. A
group without a name never borrows from a type of the catalogue, whichever catalogue it is: a type has one letter and
one of the symbols that ``types.yaml`` may name, a group has two letters (``GA`` for "Gruppe A", "Group A") and an
outline that no catalogue can name; a leaning that the catalogue does not know has its number. So its signs stay the
same, too, when another group of the study earns a name.
Symbol and letter stand beside a printed name as decoration and are hidden from screen readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from typology.content.catalogue import Content

# Symbol → marker of matplotlib. The first are those that a catalogue may name, the others those of groups; there are
# as many of these as a codebook may ask for classes.
NAMED_MARKERS = {
    "circle": "o", "square": "s", "triangle": "^", "diamond": "D",
    "cross": "P", "ring": "o", "star": "*", "bar": "_",
}  # fmt: skip
GROUP_MARKERS = {
    "open-square": "s", "open-triangle": "^", "open-diamond": "D", "open-pentagon": "p",
    "open-down": "v", "open-hexagon": "h", "open-left": "<", "open-right": ">",
    "open-cross": "P", "open-star": "*", "open-x": "X", "open-octagon": "8",
}  # fmt: skip
MARKERS = NAMED_MARKERS | GROUP_MARKERS
HOLLOW = frozenset({"ring", *GROUP_MARKERS})
GREY = 0x4A
_LEANING = re.compile(r"neigung_(\d+)")
_GROUP = re.compile(r"gruppe_([a-z]+)")


@dataclass(frozen=True)
class Sign:
    """Letter, symbol and colour (``#RRGGBB``) of one type or group."""

    letter: str
    symbol: str
    colour: str


def type_signs(keys: Iterable[str], content: Content) -> dict[str, Sign]:
    """The signs of all types and groups of one study, in the order of the keys.

    A key that is neither in the catalogue nor that of a group (a typology named by another catalogue) takes the signs
    of a group that the study does not have.

    >>> from typology.content.catalogue import load_content
    >>> signs = type_signs(["bedaechtige", "gruppe_b"], load_content())
    >>> signs["bedaechtige"], signs["gruppe_b"]
    (Sign(letter='B', symbol='circle', colour='#0B4F9E'), Sign(letter='GB', symbol='open-triangle', colour='#4A4A4A'))
    """
    keys = list(dict.fromkeys(keys))
    places = {key: place for key in keys if (place := _place(key)) is not None}
    free = (place for place in count() if place not in places.values())
    grey = neutral_grey(content)
    signs = {}
    for key in keys:
        known = content.type(key)
        number = _LEANING.fullmatch(key)
        if known is not None:
            signs[key] = Sign(known.letter, known.symbol, known.colour)
        elif number is not None:
            symbols = tuple(GROUP_MARKERS)
            signs[key] = Sign(number[1], symbols[(int(number[1]) - 1) % len(symbols)], grey)
        else:
            signs[key] = _group_sign(places[key] if key in places else next(free), grey)
    return signs


def neutral_grey(content: Content) -> str:
    """The grey of groups without a name: the first that no type of the catalogue has.

    >>> from typology.content.catalogue import load_content
    >>> neutral_grey(load_content())
    '#4A4A4A'
    """
    taken = {item.colour.upper() for item in content.types}
    return next(grey for level in count(GREY) if (grey := f"#{level:02X}{level:02X}{level:02X}") not in taken)


def _group_sign(place: int, grey: str) -> Sign:
    """The signs of the group at a place; from the thirteenth group on only the letters tell them apart."""
    letters = chr(ord("A") + place % 26)
    if place >= 26:
        letters = chr(ord("A") + place // 26 - 1) + letters
    symbols = tuple(GROUP_MARKERS)
    return Sign(f"G{letters}", symbols[place % len(symbols)], grey)


def _place(key: str) -> int | None:
    """``gruppe_a`` is 0, ``gruppe_z`` 25, ``gruppe_aa`` 26; None for another key."""
    found = _GROUP.fullmatch(key)
    if found is None:
        return None
    place = 0
    for letter in found[1]:
        place = 26 * place + ord(letter) - ord("a") + 1
    return place - 1
