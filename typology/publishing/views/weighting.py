"""What is said about the weights: which margins, what they cost, and what they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.content.catalogue import Content
from typology.publishing.views.values import Both, both, printed, say
from typology.types.profiles.weighted import TYPE
from typology.writing import DASH, day, listed

if TYPE_CHECKING:
    from typology.survey.weighting import RegisterWeights


def weighting_sentence(found: RegisterWeights, table: pd.DataFrame, date: str, content: Content) -> Both:
    """Margins, design effect and the largest change of a type's share; numbers of single categories stay inside.

    ``table``: :func:`~typology.types.profiles.weighted.weighted_shares`. ``date``: state of the register, or empty.
    """
    names = [name for margin in found.margins["margin"].unique() for name in margin.split(" | ")]
    labels = [f"weighting_margin_{name}" for name in dict.fromkeys(names)]
    named = both(lambda lang: listed([content.say(label, lang) for label in labels], lang))
    parts = [
        say(
            content, "weighting_used", margins=named,
            date=both(lambda lang: day(date, lang) or DASH),
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
    return both(lambda lang: " ".join(part[lang] for part in parts))
