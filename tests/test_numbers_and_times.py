"""Numbers and times that enter from outside: one reader, and what it cannot read is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from miniature import HEADING, REGISTER, ROWS, changed, write_folder

from typology.errors import RegisterError, ResponseError
from typology.files.numbers import decimal_of, number_reader
from typology.register.register import read_register
from typology.survey.survey import check_survey, read_survey
from typology.survey.times import Undecided, moments


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["12 345,50", "7"], [12345.5, 7]),
        (["12\u00a0345,50", "1\u202f250,0"], [12345.5, 1250]),
        (["12\u2009345,125"], [12345.125]),  # what blanks group, a comma does not
        (["12'345.50", "7’000.25"], [12345.5, 7000.25]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1,234.5", "1,234"], [1234.5, 1234]),
        ([" 12 ", "1 000"], [12, 1000]),
    ],
)
def test_one_column_is_one_notation(texts: list[str], numbers: list[float]) -> None:
    assert [number_reader(decimal_of(texts), False)(text) for text in texts] == numbers


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("25.000 EW", "„EW“"), ("12,5 km²", "„km²“"), ("30€", "„€“"), ("ca. 30", "keine Zahl"), ("12 34", "keine Zahl"),
        ("1.2345,6", "keine Zahl"), ("", "keine Zahl"), ("-3", "negative Zahl"), ("9e9", "„e9“"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        number_reader("comma", False)(text)


def numbers_of(place: Path, *texts: str) -> Path:
    rows = [list(row) for row in ROWS]
    for row, text in zip(rows, texts, strict=True):
        row[HEADING.index("S9")] = text
    return write_folder(place, rows=rows)


def test_number_blocks_take_blanks_between_thousands(tmp_path: Path) -> None:
    survey = read_survey(numbers_of(tmp_path, "12 345,50", "1\u00a0250", "", "9", "7\u202f000,125", "3"))
    by_row = survey.responses["structure_beschaeftigte"].loc[[row[1] for row in ROWS]]
    assert by_row.fillna(-1).tolist() == [12345.5, 1250, -1, 9, 7000.125, 3]


@pytest.mark.parametrize(
    ("texts", "row", "value", "says"),
    [
        (("12 Stellen", "100", "", "9", "7", "3"), 2, "12 Stellen", "„Stellen“"),
        (("k.A.", "1.250", "", "9", "7.125", "3"), 3, "1.250", "Tausender"),
        (("3", "100", "", "9", "2,500", "3"), 6, "2,500", "Tausender"),
    ],
)
def test_a_number_block_names_the_first_cell_it_cannot_read(
    tmp_path: Path, texts: tuple[str, ...], row: int, value: str, says: str
) -> None:
    findings = check_survey(numbers_of(tmp_path, *texts)).findings
    said = findings[findings["message"].str.contains(says)]
    assert said[["severity", "row", "key", "column", "value"]].to_numpy().tolist() == [
        ["fehler", row, ROWS[row - 2][1], "S9", value]
    ]


def with_numbers(place: Path, delimiter: str, **cells: tuple[str, str]) -> Path:
    """The miniature's register with the numbers of its first two municipalities changed."""
    lines = [line.split(",") for line in REGISTER.replace('"Altstadt, Stadt"', "Altstadt").splitlines()]
    for name, texts in cells.items():
        for line, text in zip(lines[2:4], texts, strict=True):
            line[lines[0].index(name)] = f'"{text}"'
    path = place / "register.csv"
    path.write_text("\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_tables_of_a_register_are_german_or_english_whatever_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = with_numbers(tmp_path, delimiter, population=("98.000", "1.250"), area_km2=("1 040", "20.5"))
    table = read_register(path).table
    assert table.loc[["03101001", "03101002"], ["population", "area_km2"]].to_numpy().tolist() == [
        [98000, 1040], [1250, 20.5],
    ]  # fmt: skip
    mixed = with_numbers(tmp_path, delimiter, area_km2=("1.040,25", "20.5"))
    with pytest.raises(
        RegisterError, match="Zeile 4, Schlüssel 03101002, Spalte area_km2: Der Wert ist keine Zahl"
    ) as error:
        read_register(mixed)
    assert {problem.column for problem in error.value.problems} == {"area_km2"}


@pytest.mark.parametrize("texts", [("1.040", "20"), ("1.040", "2.500")])
def test_an_area_in_a_register_that_could_be_two_numbers_is_refused(tmp_path: Path, texts: tuple[str, str]) -> None:
    path = tmp_path / "register.csv"
    rows = "\n".join(f"0310100{n},Ort {n},gemeinde,{text}" for n, text in enumerate(texts, start=1))
    path.write_text(f"key,name,kind,area_km2\n{rows}\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="Tausender") as error:
        read_register(path)
    problem = error.value.problems[0]
    assert (problem.row, problem.key, problem.column, problem.value) == (2, "03101001", "area_km2", "1.040")


# -- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2026-06-30T10:00:00+02:00", "2026-06-30T09:30:00Z"], [0, 1]),  # 8:00 and 9:30 in Greenwich
        (["2026-06-30T23:30:00.123-05:00", "2026-07-01T04:29:59+0000"], [1, 0]),
        (["2026-06-30 10:00:00 +02:00", "2026-06-30T10:00+01"], [0, 1]),
        (["06/30/2026 01:05:00 PM", "06/30/2026 11:59:00 AM"], [1, 0]),
        (["6/30/26 12:05:00 AM", "6/29/26 11:59:00 PM"], [1, 0]),
        (["7/1/26 9:00", "6/30/26 10:00"], [1, 0]),  # the second number of one date is above 12
        (["01/07/2026 9:00", "30/06/2026 10:00"], [1, 0]),
        (["30.06.26 10:00", "30.06.2026, 10:01"], [0, 1]),
        (["1.7.2026 9:00 Uhr", "30.06.2026 um 10:00 Uhr", "30.06.2026"], [2, 1, 0]),
        (["2026/06/30 10:00:00 AM GMT+2", "2026/06/30 8:30:00 AM GMT"], [0, 1]),
        (["2026/06/30 1:00:00 nachm. MESZ", "2026/06/30 11:30:00 vorm. MEZ"], [1, 0]),
        (["2026-06-30T10:00:00", "2026-06-30T10:00:00.5"], [0, 1]),
    ],
)
def test_times_of_tools_are_moments(texts: list[str], order: list[int]) -> None:
    read = moments(texts)
    assert set(read) == set(texts)
    assert sorted(range(len(texts)), key=lambda place: read[texts[place]]) == order


