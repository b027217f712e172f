"""A questionnaire as a Word form: to be read and agreed on, and filled in by hand.

Made so that screen readers find their way: real headings, tables with a heading row that is repeated on each page, the
language and the title of the document, no blank paragraphs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from typology.content.questionnaire.form import Question, Questionnaire
from typology.content.reading import Language

BOX = "☐"
#: Language → its tag in Word.
TAGS: Mapping[Language, str] = {"de": "de-DE", "en": "en-GB"}
MADE = datetime(2026, 1, 1)  # the only date in the file, so that the same questionnaire gives the same bytes
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
FONT, INK, QUIET = "Arial", (0x1B, 0x1B, 0x1B), (0x50, 0x50, 0x50)
# Styles of this form; the last three are those of a table.
HINT, OPTION, LINE, HEAD, ROW, CROSS = "Form Hint", "Form Option", "Form Line", "Form Head", "Form Row", "Form Cross"
PAGE_CM, MARGIN_CM = (21.0, 29.7), 2.0
WIDTH_CM = PAGE_CM[0] - 2 * MARGIN_CM
NARROW, WIDE = 1.1, 2.3  # columns of a table, by the length of the longest answer
SHORT_ANSWER = 3
WRITING_LINES = {"remark": 5}
MOST_TOGETHER = 15  # options that stay on one page with their question
SIZES = {"Normal": 10.5, "Title": 22, "Heading 1": 15, "Heading 2": 11, HINT: 9.5}
SIZES |= {OPTION: 10.5, LINE: 10.5, HEAD: 9, ROW: 9, CROSS: 11}


def word_bytes(questionnaire: Questionnaire, language: Language = "de") -> bytes:
    """The form in one language, German or English. Same questionnaire, same bytes.

    Examples
    --------
    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> word_bytes(build_questionnaire())[:2]
    b'PK'
    """
    import docx

    form = docx.Document()
    _prepare(form, questionnaire.title.of(language), language)
    form.add_paragraph(questionnaire.title.of(language), style="Title")
    if questionnaire.welcome:
        form.add_paragraph(questionnaire.welcome.of(language))
    number = 0
    for section in questionnaire.sections:
        form.add_heading(section.title.of(language), level=1)
        if section.intro:
            form.add_paragraph(section.intro.of(language))
        for question in questionnaire.questions:
            if question.section == section.key:
                number += 1
                _question(form, question, number, questionnaire, language)
    buffer = io.BytesIO()
    form.save(buffer)
    return _without_dates(buffer.getvalue())


def _prepare(form: Any, title: str, language: Language) -> None:
    """Page, styles, language, properties and page numbers."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    properties = form.core_properties
    properties.title, properties.language = title, TAGS[language]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = MADE
    properties.revision = 1
    page = form.sections[0]
    page.page_width, page.page_height = Cm(PAGE_CM[0]), Cm(PAGE_CM[1])
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN_CM)
    for name in (HINT, OPTION, LINE, HEAD, ROW, CROSS):
        form.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = form.styles["Normal"]
    for name, size in SIZES.items():
        style = form.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(*(QUIET if name == HINT else INK))
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):  # fonts of the theme would win
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        fonts.set(qn("w:hAnsi"), FONT)
        style.paragraph_format.space_after = Pt(4)
    form.styles["Heading 1"].paragraph_format.space_before = Pt(18)
    form.styles["Heading 2"].paragraph_format.space_before = Pt(12)
    form.styles[HINT].paragraph_format.keep_with_next = True
    for name in (HEAD, ROW, CROSS):
        cell = form.styles[name].paragraph_format
        cell.space_before = cell.space_after = Pt(2)
        cell.keep_with_next = True
    form.styles[HEAD].font.bold = True
    form.styles[CROSS].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    option, line = form.styles[OPTION].paragraph_format, form.styles[LINE].paragraph_format
    option.left_indent, option.first_line_indent = Cm(0.7), Cm(-0.7)
    option.tab_stops.add_tab_stop(Cm(0.7))
    line.space_before = Pt(8)
    line.tab_stops.add_tab_stop(Cm(WIDTH_CM), leader=_leader())
    for spoken in form.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), TAGS[language])
    for spoken in form.settings.element.iter(qn("w:themeFontLang")):
        spoken.set(qn("w:val"), TAGS[language])
    _page_number(page.footer.paragraphs[0], title)
    _drop_thumbnail(form)


def _drop_thumbnail(form: Any) -> None:
    """The template carries a picture of itself, which would show another document."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    relations = form.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[name]


def _leader() -> Any:
    from docx.enum.text import WD_TAB_LEADER

    return WD_TAB_LEADER.LINES


def _page_number(paragraph: Any, title: str) -> None:
    """The title and the number of the page, which Word fills in."""
    paragraph.add_run(f"{title} · ")
    field = _element(paragraph._p, "w:fldSimple", instr="PAGE")
    field.append(paragraph.add_run("1")._r)


def _question(form: Any, question: Question, number: int, whole: Questionnaire, language: Language) -> None:
    """Heading, who answers it, how, and the place for the answer."""
    form.add_heading(f"{number}. {question.text.of(language)}", level=2)
    hints = [question.shown_if.hint] if question.shown_if and question.shown_if.hint else []
    hints += [question.help] if question.help else []
    hints += [whole.one] if question.asked == "single" and len(question.steps) > 2 and whole.one else []
    for hint in hints:
        form.add_paragraph(hint.of(language), style=HINT)
    if question.asked == "matrix":
        _table(form, question, whole.one_per_row.of(language) if whole.one_per_row else "", language)
    elif question.asked in ("multiple", "single"):
        parts = question.items if question.asked == "multiple" else question.steps
        for part in parts:
            option = form.add_paragraph(f"{BOX}\t{part.text.of(language)}", style=OPTION)
            option.paragraph_format.keep_with_next = part is not parts[-1] and len(parts) <= MOST_TOGETHER
    else:
        for _ in range(WRITING_LINES.get(question.role, 1)):
            form.add_paragraph("\t", style=LINE)


def _table(form: Any, question: Question, how: str, language: Language) -> None:
    """One row per item, one column per step; the first cell of the heading says how to answer."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    steps = [step.text.of(language) for step in question.steps]
    width = NARROW if max(map(len, steps)) <= SHORT_ANSWER else min(WIDE, (WIDTH_CM - 5) / len(steps))
    widths = [WIDTH_CM - width * len(steps), *[width] * len(steps)]
    table = form.add_table(rows=1 + len(question.items), cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Cm(size)
    _element(table._tbl.tblPr, "w:tblCaption", val=question.text.of(language))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for part, value in (("firstRow", "1"), ("firstColumn", "1"), ("noVBand", "1"), ("noHBand", "1")):
        look.set(qn(f"w:{part}"), value)
    texts = [[how, *steps], *([item.text.of(language), *[BOX] * len(steps)] for item in question.items)]
    styles = {name: form.styles[name].style_id for name in (HEAD, ROW, CROSS)}
    for place, (row, line) in enumerate(zip(table.rows, texts, strict=True)):
        _element(row._tr.get_or_add_trPr(), "w:cantSplit")
        for column, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            cell.width = Cm(widths[column])
            paragraph = cell.paragraphs[0]
            paragraph._p.style = styles[HEAD if place == 0 else CROSS if column else ROW]
            paragraph.add_run(text)
            if place == len(question.items):
                paragraph.paragraph_format.keep_with_next = False
    _element(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    """Add an element that python-docx has no name for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _without_dates(data: bytes) -> bytes:
    """The same archive, its parts without the time at which they were written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return buffer.getvalue()
