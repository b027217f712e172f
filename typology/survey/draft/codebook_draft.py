"""Draft a codebook from an export: what can be told from the file, with places marked for the researcher."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from typology.files.formats import read_table
from typology.files.table import Table
from typology.survey.codebook import PRESETS
from typology.survey.columns import code_of
from typology.survey.draft.consent import consent_lines, empty_consent, set_consent_apart, unasked, unseen_consent
from typology.survey.draft.goals import (
    TODO,
    answer_keys,
    choose_goals,
    column_lines,
    comment,
    goal_lines,
    missing_lines,
    quote,
    rating_codes,
    tick_lines,
)
from typology.survey.draft.guess import Guess, guess_columns
from typology.survey.draft.layout import Footer, OddRow, cut_footer, cut_odd_rows
from typology.survey.draft.missing import missing_tokens
from typology.survey.draft.opening import Opened, open_export
from typology.survey.draft.respondent import identify
from typology.survey.draft.words import COMPLETED, DONE, HIGH, LOW
from typology.survey.names_and_keys import key_level
from typology.survey.rows import plain_key
from typology.survey.spss_syntax import read_syntax
from typology.survey.structure import read_structure
from typology.survey.values import bare
from typology.writing import Said

# Roles that a block can have.
ROLES = (
    "stand", "wichtig", "pain_point", "project", "competence_soll", "competence_ist", "structure", "consent",
    "capacity",
)  # fmt: skip
# Columns that tell which of several answers is the latest, best first.
ORDERS = (
    "submitdate",
    "datum abgeschickt",
    "date submitted",
    "datestamp",
    "lastdata",
    "datetime",
    "timestamp",
    "zeitstempel",
    "year",
    "jahr",
    "lfdn",
    "id",
)

# The kinds of body whose keys have the same number of digits, and how many of them are no slips.
KINDS_OF_LEVEL = {"gemeinde": ("gemeinde", "kreisfrei"), "kreis": ("kreis",), "verband": ("verband",)}
LEAST_KEYS, LEAST_SHARE = 3, 0.05


def draft_codebook(path: str | Path) -> str:
    """A codebook for the export at ``path`` as YAML text, readable as it stands.

    Places that only the researcher can fill begin with ``TODO``: title and date, reasons of missing codes, and what
    every answer to a question about consent means, which is never inferred. While one of them is open, nothing is
    computed. Comments say what else wants an eye.

    Raises
    ------
    FileFormatError : the file cannot be read, or has its respondents side by side.
    """
    path = Path(path)
    headless = _without_heading(path)
    opened = Opened(headless, "", 0, 0) if headless is not None else open_export(path)
    table, structure = _with_structure(path, opened.table)
    table = _without_unseen(table)
    n_rows = len(table.frame)
    table, footer = cut_footer(table)
    table, odd = cut_odd_rows(table)
    missing, unticked = missing_tokens(table)
    guesses = guess_columns(table, missing, unticked)
    identify(table, guesses)
    set_consent_apart(guesses, table, missing)
    blocks = _blocks(guesses, table)
    chosen = choose_goals(blocks, guesses, table)
    goals = chosen.block
    others = _block_lines([block for block in blocks if block is not goals and block[0].kind != "list"], table)
    consent = (
        consent_lines(guesses, table, missing)
        or empty_consent(guesses, table)
        or unseen_consent(guesses, table, missing, {guess.heading for guess in goals or ()})
    )
    key = plain_key(path.stem)
    key = key if re.match(r"[a-z]", key) else f"befragung_{key}".rstrip("_")
    sizes = (Said("files.rows"), Said("files.columns"))
    taken = ", ".join(f"{name}: {comment(text)}" for name, text in table.taken.items() if name not in sizes)
    head = Said("draft.head", file=comment(path.name), rows=n_rows, columns=table.frame.shape[1], taken=taken)
    lines = [
        f"# {head}",
        f"# {Said('draft.fill_in')}",
        "survey:",
        f"  key: {key}",
        f'  title: {{de: "{TODO} Titel der Befragung", en: "{TODO} title of the survey"}}',
        f'  date: "{TODO} {Said("draft.date")}"',
        f'  source: "{TODO} {Said("draft.source")}"',
        f'  licence: "{TODO}"',
        f'  sample: {{de: "{TODO} wer gefragt wurde; keine Zufallsstichprobe?", '
        f'en: "{TODO} who was asked; not a random sample?"}}',
        f'  retention: {{de: "{TODO} wann die Antworten gelöscht werden", en: "{TODO} when answers are deleted"}}',
        _files(path.name, structure, opened),
        f"# {Said('draft.register')}",
        "# register: {file: ../register/GV100AD.txt, format: gv100ad, date: 2026-01-01}",
        "register: none",
        *_respondent(guesses, table, footer, odd),
        *_missing(missing, guesses),
        *goal_lines(chosen, table),
        *others,
        *(consent if others else ["blocks:", *consent] if consent else []),
        *_drop_lines(guesses, goals, unasked(guesses, table, missing)),
    ]
    return "\n".join(lines) + "\n"


def _files(responses: str, structure: str, opened: Opened) -> str:
    parts = [f"responses: {quote(responses)}"]
    parts += [f"structure: {quote(structure)}"] if structure else []
    parts += [f"sheet: {quote(opened.sheet)}"] if opened.sheet else []
    parts += [f"skip_rows: {opened.n_title}"] if opened.n_title else []
    parts += [f"header_rows: {opened.n_heading}"] if opened.n_heading != 1 else []
    return f"files: {{{', '.join(parts)}}}"


def _beside(path: Path) -> list[Path]:
    return sorted(item for ending in ("lss", "sps") for item in path.parent.glob(f"*.{ending}"))


def _without_unseen(table: Table) -> Table:
    """The table with its cells as they look, as the reader takes them: two spellings of one word are one answer."""
    frame = table.frame.copy()
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        cells = column.map({text: bare(text) for text in column.unique()})
        frame.isetitem(place, cells.astype(object))  # also where there are no rows
    return replace(table, frame=frame)


def _without_heading(path: Path) -> Table | None:
    """The table, where the one .sps file beside names its columns and its first row does not."""
    beside = _beside(path)
    if len(beside) != 1 or beside[0].suffix != ".sps":
        return None
    syntax = read_syntax(beside[0])
    first = read_table(path).frame.columns
    if not syntax.names or {code_of(name) for name in syntax.names} & {code_of(name) for name in first}:
        return None
    return read_table(
        path, header_rows=0, names=syntax.names, delimiter=syntax.delimiter or "auto", quote=syntax.quote or '"'
    )


def _with_structure(path: Path, table: Table) -> tuple[Table, str]:
    """The table with the texts of the one .lss or .sps file beside it, and that file's name ("" for none)."""
    beside = _beside(path)
    if len(beside) != 1 or table.value_labels:
        return table, ""
    headings = list(table.frame.columns)
    structure = (read_syntax if beside[0].suffix == ".sps" else read_structure)(beside[0])
    labels, answers = structure.labels(headings), structure.value_labels(headings)
    if not labels and not answers:
        return table, ""
    missing = {**table.missing, **structure.missing(headings)}
    return replace(table, labels=labels, value_labels=answers, missing=missing), beside[0].name


