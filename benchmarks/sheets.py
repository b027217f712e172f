"""How long all sheets of a survey take: ``python benchmarks/sheets.py [number] [short|full|council]``.

Views are invented (tests/views.py); five partners each, every ninth has none. Prints seconds on the clock,
seconds of processor time, settings per sheet and the largest memory in MB; the whole run goes to ``sheets.csv``.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import views

from typology.publishing import typesetting
from typology.publishing.sheets import render_sheets

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
    settings = []
    set_once = typesetting._set

    def counted(*given: Any) -> bytes:
        settings.append(1)
        return set_once(*given)

    typesetting._set = counted
    with tempfile.TemporaryDirectory() as folder:
        clock, work = time.perf_counter(), time.process_time()
        render_sheets(todo, folder, kind=kind)  # type: ignore[arg-type]
        row = {
            "kind": kind, "sheets": number, "processors": os.cpu_count(),
            "seconds": round(time.perf_counter() - clock, 1), "processor_seconds": round(time.process_time() - work, 1),
            "settings_per_sheet": round(len(settings) / number, 2),
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip
    print(row)
    if number >= 412:
        with RESULTS.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(row), lineterminator="\n")
            out.writeheader()
            out.writerow(row)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 412, sys.argv[2] if len(sys.argv) > 2 else "full")
