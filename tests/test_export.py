"""The workbook and the tables beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from typology.content.sources import load_sources
from typology.study.export import column_formats, export_study, workbook_sheets
from typology.tables.schema import SHEETS, TABLES


@pytest.fixture(scope="module")
def exported(tiny, once) -> Path:
    """The workbooks of the small study and the tables beside them."""
    return once("tiny-export", lambda folder: export_study(tiny.study, folder))


def test_workbook_holds_the_study_and_no_formula(tiny, exported):
    internal, public = (exported / part / f"tiny-{part}.xlsx" for part in ("internal", "public"))
    book = CalamineWorkbook.from_path(str(internal))
    assert {"Zuordnung", "Typen", "Ähnliche Partner", "D-Teams", "Güte", "Codebuch"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("Zuordnung").to_python()
    assert sum(1 for row in rows if str(row[0]) in tiny.study.tables.assignments.index) == 60
    assert any("Stand: 30.06.2026." in str(row[0]) for row in rows[:8])  # as on sheets and pages
    for path in (internal, public):
        with zipfile.ZipFile(path) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and all("<f>" not in sheet and "autoFilter" in sheet and "pane" in sheet for sheet in sheets)


def test_every_sheet_has_headings_of_its_own_in_both_languages(demo_study):
    without = ("degrees", "leanings", "leaning_goals")  # the demo is computed without them here
    tables = demo_study.tables.having(**{name: TABLES[name].empty() for name in without})
    info, content = demo_study.info, demo_study.content
    for language in ("de", "en"):
        sheets = workbook_sheets(tables, info, content, language)
        assert [sheet.name for sheet in sheets] == [*(words.of(language) for words in SHEETS.values()),
                                                    "Codebuch" if language == "de" else "Codebook"]  # fmt: skip
        for sheet in sheets:
            assert list(sheet.labels) == [str(column) for column in sheet.table.columns]
            assert len(set(sheet.labels.values())) == len(sheet.labels), sheet.name
            raw = [label for name, label in sheet.labels.items() if label == name or "_" in label or "{" in label]
            assert raw == [], sheet.name
            assert (info.sample[language] in " ".join(sheet.notes)) and sheet.title
    german, english = (workbook_sheets(tables, info, content, language)[0].labels for language in ("de", "en"))
    assert german["p_optimierer"] == f"Wahrscheinlichkeit: {content.label('type', 'optimierer')}"
    assert english["p_optimierer"] == f"Probability: {content.label('type', 'optimierer', 'en')}"


def test_the_steps_of_the_workbook_name_titles_of_sources_and_no_keys(demo_study):
    known = load_sources()
    agenda = demo_study.tables.agenda
    sheets = workbook_sheets(demo_study.tables, demo_study.info, demo_study.content, "de")
    printed = next(sheet.table for sheet in sheets if sheet.name == "Agenda")["source"].to_list()
    keys = agenda.reset_index()["source"].to_list()
    assert len(printed) == len(keys) > 100 and any(";" in cell for cell in keys)
    assert printed == ["; ".join(known[key].printed() for key in cell.split(";")) for cell in keys]
    assert not {key for cell in keys for key in cell.split(";")} & set(printed)


def test_numbers_of_a_sheet_are_printed_as_what_they_are():
    flat = pd.DataFrame({"key": ["1"], "p_optimierer": [0.5], "answered": [3.0], "status": ["klar"]})
    assert column_formats("assignments", flat) == {"p_optimierer": "share", "answered": "whole"}


def test_public_workbook_names_only_who_agreed(tiny, exported):
    study = tiny.study
    listed = set(study.tables.consent.index[study.tables.consent["listed"]])
    everyone = set(study.tables.municipalities.index)
    book = CalamineWorkbook.from_path(str(exported / "public" / "tiny-public.xlsx"))
    found = {
        str(cell)
        for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        if str(cell) in everyone
    }  # fmt: skip
    assert found and found <= listed


def test_same_study_same_bytes_and_every_file_is_told(tiny, exported, tmp_path):
    told = export_study(tiny.study, tmp_path)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(told)
    for side in ("internal", "public"):  # the tables lie beside the workbook as in the study, described alike
        described = (tmp_path / side / "datapackage.json").read_bytes()
        assert described == (tiny.target / side / "datapackage.json").read_bytes()
    assert {f"tiny-{part}.xlsx" for part in ("internal", "public")} <= {path.name for path in told}
    before = {path.relative_to(exported): path.read_bytes() for path in exported.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in told} == before