def _blocks(guesses: Sequence[Guess], table: Table) -> list[list[Guess]]:
    """Columns of one question with one kind and one coding, in the order of the file."""
    groups: dict[tuple[object, ...], list[Guess]] = {}
    lonely = Counter((guess.kind, guess.group) for guess in guesses)
    for guess in guesses:
        if guess.kind in ("ticks", "rating", "choice", "number", "ranking", "ranks", "list"):
            coding: tuple[object, ...] = (guess.chosen, guess.not_chosen, guess.chosen_any)
            if guess.kind in ("rating", "choice"):
                coding = (
                    guess.scale,
                    tuple(sorted(guess.codes.items())),
                    tuple(sorted(guess.values)) if guess.kind == "choice" else (),
                )
            several = guess.kind in ("ranking", "ranks", "ticks", "rating") or (
                guess.kind == "choice" and len(guess.values) == 2
            )
            together = several and lonely[guess.kind, guess.group] > 1
            place: object = guess.group if together else guess.heading if guess.kind == "list" else ""
            groups.setdefault((guess.kind, place, coding), []).append(guess)
    return list(groups.values())


def _respondent(guesses: Sequence[Guess], table: Table, footer: Footer | None, odd: Sequence[OddRow]) -> list[str]:
    by_kind = {kind: [guess.heading for guess in guesses if guess.kind == kind] for kind in ("id", "name", "completed")}
    lines, column = ["respondent:"], pd.Series(dtype=object)
    if by_kind["id"]:
        column = table.frame[by_kind["id"][0]]
        lines.append(f"  id: {quote(by_kind['id'][0])}  # {Said('draft.id')}")
    else:
        lines.append(f"  # {Said('draft.no_id')}")
        lines.append(f'  id: "{TODO}"')
    if by_kind["name"]:
        lines.append(f"  name: {quote(by_kind['name'][0])}")
    lines += _kinds(column)
    if by_kind["completed"]:
        lines.append(_completed(next(guess for guess in guesses if guess.kind == "completed"), table))
    if footer is not None:
        lines += [
            f"  # {Said('draft.footer', row=footer.first, n=footer.n_rows)}",
            f"  include: [{{column: {quote(footer.column)}, pattern: {quote(footer.pattern)}}}]",
        ]
    if odd:
        where: dict[str, list[str]] = {}
        for item in odd:
            where.setdefault(item.column, []).append(item.text)
        numbers = ", ".join(str(item.row) for item in odd)
        lines += [f"  # {Said('draft.odd_rows', rows=numbers)}", "  exclude:"]
        lines += [
            f"    - {{column: {quote(column)}, in: [{', '.join(quote(text) for text in texts)}]}}"
            for column, texts in where.items()
        ]
    lines.append("  # test_rows: [{column: …, in: [TEST]}]")
    names = {guess.name: guess.heading for guess in guesses}
    order = next((names[name] for name in ORDERS if name in names), "")
    if order and column[column != ""].duplicated().any():
        lines += [f"  duplicates: latest  # {Said('draft.duplicates')}", f"  order_by: {quote(order)}"]
    else:
        lines.append(f"  duplicates: error  # {Said('draft.duplicates_order')}")
    attributes: dict[str, str] = {}
    for guess in guesses:
        if guess.kind == "attribute":
            attributes.setdefault(guess.attribute, guess.heading)
    if attributes:
        lines.append(
            "  attributes: {" + ", ".join(f"{name}: {quote(column)}" for name, column in attributes.items()) + "}"
        )
    return lines


