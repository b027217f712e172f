"""Which format of a file this program reads, and what to do about a file of another.

A file says its format as ``name/number``. The number rises when an older program would misread the file; what is only
added does not raise it.
"""

from __future__ import annotations

from typology.errors import TypologyError
from typology.writing import Said

RUN_AGAIN = "file_format.run_again"
UNMARKED = "file_format.unmarked"


def check_format(found: object, reads: str, file: str, error_class: type[TypologyError], older: str) -> None:
    """Refuse a file of another format than ``reads``, and say the way out.

    Parameters
    ----------
    found : what the file says of itself.
    reads : the format that this program reads, for example ``typology/1``.
    older : the message that says what to do about a file that no newer program wrote.

    Raises
    ------
    error_class : the file is newer than this program, older, or of no format that is known.

    Examples
    --------
    >>> from typology.errors import StudyError
    >>> check_format("typology/1", "typology/1", "types.json", StudyError, RUN_AGAIN)
    >>> check_format("typology/2", "typology/1", "types.json", StudyError, RUN_AGAIN)
    Traceback (most recent call last):
    typology.errors.StudyError: types.json hat das Format 'typology/2'; dieses Programm liest 'typology/1'. ...
    """
    if found == reads:
        return
    way_out = Said("file_format.newer") if _newer(found, reads) else Said(older, reads=reads)
    raise error_class(Said("file_format.other", file=file, found=found, reads=reads, way_out=way_out))


def _newer(found: object, reads: str) -> bool:
    """Whether this is the same kind of file with a higher number."""
    name, _, number = reads.partition("/")
    kind, _, other = str(found).partition("/")
    return kind == name and other.isascii() and other.isdigit() and int(other) > int(number)
