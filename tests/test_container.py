"""The recipe for servers copies what the wheel needs and nothing else, and runs as nobody in particular."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from typology.commands.verbs import VERBS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
STEPS = re.findall(r"^(FROM|COPY|RUN|USER|ENV|WORKDIR|VOLUME|ENTRYPOINT|CMD) (.*)$", TEXT.replace("\\\n", ""), re.M)


def test_what_is_copied_is_there_and_reaches_the_builder():
    copied = [
        name for step, words in STEPS if step == "COPY" and "--from" not in words for name in shlex.split(words)[:-1]
    ]
    assert copied == ["requirements/run.txt", "pyproject.toml", "README.md", "LICENSE", "typology"]
    assert all((ROOT / name).exists() for name in copied)
    assert {line[1:] for line in IGNORED if line.startswith("!")} == set(copied)
    assert "*" in IGNORED


def test_what_runs_has_no_rights_and_no_sources():
    last = STEPS[max(number for number, (step, _) in enumerate(STEPS) if step == "FROM") :]
    assert [words for step, words in last if step == "USER"] == ["10001:10001"]
    assert [words for step, words in last if step == "COPY"] == ["--from=build /opt/typology /opt/typology"]
    assert [words for step, words in last if step == "ENTRYPOINT"] == ['["typology"]']


def test_packages_come_from_the_lock_file_only():
    installs = re.findall(r"pip (?:install|wheel) [^\\\n]*", TEXT)
    assert len(installs) == 3
    assert [line for line in installs if "--require-hashes" not in line and "--no-index" not in line] == []


def test_the_commands_in_its_comments_exist():
    verbs = re.findall(r"^#   docker run --rm --network none .* typology (\w+)", TEXT, re.M)
    assert verbs and set(verbs) <= set(VERBS)
