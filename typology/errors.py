"""The few ways things go wrong, each carrying the table of problems found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SEVERITIES = ("fehler", "warnung", "hinweis")


@dataclass(frozen=True)
class Problem:
    """One finding at the door: where it is, what was found, what must hold.

    ``row`` counts as the file is seen in a spreadsheet: the heading is row 1.
    Empty text means that the finding has no such location.
    """

    severity: str
    kind: str
    message: str
    file: str = ""
    row: int | None = None
    key: str = ""
    column: str = ""
    value: str = ""
    expected: str = ""

    def line(self) -> str:
        """The finding as one line of plain text."""
        place = [self.file] if self.file else []
        if self.row is not None:
            place.append(f"Zeile {self.row}")
        if self.key:
            place.append(f"Schlüssel {self.key}")
        if self.column:
            place.append(f"Spalte {self.column}")
        text = self.message
        if self.value:
            text += f" (gefunden: {self.value!r})"
        if self.expected:
            text += f" – erwartet: {self.expected}"
        return f"{', '.join(place)}: {text}" if place else text


class TypologyError(Exception):
    """Base of every error this library raises on purpose.

    Parameters
    ----------
    message : one sentence that says what must hold and what to try.
    problems : the findings behind it; empty when the sentence says it all.
    """

    exit_code = 2

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = [message, *("  " + problem.line() for problem in self.problems)]
        super().__init__("\n".join(lines))


class FileFormatError(TypologyError):
    """A file cannot be read as what it claims to be."""


class CodebookError(TypologyError):
    """The codebook is wrong, or does not fit the file."""


class ResponseError(TypologyError):
    """The answers break a rule that the codebook declares."""


class RegisterError(TypologyError):
    """The register cannot be read, or a key or name is not in it."""


class ContentError(TypologyError):
    """A file of words or offers (types, goals, trainings …) is wrong."""


class EstimationError(TypologyError):
    """The answers cannot carry the model that was asked for."""


class MatchingError(TypologyError):
    """Wishes or groups that cannot be met."""


class PublishingError(TypologyError):
    """A page, sheet or table cannot be made, or must not be published."""


class StudyError(TypologyError):
    """A processed study is missing, incomplete or of another version."""
