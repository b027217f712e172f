"""How answers about goals arise from known types: drawing them, and the exact posterior of the types.

Each type has a log-odds weight per goal. What follows from the weights depends on the form of the question:

``pick``     exactly k goals are ticked (k at most the limit); the chosen set follows the conditional Bernoulli
             distribution given k, and k is independent of the type.
``free``     the same with k anywhere between 1 and all goals, so that totals vary widely between respondents.
``yes_no``   every goal is answered on its own.
``rating``   three ordered levels; the weight is the log-odds of each level against the one below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.content.vocabulary import MOST_GOALS
from typology.errors import EstimationError
from typology.simulation.agreement import expected_rand
from typology.writing import Said

Kind = Literal["pick", "yes_no", "free", "rating"]
KINDS: tuple[Kind, ...] = ("pick", "yes_no", "free", "rating")
TICKED = ("nein", "ja")
LEVELS = ("niedrig", "mittel", "hoch")

TARGET_ARI = 0.675  # middle of the range in which the structure counts as realistic
RELATED = 0.3  # weight of a goal that shares its fields with a signature goal
OPPOSED = -0.25  # weight of the other types' signature goals
POPULARITY_SD = 0.35  # goals differ in how often anybody names them
YES_NO_INTERCEPT = -0.5
FEWER_THAN_LIMIT = 0.12  # ratio of "one less than the limit" to "the limit"
STRONGEST = 9.0
CALIBRATION_ROWS = 8_000
CALIBRATION_SEED = 20_260_630


@dataclass(frozen=True)
class GoalModel:
    """The generating model of the goals block.

    ``shares`` has shape (types,), ``weights`` (types, goals); ``totals[k]`` is the probability of k ticks
    (empty for ``yes_no`` and ``rating``). Answers are coded 0, 1 (, 2) in the order of ``answers``; -1 is missing.
    """

    kind: Kind
    limit: int | None
    goals: tuple[str, ...]
    types: tuple[str, ...]
    shares: np.ndarray
    weights: np.ndarray
    totals: np.ndarray
    strength: float

    @property
    def answers(self) -> tuple[str, ...]:
        """The possible answers to one goal, in their order."""
        return LEVELS if self.kind == "rating" else TICKED

    def draw(self, n: int, rng: np.random.Generator, *, exact: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Draw ``n`` respondents: codes of shape (n, goals) and the number of the true type of each.

        ``exact`` : the types have exactly their shares of ``n``; else each respondent's type is drawn.
        """
        if exact:
            types = rng.permutation(np.repeat(np.arange(len(self.types)), apportioned(self.shares, n)))
        else:
            types = rng.choice(len(self.types), size=n, p=self.shares)
        return self._answers(self.weights, types, rng), types

    def draw_degrees(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw ``n`` respondents without types: codes of shape (n, goals) and leanings of shape (n, types).

        Each leaning is continuous (standard normal) and lifts the weights as its type differs from the mean of all.
        """
        leanings = rng.standard_normal((n, len(self.types)))
        centre = self.weights.mean(axis=0)
        weights = centre + (leanings[:, :, None] * (self.weights - centre)).sum(axis=1)
        return self._answers(weights, np.arange(n), rng), leanings

    def _answers(self, table: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Codes of shape (n, goals); ``rows`` says which row of weights each respondent has."""
        weights = table[rows]
        if self.kind == "yes_no":
            codes: np.ndarray = (rng.random(weights.shape) < 1 / (1 + np.exp(-weights))).astype(np.int8)
            return codes
        if self.kind == "rating":
            cumulative = np.cumsum(_level_probabilities(weights), axis=-1)
            codes = (rng.random(weights.shape)[..., None] > cumulative[..., :-1]).sum(axis=-1).astype(np.int8)
            return codes
        left = rng.choice(len(self.totals), size=len(rows), p=self.totals)
        # Goal by goal: tick with the probability that the remaining ticks leave for this goal.
        tables = _elementary(np.exp(table))
        codes = np.zeros(weights.shape, dtype=np.int8)
        for goal in range(len(self.goals)):
            with_goal = np.exp(weights[:, goal]) * tables[rows, goal + 1, np.maximum(left - 1, 0)]
            chance = np.where(left > 0, with_goal / tables[rows, goal, left], 0.0)
            codes[:, goal] = rng.random(len(rows)) < chance
            left -= codes[:, goal]
        return codes

    def log_likelihood(self, codes: np.ndarray) -> np.ndarray:
        """Log-probability of each row of answers under each type, shape (n, types), missing answers left out.

        For ticked lists it is the probability given the number of ticks, which is the same for all types.
        """
        seen = codes >= 0
        if self.kind == "rating":
            log_levels = np.log(_level_probabilities(self.weights))
            hits = [(codes == level).astype(float) @ log_levels[..., level].T for level in range(len(LEVELS))]
            result: np.ndarray = np.sum(hits, axis=0)
            return result
        ticked = (codes == 1).astype(float)
        if self.kind == "yes_no":
            result = ticked @ self.weights.T - seen.astype(float) @ np.logaddexp(0, self.weights).T
            return result
        if (seen.any(axis=1) & ~seen.all(axis=1)).any():
            raise EstimationError(Said("simulation.block_or_nothing"))
        tables = _elementary(np.exp(self.weights))[:, 0]
        result = ticked @ self.weights.T - np.log(tables[:, ticked.sum(axis=1).astype(int)]).T
        return result

    def posterior(self, codes: np.ndarray) -> np.ndarray:
        """Probability of each type given the answers, shape (n, types); the shares where nothing was answered."""
        joint = self.log_likelihood(codes) + np.log(self.shares)
        joint -= joint.max(axis=1, keepdims=True)
        odds = np.exp(joint)
        result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return result

    def frame(self, codes: np.ndarray, keys: Sequence[str]) -> pd.DataFrame:
        """Codes as a goals matrix: index ``key``, one categorical column per goal."""
        index = pd.Index(list(keys), name="key")
        ordered = self.kind == "rating"
        columns = {
            goal: pd.Categorical.from_codes(codes[:, number], categories=list(self.answers), ordered=ordered)
            for number, goal in enumerate(self.goals)
        }
        return pd.DataFrame(columns, index=index)


def build_model(
    types: Mapping[str, Sequence[str]],
    goals: Sequence[str],
    *,
    kind: Kind = "pick",
    limit: int = MOST_GOALS,
    strength: float | None = None,
    target: float = TARGET_ARI,
    shares: Sequence[float] | None = None,
    related: Mapping[str, Mapping[str, float]] | None = None,
    random_state: int = 0,
) -> GoalModel:
    """Set up the generating model.

    Parameters
    ----------
    types : type key → its signature goals.
    goals : all goal keys.
    limit : most goals that may be ticked; used by ``pick`` only.
    strength : how much types differ; 0 is no structure. Without it, the strength is sought at which the
        model's own assignment has the adjusted Rand index ``target`` against the truth.
    related : type → goal → how closely the goal is related to the type's signature, 0 to 1.
    random_state : decides which goals are popular with everybody.

    Raises
    ------
    EstimationError : a form of question, share or limit that cannot be, or a target out of reach.
    """
    if kind not in KINDS:
        raise EstimationError(Said("simulation.kind_of_question", kinds=", ".join(KINDS), kind=kind))
    if kind == "pick" and not 1 <= limit < len(goals):
        raise EstimationError(Said("simulation.limit", most=len(goals) - 1, limit=limit))
    n_types = len(types)
    if strength is None and n_types < 2:
        raise EstimationError(Said("simulation.strength_needs_types"))
    share = np.linspace(1.2, 0.8, n_types) if shares is None else np.asarray(shares, dtype=float)
    if len(share) != n_types or (share <= 0).any():
        raise EstimationError(Said("simulation.positive_shares", n=n_types))
    rng = np.random.default_rng([random_state, 17])
    popularity = rng.normal(0, POPULARITY_SD, len(goals)) + (YES_NO_INTERCEPT if kind == "yes_no" else 0.0)
    pattern = signature_pattern(types, goals, related)
    totals = _tick_totals(kind, limit, len(goals))

    def with_strength(value: float) -> GoalModel:
        return GoalModel(
            kind, limit if kind == "pick" else None, tuple(goals), tuple(types), share / share.sum(),
            popularity + value * pattern, totals, value,
        )  # fmt: skip

    return with_strength(strength) if strength is not None else _calibrate(with_strength, target)


def apportioned(sizes: Sequence[float] | np.ndarray, n: int) -> list[int]:
    """``n`` in proportion to the sizes, by the largest remainders.

    >>> apportioned([55, 25, 15, 5], 30)
    [17, 8, 4, 1]
    """
    quotas = n * np.asarray(sizes, dtype=float) / np.sum(sizes)
    whole = np.floor(quotas).astype(int)
    for number in np.argsort(whole - quotas, kind="stable")[: n - int(whole.sum())]:
        whole[number] += 1
    return [int(count) for count in whole]


def signature_pattern(
    types: Mapping[str, Sequence[str]], goals: Sequence[str], related: Mapping[str, Mapping[str, float]] | None = None
) -> np.ndarray:
    """Which goals make a type, shape (types, goals): 1 for its signature, a little for related goals."""
    every = {goal for signature in types.values() for goal in signature}
    pattern = np.zeros((len(types), len(goals)))
    for row, (key, signature) in enumerate(types.items()):
        near = (related or {}).get(key, {})
        for column, goal in enumerate(goals):
            if goal in signature:
                pattern[row, column] = 1.0
            else:
                pattern[row, column] = OPPOSED if goal in every else RELATED * near.get(goal, 0.0)
    return pattern


def related_goals(content: Content) -> dict[str, dict[str, float]]:
    """Type → goal → share of the goal's fields of action that the type's signature goals draw on as well."""
    fields = {goal.key: set(goal.fields) for goal in content.goals}
    result = {}
    for item in content.types:
        own = set().union(*(fields[goal] for goal in item.signature))
        result[item.key] = {goal: len(own & wanted) / len(wanted) for goal, wanted in fields.items() if wanted}
    return result


def _calibrate(with_strength: Callable[[float], GoalModel], target: float) -> GoalModel:
    """The strength at which the model's own assignment reaches the target, found by halving the interval."""

    def reached(strength: float) -> float:
        model = with_strength(strength)
        codes, _ = model.draw(CALIBRATION_ROWS, np.random.default_rng(CALIBRATION_SEED))
        return expected_rand(model.posterior(codes))

    low, high = 0.0, STRONGEST
    if reached(high) < target:
        raise EstimationError(Said("simulation.separation_not_possible", target=target))
    while high - low > 0.02:
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < target else (low, middle)
    return with_strength(round((low + high) / 2, 3))


def _tick_totals(kind: Kind, limit: int, n_goals: int) -> np.ndarray:
    """Probability of 0, 1, 2 … ticks: nearly all use the limit; free ticking spreads over the whole range."""
    if kind == "pick":
        totals = np.zeros(limit + 1)
        totals[1:] = FEWER_THAN_LIMIT ** np.arange(limit - 1, -1, -1)
        result: np.ndarray = totals / totals.sum()
        return result
    if kind == "free":
        ticks = np.arange(n_goals + 1)
        totals = np.where(ticks > 0, np.exp(-0.5 * ((ticks - 0.4 * n_goals) / (0.22 * n_goals)) ** 2), 0.0)
        result = totals / totals.sum()
        return result
    return np.zeros(0)


def _elementary(odds: np.ndarray) -> np.ndarray:
    """Elementary symmetric sums of each row: entry [row, j, r] sums over all sets of r goals among goals j, j+1, ….

    Shape (rows, goals + 1, goals + 1).
    """
    rows, size = odds.shape
    table = np.zeros((rows, size + 1, size + 1))
    table[:, size, 0] = 1.0
    for goal in range(size - 1, -1, -1):
        table[:, goal] = table[:, goal + 1]
        table[:, goal, 1:] += odds[:, goal, None] * table[:, goal + 1, :-1]
    return table


def _level_probabilities(weights: np.ndarray) -> np.ndarray:
    """Probabilities of the three levels, a last axis longer; the middle one is the most usual."""
    scores = np.stack([-weights, np.full_like(weights, 0.4), weights], axis=-1)
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: np.ndarray = odds / odds.sum(axis=-1, keepdims=True)
    return result
