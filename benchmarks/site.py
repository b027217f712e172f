"""Weight of the site: bytes a page and a folder, seconds of building, milliseconds of a search, shift of the layout.

``python benchmarks/site.py [listed …]`` builds two sites for each number of listed municipalities (150 and 2,000 if
none is named), and writes one row each to ``results/site.csv``: ``sample``, the views of the tests at places of the
official register where it lies (``TYPOLOGY_EXTERNAL_DATA``/register), which shows how the search takes real names; and
``study``, a study of the nationwide world with as many respondents as it takes, computed without sheets and with few
replicates, which shows what pages really weigh. In chromium some pages are opened with the processor slowed down four
times: one letter, a beginning and a slip are typed, and the shift of the layout is read while the page loads.
Lighthouse is run where node and the npm package are installed.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "tests"))

import site_views  # noqa: E402
from method_tables import BLOCK, markdown  # noqa: E402

from typology.content.catalogue import load_content  # noqa: E402
from typology.content.site import load_site_config  # noqa: E402
from typology.publishing.site.build import build_site  # noqa: E402
from typology.register.register import read_register  # noqa: E402
from typology.simulation.nationwide import nationwide_register  # noqa: E402
from typology.simulation.survey import simulate_survey  # noqa: E402
from typology.study.store import public_study, write_site  # noqa: E402
from typology.study.workflow import read_study, run_study  # noqa: E402
from typology.survey.survey import read_survey  # noqa: E402
from typology.tables.settings import Settings  # noqa: E402

PAGE = FOLDER.parent / "docs" / "pages" / "scaling.md"
LISTED = (150, 2000)
ASKED = 1.2
"""Respondents for one that agrees to be listed."""
SLOWER = 4
TYPED = ("e", "k", "neu", "frankf", "Mnchen", "Düseldorf", "Neuenkirchen Steinfurt")
REPEATS = 7
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 800);
})"""
SEARCH = """([texts, repeats]) => texts.flatMap(text => Array.from({ length: repeats }, () => {
  const field = document.getElementById("q"), start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("input"));
  return performance.now() - start;
}))"""


def bodies() -> tuple[str, pd.DataFrame]:
    """The official register where it lies, else the invented one of a whole country."""
    folder = Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA", ".")) / "register"
    files = sorted(folder.glob("AuszugGV*.xlsx"))
    if files:
        return files[0].name, read_register(files[0]).bodies
    return "invented", nationwide_register(content=load_content())


def sample(register: pd.DataFrame, n: int) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """``n`` listed municipalities at their places in the register, with the views of the tests under other names."""
    rows = register.reset_index()
    places = rows[rows["kind"].isin(["gemeinde", "kreisfrei"])]
    chosen = places.iloc[np.linspace(0, len(places) - 1, n).astype(int)].drop_duplicates("key")
    models = site_views.municipality_views()
    keys = chosen["key"].tolist()
    views = []
    for number, row in enumerate(chosen.to_dict("records")):
        name = str(row["name"])
        near = [keys[(number + step) % len(keys)] for step in range(1, 6)]
        named = {key: str(chosen["name"].iloc[(number + step) % len(keys)]) for step, key in enumerate(near, 1)}
        partners = [{**models[0]["similar"][0], "key": key, "name": named[key]} for key in near]
        views.append({**models[number % 2], "key": row["key"], "name": name, "name_long": name, "name_listed": name,
                      "kreis_name": row["kreis_name"], "land_name": row["land_name"], "similar": partners,
                      "complementary": partners[:3], "team": None, "cooperation": []})  # fmt: skip
    listed = rows["key"].isin(keys)
    return views, rows.assign(listed=listed, partner=listed)


def weights(site: Path) -> dict[str, Any]:
    """Bytes of the folder and of single pages; packed as a server sends them."""
    files = [path for path in site.rglob("*") if path.is_file()]

    def packed(name: str) -> float:
        return round(len(gzip.compress((site / name).read_bytes(), 9, mtime=0)) / 1000, 1)

    kinds = {
        ending: sum(path.stat().st_size for path in files if path.suffix == ending) for ending in (".html", ".json")
    }
    page = (site / "index.html").read_text(encoding="utf-8")
    loaded = sorted({part.split('"')[0] for mark in ('src="', 'href="assets/') for part in page.split(mark)[1:]})
    names = ["index.html", *(name if name.startswith("assets/") else f"assets/{name}" for name in loaded)]
    first = [name for name in names if (site / name).is_file()]
    own = sorted((site / "gemeinde").glob("*.html"))
    return {
        "folder_mb": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "pages_mb": round(kinds[".html"] / 1e6, 1),
        "twins_mb": round(kinds[".json"] / 1e6, 1),
        "first_page_kb": round(sum((site / name).stat().st_size for name in first) / 1000, 1),
        "first_page_gzip_kb": round(sum(packed(name) for name in first), 1),
        "municipality_page_kb": round(float(np.mean([path.stat().st_size for path in own])) / 1000, 1),
        **{f"{name}_gzip_kb": packed(path) for name, path in (
            ("register", "assets/register.js"), ("map_page", "map.html"),
            ("map_shape", "assets/map.svg"), ("partners_page", "partners.html"),
            ("places", "assets/places.js"), ("listed", "assets/listed.js"))},
    }  # fmt: skip


