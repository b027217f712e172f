"""What a municipality allows: purposes and a functional mailbox, nothing by default."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from typology.errors import Findings
from typology.files.formulas import unmask
from typology.survey.answers import Answers
from typology.survey.blocks import PURPOSES, Block
from typology.survey.columns import EMAIL
from typology.writing import Said

CONSENT_COLUMNS = (*PURPOSES, "mailbox")
# first.last@ is a person unless one of the two is a word for an office
NAME_LIKE = re.compile(r"[a-zäöüß]{2,}(?:-[a-zäöüß]{2,})?[._][a-zäöüß]{2,}(?:-[a-zäöüß]{2,})?")
OFFICE = re.compile(
    r"info|post|mail|kontakt|digital|\bit\b|edv|stadt|gemeinde|kreis|markt|verband|amt|rathaus|verwaltung|buerger|bürger"
    r"|service|stelle|team|zentral|office|smart|egov|projekt|referat|abteilung|fachdienst|fachbereich|stab|cdo|hauptamt"
)


def read_consent(
    blocks: Sequence[tuple[Block, Answers]], keys: pd.Series, rows: pd.Index, rule: str, found: Findings
) -> pd.DataFrame:
    """Consent of the rows that count, columns ``CONSENT_COLUMNS``, index the row number.

    No answer is no consent. Where the most complete of several answers counts (``rule``), a purpose is granted only
    if every answer of the municipality grants it, so that a later refusal in a shorter answer is not lost.
    """
    given = pd.DataFrame(False, index=keys.index, columns=list(PURPOSES))
    mailbox = pd.Series("", index=keys.index, dtype=object)
    for block, answers in blocks:
        if block.role == "consent":
            for purpose in answers.values:
                given[purpose] = (answers.values[purpose] == "ja").fillna(False).astype(bool)
        elif block.role == "mailbox":
            mailbox = answers.values["mailbox"].fillna("").map(lambda text: unmask(str(text).strip()))
    if rule == "most_complete":
        given = given.groupby(keys).transform("all")
    result = given.loc[rows].copy()
    result["mailbox"] = mailbox.loc[rows].where(result["contact"], "")
    return _keep_mailboxes(result, keys, found)


def _keep_mailboxes(consent: pd.DataFrame, keys: pd.Series, found: Findings) -> pd.DataFrame:
    """Consent with only those mailboxes that are addresses of an office; the others are named and left out."""
    kept = consent["mailbox"].copy()
    for row, text in consent["mailbox"].items():
        if not text:
            continue
        local = text.split("@")[0].casefold()
        if not EMAIL.fullmatch(text):
            message = Said("survey.no_mail_address")
        elif NAME_LIKE.fullmatch(local) and not OFFICE.search(local):
            message = Said("survey.personal_mailbox")
        else:
            continue
        kept[row] = ""
        found.warning(
            "postfach",
            message,
            row=int(row),
            key=str(keys[row]),
            expected=Said("survey.functional_mailbox"),
        )
    return consent.assign(mailbox=kept)
