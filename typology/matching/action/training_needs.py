"""What municipalities need to learn, the offers that serve it, and what a provider could still offer.

A need is a gap of competence, a current pain point that some kind of course helps with, or a field of action that is
rated important (at least 4 of 5) and weak (at most 2 of 5). What no offer of the catalogue serves is demand: so many
municipalities would order it.
"""

from __future__ import annotations

import pandas as pd

from typology.content.trainings import TrainingsFile
from typology.content.vocabulary import GapState, PainState
from typology.matching import numbers

NEED_COLUMNS = ("key", "need", "item", "offers")
DEMAND_COLUMNS = ("need", "item", "n", "asked", "kinds")


def training_needs(
    gaps: pd.DataFrame,
    trainings: pd.DataFrame,
    pain_points: pd.DataFrame,
    stand: pd.DataFrame,
    wichtig: pd.DataFrame,
    catalogue: TrainingsFile,
) -> pd.DataFrame:
    """The needs of every municipality, each with the offers that serve it.

    Parameters
    ----------
    gaps : rows of :func:`typology.matching.action.competences.competence_gaps`.
    trainings : rows of :func:`typology.matching.action.trainings.match_trainings`.
    pain_points, stand, wichtig : answers, index ``key``; any of them may be empty.
    catalogue : the offers.

    Returns
    -------
    Table ``NEED_COLUMNS``, sorted. ``need``: ``competence``, ``pain_point`` or ``field``; ``item``: ``family.area``, a
    pain point, a field; ``offers``: keys joined by ``;``, empty where nothing serves it.
    """
    parts = [
        _of_gaps(gaps, trainings),
        _of_answers(pain_points.eq(PainState.CURRENT.value), "pain_point", catalogue),
        _of_answers(_in_need(stand, wichtig), "field", catalogue),
    ]
    found = [part for part in parts if len(part)]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(NEED_COLUMNS), dtype=object)
    return table.sort_values(list(NEED_COLUMNS[:3]), ignore_index=True)


def _of_gaps(gaps: pd.DataFrame, trainings: pd.DataFrame) -> pd.DataFrame:
    open_ = gaps[gaps["state"] == GapState.GAP.value] if len(gaps) else gaps
    if not len(open_):
        return pd.DataFrame(columns=list(NEED_COLUMNS))
    path = ["key", "family", "area"]
    taken = trainings[trainings["offer"] != ""] if len(trainings) else pd.DataFrame(columns=[*path, "offer"])
    offers = taken.groupby(path)["offer"].agg(";".join).rename("offers") if len(taken) else None
    table = open_[path].copy()
    table["offers"] = "" if offers is None else table.join(offers, on=path)["offers"].fillna("")
    table["item"] = table["family"] + "." + table["area"]
    return table.assign(need="competence")[list(NEED_COLUMNS)]


def _of_answers(needed: pd.DataFrame, need: str, catalogue: TrainingsFile) -> pd.DataFrame:
    """One row for each true cell of a table of municipalities × items."""
    part = "pain_points" if need == "pain_point" else "fields"
    serving = {
        str(item): ";".join(offer.key for offer in catalogue.offers if item in getattr(offer, part))
        for item in needed.columns
    }
    if need == "pain_point":  # money, for one, is taught by nobody
        taught = [item for item in needed.columns if serving[str(item)] or catalogue.kinds_for(need, str(item))]
        needed = needed[taught]
    long = needed.rename_axis("key").reset_index().melt("key", var_name="item", value_name="needed")
    rows = long[long["needed"].astype(bool)]
    return rows.assign(need=need, offers=rows["item"].map(serving))[list(NEED_COLUMNS)]


def _in_need(stand: pd.DataFrame, wichtig: pd.DataFrame) -> pd.DataFrame:
    """Which fields are weak and important; never where one of the two answers is missing."""
    both = [name for name in stand.columns if name in wichtig.columns]
    weights = wichtig.reindex(index=stand.index, columns=both).astype(float)
    return stand[both].astype(float).le(numbers.TRAINING_LEVEL) & weights.ge(numbers.IMPORTANT_LEVEL)


def training_demand(
    needs: pd.DataFrame,
    gaps: pd.DataFrame,
    pain_points: pd.DataFrame,
    stand: pd.DataFrame,
    wichtig: pd.DataFrame,
    catalogue: TrainingsFile,
    *,
    least: int = 1,
) -> pd.DataFrame:
    """What no offer serves, and how many municipalities need it: the list for a provider.

    Parameters
    ----------
    needs : rows of :func:`training_needs`; the other tables are those it was made from.
    least : fewest municipalities of a row, and fewest that answered and do not need it unless there are none: what is
        handed on takes the minimum of the gate.

    Returns
    -------
    Table ``DEMAND_COLUMNS``, the largest demand first. ``asked``: municipalities whose answers say whether they need
    it; ``kinds``: kinds of course that serve it, joined by ``;``.
    """
    unserved = needs[needs["offers"] == ""]
    counted = unserved.groupby(["need", "item"]).size().rename("n").reset_index()
    known = gaps.dropna(subset=["gap"]) if len(gaps) else gaps
    asked: dict[tuple[str, str], int] = {}
    if len(known):
        pairs = (known["family"] + "." + known["area"]).value_counts()
        asked |= {("competence", str(item)): int(n) for item, n in pairs.items()}
    said = pain_points.notna() & pain_points.ne("")
    asked |= {("pain_point", str(item)): int(n) for item, n in said.sum().items()}
    both = [name for name in stand.columns if name in wichtig.columns]
    rated = stand[both].notna() & wichtig.reindex(index=stand.index, columns=both).notna()
    asked |= {("field", str(item)): int(n) for item, n in rated.sum().items()}
    rows = []
    for need, item, n in counted.itertuples(index=False):
        others = asked[need, item] - n
        if n < least or 0 < others < least:
            continue
        topic = item.partition(".")[2] if need == "competence" else item
        kinds = ";".join(kind.key for kind in catalogue.kinds_for(need, topic))
        rows.append((need, item, int(n), asked[need, item], kinds))
    table = pd.DataFrame(rows, columns=list(DEMAND_COLUMNS))
    return table.sort_values(["n", "need", "item"], ascending=[False, True, True], ignore_index=True)
