"""Forgetting a municipality in the survey's file; that no output keeps it, ``test_outputs.py`` says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from typology.errors import StudyError
from typology.survey.removal import forget_key, rows_of
from typology.survey.survey import read_survey


@pytest.fixture
def folder(tmp_path, practice_folder):
    return Path(shutil.copytree(practice_folder, tmp_path / "raw" / "klein"))


def test_only_the_rows_of_that_key_go(folder):
    survey = read_survey(folder)
    key = survey.municipalities.index[10]
    before = (folder / "responses.csv").read_bytes()
    file, rows = rows_of(folder, key)
    assert file == "responses.csv" and rows
    assert forget_key(folder, key) == len(rows)
    after = (folder / "responses.csv").read_bytes()
    assert after.startswith(b"\xef\xbb\xbf") and len(after) < len(before)
    left = read_survey(folder)
    assert list(left.municipalities.index) == [other for other in survey.municipalities.index if other != key]
    same = left.responses.index
    assert left.responses.equals(survey.responses.loc[same])
    # every other byte stays: the file is the old one with a few records cut out
    position = 0
    for piece in after.split(b"\r\n"):
        position = before.find(piece, position)
        assert position >= 0


def small_survey(folder: Path, lines: list[str], respondent: dict, register: object = "none") -> None:
    """A codebook of two goals and its answers."""
    book = {
        "survey": {
            "key": "klein", "title": {"de": "K", "en": "K"}, "date": "2026-01-01", "source": "s",
            "sample": {"de": "s", "en": "s"}, "retention": {"de": "r", "en": "r"},
        },
        "files": {"responses": "r.csv"}, "register": register, "respondent": respondent,
        "goals": {
            "kind": "pick", "question": {"de": "q", "en": "q"}, "chosen": ["Y"], "not_chosen": [""],
            "columns": {"effizienz": "z1", "buergernaehe": "z2"},
        },
    }  # fmt: skip
    (folder / "codebook.yaml").write_text(yaml.safe_dump(book), encoding="utf-8")
    (folder / "r.csv").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "key", "gone"), [("", "zeile_3", [3]), ("ort", "bad_aue", [2, 4]), ("ort", "Ulm", [5])]
)
def test_without_a_register_keys_are_those_of_the_study(tmp_path, column, key, gone):
    lines = ["nr;ort;z1;z2", "1;Bad Aue;Y;", "2;Köln;;Y", "3; Bad Aue;Y;Y", "4;Ulm;;Y", "5;Bonn;Y;", ""]
    small_survey(tmp_path, lines, {"id": column, "duplicates": "latest", "order_by": "nr"})
    assert key in read_survey(tmp_path).responses.index
    assert rows_of(tmp_path, key) == ("r.csv", gone)
    assert forget_key(tmp_path, key) == len(gone)
    left = [line for number, line in enumerate(lines, start=1) if number not in gone]
    assert (tmp_path / "r.csv").read_text(encoding="utf-8") == "\n".join(left)


def test_names_too_much_alike_are_left_to_a_person(tmp_path):
    long = "Zweckverband der Kommunen an der oberen und der unteren Schwarzen Elster"
    small_survey(tmp_path, ["ort;z1;z2", f"{long} Nord;Y;", f"{long} Ost;;Y", "Ulm;Y;Y", ""], {"id": "ort"})
    keys = sorted(key for key in read_survey(tmp_path).responses.index if key != "Ulm")
    assert len(keys) == 2
    with pytest.raises(StudyError, match="ähnliche Namen"):
        forget_key(tmp_path, keys[0])
    assert forget_key(tmp_path, "Ulm") == 1


@pytest.mark.parametrize(
    ("names", "key"), [(["Bad Aue", "Bad/Aue", "BAD AUE"], "bad_aue"), (["01001000", "1001000"], "01001000")]
)
def test_all_spellings_of_a_municipality_are_forgotten(tmp_path, names, key):
    lines = ["nr;ort;z1;z2", *(f"{n};{name};Y;" for n, name in enumerate(names)), "9;Ulm;Y;Y", "10;Köln;Y;Y", ""]
    small_survey(tmp_path, lines, {"id": "ort", "duplicates": "latest", "order_by": "nr"})
    assert sorted(read_survey(tmp_path).responses.index) == sorted([key, "Ulm", "koeln"])
    assert forget_key(tmp_path, key.upper()) == len(names)
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").split() == ["nr;ort;z1;z2", "9;Ulm;Y;Y", "10;Köln;Y;Y"]


def test_a_key_without_its_leading_zero_or_of_another_year_is_found(tmp_path, external):
    register, changes = (
        external(f"register/{name}") for name in ("GV100AD_301123.txt", "Gebietsaenderungen_2023.xlsx")
    )
    old, new = "01059101", "01059126"  # merged in 2023, says the list of changes
    entry = {"file": str(register), "format": "gv100ad", "date": "2023-11-30", "successors": [str(changes)]}
    small_survey(tmp_path, ["ags;z1;z2", f"{old};Y;", "1051001;;Y", "09162000;;Y", ""], {"id": "ags"}, entry)
    assert rows_of(tmp_path, new) == rows_of(tmp_path, old) == ("r.csv", [2])
    assert rows_of(tmp_path, "01051001") == rows_of(tmp_path, "1051001") == ("r.csv", [3])


def test_unknown_keys_and_other_formats_are_refused(folder):
    with pytest.raises(StudyError, match="keine Antwort"):
        forget_key(folder, "99999999")
