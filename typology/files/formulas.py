"""Text cells that a spreadsheet would run as a formula: made harmless when written, restored when read."""

from __future__ import annotations

# Signs with which a cell may begin a formula, also after blanks or as full-width forms.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
BLANKS = " \u00a0\ufeff"


def runs(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula.

    >>> runs("=1+1"), runs(" ＝1"), runs("1+1")
    (True, True, False)
    """
    first = text.lstrip(BLANKS)[:1]
    return bool(first) and first in FORMULA_STARTS


def neutralise(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; leave the rest as it is.

    A text that begins with an apostrophe gets another one, so that :func:`restore` can take exactly one away.

    >>> neutralise("=1+1"), neutralise("'s Gravenhage"), neutralise("Übach")
    ("'=1+1", "''s Gravenhage", 'Übach')
    """
    return "'" + text if text.startswith("'") or runs(text) else text


def restore(text: str) -> str:
    """The text that :func:`neutralise` wrote.

    >>> restore("'=1+1"), restore("''s Gravenhage")
    ('=1+1', "'s Gravenhage")
    """
    return text.removeprefix("'")


def unmask(text: str) -> str:
    """Take away the apostrophe that foreign exports put before a formula only; the formula stays text.

    >>> unmask("'=1+1"), unmask("'s Gravenhage")
    ('=1+1', "'s Gravenhage")
    """
    return text[1:] if text[:1] == "'" and runs(text[1:]) else text
