"""A municipality's draft of a digital agenda: which steps its own answers call for, in the order of need.

A field is in need if it is weak (own level at most 3 of 5) and matters: rated at least 4 of 5, or one of the chosen
goals draws on it. A step is proposed if it is meant for the kind and size of the body and all answers that it names
were given, its field's own level among them; a step that a current pain point calls for needs no weak field. Where
fewer than three follow, fields that are weak and do not matter, or matter and are further on, or matter without a
level, add some; who is strong is proposed to share it, and who answered anything is proposed something. Without a
source there is no step, and every row names the answers that triggered it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from typing import Any

import pandas as pd

from typology.content.agenda import AgendaFile, Question, load_agenda
from typology.content.catalogue import Content, load_content
from typology.content.steps import Condition, Step, Worded
from typology.content.vocabulary import PainState, ProjectState
from typology.matching import numbers
from typology.matching.action.projects import own_states

CURRENT = PainState.CURRENT.value
LOWEST, BEST = 1.0, 5.0  # the levels of a field, as the question has them
FIRST_LEVELS = {1, 2}  # steps for who has given no level are those for the beginning, as steps are by default
AT_IT = (ProjectState.DONE, ProjectState.RUNNING)  # what a body has finished or works on needs no proposal
TICKED = "ja"  # the answer that chooses a goal where goals were not rated
PARTS = ("part_gap", "part_important", "part_goal", "part_answer", "part_fit")
AGENDA_COLUMNS = (
    "key", "rank", "step", "field", "effort", "days_low", "days_high", "score", *PARTS, "trigger", "source",
    "partners", "partner_reason", "done", "running",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Answers:
    """What one municipality answered, missing answers left out, and what it is."""

    goals: Mapping[str, str]  # the chosen ones
    stand: Mapping[str, float]
    wichtig: Mapping[str, float]
    pains: Mapping[str, str]
    structure: Mapping[str, str]
    gap: tuple[str, float, float] | None  # "family.area", soll, ist of the largest gap
    given: int  # answers of all kinds
    kind: str = ""
    size_class: str = ""
    projects: Mapping[str, str] = default(default_factory=dict)  # step → how far one is with it


@dataclass(frozen=True)
class Need:
    """How much a field calls for steps: parts of the score, the levels of steps that fit, the answers behind it."""

    gap: float
    important: float
    goal: float
    levels: frozenset[int]
    answers: tuple[str, ...]


def propose_steps(
    goals: pd.DataFrame,
    stand: pd.DataFrame,
    wichtig: pd.DataFrame,
    pain_points: pd.DataFrame,
    structure: pd.DataFrame,
    gaps: pd.DataFrame,
    catalogue: AgendaFile | None = None,
    content: Content | None = None,
    *,
    municipalities: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    most: int | None = None,
    highest: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The steps of every municipality, the most needed first; who can help is still empty.

    Parameters
    ----------
    goals, stand, wichtig, pain_points, structure : answers, index ``key``; any of them may be empty. Where every goal
        is chosen, goals speak for no step.
    gaps : rows of :func:`typology.matching.action.competences.competence_gaps`, or empty.
    catalogue, content : the steps and the words; by default the shipped ones.
    municipalities : index ``key``, ``kind`` and ``size_class``; without them only steps for everybody are proposed.
    projects : index ``key``, how far a municipality is with each step or instrument; what it has finished or works on
        is not proposed, what it plans is preferred.
    most : steps per municipality, five where not given; at most one per field, and at most two that pain points call
        for.
    highest : the level of each goal that chooses it, see :func:`highest_levels`; ``ja`` for the others.

    Returns
    -------
    Table ``AGENDA_COLUMNS``; ``score`` is the sum of ``part_gap`` (0–0.4, how weak), ``part_important`` (0–0.4, 0 if
    not rated), ``part_goal`` (0.2 if a chosen goal draws on the field), ``part_answer`` (by kind of answer) and
    ``part_fit`` (0.05 for each answer that speaks for this step of the field, at most three). ``trigger``: the answers
    as ``measure:item=value`` joined by ``;``. ``days_low`` and ``days_high``: person-days for a body of this size.

    Examples
    --------
    >>> tables = study.tables
    >>> answers = (tables.goals, tables.stand, tables.wichtig, tables.pain_points, tables.structure)
    >>> steps = typology.propose_steps(*answers, tables.competence_gaps, municipalities=tables.municipalities)
    >>> parts = ["part_gap", "part_important", "part_goal", "part_answer", "part_fit"]
    >>> bool((steps[parts].sum(axis=1) - steps["score"]).abs().max() < 1e-5)
    True
    """
    catalogue, content = catalogue or load_agenda(), content or load_content()
    most = numbers.MOST_STEPS if most is None else most
    draws = {field.key: {goal.key for goal in content.goals if field.key in goal.fields} for field in content.fields}
    largest = _largest_gaps(gaps)
    tables = {"goals": goals, "stand": stand, "wichtig": wichtig, "pains": pain_points, "structure": structure}
    rows = {name: _records(table) for name, table in tables.items()}
    bodies = _records(municipalities) if municipalities is not None else {}
    states = own_states(projects, catalogue) if projects is not None else {}
    keys = sorted(set().union(*rows.values(), largest))
    meant = cache(lambda kind, size: [step for step in catalogue.steps if step.gilt_fuer.holds(kind, size)])
    worded = cache(lambda place, kind, size: catalogue.steps[place].for_body(kind, size))
    places = {step.key: place for place, step in enumerate(catalogue.steps)}
    out: list[dict[str, Any]] = []
    for key in keys:
        given = {name: rows[name].get(key, {}) for name in rows}
        body = bodies.get(key, {})
        chosen = chosen_goals(given["goals"], highest or {})
        if len(chosen) == len(goals.columns) >= numbers.MANY_GOALS:
            chosen = {}  # who names every goal has told none apart
        own = Answers(
            **(given | {"goals": chosen}),
            gap=largest.get(key),
            given=sum(map(len, given.values())) + (key in largest),
            kind=str(body.get("kind", "")),
            size_class=str(body.get("size_class", "")),
            projects=states.get(key, {}),
        )
        steps = [step for step in meant(own.kind, own.size_class) if own.projects.get(step.key) not in AT_IT]
        for rank, proposal in enumerate(_steps_of(own, steps, draws, most), 1):
            words = worded(places[proposal.step.key], own.kind, own.size_class)
            out.append({"key": key, "rank": rank, **_row(proposal, own, words)})
    return pd.DataFrame(out, columns=list(AGENDA_COLUMNS)) if out else _empty()


