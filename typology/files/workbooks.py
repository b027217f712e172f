"""Open XLSX, XLS and ODS through calamine, behind a guard: its Rust code loops or aborts on some damaged files."""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from typology.errors import FileFormatError
from typology.files.compound import MAGIC, compound_damage

# calamine reserves memory for the whole rectangle up to the last filled cell and aborts the process when there is
# none left: one value in the last cell of a sheet asks for 550 GB. A large survey has some 5 million cells.
MOST_CELLS = 40_000_000
MOST_BYTES = 2_000_000_000  # of one unpacked part
# A reference that lies further out than row 99,999 or column ZZ; nearer ones need no second look.
FAR = re.compile(rb"r=[\"'][A-Za-z]*+(?:(?<=[A-Za-z]{3})\d|\d{6})")
REFERENCE = re.compile(rb"\sr=[\"']([A-Za-z]*)(\d*)")
BLOCK = 1 << 20


class Workbook:
    """The sheets of one workbook.

    names : all sheets. visible : the worksheets that a reader sees (all sheets where the file does not say).
    """

    def __init__(self, raw: bytes, file: str) -> None:
        """Open the bytes of a workbook.

        Raises
        ------
        FileFormatError : password, damage, or a value so far out that no survey can be meant.
        """
        from python_calamine import CalamineWorkbook

        self._file = file
        damage = compound_damage(raw) if raw.startswith(MAGIC) else ""
        if damage:
            raise _broken(file, damage)
        if raw.startswith(MAGIC) and "EncryptedPackage".encode("utf-16-le") in raw:
            raise FileFormatError(_password(file))
        if raw.startswith(b"PK"):
            _check_parts(raw, file)
        with _sentences(file):
            if raw.startswith(MAGIC):  # only the ending .xls makes calamine say that a password is missing
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "t.xls"
                    path.write_bytes(raw)
                    self._book = CalamineWorkbook.from_path(path)
            else:
                self._book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
            self.names = list(self._book.sheet_names)
            shown = [
                item.name
                for item in self._book.sheets_metadata
                if str(item.visible).endswith(".Visible") and str(item.typ).endswith(".WorkSheet")
            ]
        self.visible = shown or self.names

    def sheet(self, name: str) -> Any:
        """calamine's sheet; reading it costs most of the time, so ask once.

        Raises
        ------
        FileFormatError : the sheet is damaged.
        """
        with _sentences(self._file):
            return self._book.get_sheet_by_name(name)


def sheet_rows(sheet: Any) -> list[list[Any]]:
    """All rows of a sheet from its first row and column on, all equally long."""
    return list(sheet.to_python(skip_empty_area=False))


@contextmanager
def _sentences(file: str) -> Iterator[None]:
    """Turn what calamine raises into one sentence."""
    from python_calamine import PasswordError

    try:
        with _without_panic_lines():
            yield
    except PasswordError:
        raise FileFormatError(_password(file)) from None
    except _breakages() as error:
        raise _broken(file, str(error).splitlines()[0] if str(error) else type(error).__name__) from None


def _breakages() -> tuple[type[BaseException], ...]:
    """All that calamine raises on a damaged file.

    A failure inside its Rust code arrives as ``PanicException``, a class that has no importable name and may come
    into being only with the first failure.
    """
    from python_calamine import CalamineError

    panics = tuple(kind for kind in BaseException.__subclasses__() if kind.__name__ == "PanicException")
    return (CalamineError, OSError, *panics)


@contextmanager
def _without_panic_lines() -> Iterator[None]:
    """Keep the lines that Rust itself writes about a panic out of the error output; all else passes through.

    They go to file descriptor 2 past ``sys.stderr``, and the exception says the same.
    """
    if sys.__stderr__ is None:  # a program without a console
        yield
        return
    with tempfile.TemporaryFile() as held:
        sys.__stderr__.flush()
        before = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
            held.seek(0)
            text = re.sub(rb"\n?thread '[^\n]*' [^\n]*panicked at .*", b"", held.read(), flags=re.DOTALL)
            if text:
                os.write(2, text)


def _check_parts(raw: bytes, file: str) -> None:
    """Refuse a packed workbook that calamine would not survive.

    Raises
    ------
    FileFormatError : damaged, or reaching too far.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for part in archive.infolist():
                name = part.filename.lower()
                if not name.endswith(".xml") or name.endswith(("sharedstrings.xml", "styles.xml")):
                    continue
                if part.file_size > MOST_BYTES:
                    raise _broken(file, f"der Teil {part.filename} wäre entpackt {part.file_size:,} Bytes groß")
                if name == "content.xml":
                    rows, columns = _reach_of_content(archive.read(part))
                else:
                    rows, columns = _reach_of_sheet(archive.read(part)) if _reaches_far(archive, part) else (0, 0)
                if rows * columns > MOST_CELLS:
                    raise FileFormatError(
                        f"Die Datei {file} enthält einen Wert weit außerhalb der Tabelle (sie reichte bis Zeile "
                        f"{rows}, Spalte {columns}); bitte ihn löschen oder als CSV speichern."
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, LookupError) as error:
        raise _broken(file, str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    except RuntimeError:  # zipfile says so of a part with a password
        raise FileFormatError(_password(file)) from None
    except expat.ExpatError as error:
        raise _broken(file, f"content.xml ist kein lesbares XML, {error}") from None


def _reaches_far(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a sheet has a reference that lies far out."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            block = rest + block
            if FAR.search(block):
                return True
            rest = block[-40:]
    return False


def _reach_of_sheet(part: bytes) -> tuple[int, int]:
    """The last row and column of an XLSX sheet."""
    references = set(REFERENCE.findall(part))
    rows = {int(number[:12] or b"0") for _, number in references}
    columns = {_column_number(letters.upper()) for letters in {letters for letters, _ in references}}
    return max(rows, default=0), max(columns, default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for sign in letters[:8]:
        number = 26 * number + sign - 64
    return number


def _reach_of_content(part: bytes) -> tuple[int, int]:
    """The last filled row and column of any table of an OpenDocument; calamine never ends on one that is cut off."""
    reach = [0, 0]
    row = column = filled = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, filled
        if name == "table:table":
            row = 0
        elif name == "table:table-row":
            row += int(attributes.get("table:number-rows-repeated", "1"))
            column = filled = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            column += int(attributes.get("table:number-columns-repeated", "1"))
            if any(key.startswith("office:") for key in attributes):
                filled = column

    def end(name: str) -> None:
        if name == "table:table-row" and filled:
            reach[0], reach[1] = max(reach[0], row), max(reach[1], filled)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.Parse(part, True)
    return reach[0], reach[1]


def _no_doctype(*_: object) -> None:
    raise ValueError("content.xml enthält eine Dokumenttyp-Deklaration")


def _broken(file: str, reason: str) -> FileFormatError:
    return FileFormatError(f"Die Datei {file} ist beschädigt, abgeschnitten oder keine Tabellendatei ({reason}).")


def _password(file: str) -> str:
    return f"Die Datei {file} ist mit einem Kennwort geschützt; bitte ohne Kennwort speichern."
