"""A name that several bodies share says its place wherever Kreis and Land do not stand beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from printed_numbers import read_compared

from typology.content.catalogue import load_content
from typology.publishing.sheets.text import localise
from typology.publishing.views.agenda_text import agenda_text
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.values import names_elsewhere, names_in_lists
from typology.writing import chance


def test_shared_names_carry_their_place() -> None:
    bodies = {
        "90001": {"name": "Altau", "base_name": "Altau", "kreis_name": "", "kind_label": "Landkreis"},
        "90001001": {"name": "Altau, Stadt", "base_name": "Altau", "kreis_name": "Altau", "kind_label": "Stadt"},
        "90002001": {"name": "Altau", "base_name": "Altau", "kreis_name": "Seekreis", "kind_label": "Gemeinde"},
        "90002002": {"name": "Moor", "base_name": "Moor", "kreis_name": "Seekreis", "shared_name": "ja"},
        "90002003": {"name": "Lind, Markt", "base_name": "Lind", "kreis_name": "Seekreis", "shared_name": ""},
    }
    assert names_in_lists(bodies) == {
        "90001": "Altau (Landkreis)",
        "90001001": "Altau (Stadt)",
        "90002001": "Altau (Seekreis)",
        "90002002": "Moor (Seekreis)",
        "90002003": "Lind",
    }


def test_a_kind_that_stands_as_the_place_is_said_in_the_language_of_the_page() -> None:
    content = load_content()
    bodies = {
        "90001": {"name": "Altau", "kreis_name": "", "kind": "kreis", "kind_label": "Landkreis"},
        "90001001": {"name": "Altau", "kreis_name": "Altau", "kind": "gemeinde", "kind_label": "Stadt"},
        "90003000": {"name": "Altau", "kreis_name": "Altau", "kind": "kreisfrei", "kind_label": "Kreisfreie Stadt"},
        "900040000": {"name": "Altau", "kreis_name": "", "kind": "verband", "kind_label": "Talverband"},
        "90002001": {"name": "Altau", "kreis_name": "Seekreis", "kind": "gemeinde", "kind_label": "Gemeinde"},
    }
    names = names_in_lists(bodies)
    assert names["900040000"] == "Altau (Talverband)"
    elsewhere = names_elsewhere(names, bodies, content)
    assert {key: said["en"] for key, said in elsewhere.items()} == {
        "90001": "Altau (district)",
        "90001001": "Altau (town)",
        "90003000": "Altau (independent city)",
        "900040000": "Altau (association of municipalities)",
    }
    assert all("de" not in said for said in elsewhere.values())


def test_no_english_page_and_no_english_text_prints_a_german_kind_as_a_place(
    demo_study, demo_processed: Path, read_in_english: str
) -> None:
    kinds = {kind for kind in demo_study.tables.municipalities["kind_label"] if kind}
    german = re.compile(rf"\((?:{'|'.join(map(re.escape, sorted(kinds)))})\)")
    english = demo_processed / "public" / "en"
    pages = [*english.glob("*.html"), *english.glob("gemeinde/*.html"), *english.glob("typ/*.html")]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages} | {"agenda": read_in_english}
    assert {name: found[:2] for name, text in texts.items() if (found := german.findall(text))} == {}
    lists = (english / "partners.html").read_text(encoding="utf-8")
    assert re.search(r">[^<(]+ \(district\)</a>", lists) and re.search(
        r">[^<(]+ \((?:town|independent city)\)</a>", lists
    )


@pytest.fixture
def read_in_english(demo_study) -> str:
    """The English agenda and the words of the English sheet of everybody in whose lists such a name stands."""
    maker = ViewMaker(demo_study.tables, demo_study.info, demo_study.content)
    around = {
        str(row["key"])
        for row in demo_study.tables.similar.to_dict("records")
        if row["partner"] in maker.partners.elsewhere
    }
    views = [maker.municipality(key) for key in sorted(around)[:10]]
    assert len(views) == 10
    unprinted = {"name_listed": ""}  # the name of its own page in lists
    said = [json.dumps(localise(view | unprinted, "en"), ensure_ascii=False) for view in views]
    return "\n".join([*said, *(agenda_text(view, demo_study.content, "en") for view in views)])


def test_no_two_rows_of_the_partner_page_look_alike(demo_study, demo_processed: Path) -> None:
    page = (demo_processed / "public" / "partners.html").read_text(encoding="utf-8")
    rows = re.findall(r'<th scope="row"><a href="gemeinde/(\w+)\.html">([^<]+)</a>', page)
    assert len(rows) == len({name for _, name in rows}) > 150
    bodies = demo_study.tables.municipalities
    shared = bodies[bodies["shared_name"] == "ja"].index
    plain = bodies["base_name"]
    assert {key for key, name in rows if name != plain[key]} == set(shared) & {key for key, _ in rows} != set()


def test_no_two_pages_share_a_title_and_no_two_choices_of_the_comparison_a_name(demo_processed: Path) -> None:
    public = demo_processed / "public"
    for folder in (public, public / "en"):
        pages = [*folder.glob("*.html"), *folder.glob("gemeinde/*.html"), *folder.glob("typ/*.html")]
        titles = [re.findall(r"<title>(.*)</title>", page.read_text(encoding="utf-8"))[0] for page in pages]
        assert len(set(titles)) == len(titles) > 200
    views = [read_compared(path) for path in sorted((public / "gemeinde").glob("*.js"))]
    choices = [view["name_listed"] or view["name"] for view in views]  # as compare.js calls them
    assert len(set(choices)) == len(choices) > 200


def test_the_register_decides_which_names_are_shared(demo_study, demo_survey) -> None:
    often = demo_survey.register.bodies["base_name"].value_counts()
    bodies = demo_study.tables.municipalities
    expected = pd.Series([often[name] > 1 for name in bodies["base_name"]], index=bodies.index)
    assert (bodies["shared_name"].eq("ja") == expected).all() and expected.any() and not expected.all()


def test_no_probability_is_printed_as_impossible_or_certain(demo_processed: Path) -> None:
    assert (chance(0.0, "de"), chance(1.0, "en"), chance(0.995, "de")) == ("< 1\u00a0%", "> 99%", "> 99\u00a0%")
    for page in sorted((demo_processed / "public" / "gemeinde").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        for cell in re.findall(r'<td class="num">([^<]*)</td><td class="pic"><svg class="bar', text):
            assert cell not in ("0\u00a0%", "100\u00a0%"), page.name
