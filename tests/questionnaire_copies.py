"""Filled copies of a questionnaire, drawn at random as people fill them in, and what reading their export must give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from typology.content.questionnaire.codebook import NO_ANSWER
from typology.content.questionnaire.form import Condition, Filled, Part, Question, Questionnaire, State

SILENT = 0.12  # share of questions and rows of tables that are shown and not answered
UNFINISHED = 0.1
NOBODY = 0.15  # of those who were asked, share of those who tick nothing


def fill_in(questionnaire: Questionnaire, bodies: Sequence[tuple[str, str]], seed: int) -> Filled:
    """One copy for each body (key and name): conditions kept, some questions not answered, some copies not sent."""
    rng = np.random.default_rng(seed)
    rows = [_copy(questionnaire, key, name, rng) for key, name in bodies]
    n = len(bodies)
    index = range(1, n + 1)
    day = pd.date_range("2026-05-04T08:00:00", periods=n, freq="41min").strftime("%Y-%m-%dT%H:%M:%S+02:00")
    done = pd.Series(rng.random(n) >= UNFINISHED, index=index)
    return Filled(questionnaire, pd.DataFrame(rows, index=index, dtype=object), done, pd.Series(list(day), index=index))


def _copy(questionnaire: Questionnaire, key: str, name: str, rng: np.random.Generator) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for question in questionnaire.questions:
        cells = [f"{question.code}.{item.key}" for item in question.items]
        if question.shown_if and not _met(question.shown_if, row):
            answers: list[Any] = [State.NOT_SHOWN] * len(cells)
        elif question.role in ("id", "name"):
            answers = [key if question.role == "id" else name]
        elif question.asked == "multiple":
            answers = _ticks(question, rng)
        else:
            answers = [State.NOT_ANSWERED if rng.random() < SILENT else _answer(question, rng) for _ in question.items]
        row |= dict(zip(cells, answers, strict=True))
    return row


def _met(condition: Condition, row: dict[str, Any]) -> bool:
    given = row[f"{condition.question}.{condition.item}"]
    return given is True or given in condition.answers


def _ticks(question: Question, rng: np.random.Generator) -> list[Any]:
    """As many options as the limit allows, or none, or only one that excludes all others."""
    n = len(question.items)
    ticked = np.zeros(n, dtype=bool)
    alone = [place for place, item in enumerate(question.items) if item.key in question.exclusive]
    others = [place for place in range(n) if place not in alone]
    if alone and rng.random() < 0.3:
        ticked[alone[0]] = True
    elif rng.random() >= NOBODY:
        most = min(question.limit or n, len(others))
        ticked[rng.choice(others, size=rng.integers(1, most + 1), replace=False)] = True
    return [bool(value) for value in ticked]


def _answer(question: Question, rng: np.random.Generator) -> str:
    if question.steps:
        return question.steps[rng.integers(len(question.steps))].key
    if question.asked == "number":
        return str(rng.integers(4, 9000))
    if question.role == "mailbox":
        return f"digitales{rng.integers(99)}@stadt.example"
    return ["Danke", 'Wir sagen: „ja"; mehr später\nund noch eine Zeile', "=siehe Anlage"][rng.integers(3)]


def expected_answers(filled: Filled) -> pd.DataFrame:
    """What the survey must hold: the sent copies by key, columns ``<role>_<item>``, None where there is no answer."""
    sent = filled.answers[filled.completed.astype(bool)]
    by_role = {question.role: question for question in filled.questionnaire.questions}
    keys = sent[f"{by_role['id'].code}.{by_role['id'].items[0].key}"]
    columns: dict[str, list[Any]] = {}
    for question in filled.questionnaire.questions:
        if question.role in ("id", "name", "remark", "mailbox"):
            continue
        given = sent[[f"{question.code}.{item.key}" for item in question.items]]
        silent = ~(given == True).any(axis=1) if question.role == "goal" else None  # noqa: E712
        for item, cells in zip(question.items, given.columns, strict=True):
            values = [_meant(question, value) for value in given[cells]]
            if silent is not None:
                values = [None if nothing else value for value, nothing in zip(values, silent, strict=True)]
            columns[f"{question.role}_{item.key}"] = values
    return pd.DataFrame(columns, index=pd.Index(keys.to_list(), name="key"), dtype=object).sort_index()


def _meant(question: Question, value: Any) -> Any:
    if question.role == "consent":
        return value == "ja"
    if isinstance(value, State) or value in NO_ANSWER:
        return None
    if question.asked == "multiple":
        return "ja" if value else "nein"
    if question.asked == "number":
        return float(value)
    return int(value) if is_rated(question.steps) else value


def is_rated(steps: Sequence[Part]) -> bool:
    """Whether the answers are numbers, apart from those that are none."""
    return all(step.key.isdigit() for step in steps if step.key not in NO_ANSWER)
