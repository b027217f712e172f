"""Whatever the file: the same table back, or one of our own errors; never a traceback.

Each property tries the same 30 inputs in every run; ``TYPOLOGY_EXAMPLES=2000`` searches that many at random.
"""

from __future__ import annotations

import copy
import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from miniature import CODEBOOK, HEADING, ROWS, table_text, write_folder
from test_formats import LSS

from typology.errors import CodebookError, FileFormatError, TypologyError
from typology.files.formats import LABELLED, SPREADSHEETS, TEXT, read_table
from typology.files.numbers import decimal_of, number_reader
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.report import report_html, report_table, report_text
from typology.survey.spss_syntax import read_syntax
from typology.survey.structure import read_structure
from typology.survey.survey import check_survey, read_survey

EXAMPLES = int(os.environ.get("TYPOLOGY_EXAMPLES", "20"))
many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
few = settings(many, max_examples=max(EXAMPLES // 3, 10))

# Control characters cannot stand in text files and sheets; U+FEFF is a byte-order mark at the start of one.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff\ufffe"), max_size=12
)
CELLS = st.one_of(TEXTS, st.sampled_from(["", "01001000", "NA", "1,5", '"', "a\nb", ";", "=1+1", "-99", "1e5", "Köln"]))
WESTERN = st.text("abc äöüÄÖÜß;,\"'0123", max_size=8)
GERMAN_CELLS = st.one_of(WESTERN, st.sampled_from(["", "01001000"]))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str] = CELLS, least: int = 1) -> list[list[str]]:
    """A heading and up to six records; no record is empty throughout."""
    width = draw(st.integers(least, 5))
    heading = [f"q{i}" for i in range(width)]
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width).filter(any), max_size=6))
    return [heading, *rows]


def as_text(table: list[list[str]], delimiter: str, quoting: int, end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)  # type: ignore[arg-type]
    return out.getvalue()


def same(frame: pd.DataFrame, table: list[list[str]]) -> None:
    assert frame.columns.tolist() == table[0]
    assert frame.to_numpy().tolist() == table[1:]


# --- the same table back ------------------------------------------------------------------------------------------


@many
@given(
    table=tables(),
    delimiter=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\r\n", "\n"]),
)
def test_quoted_text_reads_back(folder: Path, table: list[list[str]], delimiter: str, encoding: str, end: str) -> None:
    text = as_text(table, delimiter, csv.QUOTE_ALL, end)
    assume(end == "\r\n" or "\r" not in text)
    (folder / "t.csv").write_bytes(text.encode(encoding))
    same(read_table(folder / "t.csv").frame, table)


@many
@given(table=tables(GERMAN_CELLS, least=2), delimiter=st.sampled_from([";", ",", "tab"]), mark=st.booleans())
def test_sparsely_quoted_western_text_reads_back(
    folder: Path, table: list[list[str]], delimiter: str, mark: bool
) -> None:
    text = as_text(table, "\t" if delimiter == "tab" else delimiter, csv.QUOTE_MINIMAL, "\r\n")
    (folder / "t.csv").write_bytes(text.encode("utf-8-sig" if mark else "cp1252"))
    same(read_table(folder / "t.csv", delimiter=delimiter).frame, table)


@pytest.mark.long
@few
@given(table=tables())
def test_spreadsheet_reads_back(folder: Path, table: list[list[str]]) -> None:
    book = xlsxwriter.Workbook(folder / "t.xlsx")
    sheet = book.add_worksheet()
    for i, row in enumerate(table):
        for j, cell in enumerate(row):
            sheet.write_string(i, j, cell)
    book.close()
    same(read_table(folder / "t.xlsx").frame, table)


@pytest.mark.long
@few
@given(table=tables(), ending=st.sampled_from(["sav", "dta"]))
def test_labelled_files_read_back(folder: Path, table: list[list[str]], ending: str) -> None:
    table = [table[0], *([cell.rstrip() for cell in row] for row in table[1:])]
    assume(len(table) > 1)
    frame = pd.DataFrame(table[1:], columns=table[0], dtype=object)
    path = folder / f"t.{ending}"
    (pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta)(frame, path)
    same(read_table(path).frame, table)


@many
@given(numbers=st.lists(st.decimals(-(10**6), 10**6, places=2), min_size=1, max_size=8))
def test_numbers_read_back_in_both_conventions(numbers: list[Any]) -> None:
    english = [f"{number:,}" for number in numbers]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    for texts, sign in ((english, "point"), (german, "comma")):
        assert decimal_of(texts) == sign
        assert [number_reader(sign, True)(text) for text in texts] == [float(number) for number in numbers]


ANSWERS = st.fixed_dictionaries(
    {
        "goals": st.lists(st.sampled_from(["Y", ""]), min_size=5, max_size=5),
        "stand": st.sampled_from(["", "1", "2", "3", "4", "5", "-99"]),
        "pain": st.sampled_from(["", "A1", "A2", "A3"]),
        "number": st.sampled_from(["", "0", "12,5", "1.234,5", "100"]),
        "consent": st.lists(st.sampled_from(["Y", "N", ""]), min_size=2, max_size=2),
    }
)


