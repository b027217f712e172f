"""The tables of a study on disk: UTF-8 CSV with a ``datapackage.json`` of types, units and hashes.

Numbers are rounded to six digits, so that the same input gives the same bytes. A text cell that a
spreadsheet would run as a formula is written with an apostrophe before it, which reading removes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from typology.errors import StudyError

DIGITS = 6
# Signs with which a cell may begin a formula, also after blanks or as full-width forms.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def _empty() -> pd.DataFrame:
    return pd.DataFrame()


def _table(title: str, index: str = "") -> Any:
    return field(default_factory=_empty, metadata={"title": title, "index": index})


@dataclass(frozen=True)
class StudyTables:
    """All tables of one study. Wide tables have the municipality's ``key`` as index, long ones none."""

    municipalities: pd.DataFrame = _table("Registerzeilen der befragten Kommunen", "key")
    consent: pd.DataFrame = _table("Einwilligungen je Kommune und Zweck", "key")
    goals: pd.DataFrame = _table("Ziele je Kommune (Antworten)", "key")
    stand: pd.DataFrame = _table("Stand je Handlungsfeld, 1 bis 5", "key")
    wichtig: pd.DataFrame = _table("Wichtigkeit je Handlungsfeld, 1 bis 5", "key")
    pain_points: pd.DataFrame = _table("Schmerzpunkte je Kommune", "key")
    structure: pd.DataFrame = _table("Weitere Angaben je Kommune", "key")
    competences: pd.DataFrame = _table("Digitale Kompetenzen: Soll und Ist je Berufsgruppe und Bereich, Stufen 1 bis 8")
    flags: pd.DataFrame = _table("Auffälliges Antwortverhalten")
    assignments: pd.DataFrame = _table("Zuordnung je Kommune mit Wahrscheinlichkeiten", "key")
    types: pd.DataFrame = _table("Typen mit Anteil im Modell und Zahl der zugeordneten Kommunen")
    type_sizes: pd.DataFrame = _table("Typen nach Größenklasse; veröffentlicht nach zwei Größenbändern")
    type_profiles: pd.DataFrame = _table("Profile der Typen: Anteile und Mittelwerte mit Intervall")
    instruments: pd.DataFrame = _table("Instrumente: Anteil der Kommunen je Typ, die es haben")
    municipality_profiles: pd.DataFrame = _table("Profile der Kommunen: eigener Wert, Typ, alle")
    classes: pd.DataFrame = _table("Klassenprofile des Modells")
    naming: pd.DataFrame = _table("Benennung der Klassen mit Punktwert")
    selection: pd.DataFrame = _table("Wie viele Typen: Kennzahlen für 1 bis 8 Klassen")
    methods: pd.DataFrame = _table("Übereinstimmung mit anderen Verfahren")
    stability_types: pd.DataFrame = _table("Stabilität je Typ")
    stability_municipalities: pd.DataFrame = _table("Stabilität je Kommune")
    calibration: pd.DataFrame = _table("Verlässlichkeit der Wahrscheinlichkeiten je Typ")
    short_form: pd.DataFrame = _table("Kurzform: Übereinstimmung mit der langen Form je Typ")
    weights: pd.DataFrame = _table("Gewichte je Kommune auf die Ränder des Registers, Mittel 1", "key")
    weight_margins: pd.DataFrame = _table("Ränder des Registers und der Antwortenden, ohne und mit Gewicht")
    weighted: pd.DataFrame = _table("Anteile der Typen und Mittelwerte ohne und mit Gewicht (keine Hochrechnung)")
    quality: pd.DataFrame = _table("Gütekennzahlen")
    similar: pd.DataFrame = _table("Ähnliche Lernpartner")
    complementary: pd.DataFrame = _table("Ergänzende Lernpartner")
    hub: pd.DataFrame = _table("Wie oft Kommunen empfohlen werden")
    teams: pd.DataFrame = _table("D-Teams")
    team_members: pd.DataFrame = _table("Mitglieder der D-Teams")
    uncapped: pd.DataFrame = _table("Lernpartner, wenn es keine Obergrenze je Kommune gäbe")
    missing_partners: pd.DataFrame = _table("Kommunen mit leerer oder kurzer Liste, und was fehlt")
    unmet_wishes: pd.DataFrame = _table("Wünsche, die sich nicht erfüllen ließen")
    without_team: pd.DataFrame = _table("Kommunen ohne D-Team, und warum")
    team_bounds: pd.DataFrame = _table("Wie viele D-Teams höchstens möglich sind")
    matching_record: pd.DataFrame = _table("Einstellungen, Zielwert und Schranke der Vermittlung")
    pain_shares: pd.DataFrame = _table("Schmerzpunkte nach Größenklasse und Typ")
    cooperation: pd.DataFrame = _table("Kooperationsgruppen je Schmerzpunkt")
    cooperation_members: pd.DataFrame = _table("Mitglieder der Kooperationsgruppen")
    competence_gaps: pd.DataFrame = _table("Lücken zwischen Soll und Ist je Berufsgruppe und Bereich")
    trainings: pd.DataFrame = _table("Passende Weiterbildungen je Kommune")
    courses: pd.DataFrame = _table("Gemeinsame Kurse")
    agenda: pd.DataFrame = _table("Schritte für die digitale Agenda je Kommune")
    findings: pd.DataFrame = _table("Befunde beim Einlesen")
    counts: pd.DataFrame = _table("Verworfene, reparierte und gemeldete Zeilen")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The table names in the order of the study."""
        return tuple(item.name for item in fields(cls))

    @classmethod
    def title(cls, name: str) -> str:
        """What a table holds, in German."""
        return next(str(item.metadata["title"]) for item in fields(cls) if item.name == name)

    @classmethod
    def index(cls, name: str) -> str:
        """The name of a table's index, or empty text."""
        return next(str(item.metadata["index"]) for item in fields(cls) if item.name == name)

    def get(self, name: str) -> pd.DataFrame:
        """One table by name."""
        table: pd.DataFrame = getattr(self, name)
        return table

    def having(self, **tables: pd.DataFrame) -> StudyTables:
        """A copy with some tables replaced."""
        return replace(self, **tables)


