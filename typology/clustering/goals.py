"""The goals of a survey as the table that is clustered: one row per municipality, one column per goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.clustering.engine.question import ANSWERS, GoalQuestion

if TYPE_CHECKING:
    from typology.simulation.model import GoalModel
    from typology.survey.survey import Survey


def question_of(model: GoalModel) -> GoalQuestion:
    """The question that a generating model answers; a free list is a choice without limit."""
    return GoalQuestion("pick" if model.kind == "free" else model.kind, model.limit)


def goal_question(survey: Survey) -> GoalQuestion:
    """How the survey asked for the goals, from its codebook.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> asked = SimpleNamespace(kind="pick", limit=3)
    >>> goal_question(SimpleNamespace(codebook=SimpleNamespace(goals=asked)))
    GoalQuestion(kind='pick', limit=3)
    """
    goals = survey.codebook.goals
    return GoalQuestion(str(goals.kind), None if goals.limit is None else int(goals.limit))


def goals_matrix(survey: Survey) -> pd.DataFrame:
    """The goals of every respondent: index ``key``, one pandas Categorical per goal key, missing answers NA.

    A ranking becomes ``ja`` for the goals that were given a rank (up to the limit) and ``nein`` for the others of
    the same respondent; a respondent who ranked nothing has no answers.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> ranks = pd.DataFrame({"a": [1, 3], "b": [2, None]}, index=["90101001", "90101002"], dtype="Int64")
    >>> book = SimpleNamespace(goals=SimpleNamespace(kind="ranking", limit=2))
    >>> goals_matrix(SimpleNamespace(codebook=book, block=lambda role: ranks))
                 a     b
    90101001    ja    ja
    90101002  nein  nein
    """
    block = survey.block("goal")
    question = goal_question(survey)
    if question.kind != "ranking":
        plain = [column for column in block if not isinstance(block[column].dtype, pd.CategoricalDtype)]
        return block.copy() if not plain else block.astype(dict.fromkeys(plain, "category"))
    ranks = block.astype("Float64")
    named = ranks.notna() if question.limit is None else (ranks <= question.limit).fillna(False)
    chosen = named.astype(bool).replace({True: ANSWERS[1], False: ANSWERS[0]}).astype(object)
    chosen[ranks.isna().all(axis=1)] = None
    return chosen.astype(pd.CategoricalDtype(list(ANSWERS)))


def estimation_rows(survey: Survey, goals: pd.DataFrame) -> pd.Index:
    """Keys that take part in the estimation: not flagged (such as ticks_everything), at least one goal answered.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> goals = pd.DataFrame({"a": ["ja", None, "nein"]}, index=["90101001", "90101002", "90101003"])
    >>> flags = pd.DataFrame({"key": ["90101003"], "flag": ["ticks_everything"]})
    >>> estimation_rows(SimpleNamespace(flags=flags), goals).tolist()
    ['90101001']
    """
    # an empty flags table has no key either; isin then gives no flag, as it should
    flagged = goals.index.isin(list(survey.flags.get("key", [])))
    rows: pd.Index = goals.index[goals.notna().any(axis=1).to_numpy() & ~flagged]
    return rows


def chosen(goals: pd.DataFrame) -> pd.DataFrame:
    """1 where the last answer of a goal was given (``ja``, the highest level), else 0; missing stays missing."""
    return goals.apply(lambda column: (column == column.cat.categories[-1]).astype(float).where(column.notna()))
