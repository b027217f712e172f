"""Fewer questions: which goals to ask, in which order, and how far the answer agrees with the full form.

The posterior over any subset of goals follows from the same frozen model. The next question is the one whose answer is
expected to tell most about the type (mutual information, in bits), given the answers so far; asking stops when the
type is clear. Under "choose up to …" the limit holds: once it is used up, all goals not yet asked are "nein".

Agreement means the same type as the full form, not correctness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.engine.model import log_shares, posteriors
from typology.clustering.engine.prior import PRIOR
from typology.clustering.engine.spread import spread
from typology.clustering.permutation import best_permutation
from typology.content.vocabulary import ALL
from typology.errors import EstimationError
from typology.types.naming import name_types
from typology.writing import Said

if TYPE_CHECKING:
    from typology.clustering.engine.question import GoalQuestion
    from typology.content.catalogue import Content
    from typology.types.typology import Typology

SIZES = (3, 5, 7)
FULL_SEARCH = 2000
BEAM = 40
AGREEMENT_COLUMNS = ("size", "type", "n", "agreement", "low", "high")
CONFUSION_COLUMNS = ("size", "full", "short", "n")
GAIN_DIGITS = 9
"""Differences beyond say nothing about which goal tells more."""


@dataclass(frozen=True)
class ShortForm:
    """Best subsets of each size and their agreement with the full form, by nested cross-validation.

    ``subsets``: size → goals chosen on all rows. ``agreement``: per size and type (``alle`` for all) the share of rows
    left out of the selection that get the same type. ``confusion``: full against short type, counted. ``chosen``: how
    many of the outer folds chose each goal (size, goal, folds).
    """

    subsets: dict[int, tuple[str, ...]]
    agreement: pd.DataFrame
    confusion: pd.DataFrame
    chosen: pd.DataFrame
    n_folds: int


def next_questions(typology: Typology, answers: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Goals not yet answered, the most informative first.

    Returns
    -------
    ``goal, gain`` (expected information about the type in bits). Empty once the pick limit is used up.

    Raises
    ------
    EstimationError : a goal or answer that the typology does not know.

    Examples
    --------
    >>> from typology.content.catalogue import load_content
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> next_questions(typology, {"effizienz": "ja"}).round(2)
                 goal  gain
    0   effektivitaet  0.19
    1  attraktivitaet  0.19
    2    buergernaehe  0.19
    """
    given = dict(answers or {})
    _check(typology, given)
    known = with_limit(typology, given)
    open_goals = [goal for goal in typology.goal_keys if goal not in known]
    gains = [information_gain(*_after(typology, known, goal)) for goal in open_goals]
    # Goals that tell as much stand in the order of the catalogue, whatever the last digit of a processor is.
    order = np.argsort(-np.round(np.array(gains), GAIN_DIGITS), kind="stable")
    table = pd.DataFrame({"goal": open_goals, "gain": gains}, columns=["goal", "gain"])
    return table.iloc[order].reset_index(drop=True)


def information_gain(posterior: np.ndarray, probabilities: np.ndarray) -> float:
    """Mutual information in bits between the type (posterior) and the answer (types × answers)."""
    joint = posterior[:, None] * probabilities
    expected = posterior[:, None] * joint.sum(axis=0)[None, :]
    positive = joint > 0
    return max(0.0, float((joint[positive] * np.log2(joint[positive] / expected[positive])).sum()))


def with_limit(typology: Typology, answers: dict[str, str]) -> dict[str, str]:
    """The answers, and "nein" for all other goals once as many are chosen as the question allows."""
    limit = typology.question.limit
    if typology.question.kind not in ("pick", "ranking") or limit is None:
        return answers
    chosen = sum(answers.get(goal.key) == goal.answers[-1] for goal in typology.goals)
    if chosen < limit:
        return answers
    return {goal.key: goal.answers[0] for goal in typology.goals} | answers


