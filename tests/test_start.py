"""What somebody does first: the practice survey in an empty folder, then a folder for a survey of their own."""

from __future__ import annotations

import filecmp
import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import typology
from typology.commands.start import survey_files
from typology.commands.verbs import main
from typology.content.reading import read_yaml
from typology.content.site import load_site_config
from typology.errors import TypologyError
from typology.matching.wishes import parse_wishes, read_wishes
from typology.survey.open_places import open_places
from typology.tables.settings import Settings


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def listing(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- demo -----------------------------------------------------------------------------------------------------------


def test_the_practice_survey_that_is_made_is_the_committed_one(tmp_path, demo_folder):
    made = typology.simulate_survey(tmp_path / "demo", key="demo")
    names = sorted(listing(demo_folder))
    assert names == sorted(listing(made)) and len(names) == 5
    assert filecmp.cmpfiles(demo_folder, made, names, shallow=False) == (names, [], [])


# The demo is tried for where it lies and what it says, not for its types.
BRIEF = Settings(n_init=5, max_classes=2, replicates=9, resamples=3, margins=(), degrees=False)


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> tuple[Path, str]:
    """A small demo in a folder that was not there, and what the command said."""
    folder = tmp_path_factory.mktemp("stranger") / "mein versuch"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typology.study.estimate.settings_of", lambda _: BRIEF)
        code, said, _ = call("demo", str(folder), "--n", "30", "--no-sheets")
    assert code == 0
    return folder, said


def test_the_demo_says_where_everything_is_and_what_comes_next(begun, monkeypatch):
    folder, said = begun
    page = folder / "data" / "processed" / "demo" / "public" / "index.html"
    assert page.is_file() and f"  {page} im Browser öffnen" in said
    for part in ("Site:", "Tabellen:", "Veröffentlichen nur:"):
        assert re.search(rf"^{part}\s+\S", said, re.M), part
    # the commands that it prints work as they stand
    steps = [line.strip() for line in said.partition("Weiter geht es so:")[2].splitlines()]
    go, show = (next(line for line in steps if line.startswith(word)) for word in ("cd ", "typology show "))
    monkeypatch.chdir(shlex.split(go)[1])
    code, shown, _ = call(*shlex.split(show.partition("  ")[0])[1:])
    assert code == 0 and "synthetisch" in shown


def test_a_second_demo_keeps_what_is_there(begun, monkeypatch):
    """The second study is that of the first demo, and lies where the first one does; computed it is elsewhere."""
    folder, _ = begun
    own = folder / "data" / "raw" / "demo" / "wishes.yaml"
    own.write_text("# nichts\n", encoding="utf-8")
    before = listing(folder / "data" / "raw")
    asked = []

    def run_study(raw: Path, target: Path, *, sheets: bool, progress: object) -> typology.Study:
        asked.append((raw, target, sheets, len(typology.read_survey(raw).responses)))
        return typology.read_study(target)

    monkeypatch.setattr("typology.study.workflow.run_study", run_study)
    code, said, _ = call("demo", str(folder), "--n", "50", "--no-sheets")
    assert code == 0 and "bleibt, wie sie ist" in said and "30 Kommunen" in said
    assert asked == [(own.parent, folder / "data" / "processed" / "demo", False, 30)]
    assert listing(folder / "data" / "raw") == before


@pytest.mark.parametrize(
    "there",
    [
        {"brief.txt": "wichtig"},
        {"data/raw/demo/codebook.yaml": "survey: {key: demo}\n"},
        {"data/raw/demo/codebook.yaml": "survey: {key: andere, synthetic: true}\n"},
        {"data/raw/demo/codebook.yaml": "- eins\n"},
        {"data/raw/demo/responses.csv": "a\n"},
    ],
    ids=["file", "own", "other", "list", "half"],
)
def test_a_folder_that_the_demo_did_not_make_stays_as_it_is(tmp_path, there):
    for name, text in there.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = listing(tmp_path)
    code, _, said = call("demo", str(tmp_path))
    assert code == 2 and "nichts wurde verändert" in said
    assert listing(tmp_path) == before


# -- new ------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["de", "en"])
def fresh(request, tmp_path) -> Path:
    """The folder of a new survey, in one language."""
    code, said, _ = call("new", "meine", "--data", str(tmp_path), "--language", request.param)
    folder = tmp_path / "raw" / "meine"
    assert code == 0 and f"typology check meine --data {tmp_path}" in said
    return folder


def test_an_unfilled_survey_is_read_as_far_as_it_goes_and_never_runs(fresh):
    code, said, _ = call("check", "meine", "--data", str(fresh.parents[1]))
    n_open = len(re.findall(r"'TODO", said))
    written = len(re.findall(r'"TODO', (fresh / "codebook.yaml").read_text(encoding="utf-8")))
    assert code == 2 and n_open == written > 20
    assert "survey.date" in said and "goals.columns.effizienz" in said
    assert "Traceback" not in said
    with pytest.raises(TypologyError):
        typology.run_study(fresh, fresh.parents[1] / "processed" / "meine", progress=lambda _: None)
    assert not (fresh.parents[1] / "processed" / "meine").exists()


def test_a_filled_survey_is_read(fresh, demo_folder, demo_survey):
    (fresh / "umfrage.csv").write_bytes((demo_folder / "responses.csv").read_bytes())
    demo = demo_survey.codebook
    text = (fresh / "codebook.yaml").read_text(encoding="utf-8")
    for place, value in {
        r"date: \"TODO[^\"]*\"": 'date: "2026-06-30"',
        r"responses: \"TODO[^\"]*\"": "responses: umfrage.csv",
        r"id: \"TODO[^\"]*\"": f"id: {demo.respondent.id}",
        r"duplicates: error": "duplicates: most_complete",
        r"\[\"TODO[^\"]*\"\]": '["Y"]',
        r"# kinds:": "kinds:",
        r"# completed:": "completed:",
        r"# test_rows:": "test_rows:",
    }.items():
        text, n = re.subn(place, value, text)
        assert n == 1, place
    for goal, column in demo.goals.columns.items():
        text, n = re.subn(rf'{goal}: "TODO"', f'{goal}: "{column}"', text)
        assert n == 1, goal
    text = re.sub(r'"TODO [^"]*"', '"ausgefüllt"', text)
    (fresh / "codebook.yaml").write_text(text, encoding="utf-8")
    assert open_places(read_yaml(fresh / "codebook.yaml")) == []
    code, said, _ = call("check", "meine", "--data", str(fresh.parents[1]))
    assert code == 0, said
    survey = typology.read_survey(fresh)
    assert len(survey.responses) == len(demo_survey.responses)
    assert survey.block("goal").columns.tolist() == list(demo.goals.columns)


def test_the_blocks_in_its_comments_are_valid_too(fresh):
    lines = (fresh / "codebook.yaml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# blocks:")
    block = yaml.safe_load("\n".join(line[2:] for line in lines[start : start + 10]))
    assert [item["role"] for item in block["blocks"]] == ["stand", "consent"]


def test_site_and_wishes_are_valid_as_they_stand(fresh):
    shipped = load_site_config()
    assert load_site_config(fresh / "content") == shipped and "feedback" in shipped.unfilled()
    assert read_wishes(fresh / "wishes.yaml").wishes == ()
    lines = (fresh / "wishes.yaml").read_text(encoding="utf-8").splitlines()
    example = [line.removeprefix("# ") for line in lines if re.match(r"# (\w+:$|  )", line)]
    wishes = parse_wishes(yaml.safe_load("\n".join(example)))
    assert wishes.pins("similar") and wishes.teams.apart and wishes.common_weights("similar")["size"] == 0.4


def test_the_comments_are_in_the_language_asked_for():
    german, english = (survey_files("meine", language) for language in ("de", "en"))
    assert german.keys() == english.keys() == {"codebook.yaml", "content/website.yaml", "wishes.yaml"}
    for name in german:
        notes = ["\n".join(re.findall(r"^\s*# .*", files[name], re.M)) for files in (german, english)]
        assert re.search(r"[äöüß]| und | die ", notes[0]) and not re.search(r"[äöüß]| und | die ", notes[1]), name
    bare = [re.sub(r"\s*#.*|\"TODO[^\"]*\"", "", files["codebook.yaml"]) for files in (german, english)]
    assert bare[0].split() == bare[1].split()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Meine", "taugt nicht als Name"), ("2026", "taugt nicht als Name"), ("../x", "taugt nicht als Name"),
        ("a" * 61, "taugt nicht als Name"), ("nul", "Name eines Geräts"), ("com1", "Name eines Geräts"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_one_is_refused(tmp_path, name, words):
    code, _, said = call("new", name, "--data", str(tmp_path))
    assert code == 2 and words in said
    assert list(tmp_path.iterdir()) == []


def test_a_survey_that_is_there_stays_as_it_is(fresh):
    before = listing(fresh)
    code, _, said = call("new", "meine", "--data", str(fresh.parents[1]))
    assert code == 2 and "gibt es schon" in said
    assert listing(fresh) == before
