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
    raw_folder,
    survey_argument,
    write_new,
)
from typology.commands.help import LANGUAGE, VerbGroup, verb
from typology.commands.words import echo, here, kilometres, number, percent, say, sentence
from typology.content.vocabulary import GapState
from typology.writing import at_most, program_language, span

NEEDED = (
    "municipalities", "consent", "goals", "pain_points", "assignments", "flags", "types", "type_profiles",
    "municipality_profiles", "cooperation", "cooperation_members", "competence_gaps", "trainings", "courses", "agenda",
    "pain_shares", "stand", "wichtig", "matching_record",
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
    asked = study.tables.pain_points.columns
    known = [pain.key for pain in study.content.pain_points if pain.key in asked or not len(asked)]
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
        lines.append(say("cooperation_gap", gap=at_most(gap, program_language())))
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
@click.option("--demand", is_flag=True)
@data_option
@plain_errors
def trainings(survey: str, name: str | None, demand: bool, data: Path) -> None:
    study = _study(survey, data)
    if demand:
        from typology.study.publication import rules_of

        lines = _demand(study, rules_of(study).minimum)
    elif name is None:
        open_ = _demand(study)
        lines = [*_courses(study), *(["", *open_] if open_[1:] != ["  " + say("trainings_demand_none")] else [])]
    else:
        view = study.view(name)
        lines = [*_paths(view), *_served(study, view["key"])]
    click.echo("\n".join(lines))


def _courses(study: Any) -> list[str]:
    from typology.content.trainings import load_trainings
    from typology.matching.action.courses import why_none
    from typology.publishing.views.values import with_key

    tables, catalogue = study.tables, load_trainings(study.content.folder)
    if tables.competence_gaps.empty:
        return [sentence(study.content, "agenda_trainings_none")]
    if tables.courses.empty:
        return [say(f"trainings_{why_none(tables.trainings, tables.consent, catalogue)}")]
    names = tables.municipalities["name"]
    lines = [sentence(study.content, "action_training_example")] if catalogue.example else []
    for row in tables.courses.itertuples():
        offer = catalogue.offer(row.offer)
        title = offer.title.of(program_language()) if offer else row.offer
        members = [with_key(names[key], key) for key in row.participants.split(";")]
        closed = number(row.levels)
        lines.append(say("trainings_course", course=row.course, title=title, seats=number(row.seats), levels=closed))
        lines.append("    " + "; ".join(members))
    lines.append(say("trainings_gap", gap=at_most(tables.courses["gap"].max(), program_language())))
    return lines


def _answers(study: Any) -> tuple[Any, ...]:
    from typology.content.trainings import load_trainings

    tables = study.tables
    return tables.pain_points, tables.stand, tables.wichtig, load_trainings(study.content.folder)


def _demand(study: Any, least: int = 1) -> list[str]:
    """What no offer serves, for a provider; from ``least`` municipalities on."""
    from typology.content.trainings import load_trainings
    from typology.matching.action.training_needs import training_demand, training_needs

    tables, answers = study.tables, _answers(study)
    needs = training_needs(tables.competence_gaps, tables.trainings, *answers)
    found = training_demand(needs, tables.competence_gaps, *answers, least=least)
    lines = [say("trainings_demand" if least == 1 else "trainings_demand_from", least=number(least))]
    known = load_trainings(study.content.folder).kinds
    kinds, cited = {kind.key: kind.label.of(program_language()) for kind in known}, dict[str, None]()
    for row in found.itertuples():
        named = [key for key in row.kinds.split(";") if key]
        courses = ", ".join(kinds[key] for key in named)
        cited |= {kind.quelle: None for kind in known if kind.key in named and kind.quelle}
        values = {"need": _need(study, row.need, row.item), "n": number(row.n), "asked": number(row.asked)}
        lines.append("  " + say("trainings_order_kind" if courses else "trainings_order", kinds=courses, **values))
    if cited:
        lines += ["", say("trainings_kinds_source", sources="; ".join(cited))]
    return lines if len(found) else [*lines, "  " + say("trainings_demand_none")]


def _need(study: Any, need: str, item: str) -> str:
    """A need by the printed names of what it is about."""
    from typology.content.trainings import load_job_families

    if need != "competence":
        return str(study.content.label(need, item))
    families, (family, area) = load_job_families(study.content.folder), item.split(".", 1)
    return f"{families.family(family)}, {families.area(area)}"


def _served(study: Any, key: str) -> list[str]:
    """The offers, or else the kinds of course, for a municipality's pain points and weak fields."""
    from typology.content.trainings import load_trainings
    from typology.matching.action.training_needs import training_needs

    tables, catalogue, spoken = study.tables, load_trainings(study.content.folder), program_language()
    needs = training_needs(tables.competence_gaps, tables.trainings, *_answers(study))
    mine = needs[(needs["key"] == key) & (needs["need"] != "competence")]
    lines = ["", say("trainings_served")] if len(mine) else []
    for row in mine.itertuples():
        offers = [offer for name in row.offers.split(";") if (offer := catalogue.offer(name))]
        titles = "; ".join(f"{offer.title.of(spoken)} ({offer.provider.of(spoken)})" for offer in offers)
        kinds = ", ".join(kind.label.of(spoken) for kind in catalogue.kinds_for(row.need, row.item))
        form = "offers" if offers else "no_offer_kind" if kinds else "no_offer_for"
        lines.append("  " + say(f"trainings_{form}", need=_need(study, row.need, row.item), titles=titles, kinds=kinds))
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
@click.argument("survey", required=False)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@force_option
@plain_errors
def template(survey: str | None, out: Path | None, data: Path, force: bool) -> None:
    from typology.content.competences import load_competence_levels
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import competence_template

    own = _own_content(survey, data)
    text = competence_template(load_job_families(own), program_language(), load_competence_levels(own))
    if out is None:
        click.echo(text.lstrip("\ufeff").replace("\r\n", "\n"), nl=False)
    else:
        write_new(out, text, force=force)
        echo("written", path=out)
        echo("competences_next", key=out.stem)


@competences.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--survey")
@data_option
@plain_errors
def check_file(file: Path, survey: str | None, data: Path) -> None:
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competences
    from typology.matching.action.competences import competence_gaps

    beside = file.resolve().parents[1] / "content"
    lies_there = survey is None and file.resolve().parent.name == "competences" and beside.is_dir()
    families = load_job_families(beside if lies_there else _own_content(survey, data))
    gaps = competence_gaps(read_competences(file, file.stem, families), families)
    open_ = gaps[gaps["state"] == GapState.GAP].sort_values(["gap", "family", "area"], ascending=[False, True, True])
    echo("competences_counts", file=file.name, n=number(len(gaps)), gaps=number(len(open_)))
    for row in open_.itertuples():
        language = program_language()
        values = {"target": number(row.soll, digits=None), "actual": number(row.ist, digits=None)}
        family, area = families.family(row.family, language), families.area(row.area, language)
        click.echo("  " + say("trainings_path", family=family, area=area, **values))


@competences.command()
@click.argument("survey", required=False)
@data_option
@plain_errors
def guide(survey: str | None, data: Path) -> None:
    from typology.content.competences import load_competence_levels
    from typology.content.trainings import load_job_families

    own, spoken = _own_content(survey, data), program_language()
    levels, families = load_competence_levels(own), load_job_families(own)
    lines = [say("guide_workshop"), ""]
    for place, step in enumerate(levels.workshop, start=1):
        mark = f" {say('guide_editorial')}" if step.herkunft else ""
        lines.append(f"{place}. {step.title.of(spoken)}: {step.text.of(spoken)}{mark}")
    lines += ["", say("guide_source", source=levels.workshop_quelle), "", say("guide_levels"), ""]
    for item in levels.levels:
        lines.append(levels.says(item.level, spoken))
        lines += [f"    {families.area(part.key, spoken)}: {part.text.of(spoken)}" for part in item.examples]
    lines += ["", say("guide_source", source=levels.quelle or say("guide_own")), "", say("guide_families"), ""]
    for family in families.families:
        towns = f" ({', '.join(family.towns)})" if family.towns else ""
        lines.append(family.label.of(spoken) + towns)
        lines += [f"    {task}" for task in (family.tasks.of(spoken) if family.tasks else ())]
    lines += ["", say("guide_source", source=families.quelle or say("guide_own"))]
    click.echo("\n".join(lines))


def _own_content(survey: str | None, data: Path) -> Path | None:
    """The content folder of a survey, if it has one."""
    own = None if survey is None else raw_folder(survey, data) / "content"
    return own if own is not None and own.is_dir() else None
