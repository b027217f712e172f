"""The codebook of a questionnaire's own export: what each column means is known before the first answer arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from typology.content.questionnaire.form import Part, Question, Questionnaire
from typology.content.questionnaire.wording import NO_ANSWER
from typology.content.questionnaire.xlsform import NOTES
from typology.content.reading import OPEN, Text
from typology.writing import Said, program_language

Tool = Literal["limesurvey", "xlsform"]
RESPONSES = "responses.csv"
#: What a tool writes for a ticked option and for one that is not.
TICKS: Mapping[Tool, tuple[str, str]] = {"limesurvey": ("Y", ""), "xlsform": ("1", "0")}
#: When an answer was sent; of several answers of one body the latest counts.
SENT: Mapping[Tool, str] = {"limesurvey": "submitdate", "xlsform": "_submission_time"}
PRESETS: Mapping[Tool, str] = {"limesurvey": "limesurvey", "xlsform": ""}
#: Columns that the tool adds.
ADDED: Mapping[Tool, tuple[str, ...]] = {
    "limesurvey": ("id", "lastpage", "startlanguage", "seed", "token", "startdate", "datestamp", "ipaddr", "refurl"),
    "xlsform": (
        "start", "end", "_id", "_uuid", "_validation_status", "_notes", "_status", "_submitted_by", "_tags", "_index",
        "__version__", *NOTES,
    ),
}  # fmt: skip

#: Whose keys the question about the key takes: eight digits or five.
ASKED = ("gemeinde", "kreisfrei", "kreis")


@dataclass(frozen=True)
class About:
    """What the questionnaire does not know of its survey; what is empty becomes an open place of the codebook.

    date : last day, as 2026-06-30. source, licence : who asks, licence of the answers. sample, retention : how the
    respondents came about, when the answers are deleted. register : the entry ``register`` of the codebook, None for
    none. kinds : kinds of bodies that are asked, otherwise those whose keys the form takes. n_classes : number of
    types to estimate.
    """

    date: str = ""
    source: str = ""
    licence: str = ""
    sample: Text | None = None
    retention: Text | None = None
    register: Mapping[str, str | Sequence[str]] | None = None
    kinds: tuple[str, ...] = ()
    n_classes: int = 4


def codebook_text(questionnaire: Questionnaire, tool: Tool, about: About | None = None, *, structure: str = "") -> str:
    """The codebook for the export of this questionnaire from that tool, as YAML.

    Parameters
    ----------
    tool : ``limesurvey`` (headings and answers as codes) or ``xlsform`` (KoboToolbox: XML values and headings).
    structure : name of the structure file of LimeSurvey that lies beside the codebook.

    Examples
    --------
    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> text = codebook_text(build_questionnaire(), "limesurvey", About(date="2026-06-30"))
    >>> "effizienz: \\"Z1[SQ003]\\"" in text, "date: \\"2026-06-30\\"" in text
    (True, True)
    """
    about = about or About()
    files = {"responses": RESPONSES, **({"structure": structure} if structure else {})}
    lines = [
        f"# {_one_line(Said('content.codebook_head', title=questionnaire.title))}",
        f"# {_how_to_export(tool)}",
        f"# {Said('content.codebook_together')}",
        *([f"# {Said('content.codebook_open')}"] if _is_open(about) else []),
        "format: codebook/1",
        *_about(questionnaire, about),
        f"files: {_mapping(files)}",
        *_register(about),
        *_respondent(questionnaire, tool, about),
        *([f"missing: {{presets: [{PRESETS[tool]}]}}"] if PRESETS[tool] else []),
        *_goals(questionnaire, tool),
        *_blocks(questionnaire, tool),
        *_dropped(questionnaire, tool),
        f"typology: {{n_classes: {about.n_classes}}}",
    ]
    return "\n".join(lines) + "\n"


def column_of(question: Question, item: Part, tool: Tool) -> str:
    """The heading of one item in the export.

    >>> from typology.content.questionnaire.build import build_questionnaire
    >>> goals = build_questionnaire().question("Z1")
    >>> [column_of(goals, goals.items[0], tool) for tool in ("limesurvey", "xlsform")]
    ['Z1[SQ001]', 'Z1/SQ001']
    """
    if question.asked not in ("multiple", "matrix"):
        return question.code
    if tool == "limesurvey":
        return f"{question.code}[{item.code}]"
    return f"{question.code}/{item.code}" if question.asked == "multiple" else f"{question.code}_{item.code}"


def _how_to_export(tool: Tool) -> Said:
    if tool == "limesurvey":
        return Said("content.codebook_export_limesurvey", responses=RESPONSES)
    return Said("content.codebook_export_xlsform", responses=RESPONSES)


def _is_open(about: About) -> bool:
    return not (about.date and about.source and about.sample and about.retention)


def _about(questionnaire: Questionnaire, about: About) -> Iterator[str]:
    def both(text: Text | None, unknown: Said) -> str:
        found = text or Text(de=f"{OPEN} {unknown.of('de')}", en=f"{OPEN} {unknown.of('en')}")
        return _mapping({"de": found.de, "en": found.of("en")})

    day, source = (f"{OPEN} {said}" for said in (Said("content.open_date"), Said("content.open_source")))
    yield "survey:"
    yield f"  key: {questionnaire.key}"
    yield f"  title: {_mapping({'de': questionnaire.title.de, 'en': questionnaire.title.of('en')})}"
    yield f"  date: {_quote(about.date or day)}"
    yield f"  source: {_quote(about.source or source)}"
    if about.licence:
        yield f"  licence: {_quote(about.licence)}"
    else:
        yield f"  # licence: CC BY 4.0  # {Said('content.open_licence')}"
    yield f"  sample: {both(about.sample, Said('content.open_sample'))}"
    yield f"  retention: {both(about.retention, Said('content.open_retention'))}"


def _register(about: About) -> Iterator[str]:
    if about.register is not None:
        yield f"register: {_mapping(about.register)}"
        return
    yield f"# {Said('content.codebook_register')}"
    yield "# register: {file: ../register/GV100AD.txt, format: gv100ad, date: 2026-01-01}"
    yield "register: none"


def _respondent(questionnaire: Questionnaire, tool: Tool, about: About) -> Iterator[str]:
    yield "respondent:"
    codes = {question.role: question.code for question in questionnaire.questions}
    yield f"  id: {codes['id']}"
    if "name" in codes:
        yield f"  name: {codes['name']}"
    if tool == "limesurvey":
        yield "  completed: {column: submitdate, rule: not_empty}"
    yield f"  kinds: [{', '.join(about.kinds or ASKED)}]"
    yield f"  duplicates: latest  # {Said('content.codebook_duplicates')}"
    yield f"  order_by: {SENT[tool]}"


def _goals(questionnaire: Questionnaire, tool: Tool) -> Iterator[str]:
    question = next(question for question in questionnaire.questions if question.role == "goal")
    asked = {
        spoken: " ".join([question.text.of(spoken), *([question.help.of(spoken)] if question.help else [])])
        for spoken in ("de", "en")
    }
    yield "goals:"
    yield "  kind: pick"
    if question.limit is not None:
        yield f"  limit: {question.limit}"
    yield f"  question: {_mapping(asked)}"
    yield from _ticked(tool, "  ")
    yield "  columns:"
    yield from _columns([question], tool, "    ")


def _blocks(questionnaire: Questionnaire, tool: Tool) -> Iterator[str]:
    """One block for each role and coding; the columns of several questions stand together."""
    groups: dict[tuple[str, ...], list[Question]] = {}
    for question in questionnaire.questions:
        if question.role not in ("id", "name", "goal", "remark"):
            coding = (question.role, question.asked == "number", *((step.key, step.code) for step in question.steps))
            groups.setdefault(tuple(map(str, coding)), []).append(question)
    if groups:
        yield "blocks:"
    for questions in groups.values():
        yield f"  - role: {questions[0].role}"
        yield from (f"    {line}" for line in _coding(questions[0], tool))
        yield "    columns:"
        yield from _columns(questions, tool, "      ")


def _coding(question: Question, tool: Tool) -> list[str]:
    """Kind of a block and what its codes mean."""
    if question.role == "mailbox":
        return ["kind: text"]
    if question.asked == "number":
        return ["kind: number"]
    keys = {step.code: step.key for step in question.steps}
    meant = {code: key for code, key in keys.items() if key not in NO_ANSWER}
    missing = {code: key for code, key in keys.items() if key in NO_ANSWER}
    tail = [f"missing: {_mapping(missing)}"] if missing else []
    if set(meant.values()) == {"ja", "nein"}:
        codes = {key: code for code, key in meant.items()}
        return ["kind: yes_no", f'chosen: ["{codes["ja"]}"]', f'not_chosen: ["{codes["nein"]}"]', *tail]
    if all(key.isdigit() for key in meant.values()):
        numbers = [int(key) for key in meant.values()]
        pairs = ", ".join(f"{code}: {key}" for code, key in meant.items())
        return ["kind: rating", f"scale: [{min(numbers)}, {max(numbers)}]", f"codes: {{{pairs}}}", *tail]
    return ["kind: choice", f"codes: {_mapping(meant)}", *tail]


def _ticked(tool: Tool, indent: str) -> Iterator[str]:
    yes, no = TICKS[tool]
    yield f'{indent}chosen: ["{yes}"]'
    yield f'{indent}not_chosen: ["{no}"]'


def _columns(questions: Sequence[Question], tool: Tool, indent: str) -> Iterator[str]:
    """``item: column``, each with its text in the language of the program as a comment."""
    for question in questions:
        for item in question.items:
            text = _one_line(item.text.of(program_language()))
            yield f"{indent}{item.key}: {_quote(column_of(question, item, tool))}  # {text}"


def _dropped(questionnaire: Questionnaire, tool: Tool) -> Iterator[str]:
    names = list(ADDED[tool])
    for question in questionnaire.questions:
        code, several = question.code, question.asked == "multiple"
        if question.role == "remark" and several:
            names += [f"{code}[*"] if tool == "limesurvey" else [code, f"{code}/*"]
        elif question.role == "remark" and question.asked == "matrix":
            names.append(f"{code}[*" if tool == "limesurvey" else f"{code}_*")
        elif question.role == "remark" or (several and tool == "xlsform"):  # all options in one cell, beside the others
            names.append(code)
    yield f"# {Said('content.codebook_dropped')}"
    yield "drop:"
    yield from (f"  - {_quote(name)}" for name in names)


def _one_line(text: str) -> str:
    """A text as a comment: a second line would be an entry."""
    return " ".join(text.split())


def _mapping(values: Mapping[str, str | Sequence[str]]) -> str:
    """A mapping on one line, every text quoted: a plain Y or N is a truth value to some readers of YAML."""
    return "{" + ", ".join(f"{key}: {_quote(value)}" for key, value in values.items()) + "}"


def _quote(value: str | Sequence[str]) -> str:
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
