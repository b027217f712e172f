"""Every pair that a list may hold, with its score: found once for both lists, block by block.

What the lists ask of a pair in common, such as its distance, is reckoned once. Kept are the pairs that are eligible, in
eight bytes each: few of all pairs where reach is limited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from typology.matching.bodies import Bodies
from typology.matching.peers.pairs import Pairs, Rules
from typology.matching.reach import Reach

BLOCK = 192  # seekers at once, so that a table of all pairs never stands in memory
ROUNDING = 1e-6  # of a logarithm in single precision
ALL_SIZES = 1_000  # up to so many partners all are looked at, whatever their size


@dataclass(frozen=True, eq=False)
class Eligible:
    """All eligible pairs of one list: seekers one after the other, the partners of each in ascending order.

    ``seekers``: (k,) positions. ``count``: (k,) how many partners each has. ``partner``, ``score``: one per pair.
    ``block``: (k,) the number of the block in which each was looked at; blocks follow one another.
    """

    n: int
    seekers: np.ndarray
    block: np.ndarray
    count: np.ndarray
    partner: np.ndarray
    score: np.ndarray

    def where(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The place of each pair among all, -1 where it is not eligible."""
        row = np.full(self.n, -1)
        row[self.seekers] = np.arange(len(self.seekers))
        code = np.repeat(np.arange(len(self.seekers)) * self.n, self.count) + self.partner
        asked = row[i] * self.n + j
        place = np.searchsorted(code, asked)
        found = (place < len(code)) & (row[i] >= 0)
        found[found] = code[place[found]] == asked[found]
        return np.where(found, place, -1)

    def without(self, excluded: Mapping[int, np.ndarray]) -> Eligible:
        """The same without these pairs, seeker → partners."""
        i = np.repeat(np.array(list(excluded), dtype=int), [len(partners) for partners in excluded.values()])
        j = np.concatenate([np.zeros(0, dtype=int), *excluded.values()])
        gone = self.where(i, j)
        stays = np.ones(len(self.partner), dtype=bool)
        stays[gone[gone >= 0]] = False
        lost = np.bincount(self.rows()[~stays], minlength=len(self.seekers))
        return replace(self, count=self.count - lost, partner=self.partner[stays], score=self.score[stays])

    def rows(self) -> np.ndarray:
        """For each pair the number of its seeker among the seekers."""
        return np.repeat(np.arange(len(self.seekers)), self.count)

    def grids(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Block by block: seekers, partners in ascending order, the score of each with each, else -inf."""
        stop = np.concatenate([[0], np.cumsum(self.count)])
        ends = np.flatnonzero(np.diff(self.block, append=-1)) + 1
        for first, last in zip([0, *ends[:-1]], ends, strict=True) if len(self.seekers) else ():
            partner, score = (values[stop[first] : stop[last]] for values in (self.partner, self.score))
            there = np.zeros(self.n, dtype=bool)
            there[partner] = True
            grid = np.full((last - first, int(there.sum())), -np.inf, dtype=score.dtype)
            grid[np.repeat(np.arange(last - first), self.count[first:last]), (np.cumsum(there) - 1)[partner]] = score
            yield self.seekers[first:last], np.flatnonzero(there), grid


def eligible_pairs(bodies: Bodies, rules: Mapping[str, Rules]) -> dict[str, Eligible]:
    """The eligible pairs of every list, whatever was excluded by wish."""
    found: dict[str, list[tuple[np.ndarray, ...]]] = {name: [] for name in rules}
    reach = next(iter(rules.values())).reach
    for number, (seekers, partners) in enumerate(_blocks(bodies, reach)):
        pairs = Pairs(bodies, seekers, partners, grid=True)
        for name, rule in rules.items():
            eligible = pairs.eligible(name, reach)
            some = np.flatnonzero(eligible)
            partner = partners[some % len(partners)].astype(np.int32)
            block, count = np.full(len(seekers), number), eligible.sum(axis=1)
            found[name].append((seekers, block, count, partner, pairs.score(rule, some)))
    kinds = (int, int, int, np.int32, np.float32)
    empty = tuple(np.zeros(0, dtype=kind) for kind in kinds)
    return {
        name: Eligible(bodies.n, *(np.concatenate(part) for part in zip(empty, *parts, strict=True)))
        for name, parts in found.items()
    }


def _blocks(bodies: Bodies, reach: Reach) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Seekers and the partners that may be within reach of some of them, block by block."""
    for pool in np.unique(bodies.pool):
        partners = np.flatnonzero((bodies.pool == pool) & bodies.partner)
        seekers = np.flatnonzero(bodies.pool == pool)
        if not partners.size:
            continue
        alike = partners.size > ALL_SIZES
        if alike:  # blocks of seekers of about one size need only look at partners of about that size
            seekers = seekers[np.argsort(bodies.log_population[seekers], kind="stable")]
        for start in range(0, seekers.size, BLOCK):
            block = seekers[start : start + BLOCK]
            within = _of_comparable_size(bodies, block, partners, reach) if alike else partners
            if within.size:
                yield block, within


def _of_comparable_size(bodies: Bodies, seekers: np.ndarray, partners: np.ndarray, reach: Reach) -> np.ndarray:
    """The partners that may be within reach of one of the seekers; with unknown population everybody may be."""
    sizes, theirs = bodies.log_population[seekers], bodies.log_population[partners]
    if np.isnan(sizes).any():
        return partners
    margin = np.log(reach.largest_ratio) + ROUNDING
    apart = (theirs < sizes.min() - margin) | (theirs > sizes.max() + margin)
    return np.asarray(partners[~apart])
