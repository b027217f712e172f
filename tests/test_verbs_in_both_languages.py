"""Every verb that prints answers speaks one language at a time: no German word in an English run, and vice versa."""

from __future__ import annotations

import csv
import re
import shutil
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from proofs import one_of_each

from typology.commands.verbs import main
from typology.writing import set_language

WORDS = {
    "de": re.compile(
        r"\b(der|die|das|den|dem|und|oder|nicht|kein|keine|mit|von|für|ist|sind|wird|werden|eine?|als|auf|aus|bei|zu|zur|"
        r"im|je|nur|noch|mehr|Kommunen?|Ziele?|Typ|Typen|Zeilen?|Spalten?|Befunde?|Fehler|Anteil|Partner:|Kontakt|Quelle|"
        r"Stand|Grundlage|Antworten|Übungsdaten|geschrieben|erwartet|gefunden)\b"
    ),
    "en": re.compile(
        r"\b(the|and|or|not|no|with|of|for|is|are|were|from|at|to|each|only|yet|more|municipality|"
        r"municipalities|goals?|types?|rows?|columns?|findings?|errors?|share|source|answers|written|expected|found)\b"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory, practice_folder, practice_processed) -> Path:
    folder = tmp_path_factory.mktemp("verbs")
    (folder / "raw").mkdir()
    (folder / "processed").mkdir()
    shutil.copytree(practice_folder, folder / "raw" / "klein")
    (folder / "processed" / "klein").symlink_to(practice_processed)
    return folder


@pytest.fixture(scope="module")
def key(data) -> str:
    from typology import read_study

    study = read_study(data / "processed" / "klein")
    return str(study.tables.similar["key"].iloc[0])


def run(language: str, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--language", language, *arguments])
    set_language(None)
    assert result.exit_code in (0, 2), result.output
    for console in ("cp1252", "cp850", "ascii"):  # what Windows redirects to a file, and the plainest of all
        fits = result.output.encode(console, "plain")
        assert fits.count(b"?") == result.output.count("?"), (console, arguments)
    return result.output


def without_names(text: str, data: Path) -> str:
    """The text without what has no translation: names of bodies, source of the survey, publications, keys, paths."""
    codebook = (data / "raw" / "klein" / "codebook.yaml").read_text(encoding="utf-8")
    with (data / "raw" / "klein" / "register.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {cell for row in csv.reader(file) for cell in row if re.match("[A-ZÄÖÜ]..", cell)}
    names |= {name.split(",")[0] for name in names}
    source = re.search(r"^ *source: (.+)$", codebook, flags=re.M)[1].strip("\"'")
    known = [source, str(data), *names]
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, "")
    text = re.sub(
        r"(Source|Quelle|Kinds of course according to|Arten von Kursen nach): .*", "", text
    )  # titles of publications
    return re.sub(r"\w+(?:[-.]\w+)+", "", text)


VERBS = [
    ("check", "klein"), ("show", "klein", "KEY"), ("peers", "klein", "KEY"), ("teams", "klein"),
    ("agenda", "klein", "KEY"), ("cooperation", "klein"), ("cooperation", "klein", "--workshop"),
    ("trainings", "klein"), ("trainings", "klein", "KEY"),
    ("verify", "klein"), ("compare", "klein", "klein"), ("orientation",), ("orientation", "effizienz", "buergernaehe"),
    ("orientation", "--survey", "klein"), ("show", "klein", "Nirgendwo"), ("run", "nirgends"), ("doctor",),
    ("simulate", "OUT"), ("new", "CON"), ("competences", "check", "nirgends.csv"), ("codebook", "nirgends.csv"),
    ("sheet", "klein", "KEY", "--kind", "short", "--force", "--out", "NEW"),
    ("export", "klein", "--out", "NEW"), ("site", "klein", "--out", "NEW"), ("serve", "nirgends"),
    ("assign", "nirgends.json", "klein"), ("forget", "nirgends", "1", "--yes"), ("demo", "OUT"),
]  # fmt: skip


@pytest.fixture
def nothing_made(monkeypatch):
    """The work of two verbs that print no more than where its result stands takes no time."""
    monkeypatch.setattr("typology.study.store.public_study", lambda study, *_: study)
    monkeypatch.setattr("typology.study.export.public_study", lambda study, *_: study)
    monkeypatch.setattr("typology.study.export.workbook_sheets", lambda *_, **__: [])
    monkeypatch.setattr("typology.study.export.write_workbook", lambda path, *_, **__: path)
    monkeypatch.setattr("typology.study.export.write_tables", lambda *_, **__: [])
    monkeypatch.setattr("typology.study.store.write_site", lambda *_: None)


@pytest.mark.parametrize("verb", one_of_each([(verb,) for verb in VERBS], lambda case: case[0][0]), ids=" ".join)
@pytest.mark.usefixtures("nothing_made")
def test_a_run_speaks_one_language(verb, data, key, tmp_path):
    (tmp_path / "something").write_text("", encoding="utf-8")
    arguments = [{"KEY": key, "OUT": str(tmp_path), "NEW": str(tmp_path / "new")}.get(part, part) for part in verb]
    if verb[0] not in ("orientation", "simulate", "competences", "codebook", "demo") or "--survey" in verb:
        arguments += ["--data", str(data)]
    said = {language: without_names(run(language, *arguments), data) for language in ("de", "en")}
    assert said["de"] and said["en"]
    assert not WORDS["de"].findall(said["en"]), said["en"]
    assert not WORDS["en"].findall(said["de"]), said["de"]
    assert WORDS["de"].search(said["de"]) or verb[0] in (
        "orientation",
        "doctor",
        "competences",
        "verify",
        "sheet",
        "export",
        "site",
    )


@pytest.mark.parametrize(("language", "said"), [("de", "Der Anschluss {port}"), ("en", "The port {port}")])
def test_a_port_in_use_is_named_with_a_way_out(tmp_path, language, said):
    page = tmp_path / "processed" / "practice" / "public" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ["--language", language, "serve", "practice", "--data", str(tmp_path), "--port", str(port)]
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2 and said.format(port=port) in result.output and "--port" in result.output
