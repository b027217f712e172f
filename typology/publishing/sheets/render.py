"""Printed sheets: one PDF/UA-1 and PDF/A-2a file per view.

A sheet is set from a view and from nothing else. Views are plain data in which texts stand as ``{"de", "en"}``.
Every view has ``kind``, ``key``, ``synthetic``, ``survey`` (``key, title, date, n, model, question``) and
``footer`` (``source, no_offer, synthetic``). A list that is missing or empty leaves its section out.

municipality (``short`` one page, ``full`` three, ``council`` one in large print)
    as :mod:`typology.publishing.views.maker` makes it. ``pain_points``, ``agenda``, ``team``, ``similar`` and
    ``complementary`` may be missing; of a partner only ``key`` and ``name`` are needed. A goal may carry
    ``chosen`` (true or false) where ``own`` is neither ``ja`` nor ``nein``. ``summary`` is what the short sheet and
    the paper for the council say; ``map`` (``svg, says``) is drawn where there is one.
type (``short`` one page, ``full`` two, with ``page`` three)
    ``label, short, letter, symbol, colour, share, n``; ``motto, portrait, source, learn_from`` (list of texts);
    ``page`` (``title, means, parts, origin``) or None;
    ``signature`` (``key, label``); ``goals``, ``fields``, ``instruments`` (``key, label, type, all, low, high,
    n_type, n_all``; ``type`` and ``all`` are shares, for fields means from 1 to 5); ``size_classes``
    (``key, label, n``, ``n`` None where it is withheld); ``notes``.
overview (``full``, two pages)
    ``types``: each the mark of a type with ``share, low, high, n, stability`` (Jaccard, 0–1), ``score`` (naming)
    and ``signature``; ``goals``: ``key, label, all, values`` (type key → share); ``verdict`` (how many types)
    and ``naming``: one text or None;
    ``quality``: ``key, label, value, note`` (all finished texts); ``method`` and ``limits``: lists of texts; ``notes``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from typology.clustering.engine.spread import at_work
from typology.content.catalogue import Content, load_content
from typology.content.reading import Language
from typology.publishing.sheets.handed import printed
from typology.publishing.sheets.naming import file_names
from typology.publishing.sheets.text import sheet_data
from typology.publishing.sheets.typesetting import set_beside_others, set_pages, set_pdf
from typology.writing import Said

Kind = Literal["short", "full", "council"]
# Fewer sheets than this are not worth the start of other processes.
WORTH_A_PROCESS = 24


def render_sheet(
    view: dict[str, Any],
    path: Path | str | None = None,
    *,
    kind: Kind = "short",
    language: Language = "de",
    content: Content | None = None,
) -> bytes:
    """Set one view as a sheet; with a path also write it there.

    Raises
    ------
    PublishingError : the view lacks a part, has no sheet of that kind, or cannot be set without a warning.
    """
    pdf = set_pdf(*_order(view, kind, language, content or load_content()))
    if path is not None:
        Path(path).write_bytes(pdf)
    return pdf


def render_pages(
    view: dict[str, Any], *, kind: Kind = "short", language: Language = "de", content: Content | None = None
) -> list[bytes]:
    """The pages of one sheet as PNG pictures for the screen; errors as :func:`render_sheet`."""
    return set_pages(*_order(view, kind, language, content or load_content()))


def render_sheets(
    views: Iterable[dict[str, Any]],
    folder: Path | str,
    *,
    kind: Kind = "short",
    language: Language = "de",
    content: Content | None = None,
    pattern: str = "{key}",
    jobs: int | None = None,
    progress: bool = True,
) -> list[Path]:
    """Set many views, one file each; returns the files in the order of the views.

    Parameters
    ----------
    pattern : how the files are called, with ``{key}``, ``{slug}``, ``{kind}`` and ``{language}``.
    jobs : sheets set at the same time; by default what an outer ``joblib.parallel_config`` says, else one per
        processor. The files are the same for any number, and are written here wherever the sheets were set.
    progress : show a bar where standard error is a terminal.

    Raises
    ------
    PublishingError : a name that cannot be one of a file or stands twice, or as :func:`render_sheet`.
    """
    from joblib import Parallel, delayed

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = content or load_content()
    todo = list(views)
    paths = [folder / f"{name}.pdf" for name in file_names(todo, kind, language, pattern)]

    orders = (_order(view, kind, language, words) for view in todo)
    with at_work(jobs):
        if len(todo) < WORTH_A_PROCESS:
            sheets: Iterable[bytes] = (set_pdf(*order) for order in orders)
        else:
            parallel = Parallel(return_as="generator", batch_size=4, pre_dispatch="4*n_jobs", max_nbytes=None)
            sheets = parallel(delayed(set_beside_others)(os.getpid(), *order) for order in orders)
        if progress and sys.stderr.isatty():
            sheets = _with_bar(sheets, len(todo))
        for path, sheet in zip(paths, sheets, strict=True):
            path.write_bytes(sheet)
    return paths


def _order(view: dict[str, Any], kind: Kind, language: Language, content: Content) -> tuple[dict[str, Any], datetime]:
    """What the typesetter is given for one sheet: data and date."""
    return printed(sheet_data(view, kind, language, content)), datetime.fromisoformat(view["survey"]["date"])


def _with_bar(sheets: Iterable[bytes], total: int) -> Iterable[bytes]:
    from rich.console import Console
    from rich.progress import track

    return track(sheets, Said("publishing.sheets"), total=total, console=Console(stderr=True))
