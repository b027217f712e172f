"""Commands for what follows from the types: agenda, cooperation, competences, trainings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, survey_argument
from typology.content.vocabulary import GapState
from typology.writing import NBSP, kilometres, number, percent, span

NEEDED = (
    "municipalities", "consent", "goals", "pain_points", "assignments", "flags", "types", "type_profiles",
    "municipality_profiles", "cooperation", "cooperation_members", "competence_gaps", "trainings", "courses", "agenda",
    "pain_shares",
)  # fmt: skip


def _study(survey: str, data: Path) -> Any:
    from typology.study.workflow import read_study

    return read_study(processed_folder(survey, data), only=NEEDED)


@click.command()
@survey_argument
@click.argument("name")
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Markdown-Datei; sonst Bildschirm.")
@click.option("--english", is_flag=True, help="In englischer Sprache.")
@plain_errors
def agenda(survey: str, name: str, data: Path, out: Path | None, english: bool) -> None:
    """Digitale Agenda einer Kommune als Entwurf zum Bearbeiten (Markdown).

    \b
    Beispiel:
      typology agenda demo 91053014 --out agenda.md
    """
    text = _study(survey, data).agenda(name, language="en" if english else "de")
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Geschrieben: {out}")


@click.command()
@survey_argument
@data_option
@click.option("--topic", help="Nur ein Schmerzpunkt, zum Beispiel ressourcen.")
@click.option("--workshop", is_flag=True, help="Anteile der Größenklassen 6 und 7 statt der Gruppen.")
@plain_errors
def cooperation(survey: str, data: Path, topic: str | None, workshop: bool) -> None:
    """Kooperationsgruppen je Schmerzpunkt, und wer noch in keiner ist.

    \b
    Beispiel:
      typology cooperation demo --topic ressourcen
    """
    study = _study(survey, data)
    known = [pain.key for pain in study.content.pain_points]
    if topic is not None and topic not in known:
        raise click.UsageError(f"Den Schmerzpunkt {topic!r} gibt es nicht (vorhanden: {', '.join(known)}).")
    if study.tables.pain_points.empty:
        click.echo(study.content.say("agenda_together_missing"))
        return
    for key in known if topic is None else [topic]:
        click.echo("\n".join(_shares(study, key) if workshop else _groups(study, key)))
        click.echo()


def _groups(study: Any, topic: str) -> list[str]:
    from typology.publishing.views.values import with_key

    tables, content = study.tables, study.content
    names = tables.municipalities["name"]
    pain = next(item for item in content.pain_points if item.key == topic)
    lines = [f"{pain.label.de} – Ausweg: {pain.way_out.label.de}"]
    groups = tables.cooperation[tables.cooperation["topic"] == topic]
    members = tables.cooperation_members[tables.cooperation_members["topic"] == topic]
    for row in groups.itertuples():
        mine = members[members["group"] == row.group]
        lines.append(f"  {row.group}: {number(row.n)} Kommunen, im Mittel {kilometres(row.mean_km)} zur einladenden")
        lines += [
            f"    {member.key:<10}{names[member.key]}{' (lädt ein)' if member.host else ''}"
            for member in mine.itertuples()
        ]
        past = [key for key in str(row.past).split(";") if key]
        if past:
            lines.append("    gelöst bei: " + "; ".join(with_key(names[key], key) for key in past))
    left = members[members["group"] == ""]
    if len(left):
        lines.append("  noch in keiner Gruppe:")
        lines += [
            f"    {row.key:<10}{names[row.key]} – {content.say(f'action_left_{row.reason}')}"
            for row in left.itertuples()
        ]
    if groups.empty:
        lines.append("  " + content.say("no_partner"))
    else:
        gap = float(groups["gap"].iloc[0])
        lines.append(
            f"  Abstand zur besten möglichen Einteilung aller Themen: höchstens {number(100 * gap, digits=1)}{NBSP}%"
        )
    return lines


def _shares(study: Any, topic: str) -> list[str]:
    from typology.publishing.views.maker import ViewMaker
    from typology.publishing.views.workshop import workshop_view

    view = workshop_view(ViewMaker(study.tables, study.info, study.content))
    point = next(item for item in view["pain_points"] if item["key"] == topic)
    lines = [point["label"]["de"]]
    for row in [*point["sizes"], *point["types"], *point["all"]]:
        current = row["aktuell"]
        if current is None or current["estimate"] is None:
            lines.append(f"  {row['label']['de']:<34} {view['too_few']['de']}")
            continue
        interval = span(*(number(100 * current[end]) for end in ("low", "high")))
        share = percent(current["estimate"])
        lines.append(f"  {row['label']['de']:<34} aktuell {share:>6} ({interval}{NBSP}%), n = {number(row['n'])}")
    return [*lines, f"  {view['interval_note']['de']}"]


@click.command()
@survey_argument
@click.argument("name", required=False)
@data_option
@plain_errors
def trainings(survey: str, name: str | None, data: Path) -> None:
    """Weiterbildungen: Lernpfade einer Kommune, ohne Namen die gemeinsamen Kurse aller.

    \b
    Beispiel:
      typology trainings demo 91053014
    """
    study = _study(survey, data)
    lines = _courses(study) if name is None else _paths(study.view(name))
    click.echo("\n".join(lines))


def _courses(study: Any) -> list[str]:
    from typology.content.trainings import load_trainings
    from typology.publishing.views.values import with_key

    catalogue, names = load_trainings(study.content.folder), study.tables.municipalities["name"]
    if study.tables.competence_gaps.empty:
        return [study.content.say("agenda_trainings_none")]
    if study.tables.courses.empty:
        return ["Kein gemeinsamer Kurs: Es gibt keine Lücken oder keine Kommunen, die der Nennung zugestimmt haben."]
    lines = [study.content.say("action_training_example")] if catalogue.example else []
    for row in study.tables.courses.itertuples():
        offer = catalogue.offer(row.offer)
        title = offer.title.de if offer else row.offer
        members = [with_key(names[key], key) for key in row.participants.split(";")]
        closed = number(row.levels)
        lines.append(f"{row.course}: {title} – {number(row.seats)} Plätze, schließt {closed} Stufen")
        lines.append("    " + "; ".join(members))
    return lines


def _paths(view: dict[str, Any]) -> list[str]:
    from typology.publishing.views.values import with_key

    lines = [with_key(view["name_long"], view["key"])]
    if not view["gaps"]:
        return [*lines, "Zu digitalen Kompetenzen liegen keine Antworten vor."]
    for path in view["trainings"]:
        soll, ist = number(path["soll"], digits=None), number(path["ist"], digits=None)
        lines.append(f"{path['family']['label']['de']}, {path['area']['label']['de']}: Soll {soll}, Ist {ist}")
        for step in path["steps"]:
            lines.append(f"    {step['title']['de']} ({step['form']['de']}). {step['reason']['de']}")
            if step["course"]:
                lines.append(f"      {step['course']['sentence']['de']}")
        if path["closing"]:
            lines.append(f"    {path['closing']['de']}")
    examples = {path["example"]["de"] for path in view["trainings"] if path["example"]}
    return [*lines, *sorted(examples)]


@click.group()
def competences() -> None:
    """Digitale Kompetenzen: Vorlage für eine Kommune, und deren Prüfung.

    \b
    Beispiel:
      typology competences template --out 91053014.csv
    """


@competences.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV-Datei; sonst Bildschirm.")
@plain_errors
def template(out: Path | None) -> None:
    """Leere CSV-Vorlage: eine Zeile je Berufsgruppe und Bereich, Stufen 1 bis 8.

    \b
    Beispiel:
      typology competences template --out 91053014.csv
    """
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import competence_template

    text = competence_template(load_job_families())
    if out is None:
        click.echo(text.lstrip("\ufeff").replace("\r\n", "\n"), nl=False)
    else:
        out.write_bytes(text.encode("utf-8"))
        click.echo(f"Geschrieben: {out}")


@competences.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@plain_errors
def check_file(file: Path) -> None:
    """Ausgefüllte Vorlage prüfen: alle Befunde auf einmal, sonst die größten Lücken.

    \b
    Beispiel:
      typology competences check 91053014.csv
    """
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competences
    from typology.matching.action.competences import competence_gaps

    families = load_job_families()
    gaps = competence_gaps(read_competences(file, file.stem, families), families)
    open_ = gaps[gaps["state"] == GapState.GAP].sort_values(["gap", "family", "area"], ascending=[False, True, True])
    click.echo(f"{file.name}: {number(len(gaps))} Angaben, {number(len(open_))} Lücken.")
    for row in open_.itertuples():
        label = f"{families.family(row.family)}, {families.area(row.area)}"
        click.echo(f"  {label}: Soll {number(row.soll, digits=None)}, Ist {number(row.ist, digits=None)}")
