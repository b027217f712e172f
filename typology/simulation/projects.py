"""What surveys ask about since the pain point of all resources became three: which projects run, who takes requests.

All come from answers that are there already and from random numbers of their own, so that no other answer changes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content, PainPoint
from typology.content.steps import Step
from typology.content.vocabulary import Capacity, ProjectState

CURRENT, SOLVED, NEVER = "aktuell", "geloest", "nie"
OFTEN, SELDOM = 0.65, 0.15  # of those to whom the whole is current or solved: that a part is; else that it was solved
SILENT_SHARE = 0.15  # of the bodies: the page is optional
STATES = tuple(ProjectState)
# Shares of the states by the own level of the step's field: planned, running, done, stopped, none.
BY_LEVEL = {
    1: (0.15, 0.06, 0.02, 0.02, 0.75), 2: (0.18, 0.10, 0.05, 0.03, 0.64), 3: (0.14, 0.16, 0.14, 0.04, 0.52),
    4: (0.10, 0.17, 0.30, 0.03, 0.40), 5: (0.06, 0.14, 0.42, 0.02, 0.36),
}  # fmt: skip
UNKNOWN_LEVEL = 2
FULL_SHARE, UNSAID_SHARE = 0.08, 0.2  # of those who agreed to be partners: no further requests, and no answer


def asked_today(
    answers: pd.DataFrame, bodies: pd.DataFrame, content: Content, *, random_state: int = 0
) -> pd.DataFrame:
    """The same answers as today's questionnaire has them: replaced pain points split, projects and capacity beside.

    Parameters
    ----------
    answers : columns ``<role>.<item>``, index ``key``, text; "" is missing. bodies : register rows in the same order.
    """
    rng = np.random.default_rng([random_state, 37])
    out = answers.copy()
    for point in content.pain_points:
        if point not in content.asked_pain_points:
            whole = out.pop(f"pain_point.{point.key}").to_numpy(dtype=object)
            out = out.assign(**_parts(point, whole, rng))
    steps = load_agenda(content.folder).projects()
    said = (answers.loc[:, ~answers.columns.str.startswith(("consent.", "mailbox."))] != "").any(axis=1).to_numpy()
    silent = (rng.random(len(answers)) < SILENT_SHARE) | ~said
    out = out.assign(**{f"project.{step.key}": _states(step, answers, bodies, silent, rng) for step in steps})
    return out.assign(**{"capacity.partner": _capacity(answers["consent.partner"].to_numpy() == "ja", rng)})


def _capacity(partner: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whether further requests are welcome; only who agreed to be a partner is asked."""
    place = rng.random(len(partner))
    said = np.where(place < FULL_SHARE, Capacity.FULL.value, Capacity.OPEN.value)
    return np.where(partner & (place < 1 - UNSAID_SHARE), said, "").astype(object)


def _parts(point: PainPoint, whole: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The parts of a pain point: at least one of them is as the whole; what is missing or refused is so for all."""
    keys = point.replaced_by
    same = rng.random((len(whole), len(keys))) < OFTEN
    same[np.arange(len(whole)), rng.integers(len(keys), size=len(whole))] = True
    past = rng.random(same.shape) < SELDOM
    other = np.where(past & (whole == CURRENT)[:, None], SOLVED, NEVER)
    told = np.isin(whole, (CURRENT, SOLVED))[:, None]
    cells = np.where(told & ~same, other, np.repeat(whole[:, None], len(keys), axis=1))
    return {f"pain_point.{key}": cells[:, number] for number, key in enumerate(keys)}


def _states(
    step: Step, answers: pd.DataFrame, bodies: pd.DataFrame, silent: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The state of one project: the further the field, the more often it is done; never where the step is not meant."""
    column = f"stand.{step.field}"
    level = pd.to_numeric(answers[column], errors="coerce").fillna(UNKNOWN_LEVEL).astype(int)
    borders = np.cumsum([BY_LEVEL[value] for value in level.clip(1, 5)], axis=1)
    place = (rng.random(len(answers))[:, None] > borders[:, :-1]).sum(axis=1)
    state = np.array(STATES, dtype=object)[place]
    meant = [
        step.gilt_fuer.holds(str(kind), str(size))
        for kind, size in zip(bodies["kind"], bodies["size_class"], strict=True)
    ]
    in_use = answers.get(f"structure.{step.key}", pd.Series("", index=answers.index)).isin(
        ["eigen", "it_dienstleister", "land"]
    )
    state = np.where(in_use, ProjectState.DONE, np.where(meant, state, ProjectState.NONE))
    return np.where(silent, "", state).astype(object)
