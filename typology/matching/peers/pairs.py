"""Pairs of bodies: what can be said about each, and the parts of the score of a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from typology.content.vocabulary import Closeness
from typology.matching import numbers
from typology.matching.bodies import Bodies
from typology.matching.distance import along_surface
from typology.matching.reach import ROUNDING, Reach
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

DIGITS = 9  # of a closeness that is compared with a limit
FEW_AXES = 3  # so few are compared one by one, more by a product of matrices
PARTS = {name: tuple(part for part in weights if part != "mutual") for name, weights in numbers.LIST_WEIGHTS.items()}


@dataclass(frozen=True, eq=False)
class Rules:
    """What holds for one list: weights per seeker, pairs wished and excluded (positions)."""

    name: str
    weights: np.ndarray  # (bodies, parts), rows sum to 1
    mutual: float
    pins: np.ndarray  # (k, 2) seeker, partner
    excluded: dict[int, np.ndarray]
    unmet: tuple[tuple[str, str, str], ...]  # (key, partner, reason)
    reach: Reach
    elsewhere: frozenset[int] = frozenset()  # seekers with a partner on the other list

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts in the order of the weight columns."""
        return PARTS[self.name]

    def without(self, pairs: list[list[int]]) -> Rules:
        """The same rules without these pairs, whose partners stand on the other list of the seeker."""
        gone: dict[int, list[int]] = {}
        for i, j in pairs:
            gone.setdefault(i, []).append(j)
        excluded = {i: np.union1d(self.excluded.get(i, []), js).astype(int) for i, js in gone.items()}
        pins = [pair for pair in self.pins.tolist() if pair[1] not in gone.get(pair[0], ())]
        wished = np.array(pins, dtype=int).reshape(-1, 2)
        return replace(self, excluded=self.excluded | excluded, pins=wished, elsewhere=frozenset(gone))


