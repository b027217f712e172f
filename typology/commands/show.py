"""Commands that answer from a frozen study: show, peers, teams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, survey_argument
from typology.commands.help import verb
from typology.commands.words import chance, echo, here, number, say
from typology.content.vocabulary import PartnerList, Standing
from typology.writing import at_most, program_language

NEEDED = (
    "municipalities", "consent", "goals", "pain_points", "assignments", "flags", "types", "type_profiles",
    "municipality_profiles", "similar", "complementary", "teams", "team_members", "agenda",
    "missing_partners", "matching_record", "team_bounds",
)  # fmt: skip
LISTS = (PartnerList.COMPLEMENTARY, PartnerList.SIMILAR)  # in the order shown


@verb()
@survey_argument
@click.argument("name")
@data_option
@click.option("--json", "as_json", is_flag=True)
@plain_errors
def show(survey: str, name: str, data: Path, as_json: bool) -> None:
    import json

    from typology.study.workflow import read_study

    folder = processed_folder(survey, data)
    key = read_study(folder, only=("municipalities",)).find(name)
    seen: dict[str, Any] = read_study(folder, only=NEEDED, of=key).view(key)
    click.echo(json.dumps(seen, ensure_ascii=False, indent=1) if as_json else municipality_text(seen))


def municipality_text(seen: dict[str, Any]) -> str:
    """One municipality as plain text."""
    from typology.publishing.views.values import with_key

    parts = (seen["kreis_name"], seen["land_name"] if seen["land_name"] != seen["name"] else "")
    place = ", ".join(part for part in parts if part and part != seen["name_long"])
    size = say("show_inhabitants", n=number(seen["population"])) if seen["population"] is not None else ""
    band = here(seen["size_class"]["label"]) if seen["size_class"] else ""
    lines = [
        with_key(seen["name_long"], seen["key"]),
        " · ".join(part for part in (here(seen["kind_label"]), place, size, band) if part),
        "",
        here(seen["status"]["sentence"]),
    ]
    lines += [
        f"  {item['letter']}  {here(item['label']):<24}{chance(item['probability']):>7}"
        for item in seen["probabilities"] if item["probability"] is not None
    ]  # fmt: skip
    lines += [
        f"  {item['letter']}  {here(item['short']):<24}"
        + say("show_place", place=number(item["place"], 1), error=number(item["error"], 1))
        for item in seen.get("leanings", [])
    ]
    chosen = [here(goal["label"]) for goal in seen["goals"] if goal["chosen"]]
    if chosen:
        lines += ["", say("show_goals", goals="; ".join(chosen))]
    which_field = "show_field" if "leanings" not in seen else "show_field_leaning"
    for standing, key in ((Standing.STRONG, "show_strong"), (Standing.WEAK, "show_weak")):
        fields = [
            say(
                which_field, field=here(field["label"]), own=number(field["own"]),
                type=number(field["type"], 1), all=number(field["all"], 1),
            )
            for field in seen["fields"] if field["standing"] == standing and field["type"] is not None
        ]  # fmt: skip
        if fields:
            lines.append(say(key, fields="; ".join(fields)))
    for name in LISTS:
        lines += ["", say(f"show_{name}"), *list_lines(seen, name)]
    judged = seen["survey"]["degrees"]
    said = [here(text) for text in ([judged] if judged else []) + seen["notes"]]
    lines += ["", *said, *footer_lines(seen["footer"])]
    return "\n".join(lines)


def list_lines(seen: dict[str, Any], which: str) -> list[str]:
    """One list of partners and, where it is empty or short, what is missing."""
    without = say("no_type" if "leanings" not in seen else "no_leaning")
    lines, missing = partner_lines(seen[which], without), seen[f"missing_{which}"]
    if missing is None and not lines:
        missing = seen["no_partner"]
    return [*lines, f"  {here(missing)}"] if missing else lines


def partner_lines(partners: list[dict[str, Any]], without: str) -> list[str]:
    """Each partner with place, type or nearest leaning (``without``: none), and reasons."""
    lines = []
    for partner in partners:
        kind = here(partner["type"]["short"]) if partner["type"] else without
        lines.append(f"  {partner['name_long']} ({place_of(partner)}) – {kind}")
        reasons = [here(partner[part]) for part in ("topic", "likeness", "difference")]
        lines += [f"      {reason}" for reason in reasons if reason]
        if partner["mailbox"]:
            lines.append("      " + say("show_contact", mailbox=partner["mailbox"]))
    return lines


def place_of(card: dict[str, Any]) -> str:
    """Kreis and Land, as far as they say more than the name."""
    return ", ".join(part for part in (card["kreis_name"], card["land_name"]) if part)


def footer_lines(footer: dict[str, Any]) -> list[str]:
    """Source line, standing notice and, for practice data, the banner."""
    lines = [here(footer["source"]), here(footer["no_offer"])]
    return [here(footer["synthetic"]), *lines] if footer["synthetic"] else lines


@verb()
@survey_argument
@click.argument("name")
@data_option
@plain_errors
def peers(survey: str, name: str, data: Path) -> None:
    from typology.matching.record import gap_of
    from typology.publishing.views.values import with_key
    from typology.study.workflow import read_study

    folder = processed_folder(survey, data)
    key = read_study(folder, only=("municipalities",)).find(name)
    study = read_study(folder, only=NEEDED, of=key)
    seen: dict[str, Any] = study.view(key)
    click.echo(with_key(seen["name_long"], seen["key"]))
    for which in LISTS:
        click.echo("\n" + say(f"show_{which}"))
        click.echo("\n".join(list_lines(seen, which)))
    click.echo()
    gaps = [gap_of(study.tables.matching_record, f"peers.lists.{which}") for which in LISTS]
    if known := [gap for gap in gaps if gap is not None]:
        echo("peers_gap", gap=at_most(max(known), program_language()))
    click.echo("\n".join(footer_lines(seen["footer"])))


@verb()
@survey_argument
@data_option
@plain_errors
def teams(survey: str, data: Path) -> None:
    from typology.matching.record import gap_of
    from typology.matching.teams.teams import say_bounds
    from typology.publishing.views.maker import ViewMaker
    from typology.study.workflow import read_study

    study = read_study(processed_folder(survey, data), only=NEEDED)
    maker = ViewMaker(study.tables, study.info, study.content)
    for line in say_bounds(study.tables.team_bounds, study.content, program_language()):
        click.echo(line)
    click.echo()
    found, without = maker.partners.teams(), say("no_type" if maker.leanings is None else "no_leaning")
    for team in found:
        click.echo(f"{team['name']}: {here(team['topic'])}")
        for member in team["members"]:
            kind = here(member["type"]["short"]) if member["type"] else without
            host = say("teams_host") if member["host"] else ""
            click.echo(f"  {kind:<20} {member['name_long']} ({place_of(member)}){host}")
        click.echo()
    echo("teams_n" if found else "teams_none", n=number(len(found)))
    gap = gap_of(study.tables.matching_record, "teams")
    if found and gap is not None:
        echo("teams_gap", gap=at_most(gap, program_language()))
    if maker.partners.full:
        echo("teams_full", n=number(len(maker.partners.full)))
    click.echo("\n".join(footer_lines(maker.footer())))
