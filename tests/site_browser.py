"""What the browser tests share: the sites, Debian's chromium, and tabs that remember what went wrong."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
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
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sites of a practice typology, of a typology from a survey, of yes-or-no and rated goals, and of none."""
    root = tmp_path_factory.mktemp("sites")
    models = {
        "practice": site_views.typology(),
        "survey": site_views.typology(synthetic=False),
        "yes_no": site_views.typology(synthetic=False, kind="yes_no"),
        "rating": site_views.typology(synthetic=False, kind="rating"),
        "none": None,
    }
    return {name: build(root / name, model) for name, model in models.items()}


@pytest.fixture(scope="session")
def build_sample() -> Callable[..., Path]:
    """Builds a sample site with some inputs changed."""
    return build


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()


class Visit:
    """A tab that remembers every console message, page error and request."""

    def __init__(self, browser: Any, base: str, **options: Any) -> None:
        self.base = base
        self.context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}} | options)
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.troubles.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", lambda request: self.requests.append(request.url))

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

    def check(self) -> None:
        """Nothing went wrong and nothing was asked of anybody else."""
        assert self.troubles == []
        assert [url for url in self.requests if not url.startswith((self.base, "about:blank"))] == []


@pytest.fixture
def visit(browser: Any, folders: dict[str, Path]) -> Iterator[Any]:
    """Opens tabs: ``visit("practice")``; each is checked for troubles at the end."""
    opened: list[Visit] = []

    def make(name: str = "practice", base: str = "", **options: Any) -> Visit:
        opened.append(Visit(browser, base or folders[name].as_uri() + "/", **options))
        return opened[-1]

    yield make
    for tab in opened:
        tab.context.close()
        tab.check()


@pytest.fixture(scope="module")
def served(folders: dict[str, Path]) -> Iterator[str]:
    """The practice site over HTTP on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            return

    handler = functools.partial(Quiet, directory=str(folders["practice"]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def searching(browser: Any, folders: dict[str, Path]) -> Iterator[dict[str, Any]]:
    """The first page in both languages, kept open for many searches."""
    tabs = {language: Visit(browser, folders["practice"].as_uri() + "/") for language in ("", "en/")}
    yield {language: tab.go(language + "index.html") for language, tab in tabs.items()}
    for tab in tabs.values():
        tab.context.close()
        tab.check()


@pytest.fixture(scope="module")
def narrow(browser: Any, folders: dict[str, Path]) -> Iterator[Visit]:
    """320 CSS pixels: what 1280 pixels are at 400 % zoom."""
    tab = Visit(browser, folders["practice"].as_uri() + "/", viewport={"width": 320, "height": 640})
    yield tab
    tab.context.close()
    tab.check()
