"""Keys and names as people write them: what is found, what is repaired, what is only offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typology.errors import RegisterError
from typology.register.folding import folded
from typology.register.register import FIND_COLUMNS, Register, read_register
from typology.register.successors import SUCCESSOR_COLUMNS, Successors

ROWS = """key,ars,name,kind,kreis_name,land_name,population
01001000,010010000000,"Flensburg, Stadt",kreisfrei,"Flensburg, Stadt",Schleswig-Holstein,92550
01051,,Dithmarschen,kreis,Dithmarschen,Schleswig-Holstein,135252
010515163,,Burg-St. Michaelisdonn,verband,Dithmarschen,Schleswig-Holstein,15771
01051013,010515163013,Burg (Dithmarschen),gemeinde,Dithmarschen,Schleswig-Holstein,4196
03241,,Region Hannover,kreis,Region Hannover,Niedersachsen,1180000
03241001,032410001001,"Hannover, Landeshauptstadt",gemeinde,Region Hannover,Niedersachsen,545045
03358017,033585404017,Neuenkirchen,gemeinde,Heidekreis,Niedersachsen,5700
05566060,055660060060,Neuenkirchen,gemeinde,Steinfurt,Nordrhein-Westfalen,14000
05566,,Steinfurt,kreis,Steinfurt,Nordrhein-Westfalen,450000
06412000,064120000000,"Frankfurt am Main, Stadt",kreisfrei,"Frankfurt am Main, Stadt",Hessen,773068
06434001,064340001001,"Bad Homburg v. d. Höhe, Stadt",gemeinde,Hochtaunuskreis,Hessen,54795
08326052,083260052052,"St. Georgen im Schwarzwald, Stadt",gemeinde,Schwarzwald-Baar-Kreis,Baden-Württemberg,13018
09162000,091620000000,"München, Landeshauptstadt",kreisfrei,"München, Landeshauptstadt",Bayern,1512491
09175122,091750122122,"Grafing b.München, St",gemeinde,Ebersberg,Bayern,13700
09184,,München,kreis,München,Bayern,353000
10041100,100410100100,"Saarbrücken, Landeshauptstadt",gemeinde,Regionalverband Saarbrücken,Saarland,181959
12053000,120530000000,"Frankfurt (Oder), Stadt",kreisfrei,"Frankfurt (Oder), Stadt",Brandenburg,57000
12072120,120720120120,Großbeeren,gemeinde,Teltow-Fläming,Brandenburg,8800
14625020,146250200020,"Bautzen / Budyšin, Stadt",gemeinde,Bautzen,Sachsen,38000
09374451,093749451451,Heinersreuther Forst,gemeindefrei,Neustadt a.d.Waldnaab,Bayern,0
"""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    path = tmp_path_factory.mktemp("register") / "register.csv"
    path.write_text(ROWS, encoding="utf-8")
    changes = [
        ("2019-01-01", "03358001", "Altdorf", "aufgeloest", "03358002", "Mitteldorf", 100.0, "1"),
        ("2021-01-01", "03358002", "Mitteldorf", "aufgeloest", "03358017", "Neuenkirchen", 300.0, "2"),
        ("2020-01-01", "05566001", "Teilstadt", "aufgeloest", "05566060", "Neuenkirchen", 90.0, "3"),
        ("2020-01-01", "05566001", "Teilstadt", "aufgeloest", "03358002", "Mitteldorf", 10.0, "3"),
        ("2020-01-01", "05566009", "Halbort", "aufgeloest", "05566060", "Neuenkirchen", 90.0, "4"),
        ("2020-01-01", "05566009", "Halbort", "aufgeloest", "99999999", "Unbekannt", 10.0, "4"),
        ("2022-01-01", "12072120", "Beeren", "name", "12072120", "Großbeeren", float("nan"), "5"),
        ("2022-01-01", "01051013", "Burg", "teil", "01001000", "Flensburg, Stadt", 5.0, "6"),
        ("2018-01-01", "02000001", "Kreis A", "schluessel", "02000002", "Kreis B", float("nan"), "7"),
        ("2019-01-01", "02000002", "Kreis B", "schluessel", "02000001", "Kreis A", float("nan"), "8"),
        ("2023-01-01", "09374400", "Waldau", "aufgeloest", "09374451", "Heinersreuther Forst", 0.0, "9"),
    ]
    table = pd.DataFrame(changes, columns=list(SUCCESSOR_COLUMNS))
    base = read_register(path, date="2023-12-31")
    return Register(base.table, base.reference_date, base.source, Successors(table))


@pytest.mark.parametrize(
    ("text", "key", "repaired"),
    [
        ("01001000", "01001000", ""),
        (" 01 0 01 000 ", "01001000", ""),
        ("'01001000", "01001000", ""),
        ("１００１０００", "01001000", "leading_zero"),
        ("1001000", "01001000", "leading_zero"),
        ("1001000.0", "01001000", "float"),
        ("1001000,0", "01001000", "float"),
        ("10041100", "10041100", ""),  # a whole key of Saarland, not a shortened one of Schleswig-Holstein
        ("010010000000", "01001000", "ars"),
        ("10010000000", "01001000", "leading_zero"),
        ("010519999013", "01051013", "ars"),  # another Verband than today's: the municipality stays
        ("032410001", "03241001", "ars"),  # nine digits of a municipality without Verband
        ("01051", "01051", ""),
        ("1051", "01051", "leading_zero"),
        ("010510000000", "01051", "ars"),
        ("01001", "01001000", "kreisfrei"),
        ("010515163", "010515163", ""),
        ("10515163", "010515163", "leading_zero"),
        ("010515163000", "010515163", "ars"),
        ("03358001", "03358017", "successor"),  # over two mergers
        ("3358001", "03358017", "successor"),
        ("033585404001", "03358017", "successor"),
    ],
)
def test_a_written_key_is_read(register: Register, text: str, key: str, repaired: str) -> None:
    match = register.normalise_key(text)
    assert (match.key, match.repaired, match.problem) == (key, repaired, "")
    assert register.find(text)["key"].tolist() == [key]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "fehlt"),
        ("Flensburg", "kein Schlüssel"),
        ("1,001E+06", "Stellen verloren"),
        ("1.001", "kein Schlüssel"),
        ("99999", "nicht im Register"),
        ("01", "2 Stellen"),
        ("1234567890", "10 Stellen"),
        ("-1001000.5", "kein Schlüssel"),
        ("09374451", "gemeindefreies Gebiet"),
        ("09374400", "gemeindefreien Gebiet"),
        ("02000001", "nicht im Register"),  # two changes that point at each other end nowhere
    ],
)
def test_what_is_no_key_says_why(register: Register, text: str, says: str) -> None:
    match = register.normalise_key(text)
    assert match.key == "" and says in match.problem


def test_a_split_is_reported_and_not_guessed(register: Register) -> None:
    match = register.normalise_key("05566001")
    assert match.key == "" and match.candidates == ("05566060", "03358017")
    assert "Neuenkirchen (05566060)" in match.problem
    assert register.find("05566001")["match"].tolist() == ["split", "split"]


def test_a_part_whose_trail_is_lost_keeps_a_split_a_split(register: Register) -> None:
    match = register.normalise_key("05566009")
    assert match.key == "" and match.candidates == ("05566060",) and "99999999" in match.problem


def test_renaming_and_handing_over_a_part_leave_the_key(register: Register) -> None:
    assert register.normalise_key("12072120").repaired == ""
    assert register.normalise_key("01051013").key == "01051013"


@pytest.mark.parametrize(
    ("text", "keys", "how"),
    [
        ("Flensburg, Stadt", ["01001000"], "name"),
        ("FLENSBURG", ["01001000"], "base_name"),
        ("Stadt Flensburg", ["01001000"], "base_name"),
        ("Muenchen", ["09162000", "09184"], "base_name"),  # a place before its Kreis
        ("Landratsamt München", ["09184"], "name"),
        ("Stadtverwaltung München", ["09162000"], "base_name"),
        ("München Rathaus", ["09162000", "09184"], "base_name"),
        ("Stadtwerke Flensburg GmbH", ["01001000"], "inside"),
        ("Jobcenter Landkreis München", ["09184"], "inside"),
        ("Amt für Bildung Großbeeren", ["12072120"], "inside"),
        ("Landkreis München", ["09184"], "name"),
        ("Landeshauptstadt München", ["09162000"], "base_name"),
        ("Hannover", ["03241001", "03241"], "base_name"),
        ("Grossbeeren", ["12072120"], "name"),
        ("Frankfurt a. M.", ["06412000"], "words"),
        ("Frankfurt/Main", ["06412000"], "base_name"),
        ("Frankfurt", ["06412000", "12053000"], "short_name"),
        ("Frankfurt (Oder)", ["12053000"], "base_name"),
        ("Bad Homburg vor der Höhe", ["06434001"], "base_name"),
        ("Bad Homburg", ["06434001"], "short_name"),
        ("Sankt Georgen i. Schwarzwald", ["08326052"], "base_name"),
        ("st georgen", ["08326052"], "short_name"),
        ("Grafing bei München, Stadt", ["09175122"], "name"),
        ("Burg", ["01051013"], "short_name"),
        ("Budysin", ["14625020"], "words"),
        ("Bautzen", ["14625020"], "short_name"),
        ("Neuenkirchen", ["05566060", "03358017"], "name"),
        ("Neuenkirchen (Steinfurt)", ["05566060"], "name"),
        ("Neuenkirchen, Kreis Steinfurt", ["05566060"], "name"),
        ("Neuenkirchen, Niedersachsen", ["03358017"], "name"),
        ("Flenzburg", ["01001000"], "similar"),
        ("Altdorf", ["03358017"], "successor"),
        ("Beeren", ["12072120"], "successor"),
    ],
)
def test_a_name_is_found_as_people_write_it(register: Register, text: str, keys: list[str], how: str) -> None:
    found = register.find(text)
    assert list(found.columns) == list(FIND_COLUMNS)
    assert found["key"].tolist() == keys
    assert found["match"].iloc[0] == how


def test_a_name_that_resembles_nothing_finds_nothing(register: Register) -> None:
    assert register.find("xqzxqzx").empty and register.find("").empty and register.find("—").empty


def test_rows_come_in_the_asked_order_or_name_every_missing_key(register: Register) -> None:
    assert register.rows(["09184", "01051"]).index.tolist() == ["09184", "01051"]
    with pytest.raises(RegisterError) as caught:
        register.rows(["01051", "1", "2"])
    assert [problem.key for problem in caught.value.problems] == ["1", "2"]


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"[0-9 .,eE+\-]{0,16}", fullmatch=True)))
def test_any_text_ends_in_an_answer(register: Register, text: str) -> None:
    match = register.normalise_key(text)
    assert bool(match.key) != bool(match.problem)
    assert match.key == "" or match.key in register.table.index
    assert set(register.find(text)["key"]) <= set(register.table.index)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_repaired_key_is_the_key_it_was_made_from(register: Register, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(register.bodies.index.tolist()))
    written = data.draw(st.sampled_from([key, f" {key} ", f"{key}.0", " ".join(key)]))
    assert register.normalise_key(written).key == key
    short = key.lstrip("0")
    assert register.normalise_key(short).key in (key, "")


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(" ".join(folded(text))) == folded(text)


def test_every_row_of_the_real_register_is_found_by_its_key_and_its_name(external: Callable[[str], Path]) -> None:
    register = read_register(external("register/AuszugGV4QAktuell_2024.xlsx"))
    assert len(register.table) > 10_000
    for key, kind in register.table["kind"].items():
        match = register.normalise_key(key)
        assert (match.key or match.candidates[0]) == key, key
        assert bool(match.problem) == (kind == "gemeindefrei")
        if key.startswith("0"):
            assert register.normalise_key(key[1:]).key in (key, "") or key[1:] in register.table.index
    # every 7th row by name, each with its suffix and without: enough to meet every Land and kind
    for key, row in register.table.iloc[::7].iterrows():
        for name in (row["name"], row["base_name"]):
            assert key in set(register.find(name)["key"]), name


def test_homonyms_of_the_real_register(external: Callable[[str], Path]) -> None:
    register = read_register(external("register/GV100AD_301123.txt"))
    found = register.find("Neuenkirchen")
    assert (found["kind"] == "gemeinde").sum() == 11
    assert found["kreis_name"].ne("").all() and found["land_name"].ne("").all()
    names = register.bodies.loc[register.bodies["kind"].isin(["gemeinde", "kreisfrei"]), "name"]
    assert names.duplicated(keep=False).sum() == 664
