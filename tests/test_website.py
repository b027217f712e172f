"""The site as files: what is in it, what must not be in it, and how large it is."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pandas as pd
import pytest
import site_views
from joblib import parallel_config
from printed_numbers import read_compared

from typology.content import site as site_config
from typology.content.catalogue import load_content
from typology.content.reading import Text
from typology.content.site import load_site_config
from typology.errors import ContentError, PublishingError
from typology.publishing.site import build as site_build
from typology.publishing.site import data as site_data
from typology.publishing.site import pages as site_pages
from typology.publishing.site import search as site_search
from typology.publishing.site.build import build_site
from typology.publishing.site.search import SUFFIXES_SHOWN
from typology.publishing.site.shared import read_view
from typology.register.folding import SUFFIXES, folded
from typology.tables.schema import PUBLIC_TABLES
from typology.writing import percent

ASSETS = site_pages.ASSETS
FOOTER = {
    "de": ("30.06.2026", "Kein Angebot von ÖFIT oder KGSt.", "synthetisch – Übungsdaten", site_views.SAMPLE["de"]),
    "en": ("30 June 2026", "Not an offer of ÖFIT or KGSt.", "synthetic – practice data", site_views.SAMPLE["en"]),
}
VOID = {"meta", "link", "input", "br", "hr", "img"}


def build(folder: Path, **changes: object) -> Path:
    """The sample site with some of its inputs changed."""
    model = changes.pop("typology", site_views.typology())
    inputs: dict[str, object] = {
        "municipality_views": site_views.municipality_views(model or site_views.typology()),
        "type_views": site_views.type_views(model or site_views.typology()),
        "overview": site_views.overview(model or site_views.typology()),
        "register_rows": site_views.register(),
        "typology": model,
        "config": load_site_config(),
        "content": load_content(),
        "tables": site_views.tables(),
        "workshop": site_views.workshop(),
    }
    build_site(folder, **(inputs | changes))
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site") / "public")


class Page(HTMLParser):
    """Collects what the tests ask about and checks that tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, (tag, self.open, self.getpos())

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, *names: str) -> list[str]:
        return [value for _, attrs in self.tags for name in names if (value := attrs.get(name))]


def pages(folder: Path) -> dict[str, Page]:
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")
    }


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, Page]:
    return pages(site)


def test_every_page_exists_in_both_languages(parsed: dict[str, Page]) -> None:
    german = {path for path in parsed if not path.startswith("en/")}
    assert {"en/" + path for path in german} == set(parsed) - german
    kinds = {
        "index.html",
        "self-check.html",
        "compare.html",
        "partners.html",
        "teams.html",
        "method.html",
        "pain-points.html",
        "glossary.html",
    }
    kinds |= {
        "easy-language.html",
        "listed.html",
        "accessibility.html",
        "imprint.html",
        "privacy.html",
        "register.html",
        "not-published.html",
    }
    kinds |= {f"gemeinde/{key}.html" for key in site_views.LISTED}
    kinds |= {f"typ/{key}.html" for key in ("bedaechtige", "optimierer", "serviceorientierte", "community_manager")}
    assert kinds <= german
    assert {f"register-{code}.html" for code in ("01", "09", "90", "91")} <= german


def test_every_page_states_source_date_model_n_sample_and_whose_offer_it_is_not(parsed: dict[str, Page]) -> None:
    assert len(parsed) > 50
    for path, page in parsed.items():
        english = path.startswith("en/")
        said = ["demo-2026-06-30-ab12cd34", "412", "Erfundene Antworten, typology", *FOOTER["en" if english else "de"]]
        assert [text for text in said if text not in page.text] == [], path
        assert dict(page.tags)["html"]["lang"] == ("en" if english else "de")


