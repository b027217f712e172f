"""The report at the door: everything found, dropped, repaired or flagged, as text, table and page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

import pandas as pd

from typology.errors import SEVERITIES, Problem

FINDING_COLUMNS = ("severity", "kind", "file", "row", "key", "column", "value", "expected", "message")
COUNT_COLUMNS = ("what", "n", "why")


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
        return int((self.findings["severity"] == "fehler").sum())

    @property
    def clean(self) -> bool:
        """Nothing found at all."""
        return self.findings.empty


def build_report(
    problems: Iterable[Problem], counts: Iterable[tuple[str, int, str]], reading: Mapping[str, str], survey: str
) -> Report:
    """Order the findings (worst first, then by kind, file and row) and put them into tables."""
    order = {severity: i for i, severity in enumerate(SEVERITIES)}
    ordered = sorted(
        dict.fromkeys(problems),
        key=lambda item: (order[item.severity], item.kind, item.file, item.column, item.row or 0, item.message),
    )
    findings = pd.DataFrame([asdict(item) for item in ordered], columns=list(FINDING_COLUMNS))
    findings["row"] = findings["row"].astype("Int64")
    table = pd.DataFrame(list(counts), columns=list(COUNT_COLUMNS))
    return Report(findings, table, dict(reading), survey, tuple(ordered))
