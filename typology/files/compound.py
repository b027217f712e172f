"""The container of the files of Excel up to 2003, looked at only to see that calamine can walk through it.

calamine believes every length in it and follows a chain of sectors that runs in a circle until the memory is full.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MAGIC = b"\xd0\xcf\x11\xe0"
RESERVED = 0xFFFFFFFA  # from here on numbers say "end", "free" or "table", and no sector has them
ENTRY = 128  # bytes of one directory entry
CIRCLE = "eine Kette von Sektoren endet nicht"
TOO_LONG = "eine Länge im Kopf ist größer als die Datei"
CUT_OFF = "die Tabelle der Sektoren ist abgeschnitten"


def compound_damage(raw: bytes) -> str:
    """What makes a compound file endless or endlessly large, "" for nothing; other damage calamine names itself."""
    shift = int.from_bytes(raw[30:32], "little")
    if shift not in (9, 12) or len(raw) < 512:
        return ""
    size = 1 << shift

    def sector(number: int) -> bytes:
        return raw[(number + 1) * size : (number + 2) * size]

    head = _numbers(raw[:512])
    n_directory, n_table, directory, cutoff, small, n_small, following = (head[i] for i in (10, 11, 12, 14, 15, 16, 17))
    if max(n_directory, n_table, n_small) > len(raw) // size:
        return TOO_LONG
    places = [number for number in head[19:] if number < RESERVED]
    seen: set[int] = set()
    while following < RESERVED:
        if following in seen:
            return CIRCLE
        seen.add(following)
        more = _numbers(sector(following))
        if len(more) < size // 4:
            return CUT_OFF
        places += [number for number in more[:-1] if number < RESERVED]
        following = more[-1]
    if any((place + 2) * size > len(raw) for place in places):
        return CUT_OFF
    table = [number for place in places for number in _numbers(sector(place))]
    entry_chain, small_chain = _chain(directory, table), _chain(small, table)
    if entry_chain is None or small_chain is None:
        return CIRCLE
    small_table = _numbers(b"".join(map(sector, small_chain)))
    entries = b"".join(map(sector, entry_chain))
    for at in range(0, len(entries) - ENTRY + 1, ENTRY):
        entry = _numbers(entries[at : at + ENTRY])
        start, length = entry[29], entry[30] + (entry[31] << 32 if size > 512 else 0)
        if length > len(raw):
            return TOO_LONG
        inside = length < cutoff and entries[at + 66] != 5  # type 5 is the root, never among the small ones
        if length and _chain(start, small_table if inside else table) is None:
            return CIRCLE
    return ""


def _numbers(data: bytes) -> list[int]:
    numbers: list[int] = np.frombuffer(data[: len(data) // 4 * 4], dtype="<u4").tolist()
    return numbers


def _chain(start: int, table: Sequence[int]) -> list[int] | None:
    """The sectors of one chain, as far as it goes; None when it never ends."""
    chain: list[int] = []
    seen: set[int] = set()
    while start < RESERVED and start < len(table):
        if start in seen:
            return None
        seen.add(start)
        chain.append(start)
        start = table[start]
    return chain
