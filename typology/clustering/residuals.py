"""Which two goals hang together more than the groups explain: bivariate residuals with p-values from replicates.

Within a group answers are taken as independent. Two questions that say the same break that, and such a pair alone can
make groups, or make the stated certainty too high. The residual of a pair is Pearson's X² between how often each two
answers came together and how often the model expects it, over its degrees of freedom (Vermunt and Magidson 2016,
Technical guide for Latent GOLD 5.1, section 7.4). It has no known distribution, so that it is held against those of
answers drawn from the model, each fitted again (Oberski, van Kollenburg and Vermunt 2013, ADAC 7, 267–279).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from typology.clustering.engine.bootstrap import REPLICATE_TOL, draw_replicate, fit_model
from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.model import Answers
from typology.clustering.engine.patterns import MISSING
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.selection import select_classes
from typology.errors import EstimationError
from typology.writing import Said

RESIDUAL_COLUMNS = ("first", "second", "n", "alike", "expected_alike", "residual", "pair_p", "all_p", "replicates")
N_REPLICATES = 99
DRAWS = 10
"""What a model expects of a pair given the row's number of ticks is the mean over so many draws per row."""
STARTS = 20
PAIR, ALL_PAIRS = "pair", "all"
CAUTION = 0.1
"""From this p-value on the groups are said to leave dependence: a caution need not be as sure as a claim."""
CELL = 0.5
"""Smallest expected count that a square is divided by, so that one row in an all but empty cell is no finding."""


def bivariate_residuals(
    goals: pd.DataFrame,
    n_classes: int,
    *,
    question: GoalQuestion | None = None,
    n_replicates: int = N_REPLICATES,
    random_state: int = 0,
) -> pd.DataFrame:
    """How much more, or less, each two goals go together than ``n_classes`` latent classes explain.

    Parameters
    ----------
    goals : one row per municipality, one categorical column per goal; missing answers allowed.
    question : the form of the question; lists are held against classes given the number of ticks.
    n_replicates : answers drawn from the model and fitted again; the p-value is (b + 1) / (replicates + 1), corrected
        for the number of pairs by the largest residual of each replicate (Westfall and Young 1993).

    Returns
    -------
    One row per pair, the largest residual first: ``first, second``, ``n`` (rows that answered both), ``alike`` (rows
    that gave the same answer to both) and how many the model expects, ``residual``, ``pair_p``, ``all_p``
    (of all residuals together), ``replicates``.

    Raises
    ------
    EstimationError : fewer than two goals.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> codes = rng.integers(0, 2, (200, 4))
    >>> codes[:, 3] = codes[:, 0]
    >>> goals = pd.DataFrame(codes, columns=["a", "b", "c", "d"]).astype("category")
    >>> bivariate_residuals(goals, 1, n_replicates=19)[["first", "second", "alike", "pair_p"]].head(2)
      first second  alike  pair_p
    0     a      d    200    0.05
    1     a      b     94    1.00
    """
    if goals.shape[1] < 2:
        raise EstimationError(Said("clustering.two_goals_for_a_pair", n=goals.shape[1]))
    answers = coded_answers(goals, question)
    rng = np.random.default_rng([random_state, 89])
    fit = fit_model(answers, n_classes, form=answers.form, n_init=STARTS, rng=rng, tol=REPLICATE_TOL)
    seen, expected = pair_tables(answers), expected_tables(answers, fit.state, rng)
    found = _residuals(seen, expected, answers)
    largest, total = np.empty(n_replicates), np.empty(n_replicates)
    for number in range(n_replicates):
        drawn = draw_replicate(answers, fit, rng)
        again = fit_model(drawn, n_classes, form=answers.form, n_init=2, rng=rng, tol=REPLICATE_TOL, warm=fit.state)
        own = _residuals(pair_tables(drawn), expected_tables(drawn, again.state, rng), drawn)
        largest[number], total[number] = own.max(), own.sum()
    reached = (largest[None, :] >= found[:, None]).sum(axis=1)
    pairs = list(combinations([str(column) for column in goals.columns], 2))
    table = pd.DataFrame(pairs, columns=["first", "second"])
    table["n"] = [int(counts.sum()) for counts in seen]
    table["alike"] = [int(np.trace(counts)) for counts in seen]
    table["expected_alike"] = [float(np.trace(counts)) for counts in expected]
    table["residual"] = found
    table["pair_p"] = (reached + 1) / (n_replicates + 1) if n_replicates else np.nan
    table["all_p"] = ((total >= found.sum()).sum() + 1) / (n_replicates + 1) if n_replicates else np.nan
    table["replicates"] = n_replicates
    return table.sort_values("residual", ascending=False, kind="stable", ignore_index=True)


