"""Forgetting a municipality, from the survey's file to every output."""

from __future__ import annotations

import pytest

from typology.errors import StudyError
from typology.study import read_study, run_study
from typology.study_forget import forget_key, rows_of
from typology.study_record import Settings
from typology.survey.responses import read_survey
from typology.survey.simulation import simulate_survey

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
