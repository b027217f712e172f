"""The words of digital agenda and cooperation: steps with their triggers and sources, ways to work together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from typology.content.catalogue import Content, load_content
from typology.content.reading import (
    UNFIT,
    Key,
    Language,
    Strict,
    Text,
    find_twice,
    find_unknown,
    load,
    own_entries,
    remembered,
)
from typology.errors import ContentError, Findings
from typology.writing import Said

Measure = Literal["field", "structure", "pain_point", "competence"]
PLACEHOLDERS = {"count", "total", "names"}


class Source(Strict):
    """Where a step comes from, as it is printed."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    text: Annotated[str, Field(min_length=1)] = Field(description="the source, as it is printed")


class Condition(Strict):
    """One answer that must be given for a step to be proposed.

    ``field``: the step's own field is important and weak. ``structure``: at least ``at_least`` of ``items`` have one
    of ``values``; ``says`` puts it into words ({count}, {total}, {names}). ``pain_point``: the item is current.
    ``competence``: a job family needs more than it has, in any area.
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
        if self.measure in ("field", "competence") and (self.items or self.values):
            raise ValueError(Said("content.takes_neither", measure=self.measure))
        for text in (self.says.de, self.says.en) if self.says else ():
            unknown = set(re.findall(r"{(\w*)}", text)) - PLACEHOLDERS
            if unknown:
                raise ValueError(Said("content.unknown_placeholder", names=", ".join(sorted(unknown))))
        return self


class Step(Strict):
    """One step that the agenda may propose. Without a source there is no step."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    field: Key = Field(description="field of action of the step")
    when: Annotated[tuple[Condition, ...], Field(min_length=1)] = Field(
        description="conditions, all of which must hold"
    )
    title: Text = Field(description="the step in one line")
    how: Text = Field(description="how it is done")
    source: Key = Field(description="key of one of the sources above")
    herkunft: Literal["", "redaktionell"] = Field(default="", description="redaktionell, if the text is our own")


class Question(Strict):
    """A question of values and attitude to discuss first; ``goals`` empty means for everyone."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    goals: tuple[Key, ...] = Field(default=(), description="goals for which it is asked; without them always")
    text: Text = Field(description="the question")
    source: Key = Field(description="key of one of the sources above")
    herkunft: Literal["", "redaktionell"] = Field(default="", description="redaktionell, if the text is our own")


class Component(Strict):
    """The printed name of an item of a municipality's structure."""

    key: Key = Field(description="question of the block structure")
    label: Text = Field(description="printed name")


class AgendaFile(Strict):
    """``agenda.yaml``."""

    sources: Annotated[tuple[Source, ...], Field(min_length=1)] = Field(description="sources that the entries name")
    names: tuple[Component, ...] = Field(default=(), description="printed names of further answers")
    steps: tuple[Step, ...] = Field(description="the steps that may be proposed")
    questions: tuple[Question, ...] = Field(default=(), description="questions of values and attitude")

    def source(self, key: str) -> str:
        """The printed source of that key."""
        return next(item.text for item in self.sources if item.key == key)

    def step(self, key: str) -> Step | None:
        """The step of that key, None if the catalogue no longer holds it."""
        return next((item for item in self.steps if item.key == key), None)

    def name(self, key: str, language: Language = "de") -> str:
        """The printed name of a structure item; an unknown one is printed as it is written."""
        found = next((item for item in self.names if item.key == key), None)
        return found.label.of(language) if found else key.replace("_", " ")


class Cooperation(Strict):
    """What a group of one pain point shares, and what makes it succeed."""

    pain_point: Key = Field(description="pain point that brings the group together")
    share: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="what the group can share")
    success: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="what makes it succeed")
    source: Key = Field(description="key of one of the sources above")
    herkunft: Literal["", "redaktionell"] = Field(default="", description="redaktionell, if the text is our own")


class CooperationFile(Strict):
    """``cooperation.yaml``."""

    sources: Annotated[tuple[Source, ...], Field(min_length=1)] = Field(description="sources that the entries name")
    course: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="how such a group works, step by step")
    course_source: Key = Field(description="key of one of the sources above")
    core: Text = Field(description="the sentence above all groups")
    core_source: Key = Field(description="key of one of the sources above")
    topics: tuple[Cooperation, ...] = Field(description="one entry per pain point")

    def source(self, key: str) -> str:
        """The printed source of that key."""
        return next(item.text for item in self.sources if item.key == key)

    def topic(self, pain_point: str) -> Cooperation | None:
        """What is known for one pain point."""
        return next((item for item in self.topics if item.pain_point == pain_point), None)


@remembered
def load_agenda(overlay: Path | None = None) -> AgendaFile:
    """Read ``agenda.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    name = "agenda.yaml"
    file = load(AgendaFile, name, overlay)
    content = load_content(overlay)
    if overlay is not None:
        file = _fitting_agenda(file, content, own_entries(name, overlay))
    found = Findings(name)
    sources, fields, goals = (
        sorted(item.key for item in group) for group in (file.sources, content.fields, content.goals)
    )
    find_twice([item.key for item in file.sources], found, "sources")
    find_twice([item.key for item in file.steps], found, "steps")
    find_twice([item.key for item in file.questions], found, "questions")
    for step in file.steps:
        find_unknown([step.source], sources, found, f"{step.key}.source")
        find_unknown([step.field], fields, found, f"{step.key}.field")
        for condition in step.when:
            if condition.measure == "pain_point":
                find_unknown(condition.items, _pain_keys(content), found, f"{step.key}.when")
    for question in file.questions:
        find_unknown([question.source], sources, found, f"{question.key}.source")
        find_unknown(question.goals, goals, found, f"{question.key}.goals")
    found.raise_if_failed(ContentError, UNFIT)
    return file


def _fitting_agenda(file: AgendaFile, content: Content, own: frozenset[str]) -> AgendaFile:
    """The survey's own steps and questions, and the shipped ones that speak of its fields, goals and pain points."""
    fields, goals = {item.key for item in content.fields}, {item.key for item in content.goals}
    pains = _pain_keys(content)

    def fits(step: Step) -> bool:
        asked = {item for condition in step.when if condition.measure == "pain_point" for item in condition.items}
        return step.key in own or (step.field in fields and asked <= set(pains))

    return file.model_copy(
        update={
            "steps": tuple(step for step in file.steps if fits(step)),
            "questions": tuple(item for item in file.questions if item.key in own or set(item.goals) <= goals),
        }
    )


@remembered
def load_cooperation(overlay: Path | None = None) -> CooperationFile:
    """Read ``cooperation.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    name = "cooperation.yaml"
    file = load(CooperationFile, name, overlay)
    pains = _pain_keys(load_content(overlay))
    if overlay is not None:
        own = own_entries(name, overlay)
        kept = tuple(item for item in file.topics if item.pain_point in own or item.pain_point in pains)
        file = file.model_copy(update={"topics": kept})
    found = Findings(name)
    sources = sorted(item.key for item in file.sources)
    find_twice([item.pain_point for item in file.topics], found, "topics")
    find_unknown([file.course_source, file.core_source], sources, found, "course_source")
    for topic in file.topics:
        find_unknown([topic.source], sources, found, f"{topic.pain_point}.source")
        find_unknown([topic.pain_point], pains, found, "pain_point")
    found.raise_if_failed(ContentError, UNFIT)
    return file


def _pain_keys(content: Content) -> list[str]:
    return sorted(item.key for item in content.pain_points)