def test_pages_of_both_languages_are_built_alike(parsed: dict[str, Page]) -> None:
    def parts(page: Page) -> Counter[tuple[str, ...]]:
        """Elements with their attributes; words in the other language are marked and stand in no count."""
        return Counter((tag, *sorted(attrs)) for tag, attrs in page.tags if (tag, *attrs) != ("span", "lang"))

    german = {path: page for path, page in parsed.items() if not path.startswith("en/")}
    assert len(german) > 25
    assert [path for path, page in german.items() if parts(page) != parts(parsed["en/" + path])] == []


def test_strict_policy_and_nothing_inline_and_nothing_from_outside(site: Path, parsed: dict[str, Page]) -> None:
    assert len(parsed) > 50
    for path, page in parsed.items():
        policy = next(
            attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy and "unsafe" not in policy and policy.startswith("default-src 'none'") and "*" not in policy
        for tag, attrs in page.tags:
            assert tag != "style" and "style" not in attrs and not [name for name in attrs if name.startswith("on")], (
                path
            )
            assert tag != "script" or attrs.get("src"), path
            assert not (attrs.get("src") or attrs.get("href") or "").startswith(("http", "//", "data:", "javascript:"))
    for file in (site / "assets").iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", text), file.name
        assert file.suffix != ".js" or not re.search(
            r"\b(fetch|XMLHttpRequest|eval|innerHTML|localStorage|sessionStorage|cookie)\b", text
        )


def test_every_link_leads_somewhere_and_every_reference_has_its_target(site: Path, parsed: dict[str, Page]) -> None:
    assert len(parsed) > 50
    for path, page in parsed.items():
        ids = page.values("id")
        assert len(ids) == len(set(ids)), path
        for target in page.values("for", "aria-labelledby", "aria-describedby"):
            assert set(target.split()) <= set(ids), (path, target)
        for link in page.values("href", "src"):
            if link.startswith("mailto:"):
                continue
            file, _ = urldefrag(unquote(link))
            assert not file or (site / path).parent.joinpath(file).resolve().is_file(), (path, link)


def test_html_validate_finds_nothing_on_any_page(site: Path, tmp_path: Path) -> None:
    program = shutil.which("html-validate")
    if program is None:
        pytest.skip("html-validate is not installed (npm install html-validate; its node_modules/.bin in PATH)")
    rules = tmp_path / "rules.json"
    rules.write_text('{"extends": ["html-validate:standard"]}', encoding="utf-8")
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!doctype html><html lang='de'><head><title>x</title></head><body><p><p></div></body></html>")
    command = [program, "--config", str(rules), "--formatter", "json"]
    for files, found in (([wrong], False), (sorted(site.rglob("*.html")), True)):
        done = subprocess.run([*command, *map(str, files)], capture_output=True, encoding="utf-8")
        assert (done.returncode == 0) is found, done.stdout[:2000] + done.stderr[:500]


def test_headings_begin_with_one_h1_and_leave_out_no_level(parsed: dict[str, Page]) -> None:
    assert len(parsed) > 50
    for path, page in parsed.items():
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1 and levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)


def test_a_body_that_is_not_listed_stands_only_in_the_register(site: Path) -> None:
    """Schlüsselfeld is in the register and nowhere else; a listed page says nothing of it."""
    found = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and ("Schlüsselfeld" in (text := path.read_text(encoding="utf-8")) or "09471185" in text)
    }
    assert found == {"assets/register.js", "register-09.html", "en/register-09.html"}
    page = Page((site / "register-09.html").read_text(encoding="utf-8"))
    assert "Für diese Kommune ist kein Ergebnis veröffentlicht." in page.text
    assert not [link for link in page.values("href") if "gemeinde/" in link]


def test_answers_that_are_not_published_leave_only_the_name_and_the_type(parsed: dict[str, Page]) -> None:
    page = parsed["gemeinde/90102001.html"]
    assert "Ihre Antworten sind nicht veröffentlicht." in page.text
    assert "gewählt" not in page.text and "Wahrscheinlichkeit" not in page.text
    assert not [tag for tag, _ in page.tags if tag == "table"]


