"""The rules of the house that can be read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "typology"
# Rooms in the order of the flow; a module may import from its own room and from those before it.
ORDER = [
    "errors",
    "content",
    "survey",
    "clustering",
    "assignment",
    "matching",
    "publishing",
    "study",
    "cli",
    "__main__",
]
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("matplotlib", "sklearn", "scipy", "typst", "pyreadstat", "pandera", "pandas", "numpy", "jinja2", "xlsxwriter")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    parts = name.split(".")
    if len(parts) == 1:
        return "typology"
    # study_…, cli_… belong to the study and the command line
    return next((known for known in ORDER if parts[1] == known or parts[1].startswith(known + "_")), parts[1])


def imports(path: Path) -> set[str]:
    """Modules of this package that a file imports anywhere, functions included."""
    names = {module_name(other) for other in MODULES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in names else node.module)
    return {name for name in found if name.split(".")[0] == "typology"}


def test_every_module_stands_in_a_known_room():
    rooms = {room(module_name(path)) for path in MODULES} - {"typology"}
    assert rooms <= set(ORDER)
    assert {"survey", "clustering", "assignment", "matching", "publishing"} <= rooms


@pytest.mark.parametrize("path", [p for p in MODULES if p != PACKAGE / "__init__.py"], ids=lambda p: module_name(p))
def test_imports_go_downwards_only(path):
    here = ORDER.index(room(module_name(path)))
    upward = {name for name in imports(path) if name == "typology" or ORDER.index(room(name)) > here}
    assert not upward, f"{module_name(path)} imports upwards: {sorted(upward)}"


def test_no_circles():
    graph = {module_name(path): imports(path) for path in MODULES if path != PACKAGE / "__init__.py"}
    state: dict[str, int] = defaultdict(int)

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state[name] != 1, f"circle: {' -> '.join((*trail, name))}"
        if state[name] == 2:
            return
        state[name] = 1
        for other in sorted(graph.get(name, ())):
            visit(other, (*trail, name))
        state[name] = 2

    for name in graph:
        visit(name, ())
    assert all(value == 2 for value in state.values())


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/__init__.py")), ids=lambda p: p.parent.name)
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
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert len(pinned) > 30
        assert text.count("--hash=sha256:") >= len(pinned)