def without_worst(pairs: pd.DataFrame, goals: pd.DataFrame, question: GoalQuestion | None, most: int) -> pd.DataFrame:
    """The pairs with ``types_without``: how many classes up to ``most`` the BIC names without the second goal.

    Only of a first pair that the groups do not explain, and of goals that leave two others.
    """
    table = pairs.assign(types_without=pd.array([pd.NA] * len(pairs), dtype="Int64"))
    if goals.shape[1] > 2 and dependent(pairs) == PAIR:
        less = goals.drop(columns=pairs["second"].iloc[0])
        found = select_classes(
            less, range(1, most + 1), question=question, n_replicates=0, n_init=STARTS, n_resamples=0
        )
        table.loc[0, "types_without"] = found.verdict.bic
    return table


def dependent(pairs: pd.DataFrame) -> str:
    """``pair`` where the first pair hangs together otherwise than the groups explain, ``all`` where only all pairs
    together do, else ""."""
    if not len(pairs) or not pairs["all_p"].notna().all():
        return ""
    if pairs["pair_p"].iloc[0] <= CAUTION:
        return PAIR
    return ALL_PAIRS if pairs["all_p"].iloc[0] <= CAUTION else ""


def pair_tables(answers: Answers, weights: np.ndarray | None = None) -> list[np.ndarray]:
    """Per pair of goals how many rows gave each two answers (answers of the first × answers of the second)."""
    hits = _indicators(answers)
    return [
        (first if weights is None else first * weights[:, None]).T @ second for first, second in combinations(hits, 2)
    ]


def most_dependent(
    answers: Answers, state: np.ndarray, n_pairs: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """The pairs of goals that are answered alike most beyond what classes explain, no goal twice.

    Parameters
    ----------
    state : of the classes (n_classes × 1 + n_answers).

    Returns
    -------
    At most ``n_pairs`` pairs of numbers of goals; fewer where fewer hang together more than the classes say.
    """
    seen, expected = pair_tables(answers), expected_tables(answers, state, rng)
    more = np.array([np.trace(own) > np.trace(model) for own, model in zip(seen, expected, strict=True)], dtype=bool)
    found = np.where(more, _residuals(seen, expected, answers), 0.0)
    places = list(combinations(range(len(answers.n_categories)), 2))
    pairs: list[tuple[int, int]] = []
    for place in np.argsort(-found, kind="stable"):
        free = not any(set(places[place]) & set(pair) for pair in pairs)
        if found[place] > 0 and free and len(pairs) < n_pairs:
            pairs.append(places[place])
    return pairs


def expected_tables(answers: Answers, state: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """The same as classes in this state expect it of the rows that answered both goals.

    Plain classes say it directly; given the number of ticks it is the mean over draws with the rows' own numbers.
    """
    if not answers.form.record["given_ticks"]:
        blocks, start = [], 1
        for size in answers.n_categories:
            blocks.append(state[:, start : start + size])
            start += size
        shares = state[:, 0]
        joint = [(first * shares[:, None]).T @ second for first, second in combinations(blocks, 2)]
        both = [counts.sum() for counts in pair_tables(answers)]
        return [table * n for table, n in zip(joint, both, strict=True)]
    drawn = [pair_tables(answers.having(answers.form.draw(answers, state, rng))) for _ in range(DRAWS)]
    return [np.mean(tables, axis=0) for tables in zip(*drawn, strict=True)]


def _indicators(answers: Answers) -> list[np.ndarray]:
    """Per goal one column for each answer, 1 where given; a missing answer has none."""
    return [
        ((answers.codes[:, [place]] == np.arange(size)) & (answers.codes[:, [place]] != MISSING)).astype(float)
        for place, size in enumerate(answers.n_categories)
    ]


def _residuals(seen: list[np.ndarray], expected: list[np.ndarray], answers: Answers) -> np.ndarray:
    """X² over degrees of freedom for each pair (n_pairs)."""
    squares = [
        float(((own - model) ** 2 / np.maximum(model, CELL)).sum()) for own, model in zip(seen, expected, strict=True)
    ]
    free = [max((first - 1) * (second - 1), 1) for first, second in combinations(answers.n_categories, 2)]
    result: np.ndarray = np.array(squares) / np.array(free)
    return result
