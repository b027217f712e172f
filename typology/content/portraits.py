"""A page on each type: what it means, strengths, risks, next steps, questions, and what the others can learn."""

from __future__ import annotations

from pydantic import Field

from typology.content.reading import Key, Sourced, Strict, Text, TextList

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
