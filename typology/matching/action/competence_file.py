"""Levels of one municipality from a small CSV file: a template to fill, and its check at the door."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from typology.content.competences import CompetenceLevelsFile, load_competence_levels
from typology.content.reading import Language
from typology.content.trainings import JobFamiliesFile
from typology.errors import ContentError, Findings, Severity, file_bytes
from typology.files.text import read_delimited
from typology.writing import Said, listed

COLUMNS = ("berufsgruppe", "bereich", "bezeichnung", "soll", "ist", "beispiele", "anleitung")
WRONG = "matching.entries_not_allowed"
NEEDED = ("berufsgruppe", "bereich", "soll", "ist")
LOWEST, HIGHEST = 1, 8  # the levels of DigComp
COMPETENCE_COLUMNS = ("key", "family", "area", "soll", "ist")


def competence_template(
    families: JobFamiliesFile, language: Language = "de", levels: CompetenceLevelsFile | None = None
) -> str:
    """CSV text to fill in a spreadsheet: one row per job family and area, both levels empty.

    Semicolon-separated, with the mark of UTF-8, so that German spreadsheets open it as a table. What only explains is
    not read: ``bezeichnung`` (names), ``beispiele`` (tasks of the family), ``anleitung`` (how to fill in the file, the
    levels in words, where it goes).

    Parameters
    ----------
    levels : the levels in words; by default the shipped ones.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    told = iter(_instructions(levels or load_competence_levels(), language))
    for family in families.families:
        tasks = listed(list(family.tasks.of(language)), language) if family.tasks else ""
        for area in families.areas:
            label = f"{families.family(family.key, language)}: {families.area(area.key, language)}"
            writer.writerow([family.key, area.key, label, "", "", tasks, next(told, "")])
            tasks = ""
    writer.writerows(["", "", "", "", "", "", line] for line in told)
    return "\ufeff" + out.getvalue()


def _instructions(levels: CompetenceLevelsFile, language: Language) -> list[str]:
    """How the template is filled in, a line for each row."""
    return [
        Said("matching.template_levels", lowest=LOWEST, highest=HIGHEST).of(language),
        *(levels.says(level, language) for level in range(LOWEST, HIGHEST + 1)),
        Said("matching.template_name").of(language),
        Said("matching.template_place").of(language),
        Said("matching.template_check").of(language),
    ]


def read_competences(path: Path, key: str, families: JobFamiliesFile) -> pd.DataFrame:
    """Read the filled template of one municipality.

    Parameters
    ----------
    path : CSV file with the columns berufsgruppe, bereich, soll, ist; further columns are not read.
    key : the municipality's key.

    Returns
    -------
    Long table ``key, family, area, soll, ist``; rows with both levels empty are left out.

    Raises
    ------
    ContentError : with every problem of the file at once (row, column, value, what was expected).
    FileFormatError : the file is no text table.
    """
    table = read_delimited(file_bytes(path), path.name)
    frame = table.frame
    found = Findings(path.name, [problem for problem in table.problems if problem.severity == Severity.ERROR])
    missing = [name for name in NEEDED if name not in frame.columns]
    for name in missing:
        found.error("spalte", Said("matching.column_missing"), column=name, expected=", ".join(NEEDED))
    if missing:
        found.raise_if_failed(ContentError, WRONG)
    known = {
        "berufsgruppe": [item.key for item in families.families],
        "bereich": [item.key for item in families.areas],
    }
    seen: dict[tuple[str, str], int] = {}
    rows = []
    for number, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        row = int(number)
        if not any(cells[name].strip() for name in NEEDED):
            continue  # a line of the instructions
        soll, ist = (_level(cells[name], row, name, found) for name in ("soll", "ist"))
        for name, choices in known.items():
            if cells[name].strip() not in choices:
                message, expected = Said("matching.unknown_key"), ", ".join(choices)
                found.error("schluessel", message, row=row, column=name, value=cells[name], expected=expected)
        pair = (cells["berufsgruppe"].strip(), cells["bereich"].strip())
        if pair in seen:
            message = Said("matching.pair_twice", row=seen[pair])
            found.error("doppelt", message, row=row, value=" / ".join(pair))
        seen.setdefault(pair, row)
        if not (np.isnan(soll) and np.isnan(ist)):
            rows.append((key, *pair, soll, ist))
    found.raise_if_failed(ContentError, WRONG)
    return pd.DataFrame(rows, columns=list(COMPETENCE_COLUMNS)).astype({"soll": float, "ist": float})


def _level(text: str, row: int, column: str, found: Findings) -> float:
    """A whole level from 1 to 8, NaN for an empty cell; anything else is an error."""
    value = text.strip()
    if not value:
        return float("nan")
    if value.isascii() and value.isdigit() and LOWEST <= int(value) <= HIGHEST:
        return float(value)
    expected = Said("matching.whole_level", lowest=LOWEST, highest=HIGHEST)
    found.error("wert", Said("matching.level_not_allowed"), row=row, column=column, value=text, expected=expected)
    return float("nan")


def read_competence_folder(folder: Path, keys: pd.Index, families: JobFamiliesFile) -> pd.DataFrame:
    """All files ``<key>.csv`` of a folder; an absent folder is an empty table.

    Raises
    ------
    ContentError : with the problems of all files at once, or a file whose name is no respondent's key.
    """
    found = Findings()
    parts = []
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        if path.stem not in keys:
            message, expected = Said("matching.no_answer_of_key"), Said("matching.key_of_respondent")
            found.at(path.name).error("schluessel", message, value=path.stem, expected=expected)
            continue
        try:
            parts.append(read_competences(path, path.stem, families))
        except ContentError as error:
            found.add(error.problems)
    found.raise_if_failed(ContentError, "matching.files_not_allowed")
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COMPETENCE_COLUMNS))


def merge_competences(survey: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Levels from the survey, replaced by those from files wherever a file has any for the municipality."""
    kept = survey[~survey["key"].isin(set(files["key"]))] if len(survey) else survey
    parts = [part for part in (kept, files) if len(part)]
    if not parts:
        return pd.DataFrame(columns=list(COMPETENCE_COLUMNS))
    return pd.concat(parts, ignore_index=True).sort_values(list(COMPETENCE_COLUMNS[:3]), ignore_index=True)
