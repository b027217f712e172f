"""A name and a key in one row must belong to the same body."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from miniature import CODEBOOK, HEADING, ROWS, write_folder
from test_survey_successors import change, folder_with

from typology.errors import ResponseError
from typology.register.agreement import compare
from typology.register.register import Register, read_register
from typology.survey.survey import check_survey, read_survey

NAMES = ["Altstadt", "Bergdorf", "Neuenkirchen", "Neuenkirchen (Südkreis)", "Stadt Seeheim", "Landkreis Südkreis"]


def named(place: Path, names: list[str], keys: dict[int, str] | None = None, **respondent: Any) -> Path:
    """The miniature with a column of names, and other keys in some rows."""
    book = copy.deepcopy(CODEBOOK)
    book["respondent"] |= {"name": "kommune", **respondent}
    rows = [[*row, name] for row, name in zip(copy.deepcopy(ROWS), names, strict=True)]
    for row, key in (keys or {}).items():
        rows[row][1] = key
    return write_folder(place, codebook=book, heading=[*HEADING, "kommune"], rows=rows)


def said_of_names(folder: Path) -> list[tuple[str, int, str, str]]:
    findings = check_survey(folder).findings
    rows = findings[findings["kind"] == "name"]
    return [(str(row.severity), int(row.row), row.key, row.value) for row in rows.itertuples()]


def test_names_that_fit_their_keys_are_passed_in_silence(tmp_path: Path) -> None:
    assert read_survey(named(tmp_path, NAMES)).report.clean


@pytest.mark.parametrize(
    ("row", "key", "name", "right", "wrong"),
    [
        (0, "03201000", "Altstadt", "Großstadt (03201000, Neuland)", "Altstadt, Stadt (03101001, Nordkreis)"),
        (4, "03102002", "Kreisverwaltung Südkreis", "Seeheim (03102002, Südkreis)", "Südkreis (03102, Neuland)"),
        (1, "03101002", "Neuenkirchen", "Bergdorf (03101002, Nordkreis)", "Neuenkirchen (03102001, Südkreis)"),
        (1, "03101002", "Seehiem", "Bergdorf (03101002, Nordkreis)", "Seeheim (03102002, Südkreis)"),
    ],
)
def test_a_name_of_another_body_is_an_error_that_names_both(
    tmp_path: Path, row: int, key: str, name: str, right: str, wrong: str
) -> None:
    folder = named(tmp_path, [*NAMES[:row], name, *NAMES[row + 1 :]], {row: key})
    assert said_of_names(folder) == [("fehler", row + 2, key, name)]
    with pytest.raises(ResponseError, match="verschiedenen Kommunen") as error:
        read_survey(folder)
    assert f"Schlüssel ist der von {right}, der Name der von" in str(error.value) and wrong in str(error.value)


def test_a_name_that_nobody_has_is_said_and_an_empty_one_is_not(tmp_path: Path) -> None:
    folder = named(tmp_path, ["Digitales", "", "-99", *NAMES[3:]])
    assert said_of_names(folder) == [("warnung", 2, "03101001", "Digitales")]


def test_names_of_bodies_that_merged_or_were_renamed_are_explained(tmp_path: Path) -> None:
    changes = {
        "Gebietsaenderungen_2024.xlsx": [
            change("4", "03101001", "03101001"),  # a new name
            change("1", "03101099", "03101002"),  # merged
            change("2", "03102002", "03101003"),  # a part was handed over: no new name
        ]
    }
    folder = folder_with(tmp_path, changes, ROWS)
    rows = copy.deepcopy(ROWS)
    rows[1][1] = "03101099"
    for row, name in zip(rows, ["Alt 03101001", "Alt 03101099", *NAMES[2:]], strict=True):
        row.append(name)
    book = copy.deepcopy(CODEBOOK)
    book["register"]["successors"] = list(changes)
    book["respondent"]["name"] = "kommune"
    write_folder(folder, codebook=book, heading=[*HEADING, "kommune"], rows=rows)
    assert said_of_names(folder) == [
        ("hinweis", 2, "03101001", "Alt 03101001"),
        ("hinweis", 3, "03101002", "Alt 03101099"),
    ]


@pytest.mark.parametrize(("key", "digits"), [("03102", 5), ("031010000", 9)])
def test_a_key_of_another_level_than_was_asked_is_found(tmp_path: Path, key: str, digits: int) -> None:
    folder = named(tmp_path, [*NAMES[:1], "", *NAMES[2:5], ""], {1: key}, kinds=["gemeinde", "kreisfrei"])
    with (folder / "register.csv").open("a", encoding="utf-8") as register:
        register.write("031010000,Bergamt,verband,Neuland,,\n")
    findings = check_survey(folder).findings
    rows = findings[findings["kind"] == "koerperschaft"]
    assert len(key) == digits and rows["key"].tolist() == [key, "03102"] and rows["row"].tolist() == [3, 7]


MIXED = [
    (["03101001", "03101002", "03101003", "03102002", "03102", "031010000"], {6: "fehler", 7: "fehler"}),
    (["03101001", "03101002", "03101", "03102", "031010000", "03201000"], {4: "warnung", 5: "warnung", 6: "warnung"}),
    (["03101", "03102", "031010000"], {}),
]


@pytest.mark.parametrize("register", [True, False])
@pytest.mark.parametrize(("keys", "expected"), MIXED)
def test_who_was_asked_is_asked_where_the_keys_do_not_tell(
    tmp_path: Path, keys: list[str], expected: dict[int, str], register: bool
) -> None:
    book = copy.deepcopy(CODEBOOK)
    del book["respondent"]["kinds"]
    if not register:
        book["register"] = "none"
    rows = copy.deepcopy(ROWS)[: len(keys)]
    for row, key in zip(rows, keys, strict=True):
        row[1] = key
    folder = write_folder(tmp_path, codebook=book, rows=rows)
    with (folder / "register.csv").open("a", encoding="utf-8") as file:
        file.write("031010000,Bergamt,verband,Neuland,,\n")

    def said() -> dict[int, str]:
        found = check_survey(folder).findings
        found = found[found["kind"] == "koerperschaft"]
        assert all("kinds: [gemeinde, kreisfrei, kreis, verband]" in text for text in found["expected"])
        return dict(zip(found["row"].tolist(), found["severity"], strict=True))

    assert said() == expected
    book["respondent"]["kinds"] = ["gemeinde", "kreisfrei", "kreis", "verband"]
    write_folder(folder, codebook=book, rows=rows)
    with (folder / "register.csv").open("a", encoding="utf-8") as file:
        file.write("031010000,Bergamt,verband,Neuland,,\n")
    assert said() == {}


def test_other_forms_of_a_key_are_told_where_no_register_knows_them(tmp_path: Path) -> None:
    values = ["01001000", "01002000", "01003000", "1004000", "DEF01", "010550000000"]
    findings = check_survey(without_register(tmp_path, "ags", values)).findings
    rows = findings[findings["kind"] == "schluessel"]
    assert rows["row"].tolist() == [6, 7] and set(rows["severity"]) == {"warnung"}
    assert check_survey(without_register(tmp_path / "b", "ags", ["a", "b", "c", "d", "1001000", "DEF01"])).clean


@pytest.mark.parametrize(("column", "value"), [("ags", "#NAME?"), ("ags", "#NV"), ("ags", "Err:502")])
def test_an_error_value_of_a_spreadsheet_is_no_key(tmp_path: Path, column: str, value: str) -> None:
    findings = check_survey(without_register(tmp_path, column, ["a", "b", "c", "d", "e", value])).findings
    rows = findings[findings["kind"] == "schluessel"]
    assert [(row.severity, row.row, row.value) for row in rows.itertuples()] == [("fehler", 7, value)]


WRITTEN = [
    ("AGS 03101001", "03101001", "label"),
    ("Gemeindeschlüssel: 3101001", "03101001", "label"),
    ("DE_03101001", "03101001", "label"),
    ("03102 (Kreis)", "03102", "label"),
    ("03102000", "03102", "kreis"),
    ("3102000", "03102", "leading_zero"),
    ("DE911", "", ""),
    ("DEF0", "", ""),
    ("DE", "", ""),
]


@pytest.mark.parametrize(("text", "key", "repaired"), WRITTEN)
def test_keys_are_read_as_offices_write_them(tmp_path: Path, text: str, key: str, repaired: str) -> None:
    match = read_register(write_folder(tmp_path) / "register.csv").normalise_key(text)
    assert (match.key, match.repaired) == (key, repaired)
    assert ("NUTS" in match.problem) == (text in ("DE911", "DEF0"))


def without_register(place: Path, column: str, values: list[str], **respondent: Any) -> Path:
    book = copy.deepcopy(CODEBOOK)
    book["register"] = "none"
    book["respondent"] |= respondent
    rows = copy.deepcopy(ROWS)
    for row, value in zip(rows, values, strict=True):
        row[HEADING.index(column)] = value
    return write_folder(place, codebook=book, rows=rows)


ALIKE = [
    (["Köln", "köln", "KÖLN", "Ulm", "Au", "Bad Au"], ["Au", "Ulm", "bad_au", "koeln"], 2),
    (["01001000", "1001000", "1002000", "1003000", "01003000", "1004000"],
     ["01001000", "01003000", "1002000", "1004000"], 2),
    (["010010000000", "01001000", "AGS 01001000", "DE_01002000", "10020000000", "01002000"],
     ["01001000", "01002000"], 4),
    (["Sankt-Peter", "Mu\u0308nster", "Münster", "MUENSTER", "Sankt Peter", "7"], ["7", "muenster", "sankt_peter"], 3),
]  # fmt: skip


@pytest.mark.parametrize(("values", "keys", "n_dropped"), ALIKE)
def test_own_keys_in_several_spellings_are_several_answers_of_one_body(
    tmp_path: Path, values: list[str], keys: list[str], n_dropped: int
) -> None:
    survey = read_survey(without_register(tmp_path / "a", "ags", values))
    counts = survey.report.counts.set_index("what")["n"]
    assert survey.responses.index.tolist() == keys
    assert counts["mehrfach"] == n_dropped and 0 < counts["schluessel_repariert"] <= n_dropped
    turned = read_survey(without_register(tmp_path / "b", "ags", values[::-1]))
    assert turned.responses.index.tolist() == keys
    folder = without_register(tmp_path / "c", "ags", values, duplicates="error", order_by="")
    with pytest.raises(ResponseError, match="mehrmals geantwortet"):
        read_survey(folder)


@pytest.fixture(scope="module")
def official(external) -> Register:
    register, *changes = (
        external(f"register/{name}")
        for name in ("GV100AD_301123.txt", "Gebietsaenderungen_2023.xlsx", "Gebietsaenderungen_2024.xlsx")
    )
    return read_register(register, successors=changes)


@pytest.mark.parametrize(
    ("key", "name", "verdict"),
    [
        ("05315000", "Düsseldorf", "other"),
        ("05315000", "Stadtverwaltung Köln", "agrees"),
        ("05315000", "KOELN", "agrees"),
        ("05315000", "Der Oberbürgermeister der Stadt Köln", "agrees"),
        ("05315000", "Köln, Amt für Informationsverarbeitung", "agrees"),
        ("03404000", "Landkreis Osnabrück", "other"),
        ("03459", "Landkreis Osnabrück", "agrees"),
        ("03459", "Stadt Osnabrück", "other"),
        ("03241", "Region Hannover", "agrees"),
        ("03241", "Landeshauptstadt Hannover", "other"),
        ("05914000", "Stadt Hagen", "agrees"),
        ("07316000", "Neustadt an der Weinstraße", "agrees"),
        ("07316000", "Neustadt/W.", "agrees"),
        ("08136065", "Schwäb. Gmünd", "agrees"),
        ("15002000", "Halle/S.", "agrees"),
        ("05754012", "Halle/Westf.", "agrees"),
        ("05754012", "Halle (Saale)", "other"),
        ("05162024", "Mönchengladbach", "other"),
    ],
)
def test_names_as_offices_write_them(official: Register, key: str, name: str, verdict: str) -> None:
    assert compare(official, key, name).verdict == verdict


OFFICE = {
    "gemeinde": ("Gemeinde", "Stadtverwaltung"), "kreisfrei": ("Stadt", "Oberbürgermeister der Stadt"),
    "kreis": ("Landkreis", "Landratsamt des Kreises"), "verband": ("", ""),
}  # fmt: skip
ASCII = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
LONG = {"St. ": "Sankt ", "a.d.": "an der ", " b.": " bei ", " i.": " im ", "a. d.": "an der"}
SHORT = {"Sankt ": "St. ", " an der ": " a.d. ", " am ": " a. ", " bei ": " b. ", "straße": "str."}


def replaced(text: str, by: dict[str, str]) -> str:
    for part, other in by.items():
        text = text.replace(part, other)
    return text


def ten_ways(name: str, base: str, kind: str, kreis: str, land: str) -> list[str]:
    """A body's name as people write it."""
    title, office = OFFICE[kind]
    return [
        name, base, base.upper(), replaced(base, ASCII), f"{title} {base}", f"{office} {base}",
        f"{base} ({kreis.split(',')[0] or land})", re.sub("[-/]", " ", base), replaced(base, LONG),
        replaced(base, SHORT),
    ]  # fmt: skip


