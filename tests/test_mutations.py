"""The runner of one-line changes: what it draws, applies and takes back, and that its tables speak of this tree."""

from __future__ import annotations

import ast
import csv
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "mutations"
CODE = '''"""Docstring with 3 < 4."""
from math import ceil


def half(values: list[int], most: int = 5) -> int:
    """No change here: 1 < 2."""
    if not values or len(values) >= most and values[0] > 1.5:
        raise ValueError(f"{len(values)} > {most + 1}")
    return ceil(sum(sorted(values)) / 2) + max(values[0], most)
'''


@pytest.fixture(scope="module")
def runner() -> Any:
    """The modules of the folder, which is no package."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in ("changes", "concern", "run")}
    finally:
        sys.path.remove(str(FOLDER))


def test_every_change_is_one_line_of_code_and_says_something_else(runner: Any) -> None:
    found = runner["changes"].changes_of("x.py", CODE)
    assert {change.after for change in found if change.line == 7} == {
        "if values or len(values) >= most and values[0] > 1.5:",
        "if not values and len(values) >= most and values[0] > 1.5:",
        "if not values or len(values) > most and values[0] > 1.5:",
        "if not values or len(values) >= most or values[0] > 1.5:",
        "if not values or len(values) >= most and values[-1] > 1.5:",
        "if not values or len(values) >= most and values[1] > 1.5:",
        "if not values or len(values) >= most and values[0] >= 1.5:",
        "if not values or len(values) >= most and values[0] > 2.25:",
        "if not values or len(values) >= most and values[0] > 0.75:",
    }
    assert {change.line for change in found} == {5, 7, 9}  # no docstring, no import, no text of an error
    assert "return floor(sum(sorted(values)) / 2) + max(values[0], most)" in {change.after for change in found}
    assert "return ceil(sum(sorted(values, reverse=True)) / 2) + max(values[0], most)" in {
        change.after for change in found
    }
    for change in found:
        changed = change.applied(CODE)
        assert sum(a != b for a, b in zip(changed.splitlines(), CODE.splitlines(), strict=True)) == 1
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(CODE))


def test_a_change_finds_its_line_again_where_it_has_moved(runner: Any) -> None:
    change = runner["changes"].Change("x.py", 2, "b = a < 1", "b = a <= 1")
    assert change.applied("a = 0\n\n\n    b = a < 1\n") == "a = 0\n\n\n    b = a <= 1\n"
    with pytest.raises(LookupError, match=r"x\.py has no line"):
        change.applied("a = 0\n")


def test_a_sample_is_drawn_from_all_rooms_and_the_same_seed_draws_the_same(runner: Any, tmp_path: Path) -> None:
    draw = runner["changes"].draw
    sample = draw(ROOT, 80, 3)  # every room comes up more than once
    rooms = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "typology").rglob("*.py") if path.stem[0] != "_"}
    assert {change.room for change in sample} == rooms
    assert len({(change.module, change.line) for change in sample}) == 80
    (tmp_path / "typology").mkdir()
    (tmp_path / "typology" / "half.py").write_text(CODE)
    assert draw(tmp_path, 3, 3) == draw(tmp_path, 3, 3) != draw(tmp_path, 3, 4)


def test_the_tests_next_to_a_module_come_first(runner: Any) -> None:
    concern = runner["concern"].Concern(ROOT)
    first, others = concern.stages("typology/survey/flags.py")
    assert "tests/test_borders_register.py" in first and "tests/test_stability.py" not in first
    assert sorted([*first, *others]) == sorted(f"tests/{path.name}" for path in (ROOT / "tests").glob("test_*.py"))


TRY = """
import json, sys, hypothesis, pytest
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import run
from changes import Change
run.ROOT = Path(sys.argv[2])
copy = run.Copy(Path(sys.argv[3]))
changes = [Change("typology/sums.py", 2, "b = a + 1", after) for after in ("b = a - 1", "b = 1 + a", "b = a +")]
print(json.dumps([copy.try_out(change, [["tests/test_sums.py"]]) for change in changes]))
"""
TESTS = """
from typology.sums import more


def test_more():
    assert more(1) == 2


def test_red():
    assert 0
"""


def test_a_change_is_tried_on_a_copy_and_taken_back(tmp_path: Path) -> None:
    tree, place = tmp_path / "source", tmp_path / "place"
    for file, text in (
        ("typology/__init__.py", ""),
        ("typology/sums.py", "def more(a):\n    b = a + 1\n    return b\n"),
        ("tests/test_sums.py", TESTS),
    ):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        (tree / file).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(FOLDER), str(tree), str(place)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [
        ["killed", "tests/test_sums.py::test_more"],
        ["survived", ""],  # what was red before is no witness
        ["not viable", "tests/test_sums.py"],
    ]
    assert (place / "tree/typology/sums.py").read_text() == (tree / "typology/sums.py").read_text()


@pytest.mark.parametrize("name", ["results.csv", "equivalent.csv"])
def test_the_tables_speak_of_modules_that_exist(name: str) -> None:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["module"] for row in rows if not (ROOT / row["module"]).is_file()} == set()
    assert all(row["before"] != row["after"] for row in rows)
    if name == "results.csv":
        noticed = [row["outcome"] for row in rows if row["outcome"] in ("killed", "survived")]
        assert len(rows) >= 60 and noticed.count("survived") <= 0.05 * len(noticed)
        assert all(row["test"] for row in rows if row["outcome"] == "killed")
    else:
        assert all(len(row["reason"]) > 20 for row in rows)
