"""Two waves of the survey side by side: who moved, and whether the own answers or the model made the difference.

Own change: the old model on the new answers minus the old model on the old answers. Model change: the new model minus
the old model, both on the new answers. The two add up exactly to the whole change of every probability. Municipalities
whose borders changed are followed through the successor table; mergers and splits are listed and not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.clustering.permutation import best_permutation
from typology.errors import EstimationError
from typology.writing import Said

if TYPE_CHECKING:
    from typology.register.successors import Successors
    from typology.types.typology import Typology

# A change of probability (half the sum over types) that counts as one; below it the model merely breathes.
NOTICEABLE = 0.05
# Below this it is the rounding of the file: the type stays, also where two types were equally probable.
ROUNDING = 1e-4
MOVE_COLUMNS = (
    "key_before", "type_before", "type_old_model", "type_now", "moved", "own_change", "model_change", "cause",
)  # fmt: skip
CHANGE_COLUMNS = ("key", "type", "before", "own_change", "model_change", "now")
SHARE_COLUMNS = ("type", "before", "own_change", "model_change", "now")
TERRITORY_COLUMNS = ("key_before", "key", "kind")
ALIGNMENT_COLUMNS = ("type_before", "type_now", "overlap", "difference")


@dataclass(frozen=True, eq=False)
class WaveComparison:
    """All types carry the names of the old typology; a new type without a counterpart keeps its own.

    ``alignment``: old type, the new one matched to it, the share of its members they have in common, and the largest
    difference of a chosen share. ``moves`` (index new ``key``): ``MOVE_COLUMNS``; ``own_change`` and ``model_change``
    are half the sum of absolute changes (0 to 1), ``cause`` own | model | both | "". ``changes``: per municipality and
    type. ``shares``: means of ``changes``. ``flows``: type before × type now, counts. ``territory``: gleich |
    nachfolger | fusion | aufteilung | nur_alt | nur_neu.
    """

    alignment: pd.DataFrame
    moves: pd.DataFrame
    changes: pd.DataFrame
    shares: pd.DataFrame
    flows: pd.DataFrame
    territory: pd.DataFrame
    goals: tuple[str, ...]


def compare_waves(
    old: Typology,
    new: Typology,
    old_goals: pd.DataFrame,
    new_goals: pd.DataFrame,
    *,
    successors: Successors | None = None,
) -> WaveComparison:
    """Compare two waves for the municipalities that answered both.

    Parameters
    ----------
    old_goals, new_goals : goals matrices of the two waves, index ``key``; the old model sees the goals it knows.
    successors : changes of territory between the waves.

    Raises
    ------
    EstimationError : the waves share no goal, or no municipality answered both.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> from typology.content.catalogue import load_content
    >>> from typology.types.naming import name_types
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> later = goals.copy()
    >>> later.iloc[0] = ["nein", "nein", "ja", "ja"]
    >>> moves = compare_waves(typology, typology, goals, later).moves.query("moved").reset_index()
    >>> moves[["key", "type_before", "type_now", "own_change", "cause"]].round(2)
       key type_before            type_now  own_change cause
    0    0  optimierer  serviceorientierte         1.0   own
    """
    shared = tuple(goal for goal in old.goal_keys if goal in new_goals.columns)
    if not shared:
        raise EstimationError(Said("types.no_common_goal"))
    territory = match_territory(old_goals.index, new_goals.index, successors)
    pairs = territory[territory["kind"].isin(["gleich", "nachfolger"])]
    if pairs.empty:
        raise EstimationError(Said("types.nobody_in_both_waves"))
    keys = pd.Index(pairs["key"], name="key")
    answers_before = old_goals.loc[pairs["key_before"], [goal for goal in old_goals if goal in old.goal_keys]]
    answers_before = answers_before.set_axis(keys)
    answers_now = new_goals.loc[keys]
    old_view = answers_now[list(shared)]
    new_view = answers_now[[goal for goal in answers_now if goal in new.goal_keys]]
    alignment, renamed = _align(old, new, new_goals)
    types = [*old.type_keys, *(name for name in renamed.values() if name not in old.type_keys)]

    before = old.posterior(answers_before).reindex(columns=types, fill_value=0.0)
    middle = old.posterior(old_view).reindex(columns=types, fill_value=0.0)
    now = new.posterior(new_view).rename(columns=renamed).reindex(columns=types, fill_value=0.0)
    changes = pd.concat(
        [
            pd.DataFrame(
                {"key": keys, "type": name, "before": before[name].to_numpy(),
                 "own_change": (middle[name] - before[name]).to_numpy(),
                 "model_change": (now[name] - middle[name]).to_numpy(), "now": now[name].to_numpy()}
            )
            for name in types
        ],
        ignore_index=True,
    )  # fmt: skip
    moves = _moves(
        pairs.set_index("key")["key_before"],
        old.assign(answers_before)["type"],
        old.assign(old_view)["type"],
        new.assign(new_view)["type"].map(lambda name: renamed.get(name, name)),
        before.to_numpy(),
        middle.to_numpy(),
        now.to_numpy(),
    )
    order = [*types, ""]
    flows = pd.crosstab(moves["type_before"], moves["type_now"]).reindex(index=order, columns=order, fill_value=0)
    shares = changes.groupby("type", sort=False)[list(SHARE_COLUMNS[1:])].mean().reset_index()
    return WaveComparison(alignment, moves, changes, shares, flows, territory, shared)


def match_territory(old_keys: pd.Index, new_keys: pd.Index, successors: Successors | None = None) -> pd.DataFrame:
    """Which old key belongs to which new key: ``key_before, key, kind``, sorted; "" where there is none."""
    known = set(new_keys)
    followed: dict[str, tuple[str, ...]] = {}
    for key in old_keys:
        if successors is None:
            followed[key] = (key,) if key in known else ()
        else:
            ends = successors.follow(key, known).keys
            followed[key] = (key,) if key in known else tuple(end for end in ends if end in known)
    sources: dict[str, int] = {}
    for ends in followed.values():
        for end in ends:
            sources[end] = sources.get(end, 0) + 1
    rows = []
    for key, ends in followed.items():
        for end in ends:
            kind = "aufteilung" if len(ends) > 1 else "fusion" if sources[end] > 1 else "gleich"
            rows.append((key, end, "nachfolger" if kind == "gleich" and key != end else kind))
        if not ends:
            rows.append((key, "", "nur_alt"))
    rows += [("", key, "nur_neu") for key in new_keys if key not in sources]
    return pd.DataFrame(sorted(rows), columns=list(TERRITORY_COLUMNS))


def _align(old: Typology, new: Typology, goals: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Match types by how the two models divide the same new answers; new key → name in the comparison."""
    theirs = new.posterior(goals[[goal for goal in goals if goal in new.goal_keys]]).to_numpy()
    mine = old.posterior(goals[[goal for goal in goals if goal in old.goal_keys]]).to_numpy()
    overlap = mine.T @ theirs
    overlap = overlap / (mine.sum(axis=0)[:, None] + theirs.sum(axis=0)[None, :] - overlap)
    pairs = best_permutation(overlap).pairs
    common = [goal for goal in old.goal_keys if goal in new.goal_keys]
    renamed, rows = {}, []
    for row, column in pairs:
        gaps = [abs(old.probabilities(goal)[row, -1] - new.probabilities(goal)[column, -1]) for goal in common]
        renamed[new.type_keys[column]] = old.type_keys[row]
        rows.append((old.type_keys[row], new.type_keys[column], float(overlap[row, column]), max(gaps, default=np.nan)))
    matched = {row for row, _ in pairs}
    rows += [(key, "", 0.0, np.nan) for place, key in enumerate(old.type_keys) if place not in matched]
    for key in new.type_keys:
        if key not in renamed:
            renamed[key] = f"{key}_neu" if key in old.type_keys else key
            rows.append(("", key, 0.0, np.nan))
    return pd.DataFrame(rows, columns=list(ALIGNMENT_COLUMNS)), renamed


def _moves(
    key_before: pd.Series, before: pd.Series, middle: pd.Series, now: pd.Series,
    p_before: np.ndarray, p_middle: np.ndarray, p_now: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    """One row per municipality: its types, whether it moved, and what made the difference."""
    own, model, whole = (
        0.5 * np.abs(late - early).sum(axis=1)
        for early, late in ((p_before, p_middle), (p_middle, p_now), (p_before, p_now))
    )
    middle = middle.where(own >= ROUNDING, before)
    now = now.where(whole >= ROUNDING, before)
    moved = (before != now) & (before != "") & (now != "")
    by_own, by_model = own >= NOTICEABLE, model >= NOTICEABLE
    larger = np.where(own >= model, "own", "model")
    cause = np.select([by_own & by_model, by_own, by_model, moved], ["both", "own", "model", larger], "")
    table = pd.DataFrame(
        {
            "key_before": key_before, "type_before": before, "type_old_model": middle, "type_now": now,
            "moved": moved, "own_change": own, "model_change": model, "cause": cause.astype(object),
        }
    )  # fmt: skip
    return table[list(MOVE_COLUMNS)].rename_axis(index="key")
