"""The list of printed sheets for a mail merge, ``index.csv``: one line per file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from typology.content.reading import Language
from typology.errors import PublishingError
from typology.files.formulas import neutralise
from typology.writing import Said

INDEX = "index.csv"
INDEX_COLUMNS = (
    "key", "name", "name_long", "kind_label", "kreis_name", "land_name", "population", "type", "sheet", "language",
    "file",
)  # fmt: skip


def write_index(
    folder: Path, views: Iterable[Mapping[str, Any]], files: Iterable[str], kind: str, language: Language
) -> Path:
    """The list of sheets for a mail merge, ``index.csv``: one line per file, no cell a formula.

    Lines of an index that is there are kept, but for those of files that are written again.

    Raises
    ------
    PublishingError : there is another table of that name.
    """
    path = folder / INDEX
    lines = {}
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            before = csv.DictReader(file, delimiter=";")
            if tuple(before.fieldnames or ()) != INDEX_COLUMNS:
                raise PublishingError(Said("publishing.another_index", path=path))
            lines = {line["file"]: line for line in before}
    for view, name in zip(views, files, strict=True):
        told = {column: view.get(column) for column in INDEX_COLUMNS}
        told |= {"type": (view.get("type") or {}).get("label"), "sheet": kind, "language": language, "file": name}
        lines[name] = {column: _cell(value, language) for column, value in told.items()}
    out = io.StringIO()
    writer = csv.DictWriter(out, INDEX_COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines[name] for name in sorted(lines))
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


def _cell(value: Any, language: Language) -> str:
    if isinstance(value, dict):
        value = value.get(language, value["en"])
    return "" if value is None else neutralise(str(value))
