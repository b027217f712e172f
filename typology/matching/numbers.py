"""Every number of matching that was set by hand, in one place, each with its unit and the reason for its value.

They decide who is proposed to whom, in which order and with which words. None of them was estimated: they are
judgements, and ``benchmarks/sensitivity.py`` shows how much of the result hangs on each. Those that a study may set for
itself stand in ``wishes.yaml`` (``weights`` and ``limits``). Numbers that only trade time for exactness of a search
stay with the search.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, get_type_hints

from typology.content.vocabulary import Closeness


@dataclass(frozen=True)
class Why:
    """What a number counts, and why it is what it is."""

    unit: str
    why: str


Number = int | float

# Within reach ----------------------------------------------------------------------------------------------------

NEAR_KM: Annotated[
    float, Why("km", "a meeting of half a day with the way there and back; who is nearer needs no other reason")
] = 100.0
NEED_KM: Annotated[
    float, Why("km", "a day's visit; so far one travels, or telephones, only for something that one needs")
] = 200.0
SIZE_RATIO: Annotated[
    float, Why("times the inhabitants", "work is organised alike: about one size class up or down")
] = 3.0
NEED_SIZE_RATIO: Annotated[
    float, Why("times the inhabitants", "a solution still carries over where the offices differ by one level")
] = 5.0
FAR_KM: Annotated[
    float, Why("km", "beyond, a visit takes the whole day, and nearness has stopped to count: see PLACE_KM")
] = 150.0
FAR_SIZE_RATIO: Annotated[
    float, Why("times the inhabitants", "a need may stretch the way or the size, not both: so far only who is alike")
] = 2.0
GROUP_KM: Annotated[float, Why("km", "an hour's drive to the host, several times a year")] = 50.0
COURSE_KM: Annotated[float, Why("km", "an hour's drive to a course of a day")] = 50.0
ONLINE_KM: Annotated[float, Why("km", "no travel, but who takes part should be able to meet afterwards")] = 120.0
TEAM_RATIO: Annotated[
    float, Why("times the inhabitants", "a team needs every type, so it reaches a little further than a list")
] = 4.0
PLACE_KM: Annotated[float, Why("km", "nearness stops to count beyond a day's visit without a night")] = 150.0

# Likeness of two bodies --------------------------------------------------------------------------------------------

FEATURE_WEIGHTS: Annotated[
    dict[str, float],
    Why(
        "weight of the squared difference",
        "population decides most about an office; class, kind, Land and place say in part the same and count half",
    ),
] = {
    "population_log": 2.0, "size_band": 0.5, "density_log": 1.0, "urbanisation": 1.0, "kind": 0.5, "land": 0.5,
    "place": 0.5, "structure": 1.0,
}  # fmt: skip
CLOSENESS: Annotated[
    dict[str, float],
    Why(
        "standard deviations (root mean square)",
        "two drawn at random differ by about 1.4; half of that is alike, below a third very alike",
    ),
] = {Closeness.VERY_CLOSE.value: 0.4, Closeness.CLOSE.value: 0.7}
AHEAD_SHARE: Annotated[
    float, Why("share of the observed scale", "two levels of a scale from 1 to 5: a difference that can be seen")
] = 0.5
IMPORTANCE_UNKNOWN: Annotated[
    float, Why("share of the highest importance", "a field that was not rated counts as of middling importance, 3 of 5")
] = 0.6

# Parts of a score ------------------------------------------------------------------------------------------------

# All parts but mutual are brought to a sum of 1 per list; mutual is what a listing gains when the partner's list
# returns it.
LIST_WEIGHTS: Annotated[
    dict[str, dict[str, float]],
    Why("weight", "what one wants from the list comes first, what makes it practicable second"),
] = {
    "similar": {
        "goals": 0.3, "need": 0.15, "size": 0.2, "setting": 0.15, "type": 0.1, "place": 0.1, "mutual": 0.03,
    },
    "complementary": {
        "field": 0.15, "pain": 0.15, "size": 0.25, "setting": 0.2, "place": 0.15, "type": 0.1, "mutual": 0.02,
    },
}  # fmt: skip
FIELD_FULL: Annotated[float, Why("times the importance", "one field of two thirds of full importance is enough")] = 1.5
AHEAD_COUNTS: Annotated[
    float, Why("share of a strength", "two levels ahead is a help, but less than a strength against a weakness")
] = 0.5
NEED_FULL: Annotated[float, Why("shared needs", "three subjects fill a first conversation")] = 3.0
SETTING_FADES: Annotated[float, Why("standard deviations", "beyond two the setting has nothing in common")] = 2.0
CAP_FACTOR: Annotated[
    float, Why("times an even spread", "nobody gets half as many requests again as it would if all were spread evenly")
] = 1.5

LIST_LENGTH: Annotated[int, Why("partners", "five can be telephoned with in a fortnight; some will not answer")] = 5

# What is said: topics ----------------------------------------------------------------------------------------------

TOPICS: Annotated[
    dict[str, dict[str, float]],
    Why("worth", "the need of the seeker first, then what both aim at, then what the partner could tell anybody"),
] = {
    "similar": {
        "topic_shared_field": 1.0, "topic_shared_pain": 0.9, "topic_field": 0.85, "topic_pain": 0.8,
        "topic_ahead": 0.7, "topic_too_field": 0.6, "topic_too_pain": 0.6, "topic_too_ahead": 0.55,
        "topic_shared_goals": 0.5, "topic_shared_goal": 0.45, "topic_shared_strength": 0.4,
        "topic_offer_pain": 0.3, "topic_offer_field": 0.25,
    },
    "complementary": {
        "topic_field_pain": 1.05, "topic_fields": 1.05, "topic_field": 1.0, "topic_pain": 0.9, "topic_ahead": 0.8,
        "topic_too_field": 0.7, "topic_too_pain": 0.7, "topic_too_ahead": 0.65,
        "topic_shared_field": 0.5, "topic_shared_pain": 0.45, "topic_shared_goals": 0.35, "topic_shared_goal": 0.3,
    },
}  # fmt: skip
LIKENESS: Annotated[dict[str, float], Why("worth", "aims and needs before place, place before kind")] = {
    "like_goals": 0.85, "like_goal": 0.8, "like_kreis": 0.75, "like_pain": 0.6, "like_type": 0.55, "like_land": 0.5,
    "like_strong": 0.45, "like_urbanisation": 0.3, "like_kind": 0.3,
}  # fmt: skip
DIFFERENCE: Annotated[dict[str, float], Why("worth", "type and aims before setting, setting before place")] = {
    "diff_type": 0.7, "diff_goal": 0.6, "diff_strong": 0.55, "diff_kind": 0.4, "diff_urbanisation": 0.4,
    "diff_land": 0.35, "diff_kreis": 0.3,
}  # fmt: skip
RARITY: Annotated[float, Why("worth", "of two statements of nearly one worth the rarer tells more")] = 0.3
IMPORTANT_FIRST: Annotated[
    float, Why("worth", "a field of full importance comes before one of none, yet not before a better kind of topic")
] = 0.4
TELLING: Annotated[
    float, Why("share of the others", "a likeness or difference that holds for most others says nothing")
] = 0.5

# Steps of the agenda ------------------------------------------------------------------------------------------------

WEAK_LEVEL: Annotated[
    float, Why("level", "3 of 5: who calls itself no better than the middle of the scale has a need")
] = 3.0
IMPORTANT_LEVEL: Annotated[float, Why("level", "4 of 5: the upper of the two levels that call a field important")] = 4.0
STEP_WEIGHTS: Annotated[
    dict[str, float],
    Why("worth", "how weak a field is and how important count alike; a chosen goal that draws on it half of that"),
] = {"gap": 0.4, "important": 0.4, "goal": 0.2}
FURTHER: Annotated[
    float, Why("share of the part for the gap", "a field that does not matter, or is further on, has half the need")
] = 0.5
ANSWER_WORTH: Annotated[
    dict[str, float],
    Why("worth", "a current pain point weighs as much as a very weak field; an answer on structure only decides ties"),
] = {"pain_point": 0.5, "competence": 0.3, "structure": 0.1}
FIT_WORTH: Annotated[
    float, Why("worth", "an answer that speaks for one step of a field rather than another; less than any need")
] = 0.05
MOST_FITS: Annotated[int, Why("answers", "so many speak for a step clearly; together they stay below any need")] = 3
FURTHER_LEVEL: Annotated[int, Why("level", "where a field is further on, steps for the middle of the scale fit")] = 3
COMPETENCE_GAP: Annotated[
    float, Why("levels", "two of eight levels: one may be a matter of judgement, as with fields")
] = 2.0
LEAST_STEPS: Annotated[int, Why("steps", "the short sheet and the paper for the council hold three")] = 3
MOST_STEPS: Annotated[int, Why("steps", "more than five at once is a list and no agenda")] = 5
MOST_PAIN_STEPS: Annotated[
    int, Why("steps", "pain points call for two of five at most, so that goals and fields still count")
] = 2
MOST_QUESTIONS: Annotated[int, Why("questions", "a first conversation of an hour holds three")] = 3
MANY_GOALS: Annotated[
    int, Why("goals", "who chooses all of four or more has chosen none; of fewer all may well be meant")
] = 4
PROJECTS_SHOWN: Annotated[
    int, Why("municipalities", "two names for each state: if one does not answer there is another")
] = 2
STRONG_LEVEL: Annotated[float, Why("level", "4 of 5: the upper of the two good levels")] = 4.0
LEVELS_AHEAD: Annotated[float, Why("levels", "one level may be a matter of judgement, two are not")] = 2.0
STEP_PARTNERS: Annotated[int, Why("partners", "two names: if one does not answer there is another")] = 2
LEAST_ASKED: Annotated[int, Why("times", "so often anybody may be named, however many there are")] = 3
KNOWN: Annotated[float, Why("worth", "a learning partner need not be found anew; half of the nearest place")] = 0.5

# Cooperation and courses --------------------------------------------------------------------------------------------

GROUP_SMALLEST: Annotated[int, Why("members", "two are a conversation, three can share work")] = 3
GROUP_LARGEST: Annotated[int, Why("members", "more need an office of their own")] = 8
JOINED: Annotated[float, Why("points", "the unit: a municipality that finds a group")] = 1.0
NEAR: Annotated[float, Why("points", "the nearest host is worth half of finding a group")] = 0.5
SIZE: Annotated[float, Why("points", "equal size is worth half of the nearest host")] = 0.25
HOST_COST: Annotated[float, Why("points", "a group more must be worth somebody's work to invite")] = -0.5
PAST_SHOWN: Annotated[int, Why("municipalities", "who has solved it: as many as a line holds")] = 3
SEATS_PER_FAMILY: Annotated[int, Why("seats", "the survey does not ask for numbers; a small office sends so many")] = 3
TRAINING_LEVEL: Annotated[
    float, Why("level", "2 of 5: a course is for who is at the beginning; the middle of the scale learns by doing")
] = 2.0
DISTANCE_COST: Annotated[
    float, Why("levels", "the way to the edge of the circle costs half a level of one competence")
] = 0.5

# Teams --------------------------------------------------------------------------------------------------------------

TEAM_WEIGHTS: Annotated[
    dict[str, float], Why("weight", "help to one another first, the way second; size is bounded already")
] = {"size": 0.2, "place": 0.4, "help": 0.4}
TEAM_SIZE: Annotated[
    int, Why("members", "one of each of the four types; nearest to that where there are more or fewer types")
] = 4
TEAM_SEEKS: Annotated[float, Why("worth", "a topic counts by who seeks it; what nobody calls important, little")] = 0.4
TEAM_TEACHES: Annotated[float, Why("worth", "of two topics that equally many seek, the one more can teach")] = 0.1


@dataclass(frozen=True)
class Declared:
    """One number with its name: ``FEATURE_WEIGHTS.place`` stands for an entry of a table."""

    name: str
    value: Number
    unit: str
    why: str


def declared() -> Iterator[Declared]:
    """Every number of this page, tables entry by entry.

    >>> next(declared())
    Declared(name='NEAR_KM', value=100.0, unit='km', why='a meeting of half a day with the way there and back; ...')
    """
    page = sys.modules[__name__]
    for name, hint in get_type_hints(page, include_extras=True).items():
        for said in getattr(hint, "__metadata__", ()):
            for path, value in _entries(name, getattr(page, name)):
                yield Declared(path, value, said.unit, said.why)


def _entries(name: str, value: Number | dict[str, object]) -> Iterator[tuple[str, Number]]:
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from _entries(f"{name}.{part}", inner)  # type: ignore[arg-type]
    else:
        yield name, value
