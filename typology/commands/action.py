"""Commands for what follows from the types: agenda, cooperation, competences, trainings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from typology.commands.frame import (
    check_out,
    data_option,
    force_option,
    plain_errors,
    processed_folder,
    survey_argument,
    write_new,
)
from typology.commands.help import LANGUAGE, VerbGroup, verb
from typology.commands.words import echo, here, kilometres, number, percent, say, sentence
from typology.content.vocabulary import GapState
from typology.writing import program_language, span

NEEDED = (
    "municipalities", "consent", "goals", "pain_points", "assignments", "flags", "types", "type_profiles",
    "municipality_profiles", "cooperation", "cooperation_members", "competence_gaps", "trainings", "courses", "agenda",
    "pain_shares", "matching_record",
)  # fmt: skip


def _study(survey: str, data: Path) -> Any:
    from typology.study.workflow import read_study

    return read_study(processed_folder(survey, data), only=NEEDED)


@verb()
@survey_argument
@click.argument("name")
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", type=LANGUAGE)
@force_option
@plain_errors
def agenda(survey: str, name: str, data: Path, out: Path | None, language: str | None, force: bool) -> None:
    check_out(out, force=force)
    text = _study(survey, data).agenda(name, language=language or program_language())
    if out is None:
        click.echo(text, nl=False)
    else:
        write_new(out, text, force=force)
        echo("written", path=out)


@verb()
@survey_argument
@data_option
@click.option("--topic")
@click.option("--workshop", is_flag=True)
@plain_errors
def cooperation(survey: str, data: Path, topic: str | None, workshop: bool) -> None:
    study = _study(survey, data)
    known = [pain.key for pain in study.content.pain_points]
    if topic is not None and topic not in known:
        raise click.UsageError(say("cooperation_no_topic", topic=topic, known=", ".join(known)))
    if study.tables.pain_points.empty:
        click.echo(sentence(study.content, "agenda_together_missing"))
        return
    for key in known if topic is None else [topic]:
        click.echo("\n".join(_shares(study, key) if workshop else _groups(study, key)))
        click.echo()


def _groups(study: Any, topic: str) -> list[str]:
    from typology.publishing.views.values import with_key

    tables, content = study.tables, study.content
    names = tables.municipalities["name"]
    pain = next(item for item in content.pain_points if item.key == topic)
    language = program_language()
    lines = [say("cooperation_topic", topic=pain.label.of(language), way_out=pain.way_out.label.of(language))]
    groups = tables.cooperation[tables.cooperation["topic"] == topic]
    members = tables.cooperation_members[tables.cooperation_members["topic"] == topic]
    for row in groups.itertuples():
        mine = members[members["group"] == row.group]
        lines.append(say("cooperation_group", group=row.group, n=number(row.n), km=kilometres(row.mean_km)))
        lines += [
            f"    {member.key:<10}{names[member.key]}{say('cooperation_host') if member.host else ''}"
            for member in mine.itertuples()
        ]
        past = [key for key in str(row.past).split(";") if key]
        if past:
            lines.append(say("cooperation_past", names="; ".join(with_key(names[key], key) for key in past)))
    left = members[members["group"] == ""]
    if len(left):
        lines.append(say("cooperation_left"))
        lines += [
            f"    {row.key:<10}{names[row.key]} – {sentence(content, f'action_left_{row.reason}')}"
            for row in left.itertuples()
        ]
    lines += _consent_lines(tables, topic)
    if groups.empty:
        lines.append("  " + sentence(content, "no_partner"))
    else:
        gap = float(groups["gap"].iloc[0])
        lines.append(say("cooperation_gap", gap=number(100 * gap, digits=1)))
    return lines


def _consent_lines(tables: Any, topic: str) -> list[str]:
    """Who finds no group because consents are missing, and whom to ask: for those who run the survey."""
    from typology.matching.action.outside import consent_wanted
    from typology.matching.numbers import PAST_SHOWN
    from typology.matching.reach import Reach
    from typology.publishing.views.values import with_key

    names, reach = tables.municipalities["name"], Reach.of_record(tables.matching_record)
    wanted = consent_wanted(
        tables.pain_points[[topic]], tables.municipalities, tables.consent, tables.cooperation_members, reach
    )
    lines = [say("cooperation_consent", n=number(len(wanted)))] if len(wanted) else []
    for row in wanted.itertuples():
        asked = [with_key(names[key], key) for key in str(row.ask).split(";")[:PAST_SHOWN] if key]
        told = "cooperation_consent_own" if not asked else "cooperation_consent_both" if row.own else "cooperation_ask"
        lines.append(say(told, key=row.key, name=names[row.key], asked="; ".join(asked)))
    return lines


def _shares(study: Any, topic: str) -> list[str]:
    from typology.publishing.views.maker import ViewMaker
    from typology.publishing.views.workshop import workshop_view

    view = workshop_view(ViewMaker(study.tables, study.info, study.content))
    point = next(item for item in view["pain_points"] if item["key"] == topic)
    lines = [here(point["label"])]
    for row in [*point["sizes"], *point["types"], *point["all"]]:
        current = row["aktuell"]
        if current is None or current["estimate"] is None:
            lines.append(f"  {here(row['label']):<34} {here(view['too_few'])}")
            continue
        ends = [number(100 * current[end]) for end in ("low", "high")]
        lines.append(
            say("cooperation_share", label=here(row["label"]), share=percent(current["estimate"]),
                interval=span(*ends), n=number(row["n"]))
        )  # fmt: skip
    return [*lines, f"  {here(view['interval_note'])}"]


@verb()
@survey_argument
@click.argument("name", required=False)
@data_option
@plain_errors
def trainings(survey: str, name: str | None, data: Path) -> None:
    study = _study(survey, data)
    lines = _courses(study) if name is None else _paths(study.view(name))
    click.echo("\n".join(lines))


def _courses(study: Any) -> list[str]:
    from typology.content.trainings import load_trainings
    from typology.publishing.views.values import with_key

    catalogue, names = load_trainings(study.content.folder), study.tables.municipalities["name"]
    if study.tables.competence_gaps.empty:
        return [sentence(study.content, "agenda_trainings_none")]
    if study.tables.courses.empty:
        return [say("trainings_none")]
    lines = [sentence(study.content, "action_training_example")] if catalogue.example else []
    for row in study.tables.courses.itertuples():
        offer = catalogue.offer(row.offer)
        title = offer.title.of(program_language()) if offer else row.offer
        members = [with_key(names[key], key) for key in row.participants.split(";")]
        closed = number(row.levels)
        lines.append(say("trainings_course", course=row.course, title=title, seats=number(row.seats), levels=closed))
        lines.append("    " + "; ".join(members))
    return lines


def _paths(view: dict[str, Any]) -> list[str]:
    from typology.publishing.views.values import with_key

    lines = [with_key(view["name_long"], view["key"])]
    if not view["gaps"]:
        return [*lines, say("trainings_no_answers")]
    for path in view["trainings"]:
        soll, ist = number(path["soll"], digits=None), number(path["ist"], digits=None)
        family, area = here(path["family"]["label"]), here(path["area"]["label"])
        lines.append(say("trainings_path", family=family, area=area, target=soll, actual=ist))
        for step in path["steps"]:
            lines.append(f"    {here(step['title'])} ({here(step['form'])}). {here(step['reason'])}")
            if step["course"]:
                lines.append(f"      {here(step['course']['sentence'])}")
        if path["closing"]:
            lines.append(f"    {here(path['closing'])}")
    examples = {here(path["example"]) for path in view["trainings"] if path["example"]}
    return [*lines, *sorted(examples)]


@click.group(cls=VerbGroup)
def competences() -> None:
    """A template for the competences of one municipality, and its check."""


@competences.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def template(out: Path | None, force: bool) -> None:
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import competence_template

    text = competence_template(load_job_families(), program_language())
    if out is None:
        click.echo(text.lstrip("\ufeff").replace("\r\n", "\n"), nl=False)
    else:
        write_new(out, text, force=force)
        echo("written", path=out)


@competences.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@plain_errors
def check_file(file: Path) -> None:
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competences
    from typology.matching.action.competences import competence_gaps

    families = load_job_families()
    gaps = competence_gaps(read_competences(file, file.stem, families), families)
    open_ = gaps[gaps["state"] == GapState.GAP].sort_values(["gap", "family", "area"], ascending=[False, True, True])
    echo("competences_counts", file=file.name, n=number(len(gaps)), gaps=number(len(open_)))
    for row in open_.itertuples():
        language = program_language()
        values = {"target": number(row.soll, digits=None), "actual": number(row.ist, digits=None)}
        family, area = families.family(row.family, language), families.area(row.area, language)
        click.echo("  " + say("trainings_path", family=family, area=area, **values))
