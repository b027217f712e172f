"""Who may be recommended to whom, and the parts of the score of every such pair.

Both lists want comparable size: the larger body has at most three times the inhabitants of the smaller one.
A complementary partner also has another type and is strong where the seeker is weak, or past a pain point that
the seeker reports. Each part lies between 0 and its weight; the score is the sum of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from typology.matching.bodies import Bodies
from typology.matching.distance import along_surface
from typology.matching.wishes import COMPLEMENTARY, DEFAULT_WEIGHTS, SIMILAR, Wishes

SIZE_RATIO = 3.0
NEAR_KM = 150.0
BLOCK = 192
ALL_SIZES = 1_000  # up to so many partners all are looked at, whatever their size
PARTS = {name: tuple(part for part in weights if part != "mutual") for name, weights in DEFAULT_WEIGHTS.items()}


@dataclass(frozen=True, eq=False)
class Rules:
    """What holds for one list: weights per seeker, pairs wished and excluded (positions)."""

    name: str
    weights: np.ndarray  # (bodies, parts), rows sum to 1
    mutual: float
    pins: np.ndarray  # (k, 2) seeker, partner
    excluded: dict[int, np.ndarray]
    unmet: tuple[tuple[str, str, str], ...]  # (key, partner, reason)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts in the order of the weight columns."""
        return PARTS[self.name]


