"""The data files of the site: scripts that set one global each, JSON twins, and the colours of the types."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content
from typology.content.colours import channels, contrast, luminance
from typology.content.vocabulary import MOST_GOALS, Standing
from typology.publishing.site.pages import translated
from typology.publishing.site.search import in_order
from typology.publishing.site.shapes import cut_shape
from typology.writing import languages

# Sentences that the scripts say; everything else is written into the pages.
SCRIPT_SENTENCES = "js_"
# Those of the first page, which is to stay small.
SEARCH_SENTENCES = ("listed", "search_", "kind_")
LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#14191e"
READABLE = 4.8
# What municipalities side by side need of their views.
PROPOSED = 4
COLUMNS = {
    "own": "site_own", "size": "site_own_size", "all": "site_all", "standing": "site_standing", "kind": "site_type",
    "where": "site_map_where", "population": "site_population", "similar": "site_similar",
    "complementary": "site_complementary",
}  # fmt: skip
SAID_AGAIN = "summary"
COMPARED = (
    "key", "name", "name_listed", "kind_label", "kreis_name", "land_name", "population", "size_class", "type",
    "second_type", "status",
)  # fmt: skip
COMPARED_ROWS = {
    "goals": ("key", "label", "own", "own_label", "chosen", "type", "size", "all"),
    "fields": ("key", "label", "own", "type", "size", "all"),
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


def compact(text: str) -> str:
    """A script or style sheet without indentation and without comments that fill a line, but for the first line.

    >>> compact("// What it does.\\nif (a) {\\n  // Why.\\n  b();\\n}\\n")
    '// What it does.\\nif (a) {\\nb();\\n}\\n'
    """
    first, *rest = text.splitlines()
    kept = [line.strip() for line in rest]
    return "\n".join([first, *(line for line in kept if line and not line.startswith("//"))]) + "\n"


def twin(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a page has as data: its view but for the sentences of the sheets, which say other parts of it once more."""
    return {name: part for name, part in view.items() if name != SAID_AGAIN}


def compared(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the comparison shows of one municipality."""
    shown: dict[str, Any] = {name: view.get(name) for name in COMPARED}
    if view.get("names_listed"):
        shown["names_listed"] = view["names_listed"]
    for part, names in COMPARED_ROWS.items():
        shown[part] = [{name: row.get(name) for name in names} for row in view.get(part) or []]
    listed = [row["key"] for row in view.get("similar") or [] if row.get("listed", True)]
    shown["proposed"] = listed[:PROPOSED]
    for part in ("type", "second_type"):
        if shown[part]:
            shown[part] = {name: shown[part].get(name) for name in ("key", "label", "short", "letter", "symbol")}
    return shown


def view_script(key: str, shown: Mapping[str, Any]) -> str:
    """What the comparison shows of one municipality, added to ``window.VIEWS`` under its key."""
    return f"window.VIEWS=window.VIEWS||{{}};window.VIEWS[{as_json(key)}]={as_json(shown)};\n"


def texts(content: Content, language: str, only: tuple[str, ...] = ("",)) -> dict[str, str]:
    """The sentences of the scripts in one language, placeholders left in braces; ``only``: how their names begin."""
    return {
        key.removeprefix(SCRIPT_SENTENCES): text.of(language)
        for key, text in sorted(content.sentences.items())
        if key.startswith(tuple(SCRIPT_SENTENCES + name for name in only))
    }


def check_data(
    types: Sequence[Mapping[str, Any]],
    typology: Mapping[str, Any] | None,
    content: Content,
    views: Sequence[Mapping[str, Any]] = (),
) -> dict[str, object]:
    """What the self-check needs besides the typology: question, goals, types in words, and steps by field of action.

    The orientation uses the published descriptions in ``content.types`` only, never an estimate. A step is offered
    here only if nothing but the importance and weakness of its field decides on it: no other answer is asked.
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
            "portrait": item.portrait.all(),
        }
        for item in content.types
    ]
    known = {item.key for item in content.types}
    others = [
        {name: item[name] for name in ("key", "letter", "symbol", "label", "short")} | {"signature": []}
        for item in types if item["key"] not in known
    ]  # fmt: skip
    agenda = load_agenda(content.folder)
    fields = {field.key: field.label.all() for field in content.fields}
    steps: dict[str, list[dict[str, object]]] = {}
    for step in agenda.steps:
        if [condition.measure for condition in step.when] == ["field"] and step.field in fields:
            parts = [part.all() for part in step.how]
            said: dict[str, object] = {
                    "title": step.title.all(), "field": fields[step.field], "source": step.quelle,
                    "how": {code: " ".join(part[code] for part in parts) for code in parts[0]},
                    "kinds": list(step.gilt_fuer.kinds), "sizes": list(step.gilt_fuer.size_classes),
                    "goals": list(step.suits.goals)}  # fmt: skip
            steps.setdefault(step.field, []).append(said)
    limit = question.get("limit") if question.get("kind") in ("pick", "ranking") else None
    return {
        "limit": int(limit) if limit else MOST_GOALS,
        "goals": goals,
        "types": described + others,
        "pages": [item["key"] for item in types],
        "published": published_results(views, typology),
        "goal_fields": {goal.key: list(goal.fields) for goal in content.goals},
        "steps": steps,
        "questions": [{"goals": list(item.goals), "text": item.text.all()} for item in agenda.questions],
        "size_classes": {item.key: item.label.all() for item in content.size_classes},
    }


