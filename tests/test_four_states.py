"""Never shown, shown and not answered, not chosen, chosen: apart where the survey tool keeps them apart, else said so.

Each file is what its tool writes, in small: person A ticks two of three options and rates, person B was never shown
the options, person C saw them and ticked nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from typology.files import text as text_files
from typology.files.formats import read_table
from typology.files.text import unquoted_cells
from typology.survey.report import Report, report_text
from typology.survey.survey import Survey, check_survey, read_survey
from typology.survey.values import MAX_CELLS

TEXTS = {"de": "Übung", "en": "practice"}
STATES = ("chosen", "not_chosen", "unanswered", "not_shown")
NAMES = ("bad", "buch", "bus")
Book = dict[str, Any]


def survey_of(folder: Path, content: str | bytes, book: Book, file: str = "antworten.csv") -> Path:
    """A survey folder with this file; its goals are the three options, and the ratings one block."""
    folder.mkdir()
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    (folder / file).write_bytes(raw)
    about = {"key": "mini", "title": TEXTS, "date": "2026-06-30", "source": "von Hand", "sample": TEXTS}
    whole = {"survey": {**about, "retention": TEXTS}, "files": {"responses": file}, "register": "none", **book}
    (folder / "codebook.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    return folder


def goals(columns: tuple[str, ...], chosen: str, not_chosen: str, **parts: Any) -> Book:
    asked = dict(zip(NAMES, columns, strict=True))
    return {"kind": "pick", "question": TEXTS, "chosen": chosen, "not_chosen": [not_chosen], "columns": asked, **parts}


def rating(*columns: str, **parts: Any) -> Book:
    asked = {f"r{n}": column for n, column in enumerate(columns, start=1)}
    return {"role": "structure", "kind": "rating", "scale": [1, 5], "columns": asked, **parts}


def states(report: Report) -> dict[str, Any]:
    seen = {line.what: getattr(line.value, "value", str(line.value)) for line in report.mirror}
    return {state: seen[state] for state in STATES}


def counted(report: Report) -> dict[str, int]:
    return dict(zip(report.counts["what"], report.counts["n"].astype(int), strict=True))


def reasons(survey: Survey, key: str) -> list[str]:
    return survey.reasons.loc[key].tolist()


# --- LimeSurvey -----------------------------------------------------------------------------------------------------

LIMESURVEY = """"id","submitdate","lastpage","startlanguage","ANG[o01]","ANG[o02]","ANG[o03]","ZUF[r1]","ZUF[r2]"\r
"1","2026-06-01 10:00:00","3","de","Y","","Y","A4",""\r
"2","2026-06-01 11:00:00","3","de",,,,"",""\r
"3","2026-06-01 12:00:00","3","de","","","","A2","A5"\r
"4","2026-06-01 13:00:00","3","de","","Y","","A2","A5"\r
"5",,"1","de","Y",,,,\r
"""
LIME_BOOK: Book = {
    "respondent": {"id": "id", "completed": {"column": "submitdate", "rule": "not_empty"}},
    "missing": "limesurvey",
    "goals": goals(("ANG[o01]", "ANG[o02]", "ANG[o03]"), "Y", ""),
    "blocks": [rating("ZUF[r1]", "ZUF[r2]", codes={f"A{n}": n for n in range(1, 6)})],
    "drop": ["lastpage", "startlanguage"],
}


def test_limesurvey_of_today_tells_never_shown_by_the_missing_quotes(tmp_path: Path) -> None:
    survey = read_survey(survey_of(tmp_path / "s", LIMESURVEY, LIME_BOOK))
    assert list(survey.responses.index) == ["1", "2", "3", "4"]
    assert survey.block("goal").loc[["1", "4"]].to_numpy().tolist() == [["ja", "nein", "ja"], ["nein", "ja", "nein"]]
    assert survey.block("goal").loc[["2", "3"]].isna().all(axis=None)
    assert reasons(survey, "2") == [*["nicht_gefragt"] * 3, *["nicht_beantwortet"] * 2]
    assert reasons(survey, "3") == [*["nicht_beantwortet"] * 3, "", ""]
    assert states(survey.report) == {"chosen": 3, "not_chosen": 3, "unanswered": 3, "not_shown": 3}
    counts = counted(survey.report)
    assert (counts["nicht_gezeigt"], counts["ohne_kreuz"], counts["zu_wenig_ziele"]) == (1, 1, 2)
    (note,) = survey.report.findings["message"][survey.report.findings["kind"] == "leerer_block"]
    assert "unterscheidet nicht zwischen nicht gewählt und nicht beantwortet." in note


def test_a_block_that_counts_as_refused_when_empty_does_not_when_it_was_never_shown(tmp_path: Path) -> None:
    book = LIME_BOOK | {"goals": LIME_BOOK["goals"] | {"empty_block": "chosen_none"}}
    survey = read_survey(survey_of(tmp_path / "s", LIMESURVEY, book))
    assert survey.block("goal").loc["3"].tolist() == ["nein"] * 3
    assert reasons(survey, "2")[:3] == ["nicht_gefragt"] * 3
    assert states(survey.report) == {"chosen": 3, "not_chosen": 6, "unanswered": 0, "not_shown": 3}


def test_limesurvey_before_2023_cannot_tell_and_the_report_says_so(tmp_path: Path) -> None:
    old = LIMESURVEY.replace(",,,,", ',"","","",').replace(",,", ',"",').replace(",\r", ',""\r')
    survey = read_survey(survey_of(tmp_path / "s", old, LIME_BOOK))
    assert reasons(survey, "2")[:3] == reasons(survey, "3")[:3] == ["nicht_beantwortet"] * 3
    assert states(survey.report) == {"chosen": 3, "not_chosen": 3, "unanswered": 6, "not_shown": "unbekannt"}
    assert "nicht_gezeigt" not in counted(survey.report)
    text = report_text(survey.report, "de")
    assert "zwischen nicht gewählt, nicht beantwortet und nicht gezeigt" in text
    assert text.count("eine leere Antwort kann auch eine nie gezeigte Frage sein") == 2


@pytest.mark.parametrize("of_limesurvey", [True, False])
def test_missing_quotes_mean_never_shown_in_files_of_limesurvey_only(tmp_path: Path, of_limesurvey: bool) -> None:
    content = LIMESURVEY
    if not of_limesurvey:  # a database that writes nothing where nothing is stored
        for name, other in (("submitdate", "zeit"), ("lastpage", "seite"), ("startlanguage", "sprache")):
            content = content.replace(name, other)
    person = {"id": "id", "completed": {"column": "submitdate" if of_limesurvey else "zeit", "rule": "not_empty"}}
    book = {**LIME_BOOK, "respondent": person, "missing": {"codes": {"-99": "verweigert"}}}
    survey = read_survey(survey_of(tmp_path / "s", content, book | {"drop": ["lastpage", "startlanguage", "s*"]}))
    assert reasons(survey, "2")[:3] == ["nicht_gefragt" if of_limesurvey else "nicht_beantwortet"] * 3


def test_a_consent_never_shown_is_no_consent_and_no_refusal(tmp_path: Path) -> None:
    rows = LIMESURVEY.replace(",,,,\r", ',,,,"Y"\r').splitlines()  # the last one did not finish
    consent = ["C1", "Y", None, "", "Y", ""]
    lines = [f'{row},"{cell}"' if cell is not None else f"{row}," for row, cell in zip(rows, consent, strict=True)]
    block = {"role": "consent", "kind": "yes_no", "chosen": "Y", "not_chosen": ["N", ""], "columns": {"listed": "C1"}}
    block["empty_block"] = "chosen_none"
    book = LIME_BOOK | {"blocks": [*LIME_BOOK["blocks"], block]}
    report = check_survey(survey_of(tmp_path / "s", "\r\n".join(lines) + "\r\n", book))
    seen = {line.what: getattr(line.value, "value", "") for line in report.mirror}
    assert (seen["listed"], seen["refused"], seen["unknown"]) == (2, 1, 1)


VV = (
    "Antwort ID\tDatum\tFreibad\tBücherei\tStadtbus\tÖffnungszeiten\tWunsch\n"
    "id\tsubmitdate\tANG_o01\tANG_o02\tANG_o03\tZUF_r1\tWUN\n"
    "1\t2026-06-01 10:00:00\tY\t\tY\t4\tmehr{newline}Licht, {quote}hell{quote} {lbrace}neu}\n"
    "2\t2026-06-01 11:00:00\t{question_not_shown}\t{question_not_shown}\t{question_not_shown}\t2\t\n"
    "3\t2026-06-01 12:00:00\t\t\t\t2\t{question_not_shown}\n"
    "4\t2026-06-01 13:00:00\t\tY\t\t2\t\n"
    "5\t{question_not_shown}\tY\t\t\t2\t\n"
)


def test_the_vv_file_of_limesurvey_says_it_in_words(tmp_path: Path) -> None:
    book = {
        "respondent": {"id": "Antwort ID", "completed": {"column": "Datum", "rule": "not_empty"}},
        "goals": goals(("Freibad", "Bücherei", "Stadtbus"), "Y", ""),
        "blocks": [rating("Öffnungszeiten")],
        "drop": ["Wunsch"],
    }
    folder = survey_of(tmp_path / "s", VV, book, file="vvexport.txt")
    path = folder / "codebook.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("files:\n", "files:\n  header_rows: 2\n"))
    survey = read_survey(folder)
    assert list(survey.responses.index) == ["1", "2", "3", "4"]  # the fifth was never sent
    assert reasons(survey, "2")[:3] == ["nicht_gefragt"] * 3
    assert states(survey.report) == {"chosen": 3, "not_chosen": 3, "unanswered": 3, "not_shown": 3}
    table = read_table(folder / "vvexport.txt", header_rows=2)
    assert table.frame.iloc[0, -1] == 'mehr\nLicht, "hell" {neu}'
    assert {heading: rows.tolist() for heading, rows in table.not_shown.items()} == {
        "Datum": [7],
        **{heading: [4] for heading in ("Freibad", "Bücherei", "Stadtbus")},
        "Wunsch": [5],
    }


# --- other tools ----------------------------------------------------------------------------------------------------


def test_efs_tells_by_its_codes(tmp_path: Path) -> None:
    content = (
        "lfdn;dispcode;v_1;v_2;v_3;v_4\r\n1;31;1;0;1;4\r\n2;31;-77;-77;-77;0\r\n3;31;0;0;0;2\r\n4;32;-66;1;0;5\r\n"
    )
    book = {
        "respondent": {"id": "lfdn", "completed": {"column": "dispcode", "in": ["31", "32"]}},
        "missing": "efs",
        "goals": goals(("v_1", "v_2", "v_3"), "1", "0"),
        "blocks": [rating("v_4")],
    }
    survey = read_survey(survey_of(tmp_path / "s", content, book))
    assert reasons(survey, "2") == [*["nicht_gefragt"] * 3, "nicht_beantwortet"]
    assert reasons(survey, "3")[:3] == ["nicht_beantwortet"] * 3
    assert reasons(survey, "4")[:3] == ["ausgeblendet", "", ""]
    assert states(survey.report) == {"chosen": 3, "not_chosen": 2, "unanswered": 3, "not_shown": 4}
    assert counted(survey.report)["nicht_gezeigt"] == 1


@pytest.mark.parametrize("told", [True, False])
def test_sosci_tells_by_blanks_where_it_writes_its_code_for_not_answered(tmp_path: Path, told: bool) -> None:
    content = "CASE;QUESTNNR;AN01_01;AN01_02;AN01_03;ZU01_01\r\n1;base;2;1;2;4\r\n2;base;;;;-9\r\n3;base;1;1;1;2\r\n"
    book = {
        "respondent": {"id": "CASE"},
        "missing": "sosci",
        "goals": goals(("AN01_01", "AN01_02", "AN01_03"), "2", "1"),
        "blocks": [rating("ZU01_01")],
        "drop": ["QUESTNNR"],
    }
    content = content + "4;base;2;1;1;3\r\n"
    survey = read_survey(survey_of(tmp_path / "s", content if told else content.replace("-9", ""), book))
    assert reasons(survey, "2") == [*["nicht_gefragt" if told else "nicht_beantwortet"] * 3, "nicht_beantwortet"]
    assert reasons(survey, "3")[:3] == ["nicht_beantwortet"] * 3
    assert states(survey.report)["not_shown"] == (3 if told else "unbekannt")


def test_one_cell_with_all_answers_cannot_tell(tmp_path: Path) -> None:
    content = '"Id","Welche?"\n"1","Freibad;Stadtbus, Linie 4"\n"2",""\n"3","Bücherei"\n'
    codes = {"Freibad": "bad", "Bücherei": "buch", "Stadtbus, Linie 4": "bus"}
    asked = {"kind": "pick", "question": TEXTS, "list_column": "Welche?", "codes": codes}
    survey = read_survey(survey_of(tmp_path / "s", content, {"respondent": {"id": "Id"}, "goals": asked}))
    assert states(survey.report) == {"chosen": 3, "not_chosen": 3, "unanswered": 3, "not_shown": "unbekannt"}


@pytest.mark.parametrize("kind", ["rating", "ranking"])
def test_other_forms_of_the_question_have_the_states_too(tmp_path: Path, kind: str) -> None:
    content = "id;a;b;c\n1;3;1;2\n2;-7;-7;-7\n3;;;\n4;2;1;3\n"
    asked: Book = {"kind": kind, "question": TEXTS, "columns": dict(zip(NAMES, "abc", strict=True))}
    if kind == "rating":
        asked["levels"] = [{"key": "wenig", "values": ["1", "2"]}, {"key": "sehr", "values": ["3"]}]
    book = {"respondent": {"id": "id"}, "missing": {"codes": {"-7": "nicht_gefragt"}}, "goals": asked}
    survey = read_survey(survey_of(tmp_path / "s", content, book))
    chosen = 2 if kind == "rating" else 6
    assert states(survey.report) == {"chosen": chosen, "not_chosen": 6 - chosen, "unanswered": 3, "not_shown": 3}


# --- the quotes -----------------------------------------------------------------------------------------------------


def by_hand(content: str, delimiter: str) -> dict[int, list[int]]:
    """The same sign by sign."""
    found: dict[int, list[int]] = {}
    record, place, cell, inside = 1, 0, "", False
    quoted_blank = other = False
    for sign in content if content.endswith("\n") else content + "\n":
        if inside or sign not in (delimiter, "\n"):
            inside ^= sign == '"'
            cell += sign
            continue
        cell = cell.removesuffix("\r") if sign == "\n" else cell
        quoted_blank |= cell == '""'
        other |= bool(cell) and not cell.startswith('"')
        if not cell and (place or sign == delimiter):
            found.setdefault(place, []).append(record)
        place, cell = (place + 1, "") if sign == delimiter else (0, "")
        record += sign == "\n"
    return found if quoted_blank and not other else {}


TRICKY = [
    '"a","b","c"\r\n"1",,""\r\n,"2",\r\n',
    '"a","b"\n"x,,y","he said ""no"",,"\n"line\n\n,,\nmore",\n"",""',
    '"a","b"\n\n"",\n\n,""\n',
    '"a","b"\n"1",""\n',
    '"a","b"\n"1",\n',
    '"a","b"\n1,,""\n',
    '"a";"b"\n"1,";""\n"1";\n',
    '"ä","€"\n"ü",\n"",""\n',
    '"a"\n"open,,\n',
]


@pytest.mark.parametrize("block", [1, 5, 11, 1 << 20])
def test_unquoted_cells_are_found_wherever_the_text_is_cut(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(text_files, "BLOCK", block)
    seen = []
    for content in TRICKY:
        delimiter = ";" if ";" in content else ","
        found = {place: rows.tolist() for place, rows in unquoted_cells(content, delimiter).items()}
        assert found == by_hand(content, delimiter), content
        seen.append(bool(found))
    assert sum(seen) == 5


def test_marks_are_odd_as_counted_one_by_one() -> None:
    rng = np.random.default_rng(0)
    for n in (0, 1, 7, 8, 63, 64, 65, 128, 1000):
        marks = rng.random(n) < 0.3
        assert text_files._odd(marks).tolist() == (np.cumsum(marks) % 2 == 1).tolist()


def test_places_hold_after_title_rows_blank_lines_and_columns_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('sep=,\n"Titel","",""\n"id","","q"\n\n"1","x",\n"","",""\n"2","","y"\n"3",,""\n', encoding="utf-8")
    table = read_table(path, skip_rows=1)
    assert table.frame.index.tolist() == [5, 7, 8]
    assert {heading: rows.tolist() for heading, rows in table.unquoted.items()} == {"(Spalte 2)": [8], "q": [5]}


def test_a_large_table_is_the_same_in_blocks_and_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    cells = rng.choice(["1", "", "trifft eher zu", "-99", "Köln"], (300, 7))
    lines = [";".join(f"q{n}" for n in range(7)), *(";".join(["k", *row[1:]]) for row in cells.tolist())]
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    whole = read_table(tmp_path / "t.csv").frame
    monkeypatch.setattr("typology.files.table.BLOCK", 70)
    monkeypatch.setattr("typology.files.table.TURNED", 3)
    assert read_table(tmp_path / "t.csv").frame.equals(whole)
    assert whole.iloc[:, 1:].to_numpy().tolist() == cells[:, 1:].tolist()


# --- rows that have slid --------------------------------------------------------------------------------------------

HEADING = "Id,Welche?,Lage (Strom),Lage (Netz),Lage (Wasser),Status,Zeit,Form"
NEXTCLOUD = [
    "1,Freibad; Stadtbus,gut,schlecht,gut,gelöst,früh,Brief",
    "2,Bücherei,schlecht,gut,gut,offen,spät,Mail",
    "3,Freibad,,gelöst,früh,Brief,,",  # left the matrix of three rows out, and it takes one cell
    "4,Stadtbus,gut,gut,gut,offen,früh,Brief",
    "5,Freibad,gut,gut,schlecht,gelöst,spät,Mail",
]


def slid_book() -> Book:
    def choice(column: str, name: str, *answers: str) -> Book:
        codes = {answer: f"a{n}" for n, answer in enumerate(answers)}
        return {"role": "structure", "kind": "choice", "codes": codes, "columns": {name: column}}

    parts = [choice(f"Lage ({part})", part.lower(), "gut", "schlecht") for part in ("Strom", "Netz", "Wasser")]
    ends = [("Status", "gelöst", "offen"), ("Zeit", "früh", "spät"), ("Form", "Brief", "Mail")]
    codes = {"Freibad": "bad", "Bücherei": "buch", "Stadtbus": "bus"}
    asked = {"kind": "pick", "question": TEXTS, "list_column": "Welche?", "codes": codes}
    blocks = [*parts, *(choice(name, name.lower(), *answers) for name, *answers in ends)]
    return {"respondent": {"id": "Id"}, "goals": asked, "blocks": blocks}


def slid(folder: Path, rows: list[str]) -> list[tuple[int, str, str, str]]:
    report = check_survey(survey_of(folder, "\n".join([HEADING, *rows]) + "\n", slid_book()))
    found = report.findings[report.findings["kind"] == "verschoben"]
    assert set(found["severity"]) == ({"fehler"} if len(found) else set())
    return list(found[["row", "column", "value", "expected"]].itertuples(index=False, name=None))


def test_a_row_whose_later_answers_slid_left_is_named_with_its_columns(tmp_path: Path) -> None:
    assert slid(tmp_path / "s", NEXTCLOUD) == [(4, "Lage (Netz)", "gelöst", "gehört in die Spalte „Status“")]


def test_a_row_that_slid_right_is_named_too(tmp_path: Path) -> None:
    rows = [*NEXTCLOUD[:2], "3,Freibad,x,gut,schlecht,gut,gelöst,früh", *NEXTCLOUD[3:]]
    assert slid(tmp_path / "s", rows) == [(4, "Lage (Netz)", "gut", "gehört in die Spalte „Lage (Strom)“")]


def test_strange_values_that_fit_nowhere_or_everywhere_have_not_slid(tmp_path: Path) -> None:
    one = [*NEXTCLOUD[:2], "3,Freibad,gut,offen,gut,gelöst,früh,Brief", *NEXTCLOUD[3:]]
    assert slid(tmp_path / "one", one) == []
    nowhere = [*NEXTCLOUD[:2], "3,Freibad,teils,mittel,gut,gelöst,früh,Brief", *NEXTCLOUD[3:]]
    assert slid(tmp_path / "nowhere", nowhere) == []
    swapped = [",".join([*row.split(",")[:5], *row.split(",")[5:][::-1]]) for row in NEXTCLOUD]
    assert slid(tmp_path / "all", swapped) == []


@pytest.mark.parametrize("left_out", [4, 30])
def test_a_matrix_that_nextcloud_left_out_is_found_even_where_most_left_it_out(tmp_path: Path, left_out: int) -> None:
    matrix = [f"Wie weit sind Sie? ({field})" for field in ("Netz", "Amt (alle)", "Portal")]
    head = [
        "Benutzer-ID",
        "Anzeigename des Nutzers",
        "Zeitstempel",
        "AGS",
        "Recht",
        "Nähe",
        *matrix,
        "Mut",
        "Eile",
        "Ruhe",
    ]
    rows = []
    for i in range(40):
        own = ["", "Anonymer Benutzer", f"2026-03-02T09:{i:02}:07+01:00", f"{9162000 + i:08}", "Ja", "Nein"]
        steps = [""] if i < left_out else ["1", "2", "3"]
        later = ["2", "3", "1"]
        rows.append([*own, *steps, *later, *[""] * (3 - len(steps))])
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [head, *rows])
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    scales = "\n".join(f'      s{n}: "{name}"' for n, name in enumerate([*matrix, "Mut", "Eile", "Ruhe"]))
    (tmp_path / "codebook.yaml").write_text(
        f"""survey:
  {{key: nc, title: {{de: a, en: b}}, date: 2026-03-31, source: c, licence: d,
   sample: {{de: e, en: f}}, retention: {{de: g, en: h}}}}
files: {{responses: e.csv}}
register: none
respondent: {{id: AGS}}
goals:
  kind: yes_no
  question: {{de: a, en: b}}
  chosen: [Ja]
  not_chosen: [Nein]
  columns: {{recht: Recht, naehe: Nähe}}
blocks:
  - role: structure
    kind: rating
    scale: [1, 3]
    columns:
{scales}
drop: [Benutzer-ID, Anzeigename des Nutzers, Zeitstempel]
""",
        encoding="utf-8",
    )
    findings = check_survey(tmp_path).findings
    slid = findings[findings["kind"] == "verschoben"]
    assert set(slid["row"].dropna().astype(int)) == set(range(2, 2 + min(left_out, MAX_CELLS)))
    assert (slid["severity"] == "fehler").all() and slid["message"].str.contains("2 Spalten nach links").any()
