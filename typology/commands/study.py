"""Commands that compute: run, fit, assign, verify, forget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, raw_folder, survey_argument
from typology.content.vocabulary import NOT_ASSIGNED
from typology.writing import DASH, day, number, percent

if TYPE_CHECKING:
    from typology.study.record import Study


EMPTY = 0.01  # a class with a smaller share holds nobody


@click.command()
@survey_argument
@data_option
@click.option(
    "--typology",
    "frozen",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Vorhandene Typologie anwenden statt neu zu schätzen.",
)
@click.option(
    "--jobs", type=click.IntRange(1), help="Rechnungen, die gleichzeitig laufen (Standard: eine je Prozessor)."
)
@click.option("--sheets/--no-sheets", default=True, help="Steckbriefe setzen.")
@click.option("--site/--no-site", default=True, help="Site bauen.")
@click.option("--force", is_flag=True, help="Auch rechnen, wenn sich nichts geändert hat.")
@plain_errors
def run(survey: str, data: Path, frozen: Path | None, jobs: int | None, sheets: bool, site: bool, force: bool) -> None:
    """Ganze Studie: prüfen, schätzen, zuordnen, Lernpartner, Tabellen, Steckbriefe, Site.

    \b
    Beispiel:
      typology run demo
    """
    from typology.study.store import check_writable
    from typology.study.workflow import run_study

    target = processed_folder(survey, data)
    check_writable(target)
    loaded = None
    if frozen is not None:
        from typology.types.typology import load_typology

        loaded = load_typology(frozen)
    study = run_study(
        raw_folder(survey, data),
        target,
        frozen=loaded,
        sheets=sheets,
        site=site,
        jobs=jobs,
        force=force,
        progress=lambda text: click.echo(f"· {text}"),
    )
    echo_summary(study, target)


def echo_summary(study: Study, target: Path) -> None:
    """Response style, type shares, quality figures, and where everything lies."""
    from typology.publishing.views.overview import response_style

    info = study.info
    click.echo()
    if info.synthetic:
        click.echo("synthetisch – Übungsdaten: erfundene Kommunen, kein Befund")
    click.echo(f"{info.title['de']} ({day(info.date)}), {number(info.n)} Kommunen, Modell {info.model}")
    click.echo()
    style = response_style(study.tables, info, study.content)
    if style is not None:
        click.echo(f"{style['de']}\n")
    for line in type_lines(study):
        click.echo(line)
    empty = [item.label.de for item in study.typology.types if item.share < EMPTY]
    if empty:
        click.echo(f"Leer geblieben: {', '.join(empty)}. Weniger Klassen versuchen (typology.n_classes im Codebuch).")
    click.echo()
    click.echo(study.typology.naming_sentence(study.content))
    for row in study.tables.quality.itertuples():
        click.echo(f"  {row.label}: {number(row.value, digits=int(row.digits))}")
    if info.verdict["de"]:
        click.echo(f"  {info.verdict['de']}")
    if info.weighting["de"]:
        click.echo(f"  {info.weighting['de']}")
    for line in unmet_lines(study):
        click.echo(line)
    tables = study.tables
    counts = {
        "Partnerempfehlungen": len(tables.similar) + len(tables.complementary), "D-Teams": len(tables.teams),
        "Kooperationsgruppen": len(tables.cooperation), "Angaben zu Kompetenzen": len(tables.competence_gaps),
        "gemeinsame Kurse": len(tables.courses), "Agenda-Schritte": len(tables.agenda),
    }  # fmt: skip
    click.echo("Lernen und handeln: " + ", ".join(f"{name} {number(count)}" for name, count in counts.items()))
    click.echo()
    for label, path in (
        ("Site", target / "public" / "index.html"),
        ("Steckbriefe", target / "internal" / "sheets"),
        ("Tabellen", target / "internal" / "tables"),
        ("Veröffentlichen nur", target / "public"),
    ):
        if path.exists():
            click.echo(f"{label + ':':<22}{path}")


def type_lines(study: Study) -> list[str]:
    """One line per type: share in the model, assigned, clear, and the share with weights where there are any."""
    table = study.tables.weighted
    weighted = table[table["measure"] == "type"].set_index("item")["weighted"].to_dict() if len(table) else {}
    last = f"{'gewichtet':>12}" if weighted else ""
    width = max(26, 2 + max(map(len, study.tables.types["label"]), default=0))
    lines = [f"{'Typ':<{width}}{'Anteil im Modell':>18}{'zugeordnet':>12}{'davon klar':>12}{last}"]
    for row in study.tables.types.itertuples():
        clear = number(row.clear) if row.type != NOT_ASSIGNED else DASH
        last = (f"{percent(weighted[row.type]):>12}" if row.type in weighted else f"{DASH:>12}") if weighted else ""
        lines.append(f"{row.label:<{width}}{percent(row.share):>18}{number(row.n):>12}{clear:>12}{last}")
    return lines


def unmet_lines(study: Study) -> list[str]:
    """Wishes that could not be met, each with its reason; nothing where all were met."""
    rows, content = study.tables.unmet_wishes, study.content
    lines = ["", "Nicht erfüllte Wünsche:"] if len(rows) else []
    for row in rows.itertuples():
        keys = f"{row.key} → {row.partner}" if row.partner else str(row.key).replace("+", " + ")
        lines.append(
            f"  {keys} ({content.say(f'view_unmet_list_{row.list}')}): {content.say(f'peers_unmet_{row.reason}')}"
        )
    return lines


@click.command()
@survey_argument
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Zieldatei (Standard: <Befragung>.typology.json)."
)
@plain_errors
def fit(survey: str, data: Path, out: Path | None) -> None:
    """Nur schätzen und benennen: schreibt die eingefrorene Typologie-Datei.

    \b
    Beispiel:
      typology fit demo --out demo.typology.json
    """
    from typology.study.estimate import fit_typology
    from typology.survey.survey import read_survey

    fitted = fit_typology(read_survey(raw_folder(survey, data)))
    target = out or Path(f"{Path(survey).name}.typology.json")
    fitted.save(target)
    click.echo(repr(fitted))
    click.echo(f"Geschrieben: {target}")


@click.command()
@click.argument("typology_file", type=click.Path(path_type=Path, dir_okay=False))
@survey_argument
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV-Datei; ohne Angabe auf den Bildschirm."
)
@plain_errors
def assign(typology_file: Path, survey: str, data: Path, out: Path | None) -> None:
    """Antworten einer Befragung einer vorhandenen Typologie zuordnen, ohne neu zu schätzen.

    \b
    Beispiel:
      typology assign demo.typology.json demo --out zuordnung.csv
    """
    from typology.clustering.goals import goals_matrix
    from typology.survey.survey import read_survey
    from typology.tables.package import write_table
    from typology.types.typology import load_typology

    frozen = load_typology(typology_file)
    answers = read_survey(raw_folder(survey, data))
    goals = goals_matrix(answers)
    frozen.check_allowed(goals.index)
    frozen.check_survey(answers)
    table = frozen.assign(goals[[key for key in frozen.goal_keys if key in goals]], flags=answers.flags)
    if out is None:
        click.echo(table.round(3).to_string())
    else:
        write_table(table, out)
        click.echo(f"{number(len(table))} Zuordnungen geschrieben: {out}")


@click.command()
@survey_argument
@data_option
@plain_errors
def verify(survey: str, data: Path) -> None:
    """Alle Gütezahlen aus den internen Tabellen nachrechnen und vergleichen.

    \b
    Beispiel:
      typology verify demo
    """
    import sys

    from typology.study.workflow import read_study
    from typology.tables.figures import recompute

    study = read_study(processed_folder(survey, data))
    result = recompute(study.tables, study.typology)
    for row in result.itertuples():
        stated, recomputed = (number(value, digits=None) for value in (row.stated, row.recomputed))
        click.echo(f"{'gleich  ' if row.equal else 'ANDERS  '} {row.name:<34} {stated} / {recomputed}")
    if not bool(result["equal"].all()):
        click.echo("Mindestens eine Zahl stimmt nicht mit den Tabellen überein.", err=True)
        sys.exit(1)
    click.echo(f"{number(len(result))} Zahlen stimmen mit den Tabellen überein.")


@click.command()
@survey_argument
@click.argument("key")
@data_option
@click.option("--yes", is_flag=True, help="Ohne Rückfrage.")
@plain_errors
def forget(survey: str, key: str, data: Path, yes: bool) -> None:
    """Antworten einer Kommune löschen und alles neu rechnen, was aus ihnen folgt.

    \b
    Beispiel:
      typology forget demo 90052002
    """
    from typology.study.workflow import WISHES, run_study
    from typology.survey.removal import forget_key

    folder = raw_folder(survey, data)
    if not yes:
        click.confirm(f"Alle Antworten von {key} in {folder.name} unwiderruflich löschen?", abort=True)
    removed = forget_key(folder, key)
    click.echo(f"{removed} Zeile(n) gelöscht. Die Studie wird neu gerechnet.")
    wishes = folder / WISHES
    if wishes.is_file() and key in wishes.read_text(encoding="utf-8"):
        click.echo(f"{WISHES} nennt {key} noch; bitte dort selbst löschen.", err=True)
    target = processed_folder(survey, data)
    study = run_study(folder, target, force=True, progress=lambda text: click.echo(f"· {text}"))
    echo_summary(study, target)
