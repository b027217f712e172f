"""The dictionary at the head of an SPSS file, walked through before the library reads it.

ReadStat crashes the process on value labels that point to a variable that is not there or is of another kind: a
label of a text whose value begins with a zero byte was made for numbers.
"""

from __future__ import annotations

import struct

HEADER = 176
KINDS = range(-1, 256)  # -1 continues a string, 0 is a number, else the length of a string
CUT_OFF = "das Variablenverzeichnis ist abgeschnitten oder verschoben"
LOOSE_LABELS = "Wertebeschriftungen gehören zu keiner Variable"


def dictionary_damage(raw: bytes) -> str:
    """What is wrong in the dictionary, "" for nothing that would crash the reader."""
    order = "<" if raw[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"

    def number(place: int) -> int:
        return int(struct.unpack_from(order + "i", raw, place)[0])

    slots: list[int] = []
    place, labelled, numeric = HEADER, False, False
    try:
        while True:
            record, place = number(place), place + 4
            if labelled and record != 4:
                return LOOSE_LABELS
            labelled = record == 3
            if record == 2:
                kind, has_label, n_missing = number(place), number(place + 4), number(place + 8)
                if kind not in KINDS or has_label not in (0, 1) or abs(n_missing) > 3:
                    return CUT_OFF
                slots.append(kind)
                place += 28
                if has_label:
                    place += 4 + _padded(number(place), 4)
                place += 8 * abs(n_missing)
            elif record == 3:
                n_labels, place, numeric = _counted(number(place)), place + 4, False
                for _ in range(n_labels):
                    numeric |= raw[place] == 0
                    place += 8 + _padded(1 + raw[place + 8], 8)
            elif record == 4:
                n_named = _counted(number(place))
                if n_named > len(slots) or _loose(slots, [number(place + 4 + 4 * i) for i in range(n_named)], numeric):
                    return LOOSE_LABELS
                place += 4 + 4 * n_named
            elif record == 6:
                place += 4 + 80 * _counted(number(place))
            elif record == 7:
                place += 12 + _counted(number(place + 4)) * _counted(number(place + 8))
            elif record == 999:
                return "" if slots else CUT_OFF
            else:
                return CUT_OFF
            if place > len(raw):
                return CUT_OFF
    except (struct.error, IndexError):
        return CUT_OFF


def _loose(slots: list[int], places: list[int], numeric: bool) -> bool:
    """Whether one of the variables of a set of labels is none, or they are of two kinds, or not of the labels' kind."""
    if any(not 1 <= place <= len(slots) or slots[place - 1] < 0 for place in places):
        return True
    texts = {slots[place - 1] > 0 for place in places}
    return len(texts) > 1 or (numeric and texts == {True})


def _padded(length: int, step: int) -> int:
    return -(-_counted(length) // step) * step


def _counted(number: int) -> int:
    """A length as it may be; a negative one is no length."""
    if number < 0:
        raise IndexError(number)
    return number