def _kinds(column: pd.Series) -> list[str]:
    """The kinds of body whose official keys stand in the column; of the few others a comment, as they may be slips."""
    levels = column.map(key_level)
    n = levels[levels != ""].value_counts(sort=False)
    if n.empty or n.sum() <= (column.str.strip() != "").sum() / 2:
        return []
    least = max(min(LEAST_KEYS, n.sum()), LEAST_SHARE * n.sum())
    asked = [kind for kind in KINDS_OF_LEVEL if n.get(kind, 0) >= least]
    kinds = [name for kind in asked for name in KINDS_OF_LEVEL[kind]]
    found = ", ".join(f"{kind}: {n[kind]}" for kind in KINDS_OF_LEVEL if kind in n)
    return [f"  kinds: [{', '.join(kinds)}]  # {Said('draft.kinds', found=found)}"] if kinds else []


def _completed(guess: Guess, table: Table) -> str:
    heading = guess.heading
    written = set(table.frame[heading].str.strip())
    done = sorted(text for text in written if DONE.fullmatch(text))
    rule = COMPLETED.get(guess.name, f"in: {json.dumps(done, ensure_ascii=False)}")
    if rule.startswith("in:") and {text.casefold() for text in written} & {"true", "false"}:
        yes = sorted(text for text in written if text.casefold() == "true")
        if not yes:
            return f"  # {Said('draft.never_completed', heading=heading)}"
        rule = f"in: {json.dumps(yes)}"
    return f"  completed: {{column: {quote(heading)}, {rule}}}"


