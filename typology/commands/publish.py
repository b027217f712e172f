"""Commands that publish: sheet, site, export, serve, notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, raw_folder, survey_argument
from typology.writing import number

if TYPE_CHECKING:
    from typology.content.reading import Language
    from typology.publishing.sheets.render import Kind


@click.command()
@survey_argument
@click.argument("name", required=False)
@data_option
@click.option("--all", "everyone", is_flag=True, help="Alle Kommunen der Studie.")
@click.option(
    "--kind",
    type=click.Choice(["short", "full", "council"]),
    default="full",
    show_default=True,
    help="short: eine Seite, full: zwei Seiten, council: eine Seite in großer Schrift für den Rat.",
)
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("steckbriefe"),
    show_default=True,
    help="Zielordner.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Steckbriefe, die gleichzeitig gesetzt werden (Standard: einer je Prozessor).",
)
@plain_errors
def sheet(
    survey: str, name: str | None, data: Path, everyone: bool, kind: str, language: str, out: Path, jobs: int | None
) -> None:
    """Steckbriefe als barrierefreie PDF-Dateien, für eine Kommune oder für alle.

    \b
    Beispiele:
      typology sheet demo 90052002
      typology sheet demo --all --out steckbriefe
    """
    from typology.errors import PublishingError
    from typology.publishing.sheets.render import render_sheets
    from typology.publishing.views.maker import ViewMaker
    from typology.study.workflow import read_study

    if bool(name) == everyone:
        raise PublishingError("Entweder einen Namen oder --all angeben.")
    study = read_study(processed_folder(survey, data))
    maker = ViewMaker(study.tables, study.info, study.content)
    keys = sorted(study.tables.municipalities.index) if everyone else [study.find(str(name))]
    paths = render_sheets(
        maker.municipalities(keys),
        out,
        kind=cast("Kind", kind),
        language=cast("Language", language),
        content=study.content,
        jobs=jobs,
    )
    click.echo(f"{number(len(paths))} Steckbrief(e) in {out}" if everyone else f"Steckbrief: {paths[0]}")


@click.command()
@survey_argument
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Neuer Zielordner (Standard: public/ der Studie)."
)
@plain_errors
def site(survey: str, data: Path, out: Path | None) -> None:
    """Site aus der gerechneten Studie neu bauen, nur mit dem, was veröffentlicht werden darf.

    \b
    Beispiel:
      typology site demo --out ausgabe/site
    """
    import shutil

    from typology.errors import PublishingError
    from typology.study.store import public_study, swap_in, write_site
    from typology.study.workflow import read_study
    from typology.survey.survey import read_survey

    folder = processed_folder(survey, data)
    target = out or folder / "public"
    # the target is replaced as a whole, so a folder with anything else in it must never be one
    if out is not None and out.exists() and any(out.iterdir()) and not (out / "typology.json").is_file():
        raise PublishingError(f"Der Ordner {out.name!r} ist nicht leer und keine Site; einen neuen Ordner angeben.")
    study = read_study(folder)
    register = read_survey(raw_folder(survey, data)).register
    with swap_in(target) as building:
        shutil.copytree(folder / "public", building, dirs_exist_ok=True)
        write_site(public_study(study), register.bodies if register else None, building)
    click.echo(f"Site: {target / 'index.html'}")


@click.command()
@survey_argument
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Zielordner (Standard: im Ordner der Studie)."
)
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache der Mappen."
)
@plain_errors
def export(survey: str, data: Path, out: Path | None, language: str) -> None:
    """Arbeitsmappe (XLSX) und CSV-Tabellen, je einmal intern und einmal zum Veröffentlichen.

    \b
    Beispiel:
      typology export demo --out ausgabe --language en
    """
    from typology.study.export import export_study
    from typology.study.workflow import read_study

    study, target = read_study(processed_folder(survey, data)), out or processed_folder(survey, data) / "export"
    for path in export_study(study, target, language=cast("Language", language)):
        click.echo(str(path))


@click.command()
@survey_argument
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@plain_errors
def serve(survey: str, data: Path, port: int) -> None:
    """Site nur auf diesem Rechner zeigen (127.0.0.1), beenden mit Strg+C.

    \b
    Beispiel:
      typology serve demo --port 8000
    """
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from typology.errors import StudyError

    folder = processed_folder(survey, data) / "public"
    if not (folder / "index.html").is_file():
        raise StudyError(f"Zu {survey!r} gibt es noch keine Site. Zuerst: typology run {survey}")
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    click.echo(f"http://127.0.0.1:{port}/ – beenden mit Strg+C")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Beendet.")
    finally:
        server.server_close()


@click.command()
@survey_argument
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Zielordner (Standard: im Ordner der Studie)."
)
@plain_errors
def notebooks(survey: str, data: Path, out: Path | None) -> None:
    """Alle Notebooks ausführen und als HTML-Seiten ohne fremde Anfragen ablegen (innerhalb von make notebooks).

    \b
    Beispiel:
      typology notebooks demo
    """
    from typology.study.notebooks import publish_notebooks
    from typology.study.workflow import read_study

    folder, study = raw_folder(survey, data), processed_folder(survey, data)
    read_study(study, only=())  # before the first notebook starts, which takes its time
    named = survey if folder == data / "raw" / survey else str(folder.resolve())  # notebooks run in another folder
    for path in publish_notebooks(Path("notebooks"), out or study / "notebooks", survey=named, data=data):
        click.echo(str(path))
