"""Whatever comes in at a door is read or refused in one sentence: no crash, no hang, no memory without end.

``benchmarks/hostile.py`` tries 100,000 inputs; here are a few of them and every one that once did harm.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hostile_inputs import DOORS, Door, prepared
from miniature import CODEBOOK, write_folder

from typology.commands.verbs import main
from typology.content.reading import read_yaml
from typology.errors import TypologyError, file_bytes
from typology.files.formats import read_table
from typology.matching.wishes import read_wishes
from typology.survey.survey import check_survey, read_survey
from typology.tables.package import read_json
from typology.types.typology import load_typology

N_INPUTS = int(os.environ.get("TYPOLOGY_EXAMPLES", "25"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes and devices among its files")


def test_a_run_over_all_doors_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(__file__).parents[1] / "benchmarks" / "hostile.py"
    spec = importlib.util.spec_from_file_location("hostile", file)
    assert spec is not None and spec.loader is not None
    study = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(study)
    asked: list[tuple[int, int]] = []

    def tried(door: Door, first: int, n: int) -> dict[str, Any]:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append((first, n))
        counted = {"inputs": n, "refused": n - 1, "crashed": 1, "crashes": [f"{first}: it broke"]}
        return counted | {"door": door.name, "first": first, "processor_s": 0.5, "slowest_s": 0.1, "memory_mb": 9}

    monkeypatch.setattr(study, "RESULTS", tmp_path / "hostile.csv")
    monkeypatch.setattr(study, "DOORS", [door for door in DOORS if not door.slow][:1])
    monkeypatch.setattr(study, "in_a_process", tried)
    monkeypatch.setattr(sys, "argv", ["hostile.py", "2500"])
    with pytest.raises(KeyboardInterrupt):
        study.main()
    first = asked[0][0]
    assert asked == [(first, 1000), (first + 1000, 1000)]
    asked.pop(0)
    monkeypatch.setattr(sys, "argv", ["hostile.py", "2500", "--resume"])
    assert study.main() == 1, "something crashed"
    assert asked[1:] == [(first + 2000, 500)]
    row = study.stopped()[study.DOORS[0].name]
    assert (row["inputs"], row["refused"], row["crashed"], row["processor_s"]) == (2500, 2497, 3, 1.5)
    assert row["crashes"] == [str(first), str(first + 1000), str(first + 2000)]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(door: Door, tmp_path: Path) -> None:
    refused = 0
    with prepared(door, tmp_path / "in") as try_one:
        assert try_one(0) is not None
        for number in range(1, (N_INPUTS // 10 if door.slow else N_INPUTS) + 1):
            try:
                try_one(number)
            except TypologyError:
                refused += 1
    if door.name not in ("answers", "codebook of a survey", "seal"):  # a report says there what is wrong
        assert refused, "else no change was noticed"


def changed_book(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    book = copy.deepcopy(CODEBOOK)
    change(book)
    return book


@pytest.mark.parametrize("name", ["", " "])
@pytest.mark.parametrize("where", ["goals", "blocks.0", "blocks.3"])
def test_an_entry_without_a_column_is_refused(tmp_path: Path, where: str, name: str) -> None:
    part, _, place = where.partition(".")
    book = copy.deepcopy(CODEBOOK)
    columns = (book[part][int(place)] if place else book[part])["columns"]
    columns[next(iter(columns))] = name
    report = check_survey(write_folder(tmp_path / "f", codebook=book))
    assert report.n_errors == 1 and f"Unter {where} steht ein Eintrag ohne Spaltennamen" in str(
        report.findings["message"].tolist()
    )


DEEP = {
    "lists": "[" * 5000 + "]" * 5000,
    "mappings": "{a: " * 5000 + "x" + "}" * 5000,
    "lines": "\n".join(f"{' ' * depth}a:" for depth in range(500)),
    "just too deep": "[" * 101 + "]" * 101,
}
MANY = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
)


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_a_deeply_nested_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wishes.yaml"
    path.write_text(text, encoding="utf-8")
    for read in (read_yaml, read_wishes):
        with pytest.raises(TypologyError, match="tiefer als 100 Ebenen"):
            read(path)
    path.write_text("[" * 100 + "]" * 100, encoding="utf-8")
    assert read_yaml(path)


def test_aliases_that_write_out_to_billions_of_entries_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text(MANY + "\n" + yaml.safe_dump(CODEBOOK), encoding="utf-8")
    with pytest.raises(TypologyError, match="mehr als 1000000 Einträge"):
        read_yaml(path)
    path.write_text("yes: &yes [Y]\nblocks: [*yes, *yes]\n", encoding="utf-8")
    assert read_yaml(path)["blocks"] == [["Y"], ["Y"]]


def test_deep_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    for read in (read_json, load_typology):
        with pytest.raises(TypologyError, match=r"run\.json"):
            read(path)


@posix
@pytest.mark.parametrize("kind", ["pipe", "device", "giant"])
def test_only_ordinary_files_of_a_reasonable_size_are_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(600_000_000)  # holes take no room
    with pytest.raises(OSError, match=r"device|large"):
        file_bytes(path)
    for read in (read_yaml, read_table, load_typology, read_wishes):
        with pytest.raises(TypologyError, match=r"a\.csv"):
            read(path)
    book = changed_book(lambda book: book["register"].update(file=str(path)))
    assert check_survey(write_folder(tmp_path / "f", codebook=book)).n_errors == 1


@pytest.mark.parametrize("name", ["../answers.csv", "x/../../answers.csv", "{outside}"])
@pytest.mark.parametrize("part", ["responses", "structure"])
def test_a_codebook_does_not_lead_out_of_its_folder_unless_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str
) -> None:
    outside = tmp_path / "answers.csv"
    folder = write_folder(tmp_path / "f")
    (folder / "responses.csv").rename(outside)
    book = changed_book(lambda book: book["files"].update({part: name.format(outside=outside)}))
    write_folder(folder, codebook=book)
    report = check_survey(folder)
    assert report.n_errors == 1 and "hinaus" in report.findings["message"].iloc[0]
    if part == "responses":
        monkeypatch.setenv("TYPOLOGY_OUTSIDE", os.pathsep.join(["", str(tmp_path)]))
        assert len(read_survey(folder).responses) == 6


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    book = changed_book(lambda book: book["files"].update(responses="a\0b.csv"))
    assert check_survey(write_folder(tmp_path / "f", codebook=book)).n_errors == 1
    for verb in (["check"], ["run"], ["verify"], ["forget", "1"]):
        result = CliRunner().invoke(main, [verb[0], "a\0b", *verb[1:], "--data", str(tmp_path)])
        assert result.exit_code == 2 and "gibt es nicht" in result.output, verb


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_that_no_table_has_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr("typology.files.text.LONGEST_LINE", 1000)
    path = tmp_path / "a.csv"
    rows = [f"{number};{'x' * 500}{end}" for number in range(9)]
    path.write_bytes(f"a;b{end}{''.join(rows)}".encode())
    assert len(read_table(path).frame) == 9
    monkeypatch.setattr("typology.files.text.decode", lambda *_: pytest.fail("decoded"))
    path.write_bytes(f"a;b{end}{''.join(rows)}1;{'x' * 1500}{end}".encode())
    with pytest.raises(TypologyError, match="ist Zeile 11 länger"):
        read_table(path)


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    part = {"xlsx": "xl/sharedStrings.xml", "ods": "content.xml"}[ending]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "x")
        archive.writestr(part, b"<a/>")
    raw = bytearray(path.read_bytes())
    stated = (1_600_000_000).to_bytes(4, "little")
    place = raw.find(part.encode(), raw.find(b"PK\x01\x02", raw.find(b"PK\x01\x02") + 1))
    raw[place - 22 : place - 18] = stated  # the size that the archive's list states
    path.write_bytes(raw)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(part).file_size == 1_600_000_000
    with pytest.raises(TypologyError, match="entpackt größer als 1 GB"):
        read_table(path)
