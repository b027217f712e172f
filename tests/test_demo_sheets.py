"""Sheets of the demo, chosen by what is unusual about a municipality: each is set, conforms and names its own.

A sheet for every municipality, and in public for those who agreed only, is tested on the practice study.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import page
import pandas as pd
import pypdf
import pytest
from proofs import every_third

from typology.matching.numbers import LEAST_STEPS
from typology.publishing.sheets.render import Kind, render_sheet
from typology.publishing.sheets.text import PAGES, TEMPLATES, localise
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.overview import overview_view
from typology.tables.package import read_tables
from typology.tables.study_tables import StudyTables
from typology.types.typology import load_typology


def per_key(tables: StudyTables, *names: str) -> pd.Series:
    """How many rows of these tables each municipality has."""
    rows = pd.concat([tables.get(name)["key"] for name in names]).value_counts()
    return rows.reindex(tables.municipalities.index, fill_value=0)


def ticked(tables: StudyTables) -> pd.Series:
    return (tables.goals == "ja").sum(axis=1)


CHOSEN: dict[str, Callable[[StudyTables], str]] = {
    "longest name": lambda tables: tables.municipalities["name"].str.len().idxmax(),
    "fewest partners": lambda tables: per_key(tables, "similar", "complementary").idxmin(),
    "no goal answered": lambda tables: (tables.goals == "").all(axis=1).idxmax(),
    "everything ticked": lambda tables: ticked(tables).idxmax(),
    "fewest steps": lambda tables: per_key(tables, "agenda").idxmin(),
    "most steps and words": lambda tables: (
        per_key(tables, "agenda", "competence_gaps") + tables.municipalities["name"].str.len() / 100
    ).idxmax(),
    "mixed type": lambda tables: (tables.assignments["status"] == "mischtyp").idxmax(),
    "largest Kreis": lambda tables: tables.municipalities.query("kind == 'kreis'")["population"].idxmax(),
    "kreisfrei": lambda tables: tables.municipalities.query("kind == 'kreisfrei'")["population"].idxmin(),
    "smallest": lambda tables: tables.municipalities["population"].idxmin(),
    "shared name": lambda tables: (tables.municipalities["shared_name"] == "ja").idxmax(),
    "not listed": lambda tables: (~tables.consent["listed"]).idxmax(),
}


def test_the_demo_has_what_the_sheets_are_chosen_for(demo_study) -> None:
    tables = demo_study.tables
    keys = {name: choose(tables) for name, choose in CHOSEN.items()}
    assert len(set(keys.values())) >= 10
    assert (tables.goals.loc[keys["no goal answered"]] == "").all()
    assert ticked(tables)[keys["everything ticked"]] == len(tables.goals.columns)
    assert per_key(tables, "agenda")[keys["fewest steps"]] == LEAST_STEPS
    assert per_key(tables, "similar", "complementary")[keys["fewest partners"]] < 5
    assert tables.assignments.at[keys["mixed type"], "status"] == "mischtyp"
    assert tables.municipalities.at[keys["shared name"], "shared_name"] == "ja"
    assert not tables.consent.at[keys["not listed"], "listed"]


def lengths_are_exact(pdf: bytes) -> bool:
    """Whether one line end and ``endstream`` follow after as many bytes as each stream says that it has."""
    streams = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*?stream\r?\n", pdf))
    ends = [pdf[found.end() + int(found[1]) :][:12] for found in streams]
    return len(ends) == pdf.count(b"\nendstream") > 0 and all(end.startswith(b"\nendstream") for end in ends)


def check(view: dict, kind: Kind, said: str) -> None:
    pdf = render_sheet(view, kind=kind)
    for profile in ("ua1", "2a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        wrong = [failure.rule_id for failure in report.failures]
        if wrong == [
            "PDFA2A-STREAM-LENGTH-001"
        ]:  # it takes a last byte 13 of compressed data for a part of the line end
            assert lengths_are_exact(pdf)
            continue
        assert wrong == []
    sheets = pypdf.PdfReader(io.BytesIO(pdf)).pages
    further = kind == "full" and view.get("page") is not None
    assert len(sheets) == PAGES[TEMPLATES[view["kind"], kind]] + further
    words = " ".join(sheets[0].extract_text().split())
    assert said in words or said in words.replace("- ", "-"), words[:300]


@pytest.mark.parametrize("name", every_third(CHOSEN))
def test_unusual_municipalities_have_their_sheets(demo_study, name: str) -> None:
    key = CHOSEN[name](demo_study.tables)
    view = ViewMaker(demo_study.tables, demo_study.info, demo_study.content, "self").municipality(key)
    for kind in ("short", "full", "council"):
        check(view, kind, demo_study.tables.municipalities.at[key, "name"])


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_longest_full_sheets_have_three_pages_and_drop_nothing(demo_study, language) -> None:
    tables = demo_study.tables
    maker = ViewMaker(tables, demo_study.info, demo_study.content, "self")
    current = (tables.pain_points == "aktuell").sum(axis=1) + per_key(tables, "agenda", "similar", "complementary")
    views = [maker.municipality(key) for key in current.nlargest(24).index]
    views = sorted(views, key=lambda view: -len(str(localise(view, language))))[:4]
    assert len(views) == 4
    for view in views:
        local = localise(view, language)
        assert (len(local["agenda"]), len(local["similar"]), len(local["complementary"])) == (5, 5, 5)
        view["name_long"] += ", Große Kreisstadt und Universitätsstadt an der Mündung"
        sheets = pypdf.PdfReader(io.BytesIO(render_sheet(view, kind="full", language=language))).pages
        assert len(sheets) == 3, view["key"]
        words = re.sub(r"[\s\xad-]", "", "".join(sheet.extract_text() for sheet in sheets))
        told = [step[part] for step in local["agenda"] for part in ("title", "how", "takes", "decides", "trigger")]
        told += [pain["way_out"]["text"] for pain in local["pain_points"] if pain["state"] == "aktuell"]
        told += [group["sentence"] for group in local["cooperation"]]
        told += [card["topic"] for name in ("similar", "complementary") for card in local[name]]
        told += [field["label"] for field in local["fields"]] + [goal["label"] for goal in local["goals"]]
        assert len(told) > 50 and [text for text in told if re.sub(r"[\s\xad-]", "", text) not in words] == []


@pytest.mark.parametrize("kind", ["short", "full", "council"])
def test_a_municipality_without_a_step_has_its_sheet(demo_study, kind: Kind) -> None:
    """A catalogue of one's own may hold no step that the answers call for; of the shipped one everybody has some."""
    key, tables = CHOSEN["longest name"](demo_study.tables), demo_study.tables
    without = tables.having(agenda=tables.agenda[tables.agenda["key"] != key])
    assert per_key(without, "agenda")[key] == 0
    view = ViewMaker(without, demo_study.info, demo_study.content, "self").municipality(key)
    check(view, kind, tables.municipalities.at[key, "name"])


@pytest.mark.long
def test_types_and_overview_have_their_sheets_inside_and_in_public(demo_study, demo_processed) -> None:
    folder = demo_processed / "public"
    shown = replace(
        demo_study, tables=read_tables(folder, public=True), typology=load_typology(folder / "typology.json")
    )
    for study, audience in ((demo_study, "self"), (shown, "public")):
        maker = ViewMaker(study.tables, study.info, study.content, audience)
        assert len(maker.types()) == 4
        for view in maker.types():
            check(view, "full", view["label"]["de"])
        check(overview_view(maker, study.typology), "full", study.info.title["de"])
