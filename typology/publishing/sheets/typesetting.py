"""Set a sheet through typst: committed fonts only, PDF/UA-1 and PDF/A-2a, every warning is an error."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typology.errors import Problem, PublishingError, Severity

ASSETS = Path(__file__).parents[1] / "assets"
STANDARDS = ["ua-1", "a-2a"]


TOO_FULL = re.compile(r"page (\d+) too full")
_local = threading.local()


def set_pdf(data: dict[str, Any], date: datetime, sizes: Sequence[float], lean: int | None = None) -> bytes:
    """The PDF of one sheet, each page in the largest text size at which it holds its text.

    Parameters
    ----------
    data : everything the template named in ``data["template"]`` prints; handed over as JSON.
    date : what the file carries as its date; the same data and date give the same bytes.
    sizes : text sizes in points, descending. In the last one a page may run on to a further page.
    lean : from this place in ``sizes`` on a page leaves out what it can do without; by default never.

    Raises
    ------
    PublishingError : the typesetter reports an error or a warning.
    """
    return _fitted(data, date, sizes, lean, {"format": "pdf", "pdf_standards": STANDARDS})[0]


def set_pages(
    data: dict[str, Any], date: datetime, sizes: Sequence[float], lean: int | None = None, *, ppi: float = 100.0
) -> list[bytes]:
    """The pages of :func:`set_pdf` as PNG pictures, ``ppi`` pixels to the inch."""
    return _fitted(data, date, sizes, lean, {"format": "png", "ppi": ppi})


def _fitted(
    data: dict[str, Any], date: datetime, sizes: Sequence[float], lean: int | None, form: dict[str, Any]
) -> list[bytes]:
    import typst

    steps = list(data["first_steps"])
    while True:
        last = [step == len(sizes) - 1 for step in steps]
        short = [lean is not None and step >= lean for step in steps]
        try:
            room = {"sizes": [sizes[step] for step in steps], "may_overflow": last, "lean": short}
            return _set(data, room, date, form)
        except typst.TypstError as error:
            full = TOO_FULL.search(error.message)
            if full is None:
                raise PublishingError(
                    f"Der Bogen „{data['title']}“ lässt sich nicht setzen: {error.message}",
                    [Problem(Severity.ERROR, "satz", hint) for hint in error.hints],
                ) from error
            steps[int(full.group(1)) - 1] += 1


def set_file(path: Path, data: dict[str, Any], date: datetime, sizes: Sequence[float], lean: int | None) -> Path:
    """:func:`set_pdf` into a file; returns its path."""
    path.write_bytes(set_pdf(data, date, sizes, lean))
    return path


def set_file_beside_others(path: Path, *order: Any) -> Path:
    """:func:`set_file` in a process of its own, one of as many as there are processors."""
    # the typesetter would otherwise start a thread per processor in each of them
    os.environ["RAYON_NUM_THREADS"] = "1"
    return set_file(path, *order)


def _set(data: dict[str, Any], room: dict[str, Any], date: datetime, form: dict[str, Any]) -> list[bytes]:
    """The file as the only item, or one item per page where the form is pictures."""
    made, warnings = _compiler().compile_with_warnings(
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False), "room": json.dumps(room)},
        timestamp=date.replace(tzinfo=UTC),
        **form,
    )
    if warnings:
        raise PublishingError(
            f"Der Bogen „{data['title']}“ ist nicht einwandfrei gesetzt.",
            [Problem(Severity.ERROR, "satz", warning.message) for warning in warnings],
        )
    return [bytes(part) for part in made] if isinstance(made, list) else [bytes(made)]


def _compiler() -> Any:
    """One compiler per thread: fonts and templates are read once, only the data change."""
    import typst

    if not hasattr(_local, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ASSETS / "fonts"])
        templates = ASSETS / "typst"
        _local.compiler = typst.Compiler(templates / "sheet.typ", root=templates, font_paths=fonts)
    return _local.compiler
