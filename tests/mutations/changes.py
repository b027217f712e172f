"""One-line changes of the package's code, as a slip of the hand would make them, drawn evenly from all rooms."""

from __future__ import annotations

import ast
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "is not": "is", "not in": "in"}
OPERATORS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.IsNot: "is not",
    ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("idxmin", "idxmax"), ("ceil", "floor"),
    ("any", "all"), ("first", "last"), ("head", "tail"), ("nlargest", "nsmallest"),
)  # fmt: skip
SWAPPED = {**dict(PAIRS), **{second: first for first, second in PAIRS}}
FOLDER = re.compile(r"path|folder|root|overlay|internal|public|parent|assets|package", flags=re.IGNORECASE)
SORTS = {"sorted": "reverse", "sort": "reverse", "sort_values": "ascending", "sort_index": "ascending"}


@dataclass(frozen=True)
class Change:
    """A line of a module (path below the root, number from 1) before and after, both without indentation."""

    module: str
    line: int
    before: str
    after: str
    kind: str = ""

    @property
    def room(self) -> str:
        return str(Path(self.module).parent)

    def applied(self, text: str) -> str:
        """The module's text with the change; the line is found by what it says, nearest to where it stood.

        Raises
        ------
        LookupError : no line says that any more.
        """
        lines = text.splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if line.strip() == self.before]
        if not found:
            raise LookupError(f"{self.module} has no line {self.before!r}")
        place = min(found, key=lambda number: abs(number + 1 - self.line))
        lines[place] = lines[place].replace(self.before, self.after)
        return "".join(lines)


def changes_of(module: str, text: str) -> list[Change]:
    """All changes of one module that leave valid code that means something else."""
    source = text.encode()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = text.splitlines()
    found = {}
    for kind, begin, end, new in _edits(ast.parse(text), source, starts):
        number = next(place for place, start in enumerate(starts) if start > begin)
        if end > starts[number]:
            continue
        line = source[starts[number - 1] : starts[number]]
        column = begin - starts[number - 1]
        after = (line[:column] + new.encode() + line[column + end - begin :]).decode().strip()
        change = Change(module, number, lines[number - 1].strip(), after, kind)
        found[change.line, change.after] = change
    return list(found.values())


def is_viable(change: Change, text: str) -> bool:
    """Whether the changed module is valid code that says something else."""
    try:
        return ast.dump(ast.parse(change.applied(text))) != ast.dump(ast.parse(text))
    except SyntaxError:
        return False


def draw(root: Path, number: int, seed: int) -> list[Change]:
    """A sample: every room in turn, in it a kind of change, of that kind any one; no line twice."""
    choose = random.Random(seed)
    texts = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((root / "typology").rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    }
    rooms: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for module, text in texts.items():
        for change in changes_of(module, text):
            rooms[change.room][change.kind].append(change)
    sample: dict[tuple[str, int], Change] = {}
    while rooms and len(sample) < number:
        for room in choose.sample(sorted(rooms), len(rooms)):
            kinds = rooms[room]
            kind = choose.choice(sorted(kinds))
            change = kinds[kind].pop(choose.randrange(len(kinds[kind])))
            if (change.module, change.line) not in sample and is_viable(change, texts[change.module]):
                sample[change.module, change.line] = change
            if not kinds[kind]:
                del kinds[kind]
            if not kinds:
                del rooms[room]
    return sorted(list(sample.values())[:number], key=lambda change: (change.module, change.line))


def _edits(tree: ast.AST, source: bytes, starts: list[int]) -> Iterator[tuple[str, int, int, str]]:
    """(kind, begin, end, new text) of every change in a tree, positions in bytes."""

    def begin(node: ast.expr) -> int:
        return starts[node.lineno - 1] + node.col_offset

    def end(node: ast.expr) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return starts[node.end_lineno - 1] + node.end_col_offset

    def between(left: ast.expr, right: ast.expr, sign: str) -> Iterator[tuple[int, int]]:
        gap = source[end(left) : begin(right)].decode()
        pattern = re.sub(r"\s+", r"\\s+", re.escape(sign).replace("\\ ", " "))
        match = re.search(rf"(?<!\w){pattern}(?!\w)" if sign.isalpha() else pattern, gap)
        if match:
            before = len(gap[: match.start()].encode())
            yield end(left) + before, end(left) + before + len(match[0].encode())

    for node in _code(tree):
        if isinstance(node, ast.Compare):
            for left, sign, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                old = OPERATORS.get(type(sign))
                for place in between(left, right, old) if old else ():
                    yield ("comparison", *place, COMPARISONS[old])
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and not _joins_text(node):
            old = OPERATORS[type(node.op)]
            for place in between(node.left, node.right, old):
                yield ("arithmetic", *place, ARITHMETIC[old])
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                for place in between(left, right, old):
                    yield ("logic", *place, new)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield "logic", begin(node), begin(node) + (4 if isinstance(node.op, ast.Not) else 1), ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield "logic", begin(node), end(node), str(not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            for new in (node.value + 1, node.value - 1):
                yield "constant", begin(node), end(node), str(new)
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            for factor in (1.5, 0.5):
                yield "constant", begin(node), end(node), repr(node.value * factor)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.slice) in ("0", "-1"):
            yield "order", begin(node.slice), end(node.slice), {"0": "-1", "-1": "0"}[ast.unparse(node.slice)]
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in SWAPPED and not (isinstance(node, ast.Name) and name in ("first", "last", "head", "tail")):
                yield "order", end(node) - len(name), end(node), SWAPPED[name]
        elif isinstance(node, ast.Call):
            yield from _of_call(node, end(node), source)


def _of_call(node: ast.Call, end: int, source: bytes) -> Iterator[tuple[str, int, int, str]]:
    """A sort turned round where the call does not say which way it sorts."""
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    given = {keyword.arg for keyword in node.keywords}
    if name in SORTS and SORTS[name] not in given and not (name == "sort" and node.args):
        before = source[: end - 1].rstrip()
        comma = "" if before.endswith((b",", b"(")) else ", "
        yield "order", end - 1, end, f"{comma}{SORTS[name]}={SORTS[name] == 'reverse'})"


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that decide something: no annotation, decorator, text, error or check of types, nor ``strict=``."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list", "type_params"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _code(child)


def _joins_text(node: ast.BinOp) -> bool:
    """Whether an operator joins texts or parts of a path: another sign there fails at once and tells nothing."""
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes)):
            return True
    return isinstance(node.op, ast.Div) and FOLDER.search(ast.unparse(node.left)) is not None