def published_results(
    views: Sequence[Mapping[str, Any]], typology: Mapping[str, Any] | None
) -> dict[str, list[object]]:
    """What the pages of municipalities with open answers say of their answers: pattern → status, types, probabilities.

    Pages are made with the exact model, the self-check computes with the published one, which is rounded: near a
    border they may differ. For answers that some page shows the self-check says what stands there. A pattern is the
    places of the answers to the goals of the typology, one digit each; pages that disagree on one are left out.
    """
    if typology is None:
        return {}
    kinds = [item["key"] for item in typology["types"]]
    found: dict[str, list[object]] = {}
    disputed = set()
    for view in views:
        own = {row["key"]: row["own"] for row in view.get("goals") or []}
        chances = {row["type"]: row["probability"] for row in view.get("probabilities") or []}
        answers = [(own.get(goal["key"]), list(goal["answers"])) for goal in typology["goals"]]
        if set(chances) != set(kinds) or any(answer not in levels for answer, levels in answers):
            continue
        pattern = "".join(str(levels.index(answer)) for answer, levels in answers)
        places = [kinds.index(view[part]["key"]) if view.get(part) else -1 for part in ("type", "second_type")]
        said: list[object] = [view["status"]["key"], *places, [chances[kind] for kind in kinds]]
        if found.setdefault(pattern, said) != said:
            disputed.add(pattern)
    return {pattern: said for pattern, said in sorted(found.items()) if pattern not in disputed}


def listed_data(views: Sequence[Mapping[str, Any]], table: pd.DataFrame) -> dict[str, object]:
    """The listed municipalities in the order of the register: type, and a field in which they are strong.

    Each is a place in ``types`` and in ``topics``, -1 for none; ``assets/near.js`` puts them to the register. The field
    is one of their public answers that stands above type and all.

    Parameters
    ----------
    table : as :func:`typology.publishing.site.search.register_table` returns it.
    """
    known = {view["key"]: view for view in views}
    types: dict[str, int] = {}
    topics: dict[str, tuple[int, Mapping[str, str]]] = {}
    rows = []
    for key in in_order(table[table["listed"]])["key"]:
        kind = (known[key].get("type") or {}).get("key")
        strong = next((row for row in known[key].get("fields") or [] if row.get("standing") == Standing.STRONG), None)
        place = topics.setdefault(strong["key"], (len(topics), strong["label"]))[0] if strong else -1
        rows.append([types.setdefault(kind, len(types)) if kind else -1, place])
    return {
        "types": list(types),
        "topics": [label for _, label in topics.values()],
        "type": [row[0] for row in rows],
        "topic": [row[1] for row in rows],
    }


def type_styles(types: Sequence[Mapping[str, Any]]) -> str:
    """A style sheet with the colour of each type on light and, lightened, on dark ground, its outline, letter and name.

    The letter stands before the name of a badge, the name before a figure of the type on narrow pages.
    """
    light = [f".type-{item['key']}{{--type:{readable(item['colour'], LIGHT_GROUND)}}}" for item in types]
    signs = [
        f".type-{item['key']}{{--letter:{quoted(item['letter'])};--shape:{cut_shape(item['symbol'])}}}"
        for item in types
    ]
    dark = [f".type-{item['key']}{{--type:{readable(item['colour'], DARK_GROUND)}}}" for item in types]
    names = [
        f":lang({language}) .type-{item['key']}{{--said-type:{quoted(translated(name, language))}}}"
        for item in types if (name := item.get("short") or item["label"]) for language in languages()
    ]  # fmt: skip
    return "\n".join([*light, "@media screen and (prefers-color-scheme:dark){", *dark, "}", *signs, *names, ""])


def column_words(content: Content) -> str:
    """What stands before the cells of the largest tables on narrow pages, in every language."""
    return "".join(
        f":root:lang({language}){{"
        + "".join(f"--said-{name}:{quoted(content.say(key, language))};" for name, key in COLUMNS.items())
        + "}\n"
        for language in languages()
    )


def quoted(text: str) -> str:
    """A text as CSS writes it.

    >>> quoted('the "own" \\\\ answer')
    '"the \\\\22 own\\\\22  \\\\5c  answer"'
    """
    return '"' + re.sub(r'["\\\n<]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'


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
