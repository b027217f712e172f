"""Heading rows, rows of programs, notes and sums: in whatever order they stand, the same respondents come out.

The orders are the same in every run; with ``TYPOLOGY_EXAMPLES`` every row stands first once, and more are drawn.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from filled import load

from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.foreign_rows import odd_text
from typology.survey.opening import open_responses
from typology.survey.report import Journal
from typology.survey.rows import rows_that_count
from typology.survey.survey import check_survey

GOALS = ("Recht", "Nähe", "Daten", "Effizienz", "Teilhabe", "Klima", "Wirtschaft", "Bildung", "Sicherheit")
N = 40
ALL = "TYPOLOGY_EXAMPLES" in os.environ


def picks(i: int) -> list[bool]:
    return [(i * 7 + place * (3 + i % 4)) % 5 < 2 for place in range(len(GOALS))]


def town(i: int) -> str:
    return f"{('Bad ', 'Alt', 'Neu')[i % 3]}{('dorf', 'stadt', 'heim', 'bach')[i % 4]} {chr(65 + i % 26)}{i}"


def options_below() -> tuple[list[list[str]], list[list[str]]]:
    """As SurveyMonkey writes it: the question over the first of its columns, a ticked option carries its text."""
    head = [["Respondent ID", "Ihre Kommune", "Welche Ziele?", *[""] * 8], ["", "Open-Ended Response", *GOALS]]
    body = [
        [str(11_400_000_000 + i), town(i), *(goal * hit for goal, hit in zip(GOALS, picks(i), strict=True))]
        for i in range(N)
    ]
    return head, body


def merged_by_hand(yes: str, no: str) -> tuple[list[list[str]], list[list[str]]]:
    """A sheet made by hand: "Ziele" merged over nine columns, the goals below, no numbers of respondents."""
    head = [["Kommune", "Ziele", *[""] * 8], ["", *GOALS]]
    return head, [[town(i), *(yes if hit else no for hit in picks(i))] for i in range(N)]


def merged_twice() -> tuple[list[list[str]], list[list[str]]]:
    """Two merged questions and a key; the heading of the key stands in the second row."""
    head = [["Angaben", "", "Ziele", *[""] * 8, "Stand", ""], ["AGS", "Name", *GOALS, "Netz", "Strategie"]]
    body = [
        [f"{9162000 + i}", town(i), *("x" * hit for hit in picks(i)), str(1 + i % 5), str(1 + i * 3 % 5)]
        for i in range(N)
    ]
    return head, body


def machine_row(names: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """A row below the heading that names the columns for a program."""
    texts = ["Benutzer-ID", "Anzeigename", "Zeitstempel", "Ihre Kommune", "Welche Ziele verfolgen Sie?", "Wie weit?"]
    body = [
        [
            "", "Anonymer Benutzer", f"2026-03-{1 + i % 28:02}T09:15:07+01:00", town(i),
            "; ".join(goal for goal, hit in zip(GOALS, picks(i), strict=True) if hit), str(1 + i % 5),
        ]
        for i in range(N)
    ]  # fmt: skip
    return [texts, names], body


def plain_rows() -> tuple[list[list[str]], list[list[str]]]:
    """One heading row; three questions with numbers, where some say in words that they cannot tell."""
    head = [["Kommune", *(f"Ziel {goal}" for goal in GOALS), "Netz", "Amt", "Portal"]]
    body = [
        [
            town(i),
            *(("nein", "ja")[hit] for hit in picks(i)),
            *(("weiß ich nicht" if i % 9 == 4 else str(1 + (i + j) % 5)) for j in range(3)),
        ]
        for i in range(N)
    ]
    return head, body


NEXTCLOUD = ["submission_id", "user_id", "timestamp", "question-id-11", "question-id-12", "question-id-13"]
CODES = ["U1", "U2", "datestamp", "G01_Q01", "G01_Q02", "G02_Q01"]
LAYOUTS = {
    "plain": plain_rows(),
    "options below": options_below(),
    "merged, x": merged_by_hand("x", ""),
    "merged, 1 and 2": merged_by_hand("1", "2"),
    "merged, own text": ([*merged_by_hand("", "")[0]], [row[1:] for row in options_below()[1]]),
    "merged twice": merged_twice(),
    "machine row": machine_row(NEXTCLOUD),
    "machine row of codes": machine_row(CODES),
}
FEET = {
    "none": [],
    "sum": [["Summe"]],
    "sum and note": [["Gesamt (n = 40)"], ["Quelle: eigene Erhebung, Stand 30.06.2026"]],
    "sentence": [["Alle Angaben stammen aus der Befragung der Kommunen und sind ohne Gewähr."]],
}


def respondents(folder: Path, rows: list[list[str]]) -> list[str]:
    """Draft a codebook for the rows and read with it: the text of each row that counts."""
    folder.mkdir(parents=True, exist_ok=True)
    width = max(map(len, rows))
    lines = (";".join(f'"{cell}"' for cell in [*row, *[""] * (width - len(row))]) for row in rows)
    (folder / "e.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "codebook.yaml").write_text(draft_codebook(folder / "e.csv"), encoding="utf-8")
    book = read_codebook(folder / "codebook.yaml")
    table, _ = open_responses(folder, book)
    headings = {name: name for name in table.frame.columns}
    frame = rows_that_count(table, book.respondent, headings, Journal(folder.name).at("e.csv"))
    return sorted("|".join(row) for row in frame.to_numpy())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whoever_comes_first_the_same_respondents_come_out(tmp_path: Path, layout: str) -> None:
    head, body = LAYOUTS[layout]
    for first in range(0, 20, 1 if ALL else 7):  # after that the answers of the first row repeat themselves
        turned = [*body[first:], *body[:first]]
        assert respondents(tmp_path, [*head, *turned]) == sorted("|".join(row) for row in body), first
    for seed in range(50 if ALL else 2):
        shuffled = random.Random(seed).sample(body, len(body))
        assert respondents(tmp_path, [*head, *shuffled]) == sorted("|".join(row) for row in body), seed
    assert respondents(tmp_path, [*head, *body[1:]]) == sorted("|".join(row) for row in body[1:])


@pytest.mark.parametrize("layout", ["plain", "merged, x", "merged, 1 and 2", "options below", "merged twice"])
@pytest.mark.parametrize("foot", FEET)
def test_sums_and_notes_are_no_respondents(tmp_path: Path, layout: str, foot: str) -> None:
    head, body = LAYOUTS[layout]
    expected = sorted("|".join(row) for row in body)
    for first in range(0, N, 1 if ALL else 21):
        assert respondents(tmp_path, [*head, *body[first:], *body[:first], *FEET[foot]]) == expected, first


def test_rows_left_out_are_listed_with_their_number(tmp_path: Path) -> None:
    head, body = LAYOUTS["merged, x"]
    respondents(tmp_path, [*head, *body, *FEET["sum and note"]])
    report = check_survey(tmp_path)
    listed = report.findings[report.findings["kind"] == "zeilen"]
    assert list(listed["row"]) == [N + 3, N + 4]
    assert list(listed["value"]) == [row[0] for row in FEET["sum and note"]]
    assert report.counts.set_index("what")["n"]["behalten"] == N


def test_a_codebook_that_counts_a_sum_or_a_row_of_a_program_is_refused(tmp_path: Path) -> None:
    head, body = machine_row(NEXTCLOUD)
    respondents(tmp_path, [*head, *body, ["", "", "", "Mittelwert:"]])
    path = tmp_path / "codebook.yaml"
    text = path.read_text(encoding="utf-8")
    assert check_survey(tmp_path).n_errors == 0
    path.write_text(text.replace("header_rows: 2", "header_rows: 1"), encoding="utf-8")
    findings = check_survey(tmp_path).findings
    assert list(findings.loc[(findings["kind"] == "zeilen") & (findings["severity"] == "fehler"), "row"]) == [2]
    lines = text.splitlines()
    at = lines.index("  exclude:")
    path.write_text("\n".join([*lines[:at], *lines[at + 2 :]]), encoding="utf-8")
    findings = check_survey(tmp_path).findings
    assert list(findings.loc[(findings["kind"] == "zeilen") & (findings["severity"] == "fehler"), "row"]) == [N + 3]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Summe", "survey.sum_row"),
        ("Insgesamt:", "survey.sum_row"),
        ("Anzahl der Kommunen: 40", "survey.sum_row"),
        ("n = 40", "survey.sum_row"),
        ("Grand Total", "survey.sum_row"),
        ("Quelle: Umfrage", "survey.note_row"),
        ("Stand 30.06.2026", "survey.note_row"),
        ("* vorläufig", "survey.note_row"),
        ("Exportiert am 1. Juli", "survey.note_row"),
        ("Gesamtgemeinde Altdorf", ""),
        ("Quellendorf", ""),
        ("Standenbühl", ""),
        ("Summerau", ""),
        ("Mittelwertheim", ""),
        ("Sumte: Ortsteil", ""),
        ("09162000", ""),
    ],
)
def test_words_that_name_no_body(text: str, key: str) -> None:
    assert odd_text(text) == key


KINDS = [
    (["1001000", "1002000", "01003000", "1004000"], ("gemeinde", "kreisfrei")),
    (["1001000", "1002000", "01003000", "01051"], ("gemeinde", "kreisfrei")),  # one may be a slip
    (["1001000", "01051", "01053", "1054"], ("kreis",)),
    ([*[f"0100{number}000" for number in range(1, 8)], "01051", "01053", "1054"], ("gemeinde", "kreisfrei", "kreis")),
    ([*["010510044", "010515163", "010515166"], *[f"0105100{number}" for number in range(1, 6)]],
     ("gemeinde", "kreisfrei", "verband")),
    (["A1", "A2", "B1", "01051"], ()),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "kinds"), KINDS)
def test_the_kinds_that_were_asked_are_drafted_from_the_keys(tmp_path: Path, keys: list[str], kinds: tuple) -> None:
    path = tmp_path / "e.csv"
    rows = [f"{key};{'Ja' if place % 2 else 'Nein'};{'Nein' if place % 3 else 'Ja'}" for place, key in enumerate(keys)]
    path.write_text("\n".join(["Gemeindeschlüssel;Ziele [Recht];Ziele [Nähe]", *rows]), encoding="utf-8")
    (tmp_path / "codebook.yaml").write_text(draft_codebook(path), encoding="utf-8")
    assert read_codebook(tmp_path / "codebook.yaml").respondent.kinds == kinds


def test_consent_that_nobody_answered_is_left_open_and_not_passed_over(tmp_path: Path) -> None:
    head = "Kommune;Welche Ziele? [Recht];Welche Ziele? [Klima];Welche Ziele? [Daten];Dürfen wir Ihre Kommune nennen?"
    rows = [f"Ort {i};{'x' * (i % 2)};{'x' * (i % 3 == 0)};x;" for i in range(30)]
    (tmp_path / "e.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    book = load(draft_codebook(tmp_path / "e.csv"))
    (consent,) = [block for block in book["blocks"] if block["role"] == "consent"]
    assert consent["chosen"] == ["TODO"] and consent["columns"] == {"listed": "TODO"}


@pytest.mark.parametrize(("last", "scale"), [("6", ["1", "6"]), ("9", ["1", "5"])])
def test_a_step_that_only_one_item_has_belongs_to_the_scale_unless_steps_lie_between(
    last: str, scale: list[str], tmp_path: Path
) -> None:
    head = "Kommune;Ziele [a];Ziele [b];Ziele [c];Stand [Bad];Stand [Bus];Stand [Rad]"
    rows = [
        f"Ort {i};x;{'x' * (i % 2)};{'x' * (i % 3 == 0)};{1 + i % 5};{1 + i % 5};{last * (i == 3)}" for i in range(30)
    ]
    (tmp_path / "e.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    book = load(draft_codebook(tmp_path / "e.csv"))
    (rating,) = [block for block in book["blocks"] if block["kind"] == "rating"]
    assert rating["scale"] == scale and len(rating["columns"]) == 3
