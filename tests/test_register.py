"""The official register: every format, its traps, and what the real files hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from typology.content.catalogue import load_content
from typology.errors import RegisterError
from typology.survey.bodies import BODY_COLUMNS
from typology.survey.register import read_register


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
    table = read_register(write(tmp_path, SMALL)).table
    assert table["size_class"].to_dict() == {
        "05515000": "GK2", "05566": "LK3", "05566004": "GK6", "05566060": "GK7", "05566900": "", "055665001": "",
    }  # fmt: skip
    assert load_content().size_classes  # the borders come from there


def test_a_kreis_and_a_verband_are_the_sum_of_their_municipalities(tmp_path: Path) -> None:
    table = read_register(write(tmp_path, SMALL)).table
    assert table.at["05566", "population"] == 19999 and table.at["05566", "area_km2"] == 111.0
    assert table.at["055665001", "population"] == 10000
    assert np.isnan(table.at["05566", "longitude"])


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
