"""Say in German what is wrong in a codebook, and which word was probably meant."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from typology.errors import Problem


def nearest(word: str, words: Iterable[str], n: int = 3) -> list[str]:
    """The most similar words, best first, upper and lower case aside."""
    by_fold: dict[str, str] = {}
    for item in words:
        by_fold.setdefault(item.casefold(), item)
    return [by_fold[hit] for hit in difflib.get_close_matches(word.casefold(), list(by_fold), n=n, cutoff=0.6)]


# What pydantic says in English, for the faults a codebook can have.
GERMAN = (
    (r"Input tag '(.*)' found", "kind {0} gibt es nicht"),
    (r"Unable to extract tag", "kind fehlt"),
    (r"valid date", "kein Datum in der Form 2026-06-30"),
    (r"valid dictionary|should be an object", "hier stehen Angaben in der Form Name: Wert"),
    (r"valid (tuple|list|array)", "hier steht eine Liste in eckigen Klammern"),
    (r"valid string", "hier steht ein einzelner Wert"),
    (r"at least (\d+) (item|character)", "mindestens {0} Angabe(n) nötig"),
    (r"at most (\d+) item", "höchstens {0} Angaben erlaubt"),
    (r"greater than or equal to (-?\d+)", "mindestens {0}"),
    (r"less than or equal to (-?\d+)", "höchstens {0}"),
    (r"valid integer", "keine ganze Zahl"),
)
TAGS = ("rating", "choice", "number", "yes_no", "text", "[key]")


def in_german(problem: Problem, model: type[BaseModel]) -> Problem:
    """German words, a path as the researcher wrote it, and the nearest permitted key."""
    parts = [part for part in problem.column.split(".") if part]
    path = [part for i, part in enumerate(parts) if part not in TAGS or (part == "text" and i == 0)]
    path = [part for part in path if not re.match(r"(dict|constrained|literal|function)\b.*\[", part)]
    message = problem.message
    for pattern, german in GERMAN:
        match = re.search(pattern, message)
        if match:
            message = german.format(*match.groups())
            break
    problem = replace(problem, message=message, column=".".join(path))
    if message.startswith("kind "):
        return replace(problem, expected="kind: rating, choice, number, yes_no oder text")
    if message != "unbekannte Angabe" or not path:
        return problem
    allowed = _allowed(model, path[:-1])
    hits = nearest(path[-1], allowed)
    if hits:
        return replace(problem, expected=f"gemeint ist vielleicht: {', '.join(hits)}")
    return replace(problem, expected=f"eine von: {', '.join(allowed)}") if allowed else problem


def _allowed(model: type[BaseModel], path: list[str]) -> list[str]:
    """The keys that may stand at a place of the codebook."""
    if not path:
        return [field.alias or name for name, field in model.model_fields.items()]
    for name, field in model.model_fields.items():
        if path[0] in (field.alias, name):
            names: list[str] = []
            for inner in _models(field.annotation):
                rest = [part for part in path[1:] if not part.isdigit()]
                names += [key for key in _allowed(inner, rest) if key not in names]
            return names
    return []


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if isinstance(annotation, (types.GenericAlias, types.UnionType)) or typing.get_origin(annotation) is not None:
        return [model for part in typing.get_args(annotation) for model in _models(part)]
    return []
