"""Letter, symbol and colour of types: distinct in every study, and the same wherever a type is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import draw_answers, planted_clustering, planted_rates
from pydantic import TypeAdapter

from typology.content.catalogue import Type, load_content
from typology.content.reading import FOLDER
from typology.errors import ContentError
from typology.publishing import figures
from typology.publishing.sheets.text import sheet_data
from typology.publishing.sheets.typesetting import ASSETS
from typology.publishing.site import data as site_data
from typology.publishing.site.shapes import cut_shape, drawn_shape
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.overview import overview_view
from typology.survey.codebook import TypologySettings
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables
from typology.types.naming import name_types
from typology.types.signs import GROUP_MARKERS, MARKERS, NAMED_MARKERS, neutral_grey, type_signs

CONTENT = load_content()
TEXT = {"de": "T", "en": "T"}
INFO = StudyInfo("x", TEXT, "2026-06-30", True, "", "", TEXT, TEXT, "", 40, "yes_no", None, TEXT)
GROUPS = [f"gruppe_{letter}" for letter in "abcdefghijkl"]


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[str], Any]:
    """A catalogue of one to eight types with any signs, and a study in which some of them are named."""
    n = draw(st.integers(1, 8))
    letters = draw(
        st.lists(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcgÄÖÜ123"), min_size=n, max_size=n, unique=True)
    )
    symbols = draw(st.permutations(list(NAMED_MARKERS)))
    colours = draw(st.lists(st.sampled_from(["#4A4A4A", "#4b4b4b", "#4C4C4C", "#0B4F9E"]), min_size=n, max_size=n))
    types = tuple(
        CONTENT.types[0].model_copy(update={"key": f"typ_{place}", "letter": a, "symbol": b, "colour": c})
        for place, (a, b, c) in enumerate(zip(letters, symbols, colours, strict=False))
    )
    named = draw(st.lists(st.sampled_from(types), unique_by=lambda item: item.key))
    groups = draw(st.lists(st.sampled_from([*GROUPS, "fremd", "anderswo"]), min_size=1, max_size=12, unique=True))
    return draw(st.permutations([*(item.key for item in named), *groups])), replace(CONTENT, types=types)


@given(studies())
def test_no_group_borrows_a_sign_whatever_is_named_and_whatever_the_catalogue(study: tuple[list[str], Any]) -> None:
    keys, content = study
    signs = type_signs(keys, content)
    assert list(signs) == keys
    assert len({sign.letter for sign in signs.values()}) == len({sign.symbol for sign in signs.values()}) == len(keys)
    unnamed = [sign for key, sign in signs.items() if content.type(key) is None]
    assert unnamed
    for item in content.types:
        assert item.letter not in {sign.letter for sign in unnamed}
        assert item.symbol not in {sign.symbol for sign in unnamed}
        assert item.colour.upper() not in {sign.colour for sign in unnamed}
    assert len({sign.colour for sign in unnamed}) == 1


def test_a_group_keeps_its_signs_when_another_earns_a_name() -> None:
    alone = type_signs(["gruppe_b"], CONTENT)["gruppe_b"]
    assert alone == type_signs(["bedaechtige", "gruppe_a", "gruppe_b"], CONTENT)["gruppe_b"]
    assert (alone.letter, alone.symbol, alone.colour) == ("GB", "open-triangle", "#4A4A4A")
    assert type_signs(["gruppe_z", "gruppe_aa"], CONTENT)["gruppe_aa"].letter == "GAA"


def test_there_are_signs_for_as_many_groups_as_a_codebook_may_ask_for() -> None:
    most = TypeAdapter(TypologySettings).json_schema()["properties"]["n_classes"]["maximum"]
    assert len(GROUP_MARKERS) == most == len(GROUPS)


def test_the_catalogue_may_name_every_symbol_of_types_and_none_of_groups() -> None:
    allowed = Type.model_json_schema()["properties"]["symbol"]["enum"]
    assert set(allowed) == set(NAMED_MARKERS)


def test_two_types_with_one_letter_or_symbol_are_refused(tmp_path: Path) -> None:
    text = (FOLDER / "types.yaml").read_text(encoding="utf-8")
    (tmp_path / "types.yaml").write_text(
        text.replace("letter: O", "letter: B").replace("symbol: diamond", "symbol: circle"), encoding="utf-8"
    )
    with pytest.raises(ContentError) as caught:
        load_content(tmp_path)
    assert [(item.column, item.value) for item in caught.value.problems] == [
        ("optimierer.letter", "B"), ("community_manager.symbol", "circle"),
    ]  # fmt: skip


# -- wherever a symbol is drawn, every symbol can be drawn -----------------------------------------------------------


def test_pages_draw_every_symbol_in_its_own_way() -> None:
    found = {symbol: drawn_shape(symbol) for symbol in MARKERS}
    assert len(set(found.values())) == len(MARKERS)
    assert {symbol for symbol, text in found.items() if 'class="outline"' in text} == set(GROUP_MARKERS)


def test_scripts_take_the_symbols_of_the_page() -> None:
    script = (ASSETS / "site" / "static" / "marks.js").read_text(encoding="utf-8")
    assert "<path" not in script and '"path"' not in script and 'svg("use"' in script


@pytest.mark.parametrize("symbol", MARKERS)
def test_before_a_name_stands_the_same_symbol_as_in_a_drawing(symbol: str) -> None:
    """Both are filled in on a fine grid: of the square, the same share is covered, at the same places."""
    places = (np.mgrid[0:64, 0:64] + 0.5) / 4 - 8
    drawn, cut = drawn_cells(drawn_shape(symbol), *places), cut_cells(cut_shape(symbol), *places)
    assert 0.1 < drawn.mean() < 0.6
    assert (drawn != cut).sum() <= 0.12 * drawn.sum(), "but for tips, which are round here and not in a browser"


def inside(corners: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Cells that lie inside one line of corners, where it crosses itself by the rule of even and odd."""
    odd = np.zeros(y.shape, dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            odd ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd


def near(corners: np.ndarray, y: np.ndarray, x: np.ndarray, reach: float) -> np.ndarray:
    """Cells within a distance of the closed line."""
    found = np.zeros(y.shape, dtype=bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - start
        part = (((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along @ along)).clip(0, 1)
        found |= np.hypot(x - start[0] - part * along[0], y - start[1] - part * along[1]) <= reach
    return found


def drawn_cells(element: str, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    if radius := re.search(r' r="([\d.]+)"', element):
        distance = np.hypot(x, y)
        return abs(distance - float(radius[1])) <= 1.5 if "ring" in element else distance <= float(radius[1])
    corners = np.array(re.findall(r"-?[\d.]+", element.partition("z")[0]), dtype=float).reshape(-1, 2)
    return near(corners, y, x, 1.0) if "outline" in element else inside(corners, y, x)


def cut_cells(outline: str, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    numbers = np.array(re.findall(r"-?[\d.]+(?=%)", outline), dtype=float)
    if outline.startswith("circle"):
        return np.hypot(x, y) <= 0.16 * numbers[0]
    return inside(0.16 * numbers.reshape(-1, 2) - 8, y, x)


def test_sheets_draw_every_symbol() -> None:
    template = (ASSETS / "typst" / "design.typ").read_text(encoding="utf-8")
    outlines = set(re.findall(r"^  (open-[\w-]+): \(\(", template, flags=re.M))
    assert outlines == set(GROUP_MARKERS)
    filled = set(re.findall(r'kind == "(\w+)"', template))
    assert filled == set(NAMED_MARKERS) - {"bar"}, "a bar is what is drawn where nothing else is known"


# -- one study, some of it named --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def partly_named() -> tuple[Any, ViewMaker]:
    """A typology in which one group earned no name, and views of the study."""
    rates = planted_rates()
    rates.loc["optimierer", ["effizienz", "effektivitaet"]] = 0.15
    typology = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    answers = draw_answers(typology, 40).drop(columns="truth")
    assigned = typology.assign(answers)
    bodies = pd.DataFrame(
        {"name": answers.index, "kind": "gemeinde", "kreis_name": "", "land_name": "", "size_class": ""},
        index=answers.index,
    )
    consent = pd.DataFrame(
        dict.fromkeys(("listed", "answers", "partner", "contact"), True) | {"mailbox": ""}, index=answers.index
    )
    types = pd.DataFrame({"type": typology.type_keys, "share": [item.share for item in typology.types], "n": 10})
    tables = StudyTables(
        municipalities=bodies, consent=consent, assignments=assigned, goals=answers.astype(str), types=types
    )
    return typology, ViewMaker(tables, INFO, CONTENT)


def signs_in(items: Any) -> dict[str, tuple[str, str, str]]:
    """key → letter, symbol, colour of a list of marks."""
    return {item["key"]: (item["letter"], item["symbol"], item["colour"]) for item in items}


def test_file_views_sheets_site_and_figures_show_one_sign_per_type(partly_named: tuple[Any, ViewMaker]) -> None:
    typology, maker = partly_named
    keys = list(typology.type_keys)
    assert keys[-1] == "gruppe_b" and "bedaechtige" in keys
    expected = {key: (sign.letter, sign.symbol, sign.colour) for key, sign in type_signs(keys, CONTENT).items()}
    assert len({letter for letter, *_ in expected.values()}) == 4
    file = json.loads(json.dumps(typology.to_dict()))
    assert signs_in(file["types"]) == expected
    assert signs_in(maker.types()) == expected
    assert signs_in(overview_view(maker, typology)["types"]) == expected
    assert signs_in(figures.type_marks(keys, CONTENT)) == expected
    seen = [view for view in maker.municipalities() if view["type"]]
    assert {view["type"]["key"] for view in seen} == set(keys)
    assert signs_in(view["type"] for view in seen) == expected
    assert signs_in(seen[0]["probabilities"]) == expected
    sheet = sheet_data(maker.type("gruppe_b"), "short", "de", CONTENT)
    assert signs_in([sheet["view"]]) == {"gruppe_b": expected["gruppe_b"]}
    council = next(view for view in seen if view["type"]["key"] == "gruppe_b")
    assert signs_in([sheet_data(council, "council", "de", CONTENT)["view"]["type"]])["gruppe_b"] == expected["gruppe_b"]
    script = site_data.view_script("x", site_data.compared(council))
    assert '"letter":"GB","symbol":"open-triangle"' in script
    colours = site_data.type_styles([*maker.types(), *file["types"]])
    assert '.type-gruppe_b{--letter:"GB";' in colours
    greys = set(re.findall(r"\.type-gruppe_b\{--type:(#\w+)\}", colours))
    assert neutral_grey(CONTENT).lower() in greys and len(greys) == 2, "one on light ground, one on dark"


@pytest.mark.parametrize("key", ["alle", "nicht_zuzuordnen", "gruppe_b"])
def test_no_type_takes_the_key_of_a_group_or_of_all(tmp_path: Path, key: str) -> None:
    text = (FOLDER / "types.yaml").read_text(encoding="utf-8")
    (tmp_path / "types.yaml").write_text(text.replace("key: optimierer", f"key: {key}"), encoding="utf-8")
    with pytest.raises(ContentError, match="Dieser Schlüssel ist vergeben") as caught:
        load_content(tmp_path)
    assert [problem.value for problem in caught.value.problems] == [key]


def test_a_catalogue_that_was_changed_is_read_again(tmp_path: Path) -> None:
    text = (FOLDER / "types.yaml").read_text(encoding="utf-8")
    (tmp_path / "types.yaml").write_text(text, encoding="utf-8")
    first = load_content(tmp_path)
    assert load_content(tmp_path) is first
    (tmp_path / "types.yaml").write_text(text.replace("letter: O", "letter: Z"), encoding="utf-8")
    assert [item.letter for item in load_content(tmp_path).types] == ["B", "Z", "S", "C"]
    assert load_content() is load_content()
