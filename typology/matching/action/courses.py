"""Joint courses: which near municipalities should book an offer together, so that it fills and closes most gaps.

Per offer one integer programme, solved by HiGHS; where more seats are possible than one programme holds, the country is
cut into regions with a programme each. A course is held at one participating municipality (or online) and
needs between the least and the most seats of the offer, and at least two municipalities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology import writing
from typology.content.shown import Shown
from typology.content.trainings import Offer, TrainingsFile, load_trainings
from typology.matching import numbers
from typology.matching.action.cooperation import open_partners
from typology.matching.distance import Places, places_of, regions
from typology.matching.reach import ROUNDING, Reach
from typology.matching.wishes import Limits
from typology.writing import Said

NODE_LIMIT, SMALL_GAP = 2_000, 1e-6  # of one search, so that it ends, to six digits
# So many possible seats (municipality, host) at most stand in one programme.
MOST_SEATS, SEATS_OF_A_REGION = 10_000, 3_000
REGION_NODES, REGION_GAP = 20, 0.01  # a region is searched less, to within one per cent
# Of more municipalities even a programme of 2,000 seats may search for minutes: smaller regions, and less search.
MANY, MANY_SEATS, MANY_NODES, MANY_GAP = 1_000, 1_000, 1, 0.02
HOSTS = 12  # that a municipality may choose from then, beside itself: the nearest
COURSE_COLUMNS = (
    "course", "offer", "host", "participants", "municipalities", "seats", "levels", "score", "part_levels",
    "part_distance", "mean_km", "objective", "bound", "gap",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class CourseResult(Shown):
    """``courses``: one row per course. ``record``: objective, bound and gap over all offers, who is left over."""

    courses: pd.DataFrame
    record: dict[str, Any]

    def _lines(self) -> tuple[str, ...]:
        record, spoken = self.record, writing.program_language()
        served, wanted, seats = record["served"], record["wanted"], record["seats_per_family"]
        score, gap = writing.number(record["objective"], spoken, 2), writing.percent(record["gap"], spoken, 1)
        return (
            Said("matching.courses", n=record["courses"]),
            "  " + Said("matching.seats_wanted", served=served, wanted=wanted, seats=seats),
            "  " + Said("matching.score", score=score, gap=gap),
        )

    def _overview(self) -> pd.DataFrame:
        titles = {
            "course": Said("matching.course"), "municipalities": Said("matching.municipalities"),
            "seats": Said("matching.seats"), "levels": Said("matching.levels"),
        }  # fmt: skip
        return self.courses[list(titles)].rename(columns=titles)


def plan_courses(
    trainings: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    catalogue: TrainingsFile | None = None,
    *,
    seats_per_family: int | None = None,
    limits: Limits | None = None,
) -> CourseResult:
    """Courses that near municipalities fill together.

    Parameters
    ----------
    trainings : rows of :func:`typology.matching.action.trainings.match_trainings`; the first step of each path counts.
    municipalities : register rows, index ``key``.
    consent : index ``key``; only who agreed to ``partner`` and ``answers`` is named to others.
    catalogue : the offers; by default the shipped example.
    seats_per_family : participants that a municipality sends per job family with a gap, 3 where not given (an
        assumption: the survey does not ask for numbers).
    limits : see :class:`typology.matching.wishes.Limits`; here ``course_km`` (``online_km`` for courses without travel)
        and ``need_size_ratio`` decide.

    Returns
    -------
    CourseResult. ``levels``: levels of gaps closed; ``score`` = ``part_levels`` + ``part_distance`` (the latter ≤ 0).
    ``objective``, ``bound``, ``gap`` belong to the offer: with gap 0 no other choice of courses scores higher.

    Examples
    --------
    >>> tables = study.tables
    >>> result = typology.plan_courses(tables.trainings, tables.municipalities, tables.consent)
    >>> result.record["courses"] == len(result.courses)
    True
    """
    catalogue = catalogue or load_trainings()
    seats_per_family = numbers.SEATS_PER_FAMILY if seats_per_family is None else seats_per_family
    rows: list[dict[str, Any]] = []
    total, bound, wanting, served = 0.0, 0.0, 0, 0
    willing, reach = set(map(str, open_partners(consent))), Reach.of(limits)
    first = trainings[trainings["step"].astype(int) == 1] if len(trainings) else trainings
    first = first[first["key"].isin(willing)] if len(first) else first
    for offer in catalogue.offers:
        part = first[first["offer"] == offer.key] if len(first) else first
        if offer.seats is None or part.empty:
            continue
        demand = part.groupby("key").agg(levels=("closes", "sum"), families=("family", "nunique"))
        places = places_of(municipalities, demand.index)
        demand = demand.reindex(list(places.keys))
        seats = demand["families"].to_numpy(dtype=int) * seats_per_family
        many = len(municipalities) > MANY
        chosen = _choose(offer, demand["levels"].to_numpy(dtype=float), seats, places, reach, many)
        total, bound = total + chosen.objective, bound + chosen.bound
        wanting, served = wanting + len(demand), served + len(set(chosen.member.tolist()))
        rows += _rows(offer, chosen, seats, places)
    table = pd.DataFrame(rows, columns=list(COURSE_COLUMNS)) if rows else _empty()
    gap = (bound - total) / total if total else 0.0
    record = {
        "objective": round(total, 6), "bound": round(bound, 6), "gap": round(gap, 6), "courses": len(table),
        "wanted": wanting, "served": served, "seats_per_family": seats_per_family,
    }  # fmt: skip
    return CourseResult(table, record)


def why_none(trainings: pd.DataFrame, consent: pd.DataFrame, catalogue: TrainingsFile) -> str:
    """Why :func:`plan_courses` plans nothing for these tables, the first reason that holds.

    Returns
    -------
    ``no_gap``; ``no_offer``: the catalogue holds none for the gaps; ``alone``: those that it holds are taken alone;
    ``no_consent``: fewer than two who could take part agreed to be named; ``not_filled``.
    """
    if not len(trainings):
        return "no_gap"
    together = {offer.key for offer in catalogue.offers if offer.seats is not None}
    first = trainings[trainings["step"].astype(int) == 1]
    if not len(first):
        return "no_offer"
    joint = first[first["offer"].isin(together)]
    if not len(joint):
        return "alone"
    willing = set(map(str, open_partners(consent)))
    return "not_filled" if joint.loc[joint["key"].isin(willing), "key"].nunique() > 1 else "no_consent"


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COURSE_COLUMNS})


@dataclass(frozen=True, eq=False)
class _Chosen:
    member: np.ndarray
    host: np.ndarray
    levels: np.ndarray
    distance: np.ndarray
    objective: float
    bound: float


def _choose(offer: Offer, levels: np.ndarray, seats: np.ndarray, places: Places, reach: Reach, many: bool) -> _Chosen:
    """Courses of one offer: every municipality in at most one, every course between its least and most seats."""
    assert offer.seats is not None
    n, radius = len(levels), reach.course_km if offer.travels else reach.online_km
    pairs = np.stack(places.pairs_together(radius, reach))
    pairs = np.concatenate([pairs, np.tile(np.arange(n), (2, 1))], axis=1)
    pairs = pairs[:, (seats[pairs] <= offer.seats.most).all(axis=0)]
    member, host = pairs[:, np.lexsort((pairs[1], pairs[0]))]
    nodes, gap = (MANY_NODES, MANY_GAP) if many else (REGION_NODES, REGION_GAP)
    if len(member) <= (MANY_SEATS if many else MOST_SEATS):
        whole = (nodes, gap) if many else (NODE_LIMIT, SMALL_GAP)
        return _solve(offer, levels, seats, places, radius, member, host, *whole)
    from joblib import Parallel, delayed

    everybody = np.unique(member)
    if many:
        member, host = _nearest_hosts(member, host, places)
    home = np.empty(n, dtype=int)
    most = MANY_SEATS if many else SEATS_OF_A_REGION
    for number, bodies in enumerate(regions(places.points, np.bincount(member, minlength=n), most)):
        home[bodies] = number
    inside = home[member] == home[host]
    member, host = member[inside], host[inside]
    order = np.argsort(home[member], kind="stable")
    edges = np.flatnonzero(np.diff(home[member[order]])) + 1
    solve = delayed(_solve)  # where an outer ``joblib.parallel_config`` has workers, each takes some regions
    found: list[_Chosen] = Parallel(max_nbytes=None)(
        solve(offer, levels, seats, places, radius, member[pairs], host[pairs], nodes, gap)
        for pairs in np.split(order, edges)
    )
    return _Chosen(
        member=np.concatenate([part.member for part in found]),
        host=np.concatenate([part.host for part in found]),
        levels=np.concatenate([part.levels for part in found]),
        distance=np.concatenate([part.distance for part in found]),
        objective=sum(part.objective for part in found),
        # no choice closes more than all gaps of those who could take part
        bound=float(levels[everybody].sum()),
    )


def _nearest_hosts(member: np.ndarray, host: np.ndarray, places: Places) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of everybody with itself and the nearest hosts, in their order; a place that is not known comes last."""
    km = np.where(member == host, -1.0, np.nan_to_num(places.km_between(member, host), nan=np.inf))
    order = np.lexsort((host, km.round(6), member))
    start = np.flatnonzero(np.r_[True, np.diff(member[order]) != 0])
    rank = np.arange(len(order)) - np.repeat(start, np.diff(np.r_[start, len(order)]))
    kept = np.sort(order[rank <= HOSTS])
    return member[kept], host[kept]


