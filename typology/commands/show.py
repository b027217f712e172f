"""Commands that answer from a frozen study: show, peers, teams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from typology.commands.frame import data_option, plain_errors, processed_folder, survey_argument
from typology.content.vocabulary import PartnerList, Standing
from typology.writing import chance, number

NEEDED = (
    "municipalities", "consent", "goals", "pain_points", "assignments", "flags", "types", "type_profiles",
    "municipality_profiles", "similar", "complementary", "teams", "team_members", "agenda",
    "missing_partners", "team_bounds",
)  # fmt: skip


@click.command()
@survey_argument
@click.argument("name")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Alles als JSON statt als Text.")
@plain_errors
def show(survey: str, name: str, data: Path, as_json: bool) -> None:
    """Eine Kommune nachschlagen, nach Name oder amtlichem Schlüssel.

    \b
    Beispiel:
      typology show demo 90052002
    """
    import json

    from typology.study.workflow import read_study

    study = read_study(processed_folder(survey, data), only=NEEDED)
    seen: dict[str, Any] = study.view(name)
    click.echo(json.dumps(seen, ensure_ascii=False, indent=1) if as_json else municipality_text(seen))


def municipality_text(seen: dict[str, Any]) -> str:
    """One municipality as plain text."""
    from typology.publishing.views.values import with_key

    place = ", ".join(part for part in (seen["kreis_name"], seen["land_name"]) if part and part != seen["name_long"])
    size = f"{number(seen['population'])} Einwohnerinnen und Einwohner" if seen["population"] is not None else ""
    band = seen["size_class"]["label"]["de"] if seen["size_class"] else ""
    lines = [
        with_key(seen["name_long"], seen["key"]),
        " · ".join(part for part in (seen["kind_label"]["de"], place, size, band) if part),
        "",
        seen["status"]["sentence"]["de"],
    ]
    lines += [
        f"  {item['letter']}  {item['label']['de']:<24}{chance(item['probability']):>7}"
        for item in seen["probabilities"] if item["probability"] is not None
    ]  # fmt: skip
    chosen = [goal["label"]["de"] for goal in seen["goals"] if goal["chosen"]]
    if chosen:
        lines += ["", "Genannte Ziele: " + "; ".join(chosen)]
    for standing, word in ((Standing.STRONG, "Stark im Vergleich"), (Standing.WEAK, "Schwach im Vergleich")):
        fields = [
            f"{field['label']['de']} ({number(field['own'])}; Typ {number(field['type'], digits=1)}, "
            f"alle {number(field['all'], digits=1)})"
            for field in seen["fields"] if field["standing"] == standing and field["type"] is not None
        ]  # fmt: skip
        if fields:
            lines.append(f"{word}: " + "; ".join(fields))
    for title, name in (("Ergänzende Partner", PartnerList.COMPLEMENTARY), ("Ähnliche Partner", PartnerList.SIMILAR)):
        lines += ["", f"{title}:", *list_lines(seen, name)]
    lines += ["", *(note["de"] for note in seen["notes"]), *footer_lines(seen["footer"])]
    return "\n".join(lines)


def list_lines(seen: dict[str, Any], which: str) -> list[str]:
    """One list of partners and, where it is empty or short, what is missing."""
    lines, missing = partner_lines(seen[which]), seen[f"missing_{which}"]
    if missing is None and not lines:
        missing = seen["no_partner"]
    return [*lines, f"  {missing['de']}"] if missing else lines


def partner_lines(partners: list[dict[str, Any]]) -> list[str]:
    """Each partner with place, type and reasons."""
    lines = []
    for partner in partners:
        kind = partner["type"]["short"]["de"] if partner["type"] else "ohne Typ"
        lines.append(f"  {partner['name_long']} ({place_of(partner)}) – {kind}")
        reasons = [partner[part]["de"] for part in ("topic", "likeness", "difference")]
        lines += [f"      {reason}" for reason in reasons if reason]
        if partner["mailbox"]:
            lines.append(f"      Kontakt: {partner['mailbox']}")
    return lines


def place_of(card: dict[str, Any]) -> str:
    """Kreis and Land, as far as they say more than the name."""
    return ", ".join(part for part in (card["kreis_name"], card["land_name"]) if part)


def footer_lines(footer: dict[str, Any]) -> list[str]:
    """Source line, standing notice and, for practice data, the banner."""
    lines = [footer["source"]["de"], footer["no_offer"]["de"]]
    return [footer["synthetic"]["de"], *lines] if footer["synthetic"] else lines


@click.command()
@survey_argument
@click.argument("name")
@data_option
@plain_errors
def peers(survey: str, name: str, data: Path) -> None:
    """Lernpartner einer Kommune mit Gründen: erst was, dann mit wem.

    \b
    Beispiel:
      typology peers demo 90052002
    """
    from typology.publishing.views.values import with_key
    from typology.study.workflow import read_study

    study = read_study(processed_folder(survey, data), only=NEEDED)
    seen: dict[str, Any] = study.view(name)
    click.echo(with_key(seen["name_long"], seen["key"]))
    for title, which in (("Ergänzende Partner", PartnerList.COMPLEMENTARY), ("Ähnliche Partner", PartnerList.SIMILAR)):
        click.echo(f"\n{title}:")
        click.echo("\n".join(list_lines(seen, which)))
    click.echo()
    click.echo("\n".join(footer_lines(seen["footer"])))


@click.command()
@survey_argument
@data_option
@plain_errors
def teams(survey: str, data: Path) -> None:
    """D-Teams der Studie: je Team alle Typen, ein Thema und ein Vorschlag für die Gastgeberin.

    \b
    Beispiel:
      typology teams demo
    """
    from typology.matching.teams.teams import say_bounds
    from typology.publishing.views.maker import ViewMaker
    from typology.study.workflow import read_study

    study = read_study(processed_folder(survey, data), only=NEEDED)
    maker = ViewMaker(study.tables, study.info, study.content)
    for line in say_bounds(study.tables.team_bounds, study.content):
        click.echo(line)
    click.echo()
    found = maker.partners.teams()
    for team in found:
        click.echo(f"{team['name']}: {team['topic']['de']}")
        for member in team["members"]:
            kind = member["type"]["short"]["de"] if member["type"] else "ohne Typ"
            host = " – Vorschlag für die Einladung" if member["host"] else ""
            click.echo(f"  {kind:<20} {member['name_long']} ({place_of(member)}){host}")
        click.echo()
    click.echo(f"{number(len(found))} D-Teams." if found else "Es lassen sich keine D-Teams bilden.")
    click.echo("\n".join(footer_lines(maker.footer())))
