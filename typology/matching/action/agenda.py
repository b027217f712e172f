"""A municipality's draft of a digital agenda: which steps its own answers call for, in the order of need.

A field is in need if it is weak (own level at most 2 of 5) and matters: rated at least 4 of 5, or one of the chosen
goals draws on it. A step is proposed if all answers that it names were given; a step that a pain point calls for needs
no weak field. Without a source there is no step, and every row names the answers that triggered it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from typology.content.agenda import AgendaFile, Condition, Question, Step, load_agenda
from typology.content.catalogue import Content, load_content
from typology.content.vocabulary import PainState

WEAK, IMPORTANT = 2.0, 4.0
SCALE = 4.0  # from 1 to 5
GAP, WEIGHT, GOAL = 0.4, 0.4, 0.2
ANSWER = {"field": 0.0, "structure": 0.1, "pain_point": 0.5, "competence": 0.3}
COMPETENCE_GAP = 2.0
MAX_STEPS = 5
MAX_QUESTIONS = 3
TICKED = "ja"  # the answer that chooses a goal where goals were not rated
AGENDA_COLUMNS = (
    "key", "rank", "step", "field", "score", "part_gap", "part_important", "part_goal", "part_answer", "trigger",
    "source", "partners", "partner_reason",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Answers:
    """What one municipality answered, missing answers left out."""

    goals: Mapping[str, str]  # the chosen ones
    stand: Mapping[str, float]
    wichtig: Mapping[str, float]
    pains: Mapping[str, str]
    structure: Mapping[str, str]
    gap: tuple[str, float, float] | None  # "family.area", soll, ist of the largest gap


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
    most: int = MAX_STEPS,
    highest: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The steps of every municipality, the most needed first; partners are still empty.

    Parameters
    ----------
    goals, stand, wichtig, pain_points, structure : answers, index ``key``; any of them may be empty.
    gaps : rows of :func:`typology.matching.action.competences.competence_gaps`, or empty.
    catalogue, content : the steps and the words; by default the shipped ones.
    most : steps per municipality; at most one per field, beside those that pain points call for.
    highest : the level of each goal that chooses it, see :func:`highest_levels`; ``ja`` for the others.

    Returns
    -------
    Table ``AGENDA_COLUMNS``; ``score`` is the sum of ``part_gap`` (0–0.4, how weak), ``part_important`` (0–0.4, 0 if
    not rated), ``part_goal`` (0.2 if a chosen goal draws on the field) and ``part_answer`` (by kind of answer).
    ``trigger``: the answers as ``measure:item=value`` joined by ``;``.

    Examples
    --------
    >>> tables = study.tables
    >>> answers = (tables.goals, tables.stand, tables.wichtig, tables.pain_points, tables.structure)
    >>> steps = typology.propose_steps(*answers, tables.competence_gaps)
    >>> parts = ["part_gap", "part_important", "part_goal", "part_answer"]
    >>> bool((steps[parts].sum(axis=1) - steps["score"]).abs().max() < 1e-5)
    True
    """
    catalogue, content = catalogue or load_agenda(), content or load_content()
    draws = {field.key: {goal.key for goal in content.goals if field.key in goal.fields} for field in content.fields}
    largest = _largest_gaps(gaps)
    tables = {"goals": goals, "stand": stand, "wichtig": wichtig, "pains": pain_points, "structure": structure}
    rows = {name: _records(table) for name, table in tables.items()}
    keys = sorted(set().union(*rows.values(), largest))
    out: list[dict[str, Any]] = []
    for key in keys:
        own = Answers(
            goals=chosen_goals(rows["goals"].get(key, {}), highest or {}),
            stand=rows["stand"].get(key, {}),
            wichtig=rows["wichtig"].get(key, {}),
            pains=rows["pains"].get(key, {}),
            structure=rows["structure"].get(key, {}),
            gap=largest.get(key),
        )
        found = [step for step in (_proposal(step, own, draws) for step in catalogue.steps) if step]
        out += [{"key": key, "rank": rank, **step} for rank, step in enumerate(_best(found, most), start=1)]
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
    wide = gaps[gaps["gap"] >= COMPETENCE_GAP]
    wide = wide.sort_values(["key", "gap", "missed", "family", "area"], ascending=[True, False, False, True, True])
    first = wide.drop_duplicates("key")
    return {
        str(row.key): (f"{row.family}.{row.area}", float(row.soll), float(row.ist)) for row in first.itertuples()
    }  # fmt: skip


