"""The codebook: what it takes, what it refuses, and what it says then."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from miniature import CODEBOOK

from typology.commands.start import survey_files
from typology.errors import CodebookError
from typology.survey.codebook import PRESETS, Codebook, read_codebook

CODEBOOKS = sorted((Path(__file__).parent / "codebooks").glob("*.yaml"))


def written(folder: Path, **changes: Any) -> Path:
    """The miniature codebook with some places changed; ``a__b=value`` sets ``a.b``, None removes."""
    data = copy.deepcopy(CODEBOOK)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = data
        for part in parents:
            place = place[int(part)] if part.isdigit() else place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    file = folder / "codebook.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def test_miniature_is_read_as_declared(tmp_path: Path) -> None:
    book = read_codebook(written(tmp_path))
    assert isinstance(book, Codebook)
    assert book.goals.keys == ("effizienz", "buergernaehe", "foerdermittel", "attraktivitaet", "daseinsvorsorge")
    assert book.survey.date.isoformat() == "2026-06-30"
    assert book.missing_codes() == {"-99": "verweigert"}
    assert book.columns()["Z[1]"] == "goals"


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_every_hand_written_codebook_is_valid(path: Path) -> None:
    assert read_codebook(path).survey.key == path.stem


@pytest.mark.parametrize(
    ("changes", "place", "expected"),
    [
        ({"goals__chosn": ["Y"]}, "goals.chosn", "chosen"),
        ({"survey__titel": "x"}, "survey.titel", "title"),
        ({"respondent__duplicate": "latest"}, "respondent.duplicate", "duplicates"),
        ({"blocks__0__scala": ["1", "5"]}, "blocks.0.scala", "scale"),
        ({"files__delimeter": ";"}, "files.delimeter", "delimiter"),
        ({"fils": {}}, "fils", "files"),
    ],
)
def test_misspelled_key_is_refused_with_the_right_one(
    tmp_path: Path, changes: dict[str, Any], place: str, expected: str
) -> None:
    with pytest.raises(CodebookError) as caught:
        read_codebook(written(tmp_path, **changes))
    problem = next(item for item in caught.value.problems if item.column == place)
    assert problem.message == "unbekannte Angabe"
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"goals__limit": "9"}, "limit ist größer"),
        ({"goals__limit": "drei"}, "keine ganze Zahl"),
        ({"goals__chosen": []}, "chosen fehlt"),
        ({"goals__chosen": [""]}, "steht in chosen und in not_chosen"),
        ({"goals__columns": {"effizienz": "Z[1]"}}, "mindestens zwei Ziele"),
        ({"goals__kind": "rating", "goals__limit": None}, "braucht levels"),
        ({"goals__kind": "wahl"}, "nicht vorgesehen"),
        ({"blocks__0__scale": ["5", "1"]}, "kleinsten und den größten"),
        ({"blocks__0__kind": "ratting"}, "kind ratting gibt es nicht"),
        ({"blocks__0__columns": {"prozesse": "Z[1]"}}, "zweimal vergeben"),
        ({"blocks__0__columns": {"key": "F[1]"}}, "der Name 'key' ist vergeben"),
        ({"goals__columns": {"key": "Z[1]", "effizienz": "Z[2]"}}, "der Name 'key' ist vergeben"),
        ({"blocks__3__columns": {"liste": "C1"}}, "Einwilligung gibt es nur zu"),
        ({"respondent__order_by": None}, "braucht order_by"),
        ({"respondent__test_rows": [{"column": "note"}]}, "genau eine Angabe"),
        ({"respondent__include": [{"column": "note", "pattern": "("}]}, "kein gültiger Ausdruck"),
        ({"survey__date": "gestern"}, "kein Datum"),
        ({"survey": None}, "Angabe fehlt"),
        ({"register": "keins"}, "Name: Wert"),
        ({"missing": "eufs"}, "nicht vorgesehen"),
        ({"typology": {"prior": "viel"}}, "auto oder eine Zahl"),
    ],
)
def test_wrong_codebook_is_refused_in_german(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(CodebookError) as caught:
        read_codebook(written(tmp_path, **changes))
    assert words in str(caught.value)
    assert all(problem.file == "codebook.yaml" for problem in caught.value.problems)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as caught:
        read_codebook(written(tmp_path, goals__limit="x", survey__date="y", files__sheat="z"))
    assert {problem.column for problem in caught.value.problems} == {"goals.limit", "survey.date", "files.sheat"}


@pytest.mark.parametrize("text", ["", "a: [", "- 1\n- 2\n", "nur Text", "a: 1\na: 2\n", "[" * 3000, "? [a]\n: b\n"])
def test_a_file_that_is_no_codebook_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=r"codebook\.yaml"):
        read_codebook(path)


def test_missing_file_and_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="fehlt"):
        read_codebook(tmp_path / "codebook.yaml")
    (tmp_path / "codebook.yaml").write_bytes("titel: Köln".encode("cp1252"))
    with pytest.raises(CodebookError, match="UTF-8"):
        read_codebook(tmp_path / "codebook.yaml")


def test_presets_may_be_named_in_one_word_and_own_codes_win(tmp_path: Path) -> None:
    assert read_codebook(written(tmp_path, missing="efs")).missing_codes() == PRESETS["efs"]
    book = read_codebook(written(tmp_path, missing={"presets": ["sosci", "quamp"], "codes": {"-9": "verweigert"}}))
    assert book.missing_codes()["-9"] == "verweigert"
    assert book.missing_codes()["-999"] == "nicht_beantwortet"


def test_yaml_turns_nothing_into_numbers_or_truth_values(tmp_path: Path) -> None:
    book = read_codebook(written(tmp_path, goals__chosen=["01"], goals__not_chosen=["no"]))
    assert book.goals.chosen == ("01",)
    assert book.goals.not_chosen == ("no",)


def test_open_places_are_not_the_same_column_twice(tmp_path: Path) -> None:
    files = survey_files("halb", "en")
    text = re.sub('"TODO date[^"]*"', "2026-06-30", files["codebook.yaml"])
    assert text.count(': "TODO"') > 5
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    book = read_codebook(tmp_path / "codebook.yaml")
    assert set(book.goals.columns.values()) == {"TODO"}
    (tmp_path / "codebook.yaml").write_text(text.replace(': "TODO"', ': "A"'), encoding="utf-8")
    with pytest.raises(CodebookError, match="zweimal vergeben"):
        read_codebook(tmp_path / "codebook.yaml")
