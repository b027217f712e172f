"""The official register of municipalities, Kreise and Verbände, or a table of the same columns.

``read_register`` reads any of the formats; a :class:`Register` answers to keys and names as people write them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.errors import Problem, RegisterError
from typology.survey.bodies import BODY_COLUMNS, KINDS, NUMBER_COLUMNS, base_name, build_bodies, complete_bodies
from typology.survey.keys import KeyBook, KeyMatch, key_candidates, read_digits
from typology.survey.names import NameIndex
from typology.survey.register_gv100 import decode, looks_like_gv100, read_gv100
from typology.survey.successors import Successors

FORMATS = ("auto", "table", "gv100ad", "gvisys")
#: ``match`` says how the text led to the body: ``key``, ``leading_zero``, ``ars``, ``float``, ``kreisfrei``,
#: ``successor``, ``split`` or one of ``names.MATCHES``.
FIND_COLUMNS = ("key", "name", "kind", "kreis_name", "land_name", "match")
DESTATIS = "Gemeindeverzeichnis GV-ISys, © Statistisches Bundesamt (Destatis), Gebietsstand {date}"


@dataclass(frozen=True, eq=False)
class Register:
    """All bodies of one Gebietsstand.

    table : index ``key`` (text of 5, 8 or 9 digits), columns ``bodies.BODY_COLUMNS``; one row per municipality,
        kreisfreie Stadt, Kreis, Verband and gemeindefreies Gebiet.
    reference_date : the Gebietsstand (ISO, "" unknown). source : one line for footers.
    successors : what became of keys of other years. problems : what reading found worth a warning.
    """

    table: pd.DataFrame
    reference_date: str = ""
    source: str = ""
    successors: Successors = field(default_factory=Successors)
    problems: tuple[Problem, ...] = ()

    @cached_property
    def bodies(self) -> pd.DataFrame:
        """The rows of ``table`` that can answer a survey: all but the gemeindefreie Gebiete."""
        return self.table[self.table["kind"] != "gemeindefrei"]

    def normalise_key(self, text: str) -> KeyMatch:
        """The key that a written key means; see :class:`KeyMatch`. Never raises, whatever the text."""
        match = self._keys.normalise(text)
        if match.key or match.candidates:
            return match
        digits, _, problem = read_digits(text)
        for old in () if problem else key_candidates(digits):
            succession = self.successors.follow(old, self._keys.kinds)
            living = tuple(key for key in succession.keys if self._keys.kinds[key] != "gemeindefrei")
            if len(succession.keys) == 1 and living:
                return KeyMatch(text, living[0], "successor", candidates=succession.keys)
            if succession.keys:
                names = ", ".join(f"{self.table.at[key, 'name']} ({key})" for key in succession.keys)
                return KeyMatch(
                    text, candidates=succession.keys, problem=f"{old} ist aufgelöst und aufgeteilt worden auf {names}"
                )
        return match

    def find(self, text: str) -> pd.DataFrame:
        """The bodies that a key or a name can mean, best first, columns ``FIND_COLUMNS``.

        Several rows mean that the text is ambiguous; rows with ``match`` "similar" are offers for a typing
        error. An empty table means that nothing is near. Nothing is ever joined by what is found here.
        """
        if not read_digits(text)[2]:
            match = self.normalise_key(text)
            keys = [match.key] if match.key else list(match.candidates)
            how = "split" if len(keys) > 1 else match.repaired or "key"
            return self._candidates([(self._positions[key], how) for key in keys])
        return self._candidates(self._names.find(text))

    def rows(self, keys: Iterable[str]) -> pd.DataFrame:
        """The rows of ``table`` for these keys, in their order.

        Raises
        ------
        RegisterError : names every key that the register does not hold.
        """
        wanted = list(keys)
        missing = [key for key in dict.fromkeys(wanted) if key not in self._positions]
        if missing:
            day = self.reference_date or "unbekannt"
            raise RegisterError(
                f"{len(missing)} Schlüssel stehen nicht im Register (Gebietsstand {day}).",
                [Problem("fehler", "register", "Der Schlüssel steht nicht im Register", key=key) for key in missing],
            )
        return self.table.loc[wanted]

    def _candidates(self, found: list[tuple[int, str]]) -> pd.DataFrame:
        rows = [(*self._shown[position], how) for position, how in found]
        return pd.DataFrame(rows, columns=list(FIND_COLUMNS), dtype=object)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.table.index)}

    @cached_property
    def _shown(self) -> list[tuple[str, ...]]:
        return list(self.table.reset_index()[list(FIND_COLUMNS[:-1])].itertuples(index=False, name=None))

    @cached_property
    def _keys(self) -> KeyBook:
        table = self.table
        eight = table[table.index.str.len() == 8]
        nine = eight["ars"].str[:9]
        single = nine[~nine.duplicated(keep=False) & (nine.str.len() == 9) & ~nine.isin(table.index)]
        return KeyBook(
            kinds=dict(zip(table.index, table["kind"], strict=True)),
            ars={ars: key for ars, key in zip(eight["ars"], eight.index, strict=True) if len(ars) == 12},
            single={value: key for key, value in single.items()},
        )

    @cached_property
    def _names(self) -> NameIndex:
        table = self.table
        places = (table["name"] + " " + table["kreis_name"] + " " + table["land_name"]).tolist()
        return NameIndex(
            table["name"].tolist(),
            table["base_name"].tolist(),
            table["kind"].tolist(),
            places,
            table["population"].tolist(),
        )


def read_register(
    path: Path | str, format: str = "auto", *, date: str = "", content: Content | None = None
) -> Register:
    """Read a register file.

    Parameters
    ----------
    path : ``table`` is a UTF-8 CSV with the columns ``key`` and ``bodies.BODY_COLUMNS`` (``key``, ``name`` and
        ``kind`` are needed, what is missing is derived or unknown); ``gv100ad`` the fixed-width text and
        ``gvisys`` the Excel extract of Destatis. ``auto`` tells them apart by their content.
    date : the Gebietsstand (ISO) when the file does not state it; a file that states another one keeps its own,
        with a warning in ``problems``.

    Raises
    ------
    RegisterError : the file is missing or does not fit; every finding names its line.
    """
    path = Path(path)
    content = content or load_content()
    if format not in FORMATS:
        raise RegisterError(f"Das Format {format!r} ist nicht bekannt; möglich sind {', '.join(FORMATS)}.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise RegisterError(f"Die Registerdatei {path.name} fehlt.") from None
    except IsADirectoryError:
        raise RegisterError(f"{path.name} ist ein Ordner, keine Registerdatei.") from None
    if not data.strip():
        raise RegisterError(f"Die Registerdatei {path.name} ist leer.")
    if format == "auto":
        format = detect_format(data, path.name)
    if format == "table":
        table = _read_table(data, path.name, content)
        return Register(table, date, f"Register {path.name}" + (f", Gebietsstand {date}" if date else ""))
    if format == "gv100ad":
        records, stated, problems = read_gv100(path)
    else:
        raise RegisterError(f"{path.name}: das Format {format} wird noch nicht gelesen.")
    table, found = build_bodies(records, content, path.name)
    problems += found
    errors = [problem for problem in problems if problem.severity == "fehler"]
    if errors:
        raise RegisterError(f"{path.name}: das Register hat {len(errors)} Fehler.", errors[:20])
    if date and stated and date != stated:
        problems.append(
            Problem(
                "warnung",
                "register",
                "Die Datei hat einen anderen Gebietsstand als angegeben",
                file=path.name,
                value=stated,
                expected=date,
            )
        )
    day = stated or date
    return Register(table, day, DESTATIS.format(date=_german_date(day)), problems=tuple(problems))


def detect_format(data: bytes, file: str) -> str:
    """Which of the formats a file is, told by its first bytes.

    Raises
    ------
    RegisterError : it is none of them.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "gvisys"
    text = decode(data, file)
    if looks_like_gv100(text):
        return "gv100ad"
    head = text.lstrip().split("\n", 1)[0]
    if "key" in (part.strip().strip('"') for part in head.replace(";", ",").split(",")):
        return "table"
    raise RegisterError(
        f"{file} ist keine Registerdatei: erwartet wird GV100AD, ein Auszug aus GV-ISys (Excel) oder eine CSV-Tabelle "
        f"mit der Spalte key. Gefunden: {head[:60]!r}"
    )


