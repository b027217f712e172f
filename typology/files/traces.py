"""Whether a file of any kind still holds a word: as text in UTF-8 or UTF-16, or packed."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PART = 1 << 20
MOST = 1 << 30
"""More bytes than this are not unpacked of one file: an archive can be made to grow without end."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


class Closed(Exception):
    """A packed file that cannot be opened: nobody knows what it holds."""


def holds(path: Path, word: str) -> bool:
    """Whether a file holds a word, itself or in what is packed in it (gzip, and archives such as xlsx, ods, docx).

    Raises
    ------
    Closed : it is packed and damaged, locked, or grows beyond ``MOST``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "alt.csv.gz"
    ...     path.write_bytes(gzip.compress("Schlüssel;90052002".encode("utf-16"))) > 0, holds(path, "90052002")
    (True, True)
    """
    found = [word.encode(encoding) for encoding in ENCODINGS]
    try:
        return any(any(one in part for one in found) for part in _parts(path, max(map(len, found)) - 1))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, gzip.BadGzipFile) as error:
        raise Closed(path.name) from error


def _parts(path: Path, overlap: int) -> Iterator[bytes]:
    """What the file holds, piece by piece, each with the end of the one before."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield from _pieces(file, overlap)
    if packed:
        with gzip.open(path) as unpacked:
            yield from _pieces(unpacked, overlap)  # type: ignore[arg-type]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                yield entry.filename.encode()
                with archive.open(entry) as member:
                    yield from _pieces(member, overlap)  # type: ignore[arg-type]


def _pieces(file: BinaryIO, overlap: int) -> Iterator[bytes]:
    before, read = b"", 0
    while part := file.read(PART):
        if (read := read + len(part)) > MOST:
            raise EOFError
        yield before + part
        before = part[-overlap:]
