"""Invented place names that read like German ones and belong to no existing municipality."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from typology.errors import RegisterError
from typology.writing import Said

STEMS = tuple(
    """Alver Bramel Dolger Ebens Fallers Gelmen Harken Ilven Jarmer Kelters Lohmer Marsel Nebel Ohlen Pirken Querel
    Rahmels Silgen Tarven Ulmers Vessel Wispel Zarren Arlen Birgels Dörsen Elmers Föhren Grimmel Hüllen Immels Jüssen
    Kranicks Lürsen Mönkel Nörten Örtels Prümmel Rödels Schellen Tannen Uhlen Varels Wülfer Zöllers Ammels Brünnel
    Drosten Eschel Farns Göhren Hasel Isern Kiebitz Lindel Mühlen Nessel Otters Pappel Reihers Silber Tümmel Weiden
    Zeisel Ginster Erlen Haber Richters Schwalben Wachol""".split()  # noqa: SIM905
)
ENDINGS = tuple(
    """hausen dorf bach feld rode stedt heim brunn walde furt berg burg au hagen kirchen leben büttel ried tal hofen
    weiler moor grund linde""".split()  # noqa: SIM905
)
# These compositions exist (official register, 2022 and 2023) and are left out.
REAL_NAMES = frozenset(
    """Ebensfeld Zarrendorf Tannenberg Haseldorf Haselbach Haselau Isernhagen Mühlenbach Ottersheim Ottersberg
    Mühlental Silberstedt Weidenbach Weidenberg Erlenbach""".split()  # noqa: SIM905
)
PREFIXES = ("Ober", "Nieder", "Neu", "Alt", "Hohen", "Groß ", "Klein ", "Bad ", "Sankt ")
RIVERS = ("Wisper", "Lohme", "Alver", "Jarme", "Tümmel", "Dörse", "Ilve", "Marsel")
LANDSCAPES = ("Wald", "Geest", "Heide", "Börde", "Marsch", "Hügelland")
LAENDER = (
    "Nordhalde", "Lindenmark", "Wellenland", "Rauhberg", "Silberwald",
    "Ostergau", "Seenmark", "Hügelland", "Südhalde", "Tiefental",
)  # fmt: skip
# For a country of sixteen Länder; a Land of one city bears the city's name.
MORE_LAENDER = ("Eschengau", "Bruchmark", "Steinhalde")
USED = 0.8  # share of the composed names that may be drawn; the rest are the second halves of double names
CITY_SUFFIXES = (*9 * (", Stadt",), ", Universitätsstadt", ", Hansestadt", ", Residenzstadt")


def base_names() -> tuple[str, ...]:
    """All simple names, in a fixed order, those of existing municipalities left out."""
    return tuple(stem + ending for stem in STEMS for ending in ENDINGS if stem + ending not in REAL_NAMES)


def prefixed_names() -> Iterator[str]:
    """All names with a prefix: ``Oberharkenrode``, ``Groß Harkenrode``, ``Bad Harkenrode``."""
    for prefix in PREFIXES:
        for name in base_names():
            yield prefix + (name if prefix.endswith(" ") else name.lower())


def river_names() -> Iterator[str]:
    """All simple names on a river: ``Harkenrode an der Wisper``."""
    for river in RIVERS:
        for name in base_names():
            yield f"{name} an der {river}"


def draw_names(n: int, rng: np.random.Generator) -> list[str]:
    """``n`` different names: simple ones, and some with prefix, river, landscape, neighbour or a double name.

    Also the longest kinds that the official register knows, so that layouts meet them.

    Raises
    ------
    RegisterError : more names are wanted than can be composed.
    """
    simple = base_names()
    every = list(simple) if n <= USED * len(simple) else [*simple, *prefixed_names()]
    if n > USED * len(every):
        every += river_names()
    if n > USED * len(every):
        raise RegisterError(Said("simulation.too_few_names", most=int(USED * len(every)), n=n))
    composed = frozenset(every)
    order = [every[number] for number in rng.permutation(len(every))]
    chosen, spare = order[:n], order[n:]
    names = []
    for position, name in enumerate(chosen):
        decorated = _decorate(name, spare[position % len(spare)], rng)
        names.append(name if decorated in composed else decorated)
    return names


def _decorate(name: str, other: str, rng: np.random.Generator) -> str:
    """Sometimes add what German place names carry; the name stays in it, so that names stay different."""
    form = rng.random()
    river = RIVERS[rng.integers(len(RIVERS))]
    if form < 0.70 or " " in name:
        return name
    if form < 0.86:
        prefix = PREFIXES[rng.integers(len(PREFIXES))]
        return prefix + (name if prefix.endswith(" ") else name.lower())
    if form < 0.90:
        return f"{name} a. d. {river}"
    if form < 0.93:
        return f"{name} an der {river}"
    if form < 0.955:
        return f"{name} ({LANDSCAPES[rng.integers(len(LANDSCAPES))]})"
    if form < 0.97:
        return f"{name} b. {other}"
    if form < 0.99:
        return f"{name}-{other}"
    return f"Sankt {name}-Nieder{other.lower()} an der Großen {river}"


def city_name(name: str, rng: np.random.Generator) -> str:
    """The name with a suffix as the official register writes it."""
    return name + CITY_SUFFIXES[rng.integers(len(CITY_SUFFIXES))]


def kreis_name(seat: str, taken: set[str], rng: np.random.Generator) -> str:
    """The name of a Kreis that no other Kreis has: after its seat, or after one or two rivers."""
    plain = seat.split(",")[0].split(" (")[0].split(" a. d.")[0].split(" an der")[0].split(" b. ")[0]
    first, second = (RIVERS[number] for number in sorted(rng.permutation(len(RIVERS))[:2]))
    by_river = f"{first}kreis" if rng.random() < 0.3 else f"{first}-{second}-Kreis"
    return plain if rng.random() < 0.6 or by_river in taken else by_river
