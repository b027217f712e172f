"""The column that names the respondent."""

from __future__ import annotations

import re

from typology.files.table import Table
from typology.register.official_keys import LIKE_A_KEY
from typology.survey.columns import EMAIL, plain
from typology.survey.draft.guess import Guess
from typology.survey.draft.words import IDENTIFIER

CALLED = re.compile(r"name|commune|kommune|gemeinde", flags=re.IGNORECASE)
MUNICIPALITY = r"(?:0[1-9]|1[0-6])\d{6}|[1-9]\d{6}"  # 8 digits that begin with a Land, or 7 where the zero was lost


def identify(table: Table, guesses: list[Guess]) -> None:
    """The column that names the respondent: unique, short, and called like a municipality or its key."""
    best, best_score = None, 0.0
    for position, guess in enumerate(guesses):
        column = table.frame[guess.heading].str.strip()
        filled = column[column != ""]
        if (
            len(filled) < 0.9 * len(column)
            or not len(filled)
            or guess.kind in ("completed", "ticks", "ranking", "ranks", "date")
        ):
            continue
        unique = filled.nunique() / len(filled)
        name = plain(guess.heading)
        municipal = filled.str.fullmatch(MUNICIPALITY).mean() > 0.9
        label = table.labels.get(guess.heading, "")
        named = any(IDENTIFIER.search(text) and (len(text) < 60 or municipal) for text in (name, label))
        key_like = filled.str.fullmatch(LIKE_A_KEY).mean() > 0.9 and guess.kind in ("number", "text")
        # a tool's own column (an address parameter, an access code) that holds keys of municipalities
        key_like |= guess.kind == "technical" and municipal
        numbered = name.casefold() in ("id", "lfdn", "case", "response id", "antwort-id")
        if not (unique > 0.95 or (key_like and unique > 0.8) or (named and unique > 0.25)):
            continue
        textual = (
            guess.kind in ("text", "choice") and filled.str.len().mean() < 80 and not filled.str.contains(EMAIL).any()
        )
        score = (
            3.0 * named
            + 2.0 * key_like
            + 1.5 * (textual and unique > 0.95)
            + 1.0 * numbered
            + unique
            - 0.001 * position
        )
        if (named or key_like or textual or numbered) and score > best_score:
            best, best_score = guess, score
    if best is None:
        return
    best.kind = "id"
    for guess in guesses:
        names = [text for text in (plain(guess.heading), table.labels.get(guess.heading, "")) if len(text) < 40]
        if (
            guess.kind == "text"
            and any(CALLED.search(text) for text in names)
            and table.frame[guess.heading].nunique() > 0.25 * len(table.frame)
        ):
            guess.kind = "name"
            return
