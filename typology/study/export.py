"""The study for a spreadsheet: one workbook and the CSV tables, once internal and once to publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from typology.content.catalogue import Content
from typology.publishing.workbook import WorkbookSheet, write_workbook
from typology.study.record import Study
from typology.study.store import PUBLIC_TABLES, public_study
from typology.tables.package import COLUMN_TITLES, DIGITS, StudyInfo, StudyTables, write_package
from typology.writing import day, number

# Sheet name → table; the order in which a consultant reads.
SHEETS = {
    "Zuordnung": "assignments", "Typen": "types", "Typen nach Größe": "type_sizes",
    "Profile der Typen": "type_profiles",
    "Profile der Kommunen": "municipality_profiles", "Ähnliche Partner": "similar",
    "Ergänzende Partner": "complementary", "Empfehlungen je Kommune": "hub", "D-Teams": "teams",
    "Mitglieder der D-Teams": "team_members", "Kooperationen": "cooperation",
    "Mitglieder der Kooperationen": "cooperation_members", "Kompetenzlücken": "competence_gaps",
    "Weiterbildungen": "trainings", "Gemeinsame Kurse": "courses", "Agenda": "agenda", "Güte": "quality",
    "Zahl der Typen": "selection", "Verfahren": "methods", "Stabilität": "stability_types", "Benennung": "naming",
    "Gewichtet": "weighted", "Ränder der Gewichtung": "weight_margins",
    "Gezählte Zeilen": "counts", "Befunde": "findings",
}  # fmt: skip
NAMED = {"key": "name", "partner": "partner_name"}


def export_study(study: Study, folder: Path) -> list[Path]:
    """Write ``internal/`` and ``public/`` with one XLSX and the CSV tables each; returns the files."""
    paths = []
    for name, part, only in (("internal", study, None), ("public", public_study(study), PUBLIC_TABLES)):
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        info = part.info
        paths += write_package(
            part.tables, target, name=f"{info.survey}-{name}", title=info.title["de"], date=info.date,
            source=info.source, licence=info.licence, only=only,
        )  # fmt: skip
        paths.append(
            write_workbook(
                target / f"{info.survey}-{name}.xlsx",
                workbook_sheets(part.tables, info, part.content, only),
                title=info.title["de"],
                created=date.fromisoformat(info.date),
            )
        )
    return paths


def workbook_sheets(
    tables: StudyTables, info: StudyInfo, content: Content, only: tuple[str, ...] | None
) -> list[WorkbookSheet]:
    """A cover with the source, a codebook of all columns, then one sheet per filled table."""
    notes = tuple(
        line
        for line in (
            content.say("synthetic_banner") if info.synthetic else "",
            f"Quelle: {info.source}. Stand: {day(info.date)}. Modell: {info.model}. "
            f"Grundlage: {number(info.n)} Antworten.",
            info.sample["de"],
            content.say("no_offer"),
        )
        if line
    )
    sheets = []
    for name, table_name in SHEETS.items():
        table = tables.get(table_name)
        if table.columns.empty or (only is not None and table_name not in only):
            continue
        # no more digits than the CSV table beside it
        flat = with_names(table, tables.municipalities).round(DIGITS)
        labels = {column: COLUMN_TITLES[column][0] for column in flat.columns if column in COLUMN_TITLES}
        sheets.append(WorkbookSheet(name, flat, StudyTables.title(table_name), labels=labels, notes=notes))
    codebook = pd.DataFrame(
        [
            (sheet.name, str(column), *COLUMN_TITLES.get(str(column), ("", "")))
            for sheet in sheets for column in sheet.table.columns
        ],
        columns=["Blatt", "Spalte", "Bedeutung", "Einheit"],
    )  # fmt: skip
    return [*sheets, WorkbookSheet("Codebuch", codebook, "Was die Spalten bedeuten", notes=notes)]


def with_names(table: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """The table with names beside its keys; a name never stands without its key."""
    flat = table.reset_index() if table.index.name else table.copy()
    for key, name in NAMED.items():
        if key in flat.columns and name not in flat.columns and set(flat[key]) & set(municipalities.index):
            flat.insert(flat.columns.get_loc(key) + 1, name, flat[key].map(municipalities["name"]).fillna(""))
    return flat