def need_of(field: str, own: Answers, draws: Mapping[str, set[str]]) -> tuple[float, float, float] | None:
    """How weak, how important and whether a chosen goal draws on it; None if the field is not in need."""
    level, weight = own.stand.get(field), own.wichtig.get(field)
    wanted = bool(own.goals.keys() & draws.get(field, set()))
    if level is None or level > WEAK or not (wanted or (weight is not None and weight >= IMPORTANT)):
        return None
    important = 0.0 if weight is None else WEIGHT * (weight - 1) / SCALE
    return GAP * (5 - level) / SCALE, important, GOAL if wanted else 0.0


def _proposal(step: Step, own: Answers, draws: Mapping[str, set[str]]) -> dict[str, Any] | None:
    """The step as a row, or None where an answer that it needs was not given."""
    triggers: list[str] = []
    need = need_of(step.field, own, draws)
    for condition in step.when:
        found = _answers_to(condition, step.field, own, need, draws)
        if found is None:
            return None
        triggers += found
    gap, important, goal = need or (0.0, 0.0, 0.0)
    answer = sum(ANSWER[condition.measure] for condition in step.when)
    parts = {"part_gap": gap, "part_important": important, "part_goal": goal, "part_answer": answer}
    parts = {name: round(part, 6) for name, part in parts.items()}
    return {
        "step": step.key, "field": step.field, "score": round(sum(parts.values()), 6), **parts,
        "trigger": ";".join(triggers), "source": step.source, "partners": "", "partner_reason": "",
    }  # fmt: skip


def _answers_to(
    condition: Condition,
    field: str,
    own: Answers,
    need: tuple[float, float, float] | None,
    draws: Mapping[str, set[str]],
) -> list[str] | None:
    """The answers that meet a condition, None if they do not."""
    if condition.measure == "field":
        if need is None:
            return None
        found = [f"stand:{field}={own.stand[field]:g}"]
        if field in own.wichtig:
            found.append(f"wichtig:{field}={own.wichtig[field]:g}")
        return found + [f"goal:{goal}={own.goals[goal]}" for goal in sorted(own.goals.keys() & draws.get(field, set()))]
    if condition.measure == "pain_point":
        item = condition.items[0]
        return [f"pain_point:{item}={PainState.CURRENT}"] if own.pains.get(item) == PainState.CURRENT else None
    if condition.measure == "competence":
        return [f"competence:{own.gap[0]}={own.gap[1]:g}/{own.gap[2]:g}"] if own.gap else None
    met = [item for item in condition.items if own.structure.get(item) in condition.values]
    if len(met) < condition.at_least:
        return None
    return [f"structure:{item}={own.structure[item]}" for item in met]


def _best(found: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The highest scores, one step per field and, besides, what pain points call for."""
    chosen: list[dict[str, Any]] = []
    taken: set[str] = set()
    for step in sorted(found, key=lambda row: -row["score"]):
        own_right = step["trigger"].startswith("pain_point:")
        if not own_right and step["field"] in taken:
            continue
        if not own_right:
            taken.add(step["field"])
        chosen.append(step)
    return chosen[:most]


def value_questions(goals: Iterable[str], catalogue: AgendaFile, *, most: int = MAX_QUESTIONS) -> tuple[Question, ...]:
    """Questions of values and attitude: those of the chosen goals first, then those for everyone."""
    chosen = set(goals)
    special = [question for question in catalogue.questions if chosen & set(question.goals)]
    general = [question for question in catalogue.questions if not question.goals]
    return tuple([*special[: max(most - min(len(general), 1), 0)], *general][:most])
