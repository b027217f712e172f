"""Open the files that a codebook names: the answers, their texts, the register, and what is printed about them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from typology.content.catalogue import Content, load_content
from typology.errors import FileFormatError, Severity
from typology.files.formats import read_table
from typology.files.labelled import UNLABELLED_REASON
from typology.files.table import Table
from typology.register.register import Register, read_register
from typology.survey.codebook import FILE, PRESETS, Codebook, read_codebook
from typology.survey.own_content import own_content
from typology.survey.report import Journal
from typology.survey.spss_syntax import read_syntax
from typology.survey.structure import read_structure
from typology.writing import Said, in_language

OUTSIDE = "TYPOLOGY_OUTSIDE"
"""Folders in which files of a survey may lie besides its own, as the search path of the system is written."""


def open_codebook(folder: Path) -> Codebook:
    """The codebook of a survey folder.

    Raises
    ------
    FileFormatError : there is no such folder. CodebookError : the codebook is wrong.
    """
    if not folder.is_dir():
        raise FileFormatError(Said("survey.no_folder", folder=folder.name))
    return read_codebook(folder / FILE)


def open_content(folder: Path) -> Content:
    """The words of the study, those of the survey's own content folder before the shipped ones.

    Raises
    ------
    ContentError : a file is wrong, or has a name by which nothing is read.
    """
    own = folder / "content"
    return own_content(own) if own.is_dir() else load_content()


def open_register(folder: Path, codebook: Codebook, content: Content, found: Journal) -> Register | None:
    """The register that the codebook names, its warnings among the findings; None where it names none.

    Raises
    ------
    RegisterError : a file of the register cannot be read.
    """
    entry = codebook.register_file
    if entry is None:
        found.reading[Said("survey.label_register")] = Said("survey.no_register")
        return None
    register = read_register(
        folder / entry.file,
        entry.format,
        date=entry.date.isoformat(),
        successors=[folder / name for name in entry.successors],
        content=content,
    )
    found.add(
        problem
        for problem in register.problems
        if problem.severity != Severity.NOTE or problem.kind == "register_ausgelassen"
    )
    found.reading[Said("survey.label_register")] = register.source
    return register


def source_of(folder: Path, codebook: Codebook, table: Table, register: Register | None) -> Mapping[str, str]:
    """Where a survey comes from: its title, date, source and licence, its file and the file's SHA-256.

    All of it is German whatever language the program speaks, as it goes into files.
    """
    info = codebook.survey
    return MappingProxyType(
        {
            "survey": info.key,
            "title": info.title.de,
            "date": info.date.isoformat(),
            "source": info.source,
            "licence": info.licence,
            "file": table.file,
            "sha256": hashlib.sha256(survey_file(folder, codebook.files.responses).read_bytes()).hexdigest(),
            "register": in_language(register.source, "de") if register is not None else "",
            **{f"taken_{in_language(name, 'de')}": in_language(text, "de") for name, text in table.taken.items()},
        }
    )


def survey_file(folder: Path, name: str) -> Path:
    """A file that the codebook names, in the survey folder or in one of those that ``TYPOLOGY_OUTSIDE`` names.

    A codebook comes along with a survey; it shall not lead to whatever else lies on this machine.

    Raises
    ------
    FileFormatError : it lies elsewhere.
    """
    path = os.path.abspath(folder / name)
    allowed = [part for part in os.environ.get(OUTSIDE, "").split(os.pathsep) if part]
    if not any(Path(path).is_relative_to(os.path.abspath(part)) for part in (str(folder), *allowed)):
        raise FileFormatError(Said("survey.outside", file=name, folder=folder.name, variable=OUTSIDE))
    return Path(os.path.normpath(folder / name))


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
        structure = (read_syntax if syntax else read_structure)(survey_file(folder, files.structure))
    names = structure.names if structure is not None else ()
    if files.header_rows == 0 and not names:
        raise FileFormatError(Said("survey.syntax_needed"))
    bare = structure if files.header_rows == 0 else None
    table = read_table(
        survey_file(folder, files.responses),
        sheet=files.sheet,
        skip_rows=files.skip_rows,
        header_rows=files.header_rows,
        delimiter=bare.delimiter if bare and bare.delimiter and files.delimiter == "auto" else files.delimiter,
        encoding=files.encoding,
        names=names if bare else (),
        quote=(bare.quote if bare else "") or '"',
    )
    reading: dict[str, str] = {Said("survey.label_file"): table.file, **table.taken}
    if structure is not None:
        headings = list(table.frame.columns)
        table = replace(
            table,
            labels={**table.labels, **structure.labels(headings)},
            value_labels={**table.value_labels, **structure.value_labels(headings)},
            missing={**table.missing, **structure.missing(headings)},
        )
        languages = f" ({', '.join(structure.languages)})" if structure.languages else ""
        reading[Said("survey.label_structure")] = files.structure + languages
    for preset in codebook.missing.presets:
        reading[Said("survey.label_missing_of_preset", preset=preset)] = _pairs(PRESETS[preset].items())
    if codebook.missing.codes:
        reading[Said("survey.label_missing_of_codebook")] = _pairs(codebook.missing.codes.items())
    declared = {pair for column in table.missing.values() for pair in column.items()}
    if declared:
        ordered = sorted(declared, key=lambda pair: f"{pair[0]} = {pair[1]}")
        reading[Said("survey.label_missing_of_file")] = _pairs(ordered)
    return table, reading


def _pairs(codes: Iterable[tuple[str, str]]) -> Said:
    """Values and their reasons as a report lists them."""
    words = {"": Said("survey.blank"), UNLABELLED_REASON: Said("survey.declared_missing")}
    pairs = [
        Said("survey.pair", code=words.get(code, code), reason=words.get(reason, reason)) for code, reason in codes
    ]
    return Said("survey.pairs", pairs=pairs)
