"""Offers for gaps: a learning path from the available to the needed level, per job family and area.

A path is a chain of offers; each can be entered at the level reached so far and leads further. Chosen is the path that
leaves the fewest levels open, then the one with the fewest offers, then the one made for the job family, then the one
with the fewest hours: found by comparing all reachable levels, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from typology.content.trainings import Offer, TrainingsFile

TRAINING_COLUMNS = (
    "key", "family", "area", "soll", "ist", "gap", "step", "offer", "start", "end", "closes", "remaining", "made_for",
)  # fmt: skip


@dataclass(frozen=True)
class PathStep:
    """One offer of a path: from which level it leads to which."""

    offer: Offer
    start: float
    end: float


def learning_path(family: str, area: str, ist: float, soll: float, catalogue: TrainingsFile) -> tuple[PathStep, ...]:
    """The best chain of offers from ``ist`` towards ``soll``; empty if nothing in the catalogue helps.

    An offer can be entered by whoever has its start level, or more as long as it still leads further.

    Examples
    --------
    >>> from typology.content.trainings import load_trainings
    >>> [step.offer.key for step in learning_path("verwaltung", "sicherheit", 1, 5, load_trainings())]
    ['grundlagen_sicherheit', 'sicherheit_aufbau']
    """
    Rank = tuple[float, int, int, float, tuple[str, ...]]
    best: dict[float, tuple[Rank, tuple[PathStep, ...]]] = {ist: ((soll - ist, 0, 0, 0.0, ()), ())}
    useful = [(offer, reach) for offer in catalogue.offers if offer.suits(family) and (reach := offer.reach(area))]
    for level in range(int(ist), int(soll) + 1):
        for here in sorted(best):
            if not level <= here < level + 1:
                continue
            rank, path = best[here]
            for offer, reach in useful:
                if here >= soll or not reach.start <= here < reach.end:
                    continue
                end = float(reach.end)
                step = PathStep(offer, here, end)
                general = 0 if family in offer.families else 1
                new = (
                    max(soll - end, 0.0), rank[1] + 1, rank[2] + general, rank[3] + offer.hours, (*rank[4], offer.key)
                )  # fmt: skip
                if end not in best or new < best[end][0]:
                    best[end] = (new, (*path, step))
    return min(best.values(), key=lambda item: item[0])[1]


def match_trainings(gaps: pd.DataFrame, catalogue: TrainingsFile) -> pd.DataFrame:
    """Learning paths for every gap of every municipality.

    Parameters
    ----------
    gaps : rows of :func:`typology.matching.action.competences.competence_gaps`; only those with a positive gap count.
    catalogue : the offers.

    Returns
    -------
    Table ``TRAINING_COLUMNS``, one row per offer of a path in its order (``step`` 1, 2 …). ``closes``: levels of the
    gap that this offer closes (they add up to ``gap`` less ``remaining`` of the last step); ``made_for``: the job
    family, or ``alle``. A gap for which the catalogue holds nothing has one row with ``step`` 0 and an empty ``offer``.
    """
    if gaps.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in TRAINING_COLUMNS})
    open_ = gaps[gaps["gap"].astype(float) > 0]
    known: dict[tuple[str, str, float, float], tuple[PathStep, ...]] = {}
    rows = []
    for row in open_.itertuples():
        family, area, soll, ist, gap = str(row.family), str(row.area), float(row.soll), float(row.ist), float(row.gap)
        place = (family, area, ist, soll)
        if place not in known:
            known[place] = learning_path(family, area, ist, soll, catalogue)
        head = (row.key, family, area, soll, ist, gap)
        if not known[place]:
            rows.append((*head, 0, "", float("nan"), float("nan"), 0.0, gap, ""))
        for number, step in enumerate(known[place], start=1):
            closes = min(step.end, soll) - step.start
            made = family if family in step.offer.families else "alle"
            rest = max(soll - step.end, 0.0)
            rows.append((*head, number, step.offer.key, step.start, step.end, closes, rest, made))
    return pd.DataFrame(rows, columns=list(TRAINING_COLUMNS))
