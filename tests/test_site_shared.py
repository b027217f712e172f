"""What several views share stands once, and every view comes back whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import site_views
from hypothesis import given
from hypothesis import strategies as st

from typology.publishing.site.data import twin
from typology.publishing.site.shared import FEWEST, NUMBER, TOGETHER, SharedParts, read_view, whole

TEXT = {"de": "Einen Schritt nach dem anderen gehen", "en": "Take one step after the other"}
STEP = dict.fromkeys(TOGETHER[0], TEXT)
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([1.0, 1, True, "1", "a" * 50]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["x", "y"]), PARTS, max_size=2), max_size=5), st.integers(0, 4))
def test_every_view_comes_back_as_it_was(views: list[dict[str, Any]], n: int) -> None:
    steps = [{**STEP, "trigger": place} for place in range(n)]
    views = [*views, *views, *({"agenda": steps, "n": place} for place in range(3))]
    shared = json.loads(json.dumps([SharedParts(views).views, SharedParts(views).parts]))
    back = [whole(view, shared[1]) for view in shared[0]]
    assert json.dumps(back, sort_keys=True) == json.dumps(views, sort_keys=True), "1, 1.0 and true are told apart"


def test_what_stands_in_few_places_stays_where_it_is() -> None:
    few, many = (SharedParts([{"n": place, "part": TEXT} for place in range(n)]) for n in (FEWEST - 1, FEWEST))
    assert few.parts == [] and few.views[0] == {"n": 0, "part": TEXT}
    assert many.parts == [TEXT] and many.views[0] == {"n": 0, "part": {NUMBER: 0}}


def test_a_step_is_one_part_beside_what_is_said_to_a_single_municipality() -> None:
    shared = SharedParts([{"agenda": [{**STEP, "trigger": place}]} for place in range(FEWEST)])
    (step,) = shared.views[1]["agenda"]
    assert set(step) == {NUMBER, "trigger"} and whole(step, shared.parts) == {**STEP, "trigger": 1}


def test_the_data_of_a_page_are_its_view(tmp_path: Path) -> None:
    from site_browser import build

    build(tmp_path, site_views.typology())
    views = site_views.municipality_views(site_views.typology())
    assert len(views) > 2 and twin({"key": "1", "summary": {}}) == {"key": "1"}
    for view in views:
        path = tmp_path / "gemeinde" / f"{view['key']}.json"
        assert read_view(path) == twin(view) and path.stat().st_size < len(json.dumps(view)) / 2
