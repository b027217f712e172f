"""Commands beside a single study: compare two waves, and orientation without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, raw_folder
from typology.writing import day, number, percent, points

if TYPE_CHECKING:
    import pandas as pd

    from typology.content.catalogue import Content
    from typology.study.record import Study
    from typology.types.waves import WaveComparison

NEEDED = ("goals", "municipalities")
TERRITORY = {
    "nachfolger": "mit neuem Schlüssel", "fusion": "nach Fusion nicht verglichen",
    "aufteilung": "nach Aufteilung nicht verglichen", "nur_alt": "nur früher", "nur_neu": "nur jetzt",
}  # fmt: skip


@click.command()
@click.argument("survey")
@click.argument("earlier")
@data_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Ordner für die Tabellen als CSV.")
@plain_errors
def compare(survey: str, earlier: str, data: Path, out: Path | None) -> None:
    """Zwei Wellen vergleichen: wer den Typ wechselt, und ob Antworten oder Modell es ausmachen.

    SURVEY ist die neue Studie, EARLIER die frühere. Gebietsänderungen stehen im Codebuch der neuen (successors).

    \b
    Beispiel:
      typology compare neu alt --out vergleich
    """
    from typology.study.waves import WAVE_TABLES, compare_studies, declared_successors, wave_table
    from typology.study.workflow import read_study
    from typology.tables.package import write_table

    new, old = (read_study(processed_folder(name, data), only=NEEDED) for name in (survey, earlier))
    successors = declared_successors(raw_folder(survey, data))
    waves = compare_studies(new, old, successors)
    click.echo("\n".join(wave_lines(waves, new, old, followed=successors is not None)))
    if out is not None:
        for name in WAVE_TABLES:
            write_table(wave_table(waves, name), out / f"{name}.csv")
        click.echo(f"{number(len(WAVE_TABLES))} Tabellen geschrieben: {out}")


def wave_lines(waves: WaveComparison, new: Study, old: Study, *, followed: bool) -> list[str]:
    """The comparison as plain text."""
    content = new.content
    kinds = waves.territory["kind"].value_counts()
    others = [f"{number(kinds[kind])} {word}" for kind, word in TERRITORY.items() if kind in kinds]
    lines = [
        f"{new.info.title['de']} ({day(new.info.date)}) gegen {old.info.title['de']} ({day(old.info.date)})",
        f"{number(len(waves.moves))} Kommunen haben in beiden Wellen geantwortet"
        + (f"; {', '.join(others)}." if others else "."),
    ]
    if not followed:
        lines.append("Das Codebuch nennt keine Gebietsänderungen; verglichen werden gleiche Schlüssel.")
    if new.info.weak or old.info.weak:
        lines.append(content.say("structure_weak"))
    lines += ["", f"{'Typ früher':<26}{'Typ jetzt':<26}{'Überdeckung':>12}"]
    for row in waves.alignment.itertuples():
        names = [content.label("type", key) if key else "–" for key in (row.type_before, row.type_now)]
        lines.append(f"{names[0]:<26}{names[1]:<26}{number(row.overlap, digits=2):>12}")
    lines += ["", "Anteile, und was die eigenen Antworten und das Modell daran ändern (%-Punkte):"]
    lines.append(f"{'Typ':<26}{'früher':>10}{'Antworten':>12}{'Modell':>10}{'jetzt':>10}")
    for row in waves.shares.itertuples():
        own, model = (points(value) for value in (row.own_change, row.model_change))
        label = content.label("type", row.type)
        lines.append(f"{label:<26}{percent(row.before):>10}{own:>12}{model:>10}{percent(row.now):>10}")
    moved = waves.moves[waves.moves["moved"]]
    lines += ["", f"{number(len(moved))} von {number(len(waves.moves))} Kommunen haben den Typ gewechselt."]
    names_of = new.tables.municipalities["name"]
    for key, row in moved.iterrows():
        before, now = (content.label("type", str(row[part])) for part in ("type_before", "type_now"))
        cause = content.say({"own": "wave_own_change", "model": "wave_model_change"}.get(row["cause"], "wave_both"))
        lines.append(f"  {key:<10}{names_of[key]}: {before} → {now}. {cause}")
    if moved.empty:
        shifted = waves.moves["cause"].ne("").any()
        lines.append(content.say("wave_only_shift" if shifted else "wave_no_change"))
    lines.append("")
    if new.info.synthetic or old.info.synthetic:
        lines.append(content.say("synthetic_banner"))
    return [*lines, content.say("no_offer")]


@click.command()
@click.argument("goals", nargs=-1)
@click.option("--survey", help="Alle Kommunen dieser Befragung statt einzelner Ziele.")
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV-Datei; sonst Bildschirm.")
@plain_errors
def orientation(goals: tuple[str, ...], survey: str | None, data: Path, out: Path | None) -> None:
    """Orientierung ohne Modell: welche Kennziele der beschriebenen Typen gewählt wurden.

    Ohne Angabe werden die Ziele mit ihren Schlüsseln aufgezählt.

    \b
    Beispiele:
      typology orientation effizienz buergernaehe
      typology orientation --survey meine --out orientierung.csv
    """
    from typology.content.catalogue import load_content
    from typology.types.orientation import orientation as orient

    if survey is not None:
        if goals:
            raise click.UsageError("Entweder Ziele oder --survey angeben.")
        _orient_survey(raw_folder(survey, data), out)
        return
    content = load_content()
    if not goals:
        click.echo("\n".join(f"{goal.key:<26}{goal.label.de}" for goal in content.goals))
        return
    table = orient({_goal_key(text, content) for text in goals}, content)
    if out is not None:
        _write(table, out)
        return
    for row in table.itertuples():
        click.echo(f"{content.label('type', row.type)}: {_chosen_line(row.chosen, row.n_signature, content)}")
    click.echo(content.say("orientation_note"))


def _goal_key(text: str, content: Content) -> str:
    """A goal by its key or its printed name in either language; an unknown text stays as it is."""
    wanted = text.strip().casefold()
    for goal in content.goals:
        if wanted in (goal.key, goal.label.de.casefold(), goal.label.en.casefold()):
            return goal.key
    return text


def _chosen_line(chosen: tuple[str, ...], n_signature: int, content: Content) -> str:
    if not chosen:
        return content.say("orientation_none")
    labels = "; ".join(content.label("goal", goal) for goal in chosen)
    return content.say("orientation_chosen", chosen=len(chosen), signature=n_signature, goals=labels)


def _orient_survey(folder: Path, out: Path | None) -> None:
    from typology.clustering.goals import goals_matrix
    from typology.survey.survey import read_survey
    from typology.types.orientation import orientation_of_all

    survey = read_survey(folder)
    content, goals = survey.content, goals_matrix(survey)
    table = orientation_of_all(goals, content)
    asked = set(goals.columns)
    missing = [goal for item in content.types for goal in item.signature if goal not in asked]
    if out is not None:
        _write(table, out)
    else:
        for key, part in table.groupby("key", sort=False):
            counts = " · ".join(f"{content.label('type', row.type, short=True)} {row.n_chosen}/{row.n_signature}"
                                for row in part.itertuples())  # fmt: skip
            click.echo(f"{key:<10}{survey.municipalities.at[key, 'name']}: {counts}")
    if missing:
        click.echo("Nicht gefragt: " + "; ".join(content.label("goal", goal) for goal in missing))
    click.echo(content.say("orientation_note"))


def _write(table: pd.DataFrame, out: Path) -> None:
    from typology.tables.package import write_table

    lists = {name: table[name].map(";".join) for name in ("signature", "chosen", "not_chosen")}
    write_table(table.assign(**lists), out)
    click.echo(f"{number(len(table))} Zeilen geschrieben: {out}")
