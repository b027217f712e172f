"""A questionnaire as a structure file of LimeSurvey (.lss): XML with one element per table of its database.

Written is the dialect that LimeSurvey speaks since version 4, with texts in tables of their own: the structure files at
hand are of that kind, its importer reads them in every version since, and version 3, which would need the older one,
is no longer maintained.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from typology.content.questionnaire.form import Condition, Part, Question, Questionnaire
from typology.content.reading import Language, Text

DB_VERSION = "630"  # of the structure files whose tables and columns these are
SURVEY = "100001"  # the importer takes another number where this one is taken
LANGUAGES: tuple[Language, ...] = ("de", "en")
#: Form of a question → type in LimeSurvey and the name of its theme.
TYPES = {
    "multiple": ("M", "multiplechoice"),
    "matrix": ("F", "arrays/array"),
    "single": ("L", "listradio"),
    "text": ("S", "shortfreetext"),
    "number": ("N", "numerical"),
}
YES_NO, LONG_TEXT = ("Y", "yesno"), ("T", "longfreetext")
ASKED = (
    "qid", "parent_qid", "sid", "gid", "type", "title", "preg", "other", "mandatory", "encrypted", "question_order",
    "scale_id", "same_default", "relevance", "question_theme_name", "modulename", "same_script",
)  # fmt: skip
#: Table → its columns, in the order in which LimeSurvey writes them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "answers": ("aid", "qid", "code", "sortorder", "assessment_value", "scale_id"),
    "answer_l10ns": ("id", "aid", "answer", "language"),
    "groups": ("gid", "sid", "group_order", "randomization_group", "grelevance"),
    "group_l10ns": (
        "id", "gid", "group_name", "description", "language", "sid", "group_order", "randomization_group", "grelevance",
    ),
    "questions": ASKED,
    "subquestions": ASKED,
    "question_l10ns": ("id", "qid", "question", "help", "script", "language"),
    "question_attributes": ("qid", "attribute", "value", "language"),
    "surveys": (
        "sid", "gsid", "admin", "expires", "startdate", "adminemail", "anonymized", "format", "savetimings", "template",
        "language", "additional_languages", "datestamp", "usecookie", "allowregister", "allowsave", "autonumber_start",
        "autoredirect", "allowprev", "printanswers", "ipaddr", "ipanonymize", "refurl", "showsurveypolicynotice",
        "publicstatistics", "publicgraphs", "listpublic", "htmlemail", "sendconfirmation", "tokenanswerspersistence",
        "assessments", "usecaptcha", "usetokens", "bounce_email", "attributedescriptions", "emailresponseto",
        "emailnotificationto", "tokenlength", "showxquestions", "showgroupinfo", "shownoanswer", "showqnumcode",
        "bouncetime", "bounceprocessing", "bounceaccounttype", "bounceaccounthost", "bounceaccountpass",
        "bounceaccountencryption", "bounceaccountuser", "showwelcome", "showprogress", "questionindex",
        "navigationdelay", "nokeyboard", "alloweditaftercompletion", "googleanalyticsstyle", "googleanalyticsapikey",
        "tokenencryptionoptions",
    ),
    "surveys_languagesettings": (
        "surveyls_survey_id", "surveyls_policy_error", "surveyls_email_invite_subj", "surveyls_email_invite",
        "surveyls_email_remind_subj", "surveyls_email_remind", "surveyls_email_register_subj",
        "surveyls_email_register", "surveyls_email_confirm_subj", "surveyls_email_confirm", "surveyls_dateformat",
        "surveyls_attributecaptions", "surveyls_alias", "email_admin_notification_subj", "email_admin_notification",
        "email_admin_responses_subj", "email_admin_responses", "surveyls_numberformat", "attachments",
        "surveyls_language", "surveyls_title", "surveyls_description", "surveyls_welcometext", "surveyls_endtext",
        "surveyls_policy_notice", "surveyls_policy_notice_label", "surveyls_url", "surveyls_urldescription",
    ),
}  # fmt: skip
#: What the answers need: the moment of sending, no address of a computer, nothing in public. All else is inherited.
SETTINGS = {
    "gsid": "1", "admin": "inherit", "adminemail": "inherit", "anonymized": "N", "format": "G", "savetimings": "N",
    "template": "inherit", "datestamp": "Y", "allowsave": "Y", "autonumber_start": "0", "allowprev": "Y",
    "ipaddr": "N", "refurl": "N", "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N", "assessments": "N",
    "usetokens": "N", "tokenlength": "-1", "shownoanswer": "Y", "showwelcome": "Y", "showprogress": "Y",
    "questionindex": "-1", "navigationdelay": "-1", "bounceprocessing": "N",
}  # fmt: skip
#: Language → how LimeSurvey writes dates and decimals in it (its own numbers).
NOTATION = {"de": ("1", "1"), "en": ("9", "0")}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Row = dict[str, str]


@dataclass
class _Tables:
    """The tables as they are filled, each row with a number of its own."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, **cells: str) -> None:
        self.rows[table].append(cells)

    def next_id(self, *tables: str) -> str:
        return str(1 + sum(len(self.rows[table]) for table in tables))


