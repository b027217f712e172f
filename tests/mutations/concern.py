"""Which tests a module concerns, told by imports: those of a test file, of its helpers and of the fixtures it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FAR = 99  # no chain of imports leads there
FEW = 4  # files that are asked first at least
STUDY = {"run_study", "demo_study", "demo_processed"}  # who names one of these computes a whole study


class Concern:
    """How many imports lie between every test file and a module of the package."""

    def __init__(self, root: Path):
        modules = {
            ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
            for path in sorted((root / "typology").rglob("*.py"))
        }
        self.helpers = {path.stem: path for path in sorted((root / "tests").glob("*.py"))}
        self._modules = set(modules)
        # the public names, which the package loads when they are first used
        self._public = dict(re.findall(r'"(\w+)": "(typology\.[\w.]+)"', modules["typology"].read_text("utf-8")))
        trees = {name: ast.parse(path.read_text("utf-8")) for name, path in (modules | self.helpers).items()}
        self.graph = {name: self._imports(tree) for name, tree in trees.items()}
        functions = [node for node in ast.walk(trees["conftest"]) if isinstance(node, ast.FunctionDef)]
        fixtures = {function.name for function in functions}
        for function in functions:
            asked = {argument.arg for argument in function.args.args} & fixtures
            self.graph[f"fixture {function.name}"] = self._imports(function) | {f"fixture {name}" for name in asked}
        self.graph["conftest"] = set()
        words = {name: set(re.findall(r"\w+", path.read_text("utf-8"))) for name, path in self.helpers.items()}
        self._size = {name: path.stat().st_size for name, path in self.helpers.items()}
        self.studies = {name for name in words if words[name] & STUDY}
        for name in set(self.helpers) - {"conftest"}:
            self.graph[name] |= {f"fixture {word}" for word in words[name] & fixtures}

    def stages(self, module: str, near: bool = False) -> list[list[str]]:
        """Test files: those that import the module, or the few that come closest, then all others."""
        target = module.removesuffix(".py").replace("/", ".")
        distance = {name: self.distance(name, target) for name in self.helpers if name.startswith("test_")}
        order = sorted(
            distance, key=lambda name: (distance[name] > 1, name in self.studies, distance[name], self._size[name])
        )
        files = [f"tests/{name}.py" for name in order]
        count = max(FEW, sum(steps <= 1 for steps in distance.values()))
        return [files[:count]] if near else [files[:count], files[count:]]

    def distance(self, start: str, target: str) -> int:
        """The least number of imports from one file to another."""
        reached, edge, steps = {start}, {start}, 0
        while edge and target not in reached:
            steps += 1
            edge = {other for name in edge for other in self.graph.get(name, ())} - reached
            reached |= edge
        return steps if target in reached else FAR

    def _imports(self, tree: ast.AST) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & self._modules
                public = {self._public[alias.name] for alias in node.names if alias.name in self._public}
                found |= (public if node.module == "typology" else set()) | inside or {node.module}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "typology":
                found |= {self._public[node.attr]} if node.attr in self._public else set()
        return {name.removeprefix("tests.") for name in found}
