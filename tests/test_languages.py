"""German, English, and a third language that is one file: what is said in which, and that nothing is left out."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import string
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from planted import planted_typology

from typology import writing
from typology.commands.help import SPEAKING
from typology.commands.verbs import VERBS, main
from typology.content.catalogue import load_content
from typology.content.translation import all_texts, check, missing, template
from typology.errors import ContentError
from typology.tables.contracts.answers import KEY as KEY_COLUMN
from typology.types.typology import load_typology
from typology.writing import Said, languages, message, program_language, set_language

PACKAGE = Path(writing.__file__).parent
MESSAGES = {path.stem: writing.read_texts(path) for path in sorted((PACKAGE / "content" / "messages").glob("*.yaml"))}
KEYS = sorted(f"{file}.{name}" for file, texts in MESSAGES.items() for name in texts)
MADE_UP = "qps"
FILES = ("yaml", "py", "csv", "json", "html", "js", "css", "md", "xml")  # ends of names that look like keys


def fields(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def pseudo(text: object) -> object:
    """A text of the made-up language: the English between guillemets."""
    return [f"«{item}»" for item in text] if isinstance(text, list) else f"«{text}»"


@pytest.fixture
def surroundings(monkeypatch):
    """No language chosen, none in the environment."""
    for name in ("TYPOLOGY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    set_language(None)
    yield monkeypatch
    set_language(None)


@pytest.fixture(scope="session")
def added(once) -> Path:
    """A folder with the file of a third language."""

    def write(folder: Path) -> None:
        texts = {place: pseudo(said["en"]) for place, said in all_texts().items() if "messages.click" not in place}
        texts["messages.writing.months"] = " ".join(f"m{n}" for n in range(1, 13))
        lines = [f"{place}: {json.dumps(said, ensure_ascii=False)}\n" for place, said in texts.items()]
        folder.mkdir()
        (folder / f"{MADE_UP}.yaml").write_text("".join(lines), encoding="utf-8")

    return once("languages", write)


@pytest.fixture
def third(surroundings, added):
    """A third language as a file, and nothing else changed."""
    surroundings.setenv("TYPOLOGY_LANGUAGES", str(added))
    return added


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT.cp1252"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_GB", "LC_ALL": "de"}, "de"),
        ({"LANG": "de_DE", "TYPOLOGY_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_GB", "TYPOLOGY_LANGUAGE": "de-DE"}, "de"),
    ],
)
def test_the_surroundings_decide_the_language(surroundings, variables, expected):
    for name, value in variables.items():
        surroundings.setenv(name, value)
    assert program_language() == expected


def test_a_language_that_is_chosen_stays(surroundings):
    surroundings.setenv("TYPOLOGY_LANGUAGE", "de")
    set_language("en")
    assert program_language() == "en"
    with pytest.raises(ValueError, match="There is no language 'xx'; there are: de, en"):
        set_language("xx")


def test_every_message_is_there_in_both_languages_with_the_same_placeholders():
    texts = {f"{file}.{name}": text for file, part in MESSAGES.items() for name, text in part.items()}
    assert len(texts) > 500
    assert not [key for key, text in texts.items() if not text["de"].strip() or not text["en"].strip()]
    assert not [key for key, text in texts.items() if fields(text["de"]) != fields(text["en"])]


@cache
def program() -> dict[str, ast.Module]:
    """The code of the whole package, file by file."""
    files = {f"typology/{path.relative_to(PACKAGE).as_posix()}": path for path in sorted(PACKAGE.rglob("*.py"))}
    return {where: ast.parse(path.read_text(encoding="utf-8")) for where, path in files.items()}


@cache
def used_keys() -> set[str]:
    """The keys of messages that the code names as they are."""
    return {
        node.value
        for tree in program().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_message_that_the_code_names_is_there():
    files = "|".join(MESSAGES)
    named = {text for text in used_keys() if re.fullmatch(rf"({files})\.[a-z][a-z0-9_]*", text)}
    unknown = {name for name in named if name not in KEYS and name.rsplit(".")[-1] not in FILES}
    assert named
    assert not unknown


def test_every_message_is_named_somewhere():
    """Those of the command line are named by verb and option, those of click by its own English."""
    named = used_keys()
    plain = [key for key in KEYS if key.partition(".")[0] not in ("commands", "click")]
    assert len(plain) > 500
    assert not [key for key in plain if key not in named]


def test_click_says_nothing_that_the_catalogue_lacks():
    english = {texts["en"] for texts in MESSAGES["click"].values()}
    # said to developers, to completing shells, by prompts that no verb makes, or only numbers
    others = re.compile(
        "deprecat|iterable|determine name|No options defined|exactly one|defined twice|same flag|[Cc]omplet|"
        "any key|Repeat|two entered|colour|editor|Windows error|"
        "standard stream|UUID|format|executable|^Choice|values are required"
    )
    asked = set()
    for module in SPEAKING:
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        for call in calls:
            if call.func.id in ("_", "ngettext"):
                asked |= {part.value for part in call.args if isinstance(part, ast.Constant)}
    asked = {text for text in asked if isinstance(text, str)}
    assert len(asked) > 40
    assert {text for text in asked if not others.search(text)} <= english


def test_a_message_is_said_again_in_another_language():
    inner = Said("writing.and")
    said = Said("writing.no_language", code="xx", known=inner)
    assert said == "Die Sprache 'xx' gibt es nicht; es gibt: und."
    assert said.of("en") == "There is no language 'xx'; there are: and."


def test_a_file_makes_a_language(third):
    assert languages() == ("de", "en", MADE_UP)
    assert not missing(MADE_UP) or all(place.startswith("messages.click") for place in missing(MADE_UP))
    assert writing.listed(["A", "B"], MADE_UP) == "A «and» B"
    assert writing.number(1234.5, MADE_UP, 1) == "1.234,5"
    assert writing.day("2026-01-31", MADE_UP, words=True) == "31. m1 2026"
    content = load_content()
    assert content.label("goal", "effizienz", MADE_UP).startswith("«")
    assert content.say("no_offer", MADE_UP) == f"«{content.say('no_offer', 'en')}»"
    assert content.label("goal", "effizienz", "de") == "Effizienz der Verwaltung"
    lines = list(template(MADE_UP))
    assert yaml.safe_load("\n".join(lines)).keys() == all_texts().keys()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fr", "- a list", "entries of the form name: value belong here"),
        ("fr", "no entries", "entries of the form name: value belong here"),
        ("fr", "messages: {writing: {and: et}}", "entries of the form name: value belong here"),
        ("fr", 'messages.writing.and: "et', "not valid YAML"),
        ("fr", "messages.writing.and: größer".encode("cp1252"), "not written in UTF-8"),
        ("fr", "messages.commands.error: '{mesage}'", "(found: 'mesage') – expected: {message}"),
        ("fr", "messages.commands.error: '{message'", "(found: '{message') – expected: {message}"),
        ("fr", "messages.writing.and: [et]", "column messages.writing.and: a single value belongs here"),
        ("fr", "types.optimierer.learn_from: text", "column types.optimierer.learn_from: a list in square brackets"),
        ("de", "messages.writing.and: und", "(found: 'de') – expected: a code such as fr or pt_BR, not de, en"),
        ("a b", "messages.writing.and: et", "(found: 'a b') – expected: a code such as fr"),
    ],
)
def test_a_damaged_language_file_is_refused_by_every_verb(surroundings, tmp_path, name, text, said):
    (tmp_path / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    surroundings.setenv("TYPOLOGY_LANGUAGES", str(tmp_path))
    surroundings.setenv("TYPOLOGY_LANGUAGE", name)
    result = CliRunner().invoke(main, ["orientation", "effizienz"])
    assert result.exit_code == 2 and result.output.startswith("Error: ") and said in result.output


def test_of_a_damaged_language_file_the_first_findings_are_shown(surroundings, tmp_path):
    path = tmp_path / "fr.yaml"
    path.write_text(yaml.safe_dump({place: {"a": "b"} for place in all_texts()}), encoding="utf-8")
    with pytest.raises(ContentError, match=f"not allowed: {len(all_texts())}") as error:
        check(path)
    assert len(error.value.problems) == 20


def test_a_sound_language_file_may_be_empty_or_begin_with_a_byte_order_mark(surroundings, tmp_path):
    (tmp_path / "fr.yaml").write_text("", encoding="utf-8")
    (tmp_path / "pt_BR.yaml").write_text("messages.writing.and: e", encoding="utf-8-sig")
    surroundings.setenv("TYPOLOGY_LANGUAGES", str(tmp_path))
    for path in writing.language_files():
        check(path)
    surroundings.setenv("LANG", "pt_BR.UTF-8")
    assert program_language() == "pt_BR" and writing.listed(["A", "B"], "pt_BR") == "A e B"
    surroundings.setenv("LANG", "fr_CH.UTF-8")
    assert program_language() == "fr" and writing.listed(["A", "B"], "fr") == "A and B"


@pytest.mark.parametrize("arguments", [["frobnicate"], ["--language", "xx"]], ids=" ".join)
def test_an_error_before_any_verb_shows_the_usage_in_one_language(surroundings, arguments):
    surroundings.setenv("LANG", "de_DE.UTF-8")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "[OPTIONEN] BEFEHL [ANGABEN]…" in result.output and not re.search("OPTIONS|COMMAND|Usage", result.output)


@pytest.mark.parametrize(("asked", "first"), [("DE", "Aufruf:"), ("de_AT", "Aufruf:"), ("en-GB", "Usage:")])
def test_a_language_may_be_asked_for_as_the_system_writes_it(surroundings, asked, first):
    assert CliRunner().invoke(main, ["--language", asked, "check", "--help"]).output.startswith(first)


def test_the_template_of_competences_names_professions_in_the_language_of_the_program(surroundings):
    run = CliRunner()
    german, english = (
        run.invoke(main, ["--language", code, "competences", "template"]).output for code in ("de", "en")
    )
    assert "Feuerwehr: Sicherheit" in german and "Fire service: Safety" in english
    keys = [[row.split(";")[:2] for row in text.splitlines()] for text in (german, english)]
    assert len(keys[0]) > 20 and keys[0] == keys[1]


@pytest.mark.parametrize(
    ("language", "answer", "removes"),
    [
        ("de", "j", True),
        ("de", "Ja", True),
        ("de", "y", True),
        ("en", "yes", True),
        ("en", "j", False),
        ("de", "", False),
    ],
)
def test_yes_is_said_in_the_language_of_the_question(
    surroundings, practice_folder, tmp_path, language, answer, removes
):
    shutil.copytree(practice_folder, tmp_path / "raw" / "practice")
    answers = tmp_path / "raw" / "practice" / "responses.csv"
    key = re.findall(r'"(9\d{7})"', answers.read_text(encoding="utf-8-sig"))[0]
    arguments = ["--language", language, "forget", "practice", key, "--data", str(tmp_path)]
    result = CliRunner().invoke(main, arguments, input=f"{answer}\n")
    assert f"[{'j' if language == 'de' else 'y'}/N]" in result.output
    gone = key not in answers.read_text(encoding="utf-8-sig")
    assert (result.exit_code, gone) == ((0, True) if removes else (1, False))


def test_columns_have_english_headings_in_a_language_that_a_file_adds():
    assert [KEY_COLUMN.heading(code) for code in ("de", "en", MADE_UP)] == [
        "Schlüssel der Kommune",
        *["Key of the municipality"] * 2,
    ]


def test_a_typology_is_read_again_and_has_one_version_whatever_languages_there_are(third, surroundings, tmp_path):
    made = planted_typology()
    made.save(tmp_path / "typology.json")
    assert made.types[0].label.of(MADE_UP).startswith("«") and made.goals[0].label.of(MADE_UP).startswith("«")
    surroundings.delenv("TYPOLOGY_LANGUAGES")
    plain, again = planted_typology(), load_typology(tmp_path / "typology.json")
    assert again.types == made.types and again.goals == made.goals
    assert plain.types[0].label.all().keys() == {"de", "en"} and plain.version == made.version


def test_the_language_is_gone_with_its_file():
    assert MADE_UP not in languages() and "TYPOLOGY_LANGUAGES" not in os.environ
    assert load_content().say("no_offer", MADE_UP) == load_content().say("no_offer", "en")


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_says_its_help_in_every_language(third, verb):
    shown = {code: CliRunner().invoke(main, ["--language", code, verb, "--help"]).output for code in languages()}
    assert f"«{message(f'commands.help_{verb}', 'en').split()[0]}" in shown[MADE_UP]
    assert "Aufruf:" in shown["de"] and "Usage:" in shown["en"]
    assert not re.search("[äöüß]|Beispiel|Zielordner|Datei", shown["en"])
    assert not re.search("Example|Usage|Options|Show this|Folder", shown["de"])


class Texts(HTMLParser):
    """The texts of a page, scripts and styles aside."""

    def __init__(self) -> None:
        super().__init__()
        self.silent, self.found = 0, []

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if data.strip() and not self.silent:
            self.found.append(" ".join(data.split()))


def texts_of(path: Path) -> list[str]:
    parser = Texts()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.found


@pytest.mark.long
def test_the_third_language_reaches_site_and_sheet(third, practice_processed, tmp_path):
    import pypdf

    from typology import read_study
    from typology.study.store import public_study, write_site

    study = read_study(practice_processed)
    target = tmp_path / "site"
    target.mkdir()
    write_site(public_study(study), None, target)
    pages = sorted(path.relative_to(target / "en") for path in (target / "en").rglob("*.html"))
    assert len(pages) > 20
    assert pages == sorted(path.relative_to(target / MADE_UP) for path in (target / MADE_UP).rglob("*.html"))
    # the verdict on the number of types is written with the study, which was computed before there was the language
    said = [text["en"] for place, text in all_texts().items() if not place.startswith("sentences.selection_")]
    english = {text for text in said if isinstance(text, str) and re.match(r"[^\[]+ ", text)}
    left = {page: set(texts_of(target / MADE_UP / page)) & english for page in pages}
    assert not {page: texts for page, texts in left.items() if texts}
    home = (target / MADE_UP / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{MADE_UP}">' in home and 'hreflang="de"' in home and 'hreflang="en"' in home
    assert f'hreflang="{MADE_UP}"' in (target / "index.html").read_text(encoding="utf-8")
    key = study.tables.municipalities.index[0]
    study.sheet(str(key), tmp_path / "sheet.pdf", language=MADE_UP)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "sheet.pdf").pages)
    assert text.count("«") > 20
    assert not [sentence for sentence in english if len(sentence) > 30 and f" {sentence} " in text]


SAYING = {"echo", "progress", "confirm", "warn", "UsageError", "BadParameter", "ClickException"}
# What Python and scikit-learn expect word for word.
AS_EXPECTED = {("typology/__init__.py", "AttributeError"), ("typology/clustering/engine/patterns.py", "TypeError")}


def sayings(tree: ast.AST):
    """(what is called, what it is given to say) for every error, finding, count and printed line."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name.endswith("Error") or name in SAYING:
            given = call.args[:1]
        elif name in ("error", "warning", "note") and len(call.args) > 1:
            given = [call.args[1], *(part.value for part in call.keywords if part.arg == "expected")]
        elif name == "count" and len(call.args) == 3:
            given = call.args[2:]
        else:
            continue
        yield from ((name, part) for part in given)


