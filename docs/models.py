"""Pages about the files that people write, made from the pydantic models that read them."""

from __future__ import annotations

import datetime as dt
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from typology.content.reading import KEY, Text, TextList
from typology.content.sources import Cited

Language = Literal["en", "de"]
GERMAN: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "fields.de.yaml").read_text(encoding="utf-8")
)
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "head": "| entry | value | without it | holds |", "needed": "needed", "empty": "empty", "none": "none",
        "str": "text", "key": "key", "int": "whole number", "float": "number", "bool": "true or false", "date": "date",
        "text": "text in `de` (and `en`)", "texts": "texts in `de` (and `en`)", "list": "list: {0}", "map": "{0} → {1}",
        "pattern": "text like `{0}`", "Ge": "from {0}", "Le": "to {0}", "Gt": "above {0}", "Lt": "below {0}",
        "MinLen": "at least {0}", "MaxLen": "at most {0}", "or": "or",
        "exactly": "exactly {0}", "keys": "key, or key.key", "cited": "keys of `sources.yaml`",
        "defaults": "its defaults",
    },
    "de": {
        "head": "| Angabe | Wert | ohne Angabe | bedeutet |", "needed": "nötig", "empty": "leer", "none": "keine",
        "str": "Text", "key": "Schlüssel", "int": "ganze Zahl", "float": "Zahl", "bool": "true oder false",
        "date": "Datum", "text": "Text in `de` (und `en`)", "texts": "Texte in `de` (und `en`)", "list": "Liste: {0}",
        "map": "{0} → {1}", "pattern": "Text wie `{0}`", "Ge": "ab {0}", "Le": "bis {0}", "Gt": "über {0}",
        "Lt": "unter {0}", "MinLen": "mindestens {0}", "MaxLen": "höchstens {0}", "or": "oder",
        "exactly": "genau {0}", "keys": "Schlüssel oder Schlüssel.Schlüssel",
        "cited": "Schlüssel aus `sources.yaml`", "defaults": "deren Standard",
    },
}  # fmt: skip
#: Patterns that have a word of their own.
KEYS = {KEY: "key", r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$": "keys"}
PLAIN = {str: "str", int: "int", float: "float", bool: "bool", dt.date: "date", Cited: "cited"}
#: Models that are a value and not a group of entries.
VALUES = {Text: "text", TextList: "texts"}


def model_sections(roots: list[type[BaseModel]], language: Language, level: int = 2) -> str:
    """One section for each model that the roots lead to, in the order in which they are met."""
    return "\n".join("\n".join(section(model, language, level)) for model in reachable(roots))


def section(model: type[BaseModel], language: Language, level: int) -> Iterator[str]:
    """Heading, meaning and fields of one model."""
    words = WORDS[language]
    yield f"{'#' * level} {model.__name__}"
    yield ""
    yield says(model, "_", language)
    yield ""
    yield words["head"]
    yield "|---|---|---|---|"
    for name, field in own_fields(model).items():
        value = _value(field.annotation, list(field.metadata), words)
        default = words["needed"] if field.is_required() else _default(field, words)
        yield f"| `{field.alias or name}` | {value} | {default} | {says(model, name, language)} |"
    yield ""


def reachable(roots: list[type[BaseModel]]) -> list[type[BaseModel]]:
    """The roots and every model that a field of theirs holds, each once; a root's own models follow it."""
    found: list[type[BaseModel]] = []

    def visit(model: type[BaseModel]) -> None:
        if model in found or model in VALUES:
            return
        found.append(model)
        for field in model.model_fields.values():
            for part in _models(field.annotation):
                visit(part)

    for root in roots:
        visit(root)
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models(part)


def own_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the name under which a file gives them, those with a source last."""
    fields = model.model_fields
    late = [name for name in ("quelle", "herkunft") if name in fields]
    return {name: fields[name] for name in [*(name for name in fields if name not in late), *late]}


def says(model: type[BaseModel], name: str, language: Language) -> str:
    """What a field holds (``_``: what the model is); empty if nobody wrote it in this language."""
    if language == "de":
        owners = [owner.__name__ for owner in model.__mro__ if name in GERMAN.get(owner.__name__, {})]
        return GERMAN[owners[0]][name] if owners else ""
    text = model.__doc__ if name == "_" else model.model_fields[name].description
    return " ".join(str(text).replace("``", "`").split())


def _default(field: FieldInfo, words: dict[str, str]) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None:
        return words["none"]
    if isinstance(value, BaseModel) or (isinstance(value, tuple) and value and isinstance(value[0], BaseModel)):
        return words["defaults"]
    if value in ("", (), {}):
        return words["empty"]
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`[{', '.join(map(str, value))}]`" if isinstance(value, tuple) else f"`{value}`"


def _value(annotation: Any, metadata: list[Any], words: dict[str, str]) -> str:
    """A kind of value in words, with its bounds."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _value(inner[0], [*_flat(inner[1:]), *metadata], words)
    limits = {type(item).__name__: _bound(item) for item in metadata if type(item).__name__ in words}
    if "MinLen" in limits and limits.get("MaxLen") == limits["MinLen"]:
        limits = {"exactly": limits["MinLen"]}
    bounds = [words[name].format(limit) for name, limit in limits.items()]
    if annotation in VALUES:
        said = words[VALUES[annotation]]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        said = f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    elif origin is Literal:
        return ", ".join(f"`{value}`" for value in inner if value != "")
    elif origin in (typing.Union, types.UnionType):
        parts = [_value(part, [], words) for part in inner if part is not type(None)]
        said = f" {words['or']} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    elif origin is tuple:
        said = words["list"].format(_value(inner[0], [], words))
    elif origin is dict:
        said = words["map"].format(_value(inner[0], [], words), _value(inner[1], [], words))
    else:
        pattern = next((item.pattern for item in metadata if getattr(item, "pattern", None)), None)
        said = words[PLAIN[annotation]]
        if pattern is not None:
            said = KEYS.get(pattern) or words["pattern"].format(pattern)
            said = words.get(said, said)
        elif annotation is str:
            bounds = []
    return ", ".join([said, *bounds])


def _flat(metadata: tuple[Any, ...]) -> Iterator[Any]:
    """Bounds as pydantic keeps them, also those inside a ``Field(…)``."""
    for item in metadata:
        yield from item.metadata if isinstance(item, FieldInfo) else [item]


def _bound(item: Ge | Le | Gt | Lt | MinLen | MaxLen) -> Any:
    return getattr(item, re.sub(r"(?<!^)(?=[A-Z])", "_", type(item).__name__).lower().replace("len", "length"))
