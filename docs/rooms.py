"""The picture of the rooms and the table beside it, from the imports of the package as they are.

An arrow is drawn where a room imports another one that it cannot reach by other arrows; the table names all.
"""

from __future__ import annotations

import ast
import importlib.util
from html import escape
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
#: Everybody stands on these; arrows to them would hide the others.
GROUND = ("errors", "writing", "content")
LEFT_OUT = ("__main__",)
WIDTH, BOX, HEIGHT, GAP, TOP, SIDE = 760, 300, 38, 20, 16, 16
WORDS = {
    "en": ("room", "what it is about", "imports besides the ground"),
    "de": ("Raum", "worum es geht", "importiert außer dem Boden"),
}


def _rules() -> ModuleType:
    """The test that holds the order of the rooms also knows how to read the imports."""
    spec = importlib.util.spec_from_file_location("rules", ROOT / "tests" / "test_architecture.py")
    if spec is None or spec.loader is None:
        raise ImportError("tests/test_architecture.py")
    rules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rules)
    return rules


RULES = _rules()
ROOMS = [name for name in reversed(RULES.ORDER) if name not in LEFT_OUT]


def arrows() -> dict[str, list[str]]:
    """Room → rooms that it imports, both from the top down."""
    found: dict[str, set[str]] = {name: set() for name in ROOMS}
    for name, others in RULES.graph().items():
        here = RULES.room(name)
        if here in found:
            found[here] |= {RULES.room(other) for other in others} - {here}
    return {name: [other for other in ROOMS if other in found[name]] for name in ROOMS}


def direct(drawn: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Arrows that no way over other rooms replaces, those to the ground aside."""
    reach: dict[str, set[str]] = {}
    for name in reversed(ROOMS):
        reach[name] = set(drawn[name]).union(*(reach[other] for other in drawn[name]))
    return [
        (name, other)
        for name in ROOMS
        for other in drawn[name]
        if name not in GROUND and other not in GROUND
        and not any(other in reach[between] for between in drawn[name] if between != other)
    ]  # fmt: skip


def about(room: str) -> str:
    """The module line of a room."""
    folder = ROOT / "typology" / room
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]


def rooms_table(language: str) -> str:
    """All rooms from the top down with all their arrows."""
    drawn = arrows()
    head = WORDS[language]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for name in ROOMS:
        others = ", ".join(f"`{other}`" for other in drawn[name] if other not in GROUND) or "–"
        lines.append(f"| `{name}` | {about(name)} | {others} |")
    return "\n".join(lines)


def rooms_picture() -> str:
    """The rooms one above the other, arrows at their side: an SVG with a title and a description."""
    upper = [name for name in ROOMS if name not in GROUND]
    top = {name: TOP + place * (HEIGHT + GAP) for place, name in enumerate(upper)}
    floor = TOP + len(upper) * (HEIGHT + GAP)
    height = floor + HEIGHT + TOP
    drawn = direct(arrows())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title description" font-family="sans-serif" font-size="15">',
        '<title id="title">Rooms of the package and their imports</title>',
        f'<desc id="description">{escape(_described(drawn))}</desc>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8Z" fill="#0B4F9E"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#FFFFFF"/>',
    ]
    parts += [_box(name, SIDE, top[name], BOX) for name in upper]
    third = (WIDTH - 2 * SIDE) / len(GROUND)
    parts += [_box(name, SIDE + place * third, floor, third - 8, "#E6EBF2") for place, name in enumerate(GROUND)]
    for one, other in drawn:
        start, end = top[one] + HEIGHT * 0.65, top[other] + HEIGHT * 0.35
        away = upper.index(other) - upper.index(one)
        if away == 1:
            x, edge = SIDE + BOX / 2, top[one] + HEIGHT
            parts.append(f'<path d="M{x:.0f} {edge}V{top[other]}" {_line()}/>')
        else:
            right = SIDE + BOX
            bend = right + 40 + away * 40
            parts.append(
                f'<path d="M{right} {start:.0f}C{bend} {start:.0f} {bend} {end:.0f} {right} {end:.0f}" {_line()}/>'
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _described(drawn: list[tuple[str, str]]) -> str:
    said = "; ".join(
        f"{name} imports {', '.join(others)}"
        for name in ROOMS
        if (others := [other for one, other in drawn if one == name])
    )
    return f"From the top down. {said}. All of them import the ground: {', '.join(GROUND)}."


def _line() -> str:
    return 'fill="none" stroke="#0B4F9E" stroke-width="1.5" marker-end="url(#tip)"'


def _box(name: str, x: float, y: float, width: float, fill: str = "#F5F7FA") -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{HEIGHT}" rx="4" fill="{fill}" stroke="#44546A"/>'
        f'<text x="{x + width / 2:.0f}" y="{y + HEIGHT / 2 + 5:.0f}" text-anchor="middle" fill="#1A2433">{name}</text>'
    )
