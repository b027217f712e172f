"""A municipality beside its own size class: what everybody may know, from open answers alone."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.publishing.gate.public_profiles import public_profiles
from typology.publishing.site.shared import read_view
from typology.publishing.views.answers import FEWEST
from typology.publishing.views.maker import ViewMaker
from typology.study.workflow import read_study
from typology.tables.package import read_tables


@pytest.fixture(scope="module", params=["demo", "nationwide"])
def edition(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(f"{request.param}_processed")
    return found


def test_public_figures_of_a_size_class_are_those_of_open_answers(edition: Path) -> None:
    """They follow from two public tables, so they tell nothing else; a small class has none."""
    public = read_tables(edition / "public", public=True)
    study = read_study(edition, only=("consent", "municipality_profiles"))
    beside = public_profiles(
        study.tables.municipality_profiles, public.type_profiles, public.assignments, public.goals.index
    )
    public = public.having(
        consent=study.tables.consent.loc[public.municipalities.index],
        municipality_profiles=beside,  # what the file leaves to the profiles of types
    )
    maker = ViewMaker(public, study.info, study.content, "public")
    classes = public.municipalities["size_class"]
    shown = held_back = 0
    for key in public.goals.index:
        alike = classes.index[classes == classes[key]].intersection(public.stand.index)
        levels = public.stand.loc[alike].apply(pd.to_numeric, errors="coerce")
        for row in maker.municipality(key)["fields"]:
            n = int(levels[row["key"]].count())
            if n < FEWEST or not classes[key]:
                assert row["size"] is None and row["n_size"] is None
                held_back += 1
            else:
                assert row["n_size"] == n and row["size"] == pytest.approx(levels[row["key"]].mean(), abs=1e-4)
                shown += 1
    assert shown > 100 and held_back > 0


def test_pages_show_a_size_class_where_there_is_a_figure_and_else_say_why(edition: Path) -> None:
    content = load_content()
    column, few = f'<th scope="col">{content.say("site_own_size", "de")}</th>', content.say("site_own_size_few", "de")
    seen = {True: 0, False: 0}
    for path in sorted(edition.glob("public/gemeinde/9*.json")):
        view = read_view(path)
        text = path.with_suffix(".html").read_text(encoding="utf-8")
        if not (view["goals"] and view["size_class"]):
            continue
        known = any(row["size"] is not None for part in ("goals", "fields") for row in view[part])
        assert (column in text) is known
        if known:
            assert f"Kommunen der Größenklasse {escape(view['size_class']['label']['de'])}" in text
        else:
            assert few in text
        seen[known] += 1
    assert seen[True] > 5 and seen[False] > 0
