"""The pages: made parts are up to date, commands can be called, both languages agree, and the whole is built."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.dom.minidom import parseString

import click
import pandas as pd
import pytest
import yaml

import typology
from typology.commands.verbs import main
from typology.content.reading import read_yaml
from typology.matching.wishes import Wishes
from typology.survey.codebook import Codebook

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "pages").rglob("*.md"))
READERS = [ROOT / "README.md", ROOT / "README.de.md", *PAGES]
# What English pages call mine, German ones call meine.
NAMES = {
    "meine": "mine",
    "andere": "other",
    "neu": "new",
    "alt": "old",
    "vergleich": "comparison",
    "uebung": "practice",
    "befunde": "findings",
    "entwurf": "draft",
    "fragebogen": "questionnaire",
    "formular": "form",
}


@pytest.fixture(scope="module")
def makers():
    """The scripts beside the pages; they import one another by their bare names."""
    sys.path.insert(0, str(DOCS))
    try:
        import generate

        yield generate
    finally:
        sys.path.remove(str(DOCS))


# -- what is made from the program --------------------------------------------------------------------------------


def test_made_parts_are_as_they_would_be_made_now(makers):
    made = makers.pages()
    assert len(made) > 15
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run: python docs/generate.py"


def test_every_part_that_can_be_made_stands_on_a_page(makers):
    named = {name for path in PAGES for name in re.findall(r"<!-- made: (\w+) -->", path.read_text(encoding="utf-8"))}
    assert named == set(makers.PARTS)


def test_every_field_that_people_write_is_described_in_both_languages(makers):
    models = makers.models.reachable([Codebook, *makers.FILES.values(), Wishes])
    assert len(models) > 40
    silent = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not field.description or not makers.models.says(model, name, "de")
    ]
    assert silent == []
    assert [model.__name__ for model in models if not model.__doc__ or not makers.models.says(model, "_", "de")] == []


def test_german_words_are_of_fields_that_exist(makers):
    known = {
        owner.__name__: {"_", *owner.model_fields}
        for model in [*makers.models.reachable([Codebook, *makers.FILES.values(), Wishes]), *makers.models.VALUES]
        for owner in model.__mro__
        if hasattr(owner, "model_fields")
    }
    stale = {name: set(words) - known.get(name, set()) for name, words in makers.models.GERMAN.items()}
    assert {name for name, words in stale.items() if words} == set()


def test_every_content_file_has_its_place_on_the_page(makers):
    shipped = {path.name for path in (ROOT / "typology" / "content").glob("*.yaml")}
    assert shipped == {name for name in makers.FILES if name.endswith(".yaml")}


def test_every_public_name_has_its_place_on_a_page(makers):
    text = "".join(
        (DOCS / "pages" / "api" / f"{name}.md").read_text("utf-8") for name in ("read", "groups", "types", "partners")
    )
    shown = {line.rsplit(".", 1)[1] for line in text.splitlines() if line.startswith("::: ")}
    assert shown == set(typology.__all__) - {"__version__"}
    assert len({group for group, _, _ in makers.public_names()}) == 4


def test_the_page_of_commands_has_every_verb():
    context = click.Context(main)
    for page in ("commands.md", "de/befehle.md"):
        text = (DOCS / "pages" / page).read_text(encoding="utf-8")
        assert set(re.findall(r"^## typology (\w+)$", text, flags=re.M)) == set(main.list_commands(context))


def test_the_picture_of_rooms_is_described_and_shows_what_the_table_has(makers):
    picture = parseString(makers.rooms.rooms_picture())
    (description,) = (node.firstChild.data for node in picture.getElementsByTagName("desc"))
    arrows = makers.rooms.arrows()
    drawn = makers.rooms.direct(arrows)
    assert len(drawn) >= 10 and all(other in arrows[one] for one, other in drawn)
    assert "commands imports study" in description
    assert len(picture.getElementsByTagName("path")) == len(drawn) + 1  # and the tip of an arrow
    table = makers.rooms_table("en")
    assert all(f"| `{room}` |" in table for room in arrows)


# -- the commented codebook ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["codebook.yaml", "codebook.de.yaml"])
def test_the_example_codebook_passes_the_check(name, tmp_path):
    folder = tmp_path / "example"
    shutil.copytree(DOCS / "example", folder)
    (folder / name).replace(folder / "codebook.yaml")
    report = typology.check_survey(folder)
    assert report.n_errors == 0
    survey = typology.read_survey(folder)
    assert len(survey.responses) == 8
    assert set(survey.codebook.model_fields_set) >= {"survey", "files", "goals", "blocks", "drop", "missing"}
    roles = {block.role for block in survey.codebook.blocks}
    assert roles == {
        "stand", "wichtig", "pain_point", "structure", "competence_soll", "competence_ist", "consent", "mailbox",
    }  # fmt: skip


def test_both_example_codebooks_say_the_same():
    english, german = (read_yaml(DOCS / "example" / name) for name in ("codebook.yaml", "codebook.de.yaml"))
    assert english == german
    comments = [
        re.findall(r"#.*", (DOCS / "example" / name).read_text("utf-8"))
        for name in ("codebook.yaml", "codebook.de.yaml")
    ]
    assert len(comments[0]) == len(comments[1]) > 20
    assert not set(comments[0]) & set(comments[1])


# -- commands and examples ----------------------------------------------------------------------------------------


def fenced(path: Path, language: str) -> list[str]:
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    return [str(block) for block in blocks]


def commands(path: Path) -> list[str]:
    lines = [line.strip() for block in fenced(path, "sh") for line in block.splitlines()]
    return [line.split(" #")[0].strip() for line in lines if line.startswith("typology ")]


def parse(words: list[str]) -> None:
    """Parse as the shell does, without running: verb, arguments and options must exist."""
    if words[0] == "--language":
        assert words[1] in ("de", "en")
        words = words[2:]
    command, context = main, click.Context(main, info_name="typology")
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, name
        command = found
        if isinstance(command, click.Group):
            context = click.Context(command, parent=context, info_name=name)
    command.make_context(name, words, parent=context)


COMMANDS = sorted({line for path in READERS for line in commands(path)})


def test_many_commands_are_looked_at():
    assert len(COMMANDS) > 60
    assert len([path for path in READERS if commands(path)]) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_pages_can_be_called(command):
    parse(shlex.split(command)[1:])


def test_a_wrong_command_would_be_seen():
    for wrong in ("run", "run demo --sheet", "sheet demo --kind long", "competences templat"):
        with pytest.raises((click.UsageError, AssertionError)):
            parse(wrong.split())


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_verb_and_target_named_in_a_sentence_exists(path):
    text = " ".join(path.read_text(encoding="utf-8").split())
    verbs = set(re.findall(r"`typology ([a-z]+)", text))
    targets = set(re.findall(r"`make ([a-z]+)`", text))
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert verbs - set(main.list_commands(click.Context(main))) == set()
    assert targets - known == set()


def code_alone(block: str) -> list[str]:
    return [line.split("  #")[0].rstrip() for line in block.splitlines()]


def test_the_pages_show_the_session_of_the_readme():
    first = [fenced(path, "python")[0] for path in READERS if fenced(path, "python")]
    assert len(first) == 4
    assert all(code_alone(block) == code_alone(first[0]) for block in first)


def test_the_practice_survey_of_the_consultant_has_the_key_that_the_page_names(tmp_path):
    survey = typology.read_survey(typology.simulate_survey(tmp_path / "demo", key="demo"))
    for page in ("consultant.md", "de/beratung.md"):
        keys = set(re.findall(r" (\d{8})\b", "\n".join(commands(DOCS / "pages" / page))))
        assert len(keys) == 1 and keys <= set(survey.municipalities.index)


@pytest.mark.parametrize("page", ["consultant.md", "de/beratung.md"])
def test_the_wishes_of_the_pages_are_those_of_the_readme(page):
    (text,) = fenced(DOCS / "pages" / page, "yaml")
    assert yaml.safe_load(text) == yaml.safe_load(fenced(ROOT / "README.md", "yaml")[0])


# -- both languages -----------------------------------------------------------------------------------------------


def outline(path: Path) -> list[int]:
    """Levels of the headings, code blocks aside."""
    text = re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    return [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.M)]


def renamed(line: str) -> str:
    for german, english in NAMES.items():
        line = re.sub(rf"\b{german}\b", english, line)
    return line


@pytest.mark.parametrize(
    ("english", "german"),
    [("README.md", "README.de.md")]
    + [
        (f"docs/pages/{one}.md", f"docs/pages/de/{other}.md")
        for one, other in (
            ("researcher", "forschung"), ("consultant", "beratung"), ("municipality", "kommune"),
            ("questionnaire", "fragebogen"),
            ("codebook", "codebuch"), ("content", "inhalte"), ("sources", "quellen"),
            ("commands", "befehle"), ("glossary", "glossar"),
            ("faq", "fragen"), ("index", "index"),
            ("privacy", "datenschutz"),
        )
    ],
)  # fmt: skip
def test_pages_in_both_languages_have_the_same_sections_and_commands(english, german):
    one, two = ROOT / english, ROOT / german
    assert outline(one) == outline(two)
    made = "commands" in english
    assert made or commands(one) == [renamed(line) for line in commands(two)]
    assert len(fenced(one, "sh")) == len(fenced(two, "sh"))
    for language in ("powershell", "python"):
        assert [code_alone(block) for block in fenced(one, language)] == [
            code_alone(block) for block in fenced(two, language)
        ]


# -- privacy says what the tests and the benchmark say -------------------------------------------------------------


PRIVACY = {
    "privacy.md": ("is at least 3 and leaves as many others", "a remainder below 6 is small", "fewer than 6",
                   "at least 98% the same type and 95% the same status"),
    "de/datenschutz.md": ("sind mindestens 3 und ebenso viele andere bleiben übrig",
                          "Ein Rest unter 6 ist also klein",
                          "weniger als 6 Kommunen", "mindestens 98 % denselben Typ und 95 % denselben Status"),
}  # fmt: skip


@pytest.mark.parametrize("page", PRIVACY)
def test_the_privacy_page_says_what_is_so(page):
    from typology.publishing.gate.rules import RULES

    text = " ".join((DOCS / "pages" / page).read_text(encoding="utf-8").split())
    assert [sentence for sentence in PRIVACY[page] if sentence not in text] == []
    assert (RULES.minimum, RULES.colluding, RULES.enough) == (3, 3, 6)
    named = set(re.findall(r"`(tests/[\w/]+\.py|benchmarks/[\w/]+\.\w+)`", text))
    assert len(named) >= 7 and [name for name in named if not (ROOT / name).is_file()] == []


def test_no_survey_that_was_drawn_gave_anything_away():
    found = pd.read_csv(ROOT / "benchmarks" / "results" / "consent.csv", dtype=str).set_index("test")
    assert len(found) >= 4 and (found["failed"] == "0").all()


# -- the build ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Language, addresses that a browser would load by itself, and what carries a class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language, self.loaded, self.classes, self.names = "", [], set(), set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        self.classes |= set(given.get("class", "").split())
        self.names |= {given["id"]} if "id" in given else set()
        if tag != "a":
            self.loaded += [given[name] for name in ("src", "href", "srcset", "data", "poster") if given.get(name)]


@pytest.fixture(scope="session")
def built(once) -> Path:
    """The documentation as ``make docs`` builds it, every warning being an error."""
    needed = ("mkdocs", "material", "mkdocstrings")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"documentation is not built here: {', '.join(missing)} missing (install the extra docs)")

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", str(DOCS / "mkdocs.yml")]
        quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run([*command, "-d", str(folder)], capture_output=True, text=True, env=quiet)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("documentation", build)


@pytest.fixture(scope="session")
def read(built: Path) -> dict[str, Page]:
    return {path.relative_to(built).as_posix(): Page(path.read_text("utf-8")) for path in sorted(built.rglob("*.html"))}


@pytest.mark.long
def test_every_page_is_built_in_its_language(read):
    assert set(read) == {path.relative_to(DOCS / "pages").with_suffix(".html").as_posix() for path in PAGES} | {
        "404.html"
    }
    assert {name for name, page in read.items() if page.language == "de"} == {
        name for name in read if name.startswith("de/")
    }
    assert {page.language for page in read.values()} == {"de", "en"}


@pytest.mark.long
def test_no_page_asks_another_server_for_anything(built, read):
    loaded = [address for page in read.values() for address in page.loaded]
    assert len(loaded) > 100
    assert [address for address in loaded if re.match(r"(https?:)?//", address)] == []
    assert not [name for name, page in read.items() if page.classes & {"mermaid", "arithmatex"}]
    assert all("Content-Security-Policy" in path.read_text("utf-8") for path in built.rglob("*.html"))
    styles = "".join(path.read_text("utf-8") for path in built.rglob("*.css"))
    assert len(styles) > 10_000 and not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", styles)


@pytest.mark.long
def test_the_python_pages_show_every_public_name_with_its_example(read):
    shown = {name for page, part in read.items() if page.startswith("api/") for name in part.names}
    paths = {
        name if name == "figures" else f"{module}.{name}"
        for name, module in typology._PUBLIC.items()
        if name != "figures"
    }
    assert len(paths) > 30 and paths <= shown