def best_subset(typology: Typology, goals: pd.DataFrame, size: int) -> tuple[str, ...]:
    """The subset of goals whose type agrees most often with the full form on these rows.

    Every subset is tried where there are at most 2,000 (all sizes up to 13 goals); otherwise the best
    40 subsets of each size grow by every further goal. Ties go to the higher mean probability of the full form's type.
    """
    n_goals = len(typology.goals)
    if not 1 <= size <= n_goals:
        raise EstimationError(Said("types.short_form_size", most=n_goals, size=size))
    codes = typology.answer_codes(goals[list(typology.goal_keys)])
    # many rows answer alike, and each answer is tried once
    codes, counts = np.unique(codes[typology.model.form.takes_part(codes >= 0)], axis=0, return_counts=True)
    if comb(n_goals, size) <= FULL_SEARCH:
        best = _best(typology, codes, counts, list(combinations(range(n_goals), size)), 1)[0]
        return tuple(typology.goal_keys[goal] for goal in best)
    beam: list[tuple[int, ...]] = [()]
    for _ in range(size):
        grown = {tuple(sorted((*subset, goal))) for subset in beam for goal in range(n_goals) if goal not in subset}
        beam = _best(typology, codes, counts, sorted(grown), BEAM)
    return tuple(typology.goal_keys[goal] for goal in beam[0])


def evaluate_short_form(
    goals: pd.DataFrame,
    typology: Typology,
    content: Content,
    *,
    question: GoalQuestion | None = None,
    sizes: Sequence[int] = SIZES,
    n_folds: int = 5,
    n_init: int = 20,
    prior: float = PRIOR,
    random_state: int = 0,
) -> ShortForm:
    """Agreement of the best subsets with the full form, on rows that neither model nor selection has seen.

    In every outer fold types are fitted and the subset is selected on the other folds (inner step); the rows left out
    are then assigned by the full and by the short form of that model. Types of a fold carry the names of the frozen
    typology by best match. The subsets themselves are selected on all rows with the frozen typology.

    Raises
    ------
    EstimationError : every size is beyond the number of goals, or there are not enough rows or folds.

    Examples
    --------
    >>> from typology.content.catalogue import load_content
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> found = evaluate_short_form(goals, typology, load_content(), sizes=[1], n_folds=2, n_init=3)
    >>> found.agreement[["size", "type", "n", "agreement"]]
       size                type   n  agreement
    0     1          optimierer  30        1.0
    1     1  serviceorientierte  20        1.0
    2     1                alle  50        1.0
    """
    rows = goals.loc[goals.notna().any(axis=1), list(typology.goal_keys)]
    sizes = [size for size in sizes if size <= len(typology.goals)]
    if not sizes or not 2 <= n_folds <= len(rows):
        raise EstimationError(
            Said("types.short_form_folds", most=len(typology.goals), most_folds=len(rows), folds=n_folds)
        )
    fold = np.random.default_rng(random_state).permutation(len(rows)) % n_folds
    folds = [(rows[fold != number], rows[fold == number], random_state + number) for number in range(n_folds)]
    outer = partial(_outer_fold, typology, content, sizes, question=question, n_init=n_init, prior=prior)
    tried = [part for parts in spread(outer, folds) for part in parts]
    picked = [(size, goal) for size, subset, _ in tried for goal in subset]
    pairs = pd.concat([pairs for _, _, pairs in tried], ignore_index=True)
    chosen = pd.DataFrame(picked, columns=["size", "goal"]).value_counts(sort=False).rename("folds").reset_index()
    return ShortForm(
        subsets={size: best_subset(typology, rows, size) for size in sizes},
        agreement=_agreement(pairs, typology.type_keys),
        confusion=_confusion(pairs, sizes, typology.type_keys),
        chosen=chosen.sort_values(["size", "folds", "goal"], ascending=[True, False, True], ignore_index=True),
        n_folds=n_folds,
    )


def _outer_fold(
    typology: Typology,
    content: Content,
    sizes: Sequence[int],
    fold: tuple[pd.DataFrame, pd.DataFrame, int],
    *,
    question: GoalQuestion | None,
    n_init: int,
    prior: float,
) -> list[tuple[int, tuple[str, ...], pd.DataFrame]]:
    """For each size the subset that the rows inside choose, and the types of those outside by full and short form."""
    inside, outside, seed = fold
    fitted = cluster(
        inside, len(typology.types), question=question, prior=prior, n_init=n_init, random_state=seed,
        form=typology.model.form,
    )  # fmt: skip
    model = name_types(fitted, content, question=question, threshold=2.0)
    names = _aligned(model, typology, inside)
    full = names[model.posterior(outside).to_numpy().argmax(axis=1)]
    tried = []
    for size in sizes:
        subset = best_subset(model, inside, size)
        short = names[model.posterior(outside[list(subset)]).to_numpy().argmax(axis=1)]
        tried.append((size, subset, pd.DataFrame({"size": size, "full": full, "short": short})))
    return tried