def _read_table(data: bytes, file: str, content: Content) -> pd.DataFrame:
    text = decode(data, file)
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, skip_blank_lines=True, index_col=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise RegisterError(f"{file} ist keine lesbare CSV-Tabelle: {error}") from None
    table.columns = [name.strip() for name in table.columns]
    missing = [name for name in ("key", "name", "kind") if name not in table.columns]
    if missing:
        raise RegisterError(f"{file}: die Spalten {', '.join(missing)} fehlen; vorhanden: {', '.join(table.columns)}.")
    table = table.fillna("").apply(lambda column: column.str.strip())
    problems = _check_table(table, file)
    for name in NUMBER_COLUMNS:
        written = table[name] if name in table else pd.Series("", index=table.index)
        plain = written.str.replace(",", ".", regex=False) if delimiter == ";" else written
        number = pd.to_numeric(plain.where(plain != "", None), errors="coerce")
        for row in table.index[(number.isna() & (written != "")) | np.isinf(number) | (number < 0)]:
            if name in ("longitude", "latitude") and number[row] < 0:
                continue
            problems.append(
                _table_problem("Keine Zahl, wie sie hier stehen kann", file, table, row, name, "Zahl oder leer")
            )
        table[name] = number.astype(float)
    if problems:
        raise RegisterError(f"{file}: das Register hat {len(problems)} Fehler.", problems[:20])
    for name in BODY_COLUMNS:
        if name not in table:
            table[name] = ""
    bases = [base_name(name, kind) for name, kind in zip(table["name"], table["kind"], strict=True)]
    table["base_name"] = table["base_name"].where(table["base_name"] != "", pd.Series(bases, index=table.index))
    table["land"] = table["land"].where(table["land"] != "", table["key"].str[:2])
    table["kreis"] = table["kreis"].where(table["kreis"] != "", table["key"].str[:5])
    kreis_names = dict(zip(table["key"], table["name"], strict=True))
    table["kreis_name"] = table["kreis_name"].where(
        table["kreis_name"] != "", table["kreis"].map(kreis_names).fillna("")
    )
    return complete_bodies(table.set_index("key").sort_index(kind="stable"), content)


