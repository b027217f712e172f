"""Read any file a survey tool hands over into one table of text.

What a file is, is decided by its first bytes and must agree with its ending; a file that claims to be something
else is refused by name, never guessed at.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

from typology.errors import FileFormatError
from typology.files.labelled import read_labelled
from typology.files.spreadsheet import read_spreadsheet
from typology.files.table import Table
from typology.files.text import read_delimited

TEXT = (".csv", ".txt", ".tsv", ".tab", ".dat", ".ssv", ".asc")
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
LABELLED = (".sav", ".zsav", ".dta")
# First bytes → what such a file is called, and the endings under which it is accepted.
SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"PK\x03\x04", "eine Excel-, OpenDocument- oder ZIP-Datei", (".xlsx", ".xlsm", ".ods")),
    (b"PK\x05\x06", "eine leere ZIP-Datei", ()),
    (
        b"\xd0\xcf\x11\xe0",
        "eine ältere Excel-Datei (.xls) oder eine mit Kennwort geschützte Datei",
        (".xls", ".xlsx", ".xlsm"),
    ),
    (b"$FL2", "eine SPSS-Datei", (".sav", ".zsav")),
    (b"$FL3", "eine SPSS-Datei", (".sav", ".zsav")),
    (b"<stata_dta>", "eine Stata-Datei", (".dta",)),
    (b"%PDF", "eine PDF-Datei", ()),
    (b"\x1f\x8b", "eine gepackte Datei (gzip)", ()),
    (b"7z\xbc\xaf", "eine gepackte Datei (7-Zip)", ()),
    (b"Rar!", "eine gepackte Datei (RAR)", ()),
    (b"\x89PNG", "ein Bild", ()),
    (b"\xff\xd8\xff", "ein Bild", ()),
    (b"{\\rtf", "ein Textdokument (RTF)", ()),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")
# Endings of files that hold a survey all the same, and how to get a readable one out of the tool.
OTHER_TOOLS = {
    ".lsa": "ein Archiv von LimeSurvey; bitte dort die Antworten als CSV und die Struktur als .lss exportieren",
    ".lsr": "eine Antwortdatei für LimeSurvey selbst; bitte dort die Antworten als CSV exportieren",
    ".lss": "eine Struktur von LimeSurvey ohne Antworten; sie gehört im Codebuch unter files.structure",
    ".sps": "eine SPSS-Syntax ohne Antworten; sie gehört im Codebuch unter files.structure",
    ".por": "eine portable SPSS-Datei; bitte in SPSS oder PSPP als .sav speichern",
    ".sas7bdat": "eine SAS-Datei; bitte als CSV, .sav oder .dta ausgeben",
    ".xpt": "eine SAS-Transportdatei; bitte als CSV, .sav oder .dta ausgeben",
    ".xlsb": "eine binäre Excel-Datei; bitte als .xlsx speichern",
    ".numbers": "eine Numbers-Datei; bitte als CSV oder .xlsx ausgeben",
    ".rds": "eine R-Datei; bitte als CSV ausgeben",
    ".rdata": "eine R-Datei; bitte als CSV ausgeben",
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
        if not stat.S_ISDIR(mode := path.stat().st_mode) and not stat.S_ISREG(mode):
            raise FileFormatError(f"{path.name} ist keine gewöhnliche Datei.")  # a pipe may never end
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileFormatError(f"Die Datei {path.name} fehlt im Ordner {path.parent.name or '.'}.") from None
    except IsADirectoryError:
        raise FileFormatError(f"{path.name} ist ein Ordner, keine Datei.") from None
    except PermissionError:
        raise FileFormatError(f"Die Datei {path.name} darf nicht gelesen werden.") from None
    except OSError as error:
        raise FileFormatError(f"Die Datei {path.name} lässt sich nicht öffnen ({error.strerror}).") from None
    if not raw:
        raise FileFormatError(f"Die Datei {path.name} ist leer.")
    return raw


def _check_signature(raw: bytes, file: str, ending: str) -> None:
    """Refuse a file whose first bytes and ending disagree."""
    known = (*TEXT, *SPREADSHEETS, *LABELLED)
    if ending in OTHER_TOOLS:
        raise FileFormatError(f"Die Datei {file} ist {OTHER_TOOLS[ending]}.")
    for start, name, endings in SIGNATURES:
        if raw.startswith(start):
            if ending in endings:
                return
            if start == b"PK\x03\x04" and ending not in known:
                raise FileFormatError(_archive(raw, file))
            advice = f"bitte mit der Endung {endings[0]} speichern" if endings else "bitte als CSV oder XLSX speichern"
            raise FileFormatError(f"Die Datei {file} ist in Wahrheit {name}; {advice}.")
    if ending not in known:
        raise FileFormatError(f"Die Endung von {file} ist nicht vorgesehen; lesbar sind: {', '.join(known)}.")
    if raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        raise FileFormatError(
            f"Die Datei {file} ist in Wahrheit eine HTML- oder XML-Seite; bitte als CSV oder XLSX speichern."
        )
    if ending == ".dta" and raw[0] in OLD_STATA:
        return
    if ending == ".xls" and raw[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"):
        return
    if ending not in TEXT:
        kind = {".sav": "SPSS", ".zsav": "SPSS", ".dta": "Stata", ".ods": "OpenDocument"}.get(ending, "Excel")
        raise FileFormatError(
            f"Die Datei {file} heißt zwar {ending}, ist aber keine {kind}-Datei; bitte neu exportieren "
            "oder, wenn sie Text enthält, mit der Endung .csv speichern."
        )


def _archive(raw: bytes, file: str) -> str:
    """What a packed file with another ending is, told by what lies in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return f"Die Datei {file} ist ein beschädigtes oder abgeschnittenes Archiv."
    if any(name.startswith("xl/") for name in names):
        return f"Die Datei {file} ist in Wahrheit eine Excel-Datei; bitte mit der Endung .xlsx speichern."
    if "mimetype" in names and "content.xml" in names:
        return f"Die Datei {file} ist in Wahrheit eine OpenDocument-Datei; bitte mit der Endung .ods speichern."
    inside = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
    return f"Die Datei {file} ist in Wahrheit ein ZIP-Archiv (darin: {inside or 'nichts'}); bitte entpacken."
