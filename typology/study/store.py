"""Writing a study: all internal results, then the public part through the gate, swapped in when complete."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.catalogue import load_content
from typology.content.reading import FOLDER as CONTENT
from typology.content.vocabulary import Audience, Purpose, Rule
from typology.errors import StudyError, system_message
from typology.files.places import MOST_SIGNS, check_folder, long_paths_allowed
from typology.files.seals import Change, Maker, changes, file_hash, read_seal, refuse_others, seal
from typology.files.swapping import check_replaceable
from typology.files.swapping import swap_in as swap_in
from typology.publishing.gate.privacy import count_types, listed_keys, public_tables
from typology.publishing.gate.public_model import public_typology
from typology.publishing.gate.public_waves import public_waves
from typology.publishing.gate.releases import UNPUBLISHED, Memory, Release, carry_releases, read_releases
from typology.publishing.views.values import say
from typology.study.describe import words_of
from typology.study.inputs import DRAFTS
from typology.study.printed import view_maker
from typology.study.printed import write_agendas as write_agendas
from typology.study.printed import write_sheets as write_sheets
from typology.study.publication import release_sentences, rules_of
from typology.study.waves import former_tables
from typology.tables.info import FORMAT
from typology.tables.package import write_json, write_package
from typology.tables.schema import PUBLIC_TABLES
from typology.writing import Said

if TYPE_CHECKING:
    from typology.publishing.views.maker import ViewMaker
    from typology.register.register import Register
    from typology.study.record import Study
    from typology.study.waves import Former
    from typology.survey.survey import Survey

DEEPEST = 110
"""So many signs at most stand behind the folder of a study: the mark of a half-written one, folders, keys."""
Progress = Callable[[str], None]


def write_study(
    study: Study,
    survey: Survey,
    building: Path,
    record: Mapping[str, Any],
    *,
    sheets: bool,
    site: bool,
    progress: Progress,
    before: Path | None = None,
    former: Former | None = None,
) -> dict[str, Any]:
    """Write ``internal/`` and ``public/`` into ``building`` and return the run record, which begins with ``record``.

    ``before``: the folder of the study that is replaced, which knows what was published. ``former``: what the study of
    the survey before this one has published.
    """
    internal, public = building / "internal", building / "public"
    study.typology.save(_made(internal) / "typology.json")
    _copy_content(study.content.folder, internal / "content")
    releases = carry_releases(before, internal, study.tables, rules=rules_of(study)) if before is not None else []
    progress(Said("study.publishing"))
    shown = public_study(study, releases)
    study = replace(study, tables=study.tables.having(gate=shown.tables.gate))
    if former is not None:
        progress(Said("study.comparing", former=former.info.survey))
        waves = former_tables(shown, former, survey.register.successors if survey.register else None)
        study = replace(study, tables=study.tables.having(**waves))
        listed, open_ = (listed_keys(study.tables.consent, *part) for part in ((), (Purpose.ANSWERS,)))
        waves = public_waves(study.tables, listed, open_, rules=rules_of(study))
        shown = replace(shown, tables=shown.tables.having(**waves))
    for sentence in release_sentences(study, releases):
        progress(sentence)
    progress(Said("study.writing_tables"))
    write_tables(study, internal)
    write_tables(shown, public, public=True)
    # a model of types that the answers do not speak for is nobody's to use
    shown.typology.save(public / "typology.json" if shown.content.leanings is None else internal / UNPUBLISHED)
    places = None if survey.register is None else survey.register.table
    inside = view_maker(study, Audience.SELF, kept=sheets, places=places)
    if sheets:
        write_sheets(study, internal / "sheets", audience=Audience.SELF, progress=progress, maker=inside)
    write_agendas(study, internal / "agenda", inside)
    del inside  # as many views as municipalities
    outside = view_maker(shown, Audience.PUBLIC, kept=sheets and site, places=places)
    if sheets:
        write_sheets(shown, public / "sheets", audience=Audience.PUBLIC, progress=progress, maker=outside)
    if site:
        progress(Said("study.building_site"))
        write_site(shown, survey.register, public, outside)
        for sentence in site_gaps(study):
            progress(sentence)
    run = run_record(study, record)
    write_json(run, internal / "run.json")
    return run


def public_study(study: Study, releases: list[Release] | None = None) -> Study:
    """The study behind the gate: only what may be published, matches made anew from that alone.

    ``releases``: what was published before; by default what the study on disk remembers.
    """
    from typology.matching.wishes import parse_wishes
    from typology.study.match import match_tables

    settings, rules = study.run.get("settings", {}), rules_of(study)
    if releases is None:
        releases = read_releases(study.folder / "internal") if study.folder else []
    memory = Memory.of(releases, study.tables, rules)
    tables = public_tables(study.tables, rules=rules, memory=memory)
    judged, content = study.info, study.content
    if memory.kept is not None:
        judged = replace(judged, **memory.kept.judged)
        content = load_content(content.folder)
        content = words_of(content, tables) if judged.leans else content
    tables = match_tables(
        tables,
        content,
        m=int(settings.get("m", 5)),
        random_state=int(settings.get("random_state", 0)),
        wishes=parse_wishes(study.run.get("wishes", {})).among(tables.municipalities.index),
    )
    open_ = listed_keys(study.tables.consent, Purpose.ANSWERS)
    own = study.typology.survey.key == study.info.survey
    typology = public_typology(study.typology, study.tables, tables, open_, own=own, rules=rules)
    info = replace(judged, model=typology.version)
    if memory.kept is not None:
        typology = memory.kept.typology
        said = say(content, "release_kept", n=memory.kept.n)
        sample = {code: f"{text} {said.get(code, said['en'])}" for code, text in study.info.sample.items()}
        info = replace(info, model=typology.version, n=memory.kept.n, sample=sample)
    # the sentence on weights prints figures of the quality record; where the gate holds these back, so does it
    if len(study.tables.weights) and "design_effect" not in set(tables.quality["name"]):
        info = replace(info, weighting=say(content, "weighting_inside"))
    return replace(study, tables=tables, typology=typology, info=info, content=content)


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


def write_site(shown: Study, register: Register | None, folder: Path, maker: ViewMaker | None = None) -> None:
    """The site from public views only; its search knows the register, and what its successor tables say."""
    from typology.content.site import load_site_config
    from typology.publishing.site.build import build_site
    from typology.publishing.site.search import register_rows
    from typology.publishing.views.overview import overview_view
    from typology.publishing.views.workshop import workshop_view

    maker = maker or view_maker(shown, Audience.PUBLIC)
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
        postcodes=register.postcodes if register else {},
        register_source=register.source if register and isinstance(register.source, Said) else None,
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


def run_record(study: Study, about: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, versions, input hashes and seed, and what was asked for; no times and no paths of this machine.

    ``about``: what the run knows of itself: ``fingerprint``, ``inputs`` (hashes by name) and ``asked``.
    """
    from importlib.metadata import version

    from typology import __version__

    names = ("numpy", "pandas", "scipy", "scikit-learn", "typst")
    one_way, _ = count_types(study.tables)
    return {
        "format": FORMAT,
        "fingerprint": about["fingerprint"],
        "info": study.info.as_json(),
        "settings": dict(study.run["settings"]),
        "asked": dict(about["asked"]),
        "wishes": dict(study.run.get("wishes", {})),
        "versions": {
            "python": platform.python_version(),
            "typology": __version__,
            **{name: version(name) for name in names},
        },
        "inputs": dict(about["inputs"]),
        "counts": {str(row.type): int(row.n) for row in one_way.itertuples()},
        "figures_of_release": Rule.RELEASE in set(study.tables.gate["rule"]),
    }


