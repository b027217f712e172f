"""The blocks of a codebook: the goals, and every other group of columns with one role."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.content.reading import Key, Strict, Text, is_open
from typology.content.vocabulary import Capacity, ProjectState, Purpose
from typology.writing import Said

PURPOSES = tuple(purpose.value for purpose in Purpose)
PROJECT_STATES = tuple(state.value for state in ProjectState)
CAPACITIES = tuple(word.value for word in Capacity)
PARTNER = Purpose.PARTNER.value  # the only item of the role capacity
Item = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Reason = Annotated[str, Field(min_length=1)]


def listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(listed)]


def _names(value: Any) -> Any:
    """Answers that are still to be named get the name that the draft proposes; ``open_places`` says that it is open."""
    if not isinstance(value, dict):
        return value
    return {answer: name.lower() if is_open(name) else name for answer, name in value.items()}


class Level(Strict):
    """One level of a rated goal and the values that stand for it."""

    key: Key = Field(description="name of the level")
    values: Annotated[Texts, Field(min_length=1)] = Field(description="values of the file that stand for it")


class Goals(Strict):
    """The question about the goals: the only input of the types.

    Exactly one of ``columns``, ``rank_columns`` and ``list_column`` names them.
    """

    kind: Literal["yes_no", "pick", "rating", "ranking"] = Field(description="form of the question")
    limit: Annotated[int, Field(ge=1)] | None = Field(default=None, description="how many goals may be chosen at most")
    question: Text = Field(description="the question as it was asked")
    chosen: Texts = Field(default=(), description="values that mean chosen")
    not_chosen: Texts = Field(default=(), description="values that mean not chosen")
    chosen_any: bool = Field(default=False, description="any other value means chosen")
    empty_block: Literal["unanswered", "chosen_none"] = Field(
        default="unanswered", description="what it means that no goal is chosen"
    )
    levels: Annotated[tuple[Level, ...], Field(max_length=3)] = Field(
        default=(), description="levels of a rating, from low to high; the last one counts as chosen"
    )
    columns: dict[Key, str] = Field(default_factory=dict, description="goal → column")
    rank_columns: tuple[str, ...] = Field(default=(), description="columns by rank, each with the goal of that rank")
    list_column: str = Field(default="", description="one column with all chosen goals")
    separator: Annotated[str, Field(min_length=1)] = Field(
        default=";", description="what separates the goals in list_column"
    )
    other: Literal["refuse", "drop"] = Field(
        default="refuse", description="free text among the goals in list_column: an error, or dropped and counted"
    )
    codes: dict[str, Key] = Field(default_factory=dict, description="value → goal, for rank_columns and list_column")
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")
    flag_ticks_everything: bool | Literal["auto"] = Field(
        default="auto", description="whether (nearly) all goals chosen is no choice; auto: only where goals are picked"
    )

    @property
    def everything_is_no_choice(self) -> bool:
        """Whether who chooses (nearly) all goals is flagged: who may answer each by itself may agree to all."""
        return self.kind == "pick" if self.flag_ticks_everything == "auto" else self.flag_ticks_everything

    @property
    def keys(self) -> tuple[str, ...]:
        """The goal keys, in the order declared."""
        return tuple(self.columns) if self.columns else tuple(dict.fromkeys(self.codes.values()))

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the file that this block reads."""
        if self.columns:
            return tuple(self.columns.values())
        return self.rank_columns or ((self.list_column,) if self.list_column else ())

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Goals:
        if sum(map(bool, (self.columns, self.rank_columns, self.list_column))) != 1:
            raise ValueError(Said("survey.one_source"))
        if not self.columns and not self.codes:
            raise ValueError(Said("survey.codes_needed"))
        if not self.columns and self.kind not in ("pick", "ranking"):
            raise ValueError(Said("survey.source_of_kind"))
        if self.list_column and self.kind == "ranking":
            raise ValueError(Said("survey.list_of_kind"))
        if self.limit is not None and self.kind not in ("pick", "ranking"):
            raise ValueError(Said("survey.limit_of_kind"))
        if self.kind == "rating" and len(self.levels) < 2:
            raise ValueError(Said("survey.levels_needed"))
        if self.kind != "rating" and self.levels:
            raise ValueError(Said("survey.levels_of_kind"))
        if self.columns and self.kind in ("yes_no", "pick") and not (self.chosen or self.chosen_any):
            raise ValueError(Said("survey.chosen_needed"))
        if len(self.keys) < 2:
            raise ValueError(Said("survey.two_goals"))
        _apart(("chosen", self.chosen), ("not_chosen", self.not_chosen), ("missing", tuple(self.missing)))
        _apart(*((f"levels.{level.key}", level.values) for level in self.levels))
        if len({level.key for level in self.levels}) != len(self.levels):
            raise ValueError(Said("survey.level_twice"))
        return self