def _missing(missing: dict[str, str], guesses: Sequence[Guess]) -> list[str]:
    names = {guess.name for guess in guesses}
    presets = []
    if names & {"submitdate", "startlanguage", "datum abgeschickt", "date submitted"} and "dispcode" not in names:
        presets.append("limesurvey")
    if names & {"dispcode", "external_lfdn"}:
        presets.append("efs")
    if {"case", "questnnr"} <= names:
        presets.append("sosci")
    if {"-998", "-999"} & missing.keys():
        presets.append("quamp")
    lines = ["missing:", f"  presets: [{', '.join(presets)}]"]
    known = {value for preset in presets for value in PRESETS[preset]}
    missing = {value: reason for value, reason in missing.items() if value not in known}
    if missing:
        lines.append(f"  # {Said('draft.reasons')}")
        lines.append("  codes:")
        lines += [f"    {quote(value)}: {reason}" for value, reason in missing.items()]
    return lines


def _block_lines(blocks: Sequence[list[Guess]], table: Table) -> list[str]:
    if not blocks:
        return []
    lines = [
        f"# {Said('draft.roles', roles=', '.join(ROLES))}",
        "blocks:",
    ]
    used: set[str] = set()
    for block in blocks:
        first = block[0]
        lines.append("  - role: structure")
        if first.kind == "ticks":
            lines += ["    kind: yes_no", *tick_lines(first, "    ")]
        elif first.kind in ("number", "ranks"):
            lines.append("    kind: number")
        elif first.kind == "rating":
            codes = rating_codes(first)
            low, high = (min(codes.values()), max(codes.values())) if codes else first.scale
            lines += ["    kind: rating", f"    scale: [{low}, {high}]"]
            if codes:
                lines.append(
                    "    codes: {" + ", ".join(f"{quote(value)}: {step}" for value, step in codes.items()) + "}"
                )
        elif first.codes:
            lines += ["    kind: choice", "    codes: labels"]
        else:
            values = sorted(first.values)
            graded = any(LOW.search(value) or HIGH.search(value) for value in values)
            asked = 3 <= len(values) <= 11 and (len(block) > 1 or graded)
            mark = f"{TODO}_" if asked else ""
            lines += [
                "    kind: choice",
                *([f"    # {Said('draft.unknown_scale', n=len(values))}"] if asked else []),
                "    codes:",
                *(f"      {quote(value)}: {mark}{key}" for value, key in answer_keys(values).items()),
            ]
        lines += [*missing_lines(block, "    "), "    columns:", *column_lines(block, table, "      ", used)]
    return lines


def _drop_lines(guesses: Sequence[Guess], goals: list[Guess] | None, more: Sequence[Guess]) -> list[str]:
    kinds = ("technical", "date", "text", "empty", "attribute", "list")
    dropped = [guess for guess in guesses if guess.kind in kinds or guess in more]
    attributes: set[str] = set()
    names = []
    for guess in dropped:
        if guess.kind == "attribute" and guess.attribute not in attributes:
            attributes.add(guess.attribute)
        elif goals is None or guess not in goals:
            names.append(guess.heading)
    if not names:
        return []
    return [
        f"# {Said('draft.dropped')}",
        "drop:",
        *(f"  - {quote(name)}" for name in names),
    ]
