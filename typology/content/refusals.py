"""What a model refuses, in German: pydantic's errors by their type, at the place as the author wrote it."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from typology.errors import nearest

NO_DAY = ("kein Datum in der Form 2026-06-30", "")
NO_NUMBER, NO_WHOLE_NUMBER = ("keine Zahl", ""), ("keine ganze Zahl", "")
ENTRIES, LIST = ("hier stehen Angaben in der Form Name: Wert", ""), ("hier steht eine Liste in eckigen Klammern", "")
#: Type of the error → what is wrong, and what must hold; the places in braces are filled from its context.
SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("Angabe fehlt", ""),
    "extra_forbidden": ("unbekannte Angabe", ""),
    "invalid_key": ("Name der Angabe ist kein Text", ""),
    "literal_error": ("Wert ist nicht vorgesehen", "{expected}"),
    "union_tag_invalid": ("{discriminator} {tag} gibt es nicht", "{discriminator}: {expected_tags}"),
    "union_tag_not_found": ("{discriminator} fehlt", ""),
    "value_error": ("{error}", ""),
    # texts
    "string_type": ("hier steht ein einzelner Wert", ""),
    "string_pattern_mismatch": ("Schreibweise passt nicht", "Muster {pattern}"),
    "string_too_short": ("Text ist leer", ""),
    "string_too_long": ("Text ist zu lang", "höchstens {max_length} Zeichen"),
    # numbers
    "bool_type": ("weder ja noch nein", ""),
    "bool_parsing": ("weder ja noch nein", ""),
    "int_type": NO_WHOLE_NUMBER,
    "int_parsing": NO_WHOLE_NUMBER,
    "int_parsing_size": NO_WHOLE_NUMBER,
    "int_from_float": NO_WHOLE_NUMBER,
    "float_type": NO_NUMBER,
    "float_parsing": NO_NUMBER,
    "finite_number": NO_NUMBER,
    "greater_than": ("Zahl ist zu klein", "über {gt:g}"),
    "greater_than_equal": ("Zahl ist zu klein", "mindestens {ge:g}"),
    "less_than": ("Zahl ist zu groß", "unter {lt:g}"),
    "less_than_equal": ("Zahl ist zu groß", "höchstens {le:g}"),
    # days
    "date_type": NO_DAY,
    "date_from_datetime_parsing": NO_DAY,
    "date_from_datetime_inexact": NO_DAY,
    # lists and groups of entries
    "tuple_type": LIST,
    "dict_type": ENTRIES,
    "model_type": ENTRIES,
    "model_attributes_type": ENTRIES,
    "too_short": ("zu wenige Einträge", ""),
    "too_long": ("höchstens {max_length} Angaben erlaubt", ""),
}
OTHER = ("Angabe ist nicht zulässig", "")


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
    path, names = _place(model, item["loc"])
    message, expected = SENTENCES.get(item["type"], OTHER)
    context = {name: _plain(name, value) for name, value in item.get("ctx", {}).items()}
    message, expected = message.format(**context), expected.format(**context)
    if item["type"] == "extra_forbidden" and path:
        hits = nearest(path[-1], names)
        expected = f"gemeint ist vielleicht: {', '.join(hits)}" if hits else f"eine von: {', '.join(names)}"
    return ".".join(path), message, expected


def _plain(name: str, value: Any) -> Any:
    """A value of pydantic's context as a German sentence prints it."""
    if name in ("discriminator", "expected_tags"):
        value = value.replace("'", "")
    if name in ("expected", "expected_tags"):
        *others, last = value.replace(" or ", ", ").split(", ")
        return f"{', '.join(others)} oder {last}" if others else last
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