def test_no_official_name_written_in_ten_ways_is_a_false_alarm(official: Register) -> None:
    """Every fifth body; measured on all 12,272 once: 0 in sixteen ways."""
    table = official.bodies.iloc[::5]
    wrong = [
        (row.Index, name)
        for row in table.itertuples()
        for name in ten_ways(row.name, row.base_name, row.kind, row.kreis_name, row.land_name)
        if compare(official, row.Index, name).verdict != "agrees"
    ]
    assert len(table) > 2000 and wrong == []


def test_a_wrong_digit_is_found_by_the_name(official: Register) -> None:
    """One digit up makes another valid key in many cases; only bodies of the same name cannot be told apart."""
    places = official.bodies[official.bodies["kind"].isin(["gemeinde", "kreisfrei"])].iloc[::5]
    verdicts = {}
    for key, name in places["base_name"].items():
        for place in range(2, 8):
            other = key[:place] + str((int(key[place]) + 1) % 10) + key[place + 1 :]
            if other in official.bodies.index:
                verdicts[key, other] = (compare(official, other, name).verdict, name)
    missed = [pair for pair, (verdict, _) in verdicts.items() if verdict != "other"]
    assert len(verdicts) > 1000
    assert all(official.table.at[pair[1], "base_name"] == verdicts[pair][1] for pair in missed)