def _check_table(table: pd.DataFrame, file: str) -> list[Problem]:
    lengths = {"kreis": (5,), "verband": (9,), "gemeinde": (8,), "kreisfrei": (8,), "gemeindefrei": (8,)}
    problems = []
    twice = table["key"].duplicated(keep="first")
    for row, (key, kind) in enumerate(zip(table["key"], table["kind"], strict=True)):
        if kind not in KINDS:
            problems.append(_table_problem("Art ist nicht bekannt", file, table, row, "kind", ", ".join(KINDS)))
        elif not (key.isascii() and key.isdigit()) or len(key) not in lengths.get(kind, (5, 8, 9)):
            digits = " oder ".join(str(length) for length in lengths.get(kind, (5, 8, 9)))
            problems.append(
                _table_problem("Schlüssel passt nicht zur Art", file, table, row, "key", f"{digits} Ziffern")
            )
        elif twice[row]:
            problems.append(
                _table_problem("Schlüssel steht schon weiter oben", file, table, row, "key", "jeder einmal")
            )
        if not table.at[row, "name"]:
            problems.append(_table_problem("Name fehlt", file, table, row, "name", "ein Name"))
    return problems


def _table_problem(message: str, file: str, table: pd.DataFrame, row: int, column: str, expected: str) -> Problem:
    return Problem(
        "fehler",
        "register",
        message,
        file=file,
        row=row + 2,
        key=table.at[row, "key"],
        column=column,
        value=str(table.at[row, column]),
        expected=expected,
    )


def _german_date(day: str) -> str:
    return f"{day[8:10]}.{day[5:7]}.{day[:4]}" if len(day) == 10 else "unbekannt"
