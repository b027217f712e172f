"""The report at the door: everything found, dropped, repaired or flagged, as text, table and page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.reading import Language
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

if TYPE_CHECKING:
    from jinja2 import Template

FINDING_COLUMNS = ("severity", "kind", "file", "row", "key", "column", "value", "expected", "message")
COUNT_COLUMNS = ("what", "n", "why")
#: What is counted, in the order in which a report says it.
COUNTS = (
    "gelesen", "nicht_einbezogen", "testzeilen", "unvollstaendig", "ohne_kreuz", "mehrfach", "schluessel_repariert",
    "werte_vereinheitlicht", "zu_wenig_ziele", "ticks_everything", "over_limit", "behalten",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What reading a survey found.

    Attributes
    ----------
    findings : columns ``FINDING_COLUMNS``, worst first; ``row`` is the row in the file (missing: no row).
    counts : columns ``COUNT_COLUMNS``: rows read, dropped by which rule, repaired, flagged, kept.
    reading : label → text, what was decided while reading (file, encoding, delimiter, missing codes …).
    survey : name of the survey, for headings.
    """

    findings: pd.DataFrame
    counts: pd.DataFrame
    reading: Mapping[str, str] = field(default_factory=dict)
    survey: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def n_errors(self) -> int:
        """Findings that forbid using the survey."""
        return int((self.findings["severity"] == Severity.ERROR).sum())

    @property
    def clean(self) -> bool:
        """Nothing found at all."""
        result: bool = self.findings.empty
        return result


class Journal(Findings):
    """What reading a survey notes on its way: findings, counts, and how the files were read.

    ``survey`` names the survey; ``counts`` and ``reading`` as in :class:`Report`.
    """

    def __init__(self, survey: str) -> None:
        super().__init__()
        self.survey = survey
        self.counts: dict[str, tuple[int, str]] = {}
        self.reading: dict[str, str] = {}

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

    def refuse_if_failed(self) -> None:
        """Raise the errors, and the warnings after them, if there are any errors.

        Raises
        ------
        CodebookError : a column or a declaration of the codebook is among them. ResponseError : only answers are.
        """
        errors = self.errors
        if errors:
            in_codebook = any(problem.kind in ("spalte", "inhalt") for problem in errors)
            raise (CodebookError if in_codebook else ResponseError)(
                f"{self.survey}: {len(errors)} Fehler in den Antworten oder im Codebuch.",
                [*errors, *self.of(Severity.WARNING)],
            )

    def report(self) -> Report:
        """Everything noted: the findings worst first, then by kind, file and row; the counts in their order."""
        order = list(Severity)
        ordered = sorted(
            dict.fromkeys(self),
            key=lambda item: (
                order.index(item.severity), item.kind, item.file, item.column, item.row or 0, item.message,
            ),
        )  # fmt: skip
        rows = [asdict(item) | {"severity": str(item.severity)} for item in ordered]
        findings = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
        findings["row"] = findings["row"].astype("Int64")
        counts = [(what, *self.counts[what]) for what in COUNTS if what in self.counts]
        return Report(
            findings,
            pd.DataFrame(counts, columns=list(COUNT_COLUMNS)),
            dict(self.reading),
            self.survey,
            tuple(ordered),
        )


SHOWN = 40  # places listed per finding in text and page; the table holds all
PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def report_text(report: Report, language: Language = "de", content: Content | None = None) -> str:
    """The report as plain text: how it was read, what was counted, all findings grouped, worst first."""
    say = _speaker(language, content)
    lines = [say("report_title", survey=report.survey), ""]
    if report.reading:
        lines += [say("report_reading"), *(f"  {name}: {text}" for name, text in report.reading.items()), ""]
    if len(report.counts):
        rows = [(str(row.n), say(f"count_{row.what}"), row.why) for row in report.counts.itertuples()]
        width, name_width = max(len(n) for n, _, _ in rows), max(len(name) for _, name, _ in rows)
        lines += [say("report_counts")]
        lines += [f"  {n:>{width}}  {name:<{name_width}}  {why}".rstrip() for n, name, why in rows]
        lines += [""]
    if report.clean:
        return "\n".join([*lines, say("report_none")]) + "\n"
    lines += [f"{say('report_findings')}: {_summary(report, say)}"]
    for severity, groups in _grouped(report):
        lines += ["", f"{say(f'report_{severity}')} ({sum(map(len, groups.values()))})"]
        for message, items in groups.items():
            lines.append(f"  {message}" + (f" ({len(items)})" if len(items) > 1 else ""))
            places = [place for place in map(_place, items) if place]
            lines += [f"    {place}" for place in places[:SHOWN]]
            if len(places) > SHOWN:
                lines.append("    " + say("report_more", n=len(places) - SHOWN))
    if report.n_errors:
        lines += ["", say("report_errors_mean")]
    return "\n".join(lines) + "\n"


def report_table(report: Report, language: Language = "de", content: Content | None = None) -> pd.DataFrame:
    """All findings as a table of text with printed headings, safe to open in a spreadsheet."""
    say = _speaker(language, content)
    table = report.findings.astype(object).where(report.findings.notna(), "").astype(str)
    for name in table.columns:
        table[name] = table[name].where(table[name].str.fullmatch(PLAIN_NUMBER), table[name].map(neutralise))
    return table.rename(columns={name: say(f"report_column_{name}") for name in FINDING_COLUMNS})


def write_report_table(report: Report, path: str | Path, language: Language = "de") -> None:
    """Write :func:`report_table` as CSV that a German spreadsheet opens as it is (UTF-8 with mark, semicolon)."""
    report_table(report, language).to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def report_html(report: Report, language: Language = "de", content: Content | None = None) -> str:
    """The report as one page without any outside part, to be sent to whoever fielded the survey."""
    say = _speaker(language, content)
    sections = [
        (severity, [_finding(message, items) for message, items in groups.items()])
        for severity, groups in _grouped(report)
    ]
    return _template().render(
        language=language,
        say=say,
        report=report,
        summary=say("report_none") if report.clean else _summary(report, say),
        sections=sections,
        count_columns=COUNT_COLUMNS,
        counts=[(say(f"count_{row.what}"), row.n, row.why) for row in report.counts.itertuples()],
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


def _summary(report: Report, say: Callable[..., str]) -> str:
    n = report.findings["severity"].value_counts()
    errors, warnings, notes = (int(n.get(severity, 0)) for severity in Severity)
    return say("report_summary", errors=errors, warnings=warnings, notes=notes)


def _grouped(report: Report) -> list[tuple[Severity, dict[str, list[Problem]]]]:
    """Severity → message → findings, worst first."""
    result = []
    for severity in Severity:
        groups: dict[str, list[Problem]] = {}
        for problem in report.problems:
            if problem.severity == severity:
                groups.setdefault(problem.message, []).append(problem)
        if groups:
            result.append((severity, groups))
    return result


def _place(problem: Problem) -> str:
    line = replace(problem, message="").line()
    return line.replace(":  (", " (").replace(":  –", " –").rstrip(": ").strip()


def _finding(message: str, items: Sequence[Problem]) -> dict[str, Any]:
    """One finding of the page: its message, how often, and the columns that say where, as far as they are shown."""
    columns = [
        name
        for name in ("file", "row", "key", "column", "value", "expected")
        if any(getattr(item, name) not in ("", None) for item in items)
    ]
    rows = [["" if (cell := getattr(item, name)) is None else cell for name in columns] for item in items[:SHOWN]]
    return {"message": message, "n": len(items), "columns": columns, "rows": rows, "more": max(len(items) - SHOWN, 0)}
