"""Who can sit in a D-Team, how well two of them fit, and what no set of teams can exceed.

Everybody is compared with everybody, so a large pool is divided into portions that lie together and hold their share of
the rarest type; teams are sought within each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from typology.content.vocabulary import PartnerList
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.bodies import Bodies
from typology.matching.distance import blocks_of
from typology.matching.peers.pairs import Pairs
from typology.matching.reach import ROUNDING, Reach
from typology.matching.wishes import Wishes
from typology.writing import Said

TOGETHER = 1000.0  # for a wish that is met: more than all teams are worth
FORBIDDEN = -1.0e6  # for two who must not meet: nothing makes up for it
UNUSED = -1e9  # for a seat that no pair may take
SINGLE_PRECISION = 1e-5  # what may be lost of a fit that is reckoned with six digits
# A pool with more members is divided into portions of at most this size.
MOST_MEMBERS, MEMBERS_OF_A_PORTION = 1_000, 300


@dataclass(frozen=True, eq=False)
class Candidates:
    """The members of one pool, or of a portion of it."""

    members: np.ndarray  # positions in Bodies
    type: np.ndarray  # 0 … n_types - 1 per member
    capacity: np.ndarray  # teams per member
    together: tuple[tuple[int, ...], ...]
    n_types: int
    size: int


@dataclass(frozen=True, eq=False)
class Group(Candidates):
    """Candidates with who may sit in teams with whom, and how well each two fit."""

    parts: np.ndarray  # (parts, members, members), symmetric, diagonal 0
    allowed: np.ndarray  # (members, members)

    @cached_property
    def fit(self) -> np.ndarray:
        """Sum of the parts; 0 for two that may not meet."""
        return np.where(self.allowed, self.parts.sum(axis=0), 0.0)

    @cached_property
    def pull(self) -> np.ndarray:
        """Fit for the search: forbidden pairs repel, wished pairs attract."""
        out = np.where(self.allowed, self.parts.sum(axis=0), FORBIDDEN)
        for group in self.together:
            for a, b in combinations(group, 2):
                out[a, b] = out[b, a] = out[a, b] + TOGETHER
        np.fill_diagonal(out, FORBIDDEN)
        return out

    def team_score(self, team: tuple[int, ...]) -> float:
        """Sum of the fit over all pairs of the team."""
        index = np.array(team)
        return float(self.fit[np.ix_(index, index)].sum() / 2)

    def valid(self, team: tuple[int, ...]) -> bool:
        """Every type present, nobody twice, every two allowed to meet, wishes for together not torn apart."""
        members = set(team)
        if len(members) != self.size or len(set(self.type[list(team)])) != self.n_types:
            return False
        index = np.array(team)
        if not self.allowed[np.ix_(index, index)][~np.eye(len(team), dtype=bool)].all():
            return False
        return all(members.issuperset(group) or members.isdisjoint(group) for group in self.together)


def of_types(bodies: Bodies, types: Collection[str] | None) -> Bodies:
    """The bodies with these types alone, so that no team waits for a type that nobody has; None for all types."""
    if types is None:
        return bodies
    kept = [place for place, name in enumerate(bodies.types) if name in types]
    new = np.full(len(bodies.types) + 1, -1)  # the last place stands for no type
    new[kept] = np.arange(len(kept))
    return replace(
        bodies,
        types=tuple(bodies.types[place] for place in kept),
        type=new[bodies.type],
        memberships=bodies.memberships[:, kept],
    )


def capacities(bodies: Bodies, members: np.ndarray, capacity: int | Mapping[str, int]) -> np.ndarray:
    """Teams per member: a mapping by type, or a number that holds for types rarer than the average.

    Raises
    ------
    MatchingError : a capacity below 1, or a type that does not exist.
    """
    counts = np.bincount(bodies.type[members], minlength=len(bodies.types))
    if isinstance(capacity, Mapping):
        unknown = sorted(set(capacity) - set(bodies.types))
        if unknown:
            names, known = ", ".join(unknown), ", ".join(bodies.types)
            raise MatchingError(Said("matching.capacity_unknown_types", unknown=names, known=known))
        per_type = np.array([capacity.get(name, 1) for name in bodies.types])
    else:
        per_type = np.where(counts < counts.mean(), capacity, 1)
        per_type = np.maximum(per_type, 1) if capacity >= 1 else np.full(len(counts), capacity)
    if (per_type < 1).any():
        raise MatchingError(Said("matching.capacity_too_small", capacity=int(per_type.min())))
    result: np.ndarray = per_type[bodies.type[members]]
    return result


def make_pools(
    bodies: Bodies, size: int, capacity: int | Mapping[str, int], wishes: Wishes
) -> tuple[list[tuple[Candidates, list[Group]]], list[tuple[str, tuple[str, ...], str]]]:
    """Each pool with the groups in which its teams are sought; wishes that cannot be met: (wish, keys, reason)."""
    candidates = np.flatnonzero(bodies.partner & (bodies.type >= 0))
    excluded = {pair for name in PartnerList for pair in wishes.exclusions(name)}
    apart = excluded | {pair for group in wishes.teams.apart for pair in combinations(group, 2)}
    reach = Reach.of(wishes.limits)
    together, unmet = _together(bodies, size, wishes, apart, reach)
    unmet += [("apart", group, "unknown_key") for group in wishes.teams.apart if not set(group) <= set(bodies.position)]
    pools = []
    for pool in np.unique(bodies.pool[candidates]):
        members = candidates[bodies.pool[candidates] == pool]
        place = {key: number for number, key in enumerate(bodies.keys[members])}
        whole = Candidates(
            members=members,
            type=bodies.type[members],
            capacity=capacities(bodies, members, capacity),
            together=tuple(tuple(place[key] for key in group) for group in together if group[0] in place),
            n_types=len(bodies.types),
            size=size,
        )
        pools.append((whole, [_group(bodies, whole, portion, apart, reach) for portion in _portions(bodies, whole)]))
    return pools, unmet


def _group(bodies: Bodies, whole: Candidates, portion: np.ndarray, apart: set[tuple[str, str]], reach: Reach) -> Group:
    """The candidates at these places of a pool, compared with one another."""
    members = whole.members[portion]
    parts, allowed = _pairs(bodies, members, reach)
    place = {key: number for number, key in enumerate(bodies.keys[members])}
    for a, b in apart:
        if a in place and b in place:
            allowed[place[a], place[b]] = allowed[place[b], place[a]] = False
    number = {int(old): new for new, old in enumerate(portion)}
    return Group(
        members=members,
        type=whole.type[portion],
        capacity=whole.capacity[portion],
        together=tuple(tuple(number[member] for member in wish) for wish in whole.together if wish[0] in number),
        n_types=whole.n_types,
        size=whole.size,
        parts=parts,
        allowed=allowed,
    )


def _portions(bodies: Bodies, whole: Candidates) -> list[np.ndarray]:
    """Places of the candidates in portions that can be compared within; a small pool is one portion.

    A portion is cut across the side along which its members differ most, size or place, each type at its own middle: so
    both halves hold their share of the rarest.
    """
    n = len(whole.members)
    if n <= MOST_MEMBERS:
        return [np.arange(n)]
    # in units over which two no longer fit
    sides = np.column_stack(
        [
            bodies.log_population[whole.members] / np.log(numbers.TEAM_RATIO),
            bodies.points[whole.members] / numbers.PLACE_KM,
        ]
    )
    sides = np.where(np.isfinite(sides), sides, np.nanmedian(np.where(np.isfinite(sides), sides, 0.0), axis=0))
    portions, todo = [], [np.arange(n)]
    while todo:
        portion = todo.pop()
        if len(portion) <= MEMBERS_OF_A_PORTION:
            portions.append(portion)
            continue
        side = sides[portion, np.ptp(sides[portion], axis=0).argmax()]
        upper = np.zeros(len(portion), dtype=bool)
        for kind in range(whole.n_types):
            mine = np.flatnonzero(whole.type[portion] == kind)
            upper[mine[np.argsort(side[mine], kind="stable")[len(mine) // 2 :]]] = True
        todo += [portion[upper], portion[~upper]]
    home = np.empty(n, dtype=int)
    for number, portion in enumerate(portions):
        home[portion] = number
    for wish in whole.together:  # who wishes to sit together is sought for together
        home[list(wish)] = home[wish[0]]
    return [np.flatnonzero(home == number) for number in range(len(portions))]


def _pairs(bodies: Bodies, members: np.ndarray, reach: Reach) -> tuple[np.ndarray, np.ndarray]:
    """Weighted parts (parts, members, members) and who may meet whom."""
    n = len(members)
    i, j = (axis.ravel() for axis in np.meshgrid(members, members, indexing="ij"))
    pairs = Pairs(bodies, i, j, grid=False)
    one_way = _helps(pairs).reshape(n, n)
    parts, allowed = _fits(pairs, (one_way + one_way.T).ravel(), reach)
    return parts.round(6).reshape(-1, n, n), allowed.reshape(n, n)


def _helps(pairs: Pairs) -> np.ndarray:
    """How much the second could help the first, 0 to 1; 0 where it keeps its answers closed."""
    fields, pains = (pairs.part(name, PartnerList.COMPLEMENTARY) for name in ("field", "pain"))
    result: np.ndarray = np.minimum(fields + pains, 1) * pairs.right(pairs.bodies.open_answers)
    return result


def _fits(pairs: Pairs, help_: np.ndarray, reach: Reach) -> tuple[np.ndarray, np.ndarray]:
    """Weighted parts and who may meet whom; ``help_`` is the sum of the help in both directions.

    Who joins a team declares a need of it, so that the wider of the two limits holds between every two.
    """
    weights, gap, land = numbers.TEAM_WEIGHTS, np.abs(pairs.log_ratio), pairs.bodies.land
    size = np.nan_to_num(np.clip(1 - gap / np.log(numbers.TEAM_RATIO), 0, 1))
    place = np.nan_to_num(np.clip(1 - pairs.km / numbers.PLACE_KM, 0, 1)).astype(size.dtype)
    parts = np.stack([weights["size"] * size, weights["place"] * place, weights["help"] * help_ / 2])
    parts *= pairs.left(np.arange(pairs.bodies.n)) != pairs.right(np.arange(pairs.bodies.n))
    left, right = pairs.left(land), pairs.right(land)
    same_land = (left == right) | (left < 0) | (right < 0)
    near = reach.accepts(pairs.km, gap, same_land, np.ones_like(same_land))
    return parts, pairs.allowed & near & ~(gap > np.log(numbers.TEAM_RATIO) + ROUNDING)


def _together(
    bodies: Bodies, size: int, wishes: Wishes, apart: set[tuple[str, str]], reach: Reach
) -> tuple[list[tuple[str, ...]], list[tuple[str, tuple[str, ...], str]]]:
    """Wishes for one team that can be met, joined where they share a key; the others with a reason."""
    kept: list[tuple[str, ...]] = []
    unmet: list[tuple[str, tuple[str, ...], str]] = []
    for group in wishes.teams.together:
        joined = list(dict.fromkeys([*group, *(key for other in kept if set(other) & set(group) for key in other)]))
        reason = _refusal(bodies, size, joined, apart, reach)
        if reason:
            unmet.append(("together", group, reason))
        else:
            kept = [other for other in kept if not set(other) & set(group)] + [tuple(sorted(joined))]
    return kept, unmet


def _refusal(bodies: Bodies, size: int, keys: list[str], apart: set[tuple[str, str]], reach: Reach) -> str:
    """Why these cannot sit in one team; empty when nothing speaks against it."""
    if not set(keys) <= set(bodies.position):
        return "unknown_key"
    index = np.array([bodies.position[key] for key in keys])
    if not (bodies.partner | bodies.full)[index].all():
        return "no_consent"
    if bodies.full[index].any():
        return "no_capacity"
    if (bodies.type[index] < 0).any():
        return "no_own_type"
    if len(set(bodies.pool[index])) > 1:
        return "other_kind"
    if len(keys) > size:
        return "team_full"
    missing_types = len(bodies.types) - len(set(bodies.type[index]))
    if missing_types > size - len(keys):
        return "same_type"
    if any((a, b) in apart or (b, a) in apart for a, b in combinations(keys, 2)):
        return "excluded"
    _, allowed = _pairs(bodies, index, reach)
    if not allowed[~np.eye(len(keys), dtype=bool)].all():
        return "too_different"
    return ""


def most_teams(group: Candidates) -> int:
    """How many teams there can be at most: the rarest type limits them, and so does the number of seats."""
    per_type = np.bincount(group.type, weights=group.capacity, minlength=group.n_types)
    return int(min(per_type.min(), group.capacity.sum() // group.size)) if len(group.members) else 0


def most_served(group: Candidates) -> int:
    """How many different members can sit in a team at most."""
    teams = most_teams(group)
    per_type = np.bincount(group.type, minlength=group.n_types)
    if group.size == group.n_types:
        return int(np.minimum(per_type, teams).sum())
    return int(min(len(group.members), teams * group.size))


def pool_bound(bodies: Bodies, whole: Candidates, groups: list[Group], reach: Reach) -> float:
    """No set of teams of a pool has a higher total score; over several portions a coarser bound."""
    if len(groups) == 1:
        return score_bound(groups[0])
    teams = most_teams(whole)
    best = np.zeros(len(whole.members))
    for rows in blocks_of(len(whole.members)):
        there = Pairs(bodies, whole.members[rows], whole.members, grid=True)
        back = Pairs(bodies, whole.members, whole.members[rows], grid=True)
        parts, allowed = _fits(there, _helps(there) + _helps(back).T, reach)
        best[rows] = _best_seats(np.where(allowed, parts.sum(axis=0) + SINGLE_PRECISION, 0.0), whole)
    if whole.size > whole.n_types:
        return float(np.sort(np.repeat(best, whole.capacity))[::-1][: teams * whole.size].sum() / 2)
    kinds, seats = np.repeat(whole.type, whole.capacity), np.repeat(best, whole.capacity)
    return float(sum(np.sort(seats[kinds == kind])[::-1][:teams].sum() for kind in range(whole.n_types)) / 2)


def _best_seats(fit: np.ndarray, whole: Candidates) -> np.ndarray:
    """What each row could count at most beside the others of its team: one of every other type, or the best of all."""
    if whole.size > whole.n_types:
        # a member with several places may sit beside another one more than once
        top = np.repeat(fit, whole.capacity, axis=1) if whole.capacity.max() > 1 else fit
        return np.asarray(-np.partition(-top, whole.size - 2, axis=1)[:, : whole.size - 1].sum(axis=1))
    of_type = [fit[:, whole.type == kind].max(axis=1, initial=0.0) for kind in range(whole.n_types)]
    return np.asarray(np.sum(of_type, axis=0))


def score_bound(group: Group) -> float:
    """No set of teams has a higher total score.

    With one member per type, every two types meet in a matching of as many pairs as there are teams: the sum of the
    best such matchings. With more seats, every member sits with ``size - 1`` others: half the sum of everybody's best.
    """
    teams = most_teams(group)
    if not teams:
        return 0.0
    copies = np.repeat(np.arange(len(group.members)), group.capacity)
    fit, kind = group.fit[np.ix_(copies, copies)], group.type[copies]
    if group.size > group.n_types:
        best = np.sort(fit, axis=1)[:, ::-1][:, : group.size - 1].sum(axis=1)
        return float(np.sort(best)[::-1][: teams * group.size].sum() / 2)
    total = 0.0
    for a, b in combinations(range(group.n_types), 2):
        total += _matching(fit[np.ix_(kind == a, kind == b)], teams)
    return total


def _matching(weight: np.ndarray, most: int) -> float:
    """Largest total of at most ``most`` pairs, no row and no column twice."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = weight.shape
    most = min(most, rows, columns)
    # surplus rows go to extra columns and the reverse, so that exactly ``most`` real pairs remain
    square = np.zeros((rows + columns - most, rows + columns - most))
    square[:rows, :columns] = weight
    square[rows:, columns:] = UNUSED
    r, c = linear_sum_assignment(square, maximize=True)
    return float(square[r, c].sum())
