"""The command for whoever signs a publication: what is not shown in ``public/``, and by which rule."""

from __future__ import annotations

from pathlib import Path

import click

from typology.commands.frame import (
    check_out,
    data_option,
    force_option,
    plain_errors,
    processed_folder,
    survey_argument,
)
from typology.commands.help import verb
from typology.commands.words import echo, here, number, say
from typology.content.vocabulary import ALL, Rule
from typology.writing import program_language


@verb()
@survey_argument
@data_option
@click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def gate(survey: str, data: Path, out: Path | None, force: bool) -> None:
    import pandas as pd

    from typology.publishing.gate.releases import open_keys, read_releases
    from typology.study.publication import rules_of
    from typology.study.workflow import read_study
    from typology.tables.package import write_table
    from typology.tables.schema import rules_in, tables_in

    check_out(out, force=force)
    study = read_study(processed_folder(survey, data), only=("consent", "gate"))
    lines, consent, rules, language = study.tables.gate, study.tables.consent, rules_of(study), program_language()
    n_open, n_listed = len(open_keys(consent)), int(consent["listed"].sum())
    echo("gate_head", title=here(study.info.title), n=number(len(consent)), listed=number(n_listed),
         open=number(n_open))  # fmt: skip
    echo("gate_rules", minimum=rules.minimum, colluding=rules.colluding, enough=rules.enough)
    echo("gate_releases", n=len(read_releases(processed_folder(survey, data) / "internal")))
    if study.run.get("settings", {}).get("draft"):
        echo("gate_draft")
    if out is not None:
        write_table(lines, out)
        echo("written", path=out)
        return
    titles = {name: contract.title.of(language) for name, contract in tables_in(study.content).items()}
    titles["typology"] = say("gate_model")
    words = {rule.value: title.of(language) for rule, title in rules_in(study.content).items()}
    if not len(lines):
        echo("gate_nothing")
    for name, part in lines.groupby("table", sort=False):
        click.echo(f"\n{titles.get(str(name), name)}")
        for rule, mine in part[part["rule"] != Rule.RELEASE].groupby("rule", sort=False):
            gone = int(mine["step"].isna().sum())
            told = {"why": words[str(rule)], "gone": number(gone), "coarse": number(len(mine) - gone)}
            click.echo("  " + say("gate_sum", **told))
        for row in part.itertuples():
            where = " · ".join(str(text) for text in (row.row, row.column) if text != ALL) or say("gate_whole")
            said = say("gate_gone") if pd.isna(row.step) else say("gate_step", step=number(row.step, digits=None))
            said = say("gate_kept") if row.rule == Rule.RELEASE else said
            click.echo(f"    {where}: {said}")