class Pairs:
    """Pairs of bodies, either element by element or every seeker with every partner (``grid``)."""

    def __init__(self, bodies: Bodies, seekers: np.ndarray, partners: np.ndarray, *, grid: bool) -> None:
        self.bodies, self.i, self.j, self.grid = bodies, seekers, partners, grid
        self.dtype = np.float32 if grid else np.float64

    def left(self, values: np.ndarray) -> np.ndarray:
        """A value of the seeker, shaped for the pairs."""
        part = values[self.i]
        result: np.ndarray = part[:, None] if self.grid else part
        return result

    def right(self, values: np.ndarray) -> np.ndarray:
        """A value of the partner."""
        part = values[self.j]
        result: np.ndarray = part[None, :] if self.grid else part
        return result

    def dot(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Sum over columns of seeker's times partner's value."""
        a, b = left[self.i].astype(self.dtype), right[self.j].astype(self.dtype)
        result: np.ndarray = a @ b.T if self.grid else np.einsum("ij,ij->i", a, b)
        return result

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Euclidean distance of the rows; NaN where one is unknown."""
        if not self.grid:
            result: np.ndarray = np.sqrt(((points[self.i] - points[self.j]) ** 2).sum(axis=1))
            return result
        squares = np.einsum("ij,ij->i", points, points).astype(np.float32)
        square = self.left(squares) + self.right(squares) - 2 * self.dot(points, points)
        result = np.sqrt(np.maximum(square, 0))
        return result

    @cached_property
    def km(self) -> np.ndarray:
        """Distance in kilometres, NaN where coordinates are unknown."""
        return along_surface(self.distance(self.bodies.points))

    @cached_property
    def log_ratio(self) -> np.ndarray:
        """Logarithm of the partner's over the seeker's population."""
        population = self.bodies.log_population.astype(self.dtype)
        result: np.ndarray = self.right(population) - self.left(population)
        return result

    def comparable(self) -> np.ndarray:
        """Same pool, comparable size, not oneself and not one's own Verband or Kreis."""
        population = self.bodies.log_population  # in full precision: exactly three times is still comparable
        gap = np.abs(self.right(population) - self.left(population))
        result: np.ndarray = self.allowed() & ~(gap > np.log(SIZE_RATIO) + 1e-9)
        return result

    def allowed(self) -> np.ndarray:
        """Same pool, not oneself and not one's own Verband or Kreis, whatever the size."""
        bodies = self.bodies
        places = np.arange(bodies.n)
        out: np.ndarray = (self.left(bodies.pool) == self.right(bodies.pool)) & (
            self.left(places) != self.right(places)
        )
        for column in bodies.parents.T:
            out &= (self.left(column) != self.right(places)) & (self.left(places) != self.right(column))
        return out

    def complements(self) -> np.ndarray:
        """The two differ, and the partner is strong or past it where the seeker is not."""
        bodies = self.bodies
        out = self.differ()
        helps = self.dot(bodies.weak.to_numpy(), bodies.strong.to_numpy())
        helps += self.dot(bodies.behind.to_numpy(), bodies.ahead.to_numpy())
        helps += self.dot(bodies.pain_now.to_numpy(), bodies.pain_past.to_numpy())
        result: np.ndarray = out & (helps > 0)
        return result

    def differ(self) -> np.ndarray:
        """Both have a type and it differs; of two places among leanings: they are further apart than usual."""
        bodies = self.bodies
        left, right = self.left(bodies.type), self.right(bodies.type)
        types: np.ndarray = (left >= 0) & (right >= 0) & (left != right)
        if bodies.places is None:
            return types
        if not bodies.places.shape[1]:
            return np.ones_like(types)
        apart = self.distance(bodies.places)
        return np.where(np.isnan(apart), types, apart > bodies.typical_distance)

    def likeness(self) -> np.ndarray:
        """What the probabilities of the types have in common; of places among leanings, how near they are: 1 for the
        same place, 1/2 at the usual distance of two."""
        bodies = self.bodies
        if bodies.places is not None and bodies.places.shape[1]:
            apart = self.distance(bodies.places) / (2 * bodies.typical_distance)
            return np.nan_to_num(np.clip(1 - apart, 0, 1)).astype(self.dtype)
        overlap = np.zeros(np.broadcast(self.left(bodies.pool), self.right(bodies.pool)).shape, dtype=self.dtype)
        for column in bodies.memberships.T.astype(self.dtype):
            overlap += np.minimum(self.left(column), self.right(column))
        return overlap

    def part(self, name: str, list_name: str) -> np.ndarray:
        """One part between 0 and 1, before its weight."""
        bodies = self.bodies
        if name == "size":
            gap = np.abs(self.log_ratio)
            result: np.ndarray = np.nan_to_num(np.clip(1 - gap / np.log(SIZE_RATIO), 0, 1))
            return result
        if name == "setting":
            return np.clip(1 - self.distance(bodies.setting) / 2, 0, 1)
        if name == "place":
            near = np.nan_to_num(np.clip(1 - self.km / NEAR_KM, 0, 1))
            same = (self.left(bodies.land) == self.right(bodies.land)) & (self.left(bodies.land) >= 0)
            result = ((near + same) / 2).astype(self.dtype)
            return result
        if name == "goals":
            goals = bodies.goals.to_numpy()
            shared = self.dot(goals, goals)
            count = goals.sum(axis=1).astype(self.dtype)
            result = shared / np.maximum(self.left(count) + self.right(count) - shared, 1)
            return result
        if name == "type":
            overlap = self.likeness()
            return overlap if list_name == SIMILAR else 1 - np.minimum(overlap, 1)
        if name == "field":
            return self._field()
        return self._pain()

    def _field(self) -> np.ndarray:
        """Fields in which the partner can help, by importance; being ahead counts half. One good field is enough."""
        bodies = self.bodies
        matters = bodies.important.to_numpy()
        of_level = [bodies.important.columns.get_loc(name.split("=")[0]) for name in bodies.behind.columns]
        help_there = self.dot(bodies.weak.to_numpy() * matters, bodies.strong.to_numpy())
        help_there += self.dot(bodies.behind.to_numpy() * matters[:, of_level], bodies.ahead.to_numpy()) / 2
        return np.minimum(1.5 * help_there, 1)

    def _pain(self) -> np.ndarray:
        """Pain points the partner is past, up to 1 together with the fields: who can help everywhere is no star."""
        fields = self._field()
        result: np.ndarray = (
            np.minimum(fields + self.dot(self.bodies.pain_now.to_numpy(), self.bodies.pain_past.to_numpy()), 1) - fields
        )
        return result

    def parts(self, rules: Rules) -> np.ndarray:
        """Weighted parts; shape (parts, pairs…)."""
        return np.stack(
            [
                self.left(rules.weights[:, place].astype(self.dtype)) * self.part(name, rules.name)
                for place, name in enumerate(rules.parts)
            ]
        )

    def score(self, rules: Rules) -> np.ndarray:
        """Sum of the weighted parts without the bonus for mutual pairs."""
        total = np.zeros(np.broadcast(self.left(self.bodies.pool), self.right(self.bodies.pool)).shape, self.dtype)
        for place, name in enumerate(rules.parts):
            if rules.weights[:, place].any():
                total += self.left(rules.weights[:, place].astype(self.dtype)) * self.part(name, rules.name)
        return total


def make_rules(bodies: Bodies, name: str, wishes: Wishes) -> Rules:
    """Weights and wishes of one list as positions; a wish that cannot be met is kept with its reason."""
    common = DEFAULT_WEIGHTS[name] | wishes.common_weights(name)
    parts = PARTS[name]
    weights = np.tile(_normalised(common, parts), (bodies.n, 1))
    position = bodies.position
    unmet = []
    for key, own in wishes.own_weights(name).items():
        if key in position:
            weights[position[key]] = _normalised(common | own, parts)
        else:
            unmet.append((key, "", "unknown_key"))
    excluded: dict[int, list[int]] = {}
    for key, partner in wishes.exclusions(name):
        if key in position and partner in position:
            # nobody is shown to someone whom they excluded either
            excluded.setdefault(position[key], []).append(position[partner])
            excluded.setdefault(position[partner], []).append(position[key])
    pins = []
    for key, partner in wishes.pins(name):
        if key not in position or partner not in position:
            unmet.append((key, partner, "unknown_key"))
            continue
        i, j = position[key], position[partner]
        reason = _refusal(bodies, name, i, j, excluded.get(i, []))
        if reason:
            unmet.append((key, partner, reason))
        else:
            pins.append((i, j))
    return Rules(
        name,
        weights,
        common["mutual"],
        np.array(pins, dtype=int).reshape(-1, 2),
        {i: np.array(sorted(set(js))) for i, js in excluded.items()},
        tuple(unmet),
    )


def _normalised(weights: Mapping[str, float], parts: tuple[str, ...]) -> np.ndarray:
    values = np.array([weights[part] for part in parts], dtype=float)
    result: np.ndarray = values / values.sum()
    return result


def _refusal(bodies: Bodies, name: str, i: int, j: int, excluded: list[int]) -> str:
    """Why j cannot be pinned to the list of i; empty when it can."""
    pair = Pairs(bodies, np.array([i]), np.array([j]), grid=False)
    if not bodies.partner[j]:
        return "no_consent"
    if bodies.pool[i] != bodies.pool[j]:
        return "other_kind"
    if not pair.allowed()[0]:
        return "own_body"
    if j in excluded:
        return "excluded"
    if name == COMPLEMENTARY and not pair.complements()[0]:
        return "not_complementary"
    return ""


def blocks(bodies: Bodies, rules: Rules) -> Iterator[tuple[Pairs, np.ndarray, np.ndarray]]:
    """All pairs of seekers and consenting partners, block by block: pairs, eligible (bool), score."""
    for pool in np.unique(bodies.pool):
        partners = np.flatnonzero((bodies.pool == pool) & bodies.partner)
        seekers = np.flatnonzero(bodies.pool == pool)
        if not partners.size:
            continue
        alike = partners.size > ALL_SIZES
        if alike:  # blocks of seekers of about one size need only look at partners of about that size
            seekers = seekers[np.argsort(bodies.log_population[seekers], kind="stable")]
        for start in range(0, seekers.size, BLOCK):
            block = seekers[start : start + BLOCK]
            within = _of_comparable_size(bodies, block, partners) if alike else partners
            if not within.size:
                continue
            pairs = Pairs(bodies, block, within, grid=True)
            column = {int(partner): place for place, partner in enumerate(within)} if rules.excluded else {}
            eligible = pairs.comparable()
            if rules.name == COMPLEMENTARY:
                eligible &= pairs.complements()
            for row, i in enumerate(pairs.i):
                gone = [column[int(j)] for j in rules.excluded.get(int(i), ()) if int(j) in column]
                eligible[row, gone] = False
            yield pairs, eligible, pairs.score(rules)


def _of_comparable_size(bodies: Bodies, seekers: np.ndarray, partners: np.ndarray) -> np.ndarray:
    """The partners that may be comparable with one of the seekers; with unknown population everybody may be."""
    sizes, theirs = bodies.log_population[seekers], bodies.log_population[partners]
    if np.isnan(sizes).any():
        return partners
    margin = np.log(SIZE_RATIO) + 1e-6
    apart = (theirs < sizes.min() - margin) | (theirs > sizes.max() + margin)
    return np.asarray(partners[~apart])


@dataclass(frozen=True, eq=False)
class Candidates:
    """The pairs that the programme chooses from, and what was counted over all eligible pairs."""

    edges: pd.DataFrame  # i, j, score, part columns, pinned, km; sorted by i, then score, then j
    n_eligible: np.ndarray  # per seeker
    counts: np.ndarray  # per seeker: eligible partners for whom each fact holds
    n_pairs: int


def find_candidates(
    bodies: Bodies,
    rules: Rules,
    facts: np.ndarray,
    measures: Callable[..., Iterable[np.ndarray]],
    *,
    counted: np.ndarray,
    keep: int,
) -> Candidates:
    """The ``keep`` best eligible partners of every seeker, the best seekers of every partner, and all pins.

    ``facts`` is (bodies, facts) bool; ``measures(pairs, eligible)`` gives further yes/no statements about
    the eligible pairs. Both are counted over all eligible pairs, of the facts those at the places ``counted``.
    """
    n_eligible = np.zeros(bodies.n, dtype=int)
    counts: np.ndarray | None = None
    found: list[np.ndarray] = [rules.pins]
    best_score = np.full((4, bodies.n), -np.inf, dtype=np.float32)
    best_seeker = np.full((4, bodies.n), -1)
    values = facts[:, counted].astype(np.float32)
    n_pairs = 0
    for pairs, eligible, score in blocks(bodies, rules):
        n_eligible[pairs.i] = eligible.sum(axis=1)
        n_pairs += int(eligible.sum())
        extra = measures(pairs, eligible)
        block = np.concatenate(
            [
                eligible.astype(np.float32) @ values[pairs.j],
                np.stack([np.count_nonzero(part, axis=1) for part in extra], axis=1),
            ],
            axis=1,
        )
        if counts is None:
            extra_columns = block.shape[1] - len(counted)
            counts = np.zeros((bodies.n, facts.shape[1] + extra_columns))
            place = np.r_[counted, facts.shape[1] + np.arange(extra_columns)]
        counts[np.ix_(pairs.i, place)] = block.round()
        score = np.where(eligible, score, -np.inf)
        if keep < score.shape[1]:
            top = np.argpartition(-score, keep - 1, axis=1)[:, :keep]
        else:
            top = np.tile(np.arange(score.shape[1]), (len(score), 1))
        rows, columns = np.repeat(np.arange(len(score)), top.shape[1]), top.ravel()
        good = np.isfinite(score[rows, columns])
        found.append(np.column_stack([pairs.i[rows[good]], pairs.j[columns[good]]]))
        _remember_best(best_score, best_seeker, score, pairs)
    listed = best_seeker >= 0
    found.append(np.column_stack([best_seeker[listed], np.nonzero(listed)[1]]))
    ij = np.unique(np.concatenate(found), axis=0)
    edges = _edges(bodies, rules, ij[:, 0], ij[:, 1])
    if counts is None:
        counts = np.zeros((bodies.n, facts.shape[1]))
    return Candidates(edges, n_eligible, counts, n_pairs)


def _remember_best(best_score: np.ndarray, best_seeker: np.ndarray, score: np.ndarray, pairs: Pairs) -> None:
    """Keep a few good seekers per partner, so that nobody is cut off by the pruning."""
    rows = np.arange(len(score))
    for _ in range(2):
        top = score.argmax(axis=0)
        value = score[top, np.arange(score.shape[1])]
        weakest = best_score[:, pairs.j].argmin(axis=0)
        better = value > best_score[weakest, pairs.j]
        place, who = weakest[better], pairs.j[better]
        best_score[place, who] = value[better]
        best_seeker[place, who] = pairs.i[rows[top[better]]]
        score[top, np.arange(score.shape[1])] = -np.inf


def _edges(bodies: Bodies, rules: Rules, i: np.ndarray, j: np.ndarray) -> pd.DataFrame:
    pairs = Pairs(bodies, i, j, grid=False)
    parts = pairs.parts(rules).round(6)
    edges = pd.DataFrame({f"part_{name}": part for name, part in zip(rules.parts, parts, strict=True)})
    edges.insert(0, "score", parts.sum(axis=0).round(6))
    edges.insert(0, "j", j)
    edges.insert(0, "i", i)
    pinned = {(int(a), int(b)) for a, b in rules.pins}
    edges["pinned"] = [pair in pinned for pair in zip(i.tolist(), j.tolist(), strict=True)]
    eligible = pairs.comparable()
    edges["eligible"] = eligible & pairs.complements() if rules.name == COMPLEMENTARY else eligible
    edges["km"] = pairs.km
    return edges.sort_values(["i", "score", "j"], ascending=[True, False, True], ignore_index=True)
