"""Files as people send them: the right table, or one clear sentence."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from typology.errors import FileFormatError, Findings
from typology.files.formats import read_table
from typology.survey.columns import code_of, match_columns, personal_data
from typology.survey.spss_syntax import read_syntax
from typology.survey.structure import read_structure

TEXT = "key;name;n\r\n01001000;Köln;1\r\n02000000;Zürich;2\r\n"
External = Callable[[str], Path]


def table_of(folder: Path, data: bytes, name: str = "t.csv", **options: object) -> pd.DataFrame:
    path = folder / name
    path.write_bytes(data)
    return read_table(path, **options).frame  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode("utf-8"), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 mit Kennung"),
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("utf-16"), "UTF-16 mit Kennung"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16 mit Kennung"),
    ],
)
def test_encodings_by_the_ladder(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    table = read_table(path)
    assert table.taken["Zeichensatz"] == name
    assert table.frame["name"].tolist() == ["Köln", "Zürich"]
    assert table.frame["key"].tolist() == ["01001000", "02000000"]
    assert table.frame.index.tolist() == [2, 3]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(FileFormatError, match=r"t\.csv ist keine gewöhnliche Datei"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(("sign", "name"), [(";", "Semikolon"), (",", "Komma"), ("\t", "Tabulator")])
def test_delimiters_are_found(tmp_path: Path, sign: str, name: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'"a"{sign}"b"\n"1,5"{sign}"x; y"\n"2,5"{sign}"z"\n', encoding="utf-8")
    table = read_table(path)
    assert table.taken["Trennzeichen"] == name
    assert table.frame["a"].tolist() == ["1,5", "2,5"]
    assert table.frame["b"].tolist() == ["x; y", "z"]


def test_line_feeds_in_cells_keep_the_row_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    frame = table_of(tmp_path, b'"a";"b"\r\n"1\n2";"x"\r\n"3";"y ""z"""\r\n\r\n')
    assert frame["a"].tolist() == ["1\n2", "3"]
    assert frame["b"].tolist() == ["x", 'y "z"']
    assert frame.index.tolist() == [2, 3]


def test_nothing_becomes_missing_or_a_number(tmp_path: Path) -> None:
    frame = table_of(tmp_path, b"a,b\nNA,01\nN/A,1e5\nnull,-99\n,TRUE\n")
    assert frame["a"].tolist() == ["NA", "N/A", "null", ""]
    assert frame["b"].tolist() == ["01", "1e5", "-99", "TRUE"]


def test_title_rows_and_two_heading_rows(tmp_path: Path) -> None:
    data = b"Bericht;;\nStand 2026;;\nid;v_1;v_2\nNummer;Frage eins;Frage zwei\n1;2;3\n"
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    table = read_table(path, skip_rows=2, header_rows=2)
    assert list(table.frame.columns) == ["id", "v_1", "v_2"]
    assert table.labels["v_2"] == "Frage zwei"
    assert table.frame.index.tolist() == [5]


def test_doubled_and_empty_headings_are_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,a,,a (2),\n1,2,3,4,\n")
    table = read_table(path)
    assert list(table.frame.columns) == ["a", "a (3)", "(Spalte 3)", "a (2)"]
    assert table.frame.iloc[0].tolist() == ["1", "2", "3", "4"]
    assert len(table.problems) == 2


def test_excel_hint_of_the_delimiter(tmp_path: Path) -> None:
    frame = table_of(tmp_path, b"sep=,\r\na,b;c\r\n1,2\r\n")
    assert list(frame.columns) == ["a", "b;c"]
    assert frame.index.tolist() == [3]


