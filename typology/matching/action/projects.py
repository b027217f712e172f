"""Who has finished a project that another plans, or is at it: projects of those who opened their answers.

Only who agreed to ``partner`` and ``answers`` is ever named, for being named here tells an answer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.agenda import AgendaFile, load_agenda
from typology.content.steps import Step
from typology.content.vocabulary import ProjectState
from typology.matching import numbers
from typology.matching.action.cooperation import open_partners
from typology.matching.distance import Places, blocks_of, places_of
from typology.matching.reach import Reach
from typology.matching.wishes import Wishes

TELLING = (ProjectState.DONE, ProjectState.RUNNING)
NOT_IN_USE = "keine"
EXPERIENCE_COLUMNS = ("project", "key", "state")


def items_of(step: Step) -> tuple[str, ...]:
    """The projects that a step is: its own key, and each instrument that it introduces.

    >>> items_of(load_agenda().step("eakte"))
    ('eakte',)
    >>> items_of(load_agenda().step("servicekonto"))
    ('servicekonto', 'eid', 'postfach')
    """
    brought = [item for answer in step.suits.answers if NOT_IN_USE in answer.values for item in answer.items]
    return tuple(dict.fromkeys([step.key, *brought]))


def own_states(projects: pd.DataFrame, catalogue: AgendaFile) -> dict[str, dict[str, str]]:
    """Municipality → step → how far it is with the step's own project."""
    known = [step.key for step in catalogue.steps if step.key in projects.columns]
    found: dict[str, dict[str, str]] = {}
    for name in known:
        for key, state in projects[name].items():
            if state in set(ProjectState) - {ProjectState.NONE}:
                found.setdefault(str(key), {})[name] = str(state)
    return found


def experience(projects: pd.DataFrame, consent: pd.DataFrame) -> pd.DataFrame:
    """Who may be named as having finished a project or working on it.

    Returns
    -------
    ``project``, ``key``, ``state`` (``abgeschlossen`` or ``laeuft``), in this order; only municipalities that agreed
    to be partners and opened their answers.

    Examples
    --------
    >>> projects = pd.DataFrame({"eakte": ["abgeschlossen", "abgeschlossen"]}, index=["1", "2"])
    >>> consent = pd.DataFrame({"partner": [True, True], "answers": [True, False]}, index=["1", "2"])
    >>> experience(projects, consent).values.tolist()
    [['eakte', '1', 'abgeschlossen']]
    """
    if projects.empty:
        return pd.DataFrame(columns=list(EXPERIENCE_COLUMNS))
    open_ = open_partners(consent).intersection(projects.index)
    table = projects.loc[open_].rename_axis("key").reset_index()
    rows = table.melt("key", var_name="project", value_name="state")
    rows = rows[rows["state"].isin([state.value for state in TELLING])]
    rows = rows.sort_values(["project", "key"]).reset_index(drop=True)
    return rows[list(EXPERIENCE_COLUMNS)]


def add_projects(
    agenda: pd.DataFrame,
    projects: pd.DataFrame,
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    catalogue: AgendaFile | None = None,
    *,
    shown: int | None = None,
    wishes: Wishes | None = None,
) -> pd.DataFrame:
    """The agenda with ``done`` and ``running``: keys joined by ``;``, who suits best by place and size first.

    Parameters
    ----------
    agenda : rows of :func:`typology.matching.action.agenda.propose_steps`.
    projects : index ``key``, one column per step or instrument, values of ``ProjectState`` or "".
    shown : municipalities named per step and state, two where not given; all within reach, as the step is what the
        reader has before it.
    wishes : limits of the reach, and who takes no further requests.
    """
    out = agenda.copy()
    wishes, shown = wishes or Wishes(), numbers.PROJECTS_SHOWN if shown is None else shown
    reach, found = Reach.of(wishes.limits), experience(projects, consent)
    found = found[~found["key"].isin(wishes.full)]
    if out.empty or found.empty:
        return out
    catalogue = catalogue or load_agenda()
    places = places_of(municipalities, municipalities.index)
    position = {key: place for place, key in enumerate(places.keys)}
    for name, rows in out.groupby("step", sort=False):
        step = catalogue.step(str(name))
        if step is None:
            continue
        mine = found[found["project"].isin(items_of(step))]
        seekers = np.array([position[key] for key in rows["key"]])
        done = set(mine.loc[mine["state"] == ProjectState.DONE, "key"])
        for column, state in (("done", ProjectState.DONE), ("running", ProjectState.RUNNING)):
            keys = mine.loc[mine["state"] == state, "key"].unique()
            named = [position[key] for key in keys if state == ProjectState.DONE or key not in done]
            out.loc[rows.index, column] = _nearest(places, seekers, np.array(sorted(named), dtype=int), shown, reach)
    return out


def _nearest(places: Places, seekers: np.ndarray, named: np.ndarray, shown: int, reach: Reach) -> list[str]:
    """For each seeker the best of those named, joined by ``;``."""
    out: list[str] = []
    if not len(named):
        return [""] * len(seekers)
    for part in blocks_of(len(seekers)):
        one = seekers[part][:, None]
        km, like = places.km_between(one, named), places.likeness_between(one, named, reach.largest_ratio)
        fits = places.reached_between(one, named, np.ones((1, len(named)), dtype=bool), reach)
        score = np.where(fits, like + 1 - np.nan_to_num(km) / reach.need_km, -1.0).round(6)
        best = np.argsort(-score, axis=1, kind="stable")[:, :shown]
        out += [
            ";".join(places.keys[named[place]] for place in row if score[line, place] >= 0)
            for line, row in enumerate(best)
        ]
    return out
