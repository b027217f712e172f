"""How long the pages themselves take on a clerk's way: find the place, read its type, first step and first partner.

``python benchmarks/clerks_way.py [public folder …]`` (``data/processed/demo/public`` if none is named) goes the way
that ``docs/pages/municipality.md`` describes, in a telephone's window of Debian's chromium, ``REPEATS`` times for a
listed and for an unlisted municipality. Written to ``results/clerks_way.csv`` are the number of actions, the letters
typed, and for every step the median of the processor time of the page's main thread (reading, scripts, layout, style),
times ``SLOWER`` for a telephone; other work on the machine does not count. Not in these times either: the network, the
drawing on the screen, and the person, who reads, types and looks for the next link.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).parent
DEMO = FOLDER.parent / "data" / "processed" / "demo" / "public"
SLOWER, REPEATS = 4, 7
UNLISTED = """() => {
  const found = window.Register.load(), often = {};
  found.forEach(entry => { often[entry.name] = (often[entry.name] || 0) + 1; });
  const free = found.find(entry => !entry.listed && often[entry.name] === 1 && entry.key.length === 8);
  return [free.name, free.key];
}"""
Steps = list[tuple[str, Callable[[], object]]]


def listed(folder: Path) -> tuple[str, str, str]:
    """Name and key of the first municipality with type, steps and partners, and the key of its first partner."""
    views = (json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "gemeinde").glob("*.json")))
    view = next(view for view in views if view["type"] and view["agenda"] and view["similar"])
    return view["name"], view["key"], view["similar"][0]["key"]


def steps_of(page: Any, home: str, name: str, key: str, partner: str) -> Steps:
    """The way as pairs of a word for the step and what is done until its page stands; without a partner: unlisted."""
    target = f"gemeinde/{key}.html" if partner else f"not-published.html#{key}"
    first = "section[aria-labelledby=first-partners] li a" if partner else "#near .partner-name a"

    def find() -> None:
        page.locator("#q").press_sequentially(name)
        page.locator(f"#results a[href$='{target}']").wait_for()

    def open_place() -> None:
        page.locator(f"#results a[href$='{target}']").tap()
        page.locator(first).first.wait_for()

    def open_next() -> None:
        page.locator(first if partner else "#to-check").first.tap()
        page.wait_for_url("**/gemeinde/**" if partner else f"**/self-check.html#{key}")
        page.locator("h1" if partner else ".chosen-own").first.wait_for()

    return [("first page", lambda: page.reload()), ("find", find), ("place", open_place), ("next", open_next)]


def timed(page: Any, home: str, way: tuple[str, str, str]) -> dict[str, float]:
    """Milliseconds of processor time of every step of one walk, as on a processor that is ``SLOWER``."""
    page.goto(home)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    found, before = {}, 0.0
    for word, act in steps_of(page, home, *way):
        act()
        metrics = session.send("Performance.getMetrics")["metrics"]
        now = next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")
        # counted from the beginning of each page: only typing goes on where the step before has ended
        found[word] = 1000 * SLOWER * (now - before if word == "find" else now)
        before = now
    session.detach()
    return found


def main() -> None:
    folders = [Path(text) for text in sys.argv[1:]] or [DEMO]
    if shutil.which("chromium") is None or not all((folder / "index.html").is_file() for folder in folders):
        print("Without chromium and a site nothing is measured (apt-get install chromium; make run).")
        return
    from playwright.sync_api import sync_playwright

    lines = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
        page.set_default_timeout(120_000)
        for folder in folders:
            home = (folder / "index.html").resolve().as_uri()
            page.goto(home)
            for kind, way in (("listed", listed(folder)), ("unlisted", (*page.evaluate(UNLISTED), ""))):
                walks = [timed(page, home, way) for _ in range(REPEATS)]
                sums = [sum(walk.values()) for walk in walks]
                lines.append(
                    {"survey": folder.resolve().parent.name, "place": kind, "actions": 3, "letters": len(way[0])}
                    | {f"{word.replace(' ', '_')}_ms": round(median(walk[word] for walk in walks)) for word in walks[0]}
                    | {"all_median_ms": round(median(sums)), "all_longest_ms": round(max(sums))}
                )
                print(lines[-1])
        browser.close()
    with (FOLDER / "results" / "clerks_way.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(lines)


if __name__ == "__main__":
    main()