def literal(node: ast.AST) -> str:
    """What stands as text in the code itself, without what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    parts = {ast.JoinedStr: "values", ast.BinOp: ("left", "right"), ast.IfExp: ("body", "orelse")}.get(type(node), ())
    inner = getattr(node, parts) if isinstance(parts, str) else [getattr(node, part) for part in parts]
    return "".join(map(literal, inner))


SENTENCE = re.compile(r"[^\W\d_]{3,}\b.* |[^\W\d_]{3,} ")


def test_a_sentence_in_the_code_would_be_found():
    code = 'found.error("wert", f"{n} ist keine Zahl" if n else "")\nraise FileError("Die Datei " + name)\necho("run")'
    found = [literal(part) for _, part in sayings(ast.parse(code))]
    assert [bool(SENTENCE.search(text)) for text in found] == [True, True, False]


def test_no_sentence_stands_outside_the_catalogue():
    outside, seen = {}, 0
    for where, tree in program().items():
        for name, part in sayings(tree):
            seen += 1
            if SENTENCE.search(literal(part)) and (where, name) not in AS_EXPECTED:
                outside[where, name] = literal(part)
    assert seen > 300
    assert not outside


def test_a_language_that_is_not_there_is_told_of(surroundings):
    from click.testing import CliRunner

    from typology.commands.verbs import main

    surroundings.setenv("TYPOLOGY_LANGUAGE", "fr")
    told = "TYPOLOGY_LANGUAGE=fr is no known language (de, en); English is spoken.\n"
    assert CliRunner().invoke(main, ["show", "--help"]).stderr == told
    assert CliRunner().invoke(main, ["--language", "de", "show", "--help"]).stderr == ""


def test_no_english_article_stands_before_a_word_that_may_begin_with_any_letter() -> None:
    """Of a file it would say "a Excel file": an article beside a place fits only what is always filled in alike."""
    folder = Path(writing.__file__).parent / "content"
    files = [*sorted((folder / "messages").glob("*.yaml")), *sorted((folder / "sentences").glob("*.yaml"))]
    texts = [(path.name, line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    found = {(name, place) for name, line in texts for place in re.findall(r"\ban? (\{\w+\})", line)}
    assert len(files) > 30 and found == {("content.yaml", "{file}")}  # always sources.yaml
