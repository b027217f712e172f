"""Who can sit in a D-Team, how well two of them fit, and what no set of teams can exceed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from typology.content.vocabulary import PartnerList
from typology.errors import MatchingError
from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Pairs
from typology.matching.wishes import Wishes
from typology.writing import Said

TEAM_RATIO = 4.0
# Parts of the fit of two members; each between 0 and its weight, the score of a team is their sum over all pairs.
PAIR_WEIGHTS = {"size": 0.35, "place": 0.25, "help": 0.4}
TOGETHER = 1000.0
FORBIDDEN = -1.0e6


@dataclass(frozen=True, eq=False)
class Group:
    """The members of one pool: who may sit in teams with whom, and how well each two fit."""

    members: np.ndarray  # positions in Bodies
    type: np.ndarray  # 0 … n_types - 1 per member
    capacity: np.ndarray  # teams per member
    parts: np.ndarray  # (parts, members, members), symmetric, diagonal 0
    allowed: np.ndarray  # (members, members)
    together: tuple[tuple[int, ...], ...]
    n_types: int
    size: int

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


def make_groups(
    bodies: Bodies, size: int, capacity: int | Mapping[str, int], wishes: Wishes
) -> tuple[list[Group], list[tuple[str, tuple[str, ...], str]]]:
    """One group per pool, and the wishes that cannot be met: (wish, keys, reason)."""
    candidates = np.flatnonzero(bodies.partner & (bodies.type >= 0))
    excluded = {pair for name in PartnerList for pair in wishes.exclusions(name)}
    apart = excluded | {pair for group in wishes.teams.apart for pair in combinations(group, 2)}
    together, unmet = _together(bodies, size, wishes, apart)
    unmet += [("apart", group, "unknown_key") for group in wishes.teams.apart if not set(group) <= set(bodies.position)]
    groups = []
    for pool in np.unique(bodies.pool[candidates]):
        members = candidates[bodies.pool[candidates] == pool]
        place = {key: number for number, key in enumerate(bodies.keys[members])}
        parts, allowed = _pairs(bodies, members)
        for a, b in apart:
            if a in place and b in place:
                allowed[place[a], place[b]] = allowed[place[b], place[a]] = False
        groups.append(
            Group(
                members=members,
                type=bodies.type[members],
                capacity=capacities(bodies, members, capacity),
                parts=parts,
                allowed=allowed,
                n_types=len(bodies.types),
                size=size,
                together=tuple(tuple(place[key] for key in group) for group in together if group[0] in place),
            )
        )
    return groups, unmet


def _pairs(bodies: Bodies, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted parts and who may meet whom."""
    n = len(members)
    i, j = (axis.ravel() for axis in np.meshgrid(members, members, indexing="ij"))
    pairs = Pairs(bodies, i, j, grid=False)
    gap = np.abs(pairs.log_ratio)
    size = np.nan_to_num(np.clip(1 - gap / np.log(TEAM_RATIO), 0, 1)).reshape(n, n)
    place = pairs.part("place", PartnerList.COMPLEMENTARY).reshape(n, n)
    help_ = pairs.part("field", PartnerList.COMPLEMENTARY) + pairs.part("pain", PartnerList.COMPLEMENTARY)
    one_way = np.minimum(help_, 1).reshape(n, n)
    parts = np.stack(
        [PAIR_WEIGHTS["size"] * size, PAIR_WEIGHTS["place"] * place, PAIR_WEIGHTS["help"] * (one_way + one_way.T) / 2]
    )
    parts *= 1 - np.eye(n)
    allowed = (pairs.allowed() & ~(gap > np.log(TEAM_RATIO) + 1e-9)).reshape(n, n)
    return parts.round(6), allowed


def _together(
    bodies: Bodies, size: int, wishes: Wishes, apart: set[tuple[str, str]]
) -> tuple[list[tuple[str, ...]], list[tuple[str, tuple[str, ...], str]]]:
    """Wishes for one team that can be met, joined where they share a key; the others with a reason."""
    kept: list[tuple[str, ...]] = []
    unmet: list[tuple[str, tuple[str, ...], str]] = []
    for group in wishes.teams.together:
        joined = list(dict.fromkeys([*group, *(key for other in kept if set(other) & set(group) for key in other)]))
        reason = _refusal(bodies, size, joined, apart)
        if reason:
            unmet.append(("together", group, reason))
        else:
            kept = [other for other in kept if not set(other) & set(group)] + [tuple(sorted(joined))]
    return kept, unmet


def _refusal(bodies: Bodies, size: int, keys: list[str], apart: set[tuple[str, str]]) -> str:
    """Why these cannot sit in one team; empty when nothing speaks against it."""
    if not set(keys) <= set(bodies.position):
        return "unknown_key"
    index = np.array([bodies.position[key] for key in keys])
    if not bodies.partner[index].all():
        return "no_consent"
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
    _, allowed = _pairs(bodies, index)
    if not allowed[~np.eye(len(keys), dtype=bool)].all():
        return "too_different"
    return ""


def most_teams(group: Group) -> int:
    """How many teams there can be at most: the rarest type limits them, and so does the number of seats."""
    per_type = np.bincount(group.type, weights=group.capacity, minlength=group.n_types)
    return int(min(per_type.min(), group.capacity.sum() // group.size)) if len(group.members) else 0


def most_served(group: Group) -> int:
    """How many different members can sit in a team at most."""
    teams = most_teams(group)
    per_type = np.bincount(group.type, minlength=group.n_types)
    if group.size == group.n_types:
        return int(np.minimum(per_type, teams).sum())
    return int(min(len(group.members), teams * group.size))


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
    square[rows:, columns:] = -1e9
    r, c = linear_sum_assignment(square, maximize=True)
    return float(square[r, c].sum())
