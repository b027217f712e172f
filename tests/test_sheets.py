"""Sheets: conformance, tags, page counts, what they say, and the same bytes every time."""

from __future__ import annotations

import copy
import io
import itertools
import json
import re
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdf
import pytest
import views

from typology.content.catalogue import load_content
from typology.errors import PublishingError
from typology.publishing.sheets.render import render_pages, render_sheet, render_sheets
from typology.publishing.sheets.text import PAGES, TEMPLATES, localise, sheet_data
from typology.publishing.views.summary import summary
from typology.writing import number

SAMPLES = views.samples()


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """All structure elements in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, pikepdf.Array):
            for part in node:
                yield from walk(part)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node.K)

    yield from walk(pdf.Root.StructTreeRoot.K)


def tags(pdf: pikepdf.Pdf) -> list[str]:
    return [str(element.S) for element in elements(pdf)]


def scope(element: Any) -> str:
    attributes = element.get("/A", [])
    for attribute in [attributes] if isinstance(attributes, pikepdf.Dictionary) else attributes:
        if "/Scope" in attribute:
            return str(attribute.Scope)
    return ""


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")


def lengths_are_right(pdf: bytes) -> bool:
    """Whether every stream is as long as it says: the mark of its end follows, after at most one end of line."""
    ends = [found.end() + int(found[1]) for found in STREAM.finditer(pdf)]
    return len(ends) > 3 and all(re.match(rb"\r?\n?endstream", pdf[end : end + 11]) for end in ends)


def test_a_stream_of_another_length_than_it_says_is_seen() -> None:
    pdf = render_sheet(views.overview(), kind="full")
    assert lengths_are_right(pdf)
    length = STREAM.search(pdf)[1]
    for wrong in (int(length) - 3, int(length) + 3):
        assert not lengths_are_right(pdf.replace(b"/Length " + length, b"/Length %d" % wrong, 1))
    assert not lengths_are_right(b"%PDF-1.7 without a stream")


def every_sheet() -> list[Any]:
    cases = [(f"{name}-{kind}", view, kind) for name, view in SAMPLES.items() for kind in ("short", "full", "council")]
    cases += [(f"type-{place}-{kind}", views.type_view(place), kind) for place in (0, 3) for kind in ("short", "full")]
    cases += [("type-unnamed-full", views.type_view(1, named=False, synthetic=False), "full")]
    cases += [(f"overview-{n}", views.overview(named=n == 4, n_types=n), "full") for n in (1, 4, 8)]
    return [pytest.param(view, kind, id=name) for name, view, kind in cases]


@pytest.mark.parametrize(("view", "kind"), every_sheet())
def test_every_sheet_conforms_and_has_the_designed_pages(view: dict[str, Any], kind: str) -> None:
    pdf = render_sheet(view, kind=kind)
    for profile in ("ua1", "2a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        failures = [(failure.rule_id, failure.message) for failure in report.failures]
        if failures and lengths_are_right(pdf):  # the validator takes a stream's last byte for the end of a line
            failures = [failure for failure in failures if failure[0] != "PDFA2A-STREAM-LENGTH-001"]
        assert not failures
    with pikepdf.open(io.BytesIO(pdf)) as document:
        further = kind == "full" and view.get("page") is not None
        assert len(document.pages) == PAGES[TEMPLATES[view["kind"], kind]] + further
        assert str(document.Root.Lang) == "de-DE"
        assert bool(document.Root.MarkInfo.Marked)
        headings = [int(tag[2:]) for tag in tags(document) if tag[:2] == "/H" and tag[2:].isdigit()]
        assert headings[0] == 1 and headings.count(1) == 1
        assert all(below <= above + 1 for above, below in itertools.pairwise(headings))


def test_pages_for_the_screen_are_a4_at_a_hundred_dots_per_inch() -> None:
    pages = render_pages(SAMPLES["plain"], kind="full")
    # 210 × 297 mm are 8.27 × 11.69 inches; width and height stand in the first chunk of a PNG
    assert [struct.unpack(">II", page[16:24]) for page in pages] == [(827, 1169)] * 3


@pytest.mark.parametrize("kind", ["short", "full"])
def test_tables_have_column_headers_over_every_cell(kind: str) -> None:
    with pikepdf.open(io.BytesIO(render_sheet(SAMPLES["plain"], kind=kind))) as document:
        tables = [element for element in elements(document) if element.S == "/Table"]
        assert len(tables) == {"short": 2, "full": 8}[kind]
        for table in tables:
            rows = [[cell.S for cell in row.K] for part in table.K for row in part.K]
            assert set(map(str, rows[0])) == {"/TH"}
            assert {len(row) for row in rows} == {len(rows[0])}
            heads = [cell for part in table.K if part.S == "/THead" for row in part.K for cell in row.K]
            assert {scope(cell) for cell in heads} == {"/Column"}
            assert all("/K" in cell for cell in heads), "a column without a name"


@pytest.mark.parametrize("n", range(6))
def test_three_pages_hold_the_longest_names_and_any_number_of_partners(n: int) -> None:
    view = views.municipality(name=views.LONG_NAME, name_long=views.LONG_NAME, n_partners=n, status="mischtyp")
    assert len(pypdf.PdfReader(io.BytesIO(render_sheet(view, kind="full"))).pages) == 3


def test_one_page_holds_the_longest_official_names(external: Callable[[str], Path]) -> None:
    register = external("register/GV100AD_301123.txt").read_text(encoding="utf-8")
    names = {line[22:72].strip() for line in register.splitlines() if line[:2] in ("40", "50", "60")}
    assert len(names) > 10_000
    for name in sorted(names, key=lambda text: (-len(text), text))[:3]:
        for kind in ("short", "council"):
            pdf = render_sheet(views.municipality(name=name, name_long=name, n_partners=5), kind=kind)
            assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
            assert name in words_of(pdf).replace("- ", "-") or name in words_of(pdf)


@pytest.mark.parametrize(
    ("kind", "said"), [("pick", "Bis zu 3 Ziele waren wählbar"), ("ranking", "zu ordnen"),
                       ("yes_no", "einzeln wählbar"), ("rating", "eingestuft")],
)  # fmt: skip
def test_the_goal_question_is_named_in_its_own_kind(kind: str, said: str) -> None:
    assert said in words_of(render_sheet(views.municipality(kind=kind)))


@pytest.mark.parametrize("kind", ["pick", "ranking"])
def test_a_question_without_a_limit_is_told_as_one(kind: str) -> None:
    view = views.municipality(kind=kind)
    view["survey"]["question"]["limit"] = None
    words = words_of(render_sheet(view))
    assert "Beliebig viele Ziele waren" in words and "None" not in words and "Bis zu" not in words


def test_more_text_than_the_smallest_size_holds_runs_on_and_stays_accessible() -> None:
    view = copy.deepcopy(SAMPLES["plain"])
    much = {language: (text + " ") * 40 for language, text in view["agenda"][0]["trigger"].items()}
    view["agenda"] = [step | {"trigger": much} for step in view["agenda"]]
    pdf = render_sheet(view)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant


def test_title_fonts_and_no_author() -> None:
    pdf = render_sheet(SAMPLES["plain"])
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Steckbrief Ahornfelde an der Lauter, Stadt"
    assert reader.metadata.author is None
    assert reader.metadata["/CreationDate"].startswith("D:20260630")
    fonts = {font["/BaseFont"]: font.get_object() for sheet in reader.pages for font in
             (f.get_object() for f in sheet["/Resources"]["/Font"].values())}  # fmt: skip
    assert all("SourceSans3" in name for name in fonts)
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_same_view_same_bytes_also_beside_others(tmp_path: Path) -> None:
    first = render_sheet(SAMPLES["plain"], kind="full")
    many = [views.municipality(key=f"9010100{i}", random_state=i, n_partners=i) for i in range(4)]
    one = [path.read_bytes() for path in render_sheets(many, tmp_path / "one", jobs=1, progress=False)]
    two = [path.read_bytes() for path in render_sheets(many, tmp_path / "two", jobs=2, progress=False)]
    assert one == two
    assert len(set(one)) == 4
    assert render_sheet(SAMPLES["plain"], kind="full") == first


def test_the_whole_source_stands_on_every_sheet() -> None:
    for kind in ("short", "full", "council"):
        words = words_of(render_sheet(SAMPLES["plain"], kind=kind))
        for part in ("Stand: 30.06.2026", views.MODEL, "412 Antworten", "keine Zufallsstichprobe",
                     "Kein Angebot von ÖFIT oder KGSt", "synthetisch – Übungsdaten"):  # fmt: skip
            assert part in words, (kind, part)


def test_real_surveys_are_not_called_synthetic() -> None:
    words = words_of(render_sheet(SAMPLES["unnamed"], kind="full"))
    assert "synthetisch" not in words
    assert "Gruppe C" in words


def test_page_footer_names_the_invented_data_on_each_page() -> None:
    pages = pypdf.PdfReader(io.BytesIO(render_sheet(SAMPLES["plain"], kind="full"))).pages
    assert ["synthetisch – Übungsdaten" in sheet.extract_text() for sheet in pages] == [True] * 3


@pytest.mark.parametrize("kind", ["short", "full"])
def test_how_many_answered_is_said_once_over_each_table_and_is_that_of_its_figures(kind: Any) -> None:
    view = copy.deepcopy(SAMPLES["plain"])
    for row in (*view["goals"], *view["fields"]):
        row["n_type"], row["n_size"], row["n_all"] = 393, 31, 11_500
    view["goals"][0]["n_all"] = view["fields"][0]["n_all"] = 11_498
    view["goals"][0]["own"], view["goals"][0]["chosen"] = "ja", True
    words = words_of(render_sheet(view, kind=kind))
    told = (
        "Gezählt ist, wer geantwortet hat: 393 Kommunen des Typs, 31 der eigenen Größenklasse, 11.498–11.500 insgesamt."
    )
    assert words.count(told) == 2
    for row in (*view["goals"], *view["fields"]):
        row["n_all"] = 11_500
    assert words_of(render_sheet(view, kind=kind)).count("31 der eigenen Größenklasse, 11.500 insgesamt.") == 2


def test_a_public_sheet_puts_the_size_of_no_group_beside_a_share() -> None:
    view = SAMPLES["plain"] | {"audience": "public"}
    words = words_of(render_sheet(view, kind="full"))
    assert "Gezählt ist, wer geantwortet hat." in words and "insgesamt" not in words
    public = words_of(render_sheet(views.type_view(0) | {"audience": "public"}, kind="full"))
    assert "n Typ | alle" in words_of(render_sheet(views.type_view(0), kind="full"))
    assert "n Typ |" not in public and "110 | 412" not in public


def test_the_count_of_those_assigned_and_the_estimated_share_are_two_statements() -> None:
    words = words_of(render_sheet(views.type_view(0), kind="short")).replace("\u00a0", " ")
    assert "110 von 412 Kommunen zugeordnet" in words and "Geschätzter Anteil: 27 %." in words
    assert "110 von 412 Kommunen zugeordnet ·" not in words


def test_a_rating_below_the_highest_step_is_not_marked_as_chosen() -> None:
    view = views.municipality(kind="rating")
    for goal in view["goals"]:
        goal["chosen"] = False
    view["goals"][0]["chosen"] = True
    words = words_of(render_sheet(view))
    assert view["goals"][0]["label"]["de"] in words and view["goals"][1]["label"]["de"] not in words


def test_numbers_are_those_of_the_view() -> None:
    view = copy.deepcopy(SAMPLES["plain"])
    view["goals"][0] |= {"type": 0.6149, "all": 0.331, "own": "ja", "chosen": True}
    view["fields"][0] |= {"type": 3.149, "all": 2.851, "own": 4.0}
    words = words_of(render_sheet(view))
    assert "61\u00a0%" in words.replace("61 %", "61\u00a0%")
    assert "3,1" in words and "2,9" in words
    english = words_of(render_sheet(view, language="en"))
    assert "61%" in english and "3.1" in english


def test_a_share_is_not_rounded_to_certainty() -> None:
    view = copy.deepcopy(SAMPLES["plain"])
    view["probabilities"][2]["probability"] = 0.998
    view["probabilities"][0]["probability"] = 0.002
    words = words_of(render_sheet(view, kind="full")).replace("\u00a0", " ")
    assert "> 99 %" in words and "< 1 %" in words


def test_no_partner_is_said() -> None:
    assert words_of(render_sheet(SAMPLES["no_partners"])).count("Noch keine passende Kommune.") == 1
    assert words_of(render_sheet(SAMPLES["no_partners"], kind="full")).count("Noch keine passende Kommune.") == 2


@pytest.mark.parametrize("kind", ["short", "full"])
def test_what_is_missing_is_said_where_it_is_known(kind: Any) -> None:
    reason = {"de": "Es fehlen Kommunen ähnlicher Größe.", "en": "Municipalities of similar size are missing."}
    words = words_of(render_sheet(SAMPLES["no_partners"] | {"missing_similar": reason}, kind=kind))
    assert words.count(reason["de"]) == 1
    assert words.count("Noch keine passende Kommune.") == {"short": 0, "full": 1}[kind]


def with_how(n_partners: int, *, how: str) -> dict[str, Any]:
    view = views.municipality(name=views.LONG_NAME, name_long=views.LONG_NAME, n_partners=n_partners, status="mischtyp")
    view["agenda"] = [step | {"how": {"de": how, "en": how}} for step in view["agenda"]]
    said = "Zu diesem Schmerzpunkt passen 4 nahe Kommunen zusammen."
    label = {"de": "Fehlende Mittel", "en": "Missing resources"}
    view["cooperation"] = [
        {"label": label, "sentence": {"de": "Noch keine Gruppe.", "en": "No group yet."}, "members": []},
        {"label": label, "sentence": {"de": said, "en": said}, "members": [{"key": "90101004"}]},
    ]
    return view


def test_the_second_page_says_how_and_who_works_together() -> None:
    words = words_of(render_sheet(with_how(1, how="Klein anfangen."), kind="full"))
    assert words.count("Klein anfangen.") == 4
    assert "Fehlende Mittel: Zu diesem Schmerzpunkt passen 4 nahe Kommunen" in words
    assert "Noch keine Gruppe." in words, "and why there is none for another pain point"


@pytest.mark.parametrize("n", range(0, 6, 5))
def test_nothing_is_left_out_of_the_full_sheet_and_no_text_is_small(n: int) -> None:
    long = "Alle Ebenen einbeziehen, Meilensteine und Erfolge zeigen und das Vorgehen mit dem Rat abstimmen. " * 3
    view = with_how(n, how=long)
    pdf = render_sheet(view, kind="full")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 3
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    words = words_of(pdf)
    assert words.count("Alle Ebenen einbeziehen") == 12
    assert words.count("hier 2") == 2 * n and words.count("Nachfragen bei") == 3
    assert body_size(pdf, "Alle Ebenen") >= 9


def body_size(pdf: bytes, begins: str) -> float:
    """The size in points of the text that begins so."""
    found: list[float] = []

    def note(text: str, _cm: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip().startswith(begins):
            found.append(round(abs(size * matrix[3]), 1))

    for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        sheet.extract_text(visitor_text=note)
    assert found, begins
    return min(found)


def test_the_council_has_a_paper_that_can_be_voted_on() -> None:
    view = with_how(2, how="Klein anfangen.")
    words = words_of(render_sheet(view, kind="council"))
    assert all(step["title"]["de"] in words for step in view["agenda"][:3])
    assert view["agenda"][3]["title"]["de"] not in words and words.count("Zuständig: ___") == 3
    assert "Klein anfangen." not in words
    order = ["Sachverhalt", "Wer schon weiter ist", "Schritte", "Worauf es ankommt", "Beschlussvorschlag", "Ja: ____",
             "Beratungsfolge:", "Finanzielle Auswirkungen: einmalig ___", "Kontakt:"]  # fmt: skip
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "Der Rat beauftragt die Verwaltung, die genannten Schritte vorzubereiten" in words
    kreis = words_of(render_sheet(view | {"body": "kreis"} | redone(view, body="kreis"), kind="council"))
    assert "Der Kreistag beauftragt" in kreis
    nothing = words_of(render_sheet(view | redone(view, agenda=[], similar=[], complementary=[]), kind="council"))
    assert "Worauf es ankommt" not in nothing and "Finanzielle Auswirkungen" in nothing
    assert "Der Rat nimmt das Ergebnis der Befragung zur Kenntnis." in nothing and "beauftragt" not in nothing
    assert "nimmt zum Erfahrungsaustausch Kontakt auf" not in nothing


def redone(view: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Other parts of a view, and its summary made anew."""
    return other | {"summary": summary(view | other, load_content())}


