"""SPSS syntax (.sps) beside a data file: names, labels and missing values of its columns."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from typology.errors import FileFormatError, file_bytes, system_message
from typology.files.labelled import UNLABELLED_REASON
from typology.files.text import decode
from typology.survey.columns import code_of
from typology.survey.structure import Structure, strip_markup
from typology.writing import Said

STRING = r'"[^"]*(?:""[^"]*)*"|' + r"'[^']*(?:''[^']*)*'"
# A command ends with a full stop at the end of a line, or with a blank line; neither counts inside a string.
END = re.compile(rf"{STRING}|(?P<end>\.[ \t]*\r?$|^[ \t]*\r?$)", flags=re.MULTILINE)
TOKEN = re.compile(rf"{STRING}|[^\s\"',/()=]+|[/()=]")
NAME = re.compile(r"[A-Za-zÄÖÜäöüß@#$_][^\s/()=]*")
SIGNS = re.compile(r"/\s*(DELIMITERS|QUALIFIER)\s*=\s*([\"'])(.|\\t)\2", flags=re.IGNORECASE)
FORMAT = re.compile(r"(?:A|F|DATE|DATETIME|SDATE|EDATE|ADATE|COMMA|DOT|N|TIME)\d*(?:\.\d+)?", flags=re.IGNORECASE)


def read_syntax(path: str | Path) -> Structure:
    """Read the labels of an SPSS syntax file; ``names`` are the columns of the data file in their order.

    Raises
    ------
    FileFormatError : missing, no text, or without any labels.
    """
    path = Path(path)
    try:
        raw = file_bytes(path)
    except OSError as error:
        raise FileFormatError(Said("survey.cannot_open_syntax", file=path.name, why=system_message(error))) from None
    text, _, _ = decode(raw, path.name)
    names: list[str] = []
    signs: dict[str, str] = {}
    questions: dict[str, str] = {}
    answers: dict[str, dict[str, str]] = {}
    missing: dict[str, list[tuple[str, str]]] = {}
    renamed: dict[str, str] = {}
    for command, rest in _commands(text):
        tokens = TOKEN.findall(rest)
        if command in ("GET DATA", "DATA LIST"):
            names = _variables(rest)
            signs = {found[1].upper(): found[3] for found in SIGNS.finditer(rest)}
        elif command == "VARIABLE LABELS":
            for name, label in pairwise(tokens):
                if not _quoted(name) and _quoted(label):
                    questions[name] = strip_markup(_unquote(label))
        elif command in ("VALUE LABELS", "ADD VALUE LABELS"):
            for group in _split(tokens, "/"):
                _value_labels(group, answers)
        elif command == "MISSING VALUES":
            for before, inside in re.findall(r"([^()]+)\(([^()]*)\)", rest):
                values = [_unquote(token) for token in TOKEN.findall(inside)]
                for name in TOKEN.findall(before):
                    missing.setdefault(name, []).extend(_ranges(values))
        elif command in ("RENAME VARIABLES", "RENAME VARIABLE"):
            for old, new in re.findall(r"([^\s()=]+)\s*=\s*([^\s()=]+)", rest):
                renamed[old] = new
    if not names and not questions and not answers:
        raise FileFormatError(Said("survey.no_syntax", file=path.name))

    def final(name: str) -> str:
        return code_of(renamed.get(name, name))

    declared = {}
    for name, ranges in missing.items():
        labels = answers.get(name, {})
        known = {
            value: labels.get(value, UNLABELLED_REASON)
            for low, high in ranges
            for value in (_whole(low, high) or (low, high))
        }
        declared[final(name)] = known
    return Structure(
        questions={final(name): {"": label} for name, label in questions.items()},
        answers={final(name): {code: {"": label} for code, label in codes.items()} for name, codes in answers.items()},
        languages=(),
        missing_values=declared,
        names=tuple(renamed.get(name, name) for name in names),
        delimiter=signs.get("DELIMITERS", "").replace("\\t", "\t"),
        quote=signs.get("QUALIFIER", ""),
    )


def _commands(text: str) -> list[tuple[str, str]]:
    """(name, rest) of every command."""
    pattern = re.compile(
        r"^[ \t]*(GET DATA|DATA LIST|VARIABLE LABELS|ADD VALUE LABELS|VALUE LABELS|MISSING VALUES|RENAME VARIABLES?)\b",
        flags=re.IGNORECASE | re.MULTILINE,
    )
    commands = []
    for match in pattern.finditer(text):
        line_end = text.find("\n", match.end())
        alone = line_end >= 0 and not text[match.end() : line_end].strip()
        start = line_end + 1 if alone else match.end()
        stop = next((found.start() for found in END.finditer(text, start) if found["end"] is not None), len(text))
        commands.append((" ".join(match[1].upper().split()), text[start:stop]))
    return commands


def _variables(rest: str) -> list[str]:
    part = re.split(r"/\s*VARIABLES\s*=?", rest, flags=re.IGNORECASE)
    tokens = TOKEN.findall(part[1] if len(part) > 1 else rest.split("/", 1)[-1])
    names = []
    for token, following in pairwise(tokens):
        if NAME.fullmatch(token) and not _quoted(token) and FORMAT.fullmatch(following.strip("()")):
            names.append(token)
    return names


def _value_labels(tokens: list[str], answers: dict[str, dict[str, str]]) -> None:
    names: list[str] = []
    position = 0
    while (
        position < len(tokens)
        and not _quoted(tokens[position])
        and not re.fullmatch(r"-?\d+(\.\d+)?", tokens[position])
    ):
        names.append(tokens[position])
        position += 1
    codes = {
        _unquote(value): strip_markup(_unquote(label))
        for value, label in zip(tokens[position::2], tokens[position + 1 :: 2], strict=False)
        if _quoted(label)
    }
    for name in names:
        answers.setdefault(name, {}).update(codes)


def _split(tokens: list[str], sign: str) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for token in tokens:
        if token == sign:
            groups.append([])
        else:
            groups[-1].append(token)
    return [group for group in groups if group]


def _ranges(values: list[str]) -> list[tuple[str, str]]:
    """Single values and ``low THRU high`` as pairs."""
    pairs, position = [], 0
    while position < len(values):
        if position + 2 < len(values) and values[position + 1].upper() == "THRU":
            pairs.append((values[position], values[position + 2]))
            position += 3
        else:
            pairs.append((values[position], values[position]))
            position += 1
    return pairs


def _whole(low: str, high: str) -> tuple[str, ...]:
    """All whole numbers of a short range; nothing for open or long ones."""
    if re.fullmatch(r"-?\d{1,6}", low) and re.fullmatch(r"-?\d{1,6}", high) and 0 <= int(high) - int(low) <= 1000:
        return tuple(str(value) for value in range(int(low), int(high) + 1))
    return ()


def _quoted(token: str) -> bool:
    return token[:1] in ('"', "'")


def _unquote(token: str) -> str:
    if not _quoted(token):
        return token
    return token[1:-1].replace(token[0] * 2, token[0])
