"""The cells of one item, as tools without codes of their own for states write them: nothing where nothing was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from typology.content.questionnaire.form import Filled, Part, Question, State
from typology.content.reading import Language
from typology.simulation.export.layout import Cell, Column, coded, free_texts, given, step_codes

#: What stands for a step or a ticked option, made of it and its number from 1.
By = Callable[[Part, int], Cell]


def number(part: Part, place: int) -> Cell:
    """The place of a step or an option."""
    return place


def text_in(language: Language) -> By:
    """The text of a step or an option in that language."""
    return lambda part, place: part.text.of(language)


def item_cells(
    filled: Filled,
    question: Question,
    item: Part,
    by: By,
    *,
    ticked: Cell = 1,
    unticked: Cell = "",
    gone: Cell = "",
    silent: Cell = "",
) -> Column:
    """The answers to one item: ``ticked`` or ``unticked`` for an option, a step by ``by``, a rank, a text."""
    answers = given(filled, question, item)
    codes: dict[object, Cell]
    if question.asked == "multiple":
        codes = {True: ticked, False: unticked}
    elif question.asked in ("matrix", "single"):
        codes = step_codes(question, by)
    elif question.asked == "ranking":
        codes = {rank: rank for rank in range(1, len(question.items) + 1)} | {None: ""}
    else:
        codes = {answer: str(answer) for answer in answers}
    return coded(answers, codes, gone=gone, silent=silent)


def options(filled: Filled, question: Question) -> Iterator[tuple[int, Part]]:
    """The items of a question with their numbers from 1."""
    yield from enumerate(question.items, start=1)


def own_option(filled: Filled, question: Question, ticked: Cell, unticked: Cell = "", gone: Cell = "") -> Column:
    """The box of an option of one's own: ticked by who wrote something, ``gone`` where nobody was asked."""
    shown = given(filled, question, question.items[0])
    free = free_texts(filled, question)
    return [
        gone if first is State.NOT_SHOWN else ticked if text else unticked
        for first, text in zip(shown, free, strict=True)
    ]


def in_one_cell(filled: Filled, question: Question, by: By, separator: str, *, free: Cell = None) -> Column:
    """All ticked options in one cell, "" for none; an option of one's own stands last, as its text or as ``free``."""
    columns = [given(filled, question, item) for item in question.items]
    own = free_texts(filled, question)
    cells: list[Cell] = []
    for answers, text in zip(zip(*columns, strict=True), own, strict=True):
        names = [str(by(question.items[place], place + 1)) for place, answer in enumerate(answers) if answer is True]
        names += [text if free is None else str(free)] if text else []
        cells.append(separator.join(names))
    return cells
