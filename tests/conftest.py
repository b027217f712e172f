"""Fixtures that several test files share, and how property tests choose their inputs.

Every run tries the same inputs, so that a red run is red for everybody. ``TYPOLOGY_EXAMPLES=2000 pytest
tests/test_reading_properties.py`` searches at random instead, with that many inputs per property of reading (the other
properties keep their own number), and prints how to repeat what it finds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("search" if os.environ.get("TYPOLOGY_EXAMPLES") else "same")

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "raw" / "demo"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of one file stay in one process, and so do all files that read the demo study: it is computed once."""
    from xdist.scheduler import LoadFileScheduling

    texts = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")}
    readers = {name for name, text in texts.items() if "demo_study" in text or "demo_processed" in text}

    class OneDemoStudy(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "demo study" if Path(file).name in readers else file

    return OneDemoStudy(config, log)


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
def demo_study(demo_folder: Path, tmp_path_factory):
    """The whole demo study, computed and written once."""
    from typology.study.workflow import run_study

    return run_study(demo_folder, tmp_path_factory.mktemp("processed") / "demo", progress=lambda _: None)


@pytest.fixture(scope="session")
def demo_processed(demo_study) -> Path:
    """Its folder: tables, all sheets, the site."""
    return demo_study.folder
