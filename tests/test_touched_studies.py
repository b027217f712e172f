"""A processed study that somebody has touched: every reading and ``verify`` notice it, whatever table it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from typology.commands.study import verify_files
from typology.commands.verbs import main
from typology.errors import StudyError
from typology.files.seals import SEAL, Change, changes, file_hash
from typology.study.workflow import read_study

Lines = list[str]


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def data(tmp_path: Path, tiny: Any) -> Path:
    shutil.copytree(tiny.folder, tmp_path / "raw" / "tiny")
    shutil.copytree(tiny.target, tmp_path / "processed" / "tiny")
    return tmp_path


def changed_cell(lines: Lines) -> Lines:
    """The last cell of the last row takes another value that may stand there."""
    *start, last = lines[-1].split(";")
    other = {"true": "false", "false": "true", "": "1"}.get(last, last[::-1] if last != last[::-1] else last + last[:1])
    return [*lines[:-1], ";".join([*start, other])]


def deleted_row(lines: Lines) -> Lines:
    return lines[:-1]


def swapped_rows(lines: Lines) -> Lines:
    return [lines[0], *lines[2:], *lines[1:2]]


CHANGES: tuple[Callable[[Lines], Lines], ...] = (changed_cell, deleted_row, swapped_rows)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("part", ["internal", "public"])
def test_every_table_is_watched(
    data: Path, part: str, change: Callable[[Lines], Lines], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = data / "processed" / "tiny"
    touched: dict[str, bytes] = {}
    for path in sorted((folder / part / "tables").glob("*.csv")):
        whole = path.read_bytes()
        lines = whole.decode("utf-8").splitlines()
        other = "\n".join(change(lines)) + "\n"
        if len(lines) < 2 or other.encode() == whole:  # nothing to delete or to swap
            continue
        path.write_bytes(other.encode())
        if part == "internal":
            with pytest.raises(StudyError, match=path.name):
                read_study(folder, only=(path.stem,))
        path.write_bytes(whole)
        touched[f"{part}/tables/{path.name}"] = other.encode()
    assert len(touched) >= (15 if part == "public" else 30) - 12 * (change is swapped_rows)
    assert verify_files(folder)
    for name, other_bytes in touched.items():
        (folder / name).write_bytes(other_bytes)
    capsys.readouterr()
    assert changes(folder) == dict.fromkeys(touched, Change.CHANGED)
    assert not verify_files(folder)
    assert next(iter(changes(folder))) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("assignments", ["show", "tiny", "{key}"]),
        ("consent", ["export", "tiny", "--out", "{out}"]),
        ("types", ["site", "tiny", "--out", "{out}"]),
        ("similar", ["peers", "tiny", "{key}"]),
        ("agenda", ["agenda", "tiny", "{key}"]),
        ("municipalities", ["compare", "tiny", "tiny"]),
        ("goals", ["sheet", "tiny", "{key}", "--out", "{out}"]),
    ],
)
def test_what_is_printed_or_published_is_never_from_a_touched_table(
    data: Path, table: str, words: list[str], tiny: Any
) -> None:
    path = data / "processed" / "tiny" / "internal" / "tables" / f"{table}.csv"
    path.write_bytes(path.read_bytes().replace(b";true", b";false", 1))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:-2], lines[-1], lines[-2]]))
    key, out = str(tiny.study.tables.municipalities.index[0]), data / "out"
    code, said = call(*(word.format(key=key, out=out) for word in words), "--data", str(data))
    assert code == 2 and f"{table}.csv: Die Datei wurde verändert" in said and "--replace" in said
    assert not out.exists()


@pytest.mark.parametrize("file", ["run.json", "typology.json", "datapackage.json"])
def test_record_typology_and_list_of_tables_are_watched(data: Path, file: str) -> None:
    folder = data / "processed" / "tiny"
    path = folder / "internal" / file
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(StudyError, match=f"internal/{file}"):
        read_study(folder)


def test_a_hash_that_was_changed_along_with_its_table_is_noticed(data: Path) -> None:
    folder = data / "processed" / "tiny"
    table, package = folder / "internal" / "tables" / "consent.csv", folder / "internal" / "datapackage.json"
    about = json.loads(package.read_text(encoding="utf-8"))
    table.write_bytes(table.read_bytes().replace(b"false", b"true"))
    for resource in about["resources"]:
        if resource["path"].endswith("/consent.csv"):
            resource["hash"] = f"sha256:{file_hash(table)}"
    package.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    with pytest.raises(StudyError, match=r"internal/datapackage\.json"):
        read_study(folder)


def test_verify_tells_of_a_whole_study_and_of_one_without_a_seal(data: Path) -> None:
    code, said = call("verify", "tiny", "--data", str(data))
    assert code == 0 and "Dateien sind, wie sie geschrieben wurden" in said
    (data / "processed" / "tiny" / SEAL).unlink()
    code, said = call("verify", "tiny", "--data", str(data))
    assert code == 0 and f"ihr Siegel {SEAL} fehlt" in said
    (data / "processed" / "tiny" / SEAL).write_text("{", encoding="utf-8")
    assert call("verify", "tiny", "--data", str(data))[0] == 1


def test_a_touched_study_is_not_taken_for_unchanged(data: Path, tiny: Any) -> None:
    from typology.study.workflow import run_study

    folder = data / "processed" / "tiny"
    said: list[str] = []
    run_study(data / "raw" / "tiny", folder, tiny.settings, sheets=False, site=False, progress=said.append)
    assert said == ["Nichts hat sich geändert; die vorhandene Studie gilt."]
    table = folder / "internal" / "tables" / "types.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(StudyError, match="--replace"):
        run_study(data / "raw" / "tiny", folder, tiny.settings, sheets=False, site=False, progress=said.append)
