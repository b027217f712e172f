"""Writing a study: all internal results, then the public part through the gate, swapped in when complete."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.reading import FOLDER as CONTENT
from typology.content.vocabulary import Audience, Purpose
from typology.errors import StudyError, system_message
from typology.files.places import MOST_SIGNS, check_folder, folder_beside, long_paths_allowed
from typology.publishing.gate.privacy import count_types, listed_keys, public_tables
from typology.publishing.gate.public_model import public_typology
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.values import say
from typology.tables.info import FORMAT
from typology.tables.package import file_hash, write_json, write_package
from typology.tables.schema import PUBLIC_TABLES
from typology.writing import Said

if TYPE_CHECKING:
    from typology.publishing.sheets.render import Kind
    from typology.register.register import Register
    from typology.study.record import Study
    from typology.survey.survey import Survey

PACKAGE = Path(__file__).parents[1]
# Only tests may read the truth of a simulated survey.
HIDDEN = ("truth", "__pycache__")
DEEPEST = 110
"""So many signs at most stand behind the folder of a study: the mark of a half-written one, folders, keys."""
Progress = Callable[[str], None]


def input_files(folder: Path) -> list[Path]:
    """The files of a survey folder that a study depends on, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(HIDDEN) and not path.name.startswith(".")
    )


def linked_files(folder: Path) -> list[Path]:
    """Files outside the survey folder that its codebook names (register, successor tables)."""
    from typology.survey.codebook import read_codebook

    register = read_codebook(folder / "codebook.yaml").register_file
    names = [] if register is None else [register.file, *register.successors]
    paths = [(folder / name).resolve() for name in names]
    return [path for path in paths if path.is_file() and not path.is_relative_to(folder.resolve())]