def test_json_twin_is_the_view_and_the_page_prints_its_numbers(site: Path, parsed: dict[str, Page]) -> None:
    assert len(site_views.municipality_views()) > 2
    for view in site_views.municipality_views():
        twin = read_view(site / "gemeinde" / f"{view['key']}.json")
        assert twin == site_data.twin(view)
        text = parsed[f"gemeinde/{view['key']}.html"].text
        for row in view["goals"]:
            shares = [
                percent(row[name], "de") for name in (("type", "size", "all") if view["type"] else ("size", "all"))
            ]
            cells = " ".join([row["label"]["de"], row["own_label"]["de"], *shares])
            assert " ".join(cells.split()) in text
        assert read_compared(site / "gemeinde" / f"{view['key']}.js") == site_data.compared(view)


def test_same_input_gives_the_same_bytes_whoever_writes_the_pages(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digests(folder: Path) -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file()
        }  # fmt: skip

    monkeypatch.setattr(site_pages, "PART", 2)  # pages at a time: several parts, for several workers
    with parallel_config("threading", n_jobs=2):
        again = build(tmp_path / "again")
    assert digests(site) == digests(again)


def test_names_never_become_markup_or_paths(tmp_path: Path) -> None:
    bad = '</script><img src=x onerror=alert(1)> & "Söhne"'
    views = site_views.municipality_views()
    views[0] = {**views[0], "name": bad, "name_long": bad}
    rows = site_views.register()
    rows.loc[rows["key"] == views[0]["key"], "name"] = bad
    folder = build(tmp_path / "public", municipality_views=views, register_rows=rows)
    for path, page in pages(folder).items():
        assert not [attrs for tag, attrs in page.tags if tag == "img" or "onerror" in attrs], path
    assert all(
        re.fullmatch(r"[A-Za-z0-9_.-]+", part) for file in folder.rglob("*") for part in file.relative_to(folder).parts
    )
    rows.loc[0, "key"] = "../../etc"
    with pytest.raises(PublishingError, match="nicht veröffentlicht") as caught:
        build(tmp_path / "other", register_rows=rows)
    assert caught.value.problems[0].key == "../../etc"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda views, rows: (views[1:], rows), "ohne Seite: 90101003"),
        (lambda views, rows: (views, rows.assign(listed=False)), "Nicht zur Nennung freigegeben"),
        (lambda views, rows: ([{**views[0], "audience": "self"}, *views[1:]], rows), "Nur öffentliche Ansichten"),
        (lambda views, rows: ([views[0], *views], rows), "zwei Seiten"),
        (lambda views, rows: (views, rows.drop(columns="listed")), "fehlen Spalten: listed"),
        (lambda views, rows: (views, pd.concat([rows, rows.iloc[:1]])), "kann nicht veröffentlicht werden"),
    ],
)
def test_views_and_register_must_agree(tmp_path: Path, change: object, message: str) -> None:
    views, rows = change(site_views.municipality_views(), site_views.register())  # type: ignore[operator]
    with pytest.raises(PublishingError, match=message):
        build(tmp_path / "public", municipality_views=views, register_rows=rows)


def test_a_site_without_typology_without_names_and_without_listed_bodies(tmp_path: Path) -> None:
    rows = site_views.register().assign(listed=False, partner=False)
    folder = build(tmp_path / "none", municipality_views=[], register_rows=rows, typology=None, tables={})
    assert (folder / "assets" / "typology.js").read_text(encoding="utf-8") == "window.TYPOLOGY=null;\n"
    assert "Noch keine Kommune hat der Nennung zugestimmt." in pages(folder)["compare.html"].text
    model = site_views.typology(named=False)
    found = pages(build(tmp_path / "groups", typology=model))
    assert "passt zu keiner der veröffentlichten Beschreibungen" in found["typ/gruppe_a.html"].text
    assert "Group A" in found["en/typ/gruppe_a.html"].text


