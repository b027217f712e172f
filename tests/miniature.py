"""A miniature survey with its register, written by hand: every trap at the door is one change to it."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from typology.survey.survey import Survey
from typology.tables.settings import Settings

# Enough for a study in which what stands where is tested and not how well it is estimated.
QUICK = Settings(n_init=20, resamples=5, replicates=19, max_classes=4, degrees=False)
# The same for the demo: enough for its four types, and for every table and figure of a study.
FEW = Settings(n_init=50, resamples=10, replicates=9, max_classes=5, degrees=False)
# The same for the nationwide world, which all workers wait for.
LEAST = Settings(n_init=20, resamples=5, replicates=9, max_classes=4, degrees=False)

REGISTER = """key,name,kind,land_name,population,area_km2
03101,Nordkreis,kreis,Neuland,,
03101001,"Altstadt, Stadt",gemeinde,Neuland,12000,40
03101002,Bergdorf,gemeinde,Neuland,3000,20.5
03101003,Neuenkirchen,gemeinde,Neuland,900,11
03102,Südkreis,kreis,Neuland,,
03102001,Neuenkirchen,gemeinde,Neuland,1500,9
03102002,Seeheim,gemeinde,Neuland,26000,31
03201000,Großstadt,kreisfrei,Neuland,210000,150
"""
CODEBOOK: dict[str, Any] = {
    "survey": {
        "key": "mini",
        "title": {"de": "Übung", "en": "Practice"},
        "date": "2026-06-30",
        "synthetic": "true",
        "source": "von Hand",
        "sample": {"de": "keine Stichprobe", "en": "no sample"},
        "retention": {"de": "bis morgen", "en": "until tomorrow"},
    },
    "files": {"responses": "responses.csv"},
    "register": {"file": "register.csv", "format": "table", "date": "2026-01-01"},
    "respondent": {
        "id": "ags",
        "completed": {"column": "submitdate", "rule": "not_empty"},
        "test_rows": [{"column": "note", "in": ["TEST"]}],
        "duplicates": "latest",
        "order_by": "submitdate",
        "kinds": ["gemeinde", "kreisfrei", "kreis"],
    },
    "missing": {"codes": {"-99": "verweigert"}},
    "goals": {
        "kind": "pick",
        "limit": "2",
        "question": {"de": "Welche Ziele?", "en": "Which goals?"},
        "chosen": ["Y"],
        "not_chosen": [""],
        "columns": {
            "effizienz": "Z[1]",
            "buergernaehe": "Z[2]",
            "foerdermittel": "Z[3]",
            "attraktivitaet": "Z[4]",
            "daseinsvorsorge": "Z[5]",
        },
    },
    "blocks": [
        {"role": "stand", "kind": "rating", "scale": ["1", "5"], "columns": {"prozesse": "F[1]"}},
        {
            "role": "pain_point",
            "kind": "choice",
            "codes": {"A1": "nie", "A2": "geloest", "A3": "aktuell"},
            "columns": {"ressourcen": "P1"},
        },
        {"role": "structure", "kind": "number", "columns": {"beschaeftigte": "S9"}},
        {
            "role": "consent",
            "kind": "yes_no",
            "chosen": ["Y"],
            "not_chosen": ["N", ""],
            "columns": {"listed": "C1", "contact": "C4"},
        },
        {"role": "mailbox", "kind": "text", "columns": {"mailbox": "C5"}},
    ],
    "drop": ["id", "note"],
}
HEADING = [
    "id",
    "ags",
    "submitdate",
    "note",
    "Z[1]",
    "Z[2]",
    "Z[3]",
    "Z[4]",
    "Z[5]",
    "F[1]",
    "P1",
    "S9",
    "C1",
    "C4",
    "C5",
]
ROWS = [
    [
        "1",
        "03101001",
        "2026-06-01 10:00:00",
        "",
        "Y",
        "Y",
        "",
        "",
        "",
        "3",
        "A1",
        "12,5",
        "Y",
        "Y",
        "digital@altstadt.example",
    ],
    [
        "2",
        "03101002",
        "2026-06-02 10:00:00",
        "",
        "Y",
        "",
        "Y",
        "",
        "",
        "4",
        "A2",
        "100",
        "N",
        "Y",
        "digital@bergdorf.example",
    ],
    [
        "3",
        "03101003",
        "2026-06-03 10:00:00",
        "",
        "",
        "Y",
        "",
        "Y",
        "",
        "",
        "A3",
        "",
        "",
        "",
        "post@neuenkirchen.example",
    ],
    ["4", "03102001", "2026-06-04 10:00:00", "", "", "", "Y", "", "Y", "-99", "A3", "7", "Y", "", ""],
    ["5", "03102002", "2026-06-05 10:00:00", "", "", "Y", "", "", "Y", "5", "A1", "1.250,0", "Y", "", ""],
    ["6", "03102", "2026-06-06 10:00:00", "", "", "", "", "Y", "Y", "1", "", "9", "", "", ""],
]


def seeds(*fixed: int) -> tuple[int, ...]:
    """These seeds in every run, or those of ``TYPOLOGY_SEEDS="17 23"``; ``benchmarks/consent.py`` draws them anew."""
    named = os.environ.get("TYPOLOGY_SEEDS", "").split()
    return tuple(map(int, named)) or fixed


def table_text(rows: list[list[str]] | None = None, heading: list[str] | None = None, delimiter: str = ";") -> str:
    """The miniature export as delimited text, all fields quoted as LimeSurvey does."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADING if heading is None else heading)
    writer.writerows(ROWS if rows is None else rows)
    return out.getvalue()


def write_folder(
    folder: Path,
    *,
    rows: list[list[str]] | None = None,
    heading: list[str] | None = None,
    codebook: dict[str, Any] | None = None,
    data: bytes | None = None,
    file: str = "responses.csv",
) -> Path:
    """A survey folder; what is not given is the miniature as it stands."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "register.csv").write_text(REGISTER, encoding="utf-8")
    book = CODEBOOK if codebook is None else codebook
    (folder / "codebook.yaml").write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / file).write_bytes(table_text(rows, heading).encode("utf-8-sig") if data is None else data)
    return folder


def changed(row: int, **cells: str) -> list[list[str]]:
    """The miniature rows with some cells of one row changed; names as in the heading, ``Z_1`` for ``Z[1]``."""
    rows = [list(line) for line in ROWS]
    names = {name.replace("[", "_").replace("]", ""): i for i, name in enumerate(HEADING)}
    for name, value in cells.items():
        rows[row][names[name]] = value
    return rows


def few_columns(survey: Survey) -> Survey:
    """A practice survey with a few columns of every kind: they show the same as all, in a fraction of the time."""
    kept = [
        name for name in survey.responses.columns
        if name.startswith(("goal_", "pain_point_", "consent_")) or name.endswith(("_daten", "_prozesse", "_cdo"))
    ]  # fmt: skip
    return replace(survey, responses=survey.responses[kept])
