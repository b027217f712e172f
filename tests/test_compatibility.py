"""Files of version 0.1 are read, and files of a version to come are refused with what to do."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from typology.errors import CodebookError, StudyError
from typology.study.workflow import read_study, run_study
from typology.survey.codebook import FORMAT as CODEBOOK
from typology.survey.codebook import read_codebook
from typology.tables.info import FORMAT as STUDY
from typology.tables.settings import Settings
from typology.types.typology import load_typology
from typology.types.typology_file import FORMAT as TYPOLOGY

PAGES = Path(__file__).parents[1] / "docs" / "pages"
OLD = Path(__file__).parent / "data" / "version-0.1"
TABLES = ("municipalities", "assignments", "types")
NEWER = "stammt von einer neueren Fassung: bitte das Programm erneuern"


def changed(path: Path, target: Path, **values: Any) -> Path:
    """A copy of a JSON file with other values at the top."""
    target.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")
    return target


@pytest.fixture
def old_study(tmp_path: Path) -> Path:
    shutil.copytree(OLD / "study", tmp_path / "study")
    return tmp_path / "study"


def test_an_old_typology_file_assigns_as_it_did() -> None:
    typology = load_typology(OLD / "study" / "internal" / "typology.json")
    answers = dict.fromkeys(typology.goal_keys, "nein") | dict.fromkeys(
        ("effizienz", "effektivitaet", "daseinsvorsorge"), "ja"
    )
    row = typology.assign(pd.DataFrame([answers], index=pd.Index(["90051001"], name="key"))).iloc[0]
    assert (row["type"], row["status"]) == ("gruppe_c", "klar")
    # printed by version 0.1
    assert row[["p_gruppe_a", "p_gruppe_b", "p_gruppe_c"]].tolist() == pytest.approx(
        [0.054144, 0.005664, 0.940192], abs=1e-6
    )


def test_an_old_codebook_means_what_it_meant(tmp_path: Path) -> None:
    book = read_codebook(OLD / "codebook.yaml")
    assert (book.survey.key, book.goals.kind, book.goals.limit, len(book.goals.keys)) == ("klein", "pick", 3, 13)
    assert len(book.blocks) == len(yaml.safe_load((OLD / "codebook.yaml").read_text(encoding="utf-8"))["blocks"]) > 5
    marked = tmp_path / "codebook.yaml"
    marked.write_text("format: codebook/1\n" + (OLD / "codebook.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert read_codebook(marked) == book


def test_an_old_study_is_read_and_answers() -> None:
    study = read_study(OLD / "study", only=TABLES)
    assert study.info.n == len(study.tables.assignments) == 60
    assert study.run["versions"]["typology"] == "0.1.0"
    assert study.find("Erlenlinde") == "90001000"
    assert study.tables.assignments.loc["90001000", "status"] == "mischtyp"


def test_what_an_older_record_did_not_know_keeps_its_default(old_study: Path) -> None:
    path = old_study / "internal" / "run.json"
    info = json.loads(path.read_text(encoding="utf-8"))["info"]
    for name in ("weak", "verdict", "weighting"):
        del info[name]
    study = read_study(changed(path, path, info=info).parents[1], only=TABLES)
    assert (study.info.weak, study.info.verdict) == (False, {"de": "", "en": ""})


@pytest.mark.parametrize("name", ["survey", "n"])
def test_a_record_that_lacks_what_every_study_says_is_refused(old_study: Path, name: str) -> None:
    path = old_study / "internal" / "run.json"
    info = json.loads(path.read_text(encoding="utf-8"))["info"]
    del info[name]
    changed(path, path, info=info)
    with pytest.raises(StudyError, match=rf"betroffen: {name}\)\. Die Studie mit `typology run` neu rechnen"):
        read_study(old_study, only=TABLES)


def test_a_record_that_says_more_than_is_known_is_refused(old_study: Path) -> None:
    path = old_study / "internal" / "run.json"
    info = json.loads(path.read_text(encoding="utf-8"))["info"]
    changed(path, path, info=info | {"mood": "good", "age": 3})
    with pytest.raises(StudyError, match=r"betroffen: age, mood\)"):
        read_study(old_study, only=TABLES)


def test_a_typology_file_to_come_is_refused(tmp_path: Path) -> None:
    path = changed(OLD / "study" / "internal" / "typology.json", tmp_path / "t.json", format="typology/2")
    with pytest.raises(StudyError, match=NEWER):
        load_typology(path)


def test_a_codebook_to_come_is_refused_before_its_words_are_read(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text("format: codebook/12\nfragen: []\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=NEWER) as caught:
        read_codebook(path)
    assert caught.value.problems == ()


def test_a_study_to_come_is_refused(old_study: Path) -> None:
    path = old_study / "internal" / "run.json"
    changed(path, path, format="study/2")
    with pytest.raises(StudyError, match=NEWER):
        read_study(old_study, only=TABLES)


@pytest.mark.parametrize(
    "found", ["typology/0", "typology/01", "typology/x", "typology/²", "typology", "study/2", None, 2, ["typology/2"]]
)
def test_another_format_is_no_newer_one(tmp_path: Path, found: object) -> None:
    path = changed(OLD / "study" / "internal" / "typology.json", tmp_path / "t.json", format=found)
    with pytest.raises(StudyError, match=r"liest 'typology/1'\. Die Studie mit `typology run` neu rechnen"):
        load_typology(path)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "study/9", "fingerprint": "x"}'])
def test_a_record_that_cannot_be_read_does_not_keep_a_study_from_being_run_again(
    practice_folder: Path, tmp_path: Path, text: str
) -> None:
    target = tmp_path / "klein"
    (target / "internal").mkdir(parents=True)
    (target / "internal" / "run.json").write_text(text, encoding="utf-8")
    told: list[str] = []

    class Stopped(Exception):
        pass

    def stop(step: str) -> None:
        told.append(step)
        raise Stopped

    with pytest.raises(Stopped):
        run_study(practice_folder, target, Settings(), progress=stop)
    assert told == ["Antworten werden gelesen und geprüft"]


@pytest.mark.parametrize(
    ("page", "newer"), [("compatibility.md", "A newer version wrote the file"), ("de/bestand.md", NEWER)]
)
def test_the_pages_name_the_formats_that_are_read(page: str, newer: str) -> None:
    text = " ".join((PAGES / page).read_text(encoding="utf-8").split())
    assert set(re.findall(r"\b(?:codebook|typology|study)/\d+", text)) == {CODEBOOK, TYPOLOGY, STUDY}
    assert newer.split(":")[0] in text
    assert OLD.relative_to(PAGES.parents[1]).as_posix() in text