def highest_levels(type_profiles: pd.DataFrame) -> dict[str, str]:
    """The level of each goal that chooses it: ``ja``, or the last one that the question declares where it was rated."""
    if type_profiles.empty:
        return {}
    goals = type_profiles[type_profiles["measure"] == "goal"]
    return {str(item): str(level) for item, level in zip(goals["item"], goals["level"], strict=True)}


def chosen_goals(answers: Mapping[str, Any], highest: Mapping[str, str]) -> dict[str, str]:
    """The goals answered with the level that chooses them."""
    return {goal: value for goal, value in answers.items() if value == highest.get(goal, TICKED)}


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in AGENDA_COLUMNS})


def _records(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Answers by key, without the missing ones."""
    if table.empty:
        return {}
    return {
        str(key): {str(name): value for name, value in row.items() if value != "" and value == value}
        for key, row in zip(table.index, table.to_dict("records"), strict=True)
    }


def _largest_gaps(gaps: pd.DataFrame) -> dict[str, tuple[str, float, float]]:
    """The largest gap of each municipality, groups that usual courses miss first among equals."""
    if gaps.empty:
        return {}
    wide = gaps[gaps["gap"] >= numbers.COMPETENCE_GAP]
    wide = wide.sort_values(["key", "gap", "missed", "family", "area"], ascending=[True, False, False, True, True])
    first = wide.drop_duplicates("key")
    return {
        str(row.key): (f"{row.family}.{row.area}", float(row.soll), float(row.ist)) for row in first.itertuples()
    }  # fmt: skip


def _matters(field: str, own: Answers, draws: Mapping[str, set[str]]) -> bool:
    """Whether the field was rated important, or a chosen goal draws on it."""
    return own.wichtig.get(field, 0.0) >= numbers.IMPORTANT_LEVEL or bool(own.goals.keys() & draws.get(field, set()))


def need_of(field: str, own: Answers, draws: Mapping[str, set[str]]) -> Need | None:
    """How weak, how important, and whether a chosen goal draws on it; None if the field is not in need."""
    level = own.stand.get(field)
    if level is None or level > numbers.WEAK_LEVEL or not _matters(field, own, draws):
        return None
    return _need(field, own, draws, _share_of_gap(level), {math.ceil(level)})


def further_need_of(field: str, own: Answers, draws: Mapping[str, set[str]]) -> Need | None:
    """What a field that is not in need may still call for; None if nothing.

    Weak without mattering; mattering and further on, where the steps for level 3 fit; mattering without a level.
    """
    level, matters = own.stand.get(field), _matters(field, own, draws)
    if level is None:
        return _need(field, own, draws, 0.0, FIRST_LEVELS) if matters else None
    gap = numbers.FURTHER * _share_of_gap(level)
    if not matters:
        found = _need(field, own, draws, gap, {math.ceil(level)}) if level <= numbers.WEAK_LEVEL else None
        return None if found is None else Need(found.gap, 0.0, 0.0, found.levels, found.answers)
    if numbers.WEAK_LEVEL < level < BEST:
        found = _need(field, own, draws, gap, {numbers.FURTHER_LEVEL})
        return Need(found.gap, 0.0, 0.0, found.levels, found.answers)
    return None


def _share_of_gap(level: float) -> float:
    """How weak a field of this level is: the whole part for the lowest level, nothing for the best."""
    return numbers.STEP_WEIGHTS["gap"] * (BEST - level) / (BEST - LOWEST)


def _need(field: str, own: Answers, draws: Mapping[str, set[str]], gap: float, levels: set[int]) -> Need:
    weight, wanted = own.wichtig.get(field), sorted(own.goals.keys() & draws.get(field, set()))
    answers = [f"stand:{field}={own.stand[field]:g}"] if field in own.stand else []
    answers += [f"wichtig:{field}={weight:g}"] if weight is not None else []
    answers += [f"goal:{goal}={own.goals[goal]}" for goal in wanted]
    important = 0.0 if weight is None else numbers.STEP_WEIGHTS["important"] * (weight - LOWEST) / (BEST - LOWEST)
    return Need(gap, important, numbers.STEP_WEIGHTS["goal"] if wanted else 0.0, frozenset(levels), tuple(answers))


@dataclass(frozen=True)
class _Proposal:
    """A step that answers call for: these answers, the parts of its score, and what else speaks for it."""

    step: Step
    called: list[str]
    fits: list[str]
    parts: tuple[float, ...]
    score: float


def _steps_of(own: Answers, meant: list[Step], draws: Mapping[str, set[str]], most: int) -> list[_Proposal]:
    """The steps of one body in their order; ``meant``: those that are for such a body."""
    needs = {field: need_of(field, own, draws) for field in draws}
    chosen = _best(_proposals(meant, own, needs), most)
    if len(chosen) < min(numbers.LEAST_STEPS, most) and own.given:
        taken = {proposal.step.field for proposal in chosen}
        further = {field: None if field in taken else further_need_of(field, own, draws) for field in draws}
        steps = [step for step in meant if all(condition.measure in ("field", "structure") for condition in step.when)]
        more = [found for found in _proposals(steps, own, further, pains=False) if found.step.field not in taken]
        chosen += _best(more, min(numbers.LEAST_STEPS, most) - len(chosen))
    if len(chosen) < min(numbers.LEAST_STEPS, most):
        chosen += _best(_proposals(meant, own, {}, last="strong"), 1)
    if not chosen and own.given and most:
        chosen = _best(_proposals(meant, own, {}, last="other"), 1)
    return chosen


def _proposals(
    steps: Iterable[Step],
    own: Answers,
    needs: Mapping[str, Need | None],
    *,
    pains: bool = True,
    last: str = "",
) -> list[_Proposal]:
    """The steps whose answers were given. ``last``: only those that wait for this measure."""
    wanted, out = frozenset({last} if last else ()), []
    for step in steps:
        if step.waits_for == wanted and (found := _proposal(step, own, needs.get(step.field), pains)):
            out.append(found)
    return out


def _proposal(step: Step, own: Answers, need: Need | None, pains: bool) -> _Proposal | None:
    """The step with what calls for it, or None where an answer that it needs was not given."""
    now = [item for item in step.eases if pains and own.pains.get(item) == CURRENT] if step.eases else []
    if need is not None and need.levels.isdisjoint(step.stand):
        need = None
    met = _all_answers(step, own, need)
    if met is None and not now:
        return None
    triggers = [f"pain_point:{now[0]}={CURRENT}"] if now else []
    answer = numbers.ANSWER_WORTH["pain_point"] if now else 0.0
    if met is not None:
        own_right = any(condition.measure == "pain_point" for condition in step.when)
        triggers = [] if own_right else triggers
        triggers += met
        answer = max(answer, sum(numbers.ANSWER_WORTH.get(condition.measure, 0.0) for condition in step.when))
    if need is not None:
        triggers += [part for part in need.answers if part not in triggers]
    fits = [part for part in _fits(step, own) if part not in triggers]
    goals = [part for part in triggers if part.startswith("goal:") and part[5:].split("=")[0] in step.suits.goals]
    fit = numbers.FIT_WORTH * min(len(fits) + len(goals), numbers.MOST_FITS)
    parts = (need.gap, need.important, need.goal, answer, fit) if need else (0.0, 0.0, 0.0, answer, fit)
    rounded = tuple(round(part, 6) for part in parts)
    return _Proposal(step, triggers, fits, rounded, round(sum(rounded), 6))


def _row(proposal: _Proposal, own: Answers, words: Worded) -> dict[str, Any]:
    """A proposal as the table of the agenda holds it."""
    step, state = proposal.step, own.projects.get(proposal.step.key)
    stopped = [f"project:{step.key}={state}"] if state == ProjectState.STOPPED else []
    low, high = words.days or (None, None)
    return {
        "step": step.key, "field": step.field, "effort": words.effort, "days_low": low, "days_high": high,
        "score": proposal.score, **dict(zip(PARTS, proposal.parts, strict=True)),
        "trigger": ";".join([*proposal.called, *proposal.fits, *stopped]),
        "source": ";".join(step.quelle.keys), "partners": "", "partner_reason": "", "done": "", "running": "",
    }  # fmt: skip


def _all_answers(step: Step, own: Answers, need: Need | None) -> list[str] | None:
    """The answers that meet the conditions of a step; None as soon as one of them is not met."""
    met: list[str] = []
    for condition in step.when:
        found = _answers_to(condition, own, need)
        if found is None:
            return None
        met += found
    return met


def _fits(step: Step, own: Answers) -> list[str]:
    """The answers that speak for this step rather than for another one of its field."""
    found = [f"goal:{goal}={own.goals[goal]}" for goal in step.suits.goals if goal in own.goals]
    found += [
        f"pain_point:{item}={CURRENT}"
        for item in step.suits.pains if own.pains.get(item) == CURRENT
    ]  # fmt: skip
    if own.projects.get(step.key) == ProjectState.PLANNED:
        found.append(f"project:{step.key}={ProjectState.PLANNED}")
    for answer in step.suits.answers:
        item = next((item for item in answer.items if own.structure.get(item) in answer.values), None)
        if item is not None:
            found.append(f"structure:{item}={own.structure[item]}")
    return found


def _answers_to(condition: Condition, own: Answers, need: Need | None) -> list[str] | None:
    """The answers that meet a condition, None if they do not."""
    if condition.measure == "field":
        return None if need is None else list(need.answers)
    if condition.measure == "pain_point":
        item = condition.items[0]
        return [f"pain_point:{item}={CURRENT}"] if own.pains.get(item) == CURRENT else None
    if condition.measure == "competence":
        return [f"competence:{own.gap[0]}={own.gap[1]:g}/{own.gap[2]:g}"] if own.gap else None
    if condition.measure == "strong":
        best = max(own.stand, key=lambda field: own.stand[field], default=None)
        return (
            [f"stand:{best}={own.stand[best]:g}"]
            if best is not None and own.stand[best] >= numbers.STRONG_LEVEL
            else None
        )
    if condition.measure == "other":
        return [f"answers:n={own.given}"]
    met = [item for item in condition.items if own.structure.get(item) in condition.values]
    if len(met) < condition.at_least:
        return None
    return [f"structure:{item}={own.structure[item]}" for item in met]


def _best(found: list[_Proposal], most: int) -> list[_Proposal]:
    """The highest scores: one step per field, one per pain point, and not more than two that pain points call for."""
    chosen: list[_Proposal] = []
    taken: set[str] = set()
    pains: set[str] = set()
    for proposal in sorted(found, key=lambda proposal: -proposal.score):
        first = next(iter([*proposal.called, *proposal.fits]), "").split("=")[0]
        called = first.startswith("pain_point:")
        if proposal.step.field in taken or (called and (first in pains or len(pains) >= numbers.MOST_PAIN_STEPS)):
            continue
        if called:
            pains.add(first)
        taken.add(proposal.step.field)
        chosen.append(proposal)
    return chosen[:most]


def value_questions(goals: Iterable[str], catalogue: AgendaFile, *, most: int | None = None) -> tuple[Question, ...]:
    """Questions of values and attitude: those of the chosen goals first, then those for everyone."""
    most = numbers.MOST_QUESTIONS if most is None else most
    chosen = set(goals)
    special = [question for question in catalogue.questions if chosen & set(question.goals)]
    general = [question for question in catalogue.questions if not question.goals]
    return tuple([*special[: max(most - min(len(general), 1), 0)], *general][:most])
