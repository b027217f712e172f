"""Every table of ``internal/`` and ``public/``, declared once, and the check of a whole study against that.

From here come the lists of public tables and of sheets, the headings of the workbook, titles, units and constraints of
``datapackage.json``, and the page ``docs/pages/tables.md``.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from typology.content.catalogue import Content
from typology.content.vocabulary import NOT_ASSIGNED, Rule, membership_types
from typology.errors import Findings, StudyError
from typology.tables.contracts.action import ACTION_TABLES
from typology.tables.contracts.answers import ANSWER_TABLES
from typology.tables.contracts.columns import Words
from typology.tables.contracts.contract import TableContract
from typology.tables.contracts.gate import GATE_TABLES, RULES_KNOWN
from typology.tables.contracts.leaning_words import INSTEAD, of_leanings
from typology.tables.contracts.partners import PARTNER_TABLES
from typology.tables.contracts.quality import QUALITY_TABLES
from typology.tables.contracts.types import TYPE_TABLES
from typology.tables.contracts.waves import WAVE_TABLES
from typology.tables.study_tables import StudyTables
from typology.writing import Said

_DECLARED = {
    **ANSWER_TABLES, **TYPE_TABLES, **QUALITY_TABLES, **PARTNER_TABLES, **ACTION_TABLES, **WAVE_TABLES,
    **GATE_TABLES,
}  # fmt: skip
TABLES: dict[str, TableContract] = {name: _DECLARED[name] for name in StudyTables.names()}
PUBLIC_TABLES = tuple(name for name, table in TABLES.items() if table.public)
# The order in which a consultant reads; a table without a place here has no sheet.
READING_ORDER = (
    "assignments", "leanings", "leaning_goals", "types", "type_sizes", "type_profiles", "municipality_profiles",
    "similar", "complementary", "capacity", "hub", "teams", "team_members", "cooperation", "cooperation_members",
    "competence_gaps", "trainings", "courses", "agenda", "quality", "selection", "degrees", "methods",
    "stability_types", "naming", "weighted", "weight_margins", "counts", "findings",
)  # fmt: skip
_OF_LEANINGS = {name: of_leanings(table) for name, table in TABLES.items()}
SHEETS: dict[str, Words] = {name: sheet for name in READING_ORDER if (sheet := TABLES[name].sheet) is not None}


def tables_in(content: Content | None) -> dict[str, TableContract]:
    """The tables with their titles and headings in the words of a study: of types, or of leanings."""
    return TABLES if content is None or content.leanings is None else _OF_LEANINGS


def rules_in(content: Content | None) -> dict[Rule, Words]:
    """Why a figure is not published, in the words of a study: of types, or of leanings."""
    if content is None or content.leanings is None:
        return RULES_KNOWN
    return {rule: INSTEAD.get(words, words) for rule, words in RULES_KNOWN.items()}


def table_findings(tables: StudyTables, names: Iterable[str] | None = None, *, public: bool = False) -> Findings:
    """All that is wrong with the tables of a study; without ``names`` with all of them.

    Parameters
    ----------
    public : whether these are the tables of ``public/``: only public ones, without the columns that stay inside.
    """
    wanted = set(TABLES if names is None else names)
    everybody = tables.municipalities.index if tables.is_made("municipalities") else None
    found = Findings()
    for name, contract in TABLES.items():
        if name not in wanted or (public and not contract.public):
            continue
        if tables.is_made(name):
            contract.check(tables.get(name), found, public=public, municipalities=everybody)
            if name == "assignments":
                _check_types(tables.get(name), contract, found)
        elif contract.always:
            found.at(contract.file).error("tabelle", Said("tables.table_missing"))
    return found


def _check_types(assignments: pd.DataFrame, contract: TableContract, found: Findings) -> None:
    """A type that is assigned must be one whose probability stands beside it."""
    flat, types = assignments.reset_index(), membership_types(assignments.columns)
    for name in ("type", "second_type"):
        if not types or name not in flat.columns:
            continue
        stated = flat[name].fillna("")
        wrong = ~stated.isin([*types, NOT_ASSIGNED, ""]).to_numpy(dtype=bool)
        contract.tell(found, flat, name, wrong, Said("tables.no_such_type"), ", ".join(types))


def check_tables(tables: StudyTables, names: Iterable[str] | None = None, *, public: bool = False) -> None:
    """Refuse tables that are not as they are declared.

    Raises
    ------
    StudyError : with every failure: table, row, key, column, value, and what was expected.

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame({"weight": [-1.0]}, index=pd.Index(["91001000"], name="key"))
    >>> try:
    ...     check_tables(StudyTables(weights=weights), ["weights"])
    ... except StudyError as error:
    ...     print(error.problems[0].line())
    weights.csv, Zeile 2, Schlüssel 91001000, Spalte weight: Der Wert liegt außerhalb (gefunden: '-1.0') – erwartet: mindestens 0
    """  # noqa: E501
    found = table_findings(tables, names, public=public)
    if found.failed:
        raise StudyError(Said("tables.not_as_described"), found)
