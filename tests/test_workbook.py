"""Workbook: text stays text, filters and formats, same bytes; CSV cells that cannot become formulas."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from typology.errors import PublishingError
from typology.publishing.workbook import WorkbookSheet, write_workbook

DAY = date(2026, 6, 30)
TABLE = pd.DataFrame(
    {
        "key": ["01001000", "90101003"],
        "name": ['=HYPERLINK("http://example.org")', "http://example.org"],
        "share": [0.25, np.nan],
        "n": pd.array([12, None], dtype="Int64"),
        "mutual": [True, False],
        "when": pd.to_datetime(["2026-06-30", None]),
    }
)


def written(tmp_path: Path, *sheets: WorkbookSheet) -> Path:
    return write_workbook(tmp_path / "book.xlsx", sheets, title="Übung", created=DAY)


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = written(tmp_path, WorkbookSheet("Zuordnung", TABLE, labels={"key": "Schlüssel"}))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Zuordnung").to_python()
    assert rows[0] == ["Schlüssel", "name", "share", "n", "mutual", "when"]
    assert rows[1] == ["01001000", '=HYPERLINK("http://example.org")', 0.25, 12.0, True, date(2026, 6, 30)]
    assert rows[2] == ["90101003", "http://example.org", "", "", False, ""]


def test_no_cell_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = written(tmp_path, WorkbookSheet("A", TABLE, title="=1+1", notes=("@SUM(A1)",)))
    sheet = part(path, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "hyperlink" not in sheet.lower()
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "_rels/sheet" in name]


def test_filter_frozen_heading_and_formats(tmp_path: Path) -> None:
    notes = ("Quelle: Übung",)
    path = written(tmp_path, WorkbookSheet("A", TABLE, title="Titel", notes=notes, formats={"share": "share"}))
    sheet = part(path, "xl/worksheets/sheet1.xml")
    assert '<autoFilter ref="A4:F6"/>' in sheet
    assert 'topLeftCell="B5"' in sheet and 'state="frozen"' in sheet
    assert 'formatCode="0.0%"' in part(path, "xl/styles.xml")


def test_columns_are_as_wide_as_their_content_within_bounds(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"a": ["x" * 30], "b": ["x" * 90], "c": ["x"], "eine lange Überschrift, die bricht": [""], "n": [1],
         "eine lange Überschrift über Zahlen": [2]}
    )  # fmt: skip
    sheet = part(written(tmp_path, WorkbookSheet("A", table)), "xl/worksheets/sheet1.xml")
    # Two more than the longest text, 48 at most, 10 at least; a heading breaks after 18 signs.
    assert [int(float(width)) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)] == [32, 48, 10, 20, 10, 20]


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path, WorkbookSheet("A", TABLE)).read_bytes()
    assert written(tmp_path, WorkbookSheet("A", TABLE)).read_bytes() == first
    assert "2026-06-30T00:00:00Z" in part(tmp_path / "book.xlsx", "docProps/core.xml")


def test_an_empty_table_has_its_heading(tmp_path: Path) -> None:
    path = written(tmp_path, WorkbookSheet("A", TABLE.head(0)), WorkbookSheet("B", pd.DataFrame()))
    assert CalamineWorkbook.from_path(path).get_sheet_by_name("A").to_python()[0][0] == "key"


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "a:b", "'a"])
def test_names_that_spreadsheets_refuse(name: str, tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="Blattname"):
        written(tmp_path, WorkbookSheet(name, TABLE))
    assert not (tmp_path / "book.xlsx").exists()


def test_wrong_calls_are_named(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="mindestens ein Blatt"):
        written(tmp_path)
    with pytest.raises(PublishingError, match="Blattname 'a'"):
        written(tmp_path, WorkbookSheet("A", TABLE), WorkbookSheet("a", TABLE))
    with pytest.raises(PublishingError, match="anteil"):
        written(tmp_path, WorkbookSheet("A", TABLE, formats={"anteil": "share"}))
