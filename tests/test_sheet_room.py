"""Each page of a sheet stands in the largest text size that holds it.

Whether a size holds a page is found here in another way than in the template: by setting it in that size alone and
counting pages.
"""

from __future__ import annotations

import copy
import io
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst
import views

from typology.content.catalogue import load_content
from typology.publishing.sheets.text import sheet_data, words
from typology.publishing.sheets.typesetting import ASSETS, document_of, set_pdf

CONTENT = load_content()
STEPS = (9.0, 8.5, 8.0)
"""Text sizes of a short sheet in points."""
WHY = "Alle Ebenen einbeziehen und das Vorgehen mit dem Rat abstimmen. "
Setter = Callable[[dict[str, Any], float], pypdf.PdfReader]


def long_view(n_partners: int, times: int) -> dict[str, Any]:
    """A municipality with so many partners, whose agenda says why in so many sentences."""
    view = views.municipality(n_partners=n_partners, random_state=n_partners)
    view["agenda"] = [step | {"trigger": {"de": WHY * times, "en": WHY * times}} for step in view["agenda"]]
    return view


def data_of(view: dict[str, Any], kind: Any = "short") -> dict[str, Any]:
    return sheet_data(view, kind, "de", CONTENT)


def read(data: dict[str, Any]) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(set_pdf(data, datetime(2026, 6, 30))))


def heading_size(sheet: pypdf.PageObject, heading: str) -> float:
    """The text size of a page in points, told by one of its headings, which is larger by 1.2 (typst) × 1.22."""
    found: list[float] = []

    def note(text: str, _cm: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip() == heading:
            found.append(round(abs(size * matrix[3]) / 1.2 / 1.22, 1))

    sheet.extract_text(visitor_text=note)
    assert found, heading
    return found[0]


def chosen(reader: pypdf.PdfReader) -> float:
    """The size of the first page."""
    return heading_size(reader.pages[0], words("de", CONTENT)["agenda"])


@pytest.fixture
def set_in(tmp_path: Path) -> Setter:
    """Set a short sheet in one size only."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ASSETS / "fonts"])

    def setter(data: dict[str, Any], size: float) -> pypdf.PdfReader:
        folder = tmp_path / str(size)
        if not folder.exists():
            shutil.copytree(ASSETS / "typst", folder)
            text = (folder / "municipality.typ").read_text(encoding="utf-8")
            sizes = "#let sizes-short = (9pt, 8.5pt, 8pt)"
            assert text.count(sizes) == 1
            text = text.replace(sizes, f"#let sizes-short = ({size}pt,)")
            (folder / "municipality.typ").write_text(text, encoding="utf-8")
        pdf = typst.Compiler(folder / "sheet.typ", root=folder, font_paths=fonts).compile(
            document_of(data), format="pdf"
        )
        return pypdf.PdfReader(io.BytesIO(bytes(pdf)))

    return setter


@pytest.mark.parametrize(("n_partners", "times"), [(0, 1), (5, 9), (5, 13), (5, 19)])
def test_a_sheet_of_one_page_stands_in_the_largest_size_that_holds_it(
    set_in: Setter, n_partners: int, times: int
) -> None:
    """Found by setting it (the largest two sizes) or by measuring it (smaller ones)."""
    data = data_of(long_view(n_partners, times))
    reader = read(data)
    step = STEPS.index(chosen(reader))
    assert len(reader.pages) == len(set_in(data, STEPS[step]).pages) == 1
    if step:
        assert len(set_in(data, STEPS[step - 1]).pages) == 2


def test_more_text_makes_it_smaller() -> None:
    found = [chosen(read(data_of(long_view(n, times)))) for n, times in ((5, 9), (5, 13), (5, 19))]
    places = [STEPS.index(step) for step in found]
    assert places == [0, 1, 2]


def test_a_long_first_page_gets_smaller_and_leaves_the_others_as_they_are() -> None:
    view = views.municipality(n_partners=1)
    longer = copy.deepcopy(view)
    longer["goals"] += [goal | {"key": f"{goal['key']}_2"} for goal in view["goals"][:12]]
    said = words("de", CONTENT)
    short, long = read(data_of(view, "full")), read(data_of(longer, "full"))
    assert len(short.pages) == len(long.pages) == 3
    assert heading_size(short.pages[0], said["goals"]) > heading_size(long.pages[0], said["goals"]) >= 9
    for place, heading in ((1, "agenda"), (2, "partners")):
        assert heading_size(short.pages[place], said[heading]) == heading_size(long.pages[place], said[heading]) == 10


def test_pages_are_counted_where_the_smallest_size_runs_on() -> None:
    view = views.municipality(n_partners=5)
    view["fields"] = [field | {"key": f"{field['key']}_{i}"} for i in range(6) for field in view["fields"]]
    pages = [" ".join(sheet.extract_text().split()) for sheet in read(data_of(view, "full")).pages]
    assert len(pages) > 3
    assert all(f"Seite {number} von {len(pages)}" in text for number, text in enumerate(pages, 1))
