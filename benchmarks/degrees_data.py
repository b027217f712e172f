"""Surveys with and without types for ``benchmarks/degrees.py``, none of them drawn as the program's models think.

Lists up to three are chosen goal after goal without replacement (Plackett and Luce), the number of ticks is a habit;
lists without a limit are ticked goal by goal with a habit of ticking much. Ratings have five categories, cut from a
logistic utility. Classes have made-up goals, their strength is sought at which the true model itself reaches the wanted
adjusted Rand index. Every survey has a seed of its own that no test and no other study uses; the rule was set on draws
from 1,000 on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from typology.clustering.engine.question import GoalQuestion
from typology.simulation.agreement import adjusted_rand

SEED = 28_110_411
LIMIT = 3
CALIBRATION = 4_000
CUTS = (1.8, 0.6, -0.6, -1.8)
"""Ratings: a utility above the first is the best answer."""
HABIT = 0.8
"""How differently much is ticked in lists without a limit: the standard deviation in log-odds."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """``goals``, the ``question``, and ``signatures``: what a catalogue would say of four types."""

    goals: pd.DataFrame
    question: GoalQuestion
    signatures: dict[str, list[str]]


@dataclass(frozen=True)
class Cell:
    """``made_by``: degrees or types; ``maker`` draws the utilities of n rows."""

    name: str
    made_by: str
    kind: str
    maker: Callable[[int, int, str, np.random.Generator], np.ndarray]
    missing: float = 0.0


def draw_survey(cell: Cell, n: int, draw: int) -> Drawn:
    """One survey of a cell."""
    rng = np.random.default_rng([SEED, sum(map(ord, cell.name)), n, draw])
    n_goals = int(rng.integers(11, 15))
    codes = cell.maker(n, n_goals, cell.kind, rng)
    if cell.missing:
        codes = np.where(rng.random(codes.shape) < cell.missing, -1, codes)
    levels = ["gar_nicht", "wenig", "mittel", "ziemlich", "sehr"] if cell.kind == "rating" else ["nein", "ja"]
    names = [f"ziel_{number:02d}" for number in range(n_goals)]
    columns = {
        name: pd.Categorical.from_codes(codes[:, place], levels, ordered=len(levels) > 2)
        for place, name in enumerate(names)
    }
    keys = pd.Index([f"9{number:07d}" for number in range(n)], name="key")
    kind = "pick" if cell.kind == "free" else cell.kind
    question = GoalQuestion(kind, LIMIT if cell.kind in ("pick", "ranking") else None)
    groups = {f"typ_{number}": [names[goal] for goal in own] for number, own in enumerate(signatures(n_goals))}
    return Drawn(pd.DataFrame(columns, index=keys), question, groups)


def signatures(n_goals: int) -> list[list[int]]:
    """Two to three goals for each of four types; the last goals belong to none."""
    return [[0, 1], [2, 3, 4], [5, 6], [7, 8, 9]][: 4 if n_goals > 9 else 3]


def answered(utilities: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Answers by the form of the question: each goal by itself, or three at most one after the other."""
    noise = rng.logistic(size=utilities.shape)
    if kind == "yes_no":
        return (utilities - 0.4 + noise > 0).astype(int)
    if kind == "free":
        return (utilities - 0.8 + HABIT * rng.standard_normal((len(utilities), 1)) + noise > 0).astype(int)
    if kind == "rating":
        return (utilities + noise > np.reshape(CUTS, (-1, 1, 1))).sum(axis=0)
    picks = np.where(rng.random(len(utilities)) < 0.85, LIMIT, rng.integers(1, LIMIT, len(utilities)))
    order = (-(utilities + rng.gumbel(size=utilities.shape))).argsort(axis=1).argsort(axis=1)
    return (order < picks[:, None]).astype(int)


def popularity(n_goals: int, rng: np.random.Generator) -> np.ndarray:
    """Goals differ in how often anybody names them."""
    return rng.normal(0, 0.5, n_goals)


def trait_values(n: int, n_traits: int, skewed: bool, rng: np.random.Generator) -> np.ndarray:
    """Normal traits, or gamma ones with skewness 1.4."""
    if not skewed:
        return rng.standard_normal((n, n_traits))
    return (rng.gamma(2.0, 1.0, (n, n_traits)) - 2.0) / np.sqrt(2.0)