def fingerprint(folder: Path, more: Any) -> str:
    """Hash of inputs, content, code and settings; equal means that nothing would change."""
    total = hashlib.sha256(repr(more).encode())
    inputs = [(path.relative_to(folder).as_posix(), path) for path in input_files(folder)]
    inputs += [(f"linked/{path.name}", path) for path in linked_files(folder)]
    code = [
        (f"package/{path.relative_to(PACKAGE).as_posix()}", path)
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    for name, path in [*inputs, *code]:
        total.update(name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def swap_in(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place when the block ends well, and vanishes when it does not.

    Raises
    ------
    StudyError : ``target`` cannot be replaced; what was made stays beside it, and its place is said.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.parent / f".{target.name}.old"
    if old.exists() and not target.exists():  # ended between the two moves below
        old.rename(target)
    building = folder_beside(target, "building")
    whole = False
    try:
        yield building
        whole = True
    finally:
        if not whole:
            shutil.rmtree(building)
    try:
        if old.exists():
            shutil.rmtree(old)
        if target.exists():
            target.rename(old)
        try:
            building.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        reason = system_message(error)
        raise StudyError(Said("study.kept_beside", name=target.name, path=building, reason=reason)) from None
    shutil.rmtree(old, ignore_errors=True)  # what is left of it goes next time


def write_study(
    study: Study,
    survey: Survey,
    source: Path,
    building: Path,
    mark: str,
    *,
    sheets: bool,
    site: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Write ``internal/`` and ``public/`` into ``building`` and return the run record."""
    internal, public = building / "internal", building / "public"
    progress(Said("study.writing_tables"))
    study.typology.save(_made(internal) / "typology.json")
    _copy_content(study.content.folder, internal / "content")
    write_tables(study, internal)
    shown = public_study(study)
    write_tables(shown, public, public=True)
    if study.content.leanings is None:  # a model of types that the answers do not speak for is nobody's to use
        shown.typology.save(public / "typology.json")
    if sheets:
        write_sheets(study, internal / "sheets", audience=Audience.SELF, progress=progress)
        write_sheets(shown, public / "sheets", audience=Audience.PUBLIC, progress=progress)
    write_agendas(study, internal / "agenda")
    if site:
        progress(Said("study.building_site"))
        write_site(shown, survey.register, public)
        for sentence in site_gaps(study):
            progress(sentence)
    run = run_record(study, source, mark)
    write_json(run, internal / "run.json")
    return run


def public_study(study: Study) -> Study:
    """The study behind the gate: only what may be published, matches made anew from that alone."""
    from dataclasses import replace

    from typology.matching.wishes import parse_wishes
    from typology.study.match import match_tables

    settings = study.run.get("settings", {})
    tables = public_tables(study.tables)
    tables = match_tables(
        tables,
        study.content,
        m=int(settings.get("m", 5)),
        random_state=int(settings.get("random_state", 0)),
        wishes=parse_wishes(study.run.get("wishes", {})).among(tables.municipalities.index),
    )
    open_ = listed_keys(study.tables.consent, Purpose.ANSWERS)
    typology = public_typology(
        study.typology, study.tables, tables, open_, own=study.typology.survey.key == study.info.survey
    )
    info = replace(study.info, model=typology.version)
    # the sentence on weights prints figures of the quality record; where the gate holds these back, so does it
    if len(study.tables.weights) and "design_effect" not in set(tables.quality["name"]):
        info = replace(info, weighting=say(study.content, "weighting_inside"))
    return replace(study, tables=tables, typology=typology, info=info)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copy_content(source: Path | None, target: Path) -> None:
    if source is not None and source.is_dir() and source != CONTENT:
        shutil.copytree(source, target)


def write_tables(study: Study, folder: Path, *, public: bool = False) -> list[Path]:
    """The tables of ``internal/`` or ``public/`` with their description, which in public speaks to data catalogues."""
    from typology.content.site import load_site_config
    from typology.tables.open_data import catalogue_fields

    info = study.info
    settings = load_site_config(study.content.folder).open_data.stated()
    title = info.title["de"] + (" (synthetisch – Übungsdaten)" if info.synthetic else "")
    return write_package(
        study.tables,
        folder,
        name=f"{info.survey}-{folder.name}",
        title=title,
        date=info.date,
        source=info.source,
        licence=info.licence,
        public=public,
        content=study.content,
        catalogue=catalogue_fields(info, settings, study.content) if public else None,
    )


def write_sheets(
    study: Study,
    folder: Path,
    *,
    audience: str,
    progress: Progress,
    kind: Kind = "short",
    keys: list[str] | None = None,
) -> list[Path]:
    """All sheets of an audience: one per municipality under ``gemeinde/``, one per type under ``typ/``."""
    from typology.publishing.sheets.render import render_sheets
    from typology.publishing.views.overview import overview_view

    maker = ViewMaker(study.tables, study.info, study.content, "public" if audience == Audience.PUBLIC else "self")
    wanted = sorted(study.tables.municipalities.index) if keys is None else keys
    step = "study.setting_sheets_inside" if audience == Audience.SELF else "study.setting_sheets_public"
    progress(Said(step, n=len(wanted)))
    content = study.content
    paths = render_sheets(maker.municipalities(wanted), folder / "gemeinde", kind=kind, content=content)
    if keys is None:
        paths += render_sheets(maker.types(), folder / "typ", kind="full", content=content)
        paths += render_sheets([overview_view(maker, study.typology)], folder, kind="full", content=content)
    return paths


def write_agendas(study: Study, folder: Path) -> list[Path]:
    """The digital agenda of every municipality as editable Markdown, one file ``<key>.md`` each."""
    from typology.publishing.views.agenda_text import agenda_text

    maker = ViewMaker(study.tables, study.info, study.content)
    _made(folder)
    paths = []
    for view in maker.municipalities():
        path = folder / f"{view['key']}.md"
        path.write_text(agenda_text(view, study.content), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def write_site(shown: Study, register: Register | None, folder: Path) -> None:
    """The site from public views only; its search knows the register, and what its successor tables say."""
    from typology.content.site import load_site_config
    from typology.publishing.site.build import build_site
    from typology.publishing.site.search import register_rows
    from typology.publishing.views.overview import overview_view
    from typology.publishing.views.workshop import workshop_view

    maker = ViewMaker(shown.tables, shown.info, shown.content, "public")
    tables = {name: shown.tables.get(name) for name in PUBLIC_TABLES if shown.tables.is_made(name)}
    build_site(
        folder,
        municipality_views=maker.municipalities(),
        type_views=maker.types(),
        overview=overview_view(maker, shown.typology),
        register_rows=register_rows(
            shown.tables.municipalities, shown.tables.consent, register.bodies if register else None
        ),
        former=register.former() if register else (),
        typology=None if shown.content.leanings is not None else shown.typology.to_dict(),
        config=load_site_config(shown.content.folder),
        content=shown.content,
        tables=tables,
        workshop=workshop_view(maker) if not shown.tables.pain_shares.empty else None,
    )


def site_gaps(study: Study) -> list[Said]:
    """What makes the site a preview: its texts that the publisher has still to fill in; practice data need none."""
    from typology.content.site import WEBSITE, load_site_config

    config = load_site_config(study.content.folder)
    if study.info.synthetic or not config.n_unfilled:
        return []
    places = list(dict.fromkeys(place.split(".")[0] for place in config.unfilled()))
    return [Said("study.site_is_preview", file=WEBSITE, n=config.n_unfilled, places=", ".join(places))]


def run_record(study: Study, source: Path, mark: str) -> dict[str, Any]:
    """Settings, versions, input hashes and seed; no times and no paths of this machine."""
    from importlib.metadata import version

    from typology import __version__

    names = ("numpy", "pandas", "scipy", "scikit-learn", "typst")
    one_way, _ = count_types(study.tables)
    return {
        "format": FORMAT,
        "fingerprint": mark,
        "info": study.info.as_json(),
        "settings": dict(study.run["settings"]),
        "wishes": dict(study.run.get("wishes", {})),
        "versions": {
            "python": platform.python_version(),
            "typology": __version__,
            **{name: version(name) for name in names},
        },
        "inputs": {path.relative_to(source).as_posix(): file_hash(path) for path in input_files(source)},
        "counts": {str(row.type): int(row.n) for row in one_way.itertuples()},
    }


def check_writable(folder: Path) -> None:
    """Fail early and in words where a study cannot be written.

    Raises
    ------
    StudyError : the folder cannot be made or written, or the paths in it would be too long for Windows.
    PermissionError : the study that is there cannot be replaced, as a file in it is open in another program.
    """
    room = MOST_SIGNS - DEEPEST - len(str(folder.resolve()))
    if room < 0 and not long_paths_allowed():
        raise StudyError(Said("study.path_too_long", path=folder, n=-room))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = Said("study.folder_not_made", folder=folder.parent.name, reason=system_message(error))
        raise StudyError(message) from None
    if not os.access(folder.parent, os.W_OK):
        raise StudyError(Said("study.folder_not_writable", folder=folder.parent.name))
    check_folder(folder)
