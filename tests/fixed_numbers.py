"""Numbers that stand fixed in a text, in digits or as words, as what they are worth in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typology.content.reading import FOLDER, places, read_yaml

WORDS = {
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}
COUNTED = {lang: {word: number for number, word in enumerate(words) if number > 1} for lang, words in WORDS.items()}
#: What is a name, an address or an example and counts nothing.
NAMES = re.compile(
    r"\{[^}]*\}|`[^`]*`|\b\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\b\d{5,8}\b|\b\d+(?:\.\d+){3}(?::\d+)?"
    r"|\b(?:UTF|Latin|Windows|EN|WCAG|BITV|CC BY|Typfrage\?[”“]|KGSt|DigComp|GK|Satzart)[ -]?[\d. ]*\d"
    r"|\(ÖFIT/KGSt, \d+\)|7-Zip|GV100\w*|Win32|--\w+ \d+|\b115\b|\b1\.0\b",
)
NUMBER = {
    "de": re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?"),
}


def numbers_in(text: str, lang: str) -> list[float]:
    """Every number of a text, in order of size.

    >>> numbers_in("Höchstens zwei von 1.000, unter 0,75 nichts", "de")
    [0.75, 2.0, 1000.0]
    """
    plain = NAMES.sub(" ", text)
    point = {"de": (".", ","), "en": (",", ".")}[lang]
    found = [float(hit.replace(point[0], "").replace(point[1], ".")) for hit in NUMBER[lang].findall(plain)]
    words = re.findall(r"[^\W\d]+", plain.casefold())
    return sorted([*found, *(float(COUNTED[lang][word]) for word in words if word in COUNTED[lang])])


def texts() -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of the content by its place, lists of texts item by item."""
    for path in sorted(FOLDER.rglob("*.yaml")):
        name = path.relative_to(FOLDER)
        for place, text in places(read_yaml(path), str(name)).items():
            where = (
                place
                if len(name.parts) == 1
                else f"{name.parts[0]}.{name.stem}.{place.removeprefix(name.parts[0] + '.')}"
            )
            pair: dict[str, Any] = {"de": text["de"], "en": text.get("en") or text["de"]}
            if isinstance(pair["de"], list):
                for number, (de, en) in enumerate(zip(pair["de"], pair["en"], strict=True)):
                    yield f"{where}.{number}", {"de": str(de), "en": str(en)}
            else:
                yield where, pair
