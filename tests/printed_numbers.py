"""What a public page, sheet or data file prints: cells of tables with their headings, facts, sentences, drawn marks."""

from __future__ import annotations

import ctypes
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from typology.publishing.site.shared import whole

NUMBER = {
    "de": re.compile(r"(?<![\d.,])[−-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?![\d])"),
    "en": re.compile(r"(?<![\d.,])[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d])"),
}
BLOCKS = {"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "summary", "title", "option", "label", "button", "optgroup"}
SPOKEN = ("aria-label", "title", "alt", "placeholder", "label", "data-label")


@dataclass
class Cell:
    """One cell: which table, the heading of its row and its column, what it says, and marks drawn in it."""

    table: str
    row: str
    column: str
    text: str
    marks: dict[str, list[float]] = field(default_factory=dict)
    place: tuple[int, int] = (0, 0)


@dataclass
class Page:
    """Everything that one page prints."""

    where: str
    language: str
    cells: list[Cell] = field(default_factory=list)
    facts: list[tuple[str, str, str]] = field(default_factory=list)  # class of the list, term, description
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Between:
    """A printed number: the values that are printed so."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low - 1e-9 <= value <= self.high + 1e-9

    @property
    def middle(self) -> float:
        return round((self.low + self.high) / 2, 10)


def clean(text: str) -> str:
    """One line; a word broken at the end of a line is whole again."""
    return " ".join(re.sub(r"[\x02\xad\ufffe]\s*", "", text).split())


def numbers(text: str, language: str) -> list[Between]:
    """The numbers of a cell in their order; of a share ``> 99 %`` the values from 99.5 to 100 per cent."""
    found = []
    for match in NUMBER[language].finditer(text):
        written = match.group().replace("−", "-")
        plain = written.replace(".", "").replace(",", ".") if language == "de" else written.replace(",", "")
        half = 0.5 * 10.0 ** -(len(plain.split(".")[1]) if "." in plain else 0)
        value = float(plain)
        low, high = value - half, value + half
        if re.match(r"\s?%", text[match.end() :]):
            before = text[: match.start()].rstrip()[-1:]
            low, high = (99.5, 100.0) if before == ">" else (0.0, 0.5) if before == "<" else (low, high)
            low, high = low / 100, high / 100
        found.append(Between(low, high))
    return found


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.blocks: list[tuple[str, list[str]]] = []
        self.lists: list[str] = []
        self.term = ""
        self.label = ""
        self.head: list[str] | None = None
        self.rows: list[list[Cell]] = []
        self.cell: Cell | None = None
        self.heading = self.drawing = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.page.sentences += [given[name] for name in SPOKEN if given.get(name)]
        if tag == "table":
            self.label = given.get("aria-labelledby") or given.get("aria-label") or ""
            self.head, self.rows = None, []
        elif tag == "thead":
            self.heading = True
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = Cell(self.label, "", "", "")
            self.rows[-1].append(self.cell)
        elif tag == "svg":
            self.drawing = True
        elif self.drawing:
            self._mark(tag, given)
        elif tag in BLOCKS and self.cell is None:
            self.blocks.append((tag, []))
        elif tag == "dl":
            self.lists.append(given.get("class", ""))

    def _mark(self, tag: str, given: dict[str, str]) -> None:
        """What a drawing shows, from its geometry alone: the line of all, the ring of the own answer, or the type."""
        name = {"rect": "fill", "line": "interval"}.get(tag, "")
        if tag == "use":
            name = {"#All": "all", "#Own": "own"}.get(given["href"], "type")
        where = [given[side] for side in ("x", "width", "x1", "x2") if given.get(side, "").endswith("%")]
        if self.cell is None or not name or not where:  # the sign of a type beside its name has no place
            return
        self.cell.marks.setdefault(name, [float(part.rstrip("%")) for part in where])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.cell = None
        elif tag == "svg":
            self.drawing = False
        elif tag == "thead":
            self.heading = False
            self.head = [clean(cell.text) for cell in self.rows.pop()]
        elif tag == "table":
            self._table()
        elif tag == "dl":
            self.lists.pop()
        elif self.blocks and self.blocks[-1][0] == tag and self.cell is None:
            text = clean("".join(self.blocks.pop()[1]))
            if tag == "dt":
                self.term = text
            elif tag == "dd":
                self.page.facts.append((self.lists[-1] if self.lists else "", self.term, text))
            elif text:
                self.page.sentences.append(text)

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.text += data
        elif self.blocks:
            self.blocks[-1][1].append(data)

    def _table(self) -> None:
        for place, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                heading = (self.head or [])[column] if column < len(self.head or []) else ""
                cell.row, cell.column, cell.text = clean(row[0].text), heading, clean(cell.text)
                cell.place = (place, column)
                self.page.cells.append(cell)


def read_page(path: Path, language: str) -> Page:
    """An HTML page."""
    page = Page(path.name, language)
    reader = _Reader(page)
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return page


def read_script(path: Path) -> Any:
    """The data of a script that sets a global, or of a JSON file."""
    text = path.read_text(encoding="utf-8").strip().removesuffix(";")
    return json.loads(text if path.suffix == ".json" else re.sub(r"^.*?window\.\w+(?:\[[^\]]*\])?=(?=[\[{])", "", text))


def read_compared(path: Path) -> Any:
    """What the comparison shows of a municipality, from its script and the parts that several share."""
    return whole(read_script(path), read_script(path.parents[1] / "assets" / "parts.js"))


def read_sheet(data: bytes | Path, language: str, where: str = "", drawn: str = "") -> Page:
    """A tagged PDF: tables by its structure, everything else as sentences, page furniture among them.

    ``drawn`` is the heading of the column that holds a drawing only; its cells have no text and no place.
    """
    page = Page(where, language)
    book = pypdfium2.PdfDocument(data)
    for sheet in book:
        spoken = _texts(sheet)
        tree = pdfium.FPDF_StructTree_GetForPage(sheet.raw)
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place), spoken, page, drawn)
        pdfium.FPDF_StructTree_Close(tree)
        page.sentences += [clean("".join(parts)) for parts in spoken.values()]  # outside the structure
        sheet.close()
    book.close()
    page.sentences = [text for text in page.sentences if text]
    return page


def _texts(sheet: Any) -> dict[int, list[str]]:
    """The printed texts of a page by the number of their marked content, −1 for all others."""
    text_page = sheet.get_textpage()
    found: dict[int, list[str]] = {}
    for item in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=5):
        length = pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, None, 0)
        buffer = (ctypes.c_ushort * (length // 2 + 1))()
        pdfium.FPDFTextObj_GetText(item.raw, text_page.raw, buffer, length)
        text = bytes(buffer)[:length].decode("utf-16-le").rstrip("\0")
        found.setdefault(pdfium.FPDFPageObj_GetMarkedContentID(item.raw), []).append(text)
    return found


def _said(read: Any, element: Any) -> str:
    length = read(element, None, 0)
    buffer = ctypes.create_string_buffer(length or 1)
    read(element, buffer, length)
    return buffer.raw[:length].decode("utf-16-le").rstrip("\0")


def _children(element: Any) -> Iterator[tuple[Any, int]]:
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        yield (
            pdfium.FPDF_StructElement_GetChildAtIndex(element, place),
            pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place),
        )


def _own(spoken: dict[int, list[str]], number: int) -> list[str]:
    return spoken.pop(number, []) if number >= 0 else []


def _inside(element: Any, spoken: dict[int, list[str]]) -> str:
    """All text below an element, alternative texts among it."""
    parts = [_said(pdfium.FPDF_StructElement_GetAltText, element)]
    for child, number in _children(element):
        parts += [f" {_inside(child, spoken)} "] if child else _own(spoken, number)
    return "".join(parts)


def _walk(element: Any, spoken: dict[int, list[str]], page: Page, drawn: str) -> None:
    kind = _said(pdfium.FPDF_StructElement_GetType, element)
    if kind == "Table":
        _sheet_table(element, spoken, page, drawn)
    elif kind in ("P", "H1", "H2", "H3", "LI", "Lbl", "LBody", "Caption", "Figure"):
        page.sentences.append(clean(_inside(element, spoken)))
    else:
        for child, number in _children(element):
            if child:
                _walk(child, spoken, page, drawn)
            else:
                page.sentences.append(clean("".join(_own(spoken, number))))


def _sheet_table(element: Any, spoken: dict[int, list[str]], page: Page, drawn: str) -> None:
    rows: list[list[str]] = []

    def collect(part: Any) -> None:
        if _said(pdfium.FPDF_StructElement_GetType, part) == "TR":
            rows.append([clean(_inside(cell, spoken)) for cell, _ in _children(part) if cell])
            return
        for child, _ in _children(part):
            if child:
                collect(child)

    collect(element)
    head = [heading for heading in rows[0] if heading != drawn]
    for place, row in enumerate(rows[1:]):
        for column, text in enumerate(row):
            page.cells.append(Cell(head[0], row[0], head[column], text, place=(place, column)))
