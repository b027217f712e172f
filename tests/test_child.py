"""Readers in a child process: what they yield arrives, and whatever they do ends in one sentence, without remains."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import child_readers
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from typology.errors import FileFormatError
from typology.files import child
from typology.files.child import Limits, limits_for, run_reader
from typology.files.formats import read_table

PROC = Path("/proc")
linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")


def children() -> set[str]:
    """The processes that this one has started and that are still there, dead ones that nobody fetched too."""
    found = set()
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if fields[1] == str(os.getpid()):
            found.add(stat.parent.name)
    return found


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process and no temporary file is left behind."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    before = children()
    yield
    assert children() <= before
    assert list(place.iterdir()) == []
    assert list(Path.cwd().glob("core*")) == []


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "limits_for", lambda size: Limits(seconds=0.3, memory=400_000_000))


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "limits_for", lambda size: Limits(seconds=30, memory=400_000_000))


def test_what_a_reader_yields_arrives_as_it_is() -> None:
    raw = bytes(range(256)) * 3
    assert list(run_reader(child_readers.echo, raw, "Köln.xlsx", sheet="ä\n", n=1)) == [
        "Köln.xlsx",
        {"sheet": "ä\n", "n": 1},
        list(raw),
        ["Köln", "\ud800", "a\nb\r\x85\u2028", 1.5, float("inf"), None],
    ]


def test_a_reader_runs_in_a_process_of_its_own_on_the_same_search_path() -> None:
    ((number, folder, path),) = run_reader(child_readers.environment, b"", "t")
    assert number != os.getpid() and folder == os.getcwd()
    assert path[: len(sys.path)] == sys.path


@pytest.mark.parametrize("of", ["xlsx", "sav"])
def test_the_readers_start_without_pandas(tmp_path: Path, of: str) -> None:
    path = tmp_path / f"t.{of}"
    if of == "sav":
        pyreadstat.write_sav(pd.DataFrame({"q": [1.0]}), path)
    else:
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet().write_row(0, 0, ["a", "b"])
    (loaded,) = run_reader(child_readers.modules, path.read_bytes(), path.name, of=of)
    assert {"python_calamine", "pyreadstat"} & set(loaded)
    assert not {"pandas", "yaml", "pydantic"} & set(loaded)


def test_a_refusal_is_the_sentence_of_the_reader() -> None:
    with pytest.raises(FileFormatError, match=r"^t\.sav: „ä“$"):
        run_reader(child_readers.refuse, b"", "t.sav")


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (child_readers.abort, r"beschädigt oder abgeschnitten \((SIGABRT|ohne Begründung)\)"),
        (child_readers.leave, r"beschädigt oder abgeschnitten \(ohne Begründung\)"),
        (child_readers.fail, r"beschädigt oder abgeschnitten \(lines\)"),
        pytest.param(child_readers.eat, r"mehr als 0,4 GB Speicher; .* weit außerhalb der Tabelle", marks=linux),
    ],
)
def test_a_reader_without_a_good_end_is_one_sentence_that_says_what_to_try(
    limited: None, capfd: pytest.CaptureFixture[str], reader: child.Reader, words: str
) -> None:
    with pytest.raises(FileFormatError, match=words) as caught:
        run_reader(reader, b"x" * 1_000_000, "Umfrage 2026.xlsx")
    assert caught.value.message.startswith("Die Datei Umfrage 2026.xlsx ")
    assert "als CSV speichern" in caught.value.message
    assert "\n" not in caught.value.message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("reader", [child_readers.run_in_circles, child_readers.wait_for_nothing])
def test_a_reader_without_end_is_ended(hurried: None, reader: child.Reader) -> None:
    with pytest.raises(FileFormatError, match=r"^Die Datei t\.sav ist in 0,3 Sekunden nicht .* als CSV speichern\.$"):
        run_reader(reader, b"", "t.sav")


def test_what_a_library_prints_is_neither_read_nor_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(run_reader(child_readers.chatter, b"", "t")) == ["said"]
    assert capfd.readouterr() == ("", "")


def test_an_interrupted_program_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(self: subprocess.Popen[bytes], *given: Any, **named: Any) -> Any:
        assert self.poll() is None
        started.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_reader(child_readers.run_in_circles, b"", "t")
    assert [process.returncode is not None for process in started] == [True]


def test_a_child_whose_program_is_gone_ends_by_itself(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[tuple[Any, dict[str, Any]]] = []

    def noted(command: Any, **named: Any) -> subprocess.CompletedProcess[bytes]:
        orders.append((command, named))
        return subprocess.CompletedProcess(command, 0, stdout=child.END, stderr=b"")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", noted)
        run_reader(child_readers.run_in_circles, b"", "t")
    ((command, named),) = orders
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(named["input"])
    process.stdin.close()
    assert process.wait(timeout=60) != 0


def test_the_limits_grow_with_the_file() -> None:
    assert limits_for(999_999) == Limits(seconds=30, memory=2_039_999_960)
    assert limits_for(100_000_000) == Limits(seconds=330, memory=6_000_000_000)


def test_an_old_workbook_is_read_from_a_file_that_goes_again(tmp_path: Path, limited: None) -> None:
    (tmp_path / "t.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(2000))
    with pytest.raises(FileFormatError, match="beschädigt"):
        read_table(tmp_path / "t.xls")


def test_a_refusal_can_be_said_in_another_language_than_that_of_the_child(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for name in ("Daten", "Rest"):
            book.add_worksheet(name)
    with pytest.raises(FileFormatError) as caught:
        read_table(tmp_path / "a.xlsx", sheet="Nein")
    assert caught.value.lines("de") == ["Die Datei a.xlsx hat kein Blatt „Nein“; vorhanden sind: „Daten“, „Rest“."]
    assert caught.value.lines("en") == ["The file a.xlsx has no sheet “Nein”; there are: “Daten”, “Rest”."]
