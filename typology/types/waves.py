"""Two waves of the survey side by side: who moved, what made the difference, and what chance alone would do.

Groups carry the names of the new typology; an old group has the name of the new one that divides the same answers as it
does. Where two groups have less in common than halves of one survey, they are not the same and no movement between them
is stated. Own change and model change are the mean over the two orders in which answers and model can be exchanged
(Shapley's value), so that neither is given what both did together; they add up to the whole change. Municipalities
whose borders changed are followed through the successor table; mergers and splits are listed and not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering.engine.model import posteriors
from typology.clustering.engine.patterns import MISSING
from typology.clustering.permutation import best_permutation
from typology.content.vocabulary import ALL
from typology.errors import EstimationError
from typology.types.movement import (
    CONFIDENCE,
    LEAST_OVERLAP,
    N_DRAWS,
    N_HALVES,
    asked_again,
    interval,
    overlap,
    overlap_limits,
)
from typology.writing import Said

if TYPE_CHECKING:
    from typology.register.successors import Successors
    from typology.types.typology import Typology

# A change of probability (half the sum over types) that counts as one; below it the model merely breathes.
NOTICEABLE = 0.05
# Below this it is the rounding of the file: the type stays, also where two types were equally probable.
ROUNDING = 1e-4
ALIGNMENT_COLUMNS = ("type_before", "type_now", "overlap", "limit", "same", "difference")
MOVE_COLUMNS = (
    "key_before", "name_before", "type_before", "type_old_model", "type_new_model", "type_now", "comparable", "moved",
    "chance", "own_change", "model_change", "cause",
)  # fmt: skip
MOVEMENT_COLUMNS = ("type", "n", "moved", "share", "expected", "low", "high", "beyond")
CHANGE_COLUMNS = ("key", "type", "before", "own_change", "model_change", "now")
SHARE_COLUMNS = ("type", "before", "own_change", "model_change", "now", "chance_low", "chance_high")
TERRITORY_COLUMNS = ("key_before", "key", "kind")


@dataclass(frozen=True, eq=False)
class WaveComparison:
    """All types carry the names of the new typology; an old one without a counterpart keeps its own.

    ``alignment``: old type, the new one that divides the answers most alike, their ``overlap`` (1 where they divide
    them equally), the ``limit`` from which they are the ``same``, and the largest difference of a chosen share.

    ``movement`` (``alle``, then by the type of before): ``n`` municipalities, how many ``moved``, their ``share``, and
    the share to be expected if nobody had moved with the interval into which 95 of 100 such waves fall; ``beyond``:
    more moved than that. Those of the types hold for all of them together. NaN where no group matches.

    ``moves`` (index new ``key``): ``name_before`` is the old type as it was called then, the other types are named as
    now. ``type_old_model`` is what the old model says of the new answers, ``type_new_model`` what the new model says of
    the old ones. ``comparable``: both types have a counterpart, only then can it have ``moved``. ``chance``: how often
    it would be assigned to another type if it had not moved. ``own_change`` and ``model_change`` are half the sum of
    absolute changes (0 to 1), ``cause`` own | model | both | "" of those that moved, empty unless more moved than
    chance explains, of all or of its type. Where no probability changed nobody ``moved``, also if two types are equally
    probable.

    ``changes``: per municipality and type. ``shares``: means of ``changes``, with the interval of the whole change if
    nobody had moved. ``flows``: type before × type now, counts; ``expected_flows``: their mean if nobody had moved, NaN
    between groups that are not the same. ``territory``: gleich | nachfolger | fusion | aufteilung | nur_alt | nur_neu.
    ``names``: every type of the comparison → its names then and now, "" where there was none.
    """

    alignment: pd.DataFrame
    movement: pd.DataFrame
    moves: pd.DataFrame
    changes: pd.DataFrame
    shares: pd.DataFrame
    flows: pd.DataFrame
    expected_flows: pd.DataFrame
    territory: pd.DataFrame
    goals: tuple[str, ...]
    names: dict[str, tuple[str, str]]


def compare_waves(
    old: Typology,
    new: Typology,
    old_goals: pd.DataFrame,
    new_goals: pd.DataFrame,
    *,
    successors: Successors | None = None,
    since: str | None = None,
    n_halves: int = N_HALVES,
    n_draws: int = N_DRAWS,
    random_state: int = 0,
) -> WaveComparison:
    """Compare two waves for the municipalities that answered both.

    Parameters
    ----------
    old_goals, new_goals : goals matrices of the two waves, index ``key``; each model sees the goals it knows. What a
        goal does that only one wave asked counts as the model's.
    successors : changes of territory between the waves.
    since : day of the former wave (ISO); what was merged after it is not compared, even where only one part of it
        answered. Without it only the answers tell of a merger.
    n_halves : divisions of the new wave that say how much the same groups overlap; the same typology needs none.
    n_draws : how often the municipalities are asked again with nobody having moved.

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
    >>> later.iloc[:20] = ["nein", "nein", "ja", "ja"]
    >>> waves = compare_waves(typology, typology, goals, later, n_draws=50)
    >>> waves.movement[["type", "n", "moved", "expected", "high", "beyond"]].round(2)
                     type   n  moved  expected  high  beyond
    0                alle  50     20      0.03  0.07    True
    1          optimierer  30     20      0.02  0.09    True
    2  serviceorientierte  20      0      0.04  0.19   False
    >>> waves.moves.query("moved").reset_index()[["key", "name_before", "type_now", "cause"]].head(1)
       key name_before            type_now cause
    0    0  optimierer  serviceorientierte   own
    """
    territory = match_territory(old_goals.index, new_goals.index, successors, since)
    pairs = territory[territory["kind"].isin(["gleich", "nachfolger"])]
    both = [goal for goal in old.goal_keys if goal in new.goal_keys and goal in old_goals and goal in new_goals]
    if not both:
        raise EstimationError(Said("types.no_common_goal"))
    if pairs.empty:
        raise EstimationError(Said("types.nobody_in_both_waves"))
    keys = pd.Index(pairs["key"], name="key")
    early, late = old_goals.loc[pairs["key_before"]].set_axis(keys), new_goals.loc[keys]
    alignment, names = _align(old, new, new_goals, n_halves, random_state)
    of_old = {then: name for name, (then, _) in names.items() if then}
    of_new = {today: name for name, (_, today) in names.items() if today}

    before, now = _read(old, early, of_old, names), _read(new, late, of_new, names)
    old_early, old_late = (_read(old, answers[both], of_old, names) for answers in (early, late))
    new_early, new_late = (_read(new, answers[both], of_new, names) for answers in (early, late))
    own = (old_late.probabilities - old_early.probabilities + new_late.probabilities - new_early.probabilities) / 2
    whole = now.probabilities - before.probabilities
    same = np.array([bool(then and today) for then, today in names.values()])
    drawn = asked_again(
        new, [_codes(new, answers) for answers in (early, late)], n_draws=n_draws, random_state=random_state
    )
    places = {name: place for place, name in enumerate(names)} | {"": -1}
    stays = 0.5 * np.abs(whole).sum(axis=1) < ROUNDING
    start, end = (np.array([places[name] for name in types]) for types in (before.types, now.types))
    end = np.where(stays, start, end)
    matched = np.append(same, False)  # the last place is that of no type, -1
    moved = matched[start] & matched[end] & (start != end)
    moved_drawn = matched[start] & matched[drawn.types] & (start != drawn.types)
    movement = _movement(list(names), start, moved, moved_drawn, same)
    moves = pd.DataFrame(
        {
            "key_before": pairs["key_before"].to_numpy(),
            "name_before": [names[name][0] if name else "" for name in before.types],
            "type_before": before.types,
            "type_old_model": old_late.types,
            "type_new_model": new_early.types,
            "type_now": now.types,
            "comparable": matched[start] & matched[end],
            "moved": moved,
            "chance": np.where(matched[start], moved_drawn.mean(axis=0), np.nan),
            "own_change": 0.5 * np.abs(own).sum(axis=1),
            "model_change": 0.5 * np.abs(whole - own).sum(axis=1),
        },
        index=keys,
    )
    beyond = movement.loc[movement["beyond"], "type"]
    told = moves["moved"] & (moves["type_before"].isin(beyond) | (ALL in set(beyond)))
    moves["cause"] = np.where(told, _causes(moves), "").astype(object)
    changes = pd.DataFrame(
        {
            "key": np.tile(keys, len(names)), "type": np.repeat(np.array(list(names), dtype=object), len(keys)),
            "before": before.probabilities.T.ravel(), "own_change": own.T.ravel(),
            "model_change": (whole - own).T.ravel(), "now": now.probabilities.T.ravel(),
        }
    )  # fmt: skip
    shares = changes.groupby("type", sort=False)[list(SHARE_COLUMNS[1:5])].mean().reset_index()
    range_of = np.full((2, len(names)), np.nan)
    if same.all():
        range_of = interval(drawn.shares - before.probabilities.mean(axis=0))
    shares["chance_low"], shares["chance_high"] = range_of
    flows, expected = (_flows([*names, ""], start, ends) for ends in (end[None], drawn.types))
    unknown = ~np.append(same, True)  # no type at all is comparable in both waves
    expected = expected.mask(unknown[:, None] | unknown)
    return WaveComparison(
        alignment, movement, moves[list(MOVE_COLUMNS)], changes, shares, flows.astype(int), expected, territory,
        tuple(both), names,
    )  # fmt: skip


def match_territory(
    old_keys: pd.Index, new_keys: pd.Index, successors: Successors | None = None, since: str | None = None
) -> pd.DataFrame:
    """Which old key belongs to which new key: ``key_before, key, kind``, sorted; "" where there is none.

    A ``fusion`` is what several old keys belong to, and what others were dissolved into after ``since``: by the
    successor table, whether they took part or not.
    """
    known = set(new_keys)
    merged = _merged(successors, since)
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
            fused = sources[end] > 1 or bool(merged.get(end, set()) - {key})
            kind = "aufteilung" if len(ends) > 1 else "fusion" if fused else "gleich"
            rows.append((key, end, "nachfolger" if kind == "gleich" and key != end else kind))
        if not ends:
            rows.append((key, "", "nur_alt"))
    rows += [("", key, "nur_neu") for key in new_keys if key not in sources]
    return pd.DataFrame(sorted(rows), columns=list(TERRITORY_COLUMNS))


def _merged(successors: Successors | None, since: str | None) -> dict[str, set[str]]:
    """Key → the bodies that were dissolved into it after a day."""
    if successors is None or since is None or successors.table.empty:
        return {}
    table = successors.table
    later = table[(table["change"] == "aufgeloest") & (table["date"] > since)]
    return {str(key): set(rows["key"]) for key, rows in later.groupby("successor")}


class _Reading(NamedTuple):
    """What a model says of answers: the type of each row, and its probabilities (n_rows × names)."""

    types: np.ndarray
    probabilities: np.ndarray


def _read(typology: Typology, answers: pd.DataFrame, of: Mapping[str, str], names: Mapping[str, object]) -> _Reading:
    """The types by their names in the comparison (``of``: key of the typology → name)."""
    codes = _codes(typology, answers)
    own = posteriors(typology.model, codes)
    types = pd.Series(typology.types_of(codes, own), dtype=object).map({**of, "": ""}).to_numpy(object)
    renamed = pd.DataFrame(own, columns=[of[key] for key in typology.type_keys])
    return _Reading(types, renamed.reindex(columns=list(names), fill_value=0.0).to_numpy())


def _codes(typology: Typology, answers: pd.DataFrame) -> np.ndarray:
    """The numbers of the answers to the goals that the typology knows."""
    typology.check_allowed(answers.index)
    return typology.answer_codes(answers[[goal for goal in answers if goal in typology.goal_keys]])


def _align(
    old: Typology, new: Typology, goals: pd.DataFrame, n_halves: int, random_state: int
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Match types by how the two models divide the same new answers; the names of the comparison, today's first."""
    codes = _codes(new, goals)
    mine, theirs = posteriors(old.model, _codes(old, goals)), posteriors(new.model, codes)
    answered = (codes != MISSING).any(axis=1)
    shared = overlap(mine[answered], theirs[answered])
    pairs = dict(best_permutation(shared).pairs)
    equal = all(shared[pair] > 1 - ROUNDING for pair in pairs.items())
    limits = np.full(len(new.types), LEAST_OVERLAP)
    if not equal:
        limits = overlap_limits(new, codes, n_halves=n_halves, random_state=random_state)
    common = [goal for goal in old.goal_keys if goal in new.goal_keys]
    rows = []
    for row, column in pairs.items():
        gaps = [abs(old.probabilities(goal)[row, -1] - new.probabilities(goal)[column, -1]) for goal in common]
        share, limit = float(shared[row, column]), float(limits[column])
        matches = share > LEAST_OVERLAP and share >= limit
        rows.append((old.type_keys[row], new.type_keys[column], share, limit, matches, max(gaps, default=np.nan)))
    partner = {now: then for then, now, _, _, matches, _ in rows if matches}
    names = {key: (partner.get(key, ""), key) for key in new.type_keys}
    for key in old.type_keys:
        if key not in partner.values():
            names[f"{key}_frueher" if key in names else key] = (key, "")
    none = np.nan
    rows += [(key, "", 0.0, none, False, none) for place, key in enumerate(old.type_keys) if place not in pairs]
    rows += [
        ("", key, 0.0, none, False, none) for place, key in enumerate(new.type_keys) if place not in pairs.values()
    ]
    return pd.DataFrame(rows, columns=list(ALIGNMENT_COLUMNS)), names


