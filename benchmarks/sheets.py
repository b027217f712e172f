"""How long all sheets of a survey take: ``python benchmarks/sheets.py [number] [short|full|council]``.

Views are invented (tests/views.py); five partners each, every ninth has none. Prints seconds on the clock,
seconds of processor time and the memory of the largest process in MB; the whole run goes to ``sheets.csv``.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import views
from joblib.externals.loky import get_reusable_executor

from typology.publishing.sheets.render import render_sheets

# Names of usual length; the longest ones are what the tests are for.
views.PARTNERS = (
    ("Ahornfelde", "Seenkreis", "Nordmark", 1),
    ("Bergnitz an der Lauter", "Kreis Oberlauter", "Westerland", 3),
    ("Neu Kargfeld", "Landkreis Hohenwald", "Südmark", 2),
    ("Samtgemeinde Lauterau", "Kreis Oberlauter", "Westerland", 1),
    ("Tiefenbrunn", "Seenkreis", "Nordmark", 0),
)
RESULTS = Path(__file__).parent / "results" / "sheets.csv"
STATUS = ("klar", "mischtyp", "klar", "nicht_zuzuordnen")


def main(number: int = 412, kind: str = "full") -> None:
    """Set the sheets into a folder that is thrown away."""
    names = [partner[0] for partner in views.PARTNERS]
    todo = [
        views.municipality(
            name=names[place % 5], key=f"90{place:06d}", status=STATUS[place % 4],
            n_partners=5 if place % 9 else 0, place=place % 4, random_state=place,
        )
        for place in range(number)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        clock = time.perf_counter()
        render_sheets(todo, folder, kind=kind)  # type: ignore[arg-type]
        seconds = time.perf_counter() - clock
        # only processes that have ended are counted
        get_reusable_executor().shutdown(wait=True)
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        row = {
            "kind": kind, "sheets": number, "processors": os.cpu_count(), "seconds": round(seconds, 1),
            "processor_seconds": round(sum(part.ru_utime + part.ru_stime for part in used), 1),
            "memory_mb": max(part.ru_maxrss for part in used) // 1024,
        }  # fmt: skip
    print(row)
    if number >= 412:
        with RESULTS.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(row), lineterminator="\n")
            out.writeheader()
            out.writerow(row)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 412, sys.argv[2] if len(sys.argv) > 2 else "full")
