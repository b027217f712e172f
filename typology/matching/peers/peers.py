"""Partners to learn from: one list of similar and one of complementary municipalities for everybody at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from typology.content.shown import Shown
from typology.content.vocabulary import Closeness, Stage
from typology.errors import MatchingError
from typology.matching import numbers
from typology.matching.bodies import Bodies, prepare_bodies
from typology.matching.distance import regions
from typology.matching.peers.allocation import Allocation, Pool, allocate, allocate_in_parts, mutual_pairs
from typology.matching.peers.candidates import Candidates, find_candidates, make_rules
from typology.matching.peers.eligible import Eligible, eligible_pairs
from typology.matching.peers.hub import HUB_COLUMNS, hub_report
from typology.matching.peers.missing import MISSING_COLUMNS, what_is_missing
from typology.matching.peers.pairs import PARTS, Rules
from typology.matching.peers.reasons import REASON_COLUMNS, add_reasons
from typology.matching.peers.statements import CLOSED_TOPIC, TALK_TOPIC, facts_of, told_facts
from typology.matching.reach import Reach
from typology.matching.wishes import COMPLEMENTARY, LISTS, SIMILAR, UNMET_COLUMNS, Wishes
from typology.writing import Said, number, program_language

PEER_COLUMNS = {
    name: (
        "key",
        "partner",
        "rank",
        "score",
        *(f"part_{part}" for part in parts),
        "part_mutual",
        "topic",
        "likeness",
        "difference",
        "closeness",
        "mutual",
        "distance_km",
        "pinned",
    )
    for name, parts in PARTS.items()
}
UNCAPPED_COLUMNS = ("list", "key", "partner", "rank", "score")
GENERIC = ("topic_type", "topic_same_type", TALK_TOPIC)
PEER_HUB_COLUMNS = ("list", "stage", *HUB_COLUMNS, "mean_rank")
# All pairs are candidates up to this many partners; beyond, the best of every seeker and of every partner.
ALL_PARTNERS = 300
KEEP, KEEP_LISTS = 30, 4  # the best so many, or as many as four lists hold
ROUNDING = 1e-6  # two scores that differ by less are one
# More seekers are given their lists in parts of at most this size.
MOST_SEEKERS, SEEKERS_OF_A_PART = 1_000, 400


@dataclass(frozen=True, eq=False, repr=False)
class PeerResult(Shown):
    """Both lists and how they came about.

    ``similar``, ``complementary``: one row per recommendation, columns ``PEER_COLUMNS``; the ``part_`` columns add up
    to ``score`` (all have six digits); ``topic, likeness, difference`` are reason keys; ``closeness`` is ``sehr_nah``,
    ``nah`` or ``entfernt``; ``mutual``: the partner's list holds this municipality too.
    ``uncapped``: what everybody would get without capacity, floor and bonus (``list, key, partner, rank, score``).
    ``missing``: lists shorter than m (``list, key, found, reason``). ``unmet``: wishes that could not be met
    (``list, key, partner, wish, reason``). ``hub``: before and after. ``record``: settings, objective, bound, gap.
    """

    similar: pd.DataFrame
    complementary: pd.DataFrame
    uncapped: pd.DataFrame
    missing: pd.DataFrame
    unmet: pd.DataFrame
    hub: pd.DataFrame
    record: dict[str, Any]

    def _lines(self) -> tuple[str, ...]:
        spoken = program_language()
        lines = []
        for name, n, seekers, partners, cap in self._overview().itertuples(index=False, name=None):
            values = {"n": n, "seekers": seekers, "partners": partners}
            counts = {what: number(count, spoken) for what, count in values.items()}
            key = "matching.proposals_capped" if partners else "matching.proposals"
            lines.append("  " + Said(key, list=name, cap=cap, **counts))
        return (Said("matching.peers", m=self.record["m"]), *lines)

    def _overview(self) -> pd.DataFrame:
        lists = self.record["lists"]
        return pd.DataFrame(
            [
                (word, len(table), lists[name]["seekers"], lists[name]["partners"], lists[name]["cap"])
                for name, word, table in (
                    (SIMILAR, Said("matching.similar"), self.similar),
                    (COMPLEMENTARY, Said("matching.complementary"), self.complementary),
                )
            ],
            columns=[
                Said("matching.list"),
                Said("matching.number_of_proposals"),
                Said("matching.seekers"),
                Said("matching.possible_partners"),
                Said("matching.cap"),
            ],
        )


def recommend_peers(
    assignments: pd.DataFrame,
    profiles: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    *,
    m: int | None = None,
    cap: int | None = None,
    wishes: Wishes | None = None,
    leanings: pd.DataFrame | None = None,
) -> PeerResult:
    """Recommend partners to every respondent.

    Everybody may seek; only who consents to ``partner`` and takes requests is recommended, and only within reach
    (:mod:`typology.matching.reach`). Who has neither a type nor a place among leanings gets a similar list only, and
    stands on similar lists only; so does who keeps its answers closed. Nobody stands in both lists of one municipality.

    Parameters
    ----------
    assignments : index key; ``type``, ``p_<type>`` (Typology.assign).
    profiles : long, ``key, measure, item, own, standing`` (profile_municipalities).
    municipalities : index key; ``kind`` and what the register knows.
    consent : index key; ``partner`` (bool).
    m : partners per list, five where not given. cap : most lists that one partner stands on, per list;
        default ceil(1.5 * m * seekers / partners).
    wishes : see :mod:`typology.matching.wishes`.
    leanings : ``key, leaning, place`` where the answers speak for degrees: alike are then who stand near each other.

    Returns
    -------
    PeerResult; scores have no unit, distances are kilometres as the crow flies.

    Raises
    ------
    MatchingError : m or cap below 1, or tables that do not fit.

    Examples
    --------
    >>> tables = study.tables
    >>> peers = typology.recommend_peers(
    ...     tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent, m=2
    ... )
    >>> int(peers.similar.groupby("key").size().max())
    2
    """
    wishes = wishes or Wishes()
    bodies = prepare_bodies(assignments, profiles, municipalities, consent, leanings, wishes.full)
    return peers_among(bodies, m=m, cap=cap, wishes=wishes)


def peers_among(
    bodies: Bodies, *, m: int | None = None, cap: int | None = None, wishes: Wishes | None = None
) -> PeerResult:
    """As :func:`recommend_peers`, from tables that were brought into arrays already."""
    m = numbers.LIST_LENGTH if m is None else m
    for name, value in (("m", m), ("cap", cap)):
        if value is not None and value < 1:
            raise MatchingError(Said("matching.at_least_one", name=name, value=value))
    wishes = wishes or Wishes()
    facts = facts_of(bodies)
    # The complementary list has fewer to choose from and chooses first; what is wished for the other is left to it.
    rules = {name: make_rules(bodies, name, wishes) for name in LISTS}
    both = set(wishes.pins(SIMILAR)) & set(wishes.pins(COMPLEMENTARY))
    other = [pair for pair in rules[SIMILAR].pins.tolist() if (bodies.keys[pair[0]], bodies.keys[pair[1]]) not in both]
    pairs = eligible_pairs(bodies, rules)
    second = _one_list(bodies, facts, rules[COMPLEMENTARY].without(other), pairs.pop(COMPLEMENTARY), m, cap)
    taken = second.table[["i", "j"]].to_numpy().tolist()
    first = _one_list(bodies, facts, rules[SIMILAR].without(taken), pairs.pop(SIMILAR), m, cap)
    parts = {SIMILAR: first, COMPLEMENTARY: second}
    record: dict[str, Any] = {
        "m": m,
        "limits": asdict(Reach.of(wishes.limits)),
        "full": bodies.keys[bodies.full].tolist(),
        "closeness": dict(numbers.CLOSENESS),
        "features": list(bodies.features),
        "telling": numbers.TELLING,
        "filled": {row.feature: int(row.n_filled) for row in bodies.scale.table.itertuples() if row.n_filled},
        "lists": {name: part.record for name, part in parts.items()},
    }
    return PeerResult(
        similar=parts[SIMILAR].table[list(PEER_COLUMNS[SIMILAR])],
        complementary=second.table[list(PEER_COLUMNS[COMPLEMENTARY])],
        uncapped=_stack([part.uncapped for part in parts.values()], UNCAPPED_COLUMNS),
        missing=_stack([part.missing for part in parts.values()], MISSING_COLUMNS),
        unmet=_unmet([part.unmet for part in parts.values()], both),
        hub=_stack([part.hub for part in parts.values()], PEER_HUB_COLUMNS),
        record=record,
    )


def _stack(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))


def _unmet(tables: list[pd.DataFrame], both: set[tuple[str, str]]) -> pd.DataFrame:
    """Wishes that were not met; one for both lists is met where one of them holds the partner."""
    unmet = _stack(tables, UNMET_COLUMNS)
    pairs = list(zip(unmet["key"], unmet["partner"], strict=True))
    twice = pd.Series(pairs, index=unmet.index, dtype=object).duplicated(keep=False).to_numpy(dtype=bool)
    for_both = np.array([pair in both for pair in pairs], dtype=bool)
    return unmet[~for_both | twice].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class _List:
    table: pd.DataFrame
    uncapped: pd.DataFrame
    missing: pd.DataFrame
    unmet: pd.DataFrame
    hub: pd.DataFrame
    record: dict[str, Any]


def _one_list(bodies: Bodies, facts: pd.DataFrame, rules: Rules, pairs: Eligible, m: int, cap: int | None) -> _List:
    name = rules.name
    typed, told = np.ones(bodies.n, dtype=bool), np.ones(bodies.n, dtype=bool)
    if name == COMPLEMENTARY:
        typed, told = bodies.placed, bodies.open_answers
    seekers, partners = np.flatnonzero(typed), np.flatnonzero(typed & told & bodies.partner)
    limit = cap or max(1, ceil(numbers.CAP_FACTOR * m * seekers.size / max(partners.size, 1)))
    rules = _limit_pins(bodies, rules, m, limit)
    keep = bodies.n if partners.size <= ALL_PARTNERS else max(KEEP, KEEP_LISTS * m)
    candidates = find_candidates(
        bodies, rules, facts.to_numpy(), counted=told_facts(facts, name), keep=keep, pairs=pairs
    )
    edges = candidates.edges
    i, j = edges["i"].to_numpy(), edges["j"].to_numpy()
    pool = Pool(
        i=i,
        j=j,
        score=edges["score"].to_numpy(),
        pinned=edges["pinned"].to_numpy(),
        floor=np.unique(j),
        n=bodies.n,
        m=m,
        cap=limit,
        mutual=rules.mutual,
    )
    solved = allocate(pool) if seekers.size <= MOST_SEEKERS else allocate_in_parts(pool, _parts(bodies))
    chosen = _table(bodies, edges[solved.chosen], rules)
    plain = edges[edges["eligible"]]
    plain = _ranked(bodies, plain[plain.groupby("i").cumcount() < m])
    ranks, beyond = _price_out(bodies, rules, candidates, solved, [chosen, plain])
    table = add_reasons(bodies, chosen, candidates, facts, name)
    hub = pd.concat(
        [
            hub_report(part, bodies.keys[partners]).assign(list=name, stage=stage, mean_rank=_mean(rank))
            for part, stage, rank in ((plain, Stage.BEFORE.value, ranks[1]), (chosen, Stage.AFTER.value, ranks[0]))
        ]
    )[list(PEER_HUB_COLUMNS)]
    bound = solved.bound + beyond
    record = {
        "cap": limit,
        "seekers": int(seekers.size),
        "partners": int(partners.size),
        "eligible_pairs": len(candidates.pairs.partner),
        "candidate_pairs": len(edges),
        "weights": dict(zip(rules.parts, rules.weights.mean(axis=0).round(6).tolist(), strict=True)),
        "mutual_weight": rules.mutual,
        "objective": round(solved.objective, 6),
        "bound": round(bound, 6),
        "gap": round((bound - solved.objective) / bound, 6) if bound > 0 else 0.0,
        "unlisted": [str(key) for key in bodies.keys[np.setdiff1d(partners, j[solved.chosen])]],
        **_said(table),
        "rounds": solved.rounds,
        "fractional": solved.fractional,
        "rank_cost": round(_mean(ranks[0]) - _mean(ranks[1]), 6) if len(chosen) else 0.0,
    }
    missing = what_is_missing(bodies, candidates, rules, table, m)
    unmet = pd.DataFrame(
        [(name, key, partner, "pin" if partner else "weights", reason) for key, partner, reason in rules.unmet],
        columns=list(UNMET_COLUMNS),
    )
    uncapped = plain.assign(list=name)[list(UNCAPPED_COLUMNS)]
    return _List(table, uncapped, missing, unmet, hub, record)


def _said(table: pd.DataFrame) -> dict[str, int]:
    """How many rows have no topic of their own, because the answers are closed or nothing is known that the two share,
    and how many name no likeness or no difference."""
    topic = table["topic"].astype(str)
    return {
        "closed": int((topic == CLOSED_TOPIC).sum()),
        "generic": int(topic.str.startswith(GENERIC).sum()),
        "without_likeness": int((table["likeness"] == "").sum()),
        "without_difference": int((table["difference"] == "").sum()),
    }


def _parts(bodies: Bodies) -> np.ndarray:
    """A number per body; those with one number are alike in size and place."""
    sides = np.column_stack([bodies.log_population / np.log(numbers.SIZE_RATIO), bodies.points / numbers.PLACE_KM])
    known = np.isfinite(sides)
    sides = np.where(known, sides, np.where(known, sides, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
    part = np.empty(bodies.n, dtype=int)
    for label, places in enumerate(regions(sides, np.ones(bodies.n), SEEKERS_OF_A_PART)):
        part[places] = label
    return part


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 6) if values.size else float("nan")


def _limit_pins(bodies: Bodies, rules: Rules, m: int, cap: int) -> Rules:
    """Keep the pins that fit into m and cap, in the order written."""
    kept: list[tuple[int, int]] = []
    unmet = list(rules.unmet)
    for i, j in rules.pins.tolist():
        if sum(a == i for a, _ in kept) >= m:
            unmet.append((bodies.keys[i], bodies.keys[j], "list_full"))
        elif sum(b == j for _, b in kept) >= cap:
            unmet.append((bodies.keys[i], bodies.keys[j], "partner_full"))
        else:
            kept.append((i, j))
    return replace(rules, pins=np.array(kept, dtype=int).reshape(-1, 2), unmet=tuple(unmet))


def _ranked(bodies: Bodies, edges: pd.DataFrame) -> pd.DataFrame:
    edges = edges.sort_values(["i", "score", "j"], ascending=[True, False, True], ignore_index=True)
    return edges.assign(
        key=bodies.keys[edges["i"]], partner=bodies.keys[edges["j"]], rank=edges.groupby("i").cumcount() + 1
    )


def _table(bodies: Bodies, edges: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The chosen pairs with bonus, score, rank, closeness and distance."""
    i, j = edges["i"].to_numpy(), edges["j"].to_numpy()
    mutual = mutual_pairs(i, j, bodies.n)
    edges = edges.assign(mutual=mutual, part_mutual=np.where(mutual, round(rules.mutual, 6), 0.0))
    parts = [column for column in edges.columns if column.startswith("part_")]
    edges = _ranked(bodies, edges.assign(score=edges[parts].sum(axis=1).round(6)))
    limits = numbers.CLOSENESS
    words = np.select([edges["apart"] <= limit for limit in limits.values()], list(limits), Closeness.FAR.value)
    return edges.assign(closeness=words.astype(object), distance_km=edges["km"].round(1))


