"""The training offers, the job families and the competence areas, read from YAML into checked models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.content.catalogue import Content, load_content
from typology.content.fitting import fitted, naming
from typology.content.reading import (
    UNFIT,
    Key,
    Language,
    Strict,
    Text,
    TextList,
    find_twice,
    find_unknown,
    load,
    read_yaml,
    remembered,
    validate,
)
from typology.content.sources import Sourced
from typology.errors import ContentError, Findings
from typology.writing import Said, program_language

Form = Literal["praesenz", "peer", "workshop", "hybrid", "live_online", "on_demand"]
EVERYONE = "alle"
Level = Annotated[int, Field(ge=1, le=8)]


def _in_every_language(value: Any) -> Any:
    return {"de": value, "en": value} if isinstance(value, str) and value.strip() else value


Name = Annotated[Text, BeforeValidator(_in_every_language)]
"""A name: one for all languages, or one for each."""


class Area(Strict):
    """One area of digital competence."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    short: Text = Field(description="short printed name")


class Family(Strict):
    """One job family; ``missed``: usual online courses rarely reach it."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    missed: bool = Field(description="whether usual online courses rarely reach it")
    towns: tuple[str, ...] = Field(default=(), description="where the source looked at it")
    tasks: TextList | None = Field(default=None, description="examples of its tasks, for the workshop")


class JobFamiliesFile(Sourced):
    """``job_families.yaml``."""

    areas: Annotated[tuple[Area, ...], Field(min_length=1)] = Field(description="areas of digital competence")
    families: Annotated[tuple[Family, ...], Field(min_length=1)] = Field(description="job families")

    def area(self, key: str, language: Language | None = None, *, short: bool = False) -> str:
        """The printed name of an area; without a language in that of the program."""
        found = next((item for item in self.areas if item.key == key), None)
        return key if found is None else (found.short if short else found.label).of(language or program_language())

    def family(self, key: str, language: Language | None = None) -> str:
        """The printed name of a job family; without a language in that of the program."""
        found = next((item for item in self.families if item.key == key), None)
        return key if found is None else found.label.of(language or program_language())

    @property
    def missed(self) -> frozenset[str]:
        """Families that usual online courses rarely reach."""
        return frozenset(item.key for item in self.families if item.missed)


class Reach(Strict):
    """An offer leads from one level to a higher one in one area."""

    area: Key = Field(description="area of competence")
    start: Level = Field(description="level that is presupposed")
    end: Level = Field(description="level that is reached")

    @model_validator(mode="after")
    def _upwards(self) -> Reach:
        if self.end <= self.start:
            raise ValueError(Said("content.end_above_start", end=self.end, start=self.start))
        return self


class Seats(Strict):
    """Fewest and most participants of one course."""

    least: Annotated[int, Field(ge=1)] = Field(description="fewest participants")
    most: Annotated[int, Field(ge=1)] = Field(description="most participants")

    @model_validator(mode="after")
    def _in_order(self) -> Seats:
        if self.most < self.least:
            raise ValueError(Said("content.most_below_least", most=self.most, least=self.least))
        return self


class Kind(Sourced):
    """A kind of course, such as many providers have: what to order where the catalogue holds no offer."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    text: Text = Field(description="what it is about, in a sentence")
    duration: Text | None = Field(default=None, description="duration as the source gives it")
    areas: tuple[Key, ...] = Field(default=(), description="areas of competence that it builds")
    pain_points: tuple[Key, ...] = Field(default=(), description="pain points that it helps with")
    fields: tuple[Key, ...] = Field(default=(), description="fields of action that it strengthens")


class Offer(Strict):
    """One training offer; it serves areas of competence, pain points or fields of action, at least one of them.

    ``price_eur`` per participant, empty if unknown; ``families`` may be ``[alle]``.
    """

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    title: Text = Field(description="printed title")
    provider: Name = Field(description="who offers it, a name or a text in both languages")
    kind: Key | None = Field(default=None, description="kind of course that it is an example of")
    reaches: tuple[Reach, ...] = Field(default=(), description="areas of competence: from which level to which")
    pain_points: tuple[Key, ...] = Field(default=(), description="pain points that it helps with")
    fields: tuple[Key, ...] = Field(default=(), description="fields of action that it strengthens")
    families: Annotated[tuple[Key, ...], Field(min_length=1)] = Field(
        description="job families it is made for; [alle] for everyone"
    )
    form: Form = Field(description="form of learning")
    hours: Annotated[float, Field(gt=0)] = Field(description="hours in all")
    seats: Seats | None = Field(default=None, description="participants of one course; only on_demand needs none")
    place: Text = Field(description="where it takes place")
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = Field(description="language as two letters, such as de")
    accessibility: Text = Field(description="what is known about accessibility")
    price_eur: Annotated[float, Field(ge=0)] | None = Field(default=None, description="price per participant in euros")
    source: Name = Field(description="where the offer is described, a name or a text in both languages")

    @model_validator(mode="after")
    def _seats_where_together(self) -> Offer:
        if self.form != "on_demand" and self.seats is None:
            raise ValueError(Said("content.seats_missing"))
        if len({reach.area for reach in self.reaches}) < len(self.reaches):
            raise ValueError(Said("content.area_twice"))
        if not (self.reaches or self.pain_points or self.fields):
            raise ValueError(Said("content.serves_nothing"))
        return self

    @property
    def travels(self) -> bool:
        """Participants meet at one place."""
        return self.form in ("praesenz", "peer", "workshop", "hybrid")

    def reach(self, area: str) -> Reach | None:
        """Start and end level in one area, None if the offer does not treat it."""
        return next((item for item in self.reaches if item.area == area), None)

    def suits(self, family: str) -> bool:
        """The offer is made for this job family or for everyone."""
        return family in self.families or EVERYONE in self.families