def limesurvey_text(questionnaire: Questionnaire, language: Language = "de") -> str:
    """The structure file as text, in German and English; ``language`` is the one in which the survey begins.

    Same questionnaire, same text.

    Examples
    --------
    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> text = limesurvey_text(build_questionnaire())
    >>> text.splitlines()[2]
    ' <LimeSurveyDocType>Survey</LimeSurveyDocType>'
    >>> "<title><![CDATA[Z1]]></title>" in text
    True
    """
    order = (language, *(other for other in LANGUAGES if other != language))
    tables = _Tables()
    _survey(questionnaire, order, tables)
    for number, section in enumerate(questionnaire.sections, start=1):
        common = {"gid": str(number), "sid": SURVEY, "group_order": str(number)}
        common |= {"randomization_group": "", "grelevance": "1"}
        tables.add("groups", **common)
        for spoken in order:
            intro = _markup(section.intro.of(spoken)) if section.intro else ""
            words = {"group_name": section.title.of(spoken), "description": intro, "language": spoken}
            tables.add("group_l10ns", id=tables.next_id("group_l10ns"), **words, **common)
        asked = [question for question in questionnaire.questions if question.section == section.key]
        for place, question in enumerate(asked, start=1):
            _question(question, str(number), place, questionnaire, order, tables)
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<document>",
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
        f" <DBVersion>{DB_VERSION}</DBVersion>",
        " <languages>",
        *(f"  <language>{spoken}</language>" for spoken in order),
        " </languages>",
    ]
    body = [line for name, rows in tables.rows.items() if rows for line in _table(name, rows)]
    return "\n".join([*head, *body, "</document>", ""])


def _survey(questionnaire: Questionnaire, order: Sequence[Language], tables: _Tables) -> None:
    others = " ".join(order[1:])
    tables.add("surveys", sid=SURVEY, language=order[0], additional_languages=others, **SETTINGS)
    for spoken in order:
        date, decimals = NOTATION[spoken]
        tables.add(
            "surveys_languagesettings",
            surveyls_survey_id=SURVEY,
            surveyls_dateformat=date,
            surveyls_numberformat=decimals,
            surveyls_language=spoken,
            surveyls_title=questionnaire.title.of(spoken),
            surveyls_description="",
            surveyls_welcometext=_markup(questionnaire.welcome.of(spoken)) if questionnaire.welcome else "",
            surveyls_endtext=_markup(questionnaire.thanks.of(spoken)) if questionnaire.thanks else "",
        )


def _question(
    question: Question, group: str, place: int, whole: Questionnaire, order: Sequence[Language], tables: _Tables
) -> None:
    """The rows of one question: itself, its options or rows, its answers, its rules."""
    kind, theme = _type(question)
    qid = tables.next_id("questions", "subquestions")
    same = {"sid": SURVEY, "gid": group, "encrypted": "N", "scale_id": "0", "same_default": "0", "same_script": "0"}
    tables.add(
        "questions",
        qid=qid,
        parent_qid="0",
        type=kind,
        title=question.code,
        preg=preg(question.pattern),
        other="Y" if question.other else "N",
        mandatory="Y" if question.required else "N",
        question_order=str(place),
        relevance=relevance(question.shown_if, whole),
        question_theme_name=theme,
        modulename="",
        **same,
    )
    _words(qid, question.text, question.help, order, tables)
    if question.asked in ("multiple", "matrix"):
        for number, item in enumerate(question.items, start=1):
            part = tables.next_id("questions", "subquestions")
            tables.add(
                "subquestions", qid=part, parent_qid=qid, type="T", title=item.code, other="N", mandatory="N",
                question_order=str(number), relevance="1", modulename="", **same,
            )  # fmt: skip
            _words(part, item.text, None, order, tables)
    if kind in ("F", "L"):
        for number, step in enumerate(question.steps, start=1):
            aid = tables.next_id("answers")
            cells = {"sortorder": str(number), "assessment_value": "0", "scale_id": "0"}
            tables.add("answers", aid=aid, qid=qid, code=step.code, **cells)
            for spoken in order:
                words = {"answer": _markup(step.text.of(spoken)), "language": spoken}
                tables.add("answer_l10ns", id=tables.next_id("answer_l10ns"), aid=aid, **words)
    for name, value in _attributes(question).items():
        tables.add("question_attributes", qid=qid, attribute=name, value=value, language="")


