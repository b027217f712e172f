"""Names of the files that sheets are written to, and a ZIP for each municipality."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from typology.content.reading import Language
from typology.errors import PublishingError
from typology.writing import Said

PATTERN = "{key}-{slug}-{kind}-{language}"
"""How a sheet is called that is set for itself; every part of it may stand in a pattern of one's own."""
PARTS = ("key", "slug", "kind", "language")
FILE_NAME = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_SLUG = 40
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae"})


def slug(name: str) -> str:
    """A name as a part of a file name: small letters, digits and hyphens.

    >>> slug("Lübben (Spreewald) / Lubin (Błota), Stadt"), slug("漢字")
    ('luebben-spreewald-lubin-blota-stadt', '')
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(WRITTEN_OUT)).encode("ascii", "ignore").decode()
    whole = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(whole) <= LONGEST_SLUG:
        return whole
    return whole[: LONGEST_SLUG + 1].rpartition("-")[0] or whole[:LONGEST_SLUG]


def file_name(view: Mapping[str, Any], kind: str, language: Language, pattern: str = "{key}") -> str:
    """The name of a sheet without its ending; a name that leaves nothing of its letters is left out.

    >>> file_name({"key": "90001000", "name": "Bad Au"}, "short", "de", PATTERN)
    '90001000-bad-au-short-de'
    """
    parts = {"key": str(view.get("key", "")), "slug": slug(str(view.get("name", ""))), "kind": kind}
    named = pattern
    for part, text in (parts | {"language": language}).items():
        named = named.replace(f"{{{part}}}", text)
    return named if pattern == "{key}" else re.sub(r"-{2,}", "-", named).strip("-")


def file_names(views: Sequence[Mapping[str, Any]], kind: str, language: Language, pattern: str) -> list[str]:
    """The names of many sheets.

    Raises
    ------
    PublishingError : a name that cannot be one of a file, or that stands twice.
    """
    for part in re.findall(r"{(.*?)}", pattern):
        if part not in PARTS:
            raise PublishingError(Said("publishing.no_part_of_names", name=part, known=", ".join(PARTS)))
    names = [file_name(view, kind, language, pattern) for view in views]
    folded = [name.casefold() for name in names]
    wrong = sorted({name for name in names if not FILE_NAME.fullmatch(name) or folded.count(name.casefold()) > 1})
    if wrong:
        raise PublishingError(Said("publishing.no_file_names", names=", ".join(wrong)))
    return names


def write_bundle(path: Path, files: Mapping[str, bytes]) -> Path:
    """A ZIP with these files; the same files give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            part = zipfile.ZipInfo(name, ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            archive.writestr(part, data)
    return path
