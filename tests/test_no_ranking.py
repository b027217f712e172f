"""Nothing that is published can be made a league table of municipalities."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

#: Why a number of a single municipality cannot be read as better or worse. What stands in no line has no business here.
FACTS = {"population", "area_km2", "density", "longitude", "latitude", "urbanisation"}
CHANCES = ("p_",)  # how sure a type is, and none is better than another
OWN_ANSWERS = {"stand", "wichtig"}  # one column a field, as it was answered; a sum over fields is published nowhere
OF_PAIRS = {
    "similar",
    "complementary",
    "cooperation-members",
    "team-members",
}  # what fits whom, not what somebody is worth
OF_STEPS = {"agenda"}  # which step comes first in one municipality, by its own answers
PLACES = {"place", "error"}  # on a leaning from and to goals
COMPARED = {"own", "type_value", "all_value", "n_type", "n_all"}  # one answer beside two means, in the long table
COUNTS = {"answered", "rank", "n"}


def numeric_columns(public: Path) -> dict[str, set[str]]:
    """Of every public table with a row for a municipality its numeric columns."""
    package = json.loads((public / "datapackage.json").read_text(encoding="utf-8"))
    found = {}
    for resource in package["resources"]:
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        if "key" in fields:
            found[resource["name"]] = {name for name, kind in fields.items() if kind in ("number", "integer")}
    return found


@pytest.mark.parametrize("world", ["demo", "nationwide"])
def test_no_public_table_has_a_score_of_single_municipalities(request: pytest.FixtureRequest, world: str) -> None:
    found = numeric_columns(request.getfixturevalue(f"{world}_processed") / "public")
    assert {"municipalities", "assignments", "stand", "similar"} <= set(found)
    unexplained = {
        (table, name)
        for table, names in found.items()
        for name in names
        if not (
            name in FACTS | PLACES | COUNTS | COMPARED
            or name.startswith(CHANCES)
            or table in OWN_ANSWERS | OF_PAIRS | OF_STEPS
        )
    }
    assert unexplained == set()


class Tables(HTMLParser):
    """Of every table of a page the links to municipalities in row headers, and the headings of numeric cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[tuple[bool, list[str]]] = []
        self.heads: list[str] = []
        self.head = self.naming = False
        self.column, self.cell = 0, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "thead":
            self.heads = []
        elif tag == "tr":
            self.rows.append((False, []))
            self.column = -1
        elif tag in ("th", "td"):
            self.column += 1
            self.head = given.get("scope") == "row"
            self.naming = given.get("scope") == "col"
            if self.naming:
                self.heads.append("")
            self.cell = ""
        elif tag == "a" and self.head and "gemeinde/" in (given.get("href") or ""):
            self.rows[-1] = (True, self.rows[-1][1])

    def handle_endtag(self, tag: str) -> None:
        self.naming = self.naming and tag != "th"
        if tag == "td" and self.rows and re.fullmatch(r"[\d.,]+(\s%)?", self.cell.strip()):
            self.rows[-1][1].append(self.heads[self.column])

    def handle_data(self, data: str) -> None:
        self.cell += data
        if self.naming:
            self.heads[-1] += data.strip()


@pytest.mark.parametrize("world", ["demo", "nationwide"])
def test_no_page_puts_municipalities_beside_a_number_but_their_population(
    request: pytest.FixtureRequest, world: str
) -> None:
    public = request.getfixturevalue(f"{world}_processed") / "public"
    rows = {path.name: Tables(path.read_text(encoding="utf-8")).rows for path in public.glob("*.html")}
    listing = [labels for page in rows.values() for of_municipality, labels in page if of_municipality]
    assert len(listing) > 100 and {"map.html", "partners.html"} <= {
        name for name, page in rows.items() if any(of_municipality for of_municipality, _ in page)
    }
    assert {label for labels in listing for label in labels} == {"Bevölkerung"}


@pytest.mark.parametrize("world", ["demo", "nationwide"])
def test_pages_list_municipalities_by_name_and_the_method_page_says_why(
    request: pytest.FixtureRequest, world: str
) -> None:
    from typology.content.catalogue import load_content
    from typology.publishing.site.pages import alphabetical

    public = request.getfixturevalue(f"{world}_processed") / "public"
    for language in ("de", "en"):
        folder = public if language == "de" else public / language
        text = " ".join((folder / "method.html").read_text(encoding="utf-8").split())
        assert load_content().say("site_method_ranking", language) in text
    listed = json.loads((public / "assets" / "listed.js").read_text(encoding="utf-8")[len("window.LISTED=") : -2])
    assert set(listed) == {"types", "topics", "type", "topic"}, "in the order of the register, and without a score"
    assert len(listed["type"]) == len(list((public / "gemeinde").glob("*.html"))) > 50
    page = (public / "map.html").read_text(encoding="utf-8")
    names = [name.split(" (")[0] for name in re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)', page)]
    assert len(names) > 50
    assert names == sorted(names, key=alphabetical)
