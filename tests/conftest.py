"""Fixtures that several test files share, and how property tests choose their inputs.

Every run tries the same inputs, so that a red run is red for everybody. ``TYPOLOGY_EXAMPLES=2000 pytest
tests/test_reading_properties.py`` searches at random instead, with that many inputs per property of reading (the other
properties keep their own number), and prints how to repeat what it finds.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings

# Two workers have two processors between them: more threads or processes of each would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["TYPOLOGY_LANGUAGE"] = "de"  # what most tests read; the tests of languages choose their own
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

from miniature import FEW, LEAST, QUICK

from typology.writing import set_language

if TYPE_CHECKING:
    from typology import Settings, Study, Survey

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("search" if os.environ.get("TYPOLOGY_EXAMPLES") else "same")

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "raw" / "demo"


def pytest_configure() -> None:
    """Modules and fixtures make many objects that stay: the collector of garbage need not look for any so often."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Readers of the shared studies go first, so that one process computes while the other starts at the middle."""

    def place(item: pytest.Item) -> int:
        needs = getattr(item, "fixturenames", ())
        shared = ("demo_processed", "nationwide_processed", "practice_folder")
        return next((number for number, name in enumerate(shared) if name in needs), len(shared))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What collecting has made lives to the end: the collector of garbage need not go through it again and again."""
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """No test chooses the language of the next one."""
    set_language(None)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """``once(name, make)``: a folder that one worker fills with ``make(folder)`` and all workers of this run read.

    Whoever wants to change something in it works on a copy.
    """
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = root / name, root / f"{name}.done"
        with FileLock(root / f"{name}.lock"):  # let go by a worker that dies, too
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def external() -> Callable[[str], Path]:
    """A file of the external test data, or a skip that says which file is missing."""
    folder = Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"external data not here: {name} (set TYPOLOGY_EXTERNAL_DATA to its folder)")
        return path

    return find


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The committed demo survey."""
    return DEMO


@pytest.fixture(scope="session")
def demo_survey(demo_folder: Path):
    """The demo survey, read once."""
    from typology.survey.survey import read_survey

    return read_survey(demo_folder)


@pytest.fixture(scope="session")
def demo_processed(demo_folder: Path, once) -> Path:
    """The folder of the demo study, computed and written once a run: tables and the site, no sheets.

    With fewer starts and replicates than ``make run``, which computes the demo as it is shipped.
    """
    return once("demo", lambda folder: run_without_drafts(demo_folder, folder, FEW))


@pytest.fixture(scope="session")
def demo_study(demo_processed: Path):
    """The demo study as it is read back."""
    from typology.study.workflow import read_study

    return read_study(demo_processed)


@pytest.fixture(scope="session")
def nationwide_folder(once) -> Path:
    """The raw files of the nationwide world: 160 respondents, gaps, unequal types, a register of true size."""
    from typology.simulation.survey import simulate_survey

    return once("raw-bund", lambda folder: simulate_survey(folder, world="nationwide", key="bund"))


@pytest.fixture(scope="session")
def nationwide_processed(nationwide_folder: Path, once) -> Path:
    """The folder of its study: tables and the site, no sheets."""
    return once("bund", lambda folder: run_without_drafts(nationwide_folder, folder, LEAST))


@pytest.fixture(scope="session")
def nationwide_study(nationwide_processed: Path):
    """The nationwide study as it is read back."""
    from typology.study.workflow import read_study

    return read_study(nationwide_processed)


@pytest.fixture(scope="session")
def stepless(once) -> Path:
    """A data folder with the survey ``stufen`` of a whole country without any types, and its study."""
    from typology.clustering.degrees.replicates import FEWEST
    from typology.simulation.survey import simulate_survey

    def make(folder: Path) -> None:
        raw = folder / "raw" / "stufen"
        simulate_survey(raw, n=300, random_state=2, structure="degrees", world="nationwide", key="stufen")
        few = replace(QUICK, n_init=5, resamples=2, replicates=2, max_classes=2, margins=(), degrees=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("typology.study.quality.LEAST_ROWS", 1_000)  # what that adds is tried elsewhere
            patch.setattr("typology.clustering.degrees.replicates.MOST", FEWEST)  # these answers are clear
            run_without_drafts(raw, folder / "processed" / "stufen", few, site=False)

    return once("stufen", make)


@pytest.fixture(scope="session")
def practice_folder(once) -> Path:
    """The raw files of a practice survey of 60 municipalities."""
    from typology.simulation.survey import simulate_survey

    return once("raw-klein", lambda folder: simulate_survey(folder, n=60, random_state=8, key="klein"))


@pytest.fixture(scope="session")
def practice_processed(practice_folder: Path, once) -> Path:
    """The folder of its study with ``QUICK`` settings: tables, all sheets of both audiences, the site."""
    from typology.study.workflow import run_study

    return once("klein", lambda folder: run_study(practice_folder, folder, QUICK, progress=quiet))


@pytest.fixture(scope="session")
def practice_again(practice_folder: Path, practice_processed: Path, once) -> Path:
    """The same study from a copy of the files in another folder; twelve sheets for each audience are set anew."""
    from typology.study.store import write_sheets
    from typology.study.workflow import run_study

    def set_some(study: Study, folder: Path, **how: Any) -> list[Path]:
        shutil.copytree(practice_processed / folder.parent.name / "sheets", folder)  # the others, to which pages link
        return write_sheets(study, folder, keys=sorted(study.tables.municipalities.index)[:12], **how)

    def run_again(folder: Path) -> None:
        shutil.copytree(practice_folder, folder / "raw" / "klein")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("typology.study.store.write_sheets", set_some)
            run_study(folder / "raw" / "klein", folder / "processed" / "klein", QUICK, jobs=1, progress=quiet)

    return once("klein-again", run_again) / "processed" / "klein"


@dataclass(frozen=True)
class Tiny:
    """A practice survey of 60 municipalities and its study, computed with few starts and no sheets."""

    folder: Path
    target: Path
    settings: Settings
    survey: Survey
    study: Study


@pytest.fixture(scope="session")
def tiny(once) -> Tiny:
    """What the examples of the public names work on."""
    import typology

    settings = typology.Settings(n_init=10, max_classes=2, replicates=19, resamples=5, margins=(), degrees=False)
    how = {"sheets": False, "site": False, "progress": quiet}
    folder = once("raw-tiny", lambda folder: typology.simulate_survey(folder, n=60, key="tiny"))
    target = once("tiny", lambda target: typology.run_study(folder, target, settings, **how))
    return Tiny(folder, target, settings, typology.read_survey(folder), typology.read_study(target))


def run_without_drafts(folder: Path, target: Path, settings: Settings, *, site: bool = True) -> None:
    """A study without sheets, and without the drafts of agendas, which nobody reads of hundreds of municipalities."""
    from typology.study.workflow import run_study

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typology.study.store.write_agendas", lambda *_: [])
        run_study(folder, target, settings, sheets=False, site=site, progress=quiet)


def quiet(_: str) -> None:
    """No progress."""