def test_rows_of_other_length_are_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;\n")
    table = read_table(path)
    assert [problem.row for problem in table.problems] == [3, 4]
    assert table.frame.iloc[1].tolist() == ["1", "2", ""]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "t.csv", "ist leer"),
        (b"\n\n ; \n", "t.csv", None),
        (b"\n \n", "t.csv", "ist leer"),
        (b"a;b\n\x00\x01\x02", "t.csv", "keine Textdatei"),
        (b'a;b\n"1;2\n3;4\n', "t.csv", "abgeschnitten"),
        ("a;b\nKöln;Zü".encode()[:-1], "t.csv", "abgeschnitten"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "t.csv", "beschädigt oder abgeschnitten"),
        (b"PK\x03\x04....", "t.csv", "in Wahrheit"),
        (b"\xd0\xcf\x11\xe0....", "t.csv", "in Wahrheit"),
        (b"%PDF-1.7", "t.xlsx", "PDF"),
        (b"<html><table>", "t.xls", "HTML"),
        (b"<!DOCTYPE html>", "t.csv", "HTML"),
        (b"a;b\n1;2\n", "t.xlsx", "ist aber keine Excel-Datei"),
        (b"a;b\n1;2\n", "t.sav", "ist aber keine SPSS-Datei"),
        (b"a;b\n1;2\n", "t.docx", "nicht vorgesehen"),
        (b"PK\x03\x04 kein Archiv", "t.xlsx", "beschädigt"),
        (b"$FL2 nicht mehr", "t.sav", "beschädigt"),
        (b"<stata_dta><header>", "t.dta", "beschädigt"),
        (b"a\x81b;\xff\n", "t.csv", "keine Textdatei in UTF-8"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_one_sentence(
    tmp_path: Path, data: bytes, name: str, words: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    if words is None:
        assert read_table(path).frame.empty
        return
    with pytest.raises(FileFormatError, match=words) as caught:
        read_table(path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="fehlt"):
        read_table(tmp_path / "nichts.csv")
    (tmp_path / "ordner.csv").mkdir()
    with pytest.raises(FileFormatError, match="Ordner"):
        read_table(tmp_path / "ordner.csv")


def test_broken_umlauts_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b\nKÃ¶ln;1\n", encoding="utf-8")
    assert [problem.kind for problem in read_table(path).problems] == ["zeichensatz"]


def workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                sheet.write(i, j, cell)
        if name in hidden:
            sheet.hide()
        else:
            sheet.activate()
    book.close()
    return path


def test_spreadsheet_cells_read_as_typed(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["key", "n", "day", "share", "text", "yes"],
        [9162000, 1.0, dt.date(2026, 6, 30), 0.1, "01001000", True],
        ["", "", "", "", "", ""],
        [3, -99, dt.datetime(2026, 6, 30, 14, 5), 1e15, "=1+1", False],
    ]
    table = read_table(workbook(tmp_path / "t.xlsx", {"Daten": rows}))
    assert table.frame.iloc[0].tolist() == ["9162000", "1", "2026-06-30", "0.1", "01001000", "TRUE"]
    assert table.frame.iloc[1].tolist()[3:] == ["1000000000000000", "=1+1", "FALSE"]
    assert table.frame.index.tolist() == [2, 4]


def test_the_first_visible_sheet_with_values_is_taken_or_the_named_one(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Versteckt": [["x"], [1]],
        "Leer": [],
        "Daten": [["a"], [2]],
        "Mehr": [["b"], [3]],
    }
    path = workbook(tmp_path / "t.xlsx", sheets, hidden=("Versteckt",))
    table = read_table(path)
    assert table.taken["Blatt"] == "Daten"
    assert [problem.kind for problem in table.problems] == ["tabellenblatt"]
    assert read_table(path, sheet="Mehr").frame["b"].tolist() == ["3"]
    with pytest.raises(FileFormatError, match="kein Blatt „Datn“"):
        read_table(path, sheet="Datn")


def test_truncated_and_encrypted_spreadsheets(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"Daten": [["a"], [1]]})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileFormatError, match="beschädigt"):
        read_table(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(FileFormatError, match="Kennwort"):
        read_table(path)
    with io.BytesIO() as raw:
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr("a.txt", "nichts")
        path.write_bytes(raw.getvalue())
    with pytest.raises(FileFormatError, match="beschädigt"):
        read_table(path)


def test_spss_labels_and_missing_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": [1.0, 2.0, -9.0, None], "name": ["Köln", "", "a b", "x"], "z": [0.5, 1.0, 2.0, 99.0]})
    path = tmp_path / "t.sav"
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"q1": "Ziel eins"},
        variable_value_labels={"q1": {1.0: "ja", 2.0: "nein", -9.0: "weiß nicht"}},
        missing_ranges={"q1": [{"lo": -9, "hi": -1}], "z": [99]},
    )
    table = read_table(path)
    assert table.frame["q1"].tolist() == ["1", "2", "-9", ""]
    assert table.frame["name"].tolist() == ["Köln", "", "a b", "x"]
    assert table.frame["z"].tolist() == ["0.5", "1", "2", "99"]
    assert table.labels["q1"] == "Ziel eins"
    assert table.value_labels["q1"] == {"-9": "weiß nicht", "1": "ja", "2": "nein"}
    assert table.missing == {"q1": {"-9": "weiß nicht"}, "z": {"99": "als fehlend vereinbart"}}
    assert table.frame.index.tolist() == [1, 2, 3, 4]


