"""Commands around the survey's files: check, codebook, simulate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from typology.commands.frame import (
    check_out,
    data_option,
    force_option,
    plain_errors,
    raw_folder,
    survey_argument,
    write_new,
)
from typology.commands.help import verb
from typology.commands.words import echo
from typology.writing import Said


@verb()
@survey_argument
@data_option
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def check(survey: str, data: Path, table: Path | None, page: Path | None, force: bool) -> None:
    from typology.survey.report import report_html, report_text, write_report_table
    from typology.survey.survey import check_survey

    for path in (table, page):
        check_out(path, force=force)
    report = check_survey(raw_folder(survey, data))
    click.echo(report_text(report))
    if table is not None:
        write_report_table(report, table)
        echo("check_table", path=table)
    if page is not None:
        write_new(page, report_html(report), force=force)
        echo("check_page", path=page)
    sys.exit(2 if report.n_errors else 0)


@verb()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def codebook(file: Path, out: Path | None, force: bool) -> None:
    from typology.content.reading import read_yaml
    from typology.survey.draft.codebook_draft import draft_codebook
    from typology.survey.open_places import open_places

    check_out(out, force=force)
    text = draft_codebook(file)
    if out is None:
        click.echo(text)
    else:
        write_new(out, text, force=force)
        echo("codebook_written", path=out, n=len(open_places(read_yaml(out))))


@verb()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--world", default="demo", show_default=True, type=click.Choice(["demo", "nationwide"]))
@click.option("--structure", default="types", show_default=True, type=click.Choice(["types", "degrees"]))
@click.option("--n", type=click.IntRange(30, 20_000))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option("--tool")
@click.option("--variant", default="")
@plain_errors
def simulate(
    folder: Path,
    world: Literal["demo", "nationwide"],
    structure: Literal["types", "degrees"],
    n: int | None,
    seed: int,
    tool: str | None,
    variant: str,
) -> None:
    from typology.errors import StudyError
    from typology.simulation.survey import simulate_survey
    from typology.simulation.tool_survey import check_tool, export_practice
    from typology.simulation.worlds import WORLDS

    if tool is not None or variant:
        check_tool(tool or "", variant)
    if folder.exists() and any(folder.iterdir()):
        raise StudyError(Said("commands.folder_not_empty", folder=folder.name))
    n = WORLDS[world].n if n is None else n
    simulate_survey(folder, n=n, random_state=seed, key=folder.name, world=world, structure=structure)
    if tool is None:
        echo("simulated", n=n, folder=folder)
    else:
        answers = export_practice(folder, tool, variant)
        echo("simulated_export", n=n, tool=tool, answers=answers, folder=folder)
