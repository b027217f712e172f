"""The notebooks on surveys that are not the demo: what a study lacks they say, and nothing ends in a traceback."""

from __future__ import annotations

import ast
import csv
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import yaml
from click.testing import CliRunner
from miniature import QUICK

import typology
from typology.commands.verbs import main
from typology.content.own_files import FOLDER
from typology.content.reading import read_yaml
from typology.errors import StudyError
from typology.study import notebooks
from typology.study.notebooks import notebook_page

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.py"))
ALLOWED = {"typology", "pandas", "numpy", "matplotlib"}
GOALS = ("effizienz", "effektivitaet", "attraktivitaet", "buergernaehe", "daseinsvorsorge", "foerdermittel")
ENDS = "Hier endet das Notebook: "


def write_bare(folder: Path, n_goals: int, n_classes: int) -> None:
    """A survey of nothing but rated goals: no register, no names, no other questions, no consent."""
    book = {
        "survey": {
            "key": folder.name, "title": {"de": "Nur Ziele", "en": "Goals only"}, "date": "2026-06-30",
            "source": "von Hand", "sample": {"de": "keine", "en": "none"}, "retention": {"de": "keine", "en": "none"},
        },
        "files": {"responses": "antworten.csv"},
        "register": "none",
        "respondent": {"id": "nr"},
        "goals": {
            "kind": "rating",
            "question": {"de": "Wie wichtig?", "en": "How important?"},
            "levels": [{"key": key, "values": [str(place)]} for place, key in enumerate(("nein", "etwas", "sehr"), 1)],
            "columns": {goal: goal for goal in GOALS[:n_goals]},
        },
        "typology": {"n_classes": n_classes},
    }  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "codebook.yaml").write_text(yaml.safe_dump(book, allow_unicode=True), encoding="utf-8")
    rng = random.Random(1)
    with (folder / "antworten.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["nr", *GOALS[:n_goals]])
        for row in range(40):
            usual = ["31"[(place + row) % 2] for place in range(n_goals)]
            out.writerow([f"k{row:03d}", *(rng.choice("123") if rng.random() < 0.3 else value for value in usual)])


def make_world(folder: Path, key: str, n_goals: int, n_classes: int) -> Path:
    """A data folder with such a survey and its study."""
    write_bare(folder / "raw" / key, n_goals, n_classes)
    return make_study(folder, key, n_classes)


def make_study(folder: Path, key: str, n_classes: int) -> Path:
    """The same data folder with the study of that survey, too."""
    settings = replace(QUICK, n_init=5, replicates=9, resamples=2, n_classes=n_classes, max_classes=2, margins=())
    typology.run_study(
        folder / "raw" / key, folder / "processed" / key, settings, sheets=False, site=False, progress=lambda _: None
    )
    return folder


def tell(source: Path, shown: list[object]) -> str:
    """Run the code of a notebook in this process, collecting what it displays; the sentence with which it ended."""
    code = ast.parse(re.sub(r"(?m)^# %%.*$", "", source.read_text(encoding="utf-8")))
    try:
        exec(compile(code, source.name, "exec"), {"display": shown.append})
    except SystemExit as end:
        return str(end)
    finally:
        plt.close("all")
        typology.set_language(None)  # a notebook chooses its own
    return ""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """``told(data, survey)``: notebook → the sentence with which it ended, if any, all in this process."""
    # what takes its time is not what is tried here
    for name, less in {
        "cluster": {"n_init": 10},
        "select_classes": {"n_replicates": 9, "n_init": 3, "n_resamples": 2},
        "stability": {"n_replicates": 5, "n_init": 2},
        "compare_types": {"n_replicates": 5},
        "compare_methods": {"n_resamples": 1},
        "reliability": {"n_fits": 2},
    }.items():
        whole = getattr(typology, name)
        monkeypatch.setattr(typology, name, lambda *given, whole=whole, less=less, **more: whole(*given, **more | less))

    def run(data: Path, survey: str, notebooks: Sequence[Path] = NOTEBOOKS) -> dict[str, str]:
        monkeypatch.setenv("TYPOLOGY_DATA", str(data))
        monkeypatch.setenv("TYPOLOGY_SURVEY", survey)
        return {source.stem: tell(source, []) for source in notebooks}

    return run


def test_notebooks_import_nothing_that_is_not_declared():
    named = {
        alias.name if isinstance(node, ast.Import) else node.module
        for source in NOTEBOOKS
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    rooms = {name.split(".")[0] for name in named if name}
    assert "typology" in rooms
    assert rooms - sys.stdlib_module_names <= ALLOWED


def test_no_notebook_defines_a_function_or_says_that_every_survey_is_practice():
    texts = [source.read_text(encoding="utf-8") for source in NOTEBOOKS]
    assert len(texts) == 6
    assert not [text for text in texts if re.search(r"^\s*(def|class) ", text, flags=re.M)]
    assert all(re.search(r"mitgelieferte\s+(# )?Befragung\s+(# )?ist\s+(# )?\*\*synthetisch", text) for text in texts)


@pytest.mark.long
@pytest.mark.parametrize(("n_goals", "n_classes"), [(6, 2), (2, 1)])
def test_a_survey_of_nothing_but_goals_is_told_to_its_end(tmp_path, told, capsys, n_goals, n_classes):
    data = make_world(tmp_path, "nackt", n_goals, n_classes)
    ends = told(data, "nackt")
    assert len(ends) == 6
    short = "" if n_goals > 3 else f"{ENDS}Bei höchstens drei Zielen gibt es keine kürzere Form."
    assert {name: end for name, end in ends.items() if end} == ({"03_types": short} if short else {})
    said = capsys.readouterr().out
    for sentence in (
        "40 Zeilen, ",
        "wie groß sie sind, sagt diese Befragung nicht",
        "Abgestufte Antworten werden nicht gezählt",
        "Nach dem Stand der Handlungsfelder fragt diese Befragung nicht",
        "Lage und Größe der Kommunen sind aus dieser Befragung nicht bekannt",
        "In dieser Studie wird niemand empfohlen",
        "D-Teams lassen sich in dieser Studie nicht bilden",
        "Nach Schmerzpunkten fragt diese Befragung nicht",
        "digitaler Kompetenzen hat in dieser Studie niemand angegeben",
        "### 1. ",
    ):
        assert sentence in said


@pytest.mark.long
def test_a_catalogue_without_a_step_for_these_answers_ends_the_notebook_on_steps(tmp_path, told, capsys):
    write_bare(tmp_path / "raw" / "nackt", 6, 2)
    shipped = read_yaml(FOLDER / "agenda.yaml")
    waiting = [step for step in shipped["steps"] if step.get("when") == [{"measure": "competence"}]]
    assert 0 < len(waiting) < len(shipped["steps"]), "steps for answers that this survey does not ask for"
    content = tmp_path / "raw" / "nackt" / "content"
    content.mkdir()
    own = {"ersetzt": True, **shipped, "steps": waiting}
    (content / "agenda.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    data = make_study(tmp_path, "nackt", 2)
    assert told(data, "nackt", NOTEBOOKS[-1:]) == {
        "06_action": f"{ENDS}Aus den Antworten dieser Befragung folgen keine Schritte einer Agenda."
    }
    assert "### 1. " not in capsys.readouterr().out


def test_a_survey_without_a_study_ends_at_once_and_says_what_to_run(tmp_path, monkeypatch):
    write_bare(tmp_path / "raw" / "neu", 6, 2)
    monkeypatch.setenv("TYPOLOGY_DATA", str(tmp_path))
    monkeypatch.setenv("TYPOLOGY_SURVEY", "neu")
    (end,) = {tell(source, []) for source in NOTEBOOKS[3:]}
    assert end.startswith(ENDS) and end.endswith("typology run neu")
    monkeypatch.setattr("typology.study.notebooks.publish_notebooks", lambda *_, **__: pytest.fail("started"))
    refused = CliRunner().invoke(main, ["notebooks", "neu", "--data", str(tmp_path)])
    assert refused.exit_code == 2 and "typology run neu" in refused.output


@pytest.mark.long
def test_a_page_ends_with_the_sentence_of_its_notebook(tmp_path):
    source = tmp_path / "01_end.py"
    source.write_text(
        "# %% [markdown]\n# # Titel\n\n# %%\nprint('vorher')\nraise SystemExit('Hier ist Schluss.')\n\n"
        "# %%\nprint('nachher')\n",
        encoding="utf-8",
    )
    page = notebook_page(source, survey="demo", data=tmp_path).partition("<main>")[2]
    assert page.index("vorher\n") < page.index("Hier ist Schluss.\n")
    assert "nachher" not in page and "Traceback" not in page and "SystemExit:" not in page


def test_without_the_packages_for_notebooks_a_sentence_says_how_to_get_them(tmp_path, monkeypatch):
    (tmp_path / "01_one.py").write_text("print(1)\n", encoding="utf-8")
    monkeypatch.setattr(notebooks, "PACKAGES", ("not_there", "jupytext", "neither"))
    with pytest.raises(StudyError) as error:
        notebooks.publish_notebooks(tmp_path, tmp_path / "pages", survey="demo", data=tmp_path)
    assert error.value.lines("en") == [
        "To run the notebooks these are missing: not_there neither. To get them: pip install not_there neither"
    ]
    assert not (tmp_path / "pages").exists()
