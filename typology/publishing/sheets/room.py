"""How much room the second page of a municipality takes, so that it is set at once in the size that fits.

Every try of a page that is too full costs as much as one that fits. So its height is reckoned beforehand: each text is
broken into lines by the widths of its letters in the columns that ``municipality.typ`` gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parents[1] / "assets" / "fonts"
# Text sizes in points, the largest that fits is taken; the council never reads less than 14.
SIZES: dict[str, tuple[float, ...]] = {
    "municipality": (9.5, 9.0, 8.5, 8.5, 8.0, 7.5),
    "type": (10.5, 10.0, 9.5, 9.0, 8.5, 8.0),
    "overview": (10.0, 9.5, 9.0, 8.5, 8.0),
}
# Before text gets smaller than this, the second page leaves out how a step is done and how partners differ.
LEAN = {"municipality": 3}
LARGE = (17.0, 16.0, 15.0, 14.0)

WIDTH = 174 * 72 / 25.4
"""The width of the text in points: A4 without its margins."""
HEIGHT = 739.0
"""Pages reckoned up to this height fit, all but very few; it stands for the page without its foot."""
# Lengths of design.typ in the size of the text.
CAPITAL, LEADING, SPACING, SMALL, HEAD = 0.66, 0.52, 0.7, 0.86, 0.82
REGULAR, STRONG = "Regular", "Semibold"
Run = tuple[str, str, float]


@lru_cache(maxsize=2)
def _widths(weight: str) -> dict[str, float]:
    """How wide each letter is, in the size of the text."""
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS / f"SourceSans3-{weight}.ttf", lazy=True)
    em, metrics = font["head"].unitsPerEm, font["hmtx"]
    return {chr(code): metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}


@lru_cache(maxsize=1 << 16)
def _word(word: str, weight: str) -> float:
    widths = _widths(weight)
    return sum(widths.get(letter, 0.5) for letter in word)


def lines(runs: tuple[Run, ...], width: float) -> int:
    """Into how many lines texts that follow one another break.

    Parameters
    ----------
    runs : text, weight and size of each, the size as a part of the page's.
    width : of the column, in the page's size.
    """
    count, at = 1, 0.0
    for text, weight, size in runs:
        blank = _word(" ", weight) * size
        for word in text.split():
            length = _word(word, weight) * size
            if at and at + length > width:
                count, at = count + 1, 0.0
            at += length + blank
    return count


def first_step(view: Mapping[str, Any], words: Mapping[str, str]) -> int:
    """The place in ``SIZES`` at which the second page of a municipality is expected to fit."""
    sizes = SIZES["municipality"]
    for step, size in enumerate(sizes[:-1]):
        if second_page(view, words, size, lean=step >= LEAN["municipality"]) <= HEIGHT:
            return step
    return len(sizes) - 1


def second_page(view: Mapping[str, Any], words: Mapping[str, str], size: float, *, lean: bool) -> float:
    """The height of the second page in points, without its foot; see ``municipality.typ`` for what stands where."""
    width = WIDTH / size
    heading = (1.5 + CAPITAL + SPACING) * 1.22
    total = _pain_points(view, words, width) + _cooperation(view, words, width)
    total += heading + _agenda(view, words, width, lean)
    total += heading + sum(_partners(view, words, part, width, lean) for part in ("complementary", "similar"))
    total += heading + _team(view, width)
    return total * size


def _block(count: int, size: float = 1.0) -> float:
    return count * CAPITAL * size + (count - 1) * LEADING


def _text(text: str, width: float, weight: str = REGULAR, size: float = 1.0) -> float:
    return _block(lines(((text, weight, size),), width))


def _lead(text: str, width: float) -> float:
    return SPACING + _text(text, width, size=SMALL)


def _table_head() -> float:
    return CAPITAL * HEAD + 0.6


def _pain_points(view: Mapping[str, Any], words: Mapping[str, str], width: float) -> float:
    if not view["pain_points"]:
        return 0.0
    total = (CAPITAL + SPACING) * 1.22 + _table_head()
    name, way = (width - 6) * 1.1 / 4.1 - 0.3, (width - 6) * 3 / 4.1 - 0.8
    for pain in view["pain_points"]:
        current = pain["state"] == "aktuell"
        out = pain["way_out"]
        runs = ((out["label"] + ":", STRONG, 1.0), (out["text"], REGULAR, 1.0)) if current else ()
        label = _text(pain["label"], name, STRONG if current else REGULAR)
        total += 0.6 + max(label, _block(lines(runs, way)))
    sources = dict.fromkeys(pain["source"] for pain in view["pain_points"] if pain["source"])
    return total + sum(_lead(f"{words['source']}: {source}", width) for source in sources)


def _cooperation(view: Mapping[str, Any], words: Mapping[str, str], width: float) -> float:
    groups = view["cooperation"]
    if not groups:
        return 0.0
    group = next((group for group in groups if group["members"]), groups[0])
    runs = ((f"{words['cooperation']}, {group['label']}:", STRONG, 1.0), (group["sentence"], REGULAR, 1.0))
    return SPACING + _block(lines(runs, width))


def _agenda(view: Mapping[str, Any], words: Mapping[str, str], width: float, lean: bool) -> float:
    steps = view["agenda"][:5]
    if not steps:
        return SPACING + _text(words["agenda_none"], width)
    total, part = _table_head(), (width - 1.6) / 4.6
    for step in steps:
        title = _text(step["title"], 2 * part - 0.8, STRONG)
        if not lean and step["how"]:
            title += LEADING + _text(step["how"], 2 * part - 0.8, size=SMALL)
        partners = ", ".join(partner["name"] for partner in step["partners"])
        total += 0.6 + max(title, _text(step["trigger"], 1.5 * part - 0.8), _text(partners, 1.1 * part - 0.8))
    sources = "; ".join(dict.fromkeys(step["source"] for step in steps if step["source"]))
    return total + (_lead(f"{words['source']}: {sources}", width) if sources else 0.0)


def _partners(view: Mapping[str, Any], words: Mapping[str, str], part: str, width: float, lean: bool) -> float:
    total = 1.1 + CAPITAL + 0.65
    if not view[part]:
        missing = view[f"missing_{part}"] or view["no_partner"] or words["no_partner"]
        return total + _text(missing, width)
    total += 0.5 + _text(words[f"{part}_lead"], width, size=SMALL) + SPACING + _table_head()
    name, why = width * 1.25 / 4 - 2.2, width * 2.75 / 4 - 0.8
    for item in view[part]:
        places = dict.fromkeys(place for place in (item["kreis_name"], item["land_name"]) if place)
        kind = f"{item['type']['short']} · " if item["type"] else ""
        card = _text(item["name"], name, STRONG) + LEADING + _text(kind + ", ".join(places), name, size=SMALL)
        card += LEADING + CAPITAL * SMALL if item["mailbox"] else 0.0
        standing = ", ".join(text for text in (item["closeness"], words["mutual"] if item["mutual"] else "") if text)
        difference = "" if lean else item["difference"]
        runs = (
            (item["topic"], STRONG, 1.0), (item["likeness"], REGULAR, 1.0), (difference, REGULAR, 1.0),
            (f"({standing})" if standing else "", REGULAR, SMALL),
        )  # fmt: skip
        total += 0.6 + max(card, _block(lines(runs, why)))
    return total


def _team(view: Mapping[str, Any], width: float) -> float:
    team = view["team"]
    if not team:
        return CAPITAL
    rows = (len(team["members"]) + 1) // 2
    return _text(f"{team['name']} – {team['topic']}", width) + SPACING + rows + (rows - 1) * 0.5
