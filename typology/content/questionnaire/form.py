"""A questionnaire as data, independent of any survey tool: questions, their items and steps, and filled copies.

A questionnaire is what the writers of structure files (LimeSurvey, XLSForm, Word) and the writers of exports have in
common: the first ask it, the second answer it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from typology.content.reading import Text

if TYPE_CHECKING:
    import pandas as pd

Asked = Literal["multiple", "matrix", "single", "ranking", "text", "number"]


class State(StrEnum):
    """What stands for an answer where there is none."""

    NOT_SHOWN = "not_shown"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True)
class Part:
    """An item of a question or a step of its scale.

    key : name in codebook and content (a goal, a field, ``ja``, ``1`` …). code : name inside the survey tool, letters
    and digits, begins with a letter, at most five signs. text : as printed.
    """

    key: str
    code: str
    text: Text


@dataclass(frozen=True)
class Section:
    """A page of a questionnaire: its heading, and a sentence below it."""

    key: str
    title: Text
    intro: Text | None = None


@dataclass(frozen=True)
class Condition:
    """Which answer to an earlier question it takes for a question to be shown.

    question : code of the earlier question. item : key of one of its items. answers : keys of its steps of which one
    must be given; for an option of ``multiple`` empty, as it must be ticked. hint : the condition in words, for paper.
    """

    question: str
    item: str
    answers: tuple[str, ...] = ()
    hint: Text | None = None


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    code : name inside the survey tool, letters and digits, begins with a letter.
    role : what the codebook takes it for: ``goal``, ``stand``, ``wichtig``, ``pain_point``, ``structure``,
        ``competence_soll``, ``competence_ist``, ``consent``, ``mailbox``; ``id`` and ``name`` name the respondent,
        ``remark`` belongs to nothing.
    asked : ``multiple`` (ticks), ``matrix`` (one step per item), ``single`` (one of ``steps``), ``ranking`` (items in
        order), ``text``, ``number``.
    items : options of ``multiple`` and ``ranking``, rows of ``matrix``; exactly one for the others.
    steps : the answers of ``matrix`` and ``single``, in their order from low to high where they have one.
    limit : how many options may be ticked at most; None is any number.
    other : one more option takes free text.
    section : key of the page on which it stands. help : what is said below the question.
    exclusive : keys of options that nobody can tick together with others.
    pattern : what an answer to ``text`` must look like, a regular expression for all of it.
    wrong : what is said to an answer that breaks ``pattern``, ``limit`` or ``exclusive``.
    shown_if : who sees the question; None is everybody.
    """

    code: str
    role: str
    asked: Asked
    text: Text
    items: tuple[Part, ...]
    steps: tuple[Part, ...] = ()
    limit: int | None = None
    other: bool = False
    required: bool = False
    section: str = ""
    help: Text | None = None
    exclusive: tuple[str, ...] = ()
    pattern: str = ""
    wrong: Text | None = None
    shown_if: Condition | None = None


@dataclass(frozen=True)
class Questionnaire:
    """All questions in their order; ``key`` is the survey's key.

    sections : the pages, in the order of their questions. welcome, thanks : what is said before and after.
    one, one_per_row : how to answer ``single`` and ``matrix`` on paper.
    """

    key: str
    title: Text
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()
    welcome: Text | None = None
    thanks: Text | None = None
    one: Text | None = None
    one_per_row: Text | None = None

    def question(self, code: str) -> Question:
        """The question of that code.

        Raises
        ------
        KeyError : there is none.
        """
        return {question.code: question for question in self.questions}[code]


@dataclass(frozen=True)
class Filled:
    """Filled copies of a questionnaire: the truth behind an export.

    answers : one row per respondent in the order of the file, index 1, 2, …; one column
        ``<question code>.<item key>`` per item, dtype object. A cell holds for ``multiple`` True or False, for
        ``matrix`` and ``single`` the key of a step, for ``ranking`` the rank from 1 or None for an item that is not
        ranked, for ``text`` and ``number`` the text as typed; a :class:`State` wherever there is no answer.
        ``<question code>.other`` holds the free text of an option for it.
    completed : per respondent, whether the last page was reached. stamps : when, ``YYYY-MM-DDTHH:MM:SS+01:00``.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    completed: pd.Series
    stamps: pd.Series
