"""The question about the goals, as survey tools export it: one cell or many, whatever separates, whatever is ticked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from typology.errors import ResponseError
from typology.survey.cells import split_cell
from typology.survey.codebook import Codebook, read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.draft.lists import options_of
from typology.survey.survey import read_survey

QUESTION = "Welche Ziele verfolgen Sie mit der Digitalisierung?"
LABELS = (
    "Rechtssicherheit", "Nähe, auch am Wochenende", "Daten (offen, geteilt)", "Effizienz", "Teilhabe, Mitsprache",
    "Klima", "Wirtschaft", "Bildung", "Sicherheit",
)  # fmt: skip
NAMES = ("recht", "naehe", "daten", "effizienz", "teilhabe", "klima", "wirtschaft", "bildung", "sicherheit")
N = 40
OTHER = "Feuerwehr besser ausstatten"


def picked(i: int) -> list[int]:
    """Which goals body ``i`` chose: one to three, each goal between 6 and 14 times."""
    return sorted({(i * 4) % 9, (i * 5 + i // 9) % 9, (i * 2 + i // 5) % 9}) if i % 5 else [(i + i // 5) % 9]


TRUTH = pd.DataFrame([[place in picked(i) for place in range(9)] for i in range(N)])


def read(folder: Path, head: list[str], columns: Callable[[int], list[str]]) -> tuple[Codebook, pd.DataFrame]:
    """Draft for an export with a town, a remark, ratings and the goals; the codebook and the goals that it reads."""
    folder.mkdir(exist_ok=True)
    first = ["Kommune", "Was nutzen Sie? (mehrere)", "Bemerkung", *head]
    rows = [
        [f"Ort {i:02}", ("Mail;Brief", "Mail;", "Brief;Fax")[i % 3], f"Bemerkung {i}, mit Komma" * (i % 2), *columns(i)]
        for i in range(N)
    ]
    quoted = ("\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [first, *rows])
    (folder / "e.csv").write_text("\n".join(quoted), encoding="utf-8")
    (folder / "codebook.yaml").write_text(draft_codebook(folder / "e.csv"), encoding="utf-8")
    survey = read_survey(folder)
    values = (survey.block("goal") == "ja").reset_index(drop=True)
    return survey.codebook, values


def in_truth_order(book: Codebook, goals: pd.DataFrame, texts: tuple[str, ...]) -> pd.DataFrame:
    return goals[[book.goals.codes[text] for text in texts]].set_axis(range(9), axis=1)


@pytest.mark.parametrize(
    ("texts", "separator", "declared"),
    [
        (LABELS, ", ", ","),  # Google sheet: labels hold the separator
        (LABELS, ";", ";"),
        (LABELS, "; ", ";"),  # Nextcloud
        (LABELS, " | ", "|"),
        (LABELS, "\n", "\n"),
        (NAMES, " ", " "),  # KoboToolbox, names
        (NAMES, "/", "/"),
        (tuple("123456789"), ",", ","),  # Qualtrics, numbers
        (tuple(f"o{n:02}" for n in range(1, 10)), " ", " "),
    ],
)
def test_goals_in_one_cell(tmp_path: Path, texts: tuple[str, ...], separator: str, declared: str) -> None:
    book, goals = read(tmp_path, [QUESTION], lambda i: [separator.join(texts[place] for place in picked(i))])
    assert (book.goals.list_column, book.goals.separator) == (QUESTION, declared)
    assert set(book.goals.codes) == set(texts)
    assert in_truth_order(book, goals, texts).equals(TRUTH)


@pytest.mark.parametrize("separator", [", ", ";"])
def test_free_text_in_the_cell_is_no_goal(tmp_path: Path, separator: str) -> None:
    def cell(i: int) -> list[str]:
        free = [f"{OTHER} {i}"] * (i in (3, 17))
        return [separator.join([*(LABELS[place] for place in picked(i)), *free])]

    book, goals = read(tmp_path, [QUESTION], cell)
    assert set(book.goals.codes) == set(LABELS) and book.goals.other == "drop"
    assert f"# - {OTHER} 17" in (tmp_path / "codebook.yaml").read_text(encoding="utf-8")
    assert in_truth_order(book, goals, LABELS).equals(TRUTH)
    findings = read_survey(tmp_path).report.findings
    said = findings.loc[(findings["column"] == QUESTION) & (findings["kind"] == "wert"), "message"]
    assert said.str.contains(": 2").tolist() == [True]
    text = (tmp_path / "codebook.yaml").read_text(encoding="utf-8")
    (tmp_path / "refuse.yaml").write_text(text.replace("other: drop", "other: refuse"), encoding="utf-8")
    assert read_codebook(tmp_path / "refuse.yaml").goals.other == "refuse"


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("Checked", "Unchecked"),
        ("WAHR", "FALSCH"),
        ("trifft zu", "trifft nicht zu"),
        ("Trifft zu", "Trifft nicht zu"),
        ("x", ""),
        ("angekreuzt", "nicht angekreuzt"),
        ("Selected", "Not Selected"),
        ("☑", "☐"),
    ],
)
@pytest.mark.parametrize("form", ["{question} [{label}]", "{question} (choice={label})", "{question}/{label}"])
def test_ticks_in_the_words_of_many_tools(tmp_path: Path, yes: str, no: str, form: str) -> None:
    head = [form.format(question=QUESTION, label=name) for name in NAMES]
    book, goals = read(tmp_path, head, lambda i: [yes if place in picked(i) else no for place in range(9)])
    assert list(book.goals.columns.values()) == head
    assert (book.goals.chosen, book.goals.not_chosen) == ((yes,), (no,))
    assert list(book.goals.columns) == list(NAMES)
    assert goals.set_axis(range(9), axis=1).equals(TRUTH)


def test_options_that_carry_their_own_number(tmp_path: Path) -> None:
    head = [f"{QUESTION} [{name}]" for name in NAMES]
    book, goals = read(tmp_path, head, lambda i: [str(place + 1) * (place in picked(i)) for place in range(9)])
    assert list(book.goals.columns.values()) == head and book.goals.chosen_any
    assert goals.set_axis(range(9), axis=1).equals(TRUTH)


@pytest.mark.parametrize("head", [[f"{QUESTION} [{name}]" for name in NAMES], [name.title() for name in NAMES]])
@pytest.mark.parametrize("stray", ["(x)", "Err:502", "siehe Anlage"])
def test_a_cell_with_something_else_takes_no_goal_out_of_the_question(
    head: list[str], stray: str, tmp_path: Path
) -> None:
    def cells(i: int) -> list[str]:
        found = ["x" * (place in picked(i)) for place in range(9)]
        return [stray if (i, place) in ((7, 0), (8, 3), (8, 4)) else cell for place, cell in enumerate(found)]

    with pytest.raises(ResponseError) as refused:
        read(tmp_path, head, cells)
    cells_named = [(item.row, item.column) for item in refused.value.problems if item.value == stray]
    assert sorted(cells_named) == sorted([(9, head[0]), (10, head[3]), (10, head[4])])
    assert list(read_codebook(tmp_path / "codebook.yaml").goals.columns.values()) == head


def test_a_question_of_its_own_beside_the_goals_is_none_of_them(tmp_path: Path) -> None:
    head = [*(f"{QUESTION} [{name}]" for name in NAMES), "Gibt es eine Strategie?"]

    def cells(i: int) -> list[str]:
        return [*("ja" if place in picked(i) else "nein" for place in range(9)), ("ja", "nein", "bald")[i % 3]]

    book, goals = read(tmp_path, head, cells)
    assert list(book.goals.columns.values()) == head[:-1] and goals.set_axis(range(9), axis=1).equals(TRUTH)


@pytest.mark.parametrize("dash", ["-", "."])
def test_a_dash_where_others_have_a_tick_is_not_chosen(dash: str, tmp_path: Path) -> None:
    head = [f"{QUESTION} [{name}]" for name in NAMES]
    book, goals = read(tmp_path, head, lambda i: ["x" if place in picked(i) else dash for place in range(9)])
    assert book.goals.not_chosen == (dash,)
    assert goals.set_axis(range(9), axis=1).equals(TRUTH)


def test_what_looks_alike_is_one_answer(tmp_path: Path) -> None:
    yes = ("gewählt", "gewa\u0308hlt", "gewählt\u200b", "gewählt\xa0")
    head = [f"{QUESTION} [{name}]" for name in NAMES]
    cells = ("nicht gewählt", "nicht\xa0gewa\u0308hlt")
    book, goals = read(
        tmp_path, head, lambda i: [yes[(i + p) % 4] if p in picked(i) else cells[(i + p) % 2] for p in range(9)]
    )
    assert (book.goals.chosen, book.goals.not_chosen) == (("gewählt",), ("nicht gewählt",))
    assert goals.set_axis(range(9), axis=1).equals(TRUTH)


def test_one_of_several_goals_with_three_answers_is_not_taken_for_all(tmp_path: Path) -> None:
    lines = [";".join(["Ort", *(f"{QUESTION} [{name}]" for name in NAMES)])]
    lines += [";".join([f"Ort {i}", *(("ja", "nein", "rot")[(i * 7 + p) % 3] for p in range(9))]) for i in range(N)]
    (tmp_path / "e.csv").write_text("\n".join(lines), encoding="utf-8")
    text = draft_codebook(tmp_path / "e.csv")
    assert "list_column" not in text and "ziel_1" in text and f"#   {QUESTION} [sicherheit]" in text


def test_the_summary_that_stands_before_the_ticks_is_left_out(tmp_path: Path) -> None:
    head = ["ziele", *(f"ziele/{name}" for name in NAMES)]

    def cells(i: int) -> list[str]:
        return [" ".join(NAMES[place] for place in picked(i)), *("01"[place in picked(i)] for place in range(9))]

    book, goals = read(tmp_path, head, cells)
    assert list(book.goals.columns) == list(NAMES) and "ziele" in book.drop
    assert goals.set_axis(range(9), axis=1).equals(TRUTH)


def test_which_goals_goes_before_ratings_of_goals_and_other_ticks(tmp_path: Path) -> None:
    head = [
        *(f"Wie wichtig sind Ihnen diese Ziele? [{name}]" for name in NAMES),
        *(f"Welche Ämter nutzen das? [{name}]" for name in "ABCDEFGHIJKL"),
        QUESTION,
    ]

    def cells(i: int) -> list[str]:
        rated, ticked = [str(1 + (i + j) % 5) for j in range(9)], ["x" * ((i + j) % 3 == 0) for j in range(12)]
        return [*rated, *ticked, ", ".join(LABELS[place] for place in picked(i))]

    book, goals = read(tmp_path, head, cells)
    assert book.goals.list_column == QUESTION
    assert in_truth_order(book, goals, LABELS).equals(TRUTH)


@pytest.mark.parametrize(
    "cells",
    [
        {"trifft zu": 9, "trifft eher zu": 8, "trifft eher nicht zu": 9, "trifft nicht zu": 4},
        {"teils, teils": 9, "eher": 8, "sehr": 3},
        {"ja, beschlossen": 9, "ja, in Arbeit": 8, "nein": 3, "nein, nicht geplant": 4},
        {f"Wir haben {n} Leute, aber kein Geld": 1 for n in range(30)},
        {f"1,{n}": 3 for n in range(10)},
        {f"{n:02}.06.2026, 10:0{n % 9}": 2 for n in range(1, 28)},
        {f"Bad {name}": 2 for name in ("Aibling", "Berka", "Camberg", "Doberan", "Elster")},
        {"": 20},
    ],
)
def test_what_is_no_list(cells: dict[str, int]) -> None:
    assert options_of(cells) is None


def test_a_cell_is_cut_along_the_answers() -> None:
    answers = ["Service", "Service, digital", "Bad"]
    assert split_cell("Service, digital, Bad,", answers, ", ") == (["Service, digital", "Bad"], [])
    assert split_cell("Service, Bad", answers, ",") == (["Service", "Bad"], [])
    assert split_cell("Badeort, Bad", answers, ",") == (["Bad"], ["Badeort"])
    assert split_cell("a b  c d", ["a b", "c", "d"], " ") == (["a b", "c", "d"], [])
    assert split_cell(" ; ;", answers, ";") == ([], [])
