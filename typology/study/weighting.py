"""The study beside the register: weights for the respondents, what they change, and the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.content.catalogue import Content
from typology.publishing.views.values import Both, both, printed, say
from typology.tables.package import DIGITS, StudyTables
from typology.types.profiles.weighted import TYPE, weighted_shares

if TYPE_CHECKING:
    from typology.study.record import Settings
    from typology.survey.survey import Survey
    from typology.survey.weighting import RegisterWeights

BLANK: Both = {"de": "", "en": ""}


def weigh_study(
    tables: StudyTables, survey: Survey, goals: pd.DataFrame, settings: Settings
) -> tuple[StudyTables, Both]:
    """Tables with ``weights``, ``weight_margins`` and ``weighted``, and what is to be said about them.

    Without a register, with the weighting switched off, or where nobody stands in a category of the register the
    tables stay empty and the sentence names the reason.

    Parameters
    ----------
    goals : the goals matrix of everybody who answered.
    """
    from typology.survey.weighting import weigh_by_register

    content = survey.content
    if survey.register is None:
        return tables, say(content, "weighting_no_register")
    if not settings.margins:
        return tables, say(content, "weighting_off")
    margins = [tuple(margin.split("+")) if "+" in margin else margin for margin in settings.margins]
    asked = survey.codebook.respondent.kinds
    found = weigh_by_register(survey.municipalities, survey.register, margins, trim=settings.trim, kinds=asked)
    if found is None:
        return tables, say(content, "weighting_impossible")
    probabilities = tables.assignments.filter(regex="^p_").astype(float)
    probabilities = probabilities[tables.assignments["answered"].astype(float) > 0]
    chosen = goals.apply(lambda column: (column == column.cat.categories[-1]).astype(float).where(column.notna()))
    table = weighted_shares(
        found.weights,
        probabilities.rename(columns=lambda name: name.removeprefix("p_")),
        {"goal": chosen, "stand": tables.stand, "wichtig": tables.wichtig},
    )
    margins_table = found.margins.assign(unrepresented=round(found.unrepresented, DIGITS))
    tables = tables.having(weights=found.weights.to_frame(), weight_margins=margins_table, weighted=table)
    return tables, weighting_sentence(found, table, survey, content)


def weighting_sentence(found: RegisterWeights, table: pd.DataFrame, survey: Survey, content: Content) -> Both:
    """Margins, design effect and the largest change of a type's share; numbers of single categories stay inside."""
    register = survey.register
    names = [name for margin in found.margins["margin"].unique() for name in margin.split(" | ")]
    labels = [f"weighting_margin_{name}" for name in dict.fromkeys(names)]
    named = both(lambda lang: content.say("weighting_and", lang).join(content.say(label, lang) for label in labels))
    parts = [
        say(
            content, "weighting_used", margins=named,
            date=register.reference_date if register is not None and register.reference_date else "–",
            change=printed(100 * float(table.loc[table["measure"] == TYPE, "difference"].abs().max()), 0),
            deff=printed(found.design_effect, 2), effective=printed(found.effective_n, 0),
        )
    ]  # fmt: skip
    if found.unrepresented > 0:
        parts.append(say(content, "weighting_unrepresented", share=printed(100 * found.unrepresented, 0)))
    if found.weights.isna().any():
        parts.append(say(content, "weighting_left_out"))
    if not found.converged:
        parts.append(say(content, "weighting_gap"))
    return {lang: " ".join(part[lang] for part in parts) for lang in BLANK}
