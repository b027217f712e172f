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
    """The codebook with every open place filled; each block of consent by the reading of its first column."""
    book: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
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
    for block in book.get("blocks", []):
        if block["role"] == "consent":
            first = next(iter(block["columns"].values()))
            yes, no = consent(block) if callable(consent) else (consent or {})[first]
            block.update(chosen=list(yes), not_chosen=list(no))
    assert open_places(book) == []
    return yaml.safe_dump(book, allow_unicode=True, sort_keys=False)
