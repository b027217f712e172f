"""D-Teams: every type in every team, close in size and place, with a topic that some can teach and others need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology import writing
from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.content.shown import Shown
from typology.content.vocabulary import Pool, TeamRole
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.bodies import Bodies, highest_leanings, prepare_bodies
from typology.matching.peers.pairs import Pairs
from typology.matching.reach import ROUNDING, Reach
from typology.matching.teams.pairs import (
    Candidates,
    Group,
    make_pools,
    most_served,
    most_teams,
    of_types,
    pool_bound,
)
from typology.matching.teams.search import Found, find_teams
from typology.matching.wishes import Wishes
from typology.writing import Said

TEAM_COLUMNS = (
    "team",
    "pool",
    "topic",
    "score",
    *(f"part_{name}" for name in numbers.TEAM_WEIGHTS),
    "members",
    "host",
    "population_low",
    "population_high",
    "distance_km",
)
MEMBER_COLUMNS = ("team", "key", "type", "host", "role", "distance_km", "brings")
BOUND_COLUMNS = ("pool", "members", "rarest_type", "n_rarest", "teams", "served")
TEAM_UNMET_COLUMNS = ("wish", "keys", "reason")
POOL_NAMES = tuple(pool.value for pool in Pool)


@dataclass(frozen=True, eq=False, repr=False)
class TeamResult(Shown):
    """Teams, members, what limits them, and what was left.

    ``teams``: ``team, pool, topic`` (reason key), ``score`` = sum of ``part_size, part_place, part_help`` over all
    pairs of the team, ``members`` (number), ``host`` (key), ``population_low, population_high``, ``distance_km``
    (largest distance of two members). ``members``: ``team, key, type, host`` (bool), ``role`` (``hilft`` or
    ``sucht`` on the topic, empty where neither or not to be told), ``distance_km`` to the host, ``brings`` (reason
    key). ``bounds``: see :func:`team_bounds`. ``without``: who consents and sits in no team (``key, reason``).
    ``unmet``: wishes that could not be met (``wish, keys, reason``). ``record``: settings, served, score, bound, gap.
    """

    teams: pd.DataFrame
    members: pd.DataFrame
    bounds: pd.DataFrame
    without: pd.DataFrame
    unmet: pd.DataFrame
    record: dict[str, Any]

    def _lines(self) -> tuple[str, ...]:
        record, spoken = self.record, writing.program_language()
        score, gap = writing.number(record["score"], spoken, 2), writing.percent(record["gap"], spoken, 1)
        return (
            Said("matching.teams", teams=record["teams"], served=record["served"], size=record["size"]),
            "  " + Said("matching.teams_possible", teams=record["teams_bound"], served=record["served_bound"]),
            "  " + Said("matching.score", score=score, gap=gap),
        )

    def _overview(self) -> pd.DataFrame:
        titles = {
            "pool": Said("matching.pool"), "members": Said("matching.municipalities"),
            "rarest_type": Said("matching.rarest_type"), "n_rarest": Said("matching.n_rarest"),
            "teams": Said("matching.most_teams"), "served": Said("matching.most_seats"),
        }  # fmt: skip
        return self.bounds[list(titles)].rename(columns=titles)


def form_teams(
    assignments: pd.DataFrame,
    profiles: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    *,
    size: int | None = None,
    capacity: int | Mapping[str, int] = 1,
    wishes: Wishes | None = None,
    random_state: int = 0,
    types: Collection[str] | None = None,
    leanings: pd.DataFrame | None = None,
) -> TeamResult:
    """Form disjoint teams that hold every type at least once.

    Only who consents to ``partner``, takes requests and has a type takes part. Up to 20 members per pool the result is
    the best there is; beyond, a local search with several starts, and the record states the gap to a proven bound.
    Pools of more than 1,000 are divided into portions that lie together, and searched portion by portion.

    Parameters
    ----------
    size : members per team, from the number of types up to that number + 2; without it four, or as near as that allows.
    capacity : teams that a member may join: a number for types rarer than the average, or a mapping type -> number.
    wishes : see :mod:`typology.matching.wishes`; ``teams.together``, ``teams.apart``, exclusions and who takes no
        requests are read.
    random_state : seed of the search.
    types : types that every team holds, for a model with types that nobody was assigned to; without it all.
    leanings : ``key, leaning, place`` where the answers speak for degrees: every team then holds one municipality for
        each leaning that stands highest on it.

    Returns
    -------
    TeamResult; scores have no unit, distances are kilometres as the crow flies.

    Raises
    ------
    MatchingError : size or capacity impossible, or tables that do not fit.

    Examples
    --------
    >>> tables = study.tables
    >>> teams = typology.form_teams(
    ...     tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent
    ... )
    >>> bool((teams.members.groupby("team")["type"].nunique() == len(study.typology.types)).all())
    True
    """
    wishes = wishes or Wishes()
    bodies = prepare_bodies(assignments, profiles, municipalities, consent, leanings, wishes.full)
    return teams_among(bodies, size=size, capacity=capacity, wishes=wishes, random_state=random_state, types=types)


def teams_among(
    bodies: Bodies,
    *,
    size: int | None = None,
    capacity: int | Mapping[str, int] = 1,
    wishes: Wishes | None = None,
    random_state: int = 0,
    types: Collection[str] | None = None,
) -> TeamResult:
    """As :func:`form_teams`, from tables that were brought into arrays already."""
    wishes = wishes or Wishes()
    bodies = of_types(highest_leanings(bodies), types)
    n_types = len(bodies.types)
    size = _usual_size(n_types) if size is None else size
    if not n_types <= size <= n_types + 2:
        raise MatchingError(Said("matching.team_size", least=n_types, most=n_types + 2, size=size))
    pools, refused = make_pools(bodies, size, capacity, wishes)
    groups = [group for _, parts in pools for group in parts]
    bounds = _bounds(bodies, [whole for whole, _ in pools])
    rng = np.random.default_rng(random_state)
    found = [find_teams(group, rng) for group in groups]
    for group, part in zip(groups, found, strict=True):
        refused += [
            ("together", tuple(map(str, bodies.keys[group.members[list(wish)]])), "no_team") for wish in part.refused
        ]
    teams, members = _tables(bodies, groups, found)
    reach = Reach.of(wishes.limits)
    score, bound = float(teams["score"].sum()), sum(pool_bound(bodies, *pool, reach) for pool in pools)
    record = {
        "size": size,
        "capacity": dict(capacity) if isinstance(capacity, Mapping) else capacity,
        "random_state": random_state,
        "size_ratio": numbers.TEAM_RATIO,
        "most_km": reach.need_km,
        "weights": dict(numbers.TEAM_WEIGHTS),
        "members": int(bounds["members"].sum()),
        "teams": len(teams),
        "teams_bound": int(bounds["teams"].sum()),
        "served": int(members["key"].nunique()),
        "served_bound": int(bounds["served"].sum()),
        "score": round(score, 6),
        "bound": round(bound, 6),
        "gap": round((bound - score) / bound, 6) if bound else 0.0,
        "exact": all(part.exact for part in found),
    }
    unmet = pd.DataFrame(
        [(wish, "+".join(keys), reason) for wish, keys, reason in refused], columns=list(TEAM_UNMET_COLUMNS)
    )
    return TeamResult(teams, members, bounds, _without(bodies, [whole for whole, _ in pools], members), unmet, record)


def team_bounds(
    assignments: pd.DataFrame,
    profiles: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    *,
    size: int | None = None,
    capacity: int | Mapping[str, int] = 1,
    types: Collection[str] | None = None,
) -> pd.DataFrame:
    """How many teams there can be and how many members they can hold, before any search.

    Returns
    -------
    One row per pool (Gemeinden, Kreise, andere): ``pool, members, rarest_type, n_rarest, teams, served``.
    """
    bodies = of_types(prepare_bodies(assignments, profiles, municipalities, consent), types)
    size = _usual_size(len(bodies.types)) if size is None else size
    return _bounds(bodies, [whole for whole, _ in make_pools(bodies, size, capacity, Wishes())[0]])


def _usual_size(n_types: int) -> int:
    return min(max(numbers.TEAM_SIZE, n_types), n_types + 2)


def say_bounds(bounds: pd.DataFrame, content: Content, language: Language = "de") -> list[str]:
    """The bounds as sentences, to be printed before the search."""
    return [
        content.say(
            "teams_bound",
            language,
            pool=content.say(f"teams_pool_{row.pool}", language),
            served=row.served,
            members=row.members,
            teams=row.teams,
            n=row.n_rarest,
            type=content.label("type", row.rarest_type, language),
        )
        for row in bounds.itertuples()
    ]


def _bounds(bodies: Bodies, groups: list[Candidates]) -> pd.DataFrame:
    rows = []
    for group in groups:
        seats = np.bincount(group.type, weights=group.capacity, minlength=group.n_types)
        rarest = int(seats.argmin())
        rows.append(
            (
                _pool_name(bodies, group),
                len(group.members),
                bodies.types[rarest],
                int((group.type == rarest).sum()),
                most_teams(group),
                most_served(group),
            )
        )
    return pd.DataFrame(rows, columns=list(BOUND_COLUMNS))


def _pool_name(bodies: Bodies, group: Candidates) -> str:
    result: str = POOL_NAMES[bodies.pool[group.members[0]]]
    return result


def _tables(bodies: Bodies, groups: list[Group], found: list[Found]) -> tuple[pd.DataFrame, pd.DataFrame]:
    teams, members = [], []
    seated = [(group, team) for group, part in zip(groups, found, strict=True) for team in part.teams]
    seated.sort(
        key=lambda pair: (int(bodies.pool[pair[0].members[0]]), sorted(bodies.keys[pair[0].members[list(pair[1])]]))
    )
    for number, (group, team) in enumerate(seated, start=1):
        name = f"{number:02d}"
        index = np.array(team)
        places = group.members[index]
        parts = (group.parts[:, index[:, None], index].sum(axis=(1, 2)) / 2).round(6)
        topic, teachers, learners = _topic(bodies, places)
        role = np.select([teachers, learners], [TeamRole.HELPS.value, TeamRole.SEEKS.value], "")
        distance = _distances(bodies, places)
        host = _host(bodies, places, teachers, distance)
        population = np.exp(bodies.log_population[places])
        known = population[np.isfinite(population)]
        teams.append(
            (
                name,
                _pool_name(bodies, group),
                topic,
                round(float(parts.sum()), 6),
                *parts,
                len(team),
                bodies.keys[host],
                *((known.min().round(), known.max().round()) if known.size else (np.nan, np.nan)),
                np.nanmax(distance).round(1) if np.isfinite(distance).any() else np.nan,
            )
        )
        to_host = distance[:, int(np.flatnonzero(places == host)[0])].round(1)
        for seat in sorted(range(len(places)), key=lambda seat: (bodies.type[places[seat]], places[seat])):
            place = int(places[seat])
            members.append(
                (
                    name,
                    bodies.keys[place],
                    bodies.types[bodies.type[place]],
                    place == host,
                    role[seat],
                    to_host[seat],
                    _brings(bodies, place, places),
                )
            )
    return pd.DataFrame(teams, columns=list(TEAM_COLUMNS)), pd.DataFrame(members, columns=list(MEMBER_COLUMNS))


def _distances(bodies: Bodies, places: np.ndarray) -> np.ndarray:
    return Pairs(bodies, np.repeat(places, len(places)), np.tile(places, len(places)), grid=False).km.reshape(
        len(places), -1
    )


def _topic(bodies: Bodies, places: np.ndarray) -> tuple[str, np.ndarray, np.ndarray]:
    """What most members need and at least one can teach, by importance to those who need it: the reason key, who can
    teach it, who seeks it. Only answers that may be told count."""
    told, nobody = bodies.open_answers[places], np.zeros(len(places), dtype=bool)
    best: tuple[float, str, np.ndarray, np.ndarray] = (0.0, "topic_team_open", nobody, nobody)
    tables = (
        ("field", bodies.weak, bodies.strong, bodies.important),
        ("pain", bodies.pain_now, bodies.pain_past, None),
    )
    for kind, need, offer, important in tables:
        for item in need:
            learners, teachers = (table[item].to_numpy()[places] & told for table in (need, offer))
            matters = np.ones(len(places))
            if important is not None:
                matters = important[item].to_numpy()[places] + numbers.TEAM_SEEKS
            value = float((learners * matters).sum()) + numbers.TEAM_TEACHES * float(teachers.sum())
            if learners.any() and teachers.any() and value > best[0] + ROUNDING:
                best = (value, f"topic_team_{kind}:{item}", teachers, learners)
    if best[0]:
        return best[1:]
    for kind, need in (("shared_pain", bodies.pain_now), ("shared_field", bodies.weak)):
        for item in need:
            learners = need[item].to_numpy()[places] & told
            if learners.sum() >= 2 and learners.sum() > best[0]:
                best = (float(learners.sum()), f"topic_team_{kind}:{item}", nobody, learners)
    return best[1:]


def _host(bodies: Bodies, places: np.ndarray, teachers: np.ndarray, distance: np.ndarray) -> int:
    """Who can teach the topic and tells so, then who has the shortest ways, then the smaller key."""
    ways = np.nansum(distance, axis=1)
    open_teachers = teachers & bodies.open_answers[places]
    order = sorted(range(len(places)), key=lambda n: (not open_teachers[n], round(float(ways[n]), 1), places[n]))
    return int(places[order[0]])


def _brings(bodies: Bodies, place: int, places: np.ndarray) -> str:
    """What this member can give to another one of the team; its type where its answers stay closed."""
    others = places[places != place]
    if bodies.open_answers[place]:
        for kind, need, offer in (("field", bodies.weak, bodies.strong), ("pain", bodies.pain_now, bodies.pain_past)):
            wanted = need.to_numpy()[others].sum(axis=0) * offer.to_numpy()[place]
            if wanted.size and wanted.max() > 0:
                return f"brings_{kind}:{need.columns[int(wanted.argmax())]}"
    return f"brings_type:{bodies.types[bodies.type[place]]}"


def _without(bodies: Bodies, groups: list[Candidates], members: pd.DataFrame) -> pd.DataFrame:
    """Who consents and sits in no team: takes no requests, has no type, the rarest type is used up, nobody is close."""
    seated = set(members["key"])
    rows = [(bodies.keys[place], "no_capacity") for place in np.flatnonzero(bodies.full)]
    rows += [(bodies.keys[place], "no_own_type") for place in np.flatnonzero(bodies.partner & (bodies.type < 0))]
    for group in groups:
        seats = np.bincount(group.type, weights=group.capacity, minlength=group.n_types)
        rarest = int(seats.argmin())
        used = np.array([key in seated for key in bodies.keys[group.members]], dtype=bool)
        full = used[group.type == rarest].all()
        for place in group.members[~used]:
            rows.append((bodies.keys[place], f"type_used_up:{bodies.types[rarest]}" if full else "nobody_close"))
    return pd.DataFrame(sorted(rows), columns=["key", "reason"])
