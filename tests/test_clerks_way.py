"""A clerk's way on a phone, step by step: find the place, its type, its first step, its first partner.

Listed: (1) type the name, (2) touch the place: type, first step and first partner stand on its page in this order,
before anything else is touched; (3) touch the partner. Not listed: (1) type the name, (2) touch the place: the types,
and the nearest place that is listed, with its type; (3) touch the self-check, in which the place is already chosen.
What comes then are the clerk's own answers, and at their end type, steps and partners.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from typology.content.catalogue import load_content
from typology.publishing.site.shared import read_view
from typology.survey.survey import read_survey

pytest_plugins = ["site_browser"]
pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SCREENS = 2
"""Type, first step and first partner begin within so many screens of a phone."""


class Ways(NamedTuple):
    """A site, and the names and keys that are looked for."""

    base: str
    listed: tuple[str, str]
    unlisted: tuple[str, str]


def of_study(processed: Path) -> Ways:
    """The first listed municipality with steps and partners, and the first body of the register without a page."""
    public = processed / "public"
    views = (read_view(path) for path in sorted((public / "gemeinde").glob("*.json")))
    known = next(view for view in views if view["type"] and view["agenda"] and view["similar"])
    pages = {path.stem for path in (public / "gemeinde").glob("*.html")}
    register = read_survey(processed.parent / "raw-bund").register
    assert register is not None
    places = register.bodies[register.bodies["kind"] == "gemeinde"]
    names = places["base_name"].value_counts()
    free = next(key for key, name in places["base_name"].items() if key not in pages and names[name] == 1)
    return Ways(f"{public.as_uri()}/", (known["name"], known["key"]), (places.at[free, "base_name"], str(free)))


@pytest.fixture(params=["sample", "nationwide"])
def ways(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Ways:
    if request.param == "sample":
        base = folders["practice"].as_uri() + "/"
        return Ways(base, ("Ahrfelde", "90101003"), ("Neuenkirchen Nordheide", "90101005"))
    return of_study(request.getfixturevalue("nationwide_processed"))


class Clerk:
    """Counts what is done with the finger: typing into a field is one action, a touch is one."""

    def __init__(self, page: Any) -> None:
        self.page, self.actions = page, 0

    def write(self, place: str, text: str) -> None:
        self.page.fill(place, text)
        self.actions += 1

    def touch(self, place: Any) -> None:
        (self.page.locator(place).first if isinstance(place, str) else place).tap()
        self.actions += 1

    def height(self, place: str) -> float:
        """How many screens down an element begins."""
        node = self.page.locator(place).first
        assert node.is_visible(), place
        return float(node.evaluate("node => node.getBoundingClientRect().top + window.scrollY")) / 844


def test_a_listed_place_in_three_actions(visit: Any, ways: Ways) -> None:
    tab = visit(base=ways.base, **PHONE)
    clerk = Clerk(tab.go("index.html"))
    name, key = ways.listed
    clerk.write("#q", name)
    clerk.touch(f"#results a[href$='gemeinde/{key}.html']")
    clerk.page.wait_for_url(f"**/gemeinde/{key}.html")
    first_step, first_partner = "section[aria-labelledby=first-steps] li", "section[aria-labelledby=first-partners] li"
    heights = [clerk.height(place) for place in (".verdict-type", first_step, first_partner)]
    assert heights == sorted(heights) and heights[0] < 1 and heights[-1] < SCREENS
    link = clerk.page.locator(f"{first_partner} a").first
    partner, target = link.inner_text(), str(link.get_attribute("href"))
    clerk.touch(link)
    clerk.page.wait_for_url(f"**/{target.rpartition('/')[2]}*")
    assert partner.split(" (")[0] in clerk.page.inner_text("h1") and clerk.actions <= 3


def test_an_unlisted_place_in_three_actions_and_its_own_answers(visit: Any, ways: Ways) -> None:
    content = load_content()
    tab = visit(base=ways.base, **PHONE)
    clerk = Clerk(tab.go("index.html"))
    name, key = ways.unlisted
    clerk.write("#q", name)
    clerk.touch(f"#results a[href$='#{key}']")
    clerk.page.wait_for_url(f"**/not-published.html#{key}")
    assert clerk.page.inner_text("h1").startswith(name.split()[0])
    assert clerk.height("#to-check") < 1 and clerk.page.locator("#near li p:first-child a").first.is_visible()
    assert clerk.page.locator("main a[href*='typ/']").count() >= 2
    clerk.touch("#to-check")
    clerk.page.wait_for_url(f"**/self-check.html#{key}")
    assert name.split()[0] in clerk.page.inner_text("main") and clerk.actions <= 3
    clerk.touch(clerk.page.get_by_text(content.say("js_begin", "de"), exact=True))
    answers = clerk.page.locator("fieldset input[type=checkbox]")
    for place in range(min(2, answers.count())):
        answers.nth(place).check()
    clerk.touch("button[type=submit]")
    assert clerk.page.locator(".result .agenda li").first.is_visible()
    assert clerk.page.locator(".result .partners li").first.is_visible()
