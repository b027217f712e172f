"""The answers of a survey in the form in which classes and graded models are compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from typology.clustering.engine.forms import coded_answers
from typology.clustering.engine.model import Answers
from typology.clustering.engine.patterns import MISSING, collapse
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.tick_classes import GIVEN_TICKS
from typology.clustering.graded.fitting import GradedAnswers


def compared_answers(goals: pd.DataFrame, question: GoalQuestion | None) -> Answers:
    """Lists to choose from given their number of ticks, whole lists only; yes/no and ratings goal by goal.

    Replicates of yes/no answers do not keep the number of yes: a habit of saying yes is a rival, not a given.
    """
    answers = coded_answers(goals, question)
    if answers.kind in ("yes_no", "rating"):
        return replace(answers, ticked=False, form=PLAIN)
    patterns = collapse(goals)
    codes = patterns.codes[patterns.inverse]
    whole = GIVEN_TICKS.takes_part(codes != MISSING)
    return replace(answers, codes=codes[whole], form=GIVEN_TICKS) if whole.any() else replace(answers, form=PLAIN)


def graded_answers(answers: Answers, counts: np.ndarray | None = None) -> GradedAnswers:
    """The same for graded models."""
    return GradedAnswers.of(answers.codes, ticked=answers.form == GIVEN_TICKS, counts=counts)
