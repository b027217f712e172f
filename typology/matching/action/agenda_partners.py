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
from typology.matching.distance import Places, places_of
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
    known: dict[int, list[int]] = {}
    if learning is not None and not learning.empty:
        for key, partner in zip(learning["key"], learning["partner"], strict=True):
            if key in position and partner in position:
                known.setdefault(position[key], []).append(position[partner])
    level = {str(name): column.to_numpy() for name, column in stand.reindex(list(places.keys)).astype(float).items()}
    past = {
        str(name): willing[(column == SOLVED).to_numpy()[willing]]
        for name, column in pain_points.reindex(list(places.keys)).items()
    }
    strong: dict[tuple[str, float], np.ndarray] = {}
    rows, partners, scores = [], [], []
    for row, (key, field, topic) in enumerate(zip(agenda["key"], agenda["field"], topics, strict=True)):
        own = position.get(key)
        if own is None or row in already:
            continue
        declared = True
        if topic:
            found = past.get(topic, willing[:0])
        elif field in level:
            values = level[field]
            declared = not np.isnan(values[own])  # who gave no level did not say that it needs help there
            least = max(numbers.STRONG_LEVEL, values[own] + numbers.LEVELS_AHEAD if declared else 0.0)
            if (field, least) not in strong:
                strong[field, least] = willing[values[willing] >= least]
            found = strong[field, least]
        else:
            continue
        one = np.array(own)
        found = found[places.reached_between(one, found, np.full(len(found), declared), reach)]
        near = np.nan_to_num(np.clip(1 - places.km_between(one, found) / numbers.PLACE_KM, 0, 1))
        score = near + places.likeness_between(one, found, reach.largest_ratio)
        score = (score + numbers.KNOWN * np.isin(found, known.get(own, []))).round(6)
        if len(willing) > EVERYBODY and len(found) > MOST_ASKED:
            best = np.sort(np.argsort(-score, kind="stable")[:MOST_ASKED])
            found, score = found[best], score[best]
        rows.append(np.full(len(found), row))
        partners.append(found)
        scores.append(score)
    if not rows:
        nothing = np.zeros(0, dtype=int)
        return _Requests(nothing, nothing, nothing.astype(float))
    return _Requests(np.concatenate(rows), np.concatenate(partners), np.concatenate(scores))


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