@pytest.mark.parametrize(
    "text",
    ["gestern", "30.02.2026", "2026-13-01", "13:00 PM", "2026-06-30 25:00", "6/30/26 13:00 PM", "2026-06-30 9:00 EST"],
)
def test_what_is_no_moment_is_not_read(text: str) -> None:
    assert moments([text]) == {}


def test_a_zone_in_some_rows_only_leaves_the_others_unread() -> None:
    assert list(moments(["2026-06-30T10:00Z", "2026-06-30 10:00"])) == ["2026-06-30T10:00Z"]


@pytest.mark.parametrize("texts", [["06/07/2026", "01/02/2026"], ["13/01/2026", "01/13/2026"]])
def test_days_that_may_be_months_are_not_guessed(texts: list[str]) -> None:
    with pytest.raises(Undecided):
        moments(texts)


def twice(place: Path, first: str, second: str, rest: str = "") -> Path:
    """The miniature in which the first municipality answers again, with these times."""
    rows = [*changed(0, submitdate=first), ["9", "03101001", second, *ROWS[1][3:]]]
    for row in rows[1:-1] if rest else ():
        row[HEADING.index("submitdate")] = rest
    return write_folder(place, rows=rows)


@pytest.mark.parametrize(
    ("first", "second", "older"),
    [
        ("2026-06-30T10:00:00+02:00", "2026-06-30T09:30:00Z", 2),
        ("06/30/2026 01:05:00 PM", "06/30/2026 11:59:00 AM", 8),
        ("30.06.2026, 10:00", "30.06.26 09:00", 8),
        ("1.001,5", "999", 8),
        ("12 345", "9 999", 8),
    ],
)
def test_the_latest_answer_is_told_by_times_as_tools_write_them(
    tmp_path: Path, first: str, second: str, older: int
) -> None:
    findings = read_survey(twice(tmp_path, first, second, first)).report.findings
    assert findings[findings["kind"] == "mehrfach"]["row"].tolist() == [older]


@pytest.mark.parametrize(
    ("first", "second", "rows", "says"),
    [
        ("2026-06-30T10:00Z", "2026-06-30 10:00", [8], "Zeitzone"),
        ("06/07/2026 10:00", "05/08/2026 10:00", [2, 8], "Tag und Monat"),
        ("1.001", "999", [2], "Tausender"),
    ],
)
def test_an_order_that_cannot_be_told_is_an_error_with_its_rows(
    tmp_path: Path, first: str, second: str, rows: list[int], says: str
) -> None:
    folder = twice(tmp_path, first, second, first)
    findings = check_survey(folder).findings
    said = findings[findings["kind"] == "reihenfolge"]
    assert said["row"].tolist() == rows and said["message"].str.contains(says).all()
    assert set(said["column"]) == {"submitdate"} and set(said["value"]) <= {first, second}
    with pytest.raises(ResponseError, match=says):
        read_survey(folder)
