"""The graded rivals of the classes: what else could have made answers hang together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from typology.clustering.graded.climb import correlations
from typology.clustering.graded.fitting import GradedAnswers
from typology.clustering.graded.likelihood import Structure
from typology.clustering.graded.loadings import Loadings
from typology.clustering.graded.traits import FreePlaces, NormalTraits, SkewedTraits

MOST_TRAITS = 4
MOST_SKEWED = 3
"""Most normal and most skewed traits. With three at most, answers of four leanings would pass for types."""
MOST_PAIRS = 2
ORDERED = (3, 4)
"""Numbers of classes along one trait."""


@dataclass(frozen=True, eq=False)
class Rival:
    """``name`` as in the table of results; ``kind``: traits, style, signatures, pairs or ordered; ``structure`` sets it
    up for some answers (doubled goals are chosen anew on every replicate)."""

    name: str
    kind: str
    n_traits: int
    structure: Callable[[GradedAnswers], Structure]

    @property
    def n_init(self) -> int:
        """Starts: one trait has one top as a rule."""
        return 1 if self.kind in ("style", "pairs") or (self.kind == "traits" and self.n_traits <= 1) else 2


def rivals_for(answers: GradedAnswers, signatures: Mapping[str, Sequence[int]] | None = None) -> list[Rival]:
    """The graded rivals that make sense for these answers.

    Parameters
    ----------
    signatures : type → numbers of its signature goals (in the order of the goals): each type as a leaning of its own.
    """
    n_used = len(answers.used)
    most = min(MOST_TRAITS, (n_used - 1) // 2)
    rivals = [Rival(f"traits_{d}", "traits", d, _Free(d, False)) for d in range(1, most + 1)]
    rivals += [Rival(f"traits_{d}_skewed", "traits", d, _Free(d, True)) for d in range(1, min(most, MOST_SKEWED) + 1)]
    if not answers.ticked:
        rivals += [Rival("style", "style", 1, _style), Rival("style_skewed", "style", 1, _skewed_style)]
        if answers.rows().has_spread:
            rivals += [Rival("spread", "style", 1, _spread), Rival("style_and_spread", "style", 2, _style_and_spread)]
    groups = {name: [g for g in goals if g in set(answers.used.tolist())] for name, goals in (signatures or {}).items()}
    groups = {name: goals for name, goals in groups.items() if len(goals) > 1}
    if len(groups) > 1:
        rivals += [Rival("signatures", "signatures", len(groups), _Signatures(signatures or {}, False))]
        if len(groups) <= MOST_TRAITS:
            rivals += [Rival("signatures_skewed", "signatures", len(groups), _Signatures(signatures or {}, True))]
    if n_used > 2 * MOST_PAIRS:
        rivals += [Rival(f"pairs_{n}", "pairs", n, _Pairs(n)) for n in range(1, MOST_PAIRS + 1)]
    return rivals


def ordered_rivals(answers: GradedAnswers) -> list[Rival]:
    """Classes along one trait: shown beside the others, for one ordering is not the same as no groups."""
    return [Rival(f"ordered_{n}", "ordered", 1, _Ordered(n)) for n in ORDERED]


@dataclass(frozen=True)
class _Free:
    n_traits: int
    skewed: bool

    def __call__(self, answers: GradedAnswers) -> Structure:
        spread = SkewedTraits(self.n_traits) if self.skewed else NormalTraits(self.n_traits)
        return Structure(Loadings.free(len(answers.used), self.n_traits), spread)


@dataclass(frozen=True)
class _Ordered:
    n_places: int

    def __call__(self, answers: GradedAnswers) -> Structure:
        return Structure(Loadings.free(len(answers.used), 1), FreePlaces(self.n_places))


@dataclass(frozen=True)
class _Signatures:
    signatures: Mapping[str, Sequence[int]]
    skewed: bool

    def __call__(self, answers: GradedAnswers) -> Structure:
        at = {goal: number for number, goal in enumerate(answers.used.tolist())}
        groups = [[at[goal] for goal in goals if goal in at] for goals in self.signatures.values()]
        groups = [group for group in groups if len(group) > 1]
        spread = SkewedTraits(len(groups)) if self.skewed else NormalTraits(len(groups))
        return Structure(Loadings.of_groups(len(answers.used), groups), spread)


@dataclass(frozen=True)
class _Pairs:
    n_pairs: int

    def __call__(self, answers: GradedAnswers) -> Structure:
        pairs = most_alike(answers, min(self.n_pairs, len(answers.used) // 2))
        return Structure(Loadings.of_groups(len(answers.used), pairs, alike=True), NormalTraits(len(pairs)))


def most_alike(answers: GradedAnswers, n_pairs: int) -> list[tuple[int, int]]:
    """The pairs of goals that are answered most alike, no goal twice."""
    alike = np.triu(correlations(answers.codes, answers.weights), 1)
    alike[np.tril_indices(len(alike))] = -np.inf
    pairs: list[tuple[int, int]] = []
    for _ in range(n_pairs):
        first, second = np.unravel_index(int(np.argmax(alike)), alike.shape)
        pairs.append((int(first), int(second)))
        alike[[first, second], :] = alike[:, [first, second]] = -np.inf
    return pairs


def _style(answers: GradedAnswers) -> Structure:
    return Structure(Loadings.equal(len(answers.used)), NormalTraits(1))


def _skewed_style(answers: GradedAnswers) -> Structure:
    return Structure(Loadings.equal(len(answers.used)), SkewedTraits(1))


def _spread(answers: GradedAnswers) -> Structure:
    return Structure(Loadings.free(len(answers.used), 0), NormalTraits(1), widens=True)


def _style_and_spread(answers: GradedAnswers) -> Structure:
    return Structure(Loadings.equal(len(answers.used)), NormalTraits(2), widens=True)
