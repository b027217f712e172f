"""The places of a codebook that only the researcher can fill, as drafts and templates mark them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from typology.content.reading import OPEN_PLACE, is_open, read_lines, read_yaml
from typology.content.site import WEBSITE
from typology.errors import CodebookError, ContentError, FileFormatError, Findings, Problem
from typology.files.text import decode
from typology.writing import Said

#: Kind of the findings that name an open place, and of those that the pages of the site leave out.
KIND, KIND_OF_SITE = "offen", "offen_website"
MOST_SHOWN = 70  # signs of a statement from its mark on
#: Texts that are printed and decide nothing about reading; every other place refuses the survey while it is open.
PRINTED = re.compile(r"survey\..*|goals\.question\..*")
#: Of the files in ``content/`` everything is printed.
WORDS = re.compile(r".*")
#: Reasons are names: the answers can be read while one of them is open.
REASON = re.compile(r"missing\.codes\..*|goals\.missing\..*")


def open_places(
    data: object,
    file: str = "codebook.yaml",
    lines: Mapping[str, int] | None = None,
    *,
    printed: re.Pattern[str] = PRINTED,
) -> list[Problem]:
    """A finding for every text that is marked as open; its column is the path inside the file, its row the line.

    A place that matches ``printed`` (title, source, dates, wording) is a warning, every other one an error; what the
    publisher of the site has to say of itself is one of another kind, as the rest can be computed without. The names
    of columns under ``drop`` are those of the survey tool and never open.

    >>> [place.column for place in open_places({"survey": {"key": "a", "title": {"de": "TODO Titel"}}})]
    ['survey.title.de']
    """
    found = Findings(file)
    seen: set[int] = set()

    def note(text: str, place: str) -> None:
        row = (lines or {}).get(place)
        if file == WEBSITE:
            mark = OPEN_PLACE.search(text)
            value = text[mark.start() if mark else 0 :][:MOST_SHOWN]
            found.note(KIND_OF_SITE, Said("survey.open_place_of_site"), row=row, column=place, value=value)
        elif printed.fullmatch(place):
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


def open_beside(folder: Path) -> list[Problem]:
    """The open places of the files that a study reads beside the survey: wishes, and competences of municipalities.

    They are warnings, as the answers can be read without them; so is a file of them that cannot be read at all.
    """
    found: list[Problem] = []
    for path in [*folder.glob("wishes.yaml"), *sorted((folder / "competences").glob("*.csv"))]:
        try:
            found += open_places_in(path, printed=WORDS) if path.suffix == ".yaml" else _open_lines(path)
        except (ContentError, FileFormatError) as error:
            unread = Findings(path.name)
            unread.warning("datei", error.message)
            found += unread
    return found


def _open_lines(path: Path) -> list[Problem]:
    """The lines of a text table that hold a mark."""
    found = Findings(path.name)
    text, _, _ = decode(path.read_bytes(), path.name)
    for row, line in enumerate(text.splitlines(), start=1):
        if is_open(line):
            found.warning(KIND, Said("survey.open_place"), row=row, value=line.strip())
    return found.problems


def refuse_open(problems: Iterable[Problem]) -> None:
    """Nothing marked as open reaches an output: refuse while findings name open places.

    Raises
    ------
    CodebookError : with every open place.
    """
    places = [problem for problem in problems if problem.kind == KIND]
    if places:
        raise CodebookError(Said("survey.still_open", n=len(places)), places)
