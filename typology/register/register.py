"""The official register of municipalities, Kreise and Verbände, or a table of the same columns.

``read_register`` reads any of the formats; a :class:`Register` answers to keys and names as people write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.errors import Findings, Problem, RegisterError
from typology.register.bodies import build_bodies, seat_postcodes
from typology.register.folding import PLACES, folded
from typology.register.gv100 import MOST_PROBLEMS, decode, looks_like_gv100, read_gv100, unpacked
from typology.register.gvisys import read_gvisys
from typology.register.keys import KeyBook, KeyMatch, key_candidates, read_digits
from typology.register.names import OFFERS, NameIndex
from typology.register.official_keys import ARS, VERBAND, kind_of, verband_of
from typology.register.plain_table import read_table
from typology.register.successors import Successors, read_bytes, read_successors
from typology.writing import Day, Said

#: Kinds of body that a key with so many digits can name, by ``official_keys.kind_of``.
KINDS_OF_KEYS = {"gemeinde": PLACES, "kreis": ("kreis", "kreisfrei"), "verband": ("verband",), "": ()}
FORMATS = ("auto", "table", "gv100ad", "gvisys")
#: ``match`` says how the text led to the body: ``key``, one of ``keys.Repair``, ``split`` or one of ``names.MATCHES``.
FIND_COLUMNS = ("key", "name", "kind", "kreis_name", "land_name", "match")


@dataclass(frozen=True, eq=False)
class Register:
    """All bodies of one Gebietsstand.

    table : index ``key`` (text of 5, 8 or 9 digits), columns ``bodies.BODY_COLUMNS``; one row per municipality,
        kreisfreie Stadt, Kreis, Verband and gemeindefreies Gebiet.
    reference_date : the Gebietsstand (ISO, "" unknown). source : one line for footers.
    successors : what became of keys of other years. problems : what reading found worth a warning.
    postcodes : key of a municipality → postcode of its administration's seat, where the file has it.
    """

    table: pd.DataFrame
    reference_date: str = ""
    source: str = ""
    successors: Successors = field(default_factory=Successors)
    problems: tuple[Problem, ...] = ()
    postcodes: Mapping[str, str] = field(default_factory=dict)

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
            followed = self._follow(text, old)
            if followed is not None:
                return followed
        return match

    def _follow(self, text: str, old: str) -> KeyMatch | None:
        """What the successor table says of an old key, None when it says nothing."""
        succession = self.successors.follow(old, self._keys)
        keys = tuple(dict.fromkeys(self._keys.lookup(key)[0] for key in succession.keys))
        if not keys:
            return None
        if len(keys) == 1 and not succession.lost:
            if self.table.at[keys[0], "kind"] != "gemeindefrei":
                return KeyMatch(text, keys[0], "successor", candidates=keys)
            problem = Said("register.became_unincorporated", old=old, key=keys[0])
        else:
            names = [f"{self.table.at[key, 'name']} ({key})" for key in keys] + list(succession.lost)
            problem = Said("register.split_up", old=old, parts="; ".join(names))
        return KeyMatch(text, candidates=keys, problem=problem)

    def find(self, text: str) -> pd.DataFrame:
        """The bodies that a key or a name can mean, best first, columns ``FIND_COLUMNS``.

        Several rows mean that the text is ambiguous; rows with ``match`` in ``names.OFFERS`` are offers for a typing
        error or an office in the place. An empty table means that nothing is near. Nothing is ever joined by what is
        found here.
        """
        if not read_digits(text)[2]:
            match = self.normalise_key(text)
            keys = [match.key] if match.key else list(match.candidates)
            how = "split" if len(keys) > 1 else match.repaired or "key"
            return self._candidates([(self._positions[key], how) for key in keys])
        found = self.names.find(text)
        if not found or found[0][1] in OFFERS:
            former = self._former(text)
            if former:
                return self._candidates(former)
        return self._candidates(found)

    def rows(self, keys: Iterable[str]) -> pd.DataFrame:
        """The rows of ``table`` for these keys, in their order.

        Raises
        ------
        RegisterError : names every key that the register does not hold.
        """
        wanted = list(keys)
        found = Findings()
        for key in dict.fromkeys(wanted):
            if key not in self._positions:
                found.error("register", Said("register.not_in_register"), key=key)
        day = self.reference_date or Said("register.unknown_day")
        found.raise_if_failed(RegisterError, "register.keys_not_in_register", day=day)
        return self.table.loc[wanted]

    def former(self) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Every old key that the successor tables lead from: it, the keys of today, and the names it had."""
        table = self.successors.table
        found = []
        for old, names in table[table["change"] != "teil"].groupby("key", sort=False)["name"]:
            match = self.normalise_key(str(old))
            keys = (match.key,) if match.key else match.candidates
            if keys:
                found.append((str(old), keys, tuple(dict.fromkeys(names))))
        return found

    def _former(self, text: str) -> list[tuple[int, str]]:
        """What became of a body that had this name before it was dissolved or renamed."""
        words = folded(text)
        for start, stop in self.names.parts(words):
            kinds = {kind for word in (*words[:start], *words[stop:]) for kind in self.names.kinds(word) or ()}
            found: dict[int, str] = {}
            for old in self.successors.by_name("".join(words[start:stop])):
                if kinds and not kinds & set(KINDS_OF_KEYS[kind_of(old)]):
                    continue
                match = self.normalise_key(old)
                for key in (match.key,) if match.key else match.candidates:
                    found[self._positions[key]] = "successor" if match.key else "split"
            if found:
                return list(found.items())
        return []

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
        eight = table[table.index.map(kind_of) == "gemeinde"]
        nine = eight["ars"].map(verband_of)
        single = nine[~nine.duplicated(keep=False) & (nine.str.len() == VERBAND) & ~nine.isin(table.index)]
        return KeyBook(
            kinds=dict(zip(table.index, table["kind"], strict=True)),
            ars={ars: key for ars, key in zip(eight["ars"], eight.index, strict=True) if len(ars) == ARS},
            single={value: key for key, value in single.items()},
        )

    @cached_property
    def names(self) -> NameIndex:
        """The names of all bodies, by their position in ``table``."""
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
    path: Path | str,
    format: str = "auto",
    *,
    date: str = "",
    successors: Iterable[Path | str] = (),
    content: Content | None = None,
) -> Register:
    """Read a register file.

    Parameters
    ----------
    path : the file; the text also inside the ZIP archive in which Destatis hands it out. ``table`` is a UTF-8 CSV
        with the columns ``key`` and ``bodies.BODY_COLUMNS`` (``key``, ``name`` and ``kind`` are needed, what is
        missing is derived or unknown); ``gv100ad`` the fixed-width text and ``gvisys`` the Excel extract of Destatis.
        ``auto`` tells them apart by their content.
    date : the Gebietsstand (ISO) when the file does not state it; a file that states another one keeps its own,
        with a warning in ``problems``.
    successors : files "Gebietsaenderungen" of any years, so that keys of other years can be followed.

    Raises
    ------
    RegisterError : a file is missing or does not fit; every finding names its line.

    Examples
    --------
    >>> register = typology.read_register(f"{folder}/register.csv")
    >>> key = register.bodies.index[0]
    >>> register.normalise_key(key).key == key
    True
    """
    path = Path(path)
    content = content or load_content()
    if format not in FORMATS:
        raise RegisterError(Said("register.unknown_format", format=format, formats=", ".join(FORMATS)))
    data = unpacked(read_bytes(path), path.name)
    if format == "auto":
        format = detect_format(data, path.name)
    changes = read_successors(successors)
    if format == "table":
        source = Said("register.source", file=path.name)
        if date:
            source = Said("register.source_of_day", file=path.name, day=Day(date))
        return Register(read_table(data, path.name, content), date, source, changes, changes.problems)
    found = Findings(path.name)
    records, stated = read_gv100(data, found) if format == "gv100ad" else read_gvisys(data, found, content)
    table = build_bodies(records, content, found)
    found.raise_if_failed(RegisterError, "register.errors", most=MOST_PROBLEMS)
    if date and stated and date != stated:
        found.warning("register", Said("register.other_day"), value=stated, expected=date)
    day = stated or date
    source = Said("register.source_destatis", day=Day(day) if day else Said("register.unknown_day"))
    return Register(table, day, source, changes, (*found, *changes.problems), seat_postcodes(records))


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
    raise RegisterError(Said("register.no_register", file=file, found=head[:60]))


def mark_shared_names(municipalities: pd.DataFrame, register: Register | None) -> pd.DataFrame:
    """Rows of bodies with ``shared_name``: "ja" where another body of the register has the name too.

    Without a register nobody knows, and the table stays as it is.
    """
    if register is None:
        return municipalities
    often = register.bodies["base_name"].value_counts()
    return municipalities.assign(
        shared_name=["ja" if often.get(name, 0) > 1 else "" for name in municipalities["base_name"]]
    )