def _type(question: Question) -> tuple[str, str]:
    """The type of a question and its theme; a plain yes and no, and a remark, have their own."""
    if question.asked == "single" and {step.code for step in question.steps} == {"Y", "N"}:
        return YES_NO
    return LONG_TEXT if question.role == "remark" and question.asked == "text" else TYPES[question.asked]


def _words(qid: str, text: Text, help_text: Text | None, order: Sequence[Language], tables: _Tables) -> None:
    for spoken in order:
        words = {"question": _markup(text.of(spoken)), "help": _markup(help_text.of(spoken)) if help_text else ""}
        tables.add("question_l10ns", id=tables.next_id("question_l10ns"), qid=qid, **words, script="", language=spoken)


def _attributes(question: Question) -> Row:
    found: Row = {}
    if question.limit is not None:
        found["max_answers"] = str(question.limit)
    if question.exclusive:
        found["exclude_all_others"] = ";".join(item.code for item in question.items if item.key in question.exclusive)
    if question.asked == "number":
        found["num_value_int_only"] = "1"
    return found


def preg(pattern: str) -> str:
    """A pattern as LimeSurvey takes it: between slashes, for the whole answer.

    >>> preg("[0-9]{8}|[0-9]{5}")
    '/^([0-9]{8}|[0-9]{5})$/'
    """
    return f"/^({pattern.replace('/', chr(92) + '/')})$/" if pattern else ""


def relevance(condition: Condition | None, questionnaire: Questionnaire) -> str:
    """A condition as LimeSurvey takes it; ``1`` is always.

    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> asked = build_questionnaire()
    >>> relevance(asked.question("S2").shown_if, asked)
    'S1.NAOK == "A2" or S1.NAOK == "A3"'
    >>> relevance(asked.question("C5").shown_if, asked)
    'C1_SQ004.NAOK == "Y"'
    """
    if condition is None:
        return "1"
    earlier = questionnaire.question(condition.question)
    item = next(item for item in earlier.items if item.key == condition.item)
    name = f"{earlier.code}_{item.code}" if earlier.asked in ("multiple", "matrix") else earlier.code
    codes = ["Y"] if earlier.asked == "multiple" else _codes(earlier.steps, condition.answers)
    return " or ".join(f'{name}.NAOK == "{code}"' for code in codes)


def _codes(steps: Sequence[Part], keys: Sequence[str]) -> list[str]:
    return [step.code for step in steps if step.key in keys]


def _markup(text: str) -> str:
    """Plain text as LimeSurvey shows it: signs of HTML and the braces of its expressions are no signs of either."""
    return html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;").replace("\n", "<br />")


def _table(name: str, rows: Sequence[Row]) -> list[str]:
    columns = COLUMNS[name]
    lines = [f" <{name}>", "  <fields>"]
    lines += [f"   <fieldname>{column}</fieldname>" for column in columns]
    lines += ["  </fields>", "  <rows>"]
    for row in rows:
        lines.append("   <row>")
        lines += [_cell(column, row[column]) for column in columns if column in row]
        lines.append("   </row>")
    return [*lines, "  </rows>", f" </{name}>"]


def _cell(column: str, text: str) -> str:
    """A cell; a column that the row does not have is left out and is no value at all."""
    if not text:
        return f"    <{column}/>"
    safe = NOT_IN_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"    <{column}><![CDATA[{safe}]]></{column}>"
