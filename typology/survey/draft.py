"""Draft a codebook from an export: what can be told from the file, with places marked for the researcher."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from typology.survey.blocks import PURPOSES
from typology.survey.columns import CODE_AND_TEXT, plain
from typology.survey.export_words import COMPLETED, CONSENT, GOAL
from typology.survey.formats import read_table
from typology.survey.guess import Guess, guess_columns, missing_tokens
from typology.survey.limesurvey import read_structure
from typology.survey.resolve import plain_key
from typology.survey.syntax import read_syntax
from typology.survey.table import Table

TODO = "TODO"
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


def draft_codebook(path: str | Path) -> str:
    """A codebook for the export at ``path`` as YAML text, valid as it stands.

    Places that only the researcher can fill begin with ``TODO``: title and dates, the register, which question holds
    the goals, reasons of missing codes, and the roles of blocks.

    Raises
    ------
    FileFormatError : the file cannot be read.
    """
    path = Path(path)
    table = read_table(path)
    table, structure = _with_structure(path, table)
    missing, unticked = missing_tokens(table)
    guesses = guess_columns(table, missing, unticked)
    blocks = _blocks(guesses, table)
    goals = _choose_goals(blocks, table)
    key = plain_key(path.stem)
    key = key if re.match(r"[a-z]", key) else f"befragung_{key}".rstrip("_")
    taken = ", ".join(
        f"{name}: {_comment(text)}" for name, text in table.taken.items() if name not in ("Zeilen", "Spalten")
    )
    lines = [
        f"# Entwurf zu {_comment(path.name)}: {len(table.frame)} Zeilen, {table.frame.shape[1]} Spalten ({taken}).",
        "# Alle Stellen mit TODO bitte prüfen und ergänzen; danach zeigt „typology check“, was noch nicht passt.",
        "survey:",
        f"  key: {key}",
        f'  title: {{de: "{TODO} Titel der Befragung", en: "{TODO} title of the survey"}}',
        f"  date: 2000-01-01  # {TODO} Stand der Befragung",
        f'  source: "{TODO} Herkunft in einer Zeile"',
        f'  licence: "{TODO}"',
        f'  sample: {{de: "{TODO} wer gefragt wurde; keine Zufallsstichprobe?", en: "{TODO} who was asked"}}',
        f'  retention: {{de: "{TODO} wann die Antworten gelöscht werden", en: "{TODO} when answers are deleted"}}',
        f"files: {{responses: {_quote(path.name)}{f', structure: {_quote(structure)}' if structure else ''}}}",
        f"# {TODO} Register eintragen, wenn die Kommunen Schlüssel haben, zum Beispiel:",
        "# register: {file: ../register/GV100AD.txt, format: gv100ad, date: 2026-01-01}",
        "register: none",
        *_respondent(guesses, table),
        *_missing(missing, guesses),
        *_goal_lines(goals, table),
        *_block_lines([block for block in blocks if block is not goals and block[0].kind != "list"], table),
        *_drop_lines(guesses, goals),
    ]
    return "\n".join(lines) + "\n"


def _with_structure(path: Path, table: Table) -> tuple[Table, str]:
    """The table with the texts of the one .lss or .sps file beside it, and that file's name ("" for none)."""
    beside = sorted(item for ending in ("lss", "sps") for item in path.parent.glob(f"*.{ending}"))
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
        if guess.kind in ("ticks", "rating", "choice", "number", "ranking", "list"):
            consent = bool(CONSENT.search(_text(guess, table))) and guess.kind == "ticks"
            coding: tuple[object, ...] = (guess.chosen, guess.not_chosen, guess.chosen_any)
            if guess.kind in ("rating", "choice"):
                coding = (
                    guess.scale,
                    tuple(sorted(guess.codes.items())),
                    tuple(sorted(guess.values)) if guess.kind == "choice" else (),
                )
            together = guess.kind in ("ranking", "ticks", "rating") and lonely[guess.kind, guess.group] > 1
            place: object = guess.group if together else ""
            groups.setdefault((guess.kind, place, consent, coding), []).append(guess)
    return list(groups.values())


def _text(guess: Guess, table: Table) -> str:
    return f"{plain(guess.heading)} {table.labels.get(guess.heading, '')}"


def _choose_goals(blocks: list[list[Guess]], table: Table) -> list[Guess] | None:
    """The block that most looks like the goals: named so, else the longest list of ticks, else ranks, else ratings."""
    worth = {"ticks": 3, "ranking": 2, "rating": 1}

    def score(block: list[Guess]) -> tuple[bool, int, int]:
        named = bool(GOAL.search(" ".join(_text(guess, table) for guess in block[:3])))
        return named and len(block) > 2, worth.get(block[0].kind, 0), len(block)

    usable = [
        block
        for block in blocks
        if block[0].kind in worth
        and len(block) >= 2
        and not CONSENT.search(_text(block[0], table))
        and not (block[0].kind == "rating" and len(_steps(block[0])) < 2)
    ]
    several = next((block for block in blocks if block[0].kind == "list"), None)
    if several is not None and not any(block[0].kind in ("ticks", "ranking") for block in usable):
        return several
    if usable:
        return max(usable, key=score)
    choice = next((block for block in blocks if block[0].kind == "choice" and len(block[0].values) > 1), None)
    if choice is None:
        return None
    first = [choice.pop(0)]
    if not choice:
        blocks.remove(choice)
    return first


