"""Fill the open places of a drafted codebook, each of them told explicitly where it decides something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from typology.content.reading import is_open
from typology.survey.open_places import open_places

DAY = "2026-06-30"
Reading = tuple[Sequence[str], Sequence[str]]
#: Column → values that mean yes, values that mean no; or the same for a whole block.
Readings = Mapping[str, Reading] | Callable[[Mapping[str, Any]], Reading]


def fill(
    text: str,
    consent: Readings | None = None,
    *,
    reason: str = "nicht_beantwortet",
    goals: Mapping[str, Any] | None = None,
) -> str:
    """The codebook with every open place filled; each block of consent by the reading of its first column.

    Answers of which the draft asks whether they are steps are, in the order of their codes.
    """
    book = load(text)
    info = book["survey"]
    info["date"] = DAY
    for name in ("source", "licence"):
        info[name] = "ausgefüllt"
    if goals is not None:
        book["goals"] = dict(goals)
        used = {*goals["columns"].values()}
        book["blocks"] = [block for block in book["blocks"] if not used & {*block["columns"].values()}]
    for words in (info["title"], info["sample"], info["retention"], book["goals"].setdefault("question", {})):
        words.update(de="ausgefüllt", en="filled in")
    if is_open(book["respondent"]["id"]):
        book["respondent"]["id"] = ""
    codes = book["missing"].get("codes", {})
    codes.update({value: reason for value, why in codes.items() if is_open(why)})
    for block in (book["goals"], *book.get("blocks", [])):
        gone = block.get("missing", {})
        gone.update({value: reason for value, why in gone.items() if is_open(why)})
    # a block of consent whose columns nobody can see: nobody was asked
    blocks = [block for block in book.get("blocks", []) if not any(map(is_open, block["columns"].values()))]
    if "blocks" in book:
        book["blocks"] = blocks
    for block in blocks:
        if block["role"] == "consent":
            first = next(iter(block["columns"].values()))
            yes, no = consent(block) if callable(consent) else (consent or {})[first]
            block.update(chosen=list(yes), not_chosen=list(no))
        elif (
            block["kind"] == "choice"
            and isinstance(block["codes"], dict)
            and any(map(is_open, block["codes"].values()))
        ):
            steps = {value: number for number, value in enumerate(sorted(block.pop("codes")), start=1)}
            block.update(kind="rating", scale=[1, len(steps)], codes=steps)
    assert open_places(book) == []
    return dump(book)


def load(text: str) -> dict[str, Any]:
    """A codebook with every value as text."""
    book: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    return book


def dump(book: Mapping[str, Any]) -> str:
    """A codebook as YAML."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(dict(book), Dumper=dumper, allow_unicode=True, sort_keys=False))
