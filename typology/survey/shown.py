"""Questions that a respondent never saw: told by the file's words, by its quotes, or by the codes of the tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.files.table import Table
from typology.survey.answers import Answers
from typology.survey.blocks import Goals
from typology.survey.codebook import PRESETS, Codebook
from typology.survey.columns import plain
from typology.survey.report import Journal, Reflected
from typology.survey.values import NEVER_SHOWN
from typology.writing import Number, Said

#: Columns of LimeSurvey's own, in the words of its codes, German and English; two of them tell its export.
OWN_COLUMNS = (
    {"submitdate", "datum abgeschickt", "date submitted"},
    {"lastpage", "letzte seite", "last page"},
    {"startlanguage", "start-sprache", "start language"},
)
ANSWERED_BY_CODE = next(code for code, reason in PRESETS["sosci"].items() if reason == "nicht_beantwortet")


def never_shown(table: Table, codebook: Codebook, headings: Mapping[str, str]) -> Mapping[str, np.ndarray]:
    """Heading → row numbers of the empty cells of answers that are known to belong to a question never shown.

    LimeSurvey's VV file says it in words. Its CSV file of today writes nothing at all where a question was not shown,
    and two quotes where it was left empty; any other program may write nothing for other reasons. SoSci Survey leaves
    the cell empty and writes -9 where a question was shown and not answered; without any -9 in the file, nothing is
    known.
    """
    known = dict(table.not_shown)
    if table.unquoted and ("limesurvey" in codebook.missing.presets or _of_limesurvey(table.frame.columns)):
        known |= table.unquoted
    if "sosci" in codebook.missing.presets:
        asked = [*codebook.goals.sources, *(column for block in codebook.blocks for column in block.columns.values())]
        answers = {headings[column]: table.frame[headings[column]] for column in asked if column in headings}
        if any((column == ANSWERED_BY_CODE).any() for column in answers.values()):
            known |= {heading: column.index[column == ""].to_numpy() for heading, column in answers.items()}
    return known


def _of_limesurvey(headings: pd.Index) -> bool:
    found = {plain(heading).casefold() for heading in headings}
    return sum(not names.isdisjoint(found) for names in OWN_COLUMNS) > 1


@dataclass(frozen=True)
class States:
    """How many answers to the goals are chosen, not chosen, missing though shown, and missing because never shown.

    rows : index row number, True where the whole question was never shown. told : whether the file tells at all.
    """

    chosen: int
    not_chosen: int
    unanswered: int
    not_shown: int
    rows: pd.Series
    told: bool


def states_of(goals: Answers, question: Goals, told: bool) -> States:
    """The four states of the goals in these rows; ``told``: something in the file is known to be never shown."""
    given = goals.values.notna().to_numpy()
    unseen = goals.reasons.isin(NEVER_SHOWN).to_numpy() & ~given
    if question.kind == "ranking":
        chosen = given
    else:
        top = question.levels[-1].key if question.kind == "rating" else "ja"
        chosen = (goals.values == top).to_numpy()
    declined = goals.reasons.isin(["", "nicht_gewaehlt"]).to_numpy() & ~given  # without a rank
    n_answered, n_unseen = int((given | declined).sum()), int(unseen.sum())
    return States(
        chosen=int(chosen.sum()),
        not_chosen=n_answered - int(chosen.sum()),
        unanswered=given.size - n_answered - n_unseen,
        not_shown=n_unseen,
        rows=pd.Series(unseen.all(axis=1), index=goals.values.index),
        told=told or n_unseen > 0,
    )


def count_never_shown(states: States, found: Journal) -> None:
    """Count the rows that were never shown the goals."""
    if states.rows.any():
        found.count("nicht_gezeigt", int(states.rows.sum()), Said("survey.count_never_shown"))


def mirrored_states(states: States) -> list[Reflected]:
    """One line of the mirror for each state, and whether the file tells a question that was never shown."""
    cells = Said("survey.mirror_by_cells")
    silent = cells if states.told else Said("survey.mirror_by_no_telling")
    unseen = Number(states.not_shown) if states.told else Said("survey.mirror_not_told")
    return [
        Reflected("chosen", Said("survey.mirror_chosen"), Number(states.chosen), cells),
        Reflected("not_chosen", Said("survey.mirror_not_chosen"), Number(states.not_chosen), cells),
        Reflected("unanswered", Said("survey.mirror_unanswered"), Number(states.unanswered), silent),
        Reflected("not_shown", Said("survey.mirror_never_shown"), unseen, silent),
    ]
