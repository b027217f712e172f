"""Who may be recommended to whom, and the parts of the score of every such pair.

Both lists hold only who is within reach (:mod:`typology.matching.reach`). A similar partner is also alike in size,
however near and whatever the need, in place and in setting. A complementary partner has another type and is strong
where the seeker is weak, or past a pain point that the seeker reports; being on that list tells so, hence only who
opened its answers stands there. Each part lies between 0 and its weight; the score is the sum of the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.matching import numbers
from typology.matching.bodies import Bodies
from typology.matching.peers.eligible import Eligible, eligible_pairs
from typology.matching.peers.pairs import PARTS, Pairs, Rules
from typology.matching.reach import Reach
from typology.matching.wishes import COMPLEMENTARY, Wishes


def make_rules(bodies: Bodies, name: str, wishes: Wishes) -> Rules:
    """Weights, limits and wishes of one list; a wish that cannot be met is kept with its reason."""
    common = numbers.LIST_WEIGHTS[name] | wishes.common_weights(name)
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
        Reach.of(wishes.limits),
    )


def _normalised(weights: Mapping[str, float], parts: tuple[str, ...]) -> np.ndarray:
    values = np.array([weights[part] for part in parts], dtype=float)
    result: np.ndarray = values / values.sum()
    return result


def _refusal(bodies: Bodies, name: str, i: int, j: int, excluded: list[int]) -> str:
    """Why j cannot be pinned to the list of i; empty when it can."""
    pair = Pairs(bodies, np.array([i]), np.array([j]), grid=False)
    if not bodies.partner[j]:
        return "no_capacity" if bodies.full[j] else "no_consent"
    if bodies.pool[i] != bodies.pool[j]:
        return "other_kind"
    if not pair.allowed[0]:
        return "own_body"
    if j in excluded:
        return "excluded"
    if name == COMPLEMENTARY and not bodies.open_answers[j]:
        return "closed_answers"
    if name == COMPLEMENTARY and not pair.complements[0]:
        return "not_complementary"
    return ""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The pairs that the programme chooses from, and what was counted over all eligible pairs."""

    edges: pd.DataFrame  # i, j, score, part columns, pinned, km; sorted by i, then score, then j
    n_eligible: np.ndarray  # per seeker
    counts: np.ndarray  # per seeker: eligible partners for whom each fact holds
    pairs: Eligible  # all of them


def find_candidates(
    bodies: Bodies,
    rules: Rules,
    facts: np.ndarray,
    *,
    counted: np.ndarray,
    keep: int,
    pairs: Eligible | None = None,
) -> Candidates:
    """The ``keep`` best eligible partners of every seeker, the best seekers of every partner, and all pins.

    ``facts`` is (bodies, facts) bool, counted over all eligible pairs at the places ``counted``. ``pairs``: the
    eligible ones, where they are known already.
    """
    pairs = (pairs or eligible_pairs(bodies, {rules.name: rules})[rules.name]).without(rules.excluded)
    n_eligible = np.zeros(bodies.n, dtype=int)
    n_eligible[pairs.seekers] = pairs.count
    counts = np.zeros((bodies.n, facts.shape[1]))
    found: list[np.ndarray] = [rules.pins]
    best_score = np.full((4, bodies.n), -np.inf, dtype=np.float32)
    best_seeker = np.full((4, bodies.n), -1)
    values = facts[:, counted].astype(np.float32)
    for seekers, partners, score in pairs.grids():
        counts[np.ix_(seekers, counted)] = (np.isfinite(score).astype(np.float32) @ values[partners]).round()
        row, column = np.nonzero(_best_of_row(score, keep))
        found.append(np.column_stack([seekers[row], partners[column]]))
        _remember_best(best_score, best_seeker, score, seekers, partners)
    listed = best_seeker >= 0
    found.append(np.column_stack([best_seeker[listed], np.nonzero(listed)[1]]))
    ij = np.unique(np.concatenate(found), axis=0)
    edges = _edges(bodies, rules, ij[:, 0], ij[:, 1])
    return Candidates(edges, n_eligible, counts, pairs)


def _best_of_row(score: np.ndarray, keep: int) -> np.ndarray:
    """Where the ``keep`` highest of each row stand, the first of those that are level; never minus infinity."""
    if keep >= score.shape[1]:
        return np.asarray(np.isfinite(score))
    last = -np.partition(-score, keep - 1, axis=1)[:, keep - 1, None]
    higher, level = score > last, score == last
    room = keep - higher.sum(axis=1, keepdims=True)
    return np.asarray((higher | (level & (np.cumsum(level, axis=1) <= room))) & np.isfinite(score))


def _remember_best(
    best_score: np.ndarray, best_seeker: np.ndarray, score: np.ndarray, seekers: np.ndarray, partners: np.ndarray
) -> None:
    """Keep a few good seekers per partner, so that nobody is cut off by the pruning; ``score`` is used up."""
    for _ in range(2):
        top = score.argmax(axis=0)
        value = score[top, np.arange(score.shape[1])]
        weakest = best_score[:, partners].argmin(axis=0)
        better = value > best_score[weakest, partners]
        place, who = weakest[better], partners[better]
        best_score[place, who] = value[better]
        best_seeker[place, who] = seekers[top[better]]
        score[top, np.arange(score.shape[1])] = -np.inf


def _edges(bodies: Bodies, rules: Rules, i: np.ndarray, j: np.ndarray) -> pd.DataFrame:
    pairs = Pairs(bodies, i, j, grid=False)
    parts = pairs.parts(rules).round(6)
    edges = pd.DataFrame({f"part_{name}": part for name, part in zip(rules.parts, parts, strict=True)})
    edges.insert(0, "score", parts.sum(axis=0).round(6))
    edges.insert(0, "j", j)
    edges.insert(0, "i", i)
    edges["pinned"] = np.isin(i * bodies.n + j, rules.pins[:, 0] * bodies.n + rules.pins[:, 1])
    edges["eligible"] = pairs.eligible(rules.name, rules.reach)
    edges["km"] = pairs.km
    edges["apart"] = pairs.apart
    gone = [seeker * bodies.n + partner for seeker, partners in rules.excluded.items() for partner in partners]
    edges["eligible"] &= ~np.isin(i * bodies.n + j, gone)
    edges = edges[edges["eligible"] | edges["pinned"]]
    return edges.sort_values(["i", "score", "j"], ascending=[True, False, True], ignore_index=True)