def _check(typology: Typology, answers: Mapping[str, str]) -> None:
    known = {goal.key: goal.answers for goal in typology.goals}
    for goal, answer in answers.items():
        if goal not in known:
            raise EstimationError(Said("types.no_such_goal", goal=goal, version=typology.version))
        if answer not in known[goal]:
            allowed = ", ".join(known[goal])
            raise EstimationError(Said("types.no_such_answer", goal=goal, answer=answer, known=allowed))


def _code(typology: Typology, answers: Mapping[str, str]) -> np.ndarray:
    """Answer numbers in the order of the goals, -1 where there is none."""
    return np.array([goal.answers.index(answers[goal.key]) if goal.key in answers else -1 for goal in typology.goals])


def _after(typology: Typology, known: Mapping[str, str], goal: str) -> tuple[np.ndarray, np.ndarray]:
    """Posterior of the types, and in each type the probability of every answer to one more goal (types × answers)."""
    code = _code(typology, known)
    place = typology.goal_keys.index(goal)
    codes = np.tile(code, (1 + len(typology.goals[place].answers), 1))
    codes[1:, place] = np.arange(len(codes) - 1)
    logs = typology.model.logs(codes)
    return posteriors(typology.model, code[None])[0], np.exp(logs[1:] - logs[0]).T


def _best(
    typology: Typology, codes: np.ndarray, counts: np.ndarray, subsets: list[tuple[int, ...]], keep: int
) -> list[tuple[int, ...]]:
    """The subsets that agree best with all goals, in falling order; many subsets are tried in one matrix product.

    ``counts``: how many municipalities gave each row of ``codes``.
    """
    n_goals, n_rows, n_types = len(typology.goals), len(codes), len(typology.types)
    full = posteriors(typology.model, codes).argmax(axis=1)
    agreement, certainty = [], []
    step = max(1, 2_000_000 // (n_rows * n_types))
    for start in range(0, len(subsets), step):
        part = subsets[start : start + step]
        used = np.zeros((len(part), n_goals), dtype=bool)
        used[np.repeat(np.arange(len(part)), [len(subset) for subset in part]), np.concatenate(part)] = True
        scores = typology.model.part_logs(codes, used) + log_shares(typology.model)
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        right = weights[:, np.arange(n_rows), full] / weights.sum(axis=2)
        agreement.append((scores.argmax(axis=2) == full) @ counts / counts.sum())
        certainty.append(right @ counts / counts.sum())
    order = np.lexsort((-np.round(np.concatenate(certainty), 12), -np.round(np.concatenate(agreement), 12)))
    return [subsets[place] for place in order[:keep]]


def _aligned(model: Typology, typology: Typology, rows: pd.DataFrame) -> np.ndarray:
    """Names of the frozen types for the types of another model, by the overlap of their posteriors."""
    overlap = model.posterior(rows).to_numpy().T @ typology.posterior(rows).to_numpy()
    pairs = dict(best_permutation(overlap).pairs)
    return np.array([typology.type_keys[pairs[place]] for place in range(len(model.types))], dtype=object)


def _agreement(pairs: pd.DataFrame, types: Sequence[str]) -> pd.DataFrame:
    from typology.types.intervals import wilson_interval

    rows = []
    for size, part in pairs.groupby("size"):
        for name in (*types, ALL):
            group = part if name == ALL else part[part["full"] == name]
            same = int((group["full"] == group["short"]).sum())
            share = same / len(group) if len(group) else np.nan
            rows.append((size, name, len(group), share, *wilson_interval(same, len(group))))
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))


def _confusion(pairs: pd.DataFrame, sizes: Sequence[int], types: Sequence[str]) -> pd.DataFrame:
    counts = pairs.value_counts()
    rows = [(size, full, short, int(counts.get((size, full, short), 0)))
            for size in sizes for full in types for short in types]  # fmt: skip
    return pd.DataFrame(rows, columns=list(CONFUSION_COLUMNS))
