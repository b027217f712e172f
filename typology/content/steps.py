"""One step of the digital agenda: when it is proposed, for whom, how it is done, what it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.content.reading import Key, Strict, Text
from typology.content.sources import Sourced
from typology.content.valid_for import CITY_STATE, BodyForm, ValidFor
from typology.writing import Said

Measure = Literal["field", "structure", "pain_point", "competence", "strong", "other"]
#: Measures that look at one question or several; the others look at the step's own field, or at everything.
WITH_ITEMS = ("structure", "pain_point")
PLACEHOLDERS = {"count", "total", "names"}
#: Size classes for which a range of days is one of ``small``, ``middle``, ``large``.
BANDS: Mapping[str, tuple[str, ...]] = {
    "small": ("GK6", "GK7"), "middle": ("GK4", "GK5", "LK2", "LK3"), "large": ("GK1", "GK2", "GK3", "LK1"),
}  # fmt: skip
#: Most person-days of an effort; more is L.
EFFORTS = {"S": 5, "M": 20}
LARGEST = "L"
Level = Annotated[int, Field(ge=1, le=5)]
Range = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=2, max_length=2)]


def _rises(low: int, high: int) -> None:
    if low > high:
        raise ValueError(Said("content.range_falls", low=low, high=high))


class Condition(Strict):
    """One answer that must be given for a step to be proposed.

    ``field``: the step's own field matters, and its own level is one of the step's. ``structure``: at least
    ``at_least`` of ``items`` have one of ``values``; ``says`` puts it into words ({count}, {total}, {names}).
    ``pain_point``: the item is current. ``competence``: a job family needs more than it has, in any area. ``strong``:
    any field has a high level. ``other``: no other step follows from the answers.
    """

    measure: Measure = Field(description="which kind of answer decides")
    items: tuple[Key, ...] = Field(default=(), description="the questions that are looked at")
    values: tuple[str, ...] = Field(default=(), description="answers for which the condition holds")
    at_least: Annotated[int, Field(ge=1)] = Field(
        default=1, description="how many of the questions must have one of these answers"
    )
    says: Text | None = Field(default=None, description="the condition as a sentence")

    @model_validator(mode="after")
    def _complete(self) -> Condition:
        if self.measure == "structure" and not (self.items and self.values and self.says):
            raise ValueError(Said("content.structure_needs"))
        if self.measure == "pain_point" and len(self.items) != 1:
            raise ValueError(Said("content.pain_point_needs"))
        if self.measure not in WITH_ITEMS and (self.items or self.values):
            raise ValueError(Said("content.takes_neither", measure=self.measure))
        for text in (self.says.de, self.says.en) if self.says else ():
            unknown = set(re.findall(r"{(\w*)}", text)) - PLACEHOLDERS
            if unknown:
                raise ValueError(Said("content.unknown_placeholder", names=", ".join(sorted(unknown))))
        return self


class Answer(Strict):
    """An answer that speaks for a step: any of ``items`` has one of ``values``."""

    items: Annotated[tuple[Key, ...], Field(min_length=1)] = Field(description="questions of the block structure")
    values: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="answers that speak for the step")


class Suits(Strict):
    """What speaks for a step rather than for another one of its field; nothing of it is needed."""

    goals: tuple[Key, ...] = Field(default=(), description="chosen goals that the step serves")
    pains: tuple[Key, ...] = Field(default=(), description="current pain points that it also eases")
    answers: tuple[Answer, ...] = Field(default=(), description="answers to the block structure")


class Days(Strict):
    """Person-days of the municipality's own administration, from–to, by size of the body; a range of ours."""

    small: Range = Field(description="GK 6 and 7")
    middle: Range = Field(description="GK 4 and 5, districts of LK 2 and 3")
    large: Range = Field(description="GK 1 to 3, districts of LK 1")

    @model_validator(mode="after")
    def _rise(self) -> Days:
        for low, high in (self.small, self.middle, self.large):
            _rises(low, high)
        return self

    def of(self, kind: str, size_class: str) -> tuple[int, int]:
        """The range for a size class; without one from the least to the most, of associations to that of the middle."""
        if band := band_of(size_class):
            low, high = getattr(self, band)
            return int(low), int(high)
        return self.small[0], (self.middle if kind == "verband" else self.large)[1]


class Variant(Strict):
    """Other words for some kinds and size classes; what is left out stays."""

    gilt_fuer: ValidFor = Field(description="for whom these words stand")
    title: Text | None = Field(default=None, description="the step in one line")
    how: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(default=None, description="how it is done")
    first: Text | None = Field(default=None, description="the question to begin with")


@dataclass(frozen=True)
class Worded:
    """A step as it is said to one body."""

    title: Text
    how: tuple[Text, ...]
    first: Text | None
    days: tuple[int, int] | None
    effort: str


def band_of(size_class: str) -> str:
    """Which range of days holds for a size class, empty without one.

    >>> band_of("GK7"), band_of("LK1"), band_of("")
    ('small', 'large', '')
    """
    return next((band for band, classes in BANDS.items() if size_class in classes), "")


def effort_of(days: tuple[int, int] | None) -> str:
    """S, M or L by the most person-days of a range, empty without one.

    >>> effort_of((2, 5)), effort_of((5, 20)), effort_of((10, 21)), effort_of(None)
    ('S', 'M', 'L', '')
    """
    if days is None:
        return ""
    return next((effort for effort, most in EFFORTS.items() if days[1] <= most), LARGEST)


