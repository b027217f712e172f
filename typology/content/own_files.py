"""A survey's own content files beside the shipped ones: what they add, what they replace, and names that none has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from typology.errors import ContentError, Findings, Problem, nearest
from typology.writing import Said

FOLDER = Path(__file__).parent
REPLACES = "ersetzt"
#: Files that stand for the shipped ones as a whole unless they say ``ersetzt: false``. What is asked and how it is
#: divided fits together or not at all: four shipped types beside two of one's own have nothing in common.
WHOLE = frozenset(
    [
        "types.yaml", "goals.yaml", "fields.yaml", "size_classes.yaml", "questionnaire.yaml", "sender.yaml",
        "website.yaml", "leichte_sprache.yaml", "leichte_sprache_schwerpunkte.yaml",
    ]
)  # fmt: skip
#: What gives way to a file of one's own: nobody wants invented courses beside real ones.
GIVES_WAY = {"trainings.yaml": ("example", "note", "herkunft", "quelle", "offers")}
#: By what an entry is known, the first that it has.
NAMES = ("key", "pain_point", "level", "english")

#: Place of an entry in the list that was read → its place in the survey's own file.
Moved = Mapping[tuple[str, int], int]


def joined(own: Any, shipped: Any, name: str) -> tuple[Any, Moved]:
    """What a file of a survey says together with the shipped one, and where its entries stand in it.

    An entry of a known name takes the place of the shipped one, another one follows at the end. Anything that is no
    list of entries is replaced.

    Raises
    ------
    ContentError : ``ersetzt`` is neither true nor false.

    Examples
    --------
    >>> own = {"terms": [{"key": "typ", "text": "ours"}, {"key": "new"}]}
    >>> joined(own, {"terms": [{"key": "n"}, {"key": "typ"}]}, "glossary.yaml")[0]
    {'terms': [{'key': 'n'}, {'key': 'typ', 'text': 'ours'}, {'key': 'new'}]}
    >>> joined(own | {"ersetzt": "true"}, {"terms": [{"key": "n"}]}, "glossary.yaml")[0] == own
    True
    """
    if not isinstance(own, dict):
        return own, {}
    said = {key: value for key, value in own.items() if key != REPLACES}
    if replaces(own, name):
        return said, {}
    kept = {key: value for key, value in shipped.items() if key not in GIVES_WAY.get(name, ())}
    moved: dict[tuple[str, int], int] = {}
    for key, value in said.items():
        before = kept.get(key)
        if before is None or not (_is_entries(value) and _is_entries(before)):
            kept[key] = value
            continue
        entries = list(before)
        places = {_name(entry): place for place, entry in enumerate(before)}
        for number, entry in enumerate(value):
            place = places.pop(_name(entry), len(entries))  # a second of that name stays, to be found twice
            entries[place : place + 1] = [entry]
            moved[key, place] = number
        kept[key] = entries
    return kept, moved


def replaces(own: Mapping[str, Any], name: str) -> bool:
    """Whether a file of a survey stands for the shipped one and does not add to it.

    Raises
    ------
    ContentError : ``ersetzt`` is neither true nor false.
    """
    value = own.get(REPLACES)
    if value is None:
        return name in WHOLE
    if value not in ("true", "false"):
        found = Findings(name)
        found.error("inhalt", Said("content.neither_yes_nor_no"), column=REPLACES, value=str(value)[:80],
                    expected=Said("content.either", others="true", last="false"))  # fmt: skip
        found.raise_if_failed(ContentError, "content.entries_not_allowed")
    return bool(value == "true")


def in_own_file(problems: Iterable[Problem], moved: Moved, lines: Mapping[str, int]) -> list[Problem]:
    """The problems with the place that their author knows: the number of the entry in the own file, and its line."""
    placed = []
    for problem in problems:
        head, *rest = problem.column.split(".")
        if rest and rest[0].isdigit() and (head, int(rest[0])) in moved:
            rest[0] = str(moved[head, int(rest[0])])
        column = ".".join([head, *rest])
        around = [".".join([head, *rest][:depth]) for depth in range(len(rest) + 1, 0, -1)]
        row = next((lines[place] for place in around if place in lines), None)
        placed.append(replace(problem, column=column, row=row))
    return placed


def _is_entries(value: Any) -> bool:
    """Whether this is a list whose entries have names."""
    return isinstance(value, list) and all(isinstance(entry, dict) and _name(entry) for entry in value)


def _name(entry: Mapping[str, Any]) -> str:
    return next((str(entry[name]) for name in NAMES if name in entry), "")


def names_of(own: Any) -> frozenset[str]:
    """The names of all entries that lists of a file hold."""
    lists = [value for value in own.values() if _is_entries(value)] if isinstance(own, dict) else []
    return frozenset(_name(entry) for value in lists for entry in value)


def known_names() -> list[str]:
    """The names of the files that a content folder may hold.

    >>> "agenda.yaml" in known_names()
    True
    """
    return sorted(path.name for path in FOLDER.glob("*.yaml"))


def find_misnamed(folder: Path, found: Findings) -> None:
    """An error for every file of texts in a content folder whose name none of the program's files has.

    It would not be read, and nobody would know. Other files, such as pictures and notes, may lie there.
    """
    known = known_names()
    for path in sorted(folder.rglob("*")):
        if path.suffix.casefold() not in (".yaml", ".yml") or not path.is_file():
            continue
        where = path.relative_to(folder)
        if where.as_posix() in known or (where.parts[0] == "sentences" and path.suffix == ".yaml"):
            continue
        meant = nearest(path.with_suffix(".yaml").name, known, 1)
        expected = Said("content.perhaps" if meant else "content.one_of", names=", ".join(meant or known))
        found.at(f"content/{where.as_posix()}").error("inhalt", Said("content.file_not_read"), expected=expected)
