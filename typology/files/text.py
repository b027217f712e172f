"""Read delimited text: encoding by a fixed ladder, delimiter by counting, nothing guessed."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from typology.errors import FileFormatError, Findings, Problem
from typology.files.table import Table, build_table
from typology.writing import Said

DELIMITERS = {";": "files.semicolon", "\t": "files.tabulator", ",": "files.comma"}
# Longest first: the mark of UTF-32 begins with the mark of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16", "latin-1": "ISO 8859-1"}
CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
MOJIBAKE = re.compile("Ã[\u0080-\u00bf„“”‚‘’€Ÿœž–—¤¶¼Œš›‹†‡ˆ‰Š]")
SAMPLE = 200  # records looked at to find the delimiter


def read_delimited(
    raw: bytes,
    file: str,
    *,
    skip_rows: int = 0,
    header_rows: int = 1,
    delimiter: str = "auto",
    encoding: str = "auto",
    names: Sequence[str] = (),
) -> Table:
    """Read the bytes of a delimited text file as a table of text.

    Raises
    ------
    FileFormatError : no text, cut off inside a quoted field, or nothing but blanks.
    """
    text, encoding_name, problems = decode(raw, file, encoding)
    if not text.strip():
        raise FileFormatError(Said("files.empty", file=file))
    declared = "\t" if delimiter == "tab" else delimiter
    separator = _first_line_hint(text) if declared == "auto" else declared
    if separator and declared == "auto":
        text = text.split("\n", 1)[1] if "\n" in text else ""
        skipped_hint = 1
    else:
        skipped_hint = 0
    separator = separator or sniff_delimiter(text, skip_rows)
    records, notes = _parse(text, separator, file)
    problems += notes
    numbered = [(i, record) for i, record in enumerate(records, start=1 + skipped_hint)][skip_rows:]
    numbered = [(i, record) for i, record in numbered if record]
    if names:
        numbered, header_rows = [(0, list(names)), *numbered], 1
    if len(numbered) < header_rows or not header_rows:
        raise FileFormatError(Said("files.no_heading_after", file=file, n=skip_rows))
    taken: dict[str, str] = {
        Said("files.format"): Said("files.text_file"),
        Said("files.encoding"): encoding_name,
        Said("files.delimiter"): Said(DELIMITERS[separator]) if separator in DELIMITERS else separator,
    }
    return build_table(
        [record for _, record in numbered],
        [i for i, _ in numbered],
        file,
        taken,
        header_rows=header_rows,
        problems=problems,
    )


def decode(raw: bytes, file: str, encoding: str = "auto") -> tuple[str, str, list[Problem]]:
    """Bytes to text: byte-order mark, else strict UTF-8, else Windows-1252; which one, and what was noticed."""
    if encoding != "auto":
        try:
            text, name = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding), NAMES.get(encoding, encoding)
        except UnicodeError as error:
            named = NAMES.get(encoding, encoding)
            raise FileFormatError(
                Said("files.other_encoding", file=file, encoding=named, where=_where(error))
            ) from None
        return _checked(text, name, file)
    for mark, codec, name in MARKS:
        if raw.startswith(mark):
            marked = Said("files.with_mark", encoding=name)
            try:
                return _checked(raw.decode(codec), marked, file)
            except UnicodeError as error:
                raise FileFormatError(
                    Said("files.damaged_after_mark", file=file, encoding=marked, where=_where(error))
                ) from None
    try:
        return _checked(raw.decode("utf-8"), "UTF-8", file)
    except UnicodeDecodeError as error:
        at_end = error.reason == "unexpected end of data" and error.start >= len(raw) - 3
        if at_end and not raw[: error.start].isascii():
            raise FileFormatError(Said("files.cut_off", file=file)) from None
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileFormatError(Said("files.unknown_encoding", file=file, where=_where(error))) from None
    return _checked(text, "Windows-1252", file)


def _where(error: UnicodeError) -> Said:
    start = getattr(error, "start", None)
    return Said("files.no_text") if start is None else Said("files.no_character", n=start + 1)


def _checked(text: str, name: str, file: str) -> tuple[str, str, list[Problem]]:
    control = CONTROL.search(text) if "UTF-8" not in name else re.search("\x00", text)
    if control:
        raise FileFormatError(Said("files.control_signs", file=file, n=control.start() + 1))
    found = Findings(file)
    text = text.removeprefix("\ufeff")
    broken = MOJIBAKE.search(text)
    lost = text.find("\ufffd")
    if broken or lost >= 0:
        place = broken.start() if broken else lost
        found.warning(
            "zeichensatz",
            Said("files.broken_letters"),
            row=text.count("\n", 0, place) + 1,
            value=text[max(0, place - 10) : place + 12].strip(),
            expected=Said("files.export_again"),
        )
    return text, name, found.problems


def _first_line_hint(text: str) -> str:
    """The delimiter of a first line ``sep=;`` as Excel writes it, else ""."""
    match = re.match(r'"?sep=([;,\t|])"?\r?(?:\n|$)', text, flags=re.IGNORECASE)
    return match[1] if match else ""


def sniff_delimiter(text: str, skip_rows: int = 0) -> str:
    """The delimiter with which most of the first records are as wide as the heading.

    Ties go to the wider table, then to the order semicolon, tabulator, comma.
    """
    best, best_score = ";", (-1.0, 0)
    for candidate in DELIMITERS:
        widths = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=candidate)
        try:
            for i, record in enumerate(reader):
                if i >= skip_rows and record:
                    widths.append(len(record))
                if len(widths) >= SAMPLE:
                    break
        except csv.Error:
            pass  # a field without end: the records up to there still tell the width
        if not widths or widths[0] < 2:
            continue
        score = (Counter(widths)[widths[0]] / len(widths), widths[0])
        if (round(score[0], 2), score[1]) > best_score:
            best, best_score = candidate, (round(score[0], 2), score[1])
    return best


def _parse(text: str, delimiter: str, file: str) -> tuple[list[list[str]], list[Problem]]:
    """All records; a quoted field without end is an error, untidy quotes are a warning."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
        return records, []
    except csv.Error as error:
        row, reason = len(records) + 1, str(error)
    if "unexpected end" in reason:
        raise FileFormatError(Said("files.field_without_end", file=file, row=row))
    if "field larger" in reason:
        raise FileFormatError(Said("files.long_field", file=file, row=row, most=csv.field_size_limit()))
    found = Findings(file)
    found.warning(
        "anfuehrungszeichen",
        Said("files.quotes_inside"),
        row=row,
        expected=Said("files.quote_whole_field"),
    )
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), found.problems
    except csv.Error:
        raise FileFormatError(Said("files.no_fields", file=file, row=row)) from None


def with_double_quotes(raw: bytes, file: str, delimiter: str, encoding: str, quote: str) -> bytes:
    """The same records with ``"`` around texts instead of ``quote``, as UTF-8.

    Raises
    ------
    FileFormatError : no text, or no records with these signs.
    """
    text, _, _ = decode(raw, file, encoding)
    separator = {"tab": "\t", "auto": ","}.get(delimiter, delimiter)
    written = io.StringIO(newline="")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote)
        csv.writer(written, delimiter=separator, lineterminator="\n").writerows(reader)
    except csv.Error:
        raise FileFormatError(Said("files.no_fields", file=file, row=1)) from None
    return written.getvalue().encode("utf-8")
