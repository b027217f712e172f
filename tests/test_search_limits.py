"""Where a search comes to its limit there is still a choice, and the bound that stands beside it is true."""

from __future__ import annotations

import numpy as np
import pytest

from typology.matching.peers import allocation
from typology.matching.peers.allocation import Allocation, Pool, allocate, allocate_in_parts
from typology.writing import at_most


def drawn_pool(seed: int) -> Pool:
    """Fourteen who seek two partners each among all others, of whom nobody may stand on more than two lists."""
    rng = np.random.default_rng(seed)
    i, j = np.nonzero(~np.eye(14, dtype=bool))
    pinned = np.zeros(len(i), dtype=bool)
    pinned[rng.integers(len(i))] = True
    score = rng.random(len(i)).round(6)
    return Pool(i, j, score, pinned, np.unique(j), n=14, m=2, cap=2, mutual=0.05)


def holds(pool: Pool, found: Allocation) -> bool:
    """Whether nobody has more partners or stands on more lists than may be, and what was wished is there."""
    lists, places = np.bincount(pool.i[found.chosen]), np.bincount(pool.j[found.chosen])
    return bool(lists.max() <= pool.m and places.max() <= pool.cap and found.chosen[pool.pinned].all())


@pytest.mark.parametrize("seed", range(5))
def test_partners_are_chosen_also_where_the_linear_programme_does_not_end(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = drawn_pool(seed)
    best = allocate(pool)
    monkeypatch.setattr(allocation, "SIMPLEX_STEPS", 1)
    part = np.arange(pool.n) // 7
    for found in (allocate(pool), allocate_in_parts(pool, part)):
        assert holds(pool, found) and found.chosen.sum() >= 24
        assert found.objective <= best.objective + 1e-9 <= found.bound
        assert found.bound > found.objective, "and says so"


@pytest.mark.parametrize("nodes", [0, 1])
def test_partners_are_chosen_also_where_the_integer_programme_finds_nothing(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scipy.optimize

    whole, asked = scipy.optimize.milp, []

    def without_answer(*args: object, **options: object) -> object:
        asked.append(options["options"]["node_limit"])  # type: ignore[index]
        result = whole(*args, **options)
        result.x, result.status = None, 1
        return result

    pools = [drawn_pool(seed) for seed in range(12)]
    best = [allocate(pool) for pool in pools]
    monkeypatch.setattr(allocation, "NODE_LIMIT", nodes)
    monkeypatch.setattr(scipy.optimize, "milp", without_answer)
    fractional = [(pool, one) for pool, one in zip(pools, best, strict=True) if one.fractional]
    assert fractional, "else nothing is tried"
    for pool, one in fractional:
        found = allocate(pool)
        assert holds(pool, found) and found.objective <= one.objective + 1e-9 <= found.bound
    assert asked == [nodes] * len(fractional)


@pytest.mark.parametrize(("share", "german"), [(0.0, "0,0"), (0.03, "3,0"), (0.030001, "3,1"), (0.0999, "10,0")])
def test_what_is_said_to_be_at_most_so_much_is_not_more(share: float, german: str) -> None:
    assert at_most(share) == f"{german}\N{NO-BREAK SPACE}%"
