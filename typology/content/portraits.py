"""A page on each type: what it means, strengths, risks, next steps, questions, and what the others can learn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from typology.content.reading import (
    FOLDER,
    UNFIT,
    Key,
    Sourced,
    Strict,
    Text,
    TextList,
    find_twice,
    find_unknown,
    load,
    own_entries,
    read_yaml,
)
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
    portraits = load(PortraitsFile, FILE, overlay).portraits
    own = frozenset() if overlay is None else own_entries(FILE, overlay)
    found = Findings(FILE)
    find_twice([item.key for item in portraits], found)
    for item in portraits:
        if item.key in own:
            find_unknown([item.key], list(signatures), found, "key")
            find_unknown([lesson.key for lesson in item.lessons], list(signatures), found, f"{item.key}.lessons")
    found.raise_if_failed(ContentError, UNFIT)
    shipped = {item["key"]: tuple(item["signature"]) for item in read_yaml(FOLDER / "types.yaml")["types"]}
    fits = {key for key, goals in signatures.items() if shipped.get(key) == goals}
    return tuple(
        item.model_copy(update={"lessons": tuple(lesson for lesson in item.lessons if lesson.key in signatures)})
        for item in portraits
        if item.key in own or item.key in fits
    )
