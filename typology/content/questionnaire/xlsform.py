"""A questionnaire as an XLSForm: the workbook from which KoboToolbox, ODK and others make a form."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from typology.content.questionnaire.form import Condition, Part, Question, Questionnaire
from typology.content.reading import Language, Text

#: Language → its name in the form.
LANGUAGES: Mapping[Language, str] = {"de": "Deutsch (de)", "en": "English (en)"}
TRANSLATED = ("label", "hint", "constraint_message")
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "appearance")
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")
#: Columns of an export that hold no answer: the notes of the form and what KoboToolbox adds itself.
NOTES = ("welcome", "thanks", "note_*", "*generated_table_list_label_*", "*reserved_name_for_field_list_labels_*")
WIDEST = 60
Row = dict[str, "str | Text"]


def xlsform_bytes(questionnaire: Questionnaire, language: Language = "de") -> bytes:
    """The workbook, in German and English; ``language`` is the one in which the form begins.

    Same questionnaire, same bytes. A table of answers is one group in which each row is a question
    ``<question>_<row>``.

    Examples
    --------
    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> xlsform_bytes(build_questionnaire())[:2]
    b'PK'
    """
    import xlsxwriter

    lists: dict[str, tuple[Part, ...]] = {}
    survey = list(_survey(questionnaire, lists))
    choices: list[Row] = [
        {"list_name": name, "name": part.code, "label": part.text} for name, parts in lists.items() for part in parts
    ]
    said = repr((survey, choices)).encode("utf-8")
    settings: Row = {
        "form_title": questionnaire.title.of(language),
        "form_id": questionnaire.key,
        "version": str(zlib.crc32(said)),  # another form, another version
        "default_language": LANGUAGES[language],
    }
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": questionnaire.title.of(language), "created": datetime(2026, 1, 1, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        sheets: tuple[tuple[str, Sequence[str], list[Row]], ...] = (
            ("survey", SURVEY, survey),
            ("choices", CHOICES, choices),
            ("settings", SETTINGS, [settings]),
        )
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            table = _table(columns, rows, language)
            for number, line in enumerate(table):
                for place, text in enumerate(line):
                    if text:
                        sheet.write_string(number, place, text, bold if number == 0 else None)
            for place, column in enumerate(zip(*table, strict=True)):
                sheet.set_column(place, place, min(WIDEST, 2 + max(map(len, column))))
    return buffer.getvalue()


def _table(columns: Sequence[str], rows: Sequence[Row], language: Language) -> list[list[str]]:
    """Heading and rows as text; a column with texts stands there once for each language."""
    order = sorted(LANGUAGES, key=lambda spoken: spoken != language)
    heads = [
        (column, spoken, f"{column}::{LANGUAGES[spoken]}" if spoken else column)
        for column in columns
        for spoken in (order if column in TRANSLATED else [""])
    ]
    lines = []
    for row in rows:
        cells = [(row.get(column, ""), spoken) for column, spoken, _ in heads]
        lines.append([cell.of(spoken) if isinstance(cell, Text) else cell for cell, spoken in cells])
    return [[head for _, _, head in heads], *lines]


def _survey(questionnaire: Questionnaire, lists: dict[str, tuple[Part, ...]]) -> Iterator[Row]:
    """The rows of the form; ``lists`` takes the lists of answers that they name."""
    if questionnaire.welcome:
        yield {"type": "note", "name": "welcome", "label": questionnaire.welcome}
    for section in questionnaire.sections:
        yield {"type": "begin_group", "name": f"page_{section.key}", "label": section.title}
        if section.intro:
            yield {"type": "note", "name": f"note_{section.key}", "label": section.intro}
        for question in questionnaire.questions:
            if question.section == section.key:
                yield from _question(question, questionnaire, lists)
        yield {"type": "end_group"}
    if questionnaire.thanks:
        yield {"type": "note", "name": "thanks", "label": questionnaire.thanks}


def _question(question: Question, whole: Questionnaire, lists: dict[str, tuple[Part, ...]]) -> Iterator[Row]:
    row: Row = {"name": question.code, "label": question.text}
    if question.help:
        row["hint"] = question.help
    if question.shown_if:
        row["relevant"] = relevant(question.shown_if, whole)
    required: Row = {"required": "yes"} if question.required else {}
    rule = constraint(question)
    if rule:
        required["constraint"] = rule
        required |= {"constraint_message": question.wrong} if question.wrong else {}
    if question.asked == "matrix":
        answers = f"select_one {_list(question.steps, question.code, lists)}"
        yield {"type": "begin_group", "appearance": "table-list", **row}
        for item in question.items:
            yield {"type": answers, "name": f"{question.code}_{item.code}", "label": item.text, **required}
        yield {"type": "end_group"}
        return
    types = {"text": "text", "number": "integer"}
    if question.asked == "single":
        kind = f"select_one {_list(question.steps, question.code, lists)}"
    elif question.asked == "multiple":
        kind = f"select_multiple {_list(question.items, question.code, lists)}"
    else:
        kind = types[question.asked]
    long: Row = {"appearance": "multiline"} if question.role == "remark" and question.asked == "text" else {}
    yield {"type": kind, **row, **required, **long}


def _list(parts: tuple[Part, ...], name: str, lists: dict[str, tuple[Part, ...]]) -> str:
    """The name of the list with these answers: that of an equal one, or a new one."""
    name = next((known for known, others in lists.items() if others == parts), name)
    lists.setdefault(name, parts)
    return name


def constraint(question: Question) -> str:
    """What an answer must fulfil: the limit, options that exclude others, the pattern.

    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> asked = build_questionnaire(limit=3)
    >>> constraint(asked.question("Z1"))
    'count-selected(.) <= 3'
    >>> constraint(asked.question("AGS"))
    "regex(., '^([0-9]{8}|[0-9]{5})$')"
    """
    rules = []
    if question.limit is not None:
        rules.append(f"count-selected(.) <= {question.limit}")
    codes = [item.code for item in question.items if item.key in question.exclusive]
    rules += [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in codes]
    if question.pattern:
        rules.append(f"regex(., '^({question.pattern})$')")
    return " and ".join(rules)


def relevant(condition: Condition, questionnaire: Questionnaire) -> str:
    """A condition in the words of XLSForm.

    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> asked = build_questionnaire()
    >>> relevant(asked.question("KS2").shown_if, asked)
    "selected(${KG}, 'SQ002')"
    >>> relevant(asked.question("C5").shown_if, asked)
    "${C1_SQ004} = 'Y'"
    """
    earlier = questionnaire.question(condition.question)
    item = next(item for item in earlier.items if item.key == condition.item)
    if earlier.asked == "multiple":
        return f"selected(${{{earlier.code}}}, '{item.code}')"
    name = f"{earlier.code}_{item.code}" if earlier.asked == "matrix" else earlier.code
    codes = [step.code for step in earlier.steps if step.key in condition.answers]
    return " or ".join(f"${{{name}}} = '{code}'" for code in codes)
