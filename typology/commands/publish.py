"""Commands that publish: sheet, site, export, serve, notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from typology.commands.frame import (
    check_out,
    data_option,
    force_option,
    plain_errors,
    processed_folder,
    raw_folder,
    replace_option,
    survey_argument,
    unverified_option,
)
from typology.commands.help import LANGUAGE, verb
from typology.commands.words import echo, number
from typology.errors import StudyError
from typology.writing import Said, program_language

if TYPE_CHECKING:
    from typology.publishing.sheets.render import Kind


@verb()
@survey_argument
@click.argument("name", required=False)
@data_option
@click.option("--all", "everyone", is_flag=True)
@click.option(
    "--kind",
    type=click.Choice(["short", "full", "council"]),
    default="full",
    show_default=True,
)
@click.option("--language", type=LANGUAGE)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sheets"),
    show_default=True,
)
@click.option("--pattern", default="{key}-{slug}-{kind}-{language}", show_default=True)
@click.option("--bundle", is_flag=True)
@click.option("--jobs", type=click.IntRange(1))
@force_option
@unverified_option
@plain_errors
def sheet(
    survey: str,
    name: str | None,
    data: Path,
    everyone: bool,
    kind: str,
    language: str | None,
    out: Path,
    pattern: str,
    bundle: bool,
    jobs: int | None,
    force: bool,
    unverified: bool,
) -> None:
    from typology.errors import PublishingError
    from typology.publishing.sheets.naming import file_names
    from typology.publishing.sheets.render import render_sheets
    from typology.publishing.views.maker import ViewMaker
    from typology.study.printed import bundle_name, write_bundles
    from typology.study.sheet_index import write_index
    from typology.study.workflow import read_study

    if bool(name) == everyone:
        raise PublishingError(Said("commands.sheet_either"))
    study = read_study(processed_folder(survey, data), unverified=unverified)
    spoken = language or program_language()
    keys = sorted(study.tables.municipalities.index) if everyone else [study.find(str(name))]
    views = list(ViewMaker(study.tables, study.info, study.content).municipalities(keys, maps=True))
    if bundle:
        for view in views:
            check_out(out / bundle_name(view, spoken), force=force)
        paths = write_bundles(study, out, keys, language=spoken, jobs=jobs)
    else:
        for written in file_names(views, kind, spoken, pattern):
            check_out(out / f"{written}.pdf", force=force)
        paths = render_sheets(
            views, out, kind=cast("Kind", kind), language=spoken, content=study.content, pattern=pattern, jobs=jobs
        )
        write_index(out, views, [path.name for path in paths], kind, spoken)
    if everyone:
        echo("sheets_written", n=number(len(paths)), path=out)
    else:
        echo("sheet_written", path=paths[0])


@verb()
@survey_argument
@data_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@replace_option
@unverified_option
@plain_errors
def site(survey: str, data: Path, out: Path | None, replace: bool, unverified: bool) -> None:
    import shutil

    from typology.files.seals import Maker, change_findings, changes, read_seal, refuse_others, seal
    from typology.study.store import check_writable, public_study, site_gaps, swap_in, write_site
    from typology.study.workflow import read_study
    from typology.survey.survey import read_survey

    folder = processed_folder(survey, data)
    target = out or folder / "public"
    study = read_study(folder, unverified=unverified)
    sealed = read_seal(folder) is not None
    if not replace and (sealed or out is not None):  # public/ of a study of a version before has no seal of its own
        refuse_others(target, Maker.SITE, study.info.survey)
    check_writable(target)
    register = read_survey(raw_folder(survey, data)).register
    with swap_in(target) as building:
        shutil.copytree(folder / "public", building, dirs_exist_ok=True)
        if sealed and not replace and not unverified:
            change_findings(changes(building)).raise_if_failed(StudyError, "tables.were_changed")
        write_site(public_study(study), register, building)
        seal(building, Maker.SITE, study.info.survey)
    for sentence in site_gaps(study):
        click.echo(sentence)
    echo("site_written", path=target / "index.html")


@verb()
@survey_argument
@data_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--language", type=LANGUAGE)
@replace_option
@unverified_option
@plain_errors
def export(survey: str, data: Path, out: Path | None, language: str | None, replace: bool, unverified: bool) -> None:
    from typology.files.seals import Maker, refuse_others, seal
    from typology.study.export import export_study
    from typology.study.store import check_writable, swap_in
    from typology.study.workflow import read_study

    folder = processed_folder(survey, data)
    study, target = read_study(folder, unverified=unverified), out or folder / "export"
    if not replace:
        refuse_others(target, Maker.EXPORT, study.info.survey)
    check_writable(target)
    with swap_in(target) as building:
        paths = export_study(study, building, language=language or program_language())
        names = [path.relative_to(building) for path in paths]
        seal(building, Maker.EXPORT, study.info.survey)
    for name in names:
        click.echo(str(target / name))


@verb()
@survey_argument
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@plain_errors
def serve(survey: str, data: Path, port: int) -> None:
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from typology.errors import system_message

    folder = processed_folder(survey, data) / "public"
    if not (folder / "index.html").is_file():
        raise StudyError(Said("commands.serve_no_site", survey=survey))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    except OSError as error:  # mostly another program that listens there
        raise StudyError(Said("commands.serve_no_port", port=port, reason=system_message(error))) from None
    echo("serve_running", port=port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        echo("serve_ended")
    finally:
        server.server_close()


@verb()
@survey_argument
@data_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--language", type=LANGUAGE)
@replace_option
@plain_errors
def notebooks(survey: str, data: Path, out: Path | None, language: str | None, replace: bool) -> None:
    import shutil

    from typology.files.seals import Maker, refuse_others, seal, sealed_folders
    from typology.study.notebooks import PLACES, notebook_language, publish_notebooks
    from typology.study.store import check_writable, swap_in
    from typology.study.workflow import read_study

    folder, processed = raw_folder(survey, data), processed_folder(survey, data)
    study = read_study(processed, only=())  # before the first notebook starts, which takes its time
    named = survey if folder == data / "raw" / survey else str(folder.resolve())  # notebooks run in another folder
    written = notebook_language(language)
    place, target = PLACES[written], out or processed / PLACES[written]
    if not replace:
        refuse_others(target, Maker.NOTEBOOKS, study.info.survey)
    check_writable(target)
    with swap_in(target) as building:
        paths = publish_notebooks(place, building, survey=named, data=data, language=written)
        names = [path.relative_to(building) for path in paths]
        for other in sealed_folders(target)[1:] if target.is_dir() else ():  # pages in another language
            shutil.copytree(other, building / other.relative_to(target))
        seal(building, Maker.NOTEBOOKS, study.info.survey)
    for name in names:
        click.echo(str(target / name))