class TrainingsFile(Sourced):
    """``trainings.yaml``; ``example`` marks an invented catalogue."""

    example: bool = Field(default=False, description="whether the catalogue is invented")
    note: Text | None = Field(default=None, description="sentence printed beside the offers")
    kinds: tuple[Kind, ...] = Field(default=(), description="kinds of course")
    offers: tuple[Offer, ...] = Field(description="the offers")

    def offer(self, key: str) -> Offer | None:
        """The offer of that key."""
        return next((item for item in self.offers if item.key == key), None)

    def kinds_for(self, need: str, item: str) -> tuple[Kind, ...]:
        """The kinds of course for an area of ``competence``, a ``pain_point`` or a ``field``.

        >>> [kind.key for kind in load_trainings().kinds_for("pain_point", "vorgehen")]
        ['projektmanagement']
        """
        part = {"competence": "areas", "pain_point": "pain_points", "field": "fields"}[need]
        return tuple(kind for kind in self.kinds if item in getattr(kind, part))


@remembered
def load_job_families(overlay: Path | None = None) -> JobFamiliesFile:
    """Read ``job_families.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    name = "job_families.yaml"
    file = load(JobFamiliesFile, name, overlay)
    found = Findings(name)
    find_twice([item.key for item in file.areas], found, "key")
    find_twice([item.key for item in file.families], found, "key")
    found.raise_if_failed(ContentError, UNFIT)
    return file


@remembered
def load_trainings(overlay: Path | None = None) -> TrainingsFile:
    """Read ``trainings.yaml``, with what the survey's own adds. Kinds of course serve what the survey has.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    name = "trainings.yaml"
    file, content, families = load(TrainingsFile, name, overlay), load_content(overlay), load_job_families(overlay)
    areas, pains, fields = _known(families, content)
    groups = [EVERYONE, *(item.key for item in families.families)]

    def fitting(offer: Offer) -> Offer | None:
        """The offer with what it serves here; None if that is nothing, or nobody."""
        reaches = tuple(reach for reach in offer.reaches if reach.area in areas)
        left = naming(offer, pain_points=pains, fields=fields, families=groups).model_copy(update={"reaches": reaches})
        return left if left.families and (left.reaches or left.pain_points or left.fields) else None

    def fitting_kind(kind: Kind) -> Kind:
        return naming(kind, areas=areas, pain_points=pains, fields=fields)

    file = file.model_copy(
        update={
            "kinds": fitted(file.kinds, name, overlay, fitting_kind),
            "offers": fitted(file.offers, name, overlay, fitting),
        }
    )
    _check(file, families, content, name)
    return file


def read_trainings(path: Path, families: JobFamiliesFile) -> TrainingsFile:
    """Read a catalogue of training offers by itself and check it against ``families`` and the shipped content.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file = validate(TrainingsFile, read_yaml(path), path.name)
    _check(file, families, load_content(), path.name)
    return file


def _known(families: JobFamiliesFile, content: Content) -> tuple[list[str], list[str], list[str]]:
    """Areas of competence, pain points and fields of action."""
    groups = families.areas, content.pain_points, content.fields
    areas, pains, fields = ([item.key for item in group] for group in groups)
    return areas, pains, fields


def _check(file: TrainingsFile, families: JobFamiliesFile, content: Content, name: str) -> None:
    """Refuse keys that nothing has."""
    found = Findings(name)
    areas, pains, fields = _known(families, content)
    groups = [EVERYONE, *(item.key for item in families.families)]
    find_twice([item.key for item in file.offers], found, "key")
    find_twice([item.key for item in file.kinds], found, "key")
    for offer in file.offers:
        reached = [reach.area for reach in offer.reaches]
        find_unknown(reached, areas, found, f"{offer.key}.reaches", "content.unknown_area")
        find_unknown(offer.families, groups, found, f"{offer.key}.families", "content.unknown_family")
        find_unknown([offer.kind] if offer.kind else [], [kind.key for kind in file.kinds], found, f"{offer.key}.kind")
    for kind in file.kinds:
        find_unknown(kind.areas, areas, found, f"{kind.key}.areas", "content.unknown_area")
    entries: list[Offer | Kind] = [*file.offers, *file.kinds]
    for entry in entries:
        find_unknown(entry.pain_points, pains, found, f"{entry.key}.pain_points")
        find_unknown(entry.fields, fields, found, f"{entry.key}.fields")
    found.raise_if_failed(ContentError, UNFIT)
