"""The map of the site: drawn from any register, small, the same as its table."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import site_views

from typology.content.catalogue import load_content
from typology.content.site import load_site_config
from typology.publishing.site.build import build_site
from typology.publishing.site.map import CountryMap, draw_map
from typology.publishing.site.search import register_table
from typology.register.register import read_register

LARGEST = 60_000  # bytes, packed


def of(bodies: pd.DataFrame) -> CountryMap:
    rows = bodies.reset_index().assign(listed=False)
    drawn = draw_map(register_table(rows))
    assert drawn is not None
    return drawn


def covered(drawn: CountryMap) -> np.ndarray:
    """The shape read back, cell by cell."""
    cells = np.zeros((drawn.height, drawn.width), dtype=bool)
    for start, row, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.shape):
        cells[int(row), int(start) : int(start) + int(length)] = True
    return cells


def check(drawn: CountryMap, bodies: pd.DataFrame) -> None:
    """Every place lies on the shape, north is up, east is right, and a kilometre is as long in both directions."""
    places = bodies[~bodies["kind"].isin(["kreis", "verband"]) & bodies["longitude"].notna()]
    points, cells = drawn.points.loc[places.index], covered(drawn)
    assert len(points) == len(places) > 2
    assert cells[points["y"].astype(int), points["x"].astype(int)].mean() > 0.99
    assert 0.05 < cells.mean() < 1
    for side, degrees in (("x", places["longitude"]), ("y", -places["latitude"])):
        assert np.corrcoef(points[side], degrees)[0, 1] > 0.999
        assert points[side].min() >= 0 and points[side].max() <= (drawn.width if side == "x" else drawn.height)
    north = np.radians(places["latitude"].mean())
    per_degree = [np.ptp(points["x"]) / np.ptp(places["longitude"]), np.ptp(points["y"]) / np.ptp(places["latitude"])]
    assert per_degree[0] / per_degree[1] == pytest.approx(np.cos(north), rel=0.05)


@pytest.mark.parametrize("world", ["demo", "nationwide"])
def test_the_map_is_drawn_from_an_invented_register(request: pytest.FixtureRequest, world: str) -> None:
    folder = Path(request.getfixturevalue(f"{world}_folder"))
    bodies = read_register(next(folder.rglob("register.csv"))).bodies
    drawn = of(bodies)
    check(drawn, bodies)
    assert drawn.svg() == of(bodies.sample(frac=1, random_state=1)).svg(), "rows in another order"
    assert len(gzip.compress(drawn.svg().encode())) < LARGEST / 10


def test_the_map_is_drawn_from_the_official_register(external) -> None:
    bodies = read_register(external("register/AuszugGV4QAktuell_2024.xlsx")).bodies
    drawn = of(bodies)
    check(drawn, bodies)
    assert len(drawn.points) > 10_000 and drawn.height > drawn.width
    assert len(gzip.compress(drawn.svg().encode())) < LARGEST / 10


def test_without_coordinates_there_is_no_map_and_no_link_to_one(tmp_path: Path) -> None:
    inputs = {
        "municipality_views": site_views.municipality_views(), "type_views": site_views.type_views(),
        "overview": site_views.overview(), "typology": site_views.typology(), "config": load_site_config(),
        "content": load_content(),
    }  # fmt: skip
    rows = site_views.register()
    build_site(tmp_path / "with", register_rows=rows, **inputs)
    build_site(tmp_path / "without", register_rows=rows.drop(columns=["longitude", "latitude"]), **inputs)
    index = {name: (tmp_path / name / "index.html").read_text(encoding="utf-8") for name in ("with", "without")}
    assert "map.html" in index["with"] and (tmp_path / "with" / "map.html").exists()
    assert "map.html" not in index["without"] and not (tmp_path / "without" / "map.html").exists()
    page = (tmp_path / "with" / "gemeinde" / "90101004.html").read_text(encoding="utf-8")
    assert 'class="map small"' in page and "assets/map.svg" in page
    assert 'class="map small"' not in (tmp_path / "without" / "gemeinde" / "90101004.html").read_text(encoding="utf-8")
