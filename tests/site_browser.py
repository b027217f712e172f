"""What the browser tests share: the sites, Debian's chromium, and tabs that remember what went wrong."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import site_views

from typology.content.catalogue import load_content
from typology.content.site import load_site_config
from typology.publishing.site.build import build_site

CHROMIUM = shutil.which("chromium")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# One page of every kind.
KINDS = (
    "index.html", "gemeinde/90101004.html", "gemeinde/90102001.html", "gemeinde/91000000.html", "typ/bedaechtige.html",
    "self-check.html", "compare.html#90101003&90101004", "partners.html", "teams.html", "method.html", "glossary.html",
    "easy-language.html", "accessibility.html", "imprint.html", "privacy.html", "register.html", "register-91.html",
    "listed.html", "not-published.html#09162000", "pain-points.html", "map.html",
)  # fmt: skip


def build(folder: Path, model: dict[str, Any] | None, **changes: Any) -> Path:
    shown = model or site_views.typology()
    inputs: dict[str, Any] = {
        "municipality_views": site_views.municipality_views(shown),
        "type_views": site_views.type_views(shown),
        "overview": {**site_views.overview(shown), "synthetic": bool(shown["synthetisch"])},
        "register_rows": site_views.register(),
        "typology": model,
        "config": load_site_config(),
        "content": load_content(),
        "tables": site_views.tables(),
        "workshop": site_views.workshop(),
    }
    build_site(folder, **(inputs | changes))
    return folder


@pytest.fixture(scope="session")
def folders(once: Callable[..., Path]) -> dict[str, Path]:
    """Sites of a practice typology, of a typology from a survey, of yes-or-no and rated goals, of none, and one with
    all that stands only on the pages of some studies.
    """
    models = {
        "practice": site_views.typology(),
        "survey": site_views.typology(synthetic=False),
        "yes_no": site_views.typology(synthetic=False, kind="yes_no"),
        "rating": site_views.typology(synthetic=False, kind="rating"),
        "none": None,
    }

    def build_all(root: Path) -> None:
        for name, model in models.items():
            build(root / name, model)
        build(root / "rare", None, **site_views.rare())

    root = once("sites", build_all)
    return {name: root / name for name in (*models, "rare")}


@pytest.fixture(scope="session")
def build_sample() -> Callable[..., Path]:
    """Builds a sample site with some inputs changed."""
    return build


class Running:
    """The browsers and the empty tabs of chromium, kept from one file of browser tests to the next."""

    def __init__(self) -> None:
        self.open = ExitStack()
        self.play: Any = None
        self.browsers: dict[str, Any] = {}
        self.tabs: dict[str, list[Any]] = {}

    def launch(self, name: str = "chromium", **options: Any) -> Any:
        from playwright.sync_api import sync_playwright

        if self.play is None:
            self.play = self.open.enter_context(sync_playwright())
        if name not in self.browsers:
            known = {"executable_path": CHROMIUM, "args": SWITCHES} if name == "chromium" else {}
            self.browsers[name] = getattr(self.play, name).launch(**(known | options))
            self.open.callback(self.browsers[name].close)
        return self.browsers[name]

    def close(self) -> None:
        self.open.close()
        self.play = None
        self.browsers.clear()
        self.tabs.clear()


RUNNING = Running()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Its loop of events would be in the way of tests that start one of their own."""
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        RUNNING.close()


def pytest_sessionfinish() -> None:
    """After the first failure of ``-x`` there was a next test that did not run."""
    RUNNING.close()


@pytest.fixture(scope="module")
def browser() -> Any:
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    return RUNNING.launch()


def open_tab(browser: Any, **options: Any) -> Any:
    """An empty page in a context of its own."""
    return browser.new_context(**{"viewport": {"width": 1200, "height": 900}} | options).new_page()


class Visit:
    """A tab that remembers every console message, page error and request from now on."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.watches: dict[str, Callable[[Any], None]] = {
            "console": lambda message: self.troubles.append(f"{message.type}: {message.text}"),
            "pageerror": lambda error: self.troubles.append(f"error: {error}"),
            "requestfailed": self._failed,
            "request": lambda request: self.requests.append(request.url),
        }
        for event, watch in self.watches.items():
            page.on(event, watch)

    def _failed(self, request: Any) -> None:
        # A tab that moves on gives up what it was loading; only that is no trouble.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def go(self, path: str) -> Any:
        # A new text after "#" alone would not load the page again.
        if "#" in path:
            self.page.goto("about:blank")
        self.page.goto(self.base + path)
        return self.page

    def leave(self) -> None:
        """Empty the tab for the next visit and look back: nothing went wrong, nothing was asked of anybody else."""
        self.page.goto("about:blank")
        self.page.emulate_media(media="null")
        self.page.mouse.move(0, 0)
        for event, watch in self.watches.items():
            self.page.remove_listener(event, watch)
        self.check()

    def close(self) -> None:
        """Close the tab with its context and look back."""
        self.page.context.close()
        self.check()

    def check(self) -> None:
        assert self.troubles == []
        assert [url for url in self.requests if not url.startswith((self.base, "about:blank"))] == []


@pytest.fixture
def visit(browser: Any, folders: dict[str, Path]) -> Iterator[Any]:
    """Visits in tabs of their own: ``visit("practice")``; each is checked for troubles at the end."""
    made: list[tuple[str, Visit]] = []
    empty_tabs = RUNNING.tabs  # by their options: a new one with its processes costs more than most tests

    def make(name: str = "practice", base: str = "", **options: Any) -> Visit:
        start = base or folders[name].as_uri() + "/"
        kind = f"{start.partition(':')[0]} {sorted(options.items())}"
        waiting = empty_tabs.setdefault(kind, [])
        made.append((kind, Visit(waiting.pop() if waiting else open_tab(browser, **options), start)))
        return made[-1][1]

    yield make
    for kind, tab in made:
        empty_tabs[kind].append(tab.page)
        tab.leave()


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of a folder over HTTP on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            return

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def served(folders: dict[str, Path]) -> Iterator[str]:
    """The practice site over HTTP on loopback."""
    with serve(folders["practice"]) as address:
        yield address


@pytest.fixture(scope="module")
def searching(browser: Any, folders: dict[str, Path]) -> Iterator[dict[str, Any]]:
    """The first page in both languages, kept open for many searches."""
    tabs = {language: Visit(open_tab(browser), folders["practice"].as_uri() + "/") for language in ("", "en/")}
    yield {language: tab.go(language + "index.html") for language, tab in tabs.items()}
    for tab in tabs.values():
        tab.close()


@pytest.fixture(scope="module")
def narrow(browser: Any, folders: dict[str, Path], served: str) -> Iterator[list[Visit]]:
    """320 CSS pixels: what 1280 pixels are at 400 % zoom. One tab reads files, one over HTTP."""
    page = open_tab(browser, viewport={"width": 320, "height": 640})
    tabs = [Visit(other, base) for other, base in (
        (page, folders["practice"].as_uri() + "/"), (page.context.new_page(), served)
    )]  # fmt: skip
    yield tabs
    page.context.close()
    for tab in tabs:
        tab.check()
