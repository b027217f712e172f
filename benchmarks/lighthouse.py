"""Scores of the site by Lighthouse: performance, accessibility, good practice, search engines, shift of the layout.

``python benchmarks/lighthouse.py [public folder] [public folder of another study …]`` serves the site of the demo
(``data/processed/demo/public`` if none is named; ``make run`` makes it) on this machine only, and opens seven kinds of
page in both languages as Lighthouse opens them: on a telephone with a slow connection and a slow processor. Of every
other folder the page of one municipality is opened, too. One row a page goes to ``results/lighthouse.csv``; what falls
short of the targets is said, and makes the exit code 1.

Of several looks at a page (``LOOKS=3 python …``; 1 if not said) the medians count. ``machine`` is Lighthouse's own
measure of how fast the machine was meanwhile. Lighthouse counts a desktop from 1,000 and plays a telephone on it; where
other work leaves less than that, performance says nothing about a page, and its cell stays empty.

Needed are Debian's chromium and the npm package: ``npm install lighthouse`` in any folder, its ``node_modules/.bin`` in
``PATH``. Without them nothing is measured, and the script says so.
"""

from __future__ import annotations

import csv
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).parent
DEMO = FOLDER.parent / "data" / "processed" / "demo" / "public"
LOOKS = int(os.environ.get("LOOKS", "1"))
PAGES = (
    "index.html",
    "gemeinde/{key}.html",
    "typ/{type}.html",
    "method.html",
    "map.html",
    "compare.html",
    "self-check.html",
)
SWITCHES = "--headless=new --no-sandbox --disable-gpu"
NOT_ASKED = "robots-txt"
"""Lighthouse asks for this file from inside the page, whose own policy forbids every request."""
LEAST = {"performance": 100, "accessibility": 100, "best-practices": 100, "seo": 95}
MOST_SHIFT = 0.02
DESKTOP = 1000


class Packed(http.server.SimpleHTTPRequestHandler):
    """The files as a web server sends them that packs texts, without a line on each of them."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        import gzip

        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes(), 6, mtime=0)
        self.send_response(200)
        for name, value in (
            ("Content-Type", self.guess_type(path)), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body))),
            ("Cache-Control", "max-age=86400"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the folder on this machine."""
    handler = functools.partial(Packed, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def measured(program: str, address: str) -> dict[str, float]:
    """Scores from 0 to 100, and the shift of the layout, of one look at a page."""
    done = subprocess.run(
        [program, address, "--quiet", "--output=json", f"--skip-audits={NOT_ASKED}", f"--chrome-flags={SWITCHES}"],
        capture_output=True, encoding="utf-8", check=True,
        env={**os.environ, "CHROME_PATH": str(shutil.which("chromium"))},
    )  # fmt: skip
    found = json.loads(done.stdout)
    scores = {name: round(100 * found["categories"][name]["score"]) for name in LEAST}
    for audit in found["audits"].values():
        if audit.get("score") is not None and audit["score"] < 1 and "-v" in sys.argv:
            print("   ", audit["id"], audit["score"], audit.get("displayValue", ""))
    shift = round(found["audits"]["cumulative-layout-shift"]["numericValue"], 4)
    return {**scores, "shift": shift, "machine": found["environment"]["benchmarkIndex"]}


def pages_of(folder: Path, kinds: tuple[str, ...]) -> list[str]:
    """The kinds of page with the keys of a municipality and a type of this site, in both languages."""
    key = sorted(path.stem for path in (folder / "gemeinde").glob("*.html"))[0]
    kind = sorted(path.stem for path in (folder / "typ").glob("*.html"))[0]
    names = [name.format(key=key, type=kind) for name in kinds]
    return [prefix + name for name in names if (folder / name).is_file() for prefix in ("", "en/")]


def main() -> int:
    program = shutil.which("lighthouse")
    if program is None or shutil.which("chromium") is None:
        print("Lighthouse or chromium is not installed: nothing is measured (npm install lighthouse; PATH).")
        return 0
    folders = [Path(text) for text in sys.argv[1:] if text != "-v"] or [DEMO]
    if not (folders[0] / "index.html").is_file():
        print(f"{folders[0]} holds no site: nothing is measured (make run).")
        return 0
    lines, short = [], []
    for number, folder in enumerate(folders):
        survey = folder.resolve().parent.name
        with served(folder) as address:
            for page in pages_of(folder, PAGES if number == 0 else PAGES[1:2]):
                looks = [measured(program, address + page) for _ in range(LOOKS)]
                scores = {name: median(look[name] for look in looks) for name in looks[0]}
                line: dict[str, Any] = {"survey": survey, "page": page, **scores}
                if line["machine"] < DESKTOP:
                    line["performance"] = None
                print(line, flush=True)
                lines.append(line)
                short += [f"{page}: {name}" for name, least in LEAST.items() if (line[name] or least) < least]
                short += [f"{page}: shift"] if float(line["shift"]) > MOST_SHIFT else []
    with (FOLDER / "results" / "lighthouse.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(lines)
    print("short of the target:", "; ".join(short) if short else "none")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
