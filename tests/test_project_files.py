"""What stands at the root for catalogues, citation, licences and reports: complete by its standard, and agreeing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import typology

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))

# publiccode.yml 0.4, docs/standard/schema.core.rst: what must be there, and what may.
MANDATORY = {
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
    "description", "legal", "maintenance", "localisation",
}  # fmt: skip
OPTIONAL = {
    "applicationSuite", "landingURL", "isBasedOn", "softwareVersion", "releaseDate", "logo", "usedBy", "roadmap",
    "intendedAudience", "dependsOn",
}  # fmt: skip
DESCRIPTION = {
    "localisedName", "shortDescription", "longDescription", "documentation", "apiDocumentation", "features",
    "screenshots", "videos", "awards",
}  # fmt: skip
STATES = {"concept", "development", "beta", "stable", "obsolete"}
KINDS = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
}  # fmt: skip
# Those of its lists of categories and scopes that fit here at all.
CATEGORIES = {"data-analytics", "data-collection", "data-visualization", "knowledge-management", "survey"}
SCOPES = {"government", "local-authorities", "research", "society"}


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_publiccode_has_what_its_standard_wants() -> None:
    found = read("publiccode.yml")
    assert found["publiccodeYmlVersion"] == "0.4"
    assert set(found) >= MANDATORY and set(found) <= MANDATORY | OPTIONAL
    assert re.fullmatch(r"https://\S+", found["url"])
    assert found["developmentStatus"] in STATES and found["softwareType"] in KINDS
    assert set(found["categories"]) <= CATEGORIES and set(found["intendedAudience"]["scope"]) <= SCOPES
    assert set(found["platforms"]) <= {"web", "windows", "mac", "linux"}
    assert isinstance(found["localisation"]["localisationReady"], bool)
    assert found["legal"]["license"] == PROJECT["license"]
    assert found["dependsOn"]["open"] == [{"name": "Python", "versionMin": PROJECT["requires-python"].strip(">=")}]


def test_publiccode_describes_the_software_in_both_its_languages() -> None:
    found = read("publiccode.yml")
    assert set(found["description"]) == set(found["localisation"]["availableLanguages"]) == {"de", "en"}
    for text in (found["description"]["de"], found["description"]["en"]):
        assert set(text) <= DESCRIPTION
        assert len(text["shortDescription"]) <= 150 <= len(text["longDescription"]) <= 10_000
        assert all((ROOT / path).is_file() for path in text["screenshots"]) and text["features"]
        assert re.search("ynthetic|ynthetisch", text["longDescription"]) and "ÖFIT" in text["longDescription"]


def test_publiccode_names_nobody_who_has_not_said_so() -> None:
    """A person is wanted for other kinds of maintenance; placeholders lead to no real address."""
    found = read("publiccode.yml")
    assert found["maintenance"] == {"type": "none"} or found["maintenance"]["contacts"][0]["name"]
    assert found["maintenance"]["type"] != "none" or found["url"].startswith("https://repository.example/")


def test_citation_and_project_agree() -> None:
    found = read("CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= set(found)
    assert found["cff-version"] == "1.2.0" and found["type"] == "software"
    name, title = found["title"].split(": ")
    assert name == "typology" and PROJECT["description"].lower().startswith(title.lower())
    assert str(found["version"]) == typology.__version__
    assert f"## {found['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert found["references"][0]["title"] == "Digitale Kommune: Eine Typfrage?"


@pytest.mark.long
def test_every_file_has_a_licence_and_every_licence_its_text() -> None:
    done = subprocess.run([sys.executable, "-m", "reuse", "lint", "--json"], cwd=ROOT, capture_output=True, check=False)
    found = json.loads(done.stdout)
    assert done.returncode == 0 and found["summary"]["compliant"]
    assert set(found["summary"]["used_licenses"]) == set(PROJECT["license"].split(" AND "))
    licences = {file["path"]: {entry["value"] for entry in file["spdx_expressions"]} for file in found["files"]}
    assert licences["typology/types/naming.py"] == licences["typology/content/reading.py"] == {"Apache-2.0"}
    assert licences["typology/content/types.yaml"] == licences["data/raw/demo/responses.csv"] == {"CC-BY-4.0"}
    assert licences["typology/content/sentences/site.yaml"] == {"CC-BY-4.0"}
    assert licences["typology/publishing/assets/fonts/SourceSans3-Bold.ttf"] == {"OFL-1.1"}


@pytest.mark.long
def test_the_list_of_what_a_user_installs_is_that_of_the_lock_file(tmp_path: Path) -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").split("sbom:")[-1].splitlines()[2:4]
    words = " ".join(lines).replace("\\", " ").split()
    assert words[0] == "$(VENV)/bin/cyclonedx-py"
    words[words.index("-o") + 1] = str(tmp_path / "list.json")
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *words[1:]], cwd=ROOT, check=True, capture_output=True)
    found = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    assert "serialNumber" not in found and "timestamp" not in found["metadata"], "the same list comes out again"
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    locked = re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), flags=re.M)
    assert [(item["name"], item["version"]) for item in found["components"]] == locked
    wanted = {re.split(r"[<>=]", name)[0] for name in PROJECT["dependencies"]}
    assert wanted <= {name for name, _ in locked}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_are_sound(path: Path) -> None:
    found = read(str(path.relative_to(ROOT)))
    if path.stem == "config":
        assert found == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= set(found)
    fields = [item for item in found["body"] if item["type"] != "markdown"]
    ids = [item["id"] for item in fields]
    assert len(ids) == len(set(ids)) >= 4
    assert {item["type"] for item in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert all(item["attributes"]["label"] for item in fields)
    assert any(item.get("validations", {}).get("required") for item in fields)


def test_the_forms_ask_for_what_is_needed_and_for_no_answers() -> None:
    bug, survey, content = (
        (ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8")
        for name in ("bug", "survey", "content")
    )
    assert "typology check <survey> --csv" in bug and "typology --version" in bug and "SECURITY.md" in bug
    for text in (bug, survey):
        assert "no answers of real municipalities" in text or "no real answers" in text
    assert "id: source" in content
    assert len(FORMS) == 4


def test_hooks_are_the_tools_of_the_lock_file() -> None:
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    hooks = {hook["id"]: hook for hook in repository["hooks"]}
    assert set(hooks) == {"ruff", "ruff-format", "mypy"}
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    for hook in repository["hooks"]:
        tool = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert hook["language"] == "system" and f"\n{tool}==" in locked


def test_what_is_asked_of_every_change_runs_everything() -> None:
    steps = re.findall(r"^make (\w+)$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), flags=re.M)
    assert {"test", "run", "lint", "sbom"} <= set(steps)
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nlint:")[1].split("\n\n")[0]
    for tool in ("ruff check", "ruff format --check", "mypy", "reuse lint"):
        assert tool in lint


def test_nothing_that_was_only_downloaded_is_kept() -> None:
    """The largest that belongs here is a font; packages of others, archives and programs are fetched and not kept."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no repository here: which files are kept, only git knows")
    words = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    kept = [ROOT / name for name in listed.split("\0") if name]
    assert len(kept) > 500
    assert [path.name for path in kept if path.is_file() and path.stat().st_size > 1_000_000] == []
    assert [path.name for path in kept if path.suffix in (".whl", ".gz", ".jar", ".exe", ".so")] == []
