"""Chromium, Firefox and WebKitGTK behind the same few verbs, so that one walk through the site is made in each of them.

Playwright drives Debian's chromium and, over WebDriver BiDi, Debian's firefox-esr as it is; Selenium drives WebKitGTK
by its own driver, on a screen that is only in memory. An engine that is not installed is skipped, and the skip names
what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import pytest

ENGINES = ("chromium", "firefox", "webkit")
DEBIAN = {
    "chromium": {"chromium": "chromium"},
    "firefox": {"firefox-esr": "firefox-esr"},
    "webkit": {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"},
}
"""For each engine its programs, and the Debian package of each."""
NEWEST_FOR_FIREFOX = (1, 64)
"""Later ones of Playwright ask of Firefox what Debian's does not know (``emulation.setMediaFeaturesOverride``)."""
WAIT = 10
"""Seconds after which what should have come has not come."""


def programs_of(engine: str) -> dict[str, str]:
    """The programs of an engine with their paths; where one is missing, a skip that names its package."""
    found = {program: shutil.which(program) for program in DEBIAN[engine]}
    missing = [DEBIAN[engine][program] for program, path in found.items() if path is None]
    if missing:
        pytest.skip(f"{engine} is not installed here (apt-get install --no-install-recommends {' '.join(missing)})")
    return {program: str(path) for program, path in found.items()}


def firefox_options(programs: dict[str, str], downloads: Path) -> dict[str, Any]:
    """How Playwright starts Mozilla's own Firefox."""
    found = version("playwright")
    if tuple(int(part) for part in found.split(".")[:2]) > NEWEST_FOR_FIREFOX:
        pytest.skip(f"playwright {found} cannot drive Debian's firefox-esr; requirements/dev.txt names one that can")
    return {"channel": "moz-firefox", "executable_path": programs["firefox-esr"], "downloads_path": downloads}


