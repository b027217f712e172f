"""The consent of a drafted codebook: never inferred, every answer with its reading as an open place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from typology.files.table import Table
from typology.survey.blocks import PURPOSES
from typology.survey.columns import plain
from typology.survey.draft.goals import TODO, comment, quote, text_of
from typology.survey.draft.guess import Guess
from typology.survey.draft.questions import stem_of_text
from typology.survey.draft.words import CONSENT, COUNT_OF_TICKS, PARTICIPATION, PURPOSE_WORDS, REFUSAL
from typology.writing import Said

# Kinds of columns in which somebody can agree, each with the most different cells that such a question has.
MOST_CELLS = {"ticks": 6, "choice": 6, "rating": 3, "number": 3, "text": 6, "list": 16}
MOST_TOGETHER = 6  # options of one question about consent
MOST_CELLS_UNSEEN = 3  # yes, no and nothing, where no text says what is asked
# Z1[SQ001], v_12, ZI01_03, C1: a heading without a word
CODED = re.compile(
    r"[A-Za-z]{1,4}|[A-Za-z]{0,4}\d+[A-Za-z]?(?:[_.]\w{1,12}|\[\w{1,12}\])*|[A-Za-z]{1,4}(?:_+\d+\w*|\[\w{1,12}\])+"
)
SHOWN = 80  # signs of an answer or question that a comment repeats


@dataclass(frozen=True)
class Asked:
    """One purpose and the column that is asked for it; ``cells`` are its answers, each with its label."""

    purpose: str
    guess: Guess
    cells: Mapping[str, str]
    refusal: bool


def set_consent_apart(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str]) -> None:
    """Call every column ``consent`` in which somebody may agree to something, whatever the form of the question.

    A word of consent in the question speaks for all its columns; one in an option only if it does so in half of them,
    as "publish data" may well be one of the goals.
    """
    able = [guess for guess in guesses if _may_ask(guess, table, missing)]
    stems: dict[str, list[Guess]] = {}
    for guess in able:
        stems.setdefault(stem_of(guess, table), []).append(guess)
    for stem, members in stems.items():
        hits = [guess for guess in members if CONSENT.search(text_of(guess, table))]
        if len(members) > MOST_TOGETHER:
            continue  # nobody asks for consent to that many things in one question
        if CONSENT.search(stem) or 2 * len(hits) > len(members):
            for guess in members if CONSENT.search(stem) else hits:
                guess.several, guess.kind = guess.values if guess.kind == "list" else (), "consent"
    # tools that write the rows of a question without the question: the rows beside a row of consent
    for order in (guesses, guesses[::-1]):
        for before, guess in pairwise(order):
            alike = before.kind == "consent" and guess in able and set(guess.values) == set(before.values)
            if alike and len(guess.values) > 1 and _named(text_of(guess, table)):
                guess.kind = "consent"


def stem_of(guess: Guess, table: Table) -> str:
    """The question of a column without its option: "Ziele" of "Ziele: Recht", "[Recht] Ziele" or "Ziele | Recht"."""
    return stem_of_text(comment(table.labels.get(guess.heading, "") or plain(guess.heading)))


def consent_lines(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str]) -> list[str]:
    """The consent blocks: columns with the same answers in one block, what they mean left open."""
    asked = _ask(guesses, table, missing)
    if not asked:
        return []
    groups: dict[tuple[object, ...], list[Asked]] = {}
    for item in asked:
        alone = item.guess.heading if item.refusal or item.guess.several else ""
        purpose = item.purpose if item.guess.several else ""
        groups.setdefault((tuple(item.cells.items()), alone, purpose), []).append(item)
    lines = [f"  # {Said('draft.consent', purposes=', '.join(PURPOSES))}"]
    for items in groups.values():
        lines += ["  - role: consent", "    kind: yes_no"]
        if items[0].refusal:
            lines.append(f"    # {Said('draft.consent_refusal')}")
        if items[0].guess.several:
            lines.append(f"    # {Said('draft.consent_cells')}")
        for cell, label in items[0].cells.items():
            text = f" = {label}" if label else ""
            lines.append(f"    # {_text(cell)}{text} → {', '.join(item.purpose for item in items)}?")
        lines += [f'    chosen: ["{TODO}"]']
        if len(items[0].cells) > 1:
            lines.append(f'    not_chosen: ["{TODO}"]')
        lines.append("    columns:")
        for item in items:
            label = comment(table.labels.get(item.guess.heading, ""))[:SHOWN]
            lines.append(f"      {item.purpose}: {quote(item.guess.heading)}" + (f"  # {label}" if label else ""))
    return lines


def empty_consent(guesses: Sequence[Guess], table: Table) -> list[str]:
    """A consent block that is open altogether, where questions ask for consent and nobody has answered them.

    Exports that let answers slide into other columns (Nextcloud Forms) look so, too.
    """
    asked = [guess for guess in guesses if guess.kind == "empty" and CONSENT.search(text_of(guess, table))]
    if not asked or not len(table.frame):
        return []
    named = [f"  # {comment(plain(guess.heading))[:SHOWN]}" for guess in asked[:MOST_TOGETHER]]
    return [f"  # {Said('draft.consent_empty')}", *named, "  - role: consent", "    kind: yes_no",
            f'    chosen: ["{TODO}"]', f'    columns: {{{PURPOSES[0]}: "{TODO}"}}']  # fmt: skip


def unseen_consent(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str], goals: set[str]) -> list[str]:
    """A consent block that is open altogether, for an export that names its questions by codes alone.

    Whether it asks for consent cannot be seen there: the columns that may, and their answers, are listed. ``goals`` are
    the columns of the goals.
    """
    own = ("technical", "completed", "date", "id", "name", "empty")
    asked = [guess for guess in guesses if guess.kind not in own]
    if any(table.labels.get(guess.heading) or not _is_code(plain(guess.heading)) for guess in asked):
        return []
    able: dict[tuple[str, ...], list[str]] = {}
    for guess in asked:
        if guess.kind in ("ticks", "choice") and guess.heading not in goals and len(guess.values) <= MOST_TOGETHER:
            cells = {text.strip() for text in table.frame[guess.heading].unique()} - {*missing}
            if len(cells) <= MOST_CELLS_UNSEEN:
                able.setdefault(tuple(sorted(cells)), []).append(guess.heading)
    if not able:
        return []
    lines = [f"  # {Said('draft.consent_unseen')}"]
    for values, headings in able.items():
        lines += [f"  # {', '.join(headings)}:", *(f"    # {_text(cell)} → {', '.join(PURPOSES)}?" for cell in values)]
    return [*lines, "  - role: consent", "    kind: yes_no", f'    chosen: ["{TODO}"]', f'    not_chosen: ["{TODO}"]',
            f'    columns: {{{PURPOSES[0]}: "{TODO}"}}']  # fmt: skip


def _is_code(heading: str) -> bool:
    """Whether a heading says nothing: a code, or a path of names with a code in it (``page/Z1/SQ001``)."""
    parts = re.split(r"[/-]", heading)
    return any(CODED.fullmatch(part) and (len(parts) == 1 or re.search(r"\d", part)) for part in parts)


def unasked(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str]) -> list[Guess]:
    """Columns of consent without a purpose of their own: to taking part, or one question too many."""
    used = {item.guess.heading for item in _ask(guesses, table, missing)}
    return [guess for guess in guesses if guess.kind == "consent" and guess.heading not in used]


def _may_ask(guess: Guess, table: Table, missing: Mapping[str, str]) -> bool:
    if guess.kind not in MOST_CELLS or COUNT_OF_TICKS.search(text_of(guess, table)):
        return False
    if guess.kind == "rating" and guess.codes and len(guess.codes) > MOST_CELLS["rating"]:
        return False
    return len(_cells(guess, table, missing)) <= MOST_CELLS[guess.kind]


def _cells(guess: Guess, table: Table, missing: Mapping[str, str]) -> dict[str, str]:
    """The answers of a column and those that its labels name, each with its label; not what means missing."""
    labels = table.value_labels.get(guess.heading, {})
    gone = {*missing, *table.missing.get(guess.heading, {}), ""}
    found = {*(text.strip() for text in table.frame[guess.heading].unique()), *labels} - gone
    return {value: comment(labels.get(value, ""))[:SHOWN] for value in sorted(found)}


def _ask(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str]) -> list[Asked]:
    """Which column, or part of its cells, is asked for which purpose: by its words, else the next one in order."""
    questions: list[tuple[Guess, str, str]] = []
    for guess in guesses:
        if guess.kind == "consent":
            text, stem = comment(text_of(guess, table)), stem_of(guess, table)
            own = text.replace(stem, " ")
            questions += [(guess, part, part) for part in guess.several] or [(guess, own, text)]
    free = list(PURPOSES)
    purposes: dict[int, str] = {}
    for step in (_by_one_word, _by_any_word):
        for place, (guess, own, text) in enumerate(questions):
            found = [name for name in step(own, text) if name in free] if place not in purposes else []
            if found and not (guess.several and REFUSAL.search(own)):
                purposes[place] = found[0]
                free.remove(found[0])
    for place, (guess, _, text) in enumerate(questions):
        if place not in purposes and free and not guess.several and not PARTICIPATION.search(text):
            purposes[place] = free.pop(0)
    for guess in guesses:  # options without words: one purpose for each, to be checked
        parts = [place for place, (other, _, _) in enumerate(questions) if other is guess and guess.several]
        if guess.several and not any(place in purposes for place in parts):
            purposes |= dict(zip(parts, [free.pop(0) for _ in parts[: len(free)]], strict=False))
    cells = _shared_cells([guess for guess in guesses if guess.kind == "consent"], table, missing)
    asked = []
    for place, purpose in purposes.items():
        guess, _, text = questions[place]
        asked.append(Asked(purpose, guess, cells[guess.heading], not guess.several and bool(REFUSAL.search(text))))
    return sorted(asked, key=lambda item: PURPOSES.index(item.purpose))


def _shared_cells(guesses: Sequence[Guess], table: Table, missing: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The answers of each column; those of one question share theirs, whatever happens to occur in each of them."""
    cells = {guess.heading: _cells(guess, table, missing) for guess in guesses}
    shared: dict[str, dict[str, str]] = {}
    for guess in guesses:
        same = [other.heading for other in guesses if stem_of(other, table) == stem_of(guess, table)]
        alike = [heading for heading in same if cells[heading].items() & cells[guess.heading].items()]
        shared[guess.heading] = {
            value: label
            for value, label in sorted({pair for heading in alike for pair in cells[heading].items()})
            if value not in cells[guess.heading] or cells[guess.heading][value] == label
        }
    return shared


def _by_one_word(own: str, text: str) -> list[str]:
    """The purpose that the option names, if it is one alone."""
    hits = _named(own)
    return hits if len(hits) == 1 else []


def _by_any_word(own: str, text: str) -> list[str]:
    return _named(own) or _named(text)


def _named(text: str) -> list[str]:
    return [purpose for purpose, words in PURPOSE_WORDS.items() if words.search(text)]


def _text(cell: str) -> str:
    return json.dumps(comment(cell)[:SHOWN], ensure_ascii=False)
