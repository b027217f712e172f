"""Commands that compute: run, fit, assign, verify, forget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from typology.commands.frame import (
    check_out,
    data_option,
    echo_problems,
    force_option,
    plain_errors,
    processed_folder,
    raw_folder,
    replace_option,
    steps,
    survey_argument,
    tell,
)
from typology.commands.help import verb
from typology.commands.words import confirm, day, echo, here, label, number, percent, say, sentence
from typology.content.vocabulary import NOT_ASSIGNED
from typology.errors import StudyError
from typology.writing import DASH, program_language

if TYPE_CHECKING:
    from typology.study.record import Study


STEPS = 7  # of a study without sheets and site
SUMMED_UP = (
    "agenda", "capacity", "competence_gaps", "complementary", "consent", "cooperation", "courses", "matching_record",
    "quality", "similar", "teams", "types", "unmet_wishes", "weighted",
)  # fmt: skip
"""The tables that :func:`echo_summary` looks at."""
EMPTY = 0.01  # a class with a smaller share holds nobody


@verb()
@survey_argument
@data_option
@click.option(
    "--typology",
    "frozen",
    type=click.Path(path_type=Path, dir_okay=False),
)
@click.option("--estimate", is_flag=True)
@click.option("--jobs", type=click.IntRange(1))
@click.option("--sheets/--no-sheets", default=None)
@click.option("--site/--no-site", default=None)
@click.option("--force", is_flag=True)
@replace_option
@plain_errors
def run(
    survey: str,
    data: Path,
    frozen: Path | None,
    estimate: bool,
    jobs: int | None,
    sheets: bool | None,
    site: bool | None,
    force: bool,
    replace: bool,
) -> None:
    from typology.study.workflow import Asked, asked_before, run_study
    from typology.types.typology import load_typology

    if frozen is not None and estimate:
        raise click.UsageError(say("run_either"))
    folder, target = raw_folder(survey, data), processed_folder(survey, data)
    loaded = None if frozen is None else load_typology(frozen)
    try:
        before = asked_before(target) or Asked()
    except StudyError:  # a study that cannot be read says nothing, and computing anew is the way out
        before = Asked()
    as_before = []
    if loaded is None and before.frozen is not None and not estimate:
        loaded = before.frozen
        as_before.append(say("run_before_typology", model=loaded.version))
    for part, wanted in (("sheets", sheets), ("site", site)):
        if wanted is None and not getattr(before, part):
            as_before.append(say(f"run_before_no_{part}"))
    if as_before:
        tell(say("run_as_before", what="; ".join(as_before)))
    sheets, site = before.sheets if sheets is None else sheets, before.site if site is None else site
    with steps(STEPS - (loaded is not None) + 2 * sheets + site) as progress:
        study = run_study(
            folder,
            target,
            frozen=loaded,
            sheets=sheets,
            site=site,
            jobs=jobs,
            force=force,
            replace=replace,
            only=SUMMED_UP,
            progress=progress,
        )
    echo_summary(study, target)


def echo_summary(study: Study, target: Path) -> None:
    """Response style, type shares or leanings, quality figures, and where everything lies."""
    from typology.publishing.views.overview import response_style

    info = study.info
    click.echo()
    if info.synthetic:
        echo("run_practice")
    echo("run_head", title=here(info.title), date=day(info.date), n=number(info.n), model=info.model)
    click.echo()
    style = response_style(study.tables, info, study.content)
    if style is not None:
        click.echo(f"{here(style)}\n")
    if study.content.leanings is not None:
        for line in leaning_lines(study):
            click.echo(line)
        click.echo()
    else:
        for line in type_lines(study):
            click.echo(line)
        empty = [item.label.of(program_language()) for item in study.typology.types if item.share < EMPTY]
        if empty:
            echo("run_empty", types=", ".join(empty))
        click.echo()
        click.echo(study.typology.naming_sentence(study.content, program_language()))
    for row in study.tables.quality.itertuples():
        name = here({"de": row.label, "en": row.label_en})
        click.echo(f"  {name}: {number(row.value, digits=int(row.digits))}")
    for text in filter(None, (here(info.judged), here(info.weighting))):
        click.echo(f"  {text}")
    for line in unmet_lines(study):
        click.echo(line)
    for line in capacity_lines(study):
        click.echo(line)
    tables = study.tables
    counts = {
        "partners": len(tables.similar) + len(tables.complementary), "teams": len(tables.teams),
        "groups": len(tables.cooperation), "gaps": len(tables.competence_gaps),
        "courses": len(tables.courses), "steps": len(tables.agenda),
    }  # fmt: skip
    click.echo(say("run_counts", **{name: number(count) for name, count in counts.items()}))
    click.echo()
    for name, path in (
        ("site", target / "public" / "index.html"),
        ("sheets", target / "internal" / "sheets"),
        ("tables", target / "internal" / "tables"),
        ("publish", target / "public"),
    ):
        if path.exists():
            click.echo(f"{say(f'run_{name}') + ':':<22}{path}")


def type_lines(study: Study) -> list[str]:
    """One line per type: share in the model, assigned, clear, and the share with weights where there are any."""
    table = study.tables.weighted
    weighted = table[table["measure"] == "type"].set_index("item")["weighted"].to_dict() if len(table) else {}
    names = [type_label(study, str(key)) for key in study.tables.types["type"]]
    width = max(26, 2 + max(map(len, names), default=0))
    heads = f"{say('run_share'):>18}{say('run_assigned'):>12}{say('run_clear'):>12}"
    lines = [f"{say('type'):<{width}}{heads}" + (f"{say('run_weighted'):>12}" if weighted else "")]
    for name, row in zip(names, study.tables.types.itertuples(), strict=True):
        clear = number(row.clear) if row.type != NOT_ASSIGNED else DASH
        last = (f"{percent(weighted[row.type]):>12}" if row.type in weighted else f"{DASH:>12}") if weighted else ""
        lines.append(f"{name:<{width}}{percent(row.share):>18}{number(row.n):>12}{clear:>12}{last}")
    return lines


def leaning_lines(study: Study) -> list[str]:
    """One line per leaning: how many municipalities are nearest to it, and of how many that is clear; no shares."""
    table = study.tables.types
    names = [
        label(study.content, "type", key, short=True) if key != NOT_ASSIGNED else say("no_leaning")
        for key in table["type"]
    ]
    width = max(26, 2 + max(map(len, names), default=0))
    lines = [f"{say('leaning'):<{width}}{say('run_nearest'):>12}{say('run_clear'):>12}"]
    for name, row in zip(names, table.itertuples(), strict=True):
        clear = number(row.clear) if row.type != NOT_ASSIGNED else DASH
        lines.append(f"{name:<{width}}{number(row.n):>12}{clear:>12}")
    return lines


def type_label(study: Study, key: str) -> str:
    """A type by its name; those without one by the word for that."""
    names = {item.key: item.label.of(program_language()) for item in study.typology.types}
    return names[key] if key != NOT_ASSIGNED else sentence(study.content, "action_no_type")


def unmet_lines(study: Study) -> list[str]:
    """Wishes that could not be met, each with its reason; nothing where all were met."""
    rows, content = study.tables.unmet_wishes, study.content
    lines = ["", say("run_unmet")] if len(rows) else []
    for row in rows.itertuples():
        keys = f"{row.key} → {row.partner}" if row.partner else str(row.key).replace("+", " + ")
        which, why = (sentence(content, key) for key in (f"view_unmet_list_{row.list}", f"peers_unmet_{row.reason}"))
        lines.append(f"  {keys} ({which}): {why}")
    return lines


def capacity_lines(study: Study) -> list[str]:
    """Who takes no further requests, as a number, and whose wish says something else than its answer."""
    from typology.matching.record import full_of
    from typology.study.match import contradicted

    full, other = full_of(study.tables.matching_record), contradicted(study.tables)
    lines = [say("run_full", n=number(len(full)))] if full else []
    return [*lines, *([say("run_full_otherwise", keys=", ".join(other))] if other else [])]


@verb()
@survey_argument
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def fit(survey: str, data: Path, out: Path | None, force: bool) -> None:
    from typology.study.estimate import fit_typology
    from typology.survey.survey import read_survey
    from typology.types.leanings import NAMING_OF_DEGREES

    target = out or Path(f"{Path(survey).name}.typology.json")
    check_out(target, force=force)
    answers = read_survey(raw_folder(survey, data))
    fitted = fit_typology(answers)
    fitted.save(target)
    leans = fitted.naming.explanation == NAMING_OF_DEGREES
    click.echo(fitted.naming_sentence(answers.content) if leans else repr(fitted))
    echo("written", path=target)


@verb()
@click.argument("typology_file", type=click.Path(path_type=Path, dir_okay=False))
@survey_argument
@data_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@force_option
@plain_errors
def assign(typology_file: Path, survey: str, data: Path, out: Path | None, force: bool) -> None:
    from typology.clustering.goals import goals_matrix
    from typology.survey.open_places import refuse_open
    from typology.survey.survey import read_survey
    from typology.tables.package import write_table
    from typology.types.typology import load_typology

    check_out(out, force=force)
    frozen = load_typology(typology_file)
    answers = read_survey(raw_folder(survey, data))
    refuse_open(answers.report.problems)
    goals = goals_matrix(answers)
    frozen.check_allowed(goals.index)
    frozen.check_survey(answers)
    table = frozen.assign(goals[[key for key in frozen.goal_keys if key in goals]], flags=answers.flags)
    if out is None:
        click.echo(table.round(3).to_string())
    else:
        write_table(table, out)
        echo("assign_written", n=number(len(table)), path=out)


@verb()
@survey_argument
@data_option
@plain_errors
def verify(survey: str, data: Path) -> None:
    import sys

    from typology.study.workflow import read_study
    from typology.tables.figures import compared_models, recompute

    folder = processed_folder(survey, data)
    study = read_study(folder, only=())
    whole = verify_files(folder)
    if not whole:
        sys.exit(1)
    study = read_study(folder)
    result = recompute(study.tables, study.typology)
    for row in result.itertuples():
        stated, recomputed = (number(value, digits=None) for value in (row.stated, row.recomputed))
        equal = say("verify_equal" if row.equal else "verify_other")
        click.echo(f"{equal:<8} {row.name:<34} {stated} / {recomputed}")
    compared = compared_models(study.tables, study.typology)
    stated, found = study.info.types_or_degrees, compared.verdict if compared else ""
    if stated or found:
        kept = say("verify_equal" if stated == found else "verify_other")
        click.echo(f"{kept:<8} {'types_or_degrees':<34} {stated or DASH} / {found or DASH}")
    if not bool(result["equal"].all()) or stated != found:
        echo("verify_failed", err=True)
        sys.exit(1)
    echo("verify_passed", n=number(len(result)))


def verify_files(folder: Path) -> bool:
    """Say which files of a study are not as they were written; True where all are, drafts of agendas aside."""
    from typology.files.seals import SEAL, change_findings, changes, own_files, read_seal, sealed_folders
    from typology.study.inputs import DRAFTS

    if read_seal(folder) is None:
        echo("verify_no_seal", err=True, file=SEAL)
        return not (folder / SEAL).exists()
    found = {name: change for name, change in changes(folder).items() if not name.startswith(DRAFTS)}
    if found:
        echo("verify_changed", err=True)
        echo_problems(tuple(change_findings(found)))
        return False
    echo("verify_files", n=number(sum(len(own_files(place)) for place in sealed_folders(folder))))
    return True


@verb()
@survey_argument
@click.argument("key")
@data_option
@click.option("--yes", is_flag=True)
@click.option("--without-study", is_flag=True)
@plain_errors
def forget(survey: str, key: str, data: Path, yes: bool, without_study: bool) -> None:
    from typology.study.forgetting import forget_municipality
    from typology.survey.removal import plan_removal

    folder, target = raw_folder(survey, data), processed_folder(survey, data)
    removal = plan_removal(folder, key)
    if not yes:
        confirm("forget_ask", key=removal.key, survey=folder.name)
    with steps(STEPS + 3) as progress:
        forgotten = forget_municipality(folder, target, removal, without_study=without_study, progress=progress)
    if forgotten.study is not None:
        echo_summary(forgotten.study, target)
    echo("forget_done" if forgotten.study else "forget_done_answers", n=removal.n, key=removal.key)
    for path, why in forgotten.left.items():
        echo("forget_left", err=True, path=path, why=why)
    echo("forget_copies", err=True)
