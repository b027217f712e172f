"""Finding D-Teams: exactly where every possible team can be listed, by local search where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from typology.matching.reach import ROUNDING
from typology.matching.teams.pairs import FORBIDDEN, TOGETHER, Group, most_teams

EXACT_MEMBERS = 20  # of so many all possible teams can be listed
NODE_LIMIT = 2_000  # of the programme over all teams of so few; beyond, the search takes its place
STARTS = 24  # of the local search, so that one bad beginning does not decide
SWEEPS = 40  # over all teams at most, so that a start ends
EXCHANGES = 60  # in which some teams are taken apart and formed anew
FEW_TYPES = 5  # with more types there are far more possible teams
APART_OF_FEW, APART_OF_MANY = (3, 4), (2, 2)  # teams taken apart at once, and members left over that join them
Teams = list[tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Found:
    """Teams (positions in the group), whether they are proven the best, and wishes no set of teams could meet."""

    teams: Teams
    exact: bool
    refused: tuple[tuple[int, ...], ...]


def find_teams(group: Group, rng: np.random.Generator) -> Found:
    """Disjoint teams (up to capacity) with the highest total score; wishes that fail are given up one by one."""
    refused: list[tuple[int, ...]] = []
    exact = len(group.members) <= EXACT_MEMBERS
    while True:
        if most_teams(group) == 0:
            return Found([], True, (*refused, *group.together))
        best = _exact(group) if exact else None
        exact, teams = best is not None, _search(group, rng) if best is None else best
        failed = [wish for wish in group.together if not any(set(team) >= set(wish) for team in teams)]
        if not failed:
            return Found(teams, exact, tuple(refused))
        refused.append(failed[-1])
        group = replace(group, together=tuple(wish for wish in group.together if wish != failed[-1]))


def _every_team(group: Group) -> np.ndarray:
    """All valid teams (teams × size), members in order, teams in order."""
    everybody = np.arange(len(group.members))
    pools = [np.flatnonzero(group.type == kind) for kind in range(group.n_types)]
    teams = pools[0][:, None]
    for pool in pools[1:] + [everybody] * (group.size - group.n_types):
        others = teams[:, :, None]
        fits = (group.allowed[others, pool] & (others != pool)).all(axis=1)
        grown, joining = np.nonzero(fits)
        teams = np.unique(np.sort(np.column_stack([teams[grown], pool[joining]]), axis=1), axis=0)
    for wish in group.together:
        present = np.isin(teams, wish).sum(axis=1)
        teams = teams[(present == 0) | (present == len(wish))]
    return teams


def _scores(group: Group, teams: np.ndarray) -> np.ndarray:
    """What each team counts; a wish that can be met comes before any fit."""
    fit = group.fit[teams[:, :, None], teams[:, None, :]].reshape(len(teams), group.size**2).sum(axis=1) / 2
    met = [np.isin(teams, wish).sum(axis=1) == len(wish) for wish in group.together]
    return np.asarray(fit + TOGETHER * np.sum(met, axis=0))


def _seats(group: Group, teams: np.ndarray) -> np.ndarray:
    """Who sits in which team (teams × members)."""
    seats = np.zeros((len(teams), len(group.members)), dtype=int)
    np.put_along_axis(seats, teams, 1, axis=1)
    return seats


def _exact(group: Group) -> Teams | None:
    """The best choice among all valid teams: set packing as an integer programme; None where its limit is reached."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    teams = _every_team(group)
    if not len(teams):
        return []
    result = milp(
        -_scores(group, teams),
        constraints=LinearConstraint(_seats(group, teams).T, -np.inf, group.capacity.astype(float)),
        integrality=np.ones(len(teams)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": NODE_LIMIT},
    )
    return _as_tuples(teams[result.x > 0.5]) if result.status == 0 else None


def _better(group: Group, least: float) -> Teams:
    """The best choice among all valid teams of a small group if it counts more than ``least``, else none.

    Teams are taken in the order of their scores as long as the best that may follow could still count more.
    """
    teams = _every_team(group)
    scores, seats = _scores(group, teams), _seats(group, teams)
    best: tuple[float, tuple[int, ...]] = (least, ())

    def choose(rest: np.ndarray, left: np.ndarray, value: float, chosen: tuple[int, ...]) -> None:
        nonlocal best
        if value > best[0]:
            best = (value, chosen)
        more = int(min(left[group.type == kind].sum() for kind in range(group.n_types)))
        for place, team in enumerate(rest):
            if value + scores[rest[place : place + more]].sum() <= best[0]:
                return
            now, later = left - seats[team], rest[place + 1 :]
            choose(later[(seats[later] <= now).all(axis=1)], now, value + scores[team], (*chosen, int(team)))

    choose(np.argsort(-scores, kind="stable"), group.capacity, 0.0, ())
    return _as_tuples(teams[sorted(best[1])])


def _as_tuples(teams: np.ndarray) -> Teams:
    return [tuple(map(int, team)) for team in teams]


def _search(group: Group, rng: np.random.Generator) -> Teams:
    """Several starts; in each, the seats of one type after another are given anew in the best way, until none gains."""
    pull = group.pull
    best: tuple[float, Teams] = (-np.inf, [])
    for _ in range(STARTS):
        seats = _improve(group, pull, _start(group, pull, rng), rng)
        teams = _complete(group, _valid_teams(group, seats))
        value = _value(group, teams)
        if value > best[0] + ROUNDING:
            best = (value, teams)
    teams = _exchange(group, best[1], rng)
    return sorted(tuple(sorted(team)) for team in teams)


def _value(group: Group, teams: Teams) -> float:
    met = sum(set(team) >= set(wish) for team in teams for wish in group.together)
    return sum(group.team_score(team) for team in teams) + TOGETHER * met


def _start(group: Group, pull: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Seats (teams × size): the rarest type sits down first in random order, the others join by best fit."""
    teams = most_teams(group)
    seats = np.full((teams, group.size), -1)
    counts = np.bincount(group.type, weights=group.capacity, minlength=group.n_types)
    order = sorted(range(group.n_types), key=lambda kind: (counts[kind], rng.random()))
    first = rng.permutation(_copies(group, order[0]))[:teams]
    seats[:, order[0]] = first
    for kind in order[1:]:
        _reseat(group, pull, seats, kind)
    for place in range(group.n_types, group.size):
        _reseat(group, pull, seats, place)
    return seats


def _copies(group: Group, kind: int) -> np.ndarray:
    members = np.flatnonzero(group.type == kind)
    return np.repeat(members, group.capacity[members])


def _free(group: Group, seats: np.ndarray, column: int) -> np.ndarray:
    """Everybody who may take a seat of this column when it is emptied, as often as capacity leaves."""
    others = np.delete(seats, column, axis=1)
    taken = np.bincount(others[others >= 0], minlength=len(group.members))
    left = np.maximum(group.capacity - taken, 0)
    if column < group.n_types:
        left = np.where(group.type == column, left, 0)
    return np.repeat(np.arange(len(group.members)), left)


def _reseat(group: Group, pull: np.ndarray, seats: np.ndarray, column: int) -> bool:
    """Give the seats of one column anew in the best way; True when that changes the total."""
    from scipy.optimize import linear_sum_assignment

    candidates = _free(group, seats, column)
    others = np.delete(seats, column, axis=1)
    weight = np.zeros((len(seats), len(candidates)))
    for place in range(others.shape[1]):
        filled = others[:, place] >= 0
        weight[filled] += pull[np.ix_(others[filled, place], candidates)]
    weight = np.maximum(weight, 2 * FORBIDDEN)
    rows, columns = linear_sum_assignment(weight, maximize=True)
    before = seats[:, column].copy()
    old = 0.0
    for row in np.flatnonzero(before >= 0):
        old += max(sum(pull[before[row], other] for other in others[row] if other >= 0), 2 * FORBIDDEN)
    new = weight[rows, columns].sum()
    if (before >= 0).all() and new <= old + ROUNDING:
        return False
    seats[:, column] = -1
    seats[rows, column] = candidates[columns]
    return True


def _improve(group: Group, pull: np.ndarray, seats: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    for _ in range(SWEEPS):
        changed = False
        for column in rng.permutation(group.size):
            changed |= _reseat(group, pull, seats, int(column))
        if not changed:
            break
    return seats


def _valid_teams(group: Group, seats: np.ndarray) -> Teams:
    """The rows that are teams, each once."""
    rows = (tuple(sorted(int(member) for member in row)) for row in seats if (row >= 0).all())
    return list(dict.fromkeys(row for row in rows if group.valid(row)))


def _complete(group: Group, teams: Teams) -> Teams:
    """Further teams from those left over, the best first."""
    used = np.bincount(np.array(teams, dtype=int).ravel(), minlength=len(group.members))
    teams = list(teams)
    while True:
        left = np.flatnonzero(used < group.capacity)
        team = _best_team(group, left, set(teams))
        if team is None:
            return teams
        teams.append(team)
        used[list(team)] += 1


def _best_team(group: Group, left: np.ndarray, known: set[tuple[int, ...]]) -> tuple[int, ...] | None:
    """A good valid team of those left, grown from every member of the rarest type."""
    kinds = [left[group.type[left] == kind] for kind in range(group.n_types)]
    if min(map(len, kinds)) == 0:
        return None
    fit = group.fit
    order = sorted(range(group.n_types), key=lambda kind: len(kinds[kind]))
    best: tuple[float, tuple[int, ...] | None] = (-1.0, None)
    for seed in kinds[order[0]]:
        team = [int(seed)]
        for pool in [kinds[kind] for kind in order[1:]] + [left] * (group.size - group.n_types):
            options = pool[group.allowed[np.ix_(team, pool)].all(axis=0) & ~np.isin(pool, team)]
            if not options.size:
                break
            team.append(int(options[fit[np.ix_(team, options)].sum(axis=0).argmax()]))
        done = tuple(sorted(team))
        if len(done) == group.size and done not in known and group.valid(done) and group.team_score(done) > best[0]:
            best = (group.team_score(done), done)
    return best[1]


def _exchange(group: Group, teams: Teams, rng: np.random.Generator) -> Teams:
    """Take some teams apart and form them anew, exactly, from their members and those left over."""
    teams = list(teams)
    if len(teams) < 2:
        return teams
    # with seats beyond one per type, or many types, there are far more possible teams: fewer are taken apart at once
    together, more = APART_OF_FEW if group.size == group.n_types <= FEW_TYPES else APART_OF_MANY
    tried: set[tuple[int, ...]] = set()
    for _ in range(EXCHANGES):
        anchor = int(rng.integers(len(teams)))
        near = _nearest_teams(group, teams, anchor)[:together]
        rest = [team for place, team in enumerate(teams) if place not in near]
        used = np.bincount(np.array(rest, dtype=int).reshape(-1), minlength=len(group.members))
        inside = {member for place in near for member in teams[place]}
        spare = rng.permutation([m for m in np.flatnonzero(used < group.capacity) if m not in inside])[:more]
        pick = np.array(sorted(inside | {int(member) for member in spare}))
        if tuple(pick) in tried:
            continue
        tried.add(tuple(pick))
        old = _value(group, [teams[place] for place in near])
        better = _better(_part(group, pick, used), old + ROUNDING)
        new = [tuple(int(pick[member]) for member in team) for team in better]
        if new and not set(new) & set(rest) and all(map(group.valid, new)):
            teams = rest + new
    return teams


def _nearest_teams(group: Group, teams: Teams, anchor: int) -> list[int]:
    """Teams by their fit with the anchor, itself first."""
    fit = group.fit
    scores = [fit[np.ix_(teams[anchor], team)].sum() for team in teams]
    order = sorted(range(len(teams)), key=lambda place: (place != anchor, -scores[place], place))
    return order


def _part(group: Group, pick: np.ndarray, used: np.ndarray) -> Group:
    place = {int(member): number for number, member in enumerate(pick)}
    return Group(
        members=group.members[pick],
        type=group.type[pick],
        capacity=(group.capacity - used)[pick],
        parts=group.parts[:, pick[:, None], pick],
        allowed=group.allowed[np.ix_(pick, pick)],
        together=tuple(tuple(place[m] for m in wish) for wish in group.together if set(wish) <= set(place)),
        n_types=group.n_types,
        size=group.size,
    )
