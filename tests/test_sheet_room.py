"""Each page of a sheet stands in the largest text size that holds it, and leaves hints out before text gets tiny.

Whether a size holds a page is found here in another way than in the template: by setting it in that size alone and
counting pages.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
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
from typology.publishing.sheets.typesetting import ASSETS, set_pdf

CONTENT = load_content()
STEPS = ((9.5, False), (9.0, False), (8.5, False), (8.5, True), (8.0, True), (7.5, True))
"""Text sizes of a municipality's pages in points, and whether the page is lean."""
HOW = "Alle Ebenen einbeziehen und das Vorgehen mit dem Rat abstimmen."
Setter = Callable[[dict[str, Any], float, bool], pypdf.PdfReader]


def long_view(n_partners: int, times: int) -> dict[str, Any]:
    """A municipality with so many partners, whose agenda says how in so many sentences."""
    view = views.municipality(n_partners=n_partners, random_state=n_partners)
    view["agenda"] = [step | {"how": {"de": HOW * times, "en": HOW * times}} for step in view["agenda"]]
    return view


def data_of(view: dict[str, Any], language: Any = "de") -> dict[str, Any]:
    return sheet_data(view, "full", language, CONTENT)


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


def chosen(reader: pypdf.PdfReader) -> tuple[float, bool]:
    """The size of the second page, and whether it leaves out how a step is done."""
    said = words("de", CONTENT)
    size = heading_size(reader.pages[1], said["agenda"])
    return size, HOW[:20] not in " ".join(reader.pages[1].extract_text().split())


@pytest.fixture
def set_in(tmp_path: Path) -> Setter:
    """Set a sheet in one size only."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ASSETS / "fonts"])

    def setter(data: dict[str, Any], size: float, lean: bool) -> pypdf.PdfReader:
        folder = tmp_path / f"{size}-{lean}"
        if not folder.exists():
            shutil.copytree(ASSETS / "typst", folder)
            text = (folder / "municipality.typ").read_text(encoding="utf-8")
            for old, new in (
                ("#let sizes = (9.5pt, 9pt, 8.5pt, 8.5pt, 8pt, 7.5pt)", f"#let sizes = ({size}pt,)"),
                ("#let lean-from = 3", f"#let lean-from = {0 if lean else 1}"),
                ("likely: lean-from", "likely: 0"),
            ):
                assert text.count(old) == 1
                text = text.replace(old, new)
            (folder / "municipality.typ").write_text(text, encoding="utf-8")
        pdf = typst.Compiler(folder / "sheet.typ", root=folder, font_paths=fonts).compile(
            format="pdf", sys_inputs={"data": json.dumps(data)}
        )
        return pypdf.PdfReader(io.BytesIO(bytes(pdf)))

    return setter


@pytest.mark.parametrize(("n_partners", "times"), [(0, 1), (2, 1), (3, 2), (4, 1), (5, 1), (5, 3), (5, 4)])
def test_the_second_page_stands_in_the_largest_size_that_holds_it(set_in: Setter, n_partners: int, times: int) -> None:
    data = data_of(long_view(n_partners, times))
    reader = read(data)
    assert len(reader.pages) == 2
    step = STEPS.index(chosen(reader))
    assert len(set_in(data, *STEPS[step]).pages) == 2
    if step:
        # the first page holds its text in every size, so a third page is the second's
        assert len(set_in(data, *STEPS[step - 1]).pages) == 3


@pytest.mark.parametrize(("n_partners", "times", "expected"), [(1, 1, 9.0), (2, 2, 9.0), (3, 1, 8.5), (3, 3, 8.0)])
def test_a_sheet_of_one_page_stands_in_the_largest_size_that_holds_it(
    set_in: Setter, n_partners: int, times: int, expected: float
) -> None:
    """Found by setting it (the largest two sizes) or by measuring it (smaller ones)."""
    view = views.municipality(n_partners=n_partners)
    for part in ("similar", "complementary"):
        view[part] = [item | {"topic": {"de": HOW * times, "en": HOW * times}} for item in view[part]]
    data = sheet_data(view, "short", "de", CONTENT)
    reader = read(data)
    size = heading_size(reader.pages[0], words("de", CONTENT)["goals"])
    larger = {size: larger for (larger, _), (size, _) in itertools.pairwise(STEPS[1:]) if larger > size}
    assert size == expected
    assert len(reader.pages) == len(set_in(data, size, False).pages) == 1
    if size in larger:
        assert len(set_in(data, larger[size], False).pages) == 2


def test_more_text_makes_it_smaller_and_hints_go_before_it_gets_tiny() -> None:
    found = [chosen(read(data_of(long_view(n, times)))) for n, times in ((0, 1), (2, 1), (4, 1), (5, 3))]
    places = [STEPS.index(step) for step in found]
    assert places == sorted(places) and places[0] == 0 and places[-1] >= 3
    assert all(lean == (size < 8.5) for size, lean in found if size != 8.5)


def test_a_long_first_page_gets_smaller_and_leaves_the_second_as_it_is() -> None:
    view = views.municipality(n_partners=1)
    longer = copy.deepcopy(view)
    longer["goals"] += [goal | {"key": f"{goal['key']}_2"} for goal in view["goals"][:8]]
    goals, agenda = words("de", CONTENT)["goals"], words("de", CONTENT)["agenda"]
    short, long = read(data_of(view)), read(data_of(longer))
    assert len(short.pages) == len(long.pages) == 2
    assert heading_size(short.pages[0], goals) == 9.5 > heading_size(long.pages[0], goals)
    assert heading_size(short.pages[1], agenda) == heading_size(long.pages[1], agenda)


def test_pages_are_counted_where_the_smallest_size_runs_on() -> None:
    view = views.municipality(n_partners=5)
    view["goals"] = [goal | {"key": f"{goal['key']}_{i}"} for i in range(4) for goal in view["goals"]]
    pages = [" ".join(sheet.extract_text().split()) for sheet in read(data_of(view)).pages]
    assert len(pages) == 3
    assert [f"Seite {number} von 3" in text for number, text in enumerate(pages, 1)] == [True] * 3
