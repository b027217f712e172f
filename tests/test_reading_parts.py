"""Who asks for a part of a study reads only that part, and is told the same."""

from __future__ import annotations

import pytest
from conftest import Tiny

from typology.commands.show import NEEDED
from typology.commands.study import SUMMED_UP, echo_summary
from typology.study.workflow import read_study, run_study
from typology.tables.package import _rows_of

LONG = ("municipality_profiles", "similar", "complementary")


def test_what_is_shown_of_one_municipality_needs_its_own_rows_only(tiny: Tiny) -> None:
    whole = read_study(tiny.target, only=NEEDED)
    assert len(whole.tables.municipalities) == 60
    for key in whole.tables.municipalities.index[[0, 20, -1]]:
        part = read_study(tiny.target, only=NEEDED, of=key)
        assert part.view(key) == whole.view(key)
        for name in LONG:
            rows = part.tables.get(name)
            assert set(rows["key"]) <= {key} and len(rows) < len(whole.tables.get(name))


def test_lines_are_left_out_only_where_each_is_a_row() -> None:
    fields = {"key": {"type": "string"}, "rank": {"type": "integer"}}
    table = b"key;rank\r\n09;1\r\n091;2\r\n09;3\r\n"
    assert _rows_of("09", table, ";", fields) == b"key;rank\r\n09;1\r\n09;3\r\n"
    assert _rows_of("09", table + b'"0\n9";4\r\n', ";", fields).endswith(b";4\r\n")
    assert _rows_of("09", table, ";", {"list": {"type": "string"}} | fields) == table


def test_the_summary_looks_at_no_other_tables(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    echo_summary(read_study(tiny.target), tiny.target)
    whole = capsys.readouterr().out
    again = run_study(
        tiny.folder, tiny.target, tiny.settings, sheets=False, site=False, only=SUMMED_UP, progress=lambda text: None
    )
    assert again.tables.municipality_profiles.empty and len(again.tables.similar)
    echo_summary(again, tiny.target)
    assert capsys.readouterr().out == whole and len(whole.splitlines()) > 10
