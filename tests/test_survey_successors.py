"""Respondents of an older Gebietsstand: their keys follow the successor files that the codebook names."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from miniature import CODEBOOK, changed, write_folder

from typology.errors import RegisterError, ResponseError, TypologyError
from typology.survey.survey import check_survey, read_survey

HEAD = [
    ["Kennziffer", "Regionaleinheit", "Abgebende / Aufgelöste Gemeinde", "", "", "",
     "Aufnehmende / Neugebildete Gemeinde", "", "", "Wirksamkeitsdatum"],
    ["", "", "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeindeschlüssel (AGS)", "Name", "Änderungsart",
     "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeindeschlüssel (AGS)", "Name", "statistisch"],
]  # fmt: skip


def change(kind: str, old: str, new: str, day: str = "01.01.2025", unit: str = "Gemeinde") -> list[str]:
    """One row of the official file: 1 dissolved, 2 a part given away, 3 new key, 4 new name."""
    wide = {8: lambda key: key[:5] + "0000" + key[5:], 5: lambda key: key}[len(old)]
    return ["1", unit, wide(old), old, f"Alt {old}", kind, wide(new), new, f"Neu {new}", day]


def folder_with(place: Path, changes: dict[str, list[list[str]]], rows: list[list[str]]) -> Path:
    """The miniature whose codebook names one file of changes per year."""
    book: dict[str, Any] = copy.deepcopy(CODEBOOK)
    book["register"]["successors"] = list(changes)
    path = write_folder(place, codebook=book, rows=rows)
    for name, lines in changes.items():
        with xlsxwriter.Workbook(path / name) as workbook:
            sheet = workbook.add_worksheet("Gebietsaenderungen")
            for i, line in enumerate([*HEAD, *lines]):
                sheet.write_row(i, 0, line)
    return path


def test_renamed_merged_and_moved_bodies_answer_under_their_new_key(tmp_path: Path) -> None:
    changes = {
        "Gebietsaenderungen_2024.xlsx": [
            change("4", "03101001", "03101001"),  # a new name, the key stays
            change("1", "03101099", "03101098"),  # merged, and once more a year later
        ],
        "Gebietsaenderungen_2025.xlsx": [
            change("1", "03101098", "03101002"),
            change("3", "03109003", "03101003"),
            change("3", "03999", "03102", unit="Kreis"),
        ],
    }
    rows = changed(1, ags="03101099")
    rows[2][1], rows[5][1] = "3109003", "03999"  # the lost zero is put back first
    survey = read_survey(folder_with(tmp_path, changes, rows))
    assert survey.responses.index.tolist() == ["03101001", "03101002", "03101003", "03102", "03102001", "03102002"]
    assert survey.municipalities.index.tolist() == survey.responses.index.tolist()
    assert survey.municipalities.at["03101002", "name"] == "Bergdorf"
    findings = survey.report.findings
    notes = findings.loc[findings["kind"] == "schluessel_successor", ["row", "value", "key"]]
    assert list(notes.itertuples(index=False, name=None)) == [
        (3, "03101099", "03101002"),
        (4, "3109003", "03101003"),
        (7, "03999", "03102"),
    ]
    assert survey.report.counts.set_index("what")["n"]["schluessel_repariert"] == 3


def test_two_that_merged_and_both_answered_are_one_body(tmp_path: Path) -> None:
    changes = {"g.xlsx": [change("1", "03101098", "03101002"), change("1", "03101099", "03101002")]}
    rows = changed(1, ags="03101098")
    rows[2][1] = "03101099"
    survey = read_survey(folder_with(tmp_path, changes, rows))
    assert survey.responses.index.tolist() == ["03101001", "03101002", "03102", "03102001", "03102002"]
    assert survey.responses.at["03101002", "goal_buergernaehe"] == "ja"  # the later of the two answers
    findings = survey.report.findings
    assert findings.loc[findings["kind"] == "mehrfach", "row"].tolist() == [3]


def test_a_split_is_named_with_its_parts_and_never_guessed(tmp_path: Path) -> None:
    changes = {"g.xlsx": [change("1", "03101097", "03101002"), change("1", "03101097", "03101003")]}
    path = folder_with(tmp_path, changes, changed(1, ags="03101097"))
    with pytest.raises(ResponseError) as caught:
        read_survey(path)
    (found,) = [problem for problem in caught.value.problems if problem.kind == "schluessel"]
    assert (found.row, found.value) == (3, "03101097")
    assert "aufgeteilt" in found.message
    assert "03101002 Bergdorf" in found.expected and "03101003 Neuenkirchen" in found.expected


@pytest.mark.parametrize("kind", ["2", "4"])
def test_a_part_given_away_or_a_new_name_does_not_move_a_key(tmp_path: Path, kind: str) -> None:
    changes = {"g.xlsx": [change(kind, "03101097", "03101002")]}
    with pytest.raises(ResponseError, match="Fehler"):
        read_survey(folder_with(tmp_path, changes, changed(1, ags="03101097")))
    survey = read_survey(folder_with(tmp_path / "b", {"g.xlsx": [change(kind, "03101001", "03101002")]}, changed(0)))
    assert "03101001" in survey.responses.index


def test_an_old_key_without_the_file_of_changes_stays_an_error(tmp_path: Path) -> None:
    with pytest.raises(TypologyError):
        read_survey(folder_with(tmp_path, {}, changed(1, ags="03101099")))


def test_a_file_of_changes_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    path = folder_with(tmp_path, {"g.xlsx": []}, changed(0))
    (path / "g.xlsx").unlink()
    with pytest.raises(RegisterError, match=r"g\.xlsx fehlt"):
        read_survey(path)
    (path / "g.xlsx").write_bytes(b"PK\x03\x04")
    report = check_survey(path)
    assert report.n_errors == 1 and "g.xlsx" in report.findings["message"].iloc[0]


def dissolved(key: str, name: str, unit: str = "Gemeindeverband", new: str = "") -> list[str]:
    """A row that says of a body that it is no more, and not what came after it."""
    return ["1", unit, key, "", name, "1", new, "", "", "01.01.2025"]


@pytest.mark.parametrize("new", ["", "-"])
def test_a_verband_that_ended_without_successor_stops_no_survey(tmp_path: Path, new: str) -> None:
    lines = [
        dissolved("031019401", "Wald", new=new),
        change("1", "03101099", "03101002"),
        dissolved("031019402", "Moor", new=new),
    ]
    survey = read_survey(folder_with(tmp_path, {"g.xlsx": lines}, changed(1, ags="03101099")))
    assert "03101002" in survey.responses.index
    findings = survey.report.findings
    left_out = findings[findings["kind"] == "register_ausgelassen"]
    assert left_out[["severity", "file", "row", "value"]].to_numpy().tolist() == [
        ["hinweis", "g.xlsx", 3, "031019401 Wald, 031019402 Moor"]
    ]


def test_a_municipality_that_ended_without_successor_is_still_an_error(tmp_path: Path) -> None:
    lines = [dissolved("031019401", "Wald"), dissolved("031010000099", "Aue", unit="Gemeinde")]
    with pytest.raises(RegisterError, match=r"g\.xlsx: Gebietsänderungen, die nicht zu lesen sind: 1") as error:
        read_survey(folder_with(tmp_path, {"g.xlsx": lines}, changed(0)))
    assert [problem.row for problem in error.value.problems if problem.severity == "fehler"] == [4]
