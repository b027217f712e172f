"""Bring the codebook's column names and the file's headings together, and look at what is left over."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from typology.errors import Findings, nearest
from typology.files.table import Table
from typology.survey.report import Journal
from typology.survey.values import bare
from typology.writing import Number, Said

LONGEST_LIST = 280  # signs of the headings that a finding lists
ANOTHER_EXPORT = 10  # columns missing, and more than half of all: then it is another file, and said once
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\]){0,2}")
CODE_AND_TEXT = re.compile(r"(" + CODE.pattern + r")\s*(?:\.\s|:\s)")
# Begins where a word begins and has an end: a long cell without "@" (a picture as text) must not be tried at each sign.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,}")
PHONE = re.compile(r"(?<![\w.,:/-])(?:(?:\+|00)\d{2}[\s/().-]*|\(?0)[1-9]\d{1,4}\)?[\s/-]+\d[\d\s-]{3,}\d(?![\w:.])")
PERSON = re.compile(r"\b(?:Herrn?|Frau|Dr\.|Prof\.)\s+(?:Dr\.\s+)?[A-ZÄÖÜ][a-zäöüß]+")
# What tells personal data → the message that names them.
PERSONAL = (
    (EMAIL, "survey.mail_addresses"),
    (PHONE, "survey.phone_numbers"),
    (PERSON, "survey.names_of_persons"),
)
PERSON_HEADING = re.compile(
    r"vorname|nachname|familienname|ansprech|kontaktperson|kontaktdaten|e-?mail|mailadresse|telefon|\btel\b|telefax"
    r"|handy|mobilnummer|rufnummer|postanschrift|ip-?adr|ip-?addr|first ?name|last ?name|surname|contact person"
    r"|phone|^name$|ihr name|your name|name der (?:ansprech|person|bearbeit)|^user(?:name)?$",
    flags=re.IGNORECASE,
)


def plain(text: str) -> str:
    """A heading without the accidents of its export: entities, signs of no width, repeated blanks.

    >>> plain("Videos &amp;  Podcasts\\xa0 ")
    'Videos & Podcasts'
    """
    return " ".join(bare(html.unescape(text)).split())


def code_of(heading: str) -> str:
    """The question code of a heading in one spelling, "" when it is no code.

    ``Q1[SQ001]``, ``Q1_SQ001``, ``Q1.SQ001.`` and ``Q1[SQ001]. Question text`` are the same column.

    >>> code_of("Q1[SQ001]. Welche Ziele? [Effizienz]") == code_of("Q1_SQ001") == code_of("q1[SQ001]")
    True
    """
    text = plain(heading)
    match = CODE_AND_TEXT.match(text)
    code = match[1] if match else text
    if " " in code.strip():
        return ""
    return re.sub(r"[\[\]_.#:\s]+", "_", code).strip("_").casefold()


def match_columns(named: Mapping[str, str], headings: Iterable[str], found: Findings) -> dict[str, str]:
    """Column as named in the codebook → heading: as written, else plainly spelt, else by its question code.

    ``named`` maps column → place in the codebook. What is missing or not unique is an error each, and has no heading.
    """
    headings = list(headings)
    exact = set(headings)
    spellings: list[dict[str, list[str]]] = [{}, {}]
    for heading in headings:
        for spelling, index in ((plain(heading), spellings[0]), (code_of(heading), spellings[1])):
            if spelling:
                index.setdefault(spelling, []).append(heading)
    candidates = {
        column: [column]
        if column in exact
        else (spellings[0].get(plain(column)) or spellings[1].get(code_of(column) or " ") or [])
        for column in named
    }
    missing = [column for column, hits in candidates.items() if not hits]
    elsewhere = len(missing) >= ANOTHER_EXPORT and len(missing) > len(named) / 2
    if elsewhere:
        _note_another_export(missing, named, headings, found)
    matched: dict[str, str] = {}
    for column, place in named.items():
        if len(candidates[column]) == 1:
            matched[column] = candidates[column][0]
        elif candidates[column]:
            message = Said("survey.column_several_times", place=place)
            expected: str = Said("survey.one_of_columns", columns=", ".join(candidates[column])[:LONGEST_LIST])
            found.error("spalte", message, column=column, expected=expected)
        elif not elsewhere:
            near = nearest(column, headings)
            message = Said("survey.column_missing", place=place)
            expected = Said("survey.perhaps", words=", ".join(near)[:LONGEST_LIST]) if near else ""
            found.error("spalte", message, column=column, expected=expected)
    used: dict[str, str] = {}
    for column, heading in matched.items():
        if heading in used:
            message = Said("survey.same_column", place=named[column])
            found.error("spalte", message, column=heading, value=f"{used[heading]} / {column}")
        used[heading] = column
    return matched


def _note_another_export(missing: list[str], named: Mapping[str, str], headings: list[str], found: Findings) -> None:
    """One error for all columns that another export of the same survey calls otherwise."""
    message = Said(
        "survey.another_export",
        missing=Number(len(missing)),
        named=Number(len(named)),
        columns=", ".join(missing)[:LONGEST_LIST],
        headings=", ".join(map(plain, headings))[:LONGEST_LIST],
    )
    found.error("spalte", message, column=missing[0], expected=Said("survey.same_export"))


def with_lost_columns(
    table: Table, named: Mapping[str, str], headings: Mapping[str, str], found: Journal
) -> tuple[Table, dict[str, str]]:
    """Table and headings in which a column that the file lacks is empty, so that the rest can still be checked.

    Raises
    ------
    CodebookError : a lost column says which rows count; without it nothing can be checked.
    """
    lost = [column for column in named if column not in headings]
    if any(named[column].startswith("respondent") for column in lost):
        found.refuse_if_failed()
    if lost:
        table = replace(table, frame=table.frame.assign(**dict.fromkeys(lost, "")))
    return table, {**headings, **{column: column for column in lost}}


def note_leftovers(frame: pd.DataFrame, used: Iterable[str], dropped: Iterable[str], found: Findings) -> None:
    """One note per column the codebook does not mention; a warning where it holds personal data."""
    known = set(used)
    patterns = [plain(item) for item in dropped]
    literal = {item for item in patterns if "*" not in item}
    codes = {code_of(item) for item in literal} - {""}
    globs = [re.compile(".*".join(map(re.escape, item.split("*")))) for item in patterns if "*" in item]
    for heading in frame.columns:
        if heading in known:
            continue
        spelt = plain(heading)
        if spelt in literal or code_of(heading) in codes or any(glob.fullmatch(spelt) for glob in globs):
            continue
        personal, row = personal_data(heading, frame[heading])
        if personal:
            found.warning(
                "personenbezug",
                Said("survey.personal_column", what=personal),
                row=row,
                column=heading[:160],
                expected=Said("survey.drop_in_codebook"),
            )
        else:
            found.note(
                "spalte",
                Said("survey.unused_column"),
                column=heading[:160],
                expected=Said("survey.block_or_drop"),
            )


def personal_data(heading: str, values: pd.Series) -> tuple[str, int | None]:
    """What kind of personal data a column holds ("" for none), and the first row with it.

    E-mail addresses and telephone numbers are told by the cells, names by "Herr", "Frau" or a title before
    them or by the heading.
    """
    filled = values[values != ""]
    if filled.empty:
        return "", None
    texts = filled.unique()
    joined = "\x1f".join(texts)
    for pattern, key in PERSONAL:
        if not pattern.search(joined):
            continue
        hit = next((text for text in texts if pattern.search(text)), None)
        if hit is not None:
            return Said(key), int(filled.index[(filled == hit).to_numpy().argmax()])
    if (
        PERSON_HEADING.search(plain(heading))
        and not pd.Series(texts).str.fullmatch(r"[YN01]|-?\d{1,2}|Ja|Nein|Yes|No").all()
    ):
        return Said("survey.data_on_persons"), int(filled.index[0])
    return "", None
