"""The few ways things go wrong, each carrying the table of problems found."""

from __future__ import annotations

import copy
import difflib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self, TypedDict, Unpack

from typology.writing import Language, Said, in_language, message, program_language


class Severity(StrEnum):
    """How much a finding weighs, worst first: an error forbids the use, a warning wants an eye, a note only tells."""

    ERROR = "fehler"
    WARNING = "warnung"
    NOTE = "hinweis"


@dataclass(frozen=True)
class Problem:
    """One finding at the door: where it is, what was found, what must hold.

    ``row`` counts as the file is seen in a spreadsheet: the heading is row 1.
    Empty text means that the finding has no such location.
    """

    severity: Severity
    kind: str
    message: str
    file: str = ""
    row: int | None = None
    key: str = ""
    column: str = ""
    value: str = ""
    expected: str = ""

    def line(self, language: Language | None = None) -> str:
        """The finding as one line of plain text, in the language of the program or another."""
        spoken = language or program_language()
        text, place = in_language(self.message, spoken), self.place(spoken)
        return f"{place}: {text}{self.particulars(spoken)}" if place else text + self.particulars(spoken)

    def place(self, language: Language) -> str:
        """File, row, key and column as far as they are known."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(message("errors.row", language, row=self.row))
        if self.key:
            parts.append(message("errors.key", language, key=self.key))
        if self.column:
            parts.append(message("errors.column", language, column=self.column))
        return ", ".join(parts)

    def particulars(self, language: Language) -> str:
        """What was found there and what must hold, as far as it is known; empty, or beginning with a blank."""
        text = message("errors.found", language, value=self.value) if self.value else ""
        return text + (message("errors.expected", language, expected=self.expected) if self.expected else "")


class Place(TypedDict, total=False):
    """Where a finding is inside its file, what stands there and what must; see :class:`Problem`."""

    row: int | None
    key: str
    column: str
    value: str
    expected: str


class Findings:
    """Collects what is found on the way, so that all of it is said at once.

    ``file`` is the file of which the findings speak; :meth:`at` gives the same collection for another file.

    >>> found = Findings("answers.csv")
    >>> found.error("wert", "keine Zahl", row=3, column="Einwohner", value="viele")
    >>> found.at("codebook.yaml").note("spalte", "wird nicht gelesen", column="Bemerkung")
    >>> found.failed
    True
    >>> for problem in found:
    ...     print(problem.line())
    answers.csv, Zeile 3, Spalte Einwohner: keine Zahl (gefunden: 'viele')
    codebook.yaml, Spalte Bemerkung: wird nicht gelesen
    """

    def __init__(self, file: str = "", problems: Iterable[Problem] = ()) -> None:
        self.file = file
        self.problems: list[Problem] = list(problems)

    def at(self, file: str) -> Self:
        """The same collection, speaking of another file."""
        other = copy.copy(self)
        other.file = file
        return other

    def error(self, kind: str, message: str, **place: Unpack[Place]) -> None:
        """Something that forbids the use."""
        self.problems.append(Problem(Severity.ERROR, kind, message, self.file, **place))

    def warning(self, kind: str, message: str, **place: Unpack[Place]) -> None:
        """Something that a person should look at."""
        self.problems.append(Problem(Severity.WARNING, kind, message, self.file, **place))

    def note(self, kind: str, message: str, **place: Unpack[Place]) -> None:
        """Something that was done and is worth knowing."""
        self.problems.append(Problem(Severity.NOTE, kind, message, self.file, **place))

    def add(self, problems: Iterable[Problem]) -> None:
        """Take over what was found elsewhere, as it is."""
        self.problems.extend(problems)

    def of(self, severity: Severity) -> list[Problem]:
        """The findings of one severity, in the order found."""
        return [problem for problem in self.problems if problem.severity == severity]

    @property
    def errors(self) -> list[Problem]:
        """What forbids the use, in the order found."""
        return self.of(Severity.ERROR)

    @property
    def failed(self) -> bool:
        """Whether anything forbids the use."""
        return any(problem.severity == Severity.ERROR for problem in self.problems)

    def raise_if_failed(
        self, error_class: type[TypologyError], key: str, /, *, most: int | None = None, **values: object
    ) -> None:
        """Raise the message of that key with the errors (the first ``most`` of them) if there are any.

        ``{n}`` in the message stands for how many there are, ``{file}`` for the file, ``{most}`` for the limit, others
        for ``values``.
        """
        errors = self.errors
        if errors:
            place = {"n": len(errors), "file": self.file, "most": most}
            raise error_class(Said(key, **place | values), errors[:most])

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)


def nearest(word: str, words: Iterable[str], n: int = 3) -> list[str]:
    """The most similar words, best first, upper and lower case aside: what somebody may have meant.

    >>> nearest("goalz", ["goals", "blocks", "survey"])
    ['goals']
    """
    by_fold: dict[str, str] = {}
    for item in words:
        by_fold.setdefault(item.casefold(), item)
    return [by_fold[hit] for hit in difflib.get_close_matches(word.casefold(), list(by_fold), n=n, cutoff=0.6)]


#: What the operating system reports most → the message that says it.
SYSTEM_MESSAGES = {
    errno.ENOENT: "errors.system_not_found",
    errno.EACCES: "errors.system_no_permission",
    errno.EPERM: "errors.system_no_permission",
    errno.EROFS: "errors.system_read_only",
    errno.EISDIR: "errors.system_is_folder",
    errno.ENOTDIR: "errors.system_no_folder",
    errno.EEXIST: "errors.system_exists",
    errno.ENOTEMPTY: "errors.system_not_empty",
    errno.ENOSPC: "errors.system_full",
    errno.EBUSY: "errors.system_in_use",
    errno.ETXTBSY: "errors.system_in_use",
    errno.EADDRINUSE: "errors.system_address_in_use",
    errno.ENAMETOOLONG: "errors.system_name_too_long",
    errno.ELOOP: "errors.system_links_in_circle",
    errno.EMFILE: "errors.system_too_many_open",
    errno.ENFILE: "errors.system_too_many_open",
    errno.ENODEV: "errors.system_not_regular",
    errno.EFBIG: "errors.system_too_large",
}
OPEN_ELSEWHERE = (32, 33)  # of Windows: another program shares the file with nobody, or has locked a part of it


def system_message(error: OSError) -> Said:
    """What the operating system reports of a file, in a few words without a full stop.

    >>> system_message(FileNotFoundError(2, "No such file or directory")).of("en")
    'not found'
    """
    if getattr(error, "winerror", None) in OPEN_ELSEWHERE:
        return Said("errors.system_in_use")
    key = SYSTEM_MESSAGES.get(error.errno or 0)
    if key:
        return Said(key)
    return Said("errors.system_other", name=errno.errorcode.get(error.errno or 0, type(error).__name__))


MOST_BYTES = 500_000_000
"""No file of a survey is larger; 11,000 answers to 400 questions are 20 MB as text."""


def file_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of an ordinary file; a pipe or a device, which may never end, and a giant are not opened.

    Raises
    ------
    OSError : it is none, too large, or cannot be opened; :func:`system_message` says why.
    """
    try:
        found = path.stat()
    except ValueError:  # a name with a sign that no name can have
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    if found.st_size > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_bytes()


class TypologyError(Exception):
    """Base of every error this library raises on purpose.

    Parameters
    ----------
    message : one sentence that says what must hold and what to try.
    problems : the findings behind it; empty when the sentence says it all.

    Examples
    --------
    >>> try:
    ...     study.find("Nirgendwo")
    ... except typology.TypologyError as error:
    ...     print(error.message)
    'Nirgendwo' hat an dieser Befragung nicht teilgenommen oder ist anders geschrieben.
    """

    exit_code = 2

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(self.lines()))

    def __reduce__(self) -> tuple[object, ...]:
        """Message and findings stay what they are when an error comes from another process."""
        return type(self), (self.message, self.problems)

    def lines(self, language: Language | None = None) -> list[str]:
        """The sentence and its findings in the language of the program, or another."""
        spoken = language or program_language()
        return [in_language(self.message, spoken), *("  " + problem.line(spoken) for problem in self.problems)]


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
