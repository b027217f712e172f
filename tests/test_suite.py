"""What every test must be able to do: fail. No test asserts only inside a loop over something that may be empty."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression
from proofs import every_third, one_of_each

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# As full as what they take.
FULL = {"enumerate", "zip", "product", "sorted", "reversed", "list", "tuple", "pairwise", "array"}


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def checks(node: ast.AST, checkers: set[str]) -> bool:
    """Whether this node alone can turn a test red."""
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Call):
        name = name_of(node)
        return name in checkers or name in ("raises", "warns", "fail", "check") or name.startswith("assert_")
    return False


def is_full(node: ast.expr, known: dict[str, ast.expr]) -> bool:
    """Whether a loop over this surely runs, told from the text alone."""
    if isinstance(node, ast.Name) and node.id in known:
        return is_full(known[node.id], {name: value for name, value in known.items() if name != node.id})
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(not isinstance(part, ast.Starred) or is_full(part.value, known) for part in node.elts)
    if isinstance(node, ast.Dict):
        return bool(node.keys)
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return all(is_full(part.iter, known) and not part.ifs for part in node.generators)
    if isinstance(node, ast.Call):
        if name_of(node) == "range":
            return (isinstance(node.args[-1], ast.Constant) and len(node.args) == 1) or len(node.args) > 1
        if name_of(node) in ("items", "values", "keys") and isinstance(node.func, ast.Attribute):
            return is_full(node.func.value, known)
        return name_of(node) in FULL and bool(node.args) and all(is_full(part, known) for part in node.args)
    return False


def assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Names that stand for one expression; names that are set twice are left out."""
    found: dict[str, list[ast.expr]] = {}
    for node in body:
        for part in [node, *ast.walk(node)] if not isinstance(node, ast.FunctionDef) else []:
            if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) and part.value is not None:
                found.setdefault(part.targets[0].id, []).append(part.value)
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value is not None:
                found.setdefault(part.target.id, []).append(part.value)
    return {name: values[0] for name, values in found.items() if len({ast.dump(value) for value in values}) == 1}


def sure(nodes: list[ast.AST], known: dict[str, ast.expr], checkers: set[str]) -> bool:
    """Whether a check stands outside every loop that may not run."""
    for node in nodes:
        if checks(node, checkers):
            return True
        inner: list[ast.AST] = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.For) and not is_full(node.iter, known):
            inner = [node.iter]
        elif isinstance(node, ast.While):
            inner = [node.test]
        elif isinstance(node, ast.FunctionDef | ast.Lambda):
            inner = []
        if sure(inner, known, checkers):
            return True
    return False


def without_a_sure_check(tree: ast.Module) -> Iterator[str]:
    """Tests that stay green where their loops have nothing to run over."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    checkers: set[str] = set()
    for _ in range(3):  # helpers of helpers
        checkers |= {
            node.name for node in functions
            if not node.name.startswith("test_") and sure(list(node.body), assigned(node.body), checkers)
        }  # fmt: skip
    constants = assigned(tree.body)
    for node in functions:
        if node.name.startswith("test_") and not sure(list(node.body), constants | assigned(node.body), checkers):
            yield node.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_test_has_a_check_that_surely_runs(path: Path) -> None:
    assert list(without_a_sure_check(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for x in rows(): assert x", True), ("pass", True), ("while more(): assert x", True),
        ("for x in [y for y in (1, 2) if y > 2]: assert x", True), ("for x in rows: look(x)", True),
        ("for x in (1, 2): assert x", False), ("for x in NAMES: assert x", False), ("assert rows", False),
        ("for x in rows: assert x\n    assert rows", False), ("look(1)", False), ("for x in range(3): assert x", False),
        ("with pytest.raises(ValueError): f()", False), ("for x, y in zip((1, 2), NAMES): assert x", False),
        ("for x in rows:\n        with pytest.raises(ValueError): x()", True),
    ],
)  # fmt: skip
def test_a_loop_that_may_be_empty_is_told_from_one_that_runs(body: str, found: bool) -> None:
    text = f'NAMES = ("a", "b")\ndef look(x):\n    assert x\ndef test_it(rows):\n    {body}\n'
    assert (list(without_a_sure_check(ast.parse(text))) == ["test_it"]) == found


def test_no_page_is_waited_for_in_a_way_that_the_policy_of_the_site_forbids() -> None:
    """Such a wait evaluates a text as script: the policy refuses it unless the page is ready at once."""
    calls = [
        (path.name, node.lineno)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and name_of(node) == "wait_for_function"
    ]
    assert calls == []


def test_no_test_falls_between_the_suite_and_the_proofs() -> None:
    """What ``make test`` leaves out, ``make proofs`` runs, and every change has to pass both."""
    root = Path(__file__).parents[1]
    chosen = re.findall(r"-m pytest .*-m \"([^\"]+)\"", (root / "Makefile").read_text(encoding="utf-8"))
    assert len(chosen) == 2
    for marks in product((True, False), repeat=2):
        asked = dict(zip(("long", "browser"), marks, strict=True))
        runs = [Expression.compile(words).evaluate(lambda name, asked=asked, **_: asked[name]) for words in chosen]
        assert sum(runs) == 1
    steps = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "make test" in steps and "make proofs" in steps


def test_every_kind_keeps_a_case_in_the_suite() -> None:
    cases = one_of_each([("a", 1), ("a", 2), ("b", 1)], lambda case: case[0])
    assert [bool(case.marks) for case in cases] == [False, True, False]
    assert [bool(case.marks) for case in every_third("abcde")] == [False, True, True, False, True]
