"""No optimisation without an end: every integer programme has a limit of work, which is the same on any machine."""

from __future__ import annotations

import ast
from pathlib import Path

import typology

PACKAGE = Path(typology.__file__).parent


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a function of that name in the package, with its place."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and name in (getattr(called, "id", ""), getattr(called, "attr", "")):
                found.append((f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", node))
    return found


def test_every_integer_programme_counts_nodes_and_no_seconds() -> None:
    programmes = calls("milp")
    assert len(programmes) >= 4
    for place, call in programmes:
        options = next((item.value for item in call.keywords if item.arg == "options"), None)
        assert isinstance(options, ast.Dict), place
        names = {key.value for key in options.keys if isinstance(key, ast.Constant)}
        assert "node_limit" in names, place
        assert "time_limit" not in names, f"{place}: what a second finds depends on the machine"
