"""The workbook and the tables beside it."""

from __future__ import annotations

import zipfile

from python_calamine import CalamineWorkbook

from typology.study.export import export_study
from typology.study.workflow import read_study


def test_workbook_holds_the_study_and_no_formula(demo_processed, tmp_path):
    study = read_study(demo_processed)
    paths = export_study(study, tmp_path)
    internal, public = (tmp_path / part / f"demo-{part}.xlsx" for part in ("internal", "public"))
    assert {internal, public} <= set(paths)
    book = CalamineWorkbook.from_path(str(internal))
    assert {"Zuordnung", "Typen", "Ähnliche Partner", "D-Teams", "Güte", "Codebuch"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("Zuordnung").to_python()
    assert sum(1 for row in rows if str(row[0]) in study.tables.assignments.index) == 412
    assert any("Stand: 30.06.2026." in str(row[0]) for row in rows[:8])  # as on sheets and pages
    for path in (internal, public):
        with zipfile.ZipFile(path) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and all("<f>" not in sheet and "autoFilter" in sheet and "pane" in sheet for sheet in sheets)


def test_public_workbook_names_only_who_agreed(demo_processed, tmp_path):
    study = read_study(demo_processed)
    export_study(study, tmp_path)
    listed = set(study.tables.consent.index[study.tables.consent["listed"]])
    everyone = set(study.tables.municipalities.index)
    book = CalamineWorkbook.from_path(str(tmp_path / "public" / "demo-public.xlsx"))
    found = {
        str(cell)
        for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        if str(cell) in everyone
    }  # fmt: skip
    assert found and found <= listed


def test_same_study_same_bytes(demo_processed, tmp_path):
    study = read_study(demo_processed)
    export_study(study, tmp_path / "a")
    export_study(study, tmp_path / "b")
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path.name
