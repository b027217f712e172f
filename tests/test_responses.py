"""From an export and its codebook to a survey that may be trusted, and what is said on the way."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from miniature import CODEBOOK, HEADING, ROWS, changed, table_text, write_folder
from test_formats import workbook

from typology.errors import CodebookError, FileFormatError, RegisterError, ResponseError, TypologyError
from typology.files.formats import read_table
from typology.files.numbers import decimal_of, number_reader
from typology.survey.codebook import read_codebook
from typology.survey.report import Report, report_html, report_table, report_text, write_report_table
from typology.survey.survey import Survey, check_survey, read_survey

GOALS = ["effizienz", "buergernaehe", "foerdermittel", "attraktivitaet", "daseinsvorsorge"]
EMPTY: list[str] = [""] * len(HEADING)


def book(**changes: Any) -> dict[str, Any]:
    """The miniature codebook with places changed, ``a__b`` for ``a.b``."""
    data = copy.deepcopy(CODEBOOK)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = data
        for part in parents:
            place = place[int(part)] if part.isdigit() else place[part]
        place[last] = value
    return data


def count(report: Report, what: str) -> int:
    return int(report.counts.set_index("what")["n"].get(what, 0))


def found(report: Report, kind: str) -> pd.DataFrame:
    return report.findings[report.findings["kind"] == kind]


def test_a_clean_survey_reads_as_declared(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini"))
    assert survey.report.clean
    assert survey.responses.index.tolist() == ["03101001", "03101002", "03101003", "03102", "03102001", "03102002"]
    assert survey.block("goal").columns.tolist() == GOALS
    assert survey.responses["goal_effizienz"].tolist() == ["ja", "ja", "nein", "nein", "nein", "nein"]
    assert survey.responses["goal_effizienz"].cat.categories.tolist() == ["nein", "ja"]
    assert survey.responses["stand_prozesse"].dtype == "Int64"
    assert survey.responses["pain_point_ressourcen"].cat.categories.tolist() == ["nie", "geloest", "aktuell"]
    assert survey.responses["structure_beschaeftigte"].tolist() == [12.5, 100.0, pd.NA, 9.0, 7.0, 1250.0]
    assert survey.reasons.at["03102001", "stand_prozesse"] == "verweigert"
    assert survey.reasons.at["03101003", "stand_prozesse"] == "nicht_beantwortet"
    assert survey.municipalities.loc["03102", "kind"] == "kreis"
    assert survey.consent["mailbox"].tolist() == [
        "digital@altstadt.example",
        "digital@bergdorf.example",
        "",
        "",
        "",
        "",
    ]
    assert survey.source["taken_Zeichensatz"] == "UTF-8 mit Kennung"
    assert survey.block("competence_soll").shape == (6, 0)


def test_a_clean_report_has_no_findings_and_ends_with_the_mirror(tmp_path: Path) -> None:
    lines = report_text(check_survey(write_folder(tmp_path / "mini"))).splitlines()
    mirror = lines[lines.index("keine Befunde") + 1 :]
    assert mirror[0] == "" and mirror[1].startswith("Zum Vergleich mit dem Befragungswerkzeug")
    assert mirror[-1].startswith("  Letzte nach Schlüssel: 03102002 Seeheim")


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("3101001", "schluessel_leading_zero"),
        ("031010000001", "schluessel_ars"),
        ("3101001.0", "schluessel_float"),
        ("03 1 01 001", ""),
        (" 03101001 ", ""),
    ],
)
def test_keys_are_mended_only_when_the_register_confirms(tmp_path: Path, written: str, kind: str) -> None:
    folder = write_folder(tmp_path / "mini", rows=changed(0, ags=written))
    survey = read_survey(folder)
    assert "03101001" in survey.responses.index
    assert len(found(survey.report, kind)) == (1 if kind else 0)
    assert count(survey.report, "schluessel_repariert") == (1 if kind else 0)


def test_key_of_twelve_digits(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", rows=changed(0, ags="031015402001")))
    assert "03101001" in survey.responses.index
    assert found(survey.report, "schluessel_ars")["row"].tolist() == [2]


def test_kreis_key_of_a_kreisfreie_stadt(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", rows=changed(0, ags="03201")))
    assert "03201000" in survey.responses.index
    assert len(found(survey.report, "schluessel_kreisfrei")) == 1


@pytest.mark.parametrize(
    ("written", "words"),
    [("03101999", "nicht im Register"), ("3,1E+06", "gerundete"), ("", "fehlt"), ("Neuenkirchen", "Schlüssel")],
)
def test_keys_that_cannot_be_trusted_are_errors(tmp_path: Path, written: str, words: str) -> None:
    folder = write_folder(tmp_path / "mini", rows=changed(2, ags=written))
    with pytest.raises(ResponseError) as caught:
        read_survey(folder)
    problem = caught.value.problems[0]
    assert words in problem.message
    assert (problem.row, problem.column) == (4, "ags")


def test_a_name_in_place_of_a_key_offers_all_of_that_name(tmp_path: Path) -> None:
    report = check_survey(write_folder(tmp_path / "mini", rows=changed(2, ags="Neuenkirchen")))
    expected = found(report, "schluessel")["expected"].iloc[0]
    assert "03101003" in expected and "03102001" in expected and "Nordkreis" in expected


def test_bodies_that_do_not_belong_are_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini", codebook=book(respondent__kinds=["gemeinde", "kreisfrei"]))
    assert found(check_survey(folder), "koerperschaft")["key"].tolist() == ["03102"]


# --- rows ---------------------------------------------------------------------------------------------------------


def test_rows_are_dropped_by_declared_rules_and_counted(tmp_path: Path) -> None:
    late = ["9", "03101001", "2026-06-09 08:00:00", "", "", "", "Y", "", "", "2", "A2", "", "", "", ""]
    test_row = ["10", "", "2026-06-09 08:00:00", "TEST", *EMPTY[4:]]
    unfinished = ["11", "03201000", "", "", "Y", *EMPTY[5:]]
    survey = read_survey(write_folder(tmp_path / "mini", rows=[*ROWS, late, test_row, unfinished]))
    report = survey.report
    assert count(report, "gelesen") == 9
    assert count(report, "testzeilen") == 1
    assert count(report, "unvollstaendig") == 1
    assert count(report, "mehrfach") == 1
    assert count(report, "behalten") == 6
    assert found(report, "mehrfach")["row"].tolist() == [2]
    assert survey.responses.at["03101001", "goal_foerdermittel"] == "ja"
    assert not survey.consent.at["03101001", "listed"]


def test_most_complete_answer_counts_but_no_refusal_is_lost(tmp_path: Path) -> None:
    short = ["9", "03101001", "2026-06-09 08:00:00", "", "", "", "Y", "", "", "", "", "", "N", "", ""]
    folder = write_folder(tmp_path / "mini", rows=[*ROWS, short], codebook=book(respondent__duplicates="most_complete"))
    survey = read_survey(folder)
    assert survey.responses.at["03101001", "goal_effizienz"] == "ja"
    assert not survey.consent.at["03101001", "listed"]


def test_a_municipality_twice_is_an_error_where_the_codebook_says_so(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mini", rows=[*ROWS, ROWS[0]], codebook=book(respondent__duplicates="error"))
    with pytest.raises(ResponseError) as caught:
        read_survey(folder)
    assert [problem.row for problem in caught.value.problems if problem.kind == "mehrfach"] == [2, 8]


def test_an_answer_with_goals_goes_before_a_later_one_without(tmp_path: Path) -> None:
    empty = ["9", "03101001", "2026-06-09 08:00:00", *EMPTY[3:]]
    survey = read_survey(write_folder(tmp_path / "mini", rows=[*ROWS, empty]))
    assert survey.responses.at["03101001", "goal_effizienz"] == "ja"


def test_order_that_is_no_date_is_an_error_and_a_tie_a_warning(tmp_path: Path) -> None:
    twin = ["9", "03101001", "irgendwann", *ROWS[0][3:]]
    report = check_survey(write_folder(tmp_path / "mini", rows=[*ROWS, twin]))
    assert found(report, "reihenfolge")["row"].tolist() == [8]
    same = ["9", "03101001", "1980-01-01 00:00:00", *ROWS[0][3:]]
    rows = changed(0, submitdate="1980-01-01 00:00:00")
    report = check_survey(write_folder(tmp_path / "mini", rows=[*rows, same]))
    assert found(report, "mehrfach")["severity"].tolist() == ["warnung", "hinweis"]


def test_german_dates_and_numbers_are_ranked(tmp_path: Path) -> None:
    rows = [*changed(0, submitdate="31.05.2026 10:00"), ["9", "03101001", "01.06.2026 09:00", *ROWS[1][3:]]]
    survey = read_survey(write_folder(tmp_path / "mini", rows=rows))
    assert found(survey.report, "mehrfach")["row"].tolist() == [2]


@pytest.mark.parametrize(("first", "second"), [("999", "1.001"), ("1.001", "999"), ("1,001", "1,002")])
def test_a_number_that_could_be_two_does_not_rank(tmp_path: Path, first: str, second: str) -> None:
    """1.001 is later than 999 in one country and earlier in another."""
    rows = [*changed(0, submitdate=first), ["9", "03101001", second, *ROWS[1][3:]]]
    report = check_survey(write_folder(tmp_path / "mini", rows=rows))
    places = [row for row, text in ((2, first), (8, second)) if not text.isdigit()]
    assert found(report, "reihenfolge")["row"].tolist() == places


def test_numbers_with_other_decimals_rank(tmp_path: Path) -> None:
    rows = [*changed(0, submitdate="999,5"), ["9", "03101001", "1001,5", *ROWS[1][3:]]]
    survey = read_survey(write_folder(tmp_path / "mini", rows=rows))
    assert found(survey.report, "mehrfach")["row"].tolist() == [2]


def test_include_keeps_only_matching_rows(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "mini", codebook=book(respondent__include=[{"column": "ags", "pattern": "03101.*"}])
    )
    survey = read_survey(folder)
    assert survey.responses.index.tolist() == ["03101001", "03101002", "03101003"]
    assert count(survey.report, "nicht_einbezogen") == 3


@pytest.mark.parametrize("n", [0, 1])
def test_no_row_or_a_single_one_is_said_in_words(tmp_path: Path, n: int) -> None:
    with pytest.raises(ResponseError, match=r"bleibt (nur eine|keine) Zeile übrig"):
        read_survey(write_folder(tmp_path / "mini", rows=ROWS[:n]))


def test_only_one_municipality_with_goals_is_an_error(tmp_path: Path) -> None:
    rows = [ROWS[0], *([*row[:4], *[""] * 5, *row[9:]] for row in ROWS[1:])]
    with pytest.raises(ResponseError, match="Nur eine Kommune"):
        read_survey(write_folder(tmp_path / "mini", rows=rows))


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "words", "suggestion"),
    [
        ({"Z_1": "y"}, "Z[1]", "nicht erklärt", "Y"),
        ({"Z_1": "-77"}, "Z[1]", "negative Zahl", ""),
        ({"F_1": "6"}, "F[1]", "nicht erklärt", ""),
        ({"F_1": "-1"}, "F[1]", "negative Zahl", ""),
        ({"P1": "A4"}, "P1", "nicht erklärt", "A1"),
        ({"S9": "-5"}, "S9", "negative Zahl", ""),
        ({"S9": "viele"}, "S9", "keine Zahl", ""),
        ({"C1": "Ja"}, "C1", "nicht erklärt", ""),
    ],
)
def test_undeclared_values_are_errors_with_their_place(
    tmp_path: Path, cells: dict[str, str], column: str, words: str, suggestion: str
) -> None:
    with pytest.raises(ResponseError) as caught:
        read_survey(write_folder(tmp_path / "mini", rows=changed(1, **cells)))
    (problem,) = caught.value.problems
    assert (problem.row, problem.key, problem.column) == (3, "03101002", column)
    assert problem.value == next(iter(cells.values()))
    assert words in problem.message and suggestion in problem.expected


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    rows = changed(1, Z_1="x", F_1="9", ags="99999999")
    heading = [name if name != "P1" else "P_eins" for name in HEADING]
    with pytest.raises(CodebookError) as caught:
        read_survey(write_folder(tmp_path / "mini", rows=rows, heading=heading))
    assert {problem.kind for problem in caught.value.problems} == {"wert", "schluessel", "spalte"}


def test_same_fault_in_many_rows_is_summed_up(tmp_path: Path) -> None:
    rows = [[str(i), "03101001", "2026-06-01", "", "Y", "X", *EMPTY[6:]] for i in range(100)]
    report = check_survey(write_folder(tmp_path / "mini", rows=rows))
    wrong = found(report, "wert")
    assert len(wrong) == 26
    assert "75 weiteren Zeilen" in " ".join(wrong["message"])


def test_blanks_and_whole_numbers_are_brought_to_one_spelling(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", rows=changed(0, F_1="3.0", P1=" A1 ")))
    assert survey.responses.at["03101001", "stand_prozesse"] == 3
    assert survey.responses.at["03101001", "pain_point_ressourcen"] == "nie"
    assert count(survey.report, "werte_vereinheitlicht") == 2


def test_a_block_without_a_tick_is_unanswered_unless_declared(tmp_path: Path) -> None:
    rows = changed(0, Z_1="", Z_2="")
    survey = read_survey(write_folder(tmp_path / "a", rows=rows))
    assert survey.block("goal").loc["03101001"].isna().all()
    assert set(survey.reasons.loc["03101001", "goal_effizienz":"goal_daseinsvorsorge"]) == {"nicht_beantwortet"}
    assert count(survey.report, "zu_wenig_ziele") == 1
    assert "unterscheidet nicht" in found(survey.report, "leerer_block")["message"].iloc[0]
    survey = read_survey(write_folder(tmp_path / "b", rows=rows, codebook=book(goals__empty_block="chosen_none")))
    assert (survey.block("goal").loc["03101001"] == "nein").all()


def test_efs_codes_zero_is_missing_only_where_it_is_no_answer(tmp_path: Path) -> None:
    rows = [[*row[:4], *("1" if cell == "Y" else "0" for cell in row[4:9]), *row[9:]] for row in ROWS]
    rows[2] = [*rows[2][:4], *["-77"] * 5, "0", "0", "0", *rows[2][12:]]
    rows[3][9] = "0"
    folder = write_folder(
        tmp_path / "mini",
        rows=rows,
        codebook=book(goals__chosen=["1"], goals__not_chosen=["0"], missing={"presets": ["efs"]}),
    )
    survey = read_survey(folder)
    assert survey.responses.at["03101001", "goal_foerdermittel"] == "nein"
    assert survey.reasons.at["03101003", "goal_effizienz"] == "nicht_gefragt"
    assert survey.reasons.at["03101003", "stand_prozesse"] == "nicht_beantwortet"
    assert survey.reasons.at["03101003", "pain_point_ressourcen"] == "nicht_beantwortet"
    assert survey.responses.at["03101003", "structure_beschaeftigte"] == 0.0
    assert "-77 = nicht_gefragt" in survey.report.reading["fehlende Werte nach efs"]


def test_any_text_counts_as_chosen_but_not_a_mistyped_missing_code(tmp_path: Path) -> None:
    rows = [[*row[:4], *("Ziel A" if cell == "Y" else "#n.s." for cell in row[4:9]), *row[9:]] for row in ROWS]
    changes = {
        "goals__chosen": [],
        "goals__chosen_any": "true",
        "goals__not_chosen": ["#n.s."],
        "missing": {"codes": {"#n.a.": "nicht_zutreffend", "-99": "verweigert"}},
    }
    survey = read_survey(write_folder(tmp_path / "a", rows=rows, codebook=book(**changes)))
    assert survey.responses["goal_effizienz"].tolist().count("ja") == 2
    rows[0][6] = "#n..a"
    report = check_survey(write_folder(tmp_path / "b", rows=rows, codebook=book(**changes)))
    assert found(report, "wert")[["row", "value"]].values.tolist() == [[2, "#n..a"]]
    rows[0][6] = "Ziel B"
    rows[1][6] = "Ziel C"
    report = check_survey(write_folder(tmp_path / "c", rows=rows, codebook=book(**changes)))
    assert found(report, "wert")["severity"].tolist() == ["warnung"]


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["1,5", "2"], "comma"),
        (["1.5", "2"], "point"),
        (["1.234,5"], "comma"),
        (["1,234.5"], "point"),
        (["1.234.567"], "comma"),
        (["1,234,567"], "point"),
        (["1.234"], "unclear"),
        (["1,234"], "unclear"),
        (["0,123"], "comma"),
        (["0.123"], "point"),
        (["1.234", "1,5"], "comma"),
        (["12", ""], "none"),
        ([], "none"),
    ],
)
def test_decimal_signs(values: list[str], sign: str) -> None:
    assert decimal_of(values) == sign


def test_numbers_in_both_conventions() -> None:
    assert number_reader("comma", False)("1.234,5") == 1234.5
    assert number_reader("point", False)("1,234.5") == 1234.5
    assert number_reader("comma", False)("12 500") == 12500.0
    assert number_reader("point", True)("-2") == -2.0
    for decimal, text in (("comma", "1.5"), ("point", "1,5"), ("point", "1e999"), ("comma", "x")):
        with pytest.raises(ValueError, match="Zahl"):
            number_reader(decimal, False)(text)


def test_unclear_decimal_sign_is_an_error_until_declared(tmp_path: Path) -> None:
    rows = [[*row[:11], "1.234", *row[12:]] for row in ROWS]
    assert found(check_survey(write_folder(tmp_path / "a", rows=rows)), "zahl")["severity"].tolist() == ["fehler"]
    declared = book(blocks__2__decimal="comma")
    assert (
        read_survey(write_folder(tmp_path / "b", rows=rows, codebook=declared))
        .responses["structure_beschaeftigte"]
        .tolist()
        == [1234.0] * 6
    )


# --- other layouts of the goals -----------------------------------------------------------------------------------


def goals(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(CODEBOOK)
    data["goals"] = {"question": {"de": "?", "en": "?"}, **changes}
    return data


def test_ranking_by_place_as_limesurvey_writes_it(tmp_path: Path) -> None:
    rows = [[*row[:4], "A1", "A2", "", "", "", *row[9:]] for row in ROWS]
    rows[1][4:6] = ["A2", ""]
    rows[2][4:6] = ["", ""]
    data = goals(kind="ranking", rank_columns=["Z[1]", "Z[2]"], codes={"A1": "effizienz", "A2": "buergernaehe"})
    data["drop"] += ["Z*"]
    survey = read_survey(write_folder(tmp_path / "a", rows=rows, codebook=data))
    assert survey.responses["goal_effizienz"].tolist()[:3] == [1, pd.NA, pd.NA]
    assert survey.responses["goal_buergernaehe"].tolist()[:3] == [2, 1, pd.NA]
    assert survey.reasons["goal_effizienz"].tolist()[:3] == ["", "nicht_gewaehlt", "nicht_beantwortet"]
    rows[0][5] = "A1"
    report = check_survey(write_folder(tmp_path / "b", rows=rows, codebook=data))
    assert found(report, "rang")["row"].tolist() == [2]


def test_ranks_in_one_column_per_goal(tmp_path: Path) -> None:
    rows = [[*row[:4], "2", "1", "", "", "", *row[9:]] for row in ROWS]
    rows[0][4:6] = ["1", "1"]
    data = goals(kind="ranking", limit="2", columns=CODEBOOK["goals"]["columns"])
    report = check_survey(write_folder(tmp_path / "a", rows=rows, codebook=data))
    assert found(report, "rang")["value"].tolist() == ["1, 1"]
    rows[0][4:6] = ["1", "2"]
    assert read_survey(write_folder(tmp_path / "b", rows=rows, codebook=data)).responses["goal_effizienz"].tolist()[
        :2
    ] == [1, 2]


def test_all_goals_in_one_cell_as_forms_writes_it(tmp_path: Path) -> None:
    rows = [[*row[:4], "Effizienz;Nähe; Ruhe;", "", "", "", "", *row[9:]] for row in ROWS]
    rows[1][4] = "Effizienz"
    rows[2][4] = ""
    data = goals(
        kind="pick", limit="2", list_column="Z[1]", codes={"Effizienz": "effizienz", "Nähe; Ruhe": "buergernaehe"}
    )
    data["drop"] += ["Z*"]
    survey = read_survey(write_folder(tmp_path / "a", rows=rows, codebook=data))
    assert survey.responses["goal_buergernaehe"].tolist()[:2] == ["ja", "nein"]
    assert survey.responses["goal_buergernaehe"].isna().tolist()[2]
    rows[1][4] = "Effizienz;Efizienz"
    report = check_survey(write_folder(tmp_path / "b", rows=rows, codebook=data))
    assert "Efizienz" in found(report, "wert")["message"].iloc[0]


def test_rated_goals_become_ordered_levels(tmp_path: Path) -> None:
    rows = [[*row[:4], *("5" if cell else "1" for cell in row[4:9]), *row[9:]] for row in ROWS]
    levels = [{"key": "niedrig", "values": ["1", "2"]}, {"key": "hoch", "values": ["4", "5"]}]
    data = goals(kind="rating", levels=levels, columns=CODEBOOK["goals"]["columns"])
    column = read_survey(write_folder(tmp_path / "a", rows=rows, codebook=data)).responses["goal_effizienz"]
    assert column.cat.ordered and column.cat.categories.tolist() == ["niedrig", "hoch"]
    assert column.tolist()[:3] == ["hoch", "hoch", "niedrig"]


# --- flags, consent, leftovers ------------------------------------------------------------------------------------


def test_who_ticks_everything_is_flagged_not_dropped(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", rows=changed(0, Z_3="Y", Z_4="Y", Z_5="Y")))
    assert survey.flags.values.tolist() == [
        ["03101001", "over_limit", "5 statt höchstens 2"],
        ["03101001", "ticks_everything", "5 von 5"],
    ]
    assert "03101001" in survey.responses.index
    assert count(survey.report, "ticks_everything") == 1


def test_goals_that_tell_nothing_are_warnings(tmp_path: Path) -> None:
    rows = [[*row[:4], "Y", row[5] and "", "Y" if i else "", *row[7:]] for i, row in enumerate(ROWS)]
    survey = read_survey(write_folder(tmp_path / "mini", rows=rows, codebook=book(goals__limit="5")))
    texts = " ".join(found(survey.report, "ziel")["message"])
    assert "effizienz haben alle gleich" in texts and "buergernaehe haben alle gleich" in texts
    rows = [[*row[:4], "-99", *row[5:]] for row in ROWS]
    survey = read_survey(write_folder(tmp_path / "mini", rows=rows))
    assert "effizienz hat niemand beantwortet" in " ".join(found(survey.report, "ziel")["message"])


def test_without_a_consent_block_nobody_is_public(tmp_path: Path) -> None:
    data = book()
    data["blocks"] = data["blocks"][:3]
    data["drop"] += ["C*"]
    survey = read_survey(write_folder(tmp_path / "mini", codebook=data))
    assert not survey.consent[["listed", "answers", "partner", "contact"]].to_numpy().any()
    assert found(survey.report, "einwilligung")["severity"].tolist() == ["hinweis"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("rathaus@altstadt.example", True),
        ("it.digital@altstadt.example", True),
        ("anna.muster@altstadt.example", False),
        ("Frau Muster", False),
        ("'=cmd()", False),
    ],
)
def test_only_functional_mailboxes_pass(tmp_path: Path, text: str, kept: bool) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", rows=changed(0, C5=text)))
    assert survey.consent.at["03101001", "mailbox"] == (text if kept else "")
    assert len(found(survey.report, "postfach")) == (0 if kept else 1)


def test_columns_that_the_codebook_does_not_know(tmp_path: Path) -> None:
    rows = [[*row, "frei", "anna@muster.example" if i == 1 else ""] for i, row in enumerate(ROWS)]
    survey = read_survey(write_folder(tmp_path / "a", rows=rows, heading=[*HEADING, "Notiz", "Rueckfrage"]))
    assert found(survey.report, "personenbezug")[["row", "column", "severity"]].values.tolist() == [
        [3, "Rueckfrage", "warnung"]
    ]
    assert found(survey.report, "spalte")["column"].tolist() == ["Notiz"]
    everything = survey.responses.to_csv() + survey.municipalities.to_csv() + survey.report.findings.to_csv()
    assert "anna@" not in everything
    data = book()
    data["drop"] += ["Not*", "Rueckfrage"]
    assert read_survey(
        write_folder(tmp_path / "b", rows=rows, heading=[*HEADING, "Notiz", "Rueckfrage"], codebook=data)
    ).report.clean


# --- other formats, same survey -----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["responses.csv", "cp1252.csv", "utf16.csv", "komma.csv", "t.xlsx", "t.sav"])
def test_every_format_gives_the_same_survey(tmp_path: Path, file: str) -> None:
    expected = read_survey(write_folder(tmp_path / "a"))
    data = table_text(delimiter="," if file == "komma.csv" else ";").encode(
        {"cp1252.csv": "cp1252", "utf16.csv": "utf-16"}.get(file, "utf-8")
    )
    codebook = book(files__responses=file)
    folder = write_folder(tmp_path / "b", data=data, codebook=codebook, file=file)
    if file == "t.xlsx":
        workbook(folder / file, {"Daten": [HEADING, *ROWS]})
    if file == "t.sav":
        names = [re.sub(r"[\[\]]", "_", name) for name in HEADING]
        pyreadstat.write_sav(pd.DataFrame(ROWS, columns=names), folder / file)
    survey = read_survey(folder)
    pd.testing.assert_frame_equal(survey.responses, expected.responses)
    pd.testing.assert_frame_equal(survey.municipalities, expected.municipalities)
    pd.testing.assert_frame_equal(survey.consent, expected.consent)


def test_spss_labels_stand_for_codes_and_declared_missing_keep_their_reason(tmp_path: Path) -> None:
    names = [re.sub(r"[\[\]]", "_", name) for name in HEADING]
    frame = pd.DataFrame(ROWS, columns=names)
    frame["P1"] = [1.0, 2.0, 3.0, 3.0, -8.0, None]
    folder = write_folder(
        tmp_path / "mini", file="t.sav", codebook=book(files__responses="t.sav", blocks__1__codes="labels")
    )
    pyreadstat.write_sav(
        frame,
        folder / "t.sav",
        missing_ranges={"P1": [-8, -9]},
        variable_value_labels={
            "P1": {1.0: "nie", 2.0: "gelöst", 3.0: "aktuell", -8.0: "weiß nicht", -9.0: "keine Angabe"}
        },
    )
    survey = read_survey(folder)
    column = survey.responses["pain_point_ressourcen"]
    assert column.cat.categories.tolist() == ["nie", "gelöst", "aktuell"]
    assert column.tolist()[:2] == ["nie", "gelöst"]
    assert survey.reasons.at["03102002", "pain_point_ressourcen"] == "weiß nicht"
    assert survey.report.reading["fehlende Werte nach Datei"] == "-8 = weiß nicht, -9 = keine Angabe"


def test_data_without_heading_take_their_names_from_the_syntax(tmp_path: Path) -> None:
    codebook = book(files={"responses": "t.dat", "structure": "t.sps", "header_rows": "0"})
    data = table_text(rows=ROWS[1:], heading=ROWS[0]).encode()
    folder = write_folder(tmp_path / "mini", data=data, codebook=codebook, file="t.dat")
    names = "\n".join(f" {re.sub('[][]', '_', name)} A20" for name in HEADING)
    (folder / "t.sps").write_text(f"GET DATA\n /VARIABLES=\n{names} .\n", encoding="utf-8")
    assert read_survey(folder).responses.shape == (6, 10)


# --- errors at the door -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda folder: (folder / "responses.csv").write_bytes(b""), FileFormatError),
        (lambda folder: (folder / "responses.csv").write_bytes(bytes(range(256))), FileFormatError),
        (lambda folder: (folder / "responses.csv").unlink(), FileFormatError),
        (lambda folder: (folder / "responses.csv").write_bytes(table_text(delimiter="|").encode()), CodebookError),
        (lambda folder: (folder / "register.csv").unlink(), RegisterError),
        (lambda folder: (folder / "codebook.yaml").unlink(), CodebookError),
        (lambda folder: (folder / "codebook.yaml").write_text("survey: ["), CodebookError),
        (shutil.rmtree, FileFormatError),
    ],
)
def test_bad_input_is_one_of_our_errors_and_a_finding(
    tmp_path: Path, spoil: Callable[[Path], object], error: type[TypologyError]
) -> None:
    folder = write_folder(tmp_path / "mini")
    spoil(folder)
    with pytest.raises(error):
        read_survey(folder)
    report = check_survey(folder)
    assert report.n_errors >= 1
    assert "Fehler" in report_text(report)


def test_short_row_matters_only_if_the_row_is_kept(tmp_path: Path) -> None:
    text = table_text() + '"9";"03201000"\r\n'
    assert not check_survey(write_folder(tmp_path / "a", data=text.encode())).n_errors
    text = table_text() + '"9";"03201000";"2026-06-09"\r\n'
    assert found(check_survey(write_folder(tmp_path / "b", data=text.encode())), "zeilenlaenge")["row"].tolist() == [8]


# --- the report ---------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Report:
    rows = changed(1, Z_1="<b>", S9="=1+1", ags="3101002")
    rows[0][4:9] = ["Y"] * 5
    return check_survey(write_folder(tmp_path / "mini", rows=[[*row, "x"] for row in rows], heading=[*HEADING, "neu"]))


def test_report_text_lists_worst_first(broken: Report) -> None:
    text = report_text(broken)
    assert text.index("\nFehler (") < text.index("\nHinweise (")
    assert "Zeile 3, Schlüssel 03101002, Spalte Z[1]" in text
    assert "müssen vor der Auswertung behoben werden" in text
    assert "Errors" in report_text(broken, "en")


def test_report_table_is_safe_in_a_spreadsheet(broken: Report) -> None:
    table = report_table(broken)
    assert table.columns.tolist()[:2] == ["Schwere", "Art"]
    assert "'=1+1" in table["Gefunden"].tolist()
    assert table["Schwere"].tolist() == sorted(table["Schwere"], key=["fehler", "warnung", "hinweis"].index)


def test_report_table_as_a_file(broken: Report, tmp_path: Path) -> None:
    write_report_table(broken, tmp_path / "befunde.csv")
    table = read_table(tmp_path / "befunde.csv")
    assert table.taken["Trennzeichen"] == "Semikolon"
    assert len(table.frame) == len(broken.findings)


def test_report_page_is_whole_and_escaped(broken: Report) -> None:
    page = report_html(broken)
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert not re.search(r"(src|href|url)\s*[=(]", page)

    class Reader(HTMLParser):
        open: list[str]
        seen: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(tag)
            if tag == "th":
                assert ("scope", "col") in attrs
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    reader = Reader()
    reader.open, reader.seen = [], []
    reader.feed(page)
    assert reader.open == [] and reader.seen.count("h1") == 1 and "caption" in reader.seen


# --- the real surveys ---------------------------------------------------------------------------------------------

CODEBOOKS = Path(__file__).parent / "codebooks"
REAL = {
    "chile_2023": "chile_2023",
    "chile_egov_2019": "chile_egov_2019",
    "chile_local_2019": "chile_egov_2019",
    "gtmi2025": "gtmi",
    "gtmi_groups": "gtmi",
    "ims_adoption": "gtmi",
    "swiss_smart_cities": "swiss_smart_cities",
    "limesurvey_codes_en": "limesurvey_codes_en",
    "limesurvey_text_de": "limesurvey_text_de",
    "limesurvey_spss_dat": "limesurvey_spss_de",
    "limesurvey_spss_sav": "limesurvey_spss_de",
}


def real_survey(name: str, folder: Path, external: Callable[[str], Path]) -> Survey:
    """Read an external export through its codebook here, without copying it."""
    folder.mkdir(exist_ok=True)
    shutil.copy(CODEBOOKS / f"{name}.yaml", folder / "codebook.yaml")
    files = read_codebook(folder / "codebook.yaml").files
    for file in filter(None, (files.responses, files.structure)):
        (folder / file).symlink_to(external(f"surveys/{REAL[name]}/{file}"))
    return read_survey(folder)


@pytest.mark.parametrize(
    ("name", "n_read", "n_kept", "n_columns", "n_silent"),
    [
        ("chile_2023", 422, 188, 12, 7),
        ("chile_egov_2019", 345, 345, 17, 8),
        ("chile_local_2019", 345, 345, 19, 30),
        ("gtmi2025", 598, 202, 9, 0),
        ("gtmi_groups", 598, 202, 9, 0),
        ("ims_adoption", 241, 198, 6, 1),
        ("swiss_smart_cities", 22, 22, 7, 0),
        ("limesurvey_codes_en", 257, 124, 158, 0),
        ("limesurvey_text_de", 53, 53, 40, 3),
        ("limesurvey_spss_dat", 1813, 1813, 115, 858),
        ("limesurvey_spss_sav", 1813, 1813, 77, 403),
    ],
)
def test_real_surveys_read_through_their_codebooks(
    tmp_path: Path, external: Callable[[str], Path], name: str, n_read: int, n_kept: int, n_columns: int, n_silent: int
) -> None:
    survey = real_survey(name, tmp_path / name, external)
    assert count(survey.report, "gelesen") == n_read
    assert survey.responses.shape == (n_kept, n_columns)
    assert count(survey.report, "zu_wenig_ziele") == n_silent
    assert survey.report.n_errors == 0
    assert (survey.reasons.ne("") == survey.responses[survey.reasons.columns].isna()).to_numpy().all()


def test_chile_tells_the_four_ways_of_missing_apart(tmp_path: Path, external: Callable[[str], Path]) -> None:
    survey = real_survey("chile_2023", tmp_path / "chile_2023", external)
    chat = survey.responses["goal_chat"].value_counts()
    # counted by hand in the sheet: rows with Tipo = Municipalidades, column P10.5.2
    assert (chat["ja"], chat["nein"]) == (32, 149)
    assert survey.reasons["goal_chat"].value_counts().drop("").to_dict() == {"keine_information": 7}
    assert survey.municipalities.loc["municipalidad_de_algarrobo", "name"] == "Municipalidad de Algarrobo"
    assert set(survey.municipalities["land"]) == {f"Grupo {i}" for i in range(1, 6)}


def test_spss_export_brings_its_labels(tmp_path: Path, external: Callable[[str], Path]) -> None:
    for name in ("limesurvey_spss_dat", "limesurvey_spss_sav"):
        survey = real_survey(name, tmp_path / name, external)
        column = survey.responses["structure_geschlecht"]
        assert column.value_counts().to_dict() == {"Männlich": 1495, "Weiblich": 110, "Anderes": 11}
        assert survey.labels["Geschlecht"] == "Was ist dein Geschlecht?"


def test_real_ranking_by_place(tmp_path: Path, external: Callable[[str], Path]) -> None:
    survey = real_survey("limesurvey_text_de", tmp_path / "t", external)
    assert int((survey.responses["goal_finden"] == 1).sum()) == 38
    assert int((survey.responses["goal_vergleichen"] == 2).sum()) == 26


# --- municipalities without a register ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings", [("Köln", "köln"), ("Köln", "Koeln"), ("Bad  Ems", "bad ems"), ("01001000", "1001000")]
)
def test_one_municipality_in_two_spellings_has_answered_twice(tmp_path: Path, spellings: tuple[str, str]) -> None:
    rows = changed(0, ags=spellings[0])
    rows[2][HEADING.index("ags")] = spellings[1]
    survey = read_survey(write_folder(tmp_path / "mini", rows=rows, codebook=book(register="none")))
    problems = found(survey.report, "schluessel_schreibweise")
    assert problems[["severity", "row", "column", "value"]].to_numpy().tolist() == [
        ["hinweis", 4, "ags", " | ".join(sorted(spellings))]
    ]
    assert len(survey.responses) == len(ROWS) - 1


def test_different_municipalities_are_not_pointed_out(tmp_path: Path) -> None:
    survey = read_survey(write_folder(tmp_path / "mini", codebook=book(register="none")))
    assert found(survey.report, "schluessel").empty


def without_register(tmp_path: Path, attribute: str, *texts: str) -> Path:
    """The miniature survey without a register, one attribute taken from a column of its own."""
    rows = [[*row, text] for row, text in zip(ROWS, texts, strict=True)]
    codebook = book(register="none", respondent__attributes={attribute: "A"})
    return write_folder(tmp_path / "mini", rows=rows, heading=[*HEADING, "A"], codebook=codebook)


@pytest.mark.parametrize(
    ("attribute", "texts", "numbers"),
    [
        ("population", ("120.000", "3.000", "900", "1.500", "26.000", ""), (120000, 3000, 900, 1500, 26000, None)),
        ("population", ("120,000", "3,000", "900", "1,500", "26,000", ""), (120000, 3000, 900, 1500, 26000, None)),
        ("population", ("120000", "3000.0", "900", "1500", "26000", "7"), (120000, 3000, 900, 1500, 26000, 7)),
        ("longitude", ("13.405", "9.123", "8.5", "7.001", "10.2", ""), (13.405, 9.123, 8.5, 7.001, 10.2, None)),
        ("longitude", ("13.405", "9.123", "8.555", "7.001", "-1.234", ""), (13.405, 9.123, 8.555, 7.001, -1.234, None)),
        ("latitude", ("53,405", "49,123", "48,555", "47,001", "1,2", ""), (53.405, 49.123, 48.555, 47.001, 1.2, None)),
        ("latitude", ("53,405", "49,123", "48,555", "47,001", "5", ""), (53.405, 49.123, 48.555, 47.001, 5, None)),
        ("area_km2", ("1.234,5", "98,7", "12", "3,25", "1", "2"), (1234.5, 98.7, 12, 3.25, 1, 2)),
    ],
)  # fmt: skip
def test_numbers_about_municipalities_are_read_as_they_are_meant(
    tmp_path: Path, attribute: str, texts: tuple[str, ...], numbers: tuple[float | None, ...]
) -> None:
    survey = read_survey(without_register(tmp_path, attribute, *texts))
    by_row = [row[HEADING.index("ags")] for row in ROWS]
    read = [None if pd.isna(value) else value for value in survey.municipalities.loc[by_row, attribute]]
    assert read == list(numbers)
    assert found(survey.report, "zahl").empty


def test_an_area_that_could_be_two_numbers_is_refused(tmp_path: Path) -> None:
    report = check_survey(without_register(tmp_path, "area_km2", "98.123", "12.500", "1", "2", "3", "4"))
    problem = found(report, "zahl").iloc[0]
    assert (problem["severity"], problem["column"], problem["value"]) == ("fehler", "A", "98.123")
    assert "Tausender" in problem["message"]


def test_an_attribute_that_is_no_number_is_named_and_stays_unknown(tmp_path: Path) -> None:
    survey = read_survey(without_register(tmp_path, "population", "25.000 EW", "3000", "-900", "1500", "26000", ""))
    assert survey.municipalities.loc["03101001", "population"] != survey.municipalities.loc["03101001", "population"]
    assert survey.municipalities["population"].notna().sum() == 3
    problems = found(survey.report, "zahl")
    assert problems[["severity", "row", "key", "column", "value"]].to_numpy().tolist() == [
        ["warnung", 2, "03101001", "A", "25.000 EW"],
        ["warnung", 4, "03101003", "A", "-900"],
    ]
