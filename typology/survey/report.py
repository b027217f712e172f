"""The report at the door: everything found, dropped, repaired or flagged, as text, table and page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.reading import Language, Text
from typology.errors import (
    CodebookError,
    FileFormatError,
    Findings,
    Problem,
    RegisterError,
    ResponseError,
    Severity,
    TypologyError,
)
from typology.files.formulas import neutralise
from typology.survey.kinds import KINDS, SEVERITIES
from typology.survey.open_places import KIND
from typology.writing import Said, Spoken, in_language, message, program_language

if TYPE_CHECKING:
    from jinja2 import Template

FINDING_COLUMNS = ("severity", "kind", "file", "row", "key", "column", "value", "expected", "message")
COUNT_COLUMNS = ("what", "n", "why")
#: What is counted, in the order in which a report says it.
COUNTS = (
    "gelesen", "nicht_einbezogen", "testzeilen", "unvollstaendig", "nicht_gezeigt", "ohne_kreuz", "mehrfach",
    "schluessel_repariert", "werte_vereinheitlicht", "zu_wenig_ziele", "ticks_everything", "over_limit", "behalten",
)  # fmt: skip


@dataclass(frozen=True)
class Reflected:
    """One line of the mirror: a figure or text, and the rule by which it was found.

    ``what`` names it (``rows``, ``goals``, ``listed`` …); ``label``, ``value`` and ``rule`` are said in any language.
    """

    what: str
    label: str
    value: str | Spoken
    rule: str


@dataclass(frozen=True)
class Report:
    """What reading a survey found.

    Attributes
    ----------
    findings : columns ``FINDING_COLUMNS``, worst first; ``row`` is the row in the file (missing: no row). They are said
        in the language of the program when it read; ``problems`` can be said in any.
    counts : columns ``COUNT_COLUMNS``: rows read, dropped by which rule, repaired, flagged, kept.
    reading : label → text, what was decided while reading (file, encoding, delimiter, missing codes …).
    mirror : what to compare with the survey tool before computing, as far as the survey could be read.
    survey : name of the survey, for headings; ``title`` the same in every language, once its codebook was read.
    """

    findings: pd.DataFrame
    counts: pd.DataFrame
    reading: Mapping[str, str] = field(default_factory=dict)
    survey: str = ""
    problems: tuple[Problem, ...] = ()
    title: Text | None = None
    mirror: tuple[Reflected, ...] = ()

    @property
    def n_errors(self) -> int:
        """Findings that forbid using the survey."""
        return int((self.findings["severity"] == Severity.ERROR).sum())

    @property
    def n_open(self) -> int:
        """Open places; nothing is computed while there is one."""
        return sum(problem.kind == KIND for problem in self.problems)

    @property
    def clean(self) -> bool:
        """Nothing found at all."""
        result: bool = self.findings.empty
        return result

    def name(self, language: Language) -> str:
        """The survey's title in one language, else its name."""
        return self.title.of(language) if self.title is not None else self.survey

    def table(self, language: Language | None = None) -> pd.DataFrame:
        """All findings as :func:`report_table` prints them, without a language in that of the program."""
        return report_table(self, language)

    def stored_findings(self) -> pd.DataFrame:
        """The findings for a file: German whatever language the program speaks, the English beside it.

        Columns ``FINDING_COLUMNS``, ``expected_en``, ``message_en``.
        """
        english = [_said(problem, "en") for problem in self.problems]
        table = _findings([_said(problem, "de") for problem in self.problems])
        return table.assign(
            expected_en=pd.Series([problem.expected for problem in english], dtype=object),
            message_en=pd.Series([problem.message for problem in english], dtype=object),
        )

    def stored_counts(self) -> pd.DataFrame:
        """The counts for a file, as :meth:`stored_findings`; columns ``COUNT_COLUMNS``, ``why_en``."""
        german, english = ([in_language(why, language) for why in self.counts["why"]] for language in ("de", "en"))
        return self.counts.assign(why=pd.Series(german, dtype=object), why_en=pd.Series(english, dtype=object))


