"""The survey tools whose exports can be written, each with its variants; the first of them is the usual one."""

from __future__ import annotations

from collections.abc import Mapping

from typology.content.questionnaire.form import Filled
from typology.simulation.export import limesurvey
from typology.simulation.export.layout import Export, Write

#: Tool → variant → writer.
TOOLS: Mapping[str, Mapping[str, Write]] = {
    "limesurvey": limesurvey.VARIANTS,
}


def write_export(filled: Filled, tool: str, variant: str = "") -> Export:
    """Filled copies as a tool exports them, in its usual variant unless another one is named.

    Raises
    ------
    KeyError : no such tool or variant.
    """
    variants = TOOLS[tool]
    return variants[variant or next(iter(variants))](filled)
