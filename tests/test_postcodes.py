"""Postcodes of the administration's seat: read where the register has them, found by the site, else not promised."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import site_views
from site_browser import build
from site_search import ASK

from typology.content.catalogue import load_content
from typology.errors import Findings
from typology.publishing.site.pages import ASSETS
from typology.register.bodies import RECORD_COLUMNS, seat_postcodes
from typology.register.gv100 import FIELDS, RECORD_LENGTH, read_gv100
from typology.register.register import read_register

CODES = {"90101003": "01067", "90101005": "24937", "90102001": "24937", "01051074": "25792"}


def record(satzart: str, kreis: str, gem: str, name: str, postcode: str = "") -> str:
    line = [" "] * RECORD_LENGTH
    cells = {"satzart": satzart, "stand": "20241231", "land": "01", "rb": "0", "kreis": kreis, "gem": gem, "vb": "0000",
             "textkennzeichen": "41" if satzart == "40" else "64", "name": name,
             "area": "00000001000", "population": "00000001000", "postcode": postcode}  # fmt: skip
    for field, text in cells.items():
        first = FIELDS[field][0] - 1
        line[first : first + len(text)] = text
    return "".join(line)


def test_the_fixed_width_register_has_the_postcode_of_the_seat() -> None:
    lines = [
        record("40", "51", "   ", "Kreis"),
        record("60", "51", "074", "Au", "01067"),
        record("60", "51", "075", "B"),
    ]
    records, _ = read_gv100("\n".join(lines).encode(), Findings("GV100AD.txt"))
    assert seat_postcodes(records) == {"01051074": "01067"}


def test_a_lost_zero_comes_back_and_what_is_no_postcode_is_left_out() -> None:
    rows = pd.DataFrame("", index=range(4), columns=list(RECORD_COLUMNS)).assign(
        satzart=["60", "60", "60", "40"], land="14", rb="6", kreis="12", gem=["000", "010", "020", "030"],
        postcode=["1067", "*****", "", "01067"],
    )  # fmt: skip
    assert seat_postcodes(rows) == {"14612000": "01067"}


@pytest.mark.parametrize("name", ["GV100AD_301123.txt", "AuszugGV4QAktuell_2024.xlsx"])
def test_both_official_files_know_the_seat_of_flensburg(external: Callable[[str], Path], name: str) -> None:
    found = read_register(external(f"register/{name}")).postcodes
    assert found["01001000"] == "24937" and len(found) > 10_000
    assert all(len(code) == 5 and code.isdigit() for code in found.values())


def asked(site: Path, texts: list[str], *, loaded: bool = True) -> list[list[str]]:
    """The keys that the search of a site offers for each text."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the search of the site runs in the tests of the browser only")
    register = (site / "assets" / "register.js").read_text(encoding="utf-8")
    more = (site / "assets" / "postcodes.js").read_text(encoding="utf-8") if loaded else ""
    both = site / "both.js"
    both.write_text(register + more, encoding="utf-8")
    done = subprocess.run(
        [node, "-e", ASK, str(both), str(ASSETS / "static" / "search.js")],
        input=json.dumps(texts), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [keys for _, keys in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """The sample site with and without postcodes."""
    root = tmp_path_factory.mktemp("postcodes")
    model = site_views.typology()
    return {with_: build(root / str(with_), model, postcodes=CODES if with_ else {}) for with_ in (True, False)}


def test_the_search_finds_every_seat_of_a_postcode(sites: dict[bool, Path]) -> None:
    found = asked(sites[True], ["24937", "01067", "1067", "24937 Neuenkirchen", "D-25792 Neuenkirchen", "99999"])
    assert sorted(found[0]) == ["90101005", "90102001"]
    assert found[1] == found[2] == ["90101003"]
    assert "90101005" in found[3] and "01051074" in found[4] and found[5] == []
    assert asked(sites[True], ["24937", "90101003"], loaded=False) == [[], ["90101003"]]


def test_a_key_goes_before_a_postcode(sites: dict[bool, Path]) -> None:
    folder = build(sites[True].parent / "kreis", site_views.typology(), postcodes={"90101003": "91201"})
    assert asked(folder, ["91201"])[0][0] == "91201" and "90101003" in asked(folder, ["91201"])[0]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_first_page_says_which_postcodes_are_found(sites: dict[bool, Path], language: str) -> None:
    content = load_content()
    seat, none = (content.say(f"site_search_{key}", language) for key in ("seat", "postcodes"))
    assert set(sites) == {True, False}
    for with_, site in sites.items():
        page = (site / ("" if language == "de" else language) / "index.html").read_text(encoding="utf-8")
        page = unescape(page)
        assert (seat in page, none in page) == (with_, not with_)
        assert (site / "assets" / "postcodes.js").is_file() is with_
        assert ("data-postcodes=" in page) is with_
