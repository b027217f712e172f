"""The places of a codebook that only the researcher can fill, as drafts and templates mark them."""

from __future__ import annotations

from typology.errors import Findings, Problem
from typology.writing import Said

OPEN = "TODO"


def open_places(data: object, file: str = "codebook.yaml") -> list[Problem]:
    """A warning for every text that begins with ``TODO``; its column is the path inside the file.

    >>> [place.column for place in open_places({"survey": {"key": "a", "title": {"de": "TODO Titel"}}})]
    ['survey.title.de']
    """
    found = Findings(file)

    def look(value: object, place: str) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                look(part, f"{place}.{name}".strip("."))
        elif isinstance(value, (list, tuple)):
            for number, part in enumerate(value):
                look(part, f"{place}.{number}")
        elif isinstance(value, str) and value.startswith(OPEN):
            found.warning("offen", Said("survey.open_place"), column=place, value=value)

    look(data, "")
    return found.problems
