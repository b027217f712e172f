"""All lists of one kind at once, as one linear programme: capacity, floor, mutual pairs, with a proven bound.

Maximise the sum of the scores of the chosen pairs plus the bonus of mutual pairs, so that every seeker gets at
most m partners, every partner stands on at most ``cap`` lists and, where feasible, on at least one. The relaxation
is solved by HiGHS on the most promising pairs; pairs that its prices call for are added until none is left. What
remains fractional is settled by a small integer programme.

A whole country is chosen in parts, one after the other. What a place with a partner is worth is found for all together
before, so that no part takes what another needs more; the same prices give a bound for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from typology.errors import MatchingError
from typology.writing import Said

UNLISTED_COST = 100.0  # more than any list is worth, so that everybody who can be listed is
TOLERANCE = 1e-7  # what counts as nothing in the programme
FRACTION = 1e-6  # so far from nought and one a pair is neither taken nor left
FIRST_PAIRS = 3  # more than a list holds are in the programme from the beginning
MAX_ROUNDS = 12  # in which pairs that could add something join, so that it ends
LARGE = 150_000  # candidate pairs beyond which the best is sought to within GOOD_ENOUGH
SMALL = 2_000  # candidate pairs up to which all of them are settled at once
NODE_LIMIT = 20_000  # of one search, so that it ends
SIMPLEX_STEPS = 2_000_000  # of one programme, so that it ends
AT_LIMIT = 1  # what a solver says that ended at its limit
# How often prices move, how far at first, and how much less each time.
PRICE_STEPS, FIRST_STEP, PRICE_DECAY = 150, 0.2, 0.96
GOOD_ENOUGH = 2e-4  # with more candidate pairs than that, rounds end when those left out could add at most this share


@dataclass(frozen=True, eq=False)
class Pool:
    """Candidate pairs as arrays and the limits that hold for them."""

    i: np.ndarray
    j: np.ndarray
    score: np.ndarray
    pinned: np.ndarray
    floor: np.ndarray  # positions of those who shall be listed at least once
    n: int
    m: int
    cap: int | np.ndarray  # most lists that a partner stands on, for all or for each
    mutual: float


@dataclass(frozen=True, eq=False)
class Allocation:
    """The chosen pairs and what is proven about them.

    ``chosen``: bool per candidate pair. ``objective`` counts scores and bonuses. ``bound``: no allocation from the
    candidate pairs is better. ``seeker_price``, ``partner_price``: value of one more place (duals).
    """

    chosen: np.ndarray
    objective: float
    bound: float
    seeker_price: np.ndarray
    partner_price: np.ndarray
    unlisted: int
    rounds: int
    fractional: int


def allocate(pool: Pool) -> Allocation:
    """Choose the pairs.

    Raises
    ------
    MatchingError : the solver gives no solution (never for limits that are consistent).
    """
    edges = len(pool.i)
    zero = np.zeros(pool.n)
    if not edges:
        return Allocation(np.zeros(0, dtype=bool), 0.0, 0.0, zero, zero, len(pool.floor), 0, 0)
    reverse = _reverse(pool)
    rank = _rank_within(pool)
    active = (rank < pool.m + FIRST_PAIRS) | pool.pinned | _best_for_partner(pool)
    both = np.flatnonzero(active & (reverse >= 0))
    active[reverse[both]] = True
    rounds = 0
    while rounds < MAX_ROUNDS:
        rounds += 1
        relaxed = _solve(pool, np.flatnonzero(active), reverse)
        if relaxed is None:
            return _best_first(pool, reverse, rounds)
        x, value, seeker, partner = relaxed
        gain = pool.score - seeker[pool.i] - partner[pool.j]
        other = np.where(reverse >= 0, gain[reverse], -np.inf)
        # what a pair that is not in the programme could add, alone or together with its reverse
        excess = np.where(active, 0, np.maximum(gain, gain + np.minimum(other, 0) + 2 * pool.mutual))
        wanted = excess > TOLERANCE
        missing = float(excess[wanted].sum())
        if missing <= (GOOD_ENOUGH if edges > LARGE else 0) * abs(value):
            break
        active |= wanted
        both = np.flatnonzero(active & (reverse >= 0))
        active[reverse[both]] = True
    fraction = (x > FRACTION) & (x < 1 - FRACTION)
    n_fractional = int(fraction.sum())
    chosen = x > 0.5
    if n_fractional:
        if edges <= SMALL:  # few enough to settle all pairs at once, so that nothing is lost by rounding
            active[:], fraction[:] = True, True
        chosen = _settle(pool, np.flatnonzero(active), reverse, x, fraction)
    unlisted = int(np.setdiff1d(pool.floor, pool.j[chosen]).size)
    objective = _objective(pool, chosen, reverse)
    bound = value + missing + UNLISTED_COST * unlisted
    return Allocation(chosen, objective, max(bound, objective), seeker, partner, unlisted, rounds, n_fractional)


def _best_first(pool: Pool, reverse: np.ndarray, rounds: int) -> Allocation:
    """What is chosen where the programme came to its limit: one pair after another, with the bound of the prices."""
    chosen = pool.pinned.copy()
    _fill(pool, chosen)
    price, seeker, bound = _prices(pool, reverse)
    objective = _objective(pool, chosen, reverse)
    unlisted = int(np.setdiff1d(pool.floor, pool.j[chosen]).size)
    return Allocation(chosen, objective, max(bound, objective), seeker, price, unlisted, rounds, 0)


def allocate_in_parts(pool: Pool, part: np.ndarray) -> Allocation:
    """Choose the pairs part by part; ``part``: a number from 0 for each body, in this order its list is made.

    A part pays for places with the prices of :func:`_prices`, and knows what the ones before chose: places that are
    left, and pairs that would become mutual. Who was not listed until the last part that knows it shall be listed
    there. Places that are left in the end go to the best pairs.

    Raises
    ------
    MatchingError : as :func:`allocate`.
    """
    chosen, listed = np.zeros(len(pool.i), dtype=bool), np.zeros(pool.n, dtype=int)
    reverse, rounds, fractional = _reverse(pool), 0, 0
    price, seeker, bound = _prices(pool, reverse)
    last = np.full(pool.n, -1)
    np.maximum.at(last, pool.j, part[pool.i])
    for number in np.unique(part[pool.i]):
        pairs = np.flatnonzero(part[pool.i] == number)
        i, j = pool.i[pairs], pool.j[pairs]
        names, place = np.unique(np.r_[i, j], return_inverse=True)
        kept = np.bincount(pool.j[pool.pinned & (part[pool.i] > number)], minlength=pool.n)
        answered = (reverse[pairs] >= 0) & chosen[reverse[pairs]]
        floor = pool.floor[(last[pool.floor] == number) & (listed[pool.floor] == 0)]
        solved = allocate(
            Pool(
                i=place[: len(pairs)],
                j=place[len(pairs) :],
                score=pool.score[pairs] + 2 * pool.mutual * answered - price[j],
                pinned=pool.pinned[pairs],
                floor=np.searchsorted(names, floor),
                n=len(names),
                m=pool.m,
                cap=(pool.cap - listed - kept)[names],
                mutual=pool.mutual,
            )
        )
        chosen[pairs] = solved.chosen
        listed += np.bincount(j[solved.chosen], minlength=pool.n)
        rounds, fractional = rounds + solved.rounds, fractional + solved.fractional
    _fill(pool, chosen)
    objective = _objective(pool, chosen, reverse)
    unlisted = int(np.setdiff1d(pool.floor, pool.j[chosen]).size)
    return Allocation(chosen, objective, max(bound, objective), seeker, price, unlisted, rounds, fractional)


def _prices(pool: Pool, reverse: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """What a place with a partner and one on a seeker's list is worth, and the bound that follows from that.

    Whatever is chosen: a seeker gains at most its ``m`` best pairs less the prices, and partners at most all their
    places. Prices rise where more would come than there are places, and fall where fewer would; the best are kept.
    """
    rank = _rank_within(pool)
    names, row = np.unique(pool.i, return_inverse=True)
    worth = np.full((len(names), max(int(rank.max()) + 1, pool.m)), -np.inf)
    worth[row, rank] = pool.score + pool.mutual * (reverse >= 0)
    partner = np.zeros(worth.shape, dtype=int)
    partner[row, rank] = pool.j
    price, best, lowest = np.zeros(pool.n), np.zeros(pool.n), np.inf
    for step in range(PRICE_STEPS):
        profit = worth - price[partner]
        top = np.argpartition(-profit, pool.m - 1, axis=1)[:, : pool.m]
        gain = np.take_along_axis(profit, top, axis=1)
        total = float(np.maximum(gain, 0.0).sum() + (pool.cap * price).sum())
        if total < lowest:
            lowest, best = total, price.copy()
        coming = np.bincount(np.take_along_axis(partner, top, axis=1)[gain > 0], minlength=pool.n)
        price = np.maximum(price + FIRST_STEP * PRICE_DECAY**step * (coming / np.maximum(pool.cap, 1) - 1), 0.0)
    last = np.sort(worth - best[partner], axis=1)[:, -pool.m]
    seeker = np.zeros(pool.n)
    seeker[names] = np.maximum(last, 0.0)
    return best, seeker, lowest


def _fill(pool: Pool, chosen: np.ndarray) -> None:
    """Give places that are left to seekers with room on their lists, the best pairs first."""
    room = pool.m - np.bincount(pool.i[chosen], minlength=pool.n)
    left = pool.cap - np.bincount(pool.j[chosen], minlength=pool.n)
    open_ = np.flatnonzero(~chosen & (room[pool.i] > 0) & (left[pool.j] > 0))
    for pair in open_[np.lexsort((pool.j[open_], pool.i[open_], -pool.score[open_]))]:
        i, j = pool.i[pair], pool.j[pair]
        if room[i] and left[j]:
            chosen[pair] = True
            room[i] -= 1
            left[j] -= 1


def _objective(pool: Pool, chosen: np.ndarray, reverse: np.ndarray) -> float:
    mutual = chosen & (reverse >= 0) & chosen[reverse]
    return float(pool.score[chosen].sum() + pool.mutual * mutual.sum())


def mutual_pairs(i: np.ndarray, j: np.ndarray, n: int) -> np.ndarray:
    """True for each pair whose reverse is also in the list."""
    code = i.astype(np.int64) * n + j
    return np.isin(code, j.astype(np.int64) * n + i)


def _reverse(pool: Pool) -> np.ndarray:
    """Position of the pair (j, i) for every pair (i, j), -1 where there is none."""
    code = pool.i.astype(np.int64) * pool.n + pool.j
    order = np.argsort(code)
    back = pool.j.astype(np.int64) * pool.n + pool.i
    place = np.clip(np.searchsorted(code[order], back), 0, len(code) - 1)
    found = code[order[place]] == back
    return np.where(found, order[place], -1)


def _rank_within(pool: Pool) -> np.ndarray:
    """0 for the best pair of a seeker, 1 for the next …"""
    order = np.lexsort((pool.j, -pool.score, pool.i))
    start = np.flatnonzero(np.r_[True, np.diff(pool.i[order]) != 0])
    count = np.diff(np.r_[start, len(order)])
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order)) - np.repeat(start, count)
    return rank


def _best_for_partner(pool: Pool) -> np.ndarray:
    """The two best seekers of every partner."""
    order = np.lexsort((pool.i, -pool.score, pool.j))
    start = np.flatnonzero(np.r_[True, np.diff(pool.j[order]) != 0])
    out = np.zeros(len(order), dtype=bool)
    out[order[start]] = True
    second = start + 1
    second = second[second < len(order)]
    out[order[second]] |= pool.j[order[second]] == pool.j[order[second - 1]]
    return out


def _programme(
    pool: Pool, active: np.ndarray, reverse: np.ndarray
) -> tuple[np.ndarray, sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Cost, constraint matrix (<= right-hand side) and the pairs (first, second) that carry a bonus."""
    place = np.full(len(pool.i), -1)
    place[active] = np.arange(len(active))
    first = active[(reverse[active] >= 0) & (pool.i[active] < pool.j[active])]
    first = first[place[reverse[first]] >= 0] if pool.mutual > 0 else first[:0]
    edges, pairs, floor = len(active), len(first), len(pool.floor)
    width = edges + pairs + floor
    ones, columns = np.ones(edges), np.arange(edges)
    slot = np.full(pool.n, -1)
    slot[pool.floor] = np.arange(floor)
    on_floor = slot[pool.j[active]] >= 0
    bonus = np.arange(pairs)
    rows = [
        sparse.csr_matrix((ones, (pool.i[active], columns)), shape=(pool.n, width)),
        sparse.csr_matrix((ones, (pool.j[active], columns)), shape=(pool.n, width)),
        sparse.csr_matrix(
            (
                -np.ones(on_floor.sum() + floor),
                (
                    np.r_[slot[pool.j[active]][on_floor], np.arange(floor)],
                    np.r_[columns[on_floor], edges + pairs + np.arange(floor)],
                ),
            ),
            shape=(floor, width),
        ),
    ]
    for side in (first, reverse[first]):
        rows.append(
            sparse.csr_matrix(
                (np.r_[np.ones(pairs), -np.ones(pairs)], (np.r_[bonus, bonus], np.r_[edges + bonus, place[side]])),
                shape=(pairs, width),
            )
        )
    limit = np.concatenate(
        [np.full(pool.n, pool.m), np.broadcast_to(pool.cap, pool.n), -np.ones(floor), np.zeros(2 * pairs)]
    )
    cost = np.concatenate([-pool.score[active], np.full(pairs, -2 * pool.mutual), np.full(floor, UNLISTED_COST)])
    return cost, sparse.vstack(rows).tocsr(), limit.astype(float), np.array([edges, pairs, floor])