def _solve(
    offer: Offer,
    levels: np.ndarray,
    seats: np.ndarray,
    places: Places,
    radius: float,
    member: np.ndarray,
    host: np.ndarray,
    nodes: int,
    gap: float,
) -> _Chosen:
    """The best courses from pairs (member, host), in the order of the member and then of the host."""
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    assert offer.seats is not None
    n = len(levels)
    km = places.km_between(member, host)
    km = np.where(np.isnan(km), radius / 2, km)
    cost = -np.round(np.where(member == host, 0.0, numbers.DISTANCE_COST * km / radius), 6)
    width = len(member)
    nothing = _Chosen(*(np.zeros(0, dtype=int),) * 2, *(np.zeros(0),) * 2, 0.0, 0.0)
    if not width:
        return nothing
    own = np.flatnonzero(member == host)
    opener = np.full(n, -1)
    opener[member[own]] = own
    lines = np.arange(width)

    def by(row: np.ndarray, value: np.ndarray) -> Any:
        return sparse.coo_matrix((value, (row, lines)), shape=(n, width)).tocsr()

    open_ = sparse.coo_matrix((np.ones(len(own)), (member[own], own)), shape=(n, width)).tocsr()
    filled = by(host, seats[member].astype(float))
    others = np.flatnonzero(member != host)
    count = np.arange(len(others))
    only_if = sparse.coo_matrix(
        (np.ones(len(others)), (count, others)), shape=(len(others), width)
    ) - sparse.coo_matrix((np.ones(len(others)), (count, opener[host[others]])), shape=(len(others), width))
    company = sparse.coo_matrix((np.ones(len(others)), (host[others], others)), shape=(n, width)).tocsr()
    blocks = [
        (filled - offer.seats.most * open_, 0.0),
        (offer.seats.least * open_ - filled, 0.0),
        (open_ - company, 0.0),
        (only_if.tocsr(), 0.0),
        (by(member, np.ones(width)), 1.0),
    ]
    matrix = sparse.vstack([block for block, _ in blocks]).tocsr()
    limit = np.concatenate([np.full(block.shape[0], value) for block, value in blocks])
    score = levels[member] + cost
    result = milp(
        -score, constraints=LinearConstraint(matrix, -np.inf, limit), bounds=Bounds(0, 1), integrality=np.ones(width),
        options={"mip_rel_gap": gap, "node_limit": nodes},
    )  # fmt: skip
    picked = np.zeros(width, dtype=bool) if result.x is None else result.x > 0.5
    objective = float(score[picked].sum())
    bound = objective if result.mip_dual_bound is None else max(float(-result.mip_dual_bound), objective)
    return _Chosen(member[picked], host[picked], levels[member[picked]], cost[picked], objective, bound)


