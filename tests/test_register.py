"""The official register: every format, its traps, and what the real files hold."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typology.content.catalogue import load_content
from typology.errors import RegisterError
from typology.register.bodies import BODY_COLUMNS
from typology.register.register import read_register


def record(
    satzart: str, key: str, name: str, sign: str = "  ", numbers: str = "", *, vb: str = "", stand: str = "20231130"
) -> str:
    """One GV100AD record; ``numbers`` are area in ha and inhabitants, 11 digits each."""
    return (
        satzart + stand + key.ljust(8) + vb.ljust(4) + name.ljust(50)[:50] + " " * 50 + sign + "    " + numbers
    ).ljust(220)


def figures(area: int, people: int) -> str:
    return f"{area:011d}{people:011d}"


SMALL = [
    record("10", "05", "Nordrhein-Westfalen"),
    record("20", "055", "Reg.-Bez. Münster"),
    record("40", "05515", "Münster, Stadt", "41"),
    record("50", "05515", "Münster, Stadt", "50", vb="0000"),
    record("60", "05515000", "Münster, Stadt", "61", figures(30328, 320946), vb="0000"),
    record("40", "05566", "Steinfurt", "43"),
    record("50", "05566", "Neuenkirchen", "50", vb="0060"),
    record("60", "05566060", "Neuenkirchen", "64", figures(4800, 9999), vb="0060"),
    record("50", "05566", "Börde", "53", vb="5001"),
    record("60", "05566004", "Altenberge/Öst, Stadt", "63", figures(6200, 10000), vb="5001"),
    record("60", "05566900", "Wald, gemfr. Gebiet", "66", figures(100, 0), vb="5001"),
]


def write(folder: Path, lines: list[str], encoding: str = "utf-8", end: str = "\r\n") -> Path:
    path = folder / "GV100AD.txt"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def double(number: int, **changes: str) -> list[str]:
    """The small register with one more record: of the gemeindefreies Gebiet, under a neighbouring Verband."""
    name, figures_of, sign, vb = "Wald, gemfr. Gebiet", figures(100, 0), "66", f"500{number}"
    given = {"name": name, "sign": sign, "numbers": figures_of, **changes}
    return [*SMALL, record("60", "05566900", given["name"], given["sign"], given["numbers"], vb=vb)]


@pytest.mark.parametrize(
    ("changes", "severity"), [({}, "hinweis"), ({"name": "Forst, gemfr. Gebiet"}, "warnung")]
)  # fmt: skip
def test_a_place_where_nobody_answers_may_stand_under_several_verbaende(
    tmp_path: Path, changes: dict[str, str], severity: str
) -> None:
    lines = [*double(2, **changes), record("60", "05566900", "Wald, gemfr. Gebiet", "66", figures(100, 0), vb="5003")]
    register = read_register(write(tmp_path, lines))
    assert register.table.equals(read_register(write(tmp_path, SMALL)).table)
    said = [
        (str(item.severity), item.row, item.value) for item in register.problems if item.kind == "register_ausgelassen"
    ]
    assert (severity, 12, f"05566900 {changes.get('name', 'Wald, gemfr. Gebiet')}") in said
    assert register.table.at["05566", "area_km2"] == 111.0


@pytest.mark.parametrize("changes", [{"sign": "64"}, {"sign": "63", "name": "Wald"}])
def test_a_municipality_that_stands_there_twice_is_still_an_error(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(RegisterError, match=r"Zeile 12, Schlüssel 05566900: .* steht schon weiter oben"):
        read_register(write(tmp_path, double(2, **changes)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_whatever_ends_a_line(tmp_path: Path, end: str) -> None:
    register = read_register(write(tmp_path, SMALL, end=end))
    assert len(register.table) == 6
    assert register.table.at["05566", "kind"] == "kreis"


def test_the_archive_of_destatis_is_read_as_it_comes(tmp_path: Path) -> None:
    text = write(tmp_path, SMALL).read_bytes()

    def archive(**parts: bytes) -> Path:
        with zipfile.ZipFile(tmp_path / "GV100AD.zip", "w") as packed:
            for name, data in parts.items():
                packed.writestr(name.replace("_txt", ".txt").replace("_pdf", ".pdf"), data)
        return tmp_path / "GV100AD.zip"

    register = read_register(archive(GV100AD_30112023_txt=text, Datensatzbeschreibung_pdf=b"%PDF"))
    assert register.reference_date == "2023-11-30"
    for parts in ({"liesmich_txt": b"x"}, {"GV100AD_1_txt": text, "GV100AD_2_txt": text}, {}):
        with pytest.raises(RegisterError, match="ZIP-Archiv"):
            read_register(archive(**parts))
    (tmp_path / "GV100AD.zip").write_bytes(b"PK\x03\x04rubbish")
    with pytest.raises(RegisterError, match="beschädigt"):
        read_register(tmp_path / "GV100AD.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_both_encodings_give_the_same_register(tmp_path: Path, encoding: str) -> None:
    register = read_register(write(tmp_path, SMALL, encoding))
    assert register.reference_date == "2023-11-30"
    assert list(register.table.columns) == list(BODY_COLUMNS)
    assert dict(zip(register.table.index, register.table["kind"], strict=True)) == {
        "05515000": "kreisfrei", "05566": "kreis", "05566004": "gemeinde", "05566060": "gemeinde",
        "05566900": "gemeindefrei", "055665001": "verband",
    }  # fmt: skip
    row = register.table.loc["05566004"]
    assert row["name"] == "Altenberge/Öst, Stadt" and row["base_name"] == "Altenberge/Öst"
    assert (row["ars"], row["verband"], row["verband_name"]) == ("055665001004", "055665001", "Börde")
    assert (row["area_km2"], row["population"]) == (62.0, 10000)


def test_size_classes_include_their_lower_border(tmp_path: Path) -> None:
    register = read_register(write(tmp_path, SMALL))
    table = register.table
    others = ", ".join(f"{land:02d}" for land in range(1, 17) if land != 5)
    assert [problem.value for problem in register.problems] == [f"es fehlen {others}"]
    assert table["size_class"].to_dict() == {
        "05515000": "GK2", "05566": "LK3", "05566004": "GK6", "05566060": "GK7", "05566900": "", "055665001": "",
    }  # fmt: skip
    assert load_content().size_classes  # the borders come from there


def test_a_kreis_and_a_verband_are_the_sum_of_their_municipalities(tmp_path: Path) -> None:
    table = read_register(write(tmp_path, SMALL)).table
    assert table.at["05566", "population"] == 19999 and table.at["05566", "area_km2"] == 111.0
    assert table.at["055665001", "population"] == 10000
    assert np.isnan(table.at["05566", "longitude"])


def test_a_kind_of_record_above_the_kreis_is_left_out_and_said(tmp_path: Path) -> None:
    strange = "70" + SMALL[0][2:]
    register = read_register(write(tmp_path, [SMALL[0], strange, *SMALL[1:]]), "gv100ad")
    assert register.table.equals(read_register(write(tmp_path, [*SMALL]), "gv100ad").table)
    (found,) = [item for item in register.problems if item.kind == "register_ausgelassen"]
    assert (found.row, found.severity) == (2, "hinweis") and found.value.startswith("70 ")


def test_a_wrong_line_is_named_with_its_number(tmp_path: Path) -> None:
    lines = [*SMALL]
    lines[4] = lines[4][:145]  # cut inside the number of inhabitants
    lines[7] = "77" + lines[7][2:]
    with pytest.raises(RegisterError) as caught:
        read_register(write(tmp_path, lines), "gv100ad")
    assert [problem.row for problem in caught.value.problems] == [5, 8]


def test_the_file_of_november_2023(external: Callable[[str], Path]) -> None:
    register = read_register(external("register/GV100AD_301123.txt"))
    counts = register.table["kind"].value_counts()
    assert (counts["kreis"], counts["kreisfrei"], counts["verband"], counts["gemeindefrei"]) == (294, 106, 1205, 208)
    assert register.table.loc["01001000", ["name", "kind", "population"]].tolist() == [
        "Flensburg, Stadt",
        "kreisfrei",
        92550,
    ]
    for key in ("03241001", "05334002", "03159016", "10041100"):  # Hannover, Aachen, Göttingen, Saarbrücken
        assert register.table.at[key, "kind"] == "gemeinde"
    assert register.problems == ()


def test_the_file_of_december_2022_and_a_date_that_contradicts_it(external: Callable[[str], Path]) -> None:
    register = read_register(external("register/GV100AD_31122022.txt"), date="2023-01-01")
    assert register.reference_date == "2022-12-31"
    assert [problem.value for problem in register.problems] == ["2022-12-31"]
    # 9070 + 1799 + 114 + 7 + 3 records of Satzart 60
    assert (register.table.index.str.len() == 8).sum() == 10993
    longest = register.table["name"].str.len().max()
    assert longest == 50  # the record cuts names


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_without_trailing_blanks_and_with_an_end_of_file_sign(tmp_path: Path, encoding: str, end: str) -> None:
    whole = read_register(write(tmp_path, SMALL)).table
    bare = [line.rstrip() for line in SMALL]
    assert read_register(write(tmp_path, [*bare, "\x1a"], encoding, end)).table.equals(whole)


def test_a_record_without_numbers_leaves_them_unknown(tmp_path: Path) -> None:
    lines = [*SMALL]
    lines[7] = lines[7][:124]
    table = read_register(write(tmp_path, lines)).table
    assert np.isnan(table.at["05566060", "population"]) and table.at["05566060", "size_class"] == ""
    assert np.isnan(table.at["05566", "population"])  # a sum with an unknown part is unknown
    assert table.at["055665001", "population"] == 10000


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda line: line.replace("20231130", "20231332", 1), "kein Datum"),
        (lambda line: line.replace("20231130", "20221231", 1), "mehrere Gebietsstände"),
        (lambda line: line[:10] + "055A5060" + line[18:], "Schlüsselteil"),
        (lambda line: line[:22] + " " * 50 + line[72:], "Bezeichnung fehlt"),
        (lambda line: line + "x", "zu lang"),
        (lambda line: line[:100], "Textkennzeichen fehlt"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, change: Callable[[str], str], says: str) -> None:
    lines = [*SMALL]
    lines[7] = change(lines[7])
    with pytest.raises(RegisterError, match=says) as caught:
        read_register(write(tmp_path, lines))
    assert caught.value.problems[0].row == 8


def test_a_key_that_stands_twice_and_a_sign_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="weiter oben") as caught:
        read_register(write(tmp_path, [*SMALL, SMALL[7]]))
    assert caught.value.problems[0].key == "05566060"
    lines = [*SMALL]
    lines[7] = lines[7][:122] + "69" + lines[7][124:]
    register = read_register(write(tmp_path, lines))
    assert register.table.at["05566060", "kind"] == "gemeinde"
    assert any(problem.value == "69" for problem in register.problems)


TABLE = "key,name,kind,kreis_name,population,area_km2,longitude\n"


def test_a_table_derives_what_it_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = '90101,Moorkreis,kreis,,,,\n90101003,"Altdorf, Stadt",gemeinde,,10000,50,9.5\n\n'
    path.write_text(TABLE + rows, encoding="utf-8")
    register = read_register(path, date="2026-01-01")
    assert register.source == "Register register.csv, Gebietsstand 01.01.2026"
    row = register.table.loc["90101003"]
    assert (row["base_name"], row["size_class"], row["density"], row["kreis"]) == ("Altdorf", "GK6", 200, "90101")
    assert row["kreis_name"] == "Moorkreis" and row["verband"] == ""
    assert register.table.loc["90101", ["population", "size_class"]].tolist() == [10000, "LK3"]
    german = (TABLE + rows).replace('"Altdorf, Stadt"', "Altdorf").replace(",", ";").replace("9.5", "9,5")
    path.write_text(german, encoding="cp1252")
    assert read_register(path).table.at["90101003", "longitude"] == 9.5


@pytest.mark.parametrize(
    ("row", "says", "column"),
    [
        ("1001000,Flensburg,kreisfrei,,1,1,1", "passt nicht zur Art", "key"),
        ("01001000,Flensburg,stadt,,1,1,1", "Art ist nicht bekannt", "kind"),
        ("01001000,,kreisfrei,,1,1,1", "Name fehlt", "name"),
        ("01001000,Flensburg,kreisfrei,,viele,1,1", "keine Zahl", "population"),
        ("01001000,Flensburg,kreisfrei,,-4,1,1", "negative Zahl", "population"),
        ("01001000,Flensburg,kreisfrei,,98.5,1,1", "Keine Zahl", "population"),
        ("01001000,Flensburg,kreisfrei,,25.000 EW,1,1", "Einheit oder ein anderer Text: „EW“", "population"),
        ("01001000,Flensburg,kreisfrei,,1e999,1,1", "zu groß", "population"),
        ("90101003,Flensburg,gemeinde,,1,1,1", "weiter oben", "key"),
        ("01001000,Flensburg,kreisfrei", "Zahl der Felder", ""),
    ],
)
def test_a_wrong_cell_of_a_table_is_named(tmp_path: Path, row: str, says: str, column: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{TABLE}90101003,Altdorf,gemeinde,,1,1,1\n{row}\n", encoding="utf-8")
    with pytest.raises(RegisterError, match=says) as caught:
        read_register(path)
    assert (caught.value.problems[0].row, caught.value.problems[0].column) == (3, column)


def test_files_that_are_no_register_get_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for data, says in (
        (b"", "leer"), (b"a,b\n1,2\n", "keine Registerdatei"), (b"\x81\x8d\x00", "weder in UTF-8"),
        (b"key,population\n1,2\n", "name, kind"), (b"key,key,name,kind\n", "doppelt"),
    ):  # fmt: skip
        path.write_bytes(data)
        with pytest.raises(RegisterError, match=says):
            read_register(path)
    with pytest.raises(RegisterError, match="fehlt"):
        read_register(tmp_path / "none.txt")
    with pytest.raises(RegisterError, match="Ordner"):
        read_register(tmp_path)
    with pytest.raises(RegisterError, match="Format"):
        read_register(path, "json")


@pytest.mark.long
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_file_ends_in_a_register_or_in_one_clear_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = data.draw(st.sampled_from(["\n".join(SMALL).encode(), (TABLE + "90101003,A,gemeinde,,1,1,1\n").encode()]))
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, min(len(whole), start + 40)))
    path = tmp_path_factory.mktemp("damaged") / "file.txt"
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=6)) + whole[stop:])
    error = ""
    try:
        table = read_register(path, data.draw(st.sampled_from(["auto", "table", "gv100ad", "gvisys"]))).table
    except RegisterError as caught:
        error = str(caught)
    assert "file.txt" in error if error else table.index.is_unique and list(table.columns) == list(BODY_COLUMNS)