def test_stata_labels(tmp_path: Path) -> None:
    path = tmp_path / "t.dta"
    pyreadstat.write_dta(
        pd.DataFrame({"q1": [1, 2], "t": ["ä", "b"]}),
        path,
        column_labels={"q1": "Ziel"},
        variable_value_labels={"q1": {1: "ja", 2: "nein"}},
    )
    table = read_table(path)
    assert table.frame["q1"].tolist() == ["1", "2"]
    assert table.frame["t"].tolist() == ["ä", "b"]
    assert table.value_labels["q1"] == {"1": "ja", "2": "nein"}


# --- headings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "Q1[SQ001]",
        "Q1_SQ001",
        "q1[SQ001]",
        "Q1.SQ001.",
        "Q1[SQ001]. Welche Ziele? [Effizienz]",
        " Q1[SQ001] ",
        "\ufeffQ1[SQ001]",
    ],
)
def test_one_column_in_the_spellings_of_its_export(heading: str) -> None:
    assert code_of(heading) == "q1_sq001"
    found = Findings()
    assert match_columns({"Q1[SQ001]": "goals"}, [heading, "Q1[SQ002]"], found) == {"Q1[SQ001]": heading}
    assert not found.problems


def test_question_text_is_matched_without_entities_and_blanks() -> None:
    named = {"Videos & Podcasts [Länge]": "goals"}
    found = Findings()
    heading = "Videos &amp; Podcasts  [Länge]"
    assert match_columns(named, [heading], found) == {"Videos & Podcasts [Länge]": heading}
    assert not found.problems


def test_another_export_is_one_error_and_not_one_per_column() -> None:
    """An export with full texts, read with a codebook of codes, lacks nearly all columns for one reason."""
    named = {f"Q1[SQ{number:03}]": "goals" for number in range(11)} | {"id": "respondent.id"}
    found = Findings()
    assert match_columns(named, ["id", "Welche Ziele? [Effizienz]"], found) == {"id": "id"}
    (only,) = found.problems
    assert "11" in only.message and "Q1[SQ010]" in only.message and "Welche Ziele? [Effizienz]" in only.message
    half = Findings()
    match_columns(named, [*list(named)[:6], "id"], half)
    assert [problem.column for problem in half.problems] == list(named)[6:11]


def test_unknown_and_ambiguous_columns_are_problems() -> None:
    found = Findings("t.csv")
    named = {"submitdat": "respondent.order_by", "a_1": "goals"}
    assert match_columns(named, ["submitdate", "a[1]", "a.1"], found) == {}
    assert [(problem.file, problem.column) for problem in found] == [("t.csv", "submitdat"), ("t.csv", "a_1")]
    assert "submitdate" in found.problems[0].expected
    assert "mehrfach" in found.problems[1].message


@pytest.mark.parametrize(
    ("heading", "value", "personal"),
    [
        ("q7", "Rückfragen: anna.muster@stadt.example", "E-Mail-Adressen"),
        ("q7", "0221 123456", "Telefonnummern"),
        ("q7", "+49 30 123456", "Telefonnummern"),
        ("q7", "Frau Dr. Muster", "Namen von Personen"),
        ("Ansprechperson", "Muster", "Angaben zu Personen"),
        ("Telefon", "1234", "Angaben zu Personen"),
        ("ags", "09162000", ""),
        ("datum", "2026-06-30 14:05:00", ""),
        ("datum", "01.02.2026", ""),
        ("zahl", "0,123", ""),
        ("Name der Kommune", "Köln", ""),
        ("email", "Y", ""),
    ],
)
def test_personal_data_is_recognised(heading: str, value: str, personal: str) -> None:
    found, row = personal_data(heading, pd.Series(["", value], index=[2, 3]))
    assert found == personal
    assert row == (3 if personal else None)