def _respondent(guesses: Sequence[Guess], table: Table) -> list[str]:
    by_kind = {kind: [guess.heading for guess in guesses if guess.kind == kind] for kind in ("id", "name", "completed")}
    lines = ["respondent:"]
    if by_kind["id"]:
        lines.append(f"  id: {_quote(by_kind['id'][0])}  # {TODO} nennt diese Spalte die Kommune?")
    else:
        lines.append(f"  # {TODO} id: Spalte mit dem Schlüssel der Kommune; ohne sie zählt jede Zeile als eine Kommune")
        lines.append('  id: ""')
    if by_kind["name"]:
        lines.append(f"  name: {_quote(by_kind['name'][0])}")
    if by_kind["completed"]:
        heading = by_kind["completed"][0]
        lines.append(f"  completed: {{column: {_quote(heading)}, {COMPLETED[_code(heading)]}}}")
    lines.append(f"  # {TODO} test_rows: [{{column: …, in: [TEST]}}]")
    column = table.frame[by_kind["id"][0]] if by_kind["id"] else pd.Series(dtype=object)
    names = {_code(guess.heading): guess.heading for guess in guesses}
    order = next((names[name] for name in ORDERS if name in names), "")
    if order and column[column != ""].duplicated().any():
        lines += [f"  duplicates: latest  # {TODO} latest, most_complete oder error", f"  order_by: {_quote(order)}"]
    else:
        lines.append(f"  duplicates: error  # {TODO} latest (mit order_by), most_complete oder error")
    attributes: dict[str, str] = {}
    for guess in guesses:
        if guess.kind == "attribute":
            attributes.setdefault(guess.attribute, guess.heading)
    if attributes:
        lines.append(
            "  attributes: {" + ", ".join(f"{name}: {_quote(column)}" for name, column in attributes.items()) + "}"
        )
    return lines


def _code(heading: str) -> str:
    """The code of a heading, or all of it, in small letters."""
    match = CODE_AND_TEXT.match(plain(heading))
    return (match[1] if match else plain(heading)).casefold()


def _missing(missing: dict[str, str], guesses: Sequence[Guess]) -> list[str]:
    names = {_code(guess.heading) for guess in guesses}
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
    if missing:
        lines.append(f"  # {TODO} Gründe prüfen: nicht_gefragt, nicht_beantwortet, weiss_nicht, verweigert …")
        lines.append("  codes:")
        lines += [f"    {_quote(value)}: {reason}" for value, reason in missing.items()]
    return lines


