"""The eight levels of digital competence in words, and the workshop in which a job family settles what it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from typology.content.fitting import fitted
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
from typology.content.trainings import load_job_families
from typology.errors import ContentError, Findings
from typology.writing import program_language

FILE = "competence_levels.yaml"


class Example(Strict):
    """What somebody on a level does, in one area."""

    key: Key = Field(description="area of competence")
    text: Text = Field(description="what somebody on this level does")


class CompetenceLevel(Strict):
    """One of the eight levels."""

    level: Annotated[int, Field(ge=1, le=8)] = Field(description="number of the level")
    label: Text = Field(description="printed name; two levels each share one")
    task: Text = Field(description="tasks that somebody on this level does")
    autonomy: Text = Field(description="how independently")
    examples: tuple[Example, ...] = Field(default=(), description="an example for each area of competence")


class WorkshopStep(Strict):
    """One step of the workshop."""

    key: Key = Field(description="name of the step; small letters, digits, underscore")
    title: Text = Field(description="the step in a word or two")
    text: Text = Field(description="what happens")
    herkunft: Literal["", "redaktionell"] = Field(default="", description="redaktionell, if the text is our own")


class CompetenceLevelsFile(Sourced):
    """``competence_levels.yaml``."""

    levels: Annotated[tuple[CompetenceLevel, ...], Field(min_length=1)] = Field(description="the levels in words")
    workshop_quelle: Cited = Field(default=Cited(""), description="source of the workshop: keys of sources.yaml")
    workshop: tuple[WorkshopStep, ...] = Field(default=(), description="steps of the workshop, in their order")

    def says(self, level: int, language: Language | None = None) -> str:
        """A level in words; without a language in that of the program. One that nobody describes is its number.

        >>> load_competence_levels().says(5, "de")
        '5 (Fortgeschritten): unterschiedliche Aufgaben und Probleme; leitet andere an'
        """
        spoken = language or program_language()
        found = next((item for item in self.levels if item.level == level), None)
        if found is None:
            return str(level)
        return f"{level} ({found.label.of(spoken)}): {found.task.of(spoken)}; {found.autonomy.of(spoken)}"


@remembered
def load_competence_levels(overlay: Path | None = None) -> CompetenceLevelsFile:
    """Read ``competence_levels.yaml``, with what the survey's own adds; examples of areas that it has.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file = load(CompetenceLevelsFile, FILE, overlay)
    areas = [item.key for item in load_job_families(overlay).areas]

    def fitting(level: CompetenceLevel) -> CompetenceLevel:
        return level.model_copy(update={"examples": tuple(part for part in level.examples if part.key in areas)})

    levels = fitted(sorted(file.levels, key=lambda item: item.level), FILE, overlay, fitting)
    found = Findings(FILE)
    find_twice([str(item.level) for item in file.levels], found, "levels")
    find_twice([item.key for item in file.workshop], found, "workshop")
    for item in levels:
        find_unknown([example.key for example in item.examples], areas, found, f"levels.{item.level}.examples")
    found.raise_if_failed(ContentError, UNFIT)
    return file.model_copy(update={"levels": levels})
