"""``questionnaire.yaml``: what a survey asks, in which words, on which pages; read into checked models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from typology.content.reading import UNFIT, Key, Strict, Text, find_twice, find_unknown, load, remembered
from typology.content.sources import Sourced
from typology.content.vocabulary import Capacity, ProjectState, Purpose
from typology.errors import ContentError, Findings
from typology.writing import Said

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,9}$")]
StepKey = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*|[0-9]{1,2})$")]
Role = Literal[
    "id", "name", "goal", "stand", "wichtig", "pain_point", "project", "structure", "competence_soll",
    "competence_ist", "consent", "capacity", "mailbox", "remark",
]  # fmt: skip
#: Roles that are asked once.
ONCE: tuple[Role, ...] = ("id", "goal", "name", "capacity", "mailbox")
#: Roles without which no survey can be read.
NEEDED: tuple[Role, ...] = ("id", "goal")
PURPOSES = tuple(purpose.value for purpose in Purpose)
#: Role → the forms of question that a codebook can read for it.
FORMS: dict[Role, tuple[str, ...]] = {
    "id": ("text",), "name": ("text",), "goal": ("multiple",), "stand": ("matrix",), "wichtig": ("matrix",),
    "pain_point": ("matrix", "single"), "project": ("matrix", "single"),
    "structure": ("matrix", "single", "number"), "competence_soll": ("matrix",), "competence_ist": ("matrix",),
    "consent": ("matrix", "single"), "capacity": ("single",), "mailbox": ("text",),
    "remark": ("multiple", "matrix", "single", "text", "number"),
}  # fmt: skip
#: Roles whose scales are made of numbers.
RATED: tuple[Role, ...] = ("stand", "wichtig", "competence_soll", "competence_ist")
#: Answers of a scale that are none: key of a step, and reason in the codebook.
NO_ANSWER = ("weiss_nicht", "keine_angabe")


class Page(Strict):
    """A page: its heading, and a sentence below it."""

    key: Key = Field(description="name in this file")
    title: Text = Field(description="heading of the page")
    intro: Text | None = Field(default=None, description="sentence below the heading")


class ScaleStep(Strict):
    """One answer of a scale."""

    key: StepKey = Field(description="name of the answer; a number where the scale has numbers")
    text: Text = Field(description="the answer as printed")


class Scale(Strict):
    """Answers that exclude one another, from low to high where they have an order."""

    key: Key = Field(description="name in this file")
    steps: Annotated[tuple[ScaleStep, ...], Field(min_length=2, max_length=12)] = Field(description="the answers")


class AskedItem(Strict):
    """One option of a question, or one row of a table of answers."""

    key: Key = Field(description="name in codebook and tables")
    text: Text = Field(description="the option as printed")


class ShownIf(Strict):
    """Which answer to an earlier question it takes for a question to be shown."""

    question: Code = Field(description="code of the earlier question")
    item: Key = Field(description="its option or row; family in a question that is asked for each job family")
    answers: tuple[StepKey, ...] = Field(default=(), description="answers of which one is needed; none for an option")
    hint: Text = Field(description="the condition in words, for paper")


class Asked(Strict):
    """One question; with ``each: family`` one for each job family."""

    code: Code = Field(description="name in the survey tool")
    section: Key = Field(description="page on which it stands")
    role: Role = Field(description="what the answers are used for; remark for nothing")
    asked: Literal["multiple", "matrix", "single", "text", "number"] = Field(description="form of the question")
    text: Text = Field(description="the question")
    help: Text | None = Field(default=None, description="what is said below the question")
    limit_help: Text | None = Field(default=None, description="the same where only {limit} options may be chosen")
    items: Literal["goals", "fields", "pain_points", "projects", "families", "areas"] | tuple[AskedItem, ...] = Field(
        default=(), description="options or rows: those of a file of content, or own ones"
    )
    key: Key = Field(default="antwort", description="name of the answer in a question with a single one")
    scale: Key | None = Field(default=None, description="scale of a table of answers or of a single answer")
    each: Literal["", "family"] = Field(default="", description="family: asked once for each job family")
    exclusive: AskedItem | None = Field(default=None, description="one more option that excludes all others")
    pattern: str = Field(default="", description="regular expression that the whole text must match")
    wrong: Text | None = Field(default=None, description="what is said to an answer that is not allowed")
    required: bool = Field(default=False, description="whether it must be answered")
    shown_if: ShownIf | None = Field(default=None, description="who sees the question; without it everybody")

    @model_validator(mode="after")
    def _fits_its_form(self) -> Asked:
        if self.asked not in FORMS[self.role]:
            raise ValueError(Said("content.form_of_role", role=self.role, forms=", ".join(FORMS[self.role])))
        if self.role == "mailbox" and self.key != "mailbox":
            raise ValueError(Said("content.key_of_mailbox"))
        if self.role == "capacity" and self.key != Purpose.PARTNER:
            raise ValueError(Said("content.key_of_capacity", key=Purpose.PARTNER))
        if (self.asked in ("multiple", "matrix")) != bool(self.items):
            raise ValueError(Said("content.items_of_form"))
        if (self.asked in ("matrix", "single")) != (self.scale is not None):
            raise ValueError(Said("content.scale_of_form"))
        if self.exclusive and self.asked != "multiple":
            raise ValueError(Said("content.exclusive_of_form"))
        if bool(self.pattern or self.exclusive) != bool(self.wrong):
            raise ValueError(Said("content.wrong_needed"))
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(Said("content.no_regular_expression", error=str(error))) from None
        return self


class QuestionnaireFile(Sourced):
    """``questionnaire.yaml``."""

    title: Text = Field(description="title of the survey")
    welcome: Text = Field(description="what is said before the first question")
    thanks: Text = Field(description="what is said after the last one")
    one: Text = Field(description="how to answer a question with a single answer, for paper")
    one_per_row: Text = Field(description="how to answer a table, for paper")
    sections: Annotated[tuple[Page, ...], Field(min_length=1)] = Field(description="the pages")
    scales: tuple[Scale, ...] = Field(description="scales that the questions name")
    questions: Annotated[tuple[Asked, ...], Field(min_length=1)] = Field(description="the questions in their order")

    def scale(self, key: str | None) -> tuple[ScaleStep, ...]:
        """The steps of a scale, none for a question without one."""
        return next((scale.steps for scale in self.scales if scale.key == key), ())


@remembered
def load_questionnaire(overlay: Path | None = None) -> QuestionnaireFile:
    """Read ``questionnaire.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    name = "questionnaire.yaml"
    file = load(QuestionnaireFile, name, overlay)
    found = Findings(name)
    pages, scales = [page.key for page in file.sections], [scale.key for scale in file.scales]
    find_twice(pages, found, "sections")
    find_twice(scales, found, "scales")
    find_twice([asked.code for asked in file.questions], found, "questions")
    for scale in file.scales:
        find_twice([step.key for step in scale.steps], found, f"scales.{scale.key}")
    for asked in file.questions:
        place = f"questions.{asked.code}"
        find_unknown([asked.section], pages, found, f"{place}.section")
        find_unknown([asked.scale] if asked.scale else [], scales, found, f"{place}.scale")
        steps = {step.key for step in file.scale(asked.scale)} - set(NO_ANSWER)
        if asked.role in RATED and not all(step.isdigit() for step in steps):
            found.error("inhalt", Said("content.scale_of_numbers"), column=f"{place}.scale", value=str(asked.scale))
        if asked.role == "project" and not steps <= set(ProjectState):
            found.error("inhalt", Said("content.scale_of_projects", states=", ".join(ProjectState)),
                        column=f"{place}.scale", value=str(asked.scale))  # fmt: skip
        if asked.role == "capacity" and steps != set(Capacity):
            found.error("inhalt", Said("content.scale_of_capacity", words=", ".join(Capacity)),
                        column=f"{place}.scale", value=str(asked.scale))  # fmt: skip
        if asked.role == "consent" and steps != {"ja", "nein"}:
            found.error("inhalt", Said("content.scale_of_consent"), column=f"{place}.scale", value=str(asked.scale))
        if asked.role == "consent":
            keys = [item.key for item in asked.items if isinstance(item, AskedItem)] or [asked.key]
            find_unknown(keys, PURPOSES, found, f"{place}.items")
    roles = [asked.role for asked in file.questions]
    find_twice([role for role in roles if role in ONCE], found, "role")
    for role in NEEDED:
        if role not in roles:
            found.error("inhalt", Said("content.role_needed"), column="questions", value=role)
    found.raise_if_failed(ContentError, UNFIT)
    return file
