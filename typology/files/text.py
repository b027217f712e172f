"""Read delimited text: encoding by a fixed ladder, delimiter by counting, nothing guessed."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd

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
CONTROL = [chr(sign) for sign in (*range(0x09), *range(0x0E, 0x1A), *range(0x1B, 0x20))]
MOJIBAKE = re.compile("Ã[\u0080-\u00bf„“”‚‘’€Ÿœž–—¤¶¼Œš›‹†‡ˆ‰Š]")
SAMPLE = 200  # records looked at to find the delimiter
LONGEST_LINE = 20_000_000  # bytes; a table of 400 columns with texts has a tenth of a percent of it
BLOCK = 1 << 20  # signs cut into lines at once: io.StringIO takes four bytes for each of them
QUOTE, LINE_FEED, RETURN = b'"\n\r'
# What LimeSurvey writes into its VV file for a question that the respondent never saw, and for signs that would end
# a cell there.
NOT_SHOWN = "{question_not_shown}"
WRITTEN_OUT = {"{newline}": "\n", "{cr}": "\r", "{tab}": "\t", "{quote}": '"', "{lbrace}": "{"}


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
    _refuse_giant_lines(raw, file)
    text, encoding_name, problems = decode(raw, file, encoding)
    if not text or text.isspace():
        raise FileFormatError(Said("files.empty", file=file))
    declared = "\t" if delimiter == "tab" else delimiter
    separator = _first_line_hint(text) if declared == "auto" else declared
    if separator and declared == "auto":
        text = text.split("\n", 1)[1] if "\n" in text else ""
        skipped_hint = 1
    else:
        skipped_hint = 0
    separator = separator or sniff_delimiter(text, skip_rows)
    taken: dict[str, str] = {
        Said("files.format"): Said("files.text_file"),
        Said("files.encoding"): encoding_name,
        Said("files.delimiter"): Said(DELIMITERS[separator]) if separator in DELIMITERS else separator,
    }
    if not header_rows and not names:
        raise FileFormatError(Said("files.no_heading_after", file=file, n=skip_rows))
    unquoted = unquoted_cells(text, separator, first=1 + skipped_hint)
    heading = [(0, list(names))] if names else []

    def tabulated(reader: Iterable[list[str]], notes: Sequence[Problem]) -> Table:
        numbered = islice(enumerate(reader, start=1 + skipped_hint), skip_rows, None)
        records = chain(heading, ((number, record) for number, record in numbered if record))
        first = list(islice(records, 1 if names else header_rows))
        if len(first) < (1 if names else header_rows):
            raise FileFormatError(Said("files.no_heading_after", file=file, n=skip_rows))
        return build_table(
            chain(first, records),
            file,
            taken,
            most_rows=text.count("\n") + text.count("\r") + 1,
            header_rows=len(first),
            problems=[*problems, *notes],
            unquoted=unquoted,
        )

    strict = _Strict(text, separator)
    try:
        table = tabulated(strict, ())
    except csv.Error as error:
        notes = _untidy(str(error), strict.n_read + 1, file)
        try:
            table = tabulated(csv.reader(_lines(text), delimiter=separator), notes)
        except csv.Error:
            raise FileFormatError(Said("files.no_fields", file=file, row=strict.n_read + 1)) from None
    return _without_marks(table) if NOT_SHOWN in text else table


def _refuse_giant_lines(raw: bytes, file: str) -> None:
    """Refuse a line that no table has before it is decoded, which takes several times its bytes of memory."""
    end = b"\n" if b"\n" in raw[:LONGEST_LINE] else b"\r"
    start, row = 0, 1
    while len(raw) - start > LONGEST_LINE:
        stop = raw.find(end, start, start + LONGEST_LINE)
        if stop < 0:
            raise FileFormatError(Said("files.long_line", file=file, row=row, most=LONGEST_LINE // 10**6))
        start, row = stop + 1, row + 1


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
    # A search for each sign of its own is many times faster than one for any of them.
    control = [place for sign in CONTROL[: 1 if "UTF-8" in name else None] if (place := text.find(sign)) >= 0]
    if control:
        raise FileFormatError(Said("files.control_signs", file=file, n=min(control) + 1))
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
        reader = csv.reader(_lines(text), delimiter=candidate)
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


class _Strict:
    """The records of a text; a quoted field without end, or untidy quotes, is a ``csv.Error``."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        self.n_read = 0

    def __iter__(self) -> Iterator[list[str]]:
        for record in self.reader:
            self.n_read += 1
            yield record


def _lines(text: str) -> Iterator[str]:
    for block in _blocks(text):
        yield from io.StringIO(block, newline="")


