"""The places of a codebook that only the researcher can fill, as drafts and templates mark them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from typology.content.reading import read_lines, read_yaml
from typology.errors import CodebookError, Findings, Problem
from typology.writing import Said

OPEN = "TODO"
#: Kind of the findings that name an open place.
KIND = "offen"
MARK = re.compile(rf"\b{OPEN}(?:\b|_)")
#: Texts that are printed and decide nothing about reading; every other place refuses the survey while it is open.
PRINTED = re.compile(r"survey\..*|goals\.question\..*")
#: Of the files in ``content/`` everything is printed.
WORDS = re.compile(r".*")
#: Reasons are names: the answers can be read while one of them is open.
REASON = re.compile(r"missing\.codes\..*|goals\.missing\..*")


def is_open(text: object) -> bool:
    """Whether a text is marked as still to be filled in.

    >>> is_open("TODO title"), is_open("TODO_grund"), is_open("todos")
    (True, True, False)
    """
    return isinstance(text, str) and bool(MARK.search(text))


def open_places(
    data: object,
    file: str = "codebook.yaml",
    lines: Mapping[str, int] | None = None,
    *,
    printed: re.Pattern[str] = PRINTED,
) -> list[Problem]:
    """A finding for every text that is marked ``TODO``; its column is the path inside the file, its row the line.

    A place that matches ``printed`` (title, source, dates, wording) is a warning, every other one an error. The names
    of columns under ``drop`` are those of the survey tool and never open.

    >>> [place.column for place in open_places({"survey": {"key": "a", "title": {"de": "TODO Titel"}}})]
    ['survey.title.de']
    """
    found = Findings(file)
    seen: set[int] = set()

    def note(text: str, place: str) -> None:
        row = (lines or {}).get(place)
        if printed.fullmatch(place):
            found.warning(KIND, Said("survey.open_place"), row=row, column=place, value=text)
        else:
            found.error(KIND, Said("survey.open_place_decides"), row=row, column=place, value=text)

    def look(value: object, place: str) -> None:
        if isinstance(value, (dict, list, tuple)):
            if id(value) in seen or place == "drop":  # a part that is named twice is told once
                return
            seen.add(id(value))
        if isinstance(value, dict):
            for name, part in value.items():
                inner = f"{place}.{name}".strip(".")
                if is_open(name):
                    note(str(name), inner)
                look(part, inner)
        elif isinstance(value, (list, tuple)):
            for number, part in enumerate(value):
                look(part, f"{place}.{number}")
        elif is_open(value):
            note(str(value), place)

    look(data, "")
    return found.problems


def open_places_in(path: Path, *, printed: re.Pattern[str] = PRINTED) -> list[Problem]:
    """The open places of a YAML file, each with its line.

    Raises
    ------
    ContentError : the file is missing, no UTF-8, or no YAML.
    """
    data = read_yaml(path)
    return open_places(data, path.name, read_lines(path), printed=printed) if open_places(data) else []


def refuse_open(problems: Iterable[Problem]) -> None:
    """Nothing marked as open reaches an output: refuse while findings name open places.

    Raises
    ------
    CodebookError : with every open place.
    """
    places = [problem for problem in problems if problem.kind == KIND]
    if places:
        raise CodebookError(Said("survey.still_open", n=len(places)), places)
