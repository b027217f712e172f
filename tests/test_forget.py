"""Forgetting a municipality, from the survey's file to every output."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from typology.errors import StudyError
from typology.simulation.survey import simulate_survey
from typology.study.workflow import read_study, run_study
from typology.survey.removal import forget_key, rows_of
from typology.survey.survey import read_survey
from typology.tables.settings import Settings

QUICK = Settings(n_init=20, resamples=10, replicates=19, max_classes=4)


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "raw" / "klein"
    simulate_survey(target, n=60, random_state=8, key="klein")
    return target


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
    small_survey(tmp_path, ["ort;z1;z2", "Bad Aue;Y;", "Bad/Aue;;Y", "Ulm;Y;Y", ""], {"id": "ort"})
    keys = sorted(key for key in read_survey(tmp_path).responses.index if key != "Ulm")
    assert len(keys) == 2
    with pytest.raises(StudyError, match="ähnliche Namen"):
        forget_key(tmp_path, keys[0])
    assert forget_key(tmp_path, "Ulm") == 1


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


def test_nothing_of_it_remains_in_any_output(folder, tmp_path):
    target = tmp_path / "processed" / "klein"
    run_study(folder, target, QUICK, progress=lambda _: None)
    study = read_study(target)
    consent = study.tables.consent
    key = consent.index[consent["listed"] & consent["partner"] & (consent.index.str.len() == 8)][0]
    name = study.tables.municipalities.loc[key, "name"]
    assert (target / "public" / "gemeinde" / f"{key}.html").is_file()
    forget_key(folder, key)
    run_study(folder, target, QUICK, progress=lambda _: None)
    assert not list(target.rglob(f"{key}*"))
    for path in target.rglob("*"):
        if path.is_dir() or path.suffix in (".pdf", ".ttf", ".woff2") or path.name.startswith("register"):
            continue
        text = path.read_text(encoding="utf-8")
        assert key not in text, path.name
        if study.tables.municipalities["name"].eq(name).sum() == 1:
            assert f'"{name}"' not in text, path.name
