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

OLDEST_PYTHON = (3, 11)
DISTRIBUTION = "kommunen-typologie"
# Module → distribution that brings it, as pyproject.toml names them.
CORE = {
    "numpy": "numpy", "pandas": "pandas", "scipy": "scipy", "sklearn": "scikit-learn", "matplotlib": "matplotlib",
    "yaml": "pyyaml", "pydantic": "pydantic", "click": "click", "rich": "rich", "jinja2": "jinja2", "typst": "typst",
    "python_calamine": "python-calamine", "xlsxwriter": "xlsxwriter", "pyreadstat": "pyreadstat",
    "defusedxml": "defusedxml", "joblib": "joblib", "threadpoolctl": "threadpoolctl",
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
# Everything that this command says, so that it can be said in another language.
SAYS = {
    "use_core": "Kern: prüfen, rechnen, Site, Tabellen",
    "use_sheets": "Steckbriefe (PDF)",
    "use_machine": "Dieser Rechner",
    "use_notebooks": "Notebooks (nur für typology notebooks und make lab)",
    "use_development": "Entwicklung (nur für die Tests)",
    "ok": "da",
    "missing": "FEHLT",
    "python_old": "{found}; gebraucht wird {oldest} oder neuer",
    "python_remedy": "eine neuere Version von Python einrichten",
    "not_installed": "nicht eingerichtet",
    "library_remedy": "pip install {name}",
    "broken": "lässt sich nicht laden: {why}",
    "broken_remedy": "pip install --force-reinstall {name}",
    "fonts_there": "typst, {n} Schnitte",
    "fonts_missing": "die Schrift {font} ist nicht dabei",
    "fonts_remedy": "pip install --force-reinstall {name}",
    "program_missing": "nicht gefunden",
    "program_remedy": "Debian: apt install {package}; sonst vom Hersteller",
    "console": "Konsole",
    "console_all": "{encoding}, alle Zeichen",
    "console_some": "{encoding}; was fehlt, steht einfacher da: {signs}",
    "data": "Datenordner",
    "data_ok": "{folder} ist beschreibbar",
    "data_not": "{folder} ist nicht beschreibbar ({why})",
    "data_remedy": "mit --data einen eigenen Ordner nennen",
    "paths": "lange Pfade",
    "paths_ok": "erlaubt",
    "paths_not": "höchstens 259 Zeichen je Pfad",
    "paths_remedy": "kurze Ordner nehmen oder die Gruppenrichtlinie „Lange Win32-Pfade aktivieren“ einschalten lassen",
    "works": "Der Kern läuft.",
    "works_not": "Der Kern läuft nicht. Was mit FEHLT markiert ist, steht oben mit dem Weg dorthin.",
}


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


@click.command()
@data_option
def doctor(data: Path) -> None:
    """Sagen, was auf diesem Rechner da ist, was fehlt und wie man es bekommt.

    Endet mit 0, wenn der Kern läuft, sonst mit 2.

    \b
    Beispiel:
      typology doctor
    """
    use, works = "", True
    for probe in probes(data):
        if probe.use != use:
            use = probe.use
            click.echo(f"\n{SAYS[f'use_{use}']}")
        result = probe.look()
        click.echo(f"  {SAYS['ok' if result.there else 'missing']:<6} {probe.name:<16} {result.found}")
        if result.remedy:
            click.echo(f"  {'':<6} {'':<16} → {result.remedy}")
        works &= result.there or probe.use != "core"
    click.echo(f"\n{SAYS['works' if works else 'works_not']}")
    sys.exit(0 if works else 2)


def probes(data: Path) -> list[Probe]:
    """Everything that is looked at, use by use."""
    return [
        Probe("core", "Python", look_at_python),
        *(Probe("core", name, partial(look_at_module, module, name)) for module, name in CORE.items()),
        Probe("sheets", FONT, look_at_fonts),
        Probe("machine", SAYS["console"], look_at_console),
        Probe("machine", SAYS["data"], partial(look_at_data, data)),
        Probe("machine", SAYS["paths"], look_at_paths),
        *(Probe("notebooks", name, partial(look_at_module, module, name)) for module, name in NOTEBOOKS.items()),
        *(Probe("development", name, partial(look_at_program, name)) for name in PROGRAMS),
    ]


def look_at_python() -> Finding:
    """The interpreter's version."""
    found, oldest = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST_PYTHON))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Finding(True, found)
    return Finding(False, SAYS["python_old"].format(found=found, oldest=oldest), SAYS["python_remedy"])


def look_at_module(module: str, name: str) -> Finding:
    """Whether a library can be loaded; loading it also finds one whose system library is missing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        import_module(module)
        return Finding(True, version(name))
    except ModuleNotFoundError as error:
        if error.name == module:
            return Finding(False, SAYS["not_installed"], SAYS["library_remedy"].format(name=name))
        return _broken(name, error)
    except (ImportError, OSError, PackageNotFoundError) as error:
        return _broken(name, error)


def _broken(name: str, error: Exception) -> Finding:
    why = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return Finding(False, SAYS["broken"].format(why=why), SAYS["broken_remedy"].format(name=name))


def look_at_fonts() -> Finding:
    """Whether the typesetter finds the font that the sheets are set in, among the files that came along."""
    try:
        import typst
    except ImportError as error:
        return _broken("typst", error)
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if FONT in known.families():
        return Finding(True, SAYS["fonts_there"].format(n=len(known.fonts())))
    return Finding(False, SAYS["fonts_missing"].format(font=FONT), SAYS["fonts_remedy"].format(name=DISTRIBUTION))


def look_at_console() -> Finding:
    """Which of the signs that are printed the console's encoding has; the others are written more plainly."""
    encoding = sys.stdout.encoding or "ascii"
    lacking = [sign for sign in SHOWN_SIGNS if not _has(encoding, sign)]
    if not lacking:
        return Finding(True, SAYS["console_all"].format(encoding=encoding))
    signs = " ".join(dict.fromkeys(PLAIN.get(sign, "?") for sign in lacking if sign.strip()))
    return Finding(True, SAYS["console_some"].format(encoding=encoding, signs=signs))


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
            return Finding(True, SAYS["data_ok"].format(folder=folder))
    except OSError as error:
        why = error.strerror or str(error)
        return Finding(False, SAYS["data_not"].format(folder=folder, why=why), SAYS["data_remedy"])


def look_at_paths() -> Finding:
    """Whether paths may be long."""
    from typology.files.places import long_paths_allowed

    if long_paths_allowed():
        return Finding(True, SAYS["paths_ok"])
    return Finding(False, SAYS["paths_not"], SAYS["paths_remedy"])


def look_at_program(name: str) -> Finding:
    """Whether a program of the system is on the search path."""
    package, names = PROGRAMS[name]
    found = next((path for path in map(shutil.which, names) if path), "")
    if found:
        return Finding(True, found)
    return Finding(False, SAYS["program_missing"], SAYS["program_remedy"].format(package=package))
