"""Commands that begin something: demo (the practice survey, ready to look at) and new (an empty survey folder)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from typology.commands.frame import data_option, plain_errors, steps
from typology.commands.help import LANGUAGE, verb
from typology.commands.words import echo, say
from typology.errors import StudyError
from typology.writing import Language, Said, program_language

if TYPE_CHECKING:
    from typology.study.record import Study

DEMO = "demo"
TEMPLATES = Path(__file__).parent / "templates"


@verb()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="typology-demo")
@click.option("--n", default=412, show_default=True, type=click.IntRange(30, 2000))
@click.option("--sheets/--no-sheets", default=True)
@plain_errors
def demo(folder: Path, n: int, sheets: bool) -> None:
    from typology.commands.study import STEPS, echo_summary
    from typology.simulation.survey import simulate_survey
    from typology.study.store import check_writable
    from typology.study.workflow import run_study

    raw, target = folder / "data" / "raw" / DEMO, folder / "data" / "processed" / DEMO
    there = _is_demo(folder)
    if not there and folder.exists() and any(folder.iterdir()):
        raise StudyError(Said("commands.demo_foreign", folder=folder))
    check_writable(target)
    if there:
        echo("demo_there", folder=raw)
    else:
        simulate_survey(raw, n=n, key=DEMO)
        echo("simulated", n=n, folder=raw)
    with steps(STEPS + 2 * sheets + 1) as progress:
        study = run_study(raw, target, sheets=sheets, progress=progress)
    echo_summary(study, target)
    for line in _next_steps(study, folder, target):
        click.echo(line)


def _is_demo(folder: Path) -> bool:
    """Whether this command made the folder: its practice survey stands where the command puts it."""
    from typology.content.reading import read_yaml

    path = folder / "data" / "raw" / DEMO / "codebook.yaml"
    if not path.is_file():
        return False
    written = read_yaml(path)
    about = written.get("survey") if isinstance(written, dict) else None
    return isinstance(about, dict) and (about.get("key"), about.get("synthetic")) == (DEMO, "true")


def _next_steps(study: Study, folder: Path, target: Path) -> list[str]:
    """What to look at, as commands that can be copied; they name a municipality that is in the study."""
    names = study.tables.municipalities["name"]
    name = names[~names.duplicated(keep=False)].iloc[0]
    commands = [
        (f"cd {_quoted(folder)}", ""),
        (f'typology show {DEMO} "{name}"', say("demo_show")),
        (f'typology sheet {DEMO} "{name}"', say("demo_sheet")),
        (f"typology new {say('demo_own')}", say("demo_new")),
    ]
    page = (target / "public" / "index.html").resolve()
    return ["", say("next_steps"), say("demo_open", page=page), *_listed(commands)]


@verb()
@click.argument("name")
@data_option
@click.option("--language", type=LANGUAGE)
@plain_errors
def new(name: str, data: Path, language: str | None) -> None:
    from typology.content.file_names import is_device
    from typology.content.reading import read_yaml
    from typology.survey.codebook import FILE as CODEBOOK
    from typology.survey.open_places import open_places

    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        raise StudyError(Said("commands.new_name", name=name))
    if is_device(name):
        raise StudyError(Said("commands.new_device", name=name))
    folder = data / "raw" / name
    if folder.exists():
        raise StudyError(Said("commands.new_there", folder=folder))
    files = survey_files(name, language or program_language())
    (folder / "content").mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
        echo("written", path=folder / file)
    where = "" if data == Path("data") else f" --data {_quoted(data)}"
    commands = [(f"typology check {name}{where}", say("new_check")), (f"typology run {name}{where}", say("new_run"))]
    n_open = len(open_places(read_yaml(folder / CODEBOOK)))
    for line in (say("next_steps"), say("new_export"), say("new_fill", n=n_open), *_listed(commands, first=3)):
        click.echo(line)


def survey_files(name: str, language: Language) -> dict[str, str]:
    """The files of a new survey: path in its folder → text.

    The goals are those of the catalogue, and what a site says about its publisher is the shipped text with its
    places to fill in; everything else stands in the templates of the language, English where it has none.
    """
    from string import Template

    from typology.content.catalogue import load_content
    from typology.content.reading import FOLDER, OPEN

    words = load_content()
    goals = "\n".join(f'    {goal.key}: "{OPEN}"  # {goal.label.of(language)}' for goal in words.goals)
    shipped = (FOLDER / "website.yaml").read_text(encoding="utf-8").splitlines()
    website = "\n".join(line for line in shipped if not line.startswith("#"))
    templates = TEMPLATES / language if (TEMPLATES / language).is_dir() else TEMPLATES / "en"
    files = {}
    for path, more in (("codebook.yaml", ""), ("content/website.yaml", website + "\n"), ("wishes.yaml", "")):
        template = Template((templates / Path(path).name).read_text(encoding="utf-8"))
        files[path] = template.substitute(name=name, goals=goals) + more
    return files


def _listed(commands: list[tuple[str, str]], first: int = 0) -> list[str]:
    """Commands below one another, numbered from ``first`` on, each with what it does."""
    width = max(len(command) for command, _ in commands)
    lines = []
    for place, (command, what) in enumerate(commands, start=first):
        mark = f"{place}. " if first else ""
        lines.append(f"  {mark}{command:<{width}}  {what}".rstrip())
    return lines


def _quoted(path: Path) -> str:
    """A path as both shells and the Windows prompt take it."""
    return f'"{path}"' if " " in str(path) else str(path)