def test_the_council_hears_that_the_structure_is_too_weak() -> None:
    content, view = load_content(), copy.deepcopy(SAMPLES["plain"])
    assert "Ziemlich sicher:" in words_of(render_sheet(view, kind="council"))
    view["status"]["sentence"] = {"de": content.say("view_status_weak"), "en": content.say("view_status_weak", "en")}
    view["survey"]["weak"] = True
    view["summary"] = summary(view, content)
    words = words_of(render_sheet(view, kind="council"))
    assert "zu schwach für sichere Zuordnungen" in words and "sicher:" not in words
    assert "too weak" in words_of(render_sheet(view, kind="council", language="en"))


def test_markup_in_names_stays_text() -> None:
    view = views.municipality(name='#panic() *Neu* $x$ <a> \\ "Stadt"')
    assert "#panic() *Neu* $x$ <a>" in words_of(render_sheet(view))


def test_what_is_not_answered_is_not_compared() -> None:
    assert "Zu den Handlungsfeldern liegt keine Angabe vor." in words_of(render_sheet(SAMPLES["nothing_answered"]))
    words = words_of(render_sheet(SAMPLES["nothing_answered"], kind="full"))
    assert "Kein Typ zugeordnet" in words
    assert "keine Angabe" in words and "Schmerzpunkte" not in words


