"""The data files of the site: scripts that set one global each, JSON twins, and the colours of the types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from typology.content.catalogue import Content
from typology.content.colours import channels, contrast, luminance
from typology.register.official_keys import is_real, kind_of

# Sentences that the scripts say; everything else is written into the pages.
SCRIPT_SENTENCES = "js_"
LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#14191e"
READABLE = 4.8
# What two municipalities side by side need of their views.
COMPARED = (
    "key", "name", "name_listed", "kind_label", "kreis_name", "land_name", "population", "size_class", "type",
    "second_type", "status",
)  # fmt: skip
COMPARED_ROWS = {
    "goals": ("key", "label", "own", "own_label", "chosen"),
    "fields": ("key", "label", "own"),
    "pain_points": ("key", "label", "state_label"),
}


def as_json(data: object) -> str:
    """JSON as UTF-8 text, the same bytes for the same data; NaN is refused."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_script(name: str, data: object) -> str:
    """A script that sets one global, readable over HTTP and from ``file://`` alike.

    >>> as_script("LISTED", [1])
    'window.LISTED=[1];\\n'
    """
    return f"window.{name}={as_json(data)};\n"


def view_script(view: Mapping[str, Any]) -> str:
    """What the comparison shows of one municipality, added to ``window.VIEWS`` under its key."""
    shown: dict[str, Any] = {name: view.get(name) for name in COMPARED}
    for part, names in COMPARED_ROWS.items():
        shown[part] = [{name: row.get(name) for name in names} for row in view.get(part) or []]
    for part in ("type", "second_type"):
        if shown[part]:
            shown[part] = {name: shown[part].get(name) for name in ("key", "label", "short", "letter", "symbol")}
    return f"window.VIEWS=window.VIEWS||{{}};window.VIEWS[{as_json(view['key'])}]={as_json(shown)};\n"


def texts(content: Content, language: str) -> dict[str, str]:
    """The sentences of the scripts in one language, placeholders left in braces."""
    return {
        key.removeprefix(SCRIPT_SENTENCES): text.of(language)
        for key, text in sorted(content.sentences.items())
        if key.startswith(SCRIPT_SENTENCES)
    }


def check_data(
    types: Sequence[Mapping[str, Any]], typology: Mapping[str, Any] | None, content: Content
) -> dict[str, object]:
    """What the self-check needs besides the typology: question, goals, and the types' signature goals.

    The orientation uses the published descriptions in ``content.types`` only, never an estimate.
    """
    question = dict((typology or {}).get("question") or {})
    labels = {goal["key"]: goal["label"] for goal in (typology or {}).get("goals", [])}
    goals = [{"key": goal.key, "label": labels.get(goal.key) or goal.label.all()} for goal in content.goals]
    described = [
        {
            "key": item.key,
            "letter": item.letter,
            "symbol": item.symbol,
            "label": item.label.all(),
            "short": item.short.all(),
            "signature": list(item.signature),
        }
        for item in content.types
    ]
    limit = question.get("limit") if question.get("kind") in ("pick", "ranking") else None
    return {
        "limit": int(limit) if limit else 3,
        "goals": goals,
        "types": described,
        "pages": [item["key"] for item in types],
    }


def listed_data(views: Sequence[Mapping[str, Any]], table: pd.DataFrame) -> list[dict[str, object]]:
    """The listed municipalities with their type, and whether they agreed to be proposed as partners."""
    rows = table.set_index("key")
    found = []
    for view in views:
        key = view["key"]
        found.append(
            {
                "key": key,
                "name": view["name"],
                "kind": kind_of(key) or "gemeinde",
                "type": (view.get("type") or {}).get("key", ""),
                "partner": bool(rows.at[key, "partner"]) if key in rows.index else False,
                "real": is_real(key),
            }
        )
    return found


def type_colours(types: Sequence[Mapping[str, Any]]) -> str:
    """A style sheet with one class per type: its colour on light and, lightened, on dark ground."""
    light = [f".type-{item['key']}{{--type:{readable(item['colour'], LIGHT_GROUND)}}}" for item in types]
    dark = [f".type-{item['key']}{{--type:{readable(item['colour'], DARK_GROUND)}}}" for item in types]
    return "\n".join([*light, "@media screen and (prefers-color-scheme:dark){", *dark, "}", ""])


def readable(colour: str, ground: str, target: float = READABLE) -> str:
    """The colour moved towards white or black until it stands out from the ground.

    >>> readable("#0B4F9E", "#ffffff")
    '#0b4f9e'
    """
    shade = channels(colour)
    toward = 255 if luminance(channels(ground)) < 0.5 else 0
    for step in range(21):
        mixed = tuple(round(channel + (toward - channel) * step / 20) for channel in shade)
        if contrast(mixed, channels(ground)) >= target:
            break
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
