"""Excel extracts of the register in the layouts of different years, and the successor table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from typology.errors import RegisterError
from typology.register.gvisys import parse_degrees
from typology.register.register import read_register
from typology.register.successors import read_successors

TITLE = ["Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am 31.12.2023 (Jahr)"]
LATE = [
    TITLE,
    [],
    ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", "", "", "", "", "Gemeindename",
     "Fläche km2 1)", "Bevölkerung2)", "", "", "", "Post\u00adleit-zahl3)", "Geografische Mittelpunktkoordinaten", "",
     "Reisegebiete", "", "Grad der Verstädterung", ""],
    ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2", "",
     "Längengrad", "Breitengrad", "Schlüssel", "Bezeichnung", "Schlüssel", "Bezeichnung"],
    ["", "", "Gebietsstand am 30.06.2023 (2. Quartal)", "", "", "", "", "", "31.12.2022 (Jahr)"],
    [],
    ["10", "", "01", "", "", "", "", "Schleswig-Holstein"],
    ["40", "41", "01", "0", "01", "", "", "Flensburg, Stadt"],
    ["50", "50", "01", "0", "01", "0000", "", "Flensburg, Stadt"],
    ["60", "61", "01", "0", "01", "0000", "000", "Flensburg, Stadt", 56.73, 91113.0, 45336.0, 45777.0, 1606.0, "24937",
     "9,43751", "54,78252", "F02", "Ostsee", "01", "dicht besiedelt"],
    ["40", "43", "01", "0", "51", "", "", "Dithmarschen"],
    ["50", "51", "01", "0", "51", "5163", "", "Burg-St. Michaelisdonn"],
    ["60", "64", "01", "0", "51", "5163", "011", "Brickeln", 10.0, 100.0, 50, 50, 10, "25712", "9,0", "54,0",
     "", "", "03", ""],
    ["60", "64", "01", "0", "51", "5163", "013", "Burg (Dithmarschen)", 20.0, 300.0, 1, 1, 15, "25712", "9,4", "54,4",
     "", "", "02", "mittlere Besiedlungsdichte"],
    ["60", "66", "01", "0", "53", "9105", "105", "Sachsenwald (Forstgutsbez.),gemfr.Geb.", 58.5, 0.0, 0, 0, 0, "21521",
     "0", "0"],
    [],
    ["Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys"],
    ["© Statistisches Bundesamt (Destatis), 2023"],
]  # fmt: skip
EARLY = [
    ["Gemeinden am 31. Dezember 2009"],
    ["Gemeindename", "Satzart", "Textkennzeichen", "Regionalschlüssel (RS)", "", "", "", "", "Bevölkerung", "",
     "Fläche ha", "Breitengrad", "Längengrad"],
    ["", "", "", "Land", "RB", "Kreis", "VB", "Gem", "insgesamt", "männlich", "", "", ""],
    ["Schleswig-Holstein", 10.0, "", 1.0],
    ["Flensburg, Stadt", 40.0, 41.0, 1.0, 0.0, 1.0],
    ["Flensburg, Stadt", 60.0, 61.0, 1.0, 0.0, 1.0, 0.0, 0.0, "88 502", "43 000", 5674.0,
     "54° 46' 57'' N", "9° 26' 15'' O"],
]  # fmt: skip
ONE_KEY = [
    ["Gemeinden 31.12.2008"],
    ["AGS", "Gemeinde", "Fläche km2", "Bevölkerung", "", ""],
    ["", "", "", "insgesamt", "männlich", "weiblich"],
    [1001000.0, "Flensburg, Stadt", 56.74, 88759.0, 43000.0, 45000.0],
    [1051011.0, "Brickeln", 10.0, 203.0, 100.0, 103.0],
    [1053105.0, "Sachsenwald (Forstgutsbez.),gemfr.Geb.", 58.5, 0.0, 0.0, 0.0],
]


def workbook(folder: Path, rows: list[list[Any]], name: str = "Auszug_GV.xlsx", sheet: str = "Onlineprodukt") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Inhalt").write(0, 0, "Statistisches Bundesamt")
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def test_a_late_extract_is_read_by_its_headings(tmp_path: Path) -> None:
    register = read_register(workbook(tmp_path, LATE))
    assert register.reference_date == "2023-06-30"  # the Gebietsstand, not the day of the inhabitants
    assert register.table["kind"].to_dict() == {
        "01001000": "kreisfrei", "01051": "kreis", "01051011": "gemeinde", "01051013": "gemeinde",
        "010515163": "verband", "01053105": "gemeindefrei",
    }  # fmt: skip
    town = register.table.loc["01001000"]
    assert (town["longitude"], town["latitude"], town["urbanisation"]) == (9.43751, 54.78252, "dicht besiedelt")
    assert (town["area_km2"], town["population"], town["ars"]) == (56.73, 91113, "010010000000")
    assert register.table.at["01051011", "urbanisation"] == "gering besiedelt"  # from the key alone
    kreis = register.table.loc["01051"]
    assert (kreis["population"], kreis["area_km2"], kreis["density"]) == (400, 30, 400 / 30)
    assert kreis["longitude"] == pytest.approx((100 * 9.0 + 300 * 9.4) / 400)
    assert np.isnan(register.table.at["01053105", "longitude"])


def test_an_early_extract_with_other_columns_and_degrees(tmp_path: Path) -> None:
    register = read_register(workbook(tmp_path, EARLY, "31122009_Auszug_GV.xlsx"))
    assert register.reference_date == "2009-12-31"
    row = register.table.loc["01001000"]
    assert (row["kind"], row["population"], row["area_km2"], row["urbanisation"]) == ("kreisfrei", 88502, 56.74, "")
    assert row["latitude"] == pytest.approx(54 + 46 / 60 + 57 / 3600, abs=1e-6)
    assert row["longitude"] == pytest.approx(9.4375)


OLD = [
    ["Gemeinden in Deutschland nach Fläche und Bevölkerung am 31.12.1990 (Jahr) zum Gebietsstand 01.01.1991 "],
    [],
    ["Satz-art", "Gemeindeschlüssel", "", "", "", "Gemeindename", "Stadtrechte\nx=ja", "Verbandszugehörigkeit", "",
     "Fläche km2  ", "Bevölkerung"],
    ["", "Land", "RB", "Kreis", "Gemeinde", "", "", "Schlüssel", "Name", "", "insgesamt", "männlich", "weiblich",
     "je km2"],
    [],
    [10.0, "01", "", "", "", "Schleswig-Holstein"],
    [40.0, "01", "0", "01", "", "Flensburg, Stadt"],
    [60.0, "01", "0", "01", "000", "Flensburg, Stadt", "x", "", "", 56.36, 86977.0, 41359.0, 45618.0, 1543.0],
    [40.0, "01", "0", "51", "", "Dithmarschen"],
    [60.0, "01", "0", "51", "011", "Brickeln", "", "10", "KLG Burg", 6.2, 203.0, 100.0, 103.0, 33.0],
    [60.0, "01", "0", "51", "444", "Gemeindefr. Gebiet", "", "", "", "?", "?", "", "", ""],
    [30.0, "01", "0", "", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def test_an_extract_of_1990_is_read_and_what_concerns_nobody_left_out(tmp_path: Path) -> None:
    register = read_register(workbook(tmp_path, OLD, "31121990_Auszug_GV.xlsx"))
    assert register.reference_date == "1991-01-01"  # the boundaries, not the day of the inhabitants before them
    assert register.table["kind"].to_dict() == {"01001000": "kreisfrei", "01051": "kreis", "01051011": "gemeinde"}
    assert register.table.at["01051011", "name"] == "Brickeln" and register.table.at["01051011", "area_km2"] == 6.2
    (left_out,) = [item for item in register.problems if item.kind == "register_ausgelassen"]
    assert (left_out.row, left_out.severity) == (11, "hinweis") and "Gemeindefr. Gebiet" in left_out.value
    rows = [list(row) for row in OLD]
    rows[9][10] = "?"  # of a municipality that may have answered
    with pytest.raises(RegisterError) as caught:
        read_register(workbook(tmp_path, rows))
    assert [item.row for item in caught.value.problems] == [10]


def test_one_key_column_that_lost_its_zeros(tmp_path: Path) -> None:
    register = read_register(workbook(tmp_path, ONE_KEY))
    assert register.table["kind"].to_dict() == {
        "01001000": "kreisfrei", "01051011": "gemeinde", "01053105": "gemeindefrei",
    }  # fmt: skip
    assert register.reference_date == "2008-12-31"
    assert register.table.at["01051011", "population"] == 203
    assert register.table.at["01051011", "ars"] == ""


def test_columns_in_another_order_give_the_same_register(tmp_path: Path) -> None:
    width = max(len(row) for row in LATE)
    full = [row + [""] * (width - len(row)) for row in LATE]
    order = [*range(14, 20), *range(7, 14), *range(7)]  # whole groups move, their merged headings with them
    moved = [TITLE, *([row[place] for place in order] for row in full[1:])]
    plain = read_register(workbook(tmp_path, LATE, "a.xlsx")).table
    assert read_register(workbook(tmp_path, moved, "b.xlsx")).table.equals(plain)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [((9, 9), "viele", "keine Zahl"), ((9, 6), "abc", "Schlüsselteil gem"), ((9, 7), "", "Name fehlt"),
     ((9, 0), "65", "Satzart"), ((9, 5), "", "Ein Teil des Schlüssels fehlt")],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_named(tmp_path: Path, place: tuple[int, int], value: str, says: str) -> None:
    rows = [list(row) for row in LATE]
    rows[place[0]][place[1]] = value
    with pytest.raises(RegisterError, match=says) as caught:
        read_register(workbook(tmp_path, rows))
    assert caught.value.problems[0].row == place[0] + 1


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows = [["" if cell == "Kreis" else cell for cell in row] for row in LATE]
    with pytest.raises(RegisterError, match="Kreis"):
        read_register(workbook(tmp_path, rows))


def test_what_is_no_register_workbook_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="kein Gemeindeverzeichnis"):
        read_register(workbook(tmp_path, [["a", "b"], [1, 2]]))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"rubbish" * 20)
    with pytest.raises(RegisterError, match="beschädigt"):
        read_register(broken)


@pytest.mark.parametrize(
    ("written", "axis", "degrees"),
    [
        ("9,43751", "longitude", 9.43751), ("9.43751", "longitude", 9.43751), (9.43751, "longitude", 9.43751),
        ("9° 30' 36\"", "longitude", 9.51), ("09°30′36″ O", "longitude", 9.51), ("E 9 30 36", "longitude", 9.51),
        ("9:30:36", "longitude", 9.51), ("9° 30,6'", "longitude", 9.51), ("N 54° 30'", "latitude", 54.5),
        ("54,5°", "latitude", 54.5),
    ],
)  # fmt: skip
def test_degrees_in_every_notation(written: Any, axis: str, degrees: float) -> None:
    assert parse_degrees(written, axis) == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize("written", ["", "0", "943751", "3532541,25", "9° N", "W 9° 30'", "neun", None])
def test_what_is_no_place_in_germany_stays_empty(written: Any) -> None:
    assert np.isnan(parse_degrees(written, "longitude"))


def test_coordinates_in_another_system_are_reported(tmp_path: Path) -> None:
    rows = [list(row) for row in LATE]
    rows[9][14], rows[9][15] = "3532541,2", "6071845,9"
    register = read_register(workbook(tmp_path, rows))
    assert np.isnan(register.table.at["01001000", "longitude"])
    assert [(problem.column, problem.value) for problem in register.problems if problem.column] == [
        ("Längengrad", "3532541,2"), ("Breitengrad", "6071845,9"),
    ]  # fmt: skip


CHANGES = [
    ["Gebietsänderungen vom 01.01. - 31.12.2023", "", "", "", "", "", "", "", "Gebietsänderungen"],
    ["Kennziffer", "Regionaleinheit", "Abgebende / Aufgelöste Gemeinde", "", "", "", "", "",
     "Aufnehmende / Neugebildete Gemeinde", "", "", "Wirksamkeitsdatum", ""],
    ["", "", "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)", "Name", "Änderungs-art 1)",
     "Fläche qm", "Einwohner", "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)", "Name",
     "juristisch", "statistisch"],
    [],
    ["1", "Gemeinde", "010590001101", "01059101", "Tastrup", 1.0, 4157252.0, 395.0, "010515163011", "01051011",
     "Brickeln", "01.03.2023", "01.04.2023"],
    ["2", "Gemeindeverband", "010515111", "", "Altamt", "3, 4", "", "", "010515163", "", "Burg-St. Michaelisdonn",
     "01.06.2023", "01.06.2023"],
    ["3", "Gemeinde", 10510001013.0, 1051013.0, "Burg", 4.0, "", "", "010515163013", "01051013", "Burg (Dithmarschen)",
     "01.06.2023", "01.06.2023"],
    ["Bitte beachten Sie die Kommentare."],
]  # fmt: skip


def test_the_successor_table_is_read_and_followed(tmp_path: Path) -> None:
    changes = workbook(tmp_path, CHANGES, "Gebietsaenderungen_2023.xlsx", "Gebietsaenderungen")
    table = read_successors([changes]).table
    assert table[["key", "change", "successor", "date"]].values.tolist() == [
        ["01059101", "aufgeloest", "01051011", "2023-04-01"],
        ["010515111", "schluessel", "010515163", "2023-06-01"],
        ["010515111", "name", "010515163", "2023-06-01"],
        ["01051013", "name", "01051013", "2023-06-01"],
    ]
    register = read_register(workbook(tmp_path, LATE), successors=[changes])
    assert register.normalise_key("1059101").key == "01051011"
    assert register.normalise_key("010515111").key == "010515163"
    assert register.find("Tastrup")[["key", "match"]].values.tolist() == [["01051011", "successor"]]


def test_a_successor_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    rows = [list(row) for row in CHANGES]
    rows[4][5] = "9"
    changes = read_successors([workbook(tmp_path, rows)])
    assert [(item.row, item.severity) for item in changes.problems] == [(5, "warnung")]
    assert len(changes.table) == len(read_successors([workbook(tmp_path, CHANGES, "all.xlsx")]).table) - 1
    for row in rows[4:]:
        row[5:6] = ["9"]
    with pytest.raises(RegisterError) as caught:
        read_successors([workbook(tmp_path, rows)])
    assert caught.value.problems[0].row == 5
    with pytest.raises(RegisterError, match="keine Gebietsänderungen"):
        read_successors([workbook(tmp_path, LATE, "no.xlsx")])


# Counted in the raw rows by Satzart and Textkennzeichen, e.g. 2021: 386 Märkte + 1828 Städte + 8344 Gemeinden + 123
# Große Kreisstädte.
@pytest.mark.parametrize(
    ("file", "date", "counts"),
    [
        ("31122021_Auszug_GV.xlsx", "2021-12-31", (10681, 106, 294, 1208, 210)),
        ("31122023_Auszug_GV.xlsx", "2023-12-31", (10667, 106, 294, 1205, 208)),
        ("AuszugGV4QAktuell_2024.xlsx", "2024-12-31", (10646, 106, 294, 1203, 207)),
    ],
)
def test_the_real_extracts(
    external: Callable[[str], Path], file: str, date: str, counts: tuple[int, int, int, int, int]
) -> None:
    register = read_register(external(f"register/{file}"))
    kinds = register.table["kind"].value_counts()
    assert tuple(kinds[["gemeinde", "kreisfrei", "kreis", "verband", "gemeindefrei"]]) == counts
    assert register.reference_date == date and register.problems == ()
    towns = register.bodies[register.bodies["kind"].isin(["gemeinde", "kreisfrei"])]
    assert towns[["population", "area_km2", "longitude", "latitude"]].notna().all(axis=None)
    assert set(towns["urbanisation"]) == {"dicht besiedelt", "mittlere Besiedlungsdichte", "gering besiedelt"}
    kreise = register.table[register.table["kind"] == "kreis"]
    cities = register.table[register.table["kind"] == "kreisfrei"]
    assert kreise["population"].sum() + cities["population"].sum() == register.table.loc[
        register.table.index.str.len() == 8, "population"
    ].sum()  # fmt: skip
    assert (towns["size_class"].isin(["GK5", "GK6", "GK7"])).mean() > 0.95  # DOMAIN: 95 % lie below 25,000


def test_old_keys_of_the_real_register_are_followed(external: Callable[[str], Path]) -> None:
    changes = [external(f"register/Gebietsaenderungen_{year}.xlsx") for year in (2023, 2024)]
    register = read_register(external("register/AuszugGV4QAktuell_2024.xlsx"), successors=changes)
    assert register.normalise_key("06635005").key == "06635001"  # Bromskirchen → Allendorf (Eder), 2023
    assert register.normalise_key("16076084").key == "16076094"  # Wünschendorf/Elster → Berga-Wünschendorf, 2024
    assert register.normalise_key("14523170").key == "14523170"  # Lengenfeld only handed over a part
    split = register.normalise_key("16064073")  # Anrode went to three
    assert split.key == "" and set(split.candidates) == {"16064071", "16064046", "16061118"}
    assert register.normalise_key("14522450").key == "14522275"  # Ostrau → Jahnatal, 2023
    assert register.normalise_key("145225123").key == "14522275"  # its Verband went into the one municipality
