"""The words of the site: their order, and the statements that the law asks for."""

from __future__ import annotations

import re
from pathlib import Path

import site_views
from test_website import build, pages

from typology.content.site import load_site_config
from typology.publishing.site import pages as site_pages


def test_names_and_words_stand_in_alphabetical_order_with_umlauts(tmp_path: Path) -> None:
    rows = site_views.register()
    rows.loc[rows["key"].isin(["90101003", "90101005"]), "name"] = ["Überau", "Zell"]
    rows["listed"] = rows["partner"] = False
    folder = build(tmp_path / "public", municipality_views=[], register_rows=rows)
    text = (folder / "register-90.html").read_text(encoding="utf-8")
    assert text.index("Sankt Hellschen") < text.index("Überau") < text.index("Zell")
    for path in ("glossary.html", "en/glossary.html"):
        words = re.findall(r'<div id="\w+"><dt>([^<]+)</dt>', (folder / path).read_text(encoding="utf-8"))
        assert len(words) > 15 and words == sorted(words, key=site_pages.alphabetical)
    words = re.findall(r'<div id="\w+"><dt>([^<]+)</dt>', (folder / "glossary.html").read_text(encoding="utf-8"))
    assert words[0] == "ähnliche Kommunen"


def test_accessibility_statement_follows_the_european_model(tmp_path: Path) -> None:
    """Implementing Decision (EU) 2018/1523: status, content, preparation, feedback, enforcement, in this order."""
    parsed = pages(build(tmp_path / "public"))
    headings = {
        "accessibility.html": ("Stand der Vereinbarkeit", "Nicht barrierefreie Inhalte", "Erstellung dieser Erklärung",
                               "Barrieren melden", "Durchsetzungsverfahren"),
        "en/accessibility.html": ("Compliance status", "Content that is not accessible", "Preparation of this",
                                  "Report barriers", "Enforcement procedure"),
    }  # fmt: skip
    for path, expected in headings.items():
        places = [parsed[path].text.index(heading) for heading in expected]
        assert places == sorted(places)
    for path, page in parsed.items():
        assert any("accessibility.html" in link for link in page.values("href")), path


def test_german_sources_are_marked_as_german_on_english_pages(tmp_path: Path) -> None:
    folder = build(tmp_path / "public")
    marked = '<span lang="de">Erfundene Antworten, typology</span>'
    for path in ("index.html", "gemeinde/90101003.html", "method.html"):
        assert marked in (folder / "en" / path).read_text(encoding="utf-8")
        assert "<span lang" not in (folder / path).read_text(encoding="utf-8")
    assert site_pages.german_part("Source: A & B", {"de": "A & B", "en": "A & B"}, "en") == (
        'Source: <span lang="de">A &amp; B</span>'
    )
    assert site_pages.german_part("Source: C", {"de": "D", "en": "C"}, "en") == "Source: C"
    ours = {"de": "A (Wortlaut redaktionell)", "en": "A (our wording)"}
    assert site_pages.german_part("From: A (our wording)", ours, "en") == 'From: <span lang="de">A</span> (our wording)'


def test_every_page_describes_itself_and_has_an_address_once_the_site_has_one(tmp_path: Path) -> None:
    address = "https://example.org/kommunen"
    config = load_site_config().model_copy(update={"address": address + "/"})
    for name, named in (("with", True), ("without", False)):
        folder = build(tmp_path / name, config=config if named else load_site_config())
        found = pages(folder)
        assert len(found) > 50
        for path, page in found.items():
            tags = [(tag, attrs) for tag, attrs in page.tags if tag in ("meta", "link")]
            names = [(attrs[kind], attrs) for _, attrs in tags for kind in ("name", "property") if kind in attrs]
            texts = {name: attrs.get("content") for name, attrs in names}
            assert len(texts["description"] or "") > 20 and texts["description"] == texts["og:description"], path
            links = {attrs["hreflang"]: attrs["href"] for _, attrs in tags if attrs.get("rel") == "alternate"}
            german = path.removeprefix("en/")
            whole = {"de": f"{address}/{german}", "en": f"{address}/en/{german}"}
            assert links == (whole if named else {}), path
            assert (texts.get("og:url") == f"{address}/{path}") is named
        assert (folder / "sitemap.xml").is_file() is named
    map_of_site = (tmp_path / "with" / "sitemap.xml").read_text(encoding="utf-8")
    assert re.findall(r"<loc>([^<]+)</loc>", map_of_site) == [f"{address}/{path}" for path in sorted(found)]


def test_the_method_page_goes_from_the_question_to_the_statistics_and_names_no_raw_column(tmp_path: Path) -> None:
    overview = site_views.overview()
    overview["survey"]["question"]["text"] = site_views.both("Welche Ziele haben Vorrang?", "Which goals come first?")
    text = pages(build(tmp_path / "public", overview=overview))["method.html"].text
    order = ("Welche Ziele haben Vorrang?", "Was herauskam", "Anteile der Typen", "Was die Zahlen nicht sagen",
             "Warum es keine Rangliste gibt", "Die Statistik dahinter", "Güte des Modells", "Tabellen")  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert not re.findall(r"\b(?:p_|n_)\w+|\b\w+_\w+\b|bedaechtige", text.split("Modell demo")[0])


def test_english_pages_name_the_kinds_of_bodies_in_english(tmp_path: Path) -> None:
    found = pages(build(tmp_path / "public"))
    assert "Landkreis" in found["register-91.html"].text and "Kreisfreie Stadt" in found["register-91.html"].text
    english = found["en/register-91.html"].text
    assert [word for word in ("Landkreis", "Kreisfreie", "Gemeinde") if word in english] == []
    assert "Municipality 91201001" in english and "District 91201" in english


def test_a_way_out_says_its_legal_form_and_who_does_it(tmp_path: Path) -> None:
    found = pages(build(tmp_path / "public"))
    assert "Beispiele: zwei Städte" in found["gemeinde/90101003.html"].text
    assert "Beispiele: zwei Städte" in found["pain-points.html"].text
    assert "Examples: two towns" in found["en/pain-points.html"].text


def test_a_name_that_turns_the_direction_of_reading_turns_no_sentence_around_it(tmp_path: Path) -> None:
    name = "\u202eKrof"  # begins to write backwards and never ends it
    views, rows = site_views.municipality_views(), site_views.register()
    said = site_views.both(f"{name} liegt zwischen zwei Typen.", f"{name} lies between two types.")
    views[0] = {**views[0], "name": name, "status": {**views[0]["status"], "sentence": said}}
    rows.loc[rows["key"] == views[0]["key"], "name"] = name
    folder = build(tmp_path / "public", municipality_views=views, register_rows=rows)
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.html") if "/en/" not in str(path)}
    page = texts[f"{views[0]['key']}.html"]
    assert f"<bdi>{name}</bdi> liegt zwischen zwei Typen." in page
    outside = re.compile(f"<title>.*?</title>|<bdi>{name}</bdi>|<[^<>]*>", flags=re.S)
    named = [path for path, text in texts.items() if name in text]
    assert len(named) > 3 and [path for path in named if name in outside.sub("", texts[path])] == []
