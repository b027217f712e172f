"""The doctor says what is there and what is missing, and ends well exactly where the core works."""

from __future__ import annotations

import builtins
import importlib
import io
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from typology.commands import doctor
from typology.commands.verbs import main
from typology.commands.words import say
from typology.files import places

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["doctor", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w-]+", text)[0] for text in requirements}


def test_everything_that_the_project_requires_is_looked_at():
    assert set(doctor.CORE.values()) == names(PROJECT["dependencies"])
    assert set(doctor.NOTEBOOKS.values()) == names(PROJECT["optional-dependencies"]["notebooks"])
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, doctor.OLDEST_PYTHON))


@pytest.mark.long
def test_a_machine_with_the_core_is_well(tmp_path):
    code, said = call("--data", str(tmp_path))
    assert code == 0 and said.endswith("Der Kern läuft.\n")
    for use in ("core", "sheets", "machine", "notebooks", "development"):
        assert f"\n{say(f'doctor_{use}')}\n" in said
    assert len(re.findall(r"^  (da|FEHLT) ", said, re.M)) == len(doctor.probes(tmp_path)) > 25


def without(monkeypatch, module: str, error: Exception) -> None:
    """Let one module fail to load."""
    found = importlib.import_module

    def load(name: str) -> object:
        if name == module:
            raise error
        return found(name)

    monkeypatch.setattr(doctor, "import_module", load)


@pytest.mark.parametrize(
    ("module", "error", "code", "words"),
    [
        (
            "scipy",
            ModuleNotFoundError("no", name="scipy"),
            2,
            r"scipy +nicht eingerichtet\n +→ pip install scipy",
        ),
        (
            "sklearn",
            ModuleNotFoundError("no _x", name="_x"),
            2,
            r"scikit-learn +lässt sich nicht laden: no _x\n",
        ),
        ("pyreadstat", OSError("x.dll\nmore"), 2, r"pyreadstat +lässt sich nicht laden: x\.dll\n"),
        ("jupytext", ModuleNotFoundError("no", name="jupytext"), 0, r"jupytext .*\n +→ pip install jupytext"),
    ],
)
def test_a_missing_library_is_named_with_the_way_to_it(tmp_path, monkeypatch, module, error, code, words):
    without(monkeypatch, module, error)
    ended, said = call("--data", str(tmp_path))
    assert ended == code and re.search(f"  FEHLT    {words}", said), said
    assert ("Der Kern läuft nicht" in said) == (code == 2)


def test_an_old_interpreter_is_no_core(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (4, 0))
    code, said = call("--data", str(tmp_path))
    assert code == 2 and "gebraucht wird 4.0 oder neuer" in said


def test_missing_fonts_are_told_and_the_core_works(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "FONTS", tmp_path)
    code, said = call("--data", str(tmp_path))
    assert code == 0 and "FEHLT    Source Sans 3" in said


def test_missing_programs_name_their_package(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, said = call("--data", str(tmp_path))
    assert code == 0
    for package in ("chromium", "libreoffice-calc", "poppler-utils"):
        assert f"apt install {package};" in said


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", "utf-8, alle Zeichen"), ("cp1252", "cp1252; was fehlt, steht einfacher da: - ->"), ("cp850", '"')],
)
def test_what_the_console_cannot_print_is_named(monkeypatch, encoding, words):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    found = doctor.look_at_console()
    monkeypatch.undo()
    assert found.there and words in found.found


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Zugriff verweigert")

    assert doctor.look_at_data(tmp_path / "neu" / "data").there
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    found = doctor.look_at_data(tmp_path)
    assert not found.there and "Zugriff verweigert" in found.found and "--data" in found.remedy


@pytest.mark.parametrize("allowed", [True, False])
def test_long_paths_are_looked_at(monkeypatch, allowed):
    monkeypatch.setattr(places, "long_paths_allowed", lambda: allowed)
    found = doctor.look_at_paths()
    assert found.there is allowed and ("Gruppenrichtlinie" in found.remedy) is not allowed


def test_the_doctor_needs_no_library_to_start(tmp_path, monkeypatch):
    """It is asked where something is missing: only what reads the command and its words is loaded before it speaks."""
    loaded = builtins.__import__

    def load(name: str, *given: object, **named: object) -> object:
        if name.split(".")[0] in {"numpy", "pandas", "pydantic", "typst"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return loaded(name, *given, **named)

    def find(name: str) -> object:
        return load(name)

    monkeypatch.setattr(doctor, "import_module", find)
    monkeypatch.setattr(builtins, "__import__", load)
    code, said = call("--data", str(tmp_path))
    monkeypatch.undo()
    assert code == 2 and "FEHLT    numpy" in said and "FEHLT    Source Sans 3" in said
