"""The figures of one type beside those of all, as plain data: goals, fields of action, instruments."""

from __future__ import annotations

from typing import Any

from typology.content.catalogue import Content
from typology.content.instruments import load_instruments
from typology.publishing.views.values import Row, Words, number, whole

CORRECTED = ("corrected", "corrected_low", "corrected_high")


def figures(words: Words, rows: list[Row], every: list[Row], measure: str, kind: str) -> list[dict[str, Any]]:
    """One entry per item of a measure.

    Parameters
    ----------
    rows, every : rows of the table of type profiles, of the type and of all.
    measure, kind : ``goal`` or ``stand``, and what the catalogue calls its items.
    """
    overall = _by_item(every, measure)
    return [
        {
            "key": item,
            "label": words.label(kind, item),
            "short": words.label(kind, item, short=True),
            **_beside(row, overall[item]),
        }
        for item, row in _by_item(rows, measure).items()
    ]


def corrected_fields(words: Words, rows: list[Row], every: list[Row]) -> list[dict[str, Any]]:
    """Fields of a type; inside the house with the means corrected for wrong assignment."""
    found = _by_item(rows, "stand")
    return [
        row | {name: number(mine[name]) for name in CORRECTED if name in (mine := found[row["key"]])}
        for row in figures(words, rows, every, "stand", "field")
    ]


def instruments(content: Content, rows: list[Row], every: list[Row]) -> list[dict[str, Any]]:
    """Which share of the type and of all has each instrument; without a row whose two shares are withheld."""
    mine, overall = ({str(row["item"]): row for row in part} for part in (rows, every))
    labels = {item.key: item.label.model_dump() for item in load_instruments(content.folder).instruments}
    found = [
        {"key": item, "label": labels[item], **_beside(row, overall[item])}
        for item, row in mine.items()
        if item in labels
    ]
    return [row for row in found if row["type"] is not None or row["all"] is not None]


def _by_item(rows: list[Row], measure: str) -> dict[str, Row]:
    """One row per item: of a goal the level ``ja``, or the highest level where it was rated."""
    return {str(row["item"]): row for row in rows if row["measure"] == measure}


def _beside(row: Row, overall: Row) -> dict[str, Any]:
    """The figure of a type with its interval, and that of all, each with the number of answers behind it."""
    return {
        "type": number(row["estimate"]),
        "low": number(row["low"]),
        "high": number(row["high"]),
        "n_type": whole(row["n"]),
        "all": number(overall["estimate"]),
        "n_all": whole(overall["n"]),
    }
