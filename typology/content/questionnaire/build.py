"""From the content of a survey to its questionnaire: what its files name becomes options, rows and questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content, load_content
from typology.content.own_files import find_misnamed
from typology.content.questionnaire.form import Condition, Part, Question, Questionnaire, Section
from typology.content.questionnaire.wording import Asked, QuestionnaireFile, load_questionnaire
from typology.content.reading import UNFIT, Language, Text, find_twice
from typology.content.trainings import JobFamiliesFile, load_job_families
from typology.content.vocabulary import MOST_GOALS
from typology.errors import ContentError, Findings
from typology.writing import Said

#: Codes of the answers of a plain yes and no, as LimeSurvey writes them; other answers are A1, A2, …
YES_NO = {"ja": "Y", "nein": "N"}
MOST_ITEMS = 999  # a code has five signs: SQ999
#: Key and text of an option or row.
Named = tuple[str, Text]


def build_questionnaire(
    overlay: Path | None = None, *, limit: int | None = MOST_GOALS, key: str = "befragung", title: Text | None = None
) -> Questionnaire:
    """The questionnaire of a survey.

    Parameters
    ----------
    overlay : the survey's own content folder, whose files add to the shipped ones or replace them.
    limit : how many goals may be chosen at most; None is any number.
    key, title : name and title of the survey, by default the title of ``questionnaire.yaml``.

    Raises
    ------
    ContentError : a file is wrong, the limit is above the number of goals, or two codes are equal.

    Examples
    --------
    >>> asked = build_questionnaire(limit=3)
    >>> asked.question("Z1").text.en
    'Which goals does your municipality pursue first with digitalisation?'
    >>> asked.question("Z1").help.en, len(asked.question("Z1").items)
    ('Please choose at most 3.', 13)
    """
    if overlay is not None:
        found = Findings()
        find_misnamed(overlay, found)
        found.raise_if_failed(ContentError, "content.files_not_read")
    content, file, families = load_content(overlay), load_questionnaire(overlay), load_job_families(overlay)
    if limit is not None and not 1 <= limit <= len(content.goals):
        raise ContentError(Said("content.limit_of_goals", limit=limit, n=len(content.goals)))
    questions = list(_questions(file, content, families, limit))
    _check(questions)
    return Questionnaire(
        key=key,
        title=title or file.title,
        questions=tuple(questions),
        sections=tuple(
            Section(page.key, page.title, page.intro)
            for page in file.sections
            if any(question.section == page.key for question in questions)
        ),
        welcome=file.welcome,
        thanks=file.thanks,
        one=file.one,
        one_per_row=file.one_per_row,
    )


def _questions(
    file: QuestionnaireFile, content: Content, families: JobFamiliesFile, limit: int | None
) -> Iterator[Question]:
    """All questions in their order; those that are asked for each job family stand together family by family."""
    for each, group in groupby(file.questions, lambda asked: asked.each):
        entries = list(group)
        if not each:
            for asked in entries:
                items = _items(asked, content, families)
                if items:  # own content may hold nothing to ask about
                    yield _question(asked, file, items, limit)
            continue
        for number, family in enumerate(families.families, start=1):
            for asked in entries:
                items = [(f"{family.key}.{key}", text) for key, text in _items(asked, content, families)]
                general = _question(asked, file, items, limit)
                yield replace(
                    general,
                    code=f"{asked.code}{number}",
                    text=_filled(asked.text, family=family.label),
                    shown_if=replace(general.shown_if, item=family.key)
                    if general.shown_if and general.shown_if.item == "family"
                    else general.shown_if,
                )


def _question(asked: Asked, file: QuestionnaireFile, items: Sequence[Named], limit: int | None) -> Question:
    limited = asked.role == "goal" and limit is not None
    count = Text(de=str(limit), en=str(limit))
    help_text = _filled(asked.limit_help, limit=count) if limited and asked.limit_help else asked.help
    exclusive = ((asked.exclusive.key, asked.exclusive.text),) if asked.exclusive else ()
    shown = asked.shown_if
    return Question(
        code=asked.code,
        role=asked.role,
        asked=asked.asked,
        text=asked.text,
        items=tuple(Part(key, f"SQ{n:03d}", text) for n, (key, text) in enumerate([*items, *exclusive], start=1)),
        steps=tuple(
            Part(step.key, YES_NO.get(step.key, f"A{n}"), step.text)
            for n, step in enumerate(file.scale(asked.scale), start=1)
        ),
        limit=limit if limited else None,
        required=asked.required,
        section=asked.section,
        help=help_text,
        exclusive=tuple(key for key, _ in exclusive),
        pattern=asked.pattern,
        wrong=asked.wrong or (help_text if limited else None),
        shown_if=Condition(shown.question, shown.item, shown.answers, shown.hint) if shown else None,
    )


def _items(asked: Asked, content: Content, families: JobFamiliesFile) -> list[Named]:
    """Options or rows: those of a file of content, own ones, or the single answer."""
    if isinstance(asked.items, tuple):
        return [(item.key, item.text) for item in asked.items] or [(asked.key, asked.text)]
    named: dict[str, list[Named]] = {
        "goals": [(goal.key, goal.label) for goal in content.goals],
        "fields": [(field.key, field.label) for field in content.fields],
        "pain_points": [(point.key, point.label) for point in content.asked_pain_points],
        "projects": [(step.key, step.short) for step in load_agenda(content.folder).projects() if step.short],
        "families": [(family.key, family.label) for family in families.families],
        "areas": [(area.key, area.label) for area in families.areas],
    }
    return named[asked.items]


def _filled(text: Text, **values: Text) -> Text:
    """The text with its placeholders filled in every language; other braces stay."""

    def fill(language: Language) -> str:
        part = text.of(language)
        for name, value in values.items():
            part = part.replace(f"{{{name}}}", value.of(language))
        return part

    return Text(de=fill("de"), en=fill("en"), more={language: fill(language) for language in text.more})


def _check(questions: Sequence[Question]) -> None:
    """Codes are unique, and who sees a question is decided by what stands before it.

    Raises
    ------
    ContentError : with every problem at once.
    """
    found = Findings("questionnaire.yaml")
    find_twice([question.code.casefold() for question in questions], found, "questions")
    for role in {question.role for question in questions}:
        items = [item.key for question in questions for item in question.items if question.role == role]
        find_twice(items, found, role)
    before: dict[str, Question] = {}
    for question in questions:
        place = f"questions.{question.code}"
        if len(question.items) > MOST_ITEMS:
            message = Said("content.too_many_items")
            found.error("inhalt", message, column=place, value=str(len(question.items)), expected=str(MOST_ITEMS))
        shown = question.shown_if
        if shown is not None and not _is_answer(shown, before.get(shown.question)):
            value = ".".join((shown.question, shown.item, *shown.answers))
            found.error("inhalt", Said("content.no_earlier_answer"), column=f"{place}.shown_if", value=value)
        before[question.code] = question
    found.raise_if_failed(ContentError, UNFIT)


def _is_answer(shown: Condition, question: Question | None) -> bool:
    """Whether the condition names an option or answers that the earlier question has."""
    if question is None or shown.item not in {item.key for item in question.items}:
        return False
    if question.asked == "multiple":
        return not shown.answers
    return bool(shown.answers) and set(shown.answers) <= {step.key for step in question.steps}
