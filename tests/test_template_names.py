"""Templates and scripts name only what a table declares, a view writes, or their own language gives them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from typology.content.catalogue import load_content
from typology.tables.schema import TABLES

PACKAGE = Path(__file__).parents[1] / "typology"
ASSETS = PACKAGE / "publishing" / "assets"
# Whose words reach a template as plain data: views, site data, files of words, the typology file.
WRITERS = [
    *PACKAGE.glob("publishing/**/*.py"), *PACKAGE.glob("content/*.py"),
    *PACKAGE.glob("types/*.py"), *PACKAGE.glob("clustering/engine/question.py"), PACKAGE / "register" / "folding.py",
]  # fmt: skip
PREFIXES = ("js_", "sheet_", "view_", "site_", "council_", "overview_")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
LANGUAGE = {
    ".html": {"first", "last", "index", "index0", "length"},  # of a loop
    ".typ": {"body", "inputs", "plus", "minus"},  # of an element, of ``sys`` and ``sym``
    # of arrays, elements, events and the window; functions handed on without a call
    ".js": {
        "length", "prototype", "hasOwnProperty", "textContent", "className", "hidden", "value", "checked", "options",
        "children", "id", "href", "src", "head", "body", "hash", "pathname", "history", "onload", "onerror",
        "documentElement", "title", "forEach", "every", "filter", "some", "slice", "max", "PI", "classList", "tagName",
        "parentNode", "nextSibling", "childNodes", "nodeType", "baseVal", "backgroundColor", "strokeWidth", "tHead",
        "cellIndex", "tBodies", "rows", "button", "altKey", "ctrlKey", "metaKey", "shiftKey",
    },
}  # fmt: skip


def accessed(text: str, ending: str) -> set[str]:
    """Names after a dot, in brackets, or asked for by ``get`` or ``at``; calls, strings and comments left out."""
    if ending == ".html":
        text = " ; ".join(one or two for one, two in re.findall(r"\{\{(.*?)\}\}|\{%(.*?)%\}", text, re.S))
    elif ending == ".js":
        text = re.sub(r"(?m)^\s*//.*$|\s//\s.*$", "", text)
    else:
        text = re.sub(r"(?m)//.*$", "", text)
    quoted = set(re.findall(r"\[\"([A-Za-z_]\w*)\"\]|\.(?:get|at)\(\"([A-Za-z_]\w*)\"", text))
    bare = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    dotted = set(re.findall(r"(?<![\d.])\.([A-Za-z_]\w*)\b(?!-\w|\s*\()", bare))
    return dotted | {name for pair in quoted for name in pair if name}


def own_names(text: str, ending: str) -> set[str]:
    """Names that an asset gives to its own data: keys of literals, and what it assigns."""
    names = set(re.findall(r"[{,(]\s*\"?([A-Za-z_]\w*)\"?\s*:", text))
    if ending == ".js":
        names |= set(re.findall(r"\.([A-Za-z_]\w*)\s*=(?!=)", text))
    return names


@cache
def written() -> frozenset[str]:
    """Names that Python hands to the assets: columns, keys and words in views, fields of the models, sentences."""
    found = {column.name for table in TABLES.values() for column in table.columns if not column.is_family}
    for path in WRITERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and IDENTIFIER.fullmatch(node.value):
                found.add(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    for key in load_content().sentences:
        found |= {key.removeprefix(prefix) for prefix in PREFIXES if key.startswith(prefix)} | {key}
    return frozenset(found)


def signs(text: str) -> set[str]:
    """Parts of the names of typst's own signs, such as sym.plus.minus."""
    return {part for name in re.findall(r"\bsym((?:\.\w+)+)", text) for part in name.strip(".").split(".")}


def strange(text: str, ending: str, siblings: str) -> set[str]:
    """Accessed names that nobody declares."""
    return accessed(text, ending) - signs(text) - written() - own_names(siblings, ending) - LANGUAGE[ending]


def assets() -> list[Path]:
    return sorted(path for path in ASSETS.rglob("*") if path.suffix in LANGUAGE)


def together(ending: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in assets() if path.suffix == ending)


@pytest.mark.parametrize("path", assets(), ids=lambda path: path.name)
def test_every_name_is_declared_somewhere(path: Path) -> None:
    unknown = strange(path.read_text(encoding="utf-8"), path.suffix, together(path.suffix))
    assert not unknown, f"{path.name} names what no table declares and no view writes: {sorted(unknown)}"


def test_names_are_found_at_all() -> None:
    for ending in LANGUAGE:
        known = accessed(together(ending), ending)
        assert {"type", "label", "probability", "n" if ending != ".js" else "goals"} <= known, ending


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("municipality.html", "row.probability", "row.probabilty"),
        ("municipality.html", 'row.get("chosen")', 'row.get("choosen")'),
        ("municipality.typ", "goal.signature", "goal.signatur"),
        ("municipality.typ", "item.colour", "item.coluor"),
        ("compare.js", "view.kreis_name", "view.kreisname"),
        ("check-result.js", ".probability", ".probabilities_of"),
    ],
)
def test_a_misspelled_name_is_found(name: str, right: str, wrong: str) -> None:
    path = next(path for path in assets() if path.name == name)
    text = path.read_text(encoding="utf-8")
    assert right in text
    siblings = together(path.suffix)
    found = strange(text.replace(right, wrong), path.suffix, siblings) - strange(text, path.suffix, siblings)
    assert found == set(re.findall(r"(?:\.|\")(\w+)\"?\)?$", wrong)), found
