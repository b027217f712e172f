"""Why a list of partners is shorter than it could be: the first condition that too few meet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Candidates
from typology.matching.peers.pairs import Pairs, Rules
from typology.matching.reach import ROUNDING
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

BLOCK = 128  # seekers at a time, each beside all who take part: so much fits into memory whatever the size
MISSING_COLUMNS = ("list", "key", "found", "reason")


def what_is_missing(bodies: Bodies, candidates: Candidates, rules: Rules, table: pd.DataFrame, m: int) -> pd.DataFrame:
    """Lists shorter than m, one row each: ``list, key, found, reason``."""
    found = np.bincount(table["i"], minlength=bodies.n) if len(table) else np.zeros(bodies.n, dtype=int)
    short = np.flatnonzero(found < m)
    blocks = [short[start : start + BLOCK] for start in range(0, len(short), BLOCK)]
    reasons = [reason for block in blocks for reason in _reasons(bodies, candidates, rules, block, m)]
    rows = [(rules.name, bodies.keys[i], int(found[i]), reason) for i, reason in zip(short, reasons, strict=True)]
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))


def _needs(bodies: Bodies) -> np.ndarray:
    """Who has a weakness, a field with room above it, or a current pain point."""
    result: np.ndarray = np.any([part.any(axis=1) for part in (bodies.weak, bodies.behind, bodies.pain_now)], axis=0)
    return result


def _reasons(bodies: Bodies, candidates: Candidates, rules: Rules, seekers: np.ndarray, m: int) -> list[str]:
    """Of each the first condition that too few meet; numbers behind a colon are limits that a sentence prints."""
    name, reach, second = rules.name, rules.reach, rules.name == COMPLEMENTARY
    others = np.flatnonzero(bodies.partner | bodies.full)
    pairs = Pairs(bodies, seekers, others, grid=True)
    free, complements = pairs.allowed, pairs.complements
    allowed = free & bodies.partner[others]
    ratio = reach.size_ratio if name == SIMILAR else reach.largest_ratio
    alike = allowed & ~(pairs.size_gap > np.log(ratio) + ROUNDING)
    within = pairs.reached(name, reach) & alike
    likely = within & pairs.eligible(name, reach)
    elsewhere = np.isin(seekers, list(rules.elsewhere))
    farther = f"+{reach.far_km:g}+{reach.far_size_ratio:g}" if reach.narrows else ""
    no_help, no_reach = ("no_help_far", "no_reach_far") if reach.narrows else ("no_help_near", "no_reach")
    found = {
        "no_own_type": second & ~bodies.placed[seekers],
        "no_need": second & ~_needs(bodies)[seekers],
        "all_full": candidates.n_eligible[seekers] >= m,
        "no_capacity": ~allowed.any(axis=1) & (free & bodies.full[others]).any(axis=1),
        "no_consent": ~allowed.any(axis=1),
        f"no_size:{ratio:g}": alike.sum(axis=1) < m,
        "no_other_type": second & ~(alike & pairs.differ).any(axis=1),
        "no_strength": second & ~(alike & complements).any(axis=1),
        f"{no_help}:{reach.need_km:g}{farther}": second & ((within & complements).sum(axis=1) < m),
        f"{no_reach}:{reach.near_km:g}+{reach.need_km:g}{farther}": within.sum(axis=1) < m,
        "no_likeness": likely.sum(axis=1) < m,
        "other_list": elsewhere,
    }
    return [str(reason) for reason in np.select(list(found.values()), list(found), "excluded")]