# --- structure files ----------------------------------------------------------------------------------------------

LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType><languages><language>de</language><language>en</language></languages>
<questions><rows>
<row><qid>1</qid><parent_qid>0</parent_qid><type>M</type><title>Z1</title><other>Y</other></row>
<row><qid>2</qid><parent_qid>0</parent_qid><type>R</type><title>R1</title><other>N</other></row>
<row><qid>3</qid><parent_qid>0</parent_qid><type>L</type><title>S1</title><other>N</other></row>
</rows></questions>
<subquestions><rows><row><qid>11</qid><parent_qid>1</parent_qid><title>SQ001</title><scale_id>0</scale_id></row></rows></subquestions>
<question_l10ns><rows>
<row><qid>1</qid><question><![CDATA[<p>Welche <b>Ziele</b>?</p>]]></question><language>de</language></row>
<row><qid>1</qid><question>Which goals?</question><language>en</language></row>
<row><qid>11</qid><question>Effizienz &amp;amp; mehr</question><language>de</language></row>
</rows></question_l10ns>
<answers><rows>
<row><aid>1</aid><qid>2</qid><code>A1</code><scale_id>0</scale_id></row><row><aid>2</aid><qid>2</qid><code>A2</code><scale_id>0</scale_id></row>
<row><qid>3</qid><code>A1</code><answer>keine</answer><language>de</language><scale_id>0</scale_id></row>
<row><qid>3</qid><code>A1</code><answer>none</answer><language>en</language><scale_id>0</scale_id></row>
</rows></answers>
<answer_l10ns><rows><row><aid>1</aid><answer>erstens</answer><language>de</language></row><row><aid>2</aid><answer>zweitens</answer><language>de</language></row></rows></answer_l10ns>
</document>"""


def test_limesurvey_structure_of_old_and_new_versions(tmp_path: Path) -> None:
    path = tmp_path / "s.lss"
    path.write_text(LSS, encoding="utf-8")
    structure = read_structure(path)
    assert structure.labels(["Z1[SQ001]", "Z1[other]"]) == {
        "Z1[SQ001]": "Welche Ziele? [Effizienz & mehr]",
        "Z1[other]": "Welche Ziele?",
    }
    assert structure.labels(["Z1_other"], "en") == {"Z1_other": "Which goals?"}
    assert structure.value_labels(["R1[1]", "R1[2]", "S1"]) == {
        "R1[1]": {"A1": "erstens", "A2": "zweitens"},
        "R1[2]": {"A1": "erstens", "A2": "zweitens"},
        "S1": {"A1": "keine"},
    }
    assert structure.value_labels(["S1"], "en")["S1"] == {"A1": "none"}


def test_two_scales_and_comments_of_limesurvey(tmp_path: Path) -> None:
    rows = {
        "questions": [
            {"qid": "1", "parent_qid": "0", "type": "1", "title": "D", "question": "Stand?", "language": "de"},
            {"qid": "2", "parent_qid": "0", "type": "P", "title": "M", "question": "Was?", "language": "de"},
            {"qid": "3", "parent_qid": "0", "type": "O", "title": "L", "question": "Wo?", "language": "de"},
        ],
        "subquestions": [
            {"qid": "11", "parent_qid": "1", "title": "SQ001", "question": "Netz", "language": "de", "scale_id": "0"},
            {"qid": "21", "parent_qid": "2", "title": "SQ001", "question": "Recht", "language": "de", "scale_id": "0"},
        ],
        "answers": [
            {"qid": "1", "code": "A1", "answer": "heute da", "language": "de", "scale_id": "0"},
            {"qid": "1", "code": "A1", "answer": "geplant", "language": "de", "scale_id": "1"},
        ],
    }
    tables = "".join(
        f"<{name}><rows>"
        + "".join("<row>" + "".join(f"<{key}>{text}</{key}>" for key, text in row.items()) + "</row>" for row in lines)
        + f"</rows></{name}>"
        for name, lines in rows.items()
    )
    path = tmp_path / "s.lss"
    path.write_text(f"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>{tables}</document>", encoding="utf-8")
    structure = read_structure(path)
    headings = ["D[SQ001][1]", "D[SQ001][2]", "M[SQ001]", "M[SQ001comment]", "L", "L[comment]"]
    assert structure.labels(headings) == {
        "D[SQ001][1]": "Stand? [Netz]", "D[SQ001][2]": "Stand? [Netz]", "M[SQ001]": "Was? [Recht]",
        "M[SQ001comment]": "Was? [Recht]", "L": "Wo?", "L[comment]": "Wo?",
    }  # fmt: skip
    assert structure.value_labels(headings) == {"D[SQ001][1]": {"A1": "heute da"}, "D[SQ001][2]": {"A1": "geplant"}}


@pytest.mark.parametrize(
    "text",
    ["", "<a>", "<document/>", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "kein xml", "\x00"],
)
def test_bad_structure_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.lss"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"s\.lss"):
        read_structure(path)


def test_spss_syntax(tmp_path: Path) -> None:
    path = tmp_path / "s.sps"
    path.write_text(
        'GET DATA\n /TYPE=TXT\n /VARIABLES=\n V1 F1\n V2 A20 .\n\nVARIABLE LABELS V1 "Ziel Nr. 1. <b>Recht</b>".\n'
        'VALUE LABELS V1\n 1 "ja"\n 2 "nein"\n -9 \'weiß nicht\'.\nMISSING VALUES V1 (-9, 97 THRU 99).\n'
        "RENAME VARIABLE ( V1 = Z1_SQ001 ).\n",
        encoding="utf-8",
    )
    structure = read_syntax(path)
    assert structure.names == ("Z1_SQ001", "V2")
    assert structure.labels(["Z1[SQ001]"]) == {"Z1[SQ001]": "Ziel Nr. 1. Recht"}
    assert structure.value_labels(["Z1_SQ001"]) == {"Z1_SQ001": {"1": "ja", "2": "nein", "-9": "weiß nicht"}}
    assert structure.missing(["Z1_SQ001"])["Z1_SQ001"] == {
        "-9": "weiß nicht",
        "97": "als fehlend vereinbart",
        "98": "als fehlend vereinbart",
        "99": "als fehlend vereinbart",
    }


def test_spss_syntax_whose_last_string_never_ends(tmp_path: Path) -> None:
    path = tmp_path / "s.sps"
    path.write_text('VARIABLE LABELS V1 \'don\'\'t. \n\n\' \n V2 "a""b".\nVALUE LABELS V1\n 1 "ja"\n 2 \'nein.\n\n')
    structure = read_syntax(path)
    assert structure.labels(["V1", "V2"]) == {"V1": "don't.", "V2": 'a"b'}
    assert structure.value_labels(["V1"]) == {"V1": {"1": "ja"}}


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("umfrage.lsa", ("survey_1.lss", "survey_1_responses.lsr"), "Archiv von LimeSurvey.*CSV"),
        ("umfrage.lss", (), "files.structure"),
        ("umfrage.por", (), "portable SPSS-Datei"),
        ("umfrage.sas7bdat", (), "SAS-Datei"),
        ("umfrage.zip", ("antworten.csv",), "ZIP-Archiv .*antworten.csv.*entpacken"),
        ("umfrage", ("[Content_Types].xml", "xl/workbook.xml"), r"Excel-Datei; bitte mit der Endung \.xlsx"),
        ("umfrage", ("mimetype", "content.xml"), r"OpenDocument-Datei; bitte mit der Endung \.ods"),
    ],
)
def test_files_of_other_tools_are_told_how_to_come(
    tmp_path: Path, name: str, parts: tuple[str, ...], words: str
) -> None:
    if parts:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in parts:
                archive.writestr(part, "x")
    else:
        (tmp_path / name).write_bytes(b"something")
    with pytest.raises(FileFormatError, match=words):
        read_table(tmp_path / name)


def test_labels_of_no_variable_are_a_damaged_file(tmp_path: Path) -> None:
    """The reader of SPSS files ends the whole process on them."""
    frame = pd.DataFrame({"q": [1.0, 2.0], "t": ["a", "b"]})
    pyreadstat.write_sav(frame, tmp_path / "t.sav", variable_value_labels={"q": {1.0: "ja", 2.0: "nein"}})
    raw = (tmp_path / "t.sav").read_bytes()
    place = raw.index(struct.pack("<3i", 4, 1, 1)) + 8  # one variable has these labels, the first one
    for variable in (0, 2, 3, 65537, -1):  # none, a text, none …
        (tmp_path / "t.sav").write_bytes(raw[:place] + struct.pack("<i", variable) + raw[place + 4 :])
        with pytest.raises(FileFormatError, match=r"^Die Datei t\.sav .* beschädigt .* CSV"):
            read_table(tmp_path / "t.sav")
    (tmp_path / "t.sav").write_bytes(raw[:200])
    with pytest.raises(FileFormatError, match="abgeschnitten"):
        read_table(tmp_path / "t.sav")


def test_packed_spss_files_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q": [1.0, -9.0], "t": ["ä", ""]})
    pyreadstat.write_sav(frame, tmp_path / "t.zsav", compress=True, missing_ranges={"q": [-9]})
    assert (tmp_path / "t.zsav").read_bytes().startswith(b"$FL3")
    table = read_table(tmp_path / "t.zsav")
    assert table.frame.to_numpy().tolist() == [["1", "ä"], ["-9", ""]]
    assert table.missing == {"q": {"-9": "als fehlend vereinbart"}}


def test_long_cells_without_personal_data_are_looked_through_once() -> None:
    """A picture or a signature as text; trying each sign as the beginning of an address took minutes."""
    for sign in ("_", "a.", "1"):
        assert personal_data("Anlage", pd.Series([sign * 100_000, "x"])) == ("", None)
    mixed = pd.Series(["a" * 100_000, "b" * 100_000 + " it@kommune.example"], index=[2, 3])
    assert personal_data("Anlage", mixed) == ("E-Mail-Adressen", 3)


# --- the real files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape", "first"),
    [
        ("blank_line.ods", (3, 3), ["Bob", "20", "2010-10-10"]),
        ("excel_pasting.csv", (18, 9), None),
        ("null.csv", (9, 4), ["2", "0", "0", "null"]),
        ("simple.ssv", (6, 3), ["2011-01-01", "1", "Galway"]),
        ("simple.xls", (6, 3), ["2011-01-01", "1", "Galway"]),
        ("simple.xlsx", (6, 3), ["2011-01-01", "1", "Galway"]),
        ("skip_initials.csv", (2, 2), ["hello", "    goodbye"]),
        ("small.csv", (0, 1), None),
        ("spanish_chars.csv", (115, 8), None),
        ("utf8bom.csv", (0, 2), None),
    ],
)
def test_tables_as_people_send_them(
    external: External, name: str, shape: tuple[int, int], first: list[str] | None
) -> None:
    table = read_table(external(f"formats/{name}"))
    assert table.frame.shape == shape
    if first is not None:
        assert table.frame.iloc[0].tolist() == first


def test_real_title_rows_and_accents(external: External) -> None:
    table = read_table(external("formats/excel_pasting.csv"), skip_rows=3)
    assert list(table.frame.columns)[:2] == ["Year", "2000"]
    assert table.frame.iloc[0].tolist()[:2] == ["Timber", "2,666"]
    assert read_table(external("formats/spanish_chars.csv")).frame.columns[-1] == "Descripción"
    assert read_table(external("formats/utf8bom.csv")).frame.columns.tolist() == ["kitten", "win"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("encrypted_no_password.xls", "Kennwort"),
        ("libreoffice.xlsx", "leer"),
        ("simple.unknown", "leer"),
        ("simple.zip", "in Wahrheit"),
    ],
)
def test_files_that_cannot_be_read_say_why(external: External, name: str, words: str) -> None:
    with pytest.raises(FileFormatError, match=words):
        read_table(external(f"formats/{name}"))


def test_real_structure_files(external: External) -> None:
    two = read_structure(external("surveys/limesurvey_lss/survey-one-question-two-languages.lss"))
    assert set(two.languages) == {"et", "en"}
    one = read_structure(external("surveys/limesurvey_lss/blank-survey.lss"))
    assert one.labels(["Q00"], "en") == {"Q00": "this is an example question"}
    syntax = read_syntax(external("surveys/limesurvey_spss_de/survey2015-syntax.sps"))
    assert len(syntax.names) == 192
    assert syntax.value_labels(["Geschlecht"]) == {"Geschlecht": {"1": "Männlich", "2": "Weiblich", "3": "Anderes"}}