@pytest.mark.parametrize("kind", ["short", "full", "council"])
def test_parts_that_may_not_be_shown_leave_no_heading(kind: str) -> None:
    empty: dict[str, Any] = {"goals": [], "fields": [], "pain_points": [], "probabilities": [], "agenda": []}
    closed = SAMPLES["plain"] | {"audience": "public"} | empty
    words = words_of(render_sheet(closed | redone(closed), kind=kind))
    for heading in ("Ziele der Digitalisierung", "Stand von 1 bis 5", "Schmerzpunkte und Auswege", "Sachverhalt"):
        assert heading not in words


def test_overview_says_what_is_known_and_what_is_not() -> None:
    words = words_of(render_sheet(views.overview(), kind="full"))
    for part in ("Modellunsicherheit, keine Hochrechnung", "Vier Typen:", "Grenzen", "0,90", "19 % – 31 %"):
        assert part in words.replace("\u00a0", " "), part
    bare = views.overview() | {"verdict": None, "quality": [], "method": [], "limits": []}
    assert "Güte" not in words_of(render_sheet(bare, kind="full"))


@pytest.mark.parametrize(
    ("view", "kind", "german"),
    [(SAMPLES["longest_names"], "full", "Nächste Schritte"), (SAMPLES["plain"], "council", "Beschlussvorschlag"),
     (views.type_view(2), "full", "Was andere"), (views.overview(), "full", "Grenzen")],
)  # fmt: skip
def test_english_sheets_are_english(view: dict[str, Any], kind: str, german: str) -> None:
    pdf = render_sheet(view, kind=kind, language="en")
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "en-GB"
        further = kind == "full" and view.get("page") is not None
        assert len(document.pages) == PAGES[TEMPLATES[view["kind"], kind]] + further
    words = words_of(pdf)
    assert german not in words and "Not an offer of ÖFIT or KGSt" in words


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_council_reads_is_never_smaller_than_twelve_points(name: str) -> None:
    pdf = render_sheet(SAMPLES[name], kind="council")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert body_size(pdf, "Ja: ____") >= 12
    assert body_size(pdf, "Quelle: ") < 8, "the source stands small at the foot"
    assert "Wahrscheinlichkeit" not in words_of(pdf)