@few
@given(
    answers=st.lists(ANSWERS, min_size=6, max_size=6),
    delimiter=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    excel=st.booleans(),
    order=st.permutations(range(6)),
)
def test_any_dialect_gives_the_same_survey(
    folder: Path, answers: list[dict[str, Any]], delimiter: str, encoding: str, excel: bool, order: list[int]
) -> None:
    rows = [
        [*row[:4], *answer["goals"], answer["stand"], answer["pain"], answer["number"], *answer["consent"], row[14]]
        for row, answer in zip(ROWS, answers, strict=True)
    ]
    first = write_folder(folder / "a", rows=rows)
    shuffled = [rows[i] for i in order]
    codebook = copy.deepcopy(CODEBOOK)
    codebook["files"] = {"responses": "t.xlsx" if excel else "t.csv"}
    second = write_folder(
        folder / "b", codebook=codebook, file="t.csv", data=table_text(shuffled, delimiter=delimiter).encode(encoding)
    )
    if excel:
        book = xlsxwriter.Workbook(second / "t.xlsx")
        sheet = book.add_worksheet()
        for i, row in enumerate([HEADING, *shuffled]):
            sheet.write_row(i, 0, row)
        book.close()
    try:
        expected = read_survey(first)
    except TypologyError as error:
        with pytest.raises(type(error)):
            read_survey(second)
        return
    survey = read_survey(second)
    pd.testing.assert_frame_equal(survey.responses, expected.responses)
    pd.testing.assert_frame_equal(survey.reasons, expected.reasons)
    pd.testing.assert_frame_equal(survey.consent, expected.consent)


# --- a table or our own error -------------------------------------------------------------------------------------


def readable(path: Path) -> None:
    """A table of text, or one sentence."""
    try:
        table = read_table(path)
    except FileFormatError as error:
        message = str(error)
    else:
        message = path.name
        assert_text(table.frame)
    assert path.name in message


def assert_text(frame: pd.DataFrame) -> None:
    assert frame.columns.is_unique
    assert all(isinstance(cell, str) for cell in frame.to_numpy().ravel())


@many
@given(
    data=st.binary(max_size=400),
    ending=st.sampled_from([*TEXT, *SPREADSHEETS, *LABELLED, ".doc", ""]),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"$FL2@(#)", b"<stata_dta>", b"\xff\xfe", b"a;b\n"]
    ),
)
def test_random_bytes(folder: Path, data: bytes, ending: str, start: bytes) -> None:
    path = folder / f"t{ending}"
    path.write_bytes(start + data)
    readable(path)


@pytest.fixture(scope="module")
def exports(folder: Path) -> dict[str, bytes]:
    """The miniature in every format that can be written here."""
    book = xlsxwriter.Workbook(folder / "m.xlsx")
    sheet = book.add_worksheet()
    for i, row in enumerate([HEADING, *ROWS]):
        sheet.write_row(i, 0, row)
    book.close()
    frame = pd.DataFrame({"q": [1.0, 2.0, -9.0], "t": ["a", "b", "ü"], "d": pd.to_datetime(["2026-06-30"] * 3)})
    labels = {"q": {1.0: "ja", 2.0: "nein"}}
    pyreadstat.write_sav(frame, folder / "m.sav", missing_ranges={"q": [-9]}, variable_value_labels=labels)
    pyreadstat.write_dta(frame.assign(q=[1, 2, 9]), folder / "m.dta")
    return {
        ".csv": table_text().encode("utf-8-sig"),
        ".txt": table_text(delimiter="\t").encode("utf-16"),
        **{ending: (folder / f"m{ending}").read_bytes() for ending in (".xlsx", ".sav", ".dta")},
        ".lss": LSS.encode(),
        ".sps": (
            b"GET DATA\n /VARIABLES=\n V1 F1 .\n\nVALUE LABELS V1\n 1 \"ja\"\n 2 'nein'.\n"
            b"MISSING VALUES V1 (-9, 97 THRU 99).\n"
        ),
    }


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """Some bytes changed, cut out, put in, or the end cut off."""
    result = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(result) - 1, 0)))
        kind = draw(st.sampled_from(["set", "cut", "add", "end"]))
        if kind == "set" and result:
            result[place] = draw(st.integers(0, 255))
        elif kind == "cut":
            del result[place : place + draw(st.integers(1, 30))]
        elif kind == "add":
            result[place:place] = draw(st.binary(min_size=1, max_size=8))
        else:
            del result[place:]
    return bytes(result)


