"""The command doctor: what this machine has, what it lacks for which use, and how to get it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from typology.commands.frame import PLAIN, data_option
from typology.commands.help import verb
from typology.commands.words import say

OLDEST_PYTHON = (3, 11)
DISTRIBUTION = "kommunen-typologie"
# Module → distribution that brings it, as pyproject.toml names them.
CORE = {
    "numpy": "numpy", "pandas": "pandas", "scipy": "scipy", "sklearn": "scikit-learn", "matplotlib": "matplotlib",
    "yaml": "pyyaml", "pydantic": "pydantic", "click": "click", "rich": "rich", "jinja2": "jinja2", "typst": "typst",
    "python_calamine": "python-calamine", "xlsxwriter": "xlsxwriter", "pyreadstat": "pyreadstat",
    "defusedxml": "defusedxml", "joblib": "joblib", "threadpoolctl": "threadpoolctl", "docx": "python-docx",
    "filelock": "filelock",
}  # fmt: skip
NOTEBOOKS = {
    "jupyterlab": "jupyterlab", "jupytext": "jupytext", "nbclient": "nbclient", "nbconvert": "nbconvert",
    "ipykernel": "ipykernel",
}  # fmt: skip
# Program → Debian's package, and under which names it may be found.
PROGRAMS = {
    "chromium": ("chromium", ("chromium", "chromium-browser", "google-chrome", "chrome")),
    "LibreOffice": ("libreoffice-calc", ("soffice", "libreoffice")),
    "poppler": ("poppler-utils", ("pdftotext",)),
}
FONT = "Source Sans 3"
FONTS = Path(__file__).parents[1] / "publishing" / "assets" / "fonts"
SHOWN_SIGNS = "äöüÄÖÜß€" + "".join(PLAIN)


@dataclass(frozen=True)
class Finding:
    """What a look at one thing found: whether it is there, in words, and how to get it where it is not."""

    there: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class Probe:
    """One thing to look at, and the use that needs it."""

    use: str
    name: str
    look: Callable[[], Finding]


@verb()
@data_option
def doctor(data: Path) -> None:
    use, works = "", True
    for probe in probes(data):
        if probe.use != use:
            use = probe.use
            click.echo(f"\n{say(f'doctor_{use}')}")
        result = probe.look()
        click.echo(f"  {say('doctor_there' if result.there else 'doctor_missing'):<8} {probe.name:<16} {result.found}")
        if result.remedy:
            click.echo(f"  {'':<8} {'':<16} → {result.remedy}")
        works &= result.there or probe.use != "core"
    click.echo(f"\n{say('doctor_works' if works else 'doctor_works_not')}")
    sys.exit(0 if works else 2)


def probes(data: Path) -> list[Probe]:
    """Everything that is looked at, use by use."""
    return [
        Probe("core", "Python", look_at_python),
        *(Probe("core", name, partial(look_at_module, module, name)) for module, name in CORE.items()),
        Probe("sheets", FONT, look_at_fonts),
        Probe("machine", say("doctor_console"), look_at_console),
        Probe("machine", say("doctor_data"), partial(look_at_data, data)),
        Probe("machine", say("doctor_paths"), look_at_paths),
        *(Probe("notebooks", name, partial(look_at_module, module, name)) for module, name in NOTEBOOKS.items()),
        *(Probe("development", name, partial(look_at_program, name)) for name in PROGRAMS),
    ]


def look_at_python() -> Finding:
    """The interpreter's version."""
    found, oldest = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST_PYTHON))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Finding(True, found)
    return Finding(False, say("doctor_python_old", found=found, oldest=oldest), say("doctor_python_remedy"))


def look_at_module(module: str, name: str) -> Finding:
    """Whether a library can be loaded; loading it also finds one whose system library is missing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        import_module(module)
        return Finding(True, version(name))
    except ModuleNotFoundError as error:
        if error.name == module:
            return Finding(False, say("doctor_not_installed"), f"pip install {name}")
        return _broken(name, error)
    except (ImportError, OSError, PackageNotFoundError) as error:
        return _broken(name, error)


def _broken(name: str, error: Exception) -> Finding:
    why = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return Finding(False, say("doctor_broken", why=why), f"pip install --force-reinstall {name}")


def look_at_fonts() -> Finding:
    """Whether the typesetter finds the font that the sheets are set in, among the files that came along."""
    try:
        import typst
    except ImportError as error:
        return _broken("typst", error)
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if FONT in known.families():
        return Finding(True, say("doctor_fonts_there", n=len(known.fonts())))
    return Finding(False, say("doctor_fonts_missing", font=FONT), f"pip install --force-reinstall {DISTRIBUTION}")


def look_at_console() -> Finding:
    """Which of the signs that are printed the console's encoding has; the others are written more plainly."""
    encoding = sys.stdout.encoding or "ascii"
    lacking = [sign for sign in SHOWN_SIGNS if not _has(encoding, sign)]
    if not lacking:
        return Finding(True, say("doctor_console_all", encoding=encoding))
    signs = " ".join(dict.fromkeys(PLAIN.get(sign, "?") for sign in lacking if sign.strip()))
    return Finding(True, say("doctor_console_some", encoding=encoding, signs=signs))


def _has(encoding: str, sign: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def look_at_data(data: Path) -> Finding:
    """Whether a file can be written where the studies go; asking for permission would not tell on Windows."""
    from tempfile import TemporaryFile

    folder = data.resolve()
    place = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with TemporaryFile(dir=place):
            return Finding(True, say("doctor_data_writable", folder=folder))
    except OSError as error:
        why = error.strerror or str(error)
        return Finding(False, say("doctor_data_not_writable", folder=folder, why=why), say("doctor_data_remedy"))


def look_at_paths() -> Finding:
    """Whether paths may be long."""
    from typology.files.places import MOST_SIGNS, long_paths_allowed

    if long_paths_allowed():
        return Finding(True, say("doctor_paths_allowed"))
    return Finding(False, say("doctor_paths_not_allowed", n=MOST_SIGNS), say("doctor_paths_remedy"))


def look_at_program(name: str) -> Finding:
    """Whether a program of the system is on the search path."""
    package, names = PROGRAMS[name]
    found = next((path for path in map(shutil.which, names) if path), "")
    if found:
        return Finding(True, found)
    return Finding(False, say("doctor_program_missing"), say("doctor_program_remedy", package=package))