def _blocks(text: str) -> Iterator[str]:
    """Parts of a text that end with a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + BLOCK) + 1 or len(text)
        yield text[start:end]
        start = end


def _untidy(reason: str, row: int, file: str) -> list[Problem]:
    """A quoted field without end is an error, untidy quotes are a warning."""
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
    return found.problems


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


def unquoted_cells(text: str, delimiter: str, *, first: int = 1) -> dict[int, np.ndarray]:
    """The empty cells without quotes, in a text that quotes every other cell and has empty cells with quotes, too.

    Such a text tells nothing at all from an empty text. Place in the record → numbers of the records, counted from
    ``first``; empty where the text does not quote every cell, or where all its empty cells are alike.

    >>> unquoted_cells('"id","q1"\\r\\n"1",""\\r\\n"2",\\r\\n', ",")
    {1: array([3])}
    """
    cells = text.count(delimiter) + text.count("\n") + (not text.endswith("\n"))
    if not text.startswith('"') or text.count('"') == 2 * cells:  # as nearly always, each of them is quoted
        return {}
    records: list[np.ndarray] = []
    places: list[np.ndarray] = []
    any_quoted = inside = False
    number, before = first, 0  # the record that a block begins in, and its cells that have ended before
    for block in _blocks(text if text.endswith("\n") else text + "\n"):
        signs = np.frombuffer(block.encode(), dtype=np.uint8)
        quote, line_end = signs == QUOTE, signs == LINE_FEED
        quoted = _odd(quote) ^ inside
        ends = ((signs == ord(delimiter)) | line_end) & ~quoted
        begins = np.concatenate([[not inside], ends[:-1]])
        closed = ends.copy()  # here a cell without quotes has nothing in it
        closed[:-1] |= (signs[:-1] == RETURN) & line_end[1:] & ~quoted[:-1]
        empty = np.flatnonzero(begins & closed)
        if (begins & ~(quote | closed)).any():
            return {}
        any_quoted = any_quoted or bool((begins[:-2] & quote[:-2] & quote[1:-1] & closed[2:]).any())
        lines = np.flatnonzero(ends & line_end)
        ended = np.flatnonzero(ends)
        starts = np.concatenate([[-before], ended.searchsorted(lines, side="right")])  # cells before each record
        record = lines.searchsorted(empty)
        place = ended.searchsorted(empty) - starts[record]
        is_cell = (place > 0) | (signs[empty] == ord(delimiter))  # a blank line is no record
        records.append(record[is_cell] + number)
        places.append(place[is_cell])
        number += len(lines)
        before = len(ended) - int(starts[-1])
        inside = bool(quoted[-1])
    if not any_quoted:
        return {}
    record, place = np.concatenate(records), np.concatenate(places)
    if not len(place):
        return {}
    order = np.argsort(place, kind="stable")
    found, begin = np.unique(place[order], return_index=True)
    return {int(i): rows for i, rows in zip(found, np.split(record[order], begin[1:]), strict=True)}


def _odd(marks: np.ndarray) -> np.ndarray:
    """Whether the number of marks up to each place, itself included, is odd; 64 places at once.

    >>> _odd(np.array([False, True, False, True, True])).tolist()
    [False, True, True, False, True]
    """
    bits = np.packbits(marks, bitorder="little")
    words = np.pad(bits, (0, -len(bits) % 8)).view("<u8")
    for places in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(places)
    before = np.bitwise_xor.accumulate(words >> np.uint64(63))[:-1]  # 1 where all words up to there hold an odd number
    words[1:] ^= np.uint64(0) - before
    return np.unpackbits(words.view(np.uint8), count=len(marks), bitorder="little").astype(bool)


def _without_marks(table: Table) -> Table:
    """A LimeSurvey VV file with empty cells where it says that a question was not shown, and with its signs back."""
    signs = re.compile("|".join(map(re.escape, WRITTEN_OUT)))
    columns: dict[str, Any] = {}
    not_shown = {}
    for heading in table.frame.columns:
        codes, texts = pd.factorize(table.frame[heading].to_numpy())
        hidden = texts == NOT_SHOWN
        if hidden.any():
            not_shown[heading] = table.frame.index.to_numpy()[hidden[codes]]
        texts = np.array([signs.sub(lambda sign: WRITTEN_OUT[sign[0]], text) for text in texts], dtype=object)
        columns[heading] = np.where(hidden, "", texts)[codes]
    frame = pd.DataFrame(columns, index=table.frame.index, dtype=object)
    return replace(table, frame=frame, not_shown=not_shown)
