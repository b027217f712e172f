"""Several answers in one cell: cut along the known answers, never blindly at the separator."""

from __future__ import annotations

import re
from collections.abc import Iterable


def even_blanks(text: str, separator: str = "") -> str:
    """Text with single blanks; line breaks stay where they are the separator.

    >>> even_blanks(" a  b "), even_blanks("a \\n  b", "\\n")
    ('a b', 'a\\nb')
    """
    if "\n" in separator:
        return "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return " ".join(text.split())


def split_cell(text: str, answers: Iterable[str], separator: str) -> tuple[list[str], list[str]]:
    """The known answers in a cell, and the texts between separators that are none of them.

    An answer may itself hold the separator: the longest one that ends at a separator or at the end is taken first.

    >>> split_cell("Bus, Linie 4, Freibad, Eis", ["Bus", "Bus, Linie 4", "Freibad"], ",")
    (['Bus, Linie 4', 'Freibad'], ['Eis'])
    """
    mark = separator.strip(" ") or " "
    known = {even_blanks(answer, mark): answer for answer in answers}
    ordered = sorted(known, key=len, reverse=True)
    found: list[str] = []
    other: list[str] = []
    rest = even_blanks(text, mark)
    while rest := rest.lstrip(mark + " "):
        for answer in ordered:
            if rest.startswith(answer) and re.match(rf" *(?:{re.escape(mark)}|$)", rest[len(answer) :]):
                found.append(known[answer])
                rest = rest[len(answer) :]
                break
        else:
            part, _, rest = rest.partition(mark)
            other.append(part.strip())
    return found, other
