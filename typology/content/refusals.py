"""What a model refuses, in words: pydantic's errors by their type, at the place as the author wrote it."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from typology.errors import nearest
from typology.writing import Said

NO_DAY = ("content.no_day", "")
NO_NUMBER, NO_WHOLE_NUMBER = ("content.no_number", ""), ("content.no_whole_number", "")
ENTRIES, LIST = ("content.entries_here", ""), ("content.list_here", "")
#: Type of the error → the messages of what is wrong and of what must hold; their blanks are filled from its context.
SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("content.missing", ""),
    "extra_forbidden": ("content.unknown_entry", ""),
    "invalid_key": ("content.name_is_no_text", ""),
    "literal_error": ("content.no_such_value", "content.allowed"),
    "union_tag_invalid": ("content.no_such_tag", "content.allowed_tags"),
    "union_tag_not_found": ("content.tag_missing", ""),
    "value_error": ("content.said", ""),
    # texts
    "string_type": ("content.single_value", ""),
    "string_pattern_mismatch": ("content.wrong_spelling", "content.pattern"),
    "string_too_short": ("content.text_empty", ""),
    "string_too_long": ("content.text_too_long", "content.most_characters"),
    # numbers
    "bool_type": ("content.neither_yes_nor_no", ""),
    "bool_parsing": ("content.neither_yes_nor_no", ""),
    "int_type": NO_WHOLE_NUMBER,
    "int_parsing": NO_WHOLE_NUMBER,
    "int_parsing_size": NO_WHOLE_NUMBER,
    "int_from_float": NO_WHOLE_NUMBER,
    "float_type": NO_NUMBER,
    "float_parsing": NO_NUMBER,
    "finite_number": NO_NUMBER,
    "greater_than": ("content.number_too_small", "content.above"),
    "greater_than_equal": ("content.number_too_small", "content.at_least"),
    "less_than": ("content.number_too_large", "content.below"),
    "less_than_equal": ("content.number_too_large", "content.at_most"),
    # days
    "date_type": NO_DAY,
    "date_from_datetime_parsing": NO_DAY,
    "date_from_datetime_inexact": NO_DAY,
    # lists and groups of entries
    "tuple_type": LIST,
    "dict_type": ENTRIES,
    "model_type": ENTRIES,
    "model_attributes_type": ENTRIES,
    "too_short": ("content.too_few_entries", ""),
    "too_long": ("content.too_many_entries", ""),
}
OTHER = ("content.not_allowed", "")
#: How sources were named before there was a register of them → how they are named now.
EARLIER = {"source": "content.now_quelle", "sources": "content.now_sources"}
#: Pattern of a text that people write → what must hold, in words instead of the pattern.
WRITTEN = {
    r"^(https?://\S+)?$": "content.address",
    r"^https?://\S+$": "content.address",
    r"(?i)^([^/\\]+\.(png|svg))?$": "content.logo_beside",
    r"^(#[0-9A-Fa-f]{6})?$": "content.colour",
    r"^#[0-9A-Fa-f]{6}$": "content.colour",
}


def refusal(item: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str]:
    """The place of an error in the file, what is wrong there, and what must hold or was probably meant.

    >>> from typology.content.reading import Text
    >>> from pydantic import ValidationError
    >>> try:
    ...     Text.model_validate({"de": "Ziel", "enn": "goal", "en": ""})
    ... except ValidationError as error:
    ...     refusal(error.errors()[0], Text)
    ('enn', 'unbekannte Angabe', 'gemeint ist vielleicht: en')
    """
    if item["input"] is None and not item["loc"]:
        return "", Said("content.file_without_entries"), ""
    path, names = _place(model, item["loc"])
    context = {name: _plain(name, value) for name, value in item.get("ctx", {}).items()}
    wrong, must = SENTENCES.get(item["type"], OTHER)
    must = WRITTEN.get(str(context.get("pattern")), must)
    expected = Said(must, **context) if must else ""
    if item["type"] == "extra_forbidden" and path:
        hits = nearest(path[-1], names)
        expected = Said("content.perhaps" if hits else "content.one_of", names=", ".join(hits or names))
        if path[-1] in EARLIER:
            expected = Said(EARLIER[path[-1]])
    return ".".join(path), Said(wrong, **context), expected


def _plain(name: str, value: Any) -> Any:
    """A value of pydantic's context as a message prints it; of an error that a validator raised, its message."""
    if isinstance(value, ValueError):
        return value.args[0]
    if name in ("discriminator", "expected_tags"):
        value = value.replace("'", "")
    if name in ("expected", "expected_tags"):
        *others, last = value.replace(" or ", ", ").split(", ")
        return Said("content.either", others=", ".join(others), last=last) if others else last
    return value


def _place(model: type[BaseModel], loc: Sequence[int | str]) -> tuple[list[str], list[str]]:
    """The path to an error without the words that pydantic adds to it, and the names that may stand at its end."""
    path: list[str] = []
    names: list[str] = []
    here: Any = model
    for part in loc:
        here, said, names = _step(here, part)
        if said:
            path.append(str(part))
    return path, names


def _step(here: Any, part: int | str) -> tuple[Any, bool, list[str]]:
    """What stands behind one part of the path, whether its author wrote that part, and the names possible there."""
    members = _members(here)
    first = members[0] if members else None
    if len(members) > 1:  # the part is the tag of the member, or pydantic's name for it
        return next((member for member in members if _is_tagged(member, part)), members[-1]), False, []
    if isinstance(first, type) and issubclass(first, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in first.model_fields.items()}
        return fields.get(str(part)), True, list(fields)
    origin, inner = typing.get_origin(first), typing.get_args(first)
    if origin is tuple:
        return inner[0], True, []
    if origin is dict:
        return inner[1], True, []
    return None, first is None and part != "[key]", []


def _members(annotation: Any) -> list[Any]:
    """The kinds of value that an annotation allows, None aside."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _members(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [member for part in typing.get_args(annotation) for member in _members(part)]
    return [] if annotation in (None, type(None)) else [annotation]


def _is_tagged(member: Any, part: int | str) -> bool:
    if not (isinstance(member, type) and issubclass(member, BaseModel)):
        return False
    return any(part in typing.get_args(field.annotation) for field in member.model_fields.values())
