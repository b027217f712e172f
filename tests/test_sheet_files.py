"""Files of sheets: their names, the list of them, ZIPs, who sends them, and the map on them."""

from __future__ import annotations

import base64
import csv
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import page
import pandas as pd
import pypdf
import pytest
import views
import yaml

from typology.content.catalogue import load_content
from typology.content.sender import load_sender
from typology.errors import ContentError, PublishingError
from typology.publishing.sheets.naming import PATTERN, file_name, file_names, slug, write_bundle
from typology.publishing.sheets.render import render_sheet, render_sheets
from typology.publishing.views.locator import Locator
from typology.study.sheet_index import INDEX, write_index

CHUNKS = ((b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" + b"\xff\0\0" * 2)))
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    for name, data in (*CHUNKS, (b"IEND", b""))
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4" fill="#0b4f9e"/></svg>'


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Bad Göhrenhausen, Universitätsstadt", "bad-goehrenhausen-universitaetsstadt"), ("Straße / Ščit", "strasse-scit"),
     ("../../etc/passwd", "etc-passwd"), ("", ""), ("a" * 60, "a" * 40)],
)  # fmt: skip
def test_a_slug_is_small_letters_digits_and_hyphens(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_names_follow_the_pattern_and_never_stand_twice() -> None:
    view = {"key": "90001000", "name": "Bad Au"}
    assert file_name(view, "council", "en", PATTERN) == "90001000-bad-au-council-en"
    assert file_name(view, "short", "de") == "90001000"
    assert file_name(view | {"name": "漢字"}, "short", "de", PATTERN) == "90001000-short-de"
    with pytest.raises(PublishingError, match="90001000"):
        file_names([view, view], "short", "de", PATTERN)
    with pytest.raises(PublishingError, match=r"farbe.*key, slug, kind, language"):
        file_names([view], "short", "de", "{key}-{farbe}")
    with pytest.raises(PublishingError):
        file_names([view], "short", "de", "../{key}")
    folded = [{"key": "ab", "name": ""}, {"key": "AB", "name": ""}]
    with pytest.raises(PublishingError):  # one file on Windows and macOS
        file_names(folded, "short", "de", "{key}")


def test_kinds_and_languages_lie_beside_one_another(tmp_path: Path) -> None:
    view = views.municipality()
    for kind, language in (("short", "de"), ("council", "de"), ("short", "en")):
        how: dict[str, Any] = {"kind": kind, "language": language}
        paths = render_sheets([view], tmp_path, pattern=PATTERN, progress=False, **how)
        write_index(tmp_path, [view], [path.name for path in paths], kind, language)
    names = sorted(path.name for path in tmp_path.glob("*.pdf"))
    stem = "90101003-ahornfelde-an-der-lauter"
    assert names == [f"{stem}-council-de.pdf", f"{stem}-short-de.pdf", f"{stem}-short-en.pdf"]
    with (tmp_path / INDEX).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert [line["file"] for line in lines] == names
    assert lines[0]["type"] == "Die Serviceorientierten" and lines[2]["type"] == "The Service-oriented"
    assert lines[0]["population"] == "12345" and lines[0]["sheet"] == "council"


def test_a_name_in_the_index_never_runs_as_a_formula_and_another_table_stays(tmp_path: Path) -> None:
    write_index(tmp_path, [views.municipality(name="=1+1")], ["a.pdf"], "short", "de")
    assert ";'=1+1;" in (tmp_path / INDEX).read_text(encoding="utf-8-sig")
    (tmp_path / INDEX).write_text("mine;yours\n1;2\n", encoding="utf-8")
    with pytest.raises(PublishingError, match=re.escape(INDEX)):
        write_index(tmp_path, [views.municipality()], ["a.pdf"], "short", "de")
    assert (tmp_path / INDEX).read_text(encoding="utf-8").startswith("mine")


def test_the_same_files_are_the_same_zip(tmp_path: Path) -> None:
    files = {"ä.pdf": b"%PDF", "b.md": b"# b"}
    first, second = (write_bundle(tmp_path / name, files).read_bytes() for name in ("one.zip", "two.zip"))
    assert first == second
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


# Who sends them -----------------------------------------------------------------------------------------------------


def folder_of(tmp_path: Path, mark: bytes = b"", /, **said: Any) -> Path:
    (tmp_path / "sender.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    if mark:
        (tmp_path / said["logo"]).write_bytes(mark)
    return tmp_path


SENDER = {
    "name": {"de": "Zweckverband Nord", "en": "Association North"},
    "contact": {"de": "Frau Beispiel, post@nord.example", "en": "Ms Example, post@nord.example"},
    "colour": "#0B4F9E",
}


@pytest.mark.parametrize(("logo", "data"), [("mark.png", PNG), ("mark.svg", SVG.encode())], ids=["png", "svg"])
@pytest.mark.parametrize("kind", ["short", "council"])
def test_the_sender_stands_on_the_sheet_and_it_stays_accessible(
    tmp_path: Path, logo: str, data: bytes, kind: Any
) -> None:
    content = load_content(folder_of(tmp_path, data, **SENDER, logo=logo))
    pdf = render_sheet(views.municipality(), kind=kind, content=content)
    for profile in ("ua1", "2a"):
        failures = page.validate_pdf_bytes(pdf, profile=profile).failures
        assert [failure.rule_id for failure in failures if "STREAM-LENGTH" not in failure.rule_id] == []
    words = " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert words.startswith("Zweckverband Nord")
    assert ("post@nord.example" in words) == (kind == "council")
    assert pdf != render_sheet(views.municipality(), kind=kind)


@pytest.mark.parametrize(
    ("said", "data", "message"),
    [
        ({"colour": "#ffee88"}, b"", "nicht gut genug lesbar"),
        ({"colour": "blau"}, b"", "colour"),
        ({"logo": "gone.png"}, b"", "gibt es nicht"),
        ({"logo": "../mark.png"}, b"", "logo"),
        ({"logo": "mark.svg"}, b"<html/>", "weder PNG noch"),
        (
            {"logo": "mark.svg"},
            SVG.replace("<rect", '<image href="https://a.example/b.png"/><rect').encode(),
            "Verweise",
        ),
        ({"logo": "mark.svg"}, b'<!DOCTYPE s [<!ENTITY a "b">]>' + SVG.encode(), "weder PNG noch"),
        ({"logo": "mark.png"}, PNG + b"\0" * 500_000, "zu groß"),
        ({"logo": "mark.png"}, b"no picture", "weder PNG noch"),
        ({"logo": "mark.png"}, PNG[:8] + b"1234", "weder PNG noch"),
        ({"logo": "mark.png"}, PNG[:-20], "weder PNG noch"),
        ({"logo": "mark.png"}, PNG[:45] + b"?" + PNG[46:], "weder PNG noch"),
        ({"logo": "mark.gif"}, b"", "Name einer PNG- oder SVG-Datei"),
        ({"colour": "rot"}, b"", "in der Form #RRGGBB"),
    ],
)
def test_what_is_wrong_with_a_sender_is_said(tmp_path: Path, said: dict[str, str], data: bytes, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_sender(folder_of(tmp_path, data, **said))
    assert message in str([str(problem) for problem in caught.value.problems])


def test_nobody_sends_where_nothing_is_said_and_open_places_are_not_printed(tmp_path: Path) -> None:
    assert load_sender().printed("de") == {"name": "", "contact": "", "colour": "", "logo": None, "logo_says": "Logo"}
    open_ = folder_of(tmp_path, name={"de": "[bitte eintragen: Name]", "en": "[please fill in: name]"})
    assert load_sender(open_).printed("en")["name"] == ""


def test_a_picture_of_pixels_keeps_its_size_and_its_bytes(tmp_path: Path) -> None:
    logo = load_sender(folder_of(tmp_path, PNG, logo="mark.PNG")).logo
    assert 'viewBox="0 0 2 1"' in logo and base64.b64encode(PNG).decode() in logo


# The map ------------------------------------------------------------------------------------------------------------


def test_a_map_has_its_places_where_they_lie_and_no_other_names() -> None:
    places = pd.DataFrame(
        {"longitude": [7.0, 9.0, 8.0, None], "latitude": [53.0, 50.0, 51.0, 50.0]}, index=list("abcd")
    )
    svg = Locator(places).draw("a", ["b", "d", "unknown"])
    marks = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]
    assert len(marks) == 2, "whose place is not known is not drawn"
    (right, below), (left, above) = marks  # the partner first, the own place on top of it
    assert left < right and above < below
    assert svg.count("M") == 3 and svg.startswith("<svg ")
    assert Locator(places).draw("d", ["a"]) == "" and Locator(places.iloc[:1]).draw("a", []) == ""


def test_a_sheet_with_a_map_says_it_in_words_too() -> None:
    places = pd.DataFrame({"longitude": [7.0, 9.0], "latitude": [53.0, 50.0]}, index=["90101003", "b"])
    svg = Locator(places).draw("90101003", ["b"])
    told = views.two("Karte: Ahornfelde und die genannten Partner: B.", "Map: Ahornfelde and the partners named: B.")
    pdf = render_sheet(views.municipality() | {"map": {"svg": svg, "says": told}})
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert "Karte: Ahornfelde" in "".join(str(element.get("/Alt", "")) for element in figures(pdf))


def figures(pdf: bytes) -> list[Any]:
    import pikepdf
    from test_sheets import elements

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [dict(element) for element in elements(document) if str(element.S) == "/Figure"]