class Pairs:
    """Pairs of bodies, either element by element or every seeker with every partner (``grid``).

    What both lists ask of a pair is reckoned once.
    """

    def __init__(self, bodies: Bodies, seekers: np.ndarray, partners: np.ndarray, *, grid: bool) -> None:
        self.bodies, self.i, self.j, self.grid = bodies, seekers, partners, grid
        self.dtype = np.float32 if grid else np.float64
        self._common: dict[str, np.ndarray] = {}

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

    def distance(self, points: np.ndarray, *, exact: bool = False) -> np.ndarray:
        """Euclidean distance of the rows, NaN where one is unknown; ``exact``: with all digits for a grid, too."""
        if not self.grid:
            result: np.ndarray = np.sqrt(((points[self.i] - points[self.j]) ** 2).sum(axis=1))
            return result
        if exact and points.shape[1] <= FEW_AXES:
            return np.asarray(np.sqrt(np.sum([(self.left(axis) - self.right(axis)) ** 2 for axis in points.T], axis=0)))
        if exact:
            squares = np.einsum("ij,ij->i", points, points)
            square = self.left(squares) + self.right(squares) - 2 * (points[self.i] @ points[self.j].T)
            return np.asarray(np.sqrt(np.maximum(square, 0)))
        squares = np.einsum("ij,ij->i", points, points).astype(np.float32)
        square = self.left(squares) + self.right(squares) - 2 * self.dot(points, points)
        result = np.sqrt(np.maximum(square, 0))
        return result

    @cached_property
    def km(self) -> np.ndarray:
        """Distance in kilometres, NaN where coordinates are unknown."""
        return along_surface(self.distance(self.bodies.points, exact=True))

    @cached_property
    def log_ratio(self) -> np.ndarray:
        """Logarithm of the partner's over the seeker's population."""
        population = self.bodies.log_population.astype(self.dtype)
        result: np.ndarray = self.right(population) - self.left(population)
        return result

    @cached_property
    def apart(self) -> np.ndarray:
        """Root mean square difference of the features, in standard deviations."""
        weight = sum(numbers.FEATURE_WEIGHTS[name] for name in self.bodies.features) or 1.0
        result: np.ndarray = (self.distance(self.bodies.embedding, exact=True) / np.sqrt(weight)).round(DIGITS)
        return result

    @cached_property
    def size_gap(self) -> np.ndarray:
        """Logarithm of the larger over the smaller population, in full precision."""
        population = self.bodies.log_population
        result: np.ndarray = np.abs(self.right(population) - self.left(population))
        return result

    def reached(self, name: str, reach: Reach) -> np.ndarray:
        """Whether the partner is within reach of the seeker for this list."""
        land = self.bodies.land
        left, right = self.left(land), self.right(land)
        need = (self.helps > 0) | (self.shares > 0) if name == SIMILAR else self.helps > 0
        near = reach.accepts(self.km, self.size_gap, (left == right) | (left < 0) | (right < 0), need)
        return np.asarray(self.allowed & near)

    def eligible(self, name: str, reach: Reach) -> np.ndarray:
        """Whether the partner may stand on this list of the seeker."""
        out = self.reached(name, reach)
        if name == COMPLEMENTARY:
            return np.asarray(out & self.complements)
        alike = self.apart <= numbers.CLOSENESS[Closeness.CLOSE.value]
        return np.asarray(out & alike & ~(self.size_gap > np.log(reach.size_ratio) + ROUNDING))

    @cached_property
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

    @cached_property
    def complements(self) -> np.ndarray:
        """The two differ, and the partner is strong or past it where the seeker is not."""
        return np.asarray(self.differ & (self.helps > 0))

    @cached_property
    def helps(self) -> np.ndarray:
        """How many needs of the seeker the partner could help with; 0 where it keeps its answers closed."""
        bodies = self.bodies
        out = self.dot(bodies.weak.to_numpy(), bodies.strong.to_numpy())
        out += self.dot(bodies.behind.to_numpy(), bodies.ahead.to_numpy())
        out += self.dot(bodies.pain_now.to_numpy(), bodies.pain_past.to_numpy())
        return np.asarray(out * self.right(bodies.open_answers))

    @cached_property
    def shares(self) -> np.ndarray:
        """How many needs the two have in common; 0 where the partner keeps its answers closed."""
        weak, pain = self.bodies.weak.to_numpy(), self.bodies.pain_now.to_numpy()
        return np.asarray((self.dot(weak, weak) + self.dot(pain, pain)) * self.right(self.bodies.open_answers))

    @cached_property
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

    @cached_property
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
        if name == "type":
            return self.likeness if list_name == SIMILAR else 1 - np.minimum(self.likeness, 1)
        if name not in self._common:
            self._common[name] = self._part(name)
        return self._common[name]

    def _part(self, name: str) -> np.ndarray:
        bodies = self.bodies
        if name == "size":
            gap = np.abs(self.log_ratio)
            result: np.ndarray = np.nan_to_num(np.clip(1 - gap / np.log(numbers.SIZE_RATIO), 0, 1))
            return result
        if name == "setting":
            return np.clip(1 - self.distance(bodies.setting) / numbers.SETTING_FADES, 0, 1)
        if name == "place":
            near = np.nan_to_num(np.clip(1 - self.km / numbers.PLACE_KM, 0, 1))
            same = (self.left(bodies.land) == self.right(bodies.land)) & (self.left(bodies.land) >= 0)
            result = ((near + same) / 2).astype(self.dtype)
            return result
        if name == "goals":
            goals = bodies.goals.to_numpy()
            shared = self.dot(goals, goals)
            count = goals.sum(axis=1).astype(self.dtype)
            result = shared / np.maximum(self.left(count) + self.right(count) - shared, 1)
            return result
        if name == "need":
            return np.asarray(np.minimum((self.helps + self.shares) / numbers.NEED_FULL, 1))
        if name == "field":
            return self._field
        return self._pain()

    @cached_property
    def _field(self) -> np.ndarray:
        """Fields in which the partner can help, by importance; being ahead counts half. One good field is enough."""
        bodies = self.bodies
        matters = bodies.important.to_numpy()
        of_level = [bodies.important.columns.get_loc(name.split("=")[0]) for name in bodies.behind.columns]
        help_there = self.dot(bodies.weak.to_numpy() * matters, bodies.strong.to_numpy())
        ahead = self.dot(bodies.behind.to_numpy() * matters[:, of_level], bodies.ahead.to_numpy())
        return np.asarray(np.minimum(numbers.FIELD_FULL * (help_there + numbers.AHEAD_COUNTS * ahead), 1))

    def _pain(self) -> np.ndarray:
        """Pain points the partner is past, up to 1 together with the fields: who can help everywhere is no star."""
        fields = self._field
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

    def score(self, rules: Rules, some: np.ndarray) -> np.ndarray:
        """Sum of the weighted parts without the bonus for mutual pairs, of ``some`` pairs of a grid (flat places)."""
        seeker = self.i[some // len(self.j)]
        total: np.ndarray = np.zeros(len(some), self.dtype)
        for place, name in enumerate(rules.parts):
            weight = rules.weights[:, place].astype(self.dtype)
            if weight.any():
                total = total + weight[seeker] * self.part(name, rules.name).ravel()[some]
        return total