def _rows(offer: Offer, chosen: _Chosen, seats: np.ndarray, places: Places) -> list[dict[str, Any]]:
    gap = (chosen.bound - chosen.objective) / max(chosen.objective, ROUNDING) if chosen.objective else 0.0
    rows = []
    for number, host in enumerate(sorted(set(chosen.host.tolist())), start=1):
        mine = chosen.host == host
        members = sorted(chosen.member[mine].tolist(), key=lambda body: (body != host, places.keys[body]))
        km = places.km_between(np.array(members), np.array(host))
        away = [apart for body, apart in zip(members, km, strict=True) if body != host and np.isfinite(apart)]
        levels, distance = float(chosen.levels[mine].sum()), float(chosen.distance[mine].sum())
        rows.append({
            "course": f"{offer.key}-{number:02d}", "offer": offer.key,
            "host": places.keys[host] if offer.travels else "",
            "participants": ";".join(places.keys[body] for body in members), "municipalities": len(members),
            "seats": int(seats[members].sum()), "levels": levels, "score": round(levels + distance, 6),
            "part_levels": levels, "part_distance": round(distance, 6),
            "mean_km": round(float(np.mean(away)), 1) if away else np.nan,
            "objective": round(chosen.objective, 6), "bound": round(chosen.bound, 6), "gap": round(gap, 6),
        })  # fmt: skip
    return rows
