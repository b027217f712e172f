"""Findings: collected, weighed, refused in one sentence."""

from __future__ import annotations

import errno
import pickle
import re
from pathlib import Path

import pytest

from typology.errors import Findings, Problem, ResponseError, Severity, TypologyError, nearest, system_message
from typology.writing import Said

PACKAGE = Path(__file__).parents[1] / "typology"


def test_severities_are_the_printed_words_worst_first() -> None:
    assert [str(severity) for severity in Severity] == ["fehler", "warnung", "hinweis"]
    assert Severity.ERROR == "fehler" and f"{Severity.NOTE}" == "hinweis"
    assert len({Severity.WARNING, "warnung"}) == 1


def test_findings_carry_their_file_and_place() -> None:
    found = Findings("a.csv")
    found.error("wert", "falsch", row=3, key="01", column="x", value="y", expected="z")
    found.warning("spalte", "seltsam", column="q")
    found.note("zeile", "gut zu wissen")
    assert list(found) == [
        Problem(Severity.ERROR, "wert", "falsch", "a.csv", 3, "01", "x", "y", "z"),
        Problem(Severity.WARNING, "spalte", "seltsam", "a.csv", column="q"),
        Problem(Severity.NOTE, "zeile", "gut zu wissen", "a.csv"),
    ]
    assert found.errors == list(found)[:1]
    assert found.of(Severity.NOTE) == list(found)[2:]


def test_one_collection_speaks_of_several_files() -> None:
    found = Findings("a.csv")
    other = found.at("b.csv")
    other.note("zeile", "in b")
    found.note("zeile", "in a")
    assert [problem.file for problem in found] == ["b.csv", "a.csv"]
    assert list(other) == list(found)
    assert (found.file, other.file) == ("a.csv", "b.csv")


def test_what_was_found_elsewhere_is_taken_over_as_it_is() -> None:
    elsewhere = Findings("b.csv")
    elsewhere.warning("wert", "dort")
    found = Findings("a.csv")
    found.add(elsewhere)
    assert list(found) == list(elsewhere)
    elsewhere.error("wert", "später")
    assert len(found) == 1 and not found.failed


def test_only_errors_refuse() -> None:
    found = Findings("a.csv")
    found.raise_if_failed(ResponseError, "register.errors")
    found.warning("wert", "seltsam")
    found.note("wert", "gut zu wissen")
    found.raise_if_failed(ResponseError, "register.errors")
    assert not found.failed
    found.error("wert", "falsch", row=2)
    found.error("wert", "falsch", row=9)
    assert found.failed
    with pytest.raises(ResponseError) as caught:
        found.raise_if_failed(ResponseError, "register.errors", most=1)
    assert caught.value.message == "a.csv: das Register hat 2 Fehler."
    assert [problem.row for problem in caught.value.problems] == [2]
    assert "a.csv, Zeile 2: falsch" in str(caught.value)


def test_all_errors_are_listed_where_no_limit_is_named() -> None:
    found = Findings()
    for row in range(30):
        found.error("wert", "falsch", row=row)
    with pytest.raises(TypologyError) as caught:
        found.raise_if_failed(TypologyError, "register.errors")
    assert [problem.row for problem in caught.value.problems] == list(range(30))


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("SUBMITDAT", ["submitdate", "startdate", "id"], n=1) == ["submitdate"]
    assert nearest("x", ["submitdate"]) == []


def test_severities_are_spelled_in_one_place() -> None:
    """The words stand in ``errors.py``, and inside the keys of the sentences that print them."""
    spelled = re.compile(r"""["'](?:fehler|warnung|hinweis)["']""")
    files = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "errors.py"]
    assert len(files) > 100 and spelled.search((PACKAGE / "errors.py").read_text(encoding="utf-8"))
    assert [path.name for path in files if spelled.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("error", "german", "english"),
    [
        (FileNotFoundError(errno.ENOENT, "x"), "nicht gefunden", "not found"),
        (PermissionError(errno.EACCES, "x"), "keine Berechtigung", "no permission"),
        (OSError(errno.ENOSPC, "x"), "kein Platz mehr auf dem Datenträger", "no space left on the disk"),
        (OSError(errno.EPIPE, "x"), "das Betriebssystem meldet EPIPE", "the operating system reports EPIPE"),
        (OSError("x"), "das Betriebssystem meldet OSError", "the operating system reports OSError"),
    ],
)
def test_what_the_system_reports_is_said_in_the_language_of_the_program(
    error: OSError, german: str, english: str
) -> None:
    said = system_message(error)
    assert (said.of("de"), said.of("en")) == (german, english)


def test_a_file_open_in_another_program_of_windows_is_no_question_of_permission() -> None:
    error = PermissionError(errno.EACCES, "x")
    error.winerror = 32  # type: ignore[attr-defined]
    assert system_message(error).of("en") == "open in another program"


def test_an_error_that_comes_from_another_process_keeps_its_message_and_findings() -> None:
    found = Findings("a.csv")
    found.error("wert", Said("writing.and"), row=3)
    with pytest.raises(ResponseError) as caught:
        found.raise_if_failed(ResponseError, "register.errors")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - what joblib does between processes
    assert type(again) is ResponseError
    assert again.lines("en") == caught.value.lines("en") != caught.value.lines("de")
    assert again.problems == caught.value.problems
