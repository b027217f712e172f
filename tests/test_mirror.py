"""The mirror at the end of check: every figure is the one that its rule gives, in several worlds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from miniature import CODEBOOK, HEADING, ROWS, changed, write_folder

import typology
from typology.survey.report import Reflected, Report, report_html, report_text
from typology.survey.survey import Survey, check_survey, read_survey

GOALS = [f"Z[{n}]" for n in range(1, 6)]


def book(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(CODEBOOK) | parts


def pick(folder: Path) -> Path:
    return write_folder(folder)


def yes_no(folder: Path) -> Path:
    goals = {**CODEBOOK["goals"], "kind": "yes_no", "not_chosen": ["N"], "chosen": ["Y"]}
    del goals["limit"]
    rows = [[("N" if cell == "" and 4 <= n < 9 else cell) for n, cell in enumerate(row)] for row in ROWS]
    return write_folder(folder, rows=rows, codebook=book(goals=goals))


def rating(folder: Path) -> Path:
    levels = [{"key": "niedrig", "values": ["1", "2"]}, {"key": "hoch", "values": ["3", "4"]}]
    goals = {**CODEBOOK["goals"], "kind": "rating", "levels": levels}
    for name in ("limit", "chosen", "not_chosen"):
        del goals[name]
    rows = [[str(1 + (n + m) % 4) if 4 <= n < 9 else cell for n, cell in enumerate(row)] for m, row in enumerate(ROWS)]
    return write_folder(folder, rows=rows, codebook=book(goals=goals))


def one_cell(folder: Path) -> Path:
    codes = {"A": "effizienz", "B": "buergernaehe", "C": "foerdermittel"}
    goals = {"kind": "pick", "question": CODEBOOK["goals"]["question"], "list_column": "Z[1]", "codes": codes}
    rows = [
        [("A;B", "B;C", "A")[m % 3] if n == 4 else cell for n, cell in enumerate(row)] for m, row in enumerate(ROWS)
    ]
    return write_folder(folder, rows=rows, codebook=book(goals=goals, drop=["id", "note", *GOALS[1:]]))


def no_register(folder: Path) -> Path:
    person = {**CODEBOOK["respondent"], "name": "Ort"}
    rows = [[*row, f"Ort {n}"] for n, row in enumerate(ROWS)]
    return write_folder(folder, rows=rows, heading=[*HEADING, "Ort"], codebook=book(register="none", respondent=person))


def nobody(folder: Path) -> Path:
    blocks = [block for block in CODEBOOK["blocks"] if block["role"] not in ("consent", "mailbox")]
    return write_folder(folder, codebook=book(blocks=blocks, drop=["id", "note", "C1", "C4", "C5"]))


def refusals(folder: Path) -> Path:
    """The question asks whether somebody does not want to be named; one answers nothing."""
    blocks = copy.deepcopy(CODEBOOK["blocks"])
    blocks[3] |= {"chosen": ["N"], "not_chosen": ["Y"]}
    rows = changed(0, C1="")
    return write_folder(folder, rows=rows, codebook=book(blocks=blocks))


def twice(folder: Path) -> Path:
    """Somebody answers again, and does not agree any more."""
    again = [*ROWS[0]]
    again[2], again[12] = "2026-06-20 10:00:00", "N"
    return write_folder(folder, rows=[*ROWS, again])


WORLDS = [pick, yes_no, rating, one_cell, no_register, nobody, refusals, twice]


def lines(report: Report) -> dict[str, Reflected]:
    return {line.what: line for line in report.mirror}


def value(line: Reflected) -> Any:
    return getattr(line.value, "value", line.value)


def recomputed(survey: Survey, folder: Path) -> dict[str, Any]:
    """Every figure of the mirror once more, from what the survey and its export hold."""
    book, towns, listed = survey.codebook, survey.municipalities, survey.consent["listed"]
    raw = typology.read_export(folder)
    asked = [block for block in book.blocks if block.role == "consent" and "listed" in block.columns]
    said = dict.fromkeys(towns.index, "")
    for block in asked:
        key = raw[book.respondent.id].str.replace("^3", "03", regex=True)
        counted = raw.assign(key=key)[raw[book.respondent.completed.column] != ""] if book.respondent.completed else raw
        by = book.respondent.order_by
        last = (counted.sort_values(by) if by else counted).drop_duplicates("key", keep="last").set_index("key")
        said = {town: str(last.loc[town, block.columns["listed"]]).strip() for town in towns.index}
        assert set(listed.index[listed]) == {town for town, text in said.items() if text in block.chosen}
    silent = [town for town, text in said.items() if not text]
    first, last_one = towns.index[0], towns.index[-1]
    goals = survey.block("goal")
    chosen = int((goals == (book.goals.levels[-1].key if book.goals.levels else "ja")).to_numpy().sum())
    result = {
        "rows": len(raw),
        "goals": survey.block("goal").shape[1],
        "bodies": len(survey.responses),
        "listed": int(listed.sum()),
        "unknown": len(silent),
        "chosen": chosen,
        "not_chosen": int(goals.notna().to_numpy().sum()) - chosen,
        "unanswered": int(goals.isna().to_numpy().sum()),
        "refused": len(towns) - int(listed.sum()) - len(silent),
        "first": f"{first} {towns.at[first, 'name']}",
        "last": f"{last_one} {towns.at[last_one, 'name']}",
    }
    return result | {f"kind_{kind}": int(n) for kind, n in towns["kind"].value_counts().items()}


@pytest.mark.parametrize("make", WORLDS)
def test_each_figure_is_the_one_of_its_rule(make: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = make(tmp_path / "mini")
    survey = read_survey(folder)
    seen = {what: value(line) for what, line in lines(check_survey(folder)).items()}
    expected = recomputed(survey, folder)
    assert {what: seen[what] for what in expected} == expected
    texts = {"question", "yes_listed", "yes_answers", "yes_partner", "yes_contact", "not_shown"}
    assert seen.keys() == expected.keys() | texts
    assert seen["listed"] + seen["refused"] + seen["unknown"] == seen["bodies"]
    assert sum(n for what, n in seen.items() if what.startswith("kind_")) == seen["bodies"]


def test_where_the_most_complete_answer_counts_every_answer_must_agree(tmp_path: Path) -> None:
    again = [*ROWS[0]]
    again[9], again[12] = "", "N"  # fewer answers, and a refusal
    person = {**CODEBOOK["respondent"], "duplicates": "most_complete"}
    seen = lines(check_survey(write_folder(tmp_path / "a", rows=[*ROWS, again], codebook=book(respondent=person))))
    once = lines(check_survey(write_folder(tmp_path / "b", codebook=book(respondent=person))))
    assert value(seen["listed"]) == value(once["listed"]) - 1
    assert value(seen["refused"]) == value(once["refused"]) + 1
    assert seen["listed"].rule == "ja zur Nennung in jeder Antwort der Körperschaft"


def test_the_worlds_differ_in_what_they_are_made_for(tmp_path: Path) -> None:
    seen = {make.__name__: lines(check_survey(make(tmp_path / make.__name__))) for make in WORLDS}
    listed = {name: (value(of["listed"]), value(of["refused"]), value(of["unknown"])) for name, of in seen.items()}
    assert listed["nobody"][:2] == (0, 0) and listed["nobody"][2] > 0
    assert listed["twice"][0] == listed["pick"][0] - 1 and listed["twice"][1] == listed["pick"][1] + 1
    assert listed["refusals"][0] == listed["pick"][1] and listed["refusals"][1] == listed["pick"][0] - 1
    assert str(seen["nobody"]["yes_listed"].value) == "nicht gefragt: niemand stimmt zu"
    assert str(seen["refusals"]["yes_listed"].value) == "ja heißt N"
    assert seen["pick"]["yes_listed"].rule == "blocks.3.chosen, Spalte C1"
    assert "die Spalte Z[1]" in str(seen["one_cell"]["question"].value)
    assert str(seen["pick"]["question"].value) == "5 Spalten, von Z[1] bis Z[5]"
    assert seen["rating"]["question"].rule == "gewählt heißt die höchste Stufe: 3, 4"


def test_the_mirror_of_the_practice_survey(demo_folder: Path, demo_survey: Survey) -> None:
    seen = {what: value(line) for what, line in lines(demo_survey.report).items()}
    towns, listed = demo_survey.municipalities, demo_survey.consent["listed"]
    assert seen["rows"] == len(typology.read_export(demo_folder))
    assert (seen["bodies"], seen["listed"]) == (len(towns), int(listed.sum()))
    assert seen["first"].split()[0] == towns.index[0] and seen["last"].split()[0] == towns.index[-1]
    kinds = towns["kind"].value_counts()
    assert {what: n for what, n in seen.items() if what.startswith("kind_")} == {
        f"kind_{kind}": n for kind, n in kinds.items()
    }


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Würden öffentlich genannt"), ("en", "Would be named in public")]
)
def test_text_ends_with_it_and_the_page_begins_with_it(language: str, word: str, tmp_path: Path) -> None:
    report = check_survey(pick(tmp_path / "mini"))
    text, page = report_text(report, language), report_html(report, language)
    said = [line.label.of(language) for line in report.mirror]  # type: ignore[attr-defined]
    assert [line.strip().split(":")[0] for line in text.splitlines()[-len(said) :]] == said
    assert word in said
    cells = [page.index(f"<td>{label}</td>") for label in said]
    assert cells == sorted(cells) and page[: cells[-1]].count("<h2>") == 1  # its own heading, and none before it


def test_a_survey_that_is_refused_shows_what_was_read_so_far(tmp_path: Path) -> None:
    seen = lines(check_survey(write_folder(tmp_path / "mini", rows=changed(1, F_1="9"))))
    assert value(seen["rows"]) == len(ROWS) and "listed" not in seen
    assert str(seen["yes_contact"].value) == "ja heißt Y"
