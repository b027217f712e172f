"""A practice survey as another survey tool would export it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.questionnaire.build import build_questionnaire
from typology.content.questionnaire.form import Condition, Filled, Part, Question, Questionnaire, State
from typology.content.reading import Text
from typology.errors import StudyError
from typology.simulation.export.tools import TOOLS, write_export
from typology.simulation.practice import ID, OFFICE, REMARK, TITLE, column_names, meanings_of
from typology.writing import Said

TEST = "TEST"
DONT_KNOW = {"kA": "weiss_nicht"}
TRUTH = "truth"


def check_tool(tool: str, variant: str = "") -> None:
    """Refuse a tool or variant that there is none of, with all that there are.

    Raises
    ------
    StudyError : it cannot be written.
    """
    if tool not in TOOLS:
        raise StudyError(Said("simulation.no_tool", tool=tool, tools=", ".join(TOOLS)))
    if variant and variant not in TOOLS[tool]:
        raise StudyError(Said("simulation.no_variant", tool=tool, variant=variant, variants=", ".join(TOOLS[tool])))


def export_practice(folder: Path, tool: str, variant: str = "", *, content: Content | None = None) -> Path:
    """Turn the answers of a simulated survey into what a tool exports; the finished survey moves below ``truth/``.

    ``truth/`` then holds the same answers with their codebook and register, to compare with. The export stands where
    they were, without a codebook.

    Parameters
    ----------
    folder : a survey that :func:`typology.simulate_survey` wrote.
    tool, variant : one of :data:`typology.simulation.export.tools.TOOLS`; the usual variant without a name.

    Returns
    -------
    The file with the answers.

    Raises
    ------
    StudyError : there is no such tool or variant.
    """
    check_tool(tool, variant)
    content = content or load_content()
    rows = _rows(folder / "responses.csv")
    register = pd.read_csv(folder / "register.csv", dtype=str, keep_default_na=False).set_index("key")
    export = write_export(filled_copies(rows, content, register["name"], key=folder.name), tool, variant)
    for name in ("responses.csv", "codebook.yaml"):
        shutil.move(folder / name, folder / TRUTH / name)
    shutil.copyfile(folder / "register.csv", folder / TRUTH / "register.csv")
    for name, data in export.files.items():
        (folder / name).write_bytes(data)
    source = folder / "SOURCE.md"
    text = source.read_text(encoding="utf-8")
    for name in ("responses.csv", "codebook.yaml"):
        text = text.replace(f"| `{name}`", f"| `{TRUTH}/{name}`")
    kind = variant or next(iter(TOOLS[tool]))
    listed = "".join(f"| `{name}` | dieselben Antworten, wie {tool} sie ausgibt ({kind}) |\n" for name in export.files)
    head, table, rest = text.partition("|---|---|\n")
    source.write_text(head + table + listed + rest, encoding="utf-8", newline="\n")
    return folder / export.responses


def _rows(path: Path) -> pd.DataFrame:
    text = path.read_text(encoding="utf-8-sig")
    heading, *records = [record for record in csv.reader(io.StringIO(text), delimiter=";") if record]
    return pd.DataFrame(records, columns=heading, index=range(1, len(records) + 1), dtype=object)


def filled_copies(rows: pd.DataFrame, content: Content, names: pd.Series, *, key: str = "uebung") -> Filled:
    """The rows of a practice survey as filled copies of its questionnaire.

    Parameters
    ----------
    rows : as ``responses.csv`` holds them, all text. names : key → name of the body.
    """
    asked = build_questionnaire(content.folder, limit=None, key=key, title=Text(de=TITLE["de"], en=TITLE["en"]))
    headings = column_names([goal.key for goal in content.goals], content)
    done = rows["submitdate"] != ""
    answers = {
        f"{question.code}.{item.key}": _cells(question, item, rows, headings, names)
        for question in asked.questions
        for item in question.items
    }
    table = pd.DataFrame(answers, index=rows.index, dtype=object)
    _leave_unseen(table, asked, done)
    when = rows["submitdate"].where(done).bfill().ffill()
    return Filled(asked, table, done, when.str.replace(" ", "T") + "+01:00")


def _cells(
    question: Question, item: Part, rows: pd.DataFrame, headings: dict[str, str], names: pd.Series
) -> list[object]:
    """The answers to one item; "" is no answer, except for a box that was not ticked."""
    column = f"{question.role}.{item.key}"
    if question.role == "id":
        return [text or State.NOT_ANSWERED for text in rows[ID]]
    if question.role == "name":
        known = dict(names)
        texts = [known.get(text.replace(" ", ""), "") for text in rows[ID]]
        return [
            TEST if office == TEST else text or State.NOT_ANSWERED
            for office, text in zip(rows[OFFICE], texts, strict=True)
        ]
    if column not in headings:
        if question.asked == "multiple":
            return list(_families(question, item, rows, headings))
        return [text or State.NOT_ANSWERED for text in rows[REMARK]]
    cells, meaning = rows[headings[column]], meanings_of(column)
    if question.asked == "multiple":
        return list(cells == "Y")
    if question.role == "consent":
        return ["ja" if cell == "Y" else "nein" for cell in cells]
    known_steps = {step.key for step in question.steps}
    texts = [DONT_KNOW.get(cell, meaning.get(cell, cell)) for cell in cells]
    return [text if text and (not known_steps or text in known_steps) else State.NOT_ANSWERED for text in texts]


def _families(question: Question, item: Part, rows: pd.DataFrame, headings: dict[str, str]) -> pd.Series:
    """Whether anything was said about a job family; nothing about any is an answer of its own."""
    said = {
        other.key: (rows[[head for name, head in headings.items() if f".{other.key}." in name]] != "").any(axis=1)
        for other in question.items
    }
    if item.key in question.exclusive:
        return ~pd.DataFrame(said).any(axis=1)
    return said[item.key]


def _leave_unseen(table: pd.DataFrame, asked: Questionnaire, done: pd.Series) -> None:
    """Write down what nobody saw: questions that an earlier answer leaves out, and all after the last answer of those
    who broke off."""
    before = table.copy()
    for question in asked.questions:
        if question.shown_if is not None:
            hidden = ~_met(question.shown_if, before)
            table.loc[hidden, [f"{question.code}.{item.key}" for item in question.items]] = State.NOT_SHOWN
    given = table.map(lambda cell: not isinstance(cell, State) and cell is not False and cell != "nein")
    reached = given.to_numpy()[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
    for place, column in enumerate(table):
        table.loc[~done & ~reached[:, place], column] = State.NOT_SHOWN


def _met(shown: Condition, table: pd.DataFrame) -> pd.Series:
    cells = table[f"{shown.question}.{shown.item}"]
    return cells.isin(list(shown.answers)) if shown.answers else cells.map(lambda cell: cell is True)
