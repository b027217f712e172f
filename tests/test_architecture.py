"""The rules of the house that can be read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "typology"
# Rooms from the ground up; a module may import from its own room and from those before it.
ORDER = [
    "writing",
    "errors",
    "content",
    "files",
    "register",
    "survey",
    "simulation",
    "clustering",
    "types",
    "matching",
    "tables",
    "publishing",
    "study",
    "commands",
    "__main__",
]
# What the order alone would allow, and the plan does not.
NEVER = {("matching", "types"), ("matching", "clustering"), ("matching", "simulation"), ("matching", "survey")}
MOST_ROOMS, MOST_ARROWS, MOST_LINES = 18, 75, 400
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("matplotlib", "sklearn", "scipy", "typst", "pyreadstat", "pandera", "pandas", "numpy", "jinja2", "xlsxwriter")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def room(name: str) -> str:
    """The room at the top: ``typology.matching.peers.hub`` stands in ``matching``."""
    return name.split(".")[1] if "." in name else "typology"


def folder(name: str) -> str:
    """The folder, sub-rooms told apart: ``matching.peers``; a loose module at the top is a folder of its own."""
    parts = name.split(".")[1:]
    return ".".join(parts[:-1]) or parts[0]


@cache
def imports(path: Path) -> frozenset[str]:
    """Modules of this package that a file imports anywhere, functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            for alias in node.names:
                if (node.module, alias.name) == ("typology", "__version__"):  # one text; it brings no module with it
                    continue
                full = f"{node.module}.{alias.name}"
                found.add(full if full in NAMES else node.module)
    return frozenset(name for name in found if name.split(".")[0] == "typology")


def graph() -> dict[str, frozenset[str]]:
    """Module → modules that it imports, the package's own list of public names aside."""
    return {module_name(path): imports(path) for path in MODULES if path != PACKAGE / "__init__.py"}


def find_circle(arrows: dict[str, set[str]]) -> list[str]:
    """A circle among the arrows, or nothing."""
    state: dict[str, int] = defaultdict(int)

    def visit(name: str, trail: list[str]) -> list[str]:
        if state[name] == 1:
            return [*trail[trail.index(name) :], name]
        if state[name] == 0:
            state[name] = 1
            for other in sorted(arrows.get(name, ())):
                if found := visit(other, [*trail, name]):
                    return found
            state[name] = 2
        return []

    return next((found for name in sorted(arrows) if (found := visit(name, []))), [])


def test_a_circle_would_be_found():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_circle({"a": {"b", "c"}, "b": {"c"}}) == []


def test_every_module_stands_in_a_known_room():
    assert {room(module_name(path)) for path in MODULES} - {"typology"} <= set(ORDER)
    loose = {path.stem for path in PACKAGE.glob("*.py")}
    assert loose <= {"__init__", "__main__", "errors", "writing"}


@pytest.mark.parametrize("path", [p for p in MODULES if p != PACKAGE / "__init__.py"], ids=lambda p: module_name(p))
def test_imports_go_downwards_only(path):
    here = room(module_name(path))
    rooms = {name: room(name) for name in imports(path)}
    upward = {name for name in rooms if name == "typology" or ORDER.index(rooms[name]) > ORDER.index(here)}
    assert not upward, f"{module_name(path)} imports upwards: {sorted(upward)}"
    forbidden = {name for name, other in rooms.items() if (here, other) in NEVER}
    assert not forbidden, f"{module_name(path)} reaches into a room that it shall not know: {sorted(forbidden)}"


def test_no_circle_among_modules():
    assert find_circle(graph()) == []


def test_no_circle_among_rooms_and_sub_rooms():
    arrows: dict[str, set[str]] = defaultdict(set)
    for name, others in graph().items():
        arrows[folder(name)] |= {folder(other) for other in others if folder(other) != folder(name)}
    assert len(arrows) > MOST_ROOMS
    assert find_circle(arrows) == []


def test_the_house_keeps_its_size():
    rooms = {room(module_name(path)) for path in MODULES}
    arrows = {(room(name), room(other)) for name, others in graph().items() for other in others}
    arrows = {(one, other) for one, other in arrows if one != other}
    assert len(rooms) <= MOST_ROOMS, sorted(rooms)
    assert 30 < len(arrows) <= MOST_ARROWS, len(arrows)
    lines = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: n for name, n in lines.items() if n > MOST_LINES}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/**/__init__.py")), ids=lambda p: module_name(p.parent / "x"))
def test_room_inits_hold_one_docstring(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value.value, str)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: module_name(p))
def test_forbidden_things(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "module line missing"
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            names = [n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)] if node.type else ["bare"]
            assert not {"Exception", "BaseException", "bare"} & set(names), f"line {node.lineno}: broad except"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {a.name for a in node.names}
            modules = names | {getattr(node, "module", "") or ""}
            if names != {"ParseError"}:  # the error class of the standard library, its parser is not used
                assert not modules & {"xml.etree.ElementTree", "xml.etree"}
            assert not modules & {"pickle", "cloudpickle", "requests", "urllib.request"}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("yaml", "load"), ("np", "load"), ("joblib", "load")}
            if (node.value.id, node.attr) == ("np", "random"):
                continue
    assert "np.random.seed" not in path.read_text(encoding="utf-8")


def test_import_loads_no_heavy_library():
    code = f"import sys, typology; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_resolve():
    import typology

    assert len(typology.__all__) > 10
    for name in typology.__all__:
        assert getattr(typology, name) is not None


def test_locks_name_no_host_and_pin_every_package():
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert [path.stem for path in locks] == ["dev", "run"]
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert len(pinned) > 30
        assert text.count("--hash=sha256:") >= len(pinned)
