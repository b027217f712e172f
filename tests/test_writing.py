"""How numbers, shares, dates, lists and distances are written: every border by hand, and the same text everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typst

from typology import writing
from typology.publishing.sheets.typesetting import ASSETS
from typology.publishing.views.agenda_text import offered
from typology.writing import Said

pytest_plugins = ["site_browser"]
NAN = float("nan")
PACKAGE = Path(writing.__file__).parent


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (0, 0, "0", "0"), (-0.0, 1, "0,0", "0.0"), (-0.04, 1, "0,0", "0.0"), (-0.05, 1, "−0,1", "−0.1"),
        (1234.5, 1, "1.234,5", "1,234.5"), (1234.5, 0, "1.235", "1,235"), (999.5, 0, "1.000", "1,000"),
        (-1234567, 0, "−1.234.567", "−1,234,567"), (2.5, 0, "3", "3"), (-2.5, 0, "−3", "−3"), (0.5, 0, "1", "1"),
        (4.35, 1, "4,4", "4.4"), (1.005, 2, "1,01", "1.01"), (2.0, None, "2", "2"), (2.50, None, "2,5", "2.5"),
        (0.1 + 0.2, None, "0,3", "0.3"), (100.0, None, "100", "100"),
        (1e30, 0, "1" + ".000" * 10, "1" + ",000" * 10),
        (None, 0, "–", "–"), (NAN, 2, "–", "–"), (float("inf"), 1, "–", "–"),
    ],
)  # fmt: skip
def test_numbers(value: Any, digits: int | None, german: str, english: str) -> None:
    assert writing.number(value, "de", digits) == german
    assert writing.number(value, "en", digits) == english


# share → as a share, as a probability (in German, with a plain blank here)
SHARES = [
    (0.0, "0 %", "< 1 %"), (0.00001, "< 1 %", "< 1 %"), (0.004, "< 1 %", "< 1 %"), (0.005, "1 %", "1 %"),
    (0.0149, "1 %", "1 %"), (0.015, "2 %", "2 %"), (0.125, "13 %", "13 %"), (0.145, "15 %", "15 %"),
    (0.165, "17 %", "17 %"), (0.285, "29 %", "29 %"), (0.5, "50 %", "50 %"), (0.994, "99 %", "99 %"),
    (0.995, "> 99 %", "> 99 %"), (0.99999, "> 99 %", "> 99 %"), (1.0, "100 %", "> 99 %"), (None, "–", "–"),
    (1.0000000000000002, "100 %", "> 99 %"),
]  # fmt: skip


@pytest.mark.parametrize(("share", "printed", "chance"), SHARES)
def test_shares_and_probabilities(share: float | None, printed: str, chance: str) -> None:
    german, english = (lambda text: text.replace(" %", "\u00a0%")), (lambda text: text.replace(" %", "%"))
    assert writing.percent(share) == german(printed)
    assert writing.percent(share, "en") == english(printed)
    assert writing.chance(share) == german(chance)
    assert writing.chance(share, "en") == english(chance)


def test_shares_with_digits_keep_their_borders() -> None:
    assert writing.percent(0.0004, digits=1) == "< 0,1\u00a0%"
    assert writing.percent(0.9996, "en", digits=1) == "> 99.9%"
    assert writing.percent(0.6138, digits=1) == "61,4\u00a0%"


def test_changes_carry_their_sign() -> None:
    assert [writing.points(value) for value in (0.023, -0.023, 0.0004, -0.0004, NAN)] == [
        "+2,3", "−2,3", "0,0", "0,0", "–",
    ]  # fmt: skip


def test_lists() -> None:
    assert writing.listed([]) == ""
    assert writing.listed(["A"]) == writing.listed(["A"], "en") == "A"
    assert writing.listed(["A", "B"]) == "A und B"
    assert writing.listed(["A", "B", "C"]) == "A, B und C"
    assert writing.listed(["A", "B", "C"], "en") == "A, B and C"


def test_dates() -> None:
    assert writing.day("2026-12-31") == "31.12.2026"
    assert writing.day("2026-12-31", "en") == "2026-12-31"
    assert writing.day("2028-02-29", words=True) == "29. Februar 2028"
    assert writing.day("2028-02-29", "en", words=True) == "29 February 2028"
    assert writing.day("2026-01-01", words=True) == "1. Januar 2026"
    assert [writing.day(text) for text in ("2026-02-29", "", "[bitte eintragen]")] == [
        "2026-02-29", "", "[bitte eintragen]",
    ]  # fmt: skip


def test_distances_and_ranges() -> None:
    assert writing.kilometres(890.96) == "891 km"
    assert writing.kilometres(1234.56, "en", 1) == "1,234.6 km"
    assert writing.kilometres(None) == "–"
    assert (writing.span("3", "5"), writing.span("3", "3")) == ("3–5", "3")


def test_offers_of_a_learning_path_read_as_sentences() -> None:
    plain = {"title": "A", "form": "Präsenz", "course": None}
    shared = plain | {"title": "B", "course": {"sentence": "Mit C: 12 Plätze."}}
    assert offered({"steps": [plain, plain], "closing": None}) == "A (Präsenz), A (Präsenz)"
    assert offered({"steps": [shared, plain], "closing": None}) == "B (Präsenz). Mit C: 12 Plätze. A (Präsenz)"
    assert offered({"steps": [plain], "closing": "Es fehlt D."}) == "A (Präsenz). Es fehlt D."
    assert offered({"steps": [], "closing": "Kein Angebot."}) == "Kein Angebot."


# -- the same text in the templates of the sheets and in the scripts of the site -----------------------------------

LEVELS = [0.0, 0.05, 0.25, 1.005, 2.45, 3.35, 4.35, 4.9999, 1.115]
COUNTS = [0, 7, 999, 1000, 1234567]


def test_the_sheets_write_as_the_program_does(tmp_path: Path) -> None:
    shares = [share for share, *_ in SHARES]
    lines = [
        '#import "/design.typ": *',
        f"#let shares = ({', '.join('none' if share is None else repr(share) for share in shares)})",
        f"#let levels = ({', '.join(map(repr, LEVELS))})",
        f"#let counts = ({', '.join(map(str, COUNTS))})",
    ]
    lines += [
        f'#metadata((shares.map(v => percent(v, "{lang}")), shares.map(v => chance(v, "{lang}")), '
        f'levels.map(v => decimal(v, 1, "{lang}")), levels.map(v => decimal(v, 2, "{lang}")), '
        f'counts.map(v => count(v, "{lang}")))) <{lang}>'
        for lang in ("de", "en")
    ]
    (tmp_path / "design.typ").write_bytes((ASSETS / "typst" / "design.typ").read_bytes())
    (tmp_path / "all.typ").write_text("\n".join(lines), encoding="utf-8")
    for lang in ("de", "en"):
        found = json.loads(typst.query(tmp_path / "all.typ", f"<{lang}>", field="value", one=True, root=tmp_path))
        assert found == written(lang)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_scripts_write_as_the_program_does(visit: Any, lang: str) -> None:
    page = visit("practice").go(("en/" if lang == "en" else "") + "compare.html")
    shares = [share for share, *_ in SHARES]
    found = page.evaluate(
        "([shares, levels, counts]) => [shares.map(v => Marks.percent(v)), "
        "shares.map(v => v === null ? '–' : Marks.chance(v)), levels.map(v => Marks.number(v, 1)), "
        "levels.map(v => Marks.number(v, 2)), counts.map(v => Marks.number(v))]",
        [shares, LEVELS, COUNTS],
    )
    assert found == written(lang)
    said = page.evaluate("say('search_some', { n: 12345 })")
    assert said.startswith(writing.number(12345, lang) + " ")


def written(lang: writing.Language) -> list[list[str]]:
    shares = [share for share, *_ in SHARES]
    return [
        [writing.percent(share, lang) for share in shares], [writing.chance(share, lang) for share in shares],
        [writing.number(level, lang, 1) for level in LEVELS], [writing.number(level, lang, 2) for level in LEVELS],
        [writing.number(count, lang) for count in COUNTS],
    ]  # fmt: skip


# Formatting by hand: what a reader sees is written by typology.writing. These files write for machines.
BY_HAND = re.compile(r'\.replace\("\.", ","\)|:,\.?\d*f?\}|\d%\}|" und "|strftime\("%d|:\.\df\} ?%|\[8:10\]')
IN_WHAT_IS_READ = re.compile(r":(?:g|\.\d[f%])\}")
FOR_MACHINES = {
    "writing.py",
    "simulation/practice.py",
    *(f"simulation/export/{name}.py" for name in ("handmade", "umfrage_online")),
}


def test_nobody_else_writes_numbers_dates_and_lists_by_hand() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): BY_HAND.findall(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    assert len(found) > 150
    assert {name: hits for name, hits in found.items() if hits}.keys() - FOR_MACHINES == set()


def test_what_is_published_or_shown_formats_no_number_by_hand() -> None:
    read = [*(PACKAGE / "publishing").rglob("*.py"), *(PACKAGE / "commands").rglob("*.py")]
    found = {str(path): IN_WHAT_IS_READ.findall(path.read_text(encoding="utf-8")) for path in read}
    assert len(found) > 30
    assert not {name: hits for name, hits in found.items() if hits}


def test_values_of_a_message_are_said_in_its_language() -> None:
    endings = [Said("files.quoted", name="a"), "b"]
    text = Said("files.no_such_sheet", file="x", sheet="y", sheets=endings)
    assert text.of("de").endswith("„a“, b.") and text.of("en").endswith("“a”, b.")
    slow = Said("files.endless", file="x", seconds=writing.Number(1234.5, None))
    assert "1.234,5 Sekunden" in slow.of("de") and "1,234.5 seconds" in slow.of("en")
    assert writing.Day("2026-01-31").of("de") == "31.01.2026" and writing.Day("2026-01-31").of("en") == "2026-01-31"
