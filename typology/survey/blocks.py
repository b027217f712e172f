"""The blocks of a codebook: the goals, and every other group of columns with one role."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.content.reading import Key, Strict, Text
from typology.content.vocabulary import Purpose

PURPOSES = tuple(purpose.value for purpose in Purpose)
Item = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Reason = Annotated[str, Field(min_length=1)]


def listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(listed)]


class Level(Strict):
    """One level of a rated goal and the values that stand for it."""

    key: Key
    values: Annotated[Texts, Field(min_length=1)]


class Goals(Strict):
    """The question about the goals: the only input of the types."""

    kind: Literal["yes_no", "pick", "rating", "ranking"]
    limit: Annotated[int, Field(ge=1)] | None = None
    question: Text
    chosen: Texts = ()
    not_chosen: Texts = ()
    chosen_any: bool = False
    empty_block: Literal["unanswered", "chosen_none"] = "unanswered"
    levels: Annotated[tuple[Level, ...], Field(max_length=3)] = ()
    columns: dict[Key, str] = Field(default_factory=dict)
    rank_columns: tuple[str, ...] = ()
    list_column: str = ""
    separator: Annotated[str, Field(min_length=1)] = ";"
    codes: dict[str, Key] = Field(default_factory=dict)
    missing: dict[str, Reason] = Field(default_factory=dict)

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
            raise ValueError("genau eine Angabe ist nötig: columns, rank_columns oder list_column")
        if not self.columns and not self.codes:
            raise ValueError("rank_columns und list_column brauchen codes (Wert → Ziel)")
        if not self.columns and self.kind not in ("pick", "ranking"):
            raise ValueError("rank_columns und list_column gibt es nur bei kind: pick oder ranking")
        if self.list_column and self.kind == "ranking":
            raise ValueError("list_column gibt es nur bei kind: pick")
        if self.limit is not None and self.kind not in ("pick", "ranking"):
            raise ValueError("limit gibt es nur bei kind: pick oder ranking")
        if self.kind == "rating" and len(self.levels) < 2:
            raise ValueError("kind: rating braucht levels (zwei oder drei Stufen mit ihren Werten)")
        if self.kind != "rating" and self.levels:
            raise ValueError("levels gibt es nur bei kind: rating")
        if self.columns and self.kind in ("yes_no", "pick") and not (self.chosen or self.chosen_any):
            raise ValueError("chosen fehlt: welche Werte heißen „gewählt“?")
        if len(self.keys) < 2:
            raise ValueError("mindestens zwei Ziele sind nötig")
        _apart(("chosen", self.chosen), ("not_chosen", self.not_chosen), ("missing", tuple(self.missing)))
        _apart(*((f"levels.{level.key}", level.values) for level in self.levels))
        if len({level.key for level in self.levels}) != len(self.levels):
            raise ValueError("eine Stufe steht doppelt in levels")
        return self


class RatingBlock(Strict):
    """Ratings on a scale of whole numbers; ``codes`` maps values of the file to them (A1 → 1)."""

    kind: Literal["rating"]
    role: Literal["stand", "wichtig", "competence_soll", "competence_ist", "structure"]
    scale: Annotated[tuple[int, ...], Field(min_length=2, max_length=2)]
    codes: dict[str, int] = Field(default_factory=dict)
    columns: Annotated[dict[Item, str], Field(min_length=1)]
    missing: dict[str, Reason] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _scale_rises(self) -> RatingBlock:
        if self.scale[0] >= self.scale[1]:
            raise ValueError("scale nennt den kleinsten und den größten Wert, zum Beispiel [1, 5]")
        outside = [str(value) for value in self.codes.values() if not self.scale[0] <= value <= self.scale[1]]
        if outside:
            raise ValueError(f"codes liegen außerhalb von scale: {', '.join(outside)}")
        return self


class ChoiceBlock(Strict):
    """One answer out of several; ``codes: labels`` takes the answer texts that the file carries."""

    kind: Literal["choice"]
    role: Literal["pain_point", "structure"]
    codes: Literal["labels"] | Annotated[dict[str, Key], Field(min_length=1)]
    columns: Annotated[dict[Item, str], Field(min_length=1)]
    missing: dict[str, Reason] = Field(default_factory=dict)


class NumberBlock(Strict):
    """Numbers; negative ones only where ``negative`` says so."""

    kind: Literal["number"]
    role: Literal["structure"]
    decimal: Literal["auto", "comma", "point"] = "auto"
    negative: bool = False
    columns: Annotated[dict[Item, str], Field(min_length=1)]
    missing: dict[str, Reason] = Field(default_factory=dict)


class YesNoBlock(Strict):
    """Ticks, or yes and no."""

    kind: Literal["yes_no"]
    role: Literal["structure", "consent"]
    chosen: Texts = ()
    not_chosen: Texts = ()
    chosen_any: bool = False
    empty_block: Literal["unanswered", "chosen_none"] = "unanswered"
    columns: Annotated[dict[Item, str], Field(min_length=1)]
    missing: dict[str, Reason] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_its_role(self) -> YesNoBlock:
        if not self.chosen and not self.chosen_any:
            raise ValueError("chosen fehlt: welche Werte heißen „ja“?")
        _apart(("chosen", self.chosen), ("not_chosen", self.not_chosen), ("missing", tuple(self.missing)))
        unknown = [key for key in self.columns if key not in PURPOSES]
        if self.role == "consent" and unknown:
            raise ValueError(f"Einwilligung gibt es nur zu {', '.join(PURPOSES)}, nicht zu {', '.join(unknown)}")
        return self


class TextBlock(Strict):
    """The functional mailbox, the only text that is ever kept, and only with consent."""

    kind: Literal["text"]
    role: Literal["mailbox"]
    columns: Annotated[dict[Literal["mailbox"], str], Field(min_length=1)]
    missing: dict[str, Reason] = Field(default_factory=dict)


Block = Annotated[RatingBlock | ChoiceBlock | NumberBlock | YesNoBlock | TextBlock, Field(discriminator="kind")]


def _apart(*groups: tuple[str, tuple[str, ...]]) -> None:
    """Refuse a value that stands in two groups of meaning."""
    seen: dict[str, str] = {}
    for name, values in groups:
        for value in values:
            if seen.setdefault(value, name) != name:
                raise ValueError(f"der Wert {value!r} steht in {seen[value]} und in {name}")
