"""The fixed words that tables carry as values: how sure a type is, who agrees to what, who reads, all together.

Members are text: they print, compare and stand in files as their value.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


MOST_GOALS = 3
"""Goals that a municipality may name where no survey says otherwise: as the published question asks, and so do practice
surveys, the questionnaire and the orientation."""


class TypeStatus(StrEnum):
    """How sure the assignment of a municipality is."""

    CLEAR = "klar"
    MIXED = "mischtyp"
    NOT_ASSIGNED = "nicht_zuzuordnen"


class AssignmentReason(StrEnum):
    """Why a municipality has no type, or why its answers stayed outside the estimation.

    ``NEWER``: its answers are newer than the published figures, which stay until enough others changed too.
    """

    TICKS_EVERYTHING = "ticks_everything"
    OVER_LIMIT = "over_limit"
    NO_ANSWER = "no_answer"
    TOO_FEW_ANSWERS = "too_few_answers"
    SPREAD = "spread"
    NEWER = "newer"


class Wave(StrEnum):
    """Whether a former survey is compared: it is, one of both speaks for degrees, or no answers are open both times."""

    COMPARED = "verglichen"
    DEGREES = "abstufungen"
    NOBODY = "niemand"


class WaveChange(StrEnum):
    """What can be said of the type of a municipality in two surveys.

    ``CHANCE``: another type, but no more moved than chance explains. ``UNCLEAR``: another type, and what is published
    does not say whether chance does as much. ``OTHER_GROUP``: its group is not the same in both. ``NO_TYPE``: none at
    one of both times. ``BORDERS``: it was merged or divided.
    """

    SAME = "gleich"
    MOVED = "gewechselt"
    CHANCE = "zufall"
    UNCLEAR = "ungeklaert"
    OTHER_GROUP = "andere_gruppe"
    NO_TYPE = "ohne_typ"
    BORDERS = "grenzen"


class Audience(StrEnum):
    """Who reads a view: the municipality itself, or everybody."""

    SELF = "self"
    PUBLIC = "public"


class Purpose(StrEnum):
    """What a municipality agrees to; also the columns of the table of consent."""

    LISTED = "listed"
    ANSWERS = "answers"
    PARTNER = "partner"
    CONTACT = "contact"


class Measure(StrEnum):
    """What a row of a profile is about: a share of types, goals, fields (level, weight), pain points, other answers."""

    TYPE = "type"
    GOAL = "goal"
    STAND = "stand"
    WICHTIG = "wichtig"
    PAIN_POINT = "pain_point"
    STRUCTURE = "structure"


class Standing(StrEnum):
    """A field far above or far below both the own type and all."""

    STRONG = "stark"
    WEAK = "schwach"


class PainState(StrEnum):
    """Where a municipality stands with a pain point."""

    CURRENT = "aktuell"
    SOLVED = "geloest"
    NEVER = "nie"


class ProjectState(StrEnum):
    """How far a municipality is with a project: a step of the agenda, or an instrument."""

    PLANNED = "geplant"
    RUNNING = "laeuft"
    DONE = "abgeschlossen"
    STOPPED = "abgebrochen"
    NONE = "keins"


class Capacity(StrEnum):
    """Whether a municipality that agreed to be a partner takes further requests."""

    OPEN = "offen"
    FULL = "voll"


class Rule(StrEnum):
    """Why the gate leaves a figure out, makes it coarser, or keeps an earlier one."""

    FEW = "few"
    BESIDE = "beside"
    NUMBER = "number"
    MODEL = "model"
    QUALITY = "quality"
    RELEASE = "release"
    OPEN_OF_NOBODY = "open_of_nobody"
    FREEDOM = "freedom"
    ZERO = "zero"
    GROUP = "group"


class PartnerList(StrEnum):
    """The two lists of partners."""

    SIMILAR = "similar"
    COMPLEMENTARY = "complementary"


class Closeness(StrEnum):
    """How alike two municipalities are in size, place and setting."""

    VERY_CLOSE = "sehr_nah"
    CLOSE = "nah"
    FAR = "entfernt"


class Stage(StrEnum):
    """Whether proposals are counted before or after they are spread over all who are ready."""

    BEFORE = "vorher"
    AFTER = "nachher"


class LeftOut(StrEnum):
    """Why a municipality sits in no cooperation group."""

    NOBODY_NEAR = "niemand_in_der_naehe"
    TOO_FEW_NEAR = "zu_wenige_in_der_naehe"
    NOT_SEATED = "nicht_eingeteilt"


class Pool(StrEnum):
    """Who sits in teams with whom."""

    MUNICIPALITIES = "gemeinden"
    KREISE = "kreise"
    OTHERS = "andere"


class TeamRole(StrEnum):
    """What a member of a team has to do with its topic: it has solved it or is strong there, or it seeks help."""

    HELPS = "hilft"
    SEEKS = "sucht"


class AgendaPartner(StrEnum):
    """Why a municipality can help with a step of the agenda: it is strong, it has solved it, it sits in a group."""

    STRONG = "stark"
    SOLVED = "geloest"
    GROUP = "gruppe"


class GapState(StrEnum):
    """Where a job family stands between the needed and the available level of a competence."""

    GAP = "luecke"
    MET = "erfuellt"
    NOT_TESTED = "nicht_getestet"
    NO_TARGET = "soll_fehlt"


class SizeBand(StrEnum):
    """The wider size bands that are published."""

    BELOW = "unter_25000"
    FROM = "ab_25000"
    KREISE = "kreise"


class Grouping(StrEnum):
    """By what a share is broken down."""

    ALL = "alle"
    SIZE_CLASS = "groessenklasse"
    TYPE = "typ"


ALL = "alle"
"""In a column of types or groups: all municipalities together."""
NOT_ASSIGNED = TypeStatus.NOT_ASSIGNED.value
"""In a column of types: the municipalities without a type."""

MEMBERSHIP = "p_"


def membership_column(type_key: str) -> str:
    """The column of the assignments that holds the probability of a type.

    >>> membership_column("optimierer")
    'p_optimierer'
    """
    return MEMBERSHIP + type_key


def membership_types(columns: Iterable[object]) -> list[str]:
    """The types whose probabilities stand among these columns of assignments, in their order.

    >>> membership_types(["type", "p_optimierer", "p_gruppe_b", "status"])
    ['optimierer', 'gruppe_b']
    """
    return [str(name).removeprefix(MEMBERSHIP) for name in columns if str(name).startswith(MEMBERSHIP)]


def memberships(assignments: pd.DataFrame) -> pd.DataFrame:
    """The probabilities of a table of assignments: municipality × type, columns named by the types.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"type": ["a"], "p_a": [0.9], "p_b": [0.1]}, index=["91001000"])
    >>> memberships(table).loc["91001000"].to_dict()
    {'a': 0.9, 'b': 0.1}
    """
    types = membership_types(assignments.columns)
    return assignments[[membership_column(name) for name in types]].astype(float).set_axis(types, axis=1)
