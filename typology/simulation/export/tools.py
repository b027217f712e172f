"""The survey tools whose exports can be written, each with its variants; the first of them is the usual one."""

from __future__ import annotations

from collections.abc import Mapping

from typology.content.questionnaire.form import Filled
from typology.simulation.export import (
    efs,
    google_forms,
    handmade,
    kobo,
    limesurvey,
    limesurvey_spss,
    microsoft_forms,
    nextcloud_forms,
    odk,
    qualtrics,
    questionpro,
    redcap,
    sosci,
    surveymonkey,
    umfrage_online,
)
from typology.simulation.export.layout import Export, Write

#: Tool → variant → writer.
TOOLS: Mapping[str, Mapping[str, Write]] = {
    "limesurvey": {**limesurvey.VARIANTS, **limesurvey_spss.VARIANTS},
    "sosci": sosci.VARIANTS,
    "efs": efs.VARIANTS,
    "microsoft-forms": microsoft_forms.VARIANTS,
    "google-forms": google_forms.VARIANTS,
    "nextcloud-forms": nextcloud_forms.VARIANTS,
    "qualtrics": qualtrics.VARIANTS,
    "surveymonkey": surveymonkey.VARIANTS,
    "kobo": kobo.VARIANTS,
    "odk": odk.VARIANTS,
    "redcap": redcap.VARIANTS,
    "questionpro": questionpro.VARIANTS,
    "umfrage-online": umfrage_online.VARIANTS,
    "handmade": handmade.VARIANTS,
}


def write_export(filled: Filled, tool: str, variant: str = "") -> Export:
    """Filled copies as a tool exports them, in its usual variant unless another one is named.

    Raises
    ------
    KeyError : no such tool or variant.
    """
    variants = TOOLS[tool]
    return variants[variant or next(iter(variants))](filled)