@pytest.mark.long
@many
@given(data=st.data(), ending=st.sampled_from([".csv", ".txt", ".xlsx", ".sav", ".dta"]), inside=st.booleans())
def test_mutated_exports(
    folder: Path, exports: dict[str, bytes], data: st.DataObject, ending: str, inside: bool
) -> None:
    raw = exports[ending]
    if ending == ".xlsx" and inside:
        # change one part inside the archive, so that the checksum holds and the content is read
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        chosen = data.draw(st.sampled_from(sorted(parts)))
        parts[chosen] = data.draw(mutations(parts[chosen]))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        raw = out.getvalue()
    else:
        raw = data.draw(mutations(raw))
    path = folder / f"t{ending}"
    path.write_bytes(raw)
    readable(path)


@many
@given(data=st.data(), ending=st.sampled_from([".lss", ".sps"]))
def test_mutated_structures(folder: Path, exports: dict[str, bytes], data: st.DataObject, ending: str) -> None:
    path = folder / f"t{ending}"
    path.write_bytes(data.draw(mutations(exports[ending])))
    try:
        structure = (read_structure if ending == ".lss" else read_syntax)(path)
    except FileFormatError as error:
        message = str(error)
    else:
        message = path.name
        structure.labels(["V1", "Z1[SQ001]"])
        structure.value_labels(["V1", "R1[1]"])
    assert path.name in message


JSON = st.recursive(
    st.sampled_from(["", "x", "0", "-1", "none", "pick", "rating", "ags", "Z[1]", "true", "Y", "labels", "2026-06-30"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "",
                    "a",
                    "key",
                    "kind",
                    "columns",
                    "codes",
                    "in",
                    "column",
                    "survey",
                    "goals",
                    "blocks",
                    "files",
                    "missing",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside nested data."""
    if isinstance(data, dict):
        return [(data, key) for key in data] + [place for value in data.values() for place in places(value)]
    if isinstance(data, list):
        return [(data, i) for i in range(len(data))] + [place for value in data for place in places(value)]
    return []


@many
@given(data=st.data(), n=st.integers(1, 3))
def test_mutated_codebooks(folder: Path, data: st.DataObject, n: int) -> None:
    book = copy.deepcopy(CODEBOOK)
    for _ in range(n):
        container, key = data.draw(st.sampled_from(range(len(places(book)))).map(lambda i: places(book)[i]))
        if data.draw(st.booleans()):
            container[key] = data.draw(JSON)
        else:
            del container[key]
        assume(places(book))
    path = write_folder(folder / "c", codebook=book)
    report = check_survey(path)
    assert (report_text(report), report_html(report), len(report_table(report)))[2] == len(report.findings)
    try:
        read_survey(path)
    except TypologyError:
        assert report.n_errors > 0
    else:
        assert report.n_errors == 0


@many
@given(text=st.one_of(st.text(max_size=60), JSON.map(lambda data: yaml.safe_dump(data))))
def test_random_codebooks(folder: Path, text: str) -> None:
    path = folder / "codebook.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(CodebookError):
        read_codebook(path)


@many
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, 5),
            st.integers(0, len(HEADING) - 1),
            st.one_of(
                TEXTS,
                st.sampled_from(
                    ["", "Y", "-1", "9", "1.234", "TEST", "3101001", "١", "²", "1e999", "nan", "03101", "'=1"]
                ),
            ),
        ),
        max_size=8,
    ),
    n_rows=st.integers(0, 6),
    twice=st.booleans(),
    rule=st.sampled_from(["latest", "most_complete", "error"]),
)
def test_changed_answers_end_in_a_survey_or_a_report(
    folder: Path, changes: list[tuple[int, int, str]], n_rows: int, twice: bool, rule: str
) -> None:
    rows = [list(row) for row in ROWS]
    for row, column, value in changes:
        rows[row][column] = value
    rows = rows[:n_rows] * (2 if twice else 1)
    codebook = copy.deepcopy(CODEBOOK)
    codebook["respondent"]["duplicates"] = rule
    path = write_folder(folder / "d", rows=rows, codebook=codebook)
    report = check_survey(path)
    report_text(report)
    if report.n_errors:
        with pytest.raises(TypologyError) as caught:
            read_survey(path)
        located = [problem for problem in caught.value.problems if problem.kind == "wert"]
        assert all(problem.row is None or 2 <= problem.row <= 1 + len(rows) for problem in located)
        return
    survey = read_survey(path)
    assert survey.responses.index.is_unique
    assert survey.responses.index.tolist() == survey.municipalities.index.tolist() == survey.consent.index.tolist()
    gone = survey.responses[survey.reasons.columns].isna()
    assert (gone == survey.reasons.ne("")).to_numpy().all()


@few
@given(table=tables(TEXTS))
def test_a_draft_of_any_table_is_a_valid_codebook(folder: Path, table: list[list[str]]) -> None:
    place = folder / "e"
    place.mkdir(exist_ok=True)
    (place / "t.csv").write_bytes(as_text(table, ";", csv.QUOTE_ALL, "\r\n").encode())
    (place / "codebook.yaml").write_text(draft_codebook(place / "t.csv"), encoding="utf-8")
    assert read_codebook(place / "codebook.yaml").files.responses == "t.csv"
    report_text(check_survey(place))