def _movement(
    names: Sequence[str], start: np.ndarray, moved: np.ndarray, drawn: np.ndarray, same: np.ndarray
) -> pd.DataFrame:
    """Observed beside expected movement, for all and by the type of before."""
    groups = {ALL: np.ones(len(start), bool)} | {
        name: start == place for place, name in enumerate(names) if same[place]
    }
    rows = []
    for name, members in groups.items():
        n, count = int(members.sum()), int(moved[members].sum())
        counts = drawn[:, members].sum(axis=1)
        level = CONFIDENCE if name == ALL else 1 - (1 - CONFIDENCE) / max(same.sum(), 1)
        low, high = (max(float(value), 0.0) for value in interval(counts, level))
        if not n or not same.any():
            rows.append((name, n, count, *[np.nan] * 4, False))
            continue
        rows.append((name, n, count, count / n, counts.mean() / n, low / n, high / n, count > high))
    return pd.DataFrame(rows, columns=list(MOVEMENT_COLUMNS))


def _flows(names: Sequence[str], start: np.ndarray, ends: np.ndarray) -> pd.DataFrame:
    """Mean counts type before × type now over the draws ``ends`` (n_draws × n_rows); the last name is no type."""
    size = len(names)
    cells = (start % size) * size + ends % size
    counts = np.bincount(cells.ravel(), minlength=size * size).reshape(size, size) / len(ends)
    index, columns = pd.Index(names, name="type_before"), pd.Index(names, name="type_now")
    return pd.DataFrame(counts, index=index, columns=columns)


def _causes(moves: pd.DataFrame) -> np.ndarray:
    """What made the difference to each municipality: own, model, both."""
    own, model = moves["own_change"], moves["model_change"]
    larger = np.where(own >= model, "own", "model")
    return np.where((own >= NOTICEABLE) & (model >= NOTICEABLE), "both", larger)
