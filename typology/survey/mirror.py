"""The mirror of a survey: the few figures that somebody compares with the survey tool before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from typology.content.reading import is_open
from typology.files.table import Table
from typology.survey.answers import Answers
from typology.survey.blocks import Block, Goals, YesNoBlock
from typology.survey.codebook import Codebook
from typology.survey.report import Reflected
from typology.writing import Number, Said

#: Kind of body → its label.
KINDS = {
    "gemeinde": "survey.mirror_kind_gemeinde",
    "kreisfrei": "survey.mirror_kind_kreisfrei",
    "kreis": "survey.mirror_kind_kreis",
    "verband": "survey.mirror_kind_verband",
    "andere": "survey.mirror_kind_andere",
}
#: Purpose of consent → its label.
AGREED = {
    "listed": "survey.mirror_yes_listed",
    "answers": "survey.mirror_yes_answers",
    "partner": "survey.mirror_yes_partner",
    "contact": "survey.mirror_yes_contact",
}


def declared_mirror(codebook: Codebook, table: Table, headings: Mapping[str, str]) -> list[Reflected]:
    """What the codebook takes for what: the goals, their question, and the answers that mean yes to each purpose."""
    goals = codebook.goals
    return [
        Reflected("rows", Said("survey.mirror_rows"), Number(len(table.frame)), Said("survey.mirror_by_file")),
        Reflected("goals", Said("survey.mirror_goals"), Number(len(goals.keys)), Said("survey.mirror_by_goals")),
        Reflected("question", Said("survey.mirror_question"), _question(goals, table, headings), _chosen_goal(goals)),
        *_purposes(codebook.blocks),
    ]


def counted_mirror(
    municipalities: pd.DataFrame,
    consent: pd.DataFrame,
    blocks: Sequence[tuple[Block, Answers]],
    rows: pd.Index,
    rule: str,
) -> list[Reflected]:
    """What came out of the rows that count.

    Parameters
    ----------
    municipalities : index ``key`` in its order, columns ``name``, ``kind``.
    consent : of ``rows``, column ``listed``. blocks : as read, also of rows that do not count.
    rule : which of several answers of one body counts, as the codebook says it.
    """
    kinds = municipalities["kind"].where(municipalities["kind"].isin(list(KINDS)), "andere").value_counts(sort=False)
    n_bodies = Reflected("bodies", Said("survey.mirror_bodies"), Number(len(rows)), Said("survey.mirror_by_key"))
    by_register = Said("survey.mirror_by_kind")
    by_kind = [
        Reflected(f"kind_{kind}", Said(KINDS[kind]), Number(kinds[kind]), by_register)
        for kind in KINDS
        if kind in kinds.index
    ]
    listed = consent["listed"].to_numpy(dtype=bool)
    silent = ~listed
    for block, answers in blocks:
        if block.role == "consent" and "listed" in answers.values:
            silent = ~listed & answers.values.loc[rows, "listed"].isna().to_numpy()
    by_yes = Said("survey.mirror_by_every_yes" if rule == "most_complete" else "survey.mirror_by_yes")
    who = [
        Reflected("listed", Said("survey.mirror_listed"), Number(int(listed.sum())), by_yes),
        Reflected(
            "refused",
            Said("survey.mirror_refused"),
            Number(int((~listed & ~silent).sum())),
            Said("survey.mirror_by_no"),
        ),
        Reflected(
            "unknown", Said("survey.mirror_unknown"), Number(int(silent.sum())), Said("survey.mirror_by_silence")
        ),
    ]
    ends = [
        Reflected("first", Said("survey.mirror_first"), _body(municipalities, 0), Said("survey.mirror_by_order")),
        Reflected("last", Said("survey.mirror_last"), _body(municipalities, -1), Said("survey.mirror_by_order")),
    ]
    return [n_bodies, *by_kind, *who, *ends]


def _question(goals: Goals, table: Table, headings: Mapping[str, str]) -> str:
    """The columns that are taken for the goals, the first and the last with their texts."""
    columns = [headings.get(column, column) for column in goals.sources]
    texts = [" ".join(f"{column} {table.labels.get(column, '')}".split()) for column in (columns[0], columns[-1])]
    if len(columns) == 1:
        return Said("survey.mirror_column", column=texts[0])
    return Said("survey.mirror_columns", n=Number(len(columns)), first=texts[0], last=texts[1])


def _chosen_goal(goals: Goals) -> Said:
    if goals.kind == "rating":
        return Said("survey.mirror_by_level", values=list(goals.levels[-1].values))
    if not goals.columns:
        return Said("survey.mirror_by_codes", n=Number(len(goals.codes)))
    if goals.kind == "ranking":
        return Said("survey.mirror_by_rank")
    return _yes(goals)


def _yes(block: Goals | YesNoBlock) -> Said:
    values = [value or Said("survey.blank") for value in block.chosen]
    if any(map(is_open, block.chosen)):
        return Said("survey.mirror_open")
    if block.chosen_any:
        return Said("survey.mirror_yes_any")
    return Said("survey.mirror_yes", values=values)


def _purposes(blocks: Sequence[Block]) -> list[Reflected]:
    found = {}
    for number, block in enumerate(blocks):
        if isinstance(block, YesNoBlock) and block.role == "consent":
            for purpose, column in block.columns.items():
                rule = Said("survey.mirror_by_chosen", place=f"blocks.{number}.chosen", column=column)
                found[purpose] = Reflected(f"yes_{purpose}", Said(AGREED[purpose]), _yes(block), rule)
    nobody, unasked = Said("survey.mirror_unasked"), Said("survey.mirror_by_absence")
    return [
        found.get(purpose, Reflected(f"yes_{purpose}", Said(AGREED[purpose]), nobody, unasked)) for purpose in AGREED
    ]


def _body(municipalities: pd.DataFrame, place: int) -> str:
    key, name = str(municipalities.index[place]), str(municipalities["name"].iloc[place])
    return key if name in ("", key) else f"{key} {name}"
