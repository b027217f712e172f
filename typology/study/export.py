"""The study for a spreadsheet: one workbook and the CSV tables, once internal and once to publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.content.sources import BETWEEN, load_sources
from typology.files.places import check_files
from typology.publishing.workbook import Format, WorkbookSheet, write_workbook
from typology.study.record import Study
from typology.study.store import public_study, write_tables
from typology.tables.contracts.columns import SHARE, Kind, Words
from typology.tables.info import StudyInfo
from typology.tables.package import DIGITS
from typology.tables.schema import SHEETS, TABLES, tables_in
from typology.tables.study_tables import StudyTables
from typology.writing import day, number, program_language

# Names that stand beside the keys in the workbook, and in no table: key column → column, heading.
NAMED = {
    "key": ("name", Words("Name", "Name")),
    "partner": ("partner_name", Words("Name der empfohlenen Kommune", "Name of the proposed municipality")),
}
# The sheets above whose figures the verdicts stand.
JUDGED = ("quality", "selection", "degrees")
# And where they do not speak for types, also those that introduce types or leanings.
DOUBTED = (*JUDGED, "assignments", "leanings", "types")
CODEBOOK = Words("Codebuch", "Codebook")
CODEBOOK_TITLE = Words("Was die Spalten bedeuten", "What the columns mean")
CODEBOOK_COLUMNS = {
    "sheet": Words("Blatt", "Sheet"),
    "column": Words("Spalte", "Heading"),
    "name": Words("Name in den CSV-Tabellen", "Name in the CSV tables"),
    "unit": Words("Einheit", "Unit"),
    "values": Words("Mögliche Werte", "Possible values"),
}


def export_study(study: Study, folder: Path, *, language: Language | None = None) -> list[Path]:
    """Write ``internal/`` and ``public/`` with one XLSX and the CSV tables each; returns the files.

    ``language`` is that of the workbooks; the CSV tables are the same in both.

    Raises
    ------
    PermissionError : a file of an earlier export is open in another program; nothing is written then.
    """
    language = language or program_language()
    check_files(path for path in folder.rglob("*") if path.is_file())
    paths = []
    for name, part in (("internal", study), ("public", public_study(study))):
        target, public = folder / name, name == "public"
        target.mkdir(parents=True, exist_ok=True)
        info = part.info
        paths += write_tables(part, target, public=public)
        paths.append(
            write_workbook(
                target / f"{info.survey}-{name}.xlsx",
                workbook_sheets(part.tables, info, part.content, language, public=public),
                title=info.title.get(language, info.title["en"]),
                created=date.fromisoformat(info.date),
            )
        )
    return paths


def workbook_sheets(
    tables: StudyTables, info: StudyInfo, content: Content, language: Language = "de", *, public: bool = False
) -> list[WorkbookSheet]:
    """One sheet per table that was made, in the order of reading, and a codebook of all columns."""
    notes = sheet_notes(info, content, language)
    judged = info.judged.get(language, info.judged["en"])
    sheets, declared = [], tables_in(content)
    for name in SHEETS:
        if not tables.is_made(name) or (public and not TABLES[name].public):
            continue
        # no more digits than the CSV table beside it
        flat = with_titles(with_names(tables.get(name), tables.municipalities).round(DIGITS), content)
        sheets.append(
            WorkbookSheet(
                _sheet_name(name, content, language),
                flat,
                declared[name].title.of(language),
                formats=column_formats(name, flat),
                labels={str(column): heading(name, str(column), content, language) for column in flat.columns},
                notes=(judged, *notes) if judged and name in (DOUBTED if info.doubted else JUDGED) else notes,
            )
        )
    return [*sheets, _codebook(sheets, tables, content, language, notes)]


def sheet_notes(info: StudyInfo, content: Content, language: Language) -> tuple[str, ...]:
    """What stands above every sheet: that data are synthetic or not verified, the source, the sample, whose offer it is
    not."""
    source = content.say(
        "view_footer_source", language, source=info.source, date=day(info.date, language), model=info.model,
        n=number(info.n, language), sample=info.sample.get(language, info.sample["en"]),
    )  # fmt: skip
    lines = (content.say("unverified_banner", language) if info.unverified else "",
             content.say("synthetic_banner", language) if info.synthetic else "", source,
             content.say("no_offer", language))  # fmt: skip
    return tuple(line for line in lines if line)


def _sheet_name(table: str, content: Content, language: Language) -> str:
    return (tables_in(content)[table].sheet or SHEETS[table]).of(language)


def heading(table: str, column: str, content: Content, language: Language = "de") -> str:
    """The printed heading of one column of one table; of a column named by the survey with the catalogue's label."""
    declared = tables_in(content)[table].find(column)
    if declared is None:
        return next(title for name, title in NAMED.values() if name == column).of(language)
    found, part = declared
    return found.heading(language, content.label(found.of, part, language) if found.of else part)


def column_formats(table: str, flat: pd.DataFrame) -> dict[str, Format]:
    """How numbers are printed: counts whole, shares as per cent."""
    formats: dict[str, Format] = {}
    for column in map(str, flat.columns):
        declared = TABLES[table].find(column)
        if declared is not None and declared[0].kind is Kind.WHOLE:
            formats[column] = "whole"
        elif declared is not None and declared[0].unit == SHARE:
            formats[column] = "share"
    return formats


def _codebook(
    sheets: list[WorkbookSheet], tables: StudyTables, content: Content, language: Language, notes: tuple[str, ...]
) -> WorkbookSheet:
    """What every column of every sheet is called, in the workbook and in the CSV tables."""
    named = {_sheet_name(name, content, language): name for name in SHEETS}
    rows = []
    for sheet in sheets:
        for column, printed in sheet.labels.items():
            declared = TABLES[named[sheet.name]].find(column)
            unit = declared[0].unit.of(language) if declared else ""
            values = ", ".join(declared[0].values) if declared else ""
            rows.append((sheet.name, printed, column if declared else "", unit, values))
    table = pd.DataFrame(rows, columns=list(CODEBOOK_COLUMNS))
    labels = {name: words.of(language) for name, words in CODEBOOK_COLUMNS.items()}
    return WorkbookSheet(CODEBOOK.of(language), table, CODEBOOK_TITLE.of(language), labels=labels, notes=notes)


def with_names(table: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """The table with names beside its keys; a name never stands without its key."""
    flat = table.reset_index() if table.index.name else table.copy()
    for key, (name, _) in NAMED.items():
        if key in flat.columns and name not in flat.columns and set(flat[key]) & set(municipalities.index):
            flat.insert(flat.columns.get_loc(key) + 1, name, flat[key].map(municipalities["name"]).fillna(""))
    return flat


def with_titles(table: pd.DataFrame, content: Content) -> pd.DataFrame:
    """The table with titles of sources instead of their keys, which the CSV table keeps."""
    if "source" not in table.columns:
        return table
    known = load_sources(content.folder)

    def titles(keys: str) -> str:
        return BETWEEN.join(known[key].printed() if key in known else key for key in keys.split(";"))

    return table.assign(source=table["source"].map({keys: titles(keys) for keys in table["source"].unique()}))
