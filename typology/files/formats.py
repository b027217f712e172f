"""Read any file a survey tool hands over into one table of text.

What a file is, is decided by its first bytes and must agree with its ending; a file that claims to be something
else is refused by name, never guessed at.
"""

from __future__ import annotations

import errno
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from typology.errors import FileFormatError, file_bytes, system_message
from typology.files.labelled import read_labelled
from typology.files.spreadsheet import read_spreadsheet
from typology.files.table import Table
from typology.files.text import read_delimited, with_double_quotes
from typology.writing import Said

TEXT = (".csv", ".txt", ".tsv", ".tab", ".dat", ".ssv", ".asc")
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
LABELLED = (".sav", ".zsav", ".dta")
# First bytes → the message that names such a file, and the endings under which it is accepted.
SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"PK\x03\x04", "files.kind_packed", (".xlsx", ".xlsm", ".ods")),
    (b"PK\x05\x06", "files.kind_empty_zip", ()),
    (b"\xd0\xcf\x11\xe0", "files.kind_old_excel", (".xls", ".xlsx", ".xlsm")),
    (b"$FL2", "files.kind_spss", (".sav", ".zsav")),
    (b"$FL3", "files.kind_spss", (".sav", ".zsav")),
    (b"<stata_dta>", "files.kind_stata", (".dta",)),
    (b"%PDF", "files.kind_pdf", ()),
    (b"\x1f\x8b", "files.kind_gzip", ()),
    (b"7z\xbc\xaf", "files.kind_7zip", ()),
    (b"Rar!", "files.kind_rar", ()),
    (b"\x89PNG", "files.kind_picture", ()),
    (b"\xff\xd8\xff", "files.kind_picture", ()),
    (b"{\\rtf", "files.kind_rtf", ()),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")
# Endings of files that hold a survey all the same → how to get a readable one out of the tool.
OTHER_TOOLS = {
    ".lsa": "files.tool_lsa",
    ".lsr": "files.tool_lsr",
    ".lss": "files.tool_lss",
    ".sps": "files.tool_sps",
    ".por": "files.tool_por",
    ".sas7bdat": "files.tool_sas",
    ".xpt": "files.tool_sas_transport",
    ".xlsb": "files.tool_xlsb",
    ".numbers": "files.tool_numbers",
    ".rds": "files.tool_r",
    ".rdata": "files.tool_r",
}
OLD_STATA = range(0x69, 0x74)


def read_table(
    path: str | Path,
    *,
    sheet: str = "",
    skip_rows: int = 0,
    header_rows: int = 1,
    delimiter: str = "auto",
    encoding: str = "auto",
    names: Sequence[str] = (),
    quote: str = '"',
) -> Table:
    """Read a CSV, XLSX, XLS, ODS, SPSS or Stata file as text.

    Parameters
    ----------
    sheet : name of the sheet; empty takes the first visible one that holds something.
    skip_rows : title rows above the heading.
    header_rows : rows of the heading; with several, the one that names every column counts.
    names : the headings of a delimited file that has none (``header_rows=0``).
    delimiter : ``auto``, ``;``, ``,`` or ``tab``.
    encoding : ``auto`` (byte-order mark, strict UTF-8, Windows-1252) or the name of one.
    quote : the sign around a text that holds the delimiter; tools for statistics also write ``'``.

    Returns
    -------
    Table : all cells text, index the row number as shown in a spreadsheet.

    Raises
    ------
    FileFormatError : one sentence that says what is wrong with the file.
    """
    path = Path(path)
    raw = _load(path)
    ending = path.suffix.lower()
    _check_signature(raw, path.name, ending)
    if ending in SPREADSHEETS:
        return read_spreadsheet(raw, path.name, sheet=sheet, skip_rows=skip_rows, header_rows=header_rows)
    if ending in LABELLED:
        return read_labelled(raw, path.name, "dta" if ending == ".dta" else "sav")
    if quote != '"':
        raw = with_double_quotes(raw, path.name, delimiter, encoding, quote)
    return read_delimited(
        raw,
        path.name,
        skip_rows=skip_rows,
        header_rows=header_rows,
        delimiter=delimiter,
        encoding=encoding,
        names=names,
    )


def _load(path: Path) -> bytes:
    try:
        raw = file_bytes(path)
    except FileNotFoundError:
        folder = path.absolute().parent.name or "/"
        raise FileFormatError(Said("files.not_in_folder", file=path.name, folder=folder)) from None
    except IsADirectoryError:
        raise FileFormatError(Said("files.is_folder", file=path.name)) from None
    except PermissionError:
        raise FileFormatError(Said("files.no_permission", file=path.name)) from None
    except OSError as error:
        if error.errno == errno.ENODEV:
            raise FileFormatError(Said("files.not_regular", file=path.name)) from None
        raise FileFormatError(Said("files.cannot_open", file=path.name, why=system_message(error))) from None
    if not raw:
        raise FileFormatError(Said("files.empty", file=path.name))
    return raw


def _check_signature(raw: bytes, file: str, ending: str) -> None:
    """Refuse a file whose first bytes and ending disagree."""
    known = (*TEXT, *SPREADSHEETS, *LABELLED)
    if ending in OTHER_TOOLS:
        raise FileFormatError(Said(OTHER_TOOLS[ending], file=file))
    for start, name, endings in SIGNATURES:
        if raw.startswith(start):
            if ending in endings:
                return
            if start == b"PK\x03\x04" and ending not in known:
                raise FileFormatError(_archive(raw, file))
            if endings:
                raise FileFormatError(Said("files.is_rather_ending", file=file, kind=Said(name), ending=endings[0]))
            raise FileFormatError(Said("files.is_rather", file=file, kind=Said(name)))
    if ending not in known:
        raise FileFormatError(Said("files.unknown_ending", file=file, endings=", ".join(known)))
    if raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        raise FileFormatError(Said("files.is_rather", file=file, kind=Said("files.kind_markup")))
    if ending == ".dta" and raw[0] in OLD_STATA:
        return
    if ending == ".xls" and raw[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"):
        return
    if ending not in TEXT:
        kind = {".sav": "SPSS", ".zsav": "SPSS", ".dta": "Stata", ".ods": "OpenDocument"}.get(ending, "Excel")
        raise FileFormatError(Said("files.not_its_ending", file=file, ending=ending, kind=kind))


def _archive(raw: bytes, file: str) -> Said:
    """What a packed file with another ending is, told by what lies in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return Said("files.damaged_archive", file=file)
    if any(name.startswith("xl/") for name in names):
        return Said("files.is_rather_excel", file=file)
    if "mimetype" in names and "content.xml" in names:
        return Said("files.is_rather_opendocument", file=file)
    inside = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
    return Said("files.is_rather_zip", file=file, inside=inside or Said("files.nothing"))