MIDDLE = """place => {
    // of the first match, moved into the window
    const node = document.querySelector(place);
    node.scrollIntoView({ block: "center" });
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""


class Tab(Protocol):
    """What a walk does in a tab. Places are CSS selectors, of which the first match is meant; scripts are functions."""

    def go(self, address: str) -> None: ...
    def reload(self) -> None: ...
    def back(self) -> None: ...
    def forward(self) -> None: ...
    def click(self, place: str) -> None: ...
    def write(self, place: str, text: str) -> None: ...
    def run(self, script: str, *given: Any) -> Any: ...
    def picture(self) -> bytes:
        """What the window shows, as PNG."""

    def saved(self, place: str) -> tuple[str, str]:
        """Name and text of the file that a click hands over."""

    def until(self, script: str, *given: Any) -> Any:
        """What the script returns as soon as that is true, also on the page to which the tab is moving on."""


class Steps:
    """Verbs that every engine has in the same way."""

    run: Callable[..., Any]

    def text(self, place: str) -> str:
        """The visible text of the first match, blanks and line breaks as single blanks."""
        return " ".join(self.run("place => document.querySelector(place).innerText", place).split())

    def texts(self, place: str) -> list[str]:
        """The visible text of every match that is shown."""
        script = (
            "place => [...document.querySelectorAll(place)].filter(node => node.getClientRects().length)"
            ".map(node => node.innerText)"
        )
        return [" ".join(text.split()) for text in self.run(script, place)]

    def address(self) -> str:
        return str(self.run("() => location.href"))


class PlaywrightTab(Steps):
    """A tab of Chromium or Firefox. Firefox hands its files over into ``downloads``."""

    def __init__(self, page: Any, downloads: Path | None) -> None:
        self.page, self.downloads = page, downloads
        page.set_default_timeout(1000 * WAIT)

    def go(self, address: str) -> None:
        self.page.goto("about:blank")  # another text after "#" alone would not load the page again
        self.page.goto(address)

    def reload(self) -> None:
        self.page.reload()

    def back(self) -> None:
        """Playwright's own step back waits for a page that Firefox had kept."""
        self.run("() => { setTimeout(() => history.back()); }")  # after the answer, which leaving would cut off

    def forward(self) -> None:
        self.run("() => { setTimeout(() => history.forward()); }")

    def click(self, place: str) -> None:
        """With the mouse at its middle: Playwright's own click waits after Back for a page that Firefox had kept."""
        self.until("place => document.querySelector(place) !== null", place)
        middle, before = self.run(MIDDLE, place), None
        while middle != before:  # what has just been scrolled to or is still being set moves under the mouse
            self.run("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
            middle, before = self.run(MIDDLE, place), middle
        self.page.mouse.click(*middle)

    def write(self, place: str, text: str) -> None:
        self.click(place)
        self.run("() => document.activeElement.select()")
        self.page.keyboard.type(text)

    def run(self, script: str, *given: Any) -> Any:
        return self.page.evaluate(f"given => ({script})(...given)", list(given))

    def until(self, script: str, *given: Any) -> Any:
        found = self.page.wait_for_function(f"given => ({script})(...given)", arg=list(given))
        return found.json_value()

    def picture(self) -> bytes:
        return bytes(self.page.screenshot())

    def saved(self, place: str) -> tuple[str, str]:
        if self.downloads is None:
            with self.page.expect_download() as caught:
                self.click(place)
            return caught.value.suggested_filename, Path(caught.value.path()).read_text(encoding="utf-8-sig")
        before = set(self.downloads.iterdir())
        self.click(place)
        for _ in range(20 * WAIT):
            new = [path for path in self.downloads.iterdir() if path not in before and path.suffix == ".csv"]
            if new and (text := new[0].read_text(encoding="utf-8-sig")):
                return new[0].name, text
            self.page.wait_for_timeout(50)
        raise TimeoutError(f"{place} hands no file over")


class WebKitTab(Steps):
    """A tab of WebKitGTK. Its driver tells of no downloads: the page itself is asked what it hands over."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def go(self, address: str) -> None:
        self.driver.get("about:blank")
        self.driver.get(address)

    def reload(self) -> None:
        self.driver.refresh()

    def back(self) -> None:
        self.driver.back()

    def forward(self) -> None:
        self.driver.forward()

    def click(self, place: str) -> None:
        self.until("place => document.querySelector(place) !== null", place)
        self.driver.find_element("css selector", place).click()

    def write(self, place: str, text: str) -> None:
        field = self.driver.find_element("css selector", place)
        field.clear()
        field.send_keys(text)

    def run(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(f"return ({script})(...arguments)", *given)

    def until(self, script: str, *given: Any) -> Any:
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.wait import WebDriverWait

        waiting = WebDriverWait(self.driver, WAIT, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        return waiting.until(lambda _: self.run(script, *given))

    def picture(self) -> bytes:
        return bytes(self.driver.get_screenshot_as_png())

    def saved(self, place: str) -> tuple[str, str]:
        self.run(
            "() => { URL.createObjectURL = blob => {"
            " blob.text().then(text => { window.written = text; }); return 'blob:'; };"
            " URL.revokeObjectURL = () => {};"
            " HTMLAnchorElement.prototype.click = function () { window.named = this.download; }; }"
        )
        self.click(place)
        text = self.until("() => window.written")
        return str(self.run("() => window.named")), str(text).removeprefix("\ufeff")


@contextmanager
def screen(program: str) -> Iterator[str]:
    """A screen in memory; its server chooses the number and says so when it is ready."""
    told, tell = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(tell), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
        pass_fds=[tell], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tell)
    try:
        with os.fdopen(told) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def webkit(programs: dict[str, str]) -> Iterator[Any]:
    """Selenium's driver of WebKitGTK's own small browser."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (make test sets it up)")
    from selenium.webdriver.webkitgtk.service import Service

    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    if not browsers:
        pytest.skip("webkit has no MiniBrowser here (apt-get install libwebkit2gtk-4.1-0)")
    options = selenium.WebKitGTKOptions()
    options.binary_location = str(browsers[-1])
    options.add_argument("--automation")
    with screen(programs["Xvfb"]) as display:
        service = Service(programs["WebKitWebDriver"], env={**os.environ, "DISPLAY": display})
        driver = selenium.WebKitGTK(options=options, service=service)
        driver.command_executor.client_config.timeout = 3 * WAIT  # a driver that no longer answers is a failure
        try:
            driver.set_window_size(1200, 900)
            yield driver
        finally:
            driver.quit()
