"""What the site says where a survey has little to show: weak structure, an empty class, nobody listed."""

from __future__ import annotations

from pathlib import Path

import site_views
from printed_numbers import read_compared

from typology.content.catalogue import load_content
from typology.content.site import load_site_config
from typology.publishing.site.build import build_site
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.values import with_key
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables

CONTENT = load_content()
INFO = StudyInfo("x", {}, "2026-06-30", True, "", "", {}, {}, "", 412, "pick", 3, {}, weak=True)


def build(folder: Path, **changes: object) -> Path:
    """The sample site with some of its inputs changed."""
    inputs: dict[str, object] = {
        "municipality_views": site_views.municipality_views(),
        "type_views": site_views.type_views(),
        "overview": site_views.overview(),
        "register_rows": site_views.register(),
        "typology": site_views.typology(),
        "config": load_site_config(),
        "content": CONTENT,
    }
    build_site(folder, **(inputs | changes))  # type: ignore[arg-type]
    return folder


def test_types_of_a_weak_structure_are_called_an_indication(tmp_path: Path) -> None:
    views = site_views.municipality_views()
    views[0] |= {"type": None, "second_type": None, "probabilities": []}
    overview = site_views.overview()
    for weak in (True, False):
        overview["survey"] = overview["survey"] | {"weak": weak}
        site = build(tmp_path / str(weak), overview=overview, municipality_views=views)
        pages = ["index.html", f"typ/{site_views.type_views()[0]['key']}.html", f"gemeinde/{views[0]['key']}.html"]
        for language, folder in (("de", site), ("en", site / "en")):
            sentence = CONTENT.say("view_status_weak", language)
            assert [(folder / page).read_text(encoding="utf-8").count(sentence) for page in pages] == [int(weak)] * 3


def test_every_view_carries_whether_the_structure_is_weak() -> None:
    assert ViewMaker(StudyTables(), INFO, CONTENT).survey()["weak"] is True


def test_a_type_without_members_says_so_and_gives_no_false_reason(tmp_path: Path) -> None:
    views = site_views.type_views()
    goals = [{**row, "type": None, "low": None, "high": None} for row in views[0]["goals"]]
    for n in (0, None):
        views[0] |= {"n": n, "goals": goals, "size_classes": []}
        text = (build(tmp_path / str(n), type_views=views) / f"typ/{views[0]['key']}.html").read_text(encoding="utf-8")
        assert (CONTENT.say("site_type_empty") in text) is (n == 0)
        assert (CONTENT.say("site_suppressed") in text) is (n is None)


def test_page_and_comparison_mark_the_chosen_goals_whatever_the_level_is_called(tmp_path: Path) -> None:
    views = site_views.municipality_views()
    levels = {True: "sofort", False: "bald"}
    views[0]["goals"] = [{**row, "own": levels[row["chosen"]]} for row in views[0]["goals"]]
    chosen = [row["key"] for row in views[0]["goals"] if row["chosen"]]
    site = build(tmp_path, municipality_views=views)
    page = (site / "gemeinde" / f"{views[0]['key']}.html").read_text(encoding="utf-8")
    assert page.count('<tr class="chosen">') == len(chosen) > 0
    compared = read_compared(site / "gemeinde" / f"{views[0]['key']}.js")
    assert [row["key"] for row in compared["goals"] if row["chosen"]] == chosen


def test_without_register_and_names_no_page_counts_to_nought(tmp_path: Path) -> None:
    none = site_views.register().iloc[:0]
    site = build(tmp_path, municipality_views=[], register_rows=none)
    start, register = ((site / page).read_text(encoding="utf-8") for page in ("index.html", "register.html"))
    assert CONTENT.say("site_to_register", n=0) not in start and CONTENT.say("site_to_check") in start
    assert CONTENT.say("site_register_intro", n=0) not in register and CONTENT.say("site_none_listed") in register


def test_a_key_that_is_the_only_name_is_said_once() -> None:
    assert [with_key("zeile_100", "zeile_100"), with_key("Au", "91201001")] == ["zeile_100", "Au (91201001)"]
