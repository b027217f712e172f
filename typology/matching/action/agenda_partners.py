"""Who can be asked about a step: municipalities strong in its field, past the pain point, or in the same group.

Only who is within reach (:mod:`typology.matching.reach`) and agreed to ``partner`` and ``answers`` is named, for being
named here tells an answer. Nobody is named more often than the cap, so that a few do not get all questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.content.vocabulary import AgendaPartner, PainState
from typology.matching import numbers
from typology.matching.action.cooperation import open_partners
from typology.matching.distance import Places, blocks_of, places_of
from typology.matching.reach import Reach
from typology.matching.wishes import Wishes

EVERYBODY = 1_000  # up to so many who are willing, everybody who is able could be asked about a step
MOST_ASKED = 60  # beyond, those who suit it best
SOLVED = PainState.SOLVED.value
REASON_STRONG, REASON_PAST, REASON_GROUP = (reason.value for reason in AgendaPartner)


@dataclass(frozen=True, eq=False)
class _Requests:
    """Every possible answer: row of the agenda, position of the partner, score."""

    row: np.ndarray
    partner: np.ndarray
    score: np.ndarray


def add_partners(
    agenda: pd.DataFrame,
    stand: pd.DataFrame,
    pain_points: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    *,
    groups: pd.DataFrame | None = None,
    learning: pd.DataFrame | None = None,
    shown: int | None = None,
    wishes: Wishes | None = None,
) -> pd.DataFrame:
    """The agenda with ``partners`` (keys joined by ``;``, best first) and ``partner_reason``.

    Parameters
    ----------
    agenda : rows of :func:`typology.matching.action.agenda.propose_steps`.
    groups : members of cooperation groups; the host and the nearest members of the own group come first at a step
        that a pain point calls for.
    learning : pairs ``key``, ``partner`` that are learning partners already; they are preferred.
    shown : partners per step, two where not given.
    wishes : limits of the reach, and who takes no further requests.

    Returns
    -------
    A copy. ``partner_reason``: ``gruppe``, ``geloest`` (past the pain point) or ``stark`` (level at least 4 of 5 and
    two steps above the own level). A step without a suitable partner keeps empty text.
    """
    out = agenda.copy()
    if agenda.empty:
        return out
    places = places_of(municipalities, municipalities.index)
    position = {key: place for place, key in enumerate(places.keys)}
    wishes, shown = wishes or Wishes(), numbers.STEP_PARTNERS if shown is None else shown
    willing = [position[key] for key in sorted(set(open_partners(consent)) - wishes.full) if key in position]
    topics = out["trigger"].str.extract(r"^pain_point:(\w+)=")[0].fillna("")
    reach = Reach.of(wishes.limits)
    grouped = _from_groups(out, topics, groups, shown, places, reach)
    pairs = _requests(
        out, topics, stand, pain_points, places, np.array(willing, dtype=int), position, learning, grouped, reach
    )  # fmt: skip
    named = _share_out(pairs, len(out), len(willing), shown, already=grouped)
    partners, reasons = [], []
    for row, topic in enumerate(topics):
        keys = grouped.get(row) or [places.keys[partner] for partner in named.get(row, [])]
        partners.append(";".join(keys))
        reasons.append("" if not keys else REASON_GROUP if row in grouped else REASON_PAST if topic else REASON_STRONG)
    out["partners"], out["partner_reason"] = partners, reasons
    return out


def _from_groups(
    agenda: pd.DataFrame, topics: pd.Series, groups: pd.DataFrame | None, shown: int, places: Places, reach: Reach
) -> dict[int, list[str]]:
    """The own cooperation group at steps of its pain point: who invites, then the nearest to the host.

    Members lie within reach of their host; of these, only who is within reach of the one who reads it is named.
    """
    if groups is None or groups.empty:
        return {}
    joined = groups[groups["group"] != ""].sort_values(
        ["group", "host", "distance_km", "key"], ascending=[True, False, True, True]
    )
    members = {str(name): [str(key) for key in part["key"]] for name, part in joined.groupby("group", sort=False)}
    mine = {(str(row.key), str(row.topic)): str(row.group) for row in joined.itertuples()}
    position = {key: place for place, key in enumerate(places.keys)}
    out = {}
    for row, (key, topic) in enumerate(zip(agenda["key"], topics, strict=True)):
        group = mine.get((key, topic))
        if group:
            others = np.array([position[other] for other in members[group]])
            fits = places.reached_between(np.array(position[key]), others, np.ones(len(others), dtype=bool), reach)
            out[row] = [places.keys[other] for other in others[fits]][:shown]
    return {row: keys for row, keys in out.items() if keys}


def _requests(
    agenda: pd.DataFrame,
    topics: pd.Series,
    stand: pd.DataFrame,
    pain_points: pd.DataFrame,
    places: Places,
    willing: np.ndarray,
    position: dict[str, int],
    learning: pd.DataFrame | None,
    already: dict[int, list[str]],
    reach: Reach,
) -> _Requests:
    """Who could be asked about each row of the agenda that has no group to answer it."""
    known = np.zeros(0, dtype=np.int64)  # pairs as one number
    if learning is not None and not learning.empty:
        one, other = (np.array([position.get(key, -1) for key in learning[name]]) for name in ("key", "partner"))
        there = (one >= 0) & (other >= 0)
        known = np.unique(_pair(one[there], other[there], len(places.keys)))
    level = {str(name): column.to_numpy() for name, column in stand.reindex(list(places.keys)).astype(float).items()}
    past = {
        str(name): willing[(column == SOLVED).to_numpy()[willing]]
        for name, column in pain_points.reindex(list(places.keys)).items()
    }
    # rows that the same can answer, by pain point or by field and own level
    asked: dict[tuple[str, str, float | None], list[int]] = {}
    owns = np.array([position.get(key, -1) for key in agenda["key"]])
    for row, (own, field, topic) in enumerate(zip(owns.tolist(), agenda["field"], topics, strict=True)):
        if own < 0 or row in already:
            continue
        if topic:
            asked.setdefault((topic, "", None), []).append(row)
        elif field in level:
            mine = level[field][own]  # who gave no level did not say that it needs help there
            asked.setdefault(("", field, None if np.isnan(mine) else mine), []).append(row)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for (topic, field, mine), rows in asked.items():
        if topic:
            able = past.get(topic, willing[:0])
        else:
            least = max(numbers.STRONG_LEVEL, 0.0 if mine is None else mine + numbers.LEVELS_AHEAD)
            able = willing[level[field][willing] >= least]
        declared = bool(topic) or mine is not None
        for block in blocks_of(len(rows)):
            some = np.array(rows)[block]
            found.append(_best_suited(some, owns[some], able, declared, len(willing), places, known, reach))
    if not found:
        nothing = np.zeros(0, dtype=int)
        return _Requests(nothing, nothing, nothing.astype(float))
    return _Requests(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _pair(one: np.ndarray, other: np.ndarray, n: int) -> np.ndarray:
    return np.asarray(one.astype(np.int64) * n + other)


def _best_suited(
    rows: np.ndarray,
    owns: np.ndarray,
    able: np.ndarray,
    declared: bool,
    willing: int,
    places: Places,
    known: np.ndarray,
    reach: Reach,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, partner and score of all that may be asked about some rows of the agenda whom the same could answer."""
    mine, theirs = owns[:, None], able[None, :]
    fits = places.reached_between(mine, theirs, np.full((1, 1), declared), reach)
    line, column = np.nonzero(fits)
    one, other = owns[line], able[column]
    near = np.nan_to_num(np.clip(1 - places.km_between(one, other) / numbers.PLACE_KM, 0, 1))
    score = near + places.likeness_between(one, other, reach.largest_ratio)
    score = (score + numbers.KNOWN * np.isin(_pair(one, other, len(places.keys)), known)).round(6)
    if willing > EVERYBODY and len(able) > MOST_ASKED:
        order = np.lexsort((column, -score, line))
        start = np.r_[0, np.cumsum(np.bincount(line, minlength=len(rows)))[:-1]]
        kept = order[np.arange(len(order)) - start[line[order]] < MOST_ASKED]
        line, other, score = line[kept], other[kept], score[kept]
    return rows[line], other, score


def _share_out(
    pairs: _Requests, steps: int, willing: int, shown: int, *, already: dict[int, list[str]]
) -> dict[int, list[int]]:
    """Best pairs first, each partner at most 1.5 times as often as an even spread would have it, or three times."""
    even = shown * (steps - len(already)) / max(willing, 1)
    cap = max(int(np.ceil(numbers.CAP_FACTOR * even)), numbers.LEAST_ASKED)
    load: dict[int, int] = {}
    out: dict[int, list[int]] = {}
    for pair in np.lexsort((pairs.partner, pairs.row, -pairs.score)):
        row, partner = int(pairs.row[pair]), int(pairs.partner[pair])
        if row in already or len(out.get(row, ())) >= shown or load.get(partner, 0) >= cap:
            continue
        out.setdefault(row, []).append(partner)
        load[partner] = load.get(partner, 0) + 1
    return out