def _goal_lines(goals: list[Guess] | None, table: Table) -> list[str]:
    lines = [f"# {TODO} Ist das die Frage nach den Zielen? Nur aus ihr entstehen die Typen.", "goals:"]
    question = f'  question: {{de: "{TODO} Wortlaut der Frage", en: "{TODO} wording of the question"}}'
    if goals is None:
        return [
            *lines,
            "  kind: pick",
            question,
            '  chosen: ["1"]',
            f'  columns: {{ziel_1: "{TODO} Spalte", ziel_2: "{TODO} weitere Spalte"}}',
        ]
    first = goals[0]
    if first.kind == "ranking":
        lines += [
            "  kind: ranking",
            question,
            "  rank_columns:",
            *(f"    - {_quote(guess.heading)}" for guess in goals),
            "  codes:",
        ]
        return lines + [f"    {_quote(value)}: {key}" for value, key in _keys(first.values).items()]
    if first.kind in ("choice", "list"):
        text = _comment(table.labels.get(first.heading, ""))
        lines += ["  kind: pick", question, f"  list_column: {_quote(first.heading)}" + (f"  # {text}" if text else "")]
        keys = _keys([first.codes.get(value, value) for value in first.values])
        pairs = (
            zip(first.values, keys.values(), strict=True)
            if len(keys) == len(first.values)
            else _keys(first.values).items()
        )
        return [*lines, '  separator: ";"', "  codes:", *(f"    {_quote(value)}: {key}" for value, key in pairs)]
    if first.kind == "rating":
        lines += ["  kind: rating", question, f"  # {TODO} höchstens drei Stufen, von niedrig nach hoch", "  levels:"]
        steps = _steps(first)
        low, high = steps[: len(steps) // 2], steps[len(steps) // 2 :]
        lines += [
            f"    - {{key: {name}, values: {json.dumps(part, ensure_ascii=False)}}}"
            for name, part in (("niedrig", low), ("hoch", high))
        ]
    else:
        lines += [
            f"  kind: {'yes_no' if set(first.not_chosen) - {''} and not first.chosen_any else 'pick'}",
            f"  # {TODO} limit: bei „höchstens n Ziele“ mit kind: pick",
            question,
            *_tick_lines(first, "  "),
        ]
    return [*lines, "  columns:", *_column_lines(goals, table, "    ")]


def _steps(guess: Guess) -> list[str]:
    if guess.codes and all(re.fullmatch(r"\d+", step) for step in guess.codes.values()):
        return sorted(guess.codes, key=lambda value: int(guess.codes[value]))
    return list(guess.codes) if guess.codes else [str(step) for step in range(guess.scale[0], guess.scale[1] + 1)]


def _tick_lines(guess: Guess, indent: str) -> list[str]:
    lines = [f"{indent}chosen_any: true"] if guess.chosen_any else []
    if guess.chosen:
        lines.append(f"{indent}chosen: {json.dumps(list(guess.chosen), ensure_ascii=False)}")
    return [*lines, f"{indent}not_chosen: {json.dumps(list(guess.not_chosen), ensure_ascii=False)}"]


def _block_lines(blocks: Sequence[list[Guess]], table: Table) -> list[str]:
    if not blocks:
        return []
    lines = [
        f"# {TODO} Rollen zuordnen: stand, wichtig, pain_point, competence_soll, competence_ist, structure, consent",
        "blocks:",
    ]
    used: set[str] = set()
    for block in blocks:
        first = block[0]
        consent = first.kind == "ticks" and CONSENT.search(_text(first, table)) and len(block) <= len(PURPOSES)
        if consent and "consent" not in used:
            used.add("consent")
            lines += [
                f"  - role: consent  # {TODO} Zwecke listed, answers, partner, contact richtig zuordnen",
                "    kind: yes_no",
                *_tick_lines(first, "    "),
                "    columns:",
            ]
            lines += [
                f"      {purpose}: {_quote(guess.heading)}" for purpose, guess in zip(PURPOSES, block, strict=False)
            ]
            continue
        lines.append("  - role: structure")
        if first.kind == "ticks":
            lines += ["    kind: yes_no", *_tick_lines(first, "    ")]
        elif first.kind == "number":
            lines.append("    kind: number")
        elif first.kind == "rating":
            codes = _rating_codes(first)
            low, high = (min(codes.values()), max(codes.values())) if codes else first.scale
            lines += ["    kind: rating", f"    scale: [{low}, {high}]"]
            if codes:
                lines.append(
                    "    codes: {" + ", ".join(f"{_quote(value)}: {step}" for value, step in codes.items()) + "}"
                )
        elif first.codes:
            lines += ["    kind: choice", "    codes: labels"]
        else:
            lines += [
                "    kind: choice",
                "    codes:",
                *(f"      {_quote(value)}: {key}" for value, key in _keys(first.values).items()),
            ]
        lines += ["    columns:", *_column_lines(block, table, "      ", used)]
    return lines


def _rating_codes(guess: Guess) -> dict[str, int]:
    """Value → step where the values are not the steps themselves."""
    steps = _steps(guess)
    if all(re.fullmatch(r"\d+", value) for value in steps):
        return {}
    return {
        value: int(guess.codes[value]) if re.fullmatch(r"\d+", guess.codes.get(value, "")) else i
        for i, value in enumerate(steps, start=1)
    }


def _column_lines(block: Sequence[Guess], table: Table, indent: str, used: set[str] | None = None) -> list[str]:
    used = set() if used is None else used
    lines = []
    for guess in block:
        bracket = re.search(r"\[([^\]]+)\]\s*$", plain(guess.heading))
        label = re.search(r"\[([^\]]+)\]", table.labels.get(guess.heading, ""))
        code = bracket[1] if bracket else plain(guess.heading)
        base = _item(
            label[1] if label and len(block) > 1 else (code if len(code) > 5 or not bracket else plain(guess.heading))
        )
        key, n = base, 1
        while key in used:
            n += 1
            key = f"{base}_{n}"
        used.add(key)
        text = table.labels.get(guess.heading, "")
        lines.append(f"{indent}{key}: {_quote(guess.heading)}" + (f"  # {_comment(text)[:100]}" if text else ""))
    return lines


def _item(text: str) -> str:
    key = plain_key(text)[:40].strip("_") or "spalte"
    return key if re.match(r"[a-z]", key) else f"s_{key}"


def _keys(values: Sequence[str]) -> dict[str, str]:
    result: dict[str, str] = {}
    for value in values:
        base = _item(value)
        key, n = base, 1
        while key in result.values():
            n += 1
            key = f"{base}_{n}"
        result[value] = key
    return result


def _drop_lines(guesses: Sequence[Guess], goals: list[Guess] | None) -> list[str]:
    dropped = [guess for guess in guesses if guess.kind in ("technical", "date", "text", "empty", "attribute", "list")]
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
        "# Technische Spalten, Freitext und leere Spalten werden nicht gelesen.",
        "drop:",
        *(f"  - {_quote(name)}" for name in names),
    ]


def _quote(text: str) -> str:
    """A YAML scalar that reads back as this text."""
    if re.fullmatch(r"[A-Za-z][\w.-]*", text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda sign: f"\\u{ord(sign[0]):04x}", quoted)


def _comment(text: str) -> str:
    return " ".join(text.split())
