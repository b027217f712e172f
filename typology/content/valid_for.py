"""For whom an entry of the content is meant: kinds of bodies and size classes (``gilt_fuer``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from typology.content.reading import Strict

BodyKind = Literal["gemeinde", "kreisfrei", "kreis", "verband", "andere"]
#: Kinds that no size class is defined for; one that is named is meant whatever its size.
WITHOUT_SIZE = ("verband", "andere")


class ValidFor(Strict):
    """Kinds and size classes that an entry is meant for; an empty list leaves it open.

    >>> small = ValidFor(kinds=("gemeinde", "verband"), size_classes=("GK6", "GK7"))
    >>> small.holds("gemeinde", "GK7"), small.holds("gemeinde", "GK2"), small.holds("verband", "")
    (True, False, True)
    >>> ValidFor().holds("kreis", "LK1")
    True
    """

    kinds: tuple[BodyKind, ...] = Field(default=(), description="kinds of bodies; without it all")
    size_classes: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="size classes, such as GK6; without it all"
    )

    def holds(self, kind: str, size_class: str) -> bool:
        """Whether a body of this kind (empty: unknown) and size class (empty: none, or unknown) is meant."""
        kind = kind or "andere"
        if self.kinds and kind not in self.kinds:
            return False
        return not self.size_classes or size_class in self.size_classes or (kind in WITHOUT_SIZE and kind in self.kinds)
