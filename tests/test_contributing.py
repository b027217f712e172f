"""What the pages for contributors say exists: files, names in them, tests, commands, in both languages alike."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from typology.content.reading import FOLDER

ROOT = Path(__file__).parents[1]
PAGES = ("CONTRIBUTING.md", "CONTRIBUTING.de.md")
TEXT = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
FILE = r"(?:\.ci|\.github|benchmarks|docs|requirements|tests|typology)/[\w./-]*\w"
MADE = "typology/content/languages"  # by the commands that the page shows


def code(page: str) -> list[str]:
    """Everything between single backticks, a break in the line being a blank."""
    return [" ".join(words.split()) for words in re.findall(r"(?<!`)`([^`]+)`(?!`)", TEXT[page])]


def named(page: str) -> list[tuple[str, str]]:
    """Each name that a page says stands in a Python file, with that file."""
    return re.findall(rf"`(\w+)`\s+in\s+`({FILE}\.py)`", TEXT[page])


@cache
def definitions(path: Path) -> set[str]:
    """Functions, classes and constants at any depth of a module, and the fields of its classes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_name_stands_where_the_page_says(page: str) -> None:
    wrong = [(name, file) for name, file in named(page) if name not in definitions(ROOT / file)]
    assert len(named(page)) > 25 and wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_named_exists(page: str) -> None:
    files = {words.rstrip("/") for words in code(page) if re.fullmatch(rf"{FILE}/?", words)} - {MADE}
    links = {link for link in re.findall(r"\]\(([^)#\s]+)\)", TEXT[page]) if "://" not in link}
    assert len(files) > 30 and len(links) >= 4
    assert [name for name in sorted(files | links) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_other_word_of_the_code_is_known(page: str) -> None:
    names = {name for name, _ in named(page)}
    words = {words for words in code(page) if re.fullmatch(r"[a-z_]\w+", words)} - names
    everywhere = set().union(*(definitions(path) for path in (ROOT / "typology").rglob("*.py")))
    kinds = {"yes_no", "pick", "rating", "ranking"}
    assert words >= kinds | {"check_survey", "_fits_its_kind"}
    assert words - kinds - everywhere == {"build", "chromium", "make", "xvfb", "browser"}


def test_both_pages_say_the_same_in_the_same_order() -> None:
    english, german = (
        [
            len(re.findall("^## ", TEXT[page], flags=re.M)),
            [re.sub(r"\D.*", "", line) for line in re.findall(r"^(?:## .*|\d+\. )", TEXT[page], flags=re.M)],
            re.findall(r"```sh\n(.*?)```", TEXT[page], flags=re.S),
            sorted(set(code(page))),
            named(page),
        ]
        for page in PAGES
    )
    assert english == german
    assert english[0] == 7


def test_every_place_of_a_text_that_the_walk_names_is_printed_for_translators() -> None:
    from typology.content.translation import template

    places = {words for words in code(PAGES[0]) if re.fullmatch(r"(?:sentences|types|messages)(?:\.\w+)+", words)}
    printed = {line.split(":")[0] for line in template("fr")}
    assert len(places) == 3 and places <= printed


def test_the_walks_name_the_kinds_and_presets_there_are() -> None:
    from typology.clustering.engine.question import KINDS
    from typology.survey.blocks import Goals

    assert set(KINDS) == set(Goals.model_fields["kind"].annotation.__args__)
    assert set(KINDS) <= set(code(PAGES[0]))
    sheet = yaml.safe_load((FOLDER / "sentences" / "sheet.yaml").read_text(encoding="utf-8"))["sentences"]
    assert {f"sheetline_goals_{kind}" for kind in KINDS} <= sheet.keys()


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    asked = set(re.findall(r"make ([a-z]+)`", TEXT[PAGES[0]]))
    assert {"test", "proofs", "mutations", "bench", "lint", "sbom"} <= asked <= targets
