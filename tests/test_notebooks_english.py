"""The notebooks in English: the same code as in German, the same sections, and no German word on their pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from test_register_excel import LATE, workbook

import typology
from typology.commands.verbs import main
from typology.study.notebooks import PLACES, notebook_language, notebook_page
from typology.study.store import public_study, write_tables

pytest_plugins = ["notebook_here"]
ROOT = Path(__file__).parents[1]
GERMAN = sorted((ROOT / PLACES["de"]).glob("[0-9]*.py"))
PAIRS = [(source, ROOT / PLACES["en"] / source.name) for source in GERMAN]
each_pair = pytest.mark.parametrize(("german", "english"), PAIRS, ids=[source.stem for source in GERMAN])
#: Words that stand in German sentences and in no English one, names aside.
GERMAN_WORDS = re.compile(
    r"(?i)\b(?:und|oder|nicht|keine?|der|das|mit|für|von|vom|ist|sind|eine[mnrs]?|wird|aus|ohne|bis|alle|"
    r"kommunen?|anteil|gruppen?|ziele?|typen|befragung|gemeinden?|kreise?|kennziele|klar|mischtyp|vorher|nachher|"
    r"aktuell|übungsdaten|\w*(?:ung|keit|schaft)en?)\b"
)


def cells(source: Path, kind: str) -> list[Any]:
    import jupytext  # by far the slowest import of the suite

    return [cell for cell in jupytext.read(source).cells if cell.cell_type == kind]


def first_code(source: Path) -> ast.Module:
    return ast.parse(cells(source, "code")[0].source)


def words_of(source: Path) -> dict[str, str]:
    """The dictionary ``words`` of a notebook's first code cell."""
    (found,) = [
        node.value
        for node in first_code(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "words"
    ]
    return dict(ast.literal_eval(found))


def test_every_notebook_is_there_in_both_languages():
    assert len(GERMAN) == 6
    assert [path.name for path in sorted((ROOT / PLACES["en"]).glob("*.py"))] == [path.name for path in GERMAN]


@each_pair
def test_only_the_first_code_cell_differs(german, english):
    ours, theirs = cells(german, "code"), cells(english, "code")
    assert len(ours) > 3
    assert [cell.source for cell in theirs[1:]] == [cell.source for cell in ours[1:]]
    assert [sorted(cell.metadata) for cell in theirs] == [sorted(cell.metadata) for cell in ours]


@each_pair
def test_the_first_code_cell_differs_in_language_folder_and_words(german, english):
    code = ast.unparse(first_code(german))
    for ours, theirs in (("language = 'de'", "language = 'en'"), ("'../data'", "'../../data'")):
        assert code.count(ours) == 1
        code = code.replace(ours, theirs)
    assert code.partition("words = ")[0] == ast.unparse(first_code(english)).partition("words = ")[0]
    ours, theirs = words_of(german), words_of(english)
    assert len(ours) > 5 and list(theirs) == list(ours)
    gaps = r"\{[^}]*\}"
    assert {key: re.findall(gaps, text) for key, text in theirs.items()} == {
        key: re.findall(gaps, text) for key, text in ours.items()
    }


@each_pair
def test_both_have_the_same_sections_in_words_of_their_own(german, english):
    ours, theirs = (["".join(cell.source) for cell in cells(source, "markdown")] for source in (german, english))
    levels = [[re.findall(r"(?m)^#+(?= )", text) for text in texts] for texts in (ours, theirs)]
    assert len(ours) > 3 and levels[0][0] == ["#"]
    assert levels[0] == levels[1]
    assert not set(ours) & set(theirs)
    assert re.search(r"comes with the program\s+is\s+\*\*synthetic – practice data\*\*", theirs[0])


@each_pair
def test_nothing_german_is_written_in_english_prose(german, english):
    alts = [str(cell.metadata["alt"]) for cell in cells(english, "code") if "alt" in cell.metadata]
    assert not set(alts) & {cell.metadata.get("alt") for cell in cells(german, "code")}
    prose = [re.sub(r"`[^`]*`", "", cell.source) for cell in cells(english, "markdown")]
    said = "\n".join([*prose, *words_of(english).values(), *alts])
    assert len(said) > 800
    assert german_in(said) == []
    assert german_in("\n".join(cell.source for cell in cells(german, "markdown")))


@each_pair
def test_code_says_nothing_itself(german, english):
    """What is printed stands among the words or comes from the program: code names keys only."""
    texts = [
        node.value
        for cell in cells(german, "code")[1:]
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert len(texts) > 5
    assert [text for text in texts if re.search(r"[äöüßÄÖÜ]|^[A-ZÄÖÜ][a-zäöü]{2,}|[.:,] [A-Za-z]", text)] == []


def german_in(text: str) -> list[str]:
    """The German words of a text, and every word with a letter that English does not have."""
    return sorted({*GERMAN_WORDS.findall(text), *re.findall(r"\w*[äöüßÄÖÜ]\w*", text)})


@pytest.mark.long
@pytest.mark.usefixtures("no_kernels")
def test_a_page_in_english_speaks_english_only(tmp_path, tiny):
    (tmp_path / "processed").mkdir()
    (tmp_path / "processed" / tiny.folder.name).symlink_to(tiny.target)
    source = ROOT / PLACES["en"] / "05_peer_learning.py"
    page = notebook_page(source, survey=str(tiny.folder), data=tmp_path, language="en")
    assert '<html lang="en">' in page and "<title>5 · Learning from one another</title>" in page
    main = page.partition("<main>")[2]
    pictures = re.findall(r'<img[^>]*\balt="([^"]*)"', main)
    assert len(pictures) == 1 and pictures[0].startswith("Two columns of municipalities")
    shown = re.sub(r'<div class="highlight[^"]*">.*?</pre></div>', "", main, flags=re.S)
    assert "Euclidean" in shown and "without limit" in shown and "Learning partners of" in shown
    text = re.sub(r"<[^>]*>", " ", shown)
    bodies = tiny.study.tables.municipalities
    named = {*bodies["name"], *bodies["base_name"], *bodies["kreis_name"].dropna()}
    for name in sorted(named, key=len, reverse=True):
        text = text.replace(name, "") if name else text
    assert german_in(text) == []


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """``published(option, …)``: where from, where to and in which language ``typology notebooks demo`` makes pages."""
    (tmp_path / "raw" / "demo").mkdir(parents=True)
    (tmp_path / "raw" / "demo" / "codebook.yaml").touch()
    study = SimpleNamespace(info=SimpleNamespace(survey="demo"))
    monkeypatch.setattr("typology.study.workflow.read_study", lambda *_, **__: study)

    def ask(*options: str) -> dict[str, Any]:
        asked: dict[str, Any] = {}

        def publish(folder: Path, target: Path, **how: Any) -> list[Path]:
            asked.update(folder=folder, language=how["language"])
            (target / "01_survey.html").write_text("", encoding="utf-8")
            return [target / "01_survey.html"]

        monkeypatch.setattr("typology.study.notebooks.publish_notebooks", publish)
        done = CliRunner().invoke(main, ["notebooks", "demo", "--data", str(tmp_path), *options])
        assert done.exit_code == 0, done.output
        page = Path(done.output.strip())
        assert page.is_file()
        return asked | {"target": page.parent}

    return ask


def test_the_notebooks_of_the_asked_language_run_and_their_pages_stand_apart(published, tmp_path):
    pages = tmp_path / "processed" / "demo" / "notebooks"
    german = {"folder": Path("notebooks"), "target": pages, "language": "de"}
    assert published() == german  # the language of the program
    assert published("--language", "de") == german
    english = {"folder": Path("notebooks", "en"), "target": pages / "en", "language": "en"}
    assert published("--language", "en") == english
    assert published("--language", "en", "--out", str(tmp_path / "en")) == {**english, "target": tmp_path / "en"}


def test_without_an_option_the_program_decides_and_an_added_language_reads_english(published, monkeypatch):
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    assert published()["language"] == "en"
    assert notebook_language("de") == "de" and notebook_language() == "en"
    assert notebook_language("tlh") == "en"


def test_what_a_study_says_in_words_follows_the_language(tiny, monkeypatch):
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    study, content = tiny.study, typology.load_content()
    english = [study.gaps()["area"], study.courses()["title"]]
    sentence = study.typology.naming_sentence(study.content)
    report = typology.check_survey(tiny.folder)
    heading = list(report.table().columns)
    assert content.label("goal", "effizienz") == "Efficiency of the administration"
    assert content.say("figure_all") == "all"
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "de")
    german = [study.gaps()["area"], study.courses()["title"]]
    for ours, theirs in zip(german, english, strict=True):
        assert len(ours) == len(theirs) > 0
        assert not set(ours) & set(theirs)
    assert study.typology.naming_sentence(study.content) != sentence
    assert list(report.table("en").columns) == heading != list(report.table().columns)
    assert content.label("goal", "effizienz") == "Effizienz der Verwaltung"
    assert content.say("figure_all") == "alle"


def test_the_courses_of_a_study_are_its_table_with_titles(tiny):
    courses, table = tiny.study.courses(), tiny.study.tables.courses
    assert list(courses.columns) == ["title", *table.columns]
    assert courses.drop(columns="title").equals(table)


@pytest.mark.long
def test_what_is_stored_stays_german_whatever_the_program_speaks(tiny, tmp_path, monkeypatch):
    """The labels of a register and the titles of a package do not follow the language in which somebody ran it."""
    extract, stored = workbook(tmp_path, LATE), {}
    for language in ("de", "en"):
        monkeypatch.setenv("TYPOLOGY_LANGUAGE", language)
        bodies = typology.read_register(extract).table
        written = write_tables(public_study(tiny.study), tmp_path / language / "public", public=True)
        files = {path.name: path.read_bytes() for path in written if path.is_file()}
        package = (tmp_path / language / "public" / "datapackage.json").read_text(encoding="utf-8")
        stored[language] = (bodies[["kind_label", "urbanisation"]].to_dict(), files, package)
    assert stored["en"] == stored["de"]
    labels, files, package = stored["en"]
    assert labels["urbanisation"]["01001000"] == "dicht besiedelt" and labels["kind_label"]["01051"]
    assert len(files) > 5 and "Übungsdaten" in package
