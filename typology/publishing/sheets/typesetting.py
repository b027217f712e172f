"""Set a sheet through typst: committed fonts only, PDF/UA-1 and PDF/A-2a, every warning is an error."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typology.errors import Problem, PublishingError, Severity
from typology.writing import Said

ASSETS = Path(__file__).parents[1] / "assets"
STANDARDS = ["ua-1", "a-2a"]
_local = threading.local()


def set_pdf(data: dict[str, Any], date: datetime) -> bytes:
    """The PDF of one sheet; the template chooses for each page the largest text size at which it holds its text.

    Parameters
    ----------
    data : everything the template named in ``data["template"]`` prints; handed over as JSON.
    date : what the file carries as its date; the same data and date give the same bytes.

    Raises
    ------
    PublishingError : the typesetter reports an error or a warning.
    """
    return _set(data, date, {"format": "pdf", "pdf_standards": STANDARDS})[0]


def set_pages(data: dict[str, Any], date: datetime) -> list[bytes]:
    """The pages of :func:`set_pdf` as PNG pictures, 100 pixels to the inch."""
    return _set(data, date, {"format": "png", "ppi": 100.0})


def _set(data: dict[str, Any], date: datetime, form: dict[str, Any]) -> list[bytes]:
    """The file as the only item, or one item per page where the form is pictures."""
    import typst

    try:
        made, warnings = _compiler().compile_with_warnings(
            document_of(data),
            timestamp=date.replace(tzinfo=UTC),
            **form,
        )
    except typst.TypstError as error:
        raise PublishingError(
            Said("publishing.cannot_be_set", title=data["title"], error=error.message),
            [Problem(Severity.ERROR, "satz", hint) for hint in error.hints],
        ) from error
    if warnings:
        raise PublishingError(
            Said("publishing.set_with_warnings", title=data["title"]),
            [Problem(Severity.ERROR, "satz", warning.message) for warning in warnings],
        )
    return [bytes(part) for part in made] if isinstance(made, list) else [bytes(made)]


def document_of(data: dict[str, Any]) -> bytes:
    """The document of one sheet: its data stand in it, as inputs of the typesetter would let it forget what it knows.

    JSON holds no control characters, so that the escapes of a string in JSON are those of a string in typst.
    """
    text = json.dumps(json.dumps(data, ensure_ascii=False, allow_nan=False), ensure_ascii=False)
    return f'#import "sheet.typ": sheet\n#sheet(json(bytes({text})))\n'.encode()


def set_beside_others(caller: int, data: dict[str, Any], date: datetime) -> bytes:
    """:func:`set_pdf` as one of many tasks at the same time; ``caller``: the process that waits for them."""
    if os.getpid() != caller:
        # the typesetter would otherwise start a thread per processor in each of as many processes
        os.environ["RAYON_NUM_THREADS"] = "1"
    return set_pdf(data, date)


def _compiler() -> Any:
    """One compiler per thread: fonts and templates are read and evaluated once, only the data change."""
    import typst

    if not hasattr(_local, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ASSETS / "fonts"])
        templates = ASSETS / "typst"
        _local.compiler = typst.Compiler(templates / "sheet.typ", root=templates, font_paths=fonts)
    return _local.compiler