def _price_out(
    bodies: Bodies, rules: Rules, candidates: Candidates, solved: Allocation, tables: list[pd.DataFrame]
) -> tuple[list[np.ndarray], float]:
    """Rank of each listed partner among all eligible ones, and what pairs outside the candidates could add at most.

    Ranks are by score without bonus, 1 + the number of strictly better ones; wished partners have no rank.
    """
    tables = [table[table["eligible"]] for table in tables]
    listed = [_Grouped(table["i"], table["j"], bodies.n) for table in tables]
    ranks: list[list[np.ndarray]] = [[] for _ in tables]
    beyond = 0.0
    edges = candidates.edges
    whole = len(candidates.pairs.partner) == int(edges["eligible"].sum())
    held, givers = _Grouped(edges["i"], edges["j"], bodies.n), _Grouped(edges["j"], edges["i"], bodies.n)
    for seekers, partners, score in candidates.pairs.grids():
        place = np.full(bodies.n, -1)
        place[partners] = np.arange(len(partners))
        for group, out in zip(listed, ranks, strict=True):
            row, partner = group.of(seekers)
            own = score[row, place[partner]]
            out.append(1 + (score[row] > own[:, None] + ROUNDING).sum(axis=1))
        if whole:
            continue
        gain = score - solved.seeker_price[seekers][:, None] - solved.partner_price[partners][None, :]
        gain += np.where(bodies.partner[seekers], rules.mutual, 0.0)[:, None]
        row, giver = givers.of(seekers)
        there = place[giver] >= 0
        gain[row[there], place[giver[there]]] += rules.mutual
        row, partner = held.of(seekers)
        there = place[partner] >= 0
        gain[row[there], place[partner[there]]] = -np.inf
        beyond += float(np.maximum(gain, 0).sum())
    return [np.concatenate(part) if part else np.empty(0) for part in ranks], beyond


class _Grouped:
    """Numbers by the body that they belong to."""

    def __init__(self, body: pd.Series, value: pd.Series, n: int) -> None:
        order = np.argsort(body.to_numpy(), kind="stable")
        self.value = value.to_numpy()[order]
        self.start = np.searchsorted(body.to_numpy()[order], np.arange(n + 1))

    def of(self, bodies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of some bodies, one after the other, and to which of them each belongs."""
        first = self.start[bodies]
        count = self.start[bodies + 1] - first
        row = np.repeat(np.arange(len(bodies)), count)
        before = np.cumsum(count) - count
        return row, self.value[np.arange(len(row)) + np.repeat(first - before, count)]


__all__ = ["GENERIC", "MISSING_COLUMNS", "PEER_COLUMNS", "REASON_COLUMNS", "PeerResult", "recommend_peers"]
