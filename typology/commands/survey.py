"""Commands around the survey's files: check, codebook, simulate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from typology.commands.frame import data_option, plain_errors, raw_folder, survey_argument


@click.command()
@survey_argument
@data_option
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="Befunde auch als CSV-Tabelle.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Befunde auch als HTML-Seite.")
@plain_errors
def check(survey: str, data: Path, table: Path | None, page: Path | None) -> None:
    """Befragung prüfen: jede Auffälligkeit mit Zeile, Schlüssel, Spalte, Wert und Erwartung.

    Endet mit 0, wenn die Studie gerechnet werden kann, sonst mit 2.

    \b
    Beispiel:
      typology check demo --html befunde.html
    """
    from typology.survey.report import report_html, report_text, write_report_table
    from typology.survey.survey import check_survey

    report = check_survey(raw_folder(survey, data))
    click.echo(report_text(report))
    if table is not None:
        write_report_table(report, table)
        click.echo(f"Tabelle: {table}")
    if page is not None:
        page.write_text(report_html(report), encoding="utf-8")
        click.echo(f"Seite: {page}")
    sys.exit(2 if report.n_errors else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Zieldatei; ohne Angabe auf den Bildschirm."
)
@plain_errors
def codebook(file: Path, out: Path | None) -> None:
    """Codebuch-Entwurf aus einer Exportdatei; offene Stellen sind mit TODO markiert.

    \b
    Beispiel:
      typology codebook export.csv --out data/raw/meine/codebook.yaml
    """
    from typology.survey.draft.codebook_draft import draft_codebook

    text = draft_codebook(file)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Entwurf geschrieben: {out} ({text.count('TODO')} offene Stellen)")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--n", default=412, show_default=True, type=click.IntRange(30, 2000), help="Zahl der Kommunen.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Startwert des Zufalls.")
@plain_errors
def simulate(folder: Path, n: int, seed: int) -> None:
    """Übungsbefragung mit erfundenen Kommunen und eigenem Register erzeugen.

    \b
    Beispiel:
      typology simulate data/raw/uebung --n 412 --seed 1
    """
    from typology.errors import StudyError
    from typology.simulation.survey import simulate_survey

    if folder.exists() and any(folder.iterdir()):
        raise StudyError(f"Der Ordner {folder.name!r} ist nicht leer; einen neuen Ordner angeben.")
    simulate_survey(folder, n=n, random_state=seed, key=folder.name)
    click.echo(f"Übungsbefragung mit {n} erfundenen Kommunen: {folder}")
