"""How much of a hand-written codebook the draft already gets right, on every real survey file.

A column agrees when the draft gives it the same part (identifier, ticks, rating, choice, number, ranking …) and reads
every value that occurs in it alike: the same values mean yes, no or missing; a rating orders them alike; a choice
keeps the same values apart. Counted are the columns that the hand-written codebook uses, and those it drops by name
though the draft uses them; a column that both leave out counts for nothing, so a draft that ignores everything gets
zero. A question about consent agrees when the draft finds it; what its answers mean a draft leaves open, and those
places are not counted. Columns dropped by a pattern (P*) were not judged by hand and are not counted.

    python benchmarks/draft_codebook.py
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from typology.errors import Findings, TypologyError
from typology.files.table import Table
from typology.survey.codebook import Codebook, read_codebook
from typology.survey.columns import match_columns, plain
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.open_places import is_open
from typology.survey.opening import open_responses
from typology.survey.values import spelled

ROOT = Path(__file__).parents[1]
CODEBOOKS = ROOT / "tests" / "codebooks"
EXTERNAL = Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA") or ROOT.parent / "shared" / "data")
MISSING = "fehlt"


def column_parts(book: Codebook, table: Table) -> dict[str, tuple[object, ...]]:
    """Heading → (part, effect of every value that occurs), for all columns the codebook uses for answers or keys."""
    headings = match_columns(book.columns(), table.frame.columns, Findings(table.file))
    missing = book.missing_codes()
    parts: dict[str, tuple[object, ...]] = {}
    person = book.respondent
    for attribute, column in person.attributes.items():
        parts[headings[column]] = ("attribute", attribute)
    if person.completed:
        parts[headings[person.completed.column]] = ("completed", person.completed.rule, person.completed.values)
    if person.name:
        parts[headings[person.name]] = ("id",)
    if person.id and not is_open(person.id):
        parts[headings[person.id]] = ("id",)
    goals = book.goals
    for column in goals.sources:
        heading = headings.get(column, column)
        if heading not in table.frame:
            continue  # a place that the draft leaves to the researcher
        if goals.rank_columns or goals.list_column:
            part = "ranking" if goals.kind == "ranking" else "choice"
            parts[heading] = (part, _apart(table, heading, dict(goals.codes), missing))
        elif goals.kind == "rating":
            order: dict[str, object] = {value: i for i, level in enumerate(goals.levels) for value in level.values}
            parts[heading] = ("rating", _effect(table, heading, order, missing))
        elif goals.kind == "ranking":
            parts[heading] = ("ranking",)
        else:
            parts[heading] = ("ticks", _ticks(table, heading, goals, missing))
    for block in book.blocks:
        for column in block.columns.values():
            heading = headings.get(column, column)
            if heading not in table.frame:
                continue
            if block.role == "consent":
                parts[heading] = ("consent",)  # what its values mean the draft leaves to the researcher
            elif block.kind == "yes_no":
                parts[heading] = ("ticks", _ticks(table, heading, block, missing))
            elif block.kind == "rating":
                low, high = block.scale
                steps: dict[str, object] = dict(block.codes) or {str(step): step for step in range(low, high + 1)}
                parts[heading] = ("rating", _effect(table, heading, steps, missing))
            elif block.kind == "choice":
                labels = table.value_labels.get(heading, {})
                codes = dict(labels) if block.codes == "labels" else dict(block.codes)
                parts[heading] = ("choice", _apart(table, heading, codes, missing))
            elif block.kind == "number":
                parts[heading] = ("number", _effect(table, heading, {}, missing, other="zahl"))
            else:
                parts[heading] = (block.role,)
    return parts


def _effect(
    table: Table, heading: str, meaning: Mapping[str, object], missing: Mapping[str, str], other: object = "?"
) -> tuple[tuple[str, object], ...]:
    """What each value that occurs in the column is read as."""
    effect = []
    for text in sorted(table.frame[heading].unique()):
        hits = [meaning[item] for item in spelled(text) if item in meaning]
        gone = spelled(text)[-1] == "" or any(item in missing for item in spelled(text))
        effect.append((text, hits[0] if hits else MISSING if gone else other))
    return tuple(effect)


def _ticks(table: Table, heading: str, block: object, missing: Mapping[str, str]) -> tuple[tuple[str, object], ...]:
    meaning: dict[str, object] = dict.fromkeys(block.not_chosen, "nein")  # type: ignore[attr-defined]
    meaning |= dict.fromkeys(block.chosen, "ja")  # type: ignore[attr-defined]
    return _effect(table, heading, meaning, missing, other="ja" if block.chosen_any else "?")  # type: ignore[attr-defined]


def _apart(table: Table, heading: str, codes: Mapping[str, object], missing: Mapping[str, str]) -> frozenset[object]:
    """The groups of values that a choice keeps apart."""
    groups: dict[object, set[str]] = {}
    for text, meaning in _effect(table, heading, codes, missing):
        groups.setdefault(meaning if meaning != MISSING else MISSING, set()).add(text)
    return frozenset((name == MISSING, frozenset(texts)) for name, texts in groups.items())


def agreement(draft: Codebook, hand: Codebook, table: Table) -> tuple[int, int, list[str]]:
    """Columns that agree, columns used by either, and the headings that disagree."""
    ours, theirs = column_parts(draft, table), column_parts(hand, table)
    rejected = {plain(name) for name in hand.drop}
    used = [item for item in table.frame.columns if item in theirs or (item in ours and plain(item) in rejected)]
    wrong = [heading for heading in used if ours.get(heading) != theirs.get(heading)]
    return len(used) - len(wrong), len(used), wrong


def measure(external: Path = EXTERNAL) -> list[tuple[str, int, int, list[str]]]:
    """One row per hand-written codebook whose file is there: name, agreeing columns, used columns, the others."""
    rows = []
    for path in sorted(CODEBOOKS.glob("*.yaml")):
        hand = read_codebook(path)
        file = next(iter(sorted((external / "surveys").rglob(hand.files.responses))), None)
        if file is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "codebook.yaml"
            target.write_text(draft_codebook(file), encoding="utf-8")
            draft = read_codebook(target)
        with tempfile.TemporaryDirectory() as folder:
            for item in (file, file.parent / hand.files.structure if hand.files.structure else file):
                (Path(folder) / item.name).unlink(missing_ok=True)
                (Path(folder) / item.name).symlink_to(item)
            table, _ = open_responses(Path(folder), hand)
        rows.append((path.stem, *agreement(draft, hand, table)))
    return rows


def main() -> int:
    """Print the measurement; 1 when no file is there."""
    try:
        rows = measure()
    except TypologyError as error:
        print(error)
        return 1
    if not rows:
        print(f"no survey files under {EXTERNAL}")
        return 1
    for name, right, used, wrong in rows:
        print(f"{name:24} {right:4d} of {used:4d} columns agree ({right / used:4.0%})")
        for heading in wrong if "-v" in sys.argv else ():
            print(f"    {heading}")
    right, used = sum(row[1] for row in rows), sum(row[2] for row in rows)
    mean = sum(row[1] / row[2] for row in rows) / len(rows)
    print(f"{'all columns':24} {right:4d} of {used:4d} ({right / used:.0%}); mean over files {mean:.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
