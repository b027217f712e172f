"""The worlds in which a practice survey can take place: the demo's six neighbouring Länder, or a whole country."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.simulation.gaps import REFUSED, with_gaps
from typology.simulation.nationwide import nationwide_register, nationwide_respondents
from typology.simulation.practice import TITLE, UNKNOWN_CODES, Provenance
from typology.simulation.register import MOST_PLACES, simulate_register

WorldName = Literal["demo", "nationwide"]
REGISTER_FACTOR, REGISTER_FLOOR = 2.8, 200  # municipalities in the register per respondent of the demo world
LARGE_REGISTER, LARGE_FACTOR = 6_000, 1.15  # the same for surveys that would need more names than there are
KREIS_SHARE = 0.115  # of the respondents
# Chance of a body to take part, relative to the others: members of such an association are rarely small.
PARTICIPATION = {"GK7": 0.25, "GK6": 0.75, "GK5": 1.6}
UNEQUAL = (0.55, 0.25, 0.15, 0.05)
NATIONWIDE_TITLE = {
    "de": "Digitale Ziele der Kommunen – bundesweite Übungsbefragung",
    "en": "Digital goals of municipalities – nationwide practice survey",
}
# For SOURCE.md.
COUNTRY = """
Das gilt vor den Lücken: Einzelne Antworten und ganze Blöcke fehlen oder sind verweigert; von denen, die kein Ziel
nennen, antwortet die Hälfte gar nicht. Ein Drittel gibt seine Antworten nicht frei.

## Die erfundenen Länder
Sechzehn Länder in den Verhältnissen der wirklichen: wie viele Kommunen welcher Größe (95\u00a0% haben \
weniger als 25.000
Einwohner), kreisfreie Städte, Kreise und Verbände, wie weit voneinander. Ihre Schlüssel sind die amtlichen plus 80; so
hat keine wirkliche Kommune einen davon. Name und Lage jeder Kommune sind erfunden. Die Befragten liegen über alle
Länder verteilt, jede Art und jede Größe im Verhältnis des Verzeichnisses.

Gemessen am Gemeindeverzeichnis GV-ISys, Auszug des 4. Quartals 2024, Gebietsstand 31. Dezember 2024.
© Statistisches Bundesamt (Destatis); Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe gestattet.
"""


@dataclass(frozen=True)
class Styles:
    """Shares of the respondents who tick everything, more than is allowed, and nothing."""

    everything: float
    over_limit: float
    nothing: float


@dataclass(frozen=True)
class World:
    """What makes a world.

    n : respondents unless another number is asked for.
    register : of so many respondents, for a catalogue and a seed. respondents : those of a register who take part.
    codes : what the export writes for missing answers, with the reasons.
    shares : of the types, the largest first, met exactly; None for the model's own, from which each type is drawn.
    left : what the respondents leave of their answers, given their goals.
    keys, country : see ``Provenance``.
    """

    n: int
    title: Mapping[str, str]
    register: Callable[[int, Content, int], pd.DataFrame]
    respondents: Callable[[pd.DataFrame, int, np.random.Generator], pd.DataFrame]
    styles: Styles
    codes: Mapping[str, str]
    shares: tuple[float, ...] | None = None
    left: Callable[[pd.DataFrame, pd.DataFrame, np.random.Generator], pd.DataFrame] | None = None
    keys: str = Provenance.keys
    country: str = ""

    def shares_of(self, n_types: int) -> tuple[float, ...] | None:
        """The shares for a catalogue with another number of types: further ones are as small as the smallest."""
        if self.shares is None:
            return None
        return (*self.shares, *[self.shares[-1]] * n_types)[:n_types]


def _demo_register(n: int, content: Content, random_state: int) -> pd.DataFrame:
    places = max(REGISTER_FLOOR, round(REGISTER_FACTOR * n))
    if places > LARGE_REGISTER:
        places = min(max(LARGE_REGISTER, round(LARGE_FACTOR * n)), MOST_PLACES)
    return simulate_register(places, content=content, random_state=random_state)


def _demo_respondents(register: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """``n`` bodies that take part: Kreise, and municipalities of all sizes, large ones more often."""
    kreise = register[register["kind"] == "kreis"]
    places = register[register["kind"].isin(["gemeinde", "kreisfrei"])]
    n_kreise = min(round(KREIS_SHARE * n), len(kreise))
    weight = places["size_class"].map(PARTICIPATION).fillna(2.0).to_numpy(float)
    chosen = [
        *rng.choice(kreise.index.to_numpy(), size=n_kreise, replace=False),
        *rng.choice(places.index.to_numpy(), size=n - n_kreise, replace=False, p=weight / weight.sum()),
    ]
    return register.loc[rng.permutation(np.array(chosen, dtype=object))]


def _nationwide_register(n: int, content: Content, random_state: int) -> pd.DataFrame:
    return nationwide_register(n, content=content, random_state=random_state)


WORLDS: dict[WorldName, World] = {
    "demo": World(
        412, TITLE, _demo_register, _demo_respondents, Styles(0.0125, 0.0075, 0.01), UNKNOWN_CODES
    ),
    "nationwide": World(
        160, NATIONWIDE_TITLE, _nationwide_register, nationwide_respondents, Styles(0.025, 0.0125, 0.025),
        codes={**UNKNOWN_CODES, REFUSED: "verweigert"}, shares=UNEQUAL, left=with_gaps,
        keys="Land 81–96", country=COUNTRY,
    ),
}  # fmt: skip
