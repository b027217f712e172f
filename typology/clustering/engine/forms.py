"""Which answer model fits a question: the one place that decides, and the answers coded for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from typology.clustering.engine.model import AnswerModel, Answers, ClassEntry, FormName, ModelForm
from typology.clustering.engine.patterns import MISSING, Patterns, collapse
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.errors import EstimationError
from typology.writing import Said

FORMS: Mapping[FormName, ModelForm] = {"plain": PLAIN, "conditional": GIVEN_TICKS}
PARTLY = 0.1
"""Up to this share of rows may have answered only a part of a list to be chosen from; they are then left out."""


def form_of(patterns: Patterns, question: GoalQuestion | None) -> ModelForm:
    """The model for these answers: given the number of ticks where goals were chosen from a list that nearly everybody
    answered, else plain classes.

    How much a respondent ticks is a habit or set by the question; it must not pass for a type. Yes/no and ratings,
    where every goal has an answer of its own, keep plain classes. See ``benchmarks/README.md`` for the numbers.
    """
    if question is None or question.kind not in ("pick", "ranking") or max(patterns.n_categories, default=0) != 2:
        return PLAIN
    rows = patterns.weights * patterns.answered
    whole = GIVEN_TICKS.takes_part(patterns.codes != MISSING)
    nearly_all = rows[~whole].sum() <= PARTLY * rows.sum() and rows[whole].sum() > 0
    return GIVEN_TICKS if nearly_all else PLAIN


def coded_answers(goals: pd.DataFrame, question: GoalQuestion | None) -> Answers:
    """The answers in codes; without a declared question, two answers per goal mean yes/no and more a rating.

    Raises
    ------
    EstimationError : no row has an answer, or a ticked goal has more than two answers.

    Examples
    --------
    >>> goals = pd.DataFrame({"a": ["ja", "nein", None], "b": ["nein", "nein", None]}, dtype="category")
    >>> goals = goals.apply(lambda column: column.cat.set_categories(["nein", "ja"]))
    >>> answers = coded_answers(goals, GoalQuestion("pick", 1))
    >>> answers.codes.tolist(), answers.totals.tolist()
    ([[1, 0], [0, 0]], [1, 0])
    """
    patterns = collapse(goals)
    codes = patterns.codes[patterns.inverse]
    if not (codes != MISSING).any():
        raise EstimationError(Said("clustering.no_answers"))
    sizes = patterns.n_categories
    kind = question.kind if question is not None else ("rating" if max(sizes) > 2 else "yes_no")
    if kind == "pick" and question is not None and not question.counted:
        kind = "free"
    if kind != "rating" and max(sizes) > 2:
        goal = patterns.items[int(np.argmax(sizes))]
        raise EstimationError(Said("clustering.too_many_answers", goal=goal, n=max(sizes), kind=kind))
    form = form_of(patterns, question)
    return Answers(codes[form.takes_part(codes != MISSING)], sizes, kind, kind != "rating", form)


def model_of_file(
    types: Sequence[ClassEntry], ticks: Sequence[float] | None, answers: Mapping[str, int]
) -> AnswerModel:
    """The model that a typology file holds; ``answers``: goal → number of its answers.

    Raises
    ------
    ValueError : the entries do not make a model.
    """
    form: ModelForm = PLAIN if ticks is None else GIVEN_TICKS
    return form.from_json(types, ticks, answers)
