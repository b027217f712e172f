"""Tables on disk: round trip, bytes, formula cells, description."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from written_tables import read_written

from typology.errors import StudyError
from typology.files.formulas import neutralise
from typology.study.workflow import read_study
from typology.tables.info import StudyInfo
from typology.tables.package import read_tables, write_package
from typology.tables.schema import TABLES
from typology.tables.study_tables import StudyTables

ABOUT = {"name": "probe", "title": "Probe", "date": "2026-01-01", "source": "von Hand", "licence": "CC BY 4.0"}


def sample() -> StudyTables:
    """Tables as declared with all that is awkward in a file; the ones that every study has are without rows."""
    bodies = TABLES["municipalities"].empty().reindex(["01001000", "90", "900000000"])
    texts = dict.fromkeys(bodies.columns, "")
    numbers = dict.fromkeys(("area_km2", "density", "longitude", "latitude"), np.nan)
    municipalities = bodies.assign(
        **texts | numbers | {
            "kind": "gemeinde", "base_name": "x", "name": ["=SUMME(A1)", "Übach", "'s Dorf"],
            "population": [1200.0, np.nan, 3.5],
        }
    )  # fmt: skip
    findings = pd.DataFrame(
        {
            "severity": "hinweis", "kind": "probe", "file": "", "row": pd.array([1, None, 3], dtype="Int64"), "key": "",
            "column": "", "value": ["-1", "@A1", ""], "expected": "", "message": "x",
            "expected_en": "", "message_en": "x",
        }
    )  # fmt: skip
    quality = pd.DataFrame(
        {"name": ["a"], "label": ["A"], "label_en": ["A"], "value": [1 / 3], "digits": [2], "table": ["goals"]}
    )
    teams = pd.DataFrame({"team": ["01"], "key": ["90"], "type": ["a"], "host": [True], "brings": ["x"]})
    teams = teams.assign(role=["hilft"], distance_km=[0.0])
    blank = {name: table.empty() for name, table in TABLES.items() if table.always}
    return StudyTables(**blank).having(
        municipalities=municipalities, findings=findings, quality=quality, team_members=teams
    )


def test_round_trip_keeps_text_numbers_and_gaps(tmp_path):
    write_package(sample(), tmp_path, **ABOUT)
    back = read_tables(tmp_path)
    pd.testing.assert_frame_equal(back.municipalities, sample().municipalities, check_dtype=False)
    pd.testing.assert_frame_equal(back.findings, sample().findings, check_dtype=False)
    assert back.municipalities.index[0] == "01001000"
    assert back.quality["value"].item() == 0.333333
    assert back.team_members["host"].tolist() == [True]
    assert back.types.empty and back.is_made("types") and not back.is_made("teams")


def test_formula_cells_are_neutralised_in_the_file(tmp_path):
    write_package(sample(), tmp_path, **ABOUT)
    text = (tmp_path / "tables" / "municipalities.csv").read_text(encoding="utf-8")
    assert "'=SUMME(A1)" in text
    assert "\n=" not in text and ";=" not in text


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@A1", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1+1", "\ufeff=1"])
def test_texts_that_would_run_are_made_harmless(text):
    assert neutralise(text) == f"'{text}"


def test_same_bytes_and_true_hashes(tmp_path):
    write_package(sample(), tmp_path / "a", **ABOUT)
    write_package(sample(), tmp_path / "b", **ABOUT)
    one, two = ((tmp_path / side / "datapackage.json").read_bytes() for side in "ab")
    assert one == two
    for resource in json.loads(one)["resources"]:
        data = (tmp_path / "a" / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert resource["bytes"] == len(data)


def test_data_package_is_valid(tmp_path):
    from frictionless import Package

    write_package(sample(), tmp_path, **ABOUT)
    report = Package.from_descriptor(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])


def test_a_table_opens_in_a_german_spreadsheet_and_is_read_by_what_the_package_declares(tmp_path):
    from frictionless import Package

    write_package(sample(), tmp_path, **ABOUT)
    raw = (tmp_path / "tables" / "quality.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfname;") and b";0,333333;" in raw
    package = Package.from_descriptor(str(tmp_path / "datapackage.json"))
    assert len(package.resources) > 5
    (row,) = package.get_resource("quality").read_rows()
    assert next(iter(row)) == "name" and float(row["value"]) == 0.333333
    (city, *_) = package.get_resource("municipalities").read_rows()
    assert city["key"] == "01001000"


def test_tables_of_a_version_with_commas_and_points_are_read(tmp_path):
    write_package(sample(), tmp_path, **ABOUT)
    about = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    for resource in about["resources"]:
        path = tmp_path / resource["path"]
        table = read_written(path)
        for field in resource["schema"]["fields"]:
            if field.pop("decimalChar", ""):
                table[field["name"]] = table[field["name"]].str.replace(",", ".")
        del resource["dialect"], resource["hash"]
        table.to_csv(path, index=False)
    (tmp_path / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    assert read_tables(tmp_path).quality["value"].item() == 0.333333


def test_damaged_studies_say_what_is_wrong(tmp_path):
    with pytest.raises(StudyError, match=r"datapackage\.json fehlt"):
        read_tables(tmp_path)
    write_package(sample(), tmp_path, **ABOUT)
    table = tmp_path / "tables" / "quality.csv"
    table.write_text("other,columns\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"quality\.csv"):
        read_tables(tmp_path)
    table.unlink()
    with pytest.raises(StudyError, match=r"quality\.csv"):
        read_tables(tmp_path)
    (tmp_path / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(StudyError, match="beschädigt"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    "data",
    [b"", "schlüssel;name\n".encode("cp1252"), b"a\n1;2\n1;2;3\n", b'a\n"'],
    ids=["empty", "cp1252", "ragged", "open"],
)
def test_a_table_that_is_no_table_is_named(tmp_path, data):
    write_package(sample(), tmp_path, **ABOUT)
    (tmp_path / "tables" / "quality.csv").write_bytes(data)
    with pytest.raises(StudyError, match=r"quality\.csv ist beschädigt \(.+\)"):
        read_tables(tmp_path)


@pytest.mark.parametrize("text", ["{}", "[]", "7", '{"resources": [{"path": "tables/types.csv"}]}'])
def test_a_package_without_tables_is_refused(tmp_path, text):
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=r"datapackage\.json beschreibt keine Tabellen"):
        read_tables(tmp_path)


@pytest.mark.parametrize("text", ["{}", "[]", '{"info": []}', '{"info": 3}'])
def test_a_run_record_of_another_make_is_refused(tmp_path, text):
    (tmp_path / "internal").mkdir()
    (tmp_path / "internal" / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=r"run\.json"):
        read_study(tmp_path)


def test_info_refuses_another_version():
    with pytest.raises(StudyError, match="neu rechnen"):
        StudyInfo.from_json({"survey": "demo"})


@pytest.mark.parametrize(
    ("entry", "value"),
    [("n", "viele"), ("n", True), ("date", 7), ("weak", 1), ("title", "Ziele"), ("title", {"de": "Ziele"})],
)
def test_info_refuses_values_of_another_kind(practice_processed, entry, value):
    info = read_study(practice_processed, only=()).info
    assert StudyInfo.from_json(info.as_json()) == info
    with pytest.raises(StudyError, match=rf"betroffen: {entry}\)"):
        StudyInfo.from_json(info.as_json() | {entry: value})