def test_a_group_without_a_source_names_none(tmp_path: Path) -> None:
    model = site_views.typology(named=False)
    views = site_views.type_views(model)
    shown = [{**view, "portrait": {"de": "Ohne Namen.", "en": "Unnamed."}, "source": ""} for view in views]
    text = pages(build(tmp_path / "groups", typology=model, type_views=shown))["typ/gruppe_a.html"].text
    assert "Ohne Namen." in text and "Textquelle" not in text


def test_typology_script_is_the_typology_file(site: Path) -> None:
    text = (site / "assets" / "typology.js").read_text(encoding="utf-8")
    assert json.loads(text.removeprefix("window.TYPOLOGY=").removesuffix(";\n")) == site_views.typology()


def test_cooperation_questions_and_bounds_are_printed(parsed: dict[str, Page]) -> None:
    own = parsed[f"gemeinde/{site_views.LISTED[1]}.html"].text
    for words in ("Zuerst zu besprechen", "Was ist uns wichtig?", "Zwei nahe Kommunen passen zusammen.", "Gelöst bei:"):
        assert words in own
    assert "Zuerst zu besprechen" not in parsed[f"gemeinde/{site_views.LISTED[2]}.html"].text, "answers are closed"
    assert "Noch keine passende Kommune. Es fehlen Kommunen." in parsed[f"gemeinde/{site_views.LISTED[5]}.html"].text
    assert "Höchstens 8 von 9 Beteiligten" in parsed["teams.html"].text
    assert "At most 8 of 9" in parsed["en/teams.html"].text


def test_page_on_pain_points_is_linked_and_hides_small_cells(
    site: Path, parsed: dict[str, Page], tmp_path: Path
) -> None:
    shown = parsed["pain-points.html"].text
    assert "Größenklasse 6 61\u00a0% 51\u00a0% – 71\u00a0% 20\u00a0% 40" in shown.replace(" %", "\u00a0%")
    assert "Klasse 7 – – – –" in shown
    assert "Fragen für den Workshop" in shown and "Questions for the workshop" in parsed["en/pain-points.html"].text
    for path in ("index.html", "method.html"):
        assert "pain-points.html" in parsed[path].values("href")
    without = build(tmp_path / "public", workshop=None)
    assert not (without / "pain-points.html").exists()
    assert "pain-points.html" not in Page((without / "index.html").read_text(encoding="utf-8")).values("href")


def test_sheets_and_tables_are_linked_only_when_they_lie_beside_the_site(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    (folder / "sheets" / "gemeinde").mkdir(parents=True)
    (folder / "sheets" / "gemeinde" / "90101003.pdf").write_bytes(b"%PDF")
    build(folder)
    assert "../../sheets/gemeinde/90101003.pdf" in Page(
        (folder / "en/gemeinde/90101003.html").read_text("utf-8")
    ).values("href")
    assert not [
        link for link in Page((folder / "gemeinde/90101004.html").read_text("utf-8")).values("href") if ".pdf" in link
    ]


def test_every_sentence_of_the_site_is_used_and_every_used_one_exists() -> None:
    content = load_content()
    written = [*(ASSETS / "templates").iterdir(), Path(site_build.__file__)]
    sources = "".join(path.read_text(encoding="utf-8") for path in written)
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ASSETS / "static").glob("*.js"))
    assert {key.partition("_")[0] for key in content.sentences} >= {"site", "js"} and len(scripts) > 10_000
    for key in content.sentences:
        if key.startswith("site_table_") and key not in ("site_table_rows", "site_table_csv"):
            continue
        if key == "site_not_stated":  # of the filter by which the templates print what a publisher says
            continue
        if key.startswith("site_"):
            base = re.sub(r"_(heading|stark|schwach|a|b|goals|fields|sizes)$", "", key)
            assert re.search(rf'"({key}|{base}|{base}_)"', sources), key
        if key.startswith("js_"):
            name = key.removeprefix("js_")
            base = name.split("_")[0] + "_"
            composed = base in ("status_", "answer_", "early_", "kind_") and f'"{base}"' in scripts
            assert composed or re.search(rf'\bT\.{name}\b|\bTEXTS\.{name}\b|"{name}"', scripts), key
    for name in set(re.findall(r'\bT\.([a-z_]+)|\bTEXTS\.([a-z_]+)|\bsay\("([a-z_]+)"', scripts)):
        key = "js_" + next(part for part in name if part)
        assert key in content.sentences or key.endswith("_"), key


