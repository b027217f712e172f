"""Commands beside a single study: compare two waves, and orientation without a model."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import click

from typology.commands.frame import (
    check_out,
    data_option,
    force_option,
    plain_errors,
    processed_folder,
    raw_folder,
)
from typology.commands.help import verb
from typology.commands.words import day, echo, here, label, number, percent, points, say, sentence
from typology.writing import DASH, program_language

if TYPE_CHECKING:
    import pandas as pd

    from typology.content.catalogue import Content
    from typology.study.record import Study
    from typology.types.waves import WaveComparison

NEEDED = ("goals", "municipalities")
TERRITORY = ("nachfolger", "fusion", "aufteilung", "nur_alt", "nur_neu")  # in the order said
CAUSES = {"own": "wave_own_change", "model": "wave_model_change", "both": "wave_both"}


@verb()
@click.argument("survey")
@click.argument("earlier")
@data_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@force_option
@plain_errors
def compare(survey: str, earlier: str, data: Path, out: Path | None, force: bool) -> None:
    from typology.study.waves import COMPARED, compare_studies, declared_successors, wave_tables
    from typology.study.workflow import read_study
    from typology.tables.package import write_table
    from typology.tables.schema import check_tables
    from typology.tables.study_tables import StudyTables

    for name in COMPARED:
        check_out(out and out / f"{name}.csv", force=force)
    new, old = (read_study(processed_folder(name, data), only=NEEDED) for name in (survey, earlier))
    successors = declared_successors(raw_folder(survey, data))
    waves = compare_studies(new, old, successors)
    click.echo("\n".join(wave_lines(waves, new, old, followed=successors is not None)))
    if out is not None:
        tables = wave_tables(waves)
        check_tables(StudyTables(**tables), COMPARED)
        for name in COMPARED:
            write_table(tables[name], out / f"{name}.csv")
        echo("compare_written", n=number(len(COMPARED)), path=out)


def wave_lines(waves: WaveComparison, new: Study, old: Study, *, followed: bool) -> list[str]:
    """The comparison as plain text."""
    content, n = new.content, number(len(waves.moves))
    kinds = waves.territory["kind"].value_counts()
    others = ", ".join(say(f"compare_{kind}", n=number(kinds[kind])) for kind in TERRITORY if kind in kinds)
    now, before = new.info, old.info
    lines = [
        say("compare_head", now=here(now.title), now_date=day(now.date), before=here(before.title),
            before_date=day(before.date)),
        say("compare_both_others", n=n, others=others) if others else say("compare_both", n=n),
    ]  # fmt: skip
    if not followed:
        lines.append(say("compare_same_keys"))
    if now.weak or before.weak:
        lines.append(sentence(content, "structure_weak"))
    if now.types_or_degrees not in ("", "types"):
        lines.append(here(now.degrees))
    lines += ["", *_alignment_lines(waves, content), "", *_share_lines(waves, content), ""]
    lines += [*_movement_lines(waves, content), *_move_lines(waves, new)]
    lines.append("")
    if now.synthetic or before.synthetic:
        lines.append(sentence(content, "synthetic_banner"))
    return [*lines, sentence(content, "no_offer")]


def _wave_name(waves: WaveComparison, key: str, content: Content) -> str:
    """A type as it is called today, with its former name where it was another."""
    then, today = (label(content, "type", name) if name else "" for name in waves.names[key])
    if not today:
        return say("compare_only_before", type=then)
    return today if then in ("", today) else say("compare_former_name", type=today, former=then)


def _alignment_lines(waves: WaveComparison, content: Content) -> list[str]:
    heads = f"{say('compare_overlap'):>12}{say('compare_limit'):>12}"
    lines = [f"{say('compare_type_now'):<26}{say('compare_type_before'):<26}{heads}"]
    for row in waves.alignment.itertuples():
        now, then = (label(content, "type", key) if key else DASH for key in (row.type_now, row.type_before))
        verdict = say("compare_same" if row.same else "compare_other")
        figures = f"{number(row.overlap, digits=2):>12}{number(row.limit, digits=2):>12}"
        lines.append(f"{now:<26}{then:<26}{figures}  {verdict}")
    return lines if waves.alignment["same"].all() else [*lines, sentence(content, "wave_not_the_same")]


def _share_lines(waves: WaveComparison, content: Content) -> list[str]:
    heads = f"{say('compare_before'):>10}{say('compare_answers'):>12}{say('compare_model'):>10}{say('compare_now'):>10}"
    lines = [say("compare_shares"), f"{say('type'):<42}{heads}  {say('compare_by_chance')}"]
    for row in waves.shares.itertuples():
        own, model = (points(value) for value in (row.own_change, row.model_change))
        by_chance = DASH if isnan(row.chance_low) else _span(points(row.chance_low), points(row.chance_high))
        name = _wave_name(waves, str(row.type), content)
        figures = f"{percent(row.before):>10}{own:>12}{model:>10}{percent(row.now):>10}"
        lines.append(f"{name:<42}{figures}  {by_chance}")
    return lines


def _movement_lines(waves: WaveComparison, content: Content) -> list[str]:
    """Observed beside expected movement, in a sentence and by the type of before."""
    total = waves.movement.iloc[0]
    if not waves.alignment["same"].any():
        return [sentence(content, "wave_no_group_the_same")]
    observed = {"moved": number(total["moved"]), "n": number(total["n"]), "share": percent(total["share"])}
    by_chance = {name: percent(total[name]) for name in ("expected", "low", "high")}
    beyond = waves.movement.iloc[1:].query("beyond")["type"]
    lines = [say("compare_moved", **observed)]
    if total["beyond"]:
        lines.append(sentence(content, "wave_beyond_chance", **by_chance))
    elif len(beyond):
        types = "; ".join(_wave_name(waves, name, content) for name in beyond)
        lines.append(sentence(content, "wave_beyond_chance_in_types", types=types, **by_chance))
    else:
        lines.append(sentence(content, "wave_within_chance", **by_chance))
    heads = f"{say('compare_n'):>11}{say('compare_moved_head'):>13}{say('compare_expected'):>11}"
    lines.append(f"{say('compare_from'):<42}{heads}  {say('compare_interval')}")
    for row in waves.movement.iloc[1:].itertuples():
        name = _wave_name(waves, str(row.type), content)
        if row.n:
            figures = f"{number(row.n):>11}{percent(row.share):>13}{percent(row.expected):>11}"
            lines.append(f"{name:<42}{figures}  {_span(percent(row.low), percent(row.high))}")
    return lines


def _move_lines(waves: WaveComparison, new: Study) -> list[str]:
    """Single municipalities, where more moved than chance explains."""
    from typology.types.waves import NOTICEABLE

    content, moved = new.content, waves.moves[waves.moves["moved"]]
    if moved.empty:
        shifted = waves.moves[["own_change", "model_change"]].ge(NOTICEABLE).to_numpy().any()
        return [sentence(content, "wave_only_shift" if shifted else "wave_no_change")]
    lines, names_of = [], new.tables.municipalities["name"]
    for key, row in moved[moved["cause"] != ""].iterrows():
        former, present = (_wave_name(waves, str(row[part]), content) for part in ("type_before", "type_now"))
        cause = sentence(content, CAUSES[row["cause"]])
        also = say("compare_chance", chance=percent(row["chance"]))
        lines.append(f"  {key:<10}{names_of[key]}: {former} → {present}. {cause} {also}")
    return lines


def _span(low: str, high: str) -> str:
    return say("compare_span", low=low, high=high)


@verb()
@click.argument("goals", nargs=-1)
@click.option("--survey")
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def orientation(goals: tuple[str, ...], survey: str | None, data: Path, out: Path | None, force: bool) -> None:
    from typology.content.catalogue import load_content
    from typology.types.orientation import orientation as orient

    check_out(out, force=force)
    if survey is not None:
        if goals:
            raise click.UsageError(say("orientation_either"))
        _orient_survey(raw_folder(survey, data), out)
        return
    content = load_content()
    if not goals:
        click.echo("\n".join(f"{goal.key:<26}{goal.label.of(program_language())}" for goal in content.goals))
        return
    table = orient({_goal_key(text, content) for text in goals}, content)
    if out is not None:
        _write(table, out)
        return
    for row in table.itertuples():
        click.echo(f"{label(content, 'type', row.type)}: {_chosen_line(row.chosen, row.n_signature, content)}")
    click.echo(sentence(content, "orientation_note"))


def _goal_key(text: str, content: Content) -> str:
    """A goal by its key or its printed name in any language; an unknown text stays as it is."""
    wanted = text.strip().casefold()
    for goal in content.goals:
        if wanted in (goal.key, *(name.casefold() for name in goal.label.all().values())):
            return goal.key
    return text


def _chosen_line(chosen: tuple[str, ...], n_signature: int, content: Content) -> str:
    if not chosen:
        return sentence(content, "orientation_none")
    labels = "; ".join(label(content, "goal", goal) for goal in chosen)
    return sentence(content, "orientation_chosen", chosen=len(chosen), signature=n_signature, goals=labels)


def _orient_survey(folder: Path, out: Path | None) -> None:
    from typology.clustering.goals import goals_matrix
    from typology.survey.open_places import refuse_open
    from typology.survey.survey import read_survey
    from typology.types.orientation import orientation_of_all

    survey = read_survey(folder)
    refuse_open(survey.report.problems)
    content, goals = survey.content, goals_matrix(survey)
    table = orientation_of_all(goals, content)
    asked = set(goals.columns)
    missing = [goal for item in content.types for goal in item.signature if goal not in asked]
    if out is not None:
        _write(table, out)
    else:
        for key, part in table.groupby("key", sort=False):
            counts = " · ".join(f"{label(content, 'type', row.type, short=True)} {row.n_chosen}/{row.n_signature}"
                                for row in part.itertuples())  # fmt: skip
            click.echo(f"{key:<10}{survey.municipalities.at[key, 'name']}: {counts}")
    if missing:
        echo("orientation_not_asked", goals="; ".join(label(content, "goal", goal) for goal in missing))
    click.echo(sentence(content, "orientation_note"))


def _write(table: pd.DataFrame, out: Path) -> None:
    from typology.tables.package import write_table

    lists = {name: table[name].map(";".join) for name in ("signature", "chosen", "not_chosen")}
    write_table(table.assign(**lists), out)
    echo("rows_written", n=number(len(table)), path=out)