def test_partners_without_reasons_can_be_set() -> None:
    view = copy.deepcopy(SAMPLES["plain"])
    view["similar"] = [{"key": "90101004", "name": "Kargfeld"}]
    assert "Kargfeld" in words_of(render_sheet(view, kind="full"))


def test_what_cannot_be_set_is_refused_in_words() -> None:
    with pytest.raises(PublishingError, match="keinen Bogen"):
        render_sheet(views.type_view(0), kind="council")
    with pytest.raises(PublishingError, match="fehlen Angaben") as caught:
        render_sheet({key: part for key, part in SAMPLES["plain"].items() if key != "footer"})
    assert [problem.column for problem in caught.value.problems] == ["footer"]


def test_a_letter_outside_the_committed_fonts_is_refused() -> None:
    with pytest.raises(PublishingError):
        render_sheet(views.municipality(name="Stadt 漢字"))


@pytest.mark.parametrize("keys", [("../90101003",), ("a b",), ("",), ("90101003", "90101003")])
def test_file_names_come_from_sound_keys_only(keys: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="Dateiname"):
        render_sheets([views.municipality(key=key) for key in keys], tmp_path)
    assert not list(tmp_path.rglob("*.pdf"))


def test_progress_only_where_somebody_watches(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    render_sheets([SAMPLES["plain"]], tmp_path)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    render_sheets([SAMPLES["plain"]], tmp_path)
    assert "Steckbriefe" in capsys.readouterr().err


def test_sheet_data_is_json_in_one_language() -> None:
    for view in (SAMPLES["plain"], views.type_view(0)):
        data = sheet_data(view, "full", "en", load_content())
        assert '"de":' not in json.dumps(data)


def test_localise_and_numbers() -> None:
    assert localise([{"a": {"de": "ja", "en": "yes"}}], "en") == [{"a": "yes"}]
    assert (number(12345.6, "de", 1), number(12345.6, "en", 1), number(9, "de")) == ("12.345,6", "12,345.6", "9")


def test_a_type_with_a_hidden_count_has_a_sheet() -> None:
    """Small cells leave counts and shares out of public sheets."""
    view = views.type_view(0) | {"n": None, "size_classes": []}
    hidden = ("type", "low", "high", "n_type")
    for part in ("goals", "fields"):
        view[part] = [row | {name: None for name in hidden if name in row} for row in view[part]]
    assert render_sheet(view, kind="short").startswith(b"%PDF")
    assert render_sheet(view, kind="full").startswith(b"%PDF")