def neutralise(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would run as a formula; leave the rest as it is.

    A text that begins with an apostrophe gets another one, so that reading can take exactly one away.
    """
    if isinstance(value, str):
        first = value.lstrip(" \u00a0\ufeff")[:1]
        if value.startswith("'") or (first and first in FORMULA_STARTS):
            return "'" + value
    return value


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith("'"):
        return value[1:]
    return value


def frictionless_type(column: pd.Series) -> str:
    """The Table Schema type of a column: ``boolean``, ``integer``, ``number`` or ``string``."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(column.dtype):
        return "number"
    return "string"


def _as_text(column: pd.Series) -> pd.Series:
    """One column as the text that stands in the file."""
    kind = frictionless_type(column)
    missing = column.isna().to_numpy()
    if kind == "boolean":
        out = np.where(column.fillna(False).to_numpy(dtype=bool), "true", "false").astype(object)
    elif kind == "integer":
        out = np.array(["" if gone else str(int(value)) for value, gone in zip(column, missing, strict=True)], object)
    elif kind == "number":
        rounded = np.round(column.to_numpy(dtype=float, na_value=np.nan), DIGITS) + 0.0
        out = np.array(["" if np.isnan(value) else format(value, ".10g") for value in rounded], object)
    else:
        out = np.array(
            [neutralise("" if gone else str(value)) for value, gone in zip(column, missing, strict=True)], object
        )
    out[missing] = ""
    return pd.Series(out, index=column.index, dtype=object)


def write_table(table: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Write one table as UTF-8 CSV and return its resource description (schema, bytes, hash)."""
    flat = table.reset_index() if table.index.name else table
    text = pd.DataFrame(
        {str(name): _as_text(flat[name]) for name in flat.columns}, columns=[str(c) for c in flat.columns]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.to_csv(index=False, lineterminator="\n").encode("utf-8")
    path.write_bytes(data)
    return {
        "name": path.stem.replace("_", "-"),
        "path": f"{path.parent.name}/{path.name}",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        "schema": {
            "fields": [describe_column(str(name), flat[name]) for name in flat.columns],
            **({"primaryKey": [str(table.index.name)]} if table.index.name else {}),
        },
    }


def describe_column(name: str, column: pd.Series) -> dict[str, Any]:
    """Name, type and, where known, title and unit of one column."""
    out: dict[str, Any] = {"name": name, "type": frictionless_type(column)}
    known = COLUMN_TITLES.get(name)
    if known:
        out["title"] = known[0]
        if known[1]:
            out["unit"] = known[1]
    return out


COLUMN_TITLES: dict[str, tuple[str, str]] = {
    "key": ("Amtlicher Schlüssel (Gemeinde 8, Kreis 5, Verband 9 Stellen)", ""),
    "name": ("Name", ""),
    "population": ("Einwohnerzahl", "Personen"),
    "area_km2": ("Fläche", "km²"),
    "density": ("Bevölkerungsdichte", "Personen je km²"),
    "longitude": ("Geografische Länge", "Grad"),
    "latitude": ("Geografische Breite", "Grad"),
    "size_class": ("Größenklasse nach KGSt", ""),
    "type": ("Typ", ""),
    "second_type": ("Zweitwahrscheinlichster Typ", ""),
    "status": ("Zuordnung: klar, mischtyp oder nicht_zuzuordnen", ""),
    "answered": ("Beantwortete Ziele", "Anzahl"),
    "n": ("Zahl der Antworten", "Anzahl"),
    "estimate": ("Schätzwert", "Anteil oder Mittelwert"),
    "low": ("Untere Grenze des Intervalls (Modellunsicherheit, keine Hochrechnung)", ""),
    "high": ("Obere Grenze des Intervalls (Modellunsicherheit, keine Hochrechnung)", ""),
    "partner": ("Schlüssel der empfohlenen Kommune", ""),
    "rank": ("Platz in der eigenen Liste", ""),
    "score": ("Punktwert, Summe der Spalten part_…", ""),
    "distance_km": ("Entfernung (Luftlinie)", "km"),
    "mutual": ("Gegenseitige Empfehlung", ""),
    "stand": ("Stand", "1 bis 5"),
    "wichtig": ("Wichtigkeit", "1 bis 5"),
    "soll": ("Benötigte Stufe", "1 bis 8"),
    "ist": ("Vorhandene Stufe", "1 bis 8"),
    "corrected": ("Von Fehlzuordnungen bereinigt (BCH)", "Anteil oder Mittelwert"),
    "se": ("Standardfehler des bereinigten Werts", "Anteil oder Mittelwert"),
    "corrected_low": ("Untere Grenze des bereinigten Werts (Modellunsicherheit, keine Hochrechnung)", ""),
    "corrected_high": ("Obere Grenze des bereinigten Werts (Modellunsicherheit, keine Hochrechnung)", ""),
    "weight": ("Gewicht", "Vielfaches des Mittels"),
    "margin": ("Merkmal im Register", ""),
    "bodies": ("Kommunen im Register", "Anzahl"),
    "target_share": ("Anteil im Register", "Anteil"),
    "sample_share": ("Anteil an den Antwortenden", "Anteil"),
    "weighted_share": ("Anteil an den Antwortenden mit Gewicht", "Anteil"),
    "unweighted": ("Ohne Gewicht", "Anteil oder Mittelwert"),
    "weighted": ("Mit Gewicht", "Anteil oder Mittelwert"),
    "difference": ("Mit Gewicht minus ohne Gewicht", "Anteil oder Mittelwert"),
}


def write_package(
    tables: StudyTables,
    folder: Path,
    *,
    name: str,
    title: str,
    date: str,
    source: str,
    licence: str,
    only: Iterable[str] | None = None,
) -> list[Path]:
    """Write all filled tables to ``folder/tables`` and ``folder/datapackage.json`` beside them.

    ``only`` limits the tables by name. Returns the paths written.
    """
    wanted = set(StudyTables.names() if only is None else only)
    resources, paths = [], []
    for table_name in StudyTables.names():
        table = tables.get(table_name)
        if table_name not in wanted or table.columns.empty:
            continue
        path = folder / "tables" / f"{table_name}.csv"
        resource = write_table(table, path)
        resource["title"] = StudyTables.title(table_name)
        resources.append(resource)
        paths.append(path)
    package = {
        "profile": "tabular-data-package",
        "name": name.replace("_", "-"),
        "title": title,
        "created": f"{date}T00:00:00Z",
        "sources": [{"title": source}],
        "licenses": [{"title": licence, "name": licence.replace(" ", "-")}],
        "resources": resources,
    }
    path = folder / "datapackage.json"
    write_json(package, path)
    return [*paths, path]


def write_json(data: Any, path: Path) -> None:
    """Write JSON that is the same for the same data: sorted nowhere, rounded by the caller, one final newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file of a study.

    Raises
    ------
    StudyError : the file is missing or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{path.name} fehlt in {path.parent.name}/. Zuerst `typology run` ausführen.") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path.name} ist beschädigt ({error}). Die Studie mit `typology run` neu rechnen.") from None


def read_tables(folder: Path, only: Iterable[str] | None = None) -> StudyTables:
    """Read the tables that :func:`write_package` wrote, with the types of ``datapackage.json``.

    Raises
    ------
    StudyError : a table is missing or does not fit its description.
    """
    package = read_json(folder / "datapackage.json")
    wanted = None if only is None else set(only)
    found: dict[str, pd.DataFrame] = {}
    for resource in package["resources"]:
        path = folder / resource["path"]
        if wanted is not None and path.stem not in wanted:
            continue
        try:
            text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        except FileNotFoundError:
            raise StudyError(f"Die Tabelle {path.name} fehlt. Die Studie mit `typology run` neu rechnen.") from None
        expected = [item["name"] for item in resource["schema"]["fields"]]
        if list(text.columns) != expected:
            raise StudyError(f"Die Spalten von {path.name} passen nicht zu datapackage.json.")
        table = pd.DataFrame(
            {item["name"]: _typed(text[item["name"]], item["type"]) for item in resource["schema"]["fields"]}
        )
        key = resource["schema"].get("primaryKey")
        found[path.stem] = table.set_index(key[0]) if key else table
    return StudyTables(**found)


def _typed(column: pd.Series, kind: str) -> pd.Series:
    if kind == "boolean":
        return column == "true"
    if kind == "integer":
        return column.where(column != "", None).astype("Int64") if (column == "").any() else column.astype("int64")
    if kind == "number":
        return pd.to_numeric(column.where(column != "", None)).astype(float)
    return column.map(_plain).astype(object)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class StudyInfo:
    """What every page, sheet and table says about where its numbers come from.

    ``title``, ``sample`` and ``retention`` carry both languages as ``{"de": …, "en": …}``.
    """

    survey: str
    title: dict[str, str]
    date: str
    synthetic: bool
    source: str
    licence: str
    sample: dict[str, str]
    retention: dict[str, str]
    model: str
    n: int
    question_kind: str
    question_limit: int | None
    question: dict[str, str]
    weak: bool = False
    verdict: dict[str, str] = field(default_factory=lambda: {"de": "", "en": ""})
    weighting: dict[str, str] = field(default_factory=lambda: {"de": "", "en": ""})

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``run.json``."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StudyInfo:
        """The same again from plain data.

        Raises
        ------
        StudyError : a value is missing or unknown, so the study is of another version.
        """
        names = {item.name for item in fields(cls)}
        if set(data) != names:
            wrong = ", ".join(sorted(names ^ set(data)))
            raise StudyError(f"run.json passt nicht zu dieser Version (betroffen: {wrong}). Die Studie neu rechnen.")
        return cls(**data)
