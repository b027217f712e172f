"""The words of digital agenda and cooperation: steps with their triggers and sources, ways to work together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from typology.content.catalogue import Content, load_content
from typology.content.fitting import fitted, naming
from typology.content.reading import (
    UNFIT,
    Key,
    Language,
    Strict,
    Text,
    find_twice,
    find_unknown,
    load,
    remembered,
)
from typology.content.sources import Cited, Sourced
from typology.content.steps import CostDriver, Decider, Step
from typology.content.valid_for import ValidFor
from typology.errors import ContentError, Findings


class Question(Sourced):
    """A question of values and attitude to discuss first; ``goals`` empty means for everyone."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    goals: tuple[Key, ...] = Field(default=(), description="goals for which it is asked; without them always")
    text: Text = Field(description="the question")


class Component(Strict):
    """The printed name of an item of a municipality's structure."""

    key: Key = Field(description="question of the block structure")
    label: Text = Field(description="printed name")


class AgendaFile(Sourced):
    """``agenda.yaml``. Its ``herkunft`` is that of its lists of words."""

    deciders: tuple[Decider, ...] = Field(default=(), description="who decides; steps name one of them")
    cost_drivers: tuple[CostDriver, ...] = Field(default=(), description="what money is needed for; steps name some")
    names: tuple[Component, ...] = Field(default=(), description="printed names of further answers")
    steps: tuple[Step, ...] = Field(description="the steps that may be proposed")
    questions: tuple[Question, ...] = Field(default=(), description="questions of values and attitude")

    def step(self, key: str) -> Step | None:
        """The step of that key, None if the catalogue no longer holds it."""
        return next((item for item in self.steps if item.key == key), None)

    def decider(self, key: str) -> Decider:
        """Who decides, by that key."""
        return next(item for item in self.deciders if item.key == key)

    def cost_driver(self, key: str) -> CostDriver:
        """The cost driver of that key."""
        return next(item for item in self.cost_drivers if item.key == key)

    def projects(self) -> tuple[Step, ...]:
        """The steps that a survey asks about as projects: those with a short name."""
        return tuple(step for step in self.steps if step.short is not None)

    def name(self, key: str, language: Language = "de") -> str:
        """The printed name of a structure item; an unknown one is printed as it is written."""
        found = next((item for item in self.names if item.key == key), None)
        return found.label.of(language) if found else key.replace("_", " ")


class Cooperation(Sourced):
    """What a group of one pain point shares, and what makes it succeed."""

    pain_point: Key = Field(description="pain point that brings the group together")
    gilt_fuer: ValidFor = Field(default=ValidFor(), description="for whom the examples are; without it for everybody")
    share: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="what the group can share")
    success: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="what makes it succeed")


class CooperationFile(Strict):
    """``cooperation.yaml``."""

    course: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="how such a group works, step by step")
    course_quelle: Cited = Field(description="source of that course")
    core: Text = Field(description="the sentence above all groups")
    core_quelle: Cited = Field(description="source of that sentence")
    topics: tuple[Cooperation, ...] = Field(description="one entry per pain point")

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
    file = _fitting_agenda(file, content, name, overlay)
    found = Findings(name)
    fields, goals = (sorted(item.key for item in group) for group in (content.fields, content.goals))
    find_twice([item.key for item in file.steps], found, "steps")
    find_twice([item.key for item in file.questions], found, "questions")
    known = {
        "field": fields,
        "decides": sorted(item.key for item in file.deciders),
        "costs": sorted(item.key for item in file.cost_drivers),
        "suits.goals": goals,
        "suits.pains": _pain_keys(content),
        "eases": _pain_keys(content),
    }
    for step in file.steps:
        _check_step(step, known, content, found)
    for question in file.questions:
        find_unknown(question.goals, goals, found, f"{question.key}.goals")
    found.raise_if_failed(ContentError, UNFIT)
    return file


def _check_step(step: Step, known: Mapping[str, list[str]], content: Content, found: Findings) -> None:
    """Note every key that a step names and that nothing has."""
    named = {
        "field": [step.field], "decides": [step.decides] if step.decides else [],
        "costs": step.costs, "suits.goals": step.suits.goals, "suits.pains": step.suits.pains, "eases": step.eases,
    }  # fmt: skip
    for place, keys in named.items():
        find_unknown(keys, known[place], found, f"{step.key}.{place}")
    for condition in step.when:
        if condition.measure == "pain_point":
            find_unknown(condition.items, known["eases"], found, f"{step.key}.when")
    check_valid_for(step.gilt_fuer, content, found, f"{step.key}.gilt_fuer")
    for number, variant in enumerate(step.variants):
        check_valid_for(variant.gilt_fuer, content, found, f"{step.key}.variants.{number}.gilt_fuer")


def check_valid_for(valid: ValidFor, content: Content, found: Findings, place: str) -> None:
    """An error for every size class that no catalogue holds."""
    find_unknown(valid.size_classes, [item.key for item in content.size_classes], found, f"{place}.size_classes")


def _fitting_agenda(file: AgendaFile, content: Content, name: str, overlay: Path | None) -> AgendaFile:
    """The survey's own steps and questions, and the shipped ones that speak of its fields, goals and pain points."""
    fields, goals = {item.key for item in content.fields}, {item.key for item in content.goals}
    pains, sizes = set(_pain_keys(content)), {item.key for item in content.size_classes}

    def fitting(step: Step) -> Step | None:
        """The step without what it says of other goals and pain points; None if nothing else calls for it."""
        asked = {item for condition in step.when if condition.measure == "pain_point" for item in condition.items}
        if step.field not in fields or not asked <= pains or not set(step.gilt_fuer.size_classes) <= sizes:
            return None
        suits = naming(step.suits, goals=goals, pains=pains)
        variants = tuple(item for item in step.variants if set(item.gilt_fuer.size_classes) <= sizes)
        return naming(step, eases=pains).model_copy(update={"suits": suits, "variants": variants})

    def asked_here(question: Question) -> Question | None:
        return question if set(question.goals) <= goals else None

    return file.model_copy(
        update={
            "steps": fitted(file.steps, name, overlay, fitting),
            "questions": fitted(file.questions, name, overlay, asked_here),
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
    content = load_content(overlay)
    pains, sizes = _pain_keys(content), {item.key for item in content.size_classes}

    def fitting(topic: Cooperation) -> Cooperation | None:
        return topic if topic.pain_point in pains and set(topic.gilt_fuer.size_classes) <= sizes else None

    file = file.model_copy(update={"topics": fitted(file.topics, name, overlay, fitting)})
    found = Findings(name)
    find_twice([item.pain_point for item in file.topics], found, "topics")
    for topic in file.topics:
        find_unknown([topic.pain_point], pains, found, "pain_point")
        check_valid_for(topic.gilt_fuer, content, found, f"{topic.pain_point}.gilt_fuer")
    found.raise_if_failed(ContentError, UNFIT)
    return file


def _pain_keys(content: Content) -> list[str]:
    return sorted(item.key for item in content.pain_points)