def in_browser(site: Path, key: str, unlisted: str) -> dict[str, Any]:
    """Search and layout shift in Debian's chromium, slowed down; empty without it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Without chromium nothing is measured in the browser (apt-get install chromium).")
        return {}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        shifts = {}
        for name in (
            "index.html",
            "self-check.html",
            f"gemeinde/{key}.html",
            "compare.html",
            "map.html",
            f"not-published.html#{unlisted}",
        ):
            page.goto("about:blank")
            page.goto(f"{site.as_uri()}/{name}")
            shifts[name] = float(page.evaluate(SHIFT))
        page.goto((site / "index.html").as_uri())
        page.focus("#q")
        page.wait_for_function("window.REGISTER && document.readyState === 'complete'")
        times = np.array(page.evaluate(SEARCH, [list(TYPED), REPEATS])).reshape(len(TYPED), REPEATS)
        browser.close()
    worst = TYPED[int(np.median(times, axis=1).argmax())]
    print("layout shift", {name: round(value, 3) for name, value in shifts.items()}, "slowest search", repr(worst))
    return {
        "search_median_ms": round(float(np.median(times)), 1),
        "search_worst_median_ms": round(float(np.median(times, axis=1).max()), 1),
        "search_first_ms": round(float(times[0, 0]), 1),
        "layout_shift_most": round(max(shifts.values()), 3),
    }


def lighthouse(site: Path) -> Mapping[str, Any]:
    """Scores of the first page by Lighthouse; empty where it is not installed."""
    program = shutil.which("lighthouse")
    if program is None:
        print("Lighthouse is not installed (npm install -g lighthouse); its scores are left out.")
        return {}
    done = subprocess.run(
        [program, (site / "index.html").as_uri(), "--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    import json

    if done.returncode:
        print("Lighthouse:", done.stderr.strip().splitlines()[-1:])
        return {}
    scores = json.loads(done.stdout)["categories"]
    return {f"lighthouse_{name}": round(100 * part["score"]) for name, part in scores.items()}


def sampled(n: int, folder: Path) -> tuple[str, pd.DataFrame, float]:
    """The site of ``n`` sample views."""
    source, register = bodies()
    views, rows = sample(register, n)
    start = time.process_time()
    build_site(
        folder, municipality_views=views, type_views=site_views.type_views(), overview=site_views.overview(),
        register_rows=rows, typology=site_views.typology(synthetic=False), config=load_site_config(),
        content=load_content(),
    )  # fmt: skip
    return source, rows, time.process_time() - start


def studied(n: int, folder: Path) -> tuple[str, pd.DataFrame, float]:
    """The public folder of a study in which about ``n`` municipalities agreed to be listed."""
    raw = folder.parent / "raw"
    simulate_survey(raw, world="nationwide", key="bund", n=round(ASKED * n))
    settings = Settings(n_init=20, resamples=5, replicates=9, max_classes=4, degrees=False)
    run_study(raw, folder.parent / "study", settings, sheets=False, site=False)
    shown = public_study(read_study(folder.parent / "study"))
    register = read_survey(raw).register
    shutil.copytree(folder.parent / "study" / "public", folder)
    start = time.process_time()
    write_site(shown, register, folder)
    seconds = time.process_time() - start
    rows = register.bodies.reset_index()
    return "invented", rows.assign(listed=rows["key"].isin(shown.tables.municipalities.index)), seconds


ROWS = {
    "public folder without sheets (MB)": ("folder_mb", 1),
    "of these pages (MB)": ("pages_mb", 1),
    "of these JSON files (MB)": ("twins_mb", 1),
    "page of a municipality (KB)": ("municipality_page_kb", 1),
    "first page with scripts and styles (KB)": ("first_page_kb", 0),
    "page of the map, packed (KB)": ("map_page_gzip_kb", 1),
    "page of partners, packed (KB)": ("partners_page_gzip_kb", 1),
    "register that a search loads, packed (KB)": ("register_gzip_kb", 1),
    "processor seconds of building": ("build_cpu_s", 0),
    "search: median (ms)": ("search_median_ms", 1),
    "search: median of the slowest text (ms)": ("search_worst_median_ms", 1),
    "largest layout shift": ("layout_shift_most", 3),
}
"""What the table of the documentation says, the column of ``site.csv`` and digits."""


def fitted(text: str) -> str:
    """The page of the documentation with the committed figures in its table."""
    lines = pd.read_csv(FOLDER / "results" / "site.csv")
    columns = [f"{row.listed:,} listed, {row.views}" for row in lines.itertuples()]
    cells = {head: [f"{value:.{digits}f}" for value in lines[name]] for head, (name, digits) in ROWS.items()}
    table = pd.DataFrame.from_dict(cells, orient="index", columns=columns).rename_axis("measure").reset_index()
    return BLOCK.sub(lambda found: _filled(found, table), text)


def _filled(found: re.Match[str], table: pd.DataFrame) -> str:
    return f"{found[1]}{markdown(table)}\n{found[3]}" if found[2] == "site" else found[0]


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or list(LISTED)
    lines = []
    for n in counts:
        for views, make in (("sample", sampled), ("study", studied)):
            with tempfile.TemporaryDirectory() as folder:
                site = Path(folder) / "site"
                source, rows, seconds = make(n, site)
                places = rows[rows["kind"] == "gemeinde"]
                listed, unlisted = (
                    str(places.loc[places["listed"] == asked, "key"].iloc[0]) for asked in (True, False)
                )
                lines.append({
                    "views": views, "register": source, "bodies": len(rows), "listed": int(rows["listed"].sum()),
                    "build_cpu_s": round(seconds, 1), **weights(site), **in_browser(site, listed, unlisted),
                    **lighthouse(site),
                })  # fmt: skip
            print(lines[-1])
    with (FOLDER / "results" / "site.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(lines)
    PAGE.write_text(fitted(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
