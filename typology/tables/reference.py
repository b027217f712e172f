"""The reference page of all tables, ``docs/pages/tables.md``, written from their declarations.

``python -m typology.tables.reference`` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from typology.tables.contracts.columns import Column
from typology.tables.contracts.contract import TableContract
from typology.tables.schema import TABLES
from typology.writing import in_language

PAGE = Path(__file__).parents[2] / "docs" / "pages" / "tables.md"
INTRODUCTION = """# Tables

<!-- Made from the declarations in typology/tables/contracts by `python -m typology.tables.reference`. -->

Every table of a study as it stands in `internal/tables/` and, where it is public, in `public/tables/`: UTF-8 CSV with a
heading, empty cells for what is missing. A table is checked against this page before it is written and when it is read.
`datapackage.json` beside the tables says the same in the words of Frictionless Table Schema.

A double click opens a table in a German Excel: the files begin with the mark of UTF-8, semicolons stand between the
columns and commas before the decimals. `datapackage.json` declares delimiter and decimal sign (`dialect`,
`decimalChar`), so programs that read Data Packages need to be told nothing; pandas needs
`pd.read_csv(path, sep=";", decimal=",", dtype={"key": str})`. Excel shows keys from a CSV file without their leading
zeros; the workbook of `typology export` keeps them.

Keys of municipalities are text, never numbers. A column in braces stands for several that the survey names: one per
goal, field of action, pain point, question or type.

- **may be empty**: a cell may have no value.
- **may be held back**: only in `public/` a cell may have no value, or the column be missing, where it could tell too
  much.
- **public: in `…`**: in `public/` the column is left out, for the same figure stands in that table once for all rows.
- **internal**: the column stands in `internal/` only.
- **may be absent**: the column as a whole may be missing.

## For data catalogues

`public/datapackage.json` also says what a catalogue after DCAT-AP.de asks, as far as it is known: in the field of
Frictionless where there is one, else under the name of the property.

| DCAT-AP.de | in `datapackage.json` | from |
|---|---|---|
| `dct:title` | `title` | codebook, `survey.title` |
| `dct:description` | `description` | codebook, `goals.question` and `survey.sample` |
| `dct:publisher` | `contributors`, role `publisher` | `website.yaml`, `open_data.publisher` and `homepage` |
| `dct:license` | `licenses`; `dct:license` for CC BY 4.0, CC0 1.0, DL-DE BY and Zero 2.0 | codebook, `survey.licence` |
| `dct:modified` | `created`, `dct:modified` | codebook, `survey.date` |
| `dct:language` | `dct:language`: the titles of tables and columns are German | always |
| `dcat:theme` | `dcat:theme` | `website.yaml`, `open_data.themes` |
| `dcat:keyword` | `keywords` | `website.yaml`, `open_data.keywords` |
| `dct:spatial` | `dct:spatial` | `website.yaml`, `open_data.spatial` |
| `dcatde:politicalGeocodingLevelURI` | the same | `website.yaml`, `open_data.level` |
| `dcatde:contributorID` | the same | `website.yaml`, `open_data.contributor_id` |
| `dcat:contactPoint` | the same | `website.yaml`, `open_data.contact` |
| `dcat:distribution` | `resources`, each with its format, size and hash | the tables |

What nobody has said is left out; no publisher is invented. A catalogue adds the addresses at which the tables lie.

## All tables
"""


def reference_page() -> str:
    """The page as Markdown: a list of all tables, then every table with its columns."""
    lines = [INTRODUCTION, "| table | holds | edition | rows are named by |", "|---|---|---|---|"]
    lines += [
        f"| [`{name}`](#{name}) | {table.title.en} | {_edition(table)} | {_key(table)} |"
        for name, table in TABLES.items()
    ]
    for table in TABLES.values():
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def _edition(table: TableContract) -> str:
    return "internal and public" if table.public else "internal"


def _key(table: TableContract) -> str:
    return ", ".join(f"`{name}`" for name in table.key) or "–"


def _table(table: TableContract) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"{table.title.en} ({table.title.de})."
    yield ""
    sheet = f"; sheet “{table.sheet.en}” („{table.sheet.de}“) of the workbook" if table.sheet else ""
    yield f"Edition: {_edition(table)}. Rows are named by: {_key(table)}{sheet}."
    yield ""
    yield "| column | type | heading | Überschrift | unit | holds |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns:
        cells = (f"`{column.name}`", column.kind, column.title.en, column.title.de, column.unit.en, _holds(column))
        yield "| " + " | ".join(str(cell) for cell in cells) + " |"


def _holds(column: Column) -> str:
    """Allowed values and bounds, and what may be empty or missing."""
    found = [", ".join(f"`{value}`" for value in column.values)] if column.values else []
    if column.low is not None or column.high is not None:
        found.append(in_language(column.bounds(), "en"))
    if column.refers:
        found.append("keys of `municipalities`" + (f", joined by `{column.joined}`" if column.joined else ""))
    for said, holds in (
        ("may be empty", column.gaps),
        ("may be held back", column.held_back and not column.gaps),
        ("internal", column.inside),
        ("may be absent", column.optional),
        (f"public: in `{column.told_in}`", bool(column.told_in)),
    ):
        found += [said] if holds else []
    return "; ".join(found)


if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8", newline="\n")
