"""What the public tables say to data catalogues: the fields of DCAT-AP.de that are known, and no others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_records import ABOUT, sample

from typology.content.catalogue import load_content
from typology.content.reading import FOLDER
from typology.content.site import OpenData, load_site_config
from typology.errors import ContentError
from typology.tables.info import StudyInfo
from typology.tables.open_data import LICENCES, catalogue_fields, licence_fields
from typology.tables.package import write_package

WORDS = {"de": "Welche Ziele?", "en": "Which goals?"}
SAMPLE = {"de": "Keine Zufallsstichprobe.", "en": "Not a random sample."}
INFO = StudyInfo("x", WORDS, "2026-06-30", True, "", "CC BY 4.0", SAMPLE, {}, "", 40, "yes_no", None, WORDS)
GIVEN = OpenData(
    publisher="Landkreis Musterland", homepage="https://musterland.example", contact="daten@musterland.example",
    contributor_id="http://dcat-ap.de/def/contributors/musterland", keywords=("Kommune",), themes=("GOVE", "TECH"),
    level="administrativeDistrict", spatial=("http://dcat-ap.de/def/politicalGeocoding/stateKey/03",),
)  # fmt: skip


def test_everything_given_is_said() -> None:
    assert dict(catalogue_fields(INFO, GIVEN, load_content())) == {
        "description": "Tabellen einer Befragung von Kommunen: wer der Nennung zugestimmt hat, und zusammengefasste "
        "Zahlen aller. Gefragt war: „Welche Ziele?“ Keine Zufallsstichprobe.",
        "contributors": [{"title": "Landkreis Musterland", "role": "publisher", "path": "https://musterland.example"}],
        "licenses": [
            {"title": "CC BY 4.0", "name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
        ],
        "dct:license": "http://dcat-ap.de/def/licenses/cc-by/4.0",
        "keywords": ["Kommune"],
        "dct:language": "http://publications.europa.eu/resource/authority/language/DEU",
        "dct:modified": "2026-06-30",
        "dct:spatial": ["http://dcat-ap.de/def/politicalGeocoding/stateKey/03"],
        "dcatde:politicalGeocodingLevelURI": "http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict",
        "dcat:theme": [
            "http://publications.europa.eu/resource/authority/data-theme/GOVE",
            "http://publications.europa.eu/resource/authority/data-theme/TECH",
        ],
        "dcat:contactPoint": "daten@musterland.example",
        "dcatde:contributorID": "http://dcat-ap.de/def/contributors/musterland",
    }


def test_what_nobody_said_is_left_out() -> None:
    nobody = OpenData(homepage="https://musterland.example")
    found = catalogue_fields(replace(INFO, licence=""), nobody, load_content())
    assert set(found) == {"description", "dct:language", "dct:modified"}


def test_a_publisher_without_a_website_is_one_all_the_same() -> None:
    found = catalogue_fields(INFO, OpenData(publisher="Landkreis Musterland"), load_content())
    assert found["contributors"] == [{"title": "Landkreis Musterland", "role": "publisher"}]


def test_the_shipped_settings_name_a_theme_and_no_publisher() -> None:
    assert load_site_config().open_data == OpenData(themes=("GOVE",))


@pytest.mark.parametrize(
    ("written", "name"),
    [("CC BY 4.0", "CC-BY-4.0"), ("cc-by-4.0", "CC-BY-4.0"), ("CC0 1.0", "CC0-1.0"), ("dl-de/by-2-0", "DL-DE-BY-2.0"),
     ("DL-DE Zero 2.0", "DL-DE-ZERO-2.0")],
)  # fmt: skip
def test_a_licence_is_known_however_it_is_written(written: str, name: str) -> None:
    found = licence_fields(written)
    assert (found["licenses"][0]["title"], found["licenses"][0]["name"]) == (written, name)
    assert found["dct:license"].startswith("http://dcat-ap.de/def/licenses/")
    assert name in {known for known, _, _ in LICENCES.values()}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [("themes: [KOMMUNE]", "open_data.themes"), ("level: Kreis", "open_data.level"),
     ("homepage: musterland.example", "open_data.homepage"), ("spatial: [Niedersachsen]", "open_data.spatial"),
     ("herausgeber: wir", "open_data.herausgeber")],
)  # fmt: skip
def test_wrong_settings_are_refused_with_their_place(tmp_path: Path, wrong: str, place: str) -> None:
    text = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    head, _ = text.split("open_data:\n")
    (tmp_path / "website.yaml").write_text(f"{head}open_data:\n  {wrong}\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_site_config(tmp_path)
    (problem,) = caught.value.problems
    assert problem.column.startswith(place)


def test_frictionless_takes_a_package_with_all_fields(tmp_path: Path) -> None:
    from frictionless import Package

    write_package(sample(), tmp_path, **ABOUT, catalogue=catalogue_fields(INFO, GIVEN, load_content()))
    package = Package.from_descriptor(str(tmp_path / "datapackage.json"))
    assert package.validate().valid
    assert package.contributors[0]["title"] == "Landkreis Musterland"
    assert package.custom["dcat:theme"][0].endswith("/GOVE")


def test_a_package_without_a_licence_claims_none(tmp_path: Path) -> None:
    write_package(sample(), tmp_path, **ABOUT | {"licence": ""})
    assert "licenses" not in json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))


def test_only_the_public_side_speaks_to_catalogues(practice_processed: Path) -> None:
    sides: dict[str, dict[str, Any]] = {
        side: json.loads((practice_processed / side / "datapackage.json").read_text(encoding="utf-8"))
        for side in ("public", "internal")
    }
    assert set(sides["public"]) - set(sides["internal"]) == {
        "description", "dct:license", "dct:language", "dct:modified", "dcat:theme"
    }  # fmt: skip
    assert sides["public"]["title"].endswith("(synthetisch – Übungsdaten)")
    assert "Keine Zufallsstichprobe" in sides["public"]["description"]
    assert sides["public"]["dct:modified"] == sides["public"]["created"][:10] == "2026-06-30"
