"""The fixed words that tables carry as values: how sure a type is, who reads, all municipalities together."""

from __future__ import annotations

from enum import StrEnum


class TypeStatus(StrEnum):
    """How sure the assignment of a municipality is."""

    CLEAR = "klar"
    MIXED = "mischtyp"
    NOT_ASSIGNED = "nicht_zuzuordnen"


class Audience(StrEnum):
    """Who reads a view: the municipality itself, or everybody."""

    SELF = "self"
    PUBLIC = "public"


ALL = "alle"
"""In a column of types or groups: all municipalities together."""
NOT_ASSIGNED = TypeStatus.NOT_ASSIGNED.value
"""In a column of types: the municipalities without a type."""