def refuse_target(target: Path, folder: Path) -> None:
    """Refuse to put the study of a survey folder where another one's is, or where somebody has put or changed files.

    Drafts of agendas may be changed: they stay.

    Raises
    ------
    StudyError : the folder is not one of this program, or another survey folder that is still there made it, or files
        in it were changed or added, which are named.
    """
    about = read_seal(target)
    if about is not None and about.source:
        made_from = (target.resolve() / about.source).resolve()
        if made_from != folder.resolve() and (made_from / "codebook.yaml").is_file():
            raise StudyError(Said("study.of_another_folder", path=target, source=made_from, folder=folder))
    refuse_others(target, Maker.STUDY, "", free=(DRAFTS,))


def keep_drafts(target: Path, building: Path, *, without: str = "") -> dict[str, str]:
    """Drafts of agendas that somebody has worked on stand in the new study as they are in the old one.

    Parameters
    ----------
    without : the key of a municipality that is forgotten; its draft goes.

    Returns
    -------
    The path of each in the study → the hash of the draft that the program had written there, "" where there is none.
    """
    kept = {}
    for name, change in changes(target, within=DRAFTS).items() if target.is_dir() else ():
        if change is not Change.MISSING and Path(name).stem != without:
            new = building / name
            kept[name] = file_hash(new)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target / name, new, follow_symlinks=False)
    return kept


def seal_study(study: Study, building: Path, target: Path, folder: Path, kept: Mapping[str, str]) -> None:
    """Say in the new study who made it, from which folder, and what each of its files is."""
    survey = study.info.survey
    try:
        source = Path(os.path.relpath(folder.resolve(), target.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        source = folder.resolve().as_posix()
    seal(building / "public", Maker.SITE, survey)
    seal(building, Maker.STUDY, survey, source=source, kept=kept)


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
    check_replaceable(folder)
    check_folder(folder)
