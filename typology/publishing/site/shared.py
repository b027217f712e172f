"""What stands alike in the views of several municipalities, once: a view has the number of such a part in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SHORTEST = 20
"""Characters of JSON from which a part is worth a number."""
FEWEST = 3
"""Different places in which a part stands before it is shared."""
NUMBER, PARTS = "$", "$parts"
"""What a view has in the place of a shared part, one number or several, and the file in which the parts stand."""
TOGETHER = (
    ("key", "title", "how", "how_parts", "field", "effort", "takes", "costs", "success", "risk", "first"),
    ("partner_key", "partner_reason", "partner_lead"),
    ("levels", "ask", "topic"),
    ("key", "name", "name_long", "kreis_name", "land_name", "population", "type", "mailbox", "listed"),
    ("key", "label", "short", "letter", "symbol", "colour", "named"),
    ("key", "label", "short", "type", "all", "n_type", "n_all", "size", "n_size"),
    ("key", "label", "type", "size", "all"),
)
"""Names that belong together: a step as the catalogue has it and why others are asked, a topic and what is said of it,
a municipality as others see it, the mark of a type, and what stands beside the own answers of municipalities of one
type and size class.
"""


class SharedParts:
    """The parts that several views have in common, and the views without them.

    Objects and lists that are equal are one part, wherever they stand. A part that stands in ``FEWEST`` different
    places is put into :attr:`parts`; there, too, parts within it may be numbers. Of an object with names that belong
    together, these are a part of their own, and its number stands beside the others. Nothing is lost:
    :func:`whole` gives back what was given.

    Parameters
    ----------
    views : plain data as JSON has it; the order of keys in an object is kept.

    Examples
    --------
    >>> label = {"de": "Effizienz der Verwaltung", "en": "Efficiency of the administration"}
    >>> shared = SharedParts([{"goal": label, "n": n} for n in range(3)])
    >>> shared.views[2], len(shared.parts)
    ({'goal': {'$': 0}, 'n': 2}, 1)
    >>> whole(shared.views[2], shared.parts)["goal"] == label
    True
    """

    def __init__(self, views: Sequence[Mapping[str, Any]]) -> None:
        self._known: dict[Any, int] = {}
        self._nodes: list[Any] = []
        self._lengths: list[int] = []
        self._stands: list[int] = []
        roots = [self._number(view) for view in views]
        often = [number for number in range(len(self._stands)) if self._is_shared(number)]
        often.sort(key=lambda number: -self._stands[number])
        self._place = {number: place for place, number in enumerate(often)}
        #: The parts by the number in their reference; what stands in the most places has the shortest number.
        self.parts: list[Any] = [self._written(self._nodes[number]) for number in often]
        #: The views in their order, with numbers in the place of parts.
        self.views: list[Any] = [self._written(self._nodes[root]) for root in roots]

    def _number(self, part: Any) -> int:
        """The number of an object or list; equal ones have the same."""
        if isinstance(part, Mapping):
            part = _apart(part)
        below = part.values() if isinstance(part, Mapping) else part
        numbers = [self._number(item) if isinstance(item, Mapping | list | tuple) else None for item in below]
        items = tuple(
            (type(item), item) if number is None else number for item, number in zip(below, numbers, strict=True)
        )
        name = (tuple(part), items) if isinstance(part, Mapping) else items
        if (known := self._known.get(name)) is not None:
            return known
        inside = sum(
            len(json.dumps(item, ensure_ascii=False)) if number is None else self._lengths[number]
            for item, number in zip(below, numbers, strict=True)
        )
        names = sum(len(key) + 3 for key in part) if isinstance(part, Mapping) else 0
        self._known[name] = len(self._nodes)
        self._nodes.append((part, numbers))
        self._lengths.append(inside + names + len(items) + 1)
        self._stands.append(0)
        for number in numbers:
            if number is not None:
                self._stands[number] += 1
        return len(self._nodes) - 1

    def _written(self, node: tuple[Any, list[int | None]]) -> Any:
        part, numbers = node
        below = part.values() if isinstance(part, Mapping) else part
        items = [item if number is None else self._below(number) for item, number in zip(below, numbers, strict=True)]
        if not isinstance(part, Mapping):
            return items
        written, numbered = dict(zip(part, items, strict=True)), list[int]()
        beside: dict[str, Any] = {}
        for own in [written.pop(name) for name in part if isinstance(name, tuple)]:  # what belongs together
            numbered += _numbers(own.pop(NUMBER, []))
            beside |= own
        if not numbered:
            return {**beside, **written}
        return {NUMBER: numbered[0] if len(numbered) == 1 else numbered, **beside, **written}

    def _is_shared(self, number: int) -> bool:
        return self._stands[number] >= FEWEST and self._lengths[number] >= SHORTEST

    def _below(self, number: int) -> Any:
        return {NUMBER: self._place[number]} if number in self._place else self._written(self._nodes[number])


def whole(part: Any, parts: Sequence[Any]) -> Any:
    """A part with what every number in it stands for."""
    if isinstance(part, list):
        return [whole(item, parts) for item in part]
    if not isinstance(part, dict):
        return part
    found: dict[str, Any] = {}
    for number in _numbers(part.get(NUMBER, [])):
        shared = whole(parts[number], parts)
        if not isinstance(shared, dict):
            return shared
        found |= shared
    return found | {name: whole(item, parts) for name, item in part.items() if name != NUMBER}


def _numbers(given: Any) -> list[int]:
    return given if isinstance(given, list) else [given]


def _apart(part: Mapping[str, Any]) -> Mapping[Any, Any]:
    """The object with names that belong together as objects of their own, under names that no JSON has."""
    left, own = dict(part), {}
    for place, names in enumerate(TOGETHER):
        if left.keys() > set(names):
            own[NUMBER, place] = {name: left.pop(name) for name in names}
    return {**own, **left} if own else part


def read_view(path: Path) -> dict[str, Any]:
    """The whole view of one municipality from its JSON file on the site and the parts beside it."""
    view = json.loads(path.read_text(encoding="utf-8"))
    parts = json.loads((path.parent / view.pop(PARTS)).read_text(encoding="utf-8"))
    found: dict[str, Any] = whole(view, parts)
    return found