def leanings(strength: float, *, skewed: bool = False) -> Callable[..., np.ndarray]:
    """Four traits, each lifting the goals of one type: the names fit, and nobody is of a type."""

    def make(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
        traits = trait_values(n, 4, skewed, rng)
        utilities = np.tile(popularity(n_goals, rng), (n, 1))
        for trait, goals in enumerate(signatures(n_goals)):
            utilities[:, goals] += strength * rng.uniform(0.8, 1.2, len(goals)) * traits[:, [trait]]
        return answered(utilities, kind, rng)

    return make


def traits(n_traits: int, low: float, high: float, *, skewed: bool = False) -> Callable[..., np.ndarray]:
    """A few traits that move all goals, some more, some less."""

    def make(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
        loadings = rng.uniform(low, high, (n_goals, n_traits))
        if n_traits > 1:
            loadings *= rng.choice([-1.0, 0.2, 1.0], loadings.shape)
        if kind in ("pick", "ranking"):
            loadings -= loadings.mean(axis=0)
        utilities = popularity(n_goals, rng) + trait_values(n, n_traits, skewed, rng) @ loadings.T
        return answered(utilities, kind, rng)

    return make


def style(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """A habit of agreeing, alike for all goals."""
    return answered(popularity(n_goals, rng) + rng.normal(0, 1.3, (n, 1)), kind, rng)


def extreme(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """A habit of answering at the ends of the scale, or in the middle."""
    value = popularity(n_goals, rng) + rng.logistic(size=(n, n_goals))
    width = np.exp(rng.normal(0, 0.9, (n, 1)))
    return (value > np.reshape(CUTS, (-1, 1, 1)) * width).sum(axis=0)


def pairs(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Two pairs of nearly double questions, nothing else; in lists both are chosen together."""
    utilities = np.tile(popularity(n_goals, rng), (n, 1))
    if kind == "pick":
        for pair in ((0, 4), (7, 10)):
            utilities[:, pair] += rng.normal(0, 2.5, (n, 1))
        return answered(utilities, kind, rng)
    codes = answered(utilities, kind, rng)
    for first, second in ((0, 4), (7, 10)):
        copied = rng.random(n) < 0.85
        codes[copied, second] = codes[copied, first]
    return codes


def size(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """The size of the municipality moves the goals up or down; nine in ten are small."""
    inhabitants = np.log(np.exp(rng.normal(9.0, 1.2, (n, 1))) + 500)
    scaled = (inhabitants - inhabitants.mean()) / inhabitants.std()
    return answered(popularity(n_goals, rng) + scaled * rng.normal(0.4, 0.8, n_goals), kind, rng)


def land(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Thirteen Länder of unequal size, each a little different in every goal."""
    where = rng.choice(13, size=n, p=rng.dirichlet(np.full(13, 2.0)))
    return answered(popularity(n_goals, rng) + rng.normal(0, 0.35, (13, n_goals))[where], kind, rng)


def types(
    target: float, shares: tuple[float, ...] = (0.3, 0.27, 0.23, 0.2), *, dependent: bool = False
) -> Callable[..., np.ndarray]:
    """Four classes of reachable adjusted Rand index ``target``; ``dependent``: two goals of each hang together."""

    def make(n: int, n_goals: int, kind: str, rng: np.random.Generator) -> np.ndarray:
        base = popularity(n_goals, rng)
        shape = rng.normal(0, 0.25, (len(shares), n_goals))
        for number, goals in enumerate(signatures(n_goals)):
            shape[number, goals] += rng.uniform(0.8, 1.2, len(goals))
        strength = _strength(base, shape, np.array(shares), kind, target, int(rng.integers(2**31)))
        own = rng.choice(len(shares), size=n, p=shares)
        utilities = base + strength * (shape - shape.mean(axis=0))[own]
        if dependent:
            for goals in signatures(n_goals):
                utilities[:, goals[:2]] += rng.normal(0, 1.0, (n, 1))
        return answered(utilities, kind, rng)

    return make


def _strength(base: np.ndarray, shape: np.ndarray, shares: np.ndarray, kind: str, target: float, seed: int) -> float:
    low, high = 0.0, 8.0
    for _ in range(9):
        middle = (low + high) / 2
        utilities = base + middle * (shape - shape.mean(axis=0))
        rng = np.random.default_rng(seed)
        own = rng.choice(len(shares), size=CALIBRATION, p=shares)
        codes = answered(utilities[own], kind, rng)
        best = (log_probabilities(codes, utilities, kind) + np.log(shares)).argmax(axis=1)
        low, high = (middle, high) if adjusted_rand(own, best) < target else (low, middle)
    return (low + high) / 2


def log_probabilities(codes: np.ndarray, utilities: np.ndarray, kind: str) -> np.ndarray:
    """Log probability of the answers in each class (n_rows × n_classes), by the way they were drawn."""
    if kind == "yes_no":
        yes = utilities - 0.4
        return np.asarray(codes @ yes.T - np.logaddexp(0, yes).sum(axis=1))
    if kind == "free":
        habits, shares = np.polynomial.hermite_e.hermegauss(21)
        yes = utilities[:, None, :] - 0.8 + HABIT * habits[:, None]
        levels = np.einsum("rg,chg->rch", codes, yes) - np.logaddexp(0, yes).sum(axis=2)
        return np.asarray(np.logaddexp.reduce(levels + np.log(shares / shares.sum()), axis=2))
    if kind == "rating":
        above = np.stack([np.ones_like(utilities), *(1 / (1 + np.exp(cut - utilities)) for cut in CUTS[::-1])])
        logs = np.log(above - np.concatenate([above[1:], np.zeros_like(above[:1])]))
        return np.einsum("rgl,lcg->rc", codes[:, :, None] == np.arange(len(logs)), logs)
    weights = np.exp(utilities)
    patterns, inverse = np.unique(codes, axis=0, return_inverse=True)
    result = np.empty((len(patterns), len(utilities)))
    for number, own in enumerate(patterns.astype(bool)):
        total = np.zeros(len(utilities))
        for order in permutations(np.flatnonzero(own).tolist()):
            chance, rest = np.ones(len(utilities)), weights.sum(axis=1)
            for goal in order:
                chance *= weights[:, goal] / rest
                rest = rest - weights[:, goal]
            total += chance
        result[number] = np.log(total)
    return result[inverse.ravel()]


UNEQUAL = (0.55, 0.25, 0.15, 0.05)
CELLS = (
    Cell("leanings_pick", "degrees", "pick", leanings(2.0)),
    Cell("leanings_skewed_pick", "degrees", "pick", leanings(2.0, skewed=True)),
    Cell("leanings_free", "degrees", "free", leanings(1.6)),
    Cell("leanings_yes_no", "degrees", "yes_no", leanings(1.6)),
    Cell("leanings_rating", "degrees", "rating", leanings(1.4)),
    Cell("one_trait_yes_no", "degrees", "yes_no", traits(1, 0.8, 2.0)),
    Cell("one_trait_skewed_yes_no", "degrees", "yes_no", traits(1, 0.8, 2.0, skewed=True)),
    Cell("one_trait_pick", "degrees", "pick", traits(1, 0.0, 4.5)),
    Cell("one_trait_ranking", "degrees", "ranking", traits(1, 0.0, 4.5)),
    Cell("one_trait_skewed_rating", "degrees", "rating", traits(1, 0.8, 2.0, skewed=True)),
    Cell("one_trait_missing_yes_no", "degrees", "yes_no", traits(1, 0.8, 2.0), missing=0.3),
    Cell("two_traits_yes_no", "degrees", "yes_no", traits(2, 0.8, 1.8)),
    Cell("two_traits_free", "degrees", "free", traits(2, 0.8, 1.8)),
    Cell("two_traits_missing_rating", "degrees", "rating", traits(2, 0.8, 1.8), missing=0.1),
    Cell("style_yes_no", "degrees", "yes_no", style),
    Cell("acquiescence_rating", "degrees", "rating", style),
    Cell("extreme_rating", "degrees", "rating", extreme),
    Cell("pairs_yes_no", "degrees", "yes_no", pairs),
    Cell("pairs_pick", "degrees", "pick", pairs),
    Cell("size_yes_no", "degrees", "yes_no", size),
    Cell("size_pick", "degrees", "pick", size),
    Cell("land_yes_no", "degrees", "yes_no", land),
    Cell("land_pick", "degrees", "pick", land),
    Cell("types_75_pick", "types", "pick", types(0.75)),
    Cell("types_60_pick", "types", "pick", types(0.6)),
    Cell("types_75_free", "types", "free", types(0.75)),
    Cell("types_60_yes_no", "types", "yes_no", types(0.6)),
    Cell("types_75_yes_no", "types", "yes_no", types(0.75)),
    Cell("types_60_rating", "types", "rating", types(0.6)),
    Cell("types_75_rating", "types", "rating", types(0.75)),
    Cell("types_75_missing_yes_no", "types", "yes_no", types(0.75), missing=0.2),
    Cell("types_75_missing_rating", "types", "rating", types(0.75), missing=0.3),
    Cell("types_unequal_75_pick", "types", "pick", types(0.75, UNEQUAL)),
    Cell("types_unequal_75_yes_no", "types", "yes_no", types(0.75, UNEQUAL)),
    Cell("types_dependent_75_pick", "types", "pick", types(0.75, dependent=True)),
    Cell("types_dependent_75_yes_no", "types", "yes_no", types(0.75, dependent=True)),
)