def _solve(
    pool: Pool, active: np.ndarray, reverse: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray] | None:
    """The relaxation on the active pairs: solution per candidate pair, value, prices of seekers and partners.

    None where it does not end within its limit.
    """
    from scipy.optimize import linprog

    cost, matrix, limit, (edges, pairs, floor) = _programme(pool, active, reverse)
    lower = np.concatenate([pool.pinned[active].astype(float), np.zeros(pairs + floor)])
    result = linprog(
        cost, matrix, limit, bounds=np.column_stack([lower, np.ones(len(cost))]), method="highs-ds",
        options={"maxiter": SIMPLEX_STEPS},
    )  # fmt: skip
    if result.status == AT_LIMIT:
        return None
    if result.status != 0:
        raise MatchingError(Said("matching.not_solvable", reason=result.message))
    x = np.zeros(len(pool.i))
    x[active] = result.x[:edges]
    dual = -result.ineqlin.marginals
    seeker, partner = dual[: pool.n], dual[pool.n : 2 * pool.n].copy()
    partner[pool.floor] -= dual[2 * pool.n : 2 * pool.n + floor]
    return x, float(-result.fun), seeker, partner


def _settle(pool: Pool, active: np.ndarray, reverse: np.ndarray, x: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Integer values: everything the relaxation decided stays, seekers with fractions choose again."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    cost, matrix, limit, (edges, pairs, floor) = _programme(pool, active, reverse)
    open_seekers = np.unique(np.r_[pool.i[fraction], pool.j[fraction]])
    free = np.isin(pool.i[active], open_seekers)
    value = (x[active] > 0.5).astype(float)
    lower = np.concatenate([np.where(free, pool.pinned[active], value), np.zeros(pairs + floor)])
    upper = np.concatenate([np.where(free, 1.0, value), np.ones(pairs + floor)])
    kinds = np.concatenate([free, np.zeros(pairs + floor)])
    result = milp(
        cost,
        constraints=LinearConstraint(matrix, -np.inf, limit),
        bounds=Bounds(lower, upper),
        integrality=kinds,
        options={"mip_rel_gap": TOLERANCE, "node_limit": NODE_LIMIT},
    )
    if result.x is None and result.status == AT_LIMIT:  # what the relaxation decided stays, and the best pairs join
        chosen = x > 1 - FRACTION
        _fill(pool, chosen)
        return chosen
    if result.x is None:
        raise MatchingError(Said("matching.not_solvable", reason=result.message))
    chosen = np.zeros(len(pool.i), dtype=bool)
    chosen[active] = result.x[:edges] > 0.5
    return chosen
