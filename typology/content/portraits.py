"""A page on each type: what it means, strengths, risks, next steps, questions, and what the others can learn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from typology.content.fitting import fitted
from typology.content.reading import (
    FOLDER,
    UNFIT,
    Key,
    Strict,
    Text,
    TextList,
    find_twice,
    find_unknown,
    load,
    read_yaml,
)
from typology.content.sources import Sourced
from typology.errors import ContentError, Findings

FILE = "portraits.yaml"


class Lesson(Strict):
    """What those of another type can learn."""

    key: Key = Field(description="the other type")
    text: Text = Field(description="what it can learn, in one or two sentences")


class Portrait(Sourced):
    """A page on one type. ``quelle`` is that of the strengths; ``herkunft`` is that of all the rest."""

    key: Key = Field(description="type of types.yaml")
    means: Text = Field(description="what it means to be of this type")
    strengths: TextList = Field(description="what it is good at, as the source reports")
    risks: TextList = Field(description="what to watch")
    next_steps: TextList = Field(description="steps that suggest themselves")
    questions: TextList = Field(description="questions to one's own thinking")
    lessons: tuple[Lesson, ...] = Field(default=(), description="what each of the other types can learn here")


class PortraitsFile(Strict):
    """``portraits.yaml``."""

    portraits: tuple[Portrait, ...] = Field(description="at most one portrait for each type")


def load_portraits(overlay: Path | None, signatures: Mapping[str, tuple[str, ...]]) -> tuple[Portrait, ...]:
    """The portraits of the types that there are; a shipped one only if its type has the goals that it speaks of.

    Parameters
    ----------
    signatures : type → goals by which it earns its name.

    Raises
    ------
    ContentError : the survey's own file is wrong, or speaks of types that there are not.
    """
    shipped = {item["key"]: tuple(item["signature"]) for item in read_yaml(FOLDER / "types.yaml")["types"]}

    def fitting(portrait: Portrait) -> Portrait | None:
        lessons = tuple(lesson for lesson in portrait.lessons if lesson.key in signatures)
        fits = shipped.get(portrait.key) == signatures.get(portrait.key, ())
        return portrait.model_copy(update={"lessons": lessons}) if fits else None

    portraits = fitted(load(PortraitsFile, FILE, overlay).portraits, FILE, overlay, fitting)
    found = Findings(FILE)
    find_twice([item.key for item in portraits], found)
    for item in portraits:
        find_unknown([item.key], list(signatures), found, "key")
        find_unknown([lesson.key for lesson in item.lessons], list(signatures), found, f"{item.key}.lessons")
    found.raise_if_failed(ContentError, UNFIT)
    return portraits
