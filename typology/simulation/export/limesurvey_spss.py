"""LimeSurvey's exports for SPSS: a syntax file beside a data file without heading, and a data file of SPSS."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from typology.content.questionnaire.form import Filled
from typology.content.reading import Language, Text
from typology.simulation.export.layout import Cell, Column, Export, Write, one_file
from typology.simulation.export.limesurvey import (
    NO_TEXT,
    OWN,
    SURVEY,
    YES_TEXT,
    answered,
    is_yes_no,
    own_columns,
)

NOT_CHOSEN = Text(de="Nicht ausgewählt", en="Not Selected")
LONGEST_ANSWER, LONGEST_LABEL = 120, 231
WRITTEN = {" ": "_", "-": "_hyph_", ":": "_dd_", ";": "_dc_", "!": "_excl_", "/": "_fs_", "\\": "_bs_", "'": "_qu_"}


@dataclass(frozen=True)
class Variable:
    """One variable: its name, label and format, the meaning of its values, and the values with None for none."""

    name: str
    label: str
    numeric: bool
    meanings: Mapping[Cell, str]
    cells: Column


def variables(filled: Filled, language: Language) -> Iterator[Variable]:
    """Ticks as 1 and 0, yes and no as 1 and 2, steps by their codes; nothing where nobody was asked or answered."""
    for code, cells in own_columns(filled, language).items():
        if code == "submitdate":
            cells = [_spss_time(str(cell)) if cell else None for cell in cells]
        yield Variable(code, OWN[code].of(language), code in ("id", "lastpage", "seed"), {}, cells)
    questions = {question.code: question for question in filled.questionnaire.questions}
    for column in answered(filled, texts=False, language=language):
        code, _, item = column.code.rstrip("]").partition("[")
        question = questions[code]
        name = _name(f"{code}_{item}" if item else code)
        asked = question.text.of(language)
        part = column.text.removeprefix(asked).strip()
        label = f"{part} {asked}".strip()
        if question.asked == "multiple" and item != "other":
            meanings: dict[Cell, str] = {1: YES_TEXT.of(language), 0: NOT_CHOSEN.of(language)}
            yield Variable(name, label, True, meanings, [{"Y": 1, "": 0}.get(str(cell)) for cell in column.cells])
        elif is_yes_no(question):
            meanings = {1: YES_TEXT.of(language), 2: NO_TEXT.of(language)}
            yield Variable(name, label, True, meanings, [{"Y": 1, "N": 2}.get(str(cell)) for cell in column.cells])
        else:
            steps = question.items if question.asked == "ranking" else question.steps
            meanings = {step.code: step.text.of(language)[:LONGEST_ANSWER] for step in steps}
            yield Variable(name, label, question.asked == "number", meanings, [cell or None for cell in column.cells])


def _spss_time(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text):%d-%m-%Y %H:%M:%S}"


def _name(code: str) -> str:
    name = "".join(WRITTEN.get(sign, sign) for sign in code)
    return name if re.match(r"[A-Za-z]", name) else f"q_{name}"


def write_syntax(filled: Filled, *, language: Language = "de", quote_numbers: bool = False) -> Export:
    """Data with commas in single quotes, no heading; the syntax names ``V1`` … and renames them at its end.

    Older versions quoted numbers as well. That line breaks inside an answer become blanks is assumed.
    """
    found = list(variables(filled, language))
    quoted = [[_data(cell, one.numeric and not quote_numbers) for cell in one.cells] for one in found]
    data = "".join(",".join(row) + "\n" for row in zip(*quoted, strict=True))
    name = f"survey_{SURVEY}_SPSS_data_file.dat"
    lines = [
        "*$Rev: 121017 $.", "SET UNICODE=ON.", "SHOW LOCALE.", "PRESERVE LOCALE.", "SET LOCALE='en_UK'.", "",
        "GET DATA", " /TYPE=TXT", f" /FILE='{name}'", " /DELCASE=LINE", ' /DELIMITERS=","', " /QUALIFIER=\"'\"",
        " /ARRANGEMENT=DELIMITED", " /FIRSTCASE=1", " /IMPORTCASE=ALL", " /VARIABLES=",
    ]  # fmt: skip
    for number, one in enumerate(found, start=1):
        width = max(1, *(len(str(cell)) for cell in one.cells if cell is not None), 1)
        kind = "DATETIME23.2" if one.name == "submitdate" else f"{'F' if one.numeric else 'A'}{width}"
        lines.append(f" V{number} {kind}{'.' if number == len(found) else ''}")
    lines += ["CACHE.", "EXECUTE.", "", "*Define Variable Properties."]
    for number, one in enumerate(found, start=1):
        lines.append(f"VARIABLE LABELS V{number} {_label(one.label)}.")
    lines += ["", "*Define Value labels."]
    for number, one in enumerate(found, start=1):
        if one.meanings:
            values = [f"{_code(code)} {_quoted(text)}" for code, text in one.meanings.items()]
            lines += [f"VALUE LABELS  V{number}", *values[:-1], f"{values[-1]}."]
    lines += [
        "",
        *(f"RENAME VARIABLE ( V{n} = {one.name} )." for n, one in enumerate(found, start=1)),
        "RESTORE LOCALE.",
    ]
    syntax = "\ufeff" + "\n".join(lines) + "\n"
    files = {name: ("\ufeff" + data).encode(), f"survey_{SURVEY}_SPSS_syntax_file.sps": syntax.encode()}
    return Export(name, files)


def _data(cell: Cell, bare: bool) -> str:
    if cell is None:
        return "" if bare else "''"
    text = re.sub(r"[\r\n]+", " ", str(cell)).replace("'", "''")
    return text if bare else f"'{text}'"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _code(code: Cell) -> str:
    return _quoted(code) if isinstance(code, str) else str(code)


def _label(text: str) -> str:
    """A label, broken where it is too long for one."""
    pieces = [text[start : start + LONGEST_LABEL] for start in range(0, len(text), LONGEST_LABEL)]
    return " +\n".join(_quoted(piece) for piece in pieces)


def write_sav(filled: Filled, *, language: Language = "de") -> Export:
    """A data file of SPSS with labels; that codes of digits are numbers is assumed."""
    found = list(variables(filled, language))
    return one_file(f"survey_{SURVEY}_SPSS.sav", sav(found))


def sav(found: list[Variable]) -> bytes:
    """Variables as a data file of SPSS, always the same bytes."""
    import pyreadstat

    frame = pd.DataFrame(
        {
            one.name: pd.Series([None if cell is None else float(cell) for cell in one.cells], dtype=float)  # type: ignore[arg-type]
            if one.numeric
            else pd.Series(["" if cell is None else str(cell) for cell in one.cells], dtype=object)
            for one in found
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            frame,
            path,
            column_labels={one.name: one.label[:255] for one in found},
            variable_value_labels={one.name: {**one.meanings} for one in found if one.meanings},  # type: ignore[dict-item]
            variable_format={one.name: "F8.0" for one in found if one.numeric},
        )
        data = bytearray(path.read_bytes())
    data[92:109] = b"01 Jan 2612:00:00"  # the moment of writing
    return bytes(data)


VARIANTS: dict[str, Write] = {
    "spss": write_syntax,
    "spss-quoted": partial(write_syntax, quote_numbers=True),
    "sav": write_sav,
}
