"""The height of a sheet's second page is reckoned well enough that most sheets are set once."""

from __future__ import annotations

from datetime import datetime

import pytest
import views

from typology.content.catalogue import load_content
from typology.publishing.sheets import typesetting
from typology.publishing.sheets.room import LEAN, SIZES, first_step, lines, second_page
from typology.publishing.sheets.text import sheet_data, words

CONTENT = load_content()


def test_words_break_by_the_widths_of_their_letters() -> None:
    # 12 × "m" takes more than twice the room of 12 × "i" in this font
    assert lines((("mmmmmmmmmmmm mmmmmmmmmmmm", "Regular", 1.0),), 12) == 2
    assert lines((("iiiiiiiiiiii iiiiiiiiiiii", "Regular", 1.0),), 12) == 1
    # texts that follow one another share a line; half the size takes half the room
    assert lines((("mmmmmm", "Regular", 0.5), ("mmmmmm", "Semibold", 0.5)), 5) == 2
    assert lines((("mmmmmm", "Regular", 0.5), ("mmmmmm", "Semibold", 0.5)), 6) == 1
    assert lines((), 1) == 1


def test_more_partners_and_larger_text_take_more_room() -> None:
    said = words("de", CONTENT)
    view = [sheet_data(views.municipality(n_partners=n), "full", "de", CONTENT)["view"] for n in (0, 3, 5)]
    heights = [second_page(item, said, 9.0, lean=False) for item in view]
    assert heights == sorted(heights) and heights[0] < heights[2]
    assert second_page(view[2], said, 9.5, lean=False) > heights[2] > second_page(view[2], said, 9.0, lean=True)
    assert first_step(view[0], said) == 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_nearly_every_sheet_is_set_once(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    tries = []
    set_once = typesetting._set
    monkeypatch.setattr(typesetting, "_set", lambda *given: (tries.append(1), set_once(*given))[1])
    many = [views.municipality(n_partners=n % 6, status=("klar", "mischtyp")[n % 2], random_state=n) for n in range(12)]
    for view in many:
        data = sheet_data(view, "full", language, CONTENT)
        typesetting.set_pdf(data, datetime(2026, 6, 30), SIZES["municipality"], LEAN["municipality"])
    assert len(many) <= len(tries) <= len(many) + 2
