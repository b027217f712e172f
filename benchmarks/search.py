"""The search of the site in Debian's chromium: size of the register's file, of the first page, and time of a search.

``python benchmarks/search.py [folder of the register]``; without a folder ``TYPOLOGY_EXTERNAL_DATA``/register, without
files the invented register of the tests. Typed is every beginning of names drawn from the register, of their worst
spellings and of keys. The columns mean one search (``Register.search``) and one search with its list drawn.
"""

from __future__ import annotations

import csv
import gzip
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "tests"))

import site_views  # noqa: E402

from typology.content.catalogue import load_content  # noqa: E402
from typology.content.site import load_site_config  # noqa: E402
from typology.publishing.site.build import build_site  # noqa: E402
from typology.register.register import read_register  # noqa: E402

NAMES, REPEATS = 250, 3
WORST = (
    "e", "en", "er", "n", "s", "st", "sankt", "bad", "neu", "an der", "in der", "Neuenkirchen", "Landkreis", "Stadt",
    "Frankfurt am Main", "Mühlhausen in Thüringen in der Mitte", "Wunschendorf", "Munchen", "Düseldorf", "xqzxqz",
    "Sankt Georgen im Schwarzwald", "schlesw", "holstein", "bayern", "gemeinde", "1001000", "01001000", "0105",
)  # fmt: skip
COLD = ("e", "Munchen", "Düseldorf", "xqzxqz", "Frankfurt am Main", "01001000")
MEASURE = """([queries, repeats]) => {
  const field = document.getElementById("q"), out = [];
  const time = (work) => {
    let best = Infinity;
    for (let i = 0; i < repeats; i += 1) {
      const start = performance.now();
      work();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  for (const text of queries) {
    const alone = time(() => window.Register.search(text));
    const drawn = time(() => { field.value = text; field.dispatchEvent(new Event("input")); });
    out.push([text, alone, drawn]);
  }
  return out;
}"""


def register_rows(folder: Path) -> tuple[str, pd.DataFrame]:
    """The official register where it lies, else the invented one."""
    files = [*sorted(folder.glob("GV100AD*.txt")), *sorted(folder.glob("*Auszug*"))]
    if not files:
        return "invented", site_views.register()
    bodies = read_register(files[0]).bodies
    rows = bodies.reindex(columns=["name", "kind_label", "kreis_name", "land_name", "size_class"]).fillna("")
    rows = rows.rename_axis("key").reset_index()
    return files[0].name, rows.assign(listed=rows["key"].isin(site_views.LISTED), partner=False)


def typed(rows: pd.DataFrame) -> list[str]:
    """Everything that stands in the field while somebody types these names, slips and keys."""
    rng = np.random.default_rng(0)
    drawn = rows.iloc[np.sort(rng.choice(len(rows), min(NAMES, len(rows)), replace=False))]
    texts = [*WORST, *drawn["name"], *drawn["key"].head(NAMES // 5)]
    for name in drawn["name"].head(NAMES // 2):
        place = int(rng.integers(1, max(2, len(name))))
        texts.append(name[:place] + name[place + 1 :])
    beginnings = [text[:end] for text in texts for end in range(1, len(text) + 1)]
    return list(dict.fromkeys(beginnings))


def first_page(site: Path) -> int:
    """Bytes of the first page with every file that it loads, unpacked."""
    page = (site / "index.html").read_text(encoding="utf-8")
    loaded = {part.split('"')[0] for mark in ('src="', 'href="assets/') for part in page.split(mark)[1:]}
    files = {site / (name if name.startswith("assets/") else f"assets/{name}") for name in loaded}
    return len(page.encode()) + sum(file.stat().st_size for file in sorted(files) if file.is_file())


def open_search(page: Any, site: Path) -> None:
    """The first page with the cursor in its field, which loads the register."""
    page.goto((site / "index.html").as_uri())
    page.focus("#q")
    page.wait_for_function("window.REGISTER && document.readyState === 'complete'")


def times_of(site: Path, queries: list[str]) -> list[Any]:
    """Each query with the milliseconds of a search and of a search with its list, the best of some runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        switches = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=switches)
        page = browser.new_page()
        open_search(page, site)
        found: list[Any] = page.evaluate(MEASURE, [queries, REPEATS])
        # what is typed first on a fresh page may have more to do
        for line in found:
            line.append(None)
        for line in [line for line in found if line[0] in COLD]:
            page.goto("about:blank")
            open_search(page, site)
            line[3] = page.evaluate(MEASURE, [[line[0]], 1])[0][2]
        browser.close()
    return found


def main() -> None:
    given = Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA", ".")) / "register"
    source, rows = register_rows(Path(sys.argv[1]) if len(sys.argv) > 1 else given)
    if shutil.which("chromium") is None:
        sys.exit("Ohne chromium gibt es nichts zu messen (apt-get install chromium).")
    model = site_views.typology()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        known = rows["key"].isin(site_views.LISTED)
        extra = site_views.register()
        extra = extra[extra["listed"] & ~extra["key"].isin(rows.loc[known, "key"])]
        build_site(
            site,
            municipality_views=site_views.municipality_views(model),
            type_views=site_views.type_views(model),
            overview=site_views.overview(model),
            register_rows=pd.concat([rows, extra], ignore_index=True),
            typology=model,
            config=load_site_config(),
            content=load_content(),
        )
        register = (site / "assets" / "register.js").read_bytes()
        queries = typed(rows)
        found = times_of(site, queries)
        row: dict[str, Any] = {
            "register": source, "names": len(rows), "register_kb": round(len(register) / 1000, 1),
            "register_gzip_kb": round(len(gzip.compress(register, 9, mtime=0)) / 1000, 1),
            "first_page_kb": round(first_page(site) / 1000, 1), "searches": len(queries),
        }  # fmt: skip
    for place, name in ((1, "search"), (2, "with_list"), (3, "first_typed")):
        measured = [line for line in found if line[place] is not None]
        times = np.array([line[place] for line in measured])
        row |= {f"{name}_median_ms": round(float(np.median(times)), 2)}
        row |= {
            f"{name}_95_ms": round(float(np.quantile(times, 0.95)), 2),
            f"{name}_max_ms": round(float(times.max()), 2),
        }
        worst = sorted(measured, key=lambda line, at=place: -line[at])[:5]
        print(name, ", ".join(f"{line[0]!r} {line[place]:.1f} ms" for line in worst))
    with (FOLDER / "results" / "search.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(row), lineterminator="\n")
        out.writeheader()
        out.writerow(row)
    print(row)


if __name__ == "__main__":
    main()
