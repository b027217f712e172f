"""Bring the codebook's column names and the file's headings together, and look at what is left over."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from typology.errors import Problem
from typology.survey.suggestions import nearest

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\]){0,2}")
CODE_AND_TEXT = re.compile(r"(" + CODE.pattern + r")\s*(?:\.\s|:\s)")
# Begins where a word begins and has an end: a long cell without "@" (a picture as text) must not be tried at each sign.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,}")
PHONE = re.compile(r"(?<![\w.,:/-])(?:(?:\+|00)\d{2}[\s/().-]*|\(?0)[1-9]\d{1,4}\)?[\s/-]+\d[\d\s-]{3,}\d(?![\w:.])")
PERSON = re.compile(r"\b(?:Herrn?|Frau|Dr\.|Prof\.)\s+(?:Dr\.\s+)?[A-ZÄÖÜ][a-zäöüß]+")
PERSON_HEADING = re.compile(
    r"vorname|nachname|familienname|ansprech|kontaktperson|kontaktdaten|e-?mail|mailadresse|telefon|\btel\b|telefax"
    r"|handy|mobilnummer|rufnummer|postanschrift|ip-?adr|ip-?addr|first ?name|last ?name|surname|contact person"
    r"|phone|^name$|ihr name|your name|name der (?:ansprech|person|bearbeit)|^user(?:name)?$",
    flags=re.IGNORECASE,
)


@dataclass(frozen=True)
class Matching:
    """Column as named in the codebook → heading in the file, and what did not fit."""

    headings: Mapping[str, str]
    problems: tuple[Problem, ...]


def plain(text: str) -> str:
    """A heading without the accidents of its export: entities, non-breaking and repeated blanks.

    >>> plain("Videos &amp;  Podcasts\\xa0 ")
    'Videos & Podcasts'
    """
    return " ".join(unicodedata.normalize("NFC", html.unescape(text)).replace("\ufeff", "").split())


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


def match_columns(named: Mapping[str, str], headings: Iterable[str], file: str) -> Matching:
    """Find every column the codebook names: as written, else plainly spelt, else by its question code.

    ``named`` maps column → place in the codebook. What is missing or not unique is a problem each.
    """
    headings = list(headings)
    exact = set(headings)
    spellings: list[dict[str, list[str]]] = [{}, {}]
    for heading in headings:
        for spelling, index in ((plain(heading), spellings[0]), (code_of(heading), spellings[1])):
            if spelling:
                index.setdefault(spelling, []).append(heading)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for column, place in named.items():
        candidates = (
            [column]
            if column in exact
            else (spellings[0].get(plain(column)) or spellings[1].get(code_of(column) or " ") or [])
        )
        if len(candidates) == 1:
            found[column] = candidates[0]
        elif candidates:
            problems.append(
                Problem(
                    "fehler",
                    "spalte",
                    f"Die Spalte ist mehrfach vorhanden ({place})",
                    file=file,
                    column=column,
                    expected=f"eine davon: {', '.join(candidates)}"[:300],
                )
            )
        else:
            hits = nearest(column, headings)
            problems.append(
                Problem(
                    "fehler",
                    "spalte",
                    f"Die Spalte fehlt in der Datei ({place})",
                    file=file,
                    column=column,
                    expected=f"gemeint ist vielleicht: {', '.join(hits)}"[:300] if hits else "",
                )
            )
    used: dict[str, str] = {}
    for column, heading in found.items():
        if heading in used:
            problems.append(
                Problem(
                    "fehler",
                    "spalte",
                    f"Zwei Angaben meinen dieselbe Spalte ({named[column]})",
                    file=file,
                    column=heading,
                    value=f"{used[heading]} / {column}",
                )
            )
        used[heading] = column
    return Matching(found, tuple(problems))


def leftover_columns(frame: pd.DataFrame, used: Iterable[str], dropped: Iterable[str], file: str) -> list[Problem]:
    """One note per column the codebook does not mention; a warning where it holds personal data."""
    known = set(used)
    patterns = [plain(item) for item in dropped]
    literal = {item for item in patterns if "*" not in item}
    codes = {code_of(item) for item in literal} - {""}
    globs = [re.compile(".*".join(map(re.escape, item.split("*")))) for item in patterns if "*" in item]
    problems = []
    for heading in frame.columns:
        if heading in known:
            continue
        spelt = plain(heading)
        if spelt in literal or code_of(heading) in codes or any(glob.fullmatch(spelt) for glob in globs):
            continue
        personal, row = personal_data(heading, frame[heading])
        if personal:
            problems.append(
                Problem(
                    "warnung",
                    "personenbezug",
                    f"Die Spalte enthält vermutlich {personal}; sie wird nicht übernommen",
                    file=file,
                    row=row,
                    column=heading[:160],
                    expected="unter drop im Codebuch nennen",
                )
            )
        else:
            problems.append(
                Problem(
                    "hinweis",
                    "spalte",
                    "Die Spalte kommt im Codebuch nicht vor; sie wird nicht übernommen",
                    file=file,
                    column=heading[:160],
                    expected="einem Block zuordnen oder unter drop nennen",
                )
            )
    return problems


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
    for pattern, name in ((EMAIL, "E-Mail-Adressen"), (PHONE, "Telefonnummern"), (PERSON, "Namen von Personen")):
        if not pattern.search(joined):
            continue
        hit = next((text for text in texts if pattern.search(text)), None)
        if hit is not None:
            return name, int(filled.index[(filled == hit).to_numpy().argmax()])
    if (
        PERSON_HEADING.search(plain(heading))
        and not pd.Series(texts).str.fullmatch(r"[YN01]|-?\d{1,2}|Ja|Nein|Yes|No").all()
    ):
        return "Angaben zu Personen", int(filled.index[0])
    return "", None
