"""The version stands in one place, and whoever prints it prints that."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from click.testing import CliRunner

import typology
from typology.commands.verbs import main
from typology.tables.package import read_json

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_project_takes_its_version_from_the_package():
    assert PROJECT["project"]["name"] == "kommunen-typologie"
    assert "version" not in PROJECT["project"] and PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "typology.__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+)?", typology.__version__)


def test_the_command_says_it():
    assert CliRunner().invoke(main, ["--version"]).output == f"typology, version {typology.__version__}\n"


def test_the_record_and_the_tables_of_a_study_say_it(tiny):
    assert tiny.study.run["versions"]["typology"] == typology.__version__
    for part in ("internal", "public"):
        package = read_json(tiny.target / part / "datapackage.json")
        assert package["generator"] == f"typology {typology.__version__}"


def test_who_cites_and_who_reads_the_list_of_changes_finds_it():
    cited = re.findall(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    assert cited == [typology.__version__]
    for page in ("CHANGELOG.md", "CHANGELOG.de.md"):
        changed = re.findall(r"^## (\S+)", (ROOT / page).read_text(encoding="utf-8"), re.M)
        assert changed[0] == typology.__version__


def test_no_module_asks_for_the_metadata_of_another_project():
    sources = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "typology").rglob("*.py"))}
    asked = [path.name for path, text in sources.items() if re.search(r'(version|metadata|files)\("typology"\)', text)]
    assert len(sources) > 100 and asked == []
