"""What a study prints: sheets for every municipality, type and the whole, and drafts of agendas, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from typology.content.vocabulary import Audience
from typology.publishing.views.kept import KeptViews
from typology.publishing.views.maker import ViewMaker
from typology.study.sheet_index import write_index
from typology.writing import Said, program_language

if TYPE_CHECKING:
    import pandas as pd

    from typology.content.reading import Language
    from typology.publishing.sheets.render import Kind
    from typology.study.record import Study

Progress = Callable[[str], None]
KINDS: tuple[Kind, ...] = ("short", "full", "council")
"""The sheets of a municipality."""


def view_maker(study: Study, audience: str, *, kept: bool = False, places: pd.DataFrame | None = None) -> ViewMaker:
    """Of the views of a study; with ``kept`` each is made once and stays in memory for who asks again.

    ``places``: coordinates of all bodies by key, for the maps; by default those of the study.
    """
    kind = KeptViews if kept else ViewMaker
    reader: Literal["self", "public"] = "public" if audience == Audience.PUBLIC else "self"
    return kind(study.tables, study.info, study.content, reader, places=places)


def write_sheets(
    study: Study,
    folder: Path,
    *,
    audience: str,
    progress: Progress,
    kind: Kind = "short",
    keys: list[str] | None = None,
    maker: ViewMaker | None = None,
    language: Language | None = None,
) -> list[Path]:
    """All sheets of an audience: one per municipality under ``gemeinde/``, one per type under ``typ/``.

    ``maker``: of the views of this study for this audience, where there is one already. ``language``: by default that
    of the program.
    """
    from typology.publishing.sheets.render import render_sheets
    from typology.publishing.views.overview import overview_view

    maker = maker or view_maker(study, audience)
    wanted = sorted(study.tables.municipalities.index) if keys is None else keys
    step = "study.setting_sheets_inside" if audience == Audience.SELF else "study.setting_sheets_public"
    progress(Said(step, n=len(wanted)))
    how: dict[str, Any] = {"content": study.content, "language": language or program_language()}
    views = list(maker.municipalities(wanted, maps=True))
    paths = render_sheets(views, folder / "gemeinde", kind=kind, **how)
    if audience == Audience.SELF:
        write_index(folder / "gemeinde", views, [path.name for path in paths], kind, how["language"])
    if keys is None:
        paths += render_sheets(maker.types(), folder / "typ", kind="full", **how)
        paths += render_sheets([overview_view(maker, study.typology)], folder, kind="full", **how)
    return paths


def write_agendas(study: Study, folder: Path, maker: ViewMaker | None = None) -> list[Path]:
    """The digital agenda of every municipality as editable Markdown, one file ``<key>.md`` each."""
    from typology.publishing.views.agenda_text import agenda_text

    maker = maker or view_maker(study, Audience.SELF)
    language = program_language()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for key in sorted(study.tables.municipalities.index):
        path = folder / f"{key}.md"
        path.write_text(agenda_text(maker.draft(key), study.content, language), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def write_bundles(
    study: Study,
    folder: Path,
    keys: list[str],
    *,
    language: Language,
    places: pd.DataFrame | None = None,
    jobs: int | None = None,
) -> list[Path]:
    """All that one municipality is sent as one ZIP each: its sheets of every kind and the draft of its agenda."""
    import tempfile

    from typology.publishing.sheets.naming import PATTERN, file_name, write_bundle
    from typology.publishing.sheets.render import render_sheets
    from typology.publishing.views.agenda_text import agenda_text

    maker = ViewMaker(study.tables, study.info, study.content, places=places)
    views = list(maker.municipalities(keys, maps=True))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        sheets = [
            render_sheets(views, place, kind=kind, language=language, content=study.content, pattern=PATTERN, jobs=jobs)
            for kind in KINDS
        ]
        bundles = []
        for view, *paths in zip(views, *sheets, strict=True):
            files = {path.name: path.read_bytes() for path in paths}
            draft = agenda_text(view, study.content, language)
            files[file_name(view, "agenda", language, PATTERN) + ".md"] = draft.encode()
            bundles.append(write_bundle(folder / bundle_name(view, language), files))
    return bundles


def bundle_name(view: Mapping[str, Any], language: Language) -> str:
    """What the ZIP of a municipality is called."""
    from typology.publishing.sheets.naming import file_name

    return file_name(view, "", language, "{key}-{slug}-{language}") + ".zip"
