"""What the tables of the sheets and the numbers in the data of the views mean, see :mod:`printed_meaning`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from printed_meaning import Meanings
from printed_numbers import Cell, read_sheet
from printed_tables import Meaning

ALL = "alle"
TENTH_OF_PERMILLE, HUNDREDTH, ONE = 5e-5, 5e-3, 0.5


def note_sheet(reader: Meanings, data: bytes, language: str, kind: str, key: str, where: str) -> None:
    """Note everything on a sheet."""
    say = reader.content.say
    page = read_sheet(data, language, where, drawn=say("sheet_scale", language))
    furniture = re.compile(rf"{say('sheet_page', language)} \d+ {say('sheet_of', language)} \d+")
    page.sentences = [furniture.sub("", text) for text in page.sentences]
    numbered = say("sheet_number", language)
    page.cells = [
        cell for cell in page.cells
        if not (cell.table == numbered and cell.place[1] == 0 and cell.text == str(cell.place[0] + 1))
    ]  # fmt: skip
    reader.page(page, kind, key, lambda cell, kind, lang: _meaning(reader, cell, kind, lang))


def _meaning(reader: Meanings, cell: Cell, kind: str, lang: Any) -> list[Meaning] | None:
    def word(name: str) -> str:
        return reader.content.say(f"sheet_{name}", lang)

    own = reader.key if kind == "type" else reader.kind.get(reader.key, "")
    column = cell.column
    measures = {word("goal"): ("goal", "goal"), word("instrument"): ("instrument", "instrument")}
    measures[word("field")] = ("stand", "field")
    if cell.table in measures:
        measure, named = measures[cell.table]
        item = reader.key_of(named, cell.row, lang)
        groups = {word("share_type"): own, word("share_all"): ALL, word("share_all_short"): ALL, word("all"): ALL}
        if measure == "stand":
            groups[word("type")] = own
        if column == word("own_short") and measure == "stand":
            return [("stand", reader.key, item)]
        if column == word("interval"):
            return [reader.profile(measure, own, item, part) for part in ("low", "high")]
        if " | " in column:
            return [reader.profile(measure, group, item, "n") for group in (own, ALL)]
        group = groups.get(column) or reader.key_of("type", column, lang)
        return None if group is None else [reader.profile(measure, group, item, "estimate")]
    if cell.table == word("size_class"):
        return [("type_sizes", reader.key, reader.key_of("band", cell.row, lang), "n")]
    if cell.table == word("overview_measure") and column == word("overview_value"):
        return [("quality", reader.key_of("quality", cell.row, lang), "value")]
    if cell.table == word("type"):
        row = reader.key_of("type", cell.row, lang)
        names = {
            word("overview_share"): [("types", row, "share")],
            word("interval"): [("types", row, "low"), ("types", row, "high")],
            word("overview_n"): [("types", row, "n")],
            word("overview_jaccard"): [("stability", row, "jaccard")],
            word("overview_score"): [("naming", row, "score")],
            word("probability"): [("assignments", reader.key, f"p_{row}")],
        }
        return names.get(column)
    return None


def note_view(reader: Meanings, view: Mapping[str, Any]) -> None:
    """Note every number in the data of a view; sheets, pages and drawings are made from nothing else."""
    key = str(view["key"])
    for path, names, value in _leaves(view, (), ()):
        where = f"{key}.json {'.'.join(path)}"
        found = _view_meaning(reader, key, path, names)
        if found is None:
            reader.stray(where, str(value))
        else:
            reader.loose(where, value, found[1], found[0])


def _leaves(part: Any, path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[Any, Any, float]]:
    """Every number with its path and the keys of the entries on the way."""
    if isinstance(part, Mapping):
        mine = part.get("key") or part.get("topic") or part.get("type")
        mine = mine if isinstance(mine, str) else ""
        for name, below in part.items():
            yield from _leaves(below, (*path, str(name)), (*names, mine))
    elif isinstance(part, list | tuple):
        for below in part:
            yield from _leaves(below, path, names)
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield path, names, float(part)


def _view_meaning(
    reader: Meanings, key: str, path: tuple[str, ...], names: tuple[str, ...]
) -> tuple[Meaning, float] | None:
    last, inner = path[-1], names[-1]
    typed = key in reader.types
    own = key if typed else reader.kind.get(key, "")
    if path == ("survey", "n"):
        return ("n",), ONE
    if path == ("survey", "question", "limit"):
        return ("record", "limit"), ONE
    if len(path) == 1:
        table = ("types", key, last) if typed else ("municipalities", key, last)
        return (("assignments", key, last), ONE) if last == "answered" else (table, _half(last))
    if last == "probability":
        return ("assignments", key, f"p_{inner}"), TENTH_OF_PERMILLE
    if path[0] in ("goals", "fields", "instruments"):
        measure = {"goals": "goal", "fields": "stand", "instruments": "instrument"}[path[0]]
        if last in ("own", "wichtig"):
            return ("stand" if last == "own" else last, key, inner), TENTH_OF_PERMILLE
        if path[1] == "values":
            return reader.profile(measure, last, names[-2], "estimate"), TENTH_OF_PERMILLE
        if last in ("size", "n_size"):
            part = "estimate" if last == "size" else "n"
            return ("own size", key, measure, inner, part), TENTH_OF_PERMILLE if last == "size" else ONE
        group = ALL if last in ("all", "n_all") else own
        part = {"type": "estimate", "all": "estimate", "n_type": "n", "n_all": "n"}.get(last, last)
        return reader.profile(measure, group, inner, part), _half(last)
    if path == ("agenda", "score"):
        return ("agenda", key, inner, "score"), HUNDREDTH
    if last == "population":
        return ("municipalities", inner, last), ONE
    if path[0] in ("similar", "complementary"):
        return (path[0], key, inner, last), ONE
    if path[0] in ("team", "teams", "members") and last == "distance_km":
        return ("team_members", inner, last), ONE
    if path[0] == "cooperation":
        return _cooperation(reader, key, path, names)
    if path[0] == "size_classes":
        return ("type_sizes", key, inner, "n"), ONE
    if path[0] == "types":
        table = {"stability": ("stability", inner, "jaccard"), "score": ("naming", inner, "score")}
        return table.get(last, ("types", inner, last)), HUNDREDTH if last in table else _half(last)
    if path == ("quality", "number"):
        return ("quality", inner, "value"), TENTH_OF_PERMILLE
    if path[0] == "methods":
        return ("method", names[1], last), TENTH_OF_PERMILLE
    if path[0] == "pain_points" and path[1] in ("all", "sizes", "types"):
        grouping = {"all": ALL, "sizes": "groessenklasse", "types": "typ"}[path[1]]
        state = path[2] if len(path) == 4 else "aktuell"
        return ("pain", grouping, names[2], names[1], state, last), HUNDREDTH if len(path) == 4 else ONE
    return None


def _half(name: str) -> float:
    return ONE if name.startswith("n") or name == "population" else 0.05 if name == "area_km2" else TENTH_OF_PERMILLE


def _cooperation(
    reader: Meanings, key: str, path: tuple[str, ...], names: tuple[str, ...]
) -> tuple[Meaning, float] | None:
    members = reader.published.tables.cooperation_members.set_index(["key", "topic"])
    topic = names[1]
    if path[-1] == "km":
        return ("members", names[-1], topic, "distance_km"), ONE
    group = members.at[(key, topic), "group"]
    if path[-1] == "score":
        return ("cooperation", group, "score"), HUNDREDTH
    return (("cooperation", group, f"part_{path[-1]}"), HUNDREDTH) if path[1] == "parts" else None
