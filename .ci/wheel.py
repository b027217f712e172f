"""The wheel as a stranger gets it: built, held against the list of its files, and tried outside the checkout.

``python .ci/wheel.py`` tries it with every supported Python that is there, each in an environment of its own, from the
lock file: the demo without any variable of the environment, then again with LANG=C and on a console of Windows.
``python .ci/wheel.py --renew`` writes the list of files anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_suffix(".txt")
SOURCES = ("typology", "pyproject.toml", "README.md", "LICENSE")
TOGETHER = 2  # environments at a time
DEMO = ("demo", "--n", "60")


def build(folder: Path) -> Path:
    """The wheel, from a copy of the sources, so that nothing of an earlier build gets into it."""
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, source / name)
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def content(wheel: Path) -> tuple[set[str], dict[str, str]]:
    """The names of the files, ``{version}`` for the version in them, and what the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = next(name for name in names if name.endswith(".dist-info/METADATA"))
        said = dict(Parser().parsestr(archive.read(about).decode("utf-8")).items())
    return {name.replace(f"-{said['Version']}.", "-{version}.") for name in names}, said


def modules() -> set[str]:
    """The modules that the wheel must hold: all of the package."""
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "typology").rglob("*.py")}


def listed() -> set[str]:
    """The other files, as committed."""
    return set(LIST.read_text(encoding="utf-8").split())


def differences(found: set[str], wanted: set[str]) -> list[str]:
    """What is forgotten and what nobody listed, one line each."""
    forgotten = [f"not in the wheel: {name}" for name in sorted(wanted - found)]
    return forgotten + [f"in the wheel, but not in {LIST.name}: {name}" for name in sorted(found - wanted)]


def pythons() -> dict[str, str]:
    """Version → interpreter, one for each supported minor version that is there and can make environments."""
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    places = [sys.executable, *map(str, sorted(Path.home().glob(".pyenv/versions/3.*/bin/python")))]
    places += [path for path in (shutil.which(f"python3.{minor}") for minor in range(11, 20)) if path]
    ask = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    found: dict[str, str] = {}
    for place in places:
        done = subprocess.run([place, "-c", ask], capture_output=True, text=True)
        version = done.stdout.strip()
        if done.returncode == 0 and int(version.split(".")[1]) >= int(oldest.rpartition(".")[2]):
            found.setdefault(version, place)
    return found


def try_with(python: str, wheel: Path, folder: Path, version: str) -> str:
    """Install as a stranger would and run what README says first; returns what was tried.

    Raises
    ------
    SystemExit : something is not as it should be.
    """
    env, empty = folder / "env", folder / "empty"
    empty.mkdir(parents=True)
    subprocess.run([python, "-m", "venv", str(env)], check=True)
    pip = [str(env / "bin" / "python"), "-m", "pip", "install", "-qq", "--no-compile"]
    lock = str(ROOT / "requirements" / "run.txt")
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, env=outside)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, env=outside)

    def call(*words: str, code: int = 0, **settings: str) -> str:
        done = subprocess.run([env / "bin" / "typology", *words], cwd=empty, env=settings, capture_output=True)
        said = done.stdout.decode(settings.get("PYTHONIOENCODING", "utf-8"))
        if done.returncode != code or b"Traceback" in done.stderr:
            error = done.stderr.decode("utf-8", "replace")
            sys.exit(f"typology {' '.join(words)} {settings} ended with {done.returncode}:\n{said}\n{error}")
        return said

    def must(right: bool, what: str) -> None:
        if not right:
            sys.exit(f"{python}: {what}")

    must(call("--version") == f"typology, version {version}\n", "another version")
    summary = call(*DEMO).partition("\n\n")[2]
    made = empty / "typology-demo" / "data" / "processed" / "demo"
    for pattern in ("public/index.html", "internal/sheets/gemeinde/*.pdf", "internal/tables/*.csv"):
        must(any(made.glob(pattern)), f"the demo made no {pattern}")
    must(call(*DEMO, LANG="C").partition("\n\n")[2] == summary, "the summary reads otherwise with LANG=C")
    call(*DEMO, LANG="de_DE.UTF-8")  # sheets and drafts are set anew in another language; then nothing has changed
    german = call(*DEMO, LANG="de_DE.UTF-8")
    windows = call(*DEMO, LANG="de_DE.cp1252", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    must("Übungsdaten" in german and windows == german.replace("\u2212", "-"), "cp1252 prints something else")
    call("new", "meine")
    call("check", "meine", code=2)
    call("doctor")
    return f"{sys.platform}, Python {folder.name}: demo, new, check, doctor"


def main() -> None:
    """Build, compare, try."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wheel = build(folder)
        names, said = content(wheel)
        if sys.argv[1:] == ["--renew"]:
            LIST.write_text("".join(f"{name}\n" for name in sorted(names - modules())), encoding="utf-8")
            return
        wrong = differences(names, modules() | listed())
        init = (ROOT / "typology" / "__init__.py").read_text(encoding="utf-8")
        version = re.findall(r'^__version__ = "(.+)"$', init, re.M)
        if (said["Name"], [said["Version"]]) != ("kommunen-typologie", version):
            wrong.append(f"the wheel calls itself {said['Name']} {said['Version']}")
        if wrong:
            sys.exit("\n".join(wrong))
        print(f"{wheel.name}: {len(names)} files, as listed")
        with ThreadPoolExecutor(TOGETHER) as pool:
            tried = [
                pool.submit(try_with, python, wheel, folder / name, said["Version"])
                for name, python in pythons().items()
            ]
        for one in tried:
            print(one.result())


if __name__ == "__main__":
    main()