def _parts(value: Any) -> Any:
    """One text stands for a list of one."""
    return (value,) if isinstance(value, dict) and "de" in value else value


class Step(Sourced):
    """One step that the agenda may propose. Nothing is proposed that does not say where it comes from."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    field: Key = Field(description="field of action of the step")
    short: Text | None = Field(
        default=None, description="name as a project; a step that has one is asked about in the questionnaire"
    )
    gilt_fuer: ValidFor = Field(default=ValidFor(), description="for whom it is meant; without it for everybody")
    when: Annotated[tuple[Condition, ...], Field(min_length=1)] = Field(
        default=(Condition(measure="field"),),
        description="conditions, all of which must hold; without them that of its own field",
    )
    stand: Annotated[tuple[Level, ...], Field(min_length=1)] = Field(
        default=(1, 2), description="own levels of the field at which it helps, 1 to 5"
    )
    eases: tuple[Key, ...] = Field(default=(), description="pain points that call for it, whatever the field")
    suits: Suits = Field(default=Suits(), description="what speaks for it rather than for another step of its field")
    title: Text = Field(description="the step in one line")
    how: Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_parts)] = Field(
        description="how it is done, in one to three parts"
    )
    days: Days | None = Field(default=None, description="person-days of the municipality's own administration, by size")
    months: Range | None = Field(default=None, description="typical duration in months, from–to")
    costs: tuple[Key, ...] = Field(default=(), description="keys of cost drivers above")
    decides: Key | None = Field(default=None, description="key of one of the deciders above")
    success: Text | None = Field(default=None, description="by what success is seen")
    risk: Text | None = Field(default=None, description="what mostly goes wrong")
    first: Text | None = Field(default=None, description="the question to begin with")
    variants: tuple[Variant, ...] = Field(default=(), description="other words for some kinds and size classes")

    @model_validator(mode="after")
    def _months_rise(self) -> Step:
        if self.months:
            _rises(*self.months)
        return self

    @property
    def asks(self) -> tuple[str, ...]:
        """The pain points that this step names, as a condition or as what it eases."""
        named = [item for condition in self.when if condition.measure == "pain_point" for item in condition.items]
        return tuple(dict.fromkeys([*named, *self.eases]))

    @cached_property
    def waits_for(self) -> frozenset[str]:
        """Which of the measures it waits for that count only where no other step is called for."""
        return frozenset(condition.measure for condition in self.when) & {"strong", "other"}

    def for_body(self, kind: str, size_class: str) -> Worded:
        """The words and days for a body of this kind and size class; the first variant that holds counts."""
        other = next((item for item in self.variants if item.gilt_fuer.holds(kind, size_class)), None)
        days = self.days.of(kind, size_class) if self.days else None
        return Worded(
            title=(other and other.title) or self.title,
            how=(other and other.how) or self.how,
            first=(other and other.first) or self.first,
            days=days,
            effort=effort_of(days),
        )


class DeciderVariant(Strict):
    """Who decides instead, for some kinds and size classes."""

    gilt_fuer: ValidFor = Field(description="for whom these words stand")
    in_verband: bool = Field(
        default=False, description="only where the municipality belongs to an association; {verband} is its name"
    )
    label: Text = Field(description="printed name")

    @model_validator(mode="after")
    def _names_what_is_known(self) -> DeciderVariant:
        for text in (self.label.de, self.label.en):
            unknown = set(re.findall(r"{(\w*)}", text)) - ({"verband"} if self.in_verband else set())
            if unknown:
                raise ValueError(Said("content.unknown_placeholder", names=", ".join(sorted(unknown))))
        return self


class Decider(Strict):
    """Who decides on a step."""

    key: Key = Field(description="name in this file")
    label: Text = Field(description="printed name")
    kinds: dict[BodyForm, Text] = Field(
        default_factory=dict, description="other names, by kind of body; stadtstaat for a city that is a Land"
    )
    variants: tuple[DeciderVariant, ...] = Field(
        default=(), description="other names for some kinds and sizes; the first that holds goes before kinds"
    )
    elected: bool = Field(
        default=False, description="true where an elected council decides, so that its paper can put it to the vote"
    )
    herkunft: Literal["", "redaktionell"] = Field(default="", description="redaktionell, if the rule is our own")

    def of(self, form: str, size_class: str = "", verband: str = "") -> Text:
        """The printed name for a body of this form (kind, or city state) and size; ``verband``: which it belongs to.

        >>> mayor = Text(de="Bürgermeisterin", en="mayor")
        >>> rule = {"gilt_fuer": ValidFor(size_classes=("GK7",)), "label": mayor}
        >>> office = Decider(key="amt", label=Text(de="Amt", en="office"), variants=(DeciderVariant(**rule),))
        >>> office.of("gemeinde", "GK7").de, office.of("gemeinde", "GK3").de
        ('Bürgermeisterin', 'Amt')
        """
        kind = "kreisfrei" if form == CITY_STATE else form
        for other in self.variants:
            if (verband or not other.in_verband) and other.gilt_fuer.holds(kind, size_class):
                text = other.label
                more = {language: text.of(language).replace("{verband}", verband) for language in text.more}
                return Text(
                    de=text.de.replace("{verband}", verband), en=text.of("en").replace("{verband}", verband), more=more
                )
        names: dict[str, Text] = dict(self.kinds.items())
        return names.get(form) or names.get(kind) or self.label


class CostDriver(Strict):
    """What a step costs money for."""

    key: Key = Field(description="name in this file")
    label: Text = Field(description="printed name")
