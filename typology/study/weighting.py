"""The study beside the register: weights for the respondents, what they change, and the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.clustering.goals import chosen
from typology.content.vocabulary import memberships
from typology.publishing.views.values import Both, say
from typology.publishing.views.weighting import weighting_sentence
from typology.tables.package import DIGITS
from typology.tables.study_tables import StudyTables
from typology.types.profiles.weighted import weighted_shares

if TYPE_CHECKING:
    from typology.content.catalogue import Content
    from typology.survey.survey import Survey
    from typology.tables.settings import Settings


def weigh_study(
    tables: StudyTables, survey: Survey, goals: pd.DataFrame, settings: Settings, content: Content | None = None
) -> tuple[StudyTables, Both]:
    """Tables with ``weights``, ``weight_margins`` and ``weighted``, and what is to be said about them.

    Without a register, with the weighting switched off, or where nobody stands in a category of the register the
    tables stay empty and the sentence names the reason.

    Parameters
    ----------
    goals : the goals matrix of everybody who answered.
    content : the words, if not those of the survey; of leanings, none has a share that weights could change.
    """
    from typology.survey.weighting import weigh_by_register

    content = content or survey.content
    if survey.register is None:
        return tables, say(content, "weighting_no_register")
    if not settings.margins:
        return tables, say(content, "weighting_off")
    margins = [tuple(margin.split("+")) if "+" in margin else margin for margin in settings.margins]
    asked = survey.codebook.respondent.kinds
    found = weigh_by_register(survey.municipalities, survey.register, margins, trim=settings.trim, kinds=asked)
    if found is None:
        return tables, say(content, "weighting_impossible")
    answered = tables.assignments[tables.assignments["answered"].astype(float) > 0]
    probabilities = memberships(answered) if content.leanings is None else answered[[]]
    table = weighted_shares(
        found.weights,
        probabilities,
        {"goal": chosen(goals), "stand": tables.stand, "wichtig": tables.wichtig},
    )
    margins_table = found.margins.assign(unrepresented=round(found.unrepresented, DIGITS))
    tables = tables.having(weights=found.weights.to_frame(), weight_margins=margins_table, weighted=table)
    return tables, weighting_sentence(found, table, survey.register.reference_date, content)
