"""For whom an entry of the content is meant: kinds of bodies and size classes (``gilt_fuer``), and who governs them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from typology.content.reading import Strict

BodyKind = Literal["gemeinde", "kreisfrei", "kreis", "verband", "andere"]
#: Kinds of bodies by who decides there: a city that is a Land of its own has a parliament.
BodyForm = Literal["gemeinde", "kreisfrei", "kreis", "verband", "andere", "stadtstaat"]
CITY_STATE: BodyForm = "stadtstaat"
#: Kinds that no size class is defined for; one that is named is meant whatever its size.
WITHOUT_SIZE = ("verband", "andere")


def form_of(kind: str, base_name: str, land_name: str) -> str:
    """The kind of a body, or that it is a city state: kreisfrei, and it bears the name of its Land.

    >>> form_of("kreisfrei", "Hamburg", "Hamburg"), form_of("kreisfrei", "Bremerhaven", "Bremen")
    ('stadtstaat', 'kreisfrei')
    """
    if kind == "kreisfrei" and base_name and base_name == land_name:
        return CITY_STATE
    return kind or "andere"


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
