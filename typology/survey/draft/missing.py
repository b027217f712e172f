"""Cells of an export that are codes for "missing", told from those that mean "not chosen"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from typology.files.table import Table
from typology.survey.draft.words import MISSING

FAR = frozenset({"66", "77", "88", "97", "98", "99", "997", "998", "999"})
MOST_STEPS = 11
DASHES = ("-", ".")  # what people write where they tick nothing
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def missing_tokens(table: Table) -> tuple[dict[str, str], tuple[str, ...]]:
    """Values that look like codes for "missing" with a guessed reason, and those that rather mean "not chosen".

    A token that stands only in columns with at most one real answer is the sign of an option not ticked.
    """
    where: dict[str, list[int]] = {}
    strays: Counter[str] = Counter()
    declared = {value for values in table.missing.values() for value in values}
    for heading in table.frame.columns:
        values = [text.strip() for text in table.frame[heading].unique()]
        tokens = [text for text in values if _is_token(text) and text not in declared]
        odd = [text for text in values if text and text not in tokens and not NUMBER.fullmatch(text)]
        # one word among numbers
        if len(odd) == 1 and len(odd[0]) <= 15 and sum(bool(NUMBER.fullmatch(text)) for text in values) >= 3:
            strays[odd[0]] += 1
        real = len([text for text in values if text and text not in tokens])
        numeric = all(re.fullmatch(r"-?\d+([.,]\d+)?", text) for text in values if text)
        for token in tokens:
            if re.fullmatch(r"-\d+", token) and numeric and len([v for v in values if v.startswith("-")]) > 4:
                continue  # a column of real negative numbers
            where.setdefault(token, []).append(real)
    missing = {text: "TODO_grund" for text, n in strays.items() if n >= 2}
    not_chosen = []
    for token, counts in where.items():
        ticks = sum(n <= 1 for n in counts)
        a_sign = token.startswith("#") or token in DASHES
        if a_sign and len(counts) >= 5 and ticks / len(counts) > 0.9 and any(n == 1 for n in counts):
            not_chosen.append(token)
        elif token not in DASHES or len(counts) > 1:
            missing[token] = MISSING.get(token.casefold(), "TODO_grund")
    most_ticked = max(not_chosen, key=lambda token: len(where[token]), default="")
    missing |= {token: "TODO_grund" for token in not_chosen if token != most_ticked}
    return missing, (most_ticked,) if most_ticked else ()


def far_codes(values: Iterable[str]) -> list[str]:
    """Codes such as 99 that stand far beyond the steps of a column, as coded tables write "no answer".

    >>> far_codes(["1", "4", "99", "2"]), far_codes(["12", "99", "40"])
    (['99'], [])
    """
    found = set(values) - {""}
    far = sorted(found & FAR)
    steps = found - FAR
    small = len(steps) > 1 and all(re.fullmatch(r"\d{1,2}", step) and int(step) <= MOST_STEPS for step in steps)
    return far if small else []


def _is_token(text: str) -> bool:
    return text.casefold() in MISSING or bool(re.fullmatch(r"-(?:\d{1,2}|66|77|88|99|9\d\d)|#[^\s]{1,8}", text))
