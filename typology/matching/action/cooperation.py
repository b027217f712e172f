"""Cooperation groups: near municipalities with the same current pain point, one optimisation over all topics.

Every group has one municipality that invites and two to seven others near it. Chosen are the groups with the highest
total score; each municipality is in at most one group per topic and invites to at most one group. The mixed integer
programme is solved by HiGHS, so the result is the best there is, or comes with its bound. Where there are more
possible seats than one programme holds, the country is cut into regions with a programme each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from typology import writing
from typology.content.shown import Shown
from typology.content.vocabulary import LeftOut, PainState, Purpose
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.distance import Places, places_of, regions
from typology.matching.reach import ROUNDING, Reach
from typology.matching.wishes import Limits
from typology.writing import Said

CURRENT, SOLVED = PainState.CURRENT.value, PainState.SOLVED.value
NODE_LIMIT = 20_000  # of one search, so that it ends
# So many possible seats (member, host, topic) at most stand in one programme.
MOST_SEATS, SEATS_OF_A_REGION = 10_000, 2_000
REGION_NODES, REGION_GAP = 20, 0.01  # a region is searched less, to within one per cent
HOSTS = 12  # that a member may choose from on a topic where there are regions, those that suit it best
# Of so many possible seats, as where a whole country answers, regions of 2,000 seats take minutes: smaller ones do.
MANY_SEATS, MANY_SEATS_OF_A_REGION, MANY_GAP, MANY_HOSTS = 200_000, 1_000, 0.02, 8
GROUP_COLUMNS = (
    "group", "topic", "host", "n", "score", "part_joined", "part_near", "part_size", "part_host", "mean_km", "max_km",
    "past", "objective", "bound", "gap",
)  # fmt: skip
MEMBER_COLUMNS = (
    "key", "topic", "group", "host", "distance_km", "score", "part_joined", "part_near", "part_size", "part_host",
    "reason",
)  # fmt: skip
LEFT_REASONS = tuple(reason.value for reason in LeftOut)


@dataclass(frozen=True, eq=False, repr=False)
class CooperationResult(Shown):
    """``groups``: one row per group. ``members``: one row per municipality that consents and has the topic; who is in
    no group has an empty ``group`` and a ``reason``. ``record``: objective, bound, gap, counts.
    """

    groups: pd.DataFrame
    members: pd.DataFrame
    record: dict[str, Any]

    def _lines(self) -> tuple[str, ...]:
        record, spoken = self.record, writing.program_language()
        score, gap = writing.number(record["objective"], spoken, 2), writing.percent(record["gap"], spoken, 1)
        return (
            Said("matching.cooperation", groups=record["groups"], municipalities=record["municipalities"]),
            "  " + Said("matching.seats_given", joined=record["joined"], left=record["left"]),
            "  " + Said("matching.score", score=score, gap=gap),
        )

    def _overview(self) -> pd.DataFrame:
        part = self.groups.groupby("topic", sort=True)
        table = part.agg(groups=("group", "size"), members=("n", "sum"), km=("mean_km", "mean")).reset_index()
        titles = {
            "topic": Said("matching.topic"), "groups": Said("matching.groups"),
            "members": Said("matching.seats"), "km": Said("matching.mean_distance"),
        }  # fmt: skip
        return table.rename(columns=titles).round(1)


def form_cooperation(
    pain_points: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    *,
    smallest: int | None = None,
    largest: int | None = None,
    limits: Limits | None = None,
    full: Collection[str] = (),
) -> CooperationResult:
    """Groups of ``smallest`` to ``largest`` municipalities within reach of the one that invites.

    Parameters
    ----------
    pain_points : index ``key``, one column per pain point, values ``nie``, ``geloest``, ``aktuell`` or "".
    municipalities : register rows, index ``key``.
    consent : index ``key``; only who agreed to ``partner`` and ``answers`` takes part, for a group tells the others
        that its members have this pain point.
    smallest, largest : members of a group, 3 and 8 where not given.
    limits : see :class:`typology.matching.wishes.Limits`; here ``group_km`` and ``need_size_ratio`` decide.
    full : keys of those that take no requests, and so are not named as having solved a pain point.

    Returns
    -------
    CooperationResult. Scores are the sums of their parts: per member ``part_joined`` 1, ``part_near`` up to 0.5 (0 at
    ``group_km`` from the host), ``part_size`` up to 0.25 (0 at ``need_size_ratio``), ``part_host`` −0.5 for the
    host, once per group. ``past``: up to three nearest municipalities that report the pain point as solved, keys
    joined by ``;``. Distances in kilometres as the crow flies.

    Raises
    ------
    MatchingError : impossible sizes.

    Examples
    --------
    >>> tables = study.tables
    >>> result = typology.form_cooperation(tables.pain_points, tables.municipalities, tables.consent)
    >>> bool(result.groups["n"].between(3, 8).all())
    True
    """
    smallest = numbers.GROUP_SMALLEST if smallest is None else smallest
    largest = numbers.GROUP_LARGEST if largest is None else largest
    if not 2 <= smallest <= largest:
        raise MatchingError(Said("matching.group_sizes", smallest=smallest, largest=largest))
    open_ = open_partners(consent).intersection(pain_points.index)
    places = places_of(municipalities, open_)
    answers = pain_points.reindex(list(places.keys)) if len(pain_points.columns) else pd.DataFrame(index=places.keys)
    problem = _Problem.of(answers, places, Reach.of(limits), smallest, largest)
    chosen, objective, bound = problem.solve()
    gap = (bound - objective) / max(abs(objective), ROUNDING) if objective else float(bound > 0)
    groups, members = _tables(problem, chosen, answers, places, full)
    groups["objective"], groups["bound"], groups["gap"] = objective, bound, max(gap, 0.0)
    joined = members["group"] != ""
    record = {
        "objective": objective,
        "bound": bound,
        "gap": max(gap, 0.0),
        "groups": len(groups),
        "joined": int(joined.sum()),
        "left": int((~joined).sum()),
        "municipalities": len(set(members.loc[joined, "key"])),
    }
    return CooperationResult(groups[list(GROUP_COLUMNS)], members[list(MEMBER_COLUMNS)], record)


def open_partners(consent: pd.DataFrame) -> pd.Index:
    """Keys that may stand in other lists with something that their answers tell."""
    if consent.empty:
        return pd.Index([], dtype=object)
    return consent.index[consent[Purpose.PARTNER].astype(bool) & consent[Purpose.ANSWERS].astype(bool)]


@dataclass(frozen=True, eq=False)
class _Problem:
    """All pairs (member, host, topic) that are possible, with the three parts of each; a host pairs with itself."""

    member: np.ndarray
    host: np.ndarray
    topic: np.ndarray
    parts: np.ndarray  # (pairs, 4): joined, near, size, host
    topics: tuple[str, ...]
    reachable: np.ndarray  # (bodies, topics): somebody near has the topic too
    places: Places
    reach: Reach
    smallest: int
    largest: int

    @classmethod
    def of(cls, answers: pd.DataFrame, places: Places, reach: Reach, smallest: int, largest: int) -> _Problem:
        near_km = reach.group_km
        joining, inviting = places.pairs_together(near_km, reach)
        reachable = np.zeros(answers.shape, dtype=bool)
        found = [np.zeros((3, 0), dtype=int)]
        for topic, name in enumerate(answers.columns):
            current = (answers[name] == CURRENT).to_numpy()
            possible = current[joining] & current[inviting]
            reachable[joining[possible], topic] = True
            hosts = np.flatnonzero(np.bincount(inviting[possible], minlength=len(current)) >= smallest - 1)
            possible &= np.isin(inviting, hosts)
            member, host = np.r_[hosts, joining[possible]], np.r_[hosts, inviting[possible]]
            order = np.lexsort((member, member != host, host))
            found.append(np.stack([member[order], host[order], np.full(len(order), topic)]))
        member, host, topic_of = np.concatenate(found, axis=1)
        own = member == host
        # Without coordinates nothing is known about distance: the same Kreis counts as half way.
        km = places.km_between(member, host)
        closeness = np.clip(1 - np.where(np.isnan(km), near_km / 2, km) / near_km, 0, 1)
        values = np.column_stack([
            np.full(len(member), numbers.JOINED), numbers.NEAR * np.where(own, 1, closeness),
            numbers.SIZE * np.where(own, 1, places.likeness_between(member, host, reach.need_size_ratio)),
            np.where(own, numbers.HOST_COST, 0.0),
        ]).round(6)  # fmt: skip
        topics = tuple(map(str, answers.columns))
        return cls(member, host, topic_of, values, topics, reachable, places, reach, smallest, largest)

    def solve(self) -> tuple[np.ndarray, float, float]:
        """Chosen pairs, their score, and the score that no choice exceeds."""
        if len(self.member) <= MOST_SEATS:
            return self._solve(NODE_LIMIT, 0.0)
        from joblib import Parallel, delayed

        many = len(self.member) > MANY_SEATS
        seats, gap = (MANY_SEATS_OF_A_REGION, MANY_GAP) if many else (SEATS_OF_A_REGION, REGION_GAP)
        chosen, objective = np.zeros(len(self.member), dtype=bool), 0.0
        kept = self._best_hosts(MANY_HOSTS if many else HOSTS)
        weight = np.bincount(self.member[kept], minlength=len(self.places.keys))
        region = np.empty(len(weight), dtype=int)
        for number, bodies in enumerate(regions(self.places.points, weight, seats)):
            region[bodies] = number
        kept = kept[region[self.member[kept]] == region[self.host[kept]]]
        home = region[self.member[kept]]
        parts = [kept[home == number] for number in np.unique(home)]
        solve = delayed(_Problem._solve)  # where an outer ``joblib.parallel_config`` has workers, each takes some
        solved = Parallel(max_nbytes=None)(solve(self._of(pairs), REGION_NODES, gap) for pairs in parts)
        for pairs, (picked, value, _) in zip(parts, solved, strict=True):
            chosen[pairs[picked]] = True
            objective += value
        return chosen, round(objective, 6), round(max(self._most(), objective), 6)

    def _of(self, pairs: np.ndarray) -> _Problem:
        """The programme of some of the pairs."""
        return replace(
            self, member=self.member[pairs], host=self.host[pairs], topic=self.topic[pairs], parts=self.parts[pairs]
        )

    def _best_hosts(self, most: int) -> np.ndarray:
        """Pairs with the ``most`` hosts that suit each member best on a topic, and everybody with itself, in order."""
        seat, own = self.member * len(self.topics) + self.topic, self.member == self.host
        order = np.lexsort((self.host, -self.parts.sum(axis=1), own, seat))
        start = np.flatnonzero(np.r_[True, np.diff(seat[order]) != 0])
        rank = np.arange(len(order)) - np.repeat(start, np.diff(np.r_[start, len(order)]))
        return np.sort(order[(rank < most) | own[order]])

    def _most(self) -> float:
        """What no choice exceeds: everybody in the group that suits it best, or as its own host where that is more."""
        seat = self.member * len(self.topics) + self.topic
        best = np.zeros(len(self.places.keys) * len(self.topics))
        np.maximum.at(best, seat, self.parts.sum(axis=1))
        return float(best.sum())

    def _solve(self, nodes: int, gap: float) -> tuple[np.ndarray, float, float]:
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        width = len(self.member)
        if not width:
            return np.zeros(0, dtype=bool), 0.0, 0.0
        own = np.flatnonzero(self.member == self.host)
        place = {(int(self.host[pair]), int(self.topic[pair])): int(pair) for pair in own}
        opener = np.array([place[int(h), int(t)] for h, t in zip(self.host, self.topic, strict=True)])
        others = np.flatnonzero(self.member != self.host)
        row = {int(pair): number for number, pair in enumerate(own)}
        at = np.array([row[int(opener[pair])] for pair in others], dtype=int)
        count, hosts = len(others), np.arange(len(own))
        join = sparse.coo_matrix((np.ones(count), (at, others)), shape=(len(own), width))
        open_ = sparse.coo_matrix((np.ones(len(own)), (hosts, own)), shape=(len(own), width))
        lines = np.arange(count)
        only_if = sparse.coo_matrix((np.ones(count), (lines, others)), shape=(count, width)) - sparse.coo_matrix(
            (np.ones(count), (lines, opener[others])), shape=(count, width)
        )
        once = _incidence(self.member * len(self.topics) + self.topic, np.arange(width), width)
        hosting = _incidence(self.host[own], own, width)
        blocks = [
            (join - (self.largest - 1) * open_, 0.0),
            ((self.smallest - 1) * open_ - join, 0.0),
            (only_if, 0.0),
            (once, 1.0),
            (hosting, 1.0),
            *self._kin_rows(others, opener, width),
        ]
        matrix = sparse.vstack([block for block, _ in blocks]).tocsr()
        limit = np.concatenate([np.full(block.shape[0], value) for block, value in blocks])
        score = self.parts.sum(axis=1)
        result = milp(
            -score,
            constraints=LinearConstraint(matrix, -np.inf, limit),
            bounds=Bounds(0, 1),
            integrality=np.ones(width),
            options={"mip_rel_gap": gap, "node_limit": nodes},
        )
        chosen = np.zeros(width, dtype=bool) if result.x is None else result.x > 0.5
        objective = float(score[chosen].sum())
        bound = objective if result.mip_dual_bound is None else max(float(-result.mip_dual_bound), objective)
        return chosen, round(objective, 6), round(bound, 6)

    def _kin_rows(self, others: np.ndarray, opener: np.ndarray, width: int) -> list[tuple[Any, float]]:
        """No group holds a member together with its own Verband or Kreis."""
        from scipy import sparse

        n = len(self.places.keys)
        code = opener[others] * n + self.member[others]
        order = np.argsort(code)
        found = []
        for parent in self.places.parents[self.member[others]].T:
            wanted = code - self.member[others] + parent
            place = (
                order[np.clip(np.searchsorted(code, wanted, sorter=order), 0, len(code) - 1)] if len(code) else order
            )
            there = np.flatnonzero((parent >= 0) & (parent != self.member[others]) & (code[place] == wanted))
            found.append(np.sort(np.stack([there, place[there]]), axis=0))
        # each two once, in the order of the pairs
        first, second = np.unique(np.concatenate(found, axis=1), axis=1)
        if not len(first):
            return []
        lines = np.arange(len(first))
        row, ones = np.concatenate([lines, lines, lines]), np.ones(len(first))
        column = np.r_[others[first], others[second], opener[others[first]]]
        value = np.r_[ones, ones, -ones]
        return [(sparse.coo_matrix((value, (row, column)), shape=(len(first), width)), 0.0)]


def _incidence(group: np.ndarray, column: np.ndarray, width: int) -> Any:
    from scipy import sparse

    names, row = np.unique(group, return_inverse=True)
    return sparse.coo_matrix((np.ones(len(column)), (row, column)), shape=(len(names), width))


def _tables(
    problem: _Problem, chosen: np.ndarray, answers: pd.DataFrame, places: Places, full: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    groups: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for topic, name in enumerate(problem.topics):
        mine = chosen & (problem.topic == topic)
        current = (answers[name] == CURRENT).to_numpy()
        past = np.flatnonzero((answers[name] == SOLVED).to_numpy() & ~np.isin(places.keys, list(full)))
        for number, host in enumerate(sorted(set(problem.host[mine].tolist())), start=1):
            pairs = np.flatnonzero(mine & (problem.host == host))
            pairs = pairs[np.lexsort((problem.member[pairs], problem.member[pairs] != host))]
            group = f"{name}-{number:02d}"
            km = places.km_between(problem.member[pairs], np.array(host))
            rows = [
                _member_row(places.keys[problem.member[pair]], name, group, problem.parts[pair], distance)
                for pair, distance in zip(pairs, km, strict=True)
            ]
            members += rows
            sums = problem.parts[pairs].sum(axis=0).round(6)
            away = km[1:]
            known = bool(np.isfinite(away).any())
            groups.append({
                "group": group, "topic": name, "host": places.keys[host], "n": len(pairs),
                "score": round(float(sums.sum()), 6), **_named(sums),
                "mean_km": round(float(np.nanmean(away)), 1) if known else np.nan,
                "max_km": round(float(np.nanmax(away)), 1) if known else np.nan,
                "past": ";".join(nearest(past, problem.member[pairs], host, places, problem.reach)),
            })  # fmt: skip
        left = np.setdiff1d(np.flatnonzero(current), problem.member[mine])
        could = np.isin(left, problem.member[problem.topic == topic])
        for body, possible in zip(left, could, strict=True):
            if possible:
                reason = LeftOut.NOT_SEATED.value
            else:
                reason = (LeftOut.TOO_FEW_NEAR if problem.reachable[body, topic] else LeftOut.NOBODY_NEAR).value
            members.append({
                "key": places.keys[body], "topic": name, "group": "", "host": False, "distance_km": np.nan,
                "score": 0.0, **_named(np.zeros(4)), "reason": reason,
            })  # fmt: skip
    if not members:
        return _empty(GROUP_COLUMNS), _empty(MEMBER_COLUMNS)
    table = pd.DataFrame(members).sort_values(["topic", "group", "host", "key"], ascending=[True, True, False, True])
    return pd.DataFrame(groups) if groups else _empty(GROUP_COLUMNS), table.reset_index(drop=True)


def _member_row(key: str, topic: str, group: str, parts: np.ndarray, km: float) -> dict[str, Any]:
    return {
        "key": key, "topic": topic, "group": group, "host": bool(parts[3] != 0), "distance_km": round(float(km), 1),
        "score": round(float(parts.sum()), 6), **_named(parts), "reason": "",
    }  # fmt: skip


def _named(parts: np.ndarray) -> dict[str, float]:
    names = ("part_joined", "part_near", "part_size", "part_host")
    return {name: float(part) for name, part in zip(names, parts, strict=True)}


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def nearest(candidates: np.ndarray, group: np.ndarray, host: int, places: Places, reach: Reach) -> list[str]:
    """Keys of the candidates nearest to a group, and within reach of its host, that may be named beside it."""
    each, members, need = candidates[:, None], group[None, :], np.ones(len(candidates), dtype=bool)
    fits = places.comparable_between(each, members) & ~places.kin_between(each, members)
    allowed = candidates[fits.all(axis=1) & places.reached_between(np.array(host), candidates, need, reach)]
    km = np.nan_to_num(places.km_between(allowed[:, None], members), nan=np.inf).min(axis=1)
    return [places.keys[allowed[place]] for place in np.argsort(km, kind="stable")[: numbers.PAST_SHOWN]]