class Journal(Findings):
    """What reading a survey notes on its way: findings, counts, and how the files were read.

    ``survey`` and ``title`` name the survey; ``counts`` and ``reading`` as in :class:`Report`.
    """

    def __init__(self, survey: str) -> None:
        super().__init__()
        self.survey = survey
        self.title: Text | None = None
        self.counts: dict[str, tuple[int, str]] = {}
        self.reading: dict[str, str] = {}
        self.mirror: list[Reflected] = []

    def name_survey(self, title: Text) -> None:
        """Call the survey by the title of its codebook from here on."""
        self.survey, self.title = title.of(program_language()), title

    def count(self, what: str, n: int, why: str) -> None:
        """Note a number of rows, one of ``COUNTS``."""
        self.counts[what] = (n, why)

    def add_refusal(self, error: TypologyError) -> None:
        """Note why reading ended early, unless it is known already."""
        kinds: dict[type[TypologyError], str] = {FileFormatError: "datei", RegisterError: "register"}
        kind = kinds.get(type(error), "inhalt")
        known = set(self.problems)
        self.add(item for item in error.problems if item not in known)
        if not error.problems:
            self.error(kind, error.message)

    def refuse_if_failed(self, *, waiting: str = "") -> None:
        """Raise the errors, and the warnings after them, if there are any errors besides those of the kind ``waiting``.

        Raises
        ------
        CodebookError : a column or a declaration of the codebook is among them. ResponseError : only answers are.
        """
        errors = self.errors
        if any(problem.kind != waiting for problem in errors):
            in_codebook = any(problem.kind in ("spalte", "inhalt", "offen") for problem in errors)
            raise (CodebookError if in_codebook else ResponseError)(
                Said("survey.has_errors", survey=self.title or self.survey, n=len(errors)),
                [*errors, *self.of(Severity.WARNING)],
            )

    def report(self) -> Report:
        """Everything noted: the findings worst first, then by kind, file and row; the counts in their order.

        Their order, and what is the same, are told by the German, so that they do not depend on the language.
        """
        order = list(Severity)
        first: dict[Problem, Problem] = {}
        for problem in self:
            first.setdefault(_said(problem, "de"), problem)
        ordered = sorted(
            first,
            key=lambda item: (
                order.index(item.severity), item.kind, item.file, item.column, item.row or 0, item.message,
            ),
        )  # fmt: skip
        problems = tuple(first[item] for item in ordered)
        rows = [(what, *self.counts[what]) for what in COUNTS if what in self.counts]
        counts = pd.DataFrame(rows, columns=list(COUNT_COLUMNS)).astype({"why": object})
        mirror = tuple(self.mirror)
        return Report(_findings(problems), counts, dict(self.reading), self.survey, problems, self.title, mirror)


def _said(problem: Problem, language: Language) -> Problem:
    """A finding whose texts are plain ones in one language."""
    return replace(
        problem,
        message=in_language(problem.message, language),
        column=in_language(problem.column, language),
        value=in_language(problem.value, language),
        expected=in_language(problem.expected, language),
    )


def _findings(problems: Sequence[Problem]) -> pd.DataFrame:
    """The table of findings, columns ``FINDING_COLUMNS``."""
    rows = [(str(item.severity), *(getattr(item, name) for name in FINDING_COLUMNS[1:])) for item in problems]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype({"row": "Int64"})


SHOWN = 40  # places listed per finding in text and page; the table holds all
PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def report_text(report: Report, language: Language | None = None, content: Content | None = None) -> str:
    """The report as plain text: how it was read, what was counted, all findings grouped, worst first; then the mirror.

    ``language`` is that of the program where none is named, here and below.
    """
    language = language or program_language()
    say = _speaker(language, content)
    lines = [say("report_title", survey=report.name(language)), ""]
    if report.reading:
        lines += [say("report_reading"), *(f"  {name}: {text}" for name, text in _reading(report, language)), ""]
    if len(report.counts):
        rows = [(str(n), name, why) for name, n, why in _counts(report, language, say)]
        width, name_width = max(len(n) for n, _, _ in rows), max(len(name) for _, name, _ in rows)
        lines += [say("report_counts")]
        lines += [f"  {n:>{width}}  {name:<{name_width}}  {why}".rstrip() for n, name, why in rows]
        lines += [""]
    lines += [say("report_none") if report.clean else f"{say('report_findings')}: {_summary(report, say)}"]
    for severity, groups in _grouped(report, language):
        lines += ["", f"{say(f'report_{severity}')} ({sum(map(len, groups.values()))})"]
        for text, items in groups.items():
            lines.append(f"  {text}" + (f" ({len(items)})" if len(items) > 1 else ""))
            places = [place for place in (_place(item, language) for item in items) if place]
            lines += [f"    {place}" for place in places[:SHOWN]]
            if len(places) > SHOWN:
                lines.append("    " + say("report_more", n=len(places) - SHOWN))
    if report.n_errors or report.n_open:
        lines += ["", say("report_errors_mean") if report.n_errors else say("report_open_means", n=report.n_open)]
    if report.mirror:
        lines += ["", say("report_mirror")]
        lines += [f"  {label}: {value} ({rule})" for label, value, rule in _mirror(report, language)]
    return "\n".join(lines) + "\n"