class RatingBlock(Strict):
    """Ratings on a scale of whole numbers; ``codes`` maps values of the file to them (A1 → 1)."""

    kind: Literal["rating"] = Field(description="form of the answers")
    role: Literal["stand", "wichtig", "competence_soll", "competence_ist", "structure"] = Field(
        description="what the answers are used for"
    )
    scale: Annotated[tuple[int, ...], Field(min_length=2, max_length=2)] = Field(
        description="smallest and largest number"
    )
    codes: dict[str, int] = Field(default_factory=dict, description="value → number")
    columns: Annotated[dict[Item, str], Field(min_length=1)] = Field(
        description="item → column; competences as family.area"
    )
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")

    @model_validator(mode="after")
    def _scale_rises(self) -> RatingBlock:
        if self.scale[0] >= self.scale[1]:
            raise ValueError(Said("survey.scale_ends"))
        outside = [str(value) for value in self.codes.values() if not self.scale[0] <= value <= self.scale[1]]
        if outside:
            raise ValueError(Said("survey.codes_outside", codes=", ".join(outside)))
        return self


class ChoiceBlock(Strict):
    """One answer out of several; ``codes: labels`` takes the answer texts that the file carries."""

    kind: Literal["choice"] = Field(description="form of the answers")
    role: Literal["pain_point", "project", "capacity", "structure"] = Field(description="what the answers are used for")
    codes: Annotated[Literal["labels"] | Annotated[dict[str, Key], Field(min_length=1)], BeforeValidator(_names)] = (
        Field(description="value → answer")
    )
    columns: Annotated[dict[Item, str], Field(min_length=1)] = Field(description="item → column")
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")

    @model_validator(mode="after")
    def _states_of_projects(self) -> ChoiceBlock:
        if self.role != "project":
            return self
        named = [] if isinstance(self.codes, str) else list(self.codes.values())
        unknown = [name for name in named if name not in PROJECT_STATES and not is_open(name)]
        if not named or unknown:
            raise ValueError(Said("survey.no_state", states=", ".join(PROJECT_STATES), unknown=", ".join(unknown)))
        return self

    @model_validator(mode="after")
    def _words_of_capacity(self) -> ChoiceBlock:
        if self.role != "capacity":
            return self
        named = [] if isinstance(self.codes, str) else list(self.codes.values())
        unknown = [name for name in named if name not in CAPACITIES and not is_open(name)]
        if not named or unknown or list(self.columns) != [PARTNER]:
            unknown += [item for item in self.columns if item != PARTNER]
            words = ", ".join(CAPACITIES)
            raise ValueError(Said("survey.no_capacity", item=PARTNER, words=words, unknown=", ".join(unknown)))
        return self


class NumberBlock(Strict):
    """Numbers; negative ones only where ``negative`` says so."""

    kind: Literal["number"] = Field(description="form of the answers")
    role: Literal["structure"] = Field(description="what the answers are used for")
    decimal: Literal["auto", "comma", "point"] = Field(default="auto", description="decimal sign")
    negative: bool = Field(default=False, description="whether negative numbers are answers")
    columns: Annotated[dict[Item, str], Field(min_length=1)] = Field(description="item → column")
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")


class YesNoBlock(Strict):
    """Ticks, or yes and no."""

    kind: Literal["yes_no"] = Field(description="form of the answers")
    role: Literal["structure", "consent"] = Field(description="what the answers are used for")
    chosen: Texts = Field(default=(), description="values that mean yes")
    not_chosen: Texts = Field(default=(), description="values that mean no")
    chosen_any: bool = Field(default=False, description="any other value means yes")
    empty_block: Literal["unanswered", "chosen_none"] = Field(
        default="unanswered", description="what it means that nothing in the block is ticked"
    )
    columns: Annotated[dict[Item, str], Field(min_length=1)] = Field(
        description="item → column; for consent the purposes"
    )
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")

    @model_validator(mode="after")
    def _fits_its_role(self) -> YesNoBlock:
        if not self.chosen and not self.chosen_any:
            raise ValueError(Said("survey.yes_needed"))
        _apart(("chosen", self.chosen), ("not_chosen", self.not_chosen), ("missing", tuple(self.missing)))
        unknown = [key for key in self.columns if key not in PURPOSES]
        if self.role == "consent" and unknown:
            raise ValueError(Said("survey.no_purpose", purposes=", ".join(PURPOSES), unknown=", ".join(unknown)))
        return self


class TextBlock(Strict):
    """The functional mailbox, the only text that is ever kept, and only with consent."""

    kind: Literal["text"] = Field(description="form of the answers")
    role: Literal["mailbox"] = Field(description="what the answers are used for")
    columns: Annotated[dict[Literal["mailbox"], str], Field(min_length=1)] = Field(description="mailbox → column")
    missing: dict[str, Reason] = Field(default_factory=dict, description="value → reason, for this block only")


Block = Annotated[RatingBlock | ChoiceBlock | NumberBlock | YesNoBlock | TextBlock, Field(discriminator="kind")]


def _apart(*groups: tuple[str, tuple[str, ...]]) -> None:
    """Refuse a value that stands in two groups of meaning; one that is still open has none yet."""
    seen: dict[str, str] = {}
    for name, values in groups:
        for value in values:
            if seen.setdefault(value, name) != name and not is_open(value):
                raise ValueError(Said("survey.two_meanings", value=value, first=seen[value], second=name))
