"""The search of the site and that of the program fold names alike and lead to the same body first."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from site_search import ask_site
from test_survey_successors import change, folder_with

from typology.register.folding import folded
from typology.register.register import Register, read_register

#: How offices and respondents write a name.
WRITTEN = (
    "{}", "Ortsgemeinde {}", "Stadt {}", "Stadtverwaltung {}", "Gemeindeverwaltung {}", "Markt {}",
    "Kreisverwaltung {}", "Landratsamt {}", "{} Rathaus", "Stadtwerke {} GmbH", "Jobcenter Kreis {}",
    "Amt für Digitales {}", "Verbandsgemeinde {}", "VG {}",
)  # fmt: skip
BODIES = """key,name,kind,kind_label,land_name,population,area_km2
90101,Münster,kreis,Landkreis,Neuland,90000,
90101001,Münster,gemeinde,Gemeinde,Neuland,900,4
90101002,"Münster, Stadt",gemeinde,Stadt,Neuland,30000,40
90101003,Münster (Heide),gemeinde,Gemeinde,Neuland,2000,9
90101004,"Senftenberg/Zły Komorów, Stadt",gemeinde,Stadt,Neuland,24000,30
90101005,Sankt Đorđe i.Øster,gemeinde,Gemeinde,Neuland,700,5
901015001,Wissen,verband,Verbandsgemeinde,Neuland,,
90101006,Wissen,gemeinde,Gemeinde,Neuland,4000,8
90102,Nordkreis,kreis,Landkreis,Neuland,40000,
90102001,#Hof,gemeinde,Gemeinde,Neuland,300,2
90102002,"Grafing b.Münster, St",gemeinde,Stadt,Neuland,13000,29
90102003,Altona,gemeinde,Gemeinde,Neuland,5000,11
90102004,Neuenkirchen,gemeinde,Gemeinde,Neuland,800,6
90101007,Neuenkirchen,gemeinde,Gemeinde,Neuland,1500,6
90103,Moorburg,kreis,Landkreis,Neuland,120000,
90104000,"Moorburg (Moor), Stadt",kreisfrei,Kreisfreie Stadt,Neuland,160000,100
90103001,Moorburg in Heide,gemeinde,Gemeinde,Neuland,9000,30
90105,Lehr,kreis,Landkreis,Neuland,170000,
90105001,"Lehr (Küste), Stadt",gemeinde,Stadt,Neuland,35000,70
"""
FIRST = {
    "Münster": "90101002", "Stadt Münster": "90101002", "Gemeinde Münster": "90101002", "Landratsamt Münster": "90101",
    "Stadtwerke Münster": "90101002", "Jobcenter Kreis Münster": "90101", "Zly Komorow": "90101004",
    "Stadt Zły Komorów": "90101004", "St. Dorde im Oster": "90101005", "Verbandsgemeinde Wissen": "901015001",
    "Ortsgemeinde Wissen": "90101006", "#Hof": "90102001", "Grafing bei Münster, Stadt": "90102002",
    "Landratsamt Nord": "90102", "Kreis Nordk": "90102", "Stadt Grafing": "90102002",
    "Neuenkirchen": "90101007", "Neuenkirchen (Nordkreis)": "90102004", "Neuenkirchen Nordkreis": "90102004",
    "Gemeindeverwaltung Altona": "90102003", "Rathaus Altona Bürgeramt": "90102003",
    "Moorburg": "90104000", "Landkreis Moorburg": "90103", "Stadt Moorburg": "90104000", "Lehr": "90105001",
    "Kreis Lehr": "90105", "90102000": "90102", "AGS 90102003": "90102003", "DE_90102003": "90102003",
}  # fmt: skip


CITIES = {
    "Oldenburg": "03403000", "Ansbach": "09561000", "Bamberg": "09461000", "Rosenheim": "09163000",
    "Kassel": "06611000", "Osnabrück": "03404000", "München": "09162000", "Leer": "03457013",
    "Bautzen": "14625020", "Offenbach": "06413000", "Verden": "03361012",
    "Landkreis Oldenburg": "03458", "Landkreis Leer": "03457",
}  # fmt: skip
"""Names of a city and of a Kreis, and what somebody means who writes no more; keys of the official register."""


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Register:
    path = tmp_path_factory.mktemp("register") / "register.csv"
    path.write_text(BODIES, encoding="utf-8")
    return read_register(path)


def compare(register: Register, texts: list[str], folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """The texts whose first hit differs."""
    answers = ask_site(register, texts, folder)
    assert [fold for fold, _ in answers] == [" ".join(folded(text)) for text in texts]
    first = {
        text: (register.find(text)["key"].tolist()[:1], keys[:1])
        for text, (_, keys) in zip(texts, answers, strict=True)
    }
    return {text: both for text, both in first.items() if both[0] != both[1]}


def test_the_first_hit_is_the_one_that_is_meant_here_and_there(invented: Register, tmp_path: Path) -> None:
    assert {text: invented.find(text)["key"].iloc[0] for text in FIRST} == FIRST
    assert compare(invented, list(FIRST), tmp_path) == {}


def test_every_name_in_every_form_leads_to_the_same_body(invented: Register, tmp_path: Path) -> None:
    names = [*invented.bodies["name"], *invented.bodies["base_name"]]
    assert compare(invented, [form.format(name) for name in names for form in WRITTEN], tmp_path) == {}


LETTERS = st.characters(min_codepoint=32, max_codepoint=0x52F, exclude_categories=("Cn", "Cs", "Co"))


def test_any_text_is_folded_alike(invented: Register, tmp_path: Path) -> None:
    texts: list[str] = []

    @settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(LETTERS, max_size=24))
    def draw(text: str) -> None:
        texts.append(text)

    draw()
    assert len(texts) >= 100
    folds = [fold for fold, _ in ask_site(invented, texts, tmp_path)]
    assert folds == [" ".join(folded(text)) for text in texts]


def test_old_keys_and_names_lead_to_what_became_of_them(tmp_path: Path) -> None:
    from miniature import ROWS

    changes = {
        "Gebietsaenderungen_2024.xlsx": [
            change("1", "03101099", "03101002"),  # merged
            change("4", "03101001", "03101001"),  # a new name
            change("1", "03199", "03102", unit="Kreis"),  # a dissolved Kreis
        ]
    }
    folder = folder_with(tmp_path / "mini", changes, ROWS)
    register = read_register(folder / "register.csv", successors=[folder / name for name in changes])
    wanted = {
        "03101099": "03101002", "Alt 03101099": "03101002", "Gemeinde Alt 03101099": "03101002", "3101099": "03101002",
        "Alt 03101001": "03101001", "03199": "03102", "3199": "03102", "Landkreis Alt 03199": "03102",
    }  # fmt: skip
    assert {text: register.find(text)["key"].iloc[0] for text in wanted} == wanted
    assert compare(register, list(wanted), tmp_path) == {}


def test_names_of_the_official_register_lead_to_the_same_body(external, tmp_path: Path) -> None:
    register = read_register(
        external("register/GV100AD_301123.txt"),
        successors=[external(f"register/Gebietsaenderungen_{year}.xlsx") for year in (2023, 2024)],
    )
    register = Register(register.bodies, successors=register.successors)
    some = register.bodies.iloc[::271]
    former = register.former()[::5]
    texts = [form.format(name) for number, name in enumerate(some["base_name"]) for form in WRITTEN[number % 3 :: 3]]
    texts += [*some["name"], *some.index, *(old for old, _, _ in former), *(names[0] for _, _, names in former)]
    assert len(some) > 40 and len(former) > 10
    assert compare(register, [*texts, *CITIES], tmp_path) == {}
    assert {name: register.find(name)["key"].iloc[0] for name in CITIES} == CITIES
    towns = register.bodies[register.bodies["kind"].isin(["gemeinde", "kreisfrei"])]
    largest = towns.sort_values("population", ascending=False, kind="stable").drop_duplicates("base_name").iloc[::97]
    for form in WRITTEN[:5]:
        found = {key: register.find(form.format(name))["key"].iloc[0] for key, name in largest["base_name"].items()}
        assert sum(key == first for key, first in found.items()) > 0.95 * len(found) > 80, form