def report_table(report: Report, language: Language | None = None, content: Content | None = None) -> pd.DataFrame:
    """All findings as a table of text with printed headings, safe to open in a spreadsheet."""
    language = language or program_language()
    say = _speaker(language, content)
    findings = _findings([_said(problem, language) for problem in report.problems])
    table = findings.astype(object).where(findings.notna(), "").astype(str)
    names = {kind: message(key, language) for kind, key in KINDS.items()}
    said = {severity: message(key, language) for severity, key in SEVERITIES.items()}
    words = [(said[item.severity], names.get(item.kind, item.kind)) for item in report.problems]
    table[["severity", "kind"]] = pd.DataFrame(words, index=table.index, columns=["severity", "kind"], dtype=object)
    for name in table.columns:
        table[name] = table[name].where(table[name].str.fullmatch(PLAIN_NUMBER), table[name].map(neutralise))
    return table.rename(columns={name: say(f"report_column_{name}") for name in FINDING_COLUMNS})


def write_report_table(report: Report, path: str | Path, language: Language | None = None) -> None:
    """Write :func:`report_table` as CSV that a German spreadsheet opens as it is (UTF-8 with mark, semicolon)."""
    report_table(report, language).to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def report_html(report: Report, language: Language | None = None, content: Content | None = None) -> str:
    """The report as one page without any outside part, to be sent to whoever fielded the survey."""
    language = language or program_language()
    say = _speaker(language, content)
    sections = [
        (severity, [_finding(text, items, language) for text, items in groups.items()])
        for severity, groups in _grouped(report, language)
    ]
    return _template().render(
        language=language,
        say=say,
        title=say("report_title", survey=report.name(language)),
        n_errors=report.n_errors,
        n_open=report.n_open,
        reading=_reading(report, language),
        mirror=_mirror(report, language),
        summary=say("report_none") if report.clean else _summary(report, say),
        sections=sections,
        count_columns=COUNT_COLUMNS,
        counts=_counts(report, language, say),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    ).get_template("report.html")


def _speaker(language: Language, content: Content | None) -> Callable[..., str]:
    words = content or load_content()

    def say(key: str, **values: object) -> str:
        return words.say(key, language, **values)

    return say


def _reading(report: Report, language: Language) -> list[tuple[str, str]]:
    return [(in_language(name, language), in_language(text, language)) for name, text in report.reading.items()]


def _mirror(report: Report, language: Language) -> list[tuple[str, str, str]]:
    return [
        (
            in_language(line.label, language),
            line.value.of(language) if isinstance(line.value, Spoken) else line.value,
            in_language(line.rule, language),
        )
        for line in report.mirror
    ]


def _counts(report: Report, language: Language, say: Callable[..., str]) -> list[tuple[str, int, str]]:
    rows = report.counts.itertuples()
    return [(say(f"count_{row.what}"), row.n, in_language(row.why, language)) for row in rows]


def _summary(report: Report, say: Callable[..., str]) -> str:
    n = report.findings["severity"].value_counts()
    errors, warnings, notes = (int(n.get(severity, 0)) for severity in Severity)
    return say("report_summary", errors=errors, warnings=warnings, notes=notes)


def _grouped(report: Report, language: Language) -> list[tuple[Severity, dict[str, list[Problem]]]]:
    """Severity → message → findings, worst first."""
    result = []
    for severity in Severity:
        groups: dict[str, list[Problem]] = {}
        for problem in report.problems:
            if problem.severity == severity:
                groups.setdefault(in_language(problem.message, language), []).append(problem)
        if groups:
            result.append((severity, groups))
    return result


def _place(problem: Problem, language: Language) -> str:
    return (problem.place(language) + problem.particulars(language)).strip()


def _finding(text: str, found: Sequence[Problem], language: Language) -> dict[str, Any]:
    """One finding of the page: its message, how often, and the columns that say where, as far as they are shown."""
    items = [_said(problem, language) for problem in found]
    columns = [
        name
        for name in ("file", "row", "key", "column", "value", "expected")
        if any(getattr(item, name) not in ("", None) for item in items)
    ]
    rows = [["" if (cell := getattr(item, name)) is None else cell for name in columns] for item in items[:SHOWN]]
    return {"message": text, "n": len(items), "columns": columns, "rows": rows, "more": max(len(items) - SHOWN, 0)}
