"""Answers to the goals that look like no choice at all, and goals that tell nothing."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd

from typology.errors import Findings
from typology.survey.blocks import Goals
from typology.survey.report import Journal
from typology.writing import Said, in_language

FLAG_COLUMNS = ("key", "flag", "detail")
FLAGS = {"ticks_everything": "survey.ticks_everything", "over_limit": "survey.over_limit"}  # flag → its message
NEARLY_ALL = 0.9  # share of goals from which a respondent counts as ticking everything
FEWEST_GOALS = 5  # with fewer goals, ticking all of them says little
FEWEST_PAIRED = 30  # municipalities that answered both of two goals
DOUBLE = 0.9  # agreement beyond chance (Cohen's kappa) from which two goals count as one asked twice
FEWEST_RATED = 8  # the same for goals that are all given the highest level
MANY = 0.02  # share of respondents from which those who agree to everything can pass for a type


def flag_answers(values: pd.DataFrame, goals: Goals) -> pd.DataFrame:
    """Respondents who tick (nearly) everything, or more than the limit allows; columns ``FLAG_COLUMNS``.

    ``values`` holds the goals, index key. Whoever gives every goal the highest level of a rating ticks everything, too,
    where the codebook says that this is no choice.
    """
    rows: list[tuple[str, str, str]] = []
    n_goals = values.shape[1]
    if goals.kind == "ranking":
        chosen = values.notna().sum(axis=1)
        everything = pd.Series(False, index=values.index)
    else:
        top = goals.levels[-1].key if goals.kind == "rating" else "ja"
        chosen = pd.Series((values == top).to_numpy().sum(axis=1), index=values.index)
        everything = agrees_to_everything(values, goals.kind, top)
    for (key, n), every in zip(chosen.items(), everything, strict=True):
        if goals.limit is not None and n > goals.limit:
            rows.append((str(key), "over_limit", Said("survey.more_than_limit", n=n, limit=goals.limit)))
        limited = goals.limit is not None and n <= goals.limit
        if goals.everything_is_no_choice and every and not limited:
            rows.append((str(key), "ticks_everything", Said("survey.n_of_all", n=n, all=n_goals)))
    return pd.DataFrame(rows, columns=list(FLAG_COLUMNS), dtype=object)


def agrees_to_everything(values: pd.DataFrame, kind: str, top: str) -> pd.Series:
    """Who gives (nearly) every goal the highest answer ``top``, where the goals are enough for that to say something.

    >>> values = pd.DataFrame([["ja"] * 6, ["ja"] * 5 + ["nein"]], index=["01001000", "01002000"])
    >>> agrees_to_everything(values, "yes_no", "ja").tolist()
    [True, False]
    """
    n_goals = values.shape[1]
    if n_goals < (FEWEST_RATED if kind == "rating" else FEWEST_GOALS):
        return pd.Series(False, index=values.index)
    return pd.Series((values == top).to_numpy().sum(axis=1), index=values.index) >= math.ceil(NEARLY_ALL * n_goals)


def note_everything(values: pd.DataFrame, goals: Goals, found: Findings) -> None:
    """Many who agree to everything and take part in the estimation: they alone can look like a type.

    ``values`` holds the goals, index key.
    """
    if goals.kind not in ("yes_no", "rating") or goals.everything_is_no_choice or values.empty:
        return
    top = goals.levels[-1].key if goals.kind == "rating" else "ja"
    every = agrees_to_everything(values, goals.kind, top)
    if every.mean() >= MANY:
        message = Said("survey.many_agree", n=int(every.sum()), all=len(every))
        found.warning("ticks_everything", message, expected=Said("survey.many_agree_expected"))


def stored_flags(flags: pd.DataFrame) -> pd.DataFrame:
    """The flags for a file: their details German whatever language the program speaks, the English in ``detail_en``."""
    return flags.assign(
        detail=flags["detail"].map(lambda detail: in_language(detail, "de")),
        detail_en=flags["detail"].map(lambda detail: in_language(detail, "en")),
    )


def note_silent_goals(values: pd.DataFrame, goals: Goals, found: Findings) -> None:
    """Goals that nobody answered, or that everybody answered alike."""
    for key in values.columns:
        answers = values[key].dropna()
        column = dict(goals.columns).get(key, key)
        if answers.empty:
            found.warning("ziel", Said("survey.silent_goal", goal=key), column=column)
        elif answers.nunique() == 1 and len(np.unique(values.index)) > 1 and goals.kind != "ranking":
            message = Said("survey.same_for_all", goal=key)
            found.warning("ziel", message, column=column, value=str(answers.iloc[0]))


def note_double_goals(values: pd.DataFrame, goals: Goals, found: Findings) -> None:
    """Pairs of goals that are answered almost alike: two such questions alone can look like a type.

    ``values`` holds the goals, index key. Almost alike is agreement beyond chance (Cohen's kappa) of at least 0.9 among
    enough municipalities that answered both.
    """
    if goals.kind == "ranking":
        return
    columns, given = dict(goals.columns), values.notna().to_numpy()
    codes, answers = pd.factorize(values.astype(str).to_numpy(dtype=object).ravel())
    codes = codes.reshape(given.shape)
    for (i, first), (j, second) in combinations(enumerate(values.columns), 2):
        both = given[:, i] & given[:, j]
        n = int(both.sum())
        if n < FEWEST_PAIRED:
            continue
        one, other = codes[both, i], codes[both, j]
        alike = float((one == other).mean())
        often = (np.bincount(column, minlength=len(answers)) / n for column in (one, other))
        chance = float(np.dot(*often))
        if alike > chance and (alike - chance) >= DOUBLE * (1 - chance):
            same = round(alike * n)
            message = Said("survey.double_goals", first=first, second=second, alike=same, n=n)
            found.warning("ziel", message, column=columns.get(second, second), value=str(same))


def note_flags(flags: pd.DataFrame, keys: pd.Series, goals: Goals, found: Journal) -> None:
    """One finding per flag with its row, and how many of each there are; ``keys`` holds the key of each row."""
    row_of = {key: int(row) for row, key in keys.items()}
    for key, flag, detail in flags[list(FLAG_COLUMNS)].itertuples(index=False):
        tell = found.note if flag == "ticks_everything" else found.warning
        n = str(detail.values["n"])  # how many were chosen
        expected = "" if flag == "ticks_everything" else Said("survey.at_most", n=goals.limit)
        tell(flag, Said(FLAGS[flag]), row=row_of.get(key), key=key, value=n, expected=expected)
    for flag, message in FLAGS.items():
        found.count(flag, int((flags["flag"] == flag).sum()), Said(message))
