"""Who sits in no cooperation group: which group could be asked, and whose consent would make one possible."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import PainState
from typology.matching import numbers
from typology.matching.action.cooperation import open_partners
from typology.matching.distance import places_of
from typology.matching.reach import Reach

WANTED_COLUMNS = ("key", "topic", "own", "near", "ask")


class OpenGroups:
    """Groups that a municipality outside could ask: on its topic, host within reach, room left."""

    def __init__(self, groups: pd.DataFrame, municipalities: pd.DataFrame, reach: Reach | None = None) -> None:
        self._places = places_of(municipalities, municipalities.index)
        self._reach = reach or Reach.of()
        self._position = {key: place for place, key in enumerate(self._places.keys)}
        open_ = groups[groups["n"].astype(int) < numbers.GROUP_LARGEST] if len(groups) else groups
        self._of_topic = {
            str(topic): (
                part["group"].astype(str).tolist(),
                np.array([self._position[str(host)] for host in part["host"]]),
            )
            for topic, part in (open_.groupby("topic") if len(open_) else ())
        }

    def of(self, key: str, topic: str) -> list[str]:
        """Names of the groups, the nearest host first."""
        if topic not in self._of_topic:
            return []
        names, hosts = self._of_topic[topic]
        own = np.array(self._position[key])
        need = np.ones(len(hosts), dtype=bool)
        near = self._places.reached_between(own, hosts, need, self._reach, together_km=self._reach.group_km)
        km = self._places.km_between(own, hosts)
        return [name for _, name in sorted((float(km[at]), names[at]) for at in np.flatnonzero(near))]


def consent_wanted(
    pain_points: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    members: pd.DataFrame,
    reach: Reach | None = None,
) -> pd.DataFrame:
    """Whoever finds no group on a current pain point because consents are missing, and whom to ask for theirs.

    Who agreed to be named has to be known to tell this: for those who run the survey alone, never to be published.

    Parameters
    ----------
    pain_points, municipalities, consent : as for :func:`typology.matching.action.cooperation.form_cooperation`.
    members : its members; who sits in a group on a topic needs no consent for that topic.

    Returns
    -------
    One row per municipality and topic: ``own`` (whether its own consent is missing), ``near`` (municipalities within
    reach with the same pain point), ``ask`` (those of them, or where all agreed those near to
    them, whose consent is missing, nearest first, joined by ``;``).
    """
    if not len(pain_points.columns):
        return pd.DataFrame(columns=list(WANTED_COLUMNS))
    reach = reach or Reach.of()
    places = places_of(municipalities, pain_points.index)
    agreed = np.isin(places.keys, open_partners(consent).astype(str))
    one, other = places.pairs_together(reach.group_km, reach)
    seated = _grouped(members) if len(members) else set()
    rows = []
    for topic, answers in pain_points.reindex(list(places.keys)).items():
        current = (answers == PainState.CURRENT).to_numpy()
        has = current[one] & current[other]
        joins = has & agreed[one] & agreed[other]
        ever, now = (_possible(one[part], other[part], len(current)) for part in (has, joins))
        for body in np.flatnonzero(current & ever & ~(now & agreed)):
            if (places.keys[body], str(topic)) in seated:
                continue
            beside = other[has & (one == body)]
            asked = beside[~agreed[beside]]
            if agreed[body] and not len(asked):  # all near ones agreed: it fails for those who are near to them
                further = np.unique(other[has & np.isin(one, beside)])
                asked = further[~agreed[further]]
            asked = asked[np.argsort(places.km_between(np.array(body), asked), kind="stable")]
            names = ";".join(places.keys[place] for place in asked)
            rows.append((places.keys[body], str(topic), not agreed[body], len(beside), names))
    return pd.DataFrame(rows, columns=list(WANTED_COLUMNS))


def _grouped(members: pd.DataFrame) -> set[tuple[str, str]]:
    joined = members[members["group"] != ""]
    return set(zip(joined["key"].astype(str), joined["topic"].astype(str), strict=True))


def _possible(one: np.ndarray, other: np.ndarray, n: int) -> np.ndarray:
    """(n,): who is a host with enough others near, or near such a host."""
    hosts = np.bincount(one, minlength=n) >= numbers.GROUP_SMALLEST - 1
    near = hosts.copy()
    near[one[hosts[other]]] = True
    return near