def test_every_public_table_has_a_name_on_the_page() -> None:
    missing = [name for name in PUBLIC_TABLES if f"site_table_{name}" not in load_content().sentences]
    assert missing == []


def test_statements_that_the_publisher_has_still_to_make_are_missed_visibly(
    parsed: dict[str, Page], site: Path, tmp_path: Path
) -> None:
    assert "feedback" in load_site_config().unfilled() and load_site_config().n_unfilled == 14
    marks = [tag for tag, _ in parsed["imprint.html"].tags if tag == "mark"]
    assert len(marks) == 2, "what is missing must be visible"
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert len(texts) > 20 and not [text for text in texts if "bitte eintragen" in text or "please fill in" in text]
    assert not [text for text in texts if "TODO" in text or "Vorschau, nicht" in text]
    (tmp_path / "website.yaml").write_text("title: {de: a}\nfoo: 1\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_site_config(tmp_path)
    assert {"foo", "imprint", "subtitle"} <= {problem.column for problem in caught.value.problems}
    assert len(site_config.load_glossary()) > 10 and site_config.load_easy_language().sections


def test_a_site_with_open_statements_calls_itself_a_preview_on_every_page(tmp_path: Path) -> None:
    model = site_views.typology(synthetic=False)
    overview = {**site_views.overview(model), "synthetic": False}
    preview = [page.text for page in pages(build(tmp_path / "a", typology=model, overview=overview)).values()]
    assert len(preview) > 20
    assert not [
        text
        for text in preview
        if "Angaben der herausgebenden Stelle: 14" not in text and "from the publisher: 14" not in text
    ]
    said = Text(de="gesagt", en="said")
    section = (site_config.Section(heading=said, paragraphs=(said,)),)
    names = ("accessibility", "enforcement", "imprint", "privacy")
    plain = {"publisher": said, "feedback": "a@b.de", "accessibility_date": "2026-01-01"}
    config = load_site_config().model_copy(update=plain | dict.fromkeys(names, section))
    assert config.unfilled() == ()
    built = build(tmp_path / "b", typology=model, overview=overview, config=config)
    ready = [page.text for page in pages(built).values()]
    assert len(ready) == len(preview)
    assert not [text for text in ready if "Vorschau, nicht" in text or "Preview," in text]


def test_type_colours_stand_out_on_light_and_dark_ground() -> None:
    def contrast(first: str, second: str) -> float:
        """WCAG 2.2, relative luminance and contrast ratio, written out a second time."""
        values = []
        for colour in (first, second):
            parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
            red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
            values.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
        return max(values) / min(values)

    assert contrast("#ffffff", "#000000") == pytest.approx(21) and len(load_content().types) == 4
    for item in load_content().types:
        for ground in (site_data.LIGHT_GROUND, site_data.DARK_GROUND):
            assert contrast(site_data.readable(item.colour, ground), ground) >= 4.8


def unpack(data: dict) -> list[tuple[str, str, str, str]]:
    """The packed register read back, written apart from the script."""
    names, out = iter(data["names"].split("\n")), []
    parts = (data["groups"].split(","), data["kreise"].split("\n"), data["keys"].split(";"), data["sizes"])
    for group, kreis, keys, size in zip(*parts, strict=True):
        last = 0
        for step in keys.split(","):
            last += int(step or "1", 36)
            kind = data["pairs"][ord(data["kinds"][len(out)]) - 93][0]
            out.append((group + str(last)[1:], next(names), kind, kreis))
        assert len(keys.split(",")) == size
    return out


def test_every_suffix_that_is_read_is_shown_in_full() -> None:
    assert set(SUFFIXES_SHOWN) == set(SUFFIXES)
    for short, full in SUFFIXES_SHOWN.items():
        assert " ".join(folded(full)) == SUFFIXES[short]
        assert site_search.shown_name(f"Au b.Zell, {short.upper()}") == f"Au b.Zell, {full}"


def test_packed_register_holds_every_body() -> None:
    rows = site_search.register_table(site_views.register())
    data = site_search.register_data(rows)
    assert sorted(unpack(data)) == sorted(
        zip(rows["key"], rows["name"], rows["kind_label"], rows["kreis_name"], strict=True)
    )
    found = unpack(data)
    assert {found[place][0] for place in data["listed"]} == set(site_views.LISTED)
    other = site_views.register().assign(key=[f"org-{number}" for number in range(len(rows))])
    assert site_search.register_data(site_search.register_table(other))["raw"].count("\n") == len(rows) - 1


def official(path: Path) -> pd.DataFrame:
    """All bodies of the official file, read here by the positions of its record description."""
    laender, kreise, rows = {}, {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, name, label = line[:2], line[22:72].strip(), line[122:124]
        if kind == "10":
            laender[line[10:12]] = name
        elif kind == "40":
            kreise[line[10:15]] = name
            rows.append((line[10:15], name, label))
        elif kind == "50" and label != "50":
            rows.append((line[10:15] + line[18:22], name, label))
        elif kind == "60" and label not in ("65", "66"):
            rows.append((line[10:18], name, label))
    table = pd.DataFrame(rows, columns=["key", "name", "kind_label"])
    table["kreis_name"] = table["key"].str[:5].map(kreise).fillna("")
    table["land_name"] = table["key"].str[:2].map(laender)
    table["size_class"] = "GK" + (table.index % 7 + 1).astype(str)
    return table.assign(listed=False, partner=False)


def test_whole_official_register_stays_small(external: object, tmp_path: Path) -> None:
    rows = official(external("register/GV100AD_301123.txt"))  # type: ignore[operator]
    assert len(rows) > 11_000
    folder = build(tmp_path / "public", municipality_views=[], register_rows=rows, tables={})
    index = gzip.compress((folder / "assets" / "register.js").read_bytes(), 9)
    assert len(index) < 150_000, len(index)
    first = Page((folder / "index.html").read_text(encoding="utf-8"))
    parts = [
        "index.html",
        *(value for value in first.values("src")),
        "assets/site.css",
        "assets/types.css",
        "assets/icon.svg",
    ]
    assert sum((folder / part).stat().st_size for part in parts) < 300_000
    data = json.loads(
        (folder / "assets" / "register.js").read_text("utf-8").removeprefix("window.REGISTER=").removesuffix(";\n")
    )
    assert sorted(row[:2] for row in unpack(data)) == sorted(
        (key, " ".join(name.split())) for key, name in zip(rows["key"], rows["name"], strict=True)
    )


def test_a_placeholder_is_left_out_and_found_in_the_language_of_its_text():
    shipped = load_site_config().model_dump()
    assert "[bitte eintragen" in shipped["publisher"]["de"] and "[please fill in" in shipped["publisher"]["en"]
    assert {"publisher.de", "publisher.en"} <= set(load_site_config().unfilled())
    for text in ("By: [please fill in: name]", "<[Bitte ergänzen: Name]>", "Anschrift: TODO"):
        assert site_pages.filled(text, "fehlt <noch>") == "<mark>fehlt &lt;noch&gt;</mark>"
    assert site_pages.filled("Stadt <A>, Platz [1]", "fehlt") == "Stadt &lt;A&gt;, Platz [1]"
