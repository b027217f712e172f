"""The list of the wheel's files is complete, and a file too many or too few would be seen."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("wheel", ROOT / ".ci" / "wheel.py")
assert SPEC is not None and SPEC.loader is not None
wheel = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(wheel)


def test_every_file_of_the_package_that_is_no_module_is_listed():
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "typology").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    listed = {name for name in wheel.listed() if name.startswith("typology/")}
    assert len(files) > 60 and wheel.differences(files, listed) == []


def test_a_file_too_many_and_a_file_too_few_are_named():
    said = wheel.differences({"typology/a.py", "tests/b.py"}, {"typology/a.py", "typology/c.yaml"})
    assert said == ["not in the wheel: typology/c.yaml", "in the wheel, but not in wheel.txt: tests/b.py"]


def test_the_version_is_no_part_of_the_list(tmp_path):
    path = tmp_path / "x.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kommunen_typologie-9.9.9.dist-info/METADATA", "Name: kommunen-typologie\nVersion: 9.9.9\n")
        archive.writestr("typology/a.py", "")
    names, said = wheel.content(path)
    assert names == {"kommunen_typologie-{version}.dist-info/METADATA", "typology/a.py"}
    assert said == {"Name": "kommunen-typologie", "Version": "9.9.9"}


def test_the_python_that_runs_this_is_one_to_try_with():
    found = wheel.pythons()
    assert found and all(name >= "3.11" for name in found)
