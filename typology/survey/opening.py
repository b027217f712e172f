"""Open the files that a codebook names: the answers, their texts, and what is printed about both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from typology.errors import FileFormatError
from typology.files.formats import read_table
from typology.files.table import Table
from typology.survey.codebook import PRESETS, Codebook
from typology.survey.spss_syntax import read_syntax
from typology.survey.structure import read_structure


def open_responses(folder: Path, codebook: Codebook) -> tuple[Table, dict[str, str]]:
    """The table of answers with all texts known for it, and label → text of what was decided while reading.

    Raises
    ------
    FileFormatError : the file of answers or of texts cannot be read.
    """
    files = codebook.files
    structure = None
    if files.structure:
        syntax = files.structure.lower().endswith(".sps")
        structure = (read_syntax if syntax else read_structure)(folder / files.structure)
    names = structure.names if structure is not None else ()
    if files.header_rows == 0 and not names:
        raise FileFormatError("header_rows: 0 braucht eine SPSS-Syntax (.sps) unter structure, die die Spalten nennt.")
    table = read_table(
        folder / files.responses,
        sheet=files.sheet,
        skip_rows=files.skip_rows,
        header_rows=files.header_rows,
        delimiter=files.delimiter,
        encoding=files.encoding,
        names=names if files.header_rows == 0 else (),
    )
    reading = {"Datei": table.file, **table.taken}
    if structure is not None:
        headings = list(table.frame.columns)
        table = replace(
            table,
            labels={**table.labels, **structure.labels(headings)},
            value_labels={**table.value_labels, **structure.value_labels(headings)},
            missing={**table.missing, **structure.missing(headings)},
        )
        languages = f" ({', '.join(structure.languages)})" if structure.languages else ""
        reading["Struktur"] = f"{files.structure}{languages}"
    for preset in codebook.missing.presets:
        reading[f"fehlende Werte nach {preset}"] = _pairs(PRESETS[preset])
    if codebook.missing.codes:
        reading["fehlende Werte nach Codebuch"] = _pairs(codebook.missing.codes)
    declared = {f"{value} = {reason}" for column in table.missing.values() for value, reason in column.items()}
    if declared:
        reading["fehlende Werte nach Datei"] = ", ".join(sorted(declared))
    return table, reading


def _pairs(codes: dict[str, str]) -> str:
    return ", ".join(f"{code or 'leer'} = {reason}" for code, reason in codes.items())
