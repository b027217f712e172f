"""Why a list of partners is shorter than it could be: the first condition that too few meet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Candidates
from typology.matching.peers.pairs import Pairs, Rules
from typology.matching.reach import ROUNDING
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

MISSING_COLUMNS = ("list", "key", "found", "reason")


def what_is_missing(bodies: Bodies, candidates: Candidates, rules: Rules, table: pd.DataFrame, m: int) -> pd.DataFrame:
    """Lists shorter than m, one row each: ``list, key, found, reason``."""
    found = np.bincount(table["i"], minlength=bodies.n) if len(table) else np.zeros(bodies.n, dtype=int)
    rows = []
    for i in np.flatnonzero(found < m):
        rows.append((rules.name, bodies.keys[i], int(found[i]), _reason(bodies, candidates, rules, int(i), m)))
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))


def _needs(bodies: Bodies) -> np.ndarray:
    """Who has a weakness, a field with room above it, or a current pain point."""
    result: np.ndarray = np.any([part.any(axis=1) for part in (bodies.weak, bodies.behind, bodies.pain_now)], axis=0)
    return result


def _reason(bodies: Bodies, candidates: Candidates, rules: Rules, i: int, m: int) -> str:
    """The first condition that too few meet; numbers behind a colon are limits that a sentence prints."""
    name, reach = rules.name, rules.reach
    if name == COMPLEMENTARY and not bodies.placed[i]:
        return "no_own_type"
    if name == COMPLEMENTARY and not _needs(bodies)[i]:
        return "no_need"
    if candidates.n_eligible[i] >= m:
        return "all_full"
    pairs = Pairs(bodies, np.array([i]), np.arange(bodies.n), grid=True)
    allowed = pairs.allowed()[0] & bodies.partner
    if not allowed.any():
        return "no_capacity" if (pairs.allowed()[0] & bodies.full).any() else "no_consent"
    ratio = reach.size_ratio if name == SIMILAR else reach.largest_ratio
    alike = allowed & ~(pairs.size_gap[0] > np.log(ratio) + ROUNDING)
    if alike.sum() < m:
        return f"no_size:{ratio:g}"
    if name == COMPLEMENTARY and not (alike & pairs.differ()[0]).any():
        return "no_other_type"
    if name == COMPLEMENTARY and not (alike & pairs.complements()[0]).any():
        return "no_strength"
    within = pairs.reached(name, reach)[0] & alike
    if name == COMPLEMENTARY and (within & pairs.complements()[0]).sum() < m:
        if reach.narrows:
            return f"no_help_far:{reach.need_km:g}+{reach.far_km:g}+{reach.far_size_ratio:g}"
        return f"no_help_near:{reach.need_km:g}"
    if within.sum() < m:
        if reach.narrows:
            return f"no_reach_far:{reach.near_km:g}+{reach.need_km:g}+{reach.far_km:g}+{reach.far_size_ratio:g}"
        return f"no_reach:{reach.near_km:g}+{reach.need_km:g}"
    if (within & pairs.eligible(name, reach)[0]).sum() < m:
        return "no_likeness"
    return "other_list" if i in rules.elsewhere else "excluded"
