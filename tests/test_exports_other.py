"""Layouts of answers that no tool of ours writes: a draft is right, leaves open what nobody can know, or refuses."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from exports_truth import LEFT_OPEN, in_order, judge_export, truth
from proofs import every_third

from typology.content.questionnaire.form import Filled, Part
from typology.errors import FileFormatError
from typology.simulation.export.cells import By, in_one_cell, item_cells, options, text_in
from typology.simulation.export.layout import (
    Cell,
    Column,
    Export,
    Write,
    csv_text,
    free_texts,
    given,
    moments,
    one_file,
    sent,
    table,
    workbook,
)
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook

SWISS = {
    "F1": ("trifft gar nicht zu", "trifft eher nicht zu", "teils, teils", "trifft eher zu", "trifft völlig zu"),
    "F2": ("nicht wichtig", "eher nicht wichtig", "eher wichtig", "sehr wichtig"),
}


def step(part: Part, place: int) -> Cell:
    return place


def numbered_text(part: Part, place: int) -> Cell:
    return f"{place} - {part.text.en}"


def columns(
    filled: Filled,
    head: str = "{asked} [{option}]",
    *,
    yes: Cell = "x",
    no: Cell = "",
    by: By | None = None,
    language: str = "de",
) -> dict[str, Column]:
    """Heading → cells, one column per option and row."""
    found: dict[str, Column] = {}
    for number, question in enumerate(filled.questionnaire.questions, start=1):
        for place, item in options(filled, question):
            several = question.asked in ("multiple", "matrix")
            asked, option = (getattr(text, language) for text in (question.text, item.text))
            parts = {"asked": asked, "option": option, "number": number, "place": place}
            heading = head.format(**parts) if several or "{place}" in head else asked
            worded = by is None or question.asked == "single"
            found[heading] = item_cells(
                filled, question, item, text_in("de" if language == "de" else "en") if worded else by or step,
                ticked=yes, unticked=no,
            )  # fmt: skip
        if question.other:
            rest = "Sonstiges" if language == "de" else "Other"
            found[head.format(asked=asked, option=rest, number=number, place=10)] = free_texts(filled, question)
    return found


def in_cells(filled: Filled, written: Callable[[list[str]], str]) -> dict[str, Column]:
    """Heading → cells, all ticks of a question in one cell."""
    found: dict[str, Column] = {}
    for question in filled.questionnaire.questions:
        if question.asked == "multiple":
            cells = in_one_cell(filled, question, text_in("de"), "\n")
            found[question.text.de] = [written(str(cell).split("\n")) if cell else "" for cell in cells]
            continue
        for _, item in options(filled, question):
            heading = f"{question.text.de}: {item.text.de}" if question.asked == "matrix" else question.text.de
            found[heading] = item_cells(filled, question, item, text_in("de"))
    return found


def rows(found: dict[str, Column]) -> list[list[Cell]]:
    return table([[heading] for heading in found], list(found.values()))


def csv_file(found: dict[str, Column], delimiter: str = ";", above: str = "", encoding: str = "utf-8") -> Export:
    return one_file("antworten.csv", (above + csv_text(rows(found), delimiter)).encode(encoding, "replace"))


def xlsx_file(found: dict[str, Column]) -> Export:
    return one_file("antworten.xlsx", workbook(rows(found)))


def coded_table(filled: Filled) -> Export:
    """Numbers of questions only, 0 and 1 for ticks, 99 for no answer, Windows-1252: as scanned paper is exported."""
    filled = sent(filled)
    found = columns(filled, "Frage {number}.{place}", yes="1", no="0", by=step)
    for heading in found:
        if heading.startswith(("Frage 4.", "Frage 5.")):
            found[heading] = ["99" if cell == "" else cell for cell in found[heading]]
    return csv_file({"Bogen": list(range(1, len(filled.answers) + 1)), **found}, encoding="cp1252")


def form_server(filled: Filled) -> Export:
    """One column per element of a form, several answers with commas, own columns for number, state and date."""
    filled = sent(filled)
    n = len(filled.answers)
    days = [moment.strftime("%d.%m.%Y %H:%M") for moment in moments(filled.stamps)]
    own: dict[str, Column] = {"ID": list(range(900, 900 + n)), "Status": ["Neu"] * n, "Eingangsdatum": days}
    return csv_file({**own, **in_cells(filled, ", ".join)})


def numbered_questions(filled: Filled) -> Export:
    """Numbers before the questions, words for ticks, a status in words, unfinished answers among the others."""
    n = len(filled.answers)
    times = [moment.strftime("%d.%m.%Y %H:%M:%S") for moment in moments(filled.stamps)]
    status: Column = ["beendet" if done else "abgebrochen" for done in filled.completed]
    found = columns(filled, "{number}. {asked}: {option}", yes="gewählt", no="nicht gewählt")
    return xlsx_file({"Nr.": list(range(1, n + 1)), "Startzeit": times, "Status": status, **found})


def status_in_words(filled: Filled) -> Export:
    """0 and 1 behind a stroke, numbers for steps, and whether somebody ended, as yes and no."""
    ended: Column = ["Ja" if done else "Nein" for done in filled.completed]
    ids: Column = [f"tn{7000 + place}" for place in range(len(ended))]
    found = columns(filled, "{asked} | {option}", yes="1", no="0", by=step)
    return csv_file({"Teilnehmer-ID": ids, "Abgeschlossen": ended, **found}, encoding="utf-8-sig")


def comments_above(filled: Filled) -> Export:
    """Tabs, and two lines above the heading that have none."""
    above = "# exportiert am 30.06.2026\n# Kodierung: 1 = ja, 0 = nein\n"
    return csv_file(columns(sent(filled), yes="1", no="0"), "\t", above)


def english_sheet(filled: Filled) -> Export:
    """Typed by hand in English, steps with their numbers."""
    filled = sent(filled)
    days: Column = [moment.strftime("%m/%d/%Y") for moment in moments(filled.stamps)]
    found = columns(filled, "{asked}: {option}", yes="Yes", no="No", by=numbered_text, language="en")
    return xlsx_file({"Date received": days, **found})


def swiss_sheet(filled: Filled) -> Export:
    """Ja and a hyphen in the columns of the options, steps in words of their own."""
    filled = sent(filled)
    words = {
        question.text.de: {part.text.de: text for part, text in zip(question.steps, SWISS[question.code], strict=True)}
        for question in filled.questionnaire.questions
        if question.code in SWISS
    }
    found = columns(filled, "{asked} – {option}", yes="Ja", no="-")
    for heading in found:
        meant = words.get(heading.split(" – ")[0], {})
        found[heading] = [meant.get(str(cell), cell) for cell in found[heading]]
    return xlsx_file(found)


def ticked_boxes(filled: Filled) -> Export:
    """Boxes of a form in Word, the option in a second line of the heading."""
    return xlsx_file(columns(sent(filled), "{asked}\n{option}", yes="☒", no="☐"))


def plus_and_minus(filled: Filled) -> Export:
    return csv_file(columns(sent(filled), "{asked}/{option}", yes="+", no="-"))


def school_grades(filled: Filled) -> Export:
    """1 is the best, and only the question says so."""
    found = columns(sent(filled), yes=1, by=step)
    turned = {}
    for heading, cells in found.items():
        if heading.startswith("Wir sind hier schon weit"):
            heading = heading.replace(" [", " (1 = sehr gut, 5 = sehr schlecht) [")
            cells = [6 - cell if isinstance(cell, int) else cell for cell in cells]
        turned[heading] = cells
    return xlsx_file(turned)


def bullets(filled: Filled) -> Export:
    return xlsx_file(in_cells(sent(filled), lambda texts: "\n".join(f"• {text}" for text in texts)))


def numbered_lists(filled: Filled) -> Export:
    """What is listed in a cell carries numbers, another one for each respondent."""
    return xlsx_file(
        in_cells(sent(filled), lambda texts: "\n".join(f"{n}. {text}" for n, text in enumerate(texts, start=1)))
    )


def three_columns(filled: Filled) -> Export:
    """A column for each of three goals, and the name of a goal in it."""
    filled = sent(filled)
    found = columns(filled)
    goals = filled.questionnaire.question("Z1")
    named = [str(cell).split("\n") for cell in in_one_cell(filled, goals, text_in("de"), "\n", free="")]
    first = next(iter(heading for heading in found if heading.startswith(goals.text.de)))
    result: dict[str, Column] = {}
    for heading, cells in found.items():
        if heading == first:
            result |= {f"Ziel {n}": [(*texts, "", "", "")[n - 1] for texts in named] for n in (1, 2, 3)}
        if not heading.startswith(goals.text.de):
            result[heading] = cells
    return csv_file(result)


def two_sheets(above: Sequence[Sequence[str]]) -> Write:
    """Notes or a legend on the first sheet, the answers on the second."""

    def write(filled: Filled) -> Export:
        import xlsxwriter

        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            for name, lines in (("Hinweise", above), ("Daten", rows(columns(sent(filled))))):
                page = book.add_worksheet(name)
                for number, line in enumerate(lines):
                    page.write_row(number, 0, [None if cell == "" else cell for cell in line])
        return one_file("antworten.xlsx", buffer.getvalue())

    return write


def pasted_below(filled: Filled) -> Export:
    """Two tables pasted below each other, each with its heading."""
    lines = rows(columns(sent(filled), yes="ja", no="nein"))
    return one_file("antworten.xlsx", workbook([*lines[:21], lines[0], *lines[21:]]))


RIGHT: dict[str, Write] = {
    "form server": form_server,
    "numbered questions": numbered_questions,
    "status in words": status_in_words,
    "comments above": comments_above,
    "English": english_sheet,
    "Swiss": swiss_sheet,
    "boxes": ticked_boxes,
    "plus and minus": plus_and_minus,
    "school grades": school_grades,
    "bullets": bullets,
    "numbered lists": numbered_lists,
    "three columns": three_columns,
    "notes before": two_sheets([["Umfrage Digitale Ziele"], ["Stand: Juni 2026"], ["Bitte nicht verändern"]]),
    "legend before": two_sheets([["Code", "Bedeutung"], ["1", "ja"], ["2", "nein"], ["9", "keine Angabe"]]),
    "pasted below": pasted_below,
}


@pytest.mark.parametrize("layout", every_third(RIGHT))
def test_an_unedited_draft_is_right(layout: str, tmp_path: Path) -> None:
    filled = truth("ticks")
    filled = in_order(filled, [*filled.answers.index[17:], *filled.answers.index[:17]])
    wrong = judge_export(filled, RIGHT[layout](filled), tmp_path).wrong
    assert not any(wrong.values()), wrong


def test_codes_without_words_leave_consent_closed_and_99_open(tmp_path: Path) -> None:
    filled = truth("selection")
    verdict = judge_export(filled, coded_table(filled), tmp_path)
    assert {part for part, why in verdict.wrong.items() if why} == {"consent"}
    assert "role: consent" not in verdict.text and 'missing: {"99": TODO_grund}' in verdict.text


def asked_in_free_text(filled: Filled) -> dict[str, Column]:
    filled = sent(filled)
    found = columns(filled)
    goals = filled.questionnaire.question("Z1")
    n = len(filled.answers)
    texts: Column = [f"Wir wollen {place} neue Dienste, weil es die Leute wünschen" for place in range(n)]
    kept = {heading: cells for heading, cells in found.items() if not heading.startswith(goals.text.de)}
    return {**kept, goals.text.de: texts}


def test_a_free_text_is_no_goal_and_nothing_else_takes_its_place(tmp_path: Path) -> None:
    filled = truth()
    verdict = judge_export(filled, csv_file(asked_in_free_text(filled)), tmp_path)
    assert verdict.wrong["goals"] == LEFT_OPEN
    named = [line for line in verdict.text.splitlines() if line.startswith("#   ")]
    assert [line.split("?")[0].removeprefix("#   ") for line in named] == [
        "Welche Ziele verfolgen Sie mit der Digitalisierung",
        "Was hilft Ihnen",
    ]


def test_two_questions_about_goals_stay_open_with_both_named(tmp_path: Path) -> None:
    filled = sent(truth())
    found = columns(filled)
    asked = filled.questionnaire.question("Z1").text.de
    later = {
        heading.replace(asked, "Welche Ziele sollen es in fünf Jahren sein?"): cells
        for heading, cells in found.items()
        if heading.startswith(asked)
    }
    verdict = judge_export(filled, csv_file({**found, **later}), tmp_path)
    assert verdict.wrong["goals"] == LEFT_OPEN
    named = "\n".join(line for line in verdict.text.splitlines() if line.startswith("#   "))
    assert asked in named and "Welche Ziele sollen es in fünf Jahren sein?" in named


def test_ranks_in_the_columns_of_the_options_are_no_ratings(tmp_path: Path) -> None:
    filled = sent(truth())
    goals = filled.questionnaire.question("Z1")
    found = columns(filled)
    answers = list(zip(*(given(filled, goals, item) for item in goals.items), strict=True))
    for place, item in enumerate(goals.items):
        ranks: Column = [sum(answer is True for answer in row[place:]) if row[place] is True else "" for row in answers]
        found[f"{goals.text.de} [{item.text.de}]"] = ranks
    export = csv_file(found)
    (tmp_path / export.responses).write_bytes(export.files[export.responses])
    (tmp_path / "codebook.yaml").write_text(draft_codebook(tmp_path / export.responses), encoding="utf-8")
    book = read_codebook(tmp_path / "codebook.yaml").goals
    assert book.kind == "ranking" and len(book.columns) == len(goals.items)


@pytest.mark.parametrize("by_keys", [True, False])
def test_respondents_side_by_side_are_refused(by_keys: bool, tmp_path: Path) -> None:
    found = columns(sent(truth()))
    lines = [[heading, *cells] for heading, cells in found.items()]
    if not by_keys:
        lines = [["Frage", *(f"Kommune {n}" for n in range(1, len(lines[0])))], *lines[1:]]
    (tmp_path / "pivot.xlsx").write_bytes(workbook(lines))
    with pytest.raises(FileFormatError, match="nebeneinander"):
        draft_codebook(tmp_path / "pivot.xlsx")
