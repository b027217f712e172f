"""The workbook and the tables beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from typology.study.export import export_study
from typology.study.workflow import read_study


@pytest.fixture(scope="module")
def exported(demo_study, once) -> Path:
    """The workbooks of the demo and the tables beside them."""
    return once("demo-export", lambda folder: export_study(demo_study, folder))


def test_workbook_holds_the_study_and_no_formula(demo_study, exported):
    study = demo_study
    internal, public = (exported / part / f"demo-{part}.xlsx" for part in ("internal", "public"))
    book = CalamineWorkbook.from_path(str(internal))
    assert {"Zuordnung", "Typen", "Ähnliche Partner", "D-Teams", "Güte", "Codebuch"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("Zuordnung").to_python()
    assert sum(1 for row in rows if str(row[0]) in study.tables.assignments.index) == 412
    assert any("Stand: 30.06.2026." in str(row[0]) for row in rows[:8])  # as on sheets and pages
    for path in (internal, public):
        with zipfile.ZipFile(path) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and all("<f>" not in sheet and "autoFilter" in sheet and "pane" in sheet for sheet in sheets)


def test_public_workbook_names_only_who_agreed(demo_study, exported):
    study = demo_study
    listed = set(study.tables.consent.index[study.tables.consent["listed"]])
    everyone = set(study.tables.municipalities.index)
    book = CalamineWorkbook.from_path(str(exported / "public" / "demo-public.xlsx"))
    found = {
        str(cell)
        for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        if str(cell) in everyone
    }  # fmt: skip
    assert found and found <= listed


def test_same_study_same_bytes_and_every_file_is_told(practice_processed, tmp_path):
    study = read_study(practice_processed)
    one, two = (export_study(study, tmp_path / name) for name in ("a", "b"))
    assert {path for path in (tmp_path / "a").rglob("*") if path.is_file()} == set(one)
    assert {f"klein-{part}.xlsx" for part in ("internal", "public")} <= {path.name for path in one}
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
